"""What a returned workbook holds beside the form: sheets of its own (C03), names (C19)."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from dtxl.core.text import same_words
from dtxl.files.form_page import LISTING
from dtxl.files.xlsx_read import RawBook, Sheet
from dtxl.intake.known import known
from dtxl.model.finding import Finding, finding
from dtxl.model.form import HEADER_KEY, SHEETS, Form, cell_name

_NAMED = 5  # names that are told one by one


def extra_sheets(book: RawBook, form: Form, used: Iterable[str], *, lacking: bool) -> Iterator[Finding]:
    """Sheets that are not the form's and hold something. `used`: names of those that were read as the form's; where one
    of these is `lacking`, a sheet that looks like one of the form's is no extra."""
    read = {*used, *SHEETS, LISTING}
    asked = {f.sheet for f in form.fields}
    titles = {same_words(t) for t in known()["own"]["titles"]}
    titles |= {same_words(t.text) for t in form.fixed if t.role == "title" and t.sheet not in asked}
    for sheet in book.sheets.values():
        first = next(_filled(sheet), None)
        if sheet.name in read or first is None or _of_program("sheets", sheet.name):
            continue
        if same_words(sheet.text(*first)) in titles:
            continue  # a sheet of ours that holds no figures, under another name
        if lacking and any(sheet.text(row, 0) == HEADER_KEY for row in range(len(sheet.rows))):
            continue
        hidden = " (đang ẩn)" if sheet.layout.hidden else ""
        yield finding("C03", sheet=sheet.name, cell=cell_name(*first), found=sheet.name + hidden)


def _filled(sheet: Sheet) -> Iterator[tuple[int, int]]:
    return (
        (row, column)
        for row, values in enumerate(sheet.rows)
        for column in range(len(values))
        if sheet.text(row, column)
    )


def odd_names(book: RawBook) -> Iterator[Finding]:
    """Defined names that lead nowhere, and names that are not the form's; one word for the workbook."""
    broken = [n for n, text in book.names.items() if "#REF!" in text and not _of_program("names", n)]
    foreign = [n for n in book.names if n not in broken and not n.startswith("dtxl_") and not _of_program("names", n)]
    if broken or foreign:
        parts = [_told("hỏng", broken)] if broken else []
        parts += [_told("lạ", foreign)] if foreign else []
        yield finding("C19", found="; ".join(parts))


def _told(what: str, names: list[str]) -> str:
    shown = ", ".join(sorted(names)[:_NAMED])
    return f"{what}: {shown}" + (f" và {len(names) - _NAMED} tên khác" if len(names) > _NAMED else "")


def _of_program(what: str, name: str) -> bool:
    return bool(_patterns(what).fullmatch(name))


@cache
def _patterns(what: str) -> re.Pattern[str]:
    return re.compile("|".join(known()["programs"][what]), re.IGNORECASE)
