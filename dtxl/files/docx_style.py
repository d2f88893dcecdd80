"""What holds for a paragraph or a run in the end: direct formatting over styles over tables' styles over the defaults.

The order is that of ECMA-376 part 1, 17.7.2; toggles (bold, italic, capitals) set by a paragraph style and by a
character style cancel each other (17.7.3), what stands at the run itself counts alone.
"""

from collections.abc import Iterator
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import qn

_TOGGLES = ("b", "i", "caps")
_FONT_PARTS = ("ascii", "hAnsi", "cs", "eastAsia")
_LARGEST = 3276  # half-points, Word's own limit; what is beyond it is damage
_FARTHEST = 31680 * 20  # twips: beyond it a length is damage
_OFF = frozenset({"0", "false", "off", "none"})
_THEME = "application/vnd.openxmlformats-officedocument.theme+xml"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
Props = dict[str, Any]


class Styles:
    """The styles of a document, resolved as they are asked for."""

    def __init__(self, document: WordDocument) -> None:
        root = document.styles.element
        self._styles = {style.get(qn("w:styleId")): style for style in root.iter(qn("w:style"))}
        self._default = {
            style.get(qn("w:type")): style.get(qn("w:styleId"))
            for style in root.iter(qn("w:style"))
            if (style.get(qn("w:default")) or "0") not in _OFF
        }
        self._theme = _theme_fonts(document)
        defaults = root.find(qn("w:docDefaults"))
        self._run: Props = {"size": 10.0}
        self._paragraph: Props = {}
        if defaults is not None:
            for found in defaults.iter(qn("w:rPr")):
                self._run |= self.run_props(found)
            for found in defaults.iter(qn("w:pPr")):
                self._paragraph |= paragraph_props(found)
        self._cache: dict[tuple[str, str], Props] = {}

    def name(self, style: str | None) -> str:
        """A style's name as people see it; "" for none."""
        element = self._styles.get(style or self._default.get("paragraph"))
        name = None if element is None else element.find(qn("w:name"))
        return "" if name is None else name.get(qn("w:val")) or ""

    def paragraph(self, style: str | None, table: str | None, level: Props, direct: Props) -> Props:
        """Paragraph properties; `level`: those of the numbering's level."""
        out = {**self._paragraph, **self._of("pPr", table)}
        own = self._of("pPr", style or self._default.get("paragraph"))
        return {**out, **own, **level, **direct}

    def numbering(self, style: str | None) -> tuple[str, int] | None:
        """(numId, level) that a paragraph style gives."""
        found: tuple[str, int] | None = self._of("pPr", style or self._default.get("paragraph")).get("numbering")
        return found

    def run(self, style: str | None, table: str | None, character: str | None, direct: Props) -> Props:
        """Run properties in a paragraph of `style`."""
        below = {**self._run, **self._of("rPr", table)}
        own = self._of("rPr", style or self._default.get("paragraph"))
        letters = self._of("rPr", character)
        out = {**below, **own, **letters}
        for toggle in _TOGGLES:
            sides = [side[toggle] for side in (own, letters) if toggle in side]
            if len(sides) == 2:
                out[toggle] = sides[0] != sides[1]
        return {**out, **direct}

    def _of(self, part: str, style: str | None) -> Props:
        """What a style and those that it is based on say; styles that are based on one another in a ring end there."""
        if style is None:
            return {}
        key = (part, style)
        if key not in self._cache:
            read = self.run_props if part == "rPr" else paragraph_props
            out: Props = {}
            for element in reversed(list(self._chain(style))):
                found = element.find(qn(f"w:{part}"))
                if found is not None:
                    out |= read(found)
            self._cache[key] = out
        return self._cache[key]

    def _chain(self, style: str) -> Iterator[Any]:
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            below = self._styles[style].find(qn("w:basedOn"))
            style = "" if below is None else below.get(qn("w:val")) or ""

    def run_props(self, element: Any) -> Props:
        """What one w:rPr says itself."""
        out: Props = {}
        for toggle in _TOGGLES:
            if (value := _toggle(element, toggle)) is not None:
                out[toggle] = value
        size = _number(element, "sz")
        if size is not None and 0 < size <= _LARGEST:
            out["size"] = size / 2
        line = element.find(qn("w:u"))
        if line is not None:
            out["underline"] = (line.get(qn("w:val")) or "single") not in _OFF
        if (hidden := _toggle(element, "vanish")) is not None:
            out["vanish"] = hidden
        raised = element.find(qn("w:vertAlign"))
        if raised is not None:
            out["superscript"] = raised.get(qn("w:val")) == "superscript"
        spacing = _number(element, "spacing")
        if spacing is not None:
            out["spacing"] = spacing / 20
        color = element.find(qn("w:color"))
        if color is not None:
            themed = color.get(qn("w:themeColor")) not in (None, "text1", "dark1", "tx1")
            out["color"] = "theme" if themed else (color.get(qn("w:val")) or "auto").upper().replace("AUTO", "auto")
        return out | self._fonts(element.find(qn("w:rFonts")))

    def _fonts(self, element: Any) -> Props:
        """The keys "font.ascii" …: each part of w:rFonts is inherited by itself; a theme's font wins over a name."""
        out: Props = {}
        if element is None:
            return out
        for part in _FONT_PARTS:
            themed = element.get(qn(f"w:{part}Theme")) or (part == "cs" and element.get(qn("w:cstheme"))) or ""
            named = element.get(qn(f"w:{part}"))
            if themed:
                out[f"font.{part}"] = self._theme.get(themed[:5], named or "")
                out[f"theme.{part}"] = True
            elif named is not None:
                out[f"font.{part}"] = named
                out[f"theme.{part}"] = False
        return out


