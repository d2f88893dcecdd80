"""The rollup, against figures worked out by hand on the small plan."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtxl.model.plan import OverAgencies, Plan, Target
from dtxl.model.rollup import Rollup, Standing, State
from dtxl.model.submission import Value
from dtxl.model.verdict import judge
from dtxl.results import Returned, roll_up
from tests.small import IN_TIME, PERIOD, form_of, small_plan

PLAN = small_plan()
DATES = next(p for p in PLAN.periods if p.code == PERIOD)
LATE = datetime(2024, 3, 18, 7, 0)


def back(agency: str, accepted: bool = True, when: datetime = IN_TIME, **figures: object) -> Returned:
    """`figures`: field with _ for . → number or text."""
    form = form_of(agency)
    values = {}
    for key, value in figures.items():
        name = key.replace("__", ".")
        field = form.by_name[name]
        number = Decimal(value) if isinstance(value, int) else value if isinstance(value, Decimal) else None
        text = value if isinstance(value, str) else None
        values[name] = Value(name, field.kind, str(value), field.sheet, field.cell, number, text)
    return Returned(agency, accepted, when, f"{agency}.xlsx", "ab" * 32, values)


def ratio_of(code: str, numerator: int, denominator: int) -> dict[str, int]:
    key = code.replace(".", "__")
    return {f"{key}__numerator": numerator, f"{key}__denominator": denominator}


def rolled(*returned: Returned, plan: Plan = PLAN, as_of: date = date(2024, 3, 25)) -> Rollup:
    return roll_up(plan, DATES, as_of, returned)


def row(rollup: Rollup, code: str, scope: str | None = None):  # type: ignore[no-untyped-def]
    return next(r for r in rollup.indicators if (r.code, r.scope) == (code, scope))


def test_a_ratio_is_the_sum_of_parts_over_the_sum_of_wholes() -> None:
    rollup = rolled(
        back("07375", **ratio_of("I.2", 10, 10)),
        back("07378", **ratio_of("I.2", 10, 90)),
        back("217", **ratio_of("I.2", 120, 100 + 0)),
    )
    result = row(rollup, "I.2")
    assert (result.numerator, result.denominator) == (140, 200)
    assert result.value == 70
    assert result.state is State.MISSED  # "trên 70%" wants more than 70
    assert (result.coverage.reported, result.coverage.expected, result.coverage.silent) == (3, 4, 1)


def test_each_scope_has_its_own_agencies_and_target() -> None:
    rollup = rolled(
        back("STTTT", **ratio_of("I.1", 99, 100)),
        back("217", **ratio_of("I.1", 95, 100)),
        back("07375", **ratio_of("I.1", 81, 100)),
        back("07378", **ratio_of("I.1", 85, 100)),
    )
    assert row(rollup, "I.1", "cấp tỉnh").state is State.MISSED
    assert row(rollup, "I.1", "cấp huyện").state is State.MET
    assert row(rollup, "I.1", "cấp xã").state is State.EXCEEDED
    assert row(rollup, "I.1", "cấp xã").value == 83
    total = next(r for r in rollup.levels if r.code == "I.1" and r.level is None)
    assert total.value == 90
    assert total.target is None


def test_the_five_kinds_of_nothing_are_told_apart() -> None:
    rollup = rolled(
        back("STTTT", I__2__absent="Chưa có số liệu"),
        back("217", I__2__absent="Không phát sinh"),
        back("07375", I__2__absent="Không thuộc phạm vi"),
    )
    coverage = row(rollup, "I.2").coverage
    assert (coverage.not_available, coverage.not_arisen, coverage.not_applicable, coverage.silent) == (1, 1, 1, 1)
    assert coverage.reported == 0
    assert row(rollup, "I.2").state is State.NO_DATA
    assert row(rollup, "I.2").value is None
    zero = row(rolled(back("217", **ratio_of("I.2", 0, 50))), "I.2")
    assert zero.value == 0
    assert zero.state is State.MISSED
    assert zero.coverage.reported == 1


def test_only_accepted_returns_count() -> None:
    rollup = rolled(back("217", accepted=False, **ratio_of("I.2", 80, 100)))
    assert row(rollup, "I.2").value is None
    assert next(a for a in rollup.agencies if a.code == "217").standing is Standing.REJECTED


def test_enterprises_figures_are_asked_of_the_monitor() -> None:
    result = row(rolled(back("STTTT", II__1__numerator=Decimal("10.5"), II__1__denominator=Decimal(100))), "II.1")
    assert result.value == Fraction(21, 2)
    assert result.coverage.expected == 1
    assert result.state is State.EXCEEDED


def test_an_indicator_that_does_not_add_up_has_no_provincial_value() -> None:
    indicators = tuple(replace(i, over_agencies=OverAgencies.NONE) for i in PLAN.indicators)
    plan = replace(PLAN, indicators=indicators)
    result = row(rolled(back("217", **ratio_of("I.2", 80, 100)), plan=plan), "I.2")
    assert result.value is None
    assert result.coverage.reported == 1


def test_standing_lateness_and_rank() -> None:
    good = {**ratio_of("I.1", 90, 100), **ratio_of("I.2", 90, 100)}
    half = {**ratio_of("I.1", 90, 100), **ratio_of("I.2", 10, 100)}
    rollup = rolled(back("07375", when=LATE, **half), back("07378", **good))
    by_code = {a.code: a for a in rollup.agencies}
    assert (by_code["07375"].standing, by_code["07375"].days_late) == (Standing.LATE, 3)
    assert (by_code["07378"].standing, by_code["07378"].days_late) == (Standing.ACCEPTED, 0)
    assert (by_code["217"].standing, by_code["217"].days_late) == (Standing.MISSING, 10)
    assert [by_code[c].rank for c in ("07375", "07378", "217")] == [2, 1, None]


def test_ties_share_a_rank_and_too_little_data_has_none() -> None:
    same = {**ratio_of("I.1", 90, 100), **ratio_of("I.2", 90, 100)}
    rollup = rolled(back("07375", **same), back("07378", **same))
    assert [a.rank for a in rollup.agencies if a.level == "commune"] == [1, 1]
    little = rolled(back("STTTT", **ratio_of("I.1", 100, 100)))
    assert next(a for a in little.agencies if a.code == "STTTT").rank is None
    assert little.unranked == ("STTTT",)


def test_tasks_are_counted_over_those_that_must_do_them() -> None:
    rollup = rolled(
        back("STTTT", **{"task__III__1__01__state": "Đã hoàn thành", "task__III__1__02__state": "Đang thực hiện"})
    )
    by_code = {t.code: t for t in rollup.tasks}
    assert (by_code["III.1.01"].done, by_code["III.1.01"].late) == (1, 0)
    assert (by_code["III.1.02"].ongoing, by_code["III.1.02"].late) == (1, 1)  # due on 1 March, not done
    assert (by_code["IV.3.01"].silent, by_code["IV.3.01"].expected) == (1, 1)


def test_coverage_always_adds_up() -> None:
    rollup = rolled(back("217", **ratio_of("I.2", 1, 2)), back("07375", I__1__absent="Không phát sinh"))
    for r in (*rollup.indicators, *rollup.levels):
        c = r.coverage
        assert c.reported + c.not_available + c.not_arisen + c.not_applicable + c.silent == c.expected
    for t in rollup.tasks:
        assert t.done + t.ongoing + t.not_started + t.silent == t.expected


def test_nothing_at_all() -> None:
    rollup = rolled()
    assert {r.state for r in rollup.indicators} == {State.NO_DATA}
    assert {a.standing for a in rollup.agencies} == {Standing.MISSING}


@pytest.mark.parametrize(
    ("op", "value", "state"),
    [(">=", "70", "met"), (">=", "70.01", "exceeded"), (">=", "69.99", "missed"), (">", "70", "missed"),
     (">", "70.01", "met"), ("<=", "70", "met"), ("<=", "70.01", "missed"), ("<", "70", "missed"), ("<", "69", "met"),
     ("=", "70", "met"), ("=", "71", "missed"), ("increase>=", "71", "exceeded"), ("reduce>", "70", "missed")],
)  # fmt: skip
def test_comparators(op: str, value: str, state: str) -> None:
    assert judge(Fraction(value), Target(op, Decimal(70), "%")) == state


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1, max_size=3))
def test_sums_are_exact(pairs: list[tuple[int, int]]) -> None:
    agencies = ("217", "07375", "07378")
    rollup = rolled(*(back(a, **ratio_of("I.2", n, d)) for a, (n, d) in zip(agencies, pairs, strict=False)))
    assert row(rollup, "I.2").value == Fraction(100 * sum(n for n, _ in pairs), sum(d for _, d in pairs))


def test_silence_is_a_finding_once_the_due_day_is_past() -> None:
    silent = rolled(back("217", when=LATE))
    assert [(agency, code) for agency, code, *_ in silent.findings] == [
        ("STTTT", "G01"), ("07375", "G01"), ("07378", "G01"),
    ]  # fmt: skip
    assert "15/03/2024" in silent.findings[0][-1]
    assert rolled(as_of=date(2024, 3, 15)).findings == ()
