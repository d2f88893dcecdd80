"""The grammar of targets and deadlines, sentence by sentence."""

from datetime import date

import pytest

from dtxl.extract.deadlines import find_deadlines
from dtxl.extract.labels import draft_labels
from dtxl.extract.targets import read_targets

# (sentence, targets as "op value unit [scope]", name)
SENTENCES = [
    ("Tỷ lệ cấp kết quả TTHC điện tử đạt 100%", [">= 100 %"], "Tỷ lệ cấp kết quả TTHC điện tử"),
    ("Tỷ lệ số hóa hồ sơ đạt tối thiểu 80%.", [">= 80 %"], "Tỷ lệ số hóa hồ sơ"),
    ("Tỷ lệ số hóa hồ sơ đạt ít nhất 42,7%", [">= 42.7 %"], "Tỷ lệ số hóa hồ sơ"),
    ("Tỷ lệ số hóa hồ sơ đạt trên 70%", ["> 70 %"], "Tỷ lệ số hóa hồ sơ"),
    (
        "Tỷ lệ thuê bao sử dụng điện thoại thông minh trên 80%",
        ["> 80 %"],
        "Tỷ lệ thuê bao sử dụng điện thoại thông minh",
    ),
    ("Tỷ lệ hồ sơ trên tổng số hồ sơ đạt 60%", [">= 60 %"], "Tỷ lệ hồ sơ trên tổng số hồ sơ"),
    ("Tỷ lệ số hóa đạt từ 50% trở lên", [">= 50 %"], "Tỷ lệ số hóa"),
    ("Tỷ lệ số hóa 50% trở lên", [">= 50 %"], "Tỷ lệ số hóa"),
    ("Tỷ lệ số hóa đạt từ 70%", [">= 70 %"], "Tỷ lệ số hóa"),
    ("Tỷ lệ số hóa không dưới 70%", [">= 70 %"], "Tỷ lệ số hóa"),
    ("Tỷ trọng kinh tế số đạt tối thiểu trên 2%", ["> 2 %"], "Tỷ trọng kinh tế số"),
    ("Tỷ lệ số hóa ≥ 90 %", [">= 90 %"], "Tỷ lệ số hóa"),
    ("Tỷ lệ hồ sơ trễ hạn ≤ 1,5%", ["<= 1.5 %"], "Tỷ lệ hồ sơ trễ hạn"),
    ("Tỷ lệ hồ sơ trễ hạn < 2%", ["< 2 %"], "Tỷ lệ hồ sơ trễ hạn"),
    ("Tỷ lệ số hóa > 90%", ["> 90 %"], "Tỷ lệ số hóa"),
    ("Tỷ lệ hồ sơ trễ hạn không quá 2%", ["<= 2 %"], "Tỷ lệ hồ sơ trễ hạn"),
    ("Tỷ lệ hồ sơ trễ hạn dưới 2%", ["< 2 %"], "Tỷ lệ hồ sơ trễ hạn"),
    ("Tỷ lệ hồ sơ trễ hạn giảm xuống còn 5%", ["<= 5 %"], "Tỷ lệ hồ sơ trễ hạn"),
    ("Tỷ lệ hồ sơ trễ hạn 3% trở xuống", ["<= 3 %"], "Tỷ lệ hồ sơ trễ hạn"),
    ("100% CSDL của tỉnh được kết nối, chia sẻ", [">= 100 %"], "Tỷ lệ CSDL của tỉnh được kết nối, chia sẻ"),
    ("Trên 30% hoạt động kiểm tra được số hóa", ["> 30 %"], "Tỷ lệ hoạt động kiểm tra được số hóa"),
    ("Tối thiểu 90% người dân hài lòng", [">= 90 %"], "Tỷ lệ người dân hài lòng"),
    ("Phấn đấu 100% cơ quan kết nối mạng", [">= 100 %"], "Tỷ lệ cơ quan kết nối mạng"),
    (
        "Phấn đấu toàn tỉnh đạt 60% hộ gia đình trở lên tham gia mua sắm trực tuyến",
        [">= 60 %"],
        "Tỷ lệ hộ gia đình tham gia mua sắm trực tuyến",
    ),
    (
        "Tỷ lệ văn bản điện tử đạt 100% (trừ văn bản mật theo quy định)",
        [">= 100 %"],
        "Tỷ lệ văn bản điện tử (trừ văn bản mật theo quy định)",
    ),
    ("Doanh số TMĐT tăng trên 25%/năm", ["increase> 25 %"], "Mức tăng doanh số TMĐT"),
    ("Số hồ sơ trực tuyến tăng 20%", ["increase>= 20 %"], "Mức tăng số hồ sơ trực tuyến"),
    ("giảm 30% thủ tục hành chính", ["reduce>= 30 %"], "Tỷ lệ giảm thủ tục hành chính"),
    ("Thời gian giải quyết giảm tối thiểu 10%", ["reduce>= 10 %"], "Mức giảm thời gian giải quyết"),
    (
        "Phấn đấu có trên 3.000 lượt doanh nghiệp được đào tạo",
        ["> 3000 lượt doanh nghiệp"],
        "Số lượt doanh nghiệp được đào tạo",
    ),
    ("Có ít nhất 50 mô hình chuyển đổi số", [">= 50 mô hình"], "Số mô hình chuyển đổi số"),
    ("Doanh thu công nghệ số đạt 1.200,5 tỷ đồng", [">= 1200.5 tỷ đồng"], "Doanh thu công nghệ số"),
    ("Chỉ số DTI đạt 80 điểm trở lên", [">= 80 điểm"], "Chỉ số DTI"),
    ("Thời gian chờ không quá 15 phút", ["<= 15 phút"], "Thời gian chờ"),
    (
        "Tỷ lệ dân số từ 15 tuổi trở lên có tài khoản tại ngân hàng trên 75%",
        ["> 75 %"],
        "Tỷ lệ dân số từ 15 tuổi trở lên có tài khoản tại ngân hàng",
    ),
    (
        "Tỷ lệ xử lý văn bản trên môi trường mạng đạt 100% đối với các sở, ngành và tương đương thuộc UBND tỉnh, 95% "
        "đối với các phòng, ban và tương đương thuộc UBND cấp huyện và 80% đối với UBND cấp xã",
        [">= 100 % cấp tỉnh", ">= 95 % cấp huyện", ">= 80 % cấp xã"],
        "Tỷ lệ xử lý văn bản trên môi trường mạng",
    ),
    (
        "Tỷ lệ hồ sơ được xử lý trên môi trường mạng tại cấp tỉnh đạt trên 95%, cấp huyện trên 85%, cấp xã trên 55%.",
        ["> 95 % cấp tỉnh", "> 85 % cấp huyện", "> 55 % cấp xã"],
        "Tỷ lệ hồ sơ được xử lý trên môi trường mạng",
    ),
    (
        "90% hồ sơ công việc tại cấp tỉnh; 80% hồ sơ công việc tại cấp huyện và 60% hồ sơ công việc tại cấp xã được xử "
        "lý trên môi trường mạng",
        [">= 90 % cấp tỉnh", ">= 80 % cấp huyện", ">= 60 % cấp xã"],
        "Tỷ lệ hồ sơ công việc được xử lý trên môi trường mạng",
    ),
    ("Tỷ lệ số hóa đạt tối thiểu 70% đối với cấp xã", [">= 70 % cấp xã"], "Tỷ lệ số hóa"),
    # A level that only says where things are is no scope.
    ("Tỷ lệ chứng thực tại UBND cấp xã đạt 100%", [">= 100 %"], "Tỷ lệ chứng thực tại UBND cấp xã"),
    (
        "60% dữ liệu từ cấp tỉnh đến cấp xã được số hóa",
        [">= 60 %"],
        "Tỷ lệ dữ liệu từ cấp tỉnh đến cấp xã được số hóa",
    ),
    # No targets.
    ("Tỷ lệ dịch vụ công trực tuyến mức độ 3, 4", [], "Tỷ lệ dịch vụ công trực tuyến mức độ 3, 4"),
    ("Thực hiện Kế hoạch số 199/KH-UBND ngày 11/12/2023", [], "Thực hiện Kế hoạch số 199/KH-UBND ngày 11/12/2023"),
    ("Người từ 15 tuổi trở lên", [], "Người từ 15 tuổi trở lên"),
    ("Phát triển hạ tầng số với 04 trụ cột", [], "Phát triển hạ tầng số với 04 trụ cột"),
    ("", [], ""),
]


