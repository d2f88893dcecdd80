"""What is said of a report that was edited in Word against the one that its figures make (G08).

Three things are told: a figure that became another, a figure that is gone, and a number that was typed and that no
source gives.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction

from dtxl.core.text import tidy
from dtxl.documents.phrases import Passage
from dtxl.documents.typed import Number, masked, numbers, tokens
from dtxl.model.finding import Finding, finding

CHANGED, DELETED, TYPED = "changed", "deleted", "typed"
GONE, NOWHERE = "không còn trong báo cáo", "không có số này"
ALIKE = 0.75  # of the words of two paragraphs, in order: a paragraph that shares fewer was written anew


@dataclass(frozen=True)
class Verified:
    """What was compared, and the figures that differ."""

    paragraphs: int  # paragraphs with figures that were found again
    cells: int  # cells with figures that were found again
    findings: tuple[Finding, ...]


def remark(kind: str, label: str, found: Iterable[str], expected: Iterable[str] = ()) -> Finding:
    """G08 of one kind, which its `args` tell too; what stands several times is said once."""
    there = GONE if kind == DELETED else ", ".join(dict.fromkeys(found))
    wanted = NOWHERE if kind == TYPED else ", ".join(dict.fromkeys(expected))
    return finding("G08", label=label, found=there, args={"expected": wanted, "kind": kind})


@dataclass
class Given:
    """The numbers that a source gives: those of all figures of the report."""

    worths: set[Fraction]
    texts: set[str]

    def gives(self, number: Number) -> bool:
        """Whether a typed number is surely one of them: small whole ones are like each other by chance."""
        telling = number.share or number.worth >= 100 or number.worth.denominator != 1
        return telling and number.worth in self.worths


def given_by(passages: Sequence[Passage]) -> Given:
    """What the figures of the report give."""
    said = [figure.text for passage in passages for figure in passage.figures]
    return Given({n.worth for text in said for n in numbers(text)}, {tidy(p.text) for p in passages if p.figures})


def likest(changed: Sequence[str], rest: Sequence[str]) -> list[int | None]:
    """For each changed text the place in `rest` of the one that it became, the likest first; None for none like it."""
    words, others = [masked(tokens(t)) for t in changed], [masked(tokens(t)) for t in rest]
    scores = []
    for i, mine in enumerate(words):
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(mine)
        for j, theirs in enumerate(others):
            matcher.set_seq1(theirs)
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
                scores.append((matcher.ratio(), -abs(i - j), i, j))
    found: list[int | None] = [None] * len(changed)
    taken: set[int] = set()
    for _, _, i, j in sorted(scores, reverse=True):
        if found[i] is None and j not in taken:
            found[i] = j
            taken.add(j)
    return found
