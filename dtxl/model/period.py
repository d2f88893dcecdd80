"""Reporting periods and their cut-offs (NĐ 09/2019/NĐ-CP, Điều 12; the due days are the plan's own)."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from dtxl.core.errors import DtxlError
from dtxl.core.settings import house
from dtxl.model.plan import PeriodDates

_CODE = re.compile(r"^(\d{4})(?:-(Q[1-4]|H1|9M))?$")


def default_period(code: str, agency_due_day: int, report_due_day: int) -> PeriodDates:
    """The period of `code` ("2024-Q1", "2024-H1", "2024-9M", "2024") with the decree's cut-offs.

    Raises DtxlError where `code` is none of these.
    """
    match = _CODE.match(code)
    if not match:
        raise DtxlError(
            f"Không hiểu kỳ báo cáo “{code}”. Viết như: 2024-Q1, 2024-Q2, 2024-Q3, 2024-Q4, 2024-H1, 2024-9M hoặc 2024."
        )
    year, rule = int(match[1]), house()["period"][match[2] or "Y"]
    start, end, due = rule["from"], rule["to"], rule["due"]

    def due_on(day: int) -> date:
        return date(year, due, min(day, monthrange(year, due)[1]))

    return PeriodDates(
        code,
        rule["name"].format(year=year),
        date(year + start[0], start[1], start[2]),
        date(year + end[0], end[1], end[2]),
        due_on(agency_due_day),
        due_on(report_due_day),
    )


def default_periods(year: int, agency_due_day: int, report_due_day: int) -> tuple[PeriodDates, ...]:
    """All periods of a year, in the order in which they end."""
    codes = [f"{year}-{part}" for part in ("Q1", "Q2", "H1", "Q3", "9M", "Q4")] + [str(year)]
    return tuple(default_period(code, agency_due_day, report_due_day) for code in codes)


def previous_code(code: str, periods: Sequence[PeriodDates]) -> str | None:
    """The period of the same kind before `code`: the one "last period's result" speaks of. None for a first quarter
    whose predecessor belongs to another year's plan."""
    match = _CODE.match(code)
    if not match or not match[2] or not match[2].startswith("Q") or match[2] == "Q1":
        return None
    before = f"{match[1]}-Q{int(match[2][1]) - 1}"
    return before if any(p.code == before for p in periods) else None
