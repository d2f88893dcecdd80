"""LibreOffice as the real client: a form opened and saved by it is read exactly as before."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dtxl.checks import check
from dtxl.forms import draw_form
from dtxl.intake import read_return
from dtxl.model.finding import Finding
from dtxl.model.form import Form, build_form
from dtxl.pipeline.session import Session
from dtxl.pipeline.workspace import Workspace
from dtxl.returns import draw_marked_copy
from dtxl.simulate.filling import fill
from dtxl.simulate.run import filled
from tests.conftest import PERIOD
from tests.small import IN_TIME, KEY, fill_form, form_of, good_values, register


def read(content: bytes, workspace: Workspace | None = None) -> tuple[dict[str, tuple[str, ...]], list[Finding], Form]:
    known = register()
    if workspace is not None:
        known = Session(workspace, workspace.period(PERIOD)).register
    intake = read_return(content, "x.xlsx", IN_TIME, known)
    assert intake.form is not None, intake.findings
    values = {n: (v.canonical, v.sheet, v.cell) for n, v in intake.submission.values.items()}
    return values, [*intake.findings, *check(intake.form, intake.submission)], intake.form


@pytest.mark.parametrize("agency", ["STTTT", "217", "07375"])
def test_a_form_saved_by_libreoffice_reads_as_before(
    few: Workspace, agency: str, tmp_path: Path, soffice: Callable[[Path, str], Path]
) -> None:
    plan = few.plan
    form = build_form(plan, plan.agency_by_code[agency], few.period(PERIOD))
    blank = few.form_path(PERIOD, form.agency).read_bytes()
    typed = fill(form, 31, {})
    typed[f"{form.indicator_rows[0].indicator.code}.note"] = "=1+1 & <b>, dòng một\ndòng hai"
    content = filled(form, blank, typed)
    path = tmp_path / f"{agency}.xlsx"
    path.write_bytes(content)
    before = read(content, few)
    after = read(soffice(path, "xlsx").read_bytes(), few)
    assert after[0] == before[0]
    assert after[1] == before[1] == []


def test_a_blank_form_saved_by_libreoffice_is_still_the_blank_form(
    tmp_path: Path, soffice: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "blank.xlsx"
    path.write_bytes(draw_form(form_of("217"), KEY))
    values, findings, _ = read(soffice(path, "xlsx").read_bytes())
    assert {v[0] for v in values.values()} == {""}
    assert [f.code for f in findings] == ["A04"]


def test_a_marked_copy_corrected_in_libreoffice_is_accepted(
    tmp_path: Path, soffice: Callable[[Path, str], Path]
) -> None:
    form = form_of("217")
    typed = {**good_values(form), "I.2.numerator": "nhiều", "task.IV.3.01.state": "Gần xong"}
    faulty = fill_form(form, typed).content()
    intake = read_return(faulty, "x.xlsx", IN_TIME, register())
    findings = [*intake.findings, *check(form, intake.submission)]
    assert sorted(f.code for f in findings) == ["D05", "D20"]
    marked = draw_marked_copy(form, intake.submission, findings, KEY)
    path = tmp_path / "marked.xlsx"
    path.write_bytes(fill_form(form, {k: v for k, v in good_values(form).items() if k in typed}, marked).content())
    values, after, _ = read(soffice(path, "xlsx").read_bytes())
    assert after == []
    assert {n: v[0] for n, v in values.items() if v[0]} == {n: str(v) for n, v in good_values(form).items()}
