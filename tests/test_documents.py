"""The report read back: every number in its text and annexes is the rollup's."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path

import dtxl.templates
import pytest
from docx import Document
from docx.oxml.ns import qn

from dtxl.core.numbers import read_number, show
from dtxl.core.text import tidy
from dtxl.documents import Passage, draw_report, report_figures, report_passages
from dtxl.documents.phrases import say, shortened
from dtxl.model.form import target_text
from dtxl.model.plan import OverAgencies, PlanInfo
from dtxl.model.rollup import Coverage, IndicatorResult, Rollup, Standing, State
from tests.test_documents_sample import HOSTILE, TWO_LINES, make_rollup

TEMPLATE = Path(dtxl.templates.__file__).with_name("bao-cao.docx")
TODAY = date(2024, 3, 21)
BLANK = "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0"
STATES = {"exceeded": "Vượt mục tiêu", "met": "Đạt mục tiêu", "missed": "Chưa đạt", "no_data": "Chưa có số liệu"}
GOOD = (Standing.ACCEPTED, Standing.LATE)


@cache
def content() -> bytes:
    return draw_report(make_rollup(), TEMPLATE, TODAY)


def read(data: bytes):
    return Document(BytesIO(data))


def paragraphs(data: bytes) -> list[str]:
    """Texts of the body's own paragraphs (not those in tables)."""
    return [tidy(p.text) for p in read(data).paragraphs if tidy(p.text)]


def cells(data: bytes, number: int) -> list[list[str]]:
    """Texts of an annex's table, without its header row; merged headings come as one cell."""
    table = read(data).tables[1 + number]
    rows = []
    for row in table._tbl.tr_lst[1:]:
        rows.append(["\n".join(_paragraph(p) for p in cell.p_lst) for cell in row.tc_lst])
    return rows


def _paragraph(element) -> str:
    parts = [("\n" if node.tag == qn("w:br") else node.text or "") for node in element.iter(qn("w:t"), qn("w:br"))]
    return "".join(parts)


def text_of(rollup: Rollup, place: str) -> str:
    return " ".join(p.text for p in report_passages(rollup) if p.place.startswith(place))


# Figures


def truth(rollup: Rollup) -> dict[str, Fraction]:
    """Every figure that a report may show, by name, counted here anew from the rollup."""
    out: dict[str, Fraction | int | Decimal] = {}
    rows, tasks, agencies = rollup.indicators, rollup.tasks, rollup.agencies
    out["plan.indicators"] = out["targets.indicators"] = len(rollup.plan.indicators)
    out["targets"], out["tasks"], out["agencies"] = len(rows), len(tasks), len(agencies)
    for state in State:
        out[f"targets.{state}"] = sum(r.state == state for r in rows)
        for monitor in {i.monitor for i in rollup.plan.indicators}:
            mine = [r for r in rows if rollup.plan.indicator_by_code[r.code].monitor == monitor]
            out[f"monitor[{monitor}].{state}"] = sum(r.state == state for r in mine)
    out["targets.good"] = out["targets.met"] + out["targets.exceeded"]
    out["targets.good.percent"] = Fraction(100 * out["targets.good"], len(rows))
    out["targets.missed.others"] = out["targets.missed"] - 12
    for level in (None, "province", "district", "commune"):
        mine = [a for a in agencies if level in (None, a.level)]
        stem = f"agencies.{level}" if level else "agencies"
        good = [a for a in mine if a.standing in GOOD]
        out[stem], out[f"{stem}.good"] = len(mine), len(good)
        out[f"{stem}.good.percent"] = Fraction(100 * len(good), len(mine))
        for standing in Standing:
            out[f"{stem}.{standing}"] = sum(a.standing == standing for a in mine)
    out["agencies.unfit"] = len(agencies) - out["agencies.good"]
    for group in rollup.plan.groups:
        mine = [r for r in rows if r.code.split(".")[0] == group.code]
        stem = f"group[{group.name}]"
        out[f"{stem}.targets"], out[f"{stem}.indicators"] = len(mine), len({r.code for r in mine})
        for state in State:
            out[f"{stem}.{state}"] = sum(r.state == state for r in mine)
    for row in (*rows, *rollup.levels):
        out |= _row_truth(row)
    for how in ("cumulative", "sum", "latest"):
        out[f"plan.over.{how}"] = sum(i.over_periods == how for i in rollup.plan.indicators)
    # The first quarter begins with the year: what is counted since then is what is counted in it.
    out["plan.over.sum"] += out["plan.over.cumulative"]
    moves = [r.value - r.previous for r in rows if r.value is not None and r.previous is not None]
    out["compared"], out["compared.up"] = len(moves), sum(move > 0 for move in moves)
    out["compared.down"] = sum(move < 0 for move in moves)
    for task in tasks:
        for part in ("expected", "done", "ongoing", "not_started", "silent", "late"):
            out[f"task.{task.code}.{part}"] = getattr(task, part)
            out[f"tasks.sum.{part}"] = sum(getattr(t, part) for t in tasks)
    out["tasks.late"] = sum(t.late > 0 for t in tasks)
    out["tasks.finished"] = sum(t.done == t.expected for t in tasks)
    out["tasks.coming"] = sum(
        t.done < t.expected and date(2024, 3, 15) <= t.deadline <= date(2024, 6, 14) for t in tasks if t.deadline
    )
    out["coverage.not_available"] = sum(r.coverage.not_available for r in rows)
    for agency in agencies:
        out[f"agency.{agency.code}.days_late"] = agency.days_late
        out[f"agency.{agency.code}.faults"] = agency.faults
    for f in rollup.figures:
        if f.value is not None:
            out[f"figure.{f.agency}.{f.indicator}.value"] = Fraction(f.numerator) * 100 / Fraction(f.denominator)
    out["notes"], out["notes.agencies"] = 3, 2
    out["difficulties"], out["difficulties.agencies"] = 2, 2
    return {name: Fraction(value) for name, value in out.items()}


