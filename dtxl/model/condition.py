"""Conditions between the figures of one return, as staff write them in the plan workbook: "I.1.tử số ≤ I.2.mẫu số".

A grammar of our own, read by hand; nothing of it is ever run as code:

    condition = sum, ("≤" | "≥" | "<" | ">" | "=" | "≠"), sum
    sum       = product, {("+" | "-"), product}
    product   = factor, {"×", factor}
    factor    = number | figure | "(", sum, ")" | "-", factor
    figure    = code of an indicator, ".", ("tử số" | "mẫu số" | "giá trị" | "kết quả")
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from dtxl.core.numbers import read_number
from dtxl.core.text import fold, tidy
from dtxl.model.plan import Kind

LONGEST, DEEPEST = 300, 20  # characters of a condition; brackets within brackets
PARTS = {"tu so": "numerator", "mau so": "denominator", "gia tri": "value", "ket qua": "result"}
PARTS |= {name: name for name in PARTS.values()}
COMPARE: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "≤": lambda a, b: a <= b,
    "≥": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
}
_SIGNS = str.maketrans({"−": "-", "–": "-", "*": "×", "·": "×", "＝": "=", "＜": "<", "＞": ">", "（": "(", "）": ")"})
_PAIRS = (("<=", "≤"), ("=<", "≤"), (">=", "≥"), ("=>", "≥"), ("<>", "≠"), ("!=", "≠"), ("==", "="))
_FIGURE = re.compile(
    r"([0-9A-Za-z](?:[0-9A-Za-z.\-]*[0-9A-Za-z])?) ?\. ?([^\W\d_]+(?: (?:số|trị|quả|so|tri|qua))?)(?!\w)"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?![\w.])")
_SIGN = re.compile(r"[-+×()≤≥<>=≠]")


class ConditionError(ValueError):
    """A condition cannot be understood; the text, in Vietnamese, says what is wrong with it."""


class UnknownIndicator(ConditionError):
    """It names an indicator that is none of those at hand."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A number, a figure (code, part), or an operation ("+", "-", "×") on two nodes."""

    number: Fraction = Fraction(0)
    figure: tuple[str, str] | None = None
    operation: str = ""
    parts: tuple["_Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition as understood."""

    left: _Node
    sign: str
    right: _Node

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """(code of the indicator, part) of each figure that it names, in the order of the text; part: numerator,
        denominator, value or result."""
        return tuple(dict.fromkeys([*_named(self.left), *_named(self.right)]))

    def sides(self, given: Mapping[tuple[str, str], Fraction]) -> tuple[Fraction, Fraction]:
        """What both sides come to. Raises KeyError where `given` lacks a figure."""
        return _worth(self.left, given), _worth(self.right, given)

    def holds(self, given: Mapping[tuple[str, str], Fraction]) -> bool:
        """Whether it is true of the figures. Raises KeyError where one is missing."""
        return COMPARE[self.sign](*self.sides(given))


def _named(node: _Node) -> Iterator[tuple[str, str]]:
    if node.figure is not None:
        yield node.figure
    for part in node.parts:
        yield from _named(part)


def _worth(node: _Node, given: Mapping[tuple[str, str], Fraction]) -> Fraction:
    if node.figure is not None:
        return given[node.figure]
    if not node.operation:
        return node.number
    left, right = (_worth(part, given) for part in node.parts)
    return left + right if node.operation == "+" else left - right if node.operation == "-" else left * right


def parse_condition(text: str, kinds: Mapping[str, Kind]) -> Comparison:
    """The comparison that `text` says. `kinds`: code → kind of each indicator that it may name.

    Raises ConditionError, of it UnknownIndicator for a code that is not among `kinds`.
    """
    clean = tidy(text).translate(_SIGNS)
    for pair, one in _PAIRS:
        clean = clean.replace(pair, one)
    if len(clean) > LONGEST:
        raise ConditionError(f"điều kiện dài quá {LONGEST} ký tự; hãy tách thành nhiều điều kiện")
    reader = _Reader(list(_tokens(clean, kinds)))
    left = reader.sum(0)
    sign = reader.take()
    if sign not in COMPARE:
        raise ConditionError(
            "thiếu dấu so sánh (≤, ≥, <, >, =, ≠)" if sign is None else f"chờ dấu so sánh, gặp {_shown(sign)}"
        )
    right = reader.sum(0)
    rest = reader.take()
    if rest is not None:
        more = "; mỗi điều kiện chỉ có một dấu so sánh" if rest in COMPARE else ""
        raise ConditionError(f"thừa {_shown(rest)}{more}")
    found = Comparison(left, str(sign), right)
    if not found.figures:
        raise ConditionError("chưa nêu số liệu nào; ví dụ: I.1.tử số ≤ I.2.mẫu số")
    return found


def _tokens(text: str, kinds: Mapping[str, Kind]) -> Iterator[str | _Node]:
    at = 0
    while at < len(text):
        if text[at] == " ":
            at += 1
        elif figure := _FIGURE.match(text, at):
            yield _Node(figure=_known(figure[1], figure[2], kinds))
            at = figure.end()
        elif number := _NUMBER.match(text, at):
            read = read_number(number[0])
            if read.value is None or read.ambiguous:
                raise ConditionError(f"số “{number[0]}” có thể hiểu theo nhiều cách; viết không có dấu ngăn hàng nghìn")
            yield _Node(Fraction(read.value))
            at = number.end()
        elif sign := _SIGN.match(text, at):
            yield sign[0]
            at = sign.end()
        else:
            word = re.match(r"\w+|.", text[at:])
            raise ConditionError(
                f"không hiểu “{word[0] if word else text[at]}”; số liệu viết là mã chỉ tiêu, dấu chấm, rồi tử số, "
                "mẫu số, giá trị hoặc kết quả, ví dụ I.1.tử số"
            )


def _known(code: str, word: str, kinds: Mapping[str, Kind]) -> tuple[str, str]:
    part = PARTS.get(fold(word))
    if part is None:
        raise ConditionError(f"không có mục “{word}”; chỉ dùng tử số, mẫu số, giá trị, kết quả")
    if code not in kinds:
        apart = " (dấu trừ viết cách ra hai bên)" if "-" in code else ""
        raise UnknownIndicator(f"không có chỉ tiêu mã “{code}”{apart}")
    ratio = kinds[code] is Kind.RATIO
    if part != "result" and ratio != (part in ("numerator", "denominator")):
        right = "tử số, mẫu số hoặc kết quả" if ratio else "giá trị"
        raise ConditionError(f"chỉ tiêu {code} không có “{word}”; dùng {right}")
    return code, part


def _shown(token: str | _Node) -> str:
    if isinstance(token, str):
        return f"dấu “{token}”"
    return f"“{'.'.join(token.figure)}”" if token.figure else f"số {token.number}"


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[str | _Node]) -> None:
        self._tokens, self._at = tokens, 0

    def take(self) -> str | _Node | None:
        """The next token; None at the end."""
        if self._at >= len(self._tokens):
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    def _next_is(self, *signs: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at] in signs

    def sum(self, depth: int) -> _Node:
        """A sum; `depth` counts the brackets around it."""
        node = self._product(depth)
        while self._next_is("+", "-"):
            node = _Node(operation=str(self.take()), parts=(node, self._product(depth)))
        return node

    def _product(self, depth: int) -> _Node:
        node = self._factor(depth)
        while self._next_is("×"):
            self.take()
            node = _Node(operation="×", parts=(node, self._factor(depth)))
        return node

    def _factor(self, depth: int) -> _Node:
        if depth > DEEPEST:
            raise ConditionError("ngoặc lồng nhau quá nhiều")
        token = self.take()
        if isinstance(token, _Node):
            return token
        if token == "-":
            return _Node(operation="-", parts=(_Node(), self._factor(depth + 1)))
        if token == "(":
            inside = self.sum(depth + 1)
            if self.take() != ")":
                raise ConditionError("thiếu dấu đóng ngoặc")
            return inside
        raise ConditionError("thiếu số liệu ở cuối" if token is None else f"chờ một số liệu, gặp {_shown(token)}")
