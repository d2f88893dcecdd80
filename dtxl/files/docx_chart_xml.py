"""The DrawingML of a chart (ECMA-376-1, 21.2): the order of elements is the schema's, Word takes no other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from math import ceil
from typing import Any

from lxml import etree

from dtxl.core.metrics import width_mm
from dtxl.files.docx_chart_book import Exact, cells
from dtxl.files.docx_chart_data import Chart, ChartSeries, Look, Spot

NS = {
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
FONT = "Times New Roman"
TITLE_SIZE, NOTE_SIZE, TEXT_SIZE = 12.0, 10.0, 10.0  # points
_LINE_MM = 0.42  # height of a line in mm for each point of its size
_PLOT_LEFT, PLOT_WIDTH = 0.42, 0.50  # of the chart's width: names stand at the left, target labels at the right
BELOW_MM = 22.0  # axis, its name, legend
_CATEGORY, _NUMBER = "111111111", "222222222"  # ids of the two axes, each chart has its own
# Told apart in grey print too: by lightness, dashes and marks. Text on them is black.
_BAR, _GRID, _BLACK = "BDC9D7", "D9D9D9", "000000"
_STACK = ("6C9BD2", "DEE7F3", "F4B183", "FFFFFF")
_LINES = (
    ("1F3864", "solid", "circle"), ("000000", "dash", "square"), ("7F7F7F", "solid", "triangle"),
    ("2E75B6", "sysDot", "diamond"), ("595959", "lgDashDot", "x"),
)  # fmt: skip
MOST_LINES = len(_LINES)
Node = Any


def chart_xml(chart: Chart, width: float, workbook: str) -> bytes:
    """The chart part. `width` in mm, as it stands on the page; `workbook` is the id of the relationship to the embedded
    workbook, whose cells are as `docx_chart_book` writes them."""
    plot: dict[Look, Callable[[Chart], Iterable[Node]]] = {
        Look.TARGETS: _bars, Look.STATES: _stack, Look.LINES: _lines,
    }  # fmt: skip
    layout = _bars_layout(chart, width) if chart.look is Look.TARGETS else _node("c:layout")
    root = _node(
        "c:chartSpace", {},
        _val("date1904", 0), _val("lang", "vi-VN"), _val("roundedCorners", 0),
        _node(
            "c:chart", {},
            _title(chart), _val("autoTitleDeleted", 0),
            _node("c:plotArea", {}, layout, *plot[chart.look](chart), *_axes(chart, width)),
            _node("c:legend", {}, _val("legendPos", "b"), _val("overlay", 0), _words(TEXT_SIZE)),
            _val("plotVisOnly", 1), _val("dispBlanksAs", "gap"),
        ),
        _node("c:spPr", {}, _fill("FFFFFF"), _node("a:ln", {}, _node("a:noFill"))),
        _words(TEXT_SIZE),
        _node("c:externalData", {f"{{{NS['r']}}}id": workbook}, _val("autoUpdate", 0)),
    )  # fmt: skip
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def _node(name: str, attributes: Mapping[str, str] | None = None, *children: Node, text: str | None = None) -> Node:
    prefix, _, local = name.partition(":")
    node = etree.Element(f"{{{NS[prefix]}}}{local}", dict(attributes or {}), nsmap=NS)
    node.text = text
    node.extend(children)
    return node


def _val(name: str, value: object) -> Node:
    return _node(f"c:{name}", {"val": str(value)})


def _fill(colour: str) -> Node:
    return _node("a:solidFill", {}, _node("a:srgbClr", {"val": colour}))


def _line(colour: str, points: float, dash: str = "solid") -> Node:
    return _node("a:ln", {"w": str(round(points * 12700))}, _fill(colour), _node("a:prstDash", {"val": dash}))


def _run_properties(tag: str, size: float, *, bold: bool = False, italic: bool = False) -> Node:
    look = {"lang": "vi-VN"} if tag == "a:rPr" else {}
    look |= {"sz": str(round(size * 100)), "b": str(int(bold)), "i": str(int(italic))}
    fonts = [_node(f"a:{part}", {"typeface": FONT}) for part in ("latin", "ea", "cs")]
    return _node(tag, look, _fill(_BLACK), *fonts)


def _words(size: float, *, wrap: bool = True) -> Node:
    """The look of the texts that the program itself writes."""
    paragraph = _node(
        "a:p", {}, _node("a:pPr", {}, _run_properties("a:defRPr", size)), _node("a:endParaRPr", {"lang": "vi-VN"})
    )
    return _node("c:txPr", {}, _node("a:bodyPr", {} if wrap else {"wrap": "none"}), _node("a:lstStyle"), paragraph)


def _rich(lines: Sequence[tuple[str, float, bool, bool]], *, turned: bool = False) -> Node:
    """Texts of ours, a paragraph each: (text, size, bold, italic)."""
    paragraphs = [
        _node(
            "a:p", {},
            _node("a:pPr", {}, _run_properties("a:defRPr", size, bold=bold, italic=italic)),
            _node("a:r", {}, _run_properties("a:rPr", size, bold=bold, italic=italic), _node("a:t", text=text)),
        )
        for text, size, bold, italic in lines
    ]  # fmt: skip
    body = _node("a:bodyPr", {"rot": "-5400000", "vert": "horz"} if turned else {})
    return _node("c:tx", {}, _node("c:rich", {}, body, _node("a:lstStyle"), *paragraphs))


def _title(chart: Chart) -> Node:
    lines = [(chart.title, TITLE_SIZE, True, False)]
    if chart.note:
        lines.append((chart.note, NOTE_SIZE, False, True))
    return _node("c:title", {}, _rich(lines), _val("overlay", 0))


def title_mm(title: str, note: str, width: float) -> float:
    """Height of the title and its note on a chart of `width` mm. LibreOffice writes the note as it does the title."""
    lines = [ceil(width_mm(text, TITLE_SIZE, bold=True) / (width * 0.75)) for text in (title, note) if text]
    return 6.0 + sum(lines) * TITLE_SIZE * _LINE_MM


def _at(x: float, y: float, *, size: tuple[float, float] | None = None) -> Node:
    """A place on the chart, in shares of its width and height."""
    inner = [_val("layoutTarget", "inner")] if size else []
    numbers = {"x": x, "y": y} | (dict(zip("wh", size, strict=True)) if size else {})
    places = [_val(name, f"{value:.4f}") for name, value in numbers.items()]
    return _node(
        "c:layout", {}, _node("c:manualLayout", {}, *inner, _val("xMode", "edge"), _val("yMode", "edge"), *places)
    )


def _bars_layout(chart: Chart, width: float) -> Node:
    """The plot's own place: no program leaves the names of indicators the room they need."""
    top = title_mm(chart.title, chart.note, width)
    return _at(_PLOT_LEFT, top / chart.height, size=(PLOT_WIDTH, 1 - (top + BELOW_MM) / chart.height))


