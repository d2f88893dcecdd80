"""From a sentence to its indicators: which numbers belong to one, whom and when each concerns.

A sentence is cut at semicolons; within a part, two numbers belong to one indicator where the words between them only
name another group or year ("cấp tỉnh 95%, cấp huyện 85%"), or only another verb of the same subject ("tăng trên
25%/năm, đạt từ 10%"). What begins with a subject of its own is an indicator of its own.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from dtxl.extract.concerns import AIM, VERBS, YEAR, Claim, Stated, is_head, last_words, leading_deadline, settle
from dtxl.extract.deadlines import Deadline, find_deadlines
from dtxl.extract.grammar import as_meant, names_measure
from dtxl.extract.mentions import Mention, find_mentions
from dtxl.extract.moods import Years, only_goals
from dtxl.extract.scopes import explicit_level, scope_of

_PART = re.compile(r";\s*|(?<=[.!?…])\s+(?=[A-ZĐÀ-Ỹ]|\d)|\n")
_STRONG = re.compile(
    r"[,(]?\s*(?<!\w)(?:trong đó|riêng|đồng thời|còn(?=\s\D))(?:\s+có)?[,:]?\s+|\s+với\s+(?=tổng |"
    r"diện tích |công suất |quy mô |giá trị )"
)
_SEPARATOR = re.compile(r",\s+(?:và\s+)?|\s+và\s+|\s*[(:]\s*|\s+hoặc\s+|\s*;\s+")
_LEADING_YEAR = re.compile(rf"^\s*(?:[^,:;%‰]{{0,40}}?\s)?{YEAR.pattern}\s*(?P<mark>[,:]|(?=\s))", re.IGNORECASE)


def read_claims(text: str, years: Years, *, whole: bool = False) -> list[Claim]:
    """The indicators that `text` (tidy) states, in order.

    `whole`: the text is one indicator (a table's cell), so all its targets belong together."""
    text = as_meant(text)
    mentions = only_goals(text, find_mentions(text), years)
    claims: list[Claim] = []
    pending: int | None = None
    year: int | None = None
    horizon: Deadline | None = None  # "đến hết năm 2025, …" at the head holds for all parts of the sentence
    for start, end in _parts(text):
        inside = [m for m in mentions if start <= m.number < end]
        leading = _LEADING_YEAR.match(text[start:end])
        if leading and (not inside or start + leading.end("year") <= inside[0].start):
            year = int(leading["year"])
        if not inside:
            pending = start if names_measure(text[start:end], steered=True) else None
            continue
        begin = pending if pending is not None else start
        late = _postponed(text, pending, start, end, inside) if pending is not None else None
        pending = None
        for index, claim in enumerate([late] if late else _cut(text, begin, end, inside)):
            previous = claims[-1] if claims else None
            if index == 0 and previous is not None and begin == start and _goes_on(text, previous, claim):
                _merge(previous, claim)
            else:
                claims.append(claim)
        first = next((c for c in claims if not c.targets), None)  # merged ones are settled anew
        limit = leading_deadline(text[first.start : end], first, years) if first else None
        if limit and limit.text.lower().startswith(("đến hết năm", "hết năm")):
            horizon = limit
        elif year is None or horizon is None or year == horizon.day.year:
            limit = limit or horizon
        fresh = [claim for claim in claims if not claim.targets]
        for claim in reversed(fresh):
            settle(text, claim, years, year, limit)
            # "01 sàn … và 05 mô hình … trước ngày 31/10": the last words date what they close.
            limit = limit or (claim.closing if not claim.stated[0].before.strip() else None)
    if whole and claims:
        claims = [_united(claims)] if len(claims) > 1 else claims
        claims[0].start, claims[0].end = min(claims[0].start, 0), len(text)
    return claims


def _parts(text: str) -> list[tuple[int, int]]:
    """Where the parts between semicolons and sentence ends stand; a semicolon in a parenthesis does not cut."""
    parts: list[tuple[int, int]] = []
    start = depth = position = 0
    for match in _PART.finditer(text):
        depth += text.count("(", position, match.start()) - text.count(")", position, match.start())
        position = match.start()
        if depth <= 0:
            depth = 0
            parts.append((start, match.start()))
            start = match.end()
    parts.append((start, len(text)))
    return [(a, b) for a, b in parts if text[a:b].strip()]


def _postponed(text: str, pending: int, start: int, end: int, mentions: Sequence[Mention]) -> Claim | None:
    """A measure whose value stands only behind another's: "tỷ lệ máy tính tại A; 60% máy tính tại B được cài đặt … đạt
    100%" sets 100% for A and 60% for B."""
    if len(mentions) != 2 or text[start : mentions[0].start].strip() or not mentions[1].lead.has("reach"):
        return None
    first, last = mentions
    between = text[first.end : last.start]
    place = re.search(r"(?:tại|ở|của)\s+[^;]+$", text[pending:start].strip(" ;"))
    if place is None or not VERBS.search(between):
        return None
    claim = Claim(pending, end, [Stated(last, place[0], ""), Stated(first, "", between)])
    claim.listed = claim.crossed = True
    return claim


def _cut(text: str, start: int, end: int, mentions: Sequence[Mention]) -> list[Claim]:
    """The claims of one part."""
    first = mentions[0]
    claim = Claim(start, end, [Stated(first, text[start : first.start], "")])
    claim.listed = _opens_list(text[start : first.start])
    claims = [claim]
    for before, one in pairwise(mentions):
        between = text[before.end : one.start]
        cut = _last_separator(between)
        if cut is None:
            if _is_inner(before, one, between, head=is_head(claim)) or _is_within(before, one, between):
                continue
            if before.unit != one.unit and "%" not in (before.unit, one.unit):
                # "20 lớp bồi dưỡng cho 1.200 học viên"
                claim.stated[-1].after, claim.end = between, one.start
                claim = Claim(one.start, end, [Stated(one, "", "")])
                claims.append(claim)
                continue
            claim.stated[-1].after = between
            claim.stated.append(Stated(one, "", ""))
            continue
        tail, own = between[: cut[0]], between[cut[1] :]
        if _is_inner(before, one, tail, head=is_head(claim)) and VERBS.search(own + " " + " ".join(one.lead.words)):
            continue  # "50% số xã, phường có ít nhất 01 câu lạc bộ"
        following = text[one.end : _next_stop(one, mentions, end)]
        inside = text[claim.start : one.start]
        claim.in_parenthesis = inside.count("(") > inside.count(")")
        claim.listed = claim.listed or ":" in between[cut[0] : cut[1]]
        claim.stated[-1].after = tail
        if _same(claim, before, one, tail, own, following, between[cut[0] : cut[1]]):
            claim.stated.append(Stated(_inherits(before, one), own, ""))
            continue
        claim.end = before.end + cut[0]
        turned = _inherits(before, one) if not own.strip() and re.match("increase|reduce", before.op) else one
        claim = Claim(before.end + cut[1], end, [Stated(turned, own, "")])
        claims.append(claim)
    claim.stated[-1].after = text[claim.stated[-1].mention.end : end]
    return claims


def _opens_list(subject: str) -> bool:
    """Whether a subject "Tỷ lệ trường đạt chuẩn: mầm non" opens a list of groups."""
    head, colon, rest = subject.rpartition(": ")
    if not colon and subject.count("(") > subject.count(")"):
        head, colon, rest = subject.rpartition("(")
    return (
        bool(colon)
        and names_measure(head, steered=True)
        and len(rest.split()) <= 8
        and bool(rest.strip())
        and not names_measure(rest, steered=True)
    )


def _last_separator(between: str) -> tuple[int, int] | None:
    """Where the words of the second number begin between two numbers: (start, end) of the separator; None for none."""
    between = re.sub(r"\([^()]*\)", lambda m: "x" * len(m[0]), between)  # what a closed parenthesis holds cuts nothing
    strong = [m.span() for m in _STRONG.finditer(between)]
    if strong:
        return strong[-1]
    found = [m for m in _SEPARATOR.finditer(between) if _at_top(between, m.start())]
    if not found:
        return None
    for match in reversed(found):
        if names_measure(between[match.end() :], steered=True):
            return match.span()
    if not between[: found[0].start()].strip(" )"):
        # "98%, thôn, tổ dân phố văn hóa đạt 88%": all that follows the first number is the second's.
        return found[0].span()
    last = found[-1]
    if last[0].strip() == "và" and between[last.end() :].strip() and len(found) > 1:
        last = found[-2]
    return last.span()


def _at_top(between: str, at: int) -> bool:
    """Whether a place is in no parenthesis that closes behind it within `between`."""
    return between.count("(", 0, at) <= between.count(")", 0, at) or ")" not in between[at:]


def _is_inner(before: Mention, one: Mention, between: str, *, head: bool) -> bool:
    """Whether a count stands in what is said of the things that a percentage at the head counts: "80% phụ nữ được tầm
    soát ít nhất 4 loại bệnh"."""
    return head and before.unit == "%" and one.unit not in ("%", "‰") and not VERBS.search(between)


def _is_within(before: Mention, one: Mention, between: str) -> bool:
    """Whether a number without a separator before it belongs to the noun phrase of the target before it: "80% học sinh
    đạt từ 7 điểm trở lên", "95% đường xã rộng từ 5 m"."""
    words = between.split()
    if before.unit != one.unit and "%" not in (before.unit, one.unit) and "cho" in one.lead.words:
        return False
    return (bool(words) and one.unit != "%") or (one.unit == "%" and len(words) > 12)


def _next_stop(one: Mention, mentions: Sequence[Mention], end: int) -> int:
    later = [m.start for m in mentions if m.start > one.start]
    return min([*later, end])


def _same(claim: Claim, before: Mention, one: Mention, tail: str, own: str, following: str, separator: str) -> bool:
    """Whether the number `one` is another target of the claim that `before` belongs to.

    `tail`: the words behind `before`; `own`: those before `one`; `following`: those behind it."""
    subject = AIM.sub("", YEAR.sub("", AIM.sub("", own)).rstrip(" ,:")).strip(" ,:")
    head_before = is_head(claim)
    if subject:
        if names_measure(subject, steered=True):
            return False
        if claim.in_parenthesis or claim.listed:
            return len(subject.split()) <= 9
        if head_before:
            return False
        if scope_of(subject) is not None:
            # "tỷ trọng công nghiệp chiếm 47%, dịch vụ chiếm 40%": what has a verb of its own is a thing of its own.
            scoped = any(scope_of(last_words(s.before) if i == 0 else s.before) for i, s in enumerate(claim.stated))
            verb = one.lead.has("reach", "down_to", "rise", "fall")
            return not verb or scoped or explicit_level(subject) is not None or bool(_STRONG.match(separator))
        bare_value = not one.lead.has("reach", "make", "rise", "fall", "up_to", "down_to")
        return bare_value and before.unit == one.unit and len(subject.split()) <= 3 and not VERBS.search(subject)
    if YEAR.search(own) and before.unit == one.unit:
        return True
    if one.lead.has("reach", "rise", "fall", "up_to", "down_to") and not head_before:
        if scope_of(re.split(r"[,;(]", following)[0]) is not None and scope_of(tail) is not None:
            return True  # "60% ở đô thị, 40% ở nông thôn năm 2025 và đạt 90% ở đô thị, 80% ở nông thôn năm 2030"
        return before.unit != one.unit or one.op != before.op or bool(YEAR.search(own + following))
    rest = re.split(r"[,;(]|\svà\s", following)[0]
    if before.unit != one.unit:
        return False
    if YEAR.match(following.strip()) and YEAR.search(tail):
        return True
    if not own.strip() and before.unit == one.unit and not YEAR.sub("", following).strip(" ,.;"):
        return True  # "dưới 5% và dưới 15% vào năm 2030"
    if head_before:
        if _levels_differ(tail, following):
            return True
        plain = bool(tail.strip()) and not VERBS.search(tail) and not one.lead.has("make")
        if before.unit == "%":
            # "100% A và 40% B được tập huấn": one predicate for both.
            turns = one.lead.has("rise", "fall")
            return plain and not turns and separator.strip() in ("và", ",") and bool(VERBS.search(following))
        return plain and before.unit in ("km", "ha", "m2", "tấn") and not VERBS.search(rest)
    bare = YEAR.sub("", rest).strip(" .")
    if not bare or scope_of(bare) is not None:
        return True
    covered = YEAR.sub("", re.split(r"[,;(]", tail)[0]).strip(" .")
    # "phủ trên 80% hộ gia đình, 100% xã": both only name what is covered.
    return bool(covered) and not VERBS.search(covered) and not VERBS.search(rest) and len(rest.split()) <= 8


def _inherits(before: Mention, one: Mention) -> Mention:
    """A number without a word of its own goes on with the direction of the one before it: "giảm còn 1,7 lần vào năm
    2025 và 1,4 lần vào năm 2030"."""
    if one.op != ">=" or one.lead.has("compare", "reach", "rise", "fall", "up_to", "down_to", "make"):
        return one
    if before.op in ("<", "<="):
        return replace(one, op=before.op)
    if before.lead.has("down_to"):
        return replace(one, op="<=")
    change = re.match("increase|reduce", before.op)
    return replace(one, op=change[0] + ">=") if change else one


def _levels_differ(one: str, other: str) -> bool:
    first, second = explicit_level(one), explicit_level(other)
    return first is not None and second is not None and first != second


_DATED = re.compile(
    r"(?:đến |trước |hoàn thành |trong )*(?:hết |cuối )?(?:quý|tháng|ngày|"
    r"năm)\s+[ivx\d/]+(?:\s+năm\s+\d+)?"
)


def _goes_on(text: str, previous: Claim, claim: Claim) -> bool:
    """Whether a part behind a semicolon only goes on with the claim before it: another level or year of the same."""
    if previous.deadline is not None:
        return False
    stated = claim.stated[0]
    last = previous.stated[-1]
    if stated.mention.unit != last.mention.unit or len(text[claim.start : claim.end].split()) > 60:
        return False
    subject = YEAR.sub("", AIM.sub("", stated.before)).strip(" ,:-")
    head = is_head(claim)
    dated = stated.before.strip(" ,:-")
    if dated and find_deadlines(dated) and not _DATED.sub("", dated.lower()).strip(" ,"):
        return True  # "…, đến hết quý II đạt tối thiểu 70%"
    if head and YEAR.search(stated.after) and not YEAR.sub("", stated.after).strip(" .,"):
        return True  # "…; phấn đấu đạt 100% vào năm 2030"
    if head and is_head(previous):
        return _levels_differ(last.after, stated.after) and _nouns(last.after) == _nouns(stated.after)
    if head:
        rest = YEAR.sub("", re.split(r"[,(]", stated.after)[0]).strip(" .")
        return not rest or (scope_of(rest) is not None and len(rest.split()) <= 6)
    if is_head(previous):
        return False
    if subject and not names_measure(subject, steered=True) and len(subject.split()) <= 9:
        return (scope_of(subject) is not None or previous.listed) and not VERBS.search(subject)
    return not YEAR.sub("", stated.before).strip(" ,:-") and not any(
        w.startswith("toàn ") for w in stated.mention.lead.words
    )


def _nouns(after: str) -> str:
    """The first word of what is counted: "hồ sơ công việc tại cấp tỉnh" → "hồ"."""
    return after.strip().lower().split(" ")[0]


def _merge(previous: Claim, claim: Claim) -> None:
    previous.stated += claim.stated
    previous.end = claim.end
    previous.targets = ()


def _united(claims: Sequence[Claim]) -> Claim:
    one = Claim(claims[0].start, claims[-1].end, [s for c in claims for s in c.stated])
    one.targets = tuple(t for c in claims for t in c.targets)
    one.scoped = any(c.scoped for c in claims)
    one.by_year = len({t.year for t in one.targets}) > 1
    one.doubts = tuple(dict.fromkeys(d for c in claims for d in c.doubts))
    if len(one.targets) > 1 and not one.scoped and not one.by_year:
        one.doubts = (*one.doubts, "Một câu có nhiều mức mục tiêu mà không rõ mỗi mức áp dụng cho ai.")
    return one
