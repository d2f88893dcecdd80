"""The attack kit: every code that a returned file can raise has its file, each does what the list says, and the
workspace that the kit is made of is left as it was."""

import importlib.util
import json
import os
import shutil
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dtxl.cli.main import cli
from dtxl.core.codes import catalogue
from dtxl.core.errors import DtxlError, WorkspaceError
from dtxl.files.xlsx_read import read_workbook
from dtxl.model.period import default_periods
from dtxl.pipeline.check import check_files
from dtxl.pipeline.collect import collect
from dtxl.pipeline.issue import issue_forms
from dtxl.pipeline.workspace import INBOX, PLANBOOK, Workspace, init_workspace
from dtxl.planbook import write_planbook
from dtxl.simulate import kit_verify as verifying
from dtxl.simulate import simulate
from dtxl.simulate.kit import FACTS, Kit, make_kit, read_kit
from dtxl.simulate.kit_list import LIST
from dtxl.simulate.kit_plan import three_periods
from dtxl.simulate.kit_recipe import ATTACKS, RECIPES, words
from dtxl.simulate.kit_stage import ROUNDS
from dtxl.simulate.kit_verify import Checked, Verified, verify_kit
from tests.small import small_plan

PERIOD = "2024-Q2"
DOCS = Path(__file__).parents[1] / "docs" / "build.py"
# Of these the sound twin is a second return itself, and so raises the other's code.
SECOND = {"B15": ("B16",), "B16": ("B15",)}

Tree = dict[str, tuple[int, bytes]]


