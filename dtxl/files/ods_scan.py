"""What an OpenDocument spreadsheet (.ods) says beside its values: errors, formulas, percentages, names, properties."""

import io
import re
import zipfile

from lxml import etree

from dtxl.files.raw_book import MAX_ROWS, Fault, RawBook, Scan, Unreadable
from dtxl.files.xlsx_scan import children, parse, refuse_bombs

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
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
    walk = _Walk()
    with archive.open("content.xml") as stream:
        events = etree.iterparse(
            stream, events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False
        )
        for event, element in events:
            if event == "start" and element.tag == f"{_TABLE}table":
                name = element.get(f"{_TABLE}name") or ""
                if name in scans:
                    raise Unreadable(Fault.DAMAGED, f"two sheets are called {name!r}")
                walk = _Walk()
                scans[name] = walk.scan
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
                    walk.end_row(_repeated(element, "rows"))
                    element.clear()
    return scans, defined


def _repeated(element: etree._Element, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated") or "1"
    if not text.isascii() or not text.isdecimal() or len(text) > 8 or not 1 <= int(text) <= MAX_ROWS:
        raise Unreadable(Fault.DAMAGED, f"{what} repeated {text[:40]!r} times")
    return int(text)


class _Walk:
    """Row by row through one table; what a row says is kept until its repetitions are known."""

    def __init__(self) -> None:
        self.scan, self.row, self.column = Scan(), 0, 0
        self._row: list[tuple[int, int, str, str | None, bool | None]] = []

    def start_row(self) -> None:
        self.column, self._row = 0, []

    def cell(self, element: etree._Element) -> None:
        """Take one cell, which may stand for many in a row."""
        times = _repeated(element, "columns")
        kind = element.get(f"{_OFFICE}value-type") or element.get(f"{_CALCEXT}value-type") or ""
        text = "\n".join("".join(p.itertext()) for p in element.iter(f"{_TEXT}p"))
        formula = element.get(f"{_TABLE}formula")
        error = None
        if element.get(f"{_CALCEXT}value-type") == "error" or (formula is not None and _ERROR.match(text)):
            error = text or "#VALUE!"
        stored = None if formula is None else bool(kind)
        if kind or text or formula is not None:
            self._row.append((self.column, times, kind, error, stored))
        self.column += times

    def end_row(self, times: int) -> None:
        """Put down what the row said, for each of its repetitions."""
        if self._row:
            last, wide, *_ = self._row[-1]
            self.scan.reach(self.row + times - 1, last + wide - 1)
            for row in range(self.row, self.row + times):
                for column, wide, kind, error, stored in self._row:
                    for place in ((row, c) for c in range(column, column + wide)):
                        self._put(place, kind, error, stored)
        self.row += times

    def _put(self, place: tuple[int, int], kind: str, error: str | None, stored: bool | None) -> None:
        scan = self.scan
        if error is not None:
            scan.errors[place] = error
        elif kind:
            scan.filled += 1
        if stored is not None:
            scan.formulas[place] = stored
        if kind == "percentage":
            scan.percents.add(place)
        elif kind == "boolean":
            scan.booleans.add(place)
