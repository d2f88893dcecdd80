"""Plan ⇄ rows: what each sheet's row holds, in the words of the sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from dtxl.core.text import fold, tidy
from dtxl.model.demands import Condition, Demands
from dtxl.model.plan import (
    Agency,
    AgencyGroup,
    Indicator,
    IndicatorGroup,
    Kind,
    Level,
    PeriodDates,
    Plan,
    PlanInfo,
    Question,
    ReportSettings,
    Target,
    Task,
)
from dtxl.planbook.fields import OF_PLAN, OF_REPORT, Table, header_key
from dtxl.planbook.layout import (
    AGENCIES,
    AGENCY_GROUPS,
    CONDITIONS,
    GROUPS,
    INDICATORS,
    LEVELS,
    PERIODS,
    QUESTIONS,
    RECIPIENTS,
    TARGETS,
    TASKS,
)

Record = dict[str, Any]  # field name → value; None for a blank cell

# The indicator's fields that extraction may have guessed, as the staff know them: the column's or the sheet's name.
GUESSES: Mapping[str, str] = {f.name: f.header for f in INDICATORS.fields if f.name != "guessed"} | {
    "targets": TARGETS.sheet
}


@dataclass
class Row:
    """A row as read: values by field; the cell of each field; fields that could not be read; fields whose text was a
    number in the sheet. `line` is the zero-based row."""

    line: int
    values: Record = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)
    numeric: set[str] = field(default_factory=set)

    def get(self, name: str) -> Any:
        return self.values.get(name)


def to_records(plan: Plan) -> dict[str, list[Record]]:
    """Sheet name → its rows, in order. Levels go by name, guesses by column header."""
    level_name = {level.code: level.name for level in plan.levels}
    recipients = [(OF_PLAN, text) for text in plan.info.recipients]
    recipients += [(OF_REPORT, text) for text in plan.report.recipients]
    indicators = [
        _record(INDICATORS, i) | {"guessed": tuple(GUESSES.get(name, name) for name in i.guessed)}
        for i in plan.indicators
    ]
    agencies = [_record(AGENCIES, a) | {"level": level_name.get(a.level, a.level)} for a in plan.agencies]
    groups = [
        _record(AGENCY_GROUPS, g) | {"levels": tuple(level_name.get(code, code) for code in g.levels)}
        for g in plan.agency_groups
    ]
    targets = [{"code": i.code} | _record(TARGETS, t) for i in plan.indicators for t in i.targets]
    return {
        GROUPS.sheet: [_record(GROUPS, g) for g in plan.groups],
        INDICATORS.sheet: indicators,
        TARGETS.sheet: targets,
        CONDITIONS.sheet: [_record(CONDITIONS, c) for c in plan.conditions],
        TASKS.sheet: [_record(TASKS, t) for t in plan.tasks],
        LEVELS.sheet: [_record(LEVELS, level) for level in plan.levels],
        AGENCIES.sheet: agencies,
        AGENCY_GROUPS.sheet: groups,
        RECIPIENTS.sheet: [{"document": which, "recipient": text} for which, text in recipients],
        PERIODS.sheet: [_record(PERIODS, p) for p in plan.periods],
        QUESTIONS.sheet: [_record(QUESTIONS, q) for q in plan.questions],
    }


def _record(table: Table, item: object) -> Record:
    return {f.name: getattr(item, f.name) for f in table.fields if hasattr(item, f.name)}


def to_plan(info: Row, report: Row, demands: Row, rows: Mapping[str, Sequence[Row]]) -> Plan:
    """The plan that the rows say. Where a required value is missing or unreadable a stand-in takes its place, so that
    all other mistakes can still be looked for; such a plan is never given out."""
    levels = tuple(Level(_code(r), r.get("name") or "") for r in rows[LEVELS.sheet])
    codes = _by_name((level.code, level.name) for level in levels)
    group_codes = _by_name((_code(r), r.get("name") or "") for r in rows[AGENCY_GROUPS.sheet])
    parents = _by_name((_code(r), r.get("name") or "") for r in rows[AGENCIES.sheet])
    targets = _targets(rows[TARGETS.sheet])
    return Plan(
        info=_made(PlanInfo, info, {"id": "?", "title": "?"}, recipients=_recipients(rows, OF_PLAN)),
        groups=tuple(_made(IndicatorGroup, r, {"code": _code(r), "name": ""}) for r in rows[GROUPS.sheet]),
        indicators=tuple(_indicator(r, targets) for r in rows[INDICATORS.sheet]),
        tasks=tuple(_made(Task, r, {"code": _code(r), "agency": "", "text": ""}) for r in rows[TASKS.sheet]),
        levels=levels,
        agencies=tuple(_agency(r, codes, group_codes, parents) for r in rows[AGENCIES.sheet]),
        agency_groups=tuple(_agency_group(r, codes) for r in rows[AGENCY_GROUPS.sheet]),
        report=_made(ReportSettings, report, {}, recipients=_recipients(rows, OF_REPORT)),
        periods=tuple(
            PeriodDates(**{f.name: r.get(f.name) for f in PERIODS.fields})
            for r in rows[PERIODS.sheet]
            if all(r.get(f.name) is not None for f in PERIODS.fields)
        ),
        questions=tuple(_made(Question, r, {"about": "", "span": "", "why": ""}) for r in rows[QUESTIONS.sheet]),
        demands=_made(Demands, demands, {}),
        conditions=tuple(_made(Condition, r, {"text": "", "why": ""}) for r in rows[CONDITIONS.sheet]),
    )


def _made(cls: type[Any], row: Row, stand_in: Record, **more: Any) -> Any:
    """An object of the row's values; blank cells leave the model's defaults."""
    names = {f.name for f in fields(cls)}
    given = {name: value for name, value in row.values.items() if name in names and value is not None}
    return cls(**{**stand_in, **given, **more})


def _code(row: Row) -> str:
    # "?" cannot stand in a code, so a stand-in never meets a real one.
    return row.get("code") or f"?{row.line}"


def _indicator(row: Row, targets: Mapping[str, tuple[Target, ...]]) -> Indicator:
    code = _code(row)
    stand_in = {"code": code, "group": "", "text": "", "span": "", "name": "", "kind": Kind.RATIO, "unit": ""}
    names = {header_key(header): name for name, header in GUESSES.items()}
    guessed = tuple(names.get(header_key(text), text) for text in row.get("guessed") or ())
    made: Indicator = _made(Indicator, row, stand_in, targets=targets.get(code, ()), guessed=guessed)
    return made


def _targets(rows: Sequence[Row]) -> dict[str, tuple[Target, ...]]:
    out: dict[str, tuple[Target, ...]] = {}
    for row in rows:
        if row.get("code") and row.get("op") and row.get("value") is not None:
            out[row.get("code")] = (*out.get(row.get("code"), ()), _made(Target, row, {"unit": ""}))
    return out


def _agency(row: Row, levels: Mapping[str, str], groups: Mapping[str, str], parents: Mapping[str, str]) -> Agency:
    made: Agency = _made(
        Agency,
        row,
        {"code": _code(row), "name": ""},
        level=_resolved(row.get("level") or "", levels),
        parent=_resolved(row.get("parent") or "", parents),
        groups=tuple(_resolved(text, groups) for text in row.get("groups") or ()),
    )
    return made


def _agency_group(row: Row, levels: Mapping[str, str]) -> AgencyGroup:
    members = tuple(_resolved(text, levels) for text in row.get("levels") or ())
    made: AgencyGroup = _made(AgencyGroup, row, {"code": _code(row), "name": ""}, levels=members)
    return made


def _recipients(rows: Mapping[str, Sequence[Row]], document: str) -> tuple[str, ...]:
    found = [r for r in rows[RECIPIENTS.sheet] if r.get("document") == document]
    return tuple(r.get("recipient") for r in found if r.get("recipient"))


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Code, or folded name where only one has it, → code. A code goes before a name."""
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    twice: set[str] = set()
    for code, name in pairs:
        codes[code] = code
        key = fold(name)
        if key in names:
            twice.add(key)
        names[key] = code
    return {key: code for key, code in names.items() if key and key not in twice} | codes


def _resolved(text: str, codes: Mapping[str, str]) -> str:
    """The code that `text` means; `text` itself where none is meant, for the check of mistakes to find."""
    return codes.get(tidy(text)) or codes.get(fold(text)) or text
