"""Reading a workbook that staff keep (openpyxl): true addresses, typed values, what a formula left behind.

Other than a returned form, such a workbook is edited by the office itself: its cells are read as typed values (a date
is a date, a number formatted as a percentage says so), and formulas are taken by their stored results.
"""

import datetime
import warnings
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from dtxl.core.errors import SourceError
from dtxl.model.form import cell_name

MAX_BYTES = 50 * 2**20  # on disk
MAX_INFLATED = 512 * 2**20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

CellValue = str | int | float | bool | datetime.date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not blank; `row` and `column` are zero-based.

    `value` is text as it stands there (line ends as a line feed), a number, a truth value or a date (a time of day is
    dropped). It is None where `error` ("#REF!") or `unsolved` (a formula without a stored result) says why.
    """

    row: int
    column: int
    value: CellValue
    percent: bool = False  # the number is formatted as a percentage: 0.85 is shown as 85%
    error: str = ""
    unsolved: bool = False

    @property
    def address(self) -> str:
        """ "H12"."""
        return cell_name(self.row, self.column)


def read_cells(path: Path) -> dict[str, list[list[Cell]]]:
    """Sheet name → rows that are not blank, top to bottom → their cells that are not blank, left to right.

    Every cell carries its true address. Raises SourceError, in Vietnamese, for whatever is not a readable .xlsx/.xlsm.
    """
    content = _content(path)
    try:
        # The library warns of what it would lose on saving; nothing is saved here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            formulas = _formulas(content) if _has_formulas(content) else set()
            return _cells(content, formulas)
    except SourceError:
        raise
    except Exception as error:  # damage shows itself in many classes; each means the same to staff
        raise SourceError(
            f"Không đọc được tệp Excel {path}: tệp hỏng hoặc không phải .xlsx. Hãy mở tệp bằng Excel và lưu lại dạng "
            f"Excel Workbook (.xlsx). Chi tiết: {type(error).__name__}: {error}"
        ) from error


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise SourceError(f"Tệp {path} quá lớn ({size // 2**20} MB); tối đa {MAX_BYTES // 2**20} MB.")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise SourceError(f"Không có tệp {path}.") from error
    except OSError as error:
        raise SourceError(f"Không mở được tệp {path}: {error.strerror or error}") from error
    if not content:
        raise SourceError(f"Tệp {path} rỗng (0 byte).")
    if content.startswith(_OLE):
        raise SourceError(
            f"Tệp {path} có mật khẩu hoặc ở dạng .xls cũ. Hãy bỏ mật khẩu và lưu lại dạng Excel Workbook (.xlsx)."
        )
    if not zipfile.is_zipfile(BytesIO(content)):
        raise SourceError(f"Tệp {path} không phải là tệp Excel (.xlsx). Hãy lưu lại dạng Excel Workbook (.xlsx).")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_INFLATED:
            raise SourceError(f"Tệp {path} quá lớn khi giải nén.")
    return content


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        # A prefix of the namespace ("<x:f>") is allowed, so look for both.
        return any(b"<f" in (xml := archive.read(name)) or b":f>" in xml or b":f " in xml for name in sheets)


def _sheets(content: bytes, *, data_only: bool) -> dict[str, list[Any]]:
    """Sheet name → the library's own cells, in order."""
    book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=data_only)
    try:
        out = {}
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # the declared size may be wrong
            # Filler cells between two real ones have no address.
            out[sheet.title] = [c for row in sheet.iter_rows() for c in row if getattr(c, "column", None) is not None]
        return out
    finally:
        book.close()


def _formulas(content: bytes) -> set[tuple[str, int, int]]:
    sheets = _sheets(content, data_only=False)
    return {(name, c.row, c.column) for name, cells in sheets.items() for c in cells if c.data_type == "f"}


def _cells(content: bytes, formulas: set[tuple[str, int, int]]) -> dict[str, list[list[Cell]]]:
    out: dict[str, list[list[Cell]]] = {}
    for name, cells in _sheets(content, data_only=True).items():
        rows: dict[int, list[Cell]] = {}
        for raw in cells:
            if raw.value is not None and raw.value != "":
                rows.setdefault(raw.row, []).append(_cell(raw))
            elif raw.data_type == "n" and (name, raw.row, raw.column) in formulas:
                # A formula whose result is an empty text has the type of a text; this one was never computed.
                rows.setdefault(raw.row, []).append(Cell(raw.row - 1, raw.column - 1, None, unsolved=True))
        out[name] = list(rows.values())
    return out


def _cell(raw: Any) -> Cell:
    row, column, value = raw.row - 1, raw.column - 1, raw.value
    if raw.data_type == "e":
        return Cell(row, column, None, error=str(value))
    if isinstance(value, datetime.datetime):
        return Cell(row, column, value.date())
    if isinstance(value, bool | int | float | datetime.date):
        return Cell(row, column, value, percent="%" in (raw.number_format or "") and not isinstance(value, bool))
    # Excel writes a carriage return in a cell as "_x000D_"; the library leaves it so.
    text = str(value).replace("_x000D_", "\r").replace("\r\n", "\n").replace("\r", "\n")
    return Cell(row, column, text)
