"""From the stream to an outline: what each paragraph is (heading, item, prose), pieces of cut paragraphs joined."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from dtxl.core.text import fold
from dtxl.extract.blocks import Block, Paragraph, Table
from dtxl.extract.pieces import Piece, join_pieces
from dtxl.extract.words import begins, shouted, words


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
        return _ended(self.text)


def _ended(text: str) -> bool:
    return text.endswith((".", ";", ":", "!", "?", "…", ".)", '."', ".”"))


_MARKS = (
    (Mark.ROMAN, re.compile(r"^(?:(?:Phần|PHẦN)\s+(?:thứ\s+)?)?([IVX]{1,5})\s*[.)/:-]\s*(?=\S)")),
    (Mark.ROMAN, re.compile(r"^(?:Phần|PHẦN|Chương|CHƯƠNG)\s+((?:thứ\s+|THỨ\s+)?\w+)\s*[.:-]\s*(?=\S)")),
    (Mark.ROMAN, re.compile(r"^([A-HĐ])\.\s+(?=[A-ZĐÀ-Ỹ])")),
    (Mark.LETTER, re.compile(r"^(\d{1,2}(?:\.\d{1,2})+)[.)]?\s+(?=[^\W\d_])")),
    (Mark.NUMBER, re.compile(r"^(\d{1,2})[.)](?:\s+(?=\S)|(?=[^\W\d_]))")),
    (Mark.LETTER, re.compile(r"^([a-zđ])\)\s*(?=\S)")),
    (Mark.PLUS, re.compile(r"^(\+)\s*(?=\S)")),
    (Mark.BULLET, re.compile(r"^([-–—•●▪·*])(?:\s+(?=\S)|(?=[^\W\d_]))")),
)
_OPENS = re.compile(
    r"(?:Căn cứ|Thực hiện|Theo đề nghị|Xét đề nghị|Điều \d|Kính gửi|Nơi nhận|Phụ lục|Biểu \d|Bảng \d)(?!\w)"
)
_LEADS = re.compile(r"(?:dưới|trên|đạt|tối thiểu|ít nhất|từ|còn|lên|tăng|giảm|khoảng|quá|có)$")
_FOOTNOTE = re.compile(r"^[¹²³⁴-⁹⁰]+\s*\S")
# A footnote in a page saved as text: "1 Về tăng cường …", its number without a point.
_NOTE = re.compile(
    r"^\d{1,2}\s+(?:Về|Theo|Số liệu|Quyết định|Nghị quyết|Nghị định|Thông tư|Công văn|Báo cáo|Nguồn|Xem|"
    r"Ban hành|Gồm|Bao gồm)\s"
)
_HEAD = 24  # letters in which "Nơi nhận" and "Phụ lục" stand
_LONG_LINE = 60  # letters; a line of running text
_BOLD = re.compile(r"^(?:\*\*|__).+(?:\*\*|__)[\s.:]*$", re.DOTALL)
_SHORT = 30  # letters; a shorter line that ends without a mark is a line of its own, not a cut paragraph


def outline(blocks: Iterable[Block]) -> tuple[Item | Table, ...]:
    """Every block in order; footnotes and page numbers left out, paragraphs cut by a page break or wrapped joined.

    Only the body is joined: from the first heading (in running text: the first long line) to "Nơi nhận" (the header and
    the signature are short lines).
    """
    items = [block if isinstance(block, Table) else _item(block) for block in _without_footnotes(blocks)]
    width = _wrap_width(items)
    out: list[Item | Table] = []
    body: list[Item | Table] = []
    inside = closed = False
    for item in items:
        if isinstance(item, Item):
            if inside and closes(item):
                out += _joined(body, width)
                body, inside, closed = [], False, True
            elif not inside and (opens(item) if closed else _begins_body(item)):
                inside = True
        (body if inside else out).append(item)
    return (*out, *_joined(body, width))


def _wrap_width(items: Sequence[Item | Table]) -> int:
    """At how many letters the lines are wrapped; 0 where paragraphs stand on one line each."""
    lengths = sorted(len(x.text) for x in items if isinstance(x, Item) and len(x.text) >= _SHORT)
    if len(lengths) < 8:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    cut = sum(0.75 * width <= len(x.text) <= width * 1.1 and not x.ended for x in items if isinstance(x, Item))
    return width if width <= 110 and cut >= len(lengths) * 0.3 else 0


def _begins_body(item: Item) -> bool:
    return item.mark in (Mark.ROMAN, Mark.NUMBER) or (len(item.text) >= _LONG_LINE and not shouted(item.text))


def closes(item: Item) -> bool:
    """Whether the body ends here: "Nơi nhận:" or the appendix."""
    key = fold(item.text[:_HEAD])
    return key.startswith("noi nhan") or (key.startswith("phu luc") and shouted(item.text))


def opens(item: Item) -> bool:
    """Whether a part begins behind "Nơi nhận": an appendix, or the plan that a decision is issued with."""
    key = fold(item.text[:_HEAD])
    if item.mark is Mark.ROMAN or key.startswith(("phu luc", "bieu ")):
        return True
    return shouted(item.text) and bool(begins(item.text, words()["kinds"]))


def _without_footnotes(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks without page numbers and the notes at a page's foot, which can go on over several lines."""
    noted = 0  # line of the source on which a note's last line stands
    for block in blocks:
        if isinstance(block, Paragraph):
            line = int(block.place.removeprefix("dòng ")) if block.place.startswith("dòng ") else 0
            if _NOTE.match(block.text) or (noted and line == noted + 1):
                noted = line
                continue
        noted = 0
        if not _noise(block):
            yield block


