"""Numbers in a sentence that can be targets: each with its comparator, value and unit, or not taken at all.

A number is a target where it is a percentage, or where a leading word binds it ("tối thiểu 5 mô hình"), or where it
closes a measure ("sản lượng 612.000 tấn"). Ages, dates, numbers of documents and of levels, ranks, baselines ("từ 72%
… lên"), results of the past and shares of cost are none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from dtxl.core.numbers import read_number
from dtxl.extract.grammar import Lead, alternatives, grammar, names_measure, pattern, read_lead

_NUMBER = re.compile(
    r"(?<![\w/.,:%‰+–-])(?:\d{1,3}(?:[ ]\d{3})+(?![\w%])|\d[\d.,]*\d|\d)(?=[\s%‰;,.)/–-]|$|m\d?(?!\w)|ha(?!\w))"
)
_SIGNED = re.compile(r"(?:>=|<=|[<>≥≤=~])\s*$")
_PERCENT = re.compile(r"\s*(?:%|phần trăm|điểm phần trăm|điểm %)(?:\s*(?:/|mỗi)\s*năm(?!\w))?(?:\s+trở lên(?!\w))?")
_MILLE = re.compile(r"\s*(?:‰|%o|%0(?!\d)|phần nghìn)(?:\s*/\s*năm(?!\w))?")
_RANGE = re.compile(
    r"\s*(?P<unit>%|‰)?\s*(?:-|–|—|đến|tới|~)\s*(?:dưới\s+|khoảng\s+)?(?P<high>\d[\d.,]*\d|\d)(?=\s*(?P<after>%|‰|[^\W\d_]|[;,.)]|$))"
)
_AFTER = re.compile(r"\s*(?P<way>trở lên|trở xuống|trở đi)(?!\w)")
_UP = re.compile(r"[^,;.:\d%]{1,60}?\s(?P<way>trở lên)(?!\w)")
_FRACTION = re.compile(r"\s*/\s*(?!1\.?000(?!\d)|10\.?000|100\.?000)(?P<of>\d[\d.]*)\s+(?=[^\W\d_])")
_DOCUMENT = re.compile(r"\s*[/-]\s*(?:\d{4}\s*[/-]\s*)?[A-ZĐ]{1,}|[/.-]\d{1,2}[/.-]\d{2,4}")
_DATE = re.compile(r"\d{1,2}\s*/\s*\d{1,2}(?:\s*/\s*\d{2,4})?(?!\d)|\d{1,2}\s*/\s*20\d\d(?!\d)")
_YEARS = re.compile(r"(?:19|20)\d\d(?!\d)")
_UNKNOWN_PER = re.compile(r"\s+[^\W\d_]+(?:\s[^\W\d_]+)?\s?/\s?[^\W\d_]+(?:\s?/\s?(?:năm|tháng|ngày)(?!\w))?")
_PER_BARE = re.compile(r"\s*/\s*(?:[\d.]+\s*)?(?:\w+)")
_BASELINE = re.compile(
    r"(?<!\w)từ\s+(?:mức\s+|khoảng\s+|gần\s+)?(?P<number>\d[\d.,]*)\s*(?:%|‰)?(?P<between>[^;,%‰]*?)\s"
    r"(?:(?<!trở )lên|(?<!trở )xuống|còn|đến năm|vào năm)(?!\w)"
)
_NOW = re.compile(
    r"(?:hiện đạt|hiện nay đạt|hiện nay là|hiện nay|hiện mới|hiện là|hiện có|từ mức|so với mức|so với|"
    r"thực hiện năm \d{4}|"
    r"ước thực hiện|kịch bản)\s*:?\s*$"
)
_AGAINST = re.compile(r"\s*(?:so với (?:kế hoạch|cùng kỳ|dự toán)|kế hoạch(?!\w)|dự toán(?!\w))")
_EACH_OF = re.compile(r"^(?:1|01|10|100|1\.000|10\.000|100\.000)$")
_FALLS = re.compile(r"(?:phấn đấu |tiếp tục |kéo |cắt )?giảm\s+")
# What a measure is counted in where the grammar does not know it: "sĩ số không quá 35 em", "đạt 168,5 cm".
_STOPS = "vào|trong|năm|đối|tại|trở|trên|so|và|cho|của|đến|từ|là|theo|ở|trước|hoặc|được|với|nhưng|để"
_OPEN_UNIT = re.compile(
    r"\s+((?!(?:vào|trong|năm|đối|tại|trở|trên|so|và|cho|của|đến|từ|là|theo|ở|trước|hoặc|được|với)\s)[^\W\d_]+"
    r"(?:\s(?!(?:vào|trong|năm|đối|tại|trở|trên|so|và|cho|của|đến|từ|là|theo|ở|trước|hoặc|được|với)\s)[^\W\d_]+){0,2})(?=\s*[,;.()]|\s*$|\s(?:vào|trong|đối|tại|trở|trên|so|và|đến|theo|ở|trước)\s)"
)
_CLOSES = re.compile(r"[;,.)]|và |trong đó|vào năm|năm 20|đến năm|\(|so với|trên|tại|đối với|/")
_PLACE = re.compile(
    r"(?:toàn\s+\w+|mỗi\s+[\w, ]{1,30}|cả\s+\w+|trên địa bàn[\w ]{0,30}|tỉnh|huyện|xã|thành phố|năm \d{4},?)\s*$"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A target's phrase: from the first word that leads to the number (`start`) to the last that belongs to it (`end`).

    Offsets count characters of the text that was read. `value` is None for a number that was left out; `why` then says
    for what reason ("baseline", "rank", …)."""

    start: int
    number: int  # where the digits begin
    end: int
    op: str
    value: Decimal
    unit: str
    lead: Lead
    up: bool = False  # "60% hộ gia đình trở lên"
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """A goal to be among the first: no target, listed apart."""

    start: int
    end: int


