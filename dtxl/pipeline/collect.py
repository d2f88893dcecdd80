"""Returns in: each file read, checked and recorded in a transaction of its own; faulty ones sent back marked.

Counts are conserved: files seen = accepted + superseded + rejected + unreadable + duplicate.
"""

import hashlib
import logging
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dtxl.checks import Earlier, check
from dtxl.core.errors import DtxlError, WorkspaceError
from dtxl.core.text import slug
from dtxl.files.safe import digest, sweep, write_whole
from dtxl.files.xlsx_read import Unreadable, read_workbook
from dtxl.intake import Intake, Register, read_alone, read_return, read_values
from dtxl.model.finding import Finding, finding, in_order, refused
from dtxl.model.form import Form, build_form
from dtxl.model.plan import PeriodDates, Plan
from dtxl.model.submission import Identity
from dtxl.pipeline.issue import FormBuilder
from dtxl.pipeline.workspace import ARCHIVE, INBOX, RETURNED, Progress, Workspace, file_stem, no_progress
from dtxl.planbook import read_planbook
from dtxl.returns import draw_marked_copy, draw_notice
from dtxl.store import Receipt

log = logging.getLogger("dtxl.collect")
# Refusals that a corrected plan or register may undo; the others lie in the file itself.
_OF_REGISTER = frozenset({"B03", "B05", "B07", "B09", "B12"})
# Lock files of Office and LibreOffice, what systems and browsers leave, our own temporary files.
_PASSING = re.compile(
    r"^(?:~\$.*|\.~lock\..*|\._.*|\.DS_Store|Thumbs\.db|desktop\.ini|\.dtxl-.*|.*\.(?:tmp|crdownload|part))$", re.I
)
STATUSES = ("accepted", "superseded", "rejected", "unreadable", "duplicate")


@dataclass(frozen=True)
class FileResult:
    """What became of one file."""

    path: str
    sha256: str
    agency: str
    period: str
    status: str
    findings: tuple[Finding, ...]
    settled: bool = False  # faulty, but the agency has sent an acceptable return since


@dataclass(frozen=True)
class Collected:
    """A whole run: every file seen, the marked copies that were written, and files that could not even be opened."""

    files: tuple[FileResult, ...]
    marked: tuple[Path, ...]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(f.status for f in self.files)
        return {"files": len(self.files), **{status: counted.get(status, 0) for status in STATUSES}}


def collect(
    workspace: Workspace,
    period_code: str,
    paths: Sequence[Path] = (),
    *,
    received_at: datetime | None = None,
    progress: Progress = no_progress,
) -> Collected:
    """Read, check and store returns; `paths` are files or folders, the inbox by default.

    A file counts as received when it came to its folder (its time of change), or at `received_at`. Files are taken in
    the order received, so that stopping and starting again ends in the same store.
    """
    period = workspace.period(period_code)
    for folder in (workspace.root / ARCHIVE, workspace.folder(period_code, RETURNED)):
        sweep(folder)
    inbox = workspace.folder(period_code, INBOX)
    inbox.mkdir(parents=True, exist_ok=True)
    found, lost = find_files(paths or [inbox], must_exist=bool(paths))
    session = _Session(workspace, period, received_at)
    results = [session.unreachable(path, reason) for path, reason in lost]
    for done, (path, changed) in enumerate(found, 1):
        results.append(session.take(path, changed))
        progress(done, len(found))
    # What a later file superseded is told as it stands at the end.
    receipts = workspace.store.receipts(period_code)
    final = {r.sha256: r for r in receipts}
    good = {r.agency: r.received_at for r in receipts if r.status == "accepted"}

    def told(f: FileResult) -> FileResult:
        receipt = final.get(f.sha256)
        if receipt is None or f.status == "duplicate":
            return f
        settled = receipt.status == "rejected" and good.get(receipt.agency, datetime.min) >= receipt.received_at
        return replace(f, status=receipt.status, settled=settled)

    files = tuple(told(f) for f in results)  # fmt: skip
    return Collected(files, tuple(session.mark_faulty()))


