"""What each paragraph of the body is: căn cứ, phần, chương, mục, điều, khoản, điểm, or plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dtxl.layout.elements import Parts, is_line, words
from dtxl.model.paper import Paragraph

_PART = re.compile(r"^(?:phan|chuong)\s+(?:thu\s+\w+|[ivxlc]+|\d+)\W?$")
_DIVISION = re.compile(r"^(?:muc|tieu muc)\s+(?:thu\s+\w+|[ivxlc]+|\d+)\W?$")
_ARTICLE = re.compile(r"^dieu\s+(\d+)\s*[.:]")
_ROMAN = re.compile(r"^([IVXLC]+)\s*[./)-]\s*\S")
_CLAUSE = re.compile(r"^(\d{1,2})\s*\.\s+\S")  # "1)" is a list within the text: the decree has no such number
_CAPTION = re.compile(
    r"^(?:(?:bang|hinh|bieu do|bieu|so do|do thi|anh|ban do)\s+(?:so\s+)?[\divxlc]+\b"
    r"|nguon\s*:|don vi(?: tinh)?\s*:|dvt\s*:)"
)
_POINT = re.compile(r"^([a-zđăâêôơư])\s*[).]\s*\S")
_GROUNDS = re.compile(r"^(?:can cu|theo de nghi|xet de nghi|xet)\b")
_LETTERS = frozenset("CLDM")  # a heading "C.", a name "C. Mác": no document has a hundred mục
_END = (".", ";", ":", ",")


@dataclass(frozen=True)
class Piece:
    """A paragraph of the body. `kind`: grounds, part, part_title, division, division_title, article, roman,
    clause_title, clause, point, decides, caption (of a table or figure: the decree leaves it open) or text; `number` as
    it stands there ("IV", "3", "đ"), "" for none."""

    kind: str
    paragraph: Paragraph
    number: str = ""


def pieces(parts: Parts, title_limit: int) -> tuple[Piece, ...]:
    """The body in order; a khoản of at most `title_limit` characters without a final mark is a title."""
    return tuple(_walk(parts, title_limit))


def _walk(parts: Parts, limit: int) -> Iterator[Piece]:
    before, opened = "", False
    for paragraph in parts.body:
        if is_line(paragraph):
            continue
        kind, number = _kind(paragraph, before, opened, parts.kind, limit)
        opened = opened or kind not in ("grounds", "authority")
        before = kind
        yield Piece(kind, paragraph, number)


def _kind(paragraph: Paragraph, before: str, opened: bool, document: str, limit: int) -> tuple[str, str]:
    text, compared = f"{paragraph.label} {paragraph.text}".strip(), words(paragraph)
    centred = paragraph.align == "center"
    if not opened and _is_grounds(paragraph, compared, document):
        return "grounds", ""
    if _PART.match(compared):
        return "part", compared.split()[-1].rstrip(".:").upper()
    if _DIVISION.match(compared):
        return "division", compared.split()[-1].rstrip(".:").upper()
    if before in ("part", "division") and len(text) <= limit:
        return f"{before}_title", ""
    if document in ("quyết định", "nghị quyết") and centred and text == text.upper():
        return (
            "decides" if compared.rstrip(":") in ("quyet dinh", "quyet nghi", "nay quyet dinh") else "authority"
        ), ""
    if _CAPTION.match(compared) and len(text) <= limit:
        return "caption", ""
    if match := _ARTICLE.match(compared):
        return "article", match[1]
    if (match := _ROMAN.match(text)) and len(text) <= 2 * limit and match[1] not in _LETTERS:
        return "roman", match[1]
    if match := _CLAUSE.match(text):
        return ("clause_title" if _is_title(text, limit) else "clause"), match[1]
    if match := _POINT.match(text):
        return "point", match[1]
    return "text", ""


def _is_grounds(paragraph: Paragraph, compared: str, document: str) -> bool:
    if not _GROUNDS.match(compared):
        return False
    italic = bool(paragraph.seen) and all(run.italic for run in paragraph.seen)
    return italic or compared.endswith(";") or document in ("quyết định", "nghị quyết")


def _is_title(text: str, limit: int) -> bool:
    return len(text) <= limit and not text.endswith(_END)
