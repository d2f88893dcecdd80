"""`make bench`: run all, print the tables; `--write` keeps them in docs/benchmarks.md with machine and versions.

`python -m benchmarks quarter`, `… reading` or `… letters` runs a part only; the page keeps the other part as it was."""

import os
import platform
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from importlib import metadata, resources
from pathlib import Path

from benchmarks import annexes, letters, plans
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


def machine(*names: str) -> str:
    versions = "".join(f"; {name} {metadata.version(name)}" for name in names)
    kind = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{kind}{versions}; {date.today():%Y-%m-%d}; medians of {ROUNDS} interleaved rounds."


def table(rows: Iterable[tuple[str, float, float]]) -> list[str]:
    lines = ["| what | plain way, s | dtxl, s | ratio |", "|---|---:|---:|---:|"]
    return lines + [f"| {what} | {plain:.2f} | {ours:.2f} | {_ratio(plain / ours)}× |" for what, plain, ours in rows]


def _ratio(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio >= 0.1 else f"{ratio:.3f}"


def quarter() -> str:
    """Forms, returns, results of the sample plan."""
    with tempfile.TemporaryDirectory() as folder:
        source = resources.files("dtxl.samples").joinpath("bac-giang-2024", "ke-hoach.docx")
        with resources.as_file(source) as document:
            workspace = init_workspace(Path(folder, "bg"), document)
        issue_forms(workspace, PERIOD)
        simulate(workspace, PERIOD)
        lines = table([forms(workspace), returns(workspace), results(workspace)])
        workspace.close()
    return "\n".join((machine("openpyxl", "XlsxWriter", "python-calamine", "pandas", "docxtpl"), "", *lines))


def reading() -> str:
    """Plan text: 5,000 lines beside a plain pass for percentages, then longer texts."""
    lines = [machine(), "", *table([plans.reading(pair)]), "", "The cost of longer texts, once each:", ""]
    lines += ["| lines | indicators | s | ms a line |", "|---:|---:|---:|---:|"]
    for count, indicators, seconds in plans.growth():
        lines.append(f"| {count:,} | {indicators:,} | {seconds:.2f} | {1000 * seconds / count:.2f} |")
    return "\n".join(lines)


def writing() -> str:
    """The reminder letters of the sample plan, where nobody has returned."""
    with tempfile.TemporaryDirectory() as folder:
        source = resources.files("dtxl.samples").joinpath("bac-giang-2024", "ke-hoach.docx")
        with resources.as_file(source) as document:
            workspace = init_workspace(Path(folder, "bg"), document)
        rollup = make_rollup(workspace, PERIOD, date(2024, 3, 20))
        workspace.close()
        lines = table([letters.reminders(rollup, pair)])
    return "\n".join((machine("python-docx", "docxtpl", "Jinja2", "lxml"), "", *lines))


def long_annexes() -> str:
    """Reports with 250, 2,500 and 12,000 rows in an annex."""
    lines = [machine("docxtpl", "python-docx", "lxml"), "", "One report each, in a process of its own:", ""]
    lines += ["| rows | annex | s | ms a row | peak, MiB |", "|---:|---|---:|---:|---:|"]
    for name, rows, seconds, peak in annexes.growth():
        lines.append(f"| {rows:,} | {name} | {seconds:.2f} | {1000 * seconds / rows:.2f} | {peak or '–'} |")
    return "\n".join(lines)


PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "quarter": ("A quarter on the sample plan", quarter),
    "reading": ("Reading a plan", reading),
    "letters": ("Letters", writing),
    "annexes": ("Long annexes", long_annexes),
}
HEAD = (
    "`make bench` runs them; the plain way is `benchmarks/plain.py`, for plan text `benchmarks/plans.py`, for letters "
    "`benchmarks/letters.py`."
)


def main() -> None:
    page = Path(__file__).parents[1] / "docs" / "benchmarks.md"
    kept = dict(re.findall(r"^## (.+)\n\n((?:(?!## ).*\n)+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    wanted = [arg for arg in sys.argv[1:] if arg in PARTS] or list(PARTS)
    for name in wanted:
        title, make = PARTS[name]
        kept[title] = make() + "\n"
        sys.stdout.write(f"## {title}\n\n{kept[title]}\n")
    if "--write" in sys.argv[1:]:
        parts = [f"## {title}\n\n{kept[title].strip()}\n" for title, _ in PARTS.values() if title in kept]
        page.write_text("\n".join(("# Benchmarks\n", HEAD + "\n", *parts)), encoding="utf-8")


if __name__ == "__main__":
    main()
