"""The report's charts out of the rollup: results against targets by group, the trend over periods.

A chart has one axis of numbers, so it shows targets of one unit: the commonest in the group. What it does not show is
counted in its note. Words and limits are in charts.toml.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from importlib import resources
from math import ceil
from typing import Any

from dtxl.core.text import tidy
from dtxl.documents.charts_axis import COUNT, axis_of, beside, decimals_of, ends, number_format, target_format, written
from dtxl.documents.facts import Facts
from dtxl.documents.phrases import Said, capital
from dtxl.files.docx_chart import MOST_LINES, Chart, ChartSeries, Look, PointLabel, Spot, around_mm, chart_mark
from dtxl.model.form import target_text
from dtxl.model.plan import OverPeriods, PeriodDates, Target
from dtxl.model.rollup import IndicatorResult, Rollup, State

_STATES = (State.EXCEEDED, State.MET, State.MISSED, State.NO_DATA)
_TREND = (Fraction(0), Fraction(100), Fraction(20))  # the axis of percentages over periods
_BAR_MM = 8.6  # two lines of a name; two charts of ten bars stand on one page
_STANDING_MM = 95.0

Charts = Mapping[str, tuple[Chart, ...]]


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("dtxl.documents").joinpath("charts.toml").read_text(encoding="utf-8"))


def _say(section: str, key: str, **pieces: object) -> str:
    return str(_table()[section][key]).format(**pieces)


def _limit(key: str) -> int:
    return int(_table()["limits"][key])


def result_charts(name: str, rows: Sequence[IndicatorResult]) -> tuple[Chart, ...]:
    """The results of a group's target rows against their targets: one chart, or several where one does not hold them.

    None is drawn where no row has a value. The last chart's note counts the rows that none shows.
    """
    drawable = [row for row in rows if _drawable(row)]
    if not drawable:
        return ()
    unit = _commonest(drawable)
    same = [row for row in drawable if row.unit == unit]
    count = min(ceil(len(same) / _limit("bars")), _limit("charts"))
    shown = same[: count * _limit("bars")]
    note = _note(len(rows) - len(drawable), len(drawable) - len(same), len(same) - len(shown))
    cuts = [round(n * len(shown) / count) for n in range(count + 1)]
    title = _say("targets", "title", group=tidy(name))
    return tuple(
        _bars(
            title if count == 1 else _say("targets", "part", title=title, number=n + 1, of=count),
            shown[cuts[n] : cuts[n + 1]], unit, note if n + 1 == count else "",
        )
        for n in range(count)
    )  # fmt: skip


def trend_charts(name: str, rows: Sequence[IndicatorResult], rollup: Rollup) -> tuple[Chart, ...]:
    """The values of a group's targets over the periods: the targets that changed most since the period before; none
    where no target has values of two periods that may be held against each other."""
    periods = _periods(rollup)
    values = {_key(row): _over(row, rollup) for row in rows if _drawable(row)}
    told = [row for row in rows if sum(v is not None for v in values.get(_key(row), ())) > 1]
    if not told:
        return ()
    unit = _commonest(told)
    same = [row for row in told if row.unit == unit]
    most = min(_limit("lines"), MOST_LINES)
    moved = sorted(same, key=lambda row: -_change(values[_key(row)]))[:most]
    shown = [row for row in same if row in moved]
    kept = [n for n in range(len(periods)) if any(values[_key(row)][n] is not None for row in shown)]
    lines = [tuple(values[_key(row)][n] for n in kept) for row in shown]
    flat = [value for line in lines for value in line if value is not None]
    number = number_format(unit, decimals_of(flat, unit))
    ticks = _TREND if unit == "%" and min(flat) >= 0 and max(flat) <= _TREND[1] else None
    spots = ends([line[-1] for line in lines], ticks[1] if ticks else max(flat) - min(*flat, Fraction(0)))
    series = [
        ChartSeries(
            _label(row, _limit("legend")), line, number,
            () if spot is None else (PointLabel(len(kept) - 1, number, spot),),
        )
        for row, line, spot in zip(shown, lines, spots, strict=True)
    ]  # fmt: skip
    names = tuple(capital(Said(tidy(periods[n].name))).text for n in kept)
    title = _say("lines", "title", group=tidy(name))
    note = "" if len(shown) == len(told) else _say("lines", "note", n=len(shown), of=len(told))
    items = [
        _say("lines", "item", name=one.name, points=", ".join(
            _say("lines", "point", period=period, value=_spoken(value, unit))
            for period, value in zip(names, one.values, strict=True) if value is not None
        ))
        for one in series
    ]  # fmt: skip
    alt = _say("lines", "alt", title=title, items=_spoken_items(items))
    height = _STANDING_MM + 5.0 * len(series)
    return (
        Chart(
            Look.LINES, title, note, alt, _say("lines", "across"), _axis(unit), names, tuple(series),
            number_format(unit, 0), height, ticks,
        ),
    )  # fmt: skip


def state_charts(rollup: Rollup) -> tuple[Chart, ...]:
    """How many targets were in each state, period by period; none where there is but one period, or no target."""
    rows = [*((period, earlier) for period, earlier in _earlier(rollup)), (rollup.period, rollup.indicators)]
    if len(rows) < 2 or not any(row.state is not State.NO_DATA for _, results in rows for row in results):
        return ()
    names = tuple(capital(Said(tidy(period.name))).text for period, _ in rows)
    counts = {state: tuple(sum(r.state is state for r in results) for _, results in rows) for state in _STATES}
    series = tuple(
        ChartSeries(_say("states", str(state)), tuple(map(Fraction, counts[state])), COUNT) for state in _STATES
    )
    items = [
        _say("states", "item", period=name, counts=", ".join(
            _say("states", "count", state=_say("states", str(state)).lower(), n=counts[state][n]) for state in _STATES
        ))
        for n, name in enumerate(names)
    ]  # fmt: skip
    title = _say("states", "title")
    alt = _say("states", "alt", title=title, items=_spoken_items(items))
    return (
        Chart(
            Look.STATES, title, "", alt, _say("states", "across"), _say("states", "upright"), names, series,
            number_format("", 0), _STANDING_MM,
        ),
    )  # fmt: skip


class ReportCharts:
    """The charts of a report: what the template's tags are filled with, and what their marks stand for."""

    def __init__(self, facts: Facts) -> None:
        groups = facts.groups
        self._results = [result_charts(name, rows) for name, rows in groups]
        self._trends = [trend_charts(name, rows, facts.rollup) for name, rows in groups]
        self._whole: Charts = {
            "bieu_do": tuple(chart for charts in self._results for chart in charts),
            "xu_huong": tuple(chart for charts in self._trends for chart in charts),
            "bieu_do_xu_huong": state_charts(facts.rollup),
        }

    def tags(self) -> dict[str, str]:
        """The marks of the tags that stand anywhere: of all groups' results, of their trends, of the states' trend."""
        return {name: chart_mark(name, charts) for name, charts in self._whole.items()}

    def group_tags(self, number: int) -> dict[str, str]:
        """The marks of a group's own tags; `number` one-based, in the order of `Facts.groups`."""
        return {
            "bieu_do": chart_mark(f"bieu_do.{number}", self._results[number - 1]),
            "xu_huong": chart_mark(f"xu_huong.{number}", self._trends[number - 1]),
        }

    def placed(self) -> Charts:
        """Mark → its charts."""
        found = {chart_mark(name, charts): charts for name, charts in self._whole.items() if charts}
        for number, (results, trends) in enumerate(zip(self._results, self._trends, strict=True), 1):
            marks = self.group_tags(number)
            found |= {marks[tag]: charts for tag, charts in (("bieu_do", results), ("xu_huong", trends)) if charts}
        return found


