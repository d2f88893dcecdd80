"""The neutral stream that every carrier is turned into: paragraphs and tables, each piece with its place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from dtxl.core.text import fold
from dtxl.extract.pieces import Piece, Source
from dtxl.extract.words import words
from dtxl.files.flow import Flow, FlowRow, FlowTable, FlowText

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_INLINE = re.compile(r"(?:</?(?:b|i|u|em|strong|span|font|a|small|sup|sub)\b[^<>]{0,500}>)+", re.IGNORECASE)
_LAYOUT = ("noi nhan", "so:", "cong hoa xa hoi")
NUMBERS = ("tt", "stt", "so tt", "so thu tu", "so tt.", "t t")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the document. `place` is for people ("dòng 12"); `heading` says that the carrier marks it as one.

    `label` is what Word's own numbering prints before the text, which then is not part of it."""

    piece: Piece
    place: str
    label: str = ""
    heading: bool = False

    @property
    def text(self) -> str:
        return self.piece.text


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a table's row, and whether each only continues the one above it."""

    pieces: tuple[Piece, ...]
    merged: tuple[bool, ...]
    place: str

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(piece.text for piece in self.pieces)

    @property
    def spans(self) -> tuple[str, ...]:
        return tuple(piece.span for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]


Block = Paragraph | Table


def plain_row(pieces: Iterable[Piece], place: str) -> Row:
    """A row in which no cell continues another."""
    listed = tuple(pieces)
    return Row(listed, (False,) * len(listed), place)


def paragraph(piece: Piece, label: str, place: str, *, heading: bool = False) -> Iterator[Paragraph]:
    """The paragraph, or none: lines of underscores, stars and dashes only separate."""
    if any(c.isalnum() for c in piece.text):
        yield Paragraph(piece, place, label, heading)


def whole(text: str) -> Piece:
    """`text` as a piece of its own: for carriers that are no text themselves."""
    return Source(text).piece()


@cache
def headings() -> tuple[str, ...]:
    """What the columns of an indicator table are known by, folded."""
    found: list[str] = []
    waiting: list[object] = [words()["columns"]]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, str):
            found.append(fold(entry))
        elif isinstance(entry, dict):
            waiting += entry.values()
        elif isinstance(entry, list):
            waiting += entry
    return (*NUMBERS, *found)


def is_heading(cells: Iterable[str]) -> bool:
    """Whether at least two of the cells begin as headings of an indicator table do."""
    return sum(len(cell) <= 120 and fold(cell).startswith(headings()) for cell in cells if cell) >= 2


def from_flow(items: Iterable[Flow]) -> Iterator[Block]:
    """Blocks of a Word, PDF, HTML or Excel document. Tables that only place text side by side come as paragraphs."""
    paragraph_number = table_number = 0
    for item in items:
        if isinstance(item, FlowText):
            paragraph_number += 1
            yield from _lines(item, item.place or f"đoạn {paragraph_number}")
            continue
        table_number += 1
        if is_layout(item):
            yield from _layout(item, f"bảng {table_number}")
        elif item.rows:
            yield Table(tuple(_row(r, r.place or f"bảng {table_number}, dòng {n}") for n, r in enumerate(item.rows, 1)))


def is_layout(table: FlowTable) -> bool:
    """Whether a table only places text side by side, as the header and the signature do: it has Quốc hiệu, Số or Nơi
    nhận in it, or has at most two columns and no headings of an indicator table."""
    if any(is_heading(cell.text for cell in row.cells) for row in table.rows[:3]):
        return False
    if any(fold(cell.text).startswith(_LAYOUT) for row in table.rows for cell in row.cells):
        return True
    return max((len(row.cells) for row in table.rows), default=0) <= 2


def loose(table: Table) -> Iterator[Block]:
    """A table of a text; where it only places the header or the signature side by side, its cells as paragraphs."""
    if any(is_heading(row.cells) for row in table.rows[:3]) or not any(
        fold(cell).startswith(_LAYOUT) for row in table.rows for cell in row.cells if cell
    ):
        yield table
        return
    for row in table.rows:
        for piece in row.pieces:
            for line in _lines_of(piece):
                yield from paragraph(line, "", row.place)


def _lines_of(piece: Piece) -> Iterator[Piece]:
    """The lines of a cell: parts that only marks of letters keep apart are one, those around a line break are two."""
    current: Piece | None = None
    last = 0
    for part in piece.parts:
        text = part.source.text
        cuts = [m.span() for m in _BREAK.finditer(text, part.start, part.end)]
        starts, ends = [part.start, *(end for _, end in cuts)], [*(start for start, _ in cuts), part.end]
        for start, end in zip(starts, ends, strict=True):
            found = part.source.piece(start, end)
            if current is not None and _INLINE.fullmatch(text, last, start):
                current = current.join(found, " " if text[last - 1].isspace() or text[start].isspace() else "")
            else:
                if current is not None:
                    yield current
                current = found
            last = end
    if current is not None:
        yield current


def _row(row: FlowRow, place: str) -> Row:
    return Row(tuple(whole(c.text) for c in row.cells), tuple(c.merged for c in row.cells), place)


def _layout(table: FlowTable, place: str) -> Iterator[Block]:
    for row in table.rows:
        for cell in row.cells:
            if cell.merged:
                continue
            for item in cell.items:
                if isinstance(item, FlowText):
                    yield from _lines(item, item.place or row.place or place)
                elif is_layout(item):
                    yield from _layout(item, place)
                else:
                    yield Table(tuple(_row(r, r.place or f"{place}, dòng {n}") for n, r in enumerate(item.rows, 1)))


def _lines(item: FlowText, place: str) -> Iterator[Paragraph]:
    """A paragraph with line breaks in it is as many paragraphs; the label belongs to the first."""
    label = item.label
    for line in item.text.split("\n"):
        for found in paragraph(whole(line), label, place, heading=item.heading):
            yield found
            label = ""
