"""Options that commands share, and the frame around each: errors become one clear line and exit status 2."""

import functools
import logging
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dtxl.cli.language import t
from dtxl.cli.output import Out, PlainLines, echo

if TYPE_CHECKING:
    from dtxl.pipeline.journal import Keeper

Command = Callable[..., Any]
# Commands that change a workspace or make papers of it: the journal says who ran them. The others only look.
JOURNALLED = frozenset(
    {"init", "forms", "collect", "lock", "consolidate", "report", "letters", "simulate", "backup", "restore"}
)  # fmt: skip

folder = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
period = click.option(
    "--period",
    "period_code",
    metavar="P",
    required=True,
    help=t("Kỳ báo cáo, ví dụ 2024-Q1.", "Period, such as 2024-Q1."),
)
force = click.option(
    "--force",
    is_flag=True,
    help=t("Ghi đè tệp đã có, kể cả tệp đã sửa tay.", "Overwrite files, even those edited by hand."),
)
as_of = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    metavar=t("NGÀY", "DATE"),
    help=t(
        "Tính đến hết ngày này, bản nhận sau không tính (mặc định: hôm nay).",
        "Count lateness up to this day (default: today).",
    ),
)
database = click.option(
    "--db",
    "database",
    envvar="DTXL_DB",
    metavar="URL",
    help=t("Cơ sở dữ liệu khác (PostgreSQL) thay cho dtxl.db.", "Another database (PostgreSQL) instead of dtxl.db."),
)


def today(out: Out, as_of: datetime | None, report_due: date) -> date:
    """The day asked for, else the clock's; long after the period that is worth a word."""
    if as_of is not None:
        return as_of.date()
    day = datetime.now().date()
    if day > report_due:
        out.note(
            t(
                f"Tính đến hôm nay ({day:%d/%m/%Y}); thêm --as-of {report_due} để tính đến hạn trình báo cáo.",
                f"As of today ({day}); add --as-of {report_due} for the day on which the report was due.",
            )
        )
    return day


def command(function: Command) -> Command:
    """The frame: `--json`, `-q`, `-v`; the function gets an Out and returns the exit status (None: 0)."""

    @click.option(
        "--json",
        "json_to",
        metavar="FILE",
        help=t("Ghi kết quả dạng JSON (“-”: ra màn hình).", "Write the facts as JSON (“-”: standard output)."),
    )
    @click.option("-q", "--quiet", is_flag=True, help=t("Chỉ in lỗi.", "Print errors only."))
    @click.option("-v", "--verbose", count=True, help=t("In chi tiết hơn.", "Say more."))
    @click.pass_context
    @functools.wraps(function)
    def framed(context: click.Context, json_to: str | None, quiet: bool, verbose: int, **options: Any) -> None:
        """One call, its status as the exit status; what cannot go on as one line and 2."""
        from dtxl.core.errors import DtxlError

        handler = logging.StreamHandler()
        handler.setFormatter(PlainLines(logging.BASIC_FORMAT))
        level = logging.DEBUG if verbose > 1 else logging.INFO if verbose else logging.ERROR
        logging.basicConfig(level=level, handlers=[handler])
        out = Out(json_to, -1 if quiet else verbose)
        keeper = _keeper(context.info_name or "", options)
        status, message = 2, ""
        try:
            status = function(out=out, **options) or 0
        except DtxlError as error:
            message = str(error)
            echo(t("Lỗi: ", "Error: ") + message, err=True)
        except BrokenPipeError:
            raise  # whoever read our output has read enough: click ends quietly
        except OSError as error:
            message = f"{error.strerror or type(error).__name__}: {error.filename or ''}"
            echo(t("Lỗi: ", "Error: ") + message, err=True)
        except KeyboardInterrupt:
            message = t("Đã dừng; chạy lại lệnh để làm tiếp.", "Stopped; run again to go on.")
            echo(message, err=True)
        if keeper is not None:
            keeper.ended(status, message)
        context.exit(status)

    return framed


def _keeper(name: str, options: dict[str, Any]) -> "Keeper | None":
    """The journal's, for a command that enters it; the row of its beginning is written."""
    folder = options.get("folder")
    if name not in JOURNALLED or not isinstance(folder, Path) or options.get("kit"):
        return None  # a kit is made of a workspace that is only read
    from dtxl.pipeline.journal import Keeper

    own = {key: value for key, value in options.items() if key != "database"}
    keeper = Keeper(name, folder, options.get("database"), own)
    keeper.begun()
    return keeper
