"""Word templates with a text in any of their parts, and what a filled one says there, read without our own code."""

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

PARTS = ("body", "table", "header", "footer", "footnote")
PROPERTIES = {
    "title": "dc:title", "subject": "dc:subject", "author": "dc:creator", "keywords": "cp:keywords",
    "comments": "dc:description", "category": "cp:category", "content_status": "cp:contentStatus",
    "identifier": "dc:identifier", "version": "cp:version",
}  # fmt: skip
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_W = f"{{{_MAIN}}}"
_PART = {
    "body": "word/document.xml",
    "table": "word/document.xml",
    "header": "word/header1.xml",
    "footer": "word/footer1.xml",
    "footnote": "word/footnotes.xml",
}
_LINKED = {"header": "header1", "footer": "footer1", "footnotes": "footnotes", "styles": "styles"}


def make_template(folder: Path, *body: str, **places: str) -> Path:
    """A template with paragraphs `body` and a text in each of `places`, names of PARTS and PROPERTIES; by hand, so that
    it is small and holds nothing else."""
    row = f"<w:tr><w:tc>{_p(places.get('table', ''))}</w:tc></w:tr>"
    table = f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>{row}</w:tbl>"
    refs = "".join(f'<w:{kind}Reference w:type="default" r:id="{kind}"/>' for kind in ("header", "footer"))
    lines = "".join(map(_p, [*body, *([places["body"]] if "body" in places else [])]))
    page = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:left="1134" w:right="1134"/>'
    properties = "".join(
        f"<{PROPERTIES[p]}>{escape(t)}</{PROPERTIES[p]}>" for p, t in places.items() if p in PROPERTIES
    )
    note = f'<w:footnote w:id="2">{_p(places.get("footnote", ""))}</w:footnote>'
    linked = "".join(_relation(f"{_OFFICE}/{kind}", f"{name}.xml", kind) for kind, name in _LINKED.items())
    top = _relation(f"{_OFFICE}/officeDocument", "word/document.xml", "a") + _relation(
        f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml", "b"
    )
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{kind}+xml"/>'
        for kind, name in (*_LINKED.items(), ("document.main", "document"))
    )
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/docProps/core.xml" '
        f'ContentType="{core}"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{top}</Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{linked}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_MAIN}" xmlns:r="{_OFFICE}"><w:body>{lines}'
        f"{table if 'table' in places else ''}<w:sectPr>{refs}{page}</w:sectPr></w:body></w:document>",
        "word/header1.xml": f'<w:hdr xmlns:w="{_MAIN}">{_p(places.get("header", ""))}</w:hdr>',
        "word/footer1.xml": f'<w:ftr xmlns:w="{_MAIN}">{_p(places.get("footer", ""))}</w:ftr>',
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{_MAIN}">{note}</w:footnotes>',
        "word/styles.xml": f'<w:styles xmlns:w="{_MAIN}"/>',
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{properties}</cp:coreProperties>',
    }
    path = folder / "mau.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _p(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _relation(kind: str, target: str, ident: str) -> str:
    return f'<Relationship Id="{ident}" Type="{kind}" Target="{target}"/>'


def paragraphs(content: bytes, place: str = "body") -> list[str]:
    """The texts of the paragraphs of one part; "" for a blank one."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = ElementTree.fromstring(archive.read(_PART[place]))
    return ["".join(map(_said, p.iter())) for p in root.iter(f"{_W}p")]


def _said(node: ElementTree.Element) -> str:
    if node.tag == f"{_W}t":
        return node.text or ""
    return {f"{_W}tab": "\t", f"{_W}br": "\n"}.get(node.tag, "")


def tags(content: bytes) -> set[str]:
    """The names of all elements of the body: what a text brings in as markup shows here."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {node.tag for node in ElementTree.fromstring(archive.read("word/document.xml")).iter()}
