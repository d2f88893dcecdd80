"""The cells of an indicator table's value columns: "≥ 80", "80-85", "12 xã", "không quá 5 phút", and its deadlines."""

import datetime
import re
from dataclasses import replace

from dtxl.core.text import fold
from dtxl.extract.deadlines import find_deadlines
from dtxl.extract.grammar import alternatives, grammar
from dtxl.extract.moods import Years
from dtxl.extract.targets import read_targets
from dtxl.model.plan import Target

NO_VALUE = re.compile(r"^[-–—./x…\s]*$", re.IGNORECASE)
_BARE = re.compile(r"^\d[\d.,]*(?:\s*[-–]\s*\d[\d.,]*)?\s*(?P<unit>%|‰)?$")


def limit_of(text: str, years: Years) -> datetime.date | None:
    """The last day that a cell of a deadline column names: "30/11/2025", "Quý II/2025"."""
    found = find_deadlines(f"hoàn thành trong {text[:1].lower()}{text[1:]}", years.year)
    return found[0].day if found else None


def read_value(cell: str, unit: str, wording: str, year: int | None) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    """The targets in a cell of a target column, and what is doubtful about them.

    `unit`: the row's, from its own column. A bare number takes its comparator from the end of the wording ("không vượt
    quá"), from the thing itself (hộ nghèo, suy dinh dưỡng: an upper bound), else it is a lower bound."""
    cell = cell.strip()
    if NO_VALUE.match(cell) or not re.search(r"\d", cell):
        return (), ()
    unit = _unit(unit)
    bare = _BARE.match(cell)
    text = cell
    if unit in ("%", "‰") and not re.search(r"[%‰]", cell) and (bare or not re.search(r"\d\s*[^\W\d_]{2,}", cell)):
        stop = re.search(r"(\d[\d.,]*\d|\d)(?!.*\d)", cell)
        assert stop is not None
        glue = "" if unit in ("%", "‰") else " "
        text = cell[: stop.end()] + glue + unit + cell[stop.end() :]
    ending = re.search(r"(không vượt quá|không quá|tối đa|dưới|trên|tối thiểu|ít nhất)\s*$", wording.lower())
    lead = (
        "" if re.match(r"(?i)(?:đạt|tăng|giảm|từ|trên|dưới|không|tối|ít|còn|phấn đấu|khoảng|[<>≥≤=])", text) else "đạt "
    )
    lead = f"{ending[1]} " if ending and bare else lead
    # The cell is read as the end of a sentence on a measure, so that the grammar takes every number and unit there is.
    reading = read_targets(f"Thời gian, tỷ lệ {lead}{text[:1].lower()}{text[1:]}", year)
    found = tuple(replace(t, year=year, unit=_shown_unit(t, unit, cell), deadline=None) for t in reading.targets)
    doubts = list(reading.doubts)
    if bare and re.match(r"(?:mức |tỷ lệ )?giảm\s", wording.lower()):
        return tuple(replace(t, op="reduce>=") for t in found), tuple(doubts)
    if bare and not ending:
        zero = any(t.value == 0 for t in found)
        if zero or _is_bad(wording):
            found = tuple(replace(t, op="<=") for t in found)
            doubts += [] if zero else ["Bảng chỉ ghi con số; hiểu là mức tối đa vì chỉ tiêu càng thấp càng tốt."]
    return found, tuple(doubts)


def _shown_unit(target: Target, unit: str, cell: str) -> str:
    """The unit: of the value itself, of the row's column, or the words behind the number."""
    if target.unit in ("%", "‰"):
        return target.unit
    if unit:
        return unit
    words = re.search(r"\d\s*([^\W\d_][^\d;,()]*)$", cell)
    return target.unit or (words[1].strip(" .") if words else "")


def _unit(text: str) -> str:
    text = text.strip(" .()")
    if text.startswith("%"):
        return "%"  # "%", "%/năm"
    if text in ("%", "‰") or fold(text) in ("ty le %", "phan tram", "ty le (%", "%"):
        return "‰" if text == "‰" else "%"
    return text if len(text) > 1 and text[:2].isupper() else text[:1].lower() + text[1:]


def _is_bad(wording: str) -> bool:
    low = wording.lower()
    if re.search(
        r"giảm|được xử lý|được hỗ trợ|thoát nghèo|được cấp|được giải quyết|được điều trị|phát hiện|khám phá|tham gia",
        low,
    ):
        return False
    return any(word in low for word in grammar()["measure"]["bad"])


def counted_unit(wording: str) -> str:
    """The unit in the wording itself: "Số hệ thống được phê duyệt" counts "hệ thống"."""
    match = re.match(
        rf"(?i)(?:tổng )?số (?:lượng )?(?P<unit>{alternatives(grammar()['units']['counts'])})", wording.strip()
    )
    return match["unit"].lower() if match else ""
