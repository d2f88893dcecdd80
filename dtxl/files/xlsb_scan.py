"""What the binary parts of an .xlsb say beside its values. Record layouts: [MS-XLSB]."""

import io
import struct
import zipfile
from collections.abc import Iterator

from dtxl.files.raw_book import ERROR_TEXTS, Fault, Layout, RawBook, Scan, Unreadable, old_font
from dtxl.files.xls_layout import CHECKS
from dtxl.files.xlsx_layout import hide
from dtxl.files.xlsx_scan import custom_properties, extras_of, refuse_bombs, relations, shows_percent

_ROW, _BLANK, _ERROR, _BOOL, _ISST, _SHEET, _NAME, _FORMAT, _XF = 0, 1, 3, 4, 7, 156, 39, 44, 47
_FORMULA_TEXT, _FORMULA_BOOL, _FORMULA_ERROR = 8, 10, 11
_LAST_CELL = 11
_FONT, _COLUMN, _MERGED, _CHECK, _PROTECTION, _PROTECTION_ISO, _FILTER = 43, 60, 176, 64, 535, 677, 163
_COMMENT, _COMMENT_TEXT = 635, 637
_CELL_STYLES, _CELL_STYLES_END = 617, 618
_PTG_STR = 0x17
_FORMAT_PERCENT = {9, 10}  # the built-in 0% and 0.00%
_WORKBOOK = "xl/workbook.bin"


def look(content: bytes) -> tuple[RawBook, dict[str, Scan]]:
    """The workbook without its sheets, and the scan of each worksheet by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        refuse_bombs(archive)
        names = set(archive.namelist())
        targets = relations(archive, _WORKBOOK)
        styles = _styles(archive.read("xl/styles.bin")) if "xl/styles.bin" in names else (frozenset(), {})
        scans: dict[str, Scan] = {}
        defined: dict[str, str] = {}
        for kind, body in _records(archive.read(_WORKBOOK)):
            if kind == _SHEET:
                relation, place = _wide(body, 8)
                name, _ = _wide(body, place)
                if name in scans:
                    raise Unreadable(Fault.DAMAGED, f"two sheets are called {name!r}")
                part = targets.get(relation, "")
                if part in names and "worksheets/" in part:
                    scans[name] = _sheet(archive.read(part), *styles)
                    scans[name].layout.hidden = body[:4] not in (b"\x00" * 4, b"")
                    _notes(archive, part, names, scans[name].layout)
            elif kind == _NAME:
                defined.update(_name(body))
        properties = custom_properties(archive) if "docProps/custom.xml" in names else {}
        return RawBook({}, properties, defined, "xlsb", extras_of(names)), scans


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, body): both the type and the length are numbers of seven bits a byte."""
    place = 0
    while place < len(part):
        kind, place = _number(part, place, 2)
        length, place = _number(part, place, 4)
        if place + length > len(part):
            raise Unreadable(Fault.DAMAGED, f"record {kind} of {length} bytes is cut off")
        yield kind, part[place : place + length]
        place += length


def _number(part: bytes, place: int, most: int) -> tuple[int, int]:
    number = 0
    for shift in range(most):
        if place >= len(part):
            raise Unreadable(Fault.DAMAGED, "a record is cut off")
        byte = part[place]
        place += 1
        number |= (byte & 0x7F) << (7 * shift)
        if not byte & 0x80:
            break
    return number, place


def _wide(body: bytes, place: int) -> tuple[str, int]:
    """A string of 16-bit characters with its length before it, and the place after it."""
    length = struct.unpack_from("<I", body, place)[0]
    if length == 0xFFFFFFFF:
        return "", place + 4
    end = place + 4 + 2 * length
    if end > len(body):
        raise Unreadable(Fault.DAMAGED, f"a text of {length} characters is cut off")
    return body[place + 4 : end].decode("utf-16-le", "replace"), end


def _name(body: bytes) -> dict[str, str]:
    """A defined name whose whole formula is one text, as `"text"`; others are not needed."""
    name, place = _wide(body, 9)
    size = struct.unpack_from("<I", body, place)[0]
    formula = body[place + 4 : place + 4 + size]
    if len(formula) < 3 or formula[0] != _PTG_STR:
        return {}
    length = struct.unpack_from("<H", formula, 1)[0]
    if 3 + 2 * length != len(formula):
        return {}
    text = formula[3:].decode("utf-16-le", "replace")
    return {name: '"' + text.replace('"', '""') + '"'}


