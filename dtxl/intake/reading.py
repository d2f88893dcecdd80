"""A returned file → (Submission, Findings). Every step may end in a coded finding, none in a traceback."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from dtxl.core.codes import Severity
from dtxl.core.text import same_words
from dtxl.files.raw_book import ARCHIVE_OF_FILES
from dtxl.files.safe import digest
from dtxl.files.xlsx_read import Fault, RawBook, Sheet, Unreadable, read_workbook
from dtxl.intake.around import extra_sheets, odd_names
from dtxl.intake.arrangement import set_up, unprotected
from dtxl.intake.cells import read_cell
from dtxl.intake.identify import Register, identify, not_asked
from dtxl.intake.notes import notes
from dtxl.intake.recover import read_by_labels
from dtxl.intake.structure import Page, find_columns, key_of, shifted, structure
from dtxl.model.finding import Finding, finding
from dtxl.model.form import ABOUT, COLUMNS, HEADER_KEY, HEADER_ROW, OWN_FACTS, FixedText, Form, FormField, cell_name
from dtxl.model.submission import Submission, Value

_CODE = re.compile(r"^[IVXLC]+\.\d")  # an indicator's or task's code
_SHOWN = 5  # of equal faults that are told one by one


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
    "objects": ("A09", "tệp nhúng"),
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
    identity, form, findings = identify(book, register, path, sha256)
    if form is None:
        submission = Submission(path, sha256, received_at, identity)
        return Intake(submission, None, tuple(f.at(path) for f in findings))
    signed = identity is not None and identity.signature
    values, remarks = read_sheets(book, form) if signed else read_by_labels(book, form, read_sheets)
    remarks = not_asked(remarks, book, form, register.directory)
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
    pages: list[Page] = []
    lacking = False
    for sheet_name in COLUMNS:
        fields = [f for f in form.fields if f.sheet == sheet_name]
        if not fields:
            continue
        sheet = book.sheets.get(sheet_name) or _renamed(book, form, sheet_name)
        if sheet is None:
            lacking = True
            findings.append(finding("C01", found="", args={"sheet": sheet_name}))
            continue
        if sheet.name != sheet_name:
            findings.append(finding("C02", sheet=sheet.name, found=sheet.name, args={"sheet": sheet_name}))
        page, remarks = _page(sheet, form, sheet_name, fields)
        pages.append(page)
        findings += remarks
        found, remarks = _values(page)
        values.update(found)
        findings += [*remarks, *_changed(page), *structure(page), *set_up(page), *notes(page)]
    findings += extra_sheets(book, form, [p.sheet.name for p in pages], lacking=lacking)
    findings += [*unprotected(pages), *odd_names(book)]
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


def _page(sheet: Sheet, form: Form, sheet_name: str, fields: list[FormField]) -> tuple[Page, list[Finding]]:
    """Where the sheet's rows and columns are, and what is wrong with them."""
    rows, findings = _rows(sheet, form, sheet_name)
    columns, moved = find_columns(sheet, sheet_name, rows.get(HEADER_KEY))
    page = Page(sheet, form, sheet_name, fields, rows, columns)
    off, figures = shifted(page)
    # A row that holds nothing but figures that were pasted one row off is no row of the agency's own.
    stray = {row: " | ".join(sheet.text(row, c) for r, c in sorted(figures) if r == row) for row, _ in figures}
    explained = {
        cell_name(row, 1) for row, typed in stray.items() if _typed_outside(sheet, row, sheet_name, form, rows) == typed
    }
    findings = [f for f in findings if f.code != "C11" or f.cell not in explained]
    return page, [*findings, *moved, *off]


def _values(page: Page) -> tuple[dict[str, Value], list[Finding]]:
    values, findings = {}, []
    units = {r.indicator.code: r.indicator.unit for r in page.form.indicator_rows}
    for place, field in page.inputs.items():
        unit = "%" if field.kind == "percent" else units.get(key_of(field), "") if field.name.endswith(".value") else ""
        font = page.sheet.layout.fonts.get(place, "")
        values[field.name], remarks = read_cell(page.sheet, *place, field, font, unit)
        findings += remarks
    return values, findings


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
    for row in keyless:
        if typed := _typed_outside(sheet, row, sheet_name, form, rows):
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


def _typed_outside(sheet: Sheet, row: int, sheet_name: str, form: Form, rows: Mapping[str, int]) -> str:
    """What was typed into a row that has no key; "" for a row of the form itself (head, group) or a blank one. `rows`:
    key → row, of those that have one.

    Within the table any text counts. Below it people sign and remark, so there only a number in a figure's column does,
    or what looks like an indicator's code; above it they put their letterhead, so there only such a code does.
    """
    header, last = rows.get(HEADER_KEY, HEADER_ROW[sheet_name]), max(rows.values(), default=0)
    if row <= header:
        code = sheet.text(row, 1)
        return code if _CODE.match(code) else ""
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


def _changed(page: Page) -> Iterator[Finding]:
    """Fixed cells that do not read as issued, in the rows and columns that were found (C23).

    Two of them leave no doubt of what a figure belongs to, and are milder: a number of the row typed over while its
    name stands (C26), a title rubbed out over a column that is where it was (C09).
    """
    changed = [t for t in page.form.fixed if t.sheet == page.name and _held(t) and page.reads_otherwise(t)]
    renumbered = []
    for fixed in changed:
        row, column = page.rows[fixed.key], page.columns[fixed.column]
        seen = page.sheet.text(row, column)
        if fixed.role == "code" and fixed.key not in page.renamed:
            renumbered.append((row, column))
        elif fixed.role == "header" and not seen and any(page.filled(*p) for p in page.inputs if p[1] == column):
            yield page.mark("C09", (row, column), found="không có tiêu đề", label=f"cột “{fixed.text}”")
        else:
            yield page.mark(
                "C23",
                (row, column),
                found=seen,
                # A row whose name is another's may hold another's figures: the finding names the whole row.
                field=fixed.key if fixed.role in ("code", "text") and fixed.key != HEADER_KEY else "",
                label=_fixed_label(page.form, fixed),
                args={"expected": fixed.text},
            )
    if renumbered:
        seen = ", ".join(page.sheet.text(*place) or "ô trống" for place in renumbered[:_SHOWN])
        yield page.mark("C26", renumbered[0], found=seen + (" …" if len(renumbered) > _SHOWN else ""))


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