# Rows


def _drawable(row: IndicatorResult) -> bool:
    return row.value is not None and (row.target is None or row.state is not State.NO_DATA)


def _commonest(rows: Iterable[IndicatorResult]) -> str:
    """The unit of most rows; percent of two that are as common."""
    counts = Counter(row.unit for row in rows)
    return max(counts, key=lambda unit: (counts[unit], unit == "%"))


def _key(row: IndicatorResult) -> tuple[str, str | None]:
    return row.code, row.scope


def _label(row: IndicatorResult, most: int) -> str:
    name = f"{row.code}. {tidy(row.text)}"
    most -= len(tidy(row.scope or "")) + 3 if row.scope else 0
    if len(name) > most:
        name = name[:most].rsplit(" ", 1)[0].rstrip(",.;:( ") + "…"
    if row.scope:
        name = _say("targets", "scope", name=name, scope=tidy(row.scope))
    return _say("targets", "provisional", name=name) if row.provisional else name


def _note(no_data: int, other_unit: int, left: int) -> str:
    counts = {"no_data": no_data, "other_unit": other_unit, "left": left}
    items = [_say("notes", key, n=n) for key, n in counts.items() if n]
    return _say("notes", "whole", items=_say("notes", "join").join(items)) if items else ""


def _bars(title: str, rows: Sequence[IndicatorResult], unit: str, note: str) -> Chart:
    results = tuple(row.value for row in rows)
    targets = tuple(None if row.target is None else Fraction(row.target.value) for row in rows)
    axis = axis_of([value for value in (*results, *targets) if value is not None], unit)
    usual = decimals_of(results, unit)
    labels: list[PointLabel] = []
    signs: list[PointLabel] = []
    for n, row in enumerate(rows):
        spot, blanks = beside(row, axis)
        places = written(row.value, unit, row.target)[1] if row.value is not None else usual
        if places != usual or spot is not Spot.BASE:
            labels.append(PointLabel(n, number_format(unit, places), spot))
        if row.target is not None:
            signs.append(PointLabel(n, target_format(row.target, blanks), Spot.BEYOND))
    result = ChartSeries(_say("targets", "result"), results, number_format(unit, usual), tuple(labels))
    frame = ChartSeries(_say("targets", "target"), targets, number_format(unit, decimals_of(targets, "")), tuple(signs))
    names = tuple(_label(row, _limit("text")) for row in rows)
    items = [
        _say("targets", "item" if row.target else "item_free", name=name, value=_spoken(row.value, unit, row.target),
             target=target_text(row.target))
        for name, row in zip(names, rows, strict=True)
    ]  # fmt: skip
    return Chart(
        Look.TARGETS, title, note, _say("targets", "alt", title=title, items=_spoken_items(items)),
        _say("targets", "across"), _axis(unit), names, (result, frame), number_format(unit, 0),
        around_mm(title, note) + _BAR_MM * max(len(rows), 2), axis,
    )  # fmt: skip


