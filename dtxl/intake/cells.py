"""One input cell: what stood there → a Value, with a remark for each repair or refusal."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from decimal import Decimal
from functools import cache, partial

from dtxl.core.codes import Severity
from dtxl.core.legacy import repair
from dtxl.core.numbers import Reading, from_cell, read_number, show
from dtxl.core.text import fold, tidy, tidy_lines
from dtxl.files.xlsx_read import Scalar, Sheet, show_cell
from dtxl.intake.known import known
from dtxl.model.finding import Finding, finding
from dtxl.model.form import FormField, cell_name
from dtxl.model.submission import Value

_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_LOST = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")  # control characters, and what is left of lost letters
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_VIETNAMESE = re.compile(r"^(?:ngày )?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")


def read_cell(
    sheet: Sheet, row: int, column: int, field: FormField, font: str = "", unit: str = ""
) -> tuple[Value, list[Finding]]:
    """The value of `field` at (row, column) of the returned sheet, zero-based; `font`: the cell's, where known; `unit`:
    of its figure, "" where it is not certain.

    Text in TCVN3 or VNI is read in Unicode, and said (A06); `Value.raw` stays what stood there.
    """
    cell = cell_name(row, column)
    mark = partial(finding, sheet=sheet.name, cell=cell, field=field.name, label=field.label)
    fault = sheet.errors.get((row, column))
    if fault is not None:
        return Value(field.name, field.kind, fault, sheet.name, cell), [mark("D14", found=fault)]
    findings = []
    if (row, column) in sheet.formulas:
        stored = sheet.formulas[row, column]
        findings.append(mark("C21" if stored else "C22"))
        if not stored:
            return Value(field.name, field.kind, "", sheet.name, cell), findings
    stood = raw = sheet.value(row, column)
    seen = ""
    if isinstance(raw, str):
        raw, odd = _legible(raw, font)
        if odd:
            findings.append(mark("A06", found=show_cell(stood), args={"value": show_cell(raw)}))
    if (row, column) in sheet.percents and isinstance(raw, float):
        # Shown as "85%", stored as 0.85: read as what the person saw. As a count it is as little good as typed "85%".
        percent = from_cell(raw) * 100
        stood = raw = f"{show(percent, 6)}%"
        read, remarks = _Got(number=percent), [_Remark("D07", {"value": show(percent, 6)})]
        if field.kind != "percent":
            read, remarks = _read(raw, field)
    else:
        read, remarks = _read(raw, field)
        shown = sheet.layout.units.get((row, column), "")
        if shown and isinstance(raw, float) and read.number is not None:
            read, remarks = _as_shown(read, field, shown, unit)
            seen = f"{show_cell(raw)} {shown}"
            stood = raw if read.number is not None else seen  # a number stays one, also in a marked copy
    remarks += _looked_at(raw, read, field, unit)
    found = seen or show_cell(stood)
    findings += [mark(r.code, r.severity, found=found if r.shown else "", args=r.args) for r in remarks]
    return Value(field.name, field.kind, show_raw(stood), sheet.name, cell, read.number, read.text, read.day), findings


def show_raw(raw: Scalar) -> str:
    """What was typed, lines kept; "" for a blank cell and for one with nothing but spaces."""
    return tidy_lines(raw) if isinstance(raw, str) else show_cell(raw)


def _legible(text: str, font: str) -> tuple[str, bool]:
    """(the text in Unicode, whether that wants a word): an old encoding, letters that only look right, lost ones."""
    fixed = repair(text, font)
    return fixed.text, bool(fixed.found) or bool(_LOST.search(text))


@dataclass(frozen=True, slots=True)
class _Got:
    number: Decimal | None = None
    text: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class _Remark:
    code: str
    args: dict[str, str] = dataclass_field(default_factory=dict)
    severity: Severity | None = None
    shown: bool = True  # what stood there; equal remarks that show nothing are one line over many cells


_Read = tuple[_Got, list[_Remark]]


def _read(raw: Scalar, field: FormField) -> _Read:
    if raw is None or (isinstance(raw, str) and not tidy(raw)):
        return _Got(), []
    if field.kind in ("number", "integer", "percent"):
        return _number(raw, field.kind)
    if field.kind == "date":
        return _day(raw)
    if field.kind == "list":
        return _choice(raw, field)
    return _Got(text=show_raw(raw)), []


def _as_shown(read: _Got, field: FormField, shown: str, unit: str) -> _Read:
    """A number whose format shows words behind it, as if they had been typed: "120 nghìn" is no 120."""
    meant = read_number(f"2 {shown}")
    if (field.kind == "percent" and meant.percent) or fold(shown) == fold(unit):
        return read, []
    if meant.value is None or meant.percent or field.kind == "percent":
        return _Got(), [_Remark("D05")]
    doubt = Severity.WARNING if meant.doubtful else None
    return read, [_Remark("D06", {"value": show(read.number, 6)}, doubt)]


def _looked_at(raw: Scalar, read: _Got, field: FormField, unit: str) -> list[_Remark]:
    """What is worth a word though it was read as it stands: decimals beyond use, spaces left over."""
    remarks = []
    if read.number is not None and field.kind in ("number", "percent"):
        most = known()["decimals"].get(unit, known()["decimals"]["other"])
        if -int(read.number.normalize().as_tuple().exponent) > most:
            remarks.append(_Remark("D16"))
    if field.kind == "text" and isinstance(raw, str) and read.text and _loose(raw):
        remarks.append(_Remark("D29", shown=False))
    return remarks


def _loose(text: str) -> bool:
    """Whether spaces or hidden marks were taken out of a text; line ends and composed letters do not count."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return show_raw(text) != lines and not _LOST.search(text)


