"""Tables of which a converter has put each cell on a line of its own, the bars between them, often alone on a line.

Where a row ends is not marked, or only by one bar more than there are cells. It is told by the first column with
the running number: the number of columns is the one with which each row begins with a number, or with nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from dtxl.core.text import fold
from dtxl.extract.carriers import Table, headings, plain_row
from dtxl.extract.pieces import read

if TYPE_CHECKING:
    from dtxl.extract.carriers_text import TextLines

_RUNNING = re.compile(r"^(?:\d{1,3}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-Z])[.)]?$")
_MOST = 20  # columns
_PATIENCE = 12  # lines without a bar within a cell


@dataclass(frozen=True, slots=True)
class _Gap:
    """What stands between two bars: offsets in the source, the first line's index, the text without marks."""

    start: int
    end: int
    line: int
    text: str
    open: bool = False  # no bar says where it ends


def read_stream(text: "TextLines", index: int) -> tuple[Table, int] | None:
    """The table whose first cell stands in line `index` or below the bar that stands there alone; None for no such.

    The second is the index of the line after it. A bar alone that begins no such table gives a table without rows.
    """
    lone = text.led(index) and _texts(text, index) == []
    first = _first_text(text, index)
    rows = None
    if first is not None and first.startswith(headings()):
        gaps, looked, rules = _gaps(text, index)
        rows = _rows(text, gaps, rules)
        if rows is None:
            text.no_stream = looked
    if rows is None:
        return (Table(()), index + 1) if lone else None
    made = [plain_row((text.source.piece(g.start, g.end) for g in row), f"dòng {row[0].line + 1}") for row in rows]
    last = max(gap.end for gap in rows[-1])
    return Table(tuple(made)), max(bisect_right(text.starts, last), index + 1)


def _texts(text: "TextLines", index: int) -> list[str]:
    """What stands between, before and after the bars of a line."""
    line = text.lines[index]
    marks = [-1, *text.bars(index), len(line)]
    return [cell for a, b in pairwise(marks) if (cell := line[a + 1 : b].strip())]


def _first_text(text: "TextLines", index: int) -> str | None:
    """The first cell's text, folded; None where it shares its line with others."""
    for at in range(index, min(index + 4, len(text.lines))):
        if cells := _texts(text, at):
            return fold(read(cells[0])) if len(cells) == 1 else None
    return None


def _gaps(text: "TextLines", index: int) -> tuple[list[_Gap], int, int]:
    """The cells from line `index` on, the line up to which was looked, and the columns of a rule below the heading."""
    marks: list[tuple[int, int]] = []  # offset, line
    columns = 0
    cuts: list[tuple[int, int]] = []  # where rules stand: no text
    end, at, single = index, index, 0
    while at < len(text.lines) and at - end <= _PATIENCE:
        if at in text.tables:
            break
        if width := text.ruled(at):
            columns = columns or (0 if text.led(at) else width)
            cuts.append((text.starts[at], text.starts[at] + len(text.lines[at])))
            end = at
        elif bars := text.bars(at):
            if len(_texts(text, at)) > 1:
                break
            single += bool(text.led(at) and text.closed(at) and len(bars) == 2)
            marks += [(text.starts[at] + bar, at) for bar in bars]
            end = at
        at += 1
    if not marks:
        return [], at, columns
    tailed = False
    if single * 3 > len(marks):  # each cell within bars of its own
        pairs = list(pairwise(marks))
        pairs = [(a, b) for a, b in pairs if a[1] == b[1]]
    else:
        begins = (text.starts[index] - 1, index)
        head = [] if text.led(index) else [(begins, marks[0])]
        pairs = [*head, *pairwise(marks)]
        tail = _tail(text, marks[-1], at)
        tailed = tail > marks[-1][0] + 1
        if tailed:
            pairs.append((marks[-1], (tail, end)))
    gaps = [_gap(text, a, b[0], cuts) for a, b in pairs]
    if tailed:
        gaps[-1] = replace(gaps[-1], open=True)
    return gaps, at, columns


def _tail(text: "TextLines", mark: tuple[int, int], limit: int) -> int:
    """Where the cell after the last bar ends: with its first line of text."""
    for at in range(mark[1], min(limit, len(text.lines))):
        start = mark[0] + 1 if at == mark[1] else text.starts[at]
        end = text.starts[at] + len(text.lines[at])
        if text.source.text[start:end].strip():
            return end
    return mark[0] + 1


