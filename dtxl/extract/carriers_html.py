"""HTML tables inside markdown or plain text: each cell is an exact piece of the source."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dtxl.extract.carriers import Row
from dtxl.extract.pieces import Piece, Source
from dtxl.files.flow import MAX_COLUMNS

_TABLE = re.compile(r"<(/?)table\b[^<>]{0,2000}>", re.IGNORECASE)
_LAST = re.compile(r"</?t(?:[rdh]|body)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<!--.{0,5000}?-->|<(/?)([a-z][a-z0-9]{0,15})\b([^<>]{0,5000})>", re.IGNORECASE | re.DOTALL)
_SPAN = re.compile(r"\b(row|col)span\s*=\s*[\"']?\s*(\d{1,4})", re.IGNORECASE)
_INLINE = frozenset(
    ("a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "ins", "mark", "s", "small", "span", "strike",
     "strong", "sub", "tt", "u", "var", "wbr")
)  # fmt: skip
_SILENT = frozenset(("script", "style", "sup"))


@dataclass
class _Cell:
    parts: list[tuple[int, int, bool]] = field(default_factory=list)  # start, end, glued to the part before it
    rowspan: int = 1
    colspan: int = 1


def html_tables(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each outermost table; one that is not closed ends with the last of its rows."""
    depth, start = 0, 0
    inner = 0  # where the next table began, inside one that may not be closed
    for match in _TABLE.finditer(text):
        if not match[1]:
            depth += 1
            start = match.start() if depth == 1 else start
            inner = match.end()
        elif depth:
            depth -= 1
            if not depth:
                yield start, match.end()
    if depth:
        last = start
        for match in _LAST.finditer(text, max(start, 0)):
            last = match.end()
        yield start, max(last, inner)


def read_html_table(source: Source, start: int, end: int, number: int) -> list[Row]:
    """The rows of the table in `source.text[start:end]`, begun in line `number`. Tables within cells are text."""
    rows: list[tuple[int, list[_Cell]]] = []
    cell: _Cell | None = None
    depth, position, glued = 0, start, False
    silent = ""
    for match in _TAG.finditer(source.text, start, end):
        if cell is not None and not silent and source.text[position : match.start()].strip():
            cell.parts.append((position, match.start(), glued))
            glued = True
        position = match.end()
        name, closing = (match[2] or "").lower(), bool(match[1])
        if silent:
            silent = "" if closing and name == silent else silent
            continue
        if name in _SILENT and not closing:
            silent = name if name != "sup" or _is_note(source.text, match.end()) else ""
            continue
        if name == "table":
            depth += -1 if closing else 1
        elif depth == 1 and name == "tr":
            cell = None
            if not closing:
                rows.append((match.start(), []))
        elif depth == 1 and name in ("td", "th"):
            cell = None
            if not closing:
                cell = _begun(match[3] or "")
                if not rows:
                    rows.append((match.start(), []))
                rows[-1][1].append(cell)
        glued = glued and (not name or name in _INLINE or name == "sup")
    return _placed(source, rows, start, number)


def _is_note(text: str, at: int) -> bool:
    """Whether <sup> holds a footnote's mark: a figure that stands after no unit of length."""
    before = re.search(r"(?<![^\W\d_])(?:[kcdm]?m|dam|hm)\s*<sup>$", text[max(0, at - 12) : at], re.IGNORECASE)
    return not before and bool(re.match(r"\s*[\[(]?[\d*]{1,3}[\])]?\s*</sup>", text[at : at + 20], re.IGNORECASE))


def _begun(attributes: str) -> _Cell:
    spans = {kind.lower(): max(int(size), 1) for kind, size in _SPAN.findall(attributes)}
    return _Cell(rowspan=spans.get("row", 1), colspan=min(spans.get("col", 1), MAX_COLUMNS))


def _placed(source: Source, rows: list[tuple[int, list[_Cell]]], start: int, number: int) -> list[Row]:
    """The cells on a grid: what goes on from the row above is merged, what a cell covers to its right is empty."""
    out: list[Row] = []
    above: dict[
        int, int
    ] = {}  # column → rows below that a cell still covers; negative where it is not its first column
    line, counted = number, start
    for at, cells in rows:
        line += source.text.count("\n", counted, at)
        counted = at
        if not cells:
            continue
        empty = source.piece(at, at)
        pieces: list[Piece] = []
        merged: list[bool] = []
        waiting = iter(cells)
        below: dict[int, int] = {}
        while len(pieces) < MAX_COLUMNS:
            column = len(pieces)
            if left := above.pop(column, 0):
                pieces.append(empty)
                merged.append(left > 0)
                if abs(left) > 1:
                    below[column] = left - 1 if left > 0 else left + 1
                continue
            cell = next(waiting, None)
            if cell is None:
                if not any(later > column for later in above):
                    break
                pieces.append(empty)
                merged.append(False)
                continue
            for step in range(cell.colspan):
                pieces.append(empty if step else _piece(source, cell, empty))
                merged.append(False)
                if cell.rowspan > 1:
                    below[column + step] = 1 - cell.rowspan if step else cell.rowspan - 1
        above = below
        out.append(Row(tuple(pieces), tuple(merged), f"dòng {line}"))
    return out


def _piece(source: Source, cell: _Cell, empty: Piece) -> Piece:
    made = empty
    for start, end, glued in cell.parts:
        raw = source.text
        spaced = not glued or raw[start].isspace() or raw[start - 1].isspace()
        part = source.piece(start, end)
        made = made.join(part, " " if spaced or _space_before(raw, start) else "") if made.text else part
    return made


def _space_before(text: str, start: int) -> bool:
    """Whether the text before the tags that end at `start` ends with a space."""
    while start and text[start - 1] == ">":
        opened = text.rfind("<", max(0, start - 5000), start)
        if opened < 0:
            return False
        start = opened
    return start > 0 and text[start - 1].isspace()
