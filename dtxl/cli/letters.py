"""letters."""

from datetime import datetime
from pathlib import Path

import click

from dtxl.cli import options
from dtxl.cli.language import t
from dtxl.cli.output import Out, names

_KINDS = ("request", "return", "reminder", "notice")


@click.command("letters", help=t("Lập công văn của kỳ vào DIR/kỳ/cong-van: đề nghị báo cáo (request), trả lại để sửa "
                                 "(return), đôn đốc (reminder), thông báo kết quả (notice).",
                                 "Make the period's letters: request, return, reminder, notice."))  # fmt: skip
@options.folder
@options.period
@click.option("--kind", required=True, type=click.Choice(_KINDS),
              help=t("Loại công văn.", "Which letters."))  # fmt: skip
@click.option("--agency", "agencies", multiple=True, metavar="CODE",
              help=t("Chỉ cơ quan này (lặp lại được).", "Only this agency (may be repeated)."))  # fmt: skip
@click.option("--by", "by", type=click.Choice(["agency", "group"]), default="agency",
              help=t("Đề nghị báo cáo: mỗi cơ quan một công văn, hay mỗi nhóm một công văn.",
                     "Requests: a letter to each agency or to each group."))  # fmt: skip
@click.option("--round", "round_", type=click.IntRange(1, 2), metavar="N",
              help=t("Đôn đốc lần 1 hay lần 2 (mặc định: theo công văn đã lập trước đó).",
                     "First or second reminder (default: by those made before)."))  # fmt: skip
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]), metavar=t("NGÀY", "DATE"),
              help=t("Hạn gửi lại ghi trong công văn trả lại, đôn đốc (mặc định: vài ngày làm việc).",
                     "By when to answer a return letter or a reminder (default: some working days)."))  # fmt: skip
@options.as_of
@options.database
@options.force
@options.command
def letters_command(
    out: Out, folder: Path, period_code: str, kind: str, agencies: tuple[str, ...], by: str, round_: int | None,
    until: datetime | None, as_of: datetime | None, database: str | None, force: bool,
) -> int:  # fmt: skip
    """Letters."""
    from dtxl.core.errors import DtxlError
    from dtxl.documents.letters import LetterKind
    from dtxl.pipeline.letters import LETTERS, Wanted, letters_facts, make_letters
    from dtxl.pipeline.workspace import open_workspace

    for given, name, kinds in (
        (by == "group", "--by group", ("request",)), (round_ is not None, "--round", ("reminder",)),
        (until is not None, "--until", ("return", "reminder")),
    ):  # fmt: skip
        if given and kind not in kinds:
            raise DtxlError(f"{name} chỉ dùng với --kind {' hoặc '.join(kinds)}.")
    workspace = open_workspace(folder, database)
    wanted = Wanted(LetterKind(kind), agencies, by == "group", round_, until.date() if until else None, force)
    try:
        today = options.today(out, as_of, workspace.period(period_code).report_due)
        with out.progress("Lập công văn") as progress:
            made = make_letters(workspace, period_code, wanted, today, progress=progress)
    finally:
        workspace.close()
    if made.restored:
        out.note(
            f"Thư mục làm việc chưa có mẫu {made.restored.name}: đã chép mẫu của chương trình vào {made.restored}."
        )
    out.say(f"Đã lập {len(made.of('written'))} công văn trong {folder / period_code / LETTERS}.")
    if made.of("same"):
        out.say(f"{len(made.of('same'))} công văn đã có sẵn, không đổi.")
    if not made.made and not made.reminded:
        out.say("Không có cơ quan, đơn vị nào thuộc diện nhận công văn này.")
    if made.reminded:
        out.say(f"{len(made.reminded)} đơn vị đã được đôn đốc trước đó, chưa lập lại (--round 2: lập công văn lần 2).")
    if made.withdrawn:
        out.say(f"Đã bỏ {len(made.withdrawn)} công văn lập trong ngày, nay không còn cần.")
    if made.unaddressed:
        out.note(f"{made.unaddressed} tệp chưa rõ của đơn vị nào nên không có công văn trả lại (xem thư mục tra-lai).")
    if made.of("kept"):
        out.note(f"Giữ nguyên {len(made.of('kept'))} công văn đã sửa tay (thêm --force để ghi đè):")
        out.note(names(made.of("kept")))
    out.facts(lambda: letters_facts(made))
    return 1 if made.of("kept") else 0
