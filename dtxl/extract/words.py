"""The words of `words.toml`, and two ways of holding text against them."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from dtxl.core.text import fold


@cache
def words() -> dict[str, Any]:
    """`words.toml` as plain dictionaries."""
    return tomllib.loads(resources.files("dtxl.extract").joinpath("words.toml").read_text(encoding="utf-8"))


def begins(text: str, choices: Iterable[str]) -> str:
    """The longest of `choices` that `text` begins with as whole words, marks and all but whatever the case; or ""."""
    low = text.lower()
    found = [c for c in choices if re.match(re.escape(c.lower().rstrip()) + r"(?!\w)", low)]
    return max(found, key=len, default="")


def any_of(choices: Iterable[str]) -> str:
    """A pattern for any of `choices`, longest first, in small letters."""
    return "|".join(re.escape(c.lower()) for c in sorted(choices, key=len, reverse=True))


def capital(text: str) -> str:
    """First letter large."""
    return text[:1].upper() + text[1:]


def shouted(text: str) -> bool:
    """Whether all letters are capitals (headings, titles of signers)."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 1 and all(c.isupper() for c in letters)


def folded_words(text: str) -> list[str]:
    """The words of `text` without marks, case and punctuation."""
    return re.findall(r"\w+", fold(text))
