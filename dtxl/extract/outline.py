"""From the stream to an outline: what each paragraph is (heading, item, prose), pieces of cut paragraphs joined."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from dtxl.core.text import fold
from dtxl.extract.blocks import Block, Paragraph, Table
from dtxl.extract.pieces import Piece
from dtxl.extract.words import shouted


class Mark(IntEnum):
    """What stands before a paragraph; the smaller, the higher in the outline."""

    ROMAN = 1  # "III."
    NUMBER = 2  # "1."
    LETTER = 3  # "a)", "1.1."
    BULLET = 4  # "-"
    PLUS = 5  # "+", a bullet under a bullet
    NONE = 6


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph of the outline: `text` without its mark, `span` likewise as it stands in the source."""

    mark: Mark
    label: str  # "III", "1", "a", "1.1", "" for bullets and prose
    piece: Piece
    place: str
    heading: bool = False  # the carrier marks it as a heading

    @property
    def text(self) -> str:
        return self.piece.text

    @property
    def span(self) -> str:
        return self.piece.span

    @property
    def ended(self) -> bool:
        """Whether the sentence is complete."""
        return self.text.endswith((".", ";", ":", "!", "?", "…", ".)", '."', ".”"))


_MARKS = (
    (Mark.ROMAN, re.compile(r"^([IVX]{1,5})\s*[.)/-]\s+(?=\S)")),
    (Mark.LETTER, re.compile(r"^(\d{1,2}(?:\.\d{1,2})+)[.)]?\s+(?=[^\W\d_])")),
    (Mark.NUMBER, re.compile(r"^(\d{1,2})[.)](?:\s+(?=\S)|(?=[^\W\d_]))")),
    (Mark.LETTER, re.compile(r"^([a-zđ])\)\s*(?=\S)")),
    (Mark.PLUS, re.compile(r"^(\+)\s*(?=\S)")),
    (Mark.BULLET, re.compile(r"^([-–—•●▪·*])(?:\s+(?=\S)|(?=[^\W\d_]))")),
)
_FOOTNOTE = re.compile(r"^[¹²³⁴-⁹⁰]+\s*\S")
_SHORT = 30  # letters; a shorter line that ends without a mark is a line of its own, not a cut paragraph


def outline(blocks: Iterable[Block]) -> tuple[Item | Table, ...]:
    """Every block in order; footnotes and page numbers left out, paragraphs cut by a page break joined.

    Only the body is joined: from the first heading to "Nơi nhận" (the header and the signature are short lines).
    """
    items = [block if isinstance(block, Table) else _item(block) for block in blocks if not _noise(block)]
    first = next((i for i, x in enumerate(items) if isinstance(x, Item) and x.mark is Mark.ROMAN), None)
    if first is None:
        first = next((i for i, x in enumerate(items) if isinstance(x, Item) and x.mark is Mark.NUMBER), len(items))
    last = next((i for i, x in enumerate(items) if i > first and isinstance(x, Item) and closes(x)), len(items))
    return (*items[:first], *_joined(items[first:last]), *items[last:])


def closes(item: Item) -> bool:
    """Whether the body ends here: "Nơi nhận:" or the appendix."""
    key = fold(item.text)
    return key.startswith("noi nhan") or (key.startswith("phu luc") and shouted(item.text))


def _noise(block: Block) -> bool:
    if isinstance(block, Table):
        return False
    return bool(_FOOTNOTE.match(block.text)) or (block.text.isdigit() and len(block.text) <= 3)


def _item(paragraph: Paragraph) -> Item:
    piece = paragraph.piece
    text = f"{paragraph.label} {piece.text}" if paragraph.label else piece.text
    for mark, pattern in _MARKS:
        if match := pattern.match(text):
            label = match[1] if mark < Mark.BULLET else ""
            rest = piece if paragraph.label else piece.cut(match.end())
            return Item(mark, label, rest, paragraph.place, paragraph.heading)
    return Item(Mark.NONE, "", piece, paragraph.place, paragraph.heading)


def _joined(items: Sequence[Item | Table]) -> list[Item | Table]:
    out: list[Item | Table] = []
    for item in items:
        before = out[-1] if out else None
        if isinstance(item, Item) and isinstance(before, Item) and _continues(before, item):
            out[-1] = replace(before, piece=before.piece.join(item.piece))
        else:
            out.append(item)
    return out


def _continues(before: Item, item: Item) -> bool:
    """Whether `item` is the rest of `before`: it has no mark, and the sentence before it is not complete."""
    if item.mark is not Mark.NONE or before.ended or shouted(before.text) or item.text.startswith("("):
        return False
    if item.text[:1].islower():
        return True
    is_heading = before.mark in (Mark.ROMAN, Mark.NUMBER, Mark.LETTER)
    return not is_heading and len(before.text) >= _SHORT and not shouted(item.text)
