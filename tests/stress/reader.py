"""The round of the reading process: attacks and mutants; forms saved by LibreOffice take part where it is there."""

import io
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pandas

from dtxl.checks import check
from dtxl.files.memory import resident
from dtxl.files.opener import Opener
from dtxl.files.raw_book import Fault, Unreadable
from dtxl.forms import draw_form
from dtxl.intake import read_return
from tests.attacks import attacks, mutants
from tests.small import IN_TIME, KEY, fill_form, form_of, good_values, register
from tests.stress.page import Broken, most_held, paragraph, table
from tests.xlsb import as_xlsb

OUTCOMES = ("read", *map(str, Fault))
PARENT = 200 * 2**20  # bytes that the process which asks may hold, whatever arrives
READER = 100 * 2**20  # bytes that a process may hold which reads sound files only
LONGEST = 25.0  # seconds for a file: the cap is 10, a second process may be asked, and the machine be busy
P99 = 1.0  # seconds within which 99 of 100 files of a series are done
REGISTER = register()
_SIZES = {"small": (700, 300), "full": (100_000, 11_000)}  # mutants, files of the batch


class Run:
    """One series of files through one opener: outcomes, times, processes, the caller's memory and the readers'."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.times: list[float] = []
        self.peak = self.started = self.reader = 0

    def read(self, opened: Opener, content: bytes) -> str:
        """The outcome of one file; one that is read goes through intake and all rules too, which must not fail."""
        begun = time.perf_counter()
        try:
            book = opened(content)
            outcome = "read"
        except Unreadable as fault:
            outcome = str(fault.fault)
        self.times.append(time.perf_counter() - begun)
        self.outcomes[outcome] += 1
        self.peak = max(self.peak, resident(os.getpid()))
        child = opened._child
        if outcome == "read":
            self.reader = max(self.reader, most_held(child._process.pid) if child else 0)
            intake = read_return(content, "x.xlsx", IN_TIME, REGISTER, lambda _: book)
            if intake.form is not None:
                check(intake.form, intake.submission)
        return outcome

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 files were done."""
        return sorted(self.times)[min(len(self.times) - 1, len(self.times) * 99 // 100)]

    def row(self, name: str) -> tuple[object, ...]:
        """The series as a line of the table."""
        return (
            name, len(self.times), *(self.outcomes[o] for o in OUTCOMES), f"{1000 * statistics.median(self.times):.0f}",
            f"{1000 * self.p99:.0f}", f"{max(self.times):.1f}", self.started, self.peak // 2**20,
        )  # fmt: skip


def through(name: str, contents: Iterable[bytes]) -> Run:
    """All files through one opener. Raises Broken, with the file's number, for what is no named outcome."""
    run = Run()
    with Opener() as opened:
        for number, content in enumerate(contents):
            try:
                run.read(opened, content)
            except Exception as error:
                raise Broken(f"{name}, file {number}: {type(error).__name__}: {error}") from error
        run.started = opened.started
    if max(run.times) > LONGEST:
        raise Broken(f"{name}: a file took {max(run.times):.1f} s")
    return run


def origins(*, with_libreoffice: bool = True) -> dict[str, bytes]:
    """Filled forms in every format that can be made here."""
    form = form_of("217")
    good = fill_form(form, good_values(form), draw_form(form, KEY)).content()
    found = {"xlsx": good, "xlsx, as issued": draw_form(form, KEY), "xlsb": as_xlsb(good)}
    found["xlsx, by openpyxl"] = _by_openpyxl(good)
    found["xlsx, by pandas"] = _by_pandas(good)
    program = shutil.which("soffice")
    if program is None or not with_libreoffice:
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


def _by_openpyxl(content: bytes) -> bytes:
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(out)
    return out.getvalue()


def _by_pandas(content: bytes) -> bytes:
    out = io.BytesIO()
    with pandas.ExcelWriter(out, engine="xlsxwriter") as writer:
        for name, frame in pandas.read_excel(
            io.BytesIO(content), sheet_name=None, header=None, engine="calamine"
        ).items():
            frame.to_excel(writer, sheet_name=name, header=False, index=False)
    return out.getvalue()


def attack_rows() -> list[tuple[object, ...]]:
    """Each attack: its outcome, the time it took, and how many processes it cost. Raises Broken for any other outcome
    than the one in its table."""
    rows: list[tuple[object, ...]] = []
    with Opener() as opened:
        run = Run()
        for name, content, right in attacks():
            before = opened.started - (opened._child is not None)  # processes that ended so far
            outcome = run.read(opened, content)
            if outcome not in right:
                raise Broken(f"attack “{name}”: {outcome}, expected {sorted(right)}")
            lost = opened.started - (opened._child is not None) - before
            rows.append((name, len(content), outcome, f"{run.times[-1]:.2f}", lost or ""))
    return rows


def batch(count: int, good: bytes) -> Run:
    """`count` files of which every hundredth is an attack that is not read. Raises Broken unless all the others are."""
    killers = [content for _, content, right in attacks() if "read" not in right]
    run = through("a batch", (killers[n // 100 % len(killers)] if n % 100 == 50 else good for n in range(count)))
    hostile = sum(1 for n in range(count) if n % 100 == 50)
    if run.outcomes["read"] != count - hostile:
        raise Broken(f"a batch: {run.outcomes['read']} of {count - hostile} sound files were read")
    return run


def sound(known: dict[str, bytes], count: int) -> Run:
    """Sound files of each kind in turn. Raises Broken unless all are read, by processes of at most READER bytes."""
    kinds = list(known.values())
    run = through("sound files", (kinds[n % len(kinds)] for n in range(count)))
    if run.outcomes["read"] != count:
        raise Broken(f"sound files: {dict(run.outcomes)} of {count}")
    if run.reader > READER:
        raise Broken(f"sound files: a reading process held {run.reader // 2**20} MiB")
    return run


def mutated(known: dict[str, bytes], count: int) -> dict[str, Run]:
    """Kind → the run over its share of the mutants. Raises Broken where they all end alike: then they are none."""
    found = {}
    for n, (name, origin) in enumerate(known.items()):
        title = f"mutants of {name}"
        content = (content for _, content in mutants(100 + n, [origin], count // len(known)))
        found[title] = one = through(f"{title}, seed {100 + n}", content)
        if not one.outcomes["read"] or not one.outcomes["A01"]:
            raise Broken(f"{title}: {dict(one.outcomes)}")
    return found


def run(size: str) -> tuple[str, tuple[str, ...]]:
    """The section's text and the packages whose versions matter."""
    count, files = _SIZES[size]
    known = origins()
    plain = sound(known, min(1_000, files))
    series = {
        "sound files": plain,
        **mutated(known, count),
        "a batch with 1 % attacks": batch(files, known["xlsx"]),
    }
    for name, one in series.items():
        if one.peak > PARENT:
            raise Broken(f"{name}: the process that asks held {one.peak // 2**20} MiB")
        if one.p99 > P99:
            raise Broken(f"{name}: 99 of 100 files within {one.p99:.1f} s")
    head = ("what", "files", *OUTCOMES, "median, ms", "p99, ms", "longest, s", "processes", "caller, MiB")
    text = [
        paragraph(
            "What the reading process makes of spoilt and hostile files, and what intake and the rules make",
            "of those that are read all the same. Every file ends in one named outcome: read, or the code of",
            "its fault; a traceback, a hang or a sound file that is not read would have ended the run. The",
            f"caller may hold {PARENT // 2**20} MiB, a process that reads sound files {READER // 2**20} MiB",
            f"(it held {plain.reader // 2**20}), 99 of 100 files of a series may take a second.",
        ),
        "",
        table(head, [one.row(name) for name, one in series.items()]),
        "",
        "### Attacks",
        "",
        table(("attack", "bytes", "outcome", "s", "processes lost"), attack_rows()),
    ]  # fmt: skip
    return "\n".join(text), ("python-calamine", "lxml", "openpyxl", "olefile")
