"""The grammar of targets: from the wording of an indicator to its comparators, values and scopes.

"đạt X", "tối thiểu X", "X trở lên" and "100% …" are ">="; "trên X" is ">"; "không quá X" "<="; "dưới X" "<". A number
is a target where it is a percentage, or where a comparing word binds it; ages, dates and numbers of documents are none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dtxl.core.numbers import read_number
from dtxl.core.text import lower_first, tidy
from dtxl.extract.deadlines import find_deadlines
from dtxl.extract.scopes import find_scope, short_scope
from dtxl.extract.words import any_of, capital, words
from dtxl.model.plan import Target

_COMPARE = {
    ">": ("trên", "hơn", "lớn hơn", "cao hơn", "vượt", ">"),
    ">=": ("tối thiểu", "ít nhất", "không dưới", "không thấp hơn", "không ít hơn", "từ", "≥", ">="),
    "<=": ("tối đa", "không quá", "không vượt quá", "không vượt", "không cao hơn", "nhiều nhất", "≤", "<="),
    "<": ("dưới", "thấp hơn", "nhỏ hơn", "ít hơn", "<"),
    "=": ("bằng", "đúng bằng", "="),
}
_OP = {word: op for op, group in _COMPARE.items() for word in group}
_NUMBER = re.compile(r"(?<![\w/.,%-])\d{1,3}(?:[ ]\d{3})+(?![\w%])|(?<![\w/.,-])\d[\d.,]*\d|(?<![\w/.,-])\d")
_LEAD = re.compile(
    rf"""(?:(?<!\w)(?P<aim>phấn\ đấu|mục\ tiêu|phải)\s+)?
    (?:(?<!\w)(?P<reach>đạt\ tỷ\ lệ|đạt\ mức|đạt\ được|đạt|chiếm|ở\ mức|là|có)\s+)?
    (?:(?<!\w)(?P<change>tăng\ thêm|tăng|giảm)(?:\s+(?:bình\ quân|hằng\ năm|hàng\ năm))?\s+)?
    (?:(?<!\w)(?P<level>lên|xuống\ còn|xuống|còn)\s+)?
    (?:(?P<compare>(?<!\w)(?:{any_of(w for w in _OP if w[0].isalpha())})(?!\w)|>=|<=|[<>≥≤=])\s*)*$""",
    re.VERBOSE,
)
_RANGE = re.compile(r"^\s*%?\s*(?:[-–]|đến)\s*(\d[\d.,]*)(?=\s*%)")
_PERCENT = re.compile(r"^\s*(?:%|phần trăm)(?:\s*/\s*năm)?")
_AFTER = re.compile(r"^\s*(?P<way>trở lên|trở xuống)(?!\w)")
_UP = re.compile(r"^[^,;.\d%]{1,60}?\s(?P<way>trở lên)(?!\w)")  # "60% hộ gia đình trở lên"
_AIM = re.compile(
    r"^(?:(?:phấn đấu|mục tiêu|đảm bảo|bảo đảm)(?:\s+là)?(?:\s+(?:toàn tỉnh|toàn thành phố))?(?:\s+(?:đạt|có))?"
    r"|toàn tỉnh|toàn thành phố|có|đạt)\s+",
    re.IGNORECASE,
)
_OWN_YEAR = re.compile(r"(?<!\w)(?:(?:đến|vào|cho)\s+)?năm\s+(20\d\d)")
# "Đến năm 2025, …" and "… đạt 80% vào năm 2025"; within the wording it belongs to the name of some scheme.
_BY_YEAR = re.compile(
    r"(?:^|(?<=,\s)|(?<=%\s)|(?<=trở\slên\s)|(?<=trở\sxuống\s))(?:đến|vào)\s+năm\s+(20\d\d),?(?=\s|$)\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TargetReading:
    """What a wording says. `name` is the wording without its targets; `doubts` (Vietnamese) are for a person."""

    targets: tuple[Target, ...]
    name: str
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A target's phrase in the text, from the first word that leads to the number to the last that belongs to it."""

    start: int
    end: int
    op: str
    value: Decimal
    unit: str
    head: bool  # nothing but the phrase stands before: "100% CSDL …"
    up: bool  # "60% hộ gia đình trở lên"
    doubt: str = ""


