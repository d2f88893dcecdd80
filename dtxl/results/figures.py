"""One agency's figures, as its accepted return gives them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from dtxl.core.settings import house
from dtxl.model.finding import Finding
from dtxl.model.plan import Agency, Indicator, Kind, Plan
from dtxl.model.rollup import AgencyIndicator, TaskReport
from dtxl.model.submission import Value
from dtxl.model.verdict import judge, ratio


@dataclass(frozen=True)
class Returned:
    """A return that matters for an agency: the one that counts, or its latest faulty one."""

    agency: str
    accepted: bool
    received_at: datetime
    path: str
    sha256: str
    values: Mapping[str, Value] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return (value.text or "") if value else ""


def agency_figures(plan: Plan, agency: Agency, returned: Returned) -> list[AgencyIndicator]:
    """The agency's figure for each indicator that it was asked for, in the plan's order."""
    return [_figure(plan, agency, indicator, returned) for indicator in plan.indicators_of(agency)]


def _figure(plan: Plan, agency: Agency, indicator: Indicator, returned: Returned) -> AgencyIndicator:
    code = indicator.code
    parts = ("numerator", "denominator") if indicator.kind is Kind.RATIO else ("value",)
    values = [returned.values.get(f"{code}.{part}") for part in parts]
    numbers = [v.number if v else None for v in values]
    target = plan.target_for(indicator, agency)
    if indicator.kind is Kind.RATIO:
        numerator, denominator = numbers
        value = ratio(numerator, denominator)
    else:
        numerator, denominator = numbers[0], None
        value = None if numerator is None else Fraction(numerator)
    return AgencyIndicator(
        agency.code,
        code,
        numerator,
        denominator,
        value,
        target,
        judge(value, target),
        returned.text(f"{code}.absent"),
        returned.text(f"{code}.source"),
        returned.text(f"{code}.note"),
        tuple((v.sheet, v.cell) for v in values if v),
    )


def task_reports(plan: Plan, agency: Agency, returned: Returned, period_end: date) -> list[TaskReport]:
    """What the agency says of each of its tasks."""
    keys = {label: key for key, label in house()["task_state"].items()}
    reports = []
    for task in plan.tasks_of(agency):
        base = f"task.{task.code}"
        state = keys.get(returned.text(f"{base}.state"), "")
        percent, done_on = returned.values.get(f"{base}.percent"), returned.values.get(f"{base}.done_on")
        reports.append(
            TaskReport(
                agency.code,
                task.code,
                state,
                percent.number if percent else None,
                done_on.day if done_on else None,
                returned.text(f"{base}.evidence"),
                returned.text(f"{base}.difficulty"),
                bool(task.deadline and task.deadline <= period_end and state != "done"),
            )
        )
    return reports
