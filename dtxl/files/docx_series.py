"""One Word template filled many times: read, checked and compiled once, so that each further document costs little.

The first document is made by `docx_fill.fill`, with all its checks. What the template compiles to is then held against
it: only where it gives the very same document is it used for the others; where it does not, and wherever a filling
fails, `fill` makes each document or says what is wrong. Tags outside the body (headers, footnotes) and marked figures
go by `fill` too.
"""

import datetime
import io
import logging
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx.document import Document as WordDocument
from lxml import etree

from dtxl.core.text import tidy
from dtxl.files import docx_fill
from dtxl.files.docx_marks import Marks, without_letters
from dtxl.files.word_sandbox import Sandbox

_DOCUMENT, _CORE = "word/document.xml", "docProps/core.xml"
_TITLE = re.compile("<dc:title>[^<]*</dc:title>")
_PARAGRAPH = re.compile(r"<w:p(?: [^>]*)?>.*?</w:p>", re.DOTALL)
_BREAKS = re.compile(r"[\n\t\a\f]")
_MARKS = (b"{{", b"{%", b"{#")

log = logging.getLogger("dtxl.template")


class Series:
    """The documents made of one template. `author`, `created` and `rules` as for `docx_fill.fill`."""

    def __init__(
        self, template: Path, *, author: str, created: datetime.date, rules: Mapping[str, float] | None = None
    ) -> None:
        self._template, self._author, self._created, self._rules = template, author, created, rules or {}
        self._quick: _Compiled | None = None
        self._begun = False

    def fill(self, context: Mapping[str, Any], *, title: str) -> bytes:
        """The bytes of one document: the parts are those that `docx_fill.fill` gives.

        Equal input gives equal bytes for the first document and for all others alike, whatever came before. Raises
        TemplateError as `docx_fill.fill` does.
        """
        if not self._begun:
            first = self._slow(context, title)
            self._begun, self._quick = True, self._compile(first, context, title)
        if self._quick is not None and self._quick.names <= context.keys():
            try:
                return self._quick.fill(context, title)
            except Exception:  # whatever a template brings up: `fill` says it in its own words
                log.debug("template %s", self._template.name, exc_info=True)
        return self._slow(context, title)

    def _slow(self, context: Mapping[str, Any], title: str) -> bytes:
        return docx_fill.fill(
            self._template, context, title=title, author=self._author, created=self._created, rules=self._rules
        )

    def _compile(self, first: bytes, context: Mapping[str, Any], title: str) -> "_Compiled | None":
        """What the template compiles to; None where that is not sure to give what `fill` gives."""
        try:
            made = _Compiled(self._template, first, self._rules)
            if made.parts(context, title) == {name: _read(first, name) for name in (_DOCUMENT, _CORE)}:
                return made
        except Exception:  # it was filled once: it can be filled so again
            log.debug("template %s", self._template.name, exc_info=True)
        return None


class _Compiled:
    """A template's body as a compiled one of the sandbox, and a package that lacks only what differs."""

    def __init__(self, template: Path, first: bytes, rules: Mapping[str, float]) -> None:
        content, _ = docx_fill._opened(template)
        if _tags_elsewhere(content):
            raise ValueError("tags outside the body")
        self._word = docx_fill._Template(io.BytesIO(content))
        self._sandbox = Sandbox({})
        self.names = set(self._word.get_undeclared_template_variables(self._sandbox))
        self._word.render_init()
        filled: WordDocument = self._word.docx
        # The lines' lengths are the same in all: drawn in the template, before its paragraphs are repeated.
        docx_fill._draw_rules(filled, rules)
        self._ids = self._word.docx_ids_index
        self._compiled = self._sandbox.from_string(self._word.patch_xml(self._word.get_xml()))
        self._root = filled.element
        self._core = _read(first, _CORE).decode()
        self._base = _without(first, (_DOCUMENT, _CORE))

    def parts(self, context: Mapping[str, Any], title: str) -> dict[str, bytes]:
        """The two parts that differ from document to document."""
        typed = docx_fill._as_typed(context, Marks())
        self._sandbox.begin(typed)
        xml = self._compiled.render(typed)
        for escaped, mark in (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}")):
            xml = xml.replace(escaped, mark)
        if without_letters(xml) != xml:
            raise ValueError("marked figures")  # their bookmarks are set in the whole document
        resolve = self._word.resolve_listing
        xml = _PARAGRAPH.sub(lambda found: resolve(found[0]) if _BREAKS.search(found[0]) else found[0], xml)
        body = self._word.fix_tables(xml.replace(docx_fill._KEEP, ""))
        self._word.docx_ids_index = self._ids
        self._word.fix_docpr_ids(body)
        self._root.replace(self._root.body, body)
        document: bytes = etree.tostring(self._root, encoding="UTF-8", standalone=True)
        described = f"<dc:title>{escape(tidy(title)[:255])}</dc:title>"
        return {_DOCUMENT: document, _CORE: _TITLE.sub(lambda _: described, self._core).encode()}

    def fill(self, context: Mapping[str, Any], title: str) -> bytes:
        """The whole package."""
        out = io.BytesIO(self._base)
        out.seek(0, io.SEEK_END)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
            for name, content in self.parts(context, title).items():
                package.writestr(_entry(name), content)
        return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, docx_fill._ZIP_DATE)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return entry


def _read(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return archive.read(name)


def _without(package: bytes, names: tuple[str, ...]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in names:
                target.writestr(_entry(name), source.read(name))
    return out.getvalue()


def _tags_elsewhere(content: bytes) -> bool:
    """Whether a part other than the body may hold tags, were they cut into pieces."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [n for n in archive.namelist() if n.startswith("word/") and n.endswith(".xml") and n != _DOCUMENT]
        texts = (re.sub(rb"<[^>]*>", b"", archive.read(name)) for name in names)
        return any(mark in text for text in texts for mark in _MARKS)
