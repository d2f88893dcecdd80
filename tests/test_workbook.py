"""The consolidated workbook says exactly what the rollup says, and what agencies typed stays text."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import openpyxl
import pytest
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet

from dtxl.model.plan import (
    Agency,
    Indicator,
    IndicatorGroup,
    Kind,
    Level,
    PeriodDates,
    Plan,
    PlanInfo,
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
from dtxl.workbook import draw_consolidated
from dtxl.workbook.tables import RANKING

SHEETS = [
    "Tổng quan", "Theo chỉ tiêu", "Theo cấp", "Theo đơn vị", "Số liệu gốc", "Nhiệm vụ", "Chi tiết nhiệm vụ",
    "Lỗi, cảnh báo", "Chậm, thiếu",
]  # fmt: skip
TABLES = SHEETS[1:]
LINK, AT, MINUS, PLUS = '=HYPERLINK("http://x.example";"bấm vào đây")', "@SUM(A1)", "-5,2", "+84 912 345 678"
TAG, LONG = "{{ x }} {% if %} <b>&amp;</b>", "Giải trình rất dài. " * 400
COVERAGE = ("Được giao", "Đã báo cáo", "Chưa có số liệu", "Không phát sinh", "Không thuộc phạm vi", "Chưa gửi")
TYPED = ("Lý do không có số liệu", "Nguồn số liệu", "Ghi chú, giải trình", "Tệp đã nhận")
HEADER = 4  # one-based row of every table's header

IN_TIME = datetime(2024, 3, 14, 9, 30)
EIGHTY, SEVENTY = Target(">=", Decimal(80), "%"), Target(">=", Decimal(70), "%", "cấp xã")
TWENTY = Target("increase>=", Decimal(20), "dịch vụ")


def indicator(code: str, name: str, unit: str, *targets: Target) -> Indicator:
    kind = Kind.RATIO if unit == "%" else Kind.COUNT
    return Indicator(code, code.split(".")[0], name, name, name, kind, unit, targets)


@pytest.fixture(scope="module")
def rollup() -> Rollup:
    plan = Plan(
        PlanInfo("tinh-2024", "Kế hoạch chuyển đổi số tỉnh năm 2024"),
        (IndicatorGroup("I", "Phát triển chính quyền số"), IndicatorGroup("II", "Phát triển kinh tế số")),
        (
            indicator("I.1", "Tỷ lệ hồ sơ trực tuyến", "%", EIGHTY, SEVENTY),
            indicator("II.1", "Số dịch vụ công tăng thêm", "dịch vụ", TWENTY),
        ),
        (Task("III.1.01", "Sở Y tế", "Tham mưu kế hoạch", date(2024, 6, 1)), Task("III.1.02", "Sở Y tế", "Duy trì")),
        (Level("province", "cấp tỉnh"), Level("district", "cấp huyện"), Level("commune", "cấp xã")),
        (
            Agency("SYT", "Sở Y tế", "province"),
            Agency("213", "UBND huyện Lục Ngạn", "district"),
            Agency("07501", "UBND xã An Lạc", "commune", "213"),
            Agency("07502", "UBND xã Đèo Gia", "commune", "213"),
        ),
    )
    period = PeriodDates(
        "2024-Q1", "quý I năm 2024", date(2023, 12, 15), date(2024, 3, 14), date(2024, 3, 15), date(2024, 3, 25)
    )
    third = Fraction(200, 3)

    def of(code: str, scope: str | None, target: Target | None, level: str | None = None) -> IndicatorResult:
        name = plan.indicator_by_code[code].name
        coverage = Coverage(4, 1, 1, 0, 0, 2)
        return IndicatorResult(
            code, name, scope, Decimal(2), Decimal(3), third, "%", target, State.MISSED, coverage, Fraction(60), level
        )

    count = IndicatorResult(
        "II.1", "Số dịch vụ công tăng thêm", None, None, None, Fraction(1234567), "dịch vụ", TWENTY, State.MET,
        Coverage(1, 1), Fraction(1234500),
    )  # fmt: skip
    nothing = IndicatorResult(
        "I.1", "Tỷ lệ hồ sơ trực tuyến", "cấp xã", None, None, None, "%", SEVENTY, State.NO_DATA, Coverage(2, silent=2)
    )
    return Rollup(
        plan, period, date(2024, 3, 20),
        (of("I.1", None, EIGHTY), nothing, count),
        (of("I.1", None, EIGHTY, "province"), of("I.1", None, EIGHTY)),
        (
            AgencyResult("SYT", "Sở Y tế", "province", Standing.ACCEPTED, IN_TIME, 0, 2, 2, 1, 2, 1, 1, 1, 0,
                         LINK + ".xlsx", "0123456789abcdef" * 4, PLUS),
            AgencyResult("213", "UBND huyện Lục Ngạn", "district", Standing.LATE,
                         datetime(2024, 3, 18, 7, 5, tzinfo=UTC), 3, 1, 0, 0, 0, 0, 0, None),
            AgencyResult("07501", "UBND xã An Lạc", "commune", Standing.REJECTED, IN_TIME, 0, 1, 0, 0, 0, 0, 0,
                         None, 7, "an lac.xlsx"),
            AgencyResult("07502", "UBND xã Đèo Gia", "commune", Standing.MISSING, None, 5, 1, 0, 0, 0, 0, 0, None),
        ),
        (
            AgencyIndicator("213", "I.1", None, None, None, EIGHTY, State.NO_DATA, "Chưa có số liệu", AT, MINUS),
            AgencyIndicator("SYT", "I.1", Decimal(2), Decimal(3), third, EIGHTY, State.MISSED, "", TAG, LONG,
                            (("Chỉ tiêu", "H6"), ("Chỉ tiêu", "J6"))),
            AgencyIndicator("SYT", "II.1", None, None, Fraction("1234567.25"), TWENTY, State.MET, "", LINK, PLUS,
                            (("Chỉ tiêu", "H8"),)),
        ),
        (
            TaskResult("III.1.01", "Sở Y tế", "Tham mưu kế hoạch", date(2024, 6, 1), 6, 1, 2, 2, 1, 4),
            TaskResult("III.1.02", "Sở Y tế", "Duy trì", None, 0),
        ),
        (
            TaskReport("SYT", "III.1.01", "done", Decimal("62.5"), date(2024, 3, 1), LINK, AT),
            TaskReport("SYT", "III.1.02", "", None, None, "", MINUS, late=True),
        ),
        ("213", "07501", "07502"),
        (
            ("07501", "D05", "error", "Chỉ tiêu", "H6", LINK, f"Ô số liệu đang ghi chữ. Đang ghi: “{LINK}”. [D05]"),
            ("213", "B11", "warning", "", "", "", "Nộp muộn 3 ngày. [B11]"),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def content(rollup: Rollup) -> bytes:
    return draw_consolidated(rollup)


@pytest.fixture(scope="module")
def book(content: bytes) -> Iterator[openpyxl.Workbook]:
    book = openpyxl.load_workbook(BytesIO(content))
    yield book
    book.close()


def table(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows under the header as dictionaries by column title, up to the first blank row."""
    titles = [cell.value for cell in sheet[HEADER]]
    rows = []
    for cells in sheet.iter_rows(min_row=HEADER + 1, values_only=True):
        if all(value is None for value in cells):
            break
        rows.append(dict(zip(titles, cells, strict=True)))
    return rows


