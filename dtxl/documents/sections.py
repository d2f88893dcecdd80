"""Sections I, III, IV: how the returns came in, what became of the tasks, what is weak."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from dtxl.core.text import fold, lower_first, tidy
from dtxl.documents.compare import kind_of, side_of, value_of
from dtxl.documents.dates import days_in, long_day, spelled
from dtxl.documents.facts import GOOD, Facts
from dtxl.documents.frame import Frame, mark_of, standings
from dtxl.documents.phrases import (
    Figure,
    Piece,
    Said,
    capital,
    join,
    limit,
    listed,
    number,
    percent,
    say,
    shortened,
    word,
)  # fmt: skip
from dtxl.documents.results_text import target_of
from dtxl.model.form import target_text
from dtxl.model.plan import OverPeriods, Plan
from dtxl.model.rollup import AgencyResult, IndicatorResult, Standing, State, TaskResult

# "xong trước 01/6/2024": behind the word "thời hạn" the verb is one too many.
_VERB = re.compile(r"^(?:(?:phải |cần )?(?:hoàn thành|hoàn tất|xong)(?: xong)? )(?=\S)", re.IGNORECASE)


def directing(facts: Facts, frame: Frame) -> list[Said]:
    """Section I: what was asked of whom, what came back from each level, how the figures were made."""
    rollup = facts.rollup
    given = [
        say("directing.targets", indicators=number("plan.indicators", len(rollup.plan.indicators)),
            targets=number("targets", len(rollup.indicators))) if rollup.plan.indicators else Said(""),
        say("directing.tasks", tasks=number("tasks", len(rollup.tasks))) if rollup.tasks else Said(""),
    ]  # fmt: skip
    asked = say("directing.asked", plan=frame.plan, given=listed(given)) if any(g.text for g in given) else Said("")
    if not rollup.agencies:
        return [join([asked, say("directing.asked_nobody_short")]), *_method(facts)]
    agencies = number("agencies", len(rollup.agencies))
    levels = [
        say("directing.level", n=_level_count(facts, code), level=facts.level_names[code]) for code in facts.levels
    ]
    who = (
        say("directing.who", agencies=agencies, levels=listed(levels)) if len(levels) > 1
        else say("directing.who_level", agencies=agencies, level=facts.level_names[facts.levels[0]])
    )  # fmt: skip
    in_time = len(facts.of(Standing.ACCEPTED)) == len(rollup.agencies)
    due = say(
        "directing.due_all" if in_time else "directing.due", due=long_day(rollup.period.agency_due),
        as_of=long_day(rollup.as_of), agencies=agencies, standings=standings(facts),
    )  # fmt: skip
    return [join([asked, who]), due, *(_level_line(facts, code) for code in facts.levels), *_method(facts)]


def _method(facts: Facts) -> list[Said]:
    """How figures come about: over agencies and over the parts of the year."""
    return [say("directing.method"), *([_basis(facts)] if facts.rollup.plan.indicators else []), say("directing.where")]


def _basis(facts: Facts) -> Said:
    """How each indicator's figure relates to the parts of the year, as the plan declares it.

    No figure of a longer period is added up from those of the quarters: agencies report it on that period's own form.
    """
    plan, period = facts.rollup.plan, facts.rollup.period
    year = period.code.partition("-")[0]
    since = min([period.start, *(p.start for p in plan.periods if p.code.partition("-")[0] == year)])
    counts = {how: sum(i.over_periods is how for i in plan.indicators) for how in OverPeriods}
    if since == period.start:  # what is counted since the year began is what is counted in the period
        counts[OverPeriods.SUM] += counts[OverPeriods.CUMULATIVE]
        counts[OverPeriods.CUMULATIVE] = 0
    days = {"since": long_day(since), "start": long_day(period.start), "end": long_day(period.end)}
    parts = [say(f"basis.{how}", n=number(f"plan.over.{how}", n), **days) for how, n in counts.items() if n]
    lead = say("basis.quarter" if kind_of(period.code) == "quarter" else "basis.longer", period=period.name)
    return say("basis.all", lead=lead, parts=listed(parts))


def _level_count(facts: Facts, code: str) -> Figure:
    return number(f"agencies.{code}", sum(a.level == code for a in facts.rollup.agencies))


def _level_line(facts: Facts, code: str) -> Said:
    all_ = _level_count(facts, code)
    good = len(facts.of(*GOOD, level=code))
    fields: dict[str, Piece] = {
        "level": capital(Said(facts.level_names[code])),
        "all": all_,
        "standings": standings(facts, code),
    }
    if not good:
        return say("directing.by_level_none", **fields)
    in_time = len(facts.of(Standing.ACCEPTED, level=code)) == all_.value
    return say(
        "directing.by_level_all" if in_time else "directing.by_level",
        good=number(f"agencies.{code}.good", good),
        percent=percent(f"agencies.{code}.good.percent", Fraction(good * 100) / all_.value),
        **fields,
    )


def brief(text: str) -> str:
    """A task's text on one line, cut at a word where it is longer than `[limits] task_text`."""
    text, most = tidy(text).rstrip(".; "), limit("task_text")
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(",.;: ") + "…"


