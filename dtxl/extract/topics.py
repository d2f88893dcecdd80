"""What a group of indicators is on, beside its heading as printed: "Phát triển chính quyền số" → "Chính quyền số"."""

import re
import tomllib
from functools import cache
from importlib import resources

from dtxl.core.text import fold


@cache
def _topics() -> tuple[tuple[str, tuple[str, ...]], ...]:
    data = tomllib.loads(resources.files("dtxl.extract").joinpath("topics.toml").read_text(encoding="utf-8"))
    return tuple((topic["name"], tuple(topic["words"])) for topic in data["topic"])


@cache
def topic_of(heading: str) -> str:
    """The topic that a heading names, whatever its wording; "" for none known."""
    key = fold(heading)
    for name, phrases in _topics():
        if any(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", key) for phrase in phrases):
            return name
    return ""