def _row_truth(row: IndicatorResult) -> dict[str, Fraction | int | Decimal]:
    stem = f"indicator.{row.code}"
    stem += f"@{row.level}" if row.level else f"[{row.scope}]" if row.scope else ""
    out: dict[str, Fraction | int | Decimal] = {}
    for part in ("expected", "reported", "not_available", "not_arisen", "not_applicable", "silent"):
        out[f"{stem}.{part}"] = getattr(row.coverage, part)
    if row.numerator is not None and row.denominator:
        value = Fraction(row.numerator) * 100 / Fraction(row.denominator)
        out |= {f"{stem}.value": value, f"{stem}.numerator": row.numerator, f"{stem}.denominator": row.denominator}
        if row.target is not None:
            out[f"{stem}.gap"] = abs(value - Fraction(row.target.value))
    if row.target is not None:
        out[f"{stem}.target"] = row.target.value
    if row.previous is not None:
        out[f"{stem}.previous"] = row.previous
        out[f"{stem}.change"] = abs((row.value or 0) - row.previous)
    return out


def test_every_figure_is_the_rollups() -> None:
    rollup = make_rollup()
    known = truth(rollup)
    figures = report_figures(rollup)
    assert len(figures) > 500
    for figure in figures:
        assert figure.name in known
        assert figure.value == known[figure.name], figure
        read_back = read_number(figure.text.removeprefix("≥").removeprefix(">").strip(), whole="," not in figure.text)
        assert read_back.value is not None, figure
        assert abs(Fraction(read_back.value) - figure.value) <= Fraction(1, 200), figure


NUMBER = re.compile(r"\d[\d.]*(?:,\d+)?%?")
# What stands in sentences and is no figure: quoted plan texts, dates, periods, codes, references.
_FIXED = re.compile(
    r"“[^”]*”[^”]*” dùng chung[^”]*”|“[^”]*”|\d{2} tháng \d{1,2} năm \d{4}|(?:quý [IV]+ )?năm \d{4}"
    r"|\b[IVX]+(?:\.\d+)+|từ 15 tuổi trở lên|\(lĩnh vực \d+\)"
)


def test_every_number_of_the_text_is_a_figure_of_its_sentence() -> None:
    body = set(paragraphs(content()))
    for passage in report_passages(make_rollup()):
        if not passage.place.startswith(("Mở đầu", "Mục")):
            continue
        assert tidy(passage.text) in body
        shown = [n for f in passage.figures for n in NUMBER.findall(f.text)]
        assert NUMBER.findall(_FIXED.sub(" ", passage.text)) == shown, passage.text


