"""extract, init."""

from pathlib import Path

import click

from dtxl.cli import options
from dtxl.cli.language import t
from dtxl.cli.output import Out

_units = click.option(
    "--units",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help=t("Danh mục đơn vị hành chính khác.", "Another list of administrative units."),
)


@click.command("extract", help=t("Đọc văn bản kế hoạch SOURCE (.docx, .md, .txt).", "Read the plan document SOURCE."))
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help=t("Ghi tệp kế hoạch .xlsx để sửa.", "Write the plan workbook."),
)  # fmt: skip
@_units
@options.force
@options.command
def extract_command(out: Out, source: Path, output: Path | None, units: Path | None, force: bool) -> int:
    """SOURCE → what was read, and the plan workbook."""
    from dtxl.core.errors import WorkspaceError
    from dtxl.files.safe import write_whole
    from dtxl.model.form import target_text
    from dtxl.pipeline.facts import plan_facts
    from dtxl.pipeline.workspace import extract_plan
    from dtxl.planbook import write_planbook

    plan = extract_plan(source, units)
    if output is not None:
        if output.exists() and not force:
            raise WorkspaceError(f"{output} đã có. Thêm --force để ghi đè.")
        write_whole(output, write_planbook(plan))
    rows = [
        (i.code, i.name, "; ".join(f"{target_text(x)} {x.scope or ''}".strip() for x in i.targets), i.monitor)
        for i in plan.indicators
    ]
    out.table(("Mã", "Chỉ tiêu", "Mục tiêu", "Chủ trì theo dõi"), rows)
    out.say(f"{len(plan.indicators)} chỉ tiêu, {sum(len(i.targets) for i in plan.indicators)} mục tiêu, "
            f"{len(plan.tasks)} nhiệm vụ, {len(plan.agencies)} cơ quan.")  # fmt: skip
    if plan.questions:
        out.note(f"Cần xác nhận {len(plan.questions)} điều:")
        for question in plan.questions:
            out.note(f"  • {question.about}: {question.why}")
    if output is not None:
        out.say(f"Đã ghi {output}. Mở tệp, xem sheet “Cần xác nhận” trước.")
    out.facts(lambda: plan_facts(plan))
    return 0 if plan.indicators else 1


@click.command("init", help=t("Tạo thư mục làm việc DIR cho một kế hoạch.", "Make the workspace DIR for a plan."))
@options.folder
@click.option(
    "--plan", "source", required=True, type=click.Path(path_type=Path), metavar="SOURCE",
    help=t("Văn bản kế hoạch, hoặc ke-hoach.xlsx đã sửa.", "The plan document or a corrected ke-hoach.xlsx."),
)  # fmt: skip
@_units
@options.database
@options.force
@options.command
def init_command(
    out: Out, folder: Path, source: Path, units: Path | None, database: str | None, force: bool
) -> int:  # fmt: skip
    """Make a workspace."""
    from dtxl.pipeline.facts import plan_facts
    from dtxl.pipeline.workspace import PLANBOOK, init_workspace

    workspace = init_workspace(folder, source, units, force=force, database=database)
    plan = workspace.plan
    workspace.close()
    out.say(f"Đã tạo {folder / PLANBOOK}: {len(plan.indicators)} chỉ tiêu, {len(plan.tasks)} nhiệm vụ, "
            f"{len(plan.agencies)} cơ quan, đơn vị.")  # fmt: skip
    if plan.questions:
        out.say(f"Mở tệp này, xem {len(plan.questions)} điều ở sheet “Cần xác nhận”, sửa chỗ chưa đúng rồi lưu lại.")
    out.say(f"Tiếp theo: dtxl forms {folder} --period {plan.periods[0].code if plan.periods else 'KỲ'}")
    out.facts(lambda: plan_facts(plan))
    return 0
