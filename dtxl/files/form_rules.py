"""What a form says while it is filled: checks on typing, messages beside the cell, colours that follow the figures.

Only what Excel 2007 knows: an extension of 2010 (x14) is lost by other programs.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from dtxl.core.codes import Severity
from dtxl.core.text import without_control
from dtxl.files.form_formulas import ABSENT_COLUMN, DENOMINATOR_COLUMN, NOTE_COLUMN, state_word
from dtxl.files.form_styles import GREEN_FILL, GREEN_TEXT, ORANGE_FILL, RED_FILL, RED_TEXT
from dtxl.files.xlsx_write import Book, Sheet
from dtxl.model.form import RESULT_COLUMN, STATE_COLUMN, VALUE_COLUMN, Form, FormField, cell_name
from dtxl.model.rollup import State

MAX_TITLE, MAX_MESSAGE = 32, 255
EARLIEST_YEAR = 2000
_UNITS, _THOUSANDS = 1, 3  # built-in formats 0 and #,##0

# The last part of a field → (title, message) shown when the cell is chosen; {number} is "số nguyên" or "số".
PROMPTS: Mapping[str, tuple[str, str]] = {
    "contact": ("Người lập biểu", "Bắt buộc. Ghi đầy đủ họ và tên."),
    "phone": ("Số điện thoại", "Số của người lập biểu, để liên hệ khi cần làm rõ số liệu."),
    "email": ("Thư điện tử", "Địa chỉ thư của người lập biểu hoặc của đơn vị."),
    "leader": ("Thủ trưởng đơn vị", "Ghi đầy đủ họ và tên người duyệt số liệu."),
    "signed_on": ("Ngày duyệt số liệu", "Ghi ngày/tháng/năm, ví dụ {day}."),
    "numerator": (
        "Tử số",
        "Ghi {number} từ 0 trở lên, theo nội dung ở ô bên trái, chỉ tính phần của đơn vị mình. Bằng 0 thì ghi 0. "
        "Không có số liệu thì để trống và chọn lý do.",
    ),
    "denominator": (
        "Mẫu số",
        "Ghi {number} lớn hơn 0, không nhỏ hơn tử số, chỉ tính phần của đơn vị mình. Trong kỳ không phát sinh hoặc "
        "không có số liệu thì để trống cả hai ô và chọn lý do.",
    ),
    "value": (
        "Giá trị thực hiện",
        "Ghi {number} từ 0 trở lên, theo đơn vị tính của dòng. Bằng 0 thì ghi 0. "
        "Không có số liệu thì để trống và chọn lý do.",
    ),
    "absent": ("Lý do không có số liệu", "Chỉ chọn khi ô số liệu để trống. Đã có số liệu thì để trống ô này."),
    "source": ("Nguồn số liệu", "Tên hệ thống, sổ theo dõi hoặc văn bản có số liệu này."),
    "note": (
        "Ghi chú, giải trình",
        "Bắt buộc khi kết quả chưa đạt mục tiêu: nêu nguyên nhân và hướng khắc phục. Trường hợp khác, ghi nếu cần.",
    ),
    "state": ("Tình trạng", "Bắt buộc. Chọn một mục trong danh sách."),
    "percent": ("Tiến độ (%)", "Ghi số từ 0 đến 100, không gõ dấu %, ví dụ 85. Đã hoàn thành thì ghi 100."),
    "done_on": ("Ngày hoàn thành", "Chỉ ghi khi nhiệm vụ đã hoàn thành. Ghi ngày/tháng/năm, ví dụ {day}."),
    "evidence": ("Văn bản, sản phẩm", "Số, ngày, trích yếu văn bản hoặc tên sản phẩm chứng minh kết quả."),
    "difficulty": ("Khó khăn, kiến nghị", "Ghi nếu có. Nội dung được in nguyên văn trong phụ lục của báo cáo."),
}
_REFUSED = {
    "integer": "Chỉ ghi số nguyên từ 0 trở lên, không kèm chữ. Nếu không có số liệu, hãy để trống và chọn lý do.",
    "number": "Chỉ ghi số từ 0 trở lên, không kèm chữ. Nếu không có số liệu, hãy để trống và chọn lý do.",
    "percent": "Chỉ ghi số từ 0 đến 100, không gõ dấu %.",
    "date": "Ghi ngày/tháng/năm, ví dụ {day}. Nếu máy không nhận, hãy gõ theo kiểu năm-tháng-ngày: {iso}.",
    "list": "Chọn một mục trong danh sách của ô, hoặc xóa trống.",
}


def validate(
    sheet: Sheet, form: Form, lists: Mapping[tuple[str, ...], str], prompts: Mapping[str, tuple[Severity, str]]
) -> None:
    """The checks and messages of every input cell of `sheet`. `lists`: choices → defined name. `prompts`: field →
    (severity, text) that stands in place of the usual message."""
    groups: dict[tuple[tuple[str, Any], ...], list[FormField]] = {}
    for field in form.fields:
        if field.sheet == sheet.raw.get_name():
            options = _limits(field, form, lists) | _words(field, form, prompts.get(field.name))
            groups.setdefault(tuple(sorted(options.items())), []).append(field)
    for key, fields in groups.items():
        sheet.validate(_ranges(fields), dict(key))


def _limits(field: FormField, form: Form, lists: Mapping[tuple[str, ...], str]) -> dict[str, Any]:
    if field.kind == "list":
        return {"validate": "list", "value": f"={lists[field.choices]}"}
    if field.kind == "percent":
        return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
    if field.kind in ("integer", "number"):
        return {"validate": "whole" if field.kind == "integer" else "decimal", "criteria": ">=", "value": 0}
    if field.kind == "date":
        last = form.period.end + timedelta(days=400)
        first = form.period.end.replace(year=EARLIEST_YEAR, month=1, day=1)
        return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
    return {"validate": "any"}


def _words(field: FormField, form: Form, prompt: tuple[Severity, str] | None) -> dict[str, Any]:
    end = form.period.end
    words = {
        "number": "số nguyên" if field.kind == "integer" else "số",
        "day": f"{end:%d/%m/%Y}",
        "iso": f"{end:%Y-%m-%d}",
    }
    title, message = PROMPTS[field.name.rpartition(".")[2]]
    message = message.format(**words)
    if prompt:
        title, message = prompt[0].vi, prompt[1]
    options: dict[str, Any] = {"input_title": short(title, MAX_TITLE), "input_message": short(message, MAX_MESSAGE)}
    if field.kind in _REFUSED:
        options |= {"error_title": "Nội dung chưa đúng", "error_message": _REFUSED[field.kind].format(**words)}
    return options


def short(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-16 units, the way Excel counts, cut at a word with "…"."""
    text = without_control(text)
    if len(text.encode("utf-16-le")) // 2 <= limit:
        return text
    cut = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    if not text[len(cut)].isspace():
        cut = cut.rpartition(" ")[0] or cut
    return cut.rstrip(" ,.;:") + "…"


