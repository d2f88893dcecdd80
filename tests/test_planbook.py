"""Plan → ke-hoach.xlsx → Plan loses nothing; staff may move things about; programs may save it again."""

import shutil
import string
import subprocess
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dtxl.core.errors import SourceError, WriteError
from dtxl.core.text import tidy_lines
from dtxl.files.xlsx_cells import Cell, read_cells
from dtxl.files.xlsx_write import Book
from dtxl.model.demands import Condition, Demands
from dtxl.model.plan import (
    OPS,
    Agency,
    AgencyGroup,
    Indicator,
    IndicatorGroup,
    Kind,
    Level,
    OverAgencies,
    OverPeriods,
    PeriodDates,
    Plan,
    PlanInfo,
    Question,
    ReportSettings,
    Target,
    Task,
)
from dtxl.planbook import read_planbook, write_planbook
from dtxl.planbook.fields import Type
from dtxl.planbook.layout import INDICATORS, SECTIONS, SHEETS, TABLES
from tests.test_planbook_sample import PLAN, change, column, header_row, saved

# What a cell can hold; accents come precomposed, as everywhere in a Plan. "_" is left out: spreadsheet files write
# characters as "_x0041_", and programs differ in reading a text that looks so.
LETTERS = string.ascii_letters + string.digits + " .,;:!?'\"=+-@#%&()<>{}[]/\\|*~^$`" + "ăâđêôơưÁỆộữỹĐƯ–“”…≥"
TEXT = st.one_of(
    st.text(LETTERS + "\n", max_size=40).map(tidy_lines),
    st.sampled_from(["=1+1", "+84", "-5", "@SUM(A1)", "'x", '"', "{{ tên }}", "1.234", "85,5%", "TRUE", "07207"]),
    st.sampled_from(["1/6/2024", "#REF!", "có", "≥", "(*)", "Mã chỉ tiêu"]),
    st.text(LETTERS, min_size=1, max_size=20).map(tidy_lines),
)  # fmt: skip
SOME = TEXT.filter(bool)
LINE = TEXT.map(lambda t: t.replace("\n", ", "))
NAME = st.text(string.ascii_letters + "ăâđêôơư ,&", min_size=1, max_size=20).map(tidy_lines).filter(bool)
SPAN = st.text(LETTERS + "\n", max_size=40).filter(lambda t: not t or t.strip())
LINES = st.lists(LINE.filter(bool), max_size=3).map(tuple)
DAY = st.dates(date(1990, 1, 1), date(2100, 12, 31))
NUMBER = st.one_of(
    st.decimals(-(10**6), 10**6, places=3),
    st.sampled_from([Decimal("42.7"), Decimal("0.001"), Decimal(100), Decimal(0), Decimal("123456789012.345")]),
)
PERIOD_CODE = st.from_regex(r"[0-9]{4}(-[A-Z0-9]{1,4})?", fullmatch=True)
CODE = st.from_regex(r"[0-9A-Za-z]([0-9A-Za-z.\-]{0,6}[0-9A-Za-z])?", fullmatch=True)


def some(draw, strategy, least=0, most=4):
    return draw(st.lists(strategy, min_size=least, max_size=most))


def codes(draw, least=0, most=4):
    return draw(st.lists(CODE, min_size=least, max_size=most, unique_by=str.casefold))


