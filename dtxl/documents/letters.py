"""The letters around a quarter: who is concerned, what each is told, and their Word files.

Four kinds, each from a Word template of its own: the request for the return, the return letter that lists the faults,
the reminder (first and second), the notice of results. A letter goes only to those whom it concerns.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from dtxl.core.text import upper_first
from dtxl.documents.dates import long_day, month
from dtxl.documents.facts import GOOD, Facts
from dtxl.documents.letters_frame import Envelope, Letter, working_day
from dtxl.documents.letters_rows import Asked, Own, fault_rows, levels_ranked
from dtxl.documents.letters_words import amount, table, text
from dtxl.files.docx_series import Series
from dtxl.model.finding import Finding
from dtxl.model.plan import Agency, AgencyGroup, Plan
from dtxl.model.rollup import AgencyResult, Rollup, Standing


class LetterKind(StrEnum):
    """What a letter is for."""

    REQUEST = "request"
    RETURN = "return"
    REMINDER = "reminder"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Faulty:
    """A faulty return that still waits for a better one; `copy`: name of its marked copy, "" where there is none."""

    agency: str
    file: str
    received_at: datetime
    findings: tuple[Finding, ...]
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """Which reminder an agency gets: 1 or 2; `before`: the day of the first one, where it is known."""

    number: int
    before: date | None = None


def template_name(kind: LetterKind) -> str:
    """The file in the workspace's `mau/` that letters of this kind are made from."""
    return str(table("templates")[kind])


def request_letters(
    rollup: Rollup, today: date, forms: Mapping[str, str], *, only: Collection[str] = (), by_group: bool = False
) -> list[Letter]:
    """Letters that ask for the return: to each agency that the plan asks for something, or to groups of them.

    `forms`: agency code → name of its form's file; `only`: codes of agencies, all where empty. By group the largest
    group that lies within a level gets one letter; agencies of a level outside it share one that names them all.
    """
    envelope, plan = Envelope(Facts(rollup), today), rollup.plan
    asked = Asked(envelope.facts)
    results = {a.code: a for a in rollup.agencies}
    agencies = [a for a in plan.agencies if (not only or a.code in only) and any(asked.counts([a]))]
    if not by_group:
        units = [(a.code, [envelope.facts.name(results[a.code])], [a]) for a in agencies]
    else:
        units = list(_groups(plan, agencies, lambda a: envelope.facts.name(results[a.code])))
    note = upper_first(text("notes", "request"))
    letters = []
    for key, to, members in units:
        form = text("words", "form", name=forms[members[0].code]) if len(members) == 1 else text("words", "form_many")
        own = {"noi_dung": _asked_words(*asked.counts(members)), "bieu_mau": form, "bang": asked.rows(members),
               "ghi_chu": note}  # fmt: skip
        letters.append(envelope.letter(LetterKind.REQUEST, key, to, [a.code for a in members], own))
    return letters


def _asked_words(indicators: int, tasks: int) -> str:
    key = "asked_both" if indicators and tasks else "asked_indicators" if indicators else "asked_tasks"
    return text("words", key, indicators=indicators, tasks=tasks)


def _groups(
    plan: Plan, agencies: Sequence[Agency], name: Callable[[Agency], str]
) -> Iterator[tuple[str, list[str], list[Agency]]]:
    """(key, addressees, agencies): each agency in exactly one."""
    most = amount("limits", "together")
    for level in dict.fromkeys(a.level for a in agencies):
        mine = [a for a in agencies if a.level == level]
        group = _largest(plan, mine)
        inside = set(plan.members(group)) if group else set()
        if group:
            yield group.code, [group.name], [a for a in mine if a in inside]
        rest = [a for a in mine if a not in inside]
        for start in range(0, len(rest), most):
            part = rest[start : start + most]
            yield part[0].code, [name(a) for a in part], part


def _largest(plan: Plan, mine: Sequence[Agency]) -> AgencyGroup | None:
    """The group within one level that holds most of `mine`, at least two; None where there is none."""
    level, best, count = mine[0].level, None, 1
    for group in plan.agency_groups:
        members = plan.members(group)
        held = sum(a in members for a in mine) if all(a.level == level for a in members) else 0
        if held > count:
            best, count = group, held
    return best


def return_letters(rollup: Rollup, today: date, faulty: Sequence[Faulty], until: date | None = None) -> list[Letter]:
    """A letter to each agency whose return was faulty: its faults by the catalogue, what to do, until when.

    `until`: the day by which it is due again; by default some working days from `today`, or its own due day where that
    is later.
    """
    envelope = Envelope(Facts(rollup), today)
    results = {a.code: a for a in rollup.agencies}
    due = until or max(rollup.period.agency_due, working_day(today, amount("days", "return")))
    letters = []
    for one in faulty:
        agency = results[one.agency]
        rows, must, should = fault_rows(one.findings)
        own: dict[str, Any] = {
            "luc_nhan": f"{one.received_at:%H} giờ {one.received_at:%M} ngày {long_day(one.received_at.date())}",
            "so_loi": str(must),
            "so_can_xem": str(should) if should else "",
            "tep_danh_dau": text("words", "form", name=one.copy) if one.copy else "",
            "tep_nhan": one.file,
            "han_gui_lai": long_day(due),
            "bang": rows,
            "ghi_chu": text("notes", "return", file=one.file),
        }
        letters.append(_to(envelope, LetterKind.RETURN, agency, own))
    return letters


