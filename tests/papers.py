"""Documents in the decree's layout, made with python-docx, that tests spoil in one point each."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from dtxl.templates.word_layout import add_styles, clean, page, row_property, table_of

from dtxl.core.metrics import width_mm

MOTTO = "Độc lập - Tự do - Hạnh phúc"
Spoil = Callable[["Made"], None]


class Made:
    """A document and its parts by name, for spoiling."""

    def __init__(self) -> None:
        self.document: Document = docx.Document()
        clean(self.document)
        add_styles(self.document)
        page(self.document.sections[0])
        self.parts: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Paragraph:
        return self.parts[name]

    def add(
        self, name: str, text: str, size: float = 14, *, bold: bool = False, italic: bool = False,
        align: Any = ALIGN.CENTER, holder: Any = None, before: float = 0, after: float = 0, first: float = 0,
        left: float = 0,
    ) -> Paragraph:  # fmt: skip
        holder = holder or self.document
        fresh = isinstance(holder, _Cell) and len(holder.paragraphs) == 1 and not holder.paragraphs[0].text
        paragraph = holder.paragraphs[0] if fresh and not holder.paragraphs[0].runs else holder.add_paragraph()
        if text:
            run = paragraph.add_run(text)
            run.font.size, run.bold, run.italic = Pt(size), bold, italic
        form = paragraph.paragraph_format
        form.alignment, form.space_before, form.space_after, form.line_spacing = align, Pt(before), Pt(after), 1.0
        form.first_line_indent, form.left_indent = Mm(first), Mm(left)
        self.parts[name] = paragraph
        return paragraph

    def line(self, name: str, mm: float, room_mm: float, holder: Any = None) -> None:
        paragraph = self.add(name, "", holder=holder)
        borders = OxmlElement("w:pBdr")
        edge = OxmlElement("w:bottom")
        for key, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
            edge.set(qn(f"w:{key}"), value)
        borders.append(edge)
        paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
        side = Mm((room_mm - mm) / 2)
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side

    def text(self, name: str, text: str, *, bold: bool = False, italic: bool = False) -> Paragraph:
        return self.add(name, text, bold=bold, italic=italic, align=ALIGN.JUSTIFY, after=6, first=10)

    def save(self, path: Path) -> Path:
        self.document.save(str(path))
        return path


def head(made: Made, number: str, *, subject: str = "", kind: str = "", letter: str = "") -> None:
    """Ô 1 to 5; `letter`: trích yếu of a công văn."""
    table = table_of(made.document, 2, (70, 95), grid=False)
    made.parts["head"] = table
    left, right = table.rows[0].cells
    made.add("superior", "ỦY BAN NHÂN DÂN TỈNH BẮC GIANG", 12, holder=left)
    made.add("issuer", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", 12, bold=True, holder=left)
    made.line("issuer_line", 0.42 * width_mm("SỞ THÔNG TIN VÀ TRUYỀN THÔNG", 12, bold=True), 70, left)
    made.add("nation", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True, holder=right)
    made.add("motto", MOTTO, 13, bold=True, holder=right)
    made.line("motto_line", width_mm(MOTTO, 13, bold=True), 95, right)
    left, right = table.rows[1].cells
    made.add("number", number, 13, holder=left, before=8)
    if letter:
        made.add("letter_subject", letter, 12, holder=left, before=6)
    made.add("date", "Bắc Giang, ngày 05 tháng 3 năm 2024", 13, italic=True, holder=right, before=8)
    if kind:
        made.add("type_name", kind, bold=True, before=18)
        made.add("subject", subject, bold=True)
        made.line("subject_line", 0.42 * width_mm(subject, 14, bold=True), 165)


def foot(made: Made, items: Sequence[str], titles: Sequence[str], name: str = "Nguyễn Văn An") -> None:
    """Ô 7 and 9b."""
    left, right = table_of(made.document, 1, (70, 95), grid=False).rows[0].cells
    made.parts["foot"] = left._tc.getparent()
    made.add("copies", "Nơi nhận:", 12, bold=True, italic=True, holder=left, align=ALIGN.LEFT)
    for number, item in enumerate(items):
        made.add(f"copy {number}", item, 11, holder=left, align=ALIGN.LEFT)
    for number, title in enumerate(titles):
        made.add(f"title {number}", title, bold=True, holder=right)
    made.add("signer", name, bold=True, holder=right, before=72)


COPIES = ("- Như trên;", "- Chủ tịch UBND tỉnh;", "- Lưu: VT, CĐS.")


def report() -> Made:
    """A báo cáo sent upward, with two annexes, the second on a turned page."""
    made = Made()
    head(made, "Số: 05/BC-STTTT", kind="BÁO CÁO", subject="Kết quả chuyển đổi số quý I năm 2024")
    made.add("to", "Kính gửi: Ủy ban nhân dân tỉnh Bắc Giang", before=12, after=12)
    made.text(
        "opening",
        "Thực hiện Kế hoạch số 12/KH-UBND ngày 01 tháng 3 năm 2024 của Ủy ban nhân dân tỉnh về chuyển đổi "
        "số, Sở báo cáo kết quả như sau (chi tiết tại các Phụ lục kèm theo):",
    ).paragraph_format.space_before = Pt(12)
    made.text("roman 1", "I. KẾT QUẢ ĐẠT ĐƯỢC", bold=True)
    made.text("title 1.1", "1. Về hạ tầng", bold=True)
    made.text("plain", "Tỷ lệ phủ sóng đạt 98,5%, vượt mục tiêu được giao.")
    made.text("title 1.2", "2. Về dịch vụ công", bold=True)
    made.text("point a", "a) Cấp tỉnh đạt 85%;")
    made.text("point b", "b) Cấp huyện đạt 80%;")
    made.text("point c", "c) Cấp xã đạt 75%;")
    made.text("point d", "d) Đơn vị sự nghiệp đạt 70%;")
    made.text("point đ", "đ) Doanh nghiệp đạt 65%.")
    made.text("roman 2", "II. KIẾN NGHỊ", bold=True)
    made.text("last", "Sở Thông tin và Truyền thông trân trọng báo cáo./.").paragraph_format.keep_with_next = True
    foot(made, COPIES, ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"))
    for number, wide in (("I", False), ("II", True)):
        section = made.document.add_section(WD_SECTION.NEW_PAGE)
        page(section, wide=wide)
        annex(made, number)
    return made


def annex(made: Made, number: str) -> None:
    made.add(f"annex {number}", f"Phụ lục {number}", bold=True)
    made.add(f"annex title {number}", "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", bold=True)
    text = "(Kèm theo Báo cáo số 05/BC-STTTT ngày 05 tháng 3 năm 2024 của Sở Thông tin và Truyền thông)"
    made.add(f"attached {number}", text, italic=True)
    grid = table_of(made.document, 2, (40, 60), grid=True)
    grid.rows[0].cells[0].paragraphs[0].add_run("Chỉ tiêu").font.size = Pt(11)


def letter() -> Made:
    """A công văn to two addressees."""
    made = Made()
    head(made, "Số: 12/STTTT-CĐS", letter="V/v đôn đốc báo cáo chuyển đổi số")
    made.add("to", "Kính gửi:", align=ALIGN.LEFT, left=35, before=12)
    made.add("to 1", "- Ủy ban nhân dân các huyện, thị xã, thành phố;", align=ALIGN.LEFT, left=45)
    made.add("to 2", "- Các sở, ban, ngành.", align=ALIGN.LEFT, left=45)
    opening = made.text(
        "opening", "Sở Thông tin và Truyền thông đề nghị các cơ quan gửi báo cáo trước ngày 15 tháng 3."
    )
    opening.paragraph_format.space_before = Pt(12)
    made.text("last", "Trân trọng cảm ơn./.").paragraph_format.keep_with_next = True
    foot(made, COPIES, ("GIÁM ĐỐC",))
    return made


def decision() -> Made:
    """A quyết định of a collective, with căn cứ, a chương, a mục and điều."""
    made = Made()
    head(made, "Số: 15/QĐ-STTTT", kind="QUYẾT ĐỊNH", subject="Về việc giao chỉ tiêu chuyển đổi số năm 2024")
    made.add("authority", "GIÁM ĐỐC SỞ THÔNG TIN VÀ TRUYỀN THÔNG", bold=True, before=12, after=6)
    made.text("ground 1", "Căn cứ Luật Tổ chức chính quyền địa phương;", italic=True)
    made.text("ground 2", "Theo đề nghị của Trưởng phòng Chuyển đổi số.", italic=True)
    made.add("decides", "QUYẾT ĐỊNH:", bold=True, before=6, after=6)
    made.add("chapter", "Chương I", bold=True, after=6)
    made.add("chapter title", "QUY ĐỊNH CHUNG", bold=True, after=6)
    made.add("division", "Mục 1", bold=True, after=6)
    made.add("division title", "GIAO CHỈ TIÊU", bold=True, after=6)
    article = made.text("article 1", "Điều 1. ", bold=True)
    article.add_run("Giao chỉ tiêu cho các đơn vị theo Phụ lục ban hành kèm theo.").font.size = Pt(14)
    article = made.text("article 2", "Điều 2. ", bold=True)
    article.add_run("Chánh Văn phòng và các đơn vị chịu trách nhiệm thi hành Quyết định này./.").font.size = Pt(14)
    article.paragraph_format.keep_with_next = True
    foot(made, ("- Như Điều 2;", "- Sở Nội vụ;", "- Lưu: VT, CĐS."), ("GIÁM ĐỐC",))
    section = made.document.add_section(WD_SECTION.NEW_PAGE)
    page(section)
    made.add("annex", "Phụ lục", bold=True)
    made.add("annex title", "CHỈ TIÊU GIAO", bold=True)
    text = "(Kèm theo Quyết định số 15/QĐ-STTTT ngày 05 tháng 3 năm 2024 của Giám đốc Sở Thông tin và Truyền thông)"
    made.add("attached", text, italic=True)
    made.text("annex text", "Chỉ tiêu được giao cho từng đơn vị.")
    return made


def plan() -> Made:
    """A kế hoạch of a collective, signed TM. and KT., with an annex and without Kính gửi."""
    made = Made()
    head(made, "Số: 27/KH-UBND", kind="KẾ HOẠCH", subject="Chuyển đổi số tỉnh Bắc Giang năm 2024")
    ground = made.text("opening", "Thực hiện Nghị quyết số 111-NQ/TU, Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:")
    ground.paragraph_format.space_before = Pt(12)
    made.text("roman 1", "I. MỤC TIÊU", bold=True)
    made.text("clause 1", "1. 100% dịch vụ công đủ điều kiện được cung cấp trực tuyến toàn trình.")
    made.text("clause 2", "2. Tỷ lệ hồ sơ trực tuyến đạt từ 80%.")
    made.text("roman 2", "II. NHIỆM VỤ", bold=True)
    made.text("title 2.1", "1. Phát triển hạ tầng số", bold=True)
    made.text("dash", "- Phủ sóng di động băng rộng đến các thôn, bản còn lại.")
    made.text("last", "Chỉ tiêu giao cho từng cơ quan tại Phụ lục kèm theo./.").paragraph_format.keep_with_next = True
    copies = ("- Bộ Thông tin và Truyền thông;", "- Các sở, ban, ngành;", "- Lưu: VT, KGVX.")
    foot(made, copies, ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))
    page(made.document.add_section(WD_SECTION.NEW_PAGE))
    made.add("annex", "Phụ lục", bold=True)
    made.add("annex title", "CHỈ TIÊU GIAO CHO TỪNG CƠ QUAN", bold=True)
    text = "(Kèm theo Kế hoạch số 27/KH-UBND ngày 05 tháng 3 năm 2024 của Ủy ban nhân dân tỉnh Bắc Giang)"
    made.add("attached", text, italic=True)
    made.text("annex text", "Chỉ tiêu được giao cho từng cơ quan.")
    return made


def proposal() -> Made:
    """A tờ trình, with căn cứ in italics, signed by an acting head."""
    made = Made()
    head(made, "Số: 08/TTr-STTTT", kind="TỜ TRÌNH", subject="Về việc phê duyệt danh mục chỉ tiêu chuyển đổi số")
    made.add("to", "Kính gửi: Ủy ban nhân dân tỉnh Bắc Giang", before=12, after=12)
    ground = made.text("ground 1", "Căn cứ Luật Giao dịch điện tử;", italic=True)
    ground.paragraph_format.space_before = Pt(12)
    made.text("ground 2", "Căn cứ Luật Tổ chức chính quyền địa phương.", italic=True)
    made.text("plain", "Sở Thông tin và Truyền thông trình Ủy ban nhân dân tỉnh xem xét, phê duyệt danh mục chỉ tiêu.")
    made.text("last", "Kính trình Ủy ban nhân dân tỉnh quyết định./.").paragraph_format.keep_with_next = True
    foot(made, COPIES, ("Q. GIÁM ĐỐC",))
    return made


def notice() -> Made:
    """A thông báo signed TL. and passed on to a deputy, its number and day still blank."""
    made = Made()
    head(made, "Số:      /TB-STTTT", kind="THÔNG BÁO", subject="Kết quả chuyển đổi số quý I năm 2024")
    made["date"].runs[0].text = "Bắc Giang, ngày      tháng 3 năm 2024"
    opening = made.text("opening", "Sở Thông tin và Truyền thông thông báo kết quả quý I như sau:")
    opening.paragraph_format.space_before = Pt(12)
    made.text("clause 1", "1. Có 25 cơ quan gửi báo cáo đúng hạn.")
    made.text("last", "2. Có 03 cơ quan chưa gửi báo cáo./.").paragraph_format.keep_with_next = True
    copies = ("- Các sở, ban, ngành;", "- Lưu: VT, CĐS.")
    foot(made, copies, ("TL. GIÁM ĐỐC", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"))
    return made


DOCUMENTS: dict[str, Callable[[], Made]] = {
    "report": report, "letter": letter, "decision": decision, "plan": plan, "proposal": proposal, "notice": notice,
}  # fmt: skip
KINDS = {"report": "báo cáo", "letter": "công văn", "decision": "quyết định", "plan": "kế hoạch",
         "proposal": "tờ trình", "notice": "thông báo"}  # fmt: skip

__all__ = ["ALIGN", "DOCUMENTS", "KINDS", "MOTTO", "WD_ORIENT", "Made", "Mm", "Pt", "Spoil", "qn", "row_property"]
