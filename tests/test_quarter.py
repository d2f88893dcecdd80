"""A whole quarter: what was typed is what is reported, and what was damaged is what is found."""

import os
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from dtxl.checks import check
from dtxl.forms import draw_form
from dtxl.intake import read_return
from dtxl.model.form import build_form
from dtxl.model.rollup import Standing
from dtxl.pipeline.collect import collect
from dtxl.pipeline.facts import rollup_facts, status_facts
from dtxl.pipeline.publish import consolidate, report
from dtxl.pipeline.summary import make_rollup, trace
from dtxl.pipeline.workspace import Workspace
from dtxl.simulate import Simulated, simulate
from dtxl.simulate.damage import DAMAGES, Patient
from dtxl.simulate.run import filled
from tests.conftest import PERIOD
from tests.small import IN_TIME, KEY, form_of, good_values, register

AS_OF = date(2024, 3, 25)
OFFICES, DISTRICTS, COMMUNES = 22, 10, 209

# What the plan's appendix says (target, bound included or not), written out by reading it; None: the level's own.
BOUNDS = {
    "I.1": (">=", 80), "I.2": (">=", 60), "I.3": (">", 70), "I.4": (">=", 70), "I.5": (">=", 100), "I.6": (">=", 100),
    "I.7": (">=", 100), "I.8": (">", 50), "I.9": (">=", 100), "I.10": (">=", 100), "I.11": (">=", 100),
    "I.12": (">=", 90), "I.14": (">=", 100), "I.15": (">=", 100), "I.16": (">", 30), "I.17": (">=", 100),
    "I.18": (">=", 100), "II.1": (">=", 15), "II.2": (">", 50), "II.3": (">", 10), "II.4": (">=", 100),
    "III.1": (">", 80), "III.2": (">", 90), "III.3": (">", 75), "III.4": (">", 95), "IV.1": (">=", 100),
    "IV.2": (">", 50),
}  # fmt: skip
LEVEL_BOUNDS = {"cấp tỉnh": 100, "cấp huyện": 95, "cấp xã": 80}


def level_of(code: str) -> str:
    """The level by the code alone: offices have letters, districts three digits, communes five."""
    if not code.isdigit():
        return "cấp tỉnh"
    return "cấp huyện" if len(code) == 3 else "cấp xã"


def counted(s: Simulated) -> bool:
    """Whether a simulated return must be accepted: sound, late, or damaged in a way that only warns."""
    return not s.damage or s.damage == "late" or set(s.codes) <= {"C13", "C21", "D06", "D07", "D09"}


def by_hand(made: list[Simulated], code: str, scope: str | None) -> tuple[Decimal, Decimal, int]:
    above = below = Decimal(0)
    reported = 0
    for s in made:
        if not counted(s) or (scope is not None and level_of(s.agency) != scope):
            continue
        if f"{code}.numerator" in s.typed:
            above += Decimal(s.typed[f"{code}.numerator"])
            below += Decimal(s.typed[f"{code}.denominator"])
            reported += 1
    return above, below, reported


def state_of(value: Fraction | None, op: str, bound: int) -> str:
    if value is None:
        return "no_data"
    if op == ">":
        return "met" if value > bound else "missed"
    return "exceeded" if value > bound else "met" if value == bound else "missed"


