"""Signature and Nơi nhận of the plan, and from them a first guess at the frame of its reports."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dtxl.core.text import fold, tidy
from dtxl.extract.blocks import Table
from dtxl.extract.header import ABOUT, Header
from dtxl.extract.outline import Item, Mark, closes
from dtxl.extract.words import shouted, words
from dtxl.model.plan import Question, ReportSettings

_RECIPIENTS = re.compile(r"^nơi nhận\s*:?\s*(.*)$", re.IGNORECASE)
_END = re.compile(r"[\s;,]*(?:\./)?[.;,]*\s*$")
_STRAY = re.compile(r"^(lưu\s*:.*?)\.\s+(\S.*)$", re.IGNORECASE)
_FOR_REPORT = re.compile(r"\s*\(\s*(?:để\s+)?(?:b/c|báo cáo)\s*\)", re.IGNORECASE)
_BEFORE = 8  # paragraphs before Nơi nhận in which a signature can stand


@dataclass(frozen=True, slots=True)
class Signature:
    """`titles`: one line each, in capitals. `recipients`: without dash and end mark."""

    titles: tuple[str, ...] = ()
    name: str = ""
    recipients: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


def read_signature(outline: Sequence[Item | Table]) -> Signature:
    """The part from "Nơi nhận" to the appendix: recipients, then the signer's titles and name.

    Where the signature stands before Nơi nhận, the lines before it are read."""
    start = next((i for i, x in enumerate(outline) if isinstance(x, Item) and _RECIPIENTS.match(x.text)), None)
    if start is None:
        missing = Question(ABOUT, "", "Không tìm thấy Nơi nhận và người ký trong văn bản.")
        return Signature(questions=(missing,))
    part: list[Item] = []
    for block in outline[start + 1 :]:
        if isinstance(block, Table) or closes(block):
            break
        part.append(block)
    questions: list[Question] = []
    titles, name, rest = _signer(part)
    if not titles:
        before = [x for x in outline[max(0, start - _BEFORE) : start] if isinstance(x, Item) and x.mark is Mark.NONE]
        titles, name, _ = _signer(before)
    if not name:
        questions.append(Question(ABOUT, "", "Không đọc được họ tên người ký."))
    first = outline[start]
    assert isinstance(first, Item)
    same_line = _RECIPIENTS.match(first.text)
    return Signature(titles, name, _recipients(same_line[1] if same_line else "", rest, questions), tuple(questions))


def _signer(items: Sequence[Item]) -> tuple[tuple[str, ...], str, list[Item]]:
    """(titles, name, what is neither)."""
    titles: list[str] = []
    name = ""
    rest: list[Item] = []
    remarks = {fold(r) for r in words()["not_names"]}
    for item in items:
        if item.mark is Mark.NONE and shouted(item.text) and not name:
            titles.append(item.text)
        elif titles and fold(item.text) in remarks:
            continue
        elif titles and not name and item.mark is Mark.NONE and _is_name(item.text):
            name = item.text
        else:
            rest.append(item)
    return tuple(titles), name, rest


def _is_name(text: str) -> bool:
    parts = text.split(" ")
    return 2 <= len(parts) <= 6 and all(p.replace(".", "").isalpha() and p[0].isupper() for p in parts)


def _recipients(first: str, items: Sequence[Item], questions: list[Question]) -> tuple[str, ...]:
    """Each recipient once; a line without a dash goes on with the one before it. `first`: what stands on the line of
    "Nơi nhận" itself."""
    lines: list[tuple[str, str]] = [(first, first)] if first else []  # (text, span)
    for item in items:
        if lines and item.mark is Mark.NONE and item.text[:1].islower():
            lines[-1] = (f"{lines[-1][0]} {item.text}", lines[-1][1])
        elif item.mark is Mark.BULLET or not lines or not fold(lines[-1][0]).startswith("luu"):
            lines.append((item.text, item.span))
    out = []
    for line, span in lines:
        text = tidy(line)
        if stray := _STRAY.match(text):
            text = stray[1]
            why = f"Đã bỏ chữ “{_END.sub('', stray[2])}” đứng sau dòng Lưu ở Nơi nhận."
            questions.append(Question(ABOUT, span, why))
        if text := _END.sub("", text):
            out.append(text)
    return tuple(out)


def guess_report(header: Header, signature: Signature) -> tuple[ReportSettings, tuple[Question, ...]]:
    """The frame of a report on the plan: the same issuer and signer; it goes to those marked "(b/c)"."""
    of = f"{header.province.kind} {header.province.name}"
    people = f"Ủy ban nhân dân {of}" if header.province.name else ""
    issuer = header.issuer
    superior = ""
    if issuer and people and fold(issuer) not in (fold(people), fold(f"UBND {of}")):
        superior = people.upper()
        issuer = re.sub(rf"\s+{re.escape(of)}$", "", issuer)
    elif issuer:
        issuer = people
    suffix = header.symbol.partition("-")[2]
    others = tuple(r for r in signature.recipients if not _FOR_REPORT.search(r))
    report = ReportSettings(
        superior=superior,
        issuer=issuer.upper(),
        symbol=f"BC-{suffix}" if suffix else "",
        place=header.place or header.province.name,
        addressees=tuple(_FOR_REPORT.sub("", r).strip() for r in signature.recipients if _FOR_REPORT.search(r)),
        signer_title=signature.titles,
        signer_name=signature.name,
        recipients=("Như trên", *others) if signature.recipients else (),
    )
    why = "Tên cơ quan, ký hiệu, nơi gửi, người ký và nơi nhận của báo cáo được đoán theo kế hoạch; cần xác nhận."
    return report, (Question("Báo cáo", "", why),)
