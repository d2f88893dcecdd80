"""Checking without storing: for the office before it collects, for an agency before it sends."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from dtxl.checks import check
from dtxl.core.errors import DtxlError
from dtxl.files.safe import digest
from dtxl.files.xlsx_read import Unreadable, read_workbook
from dtxl.intake import read_alone
from dtxl.model.finding import finding, in_order
from dtxl.pipeline.collect import Collected
from dtxl.pipeline.session import FileResult, Session, outcome
from dtxl.pipeline.walk import find_files
from dtxl.pipeline.workspace import Workspace

log = logging.getLogger("dtxl.check")


def check_files(workspace: Workspace, paths: Sequence[Path], period_code: str | None) -> Collected:
    """Read and check files, store nothing. Without a period each file is held against the one that it states."""
    found, lost = find_files(paths, must_exist=True)
    results = [_lost(path, reason) for path, reason in lost]
    for path, changed in found:
        try:
            content = path.read_bytes()
            code = period_code or _stated_period(workspace, content)
            session = Session(workspace, workspace.period(code))
            intake, findings = session.examine(content, path.as_posix(), session.received(changed))
        except OSError as error:
            results.append(_lost(path, error.strerror or type(error).__name__))
            continue
        agency = intake.submission.identity.agency if intake.submission.identity else ""
        status = outcome(intake, findings)
        results.append(FileResult(path.as_posix(), digest(content), agency, code, status, tuple(findings)))
    return Collected(tuple(results), ())


def check_alone(paths: Sequence[Path]) -> Collected:
    """Check filled forms by themselves, as an agency can before sending: no workspace, no signature, no history."""
    found, lost = find_files(paths, must_exist=True)
    results = [_lost(path, reason) for path, reason in lost]
    for path, changed in found:
        try:
            results.append(_alone(path, datetime.fromtimestamp(changed)))
        except OSError as error:
            results.append(_lost(path, error.strerror or type(error).__name__))
        except Exception:
            # One file never stops the batch.
            fault = hashlib.sha256(path.name.encode(errors="replace")).hexdigest()[:8]
            log.exception("checking %s failed (support id %s)", path, fault)
            remark = finding("G10", args={"rule": "check", "id": fault})
            results.append(FileResult(path.as_posix(), "", "", "", "unreadable", (remark,)))
    return Collected(tuple(results), ())


def _alone(path: Path, moment: datetime) -> FileResult:
    content = path.read_bytes()
    intake = read_alone(content, path.as_posix(), moment)
    findings = in_order([*intake.findings, *(check(intake.form, intake.submission) if intake.form else [])])
    identity = intake.submission.identity
    agency, period = (identity.agency, identity.period) if identity else ("", "")
    status = outcome(intake, findings)
    return FileResult(path.as_posix(), digest(content), agency, period, status, tuple(findings))


def _lost(path: Path, reason: str) -> FileResult:
    return FileResult(path.as_posix(), "", "", "", "unreadable", (finding("A01", found=reason),))


def _stated_period(workspace: Workspace, content: bytes) -> str:
    """The period of the issued form that a file is; the plan's first period where it is none."""
    try:
        return workspace.period(read_workbook(content).properties.get("dtxl.period", "")).code
    except (Unreadable, DtxlError):
        return _first_period(workspace)


def _first_period(workspace: Workspace) -> str:
    periods = workspace.plan.periods
    return periods[0].code if periods else f"{workspace.plan.info.year}-Q1"
