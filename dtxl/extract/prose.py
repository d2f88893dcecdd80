"""Objectives stated in running text: under headings that announce them, else wherever a sentence speaks of a goal."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from dtxl.core.text import fold
from dtxl.extract.blocks import Table
from dtxl.extract.claims import read_claims
from dtxl.extract.concerns import Claim
from dtxl.extract.grammar import grammar, names_measure
from dtxl.extract.indicators import RawIndicator, Statement, group_code
from dtxl.extract.moods import Mood, Years, mood_of
from dtxl.extract.outline import Item
from dtxl.extract.pieces import Piece
from dtxl.extract.scopes import scope_of
from dtxl.extract.sections import Placed, Role, horizon
from dtxl.extract.targets import TargetReading, name_of
from dtxl.extract.words import capital, folded_words, shouted
from dtxl.model.plan import IndicatorGroup, Target

_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\W_a-zà-ỹ]|\d+\s*%)")
_TOPIC = re.compile(
    r"^(?P<lead>(?:mục tiêu|về|đối với mục tiêu|đối với|trong|thứ \w+,?)\s+)?(?P<topic>[^:;.%]{4,90}?):\s+(?=\S)",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^.{0,160}?(?:mục tiêu(?:\s+(?:cụ thể|đề ra|đặt ra|chính))*(?:\s+là)?|hướng (?:đến|"
    r"tới)(?:\s+mục tiêu)?|phấn đấu|chỉ tiêu)(?:\s+đến\s+năm\s+20\d\d)?[,:]?\s+"
    r"(?=(?:phấn đấu\s+)?(?:tỷ|tỉ|số|tổng|mức|\d|trên\s+\d|tối thiểu|ít nhất|100))",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:trong đó|đồng thời|bên cạnh đó|cụ thể(?: là)?|ngoài ra|theo đó|cũng theo kế hoạch|cuối cùng|"
    r"tiếp tục|phấn đấu|toàn tỉnh(?=\s+(?:phấn đấu|hướng)))"
    r"[,:]?\s+",
    re.IGNORECASE,
)
_TO_MEASURE = re.compile(
    r"(?:[,:]|trong đó|(?<!\w)là|xác định)\s+(?:(?:đến|vào)\s+(?:hết\s+)?năm\s+20\d\d,?\s+)?(?=(?:tỷ|"
    r"tỉ) (?:lệ|trọng|suất|số)(?!\w)|số (?:lượng )?\w)"
)
# A sentence that only says what the next ones are on: "Thực hiện phát triển xã hội số, thu hẹp khoảng cách số."
_NAMED_TOPIC = re.compile(r"^(?:thực hiện\s+)?(?P<topic>phát triển\s+(?:\w+\s){0,2}\w+)[,.]", re.IGNORECASE)
_ORDINAL = re.compile(r"^\(\d{1,2}\)\s+")
_SOLUTIONS = re.compile(r"(?:giải pháp|nhiệm vụ)(?!\s*,?\s*(?:mục tiêu|chỉ tiêu))")
_ANY_RANK = re.compile(
    rf"(?<!\w)(?:trong\s+)?(?:{'|'.join(grammar()['ranking']['words'])})\s+(?:các\s+|khá\s+|dẫn đầu|\d|"
    rf"thứ\s+\d|trong\s+số)[^,;.()]*",
    re.IGNORECASE,
)
_GOAL_RANK = re.compile(
    r"phấn đấu|duy trì|giữ|nâng|đưa|thuộc|mục tiêu|trở thành|vào|nằm trong|đạt|cải thiện|xếp hạng|tốp|top",
    re.IGNORECASE,
)
_FIRST = 4  # words


@dataclass
class Found:
    """The statements of a document's text, and its goals to be among the first, which are no targets."""

    statements: list[Statement] = field(default_factory=list)
    rankings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    """Where the reading of running text stands: whether it speaks of goals, for which year, under which topic."""

    years: Years
    accepting: bool
    headed: bool  # headings say where the objectives are
    year: int | None = None
    topic: str = ""


