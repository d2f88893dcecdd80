"""Results out of the store: rollup, status, trace."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from dtxl.checks import check_batch
from dtxl.core.errors import DtxlError
from dtxl.model.finding import Finding
from dtxl.model.form import build_form
from dtxl.model.period import previous_code
from dtxl.model.plan import Plan
from dtxl.model.rollup import Rollup
from dtxl.pipeline.plans import Meanings, left_out, only_what_is_asked
from dtxl.pipeline.workspace import Workspace
from dtxl.results import Returned, roll_up
from dtxl.store import Receipt


def counting_receipts(workspace: Workspace, period: str, as_of: date = date.max) -> dict[str, Receipt]:
    """Agency → the receipt that spoke for it on `as_of`: its last acceptable one by then, else its last faulty one."""
    chosen: dict[str, Receipt] = {}
    for receipt in workspace.store.receipts(period):
        if not receipt.agency or receipt.received_at.date() > as_of:
            continue
        held = chosen.get(receipt.agency)
        if held is None or acceptable(receipt) or not acceptable(held):
            chosen[receipt.agency] = receipt
    return chosen


def acceptable(receipt: Receipt) -> bool:
    """Whether a return was accepted, were it only until a later one took its place."""
    return receipt.status in ("accepted", "superseded")


def unknown_files(workspace: Workspace, period: str, as_of: date = date.max) -> list[str]:
    """Files received by `as_of` of which nobody can say whose they are: unreadable ones, strangers, and those of
    agencies that the plan no longer has."""
    known = workspace.plan.agency_by_code
    receipts = workspace.store.receipts(period)
    return [r.path for r in receipts if r.agency not in known and r.received_at.date() <= as_of]


def make_rollup(workspace: Workspace, period_code: str, as_of: date) -> Rollup:
    """The period's rollup from what was accepted so far, with the last period's results beside it and with what the
    rules on the whole batch say of it."""
    before = _previous_rollup(workspace, period_code, as_of)
    previous = {(r.code, r.scope): r.value for r in before.indicators if r.value is not None} if before else {}
    rollup, left = _rollup(workspace, period_code, as_of, previous)
    checked = check_batch(rollup, _versions(workspace, period_code, as_of))
    return replace(checked, remarks=tuple(sorted([*checked.remarks, *left], key=lambda f: f.code))) if left else checked


def _versions(workspace: Workspace, period_code: str, as_of: date) -> dict[str, bool]:
    """Agency → whether its counting return came on the form as the plan makes it now.

    A form issued from the plan as it is now needs no second look; of the others it is the rows that decide.
    """
    period = workspace.period(period_code)
    plan, issued_from = workspace.plan_in(period), workspace.store.fingerprints()
    out: dict[str, bool] = {}
    for code, receipt in counting_receipts(workspace, period_code, as_of).items():
        agency = plan.agency_by_code.get(code)
        if agency is None or not receipt.form or not acceptable(receipt):
            continue
        now = issued_from.get(receipt.form) == plan.fingerprint
        out[code] = now or build_form(plan, agency, period).identity.form == receipt.form
    return out


def previous_values(workspace: Workspace, period_code: str) -> Mapping[str, Mapping[str, tuple[Fraction, str]]]:
    """Agency → indicator → (last period's own result, unit)."""
    before = _previous_rollup(workspace, period_code, date.max)
    out: dict[str, dict[str, tuple[Fraction, str]]] = {}
    for figure in before.figures if before else ():
        if figure.value is not None:
            unit = workspace.plan.indicator_by_code[figure.indicator].unit
            out.setdefault(figure.agency, {})[figure.indicator] = (figure.value, unit)
    return out


def _previous_rollup(workspace: Workspace, period_code: str, as_of: date) -> Rollup | None:
    code = previous_code(period_code, workspace.plan.periods)
    if code is None or not workspace.store.receipts(code):
        return None
    return _rollup(workspace, code, as_of, {})[0]


def _rollup(
    workspace: Workspace, period_code: str, as_of: date, previous: Mapping[tuple[str, str | None], Fraction]
) -> tuple[Rollup, list[Finding]]:
    """The rollup, and what is to be said of figures whose codes were given to other things since they came."""
    receipts = counting_receipts(workspace, period_code, as_of)
    values = workspace.store.values(list(receipts.values()))
    findings = workspace.store.findings(list(receipts.values()))
    period, issued_from = workspace.period(period_code), workspace.store.fingerprints()
    plan, meanings = workspace.plan_in(period), Meanings(workspace, period)
    unknown = unknown_files(workspace, period_code, as_of)
    returned: list[Returned] = []
    left: dict[str, list[str]] = {}
    for code, r in receipts.items():
        reused = meanings.since(issued_from.get(r.form, plan.fingerprint))
        if code in reused.agencies:
            unknown.append(r.path)  # its code is another agency's now: whose the return is, the code does not say
            continue
        whole = Returned(code, acceptable(r), r.received_at, r.path, r.sha256, values[r.id], tuple(findings[r.id]))
        kept = only_what_is_asked(whole, reused.rows) if whole.accepted else whole
        for remark in kept.findings[len(whole.findings) :]:
            left.setdefault(remark.field, []).append(_name(plan, code))
        returned.append(kept)
    return roll_up(plan, period, as_of, returned, previous, unknown), left_out(left)


def _name(plan: Plan, code: str) -> str:
    agency = plan.agency_by_code.get(code)
    return agency.name if agency else code


Sources = Mapping[str, Mapping[str, Receipt]]


def part_sources(workspace: Workspace, period: str, as_of: date = date.max) -> Sources:
    """Agency → field → the receipt of the file that it came with, where a return was put together of parts."""
    counting = counting_receipts(workspace, period, as_of)
    found = workspace.store.sources(list(counting.values()))
    return {agency: found[r.id] for agency, r in counting.items() if found[r.id]}


def trace(rollup: Rollup, indicator: str, sources: Sources | None = None) -> list[dict[str, object]]:
    """Each agency's part in an indicator's figure: file, sheet, cells, sender, time, hash; silent agencies too. For
    `sources` see `part_sources`.

    Raises DtxlError for an indicator that the plan does not have.
    """
    plan = rollup.plan
    if indicator not in plan.indicator_by_code:
        known = ", ".join(plan.indicator_by_code)
        raise DtxlError(f"Kế hoạch không có chỉ tiêu {indicator} trong kỳ này. Các mã: {known}.")
    figures = {f.agency: f for f in rollup.figures if f.indicator == indicator}
    standing = {a.code: a for a in rollup.agencies}
    rows: list[dict[str, object]] = []
    for agency in plan.asked_of(plan.indicator_by_code[indicator]):
        figure, back = figures.get(agency.code), standing[agency.code]
        counted = figure is not None
        parts = (sources or {}).get(agency.code, {})
        fields = (f"{indicator}.{part}" for part in ("numerator", "denominator", "value"))
        part = next((parts[field] for field in fields if field in parts), None)
        rows.append(
            {
                "agency": agency.code,
                "name": agency.name,
                "level": agency.level,
                "numerator": figure.numerator if figure else None,
                "denominator": figure.denominator if figure else None,
                "value": figure.value if figure else None,
                "absent": figure.absent if figure else "",
                "status": str(back.standing),
                "file": (part.path if part else back.file) if counted else "",
                "sheet": figure.cells[0][0] if figure and figure.cells else "",
                "cells": [cell for _, cell in figure.cells] if figure else [],
                "sender": back.contact if counted else "",
                "received_at": (part.received_at if part else back.received_at) if counted else None,
                "sha256": (part.sha256 if part else back.sha256) if counted else "",
            }
        )
    return rows
