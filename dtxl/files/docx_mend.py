"""Safe changes of layout made in a Word file: pages, paragraphs, runs, page numbers; all else stays as it was."""

import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section as WordSection
from docx.shared import Pt, RGBColor, Twips
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun

from dtxl.core.errors import SourceError
from dtxl.files.docx_content import SKIPPED, Content
from dtxl.files.docx_paper import Reader, read_paper
from dtxl.files.docx_style import Styles
from dtxl.model.paper import Mend, Paper

_ROUNDS = 4  # a change may show another (a size, then the length of the line below); more would be a quarrel of rules
_SIGNED = "_xmlsignatures"
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}  # fmt: skip
_PAGE = {
    "width": ("pgSz", "w"), "height": ("pgSz", "h"), "top": ("pgMar", "top"), "bottom": ("pgMar", "bottom"),
    "left": ("pgMar", "left"), "right": ("pgMar", "right"), "header": ("pgMar", "header"),
    "gutter": ("pgMar", "gutter"), "start": ("pgNumType", "start"),
}  # fmt: skip


def mend_docx(path: Path, plan: Callable[[Paper], Sequence[Mend]]) -> tuple[bytes, tuple[Mend, ...]]:
    """The file with what `plan` asks for, until it asks for nothing new; and what was changed, in order.

    Raises SourceError where the file cannot be read, or is signed electronically: a change would void the signature.
    """
    read_paper(path)  # says in words what is wrong with a file that cannot be read
    content = path.read_bytes()
    document = docx.Document(io.BytesIO(content))
    if any(_SIGNED in str(part.partname) for part in document.part.package.iter_parts()):
        raise SourceError(f"Tệp {path.name} đã được ký số: sửa thể thức sẽ làm mất hiệu lực chữ ký nên không sửa.")
    try:
        done = _mended(document, plan)
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        raise SourceError(
            f"Tệp {path.name} có chỗ ghi sai định dạng nên không tự sửa được. Hãy mở bằng Word, lưu lại rồi thử lại."
        ) from error
    if not done:
        return content, ()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue(), tuple(done)


def _mended(document: WordDocument, plan: Callable[[Paper], Sequence[Mend]]) -> list[Mend]:
    """What was changed in an open document."""
    done: list[Mend] = []
    tried: set[Mend] = set()
    for _ in range(_ROUNDS):
        reader = Reader(document)
        fresh = [mend for mend in plan(reader.paper()) if mend not in tried]
        if not fresh:
            break
        tried |= set(fresh)
        done += [mend for mend in fresh if _apply(document, reader, mend)]
    return done


def _apply(document: WordDocument, reader: Reader, mend: Mend) -> bool:
    """Make one change; whether it could be made."""
    if mend.section >= 0:
        if mend.section >= len(reader.section_elements):
            return False  # the file says nothing of its pages
        # python-docx overlooks sections that end inside a content control.
        section = WordSection(reader.section_elements[mend.section], document.part)
        for name, twips in mend.page:
            _set_page(section, name, twips)
        if mend.number:
            _number_pages(document, section)
        return True
    element = reader.elements[mend.paragraph]
    if mend.text != ("", "") and not _say(element, *mend.text):
        return False
    if mend.look:
        runs = _runs_of_line(element, mend.line)
        for run in runs:
            _dress(WordRun(run, None), dict(mend.look))  # type: ignore[arg-type]
        if not runs:
            return False
    if mend.form:
        _shape(WordParagraph(element, None), dict(mend.form))  # type: ignore[arg-type]
    return True


# --- pages


def _set_page(section: WordSection, name: str, twips: int) -> None:
    tag, attribute = _PAGE[name]
    getattr(section._sectPr, f"get_or_add_{tag}", lambda: _number_type(section))().set(qn(f"w:{attribute}"), str(twips))


def _number_type(section: WordSection) -> Any:
    """The section's w:pgNumType, made where it has none; in Arabic figures."""
    found = section._sectPr.find(qn("w:pgNumType"))
    if found is None:
        found = OxmlElement("w:pgNumType")
        behind = ("cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection", "bidi", "rtlGutter", "docGrid")
        section._sectPr.insert_element_before(found, *(f"w:{name}" for name in (*behind, "printerSettings")))
    if found.get(qn("w:fmt")) is not None:
        del found.attrib[qn("w:fmt")]
    return found


