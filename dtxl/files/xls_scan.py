"""What the records of an .xls (BIFF8 or BIFF5, Excel 5 to 2003) say beside its values.

Record layouts: [MS-XLS]; property sets: [MS-OLEPS]. calamine gives '' for error cells and nothing of formulas.
"""

import io
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import olefile

from dtxl.files.raw_book import ERROR_TEXTS, Fault, RawBook, Scan, Unreadable
from dtxl.files.xls_layout import LayoutRecords, font_name
from dtxl.files.xlsx_scan import shows_percent

_BOF, _EOF, _SHEET, _FORMULA, _BOOLERR, _NAME, _FORMAT, _XF, _STRING, _FONT = (
    0x809, 0x0A, 0x85, 0x06, 0x205, 0x18, 0x41E, 0xE0, 0x207, 0x31,
)  # fmt: skip
_LABEL, _LABEL_SST, _RSTRING, _NUMBER, _RK, _MULRK, _BLANK, _MULBLANK = (
    0x204, 0xFD, 0xD6, 0x203, 0x27E, 0xBD, 0x201, 0xBE,
)  # fmt: skip
_FILEPASS, _SUPBOOK = 0x2F, 0x1AE
_CELLS = {_LABEL, _LABEL_SST, _RSTRING, _NUMBER, _RK, _BOOLERR, _FORMULA, _BLANK}
_USER_PROPERTIES = bytes.fromhex("05d5cdd59c2e1b10939708002b2cf9ae")
_PTG_STR = 0x17
_MAX_RECORDS = 5_000_000


def look(content: bytes) -> tuple[RawBook, dict[str, Scan]]:
    """The workbook without its sheets, and the scan of each sheet by name."""
    with olefile.OleFileIO(io.BytesIO(content)) as container:
        stream = "Workbook" if container.exists("Workbook") else "Book"
        records = container.openstream(stream).read()
        macros = container.exists("_VBA_PROJECT_CUR") or container.exists("VBA")
        summary = "\x05DocumentSummaryInformation"
        properties = _properties(container.openstream(summary).read()) if container.exists(summary) else {}
    found = _globals(records)
    scans: dict[str, Scan] = {}
    for name, offset, hidden in found.places:
        if name in scans:
            raise Unreadable(Fault.DAMAGED, f"two sheets are called {name!r}")
        scans[name] = _sheet(records, offset, found)
        scans[name].layout.hidden = hidden
    extras = frozenset({kind for kind, there in (("macros", macros), ("links", found.outside)) if there})
    return RawBook({}, properties, found.names, "xls", extras), scans


