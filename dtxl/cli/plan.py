"""extract, init."""

import shlex
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dtxl.cli import options
from dtxl.cli.language import t
from dtxl.cli.output import Out, echo

if TYPE_CHECKING:
    from dtxl.model.plan import Plan

_BOOK_SHEETS = 3  # of the plan workbook's own sheets, by name; a list of indicators has not so many of them
_EXCEL = (".xlsx", ".xlsm")

_units = click.option(
    "--units",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help=t("Danh mục đơn vị hành chính khác.", "Another list of administrative units."),
)


@click.command(
    "extract",
    help=t(
        "Đọc văn bản kế hoạch SOURCE: Word (.docx), PDF có lớp chữ (.pdf), bảng chỉ tiêu Excel (.xlsx, "
        ".xlsm), trang web "
        "đã lưu (.html, .htm), văn bản thuần (.md, .txt). Mã thoát: 0 đã đọc (điều cần xác nhận được liệt kê); 1 không "
        "thấy chỉ tiêu nào; 2 không đọc được.",
        "Read the plan document SOURCE: Word (.docx), PDF with a text layer (.pdf), a list of indicators in Excel "
        "(.xlsx, .xlsm), a saved web page (.html, .htm), plain text (.md, .txt). Exit status: 0 read (what to "
        "confirm is listed); 1 no target found; 2 could not be read.",
    ),
)
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
    from dtxl.cli.plan_view import doubts, rankings, show_doubts, show_plan
    from dtxl.core.errors import WorkspaceError
    from dtxl.files.safe import write_whole
    from dtxl.pipeline.facts import plan_facts
    from dtxl.planbook import write_planbook

    if output is not None and output.exists() and not force:
        raise WorkspaceError(f"{output} đã có. Thêm --force để ghi đè.")
    book = _is_planbook(source)
    plan = _read(source, units, book)
    asked = [{"about": q.about, "span": q.span, "why": q.why} for q in doubts(plan)]
    apart = {"questions": asked, "rankings": [{"span": q.span} for q in rankings(plan)]}
    if not plan.indicators:
        _say_nothing_found(source, plan, output)
        out.facts(lambda: {**plan_facts(plan), **apart})
        return 1
    if output is not None:
        write_whole(output, write_planbook(plan))
    show_plan(out, plan)
    show_doubts(out, plan)
    for line in _how_to_go_on(source, output, plan, book):
        out.say(line)
    out.facts(lambda: {**plan_facts(plan), **apart})
    return 0


@click.command("init", help=t("Tạo thư mục làm việc DIR cho một kế hoạch.", "Make the workspace DIR for a plan."))
@options.folder
@click.option(
    "--plan", "source", required=True, type=click.Path(path_type=Path), metavar="SOURCE",
    help=t("Văn bản kế hoạch (như ở lệnh extract), hoặc ke-hoach.xlsx đã sửa.",
           "The plan document (as for extract) or a corrected ke-hoach.xlsx."),
)  # fmt: skip
@_units
@options.database
@options.force
@options.command
def init_command(
    out: Out, folder: Path, source: Path, units: Path | None, database: str | None, force: bool
) -> int:  # fmt: skip
    """Make a workspace."""
    from dtxl.files.safe import write_whole
    from dtxl.pipeline.facts import plan_facts
    from dtxl.pipeline.workspace import PLANBOOK, init_workspace
    from dtxl.planbook import write_planbook

    with tempfile.TemporaryDirectory() as made:
        taken = source
        if source.is_file() and not _is_planbook(source) and (force or not (folder / PLANBOOK).exists()):
            plan = _read(source, units, book=False)
            if not plan.indicators and not plan.tasks:
                _say_nothing_found(source, plan, folder / PLANBOOK)
                return 1
            if source.suffix.lower() in _EXCEL:  # a list of indicators: its plan workbook is what makes the workspace
                taken = Path(made, PLANBOOK)
                write_whole(taken, write_planbook(plan))
        workspace = init_workspace(folder, taken, units, force=force, database=database)
        plan = workspace.plan
        workspace.close()
    out.say(f"Đã tạo {folder / PLANBOOK}: {len(plan.indicators)} chỉ tiêu, {len(plan.tasks)} nhiệm vụ, "
            f"{len(plan.agencies)} cơ quan, đơn vị.")  # fmt: skip
    if plan.questions:
        out.say(f"Mở tệp này, xem {len(plan.questions)} điều ở sheet “Cần xác nhận”, sửa chỗ chưa đúng rồi lưu lại.")
    out.say(f"Tiếp theo: dtxl forms {_shown(folder)} --period {plan.periods[0].code if plan.periods else 'KỲ'}")
    out.facts(lambda: plan_facts(plan))
    return 0


