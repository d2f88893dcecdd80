"""The running text of an edited report, held by its marks against ours.

Where a mark was lost (a figure typed over, a sentence written anew, a text copied), the words around the figure find it
again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from fractions import Fraction

from dtxl.core.text import tidy
from dtxl.documents.held import CHANGED, DELETED, TYPED, Given, likest, remark
from dtxl.documents.phrases import Passage
from dtxl.documents.sections import brief
from dtxl.documents.typed import Number, figures_in, masked, numbers, tokens
from dtxl.files.docx_marked import Mark, MarkedText
from dtxl.model.finding import Finding

_NEAR = 2  # words or signs on one side of a number that must be the same for the number to be the same one


@dataclass
class _Pair:
    """A paragraph of ours and what it became."""

    ours: MarkedText
    edited: list[int] = field(default_factory=list)


class Paragraphs:
    """The running text of both reports."""

    def __init__(
        self, passages: Sequence[Passage], given: Given, ours: Sequence[MarkedText], edited: Sequence[MarkedText]
    ) -> None:
        self._given = given
        self._places = {tidy(p.text): p.place for p in reversed(passages)}
        self._ours, self._edited = ours, edited
        self._of = {m.name: (j, m) for j, text in enumerate(edited) for m in text.marks if m.start < m.end}
        self._claimed: dict[int, set[int]] = defaultdict(set)  # edited paragraph → starts of numbers explained
        self._known: dict[int, set[Fraction]] = defaultdict(set)  # edited paragraph → numbers of ours that it may hold
        self.compared = 0

    def findings(self) -> Iterator[Finding]:
        """What differs, in the order of our text; then what was typed, in the order of theirs."""
        pairs, same = self._paired()
        told: dict[int, list[Finding]] = {}
        lost: dict[int, tuple[list[str], list[int]]] = {}
        for i, pair in pairs.items():
            told[i], missing = self._figures(pair)
            if missing:
                lost[i] = (missing, pair.edited)
        strangers = {j: self._strangers(j) for j in range(len(self._edited)) if j not in same}
        for i, (missing, there) in lost.items():
            rest = [(j, n) for j in there for n in strangers.get(j, ())]
            label = self._label(self._ours[i].text, there)
            if len(missing) == len(rest) == 1:
                j, number = rest[0]
                strangers[j].remove(number)
                told[i].append(remark(CHANGED, label, [number.typed], missing))
            else:
                told[i].append(remark(DELETED, label, (), missing))
        for i in sorted(told):
            yield from told[i]
        for j, found in strangers.items():
            if found:
                yield remark(TYPED, f"Đoạn “{brief(self._edited[j].text)}”", [n.typed for n in found])

    def _label(self, text: str, there: Sequence[int]) -> str:
        place = self._places.get(tidy(text), "Báo cáo")
        return f"{place}, “{brief(self._edited[there[0]].text if there else text)}”"

    def _paired(self) -> tuple[dict[int, _Pair], set[int]]:
        """(paragraphs of ours that changed, with what they became; edited paragraphs that are as they were)."""
        free: dict[str, list[int]] = defaultdict(list)
        for j, text in reversed(list(enumerate(self._edited))):
            free[tidy(text.text)].append(j)
        where: dict[int, int] = {}
        for i, text in enumerate(self._ours):
            if free[tidy(text.text)]:
                where[i] = free[tidy(text.text)].pop()
        same = set(where.values())
        pairs = {i: _Pair(text) for i, text in enumerate(self._ours) if i not in where}
        self.compared += sum(bool(self._ours[i].marks) for i in where)
        for pair in pairs.values():
            holders = Counter(self._of[m.name][0] for m in pair.ours.marks if m.name in self._of)
            pair.edited = [j for j, _ in holders.most_common() if j not in same]
        self._by_words(pairs, same)
        self._by_place(pairs, same, where)
        for pair in pairs.values():
            self.compared += bool(pair.ours.marks and pair.edited)
            for j in pair.edited:
                self._known[j] |= {n.worth for n in numbers(pair.ours.text)}
        return pairs, same

    def _by_words(self, pairs: dict[int, _Pair], same: set[int]) -> None:
        taken = same | {j for pair in pairs.values() for j in pair.edited}
        mine = [i for i, pair in pairs.items() if not pair.edited and tidy(pair.ours.text)]
        rest = [j for j, text in enumerate(self._edited) if j not in taken and tidy(text.text)]
        found = likest([tidy(pairs[i].ours.text) for i in mine], [tidy(self._edited[j].text) for j in rest])
        for i, n in zip(mine, found, strict=True):
            if n is not None:
                pairs[i].edited = [rest[n]]

    def _by_place(self, pairs: dict[int, _Pair], same: set[int], where: dict[int, int]) -> None:
        """One paragraph written wholly anew between two that were found again is what stood there."""
        at = where | {i: pair.edited[0] for i, pair in pairs.items() if pair.edited}
        taken = same | set(at.values()) | {j for pair in pairs.values() for j in pair.edited}
        for i, pair in pairs.items():
            if pair.edited or not pair.ours.marks:
                continue
            before, after = (at.get(i - 1, -1) if i else -1), at.get(i + 1, len(self._edited))
            if after - before == 2 and before + 1 not in taken and (i == 0 or i - 1 in at):
                pair.edited = [before + 1]

    def _figures(self, pair: _Pair) -> tuple[list[Finding], list[str]]:
        """(what differs, the figures that are gone) of one changed paragraph."""
        out, lost = [], []
        wrong: dict[str, tuple[list[str], list[str]]] = {}
        for mark in pair.ours.marks:
            wanted = numbers(pair.ours.text[mark.start : mark.end])
            there = self._marked(mark.name)
            if there is None or not there[1]:
                lost.append(mark)
                continue
            j, found = there
            self._claimed[j] |= {n.start for n in found if n.worth in {w.worth for w in wanted}}
            if {w.worth for w in wanted} <= {n.worth for n in found}:
                continue
            self._claimed[j] |= {n.start for n in found}
            _note(wrong, self._label(pair.ours.text, [j]), found, wanted)
        gone = [text for mark in lost for text in self._again(pair, mark, wrong)]
        out = [remark(CHANGED, label, found, wanted) for label, (found, wanted) in wrong.items()]
        return out, gone

    def _marked(self, name: str) -> tuple[int, list[Number]] | None:
        """(edited paragraph, numbers within the mark or glued to it: "85,50%" typed over in front of its "%")."""
        if name not in self._of:
            return None
        j, mark = self._of[name]
        text = self._edited[j].text
        near = [n for n in numbers(text) if n.start < mark.end and n.end > mark.start]
        if not near:
            near = [n for n in numbers(text) if n.end == mark.start or n.start == mark.end]
        return j, near

    def _again(self, pair: _Pair, mark: Mark, wrong: dict[str, tuple[list[str], list[str]]]) -> Iterator[str]:
        """A figure without its mark, found by the words around it; itself where it is gone."""
        wanted = [n for n in numbers(pair.ours.text) if mark.start <= n.start < mark.end]
        for j in pair.edited:
            aligned = _aligned(pair.ours.text, self._edited[j].text)
            there = [aligned[n.start] for n in wanted if n.start in aligned]
            there = [n for n in there if n.start not in self._claimed[j]]
            if len(there) == len(wanted):
                self._claimed[j] |= {n.start for n in there}
                if [n.worth for n in there] != [n.worth for n in wanted]:
                    _note(wrong, self._label(pair.ours.text, [j]), there, wanted)
                return
        for j in pair.edited:
            free = [n for n in numbers(self._edited[j].text) if n.start not in self._claimed[j]]
            if same := [n for n in free if n.worth == wanted[0].worth] if wanted else []:
                self._claimed[j].add(same[0].start)
                return
        if wanted:
            yield pair.ours.text[mark.start : mark.end]

    def _strangers(self, j: int) -> list[Number]:
        """Numbers of an edited paragraph that nothing explains."""
        return [
            n
            for n in figures_in(self._edited[j].text)
            if n.start not in self._claimed[j] and n.worth not in self._known[j] and not self._given.gives(n)
        ]


def _note(
    wrong: dict[str, tuple[list[str], list[str]]], label: str, found: Sequence[Number], wanted: Sequence[Number]
) -> None:
    there, ours = wrong.setdefault(label, ([], []))
    if len(found) == len(wanted):
        pairs = [(a, b) for a, b in zip(found, wanted, strict=True) if a.worth != b.worth]
        found, wanted = [a for a, _ in pairs], [b for _, b in pairs]
    there += [n.typed for n in found]
    ours += [n.typed for n in wanted]


def _aligned(ours: str, edited: str) -> dict[int, Number]:
    """Start of a number of ours → the number of theirs that stands between the same words."""
    mine, theirs = numbers(ours), numbers(edited)
    words, others = masked(tokens(ours)), masked(tokens(edited))
    first, second = ([n for n, word in enumerate(side) if word == "#"] for side in (words, others))
    at, there = dict(zip(first, mine, strict=True)), dict(zip(second, theirs, strict=True))
    out: dict[int, Number] = {}
    for a, b, size in SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks():
        for offset in range(size):
            if a + offset in at and (offset >= _NEAR or size - offset > _NEAR):
                out[at[a + offset].start] = there[b + offset]
    return out
