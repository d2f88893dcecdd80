"""What each part of a document is about: objectives, what was achieved, tasks, money, who does what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from dtxl.core.text import fold
from dtxl.extract.blocks import Table
from dtxl.extract.outline import Item, Mark, closes, opens
from dtxl.extract.words import shouted, words

_YEAR = re.compile(r"20\d\d")
_PERIOD = re.compile(r"(?:giai đoạn|thời kỳ|nhiệm kỳ)\s+20\d\d\s*[-–]\s*(?P<to>20\d\d)", re.IGNORECASE)
_LONGEST = 30  # words of a heading
_PLAIN = re.compile(
    r"^(?:các\s+)?(?:mục tiêu|chỉ tiêu)(?:\s+(?:cụ thể|chủ yếu|cơ bản|chính|tổng quát|chung|phát triển|"
    r"kế hoạch))*(?:\s+năm\s+20\d\d)?\s*:?$",
    re.IGNORECASE,
)


# What web pages set behind an article: other headlines, comments.
_CHROME = re.compile(
    r"(?:cac )?(?:tin|bai)(?: viet)? (?:lien quan|khac|moi|cu|cung|da dua)|y kien (?:cua ban|ban doc)|"
    r"binh luan|gui binh luan|xem them:"
)
_DATED = re.compile(r"\(\d{1,2}/\d{1,2}(?:/\d{4})?(?:[ ,-]+\d{1,2}:\d{2})?\)\s*$")


_LEADING = re.compile(r"^(?:(?:mot so|cac|nhung|ve|phan thu \w+|noi dung|he thong)\s+)+(?=\w)")


_GOALS = re.compile(
    r"mục tiêu|chỉ tiêu|phấn đấu|^(?:Phấn đấu\s+)?(?:[Đđ]ến|[Vv]ào)\s+(?:hết\s+|cuối\s+)?năm 20\d\d", re.IGNORECASE
)
_WAYS = re.compile(r"giải pháp|nhiệm vụ|kết quả|kinh phí|nguồn lực", re.IGNORECASE)


class Role(Enum):
    """What a part is about."""

    OBJECTIVES = "objectives"
    PAST = "past"
    OTHER = "other"  # tasks, money, organisation, law, views: no targets are read there
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Placed:
    """An item with what the headings above it say. `group`: the heading right above; `year`: the horizon named
    there."""

    item: Item | Table
    role: Role
    group: str = ""
    year: int | None = None
    heading: bool = False  # it is itself a heading


@dataclass(slots=True)
class _Level:
    depth: float
    role: Role
    text: str
    year: int | None
    soft: bool = False  # a sentence that announces a list, not a heading: it ends with the list


def place(outline: Sequence[Item | Table]) -> list[Placed]:
    """Every item of the body, in order, under the headings above it; what follows "Nơi nhận" only where it is a
    table."""
    stack: list[_Level] = []
    out: list[Placed] = []
    closed = False
    for index, block in enumerate(outline):
        if isinstance(block, Table):
            out.append(_under(block, stack))
            continue
        if closed and opens(block):
            closed = False
            stack.clear()
        key = fold(block.text[:40])
        closed = closed or (closes(block) and not key.startswith("phu luc")) or bool(_CHROME.match(key))
        if closed or _DATED.search(block.text):
            continue
        if key.startswith("phu luc"):
            stack.clear()
        following = outline[index + 1] if index + 1 < len(outline) else None
        level = _level(block, following)
        if level is None and block.mark is Mark.NONE:
            stack = [one for one in stack if not one.soft]
        if level is not None:
            stack = [one for one in stack if one.depth < level.depth]
            stack.append(level)
        out.append(_under(block, stack, heading=level is not None))
    return out


def _level(item: Item, following: Item | Table | None) -> _Level | None:
    """The heading that `item` is, or the sentence that announces a list of goals; None for neither."""
    if announced := _announces(item, following):
        return announced
    depth = _depth(item, following)
    if depth is None:
        return None
    name = item.text.partition(":")[0] if len(item.text) > 80 else item.text
    return _Level(depth, role_of(name), name.strip(" :."), horizon(name))


def _announces(item: Item, following: Item | Table | None) -> _Level | None:
    """ "Quyết định đề ra các mục tiêu cụ thể đến năm 2025 như sau:" before a list."""
    if item.mark is not Mark.NONE or not item.text.endswith(":") or not isinstance(following, Item):
        return None
    if following.mark is Mark.NONE or role_of(item.text) in (Role.PAST, Role.OTHER) or not _GOALS.search(item.text):
        return None
    if _WAYS.search(item.text):
        return None
    years = re.findall(r"(?:mục tiêu|[Đđ]ến|phấn đấu)[^.:;]{0,30}?năm (20\d\d)", item.text)
    return _Level(following.mark - 0.5, Role.OBJECTIVES, "Mục tiêu", int(years[-1]) if years else None, soft=True)


def _under(block: Item | Table, stack: Sequence[_Level], *, heading: bool = False) -> Placed:
    role = next((level.role for level in reversed(stack) if level.role is not Role.UNKNOWN), Role.UNKNOWN)
    year = next((level.year for level in reversed(stack) if level.year), None)
    named = (level.text for level in reversed(stack) if level.depth >= 1 and not _PLAIN.match(level.text))
    group = next(named, "")
    return Placed(block, role, group, year, heading)


def _depth(item: Item, following: Item | Table | None) -> float | None:
    """How deep a heading stands; None for what is no heading."""
    long = len(item.text.split()) > _LONGEST
    colon = item.text.endswith(":")
    if item.mark in (Mark.ROMAN, Mark.NUMBER, Mark.LETTER):
        head, found, _ = item.text.partition(":")
        if long and not (found and len(head.split()) <= 15):
            return None
        if _is_statement(item, head if found else item.text, following):
            return None
        if item.mark is Mark.LETTER and "." in item.label:
            return Mark.NUMBER + item.label.count(".") / 10
        return float(item.mark)
    if long:
        return None
    if item.heading or (shouted(item.text) and len(item.text) > 3):
        return 0.5 if shouted(item.text) else 3.5
    if item.mark in (Mark.BULLET, Mark.PLUS):
        return float(item.mark) if colon and isinstance(following, Item) and following.mark > item.mark else None
    if colon and isinstance(following, Item) and following.mark is not Mark.NONE:
        return 3.8
    return None


def _is_statement(item: Item, head: str, following: Item | Table | None) -> bool:
    """Whether a numbered paragraph is itself a goal and no heading: "d) Trên 70% dân số có chữ ký số."."""
    if item.mark is Mark.ROMAN or item.text.endswith(":"):
        return False
    if re.search(r"\d\s*(?:%|‰)", head):
        return True
    deeper = isinstance(following, Item) and following.mark > item.mark
    return item.ended and item.mark is Mark.LETTER and not deeper


def role_of(heading: str) -> Role:
    """What a heading announces: the words that it begins with, or one of the things that it lists, say so.

    "Quan điểm, mục tiêu" holds objectives; "Kết quả thực hiện các mục tiêu" does not."""
    key = _LEADING.sub("", fold(heading))
    found = [_begins_with(part) for part in re.split(r"\s*[,;:]\s*|\s+va\s+|\s+-\s+", key)]
    first = found[0] if found else Role.UNKNOWN
    if key.startswith("ket qua va ") and Role.OBJECTIVES in found:
        return Role.OBJECTIVES  # "Các kết quả và chỉ tiêu chủ yếu" are those to come
    if first is not Role.PAST and Role.OBJECTIVES in found:
        return Role.OBJECTIVES
    return first


def _begins_with(part: str) -> Role:
    part = _LEADING.sub("", part)
    data = words()["roles"]
    named = [
        (len(phrase), Role(name))
        for name in ("past", "other", "objectives")
        for phrase in data[name]
        if re.match(rf"{re.escape(phrase)}(?!\w)", part)
    ]
    return max(named, key=lambda x: x[0])[1] if named else Role.UNKNOWN


def horizon(heading: str) -> int | None:
    """The year that a heading names as the horizon ("Mục tiêu đến năm 2030"); None for none or for several."""
    if period := _PERIOD.search(heading):
        return int(period["to"])
    years = set(_YEAR.findall(heading))
    return int(years.pop()) if len(years) == 1 else None
