"""Capital letters as far as a program can see them (NĐ 30, Phụ lục II)."""

import re
from collections.abc import Iterator

from dtxl.core.text import tidy
from dtxl.layout.rule import Breach, Sheet, rule

_SENTENCE = re.compile(r"(?<![.\d])[.?!]\s+([^\W\d_])")
_ABBREVIATED = re.compile(r"\b(?:tp|ths|ts|gs|pgs|tx|tt|p|q|v\.v|stt|số|mr|kv)\.$", re.IGNORECASE)
# "quản lý nhà nước", "cơ quan nhà nước" are small in the decree itself: only the noun by itself is capital.
_NATION = re.compile(r"\b(?:của|do|vì|phục vụ|lợi ích|Đảng và|Đảng,) (?:nhân dân|nhà nước)\b")
_CITED = re.compile(r"\b(điều|chương|tiểu mục) (\d+|[IVXLC]+)\b")
_CAPITAL = re.compile(r"(?<![.?!] )(?<!^)\b(Khoản|Điểm) (?:\d+|[a-zđ]) (?:Điều|khoản|Khoản)\b")


@rule("VH-01")
def sentences(sheet: Sheet) -> Iterator[Breach]:
    """A capital after a full stop and at the head of a paragraph."""
    for piece in sheet.pieces:
        text = tidy(piece.paragraph.text)
        start = re.match(r"^(?:[-+•*]\s*)?([^\W\d_])", text)
        if start and start[1].islower() and piece.kind != "point":
            yield sheet.breach("VH-01", piece.paragraph, f"đầu dòng viết thường “{text[:20]}”")
        for match in _SENTENCE.finditer(text):
            if match[1].islower() and not _ABBREVIATED.search(text[: match.start() + 1]):
                yield sheet.breach("VH-01", piece.paragraph, f"sau dấu chấm viết thường “{match[1]}”")
                break


@rule("VH-05")
def people_and_state(sheet: Sheet) -> Iterator[Breach]:
    """Nhân dân, Nhà nước."""
    for piece in sheet.pieces:
        if match := _NATION.search(tidy(piece.paragraph.text)):
            yield sheet.breach("VH-05", piece.paragraph, f"“{match[0]}” viết thường")


@rule("VH-06")
def cited_parts(sheet: Sheet) -> Iterator[Breach]:
    """Điều 5 in a citation; khoản and điểm small."""
    for piece in sheet.pieces:
        text = tidy(piece.paragraph.text)
        if match := _CITED.search(text) or _CAPITAL.search(text):
            yield sheet.breach("VH-06", piece.paragraph, f"“{match[0]}” viết hoa, viết thường chưa đúng")
