"""All rules over one document."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from dtxl.core.codes import Severity
from dtxl.layout import annexes, body, capitals, foot, head, look, pages  # noqa: F401 - importing registers their rules
from dtxl.layout.finding import find_parts
from dtxl.layout.profile import Profile, profile
from dtxl.layout.rule import RULES, Breach, Sheet
from dtxl.model.paper import Paper

log = logging.getLogger("dtxl.layout")
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True)
class Verdict:
    """What the layout of a document is worth. `kind`: its type ("báo cáo"), "" where it is no administrative document
    of a known kind; `official`: whether it is one at all, else no rule was held against it."""

    kind: str
    official: bool
    breaches: tuple[Breach, ...]

    @property
    def broken(self) -> bool:
        """Whether the decree's text is broken."""
        return any(breach.severity is Severity.ERROR for breach in self.breaches)


def check_layout(
    paper: Paper, *, rules: Profile | None = None, draft: bool = True, provinces: tuple[str, ...] = ()
) -> Verdict:
    """Hold a document against a decree's layout. `draft`: its number and day may be blank; `provinces`: names of all
    provinces, for the place of issue."""
    rules = rules or profile()
    parts = find_parts(paper, rules)
    if not parts.official:
        return Verdict("", False, ())
    sheet = Sheet(parts, rules, draft, provinces)
    found = dict.fromkeys(breach for function in RULES.values() for breach in function(sheet))
    return Verdict(parts.kind or ("phụ lục" if parts.annexes else ""), True, tuple(sorted(found, key=_key)))


def _key(breach: Breach) -> tuple[int, str]:
    return _ORDER[breach.severity], breach.code


def codes() -> Iterator[str]:
    """Every id that some rule can raise."""
    yield from dict.fromkeys(code for key in RULES for code in key)