@pytest.mark.parametrize(("sentence", "targets", "name"), SENTENCES)
def test_a_sentence_gives_its_targets_and_its_name(sentence: str, targets: list[str], name: str) -> None:
    reading = read_targets(sentence, 2024)
    found = [f"{t.op} {t.value} {t.unit} {t.scope or ''}".strip() for t in reading.targets]
    assert (found, reading.name) == (targets, name)
    assert all(t.year == 2024 for t in reading.targets)


@pytest.mark.parametrize(
    ("sentence", "year", "deadline", "name"),
    [
        (
            "100% hệ thống được bảo đảm an toàn trước ngày 01/6/2023",
            2023,
            date(2023, 6, 1),
            "Tỷ lệ hệ thống được bảo đảm an toàn",
        ),
        ("Đến hết năm 2025, 80% doanh nghiệp dùng hóa đơn điện tử", 2025, date(2025, 12, 31),
         "Tỷ lệ doanh nghiệp dùng hóa đơn điện tử"),
        ("Đến năm 2025, tỷ lệ hộ có địa chỉ số đạt 80%", 2025, None, "Tỷ lệ hộ có địa chỉ số"),
    ],
)  # fmt: skip
def test_a_target_may_name_its_own_year(sentence: str, year: int, deadline: date | None, name: str) -> None:
    reading = read_targets(sentence, 2024)
    assert [(t.year, t.deadline) for t in reading.targets] == [(year, deadline)]
    assert reading.name == name


