"""A kit tried out: its files are collected in a copy of its workspace, and what comes of each is held against the list.

The kit itself stays as it is, so that it can be tried again, by this version of the program or by the next.
"""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dtxl
from dtxl.files.safe import write_whole
from dtxl.pipeline.accept import close_period
from dtxl.pipeline.check import check_files
from dtxl.pipeline.collect import STATUSES, collect
from dtxl.pipeline.session import FileResult
from dtxl.pipeline.workspace import ARCHIVE, DATABASE, INBOX, PLANBOOK, Progress, Workspace, no_progress
from dtxl.simulate.kit import PRISTINE, Kit, checksum
from dtxl.simulate.kit_recipe import ATTACKS, FIRST, LOCKED
from dtxl.simulate.kit_stage import ROUNDS, TWINS, Entry

MISSING, CHANGED, NOT_RAISED, OTHER_STATUS, TWIN, REFUSED = (
    "không thấy tệp (có thể phần mềm diệt vi-rút đã xóa)",
    "tệp đã bị thay đổi so với lúc tạo",
    "không báo mã cần báo",
    "kết quả tiếp nhận khác",
    "tệp đối chứng cũng bị báo mã này",
    "tệp nộp trước không được chấp nhận",
)


@dataclass(frozen=True)
class Checked:
    """What came of one file. `raised`: every code; `twin`: those of its sound twin; `fault`: what differs from
    the list, "" where nothing does."""

    entry: Entry
    raised: tuple[str, ...]
    status: str
    twin: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class Verified:
    """A kit's trial. `counts`: of all files collected, as `collect` counts them."""

    kit: Kit
    checked: tuple[Checked, ...]
    counts: dict[str, int]

    @property
    def faults(self) -> tuple[Checked, ...]:
        """The files that did not come out as listed."""
        return tuple(c for c in self.checked if c.fault)

    def by_code(self) -> list[tuple[str, int, bool]]:
        """(code, files, whether all came out as listed) of each code in order; the attack files are one line, "tấn
        công"."""
        rows: dict[str, list[bool]] = {}
        for one in self.checked:
            if one.entry.codes:
                name = "tấn công" if one.entry.round == ATTACKS else one.entry.codes[0]
                rows.setdefault(name, []).append(not one.fault)
        return [(name, len(rows[name]), all(rows[name])) for name in sorted(rows, key=lambda n: (n > "G", n))]

    def facts(self) -> dict[str, Any]:
        """As they are printed for machines: those of the kit, each file with what came of it."""
        facts, mine = self.kit.facts(), {c.entry.file: c for c in self.checked}
        for one in facts["files"]:
            checked = mine[one["file"]]
            one |= {"raised": checked.raised, "status": checked.status, "fault": checked.fault}
        return {**facts, "verified_by": dtxl.__version__, "counts": self.counts, "faults": len(self.faults)}


def verify_kit(kit: Kit, progress: Progress = no_progress) -> Verified:
    """Collect the kit's files in a copy of its workspace, round by round. Raises DtxlError where that cannot start."""
    sound = {e.file for e in kit.entries if checksum(kit.folder / e.file) == e.sha256}
    with tempfile.TemporaryDirectory(prefix="dtxl-") as place:
        root = Path(place).resolve() / "bo-thu"
        _copy(kit, root)
        workspace = Workspace(root)
        try:
            trial = _Trial(workspace, kit)
            periods = dict.fromkeys(
                p.code for p in workspace.plan.periods if any(e.period == p.code for e in kit.entries)
            )
            laps = [(code, lap) for code in periods for lap in ROUNDS]
            for done, (code, lap) in enumerate(laps, 1):
                trial.run(code, lap)
                progress(done, len(laps))
        finally:
            workspace.close()
    checked = tuple(_judged(e, e.file in sound, (kit.folder / e.file).is_file(), trial) for e in kit.entries)
    return Verified(kit, checked, {"files": trial.seen.total(), **{s: trial.seen[s] for s in STATUSES}})


class _Trial:
    """The rounds as they are collected, and what came of each file."""

    def __init__(self, workspace: Workspace, kit: Kit) -> None:
        self._workspace, self._kit = workspace, kit
        self.results: dict[str, list[FileResult]] = {}
        self.twins: dict[str, set[str]] = {}
        self.seen: Counter[str] = Counter()

    def run(self, period: str, lap: int) -> None:
        """Collect one round of a period; behind the first one the twins are looked at."""
        workspace = self._workspace
        folder = workspace.folder(period, INBOX) / ROUNDS[lap]
        if lap == LOCKED and folder.is_dir():
            close_period(workspace, period)
        if folder.is_dir():
            self._take(collect(workspace, period, [folder]).files)
        twins = workspace.root / TWINS / period
        if lap == FIRST and twins.is_dir():
            for result in check_files(workspace, [twins], period).files:
                path = Path(result.path).relative_to(workspace.root).as_posix()
                self.twins[path] = {f.code for f in result.findings}

    def _take(self, files: Iterable[FileResult]) -> None:
        owners = {e.file for e in self._kit.entries}
        for result in files:
            self.seen[result.status] += 1
            # A member of an archive is told by its path in it.
            file = next((p for p in (result.path, *map(str, Path(result.path).parents)) if p in owners), result.path)
            self.results.setdefault(file, []).append(result)


def _copy(kit: Kit, root: Path) -> None:
    """What a trial needs of the kit, its files with the times at which they count as received."""
    for name in (PLANBOOK, PRISTINE):
        write_whole(root / (DATABASE if name == PRISTINE else name), (kit.folder / name).read_bytes(), durable=False)
    shutil.copytree(kit.folder / ARCHIVE, root / ARCHIVE)
    for entry in kit.entries:
        for name in (entry.file, entry.twin):
            if name and (kit.folder / name).is_file():
                path = root / name
                moment = (entry.received if name == entry.file else entry.twin_received) or entry.received
                write_whole(path, (kit.folder / name).read_bytes(), durable=False)
                os.utime(path, (moment.timestamp(), moment.timestamp()))


def _judged(entry: Entry, sound: bool, there: bool, trial: _Trial) -> Checked:
    results = trial.results.get(entry.file, [])
    raised = tuple(sorted({f.code for r in results for f in r.findings}))
    statuses = {r.status for r in results}
    status = ", ".join(sorted(statuses))
    twin, fault = trial.twins.get(entry.twin, set()), ""
    if not sound:
        fault = CHANGED if there else MISSING
    elif not entry.codes:
        fault = "" if statuses == {"accepted"} else REFUSED
    elif not set(entry.codes) & set(raised):
        fault = NOT_RAISED
    elif not statuses or not statuses <= set(entry.statuses):
        fault = OTHER_STATUS
    elif set(entry.codes) & twin:
        fault = TWIN
    return Checked(entry, raised, status, tuple(sorted(twin)), fault)
