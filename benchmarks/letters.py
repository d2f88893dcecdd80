"""The 241 reminder letters of a quarter: a straightforward python-docx script that builds each paragraph by paragraph,
and ours."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from importlib import resources
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from dtxl.documents.letters import (
    Letter,
    LetterKind,
    Round,
    draw_letters,
    overdue,
    reminder_letters,
    template_name,
)  # fmt: skip
from dtxl.model.rollup import Rollup

Pair = Callable[[Callable[[], object], Callable[[], object]], tuple[float, float]]


def _say(holder: Any, text: str, size: float, *, bold: bool = False, italic: bool = False, align: Any = ALIGN.CENTER,
         before: float = 0, after: float = 0, first: float = 0) -> Any:  # fmt: skip
    paragraph = holder.add_paragraph()
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.bold, run.italic = "Times New Roman", Pt(size), bold, italic
    form = paragraph.paragraph_format
    form.alignment, form.space_before, form.space_after = align, Pt(before), Pt(after)
    form.first_line_indent, form.line_spacing = Mm(first), 1.0
    return paragraph


def _line(holder: Any, room: float, length: float) -> None:
    paragraph = _say(holder, "", 3)
    borders, edge = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        edge.set(qn(f"w:{key}"), value)
    borders.append(edge)
    paragraph._p.get_or_add_pPr().append(borders)
    side = Mm((room - length) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side


def plain_letter(letter: Letter, body: list[str]) -> bytes:
    """The same letter: head, subject, addressee, `body`, Nơi nhận, signature."""
    said, document = letter.context, Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(20), Mm(20), Mm(30), Mm(15)
    head = document.add_table(2, 2)
    for row in head.rows:
        row.cells[0].width, row.cells[1].width = Mm(70), Mm(95)
    left, right = head.rows[0].cells
    _say(left, said["co_quan_chu_quan"], 12)
    _say(left, said["co_quan_ban_hanh"], 12, bold=True)
    _line(left, 70, 25)
    _say(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True)
    _say(right, "Độc lập - Tự do - Hạnh phúc", 13, bold=True)
    _line(right, 95, 56)
    left, right = head.rows[1].cells
    _say(left, f"Số:      /{said['ky_hieu']}", 13, before=8)
    _say(left, f"V/v {said['trich_yeu']}", 12, before=6)
    _say(right, f"{said['dia_danh']}, ngày      tháng {said['thang']} năm {said['nam']}", 13, italic=True, before=8)
    _say(document, f"Kính gửi: {said['kinh_gui'][0]}", 14, before=12, after=12)
    for text in body:
        _say(document, text, 14, align=ALIGN.JUSTIFY, after=6, first=10)
    foot = document.add_table(1, 2)
    left, right = foot.rows[0].cells
    _say(left, "Nơi nhận:", 12, bold=True, italic=True, align=ALIGN.LEFT)
    for line in said["noi_nhan"]:
        _say(left, f"- {line};", 11, align=ALIGN.LEFT)
    _say(left, f"- {said['noi_luu']}.", 11, align=ALIGN.LEFT)
    for title in said["chuc_vu_nguoi_ky"]:
        _say(right, title, 14, bold=True)
    _say(right, said["chuc_vu_khac"], 14, bold=True, before=72)
    _say(right, said["ten_nguoi_ky"], 14, bold=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _body(content: bytes) -> list[str]:
    texts = [p.text for p in Document(io.BytesIO(content)).paragraphs]
    start = next(n for n, text in enumerate(texts) if re.match("Kính gửi", text))
    return [text for text in texts[start + 1 :] if text.strip()]


def reminders(rollup: Rollup, pair: Pair) -> tuple[str, float, float]:
    """Reminders to all agencies of a rollup in which nobody has returned."""
    day = rollup.period.agency_due + timedelta(days=5)
    rounds = {a.code: Round(1) for a in overdue(rollup)}
    with resources.as_file(resources.files("dtxl.templates").joinpath(template_name(LetterKind.REMINDER))) as template:
        bodies = [(letter, _body(made)) for letter, made in _ours(rollup, rounds, template, day)]
        times = pair(
            lambda: [plain_letter(letter, body) for letter, body in bodies],
            lambda: _ours(rollup, rounds, template, day),
        )
    return f"{len(bodies)} reminder letters", *times


def _ours(rollup: Rollup, rounds: dict[str, Round], template: Any, day: date) -> list[tuple[Letter, bytes]]:
    return list(draw_letters(rollup, reminder_letters(rollup, day, rounds), template, day))
