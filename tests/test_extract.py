"""From a document to a plan: small plans in the test's own text, then the Bắc Giang 2024 plan as a whole."""

import tomllib
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from dtxl.core.errors import SourceError
from dtxl.extract import extract_document
from dtxl.model.plan import Kind, Plan

SOURCE = Path(__file__).parents[2] / "shared" / "plans" / "bac-giang-2024.txt"
EXPECTED = tomllib.loads((Path(__file__).parent / "data" / "bac-giang-2024-indicators.toml").read_text("utf-8"))
needs_source = pytest.mark.skipif(not SOURCE.exists(), reason="the Bắc Giang 2024 plan is not at ../shared/plans")

SMALL = """Số: 12/KH-UBND Sơn Tây, ngày 05 tháng 01 năm 2024

KẾ HOẠCH Chuyển đổi số tỉnh Sơn Tây năm 2024

I. MỤC TIÊU

1. Chính quyền số

- Tỷ lệ số hóa hồ sơ đạt 80%.
- 100% CSDL của tỉnh được kết nối.

II. NHIỆM VỤ TRỌNG TÂM

1. Hoàn thiện môi trường số: Tiếp tục rà soát.

III. PHÂN CÔNG

1. Giám đốc Sở Y tế

a) Dữ liệu:

- Xây dựng kho dữ liệu y tế **xong trước 01/6/2024**.

- Thực hiện đánh giá các cơ sở khám chữa bệnh, trình Chủ tịch

UBND tỉnh kết quả trong tháng 6/2024.

b) Nhân lực:

Đào tạo cán bộ y tế về kỹ năng số.

2. Chánh Văn phòng UBND tỉnh

Theo dõi việc giải quyết TTHC.

3. Chủ tịch UBND huyện, thị xã, thành phố

- Họp Ban Chỉ đạo theo quy chế;
+ Họp mỗi quý một lần.

4. Chế độ báo cáo

- Định kỳ (trước ngày 12 của tháng cuối quý) gửi báo cáo đến Sở Nội vụ để tổng hợp.
- Sở Nội vụ báo cáo UBND tỉnh trước ngày 20 của tháng cuối quý.

Nơi nhận:
- Bộ Nội vụ (b/c);
- Các sở, ngành;
- Lưu: VT.

CHỦ TỊCH
Trần Văn An

PHỤ LỤC

| STT | Chỉ tiêu | Chủ trì theo dõi, đánh giá | Chủ trì thực hiện |
|---|---|---|---|
| I | Chính quyền số | | |
| 1 | Tỷ lệ số hóa hồ sơ đạt 80% | Giám đốc Sở Y tế | Các sở, ngành; UBND |

| STT | Chỉ tiêu | Chủ trì theo dõi, đánh giá | Chủ trì thực hiện |
|---|---|---|---|
| | | | huyện |
| 2 | 100% CSDL của tỉnh được kết nối | Chánh Văn phòng UBND tỉnh | Các sở |
"""


def plan_of(tmp_path: Path, text: str, name: str = "ke-hoach.md") -> Plan:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return extract_document(path)


def targets_of(plan: Plan) -> list[str]:
    return [f"{i.code} {t.op} {t.value}{t.unit}" for i in plan.indicators for t in i.targets]


def about(plan: Plan) -> list[str]:
    return [q.about for q in plan.questions]


