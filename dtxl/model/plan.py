"""A plan: what is asked of whom. Read from the document, corrected by staff in the plan workbook, used by all else."""

import datetime
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from dtxl.core.text import fold, tidy
from dtxl.model.demands import Condition, Demands

_WORDS = re.compile(r"\w+")
_MEASURE = re.compile(r"^(?:(?:ty|ti) le|so luong|so)\s+")
_ASIDE = re.compile(r"(?:den |trong |vao )?(?:het |cuoi )?nam \d{4}\b|\d+(?:[.,]\d+)*\s*%")
OPS = (">=", ">", "<=", "<", "=", "increase>=", "increase>", "reduce>=", "reduce>")


class Kind(StrEnum):
    """What an indicator measures."""

    RATIO = "ratio"  # asked as numerator and denominator; the rest as one value
    COUNT = "count"
    YES_NO = "yes_no"
    SCORE = "score"
    GROWTH = "growth"


class OverAgencies(StrEnum):
    """How agencies' figures make the province's."""

    SUM = "sum"  # ratio: Σ numerators / Σ denominators
    NONE = "none"  # not to be added up


class OverPeriods(StrEnum):
    """How a period's figure relates to those before it in the year."""

    CUMULATIVE = "cumulative"  # from the start of the year: the latest figure is the year's
    SUM = "sum"  # of the period alone: the year is the sum
    LATEST = "latest"  # a state at the end of the period


@dataclass(frozen=True, slots=True)
class Level:
    """An administrative level. `code` as in the list of units ("province", "district", "commune")."""

    code: str
    name: str  # as plans say it: "cấp tỉnh"


