"""Many importers at once, and importers killed at any moment: each file is stored once, whole, by whoever was first."""

import multiprocessing
import sys
from pathlib import Path

import pytest

from dtxl.pipeline.collect import collect
from dtxl.pipeline.workspace import Workspace
from dtxl.simulate import simulate
from tests.conftest import PERIOD
from tests.importers import check_whole, import_together, kill_some


def test_four_importers_of_the_same_files_store_each_once(where: Path | str, tmp_path: Path) -> None:
    answers = import_together(where, tmp_path / "kho", 4, 40)
    assert [a for a in answers if not isinstance(a, float)] == []
    assert check_whole(where, tmp_path / "kho", range(40)) == 40


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_importers_killed_at_any_moment_leave_nothing_half(where: Path | str, tmp_path: Path) -> None:
    killed, _ = kill_some(where, tmp_path / "kho", 6, 40, seed=3)
    assert killed == 6


def collect_in_a_process(root: Path) -> None:
    workspace = Workspace(root)
    collect(workspace, PERIOD)
    workspace.close()


def test_collecting_twice_at_once_counts_each_return_once(few: Workspace) -> None:
    made = [s for s in simulate(few, PERIOD, seed=8, share=0) if s.path]
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=collect_in_a_process, args=(few.root,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [p.exitcode for p in processes] == [0, 0]
    receipts = few.store.receipts(PERIOD)
    assert sorted(r.path for r in receipts) == sorted(s.path for s in made)
    assert {r.status for r in receipts} == {"accepted"}
