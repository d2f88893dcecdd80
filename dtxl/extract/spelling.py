"""Likely slips in a wording: words that differ only by their marks from a phrase that plans are full of."""

import re
import tomllib
from functools import cache
from importlib import resources

from dtxl.core.text import fold, same_words

_WORD = re.compile(r"[^\W\d_]+(?:,(?=\s))?")
_LONGEST = 5  # words of a phrase


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    """Folded phrase → the right spellings."""
    data = tomllib.loads(resources.files("dtxl.extract").joinpath("spelling.toml").read_text(encoding="utf-8"))
    known: dict[str, tuple[str, ...]] = {}
    for phrase in data["phrases"]:
        known[fold(phrase)] = (*known.get(fold(phrase), ()), phrase)
    return known


def find_slips(text: str) -> tuple[tuple[str, str], ...]:
    """(as it stands, as it is likely meant) for each likely slip in `text`, in order; nothing is changed.

    A phrase in capitals or with old places of the tone mark ("hoà", "uỷ") is no slip."""
    words = list(_WORD.finditer(text))
    folded = [fold(word[0]) for word in words]
    found: list[tuple[str, str]] = []
    index = 0
    while index < len(words):
        for length in range(min(_LONGEST, len(words) - index), 1, -1):
            right = _phrases().get(" ".join(folded[index : index + length]))
            if right is None:
                continue
            printed = text[words[index].start() : words[index + length - 1].end()]
            if same_words(printed) not in map(same_words, right) and not _spaced(printed):
                found.append((printed, right[0]))
            index += length - 1
            break
        index += 1
    return tuple(dict.fromkeys(found))


def _spaced(printed: str) -> bool:
    """Whether signs stand between the words, which then are no phrase."""
    return bool(re.search(r"[^\w\s,]", printed))
