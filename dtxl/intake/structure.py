"""Rows and columns of a returned sheet: which column is where, and what was lost, added or put beside its place (C)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dtxl.core.text import same_words
from dtxl.files.raw_book import Cell, Span
from dtxl.files.xlsx_read import Sheet, show_cell
from dtxl.model.finding import Finding, finding
from dtxl.model.form import COLUMNS, HEADER_KEY, HEADER_ROW, INDICATORS, FixedText, Form, FormField, cell_name

_SHOWN, _SPANS = 60, 20  # letters of what stood there; rows that are told one by one


@dataclass(frozen=True)
class Page:
    """A sheet of the form as it came back. `name`: as it was issued; `rows`: key → row; `columns`: column of the
    geometry → column here, without those that are lost; all zero-based."""

    sheet: Sheet
    form: Form
    name: str
    fields: Sequence[FormField]
    rows: Mapping[str, int]
    columns: Mapping[int, int]

    @cached_property
    def inputs(self) -> dict[Cell, FormField]:
        """Where the input cells are now."""
        return {
            (self.rows[key_of(f)], self.columns[f.column]): f
            for f in self.fields
            if key_of(f) in self.rows and f.column in self.columns
        }

    @property
    def header(self) -> int | None:
        return self.rows.get(HEADER_KEY)

    @cached_property
    def last(self) -> int:
        """The last row that has a key."""
        return max(self.rows.values(), default=-1)

    @cached_property
    def table(self) -> range:
        """The rows from the first below the header to the last with a key."""
        return range((self.header if self.header is not None else HEADER_ROW[self.name]) + 1, self.last + 1)

    def filled(self, row: int, column: int) -> bool:
        """Whether something stands there, an error too."""
        return bool(self.sheet.text(row, column)) or (row, column) in self.sheet.errors

    def said(self, row: int, column: int) -> str:
        """What stands there, not too long."""
        text = self.sheet.errors.get((row, column)) or self.sheet.text(row, column)
        return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"

    def reads_otherwise(self, fixed: FixedText) -> bool:
        """Whether a fixed cell says something else than was issued; no for one whose row or column is lost."""
        if fixed.key not in self.rows or fixed.column not in self.columns:
            return False
        seen = self.sheet.text(self.rows[fixed.key], self.columns[fixed.column])
        return seen != fixed.text and same_words(seen) != same_words(fixed.text)

    @cached_property
    def renamed(self) -> frozenset[str]:
        """Keys of rows that bear another name than was issued: they may be another's altogether."""
        names = (t for t in self.form.fixed if t.sheet == self.name and t.role == "text")
        return frozenset(t.key for t in names if self.reads_otherwise(t))

    def mark(self, code: str, place: Cell | None = None, **words: Any) -> Finding:
        """A finding on this sheet, at a cell where one is given."""
        return finding(code, sheet=self.sheet.name, cell=cell_name(*place) if place else "", **words)


def key_of(field: FormField) -> str:
    """The key of the row that a field stands in."""
    return field.name if field.name.startswith("agency.") else field.name.rpartition(".")[0]


def listed(numbers: Iterable[int]) -> str:
    """Zero-based rows as people count them: [5, 6, 7, 9] → "6–8, 10"; of very many the first."""
    spans: list[Span] = []
    for number in sorted(numbers):
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    shown = ", ".join(str(a + 1) if a == b else f"{a + 1}–{b + 1}" for a, b in spans[:_SPANS])
    return shown + (", …" if len(spans) > _SPANS else "")


def find_columns(sheet: Sheet, name: str, header: int | None) -> tuple[dict[int, int], list[Finding]]:
    """Column of the geometry → column in the returned sheet: by its title where it moved, else where it was.

    A title that stands twice leaves no certain column (C08). A title that stands nowhere, while its place holds another
    column of the form or lies behind the last one, is a column that was deleted (C05): it has no place.
    """
    columns = {column: column for column in range(len(COLUMNS[name]))}
    if header is None:
        return columns, []
    titles: dict[str, list[int]] = {}
    for column in range(1, len(sheet.rows[header])):
        titles.setdefault(same_words(sheet.text(header, column)), []).append(column)
    findings, moved, lost = [], [], []
    ours = {column: titles.get(same_words(spec.title), []) for column, spec in enumerate(COLUMNS[name]) if column}
    taken = {places[0] for places in ours.values() if places}
    for column, places in ours.items():
        title = COLUMNS[name][column].title
        if len(places) > 1:
            columns[column] = column if column in places else places[0]
            findings.append(finding("C08", sheet=sheet.name, cell=cell_name(header, places[1]), found=title))
        elif places and places[0] != column:
            columns[column] = places[0]
            moved.append(title)
        elif not places and (column in taken or _behind(sheet, header, column)):
            del columns[column]
            lost.append(title)
    start = cell_name(header, 1)
    if lost:
        findings.append(finding("C05", sheet=sheet.name, cell=start, found=f"thiếu cột {', '.join(lost)}"))
    if moved:
        findings.append(finding("C07", sheet=sheet.name, cell=start, found=", ".join(moved)))
    return columns, findings


