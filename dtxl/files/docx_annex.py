"""An annex added to a filled Word template: a section of its own, landscape, with one wide table.

Its label, title, reference and line are copies of those of the template's last annex, so that it looks as they do. The
rows are written as XML one by one: a template's loop over a table costs more than all else of a large report.
"""

import logging
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from dtxl.core.errors import TemplateError
from dtxl.core.text import roman
from dtxl.files.docx_marks import Marked

LABEL, TITLE, HEAD, GROUP, NOTE = "Phụ lục", "Phụ lục tên", "Bảng đầu", "Bảng nhóm", "Phụ lục ghi chú"
_TWIPS_PER_MM = 1440 / 25.4
_EDGES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)

Text = str | Marked

log = logging.getLogger("dtxl.template")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its width in mm, the name of its cells' paragraph style in the template."""

    title: str
    width: float
    style: str


@dataclass(frozen=True)
class Annex:
    """`number`: its Roman numeral (see `next_number`); `rows`: texts by column, or one for a heading over all of it."""

    number: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Text] | Text]
    note: Text


def next_number(template: Path) -> str:
    """The numeral of an annex behind those of the template; "I" where the file cannot be read, which `fill` tells."""
    try:
        document = docx.Document(str(template))
    except Exception:  # damage shows itself in many classes
        log.debug("template %s", template.name, exc_info=True)
        return roman(1)
    styles = {style.name: style.style_id for style in document.styles}
    return roman(1 + sum(p.style == styles.get(LABEL, LABEL) for p in document.element.body.iterchildren(qn("w:p"))))


def add_annex(document: WordDocument, annex: Annex, template: str, typed: Callable[[Text], str]) -> None:
    """Add `annex` behind all that is in `document`; `typed` makes a text safe, with its figures' marks.

    Raises TemplateError (G06) where the template, called `template`, has no annex or no table styles to go by.
    """
    styles = {style.name: style.style_id for style in document.styles}
    names = {LABEL, TITLE, HEAD, GROUP, NOTE, *(column.style for column in annex.columns)}
    if missing := sorted(names - set(styles)):
        raise TemplateError(f"Mẫu {template}: không có kiểu đoạn “{'”, “'.join(missing)}” để thêm phụ lục. [G06]")
    body = document.element.body
    section = body.find(qn("w:sectPr"))
    labels = [p for p in body.iterchildren(qn("w:p")) if p.style == styles[LABEL]]
    if not labels or section is None:
        raise TemplateError(f"Mẫu {template}: không có phụ lục nào để theo đó thêm phụ lục. [G06]")
    heading = [labels[-1]]
    while (following := heading[-1].getnext()) is not None and following.tag == qn("w:p"):
        if following.style == styles[NOTE]:
            break
        heading.append(following)
    _end_section(section)
    for source in heading:
        copy = deepcopy(source)
        if source is heading[0]:
            _retype(copy, f"{LABEL} {annex.number}")
        elif copy.style == styles[TITLE]:
            _retype(copy, annex.title)
        section.addprevious(copy)
    section.addprevious(parse_xml(_table(annex, styles, typed)))
    section.addprevious(parse_xml(f"<w:p {nsdecls('w')}>{_paragraph(styles[NOTE], typed(annex.note))}</w:p>"))


def _end_section(section: Any) -> None:
    """Let what is there end in a section of its own; `section` becomes the annex's: a new page, landscape."""
    last = section.getprevious()
    if last is None or last.tag != qn("w:p") or last.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
        last = parse_xml(f"<w:p {nsdecls('w')}/>")
        section.addprevious(last)
    last.get_or_add_pPr().append(deepcopy(section))
    for kind in section.findall(qn("w:type")):
        section.remove(kind)
    size = section.find(qn("w:pgSz"))
    if size is not None:
        width, height = (int(size.get(qn(f"w:{side}")) or 0) for side in "wh")
        size.set(qn("w:w"), str(max(width, height)))
        size.set(qn("w:h"), str(min(width, height)))
        size.set(qn("w:orient"), "landscape")


def _retype(paragraph: Any, text: str) -> None:
    """Put `text` into the first run that has one, and nothing into the others."""
    nodes = list(paragraph.iter(qn("w:t")))
    for node in nodes[1:]:
        node.getparent().remove(node)
    nodes[0].text = text


def _table(annex: Annex, styles: dict[str, str], typed: Callable[[Text], str]) -> str:
    widths = [round(column.width * _TWIPS_PER_MM) for column in annex.columns]
    side = round(1.2 * _TWIPS_PER_MM)
    out = [
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/>'
        f'<w:tblBorders>{_EDGES}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{side}" '
        f'w:type="dxa"/><w:right w:w="{side}" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>',
        *(f'<w:gridCol w:w="{width}"/>' for width in widths),
        "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>",
        *(_cell(w, styles[HEAD], typed(c.title)) for w, c in zip(widths, annex.columns, strict=True)),
        "</w:tr>",
    ]
    looks = [(width, styles[column.style]) for width, column in zip(widths, annex.columns, strict=True)]
    for row in annex.rows:
        out.append("<w:tr><w:trPr><w:cantSplit/></w:trPr>")
        if isinstance(row, str | Marked):
            out.append(_cell(sum(widths), styles[GROUP], typed(row), span=len(widths)))
        else:
            out += [_cell(*look, typed(text)) for look, text in zip(looks, row, strict=True)]
        out.append("</w:tr>")
    return "".join([*out, "</w:tbl>"])


def _cell(width: int, style: str, text: str, *, span: int = 1) -> str:
    wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    keep = "<w:keepNext/>" if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{wide}</w:tcPr>'
        f"<w:p>{_paragraph(style, text, keep)}</w:p></w:tc>"
    )


def _paragraph(style: str, text: str, keep: str = "") -> str:
    shown = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f'<w:pPr><w:pStyle w:val="{escape(style, {chr(34): "&quot;"})}"/>{keep}</w:pPr>{shown}'
