"""Reading a returned workbook: the zip looked at first, values by calamine, the rest by a scan of the XML.

calamine gives values with true addresses only through `to_python(skip_empty_area=False)`, and '' for error cells; it
believes a sheet's coordinates, so that one cell in XFD1048576 asks for hundreds of gigabytes. So the scan comes first:
it bounds the coordinates, and it sees what calamine does not say (errors, formulas, formulas without a result).
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import PurePosixPath

import msoffcrypto
from lxml import etree
from python_calamine import CalamineWorkbook

from dtxl.core.text import tidy

Scalar = str | float | bool | date | None

MAX_BYTES = 50 * 2**20  # on disk
MAX_ENTRIES = 2_000
MAX_INFLATED = 512 * 2**20
MAX_ENTRY = 256 * 2**20
MAX_CELLS = 4_000_000  # of a sheet's bounding box: 65,000 rows of a form's columns, and far below a gigabyte

_ADDRESS = re.compile(r"^([A-Z]{1,3})([1-9]\d{0,6})$")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Fault(StrEnum):
    """Why a file is not read, as the code of its finding."""

    DAMAGED = "A01"
    FORMAT = "A02"
    PASSWORD = "A03"
    EMPTY = "A04"
    ARCHIVE = "A05"
    TOO_LARGE = "A10"


class Unreadable(Exception):
    """The file is not a workbook that can be read; `fault` says why, `detail` what was seen (for the log)."""

    def __init__(self, fault: Fault, detail: str) -> None:
        self.fault, self.detail = fault, detail
        super().__init__(f"{fault}: {detail}")


@dataclass
class Sheet:
    """One sheet: `rows` of values with true addresses, and what the XML says beside them; all zero-based."""

    name: str
    rows: list[list[Scalar]]
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)  # True: a result is stored
    percents: set[tuple[int, int]] = field(default_factory=set)  # cells that show their number times 100, with a "%"

    def value(self, row: int, column: int) -> Scalar:
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def text(self, row: int, column: int) -> str:
        """The cell as tidy text; "" for a blank one."""
        return show_cell(self.value(row, column))


@dataclass
class RawBook:
    """A workbook as it stands in the file."""

    sheets: dict[str, Sheet]
    properties: dict[str, str]  # custom document properties
    names: dict[str, str]  # defined names → formula text


def show_cell(value: Scalar) -> str:
    """A cell's value as a person would read it (12.0 → "12", a date as dd/mm/yyyy)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return tidy(value) if isinstance(value, str) else str(value)


def read_workbook(content: bytes) -> RawBook:
    """Read an .xlsx or .xlsm from its bytes. Raises Unreadable, and nothing else, for what is not one."""
    _refuse_other_formats(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bombs(archive)
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                raise Unreadable(*_other_zip(names))
            parts = _sheet_parts(archive)
            percents = _percent_styles(archive) if "xl/styles.xml" in names else frozenset()
            scans = {name: _scan(archive, part, percents) for name, part in parts.items() if part in names}
            properties = _custom_properties(archive) if "docProps/custom.xml" in names else {}
            defined = _defined_names(archive)
            _refuse_false_counts(archive, names)
    except Unreadable:
        raise
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        raise Unreadable(Fault.DAMAGED, f"{type(error).__name__}: {error}") from error
    sheets = _values(content)
    if not sheets:
        raise Unreadable(Fault.DAMAGED, "no sheets")
    for name, sheet in sheets.items():
        if scan := scans.get(name):
            sheet.errors, sheet.formulas, sheet.percents = scan
    return RawBook(sheets, properties, defined)


def _refuse_other_formats(content: bytes) -> None:
    if not content:
        raise Unreadable(Fault.EMPTY, "0 bytes")
    if len(content) > MAX_BYTES:
        raise Unreadable(Fault.TOO_LARGE, f"{len(content)} bytes")
    if content.startswith(_OLE):
        if _encrypted(content):
            raise Unreadable(Fault.PASSWORD, "encrypted OLE container")
        raise Unreadable(Fault.FORMAT, "OLE container: .xls or other")
    head = content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"%pdf", b"<html", b"<!doctype", b"<?xml", b"\x89png", b"\xff\xd8\xff", b"gif8", b"{\\rtf")):
        raise Unreadable(Fault.FORMAT, f"begins with {head[:8]!r}")
    if head.startswith((b"rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise Unreadable(Fault.ARCHIVE, f"begins with {head[:4]!r}")
    if not content.startswith(b"PK"):
        try:
            text = content[:4096].decode("utf-8")
        except UnicodeDecodeError:
            text = ""
        if text.count("\n") and ("," in text or ";" in text or "\t" in text) and "\x00" not in text:
            raise Unreadable(Fault.FORMAT, "text with separators")
        raise Unreadable(Fault.DAMAGED, f"begins with {content[:8]!r}")


def _encrypted(content: bytes) -> bool:
    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(content)).is_encrypted())
    except Exception:  # noqa: BLE001 - the library raises many classes for what is no Office file: no password then
        return False


