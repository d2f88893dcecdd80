"""Objectives stated in running text: bullets under a heading "Mục tiêu", sentences where there is no such heading."""

import re
from collections.abc import Iterator, Sequence

from dtxl.core.text import fold, roman, tidy
from dtxl.extract.blocks import Table
from dtxl.extract.indicators import Statement, likeness
from dtxl.extract.outline import Item, Mark, closes
from dtxl.extract.scopes import find_scope
from dtxl.extract.tables import RawIndicator
from dtxl.extract.targets import read_targets
from dtxl.extract.words import capital, words
from dtxl.model.plan import IndicatorGroup

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-zà-ỹ]|\d+\s*%)")
_TOPIC = re.compile(
    r"^(?:(?:mục tiêu|về|đối với mục tiêu|đối với)\s+)?(?P<topic>[^:;.,%\d]{4,80}):\s+(?P<rest>.+)$", re.I
)
_OPENING = re.compile(r"^(?:trong đó|đồng thời|bên cạnh đó|cụ thể|ngoài ra)[,:]?\s+", re.IGNORECASE)
_REPEATED = 0.95


def find_statements(outline: Sequence[Item | Table]) -> list[Statement]:
    """The indicators that the objectives state, in order, each once.

    Under a heading "Mục tiêu" each item with a target is one; a document without such a heading is read sentence by
    sentence."""
    part, headed = _objectives(outline)
    statements: list[Statement] = []
    group = ""
    for item in part:
        if headed and item.mark in (Mark.NUMBER, Mark.LETTER) and not read_targets(item.text).targets:
            group = item.text.strip(" :.")
            continue
        for statement in _of_item(item, group):
            group = statement.group
            if not any(likeness(statement.text, s.text) >= _REPEATED for s in statements):
                statements.append(statement)
    return statements


def as_rows(statements: Sequence[Statement]) -> tuple[list[IndicatorGroup], list[RawIndicator]]:
    """The statements as rows of a table that the plan does not have; groups are numbered as they come."""
    groups: list[IndicatorGroup] = []
    rows: list[RawIndicator] = []
    for statement in statements:
        name = statement.group or "Các chỉ tiêu"
        known = next((g for g in groups if fold(g.name) == fold(name)), None)
        if known is None:
            known = IndicatorGroup(roman(len(groups) + 1) if len(groups) < 39 else str(len(groups) + 1), name)
            groups.append(known)
        number = sum(row.group == known.code for row in rows) + 1
        rows.append(RawIndicator(known.code, number, statement.text, statement.span, statement.place))
    order = [g.code for g in groups]
    return groups, sorted(rows, key=lambda row: order.index(row.group))


def _objectives(outline: Sequence[Item | Table]) -> tuple[list[Item], bool]:
    """The items that state objectives, and whether a heading says so."""
    items = [x for x in outline if isinstance(x, Item)]
    part: list[Item] = []
    inside = False
    for item in items:
        if closes(item):
            break
        if item.mark is Mark.ROMAN:
            inside = any(word in fold(item.text) for word in words()["objectives"])
        elif inside:
            part.append(item)
    if part or any(item.mark is Mark.ROMAN for item in items):
        return part, True
    return items, False


def _of_item(item: Item, group: str) -> Iterator[Statement]:
    """The statements of a paragraph: one for each sentence or part of a sentence that has targets of its own."""
    if item.mark in (Mark.BULLET, Mark.PLUS) and not _TOPIC.match(item.text):
        if read_targets(item.text).targets:
            yield Statement(item.text.rstrip(" .;"), item.span.rstrip(), item.place, group)
        return
    for sentence in _SENTENCE.split(item.text):
        topic = _TOPIC.match(sentence)
        if topic and len(topic["topic"].split(" ")) <= 10:
            group, sentence = capital(topic["topic"].strip()), topic["rest"]
        for part in _parts(sentence):
            text = tidy(_OPENING.sub("", part)).rstrip(" .;")
            if read_targets(text).targets:
                yield Statement(capital(text), _exact(text, item.span), item.place, group)


def _parts(sentence: str) -> list[str]:
    """A sentence cut at ";". What follows stays with what stands before it where it has no target of its own, or where
    both limit the same thing to levels ("90% A tại cấp tỉnh; 80% A tại cấp huyện")."""
    parts: list[str] = []
    for piece in re.split(r";\s+", sentence):
        if parts and (not read_targets(piece).targets or (_leveled(parts[-1]) and _leveled(piece))):
            parts[-1] = f"{parts[-1]}; {piece}"
        else:
            parts.append(piece)
    return parts


def _leveled(text: str) -> bool:
    return bool(re.match(r"^\D{0,12}\d", text)) and find_scope(text, many=True) is not None


def _exact(text: str, span: str) -> str:
    """`text` where the source has it letter by letter, else the whole paragraph."""
    return text if text in span else span