@dataclass
class _Globals:
    """What the workbook says of all its sheets: worksheets with their places and whether they are hidden, defined names
    of text, styles shown as percentages, fonts of old encodings by style, links to other files."""

    places: list[tuple[str, int, bool]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    percents: frozenset[int] = frozenset()
    fonts: Mapping[int, str] = field(default_factory=dict)
    outside: bool = False


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """(type, body) of each record until the end of the substream that begins at `start`."""
    place = start
    for _ in range(_MAX_RECORDS):
        if place + 4 > len(stream):
            return
        kind, length = struct.unpack_from("<HH", stream, place)
        if kind == _EOF:
            return
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _globals(stream: bytes) -> _Globals:
    found = _Globals()
    formats, styles, fonts = {9, 10}, [], []  # the built-in 0% and 0.00%
    wide = True
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise Unreadable(Fault.PASSWORD, "FILEPASS record")
        if kind == _BOF and len(body) >= 2:
            wide = struct.unpack_from("<H", body)[0] >= 0x600
        elif kind == _SHEET and len(body) > 7 and body[5] == 0:
            place = struct.unpack_from("<I", body)[0]
            found.places.append((_short_text(body, 6, wide), place, bool(body[4] & 3)))
        elif kind == _NAME and len(body) > 15:
            found.names.update(_name(body, wide))
        elif kind == _FORMAT and len(body) > 4:
            code = _text(body, 4, struct.unpack_from("<H", body, 2)[0]) if wide else _short_text(body, 2, wide)
            if shows_percent(code):
                formats.add(struct.unpack_from("<H", body)[0])
        elif kind == _FONT:
            fonts.append(font_name(body, wide))
        elif kind == _XF and len(body) >= 4:
            styles.append(struct.unpack_from("<HH", body))
        elif kind == _SUPBOOK and len(body) > 4 and body[2:4] not in (b"\x01\x04", b"\x01\x3a"):
            found.outside = True  # not of this workbook itself, not an add-in
    found.percents = frozenset(n for n, (_, f) in enumerate(styles) if f in formats)
    if any(fonts):
        fonts.insert(4, "")  # there is no font of index 4
        found.fonts = {n: fonts[f] for n, (f, _) in enumerate(styles) if f < len(fonts) and fonts[f]}
    return found


def _text(body: bytes, place: int, length: int) -> str:
    """A BIFF8 string: a byte of options, then characters of one byte or two."""
    if body[place] & 1:
        return body[place + 1 : place + 1 + 2 * length].decode("utf-16-le", "replace")
    return body[place + 1 : place + 1 + length].decode("latin-1")


def _short_text(body: bytes, place: int, wide: bool) -> str:
    if wide:
        return _text(body, place + 1, body[place])
    return body[place + 1 : place + 1 + body[place]].decode("cp1252", "replace")


def _name(body: bytes, wide: bool) -> dict[str, str]:
    """A defined name whose whole formula is one text, as `"text"`; others are not needed."""
    length, size = body[3], struct.unpack_from("<H", body, 4)[0]
    if not wide or length == 0:
        return {}
    name = _text(body, 14, length)
    formula = body[15 + length * (2 if body[14] & 1 else 1) :][:size]
    if len(formula) < 3 or formula[0] != _PTG_STR:
        return {}
    text = _text(formula, 2, formula[1])
    whole = 3 + formula[1] * (2 if formula[2] & 1 else 1) == len(formula)
    return {name: '"' + text.replace('"', '""') + '"'} if whole else {}


def _sheet(stream: bytes, offset: int, known: _Globals) -> Scan:
    scan = Scan()
    layout = LayoutRecords(scan.layout)
    waiting: tuple[int, int] | None = None  # a formula whose text result comes in the next record
    for kind, body in _records(stream, offset):
        if kind == _STRING and waiting:
            scan.filled += len(body) > 3
            waiting = None
        elif kind in (_MULRK, _MULBLANK) and len(body) >= 6:
            row, first, last = *struct.unpack_from("<HH", body), struct.unpack_from("<H", body, len(body) - 2)[0]
            scan.reach(row, max(first, last))
            if kind == _MULRK:
                for number, column in enumerate(range(first, last + 1)):
                    _style(scan, row, column, body[4 + 6 * number : 6 + 6 * number], known)
                scan.filled += max(0, last - first + 1)
        elif kind in _CELLS and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            scan.reach(row, column)
            _style(scan, row, column, body[4:6], known)
            waiting = _cell(scan, kind, body, (row, column))
        else:
            layout.take(kind, body)
    return scan


def _style(scan: Scan, row: int, column: int, style: bytes, known: _Globals) -> None:
    if len(style) == 2:
        index = struct.unpack("<H", style)[0]
        if index in known.percents:
            scan.percents.add((row, column))
        if index in known.fonts:
            scan.layout.fonts[row, column] = known.fonts[index]


def _cell(scan: Scan, kind: int, body: bytes, place: tuple[int, int]) -> tuple[int, int] | None:
    """Note one cell; its place where the text of its formula is still to come."""
    if kind == _BOOLERR and len(body) >= 8:
        if body[7]:
            scan.errors[place] = ERROR_TEXTS.get(body[6], "#?")
        else:
            scan.filled += 1
    elif kind == _FORMULA and len(body) >= 14:
        scan.formulas[place] = True
        if body[12:14] != b"\xff\xff":
            scan.filled += 1
        elif body[6] == 2:
            scan.errors[place] = ERROR_TEXTS.get(body[8], "#?")
        elif body[6] == 1:
            scan.filled += 1
        elif body[6] == 0:
            return place
    elif kind not in (_BLANK, _BOOLERR, _FORMULA):
        scan.filled += 1
    return None


def _properties(stream: bytes) -> dict[str, str]:
    """The custom properties that are texts; {} where the property set is not as it should be."""
    try:
        count = struct.unpack_from("<I", stream, 24)[0]
        for number in range(min(count, 4)):
            identifier = stream[28 + 20 * number : 44 + 20 * number]
            if identifier == _USER_PROPERTIES:
                return _user_section(stream, struct.unpack_from("<I", stream, 44 + 20 * number)[0])
    except (struct.error, IndexError, LookupError):
        return {}  # the identity stands in two more places
    return {}


def _user_section(stream: bytes, start: int) -> dict[str, str]:
    count = min(struct.unpack_from("<I", stream, start + 4)[0], 1000)
    places = dict(struct.unpack_from("<II", stream, start + 8 + 8 * n) for n in range(count))
    page = 1252
    if 1 in places:
        page = struct.unpack_from("<H", stream, start + places[1] + 4)[0]
    names: dict[int, str] = {}
    if 0 in places:
        place = start + places[0]
        entries = min(struct.unpack_from("<I", stream, place)[0], 1000)
        place += 4
        for _ in range(entries):
            number, length = struct.unpack_from("<II", stream, place)
            size = length * 2 if page == 1200 else length
            names[number] = _decoded(stream[place + 8 : place + 8 + size], page)
            place += 8 + (size + 3 & ~3 if page == 1200 else size)
    found = {}
    for number, name in names.items():
        if number not in places:
            continue
        kind, length = struct.unpack_from("<II", stream, start + places[number])
        value = start + places[number] + 8
        if kind == 0x1E:  # VT_LPSTR
            found[name] = _decoded(stream[value : value + (length * 2 if page == 1200 else length)], page)
        elif kind == 0x1F:  # VT_LPWSTR
            found[name] = _decoded(stream[value : value + 2 * length], 1200)
    return found


def _decoded(text: bytes, page: int) -> str:
    codec = {1200: "utf-16-le", 65001: "utf-8"}.get(page, f"cp{page}")
    return text.decode(codec, "replace").split("\x00")[0]
