"""How long a text is in Times New Roman, and where to break it: NĐ 30 measures its lines by the text above them."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

_GLUE = "\u00a0"
_HORN = "\u031b"
_MM_PER_POINT = 25.4 / 72
_WIDEST = 500  # for a letter outside the table: a digit's width


@cache
def _widths(bold: bool) -> Mapping[str, int]:
    raw = tomllib.loads(resources.files("dtxl.core").joinpath("widths.toml").read_text(encoding="utf-8"))
    return {letter: int(width) for width, letters in raw["bold" if bold else "regular"].items() for letter in letters}


def width_mm(text: str, size: float, *, bold: bool = False) -> float:
    """Width in mm of `text` set in one line at `size` points."""
    table = _widths(bold)
    total = sum(table.get(_base(letter), _WIDEST) for letter in unicodedata.normalize("NFC", text))
    return total / 1000 * size * _MM_PER_POINT


def _base(letter: str) -> str:
    if letter == _GLUE:
        return " "
    parts = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", parts[0] + (_HORN if _HORN in parts[1:] else ""))


def balanced(text: str, size: float, limit: float, *, bold: bool = False, together: Sequence[str] = ()) -> list[str]:
    """`text` in as few lines of at most `limit` mm as it needs, the lines as equal as the words allow.

    A single word longer than `limit` keeps its own line. The phrases of `together`, in any case, are not parted.
    """
    glued = " ".join(text.split())
    for phrase in together:
        glued = re.sub(re.escape(phrase), lambda m: m[0].replace(" ", _GLUE), glued, flags=re.IGNORECASE)
    return [line.replace(_GLUE, " ") for line in _even(glued.split(" "), size, limit, bold)]


def _even(words: list[str], size: float, limit: float, bold: bool) -> list[str]:
    count = 1
    while count < len(words) and len(_wrapped(words, size, limit, bold)) > count:
        count += 1
    if count == 1:
        return [line for line in [" ".join(words)] if line]
    # The narrowest limit that still gives `count` lines makes the longest line as short as can be.
    narrow, wide = 0.0, limit
    for _ in range(20):
        middle = (narrow + wide) / 2
        if len(_wrapped(words, size, middle, bold)) <= count:
            wide = middle
        else:
            narrow = middle
    return _wrapped(words, size, wide, bold)


def _wrapped(words: list[str], size: float, limit: float, bold: bool) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_mm(longer, size, bold=bold) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def rule_mm(lines: list[str], size: float, share: float, *, bold: bool = False) -> float:
    """Length of the line below `lines`: `share` of the longest of them (NĐ 30: a third to a half)."""
    return share * max((width_mm(line, size, bold=bold) for line in lines), default=0.0)