def tree(root: Path) -> Tree:
    """Every file with its time of change and its bytes, every folder."""
    return {
        p.relative_to(root).as_posix(): (
            p.stat().st_mtime_ns if p.is_file() else 0,
            p.read_bytes() if p.is_file() else b"",
        )
        for p in sorted(root.rglob("*"))
    }


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in args], prog_name="dtxl")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace at work: forms issued, returns collected, its database closed."""
    root = tmp_path_factory.mktemp("office") / "ke-hoach"
    source = root.parent / "nguon.xlsx"
    source.write_bytes(write_planbook(small_plan()))
    workspace = init_workspace(root, source)
    issue_forms(workspace, PERIOD)
    simulate(workspace, PERIOD, share=0)
    collect(workspace, PERIOD, apart=False)
    workspace.close()
    return root


@pytest.fixture(scope="module")
def made(office: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result, Tree, Tree]:
    """The kit, made by command; the workspace before and after."""
    place = tmp_path_factory.mktemp("kit") / "bo-thu"
    before = tree(office)
    result = run("simulate", office, "--period", PERIOD, "--kit", place, "--json", "-")
    return place, result, before, tree(office)


@pytest.fixture(scope="module")
def kit(made: tuple[Path, Result, Tree, Tree]) -> Kit:
    return read_kit(made[0])


@pytest.fixture(scope="module")
def trial(kit: Kit) -> tuple[Verified, Tree, Tree]:
    """The whole kit tried; its folder before and after."""
    before = tree(kit.folder)
    return verify_kit(kit), before, tree(kit.folder)


@pytest.fixture
def little(kit: Kit, tmp_path: Path) -> Kit:
    """A copy of the kit with a few of its files, to be tampered with."""
    folder = tmp_path / "bo-thu"
    shutil.copytree(kit.folder, folder)
    few = tuple(e for e in kit.entries if e.of in ("A08", "D14", "D29", "column ZZZZ"))
    mine = replace(kit, folder=folder, entries=few)
    (folder / FACTS).write_text(json.dumps(mine.facts()), encoding="utf-8")
    return mine


def raised_codes() -> set[str]:
    """The codes that the program raises at a returned file, as the page of codes knows them."""
    spec = importlib.util.spec_from_file_location("build_docs", DOCS)
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    return {code for code in build.raised_at() if code[0] in "ABCDEF"}


# The list of recipes


def test_every_code_that_a_file_can_raise_has_its_recipe() -> None:
    have = {recipe.code for recipe in RECIPES.values()}
    assert raised_codes() - have - set(words()["without"]) == set()
    assert have <= set(catalogue())
    assert have & set(words()["without"]) == set()


def test_what_was_done_is_told_of_each_file_and_of_nothing_else(kit: Kit) -> None:
    assert set(words()["did"]) == set(RECIPES) == {e.of for e in kit.by_code}
    assert set(words()["attack"]) == {e.of for e in kit.attacks}
    told = [*words()["did"].values(), *words()["attack"].values()]
    assert len(set(told)) == len(told)
    assert all(unicodedata.is_normalized("NFC", text) and text[0].isupper() and text[-1] != "." for text in told)


def test_statuses_follow_the_catalogue() -> None:
    for recipe in RECIPES.values():
        assert recipe.status in ("accepted", "rejected", "unreadable", "duplicate")
        blocking = all(s.blocks for s in catalogue()[recipe.code].allowed)
        assert not (blocking and recipe.status == "accepted"), recipe.name


# The trial


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_bad_file_raises_its_code_and_its_twin_does_not(trial: tuple[Verified, Tree, Tree], name: str) -> None:
    mine = [c for c in trial[0].checked if c.entry.of == name and c.entry.codes]
    assert mine
    for one in mine:
        assert RECIPES[name].code in one.raised
        assert one.status == RECIPES[name].status
        assert one.twin == SECOND.get(name, ())
        assert one.fault == ""


def test_nearly_every_bad_file_has_a_twin(trial: tuple[Verified, Tree, Tree]) -> None:
    without = {c.entry.of for c in trial[0].checked if c.entry.codes and not c.entry.twin}
    assert {name for name in without if name in RECIPES} == {"A08", "B07", "F14"}


def test_attack_files_come_out_as_listed(trial: tuple[Verified, Tree, Tree]) -> None:
    mine = [c for c in trial[0].checked if c.entry.round == ATTACKS]
    assert len(mine) == len(words()["attack"]) >= 60
    assert [c.entry.of for c in mine if c.fault] == []
    assert not any(c.entry.counted for c in mine)


def test_what_comes_before_a_test_counts(trial: tuple[Verified, Tree, Tree]) -> None:
    mine = [c for c in trial[0].checked if not c.entry.codes]
    assert len(mine) > 10
    assert {c.status for c in mine} == {"accepted"}
    assert {code for c in mine for code in c.raised} == set()


def test_counts_add_up(trial: tuple[Verified, Tree, Tree]) -> None:
    verified = trial[0]
    counts = dict(verified.counts)
    assert counts.pop("files") == sum(counts.values()) == len(verified.checked)
    listed = [c.entry.statuses for c in verified.checked if c.entry.round != ATTACKS]
    assert counts["accepted"] == listed.count(("accepted",))
    assert counts["duplicate"] == listed.count(("duplicate",)) == 1
    assert verified.faults == ()


def test_per_code_it_says_whether_it_was_raised(trial: tuple[Verified, Tree, Tree]) -> None:
    rows = trial[0].by_code()
    assert [code for code, _, _ in rows] == [*sorted({r.code for r in RECIPES.values()}), "tấn công"]
    assert all(right for _, _, right in rows)
    wrong = replace(trial[0], checked=tuple(_failed(c) if c.entry.of == "A02-csv" else c for c in trial[0].checked))
    assert [code for code, _, right in wrong.by_code() if not right] == ["A02"]


def _failed(checked: Checked) -> Checked:
    return replace(checked, fault=verifying.NOT_RAISED)


def test_a_trial_leaves_the_kit_as_it_was(trial: tuple[Verified, Tree, Tree]) -> None:
    assert trial[1] == trial[2]


# The kit as it lies there


def test_the_workspace_is_only_read(made: tuple[Path, Result, Tree, Tree]) -> None:
    assert made[1].exit_code == 0
    assert "dtxl.db" in made[2]
    assert made[2] == made[3]


def test_the_facts_are_those_of_the_kit(made: tuple[Path, Result, Tree, Tree], kit: Kit) -> None:
    printed = json.loads(made[1].stdout)
    assert printed == json.loads((made[0] / FACTS).read_text(encoding="utf-8"))
    assert printed == json.loads(json.dumps(kit.facts()))
    one = next(f for f in printed["files"] if f["of"] == "D14")
    assert (one["codes"], one["statuses"], one["counted"]) == (["D14"], ["rejected"], False)
    assert (made[0] / one["file"]).is_file()
    assert (made[0] / one["twin"]).is_file()


def test_the_list_names_every_file(kit: Kit) -> None:
    sheets = read_workbook((kit.folder / LIST).read_bytes()).sheets
    listed = {str(row[-1]) for sheet in sheets.values() for row in sheet.rows if row and row[-1]}
    assert {e.file for e in kit.entries} <= listed
    first = next(iter(sheets.values()))
    texts = [str(row[0]) for row in first.rows if row]
    assert [t for t in texts if t in catalogue()] == [e.codes[0] for e in kit.by_code]
    shown = " ".join(str(value) for row in first.rows for value in row)
    assert all(f"Không có tệp cho mã {code}: " in shown for code in words()["without"])


def test_every_file_of_the_inboxes_is_listed(kit: Kit) -> None:
    found = {p.relative_to(kit.folder).as_posix() for p in kit.folder.glob(f"*/{INBOX}/*/**/*") if p.is_file()}
    assert found == {e.file for e in kit.entries}


def test_no_file_of_the_kit_counts_for_the_plan_itself(office: Path, kit: Kit) -> None:
    mine = [kit.folder / e.file for e in kit.entries if e.period == PERIOD and e.counted]
    workspace = Workspace(office)
    try:
        results = check_files(workspace, mine, PERIOD, apart=False).files
    finally:
        workspace.close()
    assert len(results) == len(mine) > 30
    assert {r.status for r in results} == {"rejected"}
    assert {f.code for r in results for f in r.findings} == {"B05"}


def test_a_kit_is_made_anew_over_itself_and_over_nothing_else(office: Path, little: Kit, tmp_path: Path) -> None:
    (tmp_path / "khac").mkdir()
    (tmp_path / "khac" / "thu.txt").write_text("của người khác", encoding="utf-8")
    for place in (tmp_path / "khac", office / "bo-thu", office, office.parent):
        with pytest.raises(WorkspaceError):
            make_kit(office, PERIOD, place)
    assert (tmp_path / "khac" / "thu.txt").is_file()
    assert not (office / "bo-thu").exists()
    (little.folder / LIST).unlink()
    with pytest.raises(DtxlError):
        make_kit(office, "2024-Q9", little.folder)
    assert (little.folder / FACTS).is_file()


def test_a_folder_without_a_workspace_or_a_kit(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=PLANBOOK):
        make_kit(tmp_path, PERIOD, tmp_path / "bo-thu")
    with pytest.raises(WorkspaceError, match="bộ thử"):
        read_kit(tmp_path)


# What differs is told


def test_a_file_that_is_gone_changed_or_silent_is_told(little: Kit) -> None:
    by_name = {e.of: e for e in little.tests}
    (little.folder / by_name["column ZZZZ"].file).unlink()
    sound = (little.folder / by_name["D29"].twin).read_bytes()
    (little.folder / by_name["D29"].file).write_bytes(sound)
    wrong = replace(by_name["D14"], codes=("D05",))
    verified = verify_kit(replace(little, entries=tuple(wrong if e.of == "D14" else e for e in little.entries)))
    assert {c.entry.of: c.fault for c in verified.faults} == {
        "column ZZZZ": verifying.MISSING,
        "D29": verifying.CHANGED,
        "D14": verifying.NOT_RAISED,
    }


def test_another_outcome_a_loud_twin_and_a_refused_first_return_are_told(little: Kit) -> None:
    def tampered(e):  # type: ignore[no-untyped-def]
        if e.of == "D14":
            return replace(e, statuses=("accepted",))
        if e.of == "D29":
            return replace(e, twin=next(o.twin for o in little.entries if o.of == "D29"))
        return e

    first = next(e for e in little.entries if not e.codes)
    spoilt = little.folder / first.file
    shutil.copy(little.folder / next(e.file for e in little.tests if e.of == "column ZZZZ"), spoilt)
    entries = tuple(
        replace(e, sha256=verifying.checksum(spoilt)) if e is first else tampered(e) for e in little.entries
    )
    twin = next(e.twin for e in entries if e.of == "D29")
    shutil.copy(little.folder / next(e.file for e in entries if e.of == "D29"), little.folder / twin)
    verified = verify_kit(replace(little, entries=entries))
    told = {c.entry.file: c.fault for c in verified.faults}
    assert told[first.file] == verifying.REFUSED
    assert told[next(e.file for e in entries if e.of == "D14")] == verifying.OTHER_STATUS
    assert told[next(e.file for e in entries if e.of == "D29")] == verifying.TWIN


def test_by_command_an_existing_kit_is_tried_again_and_again(little: Kit) -> None:
    for path in little.folder.rglob("*"):  # as a copy or an archive would leave it
        os.utime(path, (0, 0))
    done = run("simulate", "--kit", little.folder, "--verify")
    assert (done.exit_code, "0 khác danh sách" in done.stdout, "D14\t1\tcó báo" in done.stdout) == (0, True, True)
    folder = little.folder / PERIOD / INBOX / ROUNDS[2]
    workspace = Workspace(little.folder)
    collect(workspace, PERIOD, [folder / "D14"], apart=False)  # somebody tried it by hand
    workspace.close()
    (little.folder / next(e.file for e in little.tests if e.of == "D29")).unlink()
    status = run("simulate", "--kit", little.folder, "--verify", "--json", "-")
    facts = json.loads(status.stdout)
    assert (status.exit_code, facts["faults"]) == (1, 1)
    assert {f["of"]: f["fault"] for f in facts["files"] if f["fault"]} == {"D29": verifying.MISSING}
    assert next(f["raised"] for f in facts["files"] if f["of"] == "D14") == ["D14"]
    assert facts["counts"]["files"] == len(little.entries) - 1


@pytest.mark.parametrize(
    "args",
    [
        ("--kit", "{kit}"), ("{office}", "--kit", "{kit}"), ("--verify",), ("{office}",), ("--period", PERIOD),
        ("--kit", "{kit}", "--verify"), ("{office}", "--period", "2024-Q9", "--kit", "{kit}"),
    ],
)  # fmt: skip
def test_a_command_that_lacks_something_says_so(office: Path, tmp_path: Path, args: tuple[str, ...]) -> None:
    result = run("simulate", *(a.format(office=office, kit=tmp_path / "bo-thu") for a in args))
    assert result.exit_code == 2
    assert "Lỗi: " in result.stderr
    assert not (tmp_path / "bo-thu").exists()


@pytest.mark.parametrize(
    ("asked", "earlier", "later"),
    [
        ("2024-Q1", "2024-Q1", "2024-Q2"), ("2024-Q2", "2024-Q1", "2024-Q2"), ("2024-Q4", "2024-Q3", "2024-Q4"),
        ("2024-H1", "2024-Q1", "2024-Q2"), ("2024", "2024-Q1", "2024-Q2"), ("2025-Q3", "2025-Q2", "2025-Q3"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("named", [True, False])
def test_an_earlier_period_is_found_for_every_period(asked: str, earlier: str, later: str, named: bool) -> None:
    plan = replace(small_plan(), periods=default_periods(2024, 15, 25) if named else ())
    assert tuple(p.code for p in three_periods(plan, asked)) == (asked, earlier, later)