@pytest.mark.parametrize("seed", [1, 2024, 77])
def test_not_one_figure_differs_from_what_was_typed(issued: Workspace, seed: int) -> None:
    made = simulate(issued, PERIOD, seed=seed, share=0.15)
    collected = collect(issued, PERIOD)
    facts = rollup_facts(make_rollup(issued, PERIOD, AS_OF))
    wanted = [(c, None) for c in BOUNDS] + [("I.13", scope) for scope in LEVEL_BOUNDS]
    assert Counter((r["code"], r["scope"]) for r in facts["indicators"]) == Counter(wanted)
    for row in facts["indicators"]:
        above, below, reported = by_hand(made, row["code"], row["scope"])
        op, bound = (">=", LEVEL_BOUNDS[row["scope"]]) if row["scope"] else BOUNDS[row["code"]]
        value = Fraction(above) * 100 / Fraction(below) if below else None
        place = (seed, row["code"], row["scope"])
        assert row["reported"] == reported, place
        assert Decimal(str(row["numerator"] or 0)) == above, place
        assert Decimal(str(row["denominator"] or 0)) == below, place
        assert row["value"] == (float(value) if value is not None else None), place
        assert (row["op"], row["target"], row["state"]) == (op, bound, state_of(value, op, bound)), place
    assert collected.counts["files"] == sum(v for k, v in collected.counts.items() if k != "files")
    assert collected.counts["accepted"] == sum(map(counted, made))


@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_each_damage_raises_exactly_its_codes(name: str) -> None:
    form = form_of("217")
    typed = dict(good_values(form))
    typed |= {"I.2.numerator": Decimal(60), "I.2.note": "Hệ thống nâng cấp"}
    typed["task.IV.3.01.evidence"] = "Kế hoạch số 5/KH-UBND"
    typed["task.IV.3.01.state"] = {"percent-as-fraction": "Đang thực hiện", "done-at-half": "Đã hoàn thành"}.get(
        name, "Thực hiện thường xuyên"
    )
    blank = draw_form(form, KEY)
    content = DAMAGES[name].how(Patient(form, blank, filled(form, blank, typed), typed, Random(7)))
    intake = read_return(content, "x.xlsx", IN_TIME, register())
    findings = [*intake.findings, *(check(intake.form, intake.submission) if intake.form else [])]
    assert sorted({f.code for f in findings}) == sorted(DAMAGES[name].codes)


def test_a_damaged_batch_raises_exactly_what_was_planted(issued: Workspace) -> None:
    made = simulate(issued, PERIOD, seed=5, share=0.6)
    found = {f.path: f for f in collect(issued, PERIOD).files}
    for s in made:
        codes = {f.code for f in found[s.path].findings} if s.path else {"G01"}
        assert codes == set(s.codes), (s.agency, s.damage)
    assert len({s.damage for s in made}) > 20
    silent = {s.agency for s in made if not s.path}
    rollup = make_rollup(issued, PERIOD, AS_OF)
    assert silent == {a.code for a in rollup.agencies if a.standing is Standing.MISSING} - {
        s.agency for s in made if s.path and found[s.path].agency == ""
    }


def test_a_sound_batch_raises_nothing(issued: Workspace) -> None:
    simulate(issued, PERIOD, seed=8, share=0)
    collected = collect(issued, PERIOD)
    assert [(f.path, x.code) for f in collected.files for x in f.findings] == []
    assert collected.counts["accepted"] == OFFICES + DISTRICTS + COMMUNES
    assert collected.marked == ()


def test_collecting_again_changes_nothing(few: Workspace) -> None:
    simulate(few, PERIOD, seed=3, share=0.3)
    first = collect(few, PERIOD)
    second = collect(few, PERIOD)
    assert second.files == first.files
    assert second.marked == ()
    assert len(first.marked) == first.counts["rejected"] + first.counts["unreadable"]


