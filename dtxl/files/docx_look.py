"""What a Word file says of itself without being opened as a document: the tags of a template, the day it was made."""

import datetime
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from dtxl.core.errors import SourceError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CREATED = "{http://purl.org/dc/terms/}created"
_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_MOST = 64 * 2**20  # bytes of one part; ours have some 100 KB
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_SHOWN = re.compile(r"\{\{-?\s*([^\W\d]\w*)\s*-?\}\}")
_LOOP = re.compile(r"\bfor\s+(\w+(?:\s*,\s*\w+)*)\s+in\b")
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Tags:
    """`names`: every word that stands in a tag; `shown`: name → (place, text) of the paragraph of the first tag that
    shows it plainly ("{{ ten }}"); `local`: names that loops give."""

    names: frozenset[str]
    shown: dict[str, tuple[str, str]]
    local: frozenset[str]


def tags_of(template: Path) -> Tags:
    """The tags of the body, headers, footers and notes. Raises SourceError where the file is no Word document."""
    names: set[str] = set()
    local: set[str] = {"loop"}
    shown: dict[str, tuple[str, str]] = {}
    for root in _roots(template, _PARTS):
        for number, paragraph in enumerate(root.iter(f"{_W}p"), 1):
            place = f"đoạn {number}" if root.tag == f"{_W}document" else "đầu trang, chân trang hoặc chú thích"
            text = "".join(node.text or "" for node in paragraph.iter(f"{_W}t"))
            for tag in _TAG.findall(text):
                names.update(_NAME.findall(tag))
                for found in _LOOP.findall(tag):
                    local.update(_NAME.findall(found))
                if plain := _SHOWN.fullmatch(tag):
                    shown.setdefault(plain[1], (place, text))
    return Tags(frozenset(names), shown, frozenset(local))


def created_on(path: Path) -> datetime.date | None:
    """The day that the file says it was made on; None where it says none. Raises SourceError."""
    for root in _roots(path, re.compile(r"docProps/core\.xml")):
        for node in root.iter(_CREATED):
            try:
                return datetime.date.fromisoformat((node.text or "")[:10])
            except ValueError:
                return None
    return None


def _roots(path: Path, wanted: re.Pattern[str]) -> list[etree._Element]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
            entries = [e for e in package.infolist() if wanted.fullmatch(e.filename) and e.file_size <= _MOST]
            return [etree.fromstring(package.read(e), parser) for e in entries]
    except OSError as error:
        raise SourceError(f"Không mở được tệp {path}: {error.strerror or error}") from error
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        raise SourceError(f"Tệp {path.name} bị hỏng hoặc không phải tài liệu Word (.docx).") from error
