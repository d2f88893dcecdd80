"""One table on one sheet: title, header, rows, and all that makes it fit for reading, filtering and printing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from dtxl.files.xlsx_write import MAX_TEXT, Book, Sheet, cut
from dtxl.model.form import cell_name

Value = str | int | Decimal | Fraction | date | datetime | None

TITLE_ROW, SUBTITLE_ROW, NOTE_ROW, HEADER_ROW = 0, 1, 2, 3
FIRST_ROW = HEADER_ROW + 1  # of the data, zero-based
LINE = 15.0  # points of one printed line at size 11, with some room
_SMALL_LINE = 13.0  # and at size 10, the size of the tables
_TALLEST = 409.0  # no row can be higher

HEAD_FILL, BORDER, LINK_COLOUR = "#1F4E79", "#BFBFBF", "#0563C1"
# Tone → (fill, letters). The words stand in the cell too: a black-and-white print says the same.
TONES = {
    "exceeded": ("#A9D08E", "#0B3D0B"),
    "met": ("#E2EFDA", "#1E5631"),
    "missed": ("#F8CBAD", "#843C0C"),
    "no_data": ("#E7E6E6", "#404040"),
    "accepted": ("#E2EFDA", "#1E5631"),
    "late": ("#FFE699", "#7F6000"),
    "rejected": ("#F8CBAD", "#843C0C"),
    "missing": ("#E7E6E6", "#404040"),
    "critical": ("#E6A09A", "#5C0E0E"),
    "error": ("#F8CBAD", "#843C0C"),
    "warning": ("#FFE699", "#7F6000"),
    "note": ("#DDEBF7", "#1F3864"),
    "total": ("#D9E1F2", "#000000"),
}
CUT = "… (nội dung quá dài, xem tệp gốc)"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `width` in characters. `centre` is for short words, numbers stand right whatever it says."""

    title: str
    width: float
    centre: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that is shown in its own way: number format, tone, or as a link to (sheet, cell) of this workbook, or of
    the workbook at `file`, a path relative to this one's folder."""

    value: Value
    form: str = ""
    tone: str = ""
    link: tuple[str, str] | None = None
    file: str = ""


