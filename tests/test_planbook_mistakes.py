"""Every mistake in the plan workbook is reported with its sheet and cell, all at once."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest

from dtxl.core.errors import PlanbookError
from dtxl.planbook import read_planbook
from dtxl.planbook.layout import SHEETS, TABLES
from tests.test_planbook_sample import PLAN, change, column, plan_row, saved


def problems(path):
    with pytest.raises(PlanbookError) as caught:
        read_planbook(path)
    return caught.value.problems


def address(path, sheet, header, row):
    page = openpyxl.load_workbook(path)[sheet]
    if sheet == "Kế hoạch":
        return f"B{plan_row(page, header)}"
    return f"{openpyxl.utils.get_column_letter(column(page, header))}{row}"


# sheet, header, 1-based row, what is typed, what the message says; one mistake, one line
ONE_MISTAKE = [
    # required values
    ("Kế hoạch", "Tên kế hoạch", 0, None, "Thiếu “Tên kế hoạch”"),
    ("Kế hoạch", "Ngày các cơ quan gửi báo cáo", 0, None, "Thiếu “Ngày các cơ quan gửi báo cáo”"),
    ("Chỉ tiêu", "Tên chỉ tiêu", 5, None, "Thiếu “Tên chỉ tiêu”"),
    ("Chỉ tiêu", "Mã nhóm", 5, None, "Thiếu mã nhóm chỉ tiêu"),
    ("Nhiệm vụ", "Nội dung nhiệm vụ", 6, "   ", "Thiếu “Nội dung nhiệm vụ”"),
    ("Cơ quan", "Tên cơ quan", 10, None, "Thiếu “Tên cơ quan”"),
    ("Nơi nhận", "Nơi nhận", 5, None, "Thiếu “Nơi nhận”"),
    ("Kỳ báo cáo", "Số liệu từ ngày", 5, None, "Thiếu “Số liệu từ ngày”"),
    # codes
    ("Nhiệm vụ", "Mã nhiệm vụ", 6, "III.1.01", "đã dùng ở ô A5"),
    ("Nhiệm vụ", "Mã nhiệm vụ", 6, "iii.1.01", "đã dùng ở ô A5"),
    ("Nhóm cơ quan", "Mã nhóm", 9, "xa", "đã dùng ở ô A7"),
    ("Kỳ báo cáo", "Mã kỳ", 6, "2024-Q1", "đã dùng ở ô A5"),
    ("Kỳ báo cáo", "Mã kỳ", 6, "con", "phải gồm năm"),
    ("Kỳ báo cáo", "Mã kỳ", 6, "kho", "phải gồm năm"),
    ("Nhóm chỉ tiêu", "Mã nhóm chỉ tiêu", 7, "I", "đã dùng ở ô A5"),
    ("Cơ quan", "Mã cơ quan", 10, "07210", "đã dùng ở ô A9"),
    ("Nhiệm vụ", "Mã nhiệm vụ", 6, "III 1/2", "ký tự không dùng được"),
    ("Nhiệm vụ", "Mã nhiệm vụ", 6, "Nhiệm-vụ", "ký tự không dùng được"),
    ("Nhiệm vụ", "Mã nhiệm vụ", 6, "..", "ký tự không dùng được"),
    ("Nhiệm vụ", "Mã nhiệm vụ", 6, 3.1, "Excel đã đổi mã thành số 3,1"),
    ("Nhiệm vụ", "Mã nhiệm vụ", 6, datetime(2024, 10, 5), "Excel đã đổi mã thành ngày 05/10/2024"),
    ("Kế hoạch", "Mã kế hoạch", 0, "bắc giang", "ký tự không dùng được"),
    # numbers
    ("Mục tiêu", "Giá trị", 5, None, "Thiếu “Giá trị”"),
    ("Mục tiêu", "Giá trị", 5, "cao", "không phải là một số"),
    ("Mục tiêu", "Giá trị", 5, "12/15", "không phải là một số"),
    ("Mục tiêu", "Giá trị", 5, "85 hồ sơ", "có chữ kèm theo số"),
    ("Mục tiêu", "Giá trị", 5, "trên 85", "có chữ kèm theo số"),
    ("Mục tiêu", "Giá trị", 5, "1.234", "là 1.234 hay 1,234?"),
    ("Mục tiêu", "Giá trị", 5, "1,234", "là 1.234 hay 1,234?"),
    ("Mục tiêu", "Giá trị", 5, "1 234", "là số nào?"),
    ("Mục tiêu", "Giá trị", 5, "1,234.567", "là số nào?"),
    ("Mục tiêu", "Giá trị", 5, "1.234 hồ sơ", "có chữ kèm theo số"),
    ("Mục tiêu", "Giá trị", 5, datetime(2024, 5, 1), "không phải là số"),
    ("Mục tiêu", "Giá trị", 5, True, "không phải là số"),
    ("Mục tiêu", "Năm", 5, 24, "ngoài khoảng từ 1990 đến 2100"),
    ("Mục tiêu", "Năm", 5, 2024.5, "không phải là số nguyên"),
    ("Kế hoạch", "Ngày các cơ quan gửi báo cáo", 0, 32, "ngoài khoảng từ 1 đến 31"),
    ("Kế hoạch", "Ngày trình báo cáo tổng hợp", 0, 0, "ngoài khoảng từ 1 đến 31"),
    ("Kế hoạch", "Ngày trình báo cáo tổng hợp", 0, "ngày 25", "không phải là một số"),
    ("Kế hoạch", "Tỷ lệ cơ quan báo cáo tối thiểu (%)", 0, 101, "ngoài khoảng từ 1 đến 100"),
    ("Kế hoạch", "Bắt buộc thủ trưởng duyệt số liệu", 0, "nên", "không có trong danh mục"),
    # conditions
    ("Điều kiện", "Điều kiện", 5, "I.1.tử số ≤ I.9.tử số", "Không có chỉ tiêu mã “I.9”; hãy sửa điều kiện hoặc xóa"),
    ("Điều kiện", "Điều kiện", 5, "I.1.tử số ≤", "Thiếu số liệu ở cuối"),
    ("Điều kiện", "Điều kiện", 5, "__import__('os')", "Không hiểu “__import__”"),
    ("Điều kiện", "Diễn giải", 5, None, "Thiếu “Diễn giải”"),
    ("Điều kiện", "Mức", 5, "nặng", "không có trong danh mục"),
    # dates
    ("Mục tiêu", "Hạn hoàn thành", 5, "31/12/2024", "đang ở dạng chữ"),
    ("Mục tiêu", "Hạn hoàn thành", 5, "31/02/2024", "không phải là một ngày có thật"),
    ("Mục tiêu", "Hạn hoàn thành", 5, "cuối năm", "không phải là một ngày có thật"),
    ("Kế hoạch", "Ngày ban hành", 0, datetime(1900, 1, 5), "năm không hợp lý"),
    ("Kỳ báo cáo", "Số liệu đến ngày", 5, datetime(2023, 1, 1), "đứng trước “Số liệu từ ngày”"),
    ("Kỳ báo cáo", "Hạn các cơ quan gửi", 5, datetime(2024, 3, 1), "đứng trước “Số liệu đến ngày”"),
    ("Kỳ báo cáo", "Hạn trình báo cáo", 5, datetime(2024, 3, 14), "đứng trước “Hạn các cơ quan gửi”"),
    # words of lists
    ("Mục tiêu", "So sánh", 5, "khoảng", "không có trong danh mục “So sánh”"),
    ("Chỉ tiêu", "Loại", 5, "tỉ số", "không có trong danh mục “Loại”"),
    ("Chỉ tiêu", "Tính giữa các kỳ", 5, "trung bình", "“lũy kế”, “cộng dồn”, “thời điểm”"),
    ("Chỉ tiêu", "Phỏng đoán", 5, "Cột lạ", "“Cột lạ” không phải là tên cột"),
    ("Nhóm cơ quan", "Có nộp biểu mẫu", 5, "tùy", "không có trong danh mục"),
    ("Nơi nhận", "Văn bản", 5, "công văn", "không có trong danh mục"),
    # one sheet against another
    ("Chỉ tiêu", "Mã nhóm", 5, "IX", "không có nhóm chỉ tiêu mã “IX”"),
    ("Mục tiêu", "Phạm vi", 5, "cấp thôn", "không phải là tên cấp"),
    ("Mục tiêu", "Phạm vi", 5, "hộ gia đình", "không phải là tên cấp"),
    ("Cơ quan", "Cấp", 10, "cấp thôn", "không có cấp “cấp thôn”"),
    ("Cơ quan", "Mã cơ quan cấp trên", 10, "999", "không có cơ quan mã “999”"),
    ("Cơ quan", "Mã cơ quan cấp trên", 10, "07213", "không thể là cấp trên của chính nó"),
    ("Cơ quan", "Thuộc nhóm", 6, "so-nganh\nla", "không có nhóm mã “la”"),
    ("Nhóm cơ quan", "Gồm mọi cơ quan cấp", 9, "cấp thôn", "không có cấp “cấp thôn”"),
    ("Chỉ tiêu", "Chủ trì thực hiện", 5, "Các sở, ngành\nHội làng", "không rõ “Hội làng”"),
    ("Chỉ tiêu", "Chủ trì thực hiện", 5, "Giám đốc Sở Y tế", "không rõ “Giám đốc Sở Y tế”"),
    ("Chỉ tiêu", "Chủ trì thực hiện", 5, "UBND xã An Lạc", "có 2 cơ quan tên “UBND xã An Lạc”"),
    ("Chỉ tiêu", "Chủ trì theo dõi, đánh giá", 7, None, "nhưng ô này trống"),
    ("Chỉ tiêu", "Chủ trì theo dõi, đánh giá", 7, "Hội làng", "không rõ “Hội làng”"),
    ("Chỉ tiêu", "Chủ trì theo dõi, đánh giá", 7, "Các doanh nghiệp viễn thông", "không hỏi được ai"),
    ("Chỉ tiêu", "Chủ trì theo dõi, đánh giá", 7, "Các ban của Tỉnh ủy", "không hỏi được ai"),
    ("Nhiệm vụ", "Cơ quan thực hiện", 6, "Hội làng", "không rõ “Hội làng”"),
    ("Nhiệm vụ", "Cơ quan thực hiện", 6, "Các ban của Tỉnh ủy", "chưa có cơ quan nào"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "header", "row", "typed", "says"), ONE_MISTAKE)
def test_a_mistake_is_reported_where_it_is_and_nothing_else(tmp_path, sheet, header, row, typed, says):
    path = change(saved(tmp_path, PLAN), sheet, header, row, typed)
    found = problems(path)
    assert [(s, c) for s, c, _ in found] == [(sheet, address(path, sheet, header, row))]
    assert says.casefold() in found[0][2].casefold()
    text = found[0][2]
    assert text.endswith(".")
    assert "hãy" in text.casefold(), "says what to do"
    assert "None" not in text


# What looks odd and is right.
RIGHT = [
    ("Chỉ tiêu", "Chủ trì theo dõi, đánh giá", 5, "Hội làng"),  # not needed: implementers return forms
    ("Chỉ tiêu", "Chủ trì thực hiện", 5, "07210"),
    ("Chỉ tiêu", "Chủ trì thực hiện", 5, "SỞ TT&TT"),
    ("Nhiệm vụ", "Cơ quan thực hiện", 6, "Giám đốc Sở Y tế"),
    ("Nhiệm vụ", "Cơ quan thực hiện", 6, "Doanh nghiệp viễn thông"),  # a group that is said to return nothing
    ("Kỳ báo cáo", "Hạn các cơ quan gửi", 5, datetime(2024, 3, 14)),
    ("Kỳ báo cáo", "Hạn trình báo cáo", 5, datetime(2024, 3, 15)),
    ("Kế hoạch", "Ngày trình báo cáo tổng hợp", 0, 31),
    ("Mục tiêu", "Giá trị", 5, "12.345.678"),
    ("Mục tiêu", "Giá trị", 5, "-1,5"),
    ("Mục tiêu", "Giá trị", 5, Decimal("0.001")),
    ("Mục tiêu", "Phạm vi", 5, "Doanh nghiệp viễn thông"),
    ("Chỉ tiêu", "Phỏng đoán", 5, "mục tiêu"),
]


@pytest.mark.parametrize(("sheet", "header", "row", "typed"), RIGHT)
def test_what_is_right_is_let_be(tmp_path, sheet, header, row, typed):
    assert read_planbook(change(saved(tmp_path, PLAN), sheet, header, row, typed))


def test_an_unknown_indicator_and_one_without_targets_are_two_mistakes(tmp_path):
    path = change(saved(tmp_path, PLAN), "Mục tiêu", "Mã chỉ tiêu", 5, "I.9")
    assert [(s, c) for s, c, _ in problems(path)] == [("Chỉ tiêu", "A5"), ("Mục tiêu", "A5")]
    first, second = (text for _, _, text in problems(path))
    assert "chưa có mục tiêu" in first
    assert "Không có chỉ tiêu mã “I.9”" in second


def test_a_duplicate_indicator(tmp_path):
    path = change(saved(tmp_path, PLAN), "Chỉ tiêu", "Mã chỉ tiêu", 6, "I.1")
    assert ("Chỉ tiêu", "A6") in [(s, c) for s, c, t in problems(path) if "đã dùng ở ô A5" in t]


def test_a_plan_without_agencies(tmp_path):
    plan = replace(PLAN, agencies=())
    assert problems(saved(tmp_path, plan)) == [
        (
            "Cơ quan", "",
            "Chưa có cơ quan nào của Bắc Giang; hãy thêm các cơ quan nhận và nộp biểu mẫu, mỗi cơ quan một dòng.",
        )
    ]  # fmt: skip


def test_a_code_whose_zeros_nobody_can_know(tmp_path):
    """Offices of the province have codes of no certain width."""
    path = change(saved(tmp_path, PLAN), "Cơ quan", "Mã cơ quan", 6, 101)
    assert ("Cơ quan", "A6") in [(s, c) for s, c, t in problems(path) if "có thể mất số 0" in t]


def test_a_code_is_doubtful_where_the_level_has_codes_of_two_widths(tmp_path):
    path = change(saved(tmp_path, PLAN), "Cơ quan", "Mã cơ quan", 9, "721")
    path = change(path, "Cơ quan", "Mã cơ quan", 10, 7213)
    assert ("Cơ quan", "A10") in [(s, c) for s, c, t in problems(path) if "có thể mất số 0" in t]


def test_error_cells_and_formulas_without_a_result(tmp_path):
    path = saved(tmp_path, PLAN)
    book = openpyxl.load_workbook(path)
    sheet = book["Cơ quan"]
    for row, value, kind in ((5, "#REF!", "e"), (6, "=A1&A2", "f")):
        cell = sheet.cell(row, column(sheet, "Tên gọi khác"))
        cell.value = value
        cell.data_type = kind
    sheet.cell(7, 20).value, sheet.cell(7, 20).data_type = "#DIV/0!", "e"  # staff's own scribbles
    book.save(path)
    found = problems(path)
    assert [(s, c) for s, c, _ in found] == [("Cơ quan", "F5"), ("Cơ quan", "F6")]
    assert "lỗi #REF!" in found[0][2]
    assert "chưa có kết quả" in found[1][2]


@pytest.mark.parametrize("sheet", [s for s in SHEETS[1:] if s != "Điều kiện"])
def test_a_missing_sheet(tmp_path, sheet):
    path = saved(tmp_path, PLAN)
    book = openpyxl.load_workbook(path)
    del book[sheet]
    book.save(path)
    found = problems(path)
    assert [(s, c) for s, c, _ in found] == [(sheet, "")]
    assert f"Không có sheet “{sheet}”" in found[0][2]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.sheet)
def test_a_missing_and_a_double_column(tmp_path, table):
    path = saved(tmp_path, PLAN)
    last = table.fields[-1].header
    book = openpyxl.load_workbook(path)
    sheet = book[table.sheet]
    sheet.delete_cols(column(sheet, last))
    sheet.cell(4, 30).value = table.fields[0].header
    book.save(path)
    found = problems(path)
    assert [(s, c) for s, c, _ in found] == [(table.sheet, "A4"), (table.sheet, "AD4")]
    assert f"thiếu cột “{last}”" in found[0][2]
    assert "hai lần" in found[1][2]


def test_a_sheet_without_headers(tmp_path):
    path = saved(tmp_path, PLAN)
    book = openpyxl.load_workbook(path)
    book["Mục tiêu"].delete_rows(4)
    book.save(path)
    assert [(s, c) for s, c, t in problems(path) if "không thấy dòng tiêu đề" in t.casefold()] == [("Mục tiêu", "")]


def test_missing_and_double_rows_of_the_plan(tmp_path):
    path = saved(tmp_path, PLAN)
    book = openpyxl.load_workbook(path)
    sheet = book["Kế hoạch"]
    row = plan_row(sheet, "Địa danh")
    sheet.cell(row, 1).value = "Ký hiệu báo cáo"
    book.save(path)
    found = problems(path)
    assert [(s, c) for s, c, _ in found] == [("Kế hoạch", "A4"), ("Kế hoạch", f"A{row}")]
    assert "Thiếu dòng “Địa danh”" in found[0][2]
    assert "hai lần" in found[1][2]


def test_all_mistakes_come_at_once_in_the_order_of_the_sheets(tmp_path):
    path = saved(tmp_path, PLAN)
    for sheet, header, row, typed in (
        ("Nhiệm vụ", "Cơ quan thực hiện", 6, "Hội làng"), ("Mục tiêu", "Giá trị", 6, "cao"),
        ("Mục tiêu", "So sánh", 5, "?"), ("Mục tiêu", "Giá trị", 5, None), ("Kế hoạch", "Tên kế hoạch", 0, None),
        ("Chỉ tiêu", "Chủ trì thực hiện", 5, "Hội làng\nHội phố"), ("Cơ quan", "Cấp", 5, "thôn"),
    ):  # fmt: skip
        change(path, sheet, header, row, typed)
    with pytest.raises(PlanbookError) as caught:
        read_planbook(path)
    places = [(s, c) for s, c, _ in caught.value.problems]
    assert places == [
        ("Kế hoạch", "B7"), ("Chỉ tiêu", "J5"), ("Chỉ tiêu", "J5"), ("Mục tiêu", "B5"), ("Mục tiêu", "C5"),
        ("Mục tiêu", "C6"), ("Nhiệm vụ", "B6"), ("Cơ quan", "C5"),
    ]  # fmt: skip
    assert "• Mục tiêu!C6: “cao” không phải là một số" in str(caught.value)
