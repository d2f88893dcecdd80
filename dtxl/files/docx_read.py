"""A Word document as a stream of paragraphs and tables, in the order of reading.

Read from the XML below python-docx: its `row.cells` repeats merged cells, and its `paragraph.text` leaves out text
under tracked changes, content controls and the numbers that Word itself sets before list items.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml.etree import LxmlError

from dtxl.core.errors import SourceError
from dtxl.core.text import roman

MAX_INFLATED = 300_000_000  # bytes of all parts; a plan with pictures has some 20 MB
MAX_COLUMNS = 63  # Word's own limit; a damaged file may say any number
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OLE = b"\xd0\xcf\x11\xe0"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class DocxParagraph:
    """`label` is what Word's own numbering prints before it ("-" for any bullet, "1.", "a)"), "" for none.

    Line breaks within the paragraph stand in `text` as "\\n"."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class DocxCell:
    """`paragraphs` in order. `merged` says that the cell only continues the one above it."""

    paragraphs: tuple[DocxParagraph, ...]
    merged: bool = False

    @property
    def text(self) -> str:
        return "\n".join(p.text for p in self.paragraphs)


@dataclass(frozen=True, slots=True)
class DocxTable:
    """Rows of cells, one for each grid column: a cell over several columns is followed by empty ones."""

    rows: tuple[tuple[DocxCell, ...], ...]


def read_docx(path: Path) -> tuple[DocxParagraph | DocxTable, ...]:
    """The body of `path`. Raises SourceError (Vietnamese) where it cannot be read."""
    _guard(path)
    try:
        document = docx.Document(str(path))
        if document.element.body is None:
            raise ValueError("no body")
        return tuple(_items(document.element.body, _Numbering(document)))
    except (PackageNotFoundError, KeyError, ValueError, LxmlError, zipfile.BadZipFile, zlib.error, OSError) as error:
        raise SourceError(
            f"Tệp {path.name} bị hỏng hoặc không phải tài liệu Word (.docx). Hãy mở bằng Word và lưu lại."
        ) from error


def _guard(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise SourceError(f"Không mở được tệp {path}: {error.strerror or error}") from error
    if start == _OLE:
        raise SourceError(
            f"Tệp {path.name} có mật khẩu hoặc là định dạng Word cũ (.doc). Hãy bỏ mật khẩu và lưu lại thành .docx."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            inflated = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise SourceError(
            f"Tệp {path.name} bị hỏng hoặc không phải tài liệu Word (.docx). Hãy mở bằng Word và lưu lại."
        ) from error
    if inflated > MAX_INFLATED:
        raise SourceError(f"Tệp {path.name} có nội dung nén quá lớn, không được đọc.")


class _Numbering:
    """The labels of Word's automatic lists, counted while the document is read from its start."""

    def __init__(self, document: Any) -> None:
        self._styles = {style.get(_W + "styleId"): style for style in document.styles.element.iter(_W + "style")}
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}  # (numId, level) → (format, text, start)
        self._counts: dict[tuple[str, int], int] = {}
        part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
        if part is None:
            return
        root = part.element
        abstract = {a.get(_W + "abstractNumId"): a for a in root.iter(_W + "abstractNum")}
        for num in root.iter(_W + "num"):
            link = num.find(_W + "abstractNumId")
            source = abstract.get(link.get(_W + "val")) if link is not None else None
            for level in source.iter(_W + "lvl") if source is not None else ():
                key = (num.get(_W + "numId"), int(level.get(_W + "ilvl") or 0))
                self._levels[key] = (
                    _value(level, "numFmt") or "decimal",
                    _value(level, "lvlText") or "",
                    int(_value(level, "start") or 1),
                )

    def label(self, paragraph: Any) -> str:
        """The label of the next paragraph; counts it."""
        number, level = self._place(paragraph)
        if number is None or (number, level) not in self._levels:
            return ""
        form, pattern, start = self._levels[number, level]
        if form == "bullet":
            return "-"
        if form == "none":
            return ""
        self._counts[number, level] = self._counts.get((number, level), start - 1) + 1
        for key in [k for k in self._counts if k[0] == number and k[1] > level]:
            del self._counts[key]
        for depth in range(level + 1):
            fmt, _, first = self._levels.get((number, depth), ("decimal", "", 1))
            pattern = pattern.replace(f"%{depth + 1}", _numeral(self._counts.get((number, depth), first), fmt))
        return pattern.strip()

    def _place(self, paragraph: Any) -> tuple[str | None, int]:
        """(numId, level) of a paragraph: its own or its style's."""
        properties = paragraph.find(_W + "pPr")
        seen: set[str] = set()
        while properties is not None:
            numbered = properties.find(_W + "numPr")
            if numbered is not None and _value(numbered, "numId") is not None:
                number = _value(numbered, "numId")
                return (None if number == "0" else number), int(_value(numbered, "ilvl") or 0)
            name = _value(properties, "pStyle")
            if name is None or name in seen or name not in self._styles:
                return None, 0
            seen.add(name)
            properties = self._of_style(name)
        return None, 0

    def _of_style(self, name: str) -> Any:
        """The paragraph properties of a style or of the nearest style that it is based on."""
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            properties = self._styles[name].find(_W + "pPr")
            if properties is not None and properties.find(_W + "numPr") is not None:
                return properties
            name = _value(self._styles[name], "basedOn") or ""
        return None


def _value(element: Any, child: str) -> str | None:
    found = element.find(_W + child)
    return None if found is None else found.get(_W + "val")


def _numeral(number: int, form: str) -> str:
    if form in ("upperRoman", "lowerRoman") and 1 <= number <= 39:
        return roman(number) if form == "upperRoman" else roman(number).lower()
    if form in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        letter = _LETTERS[number - 1]
        return letter.upper() if form == "upperLetter" else letter
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _items(parent: Any, numbering: _Numbering) -> Iterator[DocxParagraph | DocxTable]:
    for element in parent:
        if element.tag == _W + "p":
            yield from _paragraphs(element, numbering)
        elif element.tag == _W + "tbl":
            yield DocxTable(tuple(_row(row, numbering) for row in _children(element, "tr")))
        elif element.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "customXml", _W + "smartTag"):
            yield from _items(element, numbering)


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """Children of `tag`, also those inside content controls and tracked insertions."""
    for element in parent:
        if element.tag == _W + tag:
            yield element
        elif element.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "customXml"):
            yield from _children(element, tag)


