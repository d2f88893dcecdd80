"""What the XML of an .xlsx says beside its values: sheets, names, properties, errors, formulas, extras; bombs refused.

Everything here looks before a library believes: declared sizes, counts and coordinates are what attacks are made of.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from dtxl.files.raw_book import MAX_ENTRIES, MAX_ENTRY, MAX_INFLATED, Fault, Scan, Unreadable
from dtxl.files.xlsx_layout import (
    TAGS,
    Styles,
    column_number,
    comments_of,
    has_comments,
    note,
    note_row,
    shown_unit,
    string_fonts,
    style_fonts,
)

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_VALUES, _FORMULAS, _INLINE = ((f"{_MAIN}{name}", f"{_STRICT}{name}") for name in ("v", "f", "is"))
_ADDRESS = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_EXTRAS = (
    ("macros", re.compile(r"^xl/(?:vbaProject\.bin|macrosheets/)")),
    ("links", re.compile(r"^xl/externalLinks/[^/]+\.(?:xml|bin)$")),
    ("connections", re.compile(r"^xl/(?:connections\.(?:xml|bin)|queryTables/)")),
    ("threads", re.compile(r"^xl/threadedComments/")),
    ("objects", re.compile(r"^xl/embeddings/|.*\.(?:xls[xmb]?|ods)$", re.IGNORECASE)),
)


def refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Inflate every entry once, counting. Raises Unreadable for too many, too large, or locked ones."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Unreadable(Fault.TOO_LARGE, f"{len(entries)} entries", f"tệp có {len(entries)} phần bên trong")
    if any(e.flag_bits & 1 for e in entries):
        raise Unreadable(Fault.PASSWORD, "encrypted zip entries")
    if len({e.filename for e in entries}) < len(entries):
        # Readers differ in which of two parts of one name they take: what was checked would not be what is read.
        raise Unreadable(Fault.DAMAGED, "two parts of one name")
    total = 0
    for entry in entries:
        # Declared sizes lie: count while inflating, and stop.
        size = 0
        with archive.open(entry) as stream:
            while chunk := stream.read(1 << 20):
                size += len(chunk)
                if size > MAX_ENTRY or total + size > MAX_INFLATED:
                    raise Unreadable(
                        Fault.TOO_LARGE, f"{entry.filename} inflates beyond the limit", "tệp giải nén ra quá lớn"
                    )
        total += size


def refuse_false_counts(archive: zipfile.ZipFile, names: set[str]) -> None:
    """A declared count far above what the bytes can hold makes readers reserve memory for it."""
    for part in ("xl/sharedStrings.xml", "xl/styles.xml"):
        if part not in names:
            continue
        with archive.open(part) as stream:
            head = stream.read(65_536)
        size = archive.getinfo(part).file_size
        for number in re.findall(rb"""(?:uniqueCount|count)\s*=\s*["']\s*(\d+)""", head):
            if int(number) > max(size, 10_000):
                raise Unreadable(Fault.DAMAGED, f"{part} declares {number.decode()} items")


def parse(archive: zipfile.ZipFile, part: str) -> etree._Element:
    """A part's root element; entities are left alone, nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(part), parser)


def local(element: etree._Element) -> str:
    """An element's name without its namespace; "" for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """All elements of that name below `root`."""
    return (e for e in root.iter() if local(e) == name)


