"""Who sent this, for which plan and period: a file is known by its signed identity, not by its name.

The identity stands in three places (hidden sheet, custom properties, defined names). It counts only where its signature
holds; the other places, the cover and the headings must not contradict it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from dtxl.core.codes import Severity
from dtxl.files.xlsx_read import RawBook, Sheet
from dtxl.intake.cover import Cover, read_cover
from dtxl.intake.directory import Directory
from dtxl.intake.meaning import other_things, same_things
from dtxl.intake.recover import recover
from dtxl.model.finding import Finding, finding
from dtxl.model.form import IDENTITY_PARTS, INDICATORS, LISTS, Form, cell_name, sign, target_text
from dtxl.model.submission import Identity

_TARGET_COLUMN, _FIGURES = 3, (7, 9)  # columns of the sheet of indicators
PLACES = {"sheet": "sheet ẩn _danh_muc", "properties": "thuộc tính tệp", "names": "tên vùng"}
_AGAIN = "sheet ẩn thứ hai"  # a second hidden sheet, or second rows of the first, that say otherwise
_WORDS = {**PLACES, "again": _AGAIN}


@dataclass(frozen=True)
class Register:
    """What intake must know of what was issued.

    `form_for` gives the current form of an agency code (None: no such agency); `issued` gives (agency, period) of a
    form id that was issued (None: never); `as_issued` rebuilds a form of an earlier plan or of an earlier period, where
    that plan is still known; `replaced` tells whether a newer form was issued after a form id. `period` is the one
    being collected; `directory` knows agencies and periods by name; `accepted` gives, by a file's hash, the agency that
    somebody of the office answered for ("" for nobody).
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
    directory: Directory = field(default_factory=Directory)
    accepted: Callable[[str], str] = lambda _sha256: ""


def identify(
    book: RawBook, register: Register, path: str = "", sha256: str = ""
) -> tuple[Identity | None, Form | None, list[Finding]]:
    """The identity that counts and the form to read by; either is None where the file cannot be read further.

    An identity without a signature is one that was recovered, or that somebody of the office answered for: its file is
    read by `read_by_labels`. `path` only ever adds a warning or chooses what is offered.
    """
    stated, cover, by_hand = stated_identities(book), read_cover(book), register.accepted(sha256)
    valid = valid_identities(stated, register)
    if not valid:
        return _unsigned_form(book, cover, stated, register, path, by_hand)
    identity = valid[0]
    findings = _contradictions(identity, stated, register)
    if any(f.severity is Severity.CRITICAL for f in findings):
        return None, None, findings
    if any(f.code == "B09" for f in findings):
        return identity, None, findings
    if identity.plan != register.plan:
        return None, None, [*findings, wrong_plan(identity.plan, register)]
    if remark := foreign_heading(cover, identity.agency, register):
        return None, None, [*findings, remark]
    if identity.period != register.period:
        return identity, None, [*findings, wrong_period(identity.period, register)]
    if remark := foreign_period(cover, register):
        return identity, None, [*findings, remark]
    form, remarks = _current(identity, register, by_hand)
    if form is not None:
        remarks += misnamed(cover, identity.agency, register, path)
    return identity, form, [*findings, *remarks]


def _unsigned_form(
    book: RawBook, cover: Cover, stated: dict[str, Identity], register: Register, path: str, by_hand: str
) -> tuple[Identity | None, Form | None, list[Finding]]:
    """As `identify`, for a file in which no signature holds: read where somebody answered for it or where it leaves no
    doubt, and where nothing in it names another agency, plan or period."""
    got = recover(book, cover, register.directory, register.form_for, path)
    signed = any(identity.signature for identity in stated.values())
    if stated and not by_hand and (signed or not got.agency):
        return None, None, [_unsigned(next(iter(stated.values())), stated, register)]
    agency = by_hand or got.agency
    if (by_hand or got.ours) and (remark := foreign_period(cover, register)):
        return None, None, [remark]
    if remark := (_against(agency, stated, register) or foreign_heading(cover, agency, register)) if agency else None:
        return None, None, [remark]
    form = register.form_for(agency) if by_hand or got.certain else None
    if form is None or (not by_hand and not register.issued(form.identity.form)):
        return None, None, [finding("B07", found=by_hand) if by_hand else _offer(agency, register)]
    lost = finding("B02", Severity.WARNING, found="", args={"places": places(list(PLACES))})
    return form.identity, form, [lost, *misnamed(cover, agency, register, path)]


def _offer(agency: str, register: Register) -> Finding:
    """B01, with the agency that it is likely of, for somebody of the office to confirm."""
    if not agency:
        return finding("B01")
    name = register.directory.name(agency)
    return finding("B01", found=f"bản chép của biểu mẫu, có thể của {name}", args={"offer": agency})