def number(value: Decimal | Fraction | int | None) -> object:
    return None if value is None else pytest.approx(float(value), abs=0, rel=1e-15)


def test_the_sheets_stand_in_order_and_the_overview_is_open(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS
    assert book.active is not None
    assert book.active.title == "Tổng quan"


@pytest.mark.parametrize(("sheet", "scopes"), [("Theo chỉ tiêu", "Phạm vi"), ("Theo cấp", "Cấp")])
def test_every_figure_of_targets_and_levels_is_the_rollups(
    book: openpyxl.Workbook, rollup: Rollup, sheet: str, scopes: str
) -> None:
    results = rollup.indicators if scopes == "Phạm vi" else rollup.levels
    rows = table(book[sheet])
    assert len(rows) == len(results)
    for row, result in zip(rows, results, strict=True):
        difference = None if result.value is None or result.previous is None else result.value - result.previous
        assert (row["Mã"], row["Chỉ tiêu"], row["ĐVT"]) == (result.code, result.text, result.unit)
        assert row["Tử số"] == number(result.numerator)
        assert row["Mẫu số"] == number(result.denominator)
        assert row["Kết quả"] == number(result.value)
        assert row["Kỳ trước"] == number(result.previous)
        assert row["Thay đổi"] == number(difference)
        c = result.coverage
        assert [row[title] for title in COVERAGE] == [
            c.expected,
            c.reported,
            c.not_available,
            c.not_arisen,
            c.not_applicable,
            c.silent,
        ]


def test_targets_scopes_and_states_are_said_in_words(book: openpyxl.Workbook) -> None:
    said = [(r["Phạm vi"], r["Mục tiêu"], r["Đánh giá"]) for r in table(book["Theo chỉ tiêu"])]
    assert said == [
        ("Toàn tỉnh", "≥ 80%", "Chưa đạt"),
        ("Cấp xã", "≥ 70%", "Chưa có số liệu"),
        ("Toàn tỉnh", "tăng ≥ 20 dịch vụ", "Đạt mục tiêu"),
    ]
    assert [r["Cấp"] for r in table(book["Theo cấp"])] == ["Cấp tỉnh", "Toàn tỉnh"]


def test_percentages_are_0_to_100_unrounded_and_shown_with_two_decimals(book: openpyxl.Workbook) -> None:
    sheet = book["Theo chỉ tiêu"]
    column = next(c.column for c in sheet[HEADER] if c.value == "Kết quả")
    percent, nothing, count = (sheet.cell(row, column) for row in range(HEADER + 1, HEADER + 4))
    assert (percent.value, percent.number_format) == (200 / 3, "0.00")
    assert nothing.value is None
    assert (count.value, count.number_format) == (1234567, "#,##0")


def test_every_figure_of_agencies_is_the_rollups(book: openpyxl.Workbook, rollup: Rollup) -> None:
    rows = table(book["Theo đơn vị"])
    assert len(rows) == len(rollup.agencies)
    for row, a in zip(rows, rollup.agencies, strict=True):
        assert (row["Mã đơn vị"], row["Đơn vị"]) == (a.code, a.name)
        assert [
            row[title]
            for title in (
                "Số ngày muộn", "Chỉ tiêu được giao", "Có số liệu", "Đạt hoặc vượt", "Nhiệm vụ được giao",
                "Đã hoàn thành", "Quá hạn", "Số lỗi",
            )
        ] == [a.days_late, a.asked, a.reported, a.met, a.tasks, a.tasks_done, a.tasks_late, a.faults]  # fmt: skip
        assert row["Tỷ lệ đạt (%)"] == (number(Fraction(100 * a.met, a.reported)) if a.reported else None)
        assert row["Xếp hạng trong cấp"] == ("Không xếp hạng" if a.code in rollup.unranked else a.rank)
        assert row["Thời điểm nhận"] == (a.received_at.replace(tzinfo=None) if a.received_at else None)
        assert (row["Tệp đã nhận"] or "", row["Người lập biểu"] or "") == (a.file, a.contact)
    assert [r["Tình trạng nộp"] for r in rows] == ["Đã nộp", "Nộp muộn", "Trả lại để sửa", "Chưa nộp"]
    assert [r["Trực thuộc"] for r in rows] == [None, None, "UBND huyện Lục Ngạn", "UBND huyện Lục Ngạn"]
    assert rows[0]["SHA-256 (16 ký tự đầu)"] == "0123456789abcdef"


def test_the_ranking_method_is_printed_and_the_unranked_are_named(book: openpyxl.Workbook) -> None:
    sheet = book["Theo đơn vị"]
    assert str(sheet["A3"].value).startswith(RANKING)
    after = [str(row[0]) for row in sheet.iter_rows(min_row=HEADER + 6, values_only=True) if row[0]]
    assert after == [
        "Không xếp hạng (3 đơn vị):",
        "UBND huyện Lục Ngạn; UBND xã An Lạc (UBND huyện Lục Ngạn); UBND xã Đèo Gia (UBND huyện Lục Ngạn)",
    ]


def test_every_original_figure_is_the_rollups_with_its_place(book: openpyxl.Workbook, rollup: Rollup) -> None:
    rows = {(r["Mã đơn vị"], r["Mã chỉ tiêu"]): r for r in table(book["Số liệu gốc"])}
    assert len(rows) == len(rollup.figures)
    files = {a.code: a.file for a in rollup.agencies}
    for f in rollup.figures:
        row = rows[f.agency, f.indicator]
        assert row["Tử số"] == number(f.numerator)
        assert row["Mẫu số"] == number(f.denominator)
        assert row["Kết quả"] == number(f.value)
        texts = [
            row[t] or "" for t in ("Lý do không có số liệu", "Nguồn số liệu", "Ghi chú, giải trình", "Tệp đã nhận")
        ]
        assert texts == [f.absent, f.source, f.note, files[f.agency]]
        assert (row["Sheet và ô"] or "") == "; ".join(f"{sheet}!{cell}" for sheet, cell in f.cells)


def test_agencies_are_linked_to_their_first_row_of_the_original_figures(book: openpyxl.Workbook) -> None:
    sheet, origin = book["Theo đơn vị"], book["Số liệu gốc"]
    column = next(c.column for c in sheet[HEADER] if c.value == "Số liệu gốc")
    linked = {}
    for row in range(HEADER + 1, HEADER + 5):
        if link := sheet.cell(row, column).hyperlink:
            match = re.fullmatch(r"'Số liệu gốc'!A(\d+)", link.location or "")
            assert match
            assert link.target is None, "a link outside the workbook"
            linked[sheet.cell(row, 1).value] = int(match[1])
    assert set(linked) == {"SYT", "213"}
    for agency, row in linked.items():
        assert origin.cell(row, 1).value == agency
        assert origin.cell(row - 1, 1).value != agency


def test_every_figure_of_tasks_is_the_rollups(book: openpyxl.Workbook, rollup: Rollup) -> None:
    rows = table(book["Nhiệm vụ"])
    for row, t in zip(rows, rollup.tasks, strict=True):
        deadline = datetime.combine(t.deadline, datetime.min.time()) if t.deadline else "Không quy định"
        expected = [
            t.code, t.text, t.agency, deadline, t.expected, t.done, t.ongoing, t.not_started, t.silent, t.late,
        ]  # fmt: skip
        assert list(row.values())[:-1] == expected
    assert [row["Tỷ lệ hoàn thành (%)"] for row in rows] == [number(Fraction(100, 6)), None]


def test_what_each_agency_says_of_its_tasks(book: openpyxl.Workbook) -> None:
    rows = [list(row.values()) for row in table(book["Chi tiết nhiệm vụ"])]
    due, done = datetime(2024, 6, 1), datetime(2024, 3, 1)
    assert rows == [
        ["SYT", "Sở Y tế", "III.1.01", "Tham mưu kế hoạch", due, "Đã hoàn thành", 62.5, done, None, LINK, AT],
        ["SYT", "Sở Y tế", "III.1.02", "Duy trì", "Không quy định", None, None, None, "Quá hạn", None, MINUS],
    ]


def test_findings_are_listed_with_their_gravity(book: openpyxl.Workbook, rollup: Rollup) -> None:
    rows = [list(row.values()) for row in table(book["Lỗi, cảnh báo"])]
    commune = "UBND xã An Lạc (UBND huyện Lục Ngạn)"
    assert rows == [
        ["07501", commune, "Lỗi", "D05", "Chỉ tiêu", "H6", LINK, rollup.findings[0][6]],
        ["213", "UBND huyện Lục Ngạn", "Cảnh báo", "B11", None, None, None, "Nộp muộn 3 ngày. [B11]"],
    ]


def test_the_late_list_has_all_but_those_in_time_gravest_first(book: openpyxl.Workbook) -> None:
    rows = table(book["Chậm, thiếu"])
    assert [(r["STT"], r["Mã đơn vị"], r["Tình trạng nộp"], r["Số ngày muộn"], r["Số lỗi phải sửa"]) for r in rows] == [
        (1, "07502", "Chưa nộp", 5, 0),
        (2, "07501", "Trả lại để sửa", 0, 7),
        (3, "213", "Nộp muộn", 3, 0),
    ]


def test_the_overview_counts_what_the_rollup_holds(book: openpyxl.Workbook) -> None:
    sheet = book["Tổng quan"]
    rows = [row[:7] for row in sheet.iter_rows(values_only=True) if row[0] and isinstance(row[1], int)]
    assert rows == [
        ("I. Phát triển chính quyền số", 2, 0, 0, 1, 1, 0),
        ("II. Phát triển kinh tế số", 1, 0, 1, 0, 0, 100),
        ("Tổng cộng", 3, 0, 1, 1, 1, 50),
        ("Cấp tỉnh", 1, 1, 0, 0, 0, 100),
        ("Cấp huyện", 1, 0, 1, 0, 0, 100),
        ("Cấp xã", 2, 0, 0, 1, 1, 0),
        ("Tổng cộng", 4, 1, 1, 1, 1, 50),
        ("2 nhiệm vụ", 6, 1, 2, 2, 1, 4),
        ("2 đơn vị", 2, 0, 1, 1, 0, None),
    ]
    text = "\n".join(str(row[0]) for row in sheet.iter_rows(values_only=True) if row[0])
    assert "Kế hoạch chuyển đổi số tỉnh năm 2024 – quý I năm 2024" in text
    assert "tổng hợp đến ngày 20/03/2024" in text
    assert "Đã nhận báo cáo hợp lệ của 2/4 đơn vị (50%)." in text
    assert "Trong 3 mục tiêu: 0 vượt, 1 đạt, 1 chưa đạt, 1 chưa có số liệu." in text


def test_the_overview_links_to_every_other_sheet(book: openpyxl.Workbook) -> None:
    links = [cell.hyperlink.location for row in book["Tổng quan"].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in TABLES]


def chart_parts(content: bytes) -> list[etree._Element]:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        names = sorted(name for name in parts.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name))
        return [etree.fromstring(parts.read(name)) for name in names]


