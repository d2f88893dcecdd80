"""`dtxl lint`: what staff see of a document, what machines get, the exit status."""

import json
from datetime import date
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from dtxl.cli.main import cli
from dtxl.pipeline.collect import collect
from dtxl.pipeline.publish import report
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.workspace import Workspace
from dtxl.simulate import simulate
from tests.conftest import PERIOD
from tests.papers import DOCUMENTS

AS_OF = date(2024, 3, 25)


def lint(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["lint", *map(str, arguments)])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_sound_document_ends_with_nothing_to_do(name: str, tmp_path: Path) -> None:
    done = lint(DOCUMENTS[name]().save(tmp_path / "a.docx"))
    assert (done.exit_code, "đúng thể thức" in done.stdout) == (0, True)
    assert done.stderr == ""


def test_a_broken_rule_is_told_with_its_article(tmp_path: Path) -> None:
    made = DOCUMENTS["report"]()
    made["motto"].runs[0].text = "Độc lập – Tự do – Hạnh phúc"
    path = made.save(tmp_path / "a.docx")
    done = lint(path, "--json", tmp_path / "a.json")
    assert done.exit_code == 1
    assert "HD-03" in done.stderr
    assert "Mục II.1.b" in done.stderr
    [file] = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["files"]
    assert (file["path"], file["kind"]) == (path.as_posix(), "báo cáo")
    [finding] = file["findings"]
    assert set(finding) == {"code", "severity", "place", "found", "required", "article"}
    assert (finding["code"], finding["severity"]) == ("HD-03", "error")


def test_a_warning_alone_breaks_nothing(tmp_path: Path) -> None:
    made = DOCUMENTS["report"]()
    made["date"].runs[0].text = "Bắc Giang, ngày 05 tháng 03 năm 2024"
    done = lint(made.save(tmp_path / "a.docx"))
    assert (done.exit_code, "HD-12" in done.stderr) == (0, True)


def test_blanks_are_a_drafts(tmp_path: Path) -> None:
    made = DOCUMENTS["decision"]()
    made["attached"].runs[0].text = "(Kèm theo Quyết định số      /QĐ-STTTT ngày      tháng 3 năm 2024 của Giám đốc Sở)"
    path = made.save(tmp_path / "a.docx")
    assert lint(path).exit_code == 0
    assert lint(path, "--final").exit_code == 1


def test_what_is_no_administrative_document_is_said_to_be_none(tmp_path: Path) -> None:
    letter = docx.Document()
    letter.add_paragraph("Chào anh, mai mình họp lúc 8 giờ nhé.")
    letter.save(str(tmp_path / "a.docx"))
    done = lint(tmp_path / "a.docx", "--json", "-")
    assert (done.exit_code, json.loads(done.stdout)["files"][0]["official"]) == (1, False)


def faulty(folder: Path) -> Path:
    """A report with faults that are safe to correct, and one that is not."""
    made = DOCUMENTS["report"]()
    made["motto"].runs[0].text = "Độc lập – Tự do – Hạnh phúc"
    made["date"].runs[0].text = "Bắc Giang, ngày 5 tháng 3 năm 2024"
    made["signer"].runs[0].text = "TS. Nguyễn Văn An"
    return made.save(folder / "a.docx")


def test_a_corrected_copy_is_written_beside_the_file_each_change_listed(tmp_path: Path) -> None:
    path = faulty(tmp_path)
    before = path.read_bytes()
    done = lint("--fix", path, "--json", tmp_path / "a.json")
    assert done.exit_code == 1  # the degree before the name is for people
    assert "đã sửa 2 chỗ" in done.stdout
    assert "gạch dài → gạch nối ngắn (-)" in done.stdout
    assert "ngày 5 tháng 3 năm 2024 → Bắc Giang, ngày 05 tháng 3 năm 2024" in done.stdout
    assert "CK-04" in done.stderr
    assert path.read_bytes() == before
    [file] = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["files"]
    assert file["fixed"] == (tmp_path / "a-da-sua.docx").as_posix()
    assert [set(change) for change in file["changes"]] == [{"code", "place", "from", "to"}] * 2
    assert {change["code"] for change in file["changes"]} == {"HD-03", "HD-12"}
    assert [finding["code"] for finding in file["findings"]] == ["CK-04"]
    left = lint(tmp_path / "a-da-sua.docx", "--json", tmp_path / "b.json")
    assert left.exit_code == 1
    assert json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))["files"][0]["findings"] == file["findings"]


