"""Plans of several years: what binds in which, in the model and from the forms to the results."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from dtxl.core.errors import DtxlError
from dtxl.model.plan import Indicator, Kind, Plan, Target, name_key
from dtxl.pipeline.collect import collect
from dtxl.pipeline.issue import FormBuilder, issue_forms
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.workspace import Workspace, init_workspace
from dtxl.planbook import write_planbook
from dtxl.simulate import simulate
from tests.small import small_plan


def target(value: int, scope: str | None = None, year: int | None = None, op: str = ">=") -> Target:
    return Target(op, Decimal(value), "%", scope, year)


def indicator(code: str, name: str, *targets: Target, kind: Kind = Kind.RATIO) -> Indicator:
    return Indicator(code, "I", name, name, name, kind, "%", targets, "Sở Thông tin và Truyền thông")


def plan_of(*indicators: Indicator) -> Plan:
    return replace(small_plan(), indicators=indicators)


def due(plan: Plan, year: int) -> dict[str, list[tuple[int, str | None, int | None]]]:
    return {i.code: [(int(t.value), t.scope, t.year) for t in i.targets] for i in plan.due_in(year).indicators}


def test_a_plan_with_one_year_gives_itself() -> None:
    plan = small_plan()
    assert plan.due_in(2024) is plan
    assert plan.due_in(2030) is plan
    assert plan.due_in(2024).fingerprint == plan.fingerprint


@pytest.mark.parametrize(
    ("year", "values"), [(2023, [50]), (2025, [50]), (2026, [70]), (2028, [70]), (2030, [90]), (2031, [90])]
)  # fmt: skip
def test_the_nearest_year_not_past_binds_else_the_latest(year: int, values: list[int]) -> None:
    plan = plan_of(indicator("1", "Tỷ lệ", target(90, None, 2030), target(50, None, 2025), target(70, None, 2028)))
    assert [v for v, _, _ in due(plan, year)["1"]] == values


def test_each_scope_has_its_own_nearest_year() -> None:
    targets = (target(90, "cấp tỉnh", 2025), target(100, "cấp tỉnh", 2030), target(60, "cấp xã", 2030))
    plan = plan_of(indicator("1", "Tỷ lệ", *targets))
    assert due(plan, 2025) == {"1": [(90, "cấp tỉnh", 2025), (60, "cấp xã", 2030)]}
    assert due(plan, 2026) == {"1": [(100, "cấp tỉnh", 2030), (60, "cấp xã", 2030)]}


def test_targets_of_one_scope_and_year_stay_together() -> None:
    plan = plan_of(
        indicator("1", "Doanh số", target(25, None, 2025, "increase>"), target(10, None, 2025), kind=Kind.GROWTH),
        indicator("2", "Tỷ lệ", target(1, None, 2030)),
    )
    assert due(plan, 2025)["1"] == [(25, None, 2025), (10, None, 2025)]


def test_a_target_without_a_year_holds_always() -> None:
    plan = plan_of(indicator("1", "Tỷ lệ", target(40), target(80, None, 2030)))
    assert due(plan, 2025) == due(plan, 2029) == {"1": [(40, None, None)]}


def test_what_is_stated_again_for_a_later_year_is_asked_once() -> None:
    plan = plan_of(
        indicator("I.1", "Tỷ lệ dữ liệu được số hóa", target(60, None, 2025)),
        indicator("I.2", "Tỷ lệ hồ sơ trực tuyến", target(50, None, 2025)),
        indicator("II.1", "Dữ liệu được số hoá", target(100, None, 2030)),
        indicator("II.2", "Tỷ lệ giảm thủ tục", target(30, None, 2030, "reduce>="), kind=Kind.GROWTH),
    )
    assert list(due(plan, 2025)) == ["I.1", "I.2", "II.2"]  # stated for 2030 only: asked all the same
    assert list(due(plan, 2026)) == ["I.2", "II.1", "II.2"]
    assert list(due(plan, 2031)) == ["I.2", "II.1", "II.2"]
    assert plan.due_in(2025).fingerprint not in (plan.fingerprint, plan.due_in(2026).fingerprint)
    assert plan.due_in(2025).due_in(2025) == plan.due_in(2025)


def test_things_of_one_name_but_another_measure_are_two() -> None:
    plan = plan_of(
        indicator("1", "Số doanh nghiệp", target(60, None, 2025), kind=Kind.COUNT),
        indicator("2", "Tỷ lệ doanh nghiệp", target(100, None, 2030)),
    )
    assert list(due(plan, 2025)) == ["1", "2"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Tỷ lệ hồ sơ được xử lý trên mạng", "Hồ sơ được xử lý trên mạng", True),
        ("Tỉ lệ số hoá đến năm 2025", "Tỷ lệ số hóa (đến hết năm 2030)", True),
        ("60% dữ liệu được số hóa", "100% dữ liệu được số hóa", True),
        ("Tỷ lệ dịch vụ mức độ 3", "Tỷ lệ dịch vụ mức độ 4", False),
        ("Tỷ lệ trường đạt chuẩn mức 1", "Tỷ lệ trường đạt chuẩn", False),
    ],
)
def test_names_are_one_but_for_values_and_years(one: str, other: str, same: bool) -> None:
    assert (name_key(one) == name_key(other)) is same


# --------------------------------------------------------------------------------------------------- other measures


@pytest.mark.parametrize(
    ("kind", "targets", "measured"),
    [
        (Kind.GROWTH, (target(25, op="increase>"), target(10)), [True, False]),
        (Kind.RATIO, (target(10), target(25, op="increase>")), [True, False]),
        (Kind.GROWTH, (target(8),), [True]),  # "tốc độ tăng trưởng đạt 8%"
        (Kind.GROWTH, (target(30, op="reduce>="),), [True]),
        (Kind.RATIO, (target(80, "cấp tỉnh"), target(60, "cấp xã")), [True, True]),
    ],
)
def test_a_figure_answers_targets_of_its_own_measure(
    kind: Kind, targets: tuple[Target, ...], measured: list[bool]
) -> None:
    item = indicator("1", "Doanh số", *targets, kind=kind)
    assert [item.measures(t) for t in targets] == measured


def test_percent_is_not_held_against_a_number_of_things() -> None:
    things = Target(">=", Decimal(5000), "doanh nghiệp")
    item = replace(indicator("1", "Số", things, target(20), kind=Kind.COUNT), unit="doanh nghiệp")
    assert [item.measures(t) for t in item.targets] == [True, False]
    assert replace(item, unit="").measures(item.targets[1])


def test_nobody_is_given_a_target_of_another_measure() -> None:
    own, other = target(25, None, 2025, "increase>"), target(10, None, 2025)
    plan = plan_of(indicator("1", "Doanh số", other, own, kind=Kind.GROWTH))
    assert plan.target_for(plan.indicators[0], plan.agencies[0]) == own


# -------------------------------------------------------------------------------------------- a workspace of two years


@pytest.fixture
def ben_tre(tmp_path: Path) -> Iterator[Workspace]:
    """The Bến Tre programme (2025, and again 2030) with the aggregating office's forms of two years."""
    source = Path(__file__).parent.parent / "samples" / "ben-tre-2025" / "ke-hoach.docx"
    workspace = init_workspace(tmp_path / "ben-tre", source)
    for period in ("2025-Q1", "2026-Q1"):
        issue_forms(workspace, period, ["STTTT"])
    yield workspace
    workspace.close()


