"""Who returns forms: the plan's province out of the list of units, its offices, and what the plan calls them together.

Offices, groups and the words by which a plan names them are data (`offices.toml`). A phrase is read word by word with
the longest entry first, so "thị xã" is never "xã" and "hợp tác xã" never a commune; what is left over makes a question
for staff, not a guess in silence.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from dtxl.core.settings import house
from dtxl.core.text import enumerate_vi, fold, same_words, slug, tidy
from dtxl.extract.holders import misfits, understood, with_holders, with_somebody
from dtxl.extract.naming import UNIT_TYPE, Group, Lexicon, Office, Reading, data, filler, groups_on, offices_on
from dtxl.extract.units import Unit, committee_name, plan_day, read_units, units_for
from dtxl.model.period import default_periods
from dtxl.model.plan import Agency, AgencyGroup, Level, PeriodDates, Plan, PlanInfo, Question

__all__ = ["Unit", "read_units", "units_for", "with_agencies"]


def with_agencies(plan: Plan, units: Sequence[Unit]) -> Plan:
    """`plan` with its agencies, groups, levels and periods; whatever it had of these is replaced.

    Every phrase by which an indicator or a task names somebody then resolves by `Plan.find` or `Plan.find_office`, or a
    question says that it does not; what names no agency is put down as a group that returns no forms, so that the plan
    is whole and nobody is asked for what is not his. Where a plan names nobody for an indicator (running text), those
    whom its targets or its wording speak of are asked, else the aggregating office; the fields are marked as guessed.
    """
    day = plan_day(plan.info.year, plan.info.date)
    province = _province(plan.info.province, units)
    fill = filler(plan.info.province, province.name if province else "")
    offices = offices_on(day, fill)
    aggregated = bool(plan.info.aggregator)
    usual = next((o.name for o in offices if o.aggregates), "")
    aggregator = plan.info.aggregator or usual
    info = replace(plan.info, province_code=province.code if province else "", aggregator=aggregator)
    places = _unit_agencies(province, units) if province else ()
    present = {a.level for a in places}
    groups = [g for g in groups_on(day, fill) if not g.levels or present & set(g.levels)]
    lexicon = Lexicon(offices, places, groups, fill)
    indicators, doubts = with_holders(plan.indicators, aggregator, lexicon)
    plan = replace(plan, info=info, indicators=indicators)
    draft = _Draft(lexicon, offices, groups)
    for phrase, exact, where in _phrases(plan, present):
        draft.take(phrase, exact, where)
    agencies = (*draft.agencies(), *map(draft.joining, places))
    levels = tuple(Level(v["code"], v["name"]) for v in house()["level"] if v["code"] in {a.level for a in agencies})
    plan = replace(plan, levels=levels, agencies=agencies, agency_groups=draft.agency_groups(), periods=_periods(plan))
    plan = _without_empty(_with_aliases(plan, draft))
    plan, nobody = with_somebody(plan, usual)
    doubts += [*draft.doubts(plan), *nobody, *misfits(plan)]
    doubts = [*_unplaced(info, province is not None, not aggregated), *doubts]
    return replace(plan, questions=tuple(dict.fromkeys((*plan.questions, *doubts))))


def _unplaced(info: PlanInfo, found: bool, guessed: bool) -> Iterator[Question]:
    """What is unknown of the plan's place, time and aggregating office, on which its agencies hang."""
    if not found:
        why = "không có trong danh sách đơn vị hành chính" if info.province else "không thấy trong văn bản"
        why = f"Tên tỉnh {why}, nên chưa có huyện, xã nào; bổ sung tên tỉnh hoặc các đơn vị."
        yield Question("Cơ quan, đơn vị", info.province, why)
    if not (info.year or info.date):
        why = (
            "Không thấy năm của văn bản; cơ quan, đơn vị lấy theo danh sách trước khi sắp xếp năm 2025 (còn cấp huyện)."
        )
        yield Question("Cơ quan, đơn vị", "", why)
    if guessed and info.aggregator:
        why = f"Văn bản không nêu cơ quan nhận và tổng hợp báo cáo; tạm lấy {info.aggregator}."
        yield Question("Cơ quan tổng hợp", "", why)


