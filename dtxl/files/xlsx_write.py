"""XlsxWriter behind one door: typed writes only, and every refused write is an exception.

XlsxWriter drops a write outside the sheet and cuts an over-long string with nothing but a return code; its `write()`
turns text that begins with "=" into a formula; its formulas carry a cached 0. None of that passes here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dtxl.core.errors import WriteError
from dtxl.core.names import PROPERTY_LIMIT, defined_name, first_units, property_name, sheet_name, units
from dtxl.core.text import without_control

MAX_TEXT = 32767  # UTF-16 units, the way Excel counts: an emoji is two
_MAX_PATH = 1000
_NOT_IN_A_LINK = frozenset('#%|<>"\\:*?\n\t')
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
# XlsxWriter writes a text "<r>…</r>" as markup; of two escapes that share a stroke ("_x005F_x000D_") it hides only one.
_OVERLAPPING = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
_PIECES = re.compile("(?<=_)(?=x[0-9A-Fa-f]{4}_)|(?<=^<)(?=r>)|(?<=^<r)(?=>)")
# Workbooks carry a fixed date of creation, so that the same content gives the same bytes.
FIXED_DATE = datetime(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a chart, all of it in cells of one sheet (zero-based): its name's cell; the column of its values and
    that of the categories, between `first` and `last` row. `colour` is "#RRGGBB"."""

    name: tuple[int, int]
    categories: int
    values: int
    first: int
    last: int
    colour: str


