"""Words and rules of the letters, from `letters.toml`: what staff may change without code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from dtxl.core.errors import TemplateError


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("dtxl.documents").joinpath("letters.toml").read_text(encoding="utf-8"))


def text(section: str, key: str, **fields: object) -> str:
    """The words of `key` with its fields filled; what is filled in is never read as a format.

    Raises TemplateError where the words are missing or name a field that is not given.
    """
    try:
        return str(_table()[section][key]).format_map(fields)
    except (KeyError, IndexError, AttributeError, ValueError) as error:
        raise TemplateError(
            f"letters.toml, [{section}] {key}: thiếu câu hoặc chỗ điền viết sai ({error}). [G07]"
        ) from error


def amount(section: str, key: str) -> int:
    """A number of days or a limit."""
    return int(_table()[section][key])


def several(section: str, key: str) -> tuple[str, ...]:
    """A list of words."""
    return tuple(str(item) for item in _table()[section][key])


def table(section: str) -> Mapping[str, Any]:
    """A whole section, in its order."""
    found: dict[str, Any] = _table()[section]
    return found
