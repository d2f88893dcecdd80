"""A return that could not be read by any form, or whose sender it does not say: a notice instead of a marked copy."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from dtxl.core.codes import texts
from dtxl.files.form_heights import row_height
from dtxl.files.form_rules import short
from dtxl.files.xlsx_write import MAX_TEXT, Book
from dtxl.model.finding import Finding, grouped

_COLUMNS = (("TT", 5), ("Mức độ", 13), ("Vấn đề", 30), ("Đang ghi", 18), ("Yêu cầu", 30), ("Cách sửa", 40), ("Mã", 7))
_FOUND_LIMIT = 300  # characters of what stood there


def draw_notice(path: str, findings: Sequence[Finding]) -> bytes:
    """A workbook of one sheet that says what is wrong with the file at `path` and how to put it right."""
    book = Book("Thông báo về tệp không tiếp nhận được")
    sheet = book.sheet("Lỗi cần sửa")
    for column, (_, width) in enumerate(_COLUMNS):
        sheet.raw.set_column(column, column, width)
    sheet.text(0, 0, "TỆP KHÔNG TIẾP NHẬN ĐƯỢC", book.style(bold=True, font_size=14))
    sheet.text(1, 0, short(f"Tên tệp: {PurePosixPath(path).name}", MAX_TEXT), book.style(italic=True))
    sheet.text(2, 0, "Đề nghị đơn vị làm theo cột “Cách sửa” rồi gửi lại.", book.style())
    head = book.style(bold=True, border=1, bg_color="#1F3864", font_color="#FFFFFF", align="center", valign="vcenter",
                      text_wrap=True)  # fmt: skip
    body = book.style(border=1, text_wrap=True, valign="top")
    for column, (title, _) in enumerate(_COLUMNS):
        sheet.text(4, column, title, head)
    for number, (first, same) in enumerate(grouped(findings), 1):
        title, expect, fix = texts(first.code, dict(first.args))
        cells = (
            str(number), first.severity.vi, title,
            short("; ".join(short(found, _FOUND_LIMIT) for found in sorted({f.found for f in same} - {""})), MAX_TEXT),
            expect, fix, first.code,
        )  # fmt: skip
        for column, text in enumerate(cells):
            sheet.text(4 + number, column, short(text, MAX_TEXT), body)
        sheet.height(4 + number, row_height([(t, w, 11, False) for t, (_, w) in zip(cells, _COLUMNS, strict=True)]))
    sheet.raw.set_landscape()
    sheet.raw.set_paper(9)
    sheet.raw.fit_to_pages(1, 0)
    return book.content()