def find_statements(placed: Sequence[Placed], years: Years) -> Found:
    """The indicators that the text states, in order, each once.

    Where headings announce objectives only what stands under them counts; in a document without such headings (a news
    item) a sentence counts where it, or those before it, speak of goals."""
    under = [p for p in placed if p.role is Role.OBJECTIVES]
    if under:
        found = _read(under, years, headed=True)
        if found.statements:
            return found
    return _read([p for p in placed if p.role is Role.UNKNOWN], years, headed=False)


def _read(placed: Sequence[Placed], years: Years, *, headed: bool) -> Found:
    found = Found()
    state = _Reading(years, accepting=headed, headed=headed)
    known = _Known()
    for one in placed:
        if isinstance(one.item, Table):
            continue
        if headed:
            state.year, state.topic, state.accepting = one.year, one.group, True
        for statement in _of_item(one.item, state, one.heading, found.rankings):
            assert statement.reading is not None
            if known.add(statement.reading.targets, statement.text):
                found.statements.append(statement)
    return found


class _Known:
    """The wordings that have been read, by their targets and first words: only those can repeat one another."""

    def __init__(self) -> None:
        self._seen: dict[tuple[object, ...], list[list[str]]] = {}

    def add(self, targets: tuple[Target, ...], text: str) -> bool:
        """Whether `text` says something new: no wording before it has the same words, nor all of its words and more."""
        words = folded_words(text)
        others = self._seen.setdefault((targets, *words[:_FIRST]), [])
        if any(_holds(one, words) or _holds(words, one) for one in others):
            return False
        others.append(words)
        return True


def _holds(one: list[str], other: list[str]) -> bool:
    """Whether all words of `other` stand in `one`, in order."""
    rest = iter(one)
    return len(other) <= len(one) and all(word in rest for word in other)


def _of_item(item: Item, state: _Reading, heading: bool, rankings: list[str]) -> Iterator[Statement]:
    piece = item.piece
    if heading:
        head, colon, rest = piece.text.partition(":")
        if not colon or not rest.strip():
            return
        if not names_measure(head, steered=True):
            piece = piece.cut(len(head) + 1)
    start = 0
    for end in [*(m.start() for m in _SENTENCE.finditer(piece.text)), len(piece.text)]:
        sentence = piece.cut(start, end)
        start = end
        if sentence.text:
            yield from _of_sentence(sentence, item.place, state, rankings)


def _of_sentence(sentence: Piece, place: str, state: _Reading, rankings: list[str]) -> Iterator[Statement]:
    text = sentence.text
    mood = mood_of(text, state.years)
    if mood is not Mood.PLAIN:
        state.accepting = mood is Mood.GOAL
    solutions = _SOLUTIONS.search(text.lower())
    if solutions and not state.headed and not re.search(r"\d\s*%", text):
        state.accepting = False
    if state.accepting:
        sentence, topic = _without_topic(sentence, state)
        named = _NAMED_TOPIC.match(sentence.text)
        if named and not re.search(r"\d\s*%", sentence.text):
            state.topic = topic = capital(named["topic"].strip())
    else:
        topic = state.topic
    # The past and the goal can stand in one sentence: "hiện đạt 86%, phấn đấu đạt 90%".
    both = mood is Mood.PAST and "phấn đấu" in text.lower()
    if mood is not Mood.PAST:
        rankings += [r for r in _rankings(text) if r not in rankings]
    if not state.accepting and not both:
        return
    claims = read_claims(sentence.text, Years(state.year or state.years.year, state.years.first))
    for claim in claims:
        yield _statement(sentence, claim, place, topic)