def _styles(styles: bytes) -> tuple[frozenset[int], dict[int, str]]:
    """Indexes of the cell styles that show a percentage, and of those in a font of an old encoding, with its name."""
    formats, found, inside, number = set(_FORMAT_PERCENT), set(), False, 0
    fonts: list[str] = []
    old: dict[int, str] = {}
    for kind, body in _records(styles):
        if kind == _FORMAT and len(body) > 6 and shows_percent(_wide(body, 2)[0]):
            formats.add(struct.unpack_from("<H", body)[0])
        elif kind == _FONT:
            fonts.append(old_font(_wide(body, 21)[0]) if len(body) > 25 else "")
        elif kind in (_CELL_STYLES, _CELL_STYLES_END):
            inside = kind == _CELL_STYLES
        elif kind == _XF and inside and len(body) >= 4:
            if struct.unpack_from("<H", body, 2)[0] in formats:
                found.add(number)
            font = struct.unpack_from("<H", body, 4)[0] if len(body) >= 6 else len(fonts)
            if font < len(fonts) and fonts[font]:
                old[number] = fonts[font]
            number += 1
    return frozenset(found), old


def _sheet(part: bytes, percents: frozenset[int], fonts: dict[int, str]) -> Scan:
    scan, row = Scan(), 0
    scan.layout.complete = False  # protection and checks have forms of records here that are not read
    for kind, body in _records(part):
        if kind == _ROW and len(body) >= 4:
            row = struct.unpack_from("<I", body)[0]
            if len(body) >= 12 and body[11] & 0x10:
                hide(scan.layout.hidden_rows, row, row)
        elif _BLANK <= kind <= _LAST_CELL and len(body) >= 8:
            column, style = struct.unpack_from("<II", body)
            scan.reach(row, column)
            place = (row, column)
            if style & 0xFFFFFF in percents:
                scan.percents.add(place)
            if style & 0xFFFFFF in fonts:
                scan.layout.fonts[place] = fonts[style & 0xFFFFFF]
            if kind in (_ERROR, _FORMULA_ERROR):
                scan.errors[place] = ERROR_TEXTS.get(body[8] if len(body) > 8 else -1, "#?")
            elif kind != _BLANK:
                scan.filled += kind != _FORMULA_TEXT or len(_wide(body, 8)[0]) > 0
            if kind >= _FORMULA_TEXT:
                scan.formulas[place] = True
        else:
            _set_up(scan.layout, kind, body)
    return scan


def _set_up(layout: Layout, kind: int, body: bytes) -> None:
    """What a record says of the sheet's set-up; one that is too short says nothing."""
    if kind == _COLUMN and len(body) >= 17:
        first, last, width = struct.unpack_from("<III", body)
        if body[16] & 1 or not width:
            hide(layout.hidden_columns, first, last)
    elif kind == _MERGED and len(body) >= 16:
        top, bottom, left, right = struct.unpack_from("<IIII", body)
        layout.merge((top, left, bottom, right))
    elif kind == _CHECK and len(body) >= 8 and body[0] & 0xF in CHECKS:
        for number in range(min(struct.unpack_from("<I", body, 4)[0], (len(body) - 8) // 16)):
            top, bottom, left, right = struct.unpack_from("<IIII", body, 8 + 16 * number)
            layout.check(CHECKS[body[0] & 0xF], (top, left, bottom, right))
    elif kind in (_PROTECTION, _PROTECTION_ISO):
        layout.protected = True
    elif kind == _FILTER:
        layout.filtered = True


def _notes(archive: zipfile.ZipFile, part: str, names: set[str], layout: Layout) -> None:
    """The notes of a sheet, from the part that its relations name."""
    folder, _, name = part.rpartition("/")
    if f"{folder}/_rels/{name}.rels" not in names:
        return
    for target in relations(archive, part).values():
        if "comments" not in target.rpartition("/")[2] or not target.endswith(".bin") or target not in names:
            continue
        place = (0, 0)
        for kind, body in _records(archive.read(target)):
            if kind == _COMMENT and len(body) >= 20:
                top, _, left = struct.unpack_from("<III", body, 4)
                place = (top, left)
            elif kind == _COMMENT_TEXT and len(body) >= 5:
                layout.comment(place, _wide(body, 1)[0])
