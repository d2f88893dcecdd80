"""What was done to a form beside filling it: each fault under its own code, and nothing that only looks alike."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation

from dtxl.files.raw_book import MAX_NOTED
from dtxl.files.xlsx_edit import Editor
from dtxl.files.xlsx_layout import hide as take_span
from dtxl.forms import draw_form
from dtxl.intake import Intake, read_alone, read_return
from dtxl.intake.structure import listed
from dtxl.model.finding import Finding, grouped
from dtxl.model.form import ABOUT, GUIDE, INDICATORS, LISTS, TASKS, cell_name
from dtxl.model.plan import Kind
from dtxl.returns import draw_marked_copy
from tests.small import IN_TIME, KEY, fill_form, form_of, good_values, register, small_plan

FORM = form_of("STTTT")  # group I in row 5, I.1 in 6, I.2 in 7, group II in 8, II.1 in 9; tasks in 5 and 6
BLANK = draw_form(FORM, KEY)
REGISTER = register()
TYPED: dict[str, Any] = {
    **good_values(FORM),
    "I.1.numerator": Decimal(100),
    "I.2.numerator": Decimal(90),
    "II.1.numerator": Decimal("30.5"),
    "I.1.source": "Hệ thống một cửa",
}
Change = Callable[[Any], None]  # takes the workbook as openpyxl has it


def take(content: bytes) -> Intake:
    return read_return(content, "tệp.xlsx", IN_TIME, REGISTER)


def edited(change: Change, typed: dict[str, Any] | None = None) -> bytes:
    editor = fill_form(FORM, TYPED if typed is None else typed, BLANK)
    change(editor._book)
    return editor.content()


def found(change: Change, typed: dict[str, Any] | None = None) -> list[Finding]:
    return list(take(edited(change, typed)).findings)


def codes(change: Change, typed: dict[str, Any] | None = None) -> list[str]:
    return sorted(f.code for f in found(change, typed))


def put(sheet: str = INDICATORS, **cells: object) -> Change:
    """Type into cells of a sheet."""

    def change(book: Any) -> None:
        for cell, value in cells.items():
            book[sheet][cell] = value

    return change


def both(*changes: Change) -> Change:
    def change(book: Any) -> None:
        for one in changes:
            one(book)

    return change


def new_sheet(title: str, state: str = "visible", **cells: object) -> Change:
    def change(book: Any) -> None:
        page = book.create_sheet(title)
        page.sheet_state = state
        for cell, value in cells.items():
            page[cell] = value

    return change


def insert_column(at: int, **cells: object) -> Change:
    def change(book: Any) -> None:
        book[INDICATORS].insert_cols(at)
        put(INDICATORS, **cells)(book)

    return change


def name(title: str, text: str) -> Change:
    def change(book: Any) -> None:
        book.defined_names[title] = DefinedName(title, attr_text=text)

    return change


def unchecked(column: str, *rows: int) -> Change:
    """Lose the checks of a column's cells, as pasting over them does; all of the column where no row is named."""
    lost = {f"{column}{row}" for row in rows or range(1, 30)}

    def change(book: Any) -> None:
        checks = book[INDICATORS].data_validations
        for check in checks.dataValidation:
            cells = [cell_name(r - 1, c - 1) for area in check.sqref.ranges for r, c in area.cells]
            check.sqref = MultiCellRange(" ".join(cell for cell in cells if cell not in lost))
        checks.dataValidation = [c for c in checks.dataValidation if c.sqref.ranges]

    return change


def no_checks(book: Any) -> None:
    for page in book.worksheets:
        page.data_validations.dataValidation = []


def other_check(book: Any) -> None:
    unchecked("H", 6)(book)
    check = DataValidation(type="decimal", operator="between", formula1="0", formula2="1000000")
    check.add("H6")
    book[INDICATORS].add_data_validation(check)


def open_up(*sheets: str) -> Change:
    def change(book: Any) -> None:
        for sheet in sheets:
            book[sheet].protection.sheet = False

    return change


