"""status, consolidate, report, trace."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dtxl.cli import options
from dtxl.cli.language import t
from dtxl.cli.output import Out, names

if TYPE_CHECKING:
    from dtxl.pipeline.workspace import Workspace


@click.command("status", help=t("Tình hình nộp biểu của kỳ.", "Who has returned what."))
@options.folder
@options.period
@options.as_of
@options.database
@options.command
def status_command(out: Out, folder: Path, period_code: str, as_of: datetime | None, database: str | None) -> int:
    """Returned, faulty, late, missing."""
    from dtxl.core.settings import house
    from dtxl.model.rollup import Standing
    from dtxl.pipeline.facts import status_facts
    from dtxl.pipeline.summary import make_rollup
    from dtxl.pipeline.workspace import open_workspace

    workspace = open_workspace(folder, database)
    rollup = make_rollup(workspace, period_code, options.today(out, as_of, workspace.period(period_code).report_due))
    workspace.close()
    words = house()["return_state"]
    gravest = (Standing.MISSING, Standing.REJECTED, Standing.LATE, *((Standing.ACCEPTED,) if out.verbose else ()))
    known = rollup.plan.agency_by_code
    out.table(
        ("Mã", "Cơ quan, đơn vị", "Trực thuộc", "Tình trạng", "Ngày nhận", "Số ngày muộn"),
        [
            (
                a.code,
                a.name,
                known[known[a.code].parent].name if known[a.code].parent in known else "",
                words[a.standing.value],
                f"{a.received_at:%d/%m/%Y}" if a.received_at else "",
                str(a.days_late) if a.days_late else "",
            )
            for standing in gravest
            for a in rollup.agencies
            if a.standing is standing
        ],
    )
    facts, unknown = status_facts(rollup), rollup.unknown_files
    counts = facts["counts"]
    standings = "; ".join(f"{words[s.value]}: {counts[s.value]}" for s in Standing)
    out.say(f"{standings} (trong {counts['agencies']} đơn vị).")
    if unknown:
        out.say(f"{len(unknown)} tệp chưa rõ của đơn vị nào (xem thư mục tra-lai):")
        out.say(names(Path(path) for path in unknown))
    out.facts(lambda: facts)
    return 1 if counts["missing"] or counts["rejected"] or unknown else 0


@click.command("consolidate", help=t("Lập bảng tổng hợp của kỳ.", "Make the consolidated workbook."))
@options.folder
@options.period
@options.as_of
@options.database
@options.force
@options.command
def consolidate_command(
    out: Out, folder: Path, period_code: str, as_of: datetime | None, database: str | None, force: bool
) -> int:
    """The consolidated workbook."""
    from dtxl.core.settings import house
    from dtxl.model.rollup import State
    from dtxl.pipeline.facts import rollup_facts
    from dtxl.pipeline.publish import consolidate
    from dtxl.pipeline.summary import make_rollup
    from dtxl.pipeline.workspace import open_workspace

    workspace = open_workspace(folder, database)
    rollup = make_rollup(workspace, period_code, options.today(out, as_of, workspace.period(period_code).report_due))
    path = consolidate(workspace, rollup, force=force)
    workspace.close()
    words = house()["result_state"]
    out.say(f"Đã ghi {path}.")
    out.say(
        "; ".join(f"{words[s.value]}: {rollup.count(s)}" for s in State)
        + f" (trong {len(rollup.indicators)} mục tiêu)."
    )
    out.remarks(rollup.remarks)
    out.facts(lambda: rollup_facts(rollup))
    return 0


@click.command("report", help=t("Lập báo cáo Word trình ký của kỳ.", "Make the report for signature."))
@options.folder
@options.period
@click.option("--pdf", is_flag=True, help=t("Xuất thêm PDF (cần LibreOffice).", "A PDF too (needs LibreOffice)."))
@click.option(
    "--trace-annex",
    is_flag=True,
    help=t(
        "Thêm phụ lục ghi cơ quan, tệp, ô là nguồn của từng số liệu.",
        "Add an annex of the agencies, files and cells behind each figure.",
    ),
)
@click.option(
    "--verify",
    "edited",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.docx",
    help=t(
        "Không lập báo cáo; đối chiếu số trong báo cáo đã sửa với số đã tổng hợp.",
        "Make no report; hold the figures of an edited one against those gathered.",
    ),
)
@options.as_of
@options.database
@options.force
@options.command
def report_command(
    out: Out, folder: Path, period_code: str, pdf: bool, trace_annex: bool, edited: Path | None, as_of: datetime | None,
    database: str | None, force: bool,
) -> int:  # fmt: skip
    """The report, or what was changed in it."""
    from dtxl.core.errors import TemplateError
    from dtxl.pipeline.facts import report_facts
    from dtxl.pipeline.publish import report, template_fault, template_findings
    from dtxl.pipeline.summary import make_rollup
    from dtxl.pipeline.workspace import open_workspace

    workspace = open_workspace(folder, database)
    if edited is not None:
        try:
            return _verify(out, workspace, period_code, edited, as_of)
        finally:
            workspace.close()
    today = options.today(out, as_of, workspace.period(period_code).report_due)
    rollup = make_rollup(workspace, period_code, today)
    try:
        paths = report(workspace, rollup, today, pdf=pdf, force=force, trace_annex=trace_annex)
        remarks = [*template_findings(workspace, rollup, today), *rollup.remarks]
    except TemplateError as error:
        fault = template_fault(error)
        out.facts(lambda: report_facts([], rollup, [fault]))
        raise
    finally:
        workspace.close()
    for path in paths:
        out.say(f"Đã ghi {path}.")
    out.remarks(remarks)
    out.facts(lambda: report_facts(paths, rollup, remarks))
    return 0


def _verify(out: Out, workspace: "Workspace", period_code: str, edited: Path, as_of: datetime | None) -> int:
    from dtxl.pipeline.facts import verified_facts
    from dtxl.pipeline.publish import made_on, verify_report
    from dtxl.pipeline.summary import make_rollup

    day = as_of.date() if as_of else made_on(edited)
    today = day or options.today(out, None, workspace.period(period_code).report_due)
    found = verify_report(workspace, make_rollup(workspace, period_code, today), edited, today)
    out.findings(str(edited), found.findings)
    out.say(
        f"Đã đối chiếu {found.paragraphs} đoạn văn và {found.cells} ô bảng có số liệu (tính đến {today:%d/%m/%Y}): "
        + (f"{len(found.findings)} chỗ khác với số đã tổng hợp." if found.findings else "không có số nào khác.")
    )
    out.facts(lambda: verified_facts(edited, found))
    return 1 if found.findings else 0


@click.command("trace", help=t("Truy nguyên số liệu của chỉ tiêu INDICATOR.", "Where a figure comes from."))
@options.folder
@options.period
@click.argument("indicator", metavar="INDICATOR")
@options.as_of
@options.database
@options.command
def trace_command(
    out: Out, folder: Path, period_code: str, indicator: str, as_of: datetime | None, database: str | None
) -> int:
    """From a figure to its cells."""
    from dtxl.core.numbers import show
    from dtxl.core.settings import house
    from dtxl.model.form import target_text
    from dtxl.pipeline.facts import trace_facts
    from dtxl.pipeline.summary import make_rollup, part_sources, trace
    from dtxl.pipeline.workspace import open_workspace

    workspace = open_workspace(folder, database)
    day = options.today(out, as_of, workspace.period(period_code).report_due)
    rollup, sources = make_rollup(workspace, period_code, day), part_sources(workspace, period_code, day)
    workspace.close()
    rows = trace(rollup, indicator, sources)
    total = [r for r in rollup.levels if r.level is None]
    for r in (*rollup.indicators, *total):
        if r.code == indicator:
            scope, target = f" ({r.scope})" if r.scope else "", target_text(r.target) or "không đặt chung"
            parts = "/".join(show(n, 4) for n in (r.numerator, r.denominator) if n is not None)
            figure = f"{show(r.value)}{r.unit} = {parts}" if r.value is not None else "chưa có số liệu"
            out.say(f"{r.code} {r.text}{scope}: {figure}; mục tiêu {target}")
    out.table(
        (
            "Mã",
            "Cơ quan, đơn vị",
            "Tử số",
            "Mẫu số",
            "Lý do, tình trạng",
            "Tệp",
            "Ô",
            "Người lập",
            "Nhận lúc",
            "SHA-256",
        ),
        [
            (
                str(row["agency"]),
                str(row["name"]),
                show(row["numerator"], 4),  # type: ignore[arg-type]
                show(row["denominator"], 4),  # type: ignore[arg-type]
                str(row["absent"]) or ("" if row["cells"] else house()["return_state"][str(row["status"])]),
                str(row["file"]),
                f"{row['sheet']}!{','.join(row['cells'])}" if row["cells"] else "",  # type: ignore[arg-type]
                str(row["sender"]),
                f"{row['received_at']:%d/%m/%Y %H:%M}" if row["received_at"] else "",
                str(row["sha256"])[:12],
            )
            for row in rows
        ],
    )
    out.facts(lambda: trace_facts(indicator, rollup, rows))
    return 0
