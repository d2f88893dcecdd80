"""Reports of a quarter, six months, nine months and the year, for the five sample plans: in the layout, and worded for
their kind."""

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import dtxl.templates
import pytest

from dtxl.checks import check_batch
from dtxl.documents import draw_report, report_passages
from dtxl.files.docx_paper import read_paper
from dtxl.layout import check_layout
from dtxl.model.form import build_form
from dtxl.model.period import default_periods
from dtxl.model.plan import Indicator, OverPeriods, Plan
from dtxl.model.rollup import Rollup, State
from dtxl.model.submission import Value
from dtxl.pipeline.lint import provinces
from dtxl.pipeline.workspace import extract_plan
from dtxl.results import Returned, roll_up
from dtxl.simulate.filling import fill, leanings

SAMPLES = Path(__file__).parent.parent / "samples"
TEMPLATE = Path(dtxl.templates.__file__).with_name("bao-cao.docx")
PLANS = ("bac-giang-2023", "bac-giang-2024", "ben-tre-2025", "nghe-an-2025", "son-la-2023")
KINDS = ("-Q1", "-Q2", "-Q3", "-Q4", "-H1", "-9M", "")
NAMES = dict(
    zip(KINDS, ("quý I", "quý II", "quý III", "quý IV", "6 tháng đầu", "9 tháng", ""), strict=True)
)  # fmt: skip
LONGER = ("-H1", "-9M", "")


@cache
def plan_of(name: str) -> Plan:
    """The sample plan with ten offices, a district and two communes, and a third of its tasks where they are
    many."""
    plan = extract_plan(SAMPLES / name / "ke-hoach.docx")
    district = next(a for a in plan.agencies if a.level == "district")
    communes = [a for a in plan.agencies if a.parent == district.code][:2]
    offices = [a for a in plan.agencies if a.level == "province"]
    leading = next(a for a in offices if a.name == "Sở Thông tin và Truyền thông")
    offices = [leading, *(a for a in offices if a is not leading)][:10]
    tasks = plan.tasks if len(plan.tasks) < 20 else plan.tasks[::3]
    return replace(plan, agencies=(*offices, district, *communes), tasks=tasks)


@cache
def rollup_of(name: str, kind: str) -> Rollup:
    """What came of a period: of every nine agencies one is silent and one has to mend its return; some are late."""
    year = int(name[-4:])
    plan = plan_of(name)
    periods = default_periods(year, plan.info.agency_due_day, plan.info.report_due_day)
    plan = replace(plan.due_in(year), periods=periods)
    period = next(p for p in periods if p.code == f"{year}{kind}")
    lean = leanings(plan, 1)
    back = []
    for n, agency in enumerate(plan.agencies):
        if n % 9 == 4:
            continue
        form = build_form(plan, agency, period)
        values = {}
        for key, typed in fill(form, 1, lean).items():
            field = form.by_name[key]
            values[key] = Value(
                key, field.kind, str(typed), field.sheet, field.cell,
                number=typed if isinstance(typed, Decimal) else None,
                text=typed if isinstance(typed, str) else None,
                day=typed if isinstance(typed, date) else None,
            )  # fmt: skip
        day = period.agency_due.day + (2 if n % 7 == 3 else -2)
        received = datetime(period.end.year, period.end.month, day, 9)
        back.append(Returned(agency.code, n % 9 != 7, received, f"{agency.code}.xlsx", "0" * 64, values))
    return check_batch(roll_up(plan, period, period.agency_due.replace(day=20), back))


def said(rollup: Rollup, place: str) -> str:
    return " ".join(p.text for p in report_passages(rollup) if p.place == place)


CASES = [(name, kind) for name in PLANS for kind in KINDS]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_every_kind_of_every_plan_keeps_the_layout(name: str, kind: str, tmp_path: Path) -> None:
    rollup = rollup_of(name, kind)
    path = tmp_path / "bao-cao.docx"
    path.write_bytes(draw_report(rollup, TEMPLATE, rollup.period.report_due))
    paper = read_paper(path)
    verdict = check_layout(paper, provinces=provinces())
    assert verdict.kind == "báo cáo"
    assert [(b.code, b.found) for b in verdict.breaches if b.severity in ("error", "warning")] == []