def hide(rows: tuple[int, ...] = (), columns: str = "", sheet: str = "") -> Change:
    def change(book: Any) -> None:
        for row in rows:
            book[INDICATORS].row_dimensions[row].hidden = True
        for column in columns:
            book[INDICATORS].column_dimensions[column].hidden = True
        if sheet:
            book[sheet].sheet_state = "hidden"

    return change


def comment(cell: str, text: str, sheet: str = INDICATORS) -> Change:
    def change(book: Any) -> None:
        book[sheet][cell].comment = Comment(text, "Phòng Tin học")

    return change


def merge(area: str) -> Change:
    return lambda book: book[INDICATORS].merge_cells(area)


def delete_column(at: int) -> Change:
    return lambda book: book[INDICATORS].delete_cols(at)


def insert_row(at: int) -> Change:
    return lambda book: book[INDICATORS].insert_rows(at)


def all_values(book: Any) -> None:
    for row in (6, 7, 9):
        put(**{f"K{row}": 75.5, f"L{row}": "Đạt mục tiêu"})(book)


def respaced(book: Any) -> None:
    for row in (6, 7, 9):
        cell = book[INDICATORS][f"K{row}"]
        cell.value = cell.value.replace(",", " , ").replace("H", "$H")


# name, codes, what is done; those without a code are near misses of the code before them
CASES: list[tuple[str, list[str], Change]] = [
    ("untouched", [], lambda _book: None),
    ("C03 a sheet of figures", ["C03"], new_sheet("Sheet1", B3="Bảng tính", C3=12)),
    ("C03 a copy of a sheet", ["C03"], lambda b: setattr(b.copy_worksheet(b[INDICATORS]), "title", "Chỉ tiêu (2)")),
    ("C03 hidden", ["C03"], new_sheet("nháp", "hidden", A1=5)),
    ("C03 no: a blank sheet", [], new_sheet("Sheet1")),
    ("C03 no: spaces only", [], new_sheet("Sheet1", A1="  ")),
    ("C03 no: left by a program", [], new_sheet("_xltb_storage_", "veryHidden", A1="x")),
    ("C03 no: our guide, renamed", [], lambda b: setattr(b[GUIDE], "title", "HD")),
    ("C05 a column deleted", ["C05", "C07"], delete_column(14)),
    ("C05 the last column deleted", ["C05"], delete_column(15)),
    ("C05 a fixed column deleted", ["C05", "C07"], delete_column(4)),
    ("C05 no: a title changed", ["C23"], put(N4="Nguồn")),
    ("C06 a column behind the last", ["C06"], put(P4="Đơn vị cung cấp", P6="Phòng A")),
    ("C06 a column between", ["C06", "C07"], insert_column(8, H4="Quý trước", H6=5)),
    ("C06 no: a title and nothing below", [], put(P4="Đơn vị cung cấp")),
    ("C06 no: below the table", [], put(P4="Ký tên", P12="Nguyễn Văn An")),
    ("C09 figures under no title", ["C09"], put(P6=5, P7=6)),
    ("C09 our own title rubbed out", ["C09"], put(N4=None)),
    ("C09 no: rubbed out above nothing", ["C23"], put(M4=None)),
    ("C14 a blank row", ["C14"], insert_row(7)),
    ("C14 three blank rows", ["C14"], both(insert_row(7), insert_row(7), insert_row(9))),
    ("C14 no: below the table", [], insert_row(10)),
    ("C14 no: a row with text is a row added", ["C11"], both(insert_row(7), put(C7="Ghi thêm"))),
    ("C15 a word beside the table", ["C15"], put(P7="xem công văn 12")),
    ("C15 no: a signature below it", [], put(N12="Thủ trưởng đơn vị", P13="Nguyễn Văn An")),
    ("C15 no: beside the title", [], put(P1="Biểu số 01")),
    ("C16 two texts in one cell", ["C16"], merge("N6:O6")),
    ("C16 over two rows", ["C16"], both(put(O6="Do nâng cấp"), merge("O6:O7"))),
    ("C16 no: blank cells", [], merge("N7:O7")),
    ("C16 no: the title", [], merge("B1:E1")),
    ("C17 one row down", ["C17"], put(H6=None, H7=100, H8=90, H9=None, H10=30)),
    ("C17 one row up", ["C17"], put(H5=100, H6=90, H7=None, H8=30, H9=None)),
    ("C17 the denominators only", ["C17"], put(J6=None, J7=120, J8=120, J9=None, J10=120)),
    ("C17 no: a sum below", ["C11"], put(H10=220.5)),
    ("C17 no: a sum, and the first has a reason", ["C11"], put(H6=None, J6=None, M6="Chưa có số liệu", H10=120.5)),
    ("C17 no: blank at the end", [], put(H9=None, J9=None)),
    ("C18 a hidden row", ["C18"], hide(rows=(7,))),
    ("C18 a hidden column", ["C18"], hide(columns="O")),
    ("C18 a hidden sheet", ["C18"], hide(sheet=TASKS)),
    ("C18 no: a heading's row, last period's column", [], hide(rows=(5, 20), columns="F")),
    ("C19 a foreign name", ["C19"], name("doanh_thu", "'Chỉ tiêu'!$H$6")),
    ("C19 a broken list", ["C19"], name("dtxl_list_1", "#REF!")),
    ("C19 no: names that programs make", [], both(name("_Hlk123", "'Chỉ tiêu'!$H$6"), name("OLE_LINK1", "#REF!"))),
    ("C20 a figure typed over", ["C20"], put(K6=83.3)),
    ("C20 another formula", ["C20"], put(K6="=H6/J6*100+1")),
    ("C20 wiped out", ["C20"], put(L7=None)),
    ("C20 all of them", ["C20"], all_values),
    ("C20 no: in a row of another name", ["C23"], put(C6="Chỉ tiêu khác", K6=5)),
    ("C20 no: the same formula, spelt otherwise", [], respaced),
    ("C20 no: moved with its row", ["C14"], insert_row(6)),
    ("C24 a check lost", ["C24"], unchecked("H", 6)),
    ("C24 all of them, one word a sheet", ["C24", "C24"], no_checks),
    ("C24 no: of a blank cell", [], unchecked("M")),
    ("C24 no: another check of numbers", [], other_check),
    ("C25 one sheet", ["C25"], open_up(INDICATORS)),
    ("C25 three sheets, one word", ["C25"], open_up(ABOUT, INDICATORS, TASKS)),
    ("C25 no: a sheet without figures", [], open_up(GUIDE, LISTS)),
    ("C26 numbers typed over", ["C26"], put(B6="1", B7="2", B9="3")),
    ("C26 two exchanged", ["C26"], put(B6="I.2", B7="I.1")),
    ("C26 no: written otherwise", [], put(B6=" i.1 ")),
    ("C26 no: the names too", ["C23", "C23"], put(B6="I.2", C6="Tỷ lệ hồ sơ trực tuyến")),
    ("D16 ten decimals", ["D16"], put(H9=0.1234567891)),
    ("D16 of a percentage", ["D16"], put(TASKS, F5=33.333)),
    ("D16 no: as fine as money", [], put(H9=0.123456789)),
    ("D16 no: two decimals of a percentage", [], put(TASKS, F5=33.33)),
    ("D22 a former wording", ["D22"], put(TASKS, E5="Đang triển khai")),
    ("D22 of a reason", ["D22"], put(H6=None, J6=None, M6="không có phát sinh")),
    ("D22 no: never a wording", ["D20"], put(TASKS, E5="Gần xong")),
    ("D22 no: of another list", ["D20"], put(TASKS, E5="Không có phát sinh")),
    ("D29 spaces about", ["D29"], put(N6="  Phòng CNTT ")),
    ("D29 spaces within", ["D29"], put(N6="Phòng\u00a0\u00a0CNTT")),
    ("D29 a line left over", ["D29"], put(O6="Đã xong\n\n")),
    ("D29 a hidden mark", ["D29"], put(N6="Phòng\u200b CNTT")),
    ("D29 no: lines of a note", [], put(O6="Dòng một\nDòng hai")),
    ("D29 no: lines of Windows, marks apart", [], put(O6=unicodedata.normalize("NFD", "Dòng một\r\nDòng hai"))),
    ("D30 a figure in a note", ["D30"], both(put(H6=None), comment("H6", "số là 115"))),
    ("D30 words in a note", ["D30"], comment("O7", "PC01:\nDo nâng cấp hệ thống")),
    ("D30 no: the cell is filled", [], comment("H6", "đã đối chiếu 115")),
    ("D30 no: no figure in it", [], both(put(H6=None), comment("H6", "PC01:\nchưa rõ"))),
    ("D30 no: not on an input", [], comment("C6", "tính 12 tháng")),
    ("D30 no: our own note", [], both(put(H6=None), comment("H6", "Lỗi: Chưa có số liệu, ghi 0 nếu bằng 0"))),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "change"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_case(expected: list[str], change: Change) -> None:
    assert codes(change) == expected


def test_every_code_has_its_case_and_its_near_miss() -> None:
    firsts = [(title[:3], "no:" in title) for title, _, _ in CASES[1:]]
    raised = {code for code, near in firsts if not near}
    assert raised == {code for code, near in firsts if near}
    assert len(raised) == 18


# What the findings say, and what is read all the same


def one(change: Change, code: str) -> Finding:
    remarks = [f for f in found(change) if f.code == code]
    assert len(remarks) == 1
    return remarks[0]


@pytest.mark.parametrize(
    ("change", "code", "sheet", "cell", "words"),
    [
        (new_sheet("nháp", "hidden", B3=5), "C03", "nháp", "B3", "nháp (đang ẩn)"),
        (delete_column(14), "C05", INDICATORS, "B4", "thiếu cột Nguồn số liệu"),
        (put(P4="Đơn vị", P6="A"), "C06", INDICATORS, "P4", "Đơn vị"),
        (put(P6=5, P7=6), "C09", INDICATORS, "P4", "5"),
        (both(insert_row(7), insert_row(7), insert_row(10)), "C14", INDICATORS, "B7", "dòng 7–8, 10"),
        (merge("N6:O6"), "C16", INDICATORS, "N6", "ô gộp N6:O6"),
        (put(H6=None, H7=100, H8=90, H9=None, H10=30), "C17", INDICATORS, "H8", "90"),
        (hide(rows=(6, 7), columns="O"), "C18", INDICATORS, "H6", "dòng 6–7; cột O"),
        (hide(sheet=TASKS), "C18", TASKS, "E5", "cả sheet"),
        (both(*(name(f"ten_{n}", "1") for n in range(7))), "C19", "", "",
         "lạ: ten_0, ten_1, ten_2, ten_3, ten_4 và 2 tên khác"),
        (put(K6=83.3), "C20", INDICATORS, "K6", "83.3"),
        (put(K6="=H6+1"), "C20", INDICATORS, "K6", "=H6+1"),
        (all_values, "C20", INDICATORS, "", "cả bảng không còn công thức"),
        (open_up(ABOUT, INDICATORS), "C25", "", "", "Thông tin đơn vị, Chỉ tiêu"),
        (put(B6="1", B7="2"), "C26", INDICATORS, "B6", "1, 2"),
        (put(TASKS, E5="Đang triển khai"), "D22", TASKS, "E5", "Đang triển khai"),
        (comment("O7", "PC01:\nDo nâng cấp"), "D30", INDICATORS, "O7", "Do nâng cấp"),
    ],
)  # fmt: skip
def test_a_finding_says_where_and_what(change: Change, code: str, sheet: str, cell: str, words: str) -> None:
    remark = one(change, code)
    assert (remark.sheet, remark.cell, remark.found) == (sheet, cell, words)


def test_equal_remarks_on_many_cells_are_one_line() -> None:
    for change in (
        unchecked("H", 6, 7, 9),
        put(N6=" a ", O6="b  b", N7=" c"),
        put(K6=1, K7=2, L9="Đạt"),
    ):
        remarks = found(change)
        assert len(remarks) == 3
        assert len(grouped(remarks)) == 1


def values(intake: Intake) -> dict[str, str]:
    return {n: v.canonical for n, v in intake.submission.values.items() if not v.blank}


GOOD = values(take(edited(lambda _book: None)))
KEEPING = ("C03", "C06", "C09", "C14", "C15", "C18", "C19", "C20", "C24", "C25", "C26")


@pytest.mark.parametrize("change", [c for title, _, c in CASES if title[:3] in KEEPING and "no:" not in title])
def test_what_is_remarked_on_is_read_all_the_same(change: Change) -> None:
    assert values(take(edited(change))) == GOOD


def test_a_deleted_column_is_not_read_from_its_neighbour() -> None:
    typed = {**TYPED, "I.1.note": "Đã đối chiếu"}
    intake = take(edited(delete_column(14), typed))
    assert "I.1.source" not in intake.submission.values
    assert intake.submission.text("I.1.note") == "Đã đối chiếu"
    fixed = take(edited(delete_column(4)))
    assert values(fixed) == GOOD
    assert [f.code for f in fixed.findings if f.code == "C23"] == []


def test_too_many_decimals_are_kept() -> None:
    intake = take(edited(put(H9=0.1234567891)))
    assert intake.submission.number("II.1.numerator") == Decimal("0.1234567891")


def test_a_former_wording_is_read_as_todays() -> None:
    intake = take(edited(put(TASKS, E5="Hoàn thành")))
    assert intake.submission.text("task.III.1.01.state") == "Đã hoàn thành"
    assert "“Đã hoàn thành”" in intake.findings[0].message


def test_something_in_a_cell_that_its_row_does_not_use() -> None:
    plan = small_plan()
    score = replace(plan.indicators[1], kind=Kind.COUNT, unit="điểm", targets=(), numerator="")
    plan = replace(plan, indicators=(plan.indicators[0], score, plan.indicators[2]))
    form = form_of("STTTT", plan)
    typed = {n: v for n, v in good_values(form).items() if n in form.by_name} | {"I.2.value": Decimal(7)}

    def read(cell: str, value: object) -> list[tuple[str, str]]:
        editor = fill_form(form, typed)
        editor._book[INDICATORS][cell] = value
        return [(f.code, f.cell) for f in read_return(editor.content(), "x", IN_TIME, register(plan)).findings]

    assert read("J7", 12) == [("C15", "J7")]
    assert read("O7", "Đã đối chiếu") == []


def test_a_marked_copy_that_comes_back_is_only_the_form() -> None:
    intake = take(edited(put(H6="nhiều", K6=5)))
    assert sorted(f.code for f in intake.findings) == ["C20", "D05"]
    copy = draw_marked_copy(FORM, intake.submission, intake.findings, KEY)
    again = Editor(copy)
    assert [f.code for f in take(copy).findings] == ["D05"]
    again.rename_sheet("Lỗi cần sửa", "Trang 1")
    again.put(INDICATORS, "H6", Decimal(100))
    assert [f.code for f in take(again.content()).findings] == []


def test_an_agency_checking_its_own_file_hears_the_same() -> None:
    for change in (lambda _book: None, put(K6=83.3), unchecked("H", 6), open_up(TASKS), put(P4="Thêm", P6="x")):
        content = edited(change)
        alone = read_alone(content, "tệp.xlsx", IN_TIME)
        assert sorted(f.code for f in alone.findings) == sorted(f.code for f in take(content).findings)


# Old fonts


def in_font(font: str, words: str) -> Change:
    def change(book: Any) -> None:
        cell = book[INDICATORS]["N6"]
        cell.value, cell.font = words, Font(name=font)

    return change


@pytest.mark.parametrize(
    ("font", "words", "meant"),
    [
        (".VnTime", "Phßng", "Phòng"),
        (".VnTime", "mét", "một"),
        (".VnTimeH", "sè", "SỐ"),
        ("VNI-Times", "soá", "số"),
        ("VNI Helve", "cô", "cơ"),
    ],
)
def test_where_the_letters_leave_it_open_the_font_decides(font: str, words: str, meant: str) -> None:
    intake = take(edited(in_font(font, words)))
    assert [f.code for f in intake.findings] == ["A06"]
    assert intake.submission.text("I.1.source") == meant
    assert take(edited(in_font("Times New Roman", words))).submission.text("I.1.source") == words


@pytest.mark.parametrize(
    ("font", "words"), [(".VnTime", "Phòng Nội vụ"), ("VNI-Times", "Bao cao 12"), ("Times New Roman", "mét")]
)
def test_an_old_font_alone_is_no_old_encoding(font: str, words: str) -> None:
    intake = take(edited(in_font(font, words)))
    assert intake.findings == ()
    assert intake.submission.text("I.1.source") == words


# Other programs and formats


def everything(book: Any) -> None:
    """One of each fault that a format can carry."""
    new_sheet("Sheet1", B3=12)(book)
    put(K6=83.3, P7="xem công văn", N7="  Phòng  CNTT", O7=None, B9="9")(book)
    put(TASKS, F5=33.333)(book)
    put(ABOUT, C16=date(2024, 3, 11))(book)
    unchecked("J", 7)(book)
    hide(rows=(7,), columns="M")(book)
    merge("N6:O6")(book)
    open_up(TASKS)(book)
    comment("O7", "Do nâng cấp hệ thống")(book)
    cell = book[INDICATORS]["N9"]
    cell.value, cell.font = "B¸o c¸o", Font(name=".VnTime")


OF_EVERYTHING = ["A06", "C03", "C15", "C16", "C18", "C20", "C24", "C25", "C26", "D16", "D29", "D30"]


def test_all_at_once() -> None:
    assert codes(everything) == OF_EVERYTHING


@pytest.mark.parametrize("to", ["xls", "ods"])
def test_the_same_in_other_formats(to: str, tmp_path: Path, soffice: Callable[[Path, str], Path]) -> None:
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(edited(everything))
    before = {(f.code, f.sheet, f.cell) for f in take(path.read_bytes()).findings}
    after = {(f.code, f.sheet, f.cell) for f in take(soffice(path, to).read_bytes()).findings}
    assert after - {("A02", "", "")} == before


def test_rewritten_by_a_program_nothing_is_said() -> None:
    assert [f.code for f in take(Editor(edited(lambda _book: None)).content()).findings] == []


# Ways that programs write the same thing


def rewritten(pattern: str, text: str, content: bytes | None = None) -> bytes:
    """The filled form with the XML of its indicators' sheet changed."""
    out = io.BytesIO()
    content = content or edited(put(M6=NONE, H6=None, J6=None))
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            body = source.read(entry)
            if entry.filename == "xl/worksheets/sheet3.xml":
                body, times = re.subn(pattern.encode(), text.encode(), body, flags=re.DOTALL)
                assert times > 0
            target.writestr(entry.filename, body)
    return out.getvalue()


NONE = "Chưa có số liệu"
EXTENSION = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>_danh_muc!$D$2:$D$4</xm:f></x14:formula1>'
    "<xm:sqref>M6:M7 M9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
)


