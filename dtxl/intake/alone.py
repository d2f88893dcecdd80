"""A form held against itself: what an agency can check before it sends, without the office's plan, register or key.

The form is rebuilt from its own field map and its own printed targets. So a changed target or a forged identity is not
seen here; the office sees it when the form comes back.
"""

import re
from datetime import date, datetime

from dtxl.core.errors import DtxlError
from dtxl.core.numbers import read_number
from dtxl.core.settings import house
from dtxl.files.safe import digest
from dtxl.files.xlsx_read import RawBook, Sheet, Unreadable, read_workbook
from dtxl.intake.identify import stated_identities
from dtxl.intake.reading import Intake, Opener, beside, read_sheets, unreadable
from dtxl.model.finding import finding
from dtxl.model.form import (
    ABOUT,
    ABOUT_INPUTS,
    COLUMNS,
    FACTS,
    HEADER_KEY,
    HEADER_ROW,
    HIDDEN,
    INDICATORS,
    TARGET_SIGNS,
    TASKS,
    FixedText,
    Form,
    FormField,
    IndicatorRow,
    TaskRow,
)
from dtxl.model.period import default_period
from dtxl.model.plan import Agency, Indicator, Kind, PeriodDates, Target, Task
from dtxl.model.submission import Identity, Submission

_CELL = re.compile(r"^([A-Z]{1,3})([1-9]\d{0,6})$")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_TARGET = re.compile(r"^(tăng |giảm )?([≥>≤<=]) (.+?)(?: \(năm \d{4}\))?$")
_GROUP = re.compile(r"^[IVXLC]+$")


def read_alone(content: bytes, path: str, received_at: datetime, opened: Opener = read_workbook) -> Intake:
    """Read one filled form by itself; its signature is not looked at."""
    empty = Submission(path, digest(content), received_at)
    try:
        book = opened(content)
    except Unreadable as fault:
        return unreadable(empty, fault)
    stated = stated_identities(book)
    if not stated or HIDDEN not in book.sheets:
        return Intake(empty, None, (finding("B01", file=path),))
    identity = next(iter(stated.values()))
    try:
        form = _form(book, identity)
    except (DtxlError, ValueError):
        # A period or a date that is none: what the form says of itself was spoilt.
        return Intake(empty, None, (finding("B01", file=path),))
    values, findings = read_sheets(book, form)
    submission = Submission(path, empty.sha256, received_at, identity, values)
    return Intake(submission, form, tuple(f.at(path) for f in [*beside(book), *findings]))


def _form(book: RawBook, identity: Identity) -> Form:
    fields = tuple(_fields(book.sheets[HIDDEN]))
    keys = dict.fromkeys((f.sheet, f.row, _key(f)) for f in fields)
    sheets = dict.fromkeys(f.sheet for f in fields)
    fixed = [FixedText(sheet, HEADER_ROW[sheet], 0, HEADER_KEY, "key", HEADER_KEY) for sheet in sheets]
    fixed += [FixedText(sheet, row, 0, key, "key", key) for sheet, row, key in keys]
    fixed += [FixedText(ABOUT, HEADER_ROW[ABOUT] + n, 0, key, "key", key) for n, key in enumerate(FACTS, 1)]
    page = book.sheets.get(INDICATORS) or next((s for s in book.sheets.values() if _is_indicators(s)), None)
    rows = {page.text(row, 0): row for row in range(len(page.rows))} if page else {}
    if page:
        fixed += _groups(page)
    codes = dict.fromkeys(_key(f) for f in fields if f.sheet == INDICATORS)
    ratios = {_key(f) for f in fields if f.name.endswith(".numerator")}
    indicators = [_indicator(code, code in ratios, page, rows.get(code, -1)) for code in codes]
    tasks = dict.fromkeys((_key(f), f.row) for f in fields if f.sheet == TASKS)
    return Form(
        identity,
        Agency(identity.agency, _about(book, "agency") or identity.agency, ""),
        _period(book, identity.period),
        _about(book, "plan"),
        _about(book, "receiver"),
        tuple(IndicatorRow(i, next(iter(i.targets), None), rows.get(i.code, 0)) for i in indicators),
        tuple(TaskRow(Task(key.removeprefix("task."), "", ""), row) for key, row in tasks),
        fields,
        tuple(fixed),
    )