def asked(workspace: Workspace, period: str) -> dict[str, str]:
    """Indicator → target of the aggregating office's form."""
    form = FormBuilder(workspace, workspace.period(period))("STTTT")
    assert form is not None
    texts = {(t.key, t.role): t.text for t in form.fixed}
    return {row.indicator.code: texts[row.indicator.code, "target"] for row in form.indicator_rows}


def test_a_form_asks_what_binds_in_its_year(ben_tre: Workspace) -> None:
    first, second = asked(ben_tre, "2025-Q1"), asked(ben_tre, "2026-Q1")
    assert list(first) == ["I.1", "I.2", "I.3", "I.4", "I.5", "II.2", "III.4", "III.5"]
    assert (first["I.2"], first["I.4"], first["III.4"]) == ("≥ 90%", "≥ 60%", "giảm ≥ 30% (năm 2030)")
    assert list(second) == ["I.1", "I.3", "II.2", "III.1", "III.2", "III.3", "III.4", "III.5"]
    assert second["III.2"] == "≥ 100% (năm 2030)"


def test_returns_of_each_year_are_held_against_its_own_targets(ben_tre: Workspace) -> None:
    for period in ("2025-Q1", "2026-Q1"):
        simulate(ben_tre, period, share=0)
        assert collect(ben_tre, period).counts["accepted"] == 1
        rollup = make_rollup(ben_tre, period, ben_tre.period(period).report_due)
        judged = {f.indicator: f.target.year for f in rollup.figures if f.target}
        assert set(judged) == set(asked(ben_tre, period))
        assert set(asked(ben_tre, period)) <= {r.code for r in rollup.indicators}
    assert judged["III.2"] == 2030


def test_what_changes_for_a_later_year_leaves_this_years_forms_good(ben_tre: Workspace) -> None:
    simulate(ben_tre, "2025-Q1", share=0)
    plan = ben_tre.plan
    later = tuple(
        replace(i, targets=(replace(i.targets[0], value=Decimal(95)),)) if i.code == "III.2" else i
        for i in plan.indicators
    )
    (ben_tre.root / "ke-hoach.xlsx").write_bytes(write_planbook(replace(plan, indicators=later)))
    again = Workspace(ben_tre.root)
    (file,) = collect(again, "2025-Q1").files
    again.close()
    assert (file.status, file.findings) == ("accepted", ())


@pytest.mark.parametrize("period", ["2024-Q4", "2031-Q1"])
def test_a_period_outside_the_plans_years_is_refused(ben_tre: Workspace, period: str) -> None:
    with pytest.raises(DtxlError, match="không thuộc kế hoạch năm 2025"):
        ben_tre.period(period)
