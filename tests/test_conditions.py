"""Conditions between figures: what staff may write, what it means, and that nothing else passes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtxl.model.condition import DEEPEST, ConditionError, UnknownIndicator, parse_condition
from dtxl.model.plan import Kind

KINDS = {"I.1": Kind.RATIO, "I.2": Kind.RATIO, "II.1": Kind.COUNT, "1": Kind.COUNT, "A-B": Kind.SCORE}
GIVEN = {
    ("I.1", "numerator"): Fraction(80),
    ("I.1", "denominator"): Fraction(100),
    ("I.1", "result"): Fraction(80),
    ("I.2", "numerator"): Fraction(60),
    ("I.2", "denominator"): Fraction(120),
    ("I.2", "result"): Fraction(50),
    ("II.1", "value"): Fraction(5, 2),
    ("1", "value"): Fraction(7),
    ("A-B", "value"): Fraction(-3),
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("I.1.tử số ≤ I.2.mẫu số", True),
        ("I.1.tử số ≤ I.2.tử số", False),
        ("I.1.tử số <= I.1.mẫu số", True),
        ("I.1.mẫu số=100", True),
        ("I.1.mẫu số <> 100", False),
        ("I.1.mẫu số ≠ 100", False),
        ("I.1.kết quả - I.2.kết quả < 30", False),
        ("I.1.kết quả - I.2.kết quả ≤ 30", True),
        ("I.1.numerator + I.2.numerator × 2 > 199", True),
        ("(I.1.tử số + I.2.tử số) * 2 > 280", False),
        ("10 - 2 - 3 = II.1.giá trị × 2", True),
        ("II.1.giá trị = 2,5", True),
        ("ii.1.giá trị = 2,5", None),
        ("-A-B.giá trị = 3", True),
        ("1.giá trị - 2 × 3 = 1", True),
        ("I.1.Tu so−I.2.tu so = 20", True),
        ("  I.1 . tử số   >   - 1 ", True),
    ],
)
def test_what_it_means(text: str, holds: bool | None) -> None:
    if holds is None:
        with pytest.raises(UnknownIndicator):
            parse_condition(text, KINDS)
    else:
        assert parse_condition(text, KINDS).holds(GIVEN) is holds


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "thiếu số liệu ở cuối"),
        ("I.1.tử số", "thiếu dấu so sánh"),
        ("I.1 ≤ 5", "không hiểu “I”"),
        ("I.1.tử số ≤", "thiếu số liệu ở cuối"),
        ("≤ I.1.tử số", "chờ một số liệu"),
        ("I.1.tử số ≤ 5 ≤ 6", "mỗi điều kiện chỉ có một dấu so sánh"),
        ("I.1.tử số 5 ≤ 6", "chờ dấu so sánh, gặp số 5"),
        ("(I.1.tử số ≤ 5", "thiếu dấu đóng ngoặc"),
        ("I.1.tử số) ≤ 5", "chờ dấu so sánh"),
        ("I.1.tử số / 2 ≤ 5", "không hiểu “/”"),
        ("I.1.giá trị ≤ 5", "không có “giá trị”; dùng tử số, mẫu số hoặc kết quả"),
        ("II.1.mẫu số ≤ 5", "dùng giá trị"),
        ("I.1.ghi chú ≤ 5", "không có mục “ghi”"),
        ("I.9.tử số ≤ 5", "không có chỉ tiêu mã “I.9”"),
        ("2-I.1.tử số ≤ 5", "dấu trừ viết cách ra"),
        ("1.234 ≤ I.1.tử số", "hiểu theo nhiều cách"),
        ("1 < 2", "chưa nêu số liệu nào"),
        ("__import__('os').system('x') < I.1.tử số", "không hiểu “__import__”"),
        ("I.1.tử số.__class__ < 1", "không"),
        ("lambda: 1 < I.1.tử số", "không hiểu “lambda”"),
        ("{{ 7*7 }} < I.1.tử số", "không hiểu “{”"),
        ("=I.1.tử số", "chờ một số liệu"),
        ("9" * 400 + " < I.1.tử số", "dài quá"),
        ("9" * 40 + " < I.1.tử số", "viết không có dấu ngăn"),
        ("(" * (DEEPEST + 2) + "1 < I.1.tử số", "ngoặc lồng nhau quá nhiều"),
        ("-" * 90 + "1 < I.1.tử số", "ngoặc lồng nhau quá nhiều"),
    ],
)
def test_what_is_none_is_said(text: str, says: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text, KINDS)
    assert says in str(caught.value)


def test_a_missing_figure_is_no_answer() -> None:
    said = parse_condition("I.1.tử số ≤ I.2.tử số", KINDS)
    assert said.figures == (("I.1", "numerator"), ("I.2", "numerator"))
    with pytest.raises(KeyError):
        said.holds({("I.1", "numerator"): Fraction(1)})


PIECES = st.sampled_from(
    [
        "I.1.tử số",
        "II.1.giá trị",
        "I.2.kết quả",
        "3",
        "2,5",
        "+",
        "-",
        "×",
        "(",
        ")",
        "≤",
        "<",
        "=",
        "x",
        ".",
        "I.1",
        " ",
    ]
)


@given(st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=60))
def test_any_text_is_a_condition_or_a_message(text: str) -> None:
    try:
        said = parse_condition(text, KINDS)
    except ConditionError as error:
        message = str(error)
    else:
        message = f"{said.holds(GIVEN)}: {said.sides(GIVEN)}"
    assert message
