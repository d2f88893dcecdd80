"""Whom a target is limited to: a level's name ("cấp xã"), where the words mean a level, or the words themselves."""

import re
from functools import cache

from dtxl.core.settings import house
from dtxl.core.text import tidy
from dtxl.extract.grammar import alternatives, grammar

_FOR = re.compile(r"(?:đối với|áp dụng cho)\s+(?P<who>[^;()]+)")
_EXPLICIT = re.compile(r"(?<!\w)cấp\s+((?:(?!cấp\s)\w+(?:,\s|\s+và\s+|/)(?!cấp\s))*\w+)", re.IGNORECASE)
_FROM_TO = re.compile(r"từ (?:cấp )?\w+ (?:đến|tới) cấp \w+")
_LONGEST = 12  # words; a longer phrase is no name of a group
_SHORT = 6  # words of a group that no "đối với" announces
_LISTED = 9  # words of a group in a list "S: a 90%, b 80%"
_TAIL = re.compile(r"(?:\s*(?:đạt|là|có|phải|tối thiểu|phấn đấu|[,:;(.-]))+\s*$")


@cache
def _levels() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(name, words) of each level, in small letters."""
    return tuple((level["name"], tuple(w.lower() for w in level["words"])) for level in house()["level"])


@cache
def _leads() -> re.Pattern[str]:
    return re.compile(rf"^(?:{alternatives(grammar()['scope']['lead'])}\s+)+", re.IGNORECASE)


@cache
def _groups() -> re.Pattern[str]:
    return re.compile(rf"^{alternatives(grammar()['scope']['words'])}", re.IGNORECASE)


@cache
def _prefixed() -> re.Pattern[str]:
    return re.compile(rf"^{alternatives(grammar()['scope']['prefix'])}\s+\w", re.IGNORECASE)


def scope_of(phrase: str, *, listed: bool = False) -> str | None:
    """The scope that the words beside a target name; None for none.

    A level ("tại UBND cấp xã", "đối với các sở"), a group that the grammar knows ("khu vực đô thị"), whatever "đối với"
    announces; with `listed` (a list "S: a 90%, b 80%") any short phrase."""
    phrase = re.sub(r"\([^()]*\)", " ", tidy(phrase)).strip()
    if not phrase:
        return None
    limited = _FOR.search(phrase)
    if limited:
        who = re.sub(r"(?:,|\s+và)\s*$", "", limited["who"].strip(" ,.")).strip(" ,.")
        region = re.match(r"(?:khu vực|địa bàn|vùng)\s", who)
        level = explicit_level(who) or (None if region else _by_words(who))
        return level or (who if who and len(who.split(" ")) <= _LONGEST else None)
    if level := explicit_level(phrase):
        return level
    name = bare_scope(phrase)
    if not name:
        return None
    if (_groups().match(name) or _prefixed().match(name)) and len(name.split()) <= _SHORT:
        return name
    return name if listed and len(name.split()) <= _LISTED else None


def bare_scope(phrase: str) -> str:
    """A group's name without what leads to it: "tại khu vực đô thị đạt" → "đô thị"."""
    name = _TAIL.sub("", tidy(phrase).strip(" ,:;(.-"))
    return _leads().sub("", name + " ").strip(" ,:;.") if name else ""


def explicit_level(phrase: str, *, last: bool = False) -> str | None:
    """ "cấp xã", also in "UBND cấp xã" and "cấp bộ, tỉnh"; the first (or last) that names a level.

    "từ cấp tỉnh đến cấp xã" limits nothing."""
    names = {name.lower(): name for name, _ in _levels()}
    low = _FROM_TO.sub(" ", phrase.lower())
    found = [
        names[f"cấp {word}"]
        for match in _EXPLICIT.finditer(low)
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
