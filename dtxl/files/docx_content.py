"""What stands in a paragraph of a .docx file: runs of one look, fields, drawn lines, pictures, text boxes."""

import re
from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from dtxl.files.docx_style import Props, Styles
from dtxl.model.paper import Line, Run

_EMU_PER_MM = 36000
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
SKIPPED = frozenset({qn("w:del"), qn("w:moveFrom"), _MC + "Fallback", qn("w:pPr"), qn("w:rPr")})
_STRAIGHT = frozenset({"line", "straightConnector1"})
_NUMBER = r"-?\d+(?:\.\d*)?|-?\.\d+"
_POINT = re.compile(rf"^({_NUMBER})(pt|in|cm|mm)?,({_NUMBER})(pt|in|cm|mm)?$")
_WIDTH = re.compile(rf"(?:^|;)\s*width:({_NUMBER})(pt|in|cm|mm)?")
_HEIGHT = re.compile(rf"(?:^|;)\s*height:({_NUMBER})(pt|in|cm|mm)?")
_FRAMES = frozenset({_V + "shape", _V + "rect", _V + "roundrect"})
_CONNECTORS = frozenset({"#_x0000_t20", "#_x0000_t32"})  # a line, a straight connector
_MM = {"pt": 25.4 / 72, "in": 25.4, "cm": 10.0, "mm": 1.0, None: 25.4 / 72}


def value(properties: Any, name: str) -> str | None:
    """The w:val of a child of `properties`; None where there is none."""
    found = None if properties is None else properties.find(qn(f"w:{name}"))
    said: str | None = None if found is None else found.get(qn("w:val"))
    return said


