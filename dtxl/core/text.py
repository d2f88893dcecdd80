"""Vietnamese text: one form for storing (NFC, tidy spaces), one for comparing (no marks, no case)."""

import re
import unicodedata

_SPACES = re.compile(r"[ \t\r\n\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u200e\u200f"
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff"
_CONTROL = re.compile(f"[{_CONTROLS}]")
_DROPPED = re.compile(f"[{_CONTROLS}{_INVISIBLE}]")
# Old and new places of the tone mark (hoà/hòa, uỷ/ủy, khoẻ/khỏe): both are correct Vietnamese, so they compare equal.
_TONE = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_CONFUSABLE_D = (("\u00d0", "Đ"), ("\u0189", "Đ"), ("\u00f0", "đ"))
_MARKS = re.compile("[\u0300-\u0344\u0346-\u034e\u0350-\u036f]+")  # the marks of our letters; others are rare
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def tidy(text: str) -> str:
    """`text` in NFC on one line: invisible marks dropped, runs of spaces and line ends folded to one space."""
    # NFC comes last: a mark that an invisible character kept from its letter joins it only once that is gone.
    text = unicodedata.normalize("NFC", _DROPPED.sub("", text))
    return _SPACES.sub(" ", text).strip()


def tidy_lines(text: str) -> str:
    """As `tidy`, but line ends stay (for notes that people typed in several lines)."""
    return "\n".join(tidy(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def fold(text: str) -> str:
    """A key for comparing: no case, no marks, đ as d, tidy spaces. Never shown, never stored."""
    text = tidy(text)
    if not text.isascii():
        for letter, plain in _CONFUSABLE_D:
            text = text.replace(letter, plain)
        text = _MARKS.sub("", unicodedata.normalize("NFD", text))
    text = text.casefold().replace("đ", "d")
    if text.isascii() or not any(map(unicodedata.combining, text)):
        return text
    return "".join(c for c in text if not unicodedata.combining(c))


def same_words(text: str) -> str:
    """A key that keeps the letters' marks but not their case, nor where in a syllable the tone stands."""
    words = []
    text = tidy(text)
    for letter, plain in _CONFUSABLE_D:
        text = text.replace(letter, plain)
    for word in text.casefold().split(" "):
        parts = unicodedata.normalize("NFD", word)
        tones = "".join(c for c in parts if c in _TONE)
        words.append(unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONE)) + tones)
    return " ".join(words)


def slug(text: str, limit: int = 60) -> str:
    """ASCII letters, digits and single hyphens, at most `limit` long; "" where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:limit].rstrip("-")


def roman(number: int) -> str:
    """1 → "I" … 39 → "XXXIX" (annexes and groups; ValueError outside 1 to 39)."""
    if not 1 <= number <= 39:
        raise ValueError(number)
    out = ""
    for value, letters in _ROMAN:
        while number >= value:
            out, number = out + letters, number - value
    return out


def without_control(text: str) -> str:
    """`text` without the characters that no XML file can hold (control characters, lone surrogates)."""
    return _CONTROL.sub("", text)


def enumerate_vi(items: list[str]) -> str:
    """["A", "B", "C"] → "A, B và C"."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " và " + items[-1]


def lower_first(text: str) -> str:
    """First letter small, unless the word is an abbreviation (TTHC, CSDL) or has a digit."""
    word = text.split(" ", 1)[0]
    return text if sum(c.isupper() for c in word) > 1 else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """First letter capital."""
    return text[:1].upper() + text[1:]