# Series


def _cache(kind: str, values: Sequence[str | None], number: str = "") -> Node:
    points = [
        _node("c:pt", {"idx": str(index)}, _node("c:v", text=value))
        for index, value in enumerate(values)
        if value is not None
    ]
    code = [_node("c:formatCode", text=number)] if number else []
    return _node(f"c:{kind}Cache", {}, *code, _val("ptCount", len(values)), *points)


def _ref(kind: str, reference: str, cache: Node) -> Node:
    return _node(f"c:{kind}Ref", {}, _node("c:f", text=reference), cache)


def _data(chart: Chart, place: int, series: ChartSeries) -> tuple[list[Node], list[Node]]:
    """(the elements that begin a series, those that end it); `place` zero-based."""
    last = len(chart.categories) + 1
    values = [None if value is None else format(Exact(value)) for value in series.values]
    begins = [
        _val("idx", place), _val("order", place),
        _node("c:tx", {}, _ref("str", cells(place + 1, 1, 1), _cache("str", [series.name]))),
    ]  # fmt: skip
    ends = [
        _node("c:cat", {}, _ref("str", cells(0, 2, last), _cache("str", chart.categories))),
        _node("c:val", {}, _ref("num", cells(place + 1, 2, last), _cache("num", values, series.number))),
    ]
    return begins, ends


def _label(number: str, position: str) -> list[Node]:
    """What a label shows: the number alone."""
    return [
        _node("c:numFmt", {"formatCode": number, "sourceLinked": "0"}),
        _node("c:spPr", {}, _node("a:noFill"), _node("a:ln", {}, _node("a:noFill"))),
        _words(TEXT_SIZE, wrap=False), _val("dLblPos", position), _val("showLegendKey", 0), _val("showVal", 1),
        *(_val(f"show{part}", 0) for part in ("CatName", "SerName", "Percent", "BubbleSize")),
    ]  # fmt: skip


def _labels(series: ChartSeries, usual: list[Node]) -> Node:
    """The labels of a series: those that are told apart, then what all others have in common."""
    own = [
        _node("c:dLbl", {}, _val("idx", label.index), *_label(label.number, label.spot))
        for label in sorted(series.labels, key=lambda label: label.index)
    ]
    return _node("c:dLbls", {}, *own, *usual)


def _bar_series(chart: Chart, place: int, look: Node, usual: list[Node]) -> Node:
    series = chart.series[place]
    begins, ends = _data(chart, place, series)
    return _node("c:ser", {}, *begins, look, _val("invertIfNegative", 0), _labels(series, usual), *ends)