def test_a_copy_that_stands_already_is_overwritten_only_when_asked_the_file_itself_never(tmp_path: Path) -> None:
    path, out = faulty(tmp_path), tmp_path / "b.docx"
    before = path.read_bytes()
    out.write_bytes(b"mine")
    refused = lint("--fix", path, "-o", out)
    assert (refused.exit_code, "--force" in refused.stderr, out.read_bytes()) == (2, True, b"mine")
    assert lint("--fix", path, "-o", out, "--force").exit_code == 1
    assert out.read_bytes()[:2] == b"PK"
    (tmp_path / "link.docx").symlink_to(path)
    for same in (path, tmp_path / "x" / ".." / "a.docx", tmp_path / "link.docx"):
        itself = lint("--fix", path, "-o", same, "--force")
        assert (itself.exit_code, "chính tệp" in itself.stderr) == (2, True)
    assert path.read_bytes() == before


def test_where_nothing_is_to_correct_no_copy_is_written(tmp_path: Path) -> None:
    path = DOCUMENTS["letter"]().save(tmp_path / "a.docx")
    done = lint("--fix", path, "--json", "-")
    [file] = json.loads(done.stdout)["files"]
    assert (done.exit_code, file["fixed"], file["changes"], file["findings"]) == (0, None, [], [])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.docx"]


@pytest.mark.parametrize("arguments", [["-o", "x.docx", "a.docx"], ["--fix", "-o", "x.docx", "a.docx", "b.docx"]])
def test_an_output_without_one_file_to_correct_is_a_mistake(arguments: list[str]) -> None:
    done = lint(*arguments)
    assert (done.exit_code, "--fix" in done.stderr) == (2, True)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a file", b"\xd0\xcf\x11\xe0 old Word"])
def test_a_file_that_cannot_be_read_is_said_and_the_others_are_looked_at(content: bytes, tmp_path: Path) -> None:
    bad = tmp_path / "hỏng.docx"
    bad.write_bytes(content)
    alone = lint(bad)
    assert (alone.exit_code, "hỏng.docx" in alone.stderr, "Traceback" in alone.stderr) == (2, True, False)
    assert lint("--fix", bad).exit_code == 2
    both = lint(bad, DOCUMENTS["letter"]().save(tmp_path / "a.docx"))
    assert (both.exit_code, "đúng thể thức" in both.stdout) == (1, True)
    assert lint(tmp_path / "không có.docx").exit_code == 2


def test_a_report_of_ours_is_held_against_its_figures(few: Workspace) -> None:
    simulate(few, PERIOD, seed=3, share=0)
    collect(few, PERIOD)
    [path] = report(few, make_rollup(few, PERIOD, AS_OF), AS_OF)
    few.close()
    assert lint(path).exit_code == 0
    document = docx.Document(str(path))
    table = next(t for t in document.tables if any(c.text == "Kết quả" for c in t.rows[0].cells))
    column = next(n for n, c in enumerate(table.rows[0].cells) if c.text == "Kết quả")
    cell = next(row.cells[column] for row in table.rows[1:] if row.cells[column].text.endswith("%"))
    [run] = cell.paragraphs[0].runs
    run.text = "77,77%"
    document.save(str(path))
    done = lint(path, "--json", path.with_suffix(".json"))
    assert done.exit_code == 1
    found = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["files"][0]["findings"]
    assert [(f["code"], f["found"]) for f in found] == [("G08", "77,77%")]
