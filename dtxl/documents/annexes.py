"""The four annexes: every target, every task, every agency late, faulty or silent, and what agencies wrote."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from dtxl.core.text import tidy, tidy_lines
from dtxl.documents.dates import long_day, short_day
from dtxl.documents.facts import Facts, places_for
from dtxl.documents.phrases import Said, join, number, percent, say, word
from dtxl.documents.results_text import TABLE, name_of, state_cell, target_of, value_of
from dtxl.model.form import target_text
from dtxl.model.plan import Plan
from dtxl.model.rollup import AgencyIndicator, AgencyResult, IndicatorResult, Standing, TaskReport, TaskResult

Row = Mapping[str, Said | bool]
_Wrote = TypeVar("_Wrote", AgencyIndicator, TaskReport)


def _heading(text: str) -> Row:
    return {"tieu_de": True, "ten": Said(text)}


def targets(facts: Facts) -> list[Row]:
    """Phụ lục I: a heading for each group, a row for each target, totals of indicators with targets by scope."""
    out: list[Row] = []
    for name, rows in facts.groups:
        out.append(_heading(name))
        for index, row in enumerate(rows):
            out.append(_target(row, facts.rollup.plan))
            last = index + 1 == len(rows) or rows[index + 1].code != row.code
            several = index > 0 and rows[index - 1].code == row.code
            total = facts.total_of(row.code)
            if last and several and total is not None:
                out.append(_target(total, facts.rollup.plan, total=True))
    return out


def _target(row: IndicatorResult, plan: Plan, *, total: bool = False) -> Row:
    name = name_of(row)
    c = row.coverage
    scope = word("cell", "total") if total else row.scope or word("cell", "all")
    return {
        "tieu_de": False,
        "stt": Said(row.code),
        "ten": Said(row.text),
        "pham_vi": Said(scope),
        "muc_tieu": target_of(row, plan, key=TABLE),
        "ket_qua": value_of(row),
        "tu_so": join([number(f"{name}.numerator", row.numerator)]) if row.numerator is not None else Said(""),
        "mau_so": join([number(f"{name}.denominator", row.denominator)]) if row.denominator is not None else Said(""),
        "danh_gia": Said(state_cell(row)),
        "don_vi": say(
            "cell.coverage",
            reported=number(f"{name}.reported", c.reported),
            expected=number(f"{name}.expected", c.expected),
        ),
    }


def tasks(facts: Facts) -> list[Row]:
    """Phụ lục II: a row for each task."""
    return [_task(row, facts.rollup.plan) for row in facts.rollup.tasks]


def _task(row: TaskResult, plan: Plan) -> Row:
    source = plan.task_by_code.get(row.code)
    printed = tidy(source.deadline_text) if source else ""
    parts = {"giao": "expected", "xong": "done", "dang": "ongoing", "chua": "not_started", "khong": "silent",
             "muon": "late"}  # fmt: skip
    counts = {key: join([number(f"task.{row.code}.{part}", getattr(row, part))]) for key, part in parts.items()}
    return {
        "stt": Said(row.code),
        "ten": Said(tidy(row.text)),
        "co_quan": Said(tidy(row.agency)),
        "thoi_han": Said(short_day(row.deadline) if row.deadline else printed or word("cell", "no_deadline")),
        **counts,
    }


def agencies(facts: Facts) -> list[Row]:
    """Phụ lục III: agencies late, faulty or silent, by level, the silent first."""
    order = (Standing.MISSING, Standing.REJECTED, Standing.LATE)
    found = [a for level in facts.levels for standing in order for a in facts.of(standing, level=level)]
    return [_agency(facts, agency, index) for index, agency in enumerate(found, 1)]


def _agency(facts: Facts, agency: AgencyResult, index: int) -> Row:
    above = facts.parent(agency.code)
    level = facts.level_names[agency.level]
    state = Said(word("cell", agency.standing))
    if agency.standing is Standing.REJECTED and agency.faults:
        state = say("cell.rejected_faults", n=number(f"agency.{agency.code}.faults", agency.faults))
    days = join([number(f"agency.{agency.code}.days_late", agency.days_late)]) if agency.days_late else Said("")
    return {
        "stt": Said(str(index)),
        "ten": Said(agency.name),
        "cap": Said(f"{level[:1].upper()}{level[1:]}" + (f" ({above})" if above else "")),
        "tinh_trang": state,
        "ngay_nhan": Said(short_day(agency.received_at.date()) if agency.received_at else ""),
        "muon": days,
    }


def opinions(facts: Facts) -> list[Row]:
    """Phụ lục IV: a heading for each agency, then what it wrote, as typed: explanations, then difficulties."""
    notes = _by_agency(facts.explained)
    wrote = _by_agency(facts.difficulties)
    out: list[Row] = []
    index = 0
    for agency in facts.rollup.agencies:
        rows = [
            *((_about(f, facts.rollup.plan), f.note) for f in notes.get(agency.code, ())),
            *((say("annex.about_task", code=r.task), r.difficulty) for r in wrote.get(agency.code, ())),
        ]
        if rows:
            out.append(_heading(facts.name(agency)))
        for about, text in rows:
            index += 1
            out.append({"tieu_de": False, "stt": Said(str(index)), "ve": about, "noi_dung": Said(tidy_lines(text))})
    return out


def _by_agency(items: Iterable[_Wrote]) -> dict[str, list[_Wrote]]:
    out: dict[str, list[_Wrote]] = {}
    for item in items:
        out.setdefault(item.agency, []).append(item)
    return out


def _about(figure: AgencyIndicator, plan: Plan) -> Said:
    if figure.value is None:
        return say("annex.about_absent", code=figure.indicator, reason=tidy(figure.absent).lower())
    indicator = plan.indicator_by_code.get(figure.indicator)
    unit = indicator.unit if indicator else ""
    name, places = f"figure.{figure.agency}.{figure.indicator}.value", places_for(figure.value, figure.target)
    value = (
        join([percent(name, figure.value, places=places)])
        if unit == "%"
        else join([number(name, figure.value, places=places), unit])
    )
    return say("annex.about_missed", code=figure.indicator, value=value, target=target_text(figure.target))


def notes(facts: Facts, rows: Mapping[str, Iterable[Row]]) -> dict[str, Said]:
    """The closing line of each annex, or the sentence that stands in place of an empty table."""
    period = facts.rollup.period
    said = {
        "1": say("annex.note_1", start=long_day(period.start), end=long_day(period.end)),
        "2": say("annex.note_2"),
        "3": say("annex.note_3", due=long_day(period.agency_due), as_of=long_day(facts.rollup.as_of)),
        "4": say("annex.note_4"),
    }
    return {key: said[key] if rows[key] else say(f"annex.none_{key}") for key in said}
