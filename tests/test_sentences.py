"""Sentences by their rules: against the target, against the last period, what is missing, long lists; and that for any
figures each sentence is whole and says the figures to the digit."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dtxl.core.numbers import read_number
from dtxl.documents import Figure, report_passages
from dtxl.documents.phrases import shortened
from dtxl.model.plan import PeriodDates, Target
from dtxl.model.rollup import Coverage, IndicatorResult, Rollup, Standing, State
from dtxl.model.verdict import judge
from tests.test_documents_sample import make_rollup
from tests.test_report_kinds import faults_of

BASE = make_rollup()


def result(
    value: str | None, op: str = ">=", target: str = "80", *, unit: str = "%", previous: str | None = None,
    coverage: Coverage | None = None, provisional: bool = False, rollup: Rollup = BASE,
) -> str:  # fmt: skip
    """The sentence of a result, without its name."""
    aim = Target(op, Decimal(target), unit)
    number = None if value is None else Fraction(value)
    row = replace(
        rollup.indicators[0], numerator=None, denominator=None, value=number, unit=unit, target=aim,
        state=judge(number, aim), coverage=coverage or Coverage(10, 10), provisional=provisional,
        previous=None if previous is None else Fraction(previous),
    )  # fmt: skip
    one = replace(rollup, indicators=(row,), levels=())
    text = next(p.text for p in report_passages(one) if p.place.startswith("Mục II, ") and p.text[:1] == "-")
    return text.removeprefix(f"- {row.text}: ").replace("\u00a0", " ")


# Against the target


@pytest.mark.parametrize(
    ("value", "op", "target", "words"),
    [
        ("88.93", ">=", "80", "đạt 88,93%, vượt 8,93 điểm phần trăm so với mục tiêu (≥ 80%); "),
        ("80", ">=", "80", "kết quả 80,00%, đạt mục tiêu (≥ 80%); "),
        ("53.22", ">", "50", "kết quả 53,22%, đạt mục tiêu (> 50%), cao hơn 3,22 điểm phần trăm; "),
        ("50", ">", "50", "kết quả 50,00%, chưa đạt mục tiêu (> 50%), mới bằng mức phải vượt; "),
        ("53.57", ">=", "60", "kết quả 53,57%, chưa đạt mục tiêu (≥ 60%), thấp hơn 6,43 điểm phần trăm; "),
        ("2.5", "<=", "3", "kết quả 2,50%, đạt mục tiêu (≤ 3%), thấp hơn 0,50 điểm phần trăm; "),
        ("3.5", "<=", "3", "kết quả 3,50%, chưa đạt mục tiêu (≤ 3%), cao hơn 0,50 điểm phần trăm; "),
        ("26", "increase>", "25", "mức tăng 26,00%, đạt mục tiêu (tăng > 25%), cao hơn 1,00 điểm phần trăm; "),
        (
            "-4",
            "reduce>=",
            "30",
            "mức thay đổi -4,00%, chưa đạt mục tiêu (giảm ≥ 30%), thấp hơn 34,00 điểm phần trăm; ",
        ),
        (
            "0",
            ">=",
            "80",
            "bằng 0% theo số liệu đã báo cáo, chưa đạt mục tiêu (≥ 80%), thấp hơn 80,00 điểm phần trăm; ",
        ),
    ],
)
def test_a_result_says_by_how_much(value: str, op: str, target: str, words: str) -> None:
    assert result(value, op, target).startswith(words)


@pytest.mark.parametrize(
    ("value", "target", "words"),
    [
        ("3206", "3000", "kết quả 3.206 lượt, vượt 206 lượt so với mục tiêu (≥ 3.000 lượt); "),
        ("2994", "3000", "kết quả 2.994 lượt, chưa đạt mục tiêu (≥ 3.000 lượt), thấp hơn 6 lượt; "),
        ("1234.5", "1000", "kết quả 1.234,5 lượt, vượt 234,5 lượt so với mục tiêu (≥ 1.000 lượt); "),
    ],
)
def test_counts_go_by_their_unit(value: str, target: str, words: str) -> None:
    assert result(value, ">=", target, unit="lượt").startswith(words)


# Against the last period


@pytest.mark.parametrize(
    ("value", "previous", "words"),
    [
        ("85", "79.5", ", tăng 5,50 điểm phần trăm so với kỳ trước (79,50%), "),
        ("85", "90.25", ", giảm 5,25 điểm phần trăm so với kỳ trước (90,25%), "),
        ("85", "85", ", không thay đổi so với kỳ trước, "),
        ("85", "85.004", ", gần như không thay đổi so với kỳ trước (85,00%), "),
        ("85", "85.01", ", giảm 0,01 điểm phần trăm so với kỳ trước (85,01%), "),
        ("85", "0", ", tăng 85,00 điểm phần trăm so với kỳ trước (0%), "),
        ("0", "85", ", giảm 85,00 điểm phần trăm so với kỳ trước (85,00%), "),
    ],
)
def test_a_share_moves_by_points(value: str, previous: str, words: str) -> None:
    assert words in result(value, previous=previous)


@pytest.mark.parametrize(
    ("value", "previous", "words"),
    [
        ("120", "96", ", tăng 24 lượt (tương đương 25,00%) so với kỳ trước (96 lượt), "),
        ("90", "96", ", giảm 6 lượt (tương đương 6,25%) so với kỳ trước (96 lượt), "),
        ("90", "0", ", tăng 90 lượt so với kỳ trước (0 lượt), "),
        ("96", "96", ", không thay đổi so với kỳ trước, "),
        ("1000000", "999999", ", gần như không thay đổi so với kỳ trước (999.999 lượt), "),
    ],
)
def test_a_count_moves_by_units_and_percent(value: str, previous: str, words: str) -> None:
    assert words in result(value, target="100", unit="lượt", previous=previous)


def test_without_a_last_figure_nothing_is_compared() -> None:
    assert "so với kỳ trước" not in result("85")
    assert "so với kỳ trước" not in result(None, previous="80", coverage=Coverage(10, 0, 10))


# What is missing


@pytest.mark.parametrize(
    ("coverage", "thin", "words"),
    [
        (Coverage(20, 20), False, "; 20/20 đơn vị được giao có số liệu."),
        (Coverage(20, 8, silent=12), False, "; 8/20 đơn vị được giao có số liệu, còn 12 đơn vị chưa gửi báo cáo "),
        (Coverage(20, 19, not_arisen=1), False, "; 19/20 đơn vị được giao có số liệu, 1 đơn vị không phát sinh."),
        (Coverage(20, 15, silent=5), True, "; số tạm tính vì mới có 15/20 đơn vị được giao có số liệu (75,00%), còn 5"),
        (
            Coverage(20, 13, 4, 1, 1, 1), True,
            "; số tạm tính vì mới có 15/20 đơn vị được giao trả lời (75,00%), trong đó 13 đơn vị có số liệu, 1 đơn vị "
            "không phát sinh và 1 đơn vị không thuộc phạm vi, còn 4 đơn vị chưa có số liệu và 1 đơn vị chưa gửi báo "
            "cáo đạt yêu cầu.",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_is_owed_only_by_those_who_owe_it(coverage: Coverage, thin: bool, words: str) -> None:
    assert words in result("85", coverage=coverage, provisional=thin)


@pytest.mark.parametrize(
    ("value", "coverage", "words"),
    [
        ("85", Coverage(1, 1), "; số liệu do Công an tỉnh báo cáo."),
        (None, Coverage(1, silent=1), "Công an tỉnh chưa gửi báo cáo đạt yêu cầu, chưa đánh giá được so với mục tiêu"),
        (None, Coverage(1, 0, 1), "Công an tỉnh chưa có số liệu, chưa đánh giá được so với mục tiêu"),
        (None, Coverage(1, 0, 0, 1), "không phát sinh trong kỳ theo báo cáo của Công an tỉnh, chưa đánh giá được"),
        (None, Coverage(1, 0, 0, 0, 1), "không thuộc phạm vi theo báo cáo của Công an tỉnh, chưa đánh giá được"),
    ],
)
def test_the_only_one_asked_is_named(value: str | None, coverage: Coverage, words: str) -> None:
    asked = tuple(replace(i, implementers=("Công an tỉnh",)) for i in BASE.plan.indicators)
    rollup = replace(BASE, plan=replace(BASE.plan, indicators=asked))
    assert words in result(value, coverage=coverage, rollup=rollup)


# Lists


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "Sở A và B 1"),
        (3, "Sở A và B 1; Sở A và B 2; Sở A và B 3"),
        (30, "Sở A và B 1; Sở A và B 2; Sở A và B 3; Sở A và B 4; Sở A và B 5; và 25 đơn vị khác"),
    ],
)
def test_names_with_an_and_of_their_own_are_kept_apart(count: int, words: str) -> None:
    names = [f"Sở A và B {n}" for n in range(1, count + 1)]
    assert shortened(names, 5, "weak.others", mark="; ", figure="x").text == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "Có 1 đơn vị cấp xã chưa gửi báo cáo, là UBND xã số 0; chi tiết tại Phụ lục III."),
        (3, "chưa gửi báo cáo, gồm: UBND xã số 0, UBND xã số 1 và UBND xã số 2; chi tiết tại Phụ lục III."),
        (30, "UBND xã số 3, UBND xã số 4 và 25 đơn vị khác; chi tiết tại Phụ lục III."),
    ],
)
def test_the_silent_are_named_or_counted_and_the_annex_is_named(count: int, words: str) -> None:
    silent = [
        replace(a, name=f"UBND xã số {n}", standing=Standing.MISSING)
        for n, a in enumerate([a for a in BASE.agencies if a.level == "commune"][:count])
    ]
    texts = [p.text for p in report_passages(replace(BASE, agencies=tuple(silent))) if p.place == "Mục IV.2"]
    assert len(texts) == 1
    assert texts[0].endswith(words)


@pytest.mark.parametrize(
    ("count", "words"), [(1, "chỉ tiêu X.1 ("), (3, "X.1, X.2 và X.3 ("), (30, "X.12 và 18 chỉ tiêu")]
)
def test_codes_are_listed_up_to_a_dozen(count: int, words: str) -> None:
    row = replace(BASE.indicators[0], state=State.MISSED)
    rows = tuple(replace(row, code=f"X.{n}") for n in range(1, count + 1))
    text = next(p.text for p in report_passages(replace(BASE, indicators=rows)) if p.place == "Mục V.1")
    assert words in text
    assert "(Phụ lục I)." in text


# Tasks


@pytest.mark.parametrize(
    ("expected", "late", "words"),
    [
        (1, 1, "): chưa báo cáo hoàn thành."), (10, 10, "): cả 10 cơ quan, đơn vị chưa báo cáo hoàn thành."),
        (10, 3, "): 3/10 cơ quan, đơn vị chưa báo cáo hoàn thành."),
    ],
)  # fmt: skip
def test_an_overdue_task_tells_how_many_are_behind(expected: int, late: int, words: str) -> None:
    task = replace(
        BASE.tasks[0], expected=expected, done=expected - late, ongoing=late, not_started=0, silent=0, late=late
    )
    items = [p.text for p in report_passages(replace(BASE, tasks=(task,))) if p.place == "Mục III"]
    assert items[-1].endswith(words)
    assert "; thời hạn ngày 02 tháng 02 năm 2024)" in items[-1]


def test_a_deadline_in_the_quoted_words_is_not_said_twice() -> None:
    day = BASE.tasks[0].deadline
    words = "Phê duyệt hồ sơ cấp độ, xong trước 02/02/2024"
    task = replace(BASE.tasks[0], text=words, late=1, done=0)
    source = replace(BASE.plan.tasks[0], text=words, deadline=day, deadline_text="xong trước 02/02/2024")
    rollup = replace(BASE, tasks=(task,), plan=replace(BASE.plan, tasks=(source,)))
    item = [p.text for p in report_passages(rollup) if p.place == "Mục III"][-1]
    assert f"“{words}” (Sở Thông tin và Truyền thông)" in item


# Any figures


def _rows() -> st.SearchStrategy[IndicatorResult]:
    counts = st.integers(0, 40)
    units = st.sampled_from(["%", "hồ sơ", "hệ thống", ""])
    ops = st.sampled_from([">=", ">", "<=", "<", "=", "increase>=", "increase>", "reduce>=", "reduce>"])
    values = st.none() | st.fractions(-200, 10**7, max_denominator=977) | st.sampled_from([Fraction(0), Fraction(100)])

    @st.composite
    def row(draw: st.DrawFn) -> IndicatorResult:
        base = draw(st.sampled_from(BASE.indicators))
        unit, value = draw(units), draw(values)
        reported = draw(st.integers(1, 300)) if value is not None else 0
        rest = [draw(counts) for _ in range(4)]
        target = Target(draw(ops), Decimal(draw(st.integers(0, 10_000))) / 10, unit, base.scope)
        previous = draw(values)
        return replace(
            base, numerator=None, denominator=None, unit=unit, value=value, target=target, state=judge(value, target),
            coverage=Coverage(reported + sum(rest), reported, *rest), previous=previous,
            provisional=draw(st.booleans()),
        )  # fmt: skip

    return row()


def _agreeing(figure: Figure) -> bool:
    """Whether the text of a figure is its value, to the last digit shown."""
    text = figure.text
    for sign in ("tăng", "giảm", "≥", "≤", ">", "<", "="):
        text = text.removeprefix(sign).strip()
    number = text.split("\u00a0")[0].split(" ")[0].removesuffix("%")
    read = read_number(number, whole="," not in number).value
    places = len(number.partition(",")[2])
    return read is not None and abs(Fraction(read) - figure.value) <= Fraction(1, 2 * 10**places)


@settings(max_examples=150)
@given(
    rows=st.lists(_rows(), min_size=1, max_size=6, unique_by=lambda r: (r.code, r.scope)),
    standings=st.lists(st.sampled_from(list(Standing)), min_size=1, max_size=14),
    period=st.sampled_from(BASE.plan.periods),
)
def test_whatever_the_figures_each_sentence_is_whole_and_true(
    rows: list[IndicatorResult], standings: list[Standing], period: PeriodDates
) -> None:
    agencies = tuple(replace(a, standing=s) for a, s in zip(BASE.agencies[6:], standings, strict=False))
    plan = replace(BASE.plan, agencies=BASE.plan.agencies[:20])
    rollup = replace(
        BASE, plan=plan, indicators=tuple(rows), agencies=agencies, levels=(), period=period, tasks=BASE.tasks[:4]
    )
    for passage in report_passages(rollup):
        if ", dòng " in passage.place:
            continue
        assert faults_of(passage.text) == [], passage.text
        at = 0
        for figure in passage.figures:
            assert _agreeing(figure), figure
            at = passage.text.index(figure.text, at) + len(figure.text)
