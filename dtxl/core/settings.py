"""Data that comes with the tool: levels, absence reasons, task states, cut-offs. Words and dates are data, not code."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def house() -> dict[str, Any]:
    """`house.toml` as plain dictionaries (states, reasons, levels, cut-offs)."""
    return tomllib.loads(resources.files("dtxl.core").joinpath("house.toml").read_text(encoding="utf-8"))
