"""A returned file → (Submission, Findings). Every step may end in a coded finding, none in a traceback."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from dtxl.core.codes import Severity
from dtxl.core.text import same_words
from dtxl.files.raw_book import ARCHIVE_OF_FILES
from dtxl.files.safe import digest
from dtxl.files.xlsx_read import Fault, RawBook, Sheet, Unreadable, read_workbook
from dtxl.intake.cells import read_cell
from dtxl.intake.identify import Register, identify
from dtxl.model.finding import Finding, finding
from dtxl.model.form import ABOUT, COLUMNS, HEADER_KEY, HEADER_ROW, OWN_FACTS, FixedText, Form, FormField, cell_name
from dtxl.model.submission import Submission, Value

_CODE = re.compile(r"^[IVXLC]+\.\d")  # an indicator's or task's code


@dataclass(frozen=True)
class Intake:
    """What was made of a file. `form` is None where it was not read by one; `log` is for the log, not for people."""

    submission: Submission
    form: Form | None
    findings: tuple[Finding, ...]
    unreadable: bool = False
    log: str = ""
    archive: bool = False  # an archive of files, each of which can be read by itself


Opener = Callable[[bytes], RawBook]  # raises Unreadable
_KINDS = {"xls": ".xls (Excel 97-2003)", "xlsb": ".xlsb (Excel nhị phân)", "ods": ".ods (LibreOffice)"}
_EXTRAS = {
    "macros": ("A09", "macro"),
    "links": ("A09", "liên kết tới tệp khác"),
    "connections": ("A09", "kết nối dữ liệu"),
    "threads": ("A11", "chuỗi bình luận"),
}


def read_return(
    content: bytes, path: str, received_at: datetime, register: Register, opened: Opener = read_workbook
) -> Intake:
    """Read one returned file; `path` is only kept and shown, `opened` opens it (elsewhere, in batches)."""
    sha256 = digest(content)
    empty = Submission(path, sha256, received_at)
    try:
        book = opened(content)
    except Unreadable as fault:
        return unreadable(empty, fault)
    identity, form, findings = identify(book, register)
    if form is None:
        submission = Submission(path, sha256, received_at, identity)
        return Intake(submission, None, tuple(f.at(path) for f in findings))
    values, remarks = read_sheets(book, form)
    submission = Submission(path, sha256, received_at, identity, values)
    return Intake(submission, form, tuple(f.at(path) for f in [*findings, *beside(book), *remarks]))


def unreadable(empty: Submission, fault: Unreadable) -> Intake:
    """What is made of a file that is no workbook."""
    severity = None if fault.fault is not Fault.FORMAT else Severity.CRITICAL
    remark = finding(str(fault.fault), severity, file=empty.path, found=fault.seen)
    return Intake(empty, None, (remark,), unreadable=True, log=fault.detail, archive=fault.detail == ARCHIVE_OF_FILES)


def beside(book: RawBook) -> list[Finding]:
    """Remarks on a form's file as a whole: another format than was sent, macros, links, threads of comments."""
    remarks = [finding("A02", Severity.WARNING, found=_KINDS[book.kind])] if book.kind in _KINDS else []
    for code in ("A09", "A11"):
        seen = [words for extra, (its, words) in _EXTRAS.items() if its == code and extra in book.extras]
        if seen:
            remarks.append(finding(code, found=", ".join(seen)))
    return remarks


def read_values(content: bytes, form: Form, opened: Opener = read_workbook) -> tuple[dict[str, Value], list[Finding]]:
    """What stands in a file's rows that `form` has too, and the remarks on it; nothing where it cannot be read."""
    try:
        return read_sheets(opened(content), form)
    except Unreadable:
        return {}, []


