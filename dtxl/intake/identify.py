"""Who sent this, for which plan and period: a file is known by its signed identity, not by its name.

The identity stands in three places (hidden sheet, custom properties, defined names). It counts only where its signature
holds; the other places must not contradict it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

from dtxl.core.codes import Severity
from dtxl.core.text import fold
from dtxl.files.xlsx_read import RawBook
from dtxl.model.finding import Finding, finding
from dtxl.model.form import IDENTITY_PARTS, LISTS, Form, sign
from dtxl.model.submission import Identity

_ALIKE = 0.75  # share of letters in common: above what a mended wording keeps, below what two indicators share
_PLACES = {"sheet": "sheet ẩn _danh_muc", "properties": "thuộc tính tệp", "names": "tên vùng"}


@dataclass(frozen=True)
class Register:
    """What intake must know of what was issued.

    `form_for` gives the current form of an agency code (None: no such agency); `issued` gives (agency, period) of a
    form id that was issued (None: never); `as_issued` rebuilds a form of an earlier plan, where that plan is still
    known; `replaced` tells whether a newer form was issued after a form id. `period` is the one being collected.
    """

    plan: str
    plan_title: str
    period: str
    period_name: str
    key: bytes
    form_for: Callable[[str], Form | None]
    issued: Callable[[str], tuple[str, str] | None]
    agency_name: Callable[[str], str]
    as_issued: Callable[[Identity], Form | None] = lambda _identity: None
    replaced: Callable[[str], bool] = lambda _form: False


def identify(book: RawBook, register: Register) -> tuple[Identity | None, Form | None, list[Finding]]:
    """The identity that counts and the form to read by; either is None where the file cannot be read further."""
    stated = stated_identities(book)
    if not stated:
        return None, None, [finding("B01")]
    valid = [i for i in stated.values() if i.signature and i.signature == sign(i, register.key)]
    if not valid:
        return None, None, [_unsigned(next(iter(stated.values())), stated, register)]
    identity = valid[0]
    findings = _contradictions(identity, stated, register)
    if any(f.severity is Severity.CRITICAL for f in findings):
        return None, None, findings
    if any(f.code == "B09" for f in findings):
        return identity, None, findings
    if identity.plan != register.plan:
        return None, None, [*findings, finding("B05", found=identity.plan, args={"plan": register.plan_title})]
    if identity.period != register.period:
        return identity, None, [*findings, _wrong_period(identity.period, register)]
    form = register.form_for(identity.agency)
    if form is None:
        return identity, None, [*findings, finding("B07", found=identity.agency, args={"agency": identity.agency})]
    if identity.form == form.identity.form:
        # The same rows, though names may have changed since (an agency renamed): held against what it got.
        if identity.fingerprint != form.identity.fingerprint:
            form = register.as_issued(identity) or form
    else:
        # The plan changed since. A newer form that was issued makes this one old, and so does a code that now means
        # something else; otherwise it is read as it was issued.
        issued = None if register.replaced(identity.form) else register.as_issued(identity)
        if issued is None or not same_things(issued, form):
            expected = {"expected": form.identity.form}
            return identity, None, [*findings, finding("B03", found=identity.form, args=expected)]
        form = issued
    return identity, form, findings


def same_things(issued: Form, current: Form) -> bool:
    """Whether each code that both forms have stands for the same thing: kind and unit alike, wording mended at most.

    Otherwise the figure of one indicator would be counted for another.
    """
    now = {row.indicator.code: row.indicator for row in current.indicator_rows}
    for row in issued.indicator_rows:
        other = now.get(row.indicator.code)
        if other and (other.kind, other.unit) != (row.indicator.kind, row.indicator.unit):
            return False
        if other and not _alike(row.indicator.name, other.name):
            return False
    tasks = {row.task.code: row.task.text for row in current.task_rows}
    return all(_alike(row.task.text, tasks.get(row.task.code, row.task.text)) for row in issued.task_rows)


def _alike(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, fold(one), fold(other), autojunk=False).ratio() >= _ALIKE


def stated_identities(book: RawBook) -> dict[str, Identity]:
    """Place → what it states, for each place that states anything."""
    found: dict[str, dict[str, str]] = {"sheet": {}, "properties": {}, "names": {}}
    hidden = book.sheets.get(LISTS)
    if hidden:
        for row in range(len(hidden.rows)):
            label = hidden.text(row, 0)
            if label in IDENTITY_PARTS:
                found["sheet"][label] = hidden.text(row, 1)
    for part in IDENTITY_PARTS:
        if text := book.properties.get(f"dtxl.{part}"):
            found["properties"][part] = text
        name = book.names.get(f"dtxl_{part}", "")
        if name.startswith('"') and name.endswith('"'):
            found["names"][part] = name[1:-1].replace('""', '"')
    return {
        place: Identity(**{part: parts.get(part, "") for part in IDENTITY_PARTS})
        for place, parts in found.items()
        if any(parts.values())
    }


def _contradictions(identity: Identity, stated: dict[str, Identity], register: Register) -> list[Finding]:
    others = {place: i for place, i in stated.items() if i != identity}
    for other in others.values():
        if other.agency and other.agency != identity.agency:
            return [_wrong_agency(other.agency, identity.agency, register)]
    for other in others.values():
        if other.plan and other.plan != identity.plan:
            return [finding("B05", found=other.plan, args={"plan": register.plan_title})]
    for other in others.values():
        if other.period and other.period != identity.period:
            return [_wrong_period(other.period, register)]
    if others:
        places = ", ".join(_PLACES[p] for p in others)
        return [finding("B02", Severity.ERROR, found=places, args={"places": places})]
    missing = [_PLACES[p] for p in _PLACES if p not in stated]
    if missing:
        return [finding("B02", Severity.WARNING, found="", args={"places": ", ".join(missing)})]
    return []


def _unsigned(identity: Identity, stated: dict[str, Identity], register: Register) -> Finding:
    """Which part of an identity whose signature fails was changed; the form's id says what was issued."""
    if identity.plan != register.plan:
        return finding("B05", found=identity.plan, args={"plan": register.plan_title})
    agencies = {i.agency for i in stated.values() if i.agency}
    issued = register.issued(identity.form)
    if issued and agencies != {issued[0]}:
        wrong = next(iter(sorted(agencies - {issued[0]})), "")
        return _wrong_agency(wrong, issued[0], register)
    if (issued and identity.period != issued[1]) or not identity.period:
        return _wrong_period(identity.period, register)
    return finding("B12", found=identity.signature)


def _wrong_agency(found: str, expected: str, register: Register) -> Finding:
    return finding(
        "B06",
        found=found,
        args={"agency": register.agency_name(found) or found, "expected": register.agency_name(expected) or expected},
    )


def _wrong_period(found: str, register: Register) -> Finding:
    return finding("B09", found=found, args={"period": found, "expected": register.period_name})
