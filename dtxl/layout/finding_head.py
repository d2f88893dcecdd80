"""Finds the head of a document: Quốc hiệu to Kính gửi (ô 1 to 5b and 9a of the diagram), in a table, in boxes or set
with tabs."""

import re
from collections.abc import Sequence

from dtxl.layout.elements import Parts, columns_of, is_line, lines_of, words
from dtxl.layout.profile import Profile
from dtxl.model.paper import Cell, Paper, Paragraph, Table

_NATION = "cong hoa xa hoi chu nghia viet nam"
_MOTTO = re.compile(r"^doc lap\W+tu do\W+hanh phuc$")
_NUMBER = re.compile(r"^so\s*:?\s*\S*\s*/|^so\s*:")
_DATE = re.compile(r"\bngay\b.*\bthang\b.*\bnam\b")
_SUBJECT_OF_LETTER = re.compile(r"^(?:v/v|ve viec)\b")
ADDRESSED = re.compile(r"^kinh gui\b")
_HEAD = 40  # paragraphs in which the head of a document must begin
_ADDRESSEES = 6  # paragraphs below the title in which Kính gửi may stand
_DASHES = ("-", "–", "+")


def find_head(parts: Parts, paper: Paper, profile: Profile) -> None:
    """Take the head from the table that holds it, else from the first lines."""
    for table in paper.tables[:6]:
        if any(_holds_head(cell) for row in table.rows for cell in row):
            parts.head = table
            for row in table.rows:
                _head_row(parts, row)
            _stray_lines(parts, table)
            break
    loose = [line for p in paper.paragraphs[:_HEAD] for line in lines_of(p)]
    if parts.head is None:
        _loose_head(parts, loose, profile)
        return
    for name, test in (("number", _is_number), ("date", _is_date)):
        if not getattr(parts, name):
            setattr(parts, name, [p for p in loose if test(p)][:1])


def _holds_head(cell: Cell) -> bool:
    return any(_NATION in words(p) or _MOTTO.match(words(p)) for p in cell.paragraphs)


def _is_number(paragraph: Paragraph) -> bool:
    return bool(_NUMBER.match(words(paragraph))) and len(paragraph.text) < 60


def _is_date(paragraph: Paragraph) -> bool:
    text = words(paragraph)
    return bool(_DATE.search(text)) and len(text) < 70 and not text.startswith(("(", "can cu"))


def _loose_head(parts: Parts, lines: Sequence[Paragraph], profile: Profile) -> None:
    """A head that stands in no table: its lines, each parted where tabs or boxes part it, told by what they say."""
    left: list[Paragraph] = []
    right: list[Paragraph] = []
    started = False
    for line in lines:
        text = words(line)
        if profile.type_of(line.text) or ADDRESSED.match(text) or len(text) > 160:
            break
        columns = columns_of(line)
        for number, piece in enumerate(columns):
            on_right = _NATION in words(piece) or _MOTTO.match(words(piece)) or _is_date(piece)
            started = started or bool(on_right) or _is_number(piece)
            if on_right or (number and len(columns) > 1) or (is_line(piece) and right and not _pending(left, right)):
                right.append(piece)
            elif not profile.is_mark(piece.text):
                left.append(piece)
    if started:
        _head_row(parts, (Cell(tuple(left)), Cell(tuple(right))))


def _pending(left: list[Paragraph], right: list[Paragraph]) -> bool:
    """Whether a line drawn now belongs to the left: what was set last stands there."""
    return bool(left) and left[-1].place.number > right[-1].place.number


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
    elif above is parts.letter_subject and above:
        parts.letter_line.append(line)
    elif above and above is not parts.nation and above is not parts.number:
        parts.issuer_line.append(line)


def _stray_lines(parts: Parts, table: Table) -> None:
    """Drawn lines hang where the writer's cursor stood: in any paragraph of the column that they stand in."""
    for row in table.rows:
        for position, cell in enumerate(row):
            drawn = [p for p in cell.paragraphs if any(line.kind == "shape" for line in p.lines)]
            if position == 0 and len(row) > 1:
                taken = {p.place.number for p in (*parts.issuer_line, *parts.letter_line)}
                if parts.issuer and not parts.issuer_line:
                    parts.issuer_line += [p for p in drawn if p.place.number not in taken][:1]
            elif parts.motto and not parts.motto_line:
                parts.motto_line += drawn[:1]


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


def after_head(parts: Parts, blocks: list[Paragraph | Table]) -> int:
    """The index of the first block behind the head."""
    if parts.head is not None:
        return blocks.index(parts.head) + 1
    found = (
        parts.nation,
        parts.motto,
        parts.motto_line,
        parts.issuer_line,
        parts.number,
        parts.date,
        parts.letter_subject,
    )
    last = max((p.place.number for part in found for p in part), default=0)
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph) and block.place.number > last:
            return index
    return 0


def open_text(parts: Parts, main: list[Paragraph], profile: Profile) -> list[Paragraph]:
    """Take the title, its line and the addressees off the front; gives what is left: the body."""
    rest = [p for p in main if not p.blank]
    for paragraph in rest[:8]:
        if profile.is_mark(paragraph.text):
            parts.marks.append(paragraph)
            rest.remove(paragraph)
    if rest and _SUBJECT_OF_LETTER.match(words(rest[0])):
        parts.letter_subject.append(rest.pop(0))
    if rest and (profile.type_of(rest[0].text) or _heading(rest[0], profile)):
        parts.type_name.append(rest.pop(0))
        apart = bool(profile.type_of(parts.type_name[0].text)) or (bool(rest) and rest[0].align == "center")
        while (
            apart
            and rest
            and not is_line(rest[0])
            and not ADDRESSED.match(words(rest[0]))
            and _of_title(parts, rest[0])
        ):
            parts.subject.append(rest.pop(0))
        if parts.subject and parts.subject[-1].lines:
            parts.subject_line.append(parts.subject[-1])
    while rest and is_line(rest[0]):
        parts.subject_line.append(rest.pop(0))
    for index, paragraph in enumerate(rest[:_ADDRESSEES]):
        if ADDRESSED.match(words(paragraph)):
            parts.to = [rest.pop(index)]
            while index < len(rest) and _addressee(parts, rest[index]):
                parts.to_items.append(rest.pop(index))
            break
    return rest


def _heading(paragraph: Paragraph, profile: Profile) -> bool:
    """Whether a line in the middle and in capitals holds the type and what it is about together."""
    return paragraph.align == "center" and _capitals(paragraph) and bool(profile.type_begun(paragraph.text))


def _addressee(parts: Parts, paragraph: Paragraph) -> bool:
    """Whether a line goes on with the addressees: it has a dash, or what stands above it is not ended yet."""
    if words(paragraph).startswith(_DASHES):
        return True
    above = (*parts.to, *parts.to_items)[-1].text.rstrip()
    return above.endswith((":", ";")) and len(paragraph.text) < 160


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
