"""A workbook written as .xlsb, record by record ([MS-XLSB]): no program at hand writes that format."""

import io
import struct
import zipfile
from datetime import datetime
from xml.sax.saxutils import quoteattr

import openpyxl

from dtxl.simulate.attacks import record

_ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _name(name: str, text: str) -> bytes:
    formula = b"\x17" + struct.pack("<H", len(text)) + text.encode("utf-16-le")
    return record(
        39, b"\x00" * 5 + struct.pack("<I", 0xFFFFFFFF) + wide(name) + struct.pack("<I", len(formula)) + formula
    )


def _cell(column: int, value: object, style: int) -> bytes:
    head = struct.pack("<II", column, style)
    if isinstance(value, bool):
        return record(4, head + bytes([value]))
    if isinstance(value, datetime):
        value = (value - datetime(1899, 12, 30)).days
    if isinstance(value, int | float):
        return record(5, head + struct.pack("<d", value))
    if value in _ERRORS:
        return record(3, head + bytes([_ERRORS[str(value)]]))
    return record(6, head + wide(str(value)))


def _sheet(page: object) -> bytes:
    last, width = page.max_row - 1, page.max_column - 1  # type: ignore[attr-defined]
    out = record(129) + record(148, struct.pack("<IIII", 0, last, 0, width)) + record(145)
    for number, row in enumerate(page.iter_rows(), 0):  # type: ignore[attr-defined]
        cells = [c for c in row if c.value is not None and c.data_type != "f"]
        if cells:
            out += record(0, struct.pack("<I", number) + b"\x00" * 13)
            for c in cells:
                style = 1 if c.is_date else 2 if "%" in c.number_format and '"' not in c.number_format else 0
                out += _cell(c.column - 1, c.value, style)
    return out + record(146) + record(130)


def as_xlsb(content: bytes) -> bytes:
    """The values of an .xlsx, its defined texts and its custom properties, as .xlsb; formulas are left out."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets = {f"xl/worksheets/sheet{n}.bin": _sheet(page) for n, page in enumerate(book.worksheets, 1)}
    bundle = b"".join(
        record(156, struct.pack("<II", 0, n) + wide(f"rId{n}") + wide(page.title))
        for n, page in enumerate(book.worksheets, 1)
    )
    texts = {n: d.attr_text[1:-1] for n, d in book.defined_names.items() if str(d.attr_text).startswith('"')}
    names = b"".join(_name(name, text) for name, text in texts.items())
    formats = b"".join(record(47, struct.pack("<HH", 0, f) + b"\x00" * 12) for f in (0, 14, 9))
    types = '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    links = "".join(
        f'<Relationship Id="rId{n}" Type={quoteattr(_OFFICE + "/worksheet")} Target="worksheets/sheet{n}.bin"/>'
        for n in range(1, len(sheets) + 1)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("[Content_Types].xml", f"<Types>{types}</Types>")
        target.writestr(
            "xl/workbook.bin",
            record(131) + record(143) + bundle + record(144) + names + record(157, b"\x00" * 26) + record(132),
        )
        target.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{_RELATIONS}">{links}<Relationship Id="s" Type="{_OFFICE}/styles" '
            'Target="styles.bin"/></Relationships>',
        )
        target.writestr(
            "xl/styles.bin", record(278) + record(617, struct.pack("<I", 3)) + formats + record(618) + record(279)
        )
        for part, body in sheets.items():
            target.writestr(part, body)
        if "docProps/custom.xml" in source.namelist():
            target.writestr("docProps/custom.xml", source.read("docProps/custom.xml"))
    return out.getvalue()
