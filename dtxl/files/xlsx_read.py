"""Reading a returned workbook of any format: looked at first, values by calamine, a second reader where that fails.

calamine gives values with true addresses only through `to_python(skip_empty_area=False)`, and '' for error cells; it
believes a sheet's coordinates, so that one cell in XFD1048576 asks for hundreds of gigabytes. So a scan of the file's
own records comes first: it bounds the coordinates, and it sees what calamine does not say (errors, formulas, formulas
without a result, percentages). Where calamine gives fewer filled cells than the scan saw, openpyxl reads too.
"""

import io
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum

from dtxl.files import ods_scan, xls_scan, xlsb_scan
from dtxl.files.kinds import Kind, kind_of
from dtxl.files.raw_book import (
    ARCHIVE_OF_FILES,
    MAX_BYTES,
    Fault,
    RawBook,
    Scalar,
    Scan,
    Sheet,
    Unreadable,
    scalar,
    show_cell,
    trimmed,
)
from dtxl.files.xlsx_scan import (
    custom_properties,
    defined_names,
    extras_of,
    hidden_sheets,
    parse,
    refuse_bombs,
    refuse_false_counts,
    scan_sheet,
    sheet_parts,
    styles_of,
)

__all__ = ["MAX_BYTES", "Fault", "RawBook", "Scalar", "Sheet", "Unreadable", "read_workbook", "show_cell"]


def read_workbook(content: bytes) -> RawBook:
    """Read .xlsx, .xlsm, .xlsb, .xls or .ods from its bytes. Raises Unreadable, and nothing else, for what is none."""
    kind = kind_of(content)
    if kind is Kind.ZIP:
        raise Unreadable(Fault.ARCHIVE, ARCHIVE_OF_FILES, "tệp nén .zip chứa các tệp khác")
    try:
        book, scans = _LOOKS[kind](content)
    except Unreadable:
        raise
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        raise Unreadable(Fault.DAMAGED, f"{kind} scan: {type(error).__name__}: {error}") from error
    sheets = _values(content, kind, scans)
    if not sheets:
        raise Unreadable(Fault.DAMAGED, "no sheets", "tệp không có sheet nào")
    for name, rows in sheets.items():
        scan = scans.get(name, Scan())
        for row, column in scan.booleans:
            if row < len(rows) and column < len(rows[row]) and rows[row][column] is not None:
                rows[row][column] = bool(rows[row][column])  # calamine gives 1.0 for an OpenDocument's TRUE
        for place in scan.errors:
            if place[0] < len(rows) and place[1] < len(rows[place[0]]):
                rows[place[0]][place[1]] = None
        book.sheets[name] = Sheet(name, trimmed(rows), scan.errors, scan.formulas, scan.percents, scan.layout)
    return book


_Look = tuple[RawBook, dict[str, Scan]]


def _look_xlsx(content: bytes) -> _Look:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        refuse_bombs(archive)
        names = set(archive.namelist())
        refuse_false_counts(archive, names)
        styles, workbook = styles_of(archive, names), parse(archive, "xl/workbook.xml")
        parts = sheet_parts(archive, workbook)
        scans = {
            name: scan_sheet(archive, part, styles)
            for name, part in parts.items()
            if part in names and not part.endswith(".bin") and "/chartsheets/" not in part
        }
        for name in hidden_sheets(workbook) & scans.keys():
            scans[name].layout.hidden = True
        properties = custom_properties(archive) if "docProps/custom.xml" in names else {}
        return RawBook({}, properties, defined_names(workbook), "xlsx", extras_of(names)), scans


_LOOKS: dict[Kind, Callable[[bytes], _Look]] = {
    Kind.XLSX: _look_xlsx,
    Kind.XLSB: xlsb_scan.look,
    Kind.XLS: xls_scan.look,
    Kind.ODS: ods_scan.look,
}


def _values(content: bytes, kind: Kind, scans: dict[str, Scan]) -> dict[str, list[list[Scalar]]]:
    """Sheet name → rows of values, by the reader that sees more."""
    fault = "no sheets"
    found: dict[str, list[list[Scalar]]] = {}
    try:
        found = _by_calamine(content)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of the Rust side is a BaseException and must not end the batch
        fault = f"calamine: {type(error).__name__}: {error}"
    lacking = [n for n, scan in scans.items() if n not in found or _filled(found[n]) < scan.filled]
    if kind is not Kind.XLSX or (found and not lacking):
        if not found:
            raise Unreadable(Fault.DAMAGED, fault)
        return found
    try:
        second = _by_openpyxl(content)
    except Exception as error:  # as above
        if found:
            return found
        raise Unreadable(Fault.DAMAGED, f"{fault}; openpyxl: {type(error).__name__}: {error}") from error
    for name in [*second] if not found else lacking:
        if name in second and _filled(second[name]) > _filled(found.get(name, [])):
            found[name] = second[name]
        elif name in second:
            found.setdefault(name, second[name])
    return found


def _by_calamine(content: bytes) -> dict[str, list[list[Scalar]]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    found = {}
    for sheet in workbook.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            found[sheet.name] = [[scalar(v) for v in row] for row in rows]
    return found


def _by_openpyxl(content: bytes) -> dict[str, list[list[Scalar]]]:
    """The second reader; error cells come as texts and are cleared by the scan."""
    import openpyxl  # slow to load, and few files need it

    found: dict[str, list[list[Scalar]]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl would lose on saving; nothing is saved
        book: Any = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            for page in book.worksheets:
                page.reset_dimensions()  # the declared size lies: cells outside would be lost without a word
                found[page.title] = [[scalar(v) for v in row] for row in page.iter_rows(values_only=True)]
        finally:
            book.close()
    return found


def _filled(rows: list[list[Scalar]]) -> int:
    return sum(value is not None for row in rows for value in row)
