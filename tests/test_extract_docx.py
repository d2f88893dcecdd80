"""The same plan from Word: one reading for every carrier."""

from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.table import Table

from dtxl.core.errors import SourceError
from dtxl.extract import extract_document
from dtxl.model.plan import Plan
from tests.carriers import evened
from tests.test_extract import EXPECTED, SMALL, SOURCE, needs_source, plan_of

SAMPLE = Path(__file__).parents[1] / "samples" / "bac-giang-2024" / "ke-hoach.docx"
PLAIN = SMALL.replace("**", "")  # emphasis is no text in Word, so spans differ by its marks
HEAD = ["STT", "Chỉ tiêu", "Chủ trì theo dõi, đánh giá", "Chủ trì thực hiện"]


def table(document: Document, rows: list[list[str]]) -> Table:
    made = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return made


def saved(document: Document, tmp_path: Path) -> Plan:
    path = tmp_path / "ke-hoach.docx"
    document.save(str(path))
    return extract_document(path)


def as_word(text: str) -> Document:
    """`text` as Word has it: the header and the signature in borderless tables, bullets as Word's own list."""
    document = docx.Document()
    rows: list[list[str]] = []
    body, _, end = text.partition("Nơi nhận:")
    recipients, _, rest = end.partition("\n\n")
    signer, _, annex = rest.partition("\n\n")
    for line in [*body.splitlines(), "#", *annex.splitlines(), ""]:
        if line.startswith("|"):
            if "---" not in line:
                rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows:
            table(document, rows)
            rows = []
        if line.startswith("Số: "):
            number, place = "Số: 12/KH-UBND", "Sơn Tây, ngày 05 tháng 01 năm 2024"
            assert line == f"{number} {place}"
            header = ["ỦY BAN NHÂN DÂN\nTỈNH SƠN TÂY", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
            table(document, [header, [number, place]])
        elif line.startswith("KẾ HOẠCH "):
            document.add_paragraph("KẾ HOẠCH")
            document.add_paragraph(line.removeprefix("KẾ HOẠCH "))
        elif line.startswith("- "):
            document.add_paragraph(line[2:], style="List Bullet")
        elif line == "#":
            table(document, [[f"Nơi nhận:{recipients}", signer]])
        elif line.strip():
            document.add_paragraph(line)
    return document


def test_one_plan_in_word_and_in_text_is_equal(tmp_path: Path) -> None:
    from_text = plan_of(tmp_path, PLAIN)
    assert len(from_text.tasks) == 5
    assert evened(saved(as_word(PLAIN), tmp_path)) == evened(from_text)


def test_a_change_in_word_shows(tmp_path: Path) -> None:
    changed = (
        PLAIN.replace("| 1 | Tỷ lệ số hóa hồ sơ đạt 80%", "| 1 | Tỷ lệ số hóa hồ sơ đạt trên 85,5%")
        .replace("| 2 | 100% CSDL", "| 2 | Tỷ lệ hộ nghèo dưới 3% | Giám đốc Sở Nội vụ | Các sở |\n| 3 | 100% CSDL")
        .replace("1. Giám đốc Sở Y tế", "1. Giám đốc Công an tỉnh")
    )
    plan = saved(as_word(changed), tmp_path)
    assert [(i.code, t.op, str(t.value)) for i in plan.indicators for t in i.targets] == [
        ("I.1", ">", "85.5"),
        ("I.2", "<", "3"),
        ("I.3", ">=", "100"),
    ]
    assert plan.tasks[0].agency == "Công an tỉnh"


def test_rows_split_over_tables_and_merged_cells_are_joined(tmp_path: Path) -> None:
    document = docx.Document()
    first = table(document, [HEAD, ["I", "Chính quyền số", "", ""], ["1", "Tỷ lệ A đạt 80%", "Giám đốc", "Các sở;"]])
    first.rows[1].cells[1].merge(first.rows[1].cells[3])
    document.add_paragraph()
    table(document, [HEAD, ["", "", "Sở Y tế", "UBND huyện"]])
    document.add_paragraph()
    third = table(
        document, [["2", "Tỷ lệ B đạt 90%", "Giám đốc Sở Nội vụ", "Các sở"], ["3", "Tỷ lệ C đạt 70%", "", "Xã"]]
    )
    third.rows[0].cells[2].merge(third.rows[1].cells[2])
    plan = saved(document, tmp_path)
    assert [(i.code, i.monitor, i.implementers) for i in plan.indicators] == [
        ("I.1", "Giám đốc Sở Y tế", ("Các sở", "UBND huyện")),
        ("I.2", "Giám đốc Sở Nội vụ", ("Các sở",)),
        ("I.3", "Giám đốc Sở Nội vụ", ("Xã",)),
    ]
    assert plan.groups[0].name == "Chính quyền số"


def test_words_own_numbers_and_tracked_changes_are_read(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("III. PHÂN CÔNG")
    document.add_paragraph("Giám đốc Sở Y tế", style="List Number")
    document.add_paragraph("Xây dựng kho dữ liệu.", style="List Bullet")
    document.add_paragraph("Giám đốc Sở Nội vụ", style="List Number")
    paragraph = document.add_paragraph("Đào tạo ", style="List Bullet")
    for kind, text_tag, text in (("ins", "t", "cán bộ"), ("del", "delText", "nhân viên")):
        xml = (
            f"<w:{kind} {nsdecls('w')} w:id='1' w:author='a'><w:r><w:{text_tag}>{text}</w:{text_tag}></w:r></w:{kind}>"
        )
        paragraph._p.append(parse_xml(xml))
    paragraph.add_run(" y tế.")
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>"
    box = parse_xml(control)
    box[0].append(document.add_paragraph("- Trong ô nhập.")._p)
    document.element.body.insert(len(document.element.body) - 1, box)
    plan = saved(document, tmp_path)
    assert [(t.code, t.agency, t.text) for t in plan.tasks] == [
        ("III.1.01", "Sở Y tế", "Xây dựng kho dữ liệu."),
        ("III.2.01", "Sở Nội vụ", "Đào tạo cán bộ y tế."),
        ("III.2.02", "Sở Nội vụ", "Trong ô nhập."),
    ]


def test_a_damaged_or_locked_file_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "ke-hoach.docx"
    docx.Document().save(str(path))
    whole = path.read_bytes()
    for content, word in (
        (whole[: len(whole) // 2], "hỏng"),
        (b"", "hỏng"),
        (b"khong phai Word", "hỏng"),
        (b"\xd0\xcf\x11\xe0" + bytes(512), "mật khẩu"),
    ):
        path.write_bytes(content)
        with pytest.raises(SourceError, match=word):
            extract_document(path)
    with pytest.raises(SourceError):
        extract_document(tmp_path / "khong-co.docx")


def test_an_empty_word_file_gives_an_empty_plan(tmp_path: Path) -> None:
    plan = saved(docx.Document(), tmp_path)
    assert (plan.indicators, plan.tasks) == ((), ())
    assert len(plan.questions) == 1


@needs_source
@pytest.mark.skipif(not SAMPLE.exists(), reason="samples/bac-giang-2024/ke-hoach.docx is not there")
def test_the_sample_in_word_gives_what_the_text_gives() -> None:
    word, text = extract_document(SAMPLE), extract_document(SOURCE)
    assert [i.code for i in word.indicators] == [i["code"] for i in EXPECTED["indicator"]]
    assert word.indicators == text.indicators
    assert (word.groups, word.info, word.report) == (text.groups, text.info, text.report)
    assert len(word.tasks) >= 85
    assert [(t.code, t.agency, t.section, t.deadline) for t in word.tasks] == [
        (t.code, t.agency, t.section, t.deadline) for t in text.tasks
    ]
