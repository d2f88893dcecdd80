"""A quarter made by hand for the report's tests, and that it is consistent in itself."""

import csv
import random
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from importlib import resources

from dtxl.model.period import default_period, default_periods
from dtxl.model.plan import (
    Agency,
    Indicator,
    IndicatorGroup,
    Kind,
    Level,
    Plan,
    PlanInfo,
    ReportSettings,
    Target,
    Task,
)
from dtxl.model.rollup import (
    AgencyIndicator,
    AgencyResult,
    Coverage,
    IndicatorResult,
    Rollup,
    Standing,
    State,
    TaskReport,
    TaskResult,
)
from dtxl.model.verdict import judge, ratio

HOSTILE = '{{ 7*7 }} & <b>đậm</b> {% for x in y %} {_{ "trích" }_} =1+1'
TWO_LINES = "Thiếu cán bộ chuyên trách.\nKinh phí chưa được cấp."
NAMES = (
    ("I", "Tỷ lệ cung cấp dịch vụ công trực tuyến toàn trình trên tổng số TTHC có đủ điều kiện", ">=", "80"),
    ("I", "Tỷ lệ thanh toán trực tuyến trên tổng số giao dịch thanh toán của dịch vụ công", ">=", "60"),
    ("I", "TTHC có yêu cầu nghĩa vụ tài chính được thanh toán trực tuyến", ">", "70"),
    ("I", "Tỷ lệ hồ sơ trực tuyến trên tổng số hồ sơ tiếp nhận, giải quyết TTHC", ">=", "70"),
    ("I", "Tỷ lệ số hóa hồ sơ, kết quả giải quyết TTHC", ">=", "100"),
    ("I", "Mức độ hài lòng trong tiếp nhận, giải quyết TTHC của người dân, doanh nghiệp", ">=", "90"),
    ("I", "Tỷ lệ khai thác, sử dụng lại thông tin, dữ liệu số hóa", ">", "50"),
    ("I", "Tỷ lệ công bố, công khai TTHC đúng hạn", ">=", "100"),
    ("II", "Tỷ trọng kinh tế số trong từng ngành, từng lĩnh vực", ">=", "15"),
    ("II", "Tỷ lệ doanh nghiệp nhỏ và vừa sử dụng nền tảng số", ">", "50"),
    ("II", "Sản phẩm OCOP của tỉnh tham gia các sàn thương mại điện tử lớn trong và ngoài nước", ">=", "100"),
    ("III", "Tỷ lệ dân số từ 15 tuổi trở lên có tài khoản giao dịch thanh toán tại ngân hàng", ">", "75"),
    ("III", "Tỷ lệ người dân có hồ sơ sức khỏe điện tử", ">", "95"),
    ("IV", "Tỷ lệ hệ thống thông tin hoàn thành phê duyệt cấp độ an toàn hệ thống thông tin", ">=", "100"),
)
SCOPED = "Tỷ lệ xử lý văn bản, hồ sơ công việc (trừ hồ sơ mật) trên môi trường mạng"
OFFICES = (
    "Văn phòng UBND tỉnh",
    "Sở Thông tin và Truyền thông",
    "Sở Y tế",
    "Sở Tư pháp",
    "Sở Công Thương",
    "Sở Kế hoạch và Đầu tư",
    "Sở Giáo dục và Đào tạo",
    "Công an tỉnh",
)
LEVELS = (Level("province", "cấp tỉnh"), Level("district", "cấp huyện"), Level("commune", "cấp xã"))
PERIOD = default_period("2024-Q1", 15, 25)