def test_a_small_plan_is_read_whole(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, SMALL)
    info = plan.info
    assert (info.id, info.title) == ("son-tay-2024", "Kế hoạch Chuyển đổi số tỉnh Sơn Tây năm 2024")
    assert (info.number, info.date, info.year) == ("12/KH-UBND", date(2024, 1, 5), 2024)
    assert (info.issuer, info.province) == ("Ủy ban nhân dân tỉnh Sơn Tây", "Sơn Tây")
    assert (info.agency_due_day, info.report_due_day, info.aggregator) == (12, 20, "Sở Nội vụ")
    assert (info.signer_title, info.signer_name) == (("CHỦ TỊCH",), "Trần Văn An")
    assert info.recipients == ("Bộ Nội vụ (b/c)", "Các sở, ngành", "Lưu: VT")
    assert (plan.report.superior, plan.report.issuer) == ("", "ỦY BAN NHÂN DÂN TỈNH SƠN TÂY")
    assert (plan.report.symbol, plan.report.addressees) == ("BC-UBND", ("Bộ Nội vụ",))
    assert plan.report.recipients == ("Như trên", "Các sở, ngành", "Lưu: VT")
    assert targets_of(plan) == ["I.1 >= 80%", "I.2 >= 100%"]
    assert plan.indicators[0].implementers == ("Các sở, ngành", "UBND huyện")
    assert (plan.agencies, plan.agency_groups, plan.levels, plan.periods) == ((), (), (), ())


def test_tasks_stand_under_the_office_that_heads_them(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, SMALL)
    assert [(t.code, t.agency, t.section, t.deadline) for t in plan.tasks] == [
        ("III.1.01", "Sở Y tế", "Dữ liệu", date(2024, 6, 1)),
        ("III.1.02", "Sở Y tế", "Dữ liệu", date(2024, 6, 30)),
        ("III.1.03", "Sở Y tế", "Nhân lực", None),
        ("III.2.01", "Văn phòng UBND tỉnh", "", None),
        ("III.3.01", "UBND huyện, thị xã, thành phố", "", None),
    ]
    assert plan.tasks[0].deadline_text == "xong trước 01/6/2024"
    assert plan.tasks[0].text == "Xây dựng kho dữ liệu y tế xong trước 01/6/2024."
    assert plan.tasks[1].text == (
        "Thực hiện đánh giá các cơ sở khám chữa bệnh, trình Chủ tịch UBND tỉnh kết quả trong tháng 6/2024."
    )
    assert plan.tasks[1].span == (
        "Thực hiện đánh giá các cơ sở khám chữa bệnh, trình Chủ tịch\n\nUBND tỉnh kết quả trong tháng 6/2024."
    )
    assert plan.tasks[4].text == "Họp Ban Chỉ đạo theo quy chế; Họp mỗi quý một lần."


def test_a_changed_document_gives_a_changed_plan(tmp_path: Path) -> None:
    changed = (
        SMALL.replace("Tỷ lệ số hóa hồ sơ đạt 80%", "Tỷ lệ số hóa hồ sơ đạt trên 85,5%")
        .replace("| 2 | 100% CSDL", "| 2 | Tỷ lệ hộ nghèo dưới 3% | Giám đốc Sở Nội vụ | Các sở |\n| 3 | 100% CSDL")
        .replace("1. Giám đốc Sở Y tế", "1. Giám đốc Công an tỉnh")
        .replace("ngày 12 của", "ngày 14 của")
    )
    plan = plan_of(tmp_path, changed)
    assert targets_of(plan) == ["I.1 > 85.5%", "I.2 < 3%", "I.3 >= 100%"]
    assert plan.tasks[0].agency == "Công an tỉnh"
    assert plan.info.agency_due_day == 14


def test_columns_are_known_by_their_heading(tmp_path: Path) -> None:
    text = """
| Chủ trì thực hiện | Chủ trì theo dõi | STT | Nội dung chỉ tiêu |
|---|---|---|---|
| Các sở | Giám đốc Sở Y tế | 1 | Tỷ lệ số hóa đạt 80% |
"""
    (indicator,) = plan_of(tmp_path, text).indicators
    assert (indicator.text, indicator.monitor) == ("Tỷ lệ số hóa đạt 80%", "Giám đốc Sở Y tế")
    assert indicator.implementers == ("Các sở",)


def test_a_target_may_stand_in_its_own_column(tmp_path: Path) -> None:
    text = """
| TT | Chỉ tiêu | Đơn vị tính | Mục tiêu năm 2024 | Cơ quan thực hiện |
|---|---|---|---|---|
| 1 | Tỷ lệ số hóa hồ sơ | % | Trên 50 | Các sở |
| 2 | Số mô hình điểm | mô hình | 12 | Các sở |
"""
    plan = plan_of(tmp_path, text)
    assert targets_of(plan) == ["I.1 > 50%", "I.2 >= 12mô hình"]
    assert [i.kind for i in plan.indicators] == [Kind.RATIO, Kind.COUNT]


