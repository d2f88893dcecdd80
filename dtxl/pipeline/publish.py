"""Results out: the consolidated workbook, the report, its PDF."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from dtxl.core.errors import TemplateError, WorkspaceError
from dtxl.documents import Verified, check_template, draw_report, report_passages, verify
from dtxl.files.docx_look import created_on
from dtxl.files.docx_read import read_docx
from dtxl.files.pdf import to_pdf
from dtxl.files.safe import sweep
from dtxl.model.finding import Finding, finding
from dtxl.model.rollup import Rollup
from dtxl.pipeline.workspace import CONSOLIDATED, REPORT, TEMPLATES, Workspace
from dtxl.workbook import draw_consolidated


def consolidate(workspace: Workspace, rollup: Rollup, *, force: bool = False) -> Path:
    """Write the consolidated workbook of the rollup's period."""
    sweep(workspace.folder(rollup.period.code))
    path = workspace.folder(rollup.period.code, CONSOLIDATED)
    workspace.write_output(path, draw_consolidated(rollup), force=force)
    return path


def report(workspace: Workspace, rollup: Rollup, today: date, *, pdf: bool = False, force: bool = False) -> list[Path]:
    """Write the report for signature from the workspace's own template, and its PDF where asked."""
    template = _template(workspace)
    sweep(workspace.folder(rollup.period.code))
    path = workspace.folder(rollup.period.code, REPORT)
    workspace.write_output(path, draw_report(rollup, template, today, rollup.unknown_files), force=force)
    if not pdf:
        return [path]
    to_pdf(path, path.with_suffix(".pdf"))
    return [path, path.with_suffix(".pdf")]


def template_findings(workspace: Workspace, rollup: Rollup, today: date) -> tuple[Finding, ...]:
    """Data that the workspace's template of the report has no place for (G06)."""
    return check_template(rollup, _template(workspace), today, rollup.unknown_files)


def template_fault(error: TemplateError) -> Finding:
    """The finding (G06, G07) that a template's fault is; its text names the tag and the place."""
    text = str(error).removesuffix(f"[{error.code}]").rstrip(". ")
    return finding(error.code, label=text)


def made_on(path: Path) -> date | None:
    """The day on which a report says that it was made, however often it was edited since."""
    return created_on(path)


def verify_report(workspace: Workspace, rollup: Rollup, path: Path, today: date) -> Verified:
    """Hold an edited report against the one that the rollup makes now (G08); `today` the day it was made on.

    Raises SourceError where the file cannot be read, WorkspaceError where nothing of the report is in it.
    """
    edited = read_docx(path)
    with TemporaryDirectory(prefix="dtxl") as folder:
        pristine = Path(folder) / REPORT
        pristine.write_bytes(draw_report(rollup, _template(workspace), today, rollup.unknown_files))
        found = verify(report_passages(rollup, rollup.unknown_files), read_docx(pristine), edited)
    if not found.paragraphs and not found.cells:
        raise WorkspaceError(f"Tệp {path.name} không có đoạn hay bảng nào của báo cáo {rollup.period.name}.")
    return found


def _template(workspace: Workspace) -> Path:
    template = workspace.root / TEMPLATES / REPORT
    if not template.is_file():
        raise WorkspaceError(f"Không thấy mẫu báo cáo {workspace.relative(template)}.")
    return template
