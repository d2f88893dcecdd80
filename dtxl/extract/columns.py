"""The columns of a table: what each holds, by its heading over one or several rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from dtxl.core.text import fold, tidy
from dtxl.extract.blocks import Row
from dtxl.extract.moods import Years
from dtxl.extract.scopes import explicit_level, scope_of
from dtxl.extract.words import words

HEADING_ROWS = 5  # a heading begins in one of the first rows: a table may begin with its title
_MORE_ROWS = 3  # rows that a heading goes on over
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_PERIOD = re.compile(r"20\d\d\s*[-–]\s*(20\d\d)")
_COLUMN_NUMBER = re.compile(r"^\(?(?:\d{1,2}|[a-e]|[A-E])\)?$")
_LONGEST = 16  # words of a heading's cell
# Where a heading holds phrases of several roles ("Chỉ tiêu năm 2025"), the longest decides,
# of equal ones the first here.
_ORDER = (
    "number", "baseline", "compared", "monitor", "implementers", "cooperation", "deadline", "score", "money", "unit",
    "target", "text", "task", "note",
    "group", "generic",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TargetColumn:
    """A column of target values: for which year and whom, None for all."""

    column: int
    year: int | None
    scope: str | None
    unit: str = ""  # printed in the heading: "Mục tiêu năm 2025 (%)"


@dataclass(frozen=True)
class Columns:
    """Role → column (zero-based), and the target columns in order. `width`: cells of the heading."""

    roles: dict[str, int]
    targets: tuple[TargetColumn, ...]
    width: int
    labels: tuple[str, ...] = field(default=())

    def __contains__(self, role: str) -> bool:
        return role in self.roles


def find_columns(rows: Sequence[Row], years: Years) -> tuple[Columns, int] | None:
    """(the columns, index of the first row behind the heading); None for a table that is not one of indicators."""
    for index in range(min(len(rows), HEADING_ROWS)):
        labels = list(rows[index].cells)
        if sum(bool(_role(label)) for label in labels if label) < 2:
            continue
        last = index
        _spread(labels, rows[index])
        while last + 1 < len(rows) and last - index < _MORE_ROWS and _is_more(rows[last + 1], labels):
            last += 1
            _under(labels, rows[last])
        return _columns(labels, years, last + 1)
    return None


def is_heading(row: Row, columns: Columns) -> bool:
    """Whether a row repeats the heading, or only numbers the columns."""
    filled = [c for c in row.cells if c]
    if (
        len(filled) >= 3
        and all(_COLUMN_NUMBER.match(c) for c in filled)
        and len({c.strip("()") for c in filled}) == len(filled)
    ):
        return filled[0].strip("()") in ("1", "A", "a")
    same = sum(bool(c) and fold(label).startswith(fold(c)) for c, label in zip(row.cells, columns.labels, strict=False))
    return same >= max(2, len(filled) - 1) and len(filled) > 1


def _spread(labels: list[str], row: Row) -> None:
    """A heading over several columns is followed by empty cells: they take it where the next rows name them."""
    for column in range(1, len(labels)):
        if (
            not labels[column]
            and labels[column - 1]
            and not row.merged[column]
            and _role(labels[column - 1]) in ("target", "baseline", "")
        ):
            labels[column] = labels[column - 1]


def _is_more(row: Row, labels: Sequence[str]) -> bool:
    """Whether a row goes on with the heading: years, levels, numbers of columns, and nothing under "Chỉ tiêu"."""
    filled = [(i, c) for i, c in enumerate(row.cells) if c and not (i < len(row.merged) and row.merged[i])]
    if not filled:
        return True
    if all(_COLUMN_NUMBER.match(c) for _, c in filled) and len(filled) >= 3:
        return filled[0][1].strip("()") in ("1", "A", "a")
    for column, cell in filled:
        if (
            column < len(labels)
            and _role(labels[column]) in ("number", "text", "unit", "generic")
            and fold(cell) != fold(labels[column])
        ):
            return False
        if (
            column < len(labels)
            and _role(labels[column]) not in ("", "target", "baseline", "compared", "number", "text", "unit", "generic")
            and not _role(cell)
        ):
            return False
        bare = _YEAR.sub("", cell)
        if re.search(r"\d\s*%|\d{3}|^\d", bare) or len(cell.split()) > _LONGEST:
            return False
    return any(_YEAR.search(c) or explicit_level(c) or scope_of(c) or _role(c) for _, c in filled)


def _under(labels: list[str], row: Row) -> None:
    for column, cell in enumerate(row.cells):
        if column < len(labels) and cell and not _COLUMN_NUMBER.match(cell) and fold(cell) not in fold(labels[column]):
            labels[column] = tidy(f"{labels[column]} {cell}")


def _columns(labels: Sequence[str], years: Years, body: int) -> tuple[Columns, int] | None:
    roles: dict[str, int] = {}
    targets: list[tuple[int, str]] = []
    baselines: list[int | None] = []
    for column, label in enumerate(labels):
        role = _role(label)
        if role == "target":
            targets.append((column, label))
        elif role == "baseline":
            baselines.append(_year(label))
            roles.setdefault(role, column)
        elif role and role not in roles:
            roles[role] = column
    if "text" not in roles:
        _text_of_others(roles, targets)
    if "text" not in roles or (len(roles) + len(targets)) < 2:
        return None
    kept = _targets(targets, years, has_baseline=bool(baselines))
    if not _is_of_indicators(roles, kept, baselines):
        return None
    return Columns(roles, kept, len(labels), tuple(labels)), body


def _text_of_others(roles: dict[str, int], targets: list[tuple[int, str]]) -> None:
    """The wording's column where no heading says "Chỉ tiêu": "Nội dung", or "Mục tiêu" beside a column of values."""
    if "task" in roles or "score" in roles:
        return
    if "generic" in roles:
        roles["text"] = roles["generic"]
        return
    plain = [
        (c, label)
        for c, label in targets
        if not _YEAR.search(label) and fold(label).startswith(("muc tieu", "chi tieu"))
    ]
    if plain and (len(targets) > 1 or "monitor" in roles or "implementers" in roles or "number" in roles):
        roles["text"] = plain[0][0]
        targets.remove(plain[0])


