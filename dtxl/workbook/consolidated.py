"""tong-hop.xlsx: an overview with charts, and a table sheet for each way of looking at the quarter."""

from dtxl.files.xlsx_write import Book
from dtxl.model.rollup import Rollup
from dtxl.workbook.overview import draw_overview
from dtxl.workbook.table import draw_table
from dtxl.workbook.tables import tables


def draw_consolidated(rollup: Rollup) -> bytes:
    """The consolidated workbook of a period as the bytes of an .xlsx file; equal rollups give equal bytes.

    Every figure is the rollup's, unrounded in its cell (percent: 0 to 100). What agencies typed is text, never a
    formula. Raises WriteError where a table has more rows than a sheet holds.
    """
    plan, period = rollup.plan.info, rollup.period
    title = f"Tổng hợp {period.name}"
    book = Book(title)
    subtitle = f"{plan.title} – {period.name}" if plan.title else period.name
    draw_overview(book, rollup, subtitle)
    for table in tables(rollup):
        draw_table(book, table, subtitle)
    return book.content()