def _noise(block: Block) -> bool:
    if isinstance(block, Table):
        return False
    return bool(_FOOTNOTE.match(block.text)) or (block.text.isdigit() and len(block.text) <= 3)


def _item(paragraph: Paragraph) -> Item:
    piece = paragraph.piece
    heading = paragraph.heading or _is_bold(piece)
    text = f"{paragraph.label} {piece.text}" if paragraph.label else piece.text
    for mark, pattern in _MARKS:
        if match := pattern.match(text):
            label = match[1] if mark < Mark.BULLET else ""
            rest = piece if paragraph.label else piece.cut(match.end())
            return Item(mark, label, rest, paragraph.place, heading)
    return Item(Mark.NONE, "", piece, paragraph.place, heading)


def _is_bold(piece: Piece) -> bool:
    """Whether the whole line stands between the marks of bold: converters write headings so."""
    part = piece.parts[0] if piece.parts else None
    if part is None or not part.source.marked or len(piece.text) > 200:
        return False
    return bool(_BOLD.match(part.source.text[part.start : part.end].strip()))


def _joined(items: Sequence[Item | Table], width: int) -> list[Item | Table]:
    out: list[Item | Table] = []
    pieces: list[Piece] = []  # of the item that is being joined, its own first
    body = False
    last = 0  # length of the line before, which may itself have been joined to others
    for item in items:
        before = out[-1] if out else None
        body = body or (isinstance(item, Item) and item.mark in (Mark.ROMAN, Mark.NUMBER))
        full = last >= 0.7 * width if width else body
        last = len(item.text) if isinstance(item, Item) else 0
        if isinstance(item, Item) and isinstance(before, Item) and _continues(before, pieces[-1].text, item, full=full):
            pieces.append(item.piece)
            continue
        _close(out, pieces)
        out.append(item)
        pieces = [item.piece] if isinstance(item, Item) else []
    _close(out, pieces)
    return out


def _close(out: list[Item | Table], pieces: Sequence[Piece]) -> None:
    """Gives the last item the pieces that were found to go on with it."""
    last = out[-1] if out else None
    if isinstance(last, Item) and len(pieces) > 1:
        out[-1] = replace(last, piece=join_pieces(pieces))


def _continues(before: Item, line: str, item: Item, *, full: bool) -> bool:
    """Whether `item` is the rest of `before`: it has no mark, and the sentence before it is not complete.

    `line`: the last of the lines that make `before`.
    `full`: the line before may have been cut, by a page's end or by wrapping, so that even a capital goes on with
    it."""
    if item.mark is Mark.BULLET and item.text[:1].islower() and line.endswith("kinh tế"):
        return item.text.startswith("xã hội")  # "kinh tế" and "- xã hội" on the next line
    if item.mark is not Mark.NONE or _ended(line) or shouted(before.text) or (item.text.startswith("(") and not full):
        return False
    if item.heading or before.heading:
        return False
    if item.text[:1].islower():
        return True
    if item.text[:1].isdigit() and _LEADS.search(line):
        return True  # "… có dưới" and "10 nghìn người" on the next line
    is_heading = before.mark in (Mark.ROMAN, Mark.NUMBER, Mark.LETTER)
    if _OPENS.match(item.text):
        return False
    return (
        full
        and not (is_heading and line is before.text and len(line) < _SHORT * 3)
        and (line is not before.text or len(line) >= _SHORT)
        and not shouted(item.text)
    )
