"""A backup holds all of a workspace, is checked before it is believed, and is put back whole or not at all."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dtxl.cli.main import cli
from dtxl.core.errors import WorkspaceError, WriteError
from dtxl.pipeline import backup as backup_module
from dtxl.pipeline.backup import backup
from dtxl.pipeline.bundle import MANIFEST, verify
from dtxl.pipeline.collect import collect
from dtxl.pipeline.restore import restore
from dtxl.pipeline.workspace import DATABASE, PLANBOOK, Workspace, open_workspace
from dtxl.simulate import simulate
from tests.conftest import PERIOD
from tests.databases import Databases
from tests.test_kill import state


@pytest.fixture
def collected(few: Workspace) -> Workspace:
    simulate(few, PERIOD, seed=5, share=0.5, damages=["part-above-whole", "truncated"])
    collect(few, PERIOD)
    return few


@pytest.fixture
def saved(collected: Workspace, tmp_path: Path) -> Path:
    return backup(collected, tmp_path / "b.zip").path


def files(root: Path) -> dict[str, bytes]:
    """All files but the database's."""
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and not p.name.startswith(DATABASE)
    }


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments])


def rewritten(source: Path, target: Path, change: dict[str, bytes], drop: str = "") -> Path:
    """A backup with some members exchanged or left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name != drop:
                new.writestr(name, change.get(name, old.read(name)))
    return target


def manifest_of(path: Path) -> dict[str, object]:
    with zipfile.ZipFile(path) as archive:
        told: dict[str, object] = json.loads(archive.read(MANIFEST))
    return told


def test_all_of_a_workspace_comes_back(collected: Workspace, saved: Path, tmp_path: Path) -> None:
    done = restore(saved, tmp_path / "new")
    assert files(tmp_path / "new") == files(collected.root)
    assert (done.aside, done.missing) == ((), ())
    collected.close()
    assert state(tmp_path / "new") == state(collected.root)
    times = [(p.stat().st_mtime_ns) for p in sorted((collected.root / PERIOD / "nhan-ve").iterdir())]
    assert [(p.stat().st_mtime_ns) for p in sorted((tmp_path / "new" / PERIOD / "nhan-ve").iterdir())] == times


def test_the_restored_workspace_goes_on_as_before(collected: Workspace, saved: Path, tmp_path: Path) -> None:
    restore(saved, tmp_path / "new")
    again = open_workspace(tmp_path / "new")
    key, before = again.store.signing_key(), again.store.receipts(PERIOD)
    assert key == collected.store.signing_key()
    counts = collect(again, PERIOD).counts
    assert again.store.receipts(PERIOD) == before
    assert counts["files"] == len(before)
    simulate(again, PERIOD, seed=6, share=0)
    assert collect(again, PERIOD).counts["accepted"] > 0
    again.close()


def test_what_the_archive_holds_is_not_put_in_twice(collected: Workspace, saved: Path) -> None:
    manifest = verify(saved)
    inbox = [m for m in manifest.files if "/nhan-ve/" in m.path]
    assert inbox
    assert all(m.member.startswith("kho/") for m in inbox)
    with zipfile.ZipFile(saved) as archive:
        assert {"ke-hoach.xlsx", "dtxl.db", "mau/bao-cao.docx", MANIFEST} <= set(archive.namelist())
        assert len(archive.namelist()) == len(set(archive.namelist()))


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be made on Windows")
def test_odd_names_come_back(few: Workspace, tmp_path: Path) -> None:
    inbox = few.root / PERIOD / "nhan-ve"
    inbox.mkdir(exist_ok=True)
    for name in (b"\xff\xfe.xlsx", "Đơn vị & “báo cáo”.xlsx".encode(), b"-x", b"manifest.json", b"a" * 200):
        (inbox / os.fsdecode(name)).write_bytes(b"content of " + name)
    (few.root / MANIFEST).write_text("staff's own")
    restore(backup(few, tmp_path / "b.zip").path, tmp_path / "new")
    assert files(tmp_path / "new") == files(few.root)


def test_a_backup_beside_the_folder_by_default_and_never_in_itself(few: Workspace) -> None:
    first = backup(few)
    assert first.path.parent == few.root.parent
    inside = backup(few, few.root / "a-sao-luu-1.zip")
    again = backup(few, few.root / "b.zip")
    names = {m.path for m in again.manifest.files}
    assert not [n for n in names if n.endswith(".zip")]
    assert {m.path for m in inside.manifest.files} == names
    assert [p.name for p in few.root.parent.glob(".dtxl-*")] == []


def test_an_older_backup_is_not_overwritten_unasked(few: Workspace, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"mine")
    with pytest.raises(WorkspaceError, match="--force"):
        backup(few, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_bytes() == b"mine"
    backup(few, tmp_path / "b.zip", force=True)
    verify(tmp_path / "b.zip")


def test_files_that_the_archive_lost_are_named(collected: Workspace, tmp_path: Path) -> None:
    one, other = (r.sha256 for r in collected.store.receipts(PERIOD)[:2])
    collected.archive.path(one).unlink()
    collected.archive.path(other).write_bytes(b"changed")
    assert set(backup(collected, tmp_path / "b.zip").missing) == {one, other}
    assert set(restore(tmp_path / "b.zip", tmp_path / "new").missing) == {one, other}


def test_a_full_disk_leaves_the_older_backup(
    few: Workspace, saved: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = saved.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup_module.os, "fsync", full)
    with pytest.raises(WriteError, match="No space"):
        backup(few, saved, force=True)
    assert saved.read_bytes() == before
    assert list(tmp_path.glob(".dtxl-*")) == []


def test_a_damaged_backup_is_refused_and_nothing_is_written(saved: Path, tmp_path: Path) -> None:
    whole, chance = saved.read_bytes(), random.Random(4)
    bad, refused = tmp_path / "bad.zip", 0
    places = [chance.randrange(len(whole)) for _ in range(60)]
    for damage in (whole[:-100], whole[: len(whole) // 2], b"", b"PK\3\4", *places):
        if isinstance(damage, int):
            changed = bytearray(whole)
            changed[damage] ^= 1 << chance.randrange(8)
            damage = bytes(changed)
        bad.write_bytes(damage)
        try:
            verify(bad)
        except WorkspaceError:
            refused += 1
            with pytest.raises(WorkspaceError, match="Bản sao lưu"):
                restore(bad, tmp_path / "new")
            assert not (tmp_path / "new").exists()
    assert refused > 50  # what is left lies in dates and the like, which the manifest says better
    assert list(tmp_path.glob(".dtxl-*")) == []


def test_members_exchanged_left_out_or_led_astray_are_refused(saved: Path, tmp_path: Path) -> None:
    told = manifest_of(saved)
    entries: list[dict[str, object]] = told["files"]  # type: ignore[assignment]
    bad = tmp_path / "bad.zip"

    def with_first(**changes: object) -> dict[str, bytes]:
        return {MANIFEST: json.dumps({**told, "files": [{**entries[0], **changes}, *entries[1:]]}).encode()}

    cases = [
        rewritten(saved, bad, {PLANBOOK: b"other"}),
        *(
            with_first(path=path)
            for path in ("../x", "/x", "a/../../x", "C:x", "a\\b", "", "a//b", "a/", ".", entries[1]["path"])
        ),
        with_first(size="many"), with_first(size=1), with_first(member="nowhere"), with_first(sha256="0" * 64),
        {MANIFEST: b"[]"}, {MANIFEST: b"{}"}, {MANIFEST: b"\xff"},
    ]  # fmt: skip
    for case in cases:
        path = case if isinstance(case, Path) else rewritten(saved, bad, case)
        with pytest.raises(WorkspaceError, match="hỏng"):
            restore(path, tmp_path / "new")
        assert not (tmp_path / "new").exists()
    for drop in (PLANBOOK, MANIFEST):
        with pytest.raises(WorkspaceError, match="hỏng"):
            restore(rewritten(saved, bad, {}, drop), tmp_path / "new")
    assert not (tmp_path / "x").exists()


def test_a_backup_of_a_newer_program_is_refused(saved: Path, tmp_path: Path) -> None:
    newer = json.dumps({**manifest_of(saved), "format": 99, "program": "9.0"}).encode()
    with pytest.raises(WorkspaceError, match=r"dtxl 9\.0"):
        restore(rewritten(saved, tmp_path / "n.zip", {MANIFEST: newer}), tmp_path / "new")


def test_a_folder_that_is_not_empty_is_moved_aside_with_force_only(saved: Path, tmp_path: Path) -> None:
    target = tmp_path / "there"
    target.mkdir()
    restore(saved, target)  # empty: no question
    (target / "mine.txt").write_text("mine")
    with pytest.raises(WorkspaceError, match="--force"):
        restore(saved, target)
    done = restore(saved, target, force=True)
    assert not (target / "mine.txt").exists()
    assert [(path / "mine.txt").read_text() for path in done.aside] == ["mine"]
    with pytest.raises(WorkspaceError, match="là một tệp"):
        restore(saved, target / PLANBOOK)


def test_where_the_last_step_fails_the_old_folder_stands(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "there"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    real = Path.rename

    def rename(path: Path, to: Path) -> Path:
        if path.name == "moi":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, to)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(WriteError):
        restore(saved, target, force=True)
    assert [p.name for p in target.iterdir()] == ["mine.txt"]
    assert sorted(p.name for p in tmp_path.iterdir() if "there" in p.name or ".dtxl" in p.name) == ["there"]


def test_a_backup_taken_while_somebody_collects_is_of_one_moment(few: Workspace, tmp_path: Path) -> None:
    simulate(few, PERIOD, seed=9, share=0)
    code = (
        "import sys; from pathlib import Path; from dtxl.pipeline.collect import collect; "
        "from dtxl.pipeline.workspace import Workspace; w = Workspace(Path(sys.argv[1])); w.store; "
        "print('ready', flush=True); collect(w, sys.argv[2]); w.close()"
    )
    seen = []
    with subprocess.Popen([sys.executable, "-c", code, str(few.root), PERIOD], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while process.poll() is None or not seen:
            seen.append(backup(few, tmp_path / f"{len(seen)}.zip"))
    assert process.returncode == 0
    for done in (seen[0], seen[-1]):
        assert done.missing == ()
        root = tmp_path / f"new-{done.path.stem}"
        assert restore(done.path, root).missing == ()
        workspace = open_workspace(root)
        counts = collect(workspace, PERIOD).counts
        assert counts["accepted"] == counts["files"] > 0
        workspace.close()


def test_a_damaged_database_is_not_backed_up_as_if_it_were_sound(collected: Workspace, tmp_path: Path) -> None:
    collected.close()
    base = sqlite3.connect(collected.root / DATABASE)
    base.execute("PRAGMA journal_mode=DELETE").fetchall()
    base.close()
    content = bytearray((collected.root / DATABASE).read_bytes())
    content[8192 : len(content) - 4096] = b"\xaa" * (len(content) - 12288)
    (collected.root / DATABASE).write_bytes(content)
    with pytest.raises(WorkspaceError, match=r"ơ sở dữ liệu"):
        backup(Workspace(collected.root), tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def rows(workspace: Workspace) -> tuple[object, ...]:
    store = workspace.store
    receipts = store.receipts(PERIOD)
    return store.signing_key(), receipts, store.values(receipts), store.findings(receipts), store.issued()


def test_from_one_kind_of_database_to_the_other_and_back(
    collected: Workspace, saved: Path, postgres: Databases, tmp_path: Path
) -> None:
    team = postgres.new()
    restore(saved, tmp_path / "team", database=team)
    assert not (tmp_path / "team" / DATABASE).exists()
    workspace = open_workspace(tmp_path / "team", team)
    assert rows(workspace) == rows(collected)
    counts = collect(workspace, PERIOD).counts
    assert counts["files"] == len(collected.store.receipts(PERIOD))
    assert rows(workspace) == rows(collected)
    simulate(workspace, PERIOD, seed=6, share=0)
    assert collect(workspace, PERIOD).counts["accepted"] > 0  # new rows take new numbers
    again = backup(workspace, tmp_path / "team.zip")
    assert again.manifest.database == "postgresql"
    restore(again.path, tmp_path / "alone")
    alone = open_workspace(tmp_path / "alone")
    assert rows(alone) == rows(workspace)
    alone.close()
    workspace.close()


def test_a_team_s_database_is_replaced_with_force_only_and_kept(
    collected: Workspace, saved: Path, postgres: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, root = postgres.new(), tmp_path / "team"
    restore(saved, root, database=team)
    workspace = Workspace(root, team)
    workspace.store.issue([("extra", "217", PERIOD, "fp")])
    before = rows(workspace)
    workspace.close()
    with pytest.raises(WorkspaceError, match="--force"):
        restore(saved, tmp_path / "other", database=team)
    assert not (tmp_path / "other").exists()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", _denied)
        with pytest.raises(WriteError):
            restore(saved, root, database=team, force=True)
    assert rows_in(root, team) == before
    done = restore(saved, root, database=team, force=True)
    assert rows_in(root, team) == rows(collected)
    copy = next(p for p in done.aside if p.suffix == ".db")
    assert rows_in(root, f"sqlite:///{copy}") == before


def rows_in(root: Path, database: str) -> tuple[object, ...]:
    workspace = Workspace(root, database)
    found = rows(workspace)
    workspace.close()
    return found


def _denied(path: Path, to: Path) -> Path:
    raise PermissionError(13, "Permission denied", str(path))


def test_the_commands(collected: Workspace, tmp_path: Path) -> None:
    collected.close()
    saved = run("backup", collected.root, tmp_path / "c.zip", "--json", "-")
    assert saved.exit_code == 0, saved.output
    assert json.loads(saved.stdout)["missing"] == []
    assert "khớp" in saved.stderr
    assert run("backup", collected.root, tmp_path / "c.zip").exit_code == 2
    new = tmp_path / "new"
    assert run("restore", tmp_path / "c.zip", new).exit_code == 0
    refused = run("restore", tmp_path / "c.zip", new)
    assert (refused.exit_code, "--force" in refused.stderr) == (2, True)
    forced = run("restore", tmp_path / "c.zip", new, "--force", "--json", "-")
    assert forced.exit_code == 0
    assert len(json.loads(forced.stdout)["aside"]) == 1
    assert run("collect", new, "--period", PERIOD).exit_code in (0, 1)
    for bad in (tmp_path / "none.zip", collected.root / PLANBOOK):
        result = run("restore", bad, tmp_path / "other")
        assert (result.exit_code, "Traceback" in result.output) == (2, False)
    shutil.rmtree(new)
