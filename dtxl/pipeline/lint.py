"""Word files held against the decree's layout and, for a report of ours, against its figures: `dtxl lint`."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from dtxl.core.errors import WorkspaceError
from dtxl.extract.units import TWO_LEVELS_FROM, UNDATED, read_units, units_for
from dtxl.files.docx_mend import mend_docx
from dtxl.files.docx_paper import read_paper
from dtxl.files.safe import write_whole
from dtxl.layout import Breach, Verdict, check_layout, mends
from dtxl.model.paper import Mend
from dtxl.pipeline.publish import made_on, verify_report
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.workspace import find_workspace

log = logging.getLogger("dtxl.layout")
FIXED = "-da-sua"
REPORTED, REQUIRED_BY = "báo cáo", "số liệu của kỳ"
_PREFIXES = ("Thành phố ", "Tỉnh ")


def lint(path: Path, *, draft: bool = True) -> Verdict:
    """Hold one Word file against the layout, and against the figures of the workspace whose period's folder it lies in.

    Raises SourceError for a file that is no Word document.
    """
    return _verdict(path, path, draft=draft)


def _verdict(path: Path, home: Path, *, draft: bool) -> Verdict:
    """The verdict on `path`; `home`: where it lies in its workspace (a corrected copy may lie elsewhere)."""
    verdict = check_layout(read_paper(path), draft=draft, provinces=provinces())
    figures = tuple(_figures(path, home)) if verdict.kind == REPORTED else ()
    return replace(verdict, breaches=(*figures, *verdict.breaches))


def _figures(path: Path, home: Path) -> Iterator[Breach]:
    """G08 for each figure that is no longer what was gathered for the workspace that `home` lies in."""
    workspace = find_workspace(None, [home])
    if workspace is None:
        return
    try:
        period = home.resolve().relative_to(workspace.root.resolve()).parts[0]
        if period not in {p.code for p in workspace.plan.periods}:
            return
        day = made_on(path) or workspace.period(period).report_due
        try:
            found = verify_report(workspace, make_rollup(workspace, period, day), path, day)
        except WorkspaceError as error:
            log.info("%s: %s", path.name, error)  # another report than ours
            return
    finally:
        workspace.close()
    for finding in found.findings:
        required = f"số đã tổng hợp: {dict(finding.args)['expected']}"
        yield Breach(finding.code, finding.severity, finding.place, finding.found, required, REQUIRED_BY)


@dataclass(frozen=True)
class Fixed:
    """What `fix` did: `output` the corrected copy, None where nothing was to change; `left`: what is left."""

    path: Path
    output: Path | None
    changes: tuple[Mend, ...]
    left: Verdict


def fix(path: Path, output: Path | None = None, *, draft: bool = True, force: bool = False) -> Fixed:
    """Write a copy of one Word file with what is safe to correct, to `output` (else beside it, named "…-da-sua.docx").

    Raises SourceError for a file that is no Word document or is signed; WorkspaceError where the copy would be the file
    itself, or stands already and `force` was not given; WriteError.
    """
    output = output or path.with_name(f"{path.stem}{FIXED}.docx")
    if output.resolve() == path.resolve() or (output.exists() and path.exists() and output.samefile(path)):
        raise WorkspaceError(f"{output} là chính tệp được kiểm tra: bản sửa phải ghi ra tệp khác.")
    content, changes = mend_docx(path, mends)
    if not changes:
        return Fixed(path, None, (), lint(path, draft=draft))
    if output.exists() and not force:
        raise WorkspaceError(f"{output} đã có. Thêm --force để ghi đè.")
    write_whole(output, content)
    return Fixed(path, output, changes, _verdict(output, path, draft=draft))


@cache
def provinces() -> tuple[str, ...]:
    """The names of all provinces, those before and those after July 2025, without "Tỉnh" and "Thành phố"."""
    days = (UNDATED, TWO_LEVELS_FROM)  # a document may be older than the merger of provinces
    names = {u.name: None for day in days for u in read_units(units_for(day.year, day)) if not u.parent_code}
    for prefix in _PREFIXES:
        names = {name.removeprefix(prefix): None for name in names}
    return tuple(names)


def fix_facts(done: Iterable[Fixed]) -> Mapping[str, Any]:
    """The JSON of `lint --fix`: as that of `lint`, the findings being those left; "fixed" the copy or null, "changes"
    each {"code", "place", "from", "to"}."""
    facts = []
    for one in done:
        [file] = lint_facts([(one.path, one.left)])["files"]
        changes = [{"code": m.code, "place": m.place, "from": m.found, "to": m.made} for m in one.changes]
        facts.append({**file, "fixed": one.output.as_posix() if one.output else None, "changes": changes})
    return {"files": facts}


def lint_facts(verdicts: Iterable[tuple[Path, Verdict]]) -> Mapping[str, Any]:
    """The JSON of `lint`; severities as the contract says: "error", "warning" (and "note")."""
    return {
        "files": [
            {
                "path": path.as_posix(),
                "kind": verdict.kind,
                "official": verdict.official,
                "findings": [asdict(breach) for breach in verdict.breaches],
            }
            for path, verdict in verdicts
        ]
    }
