"""Marked copies of faulty returns, one for each that still waits for a better one."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from dtxl.core.errors import WorkspaceError
from dtxl.core.text import slug
from dtxl.files.safe import digest, write_whole
from dtxl.intake import read_return, read_values, same_things
from dtxl.model.finding import Finding
from dtxl.pipeline.session import Session, last_good, settled
from dtxl.pipeline.workspace import RETURNED, file_stem
from dtxl.returns import draw_marked_copy, draw_notice
from dtxl.store import Receipt

log = logging.getLogger("dtxl.collect")


def mark_faulty(session: Session) -> Iterator[Path]:
    """Write the marked copies that are not there yet; yields those written."""
    workspace = session.workspace
    receipts = workspace.store.receipts(session.period.code)
    good = last_good(receipts)
    faulty = [r for r in receipts if r.status in ("rejected", "unreadable") and not settled(r, good)]
    findings = workspace.store.findings(faulty)
    for receipt in faulty:
        path = _path(session, receipt)
        if path.exists():
            continue
        try:
            content = _marked(session, receipt, findings[receipt.id])
        except WorkspaceError as error:
            # Its file in the archive is gone or changed: a notice can still be given, and the others must be.
            log.error("%s", error)
            content = draw_notice(receipt.path, findings[receipt.id])
        workspace.store.remember_output(workspace.relative(path), digest(content))
        write_whole(path, content)
        yield path


def withdraw(session: Session, receipt: Receipt) -> None:
    """Take back the copy of a refusal that no longer holds, unless somebody worked on it."""
    workspace = session.workspace
    # By its hash, not its name: an agency that was not known then may be known now.
    for path in workspace.folder(session.period.code, RETURNED).glob(f"*-{receipt.sha256[:8]}.xlsx"):
        if workspace.store.is_output(workspace.relative(path), digest(path.read_bytes())):
            path.unlink()


def _path(session: Session, receipt: Receipt) -> Path:
    agency = session.workspace.plan.agency_by_code.get(receipt.agency)
    stem = file_stem(agency) if agency else f"khong-ro-{slug(Path(receipt.path).stem, 40) or 'tep'}"
    return session.workspace.folder(session.period.code, RETURNED) / f"{stem}-{receipt.sha256[:8]}.xlsx"


def _marked(session: Session, receipt: Receipt, findings: Sequence[Finding]) -> bytes:
    current = session.forms(receipt.agency) if receipt.agency else None
    if current is None:
        return draw_notice(receipt.path, findings)
    content = session.workspace.archive.read(receipt.sha256)
    intake = read_return(content, receipt.path, receipt.received_at, session.register, session.opened)
    submission, known = intake.submission, list(findings)
    identity = submission.identity
    if intake.form is None and identity and any(f.code == "B03" for f in findings):
        # What was typed into an old form goes into the new one, row by row, as far as both ask for the same thing; the
        # doubts of reading it go with it.
        issued = session.register.as_issued(identity)
        values, remarks = read_values(content, issued, session.opened) if issued else ({}, [])
        same = issued is not None and same_things(issued, current)
        submission = replace(submission, values=values if same else {})
        known += remarks if same else []
    form = intake.form or current
    return draw_marked_copy(form, submission, known, session.workspace.store.signing_key())
