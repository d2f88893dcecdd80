"""Plan → `ke-hoach.xlsx`: coloured, printable, with drop-down lists and input help."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dtxl.core.errors import WriteError
from dtxl.core.numbers import from_cell
from dtxl.core.text import tidy
from dtxl.files.form_heights import row_height
from dtxl.files.xlsx_write import Book, Sheet
from dtxl.model.form import cell_name
from dtxl.model.plan import Plan
from dtxl.planbook.fields import (
    FIXED_LISTS,
    LIST_GROUPS,
    LIST_INDICATORS,
    LIST_LEVELS,
    MANY,
    Field,
    Table,
    Type,
)
from dtxl.planbook.guide import write_guide
from dtxl.planbook.layout import (
    GROUPS,
    INDICATORS,
    LABEL,
    LEVELS,
    LISTS,
    NOTE,
    PLAN,
    SECTIONS,
    TABLES,
    VALUE,
)
from dtxl.planbook.parse import FIRST_YEAR, LAST_YEAR
from dtxl.planbook.records import GUESSES, Record, to_records

HEADER_ROW = 3  # zero-based; above it the title and what to do
_SPARE = 200  # rows below the last one that have lists and help already
_LEAST = 18  # points: the lowest row
_RULED = 12  # rows below the last one that are ruled
_BORDER = {"border": 1, "border_color": "#BFBFBF"}
_ANY = Field("", "")
_BLUE, _PALE, _AMBER = "#1F4E78", "#F3F7FB", "#FCD5B4"
# Codes and short texts keep the text format, so that 07207 and 1.10 stay what they are; long texts do not, because
# Excel shows a text of more than 255 characters in such a cell as ####.
_AS_TEXT = (Type.LINE, Type.CODE, Type.REF, Type.CHOICE)


def write_planbook(plan: Plan) -> bytes:
    """The plan workbook of `plan`, as the bytes of an .xlsx.

    `read_planbook` gives an equal plan back, as long as texts are tidy (NFC, single spaces; `span`s are kept exactly),
    items of lists are not blank and are on one line, and dates lie within 1990–2100. Control characters, which no
    cell can hold, are left out; a text that itself looks like an escape of the file format (“_x005F_”) may change.
    Raises WriteError for a text of more than 32,767 characters and for a number that a cell cannot hold exactly (more
    than 15 digits).
    """
    book = Book(f"Tệp kế hoạch: {tidy(plan.info.title)}"[:200], base_font="Times New Roman")
    write_guide(book)
    _write_plan_sheet(book, plan)
    records = to_records(plan)
    for table in TABLES:
        _Sheet(book, table, records[table.sheet]).write()
    _write_lists(book)
    for name, table, column in (
        (LIST_LEVELS, LEVELS, "name"), (LIST_INDICATORS, INDICATORS, "code"), (LIST_GROUPS, GROUPS, "code"),
    ):  # fmt: skip
        _define_column(book, name, table, column)
    return book.content()


def _write_lists(book: Book) -> None:
    sheet = book.sheet(LISTS)
    for column, (name, words) in enumerate(FIXED_LISTS.items()):
        sheet.text(0, column, name)
        for row, word in enumerate(words, 1):
            sheet.text(row, column, word)
        letter = cell_name(0, column)[:-1]
        book.define(name, f"='{LISTS}'!${letter}$2:${letter}${len(words) + 1}")
    sheet.raw.hide()


def _define_column(book: Book, name: str, table: Table, column: str) -> None:
    """A list of what stands in a column, as long as it is: rows that staff add are in it at once."""
    letter = cell_name(0, table.column(column))[:-1]
    head, first = f"'{table.sheet}'!${letter}${HEADER_ROW + 1}", f"'{table.sheet}'!${letter}${HEADER_ROW + 2}"
    last = f"${letter}${HEADER_ROW + 5000}"
    book.define(name, f"=OFFSET({head},1,0,MAX(1,COUNTA({first}:{last})),1)")


def shown(field: Field, value: Any) -> str | Decimal | datetime.date | None:
    """What is written into a cell for a value of the model; None for a blank cell."""
    if value is None:
        return None
    if field.type is Type.CHOICE:
        return next(word for word, meaning in field.choices.items() if meaning == value)
    if field.type in MANY:
        return "\n".join(filter(None, map(tidy, value)))
    if field.type in (Type.NUMBER, Type.WHOLE):
        return Decimal(value)
    if isinstance(value, datetime.date):
        return value
    return str(value)


def put(book: Book, sheet: Sheet, place: tuple[int, int], field: Field, value: Any, **props: Any) -> None:
    """Write one value of the model, formatted for its type, plus `props` of the style."""
    row, column = place
    style = book.style(**{**cell_style(field), **props})
    what = shown(field, value)
    if isinstance(what, Decimal):
        if from_cell(float(what)) != what:
            raise WriteError(f"“{field.header}”: số {what} có quá nhiều chữ số cho một ô bảng tính.")
        sheet.number(row, column, what, style)
    elif isinstance(what, datetime.date):
        sheet.day(row, column, what, style)
    else:
        sheet.text(row, column, what or "", style)


def cell_style(field: Field) -> Record:
    """Properties of an input cell of `field`."""
    props: Record = {"text_wrap": True, "valign": "top", **_BORDER}
    if field.type in _AS_TEXT:
        props["num_format"] = "@"
    if field.type is Type.DAY:
        props |= {"num_format": "dd/mm/yyyy", "align": "center"}
    if field.type in (Type.CHOICE, Type.NUMBER, Type.WHOLE):
        props["align"] = "center"
    if "align" not in props:
        props |= {"align": "left", "indent": 1}
    if field.type is Type.SOURCE:
        props |= {"italic": True, "font_color": "#595959"}
    return props


def fit(sheet: Sheet, row: int, values: Sequence[tuple[Field, Any]], widths: Sequence[float]) -> None:
    """Give `row` its first height; `widths` are those of the columns that hold `values`, in characters."""
    texts = [what if isinstance(what := shown(field, value), str) else "" for field, value in values]
    sheet.height(row, row_height([(text, width, 11, False) for text, width in zip(texts, widths, strict=True)], _LEAST))


def validation(field: Field) -> Record:
    """Excel's own check and input help of a cell of `field`."""
    help_ = field.help
    out: Record = {"validate": "any", "input_title": field.header[:32], "input_message": help_}
    if field.menu:
        out |= {
            "validate": "list", "source": f"={field.menu}", "error_type": "stop" if field.strict else "warning",
            "error_title": field.header[:32],
            "error_message": ("Hãy chọn trong danh sách. " if field.strict else "Không có trong danh sách. ") + help_,
        }  # fmt: skip
    elif field.type is Type.DAY:
        out |= {
            "validate": "date", "criteria": "between", "minimum": datetime.date(FIRST_YEAR, 1, 1),
            "maximum": datetime.date(LAST_YEAR, 12, 31), "error_title": "Không phải ngày",
            "error_message": "Hãy gõ ngày theo thứ tự ngày/tháng/năm, ví dụ 31/12/2024.",
        }  # fmt: skip
    elif field.type is Type.NUMBER:
        out |= {
            "validate": "decimal", "criteria": "between", "minimum": -1e18, "maximum": 1e18,
            "error_title": "Không phải số", "error_message": "Hãy chỉ gõ số, không kèm chữ, ví dụ 85,5.",
        }  # fmt: skip
    elif field.type is Type.WHOLE:
        out |= {
            "validate": "integer", "criteria": "between", "minimum": field.low, "maximum": field.high,
            "error_title": "Số không hợp lệ", "error_message": f"Số nguyên từ {field.low} đến {field.high}.",
        }  # fmt: skip
    return out


