"""Each agency's standing, and its rank within its level."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from dtxl.core.settings import house
from dtxl.model.plan import PeriodDates, Plan
from dtxl.model.rollup import AgencyIndicator, AgencyResult, Standing, State, TaskReport
from dtxl.results.figures import Returned


def agency_results(
    plan: Plan,
    period: PeriodDates,
    as_of: date,
    returned: Mapping[str, Returned],
    figures: Sequence[AgencyIndicator],
    reports: Sequence[TaskReport],
) -> tuple[AgencyResult, ...]:
    """One row for each agency of the plan, in the plan's order.

    Rank: within the level, by the share of indicators met among those with a figure; ties share a rank (1, 1, 3). An
    agency with a figure for less than half of what it was asked, or with fewer than `ranking.least_figures`, is not
    ranked: one indicator met would make it the first.
    """
    by_agency: dict[str, list[AgencyIndicator]] = {}
    for figure in figures:
        by_agency.setdefault(figure.agency, []).append(figure)
    tasks: dict[str, list[TaskReport]] = {}
    for report in reports:
        tasks.setdefault(report.agency, []).append(report)
    ranks = _ranks(plan, by_agency)
    results = []
    for agency in plan.agencies:
        mine, said = by_agency.get(agency.code, []), tasks.get(agency.code, [])
        back = returned.get(agency.code)
        standing, days = _standing(back, period, as_of)
        results.append(
            AgencyResult(
                agency.code,
                agency.name,
                agency.level,
                standing,
                back.received_at if back else None,
                days,
                len(plan.indicators_of(agency)),
                sum(f.value is not None for f in mine),
                _met(mine),
                len(plan.tasks_of(agency)),
                sum(r.state == "done" for r in said),
                sum(r.late for r in said),
                ranks.get(agency.code),
                sum(f.severity.blocks for f in back.findings) if back and not back.accepted else 0,
                back.path if back else "",
                back.sha256 if back else "",
                back.text("agency.contact") if back else "",
            )
        )
    return tuple(results)


def _met(figures: Sequence[AgencyIndicator]) -> int:
    return sum(f.state in (State.MET, State.EXCEEDED) for f in figures)


def _standing(back: Returned | None, period: PeriodDates, as_of: date) -> tuple[Standing, int]:
    due = period.agency_due
    if back is None:
        return Standing.MISSING, max(0, (as_of - due).days)
    days = max(0, (back.received_at.date() - due).days)
    if not back.accepted:
        return Standing.REJECTED, days
    return (Standing.LATE if days else Standing.ACCEPTED), days


def _ranks(plan: Plan, figures: Mapping[str, Sequence[AgencyIndicator]]) -> dict[str, int]:
    rows = []
    least = house()["ranking"]["least_figures"]
    for agency in plan.agencies:
        mine = figures.get(agency.code, ())
        reported = sum(f.value is not None for f in mine)
        if reported >= least and reported * 2 >= len(plan.indicators_of(agency)):
            rows.append((agency.code, agency.level, _met(mine) / reported))
    frame = pd.DataFrame(rows, columns=["code", "level", "share"])
    if frame.empty:
        return {}
    ranks = frame.groupby("level")["share"].rank(method="min", ascending=False).astype(int)
    return dict(zip(frame["code"].tolist(), ranks.tolist(), strict=True))
