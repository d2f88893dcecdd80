"""Drawing a form: exactly the cells of its geometry (model.form), and what makes them pleasant and safe to fill.

Used for the form that is sent out and for the marked copy that is sent back: the one is the other without figures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from dtxl.core.codes import ORDER, Severity
from dtxl.files import form_formulas
from dtxl.files.form_guide import draw_guide
from dtxl.files.form_heights import row_height
from dtxl.files.form_hidden import draw_hidden, lists_of
from dtxl.files.form_page import page
from dtxl.files.form_rules import colour_indicators, colour_tasks, short, validate
from dtxl.files.form_styles import NUMBER_FORMATS, PLACES, Style, fixed_style, input_style, look
from dtxl.files.xlsx_write import MAX_TEXT, Book, Sheet
from dtxl.model.form import (
    ABOUT,
    COLUMNS,
    HEADER_ROW,
    INDICATORS,
    RESULT_COLUMN,
    STATE_COLUMN,
    TASKS,
    FixedText,
    Form,
    FormField,
    IndicatorRow,
)
from dtxl.model.plan import Kind
from dtxl.model.submission import Value

AUTHOR = "dtxl"
_HEAD_HEIGHTS = {"title": 26, "subtitle": 20, "hint": 20}
_COMMENT_WIDTH, _COMMENT_LIMIT = 300, 2_000


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said at one input cell: (severity, message), one at least."""

    remarks: tuple[tuple[Severity, str], ...]

    @property
    def gravest(self) -> tuple[Severity, str]:
        return min(self.remarks, key=lambda remark: ORDER[remark[0]])

    @property
    def comment(self) -> str:
        return "\n\n".join(f"{severity.vi}: {text}" for severity, text in self.remarks)


@dataclass(frozen=True)
class Filling:
    """What stands in a form: field → value, field → mark."""

    values: Mapping[str, Value] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)


def draw_form_sheets(book: Book, form: Form, key: bytes, filling: Filling | None = None) -> None:
    """The five sheets of `form`, signed with `key`, into `book` (made by `form_book`), filled where told."""
    filling = filling or Filling()
    draw_guide(book, form)
    for name in COLUMNS:
        _table(book, form, name, filling)
    draw_hidden(book, form, key)


def _table(book: Book, form: Form, name: str, filling: Filling) -> None:
    sheet = book.sheet(name, growing=True)
    columns = COLUMNS[name]
    for index, spec in enumerate(columns):
        if index:
            sheet.raw.set_column(index, index, spec.width)
    sheet.raw.set_column(0, 0, 12, fixed_style(book, "key"), {"hidden": True})
    cells = _fixed(book, sheet, form, name)
    cells |= _inputs(book, sheet, form, name, filling)
    if name == INDICATORS:
        for row in form.indicator_rows:
            cells |= _live(book, sheet, row, filling)
    _unused(book, sheet, form, name, cells)
    _heights(sheet, form, name, cells)
    prompts = {name_: mark.gravest for name_, mark in filling.marks.items()}
    validate(sheet, form, lists_of(form), prompts)
    if name == INDICATORS:
        colour_indicators(book, sheet, form)
        sheet.raw.set_zoom(90)
    elif name == TASKS:
        colour_tasks(book, sheet, form)
    header, last = HEADER_ROW[name], form.last_row(name)
    if name != ABOUT and last > header:
        sheet.raw.autofilter(header, 0, last, len(columns) - 1)
    sheet.raw.freeze_panes(header + 1, 0 if name == ABOUT else 3)
    page(sheet, form, (last, len(columns) - 1), header)


def _fixed(book: Book, sheet: Sheet, form: Form, name: str) -> dict[tuple[int, int], str]:
    """Write what the office says; gives (row, column) → text."""
    cells = {}
    for text in form.fixed:
        if text.sheet == name:
            sheet.text(text.row, text.column, text.text, _fixed_look(book, text))
            cells[text.row, text.column] = text.text
    return cells


def _fixed_look(book: Book, text: FixedText) -> Style:
    if text.sheet == ABOUT and text.role == "label":
        return fixed_style(book, "label", bold=True, bg_color="#F7F7F7")
    if text.role == "group" and text.column == 1:
        return fixed_style(book, "group", align="center")
    return fixed_style(book, text.role)


