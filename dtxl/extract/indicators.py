"""Indicators from the raw rows of a table or from the sentences of the objectives."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from dtxl.core.text import roman, same_words, tidy
from dtxl.extract.grammar import grammar
from dtxl.extract.labels import Labels, draft_labels
from dtxl.extract.spelling import find_slips
from dtxl.extract.targets import TargetReading, read_targets
from dtxl.extract.words import folded_words
from dtxl.model.plan import Indicator, Kind, OverAgencies, OverPeriods, Question, Target

SAME = 0.8  # share of equal words from which two wordings are one indicator; OCR slips change one word in twenty
SAME_NAME = 0.65  # the same for two names with a value in common
CONTAINED = 0.9  # the same for a wording that the other only goes on with
_RATIO_NAME = re.compile(r"^(?:tỷ|tỉ) (?:lệ|trọng)|^mức độ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """An indicator as the text of the objectives states it."""

    text: str
    span: str
    place: str
    group: str = ""  # heading above it
    reading: TargetReading | None = None


@dataclass(frozen=True, slots=True)
class RawIndicator:
    """A row of the table, cells joined. `target` and `unit` are "" where the table has no such column.

    `reading`: its targets and name where they are known already; else they are read from the wording."""

    group: str
    number: int
    text: str
    span: str
    place: str
    monitor: str = ""
    implementers: str = ""
    target: str = ""
    unit: str = ""
    reading: TargetReading | None = None

    @property
    def code(self) -> str:
        return f"{self.group}.{self.number}"


def group_code(number: int) -> str:
    """The code of the n-th group: "I", "II", …; figures from the fortieth on."""
    return roman(number) if number < 40 else str(number)


def build_indicator(raw: RawIndicator, year: int | None) -> tuple[Indicator, tuple[Question, ...]]:
    """The indicator of one row and what is doubtful about it. `year` is the plan's."""
    reading = _targets_of(raw, year)
    kind, unit, sure = _kind(reading, raw.unit)
    labels = draft_labels(reading.name) if kind is Kind.RATIO else Labels(reading.name, "", whole=_whole(kind, unit))
    about = f"Chỉ tiêu {raw.code}"
    doubts = list(reading.doubts)
    if not reading.targets:
        doubts.append("Không đọc được mức mục tiêu trong câu chữ; cần điền phép so sánh và giá trị.")
    if labels.doubt:
        doubts.append(labels.doubt)
    doubts += [
        f"Có thể sai chính tả: “{printed}”, đúng ra là “{right}”? Câu chữ được giữ nguyên; nếu đúng là sai, "
        f"sửa ở trang “Chỉ tiêu”."
        for printed, right in find_slips(raw.text)
    ]
    if not sure:
        doubts.append("Chưa rõ chỉ tiêu tính theo tỷ lệ hay theo số lượng.")
    guessed = ["numerator", "denominator"] if kind is Kind.RATIO else ["numerator"]
    guessed += ["over_periods"] + ([] if sure else ["kind"]) + ([] if labels.whole else ["whole"])
    indicator = Indicator(
        code=raw.code,
        group=raw.group,
        text=raw.text,
        span=raw.span,
        name=reading.name or raw.text,
        kind=kind,
        unit=unit,
        targets=reading.targets,
        monitor=raw.monitor,
        implementers=split_holders(raw.implementers),
        numerator=labels.numerator,
        denominator=labels.denominator,
        whole=labels.whole,
        over_agencies=OverAgencies.SUM if kind in (Kind.RATIO, Kind.COUNT) else OverAgencies.NONE,
        over_periods=OverPeriods.LATEST if labels.stock else OverPeriods.CUMULATIVE,
        guessed=tuple(guessed),
    )
    return indicator, tuple(Question(about, raw.span, doubt) for doubt in doubts)


def _targets_of(raw: RawIndicator, year: int | None) -> TargetReading:
    """Targets in the wording; where it has none, in the target's own column."""
    if raw.reading is not None:
        return raw.reading
    reading = read_targets(raw.text, year)
    if reading.targets or not raw.target:
        return reading
    unit = raw.unit if raw.unit and raw.unit not in raw.target else ""
    cell = read_targets(f"đạt {raw.target}{unit if unit == '%' else ' ' + unit}", year)
    return TargetReading(cell.targets, reading.name, (*reading.doubts, *cell.doubts))


def _kind(reading: TargetReading, printed_unit: str) -> tuple[Kind, str, bool]:
    """(kind, unit, whether that is sure)."""
    if not reading.targets:
        ratio = bool(_RATIO_NAME.match(reading.name)) or printed_unit == "%"
        return (Kind.RATIO, "%", True) if ratio else (Kind.COUNT, printed_unit, False)
    first: Target = reading.targets[0]
    unit = first.unit or printed_unit
    if first.op.startswith(("increase", "reduce")):
        return Kind.GROWTH, unit, True
    if unit == "%":
        return Kind.RATIO, unit, True
    return (Kind.SCORE if unit in grammar()["units"]["scores"] else Kind.COUNT), unit, bool(unit)


def _whole(kind: Kind, unit: str) -> bool:
    return kind is Kind.COUNT and "đồng" not in unit and unit != "USD"


