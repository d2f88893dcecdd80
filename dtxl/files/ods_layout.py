"""How the sheets of an .ods are set up: what the styles and checks of the document mean, and what each element says."""

import re

from lxml import etree

from dtxl.files.raw_book import Layout, Span, old_font
from dtxl.files.xlsx_layout import hide

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FAMILY = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}font-family"
_SVG_FAMILY = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}font-family"
_REFERENCE = re.compile(r"\[\.([^\]]+)\]")
_CHECKS = (("whole-number", "whole"), ("decimal-number", "decimal"), ("in-list", "list"), ("-is-date", "date"),
           ("-is-time", "time"), ("text-length", "textLength"), ("true-formula", "custom"))  # fmt: skip


class Meanings:
    """What stands before the tables: checks and styles by name."""

    def __init__(self) -> None:
        self.checks: dict[str, str] = {}
        self.fonts: dict[str, str] = {}  # style → font of an old encoding
        self._faces: dict[str, str] = {}
        self._hidden: set[str] = set()  # styles of tables that are not shown

    def take(self, element: etree._Element) -> None:
        """One element at its end; others than these say nothing."""
        name = element.get(f"{_STYLE}name") or ""
        if element.tag == f"{TABLE}content-validation":
            condition = element.get(f"{TABLE}condition") or ""
            for words, kind in _CHECKS:
                if words in condition:
                    self.checks[element.get(f"{TABLE}name") or ""] = kind
                    break
        elif element.tag == f"{_STYLE}font-face":
            self._faces[name] = (element.get(_SVG_FAMILY) or "").strip("'\"")
        elif element.tag == f"{_STYLE}style":
            for part in element:
                if part.tag == f"{_STYLE}table-properties" and part.get(f"{TABLE}display") == "false":
                    self._hidden.add(name)
                elif part.tag == f"{_STYLE}text-properties":
                    face = part.get(f"{_STYLE}font-name") or ""
                    if font := old_font(self._faces.get(face, part.get(_FAMILY) or face).strip("'\"")):
                        self.fonts[name] = font

    def table(self, element: etree._Element, layout: Layout) -> None:
        """What a table's own element says, at its start."""
        layout.protected = element.get(f"{TABLE}protected") == "true"
        layout.hidden = element.get(f"{TABLE}style-name") in self._hidden


def hide_spans(layout: Layout, spans: list[Span], element: etree._Element, first: int, times: int) -> None:
    """A row's or a column's visibility."""
    seen = element.get(f"{TABLE}visibility")
    if seen in ("collapse", "filter"):
        hide(spans, first, first + times - 1)
        layout.filtered = layout.filtered or seen == "filter"


def span_of(element: etree._Element) -> Span:
    """How many rows and columns a cell covers."""
    sizes = (element.get(f"{TABLE}number-{what}-spanned") or "1" for what in ("rows", "columns"))
    rows, columns = (int(size) if size.isascii() and size.isdecimal() and len(size) < 8 else 1 for size in sizes)
    return max(rows, 1), max(columns, 1)


def note_text(element: etree._Element) -> str:
    """A cell's note, its lines."""
    for note in element.iter(f"{OFFICE}annotation"):
        return "\n".join("".join(p.itertext()) for p in note.iter(f"{TEXT}p"))
    return ""


def formula_text(formula: str) -> str:
    """ "of:=IF([.H6]>0;1;2)" as "IF(H6>0;1;2)"."""
    return _REFERENCE.sub(r"\1", re.sub(r"^(?:\w+:)?=?", "", formula))