def _number(raw: Scalar, kind: str) -> _Read:
    if isinstance(raw, bool):
        return _Got(), [_Remark("D05")]
    if isinstance(raw, date):
        return _Got(), [_Remark("D11")]
    if isinstance(raw, float):
        if raw != raw or raw in (float("inf"), float("-inf")) or abs(raw) >= 1e18:
            return _Got(), [_Remark("D05")]
        return _Got(number=from_cell(raw)), []
    if str(raw).strip().upper() in _ERRORS:
        return _Got(), [_Remark("D14")]
    reading = read_number(str(raw), whole=kind == "integer")
    if reading.value is None or (reading.percent and kind != "percent"):
        # A percentage where a count is asked would be taken for the count itself: refused, never guessed.
        return _Got(), [_Remark("D05")]
    if kind == "percent" and reading.unit and not reading.percent:
        return _Got(), [_Remark("D05")]  # "85 hồ sơ" is no percentage
    return _Got(number=reading.value), [_repair(reading)]


def _repair(reading: Reading) -> _Remark:
    args = {"value": show(reading.value, 6)}
    if reading.approximate:
        return _Remark("D10", args)
    if reading.ambiguous:
        return _Remark("D08", args)
    return _Remark("D06" if reading.unit else "D07", args, Severity.WARNING if reading.doubtful else None)


def _day(raw: Scalar) -> _Read:
    if isinstance(raw, date):
        return _Got(day=raw), []
    text = tidy(str(raw)) if isinstance(raw, str) else ""
    read = None
    if match := _ISO.match(text):
        read = _date(int(match[1]), int(match[2]), int(match[3]))
    elif match := _VIETNAMESE.match(text):
        read = _date(int(match[3]), int(match[2]), int(match[1]))
    return _Got(), [_Remark("D12", {"value": f"{read:%d/%m/%Y}" if read else ""})]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _choice(raw: Scalar, field: FormField) -> _Read:
    text = show_cell(raw)
    if text in field.choices:
        # tidy() only folded spaces: still worth saying, for what was typed is not what is stored.
        return _Got(text=text), [] if raw == text else [_Remark("D21", {"value": text})]
    for choice in field.choices:
        if fold(choice) == fold(text):
            return _Got(text=choice), [_Remark("D21", {"value": choice})]
    today = _former().get(fold(text), "")
    if today in field.choices:
        return _Got(text=today), [_Remark("D22", {"value": today})]
    return _Got(), [_Remark("D20", {"choices": "; ".join(field.choices)})]


@cache
def _former() -> Mapping[str, str]:
    """Wordings that lists had, as they compare → today's."""
    return {fold(old): today for old, today in known()["former"].items()}
