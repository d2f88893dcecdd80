"""The parts of an administrative document, found in a Paper: Quốc hiệu, số, trích yếu, Nơi nhận … Phụ lục.

Found by what they say and where they stand, never by how they look: a part in the wrong size must still be found. The
letters in brackets are those of the decree's diagram (NĐ 30, Phụ lục I, Phần III: ô 1 to 14).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from dtxl.core.text import fold, tidy
from dtxl.layout.profile import Profile
from dtxl.model.paper import Cell, Paper, Paragraph, Run, Table

_NATION = "cong hoa xa hoi chu nghia viet nam"
_MOTTO = re.compile(r"^doc lap\W+tu do\W+hanh phuc$")
_NUMBER = re.compile(r"^so\s*:?\s*\S*\s*/|^so\s*:")
_DATE = re.compile(r"\bngay\b.*\bthang\b.*\bnam\b")
_SUBJECT_OF_LETTER = re.compile(r"^(?:v/v|ve viec)\b")
_ANNEX = re.compile(r"^phu luc(?:\s+(?:so\s+)?[ivxlc\d]+)?\s*[.:]?$")
_ATTACHED = re.compile(r"^\(?(?:ban hanh )?kem theo\b")
_UNDERSCORES = re.compile(r"^[_\-\u2013\u2014\s]{3,}$")
_TO = re.compile(r"^kinh gui\b")
_COPIES = re.compile(r"^noi nhan\b")
_ANNEX_BEGINS = 4  # paragraphs: what an electronic signature prints may stand above
_HEAD = 40  # paragraphs in which the head of a document must begin
_AUTHORITY = re.compile(r"^(?:tm|kt|tl|tuq|q)\s*\.")


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


def find_parts(paper: Paper, profile: Profile) -> Parts:
    """Find the parts of a document; never fails, whatever the document is."""
    parts = Parts(paper)
    _head(parts, paper)
    blocks = list(paper.blocks)
    start = _after_head(parts, blocks)
    foot = _find_foot(parts, blocks, start)
    end = blocks.index(foot) if foot is not None else len(blocks)
    annex = next((n for n in range(start, len(blocks)) if _is_annex(blocks[n])), len(blocks))
    end = min(end, annex)
    main = [line for block in blocks[start:end] if isinstance(block, Paragraph) for line in lines_of(block)]
    rest = _open(parts, main, profile)
    parts.body += [p for p in rest if not p.blank]
    _without_table(parts)
    parts.annexes = list(_annexes(blocks[annex:]))
    if parts.annex_only:
        parts.number, parts.date = [], []  # of the signature
    _kind(parts, profile)
    return parts


# --- the head: ô 1 to 5b


def _head(parts: Parts, paper: Paper) -> None:
    for table in paper.tables[:6]:
        if any(_holds_head(cell) for row in table.rows for cell in row):
            parts.head = table
            for row in table.rows:
                _head_row(parts, row)
            break
    loose = [line for p in paper.paragraphs[:_HEAD] for line in lines_of(p)]
    if not parts.nation:
        parts.nation = [p for p in loose if _NATION in words(p)][:1]
    if not parts.motto:
        parts.motto = [p for p in loose if _MOTTO.match(words(p))][:1]
    if not parts.number:
        parts.number = [p for p in loose if _NUMBER.match(words(p)) and len(p.text) < 60][:1]
    if not parts.date:
        parts.date = [p for p in loose if _is_date(p)][:1]


def _holds_head(cell: Cell) -> bool:
    return any(_NATION in words(p) or _MOTTO.match(words(p)) for p in cell.paragraphs)


def _is_date(paragraph: Paragraph) -> bool:
    text = words(paragraph)
    return bool(_DATE.search(text)) and len(text) < 70 and not text.startswith(("(", "can cu"))


def _head_row(parts: Parts, row: Sequence[Cell]) -> None:
    for position, cell in enumerate(row):
        last: list[Paragraph] = []
        agency: list[Paragraph] = []
        for p in (line for paragraph in cell.paragraphs for line in lines_of(paragraph)):
            text = words(p)
            if is_line(p):
                _line_below(parts, last, p)
            elif not text:
                continue
            elif _NATION in text:
                last = parts.nation = [p]
            elif _MOTTO.match(text):
                last = parts.motto = [p]
                if p.lines:
                    parts.motto_line.append(p)
            elif _NUMBER.match(text):
                last = parts.number = [p]
            elif _is_date(p):
                last = parts.date = [p]
            elif _SUBJECT_OF_LETTER.match(text) or (last and last is parts.letter_subject):
                parts.letter_subject.append(p)
                last = parts.letter_subject
            elif position == 0 and not parts.number:
                agency.append(p)
                last = agency
        if agency:
            _agency(parts, agency)


def _line_below(parts: Parts, above: list[Paragraph], line: Paragraph) -> None:
    if above is parts.motto and above:
        parts.motto_line.append(line)
    elif above and above is not parts.nation and above is not parts.number:
        parts.issuer_line.append(line)


def _agency(parts: Parts, lines: list[Paragraph]) -> None:
    """Part ô 2 in the superior body and the issuer: by weight where it differs, else by where a new name begins."""
    bold = [all(run.bold for run in line.seen) for line in lines]
    if True in bold and bold[0] is False:
        cut = bold.index(True)
    elif all(bold) or not any(bold):
        numbers = [line.place.number for line in lines]
        starts = [n for n in range(1, len(lines)) if numbers[n] != numbers[n - 1] and _begins_name(lines[n])]
        cut = starts[-1] if starts and _begins_name(lines[0]) else 0
    else:
        cut = bold.index(False)
        if not _begins_name(lines[cut]):
            cut = 0
    parts.superior, parts.issuer = lines[:cut], lines[cut:]
    if parts.issuer and parts.issuer[-1].lines and not parts.issuer_line:
        parts.issuer_line.append(parts.issuer[-1])


_BODIES = re.compile(
    r"^(?:uy ban|ubnd|hoi dong|hdnd|so|ban|bo|phong|cuc|chi cuc|van phong|trung tam|truong|benh vien|tinh|thanh pho"
    r"|quan|huyen|xa|phuong|thi xa|tong cuc|vien|thanh tra|cong an|chinh phu|thu tuong|chu tich|dai|quy"
    r"|ngan hang|kho bac)\b"
)


def _begins_name(line: Paragraph) -> bool:
    return bool(_BODIES.match(words(line)))


# --- the title and the addressees: ô 5a and 9a


def _after_head(parts: Parts, blocks: list[Paragraph | Table]) -> int:
    """The index of the first block behind the head."""
    if parts.head is not None:
        return blocks.index(parts.head) + 1
    known = [p.place.number for part in (parts.nation, parts.motto, parts.number, parts.date) for p in part]
    last = max(known, default=0)
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph) and block.place.number > last:
            return index
    return 0


def _open(parts: Parts, main: list[Paragraph], profile: Profile) -> list[Paragraph]:
    """Take the title, its line and the addressees off the front; gives what is left: the body."""
    rest = [p for p in main if not p.blank]
    for paragraph in rest[:8]:
        if profile.is_mark(paragraph.text):
            parts.marks.append(paragraph)
            rest.remove(paragraph)
    if rest and _SUBJECT_OF_LETTER.match(words(rest[0])):
        parts.letter_subject.append(rest.pop(0))
    if rest and profile.type_of(rest[0].text):
        parts.type_name.append(rest.pop(0))
        while rest and not is_line(rest[0]) and not _TO.match(words(rest[0])) and _of_title(parts, rest[0]):
            parts.subject.append(rest.pop(0))
        if parts.subject and parts.subject[-1].lines:
            parts.subject_line.append(parts.subject[-1])
    while rest and is_line(rest[0]):
        parts.subject_line.append(rest.pop(0))
    for index, paragraph in enumerate(rest[:6]):
        if _TO.match(words(paragraph)):
            parts.to = [rest.pop(index)]
            while index < len(rest) and rest[index].text.lstrip().startswith(("-", "–", "+")):
                parts.to_items.append(rest.pop(index))
            break
    return rest


def _of_title(parts: Parts, paragraph: Paragraph) -> bool:
    """Whether a paragraph belongs to the title: the first below it, then those that look the same and are centred."""
    if not parts.subject:
        return True
    before = parts.subject[-1]
    alike = paragraph.align == before.align == "center" and paragraph.size == before.size
    if _capitals(paragraph) and not _capitals(before):
        return False  # "GIÁM ĐỐC SỞ …" below the title of a decision
    return alike and bool(paragraph.seen) and bool(before.seen) and paragraph.seen[0].bold == before.seen[0].bold


def _capitals(paragraph: Paragraph) -> bool:
    return paragraph.text == paragraph.text.upper()


# --- the signature and Nơi nhận: ô 7 and 9b


def _find_foot(parts: Parts, blocks: list[Paragraph | Table], start: int) -> Table | None:
    for block in blocks[start:]:
        if isinstance(block, Table):
            for row in block.rows:
                if any(_COPIES.match(words(p)) for cell in row for p in cell.paragraphs):
                    parts.foot = block
                    _foot_rows(parts, block)
                    return block
    return None


def _foot_rows(parts: Parts, table: Table) -> None:
    right: list[Paragraph] = []
    for row in table.rows:
        for position, cell in enumerate(row):
            lines = [line for p in cell.paragraphs for line in lines_of(p)]
            if any(_COPIES.match(words(p)) for p in lines):
                _copies(parts, lines)
            elif position:
                right += lines
    _signature(parts, right)


def _copies(parts: Parts, lines: Iterable[Paragraph]) -> None:
    for line in lines:
        if _COPIES.match(words(line)) and not parts.copies:
            parts.copies.append(line)
        elif parts.copies and not line.blank:
            parts.copy_items.append(line)


def _signature(parts: Parts, lines: list[Paragraph]) -> None:
    """Titles above the room for the signature, below it another post (if any) and the name."""
    above: list[Paragraph] = []
    below: list[Paragraph] = []
    gap = False
    for line in lines:
        if line.blank or line.picture:
            gap = gap or bool(above)
            continue
        gap = gap or (bool(above) and line.before >= 24)
        (below if gap else above).append(line)
        gap = gap or line.after >= 24
    if not below and len(above) > 1 and above[-1].text != above[-1].text.upper():
        below = [above.pop()]
    parts.titles, parts.signer = above, below[-1:]
    parts.other_post = below[:-1]


def _without_table(parts: Parts) -> None:
    """Nơi nhận and signature that stand in no table: taken off the end of the body."""
    if parts.copies:
        return
    for index, paragraph in enumerate(parts.body):
        if _COPIES.match(words(paragraph)) and len(paragraph.text) < 200:
            tail = parts.body[index:]
            before = parts.body[:index]
            while before and (_AUTHORITY.match(words(before[-1])) or _post(before[-1])):
                parts.titles.insert(0, before.pop())
            parts.body = before
            items = [p for p in tail[1:] if p.text.lstrip().startswith(("-", "–"))]
            parts.copies, parts.copy_items = tail[:1], items
            return


def _post(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    return 0 < len(text) < 60 and text == text.upper() and paragraph.align in ("center", "right")


# --- annexes


def _is_annex(block: Paragraph | Table) -> bool:
    return isinstance(block, Paragraph) and bool(_ANNEX.match(fold(next(lines_of(block)).text)))


def _annexes(blocks: Sequence[Paragraph | Table]) -> Iterator[Annex]:
    starts = [n for n, block in enumerate(blocks) if _is_annex(block)]
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=False):
        lines = [p for b in blocks[start:end] if isinstance(b, Paragraph) for p in lines_of(b) if not p.blank]
        label, rest = lines[0], lines[1:]
        title: list[Paragraph] = []
        attached: list[Paragraph] = []
        while rest and not is_line(rest[0]) and not _ATTACHED.match(words(rest[0])) and rest[0].align == "center":
            title.append(rest.pop(0))
        while (
            rest and not is_line(rest[0]) and (_ATTACHED.match(words(rest[0])) if not attached else _goes_on(attached))
        ):
            attached.append(rest.pop(0))
        yield Annex(label, tuple(title), tuple(attached), tuple(rest))


def _goes_on(attached: list[Paragraph]) -> bool:
    text = tidy(" ".join(p.text for p in attached))
    return text.startswith("(") and ")" not in text


# --- what kind of document it is


def _kind(parts: Parts, profile: Profile) -> None:
    if parts.type_name:
        parts.kind = profile.type_of(parts.type_name[0].text)
    elif parts.letter_subject or (parts.nation and parts.to):
        parts.kind = "công văn"
