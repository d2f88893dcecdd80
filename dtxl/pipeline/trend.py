"""The quarters before a period: what the report's trend is drawn from."""

from dataclasses import replace

from dtxl.model.rollup import Rollup
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.workspace import Workspace


def with_earlier(workspace: Workspace, rollup: Rollup) -> Rollup:
    """`rollup` with the results of each quarter of the plan that ended before its period and that anything was returned
    for, the oldest first, as known on the rollup's own day."""
    if rollup.earlier:
        return rollup
    quarters = (p for p in workspace.plan.periods if p.code[5:6] == "Q" and p.end < rollup.period.end)
    found = [p for p in sorted(quarters, key=lambda p: p.end) if workspace.store.receipts(p.code)]
    return replace(
        rollup, earlier=tuple((p, make_rollup(workspace, p.code, rollup.as_of).indicators) for p in found)
    )  # fmt: skip
