"""Who is asked where the plan's text does not say, what becomes of scopes that are no agencies, and that no plan read
from a document makes a plan workbook that cannot be read."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from dtxl.core.text import without_control
from dtxl.extract import extract_document
from dtxl.extract.agencies import read_units, units_for, with_agencies
from dtxl.model.plan import Agency, AgencyGroup, Indicator, Kind, Plan, PlanInfo, Target, Task
from dtxl.planbook import read_planbook, write_planbook
from tests import scoring

S, H, X = "Các sở, ngành", "UBND huyện, thị xã, thành phố", "UBND xã, phường, thị trấn"
STTTT = "Sở Thông tin và Truyền thông"
units = cache(read_units)


def indicator(name: str, *targets: Target, monitor: str = "", implementers: tuple[str, ...] = ()) -> Indicator:
    aims = targets or (Target(">=", Decimal(80), "%"),)
    return Indicator("1", "", name, name, name, Kind.RATIO, "%", aims, monitor, implementers, "Số", "Tổng số")


def limited(*scopes: str) -> tuple[Target, ...]:
    return tuple(Target(">=", Decimal(80), "%", scope) for scope in scopes)


def plan_of(
    *indicators: Indicator,
    year: int = 2024,
    province: str = "Bắc Giang",
    aggregator: str = "",
    tasks: tuple[Task, ...] = (),
) -> Plan:
    info = PlanInfo("ke-hoach", "Kế hoạch", year=year, province=province, aggregator=aggregator)
    return with_agencies(Plan(info, (), indicators, tasks), units(units_for(year, None)))


def whys(plan: Plan) -> str:
    return " ".join(q.why for q in plan.questions)


def survives(plan: Plan, path: Path) -> bool:
    """Whether the plan workbook of `plan` is free of mistakes and gives the plan back."""
    path.write_bytes(write_planbook(plan))
    # A page's end stands as a form feed in a piece of the source; no cell can hold one.
    plan = replace(
        plan,
        indicators=tuple(replace(i, span=without_control(i.span)) for i in plan.indicators),
        tasks=tuple(replace(t, span=without_control(t.span)) for t in plan.tasks),
        questions=tuple(replace(q, span=without_control(q.span)) for q in plan.questions),
    )
    return read_planbook(path) == plan


# ----------------------------------------------------------------------------------------------------------- wording


@pytest.mark.parametrize(
    ("name", "implementers"),
    [
        ("Tỷ lệ văn bản trao đổi giữa các CQNN dưới dạng điện tử", (S, H, X)),
        ("Tỷ lệ hoạt động kiểm tra của cơ quan quản lý nhà nước qua môi trường số", (S, H, X)),
        ("Tỷ lệ cơ quan Đảng, chính quyền các cấp kết nối mạng chuyên dùng", (S, H, X)),
        ("Tỷ lệ dữ liệu từ cấp tỉnh đến cấp xã được số hóa", (S, H, X)),
        ("Tỷ lệ các xã, phường, thị trấn có cổng thông tin điện tử", (X,)),
        ("Tỷ lệ máy tính tại UBND cấp xã được cài phần mềm diệt vi rút", (X,)),
        ("Tỷ lệ UBND cấp huyện công khai số liệu", (H,)),
        ("Tỷ lệ cơ sở dữ liệu của các sở, ngành được liên thông", (S,)),
        ("Tỷ lệ phần mềm, cơ sở dữ liệu cấp tỉnh được kết nối", (S,)),
        ("Tỷ lệ hồ sơ tại cấp huyện, cấp xã được số hóa", (H, X)),
        # A clause on what it is good for, a place, a rank, people and enterprises: nobody.
        ("Tỷ lệ báo cáo phục vụ sự chỉ đạo của chính quyền các cấp được gửi qua hệ thống", ()),
        ("Tỷ lệ khu dân cư tại thành phố, thị xã, thị trấn được phủ sóng 5G", ()),
        ("Tỷ lệ Trung tâm Y tế huyện, thành phố thanh toán điện tử", ()),
        ("Tỷ lệ giáo viên giỏi cấp tỉnh", ()),
        ("Tỷ lệ hợp tác xã ứng dụng công nghệ số", ()),
        ("Tỷ lệ người dân có tài khoản thanh toán", ()),
    ],
)
def test_whom_the_wording_speaks_of_is_asked_else_the_aggregating_office(
    name: str, implementers: tuple[str, ...]
) -> None:
    plan = plan_of(indicator(name))
    (item,) = plan.indicators
    assert (item.monitor, item.implementers) == (STTTT, implementers)
    assert item.guessed == ("monitor", "implementers")
    if not implementers:
        assert [a.name for a in plan.asked_of(item)] == [STTTT]
    (question,) = [q for q in plan.questions if q.about == "Chỉ tiêu 1"]
    assert ("theo câu chữ" in question.why) is bool(implementers)


def test_scopes_speak_before_the_wording() -> None:
    plan = plan_of(indicator("Tỷ lệ văn bản giữa các cơ quan nhà nước", *limited("cấp huyện", "xã")))
    assert plan.indicators[0].implementers == (H, X)


def test_without_districts_the_wording_asks_those_that_there_are() -> None:
    plan = plan_of(indicator("Tỷ lệ văn bản giữa các cơ quan nhà nước"), year=2026, province="Bắc Ninh")
    assert plan.indicators[0].implementers == (S, "UBND xã, phường, đặc khu")
    assert plan.indicators[0].monitor == "Sở Khoa học và Công nghệ"


def test_what_the_plan_says_stays() -> None:
    said = indicator("Tỷ lệ của các sở, ngành", monitor="Sở Y tế")
    plan = plan_of(said)
    assert plan.indicators[0] == said


# ------------------------------------------------------------------------------------------------------------ scopes


@pytest.mark.parametrize(
    ("scope", "levels"),
    [
        ("các sở, ban, ngành, UBND các huyện, thành phố", {"province", "district"}),
        ("đối với các huyện", {"district"}),
        ("xã", {"commune"}),
        ("UBND các xã, phường", {"commune"}),
        ("Sở Y tế", {"province"}),
    ],
)
def test_a_scope_that_names_agencies_reaches_them(tmp_path: Path, scope: str, levels: set[str]) -> None:
    plan = plan_of(indicator("Tỷ lệ máy tính", *limited(scope)))
    assert {a.level for a in plan.agencies if plan.in_scope(scope, a)} == levels
    assert "Cần tách" not in whys(plan)
    assert survives(plan, tmp_path / "ke-hoach.xlsx")


@pytest.mark.parametrize(
    "scope", ["hộ gia đình", "các xã biên giới", "thôn, xóm", "đô thị", "doanh nghiệp", "đối với khu vực thành phố"]
)
def test_a_scope_that_is_no_group_of_agencies_is_nobodys_and_asked_about(tmp_path: Path, scope: str) -> None:
    plan = plan_of(indicator("Tỷ lệ phủ mạng", *limited(scope)))
    (item,) = plan.indicators
    group = plan.find(scope)
    assert isinstance(group, AgencyGroup)
    assert not group.returns
    assert [a.name for a in plan.asked_of(item)] == [STTTT]
    assert [plan.target_for(item, a) for a in plan.agencies if plan.target_for(item, a)] == []
    (why,) = [q.why for q in plan.questions if "Cần tách" in q.why]
    assert f"“{scope}”" in why
    assert "≥ 80%" in why
    assert survives(plan, tmp_path / "ke-hoach.xlsx")


def test_a_level_that_the_day_has_no_more_is_nobodys(tmp_path: Path) -> None:
    plan = plan_of(indicator("Tỷ lệ", *limited("cấp huyện", "cấp xã")), year=2026, province="Bắc Ninh")
    assert not any(plan.in_scope("cấp huyện", a) for a in plan.agencies)
    assert "“cấp huyện”" in whys(plan)
    assert survives(plan, tmp_path / "ke-hoach.xlsx")


def test_a_target_of_another_measure_is_asked_about(tmp_path: Path) -> None:
    growth = Indicator(
        "1", "", "Doanh số", "Doanh số tăng", "Mức tăng doanh số", Kind.GROWTH, "%",
        (Target("increase>", Decimal(25), "%"), Target(">=", Decimal(10), "%")),
    )  # fmt: skip
    plan = plan_of(growth)
    (why,) = [q.why for q in plan.questions if "số liệu khác" in q.why]
    assert "≥ 10%" in why
    assert "tăng > 25%" not in why
    assert survives(plan, tmp_path / "ke-hoach.xlsx")


# ------------------------------------------------------------------------------------------- workbooks that hold


def test_names_that_nobody_knows_make_no_mistake(tmp_path: Path) -> None:
    tasks = (Task("1", "Tổ công tác 06", "Việc"), Task("2", "Các hội, đoàn thể", "Việc khác"))
    plan = plan_of(
        indicator("Tỷ lệ", monitor="Phòng Tin học", implementers=("Đội ứng cứu sự cố",)),
        tasks=tasks,
        aggregator="Tổ giúp việc",
    )
    assert [a.name for a in plan.asked_of(plan.indicators[0])] == [STTTT]
    assert "tạm hỏi số liệu của Sở Thông tin và Truyền thông" in whys(plan)
    assert isinstance(plan.find_office(STTTT), Agency)
    assert [plan.holders(t) for t in plan.tasks] == [(), ()]
    assert survives(plan, tmp_path / "ke-hoach.xlsx")


SOURCES = [
    *(path for folder in ("documents", "unseen") for path in sorted((scoring.DATA / folder).iterdir())),
    *sorted((Path(__file__).parent.parent / "samples").glob("*/ke-hoach.docx")),
    *sorted(scoring.PLANS.glob("*.txt")),
]


@pytest.mark.parametrize(
    "source", [p for p in SOURCES if p.suffix != ".toml"], ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_every_document_gives_a_plan_workbook_without_mistakes(tmp_path: Path, source: Path) -> None:
    plan = extract_document(source)
    whole = with_agencies(plan, units(units_for(plan.info.year, plan.info.date)))
    assert survives(whole, tmp_path / "ke-hoach.xlsx")
    assert [i.code for i in whole.indicators if not whole.asked_of(i)] == []
