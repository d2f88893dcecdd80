"""Native charts of the report: what they show is the rollup, what Word opens is whole, what is missing is said."""

import io
import posixpath
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import docx
import dtxl.templates
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dtxl.core.metrics import width_mm
from dtxl.documents import draw_report
from dtxl.documents.charts import ReportCharts, result_charts, state_charts, trend_charts
from dtxl.documents.facts import Facts
from dtxl.files.docx_chart import Chart, Spot, chart_mark, place_charts
from dtxl.model.period import default_period
from dtxl.model.plan import OverPeriods, Target
from dtxl.model.rollup import Coverage, IndicatorResult, Rollup, State
from dtxl.model.verdict import judge
from tests.test_documents_sample import make_rollup

TEMPLATE = Path(dtxl.templates.__file__).with_name("bao-cao.docx")
TODAY = date(2024, 9, 20)
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def make(text: str = "Tỷ lệ hồ sơ trực tuyến", *, code: str = "I.1", value: object = 80, target: object = 90,
         op: str = ">=", unit: str = "%", scope: str | None = None) -> IndicatorResult:  # fmt: skip
    """A target row; `value` and `target` None for none."""
    goal = None if target is None else Target(op, Decimal(str(target)), unit, scope, 2024)
    got = None if value is None else Fraction(value)  # type: ignore[call-overload]
    return IndicatorResult(code, text, scope, None, None, got, unit, goal, judge(got, goal), Coverage(10, 10))


def rows_of(count: int) -> list[IndicatorResult]:
    return [make(code=f"I.{n}", value=Fraction(n * 100, 61)) for n in range(1, count + 1)]


@cache
def third_quarter() -> Rollup:
    """The sample's rollup as a third quarter with two before it; seven rows in a quarter lack figures."""
    rollup = make_rollup()

    def before(back: int) -> tuple[IndicatorResult, ...]:
        out = []
        for n, row in enumerate(rollup.indicators):
            lost = row.value is None or (n + back) % 7 == 0
            value = None if lost else row.value * Fraction(100 - back * (n % 5) * 3, 101)
            out.append(replace(row, value=value, state=judge(value, row.target)))
        return tuple(out)

    q1, q2, q3 = (default_period(f"2024-Q{n}", 15, 25) for n in (1, 2, 3))
    return replace(rollup, period=q3, earlier=((q1, before(2)), (q2, before(1))))


@cache
def content() -> bytes:
    return draw_report(third_quarter(), TEMPLATE, TODAY)


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert len(package.namelist()) == len(set(package.namelist()))
        return {name: package.read(name) for name in package.namelist()}


