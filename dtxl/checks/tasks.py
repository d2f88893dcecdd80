"""Rules on tasks and on days (D13, D31, F08)."""

from collections.abc import Iterator
from datetime import timedelta

from dtxl.checks.rule import Case, rule
from dtxl.checks.thresholds import limit
from dtxl.core.codes import Severity
from dtxl.core.settings import house
from dtxl.model.finding import Finding

# How far a task has come; one that goes on all the time is as far as one under way.
_STEP = {"not_started": 0, "ongoing": 1, "continuous": 1, "done": 2}


def _states() -> dict[str, str]:
    """Label → key of a task's state."""
    return {label: key for key, label in house()["task_state"].items()}


@rule("D13")
def impossible_day(case: Case) -> Iterator[Finding]:
    """A day of completion lies after the period or after the return itself; figures were approved before their period
    began or after the return.

    Wrong: completed on 20/3/2024 in a period that ends on 14/3/2024; approved on 10/12/2023 for a period from
    15/12/2023. Right: completed in an earlier period; approved a day after the file was saved.
    """
    period = case.form.period
    latest = case.submission.received_at.date() + timedelta(days=int(limit("days_ahead")))
    for field, value in case.fields("date"):
        if value.day is None:
            continue
        done = field.name.startswith("task.")
        if value.day > (min(latest, period.end) if done else latest) or (not done and value.day < period.start):
            yield case.mark("D13", field.name)


@rule("D31")
def nothing_to_show(case: Case) -> Iterator[Finding]:
    """A task that is done wants its document or product named.

    A warning: the form does not require it. Wrong: "Đã hoàn thành" and nothing beside it. Right: "Quyết định số
    12/QĐ-STTTT", or a task that is not done.
    """
    for row in case.form.task_rows:
        base = f"task.{row.task.code}"
        evidence = case.value(f"{base}.evidence")
        if _states().get(case.submission.text(f"{base}.state") or "") != "done" or evidence is None:
            continue
        if not any(map(str.isalnum, evidence.raw)):
            yield case.mark("D31", f"{base}.evidence", severity=Severity.WARNING)


@rule("F08")
def task_taken_back(case: Case) -> Iterator[Finding]:
    """What was said of a task in the last period is taken back without a word: its state goes back, its day of
    completion is another, or it was completed in a period for which it was reported as not done.

    Wrong: "Đã hoàn thành", then "Đang thực hiện". Right: the same with a reason under "Khó khăn, vướng mắc, kiến nghị".
    """
    if not case.past:
        return
    states, last = _states(), case.past[0].values
    for row in case.form.task_rows:
        base = f"task.{row.task.code}"
        if f"{base}.state" not in last or case.said(f"{base}.difficulty"):
            continue
        before = last[f"{base}.state"].text or ""
        now = case.submission.text(f"{base}.state") or ""
        day, done_on = case.value(f"{base}.done_on"), last.get(f"{base}.done_on")
        day_before = done_on.day if done_on else None
        if before in states and now in states and _STEP[states[now]] < _STEP[states[before]]:
            yield case.mark("F08", f"{base}.state", aside=f"kỳ trước ghi “{before}”")
        elif day is None or day.day is None:
            continue
        elif day_before is not None and day.day != day_before:
            yield case.mark("F08", f"{base}.done_on", aside=f"kỳ trước ghi {day_before:%d/%m/%Y}")
        elif states.get(before) in ("not_started", "ongoing") and day.day < case.form.period.start:
            yield case.mark("F08", f"{base}.done_on", aside=f"kỳ trước ghi “{before}”")
