"""Builds the templates of the letters around a quarter (`cong-van-*.docx`), in the layout of NĐ 30/2020/NĐ-CP.

Run `python templates/build_cong_van.py` after a change here. The results are ordinary Word files that staff may edit:
the sentences are theirs, what stands in {{ }} and {% %} is filled in.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.shared import Pt
from dtxl.templates.build_bao_cao import Column, addressees, annex, head, signature
from dtxl.templates.word_layout import CENTER, add_styles, clean, first, page, row_property, table_of, tag

# Ô 5b: 12 to 13 pt, upright, not bold, 6 pt below the number (NĐ 30, Phụ lục I, II.5.b).
LETTER_STYLES = {"Trích yếu công văn": (12, False, False, CENTER, 6, 0, 0)}


def _begun() -> WordDocument:
    document = Document()
    clean(document)
    add_styles(document, LETTER_STYLES)
    page(document.sections[0])
    table = head(document)
    table.rows[1].cells[0].add_paragraph("V/v {{ trich_yeu }}", "Trích yếu công văn")
    addressees(document)
    return document


def _text(document: WordDocument, *paragraphs: str) -> None:
    """Paragraphs of the body. One that begins with "?" stands only where its condition holds: "?ten: câu"."""
    for text in paragraphs:
        condition, _, sentence = text.removeprefix("?").partition(": ") if text.startswith("?") else ("", "", text)
        if condition:
            tag(document, f"{{%p if {condition} %}}")
        document.add_paragraph(sentence, "Nội dung")
        if condition:
            tag(document, "{%p endif %}")


def _open(document: WordDocument, *paragraphs: str) -> None:
    """The first paragraphs, of which one stands, each with its condition ("" for none): further from the addressees."""
    for text in paragraphs:
        _text(document, text)
        lines = [p for p in document.paragraphs if p.style is not None and p.style.name == "Nội dung"]
        lines[-1].paragraph_format.space_before = Pt(12)


def _close(document: WordDocument, text: str) -> None:
    """The last paragraph, which the signature takes along to its page."""
    document.add_paragraph(text, "Nội dung").paragraph_format.keep_with_next = True
    signature(document)


def _annex(document: WordDocument, title: str, columns: Sequence[Column]) -> None:
    """The one annex: a table with headings over its whole width, then a note."""
    annex(document, "Phụ lục", title, wide=False, kind="Công văn")
    table = table_of(document, 8, [c[1] for c in columns], grid=True)
    rows = list(table.rows)
    row_property(rows[0], "w:tblHeader")
    for cell, (name, _, _, _) in zip(rows[0].cells, columns, strict=True):
        first(cell, name, "Bảng đầu")
    first(rows[1].cells[0], "{%tr for dong in bang %}", "Thẻ")
    first(rows[2].cells[0], "{%tr if dong.tieu_de %}", "Thẻ")
    heading = table.cell(3, 0).merge(table.cell(3, len(columns) - 1))
    for extra in heading.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    first(heading, "{{ dong.ten }}", "Bảng nhóm").paragraph_format.keep_with_next = True
    first(rows[4].cells[0], "{%tr else %}", "Thẻ")
    for cell, (_, _, name, style) in zip(rows[5].cells, columns, strict=True):
        first(cell, f"{{{{ dong.{name} }}}}", style)
    first(rows[6].cells[0], "{%tr endif %}", "Thẻ")
    first(rows[7].cells[0], "{%tr endfor %}", "Thẻ")
    document.add_paragraph("Ghi chú: {{ ghi_chu }}./.", "Phụ lục ghi chú")


def request() -> WordDocument:
    """Asks for the return: what, of which days, until when, how."""
    document = _begun()
    _open(
        document,
        "Thực hiện {{ ke_hoach }}, {{ co_quan }} đề nghị {{ don_vi }} báo cáo kết quả thực hiện các chỉ tiêu, nhiệm vụ "
        "được giao {{ ky }} như sau:",
    )
    _text(
        document,
        "1. Nội dung báo cáo: {{ noi_dung }} (danh mục tại Phụ lục kèm theo).",
        "2. Thời gian chốt số liệu: tính từ ngày {{ tu_ngay }} đến hết ngày {{ den_ngay }}.",
        "3. Thời hạn gửi báo cáo: chậm nhất ngày {{ han_gui }}.",
        "4. Cách báo cáo: điền số liệu vào biểu mẫu Excel gửi kèm ({{ bieu_mau }}), lưu ở dạng Excel (.xlsx) và gửi "
        "lại chính tệp đó; không đổi cấu trúc của biểu mẫu. Chỉ tiêu không có số liệu thì chọn lý do trong danh sách, "
        "không ghi số 0.",
    )
    _close(document, "{{ co_quan }} đề nghị {{ don_vi }} quan tâm, gửi báo cáo đầy đủ, đúng thời hạn./.")
    wide, middle = "Bảng chữ", "Bảng giữa"
    columns = [
        ("Mã", 18, "ma", middle), ("Chỉ tiêu, nhiệm vụ", 80, "ten", wide),
        ("Mục tiêu, thời hạn", 32, "muc_tieu", middle), ("Chủ trì theo dõi, đánh giá", 35, "theo_doi", wide),
    ]  # fmt: skip
    _annex(document, "DANH MỤC CHỈ TIÊU, NHIỆM VỤ BÁO CÁO", columns)
    return document


def returned() -> WordDocument:
    """Sends a faulty return back: how many faults, what to do, until when; the faults in the annex."""
    document = _begun()
    _open(
        document,
        "{{ co_quan }} đã nhận báo cáo {{ ky }} của {{ don_vi }} (nhận lúc {{ luc_nhan }}). Qua kiểm tra, báo cáo còn "
        "{{ so_loi }} nội dung phải sửa{% if so_can_xem %} và {{ so_can_xem }} nội dung cần xem lại hoặc giải trình"
        "{% endif %} (Phụ lục kèm theo), do đó chưa được tổng hợp.",
    )
    _text(
        document,
        "?tep_danh_dau: Đề nghị {{ don_vi }} sửa trực tiếp trong tệp Excel gửi kèm ({{ tep_danh_dau }}). Các ô cần sửa "
        "đã được tô màu và có ghi chú; số liệu đã điền đúng được giữ nguyên, không phải điền lại. Sửa xong, lưu ở dạng "
        "Excel (.xlsx) và gửi lại chính tệp đó.",
        "?not tep_danh_dau: Đề nghị {{ don_vi }} sửa theo hướng dẫn tại Phụ lục kèm theo trong biểu mẫu đã nhận, lưu ở "
        "dạng Excel (.xlsx) và gửi lại.",
        "Thời hạn gửi lại: chậm nhất ngày {{ han_gui_lai }}.",
    )
    _close(document, "{{ co_quan }} đề nghị {{ don_vi }} quan tâm, sửa và gửi lại báo cáo đúng thời hạn./.")
    columns = [
        ("TT", 11, "tt", "Bảng giữa"), ("Vị trí", 44, "vi_tri", "Bảng chữ"), ("Vấn đề", 48, "van_de", "Bảng chữ"),
        ("Yêu cầu, cách sửa", 62, "cach_sua", "Bảng chữ"),
    ]  # fmt: skip
    _annex(document, "CÁC NỘI DUNG CẦN SỬA TRONG BÁO CÁO", columns)
    return document


def reminder() -> WordDocument:
    """Reminds one that has not returned, or has not mended its return; the second time in graver words."""
    document = _begun()
    late = "{% if so_ngay_muon %} (quá hạn {{ so_ngay_muon }} ngày so với hạn gửi là ngày {{ han_gui }}){% endif %}"
    _open(
        document,
        "?not phai_sua: Thực hiện {{ ke_hoach }}, các cơ quan, đơn vị được giao chỉ tiêu, nhiệm vụ gửi báo cáo "
        "{{ ky }} về {{ co_quan }}{% if not so_ngay_muon %}, hạn gửi là ngày {{ han_gui }}{% endif %}. Đến hết ngày "
        f"{{{{ tinh_den }}}}, {{{{ co_quan }}}} chưa nhận được báo cáo của {{{{ don_vi }}}}{late}.",
        "?phai_sua: {{ co_quan }} đã nhận báo cáo {{ ky }} của {{ don_vi }} ngày {{ ngay_nhan }}, nhưng báo cáo còn "
        "{{ so_loi }} lỗi phải sửa. Đến hết ngày {{ tinh_den }}, {{ co_quan }} chưa nhận được bản đã sửa"
        f"{late}.",
    )
    _text(
        document,
        "?thang_don_doc: {{ co_quan }} đã có công văn đôn đốc lần thứ nhất trong {{ thang_don_doc }}.",
        "Đề nghị {{ don_vi }} khẩn trương {{ viec_can_lam }} và gửi về {{ co_quan }} chậm nhất ngày {{ han_moi }}; số "
        "liệu tính từ ngày {{ tu_ngay }} đến hết ngày {{ den_ngay }}.",
        "?lan == 2: Quá thời hạn trên, {{ co_quan }} sẽ đưa {{ don_vi }} vào danh sách đơn vị chưa thực hiện chế độ "
        "báo cáo, trình cấp có thẩm quyền xem xét.",
    )
    _close(document, "{{ co_quan }} đề nghị {{ don_vi }} quan tâm thực hiện./.")
    return document


def notice() -> WordDocument:
    """Tells an agency its own results beside the targets and the common result."""
    document = _begun()
    _open(
        document,
        "Thực hiện {{ ke_hoach }}, {{ co_quan }} thông báo kết quả {{ ky }} của {{ don_vi }} theo số liệu đã tổng hợp "
        "đến hết ngày {{ tinh_den }} như sau:",
    )
    _text(
        document,
        "1. Về chế độ báo cáo: {{ ve_bao_cao }}.",
        "2. Về chỉ tiêu: {{ ve_chi_tieu }}.",
        "3. Về nhiệm vụ: {{ ve_nhiem_vu }}.",
        "Kết quả từng chỉ tiêu, nhiệm vụ tại Phụ lục kèm theo.",
        "?ve_viec_tiep: Đề nghị {{ don_vi }} {{ ve_viec_tiep }}.",
    )
    _close(document, "{{ co_quan }} thông báo để {{ don_vi }} biết, thực hiện./.")
    middle = "Bảng giữa"
    columns = [
        ("Mã", 18, "ma", middle), ("Chỉ tiêu, nhiệm vụ", 50, "ten", "Bảng chữ"),
        ("Mục tiêu, thời hạn", 25, "muc_tieu", middle), ("Kết quả của đơn vị", 24, "ket_qua", middle),
        ("Đánh giá", 24, "danh_gia", middle), ("Kết quả chung", 24, "chung", middle),
    ]  # fmt: skip
    _annex(document, "KẾT QUẢ THỰC HIỆN CHỈ TIÊU, NHIỆM VỤ", columns)
    return document


TEMPLATES: dict[str, tuple[str, Callable[[], WordDocument]]] = {
    "cong-van-de-nghi.docx": ("Mẫu công văn đề nghị báo cáo", request),
    "cong-van-tra-lai.docx": ("Mẫu công văn trả lại báo cáo", returned),
    "cong-van-don-doc.docx": ("Mẫu công văn đôn đốc", reminder),
    "cong-van-thong-bao.docx": ("Mẫu công văn thông báo kết quả", notice),
}


def build(name: str) -> WordDocument:
    """The whole template of that file name."""
    title, make = TEMPLATES[name]
    document = make()
    properties = document.core_properties
    properties.title, properties.author = title, "dtxl"
    properties.last_modified_by, properties.comments = "dtxl", ""
    properties.created = properties.modified = datetime(2024, 1, 1)
    return document


def main() -> None:
    """Write the templates beside this script."""
    for name in TEMPLATES:
        build(name).save(str(Path(__file__).with_name(name)))


if __name__ == "__main__":
    main()