def test_no_number_stands_in_the_report_that_no_passage_gave() -> None:
    said = {tidy(p.text) for p in report_passages(make_rollup())}
    for text in paragraphs(content()):
        if NUMBER.search(_FIXED.sub(" ", text)) and text not in said:
            assert re.match(r"^\d\. \S|^\(Kèm theo Báo cáo số", text), text


def test_annex_one_has_every_target_with_its_figures() -> None:
    rollup = make_rollup()
    rows = [row for row in cells(content(), 1) if len(row) > 1]
    total = [row for row in rows if row[2] == "Tính chung"]
    assert len(total) == 1
    rows = [row for row in rows if row[2] != "Tính chung"]
    assert len(rows) == len(rollup.indicators) == 30
    before = ""
    for row, result in zip(rows, rollup.indicators, strict=True):
        code, name, scope, target, value, top, bottom, state, coverage = row
        once = (result.code, result.text) if result.code != before else ("", "")
        before = result.code
        assert (code, name, scope) == (*once, (result.scope or "Chung").replace("cấp", "Cấp"))
        assert target == target_text(result.target)
        assert state == STATES[result.state]
        assert coverage == f"{result.coverage.reported}/{result.coverage.expected}"
        if result.value is None:
            assert (value, top, bottom) == ("", "", "")
        else:
            assert read_number(top, whole=True).value == result.numerator
            assert read_number(bottom, whole=True).value == result.denominator
            assert re.search(r",\d{2,}%$", value)
            assert abs(Fraction(read_number(value).value or 0) - result.value) <= Fraction(1, 200)


def test_annex_two_has_every_task_with_its_counts() -> None:
    rollup = make_rollup()
    for row, task in zip(cells(content(), 2), rollup.tasks, strict=True):
        assert row[0] == task.code
        assert row[1] == task.text
        counts = [task.expected, task.done, task.ongoing, task.not_started, task.silent, task.late]
        assert [int(n) for n in row[4:]] == counts
    assert cells(content(), 2)[1][3] == "03/3/2024"


def test_annex_three_has_every_agency_late_faulty_or_silent() -> None:
    rollup = make_rollup()
    rows = cells(content(), 3)
    expected = {(a.name, a.standing) for a in rollup.agencies if a.standing is not Standing.ACCEPTED}
    words = {"Gửi sau hạn": "late", "Trả lại để sửa (4 lỗi)": "rejected", "Chưa gửi": "missing"}
    assert {(row[1], words[row[3]]) for row in rows} == expected
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    missing = next(row for row in rows if row[3] == "Chưa gửi")
    assert missing[4:] == ["", "5"]
    assert missing[2] == "Cấp xã (UBND huyện Yên Thế)"


def test_what_agencies_wrote_stays_as_typed() -> None:
    rows = cells(content(), 4)
    assert rows == [
        ["Cấp tỉnh"],
        ["1", "Sở Thông tin và Truyền thông", "Nhiệm vụ III.1.01", TWO_LINES],
        ["2", "Sở Y tế", "Chỉ tiêu I.2; nhiệm vụ III.2.01", HOSTILE],
        ["3", "Sở Công Thương", "Chỉ tiêu I.5", "Một hồ sơ giấy do công dân không có tài khoản."],
        ["", "", "Chỉ tiêu I.6 (chưa có số liệu)", "Chờ khảo sát quý II."],
    ]


def test_equal_rollups_give_equal_bytes() -> None:
    assert draw_report(make_rollup(), TEMPLATE, TODAY) == content()