def check_cells(sheet: Sheet, first: tuple[int, int], last: tuple[int, int], field: Field) -> None:
    """Put help and checks on a range. Raises ValueError where a text is longer than Excel takes."""
    options = validation(field)
    if options["validate"] == "any" and not options["input_message"]:
        return
    if len(options["input_message"]) > 255 or len(options.get("error_message", "")) > 255:
        raise ValueError(f"help of {field.header} is too long")
    if sheet.raw.data_validation(*first, *last, options):
        raise ValueError(f"validation of {field.header} refused")


def dress(book: Book, sheet: Sheet, title: str, hint: str, tab: str) -> None:
    """What all sheets share: title, hint, page set-up."""
    raw = sheet.raw
    raw.hide_gridlines(2)
    raw.set_tab_color(tab)
    sheet.text(0, 0, title, book.style(bold=True, font_size=14, font_color=_BLUE, valign="vcenter"))
    sheet.text(1, 0, hint, book.style(italic=True, font_color="#595959", valign="vcenter"))
    for row, points in enumerate((24, 18, 6)):
        sheet.height(row, points)
    raw.set_landscape()
    raw.set_paper(9)
    raw.fit_to_pages(1, 0)
    raw.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    raw.set_footer('&L&"Times New Roman,Regular"&9&A&R&"Times New Roman,Regular"&9Trang &P/&N')
    raw.repeat_rows(HEADER_ROW)


def header_style(book: Book, fill: str = _BLUE) -> Any:
    """The style of a header cell."""
    return book.style(
        bold=True, font_size=10, font_color="white", bg_color=fill, align="center", valign="vcenter", text_wrap=True,
        **_BORDER,
    )  # fmt: skip


