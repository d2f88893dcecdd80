"""What people do to a form in Excel beside typing: hiding, merging, commenting, pasting over, adding sheets (openpyxl).

For training and tests, as `xlsx_edit`.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from dtxl.files.xlsx_edit import Editor


class Hand(Editor):
    """An open workbook under somebody's hands; rows and columns one-based as on the screen."""

    def value(self, sheet: str, cell: str) -> object:
        """What stands in a cell: a value or the text of a formula."""
        found: object = self._book[sheet][cell].value
        return found

    def insert_column(self, sheet: str, column: int, values: dict[int, str | int] | None = None) -> None:
        """A new column before `column`; `values` by row."""
        self._book[sheet].insert_cols(column)
        for row, value in (values or {}).items():
            self._book[sheet].cell(row, column, value)

    def delete_column(self, sheet: str, column: int) -> None:
        self._book[sheet].delete_cols(column)

    def swap_columns(self, sheet: str, first: int, second: int) -> None:
        """Exchange the values of two columns, heads included."""
        page = self._book[sheet]
        for row in range(1, page.max_row + 1):
            a, b = page.cell(row, first), page.cell(row, second)
            a.value, b.value = b.value, a.value

    def shift_down(self, sheet: str, column: int, first: int, last: int) -> None:
        """Move the values of a column's rows `first` to `last` one row down, as "Insert cells, shift down" does."""
        page = self._book[sheet]
        for row in range(last, first - 1, -1):
            page.cell(row + 1, column).value = page.cell(row, column).value
        page.cell(first, column).value = None

    def copy_sheet(self, name: str, copies: Sequence[str]) -> None:
        """Copies of a sheet under other names; the sheet itself goes."""
        for copy in copies:
            self._book.copy_worksheet(self._book[name]).title = copy
        del self._book[name]

    def add_sheet(self, name: str, rows: Iterable[Sequence[str | int]]) -> None:
        """A sheet of one's own at the end."""
        page = self._book.create_sheet(name)
        for row in rows:
            page.append(list(row))

    def hide_row(self, sheet: str, row: int) -> None:
        self._book[sheet].row_dimensions[row].hidden = True

    def hide_column(self, sheet: str, letter: str) -> None:
        self._book[sheet].column_dimensions[letter].hidden = True

    def merge(self, sheet: str, cells: str) -> None:
        """Merge a range such as "H6:H7"; the first cell keeps its value."""
        self._book[sheet].merge_cells(cells)

    def comment(self, sheet: str, cell: str, text: str) -> None:
        self._book[sheet][cell].comment = Comment(text, "Người lập biểu")

    def font(self, sheet: str, cell: str, name: str) -> None:
        """Set a cell in another font."""
        self._book[sheet][cell].font = Font(name=name, size=11)

    def show_as(self, sheet: str, cell: str, number_format: str, value: Decimal) -> None:
        """A number and how it is shown ("0%")."""
        self._book[sheet][cell].value = float(value)
        self._book[sheet][cell].number_format = number_format

    def unprotect(self, sheet: str) -> None:
        self._book[sheet].protection.sheet = False

    def drop_checks(self, sheet: str) -> None:
        """Take away every drop-down list and check of what is typed, as pasting over the cells does."""
        self._book[sheet].data_validations.dataValidation = []

    def define_name(self, name: str, formula: str) -> None:
        """A name of a range, a foreign or a broken one."""
        self._book.defined_names[name] = DefinedName(name, attr_text=formula)
