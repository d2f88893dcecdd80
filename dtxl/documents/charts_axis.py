"""The numbers of a chart: how they are written, how long the axis is, where labels stand so that none hides another."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor

from dtxl.core.metrics import width_mm
from dtxl.core.numbers import show
from dtxl.documents.facts import places_for
from dtxl.files.docx_chart import LABEL_SIZE, PLOT_MM, Spot
from dtxl.model.form import TARGET_SIGNS, target_text
from dtxl.model.plan import Target
from dtxl.model.rollup import IndicatorResult

Ticks = tuple[Fraction, Fraction, Fraction]  # the axis begins, ends; the step between its lines

# Number formats of Vietnamese: 1.234,5 where the program keeps to the format's own language.
_LANGUAGE = "[$-42A]"
COUNT = f"{_LANGUAGE}#,##0;;"  # a whole number, nothing for 0
_PERCENT = (Fraction(0), Fraction(112), Fraction(20))  # to 100, and room for the label of a target of 100
_LINES, _ROOM, _NEGATIVE_ROOM = 4, Fraction(12, 100), Fraction(2, 10)
_GAP_MM = 2.5  # what programs leave between a label and its bar, and around it
_HIGH = 0.08  # of the height of a plot: what a label of a line takes
_BLANK = "\u00a0"


def number_format(unit: str, places: int) -> str:
    """The format of numbers of `unit` with so many decimals: "1.234,50", "85,50%"."""
    decimals = "." + "0" * places if places else ""
    return f"{_LANGUAGE}#,##0{decimals}" + ('"%"' if unit == "%" else "")


def written(value: Fraction, unit: str, target: Target | None) -> tuple[str, int]:
    """(a value as the report's tables show it, without a unit other than %; its decimals)."""
    text = show(value, places_for(value, target), fixed=unit == "%")
    return text + ("%" if unit == "%" else ""), len(text.partition(",")[2])


def target_format(target: Target, blanks: int = 0) -> str:
    """The number format that writes a target with its comparator: "≥ 80%"; `blanks` before it."""
    op, word = target.op, _BLANK * blanks
    for name, vi in (("increase", "tăng "), ("reduce", "giảm ")):
        if op.startswith(name):
            op, word = op.removeprefix(name), word + vi
    places = len(show(target.value, 4).partition(",")[2])
    sign = f"{word}{TARGET_SIGNS[op]}".replace(" ", _BLANK)  # a label must not break behind its sign
    return f'{_LANGUAGE}"{sign}"' + number_format(target.unit, places).removeprefix(_LANGUAGE)


def axis_of(numbers: Sequence[Fraction], unit: str) -> Ticks:
    """An axis from 0 (or from below the least, in whole steps) to beyond the greatest; the same one for all percentages
    up to 100, so that charts compare."""
    low, top = min(Fraction(0), *numbers), max(Fraction(0), *numbers)
    if unit == "%" and low == 0 and top <= 100:
        return _PERCENT
    span = top - low or Fraction(1)
    step = Fraction(10) ** (len(str(ceil(span / _LINES))) - 1)
    while step > span / _LINES:
        step /= 10
    step = next(step * n for n in (1, 2, 5, 10) if step * n >= span / _LINES)
    begin = floor((low - _NEGATIVE_ROOM * span) / step) * step if low < 0 else low
    end = ceil(top / step) * step
    return begin, end + _ROOM * (end - begin), step


def beside(row: IndicatorResult, axis: Ticks) -> tuple[Spot, int]:
    """(where the label of a row's result stands, how many blanks come before its target's), so that the two do not
    touch: the target's begins where its frame ends."""
    if row.value is None or row.target is None:
        return Spot.BASE, 0
    unit = float(axis[1] - axis[0]) / PLOT_MM  # what a mm is on the axis
    value, target = float(row.value), float(row.target.value)
    wide = (width_mm(written(row.value, row.unit, row.target)[0], LABEL_SIZE) + _GAP_MM) * unit
    other = (width_mm(target_text(row.target), LABEL_SIZE) + _GAP_MM) * unit
    if value < 0:
        return Spot.BEYOND, 0
    if target < 0 or (target >= wide and value < target + wide + other):
        return Spot.BASE, 0
    if value >= target + wide + other:
        return Spot.END, 0
    if value >= target + other:
        return Spot.BEYOND, 0
    return Spot.BASE, ceil((wide - target) / (width_mm(_BLANK, LABEL_SIZE) * unit))


def ends(values: Sequence[Fraction | None], span: Fraction) -> list[Spot | None]:
    """Where the last number of each line stands, `span` being the length of the axis; None for a number that would
    stand on another's or beside another's line: it is in the text and the annex."""
    order = sorted(((value, n) for n, value in enumerate(values) if value is not None), reverse=True)
    heights = [float(value / span) if span else 0.0 for value, _ in order]
    out: list[Spot | None] = [None] * len(values)
    free = float("inf")  # labels may stand below this
    for place, ((_, n), height) in enumerate(zip(order, heights, strict=True)):
        tries = [(Spot.RIGHT, 0.0)]
        if place == 0 and len(heights) > 1 and height - heights[1] < _HIGH:
            tries.insert(0, (Spot.ABOVE, _HIGH))
        if place == len(heights) - 1:
            tries.append((Spot.BELOW, -_HIGH))
        for spot, up in tries:
            if height + up + _HIGH <= free + 1e-9:
                out[n], free = spot, height + up
                break
    return out


def decimals_of(values: Iterable[Fraction | None], unit: str) -> int:
    """The decimals that a series' numbers have in common: two of a percentage, of things as many as one needs."""
    if unit == "%":
        return 2
    return max((written(value, unit, None)[1] for value in values if value is not None), default=0)
