"""The annex that says, for each figure of the report, which agencies, files and cells are behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dtxl.core.text import tidy
from dtxl.documents.annexes import Row
from dtxl.documents.phrases import Said, join, limit, number, say, word, words
from dtxl.documents.sections import brief
from dtxl.files.docx_annex import Column

# In mm, together as wide as a landscape page between its margins; styles of the template's tables.
COLUMNS: Mapping[str, tuple[float, str]] = {
    "co_quan": (50, "Bảng chữ"), "tu_so": (20, "Bảng số"), "mau_so": (20, "Bảng số"), "tinh_trang": (30, "Bảng giữa"),
    "tep": (50, "Bảng chữ"), "o": (28, "Bảng giữa"), "luc": (26, "Bảng giữa"), "bam": (28, "Bảng giữa"),
}  # fmt: skip
_HASH = 12  # letters of a file's SHA-256 that are printed, as `dtxl trace` prints them


@dataclass(frozen=True, slots=True)
class Part:
    """One agency's part in a figure: what it gave, and the file and cells ("Chỉ tiêu!H12") where it stands."""

    agency: str
    name: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    said: str = ""  # a reason, a task's state, how the return came in
    file: str = ""
    cells: tuple[str, ...] = ()
    received_at: datetime | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind the figures of one thing: `kind` "indicator", "task" or "returns", its code and text."""

    kind: str
    code: str
    text: str
    parts: tuple[Part, ...]


def rows(sources: Sequence[Behind]) -> list[Row]:
    """A heading for each thing, then a row for each agency; at most `[limits] trace_rows`."""
    out: list[Row] = []
    most = limit("trace_rows")
    for source in sources:
        if len(out) >= most:
            break
        key = f"{source.kind}" if source.parts else f"{source.kind}_none"
        out.append({"tieu_de": True, "ten": say(f"trace.{key}", code=source.code, text=brief(source.text))})
        out += [_row(source, part) for part in source.parts[: most - len(out)]]
    return out


def _row(source: Behind, part: Part) -> Row:
    name = f"trace.{source.kind}.{source.code}@{part.agency}"
    given = {"numerator": part.numerator, "denominator": part.denominator}
    shown = {
        key: join([number(f"{name}.{key}", value, places=4)]) if value is not None else Said("")
        for key, value in given.items()
    }
    return {
        "tieu_de": False,
        "co_quan": Said(tidy(part.name)),
        "tu_so": shown["numerator"],
        "mau_so": shown["denominator"],
        "tinh_trang": Said(tidy(part.said)),
        "tep": Said(tidy(part.file.replace("\\", "/").rpartition("/")[2])),
        "o": Said(", ".join(part.cells)),
        "luc": Said(f"{part.received_at:%d/%m/%Y %H:%M}" if part.received_at else ""),
        "bam": Said(part.sha256[:_HASH]),
    }


def columns() -> tuple[Column, ...]:
    """The columns with their titles, which are phrases."""
    titles = words("trace", "columns")
    return tuple(Column(title, *COLUMNS[key]) for title, key in zip(titles, COLUMNS, strict=True))


def title() -> str:
    """The annex's title, by which it is known again in an edited report."""
    return word("trace", "title")


def note(sources: Sequence[Behind], shown: Sequence[Row]) -> Said:
    """The closing line; it says how many rows did not fit."""
    left = sum(1 + len(source.parts) for source in sources) - len(shown)
    more = say("trace.more", n=number("trace.more", left)) if left else Said("")
    return say("trace.note", more=more)
