"""Who is asked: the Bắc Giang 2024 plan's agencies, the whole matrix for ten of them, and the words that name many."""

import datetime
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from dtxl.core.errors import SourceError
from dtxl.core.text import fold
from dtxl.extract.agencies import read_units, units_for, with_agencies
from dtxl.extract.units import committee_name
from dtxl.model.plan import Indicator, Kind, Plan, PlanInfo, Target, Task

S = "Các sở, ngành"
H = "UBND huyện, thị xã, thành phố"
X = "UBND xã, phường, thị trấn"
HX = "UBND huyện, thị xã, thành phố, xã, phường, thị trấn"
DN = "Các doanh nghiệp trên địa bàn tỉnh"
VT = "Các doanh nghiệp viễn thông trên địa bàn tỉnh"
STTTT = "Giám đốc Sở Thông tin và Truyền thông"
VP = "Chánh Văn phòng UBND tỉnh"
BANKS = (
    "Các chi nhánh ngân hàng thương mại trên địa bàn tỉnh",
    "các DN viễn thông trên địa bàn tỉnh cung cấp mobile money",
)

# The appendix's last two columns, and how many agencies of 241 that makes: 20 offices of "Các sở, ngành" (22 without
# Tỉnh đoàn and the State Bank), 10 districts, 209 communes; where enterprises or banks carry it out, its monitor alone.
APPENDIX = (
    ("I.1", STTTT, (S,), 20),
    ("I.2", STTTT, (S, HX), 239),
    ("I.3", STTTT, (S, HX), 239),
    ("I.4", VP, (S, HX), 239),
    ("I.5", STTTT, (S, HX), 239),
    ("I.6", STTTT, (S, HX), 239),
    ("I.7", "Giám đốc Sở Tư pháp", (HX,), 219),
    ("I.8", STTTT, (S, HX), 239),
    ("I.9", VP, (S, HX), 239),
    ("I.10", STTTT, (S, HX), 239),
    ("I.11", VP, (S, HX), 239),
    ("I.12", VP, (S, HX), 239),
    ("I.13", STTTT, (S, HX), 239),
    ("I.14", STTTT, (S,), 20),
    ("I.15", STTTT, (S, HX), 239),
    ("I.16", STTTT, (S,), 20),
    ("I.17", STTTT, (X,), 209),
    ("I.18", STTTT, ("Văn phòng UBND tỉnh", HX), 220),
    ("II.1", "Giám đốc Sở Kế hoạch và Đầu tư", (S, H), 30),
    ("II.2", "Giám đốc Sở Kế hoạch và Đầu tư", (DN,), 1),
    ("II.3", "Giám đốc Sở Công Thương", (H,), 10),
    ("II.4", "Giám đốc Sở Công Thương", (HX,), 219),
    ("III.1", STTTT, (VT,), 1),
    ("III.2", STTTT, (VT,), 1),
    ("III.3", "Giám đốc Ngân hàng nhà nước chi nhánh tỉnh Bắc Giang", BANKS, 1),
    ("III.4", "Giám đốc Sở Y tế", (H,), 10),
    ("IV.1", STTTT, (S, H), 30),
    ("IV.2", STTTT, (S, H), 30),
)

# Read off the appendix by hand, agency by agency: a mark for each indicator of I, II, III and IV, in its order.
MATRIX = {
    "Sở Thông tin và Truyền thông": "111111011111111100 1000 1100 11",
    "Sở Tư pháp": "111111011111111100 1000 0000 11",
    "Văn phòng UBND tỉnh": "111111011111111101 1000 0000 11",
    "Sở Kế hoạch và Đầu tư": "111111011111111100 1100 0000 11",
    "Sở Công Thương": "111111011111111100 1000 0000 11",
    "Ngân hàng Nhà nước chi nhánh tỉnh Bắc Giang": "000000000000000000 0000 0010 00",
    "Tỉnh đoàn Bắc Giang": "000000000000000000 0000 0000 00",
    "Công an tỉnh": "111111011111111100 1000 0000 11",
    "UBND huyện Lạng Giang": "011111111111101001 1011 0001 11",
    "UBND xã Hương Mai": "011111111111101011 0001 0000 00",
}

