"""Makes ke-hoach.docx in each sample's folder from the data files beside it: `python samples/build_plan.py`.

The documents look as such plans do when they come from Word (layout: NĐ 30/2020/NĐ-CP, Phụ lục I), with what makes them
hard to read by machine left in: two borderless tables, headings that are only bold, an appendix table whose heading row
stands in it again on each page and one row of which is cut by a page's end. A plan without an appendix states its
indicators as a list under its headings, and its tasks under the offices. What a plan's source does not say (a number, a
date, who signed it, who got it) is not in its document either. Not imported when the tool runs.
"""

import csv
import io
import re
import tomllib
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from dtxl.files.safe import write_whole

HERE = Path(__file__).resolve().parent
FONT, BODY = "Times New Roman", 14
TEXT_WIDTH = 165  # mm: A4 less 30 left and 15 right
FIXED = datetime(2024, 3, 1)  # the document's dates, so that the same data give the same bytes
_MARKED = re.compile(r"(\*\*.+?\*\*|\*.+?\*)")


def main() -> None:
    """Write each document beside its data."""
    for plan in sorted(HERE.glob("*/plan.toml")):
        write_whole(plan.with_name("ke-hoach.docx"), build(plan.parent))


def build(folder: Path) -> bytes:
    """The document made from `plan.toml`, `indicators.csv` and, where the plan has tasks, `tasks.toml` of `folder`."""
    plan = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    offices = []
    if (folder / "tasks.toml").is_file():
        offices = tomllib.loads((folder / "tasks.toml").read_text(encoding="utf-8"))["office"]
    with (folder / "indicators.csv").open(encoding="utf-8", newline="") as file:
        indicators = list(csv.DictReader(file))
    document = docx.Document()
    _set_up(document, plan["head"]["title"])
    _page(document.sections[0])
    _head(document, plan["head"])
    for part in plan["objectives"] if isinstance(plan["objectives"], list) else [plan["objectives"]]:
        _objectives(document, part, indicators)
    if "focus" in plan:
        _heading(document, plan["focus"]["heading"])
        for number, item in enumerate(plan["focus"]["items"], 1):
            _body(document, f"{number}. {item}")
    _tasks(document, plan.get("tasks", {}), offices)
    if "signature" in plan:
        _signature(document, plan["signature"])
    if "appendix" in plan:
        _page(document.add_section(WD_SECTION.NEW_PAGE), restart=True)
        _appendix(document, plan["appendix"], plan["objectives"]["groups"], indicators)
    return _repeatable(document)


# ------------------------------------------------------------------------------------------------------------ page


def _set_up(document: Document, title: str) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(BODY)
    fonts = normal.element.rPr.rFonts
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), FONT)
    for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(kind), None)
    normal.paragraph_format.space_after = Pt(0)
    properties = document.core_properties
    properties.title, properties.author, properties.comments, properties.language = title, "", "", "vi-VN"
    properties.created = properties.modified = FIXED
    properties.last_modified_by, properties.revision = "", 1


