"""The one door between text and numbers, both ways, the Vietnamese way: 1.234,5 and 85,5%."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from dtxl.core.text import fold, tidy

_APPROXIMATE = re.compile(
    r"^(?:~|≈|≃|≅|∼|>=|<=|[<>≥≤]|(?:vao )?(?:tren|duoi|khoang|gan|hon|xap xi|(?:ang )?chung|uoc(?: dat| tinh| khoang)?"
    r"|it nhat|toi thieu|toi da|khong (?:qua|duoi|it hon|nhieu hon)|(?:cao|thap|lon|nho|nhieu|it) hon|du kien|tam tinh"
    r"|tam|ngot|do)\b:?)\s*"
)
# What people write before the number without changing it: "đạt 85%", "có 300 hồ sơ".
_LEAD = re.compile(
    r"^(?:(?:đạt được|đạt|có|được|là|tổng số|tổng cộng|tổng|dat|co|tong so|tong cong)\b\s*:?|[:=])\s*(?=\S)", re.I
)
_ABOUT = re.compile(r"^cỡ\b\s*", re.I)  # folds to the same letters as "có"
_LEADING = re.compile(
    r"^([+-]?(?:\d{1,3}(?:['’]\d{3})+(?!\d)|\d{1,3}(?: \d{3})+(?!\d)|\d)[\d.,]*)(\s*)(.*)$", re.DOTALL
)
_GROUPS_DOT = re.compile(r"^\d{1,3}(?:\.\d{3})+$")
_GROUPS_COMMA = re.compile(r"^\d{1,3}(?:,\d{3})+$")
_LIMIT = Decimal(10) ** 18
_TELEPHONE = re.compile(r"^(?:0\d{8,}|\+84\d{8,})$")  # or the number of an identity card
_DAY = re.compile(r"^0\d+[.,]\d")  # "05.12" is a day as well as a number
_SIGNS = str.maketrans("−﹣－＋，．％（）／＜＞＝～＇", "---+,.%()/<>=~'")
_QUOTED = re.compile(r"""^(?:"(.*)"|“(.*)”|'(.*)'|‘(.*)’)$""")
_PERCENT = re.compile(r"^(?:%|(?:phan tram|percent|pct|o/o)\b)")
_UNCERTAIN = re.compile(r"[\d?%\u2030*=|±\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218f]")
# "2 triệu" is not 2, and whether "3tr" is 3,000,000 or a slip is for the agency to say. Marks count: 5 văn bản, 12 ngân
# hàng, 3 trạm y tế and 7 chức danh are counted; typed without marks, only what cannot be these is a multiplier.
_MULTIPLIER = re.compile(
    r"^(?:(?:nghìn|ngàn|triệu|tỷ|tỉ|chục|trăm|vạn|tá|ng\.?đ|k|kđ|m|tr|trđ|tr\.đ|b|bn)(?![^\W_])|nghìn|triệu"
    r"|(?:nghin|trieu|trd|ty|ta)\b|tram\b(?! y te| bts)|ngan\b(?! hang| sach)|van\b(?! ban| de| phong| hoa)"
    r"|chuc\b(?! danh| nang| vu| sac)|ti\b(?! vi))",
    re.I,
)
# Words behind a number that turn its meaning round, or add to it.
_TURNED = re.compile(r"(?:^|\s)(?:chưa|không|còn|thiếu|trừ|rưỡi|nửa|lẻ|chua|khong|con lai|thieu|ruoi)(?:\s|$)", re.I)
_ROUGHLY = re.compile(
    r"(?:^|[\s(])(?:trở lên|trở xuống|hơn|ước(?: đạt| tính)?|dự kiến|tạm tính|khoảng|mấy|dư|tro len|tro xuong|uoc"
    r"|du kien|tam tinh|khoang)(?:[\s)]|$)",
    re.I,
)
# Measures: the field's own unit may be another (đồng or triệu đồng, km or m), which a count of things cannot have.
_MEASURE = re.compile(
    r"^\(?(?:đ|đồng|dong|vnđ|vnd|usd|eur|[₫$€]|kg|g|gam|gram|tấn|tan|tạ|yến|lạng|km|cm|mm|ha|hecta|lít|h|giờ|gio|phút|phut|giây"
    r"|ngày|ngay|tuần|tuan|tháng|thang|quý|năm|nam|[kmgt]b|[kmg]bps|lần|lan|đôi|cặp|độ)(?![^\W_])",
    re.I,
)
_JOINED = re.compile(r"(?:^|\s)(?:và|cộng|hoặc|hay|đến|tới|trên|trong|/)\s|/", re.I)
_LONG = 6  # words: so many behind a number are a sentence, which may say something else


@dataclass(frozen=True, slots=True)
class Reading:
    """What a piece of text says as a number. `value` is None where it says none, or none that is certain."""

    value: Decimal | None
    percent: bool = False  # a "%" stood behind it: 85,5% reads as 85.5 with this flag, never as 0.855
    approximate: bool = False  # "trên 80", "~300"
    unit: str = ""  # words behind the number: "hồ sơ"
    ambiguous: bool = False  # 1.234 and 1,234: thousands or decimals
    doubtful: bool = False  # the words may change what the number is: "300 USD", "5 và ba"


def read_number(text: str, *, whole: bool = False) -> Reading:
    """Read one number as people write it in Vietnam.

    `whole`: the field counts things, so "1,234" can only mean one thousand two hundred and thirty-four. A fraction
    ("12/15"), a range ("10 - 11"), a multiplier ("2 triệu"), words that turn the number round ("5 chưa đạt") or a text
    without a leading number give no value. Values of 10^18 and more are refused: no indicator has them, and a slip of
    the key does.
    """
    rest, approximate, lead = _front(text)
    leading = _LEADING.match(rest)
    if not leading:
        return Reading(None, approximate=approximate)
    digits, tail = re.sub(r"[ '’]", "", leading[1]), leading[3].strip()
    percent = bool(match := _PERCENT.match(fold(tail)))
    tail = tail[match.end() :] if match else tail
    approximate = approximate or tail.strip() == "+" or bool(_ROUGHLY.search(tail))
    tail = tail.strip(" .,;!…" + ("+" if tail.strip() == "+" else ""))
    stuck = not leading[2] and not percent
    if digits[-1] in ".,":
        digits, stuck = digits[:-1], False
    if _TELEPHONE.match(digits) or _spoils(tail, stuck):
        return Reading(None, approximate=approximate)
    value, ambiguous = _value(digits, whole)
    if value is not None and abs(value) >= _LIMIT:
        value = None
    # "1 234" is a number with its thousands apart, or two numbers in one cell.
    ambiguous = ambiguous or len(re.findall(r"[ '’]", leading[1])) == 1
    doubtful = bool(_MEASURE.match(tail) or _JOINED.search(tail) or len(tail.split()) > _LONG)
    return Reading(value, percent, approximate, tail or lead, ambiguous, doubtful)


def _front(text: str) -> tuple[str, bool, str]:
    """(what begins with the number, whether a word before it makes it approximate, the words that say nothing)."""
    rest = tidy(text).translate(_SIGNS)
    if not rest.isascii():
        rest = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in rest)
    if match := _QUOTED.match(rest):
        rest = next(part for part in match.groups() if part is not None)
    rest = rest.lstrip("'`‘’ ")
    approximate, lead = False, ""
    for _ in range(4):
        if match := _ABOUT.match(rest):
            approximate = True
        elif match := _LEAD.match(rest):
            lead = match[0].strip(" :=")
        elif match := _APPROXIMATE.match(fold(rest)):
            # fold() keeps one character for one, so the length of the match fits the unfolded text too.
            approximate = True
        else:
            break
        rest = rest[match.end() :].strip()
    return rest, approximate, lead


def _spoils(tail: str, stuck: bool) -> bool:
    """Whether what stands behind the number makes it another, or none; `stuck`: no space is between the two."""
    if not tail:
        return False
    if tail[0] in "/-–—:^\\+_<>~'’\"#&@" or _UNCERTAIN.search(tail):
        return True
    if not any(c.isalpha() or c in "₫$€" for c in tail):
        return True
    if (
        stuck
        and len(tail) < 3
        and not re.fullmatch("[KMGT]B", tail)
        and tail.isascii()
        and tail.isalpha()
        and (tail.isupper() or not _MEASURE.match(tail))
    ):
        return tail.casefold() != "hs"  # "10O", "5A", "3x"
    inner = tail.lstrip("([")
    outer = re.sub(r"^\([^)]*\)\s*", "", tail)
    return bool(_MULTIPLIER.match(inner) or _MULTIPLIER.match(outer) or _TURNED.search(tail))


def _value(digits: str, whole: bool) -> tuple[Decimal | None, bool]:
    sign = -1 if digits[0] == "-" else 1
    body = digits.lstrip("+-")
    dot, comma = "." in body, "," in body
    ambiguous = bool(_DAY.match(body))
    if dot and comma:
        decimal = max(".,", key=body.rfind)
        groups, _, fraction = body.rpartition(decimal)
        pattern = _GROUPS_COMMA if decimal == "." else _GROUPS_DOT
        if not pattern.match(groups) or not fraction.isdigit():
            return None, False
        # "1,234.567" may be a slip for 1.234.567; written the Vietnamese way only where things are counted.
        ambiguous = len(fraction) == 3 and (whole or decimal == ".")
        body = re.sub(r"[.,]", "", groups) + "." + fraction
    elif dot or comma:
        mark = "." if dot else ","
        grouped = (_GROUPS_DOT if dot else _GROUPS_COMMA).match(body) and not body.startswith("0")
        if body.count(mark) > 1:
            if not grouped:
                return None, False
            body = body.replace(mark, "")
        elif grouped:
            # 1.234 is one thousand … in Vietnam; 1,234 is one and a bit, unless things are counted. Both are doubtful.
            ambiguous = True
            body = body.replace(mark, "" if dot or whole else ".")
        else:
            body = body.replace(",", ".")
    try:
        return sign * Decimal(body), ambiguous
    except InvalidOperation:
        return None, False


def from_cell(number: float) -> Decimal:
    """A cell's number exactly as it is shown there: 0.1 is Decimal("0.1"), 12.0 is Decimal("12")."""
    value = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    return value.quantize(Decimal(1)) if value == value.to_integral_value() and abs(value) < _LIMIT else value


