"""When a thing is due, as plans write it: a day, the end of a month, of a quarter, of a year."""

import calendar
import datetime
import re
from dataclasses import dataclass

_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_LEAD = (
    r"(?:(?:hoàn thành|xong|thời hạn|hạn)\s*:?\s+)*(?:chậm nhất\s+)?(?:là\s+)?"
    r"(?P<word>trước|trong|đến hết|đến cuối|hết|cuối|vào|đến)?\s*"
)
_DAY = re.compile(rf"(?<!\w){_LEAD}(?:ngày\s+)?(?<![\d/])(?P<d>\d{{1,2}})[/.-](?P<m>\d{{1,2}})[/.-](?P<y>20\d\d)(?!\d)")
_LONG_DAY = re.compile(
    rf"(?<!\w){_LEAD}ngày\s+(?P<d>\d{{1,2}})\s+tháng\s+(?P<m>\d{{1,2}})(?:\s+năm\s+(?P<y>20\d\d))?(?!\d)"
)
_MONTH = re.compile(rf"(?<!\w){_LEAD}tháng\s+(?P<m>\d{{1,2}})(?:\s*(?:/|năm)\s*(?P<y>20\d\d))?(?![\d/])")
_QUARTER = re.compile(rf"(?<!\w){_LEAD}quý\s+(?P<q>iv|i{{1,3}}|[1-4])(?:\s*(?:/|năm)\s*(?P<y>20\d\d))?(?!\w|/)")
_YEAR = re.compile(rf"(?<!\w){_LEAD}năm\s+(?P<y>20\d\d)(?![\d-])")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")
_BINDING = ("hoàn thành", "xong", "hạn", "chậm nhất")


@dataclass(frozen=True, slots=True)
class Deadline:
    """`day` is the last day; the day that is named where the plan says "trước ngày …". `start`, `end` in the text."""

    day: datetime.date
    text: str
    start: int
    end: int


def find_deadlines(text: str, year: int | None = None) -> tuple[Deadline, ...]:
    """Every deadline in `text`, in order. `year` is the plan's, for "trong tháng 6" and "Quý III" without a year.

    Only what is bound by a word ("trước", "trong", "đến hết", "chậm nhất", "xong") or is a quarter with its year is a
    deadline: the day of a cited document is none, nor is anything between quotation marks (names of schemes).
    """
    low = _QUOTED.sub(lambda m: "\x00" * len(m[0]), text.lower())
    found: list[Deadline] = []
    taken: list[tuple[int, int]] = []
    for pattern in (_DAY, _LONG_DAY, _QUARTER, _MONTH, _YEAR):
        for match in pattern.finditer(low):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            day = _day(pattern, match, year)
            if day is not None:
                taken.append(match.span())
                start = match.start() + len(match[0]) - len(match[0].lstrip())
                found.append(Deadline(day, text[start : match.end()].rstrip(), start, match.end()))
    return tuple(sorted(found, key=lambda d: d.start))


def _day(pattern: re.Pattern[str], match: re.Match[str], year: int | None) -> datetime.date | None:
    parts = match.groupdict()
    word = parts["word"] or ""
    bound = bool(word) or any(w in match[0] for w in _BINDING)
    in_year = int(parts["y"]) if parts.get("y") else year
    if in_year is None:
        return None
    if pattern in (_DAY, _LONG_DAY):
        return _date(in_year, int(parts["m"]), int(parts["d"])) if bound else None
    if pattern is _QUARTER:
        # "Quý III/2025" stands for itself; without a year it must be said to be a limit.
        return _month_end(in_year, _QUARTERS[parts["q"]] * 3) if bound or parts["y"] else None
    if pattern is _MONTH:
        if not bound:
            return None
        month = int(parts["m"])
        return _date(in_year, month, 1) if word == "trước" else _month_end(in_year, month)
    # "đến năm 2025" names the horizon of a scheme; "đến hết năm 2025" is a limit.
    limits = word in ("trong", "đến hết", "đến cuối", "hết", "cuối") or any(w in match[0] for w in _BINDING)
    return datetime.date(in_year, 12, 31) if limits else None


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> datetime.date | None:
    return datetime.date(year, month, calendar.monthrange(year, month)[1]) if 1 <= month <= 12 else None