# Bullets of sections III and IV under each heading.
TASKS = (
    (STTTT, 28),
    ("Giám đốc Công an tỉnh", 5),
    (VP, 4),
    ("Giám đốc Sở Kế hoạch và Đầu tư", 2),
    ("Giám đốc Sở Tài chính", 2),
    ("Giám đốc Sở Công Thương", 2),
    ("Giám đốc Sở Tài nguyên và Môi trường", 5),
    ("Giám đốc Sở Nông nghiệp và Phát triển nông thôn", 3),
    ("Giám đốc Sở Xây dựng", 2),
    ("Giám đốc Sở Giao thông vận tải", 2),
    ("Giám đốc Sở Khoa học và Công nghệ", 1),
    ("Giám đốc Sở Giáo dục và Đào tạo", 4),
    ("Giám đốc Sở Y tế", 4),
    ("Giám đốc Sở Văn hóa, Thể thao và Du lịch", 1),
    ("Giám đốc Sở Lao động - Thương binh và Xã hội", 2),
    ("Giám đốc Sở Nội vụ", 3),
    ("Bí thư Tỉnh đoàn Bắc Giang", 5),
    (STTTT, 2),
    ("Thủ trưởng các sở, cơ quan thuộc UBND tỉnh", 4),
    ("Chủ tịch UBND huyện, thị xã, thành phố", 7),
)
# Tasks of an office: its own, and the 4 of all bodies of the provincial committee (of which Công an tỉnh, Tỉnh đoàn and
# the State Bank are none).
TASKS_OF = {
    "Sở Thông tin và Truyền thông": 34,
    "Công an tỉnh": 5,
    "Văn phòng UBND tỉnh": 8,
    "Sở Kế hoạch và Đầu tư": 6,
    "Sở Tài nguyên và Môi trường": 9,
    "Sở Khoa học và Công nghệ": 5,
    "Sở Tư pháp": 4,
    "Thanh tra tỉnh": 4,
    "Ban Dân tộc": 4,
    "Tỉnh đoàn Bắc Giang": 5,
    "Ngân hàng Nhà nước chi nhánh tỉnh Bắc Giang": 0,
    "UBND huyện Lạng Giang": 7,
    "UBND thành phố Bắc Giang": 7,
    "UBND xã Hương Mai": 0,
}


def indicator(
    code: str, monitor: str = "", implementers: tuple[str, ...] = (), scopes: tuple[str, ...] = ()
) -> Indicator:
    targets = tuple(Target(">=", Decimal(80), "%", scope) for scope in scopes or (None,))
    return Indicator(code, code.split(".")[0], code, code, code, Kind.RATIO, "%", targets, monitor, implementers)


def plan_of(
    *indicators: Indicator,
    tasks: tuple[Task, ...] = (),
    province: str = "Bắc Giang",
    year: int | None = 2024,
    date: datetime.date | None = None,
    aggregator: str = "Sở Thông tin và Truyền thông",
) -> Plan:
    info = PlanInfo("ke-hoach", "Kế hoạch", year=year, date=date, province=province, aggregator=aggregator)
    return with_agencies(Plan(info, (), indicators, tasks), units(units_for(year, date)))


units = cache(read_units)


def asked(phrase: str, **where: object) -> list[str]:
    """Names of the agencies that an indicator carried out by `phrase` is asked of."""
    plan = plan_of(indicator("I.1", STTTT, (phrase,)), **where)  # type: ignore[arg-type]
    return [a.name for a in plan.members(plan.find(phrase))]


def why(plan: Plan, span: str) -> list[str]:
    return [q.why for q in plan.questions if q.span == span]