def make_agencies() -> list[Agency]:
    """8 offices, the 10 districts and the communes of Bắc Giang."""
    text = resources.files("dtxl.samples").joinpath("units/units-2024.csv").read_text(encoding="utf-8-sig")
    units = list(csv.DictReader(text.splitlines()))
    districts = {u["code"]: u["name"] for u in units if u["level"] == "district" and u["parent_code"] == "24"}
    out = [Agency(f"T{n:02d}", name, "province") for n, name in enumerate(OFFICES, 1)]
    out += [Agency(code, f"UBND {_small(name)}", "district") for code, name in districts.items()]
    out += [
        Agency(u["code"], f"UBND {_small(u['name'])}", "commune", u["parent_code"])
        for u in units
        if u["level"] == "commune" and u["parent_code"] in districts
    ]
    return out


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def make_plan() -> Plan:
    groups = tuple(
        IndicatorGroup(code, name)
        for code, name in (
            ("I", "Phát triển chính quyền số"),
            ("II", "Phát triển kinh tế số"),
            ("III", "Phát triển xã hội số"),
            ("IV", "An toàn, an ninh mạng"),
        )
    )
    monitors = ("Giám đốc Sở Thông tin và Truyền thông", "Chánh Văn phòng UBND tỉnh", "Giám đốc Sở Y tế")
    indicators = []
    for n in range(27):
        group, name, op, value = NAMES[n % len(NAMES)]
        name += "" if n < len(NAMES) else f" (lĩnh vực {n})"
        target = Target(op, Decimal(value), "%")
        code = f"{group}.{n + 1}"
        monitor = monitors[n % 3]
        indicators.append(Indicator(code, group, name, name, name, Kind.RATIO, "%", (target,), monitor))
    scoped = tuple(Target(">=", Decimal(v), "%", level.name) for v, level in zip((100, 95, 80), LEVELS, strict=True))
    indicators.append(Indicator("I.28", "I", SCOPED, SCOPED, SCOPED, Kind.RATIO, "%", scoped, monitors[0]))
    indicators.sort(key=lambda i: ([g.code for g in groups].index(i.group), int(i.code.split(".")[1])))
    tasks = [
        Task(
            f"III.{n}.01",
            OFFICES[n % len(OFFICES)] if n % 5 else "UBND huyện, thị xã, thành phố",
            f"Xây dựng, trình ban hành văn bản về nội dung thứ {n} & triển khai “nền tảng số” dùng chung của tỉnh, bảo "
            "đảm kết nối, chia sẻ dữ liệu với Cơ sở dữ liệu quốc gia về dân cư và các hệ thống thông tin có liên quan",
            date(2024, 1 + n % 12, 1 + n % 28),
        )
        for n in range(1, 31)
    ]
    return Plan(
        PlanInfo(
            "bac-giang-2024", "Hoạt động của Ban chỉ đạo chuyển đổi số tỉnh Bắc Giang năm 2024", "/KH-BCĐCĐS",
            date(2024, 3, 1), 2024, "Ban chỉ đạo chuyển đổi số tỉnh Bắc Giang", "Bắc Giang", "24",
            aggregator="Sở Thông tin và Truyền thông",
        ),
        groups, tuple(indicators), tuple(tasks), LEVELS, tuple(make_agencies()), (),
        ReportSettings(
            "UBND tỉnh Bắc Giang", "Ban chỉ đạo chuyển đổi số", "BC-BCĐCĐS", "Bắc Giang",
            ("Ủy ban Quốc gia về chuyển đổi số", "Bộ Thông tin và Truyền thông"), ("TRƯỞNG BAN", "CHỦ TỊCH UBND TỈNH"),
            "Lê Ánh Dương",
            ("TT Tỉnh ủy, TT HĐND tỉnh", "CT và các PCT UBND tỉnh", "Các sở, cơ quan thuộc UBND tỉnh",
             "UBND huyện, thị xã, thành phố", "Lưu: VT, KGVX"),
        ),
        default_periods(2024, 15, 25),
    )  # fmt: skip


def make_rollup() -> Rollup:
    """Bắc Giang, quarter I of 2024: 30 target rows, some missed, two without figures, fifteen agencies not in order."""
    plan, dice = make_plan(), random.Random(7)
    rows: list[IndicatorResult] = []
    levels: list[IndicatorResult] = []
    for index, indicator in enumerate(plan.indicators):
        for target in indicator.targets:
            rows.append(_row(indicator, target, index, dice))
        if len(indicator.targets) > 1:
            levels.append(replace(rows[-1], scope=None, target=None, state=State.NO_DATA))
        elif rows[-1].value is not None:
            for level, share in zip(LEVELS, (90, 80, 70), strict=True):
                part = (Decimal(share), Decimal(120))
                value = ratio(*part)
                levels.append(
                    IndicatorResult(
                        indicator.code, indicator.name, level.name, *part, value, "%", indicator.targets[0],
                        judge(value, indicator.targets[0]), Coverage(10, 10), None, level.code,
                    )
                )  # fmt: skip
    agencies = tuple(_agency(agency, n) for n, agency in enumerate(plan.agencies))
    figures = (
        _figure("T03", plan.indicators[1], "30", "100", HOSTILE),
        _figure("T05", plan.indicators[4], "69", "70", "Một hồ sơ giấy do công dân không có tài khoản."),
        replace(_figure("T05", plan.indicators[5], None, None, "Chờ khảo sát quý II."), absent="Chưa có số liệu"),
    )
    reports = (
        TaskReport("T02", "III.1.01", "ongoing", Decimal(40), None, "", TWO_LINES),
        TaskReport("T03", "III.2.01", "ongoing", Decimal(10), None, "", HOSTILE),
        TaskReport("T04", "III.3.01", "done", Decimal(100), date(2024, 3, 1), "Quyết định số 05/QĐ-STP"),
    )
    tasks = tuple(_task(task, n) for n, task in enumerate(plan.tasks))
    return Rollup(plan, PERIOD, date(2024, 3, 20), tuple(rows), tuple(levels), agencies, figures, tasks, reports)


