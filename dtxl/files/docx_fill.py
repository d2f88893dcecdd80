"""Filling a Word template by docxtpl: one sandbox (`word_sandbox`), every tag known beforehand, stable bytes.

docxtpl drops `&`, `<…>` and missing variables without a word when left to its defaults, removes the whole paragraph or
row around a `{%p %}` or `{%tr %}` tag with whatever else stands in it, and turns "{_{" of a filled-in text into "{{".
None of that passes here.
"""

import datetime
import io
import logging
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, UndefinedError

from dtxl.core.errors import TemplateError
from dtxl.core.text import tidy, without_control
from dtxl.files.docx_annex import Annex, add_annex
from dtxl.files.docx_marks import Marked, Marks, without_letters
from dtxl.files.word_sandbox import Refused, Sandbox

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_OPEN = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_BLOCK = re.compile(r"^\{%-?\s*(?:(?P<unit>p|tr|tc|r)\s+)?(?P<word>\w+)")
_WORDS = frozenset({"for", "endfor", "if", "elif", "else", "endif"})
_PAIRS = {"endfor": "for", "endif": "if"}
# docxtpl turns these four of its rendered text into tag marks; a private-use letter inside keeps them as they are.
_KEEP = "\ue000"
_FALSE_ESCAPE = re.compile(r"\{_(?=[{%])|[}%]_(?=\})")
_ZIP_DATE = (2024, 1, 1, 0, 0, 0)
_TWIPS_PER_MM = 1440 / 25.4
_EMU_PER_TWIP = 635
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_TEXTS = frozenset(map(qn, ("w:t", "w:delText", "w:instrText")))
# A template of ours is 60 KB; these leave room for pictures.
_MAX_BYTES, _MAX_INFLATED, _MAX_ENTRIES = 20 * 2**20, 64 * 2**20, 2000
_NAMED = re.compile(r"(?:attribute '(\w+)'|'(\w+)' is undefined)")

log = logging.getLogger("dtxl.template")


