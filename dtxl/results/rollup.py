"""The rollup: by target, by level, by agency, by task.

A ratio's provincial value is Σ numerators / Σ denominators over the agencies that gave both, per scope and in all;
never a mean of percentages (product rules, §5). Sums are exact decimals, values exact fractions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from dtxl.core.settings import house
from dtxl.model.finding import finding
from dtxl.model.plan import Agency, Indicator, Kind, OverAgencies, PeriodDates, Plan, Target
from dtxl.model.rollup import AgencyIndicator, Coverage, IndicatorResult, Rollup, TaskReport, TaskResult
from dtxl.model.verdict import judge, ratio
from dtxl.results.figures import Returned, agency_figures, task_reports
from dtxl.results.standing import agency_results

Previous = Mapping[tuple[str, str | None], Fraction]


def roll_up(
    plan: Plan,
    period: PeriodDates,
    as_of: date,
    returned: Iterable[Returned],
    previous: Previous | None = None,
    unknown_files: Sequence[str] = (),
) -> Rollup:
    """The period's rollup. `returned`: at most one for each agency (the accepted one, else the latest faulty one).

    `previous`: (indicator code, scope) → last period's value. `as_of` is the day on which lateness is counted;
    `unknown_files` are received files that nobody can be asked about.
    """
    by_agency = {r.agency: r for r in returned}
    figures: list[AgencyIndicator] = []
    reports: list[TaskReport] = []
    for agency in plan.agencies:
        mine = by_agency.get(agency.code)
        if mine is not None and mine.accepted:
            figures += agency_figures(plan, agency, mine)
            reports += task_reports(plan, agency, mine, period.end)
    table = _Table(plan, figures)
    agencies = agency_results(plan, period, as_of, by_agency, figures, reports)
    return Rollup(
        plan,
        period,
        as_of,
        _by_target(plan, table, previous or {}),
        _by_level(plan, table),
        agencies,
        tuple(figures),
        _tasks(plan, reports, period),
        tuple(reports),
        tuple(a.code for a in agencies if a.rank is None and a.asked and a.standing in ("accepted", "late")),
        tuple(_remarks(plan, period, as_of, by_agency)),
        tuple(unknown_files),
    )


def _remarks(
    plan: Plan, period: PeriodDates, as_of: date, by_agency: Mapping[str, Returned]
) -> Iterator[tuple[str, str, str, str, str, str, str]]:
    """The findings of each agency's return; for an agency without one after the due day, that it is silent (G01)."""
    for agency in plan.agencies:
        back = by_agency.get(agency.code)
        if back is not None:
            findings = back.findings
        elif as_of > period.agency_due:
            findings = (finding("G01", args={"agency": agency.name, "due": f"{period.agency_due:%d/%m/%Y}"}),)
        else:
            findings = ()
        for f in findings:
            yield agency.code, f.code, str(f.severity), f.sheet, f.cell, f.found, f.message


class _Table:
    """The figures as one table: indicator, agency, class of answer, numerator, denominator (exact decimals)."""

    def __init__(self, plan: Plan, figures: Sequence[AgencyIndicator]) -> None:
        reasons = {label: key for key, label in house()["absent"].items()}
        kinds = {i.code: i.kind for i in plan.indicators}
        rows = [
            (f.indicator, f.agency, _answer(f, kinds[f.indicator], reasons), f.numerator, f.denominator)
            for f in figures
        ]
        frame = pd.DataFrame(rows, columns=["indicator", "agency", "answer", "numerator", "denominator"], dtype=object)
        self._groups = dict(iter(frame.groupby("indicator", sort=False)))
        self._none = frame.iloc[0:0]

    def part(self, indicator: Indicator, agencies: Sequence[Agency]) -> tuple[Coverage, Decimal | None, Decimal | None]:
        """Coverage, Σ numerators and Σ denominators of an indicator over some agencies."""
        rows = self._groups.get(indicator.code, self._none)
        rows = rows[rows["agency"].isin([a.code for a in agencies])]
        answers = rows["answer"].value_counts()
        counts = {name: int(answers.get(name, 0)) for name in ("reported", *house()["absent"])}
        coverage = Coverage(len(agencies), silent=len(agencies) - sum(counts.values()), **counts)
        given = rows[rows["answer"] == "reported"]
        # One agency's figure needs no adding up: a growth that the monitor alone reports is the province's.
        if given.empty or (indicator.over_agencies is OverAgencies.NONE and len(agencies) > 1):
            return coverage, None, None
        denominator = None
        if indicator.kind is Kind.RATIO:
            denominator = sum(given["denominator"], Decimal(0))
        return coverage, sum(given["numerator"], Decimal(0)), denominator


def _answer(figure: AgencyIndicator, kind: Kind, reasons: Mapping[str, str]) -> str:
    complete = figure.numerator is not None and (kind is not Kind.RATIO or figure.denominator)
    # Neither figure nor reason: the form did not ask for it (an indicator added since), so the agency is silent on it.
    return "reported" if complete else reasons.get(figure.absent, "")


def _by_target(plan: Plan, table: _Table, previous: Previous) -> tuple[IndicatorResult, ...]:
    results = []
    for indicator in plan.indicators:
        asked = plan.asked_of(indicator)
        for target in indicator.targets:
            # What another figure would have to answer stays without one: nobody was asked for it.
            answers = indicator.measures(target)
            agencies = [a for a in asked if answers and plan.in_scope(target.scope, a)]
            before = previous.get((indicator.code, target.scope)) if answers else None
            results.append(_result(indicator, table, agencies, target, target.scope, before, None))
    return tuple(results)


def _by_level(plan: Plan, table: _Table) -> tuple[IndicatorResult, ...]:
    results = []
    for indicator in plan.indicators:
        asked = plan.asked_of(indicator)
        for level in plan.levels:
            agencies = [a for a in asked if a.level == level.code]
            if agencies:
                target = plan.target_for(indicator, agencies[0])
                results.append(_result(indicator, table, agencies, target, level.name, None, level.code))
        if any(t.scope is not None for t in indicator.targets):
            results.append(_result(indicator, table, asked, None, None, None, None))
    return tuple(results)


def _result(
    indicator: Indicator, table: _Table, agencies: Sequence[Agency], target: Target | None, scope: str | None,
    previous: Fraction | None, level: str | None,
) -> IndicatorResult:  # fmt: skip
    coverage, numerator, denominator = table.part(indicator, agencies)
    if indicator.kind is Kind.RATIO:
        value = ratio(numerator, denominator)
    else:
        value = None if numerator is None else Fraction(numerator)
    return IndicatorResult(
        indicator.code, indicator.name, scope, numerator, denominator, value, indicator.unit, target,
        judge(value, target), coverage, previous, level,
    )  # fmt: skip


def _tasks(plan: Plan, reports: Sequence[TaskReport], period: PeriodDates) -> tuple[TaskResult, ...]:
    by_task: dict[str, list[TaskReport]] = {}
    for report in reports:
        by_task.setdefault(report.task, []).append(report)
    results = []
    for task in plan.tasks:
        mine = by_task.get(task.code, [])
        expected = len(plan.holders(task))
        states = [r.state for r in mine]
        silent = expected - sum(bool(s) for s in states)
        overdue = bool(task.deadline and task.deadline <= period.end)
        results.append(
            TaskResult(
                task.code,
                task.agency,
                task.text,
                task.deadline,
                expected,
                states.count("done"),
                states.count("ongoing") + states.count("continuous"),
                states.count("not_started"),
                silent,
                expected - states.count("done") if overdue else 0,
            )
        )
    return tuple(results)
