"""Codes of a whole period in a workspace: versions of forms, what the commands say, a report held against the store."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from dtxl.cli.main import cli
from dtxl.core.errors import WorkspaceError
from dtxl.model.plan import Agency, Plan
from dtxl.pipeline.collect import collect
from dtxl.pipeline.issue import issue_forms
from dtxl.pipeline.publish import report, template_findings, verify_report
from dtxl.pipeline.summary import make_rollup, trace
from dtxl.pipeline.workspace import PLANBOOK, Workspace
from dtxl.planbook import write_planbook
from dtxl.simulate import simulate
from tests.conftest import FEW, PERIOD
from tests.test_batch_codes import AFTER, changed_template, template, told
from tests.test_checks_round import send, take


def rewrite(ws: Workspace, change: Callable[[Plan], Plan]) -> Workspace:
    """The workspace with its plan changed by staff."""
    (ws.root / PLANBOOK).write_bytes(write_planbook(change(ws.plan)))
    ws.close()
    return Workspace(ws.root)


def renamed(plan: Plan) -> Plan:
    """Another wording of every indicator's figures: all forms are new."""
    return replace(plan, indicators=tuple(replace(i, numerator=f"{i.numerator} (mới)") for i in plan.indicators))


def grown(plan: Plan) -> Plan:
    """One office more: the plan is another, the forms of the others are not."""
    return replace(plan, agencies=(*plan.agencies, Agency("MOI", "Sở Mới lập", "province")))


def test_g03_some_on_the_old_form_some_on_the_new(few: Workspace) -> None:
    assert take(few, PERIOD, send(few, PERIOD, "07375", {}))[0] == "accepted"
    few = rewrite(few, renamed)
    issue_forms(few, PERIOD, ["07378"], force=True)
    assert told(make_rollup(few, PERIOD, AFTER), "G03") == []  # all that came are of one version
    assert take(few, PERIOD, send(few, PERIOD, "07378", {}, like="07375", minute=1), 1)[0] == "accepted"
    (place,) = told(make_rollup(few, PERIOD, AFTER), "G03")
    assert re.fullmatch(r"1/2 bản nộp theo bản biểu mẫu cũ: UBND .+", place)
    few.close()


def test_g03_near_miss_another_plan_with_the_same_rows(few: Workspace) -> None:
    assert take(few, PERIOD, send(few, PERIOD, "07375", {}))[0] == "accepted"
    few = rewrite(few, grown)
    issue_forms(few, PERIOD, FEW, force=True)
    assert take(few, PERIOD, send(few, PERIOD, "07378", {"agency.contact": "Hoàng Văn Bách"}, minute=1), 1)[0] == (
        "accepted"
    )
    assert told(make_rollup(few, PERIOD, AFTER), "G03") == []
    few.close()


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in args], prog_name="dtxl")


def test_the_commands_say_it_and_go_on(few: Workspace) -> None:
    take(few, PERIOD, send(few, PERIOD, "07375", {}))
    where = ("--period", PERIOD, "--as-of", str(AFTER))
    result = run("consolidate", few.root, *where, "--json", few.root / "facts.json")
    assert result.exit_code == 0, result.stderr
    assert "[G02]" in result.stderr
    assert "[G05]" in result.stderr
    facts = json.loads((few.root / "facts.json").read_text(encoding="utf-8"))
    assert {"F13", "G02", "G05"} == {f["code"] for f in facts["findings"]}
    assert run("report", few.root, *where).exit_code == 0
    path = few.folder(PERIOD, "bao-cao.docx")
    ok = run("report", few.root, "--period", PERIOD, "--verify", path, "--json", "-")
    assert ok.exit_code == 0, ok.stderr
    assert json.loads(ok.stdout)["files"][0]["findings"] == []
    document = docx.Document(str(path))
    (paragraph,) = [p for p in document.paragraphs if p.text.startswith("- Cấp xã: 1/")]
    paragraph.runs[0].text = paragraph.text.replace("- Cấp xã: 1/", "- Cấp xã: 2/")
    for run_ in paragraph.runs[1:]:
        run_.text = ""
    document.save(str(path))
    told_ = run("report", few.root, "--period", PERIOD, "--verify", path, "--json", "-")
    assert told_.exit_code == 1
    (finding,) = json.loads(told_.stdout)["files"][0]["findings"]
    assert (finding["code"], finding["found"], finding["required"]) == ("G08", "2", "1")


def test_a_template_with_a_fault_ends_with_its_code(few: Workspace) -> None:
    where = ("--period", PERIOD, "--as-of", str(AFTER), "--json", "-")
    path = few.root / "mau" / "bao-cao.docx"
    for text, code, status in (("", "G06", 0), ("{{ ghi_chu_ii", "G07", 2)):
        changed_template(few.root / "mau", "{{ ghi_chu_ii }}", text)
        result = run("report", few.root, *where, "--force")
        assert result.exit_code == status, result.stderr
        assert code in {f["code"] for f in json.loads(result.stdout)["findings"]}
        assert f"[{code}]" in result.stderr
    path.write_bytes(template().read_bytes())
    rollup = make_rollup(few, PERIOD, AFTER)
    assert template_findings(few, rollup, AFTER) == ()
    made = report(few, rollup, AFTER, force=True)[0]
    assert verify_report(few, rollup, made, AFTER).findings == ()
    other = docx.Document()
    other.add_paragraph("Một văn bản khác, có 12 số.")
    other.save(str(few.root / "khac.docx"))
    with pytest.raises(WorkspaceError, match="không có đoạn hay bảng nào"):
        verify_report(few, rollup, few.root / "khac.docx", AFTER)