def read_targets(text: str, year: int | None = None) -> TargetReading:
    """The targets of one wording. `year` is the plan's, for targets that do not name their own."""
    text = tidy(text)
    deadlines = find_deadlines(text, year)
    deadline = deadlines[0] if deadlines else None
    if deadline is not None:
        text = _clean(text[: deadline.start] + " " + text[deadline.end :])
    if by_year := _BY_YEAR.search(text):
        year = int(by_year[1])
        text = _clean(text[: by_year.start()] + " " + text[by_year.end() :])
    elif deadline is not None:
        year = deadline.day.year
    found = _find(text)
    if not found:
        return TargetReading((), capital(_clean(text)))
    scopes, scoped = _scopes(text, found)
    years = _years(text, found, year)
    targets = tuple(
        Target(one.op, one.value, one.unit, scope, in_year, deadline.day if deadline else None)
        for one, scope, in_year in zip(found, scopes, years, strict=True)
    )
    doubts = tuple(dict.fromkeys(one.doubt for one in found if one.doubt))
    if len(found) > 1 and not scoped and len(set(years)) < len(found):
        doubts = (*doubts, "Một câu có nhiều mức mục tiêu mà không rõ mỗi mức áp dụng cho ai.")
    return TargetReading(targets, _name(text, found, scoped, len(set(years)) > 1), doubts)


def _years(text: str, found: Sequence["_Found"], year: int | None) -> list[int | None]:
    """The year of each target: its own where several stand in one sentence ("80% năm 2024, 90% năm 2025")."""
    if len(found) == 1:
        return [year]
    own = [_OWN_YEAR.search(text[one.end : _next_start(found, i, len(text))]) for i, one in enumerate(found)]
    return [int(match[1]) if match else year for match in own]


def _next_start(found: Sequence[_Found], index: int, end: int) -> int:
    return found[index + 1].start if index + 1 < len(found) else end


def _find(text: str) -> list[_Found]:
    low = text.lower()
    found: list[_Found] = []
    position = 0
    for match in _NUMBER.finditer(low):
        if match.start() < position:
            continue
        one = _one(low, match)
        if one is not None:
            found.append(one)
            position = one.end
    return found


def _one(low: str, match: re.Match[str]) -> _Found | None:
    """The target that the number in `match` is, or None."""
    digits = match[0].rstrip(".,")
    end = match.start() + len(digits)
    doubt = ""
    if upper := _RANGE.match(low[end:]):
        doubt = f"Mục tiêu ghi thành khoảng “{low[match.start() : end + upper.end()]}%”; lấy mức thấp."
        end += upper.end()
    lead = _LEAD.search(low[: match.start()])
    assert lead is not None  # every part of the pattern may be empty
    unit, end = _unit(low, end)
    if unit is None:
        return None
    bound = lead["compare"] or lead["change"] or lead["reach"] in ("đạt", "đạt được", "đạt mức", "có")
    after = _AFTER.match(low[end:])
    if unit != "%" and not (bound or after):
        return None
    if lead["reach"] == "có" and not lead["compare"] and unit != "%" and lead.start() > 0:
        return None  # "có 04 trụ cột" counts what there is
    reading = read_number(digits, whole=unit != "%")
    if reading.value is None:
        return None
    if reading.ambiguous and unit == "%":
        doubt = doubt or f"Không chắc “{digits}” là số thập phân hay hàng nghìn."
    up = bool(_UP.match(low[end:])) and not after
    op = _op(lead, after["way"] if after else "", up)
    if after:
        end += after.end()
    head = not _AIM.sub("", low[: lead.start()].strip() + " ").strip()
    start = 0 if head else lead.start()
    return _Found(start, end, op, reading.value, unit, head, up, doubt)


def _unit(low: str, end: int) -> tuple[str | None, int]:
    """The unit behind a number ("" for none) and where it ends; (None, …) where the number is an age or a date."""
    if percent := _PERCENT.match(low[end:]):
        return "%", end + percent.end()
    data = words()["units"]
    rest = low[end:]
    if re.match(rf"\s*(?:{any_of(data['never'])})(?!\w)", rest) or rest[:1] in "/-–":
        return None, end
    if unit := re.match(rf"\s+({any_of([*data['counts'], *data['scores']])})(?!\w)", rest):
        return unit[1], end + unit.end()
    return "", end


