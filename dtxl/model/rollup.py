"""What a period came to: every figure of the consolidated workbook and of the report is one of these."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from dtxl.model.finding import Finding
from dtxl.model.plan import PeriodDates, Plan, Target


class State(StrEnum):
    """An indicator's result against its target."""

    EXCEEDED = "exceeded"  # a ">=" target is passed
    MET = "met"
    MISSED = "missed"
    NO_DATA = "no_data"


class Standing(StrEnum):
    """An agency's return for a period."""

    ACCEPTED = "accepted"  # in time
    LATE = "late"  # accepted, after the due day
    REJECTED = "rejected"  # only faulty returns so far
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the agencies asked gave what. The six add up to `expected`."""

    expected: int  # agencies asked
    reported: int = 0  # gave a figure that counts
    not_available: int = 0  # "chưa có số liệu"
    not_arisen: int = 0  # "không phát sinh"
    not_applicable: int = 0  # "không thuộc phạm vi"
    silent: int = 0  # no acceptable return

    @property
    def answered(self) -> int:
        """How many answered for good: with a figure, or that there is nothing to count."""
        return self.reported + self.not_arisen + self.not_applicable


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """An indicator's result for one scope. `value` in `unit`, unrounded (percent: 0 to 100); None: nothing counts."""

    code: str
    text: str  # name of the indicator, without its target
    scope: str | None
    numerator: Decimal | None
    denominator: Decimal | None
    value: Fraction | None
    unit: str
    target: Target | None
    state: State
    coverage: Coverage
    previous: Fraction | None = None
    level: str | None = None  # code of the Level for a row of the by-level table
    provisional: bool = False  # too few of the agencies asked have answered (G05)


@dataclass(frozen=True, slots=True)
class AgencyIndicator:
    """One agency's figure for one indicator; `absent` is the reason's label where no number was given."""

    agency: str
    indicator: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: Fraction | None
    target: Target | None
    state: State
    absent: str = ""
    source: str = ""
    note: str = ""
    cells: tuple[tuple[str, str], ...] = ()  # (sheet, cell) of numerator, denominator or value


@dataclass(frozen=True, slots=True)
class AgencyResult:
    """One agency's standing. `rank` within its level, ties share a rank; None where there is too little to rank."""

    code: str
    name: str
    level: str
    standing: Standing
    received_at: datetime | None
    days_late: int  # 0 in time; for a missing return, days since the due day as of the rollup's day
    asked: int  # indicators asked of it
    reported: int  # indicators with a figure
    met: int  # met or exceeded
    tasks: int
    tasks_done: int
    tasks_late: int
    rank: int | None
    faults: int = 0  # blocking findings on its latest faulty return
    file: str = ""
    sha256: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class TaskReport:
    """What one agency says of one task. `state` is a key of house `task_state`, "" where nothing was said."""

    agency: str
    task: str
    state: str
    percent: Decimal | None
    done_on: date | None
    evidence: str = ""
    difficulty: str = ""
    late: bool = False  # its deadline passed within or before the period and it is not done


@dataclass(frozen=True, slots=True)
class TaskResult:
    """A task over those that must do it; the counts add up to `expected`."""

    code: str
    agency: str  # holder as in the plan: an office or a group
    text: str
    deadline: date | None
    expected: int
    done: int = 0
    ongoing: int = 0  # ongoing or continuous
    not_started: int = 0
    silent: int = 0
    late: int = 0  # of all: past the deadline and not done


@dataclass(frozen=True)
class Rollup:
    """The province's quarter. `indicators` has one row for each target, in the plan's order; `levels` one for each
    indicator and level that is asked, and a total (level None) for indicators whose targets are limited to scopes."""

    plan: Plan
    period: PeriodDates
    as_of: date
    indicators: tuple[IndicatorResult, ...]
    levels: tuple[IndicatorResult, ...]
    agencies: tuple[AgencyResult, ...]
    figures: tuple[AgencyIndicator, ...]
    tasks: tuple[TaskResult, ...]
    task_reports: tuple[TaskReport, ...]
    unranked: tuple[str, ...] = ()  # codes of agencies with too little data to rank
    findings: tuple[tuple[str, str, str, str, str, str, str], ...] = field(default=())
    # (agency, code, severity, sheet, cell, found, message) of the latest return of each agency
    unknown_files: tuple[str, ...] = ()  # received files of which nobody can say whose they are
    remarks: tuple[Finding, ...] = ()  # on the whole batch (codes F13, G02, G03, G05)
    earlier: tuple[tuple[PeriodDates, tuple[IndicatorResult, ...]], ...] = ()
    # (an earlier quarter, its `indicators`), the oldest first, where whoever made the rollup asked for them

    def count(self, *states: State) -> int:
        """How many of the target rows are in one of `states`."""
        return sum(r.state in states for r in self.indicators)