@pytest.fixture(scope="module")
def bac_giang() -> Plan:
    tasks = [Task(f"{n}.{k}", holder, "") for n, (holder, count) in enumerate(TASKS) for k in range(count)]
    return plan_of(
        *(indicator(code, monitor, implementers) for code, monitor, implementers, _ in APPENDIX),
        tasks=tuple(tasks),
        date=datetime.date(2024, 3, 1),
    )


# ------------------------------------------------------------------------------------------------ Bắc Giang 2024


def test_agencies_are_22_offices_10_districts_209_communes(bac_giang: Plan) -> None:
    assert Counter(a.level for a in bac_giang.agencies) == {"province": 22, "district": 10, "commune": 209}
    assert [(v.code, v.name) for v in bac_giang.levels] == [
        ("province", "cấp tỉnh"),
        ("district", "cấp huyện"),
        ("commune", "cấp xã"),
    ]
    assert bac_giang.info.province_code == "24"
    assert len(bac_giang.agency_by_code) == 241


def test_units_carry_their_official_codes_names_and_parents(bac_giang: Plan) -> None:
    by_code = bac_giang.agency_by_code
    assert (by_code["217"].name, by_code["217"].parent) == ("UBND huyện Lạng Giang", "")
    assert by_code["213"].name == "UBND thành phố Bắc Giang"
    assert (by_code["07204"].name, by_code["07204"].parent) == ("UBND Phường Trần Nguyên Hãn", "213")
    assert by_code["07201"].name == "UBND phường Thọ Xương"
    assert all(by_code[a.parent].level == "district" for a in bac_giang.agencies if a.level == "commune")
    assert all(a.parent == "" for a in bac_giang.agencies if a.level != "commune")


def test_offices_have_short_plain_codes(bac_giang: Plan) -> None:
    codes = [a.code for a in bac_giang.agencies if a.level == "province"]
    assert all(code.isascii() and code.isalpha() and code.isupper() for code in codes)
    assert {"VPUBND", "STTTT", "CAT", "SYT", "STP", "TTT", "BDT", "BQLKCN", "TDOAN", "NHNN"} <= set(codes)


@pytest.mark.parametrize(("code", "count"), [(row[0], row[3]) for row in APPENDIX])
def test_each_indicator_is_asked_of_its_agencies(bac_giang: Plan, code: str, count: int) -> None:
    assert len(bac_giang.asked_of(bac_giang.indicator_by_code[code])) == count


@pytest.mark.parametrize("name", MATRIX)
def test_each_agency_gets_just_its_indicators(bac_giang: Plan, name: str) -> None:
    marks = MATRIX[name].replace(" ", "")
    expected = [row[0] for row, mark in zip(APPENDIX, marks, strict=True) if mark == "1"]
    agency = bac_giang.find(name)
    assert [i.code for i in bac_giang.indicators_of(agency)] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "count"), TASKS_OF.items())
def test_each_agency_gets_just_its_tasks(bac_giang: Plan, name: str, count: int) -> None:
    assert len(bac_giang.tasks_of(bac_giang.find(name))) == count  # type: ignore[arg-type]


def test_staff_are_told_how_the_groups_of_offices_were_understood(bac_giang: Plan) -> None:
    (departments,) = why(bac_giang, S)
    inside, outside = departments.split("Không gồm: ")
    assert "gồm 20 cơ quan" in inside
    assert "Công an tỉnh" in inside
    assert "Thanh tra tỉnh; Ban Dân tộc; Ban Quản lý các khu công nghiệp" in inside
    assert outside.startswith("Tỉnh đoàn Bắc Giang; Ngân hàng Nhà nước chi nhánh tỉnh Bắc Giang.")
    (bodies,) = why(bac_giang, "Các sở, cơ quan thuộc UBND tỉnh")
    assert "gồm 19 cơ quan" in bodies
    assert "Không gồm: Công an tỉnh; Tỉnh đoàn Bắc Giang;" in bodies
    assert len(bac_giang.questions) == 2  # nothing else of this plan is doubtful


