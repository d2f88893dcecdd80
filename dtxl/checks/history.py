"""Rules on when a return came and what came before it (B)."""

from collections.abc import Iterator

from dtxl.checks.rule import Case, rule
from dtxl.model.finding import Finding, finding


@rule("B11")
def late(case: Case) -> Iterator[Finding]:
    """The return came after the plan's due day.

    Wrong: received on 16/3/2024 for a due day of 15/3/2024. Right: received on the due day.
    """
    due = case.form.period.agency_due
    days = (case.submission.received_at.date() - due).days
    if days > 0:
        yield finding("B11", args={"due": f"{due:%d/%m/%Y}", "days": str(days)})


@rule("B15")
def changes_accepted(case: Case) -> Iterator[Finding]:
    """A second return changes figures or states that were accepted before, and its row does not say why; words may
    change freely.

    Wrong: 120 in the first, 210 in the second. Right: the same figures, a figure where there was none, or 210 with a
    new explanation in the row.
    """
    if case.earlier is None or case.empty:
        return
    for field, value in case.fields("number", "integer", "percent", "list"):
        before = case.earlier.values.get(field.name, "")
        if not before or value.canonical == before or (value.blank and _still_asked(case, field.name)):
            continue
        if not _explained(case, field.name):
            yield case.mark("B15", field.name, before=before)


# Where a row has room for words: an indicator's note, a task's evidence or difficulty.
_REASONS = ("note", "evidence", "difficulty")


def _explained(case: Case, name: str) -> bool:
    """Whether the row of a field says something that it did not say in the return accepted before."""
    assert case.earlier is not None
    base = name.rpartition(".")[0]
    for reason in (f"{base}.{part}" for part in _REASONS):
        if case.said(reason) and case.submission.values[reason].canonical != case.earlier.values.get(reason, ""):
            return True
    return False


def _still_asked(case: Case, name: str) -> bool:
    """Whether the blank itself is a finding (D01, D04): then that says it all."""
    code, _, part = name.rpartition(".")
    return part == "state" or (part in ("numerator", "denominator", "value") and case.blank(f"{code}.absent"))


@rule("B16")
def unchanged(case: Case) -> Iterator[Finding]:
    """A second return says nothing new.

    Wrong: the same figures in a file saved again. Right: one return, or a changed one.
    """
    if case.earlier is None:
        return
    now = {name: text for name, value in case.submission.values.items() if (text := value.canonical)}
    if now == {name: text for name, text in case.earlier.values.items() if text}:
        yield finding("B16", args={"before": case.earlier.received})