def reminder_letters(
    rollup: Rollup, today: date, rounds: Mapping[str, Round], until: date | None = None
) -> list[Letter]:
    """Reminders to those of `rounds` (agency code → which reminder) that have not returned or must correct by the
    rollup's day. `until` as for `return_letters`."""
    envelope, period = Envelope(Facts(rollup), today), rollup.period
    again = until or max(period.agency_due, working_day(today, amount("days", "reminder")))
    letters = []
    for agency in rollup.agencies:
        which = rounds.get(agency.code)
        if which is None or agency.standing in GOOD:
            continue
        mend = agency.standing is Standing.REJECTED
        late = max(0, (rollup.as_of - period.agency_due).days)
        before = which.before
        own: dict[str, Any] = {
            "lan": which.number,
            "phai_sua": mend,
            "so_loi": str(agency.faults),
            "ngay_nhan": long_day(agency.received_at.date()) if mend and agency.received_at else "",
            "so_ngay_muon": str(late) if late else "",
            "ngay_don_doc": long_day(before) if before and which.number == 2 else "",
            "thang_don_doc": text("words", "month", month=month(before), year=before.year)
            if before and which.number == 2
            else "",
            "viec_can_lam": text("words", "do_mend" if mend else "do_send", period=period.name),
            "han_moi": long_day(again),
        }
        letters.append(
            _to(envelope, LetterKind.REMINDER, agency, own, part=str(which.number), days_late=late)
        )  # fmt: skip
    return letters


def overdue(rollup: Rollup) -> list[AgencyResult]:
    """The agencies that reminders concern: asked for something, and have not returned or must correct."""
    plan = rollup.plan
    known = plan.agency_by_code
    return [
        a
        for a in rollup.agencies
        if a.standing not in GOOD and (plan.indicators_of(known[a.code]) or plan.tasks_of(known[a.code]))
    ]


def notice_letters(rollup: Rollup, today: date) -> list[Letter]:
    """A letter to each agency whose return counts: its own figures beside the targets and the common results."""
    envelope = Envelope(Facts(rollup), today)
    own_rows, ranked = Own(envelope.facts), levels_ranked(rollup.agencies)
    letters = []
    for agency in rollup.agencies:
        rows = own_rows.rows(rollup.plan.agency_by_code[agency.code]) if agency.standing in GOOD else []
        if not rows:
            continue
        own = {
            "ve_bao_cao": _on_time(agency, rollup),
            "ve_chi_tieu": _on_indicators(agency, envelope.facts, ranked),
            "ve_nhiem_vu": _on_tasks(agency),
            "ve_viec_tiep": _next(agency, own_rows),
            "bang": rows,
            "ghi_chu": text("notes", "notice"),
        }
        letters.append(_to(envelope, LetterKind.NOTICE, agency, own))
    return letters


def _on_time(agency: AgencyResult, rollup: Rollup) -> str:
    day = long_day(agency.received_at.date()) if agency.received_at else ""
    if agency.standing is Standing.LATE:
        return text("notice", "late", day=day, days=agency.days_late, due=long_day(rollup.period.agency_due))
    return text("notice", "in_time", day=day)


def _on_indicators(agency: AgencyResult, facts: Facts, ranked: Mapping[str, int]) -> str:
    if not agency.asked:
        return text("notice", "no_indicators")
    rank = ""
    if agency.rank is not None:
        level = facts.level_names[agency.level]
        rank = text("notice", "rank", rank=agency.rank, of=ranked[agency.level], level=level)
    return text("notice", "indicators", asked=agency.asked, reported=agency.reported, met=agency.met, rank=rank)


def _on_tasks(agency: AgencyResult) -> str:
    key = "no_tasks" if not agency.tasks else "tasks_late" if agency.tasks_late else "tasks"
    return text("notice", key, asked=agency.tasks, done=agency.tasks_done, late=agency.tasks_late)


def _next(agency: AgencyResult, own: Own) -> str:
    """What is left to do; "" for nothing."""
    missed, blank = own.missed(agency.code), own.not_available(agency.code)
    parts = [
        text("notice", "next_missed", missed=missed) if missed else "",
        text("notice", "next_blank", blank=blank) if blank else "",
        text("notice", "next_late", late=agency.tasks_late) if agency.tasks_late else "",
    ]
    return "; ".join(part for part in parts if part)


def _to(
    envelope: Envelope, kind: LetterKind, agency: AgencyResult, own: dict[str, Any], *, part: str = "",
    days_late: int = 0,
) -> Letter:  # fmt: skip
    name = envelope.facts.name(agency)
    return envelope.letter(kind, agency.code, [name], [agency.code], own, part=part, days_late=days_late)


def draw_letters(
    rollup: Rollup, letters: Sequence[Letter], template: Path, today: date
) -> Iterator[tuple[Letter, bytes]]:
    """The letters' Word files, from one template read once. Equal input gives equal bytes.

    Raises TemplateError, before the first file, where the template cannot be filled.
    """
    if not letters:
        return
    envelope = Envelope(Facts(rollup), today)
    series = Series(template, author=envelope.frame.issuer, created=today, rules=envelope.rules)
    for letter in letters:
        yield letter, series.fill(letter.context, title=letter.title)
