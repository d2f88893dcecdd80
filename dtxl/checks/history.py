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
    """A second return changes figures that were accepted before.

    Wrong: 120 in the first, 210 in the second. Right: the same figures, or a figure where there was none.
    """
    if case.earlier is None:
        return
    for name, value in case.submission.values.items():
        before = case.earlier.values.get(name, "")
        if before and value.canonical != before:
            yield case.mark("B15", name, before=before)


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
