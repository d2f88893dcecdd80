"""Dates as administrative documents write them (NĐ 30/2020/NĐ-CP, Phụ lục I, II.4.b)."""

import re
from datetime import date

_DAY = re.compile(r"(?:\bngày\s+)?(?<![\d/])(\d{1,2})\s*/\s*(\d{1,2})\s*/\s*(\d{4})(?![\d/])", re.IGNORECASE)
_PART = re.compile(r"\b(tháng \d{1,2}|quý (?:[IV]+|[1-4]))\s*/\s*(\d{4})\b", re.IGNORECASE)


def long_day(day: date) -> str:
    """ "05 tháng 3 năm 2024": days below 10 and the months 1 and 2 carry a zero, months 3 to 9 none."""
    return f"{day.day:02d} tháng {month(day)} năm {day.year}"


def month(day: date) -> str:
    """The month as the date line writes it."""
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


def short_day(day: date) -> str:
    """ "15/3/2024", for tables; padded as in `long_day`."""
    return f"{day.day:02d}/{month(day)}/{day.year}"


def _read(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def days_in(text: str) -> tuple[date, ...]:
    """The days that `text` names by figures ("trước 01/6/2024")."""
    return tuple(day for match in _DAY.finditer(text) if (day := _read(match)))


def spelled(text: str) -> str:
    """`text` with its dates in words: "trước 01/6/2024" → "trước ngày 01 tháng 6 năm 2024", "Quý III/2025" → "quý III
    năm 2025". What is no day of the calendar stays."""

    def day_of(match: re.Match[str]) -> str:
        day = _read(match)
        return f"ngày {long_day(day)}" if day else match[0]

    return _PART.sub(lambda match: f"{match[1][:1].lower()}{match[1][1:]} năm {match[2]}", _DAY.sub(day_of, text))
