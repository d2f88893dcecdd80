"""Sentences from `phrases.toml`, with the figures that they carry. Wording is data; the figures are the rollup's."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from dtxl.core.errors import TemplateError
from dtxl.core.numbers import show

Exact = Decimal | Fraction | int


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as the report shows it. `name` says which of the rollup's it is ("indicator.I.4.value"); `value` is
    unrounded (percent: 0 to 100)."""

    name: str
    value: Fraction
    text: str

    def __format__(self, spec: str) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of text and the figures in it, in the order in which they stand; `starts`: where each begins in the text,
    zero-based."""

    text: str
    figures: tuple[Figure, ...] = ()
    starts: tuple[int, ...] = ()

    def __format__(self, spec: str) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or table cell of the report: where it stands ("Mục II", "Phụ lục I, dòng 4, kết quả")."""

    place: str
    text: str
    figures: tuple[Figure, ...]


Piece = Said | Figure | str


_in_force: ContextVar[Mapping[str, Any] | None] = ContextVar("phrases", default=None)


@cache
def packaged() -> Mapping[str, Any]:
    """The phrases that come with the tool: section → key → sentence, list of words or number."""
    table: dict[str, Any] = tomllib.loads(
        resources.files("dtxl.documents").joinpath("phrases.toml").read_text(encoding="utf-8")
    )
    return table


def _table() -> Mapping[str, Any]:
    return _in_force.get() or packaged()


@contextmanager
def using(table: Mapping[str, Any]) -> Iterator[None]:
    """Within it all sentences are said by `table` (see `dtxl.documents.wording.read_wording`)."""
    token = _in_force.set(table)
    try:
        yield
    finally:
        _in_force.reset(token)


def limit(name: str) -> int:
    """A number of `[limits]`: how many items an enumeration names, how long a task is cut."""
    return int(_table()["limits"][name])


def threshold(name: str) -> Fraction:
    """A number of `[limits]` that need not be whole, as written."""
    return Fraction(str(_table()["limits"][name]))


def word(section: str, key: str) -> str:
    """A plain word of a table of words ("standing", "late"); the key itself where the table does not know it."""
    return str(_table()[section].get(key, key))


def words(section: str, key: str) -> tuple[str, ...]:
    """A list of words."""
    return tuple(str(item) for item in _table()[section][key])


def number(name: str, value: Exact, *, places: int = 2, fixed: bool = False) -> Figure:
    """A figure written as a number ("1.234,5"); `fixed`: always with all its decimals ("1.234,50")."""
    return Figure(name, Fraction(value), show(value, places, fixed=fixed))


def percent(name: str, value: Exact, *, places: int = 2, table: bool = False) -> Figure:
    """A figure written as a percentage with all its decimals ("85,50%"); `value` 0 to 100.

    In a sentence all and nothing are "100%" and "0%"; in a column (`table`) the commas stand below each other.
    """
    exact = Fraction(value)
    return Figure(name, exact, show(exact, places, fixed=table or exact not in (0, 100)) + "%")


def say(key: str, **pieces: Piece) -> Said:
    """The sentence of `key` ("tasks.late") with its fields filled.

    Only the text of `phrases.toml` is read as a format; what is filled in stays as it is. Raises TemplateError where
    the sentence is missing or has a field that is not given.
    """
    out: list[Piece] = []
    for text, name, _, _ in Formatter().parse(_find(key)):
        out.append(text)
        if name is None:
            continue
        if name not in pieces:
            raise TemplateError(f"phrases.toml, câu “{key}”: không có giá trị cho {{{name}}}. [G07]")
        out.append(pieces[name])
    return _together(out)


def _find(key: str) -> str:
    section, _, name = key.partition(".")
    try:
        return str(_table()[section][name])
    except KeyError as error:
        raise TemplateError(f"phrases.toml thiếu câu “{key}”. [G07]") from error


def _together(pieces: Iterable[Piece]) -> Said:
    texts: list[str] = []
    figures: list[Figure] = []
    starts: list[int] = []
    length = 0
    for piece in pieces:
        if isinstance(piece, Figure):
            figures.append(piece)
            starts.append(length)
        elif isinstance(piece, Said):
            figures += piece.figures
            starts += [length + start for start in piece.starts]
        texts.append(f"{piece}")
        length += len(texts[-1])
    return Said("".join(texts), tuple(figures), tuple(starts))


def join(pieces: Iterable[Piece], mark: str = " ") -> Said:
    """The pieces that say something, with `mark` between them."""
    kept = [piece for piece in pieces if f"{piece}"]
    return _together(part for n, piece in enumerate(kept) for part in ((mark, piece) if n else (piece,)))


def listed(pieces: Sequence[Piece]) -> Said:
    """ "A, B và C"."""
    kept = [piece for piece in pieces if f"{piece}"]
    if len(kept) < 2:
        return join(kept)
    return join([join(kept[:-1], ", "), kept[-1]], " và ")


def shortened(names: Sequence[str], most: int, rest: str, *, mark: str = ", ", figure: str = "") -> Said:
    """All of `names` where they are at most `most` (or one more); otherwise the first and the sentence `rest` with
    {n}, which counts the others ("và 26 đơn vị khác"). `mark` is "; " where the names themselves hold commas."""
    if len(names) <= most + 1:
        return listed(names) if mark == ", " else join(names, mark)
    others = say(rest, n=number(f"{figure}.others", len(names) - most))
    return join([mark.join(names[:most]), others], " " if mark == ", " else mark)


def capital(said: Said) -> Said:
    """The same with a capital first letter."""
    first = said.text[:1].upper()
    moved = len(first) - len(said.text[:1])
    return Said(first + said.text[1:], said.figures, tuple(start and start + moved for start in said.starts))
