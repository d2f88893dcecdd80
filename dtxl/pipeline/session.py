"""One file at a time: read, checked, recorded in a transaction of its own."""

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dtxl.checks import Earlier, check
from dtxl.core.errors import DtxlError
from dtxl.files.opener import Opener
from dtxl.files.raw_book import Unreadable
from dtxl.files.safe import digest
from dtxl.intake import Intake, read_return, unreadable
from dtxl.model.finding import Finding, finding, in_order, refused
from dtxl.model.form import Form
from dtxl.model.plan import PeriodDates
from dtxl.model.submission import Submission
from dtxl.pipeline.background import Background
from dtxl.pipeline.issue import FormBuilder
from dtxl.pipeline.register import make_register
from dtxl.pipeline.walk import content_of, there, unpacked
from dtxl.pipeline.workspace import Workspace
from dtxl.store import Receipt
from dtxl.store.decisions import locked

log = logging.getLogger("dtxl.collect")
_PLAIN_NAME = re.compile(r"[\w /.,()+=@–-]+")  # nothing in it that a shell minds between quotation marks
_PLAIN_WORD = re.compile(r"[\w./:\\-]+")
# Refusals that a corrected plan or register may undo; the others lie in the file itself.
_OF_REGISTER = frozenset({"B03", "B04", "B05", "B07", "B09", "B10", "B12"})


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


