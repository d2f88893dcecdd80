"""The live result and state of an indicator's row: formulas, and the results that they will have.

They give what model.verdict gives. Numerator × 100 is held against denominator × target, both made whole numbers
where the figures are whole, because the percentage itself is a binary fraction that may miss its target by a hair.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dtxl.core.settings import house
from dtxl.model.form import RESULT_COLUMN, VALUE_COLUMN, IndicatorRow, cell_name
from dtxl.model.plan import Kind, Target
from dtxl.model.rollup import State
from dtxl.model.verdict import judge, ratio

DENOMINATOR_COLUMN, ABSENT_COLUMN, NOTE_COLUMN = 9, 12, 14


@dataclass(frozen=True, slots=True)
class Live:
    """A formula and its result."""

    formula: str
    cached: str | float


def state_word(state: State) -> str:
    """The word of the form for a result's state ("Đạt mục tiêu")."""
    return str(house()["result_state"][state.value])


def result_value(row: IndicatorRow, figures: tuple[Decimal | None, Decimal | None]) -> Fraction | None:
    """The row's result from (numerator or value, denominator); None where the form shows none."""
    first, second = figures
    if row.indicator.kind is not Kind.RATIO:
        return None if first is None else Fraction(first)
    return ratio(first, second) if second is not None and second > 0 else None


def result(row: IndicatorRow, figures: tuple[Decimal | None, Decimal | None]) -> Live:
    """The result cell. `figures`: (numerator or value, denominator) as typed, None for what is no number."""
    above, below = cell_name(row.row, VALUE_COLUMN), cell_name(row.row, DENOMINATOR_COLUMN)
    if row.indicator.kind is Kind.RATIO:
        share = f'IF({below}>0,{above}*100/{below},"")'
        formula = f'=IF(ISNUMBER({above}),IF(ISNUMBER({below}),{share},""),"")'
    else:
        formula = f'=IF(ISNUMBER({above}),{above},"")'
    value = result_value(row, figures)
    return Live(formula, "" if value is None else float(value))


def state(row: IndicatorRow, figures: tuple[Decimal | None, Decimal | None], absent: str) -> Live:
    """The state cell: the reason where one was chosen, else the result against the row's own target, else nothing."""
    reason, shown = cell_name(row.row, ABSENT_COLUMN), cell_name(row.row, RESULT_COLUMN)
    verdict = _verdict(row, row.target) if row.target else '""'
    formula = f'=IF({reason}<>"",{reason},IF({shown}="","",{verdict}))'
    if absent:
        return Live(formula, absent)
    value = result_value(row, figures)
    if value is None or row.target is None:
        return Live(formula, "")
    return Live(formula, state_word(judge(value, row.target)))


def _verdict(row: IndicatorRow, target: Target) -> str:
    bound = Fraction(target.value)
    above, below = cell_name(row.row, VALUE_COLUMN), cell_name(row.row, DENOMINATOR_COLUMN)
    if row.indicator.kind is Kind.RATIO:
        left, right = f"{above}*{100 * bound.denominator}", f"{below}*{bound.numerator}"
    else:
        left, right = f"{above}*{bound.denominator}", f"{bound.numerator}"
    if not row.indicator.whole:
        left, right = f"ROUND({left},6)", f"ROUND({right},6)"
    missed, met, exceeded = (_quoted(state_word(s)) for s in (State.MISSED, State.MET, State.EXCEEDED))
    op = target.op.removeprefix("increase").removeprefix("reduce")
    if op == ">=":
        return f"IF({left}>{right},{exceeded},IF({left}={right},{met},{missed}))"
    return f"IF({left}{op}{right},{met},{missed})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