# Sentences

_FAULTS = {
    "two spaces": re.compile(r"[ ]{2}"),
    "an empty place": re.compile(r"\(\)|“”|\( | \)|: ?[.;]|, ?[.,;:]|\{|\}"),
    "a word of the program": re.compile(r"\b(?:None|True|False|nan|inf|Fraction|Decimal)\b"),
    "two stops": re.compile(r"\.\.(?!\.)|[.;:]\s*[;:]|\.\s+\."),
    "a space before a mark": re.compile(r" [,.;:)]"),
    "a percentage in English": re.compile(r"\d\.\d{1,2}%"),
    "nothing counted": re.compile(r"(?<![\d.,/(])\b0 (?:nhiệm vụ|mục tiêu|cơ quan|đơn vị|chỉ tiêu|lượt|kết quả)"),
}


def faults_of(text: str) -> list[str]:
    """What is wrong with a sentence as a sentence, whatever it says."""
    plain = text.replace("/KH-", "KH-").replace(",...", "")  # a serial still blank; as the source has it
    return [name for name, pattern in _FAULTS.items() if pattern.search(plain)]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_no_sentence_has_a_seam(name: str, kind: str) -> None:
    for passage in report_passages(rollup_of(name, kind)):
        if "dòng" not in passage.place:
            assert faults_of(passage.text) == [], passage.text
            assert passage.text[:1] in "-+" or passage.text[:1].isupper(), passage.text
            assert passage.text.endswith((".", ":")), passage.text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Có  2 mục tiêu.", "two spaces"), ("Kết quả () đạt.", "an empty place"), ("Có {n} mục tiêu.", "an empty"),
        ("Có 2 mục tiêu..", "two stops"), ("Có 2 mục tiêu .", "a space before"), ("Đạt 85.5%.", "a percentage"),
        ("Giao 0 nhiệm vụ.", "nothing counted"), ("Có 2 mục tiêu, .", "an empty place"), ("Còn None tỷ.", "a word of"),
    ],
)  # fmt: skip
def test_a_seam_is_seen(text: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults_of(text))


@pytest.mark.parametrize("text", ["Đạt 85,5% (1.234/1.500), vượt 10/20 mục tiêu…", "Số 0/15 đơn vị; bằng 0%."])
def test_a_good_sentence_has_none(text: str) -> None:
    assert faults_of(text) == []


# What each kind says


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_title_opening_and_annex_name_the_period(name: str, kind: str, tmp_path: Path) -> None:
    rollup = rollup_of(name, kind)
    year, period = name[-4:], f"{NAMES[kind]} năm {name[-4:]}".strip()
    assert rollup.period.name == period
    opening = said(rollup, "Mở đầu")
    assert f" báo cáo kết quả thực hiện {period} (kỳ báo cáo từ ngày {rollup.period.start.day} tháng " in opening
    assert f" năm {rollup.period.end.year}). Đến ngày 20 tháng " in opening
    assert f" năm {year}; cách tính số liệu trong kỳ nêu tại Mục I./." in said(rollup, "Phụ lục I")


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        ("son-la-2023", "-Q2", "Kết quả thực hiện Kế hoạch chuyển đổi số tỉnh Sơn La quý II năm 2023"),
        ("son-la-2023", "-H1", "Kết quả thực hiện Kế hoạch chuyển đổi số tỉnh Sơn La 6 tháng đầu năm 2023"),
        ("son-la-2023", "", "Kết quả thực hiện Kế hoạch chuyển đổi số tỉnh Sơn La năm 2023"),
        (
            "ben-tre-2025", "-9M",
            "Kết quả 9 tháng năm 2025 thực hiện Đề án chuyển đổi số tỉnh Bến Tre giai đoạn 2020-2025, tầm nhìn đến năm "
            "2030",
        ),
    ],
)  # fmt: skip
def test_the_subject_never_runs_two_figures_together(name: str, kind: str, title: str, tmp_path: Path) -> None:
    rollup = rollup_of(name, kind)
    path = tmp_path / "bao-cao.docx"
    path.write_bytes(draw_report(rollup, TEMPLATE, rollup.period.report_due))
    texts = [" ".join(p.text.split()) for p in read_paper(path).paragraphs]
    assert title in texts
    closing = next(text for text in texts if text.startswith("Trên đây là báo cáo "))
    assert f"báo cáo {title[:1].lower()}{title[1:]}, " in closing


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_how_the_figures_of_the_period_come_about_is_said(name: str, kind: str) -> None:
    rollup = rollup_of(name, kind)
    basis = next(
        p for p in report_passages(rollup_of(name, kind)) if p.place == "Mục I" and p.text.startswith("Số liệu ")
    )
    assert ("báo cáo một lần cho cả kỳ, không cộng từ báo cáo các quý" in basis.text) == (kind in LONGER)
    assert sum(f.value for f in basis.figures) == len(rollup.plan.indicators)