def read_sheets(book: RawBook, form: Form) -> tuple[dict[str, Value], list[Finding]]:
    """The values of the form's fields, by field, and what is wrong with sheets, rows, columns and cells."""
    values: dict[str, Value] = {}
    findings: list[Finding] = []
    for sheet_name in COLUMNS:
        fields = [f for f in form.fields if f.sheet == sheet_name]
        if not fields:
            continue
        sheet = book.sheets.get(sheet_name) or _renamed(book, form, sheet_name)
        if sheet is None:
            findings.append(finding("C01", found="", args={"sheet": sheet_name}))
            continue
        if sheet.name != sheet_name:
            findings.append(finding("C02", sheet=sheet.name, found=sheet.name, args={"sheet": sheet_name}))
        found, remarks = _read_sheet(sheet, form, sheet_name, fields)
        values.update(found)
        findings += remarks
    return values, findings


def _renamed(book: RawBook, form: Form, sheet_name: str) -> Sheet | None:
    """The one sheet that holds this one's row keys under another name: the header's key and most of the rows'.

    Two such sheets leave it open which counts: then there is none.
    """
    wanted = {key for (name, key) in form.row_of if name == sheet_name}
    found = []
    for sheet in book.sheets.values():
        keys = {sheet.text(row, 0) for row in range(len(sheet.rows))}
        if sheet.name not in COLUMNS and HEADER_KEY in keys and len(wanted & keys) * 2 > len(wanted):
            found.append(sheet)
    return found[0] if len(found) == 1 else None


def _read_sheet(
    sheet: Sheet, form: Form, sheet_name: str, fields: list[FormField]
) -> tuple[dict[str, Value], list[Finding]]:
    rows, findings = _rows(sheet, form, sheet_name)
    columns, moved = _columns(sheet, sheet_name, rows.get(HEADER_KEY))
    findings += moved
    values = {}
    for field in fields:
        key = _key(field)
        if key not in rows:
            continue
        value, remarks = read_cell(sheet, rows[key], columns[field.column], field)
        values[field.name] = value
        findings += remarks
    findings += _changed(sheet, form, sheet_name, rows, columns)
    return values, findings


def _key(field: FormField) -> str:
    return field.name if field.name.startswith("agency.") else field.name.rpartition(".")[0]


def _rows(sheet: Sheet, form: Form, sheet_name: str) -> tuple[dict[str, int], list[Finding]]:
    """Key → row in the returned sheet, and what is wrong with the rows."""
    expected = {key: row for (name, key), row in form.row_of.items() if name == sheet_name}
    rows: dict[str, int] = {}
    findings: list[Finding] = []
    keyless: list[int] = []
    for row in range(len(sheet.rows)):
        key = sheet.text(row, 0)
        mark = partial(finding, sheet=sheet.name, cell=cell_name(row, 1))
        if key in rows:
            findings.append(mark("C12", found=key, field=key, label=_label(form, key)))
        elif key in expected:
            rows[key] = row
        elif key:
            findings.append(mark("C11", found=key))
        else:
            keyless.append(row)
    last = max(rows.values(), default=0)
    for row in keyless:
        if typed := _typed_outside(sheet, row, sheet_name, form, last):
            findings.append(finding("C11", sheet=sheet.name, cell=cell_name(row, 1), found=typed))
    if HEADER_KEY not in rows:
        findings.append(finding("C04", sheet=sheet.name))
    for key in expected:
        if key not in rows and key != HEADER_KEY:
            label = _label(form, key)
            findings.append(finding("C10", sheet=sheet.name, field=key, label=label, args={"indicator": label}))
    order = sorted((key for key in expected if key in rows), key=lambda k: expected[k])
    if order != sorted(order, key=lambda k: rows[k]):
        moved = sum(a != b for a, b in zip(order, sorted(order, key=lambda k: rows[k]), strict=True))
        findings.append(finding("C13", sheet=sheet.name, args={"row": str(moved)}))
    return rows, findings


def _typed_outside(sheet: Sheet, row: int, sheet_name: str, form: Form, last: int) -> str:
    """What was typed into a row that has no key; "" for a row of the form itself (head, group) or a blank one.

    Within the table any text counts; below it (`last`: the table's last row) people sign and remark, so there only a
    number in a figure's column does, or what looks like an indicator's code.
    """
    if row <= HEADER_ROW[sheet_name]:
        return ""
    texts = [sheet.text(row, column) for column in range(1, len(COLUMNS[sheet_name]))]
    if (sheet_name, same_words(texts[0]), same_words(texts[1])) in _group_rows(form):
        figures = {f.column for f in form.fields if f.sheet == sheet_name}
        texts = [text for column, text in enumerate(texts, 1) if column in figures]
    elif row > last:
        figures = {f.column for f in form.fields if f.sheet == sheet_name and f.kind in ("number", "integer")}
        numbers = any(isinstance(sheet.value(row, column), float) for column in figures)
        if not numbers and not _CODE.match(texts[0]):
            return ""
    return " | ".join(text for text in texts if text)


