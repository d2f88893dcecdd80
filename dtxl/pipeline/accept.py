"""What only a person of the office may decide: whose a file is that does not say so itself, and that a period is
closed. Each word is kept with who gave it and when."""

from datetime import datetime
from pathlib import Path

from dtxl.core.errors import DtxlError
from dtxl.files.opener import Opener
from dtxl.files.raw_book import Unreadable
from dtxl.files.safe import digest
from dtxl.pipeline.collect import Collected, collect
from dtxl.pipeline.mark import withdraw
from dtxl.pipeline.session import Session
from dtxl.pipeline.walk import content_of
from dtxl.pipeline.workspace import ARCHIVE, Progress, Workspace, no_progress
from dtxl.store.decisions import Decision, decide, lock, locked, unlock


def accept(
    workspace: Workspace,
    period_code: str,
    path: Path,
    agency: str,
    *,
    person: str = "",
    received_at: datetime | None = None,
    progress: Progress = no_progress,
    apart: bool = True,
) -> Collected:
    """Read one file as the agency's, by somebody's word, and collect it; every check runs all the same.

    Raises DtxlError where the plan has no such agency, where the period is locked, and for a file that cannot be read,
    that another agency's return is by a signature which holds, or that was counted for another agency already.
    """
    period = workspace.period(period_code)
    if agency not in workspace.plan_in(period).agency_by_code:
        raise DtxlError(f"Kế hoạch không có cơ quan mang mã {agency}. Xem sheet Cơ quan của ke-hoach.xlsx.")
    word = locked(workspace.store, period_code)
    if word is not None:
        raise DtxlError(
            f"Kỳ {period_code} đã khóa số liệu lúc {word.at:%H:%M ngày %d/%m/%Y}; mở lại: dtxl lock --open."
        )
    content, place = _content(workspace, period_code, path)
    with Opener(apart=apart) as opened:
        session = Session(workspace, period, received_at, opened)
        _may(session, content, path, agency)
        decide(workspace.store, period_code, digest(content), agency, person)
        _read_again(session, content)
    return collect(workspace, period_code, [place], received_at=received_at, progress=progress, apart=apart)


def _content(workspace: Workspace, period: str, path: Path) -> tuple[bytes, Path]:
    """A file's bytes and what is to be collected for it: itself, the zip that it was found in, or, for its copy in the
    workspace's archive, the file that was received."""
    around = next((parent for parent in path.parents if parent.is_file()), None)
    try:
        if around is None:
            content = content_of(path)
            known = workspace.store.find(digest(content), period)
            mine = known is not None and path.resolve().is_relative_to((workspace.root / ARCHIVE).resolve())
            return content, workspace.root / known.path if known and mine else path
        name = workspace.relative(path)
        held = next((r for r in workspace.store.receipts(period) if r.path == name), None)
        if held is None:
            raise DtxlError(f"Chưa tiếp nhận tệp {name}: chạy dtxl collect trước, rồi xác nhận.")
        return workspace.archive.read(held.sha256), around
    except OSError as error:
        raise DtxlError(f"Không đọc được tệp {path}: {error.strerror}") from error
    except Unreadable as fault:
        raise DtxlError(f"Không đọc được tệp {path}: {fault.seen or fault.detail}") from fault


def _may(session: Session, content: bytes, path: Path, agency: str) -> None:
    """Raise DtxlError where a file cannot be the agency's, whatever anybody says."""
    name, period = session.workspace.relative(path), session.period.code
    intake, _ = session.examine(content, name, datetime.now())
    if intake.unreadable:
        raise DtxlError(f"Không đọc được tệp {name}: {intake.findings[0].message}")
    identity = intake.submission.identity
    if identity is not None and identity.signature and identity.agency != agency:
        mine = session.register.directory.name(identity.agency)
        raise DtxlError(
            f"Tệp {name} có chữ ký hợp lệ là biểu mẫu của {mine}, không tiếp nhận thay cho mã {agency} được."
        )
    known = session.workspace.store.find(digest(content), period)
    if known is not None and known.status in ("accepted", "superseded") and known.agency != agency:
        raise DtxlError(f"Tệp {name} đã được tiếp nhận là bản nộp của mã {known.agency}.")


def _read_again(session: Session, content: bytes) -> None:
    """What was recorded of the file before somebody answered for it is recorded anew."""
    known = session.workspace.store.find(digest(content), session.period.code)
    counts = known is not None and known.id in session.workspace.store.parts_put(session.period.code)
    if known is None or counts or known.status in ("accepted", "superseded"):
        return
    again = Session(session.workspace, session.period, None, session.opened)  # its register knows the decision
    intake, findings = again.examine(content, known.path, known.received_at)
    again.record(intake, findings, known.path, known)
    withdraw(again, known)


def close_period(workspace: Workspace, period_code: str) -> Decision:
    """Lock a period: nothing that comes after changes its figures (B10). Gives who locked it and when."""
    workspace.period(period_code)
    return lock(workspace.store, period_code)


def open_period(workspace: Workspace, period_code: str) -> bool:
    """Open a locked period again: what was refused meanwhile is read at the next collect. Whether it was locked."""
    workspace.period(period_code)
    return unlock(workspace.store, period_code)
