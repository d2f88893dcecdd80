"""The report for signature: a rollup laid into the Word template, every figure of it known by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dtxl.core.errors import SourceError, TemplateError
from dtxl.documents import annexes, outlook, results_text, sections, trace_annex
from dtxl.documents.charts import ReportCharts
from dtxl.documents.facts import Facts
from dtxl.documents.frame import Frame, context_of, frame_of, opening
from dtxl.documents.phrases import Figure, Passage, Said, say
from dtxl.documents.sections import brief
from dtxl.documents.trace_annex import Behind
from dtxl.files.docx_annex import Annex, next_number
from dtxl.files.docx_chart import place_charts
from dtxl.files.docx_fill import fill
from dtxl.files.docx_look import tags_of
from dtxl.files.docx_marks import Marked
from dtxl.model.finding import Finding, finding
from dtxl.model.rollup import Rollup

ANNEXES = {"1": "I", "2": "II", "3": "III", "4": "IV"}


@dataclass(frozen=True)
class _Report:
    """Paragraphs of each part by the template's tag, the group headings, and the annexes' rows."""

    parts: Mapping[str, tuple[str, Sequence[Said]]]  # tag → (place, paragraphs)
    groups: Sequence[tuple[str, Sequence[Said]]]
    rows: Mapping[str, Sequence[annexes.Row]]
    notes: Mapping[str, Said]


def draw_report(
    rollup: Rollup,
    template: Path,
    today: date,
    unknown: Sequence[str] = (),
    sources: Sequence[Behind] = (),
) -> bytes:
    """The report of `rollup` as a Word file: `template` (see templates/bao-cao.docx) filled with its figures.

    `today` gives the month and year of the date line and the document's date of creation; number and day stay blank for
    the records office. `unknown`: names of files received whose sender could not be established; the report says how
    many there are. `sources`: what is behind the figures, which an annex more then says; without them there is none.
    Every figure carries a mark that names it. Equal input gives equal bytes. Raises TemplateError where the template
    cannot be filled.
    """
    facts = Facts(rollup, tuple(unknown))
    frame = frame_of(facts)
    context, rules = _context(facts, frame, today)
    _refuse_nameless(template, context)
    title = say("frame.title", subject=frame.subject[:1].lower() + frame.subject[1:]).text
    annex = _annex(sources, next_number(template)) if sources else None
    if annex:
        context["chi_dao"].append(say("trace.mention", number=annex.number).text)
    filled = fill(template, context, title=title, author=frame.issuer, created=today, rules=rules, annex=annex)
    return place_charts(filled, ReportCharts(facts).placed())


def check_template(rollup: Rollup, template: Path, today: date, unknown: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Data of the report that `template` has no place for (G06), by the names of their tags; blank data need none."""
    facts = Facts(rollup, tuple(unknown))
    context, _ = _context(facts, frame_of(facts), today)
    named = tags_of(template).names
    return tuple(
        finding("G06", label=f"Mẫu {template.name}: không có chỗ ghi {{{{ {name} }}}}")
        for name, value in context.items()
        if value and name not in named
    )


def _context(facts: Facts, frame: Frame, today: date) -> tuple[dict[str, Any], dict[str, float]]:
    context, rules = context_of(facts, frame, today)
    report, charts = _written(facts), ReportCharts(facts)
    context |= charts.tags()
    context |= {tag: [_marked(said) for said in part] for tag, (_, part) in report.parts.items()}
    context["nhom"] = [
        {"so": str(number), "ten": name, "doan": [_marked(said) for said in part], **charts.group_tags(number)}
        for number, (name, part) in enumerate(report.groups, 1)
    ]
    for key, number in ANNEXES.items():
        context[f"phu_luc_{number.lower()}"] = [_texts(row) for row in report.rows[key]]
        context[f"ghi_chu_{number.lower()}"] = _marked(report.notes[key])
    return context, rules


def _refuse_nameless(template: Path, context: Mapping[str, Any]) -> None:
    """Raise TemplateError (G06) for tags that plainly show what there is no data for. A file that is none, and a tag
    that is broken, are `fill`'s to tell."""
    try:
        tags = tags_of(template)
    except SourceError:
        return
    lost = [(name, *spot) for name, spot in tags.shown.items() if name not in tags.local and name not in context]
    if lost:
        lines = [f"thẻ “{name}” không có trong danh mục ({place}: {brief(text)})" for name, place, text in lost]
        raise TemplateError(f"Mẫu {template.name}: {'; '.join(lines)}. Sửa tên thẻ trong Word rồi chạy lại. [G06]")


