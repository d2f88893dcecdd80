"""A form as it is sent out: its cells are the geometry's, its inputs are open, all else is locked and stays text."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from dtxl.core.settings import house
from dtxl.files.form_heights import lines, row_height
from dtxl.files.form_rules import MAX_MESSAGE, MAX_TITLE, short
from dtxl.forms import draw_form
from dtxl.model.form import (
    ABOUT,
    COLUMNS,
    GUIDE,
    HEADER_ROW,
    HIDDEN,
    IDENTITY_PARTS,
    INDICATORS,
    LISTS,
    SHEETS,
    TASKS,
    Form,
    build_form,
    sign,
)
from dtxl.model.period import default_period
from dtxl.model.plan import Agency, Indicator, IndicatorGroup, Kind, Level, Plan, PlanInfo, Target, Task

KEY = b"a key of the team"
HOSTILE = '=1+1 & <b>"&[Picture]&G {{ x }} – xã 7'


def indicator(code: str, op: str, value: str, kind: Kind = Kind.RATIO, **more: object) -> Indicator:
    name = "Tỷ lệ hồ sơ trực tuyến trên tổng số hồ sơ tiếp nhận, giải quyết TTHC"
    parts = {"numerator": "Số hồ sơ trực tuyến", "denominator": "Tổng số hồ sơ tiếp nhận, giải quyết TTHC"}
    known = {**(parts if kind is Kind.RATIO else {}), **more}
    targets = (Target(op, Decimal(value), "%"),) if op else ()
    group = code.partition(".")[0]
    return Indicator(code, group, name, name, name, kind, "%", targets, implementers=("Sở Y tế",), **known)  # type: ignore[arg-type]


def sample_form(
    indicators: tuple[Indicator, ...] | None = None,
    agency_name: str = "Sở Y tế",
    tasks: tuple[str, ...] = ("Trình UBND tỉnh ban hành Danh mục cơ sở dữ liệu dùng chung của ngành y tế.",),
    receiver: str = "Sở Thông tin và Truyền thông",
) -> Form:
    """A form of one office: ratios, a score, a count without a target, and tasks."""
    if indicators is None:
        indicators = (
            indicator("I.1", ">=", "70"),
            indicator("I.2", ">", "50.5", whole=False),
            indicator("I.3", ">=", "90", Kind.SCORE, whole=False),
            indicator("II.1", "", "", Kind.COUNT),
        )
    office = Agency("so-y-te", agency_name, "province", aliases=("Sở Y tế",))
    plan = Plan(
        PlanInfo("bac-giang-2024", "Kế hoạch chuyển đổi số năm 2024", aggregator=receiver),
        (IndicatorGroup("I", "Phát triển chính quyền số"), IndicatorGroup("II", "An toàn, an ninh mạng")),
        indicators,
        tuple(Task(f"III.{n}", "Sở Y tế", text, date(2024, 6, 1)) for n, text in enumerate(tasks, 1)),
        (Level("province", "cấp tỉnh"),),
        (office,),
    )
    return build_form(plan, office, default_period("2024-Q1", 15, 25), {"I.1": (Fraction(200, 3), "%")})


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def form() -> Form:
    return sample_form()


@pytest.fixture(scope="module")
def book(form: Form) -> Workbook:
    return opened(draw_form(form, KEY))


def test_sheets_in_order_and_the_map_hidden(book: Workbook) -> None:
    assert tuple(book.sheetnames) == SHEETS
    assert [s.title for s in book.worksheets if s.sheet_state != "visible"] == [HIDDEN, LISTS]
    assert {book[name].sheet_state for name in (HIDDEN, LISTS)} == {"hidden"}
    assert book[HIDDEN].max_column == 4


def test_field_map_is_the_geometry(form: Form, book: Workbook) -> None:
    rows = [tuple(c.value for c in row) for row in book[HIDDEN]["A1:D200"]]
    assert rows[0] == ("field", "sheet", "cell", "kind")
    expected = [(f.name, f.sheet, f.cell, f.kind_text) for f in form.fields]
    assert [row for row in rows[1:] if any(row)] == expected


def test_every_fixed_text_stands_in_its_cell(form: Form, book: Workbook) -> None:
    for text in form.fixed:
        cell = book[text.sheet].cell(text.row + 1, text.column + 1)
        assert (cell.value or "") == text.text, text


def test_inputs_are_open_and_coloured_all_else_is_locked(form: Form, book: Workbook) -> None:
    for name in COLUMNS:
        inputs = {(f.row + 1, f.column + 1) for f in form.fields if f.sheet == name}
        for row in book[name].iter_rows():
            for cell in row:
                is_input = (cell.row, cell.column) in inputs
                assert cell.protection.locked is not is_input, cell.coordinate
                assert not is_input or cell.fill.fgColor.rgb == "FFFFF7CC", cell.coordinate


def test_nothing_but_the_geometry_holds_a_value(form: Form, book: Workbook) -> None:
    fixed = {(t.sheet, t.row + 1, t.column + 1) for t in form.fixed if t.text}
    live = {(INDICATORS, r.row + 1, column) for r in form.indicator_rows for column in (11, 12)}
    for name in COLUMNS:
        held = {(name, c.row, c.column) for row in book[name].iter_rows() for c in row if c.value is not None}
        assert held == {place for place in fixed | live if place[0] == name}


@pytest.mark.parametrize("name", SHEETS)
def test_protection_has_no_password_and_lets_people_work(book: Workbook, name: str) -> None:
    protection = book[name].protection
    assert protection.sheet
    assert not protection.password
    assert not protection.selectLockedCells
    assert not protection.selectUnlockedCells
    assert not protection.formatColumns
    assert not protection.formatRows
    if name not in (HIDDEN, LISTS):
        assert not protection.autoFilter


def test_filter_panes_print_and_hidden_keys(form: Form, book: Workbook) -> None:
    for name in COLUMNS:
        sheet, header = book[name], HEADER_ROW[name] + 1
        assert sheet.column_dimensions["A"].hidden
        assert sheet.freeze_panes.endswith(str(header + 1))
        assert sheet.print_title_rows == f"${header}:${header}"
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert form.agency.name in sheet.oddFooter.left.text
    assert book[INDICATORS].auto_filter.ref == f"A4:O{form.last_row(INDICATORS) + 1}"
    assert book[TASKS].auto_filter.ref == f"A4:I{form.last_row(TASKS) + 1}"


def test_every_input_is_validated_with_a_message(form: Form, book: Workbook) -> None:
    kinds = {"integer": "whole", "number": "decimal", "percent": "decimal", "date": "date", "list": "list"}
    for field in form.fields:
        rules = [v for v in book[field.sheet].data_validations.dataValidation if field.cell in v.cells]
        assert len(rules) == 1, field.name
        rule = rules[0]
        assert rule.type in (kinds.get(field.kind), None if field.kind == "text" else "-"), field.name
        assert rule.allowBlank
        assert 0 < len(rule.promptTitle) <= MAX_TITLE
        assert 0 < len(rule.prompt) <= MAX_MESSAGE
        assert field.kind == "text" or rule.error


def test_limits_of_numbers_and_dates(form: Form, book: Workbook) -> None:
    def rule(name: str) -> tuple[str | None, str | None, str | None]:
        field = form.by_name[name]
        found = next(v for v in book[field.sheet].data_validations.dataValidation if field.cell in v.cells)
        return found.operator, found.formula1, found.formula2

    assert rule("I.1.numerator") == ("greaterThanOrEqual", "0", None)
    assert rule("I.3.value") == ("greaterThanOrEqual", "0", None)
    assert rule("task.III.1.percent")[1:] == ("0", "100")
    first, last = (date(1899, 12, 30).toordinal() + int(float(d or 0)) for d in rule("task.III.1.done_on")[1:])
    assert date.fromordinal(first) == date(2000, 1, 1)
    assert (date.fromordinal(last) - form.period.end).days == 400


def test_named_lists_resolve_to_the_choices(form: Form, book: Workbook) -> None:
    seen = set()
    for field in form.fields:
        if field.kind != "list":
            continue
        rule = next(v for v in book[field.sheet].data_validations.dataValidation if field.cell in v.cells)
        sheet, _, area = book.defined_names[rule.formula1].attr_text.replace("'", "").partition("!")
        assert sheet == LISTS
        assert tuple(c[0].value for c in book[LISTS][area.replace("$", "")]) == field.choices
        seen.add(rule.formula1)
    assert seen == {"dtxl_list_1", "dtxl_list_2"}


def test_nothing_of_excel_2010(form: Form) -> None:
    with zipfile.ZipFile(io.BytesIO(draw_form(form, KEY))) as archive:
        sheets = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
    assert not any("x14" in s or "extLst" in s for s in sheets)


def test_rows_grow_with_what_is_typed(form: Form) -> None:
    with zipfile.ZipFile(io.BytesIO(draw_form(form, KEY))) as archive:
        for number in (2, 3, 4):
            rows = archive.read(f"xl/worksheets/sheet{number}.xml").decode().partition("<sheetData>")[2]
            assert ' ht="' in rows
            assert "customHeight" not in rows


def test_identity_stands_in_three_places(form: Form, book: Workbook) -> None:
    identity = form.identity
    expected = {
        "plan": identity.plan,
        "fingerprint": identity.fingerprint,
        "agency": identity.agency,
        "period": identity.period,
        "form": identity.form,
        "signature": sign(identity, KEY),
    }
    assert tuple(expected) == IDENTITY_PARTS
    cells = [(a.value, b.value) for a, b in book[LISTS]["A1:B7"]]
    assert cells == [("identity", "value"), *expected.items()]
    assert {p: book.custom_doc_props[f"dtxl.{p}"].value for p in expected} == expected
    assert {p: book.defined_names[f"dtxl_{p}"].attr_text for p in expected} == {
        p: f'"{v}"' for p, v in expected.items()
    }


def test_a_key_changes_the_signature_only(form: Form) -> None:
    one, other = opened(draw_form(form, KEY))[LISTS], opened(draw_form(form, b"another"))[LISTS]
    assert [one.cell(row, 2).value == other.cell(row, 2).value for row in range(2, 8)] == [True] * 5 + [False]


def test_blank_form_has_formulas_without_a_false_zero(form: Form) -> None:
    content = draw_form(form, KEY)
    shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True)[INDICATORS]
    for row in form.indicator_rows:
        for column in (11, 12):
            assert str(opened(content)[INDICATORS].cell(row.row + 1, column).value).startswith("=IF(")
            assert shown.cell(row.row + 1, column).value in (None, "")


def test_equal_input_gives_equal_bytes() -> None:
    assert draw_form(sample_form(), KEY) == draw_form(sample_form(), KEY)


def test_hostile_names_stay_text() -> None:
    hostile = sample_form((indicator("I.1", ">=", "70", numerator=HOSTILE),), HOSTILE, (HOSTILE,), HOSTILE)
    book = opened(draw_form(hostile, KEY))
    formulas = {c.coordinate for s in book.worksheets for r in s.iter_rows() for c in r if c.data_type == "f"}
    assert formulas == {"K6", "L6"}
    row = hostile.indicator_rows[0].row + 1
    assert book[INDICATORS].cell(row, 7).value == HOSTILE
    assert book[ABOUT]["C6"].value == HOSTILE
    assert "&G" not in book[INDICATORS].oddFooter.left.text


@pytest.mark.parametrize("receiver", ["Sở Thông tin và Truyền thông", ""])
def test_guide_asks_for_what_the_checks_ask_for(receiver: str) -> None:
    form = sample_form(receiver=receiver)
    sheet = opened(draw_form(form, KEY))[GUIDE]
    text = "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)
    for words in (
        *house()["absent"].values(),
        "quý I năm 2024",
        "15/03/2024",
        "14/03/2024",
        ".xlsx",
        "Ghi chú, giải trình",
    ):
        assert words in text
    assert text.count("bắt buộc") == 2  # the contact, the state of a task
    assert receiver in text
    links = {c.hyperlink.location for row in sheet.iter_rows() for c in row if c.hyperlink}
    assert links == {f"'{ABOUT}'!C12", f"'{INDICATORS}'!H6", f"'{TASKS}'!E5"}


def test_an_agency_without_indicators_or_tasks() -> None:
    form = sample_form((), tasks=())
    book = opened(draw_form(form, KEY))
    assert book[INDICATORS]["B3"].value == "Kế hoạch không giao chỉ tiêu nào cho đơn vị trong kỳ này."
    assert book[INDICATORS].auto_filter.ref is None
    guide = "\n".join(str(c.value) for row in book[GUIDE].iter_rows() for c in row if c.value)
    assert "mẫu số" not in guide
    assert "không có nhiệm vụ riêng" in guide


def test_rows_are_high_enough_for_their_text() -> None:
    assert lines("Tỷ lệ hồ sơ trực tuyến", 36) == 1
    assert lines("Tỷ lệ hồ sơ trực tuyến trên tổng số hồ sơ tiếp nhận, giải quyết TTHC", 36) in (2, 3)
    assert lines("a\nb\n\nc", 36) == 4
    assert lines("x" * 400, 10) > 30
    assert row_height([("", 10, 11, False)], 20) == 20
    assert row_height([("chữ " * 5000, 10, 11, False)]) == 409


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [("ngắn", 10, "ngắn"), ("một câu dài", 8, "một câu…"), ("liềnmộtmạch", 5, "liền…"), ("😀" * 10, 5, "😀😀…")],
)
def test_short_counts_as_excel_does(text: str, limit: int, cut: str) -> None:
    assert short(text, limit) == cut