def _periods(plan: Plan) -> tuple[PeriodDates, ...]:
    year = plan.info.year or (plan.info.date.year if plan.info.date else None)
    return default_periods(year, plan.info.agency_due_day, plan.info.report_due_day) if year else plan.periods


# ----------------------------------------------------------------------------------------------------------- units


def _province(name: str, units: Sequence[Unit]) -> Unit | None:
    wanted = _bare(name)
    return next((u for u in units if not u.parent_code and wanted and _bare(u.name) == wanted), None)


def _bare(name: str) -> str:
    return slug(UNIT_TYPE.sub("", tidy(name)))


def _unit_agencies(province: Unit, units: Sequence[Unit]) -> tuple[Agency, ...]:
    """The committees of all units under `province`, level by level, in the list's order."""
    inside = {province.code}
    chosen = []
    for unit in units:
        if unit.parent_code in inside:
            inside.add(unit.code)
            chosen.append(unit)
    rank = {level["code"]: n for n, level in enumerate(house()["level"])}
    chosen.sort(key=lambda u: rank[u.level])
    return tuple(
        Agency(u.code, committee_name(u.name), u.level, "" if u.parent_code == province.code else u.parent_code)
        for u in chosen
    )


# ----------------------------------------------------------------------------------------------------------- draft


def _phrases(plan: Plan, present: Collection[str]) -> Iterator[tuple[str, bool, str]]:
    """(phrase, whether `Plan.find` must know it as it stands, what it is in; "" for a target's scope) of everything by
    which the plan names somebody; monitors and holders first, since they are offices. `present`: levels of units."""
    top = house()["level"][0]["code"]
    levels = {fold(level["name"]) for level in house()["level"] if level["code"] in {top, *present}}
    for indicator in plan.indicators:
        yield indicator.monitor, False, f"Chỉ tiêu {indicator.code}, chủ trì theo dõi"
    for task in plan.tasks:
        yield task.agency, False, f"Nhiệm vụ {task.code}"
    for indicator in plan.indicators:
        for phrase in indicator.implementers:
            yield phrase, True, f"Chỉ tiêu {indicator.code}, chủ trì thực hiện"
        for target in indicator.targets:
            if target.scope is not None and fold(target.scope) not in levels:
                yield target.scope, True, ""


