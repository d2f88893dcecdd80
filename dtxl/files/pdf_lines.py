"""Words of a PDF page, which know only where they stand, made into lines of text in the order of reading.

A word is pdfplumber's dictionary: `text`, `x0`, `x1`, `top`, `bottom`, `size`, in points from the upper left corner.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from dtxl.core.text import fold

Word = dict[str, Any]

_GUTTER = 18.0  # points; between the words of a justified line there are fewer
_MARGIN = 0.12  # of a page's height: running titles stand above and below
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:trang\s*(?:số\s*)?:?\s*)?\d{1,4}(?:\s*(?:/|of|trên)\s*\d{1,4})?[-–—\s.]*", re.IGNORECASE
)
_COUNTED = re.compile(
    r"\s*(?:trang\s*\d{1,4}(?:\s*/\s*\d{1,4})?|\d{1,4}\s*/\s*\d{1,4}|\|\s*\d{1,4})\s*$", re.IGNORECASE
)
_FOOTNOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|\*{1,3})[\])]?")
_UNIT = re.compile(r"(?<![^\W\d_])(?:[kcdm]?m|dam|hm)$")
_LIST_MARK = re.compile(r"[-–—•●▪·*+o]|\(?[\dIVXa-zđ]{1,4}[.)]?(?:\d{1,2}[.)]?)*")


@dataclass(slots=True)
class Line:
    """Words beside one another, from the left."""

    words: list[Word] = field(default_factory=list)
    aside: bool = False  # one of two columns

    @property
    def x0(self) -> float:
        return float(self.words[0]["x0"])

    @property
    def x1(self) -> float:
        return float(self.words[-1]["x1"])

    @property
    def top(self) -> float:
        return float(min(w["top"] for w in self.words))

    @property
    def bottom(self) -> float:
        return float(max(w["bottom"] for w in self.words))

    @property
    def size(self) -> float:
        """The size that most of its letters have."""
        sizes: Counter[float] = Counter()
        for word in self.words:
            sizes[round(float(word["size"]), 1)] += len(word["text"])
        return max(sizes, key=lambda s: (sizes[s], s))

    @property
    def text(self) -> str:
        """The words with a space where there is one; without the marks of footnotes."""
        out = ""
        before: Word | None = None
        for word in self.words:
            gap = word["x0"] - before["x1"] if before else 0.0
            if before and _raised(word, before, gap):
                if _UNIT.search(before["text"]):
                    out += word["text"]
                continue
            out += (" " if before and gap > 0.12 * float(word["size"]) else "") + word["text"]
            before = word
        return out


def _raised(word: Word, before: Word, gap: float) -> bool:
    """Whether a word is a small figure glued to the one before it, above the line."""
    return bool(
        gap < 0.3 * before["size"]
        and word["size"] < 0.8 * before["size"]
        and word["bottom"] < before["bottom"] - 0.1 * before["size"]
        and _FOOTNOTE_MARK.fullmatch(word["text"])
    )


def make_lines(words: Iterable[Word]) -> list[Line]:
    """The words in lines, from above: those that overlap by more than half of the lower one's height are one line."""
    lines: list[tuple[float, float, Line]] = []
    for word in sorted(words, key=lambda w: (w["top"] + w["bottom"], w["x0"])):
        top, bottom = float(word["top"]), float(word["bottom"])
        if lines:
            first, last, line = lines[-1]
            if min(last, bottom) - max(first, top) > 0.5 * min(last - first, bottom - top):
                line.words.append(word)
                if bottom - top > last - first:
                    lines[-1] = (top, bottom, line)
                continue
        lines.append((top, bottom, Line([word])))
    for _, _, line in lines:
        line.words.sort(key=lambda w: w["x0"])
    return [line for _, _, line in lines]


def without_footnotes(lines: Sequence[Line], body: float) -> list[Line]:
    """The lines without the small ones at the foot of the page from the first that begins with a footnote's mark on."""
    first = len(lines)
    while first and lines[first - 1].size < 0.9 * body:
        first -= 1
    for index in range(first, len(lines)):
        word = lines[index].words[0]
        small = word["size"] < 0.8 * lines[index].size or len(lines[index].words) > 1
        if small and _FOOTNOTE_MARK.fullmatch(word["text"]):
            return list(lines[:index])
    return list(lines)


def body_size(pages: Iterable[Sequence[Line]]) -> float:
    """The size of most lines of a document."""
    sizes = [line.size for lines in pages for line in lines]
    return median(sizes) if sizes else 0.0