def _row(row: Any, numbering: _Numbering) -> tuple[DocxCell, ...]:
    cells: list[DocxCell] = []
    properties = row.find(_W + "trPr")
    if properties is not None and _value(properties, "gridBefore"):
        cells += [DocxCell(())] * min(int(_value(properties, "gridBefore") or 0), MAX_COLUMNS)
    for cell in _children(row, "tc"):
        width, merged = 1, False
        properties = cell.find(_W + "tcPr")
        if properties is not None:
            width = min(int(_value(properties, "gridSpan") or 1), MAX_COLUMNS)
            vertical = properties.find(_W + "vMerge")
            merged = vertical is not None and vertical.get(_W + "val", "continue") == "continue"
        cells.append(DocxCell(tuple(_flat(cell, numbering)), merged))
        cells += [DocxCell(())] * (width - 1)
    return tuple(cells)


def _flat(cell: Any, numbering: _Numbering) -> Iterator[DocxParagraph]:
    """The paragraphs of a cell, those of tables inside it too."""
    for item in _items(cell, numbering):
        if isinstance(item, DocxParagraph):
            yield item
        else:
            for row in item.rows:
                for inner in row:
                    yield from inner.paragraphs


def _paragraphs(paragraph: Any, numbering: _Numbering) -> Iterator[DocxParagraph]:
    """The paragraph, then those of the text boxes that hang on it."""
    boxes: list[Any] = []
    text = "".join(_text(paragraph, boxes))
    label = numbering.label(paragraph) if text.strip() else ""
    yield DocxParagraph(text, label)
    for box in boxes:
        for inner in box.iter(_W + "p"):
            yield from _paragraphs(inner, numbering)


def _text(element: Any, boxes: list[Any]) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag == _W + "t":
            yield child.text or ""
        elif tag in (_W + "tab", _W + "ptab"):
            yield "\t"
        elif tag in (_W + "br", _W + "cr"):
            # A page break inside a paragraph is where a page ended, not where a line did.
            yield " " if child.get(_W + "type") in ("page", "column") else "\n"
        elif tag == _W + "noBreakHyphen":
            yield "-"
        elif tag == _W + "txbxContent":
            boxes.append(child)
        elif tag not in (_W + "del", _W + "moveFrom", _W + "pPr", _W + "rPr", _MC + "Fallback"):
            yield from _text(child, boxes)
