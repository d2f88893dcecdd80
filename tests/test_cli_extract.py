"""`dtxl extract`: what staff see on a terminal and in a pipe, how it ends, what is written and what never is."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from dtxl.cli.main import cli
from dtxl.cli.plan_view import aim, doubt_lines, draw_doubts, draw_plan, plan_lines
from dtxl.extract.blocks import KNOWN
from dtxl.model.plan import Indicator, IndicatorGroup, Kind, Plan, PlanInfo, Question, Target
from dtxl.pipeline.workspace import Workspace
from dtxl.planbook import read_planbook

SOURCE = Path(__file__).parents[1] / "samples" / "bac-giang-2024" / "ke-hoach.docx"
NEWS = "Năm 2024, tỷ lệ hồ sơ trực tuyến của tỉnh đạt 72%, tăng 5% so với cùng kỳ năm 2023.\n"
PLAN_TEXT = """KẾ HOẠCH
Chuyển đổi số tỉnh Bắc Giang năm 2025
I. MỤC TIÊU
1. Phát triển chính quyền số
- Tỷ lệ hồ sơ trực tuyến đạt trên 80%.
- Phấn đấu vào nhóm 10 tỉnh dẫn đầu cả nước về chuyển đổi số.
2. Phát triển kinh tế số
- Có ít nhất 3.000 lượt doanh nghiệp được đào tạo.
"""


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in args], prog_name="dtxl")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "kế hoạch.txt"
    path.write_text(PLAN_TEXT, encoding="utf-8")
    return path


def indicator(code: str, name: str, *targets: Target) -> Indicator:
    return Indicator(code, code.split(".")[0], name, name, name, Kind.RATIO, "%", targets, "Sở A", ("Các sở", "Xã"))


def a_plan() -> Plan:
    """Two groups; doubts of one indicator and of the whole; a ranking; markup in the plan's words."""
    first = indicator("I.1", "Tỷ lệ [bold]hồ sơ[/bold]", Target(">=", Decimal(80), "%", "cấp tỉnh", 2025))
    second = indicator(
        "II.1", "Số doanh nghiệp " + "rất dài " * 40 + "hết", Target(">", Decimal(3000), "lượt", year=2030)
    )
    return Plan(
        PlanInfo("x-2025", "Kế hoạch X", "12/KH-UBND", date(2025, 1, 2), 2025, "UBND tỉnh X"),
        (IndicatorGroup("I", "Chính quyền số"), IndicatorGroup("II", "Kinh tế số")),
        (first, second),
        questions=(
            Question("Chỉ tiêu I.1", "Tỷ lệ [bold]hồ sơ[/bold] " + "dài " * 90 + "cuối", "Chưa rõ mẫu số."),
            Question("Kế hoạch", "", "Không rõ ngày."),
            Question("Chỉ tiêu II.1", "", "Chưa rõ đơn vị."),
            Question("Xếp hạng", "nhóm 10 tỉnh dẫn đầu", "để riêng"),
        ),
    )


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (Target(">=", Decimal(80), "%", year=2025), "≥ 80%"),
        (Target(">", Decimal(3000), "lượt", year=2025), "> 3.000 lượt"),
        (Target("increase>=", Decimal("8.5"), "%", year=2030), "tăng ≥ 8,5% (năm 2030)"),
        (Target("reduce>", Decimal(5), "vụ", year=2025), "giảm > 5 vụ"),
        (Target("<=", Decimal(2), "%", "cấp xã", 2026, date(2026, 6, 1)), "≤ 2% (cấp xã; hạn 01/06/2026)"),
    ],
)
def test_a_target_reads_as_people_write_it(target: Target, said: str) -> None:
    assert aim(target, 2025) == said


