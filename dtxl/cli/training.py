"""simulate, demo."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dtxl.cli import options
from dtxl.cli.language import t
from dtxl.cli.output import Out, Progress

if TYPE_CHECKING:
    from dtxl.simulate.kit_verify import Verified


_DIR = click.Path(path_type=Path)


@click.command(
    "simulate",
    help=t(
        "Điền biểu mẫu của kỳ như các đơn vị sẽ làm; với --kit: tạo bộ thử, mỗi mã lỗi một tệp.",
        "Fill forms as agencies would; with --kit: make a kit of bad files, one for each code.",
    ),
)
@click.argument("folder", metavar="[DIR]", required=False, type=_DIR)
@click.option("--period", "period_code", metavar="P", help=t("Kỳ báo cáo, ví dụ 2024-Q1.", "Period, such as 2024-Q1."))
@click.option(
    "--seed",
    type=int,
    default=2024,
    show_default=True,
    help=t("Số khởi tạo ngẫu nhiên (cùng số cho cùng kết quả).", "Random seed."),
)
@click.option(
    "--damage",
    type=click.FloatRange(0, 1),
    default=15 / 241,
    metavar="SHARE",
    help=t("Tỷ lệ đơn vị nộp muộn, không nộp hoặc nộp sai (0 đến 1).", "Share late, silent or faulty (0 to 1)."),
)
@click.option("--kit", type=_DIR, metavar="DIR",
              help=t("Tạo bộ thử của kế hoạch vào thư mục này; thư mục làm việc chỉ được đọc.",
                     "Make the plan's attack kit in this folder; the workspace is only read."))  # fmt: skip
@click.option("--verify", is_flag=True,
              help=t("Thử bộ thử: tiếp nhận từng tệp trong bản sao, so với danh sách (không nêu DIR: bộ đã có).",
                     "Try the kit out in a copy of it, against its list (without DIR: the kit as it is)."))  # fmt: skip
@options.database
@options.command
def simulate_command(
    out: Out, folder: Path | None, period_code: str | None, seed: int, damage: float, kit: Path | None, verify: bool,
    database: str | None,
) -> int:  # fmt: skip
    """Simulate returns, or make and try an attack kit."""
    from dataclasses import asdict

    from dtxl.core.errors import DtxlError
    from dtxl.pipeline.workspace import INBOX, open_workspace
    from dtxl.simulate import simulate

    if kit is not None:
        return _kit(out, folder, period_code, kit, verify)
    if verify or folder is None or period_code is None:
        raise DtxlError("Cần nêu thư mục làm việc và kỳ: dtxl simulate DIR --period KỲ; --verify đi cùng --kit.")
    workspace = open_workspace(folder, database)
    with out.progress("Mô phỏng") as progress:
        made = simulate(workspace, period_code, seed=seed, share=damage, progress=progress)
    workspace.close()
    files = [s for s in made if s.path]
    out.say(f"Đã đặt {len(files)} biểu đã điền vào {folder / period_code / INBOX}.")
    for s in made:
        if s.damage:
            out.note(f"  {s.agency}: {s.damage} ({', '.join(s.codes)})")
    out.facts(lambda: {"returns": [asdict(s) for s in made]})
    return 0


def _kit(out: Out, folder: Path | None, period_code: str | None, place: Path, verify: bool) -> int:
    """Make the kit of a workspace, or take the one that is there; try it where asked."""
    from dtxl.core.errors import DtxlError
    from dtxl.simulate.kit import make_kit, read_kit
    from dtxl.simulate.kit_list import LIST
    from dtxl.simulate.kit_verify import verify_kit

    if folder is None and not verify:
        raise DtxlError(f"Cần nêu thư mục làm việc và kỳ: dtxl simulate DIR --period KỲ --kit {place}")
    if folder is not None and period_code is None:
        raise DtxlError(f"Cần nêu kỳ: dtxl simulate {folder} --period KỲ --kit {place}")
    if folder is not None and period_code is not None:
        with out.progress("Tạo bộ thử") as progress:
            kit = make_kit(folder, period_code, place, progress)
        codes = {code for e in kit.by_code for code in e.codes}
        out.say(f"Đã tạo bộ thử trong {place}: {len(kit.by_code)} tệp cho {len(codes)} mã, {len(kit.attacks)} tệp tấn "
                f"công, {len(kit.entries) - len(kit.tests)} bản nộp trước làm nền.")  # fmt: skip
        out.say(f"Danh sách: {place / LIST}")
        if not verify:
            out.say(f"Thử: dtxl simulate --kit {place} --verify")
    else:
        kit = read_kit(place)
    if not verify:
        out.facts(kit.facts)
        return 0
    with out.progress("Thử từng tệp") as progress:
        verified = verify_kit(kit, progress)
    _tell_trial(out, verified)
    out.facts(verified.facts)
    return 1 if verified.faults else 0


def _tell_trial(out: Out, verified: "Verified") -> None:
    """Per code: raised or not; then what differs, then the counts."""
    rows = verified.by_code()
    out.table(("Mã", "Số tệp", "Kết quả"), [(c, str(n), "có báo" if ok else "KHÔNG ĐÚNG") for c, n, ok in rows])
    right = len(verified.checked) - len(verified.faults)
    out.say(f"{len(verified.checked)} tệp: {right} đúng như danh sách, {len(verified.faults)} khác danh sách.")
    for one in verified.faults:
        raised = ", ".join(one.raised) or "không mã nào"
        out.note(f"  {one.entry.file}: {one.fault}; cần {' hoặc '.join(one.entry.codes) or 'được chấp nhận'}, "
                 f"đã báo {raised} ({one.status or 'chưa tiếp nhận'})")  # fmt: skip


@click.command("demo", help=t("Chạy trọn một quý trên kế hoạch mẫu vào DIR (mặc định: output).",
                              "Run a whole quarter on a sample plan into DIR (default: output)."))  # fmt: skip
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path("output"))
@click.option(
    "--plan",
    "plan",
    metavar="ID",
    default="bac-giang-2024",
    show_default=True,
    help=t(
        "Kế hoạch mẫu: bac-giang-2023, bac-giang-2024, ben-tre-2025, nghe-an-2025 hoặc son-la-2023.",
        "The sample plan: bac-giang-2023, bac-giang-2024, ben-tre-2025, nghe-an-2025 or son-la-2023.",
    ),
)
@options.command
def demo_command(out: Out, folder: Path, plan: str) -> int:
    """The whole quarter."""
    from dtxl.core.settings import house
    from dtxl.model.rollup import State
    from dtxl.pipeline.facts import collect_facts, rollup_facts
    from dtxl.pipeline.workspace import DATABASE, INBOX, PLANBOOK, RETURNED, SENT
    from dtxl.simulate.demo import run_demo

    with ExitStack() as stack:

        def watch(title: str) -> Progress:
            stack.close()
            return stack.enter_context(out.progress(title))

        demo = run_demo(folder, watch, plan)
    demo.workspace.close()
    rollup, counts = demo.rollup, demo.collected.counts
    words = house()["result_state"]
    troubled = [s for s in demo.simulated if s.damage]
    here = folder / demo.period
    out.say(f"Trọn {rollup.period.name} trên kế hoạch mẫu: {len(rollup.plan.indicators)} chỉ tiêu, "
            f"{len(rollup.plan.tasks)} nhiệm vụ, {len(rollup.agencies)} cơ quan, đơn vị "
            f"({len(troubled)} nộp muộn, không nộp hoặc nộp sai).")  # fmt: skip
    out.say(f"Tiếp nhận {counts['files']} tệp: {counts['accepted']} đạt, {counts['rejected']} phải sửa, "
            f"{counts['unreadable']} không đọc được.")  # fmt: skip
    out.say("Kết quả: " + "; ".join(f"{words[s.value].lower()} {rollup.count(s)}" for s in State)
            + f" (trong {len(rollup.indicators)} mục tiêu).")  # fmt: skip
    out.say("Các tệp đã tạo:")
    for path, what in (
        (folder / PLANBOOK, "tệp kế hoạch: giao chỉ tiêu, nhiệm vụ cho ai"),
        (here / SENT, f"{len(demo.issued.written)} biểu mẫu, mỗi cơ quan một tệp"),
        (here / INBOX, f"{counts['files']} biểu nộp về (mô phỏng)"),
        (here / RETURNED, f"{len(demo.collected.marked)} bản đánh dấu lỗi để trả lại"),
        (demo.consolidated, "bảng tổng hợp"),
        (demo.report, "báo cáo trình ký"),
        (folder / DATABASE, "cơ sở dữ liệu"),
    ):
        out.say(f"  {path}  –  {what}")
    out.say(f"Mở trước tiên: {demo.report}, rồi {demo.consolidated}.")
    out.say(f"Xem ai đã nộp: dtxl status {folder} --period {demo.period} --as-of {rollup.as_of:%Y-%m-%d}")
    out.facts(lambda: {**collect_facts(demo.collected), "rollup": rollup_facts(rollup)})
    return 0