def _op(lead: re.Match[str], way: str, up: bool) -> str:
    word = lead["compare"]
    op = _OP[word] if word else ("<=" if way == "trở xuống" else ">=")
    if word == "từ" and way == "trở xuống":
        op = "<="
    if lead["level"]:
        # "giảm xuống còn 5%" names the level that is to be reached, not the change.
        return op if word else ("<=" if lead["level"] != "lên" else ">=")
    if lead["change"] and not up and op in (">=", ">"):
        return ("reduce" if lead["change"] == "giảm" else "increase") + op
    return op


def _scopes(text: str, found: Sequence[_Found]) -> tuple[list[str | None], bool]:
    """The scope of each target and whether they have any.

    Scopes stand behind their numbers ("80% đối với cấp tỉnh, 60% đối với cấp huyện") or before them ("tại cấp tỉnh đạt
    trên 95%, cấp huyện trên 85%"): the reading that gives more targets a scope of their own is taken."""
    behind = [find_scope(text[one.end : _next_start(found, i, len(text))], many=len(found) > 1)
              for i, one in enumerate(found)]  # fmt: skip
    if len(found) == 1:
        return behind, behind[0] is not None
    before = []
    for index, one in enumerate(found):
        since = found[index - 1].end if index else 0
        before.append(find_scope(text[since : one.start], many=True, last=True))
    best = max(behind, before, key=lambda scopes: len({s for s in scopes if s}))
    distinct = {s for s in best if s}
    if len(distinct) < 2:
        return [None] * len(found), False
    return best, True


def _name(text: str, found: Sequence[_Found], scoped: bool, by_year: bool) -> str:
    """The wording without its targets, scopes and their years."""
    first = found[0]
    prefix = ""
    if first.head:
        prefix = "Tỷ lệ" if first.unit == "%" else "Số " + first.unit
        prefix = "Tỷ lệ giảm" if first.op.startswith("reduce") else prefix
    elif first.op.startswith(("reduce", "increase")):
        prefix = "Mức giảm" if first.op.startswith("reduce") else "Mức tăng"
    rest = _clean(" ".join(p.strip() for p in _pieces(text, found, scoped) if p.strip(" ,;.")))
    if by_year:
        rest = _OWN_YEAR.sub(" ", rest)
    if first.up:
        rest = re.sub(r"(?<!tuổi)\s+trở lên(?!\w)", "", rest, count=1)
    rest = _clean(_AIM.sub("", _clean(rest)))
    return capital(f"{prefix} {lower_first(rest)}".strip() if prefix else rest)


def _pieces(text: str, found: Sequence[_Found], scoped: bool) -> list[str]:
    """What is left of `text` when the targets are taken out."""
    first, last = found[0], found[-1]
    tail = text[last.end :]
    if not scoped:
        inner = [text[one.end : found[i + 1].start] for i, one in enumerate(found[:-1])]
        return [text[: first.start], *inner, tail]
    if len(found) == 1:
        return [text[: first.start], _without_scope(tail)]
    if not first.head:
        before = text[: first.start]
        if find_scope(text[first.end : found[1].start], many=True) is None or short_scope(before, at_end=True):
            before = before[: short_scope(before, at_end=True) or len(before)]
        return [before, _without_scope(tail)]
    # "90% A tại cấp tỉnh, 80% A tại cấp huyện và 60% A tại cấp xã được B" → "A được B"
    shared = text[first.end : found[1].start]
    what = _clean(shared[: short_scope(shared) or len(shared)])
    rest = _without_scope(tail)
    return [what, rest.strip().removeprefix(what)]


def _without_scope(tail: str) -> str:
    """`tail` without the scope's phrase: "đối với …" to the end or a parenthesis, or just "tại cấp xã"."""
    if match := re.match(r"^(?P<own>[^,;]*?)\s*đối với\s[^(]*", tail):
        return match["own"] + " " + tail[match.end() :]
    return re.sub(r"\s*(?:tại|ở|của)?\s*(?:UBND\s+)?cấp\s+(?:\w+,\s)*\w+", " ", tail, count=1)


def _clean(text: str) -> str:
    text = re.sub(r"\s+([,;.)])", r"\1", tidy(text))
    text = re.sub(r"(?:,\s*){2,}", ", ", text)
    return text.strip(" ,;.:-–")