def test_periods_follow_the_plans_year_and_due_days(bac_giang: Plan) -> None:
    first = bac_giang.periods[0]
    assert (first.code, first.agency_due, first.report_due) == (
        "2024-Q1",
        datetime.date(2024, 3, 15),
        datetime.date(2024, 3, 25),
    )
    assert [p.code for p in bac_giang.periods][-1] == "2024"


def test_units_that_share_a_name_are_known_by_code_only(bac_giang: Plan) -> None:
    same = [a for a in bac_giang.agencies if a.name == "UBND xã Phúc Sơn"]
    assert len(same) == 2
    assert bac_giang.find("UBND xã Phúc Sơn") is None
    assert bac_giang.find(same[1].code) == same[1]


def test_agencies_can_be_put_in_again(bac_giang: Plan) -> None:
    again = with_agencies(bac_giang, read_units(units_for(2024, None)))
    assert again == bac_giang


# ------------------------------------------------------------------------------------------------ other wordings


@pytest.mark.parametrize(
    ("phrase", "offices", "districts", "communes"),
    [
        ("các sở, ban, ngành", 20, 0, 0),
        ("CÁC SỞ, NGÀNH", 20, 0, 0),
        ("Các sở, ban, ngành tỉnh có liên quan", 20, 0, 0),
        ("các cơ quan chuyên môn thuộc UBND tỉnh", 19, 0, 0),
        ("Các sở, ngành và tương đương thuộc UBND tỉnh", 19, 0, 0),
        ("UBND các huyện, thành phố", 0, 10, 0),
        ("UBND cấp huyện", 0, 10, 0),
        ("Chủ tịch UBND các huyện, thị xã", 0, 10, 0),
        ("UBND thị xã", 0, 10, 0),
        ("UBND cấp xã", 0, 0, 209),
        ("UBND các xã, phường", 0, 0, 209),
        ("Ủy ban nhân dân các xã, thị trấn", 0, 0, 209),
        ("Uỷ ban nhân dân thị trấn", 0, 0, 209),
        ("UBND cấp huyện, cấp xã", 0, 10, 209),
        ("UBND các cấp", 0, 10, 209),
        ("Các phòng, ban và tương đương thuộc UBND cấp huyện", 0, 10, 0),
        ("Các sở, ngành, UBND huyện, thị xã, thành phố", 20, 10, 0),
        ("Các sở, ban, ngành; UBND các huyện, thành phố; UBND các xã, phường, thị trấn", 20, 10, 209),
        ("cơ quan nhà nước trên địa bàn tỉnh", 20, 10, 209),
        ("Sở TT&TT, Sở KH&ĐT", 2, 0, 0),
        ("các Sở: Y tế, Nội vụ, Văn hóa, Thể thao và Du lịch", 3, 0, 0),
        ("UBND huyện Hiệp Hòa và thành phố Bắc Giang", 0, 2, 0),
        ("Sở Y tế; UBND xã Hương Mai", 1, 0, 1),
        ("VP UBND tỉnh, UBND cấp xã", 1, 0, 209),
    ],
)
def test_groups_are_recognised_by_their_words(phrase: str, offices: int, districts: int, communes: int) -> None:
    plan = plan_of(indicator("I.1", STTTT, (phrase,)))
    levels = Counter(a.level for a in plan.asked_of(plan.indicators[0]))
    assert (levels["province"], levels["district"], levels["commune"]) == (offices, districts, communes)
    assert not why(plan, phrase)  # understood without a doubt


@pytest.mark.parametrize(
    "phrase",
    [
        DN,
        VT,
        *BANKS,
        "các hợp tác xã, hộ kinh doanh",  # no communes
        "Các doanh nghiệp trên địa bàn huyện",  # no districts
        "các trường học; cơ sở y tế",
        "DN bưu chính, viễn thông",
    ],
)
def test_those_who_return_no_forms_leave_the_monitor_to_be_asked(phrase: str) -> None:
    plan = plan_of(indicator("I.1", "Giám đốc Sở Công Thương", (phrase,)))
    assert [a.code for a in plan.asked_of(plan.indicators[0])] == ["SCT"]
    assert plan.find(phrase).returns is False  # type: ignore[union-attr]
    assert not plan.questions


