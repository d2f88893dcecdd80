"""Reports with long annexes: seconds and peak memory for each size, each in a process of its own.

`python -m benchmarks.annexes ROWS KIND` prints one measurement: KIND "agencies" is Phụ lục III, filled by the
template's own loop, "sources" the annex of `--trace-annex`.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from pathlib import Path

from dtxl.documents import Behind, Part, draw_report
from dtxl.model.plan import Agency
from dtxl.model.rollup import Rollup
from dtxl.pipeline.workspace import init_workspace
from dtxl.results import roll_up

SIZES = (250, 2_500, 12_000)
KINDS = {"agencies": "Phụ lục III", "sources": "annex of sources"}
PERIOD, DAY = "2024-Q1", date(2024, 3, 21)


def growth() -> Iterator[tuple[str, int, float, int]]:
    """(annex, rows, seconds, peak MiB of the whole process) for each annex and size."""
    for kind, name in KINDS.items():
        for rows in SIZES:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.annexes", str(rows), kind],
                check=True,
                capture_output=True,
                text=True,
            )
            seconds, peak = done.stdout.split()
            yield name, rows, float(seconds), int(peak)


def quiet_rollup(folder: Path, agencies: int) -> Rollup:
    """The sample plan with so many communes, none of which returned anything."""
    with resources.as_file(resources.files("dtxl.samples").joinpath("bac-giang-2024", "ke-hoach.docx")) as document:
        workspace = init_workspace(folder / "bg", document)
    plan, period = workspace.plan, workspace.period(PERIOD)
    workspace.close()
    offices = tuple(a for a in plan.agencies if a.level != "commune")
    communes = tuple(Agency(f"{n:05}", f"UBND xã số {n}", "commune") for n in range(agencies - len(offices)))
    plan = replace(plan, agencies=(*offices, *communes)[:agencies])
    return roll_up(plan, period, DAY, [], {}, [])


def sources(rollup: Rollup, rows: int) -> tuple[Behind, ...]:
    """So many rows, spread over the plan's indicators."""
    indicators, agencies = rollup.plan.indicators, rollup.plan.agencies
    out = []
    for n, indicator in enumerate(indicators):
        share = rows // len(indicators) + (n < rows % len(indicators)) - 1  # one row is the heading
        parts = tuple(
            Part(
                agencies[i % len(agencies)].code, agencies[i % len(agencies)].name, Decimal(100 + i), Decimal(1000 + i),
                "", f"nhan-ve/{i:05}.xlsx", ("Chỉ tiêu!H12", "Chỉ tiêu!I12"), datetime(2024, 3, 12, 9, 30), f"{i:064x}",
            )
            for i in range(share)
        )  # fmt: skip
        out.append(Behind("indicator", indicator.code, indicator.name, parts))
    return tuple(out)


def measure(rows: int, kind: str) -> tuple[float, int]:
    """Seconds to draw the report and the process's peak memory in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        rollup = quiet_rollup(Path(folder), rows if kind == "agencies" else 250)
        behind = sources(rollup, rows) if kind == "sources" else ()
        template = Path(folder, "bg", "mau", "bao-cao.docx")
        begun = time.perf_counter()
        draw_report(rollup, template, DAY, (), behind)
        return time.perf_counter() - begun, _peak()


def _peak() -> int:
    """MiB; 0 where the system does not tell (Windows, macOS)."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024  # type: ignore[index]


if __name__ == "__main__":
    sys.stdout.write("{:.2f} {}\n".format(*measure(int(sys.argv[1]), sys.argv[2])))
