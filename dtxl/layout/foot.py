"""Signature, Nơi nhận and Kính gửi (NĐ 30, Phụ lục I, Phần I, Mục II.7 to II.9)."""

import re
from collections.abc import Iterator, Sequence

from dtxl.core.codes import Severity
from dtxl.core.text import fold, tidy
from dtxl.layout.look import is_drafter
from dtxl.layout.rule import Breach, Sheet, rule
from dtxl.model.paper import TWIPS_PER_MM, Paragraph

_AS_ARTICLE = re.compile(r"- Như Điều \d+")
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
    """The lines above the name, in one of the forms of Mục II.7.b: [TM. collective] [TL. or TUQ. head's title]
    [KT. head's title] signer's own title; "Q." before a head's title."""
    values = sheet.profile.values["signature"]
    lines = _lines(sheet)
    marks = [_mark(text, values["authorities"]) for text, _ in lines]
    for number, (text, paragraph) in enumerate(lines):
        mark, later = marks[number], marks[number + 1 :]
        below = lines[number + 1][0] if number + 1 < len(lines) else ""
        named_here = text.removeprefix(mark).strip()
        collective = named_here.startswith(tuple(values["collectives"]))
        if found := _wrong_mark(text, mark, named_here, collective=collective, below=below):
            yield sheet.breach("CK-02", paragraph, found, name="Chữ ký")
        if found := "" if collective and not mark else _wrong_order(mark, later, below, tuple(values["deputies"])):
            yield sheet.breach("CK-03", paragraph, found, name="Chữ ký")


def _mark(text: str, known: Sequence[str]) -> str:
    """The mark of authority that a line begins with ("KT."), also where its stop or space is missing; "" for none."""
    return next((m for m in known if re.match(rf"{re.escape(m[:-1])}(?:\s*\.|\s)", text)), "")


def _wrong_mark(text: str, mark: str, behind: str, *, collective: bool, below: str) -> str:
    """What is wrong with one line by itself; "" for nothing."""
    if mark and not text.startswith(f"{mark} "):
        return f"“{mark}” không viết đúng (dấu chấm, dấu cách)"
    if mark == "TM." and not collective:
        return "“TM.” không đứng trước tên tập thể"
    if mark in ("KT.", "TL.", "TUQ.", "Q.") and collective:
        return f"“{mark}” đứng trước tên tập thể"
    if mark == "KT." and behind.startswith("PHÓ "):
        return "“KT.” đứng trước chức vụ cấp phó"
    if not mark and collective and below:
        return "thiếu “TM.” trước tên tập thể"
    return ""


# What may follow a mark on a later line: TL. may be passed on to a deputy who signs KT.; TUQ. may not be passed on.
_FOLLOWS = {"TM.": {"KT.", "Q.", "TL.", "TUQ."}, "TL.": {"KT.", "Q."}, "TUQ.": set(), "KT.": set(), "Q.": set()}


def _wrong_order(mark: str, later: Sequence[str], below: str, deputies: tuple[str, ...]) -> str:
    """What is wrong with the lines below one with a mark; "" for nothing."""
    if not mark:
        return f"“{later[0]}” đứng dưới chức vụ người ký" if later and later[0] else ""
    wrong = next((m for m in later if m and m not in _FOLLOWS[mark]), "")
    if wrong:
        return f"“{wrong}” đứng dưới “{mark}”"
    if mark == "KT." and not below.startswith(deputies):
        return f"dưới “KT.” là “{below}”" if below else "dưới “KT.” không có chức vụ"
    if mark in ("TL.", "TUQ.", "TM.") and not below:
        return f"dưới “{mark}” không có chức vụ người ký"
    return ""


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
    elif parts.kind == "tờ trình" and not parts.to:
        yield sheet.breach("NN-04", "phần đầu văn bản", "tờ trình không có “Kính gửi”")
    elif parts.kind == "quyết định" and not _AS_ARTICLE.match(first):
        yield sheet.breach(
            "NN-04", items[0], "dòng đầu không phải “- Như Điều …;”", name="Nơi nhận", severity=Severity.WARNING
        )  # fmt: skip


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
    if len(items) > 1 and text != "Kính gửi:":
        yield sheet.breach("KG-02", parts.to[0], "nơi nhận ghi cùng dòng với “Kính gửi:”", name="Kính gửi")
    for paragraph in items if len(items) > 1 else ():
        if not f"{paragraph.label}{tidy(paragraph.text)}".startswith("-"):
            yield sheet.breach("KG-02", paragraph, "không có gạch đầu dòng (-)", name="Kính gửi")
    for paragraph in items[:-1]:
        if not tidy(paragraph.text).endswith(";"):
            yield sheet.breach("KG-02", paragraph, "không kết thúc bằng dấu chấm phẩy", name="Kính gửi")
    if len(items) > 1 and not tidy(items[-1].text).endswith("."):
        yield sheet.breach("KG-02", items[-1], "dòng cuối không kết thúc bằng dấu chấm", name="Kính gửi")
    edges = [(p.left + p.first) / TWIPS_PER_MM for p in items]
    if edges and max(edges) - min(edges) > sheet.profile.values["dashes"]["tolerance_mm"]:
        yield sheet.breach("KG-02", items[-1], "gạch đầu dòng không thẳng hàng", name="Kính gửi")
