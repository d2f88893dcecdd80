"""Administrative units: the official lists, which of them holds on a day, and how a unit's committee is called."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

from dtxl.core.errors import SourceError
from dtxl.core.settings import house
from dtxl.core.text import same_words, tidy
from dtxl.extract.naming import UNIT_TYPE, data

TWO_LEVELS_FROM = date(2025, 7, 1)  # Luật Tổ chức chính quyền địa phương 72/2025/QH15: no districts since
UNDATED = date(2025, 2, 28)  # a plan without year or date is read as of before the reforms of 2025
UNIT_COLUMNS = ["level", "code", "parent_code", "name"]


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit as in the official list; `parent_code` is "" for a province."""

    level: str
    code: str
    parent_code: str
    name: str


def read_units(path: Path) -> tuple[Unit, ...]:
    """The units of a CSV file (UTF-8; columns level, code, parent_code, name), in its order.

    Raises SourceError, with the line's number, for a file that is not such a list.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"Không mở được danh sách đơn vị hành chính {path}: {error.strerror or error}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SourceError(f"{path.name}, dòng {line}: không phải chữ UTF-8. Lưu tệp dạng “CSV UTF-8”.") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    units: dict[str, Unit] = {}
    try:
        if [cell.strip() for cell in next(reader, [])] != UNIT_COLUMNS:
            raise SourceError(f"{path.name}, dòng 1: các cột phải là {', '.join(UNIT_COLUMNS)}.")
        for row in reader:
            if any(cell.strip() for cell in row):
                unit = _unit(row, units, f"{path.name}, dòng {reader.line_num}")
                units[unit.code] = unit
    except csv.Error as error:
        raise SourceError(f"{path.name}, dòng {reader.line_num}: không đọc được dòng này ({error}).") from error
    if not units:
        raise SourceError(f"{path.name}, dòng 2: danh sách không có đơn vị nào.")
    return tuple(units.values())


def _unit(row: Sequence[str], units: Mapping[str, Unit], place: str) -> Unit:
    if len(row) != len(UNIT_COLUMNS):
        raise SourceError(f"{place}: có {len(row)} cột, cần {len(UNIT_COLUMNS)}.")
    unit = Unit(*(tidy(cell) for cell in row))
    levels = [level["code"] for level in house()["level"]]
    if unit.level not in levels:
        raise SourceError(f"{place}: cấp “{unit.level}” không có; cần một trong {', '.join(levels)}.")
    if not unit.code or not unit.name:
        raise SourceError(f"{place}: thiếu mã hoặc tên đơn vị.")
    if unit.code in units:
        raise SourceError(f"{place}: mã “{unit.code}” đã dùng cho {units[unit.code].name}.")
    if unit.parent_code and unit.parent_code not in units:
        raise SourceError(f"{place}: đơn vị cấp trên có mã “{unit.parent_code}” không đứng trước dòng này.")
    return unit


def units_for(year: int | None, day: date | None) -> Path:
    """The packaged list of units in force on the plan's day (`plan_day`). For a plan without year or date it is the one
    with districts, since that has every province by name; `with_agencies` then asks staff."""
    name = "units-2025.csv" if plan_day(year, day) >= TWO_LEVELS_FROM else "units-2024.csv"
    return Path(str(resources.files("dtxl.samples").joinpath("units", name)))


def plan_day(year: int | None, day: date | None) -> date:
    """The day that decides which units and offices there are: the plan's date, else 1 January of its year."""
    return day or (date(year, 1, 1) if year else UNDATED)


def committee_name(unit: str) -> str:
    """ "Huyện Lạng Giang" → "UBND huyện Lạng Giang"; the type keeps its capital before a number, a person or an event
    (NĐ 30/2020/NĐ-CP, Phụ lục II)."""
    match = UNIT_TYPE.match(unit)
    if not match:
        return f"UBND {unit}"
    kind, name = match[1].lower(), unit[match.end() :]
    special = name[0].isdigit() or same_words(name) in _capitals()
    return f"UBND {kind[0].upper() + kind[1:] if special else kind} {name}"


@cache
def _capitals() -> frozenset[str]:
    return frozenset(map(same_words, data()["capital"]["names"]))