def _without_topic(sentence: Piece, state: _Reading) -> tuple[Piece, str]:
    """The sentence without "Phát triển kinh tế số:" at its head, and the group that this names."""
    match = _TOPIC.match(sentence.text)
    if match is None or re.search(r"\d\s*%", match["topic"]) or len(match["topic"].split()) > 14:
        return sentence, state.topic
    topic = match["topic"].strip()
    low = topic.lower()
    rest = re.split(r"\d|[,;]", sentence.text[match.end() :])[0]
    if scope_of(rest) is not None and len(rest.split()) <= 7:
        return sentence, state.topic  # "Hồ sơ giải quyết trễ hạn: cấp tỉnh dưới 1%"
    if names_measure(low) or re.match(r"(?:đối với|tại|ở|khu vực|trên địa bàn)\s", match[0].lower()):
        return sentence, state.topic
    if year := horizon(topic):
        state.year, state.topic = year, f"Mục tiêu đến năm {year}"
    bare = re.sub(
        r"(?:,?\s*(?:phấn đấu|mục tiêu))*\s*(?:đến|vào|trong)?\s*năm\s+20\d\d\s*|^(?:các\s+)?mục tiêu(?:\s+cụ thể)?\s*",
        "",
        topic,
        flags=re.IGNORECASE,
    )
    bare = bare.strip(" ,")
    if bare and not _OPENING.match(bare + " "):
        state.topic = capital(bare)
    return sentence.cut(match.end()), state.topic


def _statement(sentence: Piece, claim: Claim, place: str, group: str) -> Statement:
    """The statement of one claim: its wording without what only leads in."""
    first = claim.stated[0].mention.number
    start, lead = claim.start, sentence.text[claim.start : claim.end]
    for pattern in (_ORDINAL, _OPENING, _LEAD_IN, _OPENING):
        if (match := pattern.match(lead)) and start + match.end() <= first:
            start, lead = start + match.end(), lead[match.end() :]
    if not names_measure(lead):
        cuts = [m.end() for m in _TO_MEASURE.finditer(lead, 0, max(0, claim.stated[0].mention.start - start))]
        start += cuts[-1] if cuts else 0
    start += _own_start(sentence.text, start, claim)
    piece = sentence.cut(start, claim.end)
    text = piece.text.rstrip(" .;,")
    reading = TargetReading(claim.targets, name_of(sentence.text, replace_start(claim, start)), claim.doubts)
    return Statement(capital(text), piece.cut(0, len(text)).span, place, group, reading)


def _own_start(text: str, start: int, claim: Claim) -> int:
    """How much later a change begins than the work that leads to it: "hình thành nền tảng …, |giảm 30% thủ tục"."""
    mention = claim.stated[0].mention
    before = text[start : mention.start]
    after = re.split(r"[,;.(]|\sso với\s", text[mention.end : claim.end])[0]
    turns = mention.lead.has("rise", "fall") and before.rstrip().endswith((",", "và"))
    if turns and after.strip() and not names_measure(before):
        return len(before)
    return 0


def replace_start(claim: Claim, start: int) -> Claim:
    """`claim` that begins later: what led in is no part of its name."""
    first = claim.stated[0]
    cut = first.before[max(0, start - claim.start) :]
    return replace(claim, start=start, stated=[replace(first, before=cut), *claim.stated[1:]])


def _rankings(text: str) -> Iterator[str]:
    for match in _ANY_RANK.finditer(text):
        if _GOAL_RANK.search(text[: match.end()]):
            yield match[0].strip()


def as_rows(
    statements: Sequence[Statement], groups: Sequence[IndicatorGroup] = (), before: Sequence[RawIndicator] = ()
) -> tuple[list[IndicatorGroup], list[RawIndicator]]:
    """The statements as rows of a table that the plan does not have, numbered on behind the rows `before`; groups are
    numbered as they come."""
    groups = list(groups)
    by_name = {fold(g.name): g for g in groups}
    last: dict[str, int] = {}
    for row in before:
        last[row.group] = max(last.get(row.group, 0), row.number)
    rows: list[RawIndicator] = []
    for statement in statements:
        name = statement.group or "Các chỉ tiêu"
        name = name.capitalize() if shouted(name) else name
        group = by_name.get(fold(name))
        if group is None:
            used = {g.code for g in groups}
            code = next(c for n in range(len(groups) + 1, 2 * len(groups) + 3) if (c := group_code(n)) not in used)
            group = by_name[fold(name)] = IndicatorGroup(code, name)
            groups.append(group)
        last[group.code] = last.get(group.code, 0) + 1
        rows.append(
            RawIndicator(
                group.code, last[group.code], statement.text, statement.span, statement.place, reading=statement.reading
            )
        )
    order = {g.code: n for n, g in enumerate(groups)}
    return groups, sorted(rows, key=lambda row: order[row.group])
