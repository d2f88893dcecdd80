"""Importers as processes of their own, on one store: many at once, or killed at any moment.

The large round, on SQLite and PostgreSQL, is `python -m tests.stress importers`.
"""

import multiprocessing
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from multiprocessing.synchronize import Barrier
from pathlib import Path

from dtxl.files.safe import digest
from dtxl.model.finding import finding
from dtxl.model.submission import Identity, Submission, Value
from dtxl.store import Archive, open_store

PERIOD = "2024-Q1"
DAY = datetime(2024, 3, 10, 8, 0)
VALUES = 60  # of a return, as a commune's form has them


def file(n: int) -> bytes:
    return f"return {n}".encode() * 50


def submission(n: int) -> Submission:
    """Return `n`; every tenth is a second one of an agency."""
    agency = f"{n - 1 if n % 10 == 9 else n:05d}"
    values = {
        f"I.{i}.numerator": Value(f"I.{i}.numerator", "integer", str(i), "Chỉ tiêu", f"H{i}", number=Decimal(i))
        for i in range(1, VALUES + 1)
    }
    return Submission(
        f"{n}.xlsx", digest(file(n)), DAY + timedelta(minutes=n), Identity("p", "f", agency, PERIOD, "form"), values
    )


def store_all(where: Path | str, folder: Path, numbers: list[int], barrier: Barrier | None = None) -> float:
    """What an importer does with each file; gives the longest time that one took, in seconds."""
    if barrier is not None:
        barrier.wait()
    store, archive, longest = open_store(where), Archive(folder), 0.0
    for n in numbers:
        begun = time.perf_counter()
        one = submission(n)
        if store.find(one.sha256, PERIOD) is None:
            archive.keep(file(n))
            store.record(one, PERIOD, "accepted", [finding("D10", found="khoảng 100")])
        longest = max(longest, time.perf_counter() - begun)
    store.close()
    return longest


def _importer(
    where: Path | str, folder: Path, count: int, seed: int, barrier: Barrier, told: "multiprocessing.Queue[object]"
) -> None:
    numbers = list(range(count))
    random.Random(seed).shuffle(numbers)
    try:
        told.put(store_all(where, folder, numbers, barrier))
    except Exception as error:  # noqa: BLE001 - told to the test
        told.put(repr(error))


def import_together(where: Path | str, folder: Path, importers: int, count: int) -> list[object]:
    """Importers as processes of their own, all begun at one moment on a store that is not there yet: longest times of
    a file, or what went wrong."""
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.Queue[object] = context.Queue()
    barrier = context.Barrier(importers)
    processes = [
        context.Process(target=_importer, args=(where, folder, count, n, barrier, told)) for n in range(importers)
    ]
    for process in processes:
        process.start()
    answers = [told.get(timeout=300) for _ in processes]
    for process in processes:
        process.join()
    return answers


def check_whole(where: Path | str, folder: Path, numbers: Iterable[int]) -> int:
    """Every return that is recorded is so once and whole, and of each agency the last counts; how many there are."""
    store, archive = open_store(where), Archive(folder)
    receipts = store.receipts(PERIOD)
    values, findings = store.values(receipts), store.findings(receipts)
    known = {digest(file(n)): n for n in numbers}
    last: dict[str, str] = {}
    for r in receipts:
        assert values[r.id] == submission(known[r.sha256]).values
        assert [f.code for f in findings[r.id]] == ["D10"]
        assert archive.read(r.sha256) == file(known[r.sha256])
        last[r.agency] = r.sha256
    assert {r.agency: r.sha256 for r in receipts if r.status == "accepted"} == last
    assert len({r.sha256 for r in receipts}) == len(receipts)
    store.close()
    return len(receipts)


SCRIPT = """
import sys
from pathlib import Path
from tests.importers import store_all
where, folder, first, last = sys.argv[1:]
print("ready", flush=True)
store_all(Path(where) if "://" not in where else where, Path(folder), list(range(int(first), int(last))))
"""


def kill_some(where: Path | str, folder: Path, kills: int, files: int, seed: int) -> tuple[int, int]:
    """Run an importer again and again, killed at random moments, until it gets through; (kills, starts)."""
    moments, killed, starts, limit = random.Random(seed), 0, 0, files
    while True:
        starts += 1
        arguments = [sys.executable, "-c", SCRIPT, str(where), str(folder), "0", str(limit)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as process:
            assert process.stdout is not None
            process.stdout.readline()
            if killed < kills:
                try:
                    process.wait(timeout=moments.uniform(0.005, 0.12))
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
            process.wait()
        check_whole(where, folder, range(limit))
        if process.returncode == 0:
            if killed >= kills:
                return killed, starts
            limit += files  # it got through before it was killed: more work
        else:
            assert process.returncode == -signal.SIGKILL
            killed += 1