def test_a_heading_of_two_groups_is_not_cut_to_its_end() -> None:
    heading = "Các sở, ngành, UBND huyện, thị xã, thành phố"
    plan = plan_of(tasks=(Task("1", f"Thủ trưởng {heading}", ""), Task("2", H, "")))
    assert len(plan.holders(plan.tasks[0])) == 30
    assert len(plan.holders(plan.tasks[1])) == 10


@pytest.mark.parametrize(
    "phrase", ["Tổ công nghệ số cộng đồng cấp xã", "Công an cấp huyện", "các sở, ngành, địa phương"]
)
def test_words_beyond_the_known_ones_make_a_question(phrase: str) -> None:
    plan = plan_of(indicator("I.1", STTTT, (phrase,)))
    assert plan.find(phrase) is not None
    assert "Đã hiểu là" in why(plan, phrase)[0]


@pytest.mark.parametrize("phrase", ["Ban Chỉ đạo chuyển đổi số tỉnh", "UBND tỉnh", "Đơn vị tư vấn", "nền tảng số"])
def test_what_nothing_recognises_makes_a_question(phrase: str) -> None:
    plan = plan_of(indicator("I.1", STTTT, (phrase,)))
    if phrase != "Đơn vị tư vấn":  # "đơn vị" alone is a doubtful word for the offices
        assert plan.members(plan.find(phrase)) == ()
        assert [a.code for a in plan.asked_of(plan.indicators[0])] == ["STTTT"]
    assert len(why(plan, phrase)) == 1


def test_an_office_that_no_list_has_is_added_with_a_question() -> None:
    tasks = (
        Task("1", "Giám đốc Sở Hàng không", ""),
        Task("2", "Sở Hàng không", ""),
        Task("3", "Viện trưởng Viện Số", ""),
    )
    plan = plan_of(indicator("I.1", STTTT, (S,)), tasks=tasks[:2])
    office = plan.find("Sở Hàng không")
    assert office is not None
    assert office.code == "SHK"
    assert [plan.holders(t) for t in plan.tasks] == [(office,), (office,)]
    assert office in plan.asked_of(plan.indicators[0])  # a department is one of the departments
    assert "đã thêm" in why(plan, "Giám đốc Sở Hàng không")[0]


def test_an_office_added_is_never_given_a_code_in_use() -> None:
    plan = plan_of(tasks=(Task("1", "Sở Y thuật", ""), Task("2", "Sở Yên tĩnh", "")))
    assert [plan.find_office(t.agency).code for t in plan.tasks] == ["SYT2", "SYT3"]  # type: ignore[union-attr]


def test_known_offices_of_some_provinces_come_in_where_the_plan_names_them() -> None:
    assert plan_of().find("Sở Ngoại vụ") is None
    plan = plan_of(indicator("I.1", "Giám đốc Sở Ngoại vụ", (S,)), province="Nghệ An")
    assert plan.find("Sở Ngoại vụ") in plan.asked_of(plan.indicators[0])


def test_scopes_of_targets_are_understood_as_well() -> None:
    scope = "đối với các phòng, ban thuộc UBND cấp huyện"
    plan = plan_of(indicator("I.1", STTTT, (HX,), scopes=("cấp xã", "các phòng, ban thuộc UBND cấp huyện")))
    assert plan.in_scope("các phòng, ban thuộc UBND cấp huyện", plan.agency_by_code["217"])
    assert not plan.in_scope("các phòng, ban thuộc UBND cấp huyện", plan.agency_by_code["07201"])
    assert fold(scope) not in {fold(q.span) for q in plan.questions}