class _Template(DocxTemplate):
    """docxtpl's template, whose properties are no template: `_describe` writes them, tags in them stay text."""

    def render_properties(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:
        """Nothing."""

    def patch_xml(self, src_xml: str) -> str:
        """As the library does, and "&" in a tag is an "&", not the five letters that XML writes for it."""
        return _TAG.sub(lambda match: match[0].replace("&amp;", "&"), super().patch_xml(src_xml))


def fill(
    template: Path,
    context: Mapping[str, Any],
    *,
    title: str,
    author: str,
    created: datetime.date,
    rules: Mapping[str, float] | None = None,
    annex: Annex | None = None,
) -> bytes:
    """The bytes of `template` filled with `context` (strings, numbers, `Marked`, lists and dictionaries of these).

    Texts of `context` stay as typed: `{{`, `&` and `<` are text, line ends become line breaks. `rules`: name of a
    paragraph style → length in mm of the line that paragraphs of this style draw by their bottom border; they are
    indented on both sides to that length. `annex` is added behind the rest. Equal input gives equal bytes.
    Raises TemplateError, in Vietnamese, where the file cannot be read, a tag names nothing, does more than show, choose
    and repeat, or a loop is broken.
    """
    content, document = _opened(template)
    marks = Marks()
    typed = _as_typed(context, marks)
    word, sandbox = _Template(io.BytesIO(content)), Sandbox(typed)
    try:
        _refuse_broken(document, template.name)
        unknown = word.get_undeclared_template_variables(sandbox) - set(context)
        if unknown:
            raise TemplateError(_unknown(sorted(unknown), document, template.name))
        word.render(typed, sandbox)
    except TemplateError:
        raise
    except UndefinedError as error:
        names = [name for found in _NAMED.findall(str(error)) for name in found if name]
        raise TemplateError(_unknown(names or [str(error)], document, template.name)) from error
    except Refused as error:
        raise TemplateError(f"Mẫu {template.name}: {error.message}. [G07]") from error
    except Exception as error:  # a template is anybody's: its faults come in classes that no list holds
        log.debug("template %s", template.name, exc_info=True)
        raise TemplateError(
            f"Không điền được mẫu {template.name}: thẻ viết sai hoặc lồng nhau quá nhiều "
            f"({_short(tidy(str(error)) or type(error).__name__)}). [G07]"
        ) from error
    filled: WordDocument = word.get_docx() if word.docx is None else word.docx
    if annex:
        add_annex(filled, annex, template.name, lambda text: str(_as_typed(text, marks)))
    marks.place(filled.element.body)
    _restore(filled)
    _draw_rules(filled, rules or {})
    _describe(filled, title, author, created)
    buffer = io.BytesIO()
    filled.save(buffer)
    return _stable(buffer.getvalue())


def _opened(template: Path) -> tuple[bytes, WordDocument]:
    try:
        if template.stat().st_size > _MAX_BYTES:
            raise TemplateError(f"Mẫu {template.name} quá lớn (trên {_MAX_BYTES // 2**20} MB). [G07]")
        content = template.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # What an entry declares is all that is ever read of it.
            entries = archive.infolist()
            if len(entries) > _MAX_ENTRIES or sum(entry.file_size for entry in entries) > _MAX_INFLATED:
                raise TemplateError(f"Mẫu {template.name} giải nén ra quá lớn. [G07]")
            # The standard forbids them (ECMA-376-2, 8.2.5); what they declare could be another file or endless.
            if any(
                b"<!DOCTYPE" in archive.read(entry) for entry in entries if entry.filename.endswith((".xml", ".rels"))
            ):
                raise TemplateError(f"Mẫu {template.name} có khai báo DOCTYPE, tài liệu Word không được có. [G07]")
        return content, Document(io.BytesIO(content))
    except FileNotFoundError as error:
        raise TemplateError(f"Không tìm thấy mẫu {template}. [G07]") from error
    except TemplateError:
        raise
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        log.debug("template %s", template.name, exc_info=True)
        raise TemplateError(
            f"Không mở được mẫu {template.name}: tệp không phải tài liệu Word (.docx). [G07]"
        ) from error


def _places(document: WordDocument) -> Iterator[tuple[str, str, bool, str]]:
    """(place, text, in a table row, text of the whole row) of each paragraph that holds part of a tag, in order."""
    count = 0
    tables = {table: number for number, table in enumerate(document.element.body.iter(qn("w:tbl")), 1)}
    for paragraph in document.element.body.iter(qn("w:p")):
        count += 1
        text = _text(paragraph)
        if not _OPEN.search(text):
            continue
        row = next(paragraph.iterancestors(qn("w:tr")), None)
        if row is None:
            yield f"đoạn {count}", text, False, text
        else:
            table = next(row.iterancestors(qn("w:tbl")))
            number = list(table.iterchildren(qn("w:tr"))).index(row) + 1
            yield f"bảng {tables[table]}, hàng {number}", text, True, _text(row)
    for part in document.part.package.iter_parts():
        if part.content_type == _FOOTNOTES:
            where, root = "chú thích cuối trang", parse_xml(part.blob)
        elif part.partname.startswith(("/word/header", "/word/footer")):
            where, root = "đầu trang hoặc chân trang", parse_xml(part.blob)
        else:
            continue
        for text in map(_text, root.iter(qn("w:p"))):
            if _OPEN.search(text):
                yield where, text, False, text


def _text(element: Any) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def _refuse_broken(document: WordDocument, name: str) -> None:
    """Raise TemplateError for the first tag that is not whole, cannot be parsed, or opens or closes nothing."""
    open_blocks: list[tuple[str, str, str]] = []
    for place, text, in_row, row_text in _places(document):
        where = f"Mẫu {name}, {place}"
        rest = _TAG.sub("", text)
        if _OPEN.search(rest):
            raise TemplateError(f"{where}: thẻ viết chưa đủ dấu đóng hoặc mở trong “{_short(text)}”. [G07]")
        for tag in _TAG.findall(text):
            block = _BLOCK.match(tag)
            if block and block["unit"] in ("p", "tr"):
                whole = row_text if block["unit"] == "tr" else text
                if block["unit"] == "tr" and not in_row:
                    raise TemplateError(f"{where}: thẻ {tag} phải nằm trong một hàng của bảng. [G07]")
                if tidy(whole) != tidy(tag):
                    unit = "hàng" if block["unit"] == "tr" else "đoạn"
                    raise TemplateError(
                        f"{where}: thẻ {tag} phải đứng một mình trong {unit}; nội dung khác sẽ bị mất. [G07]"
                    )
            if block and block["word"] not in _WORDS:
                raise TemplateError(
                    f"{where}: thẻ {_short(tag)} không dùng được trong mẫu; chỉ dùng {{{{ tên }}}}, for và if. [G07]"
                )
            _refuse_unparsable(tag, where)
            if block:
                _follow(block["word"], tag, where, open_blocks)
    if open_blocks:
        word, tag, where = open_blocks[-1]
        raise TemplateError(f"{where}: thẻ {tag} chưa có thẻ đóng (end{word}). [G07]")


def _follow(word: str, tag: str, where: str, open_blocks: list[tuple[str, str, str]]) -> None:
    if word in _PAIRS.values():
        open_blocks.append((word, tag, where))
    elif word in _PAIRS:
        if not open_blocks or open_blocks[-1][0] != _PAIRS[word]:
            inside = f" (đang mở: {open_blocks[-1][1]})" if open_blocks else ""
            raise TemplateError(f"{where}: thẻ {tag} không khớp với thẻ mở nào{inside}. [G07]")
        open_blocks.pop()
    elif word in ("else", "elif") and not open_blocks:
        raise TemplateError(f"{where}: thẻ {tag} nằm ngoài {{% if %}}. [G07]")


def _refuse_unparsable(tag: str, where: str) -> None:
    plain = re.sub(r"^(\{[{%])-?(?:p|tr|tc|r)\s", r"\1 ", tag)
    block = _BLOCK.match(tag)
    word = block["word"] if block else ""
    source = {
        "for": plain + "{% endfor %}",
        "if": plain + "{% endif %}",
        "elif": "{% if true %}" + plain + "{% endif %}",
        "else": "{% if true %}" + plain + "{% endif %}",
        "endif": "{% if true %}" + plain,
        "endfor": "{% for x in [] %}" + plain,
    }.get(word, plain)
    try:
        Sandbox({}).compile(source)  # parsing alone would let an unknown filter pass
    except Refused as error:
        raise TemplateError(f"{where}: thẻ {_short(tag)}: {error.message}. [G07]") from error
    except (TemplateSyntaxError, SyntaxError, RecursionError, MemoryError, ValueError) as error:
        # Python's own compiler gives up on what is nested too deep.
        raise TemplateError(f"{where}: thẻ {_short(tag)} viết sai. [G07]") from error


def _unknown(names: list[str], document: WordDocument, template: str) -> str:
    lines = []
    for name in names:
        word = re.compile(rf"\b{re.escape(name)}\b")
        spots = [
            f"{place}: {tag}"
            for place, text, _, _ in _places(document)
            for tag in _TAG.findall(text)
            if word.search(tag)
        ]
        lines.append(f"thẻ “{name}” không có trong danh mục" + (f" ({'; '.join(spots)})" if spots else ""))
    return f"Mẫu {template}: " + "; ".join(lines) + ". Sửa tên thẻ trong Word rồi chạy lại. [G07]"


def _short(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _as_typed(value: Any, marks: Marks | None = None) -> Any:
    """`value` with its texts made safe for docxtpl's own replacements, and without what XML cannot hold; figures carry
    their marks where `marks` are given."""
    if isinstance(value, str):
        clean = without_control(value.replace("\r\n", "\n").replace("\r", "\n")).replace(_KEEP, "")
        return _FALSE_ESCAPE.sub(lambda match: match[0][0] + _KEEP + match[0][1:], without_letters(clean))
    if isinstance(value, Marked):
        pieces: list[tuple[str, str | None]] = []
        at = 0
        for start, end, source in value.figures:
            pieces += [(value.text[at:start], None), (value.text[start:end], source)]
            at = end
        pieces.append((value.text[at:], None))
        written = [(_as_typed(text), source) for text, source in pieces]
        return marks.written(written) if marks else "".join(text for text, _ in written)
    if isinstance(value, Mapping):
        return {key: _as_typed(item, marks) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_typed(item, marks) for item in value]
    return value


def _restore(document: WordDocument) -> None:
    """Take out what stands for something else; marks are only set in the body's text."""
    roots = [document.element.body]
    roots += [rel.target_part.element for rel in document.part.rels.values() if hasattr(rel._target, "element")]
    for root in roots:
        for node in root.iter():
            if node.tag in _TEXTS and node.text and not node.text.isascii():
                node.text = _plain(node.text)
            for name, value in node.items():
                if not value.isascii():
                    node.set(name, _plain(value))
    for part in document.part.package.iter_parts():
        if part.content_type == _FOOTNOTES:
            part._blob = _plain(part.blob.decode("utf-8")).encode()


def _plain(text: str) -> str:
    return without_letters(text).replace(_KEEP, "")


def _draw_rules(document: WordDocument, rules: Mapping[str, float]) -> None:
    """Indent each paragraph of a rule's style so that its bottom border has the wanted length, centred."""
    styles = {style.style_id: style.name for style in document.styles}
    for paragraph, page_width in _with_text_width(document):
        length = rules.get(styles.get(paragraph.style, "") or "")
        if length is None:
            continue
        cell = next(paragraph.iterancestors(qn("w:tc")), None)
        width = page_width if cell is None else _cell_width(cell)
        side = max(0, round((width - length * _TWIPS_PER_MM) / 2))
        indent = paragraph.get_or_add_pPr().get_or_add_ind()
        for edge in ("w:left", "w:right"):
            indent.set(qn(edge), str(side))
        indent.set(qn("w:firstLine"), "0")


def _with_text_width(document: WordDocument) -> Iterator[tuple[Any, float]]:
    """Each paragraph with the width in twips between the margins of its own section (whose end comes after it)."""
    widths = [
        sum(int(size or 0) for size in (s.page_width, -(s.left_margin or 0), -(s.right_margin or 0))) / _EMU_PER_TWIP
        for s in document.sections
    ]
    number = 0
    for paragraph in document.element.body.iter(qn("w:p")):
        yield paragraph, widths[min(number, len(widths) - 1)]
        number += paragraph.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None


def _cell_width(cell: Any) -> float:
    """Twips between the margins of a cell; 0 where the template gives its width otherwise."""
    width = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
    if width is None or width.get(qn("w:type")) != "dxa":
        return 0.0
    margins = 0.0
    table = next(cell.iterancestors(qn("w:tbl")))
    for side in ("w:left", "w:right"):
        margin = table.find(f"{qn('w:tblPr')}/{qn('w:tblCellMar')}/{qn(side)}")
        margins += 108.0 if margin is None else float(margin.get(qn("w:w")) or 0)  # 108: Word's own default
    return float(width.get(qn("w:w"))) - margins


def _describe(document: WordDocument, title: str, author: str, created: datetime.date) -> None:
    moment = datetime.datetime(created.year, created.month, created.day)
    properties = document.core_properties
    properties.title, properties.author = tidy(title)[:255], tidy(author)[:255]
    properties.last_modified_by = properties.author
    properties.created = properties.modified = moment
    properties.subject = properties.keywords = properties.comments = ""
    properties.language, properties.revision = "vi-VN", 1


def _stable(content: bytes) -> bytes:
    """The same package with fixed dates on its entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, source.read(name))
    return out.getvalue()
