"""A .docx file → a Paper: what each paragraph looks like in the end, for real files and not only ours.

Read as printed: tracked deletions and hidden text left out, insertions taken, of two versions of a drawing the first.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from dtxl.core.errors import SourceError
from dtxl.files.docx_content import Content, value
from dtxl.files.docx_read import Labels, guard
from dtxl.files.docx_style import Props, Styles, length, paragraph_props
from dtxl.model.paper import TWIPS_PER_MM, Cell, Line, Paper, Paragraph, Place, Section, Table

_A4 = (11906, 16838)
_CELL_MARGIN = 108  # twips, Word's own default
_MAX_PARAGRAPHS = 200_000
_WRAPPERS = frozenset(
    {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag"), qn("w:moveTo")}
)


def read_paper(path: Path) -> Paper:
    """Read `path`. Raises SourceError (Vietnamese) where it is no Word document or is damaged."""
    guard(path)
    try:
        document = docx.Document(io.BytesIO(path.read_bytes()))
        if document.element.body is None:
            raise ValueError("no body")
        return Reader(document).paper()
    except SourceError:
        raise
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        raise SourceError(
            f"Tệp {path.name} bị hỏng hoặc không phải tài liệu Word (.docx). Hãy mở bằng Word và lưu lại."
        ) from error


class Reader:
    """Reads an open document; `elements`: the w:p of each paragraph by its number; `section_elements`: the w:sectPr."""

    def __init__(self, document: WordDocument) -> None:
        self._document, self._styles, self._labels = document, Styles(document), Labels(document)
        self._count = self._tables = self._section = 0
        self._sections: list[Section] = []
        self.elements: dict[int, Any] = {}
        self.section_elements: list[Any] = []

    def paper(self) -> Paper:
        self._sections = list(self._read_sections())
        blocks = tuple(self._blocks(self._document.element.body))
        settings = self._document.settings.element
        even = settings.find(qn("w:evenAndOddHeaders")) is not None
        return Paper(blocks, tuple(self._sections), even)

    # --- sections

    def _read_sections(self) -> Iterator[Section]:
        body = self._document.element.body
        found = [s for s in body.iter(qn("w:sectPr")) if s.getparent().tag in (qn("w:body"), qn("w:pPr"))]
        self.section_elements = found
        headers: dict[str, tuple[Paragraph, ...]] = {}
        footers: dict[str, tuple[Paragraph, ...]] = {}
        for number, element in enumerate(found):
            section = _section(number, element)
            headers = {**headers, **self._furniture(element, "header", section)}
            footers = {**footers, **self._furniture(element, "footer", section)}
            yield Section(
                **{name: getattr(section, name) for name in Section.__dataclass_fields__}
                | {"headers": headers, "footers": footers}
            )
        if not found:
            yield Section(0, *_A4, False, 1440, 1440, 1440, 1440, 720, False, None, "decimal")

    def _furniture(self, element: Any, kind: str, section: Section) -> dict[str, tuple[Paragraph, ...]]:
        out = {}
        for reference in element.findall(qn(f"w:{kind}Reference")):
            part = self._document.part.rels.get(reference.get(qn("r:id")) or "")
            if part is not None and not part.is_external:
                root = part.target_part.element
                inside = _Furniture(self._styles, self._labels, section)
                out[reference.get(qn("w:type")) or "default"] = tuple(inside.paragraphs_of(root))
        return out

    # --- body

    def _blocks(self, parent: Any) -> Iterator[Paragraph | Table]:
        for element in parent:
            if element.tag == qn("w:p"):
                room = self._sections[min(self._section, len(self._sections) - 1)].room
                yield from self._paragraph(element, room, None)
                if element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
                    self._section += 1
            elif element.tag == qn("w:tbl"):
                yield self._table(element)
            elif element.tag in _WRAPPERS:
                yield from self._blocks(element)

    def _table(self, element: Any) -> Table:
        self._tables += 1
        number, properties = self._tables, element.find(qn("w:tblPr"))
        style = value(properties, "tblStyle")
        grid = [int(length(c.get(qn("w:w"))) or 0) for c in element.iter(qn("w:gridCol"))]
        margins = _cell_margins(properties)
        rows: list[tuple[Cell, ...]] = []
        whole = True
        for index, row in enumerate(_children(element, "tr"), 1):
            row_properties = row.find(qn("w:trPr"))
            if row_properties is not None and row_properties.find(qn("w:del")) is not None:
                continue
            whole = whole and row_properties is not None and row_properties.find(qn("w:cantSplit")) is not None
            cells, column = [], 0
            for position, cell in enumerate(_children(row, "tc"), 1):
                span = max(1, int(length(value(cell.find(qn("w:tcPr")), "gridSpan")) or 1))
                width = _cell_width(cell, sum(grid[column : column + span])) - margins
                column += span
                place = (number, index, position)
                cells.append(
                    Cell(tuple(self._in_cell(cell, width, style, place)), width, _edges(cell, "tcPr/tcBorders"))
                )
            rows.append(tuple(cells))
        drawn = _edges(element, "tblPr/tblBorders") or any(c.bordered for row in rows for c in row)
        return Table(tuple(rows), number, self._section, drawn, whole, tuple(grid))

    def _in_cell(self, parent: Any, width: int, style: str | None, place: tuple[int, int, int]) -> Iterator[Paragraph]:
        for element in parent:
            if element.tag == qn("w:p"):
                yield from self._paragraph(element, width, style, place)
            elif element.tag == qn("w:tbl"):
                for inner in _children(element, "tr"):
                    for cell in _children(inner, "tc"):
                        yield from self._in_cell(cell, _cell_width(cell, width), style, place)
            elif element.tag in _WRAPPERS:
                yield from self._in_cell(element, width, style, place)

    # --- a paragraph

    def _paragraph(
        self, element: Any, room: int, table: str | None, cell: tuple[int, int, int] = (0, 0, 0), *, box: bool = False
    ) -> Iterator[Paragraph]:
        """The paragraph, then those of the text boxes that hang on it."""
        self._count += 1
        if self._count > _MAX_PARAGRAPHS:
            raise SourceError("Tài liệu có quá nhiều đoạn, không được đọc.")
        self.elements[self._count] = element
        place = Place(self._count, *cell, self._section, box)
        content = Content(self._styles, element, table)
        level = self._labels.level_properties(element)
        direct = element.find(qn("w:pPr"))
        props = self._styles.paragraph(
            content.style, table, {} if level is None else paragraph_props(level),
            {} if direct is None else paragraph_props(direct),
        )  # fmt: skip
        if content.runs or content.lines or content.picture or not _struck(element):
            yield _made(props, content, place, room, self._styles.name(content.style), self._labels.label(element))
        for inner, frame in content.boxes:
            for paragraph in inner.iter(qn("w:p")):
                for made in self._paragraph(paragraph, 0, table, cell, box=True):
                    yield replace(made, frame=frame)


class _Furniture(Reader):
    """Reads a header or a footer: the same paragraphs, counted by themselves."""

    def __init__(self, styles: Styles, labels: Labels, section: Section) -> None:
        self._styles, self._labels, self._sections = styles, labels, [section]
        self._count = self._tables = self._section = 0
        self.elements = {}

    def paragraphs_of(self, root: Any) -> Iterator[Paragraph]:
        for block in self._blocks(root):
            if isinstance(block, Table):
                yield from block.paragraphs
            else:
                yield block


def _struck(element: Any) -> bool:
    """Whether a tracked change takes the paragraph's end away: with nothing left in it there is no paragraph."""
    return element.find("/".join(qn(f"w:{name}") for name in ("pPr", "rPr", "del"))) is not None


