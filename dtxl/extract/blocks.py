"""The neutral stream that every carrier is turned into: paragraphs and tables, each piece with its place in the source."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dtxl.core.errors import SourceError
from dtxl.core.text import fold
from dtxl.extract.pieces import Piece, Source
from dtxl.extract.words import words
from dtxl.files.docx_read import DocxTable, read_docx
from dtxl.files.text_read import read_lines

KNOWN = (".docx", ".md", ".txt")
_PIPE = re.compile(r"(?<!\\)\|")
_RULE_CELL = re.compile(r"^:?-{1,}:?$")
_HASHES = re.compile(r"^\s*(#{1,6})\s+")
_LAYOUT = ("noi nhan", "so:", "cong hoa xa hoi")


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


def read_blocks(path: Path) -> tuple[Block, ...]:
    """The stream of the document at `path`, empty paragraphs left out.

    Raises SourceError for a file that cannot be read and for an extension that is not known.
    """
    suffix = path.suffix.lower()
    if suffix not in KNOWN:
        raise SourceError(
            f"Không đọc được kế hoạch từ tệp {path.name}: chỉ nhận {', '.join(KNOWN)}. "
            "Hãy mở văn bản và lưu lại thành .docx."
        )
    if suffix == ".docx":
        return tuple(_from_docx(path))
    return tuple(from_lines(read_lines(path)))


def from_lines(lines: Iterable[str]) -> Iterator[Block]:
    """Blocks of a plain text or markdown document: a line is a paragraph, lines of pipes are a table."""
    listed = tuple(lines)
    source = Source("\n".join(listed), marked=True)
    rows: list[Row] = []
    start = 0
    for number, line in enumerate(listed, 1):
        place = f"dòng {number}"
        if line.lstrip().startswith("|"):
            row = _pipe_row(source, start, line, place)
            if not all(_RULE_CELL.match(c) for c in row.cells if c) or not any(row.cells):
                rows.append(row)
        else:
            if rows:
                yield Table(tuple(rows))
                rows = []
            hashes = _HASHES.match(line)
            at = start + (hashes.end() if hashes else 0)
            yield from _paragraph(source.piece(at, start + len(line)), "", place, heading=bool(hashes))
        start += len(line) + 1
    if rows:
        yield Table(tuple(rows))


def _pipe_row(source: Source, start: int, line: str, place: str) -> Row:
    bars = [match.start() for match in _PIPE.finditer(line)]
    if line[bars[-1] + 1 :].strip():
        bars.append(len(line))
    pieces = tuple(source.piece(start + a + 1, start + b) for a, b in zip(bars, bars[1:], strict=False))
    return Row(pieces, (False,) * len(pieces), place)


def _paragraph(piece: Piece, label: str, place: str, *, heading: bool = False) -> Iterator[Paragraph]:
    # Lines of underscores, stars and dashes only separate.
    if any(c.isalnum() for c in piece.text):
        yield Paragraph(piece, place, label, heading)


def whole(text: str) -> Piece:
    """`text` as a piece of its own: for carriers that are no text themselves."""
    return Source(text).piece()


def _from_docx(path: Path) -> Iterator[Block]:
    paragraph_number = table_number = 0
    for item in read_docx(path):
        if isinstance(item, DocxTable):
            table_number += 1
            if _is_layout(item):
                yield from _layout(item, f"bảng {table_number}")
                continue
            yield Table(
                tuple(
                    Row(
                        tuple(whole(c.text) for c in row),
                        tuple(c.merged for c in row),
                        f"bảng {table_number}, dòng {number}",
                    )
                    for number, row in enumerate(item.rows, 1)
                )
            )
        else:
            paragraph_number += 1
            yield from _lines(item.text, item.label, f"đoạn {paragraph_number}")


def _is_layout(table: DocxTable) -> bool:
    """Whether a table only places text side by side, as the header and the signature do: it has Quốc hiệu, Số or Nơi
    nhận in it, or has at most two columns and no headings of an indicator table."""
    known = [heading for headings in words()["columns"].values() for heading in headings]
    for row in table.rows[:3]:
        if sum(fold(cell.text).startswith(tuple(known)) for cell in row) >= 2:
            return False
    if any(fold(cell.text).startswith(_LAYOUT) for row in table.rows for cell in row):
        return True
    return max((len(row) for row in table.rows), default=0) <= 2


def _layout(table: DocxTable, place: str) -> Iterator[Paragraph]:
    for row in table.rows:
        for cell in row:
            if not cell.merged:
                for paragraph in cell.paragraphs:
                    yield from _lines(paragraph.text, paragraph.label, place)


def _lines(text: str, label: str, place: str) -> Iterator[Paragraph]:
    """A paragraph with line breaks in it is as many paragraphs; the label belongs to the first."""
    for line in text.split("\n"):
        for paragraph in _paragraph(whole(line), label, place):
            yield paragraph
            label = ""
