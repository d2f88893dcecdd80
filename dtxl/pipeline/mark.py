"""Marked copies of faulty returns, one for each that still waits for a better one."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from dtxl.core.errors import WorkspaceError
from dtxl.core.text import slug
from dtxl.files.safe import digest, write_whole
from dtxl.intake import other_things, read_return, read_values
from dtxl.model.finding import Finding
from dtxl.model.form import Form
from dtxl.model.submission import Identity, Value
from dtxl.pipeline.session import Session, last_good, settled
from dtxl.pipeline.workspace import RETURNED, Workspace, file_stem
from dtxl.returns import draw_marked_copy, draw_notice
from dtxl.store import Receipt

log = logging.getLogger("dtxl.collect")
# Refusals of a form for its age alone: what was typed is carried into the current one.
_CARRIED = frozenset({"B03", "B09"})
_KEPT, _LEFT = "đã chuyển sang, đề nghị kiểm tra", "không chuyển sang, đề nghị điền lại"


def mark_faulty(session: Session) -> Iterator[Path]:
    """Write the marked copies that are not there yet; yields those written."""
    workspace = session.workspace
    receipts = workspace.store.receipts(session.period.code)
    good = last_good(receipts)
    faulty = [r for r in receipts if r.status in ("rejected", "unreadable") and not settled(r, good)]
    findings = workspace.store.findings(faulty)
    for receipt in faulty:
        path = copy_path(workspace, session.period.code, receipt)
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


def copy_path(workspace: Workspace, period: str, receipt: Receipt) -> Path:
    """Where the marked copy of a faulty return is written."""
    agency = workspace.plan.agency_by_code.get(receipt.agency)
    stem = file_stem(agency) if agency else f"khong-ro-{slug(Path(receipt.path).stem, 40) or 'tep'}"
    return workspace.folder(period, RETURNED) / f"{stem}-{receipt.sha256[:8]}.xlsx"


def _marked(session: Session, receipt: Receipt, findings: Sequence[Finding]) -> bytes:
    current = session.forms(receipt.agency) if receipt.agency else None
    if current is None or any(f.code == "B04" for f in findings):
        # Of a form that the office itself has lost sight of, the agency need not type anything again.
        return draw_notice(receipt.path, findings)
    content = session.workspace.archive.read(receipt.sha256)
    intake = read_return(content, receipt.path, receipt.received_at, session.register, session.opened)
    submission, known = intake.submission, list(findings)
    if intake.form is None and submission.identity:
        values, remarks = _carried(session, content, submission.identity, current, findings)
        submission = replace(submission, values=values)
        known += remarks
    form = intake.form or current
    return draw_marked_copy(form, submission, known, session.workspace.store.signing_key())


def _carried(
    session: Session, content: bytes, identity: Identity, current: Form, findings: Sequence[Finding]
) -> tuple[dict[str, Value], list[Finding]]:
    """What was typed into a form of an earlier plan or period, for the current form: row by row, as far as both ask for
    the same thing; the doubts of reading it, and at each cell the word that it was carried over.

    Of another period's form only what that period's accepted return says otherwise is carried: the rest is, or may be,
    that period's own, and must be typed again; its remark says what stood there.
    """
    why = next((f for f in findings if f.code in _CARRIED), None)
    issued = session.register.as_issued(identity) if why else None
    if why is None or issued is None or identity.agency != current.agency.code:
        return {}, []
    if why.code == "B09" and identity.period == current.period.code:
        return {}, []  # its places name two periods: whose the figures are, nobody can say
    read, doubts = read_values(content, issued, session.opened)
    other = other_things(issued, current)
    same = {n: v for n, v in read.items() if n in current.by_name and not v.blank and _row(n) not in other}
    kept = same if identity.period == current.period.code else _of_now(session, identity, same)
    remarks = [
        replace(why, sheet=v.sheet, cell=v.cell, field=n, found="" if n in kept else v.raw,
                label=f"{current.by_name[n].label}; {_KEPT if n in kept else _LEFT}")
        for n, v in same.items() if not n.startswith("agency.")
    ]  # fmt: skip
    return kept, [*(d for d in doubts if d.field in kept), *remarks]


def _row(field: str) -> str:
    return field.rpartition(".")[0]


def _of_now(session: Session, identity: Identity, values: dict[str, Value]) -> dict[str, Value]:
    """The values on another period's form that cannot be that period's: its accepted return has others."""
    store = session.workspace.store
    then = [r for r in store.receipts(identity.period) if r.agency == identity.agency and r.status == "accepted"]
    before = store.values(then)[then[0].id] if then else None
    return {
        name: value
        for name, value in values.items()
        if name.startswith("agency.")
        or (before is not None and (name not in before or before[name].canonical != value.canonical))
    }
