"""forms, check, collect."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dtxl.cli import options
from dtxl.cli.language import t
from dtxl.cli.output import Out, names

if TYPE_CHECKING:
    from dtxl.pipeline.collect import Collected

_PATHS = click.Path(path_type=Path)


@click.command("forms", help=t("Tạo biểu mẫu của kỳ vào DIR/kỳ/gui-di.", "Issue the period's forms."))
@options.folder
@options.period
@click.option("--agency", "agencies", multiple=True, metavar="CODE",
              help=t("Chỉ cơ quan này (lặp lại được).", "Only this agency (may be repeated)."))  # fmt: skip
@options.database
@options.force
@options.command
def forms_command(
    out: Out, folder: Path, period_code: str, agencies: tuple[str, ...], database: str | None, force: bool
) -> int:
    """Issue forms."""
    from dtxl.pipeline.issue import issue_forms
    from dtxl.pipeline.workspace import SENT, open_workspace

    workspace = open_workspace(folder, database)
    with out.progress("Tạo biểu mẫu") as progress:
        issued = issue_forms(workspace, period_code, agencies, force=force, progress=progress)
    workspace.close()
    out.say(f"Đã tạo {len(issued.written)} biểu mẫu trong {folder / period_code / SENT}.")
    if issued.same:
        out.say(f"{len(issued.same)} biểu mẫu đã có sẵn, không đổi.")
    if issued.kept:
        out.note(f"Giữ nguyên {len(issued.kept)} tệp khác với biểu mẫu mới (thêm --force để ghi đè):")
        out.note(names(issued.kept))
    out.facts(lambda: {key: [p.as_posix() for p in getattr(issued, key)] for key in ("written", "same", "kept")})
    return 1 if issued.kept else 0


@click.command("check", help=t("Kiểm tra biểu đã điền, không lưu gì.", "Check filled forms, store nothing."))
@click.argument("files", nargs=-1, required=True, type=_PATHS, metavar="FILE...")
@click.option(
    "--workspace",
    "folder",
    type=_PATHS,
    metavar="DIR",
    help=t("Thư mục làm việc (mặc định: tìm từ chỗ của tệp).", "The workspace (default: found from the file)."),
)
@click.option("--period", "period_code", metavar="P", help=t("Kỳ báo cáo (mặc định: kỳ ghi trong biểu).", "Period."))
@options.database
@options.command
def check_command(
    out: Out, files: tuple[Path, ...], folder: Path | None, period_code: str | None, database: str | None
) -> int:
    """Check files."""
    from dtxl.pipeline.check import check_alone, check_files
    from dtxl.pipeline.facts import collect_facts
    from dtxl.pipeline.workspace import find_workspace

    workspace = find_workspace(folder, files, database)
    if workspace is None:
        out.note("Kiểm tra theo chính biểu mẫu; chữ ký, mục tiêu và lần nộp trước do cơ quan tổng hợp đối chiếu.")
        checked = check_alone(files)
    else:
        checked = check_files(workspace, files, period_code)
        workspace.close()
    _tell(out, checked, every=True)
    out.facts(lambda: collect_facts(checked))
    return 0 if all(f.status == "accepted" for f in checked.files) else 1


@click.command("collect", help=t("Tiếp nhận biểu nộp về; PATH mặc định là DIR/kỳ/nhan-ve.",
                                 "Collect returns; PATH defaults to the inbox."))  # fmt: skip
@options.folder
@options.period
@click.argument("paths", nargs=-1, type=_PATHS, metavar="[PATH...]")
@click.option(
    "--received-on",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%dT%H:%M"]),
    metavar=t("NGÀY", "DATE"),
    help=t("Ngày nhận (mặc định: lúc tệp vào thư mục).", "When received (default: the file's time)."),
)
@click.option("--accept", "accepted", type=_PATHS, metavar="FILE",
              help=t("Xác nhận tệp này là bản nộp của cơ quan nêu ở --agency; vẫn kiểm tra đầy đủ.",
                     "Answer for this file: it is the return of --agency; every check runs."))  # fmt: skip
@click.option("--agency", metavar="CODE", help=t("Mã cơ quan của tệp ở --accept.", "Whose the file of --accept is."))
@options.database
@options.command
def collect_command(
    out: Out, folder: Path, period_code: str, paths: tuple[Path, ...], received_on: datetime | None,
    accepted: Path | None, agency: str | None, database: str | None,
) -> int:  # fmt: skip
    """Collect returns."""
    from dtxl.core.errors import DtxlError
    from dtxl.pipeline.accept import accept
    from dtxl.pipeline.collect import collect
    from dtxl.pipeline.facts import collect_facts
    from dtxl.pipeline.workspace import open_workspace

    if (accepted is None) != (agency is None) or (accepted is not None and paths):
        raise DtxlError("Xác nhận một tệp: dtxl collect DIR --period KỲ --accept TỆP --agency MÃ (không kèm PATH).")
    workspace = open_workspace(folder, database)
    try:
        with out.progress("Tiếp nhận, kiểm tra") as progress:
            if accepted is not None and agency is not None:
                collected = accept(workspace, period_code, accepted, agency, received_at=received_on, progress=progress)
            else:
                collected = collect(workspace, period_code, paths, received_at=received_on, progress=progress)
    finally:
        workspace.close()
    _tell(out, collected)
    for parts in collected.merged:
        out.say("Đã gộp thành một bản nộp các phần không mâu thuẫn: " + ", ".join(parts) + ".")
    if collected.marked:
        out.say(f"Đã ghi {len(collected.marked)} bản đánh dấu lỗi để trả lại:")
        out.say(names(collected.marked))
    out.facts(lambda: collect_facts(collected))
    return 1 if any(f.status in ("rejected", "unreadable") and not f.settled for f in collected.files) else 0


@click.command("lock", help=t("Khóa số liệu của kỳ: bản nộp sau không làm thay đổi số liệu (--open: mở lại).",
                              "Lock a period: later returns change nothing (--open: open it again)."))  # fmt: skip
@options.folder
@options.period
@click.option("--open", "opened", is_flag=True, help=t("Mở lại kỳ đã khóa.", "Open a locked period again."))
@options.database
@options.command
def lock_command(out: Out, folder: Path, period_code: str, opened: bool, database: str | None) -> int:
    """Lock or open a period."""
    from dtxl.pipeline.accept import close_period, open_period
    from dtxl.pipeline.workspace import open_workspace

    workspace = open_workspace(folder, database)
    try:
        if opened:
            was = open_period(workspace, period_code)
            out.say(f"Đã mở lại kỳ {period_code}." if was else f"Kỳ {period_code} không bị khóa.")
            out.facts(lambda: {"period": period_code, "locked": False, "was_locked": was})
            return 0
        word = close_period(workspace, period_code)
    finally:
        workspace.close()
    out.say(f"Kỳ {period_code} đã khóa số liệu lúc {word.at:%H:%M ngày %d/%m/%Y} ({word.person}).")
    out.facts(lambda: {"period": period_code, "locked": True, "at": word.at.isoformat(), "person": word.person})
    return 0


def _tell(out: Out, collected: "Collected", every: bool = False) -> None:
    """The findings of faulty files that still wait for a better one (of every file, where asked), then the counts."""
    for file in collected.files:
        if (file.status in ("rejected", "unreadable") and not file.settled) or every or out.verbose:
            out.findings(file.path, file.findings)
            for command in (dict(f.args).get("command") for f in file.findings):
                if command:
                    out.note(f"Sau khi kiểm tra, nếu đúng là của đơn vị này, xác nhận bằng lệnh: {command}")
    counts = collected.counts
    words = {
        "accepted": "đạt",
        "superseded": "được thay bằng bản sau",
        "rejected": "phải sửa",
        "unreadable": "không đọc được",
        "duplicate": "trùng",
    }
    parts = [f"{counts[status]} {word}" for status, word in words.items() if counts[status]]
    out.say(f"{counts['files']} tệp" + (": " + " + ".join(parts) if parts else "") + ".")