@st.composite
def plans(draw):
    """Plans without a mistake: what refers to something refers to what is there."""
    levels = tuple(Level(code, f"cấp {n}") for n, code in enumerate(codes(draw, 1, 3)))
    level = st.sampled_from([one.code for one in levels])
    groups = tuple(
        AgencyGroup(c, f"Nhóm {n}", tuple(some(draw, level, 0, 2)), draw(LINES), draw(st.booleans()))
        for n, c in enumerate(codes(draw))
    )
    listed = st.lists(st.sampled_from([g.code for g in groups]), max_size=2).map(tuple) if groups else st.just(())
    known = codes(draw, 1)
    agencies = tuple(
        Agency(
            c, f"Sở {n} {draw(NAME)}", draw(level), draw(st.sampled_from(["", *known[:n]])), draw(listed), draw(LINES)
        )
        for n, c in enumerate(known)
    )  # fmt: skip
    office = st.sampled_from(known)
    scope = st.sampled_from([None, *(one.name for one in levels)])
    target = st.builds(
        Target, st.sampled_from(OPS), NUMBER, LINE, scope, st.none() | st.integers(1990, 2100), st.none() | DAY
    )
    headings = tuple(IndicatorGroup(c, draw(SOME)) for c in codes(draw))
    guesses = st.sampled_from([f.name for f in fields(Indicator) if f.name != "guessed"])
    indicators = tuple(
        Indicator(
            c, draw(st.sampled_from([g.code for g in headings] or [""])), draw(SOME), draw(SPAN), draw(SOME),
            draw(st.sampled_from(Kind)), draw(LINE), tuple(some(draw, target, 1, 3)), draw(office),
            tuple(some(draw, office, 0, 2)), draw(TEXT), draw(TEXT), draw(st.booleans()),
            draw(st.sampled_from(OverAgencies)), draw(st.sampled_from(OverPeriods)),
            tuple(draw(st.lists(guesses, unique=True, max_size=3))),
        )
        for c in codes(draw)
    )  # fmt: skip
    tasks = tuple(
        Task(c, draw(office), draw(SOME), draw(st.none() | DAY), draw(TEXT), draw(TEXT), draw(SPAN))
        for c in codes(draw)
    )
    called = draw(st.lists(PERIOD_CODE, max_size=4, unique=True))
    periods = tuple(PeriodDates(c, draw(LINE.filter(bool)), *sorted(draw(DAY) for _ in range(4))) for c in called)
    info = PlanInfo(
        draw(CODE), draw(SOME), draw(LINE), draw(st.none() | DAY), draw(st.none() | st.integers(1990, 2100)),
        draw(TEXT), draw(LINE), draw(st.just("") | CODE), draw(st.integers(1, 31)), draw(st.integers(1, 31)),
        draw(LINE), draw(LINES), draw(LINE), tuple(some(draw, SOME)),
    )  # fmt: skip
    report = ReportSettings(
        draw(TEXT), draw(TEXT), draw(LINE), draw(LINE), draw(LINES), draw(LINES), draw(LINE), tuple(some(draw, SOME))
    )
    questions = tuple(some(draw, st.builds(Question, SOME, SPAN, TEXT)))
    demands = Demands(*(draw(st.booleans()) for _ in range(3)), draw(st.none() | st.integers(1, 100)))
    conditions = tuple(
        Condition(f"{i.code}.{draw(_part(i))} {draw(st.sampled_from('≤≥<>=≠'))} 2 × ({draw(st.integers(0, 99))} + 1)",
                  draw(SOME), draw(st.booleans()))
        for i in indicators
    )  # fmt: skip
    return Plan(
        info, headings, indicators, tasks, levels, agencies, groups, report, periods, questions, demands, conditions
    )


def _part(indicator):
    """A figure that the indicator has."""
    return st.sampled_from(["tử số", "mẫu số", "kết quả"] if indicator.kind is Kind.RATIO else ["giá trị", "kết quả"])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans())
