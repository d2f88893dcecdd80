"""A marked copy: the pristine form again with everything the agency typed, each fault at its own cell and in a list."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from dtxl.core.codes import Severity
from dtxl.files.form_page import LISTING
from dtxl.files.form_styles import BLUE_FILL, INPUT_FILL, ORANGE_FILL, RED_FILL
from dtxl.forms import draw_form
from dtxl.model.finding import Finding, finding
from dtxl.model.form import HIDDEN, IDENTITY_PARTS, INDICATORS, LISTS, SHEETS, TASKS, Form
from dtxl.model.submission import Submission, Value
from dtxl.returns import draw_marked_copy
from tests.test_forms import KEY, indicator, opened, sample_form

LONG = "Do hệ thống nâng cấp.\nDự kiến xong trong quý II."


def value(form: Form, name: str, raw: str, **read: object) -> Value:
    field = form.by_name[name]
    return Value(name, field.kind, raw, field.sheet, "Z99", **read)  # type: ignore[arg-type]


def submission(form: Form, *values: Value) -> Submission:
    return Submission("a.xlsx", "0" * 64, datetime(2024, 3, 16), form.identity, {v.field: v for v in values})


def at(form: Form, code: str, name: str, severity: Severity | None = None, **more: object) -> Finding:
    """A finding at a field; its cell is that of a returned file in which the rows were moved."""
    field = form.by_name[name]
    return finding(code, severity, sheet=field.sheet, cell="H99", field=name, label=field.label, **more)


@pytest.fixture(scope="module")
def form() -> Form:
    return sample_form()


@pytest.fixture(scope="module")
def typed(form: Form) -> Submission:
    return submission(
        form,
        value(form, "agency.contact", "Nguyễn Văn An", text="Nguyễn Văn An"),
        value(form, "agency.phone", "0912", text="0912"),
        value(form, "agency.signed_on", "13/03/2024", day=date(2024, 3, 13)),
        value(form, "I.1.numerator", "7", number=Decimal(7)),
        value(form, "I.1.denominator", "10", number=Decimal(10)),
        value(form, "I.1.note", LONG, text=LONG),
        value(form, "I.2.numerator", "ba trăm hồ sơ"),
        value(form, "I.2.denominator", "1.234,5", number=Decimal("1234.5")),
        value(form, "I.3.value", "89,99", number=Decimal("89.99")),
        value(form, "I.3.source", "=SUM(A1)", text="=SUM(A1)"),
        value(form, "II.1.absent", "khong phat sinh", text="Không phát sinh"),
        value(form, "task.III.1.state", "xong rồi"),
        value(form, "task.III.1.percent", "60", number=Decimal(60)),
        value(form, "task.III.1.done_on", "31/02/2024"),
        value(form, "task.III.1.difficulty", ""),
    )


@pytest.fixture(scope="module")
def remarks(form: Form) -> list[Finding]:
    return [
        finding("B11", args={"days": "3", "due": "15/03/2024"}),
        at(form, "D05", "I.2.numerator", found="ba trăm hồ sơ"),
        at(form, "D07", "I.2.denominator", found="1.234,5", args={"value": "1.234,5"}),
        at(form, "D08", "I.2.denominator", found="1.234,5", args={"value": "1.234,5"}),
        at(form, "D32", "I.3.note", args={"value": "89,99%", "target": "≥ 90%"}),
        at(form, "D04", "II.1.value"),
        at(form, "D04", "I.1.numerator"),
        at(form, "D20", "task.III.1.state", found="xong rồi", args={"choices": "…"}),
        finding("C23", sheet=INDICATORS, cell="D7", found="≥ 60%", args={"expected": "≥ 50%"}, label="mục tiêu"),
        finding("C11", sheet="Bảng lạ", cell="B9", found="IX.9"),
        finding("C10", sheet=INDICATORS, field="I.1", label="Chỉ tiêu I.1", args={"indicator": "I.1"}),
    ]


@pytest.fixture(scope="module")
def content(form: Form, typed: Submission, remarks: list[Finding]) -> bytes:
    return draw_marked_copy(form, typed, remarks, KEY)


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return opened(content)


def test_the_list_stands_first_and_the_form_is_whole(form: Form, book: Workbook) -> None:
    pristine = opened(draw_form(form, KEY))
    assert tuple(book.sheetnames) == (LISTING, *SHEETS)
    for text in form.fixed:
        assert (book[text.sheet].cell(text.row + 1, text.column + 1).value or "") == text.text
    for name in SHEETS:
        assert book[name].protection.sheet
        validations = (b[name].data_validations.dataValidation for b in (book, pristine))
        cells = [{c for v in rules for r in v.cells.ranges for c in r.cells} for rules in validations]
        assert cells[0] == cells[1]
    for field in form.fields:
        assert book[field.sheet][field.cell].protection.locked is False


def test_identity_and_map_are_the_pristine_forms(form: Form, book: Workbook) -> None:
    pristine = opened(draw_form(form, KEY))
    for name in (HIDDEN, LISTS):
        assert [[c.value for c in r] for r in book[name]] == [[c.value for c in r] for r in pristine[name]]
    for part in IDENTITY_PARTS:
        assert book.custom_doc_props[f"dtxl.{part}"].value == pristine.custom_doc_props[f"dtxl.{part}"].value
        assert book.defined_names[f"dtxl_{part}"].attr_text == pristine.defined_names[f"dtxl_{part}"].attr_text


def test_everything_typed_is_there(form: Form, book: Workbook) -> None:
    expected = {
        "agency.contact": "Nguyễn Văn An",
        "agency.phone": "0912",
        "agency.email": None,
        "agency.signed_on": datetime(2024, 3, 13),
        "I.1.numerator": 7,
        "I.1.denominator": 10,
        "I.1.note": LONG,
        "I.2.numerator": "ba trăm hồ sơ",
        "I.2.denominator": "1.234,5",
        "I.3.value": 89.99,
        "I.3.source": "=SUM(A1)",
        "II.1.absent": "Không phát sinh",
        "task.III.1.state": "xong rồi",
        "task.III.1.percent": 60,
        "task.III.1.done_on": "31/02/2024",
        "task.III.1.difficulty": None,
    }
    for name, wanted in expected.items():
        field = form.by_name[name]
        cell = book[field.sheet][field.cell]
        assert cell.value == wanted, name
        assert cell.data_type != "f", name


def test_results_are_stored_as_the_program_will_show_them(form: Form, content: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)[INDICATORS]
    shown = [(sheet.cell(r.row + 1, 11).value, sheet.cell(r.row + 1, 12).value or "") for r in form.indicator_rows]
    assert shown == [(70, "Đạt mục tiêu"), (None, ""), (89.99, "Chưa đạt"), (None, "Không phát sinh")]


def test_faulty_cells_are_coloured_and_say_why(form: Form, book: Workbook) -> None:
    marked = {
        "I.2.numerator": (RED_FILL, ["[D05]", "ba trăm hồ sơ"]),
        "I.2.denominator": (ORANGE_FILL, ["[D08]", "[D07]", "Cảnh báo: ", "Lưu ý: "]),
        "I.3.note": (RED_FILL, ["[D32]", "89,99%"]),
        "II.1.value": (RED_FILL, ["[D04]"]),
        "I.1.numerator": (RED_FILL, ["[D04]"]),
        "task.III.1.state": (RED_FILL, ["[D20]"]),
    }
    for field in form.fields:
        cell = book[field.sheet][field.cell]
        fill, words = marked.get(field.name, (INPUT_FILL, []))
        assert cell.fill.fgColor.rgb == "FF" + fill[1:], field.name
        assert (cell.comment is not None) is (field.name in marked), field.name
        if cell.comment:
            assert cell.comment.author == "dtxl"
            assert all(word in cell.comment.text for word in words)
            rule = next(v for v in book[field.sheet].data_validations.dataValidation if field.cell in v.cells)
            assert rule.promptTitle in ("Lỗi", "Cảnh báo")


def test_a_note_alone_is_blue(form: Form) -> None:
    remark = at(form, "D07", "I.1.numerator", found="7", args={"value": "7"})
    sheet = opened(draw_marked_copy(form, submission(form), [remark], KEY))[INDICATORS]
    assert sheet[form.by_name["I.1.numerator"].cell].fill.fgColor.rgb == "FF" + BLUE_FILL[1:]


def rows_of(book: Workbook) -> list[list[object]]:
    rows = [[c.value for c in row] for row in book[LISTING].iter_rows(max_col=8)]
    return rows[next(i for i, row in enumerate(rows) if row[0] == "TT") + 1 :]


def test_the_list_has_every_finding_once_and_equal_ones_together(book: Workbook, remarks: list[Finding]) -> None:
    rows = rows_of(book)
    assert len(rows) == len(remarks)
    codes = [row[7] for row in rows if row[7]]
    assert codes.count("D04") == 1
    assert sorted(codes) == sorted({f.code for f in remarks})
    assert [row[0] for row in rows if row[0]] == list(map(str, range(1, len(codes) + 1)))
    start = next(i for i, row in enumerate(rows) if row[7] == "D04")
    assert rows[start + 1][0] is None
    assert "Chỉ tiêu I.1, tử số" in f"{rows[start][2]}{rows[start + 1][2]}"
    found = next(row for row in rows if row[7] == "D05")
    assert found[1] == "Lỗi"
    assert found[4] == "ba trăm hồ sơ"
    assert all(found[column] for column in (3, 5, 6))


def test_links_lead_to_the_forms_own_cells(form: Form, book: Workbook) -> None:
    links = {c.value: c.hyperlink.location for row in book[LISTING].iter_rows() for c in row if c.hyperlink}
    fields = ["I.2.numerator", "I.2.denominator", "I.3.note", "II.1.value", "I.1.numerator", "task.III.1.state"]
    expected = {f"'{f.sheet}'!{f.cell}" for f in (form.by_name[name] for name in fields)}
    assert expected | {f"'{INDICATORS}'!B6"} == set(links.values())
    assert not any("Bảng lạ" in str(text) for text in links)
    places = [row[2] for row in rows_of(book)]
    assert "Sheet “Bảng lạ”, ô B9" in places
    assert "Cả tệp" in places
    assert any("H99" in str(place) for place in places) is False


def test_counts_per_severity_and_how_to_send_it_back(form: Form, book: Workbook, remarks: list[Finding]) -> None:
    rows = [[c.value for c in row] for row in book[LISTING].iter_rows(max_row=12, max_col=3)]
    counts = {row[1]: row[0] for row in rows if isinstance(row[0], int | float)}
    assert sum(counts.values()) == len(remarks)
    assert counts["Lưu ý"] == 1
    text = "\n".join(str(row[0]) for row in rows)
    assert form.receiver in text
    assert ".xlsx" in text


def test_no_findings_is_said() -> None:
    form = sample_form()
    sheet = opened(draw_marked_copy(form, submission(form), [], KEY))[LISTING]
    assert "Không có lỗi nào." in [c.value for row in sheet.iter_rows() for c in row]


def test_hostile_text_stays_text_and_nothing_is_too_long() -> None:
    form = sample_form((indicator("I.1", ">=", "70"),))
    hostile = '=HYPERLINK("http://x") {{ y }} {value} \x01' + "x" * 40_000
    remark = at(form, "D05", "I.1.numerator", found=hostile)
    typed = submission(form, value(form, "I.1.numerator", hostile), value(form, "I.1.note", "@cmd", text="@cmd"))
    book = opened(draw_marked_copy(form, typed, [remark], KEY))
    cell = book[INDICATORS][form.by_name["I.1.numerator"].cell]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("=HYPERLINK")
    assert len(cell.comment.text) <= 2_000
    assert next(row for row in rows_of(book) if row[7] == "D05")[4].startswith("=HYPERLINK")
    assert book[LISTING].cell(1, 1).data_type == "s"
    assert book[TASKS].title == TASKS


def test_equal_input_gives_equal_bytes(form: Form, typed: Submission, remarks: list[Finding], content: bytes) -> None:
    assert draw_marked_copy(form, typed, remarks, KEY) == content


def test_what_the_copy_put_right_is_not_asked_for_again(form: Form) -> None:
    healed = [finding("C11", sheet=INDICATORS, cell="B9", found="I.99"), finding("C23", sheet=INDICATORS, cell="D7")]
    content = draw_marked_copy(form, Submission("x.xlsx", "0" * 64, datetime(2024, 3, 1)), healed, b"k" * 32)
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = rows_of(book)
    fixes = {row[7]: str(row[6]) for row in rows}
    assert "đã được bỏ khỏi tệp này" in fixes["C11"]
    assert "đã được khôi phục trong tệp này" in fixes["C23"]
    assert not [c for row in book[LISTING].iter_rows() for c in row if c.hyperlink]
    assert "Đã được khôi phục trong tệp này" in "".join(str(c.value) for row in book[LISTING].iter_rows() for c in row)
