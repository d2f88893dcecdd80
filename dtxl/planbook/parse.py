"""One cell of the plan workbook → a value, or a Mistake that says what to do."""

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from dtxl.core.numbers import from_cell, read_number, show
from dtxl.core.text import tidy, tidy_lines
from dtxl.files.xlsx_cells import Cell
from dtxl.planbook.fields import MANY, Field, Type, choice_key

CODE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.\-]*[0-9A-Za-z])?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1990, 2100
_ONE_MARK = re.compile(r"([+-]?\d{1,3})[.,](\d{3})%?")
_DAY = re.compile(r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\s*$")


class Mistake(Exception):
    """A cell cannot be understood; the text, in Vietnamese, says what is wrong and how to correct it."""


def parse(field: Field, cell: Cell | None) -> Any:
    """The value of a cell of `field`: a tuple for items one to a line, else one value; None for a blank cell.

    Raises Mistake.
    """
    if cell is None or (isinstance(cell.value, str) and not tidy(cell.value)):
        if field.required:
            raise Mistake(f"thiếu “{field.header}”; hãy điền.{_help(field)}")
        return () if field.type in MANY else None
    if cell.error:
        raise Mistake(f"ô có lỗi {cell.error}; hãy xóa công thức và gõ lại giá trị của “{field.header}”.")
    if cell.unsolved:
        raise Mistake("công thức chưa có kết quả; hãy mở tệp bằng Excel và lưu lại, hoặc gõ thẳng giá trị.")
    return _PARSERS[field.type](field, cell)


def is_number(cell: Cell | None) -> bool:
    """Whether the cell holds a number (text that a spreadsheet program turned into one, in a column of text)."""
    return cell is not None and isinstance(cell.value, int | float) and not isinstance(cell.value, bool)


def text_of(cell: Cell) -> str:
    """The cell as people see it: a number in the Vietnamese way (without groups), a date as dd/mm/yyyy."""
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        number = from_cell(value) * (100 if cell.percent else 1)
        return show(number, 10).replace(".", "") + ("%" if cell.percent else "")
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    return value or ""


def _help(field: Field) -> str:
    return f" {field.help}" if field.help else ""


def _line(_: Field, cell: Cell) -> str:
    return tidy(text_of(cell))


def _text(_: Field, cell: Cell) -> str:
    return tidy_lines(text_of(cell))


def _source(_: Field, cell: Cell) -> str:
    return text_of(cell)


def _code(field: Field, cell: Cell) -> str:
    if is_number(cell) and not float(cell.value or 0).is_integer():  # type: ignore[arg-type]
        raise Mistake(
            f"Excel đã đổi mã thành số {text_of(cell)}; hãy định dạng ô là Text (Văn bản) rồi gõ lại mã, ví dụ 1.10."
        )
    if isinstance(cell.value, datetime.date):
        raise Mistake(f"Excel đã đổi mã thành ngày {text_of(cell)}; hãy định dạng ô là Text (Văn bản) rồi gõ lại mã.")
    code = tidy(text_of(cell))
    if is_number(cell) and field.digits:
        code = code.zfill(field.digits)
    if not CODE.fullmatch(code):
        raise Mistake(
            f"mã “{code}” có ký tự không dùng được; mã chỉ gồm chữ không dấu, chữ số, dấu chấm và gạch nối, bắt đầu và "
            "kết thúc bằng chữ hoặc số. Hãy sửa mã (và những nơi nhắc đến nó)."
        )
    return code


def _lines(_: Field, cell: Cell) -> tuple[str, ...]:
    return tuple(line for line in (tidy(part) for part in text_of(cell).split("\n")) if line)


def _number(field: Field, cell: Cell) -> Decimal:
    if isinstance(cell.value, bool | datetime.date):
        raise Mistake(f"“{text_of(cell)}” không phải là số; {_retype(field)}")
    if isinstance(cell.value, int | float):
        # Typing 85% into a plain cell makes 0.85 with a percentage format: what people see is meant.
        return from_cell(cell.value) if not cell.percent else _trimmed(from_cell(cell.value) * 100)
    text = tidy(str(cell.value))
    reading = read_number(text)
    if reading.value is None:
        raise Mistake(f"“{text}” không phải là một số; {_retype(field)}")
    if reading.approximate or reading.unit:
        raise Mistake(f"“{text}” có chữ kèm theo số; hãy chỉ để số (dấu so sánh và đơn vị ghi ở cột riêng).")
    if reading.ambiguous:
        raise Mistake(f"“{text}” là {_both(text)}? Ô đang ở dạng chữ; {_retype(field)}")
    return reading.value


def _both(text: str) -> str:
    """ "1.234" → "1.234 hay 1,234"; of what can be read in more than these two ways, no list."""
    match = _ONE_MARK.fullmatch(text)
    if not match:
        return "số nào"
    whole, part = Decimal(match[1] + match[2]), Decimal(f"{match[1]}.{match[2]}")
    return f"{show(whole, 6)} hay {show(part, 6)}"


def _trimmed(number: Decimal) -> Decimal:
    number = number.normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _retype(field: Field) -> str:
    return f"hãy gõ lại một số vào ô, ví dụ {'2024' if field.type is Type.WHOLE else '85,5'}."


def _whole(field: Field, cell: Cell) -> int:
    number = _number(field, cell)
    if number != number.to_integral_value():
        raise Mistake(f"“{text_of(cell)}” không phải là số nguyên; hãy gõ lại “{field.header}”.")
    if not field.low <= number <= field.high:
        raise Mistake(
            f"“{text_of(cell)}” nằm ngoài khoảng từ {field.low} đến {field.high}; hãy gõ lại “{field.header}”."
        )
    return int(number)


def _day(_: Field, cell: Cell) -> datetime.date:
    value = cell.value
    if isinstance(value, datetime.date):
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise Mistake(f"ngày {text_of(cell)} có năm không hợp lý; hãy gõ lại ngày, ví dụ 31/12/2024.")
        return value
    if isinstance(value, str):
        text = tidy(value)
        if not _possible(text):
            raise Mistake(f"“{text}” không phải là một ngày có thật; hãy gõ lại ngày, ví dụ 31/12/2024.")
        raise Mistake(
            f"“{text}” đang ở dạng chữ, không phải ngày; hãy định dạng ô là Date (Ngày) rồi gõ lại, ví dụ 31/12/2024."
        )
    raise Mistake(
        f"“{text_of(cell)}” là số, không phải ngày; hãy định dạng ô là Date (Ngày) rồi gõ lại, ví dụ 31/12/2024."
    )


def _possible(text: str) -> bool:
    match = _DAY.match(text)
    if not match:
        return False
    try:
        datetime.date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return False
    return True


def _choice(field: Field, cell: Cell) -> Any:
    text = tidy(text_of(cell))
    if isinstance(cell.value, bool):
        text = "có" if cell.value else "không"
    for word, value in field.choices.items():
        if choice_key(text) in {choice_key(word), choice_key(str(value))}:
            return value
    words = ", ".join(f"“{word}”" for word in field.choices)
    raise Mistake(f"“{text}” không có trong danh mục “{field.header}”; hãy chọn một trong: {words}.")


_PARSERS: Mapping[Type, Callable[[Field, Cell], Any]] = {
    Type.LINE: _line,
    Type.TEXT: _text,
    Type.SOURCE: _source,
    Type.CODE: _code,
    Type.REF: _line,
    Type.LINES: _lines,
    Type.REFS: _lines,
    Type.NUMBER: _number,
    Type.WHOLE: _whole,
    Type.DAY: _day,
    Type.CHOICE: _choice,
}
