"""Quốc hiệu to Trích yếu: what they say and the lines below them (NĐ 30, Phụ lục I, Phần I, Mục II.1 to II.5)."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from dtxl.core.codes import Severity
from dtxl.core.text import fold, same_words, tidy
from dtxl.layout.elements import is_line
from dtxl.layout.rule import Breach, Sheet, named, rule, text_mm
from dtxl.model.paper import TWIPS_PER_MM, Line, Paragraph

NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_LEVEL_PT = 1.0
HYPHENS = re.compile("[\u2010-\u2015\u2212]")


def _exact(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip()


@rule("HD-01")
def nation(sheet: Sheet) -> Iterator[Breach]:
    """Quốc hiệu is there, says what it must, and stands on the right of the head."""
    parts = sheet.parts
    if not parts.nation:
        if parts.annex_only:
            return
        yield sheet.breach("HD-01", "phần đầu văn bản", "không có Quốc hiệu")
        return
    found = parts.nation[0]
    if same_words(_exact(found.text)) != same_words(NATION):
        yield sheet.breach("HD-01", found, "khác với Quốc hiệu", name="Quốc hiệu")
    if parts.head is not None and found.place.cell == 1 and len(parts.head.rows[0]) > 1:
        yield sheet.breach("HD-01", found, "ở bên trái", name="Quốc hiệu")


@rule("HD-02")
def nation_on_one_line(sheet: Sheet) -> Iterator[Breach]:
    """Quốc hiệu fits its cell."""
    for found in sheet.parts.nation:
        wide, room = text_mm(found), found.room / TWIPS_PER_MM
        if room and wide > room + sheet.profile.values["lines"]["nation_room_mm"]:
            yield sheet.breach("HD-02", found, f"dài {wide:.0f} mm, chỗ ghi rộng {room:.0f} mm", name="Quốc hiệu")


@rule("HD-03")
def motto(sheet: Sheet) -> Iterator[Breach]:
    """Tiêu ngữ to the letter: hyphens, not dashes, with a space on both sides."""
    parts = sheet.parts
    if not parts.motto:
        if parts.nation:
            yield sheet.breach("HD-03", "phần đầu văn bản", "không có Tiêu ngữ")
        return
    text = _exact(parts.motto[0].text)
    if HYPHENS.search(text):
        yield sheet.breach("HD-03", parts.motto[0], "gạch dài thay cho gạch nối (-)", name="Tiêu ngữ")
    elif text != MOTTO and text.upper() != text:
        yield sheet.breach("HD-03", parts.motto[0], "khác với Tiêu ngữ", name="Tiêu ngữ")


def _below(paragraphs: Sequence[Paragraph]) -> tuple[Line, Paragraph] | None:
    """The line that stands for a part, and its paragraph; underscores count by their length."""
    for paragraph in paragraphs:
        for line in paragraph.lines:
            return line, paragraph
        if is_line(paragraph) and paragraph.text.strip():
            return Line("underscores", text_mm(paragraph)), paragraph
    return None


def _rule_line(
    sheet: Sheet,
    code: str,
    name: str,
    below: Sequence[Paragraph],
    texts: Sequence[Paragraph],
    shares: Sequence[float],
    proper: Callable[[str], str] = str,
) -> Iterator[Breach]:
    """A line below `texts`, as long as `shares` of the longest of them or of the last one, and in the middle.

    `proper` gives a text as it should read: a wrong case is another rule's matter, not the line's.
    """
    found = _below(below)
    if found is None:
        underlined = any(run.underline for text in texts for run in text.seen)
        what = "gạch chân chữ thay cho đường kẻ" if underlined else "không có đường kẻ"
        yield sheet.breach(code, texts[-1], what, name=name)
        return
    line, paragraph = found
    lengths = [text_mm(text, proper) for text in texts]
    wanted = {max(lengths), lengths[-1]}
    if not any(shares[0] * length <= line.mm <= shares[1] * length for length in wanted):
        share = line.mm / max(lengths) * 100 if max(lengths) else 0.0
        what = f"đường kẻ dài {line.mm:.0f} mm, bằng {share:.0f}% dòng chữ ({max(lengths):.0f} mm)".replace(".", ",")
        yield sheet.breach(code, paragraph, what, name=name)
    elif _off_centre(line) > sheet.profile.values["lines"]["centre_mm"]:
        yield sheet.breach(code, paragraph, f"đường kẻ lệch {_off_centre(line):.0f} mm so với giữa", name=name)
    if line.kind == "underscores":
        yield sheet.breach(
            code, paragraph, "đường kẻ bằng dấu gạch dưới", name=name, severity=Severity.WARNING
        )  # fmt: skip


def _off_centre(line: Line) -> float:
    if line.left_mm is None or not line.room_mm:
        return 0.0
    return abs(line.left_mm + line.mm / 2 - line.room_mm / 2)


def _motto(text: str) -> str:
    return MOTTO if same_words(text) == same_words(MOTTO) else text


@rule("HD-04")
def motto_line(sheet: Sheet) -> Iterator[Breach]:
    """The line below Tiêu ngữ is as long as it."""
    if sheet.parts.motto:
        shares = sheet.profile.values["lines"]["motto"]
        yield from _rule_line(sheet, "HD-04", "Tiêu ngữ", sheet.parts.motto_line, sheet.parts.motto, shares, _motto)


@rule("HD-05")
def nation_and_motto_close(sheet: Sheet) -> Iterator[Breach]:
    """Quốc hiệu and Tiêu ngữ: single spacing, no gap between them."""
    limit = sheet.profile.values["lines"]["gap_pt"]
    for first, second in zip(sheet.parts.nation, sheet.parts.motto, strict=False):
        if (gap := max(first.after, second.before)) > limit:
            yield sheet.breach("HD-05", second, f"cách nhau {named(gap)} pt")
        if not all(_single(p) for p in (first, second)):
            yield sheet.breach("HD-05", first, "giãn dòng lớn hơn dòng đơn")


def _single(paragraph: Paragraph) -> bool:
    if paragraph.rule == "auto":
        return paragraph.spacing <= 245
    return paragraph.spacing <= paragraph.size * 1.25 * 20


@rule("HD-07")
def issuer(sheet: Sheet) -> Iterator[Breach]:
    """Ô 2 is filled; its lines stand close."""
    if not sheet.parts.nation:
        return
    if not sheet.parts.issuer:
        yield sheet.breach("HD-07", "phần đầu văn bản", "không có tên cơ quan ban hành")
    for line in sheet.parts.issuer:
        if not _single(line):
            yield sheet.breach("HD-07", line, "giãn dòng lớn hơn dòng đơn", name="Tên cơ quan ban hành")
            return


@rule("HD-08")
def issuer_line(sheet: Sheet) -> Iterator[Breach]:
    """A line of a third to a half below the issuer."""
    if sheet.parts.issuer and sheet.parts.nation:
        shares = sheet.profile.values["lines"]["share"]
        name = "Tên cơ quan ban hành"
        yield from _rule_line(sheet, "HD-08", name, sheet.parts.issuer_line, sheet.parts.issuer, shares, str.upper)


@rule("HD-09", "HD-14")
def number(sheet: Sheet) -> Iterator[Breach]:
    """Số and ký hiệu: padded, no spaces; a draft's number may be blank."""
    if not sheet.parts.number:
        if sheet.parts.nation:
            yield sheet.breach("HD-09", "phần đầu văn bản", "không có số, ký hiệu")
        return
    found = sheet.parts.number[0]
    text = re.sub(r"[\u00a0 .…]+(?=/)", "", _exact(found.text)) if _blank_number(found) else _exact(found.text)
    letter = sheet.parts.kind == "công văn"
    good = sheet.matches("letter_number" if letter else "number", text)
    if not good and sheet.parts.kind in ("", "công văn", "quyết định"):
        good = sheet.matches("number", text) or sheet.matches("letter_number", text)
    if not good:
        yield sheet.breach("HD-09", found, "không đúng cách ghi", name="Số, ký hiệu")
    elif not letter and (other := _other_type(sheet, text)):
        yield sheet.breach("HD-09", found, f"ký hiệu {other} không phải của {sheet.parts.kind}", name="Số, ký hiệu")
    elif _blank_number(found) and not sheet.draft:
        yield sheet.breach("HD-14", found, "chưa có số", name="Số, ký hiệu")


