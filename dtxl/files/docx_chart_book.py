"""The workbook inside a chart: what Word opens at "Edit Data". Its cells are the chart's cached values, to the bit."""

from dtxl.core.errors import WriteError
from dtxl.files.docx_chart_data import Chart
from dtxl.files.xlsx_write import Book

SHEET = "Số liệu"
_NAME_WIDTH, _NUMBER_WIDTH = 60, 18


class Exact(float):
    """A number that is written with all the digits it has: XlsxWriter writes 16, and a double may need 17."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def column(number: int) -> str:
    """The letters of a column, `number` zero-based; a chart has fewer than 26."""
    return chr(ord("A") + number)


def cells(number: int, first: int, last: int) -> str:
    """The reference of a column's rows `first` to `last`, one-based; one cell where they are the same."""
    start, end = f"${column(number)}${first}", f"${column(number)}${last}"
    return f"'{SHEET}'!{start}" if first == last else f"'{SHEET}'!{start}:{end}"


def chart_book(chart: Chart) -> bytes:
    """One sheet: names of the series in row 1, a category in each row below, no formula. Equal charts, equal bytes.

    Raises WriteError where a text is longer than a cell holds.
    """
    book = Book(chart.title, base_font="Times New Roman")
    sheet = book.sheet(SHEET)
    head, plain = book.style(bold=True, text_wrap=True, valign="top"), book.style(text_wrap=True, valign="top")
    sheet.text(0, 0, chart.across, head)
    for row, category in enumerate(chart.categories, 1):
        sheet.text(row, 0, category, plain)
    for place, series in enumerate(chart.series, 1):
        sheet.text(0, place, series.name, head)
        own = {label.index: label.number for label in series.labels}
        for index, value in enumerate(series.values):
            if value is None:
                continue
            style = book.style(num_format=own.get(index, series.number), valign="top")
            if sheet.raw.write_number(index + 1, place, Exact(value), style) < 0:
                raise WriteError(f"Không ghi được số liệu của biểu đồ {chart.title}.")
    sheet.raw.set_column(0, 0, _NAME_WIDTH)
    sheet.raw.set_column(1, len(chart.series), _NUMBER_WIDTH)
    sheet.raw.freeze_panes(1, 1)
    return book.content()
