"""The small form of the three times: the same folder collected again leaves the store as it is, on both databases."""

from pathlib import Path

from tests.databases import Databases
from tests.stress.thrice import collect_thrice


def test_three_times_on_sqlite(tmp_path: Path) -> None:
    counts = collect_thrice(tmp_path, None, sample=False, every=20)
    assert (counts["accepted"], counts["duplicate"]) == (8, 2)
    assert counts["findings"] >= counts["rejected"] + counts["unreadable"]


def test_three_times_on_postgresql(tmp_path: Path, postgres: Databases) -> None:
    counts = collect_thrice(tmp_path, postgres.new(), sample=False, every=20)
    assert (counts["accepted"], counts["duplicate"]) == (8, 2)
    assert counts["findings"] >= counts["rejected"] + counts["unreadable"]
