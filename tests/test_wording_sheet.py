"""The style sheet of phrases: what staff may change in the report without code, and what they are told of a slip."""

import re
import tomllib
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import dtxl.templates
import pytest
from docx import Document

from dtxl.core.errors import TemplateError
from dtxl.documents import draw_report, read_wording, report_passages, using, wording_sheet
from dtxl.documents.phrases import packaged
from dtxl.documents.wording import arguments
from dtxl.model.rollup import Rollup
from dtxl.pipeline.publish import report, template_findings, verify_report
from dtxl.pipeline.summary import make_rollup as gather
from dtxl.pipeline.workspace import Workspace
from tests.test_documents_sample import HOSTILE, make_rollup

TEMPLATE = Path(dtxl.templates.__file__).with_name("bao-cao.docx")
TODAY = date(2024, 3, 21)


def sheet(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "cau-chu.toml"
    path.write_bytes(text.encode(encoding))
    return path


def said(rollup: Rollup, place: str) -> str:
    return " ".join(p.text for p in report_passages(rollup) if p.place == place)


def uncommented(text: str) -> str:
    """The sheet with the mark taken off before each phrase, as staff do."""
    return re.sub(r"(?m)^# (?=[a-z_0-9]+ = )", "", text)


# The sheet as it is given


def test_the_sheet_names_every_phrase_and_changes_none(tmp_path: Path) -> None:
    path = tmp_path / "cau-chu.toml"
    path.write_bytes(wording_sheet())
    assert read_wording(path) == packaged()
    text = wording_sheet().decode("utf-8-sig").replace("\r\n", "\n")
    assert tomllib.loads(uncommented(text)) == packaged()
    assert all(line[:1] in ("", "#", "[") for line in text.split("\n"))


def test_every_section_of_the_sheet_has_a_heading_that_staff_understand() -> None:
    lines = wording_sheet().decode("utf-8-sig").split("\r\n")
    headings = {line: lines[n - 1] for n, line in enumerate(lines) if line.startswith("[")}
    assert set(headings) == {f"[{section}]" for section in packaged()}
    assert [section for section, heading in headings.items() if heading == f"# {section.strip('[]')}"] == []


def test_every_phrase_of_the_package_would_be_accepted_as_staff_write_it(tmp_path: Path) -> None:
    text = wording_sheet().decode("utf-8-sig")
    assert read_wording(sheet(tmp_path, uncommented(text))) == packaged()


def test_without_a_sheet_the_packages_phrases_hold(tmp_path: Path) -> None:
    assert read_wording(tmp_path / "cau-chu.toml") is packaged()


def test_a_new_workspace_has_the_sheet_and_keeps_what_staff_wrote(issued_folder: Path) -> None:
    assert (issued_folder / "mau" / "cau-chu.toml").read_bytes() == wording_sheet()


# Changed by staff


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_changed_phrase_is_said_and_all_others_stay(tmp_path: Path, encoding: str) -> None:
    own = '[weak]\r\nmissed = "Hiện còn {n} mục tiêu chưa hoàn thành, gồm:"\r\n[limits]\r\nindicators = 2\r\n'
    rollup = make_rollup()
    usual = said(rollup, "Mục IV.1")
    with using(read_wording(sheet(tmp_path, own, encoding))):
        changed = said(rollup, "Mục IV.1")
    assert changed.startswith("Hiện còn 18 mục tiêu chưa hoàn thành, gồm: - ")
    assert "- Và 16 mục tiêu khác (chi tiết tại Phụ lục I)." in changed
    assert said(rollup, "Mục IV.1") == usual
    assert usual.startswith("Còn 18 mục tiêu chưa đạt: - ")


def test_places_may_change_their_order_and_figures_go_with_them(tmp_path: Path) -> None:
    own = '[weak]\nnotes = "{n} kết quả được {agencies} cơ quan, đơn vị giải trình (Phụ lục IV)."'
    with using(read_wording(sheet(tmp_path, own))):
        passage = [p for p in report_passages(make_rollup()) if p.place == "Mục IV.3"][-1]
    assert passage.text == "3 kết quả được 2 cơ quan, đơn vị giải trình (Phụ lục IV)."
    assert [f.name for f in passage.figures] == ["notes", "notes.agencies"]


def test_lists_of_words_and_thresholds_may_be_changed(tmp_path: Path) -> None:
    own = '[propose]\ncentral = ["Ban chỉ đạo"]\n[limits]\nsteady = 2\nagencies = 1\n'
    table = read_wording(sheet(tmp_path, own))
    assert (table["propose"]["central"], table["limits"]["steady"]) == (["Ban chỉ đạo"], 2)
    assert table["limits"]["tasks"] == packaged()["limits"]["tasks"]


def test_decomposed_letters_are_composed(tmp_path: Path) -> None:
    own = '[frame]\nfiling = "Lu\u031bu: VT, VP"'
    assert read_wording(sheet(tmp_path, own))["frame"]["filing"] == "Lưu: VT, VP"


def test_what_staff_or_agencies_wrote_is_never_a_tag(tmp_path: Path) -> None:
    own = '[weak]\ntimely = "Tốt {{{{ 7*7 }}}} & <b>đậm</b> {{% x %}}."\n'
    rollup = make_rollup()
    calm = replace(rollup, agencies=tuple(replace(a, standing="accepted") for a in rollup.agencies))  # type: ignore[arg-type]
    with using(read_wording(sheet(tmp_path, own))):
        made = Document(BytesIO(draw_report(calm, TEMPLATE, TODAY)))
    assert "Tốt {{ 7*7 }} & <b>đậm</b> {% x %}." in [p.text for p in made.paragraphs]
    assert any(cell.text == HOSTILE for table in made.tables for row in table.rows for cell in row.cells)


# Slips


SLIPS = {
    "an unknown key": ('[weak]\nmised = "Còn {n}:"', "G06", "[weak] mised: không có câu này; có phải “missed”?"),
    "a key of another section": ('[weak]\nopening = "x"', "G06", "không có câu này; câu này thuộc mục [frame]"),
    "an unknown section": ('[weka]\nmissed = "Còn {n}:"', "G06", "mục [weka]: không có mục này; có phải “weak”?"),
    "a key outside any section": ('missed = "Còn {n}:"', "G06", "mục [missed]: không có mục này"),
    "a section that is a phrase": ('weak = "Còn {n}:"', "G06", "“weak”: phải là một mục"),
    "a place lost": ('[weak]\nmissed = "Còn mục tiêu chưa đạt:"', "G07", "[weak] missed: thiếu chỗ điền {n}"),
    "a place misspelt": (
        '[weak]\nnotes = "{agencis} nêu {n}."',
        "G07",
        "chỗ điền {agencis} không có trong câu này; có phải “agencies”?",
    ),
    "a place too many": ('[weak]\nmissed = "Còn {n}/{all}:"', "G07", "{all} không có trong câu này; câu này có: {n}"),
    "a place where there is none": ('[frame]\nfiling = "Lưu: {n}"', "G07", "[frame] filing: chỗ điền {n} không có"),
    "a brace alone": ('[weak]\nmissed = "Còn {n mục tiêu:"', "G07", "dấu { và } không thành cặp"),
    "a way into the program": ('[weak]\nmissed = "{n.__class__}"', "G07", "{n.__class__} không có trong câu này"),
    "a conversion": ('[weak]\nmissed = "Còn {n!r}:"', "G07", "dấu { và } không thành cặp"),
    "a format": ('[weak]\nmissed = "Còn {n:>9}:"', "G07", "dấu { và } không thành cặp"),
    "two lines": ('[weak]\nmissed = "Còn {n}\\n:"', "G07", "câu phải nằm trên một dòng"),
    "two spaces": ('[weak]\nmissed = "Còn  {n}:"', "G07", "có hai dấu cách liền nhau"),
    "nothing": ('[frame]\nfiling = " "', "G07", "[frame] filing: câu bị để trống"),
    "a number for a phrase": ("[weak]\nmissed = 5", "G07", "phải là một câu nằm giữa hai dấu nháy thẳng"),
    "a phrase for a number": ('[limits]\ntasks = "5"', "G07", "[limits] tasks: phải là số nguyên từ 1 trở lên"),
    "no number at all": ("[limits]\ntasks = true", "G07", "[limits] tasks: phải là số nguyên từ 1 trở lên"),
    "a number below one": ("[limits]\ntasks = 0", "G07", "[limits] tasks: phải là số nguyên từ 1 trở lên"),
    "a threshold below nothing": ("[limits]\nsteady = -0.5", "G07", "[limits] steady: phải là số lớn hơn 0"),
    "a threshold without end": ("[limits]\nsteady = nan", "G07", "[limits] steady: phải là số lớn hơn 0"),
    "a phrase for a list": ('[propose]\ncentral = "Bộ"', "G07", "[propose] central: phải là danh sách cụm từ"),
    "an empty list": ("[propose]\ncentral = []", "G07", "[propose] central: phải là danh sách cụm từ"),
    "a word of two lines": ('[propose]\ncentral = ["Bộ\\nSở"]', "G07", "[propose] central: mỗi cụm từ nằm trên một"),
    "a column too few": ('[trace]\ncolumns = ["Cơ quan"]', "G07", "[trace] columns: phải có đúng 8 cụm từ"),
    "curly quotation marks": ("[weak]\nmissed = “Còn {n}:”", "G07", "dòng 2: viết sai quy cách"),
    "a phrase twice": ('[weak]\nmissed = "{n}"\nmissed = "{n}"', "G07", "viết sai quy cách"),
    "a phrase not closed": ('[weak]\nmissed = "Còn {n}:', "G07", "viết sai quy cách"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_its_key_and_code(tmp_path: Path, slip: str) -> None:
    text, code, words = SLIPS[slip]
    with pytest.raises(TemplateError) as told:
        read_wording(sheet(tmp_path, text))
    assert words in str(told.value)
    assert told.value.code == code
    assert str(told.value).startswith("Tệp cau-chu.toml")
    assert str(tmp_path) not in str(told.value)


def test_all_slips_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as told:
        read_wording(sheet(tmp_path, '[weak]\nmised = "x"\nmissed = "x"\n[limits]\ntasks = 0\n[lists]\n'))
    lines = str(told.value).split("\n")
    assert sum(line.startswith("  • ") for line in lines) == 4
    assert told.value.code == "G07"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('[weak]\nmissed = "Còn {n}"'.encode("utf-16"), "không ghi bằng mã UTF-8"),
        ('[weak]\nmissed = "C\xf2n {n}"'.encode("latin-1"), "không ghi bằng mã UTF-8"),
        (b"PK\x03\x04" + bytes(range(128, 256)), "không ghi bằng mã UTF-8"),
        (b"\x00" * 64, "viết sai quy cách"),
        (b"#" * (1 << 20) + b"#", "lớn quá 1 MB"),
    ],
    ids=["UTF-16", "Latin-1", "a zip", "zeros", "large"],
)
def test_what_is_no_style_sheet_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "cau-chu.toml"
    path.write_bytes(content)
    with pytest.raises(TemplateError, match=words) as told:
        read_wording(path)
    assert told.value.code == "G07"


@pytest.mark.parametrize(
    ("text", "names"),
    [("Còn {n}/{of}.", ["n", "of"]), ("Không có.", []), ("{{n}} và {n}", ["n"]), ("{n}{n}", ["n", "n"])],
)
def test_the_places_of_a_phrase_are_read_in_order(text: str, names: list[str]) -> None:
    assert arguments(text) == names


@pytest.mark.parametrize("text", ["{", "}", "{}", "{n", "n}", "{n!s}", "{n:d}"])
def test_a_place_has_a_name_and_no_more(text: str) -> None:
    with pytest.raises(ValueError):
        arguments(text)


# In a workspace


def test_the_report_is_made_and_verified_in_the_workspaces_own_words(few: Workspace) -> None:
    sheet(few.root / "mau", '[frame]\nrecipient_above = "Như Kính gửi"\n[weak]\ntimely = "Đều đúng hạn cả."\n')
    rollup = gather(few, "2024-Q1", TODAY)
    (path,) = report(few, rollup, TODAY)
    texts = [
        p.text for table in Document(str(path)).tables for row in table.rows for c in row.cells for p in c.paragraphs
    ]
    assert "- Như Kính gửi;" in texts
    assert template_findings(few, rollup, TODAY) == ()
    assert verify_report(few, rollup, path, TODAY).findings == ()


def test_a_slip_stops_the_report_and_leaves_none(few: Workspace) -> None:
    sheet(few.root / "mau", '[weak]\nmised = "x"\n')
    rollup = gather(few, "2024-Q1", TODAY)
    for step in (report, template_findings):
        with pytest.raises(TemplateError, match="missed"):
            step(few, rollup, TODAY)
    assert not (few.root / "2024-Q1" / "bao-cao.docx").exists()
