"""Paper, margins, font and page numbers (NĐ 30, Phụ lục I, Phần I, Mục I)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dtxl.core.codes import Severity
from dtxl.layout.look import differences
from dtxl.layout.rule import Breach, Sheet, rule
from dtxl.model.paper import TWIPS_PER_MM, Paragraph, Run, Section

SIDES = (("top", "trên"), ("bottom", "dưới"), ("left", "trái"), ("right", "phải"))
_BLACK = frozenset({"auto", "000000", "windowtext"})
_CENTRE_TWIPS = 120


def mm(twips: float) -> str:
    """Twips as mm for people: "20", "15,5"."""
    return f"{twips / TWIPS_PER_MM:.1f}".replace(".", ",").removesuffix(",0")


def where(section: Section) -> str:
    """A section's name for people."""
    return f"phần trang {section.number + 1}"


@rule("PG-01")
def paper_size(sheet: Sheet) -> Iterator[Breach]:
    """A4, upright or turned."""
    page = sheet.profile.values["page"]
    for section in sheet.parts.paper.sections:
        sides = sorted((section.width / TWIPS_PER_MM, section.height / TWIPS_PER_MM))
        wanted = (page["width_mm"], page["height_mm"])
        if any(abs(side - want) > page["size_tolerance_mm"] for side, want in zip(sides, wanted, strict=True)):
            found = f"{mm(section.width)} x {mm(section.height)} mm"
            yield sheet.breach("PG-01", where(section), found)


def is_wide(section: Section) -> bool:
    """Whether its pages lie on their side."""
    return section.width > section.height


@rule("PG-02")
def turned(sheet: Sheet) -> Iterator[Breach]:
    """A turned page needs a table, or is an annex."""
    annexes = {annex.label.place.section for annex in sheet.parts.annexes}
    frame = (sheet.parts.head, sheet.parts.foot)
    with_tables = {table.section for table in sheet.parts.paper.tables if table not in frame}
    for section in sheet.parts.paper.sections:
        if is_wide(section) and section.number not in with_tables | annexes:
            yield sheet.breach("PG-02", where(section), "trang ngang không có bảng, biểu")


@rule("PG-03", "PG-04")
def margins(sheet: Sheet) -> Iterator[Breach]:
    """All four margins of every section; those of turned pages are advised only."""
    page: dict[str, Any] = sheet.profile.values["page"]
    for section in sheet.parts.paper.sections:
        for side, vi in SIDES:
            low, high = page[f"{side}_mm"]
            wide = getattr(section, side) / TWIPS_PER_MM
            if not low - page["margin_tolerance_mm"] <= wide <= high + page["margin_tolerance_mm"]:
                code = "PG-04" if is_wide(section) else "PG-03"
                yield sheet.breach(code, where(section), f"lề {vi} {mm(getattr(section, side))} mm")


@rule("PG-05", "PG-06")
def font(sheet: Sheet) -> Iterator[Breach]:
    """Times New Roman, black; one breach for all paragraphs of one fault, with the first of them."""
    wanted = sheet.profile.values["page"]["font"]
    faults: dict[tuple[str, str], list[Paragraph]] = {}
    for paragraph in (*sheet.parts.paper.paragraphs, *_furniture(sheet)):
        for run in paragraph.seen:
            if odd := sorted(name for name in run.fonts if name.casefold() != wanted.casefold()):
                faults.setdefault(("PG-05", f"phông chữ {odd[0] or 'không rõ'}"), []).append(paragraph)
            elif run.theme_font:
                faults.setdefault(("PG-06", "phông chữ lấy từ chủ đề"), []).append(paragraph)
            if not black(run) and not sheet.profile.is_mark(paragraph.text):
                kind = "link" if run.link else "text"
                faults.setdefault(("PG-05", f"màu chữ {run.color}|{kind}"), []).append(paragraph)
        if not unicodedata.is_normalized("NFC", paragraph.raw):
            faults.setdefault(("PG-05", "chữ và dấu ghi rời (Unicode tổ hợp)|composed"), []).append(paragraph)
    for (code, found), paragraphs in faults.items():
        words, _, kind = found.partition("|")
        count = len({p.place.number for p in paragraphs})
        more = f" (và {count - 1} đoạn khác)" if count > 1 else ""
        severity = Severity.WARNING if kind in ("link", "composed") else None
        name = "" if paragraphs[0].place.number else "đầu trang, chân trang"
        yield sheet.breach(code, name or paragraphs[0], words + more, severity=severity)


def _furniture(sheet: Sheet) -> Iterator[Paragraph]:
    """The paragraphs of headers and footers, each once, their number 0."""
    found = (
        p for s in sheet.parts.paper.sections for part in (s.headers, s.footers) for ps in part.values() for p in ps
    )
    for paragraph in dict.fromkeys(found):
        yield replace(paragraph, place=replace(paragraph.place, number=0))


def shown_in(section: Section, kind: str) -> list[Paragraph]:
    """The paragraphs of a kind of header that hold the page number."""
    return [p for p in section.headers.get(kind, ()) if "PAGE" in p.fields]


def only_numbers(section: Section) -> bool:
    """Whether its headers and footers hold nothing but page numbers: they may be laid anew."""
    kept = (p for part in (section.headers, section.footers) for found in part.values() for p in found if not p.blank)
    return all("PAGE" in p.fields and re.fullmatch(r"[-–\s\d]*", p.text) is not None and not p.picture for p in kept)


def black(run: Run) -> bool:
    """Whether a run is printed in black."""
    return run.color.lower() in _BLACK


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
        place = where(section)
        shown = [p for kind in ("default", *(("even",) if even else ())) for p in shown_in(section, kind)]
        below = [p for found in section.footers.values() for p in found if "PAGE" in p.fields]
        if below:
            yield sheet.breach("PN-03", place, "số trang ở chân trang")
        elif not shown and _long(sheet, section):
            yield sheet.breach("PN-03", place, "không có số trang ở lề trên")
        if shown:
            yield from _number_style(sheet, section, shown[0], place)


def _number_style(sheet: Sheet, section: Section, number: Paragraph, place: str) -> Iterator[Breach]:
    if section.number_format not in ("decimal", "numberInDash") or (
        section.number == 0 and section.number_start not in (None, 1)
    ):
        yield sheet.breach("PN-01", place, f"kiểu {section.number_format}, bắt đầu từ {section.number_start or 1}")
    found = "; ".join(differences(sheet.profile.looks["page_number"], number))
    if found:
        yield sheet.breach("PN-02", place, found)
    if number.align != "center" and not (number.centred_tab and "\t" in number.text):
        yield sheet.breach("PN-03", place, "số trang không ở giữa")
    elif section.header + number.size * 23 > section.top:
        yield sheet.breach("PN-03", place, f"số trang cách mép {mm(section.header)} mm, lấn xuống phần chữ")
    hidden = section.title_page and not shown_in(section, "first")
    if not hidden and section.number == 0:
        yield sheet.breach("PN-04", place, "trang thứ nhất có số trang")


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
        elif shown_in(section, "default") and (not section.title_page or shown_in(section, "first")):
            yield sheet.breach("PN-05", annex.label, "trang thứ nhất của phụ lục có số trang")
