"""The round of the calls: `dtxl collect` of three files and `dtxl consolidate`, with a fault at each of their own
system calls that changes something: killed there, the disk full there, the disk failing there.

An undisturbed run under strace tells which calls there are; each is then met once with each fault.
"""

import re
import shutil
import signal
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dtxl.pipeline.workspace import CONSOLIDATED
from tests.small import PERIOD
from tests.stress.command import Ended, Started, Traced, run_command
from tests.stress.page import Broken, paragraph, table
from tests.stress.places import (
    blank_forms,
    differences,
    faulty_return,
    good_return,
    half_way,
    held,
    issued,
    lost,
    put_file,
    small_crowd,
)

CALLS = (
    "write", "writev", "pwrite64", "pwritev", "fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "ftruncate", "truncate", "fallocate", "mkdir", "mkdirat", "chmod", "fchmod", "fchmodat", "openat",
)  # fmt: skip
FAULTS = {"KILL": "signal=KILL", "ENOSPC": "error=ENOSPC", "EIO": "error=EIO"}
_SIZES = {"small": 12, "full": 0}  # faults of the sweep, evenly spread; 0 for all
ENDS = ("killed", "said, status 2", "said of the file, status 1", "went on to the same end")


@dataclass(frozen=True)
class Fault:
    """A fault at the `number`-th call of this name, counted from 1."""

    command: str
    call: str
    number: int
    kind: str

    def __str__(self) -> str:
        return f"{self.command}, {self.kind} at {self.call} {self.number}"


def needs_strace() -> None:
    """Skip where strace is not installed or may not follow a process."""
    program = shutil.which("strace")
    if program is None or subprocess.run([program, "-o", "/dev/null", "true"], check=False).returncode:
        pytest.skip("needs strace (Debian: strace), and leave to use it")


class Sweep:
    """Both commands, each with the workspace that it begins with and what it leaves undisturbed."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._copy = home / "copy"
        self._origins: dict[str, Path] = {}
        self._before: dict[str, tuple[dict[str, Any], bytes]] = {}
        self._ends: dict[str, tuple[dict[str, Any], bytes]] = {}
        self._whole: dict[str, Ended] = {}
        first = home / "collect"
        workspace = issued(first, small_crowd(1))
        forms = blank_forms(workspace)
        put_file(workspace, "a.xlsx", good_return(*forms("217")), 0)
        put_file(workspace, "b.xlsx", faulty_return(*forms("07375")), 1)
        put_file(workspace, "c.xlsx", good_return(*forms("07378")), 2)
        workspace.close()
        second = home / "consolidate"
        shutil.copytree(first, second, copy_function=shutil.copy2)
        for name in ("consolidate", "collect"):  # an old workbook of no returns, then returns
            self._must(run_command(self._command(name, second), home), name)
        for name, origin in (("collect", first), ("consolidate", second)):
            self._origins[name] = origin
            self._ends[name], self._whole[name] = self._undisturbed(name)

    @staticmethod
    def _command(name: str, root: Path) -> list[str]:
        more = ["--as-of", "2024-03-20"] if name == "consolidate" else []
        return [name, str(root), "--period", PERIOD, *more]

    @staticmethod
    def _must(ended: Ended, name: str) -> None:
        if ended.status != (1 if name == "collect" else 0):
            raise Broken(f"an undisturbed {name}: {ended.said}")

    def _fresh(self, name: str) -> None:
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self._origins[name], self._copy, copy_function=shutil.copy2)

    def _seen(self) -> dict[str, Any]:
        """What the copy holds; looked at aside, so that the next run finds what the fault left."""
        aside = self._home / "aside"
        shutil.rmtree(aside, ignore_errors=True)
        shutil.copytree(self._copy, aside)
        return held(aside)

    def _workbook(self) -> bytes:
        path = self._copy / PERIOD / CONSOLIDATED
        return path.read_bytes() if path.exists() else b""

    def _undisturbed(self, name: str) -> tuple[tuple[dict[str, Any], bytes], Ended]:
        self._fresh(name)
        self._before[name] = self._seen(), self._workbook()
        ended = run_command(self._command(name, self._copy), self._home)
        self._must(ended, name)
        if (self._workbook() != self._before[name][1]) != (name == "consolidate"):
            raise Broken(f"{name} made no new workbook of an old one")
        return (self._seen(), self._workbook()), ended

    def _traced(self, name: str, *options: str) -> tuple[Ended, list[str]]:
        process = Started(self._command(name, self._copy), self._home, held=True)
        try:
            trace = Traced(process.pid, self._home / "trace", f"--trace={','.join(CALLS)}", *options)
        except OSError as error:
            process.let_go()
            process.ended()
            pytest.skip(f"needs leave to follow processes: {error}")
        process.let_go()
        return process.ended(), trace.lines()

    def calls(self, name: str) -> dict[str, list[int]]:
        """Call → the numbers of those that change something, as they come in an undisturbed run of a command."""
        self._fresh(name)
        ended, lines = self._traced(name, "-y")
        self._must(ended, name)
        seen: Counter[str] = Counter()
        found: dict[str, list[int]] = defaultdict(list)
        for line in lines:
            match = re.match(r"(\w+)\((.*)", line)
            if match is None:
                continue
            seen[match[1]] += 1
            # What is only opened, and what is said to the reading process, changes nothing; a pipe knows neither fault.
            idle = (match[1] == "openat" and "O_CREAT" not in match[2]) or re.match(r"\d+<pipe:", match[2])
            if not idle and not re.search(r"\) += -1 ", line):
                found[match[1]].append(seen[match[1]])
        return found

    def meet(self, fault: Fault) -> str:
        """Put the fault in: one of ENDS, "" where the run never came to it. Raises Broken."""
        name = fault.command
        self._fresh(name)
        before, old = self._before[name]
        inject = f"inject={fault.call}:{FAULTS[fault.kind]}:when={fault.number}"
        ended, lines = self._traced(name, "-e", inject)
        now, workbook = self._seen(), self._workbook()
        end, new = self._ends[name]
        wrong = half_way(now, end) or lost(before, now)
        if not wrong and workbook not in (old, new):
            wrong = "the workbook is neither the old nor the new one"
        if wrong:
            raise Broken(f"{fault}: {wrong}")
        outcome = self._outcome(fault, ended, (now, workbook) == (_left(end, now), new), lines)
        again = run_command(self._command(name, self._copy), self._home)
        if again.status != self._whole[name].status or _odd(again):
            raise Broken(f"{fault}, run again: {again.said}")
        if (self._seen(), self._workbook()) != (end, new):
            raise Broken(f"{fault}, run again: {differences(self._seen(), end) or 'another workbook'}")
        return outcome

    def _outcome(self, fault: Fault, ended: Ended, done: bool, lines: list[str]) -> str:
        if fault.kind == "KILL":
            return ENDS[0] if ended.status == -signal.SIGKILL else ""
        if not any("(INJECTED)" in line for line in lines):
            return ""
        if _odd(ended):
            raise Broken(f"{fault}: {ended.said}")
        if ended.status == 2 and "Lỗi: " in ended.err:
            return ENDS[1]
        whole = self._whole[fault.command]
        if done and ended.status == whole.status:
            return ENDS[3]
        if ended.status == 1 and fault.command == "collect" and "không đọc được" in ended.out != whole.out:
            return ENDS[2]
        raise Broken(f"{fault}: not done, and not said: {ended.said}")


def _left(end: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The end, with the temporary files that there are now: they are taken away by the next run."""
    return {**end, "passing": now["passing"]}


