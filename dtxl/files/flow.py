"""What a document holds in the order of reading, whatever its format: paragraphs and tables, as the file says them."""

from dataclasses import dataclass
from typing import Union

MAX_COLUMNS = 63  # Word's own limit; a damaged file may say any number


@dataclass(frozen=True, slots=True)
class FlowText:
    """A paragraph. `label` is what Word's own numbering prints before it ("-" for any bullet, "1.", "a)"), "" for none;
    `heading` says that the file marks it as one; `place` is for people ("trang 2, dòng 5").

    Line breaks within the paragraph stand in `text` as "\\n"."""

    text: str
    label: str = ""
    heading: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class FlowCell:
    """`items` in order. `merged` says that the cell only continues the one above it."""

    items: tuple[Union[FlowText, "FlowTable"], ...] = ()
    merged: bool = False

    @property
    def paragraphs(self) -> tuple[FlowText, ...]:
        """The paragraphs of the cell, those of tables inside it too."""
        found: list[FlowText] = []
        for item in self.items:
            if isinstance(item, FlowText):
                found.append(item)
            else:
                for row in item.rows:
                    for cell in row.cells:
                        found += cell.paragraphs
        return tuple(found)

    @property
    def text(self) -> str:
        """Its paragraphs, a line each."""
        return "\n".join(p.text for p in self.paragraphs)


@dataclass(frozen=True, slots=True)
class FlowRow:
    """Cells, one for each grid column: a cell over several columns is followed by empty ones."""

    cells: tuple[FlowCell, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class FlowTable:
    """Rows in order."""

    rows: tuple[FlowRow, ...]


Flow = FlowText | FlowTable
