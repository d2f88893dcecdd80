"""XlsxWriter behind one door: typed writes only, and every refused write is an exception.

XlsxWriter drops a write outside the sheet and cuts an over-long string with nothing but a return code; its `write()`
turns text that begins with "=" into a formula; its formulas carry a cached 0. None of that passes here.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dtxl.core.errors import WriteError
from dtxl.core.text import without_control

MAX_TEXT = 32767
# Workbooks carry a fixed date of creation, so that the same content gives the same bytes.
FIXED_DATE = datetime(2024, 1, 1)


class Book:
    """A workbook in memory; `content()` closes it and gives its bytes."""

    def __init__(self, title: str = "", custom: Mapping[str, str] | None = None) -> None:
        self._buffer = BytesIO()
        self.book = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_date_format": "dd/mm/yyyy",
            },
        )
        self.book.set_properties({"title": title, "created": FIXED_DATE})
        for name, value in (custom or {}).items():
            self.book.set_custom_property(name, value, "text")
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def sheet(self, name: str) -> "Sheet":
        return Sheet(self, self.book.add_worksheet(name))

    def style(self, **props: Any) -> Format:
        """A format, made once for equal properties; Times New Roman unless said otherwise."""
        props = {"font_name": "Times New Roman", "font_size": 11, **props}
        key = tuple(sorted(props.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(props)
        return self._formats[key]

    def define(self, name: str, formula: str) -> None:
        _checked(self.book.define_name(name, formula), f"tên {name}")

    def content(self) -> bytes:
        self.book.close()
        return self._buffer.getvalue()


class Sheet:
    """A sheet; rows and columns zero-based. `raw` is XlsxWriter's own object for set-up (widths, panes, printing)."""

    def __init__(self, book: Book, raw: Worksheet) -> None:
        self.book, self.raw = book, raw

    def text(self, row: int, column: int, text: str, style: Format | None = None) -> None:
        """`text` as text, whatever it begins with. Characters that XML cannot hold are left out."""
        text = without_control(text)
        if len(text) > MAX_TEXT:
            raise WriteError(f"Nội dung quá dài cho một ô ({len(text)} ký tự): {text[:80]}…")
        if text:
            _checked(self.raw.write_string(row, column, text, style), f"ô {row},{column}")
        else:
            self.blank(row, column, style)

    def number(self, row: int, column: int, number: Decimal | float, style: Format | None = None) -> None:
        _checked(self.raw.write_number(row, column, float(number), style), f"ô {row},{column}")

    def day(self, row: int, column: int, day: date, style: Format) -> None:
        _checked(
            self.raw.write_datetime(row, column, datetime(day.year, day.month, day.day), style), f"ô {row},{column}"
        )

    def formula(self, row: int, column: int, formula: str, cached: str | float, style: Format | None = None) -> None:
        """Our own formula with the result that it will have ("" for a blank one): a reader never sees a false 0."""
        _checked(self.raw.write_formula(row, column, formula, style, cached), f"ô {row},{column}")

    def blank(self, row: int, column: int, style: Format | None = None) -> None:
        if style is not None:
            _checked(self.raw.write_blank(row, column, None, style), f"ô {row},{column}")

    def link(self, row: int, column: int, sheet: str, cell: str, text: str, style: Format) -> None:
        """A link to a cell of this workbook."""
        target = "internal:'" + sheet.replace("'", "''") + f"'!{cell}"
        _checked(self.raw.write_url(row, column, target, style, without_control(text)), f"ô {row},{column}")

    def merge(self, first: tuple[int, int], last: tuple[int, int], text: str, style: Format) -> None:
        """Merge a range and write `text` as text into it."""
        _checked(self.raw.merge_range(*first, *last, "", style), f"ô {first}")
        self.text(first[0], first[1], text, style)


def _checked(code: Any, what: str) -> None:
    if isinstance(code, int) and code < 0:
        raise WriteError(f"Không ghi được vào bảng tính ({what}, mã {code}).")
