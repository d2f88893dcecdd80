"""What each command did, as plain values for machines (`--json`); shapes are those that others rely on."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtxl.model.finding import Finding
from dtxl.model.plan import Plan, Target
from dtxl.model.rollup import AgencyResult, IndicatorResult, Rollup, Standing, TaskResult
from dtxl.pipeline.collect import Collected

if TYPE_CHECKING:
    from dtxl.documents import Verified


def plain_value(value: object) -> Any:
    """A value as JSON can hold it: numbers as numbers, dates as ISO 8601."""
    if isinstance(value, Decimal | Fraction):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    return value


def plan_facts(plan: Plan) -> dict[str, Any]:
    """`extract`: what was read from the document."""
    groups = {g.code: g.name for g in plan.groups}
    topics = {g.code: g.topic for g in plan.groups}
    return {
        "plan": {
            "title": plan.info.title,
            "number": plan.info.number,
            "date": plain_value(plan.info.date),
            "year": plan.info.year,
            "issuer": plan.info.issuer,
        },
        "indicators": [
            {
                "code": i.code,
                "group": groups.get(i.group, i.group),
                "topic": topics.get(i.group, ""),
                "text": i.text,
                "span": i.span,
                "kind": i.kind.value,
                "targets": [_target(t) for t in i.targets],
                "monitor": i.monitor,
                "implementers": list(i.implementers),
            }
            for i in plan.indicators
        ],
        "tasks": [
            {"code": t.code, "agency": t.agency, "text": t.text, "deadline": plain_value(t.deadline)}
            for t in plan.tasks
        ],
        "questions": [{"about": q.about, "span": q.span, "why": q.why} for q in plan.questions],
    }


def _target(target: Target) -> dict[str, Any]:
    names = ("op", "value", "unit", "scope", "year", "deadline")
    return {name: plain_value(getattr(target, name)) for name in names}


def collect_facts(collected: Collected) -> dict[str, Any]:
    """`collect` and `check`: each file with its findings, and the counts that add up."""
    return {
        "files": [
            {
                "path": f.path,
                "sha256": f.sha256,
                "agency": f.agency or None,
                "period": f.period,
                "status": f.status,
                "findings": [finding_facts(x) for x in f.findings],
            }
            for f in collected.files
        ],
        "counts": collected.counts,
    }


def finding_facts(f: Finding) -> dict[str, Any]:
    """One finding with its rendered message."""
    return {
        "code": f.code,
        "severity": f.severity.value,
        "sheet": f.sheet or None,
        "cell": f.cell or None,
        "field": f.field or None,
        "found": f.found or None,
        "message": f.message,
        **_offered(f),
    }


def _offered(f: Finding) -> dict[str, Any]:
    """Of a file that is likely an agency's: whose, and the command by which somebody confirms it."""
    args = dict(f.args)
    return {"offer": {"agency": args["offer"], "command": args.get("command", "")}} if "offer" in args else {}


def rollup_facts(rollup: Rollup) -> dict[str, Any]:
    """`consolidate`: one row for each target, then levels, agencies and tasks, and what is to be said of the whole."""
    return {
        "period": rollup.period.code,
        "indicators": [_result(r) for r in rollup.indicators],
        "levels": [{**_result(r), "level": r.level} for r in rollup.levels],
        "agencies": [_agency(a) for a in rollup.agencies],
        "tasks": [_task(t) for t in rollup.tasks],
        "findings": [finding_facts(f) for f in rollup.remarks],
    }


def report_facts(paths: Iterable[Path], rollup: Rollup, findings: Iterable[Finding]) -> dict[str, Any]:
    """`report`: the files written, the figures in them, what is to be said of the whole and of the template."""
    facts = rollup_facts(rollup)
    return {"files": [p.as_posix() for p in paths], **facts, "findings": [finding_facts(f) for f in findings]}


def verified_facts(path: Path, verified: "Verified") -> dict[str, Any]:
    """`report --verify`: as `lint` tells its findings."""
    return {
        "files": [
            {
                "path": path.as_posix(),
                "kind": "report",
                "findings": [
                    {
                        "code": f.code,
                        "severity": f.severity.value,
                        "kind": dict(f.args).get("kind", "changed"),
                        "place": f.place,
                        "found": f.found,
                        "required": dict(f.args)["expected"],
                        "article": "",
                    }
                    for f in verified.findings
                ],
            }
        ],
        "counts": {"paragraphs": verified.paragraphs, "cells": verified.cells},
    }


def _result(r: IndicatorResult) -> dict[str, Any]:
    return {
        "code": r.code,
        "text": r.text,
        "scope": r.scope,
        "numerator": plain_value(r.numerator),
        "denominator": plain_value(r.denominator),
        "value": plain_value(r.value),
        "unit": r.unit,
        "target": plain_value(r.target.value) if r.target else None,
        "op": r.target.op if r.target else None,
        "state": r.state.value,
        "reported": r.coverage.reported,
        "expected": r.coverage.expected,
        "not_available": r.coverage.not_available,
        "not_arisen": r.coverage.not_arisen,
        "not_applicable": r.coverage.not_applicable,
        "silent": r.coverage.silent,
        "previous": plain_value(r.previous),
        "provisional": r.provisional,
    }


def _agency(a: AgencyResult) -> dict[str, Any]:
    return {
        "code": a.code,
        "name": a.name,
        "level": a.level,
        "status": a.standing.value,
        "met": a.met,
        "reported": a.reported,
        "asked": a.asked,
        "rank": a.rank,
    }


def _task(t: TaskResult) -> dict[str, Any]:
    names = ("code", "agency", "text", "deadline", "expected", "done", "ongoing", "not_started", "silent", "late")
    return {name: plain_value(getattr(t, name)) for name in names}


def status_facts(rollup: Rollup) -> dict[str, Any]:
    """`status`: each agency's standing, the counts by standing, who is silent past the due day (G01), and the files of
    which nobody can say whose they are."""
    counts = {s.value: sum(a.standing is s for a in rollup.agencies) for s in Standing}
    return {
        "agencies": [
            {
                "code": a.code,
                "name": a.name,
                "status": a.standing.value,
                "received_at": plain_value(a.received_at),
                "days_late": a.days_late,
            }
            for a in rollup.agencies
        ],
        "counts": {"agencies": len(rollup.agencies), **counts},
        "findings": [
            {"agency": agency, "code": code, "severity": severity, "message": message}
            for agency, code, severity, _, _, _, message in rollup.findings
            if code == "G01"
        ],
        "unknown_files": list(rollup.unknown_files),
    }


def trace_facts(indicator: str, rollup: Rollup, rows: Iterable[Mapping[str, object]]) -> dict[str, Any]:
    """`trace`: the figure and each agency's part in it."""
    results = [r for r in rollup.indicators if r.code == indicator]
    return {
        "period": rollup.period.code,
        "indicator": indicator,
        "results": [_result(r) for r in results],
        "parts": [plain_value(dict(row)) for row in rows],
    }