def find_mentions(text: str) -> tuple[Mention, ...]:
    """The targets' numbers of `text` (tidy), in order."""
    low = text.lower()
    baselines = _baselines(low)
    found: list[Mention] = []
    position = 0
    for match in _NUMBER.finditer(low):
        if match.start() < position or match.start() in baselines:
            continue
        one = _mention(low, text, match, position)
        if one is not None and not (_joined(low, one) and not _counts(found)):
            found.append(one)
            position = one.end
    found += [one for one in _none_left(low, text) if not any(m.start <= one.start < m.end for m in found)]
    found.sort(key=lambda m: m.start)
    return tuple(_without_denominators(low, found))


def _joined(low: str, one: Mention) -> bool:
    """Whether only "và" binds a count: "100% dịch vụ … và 25 dịch vụ công thiết yếu" names a list by its number."""
    return one.unit not in ("%", "‰") and not one.lead.classes and low[: one.start].rstrip().endswith(" và")


def _counts(found: Sequence[Mention]) -> bool:
    return bool(found) and found[-1].unit not in ("%", "‰")


_NONE_LEFT = re.compile(r"(?<!\w)(?:không còn|không để xảy ra|chấm dứt)\s+(?=[^\W\d_])")


def _none_left(low: str, text: str) -> list[Mention]:
    """ "không còn hộ đói": none of what is counted may be left."""
    out = []
    for match in _NONE_LEFT.finditer(low):
        unit = pattern("units.counts").match(low, match.end())
        if match[0].startswith("không còn") and unit:
            lead = Lead(match.start(), frozenset({"compare"}), ("<=",), ())
            stop = match.end()
            out.append(
                Mention(match.start(), match.start(), stop, "<=", Decimal(0), text[unit.start() : unit.end()], lead)
            )
    return out


def _baselines(low: str) -> set[int]:
    """Where the numbers stand that only say where things start: "từ 72% năm 2024 lên 80%"."""
    starts: set[int] = set()
    for match in _BASELINE.finditer(low):
        between = match["between"]
        if not re.match(r"\s*(?:-|–|đến|tới)\s*\d", between):
            starts.add(match.start("number"))
    return starts


