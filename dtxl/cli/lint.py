"""lint."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dtxl.cli import options
from dtxl.cli.language import t
from dtxl.cli.output import Out

if TYPE_CHECKING:
    from dtxl.layout import Breach, Verdict
    from dtxl.pipeline.lint import Fixed

FIGURE = "G08"  # of the catalogue: a figure that is not the one gathered
_MOST = 200  # changes that are listed one by one; the JSON holds all


@click.command("lint", help=t("Kiểm tra thể thức văn bản Word theo Nghị định 30/2020/NĐ-CP. Với --fix: ghi một "
                              "bản đã sửa những chỗ sửa được mà không đụng đến câu chữ, và liệt kê từng chỗ.",
                              "Hold Word documents against the layout of Decree 30/2020. With --fix: write a copy in "
                              "which what is safe is corrected, each change listed."))  # fmt: skip
@click.argument("files", nargs=-1, required=True, metavar="FILE.docx...", type=click.Path(path_type=Path))
@click.option("--final", is_flag=True, help=t("Văn bản đã phát hành: số, ngày, tháng phải ghi đủ.",
                                              "An issued document: number and day must be filled."))  # fmt: skip
@click.option("--fix", "mend", is_flag=True,
              help=t("Ghi bản đã sửa ra tệp khác (…-da-sua.docx); tệp gốc giữ nguyên.",
                     "Write a corrected copy (…-da-sua.docx); the file itself stays."))  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.docx",
              help=t("Tệp cho bản đã sửa (một tệp vào, một tệp ra).",
                     "Where the corrected copy goes (one file at a time)."))  # fmt: skip
@options.force
@options.command
def lint_command(
    out: Out, files: tuple[Path, ...], final: bool, mend: bool, output: Path | None, force: bool
) -> int:  # fmt: skip
    """The verdict on each file, or on its corrected copy."""
    from dtxl.core.errors import SourceError, WorkspaceError, WriteError
    from dtxl.pipeline.lint import fix, fix_facts, lint, lint_facts

    if output is not None and (not mend or len(files) != 1):
        raise click.UsageError(t("-o đi với --fix và đúng một tệp.", "-o goes with --fix and a single file."))
    done: list[tuple[Path, Verdict]] = []
    fixed: list[Fixed] = []
    failed = 0
    for path in files:
        try:
            if mend:
                fixed.append(fix(path, output, draft=not final, force=force))
                done.append((path, fixed[-1].left))
            else:
                done.append((path, lint(path, draft=not final)))
        except (SourceError, WorkspaceError, WriteError) as error:
            failed += 1
            out.note(f"{path}: {error}")
            continue
        if mend:
            _show_changes(out, fixed[-1])
        _show(out, *done[-1], left=mend and bool(fixed[-1].changes))
    out.facts(lambda: fix_facts(fixed) if mend else lint_facts(done))
    if failed and not done:
        return 2
    return 1 if failed or any(verdict.broken or not verdict.official for _, verdict in done) else 0


def _show_changes(out: Out, one: "Fixed") -> None:
    """Each change once; equal ones on one line."""
    if one.output is None:
        if one.left.official:
            out.say(t(f"{one.path}: không có chỗ nào cần và có thể tự sửa, không ghi bản mới.",
                      f"{one.path}: nothing that could be corrected, no copy written."))  # fmt: skip
        return
    out.say(t(f"{one.path}: đã sửa {len(one.changes)} chỗ, ghi ra {one.output}.",
              f"{one.path}: {len(one.changes)} changes, written to {one.output}."))  # fmt: skip
    groups: dict[tuple[str, str, str], list[str]] = {}
    for change in one.changes:
        groups.setdefault((change.code, change.found, change.made), []).append(change.place)
    for (code, found, made), places in list(groups.items())[:_MOST]:
        out.say(f"  {code}: {places[0]}{_more(places)}: {found} → {made}")
    if len(groups) > _MOST:
        out.say(t(f"  … và {len(groups) - _MOST} loại khác (xem --json).", f"  … and {len(groups) - _MOST} more."))


def _more(places: list[str]) -> str:
    return t(f" (và {len(places) - 1} chỗ khác)", f" (and {len(places) - 1} more)") if len(places) > 1 else ""


def _show(out: Out, path: Path, verdict: "Verdict", *, left: bool = False) -> None:
    if not verdict.official:
        out.say(f"{path}: không phải văn bản hành chính (không có Quốc hiệu, số ký hiệu, Nơi nhận).")
        return
    if not verdict.breaches:
        out.say(f"{path}: {verdict.kind or 'văn bản'}, đúng thể thức.")
        return
    figures = sum(breach.code == FIGURE for breach in verdict.breaches)
    errors = sum(breach.severity.blocks for breach in verdict.breaches) - figures
    rest = len(verdict.breaches) - errors - figures
    still = t("còn lại cần người sửa: ", "left for people: ") if left else ""
    of_figures = f"{figures} số khác số liệu đã tổng hợp, " if figures else ""
    out.say(f"{path}: {verdict.kind or 'văn bản'}, {still}{of_figures}{errors} lỗi thể thức, {rest} điểm nên xem lại.")
    _show_breaches(out, verdict.breaches)


def _show_breaches(out: Out, breaches: "Iterable[Breach]") -> None:
    groups: dict[tuple[str, str], list[Breach]] = {}
    for breach in breaches:
        groups.setdefault((breach.code, breach.found), []).append(breach)
    for first, *others in groups.values():
        out.note(f"  {first.severity.vi} {first.code}: {first.place}{_more([b.place for b in (first, *others)])}")
        if first.code == FIGURE:
            out.note(f"    Đang ghi: {first.found}; {first.required}.")
        else:
            out.note(f"    Đang là: {first.found}. Quy định: {first.required} ({first.article}).")
