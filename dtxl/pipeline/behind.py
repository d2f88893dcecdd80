"""What is behind each figure of a period's report: agencies, files, cells."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from dtxl.core.settings import house
from dtxl.documents import Behind, Part
from dtxl.model.rollup import Rollup
from dtxl.pipeline.summary import counting_receipts, part_sources, trace
from dtxl.pipeline.workspace import Workspace


def behind(workspace: Workspace, rollup: Rollup, as_of: date) -> tuple[Behind, ...]:
    """First each indicator with the agencies that answered, as `trace` tells them; then each task with those that said
    its state; then every agency's return."""
    return (
        *_indicators(workspace, rollup, as_of),
        *_tasks(workspace, rollup, as_of),
        Behind("returns", "", "", tuple(_returns(rollup))),
    )


def _indicators(workspace: Workspace, rollup: Rollup, as_of: date) -> Iterator[Behind]:
    sources = part_sources(workspace, rollup.period.code, as_of)
    for indicator in rollup.plan.indicators:
        traced: list[dict[str, Any]] = trace(rollup, indicator.code, sources)
        parts = tuple(
            Part(
                row["agency"], row["name"], row["numerator"], row["denominator"], row["absent"], row["file"],
                tuple(f"{row['sheet']}!{cell}" for cell in row["cells"]), row["received_at"], row["sha256"],
            )
            for row in traced
            if row["file"]
        )  # fmt: skip
        yield Behind("indicator", indicator.code, indicator.name, parts)


def _tasks(workspace: Workspace, rollup: Rollup, as_of: date) -> Iterator[Behind]:
    states, agencies = house()["task_state"], {a.code: a for a in rollup.agencies}
    receipts = counting_receipts(workspace, rollup.period.code, as_of)
    values = workspace.store.values(list(receipts.values()))
    parts_of: dict[str, list[Part]] = {}
    for report in rollup.task_reports:
        if not report.state:
            continue
        back = agencies[report.agency]
        cell = values[receipts[report.agency].id].get(f"task.{report.task}.state")
        where = (f"{cell.sheet}!{cell.cell}",) if cell else ()
        parts_of.setdefault(report.task, []).append(
            Part(
                back.code, back.name, None, None, states[report.state], back.file, where, back.received_at, back.sha256
            )
        )
    for task in rollup.tasks:
        yield Behind("task", task.code, task.text, tuple(parts_of.get(task.code, ())))


def _returns(rollup: Rollup) -> Iterator[Part]:
    words = house()["return_state"]
    for a in rollup.agencies:
        yield Part(a.code, a.name, None, None, words[a.standing.value], a.file, (), a.received_at, a.sha256)