def _bars(chart: Chart) -> list[Node]:
    result = _node("c:spPr", {}, _fill(_BAR), _line("7F7F7F", 0.5))
    frame = _node("c:spPr", {}, _node("a:noFill"), _line(_BLACK, 1.5))
    usual = [_label(series.number, spot) for series, spot in zip(chart.series, (Spot.BASE, Spot.BEYOND), strict=True)]
    bars = [_bar_series(chart, 0, result, usual[0]), _bar_series(chart, 1, frame, usual[1])]
    gap = 60 if len(chart.categories) > 1 else 180
    head = [_val("barDir", "bar"), _val("grouping", "clustered"), _val("varyColors", 0)]
    return [_node("c:barChart", {}, *head, *bars, _val("gapWidth", gap), _val("overlap", 100), *_ids())]


def _stack(chart: Chart) -> list[Node]:
    columns = []
    for place, (series, colour) in enumerate(zip(chart.series, _STACK, strict=False)):
        look = _node("c:spPr", {}, _fill(colour), _line(_BLACK, 0.75))
        columns.append(_bar_series(chart, place, look, _label(series.number, "ctr")))
    head = [_val("barDir", "col"), _val("grouping", "stacked"), _val("varyColors", 0)]
    return [_node("c:barChart", {}, *head, *columns, _val("gapWidth", 80), _val("overlap", 100), *_ids())]


def _lines(chart: Chart) -> list[Node]:
    drawn = []
    for place, (series, (colour, dash, mark)) in enumerate(zip(chart.series, _LINES, strict=False)):
        begins, ends = _data(chart, place, series)
        marker = _node(
            "c:marker", {}, _val("symbol", mark), _val("size", 7),
            _node("c:spPr", {}, _fill("FFFFFF" if mark == "square" else colour), _line(colour, 0.75)),
        )  # fmt: skip
        look = _node("c:spPr", {}, _line(colour, 1.75, dash))
        shows = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
        labels = _labels(series, [_val(f"show{part}", 0) for part in shows])
        drawn.append(_node("c:ser", {}, *begins, look, marker, labels, *ends, _val("smooth", 0)))
    head = [_val("grouping", "standard"), _val("varyColors", 0)]
    return [_node("c:lineChart", {}, *head, *drawn, _val("marker", 1), *_ids())]


# Axes


def _ids() -> list[Node]:
    return [_val("axId", _CATEGORY), _val("axId", _NUMBER)]


def _axes(chart: Chart, width: float) -> list[Node]:
    lying = chart.look is Look.TARGETS
    thin = _node("c:spPr", {}, _line("7F7F7F", 0.75))
    across = _rich([(chart.across, TEXT_SIZE, False, False)])
    # A lying chart counts its categories from below; turned round they stand as in the annex. Its names say what they
    # are, and need the room.
    names = _node(
        "c:catAx", {},
        _val("axId", _CATEGORY), _node("c:scaling", {}, _val("orientation", "maxMin" if lying else "minMax")),
        _val("delete", 0), _val("axPos", "l" if lying else "b"),
        *([] if lying else [_node("c:title", {}, across, _val("overlay", 0))]),
        _node("c:numFmt", {"formatCode": "General", "sourceLinked": "0"}),
        _val("majorTickMark", "none"), _val("minorTickMark", "none"), _val("tickLblPos", "low"), thin,
        _words(TEXT_SIZE),
        _val("crossAx", _NUMBER), _val("crosses", "autoZero"), _val("auto", 0), _val("lblAlgn", "ctr"),
        _val("lblOffset", 100), _val("tickLblSkip", 1), _val("noMultiLvlLbl", 0),
    )  # fmt: skip
    ticks = [format(Exact(number)) for number in chart.ticks or ()]
    ends = [_val("max", ticks[1]), _val("min", ticks[0])] if ticks else []
    name = [_rich([(chart.upright, TEXT_SIZE, False, False)], turned=not lying)]
    if lying:
        half = width_mm(chart.upright, TEXT_SIZE) / 2 / width
        name.append(_at(_PLOT_LEFT + PLOT_WIDTH / 2 - half, 1 - (BELOW_MM - 8.0) / chart.height))
    numbers = _node(
        "c:valAx", {},
        _val("axId", _NUMBER), _node("c:scaling", {}, _val("orientation", "minMax"), *ends),
        _val("delete", 0), _val("axPos", "b" if lying else "l"),
        _node("c:majorGridlines", {}, _node("c:spPr", {}, _line(_GRID, 0.5))),
        _node("c:title", {}, *name, _val("overlay", 0)),
        _node("c:numFmt", {"formatCode": chart.number, "sourceLinked": "0"}),
        _val("majorTickMark", "none"), _val("minorTickMark", "none"), _val("tickLblPos", "nextTo"),
        deepcopy(thin), _words(TEXT_SIZE),
        _val("crossAx", _CATEGORY), _val("crosses", "max" if lying else "autoZero"), _val("crossBetween", "between"),
        *([_val("majorUnit", ticks[2])] if ticks else []),
    )  # fmt: skip
    return [names, numbers]
