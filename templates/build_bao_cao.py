"""Builds `bao-cao.docx`, the template of the report, in the layout of NĐ 30/2020/NĐ-CP (Phụ lục I).

Run `python templates/build_bao_cao.py` after a change here. The result is an ordinary Word file that staff may edit:
what stands in {{ }} and {% %} is filled in, all else is theirs.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.shared import Mm, Pt
from docx.table import Table, _Row
from dtxl.templates.word_layout import add_styles, clean, first, page, row_property, rule_line, run_down, table_of, tag

HEAD_MM = (70, 95)  # Quốc hiệu at 12 pt bold is 88.3 mm long and must stand on one line
BLANK = "\u00a0" * 6  # for the records office: number and day are given after signing
Column = tuple[str, float, str, str]  # title, width in mm, tag, style


def build() -> WordDocument:
    """The whole template."""
    document = Document()
    clean(document)
    add_styles(document)
    page(document.sections[0])
    head(document)
    _title(document)
    _body(document)
    signature(document)
    _annexes(document)
    properties = document.core_properties
    properties.title, properties.author = "Mẫu báo cáo", "dtxl"
    properties.last_modified_by, properties.comments = "dtxl", ""
    properties.created = properties.modified = datetime(2024, 1, 1)
    return document


def head(document: WordDocument) -> Table:
    """Ô 1 to 4: the table with the issuer, Quốc hiệu, number and day."""
    table = table_of(document, 2, HEAD_MM, grid=False)
    left, right = table.rows[0].cells
    first(left, "{%p if co_quan_chu_quan %}", "Thẻ")
    left.add_paragraph("{{ co_quan_chu_quan }}", "Cơ quan chủ quản")
    left.add_paragraph("{%p endif %}", "Thẻ")
    left.add_paragraph("{{ co_quan_ban_hanh }}", "Cơ quan ban hành")
    rule_line(left, "Kẻ cơ quan")
    first(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Quốc hiệu")
    right.add_paragraph("Độc lập - Tự do - Hạnh phúc", "Tiêu ngữ")
    rule_line(right, "Kẻ Tiêu ngữ")
    left, right = table.rows[1].cells
    first(left, f"Số:{BLANK}/{{{{ ky_hieu }}}}", "Số ký hiệu").paragraph_format.space_before = Pt(8)
    date_line = f"{{{{ dia_danh }}}}, ngày{BLANK}tháng {{{{ thang }}}} năm {{{{ nam }}}}"
    first(right, date_line, "Địa danh thời gian").paragraph_format.space_before = Pt(8)
    return table


def _title(document: WordDocument) -> None:
    document.add_paragraph("BÁO CÁO", "Tên loại")
    document.add_paragraph("{{ trich_yeu }}", "Trích yếu")
    rule_line(document, "Kẻ trích yếu")


def _each(document: WordDocument, name: str, style: str = "Nội dung") -> None:
    """A loop over the paragraphs of a part."""
    tag(document, f"{{%p for doan in {name} %}}")
    document.add_paragraph("{{ doan }}", style)
    tag(document, "{%p endfor %}")


def _chart(document: WordDocument, name: str) -> None:
    """The place of charts: none, one or several come in the tag's stead."""
    tag(document, f"{{%p if {name} %}}")
    document.add_paragraph(f"{{{{ {name} }}}}", "Biểu đồ")
    tag(document, "{%p endif %}")


def addressees(document: WordDocument) -> None:
    """Ô 9a: one on the line itself, several below it."""
    tag(document, "{%p if kinh_gui|length == 1 %}")
    document.add_paragraph("Kính gửi: {{ kinh_gui[0] }}", "Kính gửi")
    tag(document, "{%p elif kinh_gui %}")
    head = document.add_paragraph("Kính gửi:", "Kính gửi nhiều nơi")
    head.paragraph_format.left_indent, head.paragraph_format.space_before = Mm(35), Pt(12)
    tag(document, "{%p for noi in kinh_gui %}")
    line = document.add_paragraph("- {{ noi }}{{ '.' if loop.last else ';' }}", "Kính gửi nhiều nơi")
    line.paragraph_format.left_indent, line.paragraph_format.space_before = Mm(45), Pt(0)
    tag(document, "{%p endfor %}")
    tag(document, "{%p endif %}")