def test_missing_columns_are_asked_for(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "| STT | Chỉ tiêu |\n|---|---|\n| 1 | Tỷ lệ số hóa đạt 80% |\n")
    assert targets_of(plan) == ["I.1 >= 80%"]
    whys = [q.why for q in plan.questions if q.about == "Bảng chỉ tiêu"]
    assert len(whys) == 2
    assert "chủ trì theo dõi" in whys[0]


def test_broken_rows_are_joined_or_asked_about(tmp_path: Path) -> None:
    head = "| STT | Chỉ tiêu | Chủ trì theo dõi | Chủ trì thực hiện |\n|---|---|---|---|\n"
    rows = """| 1 | Tỷ lệ số hóa hồ sơ | Giám đốc | Các sở |
| | của các sở đạt 80% | Sở Y tế | |
| | Tỷ lệ thứ hai đạt 50% | Giám đốc Sở Y tế | Các sở |
| 1 | Tỷ lệ trùng số đạt 60% | Giám đốc Sở Y tế | Các sở |
| 5 | | Giám đốc Sở Y tế | Các sở |
| 6 | Chưa có mức nào | Giám đốc Sở Y tế | Các sở | thừa |
| 7 | Tỷ lệ chưa có mức nào | Giám đốc Sở Y tế | Các sở |
"""
    plan = plan_of(tmp_path, head + rows)
    assert targets_of(plan) == ["I.1 >= 80%", "I.2 >= 50%", "I.3 >= 60%"]
    first = plan.indicators[0]
    assert (first.text, first.monitor) == ("Tỷ lệ số hóa hồ sơ của các sở đạt 80%", "Giám đốc Sở Y tế")
    assert first.span == "Tỷ lệ số hóa hồ sơ"
    assert plan.indicators[3].code == "I.7"
    assert plan.indicators[3].targets == ()
    assert {"Chỉ tiêu I.2", "Chỉ tiêu I.3", "Chỉ tiêu I.7", "Bảng chỉ tiêu"} <= set(about(plan))
    # What names no measure and no value is no indicator, but it is not passed over in silence.
    assert any("không lấy làm chỉ tiêu" in q.why and "Chưa có mức nào" in q.span for q in plan.questions)


def test_prose_that_differs_from_the_table_is_asked_about_and_not_listed_twice(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, SMALL.replace("- Tỷ lệ số hóa hồ sơ đạt 80%.", "- Tỷ lệ số hóa hồ sơ đạt 90%."))
    assert targets_of(plan) == ["I.1 >= 80%", "I.2 >= 100%"]
    assert "Chỉ tiêu I.1" in about(plan)
    other = plan_of(tmp_path, SMALL.replace("- 100% CSDL", "- Tỷ lệ thôn có trạm phát sóng đạt 70%.\n- 100% CSDL"))
    # What only the text states is an indicator too; staff are asked about it.
    assert targets_of(other) == ["I.1 >= 80%", "I.2 >= 100%", "I.3 >= 70%"]
    assert "Mục tiêu" in about(other)


def test_without_a_table_the_objectives_are_listed(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, SMALL[: SMALL.index("PHỤ LỤC")])
    assert targets_of(plan) == ["I.1 >= 80%", "I.2 >= 100%"]
    assert [g.name for g in plan.groups] == ["Chính quyền số"]
    assert "Chỉ tiêu" in about(plan)


def test_text_in_decomposed_letters_gives_the_same_plan(tmp_path: Path) -> None:
    one = plan_of(tmp_path, SMALL)
    other = plan_of(tmp_path, unicodedata.normalize("NFD", SMALL), "nfd.txt")
    assert [(i.text, i.targets, i.monitor, i.numerator) for i in one.indicators] == [
        (i.text, i.targets, i.monitor, i.numerator) for i in other.indicators
    ]
    assert [(t.code, t.agency, t.text, t.deadline) for t in one.tasks] == [
        (t.code, t.agency, t.text, t.deadline) for t in other.tasks
    ]
    assert one.info == other.info