def running(pages: Sequence[tuple[float, Sequence[Line]]]) -> set[int]:
    """The `id` of each line that is a page number or stands at the edge of three pages or more.

    `pages`: height and lines of each."""
    edges: list[list[Line]] = []
    for height, lines in pages:
        outer = [*lines[:2], *lines[-2:]]
        edges.append([x for x in outer if x.bottom < _MARGIN * height or x.top > (1 - _MARGIN) * height])
    seen = Counter(key for lines in edges for key in {_key(line) for line in lines})
    return {
        id(line)
        for lines in edges
        for line in lines
        if _PAGE_NUMBER.fullmatch(line.text) or (seen[_key(line)] >= max(3, len(pages) // 2) and len(_key(line)[0]) > 3)
    }


def _key(line: Line) -> tuple[str, int]:
    return fold(_COUNTED.sub("", line.text)), round(line.top / 8)


def in_columns(lines: Sequence[Line]) -> list[Line]:
    """The lines with each pair of columns (the header, the signature) read one after the other, the left one first."""
    out: list[Line] = []
    index = 0
    while index < len(lines):
        gutter = _gutter(lines[index])
        if gutter is None:
            out.append(lines[index])
            index += 1
            continue
        end, gutter = _block(lines, index, gutter)
        if end - index < 3 and sum(_gutter(line) is not None for line in lines[index:end]) < 2:
            out.append(lines[index])  # a blank to fill in by hand
            index += 1
            continue
        while out and out[-1].x0 >= gutter[0] and lines[index].top - out[-1].bottom < out[-1].size:
            index -= 1  # "TM. ỦY BAN NHÂN DÂN" can stand a little above "Nơi nhận"
            out.pop()
        out += _two(lines[index:end], gutter)
        index = end
    return out


def _gutter(line: Line) -> tuple[float, float] | None:
    """The one wide gap of a line of two parts; None where there is none, and after a list's mark."""
    gaps = [(a["x1"], b["x0"], i) for i, (a, b) in enumerate(pairwise(line.words), 1)]
    wide = [gap for gap in gaps if gap[1] - gap[0] >= _GUTTER]
    if len(wide) != 1:
        return None
    left, right = line.words[: wide[0][2]], line.words[wide[0][2] :]
    if len(left) == 1 and _LIST_MARK.fullmatch(left[0]["text"]):
        return None
    if not any(c.isalpha() for w in right for c in w["text"]):
        return None  # a value beside its name
    return float(wide[0][0]), float(wide[0][1])


def _block(lines: Sequence[Line], start: int, gutter: tuple[float, float]) -> tuple[int, tuple[float, float]]:
    """Where the two columns that begin at `start` end (exclusive), and the gap that all their lines leave."""
    end = start + 1
    index = start + 1
    while index < len(lines):
        narrowed = _shared(lines[index], gutter)
        if narrowed is None or lines[index].top - lines[index - 1].bottom > 5 * lines[index].size:
            break
        left, right = lines[index].x1 <= narrowed[0], lines[index].x0 >= narrowed[1]
        tight = lines[index].top - lines[index - 1].bottom < lines[index].size
        if not (left or right) or (left and tight and end == index):
            end, gutter = index + 1, narrowed
        index += 1
    return end, gutter


def _shared(line: Line, gutter: tuple[float, float]) -> tuple[float, float] | None:
    """The part of `gutter` that the line leaves free: between words, more than a space."""
    low, high = gutter
    least = 0.75 * line.size
    if line.x1 <= high - least and line.x1 <= low + (high - low) * 0.9:
        return max(low, line.x1), high
    if line.x0 >= low + least and line.x0 >= high - (high - low) * 0.9:
        return low, min(high, line.x0)
    for before, after in pairwise(line.words):
        first, last = max(low, before["x1"]), min(high, after["x0"])
        if last - first >= least:
            return float(first), float(last)
    return None


def _two(lines: Sequence[Line], gutter: tuple[float, float]) -> list[Line]:
    middle = (gutter[0] + gutter[1]) / 2
    left = [Line([w for w in line.words if w["x1"] <= middle], aside=True) for line in lines]
    right = [Line([w for w in line.words if w["x1"] > middle], aside=True) for line in lines]
    return [line for line in (*left, *right) if line.words]


def goes_on(lines: Sequence[Line], line: Line, right: float, *, same_page: bool = True) -> bool:
    """Whether `line` is the rest of the paragraph `lines`: its first word would not have fitted into the last of them
    (the text reaches to `right`), and it begins where a paragraph's further lines do."""
    before, first = lines[-1], line.words[0]
    space = 0.25 * line.size
    if before.aside or line.aside or abs(before.size - line.size) > 0.6:
        return False
    if before.x1 + space + first["x1"] - first["x0"] <= right + 1:
        return False
    if same_page and line.top - before.bottom > 0.9 * line.size:
        return False
    ended = before.text.endswith((".", ";", ":"))
    shift = line.x0 - before.x0
    if line.x0 < lines[0].x0 - 5:  # the first line is indented
        return True
    if (
        _LIST_MARK.fullmatch(before.words[0]["text"])
        and len(before.words) > 1
        and abs(line.x0 - before.words[1]["x0"]) < 2
    ):
        return True
    centred = abs((line.x0 + line.x1) - (before.x0 + before.x1)) < 6 and shift > 5
    return not ended and not _LIST_MARK.fullmatch(first["text"]) and (abs(shift) <= 2 or centred)
