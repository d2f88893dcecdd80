"""Marks of figures in a Word file: hidden bookmarks, each around one figure and named after its source.

A bookmark neither shows nor prints, keeps its name through Word and LibreOffice, and leaves the text in plain runs (see
docs/decisions/0009-marks-of-figures.md). While a template is filled, a mark is one private letter before the figure and
one behind it; afterwards the runs are cut there.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

PREFIX = "_dtxl_"  # Word lists no bookmark that begins with "_"
# LibreOffice opens a document in time quadratic in its bookmarks: 3 s for 3,000, a minute for 12,000.
MOST_IN_TABLES = 3_000
_FIRST, _MOST = 0xF0000, 0xFFFD  # a mark's letter is one of a private plane, by the number of its source
_END = "\U0010fffd"
_LETTERS = re.compile("[\U000f0000-\U0010fffd]")
_NAME = re.compile(rf"{PREFIX}(?P<source>\w+)_\d+")
_SLUG, _HASH = 18, 8  # letters; a bookmark's name has 40 at the most


@dataclass(frozen=True)
class Marked:
    """A text for a template with its figures: (start, end, source) of each, zero-based, the end not included."""

    text: str
    figures: tuple[tuple[int, int, str], ...]

    def __bool__(self) -> bool:
        return bool(self.text)


def source_of(name: str) -> str | None:
    """What of a bookmark's name says the source, None for a bookmark that is no mark."""
    found = _NAME.fullmatch(name)
    return found["source"] if found else None


def named(source: str) -> str:
    """The part of a bookmark's name for a figure's name ("indicator.I.13[cấp xã].value"), in ASCII: the end of it,
    which reads well, and a hash of the whole."""
    slug = re.sub(r"[^A-Za-z0-9]+", "_", source).strip("_")
    if len(slug) > _SLUG:
        slug = slug[-_SLUG:].partition("_")[2] or slug[-_SLUG:]
    return f"{slug}_{hashlib.sha256(source.encode()).hexdigest()[:_HASH]}"


class Marks:
    """The marks of one filling."""

    def __init__(self) -> None:
        self._sources: dict[str, str] = {}  # source → its letter

    def written(self, pieces: Sequence[tuple[str, str | None]]) -> str:
        """The text of `pieces`, (text, source or None), with the letters of the marks."""
        out = []
        for text, source in pieces:
            letter = self._letter(source) if source and text and "\n" not in text else ""
            out.append(f"{letter}{text}{_END}" if letter else text)
        return "".join(out)

    def _letter(self, source: str) -> str:
        if source not in self._sources and len(self._sources) >= _MOST:
            return ""
        return self._sources.setdefault(source, chr(_FIRST + len(self._sources)))

    def place(self, body: Any) -> None:
        """Turn the letters in `body` into bookmarks: all in running text; in tables all where they are few enough, else
        the first of each row, which names the row."""
        if not self._sources:
            return
        texts = [node for node in body.iter(qn("w:t")) if node.text and _LETTERS.search(node.text)]
        rows = {node: next(node.iterancestors(qn("w:tr")), None) for node in texts}
        many = sum(node.text.count(_END) for node in texts if rows[node] is not None) > MOST_IN_TABLES
        names = {letter: named(source) for source, letter in self._sources.items()}
        taken = [int(node.get(qn("w:id")) or 0) for node in body.iter(qn("w:bookmarkStart"))]
        ids, counts, marked = count(max(taken, default=0) + 1), Counter[str](), set[Any]()
        for run in dict.fromkeys(node.getparent() for node in texts):
            row = rows[next(node for node in run.iter(qn("w:t")) if node in rows)]
            if many and row is not None:
                if row in marked:
                    for node in run.iter(qn("w:t")):
                        node.text = without_letters(node.text or "")
                    continue
                marked.add(row)
            _cut(run, names, ids, counts)


def without_letters(text: str) -> str:
    """`text` without what stands for marks."""
    return _LETTERS.sub("", text)


def _cut(run: Any, names: dict[str, str], ids: Iterator[int], counts: Counter[str]) -> None:
    """Put pieces of `run` and bookmarks in its place."""
    out: list[Any] = []
    look = run.find(qn("w:rPr"))
    open_id: int | None = None

    def piece() -> Any:
        if not out or out[-1].tag != qn("w:r"):
            out.append(OxmlElement("w:r"))
            if look is not None:
                out[-1].append(deepcopy(look))
        return out[-1]

    def bookmark(kind: str, number: int) -> Any:
        mark = OxmlElement(f"w:bookmark{kind}")
        mark.set(qn("w:id"), str(number))
        out.append(mark)
        return mark

    for child in list(run):
        if child.tag == qn("w:rPr"):
            continue
        if child.tag != qn("w:t"):
            piece().append(child)
            continue
        for part in re.split(f"({_LETTERS.pattern})", child.text or ""):
            if part in names:
                if open_id is None:
                    open_id, name = next(ids), names[part]
                    counts[name] += 1
                    bookmark("Start", open_id).set(qn("w:name"), f"{PREFIX}{name}_{counts[name]}")
            elif part == _END:
                if open_id is not None:
                    bookmark("End", open_id)
                open_id = None
            elif part and not _LETTERS.fullmatch(part):
                text = OxmlElement("w:t")
                text.text = part
                text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                piece().append(text)
    if open_id is not None:
        bookmark("End", open_id)
    for element in out:
        run.addprevious(element)
    run.getparent().remove(run)
