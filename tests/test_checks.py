"""Every rule is raised by its case and by no near miss; the cases are data."""

import inspect
import statistics
import tomllib
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtxl.checks import Case, Earlier, Others, Past, check, registered
from dtxl.checks.others import spread_of
from dtxl.checks.run import guarded
from dtxl.checks.thresholds import RuleFault, limit, read_thresholds, thresholds
from dtxl.core.codes import catalogue
from dtxl.files.xlsx_edit import with_result
from dtxl.forms import draw_form
from dtxl.intake import read_return
from dtxl.model.demands import Condition, Demands
from dtxl.model.finding import Finding, refused
from dtxl.model.form import Form
from dtxl.model.plan import Kind, OverAgencies, OverPeriods, Plan
from dtxl.model.submission import Submission, Value
from tests.small import IN_TIME, KEY, fill_form, form_of, good_values, register, small_plan

FOLDER = Path(__file__).with_name("cases")
CASES: list[dict[str, Any]] = [
    case for path in sorted(FOLDER.glob("*.toml")) for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]
LAST, BEFORE_LAST = "quý IV năm 2023", "quý III năm 2023"


def wide_plan() -> Plan:
    """The small plan with more of everything: indicators of each way of counting, figures that are one value, a second
    office, tasks enough for a district."""
    plan = small_plan()
    ways = [OverPeriods.LATEST, *[OverPeriods.CUMULATIVE] * 3, *[OverPeriods.SUM] * 3]
    model, everyone = plan.indicators[1], plan.indicators[1].implementers
    more = [replace(model, code=f"I.{n}", targets=(), over_periods=way) for n, way in enumerate(ways, 3)]
    value = replace(model, targets=(), over_agencies=OverAgencies.NONE, over_periods=OverPeriods.LATEST, group="II")
    offices = ("Các sở, ngành",)
    more += [
        replace(value, code="II.2", kind=Kind.SCORE, unit="điểm", implementers=offices, text="Chỉ số DTI của tỉnh"),
        replace(value, code="II.3", kind=Kind.YES_NO, unit="", implementers=everyone, text="Có tổ công nghệ số"),
        replace(value, code="II.4", kind=Kind.COUNT, unit="%", implementers=everyone, text="Tỷ lệ phủ sóng"),
        replace(value, code="II.5", kind=Kind.SCORE, unit="điểm", implementers=offices, text="Chỉ số DTI của đơn vị"),
    ]
    tasks = [replace(plan.tasks[2], code=f"IV.3.{n:02}") for n in range(2, 7)]
    office = replace(plan.agencies[0], code="VPUBND", name="Văn phòng UBND tỉnh")
    return replace(
        plan, indicators=(*plan.indicators, *more), tasks=(*plan.tasks, *tasks), agencies=(*plan.agencies, office)
    )


def strict_plan() -> Plan:
    """The small plan with every demand, and conditions between its figures."""
    conditions = (
        Condition("I.2.tử số + 1 ≤ 2 × I.1.tử số", "số hồ sơ trực tuyến không quá hai lần số hồ sơ xử lý trên mạng"),
        Condition("I.1.kết quả - I.2.kết quả < 60", "hai tỷ lệ gần nhau", warns=True),
        Condition("II.1.mẫu số ≥ 1000", "tổng mức bán lẻ tính bằng tỷ đồng"),
    )
    demands = Demands(signed=True, task_reason=True, absent_note=True)
    return replace(small_plan(), demands=demands, conditions=conditions)


def faulty_plan() -> Plan:
    """A plan whose condition was spoilt behind the back of the plan workbook's own check."""
    return replace(small_plan(), conditions=(Condition("I.1.tử số ≤ × 2", "?"), Condition("I.1.tử số > 900", "lớn")))


PLANS = {"small": small_plan(), "wide": wide_plan(), "strict": strict_plan(), "faulty": faulty_plan()}
REGISTERS = {name: register(plan) for name, plan in PLANS.items()}


def sound_values(form: Form) -> dict[str, Any]:
    """What makes any form acceptable without a remark."""
    names = form.by_name
    typed: dict[str, Any] = {name: value for name, value in good_values(form).items() if name in names}
    typed |= {name: 1 for name in names if name.endswith(".value")}
    return typed | {f"task.{row.task.code}.evidence": "Công văn số 12/CV-VP" for row in form.task_rows}


def values_of(form: Form, typed: dict[str, Any]) -> dict[str, Value]:
    """Values as they were read from an earlier return, or from another agency's."""
    out = {}
    for name, content in typed.items():
        field = form.by_name[name]
        value = Value(name, field.kind, str(content), field.sheet, field.cell)
        if isinstance(content, int | float | Decimal):
            value = replace(value, number=Decimal(str(content)))
        elif isinstance(content, date):
            value = replace(value, day=content)
        else:
            value = replace(value, text=content)
        out[name] = value
    return out


