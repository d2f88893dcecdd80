"""The catalogue of finding codes: read from one file (`catalogue.toml`), rendered late, in Vietnamese.

A code is never reused for another meaning. Severity: critical (the file is not read further), error (blocks the
figure), warning (wants an explanation), note (repaired, and said). Critical and error make a return rejected.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class Severity(StrEnum):
    """How grave a finding is; the four words of the catalogue."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def blocks(self) -> bool:
        """Whether a return with such a finding is refused."""
        return self in (Severity.CRITICAL, Severity.ERROR)

    @property
    def vi(self) -> str:
        return {"critical": "Nghiêm trọng", "error": "Lỗi", "warning": "Cảnh báo", "note": "Lưu ý"}[self.value]


ORDER = {Severity.CRITICAL: 0, Severity.ERROR: 1, Severity.WARNING: 2, Severity.NOTE: 3}


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of the catalogue. `expect` and `fix` may name `{arguments}` that the finding carries."""

    code: str
    severity: Severity  # the usual one; a rule may say a milder or graver one where the catalogue allows several
    allowed: tuple[Severity, ...]
    meaning: str  # English, as in the catalogue
    title: str  # Vietnamese: what is wrong
    expect: str  # Vietnamese: what is expected
    fix: str  # Vietnamese: how to correct it
    healed: str = ""  # Vietnamese: what to do in a marked copy, where building it anew has put the fault itself right


@cache
def catalogue() -> Mapping[str, Code]:
    """All codes, in the catalogue's order."""
    raw = tomllib.loads(resources.files("dtxl.core").joinpath("catalogue.toml").read_text(encoding="utf-8"))
    codes = {}
    for code, entry in raw.items():
        allowed = tuple(Severity(s) for s in entry["severity"])
        codes[code] = Code(
            code,
            allowed[0],
            allowed,
            entry["meaning"],
            entry["title"],
            entry["expect"],
            entry["fix"],
            entry.get("healed", ""),
        )
    return codes


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def texts(code: str, args: Mapping[str, str], *, marked: bool = False) -> tuple[str, str, str]:
    """What is wrong, what is expected, how to correct it, with the arguments filled in.

    `marked`: said in a marked copy, which has put some faults right already.
    """
    entry, known = catalogue()[code], _Blank(args)
    fix = entry.healed if marked and entry.healed else entry.fix
    return entry.title.format_map(known), entry.expect.format_map(known), fix.format_map(known)


def message(code: str, place: str, found: str, args: Mapping[str, str]) -> str:
    """The five parts of a message, in order: place → found → expected → how to correct → code.

    `place` and `found` may be "". Text from agencies enters only as an argument's value, so braces in it stay text.
    """
    title, expect, fix = texts(code, args)
    parts = [f"{place}: {title}" if place else title]
    if found:
        parts.append(f"Đang ghi: “{found}”")
    parts += [f"Yêu cầu: {expect}", f"Cách sửa: {fix}"]
    return ". ".join(part.rstrip(". ") for part in parts) + f". [{code}]"
