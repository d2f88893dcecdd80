"""One whole quarter on a sample plan: from the document to the report for signature."""

import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from dtxl.core.errors import DtxlError, WorkspaceError
from dtxl.files.safe import write_whole
from dtxl.model.rollup import Rollup
from dtxl.pipeline.collect import Collected, collect
from dtxl.pipeline.issue import Issued, issue_forms
from dtxl.pipeline.publish import consolidate, report
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.workspace import Progress, Workspace, init_workspace
from dtxl.simulate.run import Simulated, simulate

USUAL = "bac-giang-2024"
SEED = 2024
MARK = ".dtxl-demo"

Watch = Callable[[str], Progress]  # names a stage, gives its progress


@dataclass(frozen=True)
class Demo:
    """All that the demo made."""

    workspace: Workspace
    period: str
    issued: Issued
    simulated: list[Simulated]
    collected: Collected
    rollup: Rollup
    consolidated: Path
    report: Path


def sample_periods() -> dict[str, str]:
    """The sample plans by id, with the quarter that the demo runs on each."""
    periods = {}
    for folder in resources.files("dtxl.samples").iterdir():
        plan = folder.joinpath("plan.toml")
        if plan.is_file():
            periods[folder.name] = tomllib.loads(plan.read_text(encoding="utf-8"))["period"]
    return dict(sorted(periods.items()))


def run_demo(root: Path, watch: Watch, plan: str = USUAL) -> Demo:
    """Make the whole quarter of the sample `plan` in `root`, anew. A folder that holds anything but an earlier demo is
    left alone. Raises DtxlError for a plan that there is not."""
    periods = sample_periods()
    if plan not in periods:
        raise DtxlError(f"Không có kế hoạch mẫu “{plan}”. Các kế hoạch mẫu: {', '.join(periods)}.")
    period = periods[plan]
    _clear(root)
    source = resources.files("dtxl.samples").joinpath(plan, "ke-hoach.docx")
    with resources.as_file(source) as document:
        step = watch("Đọc kế hoạch")
        workspace = init_workspace(root, document)
        step(1, 1)
    issued = issue_forms(workspace, period, progress=watch("Tạo biểu mẫu"))
    simulated = simulate(workspace, period, seed=SEED, progress=watch("Mô phỏng đơn vị điền biểu"))
    collected = collect(workspace, period, progress=watch("Tiếp nhận, kiểm tra"))
    today = workspace.period(period).report_due
    rollup = make_rollup(workspace, period, today)
    step = watch("Tổng hợp, lập báo cáo")
    table = consolidate(workspace, rollup)
    step(1, 2)
    paper = report(workspace, rollup, today)[0]
    step(2, 2)
    return Demo(workspace, period, issued, simulated, collected, rollup, table, paper)


def _clear(root: Path) -> None:
    """An empty folder with the demo's mark, which says that what is in it may be thrown away."""
    if root.exists() and any(root.iterdir()):
        if not (root / MARK).is_file():
            raise WorkspaceError(
                f"Thư mục {root} đang có dữ liệu không phải của lần chạy thử trước. "
                "Chọn thư mục khác: dtxl demo THƯ-MỤC"
            )
        shutil.rmtree(root)
    write_whole(root / MARK, "Thư mục chạy thử của dtxl: lần chạy thử sau sẽ xóa và tạo lại.\n".encode())