def _page(section: Section, restart: bool = False) -> None:
    """A4 upright, margins 20, 20, 30, 15 mm; the page's number in the middle of the top margin, none on the first."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = ALIGN.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = paragraph.add_run("2")
    field.append(run._r)
    paragraph._p.append(field)
    if restart:
        number = OxmlElement("w:pgNumType")
        number.set(qn("w:start"), "1")
        section._sectPr.insert_element_before(number, "w:cols", "w:titlePg", "w:docGrid")


# ------------------------------------------------------------------------------------------------------------ text


def _write(paragraph: Paragraph, text: str, size: float = BODY, bold: bool = False, italic: bool = False) -> Paragraph:
    """`text` as runs; **…** is bold, *…* italic."""
    for piece in filter(None, _MARKED.split(text)):
        strong, slanted = piece.startswith("**"), piece.startswith("*") and not piece.startswith("**")
        run = paragraph.add_run(piece.strip("*") if strong or slanted else piece)
        run.font.size, run.bold, run.italic = Pt(size), bold or strong, italic or slanted
    return paragraph


def _centred(paragraph: Paragraph, text: str, size: float = BODY, **look: bool) -> Paragraph:
    paragraph.alignment = ALIGN.CENTER
    return _write(paragraph, text, size, **look)


def _body(document: Document, text: str, **look: bool) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = ALIGN.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(10)
    paragraph.paragraph_format.space_after = Pt(6)
    return _write(paragraph, text, **look)


def _heading(document: Document, text: str, **look: bool) -> None:
    _body(document, text, **(look or {"bold": True})).paragraph_format.keep_with_next = True


def _line(paragraph: Paragraph, width: float, length: float) -> None:
    """A solid line of `length` mm in the middle of a column of `width` mm, as the border of an empty paragraph."""
    side = Mm((width - length) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    paragraph.paragraph_format.line_spacing = Pt(4)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


# ---------------------------------------------------------------------------------------------------------- tables


def _table(document: Document, rows: int, widths: tuple[float, ...], grid: bool) -> Table:
    table = document.add_table(rows, len(widths), "Table Grid" if grid else None)
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER  # else its border stands outside the text's left edge
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _no_split(table: Table) -> None:
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _fit(table: Table, widths: tuple[float, ...]) -> None:
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _first(cell: _Cell) -> Paragraph:
    return cell.paragraphs[0]


def _head(document: Document, head: dict[str, str]) -> None:
    widths = (70.0, 95.0)
    dated = "number" in head or "date" in head
    table = _table(document, 2 if dated else 1, widths, grid=False)
    _fit(table, widths)
    left, right = table.rows[0].cells
    if "superior" in head:
        _centred(_first(left), head["superior"], 12)
        _centred(left.add_paragraph(), head["issuer"], 12, bold=True)
    else:
        _centred(_first(left), head["issuer"], 12, bold=True)
    _line(left.add_paragraph(), widths[0] - 4, 26)
    _centred(_first(right), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True)
    _centred(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", 13, bold=True)
    _line(right.add_paragraph(), widths[1] - 4, 56)
    if dated:
        number, date = table.rows[1].cells
        _centred(_first(number), head.get("number", ""), 13)
        _centred(_first(date), head.get("date", ""), 13, italic=True)
    kind = _centred(document.add_paragraph(), head["kind"], bold=True)
    kind.paragraph_format.space_before = Pt(18)
    _centred(document.add_paragraph(), head["title"], bold=True)
    _line(document.add_paragraph(), TEXT_WIDTH, 58)
    _body(document, head["opening"]).paragraph_format.space_before = Pt(12)


def _signature(document: Document, signature: dict[str, Any]) -> None:
    document.add_paragraph()
    widths = (82.0, 83.0)
    table = _table(document, 1, widths, grid=False)
    _fit(table, widths)
    _no_split(table)
    left, right = table.rows[0].cells
    _write(_first(left), "Nơi nhận:", 12, bold=True, italic=True)
    *items, last = signature["recipients"]
    for text in (*(f"- {item};" for item in items), f"- {last}."):
        _write(left.add_paragraph(), text, 11)
    first, *others = signature["title"]
    _centred(_first(right), first, bold=True)
    for text in (*others, "", "", "", "", signature["name"]):
        _centred(right.add_paragraph(), text, bold=True)


# ----------------------------------------------------------------------------------------------------------- parts


def _objectives(document: Document, part: dict[str, Any], indicators: list[dict[str, str]]) -> None:
    """A part of the objectives: its groups of indicators, each a heading and a list; `rankings` are sentences after the
    group that they belong to."""
    _heading(document, part["heading"])
    if "opening" in part:
        _body(document, part["opening"])
    for number, (code, name) in enumerate(part.get("groups", {}).items(), 1):
        if name:  # a part may list its indicators without headings
            _heading(document, f"{chr(96 + number)}) {name}" if part.get("letters") else f"{number}. {name}")
        for row in indicators:
            if row["group"] == code:
                _body(document, f"- {row['text']}.")
        if code in part.get("rankings", {}):
            _body(document, f"- {part['rankings'][code]}")
    if "closing" in part:
        _body(document, part["closing"], italic=True)


def _tasks(document: Document, headings: dict[str, str], offices: list[dict[str, Any]]) -> None:
    section = ""
    for office in offices:
        if office["section"] != section:
            section = office["section"]
            _heading(document, headings[section])
        _heading(document, f"{office['number']}. {office['heading']}")
        for part in office["part"]:
            if "label" in part:
                _heading(document, f"{part['label']}) {part['title']}:", italic=True)
            for task in part["tasks"]:
                _body(document, f"- {task}" if part.get("dash", True) else task)


def _appendix(
    document: Document, part: dict[str, Any], groups: dict[str, str], indicators: list[dict[str, str]]
) -> None:
    _centred(document.add_paragraph(), part["heading"], bold=True)
    _centred(document.add_paragraph(), part["title"], bold=True)
    attached = _centred(document.add_paragraph(), part["attached"], italic=True)
    attached.paragraph_format.space_after = Pt(6)
    rows = list(_rows(part, groups, indicators))
    fill = iter([entry["fill"] for entry in part["breaks"]])
    widths = (14.0, 69.0, 38.0, 44.0)
    table = _table(document, len(rows), widths, grid=True)
    _fit(table, widths)
    _no_split(table)
    for at, (row, (kind, texts)) in enumerate(zip(table.rows, rows, strict=True)):
        if at + 1 < len(rows) and rows[at + 1][0] == "head":
            row.height = Mm(next(fill))  # at least: LibreOffice knows no page break inside a table, a full page it does
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            paragraph = _write(_first(cell), text, 13, bold=kind != "row")
            paragraph.alignment = ALIGN.CENTER if kind == "head" or column == 0 else ALIGN.LEFT
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            if kind == "head" and at and column == 0:
                paragraph.paragraph_format.page_break_before = True


def _rows(
    part: dict[str, Any], groups: dict[str, str], indicators: list[dict[str, str]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(kind, cells) of the appendix table: "head", "group" or "row"."""
    breaks = {entry["after"]: entry.get("cut", "") for entry in part["breaks"]}
    head, group = ("head", tuple(part["columns"])), ""
    yield head
    for row in indicators:
        if row["group"] != group:
            group = row["group"]
            yield "group", (group, groups[group], "", "")
        code, last = f"{group}.{row['number']}", row["implementers"]
        cut = breaks.get(code, "")
        if not last.startswith(cut):
            raise ValueError(f"{code}: “{last}” does not begin with “{cut}”")
        yield "row", (row["number"], row["text"], row["monitor"], cut or last)
        if code in breaks:
            yield head
        if cut:
            yield "row", ("", "", "", last[len(cut) :].strip())


def _repeatable(document: Document) -> bytes:
    """The document's bytes with one fixed time on every part."""
    written, out = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, FIXED.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return out.getvalue()


if __name__ == "__main__":
    main()