def _counted(kind: str, *ways: OverPeriods) -> str:
    rollup = rollup_of("son-la-2023", kind)
    indicators: list[Indicator] = [
        replace(i, over_periods=how) for i, how in zip(rollup.plan.indicators, ways, strict=False)
    ]
    plan = replace(rollup.plan, indicators=tuple(indicators))
    return next(
        p.text for p in report_passages(replace(rollup, plan=plan)) if p.place == "Mục I" and "cách tính của" in p.text
    )


def test_each_way_of_adding_over_periods_is_told_by_its_days() -> None:
    three = (OverPeriods.CUMULATIVE, OverPeriods.SUM, OverPeriods.LATEST, OverPeriods.LATEST)
    assert _counted("-Q3", *three) == (
        "Số liệu quý III năm 2023 lấy theo cách tính của từng chỉ tiêu: 1 chỉ tiêu tính lũy kế từ ngày 15 tháng 12 năm "
        "2022 đến hết ngày 14 tháng 9 năm 2023, 1 chỉ tiêu tính trong kỳ từ ngày 15 tháng 6 năm 2023 đến hết ngày 14 "
        "tháng 9 năm 2023 và 2 chỉ tiêu lấy số tại thời điểm ngày 14 tháng 9 năm 2023."
    )
    # A period that begins with the year: what is counted since then is what is counted in it.
    assert _counted("-H1", *three).endswith(
        ": 2 chỉ tiêu tính trong kỳ từ ngày 15 tháng 12 năm 2022 đến hết ngày 14 tháng 6 năm 2023 và 2 chỉ tiêu lấy số "
        "tại thời điểm ngày 14 tháng 6 năm 2023."
    )
    assert "lũy kế" not in _counted("", *three)


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_of_the_year_is_held_against_the_years_targets(kind: str) -> None:
    text = said(rollup_of("bac-giang-2024", kind), "Mục II")
    assert ("Mục tiêu được đặt ra cho cả năm 2024; kết quả trong kỳ được so với mục tiêu cả năm." in text) == bool(kind)
    assert "trừ mục tiêu có ghi năm khác" not in text
    other = said(rollup_of("ben-tre-2025", kind), "Mục II")
    assert ("Mục tiêu được đặt ra cho cả năm 2025, trừ mục tiêu có ghi năm khác" in other) == bool(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_compared_is_said(kind: str) -> None:
    text = said(rollup_of("bac-giang-2024", kind), "Mục II")
    missing = "Chưa có kết quả cùng kỳ năm trước để so sánh." if kind in LONGER else "Chưa có kết quả của kỳ trước"
    assert missing in text
    assert "So với" not in text


def test_a_quarter_is_compared_with_the_one_before_by_name() -> None:
    now, before = rollup_of("bac-giang-2024", "-Q3"), rollup_of("bac-giang-2024", "-Q2")
    last = {(r.code, r.scope): r.value for r in before.indicators}
    rows = tuple(replace(r, previous=last[r.code, r.scope]) for r in now.indicators)
    moves = [r.value - r.previous for r in rows if r.value is not None and r.previous is not None]
    rollup = replace(now, indicators=rows)
    text = said(rollup, "Mục II")
    up, down = sum(move > 0 for move in moves), sum(move < 0 for move in moves)
    assert f"So với quý II năm 2024, trong {len(moves)} kết quả so sánh được có {up} kết quả tăng" in text
    assert f"{down} kết quả giảm" in text
    told = " ".join(p.text for p in report_passages(rollup) if p.place.startswith("Mục II, "))
    assert len(re.findall(r", tăng [\d.,]+ (?:điểm phần trăm|\w)[^;]*? so với quý II năm 2024 \(", told)) >= up // 2
    assert "kỳ trước" not in told


# What follows


@pytest.mark.parametrize("name", PLANS)
def test_after_the_year_nothing_of_it_is_asked_for_again(name: str) -> None:
    rollup = rollup_of(name, "")
    year = int(name[-4:])
    targets = said(rollup, "Mục V.1")
    if rollup.count(State.MISSED):
        assert f"chưa đạt trong năm {year}" in targets
        assert f"đề xuất giải pháp tiếp tục thực hiện trong năm {year + 1}." in targets
    assert "chủ trì theo dõi, đôn đốc" not in targets
    assert "Các cơ quan, đơn vị gửi báo cáo quý" not in said(rollup, "Mục V.3")
    tasks = said(rollup, "Mục V.2")
    assert (f"Trong năm {year + 1}, tiếp tục thực hiện " in tasks) == bool(rollup.tasks)


@pytest.mark.parametrize(("kind", "following"), [("-Q1", "quý II"), ("-H1", "quý III"), ("-9M", "quý IV")])
def test_within_the_year_the_next_report_is_named(kind: str, following: str) -> None:
    rollup = rollup_of("bac-giang-2024", kind)
    assert f"gửi báo cáo {following} năm 2024 chậm nhất ngày 15 tháng " in said(rollup, "Mục V.3")
    assert "trong năm 2025" not in said(rollup, "Mục V.1")
    assert "chủ trì theo dõi, đôn đốc" in said(rollup, "Mục V.1")


@pytest.mark.parametrize("name", [name for name in PLANS if name != "bac-giang-2024"])
def test_the_head_of_the_province_asks_nobody_to_remind_his_own_agencies(name: str) -> None:
    text = said(rollup_of(name, "-Q1"), "Mục VI")
    assert "Nhắc nhở" not in text
    assert "đề nghị các cơ quan Trung ương: - Quan tâm, hướng dẫn, hỗ trợ tỉnh" in text


def test_who_asks_for_nothing_says_so() -> None:
    rollup = rollup_of("nghe-an-2025", "-Q1")
    met = tuple(replace(r, state=State.MET) for r in rollup.indicators)
    assert said(replace(rollup, indicators=met), "Mục VI") == (
        "Trong kỳ báo cáo, Ủy ban nhân dân tỉnh Nghệ An không có kiến nghị, đề xuất."
    )


def test_a_plan_without_tasks_is_not_said_to_have_none_in_figures() -> None:
    text = said(rollup_of("son-la-2023", "-Q1"), "Mục I")
    assert text.startswith("Kế hoạch chuyển đổi số tỉnh Sơn La giao 20 chỉ tiêu với 21 mục tiêu. Trong kỳ có ")
    assert "và 9 nhiệm vụ. Trong kỳ có " in said(rollup_of("nghe-an-2025", "-Q1"), "Mục I")


def test_a_plan_whose_day_is_not_known_leaves_room_for_it() -> None:
    blank = "\u00a0" * 6
    opening = said(rollup_of("son-la-2023", "-Q1"), "Mở đầu")
    assert opening.startswith(
        f"Thực hiện Kế hoạch số 292/KH-UBND ngày{blank}tháng{blank}năm{blank} của Ủy ban nhân dân"
    )
    known = said(rollup_of("nghe-an-2025", "-Q1"), "Mở đầu")
    assert known.startswith("Thực hiện Kế hoạch số 833/KH-UBND ngày 31 tháng 10 năm 2024 của Ủy ban nhân dân")