class Content:
    """Runs, fields, drawn lines, pictures and text boxes of a paragraph."""

    def __init__(self, styles: Styles, element: Any, table: str | None) -> None:
        properties = element.find(qn("w:pPr"))
        self.style = value(properties, "pStyle")
        self._styles, self._table = styles, table
        self.runs: list[Run] = []
        self.fields: list[str] = []
        self.lines: list[Line] = []
        self.boxes: list[tuple[Any, tuple[float, float]]] = []  # each with its width and height in mm, 0 if not known
        self._extent = (0.0, 0.0)
        self.picture = False
        self._codes: list[list[str]] = []  # instructions of the fields that are open, the innermost last
        self._walk(element, link=False)

    def _walk(self, element: Any, *, link: bool) -> None:
        for child in element:
            if child.tag in SKIPPED or not isinstance(child.tag, str):
                continue
            if child.tag == qn("w:r"):
                self._run(child, link)
            else:
                if child.tag == qn("w:fldSimple"):
                    self._field(child.get(qn("w:instr")) or "")
                self._walk(child, link=link or child.tag == qn("w:hyperlink"))

    def _run(self, run: Any, link: bool) -> None:
        properties = run.find(qn("w:rPr"))
        direct = {} if properties is None else self._styles.run_props(properties)
        looks = self._styles.run(self.style, self._table, value(properties, "rStyle"), direct)
        text: list[str] = []
        for child in run:
            self._piece(child, text)
        if not looks.get("vanish") and not (self._codes and self._codes[-1][-1:] != ["|"]):
            self._add("".join(text), looks, link)

    def _add(self, text: str, looks: Props, link: bool) -> None:
        if not text:
            return
        parts = {"ascii", "hAnsi"} if any(c.isascii() and not c.isspace() for c in text) else {"hAnsi"}
        fonts = frozenset(str(looks.get(f"font.{part}") or "") for part in parts)
        self.runs.append(
            Run(
                text, str(looks.get("font.ascii") or looks.get("font.hAnsi") or ""), float(looks["size"]),
                bool(looks.get("b")), bool(looks.get("i")), bool(looks.get("underline")), bool(looks.get("caps")),
                bool(looks.get("superscript")), str(looks.get("color", "auto")), fonts,
                any(looks.get(f"theme.{part}") for part in parts), link, float(looks.get("spacing", 0.0)),
            )
        )  # fmt: skip

    def _piece(self, child: Any, text: list[str]) -> None:
        tag = child.tag
        if tag == qn("w:t"):
            text.append(child.text or "")
        elif tag in (qn("w:tab"), qn("w:ptab")):
            text.append("\t")
        elif tag in (qn("w:br"), qn("w:cr")):
            text.append("" if child.get(qn("w:type")) in ("page", "column") else "\n")
        elif tag == qn("w:noBreakHyphen"):
            text.append("\u2011")
        elif tag == qn("w:fldChar"):
            self._mark(child.get(qn("w:fldCharType")))
        elif tag == qn("w:instrText"):
            if self._codes:
                self._codes[-1].append(child.text or "")
        elif tag == qn("w:pgNum"):
            self._field("PAGE")
        elif tag not in SKIPPED and isinstance(tag, str):
            self._drawn(child)

    def _mark(self, kind: str | None) -> None:
        if kind == "begin":
            self._codes.append([])
        elif kind == "separate" and self._codes:
            self._field("".join(self._codes[-1]))
            self._codes[-1].append("|")
        elif kind == "end" and self._codes:
            code = self._codes.pop()
            if code[-1:] != ["|"]:
                self._field("".join(code))

    def _field(self, code: str) -> None:
        if words := code.split():
            self.fields.append(words[0].upper())

    def _drawn(self, element: Any) -> None:
        """Lines, pictures and boxes of a drawing; of an AlternateContent only its first choice."""
        for inner in _choices(element):
            if inner.tag in (_WP + "anchor", _WP + "inline"):
                self._shape(inner)
            elif inner.tag in _FRAMES and (style := inner.get("style")):
                self._extent = (_styled(style, _WIDTH), _styled(style, _HEIGHT))
            if inner.tag in (_V + "line", _V + "shape"):
                if (length := _vml_line(inner)) is not None:
                    self.lines.append(Line("shape", length))
            elif inner.tag == qn("w:txbxContent"):
                self.boxes.append((inner, self._extent))
            elif inner.tag in (_V + "imagedata", _A + "blip", _CHART):
                self.picture = True

    def _shape(self, anchor: Any) -> None:
        kinds = {g.get("prst") for g in anchor.iter(_A + "prstGeom")}
        extent = anchor.find(_WP + "extent")
        if extent is not None:
            self._extent = (_emu(extent.get("cx")) or 0.0, _emu(extent.get("cy")) or 0.0)
        if not kinds & _STRAIGHT or extent is None:
            return
        offset = anchor.find(f"{_WP}positionH/{_WP}posOffset")
        left = None if offset is None else _emu(offset.text)
        if (wide := _emu(extent.get("cx"))) is not None:
            self.lines.append(Line("shape", wide, left))


def _choices(element: Any) -> Iterator[Any]:
    """Every element below, but of two versions of one drawing only the first, and nothing inside a text box."""
    yield element
    if element.tag == qn("w:txbxContent"):
        return
    for child in element:
        if isinstance(child.tag, str) and child.tag != _MC + "Fallback":
            yield from _choices(child)


def _emu(text: str | None) -> float | None:
    """A length in English metric units as mm; None for what is none."""
    try:
        return int(text or "") / _EMU_PER_MM
    except ValueError:
        return None


def _styled(style: str, pattern: re.Pattern[str]) -> float:
    found = pattern.search(style)
    return 0.0 if found is None else float(found[1]) * _MM[found[2]]


def _vml_line(element: Any) -> float | None:
    """Length in mm of a line drawn by Word 2007 and older: between two points, or a connector as wide as its style."""
    if element.tag == _V + "shape":
        wide = _WIDTH.search(element.get("style") or "") if (element.get("type") or "") in _CONNECTORS else None
        return None if wide is None else float(wide[1]) * _MM[wide[2]]
    ends = [_POINT.match((element.get(name) or "").replace(" ", "")) for name in ("from", "to")]
    if ends[0] is None or ends[1] is None:
        return None
    start, end = (float(e[1]) * _MM[e[2]] for e in ends if e is not None)
    return abs(end - start)
