"""diff, backup, restore."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dtxl.cli import options
from dtxl.cli.language import t
from dtxl.cli.output import Out

if TYPE_CHECKING:
    from dtxl.pipeline.changes import Changes

_PATH = click.Path(path_type=Path)
_SHOWN = 10  # hashes, names listed at most
_STATUS = {
    "accepted": "đạt",
    "superseded": "đạt, đã được thay",
    "rejected": "phải sửa",
    "unreadable": "không đọc được",
}


@click.command(
    "diff",
    help=t(
        "Hai bản nộp gần nhất của một đơn vị trong kỳ khác nhau ở ô nào. Mã thoát: 0 không khác; 1 có ô khác.",
        "Which cells an agency changed between its last two returns of the period. Exit status: 0 none; 1 some.",
    ),
)
@options.folder
@options.period
@click.option("--agency", required=True, metavar="CODE", help=t("Mã cơ quan, đơn vị.", "The agency's code."))
@options.database
@options.command
def diff_command(out: Out, folder: Path, period_code: str, agency: str, database: str | None) -> int:
    """What changed between the last two returns of an agency."""
    from dtxl.pipeline.changes import changes_facts, last_changes
    from dtxl.pipeline.workspace import open_workspace

    workspace = open_workspace(folder, database)
    found = last_changes(workspace, period_code, agency)
    workspace.close()
    _show_changes(out, found)
    out.facts(lambda: changes_facts(found))
    return 1 if found.changes else 0


def _show_changes(out: Out, found: "Changes") -> None:
    if found.unread:
        out.note(f"{found.unread} tệp khác của đơn vị không đọc được số liệu nên không so.")
    if found.old is None or found.new is None:
        out.say(f"{found.name}: {'mới có một bản nộp' if found.new else 'chưa có bản nộp nào'}, không có gì để so.")
        return
    for word, r in (("Bản trước", found.old), ("Bản sau", found.new)):
        out.say(f"{word}: {r.path}, nhận lúc {r.received_at:%H:%M ngày %d/%m/%Y} ({_STATUS[r.status]}).")
    if not found.changes:
        out.say(f"{found.name}: hai bản có nội dung như nhau.")
        return
    out.table(
        ("Nội dung", "Sheet", "Ô", "Bản trước", "Bản sau"),
        [(c.label, c.sheet, c.cell, c.old or "(trống)", c.new or "(trống)") for c in found.changes],
    )
    out.say(f"{found.name}: {len(found.changes)} ô khác nhau.")


@click.command(
    "backup",
    help=t(
        "Sao lưu cả thư mục làm việc DIR (cơ sở dữ liệu, kho, kế hoạch, mẫu, các kỳ) vào một tệp FILE; mặc định là "
        "một tệp .zip ở cạnh thư mục, tên có ngày giờ. Chạy được cả khi có người đang tiếp nhận.",
        "Back the workspace DIR up (database, archive, plan, templates, periods) into one FILE; by default a .zip "
        "beside the folder, with date and time in its name. May run while somebody collects.",
    ),
)
@options.folder
@click.argument("target", required=False, metavar="[FILE]", type=_PATH)
@options.database
@click.option("--force", is_flag=True, help=t("Ghi đè tệp sao lưu đã có.", "Overwrite the file."))
@options.command
def backup_command(out: Out, folder: Path, target: Path | None, database: str | None, force: bool) -> int:
    """Everything into one verified file."""
    from dtxl.pipeline.backup import backup
    from dtxl.pipeline.workspace import open_workspace

    workspace = open_workspace(folder, database)
    with out.progress("Sao lưu") as progress:
        done = backup(workspace, target, force=force, progress=progress)
    workspace.close()
    out.say(f"Đã sao lưu {len(done.manifest.files)} tệp vào {done.path} ({_size(done.size)}); đã đọc lại, khớp cả.")
    for path, reason in done.unread:
        out.note(f"Không đọc được {path} ({reason}): không có trong bản sao lưu. Đóng tệp rồi sao lưu lại.")
    _tell_missing(out, done.missing, "Thư mục kho thiếu hoặc có tệp bị thay đổi so với khi nhận")
    facts = {
        "file": done.path.as_posix(), "size": done.size, "files": len(done.manifest.files),
        "made_at": done.manifest.made_at, "missing": list(done.missing),
        "unread": [{"path": path, "reason": reason} for path, reason in done.unread],
    }  # fmt: skip
    out.facts(lambda: facts)
    return 1 if done.missing or done.unread else 0


@click.command(
    "restore",
    help=t(
        "Khôi phục thư mục làm việc vào DIR từ bản sao lưu FILE. Bản sao lưu được kiểm tra hết trước khi ghi.",
        "Restore a workspace into DIR from the backup FILE, which is verified first.",
    ),
)
@click.argument("source", metavar="FILE", type=_PATH)
@options.folder
@options.database
@click.option(
    "--force",
    is_flag=True,
    help=t("Thay thư mục đang có; thư mục cũ được đổi tên, không xóa.", "Replace the folder; the old one is renamed."),
)
@options.command
def restore_command(out: Out, source: Path, folder: Path, database: str | None, force: bool) -> int:
    """All of a backup, or nothing."""
    from dtxl.pipeline.restore import restore

    with out.progress("Khôi phục") as progress:
        done = restore(source, folder, force=force, database=database, progress=progress)
    out.say(f"Đã khôi phục {len(done.manifest.files)} tệp vào {folder}, như lúc {_moment(done.manifest.made_at)}.")
    for aside in done.aside:
        out.say(f"Dữ liệu trước khi khôi phục được giữ ở {aside}; kiểm tra xong thì xóa.")
    _tell_missing(out, done.missing, "Bản sao lưu không có")
    facts = {
        "folder": folder.as_posix(), "files": len(done.manifest.files), "made_at": done.manifest.made_at,
        "aside": [path.as_posix() for path in done.aside], "missing": list(done.missing),
    }  # fmt: skip
    out.facts(lambda: facts)
    return 1 if done.missing else 0


def _tell_missing(out: Out, missing: tuple[str, ...], what: str) -> None:
    if missing:
        more = f" và {len(missing) - _SHOWN} tệp khác" if len(missing) > _SHOWN else ""
        out.note(f"{what} {len(missing)} tệp đã nhận: {', '.join(sha[:12] for sha in missing[:_SHOWN])}{more}.")


def _moment(iso: str) -> str:
    from datetime import datetime

    try:
        return f"{datetime.fromisoformat(iso):%H:%M ngày %d/%m/%Y}"
    except ValueError:
        return iso


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB".replace(".", ",")