def test_duplicates_second_returns_and_unchanged_ones(few: Workspace) -> None:
    made = simulate(few, PERIOD, seed=8, share=0)
    inbox = few.folder(PERIOD, "nhan-ve")
    one = next(s for s in made if s.agency == "217")
    original = few.root / one.path
    (inbox / "lan-2").mkdir()
    copy = inbox / "lan-2" / "bản sao.xlsx"
    copy.write_bytes(original.read_bytes())
    later(copy, original, 1)

    from dtxl.files.xlsx_edit import Editor

    editor = Editor(original.read_bytes())
    again = inbox / "lưu lại.xlsx"
    again.write_bytes(editor.content())
    later(again, original, 2)
    editor = Editor(original.read_bytes())
    editor.put(*cell_of(few, "217", "I.4.denominator"), Decimal(99999))
    changed = inbox / "bản sửa.xlsx"
    changed.write_bytes(editor.content())
    later(changed, original, 3)
    editor.put(*cell_of(few, "217", "I.4.denominator"), Decimal(99990))
    editor.put(*cell_of(few, "217", "I.4.note"), "Rà soát lại số hồ sơ")
    explained = inbox / "bản giải trình.xlsx"
    explained.write_bytes(editor.content())
    later(explained, original, 4)
    files = {Path(f.path).name: f for f in collect(few, PERIOD).files}
    assert (files["bản sao.xlsx"].status, [f.code for f in files["bản sao.xlsx"].findings]) == ("duplicate", ["A08"])
    assert (files["lưu lại.xlsx"].status, [f.code for f in files["lưu lại.xlsx"].findings]) == ("superseded", ["B16"])
    assert (files["bản sửa.xlsx"].status, [f.code for f in files["bản sửa.xlsx"].findings]) == ("superseded", ["B15"])
    found = files["bản giải trình.xlsx"]
    assert (found.status, [f.code for f in found.findings]) == ("accepted", [])
    assert files[original.name].status == "superseded"


def cell_of(workspace: Workspace, agency: str, field: str) -> tuple[str, str]:
    form = build_form(workspace.plan, workspace.plan.agency_by_code[agency], workspace.period(PERIOD))
    return form.by_name[field].sheet, form.by_name[field].cell


def later(path: Path, than: Path, hours: int) -> None:
    moment = than.stat().st_mtime + 3600 * hours
    os.utime(path, (moment, moment))


def test_status_and_silence(few: Workspace) -> None:
    made = simulate(few, PERIOD, seed=9, share=0.05)
    collect(few, PERIOD)
    facts = status_facts(make_rollup(few, PERIOD, AS_OF))
    by_code = {a["code"]: a for a in facts["agencies"]}
    for s in made:
        if s.damage == "silent":
            assert (by_code[s.agency]["status"], by_code[s.agency]["days_late"]) == ("missing", 10)
        if s.damage == "late":
            assert by_code[s.agency]["status"] == "late"
            assert 1 <= by_code[s.agency]["days_late"] <= 5
    counts = dict(facts["counts"])
    assert counts.pop("agencies") == sum(counts.values()) == OFFICES + DISTRICTS + COMMUNES


def test_trace_leads_from_a_figure_to_its_cells(few: Workspace) -> None:
    simulate(few, PERIOD, seed=9, share=0.05)
    collect(few, PERIOD)
    rollup = make_rollup(few, PERIOD, AS_OF)
    parts = trace(rollup, "I.4")
    result = next(r for r in rollup.indicators if r.code == "I.4")
    assert sum(p["numerator"] or 0 for p in parts) == result.numerator  # type: ignore[misc]
    assert len(parts) == result.coverage.expected
    one = next(p for p in parts if p["numerator"] is not None)

    import openpyxl

    page = openpyxl.load_workbook(few.root / str(one["file"]))[str(one["sheet"])]
    assert [page[c].value for c in one["cells"]] == [one["numerator"], one["denominator"]]  # type: ignore[attr-defined]
    assert few.archive.path(str(one["sha256"])).is_file()


def test_a_marked_copy_corrected_and_returned_is_accepted(few: Workspace) -> None:
    made = simulate(few, PERIOD, seed=4, share=1.0, damages=["part-above-whole"])
    first = collect(few, PERIOD)
    broken = next(s for s in made if s.damage == "part-above-whole")
    marked = next(p for p in first.marked if p.name.startswith(f"{broken.agency.lower()}-"))

    from dtxl.files.xlsx_edit import Editor

    fault = next(f for x in first.files if x.path == broken.path for f in x.findings)
    editor = Editor(marked.read_bytes())
    editor.put(fault.sheet, fault.cell, Decimal(broken.typed[fault.field]))
    back = few.folder(PERIOD, "nhan-ve") / f"da-sua-{marked.name}"
    back.write_bytes(editor.content())
    later(back, few.root / broken.path, 5)
    file = next(f for f in collect(few, PERIOD).files if f.path.endswith(back.name))
    assert [f.code for f in file.findings] == []
    assert file.status == "accepted"
    receipt = next(r for r in few.store.receipts(PERIOD) if r.sha256 == file.sha256)
    stored = {n: v.canonical for n, v in few.store.values([receipt])[receipt.id].items()}
    assert stored == broken.typed