def _mention(low: str, text: str, match: re.Match[str], floor: int) -> Mention | None:
    digits = match[0].rstrip(".,")
    start, end = match.start(), match.start() + len(digits)
    if _is_name(low, text, start, end):
        return None
    lead = read_lead(low, start, floor)
    doubt, high_end = "", end
    upper = _RANGE.match(low, end)
    if upper and not _YEARS.fullmatch(upper["high"]):
        high_end = upper.end("high")
        doubt = f"Mục tiêu ghi thành khoảng “{text[start:high_end]}”; lấy mức thấp."
    fraction = _FRACTION.match(low, end) if not upper else None
    unit, stop = _unit(low, text, fraction.end() if fraction else high_end)
    if unit is None:
        return None
    if fraction:
        doubt = f"Mục tiêu ghi thành phân số “{text[start : fraction.end()].strip()}”; lấy tử số."
    after = _AFTER.match(low, stop)
    share = _share_of(Decimal(digits.replace(".", "")), fraction["of"], low, fraction.end()) if fraction else None
    unit = "%" if share else unit
    percent = unit in ("%", "‰")
    if percent:
        lead = read_lead(low, start, floor, making=False)
    if not percent and not _bound(low, lead, bool(after), stop, unit):
        return None
    if _is_past(low, lead, start):
        return None
    if not unit and (own := _OPEN_UNIT.match(text, stop)):
        unit, stop = own[1], own.end()
    reading = read_number(digits, whole=not percent)
    if share:
        reading = replace(reading, value=share)
    if reading.value is None:
        return None
    if reading.ambiguous and percent:
        doubt = doubt or f"Không chắc “{digits}” là số thập phân hay hàng nghìn."
    op, up = _op(low, lead, after["way"] if after else "", stop)
    return Mention(
        lead.start, start, after.end() if after else stop, op, reading.value, unit, lead, up=up, doubt=doubt
    )  # fmt: skip


def _share_of(part: Decimal, whole: str, low: str, end: int) -> Decimal | None:
    """ "giảm 2/3 số vị thành niên": a share of all, in percent; None for "12/15 xã"."""
    total = Decimal(whole.replace(".", ""))
    if total > 10 or part >= total or not re.match(r"(?:tổng )?(?:số|diện tích|dân số)\s", low[end:]):
        return None
    return (100 * part / total).quantize(Decimal("0.01"))


def _is_name(low: str, text: str, start: int, end: int) -> bool:
    """Whether the number is part of a name, a date, a number of a document, a rank, a telephone number."""
    before = low[:start].rstrip()
    word = re.search(r"(?<!\w)(?:[^\W\d_]+\s)?[^\W\d_]+$", before[-40:])
    if word and (named := _NAMES_BEFORE.search(before[-40:])):
        if _COUNTED.search(before):
            return False  # "quy mô dân số 104 triệu người"
        is_day = (
            named[0] in ("năm", "tháng", "ngày", "quý") and end - start > 2 and not _YEARS.fullmatch(low[start:end])
        )
        return not is_day and not low[end:].lstrip().startswith(("%", "‰"))
    if _RANKED.search(before):
        return True
    if _DOCUMENT.match(text, end) or _DATE.match(low, start):
        return not re.match(r"\s*/\s*\d[\d.]*\s+[^\W\d_]", low[end:])
    if _YEARS.fullmatch(low[start:end]) and not re.match(r"\s*(?:%|‰)", low[end:]):
        return not pattern("units.counts").match(low, len(low[:end]) + 1)
    return bool(re.match(r"\s*(?:h\d\d|:\d\d|giờ \d)", low[end:]))


_RANKED = re.compile(r"(?:xếp thứ|thứ hạng|xếp hạng|vị trí)(?:\s+(?:từ|thứ))?$")
_COUNTED = re.compile(r"(?:dân|tỷ|tỉ|hệ|chỉ|doanh|tổng|sĩ)\s+số$")
_NAMES_BEFORE = re.compile(rf"(?<!\w){alternatives(grammar()['names']['before'])}$")


