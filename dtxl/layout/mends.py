"""What of a broken rule can be mended without touching a word's meaning: pages, page numbers, fonts, sizes, gaps.

What is not safe is left: a font of an old encoding (another font would change the letters), lines of one paragraph that
must look different, numbers, names, wording.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from dtxl.core.text import same_words
from dtxl.layout.body import flowing, lines_apart
from dtxl.layout.finding import find_parts
from dtxl.layout.head import HYPHENS, MOTTO
from dtxl.layout.look import ALIGNED, PARTS, dressed, in_look
from dtxl.layout.pages import SIDES, black, is_wide, mm, only_numbers, page_numbers, shown_in, where
from dtxl.layout.profile import Look, Profile, profile
from dtxl.layout.rule import Sheet, named, text_mm
from dtxl.model.paper import TWIPS_PER_MM, Mend, Paper, Paragraph, Section

# Fonts of another encoding or of signs: their letters would become others.
_LEGACY = re.compile(r"(?i)^(?:\.vn|vni|vi |vps|vn)|symbol|wingding|webding|dingbat|marlett|math")
# Parts whose weight, slant and alignment are as sure as what they say; those of ô 2 depend on where one name ends.
_SURE = frozenset({"nation", "motto", "number", "date", "type_name", "subject", "letter_subject", "signer", "copies",
                   "copy_items", "annex_label", "annex_attached"})  # fmt: skip


_HEADER = round(10 * TWIPS_PER_MM)


def mends(paper: Paper, *, rules: Profile | None = None) -> tuple[Mend, ...]:
    """The changes that a document wants, each named once; nothing for what is no administrative document."""
    rules = rules or profile()
    parts = find_parts(paper, rules)
    if not parts.official:
        return ()
    sheet = Sheet(parts, rules)
    found = (
        change
        for make in (_pages, _numbers, _letters, _fonts, _looks, _head, _motto, _day, _body)
        for change in make(sheet)
    )
    return tuple(dict.fromkeys(found))


# The rules that have mends of their own below; those of the sizes of parts come with the profile's looks.
_MENDED = frozenset({
    "PG-01", "PG-03", "PG-05", "PG-06", "PN-01", "PN-02", "PN-03", "PN-04", "PN-05", "HD-03", "HD-05", "HD-12", "TL-04",
    "BD-01", "BD-02", "BD-03", "BD-04", "BD-05",
})  # fmt: skip


def mendable(rules: Profile | None = None) -> frozenset[str]:
    """The rules of which something can be mended."""
    looks = (rules or profile()).looks
    return _MENDED | {looks[key].rule for key in (*PARTS, *_SURE) if looks[key].size is not None}


def _at(sheet: Sheet, code: str, paragraph: Paragraph, found: str, made: str, *, name: str = "", **action: Any) -> Mend:
    place = sheet.breach(code, paragraph, found, name=name).place
    line = paragraph.line if "look" in action else -1
    return Mend(code, place, found, made, paragraph=paragraph.place.number, line=line, **action)


def _side_by_side(paragraph: Paragraph) -> bool:
    return paragraph.broken and paragraph.line < 0


# --- pages


def _pages(sheet: Sheet) -> Iterator[Mend]:
    """A4 and the margins; of turned pages the paper only."""
    page = sheet.profile.values["page"]
    for section in sheet.parts.paper.sections:
        sides = (page["width_mm"], page["height_mm"])
        wanted = tuple(round(side * TWIPS_PER_MM) for side in (reversed(sides) if is_wide(section) else sides))
        off = page["size_tolerance_mm"] * TWIPS_PER_MM
        if any(abs(a - b) > off for a, b in zip((section.width, section.height), wanted, strict=True)):
            found, made = (f"{mm(w)} x {mm(h)} mm" for w, h in ((section.width, section.height), wanted))
            yield Mend("PG-01", where(section), found, made, section=section.number,
                       page=(("width", wanted[0]), ("height", wanted[1])))  # fmt: skip
        if is_wide(section):
            continue
        for side, vi in SIDES:
            low, high = page[f"{side}_mm"]
            now = getattr(section, side) / TWIPS_PER_MM
            if not low - page["margin_tolerance_mm"] <= now <= high + page["margin_tolerance_mm"]:
                twips = round((low if now < low else high) * TWIPS_PER_MM)
                gutter = (("gutter", 0),) if side == "left" else ()
                found, made = (f"lề {vi} {mm(wide)} mm" for wide in (getattr(section, side), twips))
                action = ((side, twips), *gutter)
                yield Mend("PG-03", where(section), found, made, section=section.number, page=action)


def _numbers(sheet: Sheet) -> Iterator[Mend]:
    """Page numbers: in the header, in the middle, from 1, hidden on page one. Headers that hold more than a number are
    left: what would happen to the rest is for people to say."""
    paper = sheet.parts.paper
    plain = all(only_numbers(section) for section in paper.sections)
    broken = list(page_numbers(sheet))
    for section in paper.sections:
        for breach in (b for b in broken if b.place == where(section)):
            if breach.code == "PN-01":
                yield Mend("PN-01", breach.place, breach.found, "chữ số Ả Rập, từ 1", section=section.number,
                           page=(("start", 1),))  # fmt: skip
            elif breach.found.startswith("số trang cách mép"):
                if section.header <= _HEADER:
                    continue  # the margin is too small, which is mended first
                yield Mend("PN-03", breach.place, breach.found, "cách mép 10 mm", section=section.number,
                           page=(("header", _HEADER),))  # fmt: skip
            elif plain:
                made = "ở giữa lề trên, cỡ 14, không hiện ở trang thứ nhất"
                yield Mend(breach.code, breach.place, breach.found, made, section=section.number, number=True)
    if sheet.parts.nation:
        yield from _annex_numbers(sheet, plain)


def _annex_numbers(sheet: Sheet, plain: bool) -> Iterator[Mend]:
    sections = sheet.parts.paper.sections
    starts = Counter(annex.label.place.section for annex in sheet.parts.annexes)
    for annex in sheet.parts.annexes:
        section: Section = sections[min(annex.label.place.section, len(sections) - 1)]
        if section.number == 0 or starts[section.number] > 1 or not section.new_page:
            continue
        if section.number_start != 1:
            yield Mend("PN-05", where(section), "số trang nối tiếp phần trước", "số trang từ 1", section=section.number,
                       page=(("start", 1),))  # fmt: skip
        hidden = section.title_page and not shown_in(section, "first")
        if plain and shown_in(section, "default") and not hidden:
            yield Mend("PN-05", where(section), "trang thứ nhất của phụ lục có số trang", "không hiện ở trang thứ nhất",
                       section=section.number, number=True)  # fmt: skip


# --- letters and fonts


def _letters(sheet: Sheet) -> Iterator[Mend]:
    """Letters with their marks in one piece."""
    for paragraph in sheet.parts.paper.paragraphs:
        made = unicodedata.normalize("NFC", paragraph.raw)
        if made != paragraph.raw:
            yield _at(sheet, "PG-05", paragraph, "chữ và dấu ghi rời (Unicode tổ hợp)", "Unicode dựng sẵn",
                      text=(paragraph.raw, made))  # fmt: skip


def _fonts(sheet: Sheet) -> Iterator[Mend]:
    """Times New Roman and black, where that changes no letter."""
    wanted = sheet.profile.values["page"]["font"]
    for paragraph in sheet.parts.paper.paragraphs:
        names = {name for run in paragraph.seen for name in run.fonts}
        odd = sorted(name for name in names if name.casefold() != wanted.casefold())
        themed = any(run.theme_font for run in paragraph.seen)
        if (odd or themed) and not any(_LEGACY.search(name) for name in odd):
            found = f"phông chữ {odd[0] or 'không rõ'}" if odd else "phông chữ lấy từ chủ đề"
            yield _at(sheet, "PG-05" if odd else "PG-06", paragraph, found, wanted, look=(("font", wanted),))
        colors = sorted({run.color for run in paragraph.seen if not black(run) and not run.link})
        if colors and not sheet.profile.is_mark(paragraph.text):
            yield _at(sheet, "PG-05", paragraph, f"màu chữ {colors[0]}", "màu đen", look=(("color", "000000"),))


# --- the parts around the body


def _looks(sheet: Sheet) -> Iterator[Mend]:
    """Sizes of known parts; weight, slant and alignment of those that cannot be mistaken."""
    for key, paragraph in dressed(sheet):
        if _side_by_side(paragraph) or key in _BODY:
            continue  # what stands in one line is not told apart in the file; the body has one size, below
        look = sheet.profile.looks[key]
        yield from _dress(sheet, key, look, paragraph)


_BODY = frozenset({"body", "grounds", "article", "roman", "clause_title"})


def _dress(sheet: Sheet, key: str, look: Look, paragraph: Paragraph) -> Iterator[Mend]:
    runs = [run for run in paragraph.seen if not run.superscript]
    if look.size is not None and runs and not all(in_look(look, run) for run in runs):
        low, high = look.size
        size = min(max(paragraph.size, low), high)
        if key == "nation" and paragraph.room:  # on one line where a size of its range can do that
            bold = replace(paragraph, runs=tuple(replace(run, size=size, bold=True) for run in paragraph.runs))
            size = low if text_mm(bold) > paragraph.room / TWIPS_PER_MM else size
        odd = next(run.size for run in runs if not in_look(look, run))
        yield _at(sheet, look.rule, paragraph, f"cỡ {named(odd)}", f"cỡ {named(size)}", name=look.name,
                  look=(("size", size),))  # fmt: skip
    if key not in _SURE:
        return
    for name, wanted, words in (("bold", look.bold, "đậm"), ("italic", look.italic, "nghiêng")):
        if wanted is not None and any(getattr(run, name) is not wanted for run in paragraph.seen):
            yes, no = f"chữ {words}", f"chữ không {words}"
            yield _at(sheet, look.rule, paragraph, no if wanted else yes, yes if wanted else no, name=look.name,
                      look=((name, wanted),))  # fmt: skip
    alone = paragraph.place.table or key not in ("nation", "motto", "number", "date")
    if look.align and paragraph.align not in (look.align, "both" if look.align == "left" else "") and alone:
        yield _at(sheet, look.rule, paragraph, ALIGNED.get(paragraph.align, paragraph.align), ALIGNED[look.align],
                  name=look.name, form=(("align", look.align),))  # fmt: skip


def _head(sheet: Sheet) -> Iterator[Mend]:
    """Quốc hiệu and Tiêu ngữ close to each other; 6 pt above the subject of a công văn."""
    for first, second in zip(sheet.parts.nation, sheet.parts.motto, strict=False):
        if first.place.number != second.place.number:
            for paragraph, side in ((first, "after"), (second, "before")):
                if (gap := getattr(paragraph, side)) > sheet.profile.values["lines"]["gap_pt"]:
                    yield _at(sheet, "HD-05", paragraph, f"cách {named(gap)} pt", "cách 0 pt", form=((side, 0.0),))
                if paragraph.rule == "auto" and paragraph.spacing > 245:
                    yield _at(
                        sheet, "HD-05", paragraph, "giãn dòng lớn hơn dòng đơn", "dòng đơn", form=(("lines", 1.0),)
                    )
    if sheet.parts.kind == "công văn" and sheet.parts.number:
        low, _ = sheet.profile.values["letter_subject"]["gap_pt"]
        for paragraph in sheet.parts.letter_subject[:1]:
            gap = max(paragraph.before, sheet.parts.number[0].after)
            if gap < low and paragraph.place.number != sheet.parts.number[0].place.number:
                yield _at(sheet, "TL-04", paragraph, f"cách {named(gap)} pt", "cách 6 pt", form=(("before", 6.0),))


def _motto(sheet: Sheet) -> Iterator[Mend]:
    """Short hyphens with their spaces in Tiêu ngữ."""
    for paragraph in sheet.parts.motto:
        made = HYPHENS.sub("-", paragraph.raw)
        if made != paragraph.raw and same_words(made) == same_words(MOTTO):
            whole = next(p.raw for p in sheet.parts.paper.paragraphs if p.place.number == paragraph.place.number)
            text = (whole, whole.replace(paragraph.raw, made))
            yield _at(sheet, "HD-03", paragraph, "gạch dài", "gạch nối ngắn (-)", name="Tiêu ngữ", text=text)


def _day(sheet: Sheet) -> Iterator[Mend]:
    """A zero before days under 10 and before the months 1 and 2; none before the others."""
    for paragraph in sheet.parts.date:
        text = paragraph.raw
        made = re.sub(r"(?<=ngày )(?=[1-9]\b)|(?<=tháng )(?=[12]\b)", "0", text)
        made = re.sub(r"(?<=tháng )0(?=[3-9]\b)", "", made)
        if made != text and not paragraph.broken:
            yield _at(sheet, "HD-12", paragraph, " ".join(text.split()), " ".join(made.split()), text=(text, made))


# --- the body


def _body(sheet: Sheet) -> Iterator[Mend]:
    """One size, both edges straight, first lines in by 1 cm, 6 pt between paragraphs, one to one and a half lines."""
    values = sheet.profile.values["body"]
    _, high = sheet.profile.looks["body"].size or (13.0, 14.0)
    flow = list(flowing(sheet))
    sizes = Counter(p.size for p in flow if p.size in values["even_sizes"])
    usual = sizes.most_common(1)[0][0] if sizes else high
    indents = Counter(w for p in flow for w in values["first_line_twips"] if _stands(p, w, values))
    inward = indents.most_common(1)[0][0] if indents else values["first_line_twips"][0]
    for paragraph in flow:
        yield from _size(sheet, paragraph, usual)
        yield from _edges(sheet, paragraph, inward, values)
    yield from _gaps(sheet, [piece.paragraph for piece in sheet.pieces], values)


def _stands(paragraph: Paragraph, wanted: int, values: Any) -> bool:
    return abs(paragraph.first + paragraph.left - wanted) <= values["first_line_tolerance"]


def _size(sheet: Sheet, paragraph: Paragraph, usual: float) -> Iterator[Mend]:
    odd = sorted({run.size for run in paragraph.seen if not run.superscript and run.size != usual})
    if odd:
        yield _at(sheet, "BD-01", paragraph, f"cỡ {named(odd[0])}", f"cỡ {named(usual)}", name="Nội dung",
                  look=(("size", usual),))  # fmt: skip


def _edges(sheet: Sheet, paragraph: Paragraph, inward: int, values: Any) -> Iterator[Mend]:
    if paragraph.align != "both" and not paragraph.picture:
        found, made = ALIGNED.get(paragraph.align, "canh khác"), ALIGNED["both"]
        yield _at(sheet, "BD-02", paragraph, found, made, name="Nội dung", form=(("align", "both"),))
    by_hand = paragraph.text.startswith(("\t", "  ", "\u00a0"))
    good = any(_stands(paragraph, wanted, values) for wanted in values["first_line_twips"])
    far = paragraph.left > values["first_line_tolerance"] + max(0, -paragraph.first) + inward
    if (not good or far) and not by_hand and paragraph.align != "center":
        found = f"lùi {(paragraph.first + paragraph.left) / TWIPS_PER_MM / 10:.2f} cm".replace(".", ",")
        made = f"lùi {inward / TWIPS_PER_MM / 10:.2f} cm".replace(".", ",")
        yield _at(sheet, "BD-03", paragraph, found, made, name="Nội dung", form=(("left", 0), ("first", inward)))
    low, high = values["line_spacing"]
    lines = lines_apart(sheet, paragraph)
    if not low * (1 - values["line_tolerance"]) <= lines <= high * (1 + values["line_tolerance"]):
        wanted = low if lines < low else high
        yield _at(sheet, "BD-05", paragraph, f"{lines:.2f} dòng".replace(".", ","), f"{named(wanted)} dòng",
                  name="Nội dung", form=(("lines", wanted),))  # fmt: skip


def _gaps(sheet: Sheet, flow: list[Paragraph], values: Any) -> Iterator[Mend]:
    numbers = {p.place.number: n for n, p in enumerate(sheet.parts.paper.paragraphs)}
    for above, below in pairwise(flow):
        if numbers[below.place.number] - numbers[above.place.number] != 1 or above.place.section != below.place.section:
            continue
        close = above.contextual and below.contextual and above.style == below.style
        gap = 0.0 if close else max(above.after, below.before)
        if gap < values["gap_pt"] - values["gap_tolerance_pt"]:
            form: tuple[tuple[str, float | bool], ...] = (("after", values["gap_pt"]),)
            yield _at(sheet, "BD-04", above, f"cách đoạn dưới {named(gap)} pt", f"cách {named(values['gap_pt'])} pt",
                      name="Nội dung", form=(*form, ("contextual", False)) if close else form)  # fmt: skip