def test_markdown_marks_are_left_out_of_the_text(tmp_path: Path) -> None:
    marked = SMALL.replace("I. MỤC TIÊU", "## I. MỤC TIÊU").replace("1. Giám đốc Sở Y tế", "**1. Giám đốc Sở Y tế**")
    assert plan_of(tmp_path, marked).tasks == plan_of(tmp_path, SMALL).tasks


def test_blank_serial_and_day_are_asked_for(tmp_path: Path) -> None:
    blank = SMALL.replace("Số: 12/KH-UBND Sơn Tây, ngày 05 tháng", "Số: /KH-UBND Sơn Tây, ngày tháng")
    plan = plan_of(tmp_path, blank)
    assert (plan.info.number, plan.info.date, plan.info.year) == ("/KH-UBND", None, 2024)
    assert about(plan).count("Kế hoạch") == 3  # number, day, and whether “trước ngày 15” takes in the 15th
    dated = plan_of(tmp_path, blank.replace("PHỤ LỤC\n", "PHỤ LỤC\n(Kèm theo Kế hoạch số /KH-BCĐ ngày 07/02/2024)\n"))
    assert dated.info.date == date(2024, 2, 7)
    assert about(dated).count("Kế hoạch") == 4


@pytest.mark.parametrize("text", ["", "\n\n", "Xin chào.", "| A | B |\n|---|---|\n| 1 | 2 |"])
def test_a_document_without_a_plan_gives_an_empty_plan_and_a_question(tmp_path: Path, text: str) -> None:
    plan = plan_of(tmp_path, text)
    assert (plan.indicators, plan.tasks, plan.groups) == ((), (), ())
    assert about(plan) == ["Kế hoạch"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ke-hoach.pdf", b"%PDF-1.7"),
        ("ke-hoach", b"x"),
        ("ke-hoach.txt", "Kế hoạch".encode("utf-16-le")[:-1]),
        ("ke-hoach.txt", b"K\xea ho\xa1ch"),
    ],
)
def test_what_cannot_be_read_is_said_in_vietnamese(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"[Tt]ệp"):
        extract_document(path)