def test_published_files_are_not_overwritten_once_edited(few: Workspace) -> None:
    from dtxl.core.errors import WorkspaceError

    simulate(few, PERIOD, seed=4, share=0)
    collect(few, PERIOD)
    rollup = make_rollup(few, PERIOD, AS_OF)
    paper = report(few, rollup, AS_OF)[0]
    report(few, rollup, AS_OF)
    paper.write_bytes(paper.read_bytes() + b" ")
    with pytest.raises(WorkspaceError, match="--force"):
        report(few, rollup, AS_OF)
    report(few, rollup, AS_OF, force=True)
    table = consolidate(few, rollup)
    assert table.is_file()


def test_last_quarter_stands_beside_this_one(few: Workspace) -> None:
    from dtxl.pipeline.issue import issue_forms

    simulate(few, PERIOD, seed=4, share=0)
    collect(few, PERIOD)
    first = make_rollup(few, PERIOD, AS_OF)
    issue_forms(few, "2024-Q2", ["217", "07375"])
    simulate(few, "2024-Q2", seed=6, share=0)
    collected = collect(few, "2024-Q2")
    assert [x.code for f in collected.files for x in f.findings] == []
    second = make_rollup(few, "2024-Q2", date(2024, 6, 25))
    before = {(r.code, r.scope): r.value for r in first.indicators}
    assert {(r.code, r.scope): r.previous for r in second.indicators} == before


def test_a_return_counts_as_received_when_it_is_said_to(few: Workspace) -> None:
    simulate(few, PERIOD, seed=8, share=0)
    collected = collect(few, PERIOD, received_at=datetime(2024, 3, 20, 8, 0))
    assert {x.code for f in collected.files for x in f.findings} == {"B11"}
    rollup = make_rollup(few, PERIOD, AS_OF)
    assert {a.days_late for a in rollup.agencies if a.received_at} == {5}


def test_a_file_that_cannot_be_opened_waits_for_the_next_run(few: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    made = simulate(few, PERIOD, seed=8, share=0)
    held = few.root / made[0].path
    real = Path.read_bytes

    def read(path: Path) -> bytes:
        if path == held:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", read)
        first = collect(few, PERIOD)
    assert first.counts["unreadable"] == 1
    assert first.counts["accepted"] == len(made) - 1
    assert collect(few, PERIOD).counts["accepted"] == len(made)


def test_real_and_simulated_returns_never_mix(few: Workspace) -> None:
    from dtxl.core.errors import WorkspaceError

    inbox = few.folder(PERIOD, "nhan-ve")
    first = simulate(few, PERIOD, seed=1, share=0)
    second = simulate(few, PERIOD, seed=2, share=0)
    assert {p.name for p in inbox.iterdir()} == {Path(s.path).name for s in second}
    assert first != second
    (inbox / "thật.xlsx").write_bytes(b"a real return")
    with pytest.raises(WorkspaceError, match=r"thật\.xlsx"):
        simulate(few, PERIOD, seed=3, share=0)
    assert (inbox / "thật.xlsx").read_bytes() == b"a real return"


def test_an_agency_form_holds_what_its_groups_imply(issued: Workspace) -> None:
    plan = issued.plan
    for agency in plan.agencies:
        codes = {i.code for i in plan.indicators_of(agency)}
        assert codes == {i.code for i in plan.indicators if agency in plan.asked_of(i)}
    assert len(plan.agencies) == OFFICES + DISTRICTS + COMMUNES
    assert replace(plan) == plan