def split_holders(text: str) -> tuple[str, ...]:
    """ "Các sở, ngành; UBND huyện" → each as printed."""
    return tuple(part for part in (tidy(piece).strip(" .,") for piece in text.split(";")) if part)


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(folded_words(text))


@lru_cache(maxsize=4096)
def _set(text: str) -> frozenset[str]:
    return frozenset(_words(text))


def likeness(one: str, other: str) -> float:
    """Share of equal words in equal order, without marks, case and punctuation: 0 to 1."""
    return difflib.SequenceMatcher(None, _words(one), _words(other), autojunk=False).ratio()


def _nearest(statement: "Statement", indicators: Sequence[Indicator]) -> Indicator | None:
    """The indicator whose wording is likest; only those that share half the words of the shorter are looked at."""
    mine = _set(statement.text)
    close = [i for i in indicators if 2 * len(mine & _set(i.text)) >= min(len(mine), len(_set(i.text)))]
    return max(close, key=lambda i: likeness(i.text, statement.text), default=None)


def contained(one: str, other: str) -> float:
    """Share of the shorter wording's words that stand, in order, in the longer: 0 to 1."""
    a, b = _words(one), _words(other)
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / max(1, min(len(a), len(b)))


def compare(statements: Sequence[Statement], indicators: list[Indicator], questions: list[Question]) -> list[Statement]:
    """Hold the objectives' sentences against the table: what differs is asked about; what the table leaves out is
    returned, and asked about too."""
    missing: list[Statement] = []
    replaced: dict[str, Indicator] = {}
    for statement in statements:
        if _in_parts(statement, indicators):
            continue
        best = _nearest(statement, indicators)
        if best is None or not _is_same(statement, best):
            missing.append(statement)
            questions.append(
                Question(
                    "Mục tiêu", statement.span, "Nêu ở phần mục tiêu nhưng không thấy trong bảng chỉ tiêu; đã thêm vào."
                )
            )
            continue
        about = f"Chỉ tiêu {best.code}"
        targets = statement.reading.targets if statement.reading else ()
        if _says_more(targets, best.targets):
            replaced[best.code] = replace(best, targets=targets)
            why = "Phần lời nêu mức mục tiêu đầy đủ hơn bảng; đã lấy theo phần lời."
            questions.append(Question(about, statement.span, why))
        elif targets != best.targets:
            questions.append(
                Question(about, statement.span, "Mức mục tiêu ở phần lời khác với bảng; đã lấy theo bảng.")
            )
        elif difference := _difference(statement.text, best.text):
            questions.append(
                Question(about, statement.span, f"Câu chữ ở phần lời khác với bảng ({difference}); đã lấy theo bảng.")
            )
    indicators[:] = [replaced.get(i.code, i) for i in indicators]
    return missing


def _in_parts(statement: Statement, indicators: Sequence[Indicator]) -> bool:
    """Whether the table has what a sentence states in rows of its own: "Tỷ lệ A: cấp THCS", "Tỷ lệ A: cấp THPT"."""
    reading = statement.reading
    if reading is None or len(reading.targets) < 2:
        return False
    rows = [i for i in indicators if ":" in i.name and contained(reading.name, i.name) >= CONTAINED]
    values = {(t.op, t.value) for i in rows for t in i.targets}
    return all((t.op, t.value) in values for t in reading.targets)


def _says_more(text: Sequence[Target], table: Sequence[Target]) -> bool:
    """Whether the text has all that the table has, and more: targets by level, or a deadline."""

    def key(target: Target) -> tuple[object, ...]:
        return target.op, target.value, target.unit, target.year

    mine, theirs = [key(t) for t in text], [key(t) for t in table]
    if not theirs or not set(theirs) <= set(mine):
        return False
    if len(mine) > len(theirs):
        return all(t.scope is None for t in table)
    dated = any(t.deadline for t in text) and not any(t.deadline for t in table)
    return dated and [t.scope for t in text] == [t.scope for t in table]


def _is_same(statement: Statement, indicator: Indicator) -> bool:
    """Whether a sentence states what a row of the table does: the same words, or the same name and values."""
    if likeness(indicator.text, statement.text) >= SAME:
        return True
    if statement.reading is None:
        return False
    values = {(t.op, t.value) for t in statement.reading.targets}
    shared = bool(values & {(t.op, t.value) for t in indicator.targets})
    if (
        shared
        and min(contained(statement.text, indicator.text), contained(statement.reading.name, indicator.name))
        >= CONTAINED
    ):
        return True
    return likeness(indicator.name, statement.reading.name) >= (SAME_NAME if shared else SAME)


def _difference(prose: str, table: str) -> str:
    """ "“Cổng” / “Công”": the words in which two wordings differ; "" for none."""
    one, other = (re.findall(r"\w+|%", tidy(text)) for text in (prose, table))
    matcher = difflib.SequenceMatcher(None, [*map(same_words, one)], [*map(same_words, other)], autojunk=False)
    parts = [
        f"“{' '.join(one[a:b])}” / “{' '.join(other[c:d])}”"
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]
    return ", ".join(parts)
