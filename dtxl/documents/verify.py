"""A report that was edited in Word against the one that its figures make (G08): by its marks (`hold`), and by its words
where it has none (`verify`), as with a report of an earlier version.

By words only what is certain is told: a figure that was replaced by another number where the words around it, or the
rest of the table's row, are still those of our report. What staff left out, added or wrote anew is theirs.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from dtxl.core.text import tidy
from dtxl.documents.held import Verified, given_by, likest
from dtxl.documents.held_tables import Tables
from dtxl.documents.held_text import Paragraphs
from dtxl.documents.phrases import Passage
from dtxl.documents.sections import brief
from dtxl.documents.typed import TOKEN, masked, tokens, worth
from dtxl.files.docx_marked import Block, MarkedTable, MarkedText
from dtxl.files.flow import Flow, FlowTable, FlowText
from dtxl.model.finding import Finding, finding

_NEAR = 2  # words or signs on one side of a number that must be the same for the number to be the same one
_KEY_CELLS = 3  # cells at the left of a row that name it: code, name, scope


def hold(passages: Sequence[Passage], ours: Sequence[Block], edited: Sequence[Block]) -> Verified:
    """Hold the edited report against ours, both as `read_marked` gives them; `passages` as `report_passages` does."""
    given = given_by(passages)
    mine, theirs = ([b for b in side if isinstance(b, MarkedText)] for side in (ours, edited))
    texts = Paragraphs(passages, given, mine, theirs)
    first, second = ([b for b in side if isinstance(b, MarkedTable)] for side in (ours, edited))
    tables = Tables(given, first, second)
    findings = (*texts.findings(), *tables.findings())
    return Verified(texts.compared, tables.compared, findings)


def verify(passages: Sequence[Passage], ours: Iterable[Flow], edited: Iterable[Flow]) -> Verified:
    """Hold the edited report against ours: `passages` as `report_passages` gives them, `ours` and `edited` as the two
    files read."""
    mine, theirs = list(ours), list(edited)
    paragraphs, first = _paragraphs(passages, [tidy(i.text) for i in theirs if isinstance(i, FlowText)])
    figures = {tidy(p.text) for p in passages if p.figures}
    cells, second = _tables(
        figures, [i for i in mine if isinstance(i, FlowTable)], [i for i in theirs if isinstance(i, FlowTable)]
    )
    return Verified(paragraphs, cells, (*first, *second))


def _paragraphs(passages: Sequence[Passage], texts: Sequence[str]) -> tuple[int, list[Finding]]:
    spoken = [p for p in passages if p.figures and not re.match(r"Phụ lục .+, dòng", p.place)]
    left = Counter(texts)
    changed = []
    for passage in spoken:
        if left[tidy(passage.text)]:
            left[tidy(passage.text)] -= 1
        else:
            changed.append(passage)
    ours = Counter(tidy(p.text) for p in passages)
    rest = [text for text in left.elements() if text not in ours and any(map(str.isdecimal, text))]
    places = likest([tidy(p.text) for p in changed], rest)
    pairs = [None if place is None else rest[place] for place in places]
    findings = [f for passage, text in zip(changed, pairs, strict=True) if text for f in _sentence(passage, text)]
    return len(spoken) - len(changed) + sum(text is not None for text in pairs), findings


def _sentence(passage: Passage, text: str) -> Iterator[Finding]:
    mine, theirs = tokens(tidy(passage.text)), tokens(text)
    shown = _shown(passage)
    matcher = SequenceMatcher(None, masked(mine), masked(theirs), autojunk=False)
    wrong = []
    for a, b, size in matcher.get_matching_blocks():
        for offset in range(size):
            i, j = a + offset, b + offset
            sure = offset >= _NEAR or size - offset > _NEAR
            if i in shown and sure and worth(mine[i]) != worth(theirs[j]):
                wrong.append((theirs[j], mine[i]))
    if wrong:
        label = f"{passage.place}, “{brief(text)}”"
        found, expected = (", ".join(dict.fromkeys(side)) for side in zip(*wrong, strict=True))
        yield finding("G08", label=label, found=found, args={"expected": expected})


def _shown(passage: Passage) -> set[int]:
    """Which tokens of the passage are numbers of its figures."""
    text, at, spans = tidy(passage.text), 0, []
    for figure in passage.figures:
        start = text.find(tidy(figure.text), at)
        if start >= 0:
            at = start + len(tidy(figure.text))
            spans.append((start, at))
    return {
        n
        for n, match in enumerate(TOKEN.finditer(text))
        if match[0][0].isdecimal() and any(start <= match.start() < end for start, end in spans)
    }


Rows = list[list[str]]


def _rows(table: FlowTable) -> Rows:
    """The texts of a table; a cell that runs down stands in each of its rows."""
    out: Rows = []
    for row in table.rows:
        above = out[-1] if out else []
        out.append(
            [
                above[n] if cell.merged and n < len(above) else tidy(cell.text.replace("\n", " "))
                for n, cell in enumerate(row.cells)
            ]
        )
    return out


def _tables(figures: set[str], ours: Sequence[FlowTable], edited: Sequence[FlowTable]) -> tuple[int, list[Finding]]:
    compared, findings = 0, []
    left = [_rows(table) for table in edited]
    for number, table in enumerate(ours, 1):
        rows = _rows(table)
        head = rows[0] if rows else []
        same = next((other for other in left if other and other[0] == head), None)
        if same is None or not any(head):
            continue
        left.remove(same)
        for row, other in _rows_again(rows, same):
            for column, (cell, there) in enumerate(zip(row, other, strict=False)):
                if cell not in figures or not there:
                    continue
                compared += 1
                wrong = _cell(cell, there)
                if wrong:
                    name = " – ".join(dict.fromkeys(filter(None, row[:_KEY_CELLS])))
                    title = head[column] if column < len(head) else ""
                    place = f"Bảng {number}, dòng “{brief(name)}”, cột “{title}”"
                    findings.append(finding("G08", label=place, found=there, args={"expected": cell}))
    return compared, findings


def _rows_again(ours: Rows, edited: Rows) -> Iterator[tuple[list[str], list[str]]]:
    """Each row of ours with the one that it became: the same but for its numbers, else of the same name; those of which
    there are two alike are left out."""
    if not edited or len(ours[0]) != len(edited[0]):
        return
    for key in (_likeness, _name):
        mine, theirs = _once(ours, key), _once(edited, key)
        for k, row in mine.items():
            if k in theirs:
                yield row, theirs[k]
        ours = [row for row in ours if mine.get(key(row)) is not row or key(row) not in theirs]
        edited = [row for row in edited if theirs.get(key(row)) is not row or key(row) not in mine]


def _likeness(row: list[str]) -> tuple[str, ...]:
    return (row[0], *(" ".join(masked(tokens(cell))) for cell in row[1:]))


def _name(row: list[str]) -> tuple[str, ...]:
    return tuple(row[:_KEY_CELLS])


def _once(rows: Rows, key: Callable[[list[str]], tuple[str, ...]]) -> Mapping[tuple[str, ...], list[str]]:
    counted = Counter(map(key, rows))
    return {key(row): row for row in rows if counted[key(row)] == 1}


def _cell(ours: str, edited: str) -> bool:
    """Whether the numbers of a cell differ where its words are the same."""
    mine, theirs = tokens(ours), tokens(edited)
    if masked(mine) != masked(theirs):
        return False
    numbers = [(a, b) for a, b in zip(mine, theirs, strict=True) if a[0].isdecimal()]
    return any(worth(a) != worth(b) for a, b in numbers)
