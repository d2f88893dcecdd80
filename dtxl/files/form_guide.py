"""The first sheet of a form: what to do, in a few numbered steps that say what the checks ask for and nothing else."""

from dtxl.core.settings import house
from dtxl.core.text import upper_first
from dtxl.files.form_heights import row_height
from dtxl.files.form_page import page
from dtxl.files.form_styles import (
    GREEN_FILL,
    INPUT_FILL,
    NAVY,
    ORANGE_FILL,
    RED_FILL,
    UNUSED_FILL,
    fixed_style,
)
from dtxl.files.xlsx_write import Book, Sheet
from dtxl.model.form import (
    ABOUT,
    ABOUT_INPUTS,
    COLUMNS,
    GUIDE,
    HEADER_ROW,
    INDICATOR_COLUMNS,
    INDICATORS,
    TASK_COLUMNS,
    TASKS,
    Form,
    cell_name,
)

_WIDTHS = (1.5, 18.0, 128.0)


def draw_guide(book: Book, form: Form) -> None:
    """The sheet Hướng dẫn: what period, by when, to whom; the steps; the colours; links to the three sheets."""
    sheet = book.sheet(GUIDE, growing=True)
    for column, width in enumerate(_WIDTHS):
        sheet.raw.set_column(column, column, width)
    row = _title(book, sheet, form)
    row = _block(book, sheet, row, "Thông tin chung", _facts(form))
    row = _block(book, sheet, row, "Các bước", [(f"Bước {n}", text) for n, text in enumerate(_steps(form), 1)])
    row = _colours(book, sheet, row, form)
    last = _links(book, sheet, row, form)
    page(sheet, form, (last, len(_WIDTHS) - 1), one=True)


def _title(book: Book, sheet: Sheet, form: Form) -> int:
    sheet.text(0, 1, "HƯỚNG DẪN ĐIỀN BIỂU MẪU BÁO CÁO", fixed_style(book, "title"))
    sheet.text(1, 1, f"{form.agency.name} – {form.period.name}", fixed_style(book, "subtitle"))
    sheet.height(0, 26)
    sheet.height(1, 20)
    return 3


def _facts(form: Form) -> list[tuple[str, str]]:
    period = form.period
    return [
        ("Kế hoạch", form.plan_title),
        (
            "Kỳ báo cáo",
            f"{upper_first(period.name)}; "
            f"số liệu tính từ ngày {period.start:%d/%m/%Y} đến hết ngày {period.end:%d/%m/%Y}",
        ),
        ("Hạn gửi", f"Chậm nhất ngày {period.agency_due:%d/%m/%Y}"),
        ("Nơi nhận", _receiver(form)),
    ]


def _receiver(form: Form) -> str:
    return form.receiver or "cơ quan gửi biểu mẫu này"


def _steps(form: Form) -> list[str]:
    contact = ABOUT_INPUTS[0][1]
    steps = [
        f"Sheet “{ABOUT}”: điền các ô màu vàng. Ô “{contact}” (có dấu *) bắt buộc điền; đề nghị điền đủ các ô còn lại.",
    ]
    if form.indicator_rows:
        titles = {c.part: c.title for c in INDICATOR_COLUMNS if c.part}
        reasons = "; ".join(f"“{label}” ({house()['absent_meaning'][key]})" for key, label in house()["absent"].items())
        steps += [
            f"Sheet “{INDICATORS}”: với từng chỉ tiêu, điền tử số và mẫu số (hoặc giá trị thực hiện) vào ô màu vàng, "
            "chỉ ghi số, không kèm chữ. Kết quả và đánh giá tự tính. Kết quả thực sự bằng 0 thì ghi số 0.",
            "Chỉ tính số liệu thuộc phạm vi quản lý, thực hiện của đơn vị mình; không ghi số liệu chung của toàn tỉnh "
            "hay của đơn vị khác, kể cả khi tên chỉ tiêu nói “trên địa bàn tỉnh”. Bộ phận tổng hợp sẽ cộng số của các "
            "đơn vị.",
            "Không có số liệu thì để trống ô số liệu và chọn một trong các lý do ở cột "
            f"“{titles['absent']}”: {reasons}.",
            f"Kết quả chưa đạt mục tiêu thì phải giải trình nguyên nhân và hướng khắc phục ở cột “{titles['note']}”.",
        ]
    if form.task_rows:
        titles = {c.part: c.title for c in TASK_COLUMNS if c.part}
        others = ", ".join(
            f"{titles[p][:1].lower()}{titles[p][1:]}" for p in ("percent", "done_on", "evidence", "difficulty")
        )
        steps.append(
            f"Sheet “{TASKS}”: chọn tình trạng của từng nhiệm vụ (bắt buộc); ghi {others} nếu có. "
            "Tình trạng, tiến độ và ngày hoàn thành phải thống nhất với nhau."
        )
    return [
        *steps,
        "Không đổi tên sheet, không chèn hoặc xóa dòng, cột. Được lọc, giãn cột, giãn dòng và sao chép; khi dán số "
        "liệu từ tệp khác, dùng Dán đặc biệt → Giá trị (Paste Special → Values) để giữ nguyên ô của biểu mẫu.",
        "Lưu tệp ở dạng Excel (.xlsx), không đặt mật khẩu, rồi gửi chính tệp này về "
        f"{_receiver(form)}, chậm nhất ngày {form.period.agency_due:%d/%m/%Y}.",
    ]