def check_files(workspace: Workspace, paths: Sequence[Path], period_code: str | None) -> Collected:
    """Read and check files, store nothing. Without a period each file is held against the one that it states."""
    found, lost = find_files(paths, must_exist=True)
    first = _Session(workspace, workspace.period(period_code or _first_period(workspace)), None)
    results = [first.unreachable(path, reason) for path, reason in lost]
    for path, changed in found:
        try:
            content = path.read_bytes()
        except OSError as error:
            results.append(first.unreachable(path, error.strerror or type(error).__name__))
            continue
        code = period_code or _stated_period(workspace, content)
        session = _Session(workspace, workspace.period(code), None)
        intake, findings = session.examine(content, path.as_posix(), session.received(changed))
        agency = intake.submission.identity.agency if intake.submission.identity else ""
        status = _status(intake, findings)
        results.append(FileResult(path.as_posix(), digest(content), agency, code, status, tuple(findings)))
    return Collected(tuple(results), ())


def check_alone(paths: Sequence[Path]) -> Collected:
    """Check filled forms by themselves, as an agency can before sending: no workspace, no signature, no history."""
    found, lost = find_files(paths, must_exist=True)
    results = [FileResult(p.as_posix(), "", "", "", "unreadable", (finding("A01", found=why),)) for p, why in lost]
    for path, changed in found:
        name = path.as_posix()
        try:
            content = path.read_bytes()
        except OSError as error:
            results.append(FileResult(name, "", "", "", "unreadable", (finding("A01", found=error.strerror or ""),)))
            continue
        intake = read_alone(content, name, datetime.fromtimestamp(changed))
        findings = in_order([*intake.findings, *(check(intake.form, intake.submission) if intake.form else [])])
        identity = intake.submission.identity
        agency, period = (identity.agency, identity.period) if identity else ("", "")
        status = _status(intake, findings)
        results.append(FileResult(name, digest(content), agency, period, status, tuple(findings)))
    return Collected(tuple(results), ())


def _stated_period(workspace: Workspace, content: bytes) -> str:
    """The period of the issued form that a file is; the plan's first period where it is none."""
    try:
        return workspace.period(read_workbook(content).properties.get("dtxl.period", "")).code
    except (Unreadable, DtxlError):
        return _first_period(workspace)


def _first_period(workspace: Workspace) -> str:
    periods = workspace.plan.periods
    return periods[0].code if periods else f"{workspace.plan.info.year}-Q1"


