"""Whom a target is limited to: a level's name ("cấp xã"), where the words mean a level, or the words themselves."""

import re
from functools import cache

from dtxl.core.settings import house
from dtxl.core.text import tidy

_FOR = re.compile(r"(?:đối với|áp dụng cho)\s+(?P<who>[^;()]+)")
_EXPLICIT = re.compile(r"(?<!\w)cấp\s+((?:\w+(?:,\s|\s+và\s+|/))*\w+)", re.IGNORECASE)
_SHORT = re.compile(r"(?:(?:tại|ở|của)\s+)?(?:UBND\s+)?cấp\s+\w+", re.IGNORECASE)
_LONGEST = 12  # words; a longer phrase is no name of a group


@cache
def _levels() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(name, words) of each level, in small letters."""
    return tuple((level["name"], tuple(w.lower() for w in level["words"])) for level in house()["level"])


def find_scope(phrase: str, *, many: bool, last: bool = False) -> str | None:
    """The scope that `phrase` (the words around one target) names; None for none.

    `many`: the sentence has several targets, so a bare "cấp xã" limits; with a single one only "đối với …" does, and
    only where it means a level. `last`: the phrase stands before the number, so its last level counts.
    """
    phrase = tidy(phrase)
    limited = _FOR.search(phrase)
    if limited:
        who = limited["who"].strip(" ,.")
        who = re.sub(r"(?:,|\s+và)\s*$", "", who).strip(" ,.")
        level = _explicit(who) or _by_words(who)
        if level:
            return level
        return who if many and len(who.split(" ")) <= _LONGEST else None
    return _explicit(phrase, last=last) if many else None


def short_scope(phrase: str, *, at_end: bool = False) -> int | None:
    """Where "tại cấp xã" begins in `phrase`: the first such, or with `at_end` the one that ends it; None for none."""
    places = [m for m in _SHORT.finditer(phrase) if not at_end or not phrase[m.end() :].strip(" ,")]
    return places[-1].start() if places and at_end else (places[0].start() if places else None)


def _explicit(phrase: str, *, last: bool = False) -> str | None:
    """ "cấp xã", also in "UBND cấp xã" and "cấp bộ, tỉnh"; the first (or last) that names a level."""
    names = {name.lower(): name for name, _ in _levels()}
    found = [
        names[f"cấp {word}"]
        for match in _EXPLICIT.finditer(phrase.lower())
        for word in re.findall(r"\w+", match[1])
        if f"cấp {word}" in names
    ]
    if not found:
        return None
    return found[-1] if last else found[0]


def _by_words(phrase: str) -> str | None:
    """The level whose word stands first in `phrase`; the longest of words at one place ("thị xã" before "xã")."""
    low = phrase.lower().replace("cơ sở", "cơ_sở")
    places = [
        (match.start(), -len(word), name)
        for name, level_words in _levels()
        for word in level_words
        for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", low)
    ]
    # "thị xã" holds the word "xã" one place further on; it never wins, because what stands first does.
    return min(places)[2] if places else None
