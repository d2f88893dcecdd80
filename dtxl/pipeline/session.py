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
from dtxl.pipeline.walk import content_of, moment_of, there, unpacked
from dtxl.pipeline.workspace import Workspace
from dtxl.store import Receipt
from dtxl.store.decisions import Decision, locked

log = logging.getLogger("dtxl.collect")
_PLAIN_NAME = re.compile(r"[\w /.,()+=@–-]+")  # nothing in it that a shell minds between quotation marks
_PLAIN_WORD = re.compile(r"[\w./:\\-]+")
_REPLACED = "đã có bản nộp sau thay thế; nếu đây là số liệu cuối cùng, đề nghị mở tệp, lưu lại rồi gửi lại"
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
        self._background = Background(workspace, period)

    def received(self, changed: float) -> datetime:
        """When a file counts as received; `changed` is its time of change, seconds since the epoch."""
        return self._received_at or self.not_ahead(moment_of(changed))

    def not_ahead(self, moment: datetime) -> datetime:
        """`moment`, or now where that is later: the clock of another computer may be ahead, and what it dates so would
        come after every correction. A period that has not begun is an exercise, whose files bear the days of it."""
        now = datetime.now()
        return min(moment, now) if self.period.start <= now.date() else moment

    @property
    def locked(self) -> Decision | None:
        """Whether the period is locked, asked anew each time: a colleague may lock it while a batch is read."""
        return locked(self.workspace.store, self.period.code)

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
                return [self._again(known, name, moment)]
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
        closed = self.locked if intake.submission.identity is not None else None
        if closed is not None:
            findings.append(finding("B10", file=name, found=f"khóa lúc {closed.at:%H:%M ngày %d/%m/%Y}"))
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

    def _again(self, known: Receipt, name: str, moment: datetime) -> FileResult:
        """A file that is recorded: the same place again is nothing new, nor is one that it was moved to; another place
        beside it is a duplicate. One that came again after a later return took its place is told so: the same file
        twice is one submission, and its figures do not come back."""
        store, period = self.workspace.store, self.period.code
        label = _REPLACED if known.status == "superseded" and moment > known.received_at else ""
        remark = finding("A08", file=name, label=label, args={"before": known.path})
        if known.path != name and not there(self.workspace.root / known.path):
            store.rename(known, name)
        elif known.path != name:
            store.record_duplicate(known.sha256, name, period)
            return FileResult(name, known.sha256, known.agency, period, "duplicate", (remark,))
        findings = [*(f.at(name) for f in store.findings([known])[known.id]), *([remark] if label else [])]
        return FileResult(name, known.sha256, known.agency, period, known.status, tuple(findings))


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
