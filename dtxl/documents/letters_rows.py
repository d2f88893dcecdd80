"""The tables of the letters' annexes: what is asked, what is faulty, what an agency came to."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from dtxl.core.codes import texts
from dtxl.core.numbers import show
from dtxl.core.settings import house
from dtxl.core.text import enumerate_vi, tidy, upper_first
from dtxl.documents.compare import value_of
from dtxl.documents.dates import short_day
from dtxl.documents.facts import Facts, places_for
from dtxl.documents.letters_words import amount, text
from dtxl.documents.phrases import number, percent
from dtxl.model.finding import Finding, grouped
from dtxl.model.form import target_text
from dtxl.model.plan import Agency, Indicator, Target, Task
from dtxl.model.rollup import AgencyIndicator, AgencyResult, IndicatorResult, Rollup, State, TaskReport

Row = dict[str, Any]
_Item = TypeVar("_Item")


def _heading(key: str) -> Row:
    return {"tieu_de": True, "ten": text("words", key)}


def _sections(indicators: Sequence[Row], tasks: Sequence[Row]) -> list[Row]:
    """Both lists under their headings; a heading without rows is left out."""
    out: list[Row] = []
    for key, rows in (("heading_indicators", indicators), ("heading_tasks", tasks)):
        if rows:
            out += [_heading(key), *rows]
    return out


def target_cell(target: Target | None, plan_year: int | None) -> str:
    """ "≥ 80%", with its year where it is not the plan's own; a dash for none."""
    if target is None:
        return text("notice", "dash")
    shown = target_text(target)
    return f"{shown} (năm {target.year})" if target.year and plan_year and target.year != plan_year else shown


def deadline_cell(task: Task) -> str:
    """A task's deadline as the plan prints it, else its day; a dash for none."""
    if tidy(task.deadline_text):
        return tidy(task.deadline_text)
    return short_day(task.deadline) if task.deadline else text("notice", "dash")


class Asked:
    """What is asked of agencies, for the request."""

    def __init__(self, facts: Facts) -> None:
        self._facts, self._plan = facts, facts.rollup.plan

    def counts(self, agencies: Sequence[Agency]) -> tuple[int, int]:
        """How many indicators and tasks are asked of at least one of them."""
        indicators, tasks = self._of(agencies)
        return len(indicators), len(tasks)

    def rows(self, agencies: Sequence[Agency]) -> list[Row]:
        """The list; where only some of them are asked for a thing, it says which."""
        indicators, tasks = self._of(agencies)
        return _sections(
            [self._indicator(i, who, agencies) for i, who in indicators],
            [self._task(t, who, agencies) for t, who in tasks],
        )

    def _of(
        self, agencies: Sequence[Agency]
    ) -> tuple[list[tuple[Indicator, list[Agency]]], list[tuple[Task, list[Agency]]]]:
        indicators: dict[str, list[Agency]] = {}
        tasks: dict[str, list[Agency]] = {}
        for agency in agencies:
            for indicator in self._plan.indicators_of(agency):
                indicators.setdefault(indicator.code, []).append(agency)
            for task in self._plan.tasks_of(agency):
                tasks.setdefault(task.code, []).append(agency)
        return (
            [(i, indicators[i.code]) for i in self._plan.indicators if i.code in indicators],
            [(t, tasks[t.code]) for t in self._plan.tasks if t.code in tasks],
        )

    def _indicator(self, indicator: Indicator, who: Sequence[Agency], agencies: Sequence[Agency]) -> Row:
        year = self._plan.info.year
        targets = dict.fromkeys(target_cell(self._plan.target_for(indicator, agency), year) for agency in who)
        return {
            "tieu_de": False,
            "ma": indicator.code,
            "ten": self._named(indicator.name, who, agencies),
            "muc_tieu": "; ".join(targets),
            "theo_doi": self._office(indicator.monitor),
        }

    def _task(self, task: Task, who: Sequence[Agency], agencies: Sequence[Agency]) -> Row:
        return {
            "tieu_de": False,
            "ma": task.code,
            "ten": self._named(task.text, who, agencies),
            "muc_tieu": deadline_cell(task),
            "theo_doi": text("notice", "dash"),
        }

    def _named(self, name: str, who: Sequence[Agency], agencies: Sequence[Agency]) -> str:
        if len(who) == len(agencies):
            return tidy(name)
        most, names = amount("limits", "only"), [tidy(a.name) for a in who]
        if len(names) > most + 1:
            shown = ", ".join(names[:most]) + " " + text("words", "only_others", n=len(names) - most)
        else:
            shown = enumerate_vi(names)
        return text("words", "only", name=tidy(name), who=shown)

    def _office(self, monitor: str) -> str:
        if monitor not in self._offices:
            self._offices[monitor] = self._facts.office(monitor) or text("notice", "dash")
        return self._offices[monitor]

    @cached_property
    def _offices(self) -> dict[str, str]:
        return {}