def _ranges(fields: Sequence[FormField]) -> list[tuple[int, int, int, int]]:
    """The cells as ranges, one under the other joined."""
    ranges: list[tuple[int, int, int, int]] = []
    for field in sorted(fields, key=lambda f: (f.column, f.row)):
        if ranges and ranges[-1][1] == field.column and ranges[-1][2] == field.row - 1:
            ranges[-1] = (*ranges[-1][:2], field.row, field.column)
        else:
            ranges.append((field.row, field.column, field.row, field.column))
    return ranges


def colour_indicators(book: Book, sheet: Sheet, form: Form) -> None:
    """Colours that follow what is typed into the indicators' rows."""
    if not form.indicator_rows:
        return
    first, last = form.indicator_rows[0].row, form.indicator_rows[-1].row
    above, below, reason, verdict, note = (
        f"${cell_name(first, c)}" for c in (VALUE_COLUMN, DENOMINATOR_COLUMN, ABSENT_COLUMN, STATE_COLUMN, NOTE_COLUMN)
    )
    missed, met, exceeded = (f'{verdict}="{state_word(s)}"' for s in (State.MISSED, State.MET, State.EXCEEDED))
    red = book.book.add_format({"bg_color": RED_FILL, "font_color": RED_TEXT})
    green = book.book.add_format({"bg_color": GREEN_FILL, "font_color": GREEN_TEXT})
    orange = book.book.add_format({"bg_color": ORANGE_FILL})
    figures = f"{_span(first, last, VALUE_COLUMN)} {_span(first, last, DENOMINATOR_COLUMN)}"
    shown = f"{cell_name(first, RESULT_COLUMN)}:{cell_name(last, STATE_COLUMN)}"
    sheet.condition(shown, f"={missed}", red)
    sheet.condition(shown, f"=OR({met},{exceeded})", green)
    sheet.condition(figures, f"=AND(ISNUMBER({above}),ISNUMBER({below}),{above}>{below})", red)
    sheet.condition(
        f"{figures} {_span(first, last, ABSENT_COLUMN)}", f'=AND({reason}<>"",OR({above}<>"",{below}<>""))', orange
    )
    sheet.condition(_span(first, last, NOTE_COLUMN), f'=AND({missed},TRIM({note})="")', red)
    values = [r for r in form.indicator_rows if not r.indicator.whole]
    _whole(book, sheet, (cell_name(r.row, c) for r in values for c in (VALUE_COLUMN, DENOMINATOR_COLUMN)), _THOUSANDS)
    _whole(book, sheet, (cell_name(r.row, RESULT_COLUMN) for r in form.indicator_rows
                         if f"{r.indicator.code}.value" in form.by_name), _THOUSANDS)  # fmt: skip


def colour_tasks(book: Book, sheet: Sheet, form: Form) -> None:
    """A whole percentage is shown without a decimal mark."""
    _whole(book, sheet, (f.cell for f in form.fields if f.kind == "percent"), _UNITS)


def _whole(book: Book, sheet: Sheet, cells: Iterable[str], num_format: int) -> None:
    """The format "0.##" shows 85 as "85," with nothing behind the mark: whole numbers get a format of their own."""
    listed = list(cells)
    if listed:
        style = book.book.add_format({"num_format": num_format})
        sheet.condition(" ".join(listed), f"=INT({listed[0]})={listed[0]}", style)


def _span(first: int, last: int, column: int) -> str:
    return f"{cell_name(first, column)}:{cell_name(last, column)}"
