"""Dates as administrative documents write them (NĐ 30/2020/NĐ-CP, Phụ lục I, II.4.b)."""

from datetime import date


def long_day(day: date) -> str:
    """ "05 tháng 3 năm 2024": days below 10 and the months 1 and 2 carry a zero, months 3 to 9 none."""
    return f"{day.day:02d} tháng {month(day)} năm {day.year}"


def month(day: date) -> str:
    """The month as the date line writes it."""
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


def short_day(day: date) -> str:
    """ "15/3/2024", for tables; padded as in `long_day`."""
    return f"{day.day:02d}/{month(day)}/{day.year}"