def test_two_native_charts_show_cells_of_this_workbook(content: bytes, book: openpyxl.Workbook) -> None:
    charts = chart_parts(content)
    assert len(charts) == 2
    space = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
             "a": "http://schemas.openxmlformats.org/drawingml/2006/main"}  # fmt: skip
    shown = []
    for chart in charts:
        title = "".join(chart.xpath("c:chart/c:title//a:t/text()", namespaces=space))
        series = chart.xpath("//c:ser", namespaces=space)
        assert len(series) == 4
        for one in series:
            for reference in one.xpath(".//*[c:f]", namespaces=space):
                place = reference.xpath("string(c:f)", namespaces=space)
                match = re.fullmatch(r"'Tổng quan'!(\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?)", place)
                assert match, place
                cells = book["Tổng quan"][match[1].replace("$", "")]
                flat = [cells] if not isinstance(cells, tuple) else [cell for row in cells for cell in row]
                cached = reference.xpath(".//c:pt/c:v/text()", namespaces=space)
                assert [str(cell.value) for cell in flat] == cached
                assert "Tổng cộng" not in cached
        shown.append((title, series[0].xpath("c:cat//c:v/text()", namespaces=space)))
    assert shown == [
        (
            "Kết quả thực hiện mục tiêu theo nhóm chỉ tiêu",
            ["I. Phát triển chính quyền số", "II. Phát triển kinh tế số"],
        ),
        ("Tình hình nộp báo cáo theo cấp (số đơn vị)", ["Cấp tỉnh", "Cấp huyện", "Cấp xã"]),
    ]