def _odd(ended: Ended) -> bool:
    """Whether a run that was not killed ended otherwise than with a status and words of its own."""
    return ended.status not in (0, 1, 2) or any(w in ended.err for w in ("Traceback", "Exception ignored"))


def sweep(runs: Sweep, most: int = 0) -> dict[tuple[str, str], Counter[str]]:
    """(command, call) → how the faults at it ended; at most so many faults, evenly spread. Raises Broken."""
    faults = [
        Fault(name, call, number, kind)
        for name in ("collect", "consolidate")
        for call, numbers in runs.calls(name).items()
        for number in numbers
        for kind in FAULTS
    ]
    if len(faults) < 300:
        raise Broken(f"only {len(faults)} faults: the trace of an undisturbed run is not whole")
    if most:
        faults = [faults[n * (len(faults) - 1) // (most - 1)] for n in range(most)]
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    missed = []
    for fault in faults:
        how = runs.meet(fault)
        found[fault.command, fault.call][how or "not met"] += 1
        missed += [] if how else [str(fault)]
    if len(missed) * 100 > len(faults):
        raise Broken(f"{len(missed)} of {len(faults)} faults were not met: {'; '.join(missed[:5])}")
    return found


def run(size: str) -> tuple[str, tuple[str, ...]]:
    """The section's text and the packages whose versions matter."""
    needs_strace()
    with tempfile.TemporaryDirectory(prefix="dtxl-calls-") as home:
        found = sweep(Sweep(Path(home)), _SIZES[size])
    rows = [(f"{name}: {call}", c.total(), *(c[e] for e in (*ENDS, "not met"))) for (name, call), c in found.items()]
    total = sum(found.values(), Counter())
    rows.append(("all", total.total(), *(total[e] for e in (*ENDS, "not met"))))
    text = [
        paragraph(
            "`dtxl collect` of three files (two sound, one faulty) and `dtxl consolidate` over an old",
            "workbook, on SQLite; each of their own system calls that changes something was met with SIGKILL,",
            "ENOSPC and EIO, one fault a run (strace). After each: every file the old or the new one, every",
            "return whole or not at all, the database sound; a coded or plain message and an exit status of",
            "0, 1 or 2, no traceback; and a second run ends as if nothing had been.",
        ),
        "",
        table(("command: call", "faults", *ENDS, "not met"), rows),
    ]
    return "\n".join(text), ("SQLAlchemy",)
