"""The indicator table of a plan: columns known by their heading, rows that a page break cut joined again."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from dtxl.core.text import fold, roman
from dtxl.extract.blocks import Row, Table
from dtxl.extract.outline import Item
from dtxl.extract.targets import read_targets
from dtxl.extract.words import words
from dtxl.model.plan import IndicatorGroup, Question

_GROUP = re.compile(r"^([IVX]{1,5}|[A-Z])[.)]?$")
_GROUP_TEXT = re.compile(r"^([IVX]{1,5}|[A-Z])[.)]\s+(\S.*)$")
_HEADING_ROWS = 3  # a heading stands in one of the first rows: a table may begin with its title


@dataclass(frozen=True, slots=True)
class RawIndicator:
    """A row of the table, cells joined. `target` and `unit` are "" where the table has no such column."""

    group: str
    number: int
    text: str
    span: str
    place: str
    monitor: str = ""
    implementers: str = ""
    target: str = ""
    unit: str = ""

    @property
    def code(self) -> str:
        return f"{self.group}.{self.number}"


@dataclass
class TableReading:
    groups: list[IndicatorGroup] = field(default_factory=list)
    rows: list[RawIndicator] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)


def read_tables(blocks: Iterable[Item | Table]) -> TableReading:
    """All indicator tables of the document as one.

    A table without a heading that follows an indicator table of the same width is its continuation.
    """
    reading = TableReading()
    columns: Mapping[str, int] | None = None
    width = 0
    for block in blocks:
        if not isinstance(block, Table):
            if block.text and not fold(block.text).startswith(("trang ", "tiep theo")):
                columns = None
            continue
        rows = list(block.rows)
        for index, row in enumerate(rows[:_HEADING_ROWS]):
            if found := find_columns(row):
                columns, width, rows = found, len(row.cells), rows[index + 1 :]
                break
        else:
            if columns is None or any(len(row.cells) != width for row in rows):
                columns = None
                continue
        reading.columns |= set(columns)
        for row in rows:
            if find_columns(row) is None:
                _read_row(row, columns, width, reading)
    _ask_about_columns(reading)
    return reading


def find_columns(row: Row) -> dict[str, int] | None:
    """Role → column (zero-based) of a heading row; None for any other row.

    A heading names the indicators' column and at least one more. The longest known heading decides a cell's role.
    """
    roles: dict[str, int] = {}
    for column, cell in enumerate(row.cells):
        key = fold(cell)
        best, length = "", 0
        for role, headings in words()["columns"].items():
            for heading in headings:
                if re.match(rf"{re.escape(heading)}(?!\w)", key) and len(heading) > length:
                    best, length = role, len(heading)
        if best and best not in roles and len(key.split(" ")) <= 12:
            roles[best] = column
    if "text" not in roles and "target" in roles and "number" in roles:
        roles["text"] = roles.pop("target")  # "Mục tiêu" can head the wording itself
    return roles if "text" in roles and len(roles) >= 2 else None


def _read_row(row: Row, columns: Mapping[str, int], width: int, reading: TableReading) -> None:
    def cell(role: str) -> str:
        column = columns.get(role, -1)
        return row.cells[column] if 0 <= column < len(row.cells) else ""

    def above(role: str) -> bool:
        column = columns.get(role, -1)
        return 0 <= column < len(row.merged) and row.merged[column]

    if not any(row.cells):
        return
    if len(row.cells) > width:
        reading.questions.append(
            Question("Bảng chỉ tiêu", " | ".join(row.spans), f"{row.place}: dòng có nhiều ô hơn tiêu đề của bảng.")
        )
    number = cell("number")
    if group := _group(row, columns, number, cell("text")):
        reading.groups.append(group)
        return
    last = reading.rows[-1] if reading.rows else None
    if last is not None and _continues(number, above("number"), cell("text"), last):
        reading.rows[-1] = _extended(last, cell)
        return
    if not cell("text"):
        reading.questions.append(
            Question("Bảng chỉ tiêu", " | ".join(row.spans), f"{row.place}: dòng không có tên chỉ tiêu nên không lấy.")
        )
        return
    holders = {
        role: getattr(last, role) if above(role) and last is not None else cell(role)
        for role in ("monitor", "implementers", "target", "unit")
    }
    span = row.spans[columns["text"]]
    reading.rows.append(
        RawIndicator(_current(reading), _number(number, row, reading), cell("text"), span, row.place, **holders)
    )


def _group(row: Row, columns: Mapping[str, int], number: str, text: str) -> IndicatorGroup | None:
    """The group that a row heads: a Roman numeral (or a letter) and a name, and nothing more."""
    filled = [c for c in row.cells if c]
    if _GROUP.match(number) and text and len(filled) == 2:
        return IndicatorGroup(number.rstrip(".)"), text)
    if len(filled) == 1 and (match := _GROUP_TEXT.match(filled[0])) and "number" in columns:
        return IndicatorGroup(match[1], match[2])
    return None


def _continues(number: str, merged: bool, text: str, last: RawIndicator) -> bool:
    """Whether a row is the rest of the one before it: it has no number, and does not begin an indicator of its own."""
    if number:
        return False
    if merged or not text or text[:1].islower():
        return True
    return not (read_targets(text).targets and read_targets(last.text).targets)


def _extended(last: RawIndicator, cell: Callable[[str], str]) -> RawIndicator:
    joined = {
        role: f"{getattr(last, role)} {cell(role)}".strip()
        for role in ("text", "monitor", "implementers", "target", "unit")
        if cell(role)
    }
    return replace(last, **joined)  # type: ignore[arg-type]


def _current(reading: TableReading) -> str:
    """The code of the group that a row belongs to; a table without groups gets one."""
    if not reading.groups:
        reading.groups.append(IndicatorGroup(roman(1), "Các chỉ tiêu"))
    return reading.groups[-1].code


def _number(printed: str, row: Row, reading: TableReading) -> int:
    """The number of an indicator within its group: as printed; the next free one where none or a used one stands."""
    group = _current(reading)
    used = {r.number for r in reading.rows if r.group == group}
    digits = re.search(r"(\d+)[.)]?$", printed)
    if digits and int(digits[1]) not in used:
        return int(digits[1])
    number = max(used, default=0) + 1
    what = f"số thứ tự “{printed}” đã dùng" if digits else "không có số thứ tự"
    reading.questions.append(
        Question(f"Chỉ tiêu {group}.{number}", " | ".join(row.spans), f"{row.place}: {what}; đã đánh số {number}.")
    )
    return number


def _ask_about_columns(reading: TableReading) -> None:
    if not reading.rows:
        return
    for role, what in (("monitor", "chủ trì theo dõi"), ("implementers", "chủ trì thực hiện")):
        if role not in reading.columns:
            reading.questions.append(
                Question("Bảng chỉ tiêu", "", f"Bảng không có cột “{what}”; cần điền cơ quan {what} cho từng chỉ tiêu.")
            )