def related(parts: dict[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """Relation id → (kind, part) of a part."""
    folder, name = posixpath.split(part)
    root = etree.fromstring(parts[f"{folder}/_rels/{name}.rels"])
    return {
        r.get("Id"): (posixpath.basename(r.get("Type")), posixpath.normpath(posixpath.join(folder, r.get("Target"))))
        for r in root
    }


def charts_in(data: bytes) -> list[tuple[Any, openpyxl.Workbook]]:
    """(chart, its workbook) of each chart of a document, in the order in which they stand."""
    parts, out = parts_of(data), []
    relations = related(parts, "word/document.xml")
    for node in etree.fromstring(parts["word/document.xml"]).iter(f"{C}chart"):
        kind, part = relations[node.get(f"{R}id")]
        assert kind == "chart"
        chart = etree.fromstring(parts[part])
        kind, book = related(parts, part)[chart.find(f"{C}externalData").get(f"{R}id")]
        assert kind == "package"
        out.append((chart, openpyxl.load_workbook(io.BytesIO(parts[book]))))
    return out


def cached(chart: Any) -> list[tuple[str, list[str], list[float | None]]]:
    """(name, categories, values) of each series, as Word shows them before anybody opens the workbook."""
    out = []
    for ser in chart.iter(f"{C}ser"):
        names = [v.text or "" for v in ser.find(f"{C}tx").iter(f"{C}v")]
        categories = [v.text or "" for v in ser.find(f"{C}cat").iter(f"{C}v")]
        numbers = {int(p.get("idx")): float(p[0].text) for p in ser.find(f"{C}val").iter(f"{C}pt")}
        count = int(ser.find(f"{C}val//{C}ptCount").get("val"))
        assert len(names) == 1
        out.append((names[0], categories, [numbers.get(n) for n in range(count)]))
    return out


def title_of(chart: Any) -> list[str]:
    title = chart.find(f"{C}chart/{C}title")
    return [t.text for t in title.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t")]


def paper(*charts: Chart, text: str | None = None) -> bytes:
    """A document with `charts` at one mark, or with `text` in its place."""
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph(chart_mark("thu", charts) if text is None else text)
    document.save(out)
    return place_charts(out.getvalue(), {chart_mark("thu", charts): charts})


def shown(charts: Sequence[Chart]) -> list[Fraction | None]:
    return [value for chart in charts for value in chart.series[0].values]


# What is drawn


def test_every_value_is_the_rollups_to_the_last_bit_and_its_cells() -> None:
    rollup = third_quarter()
    found = [pair for pair in charts_in(content()) if title_of(pair[0])[0].startswith("Kết quả so với mục tiêu")]
    seen = []
    for chart, book in found:
        (result, target), sheet = cached(chart), book.active
        assert (result[0], target[0]) == ("Kết quả", "Mục tiêu")
        rows = [
            next(r for r in rollup.indicators if r.code == n.split(". ")[0] and (r.scope or "") in n) for n in result[1]
        ]
        assert result[2] == [float(r.value) for r in rows]
        assert target[2] == [float(r.target.value) for r in rows]
        seen += rows
        assert [[c.value for c in row] for row in sheet.iter_rows(min_row=2)] == [
            list(line) for line in zip(result[1], result[2], target[2], strict=True)
        ]
    assert seen == [r for r in rollup.indicators if r.value is not None]  # each once, in the plan's order


def test_a_value_of_seventeen_digits_keeps_them_in_the_cell_and_in_the_cache() -> None:
    value = Fraction(0.1 + 0.2)
    assert float(f"{float(value):.16G}") != float(value)  # what XlsxWriter alone would write is another number
    ((chart, book),) = charts_in(paper(*result_charts("Nhóm", [make(value=value)])))
    assert cached(chart)[0][2] == [float(value)] == [book.active["B2"].value]


def test_references_point_at_the_cells_that_are_cached() -> None:
    for chart, book in charts_in(content()):
        for ref in chart.iter(f"{C}f"):
            sheet, _, area = ref.text.rpartition("!")
            cells = book[sheet.strip("'")][area.replace("$", "")]
            flat = [row[0].value for row in cells] if isinstance(cells, tuple) else [cells.value]
            points = {int(p.get("idx")): p[0].text for p in ref.getnext().iter(f"{C}pt")}
            said = [points.get(n) for n in range(len(flat))]
            assert [
                s if v is None or isinstance(v, str) else float(s or "nan") for s, v in zip(said, flat, strict=True)
            ] == flat


@pytest.mark.parametrize(("count", "charts"), [(1, 1), (8, 1), (10, 1), (11, 2), (30, 3), (60, 5)])
def test_many_targets_are_split_evenly(count: int, charts: int) -> None:
    found = result_charts("Nhóm", rows_of(count))
    sizes = [len(chart.categories) for chart in found]
    assert len(found) == charts
    assert max(sizes) - min(sizes) <= 1
    assert shown(found) == [row.value for row in rows_of(min(count, 50))]
    assert found[-1].note == ("" if count <= 50 else "Chưa vẽ: 10 mục tiêu do số lượng quá lớn (xem Phụ lục I)")
    assert all(chart.height < 125 for chart in found)  # two on a page, whose text is 257 mm high
    assert [chart.title.endswith(f"({n}/{charts})") for n, chart in enumerate(found, 1)] == [charts > 1] * charts


def test_what_has_no_data_or_another_unit_is_counted_and_not_drawn() -> None:
    rows = [make(code="I.1"), make(code="I.2", value=None), make(code="I.3", unit="xã", value=7, target=9)]
    (chart,) = result_charts("Nhóm", rows)
    assert shown([chart]) == [80]
    assert chart.note == (
        "Chưa vẽ: 1 mục tiêu chưa có số liệu để đánh giá; 1 mục tiêu có đơn vị tính khác (xem Phụ lục I)"
    )
    (things,) = result_charts("Nhóm", [rows[2], make(code="I.4", unit="xã", value=3, target=2), rows[0]])
    assert (things.upright, things.series[0].number) == ("Số lượng (xã)", "[$-42A]#,##0")


def test_nothing_is_drawn_where_there_is_no_data() -> None:
    assert result_charts("Nhóm", [make(value=None)]) == ()
    empty = replace(
        third_quarter(), earlier=(),
        indicators=tuple(replace(r, value=None, state=State.NO_DATA) for r in third_quarter().indicators),
    )  # fmt: skip
    assert set(ReportCharts(Facts(empty)).tags().values()) == {""}
    names = parts_of(draw_report(empty, TEMPLATE, TODAY))
    assert not [name for name in names if "chart" in name or "embeddings" in name]


def test_a_zero_is_data() -> None:
    (chart,) = result_charts("Nhóm", [make(value=0)])
    ((drawn, _),) = charts_in(paper(chart))
    assert cached(drawn)[0][2] == [0.0]


def test_targets_are_written_with_their_comparator_and_results_as_the_report_does() -> None:
    rows = [
        make(code="I.1", op=">"), make(code="I.2", op="<=", target="8.5"), make(code="I.3", op="increase>=", target=20),
        make(code="I.4", value=Fraction(69999, 1000), target=70), make(code="I.5", target=None),
    ]  # fmt: skip
    (chart,) = result_charts("Nhóm", rows)
    result, target = chart.series
    formats = {label.index: label.number for label in target.labels}
    assert formats[0] == '[$-42A]">\u00a0"#,##0"%"'
    assert formats[1] == '[$-42A]"≤\u00a0"#,##0.0"%"'
    assert formats[2] == '[$-42A]"tăng\u00a0≥\u00a0"#,##0"%"'
    assert (4 in formats, target.values[4]) == (False, None)
    assert result.number == '[$-42A]#,##0.00"%"'
    assert {label.index: label.number for label in result.labels}[3] == '[$-42A]#,##0.000"%"'  # 69,999% is not 70%


@given(st.integers(0, 100), st.integers(0, 100))
def test_no_label_stands_on_another(value: int, target: int) -> None:
    (chart,) = result_charts("Nhóm", [make(value=value, target=target)])
    result, goal = chart.series
    assert chart.ticks is not None
    millimetre = float(chart.ticks[1]) / (0.5 * 165)
    wide, far = (width_mm(text, 10) * millimetre for text in (f"{value},00%", f"≥ {target}%"))
    blank = width_mm(" ", 10) * millimetre
    spot = result.labels[0].spot if result.labels else Spot.BASE
    start = {Spot.BASE: 0.0, Spot.END: value - wide, Spot.BEYOND: float(value)}[spot]
    other = target + blank * (goal.labels[0].number.count("\u00a0") - 1)  # one follows the sign
    assert start + wide <= other + 1e-9 or other + far <= start + 1e-9


# Periods


def test_the_states_of_each_period_are_counted_from_its_rollup() -> None:
    rollup = third_quarter()
    (chart,) = state_charts(rollup)
    assert chart.categories == ("Quý I năm 2024", "Quý II năm 2024", "Quý III năm 2024")
    results = [*(rows for _, rows in rollup.earlier), rollup.indicators]
    for series, state in zip(chart.series, (State.EXCEEDED, State.MET, State.MISSED, State.NO_DATA), strict=True):
        assert series.values == tuple(sum(r.state is state for r in rows) for rows in results)
    assert {sum(column) for column in zip(*(s.values for s in chart.series), strict=True)} == {30}
    assert state_charts(replace(rollup, earlier=())) == ()  # one period is no trend


def test_lines_are_the_values_of_the_targets_that_changed_most() -> None:
    rollup = third_quarter()
    name, rows = Facts(rollup).groups[0]
    (chart,) = trend_charts(name, rows, rollup)
    assert len(chart.series) == 5
    assert chart.note == "5 mục tiêu thay đổi nhiều nhất, trong 18 mục tiêu có số liệu nhiều kỳ"
    assert any(None in series.values for series in chart.series)
    for series in chart.series:
        code = series.name.split(". ")[0]
        row = next(r for r in rows if r.code == code and (r.scope or "") in series.name)
        expected = [next(r.value for r in old if (r.code, r.scope) == (code, row.scope)) for _, old in rollup.earlier]
        assert series.values == (*expected, row.value)
    assert trend_charts(name, rows, replace(rollup, earlier=())) == ()


def test_a_figure_of_the_period_alone_is_not_held_against_a_longer_period() -> None:
    rollup = third_quarter()
    plan = rollup.plan
    alone = replace(
        rollup, plan=replace(plan, indicators=tuple(replace(i, over_periods=OverPeriods.SUM) for i in plan.indicators))
    )
    name, rows = Facts(alone).groups[0]
    assert len(trend_charts(name, rows, alone)) == 1
    year = replace(alone, period=default_period("2024", 15, 25))
    assert trend_charts(name, rows, year) == ()
    assert len(trend_charts(name, rows, replace(year, plan=plan))) == 1  # figures from the start of the year are
