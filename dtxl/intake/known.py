"""What reading knows of files beside the form itself: `structure.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def known() -> Mapping[str, Any]:
    """The tables of the file."""
    return tomllib.loads(resources.files("dtxl.intake").joinpath("structure.toml").read_text(encoding="utf-8"))