def _block(book: Book, sheet: Sheet, row: int, heading: str, lines: list[tuple[str, str]]) -> int:
    row = _heading(book, sheet, row, heading)
    for label, text in lines:
        sheet.text(row, 1, label, fixed_style(book, "label", bold=True, bg_color="#F7F7F7"))
        sheet.text(row, 2, text, fixed_style(book, "text"))
        sheet.height(row, row_height([(text, _WIDTHS[2], 11, False)], 20))
        row += 1
    sheet.height(row, 9)
    return row + 1


def _heading(book: Book, sheet: Sheet, row: int, text: str) -> int:
    style = fixed_style(book, "heading")
    sheet.text(row, 1, text, style)
    sheet.blank(row, 2, style)
    sheet.height(row, 20)
    return row + 1


def _colours(book: Book, sheet: Sheet, row: int, form: Form) -> int:
    row = _heading(book, sheet, row, "Màu sắc")
    lines = [(INPUT_FILL, "Ô để đơn vị điền. Các ô khác được khóa.")]
    if form.indicator_rows:
        lines += [
            (UNUSED_FILL, "Ô không phải điền ở dòng đó."),
            (GREEN_FILL, "Kết quả đạt hoặc vượt mục tiêu."),
            (RED_FILL, "Kết quả chưa đạt mục tiêu; ô giải trình còn trống; hoặc tử số lớn hơn mẫu số (phải xem lại)."),
            (ORANGE_FILL, "Vừa có số liệu vừa chọn lý do không có số liệu: giữ một, xóa một."),
        ]
    for fill, text in lines:
        sheet.blank(row, 1, fixed_style(book, "text", bg_color=fill))
        sheet.text(row, 2, text, fixed_style(book, "text"))
        sheet.height(row, 18)
        row += 1
    sheet.height(row, 9)
    return row + 1


def _links(book: Book, sheet: Sheet, row: int, form: Form) -> int:
    """Links to the first cells to be filled; gives the last row used."""
    row = _heading(book, sheet, row, "Mở nhanh")
    style = fixed_style(book, "text", font_color=NAVY, underline=1)
    counts = {
        ABOUT: "thông tin chung và người lập biểu",
        INDICATORS: f"{len(form.indicator_rows)} chỉ tiêu" if form.indicator_rows else "không có chỉ tiêu trong kỳ này",
        TASKS: f"{len(form.task_rows)} nhiệm vụ" if form.task_rows else "không có nhiệm vụ riêng",
    }
    for name in COLUMNS:
        first = next((f.cell for f in form.fields if f.sheet == name), cell_name(HEADER_ROW[name], 1))
        sheet.link(row, 1, name, first, name, style)
        sheet.text(row, 2, counts[name], fixed_style(book, "text"))
        sheet.height(row, 18)
        row += 1
    return row - 1