def test_the_opening_says_who_returned() -> None:
    text = text_of(make_rollup(), "Mở đầu")
    assert text.startswith(
        f"Thực hiện Kế hoạch số {BLANK}/KH-BCĐCĐS ngày 01 tháng 3 năm 2024 của Ban chỉ đạo chuyển đổi số tỉnh "
        "Bắc Giang về hoạt động của Ban chỉ đạo chuyển đổi số tỉnh Bắc Giang năm 2024, Ban chỉ đạo"
    )
    assert "(kỳ báo cáo từ ngày 15 tháng 12 năm 2023 đến hết ngày 14 tháng 3 năm 2024)" in text
    assert "Đến ngày 20 tháng 3 năm 2024, có 218/227 cơ quan, đơn vị gửi báo cáo đạt yêu cầu (chiếm 96,04%)" in text
    assert "; còn 9 cơ quan, đơn vị chưa gửi hoặc có báo cáo phải sửa. Kết quả cụ thể như sau:" in text


def test_a_plan_with_a_number_is_cited_in_full() -> None:
    rollup = make_rollup()
    info = replace(rollup.plan.info, number="199/KH-BCĐCĐS")
    text = text_of(replace(rollup, plan=replace(rollup.plan, info=info)), "Mở đầu")
    assert (
        "Thực hiện Kế hoạch số 199/KH-BCĐCĐS ngày 01 tháng 3 năm 2024 của Ban chỉ đạo chuyển đổi số tỉnh Bắc Giang "
        "về hoạt động của Ban chỉ đạo chuyển đổi số tỉnh Bắc Giang năm 2024"
    ) in text


@pytest.mark.parametrize("annex", ["Phụ lục I", "Phụ lục II", "Phụ lục III", "Phụ lục IV"])
def test_the_text_mentions_each_annex(annex: str) -> None:
    texts = paragraphs(content())
    first = texts.index("Phụ lục I")
    assert any(re.search(rf"{annex}\b", text) for text in texts[:first])


# Wording


def _one(coverage: Coverage, top: str | None = None, bottom: str | None = None) -> str:
    rollup = make_rollup()
    row = rollup.indicators[1]
    value = Fraction(Decimal(top)) * 100 / Fraction(Decimal(bottom)) if top and bottom else None
    state = State.NO_DATA if value is None else State.MISSED
    row = replace(
        row, numerator=Decimal(top) if top else None, denominator=Decimal(bottom) if bottom else None, value=value,
        state=state, coverage=coverage, previous=None,
    )  # fmt: skip
    return text_of(replace(rollup, indicators=(row,)), "Mục II, ")


def test_five_absences_have_five_wordings() -> None:
    silent = _one(Coverage(10, 0, 0, 0, 0, 10))
    unavailable = _one(Coverage(10, 0, 10))
    arisen = _one(Coverage(10, 0, 0, 10))
    applicable = _one(Coverage(10, 0, 0, 0, 10))
    zero = _one(Coverage(10, 10), "0", "125")
    assert "10 đơn vị chưa gửi báo cáo đạt yêu cầu" in silent
    assert "10 đơn vị chưa có số liệu" in unavailable
    assert "không phát sinh trong kỳ ở cả 10 đơn vị được giao" in arisen
    assert "cả 10 đơn vị được giao báo cáo không thuộc phạm vi" in applicable
    assert "bằng 0% (0/125) theo số liệu đã báo cáo" in zero
    assert "10/10 đơn vị được giao có số liệu" in zero
    assert len({silent, unavailable, arisen, applicable, zero}) == 5


def test_partial_coverage_is_said() -> None:
    text = _one(Coverage(30, 11, 12, 4, 2, 1), "55", "110")
    assert (
        "kết quả 50,00% (55/110), chưa đạt mục tiêu (≥\u00a060%), thấp hơn 10,00 điểm phần trăm; 11/30 đơn vị được "
        "giao có số liệu, 4 đơn vị không phát sinh và 2 đơn vị không thuộc phạm vi, còn 12 đơn vị chưa có số liệu và "
        "1 đơn vị chưa gửi báo cáo đạt yêu cầu."
    ) in text


def test_rounding_never_hides_a_miss() -> None:
    text = text_of(make_rollup(), "Mục IV.1")
    assert "69,999% so với mục tiêu ≥\u00a070%, thấp hơn 0,001 điểm phần trăm" in text


