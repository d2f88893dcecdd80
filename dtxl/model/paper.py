"""A Word document as it is laid out: every paragraph with the properties that hold for it in the end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

TWIPS_PER_MM = 1440 / 25.4


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text of one look. `size` in points; `font` as named for Latin letters, "" where nothing names one;
    `fonts` every font that its letters may be set in; `color` six hex digits, "auto", or "theme" for a colour of the
    theme."""

    text: str
    font: str
    size: float
    bold: bool = False
    italic: bool = False
    underline: bool = False
    caps: bool = False
    superscript: bool = False
    color: str = "auto"
    fonts: frozenset[str] = frozenset()
    theme_font: bool = False
    link: bool = False
    spacing: float = 0.0  # points between letters beyond the font's own; negative where condensed

    @property
    def shown(self) -> str:
        """The text as it is seen."""
        return self.text.upper() if self.caps else self.text


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paragraph stands. `number`: of the paragraph in the document, one-based; `table`, `row`, `cell`
    one-based, 0 outside a table; `section` zero-based; `box`: in a text box."""

    number: int
    table: int = 0
    row: int = 0
    cell: int = 0
    section: int = 0
    box: bool = False

    def __str__(self) -> str:
        if self.table:
            return f"bảng {self.table}, hàng {self.row}, ô {self.cell}"
        return f"đoạn {self.number}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line drawn at a paragraph: `kind` "shape" (drawn), "border" (of the paragraph), "underscores"; `mm` its length;
    `left_mm` from the left edge of the paragraph's room, None where it is not known; `room_mm` that room."""

    kind: str
    mm: float
    left_mm: float | None = None
    room_mm: float = 0.0


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. Lengths in twips; `spacing`: lines in 240ths for `rule` "auto", else twips; `fields` the codes of
    its fields ("PAGE"); `label` what Word's own numbering prints before it; `room` twips between the edges that it may
    fill."""

    runs: tuple[Run, ...]
    place: Place
    style: str = ""
    align: str = "left"
    first: int = 0
    left: int = 0
    right: int = 0
    before: float = 0.0  # points
    after: float = 0.0
    spacing: int = 240
    rule: str = "auto"
    contextual: bool = False
    keep_next: bool = False
    label: str = ""
    lines: tuple[Line, ...] = ()
    fields: tuple[str, ...] = ()
    centred_tab: bool = False
    room: int = 0
    picture: bool = False
    frame: tuple[float, float] = (0.0, 0.0)  # width and height in mm of the text box that it stands in, 0 if not known
    line: int = -1  # which line of a paragraph that was broken by hand, zero-based; -1: the whole
    broken: bool = False  # one of several lines of a paragraph that was broken by hand

    @cached_property
    def text(self) -> str:
        """As seen, with line breaks as "\\n"."""
        return "".join(run.shown for run in self.runs)

    @property
    def raw(self) -> str:
        """As the file holds it, capitals of a style not applied."""
        return "".join(run.text for run in self.runs)

    @cached_property
    def seen(self) -> tuple[Run, ...]:
        """The runs that show something."""
        return tuple(run for run in self.runs if run.text.strip())

    @property
    def blank(self) -> bool:
        return not self.text.strip() and not self.picture and not self.lines

    @property
    def size(self) -> float:
        """Points, of the longest run."""
        runs = self.seen or self.runs
        return max(runs, key=lambda run: len(run.text)).size if runs else 0.0


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its paragraphs and the tables in it; `width` in twips between its margins."""

    paragraphs: tuple[Paragraph, ...]
    width: int = 0
    bordered: bool = False

    @property
    def text(self) -> str:
        return "\n".join(p.text for p in self.paragraphs)


@dataclass(frozen=True)
class Table:
    """Rows of cells, merged ones once. `number` one-based; `widths` of its columns in twips."""

    rows: tuple[tuple[Cell, ...], ...]
    number: int
    section: int
    bordered: bool
    cant_split: bool = True
    widths: tuple[int, ...] = ()

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        for row in self.rows:
            for cell in row:
                yield from cell.paragraphs


@dataclass(frozen=True)
class Section:
    """The pages of a section; lengths in twips. `header`: distance from the edge. Paragraphs of headers and footers by
    kind: "default", "first", "even"; a kind that the section has not is that of the section before."""

    number: int
    width: int
    height: int
    landscape: bool
    top: int
    bottom: int
    left: int
    right: int
    header: int
    title_page: bool
    number_start: int | None
    number_format: str
    headers: dict[str, tuple[Paragraph, ...]] = field(default_factory=dict)
    footers: dict[str, tuple[Paragraph, ...]] = field(default_factory=dict)
    new_page: bool = True

    @property
    def room(self) -> int:
        """Twips between the margins."""
        return self.width - self.left - self.right


@dataclass(frozen=True)
class Paper:
    """A whole document: paragraphs and tables in order, the boxes that hang on them right behind, its sections."""

    blocks: tuple[Paragraph | Table, ...]
    sections: tuple[Section, ...]
    even_headers: bool = False

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Every paragraph of the body, those of tables too, in order."""
        found: list[Paragraph] = []
        for block in self.blocks:
            if isinstance(block, Table):
                found += block.paragraphs
            else:
                found.append(block)
        return tuple(found)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True)
class Mend:
    """One safe change of a document's layout. `code`: the rule that asks for it; `place`, `found`, `made` in words, for
    people: where, from what, to what.

    What is changed: the paragraph of number `paragraph` (0: none) or the pages of `section` (-1: none). `page`: lengths
    of Section in twips by name, "gutter" and "start" (of the page numbers); `form`: align, first, left, right (twips),
    before, after (points), lines (1.0: single), contextual; `look` of every run (of `line`, -1: of all lines): size
    (points), bold, italic, font, color (black); `text`: (old, new), the whole paragraph; `number`: page numbers in the
    middle of the header, none on page one.
    """

    code: str
    place: str
    found: str
    made: str
    paragraph: int = 0
    line: int = -1
    section: int = -1
    page: tuple[tuple[str, int], ...] = ()
    form: tuple[tuple[str, float | str | bool], ...] = ()
    look: tuple[tuple[str, float | str | bool], ...] = ()
    text: tuple[str, str] = ("", "")
    number: bool = False