def deadline(task: TaskResult, plan: Plan) -> str:
    """A task's deadline for a sentence: the plan's own words ("trước ngày 01 tháng 6 năm 2024"), else its day; "" for
    none."""
    printed = printed_deadline(task, plan)
    if printed or task.deadline is None:
        return lower_first(spelled(_VERB.sub("", printed).rstrip(".;, ")))
    return f"ngày {long_day(task.deadline)}"


def printed_deadline(task: TaskResult, plan: Plan) -> str:
    """A task's deadline as the plan prints it, "" where it prints none.

    Words that name another day than the deadline have been overtaken by it: staff changed the day. "Trước 01/6" may
    stand for 01/6 or 31/5.
    """
    source = plan.task_by_code.get(task.code)
    printed = tidy(source.deadline_text) if source else ""
    due = task.deadline
    if due and not all(0 <= (day - due).days <= 1 for day in days_in(printed)):
        return ""
    return printed


def tasks(facts: Facts) -> list[Said]:
    """Section III: counts, the tasks done by all, the overdue ones."""
    rows = facts.rollup.tasks
    if not rows:
        return [say("tasks.overview_none")]
    out = [_task_counts(facts)]
    unheld = sum(t.expected == 0 for t in rows)
    if unheld:
        out.append(say("tasks.no_holder", n=number("tasks.no_holder", unheld)))
    finished = facts.finished_tasks
    if finished:
        out.append(say("tasks.finished", n=number("tasks.finished", len(finished))))
        out += _task_items(finished, "tasks.finished", lambda t: say("tasks.item", **_task_fields(t, facts)))
    else:
        out.append(say("tasks.finished_none"))
    late = facts.late_tasks
    if late:
        out.append(say("tasks.late", n=number("tasks.late", len(late))))
        out += _task_items(late, "tasks.late", lambda t: _late_item(t, facts))
    else:
        out.append(say("tasks.late_none"))
    return out


def _task_counts(facts: Facts) -> Said:
    rows = facts.rollup.tasks
    expected = sum(t.expected for t in rows)
    # Where each task has one holder, a task is an assignment and needs no second word.
    single = "_single" if all(t.expected == 1 for t in rows) else ""
    counts = [(part, sum(getattr(t, part) for t in rows)) for part in ("done", "ongoing", "not_started", "silent")]
    states = listed([say(f"tasks.{part}{single}", n=number(f"tasks.sum.{part}", n)) for part, n in counts if n])
    if not expected:
        return say("tasks.overview_single", tasks=number("tasks", len(rows)), states=say("tasks.done_single", n="0"))
    fields = {"tasks": number("tasks", len(rows)), "expected": number("tasks.sum.expected", expected)}
    return say(f"tasks.overview{single}", states=states, **fields)


def _task_items(rows: Sequence[TaskResult], name: str, item: Callable[[TaskResult], Said]) -> list[Said]:
    most = limit("tasks")
    shown = rows if len(rows) <= most + 1 else rows[:most]
    out = [item(task) for task in shown]
    if len(shown) < len(rows):
        out.append(say("tasks.others", n=number(f"{name}.others", len(rows) - len(shown))))
    return out


def _task_fields(task: TaskResult, facts: Facts) -> dict[str, Piece]:
    return {
        "code": task.code, "text": brief(task.text), "agency": facts.office(task.agency),
        "deadline": due(task, facts.rollup.plan),
    }  # fmt: skip


def due(task: TaskResult, plan: Plan) -> str:
    """A task's deadline for a sentence that quotes its text; "" where the text says it already."""
    printed = printed_deadline(task, plan)
    return "" if printed and fold(_VERB.sub("", printed)) in fold(brief(task.text)) else deadline(task, plan)


def _late_item(task: TaskResult, facts: Facts) -> Said:
    name, fields = f"task.{task.code}", _task_fields(task, facts)
    due = say("tasks.due", deadline=fields["deadline"]) if fields["deadline"] else ""
    counts = {
        "late": number(f"{name}.late", task.late),
        "expected": number(f"{name}.expected", task.expected),
    }
    key = "late_sole" if task.expected == 1 else "late_every" if task.late == task.expected else "late_item"
    return say(f"tasks.{key}", **(fields | counts | {"deadline": due}))


def _aside(row: IndicatorResult) -> str:
    """What tells a target without a figure from its indicator's others: its scope, or its bound where nobody is asked
    (a target of another measure than the indicator's figure)."""
    if row.scope:
        return say("weak.scope", scope=row.scope).text
    return say("weak.aimed", target=target_text(row.target)).text if row.target and not row.coverage.expected else ""


