"""Commands: what they print, what they write, how they end; `--json` against the library's own result."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dtxl.cli.main import COMMANDS, cli
from dtxl.files.xlsx_edit import Editor
from dtxl.pipeline.facts import plan_facts, rollup_facts, status_facts
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.workspace import Workspace
from dtxl.simulate import simulate
from tests.conftest import PERIOD

HEAVY = {
    "pandas", "openpyxl", "xlsxwriter", "docx", "docxtpl", "sqlalchemy", "rich", "lxml", "python_calamine", "jinja2",
    "msoffcrypto",
}  # fmt: skip


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in args], prog_name="dtxl")


def facts_of(*args: str | Path) -> tuple[int, dict]:  # type: ignore[type-arg]
    result = run(*args, "--json", "-")
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize("args", [["--help"], ["collect", "--help"], ["--version"]])
def test_help_loads_click_and_little_else(args: list[str]) -> None:
    code = (
        "import sys\nfrom dtxl.cli.main import main\n"
        f"sys.argv = ['dtxl', *{args!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(m for m in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "click" in loaded
    assert not loaded & HEAVY


def test_help_is_vietnamese_and_english_on_demand() -> None:
    for language, words in (("", ("Cách dùng:", "Tùy chọn", "Các lệnh")), ("en", ("Usage:", "Options", "Commands"))):
        env = {**os.environ, "DTXL_LANG": language} if language else {**os.environ}
        done = subprocess.run(
            [sys.executable, "-m", "dtxl", "--help"], capture_output=True, text=True, check=True, env=env
        )  # fmt: skip
        assert all(word in done.stdout for word in words), language
        assert all(name in done.stdout for name in COMMANDS)


def test_mistakes_at_the_keyboard_end_with_2() -> None:
    for args in (["frobnicate"], ["forms"], ["forms", "x", "--period"], ["collect", "x"]):
        result = run(*args)
        assert result.exit_code == 2
        assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["forms", "collect", "status", "consolidate", "report", "simulate"])
def test_no_workspace_is_said_so(command: str, tmp_path: Path) -> None:
    result = run(command, tmp_path, "--period", PERIOD)
    assert result.exit_code == 2
    assert "dtxl init" in result.stderr


def test_an_unknown_period_or_agency_is_said_so(few: Workspace) -> None:
    assert "2024-Q1" in run("status", few.root, "--period", "quý 1").stderr
    result = run("forms", few.root, "--period", PERIOD, "--agency", "ABC")
    assert (result.exit_code, "ABC" in result.stderr) == (2, True)


def test_extract_writes_the_workbook_and_the_facts(few_folder: Path, tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "samples" / "bac-giang-2024" / "ke-hoach.docx"
    out = tmp_path / "kh.xlsx"
    status, facts = facts_of("extract", source, "-o", out)
    assert status == 0
    expected = plan_facts(Workspace(few_folder).plan)
    assert {k: v for k, v in facts.items() if k not in ("questions", "rankings")} == {
        k: v for k, v in expected.items() if k != "questions"
    }
    assert len(facts["questions"]) + len(facts["rankings"]) == len(expected["questions"])
    assert out.is_file()
    again = run("extract", source, "-o", out)
    assert (again.exit_code, "--force" in again.stderr) == (2, True)
    assert run("extract", source, "-o", out, "--force", "-q").output == ""


def test_extract_says_when_there_is_nothing(tmp_path: Path) -> None:
    news = tmp_path / "tin.txt"
    news.write_text("Hôm qua trời nắng đẹp.\n", encoding="utf-8")
    assert run("extract", news).exit_code == 1
    assert run("extract", tmp_path / "khong-co.docx").exit_code == 2
    assert run("extract", tmp_path).exit_code == 2


def test_init_keeps_what_is_there(few: Workspace) -> None:
    before = (few.root / "ke-hoach.xlsx").read_bytes()
    result = run("init", few.root, "--plan", few.root / "ke-hoach.xlsx")
    assert (result.exit_code, "--force" in result.stderr) == (2, True)
    assert (few.root / "ke-hoach.xlsx").read_bytes() == before


def test_init_from_a_corrected_workbook(few: Workspace, tmp_path: Path) -> None:
    result = run("init", tmp_path / "moi", "--plan", few.root / "ke-hoach.xlsx")
    assert result.exit_code == 0
    assert Workspace(tmp_path / "moi").plan == few.plan
    assert (tmp_path / "moi" / "mau" / "bao-cao.docx").is_file()


def test_forms_twice_and_edited_ones_kept(few: Workspace) -> None:
    assert run("forms", few.root, "--period", PERIOD, "--agency", "217").exit_code == 0
    path = few.form_path(PERIOD, few.plan.agency_by_code["217"])
    path.write_bytes(b"edited")
    status, facts = facts_of("forms", few.root, "--period", PERIOD, "--agency", "217")
    assert (status, len(facts["kept"]), path.read_bytes()) == (1, 1, b"edited")
    assert run("forms", few.root, "--period", PERIOD, "--agency", "217", "--force").exit_code == 0
    assert path.read_bytes() != b"edited"


def test_the_quarter_by_command(few: Workspace) -> None:
    as_of = ("--as-of", "2024-03-25")
    assert run("simulate", few.root, "--period", PERIOD, "--seed", "3", "--damage", "0.5").exit_code == 0
    status, facts = facts_of("collect", few.root, "--period", PERIOD)
    counts = facts["counts"]
    assert counts["files"] == len(facts["files"]) == sum(v for k, v in counts.items() if k != "files")
    assert status == (1 if counts["rejected"] + counts["unreadable"] else 0)
    rollup = make_rollup(few, PERIOD, date(2024, 3, 25))
    assert facts_of("status", few.root, "--period", PERIOD, *as_of) == (
        1,
        status_facts(rollup),
    )
    assert facts_of("consolidate", few.root, "--period", PERIOD, *as_of) == (0, rollup_facts(rollup))
    status, facts = facts_of("report", few.root, "--period", PERIOD, *as_of)
    assert status == 0
    assert Path(facts["files"][0]).is_file()
    status, facts = facts_of("trace", few.root, "--period", PERIOD, "I.4", *as_of)
    assert (status, facts["results"][0]["code"], len(facts["parts"])) == (0, "I.4", facts["results"][0]["expected"])
    assert run("trace", few.root, "--period", PERIOD, "IX.9").exit_code == 2


def test_check_stores_nothing_and_agrees_with_collect(few: Workspace) -> None:
    simulate(few, PERIOD, seed=3, share=0.5, damages=["part-above-whole", "words-for-number"])
    inbox = few.folder(PERIOD, "nhan-ve")
    status, checked = facts_of("check", inbox)
    assert few.store.receipts(PERIOD) == []
    _, collected = facts_of("collect", few.root, "--period", PERIOD)
    found = {f["sha256"]: (f["status"], [x["code"] for x in f["findings"]]) for f in checked["files"]}
    assert found == {f["sha256"]: (f["status"], [x["code"] for x in f["findings"]]) for f in collected["files"]}
    assert status == 1


def test_check_needs_nothing_but_the_form(few: Workspace, tmp_path: Path) -> None:
    made = simulate(few, PERIOD, seed=3, share=1.0)
    alone = tmp_path / "alone"
    shutil.copytree(few.folder(PERIOD, "nhan-ve"), alone)
    status, facts = facts_of("check", alone)
    found = {Path(f["path"]).name: f for f in facts["files"]}
    assert status == 1
    office_only = {"B05", "B06", "B07", "B09", "B12", "C23"}  # what only plan, key and register can tell
    for s in made:
        if s.path:
            file = found[Path(s.path).name]
            assert {x["code"] for x in file["findings"]} == set(s.codes) - office_only, s.damage
            assert file["agency"] in (s.agency, "99999", None)


def test_check_of_a_lone_sound_form_is_clean(few: Workspace, tmp_path: Path) -> None:
    made = simulate(few, PERIOD, seed=3, share=0)
    for number, s in enumerate(made):
        lone = tmp_path / f"{number}.xlsx"
        shutil.copy2(few.root / s.path, lone)
    status, facts = facts_of("check", tmp_path / "0.xlsx", tmp_path / "3.xlsx", tmp_path / "9.xlsx")
    assert (status, [f["findings"] for f in facts["files"]]) == (0, [[], [], []])
    stranger = tmp_path / "x.xlsx"
    stranger.write_bytes(b"x")
    assert facts_of("check", stranger)[0] == 1


def test_json_goes_to_a_file_whole(few: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "status.json"
    result = run("status", few.root, "--period", PERIOD, "--json", out, "-q")
    assert (result.exit_code, result.output) == (1, "")
    assert json.loads(out.read_text(encoding="utf-8"))["counts"]["missing"] == 241


def test_findings_go_to_standard_error_and_results_to_standard_output(few: Workspace) -> None:
    simulate(few, PERIOD, seed=3, share=1.0, damages=["words-for-number"])
    result = run("collect", few.root, "--period", PERIOD)
    assert "[D05]" in result.stderr
    assert "[D05]" not in result.stdout
    assert "phải sửa" in result.stdout


def test_output_in_a_pipe_is_utf8_whatever_the_code_page() -> None:
    env = {**os.environ, "PYTHONIOENCODING": "cp1258"}
    done = subprocess.run([sys.executable, "-m", "dtxl", "--help"], capture_output=True, check=True, env=env)
    assert "Tùy chọn" in done.stdout.decode("utf-8")


def test_a_period_of_another_year_is_refused(few: Workspace) -> None:
    result = run("forms", few.root, "--period", "2042-Q1")
    assert (result.exit_code, "Kỳ báo cáo" in result.stderr) == (2, True)
    assert not (few.root / "2042-Q1").exists()


def test_a_lost_database_is_not_silently_made_anew(few: Workspace) -> None:
    few.close()
    for name in ("dtxl.db", "dtxl.db-wal", "dtxl.db-shm"):
        (few.root / name).unlink(missing_ok=True)
    result = run("collect", few.root, "--period", PERIOD)
    assert (result.exit_code, "dtxl.db" in result.stderr) == (2, True)
    assert not (few.root / "dtxl.db").exists()


def test_a_period_without_an_inbox_is_empty_and_not_an_error(few: Workspace) -> None:
    result = run("collect", few.root, "--period", "2024-Q3")
    assert (result.exit_code, result.stdout) == (0, "0 tệp.\n")
    assert (few.root / "2024-Q3" / "nhan-ve").is_dir()


def test_as_of_leaves_out_what_came_later(few: Workspace) -> None:
    simulate(few, PERIOD, seed=3, share=0)
    run("collect", few.root, "--period", PERIOD, "--received-on", "20/03/2024")
    _, early = facts_of("status", few.root, "--period", PERIOD, "--as-of", "19/03/2024")
    _, late = facts_of("status", few.root, "--period", PERIOD, "--as-of", "2024-03-20")
    assert (early["counts"]["missing"], early["counts"]["late"]) == (241, 0)
    assert late["counts"]["late"] == 11
    assert {f["code"] for f in early["findings"]} == {"G01"}


def test_a_fault_that_was_mended_is_no_longer_a_matter(few: Workspace) -> None:
    simulate(few, PERIOD, seed=3, share=0)
    inbox = few.folder(PERIOD, "nhan-ve")
    good = next(p for p in inbox.iterdir() if "217-" in p.name)
    editor = Editor(good.read_bytes())
    editor.put("Thông tin đơn vị", "C12", None)
    bad = inbox / "thiếu tên.xlsx"
    bad.write_bytes(editor.content())
    os.utime(bad, (good.stat().st_mtime - 60,) * 2)
    status, facts = facts_of("collect", few.root, "--period", PERIOD)
    assert (status, facts["counts"]["rejected"]) == (0, 1)


def test_check_tells_warnings_too(few: Workspace) -> None:
    simulate(few, PERIOD, seed=3, share=0)
    good = next(p for p in few.folder(PERIOD, "nhan-ve").iterdir() if "217-" in p.name)
    late = datetime(2024, 3, 20, 9, 0).timestamp()
    os.utime(good, (late, late))
    result = run("check", good)
    assert result.exit_code == 0
    assert "[B11]" in result.stderr
