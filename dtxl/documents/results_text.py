"""Section II and the sentences of one result: value, verdict, coverage, and the five absences in their own words."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby

from dtxl.documents.facts import Facts, places_for
from dtxl.documents.phrases import Figure, Said, capital, join, listed, number, percent, say, word
from dtxl.model.form import target_text
from dtxl.model.plan import OverAgencies, Plan, Target
from dtxl.model.rollup import Coverage, IndicatorResult, State

STATES = (State.EXCEEDED, State.MET, State.MISSED, State.NO_DATA)
TABLE = "cell.year"  # the wording of a target in a table's cell
ABSENCES = ("not_available", "not_arisen", "not_applicable", "silent")


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


def target_of(row: IndicatorResult, plan: Plan, *, key: str = "indicators.target_year") -> Said:
    """A row's target; its year where it is not the plan's own."""
    if row.target is None:
        return Said("")
    text: Target = row.target
    shown = target_text(text)
    if key != TABLE:
        shown = shown.replace(" ", "\u00a0", 1)  # no line may end in "≥"
    figure = Figure(f"{name_of(row)}.target", Fraction(text.value), shown)
    if text.year and plan.info.year and text.year != plan.info.year:
        return say(key, target=figure, year=str(text.year))
    return join([figure])


def states_of(rows: Sequence[IndicatorResult], name: str, *, some: str = "state.some") -> Said:
    """ "có 5 mục tiêu vượt, 6 mục tiêu đạt và 2 mục tiêu chưa đạt": the states that occur, said by `some`; where it is
    one only, "cả 6 mục tiêu đều đạt"."""
    counts = [(state, n) for state in STATES if (n := sum(r.state is state for r in rows))]
    if len(counts) == 1:
        state, n = counts[0]
        return say(f"states_{'one' if n == 1 else 'all'}.{state}", n=number(f"{name}.{state}", n))
    said = listed([say(f"state.{state}", n=number(f"{name}.{state}", n)) for state, n in counts])
    return say(some, states=said)


def result_of(row: IndicatorResult, plan: Plan) -> Said:
    """What a row came to, in words, without its name."""
    verdict = (
        say(f"verdict.{row.state}", target=target_of(row, plan)) if row.target is not None else say("verdict.none")
    )
    if row.value is None:
        return _without_value(row, plan, verdict)
    before = value_of(row, part="previous", value=row.previous) if row.previous is not None else None
    fields: dict[str, Said | Figure | str] = {
        "value": value_of(row),
        "previous": say("indicators.previous", value=before) if before else "",
        "verdict": verdict,
        "coverage": coverage_of(row),
        "fraction": _fraction(row),
    }
    if row.value == 0:
        return say("indicators.zero", **fields)
    if row.target is not None and row.target.op.startswith(("increase", "reduce")):
        return say("indicators.change", **fields)
    if row.unit != "%":
        return say("indicators.amount", **fields)
    # "đạt" is said of what reached its target only.
    return say("indicators.value" if row.state in (State.EXCEEDED, State.MET) else "indicators.missed", **fields)


def _fraction(row: IndicatorResult) -> Said:
    if row.numerator is None or row.denominator is None:
        return Said("")
    name = name_of(row)
    return say(
        "indicators.fraction",
        numerator=number(f"{name}.numerator", row.numerator),
        denominator=number(f"{name}.denominator", row.denominator),
    )


def _without_value(row: IndicatorResult, plan: Plan, verdict: Said) -> Said:
    c, name = row.coverage, name_of(row)
    indicator = plan.indicator_by_code.get(row.code)
    if c.expected == 0:
        return say("indicators.nobody", verdict=verdict)
    if c.reported:
        alone = indicator is not None and indicator.over_agencies is OverAgencies.NONE
        return say(
            "indicators.not_added" if alone else "indicators.zero_denominator",
            verdict=verdict, coverage=coverage_of(row),
        )  # fmt: skip
    for reason in ("not_arisen", "not_applicable"):
        if getattr(c, reason) == c.expected:
            return say(f"indicators.{reason}_all", n=number(f"{name}.{reason}", c.expected), verdict=verdict)
    return say("indicators.no_value", verdict=verdict, absences=_absences(c, name))


def _absences(coverage: Coverage, name: str) -> Said:
    counts = [(reason, int(getattr(coverage, reason))) for reason in ABSENCES]
    return listed([say(f"absence.{reason}", n=number(f"{name}.{reason}", n)) for reason, n in counts if n])


def coverage_of(row: IndicatorResult) -> Said:
    """ "215/241 đơn vị được giao có số liệu, còn 12 đơn vị chưa có số liệu"."""
    c, name = row.coverage, name_of(row)
    fields = {"reported": number(f"{name}.reported", c.reported), "expected": number(f"{name}.expected", c.expected)}
    if c.reported == c.expected:
        return say("indicators.full", **fields)
    key = "indicators.provisional" if row.provisional else "indicators.part"
    return say(key, absences=_absences(c, name), **fields)


def state_cell(row: IndicatorResult) -> str:
    """The state as the annex's table says it; where nothing counts, why."""
    if row.target is None:
        return word("cell", "none")
    c = row.coverage
    if row.value is None and c.expected:
        for reason in ("not_arisen", "not_applicable", "silent"):
            if getattr(c, reason) == c.expected:
                return word("cell", reason)
        if c.reported:
            return word("cell", "none")
    return word("cell", row.state) + (word("cell", "provisional") if row.provisional else "")


def overview(facts: Facts) -> list[Said]:
    """The first paragraph of section II, and a word where figures are provisional."""
    rows = facts.rollup.indicators
    if not rows:
        return [say("indicators.overview_none")]
    good = sum(r.state in (State.EXCEEDED, State.MET) for r in rows)
    thin = sum(r.provisional for r in rows)
    warned = [say("indicators.overview_provisional", n=number("targets.provisional", thin))] if thin else []
    return [
        say(
            "indicators.overview",
            targets=number("targets", len(rows)),
            indicators=number("targets.indicators", len({r.code for r in rows})),
            states=states_of(rows, "targets"),
            percent=percent("targets.good.percent", Fraction(good * 100, len(rows))),
        ),
        *warned,
    ]


def group_paragraphs(facts: Facts, name: str, rows: Sequence[IndicatorResult]) -> list[Said]:
    """A group's summary, then an item for each indicator; one line each for indicators of several targets."""
    label = f"group[{name}]"
    out = [
        say(
            "indicators.group",
            indicators=number(f"{label}.indicators", len({r.code for r in rows})),
            targets=number(f"{label}.targets", len(rows)),
            states=states_of(rows, label, some="state.some_of"),
        )
    ]
    for code, same in groupby(rows, key=lambda r: r.code):
        out += _indicator(facts, code, list(same))
    return out


def _indicator(facts: Facts, code: str, rows: list[IndicatorResult]) -> Iterable[Said]:
    plan = facts.rollup.plan
    if len(rows) == 1 and rows[0].scope is None:
        return [say("indicators.one", name=rows[0].text, result=result_of(rows[0], plan))]
    out = [say("indicators.several", name=rows[0].text)]
    for row in rows:
        scope = capital(Said(row.scope or word("cell", "all")))
        out.append(say("indicators.scope", scope=scope, result=result_of(row, plan)))
    total = facts.total_of(code)
    if total is not None and len(rows) > 1:
        out.append(say("indicators.scope_total", result=result_of(total, plan)))
    return out
