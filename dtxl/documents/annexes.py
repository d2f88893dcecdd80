"""The four annexes: every target, every task, every agency late, faulty or silent, and what agencies wrote."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TypeVar

from dtxl.core.text import tidy, tidy_lines
from dtxl.documents.compare import name_of, value_of
from dtxl.documents.dates import long_day, short_day
from dtxl.documents.facts import Facts
from dtxl.documents.phrases import Said, capital, join, number, say, word
from dtxl.documents.results_text import TABLE, state_cell, target_of
from dtxl.documents.sections import printed_deadline, unknown_files
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
        for code, same in groupby(rows, key=lambda r: r.code):
            mine = [_target(row, facts.rollup.plan) for row in same]
            total = facts.total_of(code)
            if len(mine) > 1 and total is not None:
                mine.append(_target(total, facts.rollup.plan, total=True))
            out += _once(mine, "ma", "ten")
    return out


def _once(rows: Sequence[Row], *columns: str) -> list[Row]:
    """The rows of one thing: `columns` only in the first, whose cells the template runs down over the others."""
    out: list[Row] = []
    for index, row in enumerate(rows):
        blank = dict.fromkeys(columns, Said("")) if index else {}
        out.append({**row, **blank, "tieu_de": False, "dau": index == 0 and len(rows) > 1, "tiep": index > 0})
    return out


def _target(row: IndicatorResult, plan: Plan, *, total: bool = False) -> Row:
    name = name_of(row)
    c = row.coverage
    scope = word("cell", "total") if total else row.scope or word("cell", "all")
    return {
        "ma": Said(row.code),
        "ten": Said(row.text),
        "pham_vi": capital(Said(scope)),
        "muc_tieu": target_of(row, plan, key=TABLE),
        "ket_qua": value_of(row, table=True),
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
    return [_task(row, facts) for row in facts.rollup.tasks]


def _task(row: TaskResult, facts: Facts) -> Row:
    due = short_day(row.deadline) if row.deadline else word("cell", "no_deadline")
    parts = {"giao": "expected", "xong": "done", "dang": "ongoing", "chua": "not_started", "khong": "silent",
             "muon": "late"}  # fmt: skip
    counts = {key: join([number(f"task.{row.code}.{part}", getattr(row, part))]) for key, part in parts.items()}
    return {
        "ma": Said(row.code),
        "ten": Said(tidy(row.text)),
        "co_quan": Said(facts.office(row.agency)),
        "thoi_han": capital(Said(printed_deadline(row, facts.rollup.plan) or due)),
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
    """Phụ lục IV: what agencies wrote, as typed, the provincial ones first, then by district: for each agency a row for
    each text with all that it stands for."""
    notes = _by_agency(facts.explained)
    wrote = _by_agency(facts.difficulties)
    out: list[Row] = []
    index = 0
    for key, agencies in facts.tree:
        rows: list[Row] = []
        for agency in agencies:
            texts = _texts(notes.get(agency.code, ()), wrote.get(agency.code, ()))
            index += bool(texts)
            first = {"stt": Said(str(index)), "co_quan": Said(facts.name(agency))}
            rows += _once([{**first, "ve": about, "noi_dung": Said(text)} for text, about in texts], "stt", "co_quan")
        if rows:
            out += [_heading(_part(facts, key, agencies).text), *rows]
    return out


def _part(facts: Facts, key: str, agencies: Sequence[AgencyResult]) -> Said:
    """The heading of a part of Phụ lục IV: a level, or an agency with those below it."""
    if key in facts.level_names and agencies[0].code != key:
        return capital(say("annex.level", level=facts.level_names[key]))
    return say("annex.below", name=facts.name(agencies[0]))


def _texts(notes: Iterable[AgencyIndicator], wrote: Iterable[TaskReport]) -> list[tuple[str, Said]]:
    """(text, what it is about) of one agency, in the order in which the texts first come."""
    indicators: dict[str, list[str]] = {}
    tasks: dict[str, list[str]] = {}
    for figure in notes:
        indicators.setdefault(tidy_lines(figure.note), []).append(_code(figure))
    for report in wrote:
        tasks.setdefault(tidy_lines(report.difficulty), []).append(report.task)
    out = []
    for text in dict.fromkeys([*indicators, *tasks]):
        parts = [
            say(f"annex.about_{kind}", codes=", ".join(codes[text]))
            for kind, codes in (("indicators", indicators), ("tasks", tasks))
            if text in codes
        ]
        out.append((text, capital(join(parts, "; "))))
    return out


def _code(figure: AgencyIndicator) -> str:
    """An indicator's code, with the reason where no figure was given: "I.6 (chưa có số liệu)"."""
    if figure.value is not None:
        return figure.indicator
    return say("annex.about_absent", code=figure.indicator, reason=tidy(figure.absent).lower()).text


def _by_agency(items: Iterable[_Wrote]) -> dict[str, list[_Wrote]]:
    out: dict[str, list[_Wrote]] = {}
    for item in items:
        out.setdefault(item.agency, []).append(item)
    return out


def notes(facts: Facts, rows: Mapping[str, Iterable[Row]]) -> dict[str, Said]:
    """The closing line of each annex, or the sentence that stands in place of an empty table."""
    period = facts.rollup.period
    unknown = join([Said("."), unknown_files(facts)]) if facts.unknown else Said("")
    said = {
        "1": say("annex.note_1", start=long_day(period.start), end=long_day(period.end)),
        "2": say("annex.note_2"),
        "3": say("annex.note_3", due=long_day(period.agency_due), as_of=long_day(facts.rollup.as_of), unknown=unknown),
        "4": say("annex.note_4"),
    }
    return {key: said[key] if rows[key] else say(f"annex.none_{key}", unknown=unknown) for key in said}