def test_a_plan_that_names_nobody_asks_the_levels_of_its_targets_or_the_aggregating_office() -> None:
    plan = plan_of(
        indicator("1", scopes=("cấp huyện", "cấp xã")),
        indicator("2"),
        indicator("3", scopes=("các sở, ban, ngành, UBND các huyện, thành phố",)),
        province="Sơn La",
        year=2023,
        aggregator="",
    )
    assert [len(plan.asked_of(i)) for i in plan.indicators] == [12 + 204, 1, 20 + 12]
    assert plan.asked_of(plan.indicators[1])[0].name == plan.info.aggregator == "Sở Thông tin và Truyền thông"
    assert plan.indicators[0].guessed == ("monitor", "implementers")
    assert [q.about for q in plan.questions][:2] == ["Cơ quan tổng hợp", "Chỉ tiêu 1"]


def test_tasks_and_indicators_of_nobody_are_named() -> None:
    plan = plan_of(indicator("I.1", "UBND tỉnh", ("UBND tỉnh",)), tasks=(Task("III.1", "", "Việc"),))
    about = [q.about for q in plan.questions]
    assert "Chỉ tiêu I.1" in about
    assert "Nhiệm vụ III.1" in about


# -------------------------------------------------------------------------------------- other provinces and times


@pytest.mark.parametrize(
    ("year", "date", "name"),
    [
        (2024, datetime.date(2024, 3, 1), "units-2024.csv"),
        (2023, None, "units-2024.csv"),
        (2025, datetime.date(2024, 10, 31), "units-2024.csv"),
        (2025, datetime.date(2025, 6, 30), "units-2024.csv"),
        (2025, datetime.date(2025, 7, 1), "units-2025.csv"),
        (2026, datetime.date(2025, 12, 1), "units-2025.csv"),
        (2025, None, "units-2024.csv"),
        (2026, None, "units-2025.csv"),
        (None, datetime.date(2024, 1, 1), "units-2024.csv"),
        (None, None, "units-2024.csv"),
    ],
)
def test_the_list_of_units_is_that_of_the_plans_day(year: int | None, date: datetime.date | None, name: str) -> None:
    assert units_for(year, date).name == name
    assert units_for(year, date).is_file()


def test_without_districts_the_communes_stand_alone() -> None:
    phrases = ("UBND các xã, phường, đặc khu", "Các sở, ngành, địa phương")
    plan = plan_of(
        indicator("1", "Sở Khoa học và Công nghệ", phrases),
        province="Bắc Ninh",
        year=2026,
        date=datetime.date(2025, 12, 1),
    )
    assert [v.code for v in plan.levels] == ["province", "commune"]
    assert Counter(a.level for a in plan.agencies)["commune"] == 99
    assert {a.parent for a in plan.agencies} == {""}
    assert "UBND huyện, thị xã, thành phố" not in [g.name for g in plan.agency_groups]
    assert len(plan.asked_of(plan.indicators[0])) == len(plan.agencies)


def test_the_offices_are_those_of_the_plans_day() -> None:
    before = {a.name for a in plan_of(date=datetime.date(2025, 2, 28)).agencies}
    after = {a.name for a in plan_of(date=datetime.date(2025, 3, 1)).agencies}
    assert {"Sở Thông tin và Truyền thông", "Sở Kế hoạch và Đầu tư", "Ban Dân tộc"} <= before - after
    assert {"Sở Nông nghiệp và Môi trường", "Sở Dân tộc và Tôn giáo"} <= after - before
    assert "Sở Khoa học và Công nghệ" in before & after


@pytest.mark.parametrize(
    ("province", "code", "office"),
    [
        ("Sơn La", "14", "Công an tỉnh"),
        ("tỉnh Nghệ An", "40", "Thanh tra tỉnh"),
        ("Thành phố Hà Nội", "01", "Công an thành phố"),
        ("TP. Hồ Chí Minh", "79", "Văn phòng UBND thành phố"),
        ("Thừa Thiên - Huế", "46", "Công an tỉnh"),
        ("HÒA BÌNH", "17", "Công an tỉnh"),
    ],
)
def test_a_province_is_found_however_it_is_written(province: str, code: str, office: str) -> None:
    plan = plan_of(province=province)
    assert plan.info.province_code == code
    assert plan.find(office) is not None


