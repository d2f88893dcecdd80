"""The round of the kills: `dtxl collect`, killed at random moments, on SQLite and on PostgreSQL.

After each kill what is left is held against an undisturbed run: nothing half, nothing that was there before lost. Then
a second run must end as the undisturbed one did, to the last row, file and exit status.
"""

import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.databases import Databases, server
from tests.small import PERIOD
from tests.stress.command import Ended, Started, run_command
from tests.stress.page import Broken, paragraph, table
from tests.stress.places import (
    ARCHIVE,
    RETURNED,
    blank_forms,
    differences,
    half_way,
    held,
    issued,
    lost,
    put_returns,
    small_crowd,
)

_SIZES = {"small": 10, "full": 1_000}  # kills on each database
POSTGRESQL = "PostgreSQL"
_MEASURED = 100  # kills after which the length of an undisturbed run is measured again
# Where a kill fell, by what it left.
STAGES = ("before the first return", "between two returns", "among the marked copies", "after the last")


@dataclass
class Told:
    """What was seen on one database."""

    killed: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    half_files: int = 0  # temporary files that a kill left, which the next run took away


class Place:
    """A workspace with returns that wait, as often as it is needed."""

    def __init__(self, home: Path, bases: Databases | None) -> None:
        self._home, self._bases = home, bases
        self._database = bases.new() if bases else None
        workspace = issued(home / "origin", small_crowd(8), self._database)
        put_returns(workspace, blank_forms(workspace))
        workspace.close()

    def copy(self) -> "Copy":
        """A copy of one's own."""
        root = self._home / "copy"
        shutil.copytree(self._home / "origin", root, copy_function=shutil.copy2)
        return Copy(root, self._bases.new(self._database or "") if self._bases else None)

    def drop(self, copy: "Copy") -> None:
        """Remove a copy."""
        shutil.rmtree(copy.root)
        if self._bases and copy.database:
            self._bases.drop(copy.database)


@dataclass(frozen=True)
class Copy:
    """A workspace and, unless it is SQLite, its database."""

    root: Path
    database: str | None

    @property
    def command(self) -> list[str]:
        """`dtxl collect` for it."""
        return ["collect", str(self.root), "--period", PERIOD, *(["--db", self.database] if self.database else [])]

    @property
    def kept(self) -> int:
        """How many folders the archive has."""
        return sum(1 for _ in (self.root / ARCHIVE).iterdir())

    def seen(self, aside: Path) -> dict[str, Any]:
        """What it holds. Looked at aside: the next run shall find what the kill left, not what a look has mended."""
        if self.database:
            return held(self.root, self.database)
        shutil.rmtree(aside, ignore_errors=True)
        shutil.copytree(self.root, aside)
        return held(aside)


def kill_collect(home: Path, bases: Databases | None, kills: int, seed: int) -> Told:
    """So many kills. Raises Broken, with the kill's number, where something is half, lost or not as it should be."""
    place, told, moments = Place(home, bases), Told(), random.Random(seed)
    end, whole, first, length = _undisturbed(place, home)
    empty_handed = 0
    while told.killed.total() < kills:
        number = told.killed.total()
        if number and number % _MEASURED == 0 and not empty_handed:
            sys.stderr.write(f"{number} of {kills} kills on {'PostgreSQL' if bases else 'SQLite'}\n")
            again, _, first, length = _undisturbed(place, home)
            _same(again, end, "a run without a kill")
        copy = place.copy()
        process = Started(copy.command, home)
        # Nine of ten fall between the first return and the end; before that the store is opened, the register made.
        early = moments.random() < 0.1
        process.kill_after(moments.uniform(0, first) if early else moments.uniform(first, length))
        told.starts += 1
        ended = process.ended()
        killed = ended.status == -signal.SIGKILL
        if not killed and ended.status != whole.status:
            raise Broken(f"run {told.starts} of seed {seed}: {ended.said}")
        now = copy.seen(home / "aside")
        _check(number, seed, now, end)
        last = run_command(copy.command, home)
        after = copy.seen(home / "aside")
        case = f"kill {number} of seed {seed}, run again"
        if last.status != whole.status or "Traceback" in last.err:
            raise Broken(f"{case}: {last.said}")
        _same(after, end, case)
        if lost(now, after):
            raise Broken(f"{case}: {lost(now, after)}")
        place.drop(copy)
        if killed:
            told.killed[_stage(now, end)] += 1
            told.half_files += len(now["passing"])
        empty_handed = 0 if killed else empty_handed + 1
        if empty_handed > 50:
            raise Broken("50 runs one after another ended before they were killed")
    amid = told.killed[STAGES[1]] + told.killed[STAGES[2]]
    if kills >= _MEASURED and amid < kills / 3:  # of a few they may all fall elsewhere
        raise Broken(f"only {amid} of {kills} kills fell into the work: {dict(told.killed)}")
    return told