class _Session:
    """One run of collecting for a period."""

    def __init__(self, workspace: Workspace, period: PeriodDates, received_at: datetime | None) -> None:
        self._workspace, self._period, self._received_at = workspace, period, received_at
        self._forms = FormBuilder(workspace, period)
        self._register = _register(workspace, period, self._forms)

    def received(self, changed: float) -> datetime:
        """When a file counts as received; `changed` is its time of change, seconds since the epoch."""
        return self._received_at or datetime.fromtimestamp(changed)

    def unreachable(self, path: Path, reason: str) -> FileResult:
        """A file or folder that could not be read: not recorded, so that the next run takes it up."""
        name = self._workspace.relative(path)
        return FileResult(
            name, "", "", self._period.code, "unreadable", (finding("A01", file=name, found=reason),)
        )  # fmt: skip

    def take(self, path: Path, changed: float) -> FileResult:
        """Record one file, or say what is known of it."""
        workspace, period = self._workspace, self._period.code
        name = workspace.relative(path)
        try:
            content = path.read_bytes()
            known = workspace.store.find(digest(content), period)
            again = known is not None and self._refused_by_register(known)
            if known is not None and not again:
                return self._again(known, name)
            workspace.archive.keep(content)
            moment = known.received_at if known is not None else self.received(changed)
            intake, findings = self.examine(content, known.path if known is not None else name, moment)
            status = _status(intake, findings)
            if known is not None and [f.code for f in findings] == self._codes(known):
                return self._again(known, name)
            receipt = workspace.store.record(intake.submission, period, status, findings, instead_of=known)
            return FileResult(name, receipt.sha256, receipt.agency, period, receipt.status, tuple(findings))
        except OSError as error:
            return self.unreachable(path, error.strerror or type(error).__name__)  # open in Excel, or gone
        except DtxlError:
            raise
        except Exception:
            # One file never stops the batch; it is not recorded, so that a mended program takes it up again.
            fault = hashlib.sha256(name.encode(errors="replace")).hexdigest()[:8]
            log.exception("collecting %s failed (support id %s)", name, fault)
            remark = finding("G10", file=name, args={"rule": "intake", "id": fault})
            return FileResult(name, "", "", period, "unreadable", (remark,))

    def examine(self, content: bytes, name: str, received_at: datetime) -> tuple[Intake, list[Finding]]:
        """Read and check one file; nothing is stored."""
        intake = read_return(content, name, received_at, self._register)
        findings = list(intake.findings)
        if intake.log:
            log.info("%s: %s", name, intake.log)
        if intake.form is not None:
            findings += check(intake.form, intake.submission, self._earlier(intake))
        return intake, in_order(findings)

    def _earlier(self, intake: Intake) -> Earlier | None:
        identity = intake.submission.identity
        if identity is None:
            return None
        store, moment = self._workspace.store, intake.submission.received_at
        before = store.before(identity.agency, self._period.code, moment, intake.submission.sha256)
        if before is None:
            return None
        values = store.values([before])[before.id]
        return Earlier({n: v.canonical for n, v in values.items()}, f"{before.received_at:%H:%M ngày %d/%m/%Y}")

    def _codes(self, receipt: Receipt) -> list[str]:
        return [f.code for f in self._workspace.store.findings([receipt])[receipt.id]]

    def _refused_by_register(self, receipt: Receipt) -> bool:
        """Whether a file was refused for what the office's own plan or register said then, and may say no longer."""
        return receipt.status == "rejected" and not _OF_REGISTER.isdisjoint(self._codes(receipt))

    def _again(self, known: Receipt, name: str) -> FileResult:
        """A file that is recorded: the same place again is nothing new, another place is a duplicate."""
        store, period = self._workspace.store, self._period.code
        if known.path == name:
            findings = tuple(store.findings([known])[known.id])
            return FileResult(name, known.sha256, known.agency, period, known.status, findings)
        store.record_duplicate(known.sha256, name, period)
        remark = finding("A08", file=name, args={"before": known.path})
        return FileResult(name, known.sha256, known.agency, period, "duplicate", (remark,))

    def mark_faulty(self) -> Iterable[Path]:
        """Write the marked copies that are not there yet: for faulty returns that no acceptable one followed."""
        workspace, period = self._workspace, self._period.code
        receipts = workspace.store.receipts(period)
        good = {r.agency: r.received_at for r in receipts if r.status == "accepted"}
        faulty = [
            r
            for r in receipts
            if r.status in ("rejected", "unreadable") and not (r.agency in good and good[r.agency] >= r.received_at)
        ]
        findings = workspace.store.findings(faulty)
        for receipt in faulty:
            path = self._marked_path(receipt)
            if not path.exists():
                try:
                    content = self._marked(receipt, findings[receipt.id])
                except WorkspaceError as error:
                    # Its file in the archive is gone or changed: a notice can still be given, and the others must be.
                    log.error("%s", error)
                    content = draw_notice(receipt.path, findings[receipt.id])
                write_whole(path, content)
                yield path

    def _marked_path(self, receipt: Receipt) -> Path:
        agency = self._workspace.plan.agency_by_code.get(receipt.agency)
        stem = file_stem(agency) if agency else f"khong-ro-{slug(Path(receipt.path).stem, 40) or 'tep'}"
        return self._workspace.folder(self._period.code, RETURNED) / f"{stem}-{receipt.sha256[:8]}.xlsx"

    def _marked(self, receipt: Receipt, findings: Sequence[Finding]) -> bytes:
        current = self._forms(receipt.agency) if receipt.agency else None
        if current is None:
            return draw_notice(receipt.path, findings)
        content = self._workspace.archive.read(receipt.sha256)
        intake = read_return(content, receipt.path, receipt.received_at, self._register)
        submission = intake.submission
        if intake.form is None and any(f.code == "B03" for f in findings):
            # What was typed into an old form goes into the new one, row by row; the agency looks it over.
            submission = replace(submission, values=read_values(content, current))
        form = intake.form or current
        return draw_marked_copy(form, submission, findings, self._workspace.store.signing_key())


