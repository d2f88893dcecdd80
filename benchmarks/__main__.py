"""`make bench`: run all, print the table; `--write` keeps it in docs/benchmarks.md with machine and versions."""

import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from importlib import metadata, resources
from pathlib import Path

from benchmarks.plain import plain_form, plain_read, plain_report_figures
from dtxl.forms import draw_form
from dtxl.model.form import build_form
from dtxl.pipeline.collect import collect
from dtxl.pipeline.issue import issue_forms
from dtxl.pipeline.publish import consolidate, report
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.workspace import Workspace, init_workspace
from dtxl.simulate import simulate

PERIOD = "2024-Q1"
ROUNDS = 3


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def pair(plain: Callable[[], object], ours: Callable[[], object]) -> tuple[float, float]:
    """Medians of interleaved rounds, in seconds."""
    times = [(timed(plain), timed(ours)) for _ in range(ROUNDS)]
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def forms(workspace: Workspace) -> tuple[str, float, float]:
    """241 forms: an openpyxl loop that makes the same sheets, and ours."""
    plan, period = workspace.plan, workspace.period(PERIOD)
    built = [build_form(plan, a, period) for a in plan.agencies]
    plain, ours = pair(
        lambda: [plain_form(form) for form in built], lambda: [draw_form(form, b"k" * 32) for form in built]
    )
    return f"{len(built)} forms drawn", plain, ours


def returns(workspace: Workspace) -> tuple[str, float, float]:
    """Reading, checking and storing 241 returns, against a pandas loop that only reads the three sheets."""
    inbox = sorted(workspace.folder(PERIOD, "nhan-ve").glob("*.xlsx"))

    def ours() -> None:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, "copy")
            shutil.copytree(workspace.root, copy)
            again = Workspace(copy)
            collect(again, PERIOD)
            again.close()

    return f"{len(inbox)} returns read, checked, stored", *pair(lambda: [plain_read(p) for p in inbox], ours)


def results(workspace: Workspace) -> tuple[str, float, float]:
    """From the returns to the report: pandas frames summed, against rollup, consolidated workbook and report."""
    collect(workspace, PERIOD)
    inbox = sorted(workspace.folder(PERIOD, "nhan-ve").glob("*.xlsx"))
    day = date(2024, 3, 25)

    def ours() -> None:
        rollup = make_rollup(workspace, PERIOD, day)
        consolidate(workspace, rollup, force=True)
        report(workspace, rollup, day, force=True)

    return "results, workbook, report", *pair(lambda: plain_report_figures(inbox), ours)


def table(rows: Iterable[tuple[str, float, float]]) -> str:
    names = ("openpyxl", "XlsxWriter", "python-calamine", "pandas", "docxtpl")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [f"{machine}; {versions}; {date.today():%Y-%m-%d}; medians of {ROUNDS} interleaved rounds.", ""]
    lines += ["| what | plain way, s | dtxl, s | ratio |", "|---|---:|---:|---:|"]
    lines += [f"| {what} | {plain:.2f} | {ours:.2f} | {plain / ours:.1f}× |" for what, plain, ours in rows]
    return "\n".join(lines) + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = resources.files("dtxl.samples").joinpath("bac-giang-2024", "ke-hoach.docx")
        with resources.as_file(source) as document:
            workspace = init_workspace(Path(folder, "bg"), document)
        issue_forms(workspace, PERIOD)
        simulate(workspace, PERIOD)
        text = table([forms(workspace), returns(workspace), results(workspace)])
        workspace.close()
    sys.stdout.write(text)
    if "--write" in sys.argv[1:]:
        page = Path(__file__).parents[1] / "docs" / "benchmarks.md"
        head = "# Benchmarks\n\n`make bench` runs them; the plain way is `benchmarks/plain.py`.\n\n"
        page.write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    main()
