"""lint."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dtxl.cli import options
from dtxl.cli.language import t
from dtxl.cli.output import Out

if TYPE_CHECKING:
    from dtxl.pipeline.lint import Linted


@click.command("lint", help=t("Kiểm tra thể thức văn bản Word theo Nghị định 30/2020/NĐ-CP.",
                              "Hold Word documents against the layout of Decree 30/2020."))  # fmt: skip
@click.argument("files", nargs=-1, required=True, metavar="FILE.docx...", type=click.Path(path_type=Path))
@click.option("--final", is_flag=True, help=t("Văn bản đã phát hành: số, ngày, tháng phải ghi đủ.",
                                              "An issued document: number and day must be filled."))  # fmt: skip
@options.command
def lint_command(out: Out, files: tuple[Path, ...], final: bool) -> int:
    """The verdict on each file."""
    from dtxl.core.errors import SourceError
    from dtxl.pipeline.lint import lint, lint_facts

    done: list[Linted] = []
    failed = 0
    for path in files:
        try:
            done.append(lint(path, draft=not final))
        except SourceError as error:
            failed += 1
            out.note(f"{path}: {error}")
            continue
        _show(out, done[-1])
    out.facts(lambda: lint_facts(done))
    if failed and not done:
        return 2
    return 1 if failed or any(one.broken or not one.official for one in done) else 0


def _show(out: Out, one: "Linted") -> None:
    if not one.official:
        out.say(f"{one.path}: không phải văn bản hành chính (không có Quốc hiệu, số ký hiệu, Nơi nhận).")
        return
    if not one.breaches:
        out.say(f"{one.path}: {one.kind or 'văn bản'}, đúng thể thức.")
        return
    errors = sum(breach.severity.blocks for breach in one.breaches)
    out.say(
        f"{one.path}: {one.kind or 'văn bản'}, {errors} lỗi thể thức, {len(one.breaches) - errors} điểm nên xem lại."
    )
    groups: dict[tuple[str, str], list[str]] = {}
    for breach in one.breaches:
        groups.setdefault((breach.code, breach.found), []).append(breach.place)
    for breach in one.breaches:
        places = groups.pop((breach.code, breach.found), [])
        if not places:
            continue  # said with the first of them
        more = t(f" (và {len(places) - 1} chỗ khác)", f" (and {len(places) - 1} more)") if len(places) > 1 else ""
        out.note(f"  {breach.severity.vi} {breach.code}: {places[0]}{more}")
        out.note(f"    Đang là: {breach.found}. Quy định: {breach.required} ({breach.article}).")
