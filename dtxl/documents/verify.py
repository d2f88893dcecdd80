"""A report that was edited in Word against the one that its figures make (G08).

Only what is certain is told: a figure that was replaced by another number where the words around it, or the rest of the
table's row, are still those of our report. What staff left out, added or wrote anew is theirs.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction

from dtxl.core.text import tidy
from dtxl.documents.phrases import Passage
from dtxl.documents.sections import brief
from dtxl.files.flow import Flow, FlowTable, FlowText
from dtxl.model.finding import Finding, finding

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]")
_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3})+")
ALIKE = 0.75  # of the words of two paragraphs, in order: a paragraph that shares fewer was written anew
_NEAR = 2  # words or signs on one side of a number that must be the same for the number to be the same one
_KEY_CELLS = 3  # cells at the left of a row that name it: code, name, scope


@dataclass(frozen=True)
class Verified:
    """What was compared, and the figures that differ."""

    paragraphs: int  # paragraphs with figures that were found again
    cells: int  # cells with figures that were found again
    findings: tuple[Finding, ...]


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


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _masked(tokens: Iterable[str]) -> list[str]:
    """Words as they compare; every number is the same."""
    return ["#" if token[0].isdecimal() else token.casefold() for token in tokens]


def _worth(token: str) -> Fraction:
    """The number that digits with marks say, the Vietnamese way; "85.5" is a slip of the keyboard for 85,5."""
    plain = token.replace(".", "") if _GROUPS.fullmatch(token.partition(",")[0]) else token
    plain = plain.replace(",", ".")
    return Fraction(plain) if plain.count(".") < 2 else Fraction(plain.replace(".", ""))


def _paragraphs(passages: Sequence[Passage], texts: Sequence[str]) -> tuple[int, list[Finding]]:
    spoken = [p for p in passages if p.figures and not re.match(r"Phụ lục [IVX]+, dòng", p.place)]
    left = Counter(texts)
    changed = []
    for passage in spoken:
        if left[tidy(passage.text)]:
            left[tidy(passage.text)] -= 1
        else:
            changed.append(passage)
    ours = Counter(tidy(p.text) for p in passages)
    rest = [text for text in left.elements() if text not in ours and any(map(str.isdecimal, text))]
    pairs = _pairs([tidy(p.text) for p in changed], rest)
    findings = [f for passage, text in zip(changed, pairs, strict=True) if text for f in _sentence(passage, text)]
    return len(spoken) - len(changed) + sum(text is not None for text in pairs), findings


def _pairs(changed: Sequence[str], rest: Sequence[str]) -> list[str | None]:
    """For each changed paragraph the one that it became, the likest first; None for none that is like it."""
    words, others = [_masked(_tokens(t)) for t in changed], [_masked(_tokens(t)) for t in rest]
    scores = []
    for i, mine in enumerate(words):
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(mine)
        for j, theirs in enumerate(others):
            matcher.set_seq1(theirs)
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
                scores.append((matcher.ratio(), -abs(i - j), i, j))
    found: list[str | None] = [None] * len(changed)
    taken: set[int] = set()
    for _, _, i, j in sorted(scores, reverse=True):
        if found[i] is None and j not in taken:
            found[i] = rest[j]
            taken.add(j)
    return found


def _sentence(passage: Passage, text: str) -> Iterator[Finding]:
    mine, theirs = _tokens(tidy(passage.text)), _tokens(text)
    shown = _shown(passage)
    matcher = SequenceMatcher(None, _masked(mine), _masked(theirs), autojunk=False)
    wrong = []
    for a, b, size in matcher.get_matching_blocks():
        for offset in range(size):
            i, j = a + offset, b + offset
            sure = offset >= _NEAR or size - offset > _NEAR
            if i in shown and sure and _worth(mine[i]) != _worth(theirs[j]):
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
        for n, match in enumerate(_TOKEN.finditer(text))
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
    return (row[0], *(" ".join(_masked(_tokens(cell))) for cell in row[1:]))


def _name(row: list[str]) -> tuple[str, ...]:
    return tuple(row[:_KEY_CELLS])


def _once(rows: Rows, key: Callable[[list[str]], tuple[str, ...]]) -> Mapping[tuple[str, ...], list[str]]:
    counted = Counter(map(key, rows))
    return {key(row): row for row in rows if counted[key(row)] == 1}


def _cell(ours: str, edited: str) -> bool:
    """Whether the numbers of a cell differ where its words are the same."""
    mine, theirs = _tokens(ours), _tokens(edited)
    if _masked(mine) != _masked(theirs):
        return False
    numbers = [(a, b) for a, b in zip(mine, theirs, strict=True) if a[0].isdecimal()]
    return any(_worth(a) != _worth(b) for a, b in numbers)
