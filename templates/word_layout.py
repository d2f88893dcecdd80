"""The layout of NĐ 30/2020/NĐ-CP (Phụ lục I) as parts of a Word template: styles, pages, lines, tables.

Fonts and sizes live in the styles, so that staff change them in one place. Paragraphs of the styles "Kẻ …" are lines (a
bottom border), which the program cuts to the length that the decree asks for.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
PAGE_W, PAGE_H = Mm(210), Mm(297)
TOP, BOTTOM, LEFT, RIGHT, HEADER = Mm(20), Mm(20), Mm(30), Mm(15), Mm(10)
CENTER, LEFT_ALIGN, RIGHT_ALIGN, BOTH = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)

# size, bold, italic, alignment, space before, space after in points, first line indent in mm
StyleLook = tuple[float, bool, bool, Any, float, float, float]
STYLES: dict[str, StyleLook] = {
    "Cơ quan chủ quản": (12, False, False, CENTER, 0, 0, 0),
    "Cơ quan ban hành": (12, True, False, CENTER, 0, 0, 0),
    "Quốc hiệu": (12, True, False, CENTER, 0, 0, 0),
    "Tiêu ngữ": (13, True, False, CENTER, 0, 0, 0),
    "Số ký hiệu": (13, False, False, CENTER, 0, 0, 0),
    "Địa danh thời gian": (13, False, True, CENTER, 0, 0, 0),
    "Tên loại": (14, True, False, CENTER, 18, 0, 0),
    "Trích yếu": (14, True, False, CENTER, 0, 0, 0),
    "Kính gửi": (14, False, False, CENTER, 12, 12, 0),
    "Kính gửi nhiều nơi": (14, False, False, LEFT_ALIGN, 6, 0, 0),
    "Nội dung": (14, False, False, BOTH, 0, 6, 10),
    "Mục": (14, True, False, BOTH, 6, 6, 10),
    "Khoản": (14, True, False, BOTH, 0, 6, 10),
    "Biểu đồ": (14, False, False, CENTER, 0, 6, 0),
    "Nơi nhận": (12, True, True, LEFT_ALIGN, 0, 0, 0),
    "Nơi nhận dòng": (11, False, False, LEFT_ALIGN, 0, 0, 0),
    "Chức vụ": (14, True, False, CENTER, 0, 0, 0),
    "Chức vụ khác": (14, True, False, CENTER, 72, 0, 0),
    "Họ tên người ký": (14, True, False, CENTER, 72, 0, 0),
    "Phụ lục": (14, True, False, CENTER, 0, 0, 0),
    "Phụ lục tên": (14, True, False, CENTER, 0, 0, 0),
    "Phụ lục kèm theo": (14, False, True, CENTER, 0, 0, 0),
    "Phụ lục ghi chú": (13, False, False, BOTH, 6, 0, 10),
    "Bảng đầu": (11, True, False, CENTER, 2, 2, 0),
    "Bảng chữ": (11, False, False, LEFT_ALIGN, 1, 1, 0),
    "Bảng giữa": (11, False, False, CENTER, 1, 1, 0),
    "Bảng số": (11, False, False, RIGHT_ALIGN, 1, 1, 0),
    "Bảng nhóm": (11, True, False, LEFT_ALIGN, 1, 1, 0),
    "Thẻ": (11, False, False, LEFT_ALIGN, 0, 0, 0),
    "Số trang": (14, False, False, CENTER, 0, 0, 0),
}
RULES = ("Kẻ cơ quan", "Kẻ Tiêu ngữ", "Kẻ trích yếu", "Kẻ phụ lục")


def clean(document: WordDocument) -> None:
    """Drop the library's own styles (theme fonts, blue headings) and its sample page furniture."""
    body = document.element.body
    for paragraph in list(body.iterchildren(qn("w:p"))):
        body.remove(paragraph)
    styles = document.styles.element
    for style in list(styles.iterchildren(qn("w:style"))):
        if style.get(qn("w:default")) != "1":
            styles.remove(style)
    for latent in list(styles.iterchildren(qn("w:latentStyles"))):
        styles.remove(latent)
    for rel_id, relation in list(document.part.rels.items()):
        if relation.reltype.endswith(("/theme", "/stylesWithEffects", "/customXml", "/numbering", "/webSettings")):
            document.part.rels.pop(rel_id)
    for rel_id, relation in list(document.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            document.part.package.rels.pop(rel_id)
    settings = document.settings.element
    for old in list(settings):
        settings.remove(old)
    compat = OxmlElement("w:compat")
    mode = OxmlElement("w:compatSetting")
    word = "http://schemas.microsoft.com/office/word"
    for key, value in (("name", "compatibilityMode"), ("uri", word), ("val", "15")):
        mode.set(qn(f"w:{key}"), value)
    compat.append(mode)
    settings.append(compat)


def _fonts(properties: Any) -> None:
    """All four fonts by name, no theme, Vietnamese."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    fonts = OxmlElement("w:rFonts")
    for part in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{part}"), FONT)
    properties.insert(0, fonts)
    for tag in ("w:lang", "w:color"):
        old = properties.find(qn(tag))
        if old is not None:
            properties.remove(old)
    lang = OxmlElement("w:lang")
    for part in ("val", "eastAsia", "bidi"):
        lang.set(qn(f"w:{part}"), "vi-VN")
    properties.append(lang)


def add_styles(document: WordDocument, more: Mapping[str, StyleLook] | None = None) -> None:
    """The paragraph styles of the decree's parts, and `more` of a document's own."""
    styles = document.styles
    _fonts(styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"))
    paragraph_default = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:pPrDefault')}/{qn('w:pPr')}")
    for child in list(paragraph_default if paragraph_default is not None else ()):
        paragraph_default.remove(child)
    normal = styles["Normal"]
    normal.font.size = Pt(14)
    _fonts(normal.element.get_or_add_rPr())
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    for name, (size, bold, italic, align, before, after, first) in {**STYLES, **(more or {})}.items():
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = normal, True
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
        form = style.paragraph_format
        form.alignment, form.space_before, form.space_after = align, Pt(before), Pt(after)
        form.first_line_indent, form.line_spacing, form.widow_control = Mm(first), 1.0, True
    styles["Nội dung"].paragraph_format.line_spacing = 1.1
    for name in ("Mục", "Khoản", "Phụ lục", "Phụ lục tên", "Phụ lục kèm theo", "Tên loại", "Trích yếu"):
        styles[name].paragraph_format.keep_with_next = True
    for name, level in (("Mục", 0), ("Khoản", 1), ("Phụ lục", 0)):
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), str(level))
        styles[name].element.get_or_add_pPr().append(outline)
    for name in RULES:
        rule = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        rule.base_style, rule.font.size = normal, Pt(3)
        rule.paragraph_format.alignment, rule.paragraph_format.space_after = CENTER, Pt(0)


def page(section: Section, *, wide: bool = False) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (PAGE_H, PAGE_W) if wide else (PAGE_W, PAGE_H)
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.header_distance = section.footer_distance = HEADER
    section.gutter = Mm(0)
    section.different_first_page_header_footer = True
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    columns = section._sectPr.find(qn("w:cols"))
    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)
    columns.addprevious(numbers)
    for header in (section.header, section.first_page_header):
        header.is_linked_to_previous = False
        header.paragraphs[0].style = "Số trang"
    _field(section.header.paragraphs[0], "PAGE")


def _field(paragraph: Paragraph, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("separate", None), ("text", "2"), ("end", None)):
        run = paragraph.add_run()
        if kind == "text":
            run.text = text or ""
        elif kind is None:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            run._r.append(instruction)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def rule_line(holder: WordDocument | _Cell, style: str) -> None:
    """A line: an empty paragraph, 3 pt high, with a bottom border."""
    paragraph = holder.add_paragraph(style=style)
    properties = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(25)


def table_of(document: WordDocument, rows: int, widths: Sequence[float], *, grid: bool) -> Table:
    """A table of fixed widths in mm; with 0.5 pt borders, or with none and no margins in its cells."""
    table = document.add_table(rows, len(widths))
    table.autofit = False
    properties = table._tbl.tblPr
    for tag in ("w:tblStyle", "w:tblLook"):
        old = properties.find(qn(tag))
        if old is not None:
            properties.remove(old)
    width = properties.find(qn("w:tblW"))
    if width is None:
        width = OxmlElement("w:tblW")
        properties.append(width)
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), str(sum(Mm(w).twips for w in widths)))
    layout = properties.find(qn("w:tblLayout"))
    if grid:
        borders = OxmlElement("w:tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            edge = OxmlElement(f"w:{side}")
            for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
                edge.set(qn(f"w:{key}"), value)
            borders.append(edge)
        layout.addprevious(borders)
    indent = OxmlElement("w:tblInd")  # Word hangs a table into the margin by its cells' own margin
    indent.set(qn("w:w"), "0")
    indent.set(qn("w:type"), "dxa")
    (properties.find(qn("w:tblBorders")) if grid else layout).addprevious(indent)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(Mm(1.2 if grid else 0).twips))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    layout.addnext(margins)
    for grid_column, wide in zip(table._tbl.tblGrid.iterchildren(), widths, strict=True):
        grid_column.set(qn("w:w"), str(Mm(wide).twips))
    for row in table.rows:
        for cell, wide in zip(row.cells, widths, strict=True):
            cell.width = Mm(wide)
        row_property(row, "w:cantSplit")
    return table


def row_property(row: _Row, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def run_down(cell: _Cell, kind: str) -> None:
    """Merge the cell with those above or below it: `kind` "restart" for the first one, "continue" for the others."""
    merge = OxmlElement("w:vMerge")
    merge.set(qn("w:val"), kind)
    cell._tc.get_or_add_tcPr().append(merge)


def first(cell: _Cell, text: str, style: str) -> Paragraph:
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    paragraph.add_run(text)
    return paragraph


def tag(document: WordDocument, text: str) -> None:
    document.add_paragraph(text, "Thẻ")
