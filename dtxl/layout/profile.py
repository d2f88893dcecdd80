"""The layout rules of a decree as data: what each part looks like, which rule it breaks, where the decree says so."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from dtxl.core.codes import Severity
from dtxl.core.text import fold, tidy

DEFAULT = "nd30"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `text` is what it asks for, in Vietnamese; `article` where the decree says it."""

    code: str
    severity: Severity
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Look:
    """How a part must look. `size` in points, least and most; `case` "upper", "mixed" or "" for either; None where the
    decree leaves it open. `partly`: words in it may look otherwise, only the whole may not."""

    rule: str
    name: str
    size: tuple[float, float] | None = None
    bold: bool | None = None
    italic: bool | None = None
    case: str = ""
    align: str = ""
    partly: bool = False


@dataclass(frozen=True)
class Profile:
    """A decree's rules. `values` holds the numbers and patterns of the rules by section of the file."""

    name: str
    rules: Mapping[str, Rule]
    looks: Mapping[str, Look]
    values: Mapping[str, Any]

    @cached_property
    def types(self) -> Mapping[str, str]:
        """Type of a document, folded → as the decree writes it ("bao cao" → "báo cáo")."""
        return {fold(name): name for name in self.values["types"]["abbreviations"]}

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """A mark, folded → the look that it must have: "hoa toc" → "urgent"."""
        urgent = dict.fromkeys(map(fold, self.values["urgent"]), "urgent")
        return urgent | dict.fromkeys(map(fold, self.values["circulation"]["texts"]), "circulation")

    def is_mark(self, text: str) -> bool:
        """Whether a line is a mark of urgency or circulation."""
        return fold(text) in self.marks

    def type_of(self, text: str) -> str:
        """The type that a line names ("BÁO CÁO" → "báo cáo"); "" for none."""
        return self.types.get(fold(text).rstrip(" .:"), "")

    def type_begun(self, text: str) -> str:
        """The type that a heading begins with ("BÁO CÁO TỔNG KẾT NĂM 2024" → "báo cáo"); "" for none."""
        begins = fold(text)
        return max((name for key, name in self.types.items() if begins.startswith(f"{key} ")), key=len, default="")


@cache
def profile(name: str = DEFAULT) -> Profile:
    """The profile of a decree, from `templates/<name>.toml`. Raises ValueError for one that contradicts itself."""
    raw = tomllib.loads(resources.files("dtxl.templates").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    rules = {
        code: Rule(code, Severity(entry["severity"]), entry["article"], tidy(entry["text"]))
        for code, entry in raw.pop("rule").items()
    }
    looks = {
        key: Look(**{**entry, "size": tuple(entry["size"]) if "size" in entry else None})
        for key, entry in raw.pop("look").items()
    }
    for key, look in looks.items():
        if look.rule not in rules:
            raise ValueError(f"{name}: look {key} names the unknown rule {look.rule}")
    return Profile(raw["decree"]["name"], rules, looks, raw)