@cache
def form_for(agency: str, plan: str) -> Form:
    return form_of(agency, PLANS[plan])


@cache
def issued(agency: str, plan: str) -> bytes:
    return draw_form(form_for(agency, plan), KEY)


def content_of(case: dict[str, Any], form: Form) -> bytes:
    """The returned file of a case."""
    typed: dict[str, Any] = {} if case.get("blank") else sound_values(form)
    typed |= {name: value if value != "" else None for name, value in case.get("put", {}).items()}
    typed |= {name: ("đã rà soát " * length)[: length - 1] + "a" for name, length in case.get("long", {}).items()}
    blank = issued(case["agency"], case.get("plan", "small"))
    if "blank" in case and not typed:
        return blank
    editor = fill_form(form, typed, blank)
    for name, formula in case.get("formula", {}).items():
        editor.formula(form.by_name[name].sheet, form.by_name[name].cell, formula)
    for name, (formula, _) in case.get("computed", {}).items():
        editor.formula(form.by_name[name].sheet, form.by_name[name].cell, f"={formula}")
    for name, error in case.get("error", {}).items():
        editor.error(form.by_name[name].sheet, form.by_name[name].cell, error)
    content = editor.content()
    for formula, result in case.get("computed", {}).values():
        content = with_result(content, formula, result)
    return content


def past_of(case: dict[str, Any], form: Form) -> tuple[Past, ...]:
    """The periods before, the last one first."""
    past = []
    for name, key in ((LAST, "past"), (BEFORE_LAST, "past2")):
        if key in case:
            typed = sound_values(form) if case[key] == "same" else case[key]
            past.append(Past(name, values_of(form, typed | case.get(f"{key}_put", {}))))
    return tuple(past)


def others_of(case: dict[str, Any], form: Form) -> Others:
    """What other agencies returned: a column of numbers for each field, or one agency with the same as a sound form."""
    others = Others()
    if case.get("peers") == "same":
        typed = sound_values(form) | case.get("peers_put", {})
        others.put("99999", "UBND xã Tân Hưng", form.agency.level, values_of(form, typed))
        return others
    columns = case.get("peers", {})
    for n in range(max(map(len, columns.values()), default=0)):
        typed = {name: column[n] for name, column in columns.items()}
        level = case.get("peers_level", form.agency.level)
        others.put(f"9{n:04}", f"Đơn vị {n}", level, values_of(form, typed))
    return others


def examine(case: dict[str, Any]) -> list[Finding]:
    which = case.get("plan", "small")
    form = form_for(case["agency"], which)
    intake = read_return(content_of(case, form), "a.xlsx", case.get("received", IN_TIME), REGISTERS[which])
    assert intake.form is not None, intake.findings
    earlier = None
    if case.get("earlier") == "same":
        again = fill_form(form, sound_values(form), issued(case["agency"], which)).content()
        good = read_return(again, "b.xlsx", IN_TIME, REGISTERS[which])
        earlier = Earlier({n: v.canonical for n, v in good.submission.values.items()}, "hôm qua")
    elif "earlier" in case:
        earlier = Earlier(case["earlier"], "hôm qua")
    past, others = past_of(case, form), others_of(case, form)
    return [*intake.findings, *check(intake.form, intake.submission, earlier, past=past, others=others)]


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_case(case: dict[str, Any]) -> None:
    assert sorted((f.code, f.field) for f in examine(case)) == sorted(map(tuple, case["expect"]))


def test_every_rule_has_a_docstring_a_case_and_a_near_miss() -> None:
    raised = {code for case in CASES for code, _ in case["expect"]}
    for code, rule in registered().items():
        doc = inspect.getdoc(rule) or ""
        assert "Wrong:" in doc, code
        assert "Right:" in doc, code
        assert code in catalogue()
        assert code in raised, code
        near = [c for c in CASES if c["code"] == code and ("near miss" in c["name"])]
        assert near, code
        assert all(code not in {x for x, _ in c["expect"]} for c in near), code


def test_names_of_cases_differ() -> None:
    assert len({c["name"] for c in CASES}) == len(CASES)


def test_warnings_and_notes_do_not_refuse() -> None:
    by_name = {c["name"]: c for c in CASES}
    assert not refused(examine(by_name["D06 a unit behind the number"]))
    assert not refused(examine(by_name["B11 a day late"]))
    assert refused(examine(by_name["E01 part above whole"]))