def _group_rows(form: Form) -> set[tuple[str, str, str]]:
    """(sheet, code, name) of the group headings, as they compare."""
    texts: dict[tuple[str, int], list[str]] = {}
    for fixed in form.fixed:
        if fixed.role == "group":
            texts.setdefault((fixed.sheet, fixed.row), []).append(same_words(fixed.text))
    return {(sheet, parts[0], parts[-1]) for (sheet, _), parts in texts.items()}


def _columns(sheet: Sheet, sheet_name: str, header_row: int | None) -> tuple[dict[int, int], list[Finding]]:
    """Column of the geometry → column in the returned sheet: by its title where it moved, else where it was.

    A title that stands twice leaves no certain column (C08).
    """
    columns = {column: column for column in range(len(COLUMNS[sheet_name]))}
    if header_row is None:
        return columns, []
    titles: dict[str, list[int]] = {}
    for column in range(1, len(sheet.rows[header_row])):
        titles.setdefault(same_words(sheet.text(header_row, column)), []).append(column)
    findings, moved = [], []
    for column, spec in enumerate(COLUMNS[sheet_name]):
        places = titles.get(same_words(spec.title), []) if column else []
        if len(places) > 1:
            cell = cell_name(header_row, places[1])
            findings.append(finding("C08", sheet=sheet.name, cell=cell, found=spec.title))
        elif places and places[0] != column:
            columns[column] = places[0]
            moved.append(spec.title)
    if moved:
        findings.append(finding("C07", sheet=sheet.name, cell=cell_name(header_row, 1), found=", ".join(moved)))
    return columns, findings


def _changed(
    sheet: Sheet, form: Form, sheet_name: str, rows: dict[str, int], columns: dict[int, int]
) -> Iterator[Finding]:
    """Fixed cells that do not read as issued (C23), in the rows that were found."""
    for fixed in form.fixed:
        if fixed.sheet != sheet_name or fixed.key not in rows or not _held(fixed):
            continue
        row, column = rows[fixed.key], columns[fixed.column]
        seen = sheet.text(row, column)
        if seen != fixed.text and same_words(seen) != same_words(fixed.text):
            yield finding(
                "C23",
                sheet=sheet.name,
                cell=cell_name(row, column),
                found=seen,
                # A row whose name is another's may hold another's figures: the finding names the whole row.
                field=fixed.key if fixed.role in ("code", "text") and fixed.key != HEADER_KEY else "",
                label=_fixed_label(form, fixed),
                args={"expected": fixed.text},
            )


def _held(fixed: FixedText) -> bool:
    """Whether a fixed cell is held against what was issued. Last period's results are not: they move with late returns;
    nor facts that the office itself may change after issue (due day, title, receiver)."""
    if fixed.role in ("key", "previous"):
        return False
    return fixed.sheet != ABOUT or fixed.role != "text" or fixed.key in OWN_FACTS


def _label(form: Form, key: str) -> str:
    if key.startswith("task."):
        return f"Nhiệm vụ {key.removeprefix('task.')}"
    field = form.by_name.get(key)
    return field.label if field else f"Chỉ tiêu {key}"


def _fixed_label(form: Form, fixed: FixedText) -> str:
    if fixed.key == HEADER_KEY:
        return "dòng tiêu đề"
    if fixed.sheet == ABOUT:
        return "thông tin in sẵn"
    names = {
        "target": "mục tiêu",
        "unit": "đơn vị tính",
        "previous": "kỳ trước",
        "label": "nội dung",
        "text": "nội dung",
    }
    return f"{_label(form, fixed.key)}, {names.get(fixed.role, 'nội dung in sẵn')}"