@dataclass(frozen=True)
class _Sheet:
    """One table sheet being drawn."""

    book: Book
    table: Table
    records: Sequence[Record]

    def write(self) -> None:
        """Draw the sheet: head, rows, drop-downs, printing."""
        table, sheet = self.table, self.book.sheet(self.table.sheet, growing=True)
        dress(self.book, sheet, table.title, table.hint, table.tab)
        raw = sheet.raw
        last = HEADER_ROW + len(self.records)
        for column, field in enumerate(table.fields):
            fill = "#7F7F7F" if column >= len(table.fields) - table.unprinted else _BLUE
            raw.set_column(column, column, field.width)
            sheet.text(HEADER_ROW, column, field.title, header_style(self.book, fill))
            check_cells(sheet, (HEADER_ROW + 1, column), (last + _SPARE, column), field)
            for row, record in enumerate(self.records, HEADER_ROW + 1):
                put(self.book, sheet, (row, column), field, record[field.name], **_zebra(row))
            for row in range(last + 1, last + 1 + _RULED):
                sheet.blank(row, column, self.book.style(**cell_style(field)))
        for row, record in enumerate(self.records, HEADER_ROW + 1):
            fit(sheet, row, [(f, record[f.name]) for f in table.fields], [f.width for f in table.fields])
        sheet.height(HEADER_ROW, row_height([(f.title, f.width - 1, 10, True) for f in table.fields], 24))
        raw.freeze_panes(HEADER_ROW + 1, table.frozen)
        raw.autofilter(HEADER_ROW, 0, max(last, HEADER_ROW + 1), len(table.fields) - 1)
        raw.ignore_errors({"number_stored_as_text": f"A1:{cell_name(last + _SPARE, len(table.fields) - 1)}"})
        if table.unprinted:
            raw.print_area(0, 0, last + _RULED, len(table.fields) - 1 - table.unprinted)
        if table is INDICATORS:
            self._colour_guesses(sheet, last)

    def _colour_guesses(self, sheet: Sheet, last: int) -> None:
        """Amber while the column's name stands in “Phỏng đoán”; gone as soon as someone takes it out."""
        amber = self.book.book.add_format({"bg_color": _AMBER})
        listed = f"${cell_name(HEADER_ROW + 1, self.table.column('guessed'))}"
        for column, field in enumerate(self.table.fields):
            header = GUESSES["targets"] if field.name == "guessed" else GUESSES[field.name]
            formula = f'=ISNUMBER(SEARCH(CHAR(10)&"{header}"&CHAR(10),CHAR(10)&{listed}&CHAR(10)))'
            if field.name == "guessed":
                formula = f"=LEN({listed})>0"
            sheet.raw.conditional_format(
                HEADER_ROW + 1, column, last + _SPARE, column,
                {"type": "formula", "criteria": formula, "format": amber},
            )  # fmt: skip


def _zebra(row: int) -> Record:
    return {"bg_color": _PALE} if (row - HEADER_ROW) % 2 == 0 else {}


def _write_plan_sheet(book: Book, plan: Plan) -> None:
    sheet = book.sheet(PLAN, growing=True)
    raw = sheet.raw
    hint = "Sửa ở cột Giá trị; không đổi tên ở cột Nội dung. Xuống dòng trong ô bằng Alt+Enter."
    dress(book, sheet, "KẾ HOẠCH VÀ KHUNG BÁO CÁO", hint, _BLUE)
    widths = (32, 64, 56)
    for column, (header, width) in enumerate(zip((LABEL, VALUE, NOTE), widths, strict=True)):
        raw.set_column(column, column, width)
        sheet.text(HEADER_ROW, column, header, header_style(book))
    section = book.style(align="left", indent=1, bold=True, font_color=_BLUE, bg_color="#DDEBF7", **_BORDER)
    label = book.style(align="left", indent=1, bold=True, text_wrap=True, valign="top", **_BORDER)
    note = book.style(
        align="left", indent=1, italic=True, font_color="#595959", text_wrap=True, valign="top", **_BORDER
    )
    row = HEADER_ROW + 1
    for title, part, fields in SECTIONS:
        for column in range(3):
            sheet.text(row, column, title if column == 0 else "", section)
        row += 1
        for field in fields:
            sheet.text(row, 0, field.title, label)
            value = getattr(getattr(plan, part), field.name)
            put(book, sheet, (row, 1), field, value, align="left", indent=1)
            check_cells(sheet, (row, 1), (row, 1), field)
            sheet.text(row, 2, field.help, note)
            fit(sheet, row, [(_ANY, field.title), (field, value), (_ANY, field.help)], widths)
            row += 1
    sheet.height(HEADER_ROW, 22)
    raw.fit_to_pages(1, 1)  # a heading must not be left at the foot of a page
    raw.freeze_panes(HEADER_ROW + 1, 1)
    raw.ignore_errors({"number_stored_as_text": f"B1:B{row}"})
