"""What every visible sheet of a form and of a marked copy has: protection, A4 landscape, a footer."""

from dtxl.core.text import tidy
from dtxl.files.form_rules import short
from dtxl.files.xlsx_write import Sheet
from dtxl.model.form import Form

# Protection guards formulas and fixed text; filtering, widening and copying stay possible.
PROTECTION = {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True}
LISTING = "Lỗi cần sửa"  # first sheet of a marked copy; it returns with the corrected file
_A4 = 9
# The size stands first: a name that begins with a digit would otherwise be read as part of it.
_FONT = '&9&"Times New Roman,Regular"'


def page(sheet: Sheet, form: Form, last: tuple[int, int], repeat: int | None = None, *, one: bool = False) -> None:
    """Set up `sheet` for print and protect it.

    One page wide (`one`: and one high), the cells up to `last` (row, column), row `repeat` on every page; agency,
    period and page number below.
    """
    raw = sheet.raw
    raw.set_landscape()
    raw.set_paper(_A4)
    raw.fit_to_pages(1, 1 if one else 0)
    raw.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    # Excel takes 255 characters in all, and XlsxWriter drops a longer footer. "&" begins a code in a footer; the names
    # are only decoration there, so it is written as a word.
    name, period = (tidy(text.replace("&", " và ")) for text in (form.agency.name, form.period.name))
    period = short(period[:1].upper() + period[1:], 60)
    raw.set_footer(f"&L{_FONT}{short(name, 90)}&C{_FONT}{period}&R{_FONT}Trang &P/&N", {"margin": 0.3})
    if repeat is not None:
        raw.repeat_rows(repeat)
    raw.print_area(0, 0, *last)
    raw.hide_gridlines(2)
    raw.protect("", PROTECTION)
