"""Rules between the cells of one return (E)."""

from collections.abc import Iterator
from decimal import Decimal

from dtxl.checks.rule import Case, rule
from dtxl.checks.thresholds import limit
from dtxl.core.numbers import show
from dtxl.core.settings import house
from dtxl.model.finding import Finding, finding
from dtxl.model.form import INDICATORS, TASKS
from dtxl.model.plan import Kind


@rule("E01")
def part_above_whole(case: Case) -> Iterator[Finding]:
    """A numerator is a part of its denominator and cannot exceed it.

    Wrong: 120 of 100. Right: 100 of 120.
    """
    for row in case.form.indicator_rows:
        if row.indicator.kind is not Kind.RATIO:
            continue
        numerator, denominator = (case.submission.number(name) for name in case.figures(row))
        if numerator is not None and denominator and numerator > denominator > 0:
            yield case.mark("E01", case.figures(row)[0], numerator=show(numerator, 6), denominator=show(denominator, 6))


@rule("E02")
def no_denominator(case: Case) -> Iterator[Finding]:
    """A numerator needs a denominator above zero.

    Wrong: 12 of 0, or 12 of nothing. Right: 12 of 30; where nothing arose, both blank with "Không phát sinh".
    """
    for row in case.form.indicator_rows:
        if row.indicator.kind is not Kind.RATIO:
            continue
        numerator, denominator = case.figures(row)
        above, below = case.value(numerator), case.value(denominator)
        if above is None or below is None or above.blank:
            continue
        if below.blank or below.number == 0:
            yield case.mark("E02", denominator)


@rule("E07")
def state_contradicts(case: Case) -> Iterator[Finding]:
    """The state of a task, its percentage and its date of completion must tell one story.

    Wrong: "Đã hoàn thành" at 60%; "Chưa thực hiện" at 40%; a date of completion on a task that goes on.
    Right: "Đã hoàn thành" at 100% or with no percentage.
    """
    states = {label: key for key, label in house()["task_state"].items()}
    for row in case.form.task_rows:
        base = f"task.{row.task.code}"
        state = case.submission.text(f"{base}.state")
        percent = case.submission.number(f"{base}.percent")
        done_on = case.value(f"{base}.done_on")
        key = states.get(state or "", "")
        why = ""
        if percent is not None and 0 <= percent <= 100 and not _fits(key, percent):
            why = f"tình trạng “{state}” nhưng tiến độ ghi {show(percent)}%"
        elif key in ("ongoing", "not_started") and done_on is not None and done_on.day is not None:
            why = f"tình trạng “{state}” nhưng đã có ngày hoàn thành {done_on.day:%d/%m/%Y}"
        if why:
            yield case.mark("E07", f"{base}.state", why=why)


def _fits(state: str, percent: Decimal) -> bool:
    if state == "done":
        return percent >= 100
    if state == "not_started":
        return percent <= 0
    return state != "ongoing" or percent < 100


@rule("E12")
def section_left_out(case: Case) -> Iterator[Finding]:
    """Half of a section's rows and more have no answer: the section was left, not a cell overlooked.

    Wrong: six of ten indicators with neither figures nor a reason. Right: four of ten; a form sent back empty is A04's.
    """
    if case.empty:
        return
    rows: dict[str, list[tuple[str, ...]]] = {
        INDICATORS: [(*case.figures(r), f"{r.indicator.code}.absent") for r in case.form.indicator_rows],
        TASKS: [(f"task.{r.task.code}.state",) for r in case.form.task_rows],
    }
    for sheet, asked in rows.items():
        blank = sum(all(map(case.blank, names)) for names in asked)
        if blank >= limit("unanswered_rows") and blank * 100 >= limit("unanswered_share") * len(asked):
            value = next((v for names in asked if (v := case.value(names[0]))), None)
            place = value.sheet if value else sheet
            yield finding("E12", sheet=place, label=f"{blank}/{len(asked)} dòng chưa điền")
