"""Signature, Nơi nhận and Kính gửi (NĐ 30, Phụ lục I, Phần I, Mục II.7 to II.9)."""

import re
from collections.abc import Iterator

from dtxl.core.text import fold, tidy
from dtxl.layout.look import is_drafter
from dtxl.layout.rule import Breach, Sheet, rule
from dtxl.model.paper import TWIPS_PER_MM, Paragraph

_DEAR, _AS_ABOVE = "kinh gui", re.compile(r"^- (?:như trên|như điều\b.*);?$", re.IGNORECASE)
_UPWARD = frozenset({"báo cáo", "tờ trình"})


def _lines(sheet: Sheet) -> list[tuple[str, Paragraph]]:
    """The authority lines above the name: (text on one line, its paragraph)."""
    return [(tidy(p.text).upper(), p) for p in sheet.parts.titles]


@rule("CK-01")
def signature_there(sheet: Sheet) -> Iterator[Breach]:
    """Somebody signs."""
    if sheet.parts.nation and sheet.parts.copies and not sheet.parts.titles:
        yield sheet.breach("CK-01", sheet.parts.copies[0], "không có quyền hạn, chức vụ của người ký")


@rule("CK-02", "CK-03")
def authority(sheet: Sheet) -> Iterator[Breach]:
    """TM. before a collective; KT., TL., TUQ. before the head's title and another title below."""
    values = sheet.profile.values["signature"]
    lines = _lines(sheet)
    for number, (text, paragraph) in enumerate(lines):
        below = lines[number + 1][0] if number + 1 < len(lines) else ""
        mark = next((m for m in values["authorities"] if re.match(rf"{re.escape(m[:-1])}\s*\.?\s", text + " ")), "")
        collective = text.removeprefix(mark).strip().startswith(tuple(values["collectives"]))
        if mark and not text.startswith(f"{mark} "):
            yield sheet.breach("CK-02", paragraph, f"“{mark}” không viết đúng (dấu chấm, dấu cách)", name="Chữ ký")
        elif mark == "TM." and not collective:
            yield sheet.breach("CK-02", paragraph, "“TM.” không đứng trước tên tập thể", name="Chữ ký")
        elif mark in ("KT.", "TL.", "TUQ.") and collective:
            yield sheet.breach("CK-02", paragraph, f"“{mark}” đứng trước tên tập thể", name="Chữ ký")
        elif not mark and collective and below:
            yield sheet.breach("CK-02", paragraph, "thiếu “TM.” trước tên tập thể", name="Chữ ký")
        if mark == "KT." and not below.startswith(tuple(values["deputies"])):
            found = f"dưới “KT.” là “{below}”" if below else "dưới “KT.” không có chức vụ"
            yield sheet.breach("CK-03", paragraph, found, name="Chữ ký")
        elif mark in ("TL.", "TUQ.", "TM.") and not below:
            yield sheet.breach("CK-03", paragraph, f"dưới “{mark}” không có chức vụ người ký", name="Chữ ký")


@rule("CK-04")
def name(sheet: Sheet) -> Iterator[Breach]:
    """No degree, academic title or honour before the name."""
    degrees = "|".join(re.escape(d) for d in sheet.profile.values["signature"]["degrees"])
    for paragraph in sheet.parts.signer:
        if re.match(rf"(?:{degrees})(?:\.|\s)", tidy(paragraph.text)):
            yield sheet.breach("CK-04", paragraph, "có học hàm, học vị hoặc danh hiệu", name="Họ tên người ký")


@rule("CK-08")
def kept_together(sheet: Sheet) -> Iterator[Breach]:
    """The row of the signature is not parted by a page's end, and takes the paragraph before it along."""
    foot = sheet.parts.foot
    if foot is None or not sheet.parts.copies:
        return
    if not foot.cant_split:
        yield sheet.breach("CK-08", sheet.parts.copies[0], "hàng chứa phần ký có thể bị tách sang trang sau")
    elif sheet.parts.body and not sheet.parts.body[-1].keep_next:
        yield sheet.breach("CK-08", sheet.parts.body[-1], "phần ký có thể đứng một mình ở trang sau")


