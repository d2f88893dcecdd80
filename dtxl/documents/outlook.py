"""Sections V and VI: what follows from the figures for the next period, and what is asked of those above."""

from datetime import timedelta

from dtxl.core.text import fold
from dtxl.documents.compare import FINAL, kind_of
from dtxl.documents.dates import long_day
from dtxl.documents.facts import Facts
from dtxl.documents.frame import Frame, enumerated, heads
from dtxl.documents.phrases import Figure, Piece, Said, limit, number, say, shortened, words
from dtxl.documents.sections import brief, due
from dtxl.model.rollup import Standing, State

_UNFIT = (Standing.REJECTED, Standing.MISSING)


def next_targets(facts: Facts) -> list[Said]:
    """Section V.1: monitors and the indicators that they must follow up; after the year's last report, what becomes of
    them."""
    out = []
    end, years = _end(facts), _years(facts)
    for key, state in ((f"next.missed{end}", State.MISSED), ("next.no_data", State.NO_DATA)):
        for monitor, rows in facts.monitors(facts.rows(state)):
            codes = list(dict.fromkeys(r.code for r in rows))
            stem = f"monitor[{monitor}].{state}"
            fields: dict[str, Piece] = {
                "monitor": monitor or say("next.no_monitor").text, "n": number(stem, len(rows)),
                "codes": shortened(codes, limit("codes"), "next.codes_others", figure=stem),
            }  # fmt: skip
            out.append(say(key, **fields, **years))
    good = facts.rollup.count(State.MET, State.EXCEEDED)
    if good:
        out.append(say(f"next.keep{end}", n=number("targets.good", good), **years))
    return out or [say("next.measure")]


def _end(facts: Facts) -> str:
    """What marks the wording for the report of the year, behind which no period of the plan follows."""
    return "_year" if kind_of(facts.rollup.period.code) == FINAL else ""


def _years(facts: Facts) -> dict[str, str]:
    year = facts.rollup.period.end.year
    return {"year": str(year), "next_year": str(year + 1)}


def next_tasks(facts: Facts, frame: Frame) -> list[Said]:
    """Section V.2: overdue tasks, those that fall due next, and difficulties that stay in the province."""
    if not facts.rollup.tasks:
        return [say("next.tasks_none")]
    out = []
    if facts.late_tasks:
        out.append(say("next.late", n=number("tasks.late", len(facts.late_tasks))))
    out += _left_over(facts) if _end(facts) else []
    if facts.coming_tasks or not _end(facts):
        out += _coming(facts)
    if facts.difficulties and within_province(frame):
        out.append(say("next.difficulties", **_difficulties(facts)))
    return out


def _left_over(facts: Facts) -> list[Said]:
    """The year's tasks that not all have done."""
    left = sum(bool(t.expected) and t.done < t.expected for t in facts.rollup.tasks)
    if not left:
        return [say("next.all_done")]
    return [say("next.unfinished", n=number("tasks.unfinished", left), **_years(facts))]


def _coming(facts: Facts) -> list[Said]:
    days = {"start": long_day(facts.rollup.period.end + timedelta(days=1)), "until": long_day(facts.horizon[1])}
    coming = facts.coming_tasks
    if not coming:
        return [say("next.coming_none", **days)]
    most = limit("tasks")
    shown = coming if len(coming) <= most + 1 else coming[:most]
    out = [say("next.coming", n=number("tasks.coming", len(coming)), **days)]
    for task in shown:
        when = due(task, facts.rollup.plan)
        fields = {"code": task.code, "text": brief(task.text), "agency": facts.office(task.agency)}
        out.append(say("next.coming_item", deadline=say("next.deadline", deadline=when) if when else "", **fields))
    if len(shown) < len(coming):
        out.append(say("tasks.others", n=number("tasks.coming.others", len(coming) - len(shown))))
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
    central = within_province(frame)
    items = _above(facts) if central else _within(facts)
    if facts.difficulties and not central:
        items.append(say("propose.difficulties", **_difficulties(facts)))
    if not items:
        return [say("propose.none", issuer=frame.issuer)]
    if frame.addressees:
        return [say("propose.lead", issuer=frame.issuer, addressee=enumerated(frame.addressees)), *items]
    return [say("propose.lead_above" if central else "propose.lead_plain", issuer=frame.issuer), *items]


def within_province(frame: Frame) -> bool:
    """Whether what concerns the province's own agencies is settled below this report: all its addressees stand above
    the province, or it has none and the province's head is who reports."""
    if not frame.addressees:
        return heads(frame.issuer)
    above = tuple(fold(start) for start in words("propose", "central"))
    return all(fold(addressee).startswith(above) for addressee in frame.addressees)


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
