"""The report's layout against NĐ 30/2020/NĐ-CP, Phụ lục I: page, fonts, header block, body, signature, annexes."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import dtxl.templates
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Emu
from dtxl.templates.build_bao_cao import build

from dtxl.core.metrics import balanced, width_mm
from dtxl.documents import draw_report
from dtxl.documents.dates import long_day, short_day
from tests.test_documents_sample import make_rollup

TEMPLATE = Path(dtxl.templates.__file__).with_name("bao-cao.docx")
MM = 1440 / 25.4


@cache
def content() -> bytes:
    return draw_report(make_rollup(), TEMPLATE, date(2024, 3, 5))


@cache
def report():
    return Document(BytesIO(content()))


def style_of(text: str):
    """The style of the paragraph that begins with `text`, wherever it stands."""
    from docx.text.paragraph import Paragraph

    for element in report().element.body.iter(qn("w:p")):
        paragraph = Paragraph(element, report()._body)
        if paragraph.text.startswith(text):
            return paragraph.style
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("text", "size", "bold", "italic"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True, False),
        ("Độc lập - Tự do - Hạnh phúc", 13, True, False),
        ("UBND TỈNH BẮC GIANG", 12, False, False),
        ("BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ", 12, True, False),
        ("Số:", 13, False, False),
        ("Bắc Giang, ngày", 13, False, True),
        ("BÁO CÁO", 14, True, False),
        ("Kết quả thực hiện Kế hoạch", 14, True, False),
        ("Kính gửi:", 14, False, False),
        ("Thực hiện Kế hoạch", 14, False, False),
        ("I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", 14, True, False),
        ("1. Phát triển chính quyền số", 14, True, False),
        ("Nơi nhận:", 12, True, True),
        ("- Như trên;", 11, False, False),
        ("- Lưu: VT, KGVX.", 11, False, False),
        ("TRƯỞNG BAN", 14, True, False),
        ("CHỦ TỊCH UBND TỈNH", 14, True, False),
        ("Lê Ánh Dương", 14, True, False),
        ("Phụ lục I", 14, True, False),
        ("KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", 14, True, False),
        ("(Kèm theo Báo cáo số", 14, False, True),
    ],
)
def test_size_and_weight(text: str, size: int, bold: bool, italic: bool) -> None:
    style = style_of(text)
    assert (style.font.size.pt, bool(style.font.bold), bool(style.font.italic)) == (size, bold, italic)


def test_every_section_is_a4_with_the_decrees_margins() -> None:
    assert len(report().sections) == 5
    for section in report().sections:
        assert sorted(round(Emu(s).mm) for s in (section.page_width, section.page_height)) == [210, 297]
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(Emu(m).mm, 1) for m in margins] == pytest.approx([20, 20, 30, 15], abs=0.3)
        assert Emu(section.gutter) == 0
    assert [s.page_width > s.page_height for s in report().sections] == [False, True, True, False, True]


def test_pages_are_numbered_in_the_header_from_the_second_one_of_each_section() -> None:
    for section in report().sections:
        assert section._sectPr.find(qn("w:titlePg")) is not None
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
        assert not section.first_page_header.paragraphs[0].text.strip()
        paragraph = section.header.paragraphs[0]
        assert "PAGE" in "".join(node.text or "" for node in paragraph._p.iter(qn("w:instrText")))
        assert (paragraph.style.name, paragraph.style.font.size.pt) == ("Số trang", 14)
        assert paragraph.style.paragraph_format.alignment == 1
        assert not any(p.text for p in section.footer.paragraphs)
        assert section.header_distance.mm + 14 * 1.15 * 25.4 / 72 < section.top_margin.mm


def test_times_new_roman_and_black_everywhere() -> None:
    package = report().part.package
    xml = "".join(part.blob.decode("utf-8") for part in package.iter_parts() if part.partname.endswith(".xml"))
    assert "Theme=" not in xml
    assert set(re.findall(r'w:(?:ascii|hAnsi|cs|eastAsia)="([^"]+)"', xml)) <= {"Times New Roman", "vi-VN"}
    assert set(re.findall(r'<w:color [^>]*w:val="([^"]+)"', xml)) <= {"000000", "auto"}
    assert not any("theme" in str(part.partname) for part in package.iter_parts())
    styles = report().styles.element
    defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:rFonts')}")
    assert {defaults.get(qn(f"w:{part}")) for part in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}


def test_the_header_block_is_a_borderless_table_of_two_rows() -> None:
    table = report().tables[0]
    assert (len(table.rows), len(table.columns)) == (2, 2)
    assert table._tbl.tblPr.find(qn("w:tblBorders")) is None
    assert table._tbl.tblPr.find(qn("w:tblStyle")) is None
    right = table.cell(0, 1)
    assert right.width.mm >= width_mm("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True)
    assert sum(cell.width.mm for cell in table.rows[0].cells) == pytest.approx(165, abs=0.1)
    assert [p.text for p in right.paragraphs][:2] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]


def test_number_and_day_are_blank_for_the_records_office() -> None:
    number, place = (cell.text for cell in report().tables[0].rows[1].cells)
    assert re.fullmatch(r"Số:\s{2,}/BC-BCĐCĐS", number)
    assert re.fullmatch(r"Bắc Giang, ngày\s{2,}tháng 3 năm 2024", place)
    annexes = [p.text for p in report().paragraphs if p.text.startswith("(Kèm theo")]
    assert len(annexes) == 4
    pattern = r"\(Kèm theo Báo cáo số\s{2,}/BC-BCĐCĐS ngày\s{2,}tháng 3 năm 2024 của Ban chỉ đạo chuyển đổi số\)"
    assert all(re.fullmatch(pattern, text) for text in annexes)


@pytest.mark.parametrize(
    ("day", "long", "short"),
    [
        (date(2024, 3, 5), "05 tháng 3 năm 2024", "05/3/2024"),
        (date(2024, 1, 9), "09 tháng 01 năm 2024", "09/01/2024"),
        (date(2024, 12, 31), "31 tháng 12 năm 2024", "31/12/2024"),
    ],
)
def test_days_and_the_first_two_months_are_padded(day: date, long: str, short: str) -> None:
    assert (long_day(day), short_day(day)) == (long, short)


def _rule(style: str, width: float) -> list[float]:
    """Lengths in mm of the lines of a style within `width`; each must be centred and drawn by a border."""
    out = []
    ids = {s.name: s.style_id for s in report().styles}
    for element in report().element.body.iter(qn("w:p")):
        if element.style == ids[style]:
            indent = element.pPr.find(qn("w:ind"))
            left, right = int(indent.get(qn("w:left"))), int(indent.get(qn("w:right")))
            assert left == right
            assert element.pPr.find(f"{qn('w:pBdr')}/{qn('w:bottom')}").get(qn("w:val")) == "single"
            out.append(width - (left + right) / MM)
    return out


def test_lines_have_the_lengths_of_the_decree() -> None:
    motto = width_mm("Độc lập - Tự do - Hạnh phúc", 13, bold=True)
    assert motto == pytest.approx(55.9, rel=0.01)
    assert _rule("Kẻ Tiêu ngữ", 95)[0] == pytest.approx(motto, rel=0.02)
    issuer = width_mm("BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ", 12, bold=True)
    assert 1 / 3 <= _rule("Kẻ cơ quan", 70)[0] / issuer <= 1 / 2
    subject = next(p for p in report().paragraphs if p.text.startswith("Kết quả thực hiện")).text.split("\n")
    for line in subject:
        assert 0.3 <= _rule("Kẻ trích yếu", 165)[0] / width_mm(line, 14, bold=True) <= 0.55
    assert "_" not in "".join(p.text for p in report().paragraphs)


def test_annex_lines_are_centred_on_their_own_page() -> None:
    wide, narrow = _rule("Kẻ phụ lục", 252), _rule("Kẻ phụ lục", 165)
    assert [wide[0], wide[1], narrow[2], wide[3]] == pytest.approx([30, 30, 30, 30], abs=0.1)


def test_the_body_is_justified_indented_and_spaced() -> None:
    style = style_of("Thực hiện Kế hoạch")
    form = style.paragraph_format
    assert form.alignment == 3
    assert form.first_line_indent.cm == pytest.approx(1.0, abs=0.05)
    assert form.space_after.pt >= 6
    assert 1.0 <= form.line_spacing <= 1.5
    assert not any(element.tag == qn("w:contextualSpacing") for element in report().styles.element.iter())


def test_sections_and_groups_are_numbered_in_order() -> None:
    texts = [p.text for p in report().paragraphs]
    first = texts.index("Phụ lục I")
    roman = [m[1] for t in texts[:first] if (m := re.match(r"^([IVX]+)\. (?=[^a-z]*$)", t))]
    assert roman == ["I", "II", "III", "IV", "V", "VI"]
    assert [t for t in texts if re.fullmatch(r"Phụ lục [IVX]+", t)] == [
        f"Phụ lục {n}" for n in ("I", "II", "III", "IV")
    ]


def test_the_text_and_each_annex_end_with_the_mark() -> None:
    texts = [p.text for p in report().paragraphs if p.text.strip()]
    starts = [texts.index(f"Phụ lục {n}") for n in ("I", "II", "III", "IV")] + [len(texts)]
    assert all(texts[end - 1].endswith("./.") for end in starts)


def test_addressees_and_recipients() -> None:
    texts = [p.text for p in report().paragraphs]
    start = texts.index("Kính gửi:")
    assert texts[start + 1 : start + 3] == ["- Ủy ban Quốc gia về chuyển đổi số;", "- Bộ Thông tin và Truyền thông."]
    lines = [p.text for p in report().tables[1].cell(0, 0).paragraphs]
    assert lines[:2] == ["Nơi nhận:", "- Như trên;"]
    assert lines[-1] == "- Lưu: VT, KGVX."
    assert all(re.fullmatch(r"- \S.*;", line) for line in lines[1:-1])


def test_one_addressee_stands_on_the_line_of_the_greeting() -> None:
    rollup = make_rollup()
    settings = replace(rollup.plan.report, addressees=("Ủy ban Quốc gia về chuyển đổi số;",))
    one = replace(rollup, plan=replace(rollup.plan, report=settings))
    texts = [p.text for p in Document(BytesIO(draw_report(one, TEMPLATE, date(2024, 3, 5)))).paragraphs]
    assert "Kính gửi: Ủy ban Quốc gia về chuyển đổi số" in texts


def test_the_signature_keeps_the_closing_sentence_with_it() -> None:
    closing = next(p for p in report().paragraphs if p.text.startswith("Trên đây là báo cáo"))
    assert closing.paragraph_format.keep_with_next
    assert closing._p.getnext().tag == qn("w:tbl")
    assert report().tables[1].rows[0]._tr.trPr.find(qn("w:cantSplit")) is not None


def test_annex_tables_repeat_their_head_and_keep_to_the_text_area() -> None:
    sizes = {s.style_id: s.font.size.pt for s in report().styles if s.type == 1 and s.font.size}
    for number, table in enumerate(report().tables[2:], 1):
        width = 165 if number == 3 else 252
        rows = table._tbl.tr_lst
        assert rows[0].trPr.find(qn("w:tblHeader")) is not None
        assert sum(int(c.get(qn("w:w"))) for c in table._tbl.tblGrid) / MM == pytest.approx(width, abs=0.3)
        edges = table._tbl.tblPr.find(qn("w:tblBorders"))
        assert {edge.get(qn("w:sz")) for edge in edges} == {"4"}
        assert all(row.trPr is not None and row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
        for row in rows:
            for element in row.iter(qn("w:p")):
                assert sizes[element.style] == 11


def test_what_stands_once_for_several_rows_runs_down_over_them() -> None:
    for table, starts in ((report().tables[2], 1), (report().tables[5], 1)):
        kinds = [
            [cell.tcPr.find(qn("w:vMerge")) for cell in row.tc_lst[:2]]
            for row in table._tbl.tr_lst
            if len(row.tc_lst) > 1
        ]
        found = [tuple(None if merge is None else merge.get(qn("w:val")) for merge in row) for row in kinds]
        assert set(found) == {(None, None), ("restart", "restart"), ("continue", "continue")}
        assert found.count(("restart", "restart")) == starts
        assert all(above != (None, None) for above, row in pairwise(found) if row[0] == "continue")


def _signed(*titles: str) -> list[str]:
    rollup = make_rollup()
    settings = replace(rollup.plan.report, signer_title=titles)
    made = draw_report(replace(rollup, plan=replace(rollup.plan, report=settings)), TEMPLATE, date(2024, 3, 5))
    cell = Document(BytesIO(made)).tables[1].cell(0, 1)
    return [("– " if (p.paragraph_format.space_before or p.style.paragraph_format.space_before) and
             p.paragraph_format.space_before != 0 else "") + p.text for p in cell.paragraphs]  # fmt: skip


@pytest.mark.parametrize(
    ("titles", "lines"),
    [
        (("GIÁM ĐỐC",), ["GIÁM ĐỐC", "– Lê Ánh Dương"]),
        (("Trưởng ban", "Chủ tịch UBND tỉnh"), ["TRƯỞNG BAN", "– CHỦ TỊCH UBND TỈNH", "Lê Ánh Dương"]),
        (
            ("KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "PHÓ CHỦ TỊCH UBND TỈNH"),
            ["KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "– PHÓ CHỦ TỊCH UBND TỈNH", "Lê Ánh Dương"],
        ),
        (("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "– Lê Ánh Dương"]),
        (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "– Lê Ánh Dương"]),
        (("KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"), ["KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "– Lê Ánh Dương"]),
        (("GIÁM ĐỐC SỞ THÔNG TIN", "VÀ TRUYỀN THÔNG"), ["GIÁM ĐỐC SỞ THÔNG TIN", "VÀ TRUYỀN THÔNG", "– Lê Ánh Dương"]),
    ],
)
def test_a_post_held_elsewhere_stands_below_the_signature(titles: tuple[str, ...], lines: list[str]) -> None:
    assert _signed(*titles) == lines


def test_the_committed_template_is_the_built_one() -> None:
    buffer = BytesIO()
    build().save(buffer)
    built, committed = Document(buffer), Document(str(TEMPLATE))
    assert built.element.xml == committed.element.xml
    assert built.styles.element.xml == committed.styles.element.xml


def test_texts_are_broken_into_even_lines() -> None:
    lines = balanced("một hai ba bốn năm sáu bảy tám chín mười", 14, 60)
    assert len(lines) == 2
    assert abs(width_mm(lines[0], 14) - width_mm(lines[1], 14)) < 15
    assert balanced("một hai ba bốn", 14, 20, together=["HAI BA"]) == ["một", "hai ba", "bốn"]
    assert balanced("ngắn", 14, 60) == ["ngắn"]
    assert balanced("", 14, 60) == []
    assert balanced("mộttừrấtdàikhôngthểngắtđượcởđâucả", 14, 10) == ["mộttừrấtdàikhôngthểngắtđượcởđâucả"]


@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="needs Debian's libreoffice-writer-nogui and poppler-utils",
)
def test_on_paper_the_national_name_is_one_line_and_the_signature_is_not_alone(tmp_path: Path) -> None:
    (tmp_path / "bao-cao.docx").write_bytes(content())
    profile = f"-env:UserInstallation=file://{tmp_path}/lo"
    run = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*run, str(tmp_path / "bao-cao.docx")], check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "bao-cao.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    pages = text.split("\f")
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0]
    signed = next(page for page in pages if "Nơi nhận:" in page)
    assert "Trên đây là báo cáo" in signed
    assert "Lê Ánh Dương" in signed
    annexes = [page for page in pages if re.match(r"\s*Phụ lục [IVX]+\n", page)]
    assert len(annexes) == 4
    assert all(re.match(r"\s*2\n", pages[pages.index(page) + 1]) for page in annexes[:2])