def _against(agency: str, stated: dict[str, Identity], register: Register) -> Finding | None:
    """What an identity without a valid signature says against the agency that somebody answered for."""
    for other in stated.values():
        if other.agency not in ("", agency):
            return wrong_agency(other.agency, agency, register)
        if other.plan not in ("", register.plan):
            return wrong_plan(other.plan, register)
        if other.period not in ("", register.period):
            return wrong_period(other.period, register)
    return None


def _current(identity: Identity, register: Register, by_hand: str) -> tuple[Form | None, list[Finding]]:
    """The form that a validly signed identity of the right plan and period is read by, or why there is none."""
    form = register.form_for(identity.agency)
    if form is None:
        return None, [_no_agency(identity, register)]
    if identity.form == form.identity.form:
        # The same rows, though names may have changed since (an agency renamed): held against what it got.
        if identity.fingerprint != form.identity.fingerprint:
            form = register.as_issued(identity) or form
        return form, []
    if register.issued(identity.form) is None:
        # Signed with our key, and yet the register has no such form: it is younger than the database (a backup of the
        # days before was restored), or the database of another computer has it.
        # Somebody of the office may answer for it: then it is read by the form as it is now.
        unknown = finding("B04", found=identity.form, args={"offer": identity.agency})
        return (form, []) if by_hand == identity.agency else (None, [unknown])
    # The plan changed since. A newer form that was issued makes this one old, and so does a code that now means
    # something else; otherwise it is read as it was issued.
    issued = register.as_issued(identity)
    if issued is None or register.replaced(identity.form) or not same_things(issued, form):
        old = finding("B03", found=identity.form, args={"expected": form.identity.form})
        return None, [old, *(other_targets(issued, form) if issued else [])]
    return issued, []


def other_targets(issued: Form, current: Form) -> list[Finding]:
    """F12 for each indicator of an old form whose target is not the current plan's any more."""
    now, other = {row.indicator.code: row for row in current.indicator_rows}, other_things(issued, current)
    remarks = []
    for row in issued.indicator_rows:
        code = row.indicator.code
        if code not in now or code in other:
            continue
        stood, stands = target_text(row.target), target_text(now[code].target)
        if stood != stands:
            label = f"Chỉ tiêu {code}; kế hoạch hiện hành giao {stands}" if stands else f"Chỉ tiêu {code}"
            cell = cell_name(row.row, _TARGET_COLUMN)
            remarks.append(finding("F12", sheet=INDICATORS, cell=cell, field=code, found=stood, label=label))
    return remarks


def stated_identities(book: RawBook) -> dict[str, Identity]:
    """Place → what it states, for each place that states anything. "again" is a hidden sheet beside the first one, or
    rows in it, that state something else: it is left behind where a neighbour's sheets were copied over."""
    found: dict[str, dict[str, str]] = {"sheet": {}, "properties": {}, "names": {}, "again": {}}
    hidden = [book.sheets[LISTS]] if LISTS in book.sheets else []
    hidden += [sheet for name, sheet in book.sheets.items() if name != LISTS and name.startswith(LISTS)]
    for sheet in hidden:
        for label, text in _rows(sheet):
            if found["sheet"].setdefault(label, text) != text:
                found["again"][label] = text
    if found["again"]:
        found["again"] = {**found["sheet"], **found["again"]}
    for part in IDENTITY_PARTS:
        if text := book.properties.get(f"dtxl.{part}") or "":
            found["properties"][part] = text
        formula = book.names.get(f"dtxl_{part}") or ""
        if formula.startswith('"') and formula.endswith('"'):
            found["names"][part] = formula[1:-1].replace('""', '"')
    return {
        place: Identity(**{part: parts.get(part, "") for part in IDENTITY_PARTS})
        for place, parts in found.items()
        if any(parts.values())
    }


def stated_periods(book: RawBook, directory: Directory) -> list[str]:
    """The codes of the periods that a file states or names, its identity first; none of them need be one of the plan's,
    and nothing here is proof of anything: it says against which period a file is to be held."""
    stated = (identity.period for identity in stated_identities(book).values())
    named = (directory.period(text) for text in read_cover(book).periods())
    return [code for code in dict.fromkeys([*stated, *named]) if code]


def _rows(sheet: Sheet) -> list[tuple[str, str]]:
    pairs = ((sheet.text(row, 0), sheet.text(row, 1)) for row in range(len(sheet.rows)))
    return [(label, text) for label, text in pairs if label in IDENTITY_PARTS]


def valid_identities(stated: dict[str, Identity], register: Register) -> list[Identity]:
    """Those whose signature holds."""
    return [i for i in stated.values() if i.signature and i.signature == sign(i, register.key)]


def places(names: list[str]) -> str:
    """Places of the identity as people call them."""
    return ", ".join(_WORDS[name] for name in names)


