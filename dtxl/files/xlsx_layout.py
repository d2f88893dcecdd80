"""How the sheets of an .xlsx are set up: hidden and merged cells, checks, protection, notes, old fonts."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from dtxl.files.raw_book import MAX_COLUMNS, MAX_NOTED, MAX_ROWS, Box, Layout, Span, old_font

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
# Excel writes some checks as an extension of 2010, above all lists that stand on another sheet.
_X14_CHECK = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}dataValidation"
_X14_CELLS = "{http://schemas.microsoft.com/office/excel/2006/main}sqref"
_NAMES = ("col", "mergeCell", "dataValidation", "sheetProtection", "filterColumn")
TAGS = (*(f"{space}{name}" for space in (_MAIN, _STRICT) for name in _NAMES), _X14_CHECK)
_YES = ("1", "true", "on")
_RANGE = re.compile(r"^\$?([A-Z]{0,3})\$?(\d{0,7})(?::\$?([A-Z]{0,3})\$?(\d{0,7}))?$")
_COMMENTS = re.compile(r"^xl/(?:comments/)?comments?\d*\.xml$")
_OLD = re.compile(rb'val="(?:\.Vn|VNI[- ])', re.IGNORECASE)
_SECTIONS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]')
_DIGITS = re.compile(r"[0#?]|general", re.IGNORECASE)
_MAX_STRINGS = 20 * 2**20  # of shared strings that are looked through for fonts


@dataclass(frozen=True, slots=True)
class Styles:
    """What cell styles say, by index: those that show a percentage, and fonts of old encodings; `strings`: the same
    fonts by index of the shared string whose every run has one; `units`: what formats show behind a number."""

    percents: frozenset[str] = frozenset()
    fonts: Mapping[str, str] = field(default_factory=dict)
    strings: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def column_number(letters: str) -> int:
    """ "A" → 0, "AA" → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def boxes(ranges: str) -> Iterator[Box]:
    """ "H6:J9 L6" as boxes; whole rows and columns reach to the sheet's end, what is none is left out."""
    for text in ranges.split():
        match = _RANGE.match(text.upper())
        if match is None or not (match[1] or match[2]):
            continue
        first, last = (match[1], match[2]), (match[3] or match[1], match[4] or match[2])
        yield (
            int(first[1] or 1) - 1,
            column_number(first[0]) if first[0] else 0,
            int(last[1]) - 1 if last[1] else MAX_ROWS - 1,
            column_number(last[0]) if last[0] else MAX_COLUMNS - 1,
        )


def note(layout: Layout, element: etree._Element) -> None:
    """Take what one of the elements TAGS says, at its end."""
    name = etree.QName(element).localname
    if name == "col":
        if element.get("hidden") in _YES or element.get("width") in ("0", "0.0"):
            first, last = element.get("min") or "", element.get("max") or ""
            if first.isdecimal() and last.isdecimal():
                hide(layout.hidden_columns, int(first) - 1, int(last) - 1)
    elif name == "mergeCell":
        for box in boxes(element.get("ref") or ""):
            layout.merge(box)
    elif name == "dataValidation":
        kind = element.get("type") or "none"
        cells = element.get("sqref") or "".join(e.text or "" for e in element.iter(_X14_CELLS))
        if kind != "none":
            for box in boxes(cells):
                layout.check(kind, box)
    elif name == "sheetProtection":
        layout.protected = element.get("sheet") in _YES
    else:
        layout.filtered = True


def note_row(layout: Layout, element: etree._Element, row: int) -> None:
    """Whether a row is hidden, or has no height."""
    if element.get("hidden") in _YES or element.get("ht") in ("0", "0.0"):
        hide(layout.hidden_rows, row, row)


def hide(spans: list[Span], first: int, last: int) -> None:
    """Add hidden rows or columns, those that follow the last ones to them; beyond reason none are added."""
    if spans and spans[-1][1] == first - 1:
        spans[-1] = (spans[-1][0], last)
    elif len(spans) < MAX_NOTED:
        spans.append((first, last))


def comments_of(archive: zipfile.ZipFile, targets: Mapping[str, str], layout: Layout) -> None:
    """The notes of a sheet. `targets`: its relations."""
    for part in targets.values():
        if not _COMMENTS.match(part) or part not in archive.namelist():
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        for element in etree.fromstring(archive.read(part), parser).iter():
            if isinstance(element.tag, str) and etree.QName(element).localname == "comment":
                text = "".join(e.text or "" for e in element.iter(f"{_MAIN}t", f"{_STRICT}t"))
                for box in boxes(element.get("ref") or ""):
                    layout.comment(box[:2], text)


def has_comments(names: set[str]) -> bool:
    """Whether the package has a part of notes."""
    return any(_COMMENTS.match(name) for name in names)


def shown_unit(number_format: str) -> str:
    """The words that a number format shows behind a number: "nghìn" of `#,##0" nghìn"`, "%" of `0"%"`; "" for none."""
    section = _SECTIONS.split(number_format)[0]
    bare = _LITERAL.sub(lambda m: "\0" * len(m[0]), section)
    digits = list(_DIGITS.finditer(bare))
    behind = section[digits[-1].end() :] if digits else ""
    return "".join(m[1] or m[2] or m[3] or "" for m in _LITERAL.finditer(behind)).strip()


def style_fonts(root: etree._Element) -> dict[str, str]:
    """Index of a cell style (as text) → its font, for fonts of old encodings; `root` is that of xl/styles.xml."""
    fonts = []
    for table in root.iter(f"{_MAIN}fonts", f"{_STRICT}fonts"):
        for font in table:
            names = [e.get("val") or "" for e in font.iter(f"{_MAIN}name", f"{_STRICT}name")]
            fonts.append(old_font(names[0]) if names else "")
    if not any(fonts):
        return {}
    found = {}
    for table in root.iter(f"{_MAIN}cellXfs", f"{_STRICT}cellXfs"):
        for number, style in enumerate(table.iter(f"{_MAIN}xf", f"{_STRICT}xf")):
            index = style.get("fontId") or ""
            if index.isdecimal() and int(index) < len(fonts) and fonts[int(index)]:
                found[str(number)] = fonts[int(index)]
    return found


def string_fonts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Index of a shared string (as text) → the font of an old encoding that all its runs are in."""
    part = "xl/sharedStrings.xml"
    if archive.getinfo(part).file_size > _MAX_STRINGS:
        return {}
    content = archive.read(part)
    if not _OLD.search(content):
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    found = {}
    for number, item in enumerate(etree.fromstring(content, parser).iter(f"{_MAIN}si", f"{_STRICT}si")):
        fonts = []
        for run in item.iter(f"{_MAIN}r", f"{_STRICT}r"):
            if "".join(e.text or "" for e in run.iter(f"{_MAIN}t", f"{_STRICT}t")).strip():
                names = [e.get("val") or "" for e in run.iter(f"{_MAIN}rFont", f"{_STRICT}rFont")]
                fonts.append(old_font(names[0]) if names else "")
        if fonts and all(fonts):
            found[str(number)] = fonts[0]
    return found
