"""Finds the parts of a document: by what they say and where they stand, never by how they look."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from dtxl.core.text import fold, tidy
from dtxl.layout.elements import Annex, Parts, is_line, lines_of, words
from dtxl.layout.finding_foot import find_foot, foot_without_table
from dtxl.layout.finding_head import ADDRESSED, after_head, find_head, open_text
from dtxl.layout.profile import Profile
from dtxl.model.paper import Paper, Paragraph, Table

_ANNEX = re.compile(r"^phu luc(?:\s+(?:so\s+)?[ivxlc\d]+)?\s*[.:]?$")
_ATTACHED = re.compile(r"^\(?(?:ban hanh )?kem theo\b")
_OPENING = 8  # blocks behind the head in which a table may hold Kính gửi


def find_parts(paper: Paper, profile: Profile) -> Parts:
    """Find the parts of a document; never fails, whatever the document is."""
    parts = Parts(paper)
    find_head(parts, paper, profile)
    blocks = list(paper.blocks)
    start = after_head(parts, blocks)
    annex = next((n for n in range(start, len(blocks)) if _is_annex(blocks[n])), len(blocks))
    foot = find_foot(parts, blocks[start:annex])
    end = blocks.index(foot) if foot is not None else annex
    main = list(_lines(blocks[start:end]))
    rest = open_text(parts, main, profile)
    parts.body += [p for p in rest if not p.blank and not p.place.box]
    if not parts.copies:
        foot_without_table(parts, rest)
    parts.annexes = list(_annexes(blocks[annex:]))
    if parts.annex_only:
        parts.number, parts.date = [], []  # of the signature
    _kind(parts, profile)
    return parts


def _lines(blocks: Sequence[Paragraph | Table]) -> Iterator[Paragraph]:
    """The lines outside tables, and those of a table near the top that only holds the addressees."""
    for number, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            yield from lines_of(block)
        elif number < _OPENING and any(ADDRESSED.match(words(p)) for p in islice(block.paragraphs, 12)):
            for paragraph in block.paragraphs:
                yield from lines_of(paragraph)


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
        text = parts.type_name[0].text
        parts.kind = profile.type_of(text) or profile.type_begun(text)
    elif parts.letter_subject or (parts.nation and parts.to):
        parts.kind = "công văn"