def _other_zip(names: set[str]) -> tuple[Fault, str]:
    if "mimetype" in names or "xl/workbook.bin" in names:
        return Fault.FORMAT, "OpenDocument or binary workbook"
    if any(PurePosixPath(n).suffix.lower() in {".xlsx", ".xls", ".xlsm"} for n in names):
        return Fault.ARCHIVE, "archive of workbooks"
    if any(n.startswith(("word/", "ppt/")) for n in names):
        return Fault.FORMAT, "Word or PowerPoint file"
    return Fault.DAMAGED, "zip without a workbook"


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Unreadable(Fault.TOO_LARGE, f"{len(entries)} entries")
    if any(e.flag_bits & 1 for e in entries):
        raise Unreadable(Fault.PASSWORD, "encrypted zip entries")
    total = 0
    for entry in entries:
        # Declared sizes lie: count while inflating, and stop.
        size = 0
        with archive.open(entry) as stream:
            while chunk := stream.read(1 << 20):
                size += len(chunk)
                if size > MAX_ENTRY or total + size > MAX_INFLATED:
                    raise Unreadable(Fault.TOO_LARGE, f"{entry.filename} inflates beyond the limit")
        total += size


def _refuse_false_counts(archive: zipfile.ZipFile, names: set[str]) -> None:
    """A declared count far above what the bytes can hold makes readers reserve memory for it."""
    for part in ("xl/sharedStrings.xml", "xl/styles.xml"):
        if part not in names:
            continue
        with archive.open(part) as stream:
            head = stream.read(4096)
        size = archive.getinfo(part).file_size
        for number in re.findall(rb'(?:uniqueCount|count)="(\d+)"', head):
            if int(number) > max(size, 10_000):
                raise Unreadable(Fault.DAMAGED, f"{part} declares {number.decode()} items")


def _parse(archive: zipfile.ZipFile, part: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(part), parser)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _children(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (e for e in root.iter() if _local(e) == name)


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → part name."""
    targets: dict[str, str] = {}
    for relation in _parse(archive, "xl/_rels/workbook.xml.rels"):
        target = relation.get("Target") or ""
        targets[relation.get("Id") or ""] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    parts = {}
    for sheet in _children(_parse(archive, "xl/workbook.xml"), "sheet"):
        relation_id = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        parts[sheet.get("name") or ""] = targets.get(str(relation_id), "")
    return parts


def _defined_names(archive: zipfile.ZipFile) -> dict[str, str]:
    root = _parse(archive, "xl/workbook.xml")
    return {e.get("name") or "": (e.text or "") for e in _children(root, "definedName")}


def _custom_properties(archive: zipfile.ZipFile) -> dict[str, str]:
    root = _parse(archive, "docProps/custom.xml")
    return {e.get("name") or "": "".join(e.itertext()) for e in _children(root, "property")}


_Scan = tuple[dict[tuple[int, int], str], dict[tuple[int, int], bool], set[tuple[int, int]]]


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Indexes (as texts) of the cell styles whose number format shows a percentage."""
    root = _parse(archive, "xl/styles.xml")
    formats = {"9", "10"}  # the built-in 0% and 0.00%
    for entry in _children(root, "numFmt"):
        if "%" in re.sub(r'"[^"]*"|\\.', "", entry.get("formatCode") or ""):
            formats.add(entry.get("numFmtId") or "")
    styles = next(_children(root, "cellXfs"), None)
    entries = [] if styles is None else [e for e in styles if _local(e) == "xf"]
    return frozenset(str(index) for index, entry in enumerate(entries) if entry.get("numFmtId") in formats)


def _scan(archive: zipfile.ZipFile, part: str, percents: frozenset[str]) -> _Scan:
    """Error cells, formula cells and cells shown as percentages; raises Unreadable for coordinates beyond reason."""
    errors: dict[tuple[int, int], str] = {}
    formulas: dict[tuple[int, int], bool] = {}
    shown: set[tuple[int, int]] = set()
    rows = columns = 0
    with archive.open(part) as stream:
        cells = etree.iterparse(
            stream, tag=(f"{_MAIN}c", f"{_STRICT}c"), resolve_entities=False, no_network=True, huge_tree=False
        )
        for _, cell in cells:
            place = _place(cell)
            if place is not None:
                rows, columns = max(rows, place[0] + 1), max(columns, place[1] + 1)
                kind = cell.get("t")
                formula, value = _parts(cell)
                if kind == "e":
                    errors[place] = (value.text or "") if value is not None else "#?"
                if formula is not None:
                    # A formula whose result is an empty text has a result.
                    formulas[place] = value is not None and (bool(value.text) or kind == "str")
                if cell.get("s") in percents:
                    shown.add(place)
            cell.clear()
    if rows * columns > MAX_CELLS:
        raise Unreadable(Fault.TOO_LARGE, f"{rows} rows by {columns} columns")
    return errors, formulas, shown


def _place(cell: etree._Element) -> tuple[int, int] | None:
    """A cell's row and column, zero-based; None where it does not say. Raises Unreadable for a place that is none."""
    address = cell.get("r")
    if not address:
        return None
    match = _ADDRESS.match(address)
    if not match:
        raise Unreadable(Fault.DAMAGED, f"no such cell: {address!r}")
    row, column = int(match[2]) - 1, _column(match[1])
    if row >= 1_048_576 or column >= 16_384:
        raise Unreadable(Fault.DAMAGED, f"cell {address} lies outside a sheet")
    return row, column


def _parts(cell: etree._Element) -> tuple[etree._Element | None, etree._Element | None]:
    """The formula and the value of a cell element."""
    formula = value = None
    for child in cell:
        name = _local(child)
        formula = child if name == "f" else formula
        value = child if name == "v" else value
    return formula, value


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _values(content: bytes) -> dict[str, Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {}
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            sheets[name] = Sheet(name, [[_scalar(v) for v in row] for row in rows])
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the Rust side is a BaseException and must not end the batch
        raise Unreadable(Fault.DAMAGED, f"calamine: {type(error).__name__}: {error}") from error
    return sheets


def _scalar(value: object) -> Scalar:
    if value is None or value == "":
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)
