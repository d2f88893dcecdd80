"""A workbook changed as a person would change it (openpyxl): for filling forms in training and in tests.

Not for marked copies: openpyxl drops what it does not know, so those are built anew.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

import msoffcrypto.format.ooxml as ooxml
import openpyxl
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA, TYPE_STRING
from openpyxl.packaging.custom import StringProperty

from dtxl.core.text import without_control


class Editor:
    """An open workbook; rows one-based as on the screen."""

    def __init__(self, content: bytes) -> None:
        self._book = openpyxl.load_workbook(io.BytesIO(content))

    def put(self, sheet: str, cell: str, value: str | Decimal | float | date | None) -> None:
        """Type a value; text stays text whatever it begins with."""
        _put(self._book[sheet][cell], value)

    def formula(self, sheet: str, cell: str, formula: str) -> None:
        """Type a formula; no result is stored with it."""
        target = self._book[sheet][cell]
        target.value = formula
        target.data_type = TYPE_FORMULA

    def error(self, sheet: str, cell: str, error: str) -> None:
        """Leave an error value (#DIV/0!) in a cell."""
        target = self._book[sheet][cell]
        target.value = error
        target.data_type = TYPE_ERROR

    def row_of(self, sheet: str, key: str) -> int:
        """The row whose first column holds `key`. Raises KeyError."""
        for row in range(1, self._book[sheet].max_row + 1):
            if self._book[sheet].cell(row, 1).value == key:
                return row
        raise KeyError(key)

    def swap_rows(self, sheet: str, first: int, second: int) -> None:
        """Exchange the values of two rows, as a sort would."""
        page = self._book[sheet]
        for column in range(1, page.max_column + 1):
            a, b = page.cell(first, column), page.cell(second, column)
            (one, kind), (other, other_kind) = ((c.value, c.data_type) for c in (a, b))
            a.value, b.value = other, one
            a.data_type, b.data_type = other_kind, kind  # setting a value guesses its type: "=x" may be a text

    def delete_row(self, sheet: str, row: int) -> None:
        self._book[sheet].delete_rows(row)

    def insert_row(self, sheet: str, row: int, values: Mapping[int, str | float]) -> None:
        """A new row before `row`; `values` by column, one-based."""
        self._book[sheet].insert_rows(row)
        for column, value in values.items():
            _put(self._book[sheet].cell(row, column), value)

    def remove_sheets(self, names: Iterable[str]) -> None:
        for name in names:
            del self._book[name]

    def rename_sheet(self, name: str, new: str) -> None:
        self._book[name].title = new

    def restate(self, part: str, value: str) -> None:
        """Write another value for one part of the identity in all three places."""
        page = self._book["_danh_muc"]
        for row in range(1, page.max_row + 1):
            if page.cell(row, 1).value == part:
                page.cell(row, 2).value = value
        for prop in self._book.custom_doc_props.props:  # type: ignore[attr-defined] # missing in the stubs
            if prop.name == f"dtxl.{part}" and isinstance(prop, StringProperty):
                prop.value = value
        name = self._book.defined_names.get(f"dtxl_{part}")
        if name is not None and str(name.attr_text).startswith('"'):
            name.attr_text = f'"{value}"'

    def content(self) -> bytes:
        out = io.BytesIO()
        self._book.save(out)
        return out.getvalue()


def _put(cell: Any, value: Any) -> None:
    """A value into a cell; text stays text whatever it begins with, as a person can type it: lines end by a line feed,
    no character that no cell holds."""
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, str):
        cell.value = without_control(value.replace("\r\n", "\n").replace("\r", "\n"))
        cell.data_type = TYPE_STRING
    else:
        cell.value = value


def plain_copy(content: bytes) -> bytes:
    """Only the visible values, in a new workbook: what "copy and paste into a new file" leaves of a form."""
    source = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    target = openpyxl.Workbook()
    target.remove(target.worksheets[0])
    for page in source.worksheets:
        if page.sheet_state != "visible":
            continue
        copy = target.create_sheet(page.title)
        for row in page.iter_rows():
            for cell in row:
                if cell.value is not None:
                    _put(copy.cell(cell.row, cell.column), cell.value)
    out = io.BytesIO()
    target.save(out)
    return out.getvalue()


def locked(content: bytes, password: str) -> bytes:
    """The workbook behind a password, as Excel's "Encrypt with Password" leaves it."""
    out = io.BytesIO()
    ooxml.OOXMLFile(io.BytesIO(content)).encrypt(password, out)
    return out.getvalue()


def with_result(content: bytes, formula: str, result: str) -> bytes:
    """Store a result with one formula (without its "="), as a spreadsheet program does when it saves."""
    out = io.BytesIO()
    pattern = re.compile(rf"(<f>{re.escape(formula)}</f>)(?:<v ?/>|<v></v>)")
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                part = pattern.sub(lambda match: f"{match[1]}<v>{escape(result)}</v>", part.decode()).encode()
            target.writestr(entry, part)
    return out.getvalue()