def _is_indicators(sheet: Sheet) -> bool:
    """Whether a renamed sheet is the indicators': by its header row."""
    row, titles = HEADER_ROW[INDICATORS], [c.title for c in COLUMNS[INDICATORS][1:4]]
    return [sheet.text(row, column) for column in (1, 2, 3)] == titles


def _fields(sheet: Sheet) -> list[FormField]:
    """The field map; rows that are none are passed over."""
    required = {f"agency.{part}" for part, _, _, needed in ABOUT_INPUTS if needed}
    fields = []
    for row in range(1, len(sheet.rows)):
        name, place, cell, kind = (sheet.text(row, column) for column in range(4))
        match = _CELL.match(cell)
        if not match or place not in HEADER_ROW or "." not in name:
            continue
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        if column > len(COLUMNS[place]):
            continue
        kind, _, choices = kind.partition(":")
        needed = name in required or (place == TASKS and name.endswith(".state"))
        listed = tuple(choices.split("|")) if choices else ()
        fields.append(FormField(name, place, int(match[2]) - 1, column - 1, kind, _label(name), listed, needed))
    return fields


def _key(field: FormField) -> str:
    return field.name if field.sheet == ABOUT else field.name.rpartition(".")[0]


def _label(name: str) -> str:
    parts = {part: label for part, label, _, _ in ABOUT_INPUTS}
    base, _, part = name.rpartition(".")
    if base == "agency":
        return parts.get(part, part)
    row = f"Nhiệm vụ {base.removeprefix('task.')}" if base.startswith("task.") else f"Chỉ tiêu {base}"
    return f"{row}, {house()['field_part'].get(part, part)}"


def _groups(page: Sheet) -> list[FixedText]:
    rows = range(HEADER_ROW[INDICATORS] + 1, len(page.rows))
    heads = [row for row in rows if not page.text(row, 0) and _GROUP.match(page.text(row, 1))]
    return [
        FixedText(INDICATORS, row, column, page.text(row, column), "group") for row in heads for column in (1, 2)
    ]  # fmt: skip


def _indicator(code: str, ratio: bool, page: Sheet | None, row: int) -> Indicator:
    name, target, unit = (page.text(row, column) for column in (2, 3, 4)) if page else ("", "", "")
    kind = Kind.RATIO if ratio else Kind.COUNT
    read = _target(target, unit)
    return Indicator(code, "", name, "", name, kind, unit, (read,) if read else ())


def _target(text: str, unit: str) -> Target | None:
    """The target that a form prints ("≥ 80%"); None for none."""
    match = _TARGET.match(text)
    number = read_number(match[3]).value if match else None
    if match is None or number is None:
        return None
    change = {"tăng ": "increase", "giảm ": "reduce"}.get(match[1] or "", "")
    signs = {sign.strip(): op for op, sign in TARGET_SIGNS.items()}
    return Target(change + signs[match[2]], number, unit)


def _about(book: RawBook, key: str) -> str:
    page = book.sheets.get(ABOUT)
    rows = range(len(page.rows)) if page else range(0)
    return next((page.text(row, 2) for row in rows if page and page.text(row, 0) == key), "")


def _period(book: RawBook, code: str) -> PeriodDates:
    """The period's dates as the form prints them, the decree's where it does not. Raises DtxlError for no period."""
    usual = default_period(code, 15, 25)
    days = [date(int(y), int(m), int(d)) for d, m, y in _DATE.findall(_about(book, "range") + _about(book, "due"))]
    if len(days) != 3:
        return usual
    return PeriodDates(code, usual.name, days[0], days[1], days[2], usual.report_due)
