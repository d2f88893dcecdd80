"""What was read of a plan workbook before it is known to be right, and the list of its mistakes."""

import re
from dataclasses import dataclass, field

from dtxl.model.plan import Plan, PlanInfo
from dtxl.planbook.layout import SHEETS, TABLES
from dtxl.planbook.records import Row

_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass
class Draft:
    """Rows by sheet; `broken` names the sheets that are missing or lack a column: checks that need them wait."""

    info: Row = field(default_factory=lambda: Row(0))
    report: Row = field(default_factory=lambda: Row(0))
    demands: Row = field(default_factory=lambda: Row(0))
    rows: dict[str, list[Row]] = field(default_factory=lambda: {table.sheet: [] for table in TABLES})
    broken: set[str] = field(default_factory=set)
    plan: Plan = field(default_factory=lambda: Plan(PlanInfo("?", "?")))

    def part(self, name: str) -> Row:
        """The rows of “Kế hoạch” that belong to "info", "report" or "demands"."""
        return {"info": self.info, "report": self.report, "demands": self.demands}[name]


class Problems:
    """Mistakes as (sheet, cell, Vietnamese text)."""

    def __init__(self) -> None:
        self._items: list[tuple[str, str, str]] = []

    def __bool__(self) -> bool:
        return bool(self._items)

    def add(self, sheet: str, cell: str, text: str) -> None:
        """`text` begins in lower case or with a quotation, for it follows the place; kept as a sentence."""
        item = (sheet, cell, text[:1].upper() + text[1:])
        if item not in self._items:
            self._items.append(item)

    def in_order(self) -> list[tuple[str, str, str]]:
        """By sheet, row, column; the order of finding within a cell."""
        return sorted(self._items, key=lambda item: (SHEETS.index(item[0]), _place(item[1])))


def _place(cell: str) -> tuple[int, int, str]:
    match = _CELL.fullmatch(cell)
    return (int(match[2]), len(match[1]), match[1]) if match else (0, 0, "")
