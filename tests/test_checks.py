"""Every rule is raised by its case and by no near miss; the cases are data."""

import inspect
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dtxl.checks import Case, Earlier, check, registered
from dtxl.checks.run import guarded
from dtxl.core.codes import catalogue
from dtxl.files.xlsx_edit import with_result
from dtxl.forms import draw_form
from dtxl.intake import read_return
from dtxl.model.finding import Finding, refused
from dtxl.model.submission import Submission
from tests.small import IN_TIME, KEY, fill_form, form_of, good_values, register

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("returns.toml").read_text(encoding="utf-8"))["case"]
REGISTER = register()


def examine(case: dict[str, Any]) -> list[Finding]:
    form = form_of(case["agency"])
    typed: dict[str, Any] = {} if case.get("blank") else dict(good_values(form))
    typed |= {name: value if value != "" else None for name, value in case.get("put", {}).items()}
    if "blank" in case and not typed:
        content = draw_form(form, KEY)
    else:
        editor = fill_form(form, typed)
        for name, formula in case.get("formula", {}).items():
            editor.formula(form.by_name[name].sheet, form.by_name[name].cell, formula)
        for name, (formula, _) in case.get("computed", {}).items():
            editor.formula(form.by_name[name].sheet, form.by_name[name].cell, f"={formula}")
        for name, error in case.get("error", {}).items():
            editor.error(form.by_name[name].sheet, form.by_name[name].cell, error)
        content = editor.content()
        for formula, result in case.get("computed", {}).values():
            content = with_result(content, formula, result)
    intake = read_return(content, "a.xlsx", case.get("received", IN_TIME), REGISTER)
    assert intake.form is not None, intake.findings
    earlier = None
    if case.get("earlier") == "same":
        good = read_return(fill_form(form, good_values(form)).content(), "b.xlsx", IN_TIME, REGISTER)
        earlier = Earlier({n: v.canonical for n, v in good.submission.values.items()}, "hôm qua")
    elif "earlier" in case:
        earlier = Earlier(case["earlier"], "hôm qua")
    return [*intake.findings, *check(intake.form, intake.submission, earlier)]


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
