"""A web page as a stream of paragraphs and tables: text of block elements; scripts, styles, navigation left out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html

from dtxl.core.errors import SourceError
from dtxl.core.text import without_control
from dtxl.files.flow import MAX_COLUMNS, Flow, FlowCell, FlowRow, FlowTable, FlowText
from dtxl.files.text_read import decode, read_bytes

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([a-z0-9_:.-]{3,20})", re.IGNORECASE)
_PROLOG = re.compile(r"^\s*<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_DROPPED = frozenset(
    ("script", "style", "nav", "noscript", "template", "head", "svg", "button", "select", "form", "iframe", "object")
)
_INLINE = frozenset(
    ("a", "abbr", "b", "big", "center", "cite", "code", "del", "em", "font", "i", "img", "input", "ins", "mark",
     "q", "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr")
)  # fmt: skip
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NOTE = re.compile(r"[\[(]?[\d*]{1,3}[\])]?")
_UNIT_BEFORE_POWER = re.compile(r"(?<![^\W\d_])(?:[kcdm]?m|dam|hm)\s*$")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_html(path: Path) -> tuple[Flow, ...]:
    """The page at `path`. Raises SourceError (Vietnamese) where it cannot be opened or holds no text."""
    content = read_bytes(path)
    named = _CHARSET.search(content[:4096])
    text = decode(path, content, _codec(named[1].decode("ascii")) if named else "")
    try:
        root = lxml.html.document_fromstring(without_control(_PROLOG.sub("", text)))
        return tuple(_Walk().run(root))
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        raise SourceError(
            f"Tệp {path.name} bị hỏng hoặc không phải trang web (.html). Hãy lưu lại trang, hoặc xin tệp Word."
        ) from error


def _codec(name: str) -> str:
    """ "utf-8" with its mark dropped; what browsers take for Latin 1 is Windows 1252."""
    name = name.lower()
    return {"utf-8": "utf-8-sig", "utf8": "utf-8-sig", "iso-8859-1": "cp1252", "utf-16": "utf-8-sig"}.get(name, name)


class _Walk:
    """Text gathered until a block element begins or ends."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._heading = False

    def run(self, element: Any) -> Iterator[Flow]:
        yield from self._inside(element)
        yield from self._flush()

    def _flush(self) -> Iterator[FlowText]:
        lines = [_SPACES.sub(" ", line).strip() for line in "".join(self._parts).split("\v")]
        self._parts.clear()
        text = "\n".join(line for line in lines if line)
        if text:
            yield FlowText(text, heading=self._heading)

    def _inside(self, element: Any) -> Iterator[Flow]:
        self._parts.append(element.text or "")
        for child in element:
            yield from self._element(child)
            self._parts.append(child.tail or "")

    def _element(self, element: Any) -> Iterator[Flow]:
        tag = element.tag
        if not isinstance(tag, str) or tag in _DROPPED or _HIDDEN.search(element.get("style") or ""):
            return
        if tag == "br":
            self._parts.append("\v")
        elif tag == "sup" and _NOTE.fullmatch((element.text_content() or "").strip()):
            if _UNIT_BEFORE_POWER.search("".join(self._parts[-3:])):
                self._parts.append(element.text_content().strip())
        elif tag in _INLINE or ":" in tag:
            yield from self._inside(element)
        elif tag == "table":
            yield from self._flush()
            yield FlowTable(tuple(_rows(element)))
        else:
            yield from self._flush()
            self._heading = tag in _HEADINGS
            if tag == "li":
                self._parts.append(_mark(element))
            yield from self._inside(element)
            yield from self._flush()
            self._heading = False


def _mark(item: Any) -> str:
    """What a browser prints before an item of a list, if its text has no such mark itself."""
    text = (item.text_content() or "").strip()
    if re.match(r"[-–+•●*]|\(?\w{1,3}[.)]\s", text):
        return ""
    parent = item.getparent()
    if parent is not None and parent.tag == "ol":
        before = [x for x in parent if x.tag == "li"]
        return f"{before.index(item) + 1}. " if len(before) <= 200 else "- "
    return "- "


def _rows(table: Any) -> Iterator[FlowRow]:
    """The rows on their grid: cells covered from above are merged, those covered from the left empty."""
    above: dict[int, tuple[int, bool]] = {}  # column → rows still covered by a cell, and whether it is its first column
    for row in _own(table, "tr"):
        cells: list[FlowCell] = []
        below: dict[int, tuple[int, bool]] = {}
        waiting = _own_cells(row)
        while len(cells) < MAX_COLUMNS:
            column = len(cells)
            if column in above:
                left, first = above.pop(column)
                cells.append(FlowCell(merged=first))
                if left > 1:
                    below[column] = left - 1, first
                continue
            cell = next(waiting, None)
            if cell is None:
                if not any(later > column for later in above):
                    break
                cells.append(FlowCell())
                continue
            rows = _span(cell, "rowspan", 1000)
            for step in range(_span(cell, "colspan", MAX_COLUMNS)):
                cells.append(FlowCell() if step else FlowCell(tuple(_Walk().run(cell))))
                if rows > 1:
                    below[column + step] = rows - 1, not step
        above = below
        if cells:
            yield FlowRow(tuple(cells))


def _own(table: Any, tag: str) -> Iterator[Any]:
    """The rows of a table, not those of tables in its cells."""
    for child in table:
        if child.tag == tag:
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _own(child, tag)


def _own_cells(row: Any) -> Iterator[Any]:
    return (cell for cell in row if cell.tag in ("td", "th"))


def _span(cell: Any, name: str, most: int) -> int:
    number = re.match(r"\s*(\d{1,4})", cell.get(name) or "")
    return min(max(int(number[1]), 1), most) if number else 1
