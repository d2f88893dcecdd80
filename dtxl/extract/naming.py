"""The words of plans: offices, groups, what they are called (`offices.toml`), and the reading of a phrase by them."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from dtxl.core.text import fold, same_words, tidy
from dtxl.model.plan import Agency

UNIT_TYPE = re.compile(r"^(tỉnh|thành phố|tp\.?|quận|huyện|thị xã|thị trấn|phường|xã|đặc khu)\s+(?=\S)", re.IGNORECASE)
_WORD = re.compile(r"[^\s,;:()\[\]“”\"'./–—-]+")
Fill = Callable[[str], str]
_Entry = tuple[tuple[str, ...], str, tuple[str, ...]]  # words, kind (agency, group, doubt, ignore), codes


@dataclass(frozen=True, slots=True)
class Office:
    """A provincial office as the data have it; `kind` decides to which groups it belongs."""

    code: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    standard: bool = True
    aggregates: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """`atoms`: the codes of the simple groups that it stands for; a simple one stands for itself."""

    code: str
    name: str
    atoms: frozenset[str]
    kinds: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    narrows: str = ""
    always: bool = False
    returns: bool = True


@cache
def data() -> dict[str, Any]:
    """`offices.toml` as plain dictionaries."""
    return tomllib.loads(resources.files("dtxl.extract").joinpath("offices.toml").read_text(encoding="utf-8"))


def filler(name: str, unit_name: str) -> Fill:
    """Fills the data's placeholders for one province: `name` as the plan says it, `unit_name` as the list of units."""
    city = fold(unit_name or name).startswith("thanh pho")
    bare = UNIT_TYPE.sub("", tidy(unit_name or name))
    words = {"province": bare, "unit": "thành phố" if city else "tỉnh", "youth": "Thành đoàn" if city else "Tỉnh đoàn"}
    return lambda text: tidy(text.format(**words))


def _valid(entries: Iterable[Mapping[str, Any]], day: date) -> list[Mapping[str, Any]]:
    return [e for e in entries if e.get("valid_from", date.min) <= day <= e.get("valid_to", date.max)]


def offices_on(day: date, fill: Fill) -> list[Office]:
    """All offices that the data know of on `day`, those of only some provinces among them."""
    return [
        Office(
            e["code"], fill(e["name"]), e["kind"], tuple(map(fill, e.get("aliases", ()))),
            e.get("standard", True), e.get("aggregates", False),
        )
        for e in _valid(data()["office"], day)
    ]  # fmt: skip


def groups_on(day: date, fill: Fill) -> list[Group]:
    """All groups that the data know of on `day`."""

    def texts(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
        return tuple(map(fill, entry.get(key, ())))

    return [
        Group(
            e["code"], fill(e["name"]), frozenset(e.get("is", [e["code"]])), tuple(e.get("kinds", ())),
            tuple(e.get("levels", ())), texts(e, "words"), texts(e, "doubtful"),
            e.get("narrows", ""), e.get("always", False), e.get("returns", True),
        )
        for e in _valid(data()["group"], day)
    ]  # fmt: skip


@dataclass(slots=True)
class Reading:
    """What a phrase names: offices and units by code, simple groups by code; words that said nothing known."""

    agencies: dict[str, None] = field(default_factory=dict)
    atoms: set[str] = field(default_factory=set)
    left: list[str] = field(default_factory=list)
    doubtful: bool = False


class Lexicon:
    """All entries by their first word, longest first."""

    def __init__(
        self, offices: Sequence[Office], places: Sequence[Agency], groups: Sequence[Group], fill: Fill
    ) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        self._bare: dict[str, list[_Entry]] = {}
        self.groups = {g.code: g for g in groups}
        for text in data()["words"]["ignore"]:
            self._add(self._entries, fill(text), "ignore", ())
        for group in groups:
            for kind, texts in (("group", group.words), ("doubt", group.doubtful)):
                for text in texts:
                    self._add(self._entries, text, kind, tuple(group.atoms & set(self.groups)))
        times = Counter(fold(place.name) for place in places)
        for place in (p for p in places if times[fold(p.name)] == 1):
            for text in (place.name, place.name.removeprefix("UBND ")):
                self._add(self._entries, text, "agency", (place.code,))
        for office in offices:
            for text in (office.name, *office.aliases):
                self._add(self._entries, text, "agency", (office.code,))
                if text.startswith("Sở "):  # "các Sở: Y tế, Nội vụ"
                    self._add(self._bare, text.removeprefix("Sở "), "agency", (office.code,))
        for entries in (*self._entries.values(), *self._bare.values()):
            entries.sort(key=lambda e: -len(e[0]))

    @staticmethod
    def _add(
        entries: dict[str, list[_Entry]],
        text: str, kind: str, codes: tuple[str, ...],
    ) -> None:  # fmt: skip
        words = tuple(words_of(text))
        if words:
            entries.setdefault(words[0], []).append((words, kind, codes))

    def read(self, phrase: str) -> Reading:
        """What `phrase` names, word by word."""
        words = words_of(phrase)
        reading = Reading()
        at, listing = 0, False
        sure: set[str] = set()
        while at < len(words):
            found = self._at(words, at, self._entries)
            if listing and (found is None or found[1] != "agency"):
                found = self._at(words, at, self._bare) or found
            if found is None:
                reading.left.append(words[at])
                at += 1
                continue
            entry, kind, codes = found
            if kind == "agency":
                reading.agencies.update(dict.fromkeys(codes))
                listing = listing or entry[0] == words_of("sở")[0]
            else:
                reading.atoms.update(codes)
                sure.update(codes if kind == "group" else ())
            at += len(entry)
        reading.doubtful = bool(reading.atoms - sure)
        for code in tuple(reading.atoms):
            reading.atoms.discard(self.groups[code].narrows)
        return reading

    @staticmethod
    def _at(words: Sequence[str], at: int, entries: Mapping[str, list[_Entry]]) -> _Entry | None:
        return next((e for e in entries.get(words[at], ()) if tuple(words[at : at + len(e[0])]) == e[0]), None)


def words_of(text: str) -> list[str]:
    """The words of `text` as they are looked up: marks kept, without case and punctuation."""
    return [same_words(word) for word in _WORD.findall(tidy(text))]