# Words


def _axis(unit: str) -> str:
    return _say("targets", "percent" if unit == "%" else "amount" if unit else "plain", unit=tidy(unit))


def _spoken(value: Fraction | None, unit: str, target: Target | None = None) -> str:
    if value is None:
        return ""
    return written(value, unit, target)[0] + (f" {tidy(unit)}" if unit not in ("", "%") else "")


def _spoken_items(items: Iterable[str]) -> str:
    text = "; ".join(items)
    return text if len(text) <= _limit("spoken") else text[: _limit("spoken")].rsplit("; ", 1)[0] + "; …"


# Periods


def _earlier(rollup: Rollup) -> tuple[tuple[PeriodDates, tuple[IndicatorResult, ...]], ...]:
    return tuple(sorted(rollup.earlier, key=lambda item: item[0].end))


def _periods(rollup: Rollup) -> list[PeriodDates]:
    return [*(period for period, _ in _earlier(rollup)), rollup.period]


def _over(row: IndicatorResult, rollup: Rollup) -> list[Fraction | None]:
    """A target row's value in each of `_periods`. An indicator that counts each period by itself is held only against
    periods of the same length: a year's figure is no trend of its quarters."""
    indicator = rollup.plan.indicator_by_code.get(row.code)
    alone = indicator is not None and indicator.over_periods is OverPeriods.SUM
    out: list[Fraction | None] = []
    for period, results in _earlier(rollup):
        found = next((r for r in results if _key(r) == _key(row) and r.unit == row.unit and _drawable(r)), None)
        fits = not alone or _length(period) == _length(rollup.period)
        out.append(found.value if found is not None and fits else None)
    return [*out, row.value]


def _length(period: PeriodDates) -> str:
    """ "Q" of "2024-Q1", "H" of "2024-H1", "" of a year."""
    return period.code[5:6]


def _change(values: Sequence[Fraction | None]) -> Fraction:
    """How far the last value stands from the one before it."""
    present = [value for value in values if value is not None]
    return abs(present[-1] - present[-2])
