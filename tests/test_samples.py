"""The sample plan: the Word file is what its script makes of its data, and looks as such plans do."""

import csv
import importlib.util
import io
import re
import tomllib
import zipfile
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from dtxl.core.text import tidy

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "samples" / "bac-giang-2024"
SOURCE = ROOT.parent / "shared" / "plans" / "bac-giang-2024.txt"
LONGEST_SHARED = 25  # words in a row


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_plan", ROOT / "samples" / "build_plan.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def document() -> Any:
    return docx.Document(str(SAMPLE / "ke-hoach.docx"))


@pytest.fixture(scope="module")
def indicators() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((SAMPLE / "indicators.csv").read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def offices() -> list[dict[str, Any]]:
    return tomllib.loads((SAMPLE / "tasks.toml").read_text(encoding="utf-8"))["office"]


def body(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read("word/document.xml")


def tasks_of(office: dict[str, Any]) -> list[str]:
    return [task for part in office["part"] for task in part["tasks"]]


def test_the_document_is_what_its_script_makes(builder: ModuleType) -> None:
    assert body((SAMPLE / "ke-hoach.docx").read_bytes()) == body(builder.build(SAMPLE))


def test_the_same_data_make_the_same_bytes(builder: ModuleType) -> None:
    assert builder.build(SAMPLE) == builder.build(SAMPLE)


def test_indicators_are_28_in_groups_of_18_4_4_and_2(indicators: list[dict[str, str]]) -> None:
    assert Counter(row["group"] for row in indicators) == {"I": 18, "II": 4, "III": 4, "IV": 2}
    assert all(row["monitor"] and row["implementers"] for row in indicators)


def test_tasks_stand_under_their_offices_in_the_plans_number(offices: list[dict[str, Any]]) -> None:
    numbers = {f"{o['section']}.{o['number']}": len(tasks_of(o)) for o in offices}
    third = [28, 5, 4, 2, 2, 2, 5, 3, 2, 2, 1, 4, 4, 1, 2, 3, 5]
    assert [numbers[f"III.{n}"] for n in range(1, 18)] == third
    assert [numbers[f"IV.{n}"] for n in range(1, 5)] == [2, 4, 7, 2]
    assert sum(numbers.values()) == 90
    assert all(len(tidy(task)) < 260 for office in offices for task in tasks_of(office))


@pytest.mark.parametrize(
    ("heading", "deadline", "count"),
    [
        ("Giám đốc Sở Thông tin và Truyền thông", "xong trước 01/6/2024", 1),
        ("Giám đốc Sở Thông tin và Truyền thông", "trước ngày 25", 1),
        ("Giám đốc Sở Tài nguyên và Môi trường", "hoàn thành chậm nhất trong Quý III/2025", 1),
        ("Giám đốc Sở Nội vụ", "trong tháng 6/2024", 1),
        ("Thủ trưởng các sở, cơ quan thuộc UBND tỉnh", "trước 01/6/2024", 1),
        ("Chủ tịch UBND huyện, thị xã, thành phố", "trước 01/6/2024", 1),
        ("Chế độ thông tin, báo cáo", "trước ngày 15 của tháng cuối quý", 1),
    ],
)
def test_deadlines_stay_as_the_plan_prints_them(
    offices: list[dict[str, Any]], heading: str, deadline: str, count: int
) -> None:
    text = [task for office in offices if office["heading"] == heading for task in tasks_of(office)]
    assert sum(deadline in task for task in text) == count


def test_the_page_is_that_of_an_official_document(document: Any) -> None:
    for section in document.sections:
        assert (section.page_width, section.page_height) == pytest.approx((Mm(210), Mm(297)), abs=Mm(1))
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert margins == pytest.approx((Mm(20), Mm(20), Mm(30), Mm(15)), abs=Mm(0.3))
        assert section.different_first_page_header_footer
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert document.sections[1]._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_head_and_signature_are_tables_without_borders(document: Any) -> None:
    head, signature, appendix = document.tables
    left, right = head.rows[0].cells
    assert [tidy(p.text) for p in left.paragraphs][:2] == ["UBND TỈNH BẮC GIANG", "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ"]
    assert right.paragraphs[0].text == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert right.paragraphs[1].text == "Độc lập - Tự do - Hạnh phúc"
    assert tidy(head.rows[1].cells[0].text) == "Số: /KH-BCĐCĐS"
    assert tidy(head.rows[1].cells[1].text) == "Bắc Giang, ngày tháng 3 năm 2024"
    recipients = [p.text for p in signature.rows[0].cells[0].paragraphs]
    assert recipients[0] == "Nơi nhận:"
    assert recipients[-1] == "- Lưu: VT, KGVX. Dùng."
    assert all(line.startswith("- ") and line.endswith(";") for line in recipients[1:-1])
    assert [p.text for p in signature.rows[0].cells[1].paragraphs if p.text] == [
        "TRƯỞNG BAN",
        "CHỦ TỊCH UBND TỈNH",
        "Lê Ánh Dương",
    ]
    assert (head.style.name, signature.style.name) == ("Normal Table", "Normal Table")
    assert appendix.style.name == "Table Grid"


def test_every_indicator_stands_in_the_prose_and_in_the_appendix(
    document: Any, indicators: list[dict[str, str]]
) -> None:
    prose = {p.text for p in document.paragraphs}
    assert all(f"- {row['text']}." in prose for row in indicators)
    rows = [tuple(cell.text for cell in row.cells) for row in document.tables[2].rows]
    whole = [(row["number"], row["text"], row["monitor"], row["implementers"]) for row in indicators]
    assert len([row for row in rows if row in whole]) == 27  # all but the one that is cut


def test_a_row_is_cut_by_a_pages_end_as_converted_documents_have_it(document: Any) -> None:
    rows = [tuple(cell.text for cell in row.cells) for row in document.tables[2].rows]
    heads = [at for at, row in enumerate(rows) if row == rows[0]]
    assert len(heads) == 4
    before, after = rows[heads[1] - 1], rows[heads[1] + 1]
    assert before[0] == "8"
    assert before[3] == "Các sở, ngành; UBND huyện, thị xã, thành"
    assert after == ("", "", "", "phố, xã, phường, thị trấn")
    breaks = [document.tables[2].rows[at].cells[0].paragraphs[0].paragraph_format.page_break_before for at in heads]
    assert breaks == [None, True, True, True]


@pytest.fixture(scope="module")
def source() -> str:
    if not SOURCE.is_file():
        pytest.skip("the plan's own text is not on this machine")
    return SOURCE.read_text(encoding="utf-8")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", tidy(text).casefold())


def test_indicators_are_worded_as_in_the_plan(source: str, indicators: list[dict[str, str]]) -> None:
    appendix = " ".join(words(source[source.rindex("PHÂN CÔNG CHỦ TRÌ") :]))
    assert all(" ".join(words(row["text"])) in appendix for row in indicators)


def test_nothing_else_repeats_the_plans_running_text(
    source: str, document: Any, indicators: list[dict[str, str]]
) -> None:
    theirs = words(source)
    size = LONGEST_SHARED + 1
    known = {tuple(theirs[at : at + size]) for at in range(len(theirs) - size + 1)}
    names = {f"- {row['text']}." for row in indicators}
    shared = []
    for text in (p.text for p in document.paragraphs if p.text not in names):
        ours = words(text)
        shared += [ours[at : at + size] for at in range(len(ours) - size + 1) if tuple(ours[at : at + size]) in known]
    assert shared == []
