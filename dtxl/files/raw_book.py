"""A returned workbook as it stands in the file, whatever its format; why a file is none; the limits of all readers."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from dtxl.core.codes import Severity
from dtxl.core.text import tidy

Scalar = str | float | bool | date | None
Cell = tuple[int, int]  # row and column, zero-based
Box = tuple[int, int, int, int]  # first row, first column, last row, last column, zero-based
Span = tuple[int, int]  # first and last row, or column, zero-based

# Of 2,296 real workbooks the largest has 1,033 entries, and 1.6 MB inflated is the 99th percentile.
MAX_BYTES = 50 * 2**20  # on disk
MAX_ENTRIES = 2_000
MAX_INFLATED = 512 * 2**20
MAX_ENTRY = 256 * 2**20
MAX_CELLS = 4_000_000  # of a sheet's bounding box: 65,000 rows of a form's columns, and far below a gigabyte
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
MAX_NOTED, MAX_COMMENT = (
    5_000,
    2_000,
)  # merged ranges, checks, comments, hidden stretches of a sheet; letters of a comment
# The answers of BIFF's error cells, in .xls and .xlsb alike.
ERROR_TEXTS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
_MARKS = tuple(f"{severity.vi}: " for severity in Severity)


class Fault(StrEnum):
    """Why a file is not read, as the code of its finding."""

    DAMAGED = "A01"
    FORMAT = "A02"
    PASSWORD = "A03"
    EMPTY = "A04"
    ARCHIVE = "A05"
    TOO_LARGE = "A10"


ARCHIVE_OF_FILES = "archive of files"  # the detail of an Unreadable that is a .zip which can be opened


class Unreadable(Exception):
    """The file is not a workbook that can be read: `fault` says why, `detail` what was seen (for the log), `seen` what
    the file is instead, in words for people ("" where that is not known)."""

    def __init__(self, fault: Fault, detail: str, seen: str = "") -> None:
        self.fault, self.detail, self.seen = fault, detail, seen
        super().__init__(f"{fault}: {detail}")


@dataclass
class Layout:
    """How a sheet is set up, beside what stands in its cells.

    `checks`: (what may be typed: "whole", "decimal", "list", "date" …, where); checks that let everything pass are not
    in it. `comments` are of classic notes, without those that a form's own marked copy carries. `fonts` holds only
    cells in a font of an old encoding; `texts` the formulas that the file spells out, as it spells them; `units` the
    words that a number's format shows behind it ("nghìn", "%"), of .xlsx only. Where it is not `complete`, what it does
    not tell may be in the file all the same.
    """

    merged: list[Box] = field(default_factory=list)
    hidden_rows: list[Span] = field(default_factory=list)
    hidden_columns: list[Span] = field(default_factory=list)
    hidden: bool = False  # the whole sheet
    filtered: bool = False  # a filter is at work
    protected: bool = False
    checks: list[tuple[str, Box]] = field(default_factory=list)
    comments: dict[Cell, str] = field(default_factory=dict)
    fonts: dict[Cell, str] = field(default_factory=dict)
    texts: dict[Cell, str] = field(default_factory=dict)
    units: dict[Cell, str] = field(default_factory=dict)
    complete: bool = True

    def check(self, kind: str, box: Box) -> None:
        """Note a check on typing; beyond reason none is noted."""
        if len(self.checks) < MAX_NOTED:
            self.checks.append((kind, box))

    def merge(self, box: Box) -> None:
        """Note merged cells; beyond reason none are noted."""
        if box[:2] != box[2:] and len(self.merged) < MAX_NOTED:
            self.merged.append(box)

    def comment(self, place: Cell, text: str) -> None:
        """Note a comment unless it is one of a marked copy, which begins with a severity."""
        text = text.strip()
        if text and not text.startswith(_MARKS) and len(self.comments) < MAX_NOTED:
            self.comments[place] = text[:MAX_COMMENT]


@dataclass
class Sheet:
    """One sheet: `rows` of values with true addresses, and what the file says beside them; all zero-based."""

    name: str
    rows: list[list[Scalar]]
    errors: dict[Cell, str] = field(default_factory=dict)
    formulas: dict[Cell, bool] = field(default_factory=dict)  # True: a result is stored
    percents: set[Cell] = field(default_factory=set)  # cells that show their number times 100, with a "%"
    layout: Layout = field(default_factory=Layout)

    def value(self, row: int, column: int) -> Scalar:
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def text(self, row: int, column: int) -> str:
        """The cell as tidy text; "" for a blank one."""
        return show_cell(self.value(row, column))


@dataclass
class RawBook:
    """A workbook as it stands in the file. `kind` is its format by content ("xlsx", "xlsb", "xls", "ods"), `extras`
    what it carries beside cells ("macros", "links", "connections", "threads", "objects")."""

    sheets: dict[str, Sheet]
    properties: dict[str, str]  # custom document properties
    names: dict[str, str]  # defined names → formula text
    kind: str = "xlsx"
    extras: frozenset[str] = frozenset()


@dataclass
class Scan:
    """What a sheet's own records say of its cells, beside the values that a library gives."""

    errors: dict[Cell, str] = field(default_factory=dict)
    formulas: dict[Cell, bool] = field(default_factory=dict)
    percents: set[Cell] = field(default_factory=set)
    booleans: set[Cell] = field(default_factory=set)
    layout: Layout = field(default_factory=Layout)
    filled: int = 0  # cells with something in them, errors and blank results left out
    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int) -> None:
        """Note that a cell stands there. Raises Unreadable for a place that is none, or a box beyond reason."""
        if not (0 <= row < MAX_ROWS and 0 <= column < MAX_COLUMNS):
            raise Unreadable(Fault.DAMAGED, f"row {row + 1}, column {column + 1} lies outside a sheet")
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        if self.rows * self.columns > MAX_CELLS:
            raise Unreadable(
                Fault.TOO_LARGE,
                f"{self.rows} rows by {self.columns} columns",
                f"vùng ô dài {self.rows} dòng, rộng {self.columns} cột",
            )


_OLD_FONT = re.compile(r"\.Vn|VNI[- ]", re.IGNORECASE)


def old_font(name: str) -> str:
    """The font's name where it is one of an old encoding (.VnTime, VNI-Times), else ""."""
    return name if _OLD_FONT.match(name.strip()) else ""


def show_cell(value: Scalar) -> str:
    """A cell's value as a person would read it (12.0 → "12", a date as dd/mm/yyyy)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return tidy(value) if isinstance(value, str) else str(value)


def scalar(value: object) -> Scalar:
    """A library's value as ours: numbers are floats, moments are days, blank texts are None."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        # What no database and no XML can hold is taken out here, once.
        clean = value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
        return clean or None
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


def _number(value: int | float) -> Scalar:
    try:
        return float(value)
    except OverflowError:
        return str(value)[:100]


_NO_CELLS: list[Scalar] = []


def trimmed(rows: list[list[Scalar]]) -> list[list[Scalar]]:
    """The rows without the blank cells at their ends and the blank rows at the end; all blank rows are one object."""
    found = []
    for row in rows:
        last = len(row)
        while last and row[last - 1] is None:
            last -= 1
        found.append((row if last == len(row) else row[:last]) if last else _NO_CELLS)
    while found and not found[-1]:
        found.pop()
    return found