def _status(intake: Intake, findings: Sequence[Finding]) -> str:
    if intake.unreadable:
        return "unreadable"
    return "rejected" if refused(findings) or intake.form is None else "accepted"


def _register(workspace: Workspace, period: PeriodDates, forms: FormBuilder) -> Register:
    plan = workspace.plan
    issued = workspace.store.issued()

    def agency_name(code: str) -> str:
        agency = plan.agency_by_code.get(code)
        return agency.name if agency else ""

    return Register(
        plan.info.id, plan.info.title, period.code, period.name, workspace.store.signing_key(), forms, issued.get,
        agency_name, _EarlierForms(workspace, period),
    )  # fmt: skip


class _EarlierForms:
    """Identity → the form as it was issued from an earlier state of the plan workbook, which the archive keeps."""

    def __init__(self, workspace: Workspace, period: PeriodDates) -> None:
        self._workspace, self._period = workspace, period
        self._versions = workspace.store.plan_versions()
        self._plans: dict[str, Plan | None] = {}

    def __call__(self, identity: Identity) -> Form | None:
        plan = self._plan(identity.fingerprint)
        agency = plan.agency_by_code.get(identity.agency) if plan else None
        if plan is None or agency is None:
            return None
        form = build_form(plan, agency, self._period)
        return form if form.identity.form == identity.form else None

    def _plan(self, fingerprint: str) -> Plan | None:
        if fingerprint not in self._plans:
            sha256 = self._versions.get(fingerprint)
            try:
                self._plans[fingerprint] = read_planbook(self._workspace.archive.path(sha256)) if sha256 else None
            except DtxlError as error:
                log.error("%s", error)
                self._plans[fingerprint] = None
        return self._plans[fingerprint]


def find_files(paths: Sequence[Path], *, must_exist: bool) -> tuple[list[tuple[Path, float]], list[tuple[Path, str]]]:
    """All files of the paths with their times of change, in that order; and what could not be looked into, with why.

    Folders are walked, links followed, each file taken once; lock and temporary files are passed over.
    """
    found: dict[Path, tuple[Path, float]] = {}
    lost: list[tuple[Path, str]] = []
    for top in paths:
        if must_exist and not top.exists():
            raise DtxlError(f"Không thấy tệp hoặc thư mục {top}.")
        for path in _walk(top, lost):
            try:
                real, changed = path.resolve(strict=True), path.stat().st_mtime
            except (OSError, RuntimeError) as error:
                lost.append((path, getattr(error, "strerror", None) or "đường dẫn hỏng"))
                continue
            if real.is_file():
                found.setdefault(real, (path, changed))
    return sorted(found.values(), key=lambda item: (item[1], str(item[0]))), lost


def _walk(top: Path, lost: list[tuple[Path, str]]) -> Iterator[Path]:
    if not top.is_dir():
        yield top
        return
    seen: set[Path] = set()

    def cannot(error: OSError) -> None:
        lost.append((Path(error.filename or top), error.strerror or type(error).__name__))

    for folder, folders, names in os.walk(top, onerror=cannot, followlinks=True):
        real = Path(folder).resolve()
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        for name in sorted(names):
            if not _PASSING.match(name):
                yield Path(folder, name)
