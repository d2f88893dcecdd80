"""Files made to kill their reader, each with the outcomes that are right.

An outcome is "read" or the code of the fault. Where two are right (a library may refuse what it need not), both stand.
Their names in Vietnamese stand in kit.toml.
"""

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

Attack = tuple[str, bytes, frozenset[str]]
SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
DAMAGED, TOO_LARGE = frozenset({"A01"}), frozenset({"A10"})
EITHER, ANY = DAMAGED | TOO_LARGE, frozenset({"A01", "A10", "read"})
READ = frozenset({"read"})


def package(parts: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def parts(rows: str = "", *, head: str = "", **more: bytes | str) -> dict[str, bytes | str]:
    """The parts of a smallest workbook whose only sheet holds `rows`."""
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{kinds}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kinds}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name="a" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
        f'Type="{_REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        SHEET: f'{head}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        **more,
    }


def book(rows: str = "", *, head: str = "", **more: bytes | str) -> bytes:
    """The workbook of `parts`."""
    return package(parts(rows, head=head, **more))


def cell(address: str, value: str = "1", more: str = "") -> str:
    """A row with one cell."""
    return f'<row><c r="{address}"{more}><v>{value}</v></c></row>'


def ods(body: str, head: str = "") -> bytes:
    """A smallest OpenDocument spreadsheet."""
    names = " ".join(f'xmlns:{n}="{_ODF}:{n}:1.0"' for n in ("office", "table", "text"))
    content = f"{head}<office:document-content {names}><office:body><office:spreadsheet>{body}"
    return package(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content + "</office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def ods_table(rows: str) -> str:
    return f'<table:table table:name="a">{rows}</table:table>'


def ods_row(cells: str, repeated: object = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def ods_cell(repeated: object = 1, value: str = ' office:value-type="float" office:value="1"') -> str:
    return f'<table:table-cell table:number-columns-repeated="{repeated}"{value}/>'


def record(kind: int, body: bytes = b"") -> bytes:
    """One record of an .xlsb: its type and its length in seven bits a byte ([MS-XLSB] 2.1.4)."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = len(body), b""
    while True:
        length, low = length >> 7, length & 0x7F
        size += bytes([low | 0x80 if length else low])
        if not length:
            return head + size + body


def xlsb(sheet: bytes, workbook: bytes | None = None) -> bytes:
    """An .xlsb whose parts are these records."""
    bundle = record(156, struct.pack("<II", 0, 1) + b"\x03\x00\x00\x00r\x001\x00\x20\x00" + b"\x01\x00\x00\x00a\x00")
    return package(
        {
            "xl/workbook.bin": record(131)
            + record(143)
            + bundle
            + record(144)
            + record(157, b"\x00" * 26)
            + record(132)
            if workbook is None
            else workbook,
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1 " '
            f'Type="{_REL}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def xlsb_sheet(*cells: bytes) -> bytes:
    head = record(129) + record(148, struct.pack("<IIII", 0, 0, 0, 0)) + record(145)
    return head + b"".join(cells) + record(146) + record(130)


def lying_size(content: bytes, part: str, size: int) -> bytes:
    """The directory says `size` for the inflated size of one part."""
    spoilt = bytearray(content)
    place = spoilt.rfind(b"PK\x01\x02", 0, spoilt.rfind(part.encode()))
    struct.pack_into("<I", spoilt, place + 24, size)
    return bytes(spoilt)


def overlapping(copies: int = 300) -> bytes:
    """One packed body that many directory entries point to, each a part of its own (after Fifield, 2019)."""
    name, body = b"xl/workbook.xml", b"\x00" * 20_000_000
    packed = zlib.compress(body, 9)[2:-4]
    sizes = struct.pack("<III", zlib.crc32(body), len(packed), len(body))
    local = (
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00\x00\x00!\x00" + sizes + struct.pack("<HH", len(name), 0) + name + packed
    )
    entries = b""
    for number in range(copies):
        own = name if number == 0 else b"xl/%09d.xml" % number
        entries += b"PK\x01\x02\x14\x00\x14\x00\x00\x00\x08\x00\x00\x00!\x00" + sizes
        entries += struct.pack("<HHHHHII", len(own), 0, 0, 0, 0, 0, 0) + own
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, copies, copies, len(entries), len(local), 0)
    return local + entries + end


def entities(levels: int = 10) -> str:
    """Billion laughs."""
    lines = ['<!ENTITY e0 "ha">', *(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))]
    return f"<!DOCTYPE worksheet [{''.join(lines)}]>"


_OUTSIDE = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_REMOTE = '<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/x.dtd">'
_STRINGS = f'<sst xmlns="{_MAIN}" uniqueCount="{{}}" count="{{}}"><si><t>a</t></si></sst>'
_TEXT = "<c r='A1' t='inlineStr'><is><t>&e9;</t></is></c>"


def attacks() -> Iterator[Attack]:
    """(name, bytes, right outcomes) of every attack on the reader of one workbook."""
    yield from _coordinates()
    yield from _packages()
    yield from _markup()
    yield from _other_formats()


def _coordinates() -> Iterator[Attack]:
    yield "cell in the last corner", book(cell("A1") + cell("XFD1048576")), TOO_LARGE
    yield "only a cell in the last corner", book(cell("XFD1048576")), TOO_LARGE
    yield "cell in the last row", book(cell("A1048576")), READ
    yield "cell in the last column", book(cell("XFD1")), READ
    yield "column beyond the last", book(cell("XFE1")), DAMAGED
    yield "column ZZZZ", book(cell("ZZZZ1")), DAMAGED
    yield "row beyond the last", book(cell("A1048577")), DAMAGED
    yield "cell of row 0", book(cell("A0")), DAMAGED
    yield "row of 20 digits in a cell", book(cell("A" + "9" * 20)), DAMAGED
    yield "row of 20 digits", book(f'<row r="{"9" * 20}"><c><v>1</v></c></row>'), DAMAGED
    yield "row of 5,000 digits", book(f'<row r="{"9" * 5000}"><c><v>1</v></c></row>'), DAMAGED
    yield "row below zero", book('<row r="-5"><c><v>1</v></c></row>'), DAMAGED
    yield "row of Arabic digits", book('<row r="٣"><c><v>1</v></c></row>'), DAMAGED
    yield "address without a row", book(cell("AAA")), DAMAGED
    yield "address of words", book(cell("../../x")), DAMAGED
    diagonal = "".join(
        f'<row r="{n * 900 + 1}"><c r="{column(n * 14)}{n * 900 + 1}"><v>1</v></c></row>' for n in range(1000)
    )
    yield "cells along the diagonal", book(diagonal), TOO_LARGE
    wide = "".join(f"<c r='{column(n)}1'><v>1</v></c>" for n in range(16_384))
    yield "a whole row", book(f"<row r='1'>{wide}</row>"), READ
    yield "more cells than columns", book(f"<row>{'<c><v>1</v></c>' * 16_385}</row>"), DAMAGED
    declared = parts(cell("A1"))
    declared[SHEET] = str(declared[SHEET]).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    yield "declared size of the whole sheet", package(declared), READ
    merged = parts(cell("A1"))
    merged[SHEET] = str(merged[SHEET]).replace(
        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    )
    yield "the whole sheet merged", package(merged), READ
    yield "index of a text that is not there", book(cell("A1", "4294967295", ' t="s"')), ANY
    yield "style that is not there", book(cell("A1", "1", ' s="4294967295"')), ANY
    yield "number of 100,000 digits", book(cell("A1", "9" * 100_000)), ANY
    yield "number that is none", book(cell("A1", "NaN") + cell("A2", "1e999") + cell("A3", "-Infinity")), ANY


def column(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _packages() -> Iterator[Attack]:
    good = book(cell("A1"))
    yield "the smallest workbook", good, READ
    yield (
        "a part that inflates to 270 MB",
        package(parts(cell("A1")) | {"xl/media/a.bin": b"\x00" * 270_000_000}),
        TOO_LARGE,
    )
    yield "one body under 300 names", overlapping(), EITHER
    yield "3,000 parts", package(parts(cell("A1")) | {f"xl/media/{n}": b"" for n in range(3000)}), TOO_LARGE
    yield "sheet of 50 MB of spaces", book(" " * 50_000_000 + cell("A1")), ANY
    yield "a size that lies low", lying_size(good, SHEET, 1), EITHER
    yield "a size that lies high", lying_size(good, SHEET, 0xFFFFFFF0), ANY
    for name, end in (
        ("half of the directory", -40),
        ("no directory", -400),
        ("half", len(good) // 2),
        ("22 bytes", 22),
    ):
        yield f"cut off: {name}", good[:end], DAMAGED
    yield "something before the archive", b"#!/bin/sh\n" * 50 + good, frozenset({"A01", "A02", "read"})
    yield "something behind the archive", good + b"\x00" * 500, ANY
    yield "encrypted parts", encrypted(good), frozenset({"A03"})
    yield (
        "names that lead outside",
        package(parts(cell("A1")) | {"../../../tmp/x": b"x", "/etc/x": b"x", "C:\\x": b"x"}),
        READ,
    )
    two = package(parts(cell("A1")) | {SHEET.replace("1", "2"): str(parts(cell("A1", "2"))[SHEET])})
    yield "two parts of one name", two.replace(SHEET.replace("1", "2").encode(), SHEET.encode()), DAMAGED
    yield "no sheet part", package({k: v for k, v in parts().items() if k != SHEET}), EITHER
    yield "no relations", package({k: v for k, v in parts().items() if "_rels/workbook" not in k}), DAMAGED
    loop = parts(cell("A1"))
    loop["xl/_rels/workbook.xml.rels"] = str(loop["xl/_rels/workbook.xml.rels"]).replace(
        "worksheets/sheet1.xml", "workbook.xml"
    )
    yield "a sheet that is the workbook itself", package(loop), ANY
    far = parts(cell("A1"))
    far["xl/_rels/workbook.xml.rels"] = str(far["xl/_rels/workbook.xml.rels"]).replace(
        "worksheets/sheet1.xml", "../../../etc/passwd"
    )
    yield "a sheet outside the package", package(far), EITHER
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, 2_000))
    many = f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{sheets}</sheets></workbook>'
    yield "2,000 sheets of one part", package(parts(cell("A1")) | {"xl/workbook.xml": many}), ANY
    yield (
        "no sheets at all",
        package(parts() | {"xl/workbook.xml": f'<workbook xmlns="{_MAIN}"><sheets/></workbook>'}),
        DAMAGED,
    )
    yield "an empty workbook part", package(parts() | {"xl/workbook.xml": b""}), DAMAGED


def encrypted(content: bytes) -> bytes:
    """Every entry says that it is encrypted."""
    spoilt = bytearray(content)
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for match in re.finditer(re.escape(mark), content):
            spoilt[match.start() + flag] |= 1
    return bytes(spoilt)


def _markup() -> Iterator[Attack]:
    yield "billion laughs", book(f"<row r='1'>{_TEXT}</row>", head=entities()), ANY
    yield (
        "billion laughs in the workbook",
        package(parts() | {"xl/workbook.xml": entities() + "<workbook>&e9;</workbook>"}),
        DAMAGED,
    )
    yield (
        "quadratic blow-up",
        book(
            f"<row r='1'><c r='A1' t='inlineStr'><is><t>{'&a;' * 20_000}</t></is></c></row>",
            head=f'<!DOCTYPE worksheet [<!ENTITY a "{"x" * 20_000}">]>',
        ),
        ANY,
    )
    inline = "<row r='1'><c r='A1' t='inlineStr'><is><t>&x;</t></is></c></row>"
    yield "an entity that reads a file", book(inline, head=_OUTSIDE), ANY
    yield "a document type from the net", book(cell("A1"), head=_REMOTE), ANY
    yield "elements 100,000 deep", book("<x>" * 100_000 + "</x>" * 100_000), DAMAGED
    yield "elements 100,000 deep in the workbook", package(parts() | {"xl/workbook.xml": "<x>" * 100_000}), DAMAGED
    yield "an element of 100,000 attributes", book("<row " + " ".join(f"a{n}='1'" for n in range(100_000)) + "/>"), ANY
    yield "a tag that never ends", book("<row" + " " * 20_000_000), DAMAGED
    yield "a text of 30 MB", book(cell("A1", "x" * 30_000_000, ' t="str"')), EITHER
    yield "a million comments", book("<!-- -->" * 1_000_000 + cell("A1")), READ
    yield (
        "markup in UTF-16",
        package(parts() | {"xl/workbook.xml": str(parts()["xl/workbook.xml"]).encode("utf-16")}),
        ANY,
    )
    yield (
        "bytes that are no UTF-8",
        book("<row r='1'><c r='A1' t='str'><v>\udcff</v></c></row>".replace("\udcff", "\x00")),
        DAMAGED,
    )
    for number in (2**32, 2**63, 10**30):
        counts = _STRINGS.format(number, number)
        yield (
            f"uniqueCount {number}",
            package(parts(cell("A1", "0", ' t="s"')) | {"xl/sharedStrings.xml": counts}),
            DAMAGED,
        )
    spaced = _STRINGS.replace("uniqueCount=", f"{' ' * 70_000}uniqueCount=").format(2**32, 2**32)
    yield "uniqueCount behind spaces", package(parts(cell("A1", "0", ' t="s"')) | {"xl/sharedStrings.xml": spaced}), ANY
    styles = f'<styleSheet xmlns="{_MAIN}"><cellXfs count="4294967295"><xf numFmtId="0"/></cellXfs></styleSheet>'
    yield "4,294,967,295 styles", package(parts(cell("A1")) | {"xl/styles.xml": styles}), DAMAGED
    shared = "<row r='1'><c r='A1'><f t='shared' ref='A1:XFD1048576' si='4294967295'>A1+1</f><v>1</v></c></row>"
    yield "a shared formula over the whole sheet", book(shared), ANY
    date_cell = cell("A1", "9" * 18, ' s="0"')
    dates = f'<styleSheet xmlns="{_MAIN}"><cellXfs count="1"><xf numFmtId="14"/></cellXfs></styleSheet>'
    yield "a date in the year 10^15", book(date_cell, **{"xl/styles.xml": dates}), ANY
    yield "a date before time", package(parts(cell("A1", "-99999999", ' s="0"')) | {"xl/styles.xml": dates}), ANY


def _other_formats() -> Iterator[Attack]:
    one = ods_cell()
    yield "ods: the smallest", ods(ods_table(ods_row(one))), READ
    yield "ods: a row a million times", ods(ods_table(ods_row(one, 1_048_576))), TOO_LARGE
    yield "ods: the whole sheet", ods(ods_table(ods_row(ods_cell(16_384), 1_048_576))), TOO_LARGE
    yield "ods: rows 10^9 times", ods(ods_table(ods_row(one, 10**9))), DAMAGED
    yield "ods: cells 10^30 times", ods(ods_table(ods_row(ods_cell(10**30)))), DAMAGED
    yield "ods: cells -1 times", ods(ods_table(ods_row(ods_cell(-1)))), DAMAGED
    yield "ods: blank rows before the last", ods(ods_table(ods_row(ods_cell(1, ""), 1_048_575) + ods_row(one))), ANY
    yield (
        "ods: blank rows without end",
        ods(ods_table(ods_row(ods_cell(1, ""), 1_048_576) * 50 + ods_row(one))),
        DAMAGED,
    )
    yield "ods: blank cells without end", ods(ods_table(ods_row(ods_cell(16_384, "") * 1000))), ANY
    yield "ods: tables 10,000 deep", ods("<table:table>" * 10_000), DAMAGED
    yield "ods: billion laughs", ods("&e9;", entities()), DAMAGED
    spaces = '<text:p><text:s text:c="4294967295"/>a</text:p></table:table-cell>'
    spaces = '<table:table-cell office:value-type="string">' + spaces
    yield "ods: four billion spaces", ods(ods_table(ods_row(spaces))), ANY
    real = record(5, struct.pack("<II", 0, 0) + struct.pack("<d", 1))
    row = record(0, b"\x00" * 17)
    yield "xlsb: the smallest", xlsb(xlsb_sheet(row, real)), READ
    yield "xlsb: a row of four billion", xlsb(xlsb_sheet(record(0, b"\xff" * 17), real)), DAMAGED
    corner = record(5, struct.pack("<II", 16_383, 0) + struct.pack("<d", 1))
    yield (
        "xlsb: the last corner",
        xlsb(xlsb_sheet(row, real, record(0, struct.pack("<I", 1_048_575) + b"\x00" * 13), corner)),
        TOO_LARGE,
    )
    yield "xlsb: a record of 268 MB", xlsb(b"\x05\xff\xff\xff\x7f"), DAMAGED
    yield "xlsb: a text of four billion", xlsb(xlsb_sheet(row, record(6, b"\x00" * 8 + b"\xf0\xff\xff\xff"))), DAMAGED
    yield "xlsb: an empty workbook", xlsb(xlsb_sheet(row), b""), DAMAGED
    yield "xlsb: noise", xlsb(random.Random(1).randbytes(5000)), DAMAGED
