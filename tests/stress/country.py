"""The round of the country: the returns of 11,000 agencies, one in a hundred a killer, in one `dtxl collect`.

The sample plan, asked of every commune and district of the country. Forms are drawn once a level and readdressed in
their markup; each must be accepted, so nothing of its identity can be wrong.
"""

import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from importlib import resources
from pathlib import Path
from xml.sax.saxutils import escape

from dtxl.extract.units import committee_name, read_units
from dtxl.files.safe import digest
from dtxl.forms import draw_form
from dtxl.model.form import Form, build_form, sign
from dtxl.model.plan import Agency, Plan
from dtxl.model.submission import Identity
from dtxl.pipeline.workspace import PLANBOOK, Workspace, extract_plan, init_workspace
from dtxl.planbook import write_planbook
from dtxl.simulate.filling import Typed, fill, leanings
from tests.attacks import attacks
from tests.small import PERIOD
from tests.stress.page import Broken, most_held, paragraph, table
from tests.stress.places import put_file, repacked, typed_into

_SIZES = {"small": 100, "full": 11_000}
MINUTES = 20  # the most that a run may take
PARENT, LEAST = 2**30, 200 * 2**20  # bytes that it may hold here at the most, and the figure to reach
# The agency that the form of a level is drawn for, and the one above it.
_STAND_IN, _ABOVE = Agency("Q0Q0Q", "UBND Qzxqzx", "commune", "Q1Q1Q"), Agency("Q1Q1Q", "UBND Qvwqvw", "district")


@dataclass(frozen=True)
class Inbox:
    """How many files of each kind were put there."""

    accepted: int
    rejected: int
    unreadable: int
    duplicate: int

    @property
    def files(self) -> int:
        """All of them."""
        return self.accepted + self.rejected + self.unreadable + self.duplicate


def country_plan(agencies: int) -> Plan:
    """The sample plan, asked of so many communes and districts of the country as they were in early 2024, and of all
    offices."""
    with resources.as_file(resources.files("dtxl.samples").joinpath("bac-giang-2024", "ke-hoach.docx")) as source:
        plan = extract_plan(source)
    with resources.as_file(resources.files("dtxl.samples").joinpath("units", "units-2024.csv")) as path:
        units = read_units(path)
    offices = [a for a in plan.agencies if a.level == "province"]
    more = [
        Agency(u.code, committee_name(u.name), u.level, u.parent_code if u.level == "commune" else "")
        for u in units
        if u.level in ("commune", "district")
    ]
    return replace(plan, agencies=(*offices, *more[:agencies]))


class Forms:
    """The issued form of any agency, out of one drawn for its level."""

    def __init__(self, plan: Plan, workspace: Workspace) -> None:
        self._plan, self._period = plan, workspace.period(PERIOD)
        self._key = workspace.store.signing_key()
        self._drawn: dict[str, tuple[Identity, bytes]] = {}

    def __call__(self, agency: Agency) -> tuple[Form, bytes]:
        form = build_form(self._plan, agency, self._period)
        old, drawn = self._of_level(agency)
        new = form.identity
        above = self._plan.agency_by_code.get(agency.parent, _ABOVE).name
        words = [
            (sign(old, self._key), sign(new, self._key)), (old.form, new.form), (old.agency, new.agency),
            (escape(_STAND_IN.name), escape(agency.name)), (escape(_ABOVE.name), escape(above)),
        ]  # fmt: skip

        def readdressed(_: str, markup: bytes) -> bytes:
            for before, after in words:
                markup = markup.replace(before.encode(), after.encode())
            return markup

        return form, repacked(drawn, readdressed)

    def _of_level(self, agency: Agency) -> tuple[Identity, bytes]:
        if agency.level not in self._drawn:
            one = replace(_STAND_IN, level=agency.level, parent=_ABOVE.code if agency.parent else "")
            plan = replace(self._plan, agencies=(*self._plan.agencies, one, _ABOVE))
            form = build_form(plan, one, self._period)
            form = replace(form, identity=replace(form.identity, fingerprint=self._plan.fingerprint))
            self._drawn[agency.level] = (form.identity, draw_form(form, self._key))
        return self._drawn[agency.level]


def killers() -> Iterator[bytes]:
    """Attacks that are not read, no two alike: after the last again from the first, with something behind each."""
    known = [content for _, content, right in attacks() if "read" not in right]
    for round_ in itertools.count():
        for content in known:
            yield content + b"\0" * round_


