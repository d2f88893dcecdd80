"""Whether words speak of a goal, of what was, of what may come, of money or of marks: only goals give targets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from dtxl.extract.grammar import alternatives, grammar
from dtxl.extract.mentions import Mention
from dtxl.extract.scopes import scope_of


class Mood(Enum):
    """What a sentence speaks of. PLAIN says neither."""

    GOAL = "goal"
    PAST = "past"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Years:
    """The plan's years: targets are for `year` where they name none; a year before `first` is past. None: not known."""

    year: int | None = None
    first: int | None = None

    def is_past(self, year: int) -> bool:
        """Whether `year` is before the plan's first; False where that is not known."""
        start = self.first or self.year
        return start is not None and year < start


_YEAR = r"(?P<year>20\d\d)(?!\s*[-–/]|\d)"
# "năm 2023 đạt", "trong năm 2023, …" tell of that year; "so với năm 2023" and "của năm 2023" do not.
_OF_YEAR = re.compile(
    rf"(?:^|[,;(.]\s*|(?<!\w)(?:trong|đến hết|đến cuối|hết|tính đến|kết thúc|khi|cuối)\s+)(?:năm|"
    rf"tháng \d{{1,2}}/|quý \w+/)\s*{_YEAR}"
)
_STATED_YEAR = re.compile(
    rf"(?<!so với )(?<!so với ước )năm\s+{_YEAR}\s*(?::|là|đạt|chỉ đạt|mới đạt|ước đạt|có|ở mức|xếp|đã)(?!\w)"
)
_TO_DAY = re.compile(r"(?:đến|tính đến)\s+(?:hết\s+)?ngày\s+\d{1,2}[/.]\d{1,2}[/.](?P<year>20\d\d)")
_PARENTHESIS = re.compile(r"\(([^()]*)\)")
_TOLD = re.compile(r"(?:năm\s+(?P<year>20\d\d)|hiện|thực hiện|ước|cùng kỳ|kế hoạch giao|đã)")
_MONEY = re.compile(r"(?:tỷ|triệu|nghìn)?\s*đồng(?!\s*/)|%")


@cache
def _any(name: str) -> re.Pattern[str]:
    section, _, key = name.partition(".")
    return re.compile(rf"(?<![\w.]){alternatives(grammar()[section][key])}")


def mood_of(sentence: str, years: Years) -> Mood:
    """What a sentence speaks of, by its own words."""
    low = sentence.lower()
    low = _against(low)
    did = _any("mood.did").search(low)
    number = re.search(r"\d[\d.,]*\s*(?:%|‰|[^\W\d_])", low)
    if _any("mood.past").search(low) or _past_year(low, years) or (did and number and did.start() < number.start()):
        return Mood.PAST
    goal = bool(_any("mood.goal").search(low)) or _future_year(low, years)
    return Mood.GOAL if goal else Mood.PLAIN


_AGAINST = re.compile(
    r"so với (?:ước |thực hiện |ước thực hiện |mức |cùng kỳ )*(?:cuối )?năm (?:học )?20\d\d|trong khi .*"
)


def _against(low: str) -> str:
    """`low` without what it is only compared with; "phát hiện có" says nothing of today."""
    low = low.replace("phát hiện", "phát.hiện")
    return _AGAINST.sub(lambda m: m[0] if "cùng kỳ" in m[0] else " " * len(m[0]), low)


def _past_year(low: str, years: Years) -> bool:
    if years.year is None and _TO_DAY.search(low):
        return True
    return any(
        years.is_past(int(match["year"])) for p in (_OF_YEAR, _STATED_YEAR, _TO_DAY) for match in p.finditer(low)
    )


def _future_year(low: str, years: Years) -> bool:
    start = years.first or years.year
    return any(
        start is not None and int(m[1]) >= start
        for m in re.finditer(r"(?:đến|vào|trong|hết)\s+(?:cuối\s+|hết\s+)?năm\s+(20\d\d)", low)
    )


def only_goals(text: str, mentions: Sequence[Mention], years: Years) -> tuple[Mention, ...]:
    """`mentions` without those that stand in a sentence, clause or parenthesis of the past, of money or of marks.

    A sentence that says nothing of its own goes on with the one before it."""
    if not mentions:
        return ()
    low = text.lower()
    told = [m.span() for m in _PARENTHESIS.finditer(low) if _tells(m[1], years)]
    # What is told is blotted out, so that its words do not colour the goal beside it.
    for a, b in told:
        low = low[:a] + " " * (b - a) + low[b:]
    low = BASELINE.sub(lambda m: " " * len(m[0]), low)
    past = _past_sentences(low, years)
    kept = [m for m in mentions if not any(a <= m.number < b for a, b in told)]
    return tuple(m for m in kept if not _rejected(low, m, years, any(a <= m.number < b for a, b in past)))