def _behind(sheet: Sheet, header: int, column: int) -> bool:
    """Whether the sheet ends before `column`: no title, and nothing below."""
    return column >= len(sheet.rows[header]) and not any(
        sheet.text(row, column) for row in range(header, len(sheet.rows))
    )


def structure(page: Page) -> Iterator[Finding]:
    """What stands in rows and columns that ask for nothing (C06, C09, C14, C15)."""
    if page.header is None:
        return
    yield from _extra_columns(page, page.header)
    yield from _blank_rows(page)
    yield from _beside(page)


def _extra_columns(page: Page, header: int) -> Iterator[Finding]:
    """Columns that are not the form's, with something in them: titled (C06), untitled (C09); a single cell is C15."""
    own = {0, *page.columns.values()}
    titles = {same_words(spec.title) for spec in COLUMNS[page.name]}
    used: dict[int, list[int]] = {}
    for row in page.table:
        for column, value in enumerate(page.sheet.rows[row]):
            if value is not None and column not in own and page.filled(row, column):
                used.setdefault(column, []).append(row)
    for row, column in page.sheet.errors:
        if row in page.table and column not in own:
            used.setdefault(column, []).append(row)
    for column, rows in sorted(used.items()):
        title = page.sheet.text(header, column)
        if same_words(title) in titles:
            continue  # a title that stands twice is C08
        if title:
            yield page.mark("C06", (header, column), found=page.said(header, column))
        elif len(rows) > 1:
            yield page.mark("C09", (header, column), found=page.said(rows[0], column))
        else:
            yield page.mark("C15", (rows[0], column), found=page.said(rows[0], column))


def _blank_rows(page: Page) -> Iterator[Finding]:
    used = set(page.rows.values())
    blank = [
        row
        for row in page.table
        if row not in used and not any(page.filled(row, c) for c in range(len(page.sheet.rows[row])))
    ]
    if blank:
        yield page.mark("C14", (blank[0], 1), found=f"dòng {listed(blank)}")


def _beside(page: Page) -> Iterator[Finding]:
    """Something in a cell of an input column that its row does not use (a denominator of what is one value), and a
    number in a figure's column above the table."""
    if page.name != INDICATORS:
        return
    asked = [column for column, spec in enumerate(COLUMNS[page.name]) if spec.part and column in page.columns]
    for key, row in page.rows.items():
        for column in asked if key != HEADER_KEY else ():
            place = row, page.columns[column]
            if place not in page.inputs and page.filled(*place):
                yield page.mark("C15", place, found=page.said(*place), label=f"Chỉ tiêu {key}")
    for column in sorted({p[1] for p, f in page.inputs.items() if f.kind in ("number", "integer")}):
        for row in range(page.header or 0):
            if isinstance(page.sheet.value(row, column), float):
                yield page.mark("C15", (row, column), found=page.said(row, column))


def shifted(page: Page) -> tuple[list[Finding], set[Cell]]:
    """Columns of figures that were pasted one row off (C17), and the cells of the figures that stand in no row.

    Certain only where a figure stands in a row that asks for none, and the column lacks one at the end that it was
    drawn away from: below the last row while the first has none, or in a group's heading while the last has none. A sum
    below a column that is filled from its first row on is none of it.
    """
    findings: list[Finding] = []
    cells: set[Cell] = set()
    if page.name != INDICATORS or page.header is None:
        return findings, cells
    for column in sorted({f.column for f in page.fields if f.kind in ("number", "integer")}):
        here = sorted((place, f) for place, f in page.inputs.items() if f.column == column)
        if not here:
            continue
        at, asked = here[0][0][1], {place[0] for place, _ in here}
        rows = (row for row in range(page.table.start, page.last + 2) if row not in asked)
        stray = [row for row in rows if _keyless(page, row) and isinstance(page.sheet.value(row, at), float)]
        first, last = (_missing(page, here[end][0]) for end in (0, -1))
        off = [row for row in stray if (first if row > page.last else last)]
        if off:
            found, place = show_cell(page.sheet.value(off[0], at)), (off[0], at)
            title = COLUMNS[page.name][column].title
            findings.append(page.mark("C17", place, found=found, label=f"cột “{title}”"))
            cells |= {(row, at) for row in off}
    return findings, cells


def _keyless(page: Page, row: int) -> bool:
    return not page.sheet.text(row, 0)


def _missing(page: Page, place: Cell) -> bool:
    """Whether an asked figure is blank without a reason for it."""
    reason = page.columns.get(_reason_column(page))
    return not page.filled(*place) and (reason is None or not page.filled(place[0], reason))


def _reason_column(page: Page) -> int:
    return next((c for c, spec in enumerate(COLUMNS[page.name]) if spec.part == "absent"), -1)
