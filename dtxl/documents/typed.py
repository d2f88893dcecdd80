"""Numbers in a text: what they are worth, and which of them are no figures (days, document numbers, references).

The words around them are in `typed.toml`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from unicodedata import normalize

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_LABEL = re.compile(r"\s*(?:[-+–•*]\s*)?[(\[]?(?:[IVXLC]+\.)*(?:\d+(?:\.\d+)*)[.)\]](?=\s|$)")  # "1.", "2.1.", "(3)"
_DAY = re.compile(r"(?<!\d)\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}(?!\d)|(?<![\d/])\d{1,2}/(?:19|20)\d\d(?!\d)")
_SHORT_DAY = re.compile(r"(?<![\d/.,])(\d{1,2})/(\d{1,2})(?![\d/%]|[.,]\d)")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}(?::\d{2}|\s?(?:giờ|h)\s?\d{0,2})(?![\d%]|[^\W\d_])")
_SIGN = re.compile(r"(?<!\d)\d*\s*/(?:\d{4}/)?(?=[A-ZĐ])[A-ZĐa-zđ\d&-]+")  # "15/BC-UBND", "30/2020/NĐ-CP"
_YEARS = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?(?![\d%]|[.,]\d)")
_GLUED = re.compile(r"[^\W\d_][.\-_]?\d[\d.]*|\d+[^\W\d_]+")  # "I.13", "COVID-19", "5G", "QĐ2"
_LIST_OF_ROMAN = re.compile(r"\b[IVXLC]+(?:\.\d+)+\b")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: text[start:end], as typed; `share`: a "%" stands behind it."""

    start: int
    end: int
    typed: str
    worth: Fraction
    share: bool


@cache
def _words(name: str) -> tuple[str, ...]:
    text = resources.files("dtxl.documents").joinpath("typed.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)[name])


def worth(digits: str) -> Fraction:
    """The number that digits with marks say, the Vietnamese way; "85.5" is a slip of the keyboard for 85,5."""
    plain = digits.replace(".", "") if _GROUPS.fullmatch(digits.partition(",")[0]) else digits
    plain = plain.replace(",", ".")
    return Fraction(plain) if plain.count(".") < 2 else Fraction(plain.replace(".", ""))


def tokens(text: str) -> list[str]:
    """Numbers, words and signs."""
    return TOKEN.findall(text)


def masked(pieces: Iterable[str]) -> list[str]:
    """Words as they compare; every number is the same."""
    return ["#" if piece[0].isdecimal() else piece.casefold() for piece in pieces]


def numbers(text: str) -> list[Number]:
    """Every number of the text, in order."""
    return [
        Number(m.start(), m.end(), m[0], worth(m[0]), text[m.end() :].lstrip()[:1] == "%")
        for m in _NUMBER.finditer(text)
    ]


def figures_in(text: str) -> list[Number]:
    """The numbers of the text that may be figures: those that are no day, year, document number, label or reference."""
    others = list(_others(text))
    return [n for n in numbers(text) if not any(start <= n.start and n.end <= end for start, end in others)]


def _others(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of what holds numbers that are no figures."""
    if label := _LABEL.match(text):
        yield label.span()
    for pattern in (_DAY, _CLOCK, _SIGN, _GLUED, _LIST_OF_ROMAN):
        for found in pattern.finditer(text):
            yield found.span()
    for found in _SHORT_DAY.finditer(text):
        if 1 <= int(found[1]) <= 31 and 1 <= int(found[2]) <= 12 and _ends(text[: found.start()], "days"):
            yield found.span()
    for found in _YEARS.finditer(text):
        if not _begins(text[found.end() :], "counted"):
            yield found.span()
    for found in _NUMBER.finditer(text):
        before, behind = text[: found.start()], text[found.end() :]
        referred = _ends(before, "before") or _cited(before) or _begins(behind, "spans")
        if referred and behind.lstrip()[:1] != "%":
            yield found.span()


def _tail(text: str) -> str:
    return " ".join(normalize("NFC", text[-40:]).lower().split()).rstrip(" :.")


def _ends(text: str, name: str) -> bool:
    tail = f" {_tail(text)}"
    return any(tail.endswith(f" {word}") or tail.endswith(f"({word}") for word in _words(name))


def _begins(text: str, name: str) -> bool:
    head = " ".join(normalize("NFC", text[:40]).lower().split())
    return any(re.match(rf"{re.escape(word)}\b", head) for word in _words(name))


def _cited(text: str) -> bool:
    """Whether a number behind `text` is a document's: "Công văn số 15", "Số: 15" at the beginning."""
    tail = _tail(text)
    if tail == "số":
        return True
    return tail.endswith(" số") and any(tail.endswith(f"{word} số") for word in _words("documents"))