@dataclass(slots=True)
class _Draft:
    """The plan's phrases as they are understood: each is the code of an office, a unit or a group."""

    lexicon: Lexicon
    offices: Sequence[Office]
    groups: Sequence[Group]
    meaning: dict[str, str] = field(default_factory=dict)
    exact: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)  # codes of simple groups and of agencies that were named
    joined: dict[str, tuple[str, Reading]] = field(default_factory=dict)  # code → (name, what it is made of)
    added: dict[str, Office] = field(default_factory=dict)
    strange: dict[str, str] = field(default_factory=dict)  # code → phrase that names no agency
    remarks: list[Question] = field(default_factory=list)

    def take(self, phrase: str, exact: bool, where: str) -> None:
        """Understand `phrase`, once. A scope (`where` is "") must name agencies and nothing else; of those that do not
        `misfits` speaks."""
        phrase = tidy(phrase)
        if exact:
            self.exact.add(phrase)
        if not phrase or phrase in self.meaning:
            return
        if not where and not understood(phrase, self.lexicon):
            self.meaning[phrase] = self._strange(phrase)
            return
        reading = self.lexicon.read(phrase)
        office = _single_office(phrase)
        known = next((o for o in self.added.values() if fold(o.name) == fold(office)), None)
        if known:
            self.meaning[phrase] = known.code
        elif office and reading.left and not reading.agencies and not self._levels(reading):
            self.meaning[phrase] = self._new_office(office, phrase, where)
        else:
            code = self._known(phrase, reading)
            self.meaning[phrase] = code or self._strange(phrase)
            self._remark(phrase, reading, where or "Phạm vi mục tiêu", code)

    def _levels(self, reading: Reading) -> bool:
        return any(self.lexicon.groups[code].levels for code in reading.atoms)

    def _known(self, phrase: str, reading: Reading) -> str | None:
        self.used |= reading.atoms | set(reading.agencies)
        if not reading.atoms and len(reading.agencies) < 2:
            return next(iter(reading.agencies), None)
        if not reading.agencies:
            same = (g for g in self.groups if g.atoms & set(self.lexicon.groups) == reading.atoms)
            group = next(same, None)
            if group:
                self.used.add(group.code)
                return group.code
        order = [g.code for g in self.groups if g.code in reading.atoms]
        code = ".".join([*order, *reading.agencies])
        self.joined.setdefault(code, (phrase, reading))
        return code

    def _strange(self, phrase: str) -> str:
        """The code of a group that stands for what is no agency and returns no forms."""
        known = next((code for code, name in self.strange.items() if fold(name) == fold(phrase)), None)
        if known:
            return known
        taken = {fold(c) for c in (*self.strange, *self.joined, *(g.code for g in self.groups))}
        stem = slug(phrase, 40) or "nhom"
        code = next(c for c in (stem, *(f"{stem}-{n}" for n in range(2, 10000))) if c not in taken)
        self.strange[code] = phrase
        return code

    def _new_office(self, name: str, phrase: str, where: str) -> str:
        taken = {o.code for o in (*self.offices, *self.added.values())}
        letters = "".join(word[0] for word in slug(name).split("-") if word not in ("va", "cac", "cua")).upper()
        code = next(c for c in (letters, *(f"{letters}{n}" for n in range(2, 1000))) if c not in taken)
        self.added[code] = Office(code, name, "co_quan" if name.startswith("Sở ") else "khac")
        self.remarks.append(
            Question(where, phrase, f"“{name}” không có trong danh sách sở, ngành của năm; đã thêm với mã {code}.")
        )
        return code

    def _remark(self, phrase: str, reading: Reading, where: str, code: str | None) -> None:
        if code is None:
            why = (
                "Không rõ là cơ quan, đơn vị nào; tạm coi là không nộp biểu mẫu (sheet Nhóm cơ quan). Ghi lại tên hoặc "
                "thêm vào danh sách cơ quan."
            )
            self.remarks.append(Question(where, phrase, why))
        elif reading.doubtful or (reading.left and self._returns(reading)):
            self.remarks.append(Question(where, phrase, f"Đã hiểu là: {self._name(code)}. Đề nghị kiểm tra."))

    def _returns(self, reading: Reading) -> bool:
        return bool(reading.agencies) or any(self.lexicon.groups[code].returns for code in reading.atoms)

    def _name(self, code: str) -> str:
        """A group or agency in words; a joined group by its parts."""
        if code in self.joined:
            reading = self.joined[code][1]
            return enumerate_vi([self._name(part) for part in (*sorted(reading.atoms), *reading.agencies)])
        known = {o.code: o.name for o in self.offices} | {g.code: g.name for g in self.groups}
        return known.get(code, code)

    def agencies(self) -> tuple[Agency, ...]:
        """The provincial offices: the standard ones, those that the plan names, and those it alone knows."""
        kept = [o for o in self.offices if o.standard or o.code in self.used]
        return tuple(
            Agency(o.code, o.name, "province", "", self._groups_of(o), o.aliases) for o in (*kept, *self.added.values())
        )

    def _groups_of(self, office: Office) -> tuple[str, ...]:
        mine = [g.code for g in self._listed() if office.kind in self._kinds(g.atoms)]
        joined = [
            c for c, (_, r) in self.joined.items() if office.kind in self._kinds(r.atoms) or office.code in r.agencies
        ]
        return (*mine, *joined)

    def joining(self, place: Agency) -> Agency:
        """A unit's committee with the joined groups that name it ("UBND huyện Hiệp Hòa và thành phố Bắc Giang")."""
        named = tuple(code for code, (_, reading) in self.joined.items() if place.code in reading.agencies)
        return replace(place, groups=named) if named else place

    def _kinds(self, atoms: Iterable[str]) -> set[str]:
        return {kind for code in atoms if code in self.lexicon.groups for kind in self.lexicon.groups[code].kinds}

    def _listed(self) -> list[Group]:
        reach: dict[frozenset[str], Group] = {}  # without districts, "huyện, xã" is no other group than "xã"
        for group in self.groups:
            reach.setdefault(group.atoms & set(self.lexicon.groups), group)
        return [g for g in reach.values() if g.always or g.code in self.used]

    def agency_groups(self) -> tuple[AgencyGroup, ...]:
        """The groups: the usual ones, those that the plan uses, and those it joins."""
        out = [AgencyGroup(g.code, g.name, self._reach(g.atoms), returns=g.returns) for g in self._listed()]
        for code, (name, reading) in self.joined.items():
            out.append(AgencyGroup(code, name, self._reach(reading.atoms), returns=self._returns(reading)))
        out += [AgencyGroup(code, phrase, returns=False) for code, phrase in self.strange.items()]
        return tuple(out)

    def _reach(self, atoms: Iterable[str]) -> tuple[str, ...]:
        reached = {v for code in atoms if code in self.lexicon.groups for v in self.lexicon.groups[code].levels}
        return tuple(level["code"] for level in house()["level"] if level["code"] in reached)

    def doubts(self, plan: Plan) -> list[Question]:
        """What staff should confirm: first how the groups of offices were understood, then phrase by phrase."""
        said = fold("; ".join(self.meaning))
        out = []
        for group in self.groups:
            if not (group.kinds and group.code in self.used):
                continue
            inside = [a for a in plan.agencies if group.code in a.groups]
            outside = [a.name for a in plan.agencies if a.level == "province" and a not in inside]
            unsaid = [a.name for a in inside if not any(fold(n) in said for n in (a.name, *a.aliases))]
            why = f"Đã hiểu gồm {len(inside)} cơ quan: {'; '.join(a.name for a in inside)}."
            if outside and group.always:
                why += f" Không gồm: {'; '.join(outside)}."
            if unsaid:
                why += f" Lấy theo danh sách chuẩn, kế hoạch không nêu tên: {'; '.join(unsaid)}."
            out.append(Question("Cơ quan, đơn vị", group.name, why + " Sửa ở cột nhóm của danh sách cơ quan."))
        return [*out, *self.remarks]


