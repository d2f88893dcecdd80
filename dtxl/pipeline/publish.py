"""Results out: the consolidated workbook, the report, its PDF."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Concatenate, ParamSpec, TypeVar

from dtxl.core.errors import TemplateError, WorkspaceError
from dtxl.core.text import tidy
from dtxl.documents import (
    Verified,
    check_template,
    draw_report,
    hold,
    read_wording,
    report_passages,
    trace_title,
    using,
    verify,
)
from dtxl.files.docx_look import created_on
from dtxl.files.docx_marked import Block, MarkedText, has_marks, read_marked
from dtxl.files.docx_read import read_docx
from dtxl.files.pdf import to_pdf
from dtxl.files.safe import sweep
from dtxl.model.finding import Finding, finding
from dtxl.model.rollup import Rollup
from dtxl.pipeline.behind import behind
from dtxl.pipeline.trend import with_earlier
from dtxl.pipeline.workspace import CONSOLIDATED, REPORT, TEMPLATES, WORDING, Workspace
from dtxl.workbook import draw_consolidated

_P = ParamSpec("_P")
_R = TypeVar("_R")


def _in_own_words(
    function: Callable[Concatenate[Workspace, _P], _R],
) -> Callable[Concatenate[Workspace, _P], _R]:
    """What the function says, it says in the phrases of the workspace's own style sheet (`mau/cau-chu.toml`).

    Raises TemplateError where the sheet has a fault.
    """

    @wraps(function)
    def phrased(workspace: Workspace, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        with using(read_wording(workspace.root / TEMPLATES / WORDING)):
            return function(workspace, *args, **kwargs)

    return phrased


def consolidate(workspace: Workspace, rollup: Rollup, *, force: bool = False) -> Path:
    """Write the consolidated workbook of the rollup's period."""
    sweep(workspace.folder(rollup.period.code))
    path = workspace.folder(rollup.period.code, CONSOLIDATED)
    workspace.write_output(path, draw_consolidated(rollup), force=force)
    return path


@_in_own_words
def report(
    workspace: Workspace,
    rollup: Rollup,
    today: date,
    *,
    pdf: bool = False,
    force: bool = False,
    trace_annex: bool = False,
) -> list[Path]:
    """Write the report for signature from the workspace's own template, and its PDF where asked; `trace_annex`: with an
    annex of the agencies, files and cells behind its figures."""
    template = _template(workspace)
    sweep(workspace.folder(rollup.period.code))
    path, rollup = workspace.folder(rollup.period.code, REPORT), with_earlier(workspace, rollup)
    sources = behind(workspace, rollup, today) if trace_annex else ()
    workspace.write_output(path, draw_report(rollup, template, today, rollup.unknown_files, sources), force=force)
    if not pdf:
        return [path]
    to_pdf(path, path.with_suffix(".pdf"))
    return [path, path.with_suffix(".pdf")]


@_in_own_words
def template_findings(workspace: Workspace, rollup: Rollup, today: date) -> tuple[Finding, ...]:
    """Data that the workspace's template of the report has no place for (G06)."""
    return check_template(with_earlier(workspace, rollup), _template(workspace), today, rollup.unknown_files)


def template_fault(error: TemplateError) -> Finding:
    """The finding (G06, G07) that a template's fault is; its text names the tag and the place."""
    text = str(error).removesuffix(f"[{error.code}]").rstrip(". ")
    return finding(error.code, label=text)


def made_on(path: Path) -> date | None:
    """The day on which a report says that it was made, however often it was edited since."""
    return created_on(path)


@_in_own_words
def verify_report(workspace: Workspace, rollup: Rollup, path: Path, today: date) -> Verified:
    """Hold an edited report against the one that the rollup makes now (G08); `today` the day it was made on.

    By its marks: figures that differ, that are gone, numbers that no source gives (`kind` in the findings' args). A
    report without marks is held by its words, which tell only what differs.

    Raises SourceError where the file cannot be read, WorkspaceError where nothing of the report is in it.
    """
    edited = read_marked(path)
    sources = behind(workspace, rollup, today) if _has_sources(edited) else ()
    with TemporaryDirectory(prefix="dtxl") as folder:
        pristine = Path(folder) / REPORT
        pristine.write_bytes(draw_report(rollup, _template(workspace), today, rollup.unknown_files, sources))
        passages = report_passages(rollup, rollup.unknown_files, sources)
        if has_marks(edited):
            found = hold(passages, read_marked(pristine), edited)
        else:
            found = verify(passages, read_docx(pristine), read_docx(path))
    if not found.paragraphs and not found.cells:
        raise WorkspaceError(f"Tệp {path.name} không có đoạn hay bảng nào của báo cáo {rollup.period.name}.")
    return found


def _has_sources(edited: tuple[Block, ...]) -> bool:
    """Whether the annex of sources is in an edited report."""
    title = tidy(trace_title())
    return any(isinstance(block, MarkedText) and tidy(block.text) == title for block in edited)


def _template(workspace: Workspace) -> Path:
    template = workspace.root / TEMPLATES / REPORT
    if not template.is_file():
        raise WorkspaceError(f"Không thấy mẫu báo cáo {workspace.relative(template)}.")
    return template
