"""The sheet “Hướng dẫn”: what each sheet is, what may be changed, how to add."""

from dtxl.files.form_heights import row_height
from dtxl.files.xlsx_write import Book, Sheet
from dtxl.planbook.layout import GUIDE, PLAN, QUESTIONS, TABLES

_WIDTHS = (20, 56, 56)
_ADVICE = (
    (
        "Cách dùng",
        (
            "Tệp này là nơi duy nhất để sửa kế hoạch: giao chỉ tiêu gì, nhiệm vụ gì, cho ai, hạn nào. Biểu mẫu, tổng "
            "hợp và báo cáo đều lấy từ đây.",
            "Việc đầu tiên: xem sheet Cần xác nhận và các ô nền cam ở sheet Chỉ tiêu. Đó là chỗ máy đọc chưa chắc.",
            "Được thêm, bớt, sắp xếp, lọc dòng; được thêm cột và sheet của riêng mình. Không đổi tên sheet và tên cột "
            "có sẵn. Cột có dấu (*) bắt buộc điền.",
            "Có sai sót (trùng mã, nhóm không có, mục tiêu thiếu số…), chương trình báo một lần tất cả, kèm "
            "sheet và ô.",
        ),
    ),
    (
        "Thêm một cơ quan",
        (
            "Sheet Cơ quan: thêm một dòng, điền mã, tên, cấp; ghi mã nhóm nếu cơ quan thuộc nhóm nào.",
            "Kế hoạch gọi cơ quan bằng tên khác thì ghi tên đó vào cột Tên gọi khác (mỗi dòng một tên, xuống dòng bằng "
            "Alt+Enter).",
        ),
    ),
    (
        "Thêm một chỉ tiêu",
        (
            "Sheet Chỉ tiêu: thêm một dòng với mã mới. Là tỷ lệ thì điền nội dung tử số và mẫu số.",
            "Sheet Mục tiêu: thêm ít nhất một dòng với cùng mã: so sánh, giá trị, đơn vị; mỗi cấp một dòng nếu mục "
            "tiêu khác nhau theo cấp.",
            "Cột Chủ trì thực hiện: mỗi dòng một cơ quan hoặc nhóm, đúng tên ở sheet Cơ quan, Nhóm cơ quan.",
        ),
    ),
    (
        "Đặt yêu cầu, điều kiện",
        (
            "Sheet Kế hoạch, phần C: thủ trưởng phải duyệt số liệu, phải nêu lý do khi chưa thực hiện hoặc không có số "
            "liệu, tỷ lệ cơ quan báo cáo tối thiểu. Để trống thì không bắt buộc.",
            "Sheet Điều kiện: mỗi dòng một điều kiện giữa các số liệu của một cơ quan, ví dụ I.1.tử số ≤ I.2.mẫu số.",
        ),
    ),
    (
        "Cách ghi",
        (
            "Mã chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối. Mã như 07207 là chữ: giữ số 0 ở đầu.",
            "Ngày là ô kiểu ngày (31/12/2024). Số không kèm chữ; phần trăm gõ 85,5 và ghi % ở cột Đơn vị.",
            "Đã phát biểu mẫu của kỳ thì không sửa mã, chỉ tiêu, nhiệm vụ của kỳ đó; biểu mẫu đã gửi đi sẽ không khớp.",
        ),
    ),
)


def write_guide(book: Book) -> None:
    """Add the guide as the workbook's next sheet."""
    sheet = book.sheet(GUIDE)
    raw = sheet.raw
    raw.hide_gridlines(2)
    raw.set_tab_color("#70AD47")
    for column, width in enumerate(_WIDTHS):
        raw.set_column(column, column, width)
    title = book.style(bold=True, font_size=16, font_color="#1F4E78", valign="vcenter")
    heading = book.style(bold=True, font_size=13, font_color="#1F4E78", bottom=1, bottom_color="#9DB7D5")
    plain = book.style(font_size=12, text_wrap=True, valign="top")
    sheet.text(0, 0, "TỆP KẾ HOẠCH – HƯỚNG DẪN", title)
    sheet.height(0, 30)
    row = _contents(book, sheet, 2)
    row += 1
    for name, lines in _ADVICE:
        sheet.merge((row, 0), (row, 2), name, heading)
        sheet.height(row, 22)
        row += 1
        for line in lines:
            sheet.merge((row, 0), (row, 2), f"•  {line}", plain)
            # Merged cells do not grow by themselves.
            sheet.height(row, row_height([(line, sum(_WIDTHS), 12, False)]))
            row += 1
        row += 1
    raw.set_paper(9)
    raw.fit_to_pages(1, 1)
    raw.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    raw.activate()


def _contents(book: Book, sheet: Sheet, top: int) -> int:
    """The table of sheets from row `top` (zero-based); the row after it."""
    border = {"border": 1, "border_color": "#BFBFBF"}
    head = book.style(
        font_size=12, bold=True, font_color="white", bg_color="#1F4E78", align="center", valign="vcenter", **border
    )
    link = book.style(font_size=12, align="left", indent=1, font_color="#0563C1", underline=1, valign="top", **border)
    plain = book.style(font_size=12, align="left", indent=1, text_wrap=True, valign="top", **border)
    for column, text in enumerate(("Sheet", "Có gì", "Được sửa gì")):
        sheet.text(top, column, text, head)
    rows = [(PLAN, "Số, ngày, cơ quan, thời hạn, người ký; phần khung của báo cáo", "Sửa cột Giá trị.")]
    rows += [(table.sheet, table.purpose, table.editing) for table in (QUESTIONS, *TABLES[:-1])]
    for row, (name, purpose, editing) in enumerate(rows, top + 1):
        sheet.link(row, 0, name, "A1", name, link)
        sheet.text(row, 1, purpose, plain)
        sheet.text(row, 2, editing, plain)
        sheet.height(
            row,
            row_height(
                [(text, width + 2, 12, False) for text, width in zip((name, purpose, editing), _WIDTHS, strict=True)]
            ),
        )
    return top + 1 + len(rows)
