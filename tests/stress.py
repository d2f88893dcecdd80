"""`make stress`: attacks and many mutants against the reading process; what came of them is kept in docs/stress.md.

`python -m tests.stress [--mutants N] [--batch N]`. Forms saved by LibreOffice take part where it is installed.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from importlib import metadata
from pathlib import Path

from dtxl.files.memory import resident
from dtxl.files.opener import Opener
from dtxl.files.raw_book import Fault, Unreadable
from dtxl.forms import draw_form
from tests.attacks import attacks, mutants
from tests.small import KEY, fill_form, form_of, good_values
from tests.xlsb import as_xlsb

PAGE = Path(__file__).parents[1] / "docs" / "stress.md"
OUTCOMES = ("read", *map(str, Fault))


class Run:
    """One series of files through one opener: outcomes, times, processes, the caller's memory."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.times: list[float] = []
        self.peak = self.started = 0

    def read(self, opened: Opener, content: bytes) -> str:
        begun = time.perf_counter()
        try:
            opened(content)
            outcome = "read"
        except Unreadable as fault:
            outcome = str(fault.fault)
        self.times.append(time.perf_counter() - begun)
        self.outcomes[outcome] += 1
        self.peak = max(self.peak, resident(os.getpid()))
        return outcome

    def row(self, name: str) -> str:
        ordered = sorted(self.times)
        counts = " | ".join(f"{self.outcomes[o]:,}" for o in OUTCOMES)
        p99 = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
        return (
            f"| {name} | {len(ordered):,} | {counts} | {1000 * ordered[len(ordered) // 2]:.0f} | {1000 * p99:.0f} | "
            f"{ordered[-1]:.1f} | {self.started:,} | {self.peak // 2**20} |"
        )


def through(contents: Iterable[bytes]) -> Run:
    """All files through one opener. Raises whatever is no named outcome."""
    run = Run()
    with Opener() as opened:
        for content in contents:
            run.read(opened, content)
        run.started = opened.started
    return run


def origins() -> dict[str, bytes]:
    """Filled forms in every format that can be made here."""
    form = form_of("217")
    good = fill_form(form, good_values(form), draw_form(form, KEY)).content()
    found = {"xlsx": good, "xlsx, as issued": draw_form(form, KEY), "xlsb": as_xlsb(good)}
    program = shutil.which("soffice")
    if program is None:
        return found
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bieu.xlsx"
        path.write_bytes(good)
        for to in ("xls", "ods", "xlsx"):
            subprocess.run(
                [program, f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless",
                 "--convert-to", to, "--outdir", f"{folder}/{to}", str(path)],
                check=True, capture_output=True, timeout=180,
            )  # fmt: skip
            found[f"{to}, by LibreOffice"] = (Path(folder) / to / f"bieu.{to}").read_bytes()
    return found


def attack_rows() -> list[str]:
    """Each attack: its outcome, the time it took, and whether it cost a process."""
    rows = []
    with Opener() as opened:
        run = Run()
        for name, content, right in attacks():
            before = opened.started
            outcome = run.read(opened, content)
            if outcome not in right:
                raise SystemExit(f"{name}: {outcome}, expected {sorted(right)}")
            alive = opened._child is not None
            cost = opened.started - before + (not alive)
            rows.append(f"| {name} | {len(content):,} | {outcome} | {run.times[-1]:.2f} | {'' if alive else cost} |")
    return rows


def batch(count: int, good: bytes) -> Run:
    """`count` files of which every hundredth is an attack that is not read."""
    killers = [content for _, content, right in attacks() if "read" not in right]
    return through(killers[n // 100 % len(killers)] if n % 100 == 50 else good for n in range(count))


def page(count: int, files: int) -> str:
    """The page of one run."""
    known = origins()
    names = ("python-calamine", "lxml", "openpyxl", "olefile")
    versions = ", ".join(f"{n} {metadata.version(n)}" for n in names)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    begun = time.perf_counter()
    series = [
        (name, through(content for _, content in mutants(100 + n, [origin], count // len(known))))
        for n, (name, origin) in enumerate(known.items())
    ]
    whole = batch(files, known["xlsx"])
    attacked = attack_rows()
    head = f"| what | files | {' | '.join(OUTCOMES)} | median, ms | p99, ms | longest, s | processes | caller, MiB |"
    return "\n".join(
        [
            "# Stress",
            "",
            "Written by `make stress`: what the reading process makes of spoilt and hostile files. Every file ends in",
            "one named outcome: read, or the code of its fault; a traceback or a hang would have ended the run.",
            "",
            f"{machine}; {versions}; {date.today().isoformat()}; {time.perf_counter() - begun:.0f} s in all.",
            "",
            head,
            "|---|" + "---:|" * (head.count("|") - 2),
            *(run.row(f"mutants of {name}") for name, run in series),
            whole.row("a batch with 1 % attacks"),
            "",
            "## Attacks",
            "",
            "| attack | bytes | outcome | s | processes lost |",
            "|---|---:|---|---:|---:|",
            *attacked,
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=11_000)
    asked = parser.parse_args()
    text = page(asked.mutants, asked.batch)
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
