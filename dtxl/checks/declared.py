"""Rules that a plan declares: what it demands of every return (B14, D02), conditions between figures (E06)."""

from collections.abc import Iterator
from fractions import Fraction

from dtxl.checks.rule import Case, rule
from dtxl.checks.texts import placeholder
from dtxl.core.codes import Severity
from dtxl.core.numbers import show
from dtxl.core.settings import house
from dtxl.model.condition import ConditionError, UnknownIndicator, parse_condition
from dtxl.model.finding import Finding, finding
from dtxl.model.form import NOTED_REASONS, SIGN_OFF


@rule("B14")
def not_signed_off(case: Case) -> Iterator[Finding]:
    """The head of the agency or the day of approval is missing, in a plan that demands both.

    Wrong: neither, or the name without the day. Right: "Trần Văn Bình" and 12/03/2024; neither, where it is not asked.
    """
    if case.form.demands.signed and not case.empty:
        for name in SIGN_OFF:
            if case.blank(name):
                yield case.mark("B14", name)


@rule("D02")
def asked_by_another_answer(case: Case) -> Iterator[Finding]:
    """A task that was not started, or a figure that there is not, without a word why, in a plan that demands one.

    Wrong: "Chưa thực hiện" and nothing under "Khó khăn, vướng mắc, kiến nghị"; "Chưa có số liệu" and an empty note.
    Right: the same with a reason; "Đang thực hiện"; "Không phát sinh", which says all.
    """
    demands, words = case.form.demands, house()
    asked: list[str] = []
    if demands.task_reason:
        late = words["task_state"]["not_started"]
        bases = [f"task.{row.task.code}" for row in case.form.task_rows]
        asked += [f"{base}.difficulty" for base in bases if case.submission.text(f"{base}.state") == late]
    if demands.absent_note:
        reasons = {words["absent"][key] for key in NOTED_REASONS}
        for row in case.form.indicator_rows:
            code = row.indicator.code
            if case.submission.text(f"{code}.absent") in reasons and all(map(case.blank, case.figures(row))):
                asked.append(f"{code}.note")  # a figure beside the reason is D03's
    for name in asked:
        value = case.value(name)
        if value is not None and not case.said(name) and not placeholder(value.raw):
            yield case.mark("D02", name)


@rule("E06")
def condition_broken(case: Case) -> Iterator[Finding]:
    """A condition that the plan declares between figures is not true of them.

    One that names a figure that was not asked of the agency or that could not be read says nothing. Wrong: 130 of 200
    in I.1 where "I.1.tử số ≤ I.2.tử số" and I.2 has 120. Right: 120 and 120.
    """
    kinds = {row.indicator.code: row.indicator.kind for row in case.form.indicator_rows}
    for condition in case.form.conditions:
        try:
            said = parse_condition(condition.text, kinds)
        except UnknownIndicator:
            continue
        except ConditionError as error:
            yield finding("G09", label=f"Điều kiện “{condition.text}”: {error}")
            continue
        given = {figure: number for figure in said.figures if (number := _figure(case, *figure)) is not None}
        if len(given) < len(said.figures) or said.holds(given):
            continue
        left, right = (show(side, 4) for side in said.sides(given))
        yield case.mark(
            "E06",
            _cell(case, *said.figures[0]),
            severity=Severity.WARNING if condition.warns else None,
            rule=condition.text,
            why=condition.why,
            values=f"{left} và {right}",
        )


def _figure(case: Case, code: str, part: str) -> Fraction | None:
    if part == "result":
        return next((case.result(row) for row in case.form.indicator_rows if row.indicator.code == code), None)
    number = case.numbers.get(f"{code}.{part}")
    return None if number is None else Fraction(number)


def _cell(case: Case, code: str, part: str) -> str:
    """The field that a figure is read from; for a result that of the numerator or of the value."""
    names = (f"{code}.{part}", f"{code}.numerator", f"{code}.value")
    return next(name for name in names if name in case.form.by_name)