def _single_office(phrase: str) -> str:
    """The office that a phrase seems to name, without its head's title; "" where it names none or many."""
    name, words = phrase, data()["words"]
    for title in words["titles"]:
        if same_words(name).startswith(same_words(title) + " "):
            name = name[len(title) :].strip()
            break

    def begins(entries: Iterable[str]) -> bool:
        return any(f"{same_words(name)} ".startswith(same_words(entry) + " ") for entry in entries)

    return name if begins(words["office"]) and not begins(words["never"]) else ""


def _with_aliases(plan: Plan, draft: _Draft) -> Plan:
    """`plan` with each phrase that `find` would not know, or would take for somebody else, as an alias."""
    more: dict[str, dict[str, str]] = {}
    for phrase, code in draft.meaning.items():
        found = plan.find(phrase) if phrase in draft.exact else plan.find_office(phrase)
        if found is None or found.code != code:
            more.setdefault(code, {}).setdefault(fold(phrase), phrase)

    def wider(item: Agency) -> Agency:
        return replace(item, aliases=(*item.aliases, *more.get(item.code, {}).values()))

    groups = tuple(replace(g, aliases=(*g.aliases, *more.get(g.code, {}).values())) for g in plan.agency_groups)
    return replace(plan, agencies=tuple(map(wider, plan.agencies)), agency_groups=groups)


def _without_empty(plan: Plan) -> Plan:
    """`plan` in which a group that has tasks but no agency returns no forms: nobody waits for it; staff are told."""
    named = {office.code for t in plan.tasks if (office := plan.find_office(t.agency))}
    groups = tuple(
        replace(g, returns=False) if g.code in named and g.returns and not plan.members(g) else g
        for g in plan.agency_groups
    )
    return replace(plan, agency_groups=groups)
