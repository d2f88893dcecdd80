"""A Word document as a stream of paragraphs and tables, in the order of reading.

Read from the XML below python-docx: its `row.cells` repeats merged cells, and its `paragraph.text` leaves out text
under tracked changes, content controls and the numbers that Word itself sets before list items.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx

from dtxl.core.errors import SourceError
from dtxl.core.text import roman
from dtxl.files.flow import MAX_COLUMNS, Flow, FlowCell, FlowRow, FlowTable, FlowText

MAX_INFLATED = 300_000_000  # bytes of all parts; a plan with pictures has some 20 MB
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_OLE = b"\xd0\xcf\x11\xe0"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Word keeps the letters of its font Symbol in the private area of Unicode.
SYMBOLS = {
    0xF0A3: "≤", 0xF0B3: "≥", 0xF0B1: "±", 0xF0B0: "°", 0xF0B4: "×", 0xF0B7: "•", 0xF0B8: "÷", 0xF0B9: "≠", 0xF0BB: "≈",
    0xF025: "%", 0xF02B: "+", 0xF02D: "-", 0xF02F: "/", 0xF03C: "<", 0xF03D: "=", 0xF03E: ">", 0xF0AE: "→",
}  # fmt: skip
_BULLETS = dict.fromkeys((0xF0A7, 0xF0A8, 0xF0D8, 0xF0FC, 0xF076, 0xF06E, 0xF071, 0xF0E0), "•")  # of Wingdings
_FOOTNOTE_MARK = re.compile(r"[\[(]?[\d*]{1,3}[\])]?")
_UNIT_BEFORE_POWER = re.compile(r"(?<![^\W\d_])(?:[kcdm]?m|dam|hm)$")
_SKIPPED = (_W + "del", _W + "moveFrom", _W + "pPr", _W + "rPr", _MC + "Fallback")


def read_docx(path: Path) -> tuple[Flow, ...]:
    """The body of `path` without headers, footers, notes. Raises SourceError (Vietnamese) where it cannot be read."""
    guard(path)
    try:
        document = docx.Document(str(path))
        if document.element.body is None:
            raise ValueError("no body")
        return tuple(_items(document.element.body, Labels(document)))
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        raise SourceError(
            f"Tệp {path.name} bị hỏng hoặc không phải tài liệu Word (.docx). Hãy mở bằng Word và lưu lại."
        ) from error


def guard(path: Path) -> None:
    """Raise SourceError for a file that is no Word document, or not of a size that is read."""
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
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError(
            f"Tệp {path.name} bị hỏng hoặc không phải tài liệu Word (.docx). Hãy mở bằng Word và lưu lại."
        ) from error
    if inflated > MAX_INFLATED:
        raise SourceError(f"Tệp {path.name} có nội dung nén quá lớn, không được đọc.")


class Labels:
    """What Word sets before the paragraphs of its automatic lists, counted while the document is read from its start;
    which paragraphs are headings."""

    def __init__(self, document: Any) -> None:
        self._styles = {style.get(_W + "styleId"): style for style in document.styles.element.iter(_W + "style")}
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}  # (numId, level) → (format, text, start)
        self._properties: dict[tuple[str, int], Any] = {}  # (numId, level) → its w:pPr
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
                key = (num.get(_W + "numId"), _whole(level.get(_W + "ilvl"), 0))
                self._levels[key] = (
                    _value(level, "numFmt") or "decimal",
                    _value(level, "lvlText") or "",
                    _whole(_value(level, "start"), 1),
                )
                self._properties[key] = level.find(_W + "pPr")

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

    def level_properties(self, paragraph: Any) -> Any:
        """The w:pPr (indents) of the level of the list that a paragraph stands in; None outside a list."""
        number, level = self._place(paragraph)
        return None if number is None else self._properties.get((number, level))

    def heading(self, paragraph: Any) -> bool:
        """Whether the paragraph or its style has a level of the outline (0 to 8; 9 is body text)."""
        properties = paragraph.find(_W + "pPr")
        if properties is None:
            return False
        if (level := _value(properties, "outlineLvl")) is not None:
            return level != "9"
        name, seen = _value(properties, "pStyle") or "", set[str]()
        while name in self._styles and name not in seen:
            seen.add(name)
            style = self._styles[name]
            if re.match(r"(?i)(heading|tiêu đề|đầu đề) [1-9]$", _value(style, "name") or ""):
                return True
            inner = style.find(_W + "pPr")
            if inner is not None and (level := _value(inner, "outlineLvl")) is not None:
                return level != "9"
            name = _value(style, "basedOn") or ""
        return False

    def _place(self, paragraph: Any) -> tuple[str | None, int]:
        """(numId, level) of a paragraph: its own or its style's."""
        properties = paragraph.find(_W + "pPr")
        seen: set[str] = set()
        while properties is not None:
            numbered = properties.find(_W + "numPr")
            if numbered is not None and _value(numbered, "numId") is not None:
                number = _value(numbered, "numId")
                return (None if number == "0" else number), min(_whole(_value(numbered, "ilvl"), 0), 8)
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


