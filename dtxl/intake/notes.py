"""Notes (comments) on input cells: what an agency wrote there instead of into the cell (D30)."""

import re
from collections.abc import Iterator

from dtxl.core.text import tidy
from dtxl.intake.structure import Page
from dtxl.model.finding import Finding

_AUTHOR = re.compile(r"^[^\n:]{1,60}:[ \t]*\n")  # Excel begins a note with its writer's name
_SHOWN = 200  # letters of a note
_FIGURES = ("number", "integer", "percent", "date")


def notes(page: Page) -> Iterator[Finding]:
    """Input cells that are blank while their note says what they lack: a number for a figure, words for a text."""
    for place, text in page.sheet.layout.comments.items():
        field = page.inputs.get(place)
        if field is None or page.filled(*place):
            continue
        words = tidy(_AUTHOR.sub("", text))
        wanted = r"\d" if field.kind in _FIGURES else r"\w"
        if re.search(wanted, words):
            yield page.mark("D30", place, field=field.name, label=field.label, found=words[:_SHOWN])