def test_lines_for_a_pipe_lose_nothing() -> None:
    plan = a_plan()
    text = "\n".join((*plan_lines(plan), *doubt_lines(plan)))
    for words in ("Kế hoạch X", "12/KH-UBND", "2025", "2 chỉ tiêu, 2 mục tiêu, 0 nhiệm vụ", "I. Chính quyền số",
                  "≥ 80% (cấp tỉnh)", "> 3.000 lượt (năm 2030)", "Sở A\tCác sở; Xã"):  # fmt: skip
        assert words in text
    assert plan.indicators[1].name in text
    assert plan.questions[0].span in text
    assert "\x1b" not in text


def test_doubts_are_grouped_and_rankings_stand_apart() -> None:
    lines = list(doubt_lines(a_plan()))
    assert lines[0] == "Cần xác nhận 3 điều:"
    assert [line.strip() for line in lines if line.endswith(":")][1:] == [
        "Chỉ tiêu:", "Kế hoạch:", "Mục tiêu xếp hạng, không hỏi số liệu:",
    ]  # fmt: skip
    assert lines[-1].strip() == "• nhóm 10 tỉnh dẫn đầu"
    assert sum("• I" in line for line in lines) == 2


@pytest.mark.parametrize("width", [40, 80, 132])
def test_a_terminal_gets_tables_of_its_width_with_every_word(width: int) -> None:
    plan, out = a_plan(), io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, markup=False, highlight=False)
    draw_plan(console, plan)
    draw_doubts(console, plan)
    drawn = Console(file=io.StringIO(), width=width).render_str("").plain + out.getvalue()
    bare = "".join(c for c in drawn if c not in "│─┌┐└┘├┤┬┴┼")
    assert "\x1b[" in drawn  # bold headings
    assert "Chính quyền số" in drawn
    assert bare.count("dài") >= 40
    assert "hết" in bare
    assert "…" in bare  # the long quotation only
    assert "[bold]" in drawn  # the plan's words are no markup


def test_no_line_of_a_terminal_is_too_long() -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, markup=False, highlight=False)
    draw_plan(console, a_plan())
    draw_doubts(console, a_plan())
    assert max(len(line) for line in out.getvalue().split("\n")) <= 80


def test_a_column_that_nobody_fills_is_left_out() -> None:
    plan = a_plan()
    bare = replace(plan, indicators=tuple(replace(i, monitor="", implementers=()) for i in plan.indicators))
    out = io.StringIO()
    draw_plan(Console(file=out, width=80), bare)
    assert "Mục tiêu" in out.getvalue()
    assert "Thực hiện" not in out.getvalue()


def test_the_command_shows_and_says_how_to_go_on(source: Path, tmp_path: Path) -> None:
    result = run("extract", source)
    assert result.exit_code == 0  # doubts are the way of the thing: each plan has some
    assert "I. Phát triển chính quyền số" in result.stdout
    assert "> 80%" in result.stdout
    assert "≥ 3.000 lượt doanh nghiệp" in result.stdout
    assert f"dtxl extract '{source}' -o ke-hoach.xlsx" in result.stdout or "win" in sys.platform
    assert "Cần xác nhận" in result.stderr
    book = tmp_path / "kh.xlsx"
    written = run("extract", source, "-o", book)
    assert f"Đã ghi {book}." in written.stdout
    assert f"--plan {book}" in written.stdout
    assert len(read_planbook(book).indicators) == 2


def test_quiet_prints_nothing_when_all_went_well(source: Path, tmp_path: Path) -> None:
    assert run("extract", source, "-o", tmp_path / "kh.xlsx", "-q").output == ""


def test_facts_for_machines_have_rankings_apart(source: Path) -> None:
    result = run("extract", source, "--json", "-")
    facts = json.loads(result.stdout)
    assert ["nhóm 10 tỉnh dẫn đầu" in r["span"] for r in facts["rankings"]] == [True]
    assert all(q["about"] != "Xếp hạng" for q in facts["questions"])
    assert [(x["op"], x["value"]) for i in facts["indicators"] for x in i["targets"]] == [(">", 80), (">=", 3000)]