Row = Sequence[Value | Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with one table. `note` stands over it, `after` below it, one merged line each; `frozen` columns stay."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""
    after: Sequence[str] = ()
    frozen: int = 0


def figure(value: Decimal | Fraction | None, unit: str, tone: str = "") -> Cell:
    """A figure in `unit`, unrounded in the cell; a percentage (0 to 100) shows two decimals, a whole number none."""
    return Cell(value, "0.00" if unit == "%" else "", tone)


def change(now: Fraction | None, before: Fraction | None, unit: str) -> Cell:
    """The difference to the period before, with its sign; blank where one of the two is missing."""
    if now is None or before is None:
        return Cell(None)
    difference = now - before
    plain = difference.denominator == 1 and unit != "%"
    return Cell(difference, "+#,##0;-#,##0;0" if plain else "+#,##0.00;-#,##0.00;0.00")


def share(part: int, whole: int) -> Cell:
    """`part` of `whole` in percent; blank where there is nothing to divide by."""
    return Cell(Fraction(100 * part, whole) if whole else None, "0.00")


def draw_table(book: Book, table: Table, subtitle: str) -> None:
    """Draw `table` on a new sheet; an empty one says so under its header."""
    sheet = book.sheet(table.name)
    last = len(table.columns) - 1
    widths = [column.width for column in table.columns]
    for number, width in enumerate(widths):
        sheet.raw.set_column(number, number, width)
    draw_heading(sheet, table.title, subtitle)
    if table.note:
        merged_line(sheet, NOTE_ROW, last, table.note, sum(widths))
    header = book.style(
        bold=True, font_color="#FFFFFF", bg_color=HEAD_FILL, border=1, border_color=BORDER,
        align="center", valign="vcenter", text_wrap=True,
    )  # fmt: skip
    for number, column in enumerate(table.columns):
        sheet.text(HEADER_ROW, number, column.title, header)
    # Room for the filter's button beside the last line of the title.
    lines = max(ceil(len(column.title) / max(column.width - 3, 3)) for column in table.columns)
    sheet.raw.set_row(HEADER_ROW, LINE * min(max(lines, 2), 4) + 3)
    end = HEADER_ROW
    for end, row in enumerate(table.rows, FIRST_ROW):
        for number, cell in enumerate(row):
            put(sheet, end, number, cell, centre=table.columns[number].centre)
        sheet.raw.set_row(end, height_of(row, widths))
    if not table.rows:
        end = FIRST_ROW
        sheet.merge((end, 0), (end, last), "Không có", book.style(italic=True, border=1, border_color=BORDER))
    else:
        sheet.raw.autofilter(HEADER_ROW, 0, end, last)
    for offset, text in enumerate(table.after, 2):
        merged_line(sheet, end + offset, last, text, sum(widths))
    sheet.raw.freeze_panes(FIRST_ROW, table.frozen)
    sheet.raw.repeat_rows(HEADER_ROW)
    set_up_print(sheet, tall=True)


def draw_heading(sheet: Sheet, title: str, subtitle: str) -> None:
    """The sheet's title and, under it, the period it speaks of."""
    sheet.text(TITLE_ROW, 0, title, sheet.book.style(bold=True, font_size=14, font_color=HEAD_FILL))
    sheet.text(SUBTITLE_ROW, 0, subtitle, sheet.book.style(italic=True))
    sheet.raw.set_row(TITLE_ROW, 22)


def merged_line(sheet: Sheet, row: int, last: int, text: str, width: float) -> None:
    """`text` over the columns 0 to `last` (`width` characters in all), the row as high as it needs."""
    sheet.merge((row, 0), (row, last), fitting(text), sheet.book.style(italic=True, text_wrap=True, valign="top"))
    # Merged cells are never fitted by the spreadsheet program itself.
    sheet.raw.set_row(row, min(LINE * ceil(len(text) / (width * 1.05)) + 3, _TALLEST))


def height_of(row: Row, widths: Sequence[float]) -> float:
    """Points that the longest text of `row` needs in columns of `widths` characters. Rows are given their height: not
    every spreadsheet program fits wrapped text when it opens a file."""
    lines = 1
    for item, width in zip(row, widths, strict=True):
        value = item.value if isinstance(item, Cell) else item
        if isinstance(value, str):
            # About 1.6 letters of size 10 to a unit of width; the word that no longer fits leaves its part empty.
            room = max(width * 1.6 - 4, width)
            lines = max(lines, sum(ceil(max(len(part), 1) / room) for part in value.split("\n")))
    return min(lines * _SMALL_LINE + 4, _TALLEST)


def put(sheet: Sheet, row: int, column: int, item: Value | Cell, *, centre: bool = False) -> None:
    """Write one bordered cell by the type of its value; text is always text."""
    cell = item if isinstance(item, Cell) else Cell(item)
    value = cell.value
    if cell.link is not None and cell.file:
        style = _style(sheet.book, cell, align="left", underline=1, font_color=LINK_COLOUR, text_wrap=True)
        sheet.file_link(row, column, cell.file, cell.link, fitting(str(value)), style)
    elif cell.link is not None:
        style = _style(sheet.book, cell, align="center", underline=1, font_color=LINK_COLOUR)
        sheet.link(row, column, *cell.link, fitting(str(value)), style)
    elif value is None or value == "":
        sheet.blank(row, column, _style(sheet.book, cell))
    elif isinstance(value, str):
        align = "center" if centre else "left"
        sheet.text(row, column, fitting(value), _style(sheet.book, cell, align=align, text_wrap=True))
    elif isinstance(value, datetime):
        style = _style(sheet.book, cell, align="center", num_format="dd/mm/yyyy hh:mm", shrink=True)
        sheet.moment(row, column, value, style)
    elif isinstance(value, date):
        sheet.day(row, column, value, _style(sheet.book, cell, align="center", num_format="dd/mm/yyyy"))
    else:
        form = cell.form or ("#,##0" if Fraction(value).denominator == 1 else "#,##0.00")
        style = _style(sheet.book, cell, align="right", num_format=form, shrink=True)
        sheet.number(row, column, float(value), style)


def fitting(text: str) -> str:
    """`text` as far as a cell holds it: what one agency typed must not stop the workbook of all."""
    return cut(text, MAX_TEXT, CUT)


def link_to(sheet: str, row: int) -> tuple[str, str]:
    """The place of a link to the first cell of a zero-based `row`."""
    return sheet, cell_name(row, 0)


def set_up_print(sheet: Sheet, *, tall: bool) -> None:
    """A4 landscape, as wide as one page (`tall`: as many pages as needed), with the sheet's name and page numbers."""
    raw = sheet.raw
    raw.set_landscape()
    raw.set_paper(9)
    raw.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    raw.fit_to_pages(1, 0 if tall else 1)
    raw.set_footer('&L&"Times New Roman,Italic"&10&A&R&"Times New Roman,Regular"&10Trang &P/&N')
    raw.hide_gridlines(2)


def _style(book: Book, cell: Cell, **props: Any) -> Any:
    fill, letters = TONES.get(cell.tone, ("", ""))
    if fill:
        props = {"bg_color": fill, "font_color": letters, **props}
    if cell.tone == "total":
        props["bold"] = True
    return book.style(border=1, border_color=BORDER, valign="top", font_size=10, **props)
