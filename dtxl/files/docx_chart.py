"""Native charts in a Word file: each a chart part with its own workbook, that staff edit in Word ("Edit Data").

A template names a chart by a tag. The tag is filled with a mark, a text that nobody types; here each paragraph that
holds nothing but a mark becomes its charts. Works on the finished bytes: all other parts stay as they are, to the byte.
"""

import hashlib
import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from lxml import etree

from dtxl.core.errors import TemplateError
from dtxl.files.docx_chart_book import chart_book
from dtxl.files.docx_chart_data import Chart, ChartSeries, Look, PointLabel, Spot
from dtxl.files.docx_chart_xml import BELOW_MM, MOST_LINES, NS, PLOT_WIDTH, TEXT_SIZE, chart_xml, title_mm

__all__ = [
    "LABEL_SIZE", "MOST_LINES", "PLOT_MM", "Chart", "ChartSeries", "Look", "PointLabel", "Spot", "around_mm",
    "chart_mark", "place_charts",
]  # fmt: skip

_OPEN, _CLOSE = "\ue001", "\ue002"  # private use: on no keyboard
_MARK = re.compile(f"{_OPEN}[^{_OPEN}{_CLOSE}]*{_CLOSE}")
_DOCUMENT, _RELS, _TYPES = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"
_FURNITURE = re.compile(r"word/(?:header|footer|footnotes|endnotes)\d*\.xml")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_R = NS["r"]
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EMU_PER_MM, _TWIPS_PER_MM = 36000, 1440 / 25.4
_WIDEST_MM = 165.0  # the text's width on a page of the decree's layout
# For whoever keeps labels apart: the length in mm of the axis of lying bars on such a page, the labels' size in points.
PLOT_MM, LABEL_SIZE = _WIDEST_MM * PLOT_WIDTH, TEXT_SIZE
_ALT_UNITS = 2000
_ZIP_DATE = (2024, 1, 1, 0, 0, 0)


def around_mm(title: str, note: str) -> float:
    """Height of what stands above and below the bars of a chart as wide as the text."""
    return title_mm(title, note, _WIDEST_MM) + BELOW_MM


def chart_mark(name: str, charts: Sequence[Chart]) -> str:
    """The text that stands for `charts` until they are placed; "" where none of them has anything to show. What the
    charts show is in it as a hash, so that no text from outside can be a mark by chance or by intent."""
    if not any(map(_shows, charts)):
        return ""
    return f"{_OPEN}{name}.{hashlib.sha256(repr(tuple(charts)).encode()).hexdigest()[:16]}{_CLOSE}"


def _shows(chart: Chart) -> bool:
    return any(value is not None for series in chart.series for value in series.values)


