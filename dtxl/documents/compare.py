"""A result against its target and against the last period: how far, which way; in percent points for percentages, in
units and percent for counts."""

from collections.abc import Sequence
from fractions import Fraction

from dtxl.documents.facts import Facts, places_for
from dtxl.documents.phrases import Piece, Said, join, number, percent, say, threshold
from dtxl.model.period import previous_code
from dtxl.model.rollup import IndicatorResult, Rollup

FINAL = "year"  # the kind of a report after which nothing of the plan is left
_KINDS = {"H1": "half", "9M": "nine"}


def name_of(row: IndicatorResult) -> str:
    """The name by which a row's figures go: "indicator.I.13[cấp xã]", "indicator.I.13@commune" for a by-level row."""
    if row.level:
        return f"indicator.{row.code}@{row.level}"
    return f"indicator.{row.code}[{row.scope}]" if row.scope else f"indicator.{row.code}"


def value_of(row: IndicatorResult, *, part: str = "value", value: Fraction | None = None, table: bool = False) -> Said:
    """A row's value (or `value` in its unit) as the report shows it: "72,35%", "12 hệ thống"; for a column or not."""
    shown = row.value if value is None else value
    if shown is None:
        return Said("")
    places = places_for(shown, row.target) if value is None else 2
    name = f"{name_of(row)}.{part}"
    if row.unit == "%":
        return join([percent(name, shown, places=places, table=table)])
    figure = number(name, shown, places=places)
    return say("indicators.unit", value=figure, unit=row.unit) if row.unit else join([figure])


def kind_of(code: str) -> str:
    """The kind of a period's report by its code: "quarter", "half" (six months), "nine" (months) or "year"."""
    part = code.partition("-")[2]
    return _KINDS.get(part, "quarter") if part else FINAL


def _amount(row: IndicatorResult, part: str, difference: Fraction, places: int) -> Said:
    """A difference without its sign: "6,43 điểm phần trăm" where the result is a percentage, else "12 hệ thống"."""
    share = row.unit == "%"
    figure = number(f"{name_of(row)}.{part}", abs(difference), places=places, fixed=share)
    if share:
        return say("compare.points", gap=figure)
    return say("compare.amount", gap=figure, unit=row.unit) if row.unit else join([figure])


def gap_of(row: IndicatorResult) -> Said:
    """How far a result is from its target's value, without saying which way; "" where it is right on it."""
    if row.value is None or row.target is None or row.value == Fraction(row.target.value):
        return Said("")
    return _amount(row, "gap", row.value - Fraction(row.target.value), places_for(row.value, row.target))


def side_of(row: IndicatorResult) -> Said:
    """ ", thấp hơn 6,43 điểm phần trăm": on which side of its target's value a result is, and how far; for one that
    missed a target it had to pass, that it is right on it."""
    gap = gap_of(row)
    if row.value is None or row.target is None:
        return Said("")
    if not gap.text:
        return say("compare.equal") if row.target.op.endswith((">", "<")) else Said("")
    return say("compare.lower" if row.value < Fraction(row.target.value) else "compare.higher", gap=gap)


def previous_name(rollup: Rollup) -> str:
    """What the last period is called: "quý I năm 2024"; "kỳ trước" where the plan does not name it."""
    code = previous_code(rollup.period.code, rollup.plan.periods)
    named = next((p.name for p in rollup.plan.periods if p.code == code), "")
    return named or say("compare.last").text


def direction(row: IndicatorResult) -> str:
    """ "up", "down", "same" or, for a change too small to be told ([limits] steady), "steady"; "" with nothing to
    compare. Of counts the smallness is that of the change in percent of the last period's figure."""
    if row.value is None or row.previous is None:
        return ""
    change = row.value - row.previous
    if change == 0:
        return "same"
    size = abs(change)
    if row.unit != "%":
        if not row.previous:
            return "up" if change > 0 else "down"
        size = size * 100 / abs(row.previous)
    if size < threshold("steady"):
        return "steady"
    return "up" if change > 0 else "down"


def change_of(row: IndicatorResult, before: str) -> Said:
    """ ", tăng 5,20 điểm phần trăm so với quý I năm 2024 (65,50%)"; "" where there is no last figure. `before` is the
    last period's name."""
    way = direction(row)
    if not way or row.value is None or row.previous is None:
        return Said("")
    fields: dict[str, Piece] = {"before": before}
    if way == "same":
        return say("compare.same", **fields)
    fields["previous"] = value_of(row, part="previous", value=row.previous)
    if way == "steady":
        return say("compare.steady", **fields)
    change = row.value - row.previous
    fields["change"] = _amount(row, "change", change, 2)
    if row.unit != "%" and row.previous:
        share = percent(f"{name_of(row)}.change.percent", abs(change) * 100 / abs(row.previous))
        fields["change"] = say("compare.with_share", change=fields["change"], percent=share)
    return say(f"compare.{way}", **fields)


def compared(facts: Facts) -> Said:
    """How many results rose, fell and stayed since the last period; that nothing could be compared where that is so."""
    rows = facts.rollup.indicators
    ways = [way for row in rows if (way := direction(row))]
    if not ways:
        interim = kind_of(facts.rollup.period.code) == "quarter"
        return say("compare.none" if interim else "compare.none_year")
    return _counted(ways, previous_name(facts.rollup))


def _counted(ways: Sequence[str], before: str) -> Said:
    counts = {"up": ways.count("up"), "down": ways.count("down"), "same": ways.count("same") + ways.count("steady")}
    moved = [say(f"compare.count_{way}", n=number(f"compared.{way}", n)) for way, n in counts.items() if n]
    parts = join([join(moved[:-1], ", "), moved[-1]], " và ")
    return say("compare.counts", before=before, n=number("compared", len(ways)), parts=parts)