def fault_rows(findings: Sequence[Finding]) -> tuple[list[Row], int, int]:
    """(rows, how many remarks must be mended, how many want a look or an explanation); what the program repaired by
    itself is not told. The texts are the catalogue's, equal remarks on many cells are one row."""
    groups = grouped(findings)
    must = [group for group in groups if group[0].severity.blocks]
    should = [group for group in groups if group[0].severity == "warning"]
    out: list[Row] = []
    for key, part in (("must", must), ("should", should)):
        if part:
            out.append({"tieu_de": True, "ten": text("faults", key)})
            out += [_fault(len_, first, same) for len_, (first, same) in enumerate(part, 1)]
    return out, len(must), len(should)


def _fault(count: int, first: Finding, same: Sequence[Finding]) -> Row:
    title, expect, fix = (part.rstrip(". ") for part in texts(first.code, dict(first.args), marked=True))
    found, most = tidy(first.found), amount("limits", "found")
    if len(found) > most:
        found = found[: most - 1] + "…"
    return {
        "tieu_de": False,
        "tt": str(count),
        "vi_tri": _places(same),
        "van_de": text("faults", "problem", title=title, found=found) if found else title,
        "cach_sua": text("faults", "fix", expect=upper_first(expect), fix=upper_first(fix)),
    }


def _places(same: Sequence[Finding]) -> str:
    """Sheet, cells and how people call them; the first so many cells, the others counted."""
    first, most = same[0], amount("limits", "places")
    sheet = [text("faults", "place_sheet", sheet=tidy(first.sheet))] if first.sheet else []
    if not any(f.cell for f in same):
        labels = "; ".join(dict.fromkeys(tidy(f.label) for f in same if f.label))
        return ": ".join([*sheet, *([labels] if labels else [])]) or text("faults", "place_whole")
    shown = [
        f"{f.cell} ({tidy(f.label)})" if f.label else f.cell for f in same[: most if len(same) > most + 1 else None]
    ]
    cells = text("faults", "place_cells", cells="; ".join(shown))
    rest = " " + text("faults", "place_more", n=len(same) - len(shown)) if len(shown) < len(same) else ""
    return ", ".join([*sheet, cells]) + rest