def place_charts(content: bytes, charts: Mapping[str, Sequence[Chart]]) -> bytes:
    """The Word file `content` with each paragraph that is a mark of `charts` (mark → its charts, in order) replaced by
    as many paragraphs with a chart each, in the mark's own style; none for no charts. A chart is as wide as the text or
    the cell, at most 165 mm. Charts without any number are not drawn.

    Equal input gives equal bytes. Raises TemplateError (G07) where a mark stands within other text, in a text box, a
    header, a footer or a note.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name in parts:
        if _FURNITURE.fullmatch(name) and any(mark in parts[name].decode("utf-8", "replace") for mark in charts):
            raise TemplateError("Thẻ biểu đồ không đặt được ở đầu trang, chân trang hay chú thích. [G07]")
    document = _parsed(parts[_DOCUMENT])
    found = list(_marked(document, charts))
    if not found:
        return content
    holder = _Holder(parts, document)
    for paragraph, mark, width in found:
        for chart in charts[mark]:
            if _shows(chart):
                paragraph.addprevious(_paragraph(paragraph, holder.add(chart, width), chart, width, holder.next_id()))
        _remove(paragraph)
    return holder.content()


def _parsed(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _bytes(root: Any) -> bytes:
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def _w(name: str) -> str:
    return f"{{{_W}}}{name}"


def _marked(document: Any, charts: Iterable[str]) -> Iterator[tuple[Any, str, float]]:
    """(paragraph, its mark, room in mm) for each mark that stands alone."""
    known = set(charts)
    for paragraph, room in _with_room(document):
        own = (node for node in paragraph.iter(_w("t")) if next(node.iterancestors(_w("p"))) is paragraph)
        text = "".join(node.text or "" for node in own)
        marks = [mark for mark in _MARK.findall(text) if mark in known]
        if not marks:
            continue
        if next(paragraph.iterancestors(_w("txbxContent")), None) is not None:
            raise TemplateError("Thẻ biểu đồ không đặt được trong khung chữ. [G07]")
        rest = " ".join(_MARK.sub("", text).split())
        if rest or len(marks) > 1:
            raise TemplateError(f"Thẻ biểu đồ phải đứng một mình trong đoạn, đang đứng cùng “{rest[:80]}”. [G07]")
        yield paragraph, marks[0], min(_WIDEST_MM, room)


def _with_room(document: Any) -> Iterator[tuple[Any, float]]:
    """Each paragraph with the width in mm between the margins of its cell or section (whose end comes after it)."""
    ends = [end for end in document.iter(_w("sectPr")) if end.getparent().tag in (_w("body"), _w("pPr"))]
    rooms = [_room(end) for end in ends] or [_WIDEST_MM]
    section = 0
    for paragraph in document.iter(_w("p")):
        cell = next(paragraph.iterancestors(_w("tc")), None)
        yield paragraph, rooms[min(section, len(rooms) - 1)] if cell is None else _cell_room(cell)
        section += paragraph.find(f"{_w('pPr')}/{_w('sectPr')}") is not None


def _room(section: Any) -> float:
    size, margins = section.find(_w("pgSz")), section.find(_w("pgMar"))
    if size is None or margins is None:
        return _WIDEST_MM
    sides = [float(margins.get(_w(side)) or 0) for side in ("left", "right", "gutter")]
    return (float(size.get(_w("w")) or 0) - sum(sides)) / _TWIPS_PER_MM


def _cell_room(cell: Any) -> float:
    width = cell.find(f"{_w('tcPr')}/{_w('tcW')}")
    if width is None or width.get(_w("type")) != "dxa":
        return _WIDEST_MM
    return float(width.get(_w("w")) or 0) / _TWIPS_PER_MM - 4.0  # Word's own margins of a cell are 1.9 mm each


def _remove(paragraph: Any) -> None:
    """Take the mark's paragraph out; a cell keeps at least one paragraph, a section's end its own."""
    parent = paragraph.getparent()
    last = parent.tag == _w("tc") and (paragraph.getnext() is None and paragraph.getprevious() is None)
    if last or paragraph.find(f"{_w('pPr')}/{_w('sectPr')}") is not None:
        for child in list(paragraph):
            if child.tag != _w("pPr"):
                paragraph.remove(child)
    else:
        parent.remove(paragraph)


def _paragraph(mark: Any, relation: str, chart: Chart, width: float, number: int) -> Any:
    """A paragraph in the look of the mark's own that holds nothing but the chart."""
    paragraph = etree.Element(_w("p"), nsmap=mark.nsmap)
    properties = mark.find(_w("pPr"))
    if properties is not None:
        own = deepcopy(properties)
        for end in own.findall(_w("sectPr")):
            own.remove(end)
        paragraph.append(own)
    run = etree.SubElement(paragraph, _w("r"))
    drawing = etree.SubElement(run, _w("drawing"))
    edges = {f"dist{side}": "0" for side in "TBLR"}
    inline = etree.SubElement(
        drawing, f"{{{_WP}}}inline", edges, nsmap={"wp": _WP, "a": NS["a"], "c": NS["c"], "r": _R}
    )
    size = {"cx": str(round(width * _EMU_PER_MM)), "cy": str(round(chart.height * _EMU_PER_MM))}
    etree.SubElement(inline, f"{{{_WP}}}extent", size)
    etree.SubElement(inline, f"{{{_WP}}}effectExtent", dict.fromkeys("ltrb", "0"))
    about = {"id": str(number), "name": f"Biểu đồ {number}", "descr": chart.alt[:_ALT_UNITS]}
    etree.SubElement(inline, f"{{{_WP}}}docPr", about)
    etree.SubElement(inline, f"{{{_WP}}}cNvGraphicFramePr")
    graphic = etree.SubElement(inline, f"{{{NS['a']}}}graphic")
    data = etree.SubElement(graphic, f"{{{NS['a']}}}graphicData", {"uri": NS["c"]})
    etree.SubElement(data, f"{{{NS['c']}}}chart", {f"{{{_R}}}id": relation})
    return paragraph


