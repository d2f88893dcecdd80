"""The small form of the kills: `dtxl collect`, killed at random moments and run again, on both databases."""

import sys
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.stress.kills import kill_collect

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
KILLS = 4


def test_collect_killed_on_sqlite(tmp_path: Path) -> None:
    told = kill_collect(tmp_path, None, KILLS, seed=7)
    assert told.killed.total() == KILLS <= told.starts


def test_collect_killed_on_postgresql(tmp_path: Path, postgres: Databases) -> None:
    told = kill_collect(tmp_path, postgres, KILLS, seed=8)
    assert told.killed.total() == KILLS <= told.starts
