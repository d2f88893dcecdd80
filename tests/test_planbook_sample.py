"""A small plan without mistakes, and hands to edit its workbook as staff do (tests of the plan workbook)."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl

from dtxl.model.demands import Condition, Demands
from dtxl.model.period import default_periods
from dtxl.model.plan import (
    Agency,
    AgencyGroup,
    Indicator,
    IndicatorGroup,
    Kind,
    Level,
    OverAgencies,
    OverPeriods,
    Plan,
    PlanInfo,
    Question,
    ReportSettings,
    Target,
    Task,
)
from dtxl.planbook import read_planbook, write_planbook

_MONITOR = "Giám đốc Sở Thông tin và Truyền thông"

PLAN = Plan(
    PlanInfo(
        "bac-giang-2024", "Kế hoạch chuyển đổi số năm 2024", "/KH-BCĐCĐS", date(2024, 3, 15), 2024, "Ban chỉ đạo",
        "Bắc Giang", "24", 15, 25, "Sở Thông tin và Truyền thông", ("TRƯỞNG BAN", "CHỦ TỊCH UBND TỈNH"), "Nguyễn Văn A",
        ("Thành viên Ban chỉ đạo", "Lưu: VT, KGVX"),
    ),
    (IndicatorGroup("I", "Phát triển chính quyền số"), IndicatorGroup("II", "Phát triển kinh tế số"),
     IndicatorGroup("III", "Phát triển xã hội số")),
    (
        Indicator(
            "I.1", "I", "Tỷ lệ hồ sơ trực tuyến đạt 70%", "| 1 | Tỷ lệ hồ sơ\ntrực tuyến đạt 70% |",
            "Tỷ lệ hồ sơ trực tuyến", Kind.RATIO, "%",
            (Target(">=", Decimal(70), "%", None, 2024, date(2024, 12, 31)),), _MONITOR,
            ("Các sở, ngành", "UBND huyện, thị xã, thành phố"), "Số hồ sơ trực tuyến", "Tổng số hồ sơ",
        ),
        Indicator(
            "I.2", "I", "Xử lý văn bản trên mạng đạt 100% cấp tỉnh, 42,7% cấp xã", "…", "Xử lý văn bản trên mạng",
            Kind.RATIO, "%", (Target(">=", Decimal(100), "%", "cấp tỉnh"), Target(">", Decimal("42.7"), "%", "cấp xã")),
            _MONITOR, ("Các sở, ngành", "UBND xã, phường, thị trấn"), "Số văn bản xử lý", "Tổng số văn bản",
            guessed=("numerator", "over_periods", "targets"),
        ),
        Indicator(
            "II.1", "II", "Doanh thu tăng 20%", "", "Doanh thu viễn thông", Kind.GROWTH, "tỷ đồng",
            (Target("increase>=", Decimal("0.001"), "%"),), _MONITOR, ("Doanh nghiệp viễn thông",), "", "", False,
            OverAgencies.NONE, OverPeriods.LATEST,
        ),
    ),
    (
        Task("III.1.01", "Sở Y tế", "=Sổ khám điện tử", date(2024, 6, 1), "xong trước 01/6/2024", "Y tế số", "- Sổ"),
        Task("III.1.02", "UBND huyện, thị xã, thành phố", "Tuyên truyền;\nphổ biến", None, "", "", ""),
        Task("III.1.03", "07207", "Việc riêng của phường"),
    ),
    (Level("province", "cấp tỉnh"), Level("district", "cấp huyện"), Level("commune", "cấp xã")),
    (
        Agency(
            "STTTT", "Sở Thông tin và Truyền thông", "province", "", ("so-nganh",), ("Sở TT&TT", "Sở TTTT, thường trực")
        ),
        Agency("SYT", "Sở Y tế", "province", "", ("so-nganh",)),
        Agency("213", "UBND thành phố Bắc Giang", "district"),
        Agency("07207", "UBND phường Thọ Xương", "commune", "213"),
        Agency("07210", "UBND xã An Lạc", "commune", "213"),
        Agency("07213", "UBND xã An Lạc", "commune", "213"),
    ),
    (
        AgencyGroup("so-nganh", "Các sở, ngành"),
        AgencyGroup("huyen", "UBND huyện, thị xã, thành phố", ("district",), ("UBND cấp huyện",)),
        AgencyGroup("xa", "UBND xã, phường, thị trấn", ("commune",)),
        AgencyGroup("dnvt", "Các doanh nghiệp viễn thông", (), ("Doanh nghiệp viễn thông",), returns=False),
        AgencyGroup("trong", "Các ban của Tỉnh ủy"),
    ),
    ReportSettings(
        "UBND TỈNH BẮC GIANG", "BAN CHỈ ĐẠO", "BC-BCĐCĐS", "Bắc Giang", ("Chủ tịch UBND tỉnh",), ("TRƯỞNG BAN",), "",
        ("Như trên", "Lưu: VT"),
    ),
    default_periods(2024, 15, 25),
    (Question("Chỉ tiêu I.2", "100% đối với\ncấp tỉnh", "Hai mục tiêu theo cấp."),),
    Demands(signed=True, coverage=75),
    (Condition("I.1.tử số ≤ I.2.mẫu số + 5", "hồ sơ trực tuyến không nhiều hơn văn bản", warns=True),),
)  # fmt: skip


def saved(folder: Path, plan: Plan) -> Path:
    """The workbook of `plan` in `folder`."""
    path = folder / "ke-hoach.xlsx"
    path.write_bytes(_sample() if plan is PLAN else write_planbook(plan))
    return path


@cache
def _sample() -> bytes:
    return write_planbook(PLAN)


def header_row(sheet) -> int:
    """1-based row of the headers, as they are written."""
    return 4


def column(sheet, header: str) -> int:
    """1-based column under `header`."""
    titles = [str(cell.value or "").removesuffix(" (*)") for cell in sheet[header_row(sheet)]]
    return titles.index(header) + 1


def plan_row(sheet, label: str) -> int:
    """1-based row of `label` in the sheet “Kế hoạch”."""
    titles = [str(cell.value or "").removesuffix(" (*)") for cell in sheet["A"]]
    return titles.index(label) + 1


def change(path: Path, sheet: str, header: str, row: int, value: object) -> Path:
    """Type `value` into a cell, known by its header and 1-based row; in “Kế hoạch” `header` is the label of the row."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    cell = page.cell(plan_row(page, header), 2) if sheet == "Kế hoạch" else page.cell(row, column(page, header))
    cell.value = value
    book.save(path)
    return path


def test_the_sample_has_no_mistake(tmp_path):
    assert read_planbook(saved(tmp_path, PLAN)) == PLAN
