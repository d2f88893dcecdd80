"""Whether a code means the same in two states of a plan: otherwise one thing's figure would be counted for another."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from dtxl.core.text import fold
from dtxl.model.form import Form
from dtxl.model.plan import Indicator, Task

_ALIKE = 0.75  # share of letters in common: above what a mended wording keeps, below what two indicators share


def same_things(issued: Form, current: Form) -> bool:
    """Whether each code that both forms have stands for the same thing: kind and unit alike, wording mended at most."""
    return not other_things(issued, current)


def other_things(issued: Form, current: Form) -> set[str]:
    """The row keys that both forms have and that do not stand for the same thing in both."""
    return other_rows(
        (row.indicator for row in issued.indicator_rows),
        (row.task for row in issued.task_rows),
        (row.indicator for row in current.indicator_rows),
        (row.task for row in current.task_rows),
    )


def other_rows(
    then: Iterable[Indicator], tasks_then: Iterable[Task], now: Iterable[Indicator], tasks_now: Iterable[Task]
) -> set[str]:
    """The keys of rows ("I.1", "task.III.1.01") that stood for something else then than they do now."""
    indicators, tasks = {i.code: i for i in now}, {t.code: t.text for t in tasks_now}
    other = {i.code for i in then if i.code in indicators and not _same(i, indicators[i.code])}
    return other | {f"task.{t.code}" for t in tasks_then if not _alike(t.text, tasks.get(t.code, t.text))}


def _same(one: Indicator, other: Indicator) -> bool:
    """Whether two indicators ask for the same: the labels of what is to be counted belong to the question."""
    if (one.kind, one.unit) != (other.kind, other.unit) or not _alike(one.name, other.name):
        return False
    labels = ((one.numerator, other.numerator), (one.denominator, other.denominator))
    return all(_alike(a, b) for a, b in labels if a and b)


def _alike(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, fold(one), fold(other), autojunk=False).ratio() >= _ALIKE