def fill_inbox(workspace: Workspace, plan: Plan, files: int) -> Inbox:
    """So many files: of every hundred one killer, one file twice, two faulty returns, else sound ones."""
    forms, lean, hostile = Forms(plan, workspace), leanings(plan, 2024), killers()
    asked = [a for a in plan.agencies if a.level != "province"]
    put: Counter[str] = Counter()
    issued: list[tuple[str, str, str, str]] = []
    last = b""
    for number in range(files):
        kind = {50: "unreadable", 60: "duplicate", 70: "rejected", 80: "rejected"}.get(number % 100, "accepted")
        if kind == "unreadable":
            content = next(hostile)
        elif kind == "duplicate":
            content = last
        else:
            form, blank = forms(asked[len(issued)])
            identity = form.identity
            issued.append((identity.form, identity.agency, identity.period, identity.fingerprint))
            typed = fill(form, 2024, lean)
            content = last = typed_into(blank, form, _faulty(form, typed) if kind == "rejected" else typed)
        put_file(workspace, f"{number // 500:02d}/{number:05d}.xlsx", content, number // 60)
        put[kind] += 1
    workspace.store.remember_plan(plan.fingerprint, workspace.archive.keep((workspace.root / PLANBOOK).read_bytes()))
    workspace.store.issue(issued)
    return Inbox(**{k.name: put[k.name] for k in fields(Inbox)})


def _faulty(form: Form, typed: Typed) -> Typed:
    """Words in place of the first number: D05."""
    name = next(n for n, v in typed.items() if isinstance(v, Decimal))
    return {**typed, name: "chưa thống kê được"}


@dataclass(frozen=True)
class Seen:
    """One run: exit status, seconds, the most memory of the process in bytes, counts, what it said."""

    status: int
    seconds: float
    peak: int
    counts: dict[str, int]
    err: str


def collect_once(root: Path, home: Path) -> Seen:
    """A cold `python -m dtxl collect`, looked at while it works."""
    facts = home / "facts.json"
    command = [sys.executable, "-m", "dtxl", "collect", str(root), "--period", PERIOD, "-q", "--json", str(facts)]
    begun, peak = time.perf_counter(), 0
    with (home / "err").open("wb") as err, subprocess.Popen(command, stderr=err) as process:
        while True:
            peak = max(peak, most_held(process.pid))
            try:
                process.wait(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                if time.perf_counter() - begun > 3 * MINUTES * 60:
                    process.kill()
    seconds = time.perf_counter() - begun
    counts = json.loads(facts.read_text(encoding="utf-8"))["counts"] if facts.exists() else {}
    return Seen(process.returncode, seconds, peak, counts, (home / "err").read_text(encoding="utf-8")[-1500:])


def collect_country(home: Path, files: int) -> tuple[Inbox, Seen, Seen]:
    """What was put there, the run over it, and a second one. Raises Broken."""
    plan, root, source = country_plan(files if files < 1_000 else 12_000), home / "country", home / "plan.xlsx"
    source.write_bytes(write_planbook(plan))
    workspace = init_workspace(root, source)
    inbox = fill_inbox(workspace, workspace.plan_in(workspace.period(PERIOD)), files)
    workspace.close()
    first, second = collect_once(root, home), collect_once(root, home)
    due = {
        "files": inbox.files, "accepted": inbox.accepted, "superseded": 0, "rejected": inbox.rejected,
        "unreadable": inbox.unreadable, "duplicate": inbox.duplicate,
    }  # fmt: skip
    for number, seen in enumerate((first, second), 1):
        if seen.status != 1 or seen.counts != due:
            raise Broken(f"run {number}: status {seen.status}, {seen.counts} instead of {due}: {seen.err}")
        if seen.seconds > MINUTES * 60:
            raise Broken(f"run {number} took {seen.seconds:.0f} s")
    returned = root / PERIOD / "tra-lai"
    marked = sum(1 for _ in returned.glob("*.xlsx"))
    if marked != inbox.rejected + inbox.unreadable:
        raise Broken(f"{marked} marked copies and notices")
    kept = {p.name for p in (root / "kho").rglob("*") if p.is_file()}
    lost = [p for p in (root / PERIOD / "nhan-ve").rglob("*.xlsx") if digest(p.read_bytes()) not in kept]
    if lost:
        raise Broken(f"not in the archive: {lost[0]}")
    return inbox, first, second


def run(size: str) -> tuple[str, tuple[str, ...]]:
    """The section's text and the packages whose versions matter."""
    with tempfile.TemporaryDirectory(prefix="dtxl-country-") as home:
        inbox, first, second = collect_country(Path(home), _SIZES[size])
    if first.peak > PARENT:
        raise Broken(f"the process that asks held {first.peak // 2**20} MiB")
    head = ("run", "files", "accepted", "rejected", "unreadable", "duplicate", "minutes", "caller, MiB")
    rows = [
        (name, inbox.files, inbox.accepted, inbox.rejected, inbox.unreadable, inbox.duplicate,
         f"{seen.seconds / 60:.1f}", seen.peak // 2**20)
        for name, seen in (("first", first), ("again", second))
    ]  # fmt: skip
    text = [
        paragraph(
            "The sample plan asked of every commune and district of the country: its returns, of every",
            "hundred one a killer, one a file twice and two faulty ones, in one cold `dtxl collect`. Each",
            "file has the outcome that it must have, is in the archive, and every faulty one has its marked",
            f"copy or notice. At most {MINUTES} minutes.",
            f"The figure to reach for the process that asks is {LEAST // 2**20} MiB; over {PARENT // 2**20} MiB",
            "the round fails.",
        ),
        "",
        table(head, rows),
    ]
    return "\n".join(text), ("python-calamine", "SQLAlchemy")
