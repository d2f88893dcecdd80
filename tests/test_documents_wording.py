"""The wording as a clerk would have it: counts with their nouns, the plan's own deadlines, names, percentages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import dtxl.templates
import pytest
from docx import Document

from dtxl.documents import draw_report, report_figures, report_passages
from dtxl.documents.dates import days_in, spelled
from dtxl.documents.facts import Facts
from dtxl.documents.phrases import percent
from dtxl.model.plan import Agency, AgencyGroup
from dtxl.model.rollup import Rollup, Standing, State
from tests.test_documents_sample import make_rollup

BLANK = "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0"
TEMPLATE = Path(dtxl.templates.__file__).with_name("bao-cao.docx")


def said(rollup: Rollup, place: str, unknown: Sequence[str] = ()) -> str:
    return " ".join(p.text for p in report_passages(rollup, unknown) if p.place.startswith(place))


def planned(rollup: Rollup, **changes: object) -> Rollup:
    return replace(rollup, plan=replace(rollup.plan, **changes))


def standing(rollup: Rollup, level: str, *standings: Standing) -> Rollup:
    """The rollup with the first agencies of `level` in these standings, all others accepted."""
    left = list(standings)
    agencies = [
        replace(a, standing=left.pop(0) if a.level == level and left else Standing.ACCEPTED) for a in rollup.agencies
    ]
    return replace(rollup, agencies=tuple(agencies))


# Section I


def test_every_count_of_section_one_has_its_noun() -> None:
    text = said(make_rollup(), "Mục I")
    assert (
        "trong 227 cơ quan, đơn vị có 213 đơn vị gửi đúng hạn, 5 đơn vị gửi sau hạn, 5 đơn vị có báo cáo phải sửa và "
        "4 đơn vị chưa gửi; tình hình"
    ) in text
    assert "gồm 8 đơn vị cấp tỉnh, 10 đơn vị cấp huyện và 209 đơn vị cấp xã." in text
    assert "biểu mẫu của từng cơ quan, đơn vị." in text


def test_a_level_that_is_all_in_time_says_so_in_words() -> None:
    rollup = standing(make_rollup(), "commune", Standing.LATE)
    text = said(rollup, "Mục I")
    assert "- Cấp huyện: 10/10 đơn vị gửi báo cáo đạt yêu cầu (100%), tất cả đều gửi đúng hạn." in text
    assert "- Cấp xã: 209/209 đơn vị gửi báo cáo đạt yêu cầu (100%), cụ thể: 208 đơn vị gửi đúng hạn và 1 đơn" in text
    assert "cả 227 cơ quan, đơn vị đều gửi đúng hạn; tình hình" in said(standing(rollup, "commune"), "Mục I")


# Section II


@pytest.mark.parametrize(
    ("states", "end"),
    [
        (["met"], "với 1 mục tiêu, kết quả đạt mục tiêu."),
        (["met", "met"], "với 2 mục tiêu, cả 2 mục tiêu đều đạt."),
        (["exceeded", "exceeded"], "với 2 mục tiêu, cả 2 mục tiêu đều vượt."),
        (["missed", "missed"], "với 2 mục tiêu, cả 2 mục tiêu đều chưa đạt."),
        (["no_data", "no_data"], "với 2 mục tiêu, cả 2 mục tiêu đều chưa có số liệu để đánh giá."),
        (["no_data"], "với 1 mục tiêu, mục tiêu này chưa có số liệu để đánh giá."),
        (["met", "missed"], "với 2 mục tiêu, trong đó có 1 mục tiêu đạt và 1 mục tiêu chưa đạt."),
    ],
)
def test_a_group_of_one_kind_is_summed_up_in_words(states: list[str], end: str) -> None:
    rollup = make_rollup()
    rows = tuple(replace(r, state=State(s)) for r, s in zip(rollup.indicators, states, strict=False))
    first = next(p.text for p in report_passages(replace(rollup, indicators=rows)) if p.place.startswith("Mục II, "))
    assert first.endswith(end)


def test_only_what_reached_its_target_is_said_to_reach() -> None:
    rollup = make_rollup()
    text = said(rollup, "Mục II, ")
    assert ": kết quả 69,999% (69.999/100.000), chưa đạt mục tiêu (≥\u00a070%)" in text
    assert "Tính chung: kết quả " in text
    for passage in report_passages(rollup):
        if passage.place.startswith("Mục II, ") and "chưa đạt mục tiêu (" in passage.text:
            assert ": đạt " not in passage.text


@pytest.mark.parametrize(
    ("value", "sentence", "column"),
    [("98.5", "98,50%", "98,50%"), ("64", "64,00%", "64,00%"), ("100", "100%", "100,00%"), ("0", "0%", "0,00%"),
     ("1234.567", "1.234,57%", "1.234,57%"), ("99.999", "100,00%", "100,00%")],
)  # fmt: skip
def test_percentages_have_two_decimals(value: str, sentence: str, column: str) -> None:
    assert percent("x", Fraction(value)).text == sentence
    assert percent("x", Fraction(value), table=True).text == column


# Deadlines


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("trước 01/6/2024", "trước ngày 01 tháng 6 năm 2024"),
        ("trước ngày 1/2/2024", "trước ngày 01 tháng 02 năm 2024"),
        ("chậm nhất trong Quý III/2025", "chậm nhất trong quý III năm 2025"),
        ("trong tháng 6/2024", "trong tháng 6 năm 2024"),
        ("trước 31/02/2024", "trước 31/02/2024"),
        ("theo Quyết định số 06/12/2024/QĐ", "theo Quyết định số 06/12/2024/QĐ"),
        ("hằng quý", "hằng quý"),
    ],
)
def test_dates_in_figures_are_spelled(printed: str, words: str) -> None:
    assert spelled(printed) == words


def test_days_are_found_in_words() -> None:
    assert days_in("xong trước 01/6/2024, 31/02/2024, 5/7") == (date(2024, 6, 1),)


def _due(day: date | None, printed: str) -> tuple[str, str]:
    """(section V.2, the cell of Phụ lục II) of a plan with one task."""
    rollup = make_rollup()
    task = replace(rollup.plan.tasks[0], deadline=day, deadline_text=printed)
    result = replace(rollup.tasks[0], deadline=day, done=0, ongoing=1, not_started=0, silent=0, late=0)
    one = planned(replace(rollup, tasks=(result,)), tasks=(task,))
    cell = next(p.text for p in report_passages(one) if p.place == "Phụ lục II, dòng 1, thoi_han")
    return said(one, "Mục V.2"), cell


def test_a_deadline_is_told_in_the_plans_own_words() -> None:
    sentence, cell = _due(date(2024, 6, 1), "xong trước 01/6/2024")
    assert sentence.count("thời hạn trước ngày 01 tháng 6 năm 2024.") == 1
    assert cell == "Xong trước 01/6/2024"
    assert "thời hạn trước ngày 01 tháng 6 năm 2024." in _due(date(2024, 5, 31), "trước 01/6/2024")[0]
    assert "thời hạn trong tháng 5 năm 2024." in _due(date(2024, 5, 31), "hoàn thành trong tháng 5/2024")[0]


def test_a_deadline_that_staff_changed_is_told_by_its_day() -> None:
    sentence, cell = _due(date(2024, 6, 10), "xong trước 01/6/2024")
    assert "thời hạn ngày 10 tháng 6 năm 2024." in sentence
    assert cell == "10/6/2024"


def test_a_task_without_a_deadline_says_so() -> None:
    assert _due(None, "")[1] == "Không quy định"
    assert _due(date(2024, 6, 10), "")[1] == "10/6/2024"


def test_the_coming_span_begins_with_a_day_that_counts() -> None:
    text = said(make_rollup(), "Mục V.2")
    assert "đến hạn từ ngày 15 tháng 3 năm 2024 đến hết ngày 14 tháng 6 năm 2024:" in text


# Sections IV to VI


def test_agencies_of_one_level_are_named_at_once() -> None:
    rollup = make_rollup()
    three = standing(rollup, "district", Standing.LATE, Standing.MISSING, Standing.MISSING)
    text = said(three, "Mục IV.2")
    assert "Có 1 đơn vị cấp huyện gửi báo cáo sau hạn, là UBND thành phố Bắc Giang; chi tiết tại Phụ lục III." in text
    assert "Có 2 đơn vị cấp huyện chưa gửi báo cáo, gồm: UBND huyện Yên Thế và UBND huyện Tân Yên; chi tiết" in text
    mixed = standing(rollup, "district", Standing.LATE)
    last = (*mixed.agencies[:-1], replace(mixed.agencies[-1], standing=Standing.LATE))
    text = said(replace(mixed, agencies=last), "Mục IV.2")
    assert "Có 2 cơ quan, đơn vị gửi báo cáo sau hạn: 1 đơn vị cấp huyện (UBND thành phố Bắc Giang) và 1 đơn vị" in text


def test_difficulties_are_not_laid_before_a_central_addressee() -> None:
    rollup = make_rollup()
    assert "khó khăn" not in said(rollup, "Mục VI")
    own = (
        "Các cơ quan, đơn vị liên quan xem xét, giải quyết theo thẩm quyền 2 khó khăn, vướng mắc, kiến nghị của "
        "2 cơ quan, đơn vị (Phụ lục IV)."
    )
    assert own in said(rollup, "Mục V.2")
    settings = replace(rollup.plan.report, addressees=("Chủ tịch UBND tỉnh Bắc Giang",))
    within = planned(rollup, report=settings)
    assert own not in said(within, "Mục V.2")
    assert "Xem xét, cho ý kiến đối với 2 khó khăn, vướng mắc, kiến nghị của 2 cơ quan" in said(within, "Mục VI")


def test_the_monitors_are_asked_for_solutions() -> None:
    text = said(make_rollup(), "Mục V.1")
    assert "đôn đốc các cơ quan, đơn vị có giải pháp hoàn thành " in text
    assert " mục tiêu chưa đạt, thuộc chỉ tiêu " in text


def test_what_was_explained_is_a_result() -> None:
    text = said(make_rollup(), "Mục IV.3")
    assert "Có 2 cơ quan, đơn vị giải trình 3 kết quả chưa đạt mục tiêu hoặc chưa có số liệu (Phụ lục IV)." in text


@pytest.mark.parametrize(
    ("count", "words"), [(0, ""), (1, "Ngoài ra, có 1 tệp gửi đến "), (12, "Ngoài ra, có 12 tệp gửi đến ")]
)
def test_files_of_unknown_senders_are_owned_up_to(count: int, words: str) -> None:
    files = [f"scan {n}.xlsx" for n in range(count)]
    rollup = make_rollup()
    for state in (rollup, standing(rollup, "commune"), replace(rollup, agencies=())):
        for place in ("Mục IV.2", "Phụ lục III"):
            text = said(state, place, files)
            assert text.count("Ngoài ra") == bool(count)
            assert words in text
        note = next(p.text for p in report_passages(state, files) if p.place == "Phụ lục III")
        assert note.endswith("./.")
        assert note.endswith(". " + _OWNED.format(count)) == bool(count)
    shown = [f.value for f in report_figures(rollup, files) if f.name == "files.unknown"]
    assert shown == [count, count][: 2 * bool(count)]


_OWNED = (
    "Ngoài ra, có {} tệp gửi đến không đọc được hoặc không phải biểu mẫu đã phát hành nên chưa xác định được cơ quan, "
    "đơn vị gửi./."
)


def test_unknown_files_reach_the_document() -> None:
    made = draw_report(make_rollup(), TEMPLATE, date(2024, 3, 21), ["a.xlsx"])
    texts = [p.text for p in Document(BytesIO(made)).paragraphs]
    assert sum("Ngoài ra, có 1 tệp gửi đến" in text for text in texts) == 2


# Names


@pytest.mark.parametrize(
    ("number", "day", "issuer", "words"),
    [
        ("46/KH-UBND", date(2024, 3, 1), "UBND tỉnh A",
         "Kế hoạch số 46/KH-UBND ngày 01 tháng 3 năm 2024 của UBND tỉnh A về hoạt động"),
        ("46/KH-UBND", None, "UBND tỉnh A",
         f"Kế hoạch số 46/KH-UBND ngày{BLANK}tháng{BLANK}năm{BLANK} của UBND tỉnh A về hoạt động"),
        ("46/KH-UBND", date(2024, 3, 1), "", "Kế hoạch số 46/KH-UBND ngày 01 tháng 3 năm 2024 về hoạt động"),
        (" /KH-UBND", date(2024, 3, 1), "UBND tỉnh A",
         f"Kế hoạch số {BLANK}/KH-UBND ngày 01 tháng 3 năm 2024 của UBND tỉnh A về hoạt động"),
        ("", date(2024, 3, 1), "UBND tỉnh A", "Kế hoạch ngày 01 tháng 3 năm 2024 của UBND tỉnh A về hoạt động"),
        ("/KH-UBND", None, "UBND tỉnh A", "Kế hoạch hoạt động"),
        ("", None, "", "Kế hoạch hoạt động"),
    ],
)  # fmt: skip
def test_the_plan_is_cited_with_what_is_known(number: str, day: date | None, issuer: str, words: str) -> None:
    rollup = make_rollup()
    info = replace(rollup.plan.info, number=number, date=day, issuer=issuer)
    assert said(planned(rollup, info=info), "Mở đầu").startswith(f"Thực hiện {words} của Ban chỉ đạo chuyển đổi số")


def test_offices_go_by_their_own_names_behind_their_titles() -> None:
    rollup = make_rollup()
    bank = Agency(
        "NHNN", "Ngân hàng Nhà nước chi nhánh tỉnh Bắc Giang", "province", aliases=("Ngân hàng nhà nước tỉnh",)
    )
    group = AgencyGroup("so", "Các sở, cơ quan thuộc UBND tỉnh", aliases=("Các sở, ngành",))
    plan = replace(rollup.plan, agencies=(*rollup.plan.agencies, bank), agency_groups=(group,))
    facts = Facts(replace(rollup, plan=plan))
    assert facts.office("Giám đốc Ngân hàng nhà nước  chi nhánh tỉnh Bắc Giang") == f"Giám đốc {bank.name}"
    assert facts.office("Giám đốc Ngân hàng nhà nước tỉnh") == f"Giám đốc {bank.name}"
    assert facts.office("Ngân hàng nhà nước tỉnh") == bank.name
    assert facts.office("Các sở, ngành") == "Các sở, ngành"
    assert facts.office("Ban lạ") == "Ban lạ"
    assert facts.office("") == ""
    indicators = tuple(replace(i, monitor="Giám đốc Ngân hàng nhà nước tỉnh") for i in plan.indicators)
    text = said(replace(rollup, plan=replace(plan, indicators=indicators)), "Mục V.1")
    assert text.startswith(f"Giám đốc {bank.name} chủ trì theo dõi, đôn đốc")


# Annexes


def test_the_first_annex_says_when_a_target_is_exceeded() -> None:
    note = next(p.text for p in report_passages(make_rollup()) if p.place == "Phụ lục I")
    assert (
        "Mục tiêu dạng “>” chỉ đánh giá đạt hoặc chưa đạt; mục tiêu dạng “≥” được đánh giá vượt khi kết quả cao hơn "
        "mức đề ra."
    ) in note


def _headings(number: int) -> list[str]:
    made = Document(BytesIO(draw_report(make_rollup(), TEMPLATE, date(2024, 3, 21))))
    return [cell.text for cell in made.tables[1 + number].rows[0].cells]


def test_columns_are_headed_by_what_they_hold() -> None:
    assert _headings(1)[0] == _headings(2)[0] == "Mã"
    assert "Đang thực hiện, thường xuyên" in _headings(2)
    assert _headings(4) == ["STT", "Cơ quan, đơn vị", "Chỉ tiêu, nhiệm vụ", "Nội dung"]


def test_opinions_come_by_district_each_text_once_for_an_agency() -> None:
    rollup = make_rollup()
    commune = next(a for a in rollup.plan.agencies if a.parent == "218")
    figure, report = rollup.figures[0], rollup.task_reports[0]
    figures = (
        *(replace(figure, agency=commune.code, indicator=code, note="Thiếu máy.") for code in ("I.2", "I.7")),
        replace(figure, agency="223", note="Ý khác"),
        replace(figure, agency=commune.code, indicator="I.8", note="Thiếu người."),
        replace(figure, agency="T08", note="Ý khác"),
    )
    reports = (
        replace(report, agency=commune.code, task="III.1.01", difficulty="Thiếu máy."),
        replace(report, agency=commune.code, task="III.2.01", difficulty="Thiếu máy."),
        replace(report, agency="218", difficulty="Thiếu máy."),
    )
    texts: dict[str, list[str]] = {}
    for passage in report_passages(replace(rollup, figures=figures, task_reports=reports)):
        place, _, column = passage.place.rpartition(", ")
        if place.startswith("Phụ lục IV, dòng"):
            texts.setdefault(place, []).append(f"{column}={passage.text}")
    assert [" | ".join(cells) for cells in texts.values()] == [
        "ten=Cấp tỉnh",
        "stt=1 | co_quan=Công an tỉnh | ve=Chỉ tiêu I.2 | noi_dung=Ý khác",
        "ten=UBND huyện Lục Nam và các đơn vị trực thuộc",
        "stt=2 | co_quan=UBND huyện Lục Nam | ve=Nhiệm vụ III.1.01 | noi_dung=Thiếu máy.",
        f"stt=3 | co_quan={commune.name} | ve=Chỉ tiêu I.2, I.7; nhiệm vụ III.1.01, III.2.01 | noi_dung=Thiếu máy.",
        "stt= | co_quan= | ve=Chỉ tiêu I.8 | noi_dung=Thiếu người.",
        "ten=UBND huyện Hiệp Hòa và các đơn vị trực thuộc",
        "stt=4 | co_quan=UBND huyện Hiệp Hòa | ve=Chỉ tiêu I.2 | noi_dung=Ý khác",
    ]


def test_no_agency_is_lost_whatever_stands_above_it() -> None:
    rollup = make_rollup()
    odd = {"213": "215", "215": "213", "T01": "XX"}
    plan = replace(
        rollup.plan, agencies=tuple(replace(a, parent=odd.get(a.code, a.parent)) for a in rollup.plan.agencies)
    )
    tree = Facts(replace(rollup, plan=plan)).tree
    placed = [a.code for _, agencies in tree for a in agencies]
    assert sorted(placed) == sorted(a.code for a in rollup.agencies)
    assert tree[0][0] == "province"