class Session:
    """A run of reading files for a period."""

    def __init__(
        self,
        workspace: Workspace,
        period: PeriodDates,
        received_at: datetime | None = None,
        opened: Opener | None = None,
    ) -> None:
        """`opened` opens what was returned; by default a process of its own, started when it is needed."""
        self.workspace, self.period, self._received_at = workspace, period, received_at
        self.opened = opened or Opener()
        self.forms = FormBuilder(workspace, period)
        self.register = make_register(workspace, period, self.forms)
        self.locked = locked(workspace.store, period.code)
        self._background = Background(workspace, period)

    def received(self, changed: float) -> datetime:
        """When a file counts as received; `changed` is its time of change, seconds since the epoch."""
        return self._received_at or datetime.fromtimestamp(changed)

    def unreachable(self, path: Path, reason: str) -> FileResult:
        """A file or folder that could not be read: not recorded, so that the next run takes it up."""
        name = self.workspace.relative(path)
        remark = finding("A01", file=name, found=reason)
        return FileResult(name, "", "", self.period.code, "unreadable", (remark,))

    def take(self, path: Path, changed: float) -> list[FileResult]:
        """Record one file, or say what is known of it; of an archive, each of its members."""
        name = self.workspace.relative(path)
        try:
            content = content_of(path)
        except OSError as error:
            return [self.unreachable(path, error.strerror or type(error).__name__)]  # open in Excel, or gone
        except Unreadable as fault:
            return [self._refused(name, fault)]
        return self._take(content, name, self.received(changed), inside=False)

    def _take(self, content: bytes, name: str, moment: datetime, *, inside: bool) -> list[FileResult]:
        try:
            known = self.workspace.store.find(digest(content), self.period.code)
            if known is not None:
                return [self._again(known, name)]
            self.workspace.archive.keep(content)
            intake, findings = self.examine(content, name, moment)
            if intake.archive and not inside:
                members = unpacked(self.opened, content)
                if not isinstance(members, Unreadable):
                    return [
                        self._refused(f"{name}/{member}", data)
                        if isinstance(data, Unreadable)
                        else self._take(data, f"{name}/{member}", moment, inside=True)[0]
                        for member, data in members
                    ]
                intake = unreadable(intake.submission, members)
                findings = list(intake.findings)
            return [self.record(intake, findings, name)]
        except OSError as error:
            return [self.unreachable(Path(name), error.strerror or type(error).__name__)]
        except DtxlError:
            raise
        except Exception:  # noqa: BLE001 - logged there
            return [self._fault(name)]

    def _refused(self, name: str, fault: Unreadable) -> FileResult:
        """A file whose bytes could not be had: not recorded, for there is nothing to keep."""
        log.info("%s: %s", name, fault.detail)
        remarks = unreadable(Submission(name, "", datetime.min), fault).findings
        return FileResult(name, "", "", self.period.code, "unreadable", remarks)

    def review(self, receipt: Receipt) -> Receipt | None:
        """Read a file again that was refused for what the office's own plan or register said then: the receipt that
        took the old one's place, None where nothing changed."""
        store = self.workspace.store
        before = [f.code for f in store.findings([receipt])[receipt.id]]
        if receipt.status != "rejected" or _OF_REGISTER.isdisjoint(before):
            return None
        content = self.workspace.archive.read(receipt.sha256)
        intake, findings = self.examine(content, receipt.path, receipt.received_at)
        if [f.code for f in findings] == before:
            return None
        self.record(intake, findings, receipt.path, receipt)
        return store.find(receipt.sha256, self.period.code)

    def examine(self, content: bytes, name: str, received_at: datetime) -> tuple[Intake, list[Finding]]:
        """Read and check one file; nothing is stored."""
        intake = read_return(content, name, received_at, self.register, self.opened)
        findings = list(intake.findings)
        if intake.log:
            log.info("%s: %s", name, intake.log)
        if intake.form is not None:
            findings += self.checked(intake.form, intake.submission)
        if self.locked is not None and intake.submission.identity is not None:
            findings.append(finding("B10", file=name, found=f"khóa lúc {self.locked.at:%H:%M ngày %d/%m/%Y}"))
        return intake, in_order(findings)

    def checked(self, form: Form, submission: Submission) -> list[Finding]:
        """The findings of all rules."""
        past, others = self._background.past(form.agency.code), self._background.others
        return check(form, submission, self._earlier(submission), past=past, others=others)

    def offered(self, remark: Finding, name: str, sha256: str) -> Finding:
        """A finding that offers a file as an agency's, with the command by which somebody confirms it."""
        agency = dict(remark.args).get("offer", "")
        if not agency:
            return remark
        return replace(remark, args=(*remark.args, ("command", self._accept_command(name, sha256, agency))))

    def _accept_command(self, name: str, sha256: str, agency: str) -> str:
        # Staff paste it into a shell, and agencies name their files: one whose name could mean anything there is
        # called by its copy in the archive.
        root = self.workspace.root
        path = root / name if _PLAIN_NAME.fullmatch(name) else self.workspace.archive.path(sha256)
        words = [str(root), "--period", self.period.code, "--accept", path.as_posix(), "--agency", agency]
        return "dtxl collect " + " ".join(w if _PLAIN_WORD.fullmatch(w) else f'"{w}"' for w in words)

    def record(
        self, intake: Intake, findings: Sequence[Finding], name: str, instead_of: Receipt | None = None,
        sources: Mapping[str, Receipt] | None = None,
    ) -> FileResult:  # fmt: skip
        """Record what was read, in the place of an earlier reading of the file; for `sources` see `Store.record`."""
        period = self.period.code
        receipt = self.workspace.store.record(
            intake.submission, period, outcome(intake, findings), findings, instead_of=instead_of, sources=sources
        )
        self._background.add(receipt, intake.submission)
        return FileResult(name, receipt.sha256, receipt.agency, period, receipt.status, tuple(findings))

    def _fault(self, name: str) -> FileResult:
        """One file never stops the batch; it is not recorded, so that a mended program takes it up again."""
        fault = hashlib.sha256(name.encode(errors="replace")).hexdigest()[:8]
        log.exception("reading %s failed (support id %s)", name, fault)
        remark = finding("G10", file=name, args={"rule": "intake", "id": fault})
        return FileResult(name, "", "", self.period.code, "unreadable", (remark,))

    def _earlier(self, submission: Submission) -> Earlier | None:
        identity = submission.identity
        if identity is None:
            return None
        store, moment = self.workspace.store, submission.received_at
        before = store.before(identity.agency, self.period.code, moment, submission.sha256)
        if before is None:
            return None
        values = store.values([before])[before.id]
        return Earlier({n: v.canonical for n, v in values.items()}, f"{before.received_at:%H:%M ngày %d/%m/%Y}")

    def _again(self, known: Receipt, name: str) -> FileResult:
        """A file that is recorded: the same place again is nothing new, nor is one that it was moved to; another place
        beside it is a duplicate."""
        store, period = self.workspace.store, self.period.code
        if known.path != name and not there(self.workspace.root / known.path):
            store.rename(known, name)
        elif known.path != name:
            store.record_duplicate(known.sha256, name, period)
            remark = finding("A08", file=name, args={"before": known.path})
            return FileResult(name, known.sha256, known.agency, period, "duplicate", (remark,))
        findings = tuple(f.at(name) for f in store.findings([known])[known.id])
        return FileResult(name, known.sha256, known.agency, period, known.status, findings)


def outcome(intake: Intake, findings: Sequence[Finding]) -> str:
    """accepted, rejected or unreadable."""
    if intake.unreadable:
        return "unreadable"
    return "rejected" if refused(findings) or intake.form is None else "accepted"


Place = tuple[datetime, int]


def last_good(receipts: Sequence[Receipt]) -> dict[str, Place]:
    """Agency → when its accepted return came; of one moment, the one recorded last came last."""
    return {r.agency: (r.received_at, r.id) for r in receipts if r.status == "accepted"}


def settled(receipt: Receipt, good: dict[str, Place]) -> bool:
    """Whether an acceptable return of its agency came after a faulty one."""
    return receipt.status == "rejected" and good.get(receipt.agency, (datetime.min, 0)) > (
        receipt.received_at, receipt.id,
    )  # fmt: skip