def _made(props: Props, content: Content, place: Place, room: int, style: str, label: str) -> Paragraph:
    left, right = int(props.get("left", 0)), int(props.get("right", 0))
    lines = list(content.lines)
    if props.get("bottom_line"):
        lines.append(Line("border", (room - left - right) / TWIPS_PER_MM, left / TWIPS_PER_MM, room / TWIPS_PER_MM))
    align = "center" if props.get("framed_centre") else props.get("align", "left")
    return Paragraph(
        tuple(content.runs), place, style, align, int(props.get("first", 0)), left, right,
        float(props.get("before", 0)), float(props.get("after", 0)), int(props.get("spacing", 240)),
        props.get("rule", "auto"), bool(props.get("contextual")), bool(props.get("keep_next")), label,
        tuple(lines), tuple(content.fields), bool(props.get("centred_tab")), room, content.picture,
    )  # fmt: skip


def _section(number: int, element: Any) -> Section:
    size, margins = element.find(qn("w:pgSz")), element.find(qn("w:pgMar"))
    numbers, kind = element.find(qn("w:pgNumType")), value(element, "type")

    def twips(source: Any, name: str, usual: int) -> int:
        found = None if source is None else length(source.get(qn(f"w:{name}")))
        return usual if found is None else abs(round(found))

    start = None if numbers is None else numbers.get(qn("w:start"))
    title = element.find(qn("w:titlePg"))
    return Section(
        number, twips(size, "w", 12240), twips(size, "h", 15840),
        size is not None and size.get(qn("w:orient")) == "landscape",
        twips(margins, "top", 1440), twips(margins, "bottom", 1440),
        twips(margins, "left", 1800) + twips(margins, "gutter", 0), twips(margins, "right", 1800),
        twips(margins, "header", 720), title is not None and (title.get(qn("w:val")) or "1") not in ("0", "false"),
        None if (first := length(start)) is None else int(first),
        (None if numbers is None else numbers.get(qn("w:fmt"))) or "decimal", new_page=kind != "continuous",
    )  # fmt: skip


def _children(parent: Any, tag: str) -> Iterator[Any]:
    for element in parent:
        if element.tag == qn(f"w:{tag}"):
            yield element
        elif element.tag in _WRAPPERS:
            yield from _children(element, tag)


def _cell_width(cell: Any, usual: int) -> int:
    width = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
    if width is None or width.get(qn("w:type")) not in (None, "dxa"):
        return usual
    return round(length(width.get(qn("w:w"))) or 0) or usual


def _cell_margins(properties: Any) -> int:
    """Twips of both side margins of a table's cells."""
    total = 0
    for sides in (("left", "start"), ("right", "end")):
        found = None
        for side in sides:
            found = None if properties is None else properties.find(f"{qn('w:tblCellMar')}/{qn(f'w:{side}')}")
            if found is not None:
                break
        total += _CELL_MARGIN if found is None else int(length(found.get(qn("w:w"))) or 0)
    return total


def _edges(element: Any, path: str) -> bool:
    """Whether any border is drawn."""
    found = element.find("/".join(qn(f"w:{name}") for name in path.split("/")))
    return found is not None and any((edge.get(qn("w:val")) or "nil") not in ("nil", "none") for edge in found)
