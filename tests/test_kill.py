"""Collecting, killed at any moment and run again, ends in the same store as if it had never been disturbed."""

import hashlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from dtxl.pipeline.workspace import Workspace
from dtxl.simulate import simulate
from tests.conftest import PERIOD

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")

# Says when its imports are done, so that kills fall into the work itself.
SCRIPT = """
import sys
from pathlib import Path
from dtxl.pipeline.collect import collect
from dtxl.pipeline.workspace import Workspace
workspace = Workspace(Path(sys.argv[1]))
print("ready", flush=True)
collect(workspace, sys.argv[2])
print("done", flush=True)
"""


def state(root: Path) -> dict[str, object]:
    """All that collecting leaves: rows without their ids, the files kept, the marked copies."""
    base = sqlite3.connect(root / "dtxl.db")
    receipts = "SELECT r.path FROM receipt r WHERE r.id = t.receipt"
    rows = {
        "receipts": base.execute(
            "SELECT period, sha256, path, received_at, agency, status FROM receipt ORDER BY path"
        ).fetchall(),
        "values": base.execute(
            f"SELECT ({receipts}), field, kind, raw, canonical, sheet, cell FROM value t ORDER BY 1, 2"
        ).fetchall(),
        "findings": base.execute(
            f"SELECT ({receipts}), place, code, severity, cell, found, args FROM finding t ORDER BY 1, 2"
        ).fetchall(),
        "whole": base.execute("PRAGMA integrity_check").fetchall(),
    }
    base.close()
    for folder in ("kho", f"{PERIOD}/tra-lai"):
        rows[folder] = sorted(
            (p.relative_to(root).as_posix(), hashlib.sha256(p.read_bytes()).hexdigest())
            for p in (root / folder).rglob("*")
            if p.is_file() and not p.name.startswith(".dtxl-")
        )
    return rows


def start(root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(root), PERIOD], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def finish(root: Path) -> None:
    process = start(root)
    out, _ = process.communicate(timeout=120)
    assert (process.returncode, out) == (0, "done\n")


def made(root: Path) -> int:
    """How far a run has come: files kept, whole or half, and marked copies."""
    return sum(1 for folder in ("kho", f"{PERIOD}/tra-lai") for p in (root / folder).rglob("*") if p.is_file())


@pytest.fixture
def inbox(few: Workspace, tmp_path: Path):  # type: ignore[no-untyped-def]
    """A workspace with returns of which a third are faulty, not yet collected; and an undisturbed twin's state."""
    simulate(few, PERIOD, seed=11, share=0.8, damages=["part-above-whole", "truncated", "words-for-number"])
    few.close()
    twin = tmp_path / "twin"
    shutil.copytree(few.root, twin, copy_function=shutil.copy2)
    before = made(twin)
    finish(twin)
    return few.root, made(twin) - before, state(twin)


def test_twenty_kills_lose_nothing(inbox: tuple[Path, int, dict[str, object]], tmp_path: Path) -> None:
    origin, steps, undisturbed = inbox
    assert len(undisturbed["receipts"]) > 5  # type: ignore[arg-type]
    assert undisturbed[f"{PERIOD}/tra-lai"]
    moments = random.Random(20)
    interrupted = 0
    for number in range(20):
        root = tmp_path / f"kill-{number}"
        shutil.copytree(origin, root, copy_function=shutil.copy2)
        goal = made(root) + moments.randrange(steps)
        process = start(root)
        # Killed as soon as it has come so far, and then somewhere within the next file.
        while process.poll() is None and made(root) < goal:
            pass
        for _ in range(moments.randrange(40)):
            made(root)
        process.send_signal(signal.SIGKILL)
        interrupted += process.wait() == -signal.SIGKILL
        if process.stdout:
            process.stdout.close()
        finish(root)
        assert state(root) == undisturbed, number
        assert not list(root.rglob(".dtxl-*.tmp")), number
        shutil.rmtree(root)
    assert interrupted >= 15
