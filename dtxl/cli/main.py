"""The entry point. Commands live in modules that are imported when called: `--help` loads click and little else."""

import importlib

import click

from dtxl import __version__
from dtxl.cli.language import set_up, t

set_up()

# Command → (module, Vietnamese summary, English summary); the summaries stand in `dtxl --help` without an import.
COMMANDS = {
    "extract": ("plan", "Đọc văn bản kế hoạch thành tệp ke-hoach.xlsx.", "Read a plan document into a plan workbook."),
    "init": ("plan", "Tạo thư mục làm việc cho một kế hoạch.", "Make a workspace for a plan."),
    "forms": ("round", "Tạo biểu mẫu gửi từng cơ quan, đơn vị.", "Issue the forms."),
    "check": ("round", "Kiểm tra biểu đã điền, không lưu.", "Check filled forms, store nothing."),
    "collect": ("round", "Tiếp nhận, kiểm tra và lưu biểu nộp về.", "Read, check and store returns."),
    "lock": ("round", "Khóa (hoặc mở lại) số liệu của kỳ.", "Lock a period's figures, or open them again."),
    "status": ("results", "Ai đã nộp, nộp muộn, phải sửa, chưa nộp.", "Returned, late, faulty, missing."),
    "consolidate": ("results", "Lập bảng tổng hợp tong-hop.xlsx.", "Make the consolidated workbook."),
    "report": ("results", "Lập báo cáo Word trình ký.", "Make the Word report for signature."),
    "letters": ("letters", "Lập công văn đề nghị, trả lại, đôn đốc, thông báo.", "Make the letters of a period."),
    "lint": ("lint", "Kiểm tra thể thức văn bản Word.", "Check the layout of Word documents."),
    "trace": ("results", "Truy nguyên một số liệu về ô, tệp, đơn vị.", "Follow a figure back to its cells."),
    "diff": (
        "store",
        "Hai bản nộp gần nhất của một đơn vị khác nhau ở đâu.",
        "What an agency changed in its last return.",
    ),
    "backup": ("store", "Sao lưu cả thư mục làm việc vào một tệp.", "Back a workspace up into one file."),
    "restore": ("store", "Khôi phục thư mục làm việc từ bản sao lưu.", "Restore a workspace from a backup."),
    "simulate": ("training", "Mô phỏng đơn vị điền biểu (tập huấn, kiểm thử).", "Fill forms as agencies would."),
    "demo": ("training", "Chạy thử trọn một quý trên kế hoạch mẫu.", "Run a whole quarter on the sample plan."),
}


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"dtxl.cli.{COMMANDS[cmd_name][0]}")
        found: click.Command = getattr(module, f"{cmd_name}_command")
        found.options_metavar = t("[TÙY CHỌN]", "[OPTIONS]")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section(t("Các lệnh", "Commands")):
            formatter.write_dl([(name, t(vi, en)) for name, (_, vi, en) in COMMANDS.items()])


@click.group(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar=t("[TÙY CHỌN]", "[OPTIONS]"),
    subcommand_metavar=t("LỆNH [THAM SỐ]...", "COMMAND [ARGS]..."),
    help=t(
        "Thu số liệu chỉ tiêu bằng Excel, lập báo cáo Word trình ký theo Nghị định 30/2020/NĐ-CP.",
        "Collect indicator figures in Excel and lay a Word report before the Chairman.",
    ),
    epilog=t("Bắt đầu bằng: dtxl demo", "Begin with: dtxl demo"),
)
@click.version_option(__version__, prog_name="dtxl")
def cli() -> None:
    """The group itself does nothing."""


def main() -> None:
    """Run the command line."""
    cli(prog_name="dtxl")