@rule("NN-01")
def copies_label(sheet: Sheet) -> Iterator[Breach]:
    """ "Nơi nhận:" by itself, at the left edge, level with the titles."""
    parts = sheet.parts
    if not parts.copies:
        if parts.nation:
            yield sheet.breach("NN-01", "phần cuối văn bản", "không có Nơi nhận")
        return
    found = parts.copies[0]
    if tidy(found.text) != "Nơi nhận:":
        yield sheet.breach("NN-01", found, "không phải một dòng riêng “Nơi nhận:”", name="Nơi nhận")
    if abs(found.first + found.left) > 28:
        yield sheet.breach("NN-01", found, "không sát lề trái", name="Nơi nhận")
    if parts.titles and parts.foot is not None:
        first = parts.titles[0]
        if first.place.row != found.place.row:
            yield sheet.breach("NN-01", found, "không ngang hàng với quyền hạn, chức vụ", name="Nơi nhận")


def _items(sheet: Sheet) -> list[Paragraph]:
    return [p for p in sheet.parts.copy_items if not is_drafter(p)]


@rule("NN-02", "NN-03")
def copies_items(sheet: Sheet) -> Iterator[Breach]:
    """ "- …;" each, the last one "- Lưu: VT, …."."""
    items = _items(sheet)
    if sheet.parts.copies and not items:
        yield sheet.breach("NN-03", sheet.parts.copies[0], "không có dòng “- Lưu: VT”", name="Nơi nhận")
        return
    for paragraph in items[:-1]:
        text = f"{paragraph.label} {tidy(paragraph.text)}".strip()
        if not sheet.matches("copy_item", text):
            yield sheet.breach("NN-02", paragraph, "không có dạng “- …;”", name="Nơi nhận")
        elif abs(paragraph.first + paragraph.left) > 28 and not paragraph.label:
            yield sheet.breach("NN-02", paragraph, "gạch đầu dòng không sát lề trái", name="Nơi nhận")
    for paragraph in items[-1:]:
        text = f"{paragraph.label} {tidy(paragraph.text)}".strip()
        if not sheet.matches("filing", text):
            yield sheet.breach("NN-03", paragraph, "dòng cuối không có dạng “- Lưu: VT, ….”", name="Nơi nhận")


@rule("NN-04")
def as_above(sheet: Sheet) -> Iterator[Breach]:
    """ "Như trên" goes with Kính gửi, and only with it."""
    parts, items = sheet.parts, _items(sheet)
    if not parts.copies or not items:
        return
    first = f"{items[0].label} {tidy(items[0].text)}".strip()
    said = fold(first).startswith("- nhu tren")
    if parts.to and not said:
        yield sheet.breach("NN-04", items[0], "có “Kính gửi” nhưng dòng đầu không phải “- Như trên;”", name="Nơi nhận")
    elif said and not parts.to:
        yield sheet.breach("NN-04", items[0], "có “Như trên” nhưng văn bản không có “Kính gửi”", name="Nơi nhận")
    elif parts.kind == "công văn" and not parts.to:
        yield sheet.breach("NN-04", "phần đầu văn bản", "công văn không có “Kính gửi”")
    elif parts.to and parts.kind not in (*_UPWARD, "công văn", ""):
        yield sheet.breach("NN-04", parts.to[0], f"{parts.kind} không có “Kính gửi”")


@rule("KG-01", "KG-02")
def addressees(sheet: Sheet) -> Iterator[Breach]:
    """One addressee on the line itself; several below it, each with a dash."""
    parts = sheet.parts
    if not parts.to:
        return
    text, items = tidy(parts.to[0].text), parts.to_items
    if not text.startswith("Kính gửi:"):
        yield sheet.breach("KG-01", parts.to[0], "không có dạng “Kính gửi: …”", name="Kính gửi")
    elif not items and not sheet.matches("one_addressee", text):
        yield sheet.breach("KG-01", parts.to[0], "không ghi một nơi nhận trên cùng dòng", name="Kính gửi")
    elif len(items) == 1:
        yield sheet.breach("KG-01", items[0], "một nơi nhận phải ghi ngay sau “Kính gửi:”", name="Kính gửi")
    for paragraph in items[:-1]:
        if not tidy(paragraph.text).endswith(";"):
            yield sheet.breach("KG-02", paragraph, "không kết thúc bằng dấu chấm phẩy", name="Kính gửi")
    if len(items) > 1 and not tidy(items[-1].text).endswith("."):
        yield sheet.breach("KG-02", items[-1], "dòng cuối không kết thúc bằng dấu chấm", name="Kính gửi")
    edges = [(p.left + p.first) / TWIPS_PER_MM for p in items]
    if edges and max(edges) - min(edges) > sheet.profile.values["dashes"]["tolerance_mm"]:
        yield sheet.breach("KG-02", items[-1], "gạch đầu dòng không thẳng hàng", name="Kính gửi")
