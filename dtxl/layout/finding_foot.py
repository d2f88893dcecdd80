"""Finds the signature and Nơi nhận: ô 7 and 9b of the decree's diagram, in a table or set with tabs."""

import re
from collections.abc import Iterable, Sequence

from dtxl.layout.elements import Parts, columns_of, lines_of, words
from dtxl.model.paper import Paragraph, Table

_COPIES = re.compile(r"^noi nhan\s*(?::|$)")
_AUTHORITY = re.compile(r"^(?:tm|kt|tl|tuq|q)\s*\.")
_SIGNED_GAP = 24  # points: room for a signature
_POST = 60  # letters: a title is not longer


def find_foot(parts: Parts, blocks: Sequence[Paragraph | Table]) -> Table | None:
    """The table that holds Nơi nhận, its parts taken; None where there is none."""
    for block in blocks:
        if isinstance(block, Table) and any(_COPIES.match(words(p)) for p in block.paragraphs):
            parts.foot = block
            right: list[Paragraph] = []
            for row in block.rows:
                for position, cell in enumerate(row):
                    lines = [line for p in cell.paragraphs for line in lines_of(p)]
                    if any(_COPIES.match(words(p)) for p in lines):
                        _copies(parts, lines)
                    elif position:
                        right += lines
            _signature(parts, right)
            return block
    return None


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
        gap = gap or (bool(above) and line.before >= _SIGNED_GAP)
        (below if gap else above).append(line)
        gap = gap or line.after >= _SIGNED_GAP
    if not below and len(above) > 1 and above[-1].text != above[-1].text.upper():
        below = [above.pop()]
    parts.titles, parts.signer = above, below[-1:]
    parts.other_post = below[:-1]


def foot_without_table(parts: Parts, lines: list[Paragraph]) -> None:
    """Nơi nhận and signature that stand in no table, or in boxes: taken off the end of the body."""
    for index, paragraph in enumerate(lines):
        columns = columns_of(paragraph)
        if not _COPIES.match(words(columns[0])) or len(paragraph.text) > 200:
            continue
        before = [p for p in lines[:index] if not p.blank]
        above: list[Paragraph] = []
        while before and (_AUTHORITY.match(words(before[-1])) or _post(before[-1])):
            above.insert(0, before.pop())
        left, right = _two_columns(lines[index:])
        parts.body = [p for p in before if not p.place.box]
        _copies(parts, left)
        _signature(parts, [*above, *right])
        return


def _two_columns(lines: Iterable[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """What stands on the left (Nơi nhận and what has a dash) and on the right (the rest) from Nơi nhận on."""
    left: list[Paragraph] = []
    right: list[Paragraph] = []
    for line in lines:
        columns = columns_of(line)
        if len(columns) > 1:
            left.append(columns[0])
            right += columns[1:]
        elif _COPIES.match(words(line)) or words(line).startswith(("-", "–")):
            left.append(line)
        else:
            right.append(line)
    return left, right


def _post(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    return 0 < len(text) < _POST and text == text.upper() and paragraph.align in ("center", "right")
