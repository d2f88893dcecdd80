"""Plans from different carriers, made comparable."""

from dataclasses import replace

from dtxl.core.text import tidy
from dtxl.model.plan import Plan


def evened(plan: Plan) -> Plan:
    """`plan` with the line ends inside its spans as spaces: a line of Word is several lines of a text file."""
    return replace(
        plan,
        indicators=tuple(replace(i, span=tidy(i.span)) for i in plan.indicators),
        tasks=tuple(replace(t, span=tidy(t.span)) for t in plan.tasks),
        questions=tuple(replace(q, span=tidy(q.span)) for q in plan.questions),
    )