BASELINE = re.compile(r"từ\s+(?:mức\s+)?[\d.,]+\s*(?:%|‰)?\s+(?:cuối\s+|của\s+)?(?:năm\s+20\d\d|hiện nay)")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\W_])")
_GOAL_NEAR = re.compile(r"phấn đấu|(?<!so với )(?<!vượt )(?<!các )mục tiêu|(?<!\w)sẽ(?!\w)|chỉ tiêu năm")


def _past_sentences(low: str, years: Years) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start, was = 0, False
    for end in [*(m.start() for m in _SENTENCE.finditer(low)), len(low)]:
        mood = mood_of(low[start:end], years)
        was = mood is Mood.PAST or (was and mood is Mood.PLAIN)
        if was:
            spans.append((start, end))
        start = end
    return spans


_ONLY_NUMBER = re.compile(r"[<>≥≤=~]?\s*\d")
_NUMBERS = re.compile(r"[<>≥≤=~]?\s*\d[\d.,]*\s*%?")


def _tells(inside: str, years: Years) -> bool:
    """Whether a parenthesis tells of what was: "(năm 2024 có 9/15 xã)", "(hiện nay 72%)"."""
    if inside.strip().startswith(("tương đương", "khoảng", "hay ", "tổng số")):
        return True  # "(tương đương 77 tỷ USD)" says the same once more
    if _ONLY_NUMBER.match(inside.strip()) and scope_of(_NUMBERS.sub(" ", inside)) is None:
        return True  # "(≥ 20 ppm)", "(95%)"
    match = _TOLD.match(inside.strip()) or _TOLD.search(inside)
    if match is None:
        return False
    if match["year"]:
        return years.is_past(int(match["year"]))
    return match.start() == 0 or match[0] == "hiện"


def _clause(low: str, one: Mention) -> tuple[int, int]:
    """The sentence's part around a mention, from ";" to ";" and from sentence to sentence."""
    starts = [(low.rfind(mark, 0, one.start), len(mark)) for mark in (";", ". ", "trong khi")]
    start = max((at + length for at, length in starts if at >= 0), default=0)
    ends = [e for e in (low.find(";", one.end), low.find(". ", one.end), low.find("trong khi", one.end)) if e >= 0]
    return start, min(ends, default=len(low))


_REACH = 500  # letters before and behind a number that can tell of it; sentences without an end are longer


def _rejected(low: str, one: Mention, years: Years, in_past: bool) -> bool:
    start, end = _clause(low, one)
    start, end = max(start, one.number - _REACH), min(end, one.end + _REACH)
    text, before, after = low[start:end], low[start : one.number], low[one.end : end]
    aimed = bool(_GOAL_NEAR.search(before))
    if _any("mood.score").search(text) and one.unit in ("điểm", "", "%"):
        return True
    if _any("mood.money").search(before) and _is_money(one):
        return True
    if re.match(r"\s*(?:so với cùng kỳ|kế hoạch đề ra)", after):
        return True
    last = _last_year(before)
    if last is not None and years.is_past(last):
        return True
    told = _against(before)
    if _any("mood.forecast").search(told) and not re.search(r"phấn đấu|mục tiêu", before):
        return True
    if aimed:
        return False
    told = _against(before)
    if in_past or any(_any(name).search(told) for name in ("mood.forecast", "mood.past", "mood.did")):
        return True
    return bool(_any("mood.share").search(before) and _is_money(one) and _any("mood.cost").search(text))


def _is_money(one: Mention) -> bool:
    return one.unit == "%" or "đồng" in one.unit or one.unit in ("", "tỷ", "triệu")


def _last_year(before: str) -> int | None:
    """The year in whose sentence part a number stands ("năm 2023 chỉ đạt |26,8"), None where none tells."""
    found = [m for p in (_OF_YEAR, _STATED_YEAR) for m in p.finditer(before)]
    if not found:
        return None
    nearest = max(found, key=lambda m: m.start("year"))
    later = re.search(r"năm\s+20\d\d|phấn đấu|mục tiêu", before[nearest.end("year") :])
    return None if later else int(nearest["year"])