def _gap(text: "TextLines", mark: tuple[int, int], end: int, cuts: Sequence[tuple[int, int]]) -> _Gap:
    start = mark[0] + 1
    for low, high in cuts:
        if start <= low < end:  # a rule stands at the end of a heading's last cell, or at the head of the next one
            if text.source.text[start:low].strip() and not text.source.text[high:end].strip():
                end = low
            elif not text.source.text[start:low].strip():
                start = min(high, end)
    raw = text.source.text[start:end]
    line = mark[1] + raw[: len(raw) - len(raw.lstrip())].count("\n") if raw.strip() else mark[1]
    return _Gap(start, end, line, read(raw) if len(raw) < 400 else raw[:400])


def _rows(text: "TextLines", gaps: Sequence[_Gap], rules: int) -> list[list[_Gap]] | None:
    """The gaps in rows of as many cells; None where no number of columns fits."""
    if rules > 1 and (split := _split(text, gaps, rules)):
        return split
    period = max(range(2, _MOST + 2), key=lambda p: (_fits(gaps, p), -p))
    if not _fits(gaps, period):
        return None
    rows: list[list[_Gap]] = []
    for position in range(0, len(gaps), period):
        row = list(gaps[position : position + period])
        if rows and (not _begins(row[0].text) or not any(gap.text for gap in row)):
            break
        rows.append(row)
    separated = all(len(row) < period or not row[-1].text or row[-1].open for row in rows) and not rows[0][-1].text
    width = period - 1 if separated else period
    rows = [row[:width] for row in rows if len(row) >= max(2, width - 1)]
    return [_filled(row, width) for row in rows] if len(rows) > 1 else None


def _filled(row: list[_Gap], width: int) -> list[_Gap]:
    last = row[-1]
    return row + [_Gap(last.end, last.end, last.line, "")] * (width - len(row))


def _begins(text: str) -> bool:
    return not text or bool(_RUNNING.match(text))


def _fits(gaps: Sequence[_Gap], period: int) -> int:
    """How many rows begin with a number that follows the one before it, for rows of `period` gaps; 0 for no fit."""
    good = bad = 0
    before = ""
    for gap in gaps[period::period]:
        if gap.text and not _RUNNING.match(gap.text):
            break  # the table is over, or these are no rows
        if gap.text:
            good += 1
            bad += not _follows(before, gap.text)
            before = gap.text
    return good if good > 3 * bad else 0


def _follows(before: str, head: str) -> bool:
    """Whether a running number can stand after another: the next one, or a new start."""
    old, new = before.rstrip(".)"), head.rstrip(".)")
    return not (old.isdigit() and new.isdigit()) or int(new) in (1, int(old) + 1)


def _split(text: "TextLines", gaps: Sequence[_Gap], columns: int) -> list[list[_Gap]] | None:
    """Rows that share the gap between them: its last line is the first cell of the next one."""
    cells: list[_Gap] = []
    for number, gap in enumerate(gaps):
        cells += _halves(text, gap) if number and number % (columns - 1) == 0 else [gap]
    rows = [cells[i : i + columns] for i in range(0, len(cells), columns)]
    end = next((i for i, row in enumerate(rows) if i and not _begins(row[0].text)), len(rows))
    rows = [_filled(row, columns) for row in rows[:end] if len(row) > 1]
    return rows if len(rows) > 1 and any(row[0].text for row in rows[1:]) else None


def _halves(text: "TextLines", gap: _Gap) -> list[_Gap]:
    """The end of one row and the beginning of the next, within one gap."""
    low, high = gap.start, gap.end
    last = bisect_right(text.starts, high) - 1
    while last > 0 and text.starts[last] > low and not text.source.text[text.starts[last] : high].strip():
        last -= 1
    at = max(text.starts[last], low)
    number = text.source.text[at:high].strip()
    end, line = low, bisect_right(text.starts, low) - 1
    while line < len(text.lines) and text.starts[line] < at:  # the first half ends before the rule
        start = max(text.starts[line], low)
        if text.ruled(line):
            break
        stop = min(text.starts[line] + len(text.lines[line]), high)
        end = stop if text.source.text[start:stop].strip() else end
        line += 1
    if not _RUNNING.match(number):
        return [gap, _Gap(high, high, last, "")]
    return [_Gap(low, end, gap.line, read(text.source.text[low:end])), _Gap(at, high, last, number)]
