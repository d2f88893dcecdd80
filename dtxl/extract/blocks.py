"""The neutral stream that every carrier is turned into: paragraphs and tables with their exact text and place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dtxl.core.errors import SourceError
from dtxl.core.text import fold, tidy
from dtxl.extract.words import words
from dtxl.files.docx_read import DocxTable, read_docx
from dtxl.files.text_read import read_lines

KNOWN = (".docx", ".md", ".txt")
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|`)(?=\S)(.+?)(?<=\S)\1")
_PIPE = re.compile(r"(?<!\\)\|")
_RULE_CELL = re.compile(r"^:?-{1,}:?$")
_HASHES = re.compile(r"^#{1,6}\s+")
_LAYOUT = ("noi nhan", "so:", "cong hoa xa hoi")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`text` is tidy and without markup; `span` stands so in the source; `place` is for people ("dòng 12").

    `label` is what Word's own numbering prints before the text, which then is not part of it."""

    text: str
    span: str
    place: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a table's row: tidy, as they stand in the source, and whether each only continues the one above."""

    cells: tuple[str, ...]
    spans: tuple[str, ...]
    merged: tuple[bool, ...]
    place: str


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
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        place = f"dòng {number}"
        stripped = line.strip()
        if stripped.startswith("|"):
            row = _pipe_row(stripped, place)
            if not all(_RULE_CELL.match(c) for c in row.cells if c) or not any(row.cells):
                rows.append(row)
            continue
        if rows:
            yield Table(tuple(rows))
            rows = []
        yield from _paragraph(_HASHES.sub("", stripped), "", place, markdown=True)
    if rows:
        yield Table(tuple(rows))


def _pipe_row(line: str, place: str) -> Row:
    pieces = [piece.strip() for piece in _PIPE.split(line[1:].removesuffix("|"))]
    cells = tuple(tidy(plain(piece.replace("\\|", "|").replace("<br>", " "))) for piece in pieces)
    return Row(cells, tuple(pieces), (False,) * len(cells), place)


def plain(text: str) -> str:
    """`text` without the marks of markdown's emphasis."""
    for _ in range(3):
        bare = _EMPHASIS.sub(r"\2", text)
        if bare == text:
            break
        text = bare
    return text


def _paragraph(raw: str, label: str, place: str, *, markdown: bool = False) -> Iterator[Paragraph]:
    text = tidy(plain(raw)) if markdown else tidy(raw)
    # Lines of underscores, stars and dashes only separate.
    if any(c.isalnum() for c in text):
        yield Paragraph(text, raw.strip(), place, label)


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
                        tuple(tidy(c.text) for c in row),
                        tuple(c.text.strip() for c in row),
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
        for paragraph in _paragraph(line, label, place):
            yield paragraph
            label = ""