def weak_targets(facts: Facts) -> list[Said]:
    """Section IV.1: missed targets with their distance, targets without figures, overdue tasks."""
    missed, absent = facts.rows(State.MISSED), facts.rows(State.NO_DATA)
    out = []
    if missed:
        most = limit("indicators")
        shown = missed if len(missed) <= most + 1 else missed[:most]
        out.append(say("weak.missed", n=number("targets.missed", len(missed))))
        out += [_missed_item(facts, row) for row in shown]
        if len(shown) < len(missed):
            out.append(say("weak.missed_others", n=number("targets.missed.others", len(missed) - len(shown))))
    elif len(facts.rollup.indicators) > len(absent):
        out.append(say("weak.missed_none"))
    if absent:
        names = [lower_first(row.text) + _aside(row) for row in absent]
        names_said = shortened(
            names, limit("indicator_names"), "weak.no_data_others", mark="; ", figure="targets.no_data"
        )
        out.append(say("weak.no_data", n=number("targets.no_data", len(absent)), names=names_said))
    if facts.late_tasks:
        out.append(say("weak.late_tasks", n=number("tasks.late", len(facts.late_tasks))))
    elif not facts.rollup.indicators:
        out.append(say("indicators.overview_none"))
    return out


def _missed_item(facts: Facts, row: IndicatorResult) -> Said:
    plan = facts.rollup.plan
    levels = [
        say("weak.level", level=facts.level_names.get(r.level or "", r.level or ""), value=value_of(r))
        for r in facts.levels_of(row)
    ]
    return say(
        "weak.missed_item",
        name=row.text,
        scope=say("weak.scope", scope=row.scope) if row.scope else "",
        value=value_of(row),
        provisional=word("cell", "provisional") if row.provisional else "",
        target=target_of(row, plan),
        gap=side_of(row),
        levels=say("weak.levels", levels=listed(levels)) if levels else "",
    )


def weak_returns(facts: Facts) -> list[Said]:
    """Section IV.2: who was late, faulty, silent, by level."""
    out = []
    for standing in (Standing.LATE, Standing.REJECTED, Standing.MISSING):
        found = facts.of(standing)
        if found:
            out.append(_unfit(facts, standing, found))
    if not facts.rollup.agencies:
        out.append(say("directing.asked_nobody_short"))
    out = out or [say("weak.timely")]
    return [*out, say("weak.unknown", unknown=unknown_files(facts))] if facts.unknown else out


def unknown_files(facts: Facts) -> Said:
    """That files came whose sender is not known, without an end mark; "" where there are none."""
    if not facts.unknown:
        return Said("")
    return say("annex.unknown", n=number("files.unknown", len(facts.unknown)))


def _unfit(facts: Facts, standing: Standing, found: Sequence[AgencyResult]) -> Said:
    """The agencies of one standing; by level where they are of several."""
    levels = [code for code in facts.levels if facts.of(standing, level=code)]
    if len(levels) > 1:
        named = [_level_names(facts, code, facts.of(standing, level=code)) for code in levels]
        return say(f"weak.{standing}", n=number(f"agencies.{standing}", len(found)), levels=listed(named))
    names = _names(facts, found)
    return say(
        f"weak.{standing}_level",
        n=number(f"agencies.{standing}", len(found)),
        level=facts.level_names[levels[0]],
        names=say("weak.name" if len(found) == 1 else "weak.names", names=names),
    )


def _names(facts: Facts, agencies: Sequence[AgencyResult]) -> Said:
    figure = f"agencies.{agencies[0].level}.{agencies[0].standing}"
    names = [facts.name(a) for a in agencies]
    return shortened(names, limit("agencies"), "weak.others", mark=mark_of(names), figure=figure)


def _level_names(facts: Facts, code: str, agencies: Sequence[AgencyResult]) -> Said:
    return say(
        "weak.level_names",
        n=number(f"agencies.{code}.{agencies[0].standing}", len(agencies)),
        level=facts.level_names[code],
        names=_names(facts, agencies),
    )


def weak_opinions(facts: Facts) -> list[Said]:
    """Section IV.3: how many agencies wrote of difficulties and explanations."""
    out = []
    if facts.difficulties:
        out.append(
            say(
                "weak.difficulties",
                agencies=number("difficulties.agencies", len({r.agency for r in facts.difficulties})),
                n=number("difficulties", len(facts.difficulties)),
            )
        )
    else:
        out.append(say("weak.difficulties_none"))
    if facts.explained:
        out.append(
            say(
                "weak.notes",
                agencies=number("notes.agencies", len({f.agency for f in facts.explained})),
                n=number("notes", len(facts.explained)),
            )
        )
    return out