def relations(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Relation id → part name, of the workbook `part` ("xl/workbook.xml")."""
    folder, name = posixpath.split(part)
    targets: dict[str, str] = {}
    for relation in children(parse(archive, f"{folder}/_rels/{name}.rels"), "Relationship"):
        target = (relation.get("Target") or "").replace("\\", "/")
        whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        targets[relation.get("Id") or ""] = whole
    return targets


def sheet_parts(archive: zipfile.ZipFile, workbook: etree._Element) -> dict[str, str]:
    """Sheet name → part name; `workbook` is the root of xl/workbook.xml. Raises Unreadable where two sheets share a
    name: one of them would be lost."""
    targets = relations(archive, "xl/workbook.xml")
    parts: dict[str, str] = {}
    for sheet in children(workbook, "sheet"):
        relation_id = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        name = sheet.get("name") or ""
        if name in parts:
            raise Unreadable(Fault.DAMAGED, f"two sheets are called {name!r}")
        parts[name] = targets.get(str(relation_id), "")
    return parts


def hidden_sheets(workbook: etree._Element) -> set[str]:
    """The names of the sheets that are not shown."""
    return {e.get("name") or "" for e in children(workbook, "sheet") if e.get("state") not in (None, "visible")}


def defined_names(workbook: etree._Element) -> dict[str, str]:
    """Defined name → formula text. The name of a sheet's own (left by copying a sheet) never hides the workbook's."""
    found: dict[str, str] = {}
    for element in children(workbook, "definedName"):
        name, text = element.get("name") or "", element.text or ""
        if element.get("localSheetId") is None:
            found[name] = text
        else:
            found.setdefault(name, text)
    return found


def custom_properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """Custom document properties as texts."""
    root = parse(archive, "docProps/custom.xml")
    return {e.get("name") or "": "".join(e.itertext()) for e in children(root, "property")}


def extras_of(names: set[str]) -> frozenset[str]:
    """What the package carries beside sheets: "macros", "links", "connections", "threads", "objects"."""
    return frozenset(extra for extra, pattern in _EXTRAS if any(pattern.match(n) for n in names))


def styles_of(archive: zipfile.ZipFile, names: set[str]) -> Styles:
    """What the cell styles say that a value alone does not."""
    if "xl/styles.xml" not in names:
        return Styles()
    root = parse(archive, "xl/styles.xml")
    formats = {"9", "10"}  # the built-in 0% and 0.00%
    shown: dict[str, str] = {}
    for entry in children(root, "numFmt"):
        name, code = entry.get("numFmtId") or "", (entry.get("formatCode") or "")[:255]
        if shows_percent(code):
            formats.add(name)
        elif unit := shown_unit(code):
            shown[name] = unit
    styles = next(children(root, "cellXfs"), None)
    entries = [] if styles is None else [e for e in styles if local(e) == "xf"]
    percents = frozenset(str(index) for index, entry in enumerate(entries) if entry.get("numFmtId") in formats)
    units = {str(n): shown[e.get("numFmtId") or ""] for n, e in enumerate(entries) if e.get("numFmtId") in shown}
    strings = string_fonts(archive) if "xl/sharedStrings.xml" in names else {}
    return Styles(percents, style_fonts(root), strings, units)


def shows_percent(number_format: str) -> bool:
    """Whether a number format shows the number times 100 with a percent sign; a quoted sign is only text."""
    return "%" in re.sub(r'"[^"]*"|\\.', "", number_format)


def scan_sheet(archive: zipfile.ZipFile, part: str, styles: Styles) -> Scan:
    """Errors, formulas, percentages, set-up, true extent. Raises Unreadable for coordinates beyond reason."""
    scan, row, column = Scan(), -1, -1
    rows, cells = (f"{_MAIN}row", f"{_STRICT}row"), (f"{_MAIN}c", f"{_STRICT}c")
    with archive.open(part) as stream:
        events = etree.iterparse(
            stream, ("start", "end"), tag=(*rows, *cells, *TAGS), resolve_entities=False, no_network=True,
            huge_tree=False,
        )  # fmt: skip
        for event, element in events:
            if element.tag in cells:
                if event == "end":
                    row, column = _place(element, max(row, 0), column)
                    scan.reach(row, column)
                    _cell(scan, element, row, column, styles)
            elif element.tag not in rows:
                if event == "end":
                    note(scan.layout, element)
            elif event == "start":
                row, column = _row(element, row), -1
                note_row(scan.layout, element, row)
            else:
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    names = set(archive.namelist())
    folder, name = posixpath.split(part)
    if has_comments(names) and f"{folder}/_rels/{name}.rels" in names:
        comments_of(archive, relations(archive, part), scan.layout)
    return scan


def _row(element: etree._Element, before: int) -> int:
    number = element.get("r")
    if number is None:
        return before + 1
    if not number.isascii() or not number.isdecimal() or not 1 <= int(number[:20]) <= 1_048_576 or len(number) > 7:
        raise Unreadable(Fault.DAMAGED, f"no such row: {number[:40]!r}")
    return int(number) - 1


def _place(cell: etree._Element, row: int, before: int) -> tuple[int, int]:
    """A cell's row and column, zero-based: as it says, else the next one."""
    address = cell.get("r")
    if address is None:
        return row, before + 1
    match = _ADDRESS.match(address)
    if not match:
        raise Unreadable(Fault.DAMAGED, f"no such cell: {address[:40]!r}")
    return int(match[2]) - 1, column_number(match[1].upper())


def _cell(scan: Scan, cell: etree._Element, row: int, column: int, styles: Styles) -> None:
    kind = cell.get("t")
    formula = value = inline = None
    for child in cell:
        if child.tag in _VALUES:
            value = child
        elif child.tag in _FORMULAS:
            formula = child
        elif child.tag in _INLINE:
            inline = child
    text = "" if value is None else value.text or ""
    if kind == "e":
        scan.errors[row, column] = text or "#?"
    elif text or (inline is not None and "".join(inline.itertext())):
        scan.filled += 1
    if formula is not None:
        # A formula whose result is an empty text has a result.
        scan.formulas[row, column] = value is not None and (bool(text) or kind == "str")
        if formula.text:
            scan.layout.texts[row, column] = formula.text
    style = cell.get("s") or "0"
    if style in styles.percents:
        scan.percents.add((row, column))
    if text and kind in (None, "n") and style in styles.units:
        scan.layout.units[row, column] = styles.units[style]
    font = styles.fonts.get(style) or (styles.strings.get(text) if kind == "s" else None)
    if font and (text or inline is not None):
        scan.layout.fonts[row, column] = font