class Book:
    """A workbook in memory; `content()` closes it and gives its bytes."""

    def __init__(self, title: str = "", custom: Mapping[str, str] | None = None, *, base_font: str = "") -> None:
        """`base_font`: font of the workbook's Normal style, by whose digits every program measures column widths (""
        is Calibri, which LibreOffice often lacks and replaces by a wider one)."""
        self._buffer = BytesIO()
        self.book = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_date_format": "dd/mm/yyyy",
                **({"default_format_properties": {"font_name": base_font, "font_size": 11}} if base_font else {}),
            },
        )
        self.book.set_properties({"title": cut(title, PROPERTY_LIMIT), "created": FIXED_DATE})
        for name, value in (custom or {}).items():
            clean = without_control(value)
            if units(clean) > PROPERTY_LIMIT:  # a program would drop it, and with it what the file says of itself
                raise WriteError(f"Nội dung quá dài để ghi vào thuộc tính tệp ({name}): {clean[:80]}…")
            _named(name, property_name(name))
            self.book.set_custom_property(name, clean, "text")
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def sheet(self, name: str, *, growing: bool = False) -> "Sheet":
        """A new sheet. `growing`: heights given to its rows are first heights; rows grow with what is typed. Raises
        WriteError for a name that is not of `names.sheet_name`'s making: changed here, links would miss it."""
        _named(name, sheet_name(name, [sheet.get_name() for sheet in self.book.worksheets()]))
        return Sheet(self, self.book.add_worksheet(name, _GrowingRows if growing else None))

    def style(self, **props: Any) -> Format:
        """A format, made once for equal properties; Times New Roman unless said otherwise."""
        props = {"font_name": "Times New Roman", "font_size": 11, **props}
        key = tuple(sorted(props.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(props)
        return self._formats[key]

    def define(self, name: str, formula: str) -> None:
        _named(name, defined_name(name))
        _checked(self.book.define_name(name, without_control(formula)), f"tên {name}")

    def content(self) -> bytes:
        self.book.close()
        return self._buffer.getvalue()


class _GrowingRows(Worksheet):
    """Rows whose height is only a start. XlsxWriter marks every given height as the user's own (customHeight), and
    spreadsheet programs then never fit the row again: what an agency types into it would be cut."""

    def _xml_start_tag_unencoded(self, tag: str, attributes: Any = ()) -> None:
        if tag == "row":
            attributes = [(name, value) for name, value in attributes if name != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)


class Sheet:
    """A sheet; rows and columns zero-based. `raw` is XlsxWriter's own object for set-up (widths, panes, printing)."""

    def __init__(self, book: Book, raw: Worksheet) -> None:
        self.book, self.raw = book, raw

    def text(self, row: int, column: int, text: str, style: Format | None = None) -> None:
        """`text` as text, whatever it begins with. Characters that XML cannot hold are left out; a line ends by a
        line feed alone. Raises WriteError for more than a cell holds."""
        text = _clean(text)
        if units(text) > MAX_TEXT:
            raise WriteError(f"Nội dung quá dài cho một ô ({units(text)} ký tự): {text[:80]}…")
        if not text:
            self.blank(row, column, style)
        elif _misread(text):
            # In pieces the library escapes it as it should, and every program reads the pieces as one text.
            pieces = [*_PIECES.split(text), *([style] if style is not None else [])]
            _checked(self.raw.write_rich_string(row, column, *pieces), f"ô {row},{column}")
        else:
            _checked(self.raw.write_string(row, column, text, style), f"ô {row},{column}")

    def number(self, row: int, column: int, number: Decimal | float, style: Format | None = None) -> None:
        _checked(self.raw.write_number(row, column, float(number), style), f"ô {row},{column}")

    def day(self, row: int, column: int, day: date, style: Format) -> None:
        _checked(
            self.raw.write_datetime(row, column, datetime(day.year, day.month, day.day), style), f"ô {row},{column}"
        )

    def formula(self, row: int, column: int, formula: str, cached: str | float, style: Format | None = None) -> None:
        """Our own formula with the result that it will have ("" for a blank one): a reader never sees a false 0. A
        result that is a text may be what an agency typed; one that reads as an error value is left to be computed."""
        if isinstance(cached, str):
            cached = "" if cached in _ERRORS else cut(cached, MAX_TEXT)
        _checked(self.raw.write_formula(row, column, formula, style, cached), f"ô {row},{column}")

    def blank(self, row: int, column: int, style: Format | None = None) -> None:
        if style is not None:
            _checked(self.raw.write_blank(row, column, None, style), f"ô {row},{column}")

    def link(self, row: int, column: int, sheet: str, cell: str, text: str, style: Format) -> None:
        """A link to a cell of this workbook."""
        target = "internal:'" + _clean(sheet).replace("'", "''") + f"'!{cell}"
        self._linked(row, column, target, text, style)

    def file_link(
        self, row: int, column: int, path: str, place: tuple[str, str], text: str, style: Format
    ) -> None:  # fmt: skip
        """A link to a cell, (sheet, cell), of another workbook; `path` is relative to this one's folder. A path that a
        link cannot hold, or that leads out of the folder (to a server, a drive, the folder above), is no link: `text`
        stands alone."""
        sheet, cell = place
        target = f"external:{path}#'" + sheet.replace("'", "''") + f"'!{cell}"
        if not _NOT_IN_A_LINK & set(path) and _leads_below(path) and len(target) <= _MAX_PATH and _clean(path) == path:
            self._linked(row, column, _clean(target), text, style)
        else:
            self.text(row, column, text, style)

    def _linked(self, row: int, column: int, target: str, text: str, style: Format) -> None:
        """A link of ours with a text that is anybody's: written over the link's own, for the link's would be rich text,
        or the target where it is empty."""
        own = "→" if not _clean(text) or _misread(_clean(text)) else cut(text, MAX_TEXT)
        _checked(self.raw.write_url(row, column, target, style, own), f"ô {row},{column}")
        self.text(row, column, text, style)

    def height(self, row: int, points: float) -> None:
        _checked(self.raw.set_row(row, points), f"dòng {row}")

    def comment(self, row: int, column: int, text: str, author: str, size: tuple[int, int]) -> None:
        """A classic cell comment; `size` is (width, height) in pixels."""
        options = {
            "author": author,
            "width": size[0],
            "height": size[1],
            "font_name": "Times New Roman",
            "font_size": 10,
        }
        _checked(self.raw.write_comment(row, column, cut(text, MAX_TEXT), options), f"ghi chú {row},{column}")

    def validate(self, cells: Sequence[tuple[int, int, int, int]], options: Mapping[str, Any]) -> None:
        """One data validation on ranges (first row, first column, last row, last column)."""
        others = [list(cell) for cell in cells[1:]]
        _checked(self.raw.data_validation(*cells[0], {**options, "other_cells": others}), f"ràng buộc {cells[0]}")

    def condition(self, ranges: str, formula: str, style: Format) -> None:
        """A classic conditional format; `ranges` as "H5:H9 J5:J9", `formula` relative to the first cell of it."""
        options = {"type": "formula", "criteria": formula, "format": style, "multi_range": ranges}
        _checked(self.raw.conditional_format(ranges.split(" ")[0], options), f"định dạng {ranges}")

    def moment(self, row: int, column: int, when: datetime, style: Format) -> None:
        """Day and time of day, as the clock showed them (a cell has no time zone)."""
        _checked(self.raw.write_datetime(row, column, when.replace(tzinfo=None), style), f"ô {row},{column}")

    def chart(
        self, place: tuple[int, int], kind: str, title: str, series: Sequence[Series], size: tuple[int, int],
        *, down: int = 0,
    ) -> None:  # fmt: skip
        """A native chart of this sheet's own cells. `kind`: "stacked" bars lie, "clustered" columns stand; each part
        carries its number, a zero none. `place` is its top left cell; `size` (width, height) and `down`, how far below
        that cell's edge it starts, are pixels."""
        lying = kind == "stacked"
        chart = self.book.book.add_chart({"type": "bar", "subtype": "stacked"} if lying else {"type": "column"})
        font = {"name": "Times New Roman", "size": 10}
        label = {"value": True, "num_format": "#,##0;;", "font": font}
        for one in series:
            chart.add_series(
                {
                    "name": [self.raw.name, *one.name],
                    "categories": [self.raw.name, one.first, one.categories, one.last, one.categories],
                    "values": [self.raw.name, one.first, one.values, one.last, one.values],
                    "fill": {"color": one.colour},
                    "gap": 60,
                    "data_labels": {**label, "position": "center" if lying else "outside_end"},
                }
            )
        chart.set_title({"name": title, "name_font": {**font, "size": 13, "bold": True}, "overlay": False})
        chart.set_legend({"position": "bottom", "font": font})
        names, numbers = {"num_font": font}, {"visible": False, "major_gridlines": {"visible": False}}
        # A lying chart counts its categories from below; turned round they stand as in the table.
        chart.set_x_axis(numbers if lying else names)
        chart.set_y_axis({**names, "reverse": True} if lying else numbers)
        chart.set_size({"width": size[0], "height": size[1]})
        options = {"object_position": 2, "description": title, "y_offset": down}
        _checked(self.raw.insert_chart(*place, chart, options), f"biểu đồ {title}")

    def merge(self, first: tuple[int, int], last: tuple[int, int], text: str, style: Format) -> None:
        """Merge a range and write `text` as text into it."""
        _checked(self.raw.merge_range(*first, *last, "", style), f"ô {first}")
        self.text(first[0], first[1], text, style)


def _checked(code: Any, what: str) -> None:
    if isinstance(code, int) and code < 0:
        raise WriteError(f"Không ghi được vào bảng tính ({what}, mã {code}).")


def cut(text: str, limit: int, mark: str = "") -> str:
    """`text` as a cell can hold it, in at most `limit` units, `mark` behind it where it was cut."""
    text = _clean(text)
    if units(text) <= limit:
        return text
    return first_units(text, limit - units(mark)) + mark


def _named(name: str, safe: str) -> None:
    if name != safe:
        raise WriteError(f"Tên không dùng được trong bảng tính: “{name}”.")


def _clean(text: str) -> str:
    return without_control(text.replace("\r\n", "\n").replace("\r", "\n"))


def _misread(text: str) -> bool:
    return (text.startswith("<r>") and text.endswith("</r>")) or bool(_OVERLAPPING.search(text))


def _leads_below(path: str) -> bool:
    return bool(path) and not path.startswith("/") and ".." not in path.split("/")
