"""What every letter around a quarter has in common: issuer, number, day, addressees, Nơi nhận, signature.

The report's frame (`frame.py`) gives it; a công văn differs in its symbol, its subject and who else receives it
(NĐ 30/2020/NĐ-CP, Phụ lục I, II.3, II.5.b, II.9).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from dtxl.core.metrics import balanced
from dtxl.core.text import fold, tidy, upper_first
from dtxl.documents.dates import long_day
from dtxl.documents.facts import Facts
from dtxl.documents.frame import Frame, context_of, frame_of, recipients
from dtxl.documents.letters_words import several, table, text

SUBJECT_MM, SUBJECT_SIZE = 62.0, 12.0  # of the column below the number, and points; see templates/build_cong_van.py
_SATURDAY = 5


@dataclass(frozen=True)
class Letter:
    """One letter. `key`: the code of its agency or group, `name` who that is; `agencies`: codes of all it goes to;
    `part`: "1" or "2" for a reminder, else ""; `context`: what fills the template; `title`: the file's own title."""

    kind: str
    key: str
    name: str
    agencies: tuple[str, ...]
    context: dict[str, Any]
    title: str
    part: str = ""
    days_late: int = 0


class Envelope:
    """The frame of all letters of one run: made once, then given each letter's own parts."""

    def __init__(self, facts: Facts, today: date) -> None:
        self.facts, self.today = facts, today
        self.frame: Frame = frame_of(facts)
        shared, self.rules = context_of(facts, self.frame, today)
        period, plan = facts.rollup.period, facts.rollup.plan
        for of_report in ("ket_thuc", "trich_yeu", "kinh_gui", "noi_nhan"):
            shared.pop(of_report, None)
        above, self._filing = recipients(plan, True)
        self._above, self._others = above[0], above[1:]
        shared |= {
            "ky_hieu": letter_symbol(plan.report.symbol, self.frame.issuer, self._filing, self._places),
            "noi_luu": self._filing,
            "chuc_vu_nguoi_ky": shared["chuc_vu_nguoi_ky"] or list(_titles(self.frame.issuer)),
            "ky": period.name,
            "ke_hoach": self.frame.plan_full,
            "han_gui": long_day(period.agency_due),
            "tu_ngay": long_day(period.start),
            "den_ngay": long_day(period.end),
            "tinh_den": long_day(facts.rollup.as_of),
        }
        self._shared: dict[str, Any] = shared

    @cached_property
    def _places(self) -> tuple[str, ...]:
        info, report = self.facts.rollup.plan.info, self.facts.rollup.plan.report
        return tuple(place for place in {info.province, report.place} if place)

    def letter(
        self, kind: str, key: str, to: Sequence[str], agencies: Sequence[str], own: dict[str, Any], *,
        part: str = "", days_late: int = 0,
    ) -> Letter:  # fmt: skip
        """A letter to `to`, names as they are written; `own`: the tags of its kind."""
        name = f"{kind}_{part}" if part == "2" else kind
        subject = text("subject", name, period=self.facts.rollup.period.name)
        context = {
            **self._shared,
            "trich_yeu": self._lines(subject),
            "kinh_gui": [upper_first(tidy(one)) for one in to],
            "don_vi": tidy(to[0]) if len(agencies) == 1 else text("words", "many"),
            "noi_nhan": self._told(name, agencies),
            **own,
        }
        title = text("words", "title", subject=subject)
        return Letter(kind, key, to[0], tuple(agencies), context, title, part, days_late)

    def _lines(self, subject: str) -> str:
        """The subject in lines of its column, "V/v" counted and left out."""
        known = self._subjects
        if subject not in known:
            whole = balanced(f"V/v {subject}", SUBJECT_SIZE, SUBJECT_MM, together=(self.facts.rollup.period.name,))
            known[subject] = "\n".join(whole).removeprefix("V/v ")
        return known[subject]

    @cached_property
    def _subjects(self) -> dict[str, str]:
        return {}

    def _told(self, name: str, agencies: Sequence[str]) -> list[str]:
        """Nơi nhận without the filing line: "Như trên" first; leaders and the agency above by the rules of
        `letters.toml`."""
        lines = [self._above]
        if len(agencies) == 1 and name in several("recipients", "superior"):
            superior = self.facts.parent(agencies[0])
            lines += [text("recipients", "superior_line", name=superior)] if superior else []
        if name in several("recipients", "leaders"):
            lines += self._leaders
        return lines

    @cached_property
    def _leaders(self) -> list[str]:
        starts = tuple(
            fold(word) + (" " if word.endswith(" ") else "") for word in several("recipients", "leader_words")
        )
        return [line for line in self._others if fold(line).startswith(starts)]


def letter_symbol(report_symbol: str, issuer: str, filing: str, places: Sequence[str] = ()) -> str:
    """The symbol of a công văn: agency and drafting unit ("BCĐCĐS-KGVX"), no type (NĐ 30, Phụ lục I, II.3.b).

    The agency is that of the report's symbol, else the first letters of the issuer's name without its place; the unit
    is the first of the filing line ("Lưu: VT, KGVX"), else the field of work.
    """
    symbol = tidy(report_symbol).strip("/ ")
    kind, dash, agency = symbol.partition("-")
    if dash and kind in several("symbol", "types"):
        symbol = agency
    if "-" in symbol:
        return symbol
    unit = re.search(r",\s*([A-ZĐ][A-ZĐa-zđ0-9]*)", filing)
    return f"{symbol or _initials(issuer, places)}-{unit[1] if unit else text('symbol', 'unit')}"


def _initials(name: str, places: Sequence[str]) -> str:
    short = tidy(name)
    for place in places:
        short = re.sub(rf"\s+(?:tỉnh|thành phố)\s+{re.escape(place)}\s*$", "", short, flags=re.IGNORECASE)
    small = several("symbol", "small")
    letters = [word[0].upper() for word in short.split(" ") if word and word.lower() not in small]
    return "".join(letter if letter == "Đ" else unicodedata.normalize("NFD", letter)[0] for letter in letters) or "CQ"


def _titles(issuer: str) -> tuple[str, ...]:
    """Who signs by the issuer's name, where the plan workbook names nobody."""
    return next(tuple(lines) for start, lines in table("signer").items() if fold(issuer).startswith(fold(start)))


def working_day(day: date, count: int) -> date:
    """The day `count` working days after `day`; Saturdays and Sundays do not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return day