def _blank_number(paragraph: Paragraph) -> bool:
    return re.match(r"^Số:[\s.…]*/", _exact(paragraph.text)) is not None


def _other_type(sheet: Sheet, text: str) -> str:
    """The abbreviation in a symbol where it is another type's than the document's."""
    known = sheet.profile.values["types"]["abbreviations"]
    match = re.search(r"/([^-]+)-", text)
    wanted = known.get(sheet.parts.kind)
    return match[1] if match and wanted and match[1] in known.values() and match[1] != wanted else ""


@rule("HD-10")
def one_line(sheet: Sheet) -> Iterator[Breach]:
    """Ô 3 and ô 4 stand in one row."""
    for left, right in zip(sheet.parts.number, sheet.parts.date, strict=False):
        if (left.place.table, left.place.row) != (right.place.table, right.place.row) and left.place.table:
            yield sheet.breach("HD-10", right, "không cùng hàng với số, ký hiệu", name="Địa danh và thời gian")
        elif left.place.table == 0 and left.place.number != right.place.number and not left.place.box:
            yield sheet.breach("HD-10", right, "không cùng dòng với số, ký hiệu", name="Địa danh và thời gian")
        elif abs(left.before - right.before) > _LEVEL_PT and _on_top(sheet, left) and _on_top(sheet, right):
            yield sheet.breach("HD-10", right, "cao thấp khác với số, ký hiệu", name="Địa danh và thời gian")