def _whole(text: str | None, usual: int) -> int:
    """A count of the file; `usual` where it is none (a file may say anything)."""
    return int(text) if text is not None and re.fullmatch(r"\d{1,6}", text) else usual


def _numeral(number: int, form: str) -> str:
    if form in ("upperRoman", "lowerRoman") and 1 <= number <= 39:
        return roman(number) if form == "upperRoman" else roman(number).lower()
    if form in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        letter = _LETTERS[number - 1]
        return letter.upper() if form == "upperLetter" else letter
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _items(parent: Any, styles: Labels) -> Iterator[Flow]:
    for element in parent:
        if element.tag == _W + "p":
            yield from _paragraphs(element, styles)
        elif element.tag == _W + "tbl":
            yield FlowTable(tuple(_row(row, styles) for row in _children(element, "tr")))
        elif element.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "customXml", _W + "smartTag"):
            yield from _items(element, styles)


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """Children of `tag`, also those inside content controls and tracked insertions."""
    for element in parent:
        if element.tag == _W + tag:
            yield element
        elif element.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "customXml"):
            yield from _children(element, tag)


def _row(row: Any, styles: Labels) -> FlowRow:
    cells: list[FlowCell] = []
    properties = row.find(_W + "trPr")
    if properties is not None and _value(properties, "gridBefore"):
        cells += [FlowCell()] * min(_whole(_value(properties, "gridBefore"), 0), MAX_COLUMNS)
    for cell in _children(row, "tc"):
        width, merged = 1, False
        properties = cell.find(_W + "tcPr")
        if properties is not None:
            width = max(1, min(_whole(_value(properties, "gridSpan"), 1), MAX_COLUMNS))
            vertical = properties.find(_W + "vMerge")
            merged = vertical is not None and vertical.get(_W + "val", "continue") == "continue"
        cells.append(FlowCell(tuple(_items(cell, styles)), merged))
        cells += [FlowCell()] * (width - 1)
    return FlowRow(tuple(cells))


def _paragraphs(paragraph: Any, styles: Labels) -> Iterator[Flow]:
    """The paragraph, then what stands in the text boxes that hang on it."""
    boxes: list[Any] = []
    parts: list[str] = []
    _text(paragraph, boxes, parts)
    text = "".join(parts).translate(SYMBOLS).translate(_BULLETS)
    label = styles.label(paragraph) if text.strip() else ""
    yield FlowText(text, label, styles.heading(paragraph))
    for box in boxes:
        yield from _items(box, styles)


def _text(element: Any, boxes: list[Any], out: list[str]) -> None:
    """Add the texts below `element` to `out`, text boxes to `boxes`."""
    for child in element:
        tag = child.tag
        if tag in (_W + "t", _M + "t"):
            out.append(child.text or "")
        elif tag in (_W + "tab", _W + "ptab"):
            out.append("\t")
        elif tag in (_W + "br", _W + "cr"):
            # A page break inside a paragraph is where a page ended, not where a line did.
            out.append(" " if child.get(_W + "type") in ("page", "column") else "\n")
        elif tag == _W + "noBreakHyphen":
            out.append("-")
        elif tag == _W + "sym":
            out.append(_symbol(child))
        elif tag == _W + "txbxContent":
            boxes.append(child)
        elif tag == _W + "r":
            _run(child, boxes, out)
        elif tag == _M + "den":
            out.append("/")
            _text(child, boxes, out)
        elif tag not in _SKIPPED:
            _text(child, boxes, out)


def _run(run: Any, boxes: list[Any], out: list[str]) -> None:
    """The texts of a run, without hidden text and footnote marks typed by hand (but "m" with 2 is a unit)."""
    properties = run.find(_W + "rPr")
    if properties is None:
        _text(run, boxes, out)
        return
    hidden = properties.find(_W + "vanish")
    if hidden is not None and hidden.get(_W + "val", "1") not in ("0", "false", "off"):
        return
    mine: list[str] = []
    _text(run, boxes, mine)
    if _value(properties, "vertAlign") == "superscript" and _FOOTNOTE_MARK.fullmatch("".join(mine).strip()):
        before = "".join(out[-3:])
        if before.strip() and not _UNIT_BEFORE_POWER.search(before):
            return
    out += mine


def _symbol(element: Any) -> str:
    """A letter of a symbol font: what it looks like, a bullet where that is not known and it is one of Wingdings."""
    try:
        code = int(element.get(_W + "char") or "", 16)
    except ValueError:
        return ""
    code = code if code >= 0xF000 else code + 0xF000
    if (element.get(_W + "font") or "").lower().startswith(("wingdings", "webdings")):
        return "•"
    return SYMBOLS.get(code, "")