def test_figures_that_do_not_add_up_are_not_added() -> None:
    rollup = make_rollup()
    indicator = replace(rollup.plan.indicators[0], over_agencies=OverAgencies.NONE)
    plan = replace(rollup.plan, indicators=(indicator,))
    row = replace(
        rollup.indicators[0], numerator=None, denominator=None, value=None, state=State.NO_DATA,
        coverage=Coverage(5, 5), previous=None,
    )  # fmt: skip
    assert "số liệu không cộng chung giữa các đơn vị" in text_of(
        replace(rollup, plan=plan, indicators=(row,)), "Mục II, "
    )


def test_counts_and_changes_are_not_called_percentages() -> None:
    rollup = make_rollup()
    row, target = rollup.indicators[0], rollup.indicators[0].target
    assert target is not None
    amount = replace(row, unit="hệ thống", value=Fraction(1234), denominator=None, previous=None)
    assert "kết quả 1.234 hệ thống, " in text_of(replace(rollup, indicators=(amount,)), "Mục II, ")
    change = replace(row, target=replace(target, op="increase>="), previous=None)
    assert "mức tăng 64,00%" in text_of(replace(rollup, indicators=(change,)), "Mục II, ")


def test_a_target_of_another_year_says_so() -> None:
    rollup = make_rollup()
    row, target = rollup.indicators[0], rollup.indicators[0].target
    assert target is not None
    later = replace(row, target=replace(target, year=2030))
    assert "(≥\u00a080% đến năm 2030)" in text_of(replace(rollup, indicators=(later,)), "Mục II, ")


@pytest.mark.parametrize(
    ("count", "end"),
    [(1, "A1"), (3, "A1, A2 và A3"), (6, "A5 và A6"), (30, "A4, A5 và 25 đơn vị khác")],
)
def test_enumerations_stay_readable(count: int, end: str) -> None:
    said = shortened([f"A{n}" for n in range(1, count + 1)], 5, "weak.others", figure="agencies")
    assert said.text.endswith(end)
    assert len(said.text) < 60


def test_agencies_of_one_name_are_told_apart() -> None:
    rollup = make_rollup()
    communes = [a for a in rollup.agencies if a.level == "commune"]
    same = [replace(a, name="UBND xã An Lạc", standing=Standing.MISSING) for a in (communes[0], communes[-1])]
    text = text_of(replace(rollup, agencies=(*rollup.agencies[:18], *same)), "Mục IV.2")
    assert re.search(r"UBND xã An Lạc \(UBND [^)]+\) và UBND xã An Lạc \(UBND [^)]+\)", text)


def test_a_sentence_never_reads_what_was_typed_as_a_format() -> None:
    assert say("tasks.item", code="{n}", text="{0.__class__}", agency="{}").text.count("{") == 3


def test_only_those_within_the_province_are_asked_to_remind_its_agencies() -> None:
    rollup = make_rollup()
    assert "Nhắc nhở" not in text_of(rollup, "Mục VI")
    assert "hướng dẫn, hỗ trợ tỉnh trong việc thực hiện 18 mục tiêu còn chưa đạt (Phụ lục I)." in text_of(
        rollup, "Mục VI"
    )
    settings = replace(rollup.plan.report, addressees=("Ban chỉ đạo chuyển đổi số tỉnh Bắc Giang",))
    within = text_of(replace(rollup, plan=replace(rollup.plan, report=settings)), "Mục VI")
    assert "kính đề nghị Ban chỉ đạo chuyển đổi số tỉnh Bắc Giang:" in within
    assert "Nhắc nhở 9 cơ quan, đơn vị chưa gửi báo cáo hoặc có báo cáo phải sửa" in within
    assert "thực hiện dứt điểm 6 nhiệm vụ đã quá thời hạn" in within


# Empty cases


def _calm() -> Rollup:
    """All targets met, all agencies in time, all tasks done, nothing written."""
    rollup = make_rollup()
    rows = tuple(
        replace(
            r, numerator=Decimal(100), denominator=Decimal(100), value=Fraction(100), state=State.MET,
            coverage=Coverage(30, 30),
        )
        for r in rollup.indicators
    )  # fmt: skip
    tasks = tuple(replace(t, done=t.expected, ongoing=0, not_started=0, silent=0, late=0) for t in rollup.tasks)
    agencies = tuple(
        replace(a, standing=Standing.ACCEPTED, days_late=0, received_at=rollup.agencies[0].received_at)
        for a in rollup.agencies
    )
    return replace(rollup, indicators=rows, tasks=tasks, agencies=agencies, figures=(), task_reports=())


