"""The one door between text and numbers, both ways, the Vietnamese way: 1.234,5 and 85,5%."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from dtxl.core.text import fold, tidy

_APPROXIMATE = re.compile(
    r"^(?:~|≈|>=|<=|[<>≥≤]|(?:tren|duoi|khoang|gan|hon|xap xi|uoc|uoc dat|it nhat|toi thieu)\b)\s*"
)
_NUMBER = re.compile(r"^[+-]?\d[\d.,]*$")
_LEADING = re.compile(r"^([+-]?(?:\d{1,3}(?: \d{3})+(?!\d)|\d)[\d.,]*)\s*(.*)$", re.DOTALL)
_GROUPS_DOT = re.compile(r"^\d{1,3}(?:\.\d{3})+$")
_GROUPS_COMMA = re.compile(r"^\d{1,3}(?:,\d{3})+$")
_LIMIT = Decimal(10) ** 18
_PERCENT = re.compile(r"^(?:%|\uff05|phan tram\b)")
# "2 triệu" is not 2, and whether "3tr" is 3,000,000 or a slip is for the agency to say.
_MULTIPLIER = re.compile(r"^(?:nghin|ngan|k|trieu|tr|ty|ti|chuc|tram|van)\b")
_UNCERTAIN = re.compile(r"[\d?\u2030*\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218f]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a piece of text says as a number. `value` is None where it says none, or none that is certain."""

    value: Decimal | None
    percent: bool = False  # a "%" stood behind it: 85,5% reads as 85.5 with this flag, never as 0.855
    approximate: bool = False  # "trên 80", "~300"
    unit: str = ""  # words behind the number: "hồ sơ"
    ambiguous: bool = False  # 1.234 and 1,234: thousands or decimals


def read_number(text: str, *, whole: bool = False) -> Reading:
    """Read one number as people write it in Vietnam.

    `whole`: the field counts things, so "1,234" can only mean one thousand two hundred and thirty-four. A fraction
    ("12/15"), a range ("10 - 11") or a text without a leading number gives no value. Values of 10^18 and more are
    refused: no indicator has them, and a slip of the key does.
    """
    rest = tidy(text)
    approximate = False
    while match := _APPROXIMATE.match(fold(rest)):
        # fold() keeps one character for one, so the length of the match fits the unfolded text too.
        approximate, rest = True, rest[match.end() :].strip()
    leading = _LEADING.match(rest)
    if not leading:
        return Reading(None, approximate=approximate)
    digits, tail = leading[1].replace(" ", ""), leading[2].strip()
    percent = bool(match := _PERCENT.match(fold(tail)))
    tail = tail[match.end() :].strip() if match else tail
    if digits[-1] in ".,":
        digits = digits[:-1]
    if _UNCERTAIN.search(tail) or tail[:1] in {"/", "-", "–", ":", "^"} or _MULTIPLIER.match(fold(tail)):
        return Reading(None, approximate=approximate)
    value, ambiguous = _value(digits, whole)
    if value is not None and abs(value) >= _LIMIT:
        value = None
    # "1 234" is a number with its thousands apart, or two numbers in one cell.
    return Reading(value, percent, approximate, tail, ambiguous or leading[1].count(" ") == 1)


def _value(digits: str, whole: bool) -> tuple[Decimal | None, bool]:
    sign = -1 if digits[0] == "-" else 1
    body = digits.lstrip("+-")
    dot, comma = "." in body, "," in body
    ambiguous = False
    if dot and comma:
        decimal = max(".,", key=body.rfind)
        groups, _, fraction = body.rpartition(decimal)
        pattern = _GROUPS_COMMA if decimal == "." else _GROUPS_DOT
        if not pattern.match(groups) or not fraction.isdigit():
            return None, False
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
