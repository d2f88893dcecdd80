"""Checking without storing: for the office before it collects, for an agency before it sends."""

import contextlib
import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from dtxl.checks import check
from dtxl.core.errors import DtxlError
from dtxl.files.opener import Opener
from dtxl.files.raw_book import Unreadable
from dtxl.files.safe import digest
from dtxl.intake import Directory, Intake, read_alone, stated_periods, unreadable
from dtxl.model.finding import Finding, finding, in_order
from dtxl.model.submission import Submission
from dtxl.pipeline.collect import Collected
from dtxl.pipeline.session import FileResult, Session, outcome
from dtxl.pipeline.walk import content_of, find_files, moment_of, unpacked
from dtxl.pipeline.workspace import Workspace

log = logging.getLogger("dtxl.check")


Content = bytes | Unreadable


def check_files(
    workspace: Workspace, paths: Sequence[Path], period_code: str | None, *, apart: bool = True
) -> Collected:
    """Read and check files, store nothing. Without a period each file is held against the one that it states.

    `apart=False` opens files in this process, for debugging only (see `collect`).
    """

    def check_one(name: str, content: bytes, moment: datetime) -> tuple[Intake, list[Finding], str]:
        code = period_code or _stated_period(workspace, content, opened)
        session = sessions.get(code) or Session(workspace, workspace.period(code), None, opened)
        sessions[code] = session
        return *session.examine(content, name, session.not_ahead(moment)), code

    sessions: dict[str, Session] = {}
    with Opener(apart=apart) as opened:
        return _check_each(paths, opened, check_one)


def check_alone(paths: Sequence[Path], *, apart: bool = True) -> Collected:
    """Check filled forms by themselves, as an agency can before sending: no workspace, no signature, no history."""

    def check_one(name: str, content: bytes, moment: datetime) -> tuple[Intake, list[Finding], str]:
        intake = read_alone(content, name, moment, opened)
        findings = in_order([*intake.findings, *(check(intake.form, intake.submission) if intake.form else [])])
        return intake, findings, intake.submission.identity.period if intake.submission.identity else ""

    with Opener(apart=apart) as opened:
        return _check_each(paths, opened, check_one)


_CheckOne = Callable[[str, bytes, datetime], tuple[Intake, list[Finding], str]]


def _check_each(paths: Sequence[Path], opened: Opener, check_one: _CheckOne) -> Collected:
    found, lost = find_files(paths, must_exist=True)
    results = [_lost(path, reason) for path, reason in lost]
    for path, changed in found:
        try:
            content: Content = content_of(path)
        except OSError as error:
            results.append(_lost(path, error.strerror or type(error).__name__))
            continue
        except Unreadable as fault:
            content = fault
        moment = moment_of(changed)
        results += _check(path.as_posix(), content, moment, opened, check_one, inside=False)
    return Collected(tuple(results), ())


def _check(
    name: str, content: Content, moment: datetime, opened: Opener, check_one: _CheckOne, *, inside: bool
) -> list[FileResult]:
    """What is to be said of one file, or of each member of an archive."""
    if isinstance(content, Unreadable):
        remarks = unreadable(Submission(name, "", moment), content).findings
        return [FileResult(name, "", "", "", "unreadable", remarks)]
    try:
        intake, findings, period = check_one(name, content, moment)
        if intake.archive and not inside:
            members = unpacked(opened, content)
            if not isinstance(members, Unreadable):
                return [
                    _check(f"{name}/{member}", data, moment, opened, check_one, inside=True)[0]
                    for member, data in members
                ]
            intake = unreadable(intake.submission, members)
            findings = list(intake.findings)
        agency = intake.submission.identity.agency if intake.submission.identity else ""
        return [FileResult(name, digest(content), agency, period, outcome(intake, findings), tuple(findings))]
    except DtxlError:
        raise
    except Exception:
        # One file never stops the batch.
        fault = hashlib.sha256(name.encode(errors="replace")).hexdigest()[:8]
        log.exception("checking %s failed (support id %s)", name, fault)
        remark = finding("G10", args={"rule": "check", "id": fault})
        return [FileResult(name, "", "", "", "unreadable", (remark,))]


def _lost(path: Path, reason: str) -> FileResult:
    return FileResult(path.as_posix(), "", "", "", "unreadable", (finding("A01", found=reason),))


def _stated_period(workspace: Workspace, content: bytes, opened: Opener) -> str:
    """The period that a file states or names, wherever it does; the plan's first period where it names none of them."""
    try:
        book = opened(content)
    except Unreadable:
        return _first_period(workspace)
    for code in stated_periods(book, Directory(workspace.plan)):
        with contextlib.suppress(DtxlError):
            return workspace.period(code).code
    return _first_period(workspace)


def _first_period(workspace: Workspace) -> str:
    periods = workspace.plan.periods
    return periods[0].code if periods else f"{workspace.plan.info.year}-Q1"
