"""A chart as data: what is drawn, by which words and numbers; `docx_chart` places it in a Word file."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Look(StrEnum):
    """How a chart is drawn."""

    TARGETS = "targets"  # lying bars; the last series stands over them as empty frames, the first is the grey bar
    STATES = "states"  # standing columns, the series on top of each other
    LINES = "lines"  # a line for each series


class Spot(StrEnum):
    """Where a point's number stands; the values are the schema's (ST_DLblPos)."""

    BASE = "inBase"  # within a bar, where it begins
    END = "inEnd"  # within a bar, where it ends
    BEYOND = "outEnd"  # beyond the end of a bar
    RIGHT = "r"  # of a line's point, and so on
    ABOVE = "t"
    BELOW = "b"


@dataclass(frozen=True, slots=True)
class PointLabel:
    """The number written at the point of `index`, by its own format and at its own place."""

    index: int
    number: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One series. `values`: one for each category, unrounded (percent: 0 to 100); None where there is nothing, and
    nothing is drawn. `number`: the number format; `labels`: points whose number is written otherwise than the look has
    it. Of a line only these have theirs written."""

    name: str
    values: tuple[Fraction | None, ...]
    number: str
    labels: tuple[PointLabel, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. Texts are plain (anybody's): `title`; `note`, a smaller line below it or ""; `alt`, what is read to who
    does not see it; `across` and `upright`, the names of the axes of categories and of numbers. `number`: the number
    format of the axis; `ticks`: where that axis begins and ends, and
    its step; None where the program chooses. `height`: mm."""

    look: Look
    title: str
    note: str
    alt: str
    across: str
    upright: str
    categories: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    number: str
    height: float
    ticks: tuple[Fraction, Fraction, Fraction] | None = None
