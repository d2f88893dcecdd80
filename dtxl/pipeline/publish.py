"""Results out: the consolidated workbook, the report, its PDF."""

from datetime import date
from pathlib import Path

from dtxl.core.errors import WorkspaceError
from dtxl.documents import draw_report
from dtxl.files.pdf import to_pdf
from dtxl.model.rollup import Rollup
from dtxl.pipeline.workspace import CONSOLIDATED, REPORT, TEMPLATES, Workspace
from dtxl.workbook import draw_consolidated


def consolidate(workspace: Workspace, rollup: Rollup, *, force: bool = False) -> Path:
    """Write the consolidated workbook of the rollup's period."""
    path = workspace.folder(rollup.period.code, CONSOLIDATED)
    workspace.write_output(path, draw_consolidated(rollup), force=force)
    return path


def report(workspace: Workspace, rollup: Rollup, today: date, *, pdf: bool = False, force: bool = False) -> list[Path]:
    """Write the report for signature from the workspace's own template, and its PDF where asked."""
    template = workspace.root / TEMPLATES / REPORT
    if not template.is_file():
        raise WorkspaceError(f"Không thấy mẫu báo cáo {workspace.relative(template)}.")
    path = workspace.folder(rollup.period.code, REPORT)
    workspace.write_output(path, draw_report(rollup, template, today, rollup.unknown_files), force=force)
    if not pdf:
        return [path]
    to_pdf(path, path.with_suffix(".pdf"))
    return [path, path.with_suffix(".pdf")]
