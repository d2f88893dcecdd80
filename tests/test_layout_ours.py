"""The layout checker on our own report: nothing is found in it as it is made; of single changes that people make, each
is found, and just the rule that it breaks."""

import io
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import dtxl.templates
import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from dtxl.documents import draw_report
from dtxl.files.docx_paper import Reader
from dtxl.layout import check_layout
from tests.test_documents_sample import make_rollup

TEMPLATE = Path(dtxl.templates.__file__).with_name("bao-cao.docx")
Change = Callable[[WordDocument], Any]
PLAIN = "Hạn gửi báo cáo"


@cache
def content() -> bytes:
    return draw_report(make_rollup(), TEMPLATE, date(2024, 3, 5))


def breaches(document: WordDocument) -> list[tuple[str, str, str]]:
    found = check_layout(Reader(document).paper(), provinces=("Bắc Giang", "Nghệ An")).breaches
    return [(b.code, b.place, b.found) for b in found]


def at(document: WordDocument, start: str) -> Paragraph:
    """The first paragraph, of tables too, that begins so."""
    for element in document.element.body.iter(qn("w:p")):
        paragraph = Paragraph(element, document._body)
        if paragraph.text.startswith(start):
            return paragraph
    raise AssertionError(start)


def look(start: str, **changes: Any) -> Change:
    def change(document: WordDocument) -> None:
        for run in at(document, start).runs:
            for name, value in changes.items():
                setattr(run.font, name, value)

    return change


def form(start: str, **changes: Any) -> Change:
    def change(document: WordDocument) -> None:
        for name, value in changes.items():
            setattr(at(document, start).paragraph_format, name, value)

    return change


def says(start: str, old: str, new: str) -> Change:
    def change(document: WordDocument) -> None:
        paragraph = at(document, start)
        assert old in paragraph.text
        for run in paragraph.runs:
            if old in run.text:
                run.text = run.text.replace(old, new, 1)
                return
        raise AssertionError(f"{old} is spread over runs")

    return change


def page(number: int = 0, **changes: Any) -> Change:
    def change(document: WordDocument) -> None:
        for name, value in changes.items():
            setattr(document.sections[number], name, value)

    return change


def numbers(action: Callable[[Paragraph], Any]) -> Change:
    return lambda document: action(document.sections[0].header.paragraphs[0])


def number_below(document: WordDocument) -> None:
    section = document.sections[0]
    number = section.header.paragraphs[0]
    section.footer.is_linked_to_previous = False
    for run in list(number.runs):
        section.footer.paragraphs[0]._p.append(run._r)


def rule_gone(style: str) -> Change:
    def change(document: WordDocument) -> None:
        for element in document.element.body.iter(qn("w:p")):
            if Paragraph(element, document._body).style.name == style:
                element.getparent().remove(element)
                return
        raise AssertionError(style)

    return change


def rule_long(style: str) -> Change:
    def change(document: WordDocument) -> None:
        for element in document.element.body.iter(qn("w:p")):
            paragraph = Paragraph(element, document._body)
            if paragraph.style.name == style:
                paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(0)
                return
        raise AssertionError(style)

    return change


def gone(start: str) -> Change:
    def change(document: WordDocument) -> None:
        element = at(document, start)._p
        element.getparent().remove(element)

    return change


def style(name: str, **changes: Any) -> Change:
    """A change in a style of the template: every paragraph of it changes."""

    def change(document: WordDocument) -> None:
        for key, value in changes.items():
            holder = document.styles[name]
            setattr(holder.font if hasattr(holder.font, key) else holder.paragraph_format, key, value)

    return change


def last_words(document: WordDocument) -> None:
    """The mark at the end of the text goes."""
    for element in document.element.body.iter(qn("w:t")):
        if (element.text or "").endswith("./."):
            element.text = (element.text or "")[:-3] + "."
            return
    raise AssertionError("./.")