def test_a_text_without_targets_is_said_so_and_nothing_is_written(tmp_path: Path) -> None:
    news, book = tmp_path / "tin.txt", tmp_path / "ke-hoach.xlsx"
    news.write_text(NEWS, encoding="utf-8")
    book.write_bytes(b"an earlier plan")
    result = run("extract", news, "-o", book, "--force")
    assert result.exit_code == 1
    assert "Không tìm thấy mục tiêu nào trong tin.txt." in result.stderr
    assert "kế hoạch, chương trình" in result.stderr
    assert book.read_bytes() == b"an earlier plan"
    assert run("extract", news, "-o", tmp_path / "moi.xlsx").exit_code == 1
    assert not (tmp_path / "moi.xlsx").exists()
    facts = json.loads(run("extract", news, "--json", "-").stdout)
    assert (facts["indicators"], facts["tasks"], facts["rankings"]) == ([], [], [])
    assert "Không tìm thấy" in run("extract", news, "-q").stderr


def test_no_workspace_is_made_from_a_text_without_a_plan(tmp_path: Path) -> None:
    news = tmp_path / "tin.txt"
    news.write_text(NEWS, encoding="utf-8")
    result = run("init", tmp_path / "moi", "--plan", news)
    assert (result.exit_code, "Không tìm thấy" in result.stderr) == (1, True)
    assert not (tmp_path / "moi").exists()


def test_what_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    broken = tmp_path / "hỏng.docx"
    broken.write_bytes(b"PK\x03\x04 no archive")
    result = run("extract", broken, "-o", tmp_path / "kh.xlsx")
    assert (result.exit_code, "hỏng.docx" in result.stderr) == (2, True)
    assert "Traceback" not in result.output
    assert not (tmp_path / "kh.xlsx").exists()


def a_list(path: Path) -> Path:
    """A list of indicators in a sheet that is called as one of the plan workbook's."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Chỉ tiêu"
    rows = [("TT", "Chỉ tiêu", "Đơn vị tính", "Mục tiêu năm 2025"), (1, "Tỷ lệ hồ sơ trực tuyến", "%", "≥ 80"),
            (2, "Số mô hình chuyển đổi số", "mô hình", 50)]  # fmt: skip
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_list_of_indicators_in_excel_is_no_plan_workbook(tmp_path: Path) -> None:
    listed = a_list(tmp_path / "chi-tieu.xlsx")
    facts = json.loads(run("extract", listed, "--json", "-").stdout)
    assert [x["value"] for i in facts["indicators"] for x in i["targets"]] == [80, 50]
    result = run("init", tmp_path / "moi", "--plan", listed)
    assert result.exit_code == 0, result.output
    workspace = Workspace(tmp_path / "moi")
    assert [i.name for i in workspace.plan.indicators] == ["Tỷ lệ hồ sơ trực tuyến", "Số mô hình chuyển đổi số"]


def test_a_plan_workbook_is_shown_as_staff_corrected_it(tmp_path: Path, source: Path) -> None:
    book = tmp_path / "kh.xlsx"
    run("extract", source, "-o", book)
    shown = run("extract", book)
    assert "I. Phát triển chính quyền số" in shown.stdout
    assert f"--plan {book}" in shown.stdout
    assert "-o ke-hoach.xlsx" not in shown.stdout
    workspace = run("init", tmp_path / "moi", "--plan", book)
    assert workspace.exit_code == 0, workspace.output


def test_help_names_every_carrier() -> None:
    words = run("extract", "--help").stdout
    assert all(f"{suffix}" in words for suffix in KNOWN)


def test_a_pipe_is_never_cut_to_a_width() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dtxl", "extract", str(SOURCE)], capture_output=True, text=True, encoding="utf-8",
        check=False, env={"COLUMNS": "40", "PATH": "", "FORCE_COLOR": "1"},
    )  # fmt: skip
    assert "phục vụ người dân và phát triển kinh tế - xã hội\t≥ 100%" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stdout.index("I. Phát triển chính quyền số") < done.stdout.index("IV. An toàn, an ninh mạng")
