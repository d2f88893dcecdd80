"""Word files held against the decree's layout: what `dtxl lint` says of each."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dtxl.core.codes import Severity
from dtxl.extract.units import TWO_LEVELS_FROM, UNDATED, read_units, units_for
from dtxl.files.docx_paper import read_paper
from dtxl.layout import Breach, check_layout

_PREFIXES = ("Thành phố ", "Tỉnh ")


@dataclass(frozen=True)
class Linted:
    """One file's verdict. `kind`: "báo cáo", "công văn" …, "" where it is no administrative document."""

    path: Path
    kind: str
    official: bool
    breaches: tuple[Breach, ...]

    @property
    def broken(self) -> bool:
        """Whether the decree's own text is broken (a warning breaks practice only)."""
        return any(breach.severity is Severity.ERROR for breach in self.breaches)


def lint(path: Path, *, draft: bool = True) -> Linted:
    """Hold one Word file against the layout. Raises SourceError for a file that is none."""
    verdict = check_layout(read_paper(path), draft=draft, provinces=provinces())
    return Linted(path, verdict.kind, verdict.official, verdict.breaches)


@cache
def provinces() -> tuple[str, ...]:
    """The names of all provinces, those before and those after July 2025, without "Tỉnh" and "Thành phố"."""
    days = (UNDATED, TWO_LEVELS_FROM)  # a document may be older than the merger of provinces
    names = {u.name: None for day in days for u in read_units(units_for(day.year, day)) if not u.parent_code}
    for prefix in _PREFIXES:
        names = {name.removeprefix(prefix): None for name in names}
    return tuple(names)


def lint_facts(linted: Iterable[Linted]) -> Mapping[str, Any]:
    """The JSON of `lint`; severities as the contract says: "error", "warning" (and "note")."""
    return {
        "files": [
            {
                "path": one.path.as_posix(),
                "kind": one.kind,
                "official": one.official,
                "findings": [asdict(breach) for breach in one.breaches],
            }
            for one in linted
        ]
    }
