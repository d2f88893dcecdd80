"""Where the rules draw their lines: numbers and words as data, each number with its reason."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


class RuleFault(ValueError):
    """A rule asks for something that its data do not have; told as G09."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A line that a rule draws, and why there."""

    value: float
    reason: str


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files("dtxl.checks").joinpath("thresholds.toml").read_text(encoding="utf-8"))


def read_thresholds(data: Mapping[str, Any]) -> dict[str, Threshold]:
    """Name → threshold. Raises RuleFault for one that is not a number above zero with a reason."""
    out = {}
    for name, entry in data.items():
        if name == "words":
            continue
        value, reason = entry.get("value"), entry.get("reason")
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0 or not reason:
            raise RuleFault(f"threshold {name} needs a value above zero and a reason")
        out[name] = Threshold(value, reason)
    return out


@cache
def thresholds() -> Mapping[str, Threshold]:
    """All thresholds by name, in the file's order."""
    return read_thresholds(_data())


def limit(name: str) -> float:
    """The value of a threshold. Raises RuleFault for a name that there is not."""
    if name not in thresholds():
        raise RuleFault(f"no threshold {name}")
    return thresholds()[name].value


def words(name: str) -> tuple[Any, ...]:
    """A list of words or lengths. Raises RuleFault for a name that there is not."""
    if name not in _data().get("words", {}):
        raise RuleFault(f"no words {name}")
    return tuple(_data()["words"][name])
