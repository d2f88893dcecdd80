"""The first sheet of a marked copy: every finding in one list, equal ones together, with links to their cells."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dtxl.core.codes import Severity, catalogue, texts
from dtxl.files.form_heights import row_height
from dtxl.files.form_page import LISTING, page
from dtxl.files.form_rules import short
from dtxl.files.form_styles import FIXED_FILL, LINE, NAVY, SEVERITY_FILL, Style, fixed_style
from dtxl.files.xlsx_write import MAX_TEXT, Book, Sheet
from dtxl.model.finding import Finding, grouped
from dtxl.model.form import COLUMNS, GUIDE, Form, cell_name

_COLUMNS = (
    ("TT", 5.0),
    ("Mức độ", 13.0),
    ("Vị trí (bấm để mở)", 46.0),
    ("Vấn đề", 34.0),
    ("Đang ghi", 20.0),
    ("Yêu cầu", 30.0),
    ("Cách sửa", 46.0),
    ("Mã", 7.0),
)
_PLACE_COLUMN, _LAST_COLUMN = 2, len(_COLUMNS) - 1
_CELL = re.compile(r"^[A-Z]{1,3}[1-9][0-9]{0,6}$")
_FOUND_LIMIT = 300  # characters of what stood there: the cell itself shows the rest
_WHAT_TO_DO = {
    Severity.CRITICAL: "Tệp không đọc tiếp được; phải sửa thì mới được tiếp nhận.",
    Severity.ERROR: "Phải sửa thì bản nộp mới được tiếp nhận.",
    Severity.WARNING: "Đề nghị xem lại; sửa nếu chưa đúng, giải thích ở cột ghi chú nếu đã đúng.",
    Severity.NOTE: "Đã được tự động đọc lại cho đúng; chỉ cần xem lại.",
}
_KEPT = "Số liệu đơn vị đã điền được giữ nguyên; không phải điền lại các ô không có lỗi, không phải xóa sheet này."
_EMPTY = "Tệp này chưa có số liệu: đề nghị điền vào các ô màu vàng; không phải xóa sheet này."
_PUT_RIGHT = "Đã được khôi phục trong tệp này; làm theo cột “Cách sửa” rồi gửi lại chính tệp này."


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a finding is shown; `sheet` "" where there is nothing to link to."""

    text: str
    sheet: str = ""
    cell: str = ""


def draw_listing(book: Book, form: Form, findings: Sequence[Finding], kept: bool) -> None:
    """The sheet “Lỗi cần sửa”: what to do with the file, counts per severity, then the findings.

    `kept`: the copy holds something that the agency typed.
    """
    sheet = book.sheet(LISTING, growing=True)
    for column, (_, width) in enumerate(_COLUMNS):
        sheet.raw.set_column(column, column, width)
    header = _head(book, sheet, form, findings, kept)
    for column, (title, _) in enumerate(_COLUMNS):
        sheet.text(header, column, title, fixed_style(book, "header"))
    sheet.height(header, 24)
    row = header + 1
    for number, (first, same) in enumerate(grouped(findings), 1):
        row = _group(book, sheet, form, row, number, first, same)
    if not findings:
        sheet.text(row, 1, "Không có lỗi nào.", fixed_style(book, "hint"))
        row += 1
    sheet.raw.freeze_panes(header + 1, 0)
    sheet.raw.set_zoom(90)
    page(sheet, form, (row - 1, _LAST_COLUMN), header)


def _head(book: Book, sheet: Sheet, form: Form, findings: Sequence[Finding], kept: bool) -> int:
    """Title, what to do, counts; gives the row of the table's header."""
    receiver = form.receiver or "cơ quan gửi biểu mẫu"
    sheet.text(0, 0, "CÁC NỘI DUNG CẦN SỬA TRONG BẢN NỘP", fixed_style(book, "title"))
    sheet.text(1, 0, f"{form.agency.name} – {form.period.name}", fixed_style(book, "subtitle"))
    lines = (
        "Sửa trực tiếp trong chính tệp này: bấm vào vị trí có gạch chân để mở ô cần sửa (ô được tô màu và có ghi chú), "
        f"sửa xong lưu tệp ở dạng Excel (.xlsx) và gửi lại {receiver}.",
        (_KEPT if kept else _EMPTY) + " Màu và ghi chú ở ô chỉ để đánh dấu, vẫn còn sau khi sửa.",
    )
    for row, line in enumerate(lines, 2):
        sheet.text(row, 0, line, fixed_style(book, "subtitle", bold=False, font_size=11))
        sheet.height(row, 18)
    sheet.height(0, 26)
    sheet.height(1, 20)
    counts = Counter(f.severity for f in findings)
    row = len(lines) + 2
    for severity in Severity:
        if counts[severity]:
            fill = {"bg_color": SEVERITY_FILL[severity]}
            sheet.number(row, 0, counts[severity], fixed_style(book, "code", bold=True, **fill))
            sheet.text(row, 1, severity.vi, fixed_style(book, "code", bold=True, **fill))
            sheet.text(
                row,
                2,
                _what_to_do(severity, findings),
                fixed_style(book, "subtitle", bold=False, font_size=11, indent=1),
            )
            sheet.height(row, 20)
            row += 1
    return row + 1


