"""Tables and pairs of columns that only blanks keep apart, as programs write that turn a PDF into plain text."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dtxl.core.text import fold
from dtxl.extract.carriers import NUMBERS, Paragraph, Table, is_heading, paragraph, plain_row
from dtxl.extract.pieces import Piece

if TYPE_CHECKING:
    from dtxl.extract.carriers_text import TextLines

_PART = re.compile(r"\S+(?: \S+)*")  # words with single spaces between them
_RUNNING = re.compile(r"^(?:\d{1,3}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-Z])[.)]?$")
_FOOTER = re.compile(r"^\W*(?:trang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?\W*$", re.IGNORECASE)
_BESIDE = ("cong hoa xa hoi", "noi nhan", "dang cong san viet nam")  # what stands in one of two columns
_APART = 6  # blanks between two columns, at least
_FOOTERS = 6  # lines, blank ones too, that a page's end and beginning put into a table


@dataclass(frozen=True, slots=True)
class _Part:
    """`text` of a line from offset `start` to `end`; `left` and `right` count the letters as they are seen."""

    start: int
    end: int
    left: int
    right: int
    text: str


def read_columns(text: "TextLines", index: int) -> tuple[Table, int] | None:
    """The table whose heading stands in line `index`, and the line after it; None where the line is no such heading."""
    heading = _parts(text.lines[index])
    if len(heading) < 3 or not is_heading(part.text for part in heading):
        return None
    numbered = fold(heading[0].text).rstrip(".") in NUMBERS
    empty = text.source.piece(text.starts[index], text.starts[index])
    rows = [(index, [_piece(text, index, part) for part in heading])]
    end = at = index + 1
    while at < len(text.lines):
        parts = _parts(text.lines[at])
        placed = {} if len(parts) == 1 and _FOOTER.match(parts[0].text) and len(rows) > 1 else _placed(parts, heading)
        begins = bool(_RUNNING.match(placed[0][0].text)) if numbered and 0 in placed else len(parts) > 1
        repeated = [p.text for p in parts] == [p.text for p in heading]
        if placed and begins and not repeated and (not numbered or 0 in placed):
            rows.append((at, [empty] * len(heading)))
        elif not placed or repeated:
            if at - end >= _FOOTERS:
                break
            at += 1
            continue
        elif at > end or (numbered and 0 in placed):
            break  # a line of its own, not the rest of a cell
        for column, found in placed.items():
            for part in found:
                rows[-1][1][column] = rows[-1][1][column].join(_piece(text, at, part))
        at += 1
        end = at
    if len(rows) < 2:
        return None
    return Table(tuple(plain_row(pieces, f"dòng {line + 1}") for line, pieces in rows)), end


def _piece(text: "TextLines", line: int, part: _Part) -> Piece:
    return text.source.piece(text.starts[line] + part.start, text.starts[line] + part.end)


def _parts(line: str) -> list[_Part]:
    """What wide gaps keep apart."""
    composed = unicodedata.is_normalized("NFC", line)
    found = []
    for match in _PART.finditer(line):
        left, right = match.span() if composed else (_seen(line[: match.start()]), _seen(line[: match.end()]))
        found.append(_Part(*match.span(), left, right, match[0]))
    return found


def _seen(text: str) -> int:
    return sum(not unicodedata.combining(c) for c in text)


def _placed(parts: Sequence[_Part], heading: Sequence[_Part]) -> dict[int, list[_Part]]:
    """Column → parts: each below the heading that it overlaps most, or else the nearest one."""
    placed: dict[int, list[_Part]] = {}
    for part in parts:
        overlap = [min(part.right, head.right) - max(part.left, head.left) for head in heading]
        best = max(range(len(heading)), key=lambda i: (overlap[i] if overlap[i] <= 0 else overlap[i] + 1000, -i))
        if part.left == heading[0].left and not _RUNNING.match(part.text):
            best = 0
        placed.setdefault(best, []).append(part)
    return placed


def read_pair(text: "TextLines", index: int) -> tuple[list[Paragraph], int] | None:
    """The header or the signature that begins in line `index`, the left column before the right one, and the line after
    it; None for any other line."""
    if len(_halves(text.lines[index])) != 2 or not any(word in fold(text.lines[index]) for word in _BESIDE):
        return None
    left: list[tuple[int, _Part]] = []
    right: list[tuple[int, _Part]] = []
    end = at = index
    while at < len(text.lines) and at - end <= 2:
        halves = _halves(text.lines[at])
        if len(halves) == 2:
            left.append((at, halves[0]))
            right.append((at, halves[1]))
        elif len(halves) == 1 and halves[0].left >= right[0][1].left - _APART:
            right.append((at, halves[0]))
        elif len(halves) == 1 and at == end and halves[0].text.startswith(("-", "–")):
            left.append((at, halves[0]))
        elif halves:
            break
        at += 1
        end = at if halves else end
    made = [(line, part) for column in (left, right) for line, part in column]
    return [p for line, part in made for p in paragraph(_piece(text, line, part), "", f"dòng {line + 1}")], end


def _halves(line: str) -> list[_Part]:
    """The parts of a line, those with few blanks between them as one; more than two for a line of a table."""
    found: list[_Part] = []
    for part in _parts(line):
        if found and part.left - found[-1].right < _APART:
            last = found.pop()
            part = _Part(last.start, part.end, last.left, part.right, line[last.start : part.end])
        found.append(part)
    return found