def show(number: Decimal | Fraction | int | None, places: int = 2, *, fixed: bool = False) -> str:
    """1234.5 → "1.234,5"; rounded half up to `places` decimals, trailing zeros dropped unless `fixed`; None → ""."""
    if number is None:
        return ""
    exact = Fraction(number)
    scale = 10**places
    scaled = exact * scale
    units = int((abs(scaled) + Fraction(1, 2)).__floor__())
    sign = "-" if exact < 0 and units else ""
    whole, part = divmod(units, scale)
    text = f"{whole:,}".replace(",", ".")
    decimals = f"{part:0{places}d}" if places else ""
    if not fixed:
        decimals = decimals.rstrip("0")
    return sign + text + ("," + decimals if decimals else "")


def show_percent(number: Decimal | Fraction | int | None, places: int = 2) -> str:
    """85.5 → "85,5%"; None → ""."""
    return "" if number is None else show(number, places) + "%"


def plain(number: Decimal) -> str:
    """A canonical text for storing: no exponent, no trailing zeros ("1234.5", "0", "-3")."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def rounded(number: Fraction, places: int) -> Decimal:
    """`number` rounded half up to `places` decimals."""
    scaled = number * 10**places
    units = (abs(scaled) + Fraction(1, 2)).__floor__()
    return (Decimal(units if number >= 0 else -units) / Decimal(10**places)).quantize(
        Decimal(1).scaleb(-places), ROUND_HALF_UP
    )
