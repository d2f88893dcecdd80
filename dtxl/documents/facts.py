"""What the report needs to know of a rollup: counts, names, next period; the wording is in phrases.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from dtxl.core.numbers import rounded
from dtxl.core.text import fold, tidy
from dtxl.documents.phrases import word
from dtxl.model.period import previous_code
from dtxl.model.plan import Agency, PeriodDates, Target
from dtxl.model.rollup import (
    AgencyIndicator,
    AgencyResult,
    IndicatorResult,
    Rollup,
    Standing,
    State,
    TaskReport,
    TaskResult,
)  # fmt: skip
from dtxl.model.verdict import judge

GOOD = (Standing.ACCEPTED, Standing.LATE)
MAX_PLACES = 6


@dataclass(frozen=True)
class Facts:
    """A rollup looked at as the report looks at it."""

    rollup: Rollup
    unknown: tuple[str, ...] = ()  # names of files received whose sender could not be established

    @cached_property
    def level_names(self) -> Mapping[str, str]:
        """Level code → name as plans say it, in the plan's order; levels of agencies that the plan lacks come last."""
        names = {level.code: level.name for level in self.rollup.plan.levels}
        for agency in self.rollup.agencies:
            names.setdefault(agency.level, agency.level)
        return names

    @cached_property
    def groups(self) -> tuple[tuple[str, tuple[IndicatorResult, ...]], ...]:
        """(name, target rows) of each indicator group that has rows, in the plan's order."""
        plan = self.rollup.plan
        group_of = {i.code: i.group for i in plan.indicators}
        out = [
            (group.name, tuple(r for r in self.rollup.indicators if group_of.get(r.code) == group.code))
            for group in plan.groups
        ]
        known = {group.code for group in plan.groups}
        rest = tuple(r for r in self.rollup.indicators if group_of.get(r.code) not in known)
        if rest:
            out.append((word("group", "others" if any(rows for _, rows in out) else "only"), rest))
        return tuple((name, rows) for name, rows in out if rows)

    def rows(self, *states: State) -> tuple[IndicatorResult, ...]:
        return tuple(r for r in self.rollup.indicators if r.state in states)

    def of(self, *standings: Standing, level: str | None = None) -> tuple[AgencyResult, ...]:
        """Agencies of these standings, of one level or of all."""
        return tuple(a for a in self.rollup.agencies if a.standing in standings and (level is None or a.level == level))

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Codes of the levels that have agencies."""
        present = {a.level for a in self.rollup.agencies}
        return tuple(code for code in self.level_names if code in present)

    @cached_property
    def _shared(self) -> frozenset[str]:
        seen: set[str] = set()
        twice: set[str] = set()
        for agency in self.rollup.agencies:
            key = fold(agency.name)
            (twice if key in seen else seen).add(key)
        return frozenset(twice)

    def parent(self, code: str) -> str:
        """Name of the agency above, "" where there is none."""
        agencies = self.rollup.plan.agency_by_code
        agency = agencies.get(code)
        above = agencies.get(agency.parent) if agency else None
        return above.name if above else ""

    def name(self, agency: AgencyResult) -> str:
        """The agency's name, with that of the one above it where two agencies are called alike."""
        above = self.parent(agency.code) if fold(agency.name) in self._shared else ""
        return f"{agency.name} ({above})" if above else agency.name

    def office(self, text: str) -> str:
        """An office of the plan by its own name, behind the title that the plan gives it: "Giám đốc Ngân hàng nhà nước
        chi nhánh tỉnh" → "Giám đốc Ngân hàng Nhà nước chi nhánh tỉnh Bắc Giang". What is no agency stays as printed."""
        words = tidy(text).split(" ")
        plan = self.rollup.plan
        agency = plan.find_office(text)
        if not isinstance(agency, Agency):
            return " ".join(words)
        start = next((n for n in range(len(words)) if plan.find(" ".join(words[n:])) is agency), 0)
        return " ".join([*words[:start], agency.name])

    @cached_property
    def tree(self) -> tuple[tuple[str, tuple[AgencyResult, ...]], ...]:
        """(code of the level or of the agency above, agencies): offices without subordinates first, by level; then each
        agency that has some, followed by them. Every agency comes once, even those named above each other."""
        agencies, known = self.rollup.agencies, self.rollup.plan.agency_by_code
        present = {a.code for a in agencies}
        under: dict[str, list[AgencyResult]] = {}
        roots = []
        for agency in agencies:
            parent = known[agency.code].parent if agency.code in known else ""
            if parent in present:
                under.setdefault(parent, []).append(agency)
            else:
                roots.append(agency)

        def branch(agency: AgencyResult) -> list[AgencyResult]:
            return [agency, *(x for lower in under.get(agency.code, ()) for x in branch(lower))]

        led = [(a.code, tuple(branch(a))) for a in roots if a.code in under]
        placed = {a.code for _, found in led for a in found}
        alone = [(v, tuple(a for a in agencies if a.level == v and a.code not in placed)) for v in self.levels]
        return tuple((key, found) for key, found in [*alone, *led] if found)

    def levels_of(self, row: IndicatorResult) -> tuple[IndicatorResult, ...]:
        """The by-level rows of an indicator whose target holds for all levels, those with a value; () for one level."""
        found = tuple(r for r in self.rollup.levels if r.code == row.code and r.level and r.value is not None)
        return found if row.scope is None and len(found) > 1 else ()

    def total_of(self, code: str) -> IndicatorResult | None:
        """The total row of an indicator whose targets are limited to scopes, where it has a value."""
        return next((r for r in self.rollup.levels if r.code == code and r.level is None and r.value is not None), None)

    @cached_property
    def late_tasks(self) -> tuple[TaskResult, ...]:
        return tuple(t for t in self.rollup.tasks if t.late)

    @cached_property
    def finished_tasks(self) -> tuple[TaskResult, ...]:
        return tuple(t for t in self.rollup.tasks if t.expected and t.done == t.expected)

    @cached_property
    def horizon(self) -> tuple[PeriodDates | None, date]:
        """(the next period where the plan has it, the last day that counts as coming)."""
        period, periods = self.rollup.period, self.rollup.plan.periods
        follows = [p for p in periods if previous_code(p.code, periods) == period.code]
        follows = follows or [p for p in periods if p.start == period.end + timedelta(days=1)]
        if follows:
            return follows[0], follows[0].end
        return None, period.end + (period.end - period.start) + timedelta(days=1)

    @cached_property
    def coming_tasks(self) -> tuple[TaskResult, ...]:
        """Tasks not yet done by all whose deadline lies after the period, up to the horizon, the nearest first."""
        until = self.horizon[1]
        rows = [
            t
            for t in self.rollup.tasks
            if t.deadline and self.rollup.period.end < t.deadline <= until and t.done < max(t.expected, 1)
        ]
        return tuple(sorted(rows, key=lambda t: t.deadline or until))

    @cached_property
    def difficulties(self) -> tuple[TaskReport, ...]:
        """What agencies wrote of their tasks."""
        return tuple(r for r in self.rollup.task_reports if tidy(r.difficulty))

    @cached_property
    def explained(self) -> tuple[AgencyIndicator, ...]:
        """Agencies' figures below their target, or absent with a reason, that came with a note."""
        return tuple(
            f
            for f in self.rollup.figures
            if tidy(f.note) and (f.state is State.MISSED or (f.value is None and f.absent))
        )

    @cached_property
    def not_available(self) -> int:
        """How often an agency said that it has no figure yet, over all target rows."""
        return sum(r.coverage.not_available for r in self.rollup.indicators)

    def monitors(self, rows: tuple[IndicatorResult, ...]) -> tuple[tuple[str, tuple[IndicatorResult, ...]], ...]:
        """(monitor as `office` names it, its rows), in the order in which they first come."""
        out: dict[str, list[IndicatorResult]] = {}
        for row in rows:
            indicator = self.rollup.plan.indicator_by_code.get(row.code)
            out.setdefault(self.office(indicator.monitor) if indicator else "", []).append(row)
        return tuple((monitor, tuple(rows)) for monitor, rows in out.items())


def places_for(value: Fraction, target: Target | None) -> int:
    """Decimals to show `value` with: two, and more only where two would put it on the other side of its target
    (69,999% against ≥ 70% must not read 70%)."""
    places = 2
    while places < MAX_PLACES and judge(Fraction(rounded(value, places)), target) is not judge(value, target):
        places += 1
    return places
