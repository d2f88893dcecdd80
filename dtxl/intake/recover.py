"""A return whose identity was lost, known again by what the form itself says: row keys, labels, headings, facts.

Certain is only what leaves nothing open (see `recover`); all else is offered to a person of the office, never guessed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from dtxl.core.text import same_words
from dtxl.files.raw_book import Cell, Layout
from dtxl.files.xlsx_read import RawBook, Sheet
from dtxl.intake.cover import Cover
from dtxl.intake.directory import Directory
from dtxl.model.finding import Finding
from dtxl.model.form import ABOUT, COLUMNS, HEADER_KEY, HIDDEN, LISTS, FixedText, Form, cell_name
from dtxl.model.submission import Value

_FAR = 3_000  # rows of a sheet in which a form's rows are looked for
_WIDE = 6  # columns in which codes stand, moved ones too
_HEAD = 30  # rows above which a table's header stands

_T = TypeVar("_T")
Reading = tuple[dict[str, Value], list[Finding]]
# The column of a row's code and that of its name, as the form has them.
_CODE, _NAME = 1, 2


@dataclass(frozen=True)
class Recovered:
    """Whose form a file without identity is. `agency` "" where nothing says it alone; `certain`: no doubt is left;
    `ours`: rows of the plan stand in it."""

    agency: str = ""
    certain: bool = False
    ours: bool = False


def recover(
    book: RawBook, cover: Cover, directory: Directory, form_for: Callable[[str], Form | None], path: str
) -> Recovered:
    """Whose form it is by its rows, its cover and its headings; the file's name only chooses among those left.

    Likely: exactly one agency of the plan is asked for all rows that are there and meant by every name that is there.
    Certain: its rows are asked of it alone, they are all there, and every text that the office printed on the form
    stands where it was printed, headings, facts, targets and last period's results too.
    """
    rows = rows_of_plan(book, directory)
    if not rows:
        return Recovered()
    left = directory.asked_all(rows)
    for meant in cover.agencies(directory):
        left &= meant
    if len(left) > 1:
        for meant in directory.of_file(path):
            left = left & meant or left
    if len(left) != 1:
        return Recovered(ours=True)
    (agency,) = left
    form = form_for(agency)
    certain = form is not None and directory.asked_just(rows) == left and _is_whole(book, cover, form)
    return Recovered(agency, certain, ours=True)


def rows_of_plan(book: RawBook, directory: Directory) -> frozenset[str]:
    """The keys of the plan's rows that stand in a workbook: a row's hidden key, or its code with its name beside it."""
    found = set()
    plan = directory.plan
    for sheet in _shown(book):
        for row in range(min(len(sheet.rows), _FAR)):
            if directory.knows_row(key := sheet.text(row, 0)):
                found.add(key)
                continue
            for column in range(_WIDE):
                code, beside = sheet.text(row, column), column + 1
                if code in plan.indicator_by_code and _names(sheet, row, beside, plan.indicator_by_code[code].name):
                    found.add(code)
                elif code in plan.task_by_code and _names(sheet, row, beside, plan.task_by_code[code].text):
                    found.add(f"task.{code}")
    return frozenset(found)


def _names(sheet: Sheet, row: int, column: int, text: str) -> bool:
    return same_words(sheet.text(row, column)) == same_words(text)


def _shown(book: RawBook) -> list[Sheet]:
    return [sheet for name, sheet in book.sheets.items() if name not in (HIDDEN, LISTS)]


def _is_whole(book: RawBook, cover: Cover, form: Form) -> bool:
    """Whether every text that the office printed on `form` stands in the file, in its row and column."""
    headings = sorted((h.sheet, h.agency, h.period) for h in cover.headings if h.sheet in COLUMNS)
    if headings != sorted((name, form.agency.name, form.period.name) for name in COLUMNS):
        return False
    keyed = with_keys(book, form).book
    places: dict[str, dict[str, int]] = {}
    for name in COLUMNS:
        sheet = keyed.sheets.get(name)
        if sheet is None:
            return False
        places[name] = {sheet.text(row, 0): row for row in range(len(sheet.rows) - 1, -1, -1)}
    printed = [fixed for fixed in form.fixed if fixed.key and fixed.role != "key"]
    return all(_stands(keyed.sheets[fixed.sheet], places[fixed.sheet].get(fixed.key), fixed) for fixed in printed)


def _stands(sheet: Sheet, row: int | None, fixed: FixedText) -> bool:
    return row is not None and same_words(sheet.text(row, fixed.column)) == same_words(fixed.text)


@dataclass(frozen=True)
class Keyed:
    """A workbook in which the form's rows carry their keys in column 0. `shift`: sheet's name → columns that were put
    before its own, 0 or 1."""

    book: RawBook
    shift: dict[str, int]


def read_by_labels(book: RawBook, form: Form, read: Callable[[RawBook, Form], Reading]) -> Reading:
    """What `read` makes of a workbook once its rows carry their keys again, with the file's own addresses."""
    keyed = with_keys(book, form)
    values, findings = read(keyed.book, form)
    back = {sheet for sheet, shift in keyed.shift.items() if shift}
    return (
        {n: replace(v, cell=_left(v.cell)) if v.sheet in back else v for n, v in values.items()},
        [replace(f, cell=_left(f.cell)) if f.sheet in back and f.cell else f for f in findings],
    )


