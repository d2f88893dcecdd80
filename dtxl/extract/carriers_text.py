"""Blocks of plain text and markdown: a line is a paragraph; tables of pipes, grids, tabs and HTML tags are tables."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from dtxl.core.text import fold
from dtxl.extract.carriers import NUMBERS, Block, Row, Table, is_heading, loose, paragraph, plain_row
from dtxl.extract.carriers_columns import read_columns, read_pair
from dtxl.extract.carriers_html import html_tables, read_html_table
from dtxl.extract.carriers_stream import read_stream
from dtxl.extract.pieces import Piece, Source

_PIPE = re.compile(r"(?<!\\)[|│┃║｜]")
_RULE = re.compile(r"^[\s|:│┃║+-]*-[\s|:│┃║+-]*$")
_BORDER = re.compile(r"^\s*[+┌├└╔╠╚┏┣┗][-=+─━═┬┼┴╦╬╩┳╋┻┐┤┘╗╣╝┓┫┛\s:]{3,}$")
_HASHES = re.compile(r"^\s*(#{1,6})\s+")
_NUMBER = re.compile(r"^(?:\d{1,3}(?:\.\d{1,2})*|[IVX]{1,5}|[A-Z])[.)]?$")
_WRAPPED = 12  # lines that a row may be wrapped over


@dataclass
class TextLines:
    """The lines of a document with their places in its one source."""

    lines: tuple[str, ...]
    source: Source
    starts: list[int]
    no_stream: int = 0  # up to this line no table of one cell a line begins: looked at already
    bars_of: dict[int, list[int]] = field(default_factory=dict)

    def bars(self, index: int) -> list[int]:
        """Where in line `index` the bars between cells stand."""
        if index not in self.bars_of:
            self.bars_of[index] = [match.start() for match in _PIPE.finditer(self.lines[index])]
        return self.bars_of[index]

    def led(self, index: int) -> bool:
        """Whether the line begins with a bar."""
        return index < len(self.lines) and bool(_PIPE.match(self.lines[index].lstrip()))

    def closed(self, index: int) -> bool:
        """Whether the line ends with a bar."""
        bars = self.bars(index)
        return bool(bars) and not self.lines[index][bars[-1] + 1 :].strip()

    def ruled(self, index: int) -> int:
        """Of how many columns the line is the rule below a heading (---|---); 0 where it is none."""
        if index >= len(self.lines) or not _RULE.match(self.lines[index]):
            return 0
        bars = self.bars(index)
        return len(bars) + 1 - self.led(index) - self.closed(index) if bars else 0

    @cached_property
    def tables(self) -> dict[int, list[tuple[int, int]]]:
        """Line → (start, end) offsets of the HTML tables that begin in it."""
        found: dict[int, list[tuple[int, int]]] = {}
        line = 0
        for start, end in html_tables(self.source.text):
            while line + 1 < len(self.starts) and self.starts[line + 1] <= start:
                line += 1
            found.setdefault(line, []).append((start, end))
        return found


def from_lines(lines: Iterable[str]) -> Iterator[Block]:
    """Blocks of a plain text or markdown document. Text between bars that is no table comes as paragraphs."""
    listed = tuple(lines)
    starts, position = [], 0
    for line in listed:
        starts.append(position)
        position += len(line) + 1
    text = TextLines(listed, Source("\n".join(listed), marked=True), starts)
    index, at = 0, 0  # the next line, and from where on its text is not read yet
    while index < len(listed):
        if tagged := next((t for t in text.tables.get(index, ()) if t[0] >= at), None):
            start, end = tagged
            yield from _line(text, index, max(at, starts[index]), start)
            yield from _html(text, start, end, index + 1)
            at = end
            while index + 1 < len(listed) and starts[index + 1] <= end:
                index += 1
        elif at > starts[index]:
            yield from _line(text, index, at, starts[index] + len(listed[index]))
            index += 1
        elif "      " in listed[index] and (pair := read_pair(text, index)):
            yield from pair[0]
            index = pair[1]
        elif found := _table(text, index):
            table, index = found
            if table.rows:
                yield from loose(table)
        else:
            yield from _line(text, index, starts[index], starts[index] + len(listed[index]))
            index += 1


def _line(text: TextLines, index: int, start: int, end: int) -> Iterator[Block]:
    raw = text.source.text[start:end]
    hashes = _HASHES.match(raw)
    piece = text.source.piece(start + (hashes.end() if hashes else 0), end)
    yield from paragraph(piece, "", f"dòng {index + 1}", heading=bool(hashes))


def _html(text: TextLines, start: int, end: int, number: int) -> Iterator[Block]:
    rows = read_html_table(text.source, start, end, number)
    if rows:
        yield from loose(Table(tuple(rows)))


def _table(text: TextLines, index: int) -> tuple[Table, int] | None:
    """The table that begins in line `index`, and the line after it; a table without rows for bars that stand alone."""
    line = text.lines[index]
    if text.bars(index):
        if index >= text.no_stream and (found := read_stream(text, index)):
            return found
        if text.led(index):
            return _pipes(text, index)
        return _open_pipes(text, index)
    if "   " in line and (found := read_columns(text, index)):
        return found
    if "\t" in line and (found := _tabs(text, index)):
        return found
    if _BORDER.match(line) and (found := _grid(text, index)):
        return found
    if index >= text.no_stream and len(line) < 30 and text.led(_next(text, index)) and fold(line) in NUMBERS:
        return read_stream(text, index)
    return None


def _next(text: TextLines, index: int) -> int:
    """The next line that is not blank, of the two below."""
    return index + 1 if index + 1 < len(text.lines) and text.lines[index + 1].strip() else index + 2


def _cells(text: TextLines, first: int, last: int, *, lead: bool) -> tuple[Piece, ...]:
    """The cells of the row in lines `first` to `last`. `lead`: the text before the first bar is a cell too."""
    marks = [text.starts[i] + bar for i in range(first, last + 1) for bar in text.bars(i)]
    begins = text.starts[first] - 1
    ends = text.starts[last] + len(text.lines[last])
    if lead:
        marks.insert(0, begins)
    if text.source.text[marks[-1] + 1 : ends].strip() or (lead and not text.closed(last)):
        marks.append(ends)
    return tuple(text.source.piece(a + 1, b) for a, b in pairwise(marks))


def _pipes(text: TextLines, index: int) -> tuple[Table, int]:
    """A table whose lines begin with a bar; a row may be wrapped over lines."""
    rows: list[Row] = []
    width = 0
    while text.led(index):
        if columns := text.ruled(index):
            width = max(width, columns)
            index += 1
            continue
        last = _row_end(text, index, width)
        pieces = _cells(text, index, last, lead=False)
        if len(pieces) > 1 or (pieces and width):
            rows.append(plain_row(pieces, f"dòng {index + 1}"))
            width = max(width, len(pieces))
        elif any(c.isalnum() for p in pieces for c in p.text):
            rows.append(plain_row(pieces, f"dòng {index + 1}"))
        index = last + 1
    return Table(tuple(row for row in rows if row.pieces)), index


def _row_end(text: TextLines, index: int, width: int) -> int:
    """The last line of the row that begins in line `index` of a table of `width` columns (0: not known yet)."""
    bars = len(text.bars(index))
    count = bars - text.closed(index)
    if text.closed(index) and (not width or count >= width):
        return index
    for last in range(index + 1, min(index + _WRAPPED, len(text.lines))):
        if not text.lines[last].strip() or text.led(last) or text.ruled(last):
            # The rest of the last cell of a row without a closing bar.
            return last - 1 if count == width and last > index + 1 and text.led(last) else index
        bars += len(text.bars(last))
        complete = bars - text.closed(last)
        if text.closed(last) and (complete == width or not width) and complete > 1:
            return last
        if width and complete > width:
            return index
    return index


def _open_pipes(text: TextLines, index: int) -> tuple[Table, int] | None:
    """A table whose lines do not begin with a bar: a rule below its heading, or three rows of as many cells."""
    width = text.ruled(index) or text.ruled(index + 1)
    ruled = bool(width)
    if not ruled:
        same = [len(text.bars(i)) for i in range(index, min(index + 3, len(text.lines)))]
        if len(same) < 3 or len(set(same)) > 1 or same[0] < 2:
            return None
        width = same[0] + 1 - text.closed(index)
    rows: list[Row] = []
    while index < len(text.lines) and text.bars(index):
        if text.ruled(index):
            index += 1
            continue
        last, count = index, len(text.bars(index)) - text.closed(index)
        while count + 1 < width and last - index < _WRAPPED and last + 1 < len(text.lines):
            if not text.lines[last + 1].strip() or text.ruled(last + 1):
                break
            last += 1
            count += len(text.bars(last)) - text.closed(last)
        if count + 1 != width and last > index:
            last, count = index, len(text.bars(index)) - text.closed(index)
        if count + 1 != width and not ruled:
            break
        pieces = _cells(text, index, last, lead=True)
        rows.append(plain_row(pieces, f"dòng {index + 1}"))
        index = last + 1
    return Table(tuple(rows)), index


def _tabs(text: TextLines, index: int) -> tuple[Table, int] | None:
    """Three lines or more with as many tabs between their cells."""
    count = text.lines[index].count("\t")
    known = count >= 2 and is_heading(text.lines[index].split("\t"))
    if count < 3 and not known:
        return None
    end = index
    while end < len(text.lines) and text.lines[end].count("\t") == count:
        end += 1
    if end - index < 3:
        return None
    rows = []
    for number in range(index, end):
        line, start = text.lines[number], text.starts[number]
        marks = [-1, *(i for i, c in enumerate(line) if c == "\t"), len(line)]
        pieces = [text.source.piece(start + a + 1, start + b) for a, b in pairwise(marks)]
        rows.append(plain_row(pieces, f"dòng {number + 1}"))
    return Table(tuple(rows)), end


def _grid(text: TextLines, index: int) -> tuple[Table, int] | None:
    """A table drawn with +---+: the lines between two borders are one row, or as many as have numbers."""
    rows: list[Row] = []
    part: list[tuple[Piece, ...]] = []
    place = index + 1

    def finish() -> None:
        if part:
            width = max(len(line) for line in part)
            cells = []
            for column in range(width):
                cell = part[0][column] if column < len(part[0]) else text.source.piece(0, 0)
                for line in part[1:]:
                    cell = cell.join(line[column]) if column < len(line) else cell
                cells.append(cell)
            rows.append(plain_row(cells, f"dòng {place}"))
            part.clear()

    while index < len(text.lines) and (_BORDER.match(text.lines[index]) or text.led(index)):
        if _BORDER.match(text.lines[index]) or text.ruled(index):
            finish()
        else:
            pieces = _cells(text, index, index, lead=False)
            if part and pieces and _NUMBER.match(pieces[0].text) and not pieces[0].text.endswith(","):
                finish()
            place = place if part else index + 1
            part.append(pieces)
        index += 1
    finish()
    return (Table(tuple(rows)), index) if rows else None
