"""The package of a document with charts: what Word and LibreOffice open, and the template's tags for charts."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import docx
import pdfplumber
import pytest
from docx.shared import Mm
from lxml import etree

from dtxl.core.errors import TemplateError
from dtxl.documents import check_template, draw_report
from dtxl.documents.charts import ReportCharts, result_charts
from dtxl.documents.facts import Facts
from dtxl.files.docx_chart import Chart, ChartSeries, Look, PointLabel, Spot, chart_mark, place_charts
from dtxl.files.docx_paper import read_paper
from dtxl.layout import check_layout
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.trend import with_earlier
from dtxl.pipeline.workspace import Workspace
from tests.conftest import PERIOD
from tests.test_batch_codes import changed_template
from tests.test_charts import (
    TEMPLATE,
    TODAY,
    C,
    cached,
    charts_in,
    content,
    make,
    paper,
    parts_of,
    related,
    third_quarter,
    title_of,
)
from tests.test_checks_round import NEXT, send, take
from tests.test_documents_sample import HOSTILE

WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
# ECMA-376-1, 21.2.2: the order in which children of these elements must come.
ORDER = {
    "chartSpace": "date1904 lang roundedCorners chart spPr txPr externalData",
    "chart": "title autoTitleDeleted plotArea legend plotVisOnly dispBlanksAs",
    "title": "tx layout overlay",
    "plotArea": "layout barChart lineChart catAx valAx",
    "barChart": "barDir grouping varyColors ser gapWidth overlap axId",
    "lineChart": "grouping varyColors ser marker axId",
    "ser": "idx order tx spPr marker invertIfNegative dLbls cat val smooth",
    "dLbls": "dLbl numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize",
    "dLbl": "idx numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize",
    "catAx": "axId scaling delete axPos title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses "
    "auto lblAlgn lblOffset tickLblSkip noMultiLvlLbl",
    "valAx": "axId scaling delete axPos majorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr "
    "crossAx crosses crossBetween majorUnit",
    "scaling": "orientation max min",
    "legend": "legendPos overlay txPr",
    "numCache": "formatCode ptCount pt",
    "strCache": "ptCount pt",
}


# The package


def test_the_package_is_whole() -> None:
    parts = parts_of(content())
    types = etree.fromstring(parts["[Content_Types].xml"])
    overrides = {node.get("PartName"): node.get("ContentType") for node in types if node.get("PartName")}
    defaults = {node.get("Extension"): node.get("ContentType") for node in types if node.get("Extension")}
    charts = sorted(name for name in parts if re.fullmatch(r"word/charts/chart\d+\.xml", name))
    books = sorted(name for name in parts if re.fullmatch(r"word/embeddings/.+\.xlsx", name))
    assert len(charts) == len(books) == len(charts_in(content())) == 10
    assert all(overrides[f"/{name}"].endswith("drawingml.chart+xml") for name in charts)
    assert defaults["xlsx"].endswith("spreadsheetml.sheet")
    for name in [n for n in parts if n.endswith(".rels") and n != "_rels/.rels"]:
        part = name.replace("_rels/", "").removesuffix(".rels")
        assert {target for _, target in related(parts, part).values()} <= set(parts)
    for name in charts:
        links = etree.fromstring(parts[name]).findall(f"{C}externalData")
        assert [[(c.tag, c.get("val")) for c in link] for link in links] == [[(f"{C}autoUpdate", "0")]]
    drawings = list(etree.fromstring(parts["word/document.xml"]).iter(f"{WP}inline"))
    about = [d.find(f"{WP}docPr") for d in drawings]
    assert len({a.get("id") for a in about}) == len(about) == 10
    assert all(a.get("descr").startswith("Biểu đồ ") for a in about)
    assert not any(mark in part for part in parts.values() for mark in ("\ue001".encode(), "\ue002".encode()))


def test_elements_come_in_the_order_of_the_schema() -> None:
    checked = 0
    for chart, _ in charts_in(content()):
        for node in chart.iter():
            order = ORDER.get(etree.QName(node).localname, "").split() if node.tag.startswith(C) else []
            if order:
                places = [order.index(etree.QName(child).localname) for child in node]  # ValueError: a stranger
                assert places == sorted(places), node.tag
                checked += 1
    assert checked > 250


def test_equal_input_gives_equal_bytes_and_staff_find_the_text_in_one_font() -> None:
    assert draw_report(third_quarter(), TEMPLATE, TODAY) == content()
    for chart, _ in charts_in(content()):
        assert set(re.findall(rb'typeface="([^"]+)"', etree.tostring(chart))) == {b"Times New Roman"}


def test_the_report_with_charts_keeps_the_layout(tmp_path: Path) -> None:
    def breaches(path: Path, data: bytes) -> set[tuple[str, str]]:
        path.write_bytes(data)
        return {
            (b.code, b.found) for b in check_layout(read_paper(path), draft=True, provinces=("Bắc Giang",)).breaches
        }

    bare = changed_template(tmp_path, "{{ bieu_do_xu_huong }}", "")
    for tag in ("{{ phan.bieu_do }}", "{{ phan.xu_huong }}"):
        bare = _without(bare, tag)
    plain = draw_report(third_quarter(), bare, TODAY)
    assert charts_in(plain) == []
    assert breaches(tmp_path / "a.docx", content()) <= breaches(tmp_path / "b.docx", plain)


def _without(template: Path, tag: str) -> Path:
    document = docx.Document(str(template))
    (paragraph,) = [p for p in document.paragraphs if p.text == tag]
    paragraph.text = ""
    document.save(str(template))
    return template


def test_text_of_plans_is_data() -> None:
    hostile = f'=HYPERLINK("http://x.vn") {HOSTILE} </c:v> \x07'
    rows = [make(hostile, scope="=1+1"), make("<r>một</r>", code="I.2"), make("@SUM(A1)", code="+I.3")]
    ((chart, book),) = charts_in(paper(*result_charts("=cmd|' /C calc'!A0 & <b>", rows)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell.value for cell in cells[3::3]] == cached(chart)[0][1]
    assert "=HYPERLINK" in cached(chart)[0][1][0]
    assert title_of(chart) == ["Kết quả so với mục tiêu: =cmd|' /C calc'!A0 & <b>"]


# The template


def test_a_template_without_a_chart_is_told_and_an_unknown_chart_stops(tmp_path: Path) -> None:
    assert check_template(third_quarter(), TEMPLATE, TODAY) == ()
    path = changed_template(tmp_path, "{{ bieu_do_xu_huong }}", "{{ bieu_do_xu_huog }}")
    with pytest.raises(TemplateError, match="bieu_do_xu_huog") as caught:
        draw_report(third_quarter(), path, TODAY)
    assert caught.value.code == "G06"
    path = changed_template(tmp_path, "{{ phan.bieu_do }}", "{{ phan.bieu_doo }}")
    with pytest.raises(TemplateError, match="bieu_doo") as caught:
        draw_report(third_quarter(), path, TODAY)
    assert caught.value.code == "G07"


def test_a_chart_that_the_template_lacks_is_a_finding(tmp_path: Path) -> None:
    document, path = docx.Document(str(TEMPLATE)), tmp_path / "bao-cao.docx"
    for paragraph in [p for p in document.paragraphs if "phan.xu_huong" in p.text]:
        paragraph._p.getparent().remove(paragraph._p)
    # The block's end is the third {%p endif %} after the group's texts.
    ends = [p for p in document.paragraphs if p.text == "{%p endif %}"]
    body = list(document.element.body)
    after = next(p for p in ends if body[body.index(p._p) - 1].xpath("string(.)") == "{%p endif %}")
    after._p.getparent().remove(after._p)
    document.save(str(path))
    (finding,) = check_template(third_quarter(), path, TODAY)
    assert (finding.code, finding.label) == ("G06", "Mẫu bao-cao.docx: không có chỗ ghi {{ xu_huong }}")
    assert len(charts_in(draw_report(third_quarter(), path, TODAY))) == 6


def test_all_charts_may_stand_in_one_place(tmp_path: Path) -> None:
    path = changed_template(tmp_path, "{{ ghi_chu_ii }}", "{{ bieu_do }}")
    assert len(charts_in(draw_report(third_quarter(), path, TODAY))) == 15


@pytest.mark.parametrize("around", ["Hình 1: {}", "{} {}"])
def test_a_mark_within_other_text_is_refused(around: str) -> None:
    charts = result_charts("Nhóm", [make()])
    with pytest.raises(TemplateError, match="đứng một mình"):
        paper(*charts, text=around.replace("{}", chart_mark("thu", charts)))


def test_a_mark_in_a_header_is_refused_and_text_like_a_mark_stays() -> None:
    charts = result_charts("Nhóm", [make()])
    mark, document, out = chart_mark("thu", charts), docx.Document(), io.BytesIO()
    document.sections[0].header.paragraphs[0].text = mark
    document.save(out)
    with pytest.raises(TemplateError, match="đầu trang"):
        place_charts(out.getvalue(), {mark: charts})
    guessed = "\ue001thu.0123456789abcdef\ue002"
    assert [p.text for p in docx.Document(io.BytesIO(paper(*charts, text=guessed))).paragraphs] == [guessed]


def test_a_chart_is_as_wide_as_its_cell_and_joins_charts_that_are_there() -> None:
    (chart,) = result_charts("Nhóm", [make()])
    document, out = docx.Document(io.BytesIO(paper(chart))), io.BytesIO()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.width = Mm(84)
    cell.text = chart_mark("thu", [chart])
    document.save(out)
    data = place_charts(out.getvalue(), {chart_mark("thu", [chart]): [chart]})
    first, second = etree.fromstring(parts_of(data)["word/document.xml"]).iter(f"{WP}inline")
    assert int(second.find(f"{WP}extent").get("cx")) == pytest.approx(80 * 36000, abs=36000)
    assert int(first.find(f"{WP}extent").get("cx")) > int(second.find(f"{WP}extent").get("cx"))
    assert first.find(f"{WP}docPr").get("id") != second.find(f"{WP}docPr").get("id")
    assert len(charts_in(data)) == 2
    assert {name for name in parts_of(data) if name.endswith("x") and "embeddings" in name} == {
        "word/embeddings/Microsoft_Excel_Sheet1.xlsx", "word/embeddings/Microsoft_Excel_Sheet2.xlsx"
    }  # fmt: skip


def test_lines_with_gaps_and_their_own_labels() -> None:
    values = (Fraction(1, 3), None, Fraction(2, 3))
    series = ChartSeries("Một", values, "0.00", (PointLabel(2, "0.00", Spot.RIGHT),))
    chart = Chart(Look.LINES, "Tên", "", "Biểu đồ", "Kỳ", "Số", ("a", "b", "c"), (series,), "0", 90.0)
    ((drawn, book),) = charts_in(paper(chart))
    assert cached(drawn)[0][2] == [1 / 3, None, 2 / 3]
    assert [c.value for c in book.active["B"]] == ["Một", 1 / 3, None, 2 / 3]
    assert [d.find(f"{C}idx").get("val") for d in drawn.iter(f"{C}dLbl")] == ["2"]
    assert drawn.find(f"{C}chart/{C}dispBlanksAs").get("val") == "gap"


def values_in(data: bytes) -> Iterator[list[float | None]]:
    for name, part in sorted(parts_of(data).items()):
        if re.fullmatch(r"word/charts/chart\d+\.xml", name):
            yield from (values for _, _, values in cached(etree.fromstring(part)))


def rounded(data: bytes) -> list[list[str]]:
    """The cached values to the 13 digits that LibreOffice keeps."""
    return sorted([f"{value:.13g}" if value is not None else "" for value in line] for line in values_in(data))


def test_libreoffice_keeps_each_chart_a_chart_with_its_values(
    tmp_path: Path, soffice: Callable[[Path, str], Path]
) -> None:
    placed = ReportCharts(Facts(third_quarter())).placed()
    data = paper(
        *(chart for mark, charts in placed.items() if re.search(r"\.\d+\.|bieu_do_xu", mark) for chart in charts)
    )
    path = tmp_path / "bieu-do.docx"
    path.write_bytes(data)
    assert rounded(soffice(path, "docx").read_bytes()) == rounded(data)
    with zipfile.ZipFile(soffice(path, "odt")) as package:
        objects = [name for name in package.namelist() if re.fullmatch(r"Object \d+/content\.xml", name)]
    assert len(objects) == 10


def test_the_pipeline_gives_the_quarters_before(few: Workspace) -> None:
    after = date(2024, 6, 25)
    assert take(few, PERIOD, send(few, PERIOD, "07375", {}))[0] == "accepted"
    first = make_rollup(few, PERIOD, after)
    assert with_earlier(few, first).earlier == ()
    second = with_earlier(few, make_rollup(few, NEXT, after))
    assert [(period.code, rows) for period, rows in second.earlier] == [(PERIOD, first.indicators)]
    assert with_earlier(few, second) is second
    third = with_earlier(few, make_rollup(few, "2024-Q3", after))
    assert [period.code for period, _ in third.earlier] == [PERIOD]  # nothing was returned for the second


def test_libreoffice_draws_the_numbers_the_vietnamese_way(tmp_path: Path, soffice: Callable[[Path, str], Path]) -> None:
    path = tmp_path / "nhan.docx"
    rows = [make(code="I.1", value=Fraction(69999, 1000), target=70), make(code="I.2", value=96, target=60)]
    many = [make(code="I.1", unit="xã", value=1234567, target=1000000)]
    path.write_bytes(paper(*result_charts("Nhóm A", rows), *result_charts("Nhóm B", many)))
    with pdfplumber.open(soffice(path, "pdf")) as drawn:
        text = "\n".join(page.extract_text() for page in drawn.pages).replace("\u00a0", " ")
    for label in ("69,999%", "96,00%", "≥ 70%", "≥ 60%", "1.234.567", "≥ 1.000.000", "Kết quả so với mục tiêu: Nhóm B"):
        assert label in text, text
