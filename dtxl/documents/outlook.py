"""Sections V and VI: what follows from the figures for the next period, and what is asked of those above."""

from datetime import timedelta

from dtxl.core.text import enumerate_vi, fold
from dtxl.documents.dates import long_day
from dtxl.documents.facts import Facts
from dtxl.documents.frame import Frame
from dtxl.documents.phrases import Figure, Said, limit, listed, number, say, words
from dtxl.documents.sections import brief, deadline
from dtxl.model.rollup import Standing, State

_UNFIT = (Standing.REJECTED, Standing.MISSING)


def next_targets(facts: Facts) -> list[Said]:
    """Section V.1: monitors and the indicators that they must follow up."""
    out = []
    for key, state in (("next.missed", State.MISSED), ("next.no_data", State.NO_DATA)):
        for monitor, rows in facts.monitors(facts.rows(state)):
            codes = list(dict.fromkeys(r.code for r in rows))
            name = monitor or say("next.no_monitor").text
            out.append(
                say(key, monitor=name, n=number(f"monitor[{monitor}].{state}", len(rows)), codes=enumerate_vi(codes))
            )
    good = facts.rollup.count(State.MET, State.EXCEEDED)
    if good:
        out.append(say("next.keep", n=number("targets.good", good)))
    return out or [say("next.measure")]


def next_tasks(facts: Facts, frame: Frame) -> list[Said]:
    """Section V.2: overdue tasks, those that fall due next, and difficulties that stay in the province."""
    if not facts.rollup.tasks:
        return [say("next.tasks_none")]
    out = []
    if facts.late_tasks:
        out.append(say("next.late", n=number("tasks.late", len(facts.late_tasks))))
    days = {"start": long_day(facts.rollup.period.end + timedelta(days=1)), "until": long_day(facts.horizon[1])}
    coming = facts.coming_tasks
    if coming:
        out.append(say("next.coming", n=number("tasks.coming", len(coming)), **days))
    else:
        out.append(say("next.coming_none", **days))
    most = limit("tasks")
    shown = coming if len(coming) <= most + 1 else coming[:most]
    for task in shown:
        fields = {"code": task.code, "text": brief(task.text), "agency": facts.office(task.agency)}
        out.append(say("next.coming_item", deadline=deadline(task, facts.rollup.plan), **fields))
    if len(shown) < len(coming):
        out.append(say("tasks.others", n=number("tasks.coming.others", len(coming) - len(shown))))
    if facts.difficulties and _central(frame):
        out.append(say("next.difficulties", **_difficulties(facts)))
    return out


def _difficulties(facts: Facts) -> dict[str, Figure]:
    return {
        "n": number("difficulties", len(facts.difficulties)),
        "agencies": number("difficulties.agencies", len({r.agency for r in facts.difficulties})),
    }


def next_returns(facts: Facts) -> list[Said]:
    """Section V.3: who must still return, what is to be supplied, the next due day."""
    out = []
    unfit = len(facts.of(*_UNFIT))
    if unfit:
        out.append(say("next.remind", n=number("agencies.unfit", unfit)))
    if facts.not_available:
        out.append(say("next.supply", n=number("coverage.not_available", facts.not_available)))
    following = facts.horizon[0]
    if following:
        out.append(say("next.due", period=following.name, due=long_day(following.agency_due)))
    return out or [say("next.keep_reports")]


def proposals(facts: Facts, frame: Frame) -> list[Said]:
    """Section VI: polite requests, each only where a figure calls for it and the addressee can meet it."""
    central = _central(frame)
    items = _above(facts) if central else _within(facts)
    if facts.difficulties and not central:
        items.append(say("propose.difficulties", **_difficulties(facts)))
    if not items:
        return [say("propose.none", issuer=frame.issuer)]
    if frame.addressees:
        return [say("propose.lead", issuer=frame.issuer, addressee=listed(list(frame.addressees))), *items]
    return [say("propose.lead_plain", issuer=frame.issuer), *items]


def _central(frame: Frame) -> bool:
    """Whether every addressee stands above the province."""
    above = tuple(fold(start) for start in words("propose", "central"))
    return bool(frame.addressees) and all(fold(a).startswith(above) for a in frame.addressees)


def _above(facts: Facts) -> list[Said]:
    missed = facts.rows(State.MISSED)
    return [say("propose.missed_central", n=number("targets.missed", len(missed)))] if missed else []


def _within(facts: Facts) -> list[Said]:
    counts = (
        ("missed", "targets.missed", len(facts.rows(State.MISSED))),
        ("no_data", "targets.no_data", len(facts.rows(State.NO_DATA))),
        ("late_tasks", "tasks.late", len(facts.late_tasks)),
        ("returns", "agencies.unfit", len(facts.of(*_UNFIT))),
    )
    return [say(f"propose.{key}", n=number(name, count)) for key, name, count in counts if count]