def test_no_cell_is_a_formula_and_no_link_leaves_the_workbook(content: bytes, book: openpyxl.Workbook) -> None:
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        for name in parts.namelist():
            text = parts.read(name)
            assert not (name.startswith("xl/worksheets/") and b"<f>" in text), name
            assert b'TargetMode="External"' not in text, name


def test_hostile_text_stands_as_it_was_typed(book: openpyxl.Workbook) -> None:
    values = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {LINK, AT, MINUS, PLUS, TAG, LONG, LINK + ".xlsx"} <= values


def test_text_that_no_cell_holds_is_cut_and_says_so(rollup: Rollup) -> None:
    figure = replace(rollup.figures[0], note="x" * 40_000, source="a\x00b\ud800c")
    book = openpyxl.load_workbook(BytesIO(draw_consolidated(replace(rollup, figures=(figure,)))))
    row = table(book["Số liệu gốc"])[0]
    note = str(row["Ghi chú, giải trình"])
    assert len(note) == 32_767
    assert note.endswith("(nội dung quá dài, xem tệp gốc)")
    assert row["Nguồn số liệu"] == "abc"
    book.close()


@pytest.mark.parametrize("name", TABLES)
def test_tables_can_be_scrolled_filtered_and_printed(book: openpyxl.Workbook, name: str) -> None:
    sheet = book[name]
    columns = sum(cell.value is not None for cell in sheet[HEADER])
    last = openpyxl.utils.get_column_letter(columns)
    assert sheet.freeze_panes in {f"C{HEADER + 1}", f"D{HEADER + 1}"}
    assert sheet.auto_filter.ref == f"A{HEADER}:{last}{HEADER + len(table(sheet))}"
    assert sheet.print_title_rows == f"${HEADER}:${HEADER}"
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert "Trang &P/&N" in (sheet.oddFooter.right.text or "")