class Own:
    """What each agency came to, for the notice."""

    def __init__(self, facts: Facts) -> None:
        self._facts, self._rollup = facts, facts.rollup
        self._common: dict[tuple[str, Target | None], str] = {}

    @cached_property
    def _figures(self) -> Mapping[str, Mapping[str, AgencyIndicator]]:
        return _by_agency(self._rollup.figures, lambda f: (f.agency, f.indicator))

    @cached_property
    def _reports(self) -> Mapping[str, Mapping[str, TaskReport]]:
        return _by_agency(self._rollup.task_reports, lambda r: (r.agency, r.task))

    def rows(self, agency: Agency) -> list[Row]:
        """A row for each indicator and task of the agency: target, own result, state, the common result."""
        plan = self._rollup.plan
        figures, reports = self._figures.get(agency.code, {}), self._reports.get(agency.code, {})
        return _sections(
            [self._indicator(i, plan.target_for(i, agency), figures.get(i.code)) for i in plan.indicators_of(agency)],
            [self._task(t, reports.get(t.code)) for t in plan.tasks_of(agency)],
        )

    def missed(self, agency: str) -> int:
        """How many of its indicators are below their target."""
        return sum(f.state is State.MISSED for f in self._figures.get(agency, {}).values())

    def not_available(self, agency: str) -> int:
        """For how many of its indicators it has said that there is no figure yet."""
        label = house()["absent"]["not_available"]
        return sum(f.absent == label for f in self._figures.get(agency, {}).values())

    def _indicator(self, indicator: Indicator, target: Target | None, figure: AgencyIndicator | None) -> Row:
        value = figure.value if figure else None
        dash = text("notice", "dash")
        absent = (figure.absent if figure else "") or text("notice", "no_answer")
        judged = figure is not None and value is not None and figure.target is not None
        return {
            "tieu_de": False,
            "ma": indicator.code,
            "ten": tidy(indicator.name),
            "muc_tieu": target_cell(target, self._rollup.plan.info.year),
            "ket_qua": shown(value, indicator.unit, target) if value is not None else absent,
            "danh_gia": house()["result_state"][str(figure.state)] if figure and judged else dash,
            "chung": self._common_of(indicator, target),
        }

    def _common_of(self, indicator: Indicator, target: Target | None) -> str:
        key = (indicator.code, target)
        if key not in self._common:
            row = _row_of(self._rollup, self._facts, indicator.code, target)
            said = value_of(row).text if row is not None else ""
            self._common[key] = said or house()["absent"]["not_available"]
        return self._common[key]

    def _task(self, task: Task, report: TaskReport | None) -> Row:
        dash = text("notice", "dash")
        state = house()["task_state"].get(report.state, "") if report else ""
        if state and report and report.percent is not None and report.state != "done":
            state = f"{state} ({show(report.percent)}%)"
        return {
            "tieu_de": False,
            "ma": task.code,
            "ten": tidy(task.text),
            "muc_tieu": deadline_cell(task),
            "ket_qua": state or text("notice", "no_answer"),
            "danh_gia": text("notice", "overdue") if report and report.late else dash,
            "chung": self._done.get(task.code, dash),
        }

    @cached_property
    def _done(self) -> Mapping[str, str]:
        """Task → how many have done it, where several must."""
        return {
            t.code: text("notice", "share", done=t.done, expected=t.expected)
            for t in self._rollup.tasks
            if t.expected > 1
        }


def _row_of(rollup: Rollup, facts: Facts, code: str, target: Target | None) -> IndicatorResult | None:
    """The common result that an agency's figure is held beside: of its own target, else of all."""
    rows = [r for r in rollup.indicators if r.code == code]
    mine = [r for r in rows if target is not None and r.target == target]
    return next(iter(mine), None) or next((r for r in rows if r.scope is None), None) or facts.total_of(code)


def shown(value: Fraction, unit: str, target: Target | None) -> str:
    """A figure as the report shows it: "72,35%", "12 hệ thống"."""
    places = places_for(value, target)
    if unit == "%":
        return percent("", value, places=places).text
    figure = number("", value, places=places).text
    return f"{figure} {unit}" if unit else figure


def _by_agency(items: Sequence[_Item], key: Callable[[_Item], tuple[str, str]]) -> dict[str, dict[str, _Item]]:
    out: dict[str, dict[str, _Item]] = {}
    for item in items:
        agency, name = key(item)
        out.setdefault(agency, {})[name] = item
    return out


def levels_ranked(agencies: Sequence[AgencyResult]) -> dict[str, int]:
    """Level → how many of its agencies have a rank."""
    out: dict[str, int] = {}
    for agency in agencies:
        if agency.rank is not None:
            out[agency.level] = out.get(agency.level, 0) + 1
    return out