def test_a_missing_file_and_utf16(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        extract_document(tmp_path / "khong-co.txt")
    path = tmp_path / "utf16.txt"
    path.write_text(SMALL, encoding="utf-16")
    assert extract_document(path) == plan_of(tmp_path, SMALL)


@pytest.fixture(scope="module")
def whole() -> Plan:
    return extract_document(SOURCE)


@needs_source
def test_the_28_indicators_are_as_a_careful_reader_has_them(whole: Plan) -> None:
    found = [
        {
            "code": i.code,
            "name": i.name,
            "targets": [f"{t.op} {t.value} {t.scope or ''}".strip() for t in i.targets],
            "monitor": i.monitor,
            "implementers": list(i.implementers),
        }
        for i in whole.indicators
    ]
    assert found == EXPECTED["indicator"]
    counts = Counter(i.group for i in whole.indicators)
    assert [[g.code, g.name, counts[g.code]] for g in whole.groups] == EXPECTED["groups"]
    targets = [t for i in whole.indicators for t in i.targets]
    assert len(targets) == 30
    assert {(t.unit, t.year, t.deadline) for t in targets} == {("%", 2024, None)}
    assert {i.kind for i in whole.indicators} == {Kind.RATIO}
    assert [i.code for i in whole.indicators if not i.whole] == ["II.1", "II.3"]


@needs_source
def test_every_span_is_an_exact_piece_of_the_source(whole: Plan) -> None:
    source = SOURCE.read_text("utf-8")
    spans = [x.span for part in (whole.indicators, whole.tasks, whole.questions) for x in part]
    assert [s for s in spans if s not in source] == []
    assert all(i.span for i in whole.indicators)
    assert all(t.span for t in whole.tasks)


@needs_source
def test_labels_are_filled_and_only_doubtful_ones_are_asked_about(whole: Plan) -> None:
    for i in whole.indicators:
        assert i.numerator
        assert i.denominator
        assert i.numerator != i.denominator
        assert {"numerator", "denominator"} <= set(i.guessed)
    by_code = whole.indicator_by_code
    assert (by_code["I.4"].numerator, by_code["I.4"].denominator) == (
        "Số hồ sơ trực tuyến",
        "Tổng số hồ sơ tiếp nhận, giải quyết TTHC",
    )
    asked = {q.about for q in whole.questions if q.about.startswith("Chỉ tiêu")}
    assert {"Chỉ tiêu I.12", "Chỉ tiêu II.1", "Chỉ tiêu I.17"} <= asked
    assert len(asked) <= 6


@needs_source
def test_all_88_tasks_stand_under_their_offices(whole: Plan) -> None:
    counts: dict[str, int] = {}
    for task in whole.tasks:
        key = task.code.rpartition(".")[0] + " " + task.agency
        counts[key] = counts.get(key, 0) + 1
    assert counts == {
        "III.1 Sở Thông tin và Truyền thông": 28,
        "III.2 Công an tỉnh": 5,
        "III.3 Văn phòng UBND tỉnh": 4,
        "III.4 Sở Kế hoạch và Đầu tư": 2,
        "III.5 Sở Tài chính": 2,
        "III.6 Sở Công Thương": 2,
        "III.7 Sở Tài nguyên và Môi trường": 5,
        "III.8 Sở Nông nghiệp và Phát triển nông thôn": 3,
        "III.9 Sở Xây dựng": 2,
        "III.10 Sở Giao thông vận tải": 2,
        "III.11 Sở Khoa học và Công nghệ": 1,
        "III.12 Sở Giáo dục và Đào tạo": 4,
        "III.13 Sở Y tế": 4,
        "III.14 Sở Văn hóa, Thể thao và Du lịch": 1,
        "III.15 Sở Lao động - Thương binh và Xã hội": 2,
        "III.16 Sở Nội vụ": 3,
        "III.17 Tỉnh đoàn Bắc Giang": 5,
        "IV.1 Sở Thông tin và Truyền thông": 2,
        "IV.2 Các sở, cơ quan thuộc UBND tỉnh": 4,
        "IV.3 UBND huyện, thị xã, thành phố": 7,
    }
    assert len({t.code for t in whole.tasks}) == 88
    assert {t.code: t.deadline for t in whole.tasks if t.deadline} == {
        "III.1.25": date(2024, 6, 1),
        "III.7.03": date(2024, 12, 31),
        "III.7.05": date(2025, 9, 30),
        "III.16.01": date(2024, 6, 30),
        "IV.2.04": date(2024, 6, 1),
        "IV.3.07": date(2024, 6, 1),
    }
    # Each of the six paragraphs that a page break cut is whole again, and no mark of markup is left.
    assert all(t.text.endswith((".", "”.", ")")) for t in whole.tasks)
    assert not [t.code for t in whole.tasks if "*" in t.text]


@needs_source
def test_the_documents_own_facts(whole: Plan) -> None:
    info, report = whole.info, whole.report
    assert info.id == "bac-giang-2024"
    assert info.title == "Kế hoạch Hoạt động của Ban chỉ đạo chuyển đổi số tỉnh Bắc Giang năm 2024"
    assert (info.number, info.date, info.year) == ("/KH-BCĐCĐS", date(2024, 3, 1), 2024)
    assert (info.issuer, info.province) == ("Ban chỉ đạo chuyển đổi số tỉnh Bắc Giang", "Bắc Giang")
    assert (info.agency_due_day, info.report_due_day) == (15, 25)
    assert info.aggregator == "Sở Thông tin và Truyền thông"
    assert (info.signer_title, info.signer_name) == (("TRƯỞNG BAN", "CHỦ TỊCH UBND TỈNH"), "Lê Ánh Dương")
    assert len(info.recipients) == 9
    assert info.recipients[-1] == "Lưu: VT, KGVX"
    assert (report.superior, report.issuer) == ("ỦY BAN NHÂN DÂN TỈNH BẮC GIANG", "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ")
    assert (report.symbol, report.place) == ("BC-BCĐCĐS", "Bắc Giang")
    assert report.addressees == ("Bộ Thông tin và Truyền thông",)
    assert report.recipients[0] == "Như trên"
    assert report.recipients[1:] == info.recipients[1:]
    whys = " ".join(q.why for q in whole.questions)
    for word in ("để trống", "KH-BCĐ)", "01/03/2024", "“Dùng”", "được đoán"):
        assert word in whys


@needs_source
def test_a_change_in_the_whole_document_shows(tmp_path: Path) -> None:
    text = SOURCE.read_text("utf-8")
    changed = (
        text.replace(
            "trên tổng số hồ sơ tiếp nhận, giải quyết TTHC đạt 70%", "trên tổng số hồ sơ tiếp nhận đạt trên 71%"
        )
        .replace(
            "| 9 | Tỷ lệ công bố",
            "| 9 | Tỷ lệ thôn có mạng dưới 5% | Giám đốc Sở Y tế | Các sở |\n| 19 | Tỷ lệ công bố",
        )
        .replace("2. Giám đốc Công an tỉnh", "2. Chánh Thanh tra tỉnh")
    )
    plan = plan_of(tmp_path, changed, "ke-hoach.txt")
    by_code = plan.indicator_by_code
    assert [(t.op, int(t.value)) for t in by_code["I.4"].targets] == [(">", 71)]
    assert [(t.op, int(t.value)) for t in by_code["I.9"].targets] == [("<", 5)]
    assert by_code["I.19"].name == "Tỷ lệ công bố, công khai TTHC đúng hạn"
    assert plan.task_by_code["III.2.01"].agency == "Thanh tra tỉnh"


@pytest.mark.parametrize(("name", "least"), [("bac-giang-2023", 20), ("son-la-2023", 15), ("nghe-an-2025", 15)])
def test_plans_of_running_text_give_their_indicators(name: str, least: int) -> None:
    path = SOURCE.with_name(f"{name}.txt")
    if not path.exists():
        pytest.skip(f"{name} is not at ../shared/plans")
    plan = extract_document(path)
    assert plan.info.id == name
    assert len(plan.indicators) >= least
    assert all(i.targets for i in plan.indicators)


def test_tasks_that_a_text_without_headings_names_office_by_office(tmp_path: Path) -> None:
    news = (
        "Ngày 05/01/2024, UBND tỉnh Sơn Tây ban hành Kế hoạch số 12/KH-UBND về chuyển đổi số tỉnh Sơn Tây năm 2024.\n"
        "Mục tiêu: tỷ lệ số hóa hồ sơ đạt 80%.\n"
        "Kế hoạch giao nhiệm vụ cho một số đơn vị, như: Văn phòng UBND tỉnh theo dõi việc giải quyết hồ sơ; Sở Y tế "
        "xây dựng kho dữ liệu y tế trước ngày 01/6/2024; Sở Nội vụ tổ chức tập huấn.\n"
        "Sở Tài chính tổ chức hội nghị.\n"
    )
    plan = plan_of(tmp_path, news)
    assert [(t.code, t.agency, t.text, t.deadline) for t in plan.tasks] == [
        ("NV.01", "Văn phòng UBND tỉnh", "Theo dõi việc giải quyết hồ sơ", None),
        ("NV.02", "Sở Y tế", "Xây dựng kho dữ liệu y tế trước ngày 01/6/2024", date(2024, 6, 1)),
        ("NV.03", "Sở Nội vụ", "Tổ chức tập huấn", None),
    ]
    assert all(t.span in news for t in plan.tasks)
    assert "Nhiệm vụ" in about(plan)