def _what_to_do(severity: Severity, findings: Sequence[Finding]) -> str:
    """What the findings of one severity ask for; those that the copy has put right ask for a look only."""
    if all(catalogue()[f.code].healed for f in findings if f.severity is severity):
        return _PUT_RIGHT
    return _WHAT_TO_DO[severity]


def _group(book: Book, sheet: Sheet, form: Form, row: int, number: int, first: Finding, same: Sequence[Finding]) -> int:
    """One remark: its texts once, a row for each cell; gives the next free row."""
    title, expect, fix = texts(first.code, dict(first.args), marked=True)
    texts_ = (short(text, MAX_TEXT) for text in (title, short(first.found, _FOUND_LIMIT), expect, fix))
    shown = (str(number), first.severity.vi, "", *texts_, first.code)
    places = [_place(form, f) for f in same]
    for index, place in enumerate(places):
        edge = {"top": int(index == 0), "bottom": int(index == len(places) - 1)}
        for column, text in enumerate(shown):
            if column != _PLACE_COLUMN:
                sheet.text(row + index, column, text if index == 0 else "", _style(book, column, first, edge))
        _write_place(sheet, row + index, place, _place_style(book, place))
    top = [(t, w, 11.0, False) for t, (_, w) in zip(shown, _COLUMNS, strict=True)]
    _heights(
        sheet,
        row,
        row_height(top, 20),
        [row_height([(p.text, _COLUMNS[_PLACE_COLUMN][1], 11, False)], 20) for p in places],
    )
    return row + len(places)


def _heights(sheet: Sheet, row: int, texts: float, places: Sequence[float]) -> None:
    """The first row holds the texts; what they need beyond it is not needed twice."""
    for index, place in enumerate(places):
        sheet.height(row + index, max(place, texts) if index == 0 else place)


def _style(book: Book, column: int, remark: Finding, edge: dict[str, int]) -> Style:
    props = {"border": 0, "left": 1, "right": 1, **edge, "valign": "top"}
    props |= {f"{side}_color": LINE for side in ("left", "right", "top", "bottom")}
    if column == 1:
        return fixed_style(book, "code", **props, bg_color=SEVERITY_FILL[remark.severity], bold=True)
    return fixed_style(book, "code" if column in (0, _LAST_COLUMN) else "text", **props)


def _place_style(book: Book, place: _Place) -> Style:
    if place.sheet:
        return fixed_style(book, "text", font_color=NAVY, underline=1, valign="top")
    return fixed_style(book, "text", valign="top", bg_color=FIXED_FILL)


def _write_place(sheet: Sheet, row: int, place: _Place, style: Style) -> None:
    if place.sheet:
        sheet.link(row, _PLACE_COLUMN, place.sheet, place.cell, short(place.text, MAX_TEXT), style)
    else:
        sheet.text(row, _PLACE_COLUMN, short(place.text, MAX_TEXT), style)


def _place(form: Form, remark: Finding) -> _Place:
    """The form's own cell where the finding names a field or a row of it; else what the finding says."""
    field = form.by_name.get(remark.field)
    if field:
        return _Place(f"{field.sheet}!{field.cell} – {remark.label or field.label}", field.sheet, field.cell)
    if remark.field and (remark.sheet, remark.field) in form.row_of:
        cell = cell_name(form.row_of[remark.sheet, remark.field], 1)
        return _Place(f"{remark.sheet}!{cell} – {remark.label or remark.field}", remark.sheet, cell)
    # A fault that is put right stood at a place of the returned file that now holds something else: nothing to open.
    known = (remark.sheet in COLUMNS or remark.sheet == GUIDE) and not catalogue()[remark.code].healed
    if known and _CELL.match(remark.cell):
        text = f"{remark.sheet}!{remark.cell}" + (f" – {remark.label}" if remark.label else "")
        return _Place(text, remark.sheet, remark.cell)
    return _Place(remark.place or "Cả tệp")
