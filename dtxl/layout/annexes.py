"""Phụ lục, marks of urgency and circulation, the drafter's mark, the address (Phụ lục I, Phần I, Mục III)."""

import re
from collections.abc import Iterator

from dtxl.core.text import fold, roman, tidy
from dtxl.layout.look import compare, is_drafter
from dtxl.layout.rule import Breach, Sheet, rule
from dtxl.model.paper import Paragraph


@rule("PL-01")
def mentioned(sheet: Sheet) -> Iterator[Breach]:
    """The text leads to its annexes: to each by its number, or to all of them."""
    if not sheet.parts.annexes or not sheet.parts.nation:
        return
    text = tidy(" ".join(p.text for p in sheet.parts.body) + " " + _tables(sheet))
    if not re.search(r"[Pp]hụ lục", text):
        yield sheet.breach("PL-01", sheet.parts.annexes[0].label, "nội dung không nhắc đến phụ lục")
        return
    named = {match[1] for match in re.finditer(r"[Pp]hụ lục (?:số )?([IVXLC]+)\b", text)}
    listed = re.search(r"[Cc]ác [Pp]hụ lục|[Pp]hụ lục (?:kèm theo|gửi kèm)", text)
    ranged = re.search(r"[Pp]hụ lục [IVXLC]+(?:, [IVXLC]+)*(?: (?:và|đến) (?:[Pp]hụ lục )?[IVXLC]+)", text)
    if named and not listed and not ranged:
        for annex in sheet.parts.annexes:
            number = tidy(annex.label.text).rpartition(" ")[2]
            if re.fullmatch("[IVXLC]+", number) and number not in named:
                yield sheet.breach("PL-01", annex.label, "nội dung không nhắc đến phụ lục này")


def _tables(sheet: Sheet) -> str:
    """The text of the tables of the main part: an annex may be mentioned there."""
    first = sheet.parts.annexes[0].label.place.number
    return " ".join(p.text for p in sheet.parts.paper.paragraphs if p.place.table and p.place.number < first)


@rule("PL-02", "PL-03")
def numbers(sheet: Sheet) -> Iterator[Breach]:
    """Two and more annexes: Roman numbers in their order."""
    annexes = sheet.parts.annexes
    for position, annex in enumerate(annexes, 1):
        text = tidy(annex.label.text)
        number = text.rpartition(" ")[2] if " " in text.removeprefix("Phụ lục") else ""
        if len(annexes) > 1 and number.rstrip(".:") != roman(min(position, 39)):
            yield sheet.breach(
                "PL-02", annex.label, f"số thứ tự {number or 'không có'}, cần {roman(min(position, 39))}"
            )
        elif not sheet.matches("annex", text) and text != text.upper():
            yield sheet.breach("PL-03", annex.label, "không có dạng “Phụ lục I”", name="Phụ lục")


@rule("PL-04", "PL-05", "PL-06")
def heads(sheet: Sheet) -> Iterator[Breach]:
    """A title, and "(Kèm theo …)" below it; on paper its blanks are filled."""
    for annex in sheet.parts.annexes:
        if not annex.title and sheet.parts.nation:
            yield sheet.breach("PL-04", annex.label, "không có tên phụ lục", name="Phụ lục")
        if not annex.attached:
            yield sheet.breach("PL-05", annex.label, "không có dòng “(Kèm theo …)”", name="Phụ lục")
            continue
        text = tidy(" ".join(p.text for p in annex.attached))
        if not sheet.matches("attached", _blanks(text)):
            yield sheet.breach("PL-05", annex.attached[0], "không đúng cách ghi", name="Phụ lục")
        elif not sheet.draft and re.search(r"số\s*/|ngày\s+tháng|ngày\s*[….]", text):
            yield sheet.breach("PL-06", annex.attached[0], "chưa ghi số hoặc ngày", name="Phụ lục")


def _blanks(text: str) -> str:
    """Blanks of a draft as the pattern takes them: "ngày tháng 3" with a space for the day."""
    return re.sub(r"ngày\s*tháng", "ngày  tháng", re.sub(r"tháng\s*năm", "tháng  năm", text))


@rule("PL-09")
def no_head(sheet: Sheet) -> Iterator[Breach]:
    """An annex has no Quốc hiệu of its own."""
    for annex in sheet.parts.annexes:
        for paragraph in annex.rest[:6]:
            if "cong hoa xa hoi chu nghia" in fold(paragraph.text):
                yield sheet.breach("PL-09", paragraph, "phụ lục có Quốc hiệu", name="Phụ lục")


@rule("PL-08")
def signed_apart(sheet: Sheet) -> Iterator[Breach]:
    """An annex in a file of its own: what its electronic signature prints."""
    signed = [p for p in sheet.parts.paper.paragraphs[:3] if sheet.matches("signed", tidy(p.text))]
    yield from compare(sheet, "signed", signed)


@rule("KH-01", "KH-03")
def framed(sheet: Sheet) -> Iterator[Breach]:
    """HỎA TỐC and its like, XEM XONG TRẢ LẠI: how they look, in a frame of the right size."""
    boxed = [p for p in sheet.parts.paper.paragraphs if p.place.box and sheet.profile.is_mark(p.text)]
    loose = [p for p in sheet.parts.marks if not p.place.box]
    for paragraph in (*loose, *boxed):
        key = sheet.profile.marks[fold(paragraph.text)]
        yield from compare(sheet, key, [paragraph])
        name, code = sheet.profile.looks[key].name, sheet.profile.looks[key].rule
        if not paragraph.place.box and not any(line.kind == "border" for line in paragraph.lines):
            yield sheet.breach(code, paragraph, "không có khung", name=name)
        elif key == "urgent" and paragraph.frame[0] and _other_frame(sheet, paragraph):
            wide, high = (f"{side:.0f}" for side in paragraph.frame)
            yield sheet.breach(code, paragraph, f"khung {wide} x {high} mm", name=name)


def _other_frame(sheet: Sheet, paragraph: Paragraph) -> bool:
    """Whether the box of a mark of urgency has another size than the decree gives."""
    sizes = {fold(text): size for text, size in sheet.profile.values["urgent"].items()}
    off = sheet.profile.values["annex"]["frame_mm"]
    return any(abs(a - b) > off for a, b in zip(paragraph.frame, sizes[fold(paragraph.text)], strict=True))


@rule("KH-04")
def drafter(sheet: Sheet) -> Iterator[Breach]:
    """The drafter's mark below Nơi nhận: capitals and the number of copies."""
    for paragraph in sheet.parts.copy_items:
        if is_drafter(paragraph) and not sheet.matches("drafter", tidy(paragraph.text)):
            yield sheet.breach("KH-04", paragraph, "ký hiệu người soạn thảo không viết hoa")


@rule("KH-05")
def address(sheet: Sheet) -> Iterator[Breach]:
    """What stands in the footer of the first page."""
    first = sheet.parts.paper.sections[0]
    kind = "first" if first.title_page else "default"
    found = [p for p in first.footers.get(kind, ()) if p.seen and "PAGE" not in p.fields]
    yield from compare(sheet, "address", found)
    if kind == "default" and found:
        yield sheet.breach("KH-05", "chân trang", "địa chỉ cơ quan ở mọi trang, không chỉ trang thứ nhất")