def _body(document: WordDocument) -> None:
    addressees(document)
    # Parts keep at least 6 pt between each other: the first paragraph follows the addressees or the line above.
    tag(document, "{%p for doan in mo_dau %}")
    document.add_paragraph("{{ doan }}", "Nội dung").paragraph_format.space_before = Pt(12)
    tag(document, "{%p endfor %}")
    document.add_paragraph("I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", "Mục")
    _each(document, "chi_dao")
    document.add_paragraph("II. KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", "Mục")
    _each(document, "ket_qua_chung")
    _chart(document, "bieu_do_xu_huong")
    tag(document, "{%p for phan in nhom %}")
    document.add_paragraph("{{ phan.so }}. {{ phan.ten }}", "Khoản")
    _each(document, "phan.doan")
    _chart(document, "phan.bieu_do")
    _chart(document, "phan.xu_huong")
    tag(document, "{%p endfor %}")
    document.add_paragraph("III. KẾT QUẢ THỰC HIỆN NHIỆM VỤ", "Mục")
    _each(document, "nhiem_vu")
    document.add_paragraph("IV. TỒN TẠI, HẠN CHẾ", "Mục")
    for title, name in (
        ("1. Về thực hiện chỉ tiêu, nhiệm vụ", "ton_tai_chi_tieu"),
        ("2. Về chế độ báo cáo", "ton_tai_bao_cao"),
        ("3. Về khó khăn, vướng mắc do các cơ quan, đơn vị nêu", "ton_tai_y_kien"),
    ):
        document.add_paragraph(title, "Khoản")
        _each(document, name)
    document.add_paragraph("V. PHƯƠNG HƯỚNG, NHIỆM VỤ TRỌNG TÂM KỲ TỚI", "Mục")
    for title, name in (
        ("1. Về các chỉ tiêu", "ky_toi_chi_tieu"),
        ("2. Về các nhiệm vụ", "ky_toi_nhiem_vu"),
        ("3. Về chế độ báo cáo", "ky_toi_bao_cao"),
    ):
        document.add_paragraph(title, "Khoản")
        _each(document, name)
    document.add_paragraph("VI. KIẾN NGHỊ, ĐỀ XUẤT", "Mục")
    _each(document, "kien_nghi")
    # The signature never stands alone on a page: it takes the closing sentence along.
    document.add_paragraph("{{ ket_thuc }}", "Nội dung").paragraph_format.keep_with_next = True


def signature(document: WordDocument) -> None:
    """Ô 7 and 9b: Nơi nhận and the signature."""
    left, right = table_of(document, 1, HEAD_MM, grid=False).rows[0].cells
    first(left, "Nơi nhận:", "Nơi nhận")
    left.add_paragraph("{%p for noi in noi_nhan %}", "Thẻ")
    left.add_paragraph("- {{ noi }};", "Nơi nhận dòng")
    left.add_paragraph("{%p endfor %}", "Thẻ")
    left.add_paragraph("- {{ noi_luu }}.", "Nơi nhận dòng")
    first(right, "{%p for dong in chuc_vu_nguoi_ky %}", "Thẻ")
    right.add_paragraph("{{ dong }}", "Chức vụ")
    right.add_paragraph("{%p endfor %}", "Thẻ")
    # Ô 7b: a post held elsewhere stands below the signature, right above the name.
    right.add_paragraph("{%p if chuc_vu_khac %}", "Thẻ")
    right.add_paragraph("{{ chuc_vu_khac }}", "Chức vụ khác")
    right.add_paragraph("{{ ten_nguoi_ky }}", "Họ tên người ký").paragraph_format.space_before = Pt(0)
    right.add_paragraph("{%p else %}", "Thẻ")
    right.add_paragraph("{{ ten_nguoi_ky }}", "Họ tên người ký")
    right.add_paragraph("{%p endif %}", "Thẻ")
    for cell in (left, right):
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_together = True


