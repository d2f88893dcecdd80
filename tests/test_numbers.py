"""Numbers as people write them, read so or not at all; never wrong."""

import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtxl.core.codes import Severity
from dtxl.core.numbers import from_cell, plain, read_number, rounded, show, show_percent
from dtxl.files.xlsx_read import Sheet
from dtxl.intake.cells import read_cell
from dtxl.model.form import FormField


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("85,5", "85.5"), ("85.5", "85.5"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"), ("1.234.567", "1234567"),
        ("1,234,567", "1234567"), ("1 234 567", "1234567"), ("-5,2", "-5.2"), ("+7", "7"),
        ("0,855", "0.855"), ("0.855", "0.855"), ("007", "7"), ("12.50", "12.5"), (" 300 ", "300"), ("80.", "80"),
    ],
)  # fmt: skip
def test_plain_numbers(text: str, value: str) -> None:
    reading = read_number(text)
    assert reading.value == Decimal(value)
    assert reading == type(reading)(Decimal(value))


@pytest.mark.parametrize(
    "text",
    ["", "-", "không", "KCSL", "12/15", "10 - 11", "5 10", "1,2,3", "1.2.3", "12.34.567", "1,234.5.6", "abc 5", "5^2",
     "1.234,567,8", "1" * 19, "2 triệu", "12 nghìn", "12k", "3tr", "12 tỷ đồng",
     "4 trăm", "8‰", "1½", "5²", "12?", "1234 567", "12:30"],
)  # fmt: skip
def test_no_number_where_none_is_certain(text: str) -> None:
    assert read_number(text).value is None


@pytest.mark.parametrize(
    ("text", "value", "flag"),
    [
        ("85,5%", "85.5", "percent"), ("85 %", "85", "percent"), ("trên 80", "80", "approximate"),
        ("khoảng 300", "300", "approximate"), ("~ 5", "5", "approximate"), (">= 80", "80", "approximate"),
        ("ít nhất 12", "12", "approximate"), ("300 hồ sơ", "300", "unit"), ("12 kg", "12", "unit"),
        ("1\u00a0234", "1234", "ambiguous"), ("85 phần trăm", "85", "percent"),
        ("1.234", "1234", "ambiguous"), ("1,234", "1.234", "ambiguous"),
    ],
)  # fmt: skip
def test_numbers_with_a_remark(text: str, value: str, flag: str) -> None:
    reading = read_number(text)
    assert reading.value == Decimal(value)
    assert getattr(reading, flag)


def test_a_comma_before_three_digits_means_thousands_where_things_are_counted() -> None:
    reading = read_number("1,234", whole=True)
    assert reading.value == 1234
    assert reading.ambiguous


@pytest.mark.parametrize("text", ["tren 80", "TRÊN 80", "tre\u0302n 80"])
def test_words_are_known_whatever_their_marks_and_case(text: str) -> None:
    assert read_number(text).value == 80


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_what_is_shown_reads_back(value: Decimal) -> None:
    reading = read_number(show(value, 3))
    assert reading.ambiguous or reading.value == value


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_the_stored_text_is_exact(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
    assert "E" not in plain(value)


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (Fraction(1234567, 1000), 2, "1.234,57"), (Decimal("0.125"), 2, "0,13"), (Decimal("-0.001"), 2, "0"),
        (Fraction(200, 3), 2, "66,67"), (Decimal(85), 2, "85"), (Decimal("-1234.5"), 1, "-1.234,5"), (None, 2, ""),
    ],
)  # fmt: skip
def test_shown_the_vietnamese_way(number: Decimal | Fraction | None, places: int, text: str) -> None:
    assert show(number, places) == text


def test_percent_and_rounding() -> None:
    assert show_percent(Fraction(1711, 20)) == "85,55%"
    assert rounded(Fraction(-5, 2), 0) == Decimal(-3)
    assert from_cell(0.1) == Decimal("0.1")
    assert str(from_cell(12.0)) == "12"


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_a_number_shown_reads_as_itself(value: Decimal) -> None:
    assert read_number(show(value, 3)).value == value


@given(st.text(max_size=20))
def test_any_text_reads_or_does_not(text: str) -> None:
    value = read_number(text).value
    assert value is None or abs(value) < 10**18


GROUPS = tomllib.loads(Path(__file__).with_name("data").joinpath("numbers.toml").read_text(encoding="utf-8"))["group"]
WRITTEN = [(group["field"], text, meant) for group in GROUPS for text, meant in group["cases"]]


def test_there_are_numbers_enough() -> None:
    assert len(set(WRITTEN)) >= 500


@pytest.mark.parametrize(("field", "text", "meant"), WRITTEN)
def test_a_number_in_a_cell_is_read_as_meant_or_asked_about(field: str, text: str, meant: str) -> None:
    """From the cell to the value, with the rule that asks about small percentages (D09) counted in."""
    kind = "integer" if field == "whole" else field
    value, findings = read_cell(Sheet("S", [[text]]), 0, 0, FormField("f", "S", 0, 0, kind, "f"))
    grave = {f.severity for f in findings if f.code != "A06"}
    if value.number is None:
        assert Severity.ERROR in grave
        assert meant == "refuse"
        return
    asked = Severity.WARNING in grave or (kind == "percent" and 0 < value.number < 1)
    assert Severity.ERROR not in grave
    assert findings, "shown as read"
    assert meant in (plain(value.number) if not asked else f"ask {plain(value.number)}", "ask" if asked else None)
