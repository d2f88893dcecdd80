"""The words of `grammar.toml`, ready for use: patterns compiled once, phrases looked up backwards from a place."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@cache
def grammar() -> dict[str, Any]:
    """`grammar.toml` as plain dictionaries."""
    return tomllib.loads(resources.files("dtxl.extract").joinpath("grammar.toml").read_text(encoding="utf-8"))


def alternatives(choices: Iterable[str]) -> str:
    """A pattern for any of `choices` as whole words, longest first."""
    longest = sorted(set(choices), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(c) + (r"(?!\w)" if c[-1].isalnum() else "") for c in longest) + ")"


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The compiled pattern of a list: "lead.make", "units.counts"; to be matched at a word's start."""
    section, _, key = name.partition(".")
    return re.compile(alternatives(grammar()[section][key]))


@cache
def _measures() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = alternatives(grammar()["measure"]["words"])
    steered = alternatives(grammar()["measure"]["steered"])
    return re.compile(words), re.compile(rf"(?:{steered}\s+)*{words}")


def names_measure(text: str, *, steered: bool = False) -> bool:
    """Whether `text` begins with a measure's name ("Tỷ lệ …", "Số …"); `steered`: also after the verb that says what is
    to be done with it ("nâng tỷ lệ …")."""
    return bool(_measures()[steered].match(text.strip(" -+•*").lower()))


@cache
def _slips() -> tuple[re.Pattern[str], dict[str, str]]:
    slips = {k: v for k, v in grammar()["slips"].items() if len(k) == len(v)}
    return re.compile(rf"(?<!\w){alternatives(slips)}", re.IGNORECASE), slips


def as_meant(text: str) -> str:
    """`text` with the slips of scanners and keyboards put right, letter for letter: offsets stay. For reading only."""
    found, slips = _slips()

    def right(match: re.Match[str]) -> str:
        word = slips[match[0].lower()]
        return word[:1].upper() + word[1:] if match[0][:1].isupper() else word

    return found.sub(right, text)


@dataclass(frozen=True, slots=True)
class Lead:
    """The words before a number. `start`: where the first stands; `last`: the comparing word or sign or ""."""

    start: int
    classes: frozenset[str]
    ops: tuple[str, ...]
    words: tuple[str, ...]

    def has(self, *classes: str) -> bool:
        """Whether a word of any of `classes` is among the leading words."""
        return any(c in self.classes for c in classes)


@cache
def _leading() -> dict[str, list[tuple[str, str, bool]]]:
    """Last word of a leading phrase, or its sign → (phrase, class or comparator, whether it compares), longest
    first."""
    found: dict[str, tuple[str, bool]] = {}
    for key, choices in grammar()["lead"].items():
        for phrase in choices:
            found.setdefault(phrase, (key, False))
    for op, choices in grammar()["compare"].items():
        found.update(dict.fromkeys(choices, (op, True)))
    by_end: dict[str, list[tuple[str, str, bool]]] = {}
    for phrase, (kind, compares) in sorted(found.items(), key=lambda x: -len(x[0])):
        end = phrase.rsplit(" ", 1)[-1] if phrase[-1].isalnum() else phrase[-1]
        by_end.setdefault(end, []).append((phrase, kind, compares))
    return by_end


def _last_word(low: str, stop: int, floor: int) -> str:
    """The word, or the sign, that ends at `stop`."""
    at = stop
    while at > floor and low[at - 1].isalnum():
        at -= 1
    return low[at:stop] or low[max(stop - 1, floor) : stop]


def read_lead(low: str, end: int, floor: int = 0, *, making: bool = True) -> Lead:
    """The leading words that end right before `end` in `low` (small letters), none before `floor`.

    `making`: verbs that make a number of things ("xây dựng |5 mô hình") lead too; before a percentage they say what is
    done ("số hóa |100% hồ sơ") and stay with the wording."""
    classes: set[str] = set()
    ops: list[str] = []
    read: list[str] = []
    at = end
    while True:
        stop = at
        while stop > floor and low[stop - 1] in " :":
            # A colon before a value ("≥80%", "phát sinh hồ sơ: ≥80%") belongs to it.
            stop -= 1
        for phrase, kind, compares in _leading().get(_last_word(low, stop, floor), ()):
            start = stop - len(phrase)
            if start < floor or not low.startswith(phrase, start):
                continue
            if phrase[0].isalnum() and start > 0 and low[start - 1].isalnum():
                continue
            if kind == "make" and (not making or classes & {"make", "reach", "up_to", "down_to"}):
                continue  # "công nghiệp - xây dựng chiếm 63%": what stands before the verb is the subject
            if phrase == "đủ" and low.startswith("đầy đủ", stop - 6):
                continue
            if kind == "rise" and low.endswith(("tốc độ ", "mức "), 0, start):
                continue  # "tốc độ tăng trưởng bình quân 7%" names a level
            if phrase == "lên" and low.startswith("trở lên", stop - 7):
                continue  # "con thứ 3 trở lên giảm 0,5%"
            at = start
            read.append(phrase)
            classes.add("compare" if compares else kind)
            if compares:
                ops.append(kind)
            break
        else:
            return Lead(at if read else end, frozenset(classes), tuple(ops), tuple(read))