def with_keys(book: RawBook, form: Form) -> Keyed:
    """The workbook with the keys of `form` in column 0 of each sheet that holds its rows, found by their codes and
    names, its own keys kept; a column of its own is put before a sheet that has other things in its first."""
    sheets, shift = dict(book.sheets), {}
    for sheet in _shown(book):
        name = sheet.name if sheet.name in COLUMNS else _alike(sheet, form)
        if not name:
            continue
        keys = {key for its, key in form.row_of if its == name}
        first = {sheet.text(row, 0) for row in range(min(len(sheet.rows), _FAR))}
        shift[sheet.name] = 0 if first <= {*keys, ""} else 1
        moved = _shifted(sheet) if shift[sheet.name] else sheet
        rows = [list(row) for row in moved.rows]
        for row, key in _found(moved, form, name):
            rows[row] = [key, *rows[row][1:]]
        sheets[sheet.name] = replace(moved, rows=rows)
    return Keyed(replace(book, sheets=sheets), shift)


def _alike(sheet: Sheet, form: Form) -> str:
    """Which of the form's sheets another name hides: the one whose header and any row it has; "" for none."""
    for name in COLUMNS:
        found = {key for _, key in _found(sheet, form, name)} | {key for _, key in _found(_shifted(sheet), form, name)}
        if HEADER_KEY in found and len(found) > 1:
            return name
    return ""


def _found(sheet: Sheet, form: Form, name: str) -> Iterator[tuple[int, str]]:
    """(row, key) of the rows that have no key in column 0 and are known by their texts."""
    titles = {same_words(c.title): n for n, c in enumerate(COLUMNS[name]) if n}
    head, columns = _header(sheet, titles)
    has_head = any(sheet.text(row, 0) == HEADER_KEY for row in range(min(len(sheet.rows), _HEAD)))
    if head is not None and not has_head:
        yield head, HEADER_KEY
    codes, names = _texts(form, name)
    for row in range(min(len(sheet.rows), _FAR)):
        if sheet.text(row, 0) or row == head:
            continue
        code = sheet.text(row, columns.get(_CODE, _CODE))
        text = same_words(sheet.text(row, columns.get(_NAME, _NAME)))
        key = names.get(same_words(code) if name == ABOUT else text, "") or codes.get(code, "")
        if key and (name == ABOUT or not code or codes.get(code) == key):
            yield row, key


def _header(sheet: Sheet, titles: dict[str, int]) -> tuple[int | None, dict[int, int]]:
    """The row in which most of a table's titles stand, at least half of them, and where each of its columns is."""
    best: tuple[int | None, dict[int, int]] = (None, {})
    for row in range(min(len(sheet.rows), _HEAD)):
        texts = [same_words(sheet.text(row, column)) for column in range(len(sheet.rows[row]))]
        columns = {titles[text]: column for column, text in reversed(list(enumerate(texts))) if text in titles}
        if len(columns) * 2 >= len(titles) and len(columns) > len(best[1]):
            best = row, columns
    return best


def _texts(form: Form, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Code → key and name → key of a sheet's rows; names that two rows share are left out."""
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    twice = set()
    for fixed in form.fixed:
        if fixed.sheet != name or fixed.key in ("", HEADER_KEY):
            continue
        if fixed.role == "code":
            codes[fixed.text] = fixed.key
        elif fixed.role == ("label" if name == ABOUT else "text"):
            words = same_words(fixed.text)
            if names.setdefault(words, fixed.key) != fixed.key:
                twice.add(words)
    return codes, {words: key for words, key in names.items() if words not in twice}


def _shifted(sheet: Sheet) -> Sheet:
    """The sheet with a blank column put before its own. Of its layout only fonts, hidden rows and units are kept."""
    old = sheet.layout
    layout = Layout(hidden_rows=old.hidden_rows, fonts=_right(old.fonts), units=_right(old.units))
    return replace(
        sheet, rows=[[None, *row] for row in sheet.rows], errors=_right(sheet.errors), formulas=_right(sheet.formulas),
        percents={(row, column + 1) for row, column in sheet.percents}, layout=layout,
    )  # fmt: skip


def _right(cells: dict[Cell, _T]) -> dict[Cell, _T]:
    return {(row, column + 1): value for (row, column), value in cells.items()}


def _left(cell: str) -> str:
    """The cell one column to the left; that of the column that was put there is the sheet's first."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return cell_name(int(cell[len(letters) :]) - 1, max(column - 2, 0))