def test_a_quarter_without_faults_says_so() -> None:
    rollup = _calm()
    assert "cả 227/227 cơ quan, đơn vị đã gửi báo cáo đạt yêu cầu (100%)" in text_of(rollup, "Mở đầu")
    assert "không có mục tiêu nào chưa đạt" in text_of(rollup, "Mục IV.1")
    assert "Tất cả cơ quan, đơn vị đều gửi báo cáo đúng hạn" in text_of(rollup, "Mục IV.2")
    assert "không có cơ quan, đơn vị nào nêu khó khăn" in text_of(rollup, "Mục IV.3")
    assert "Không có nhiệm vụ nào quá thời hạn" in text_of(rollup, "Mục III")
    assert "không có kiến nghị, đề xuất" in text_of(rollup, "Mục VI")
    texts = paragraphs(draw_report(rollup, TEMPLATE, TODAY))
    assert any(t.startswith("Không có cơ quan, đơn vị nào gửi báo cáo sau hạn") for t in texts)
    assert any(t.startswith("Không có cơ quan, đơn vị nào nêu ý kiến") for t in texts)


def test_a_plan_without_tasks_targets_or_agencies_gives_a_report() -> None:
    rollup = make_rollup()
    plan = replace(rollup.plan, indicators=(), tasks=(), agencies=(), groups=())
    nothing = Rollup(plan, rollup.period, rollup.as_of, (), (), (), (), (), ())
    texts = paragraphs(draw_report(nothing, TEMPLATE, TODAY))
    assert "Không có nhiệm vụ nào được giao riêng cho các cơ quan, đơn vị trong kỳ báo cáo này (Phụ lục II)." in texts
    assert "Không có mục tiêu nào được đặt ra cho kỳ báo cáo này./." in texts
    assert len(read(draw_report(nothing, TEMPLATE, TODAY)).tables) == 2


def test_indicators_without_a_group_are_not_lost() -> None:
    rollup = make_rollup()
    loose = replace(rollup, plan=replace(rollup.plan, groups=()))
    assert "Mục II, Kết quả từng chỉ tiêu" in {p.place for p in report_passages(loose)}
    loose = replace(rollup, plan=replace(rollup.plan, groups=rollup.plan.groups[:3]))
    assert len([r for r in cells(draw_report(loose, TEMPLATE, TODAY), 1) if len(r) > 1]) == 31


def test_no_return_at_all() -> None:
    rollup = make_rollup()
    rows = tuple(
        replace(
            r, numerator=None, denominator=None, value=None, state=State.NO_DATA, previous=None,
            coverage=Coverage(30, silent=30),
        )
        for r in rollup.indicators
    )  # fmt: skip
    agencies = tuple(replace(a, standing=Standing.MISSING, received_at=None) for a in rollup.agencies)
    silent = replace(rollup, indicators=rows, levels=(), agencies=agencies, figures=(), task_reports=())
    assert "chưa có cơ quan, đơn vị nào trong số 227" in text_of(silent, "Mở đầu")
    assert "chưa đạt" not in text_of(silent, "Mục IV.1")
    assert "và 204 đơn vị khác" in text_of(silent, "Mục IV.2")
    assert {row[7] for row in cells(draw_report(silent, TEMPLATE, TODAY), 1) if len(row) > 1} == {"Chưa có báo cáo"}


def test_a_plan_that_says_little_still_gives_a_report() -> None:
    rollup = make_rollup()
    bare = replace(
        rollup.plan, info=PlanInfo("x", "Kế hoạch chuyển đổi số"), report=type(rollup.plan.report)(), periods=()
    )
    texts = paragraphs(draw_report(replace(rollup, plan=bare), TEMPLATE, TODAY))
    assert "Kết quả thực hiện Kế hoạch chuyển đổi số quý I năm 2024" in texts
    assert not any(text.startswith("Kính gửi") for text in texts)
    assert isinstance(report_passages(replace(rollup, plan=bare))[0], Passage)
    assert show(30) in text_of(rollup, "Mục II")