def _contradictions(identity: Identity, stated: dict[str, Identity], register: Register) -> list[Finding]:
    others = {place: i for place, i in stated.items() if i != identity}
    for other in others.values():
        if other.agency and other.agency != identity.agency:
            return [wrong_agency(other.agency, identity.agency, register)]
    for other in others.values():
        if other.plan and other.plan != identity.plan:
            return [wrong_plan(other.plan, register)]
    for other in others.values():
        if other.period and other.period != identity.period:
            return [wrong_period(other.period, register)]
    if others:
        words = places(list(others))
        return [finding("B02", Severity.ERROR, found=words, args={"places": words})]
    missing = [place for place in PLACES if place not in stated]
    if missing:
        return [finding("B02", Severity.WARNING, found="", args={"places": places(missing)})]
    return []


def _unsigned(identity: Identity, stated: dict[str, Identity], register: Register) -> Finding:
    """Which part of an identity whose signature fails was changed; the form's id says what was issued."""
    if identity.plan != register.plan:
        return wrong_plan(identity.plan, register)
    agencies = {i.agency for i in stated.values() if i.agency}
    issued = register.issued(identity.form)
    if issued and agencies != {issued[0]}:
        wrong = next(iter(sorted(agencies - {issued[0]})), "")
        return wrong_agency(wrong, issued[0], register)
    if (issued and identity.period != issued[1]) or not identity.period:
        return wrong_period(identity.period, register)
    return finding("B12", found=identity.signature)


def foreign_heading(cover: Cover, agency: str, register: Register) -> Finding | None:
    """A sheet whose heading names another agency was pasted in from that one's form (B06)."""
    for heading in cover.headings:
        codes = register.directory.named(heading.agency)
        if codes and agency not in codes:
            found = wrong_agency(sorted(codes)[0], agency, register)
            return finding("B06", sheet=heading.sheet, cell=heading.cell, found=heading.agency, args=dict(found.args))
    return None


def foreign_period(cover: Cover, register: Register) -> Finding | None:
    """A cover or a heading that names another period of the plan (B09): its figures are not of this one."""
    named = {register.directory.period(text): text for text in cover.periods()}
    other = next((text for code, text in named.items() if code not in ("", register.period)), "")
    return finding("B09", found=other, args={"period": other, "expected": register.period_name}) if other else None


def misnamed(cover: Cover, agency: str, register: Register, path: str) -> list[Finding]:
    """A cover or a file name that names another agency of the plan (B13)."""
    directory = register.directory
    code, name = cover.facts.get("code", ""), cover.facts.get("agency", "")
    meant = {code: frozenset({code}) if directory.known(code) else frozenset(), name: directory.named(name)}
    other = next((text for text, codes in meant.items() if codes and agency not in codes), "")
    if other:
        return [finding("B13", found=other, label="thông tin in sẵn")]
    if directory.misnames(path, agency):
        return [finding("B13", found=PurePosixPath(path).name, label="tên tệp")]
    return []


def not_asked(remarks: list[Finding], book: RawBook, form: Form, directory: Directory) -> list[Finding]:
    """The remarks, a row with figures for an indicator of the plan that this agency is not asked for told as such (B08)
    and not as any row of its own (C11)."""
    found = []
    for remark in remarks:
        code = remark.found.partition(" | ")[0]
        if remark.code == "C11" and directory.asked_of_others(form.agency.code, code):
            row, sheet = int(remark.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0) - 1, book.sheets.get(remark.sheet)
            if sheet and any(isinstance(sheet.value(row, column), float) for column in _FIGURES):
                remark = finding("B08", sheet=remark.sheet, cell=remark.cell, found=code, label=f"Chỉ tiêu {code}")
        found.append(remark)
    return found


def _no_agency(identity: Identity, register: Register) -> Finding:
    """An agency that the plan has no more (B07): with the one that took its place, where the plan workbook says so, or
    that there are no agencies of its level any more."""
    was = register.as_issued(identity)
    name = was.agency.name if was else ""
    found = f"{name} (mã {identity.agency})" if name else identity.agency
    heir = register.directory.successor(identity.agency, name)
    if heir:
        found += f"; nay là {register.directory.name(heir.code)}"
    elif was and register.directory.plan.agencies and not register.directory.has_level(was.agency.level):
        found += "; cấp này không còn đơn vị nào trong kế hoạch"
    return finding("B07", found=found, args={"agency": identity.agency})


def wrong_agency(found: str, expected: str, register: Register) -> Finding:
    return finding(
        "B06",
        found=found,
        args={"agency": register.agency_name(found) or found, "expected": register.agency_name(expected) or expected},
    )


def wrong_plan(found: str, register: Register) -> Finding:
    return finding("B05", found=found, args={"plan": register.plan_title})


def wrong_period(found: str, register: Register) -> Finding:
    return finding("B09", found=found, args={"period": found, "expected": register.period_name})
