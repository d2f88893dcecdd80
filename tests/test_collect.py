"""Collecting loses nothing and stops for nothing: odd names, odd folders, plans mended meanwhile, archives damaged."""

import os
import sys
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dtxl.core.errors import WorkspaceError
from dtxl.files.safe import write_whole
from dtxl.files.xlsx_edit import Editor
from dtxl.model.form import INDICATORS
from dtxl.model.plan import Indicator
from dtxl.pipeline.collect import collect
from dtxl.pipeline.issue import issue_forms
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.walk import find_files
from dtxl.pipeline.workspace import PLANBOOK, Workspace, open_workspace
from dtxl.planbook import write_planbook
from dtxl.simulate import simulate
from tests.conftest import PERIOD


@pytest.fixture
def returned(few: Workspace):  # type: ignore[no-untyped-def]
    """The inbox with one sound return of each of FEW."""
    return few, {s.agency: few.root / s.path for s in simulate(few, PERIOD, seed=12, share=0)}


def reopened(workspace: Workspace, **changes: object) -> Workspace:
    """The workspace after staff changed its plan workbook."""
    plan = replace(workspace.plan, **changes)
    workspace.close()
    write_whole(workspace.root / PLANBOOK, write_planbook(plan))
    return Workspace(workspace.root)


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be made on Windows")
def test_a_name_that_is_no_unicode(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, files = returned
    odd = Path(os.fsdecode(os.fsencode(workspace.folder(PERIOD, "nhan-ve")) + b"/\xff\xfe.xlsx"))
    files["217"].rename(odd)
    collected = collect(workspace, PERIOD)
    assert collected.counts["accepted"] == len(files)
    assert any(r"\xff\xfe.xlsx" in f.path for f in collected.files)


def test_folders_and_links_that_lead_nowhere_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "x.xlsx").write_bytes(b"1")
    (tmp_path / "a" / "..y.xlsx").write_bytes(b"2")
    for name in ("~$x.xlsx", ".~lock.x.xlsx#", "._x.xlsx", "Thumbs.db", "x.xlsx.part", ".dtxl-1.tmp"):
        (tmp_path / "a" / name).write_bytes(b"no return")
    (tmp_path / "a" / "gone.xlsx").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a" / "again.xlsx").symlink_to(tmp_path / "a" / "x.xlsx")
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")
    real = os.scandir

    def scandir(path: str):  # type: ignore[no-untyped-def]
        if str(path).endswith("/b"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found, lost = find_files([tmp_path / "a"], must_exist=True)
    assert len(found) == 2
    assert sorted(p.name for p, _ in lost) == ["b", "gone.xlsx"]


def test_a_file_that_vanishes_is_told_and_the_others_taken(
    returned: tuple[Workspace, dict[str, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, files = returned
    real = Path.stat

    def stat(path: Path, **options: bool):  # type: ignore[no-untyped-def]
        if path == files["217"]:
            raise FileNotFoundError(2, "No such file", str(path))
        return real(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", stat)
        counts = collect(workspace, PERIOD).counts
    assert (counts["accepted"], counts["unreadable"]) == (len(files) - 1, 1)


def renamed(workspace: Workspace) -> tuple[Indicator, ...]:
    return tuple(replace(i, name=i.name + " (sửa)") for i in workspace.plan.indicators)


def test_a_plan_changed_after_the_forms_went_out_refuses_nobody(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, files = returned
    targets = tuple(replace(t, value=Decimal(99)) for t in workspace.plan.indicator_by_code["I.4"].targets)
    changed = tuple(replace(i, targets=targets) if i.code == "I.4" else i for i in renamed(workspace))
    workspace = reopened(workspace, indicators=changed)
    collected = collect(workspace, PERIOD)
    assert collected.counts["accepted"] == len(files)
    assert [x.code for f in collected.files for x in f.findings] == []
    result = next(r for r in make_rollup(workspace, PERIOD, date(2024, 3, 25)).indicators if r.code == "I.4")
    assert result.target is not None
    assert (result.target.value, result.coverage.reported > 0) == (99, True)
    workspace.close()


def test_forms_kept_back_do_not_make_the_sent_ones_old(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, files = returned
    workspace = reopened(workspace, indicators=renamed(workspace))
    kept = issue_forms(workspace, PERIOD, ["217"]).kept
    assert len(kept) == 1
    assert collect(workspace, PERIOD).counts["accepted"] == len(files)
    workspace.close()


def test_a_newer_form_makes_the_older_one_old_and_takes_over_what_was_typed(
    returned: tuple[Workspace, dict[str, Path]],
) -> None:
    workspace, files = returned
    right = workspace.plan.indicators
    workspace = reopened(workspace, indicators=renamed(workspace))
    issue_forms(workspace, PERIOD, ["217"], force=True)
    first = collect(workspace, PERIOD)
    refused = next(f for f in first.files if f.agency == "217")
    assert (refused.status, [x.code for x in refused.findings]) == ("rejected", ["B03"])
    assert first.counts["accepted"] == len(files) - 1
    back = workspace.folder(PERIOD, "nhan-ve") / "mẫu mới.xlsx"
    back.write_bytes(first.marked[0].read_bytes())
    again = next(f for f in collect(workspace, PERIOD).files if f.path.endswith(back.name))
    assert (again.status, {x.code for x in again.findings} - {"B11"}) == ("accepted", set())
    workspace = reopened(workspace, indicators=right)
    workspace.close()


def test_a_refusal_that_the_plan_caused_is_taken_back_with_the_plan(
    returned: tuple[Workspace, dict[str, Path]],
) -> None:
    workspace, files = returned
    agencies = workspace.plan.agencies
    workspace = reopened(workspace, agencies=tuple(a for a in agencies if a.code != "07375"))
    first = collect(workspace, PERIOD)
    assert {x.code for f in first.files for x in f.findings} == {"B07"}
    assert collect(workspace, PERIOD).files == first.files
    workspace = reopened(workspace, agencies=agencies)
    second = collect(workspace, PERIOD)
    assert second.counts["accepted"] == len(files) == len(workspace.store.receipts(PERIOD))
    assert {r.received_at for r in workspace.store.receipts(PERIOD)} == {
        datetime.fromtimestamp(p.stat().st_mtime) for p in files.values()
    }
    workspace.close()


def test_an_agency_renamed_after_the_forms_went_out(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, _ = returned
    agencies = tuple(
        replace(a, name=f"{a.name} (mới)") if a.code == "07375" else a for a in workspace.plan.agencies
    )  # fmt: skip
    periods = tuple(replace(p, name=f"{p.name} (đợt 1)") for p in workspace.plan.periods)
    workspace = reopened(workspace, agencies=agencies, periods=periods)
    collected = collect(workspace, PERIOD)
    assert [x.code for f in collected.files for x in f.findings] == []
    workspace.close()


@pytest.mark.parametrize(("first", "settled"), [("fault", True), ("good", False)])
def test_of_returns_of_one_moment_the_one_taken_last_came_last(
    returned: tuple[Workspace, dict[str, Path]], first: str, settled: bool
) -> None:
    workspace, files = returned
    editor = Editor(files["217"].read_bytes())
    editor.put("Thông tin đơn vị", "C12", None)
    fault = workspace.folder(PERIOD, "nhan-ve") / "lỗi.xlsx"
    fault.write_bytes(editor.content())
    shift = -60 if first == "fault" else 60
    os.utime(fault, (files["217"].stat().st_mtime + shift,) * 2)
    for _ in range(2):
        collected = collect(workspace, PERIOD, received_at=datetime(2024, 3, 12, 8, 0))
        assert [f.settled for f in collected.files if f.status == "rejected"] == [settled]
    assert len(list(workspace.folder(PERIOD, "tra-lai").glob("*.xlsx"))) == (0 if settled else 1)


def test_a_due_day_put_off_refuses_nobody(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, files = returned
    periods = tuple(replace(p, agency_due=p.agency_due.replace(day=20)) for p in workspace.plan.periods)
    workspace = reopened(workspace, periods=periods)
    assert collect(workspace, PERIOD).counts["accepted"] == len(files)
    workspace.close()


def test_a_file_gone_from_the_archive_stops_no_marked_copy(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, files = returned
    for agency in ("217", "213"):
        editor = Editor(files[agency].read_bytes())
        editor.put("Thông tin đơn vị", "C12", None)
        files[agency].write_bytes(editor.content())
    first = collect(workspace, PERIOD)
    assert len(first.marked) == 2
    gone = next(f for f in first.files if f.agency == "217")
    workspace.archive.path(gone.sha256).unlink()
    for path in first.marked:
        path.unlink()
    assert len(collect(workspace, PERIOD).marked) == 2


def test_a_sort_that_left_the_keys_behind_never_comes_back_as_figures(
    returned: tuple[Workspace, dict[str, Path]],
) -> None:
    workspace, files = returned
    editor = Editor(files["07375"].read_bytes())
    page = editor._book[INDICATORS]
    first, second = editor.row_of(INDICATORS, "I.4"), editor.row_of(INDICATORS, "I.5")
    for column in range(2, page.max_column + 1):
        a, b = page.cell(first, column), page.cell(second, column)
        a.value, b.value = b.value, a.value
    files["07375"].write_bytes(editor.content())
    collected = collect(workspace, PERIOD)
    assert {x.code for f in collected.files for x in f.findings} - {"B11"} == {"C23"}
    back = workspace.folder(PERIOD, "nhan-ve") / "trả lại nguyên.xlsx"
    back.write_bytes(collected.marked[0].read_bytes())
    again = next(f for f in collect(workspace, PERIOD).files if f.path.endswith(back.name))
    assert again.status == "rejected"
    assert {x.field for x in again.findings if x.code == "D04"} == {
        f"I.{n}.{part}" for n in (4, 5) for part in ("numerator", "denominator")
    }


def test_a_doubt_stays_until_it_is_settled(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, files = returned
    editor = Editor(files["07375"].read_bytes())
    editor.put(INDICATORS, f"J{editor.row_of(INDICATORS, 'I.4')}", "~ 100.000")
    editor.put("Thông tin đơn vị", "C12", None)
    files["07375"].write_bytes(editor.content())
    collected = collect(workspace, PERIOD)
    back = workspace.folder(PERIOD, "nhan-ve") / "trả lại.xlsx"
    back.write_bytes(collected.marked[0].read_bytes())
    again = next(f for f in collect(workspace, PERIOD).files if f.path.endswith(back.name))
    assert "D10" in {x.code for x in again.findings}


def test_reviewing_keeps_the_order_of_returns(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, files = returned
    agencies = workspace.plan.agencies
    moment = datetime(2024, 3, 14)
    workspace = reopened(workspace, agencies=tuple(a for a in agencies if a.code != "07375"))
    collect(workspace, PERIOD, [files["07375"]], received_at=moment)
    workspace = reopened(workspace, agencies=agencies)
    editor = Editor(files["07375"].read_bytes())
    editor.put(INDICATORS, f"J{editor.row_of(INDICATORS, 'I.4')}", 99999)
    editor.put(INDICATORS, f"O{editor.row_of(INDICATORS, 'I.4')}", "Rà soát lại")
    second = files["07375"].with_name("bản sửa.xlsx")
    second.write_bytes(editor.content())
    for _ in range(3):
        collected = collect(workspace, PERIOD, [files["07375"], second], received_at=moment)
        assert {Path(f.path).name: f.status for f in collected.files} == {
            files["07375"].name: "superseded",
            second.name: "accepted",
        }
    assert not list(workspace.folder(PERIOD, "tra-lai").glob("*.xlsx"))
    workspace.close()


def test_of_three_generations_of_forms_the_last_one_issued_counts(
    returned: tuple[Workspace, dict[str, Path]],
) -> None:
    workspace, files = returned
    first = workspace.plan.indicators
    workspace = reopened(workspace, indicators=renamed(workspace))
    issue_forms(workspace, PERIOD, list(files), force=True)
    assert collect(workspace, PERIOD).counts["rejected"] == len(files)
    third = tuple(replace(i, name=i.name + " (lần 3)") for i in first)
    workspace = reopened(workspace, indicators=third)
    assert collect(workspace, PERIOD).counts["rejected"] == len(files)
    workspace = reopened(workspace, indicators=first)
    issue_forms(workspace, PERIOD, list(files), force=True)
    assert collect(workspace, PERIOD).counts["accepted"] == len(files)
    workspace.close()


def test_codes_exchanged_after_issue_are_not_read_across(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, files = returned
    by_code = workspace.plan.indicator_by_code
    swap = {"I.4": "I.5", "I.5": "I.4"}
    changed = tuple(replace(by_code[swap.get(i.code, i.code)], code=i.code) for i in workspace.plan.indicators)
    workspace = reopened(workspace, indicators=changed)
    collected = collect(workspace, PERIOD)
    assert {x.code for f in collected.files for x in f.findings} == {"B03"}
    asked = {a.code for a in workspace.plan.asked_of(by_code["I.4"])}
    assert collected.counts["rejected"] == len(asked & set(files))
    workspace.close()


def test_an_old_forms_doubts_go_into_the_new_copy(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, files = returned
    editor = Editor(files["07375"].read_bytes())
    editor.put(INDICATORS, f"J{editor.row_of(INDICATORS, 'I.4')}", "~ 100.000")
    files["07375"].write_bytes(editor.content())
    workspace = reopened(workspace, indicators=renamed(workspace))
    issue_forms(workspace, PERIOD, ["07375"], force=True)
    marked = collect(workspace, PERIOD).marked
    back = workspace.folder(PERIOD, "nhan-ve") / "trả lại.xlsx"
    back.write_bytes(marked[0].read_bytes())
    again = next(f for f in collect(workspace, PERIOD).files if f.path.endswith(back.name))
    assert "D10" in {x.code for x in again.findings}
    workspace.close()


def test_files_sorted_into_folders_are_no_duplicates(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, files = returned
    first = collect(workspace, PERIOD)
    done = workspace.folder(PERIOD, "nhan-ve") / "đã xem"
    done.mkdir()
    for path in files.values():
        path.rename(done / path.name)
    second = collect(workspace, PERIOD)
    assert second.counts == first.counts


def test_forms_of_two_agencies_never_share_a_file(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, _ = returned
    twin = workspace.plan.agency_by_code["07375"]
    codes = ("A.1", "A-1", "a-2", "A.2")
    agencies = (*workspace.plan.agencies, *(replace(twin, code=code) for code in codes))
    workspace = reopened(workspace, agencies=agencies)
    issue_forms(workspace, PERIOD, codes)
    paths = {workspace.form_path(PERIOD, workspace.plan.agency_by_code[code]) for code in codes}
    assert all(path.is_file() for path in paths)
    assert len({str(path).lower() for path in paths}) == len(codes)
    workspace.close()


def test_a_database_without_the_forms_that_were_sent_is_refused(few: Workspace, tmp_path: Path) -> None:
    few.close()
    with pytest.raises(WorkspaceError, match="--db"):
        open_workspace(few.root, f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(WorkspaceError, match="Không dùng được"):
        open_workspace(few.root, "foo")


def test_an_indicator_added_after_the_returns_was_asked_of_nobody(returned: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, _ = returned
    collect(workspace, PERIOD)
    added = replace(workspace.plan.indicator_by_code["I.4"], code="I.77", name="Chỉ tiêu bổ sung")
    workspace = reopened(workspace, indicators=(*workspace.plan.indicators, added))
    result = next(r for r in make_rollup(workspace, PERIOD, date(2024, 3, 25)).indicators if r.code == "I.77")
    assert (result.coverage.not_available, result.coverage.silent) == (0, result.coverage.expected)
    workspace.close()