@dataclass(frozen=True, slots=True)
class Target:
    """One target. `scope` is None (all), a level's name ("cấp xã") or that of a group or an agency.

    `value` is in `unit` (percent: 0 to 100).
    """

    op: str
    value: Decimal
    unit: str
    scope: str | None = None
    year: int | None = None
    deadline: datetime.date | None = None

    @property
    def of_change(self) -> bool:
        """Whether it bounds a change ("tăng trên 25%"), not a level ("đạt trên 25%")."""
        return self.op.startswith(("increase", "reduce"))


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measured thing. `code` is group and number ("I.13"); `monitor` and `implementers` are as printed."""

    code: str
    group: str  # code of its IndicatorGroup: "I"
    text: str  # the wording with its target, tidy
    span: str  # the exact piece of the source
    name: str  # the wording without its target
    kind: Kind
    unit: str
    targets: tuple[Target, ...]
    monitor: str = ""
    implementers: tuple[str, ...] = ()
    numerator: str = ""  # label of the cell: "Số hồ sơ trực tuyến"
    denominator: str = ""
    whole: bool = True  # counts of things: whole numbers only
    over_agencies: OverAgencies = OverAgencies.SUM
    over_periods: OverPeriods = OverPeriods.CUMULATIVE
    guessed: tuple[str, ...] = ()  # names of the fields above that extraction guessed

    def measures(self, target: Target) -> bool:
        """Whether the indicator's figure is what `target`, one of its own, speaks of.

        "Doanh số tăng trên 25%/năm, đạt từ 10% trở lên so với tổng mức bán lẻ" asks for two figures: the growth that is
        reported says nothing of the share. A growth may have its bound as a level where all its targets do ("tốc độ
        tăng trưởng đạt 8%"). Percent is never held against a number of things.
        """
        if target.of_change:
            return self.kind is Kind.GROWTH
        if self.kind is Kind.GROWTH:
            return not any(t.of_change for t in self.targets)
        return not (self.unit and target.unit) or (self.unit == "%") == (target.unit == "%")


@dataclass(frozen=True, slots=True)
class IndicatorGroup:
    """A heading of the indicator appendix: code "I", name "Phát triển chính quyền số", as printed.

    `topic`: what the heading is on, the same for every wording of it ("Chính quyền số"); "" where it is none known."""

    code: str
    name: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """Work that `agency` must do: the name of an office or of a group of offices, as resolved from the heading."""

    code: str  # section, heading and running number: "III.1.05"
    agency: str
    text: str
    deadline: datetime.date | None = None
    deadline_text: str = ""  # as printed: "xong trước 01/6/2024"
    section: str = ""  # the heading within the office's part: "Đảm bảo an toàn thông tin"
    span: str = ""


@dataclass(frozen=True, slots=True)
class Agency:
    """Whoever returns a form. `level` is a Level's code, `parent` an agency's code or "", `groups` are group codes."""

    code: str
    name: str
    level: str
    parent: str = ""
    groups: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()  # other names that the plan uses: "VP UBND tỉnh"


@dataclass(frozen=True, slots=True)
class AgencyGroup:
    """How the plan names many agencies at once. Members: every agency of `levels`, and those that list `code`."""

    code: str
    name: str
    levels: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    returns: bool = True  # False: those named return no forms (enterprises, bank branches); the monitor is asked


@dataclass(frozen=True, slots=True)
class Question:
    """Something the extraction was unsure of: about what, the piece of the source, why."""

    about: str  # "Chỉ tiêu I.12", "Kế hoạch"
    span: str
    why: str


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """What the report's frame says; the first guess comes from the plan, staff correct it."""

    superior: str = ""  # cơ quan chủ quản, printed in capitals
    issuer: str = ""  # cơ quan ban hành, printed in capitals
    symbol: str = ""  # ký hiệu: "BC-BCĐCĐS"
    place: str = ""  # địa danh: "Bắc Giang"
    addressees: tuple[str, ...] = ()  # Kính gửi
    signer_title: tuple[str, ...] = ()  # one line each, in capitals
    signer_name: str = ""
    recipients: tuple[str, ...] = ()  # Nơi nhận of the report, without the leading dash and the end mark


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """The document itself. `number` is as printed, its serial blank in a draft ("/KH-BCĐCĐS")."""

    id: str  # "bac-giang-2024"
    title: str
    number: str = ""
    date: datetime.date | None = None
    year: int | None = None
    issuer: str = ""
    province: str = ""  # "Bắc Giang"
    province_code: str = ""  # code in the list of units: "24"
    agency_due_day: int = 15
    report_due_day: int = 25
    aggregator: str = ""  # the aggregating office, by name
    signer_title: tuple[str, ...] = ()
    signer_name: str = ""
    recipients: tuple[str, ...] = ()  # Nơi nhận of the plan


@dataclass(frozen=True)
class Plan:
    """The whole plan. Two plans are equal when all their parts are."""

    info: PlanInfo
    groups: tuple[IndicatorGroup, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    tasks: tuple[Task, ...] = ()
    levels: tuple[Level, ...] = ()
    agencies: tuple[Agency, ...] = ()
    agency_groups: tuple[AgencyGroup, ...] = ()
    report: ReportSettings = field(default_factory=ReportSettings)
    periods: tuple["PeriodDates", ...] = ()
    questions: tuple[Question, ...] = ()
    demands: Demands = field(default_factory=Demands)
    conditions: tuple[Condition, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """A digest of what is asked of whom; the report's frame, questions, due days, demands and conditions do not
        touch it: forms that were sent out stay good."""
        parts: list[tuple[object, ...]] = [
            tuple((g.code, g.name) for g in self.groups),  # their topics are asked of nobody
            self.indicators, self.tasks, self.levels, self.agencies, self.agency_groups,
        ]  # fmt: skip
        return hashlib.sha256(repr([self.info.id, parts]).encode()).hexdigest()[:16]

    @cached_property
    def agency_by_code(self) -> Mapping[str, Agency]:
        return {a.code: a for a in self.agencies}

    @cached_property
    def indicator_by_code(self) -> Mapping[str, Indicator]:
        return {i.code: i for i in self.indicators}

    @cached_property
    def task_by_code(self) -> Mapping[str, Task]:
        return {t.code: t for t in self.tasks}

    @cached_property
    def _named(self) -> Mapping[str, Agency | AgencyGroup]:
        """Folded names and aliases of groups and agencies. Units share names ("Xã An Lạc" of two districts): those are
        known by code only."""
        names: dict[str, Agency | AgencyGroup] = {}
        twice: set[str] = set()
        items: tuple[Agency | AgencyGroup, ...] = (*self.agencies, *self.agency_groups)
        for item in items:
            for name in {fold(item.name), *map(fold, item.aliases)}:
                if name in names and isinstance(names[name], Agency) and isinstance(item, Agency):
                    twice.add(name)
                names[name] = item
        return {name: item for name, item in names.items() if name not in twice}

    def find(self, phrase: str) -> Agency | AgencyGroup | None:
        """The agency or group that a phrase of the plan names, by code, name or alias; None where nothing is meant."""
        by_code = self.agency_by_code.get(tidy(phrase))
        return by_code or self._named.get(fold(phrase))

    def members(self, item: Agency | AgencyGroup | None) -> tuple[Agency, ...]:
        """The agencies that return forms for `item`, in the plan's order."""
        if item is None:
            return ()
        if isinstance(item, Agency):
            return (item,)
        if not item.returns:
            return ()
        return tuple(a for a in self.agencies if a.level in item.levels or item.code in a.groups)

    def asked_of(self, indicator: Indicator) -> tuple[Agency, ...]:
        """Who is asked for `indicator`: its implementers that return forms; where none does, its monitor."""
        chosen = {a.code for phrase in indicator.implementers for a in self.members(self.find(phrase))}
        if not chosen:
            chosen = {a.code for a in self.members(self.find_office(indicator.monitor))}
        return tuple(a for a in self.agencies if a.code in chosen)

    def find_office(self, text: str) -> Agency | AgencyGroup | None:
        """The office in "Giám đốc Sở Y tế": the agency or group whose name ends the text; the longest such name."""
        direct = self.find(text)
        if direct is not None:
            return direct
        words = tidy(text).split(" ")
        for start in range(1, len(words)):
            item = self.find(" ".join(words[start:]))
            if item is not None:
                return item
        return None

    def holders(self, task: Task) -> tuple[Agency, ...]:
        """The agencies that must do `task`."""
        return self.members(self.find_office(task.agency))

    def indicators_of(self, agency: Agency) -> tuple[Indicator, ...]:
        """The indicators that `agency` is asked for, in the plan's order."""
        return tuple(self.indicator_by_code[code] for code in self._asked.get(agency.code, ()))

    def tasks_of(self, agency: Agency) -> tuple[Task, ...]:
        """The tasks of `agency`, in the plan's order."""
        return tuple(self.task_by_code[code] for code in self._tasked.get(agency.code, ()))

    @cached_property
    def _asked(self) -> Mapping[str, tuple[str, ...]]:
        return _turned((i.code, self.asked_of(i)) for i in self.indicators)

    @cached_property
    def _tasked(self) -> Mapping[str, tuple[str, ...]]:
        return _turned((t.code, self.holders(t)) for t in self.tasks)

    def in_scope(self, scope: str | None, agency: Agency) -> bool:
        """Whether a target limited to `scope` concerns `agency`."""
        if scope is None:
            return True
        for level in self.levels:
            if fold(level.name) == fold(scope):
                return agency.level == level.code
        return agency in self.members(self.find(scope))

    def target_for(self, indicator: Indicator, agency: Agency) -> Target | None:
        """The target that holds for `agency`: its own level's where there is one, else the one for all, else None. One
        that the indicator's figure says nothing of is nobody's (`Indicator.measures`)."""
        own = [t for t in indicator.targets if indicator.measures(t)]
        mine = [t for t in own if t.scope is not None and self.in_scope(t.scope, agency)]
        return next(iter(mine), None) or next((t for t in own if t.scope is None), None)

    def due_in(self, year: int) -> "Plan":
        """The plan as it binds in `year`; itself where it has one year only.

        Of each scope's targets those of the nearest year not before `year` hold, else the latest (a target without a
        year holds always). Of indicators that are one stated for several years ("đến năm 2025", and again "đến năm
        2030") the one chosen in the same way stands, so that each thing is asked once; what is stated for a later year
        only is asked all the same.
        """
        if len({t.year for i in self.indicators for t in i.targets}) < 2:
            return self
        due = [replace(i, targets=due_targets(i.targets, year)) for i in self.indicators]
        first = [min((t.year or year for t in i.targets), default=year) for i in due]
        stated: dict[tuple[Kind, str], list[int]] = {}
        for i, its in zip(due, first, strict=True):
            stated.setdefault((i.kind, name_key(i.name)), []).append(its)
        kept = tuple(
            i for i, its in zip(due, first, strict=True) if its == nearest_year(stated[i.kind, name_key(i.name)], year)
        )
        return self if kept == self.indicators else replace(self, indicators=kept)


def nearest_year(years: Iterable[int], year: int) -> int:
    """The nearest of `years` (at least one) that is not before `year`, else the latest."""
    years = sorted(years)
    return next((y for y in years if y >= year), years[-1])


def due_targets(targets: Iterable[Target], year: int) -> tuple[Target, ...]:
    """Of each scope's targets those that bind in `year` (`Plan.due_in`), in their order."""
    targets = tuple(targets)
    years: dict[str, list[int]] = {}
    for t in targets:
        years.setdefault(fold(t.scope or ""), []).append(t.year or year)
    binding = {scope: nearest_year(its, year) for scope, its in years.items()}
    return tuple(t for t in targets if (t.year or year) == binding[fold(t.scope or "")])


def name_key(name: str) -> str:
    """What the names of one indicator stated for two years share: its words without the word for the measure, shares
    and years."""
    words = _ASIDE.sub(" ", fold(name))
    return " ".join(_WORDS.findall(_MEASURE.sub("", words.strip())))


@dataclass(frozen=True, slots=True)
class PeriodDates:
    """A reporting period as the plan workbook has it: figures from `start` to `end`, both included; the due days."""

    code: str  # "2024-Q1"
    name: str  # "quý I năm 2024"
    start: datetime.date
    end: datetime.date
    agency_due: datetime.date
    report_due: datetime.date


def _turned(pairs: Iterable[tuple[str, tuple[Agency, ...]]]) -> dict[str, tuple[str, ...]]:
    out: dict[str, list[str]] = {}
    for code, agencies in pairs:
        for agency in agencies:
            out.setdefault(agency.code, []).append(code)
    return {key: tuple(codes) for key, codes in out.items()}
