"""Text that knows where it stands: tidy and without markup for reading, the exact stretch of the source for showing.

A document is one source string (the file's own text; for Word, PDF and Excel what their paragraphs and cells hold).
What is read is cut from it and joined, never copied by hand, so that a span is always a piece of the source.
"""

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dtxl.core.text import tidy

_Glyph = tuple[str, int, int]  # a character and the stretch of the source that gives it

_MARKUP = re.compile(r"[*_`<&\[\\~¹²³⁰⁴-⁹]")
_EMPHASIS = {"*": ("***", "**", "*"), "_": ("___", "__"), "`": ("`",), "~": ("~~",)}  # the longest first
_EMPHATIC = re.compile(r"[*_`~]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_FOOTNOTE = re.compile(r"<sup>\s*\[?[\d*]{1,3}\]?\s*</sup>|!\[[^\[\]]{0,300}\]\([^()]{0,500}\)", re.IGNORECASE)
# A footnote's mark is no part of the word that it is glued to; m² and km² are.
_DROPPED = re.compile(
    r"</?[a-z][^<>]{0,200}>|<!--(?:(?!-->)[^<]){0,500}-->|\[\^\w{1,8}\]|\[\d{1,3}\](?!\()"
    r"|(?<!\bm)(?<!\b[kcdm]m)[¹²³⁰⁴-⁹]+|\*{2,}|(?<=\w)\*(?!\w)(?!\s*\d)",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LINK = re.compile(r"(\[)([^\]\[]+)(\]\([^()\s]*\))")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a whole document. `marked`: it is markdown or a page saved as text, whose marks are no text."""

    text: str
    marked: bool = False

    def piece(self, start: int = 0, end: int | None = None) -> "Piece":
        """The stretch from `start` to `end` (offsets in `text`), tidy."""
        end = len(self.text) if end is None else end
        raw = self.text[start:end]
        tidied = read(raw) if self.marked else tidy(raw)
        return Piece(tidied, (Part(0, self, start, end),))

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Part:
    """`source.text[start:end]`, whose tidy form stands in a piece from `at` on, `skip` of its characters left out."""

    at: int
    source: Source
    start: int
    end: int
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Tidy `text` and the parts of the source that it comes from, in order."""

    text: str
    parts: tuple[Part, ...]

    def cut(self, start: int, end: int | None = None) -> "Piece":
        """`text[start:end]` without spaces around it."""
        end = len(self.text) if end is None else min(end, len(self.text))
        start = min(start, end)
        wanted = self.text[start:end]
        start += len(wanted) - len(wanted.lstrip())
        wanted = wanted.strip()
        stop = start + len(wanted)
        kept: list[Part] = []
        for index, part in enumerate(self.parts):
            until = self.parts[index + 1].at if index + 1 < len(self.parts) else len(self.text)
            if part.at < max(stop, start + 1) and until > start:
                at, skip = part.at - start, part.skip
                kept.append(Part(max(at, 0), part.source, part.start, part.end, skip + max(-at, 0)))
        return Piece(wanted, tuple(kept))

    def join(self, other: "Piece", between: str = " ") -> "Piece":
        """This and then `other`, `between` them."""
        return join_pieces((self, other), between)

    @property
    def span(self) -> str:
        """The exact stretch of the source from the first to the last character; "" for an empty piece."""
        if not self.text or not self.parts:
            return ""
        first, last = self.parts[0], self.parts[-1]
        start, _ = _offsets(first, first.skip)
        _, end = _offsets(last, last.skip + len(self.text) - 1 - last.at)
        if last.source is first.source:
            return first.source.text[start:end]
        inner = [part.source.text[part.start : part.end] for part in self.parts[1:-1]]
        pieces = (first.source.text[start : first.end], *inner, last.source.text[last.start : end])
        return "\n".join(piece.strip() for piece in pieces)


def join_pieces(pieces: Sequence[Piece], between: str = " ") -> Piece:
    """The pieces one behind the other, `between` them."""
    texts: list[str] = []
    parts: list[Part] = []
    at = 0
    for piece in pieces:
        if not piece.text:
            continue
        parts += [Part(p.at + at, p.source, p.start, p.end, p.skip) for p in piece.parts]
        texts.append(piece.text)
        at += len(piece.text) + len(between)
    return Piece(between.join(texts), tuple(parts))


def read(raw: str) -> str:
    """`raw` without the marks of markdown and of web pages, tidy."""
    if not _MARKUP.search(raw):
        return tidy(raw)
    text = _FOOTNOTE.sub("", _BREAK.sub(" ", unicodedata.normalize("NFC", raw)))
    text = _ENTITY.sub(lambda m: html.unescape(m[0]), text)
    for _ in range(3):
        gone = _marks(text)
        if not gone:
            break
        kept, position = [], 0
        for start, end in sorted(gone):
            kept.append(text[position:start])
            position = max(position, end)
        text = "".join((*kept, text[position:]))
    return tidy(_ESCAPE.sub(lambda m: m[1], _DROPPED.sub("", text)))


def _offsets(part: Part, index: int) -> tuple[int, int]:
    """Where in the source the character at `index` of the part's tidy text stands."""
    places = _places(part.source.text[part.start : part.end], part.source.marked)
    if not places:
        return part.start, part.end
    start, end = places[min(index, len(places) - 1)]
    return part.start + start, part.start + end


@lru_cache(maxsize=256)
def _places(raw: str, marked: bool) -> Sequence[tuple[int, int]]:
    plain = raw.isprintable() and not (marked and _MARKUP.search(raw))
    if plain and tidy(raw) == raw:
        return [(index, index + 1) for index in range(len(raw))]
    glyphs = _unmarked(raw) if marked and _MARKUP.search(raw) else _clusters(raw)
    return [(start, end) for _, start, end in _tidied(glyphs)]


def _clusters(raw: str) -> list[_Glyph]:
    """Each letter with the marks that follow it, in NFC."""
    glyphs: list[_Glyph] = []
    start = 0
    for index in range(1, len(raw) + 1):
        if index < len(raw) and _joins(raw, index):
            continue
        cluster = unicodedata.normalize("NFC", raw[start:index])
        if len(cluster) > 1:
            cluster = tidy(cluster) or cluster  # what stands unseen between a letter and its mark
        glyphs += [(char, start, index) for char in cluster]
        start = index
    return glyphs


def _joins(raw: str, index: int) -> bool:
    """Whether the character at `index` goes with the letter before it: a mark, or what stands unseen before one."""
    if unicodedata.combining(raw[index]):
        return True
    hidden = not raw[index].isprintable() and not raw[index].isspace()
    return hidden and index + 1 < len(raw) and bool(unicodedata.combining(raw[index + 1]))


def _unmarked(raw: str) -> list[_Glyph]:
    glyphs = _clusters(raw)
    glyphs = _replaced(glyphs, _BREAK, lambda _: " ")
    glyphs = _replaced(glyphs, _FOOTNOTE, lambda _: "")
    glyphs = _replaced(glyphs, _ENTITY, lambda m: html.unescape(m[0]))
    for _ in range(3):
        spans = _marks("".join(g[0] for g in glyphs))
        if not spans:
            break
        gone = {index for span in spans for index in range(*span)}
        glyphs = [g for i, g in enumerate(glyphs) if i not in gone]
    glyphs = _replaced(glyphs, _DROPPED, lambda _: "")
    return _replaced(glyphs, _ESCAPE, lambda m: m[1])


def _marks(text: str) -> list[tuple[int, int]]:
    """Where the marks of emphasis and of links stand that have what they mark between them."""
    links = [match.span(group) for match in _LINK.finditer(text) for group in (1, 3)] if "](" in text else []
    return _emphasis(text) + links


def _emphasis(text: str) -> list[tuple[int, int]]:
    """Pairs of marks around text on one line, from the left, in one pass (a pattern would look for each end anew)."""
    found: list[tuple[int, int]] = []
    closing: dict[str, list[int]] = {}
    ends: list[int] | None = None
    position = 0
    while opening := _EMPHATIC.search(text, position):
        start = position = opening.start()
        position += 1
        for mark in _EMPHASIS[opening[0]]:
            inside = start + len(mark)
            if not text.startswith(mark, start) or inside >= len(text) or text[inside].isspace():
                continue
            if mark not in closing:
                closing[mark] = [m.start() for m in re.finditer(rf"(?<=\S)(?={re.escape(mark)})", text)]
            if ends is None:
                ends = [i for i, c in enumerate(text) if c == "\n"] if "\n" in text else []
            after = bisect_left(closing[mark], inside + 1)
            if after == len(closing[mark]):
                continue
            close = closing[mark][after]
            if bisect_left(ends, inside) == bisect_left(ends, close):
                found += [(start, inside), (close, close + len(mark))]
                position = close + len(mark)
                break
    return found


def _replaced(glyphs: list[_Glyph], pattern: re.Pattern[str], by: object) -> list[_Glyph]:
    """`glyphs` with every match replaced; the new characters stand for the whole stretch."""
    assert callable(by)
    text = "".join(g[0] for g in glyphs)
    out: list[_Glyph] = []
    position = 0
    for match in pattern.finditer(text):
        if match.start() == match.end():
            continue
        out += glyphs[position : match.start()]
        start, end = glyphs[match.start()][1], glyphs[match.end() - 1][2]
        out += [(char, start, end) for char in by(match)]
        position = match.end()
    return out + glyphs[position:]


def _tidied(glyphs: list[_Glyph]) -> list[_Glyph]:
    """As core.text.tidy, glyph by glyph: invisible marks dropped, runs of spaces folded, ends stripped."""
    out: list[_Glyph] = []
    for char, start, end in glyphs:
        if char.isspace() or not (kept := tidy(char)):
            space = char.isspace() or tidy(f"a{char}a") == "a a"
            if space and out and out[-1][0] != " ":
                out.append((" ", start, end))
            continue
        out += [(one, start, end) for one in kept]
    if out and out[-1][0] == " ":
        out.pop()
    return out