def _read(source: Path, units: Path | None, book: bool) -> "Plan":
    """The plan in a plan workbook (`book`) or in a document; one without a title is called after its file."""
    from dataclasses import replace

    from dtxl.core.text import tidy
    from dtxl.model.plan import Question
    from dtxl.pipeline.workspace import extract_plan
    from dtxl.planbook import read_planbook

    if book:
        return read_planbook(source)
    plan = extract_plan(source, units)
    if plan.info.title or not plan.indicators:
        return plan
    name = tidy(source.stem)
    asked = Question("Kế hoạch", "", f"Không thấy tên kế hoạch; tạm lấy tên tệp: {name}.")
    return replace(plan, info=replace(plan.info, title=name), questions=(asked, *plan.questions))


def _is_planbook(source: Path) -> bool:
    """Whether an Excel file is a plan workbook, not a list of indicators: its sheets have the plan workbook's names."""
    from dtxl.core.errors import SourceError
    from dtxl.core.text import tidy
    from dtxl.files.xlsx_cells import read_cells
    from dtxl.planbook.layout import PLAN, TABLES

    if source.suffix.lower() not in _EXCEL:
        return False
    try:
        names = {tidy(name) for name in read_cells(source)}
    except SourceError:
        return False  # whoever reads it next says why it cannot be read
    return len(names & {PLAN, *(table.sheet for table in TABLES)}) >= _BOOK_SHEETS


def _say_nothing_found(source: Path, plan: "Plan", output: Path | None) -> None:
    """To standard error, even with -q: what was asked for was not done."""
    lines = [
        f"Không tìm thấy mục tiêu nào trong {source.name}.",
        "Văn bản cần là kế hoạch, chương trình, đề án, nghị quyết hoặc quyết định có nêu mức phải đạt (“Tỷ "
        "lệ … đạt trên "
        "80%”, “tối thiểu 50 mô hình”) hay có bảng chỉ tiêu. Tin, báo cáo kết quả chỉ nêu số đã đạt thì "
        "không có mục tiêu.",
        "Nếu chỉ tiêu nằm ở phụ lục riêng, hãy đọc tệp phụ lục; nếu văn bản là ảnh chụp, hãy xin tệp Word.",
    ]
    if plan.tasks:
        lines.append(f"Có {len(plan.tasks)} nhiệm vụ nhưng không có chỉ tiêu.")
    if output is not None:
        lines.append(f"Không ghi {output}.")
    for line in lines:
        echo(line, err=True)


def _how_to_go_on(source: Path, output: Path | None, plan: "Plan", book: bool) -> list[str]:
    """The file that was written, what to mend in it, the command that follows. `book`: SOURCE is a plan workbook."""
    from dtxl.cli.plan_view import doubts

    folder = plan.info.id or "ke-hoach"
    make = f"dtxl init {folder} --plan {_shown(output or source)}"
    if output is None:
        keep = f"Ghi thành tệp để xem và sửa: dtxl extract {_shown(source)} -o ke-hoach.xlsx"
        return ["", f"Tiếp theo: {make}"] if book else ["", keep, f"Hoặc tạo ngay thư mục làm việc: {make}"]
    look = f"Mở tệp, xem {len(doubts(plan))} điều ở sheet “Cần xác nhận” và các ô nền cam ở sheet “Chỉ tiêu”"
    return [
        "",
        f"Đã ghi {output}.",
        f"{look}; sửa chỗ chưa đúng rồi lưu lại.",
        f"Tiếp theo: {make}",
    ]


def _shown(path: Path) -> str:
    """A path as it is typed in a command."""
    text = str(path)
    if sys.platform == "win32":
        return f'"{text}"' if " " in text else text
    return shlex.quote(text) if " " in text or "'" in text else text
