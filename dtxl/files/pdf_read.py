"""A PDF with a text layer as a stream of lines and ruled tables, in the order of reading.

Lines are joined to paragraphs where the page shows that they are one; the rest is left to the outline. Page numbers,
running titles and footnotes are left out. A table that goes on over the page comes as one table for each page.
"""

import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from dtxl.core.errors import SourceError
from dtxl.files.docx_read import SYMBOLS
from dtxl.files.flow import MAX_COLUMNS, Flow, FlowCell, FlowRow, FlowTable, FlowText
from dtxl.files.pdf_lines import Line, Word, body_size, goes_on, in_columns, make_lines, running, without_footnotes
from dtxl.files.text_read import legacy_encoding

MAX_BYTES = 100 * 2**20
MAX_PAGES = 500  # the longest plan with annexes seen has 120
_BEYOND = 1e5
_Box = tuple[float, float, float, float]  # left, top, right, bottom
_ASK = "Hãy nhận dạng chữ (OCR) rồi lưu thành .docx, hoặc xin tệp Word của văn bản."

# The library tells what it meets in a damaged file on its own log; staff are told once, by the SourceError.
for _name in ("pdfminer", "pdfplumber"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False


@dataclass(slots=True)
class _Grid:
    """A ruled table: for each row and column the words of its cell, None where another cell covers the place."""

    top: float
    cells: list[list[list[Word] | None]]
    merged: set[tuple[int, int]]


@dataclass(slots=True)
class _Page:
    number: int
    width: float
    height: float
    lines: list[Line]
    tables: list[_Grid]


def read_pdf(path: Path) -> tuple[Flow, ...]:
    """The lines and tables of `path`.

    Raises SourceError (Vietnamese) for a file that is damaged, has a password, is too large, or of which a page is only
    a picture or has letters that stand for nothing.
    """
    try:
        content = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError as error:
        raise SourceError(f"Không mở được tệp {path}: {error.strerror or error}") from error
    if not content:
        raise SourceError(f"Tệp {path.name} quá lớn hoặc trống, không được đọc.")
    import pdfplumber  # slow to load, and few commands need it

    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise _TooLong
            read = [_page(page) for page in pdf.pages]
    except _TooLong as error:
        raise SourceError(f"Tệp {path.name} có hơn {MAX_PAGES} trang. Hãy tách riêng phần kế hoạch.") from error
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        if "Password" in f"{type(error).__name__} {error!r} {error.__cause__!r} {error.__context__!r}":
            raise SourceError(
                f"Tệp {path.name} có mật khẩu. Hãy bỏ mật khẩu, hoặc xin tệp Word của văn bản."
            ) from error
        raise SourceError(
            f"Tệp {path.name} bị hỏng hoặc không phải tệp PDF. Hãy tải lại tệp, hoặc xin tệp Word của văn bản."
        ) from error
    pages = [page for page, _ in read]
    _refuse_pictures(path, pages, [number for number, (_, picture) in enumerate(read, 1) if picture])
    return tuple(_stream(pages))


class _TooLong(Exception):
    """More pages than are read."""


def _page(page: Any) -> tuple[_Page, bool]:
    """A page's lines and tables; whether it is a picture without letters."""
    words = page.dedupe_chars().extract_words(extra_attrs=["size"])
    words = [{**w, "text": w["text"].translate(SYMBOLS)} for w in words if w["text"].strip()]
    tables: list[_Grid] = []
    for table in page.find_tables():
        # A table that is wider than its page goes on behind the page's edge.
        boxes = [(x0, top, x1 if x1 < page.width - 2 else _BEYOND, bottom) for x0, top, x1, bottom in table.cells]
        if grid := _grid(boxes, words):
            tables.append(grid)
            words = [w for w in words if not any(_within(w, box) for box in boxes)]
    area = page.width * page.height
    covered = max(((i["x1"] - i["x0"]) * (i["bottom"] - i["top"]) for i in page.images), default=0)
    picture = not tables and sum(len(w["text"]) for w in words) < 20 and covered > 0.3 * area
    made = _Page(page.page_number, float(page.width), float(page.height), make_lines(words), tables)
    page.close()
    return made, picture


def _within(word: Word, box: _Box) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _grid(boxes: Sequence[_Box], words: Sequence[Word]) -> _Grid | None:
    """The cells on the grid of all their rulings; None for a frame around text."""
    boxes = [box for box in boxes if box[2] - box[0] > 3 and box[3] - box[1] > 3]
    across = _edges([x for box in boxes for x in (box[0], box[2])])
    down = _edges([y for box in boxes for y in (box[1], box[3])])
    if not 3 <= len(across) <= MAX_COLUMNS + 1:
        return None
    inside = [w for w in words if any(_within(w, box) for box in boxes)]
    if not inside:
        return None
    cells: list[list[list[Word] | None]] = [[None] * (len(across) - 1) for _ in down[1:]]
    merged: set[tuple[int, int]] = set()
    for box in boxes:
        column, row = _place(across, box[0]), _place(down, box[1])
        cells[row][column] = [w for w in inside if _within(w, box)]
        merged.update((below, column) for below in range(row + 1, _place(down, box[3])))
    return _Grid(down[0], cells, merged)


def _edges(values: list[float]) -> list[float]:
    """The values in order, those closer than 2 points as one."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > 2:
            out.append(value)
    return out


def _place(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))


def _refuse_pictures(path: Path, pages: Sequence[_Page], pictures: Sequence[int]) -> None:
    """Raise for what has no text layer, or one that stands for nothing: what is missing would not be noticed."""
    texts = [line.text for page in pages for line in page.lines]
    texts += [
        w["text"] for page in pages for table in page.tables for row in table.cells for cell in row for w in cell or ()
    ]
    text = " ".join(texts)
    letters = sum(c.isalpha() for c in text)
    if letters < 20 or len(pictures) == len(pages):
        raise SourceError(f"Tệp {path.name} là bản quét (ảnh chụp), không có chữ để đọc. {_ASK}")
    if pictures:
        listed = ", ".join(map(str, pictures))
        raise SourceError(
            f"Tệp {path.name} có trang là bản quét (ảnh chụp), không có chữ để đọc: trang {listed}. {_ASK}"
        )
    unknown = text.count("(cid:") + sum("\ue000" <= c <= "\uf8ff" or c == "\ufffd" for c in text)
    if unknown > 0.05 * letters:
        raise SourceError(f"Tệp {path.name} dùng phông chữ không cho biết chữ là chữ gì. {_ASK}")
    if encoding := legacy_encoding(text):
        raise SourceError(f"Tệp {path.name} dùng phông chữ không phải Unicode ({encoding}). {_ASK}")


def _stream(pages: Sequence[_Page]) -> Iterator[Flow]:
    """The pages' lines and tables in order; what the page's width or its end cut is one paragraph again."""
    body = body_size([page.lines for page in pages])
    dropped = running([(page.height, page.lines) for page in pages])
    rights = {round(page.width): 0.8 * page.width for page in pages}  # how far lines go, on pages of a width
    for page in pages:
        rights[round(page.width)] = max(
            rights[round(page.width)], *(line.x1 for line in page.lines if id(line) not in dropped), 0
        )
    waiting: list[Line] = []  # the lines of a paragraph that may go on
    place, last_page = "", 0
    for page in pages:
        lines = without_footnotes([line for line in page.lines if id(line) not in dropped], body)
        right = rights[round(page.width)]
        bounds = [float("-inf"), *(table.top for table in page.tables), float("inf")]
        number = 0
        for index, (low, high) in enumerate(pairwise(bounds)):
            for line in in_columns([line for line in lines if low <= line.top < high]):
                number += 1
                if waiting and goes_on(waiting, line, right, same_page=page.number == last_page):
                    waiting.append(line)
                else:
                    yield from _joined(waiting, place)
                    waiting, place = [line], f"trang {page.number}, dòng {number}"
                last_page = page.number
            if index < len(page.tables):
                yield from _joined(waiting, place)
                waiting = []
                yield _table(page.tables[index], page.number, index + 1)
    yield from _joined(waiting, place)


def _joined(lines: Sequence[Line], place: str) -> Iterator[FlowText]:
    if lines:
        yield FlowText(" ".join(line.text for line in lines), place=place)


def _table(grid: _Grid, page: int, number: int) -> FlowTable:
    rows = []
    for index, cells in enumerate(grid.cells):
        place = f"trang {page}, bảng {number}, dòng {index + 1}"
        made = tuple(
            FlowCell(tuple(FlowText(line.text) for line in make_lines(words or ())), (index, column) in grid.merged)
            for column, words in enumerate(cells)
        )
        rows.append(FlowRow(made, place))
    return FlowTable(tuple(rows))
