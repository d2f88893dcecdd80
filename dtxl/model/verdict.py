"""Figure against target: the one place where a comparator is applied."""

from decimal import Decimal
from fractions import Fraction

from dtxl.model.plan import Target
from dtxl.model.rollup import State


def ratio(numerator: Decimal | None, denominator: Decimal | None) -> Fraction | None:
    """Percent, 0 to 100, exact; None where either is missing or the denominator is 0."""
    if numerator is None or not denominator:
        return None
    return Fraction(numerator) * 100 / Fraction(denominator)


def judge(value: Fraction | None, target: Target | None) -> State:
    """The state of `value` against `target`. A change ("increase>=", "reduce>=") is judged on the change itself, which
    is what `value` then is. Without a value or a target there is nothing to judge."""
    if value is None or target is None:
        return State.NO_DATA
    op = target.op.removeprefix("increase").removeprefix("reduce")
    bound = Fraction(target.value)
    holds = {
        ">=": value >= bound,
        ">": value > bound,
        "<=": value <= bound,
        "<": value < bound,
        "=": value == bound,
    }[op]
    if not holds:
        return State.MISSED
    return State.EXCEEDED if op == ">=" and value > bound else State.MET
