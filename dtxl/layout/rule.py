"""What a layout rule is: a function from the parts of a document to breaches, registered with the ids it can raise."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from dtxl.core.codes import Severity
from dtxl.core.metrics import width_mm
from dtxl.layout.divisions import Piece, pieces
from dtxl.layout.elements import Parts
from dtxl.layout.profile import Profile
from dtxl.model.paper import Paragraph

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken: where, what was found, what the decree requires and where it says so."""

    code: str
    severity: Severity
    place: str
    found: str
    required: str
    article: str


@dataclass(frozen=True)
class Sheet:
    """What a rule may look at: the document, its parts, the profile; `draft`: number and day may still be blank;
    `provinces`: their names, for the place of issue."""

    parts: Parts
    profile: Profile
    draft: bool = True
    provinces: tuple[str, ...] = ()

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The body, each paragraph with what it is."""
        return pieces(self.parts, self.profile.values["body"]["title_limit"])

    def matches(self, pattern: str, text: str) -> bool:
        """Whether a text is as the profile's pattern of that name says; in NFC, no-break spaces as spaces."""
        compared = unicodedata.normalize("NFC", text).replace("\u00a0", " ")
        return re.search(self.profile.values["patterns"][pattern], compared) is not None

    def breach(
        self, code: str, at: Paragraph | str, found: str, *, name: str = "", severity: Severity | None = None
    ) -> Breach:
        """A breach of `code` at a paragraph (or a place in words); `name`: how people call that part."""
        rule = self.profile.rules[code]
        place = at if isinstance(at, str) else str(at.place)
        if not isinstance(at, str) and (quoted := " ".join(at.text.split())):
            place = f"{place} “{quoted if len(quoted) <= _SHOWN else quoted[: _SHOWN - 1] + '…'}”"
        place = f"{name}, {place}" if name else place
        return Breach(code, severity or rule.severity, place, found, rule.text, rule.article)


Rule = Callable[[Sheet], Iterator[Breach]]
RULES: dict[tuple[str, ...], Rule] = {}


def rule(*codes: str) -> Callable[[Rule], Rule]:
    """Register a rule under the ids that it can raise."""

    def register(function: Rule) -> Rule:
        if codes in RULES:
            raise ValueError(f"two rules for {codes}")
        RULES[codes] = function
        return function

    return register


def text_mm(paragraph: Paragraph, proper: Callable[[str], str] = str) -> float:
    """Length in mm of a paragraph in one line of Times New Roman; `proper` gives each run's text as it should be."""
    return sum(
        width_mm(proper(run.shown), run.size, bold=run.bold) + run.spacing * 25.4 / 72 * len(run.text)
        for run in paragraph.runs
    )


def named(size: float) -> str:
    """14.0 → "14", 13.5 → "13,5"."""
    return f"{size:g}".replace(".", ",")


def span(values: Sequence[float]) -> str:
    """(13, 14) → "13 - 14"."""
    return named(values[0]) if values[0] == values[1] else f"{named(values[0])} - {named(values[1])}"
