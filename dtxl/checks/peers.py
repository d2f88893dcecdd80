"""Rules that hold a return against those of other agencies for the same period (F04, F07, F11)."""

from collections.abc import Iterator

from dtxl.checks.others import PROVINCE, measures
from dtxl.checks.periods import sheet_of, telling
from dtxl.checks.rule import Case, rule
from dtxl.checks.thresholds import limit, words
from dtxl.core.numbers import show
from dtxl.core.text import tidy
from dtxl.model.finding import Finding, finding
from dtxl.model.plan import Kind, OverAgencies


@rule("F04")
def unlike_peers(case: Case) -> Iterator[Finding]:
    """A result, or the size of a denominator or a value, lies far outside of what agencies of the level returned.

    Held against the median by robust standard deviations, among eight peers and more; a result that is explained is
    not asked about. Wrong: 5% where all others have 90 to 100%; 5.000.000 where they have 40 to 900. Right: 70%;
    5.000.
    """
    if case.others is None:
        return
    agency = case.form.agency
    for measure, number in measures(case.numbers):
        code, _, what = measure.rpartition(".")
        spread = case.others.spread(agency.code, agency.level, measure)
        if spread is None:
            continue
        away = abs(number - spread.median)
        least = limit("peers_percent" if what == "percent" else "peers_decades")
        if away < least or away < limit("peers_factor") * spread.deviation:
            continue
        if what == "percent" and case.said(f"{code}.note"):
            continue
        usual = spread.median if what == "percent" else 10**spread.median
        told = show(round(usual)) + ("%" if what == "percent" else "")
        name = f"{code}.value" if f"{code}.value" in case.numbers else f"{code}.denominator"
        own = f"kết quả {show(round(number))}%; " if what == "percent" else ""
        yield case.mark("F04", name, aside=f"{own}mức thường gặp của {spread.count} đơn vị cùng cấp: {told}")


@rule("F07")
def same_as_another(case: Case) -> Iterator[Finding]:
    """All figures are those of another agency: its file was filled in a second time.

    Wrong: five and more figures, all equal to another commune's. Right: one of them different; all 1 of 1.
    """
    if case.others is None or not telling(case.numbers.values()):
        return
    twin = case.others.twin(case.form.agency.code, case.numbers)
    if twin is not None:
        yield finding("F07", sheet=sheet_of(case), label=f"Trùng với số liệu của {twin}")


@rule("F11")
def shared_figure_differs(case: Case) -> Iterator[Finding]:
    """Offices of the province that are asked for the same figure of the whole province must give the same.

    Such is a score or a growth that is not added up and whose wording says that it is the province's. Wrong: one office
    gives the province's index as 68, another as 71. Right: both 68; or each its own index.
    """
    if case.others is None or case.form.agency.level != PROVINCE:
        return
    for row in case.form.indicator_rows:
        indicator, name = row.indicator, f"{row.indicator.code}.value"
        if indicator.over_agencies is not OverAgencies.NONE or indicator.kind not in (Kind.SCORE, Kind.GROWTH):
            continue
        if name not in case.numbers or not any(w in tidy(indicator.text).lower() for w in words("of_province")):
            continue
        given = list(case.others.given(case.form.agency.code, name))
        if any(level != PROVINCE for _, level, _ in given):
            continue
        other = next(((who, number) for who, _, number in given if number != case.numbers[name]), None)
        if other is not None:
            yield case.mark("F11", name, aside=f"{other[0]} ghi {show(other[1])}")
