"""A workbook that holds a list of indicators: each visible sheet as a table of texts, as they look on the screen."""

import io
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from dtxl.core.errors import SourceError
from dtxl.files.flow import MAX_COLUMNS, Flow, FlowCell, FlowRow, FlowTable, FlowText
from dtxl.files.xlsx_read import Fault, Unreadable, read_workbook

MAX_ROWS = 20_000  # of a sheet; a list of indicators has some hundred
_WHY = {
    Fault.PASSWORD: "có mật khẩu. Hãy bỏ mật khẩu rồi lưu lại.",
    Fault.FORMAT: "không phải sổ tính Excel (.xlsx). Hãy mở bằng Excel và lưu lại thành .xlsx.",
    Fault.ARCHIVE: "là tệp nén. Hãy giải nén và chọn tệp .xlsx ở trong.",
    Fault.TOO_LARGE: "quá lớn, không được đọc.",
    Fault.EMPTY: "trống (0 byte), có thể đã hỏng khi sao chép. Hãy chép lại tệp.",
}
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_DIGITS = re.compile(r"[#0?][#0?,. ]*")


def read_sheets(path: Path) -> tuple[Flow, ...]:
    """A FlowTable for each visible sheet with something in it; hidden columns and empty rows left out.

    Raises SourceError (Vietnamese) for a file that is damaged, locked or no workbook, and where a formula of a visible
    sheet has no stored result (the file was made by a program and never opened in Excel).
    """
    import openpyxl  # slow to load, and few commands need it

    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"Không mở được tệp {path}: {error.strerror or error}") from error
    try:
        raw = read_workbook(content)  # looks at the archive first: openpyxl believes whatever it says
        if raw.kind != "xlsx":
            raise Unreadable(Fault.FORMAT, raw.kind)  # read in returns, not here: only openpyxl gives number formats
    except Unreadable as error:
        raise SourceError(
            f"Tệp {path.name} {_WHY.get(error.fault, 'bị hỏng. Hãy mở bằng Excel và lưu lại.')}"
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl would lose on saving; nothing is saved
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        found: list[Flow] = []
        missing = ""
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                formulas = raw.sheets[sheet.title].formulas if sheet.title in raw.sheets else {}
                missing = missing or next((sheet.title for stored in formulas.values() if not stored), "")
                rows = tuple(_rows(sheet))
                found += [FlowTable(rows)] if rows else []
        book.close()
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        raise SourceError(f"Tệp {path.name} bị hỏng. Hãy mở bằng Excel và lưu lại.") from error
    if missing:
        raise SourceError(
            f"Tệp {path.name}, trang “{missing}” có công thức chưa được tính. Hãy mở bằng Excel, lưu lại rồi đọc lại."
        )
    return tuple(found)


def _rows(sheet: Any) -> Iterator[FlowRow]:
    covered: dict[tuple[int, int], bool] = {}  # (row, column) → whether the cell above goes on in it
    for area in sheet.merged_cells.ranges:
        for line in range(area.min_row, min(area.max_row, area.min_row + MAX_ROWS) + 1):
            for column in range(area.min_col, min(area.max_col, MAX_COLUMNS) + 1):
                if (line, column) != (area.min_row, area.min_col):
                    covered[line, column] = column == area.min_col
    last = min(sheet.max_column or 0, MAX_COLUMNS)
    hidden = {c for c in range(1, last + 1) if _hidden(sheet, c)}
    read: list[tuple[int, list[tuple[str, bool]]]] = []
    for number, cells in enumerate(sheet.iter_rows(max_row=min(sheet.max_row or 0, MAX_ROWS), max_col=last or 1), 1):
        row = [
            ("", covered[number, c]) if (number, c) in covered else (show(cell.value, cell.number_format), False)
            for c, cell in enumerate(cells, 1)
            if c not in hidden
        ]
        if any(text for text, _ in row):
            read.append((number, row))
    used = [i for _, row in read for i, (text, merged) in enumerate(row) if text or merged]
    first, end = min(used, default=0), max(used, default=-1) + 1
    for number, row in read:
        made = tuple(FlowCell((FlowText(text),) if text else (), merged) for text, merged in row[first:end])
        yield FlowRow(made, f"trang “{sheet.title}”, dòng {number}")


def _hidden(sheet: Any, column: int) -> bool:
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and (dimension.min or 0) <= column <= (dimension.max or 0):
            return True
    return False


def show(value: object, number_format: str = "General") -> str:
    """A cell's value as Excel shows it to a Vietnamese user: 0.8 as 0% → "80%", 12.5 → "12,5", dates dd/mm/yyyy."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _number(Decimal(str(value)), number_format or "General") if _finite(value) else ""
    return str(value)


def _finite(value: float) -> bool:
    return value == value and abs(value) < 1e15


def _number(value: Decimal, number_format: str) -> str:
    """`value` by a number format of Excel: the part for its sign, texts in quotes, decimals, thousands, per cent."""
    parts = number_format.split(";")
    if value < 0 and len(parts) > 1:
        pattern, value = parts[1], -value
    else:
        pattern = parts[2] if value == 0 and len(parts) > 2 else parts[0]
    bare = _LITERAL.sub(lambda m: "\0" * len(m[0]), pattern)
    digits = _DIGITS.search(bare)
    if digits is None or re.search(r"general|e[+-]|/", bare, re.IGNORECASE):
        return _plain(value)
    value *= Decimal(100) ** bare.count("%")
    mask = digits[0].rstrip(" ")
    whole, _, decimals = mask.partition(".")
    places = len(re.findall(r"[0#?]", decimals))
    needed = len(re.findall("0", decimals))
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(rounded):.{places}f}"
    number, _, fraction = text.partition(".")
    while len(fraction) > needed and fraction.endswith("0"):
        fraction = fraction[:-1]
    number = number.zfill(len(re.findall("0", whole)))
    if "," in whole.rstrip(","):
        number = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ".", number)
    made = ("-" if rounded < 0 else "") + number + (f",{fraction}" if fraction else "")
    head, tail = pattern[: digits.start()], pattern[digits.start() + len(mask) :]
    return _text(head) + made + _text(tail)


def _text(pattern: str) -> str:
    """What a number format prints beside the digits."""
    return _LITERAL.sub(lambda m: m[1] or m[2] or "", pattern).strip("@")


def _plain(value: Decimal) -> str:
    """Up to ten figures, a decimal comma, no thousands."""
    text = f"{round(value, 10).normalize():f}"
    return text.replace(".", ",")
