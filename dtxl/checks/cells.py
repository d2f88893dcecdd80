"""Rules on single cells (D)."""

from collections.abc import Iterator

from dtxl.checks.rule import Case, rule
from dtxl.checks.texts import placeholder
from dtxl.checks.thresholds import limit
from dtxl.core.numbers import show
from dtxl.model.finding import Finding, finding
from dtxl.model.form import target_text
from dtxl.model.plan import Kind
from dtxl.model.rollup import State
from dtxl.model.verdict import judge


@rule("A04")
def nothing_filled(case: Case) -> Iterator[Finding]:
    """Not one input cell is filled.

    Wrong: a form sent back as it was issued. Right: a form in which at least one cell was filled.
    """
    if case.empty and case.form.fields:
        yield finding("A04")


@rule("D01")
def required_blank(case: Case) -> Iterator[Finding]:
    """A cell that every return needs (contact, state of a task) is blank.

    Wrong: no name under "Người lập biểu". Right: "Nguyễn Văn An".
    """
    if case.empty:
        return
    for field, value in case.fields("text", "list", "date"):
        if field.required and value.blank:
            yield case.mark("D01", field.name)


@rule("D04")
def no_number_no_reason(case: Case) -> Iterator[Finding]:
    """An indicator has neither its number nor a reason why there is none.

    Wrong: numerator blank, reason blank. Right: 0 where it is zero, or the reason "Chưa có số liệu".
    """
    if case.empty:
        return
    for row in case.form.indicator_rows:
        names = case.figures(row)
        if not case.blank(f"{row.indicator.code}.absent"):
            continue
        blanks = [name for name in names if case.blank(name)]
        if blanks == [names[-1]] and len(names) == 2:
            continue  # a numerator without its denominator is E02's
        for name in blanks:
            yield case.mark("D04", name)


@rule("D03")
def number_and_reason(case: Case) -> Iterator[Finding]:
    """A number stands beside a reason that there is none.

    Wrong: numerator 12 and "Không phát sinh". Right: the one or the other.
    """
    for row in case.form.indicator_rows:
        absent = case.value(f"{row.indicator.code}.absent")
        if absent is None or absent.blank:
            continue
        for name in case.figures(row):
            value = case.value(name)
            if value is not None and not value.blank:
                yield case.mark("D03", name, reason=absent.raw)


@rule("D09")
def percent_scale(case: Case) -> Iterator[Finding]:
    """A percentage between 0 and 1: 0,85 may mean 85.

    Wrong: 0,85 for a task nearly done. Right: 85.
    """
    for field, value in case.fields("percent"):
        if value.number is not None and 0 < value.number < 1:
            yield case.mark("D09", field.name, value=show(value.number, 6))


@rule("D15")
def not_whole(case: Case) -> Iterator[Finding]:
    """Things that are counted come in whole numbers.

    Wrong: 12,5 hồ sơ. Right: 12.
    """
    for field, value in case.fields("integer"):
        if value.number is not None and value.number != value.number.to_integral_value():
            yield case.mark("D15", field.name, value=show(value.number, 6))


@rule("D17")
def negative(case: Case) -> Iterator[Finding]:
    """No figure of a form can be below zero.

    Wrong: -5. Right: 5, or 0.
    """
    for field, value in case.fields("number", "integer", "percent"):
        if value.number is not None and value.number < 0:
            yield case.mark("D17", field.name, value=show(value.number, 6))


@rule("D18")
def out_of_bounds(case: Case) -> Iterator[Finding]:
    """A count that nothing in a province reaches; an answer of yes or no that is neither 1 nor 0.

    Wrong: 5.000.000.000 files; 12 where 1 stands for yes. Right: 900.000.000 files; 1.
    """
    for row in case.form.indicator_rows:
        yes_no = row.indicator.kind is Kind.YES_NO
        for name in case.figures(row):
            number = case.numbers.get(name)
            if number is None or case.form.by_name[name].kind != "integer":
                continue
            if number > (1 if yes_no else limit("count_most")):
                yield case.mark("D18", name)


@rule("D19")
def above_hundred(case: Case) -> Iterator[Finding]:
    """The progress of a task cannot pass 100 percent, nor can a share that is asked as one value.

    Wrong: 8550. Right: 85,5; a growth of 120%.
    """
    for row in case.form.indicator_rows:
        share = row.indicator.unit == "%" and row.indicator.kind in (Kind.COUNT, Kind.SCORE)
        number = case.numbers.get(f"{row.indicator.code}.value") if share else None
        if number is not None and number > 100:
            yield case.mark("D19", f"{row.indicator.code}.value", value=show(number, 6))
    for field, value in case.fields("percent"):
        if value.number is not None and value.number > 100:
            yield case.mark("D19", field.name, value=show(value.number, 6))


@rule("D32")
def missed_unexplained(case: Case) -> Iterator[Finding]:
    """A result below its target wants a word why.

    Wrong: 60% against ≥ 70% and no note, or a dash. Right: the same with "Do hệ thống nâng cấp trong tháng 02".
    """
    for row in case.form.indicator_rows:
        result = case.result(row)
        note = f"{row.indicator.code}.note"
        written = case.value(note)
        if result is None or result < 0 or written is None or case.said(note) or placeholder(written.raw):
            continue  # what is wrong with the figure or with the note itself is said there
        if case.said(f"{row.indicator.code}.absent"):
            continue  # D03 asks which of the two it is; the form shows the reason then, no verdict
        if judge(result, row.target) is State.MISSED:
            yield case.mark("D32", note, value=show(result) + row.indicator.unit, target=target_text(row.target))
