"""Section II and the sentences of one result: value, verdict, coverage, and the five absences in their own words."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby

from dtxl.documents.compare import (
    FINAL,
    change_of,
    compared,
    gap_of,
    kind_of,
    name_of,
    previous_name,
    side_of,
    value_of,
)
from dtxl.documents.facts import Facts
from dtxl.documents.phrases import Figure, Piece, Said, capital, join, listed, number, percent, say, word
from dtxl.model.form import target_text
from dtxl.model.plan import OverAgencies, Plan, Target
from dtxl.model.rollup import Coverage, IndicatorResult, State

STATES = (State.EXCEEDED, State.MET, State.MISSED, State.NO_DATA)
TABLE = "cell.year"  # the wording of a target in a table's cell
SETTLED = ("not_arisen", "not_applicable")  # nothing is to be expected of these agencies
LACKING = ("not_available", "silent")


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


def verdict_of(row: IndicatorResult, plan: Plan) -> Said:
    """What a row's target says of its value, and by how much it is passed, kept or missed."""
    if row.target is None:
        return say("verdict.none")
    fields: dict[str, Piece] = {"target": target_of(row, plan), "gap": side_of(row)}
    if row.state is State.EXCEEDED:
        fields["gap"] = gap_of(row)
    return say(f"verdict.{row.state}", **fields)


def result_of(row: IndicatorResult, facts: Facts) -> Said:
    """What a row came to, in words, without its name."""
    plan = facts.rollup.plan
    verdict = verdict_of(row, plan)
    if row.value is None:
        return _without_value(row, facts, verdict)
    fields: dict[str, Piece] = {
        "value": value_of(row),
        "change": change_of(row, previous_name(facts.rollup)),
        "verdict": verdict,
        "coverage": coverage_of(row, plan),
        "fraction": _fraction(row),
    }
    if row.value == 0:
        return say("indicators.zero", **fields)
    if row.target is not None and row.target.of_change:
        way = "increase" if row.target.op.startswith("increase") else "reduce"
        return say(f"indicators.{way}" if row.value > 0 else "indicators.change", **fields)
    if row.unit != "%":
        return say("indicators.amount", **fields)
    # "đạt" is said of what passed its target only: of one that was just met the verdict says it.
    return say("indicators.value" if row.state is State.EXCEEDED else "indicators.result", **fields)


def _fraction(row: IndicatorResult) -> Said:
    if row.numerator is None or row.denominator is None:
        return Said("")
    name = name_of(row)
    return say(
        "indicators.fraction",
        numerator=number(f"{name}.numerator", row.numerator),
        denominator=number(f"{name}.denominator", row.denominator),
    )


def _without_value(row: IndicatorResult, facts: Facts, verdict: Said) -> Said:
    c, name, plan = row.coverage, name_of(row), facts.rollup.plan
    indicator = plan.indicator_by_code.get(row.code)
    if c.expected == 0:
        return say("indicators.nobody", verdict=verdict)
    if c.reported:
        alone = indicator is not None and indicator.over_agencies is OverAgencies.NONE
        return say(
            "indicators.not_added" if alone else "indicators.zero_denominator",
            verdict=verdict, coverage=coverage_of(row, plan),
        )  # fmt: skip
    sole = _sole(row, plan)
    for reason in (*SETTLED, *LACKING):
        if getattr(c, reason) == c.expected and sole:
            return say(f"indicators.{reason}_one", agency=sole, verdict=verdict)
    for reason in SETTLED:
        if getattr(c, reason) == c.expected:
            return say(f"indicators.{reason}_all", n=number(f"{name}.{reason}", c.expected), verdict=verdict)
    return say("indicators.no_value", verdict=verdict, absences=_absences(c, name, (*LACKING, *SETTLED)))


def _sole(row: IndicatorResult, plan: Plan) -> str:
    """The name of the only agency that was asked for a row, "" where there are more."""
    indicator = plan.indicator_by_code.get(row.code)
    if row.coverage.expected != 1 or indicator is None:
        return ""
    asked = [a.name for a in plan.asked_of(indicator) if plan.in_scope(row.scope, a)]
    return asked[0] if len(asked) == 1 else ""


def _absences(coverage: Coverage, name: str, reasons: Iterable[str]) -> Said:
    counts = [(reason, int(getattr(coverage, reason))) for reason in reasons]
    return listed([say(f"absence.{reason}", n=number(f"{name}.{reason}", n)) for reason, n in counts if n])


def coverage_of(row: IndicatorResult, plan: Plan) -> Said:
    """ "215/241 đơn vị được giao có số liệu, 2 đơn vị không phát sinh, còn 24 đơn vị chưa có số liệu": who gave
    figures, who has nothing to give, who still owes them; of one asked alone, its name."""
    c, name = row.coverage, name_of(row)
    fields: dict[str, Piece] = {
        "reported": number(f"{name}.reported", c.reported), "expected": number(f"{name}.expected", c.expected),
    }  # fmt: skip
    if c.reported == c.expected:
        sole = _sole(row, plan)
        return say("indicators.sole", agency=sole) if sole else say("indicators.full", **fields)
    settled, lacking = _absences(c, name, SETTLED), _absences(c, name, LACKING)
    fields["settled"] = say("indicators.settled", absences=settled) if settled.text else ""
    fields["lacking"] = say("indicators.lacking", absences=lacking) if lacking.text else ""
    if not row.provisional:
        return say("indicators.part", **fields)
    fields["answered"] = number(f"{name}.answered", c.answered)
    fields["percent"] = percent(f"{name}.answered.percent", Fraction(c.answered * 100, c.expected))
    return say("indicators.provisional_settled" if settled.text else "indicators.provisional", **fields)


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
    """The first paragraphs of section II: counts, what the targets are for, the last period, what is provisional."""
    rows = facts.rollup.indicators
    if not rows:
        return [say("indicators.overview_none")]
    good = sum(r.state in (State.EXCEEDED, State.MET) for r in rows)
    thin = sum(r.provisional for r in rows)
    counts = say(
        "indicators.overview",
        targets=number("targets", len(rows)),
        indicators=number("targets.indicators", len({r.code for r in rows})),
        states=states_of(rows, "targets"),
        percent=percent("targets.good.percent", Fraction(good * 100, len(rows))),
    )
    warned = [say("indicators.overview_provisional", n=number("targets.provisional", thin))] if thin else []
    return [counts, join([aim(facts), compared(facts)]), *warned]


def aim(facts: Facts) -> Said:
    """That the targets are the year's, where the report is of a part of it."""
    plan, period = facts.rollup.plan, facts.rollup.period
    if plan.info.year is None or kind_of(period.code) == FINAL:
        return Said("")
    years = {t.year for r in facts.rollup.indicators if (t := r.target) is not None}
    key = "indicators.aim" if years <= {None, plan.info.year} else "indicators.aim_some"
    return say(key, year=str(plan.info.year))


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
    if len(rows) == 1 and rows[0].scope is None:
        return [say("indicators.one", name=rows[0].text, result=result_of(rows[0], facts))]
    out = [say("indicators.several", name=rows[0].text)]
    scopes = [row.scope for row in rows]
    for row in rows:
        scope = capital(Said(row.scope or word("cell", "all")))
        if scopes.count(row.scope) > 1:  # told apart by what they ask
            scope = say("indicators.aimed", target=target_of(row, facts.rollup.plan))
        out.append(say("indicators.scope", scope=scope, result=result_of(row, facts)))
    total = facts.total_of(code)
    if total is not None and len(rows) > 1:
        out.append(say("indicators.scope_total", result=result_of(total, facts)))
    return out
