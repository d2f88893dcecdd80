"""Whatever a file holds, it is read, or said to be unreadable: never another exception. 2,000 cases in all."""

import io
import random
import re
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dtxl.core.errors import SourceError
from dtxl.core.text import tidy
from dtxl.extract.blocks import Block, Paragraph, Table, from_lines, read_blocks
from dtxl.extract.pieces import read
from tests.test_carriers import PROSE, ROWS, SHAPES, in_html, in_sheet, in_text, in_word, make_pdf, ruled, write

PIECES = (
    *"|*_`<>[]()\\~&#+-=:\t\n\n\n \r\u00ad\u200b\u0301\u0323\x00\x0b\ud800¹²1234IVa",
    *(
        "\n|\n",
        "| ",
        " |",
        "|---|---|",
        "---|---",
        "+---+---+",
        "TT",
        "STT",
        "Chỉ tiêu",
        "ĐVT",
        "Tỷ lệ",
        "đạt 80%",
        "\n1\n",
    ),
    *(
        "\n2\n",
        "<table>",
        "</table>",
        "<tr>",
        "<td rowspan=9999>",
        '<td colspan="64">',
        "<td>",
        "</td>",
        "<sup>1</sup>",
    ),
    *(
        "<br>",
        "<!--",
        "-->",
        "&nbsp;",
        "&#769;",
        "&#x110000;",
        "[^1]",
        "![x](y)",
        "TT   Chỉ tiêu   ĐVT",
        "      ",
        "**",
        "Nơi nhận:",
    ),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=60).map("".join)
ANY = settings(max_examples=500, suppress_health_check=list(HealthCheck))


def hold(blocks: tuple[Block, ...]) -> None:
    """What is true of every stream: tidy texts, none empty; as many marks as cells; spans that can be said."""
    for block in blocks:
        if isinstance(block, Paragraph):
            assert block.text
            assert unicodedata.normalize("NFC", block.text) == tidy(block.text)
            assert block.piece.span
        else:
            assert block.rows
            for row in block.rows:
                assert len(row.cells) == len(row.merged) == len(row.spans)


@ANY
@given(TEXTS)
def test_any_text_gives_blocks_whose_spans_are_pieces_of_it(text: str) -> None:
    blocks = tuple(from_lines(text.split("\n")))
    hold(blocks)
    for block in blocks:
        pieces = [block.piece] if isinstance(block, Paragraph) else [p for row in block.rows for p in row.pieces]
        assert all(piece.span in text for piece in pieces)


@ANY
@given(st.sampled_from(sorted(SHAPES)), st.lists(st.tuples(st.integers(0, 200), st.sampled_from(PIECES)), max_size=4))
def test_a_table_with_stray_marks_in_it_is_read(name: str, marks: list[tuple[int, str]]) -> None:
    text = unicodedata.normalize("NFD", SHAPES[name]) if len(marks) % 2 else SHAPES[name]
    for place, mark in marks:
        text = text[:place] + mark + text[place:]
    hold(tuple(from_lines(text.split("\n"))))


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40).filter(str.strip))
def test_reading_what_was_read_changes_nothing_without_marks(text: str) -> None:
    plain = "".join(c for c in text if c.isalpha() or c == " ").strip()
    assert read(plain) == tidy(plain)
    for block in from_lines([plain]):
        assert isinstance(block, Paragraph)
        assert tidy(read(block.piece.span)) == block.text


def word() -> bytes:
    out = io.BytesIO()
    in_word().save(out)
    return out.getvalue()


def workbook() -> bytes:
    out = io.BytesIO()
    in_sheet().save(out)
    return out.getvalue()


def small_pdf() -> bytes:
    return make_pdf([[write(50, 740, PROSE), *ruled(50, 700, [30, 150, 50, 80, 80, 80], 30, ROWS[:4])]])


MADE: dict[str, tuple[Callable[[], bytes], int]] = {
    ".docx": (word, 160),
    ".xlsx": (workbook, 160),
    ".pdf": (small_pdf, 300),
    ".html": (lambda: in_html().encode(), 100),
    ".md": (lambda: in_text().encode(), 100),
}


def damage(content: bytes, kind: int, chance: random.Random) -> bytes:
    """Cut off, with a piece missing, or with bytes changed."""
    damaged = bytearray(content)
    if kind == 4:
        del damaged[chance.randrange(len(damaged)) :]
    elif kind == 3:
        start = chance.randrange(len(damaged))
        del damaged[start : start + chance.randrange(1, 60)]
    else:
        for _ in range(chance.choice((1, 3, 30))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def inside(content: bytes, kind: int, chance: random.Random) -> bytes:
    """The archive whole, values in a part of it changed; `kind` does not matter."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        names = [n for n in old.namelist() if n.endswith((".xml", ".rels"))]
        chosen = chance.choice(names + [n for n in names if "document.xml" in n or "sheet1" in n] * 9)
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, swapped(part, chance) if name == chosen else part)
    return out.getvalue()


def swapped(part: bytes, chance: random.Random) -> bytes:
    """Numbers and names of attributes changed, so that the XML stays whole."""
    words = re.split(rb'(?<=")([^"<>]*)(?=")', part)
    for _ in range(chance.choice((1, 3, 9))):
        words[chance.randrange(len(words) // 2) * 2 + 1 if len(words) > 1 else 0] = chance.choice(
            (b"", b"-1", b"99999999999", b"x", b"1.5", b"A0", b"rId1", b"\xc3\xa0")
        )
    return b"".join(words)


@pytest.mark.parametrize("suffix", MADE)
def test_a_damaged_file_is_read_or_refused(suffix: str, tmp_path: Path) -> None:
    make, cases = MADE[suffix]
    content = make()
    chance = random.Random(suffix)
    path = tmp_path / ("ke-hoach" + suffix)
    refusals: list[str] = []
    for number in range(cases):
        archive = content.startswith(b"PK") and number % 2
        path.write_bytes((inside if archive else damage)(content, number % 5, chance))
        try:
            hold(read_blocks(path))
        except SourceError as error:
            refusals.append(str(error))
    assert 0 < len(refusals) < cases
    assert all(path.name in refusal for refusal in refusals)


def test_the_undamaged_files_are_read(tmp_path: Path) -> None:
    for suffix, (make, _) in MADE.items():
        path = tmp_path / ("ke-hoach" + suffix)
        path.write_bytes(make())
        assert any(isinstance(block, Table) for block in read_blocks(path)), suffix
