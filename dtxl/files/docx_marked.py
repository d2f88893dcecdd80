"""A Word report read with its marks: each paragraph and table cell, and where in its text which mark stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn

from dtxl.core.errors import SourceError
from dtxl.files.docx_marks import source_of
from dtxl.files.docx_read import guard
from dtxl.files.flow import MAX_COLUMNS

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = frozenset(
    {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:instrText"), qn("w:delText"), _MC + "Fallback"}
)
_TEXT, _TAB, _BREAKS = qn("w:t"), (qn("w:tab"), qn("w:ptab")), (qn("w:br"), qn("w:cr"))
_BOOKMARK_END = qn("w:bookmarkEnd")
_BOOKMARK_START = qn("w:bookmarkStart")
_CUSTOM_XML = qn("w:customXml")
_GRID_SPAN = qn("w:gridSpan")
_ID = qn("w:id")
_INS = qn("w:ins")
_NAME = qn("w:name")
_NO_BREAK_HYPHEN = qn("w:noBreakHyphen")
_P = qn("w:p")
_R = qn("w:r")
_SDT = qn("w:sdt")
_SDT_CONTENT = qn("w:sdtContent")
_TBL = qn("w:tbl")
_TC = qn("w:tc")
_TC_PR = qn("w:tcPr")
_TR = qn("w:tr")
_TXBX_CONTENT = qn("w:txbxContent")
_TYPE = qn("w:type")
_V_MERGE = qn("w:vMerge")
_VAL = qn("w:val")
_R_PR = qn("w:rPr")
_VANISH = qn("w:vanish")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in a text: the bookmark's name; it covers text[start:end], nothing where what it stood around is gone."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A paragraph's or cell's text and the marks in it, in order."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class MarkedTable:
    """Rows of cells by column of the grid; a cell over several columns is followed by blank ones, a cell that runs down
    from above repeats the text above it, without marks."""

    rows: tuple[tuple[MarkedText, ...], ...]


Block = MarkedText | MarkedTable


def read_marked(path: Path) -> tuple[Block, ...]:
    """The body of `path` in the order of reading. Raises SourceError (Vietnamese) where it cannot be read."""
    guard(path)
    try:
        return tuple(_Reader().blocks(docx.Document(str(path)).element.body))
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        raise SourceError(
            f"Tệp {path.name} bị hỏng hoặc không phải tài liệu Word (.docx). Hãy mở bằng Word và lưu lại."
        ) from error


def has_marks(blocks: tuple[Block, ...]) -> bool:
    """Whether any mark of ours is in what was read."""
    texts = (cell for b in blocks for cell in ((b,) if isinstance(b, MarkedText) else (c for r in b.rows for c in r)))
    return any(text.marks for text in texts)


class _Reader:
    """Bookmarks may begin in one paragraph and end in another, or stand between paragraphs: what is open is kept."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}  # id of an open bookmark → its name
        self._waiting: list[str] = []  # ids opened between paragraphs
        self._parts: list[str] = []
        self._length = 0
        self._starts: dict[str, int] = {}
        self._marks: list[Mark] = []
        self._boxes: list[Any] = []

    def blocks(self, holder: Any) -> Iterator[Block]:
        for child in holder:
            if not isinstance(child.tag, str) or child.tag in _SKIPPED:
                continue
            if child.tag == _P:
                yield from self._paragraph(child)
            elif child.tag == _TBL:
                yield self._table(child)
            elif child.tag in (_BOOKMARK_START, _BOOKMARK_END):
                self._bookmark(child, outside=True)
            else:
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        self._parts, self._length, self._marks, self._boxes = [], 0, [], []
        self._starts = dict.fromkeys(self._waiting, 0)
        self._waiting = []
        self._walk(paragraph)
        for number in list(self._starts):
            self._close(number)
        text, marks, boxes = "".join(self._parts), self._marks, self._boxes
        yield MarkedText(text, tuple(sorted(marks, key=lambda m: (m.start, m.end))))
        for box in boxes:
            yield from self.blocks(box)

    def _walk(self, element: Any) -> None:
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SKIPPED or (tag == _R and _hidden(child)):
                continue
            if tag == _TEXT:
                self._add(child.text or "")
            elif tag in _TAB:
                self._add("\t")
            elif tag in _BREAKS:
                self._add("\n" if child.get(_TYPE) not in ("page", "column") else " ")
            elif tag == _NO_BREAK_HYPHEN:
                self._add("-")
            elif tag in (_BOOKMARK_START, _BOOKMARK_END):
                self._bookmark(child, outside=False)
            elif tag == _TXBX_CONTENT:
                self._boxes.append(child)
            else:
                self._walk(child)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _bookmark(self, element: Any, *, outside: bool) -> None:
        number = element.get(_ID) or ""
        if element.tag == _BOOKMARK_START:
            name = element.get(_NAME) or ""
            if source_of(name) is None:
                return
            self._names[number] = name
            if outside:
                self._waiting.append(number)
            else:
                self._starts[number] = self._length
        elif not outside:
            self._close(number)
        elif number in self._waiting:
            self._waiting.remove(number)

    def _close(self, number: str) -> None:
        start = self._starts.pop(number, None)
        if start is not None:
            self._marks.append(Mark(self._names[number], start, self._length))

    def _table(self, table: Any) -> MarkedTable:
        rows: list[tuple[MarkedText, ...]] = []
        for row in _below(table, _TR):
            above = rows[-1] if rows else ()
            cells: list[MarkedText] = []
            for cell in _below(row, _TC):
                text, (width, merged) = self._cell(cell), _span(cell)
                if merged and len(cells) < len(above):
                    text = MarkedText(above[len(cells)].text, text.marks)
                cells += [text, *[MarkedText("")] * (width - 1)]
            rows.append(tuple(cells))
        return MarkedTable(tuple(rows))

    def _cell(self, cell: Any) -> MarkedText:
        texts: list[str] = []
        marks: list[Mark] = []
        length = 0
        for text in _texts(tuple(self.blocks(cell))):
            marks += [Mark(m.name, m.start + length, m.end + length) for m in text.marks]
            texts.append(text.text)
            length += len(text.text) + 1
        return MarkedText("\n".join(texts), tuple(marks))


def _texts(blocks: tuple[Block, ...]) -> Iterator[MarkedText]:
    """The texts of a cell, those of a table within it too."""
    for block in blocks:
        if isinstance(block, MarkedText):
            yield block
        else:
            yield from (cell for row in block.rows for cell in row)


def _below(element: Any, tag: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, those in content controls and tracked insertions too."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in (_SDT, _SDT_CONTENT, _INS, _CUSTOM_XML):
            yield from _below(child, tag)


def _span(cell: Any) -> tuple[int, bool]:
    """(columns of the grid that a cell takes, whether it goes on from the one above)."""
    properties = cell.find(_TC_PR)
    if properties is None:
        return 1, False
    wide, down = properties.find(_GRID_SPAN), properties.find(_V_MERGE)
    said = wide.get(_VAL) or "1" if wide is not None else "1"
    width = max(1, min(int(said), MAX_COLUMNS)) if said.isdecimal() else 1
    return width, down is not None and down.get(_VAL, "continue") == "continue"


def _hidden(run: Any) -> bool:
    vanish = run.find(f"{_R_PR}/{_VANISH}")
    return vanish is not None and vanish.get(_VAL, "1") not in ("0", "false", "off")
