"""Extraction held against careful readers' lists: precision and recall on indicators and on targets.

`python -m tests.scoring [-v]` prints the figures for every corpus, with `-v` each difference. A target is right where
comparator, value, unit, scope, year and deadline all are.
"""

import difflib
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from dtxl.core.text import fold
from dtxl.extract import extract_document
from dtxl.extract.claims import read_claims
from dtxl.extract.moods import Years
from dtxl.extract.pieces import read
from dtxl.model.plan import Target

DATA = Path(__file__).parent / "data"
PLANS = Path(__file__).parents[2] / "shared" / "plans"
ALIKE = 0.6  # share of a reader's words that a wording must hold to be taken for the same indicator
Key = tuple[str, Decimal, str, str | None, int | None, str | None]
Found = Sequence[tuple[str, Sequence[Target]]]


@dataclass
class Score:
    """Counts, and what differs in words."""

    matched: int = 0
    expected: int = 0
    found: int = 0
    right: int = 0
    targets: int = 0
    targets_found: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        for name in ("matched", "expected", "found", "right", "targets", "targets_found"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.differences += other.differences

    @property
    def indicators_f1(self) -> float:
        return f1(self.matched, self.expected, self.found)

    @property
    def targets_f1(self) -> float:
        return f1(self.right, self.targets, self.targets_found)


def f1(right: int, expected: int, found: int) -> float:
    """The harmonic mean of precision and recall; 1 where nothing is expected and nothing found."""
    return 2 * right / (expected + found) if expected + found else 1.0


def parse_target(text: str, year: int) -> Key:
    """ ">= 80 % | scope=cấp xã | year=2025 | deadline=2025-06-30" as a key. `year`: the plan's."""
    head, *rest = [part.strip() for part in text.split("|")]
    op, value, *unit = head.split(" ", 2)
    said = dict(part.split("=", 1) for part in rest)
    deadline = said.get("deadline")
    own = said.get("year") or (deadline[:4] if deadline else year)
    scope = said.get("scope")
    return (
        op,
        Decimal(value).normalize(),
        "".join(unit).strip().lower(),
        fold(scope) if scope else None,
        int(own),
        deadline,
    )


def key_of(target: Target) -> Key:
    scope = fold(target.scope) if target.scope else None
    deadline = target.deadline.isoformat() if target.deadline else None
    return target.op, target.value.normalize(), target.unit.lower(), scope, target.year, deadline


def score(name: str, expected: Sequence[dict[str, Any]], found: Found, year: int) -> Score:
    """Hold what was found in one document against the reader's list."""
    pairs = _pair(expected, found, year)
    result = Score(len(pairs), len(expected), len(found))
    result.targets = sum(len(e["targets"]) for e in expected)
    result.targets_found = sum(len(targets) for _, targets in found)
    for index, one in enumerate(expected):
        if index not in pairs:
            result.differences.append(f"{name}: missing “{one['text']}” {one['targets']}")
            continue
        left = [key_of(t) for t in found[pairs[index]][1]]
        for wanted in (parse_target(t, year) for t in one["targets"]):
            if wanted in left:
                left.remove(wanted)
                result.right += 1
            else:
                result.differences.append(f"{name}: “{one['text'][:60]}” wants {wanted}, has {left}")
    for index, (text, targets) in enumerate(found):
        if index not in pairs.values():
            result.differences.append(f"{name}: invented “{text}” {[key_of(t) for t in targets]}")
    return result


def _pair(expected: Sequence[dict[str, Any]], found: Found, year: int) -> dict[int, int]:
    """Expected index → found index, the likeliest pairs first: by words, then values and years."""
    ranked = []
    for i, one in enumerate(expected):
        wanted = [parse_target(t, year) for t in one["targets"]]
        for j, (text, targets) in enumerate(found):
            alike = _alike(one["text"], text)
            if alike >= ALIKE:
                keys = [key_of(t) for t in targets]
                values = len({w[:2] for w in wanted} & {k[:2] for k in keys})
                years = bool({w[4] for w in wanted} & {k[4] for k in keys})
                ranked.append((alike + 0.3 * values + 0.2 * years, i, j))
    pairs: dict[int, int] = {}
    for _, i, j in sorted(ranked, reverse=True):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _alike(expected: str, found: str) -> float:
    one, other = (re.findall(r"\w+", fold(text)) for text in (expected, found))
    if not one or not other:
        return 0.0
    same = sum(b.size for b in difflib.SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    return 0.7 * same / len(one) + 0.3 * same / max(len(one), len(other))


def of_sentences() -> Iterator[tuple[str, Score]]:
    for entry in tomllib.loads((DATA / "sentences.toml").read_text("utf-8"))["sentence"]:
        text = read(entry["text"])
        found = [(text[c.start : c.end], c.targets) for c in read_claims(text, Years(2025, 2025))]
        yield text, score(text[:60], entry["indicators"], found, 2025)


def of_tables() -> Iterator[tuple[str, Score]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ke-hoach.md"
        for entry in tomllib.loads((DATA / "tables.toml").read_text("utf-8"))["table"]:
            path.write_text(entry["markdown"], "utf-8")
            yield entry["name"], _of_document(path, entry["name"], entry["indicators"], entry["year"])


def of_documents(folder: str) -> Iterator[tuple[str, Score]]:
    """The documents of tests/data/`folder`; for "plans" the texts in ../shared/plans."""
    for listed in sorted((DATA / folder).glob("*.toml")):
        entry = tomllib.loads(listed.read_text("utf-8"))
        places = (listed.with_suffix(".md"), listed.with_suffix(".txt"), PLANS / f"{listed.stem}.txt")
        path = next((p for p in places if p.exists()), None)
        if path is None:
            continue  # the plans themselves are not in the repository
        yield listed.stem, _of_document(path, listed.stem, entry.get("indicator", []), entry["year"])


def _of_document(path: Path, name: str, expected: Sequence[dict[str, Any]], year: int) -> Score:
    plan = extract_document(path)
    return score(name, expected, [(i.text, i.targets) for i in plan.indicators], year)


def total(scores: Iterator[tuple[str, Score]]) -> Score:
    result = Score()
    for _, one in scores:
        result.add(one)
    return result


def main() -> None:
    corpora = {"sentences": of_sentences(), "tables": of_tables()}
    corpora |= {name: of_documents(name) for name in ("plans", "documents", "unseen")}
    print(f"{'':12}{'indicators':>28}{'targets':>28}")
    for name, scores in corpora.items():
        one = total(scores)
        shown = [f"{name:12}"]
        for right, expected, found, mean in (
            (one.matched, one.expected, one.found, one.indicators_f1),
            (one.right, one.targets, one.targets_found, one.targets_f1),
        ):
            precision, recall = right / max(found, 1), right / max(expected, 1)
            shown.append(f"   P {precision:.3f} R {recall:.3f} F1 {mean:.3f}")
        print("".join(shown), f"  ({one.expected}, {one.targets})")
        if "-v" in sys.argv:
            print("\n".join(one.differences))


if __name__ == "__main__":
    main()