def _undisturbed(place: Place, home: Path) -> tuple[dict[str, Any], Ended, float, float]:
    """What an undisturbed run leaves, how it ended, and when it kept its first return and was done, in seconds."""
    ends, states, firsts = [], [], []
    for _ in range(3):
        copy = place.copy()
        before = copy.kept
        process = Started(copy.command, home)
        while copy.kept == before and not process.ends_within(0.005):
            pass
        firsts.append(process.seconds)
        ends.append(process.ended())
        states.append(copy.seen(home / "aside"))
        place.drop(copy)
    state, statuses = states[0], {row[5] for row in states[0]["receipt"]}
    if ends[0].status != 1 or statuses != {"accepted", "superseded", "rejected", "unreadable"}:
        raise Broken(f"the undisturbed run is not what this round is made for: {statuses}, {ends[0].said}")
    _same(states[1], state, "a run without a kill")
    _same(states[2], state, "a run without a kill")
    return state, ends[0], min(firsts), statistics.median(e.seconds for e in ends)


def _same(now: Mapping[str, Any], end: Mapping[str, Any], case: str) -> None:
    if now != end:
        raise Broken(f"{case}: {differences(now, end)}")


def _check(number: int, seed: int, now: Mapping[str, Any], end: Mapping[str, Any]) -> None:
    wrong = half_way(now, end)
    if wrong:
        raise Broken(f"kill {number} of seed {seed}: {wrong}")


def _stage(now: Mapping[str, Any], end: Mapping[str, Any]) -> str:
    folder = f"{PERIOD}/{RETURNED}"
    if not now["receipt"]:
        return STAGES[0]
    if len(now["receipt"]) < len(end["receipt"]):
        return STAGES[1]
    return STAGES[2] if len(now[folder]) < len(end[folder]) else STAGES[3]


def _part(database: str, kills: int, seed: int) -> Told:
    """Some of a database's kills, with a server of their own where they need one."""
    with tempfile.TemporaryDirectory(prefix="dtxl-kills-") as home, ExitStack() as stack:
        bases = Databases(stack.enter_context(server())) if database == POSTGRESQL else None
        return kill_collect(Path(home), bases, kills, seed)


def run(size: str) -> tuple[str, tuple[str, ...]]:
    """The section's text and the packages whose versions matter."""
    with server():
        pass  # skips where there is none, before an hour of the others
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        parts = {
            kind: [pool.submit(_part, kind, _SIZES[size] // workers, seed) for seed in range(1, workers + 1)]
            for kind in ("SQLite", POSTGRESQL)
        }
        told = {kind: _together([part.result() for part in mine]) for kind, mine in parts.items()}
    rows = [
        (kind, one.killed.total(), one.starts, *(one.killed[s] for s in STAGES), one.half_files)
        for kind, one in told.items()
    ]
    head = ("database", "kills", "starts", *STAGES, "half files left and swept")
    text = [
        paragraph(
            "`dtxl collect` on 14 files (accepted, superseded, rejected, unreadable, twice the same, in an",
            "archive), ended by SIGKILL at a random moment. After each: every return recorded whole or not at",
            "all, each with its file in the archive, each file whole, the database sound, nothing of before",
            "lost. Then a second run: receipts, values, findings, duplicates, archive, marked copies and exit",
            "status as after a run without a kill.",
        ),
        "",
        table(head, rows),
    ]
    return "\n".join(text), ("SQLAlchemy", "pg8000")


def _together(parts: Sequence[Told]) -> Told:
    killed: Counter[str] = sum((p.killed for p in parts), Counter())
    return Told(killed, sum(p.starts for p in parts), sum(p.half_files for p in parts))