def _targets(targets: Sequence[tuple[int, str]], years: Years, *, has_baseline: bool) -> tuple[TargetColumn, ...]:
    out = []
    for column, label in targets:
        year = _year(label)
        said = re.search(r"muc tieu|ke hoach|chi tieu|kh(?!\w)", fold(label))
        if year is not None and years.is_past(year) and not (said and not has_baseline):
            continue
        unit = "%" if re.search(r"\(\s*%\s*\)|%$", label) else ""
        out.append(TargetColumn(column, year, explicit_level(label) or _group_of(label), unit))
    return tuple(out)


def _group_of(label: str) -> str | None:
    rest = re.sub(r"(?i)mục tiêu|chỉ tiêu|kế hoạch|đến|năm|giao|\(%\)|20\d\d|[-–():%]", " ", label)
    return scope_of(rest)


def _is_of_indicators(roles: dict[str, int], targets: Sequence[TargetColumn], baselines: Sequence[int | None]) -> bool:
    """A table of results has results as new as its goals, or says how far they were reached; marks and
    money are none."""
    if "score" in roles or ("compared" in roles and baselines):
        return False
    if "money" in roles and not targets and "unit" not in roles:
        return False
    newest = max((t.year for t in targets if t.year), default=None)
    told = max((y for y in baselines if y), default=None)
    if newest is not None and told is not None and told >= newest:
        return False
    return bool(targets) or "baseline" not in roles


def _year(label: str) -> int | None:
    if period := _PERIOD.search(label):
        return int(period[1])
    found = _YEAR.findall(label)
    return int(found[-1]) if found else None


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str, int], ...]:
    out = []
    for role in _ORDER:
        for phrase in words()["columns"][role]:
            pattern = re.escape(phrase).replace("year", r"20\d\d(?:\s*-\s*20\d\d)?")
            out.append((re.compile(rf"(?<!\w){pattern}(?!\w)"), role, len(phrase)))
    return tuple(sorted(out, key=lambda x: (-x[2], _ORDER.index(x[1]))))


@cache
def _role(label: str) -> str:
    """What a heading's cell announces; "" for nothing known.

    The phrase that the heading begins with decides before any other in it; the longest of those."""
    key = fold(label).strip(" .:()*").replace("–", "-")
    if not key or len(key.split(" ")) > _LONGEST:
        return ""
    first = [(role, length) for pattern, role, length in _phrases() if pattern.match(key)]
    anywhere = [(role, length) for pattern, role, length in _phrases() if pattern.search(key)]
    strong = [r for r, _ in anywhere if r in ("baseline", "cooperation", "compared", "monitor")]
    if first and first[0][0] == "target" and not re.search(r"hien trang|uoc |ket qua", key):
        strong = [r for r in strong if r != "baseline"]  # "Lộ trình thực hiện năm 2022"
    if first:
        role = first[0][0]
        if role in ("target", "implementers", "text", "generic", "unit") and strong:
            return strong[0]
        if role in ("text", "generic") and re.search(r"20\d\d", key):
            return "target"  # "Chỉ tiêu năm 2025"
        return role
    return anywhere[0][0] if anywhere and len(key.split(" ")) <= 8 else ""