@pytest.mark.parametrize("name", TABLES)
def test_long_text_is_wrapped_in_a_row_that_is_high_enough(book: openpyxl.Workbook, name: str) -> None:
    sheet = book[name]
    for number, row in enumerate(sheet.iter_rows(min_row=HEADER + 1, max_row=HEADER + len(table(sheet))), HEADER + 1):
        for cell in row:
            if isinstance(cell.value, str) and cell.hyperlink is None:
                assert cell.alignment.wrap_text
                width = sheet.column_dimensions[cell.column_letter].width
                # Times New Roman 10: at the very most two letters to a unit of width, 11.5 points a line.
                needed = min(11.5 * (len(cell.value) / (2 * width)), 408)
                assert sheet.row_dimensions[number].height >= needed, cell.coordinate


def test_states_have_their_colours(book: openpyxl.Workbook) -> None:
    def fill(name: str, title: str, row: int) -> str:
        column = next(c.column for c in book[name][HEADER] if c.value == title)
        return str(book[name].cell(HEADER + row, column).fill.fgColor.rgb)

    states = [fill("Theo chỉ tiêu", "Đánh giá", row) for row in (1, 2, 3)]
    standings = [fill("Theo đơn vị", "Tình trạng nộp", row) for row in (1, 2, 3, 4)]
    assert len(set(states)) == 3
    assert len(set(standings)) == 4
    assert "00000000" not in states + standings


