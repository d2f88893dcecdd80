"""What other agencies returned for the same period, kept so that one more return is compared at once."""

import hashlib
import math
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from sys import intern

from dtxl.checks.thresholds import limit
from dtxl.core.numbers import plain
from dtxl.core.text import same_words
from dtxl.model.submission import Value

PROVINCE = "province"  # code of the level whose agencies may be asked for one figure of the whole province
_NORMAL = 1.4826  # MAD of a normal distribution in standard deviations


@dataclass(frozen=True, slots=True)
class Spread:
    """What is usual among `count` peers: the median and a robust standard deviation (1.4826 × MAD)."""

    count: int
    median: float
    deviation: float


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is kept of an agency's return, so that a later one can take its place."""

    name: str
    level: str
    numbers: dict[str, Decimal]
    notes: dict[str, str]


class Others:
    """Accepted returns of one period by agency; the latest of an agency takes the place of an earlier one."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._measures: dict[tuple[str, str], list[float]] = {}  # (level, measure) → sorted
        self._twins: dict[bytes, set[str]] = {}
        self._notes: dict[tuple[str, str], set[str]] = {}

    def put(self, agency: str, name: str, level: str, values: Mapping[str, Value]) -> None:
        """Take an accepted return in. `values` by field; `name` and `level` (its code) of the agency."""
        self._drop(agency)
        long = limit("note_copied_long")
        entry = _Entry(
            name,
            level,
            {intern(n): v.number for n, v in values.items() if v.number is not None and not n.startswith("task.")},
            {
                intern(n): same_words(v.text)
                for n, v in values.items()
                if v.text and n.endswith(".note") and len(v.text) >= long
            },
        )
        self._entries[agency] = entry
        for key, number in measures(entry.numbers):
            insort(self._measures.setdefault((level, key), []), number)
        self._twins.setdefault(_print(entry.numbers), set()).add(agency)
        for item in entry.notes.items():
            self._notes.setdefault(item, set()).add(agency)

    def _drop(self, agency: str) -> None:
        entry = self._entries.pop(agency, None)
        if entry is None:
            return
        for key, number in measures(entry.numbers):
            held = self._measures[entry.level, key]
            held.pop(bisect_left(held, number))
        self._twins[_print(entry.numbers)].discard(agency)
        for item in entry.notes.items():
            self._notes[item].discard(agency)

    def spread(self, agency: str, level: str, measure: str) -> Spread | None:
        """What is usual for a measure (see `measures`) at a level; None where fewer than `peers` others gave it."""
        held = self._measures.get((level, measure), [])
        own = self._entries.get(agency)
        mine = own is not None and own.level == level and any(k == measure for k, _ in measures(own.numbers))
        if len(held) - mine < limit("peers"):
            return None
        return spread_of(held)

    def twin(self, agency: str, numbers: Mapping[str, Decimal]) -> str | None:
        """The name of another agency that returned exactly these figures."""
        return self._named(self._twins.get(_print(numbers), set()) - {agency})

    def same_note(self, agency: str, field: str, text: str) -> str | None:
        """The name of another agency that wrote this long note on the same indicator."""
        return self._named(self._notes.get((field, same_words(text)), set()) - {agency})

    def _named(self, agencies: Iterable[str]) -> str | None:
        first = min(agencies, default=None)
        return self._entries[first].name if first is not None else None

    def given(self, agency: str, field: str) -> Iterator[tuple[str, str, Decimal]]:
        """(name, level, number) of each other agency that gave a number in `field`."""
        for code, entry in sorted(self._entries.items()):
            if code != agency and field in entry.numbers:
                yield entry.name, entry.level, entry.numbers[field]


def measures(numbers: Mapping[str, Decimal]) -> Iterator[tuple[str, float]]:
    """What is compared among peers: "I.2.percent" of a ratio with a base large enough, "I.2.size" (power of ten) of its
    denominator or of a single value."""
    for name, number in numbers.items():
        code, _, part = name.rpartition(".")
        if part in ("denominator", "value") and number > 0:
            yield f"{code}.size", math.log10(number)
        above = numbers.get(f"{code}.numerator")
        if part == "denominator" and above is not None and number >= limit("peers_base"):
            yield f"{code}.percent", float(above * 100 / number)


def spread_of(ordered: list[float]) -> Spread:
    """Median and MAD of numbers in order (at least one), in logarithmic time: those nearest to the median stand
    together."""
    count = len(ordered)
    median = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    half = count // 2 + 1  # so many lie within the MAD or on its edge
    low, high = 0, count - half
    while low < high:
        middle = (low + high) // 2
        if median - ordered[middle] > ordered[middle + half] - median:
            low = middle + 1
        else:
            high = middle
    return Spread(count, median, _NORMAL * max(median - ordered[low], ordered[low + half - 1] - median))


def _print(numbers: Mapping[str, Decimal]) -> bytes:
    """A digest that is equal for equal figures: a country's returns are kept, and the figures are kept already."""
    told = "|".join(f"{name}={plain(number)}" for name, number in sorted(numbers.items()))
    return hashlib.blake2b(told.encode(), digest_size=16).digest()