def _row(indicator: Indicator, target: Target, index: int, dice: random.Random) -> IndicatorResult:
    expected = 209 if target.scope == "cấp xã" else 30
    if index % 13 == 6:
        coverage = Coverage(expected, 0, expected - 3, 1, 1, 1)
        top = bottom = None
    elif index == 9:
        coverage, top, bottom = Coverage(expected, expected), Decimal(0), Decimal(1250)
    else:
        coverage = Coverage(expected, expected - 12, 5, 4, 2, 1)
        bottom = Decimal(dice.randint(1000, 2_000_000))
        top = Decimal(int(bottom * dice.randint(55, 100) / 100))
    if index == 3:
        coverage, top, bottom = Coverage(expected, expected), Decimal(69999), Decimal(100000)
    value = ratio(top, bottom)
    before = Fraction(655, 10) if index % 4 == 0 and value is not None else None
    return IndicatorResult(
        indicator.code, indicator.name, target.scope, top, bottom, value, "%", target, judge(value, target), coverage,
        before,
    )  # fmt: skip


def _agency(agency: Agency, n: int) -> AgencyResult:
    standing = Standing.ACCEPTED
    if n % 16 == 5:
        standing = (Standing.LATE, Standing.REJECTED, Standing.MISSING)[(n // 16) % 3]
    received = {
        Standing.ACCEPTED: datetime(2024, 3, 14, 9),
        Standing.LATE: datetime(2024, 3, 18, 16, 30),
        Standing.REJECTED: datetime(2024, 3, 15, 8),
        Standing.MISSING: None,
    }[standing]
    late = {Standing.LATE: 3, Standing.MISSING: 5, Standing.REJECTED: 5}.get(standing, 0)
    faults = 4 if standing is Standing.REJECTED else 0
    return AgencyResult(
        agency.code, agency.name, agency.level, standing, received, late, 20, 18, 12, 3, 1, 1, 1, faults
    )


def _figure(agency: str, indicator: Indicator, top: str | None, bottom: str | None, note: str) -> AgencyIndicator:
    numbers = (Decimal(top) if top else None, Decimal(bottom) if bottom else None)
    value, target = ratio(*numbers), indicator.targets[0]
    return AgencyIndicator(agency, indicator.code, *numbers, value, target, judge(value, target), note=note)


def _task(task: Task, n: int) -> TaskResult:
    expected = 10 if task.agency.startswith("UBND huyện") else 1
    done = expected if n % 6 == 2 else 0
    silent = 1 if n % 7 == 3 and not done else 0
    ongoing = 0 if done else (expected - silent) * (n % 2)
    left = expected - done - silent - ongoing
    late = expected - done if task.deadline and task.deadline <= PERIOD.end else 0
    return TaskResult(task.code, task.agency, task.text, task.deadline, expected, done, ongoing, left, silent, late)


def test_the_sample_adds_up() -> None:
    rollup = make_rollup()
    assert len(rollup.indicators) == 30
    assert {r.state for r in rollup.indicators} == set(State)
    for row in rollup.indicators:
        c = row.coverage
        assert c.expected == c.reported + c.not_available + c.not_arisen + c.not_applicable + c.silent
    for task in rollup.tasks:
        assert task.expected == task.done + task.ongoing + task.not_started + task.silent
    assert {a.standing for a in rollup.agencies} == set(Standing)
