"""How high a row must be for its wrapped text: Times New Roman's letter widths, words broken as programs break them.

Spreadsheet programs fit a row only when it is edited (Excel) or loaded (LibreOffice); the first height must be right
by itself, so it errs on the generous side.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_EM = {
    ".278": "iljt.,;:/\\",
    ".333": "fr-()I![]",
    ".389": "sJ",
    ".444": "acezvk?",
    ".722": "wADGHKNOQUVXYCRB",
    ".611": "EFLPSTZ",
    ".8": "mM%&",
    ".944": "W@…",
    ".25": " ",
}
_WIDTH = {letter: float(em) for em, letters in _EM.items() for letter in letters}
_OTHER = 0.52  # digits and the remaining letters, ơ and ư among them
_LINE = 1.36  # height of a line in sizes, as Excel and LibreOffice set it for this font
_SAFETY = 1.03
_MARGIN = 15  # pixels: the cell's own, and an indent of one


def row_height(cells: Iterable[tuple[str, float, float, bool]], least: float = 18) -> float:
    """Height in points of a row whose cells hold (text, column width in characters, size in points, bold)."""
    needed = [lines(text, width, size, bold) * size * _LINE + 4 for text, width, size, bold in cells if text]
    return min(round(max([least, *needed]), 1), 409)


def lines(text: str, width: float, size: float = 11, bold: bool = False) -> int:
    """How many lines `text` takes in a column of `width` characters."""
    room = (width * 7 + 5 - _MARGIN) * 0.75 / size / (1.08 if bold else 1) / _SAFETY  # in ems
    return sum(_wrapped(line, room) for line in text.split("\n"))


def _wrapped(line: str, room: float) -> int:
    count, used = 1, 0.0
    for word in line.split(" "):
        long = _measure(word)
        if used and used + 0.25 + long > room:
            count, used = count + 1, 0.0
        used += (0.25 if used else 0.0) + long
        while used > room > 0:
            count, used = count + 1, used - room
    return count


@lru_cache(maxsize=20_000)
def _measure(word: str) -> float:
    return sum(_WIDTH.get(c, _OTHER) for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