def _on_top(sheet: Sheet, paragraph: Paragraph) -> bool:
    """Whether a paragraph is the first of its cell: only then does the gap above it say how high it stands."""
    tops = (
        cell.paragraphs[0]
        for row in (sheet.parts.head.rows if sheet.parts.head else ())
        for cell in row
        if cell.paragraphs
    )
    return any(top.place.number == paragraph.place.number for top in tops)


@rule("HD-11", "HD-12", "HD-13", "HD-14")
def place_and_day(sheet: Sheet) -> Iterator[Breach]:
    """Địa danh, ngày … tháng … năm …"""
    if not sheet.parts.date:
        if sheet.parts.nation:
            yield sheet.breach("HD-11", "phần đầu văn bản", "không có địa danh, thời gian")
        return
    found, name = sheet.parts.date[0], "Địa danh và thời gian"
    text = _exact(found.text)
    if re.search(sheet.profile.values["patterns"]["padded_month"], text):
        yield sheet.breach("HD-12", found, "thừa số 0 ở tháng", name=name, severity=Severity.WARNING)
        text = re.sub(r"tháng 0([3-9])", r"tháng \1", text)
    if re.search(r"ngày [1-9]\b|tháng [12]\b|năm \d{1,3}\b(?!\d)", text):
        yield sheet.breach("HD-12", found, "thiếu số 0 hoặc chữ số của năm", name=name)
    elif not sheet.matches("date", text):
        yield sheet.breach("HD-11", found, "không đúng cách ghi", name=name)
    elif not sheet.draft and re.search(r"(?:ngày|tháng)[\s.…]+(?:tháng|năm)", text):
        yield sheet.breach("HD-14", found, "chưa có ngày, tháng", name=name)
    yield from _seat(sheet, found, text)


def _seat(sheet: Sheet, found: Paragraph, text: str) -> Iterator[Breach]:
    """A provincial body's địa danh is no other province's name (known units are data of the profile's package)."""
    provinces = {fold(name): name for name in sheet.provinces}
    place = fold(text.partition(",")[0])
    agency = fold(tidy(" ".join(p.text for p in (*sheet.parts.superior, *sheet.parts.issuer))))
    mine = [name for name in provinces if re.search(rf"\b(?:tinh|thanh pho|tp)\.? {re.escape(name)}\b", agency)]
    if mine and place in provinces and place not in mine:
        wanted = provinces[mine[0]]
        yield sheet.breach("HD-13", found, f"{provinces[place]}, trong khi cơ quan thuộc {wanted}", name="Địa danh")


@rule("TL-01", "TL-02")
def title(sheet: Sheet) -> Iterator[Breach]:
    """A document of a type has a subject right below; it ends without a full stop."""
    parts = sheet.parts
    if not parts.nation or parts.kind == "công văn":
        return
    if not parts.type_name:
        yield sheet.breach("TL-01", "phần đầu văn bản", "không có tên loại văn bản")
    elif not sheet.profile.type_of(parts.type_name[0].text):
        yield sheet.breach("TL-01", parts.type_name[0], "tên loại và trích yếu trên cùng một dòng", name="Tên loại")
    elif not parts.subject:
        yield sheet.breach("TL-02", parts.type_name[0], "không có trích yếu bên dưới", name="Trích yếu")
    elif tidy(parts.subject[-1].text).endswith("."):
        yield sheet.breach(
            "TL-02", parts.subject[-1], "có dấu chấm cuối", name="Trích yếu", severity=Severity.WARNING
        )  # fmt: skip


@rule("TL-03")
def title_line(sheet: Sheet) -> Iterator[Breach]:
    """A line of a third to a half below the subject."""
    if sheet.parts.subject and sheet.parts.type_name:
        shares = sheet.profile.values["lines"]["share"]
        yield from _rule_line(sheet, "TL-03", "Trích yếu", sheet.parts.subject_line, sheet.parts.subject, shares)


@rule("TL-04")
def letter_subject(sheet: Sheet) -> Iterator[Breach]:
    """Công văn: "V/v …" 6 pt below số and ký hiệu, no line below it."""
    parts = sheet.parts
    if parts.kind != "công văn" or not parts.nation:
        return
    if not parts.letter_subject:
        yield sheet.breach("TL-04", "phần đầu văn bản", "không có trích yếu (V/v …)")
        return
    found = parts.letter_subject[0]
    if not _exact(found.text).startswith("V/v "):
        yield sheet.breach("TL-04", found, "không bắt đầu bằng “V/v ”", name="Trích yếu công văn")
    low, high = sheet.profile.values["letter_subject"]["gap_pt"]
    gap = max(found.before, parts.number[0].after if parts.number else 0.0)
    if not low <= gap <= high:
        yield sheet.breach("TL-04", found, f"cách số, ký hiệu {named(gap)} pt", name="Trích yếu công văn")
    if parts.letter_line or any(p.lines for p in parts.letter_subject):
        yield sheet.breach("TL-04", found, "có đường kẻ bên dưới", name="Trích yếu công văn")
