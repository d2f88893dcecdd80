"""Paper, margins, font and page numbers (NĐ 30, Phụ lục I, Phần I, Mục I)."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from dtxl.core.codes import Severity
from dtxl.layout.look import differences
from dtxl.layout.rule import Breach, Sheet, rule
from dtxl.model.paper import TWIPS_PER_MM, Paragraph, Section

_SIDES = (("top", "trên"), ("bottom", "dưới"), ("left", "trái"), ("right", "phải"))
_BLACK = frozenset({"auto", "000000", "windowtext"})
_CENTRE_TWIPS = 120


def _mm(twips: float) -> str:
    return f"{twips / TWIPS_PER_MM:.1f}".replace(".", ",").removesuffix(",0")


def _where(section: Section) -> str:
    return f"phần trang {section.number + 1}"


@rule("PG-01")
def paper_size(sheet: Sheet) -> Iterator[Breach]:
    """A4, upright or turned."""
    page = sheet.profile.values["page"]
    for section in sheet.parts.paper.sections:
        sides = sorted((section.width / TWIPS_PER_MM, section.height / TWIPS_PER_MM))
        wanted = (page["width_mm"], page["height_mm"])
        if any(abs(side - want) > page["size_tolerance_mm"] for side, want in zip(sides, wanted, strict=True)):
            found = f"{_mm(section.width)} x {_mm(section.height)} mm"
            yield sheet.breach("PG-01", _where(section), found)


def _wide(section: Section) -> bool:
    return section.width > section.height


@rule("PG-02")
def turned(sheet: Sheet) -> Iterator[Breach]:
    """A turned page needs a table, or is an annex."""
    annexes = {annex.label.place.section for annex in sheet.parts.annexes}
    frame = (sheet.parts.head, sheet.parts.foot)
    with_tables = {table.section for table in sheet.parts.paper.tables if table not in frame}
    for section in sheet.parts.paper.sections:
        if _wide(section) and section.number not in with_tables | annexes:
            yield sheet.breach("PG-02", _where(section), "trang ngang không có bảng, biểu")


@rule("PG-03", "PG-04")
def margins(sheet: Sheet) -> Iterator[Breach]:
    """All four margins of every section; those of turned pages are advised only."""
    page: dict[str, Any] = sheet.profile.values["page"]
    for section in sheet.parts.paper.sections:
        for side, vi in _SIDES:
            low, high = page[f"{side}_mm"]
            mm = getattr(section, side) / TWIPS_PER_MM
            if not low - page["margin_tolerance_mm"] <= mm <= high + page["margin_tolerance_mm"]:
                code = "PG-04" if _wide(section) else "PG-03"
                yield sheet.breach(code, _where(section), f"lề {vi} {_mm(getattr(section, side))} mm")


@rule("PG-05", "PG-06")
def font(sheet: Sheet) -> Iterator[Breach]:
    """Times New Roman, black; one breach for all paragraphs of one fault, with the first of them."""
    wanted = sheet.profile.values["page"]["font"]
    faults: dict[tuple[str, str], list[Paragraph]] = {}
    for paragraph in sheet.parts.paper.paragraphs:
        for run in paragraph.seen:
            if odd := sorted(name for name in run.fonts if name != wanted):
                faults.setdefault(("PG-05", f"phông chữ {odd[0] or 'không rõ'}"), []).append(paragraph)
            elif run.theme_font:
                faults.setdefault(("PG-06", "phông chữ lấy từ chủ đề"), []).append(paragraph)
            if run.color.lower() not in _BLACK:
                kind = "link" if run.link else "text"
                faults.setdefault(("PG-05", f"màu chữ {run.color}|{kind}"), []).append(paragraph)
    for (code, found), paragraphs in faults.items():
        words, _, kind = found.partition("|")
        count = len({p.place.number for p in paragraphs})
        more = f" (và {count - 1} đoạn khác)" if count > 1 else ""
        severity = Severity.WARNING if kind == "link" else None
        yield sheet.breach(code, paragraphs[0], words + more, severity=severity)


def _numbers(section: Section, kind: str) -> list[Paragraph]:
    return [p for p in section.headers.get(kind, ()) if "PAGE" in p.fields]


def _long(sheet: Sheet, section: Section) -> bool:
    """Whether a section may have a second page: it holds more than a page's worth of lines."""
    lines = sum(
        1 + len(p.text) // 80 for p in sheet.parts.paper.paragraphs if p.place.section == section.number and not p.blank
    )
    return lines > 30


@rule("PN-01", "PN-02", "PN-03", "PN-04")
def page_numbers(sheet: Sheet) -> Iterator[Breach]:
    """The number stands in the header, in the middle, not on page one."""
    even = sheet.parts.paper.even_headers
    for section in sheet.parts.paper.sections:
        where = _where(section)
        shown = [p for kind in ("default", *(("even",) if even else ())) for p in _numbers(section, kind)]
        below = [p for found in section.footers.values() for p in found if "PAGE" in p.fields]
        if below:
            yield sheet.breach("PN-03", where, "số trang ở chân trang")
        elif not shown and _long(sheet, section):
            yield sheet.breach("PN-03", where, "không có số trang ở lề trên")
        if shown:
            yield from _number_style(sheet, section, shown[0], where)


def _number_style(sheet: Sheet, section: Section, number: Paragraph, where: str) -> Iterator[Breach]:
    if section.number_format not in ("decimal", "numberInDash") or (
        section.number == 0 and section.number_start not in (None, 1)
    ):
        yield sheet.breach("PN-01", where, f"kiểu {section.number_format}, bắt đầu từ {section.number_start or 1}")
    found = "; ".join(differences(sheet.profile.looks["page_number"], number))
    if found:
        yield sheet.breach("PN-02", where, found)
    if number.align != "center" and not (number.centred_tab and "\t" in number.text):
        yield sheet.breach("PN-03", where, "số trang không ở giữa")
    elif section.header + number.size * 23 > section.top:
        yield sheet.breach("PN-03", where, f"số trang cách mép {_mm(section.header)} mm, lấn xuống phần chữ")
    hidden = section.title_page and not _numbers(section, "first")
    if not hidden and section.number == 0:
        yield sheet.breach("PN-04", where, "trang thứ nhất có số trang")


@rule("PN-05", "PL-07")
def annex_pages(sheet: Sheet) -> Iterator[Breach]:
    """Every annex starts its own section of pages, counted from 1, the first without its number."""
    sections = sheet.parts.paper.sections
    starts = Counter(annex.label.place.section for annex in sheet.parts.annexes)
    if not sheet.parts.nation:
        return  # an annex in a file of its own is the whole file
    for annex in sheet.parts.annexes:
        section = sections[min(annex.label.place.section, len(sections) - 1)]
        if section.number == 0 or starts[section.number] > 1 or not section.new_page:
            yield sheet.breach("PL-07", annex.label, "phụ lục không bắt đầu ở một phần trang riêng")
        elif section.number_start != 1:
            yield sheet.breach("PN-05", annex.label, "số trang nối tiếp phần trước")
        elif _numbers(section, "default") and (not section.title_page or _numbers(section, "first")):
            yield sheet.breach("PN-05", annex.label, "trang thứ nhất của phụ lục có số trang")
