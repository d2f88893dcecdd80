"""The rules over whole rounds: sound returns raise nothing, and what is wrong is seen across files and periods."""

import os
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dtxl.checks import Others, Past, check
from dtxl.model.finding import Finding
from dtxl.model.submission import Submission, Value
from dtxl.pipeline.background import Background
from dtxl.pipeline.check import check_files
from dtxl.pipeline.collect import collect
from dtxl.pipeline.issue import FormBuilder, issue_forms
from dtxl.pipeline.workspace import Workspace
from dtxl.simulate.filling import fill, leanings
from dtxl.simulate.run import filled
from tests.conftest import FEW, PERIOD
from tests.test_checks import values_of

NEXT = "2024-Q2"


def send(ws: Workspace, period: str, agency: str, change: dict[str, Any], *, like: str = "", minute: int = 0) -> Path:
    """The filled form of an agency with the sound values of the first quarter (those of `like`) and `change`; every
    indicator has a note of this period."""
    form, first = FormBuilder(ws, ws.period(period))(agency), FormBuilder(ws, ws.period(PERIOD))(like or agency)
    assert form is not None
    assert first is not None
    typed = {name: value for name, value in fill(first, 1, {}).items() if name in form.by_name}
    typed = {name: value for name, value in typed.items() if not name.endswith(("signed_on", "note"))}
    typed |= {f"{row.indicator.code}.note": f"Số liệu rà soát trong {period} theo sổ" for row in form.indicator_rows}
    typed |= change
    path = ws.root / f"{agency}-{period}-{minute}.xlsx"
    path.write_bytes(filled(form, ws.form_path(period, form.agency).read_bytes(), typed))
    return path


def take(ws: Workspace, period: str, path: Path, minute: int = 0) -> tuple[str, list[Finding]]:
    month = 3 if period == PERIOD else 6
    (result,) = collect(ws, period, [path], received_at=datetime(2024, month, 14, 9, minute), apart=False).files
    return result.status, list(result.findings)


def codes(findings: Iterable[Finding]) -> set[str]:
    return {f.code for f in findings}


def typed(ws: Workspace, agency: str) -> tuple[str, Decimal]:
    """A field with a large number that the sound form has."""
    form = FormBuilder(ws, ws.period(PERIOD))(agency)
    assert form is not None
    values = fill(form, 1, {})
    name, value = max(((n, v) for n, v in values.items() if isinstance(v, Decimal)), key=lambda item: item[1])
    return name, value


Filled = dict[str, dict[str, Value]]


@pytest.mark.parametrize("seed", [1, 2024, 77])
def test_sound_returns_of_all_agencies_raise_nothing(issued: Workspace, seed: int) -> None:
    first, found = sound_round(issued, PERIOD, seed, {})
    assert found == []
    second, found = sound_round(issued, NEXT, seed, first)
    assert found == []
    _, found = sound_round(issued, "2024-Q3", seed, second)
    assert found == []


def sound_round(ws: Workspace, code: str, seed: int, past: Filled) -> tuple[Filled, list[tuple[str, str, str]]]:
    """What all agencies would return in a period, and what the rules say of it."""
    period, others, lean = ws.period(code), Others(), leanings(ws.plan, seed)
    build, received = FormBuilder(ws, period), datetime.combine(period.agency_due, datetime.min.time())
    found: list[tuple[str, str, str]] = []
    kept: Filled = {}
    for agency in ws.plan.agencies:
        form = build(agency.code)
        assert form is not None
        values = values_of(form, fill(form, seed, lean, past.get(agency.code)))
        before = (Past("kỳ trước", past[agency.code]),) if past else ()
        submission = Submission("a.xlsx", "0" * 64, received, None, values)
        found += [(agency.code, f.code, f.field) for f in check(form, submission, past=before, others=others)]
        others.put(agency.code, agency.name, agency.level, values)
        kept[agency.code] = values
    return kept, found


def test_a_slip_against_the_last_period_is_told_and_accepted(few: Workspace) -> None:
    name, value = typed(few, "07375")
    assert take(few, PERIOD, send(few, PERIOD, "07375", {})) == ("accepted", [])
    issue_forms(few, NEXT, FEW)
    status, findings = take(few, NEXT, send(few, NEXT, "07375", {name: value * 10}))
    assert status == "accepted"
    assert [(f.code, f.field) for f in findings] == [("F03", name)]
    assert "kỳ trước ghi" in findings[0].message


def test_the_last_periods_file_sent_again_and_a_period_left_out(few: Workspace) -> None:
    take(few, PERIOD, send(few, PERIOD, "07375", {}))
    issue_forms(few, NEXT, FEW)
    assert codes(take(few, NEXT, send(few, NEXT, "07375", {}))[1]) == {"F06"}
    assert codes(take(few, NEXT, send(few, NEXT, "07378", {}))[1]) == {"F14"}


def test_the_first_period_has_no_past(few: Workspace) -> None:
    background = Background(few, few.period(PERIOD))
    assert background.past("07375") == ()
    issue_forms(few, NEXT, FEW)
    # Nobody returned anything for the first quarter: it was not run, and nobody missed it.
    assert Background(few, few.period(NEXT)).past("07375") == ()


def test_another_communes_figures_are_told_to_whoever_comes_second(few: Workspace) -> None:
    assert take(few, PERIOD, send(few, PERIOD, "07375", {}), 0) == ("accepted", [])
    # Its second return is held against others', not against its own.
    again = send(few, PERIOD, "07375", {"agency.contact": "Hoàng Văn Bách"}, minute=1)
    assert take(few, PERIOD, again, 1) == ("accepted", [])
    copy = send(few, PERIOD, "07378", {}, like="07375")
    os.utime(copy, (datetime(2024, 3, 14).timestamp(),) * 2)
    looked_at = check_files(few, [copy], PERIOD, apart=False)
    status, findings = take(few, PERIOD, copy, 2)
    assert status == "accepted"
    assert codes(findings) == {"F07"} == codes(looked_at.files[0].findings)
    assert "UBND" in findings[0].label