def test_two_years_in_one_sentence() -> None:
    reading = read_targets("Tỷ lệ số hóa đạt 80% năm 2024, 90% năm 2025", 2024)
    assert [(int(t.value), t.year) for t in reading.targets] == [(80, 2024), (90, 2025)]
    assert reading.name == "Tỷ lệ số hóa"
    assert reading.doubts == ()


def test_what_is_unsure_is_said() -> None:
    assert read_targets("Tỷ lệ số hóa đạt 70% - 80%", 2024).doubts
    assert read_targets("Phủ trên 80% hộ gia đình, 100% xã", 2024).doubts
    assert not read_targets("Tỷ lệ số hóa đạt 70%", 2024).doubts


@pytest.mark.parametrize(
    ("text", "day", "printed"),
    [
        ("theo cấp độ xong trước 01/6/2024.", date(2024, 6, 1), "xong trước 01/6/2024"),
        ("kiện toàn đội ngũ hoàn thành trong tháng 6/2024.", date(2024, 6, 30), "hoàn thành trong tháng 6/2024"),
        ("(hoàn thành chậm nhất trong Quý III/2025)", date(2025, 9, 30), "hoàn thành chậm nhất trong Quý III/2025"),
        ("Quý II/2025 có kết quả", date(2025, 6, 30), "Quý II/2025"),
        ("trong quý II", date(2024, 6, 30), "trong quý II"),
        ("đến hết năm 2025", date(2025, 12, 31), "đến hết năm 2025"),
        ("trước ngày 30 tháng 6 năm 2024", date(2024, 6, 30), "trước ngày 30 tháng 6 năm 2024"),
        ("trong tháng 02/2024", date(2024, 2, 29), "trong tháng 02/2024"),
    ],
)
def test_deadlines(text: str, day: date, printed: str) -> None:
    assert [(d.day, d.text) for d in find_deadlines(text, 2024)] == [(day, printed)]


@pytest.mark.parametrize(
    "text",
    [
        "Kế hoạch số 18/KH-UBND ngày 23/01/2024",
        "trước ngày 25 của tháng cuối quý",
        "Đề án đến năm 2025, định hướng đến năm 2030",
        "theo Đề án “Hoàn thành trong năm 2024”",
        "ứng dụng AI trong dạy học từ năm 2025",
        "trước ngày 31/02/2024",
        "trong tháng 13/2024",
    ],
)
def test_what_is_no_deadline(text: str) -> None:
    assert find_deadlines(text, 2024) == ()


@pytest.mark.parametrize(
    ("name", "numerator", "denominator"),
    [
        ("Tỷ lệ hồ sơ trực tuyến trên tổng số hồ sơ tiếp nhận", "Số hồ sơ trực tuyến", "Tổng số hồ sơ tiếp nhận"),
        ("Tỷ lệ số hóa hồ sơ", "Số hồ sơ được số hóa", "Tổng số hồ sơ"),
        (
            "Tỷ lệ xử lý kiến nghị đúng hạn",
            "Số kiến nghị được xử lý đúng hạn",
            "Tổng số kiến nghị phải xử lý",
        ),
        ("Tỷ lệ hộ gia đình có địa chỉ số", "Số hộ gia đình có địa chỉ số", "Tổng số hộ gia đình"),
        ("Tỷ lệ dân số trưởng thành có tài khoản", "Số người trưởng thành có tài khoản", "Tổng số người trưởng thành"),
        ("Tỷ trọng du lịch trong tổng thu ngân sách", "Giá trị du lịch", "Tổng thu ngân sách"),
        (
            "Tỷ lệ CSDL (của các sở) được kết nối để phục vụ người dân",
            "Số CSDL được kết nối",
            "Tổng số CSDL",
        ),
        (
            "Tỷ lệ thanh toán trực tuyến trên tổng số giao dịch thanh toán",
            "Số giao dịch thanh toán trực tuyến",
            "Tổng số giao dịch thanh toán",
        ),
    ],
)
def test_labels_are_drawn_from_the_wording(name: str, numerator: str, denominator: str) -> None:
    labels = draft_labels(name)
    assert (labels.numerator, labels.denominator, labels.doubt) == (numerator, denominator, "")


def test_a_wording_that_cannot_be_split_is_doubtful() -> None:
    assert draft_labels("Tỷ lệ nội dung khác").doubt
    assert draft_labels("Mức độ hài lòng của người dân").doubt
    assert not draft_labels("Tỷ trọng du lịch trong tổng thu ngân sách").whole
