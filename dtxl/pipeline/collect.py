"""Returns in: each file read, checked and recorded in a transaction of its own; faulty ones sent back marked.

Counts are conserved: files seen = accepted + superseded + rejected + unreadable + duplicate.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dtxl.core.errors import WorkspaceError
from dtxl.files.opener import Opener
from dtxl.files.raw_book import Unreadable
from dtxl.files.safe import digest, sweep
from dtxl.pipeline.mark import mark_faulty, withdraw
from dtxl.pipeline.parts import put_together
from dtxl.pipeline.session import FileResult, Session, last_good, settled
from dtxl.pipeline.walk import content_of, find_files
from dtxl.pipeline.workspace import (
    ARCHIVE,
    DATABASE,
    INBOX,
    PLANBOOK,
    RETURNED,
    SENT,
    TEMPLATES,
    Progress,
    Workspace,
    no_progress,
)

log = logging.getLogger("dtxl.collect")
STATUSES = ("accepted", "superseded", "rejected", "unreadable", "duplicate")


@dataclass(frozen=True)
class Collected:
    """A whole run: every file seen, the marked copies that were written, and which files were put together as parts of
    one return."""

    files: tuple[FileResult, ...]
    marked: tuple[Path, ...]
    merged: tuple[tuple[str, ...], ...] = ()

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
    apart: bool = True,
) -> Collected:
    """Read, check and store returns; `paths` are files or folders, the inbox by default.

    A file counts as received when it came to its folder (its time of change), or at `received_at`. Files are taken in
    the order received, so that stopping and starting again ends in the same store. What was refused for the plan's or
    the register's sake is looked at again first, wherever its file is now. What was returned is opened in a process of
    its own; `apart=False` opens it in this one, for debugging only: then nothing caps memory and time.
    """
    period = workspace.period(period_code)
    for folder in (workspace.root / ARCHIVE, workspace.folder(period_code, RETURNED)):
        sweep(folder)
    inbox = workspace.folder(period_code, INBOX)
    inbox.mkdir(parents=True, exist_ok=True)
    found, lost = find_files(paths or [inbox], must_exist=bool(paths))
    with Opener(apart=apart) as opened:
        session = Session(workspace, period, received_at, opened)
        _review(session)
        found, own = _returns(workspace, paths, found)
        results = [session.unreachable(path, reason) for path, reason in [*lost, *own]]
        for done, (path, changed) in enumerate(found, 1):
            results += session.take(path, changed)
            progress(done, len(found))
        put = put_together(session)
        marked = tuple(mark_faulty(session))
    # What a later file superseded is told as it stands at the end.
    receipts = workspace.store.receipts(period_code)
    final, good = {r.sha256: r for r in receipts}, last_good(receipts)
    anew, parts = {r.id for p in put for r in p.receipts}, workspace.store.parts_put(period_code)
    findings = workspace.store.findings([r for r in receipts if r.id in anew])

    def told(f: FileResult) -> FileResult:
        receipt = final.get(f.sha256)
        if receipt is None or f.status == "duplicate":
            return f
        remarks = tuple(session.offered(x, f.path, f.sha256) for x in findings.get(receipt.id, f.findings))
        # A part was no good by itself on its day, and so it stays recorded; now its figures count in a later one.
        status = "superseded" if receipt.id in parts else receipt.status
        return replace(f, status=status, settled=settled(receipt, good), findings=remarks)

    merged = tuple(tuple(r.path for r in p.receipts) for p in put if not p.conflict)
    return Collected(tuple(told(f) for f in results), marked, merged)


_Found = list[tuple[Path, float]]
_OWN_COPY = "tệp do chương trình tạo, chưa ai sửa, không phải bản nộp"


def _returns(workspace: Workspace, paths: Sequence[Path], found: _Found) -> tuple[_Found, list[tuple[Path, str]]]:
    """The files without those of the program's own, over which a walk through the workspace came; and those of its own
    that were named, with a word on each.

    A marked copy into which figures were carried over is acceptable as it is: it counts when the agency sent it back,
    and never from where it was written.
    """
    named = [path.resolve() for path in paths]
    own = {path for path, _ in found if paths and _is_own(workspace, path, named)}
    kept = [(path, changed) for path, changed in found if path not in own]
    return kept, [(path, _OWN_COPY) for path in sorted(own) if path.resolve() in named]


def _is_own(workspace: Workspace, path: Path, named: Sequence[Path]) -> bool:
    """Whether a file is one that the program wrote and nobody touched since; or one of the archive, the templates, the
    forms to be sent, the plan workbook and the database, unless it or a folder among those was named."""
    root, real = workspace.root.resolve(), path.resolve()
    parts = real.relative_to(root).parts if real.is_relative_to(root) else ()
    if not parts or INBOX in parts:
        return False
    try:
        if workspace.store.is_output(workspace.relative(path), digest(content_of(path))):
            return True
    except (OSError, Unreadable):
        return False  # told when it is taken
    home = root / parts[0] if parts[0] in (ARCHIVE, TEMPLATES) else None
    home = root / parts[0] / SENT if parts[1:2] == (SENT,) else home
    if real in named or (home and any(top.is_relative_to(home) for top in named)):
        return False
    return home is not None or (len(parts) == 1 and parts[0].startswith((PLANBOOK, DATABASE)))


def _review(session: Session) -> None:
    for receipt in session.workspace.store.receipts(session.period.code):
        try:
            if session.review(receipt) is not None:
                withdraw(session, receipt)
        except WorkspaceError as error:
            log.error("%s", error)  # its file in the archive is gone: the refusal stands