def test_a_list_that_excel_2010_wrote_is_a_list() -> None:
    lost = rewritten('<dataValidation [^>]*type="list".*?</dataValidation>', "")
    assert [(f.code, f.cell) for f in take(lost).findings] == [("C24", "M6")]
    assert take(rewritten("</worksheet>", EXTENSION, lost)).findings == ()


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        ('<row r="7"', '<row r="7" hidden="true"', "dòng 7"),
        ('<row r="7"(.*?)ht="[^"]*"', r'<row r="7"\1ht="0"', "dòng 7"),
        ('<col ([^>]*?)width="[^"]*"([^>]*?)min="8"', r'<col \1width="0"\2min="8"', "cột H"),
    ],
)
def test_what_has_no_size_is_hidden(pattern: str, text: str, words: str) -> None:
    assert [(f.code, f.found) for f in take(rewritten(pattern, text)).findings] == [("C18", words)]


def test_very_many_of_a_thing_are_told_in_few_words() -> None:
    spans: list[tuple[int, int]] = []
    for row in range(0, 4 * MAX_NOTED, 2):
        take_span(spans, row, row)
    assert len(spans) == MAX_NOTED
    assert listed(range(0, 100_000, 2)).endswith(", 39, …")
    assert listed([6, 5, 9]) == "6–7, 10"
