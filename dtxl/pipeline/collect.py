"""Returns in: each file read, checked and recorded in a transaction of its own; faulty ones sent back marked.

Counts are conserved: files seen = accepted + superseded + rejected + unreadable + duplicate.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dtxl.checks import Earlier, check
from dtxl.core.errors import DtxlError
from dtxl.core.text import slug
from dtxl.files.safe import digest, sweep, write_whole
from dtxl.intake import Intake, Register, read_return
from dtxl.model.finding import Finding, finding, in_order, refused
from dtxl.model.plan import PeriodDates
from dtxl.pipeline.issue import FormBuilder
from dtxl.pipeline.workspace import ARCHIVE, INBOX, RETURNED, Progress, Workspace, file_stem, no_progress
from dtxl.returns import draw_marked_copy, draw_notice
from dtxl.store import Receipt

log = logging.getLogger("dtxl.collect")
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
    found = sorted(_files(paths or [inbox], must_exist=bool(paths)), key=lambda p: (p.stat().st_mtime_ns, str(p)))
    session = _Session(workspace, period, received_at)
    results = []
    for done, path in enumerate(found, 1):
        results.append(session.take(path))
        progress(done, len(found))
    # What a later file superseded is told as it stands at the end.
    final = {r.sha256: r.status for r in workspace.store.receipts(period_code)}
    files = tuple(
        f if f.status == "duplicate" else replace(f, status=final.get(f.sha256, f.status)) for f in results
    )  # fmt: skip
    return Collected(files, tuple(session.mark_faulty()))


def check_files(workspace: Workspace, paths: Sequence[Path], period_code: str | None) -> Collected:
    """Read and check files, store nothing. Without a period each file is held against the one that it states."""
    results = []
    for path in _files(paths, must_exist=True):
        content = _bytes(path)
        code = period_code or _stated_period(workspace, content)
        session = _Session(workspace, workspace.period(code), None)
        intake, findings = session.examine(content, path.as_posix(), session.received(path))
        agency = intake.submission.identity.agency if intake.submission.identity else ""
        status = _status(intake, findings)
        results.append(FileResult(path.as_posix(), digest(content), agency, code, status, tuple(findings)))
    return Collected(tuple(results), ())


def _stated_period(workspace: Workspace, content: bytes) -> str:
    """The period of the issued form that a file is; the plan's first period where it is none."""
    from dtxl.files.xlsx_read import Unreadable, read_workbook

    first = workspace.plan.periods[0].code if workspace.plan.periods else f"{workspace.plan.info.year}-Q1"
    try:
        stated = read_workbook(content).properties.get("dtxl.period", "")
        return workspace.period(stated).code
    except (Unreadable, DtxlError):
        return first


class _Session:
    """One run of collecting for a period."""

    def __init__(self, workspace: Workspace, period: PeriodDates, received_at: datetime | None) -> None:
        self._workspace, self._period, self._received_at = workspace, period, received_at
        self._forms = FormBuilder(workspace, period)
        self._register = _register(workspace, period, self._forms)

    def received(self, path: Path) -> datetime:
        return self._received_at or datetime.fromtimestamp(path.stat().st_mtime).replace(microsecond=0)

    def take(self, path: Path) -> FileResult:
        """Record one file, or say what is known of it."""
        workspace, period = self._workspace, self._period.code
        name = workspace.relative(path)
        try:
            content = path.read_bytes()
            known = workspace.store.find(digest(content), period)
            if known is not None:
                return self._again(known, name)
            workspace.archive.keep(content)
            intake, findings = self.examine(content, name, self.received(path))
            receipt = workspace.store.record(intake.submission, period, _status(intake, findings), findings)
            return FileResult(name, receipt.sha256, receipt.agency, period, receipt.status, tuple(findings))
        except OSError as error:
            # Open in Excel, or out of reach: not recorded, so that the next run takes it up.
            reason = error.strerror or type(error).__name__
            return FileResult(name, "", "", period, "unreadable", (finding("A01", file=name, found=reason),))
        except DtxlError:
            raise
        except Exception:
            # One file never stops the batch; it is not recorded, so that a mended program takes it up again.
            fault = hashlib.sha256(name.encode()).hexdigest()[:8]
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
        before = store.before(identity.agency, self._period.code, moment)
        if before is None or before.sha256 == intake.submission.sha256:
            return None
        values = store.values([before])[before.id]
        return Earlier({n: v.canonical for n, v in values.items()}, f"{before.received_at:%H:%M ngày %d/%m/%Y}")

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
                write_whole(path, self._marked(receipt, findings[receipt.id]))
                yield path

    def _marked_path(self, receipt: Receipt) -> Path:
        agency = self._workspace.plan.agency_by_code.get(receipt.agency)
        stem = file_stem(agency) if agency else f"khong-ro-{slug(Path(receipt.path).stem, 40) or 'tep'}"
        return self._workspace.folder(self._period.code, RETURNED) / f"{stem}-{receipt.sha256[:8]}.xlsx"

    def _marked(self, receipt: Receipt, findings: Sequence[Finding]) -> bytes:
        form = self._forms(receipt.agency) if receipt.agency else None
        if form is None:
            return draw_notice(receipt.path, findings)
        content = self._workspace.archive.read(receipt.sha256)
        intake = read_return(content, receipt.path, receipt.received_at, self._register)
        return draw_marked_copy(form, intake.submission, findings, self._workspace.store.signing_key())


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
        agency_name,
    )  # fmt: skip


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DtxlError(f"Không đọc được tệp {path}: {error.strerror}. Đóng tệp nếu đang mở rồi chạy lại.") from error


def _files(paths: Sequence[Path], *, must_exist: bool) -> list[Path]:
    """All files of the paths, folders walked; lock files, hidden and temporary files left out."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += [p for p in path.rglob("*") if p.is_file() and not _passing(p)]
        elif path.is_file():
            files.append(path)
        elif must_exist:
            raise DtxlError(f"Không thấy tệp hoặc thư mục {path}.")
    return sorted(set(files))


def _passing(path: Path) -> bool:
    return path.name.startswith(("~$", ".")) or path.suffix.lower() in (".tmp", ".crdownload", ".part")
