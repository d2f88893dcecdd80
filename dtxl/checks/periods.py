"""Rules that hold a return against the agency's own last period (F01, F02, F03, F06, F09, F14)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from dtxl.checks.rule import Case, rule
from dtxl.checks.thresholds import limit
from dtxl.core.codes import Severity
from dtxl.core.numbers import show
from dtxl.model.finding import Finding, finding
from dtxl.model.form import INDICATORS, IndicatorRow
from dtxl.model.plan import OverPeriods

_WARNING = Severity.WARNING


@dataclass(frozen=True, slots=True)
class _Move:
    """A figure and what it was in the last period."""

    row: IndicatorRow
    name: str
    before: Decimal
    now: Decimal

    @property
    def jumped(self) -> bool:
        """Whether one is a multiple of the other that no quarter brings; from nothing to something is no jump."""
        small, large = sorted((self.before, self.now))
        if large < limit("jump_size") or self.before <= 0 or self.now < 0:
            return False
        return small == 0 or large / small >= limit("jump")

    @property
    def factor(self) -> Decimal:
        """How many times the smaller fits into the larger; both above zero."""
        return max(self.before, self.now) / min(self.before, self.now)

    @property
    def aside(self) -> str:
        return f"kỳ trước ghi {show(self.before)}"


def _moves(case: Case) -> Iterator[_Move]:
    for row in case.form.indicator_rows:
        for name in case.figures(row):
            now, before = case.numbers.get(name), case.before(name)
            if now is not None and before is not None:
                yield _Move(row, name, before, now)


def _counted(row: IndicatorRow, how: OverPeriods) -> bool:
    """Whether staff say that the indicator is counted so; a way of counting that the plan's reading guessed is not held
    against anybody, the less so as the form does not print it."""
    return row.indicator.over_periods is how and "over_periods" not in row.indicator.guessed


def _explained(case: Case, row: IndicatorRow) -> bool:
    return case.said(f"{row.indicator.code}.note")


@rule("F01")
def lower_than_before(case: Case) -> Iterator[Finding]:
    """What is counted from the start of the year, and the progress of a task, cannot fall.

    A warning: the form does not print the way of counting. Wrong: 110 in the first quarter, 60 in the second, no word
    why; a task at 80%, then at 40%. Right: 110, then 110 or more; or 60 with a reason in the notes.
    """
    if not _in_period_instead(case):
        for move in _moves(case):
            falls = _counted(move.row, OverPeriods.CUMULATIVE) and move.now < move.before
            if falls and not move.jumped and not _explained(case, move.row):
                yield case.mark("F01", move.name, severity=_WARNING, aside=move.aside)
    for row in case.form.task_rows:
        name = f"task.{row.task.code}.percent"
        now, before = case.submission.number(name), case.before(name)
        if now is None or before is None or before - now < Decimal(limit("back_percent")) or before >= 100:
            continue  # what was done and is no longer is F08's
        if not case.said(f"task.{row.task.code}.difficulty"):
            yield case.mark("F01", name, severity=_WARNING, aside=f"kỳ trước ghi {show(before)}%")


@rule("F02")
def other_way_of_counting(case: Case) -> Iterator[Finding]:
    """Most figures counted from the start of the year fell together: they look like the period's alone; or most of the
    period's alone exceed all earlier ones together: they look counted from the start of the year.

    Wrong: 110, 90, 200 and 80 in the first quarter; 60, 70, 150 and 40 in the second. Right: one of them lower.
    """
    for move in [*_in_period_instead(case), *_cumulated_instead(case)]:
        yield case.mark("F02", move.name, aside=move.aside)


def _in_period_instead(case: Case) -> list[_Move]:
    """The figures counted from the start of the year that fell, where most did."""
    moves = [m for m in _moves(case) if _counted(m.row, OverPeriods.CUMULATIVE) and m.before > 0]
    return _most([m for m in moves if m.now < m.before and not m.jumped], moves)


def _cumulated_instead(case: Case) -> list[_Move]:
    """The figures of the period alone that exceed the two periods before together, where most do."""
    moves = [m for m in _moves(case) if _counted(m.row, OverPeriods.SUM) and m.before > 0]
    moves = [m for m in moves if (case.before(m.name, 2) or 0) > 0]
    return _most([m for m in moves if m.now >= m.before + (case.before(m.name, 2) or 0) and not m.jumped], moves)


def _most(chosen: list[_Move], moves: list[_Move]) -> list[_Move]:
    rows, of = ({m.row.indicator.code for m in some} for some in (chosen, moves))
    many = len(rows) >= limit("together_rows") and len(rows) * 100 >= limit("together_share") * len(of)
    return chosen if many else []


@rule("F03")
def jump(case: Case) -> Iterator[Finding]:
    """A figure is many times, or a small part of, what it was in the last period: a unit or a zero slipped.

    A note does not excuse it: it may speak of something else. Wrong: 1200 in the last period, 12000 or 120 now; 340,
    then 0. Right: 1200, then 4000; 2, then 20; 0, then 500.
    """
    for move in _moves(case):
        if move.jumped:
            yield case.mark("F03", move.name, aside=move.aside)


@rule("F06")
def same_as_last_period(case: Case) -> Iterator[Finding]:
    """All figures are those of the last period: the file was not brought up to date.

    Wrong: five and more figures, not one changed. Right: one of them changed.
    """
    before = {name: number for name in case.numbers if (number := case.before(name)) is not None}
    if before == case.numbers and telling(before.values()):
        yield finding("F06", sheet=sheet_of(case), label=f"Số liệu {case.past[0].name}")


@rule("F09")
def denominator_changed(case: Case) -> Iterator[Finding]:
    """The denominator is another than in the last period by more than its kind allows: its scope was changed.

    Wrong: 400 households in the last period, 900 now, no word why. Right: 400, then 450; or 900 with a note.
    """
    for move in _moves(case):
        if not move.name.endswith(".denominator") or move.jumped or min(move.before, move.now) <= 0:
            continue
        if _counted(move.row, OverPeriods.CUMULATIVE) and move.now < move.before:
            continue  # F01's
        stock = move.row.indicator.over_periods is OverPeriods.LATEST
        large = move.factor >= limit("base_latest" if stock else "base_flow")
        if large and move.before >= limit("base_size") and not _explained(case, move.row):
            yield case.mark("F09", move.name, aside=move.aside)


@rule("F14")
def gap(case: Case) -> Iterator[Finding]:
    """The agency had a form for the last period and no return of it was accepted: its series has a gap.

    Wrong: nothing for the first quarter. Right: a return for each period.
    """
    if case.past and not case.past[0].values and not case.empty:
        yield finding("F14", label=f"Kỳ thiếu: {case.past[0].name}")


def telling(numbers: Iterable[Decimal]) -> bool:
    """Whether figures are many and different enough for their being the same elsewhere to be no chance."""
    some = [n for n in numbers if n > 0]
    return len(some) >= limit("same_figures") and len({n for n in some if n > 1}) >= limit("same_different")


def sheet_of(case: Case) -> str:
    """The name that the sheet of the indicators bears in the returned file."""
    return next((v.sheet for name in case.numbers if (v := case.value(name))), INDICATORS)
