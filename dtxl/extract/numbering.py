"""What is read of the indicator tables, and how its rows are numbered."""

import re
from dataclasses import dataclass, field, replace

from dtxl.extract.blocks import Row
from dtxl.extract.indicators import RawIndicator, group_code
from dtxl.model.plan import IndicatorGroup, Question

SUB_NUMBER = re.compile(r"^\(?(\d{1,3})[.\-](\d{1,3})\)?[.)]?$")


@dataclass
class TableReading:
    """`rows`: the indicators; `groups`: the headings that they stand under."""

    groups: list[IndicatorGroup] = field(default_factory=list)
    rows: list[RawIndicator] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    later: list[RawIndicator] = field(default_factory=list)  # second indicators of a row, numbered behind the others


def current_group(reading: TableReading) -> str:
    """The code of the group that a row belongs to; a table without groups gets one."""
    if not reading.groups:
        reading.groups.append(IndicatorGroup(group_code(1), "Các chỉ tiêu"))
    return reading.groups[-1].code


def number_of(printed: str, row: Row, reading: TableReading) -> int:
    """The number of an indicator within its group: as printed; the next free one where none or a used one stands."""
    group = current_group(reading)
    used = {r.number for r in reading.rows if r.group == group}
    digits = re.search(r"^\(?(\d{1,4})[.)]*$", printed)
    if digits and int(digits[1]) not in used:
        return int(digits[1])
    number = max(used, default=0) + 1
    if not SUB_NUMBER.match(printed):
        what = f"số thứ tự “{printed}” đã dùng" if digits else "không có số thứ tự"
        reading.questions.append(
            Question(f"Chỉ tiêu {group}.{number}", " | ".join(row.spans), f"{row.place}: {what}; đã đánh số {number}.")
        )
    return number


def number_later(reading: TableReading) -> None:
    """Second indicators of a row come behind all others of their group."""
    for raw in reading.later:
        number = max((r.number for r in reading.rows if r.group == raw.group), default=0) + 1
        reading.rows.append(replace(raw, number=number))
    order = {group.code: index for index, group in enumerate(reading.groups)}
    reading.rows.sort(key=lambda raw: order.get(raw.group, 0))


def ask_about_columns(reading: TableReading) -> None:
    """Asks for the owners that the tables have no column for."""
    if not reading.rows:
        return
    for role, what in (("monitor", "chủ trì theo dõi"), ("implementers", "chủ trì thực hiện")):
        if role not in reading.columns:
            reading.questions.append(
                Question("Bảng chỉ tiêu", "", f"Bảng không có cột “{what}”; cần điền cơ quan {what} cho từng chỉ tiêu.")
            )