def _unit(low: str, text: str, end: int) -> tuple[str | None, int]:
    """The unit behind a number ("" for none known) and where it ends; (None, …) where the words say that it counts
    what no plan sets as a target."""
    if mille := _MILLE.match(low, end):
        return "‰", mille.end()
    if percent := _PERCENT.match(low, end):
        stop = percent.end()
        if percent[0].endswith("trở lên"):
            stop -= len("trở lên")
        return "%", stop
    at = end
    while at < len(low) and low[at] == " ":
        at += 1
    multiplier = re.compile(alternatives(grammar()["units"]["multipliers"])).match(low, at)
    first = at
    if multiplier:
        at = multiplier.end()
        while at < len(low) and low[at] == " ":
            at += 1
    if pattern("names.inside").match(low, at):
        return None, end
    if counted := pattern("units.counts").match(low, at):
        stop = counted.end()
        if counted[0] in grammar()["names"]["time"] and not _measures_time(low[:end]):
            return None, end
        pair = None if counted[0].startswith("lượt") else _pair_of(counted[0], low, stop)
        if pair:
            stop = pair
        elif per := _per().match(low, stop):
            stop = per.end()
        elif counted[0] in grammar()["names"]["after"]:
            return None, end
        return text[first:stop], stop
    if pattern("names.after").match(low, at):
        return None, end
    if per := _per_number().match(low, end):
        return text[end : per.end()].strip(), per.end()
    if per := _UNKNOWN_PER.match(low, end):
        return text[at : per.end()], per.end()
    if per := _PER_BARE.match(low, end):
        if multiplier:
            return low[first : multiplier.end()], multiplier.end()
        return (low[end:].lstrip()[: per.end() - end].strip(), per.end()) if low[end] == "/" else (None, end)
    if low[end : end + 1] in ("-", "–", "/", ":"):
        return None, end
    if multiplier:
        return low[first : multiplier.end()], multiplier.end()
    return "", end


def _pair_of(first: str, low: str, stop: int) -> int | None:
    """Where the second of two things counted together ends: "tổ chức, doanh nghiệp", "mô hình, dự án"."""
    second = pattern("units.counts").match(low, stop + 2) if low.startswith(", ", stop) else None
    if second is None or second[0] == first or low.startswith((",", " và"), second.end()):
        return None
    return second.end()


@cache
def _per() -> re.Pattern[str]:
    """What follows a unit in "bác sĩ/10.000 dân", "m2 sàn/người", "USD/người/năm"."""
    noun = rf"(?:{alternatives(grammar()['units']['per'])}|(?!(?:{_STOPS})\s)[^\W\d_]+)"
    return re.compile(rf"(?:\s[^\W\d_]+){{0,3}}\s?/\s?(?:[\d.,]+\s?)?{noun}(?:\s?/\s?{noun})?|\s?/\s?[\d.]+(?!\w)")


@cache
def _per_number() -> re.Pattern[str]:
    """ "42/100.000 trẻ đẻ sống": a rate whose numerator has no word of its own."""
    noun = rf"(?:{alternatives(grammar()['units']['per'])}|(?!(?:{_STOPS})\s)[^\W\d_]+)"
    return re.compile(rf"\s?/\s?1(?:0{{0,2}}\.?000)\s{noun}")


def _measures_time(before: str) -> bool:
    clause = re.split(r"[;.]\s", before)[-1]
    return any(word in clause for word in grammar()["names"]["measured_time"])


def _bound(low: str, lead: Lead, after: bool, stop: int, unit: str) -> bool:
    """Whether a number that is no percentage is set as a goal by the words around it."""
    part = _closed(re.split(r"[;.]\s", low[: lead.start].rstrip())[-1])
    clause = re.split(r"[,:(]\s*", part)[-1].strip()
    goes_on = not clause or ":" in part  # ", dưới 9 vào năm 2030"; "tỷ số …: nam đạt 168 cm"
    measured = names_measure(clause, steered=True) or (goes_on and names_measure(part, steered=True))
    if not unit and not measured:
        # "không quá 80 đại biểu": what the grammar does not know as countable has to be named as a measure.
        return False
    rest = low[stop:].lstrip(" ")
    closes = not rest or bool(_CLOSES.match(rest))
    if lead.ops[:1] == ("<",) and re.match(r"(?:cao hơn|thấp hơn|đạt|tăng|giảm)(?!\w)", rest):
        return False  # "tỷ lệ tăng dân số của dân tộc dưới 10 nghìn người cao hơn …"
    if lead.ops[:1] == ("<",) and not measured and not pattern("units.physical").match(unit):
        return False  # "dân tộc thiểu số có dưới 10.000 người" names whom it concerns
    if lead.has("compare", "rise", "fall", "up_to") or after:
        return not (unit == "" and lead.words[:1] == ("từ",)) or after
    before = low[: lead.start].rstrip()
    head = not before.strip(" -+*•:") or before.endswith((";", ",", ":", "(", "trong đó")) or _connected(low, lead)
    if lead.has("make"):
        only_have = set(lead.words) & {"có"} and not lead.has("aim") and len(lead.words) == 1
        return bool(unit) and (not only_have or head or bool(_PLACE.search(low[: lead.start])))
    if lead.has("aim", "down_to"):
        return True
    if lead.has("reach"):
        return lead.words[-1:] != ("là",) or bool(unit)
    if not unit:
        return False
    return head or (closes and (measured or bool(pattern("units.physical").match(unit))))