def _annex(sources: Sequence[Behind], number: str) -> Annex:
    rows = trace_annex.rows(sources)
    shown = [_marked(row["ten"]) if row["tieu_de"] else [_marked(row[c]) for c in trace_annex.COLUMNS] for row in rows]
    return Annex(number, trace_annex.title(), trace_annex.columns(), shown, _marked(trace_annex.note(sources, rows)))


def _texts(row: annexes.Row) -> dict[str, Any]:
    return {key: _marked(cell) if isinstance(cell, Said) else cell for key, cell in row.items()}


def _marked(said: Said | bool) -> Marked | str:
    """The text with a mark for each of its figures, which the Word file keeps."""
    if not isinstance(said, Said):
        return ""
    if not said.figures:
        return said.text
    spans = ((start, start + len(f.text), f.name) for start, f in zip(said.starts, said.figures, strict=True))
    return Marked(said.text, tuple(spans))


def _written(facts: Facts) -> _Report:
    frame = frame_of(facts)
    parts: dict[str, tuple[str, Sequence[Said]]] = {
        "mo_dau": ("Mở đầu", [opening(facts, frame)]),
        "chi_dao": ("Mục I", sections.directing(facts, frame)),
        "ket_qua_chung": ("Mục II", results_text.overview(facts)),
        "nhiem_vu": ("Mục III", sections.tasks(facts)),
        "ton_tai_chi_tieu": ("Mục IV.1", sections.weak_targets(facts)),
        "ton_tai_bao_cao": ("Mục IV.2", sections.weak_returns(facts)),
        "ton_tai_y_kien": ("Mục IV.3", sections.weak_opinions(facts)),
        "ky_toi_chi_tieu": ("Mục V.1", outlook.next_targets(facts)),
        "ky_toi_nhiem_vu": ("Mục V.2", outlook.next_tasks(facts, frame)),
        "ky_toi_bao_cao": ("Mục V.3", outlook.next_returns(facts)),
        "kien_nghi": ("Mục VI", outlook.proposals(facts, frame)),
    }
    groups = [(name, results_text.group_paragraphs(facts, name, rows)) for name, rows in facts.groups]
    rows = {
        "1": annexes.targets(facts),
        "2": annexes.tasks(facts),
        "3": annexes.agencies(facts),
        "4": annexes.opinions(facts),
    }
    return _Report(parts, groups, rows, annexes.notes(facts, rows))


def report_passages(rollup: Rollup, unknown: Sequence[str] = (), sources: Sequence[Behind] = ()) -> tuple[Passage, ...]:
    """Every paragraph and table cell of the report that the rollup gave, in order, each with its figures."""
    report = _written(Facts(rollup, tuple(unknown)))
    out: list[Passage] = []

    def add(place: str, said: Said) -> None:
        out.append(Passage(place, said.text, said.figures))

    for tag, (place, part) in report.parts.items():
        for said in part:
            add(place, said)
        if tag == "ket_qua_chung":
            for name, paragraphs in report.groups:
                for said in paragraphs:
                    add(f"Mục II, {name}", said)
    for key, number in ANNEXES.items():
        for line, row in enumerate(report.rows[key], 1):
            for column, cell in row.items():
                if isinstance(cell, Said):
                    add(f"Phụ lục {number}, dòng {line}, {column}", cell)
        add(f"Phụ lục {number}", report.notes[key])
    rows = trace_annex.rows(sources) if sources else []
    for line, row in enumerate(rows, 1):
        for column, cell in row.items():
            if isinstance(cell, Said):
                add(f"Phụ lục nguồn số liệu, dòng {line}, {column}", cell)
    if rows:
        add("Phụ lục nguồn số liệu", trace_annex.note(sources, rows))
    return tuple(out)


def report_figures(rollup: Rollup, unknown: Sequence[str] = ()) -> tuple[Figure, ...]:
    """Every figure that the report shows, in order, with its name, unrounded value and the text that is shown."""
    return tuple(figure for passage in report_passages(rollup, unknown) for figure in passage.figures)
