"""simulate, demo."""

from contextlib import ExitStack
from pathlib import Path

import click

from dtxl.cli import options
from dtxl.cli.language import t
from dtxl.cli.output import Out, Progress


@click.command("simulate", help=t("Điền biểu mẫu của kỳ như các đơn vị sẽ làm.", "Fill forms as agencies would."))
@options.folder
@options.period
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
@options.database
@options.command
def simulate_command(
    out: Out, folder: Path, period_code: str, seed: int, damage: float, database: str | None
) -> int:  # fmt: skip
    """Simulate returns."""
    from dataclasses import asdict

    from dtxl.pipeline.workspace import INBOX, open_workspace
    from dtxl.simulate import simulate

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
