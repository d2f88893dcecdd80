"""The parts of an administrative document, found in a Paper: Quốc hiệu, số, trích yếu, Nơi nhận … Phụ lục.

Found by what they say and where they stand, never by how they look: a part in the wrong size must still be found. The
letters in brackets are those of the decree's diagram (NĐ 30, Phụ lục I, Phần III: ô 1 to 14).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from dtxl.core.text import fold
from dtxl.model.paper import Paper, Paragraph, Run, Table

_UNDERSCORES = re.compile(r"^[_\-\u2013\u2014\s]{3,}$")
_ANNEX_BEGINS = 4  # paragraphs: what an electronic signature prints may stand above
_COLUMNS = re.compile(r"\t+| {6,}")


@dataclass(frozen=True)
class Annex:
    """A Phụ lục: its label's paragraph, the paragraphs of its title and of "(Kèm theo …)", and what follows."""

    label: Paragraph
    title: tuple[Paragraph, ...]
    attached: tuple[Paragraph, ...]
    rest: tuple[Paragraph, ...]


@dataclass
class Parts:
    """What was found. Lists are empty where a part is not there; `kind` is the type of the document ("báo cáo", "công
    văn"), "" where it is not clear; `head` and `foot` are the tables that hold the head and the signature."""

    paper: Paper
    kind: str = ""
    nation: list[Paragraph] = field(default_factory=list)  # ô 1
    motto: list[Paragraph] = field(default_factory=list)  # ô 1
    motto_line: list[Paragraph] = field(default_factory=list)
    superior: list[Paragraph] = field(default_factory=list)  # ô 2
    issuer: list[Paragraph] = field(default_factory=list)  # ô 2
    issuer_line: list[Paragraph] = field(default_factory=list)
    number: list[Paragraph] = field(default_factory=list)  # ô 3
    date: list[Paragraph] = field(default_factory=list)  # ô 4
    type_name: list[Paragraph] = field(default_factory=list)  # ô 5a
    subject: list[Paragraph] = field(default_factory=list)  # ô 5a
    subject_line: list[Paragraph] = field(default_factory=list)
    letter_subject: list[Paragraph] = field(default_factory=list)  # ô 5b
    letter_line: list[Paragraph] = field(default_factory=list)  # has no business there
    to: list[Paragraph] = field(default_factory=list)  # ô 9a
    to_items: list[Paragraph] = field(default_factory=list)
    body: list[Paragraph] = field(default_factory=list)  # ô 6, what stands outside tables
    titles: list[Paragraph] = field(default_factory=list)  # ô 7a
    other_post: list[Paragraph] = field(default_factory=list)  # ô 7b
    signer: list[Paragraph] = field(default_factory=list)  # ô 7b
    copies: list[Paragraph] = field(default_factory=list)  # ô 9b
    copy_items: list[Paragraph] = field(default_factory=list)
    marks: list[Paragraph] = field(default_factory=list)  # ô 10b and 11: khẩn, lưu hành
    annexes: list[Annex] = field(default_factory=list)
    head: Table | None = None
    foot: Table | None = None

    @property
    def official(self) -> bool:
        """Whether this is an administrative document at all: two of its fixed parts are there, or it is an annex."""
        found = (self.nation, self.motto, self.number, self.copies, self.date)
        return sum(bool(part) for part in found) >= 2 or bool(self.annexes and self.annexes[0].attached)

    @property
    def annex_only(self) -> bool:
        """Whether the file holds an annex alone: it begins with one."""
        return bool(self.annexes) and not self.nation and self.annexes[0].label.place.number <= _ANNEX_BEGINS


def lines_of(paragraph: Paragraph) -> Iterator[Paragraph]:
    """The lines of a paragraph that was broken by hand, each as a paragraph; gaps stay at the first and the last."""
    if "\n" not in paragraph.text:
        yield paragraph
        return
    lines: list[list[Run]] = [[]]
    for run in paragraph.runs:
        for number, piece in enumerate(run.text.split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append(replace(run, text=piece))
    for number, runs in enumerate(lines):
        yield replace(
            paragraph, runs=tuple(runs),
            broken=True,
            line=number,
            before=paragraph.before if number == 0 else 0.0,
            after=paragraph.after if number == len(lines) - 1 else 0.0,
            lines=paragraph.lines if number == len(lines) - 1 else (),
        )  # fmt: skip


def is_line(paragraph: Paragraph) -> bool:
    """Whether a paragraph is only a line: drawn, bordered, or of underscores."""
    text = paragraph.text.strip()
    return bool(paragraph.lines and not text) or bool(text and _UNDERSCORES.match(text))


def words(paragraph: Paragraph) -> str:
    """Its text as compared: no case, no marks, with the number that Word sets before it."""
    return fold(f"{paragraph.label} {paragraph.text}" if paragraph.label else paragraph.text)


def columns_of(paragraph: Paragraph) -> list[Paragraph]:
    """What stands side by side in a line that was set with tabs or many spaces, each as a paragraph in the middle of
    its column; lines drawn at the paragraph stay with the last."""
    text = paragraph.text
    cuts = [
        (m.start(), m.end()) for m in _COLUMNS.finditer(text) if text[: m.start()].strip() and text[m.end() :].strip()
    ]
    if not cuts:
        return [paragraph]
    edges = [0, *(edge for cut in cuts for edge in cut), len(text)]
    out = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        runs, at = [], 0
        for run in paragraph.runs:
            low, high = max(start - at, 0), min(end - at, len(run.text))
            at += len(run.text)
            if low < high:
                runs.append(replace(run, text=run.text[low:high]))
        last = end == len(text)
        lines = paragraph.lines if last else ()
        out.append(
            replace(paragraph, runs=tuple(runs), align="center", lines=lines, broken=True, first=0, left=0, room=0)
        )
    return out