def filled(ws: Workspace, *options: str) -> Path:
    """The report of a quarter that all of the few returned."""
    simulate(ws, PERIOD, seed=3, share=0)
    collect(ws, PERIOD)
    assert run("report", ws.root, "--period", PERIOD, "--as-of", str(AFTER), *options).exit_code == 0
    return ws.folder(PERIOD, "bao-cao.docx")


def held(ws: Workspace, path: Path) -> list[tuple[str, str, str, str]]:
    """(code, kind, found, required) of `report --verify`; its exit status says whether there is any."""
    done = run("report", ws.root, "--period", PERIOD, "--verify", path, "--json", "-")
    findings = json.loads(done.stdout)["files"][0]["findings"]
    assert done.exit_code == (1 if findings else 0), done.stderr
    return [(f["code"], f["kind"], f["found"], f["required"]) for f in findings]


def test_changed_deleted_and_typed_figures_are_told_apart(few: Workspace) -> None:
    path = filled(few)
    assert held(few, path) == []
    document = docx.Document(str(path))
    table = next(t for t in document.tables if any(c.text == "Kết quả" for c in t.rows[0].cells))
    shown = [row for row in table.rows[1:] if row.cells[4].text.endswith("%")]
    before = shown[0].cells[4].text
    shown[0].cells[4].paragraphs[0].runs[0].text = "77,77%"
    gone = [f for f in (cell.text for cell in shown[1].cells[3:]) if any(map(str.isdecimal, f))]
    table._tbl.remove(shown[1]._tr)
    (sentence,) = [p for p in document.paragraphs if p.text.startswith("- Cấp xã: ")]
    sentence.add_run(" Ngày 20/3/2024, Công văn số 12/STTTT-CĐS đã nhắc 17 xã.")
    document.save(str(path))
    told_ = held(few, path)
    assert {t[0] for t in told_} == {"G08"}
    assert [t[1:] for t in told_ if t[1] == "typed"] == [("typed", "17", "không có số này")]
    assert [t[1:] for t in told_ if t[1] == "changed"] == [("changed", "77,77%", before)]
    (deleted,) = [t for t in told_ if t[1] == "deleted"]
    assert deleted[2] == "không còn trong báo cáo"
    assert all(f in deleted[3] for f in gone)
    linted = run("lint", path, "--json", "-")
    same = [f for f in json.loads(linted.stdout)["files"][0]["findings"] if f["code"] == "G08"]
    assert (linted.exit_code, len(same)) == (1, 3)


def test_the_annex_of_sources_names_files_and_cells(few: Workspace) -> None:
    path = filled(few, "--trace-annex")
    rows = trace(make_rollup(few, PERIOD, AFTER), "I.1")
    document = docx.Document(str(path))
    texts = [p.text for p in document.paragraphs]
    assert texts[texts.index("Phụ lục V") + 1] == "NGUỒN CỦA CÁC SỐ LIỆU TRONG BÁO CÁO"
    assert any("nêu tại Phụ lục V." in text for text in texts[: texts.index("Phụ lục I")])
    section = document.sections[-1]
    assert section.page_width > section.page_height
    lines = [[cell.text for cell in row.cells] for row in document.tables[-1].rows]
    start = next(n for n, line in enumerate(lines) if line[0].startswith("Chỉ tiêu I.1:"))
    answered = [row for row in rows if row["file"]]
    assert len(answered) > 2
    for row, line in zip(answered, lines[start + 1 :], strict=False):
        assert line[0] == row["name"]
        assert line[4] == str(row["file"]).rpartition("/")[2]
        assert line[5] == ", ".join(f"{row['sheet']}!{cell}" for cell in row["cells"])  # type: ignore[attr-defined]
        assert line[7] == str(row["sha256"])[:12]
    assert any(line[0].startswith("Nhiệm vụ ") for line in lines)
    assert any(re.match(r"Nhiệm vụ!\w+\d+$", line[5]) for line in lines)
    assert run("lint", path).exit_code == 0
    assert held(few, path) == []
    cell = document.tables[-1].rows[start + 1].cells[1]
    before = cell.text
    cell.paragraphs[0].runs[0].text = "987.654"
    document.save(str(path))
    assert [t[1:] for t in held(few, path)] == [("changed", "987.654", before)]


def test_no_annex_of_sources_where_the_template_has_no_annexes(few: Workspace) -> None:
    path = few.root / "mau" / "bao-cao.docx"
    document = docx.Document(str(path))
    document.styles["Phụ lục"].name = "Khác"
    document.save(str(path))
    where = ("--period", PERIOD, "--as-of", str(AFTER))
    refused = run("report", few.root, *where, "--trace-annex")
    assert (refused.exit_code, "[G06]" in refused.stderr, "“Phụ lục”" in refused.stderr) == (2, True, True)
    assert run("report", few.root, *where).exit_code == 0
