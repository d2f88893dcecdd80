"""The layout checker: documents that keep the decree raise nothing, each single fault raises just its rule."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from dtxl.core.codes import Severity
from dtxl.files.docx_paper import read_paper
from dtxl.layout import Verdict, check_layout, codes, profile
from tests.papers import ALIGN, DOCUMENTS, KINDS, Made, Mm, Pt, annex
from tests.spoils import (
    Spoil,
    address,
    annex_without_section,
    both,
    colour,
    dates_row,
    font,
    form,
    gone,
    line_behind,
    looks,
    new_paragraph,
    number_below,
    number_on_page_one,
    number_type,
    one_more_copy,
    page_number,
    rule_line,
    says,
    section,
    size,
    swap,
    turned,
    underlined,
)

PROVINCES = ("Bắc Giang", "Bắc Ninh", "Nghệ An")


def verdict(made: Made, folder: Path, **more: Any) -> Verdict:
    return check_layout(read_paper(made.save(folder / "x.docx")), provinces=PROVINCES, **more)


def raised(made: Made, folder: Path, *severities: Severity, **more: Any) -> set[str]:
    wanted = severities or (Severity.ERROR,)
    return {b.code for b in verdict(made, folder, **more).breaches if b.severity in wanted}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("draft", [True, False])
def test_a_document_that_keeps_the_decree_raises_nothing(name: str, draft: bool, tmp_path: Path) -> None:
    found = verdict(DOCUMENTS[name](), tmp_path, draft=draft)
    assert (found.official, found.kind) == (True, KINDS[name])
    blanks = [] if draft or name != "notice" else ["HD-14", "HD-14"]  # its number and its day are still to come
    assert [b.code for b in found.breaches] == blanks


# rule, document, what was done, how
FAULTS: list[tuple[str, str, str, Spoil]] = [
    ("PG-01", "report", "Letter", section(page_width=Mm(215.9), page_height=Mm(279.4))),
    ("PG-03", "report", "left margin 1 mm short", section(left_margin=Mm(29))),
    ("PG-03", "letter", "right margin 1 mm too wide", section(right_margin=Mm(21))),
    ("PG-03", "letter", "top margin 1 mm short", section(top_margin=Mm(19))),
    ("PG-03", "decision", "bottom margin 1 mm too wide", section(bottom_margin=Mm(26))),
    ("PG-03", "letter", "a gutter counts", section(gutter=Mm(6))),
    ("PG-05", "report", "Arial", font("plain", "Arial")),
    ("PG-05", "letter", ".VnTime", font("opening", ".VnTime")),
    ("PG-05", "letter", "blue text", colour("opening")),
    ("PN-01", "report", "Roman page numbers", number_type(0, fmt="lowerRoman")),
    ("PN-01", "report", "begins at 5", number_type(0, start="5")),
    ("PN-02", "report", "page number 12 pt", page_number(lambda p: [setattr(r.font, "size", Pt(12)) for r in p.runs])),
    ("PN-02", "report", "page number bold", page_number(lambda p: [setattr(r, "bold", True) for r in p.runs])),
    ("PN-03", "report", "page number at the right", page_number(lambda p: setattr(p, "alignment", ALIGN.RIGHT))),
    ("PN-03", "report", "page number in the footer", number_below),
    ("PN-03", "report", "header too low", section(header_distance=Mm(18))),
    ("PN-04", "report", "page number on page one", number_on_page_one),
    ("PN-05", "report", "annex counts on", number_type(1, start=None)),
    ("HD-01", "report", "Quốc hiệu not bold", looks("nation", bold=False)),
    ("HD-01", "report", "Quốc hiệu 14 pt", size("nation", 14)),
    ("HD-01", "letter", "Quốc hiệu in small letters", says("nation", "Cộng hòa xã hội chủ nghĩa Việt Nam")),
    ("HD-01", "letter", "Quốc hiệu italic", looks("nation", italic=True)),
    ("HD-03", "report", "motto with an en dash", swap("motto", "-", "–")),
    ("HD-03", "letter", "motto without spaces", swap("motto", " - ", "-")),
    ("HD-03", "letter", "motto 12.5 pt", size("motto", 12.5)),
    ("HD-03", "report", "motto in capitals", says("motto", "ĐỘC LẬP - TỰ DO - HẠNH PHÚC")),
    ("HD-03", "report", "motto at the left", form("motto", alignment=ALIGN.LEFT)),
    ("HD-04", "report", "short line below the motto", rule_line("motto_line", 30, 95)),
    ("HD-04", "letter", "no line below the motto", gone("motto_line")),
    ("HD-04", "letter", "underlined motto", both(gone("motto_line"), underlined("motto"))),
    ("HD-05", "report", "gap below Quốc hiệu", form("nation", space_after=Pt(6))),
    ("HD-05", "report", "motto at 1.5 lines", form("motto", line_spacing=1.5)),
    ("HD-06", "report", "superior 14 pt", size("superior", 14)),
    ("HD-06", "letter", "superior italic", looks("superior", italic=True)),
    ("HD-07", "report", "issuer 11 pt", size("issuer", 11)),
    ("HD-07", "letter", "issuer in small letters", says("issuer", "Sở Thông tin và Truyền thông")),
    ("HD-07", "decision", "issuer not bold", looks("issuer", bold=False)),
    ("HD-08", "report", "line as long as the name", rule_line("issuer_line", 66, 70)),
    ("HD-08", "letter", "line off the middle", rule_line("issuer_line", 27, 70, shift=10)),
    ("HD-08", "letter", "no line below the issuer", gone("issuer_line")),
    ("HD-09", "report", "số with spaces", says("number", "Số: 05 / BC-STTTT")),
    ("HD-09", "report", "số not padded", says("number", "Số: 5/BC-STTTT")),
    ("HD-09", "report", "symbol in small letters", says("number", "Số: 05/bc-stttt")),
    ("HD-09", "report", "symbol of another type", says("number", "Số: 05/KH-STTTT")),
    ("HD-09", "report", "số 14 pt", size("number", 14)),
    ("HD-09", "letter", "số without a colon", says("number", "Số 12/STTTT-CĐS")),
    ("HD-09", "letter", "en dash in the symbol", says("number", "Số: 12/STTTT–CĐS")),
    ("HD-10", "report", "date lower than số", form("date", space_before=Pt(20))),
    ("HD-10", "report", "date in a row of its own", dates_row),
    ("HD-11", "report", "date upright", looks("date", italic=False)),
    ("HD-11", "report", "no comma after the place", says("date", "Bắc Giang ngày 05 tháng 3 năm 2024")),
    ("HD-11", "letter", "date 12 pt", size("date", 12)),
    ("HD-12", "report", "day without its zero", says("date", "Bắc Giang, ngày 5 tháng 3 năm 2024")),
    ("HD-12", "report", "month 2 without its zero", says("date", "Bắc Giang, ngày 05 tháng 2 năm 2024")),
    ("HD-12", "report", "year of two digits", says("date", "Bắc Giang, ngày 05 tháng 3 năm 24")),
    ("HD-13", "report", "another province", says("date", "Nghệ An, ngày 05 tháng 3 năm 2024")),
    ("TL-01", "report", "type not bold", looks("type_name", bold=False)),
    ("TL-01", "report", "type in small letters", says("type_name", "Báo cáo")),
    ("TL-01", "decision", "type 16 pt", size("type_name", 16)),
    ("TL-02", "report", "subject in capitals", says("subject", "KẾT QUẢ CHUYỂN ĐỔI SỐ QUÝ I")),
    ("TL-02", "report", "subject italic", looks("subject", italic=True)),
    ("TL-03", "report", "long line below the subject", rule_line("subject_line", 90, 165)),
    ("TL-03", "decision", "no line below the subject", gone("subject_line")),
    ("TL-04", "letter", "trích yếu bold", looks("letter_subject", bold=True)),
    ("TL-04", "letter", "trích yếu too close", form("letter_subject", space_before=Pt(0))),
    ("TL-04", "letter", "trích yếu without V/v", says("letter_subject", "Về việc đôn đốc báo cáo")),
    ("BD-01", "report", "a paragraph of 13 pt", size("plain", 13)),
    ("BD-01", "report", "a paragraph of 12 pt", size("plain", 12)),
    ("BD-01", "letter", "italic body", looks("opening", italic=True)),
    ("BD-02", "report", "at the left", form("plain", alignment=ALIGN.LEFT)),
    ("BD-03", "report", "no indent", form("plain", first_line_indent=Mm(0))),
    ("BD-03", "letter", "indent of 2 cm", form("opening", first_line_indent=Mm(20))),
    ("BD-04", "report", "no gap", form("title 1.1", space_after=Pt(0))),
    ("BD-04", "report", "a gap of 3 pt", form("plain", space_after=Pt(3))),
    ("BD-05", "report", "two lines apart", form("plain", line_spacing=2.0)),
    ("BD-05", "report", "exactly 12 pt", form("plain", line_spacing=Pt(12))),
    ("BD-06", "decision", "căn cứ upright", looks("ground 1", italic=False)),
    ("BD-06", "decision", "last căn cứ with a comma", swap("ground 2", "số.", "số,")),
    ("BD-06", "decision", "căn cứ without a semicolon", swap("ground 1", "phương;", "phương")),
    ("BD-08", "decision", "Chương not bold", looks("chapter", bold=False)),
    ("BD-08", "decision", "title of Chương in small letters", says("chapter title", "Quy định chung")),
    ("BD-09", "decision", "Mục at the left", form("division", alignment=ALIGN.LEFT)),
    ("BD-09", "decision", "title of Mục not bold", looks("division title", bold=False)),
    ("BD-10", "decision", "Điều not bold", looks("article 1", bold=False)),
    ("BD-11", "report", "mục in small letters", says("roman 1", "I. Kết quả đạt được")),
    ("BD-11", "report", "a title not bold", looks("title 1.1", bold=False)),
    ("BD-11", "report", "II after I is III", says("roman 2", "III. KIẾN NGHỊ")),
    ("BD-11", "report", "e after d", says("point đ", "e) Doanh nghiệp đạt 65%.")),
    ("BD-11", "report", "1 then 3", says("title 1.2", "3. Về dịch vụ công")),
    ("CK-01", "report", "title not bold", looks("title 0", bold=False)),
    ("CK-01", "letter", "title in small letters", says("title 0", "Giám đốc")),
    ("CK-01", "letter", "title 12 pt", size("title 0", 12)),
    ("CK-02", "report", "KT without its stop", says("title 0", "KT GIÁM ĐỐC")),
    ("CK-02", "letter", "TM. before a head", both(says("title 0", "TM. GIÁM ĐỐC"), lambda m: m["title 0"]._p.addnext(
        m.add("title 1", "PHÓ GIÁM ĐỐC", bold=True)._p))),
    ("CK-03", "report", "KT. and no deputy", says("title 1", "CHÁNH VĂN PHÒNG")),
    ("CK-04", "report", "a degree before the name", says("signer", "TS. Nguyễn Văn An")),
    ("CK-04", "report", "name in capitals", says("signer", "NGUYỄN VĂN AN")),
    ("CK-04", "letter", "name not bold", looks("signer", bold=False)),
    ("NN-01", "report", "Nơi nhận upright", looks("copies", italic=False)),
    ("NN-01", "report", "Nơi nhận 13 pt", size("copies", 13)),
    ("NN-01", "letter", "Nơi nhận indented", form("copies", left_indent=Mm(10))),
    ("NN-02", "report", "item 12 pt", size("copy 1", 12)),
    ("NN-02", "report", "item without a semicolon", says("copy 1", "- Chủ tịch UBND tỉnh,")),
    ("NN-02", "report", "item without a dash", says("copy 1", "Chủ tịch UBND tỉnh;")),
    ("NN-03", "report", "no stop after Lưu", says("copy 2", "- Lưu: VT, CĐS")),
    ("NN-03", "letter", "Lưu without VT", says("copy 2", "- Lưu: CĐS.")),
    ("NN-04", "report", "Kính gửi and no Như trên", says("copy 0", "- Tỉnh ủy;")),
    ("NN-04", "report", "Như trên and no Kính gửi", gone("to")),
    ("KG-01", "report", "Kính gửi bold", looks("to", bold=True)),
    ("KG-01", "report", "no colon", says("to", "Kính gửi Ủy ban nhân dân tỉnh Bắc Giang")),
    ("KG-02", "letter", "no stop at the end", says("to 2", "- Các sở, ban, ngành;")),
    ("KG-02", "letter", "dashes not in line", form("to 2", left_indent=Mm(50))),
    ("PL-01", "report", "annexes nowhere mentioned", swap("opening", "các Phụ lục kèm theo", "bảng")),
    ("PL-02", "report", "annex 2 for II", says("annex II", "Phụ lục 2")),
    ("PL-02", "report", "two annexes I", says("annex II", "Phụ lục I")),
    ("PL-03", "report", "annex in capitals", says("annex I", "PHỤ LỤC I")),
    ("PL-03", "report", "annex 13 pt", size("annex I", 13)),
    ("PL-04", "report", "annex title in small letters", says("annex title I", "Kết quả thực hiện")),
    ("PL-05", "report", "Kèm theo upright", looks("attached I", italic=False)),
    ("PL-05", "decision", "Kèm theo without its brackets", says("attached", "Kèm theo Quyết định số 15/QĐ-STTTT")),
    ("PL-07", "report", "annex in the same section", annex_without_section),
    ("KH-01", "report", "KHẨN not bold", new_paragraph("type_name", "KHẨN")),
    ("KH-03", "letter", "LƯU HÀNH NỘI BỘ 12 pt", new_paragraph("to", "LƯU HÀNH NỘI BỘ", 12, bold=True)),
    ("KH-04", "report", "drafter's mark in small letters", one_more_copy("pl.(300)")),
    ("KH-05", "letter", "address 14 pt", address(14)),
    ("PG-01", "plan", "too high", section(page_height=Mm(302))),
    ("PG-05", "plan", "Arial in the header", page_number(lambda p: [setattr(r.font, "name", "Arial") for r in p.runs])),
    ("HD-10", "letter", "date lower by 2 pt", form("date", space_before=Pt(10))),
    ("TL-04", "letter", "a line below V/v", lambda m: line_behind(m, "letter_subject")),
    ("TL-01", "plan", "type and subject in one line", both(gone("subject"), gone("subject_line"),
                                                         says("type_name", "KẾ HOẠCH CHUYỂN ĐỔI SỐ"))),
    ("HD-09", "proposal", "TT for TTr", says("number", "Số: 08/TT-STTTT")),
    ("HD-09", "notice", "blank number without its symbol", says("number", "Số:      /STTTT")),
    ("BD-06", "proposal", "two căn cứ in one line", swap("ground 1", "tử;", "tử; Căn cứ Luật Viễn thông;")),
    ("BD-08", "decision", "Chương 1", says("chapter", "Chương 1")),
    ("BD-09", "decision", "Mục I", says("division", "Mục I")),
    ("BD-10", "decision", "Điều 1: with a colon", swap("article 1", "Điều 1.", "Điều 1:")),
    ("BD-11", "decision", "Điều 1 then 3", swap("article 2", "Điều 2.", "Điều 3.")),
    ("BD-11", "plan", "a khoản left out", swap("clause 2", "2. ", "3. ")),
    ("BD-11", "report", "f after e", both(says("point đ", "đ) Doanh nghiệp đạt 65%."), says("point c", "f) Cấp xã."))),
    ("CK-02", "plan", "no TM.", says("title 0", "ỦY BAN NHÂN DÂN")),
    ("CK-02", "plan", "KT.CHỦ TỊCH", says("title 1", "KT.CHỦ TỊCH")),
    ("CK-02", "notice", "KT. before a deputy", both(says("title 1", "KT. PHÓ CHÁNH VĂN PHÒNG"))),
    ("CK-03", "plan", "KT. above TM.", both(says("title 0", "KT. CHỦ TỊCH"), says("title 1", "TM. ỦY BAN NHÂN DÂN"))),
    ("CK-03", "notice", "TUQ. passed on", says("title 0", "TUQ. GIÁM ĐỐC")),
    ("CK-03", "letter", "TL. and nobody", says("title 0", "TL. GIÁM ĐỐC")),
    ("CK-03", "report", "KT. TM. below a deputy", says("title 1", "TL. GIÁM ĐỐC")),
    ("NN-04", "proposal", "a tờ trình to nobody", both(gone("to"), says("copy 0", "- Tỉnh ủy;"))),
    ("NN-04", "plan", "a kế hoạch with Kính gửi", both(
        new_paragraph("opening", "Kính gửi: Các sở, ban, ngành"), says("copy 0", "- Như trên;"))),
    ("KG-02", "letter", "the first addressee on the line itself", says("to", "Kính gửi: - Bộ Nội vụ;")),
    ("KG-02", "letter", "no dash", says("to 1", "Ủy ban nhân dân các huyện;")),
    ("PL-01", "plan", "the annex nowhere mentioned", swap("last", "Phụ lục kèm theo", "bảng giao")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "name", "what", "spoil"), FAULTS, ids=[f"{c} {w}" for c, _, w, _ in FAULTS])
def test_a_single_fault_raises_just_its_rule(code: str, name: str, what: str, spoil: Spoil, tmp_path: Path) -> None:
    made = DOCUMENTS[name]()
    spoil(made)
    assert raised(made, tmp_path) == {code}, what


def test_every_rule_of_the_decree_has_its_fault() -> None:
    errors = {code for code, rule in profile().rules.items() if rule.severity is Severity.ERROR}
    apart = {"PG-02", "PL-06", "PL-08"}  # below, in documents of their own
    assert errors - apart == {code for code, *_ in FAULTS}
    assert errors <= set(codes())


def test_a_turned_page_needs_a_table(tmp_path: Path) -> None:
    made = DOCUMENTS["letter"]()
    turned(made)
    assert "PG-02" in raised(made, tmp_path)
    made.document.add_table(2, 2)
    assert "PG-02" not in raised(made, tmp_path)


def test_the_blanks_of_a_draft_are_filled_on_paper(tmp_path: Path) -> None:
    made = DOCUMENTS["decision"]()
    says("attached", "(Kèm theo Quyết định số      /QĐ-STTTT ngày      tháng 3 năm 2024 của Giám đốc Sở)")(made)
    assert raised(made, tmp_path) == set()
    assert raised(made, tmp_path, draft=False) == {"PL-06"}


@pytest.mark.parametrize(("points", "expected"), [(10, set()), (12, {"PL-08"})])
def test_an_annex_in_a_file_of_its_own(points: float, expected: set[str], tmp_path: Path) -> None:
    made = Made()
    made.add("signed", "Số: 05; 05/03/2024; 09:30:15", points, align=ALIGN.RIGHT)
    annex(made, "I")
    assert raised(made, tmp_path) == expected


WARNINGS: list[tuple[str, str, str, Spoil]] = [
    ("PG-04", "report", "turned page, narrow left", section(2, left_margin=Mm(20))),
    ("HD-02", "report", "Quốc hiệu too long for its cell", size("nation", 13)),
    ("HD-04", "letter", "underscores for the line", both(gone("motto_line"), lambda m: m["motto"]._p.addnext(
        m.add("us", "_" * 23, 14, bold=True)._p))),
    ("HD-12", "report", "month 03", says("date", "Bắc Giang, ngày 05 tháng 03 năm 2024")),
    ("TL-02", "report", "subject with a stop", says("subject", "Kết quả chuyển đổi số quý I năm 2024.")),
    ("BD-03", "report", "two indents", form("plain", first_line_indent=Mm(12.7))),
    ("BD-04", "report", "a blank paragraph for a gap", lambda m: m["plain"].insert_paragraph_before()),
    ("BD-07", "letter", "a citation cut short", says("opening", "Thực hiện Nghị định số 30/2020/NĐ-CP, đề nghị gửi.")),
    ("BD-12", "report", "no ./.", says("last", "Sở Thông tin và Truyền thông trân trọng báo cáo.")),
    ("CK-08", "report", "the signature may stand alone", form("last", keep_with_next=False)),
    ("PL-09", "report", "an annex with Quốc hiệu", lambda m: m["attached I"]._p.addnext(
        m.add("again", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True)._p)),
    ("PG-05", "report", "marks by themselves", says("plain", unicodedata.normalize("NFD", "Đạt 98% tỷ lệ."))),
    ("NN-04", "decision", "a decision without Như Điều", says("copy 0", "- Tỉnh ủy;")),
    ("VH-01", "report", "small after a stop", says("plain", "Tỷ lệ đạt 98,5%. vượt mục tiêu.")),
    ("VH-05", "report", "nhân dân", says("plain", "Phục vụ lợi ích của nhân dân.")),
    ("VH-06", "report", "điều 5", says("plain", "Theo điều 5 của Quy chế.")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "name", "what", "spoil"), WARNINGS, ids=[f"{c} {w}" for c, _, w, _ in WARNINGS])
def test_what_is_practice_only_is_a_warning(code: str, name: str, what: str, spoil: Spoil, tmp_path: Path) -> None:
    made = DOCUMENTS[name]()
    spoil(made)
    assert raised(made, tmp_path) == set(), what
    assert raised(made, tmp_path, Severity.WARNING) == {code}, what