def annex(document: WordDocument, label: str, title: str, *, wide: bool, kind: str = "Báo cáo") -> None:
    """The head of an annex ("Phụ lục I") to a document of type `kind`, on a page of its own."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    page(section, wide=wide)
    document.add_paragraph(label, "Phụ lục")
    document.add_paragraph(title, "Phụ lục tên")
    document.add_paragraph(
        f"(Kèm theo {kind} số{BLANK}/{{{{ ky_hieu }}}} ngày{BLANK}tháng {{{{ thang }}}} năm {{{{ nam }}}} "
        "của {{ co_quan }})",
        "Phụ lục kèm theo",
    )
    rule_line(document, "Kẻ phụ lục")
    document.add_paragraph(style="Bảng chữ").paragraph_format.keep_with_next = True


def _grid(
    document: WordDocument,
    name: str,
    note: str,
    columns: Sequence[Column],
    *,
    run: int = 0,
) -> None:
    """A table with a row for each item of `name`; in its place only the note where there is none.

    `run`: the first so many columns stand once for several rows. Such a table also has headings over its whole width.
    """
    tag(document, f"{{%p if {name} %}}")
    table = table_of(document, 12 if run else 4, [c[1] for c in columns], grid=True)
    rows = list(table.rows)
    row_property(rows[0], "w:tblHeader")
    for cell, (title, _, _, _) in zip(rows[0].cells, columns, strict=True):
        first(cell, title, "Bảng đầu")
    first(rows[1].cells[0], f"{{%tr for dong in {name} %}}", "Thẻ")
    if run:
        first(rows[2].cells[0], "{%tr if dong.tieu_de %}", "Thẻ")
        heading = table.cell(3, 0).merge(table.cell(3, len(columns) - 1))
        for extra in heading.paragraphs[1:]:
            extra._p.getparent().remove(extra._p)
        first(heading, "{{ dong.ten }}", "Bảng nhóm").paragraph_format.keep_with_next = True
        first(rows[4].cells[0], "{%tr elif dong.dau %}", "Thẻ")
        _data(rows[5], columns)
        first(rows[6].cells[0], "{%tr elif dong.tiep %}", "Thẻ")
        _data(rows[7], columns)
        first(rows[8].cells[0], "{%tr else %}", "Thẻ")
        _data(rows[9], columns)
        first(rows[10].cells[0], "{%tr endif %}", "Thẻ")
        first(rows[11].cells[0], "{%tr endfor %}", "Thẻ")
        for number, kind in ((5, "restart"), (7, "continue")):
            for cell in rows[number].cells[:run]:
                run_down(cell, kind)
        for cell in table.rows[5].cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    else:
        _data(rows[2], columns)
        first(rows[3].cells[0], "{%tr endfor %}", "Thẻ")
    tag(document, "{%p endif %}")
    document.add_paragraph(f"{{{{ {note} }}}}", "Phụ lục ghi chú")


def _data(row: _Row, columns: Sequence[Column]) -> None:
    for cell, (_, _, name, style) in zip(row.cells, columns, strict=True):
        first(cell, f"{{{{ dong.{name} }}}}", style)


def _annexes(document: WordDocument) -> None:
    text, middle, figure = "Bảng chữ", "Bảng giữa", "Bảng số"
    annex(document, "Phụ lục I", "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", wide=True)
    targets = [
        ("Mã", 14, "ma", middle), ("Chỉ tiêu", 74, "ten", text), ("Phạm vi", 22, "pham_vi", middle),
        ("Mục tiêu", 22, "muc_tieu", middle), ("Kết quả", 22, "ket_qua", figure), ("Tử số", 24, "tu_so", figure),
        ("Mẫu số", 24, "mau_so", figure), ("Đánh giá", 25, "danh_gia", middle),
        ("Đơn vị có số liệu/được giao", 25, "don_vi", middle),
    ]  # fmt: skip
    _grid(document, "phu_luc_i", "ghi_chu_i", targets, run=2)
    annex(document, "Phụ lục II", "TÌNH HÌNH THỰC HIỆN NHIỆM VỤ", wide=True)
    tasks = [
        ("Mã", 20, "ma", middle), ("Nhiệm vụ", 76, "ten", text), ("Cơ quan thực hiện", 42, "co_quan", text),
        ("Thời hạn", 28, "thoi_han", middle), ("Được giao", 13, "giao", middle), ("Hoàn thành", 14, "xong", middle),
        ("Đang thực hiện, thường xuyên", 19, "dang", middle), ("Chưa thực hiện", 14, "chua", middle),
        ("Chưa báo cáo", 13, "khong", middle), ("Quá hạn", 13, "muon", middle),
    ]  # fmt: skip
    _grid(document, "phu_luc_ii", "ghi_chu_ii", tasks)
    annex(
        document,
        "Phụ lục III",
        "DANH SÁCH CƠ QUAN, ĐƠN VỊ GỬI BÁO CÁO SAU HẠN, PHẢI SỬA HOẶC CHƯA GỬI BÁO CÁO",
        wide=False,
    )
    agencies = [
        ("STT", 11, "stt", middle), ("Cơ quan, đơn vị", 50, "ten", text), ("Cấp (trực thuộc)", 42, "cap", text),
        ("Tình trạng", 26, "tinh_trang", middle), ("Ngày nhận", 22, "ngay_nhan", middle),
        ("Số ngày muộn", 14, "muon", middle),
    ]  # fmt: skip
    _grid(document, "phu_luc_iii", "ghi_chu_iii", agencies)
    annex(document, "Phụ lục IV", "Ý KIẾN, KHÓ KHĂN, GIẢI TRÌNH CỦA CÁC CƠ QUAN, ĐƠN VỊ", wide=True)
    opinions = [
        ("STT", 11, "stt", middle), ("Cơ quan, đơn vị", 42, "co_quan", text),
        ("Chỉ tiêu, nhiệm vụ", 58, "ve", text), ("Nội dung", 141, "noi_dung", text),
    ]  # fmt: skip
    _grid(document, "phu_luc_iv", "ghi_chu_iv", opinions, run=2)


def main() -> None:
    """Write the template beside this script."""
    build().save(str(Path(__file__).with_name("bao-cao.docx")))


if __name__ == "__main__":
    main()