def _closed(text: str) -> str:
    """`text` without its parentheses."""
    return re.sub(r"\([^()]*\)", " ", text)


def _connected(low: str, lead: Lead) -> bool:
    return bool(re.search(r"(?:^|[;,:(.]\s|\s)(?:và|hoặc|với|gồm)\s*$", low[: lead.start]))


def _is_past(low: str, lead: Lead, start: int) -> bool:
    """Whether the words right around say that this is where things stand today."""
    return bool(_NOW.search(low, max(0, lead.start - 40), lead.start) or _NOW.search(low, max(0, start - 40), start))


def _op(low: str, lead: Lead, way: str, stop: int) -> tuple[str, bool]:
    """(comparator, whether "trở lên" stands behind the noun)."""
    up = bool(_UP.match(low, stop)) and not way
    ops = lead.ops
    op = next((o for o in ops if o in (">", "<", "<=")), ops[0] if ops else "")
    if "từ" in lead.words and way == "trở xuống":
        op = "<="
    if not op:
        op = "<=" if way == "trở xuống" or lead.has("down_to") else ">="
    elif op == ">=" and lead.has("down_to"):
        op = "<="
    if lead.has("up_to", "down_to") or up:
        return op, up
    clause = re.split(r"[;,.]\s", low[: lead.start])[-1].strip(" -+")
    already = re.search(r"\d\s*(?:%|‰|lần|[^\W\d_])", clause)
    part = re.split(r"[;.]\s", low[: lead.start])[-1].strip(" -+")
    clause = part if _FALLS.match(part) else clause  # "giảm thời gian họp, hội nghị tối thiểu 30%"
    if op in (">", ">=") and _FALLS.match(clause) and not lead.has("reach") and not already:
        return "reduce" + op, up  # "giảm số vụ tai nạn ít nhất 5%"
    if op in (">", ">=") and clause.startswith(tuple(grammar()["measure"]["fall_by_itself"])):
        return "reduce" + op, up
    if op in (">", ">="):
        if lead.has("rise"):
            return "increase" + op, up
        if lead.has("fall"):
            return "reduce" + op, up
    return op, up


def _without_denominators(low: str, found: Sequence[Mention]) -> list[Mention]:
    """ "giá trị sản phẩm trên 1 ha đất đạt 145 triệu đồng": what is measured per 1 ha is no target."""
    out = []
    for index, one in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        digits = re.match(r"[\d.]+", low[one.number :])
        each = bool(digits and _EACH_OF.match(digits[0])) and one.unit not in ("%", "‰")
        inside = (
            one.unit not in ("%", "‰") and following and following.unit in ("%", "‰") and following.lead.has("reach")
        )
        if inside and following and not re.search(r"[;,(:]|\svà\s", low[one.end : following.start]):
            continue  # "tỷ lệ trẻ được tầm soát ít nhất 5 bệnh đạt 75%"
        if following and following.lead.has("reach") and _holds(low, one, following):
            continue
        if each and following and "trên" in one.lead.words and not re.search(r"[;,]", low[one.end : following.start]):
            continue
        out.append(one)
    return out


def _holds(low: str, one: Mention, following: Mention) -> bool:
    """Whether a number stands in the subject of the next one: "số xã có ít nhất 1 câu lạc bộ, … |đạt 50%", "dành ít
    nhất 10% số giường cho người cao tuổi: |đạt 70%"."""
    between = low[one.end : following.start]
    if ";" in between or one.lead.has("reach", "rise", "fall", "up_to", "down_to"):
        return False
    if between.rstrip().endswith(":"):
        return True
    subject = re.split(r"[;.]\s", low[: one.start])[-1]
    percent = following.unit == "%" and one.unit not in ("%", "‰")
    last = re.split(r"[,:]\s", between)[-1]
    return percent and names_measure(subject) and not names_measure(last, steered=True)