def _inputs(book: Book, sheet: Sheet, form: Form, name: str, filling: Filling) -> dict[tuple[int, int], str]:
    cells = {}
    for field_ in form.fields:
        if field_.sheet != name:
            continue
        mark = filling.marks.get(field_.name)
        style = partial(input_style, book, field_.kind, mark.gravest[0] if mark else None)
        cells[field_.row, field_.column] = _fill(sheet, field_, filling.values.get(field_.name), style)
        if mark:
            text = short(mark.comment, _COMMENT_LIMIT)
            rows = row_height([(text, _COMMENT_WIDTH / 7 - 1, 10, False)]) / 0.75
            sheet.comment(field_.row, field_.column, text, AUTHOR, (_COMMENT_WIDTH, int(min(rows + 12, 420))))
    return cells


def _fill(sheet: Sheet, field_: FormField, value: Value | None, style: Callable[..., Style]) -> str:
    """What the agency typed: as a number or date where it reads as what the cell wants, else as the text it was."""
    at = (field_.row, field_.column)
    if value is None or value.blank:
        sheet.blank(*at, style())
        return ""
    if field_.kind in ("integer", "number", "percent") and value.number is not None:
        sheet.number(*at, value.number, style())
        return ""
    if field_.kind == "date" and value.day is not None:
        sheet.day(*at, value.day, style())
        return ""
    text = value.text if field_.kind in ("text", "list") and value.text is not None else value.raw
    text = short(text, MAX_TEXT)
    sheet.text(*at, text, style(words=True))
    return text


def _live(book: Book, sheet: Sheet, row: IndicatorRow, filling: Filling) -> dict[tuple[int, int], str]:
    code, values = row.indicator.code, filling.values

    def number(*parts: str) -> Decimal | None:
        return next((v.number for p in parts if (v := values.get(f"{code}.{p}")) and v.number is not None), None)

    reason = values.get(f"{code}.absent")
    figures = (number("numerator", "value"), number("denominator"))
    shown = form_formulas.result(row, figures)
    verdict = form_formulas.state(row, figures, (reason.text or reason.raw) if reason else "")
    places = PLACES if row.indicator.kind is Kind.RATIO else NUMBER_FORMATS["number"]
    sheet.formula(row.row, RESULT_COLUMN, shown.formula, shown.cached, fixed_style(book, "result", num_format=places))
    sheet.formula(row.row, STATE_COLUMN, verdict.formula, verdict.cached, fixed_style(book, "state"))
    return {(row.row, RESULT_COLUMN): "", (row.row, STATE_COLUMN): "Không thuộc phạm vi"}


def _unused(book: Book, sheet: Sheet, form: Form, name: str, cells: Mapping[tuple[int, int], str]) -> None:
    """The rest of the table: group rows shaded through, cells that a row does not need greyed."""
    groups = {t.row for t in form.fixed if t.sheet == name and t.role == "group"}
    for row in range(HEADER_ROW[name] + 1, form.last_row(name) + 1):
        style = fixed_style(book, "group" if row in groups else "unused")
        for column in range(1, len(COLUMNS[name])):
            if (row, column) not in cells:
                sheet.blank(row, column, style)


def _heights(sheet: Sheet, form: Form, name: str, cells: Mapping[tuple[int, int], str]) -> None:
    roles = {(t.row, t.column): t.role for t in form.fixed if t.sheet == name}
    rows: dict[int, list[tuple[str, float, float, bool]]] = {}
    for (row, column), text in cells.items():
        role = roles.get((row, column), "")
        if role in _HEAD_HEIGHTS:
            sheet.height(row, _HEAD_HEIGHTS[role])
        elif column and role != "group":
            bold = bool(role and look(role).get("bold")) or (name == ABOUT and role == "label")
            rows.setdefault(row, []).append((text, COLUMNS[name][column].width, 11, bold))
        else:
            rows.setdefault(row, [])
    for row, measured in rows.items():
        if row >= HEADER_ROW[name]:
            # The filter's arrow takes the foot of a header cell: a header is a line higher than its text.
            arrow = 16 if row == HEADER_ROW[name] and name != ABOUT else 0
            sheet.height(row, row_height(measured, 20 if name != ABOUT else 22) + arrow)