CHANGES: list[tuple[str, str, Change]] = [
    ("PG-01", "Letter's height", page(page_height=Mm(279.4))),
    ("PG-03", "left margin 1 mm short", page(left_margin=Mm(29))),
    ("PG-03", "right margin 1 mm short", page(right_margin=Mm(14))),
    ("PG-03", "top margin 1 mm short", page(top_margin=Mm(19))),
    ("PG-03", "bottom margin 6 mm wide", page(bottom_margin=Mm(26))),
    ("PG-04", "a turned annex with a narrow left", page(1, left_margin=Mm(20))),
    ("PG-05", "Arial in a paragraph", look(PLAIN, name="Arial")),
    ("PG-05", "red words", lambda d: setattr(at(d, PLAIN).runs[0].font.color, "rgb", RGBColor(0xC0, 0, 0))),
    ("PG-05", "marks by themselves", lambda d: setattr(
        at(d, PLAIN).runs[0], "text", unicodedata.normalize("NFD", at(d, PLAIN).runs[0].text))),
    ("PN-02", "page number 12 pt", numbers(lambda p: [setattr(r.font, "size", Pt(12)) for r in p.runs])),
    ("PN-03", "page number at the right", numbers(lambda p: setattr(p, "alignment", ALIGN.RIGHT))),
    ("PN-03", "page number in the footer", number_below),
    ("PN-04", "page number on page one", page(different_first_page_header_footer=False)),
    ("PN-05", "an annex counts on", lambda d: d.sections[1]._sectPr.find(qn("w:pgNumType")).attrib.clear()),
    ("HD-01", "Quốc hiệu not bold", look("CỘNG HÒA", bold=False)),
    ("HD-01", "Quốc hiệu misspelt", says("CỘNG HÒA", "CHỦ NGHĨA", "CHŨ NGHĨA")),
    ("HD-03", "motto with en dashes", says("Độc lập", " - Tự do", " – Tự do")),
    ("HD-03", "motto 12.5 pt", look("Độc lập", size=Pt(12.5))),
    ("HD-04", "no line below the motto", rule_gone("Kẻ Tiêu ngữ")),
    ("HD-05", "a gap below Quốc hiệu", form("CỘNG HÒA", space_after=Pt(6))),
    ("HD-06", "superior 14 pt", look("UBND TỈNH", size=Pt(14))),
    ("HD-07", "issuer not bold", look("BAN CHỈ ĐẠO", bold=False)),
    ("HD-08", "a line as wide as the cell", rule_long("Kẻ cơ quan")),
    ("HD-09", "số with spaces", says("Số:", "/BC-", "/ BC-")),
    ("HD-09", "symbol of a kế hoạch", says("Số:", "/BC-", "/KH-")),
    ("HD-11", "date upright", look("Bắc Giang, ngày", italic=False)),
    ("HD-12", "day without its zero", says("Bắc Giang, ngày", "\u00a0" * 6, " 5 ")),
    ("HD-12", "month with a zero too many", says("Bắc Giang, ngày", "tháng 3", "tháng 03")),
    ("HD-13", "another province", says("Bắc Giang, ngày", "Bắc Giang", "Nghệ An")),
    ("TL-01", "type 16 pt", look("BÁO CÁO", size=Pt(16))),
    ("TL-02", "subject italic", look("Kết quả thực hiện Kế hoạch", italic=True)),
    ("TL-03", "no line below the subject", rule_gone("Kẻ trích yếu")),
    ("KG-01", "Kính gửi bold", look("Kính gửi", bold=True)),
    ("KG-02", "no stop after the last addressee", says("- Bộ Thông tin", ".", ";")),
    ("BD-01", "one paragraph 13 pt", look(PLAIN, size=Pt(13))),
    ("BD-02", "one paragraph at the left", form(PLAIN, alignment=ALIGN.LEFT)),
    ("BD-02", "the style of the body at the left", style("Nội dung", alignment=ALIGN.LEFT)),
    ("BD-03", "no indent", form(PLAIN, first_line_indent=Mm(0))),
    ("BD-04", "no gap below", form(PLAIN, space_after=Pt(0))),
    ("BD-05", "two lines apart", form(PLAIN, line_spacing=2.0)),
    ("BD-11", "a mục in small letters", says("III. KẾT QUẢ", "KẾT QUẢ", "Kết quả")),
    ("BD-11", "a mục left out", says("III. KẾT QUẢ", "III.", "IV.")),
    ("BD-11", "a khoản's title not bold", look("2. Phát triển kinh tế số", bold=False)),
    ("BD-12", "no ./. at the end", last_words),
    ("CK-01", "the signer's post not bold", look("TRƯỞNG BAN", bold=False)),
    ("CK-04", "a degree before the name", says("Lê Ánh Dương", "Lê", "TS. Lê")),
    ("NN-01", "Nơi nhận 13 pt", look("Nơi nhận:", size=Pt(13))),
    ("NN-02", "a line of Nơi nhận 12 pt", look("- Như trên", size=Pt(12))),
    ("NN-03", "no stop after Lưu", says("- Lưu:", ".", "")),
    ("NN-04", "no Như trên", gone("- Như trên")),
    ("PL-02", "annexes I, III, III", says("Phụ lục II", "II", "III")),
    ("PL-03", "annex in capitals", says("Phụ lục I", "Phụ lục", "PHỤ LỤC")),
    ("PL-04", "an annex's title in small letters", says("KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", "KẾT QUẢ", "Kết quả")),
    ("PL-05", "Kèm theo upright", look("(Kèm theo", italic=False)),
]  # fmt: skip


def test_nothing_is_found_in_the_report_as_it_is_made() -> None:
    assert breaches(Document(io.BytesIO(content()))) == []


@pytest.mark.parametrize(("code", "what", "change"), CHANGES, ids=[f"{code} {what}" for code, what, _ in CHANGES])
def test_a_single_change_is_found_as_what_it_breaks(code: str, what: str, change: Change) -> None:
    document = Document(io.BytesIO(content()))
    change(document)
    found = breaches(document)
    assert {one for one, _, _ in found} == {code}, (what, found)