def _number_pages(document: WordDocument, section: WordSection) -> None:
    """The number in the middle of every header of the section but the first page's; none in its footers."""
    size = Pt(14)
    kinds = [
        section.header,
        *([section.even_page_header] if document.settings.odd_and_even_pages_header_footer else []),
    ]
    for footer in (section.footer, section.first_page_footer, section.even_page_footer):
        if not footer.is_linked_to_previous:
            _drop_numbers(footer._element)
    section.different_first_page_header_footer = True
    if not section.first_page_header.is_linked_to_previous:
        _drop_numbers(section.first_page_header._element)
    for header in kinds:
        styles = Styles(document)
        paragraphs = [p for p in header._element.iter(qn("w:p")) if "PAGE" in Content(styles, p, None).fields]
        if not paragraphs:  # the header holds a number or nothing, or it would not be laid anew
            for child in list(header._element):
                header._element.remove(child)
            paragraphs = [_add_number(header.add_paragraph())]
        for element in paragraphs:
            _set_number(element, size.pt)


def _set_number(element: Any, size: float) -> None:
    """The paragraph of a page number in the middle, upright, at `size` points."""
    paragraph = WordParagraph(element, None)  # type: ignore[arg-type]
    frame = None if element.pPr is None else element.pPr.find(qn("w:framePr"))
    if frame is not None:
        element.pPr.remove(frame)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = None
    paragraph.paragraph_format.first_line_indent = Pt(0)
    for run in element.iter(qn("w:r")):
        _dress(WordRun(run, None), {"size": size, "bold": False, "italic": False, "font": _FONT})  # type: ignore[arg-type]


_FONT = "Times New Roman"


def _has_number(paragraph: Any) -> bool:
    """Whether a paragraph has the field of the page number, whole or in pieces."""
    codes = [node.text or "" for node in paragraph.iter(qn("w:instrText"))]
    codes += [node.get(qn("w:instr")) or "" for node in paragraph.iter(qn("w:fldSimple"))]
    return any(code.split()[:1] == ["PAGE"] for code in codes) or next(paragraph.iter(qn("w:pgNum")), None) is not None


def _drop_numbers(part: Any) -> None:
    """Take the page number's paragraph out of a header or footer (it holds nothing else); one paragraph must stay."""
    for paragraph in list(part.iter(qn("w:p"))):
        if _has_number(paragraph):
            for child in list(paragraph):
                if child.tag != qn("w:pPr"):
                    paragraph.remove(child)


def _add_number(paragraph: WordParagraph) -> Any:
    """The field of the page number in an empty paragraph, which is given back."""
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("shown", "2"), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        if kind == "":
            code = OxmlElement("w:instrText")
            code.text = text
            run._r.append(code)
        elif kind != "shown":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
    return paragraph._p


# --- paragraphs


def _shape(paragraph: WordParagraph, form: dict[str, Any]) -> None:
    layout = paragraph.paragraph_format
    for key, value in form.items():
        if key == "align":
            layout.alignment = _ALIGN[value]
        elif key == "first":
            layout.first_line_indent = Twips(value)
        elif key in ("left", "right"):
            setattr(layout, f"{key}_indent", Twips(value))
        elif key in ("before", "after"):
            setattr(layout, f"space_{key}", Pt(value))
            _no_auto(paragraph, key)
        elif key == "lines":
            layout.line_spacing = value
            if value == 1.0:
                layout.line_spacing_rule = WD_LINE_SPACING.SINGLE
        elif key == "contextual":
            found = paragraph._p.get_or_add_pPr().find(qn("w:contextualSpacing"))
            if found is None:
                found = OxmlElement("w:contextualSpacing")
                paragraph._p.get_or_add_pPr().insert_element_before(found, *(f"w:{name}" for name in _BEHIND))
            found.set(qn("w:val"), "1" if value else "0")


_BEHIND = (
    "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl",
    "divId", "cnfStyle", "rPr", "sectPr", "pPrChange",
)  # fmt: skip


