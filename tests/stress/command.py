"""The command line in a process of its own, forked from one that has read all modules, and given the plan as its
workbook has it: what is disturbed is the work and not the start of Python or the reading of the plan, which change
nothing and would be half of each run; a thousand starts take minutes so."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path

import dtxl.cli.results
import dtxl.cli.round
import dtxl.pipeline.collect
import dtxl.pipeline.journal
import dtxl.pipeline.publish
import dtxl.pipeline.summary  # noqa: F401 - all that the two commands import when they are called
from dtxl.cli.main import cli
from dtxl.files.safe import digest
from dtxl.model.plan import Plan
from dtxl.pipeline import workspace
from dtxl.pipeline.workspace import PLANBOOK
from dtxl.planbook import read_planbook

with suppress(ImportError):
    import pg8000  # noqa: F401
PATIENCE = 120  # seconds after which a run counts as hanging


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit status (-9 for a kill), what it said, seconds."""

    status: int
    out: str
    err: str
    seconds: float

    @property
    def said(self) -> str:
        """The end of what it said, for a report of a fault."""
        return f"status {self.status}: {(self.out + self.err)[-1500:]}"


@lru_cache(maxsize=4)
def _read(path: Path, _: str) -> Plan:
    return read_planbook(path)


class Started:
    """A run of one command, on the workspace that its second argument names: it has begun, or waits for `let_go` where
    it is `held`. Its output goes to two files in `folder`."""

    def __init__(self, arguments: Sequence[str], folder: Path, *, held: bool = False) -> None:
        context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
        context.set_forkserver_preload([__name__])
        self._files = (folder / "out", folder / "err")
        for path in self._files:
            path.write_bytes(b"")
        self._gate, theirs = context.Pipe()
        planbook = Path(arguments[1], PLANBOOK)
        known = digest(planbook.read_bytes())
        plan = _read(planbook, known)
        self._process = context.Process(target=_run, args=(list(arguments), *self._files, theirs, known, plan))
        self._process.start()
        theirs.close()
        self._gate.recv()  # ready
        self._begun = time.perf_counter()
        if not held:
            self.let_go()

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process.pid is not None
        return self._process.pid

    def ends_within(self, seconds: float) -> bool:
        """Wait so long for its end, and say whether it came."""
        self._process.join(seconds)
        return self._process.exitcode is not None

    @property
    def seconds(self) -> float:
        """Since its work began."""
        return time.perf_counter() - self._begun

    def let_go(self) -> None:
        """Begin the work."""
        self._begun = time.perf_counter()
        self._gate.send(True)

    def kill_after(self, seconds: float) -> None:
        """SIGKILL after so many seconds of work, unless it has ended before."""
        self._process.join(max(0.0, self._begun + seconds - time.perf_counter()))
        self._process.kill()

    def ended(self) -> Ended:
        """Wait for the end. Raises AssertionError where there is none in PATIENCE seconds."""
        self._process.join(PATIENCE)
        seconds = self.seconds
        hangs = self._process.exitcode is None
        if hangs:
            self._process.kill()
            self._process.join()
        status = self._process.exitcode
        self._process.close()
        self._gate.close()
        out, err = (path.read_text(encoding="utf-8", errors="replace") for path in self._files)
        assert status is not None
        assert not hangs, f"no end in {PATIENCE} s: {out[-500:]}{err[-500:]}"
        return Ended(status, out, err, seconds)


def run_command(arguments: Sequence[str], folder: Path) -> Ended:
    """Run one command to its end."""
    return Started(arguments, folder).ended()


def _run(arguments: list[str], out: Path, err: Path, gate: Connection, known: str, plan: Plan) -> None:
    workspace.read_planbook = lambda path: plan if digest(path.read_bytes()) == known else read_planbook(path)  # type: ignore[attr-defined]
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        stream.flush()
        own = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.dup2(own, stream.fileno())
        os.close(own)
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gate.send("ready")
    gate.recv()
    cli(arguments, prog_name="dtxl")


class Traced:
    """strace on one thread of a process: faults are put into its own calls, not into those of the reading process."""

    def __init__(self, pid: int, log: Path, *options: str) -> None:
        self._log = log
        self._process = subprocess.Popen(
            ["strace", "-p", str(pid), "-o", str(log), *options], stderr=subprocess.PIPE, text=True
        )
        assert self._process.stderr is not None
        said = self._process.stderr.readline()
        if "attached" not in said:
            self._process.kill()
            said += self._process.communicate()[1]
            raise OSError(said.strip())

    def lines(self) -> list[str]:
        """What it wrote, once the process that it follows has ended."""
        self._process.communicate(timeout=PATIENCE)
        return self._log.read_text(encoding="utf-8", errors="replace").splitlines()
