"""What a form says of itself, in three places: a hidden sheet beside the field map's, document properties, names."""

from collections.abc import Mapping

from dtxl.files.xlsx_write import Book, Sheet
from dtxl.model.form import HIDDEN, IDENTITY_PARTS, LISTS, Form, cell_name, sign

MAP_HEADER = ("field", "sheet", "cell", "kind")
LIST_COLUMN = 3  # D, beside the identity in A and B


def identity_parts(form: Form, key: bytes) -> Mapping[str, str]:
    """The six parts of the form's identity, its signature made with `key`."""
    identity = form.identity
    values = (
        identity.plan,
        identity.fingerprint,
        identity.agency,
        identity.period,
        identity.form,
        sign(identity, key),
    )
    return dict(zip(IDENTITY_PARTS, values, strict=True))


def form_book(form: Form, key: bytes, title: str) -> Book:
    """An empty workbook with the identity in its document properties."""
    custom = {f"dtxl.{part}": text for part, text in identity_parts(form, key).items()}
    return Book(title, custom, base_font="Times New Roman")


def lists_of(form: Form) -> Mapping[tuple[str, ...], str]:
    """Each distinct list of choices → the defined name of its cells."""
    choices = dict.fromkeys(f.choices for f in form.fields if f.kind == "list")
    return {items: f"dtxl_list_{number}" for number, items in enumerate(choices, 1)}


def draw_hidden(book: Book, form: Form, key: bytes) -> None:
    """The sheet `_dtxl` with the field map, the sheet of identity and lists, and the defined names.

    Hidden, not very hidden: LibreOffice makes the one of the other.
    """
    sheet = _hidden_sheet(book, HIDDEN)
    rows = [MAP_HEADER, *((f.name, f.sheet, f.cell, f.kind_text) for f in form.fields)]
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            sheet.text(row, column, text)
    sheet = _hidden_sheet(book, LISTS)
    for row, pair in enumerate([("identity", "value"), *identity_parts(form, key).items()]):
        for column, text in enumerate(pair):
            sheet.text(row, column, text)
        if row:
            book.define(f"dtxl_{pair[0]}", '="' + pair[1].replace('"', '""') + '"')
    for column, (choices, name) in enumerate(lists_of(form).items(), LIST_COLUMN):
        sheet.text(0, column, name)
        for row, choice in enumerate(choices, 1):
            sheet.text(row, column, choice)
        first, last = cell_name(1, column), cell_name(len(choices), column)
        book.define(name, f"={LISTS}!{_absolute(first)}:{_absolute(last)}")


def _hidden_sheet(book: Book, name: str) -> Sheet:
    sheet = book.sheet(name)
    sheet.raw.hide()
    sheet.raw.protect("", {"format_columns": True, "format_rows": True})
    sheet.raw.set_column(0, 3, 28)
    return sheet


def _absolute(cell: str) -> str:
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell[len(letters) :]}"