def test_equal_rollups_give_equal_bytes(rollup: Rollup, content: bytes) -> None:
    assert draw_consolidated(rollup) == content


def test_an_empty_rollup_makes_a_workbook_that_says_so(rollup: Rollup) -> None:
    empty = Rollup(Plan(PlanInfo("trong", "")), rollup.period, rollup.as_of, (), (), (), (), (), ())
    content = draw_consolidated(empty)
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames == SHEETS
    for name in TABLES:
        assert book[name].cell(HEADER + 1, 1).value == "Không có"
        assert book[name].auto_filter.ref is None
    text = {cell for row in book["Tổng quan"].iter_rows(values_only=True) for cell in row}
    assert sum("chưa có dữ liệu để vẽ biểu đồ" in str(value) for value in text) == 2
    assert chart_parts(content) == []
    book.close()


def test_parts_that_the_plan_does_not_know_stand_for_themselves(rollup: Rollup) -> None:
    bare = replace(rollup, plan=Plan(PlanInfo("trong", "")))
    book = openpyxl.load_workbook(BytesIO(draw_consolidated(bare)))
    assert [r["Cấp"] for r in table(book["Theo đơn vị"])] == ["province", "district", "commune", "commune"]
    assert [r["Nhiệm vụ"] for r in table(book["Chi tiết nhiệm vụ"])] == ["Tham mưu kế hoạch", "Duy trì"]
    book.close()


def test_figures_lead_into_the_received_file(rollup: Rollup) -> None:
    code = rollup.period.code
    agencies = tuple(replace(a, file=f"{code}/nhan-ve/đơn vị (1).xlsx") for a in rollup.agencies)
    read = openpyxl.load_workbook(BytesIO(draw_consolidated(replace(rollup, agencies=agencies))))
    links = [c.hyperlink for row in read["Số liệu gốc"].iter_rows() for c in row if c.hyperlink]
    assert len(links) == sum(bool(f.cells) for f in rollup.figures)
    assert {link.target for link in links if link.target} == {r"nhan-ve\đơn%20vị%20(1).xlsx"}
    hostile = tuple(replace(a, file=f"{code}/nhan-ve/x#y|http:z.xlsx") for a in rollup.agencies)
    read = openpyxl.load_workbook(BytesIO(draw_consolidated(replace(rollup, agencies=hostile))))
    assert not [c for row in read["Số liệu gốc"].iter_rows() for c in row if c.hyperlink]