def _no_auto(paragraph: WordParagraph, side: str) -> None:
    """Word's "Auto" gap beside a paragraph wins over a length: it goes."""
    found = paragraph._p.get_or_add_pPr().find(qn("w:spacing"))
    for name in (f"{side}Autospacing", f"{side}Lines"):
        if found is not None and (found.get(qn(f"w:{name}")) is not None or name.endswith("Autospacing")):
            found.set(qn(f"w:{name}"), "0")


# --- runs


def _runs_of_line(paragraph: Any, line: int) -> list[Any]:
    """The runs of a line of a paragraph, -1: of all; a run that goes over several lines is parted at its breaks."""
    if line < 0:
        return list(_runs(paragraph))
    out, at = [], 0
    for run in [part for whole in list(_runs(paragraph)) for part in _parted(whole)]:
        at += sum(_is_break(child) for child in run)
        if at == line and any(child.tag == qn("w:t") and (child.text or "").strip() for child in run):
            out.append(run)
    return out


def _parted(run: Any) -> list[Any]:
    """A run as several of the same look, each but the first beginning with its break."""
    properties, out = run.find(qn("w:rPr")), [run]
    for child in list(run):
        if _is_break(child) and child is not next((c for c in run if c is not properties), None):
            part = OxmlElement("w:r")
            if properties is not None:
                part.append(deepcopy(properties))
            out[-1].addnext(part)
            out.append(part)
        if out[-1] is not run and child is not properties:
            out[-1].append(child)
    return out


def _is_break(child: Any) -> bool:
    return child.tag in _BREAKS and child.get(qn("w:type")) not in ("page", "column")


_BREAKS = frozenset({qn("w:br"), qn("w:cr")})


def _runs(paragraph: Any) -> Iterator[Any]:
    """The runs of a paragraph that hold text, not those of text boxes in it."""
    for child in paragraph:
        if child.tag == qn("w:r"):
            yield child
        elif isinstance(child.tag, str) and child.tag not in SKIPPED:
            yield from _runs(child)


def _dress(run: WordRun, look: dict[str, Any]) -> None:
    raised = run.font.superscript or run.font.subscript
    for key, value in look.items():
        if key == "size" and not raised:
            run.font.size = Pt(value)
            _complex(run, "szCs", str(round(value * 2)))
        elif key in ("bold", "italic"):
            setattr(run.font, key, value)
        elif key == "color":
            run.font.color.rgb = RGBColor(0, 0, 0)
            element = run._r.get_or_add_rPr().find(qn("w:color"))
            for name in [n for n in element.attrib if "theme" in n.lower()]:
                del element.attrib[name]
        elif key == "font":
            fonts = run._r.get_or_add_rPr()._add_rFonts() if run._r.rPr is None or run._r.rPr.rFonts is None else (
                run._r.rPr.rFonts)  # fmt: skip
            for name in list(fonts.attrib):
                if "heme" in name:
                    del fonts.attrib[name]
            for part in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{part}"), value)


def _complex(run: WordRun, tag: str, value: str) -> None:
    found = run._r.get_or_add_rPr().find(qn(f"w:{tag}"))
    if found is not None:
        found.set(qn("w:val"), value)


# --- words

_NO_LETTERS = {ord("\n"): None, ord("\t"): None}


def _say(paragraph: Any, old: str, new: str) -> bool:
    """Write `new` for `old` in a paragraph where they differ, so that every run keeps its look.

    Whether that was done: not where the file holds the text in another way (hidden letters, signs that are no letters).
    """
    nodes = [node for run in _runs(paragraph) for node in run.iter(qn("w:t"))]
    if unicodedata.normalize("NFC", old) == new:
        for node in nodes:
            node.text = unicodedata.normalize("NFC", node.text or "")
        return True
    old, new = (text.translate(_NO_LETTERS) for text in (old, new))  # breaks are elements, no text
    if not nodes or "".join(node.text or "" for node in nodes) != old:
        return False
    letters = [[node, letter] for node in nodes for letter in node.text or ""]
    for kind, start, end, other, stop in reversed(SequenceMatcher(None, old, new, autojunk=False).get_opcodes()):
        if kind != "equal":
            holder = letters[min(start, len(letters) - 1)][0]
            letters[start:end] = [[holder, letter] for letter in new[other:stop]]
    for node in nodes:
        node.text = "".join(letter for holder, letter in letters if holder is node)
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return True