@pytest.mark.parametrize("province", ["", "Bắc Hà"])
def test_an_unknown_province_leaves_the_offices_and_a_question(province: str) -> None:
    plan = plan_of(indicator("I.1", STTTT, (S,)), province=province)
    assert {a.level for a in plan.agencies} == {"province"}
    assert plan.info.province_code == ""
    assert "Tên tỉnh" in plan.questions[0].why


def test_a_plan_without_a_date_has_its_agencies_and_a_question() -> None:
    plan = plan_of(province="Bến Tre", year=None)
    assert Counter(a.level for a in plan.agencies) == {"province": 20, "district": 9, "commune": 157}
    assert "Không thấy năm" in plan.questions[0].why
    assert plan.periods == ()


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("Huyện Lạng Giang", "UBND huyện Lạng Giang"),
        ("Thành Phố Bắc Kạn", "UBND thành phố Bắc Kạn"),
        ("Thị xã Thái Hoà", "UBND thị xã Thái Hoà"),
        ("Thị trấn Nham Biền", "UBND thị trấn Nham Biền"),
        ("Đặc khu Phú Quốc", "UBND đặc khu Phú Quốc"),
        ("Quận 1", "UBND Quận 1"),
        ("Phường 14", "UBND Phường 14"),
        ("Phường Mỹ Đình 1", "UBND phường Mỹ Đình 1"),
        ("Phường Trần Phú", "UBND Phường Trần Phú"),
        ("Phường Điện Biên Phủ", "UBND Phường Điện Biên Phủ"),
        ("Quận Hai Bà Trưng", "UBND Quận Hai Bà Trưng"),
    ],
)
def test_the_word_for_the_type_is_small_unless_the_name_is_a_number_person_or_event(unit: str, name: str) -> None:
    assert committee_name(unit) == name


# ---------------------------------------------------------------------------------------------------- unit lists


def test_the_packaged_lists_hold_the_country() -> None:
    old, new = (Counter(u.level for u in read_units(units_for(year, None))) for year in (2024, 2026))
    assert old == {"province": 63, "district": 705, "commune": 10598}
    assert new == {"province": 34, "commune": 3321}


HEAD = "level,code,parent_code,name\n"


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        ("", 1, "các cột"),
        ("code,name\n1,A\n", 1, "các cột"),
        (HEAD, 2, "không có đơn vị nào"),
        (HEAD + "province,01,,Thành phố Hà Nội\nvillage,02,01,Thôn A\n", 3, "cấp “village”"),
        (HEAD + "province,01,,Hà Nội\ndistrict,001,01\n", 3, "có 3 cột"),
        (HEAD + "province,01,,Hà Nội\n\ndistrict,001,99,Quận A\n", 4, "“99”"),
        (HEAD + "province,01,,Hà Nội\nprovince,01,,Hà Giang\n", 3, "đã dùng cho Hà Nội"),
        (HEAD + "province,,,Hà Nội\n", 2, "thiếu mã"),
        (HEAD + 'province,01,,"Hà Nội\n', 2, "không đọc được"),
    ],
)
def test_a_bad_list_is_refused_with_its_line(tmp_path: Path, content: str, line: int, word: str) -> None:
    path = tmp_path / "don-vi.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=f"don-vi.csv, dòng {line}: .*{word}"):
        read_units(path)


def test_a_list_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "don-vi.csv"
    path.write_bytes(HEAD.encode() + b"province,01,,H\xe0 N\xf4i\n")
    with pytest.raises(SourceError, match="dòng 2: không phải chữ UTF-8"):
        read_units(path)


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"Không mở được .*khong-co\.csv"):
        read_units(tmp_path / "khong-co.csv")


def test_a_list_saved_by_excel_with_its_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "don-vi.csv"
    path.write_text(HEAD + 'province,01,,"Thành phố Hà Nội"\r\n', encoding="utf-8-sig")
    assert [u.name for u in read_units(path)] == ["Thành phố Hà Nội"]
