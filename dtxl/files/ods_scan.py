"""What an OpenDocument spreadsheet (.ods) says beside its values: errors, formulas, percentages, names, properties."""

import io
import re
import zipfile
from dataclasses import dataclass

from lxml import etree

from dtxl.files.ods_layout import OFFICE as _OFFICE
from dtxl.files.ods_layout import TABLE as _TABLE
from dtxl.files.ods_layout import TEXT as _TEXT
from dtxl.files.ods_layout import Meanings, formula_text, hide_spans, note_text, span_of
from dtxl.files.raw_book import MAX_ROWS, Fault, RawBook, Scan, Unreadable
from dtxl.files.xlsx_scan import children, parse, refuse_bombs

_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ERROR = re.compile(r"^(?:Err:\d{3}|#[A-Z/0-9]+[!?]?)$")
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def look(content: bytes) -> tuple[RawBook, dict[str, Scan]]:
    """The workbook without its sheets, and the scan of each sheet by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        refuse_bombs(archive)
        names = set(archive.namelist())
        scans, defined = _content(archive)
        properties = {}
        if "meta.xml" in names:
            for entry in children(parse(archive, "meta.xml"), "user-defined"):
                properties[entry.get(f"{_META}name") or ""] = "".join(entry.itertext())
        extras = frozenset({"macros"} if any(n.startswith("Basic/") and n.endswith(".xml") for n in names) else ())
        return RawBook({}, properties, defined, "ods", extras), scans


def _content(archive: zipfile.ZipFile) -> tuple[dict[str, Scan], dict[str, str]]:
    scans: dict[str, Scan] = {}
    defined: dict[str, str] = {}
    meanings = Meanings()
    walk = _Walk(meanings)
    with archive.open("content.xml") as stream:
        events = etree.iterparse(
            stream, events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False
        )
        for event, element in events:
            if event == "start" and element.tag == f"{_TABLE}table":
                name = element.get(f"{_TABLE}name") or ""
                if name in scans:
                    raise Unreadable(Fault.DAMAGED, f"two sheets are called {name!r}")
                walk = _Walk(meanings)
                scans[name] = walk.scan
                meanings.table(element, walk.scan.layout)
            elif event == "start" and element.tag == f"{_TABLE}table-row":
                walk.start_row()
            elif event == "end":
                if element.tag == f"{_TABLE}named-expression":
                    expression = re.sub(r"^(?:\w+:)?=?", "", element.get(f"{_TABLE}expression") or "")
                    defined[element.get(f"{_TABLE}name") or ""] = expression
                elif element.tag in _CELLS:
                    walk.cell(element)
                    element.clear()
                elif element.tag == f"{_TABLE}table-row":
                    walk.end_row(element)
                    element.clear()
                elif element.tag == f"{_TABLE}table-column":
                    walk.start_column(element)
                else:
                    meanings.take(element)
    return scans, defined


def _repeated(element: etree._Element, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated") or "1"
    if not text.isascii() or not text.isdecimal() or len(text) > 8 or not 1 <= int(text) <= MAX_ROWS:
        raise Unreadable(Fault.DAMAGED, f"{what} repeated {text[:40]!r} times")
    return int(text)


@dataclass(frozen=True, slots=True)
class _Cells:
    """What a row says of cells side by side; `stored`: whether their formula has a result, None where there is none."""

    column: int
    times: int
    kind: str
    error: str | None
    stored: bool | None
    formula: str
    font: str


class _Walk:
    """Row by row through one table; what a row says is kept until its repetitions are known."""

    def __init__(self, meanings: Meanings) -> None:
        self.scan, self.row, self.column = Scan(), 0, 0
        self._meanings, self._columns = meanings, 0
        self._row: list[_Cells] = []
        self._checked: list[tuple[int, int, str]] = []
        self._styles: list[tuple[int, int, str]] = []  # columns whose cells are in a font of an old encoding

    def start_column(self, element: etree._Element) -> None:
        """Take one column, which may stand for many."""
        times, layout = _repeated(element, "columns"), self.scan.layout
        hide_spans(layout, layout.hidden_columns, element, self._columns, times)
        if font := self._meanings.fonts.get(element.get(f"{_TABLE}default-cell-style-name") or ""):
            self._styles.append((self._columns, self._columns + times, font))
        self._columns += times

    def start_row(self) -> None:
        self.column, self._row, self._checked = 0, [], []

    def cell(self, element: etree._Element) -> None:
        """Take one cell, which may stand for many in a row."""
        times = _repeated(element, "columns")
        kind = element.get(f"{_OFFICE}value-type") or element.get(f"{_CALCEXT}value-type") or ""
        text = "\n".join("".join(p.itertext()) for p in element.iterchildren(f"{_TEXT}p"))
        formula = element.get(f"{_TABLE}formula")
        error = None
        if element.get(f"{_CALCEXT}value-type") == "error" or (formula is not None and _ERROR.match(text)):
            error = text or "#VALUE!"
        stored = None if formula is None else bool(kind)
        if kind or text or formula is not None:
            known = "" if formula is None else formula_text(formula)
            self._row.append(_Cells(self.column, times, kind, error, stored, known, self._font(element)))
        self._set_up(element, times)
        self.column += times

    def _font(self, element: etree._Element) -> str:
        style = element.get(f"{_TABLE}style-name")
        if style is not None:
            return self._meanings.fonts.get(style, "")
        return next((font for first, end, font in self._styles if first <= self.column < end), "")

    def _set_up(self, element: etree._Element, times: int) -> None:
        layout = self.scan.layout
        rows, columns = span_of(element)
        layout.merge((self.row, self.column, self.row + rows - 1, self.column + columns - 1))
        if text := note_text(element):
            layout.comment((self.row, self.column), text)
        check = self._meanings.checks.get(element.get(f"{_TABLE}content-validation-name") or "")
        if check:
            self._checked.append((self.column, self.column + times - 1, check))

    def end_row(self, element: etree._Element) -> None:
        """Put down what the row said, for each of its repetitions."""
        times, layout = _repeated(element, "rows"), self.scan.layout
        hide_spans(layout, layout.hidden_rows, element, self.row, times)
        for first, last, check in self._checked:
            layout.check(check, (self.row, first, self.row + times - 1, last))
        if self._row:
            end = self._row[-1]
            self.scan.reach(self.row + times - 1, end.column + end.times - 1)
            for row in range(self.row, self.row + times):
                for cells in self._row:
                    for column in range(cells.column, cells.column + cells.times):
                        self._put((row, column), cells)
        self.row += times

    def _put(self, place: tuple[int, int], cells: _Cells) -> None:
        scan = self.scan
        if cells.error is not None:
            scan.errors[place] = cells.error
        elif cells.kind:
            scan.filled += 1
        if cells.stored is not None:
            scan.formulas[place] = cells.stored
            scan.layout.texts[place] = cells.formula
        if cells.font:
            scan.layout.fonts[place] = cells.font
        if cells.kind == "percentage":
            scan.percents.add(place)
        elif cells.kind == "boolean":
            scan.booleans.add(place)