def test_a_plan_comes_back_equal(plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("p") / "ke-hoach.xlsx"
    path.write_bytes(write_planbook(plan))
    assert read_planbook(path) == plan


def test_the_sample_comes_back_equal_with_its_fingerprint(tmp_path):
    again = read_planbook(saved(tmp_path, PLAN))
    assert again == PLAN
    assert again.fingerprint == PLAN.fingerprint


def test_a_workbook_of_before_there_were_demands_and_conditions_is_still_read(tmp_path):
    path = saved(tmp_path, PLAN)
    book = openpyxl.load_workbook(path)
    del book["Điều kiện"]
    rows = list(book["Kế hoạch"].iter_rows(max_col=2))
    start = next(row[0].row for row in rows if str(row[0].value).startswith("C. "))
    book["Kế hoạch"].delete_rows(start, len(rows))
    book.save(path)
    plan = read_planbook(path)
    assert plan == replace(PLAN, demands=Demands(), conditions=())
    assert plan.fingerprint == PLAN.fingerprint


def test_the_same_plan_gives_the_same_bytes():
    assert write_planbook(PLAN) == write_planbook(PLAN)


def test_text_never_becomes_a_formula(tmp_path):
    plan = replace(PLAN, questions=(Question('=HYPERLINK("http://x")', "+1", "@a\n-2"),))
    path = saved(tmp_path, plan)
    sheet = openpyxl.load_workbook(path)["Cần xác nhận"]
    assert [cell.data_type for cell in sheet[header_row(sheet) + 1][:3]] == ["s", "s", "s"]
    assert read_planbook(path) == plan


def test_untidy_text_comes_back_tidy_but_pieces_of_the_source_come_back_exactly(tmp_path):
    plan = replace(PLAN, questions=(Question("Kế  hoạch ", "  a\n\n  b  ", "vì  sao"),))
    assert read_planbook(saved(tmp_path, plan)).questions == (Question("Kế hoạch", "  a\n\n  b  ", "vì sao"),)


@pytest.mark.parametrize("value", [Decimal("0.12345678901234567"), Decimal("12345678901234567")])
def test_a_number_that_a_cell_cannot_hold_is_refused_not_rounded(value):
    target = replace(PLAN.indicators[0].targets[0], value=value)
    plan = replace(PLAN, indicators=(replace(PLAN.indicators[0], targets=(target,)), *PLAN.indicators[1:]))
    with pytest.raises(WriteError, match="quá nhiều chữ số"):
        write_planbook(plan)


def test_sheets_stand_in_order_and_the_lists_are_hidden():
    book = openpyxl.load_workbook(BytesIO(write_planbook(PLAN)))
    assert book.sheetnames == [*SHEETS, "_danh_muc"]
    assert book["_danh_muc"].sheet_state == "hidden"


def test_every_model_field_stands_in_some_sheet():
    columns = {table.sheet: {f.name for f in table.fields} for table in TABLES}
    for sheet, cls, elsewhere in (
        ("Chỉ tiêu", Indicator, {"targets"}), ("Mục tiêu", Target, set()), ("Nhiệm vụ", Task, set()),
        ("Cơ quan", Agency, set()), ("Nhóm cơ quan", AgencyGroup, set()), ("Cấp", Level, set()),
        ("Nhóm chỉ tiêu", IndicatorGroup, set()), ("Kỳ báo cáo", PeriodDates, set()), ("Cần xác nhận", Question, set()),
        ("Điều kiện", Condition, set()),
    ):  # fmt: skip
        assert {f.name for f in fields(cls)} - elsewhere <= columns[sheet]
    for (_, _, rows), cls in zip(SECTIONS, (PlanInfo, ReportSettings, Demands), strict=True):
        assert {f.name for f in fields(cls)} - {"recipients"} == {f.name for f in rows}


def test_choices_offer_a_list_through_a_defined_name():
    book = openpyxl.load_workbook(BytesIO(write_planbook(PLAN)))
    for table in TABLES:
        lists = {v.formula1 for v in book[table.sheet].data_validations.dataValidation if v.type == "list"}
        assert lists == {f.menu for f in table.fields if f.menu}
        assert {f.menu for f in table.fields if f.type is Type.CHOICE} <= set(book.defined_names)


def test_print_set_up_and_panes():
    book = openpyxl.load_workbook(BytesIO(write_planbook(PLAN)))
    for table in TABLES:
        sheet = book[table.sheet]
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$4:$4"
        assert sheet.freeze_panes.endswith("5")
        assert sheet.auto_filter.ref.startswith("A4:")


def test_a_guess_stands_in_its_own_column_by_the_name_of_the_column(tmp_path):
    path = saved(tmp_path, PLAN)
    sheet = openpyxl.load_workbook(path)["Chỉ tiêu"]
    assert sheet.cell(6, column(sheet, "Phỏng đoán")).value == "Nội dung tử số\nTính giữa các kỳ\nMục tiêu"
    assert any("Nội dung tử số" in rule.formula[0] for r in sheet.conditional_formatting for rule in r.rules)
    done = change(path, "Chỉ tiêu", "Phỏng đoán", 6, None)
    assert read_planbook(done).indicators[1].guessed == ()


# ------------------------------------------------------------------------------------------- what staff may do


def test_columns_may_move_and_others_may_come_between(tmp_path):
    path = saved(tmp_path, PLAN)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[2:-1]:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
        for number, row in enumerate(rows, 4):
            turned = [*reversed(row), None, "của tôi"]
            turned.insert(1, "ghi chú riêng" if number == 4 else "#xem lại")
            for col, value in enumerate(turned, 1):
                cell = sheet.cell(number, col)
                cell.value = value
                if isinstance(value, date):
                    cell.number_format = "dd/mm/yyyy"
                elif isinstance(value, str):
                    cell.data_type = "s"
    # Staff's own remarks make every row look filled; those without one of our cells do not count.
    book.save(path)
    assert read_planbook(path) == PLAN


def test_rows_may_come_above_the_header_and_empty_rows_between(tmp_path):
    path = saved(tmp_path, PLAN)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[1:-1]:
        sheet.insert_rows(6, 2)
        sheet.insert_rows(1, 3)
    book.create_sheet("Nháp", 0)["B7"] = "=1/0"
    book.save(path)
    assert read_planbook(path) == PLAN


def test_headers_are_known_without_case_marks_and_stars(tmp_path):
    path = saved(tmp_path, PLAN)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[2:-1]:
        for cell in sheet[4]:
            if cell.value:
                cell.value = f" {cell.value.upper().replace('(*)', '')}\n"
    book.save(path)
    assert read_planbook(path) == PLAN


@pytest.mark.parametrize(
    ("header", "typed", "field", "value"),
    [
        ("Giá trị", "85,5", "value", Decimal("85.5")),
        ("Giá trị", "85,5%", "value", Decimal("85.5")),
        ("Giá trị", 42.7, "value", Decimal("42.7")),
        ("So sánh", ">=", "op", ">="),
        ("So sánh", "Tăng  >", "op", "increase>"),
        ("So sánh", "reduce>=", "op", "reduce>="),
        ("Phạm vi", "CẤP XÃ", "scope", "CẤP XÃ"),
        ("Phạm vi", "ubnd cấp huyện", "scope", "ubnd cấp huyện"),
        ("Năm", "2024", "year", 2024),
    ],
)
def test_what_is_typed_is_understood(tmp_path, header, typed, field, value):
    path = change(saved(tmp_path, PLAN), "Mục tiêu", header, 5, typed)
    assert getattr(read_planbook(path).indicators[0].targets[0], field) == value


def test_a_percentage_typed_as_one_is_what_people_see(tmp_path):
    path = saved(tmp_path, PLAN)
    book = openpyxl.load_workbook(path)
    cell = book["Mục tiêu"].cell(5, column(book["Mục tiêu"], "Giá trị"))
    cell.value, cell.number_format = 0.855, "0.0%"
    book.save(path)
    assert read_planbook(path).indicators[0].targets[0].value == Decimal("85.5")


def test_codes_that_became_numbers_get_their_zeros_back(tmp_path):
    path = saved(tmp_path, PLAN)
    book = openpyxl.load_workbook(path)
    sheet, tasks = book["Cơ quan"], book["Nhiệm vụ"]
    for row in range(5, sheet.max_row + 1):
        for header in ("Mã cơ quan", "Mã cơ quan cấp trên"):
            cell = sheet.cell(row, column(sheet, header))
            if cell.value in {"07207", "213"}:
                cell.value = int(cell.value)
    cell = tasks.cell(7, column(tasks, "Cơ quan thực hiện"))
    assert cell.value == "07207"
    cell.value = 7207
    book.save(path)
    assert read_planbook(path) == PLAN


def test_a_year_period_whose_code_became_a_number(tmp_path):
    path = saved(tmp_path, PLAN)
    assert PLAN.periods[-1].code == "2024"
    assert read_planbook(change(path, "Kỳ báo cáo", "Mã kỳ", 4 + len(PLAN.periods), 2024)) == PLAN


def test_parents_and_groups_may_be_named(tmp_path):
    path = saved(tmp_path, PLAN)
    path = change(path, "Cơ quan", "Thuộc nhóm", 5, "Các sở, ngành")
    assert read_planbook(path) == PLAN


def test_libreoffice_saves_it_and_it_reads_the_same(tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs soffice (Debian: libreoffice-calc-nogui)")
    path = saved(tmp_path, PLAN)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "lo"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert read_planbook(tmp_path / "lo" / path.name) == PLAN


def test_cells_are_typed_and_formulas_count_by_their_results(tmp_path):
    book = Book()
    sheet = book.sheet("Tờ 1")
    sheet.text(1, 2, "=A1\r\nb")
    sheet.formula(1, 3, "=A9", "")  # no result: to be computed when opened
    sheet.formula(1, 4, "=1+1", 2)
    sheet.number(3, 0, 0.5, book.style(num_format="0%"))
    sheet.day(3, 1, date(2024, 2, 29), book.style(num_format="dd/mm/yyyy"))
    sheet.blank(9, 9, book.style(bold=True))
    path = tmp_path / "a.xlsx"
    path.write_bytes(book.content())
    assert read_cells(path) == {
        "Tờ 1": [
            [Cell(1, 2, "=A1\nb"), Cell(1, 3, None, unsolved=True), Cell(1, 4, 2)],
            [Cell(3, 0, 0.5, percent=True), Cell(3, 1, date(2024, 2, 29))],
        ]
    }
    assert read_cells(path)["Tờ 1"][0][2].address == "E2"


# ------------------------------------------------------------------------------------------- files that are none


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "rỗng"),
        (b"<html></html>", "không phải là tệp Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "mật khẩu"),
        (b"PK\x03\x04" + bytes(50), "không phải là tệp Excel"),
    ],
)
def test_what_is_no_workbook_is_said_to_be_none(tmp_path, content, says):
    path = tmp_path / "ke-hoach.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=says):
        read_planbook(path)


def test_a_damaged_part_is_a_source_error(tmp_path):
    import zipfile

    path = saved(tmp_path, PLAN)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet3.xml"] = parts["xl/worksheets/sheet3.xml"][:200]
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    with pytest.raises(SourceError, match="Không đọc được"):
        read_planbook(path)


def test_no_file(tmp_path):
    with pytest.raises(SourceError, match="Không có tệp"):
        read_planbook(Path(tmp_path / "x.xlsx"))


def test_indicators_print_without_the_columns_for_comparing():
    sheet = openpyxl.load_workbook(BytesIO(write_planbook(PLAN)))["Chỉ tiêu"]
    last = INDICATORS.fields[-1 - INDICATORS.unprinted]
    area = sheet.print_area.replace("$", "").split("!")[-1]
    assert area.split(":")[1].rstrip(string.digits) == openpyxl.utils.get_column_letter(column(sheet, last.header))