def _theme_fonts(document: WordDocument) -> dict[str, str]:
    """ "major", "minor" → the theme's Latin font."""
    for relation in document.part.rels.values():
        if relation.is_external or relation.target_part.content_type != _THEME:
            continue
        root = parse_xml(relation.target_part.blob)
        return {
            kind: found.get("typeface") or ""
            for kind in ("major", "minor")
            if (found := root.find(f".//{_A}{kind}Font/{_A}latin")) is not None
        }
    return {}


def _toggle(element: Any, name: str) -> bool | None:
    found = element.find(qn(f"w:{name}"))
    return None if found is None else (found.get(qn("w:val")) or "1") not in _OFF


def _number(element: Any, name: str, attribute: str = "val") -> float | None:
    found = element.find(qn(f"w:{name}"))
    return None if found is None else length(found.get(qn(f"w:{attribute}")))


def length(text: str | None) -> float | None:
    """A length of the file: twips by themselves, or with a unit ("1.5cm"); None for what is none, or beyond reason."""
    if text is None:
        return None
    for unit, twips in (("pt", 20.0), ("cm", 1440 / 2.54), ("mm", 1440 / 25.4), ("in", 1440.0)):
        if text.endswith(unit):
            text, factor = text[: -len(unit)], twips
            break
    else:
        factor = 1.0
    try:
        found = float(text) * factor
    except ValueError:
        return None
    return found if abs(found) <= _FARTHEST else None  # not a number is not so either


def paragraph_props(element: Any) -> Props:
    """What one w:pPr says itself: align, first, left, right, before, after, spacing, rule and others; twips, and points
    for before and after."""
    out: Props = {}
    align = element.find(qn("w:jc"))
    if align is not None:
        value = align.get(qn("w:val")) or "left"
        out["align"] = {"start": "left", "end": "right"}.get(value, value)
    out |= _indents(element.find(qn("w:ind"))) | _spacing(element.find(qn("w:spacing")))
    for name, key in (("contextualSpacing", "contextual"), ("keepNext", "keep_next")):
        if (value := _toggle(element, name)) is not None:
            out[key] = value
    borders = element.find(qn("w:pBdr"))
    if borders is not None:
        bottom = borders.find(qn("w:bottom"))
        out["bottom_line"] = bottom is not None and (bottom.get(qn("w:val")) or "nil") not in ("nil", "none")
    tabs = element.find(qn("w:tabs"))
    if tabs is not None:
        out["centred_tab"] = any(tab.get(qn("w:val")) == "center" for tab in tabs)
    frame = element.find(qn("w:framePr"))
    if frame is not None:
        out["framed_centre"] = frame.get(qn("w:xAlign")) == "center"
    number = element.find(qn("w:numPr"))
    if number is not None:
        ident, level = number.find(qn("w:numId")), number.find(qn("w:ilvl"))
        if ident is not None:
            depth = length(level.get(qn("w:val"))) if level is not None else 0
            out["numbering"] = (ident.get(qn("w:val")) or "0", int(depth or 0))
    return out


def _indents(element: Any) -> Props:
    out: Props = {}
    if element is None:
        return out
    for key, names in (("left", ("left", "start")), ("right", ("right", "end"))):
        for name in names:
            if (value := length(element.get(qn(f"w:{name}")))) is not None:
                out[key] = round(value)
    if (value := length(element.get(qn("w:hanging")))) is not None:
        out["first"] = -round(value)
    elif (value := length(element.get(qn("w:firstLine")))) is not None:
        out["first"] = round(value)
    return out


def _spacing(element: Any) -> Props:
    out: Props = {}
    if element is None:
        return out
    for key in ("before", "after"):
        value = length(element.get(qn(f"w:{key}")))
        if (element.get(qn(f"w:{key}Autospacing")) or "0") not in _OFF:
            out[key] = 14.0  # what Word sets for "Auto"
        elif value is not None:
            out[key] = value / 20
    if (value := length(element.get(qn("w:line")))) is not None:
        out["spacing"] = round(value)
    if (rule := element.get(qn("w:lineRule"))) is not None:
        out["rule"] = rule
    elif "spacing" in out:
        out["rule"] = "auto"
    return out