class _Holder:
    """The parts of a package while charts are added to it."""

    def __init__(self, parts: dict[str, bytes], document: Any) -> None:
        self._parts, self._document = parts, document
        self._types, self._relations = _parsed(parts[_TYPES]), _parsed(parts[_RELS])
        used = (node.get("id") or "" for node in document.iter(f"{{{_WP}}}docPr"))
        self._ids = max((int(number) for number in used if number.isdecimal()), default=0)

    def next_id(self) -> int:
        """A number that no drawing of the document has."""
        self._ids += 1
        return self._ids

    def add(self, chart: Chart, width: float) -> str:
        """Put a chart and its workbook into the package; the id of the document's relation to it."""
        book = self._free("word/embeddings/Microsoft_Excel_Sheet{}.xlsx")
        self._parts[book] = chart_book(chart)
        part = self._free("word/charts/chart{}.xml")
        self._parts[part] = chart_xml(chart, width, "rId1")
        relations = etree.Element(
            f"{{{_PACKAGE}/relationships}}Relationships", nsmap={None: f"{_PACKAGE}/relationships"}
        )
        _relate(relations, "rId1", "package", posixpath.relpath(book, posixpath.dirname(part)))
        self._parts[f"word/charts/_rels/{posixpath.basename(part)}.rels"] = _bytes(relations)
        self._typed("Override", "PartName", f"/{part}", _CHART_TYPE)
        self._typed("Default", "Extension", "xlsx", _BOOK_TYPE)
        taken = {node.get("Id") for node in self._relations}
        number = next(n for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        _relate(self._relations, f"rId{number}", "chart", posixpath.relpath(part, "word"))
        return f"rId{number}"

    def _free(self, pattern: str) -> str:
        taken = {name.casefold() for name in self._parts}
        number = next(n for n in range(1, len(taken) + 2) if pattern.format(n).casefold() not in taken)
        return pattern.format(number)

    def _typed(self, kind: str, key: str, value: str, content_type: str) -> None:
        known = {(node.get(key) or "").casefold() for node in self._types}
        if value.casefold() not in known:
            node = etree.Element(f"{{{_PACKAGE}/content-types}}{kind}", {key: value, "ContentType": content_type})
            self._types.insert(0 if kind == "Default" else len(self._types), node)

    def content(self) -> bytes:
        """The package, with the fixed dates that `docx_fill` gives its entries."""
        self._parts |= {_DOCUMENT: _bytes(self._document), _RELS: _bytes(self._relations), _TYPES: _bytes(self._types)}
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name, part in self._parts.items():
                entry = zipfile.ZipInfo(name, _ZIP_DATE)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                target.writestr(entry, part)
        return out.getvalue()


def _relate(relations: Any, number: str, kind: str, target: str) -> None:
    attributes = {"Id": number, "Type": f"{_R}/{kind}", "Target": target}
    etree.SubElement(relations, f"{{{_PACKAGE}/relationships}}Relationship", attributes)