def test_a_rule_that_fails_is_a_finding_and_not_a_stop(caplog: pytest.LogCaptureFixture) -> None:
    form = form_of("07375")

    def broken(_case: Case):  # type: ignore[no-untyped-def]
        raise ZeroDivisionError("by accident")
        yield

    findings = guarded("E01", broken, Case(form, Submission("a.xlsx", "0" * 64, datetime(2024, 3, 1))))
    assert [f.code for f in findings] == ["G10"]
    support = dict(findings[0].args)["id"]
    assert support in findings[0].message
    assert support in caplog.text
    assert "by accident" in caplog.text


def test_a_sound_rule_is_no_fault() -> None:
    form = form_of("07375")
    case = Case(form, Submission("a.xlsx", "0" * 64, datetime(2024, 3, 1)))
    assert [f.code for code, rule in registered().items() for f in guarded(code, rule, case)] == ["A04"]


def test_messages_have_their_five_parts() -> None:
    finding = next(f for f in examine({"agency": "07375", "put": {"I.2.numerator": 121}}) if f.code == "E01")
    message = finding.message
    assert message.startswith("Sheet “Chỉ tiêu”, ô H7 (Chỉ tiêu I.2, tử số): ")
    parts = [message.index(part) for part in ("Đang ghi: “121”", "Yêu cầu: ", "Cách sửa: ", "[E01]")]
    assert parts == sorted(parts)
    assert "…" not in message


def test_thresholds_have_their_reasons_and_a_broken_one_is_a_finding(caplog: pytest.LogCaptureFixture) -> None:
    assert all(t.value > 0 and len(t.reason) > 20 for t in thresholds().values())
    for broken in ({}, {"value": 0, "reason": "none"}, {"value": "8", "reason": "text"}, {"value": 8}):
        with pytest.raises(RuleFault):
            read_thresholds({"jump": broken})

    def asks_for_nothing(_case: Case):  # type: ignore[no-untyped-def]
        limit("no such line")
        yield

    case = Case(form_of("07375"), Submission("a.xlsx", "0" * 64, datetime(2024, 3, 1)))
    assert [f.code for f in guarded("F03", asks_for_nothing, case)] == ["G09"]
    assert "no such line" in caplog.text


def test_a_way_of_counting_that_was_guessed_is_not_held_against_anybody() -> None:
    plan = small_plan()
    guessed = tuple(replace(i, guessed=("over_periods",)) for i in plan.indicators)
    codes = []
    for this in (plan, replace(plan, indicators=guessed)):
        form = form_of("07375", this)
        values = values_of(form, sound_values(form))
        submission = Submission("a.xlsx", "0" * 64, IN_TIME, None, values)
        past = (Past(LAST, values_of(form, {"I.2.numerator": 130})),)
        codes.append([f.code for f in check(form, submission, past=past)])
    assert codes == [["F01"], []]


def test_a_remark_on_another_period_says_what_stood_there() -> None:
    case = {"agency": "07375", "past": {"I.2.numerator": 1180}}
    (finding,) = examine(case)
    assert finding.message.startswith("Sheet “Chỉ tiêu”, ô H7 (Chỉ tiêu I.2, tử số; kỳ trước ghi 1.180): Số thay đổi")


@pytest.mark.parametrize("code", ["F01", "F04", "D31"])
def test_a_mere_suspicion_never_refuses(code: str) -> None:
    cases = [c for c in CASES if [x for x, _ in c["expect"]] == [code]]
    assert cases
    assert not any(refused(examine(c)) for c in cases)


@given(st.lists(st.integers(0, 60).map(float), min_size=1, max_size=40))
def test_the_spread_is_median_and_mad(numbers: list[float]) -> None:
    spread = spread_of(sorted(numbers))
    assert spread.median == statistics.median(numbers)
    away = sorted(abs(n - spread.median) for n in numbers)
    assert spread.deviation == pytest.approx(1.4826 * away[len(away) // 2])


def test_an_agency_is_not_its_own_peer_and_its_later_return_takes_the_place_of_the_first() -> None:
    form = form_of("07375")
    others = Others()
    values = {n: values_of(form, {"I.2.numerator": 90 + n, "I.2.denominator": 100}) for n in range(10)}
    for n in range(8):
        others.put(f"A{n}", f"Đơn vị {n}", "commune", values[n])
    assert others.spread("A0", "commune", "I.2.percent") is None
    usual = others.spread("A9", "commune", "I.2.percent")
    assert usual is not None
    assert (usual.count, usual.median) == (8, 93.5)
    others.put("A0", "Đơn vị 0", "commune", values[9])
    again = others.spread("A9", "commune", "I.2.percent")
    assert again is not None
    assert (again.count, again.median) == (8, 94.5)
    assert others.twin("A9", {n: v.number for n, v in values[0].items() if v.number is not None}) is None
    assert others.twin("A9", {n: v.number for n, v in values[9].items() if v.number is not None}) == "Đơn vị 0"
