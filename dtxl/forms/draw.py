"""Form → workbook."""

from dtxl.files.form_drawing import draw_form_sheets
from dtxl.files.form_hidden import form_book
from dtxl.model.form import Form


def draw_form(form: Form, key: bytes) -> bytes:
    """The empty form as the bytes of an .xlsx file, its identity signed with `key`; equal input gives equal bytes."""
    book = form_book(form, key, f"Biểu mẫu báo cáo {form.period.name} – {form.agency.name}")
    draw_form_sheets(book, form, key)
    return book.content()
