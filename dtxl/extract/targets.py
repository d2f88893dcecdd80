"""The wording of one indicator: its targets, and its name without them.

"đạt X", "tối thiểu X", "X trở lên" and "100% …" are ">="; "trên X" is ">"; "không quá X" "<="; "dưới X" "<". Which
numbers are targets is `mentions`' to say, which belong together `claims`'.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dtxl.core.text import lower_first, tidy
from dtxl.extract.claims import read_claims
from dtxl.extract.concerns import AIM, VERBS, Claim, is_head
from dtxl.extract.grammar import alternatives, grammar, names_measure
from dtxl.extract.mentions import Mention
from dtxl.extract.moods import Years
from dtxl.extract.words import capital
from dtxl.model.plan import Target

_AIM = re.compile(
    r"^(?:(?:phấn đấu|mục tiêu(?: đề ra)?|chỉ tiêu|đảm bảo|bảo đảm|duy trì|nâng|tăng|giảm|giữ vững|"
    r"đưa)(?:\s+là)?(?:\s+(?:toàn tỉnh|toàn thành phố))?"
    r"(?:\s+(?:đạt|có))?|toàn tỉnh|toàn thành phố|có|đạt|trong đó|cụ thể|đồng thời)[,:]?\s+(?=\S)",
    re.IGNORECASE,
)
_LEVEL_VERB = re.compile(r"^(?:nâng|tăng|giảm|giữ|duy trì|đưa|khống chế|kéo giảm)\s+", re.IGNORECASE)
_OWN_YEAR = re.compile(r"(?<!\w)(?:(?:đến|vào|cho|trong)\s+)?(?:hết\s+|cuối\s+)?năm\s+(20\d\d)(?!\s*[-–])")
_BY_YEAR = re.compile(
    r"(?:^|(?<=,\s)|(?<=%\s)|(?<=trở\slên\s)|(?<=trở\sxuống\s))(?:đến|vào|trong)\s+(?:hết\s+)?năm\s+20\d\d[,:]?(?=\s|$)\s*",
    re.IGNORECASE,
)
_BASELINE = re.compile(r"\s*từ\s+(?:mức\s+)?\d[\d.,]*\s*(?:%|‰)?(?:\s+(?:cuối\s+)?năm\s+20\d\d)?\s*$")
_AVERAGE = ("bình quân", "trung bình", "cả năm")
_CONTENT_VERB = re.compile(r"(?:bao phủ|phủ sóng|phủ|đáp ứng|tới)(?=\s)", re.IGNORECASE)
_SHORT_SCOPE = re.compile(r"(?:(?:tại|ở|của)\s+)?(?:UBND\s+)?cấp\s+\w+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TargetReading:
    """What a wording says. `name` is the wording without its targets; `doubts` (Vietnamese) are for a person."""

    targets: tuple[Target, ...]
    name: str
    doubts: tuple[str, ...] = ()


def read_targets(text: str, year: int | None = None, first: int | None = None) -> TargetReading:
    """The targets of the wording of one indicator.

    `year` is the plan's, for targets that do not name their own; `first` is its first year where it has several."""
    text = tidy(text)
    claims = read_claims(text, Years(year, first or year), whole=True)
    if not claims:
        return TargetReading((), capital(_clean(text)))
    return TargetReading(claims[0].targets, name_of(text, claims[0]), claims[0].doubts)


def name_of(text: str, claim: Claim) -> str:
    """The wording of one claim of `text` without its targets, scopes and their years."""
    found = [s.mention for s in claim.stated]
    first = found[0]
    head = is_head(claim)
    prefix = ""
    if head:
        prefix = "Tỷ lệ" if first.unit in ("%", "‰") else f"Số {first.unit}".strip()
        prefix = "Tỷ lệ giảm" if first.op.startswith("reduce") and first.unit == "%" else prefix
        prefix = "Tỷ lệ tăng" if first.op.startswith("increase") and first.unit == "%" else prefix
    elif first.op.startswith(("reduce", "increase")):
        prefix = "Mức giảm" if first.op.startswith("reduce") else "Mức tăng"
    pieces = _pieces(text, claim, found, head)
    glue = ", " if head and pieces and text[first.end : claim.end].startswith(",") else " "
    rest = _clean(" ".join(p.strip() for p in pieces if p.strip(" ,;.:")))
    rest = _undated(rest, claim)
    if first.up:
        rest = re.sub(r"(?<!tuổi)\s+trở lên(?!\w)", "", rest, count=1)
    rest = _clean(rest if head else _AIM.sub("", _clean(rest)))
    if prefix.startswith("Mức "):
        rest = _LEVEL_VERB.sub("", rest)
        if rest.lower().startswith(prefix.lower()):
            prefix = ""
    if prefix and not rest and first.lead.has("make"):
        verbs = [w for w in reversed(first.lead.words) if w in grammar()["lead"]["make"] and w != "có"]
        return f"{prefix} được {' '.join(verbs)}" if verbs else prefix
    if prefix:
        return capital(f"{prefix}{glue}{lower_first(rest)}".strip(" ,"))
    counted = re.sub(rf"^{alternatives(grammar()['units']['multipliers'])}\s+", "", first.unit)
    if len(rest.split()) <= 3 and not names_measure(rest) and first.unit not in ("%", "‰") and counted not in rest:
        return capital(f"{rest} {counted}".strip())  # "Tạo ra 8,5 triệu việc làm" → "Tạo ra việc làm"
    rest = _LEVEL_VERB.sub("", rest)
    if first.unit == "%" and not names_measure(rest) and VERBS.search(rest):
        return f"Tỷ lệ {lower_first(rest)}"  # "chế độ báo cáo được thực hiện 100% bằng trực tuyến"
    return capital(rest)


def _undated(rest: str, claim: Claim) -> str:
    if claim.deadline is not None:
        rest = _clean(rest.replace(claim.deadline.text, " "))
    rest = _clean(_BY_YEAR.sub(" ", rest))
    return _clean(_OWN_YEAR.sub(" ", rest)) if claim.by_year else rest


def _pieces(text: str, claim: Claim, found: Sequence[Mention], head: bool) -> list[str]:
    """What is left of the claim when the targets are taken out."""
    if claim.crossed:
        found = list(reversed(found))
        tail = text[found[0].end : found[1].start]
        return [
            text[claim.start : found[0].start].partition(" tại ")[0],
            tail[m.start() :] if (m := VERBS.search(tail)) else "",
        ]
    first, last = found[0], found[-1]
    before = _BASELINE.sub("", text[claim.start : first.start])
    if not head:
        # "tuổi thọ bình quân |đạt 75 tuổi": what stands before the verb belongs to the name.
        leading = first.lead.words
        kept = [w for i, w in enumerate(leading) if w in _AVERAGE and all(v in _AVERAGE for v in leading[i:])]
        before = " ".join([before.strip(), *reversed(kept)]) if len(kept) < len(leading) else before
    if verb := _CONTENT_VERB.match(text, first.start):
        before = f"{before.rstrip()} {verb[0]}"  # "cáp quang phủ |80% hộ gia đình"
    tail = text[last.end : claim.end]
    if not claim.scoped:
        if len(found) > 1 and claim.by_year and head:
            # "90% trẻ em được chăm sóc vào năm 2025 và 95% vào năm 2030": what is counted stands behind the first.
            what = _OWN_YEAR.sub(" ", text[first.end : found[1].start])
            return [AIM.sub("", what.rstrip(" ,;")), "" if _is_year_only(tail) else tail]
        if len(found) > 1 and claim.by_year:
            return [before, "" if _is_year_only(tail) else tail]
        if len(found) > 1 and all(not s.before.strip() and s.mention.lead.classes for s in claim.stated[1:]):
            return [before]  # "doanh số tăng trên 25%, đạt 10% so với tổng mức": one subject, several verbs
        inner = [text[one.end : found[i + 1].start] for i, one in enumerate(found[:-1])]
        return [before, *inner, tail]
    if len(found) == 1:
        return [_without_leading_scope(before), _without_scope(tail)]
    if claim.listed:
        return [re.split(r"[:(]", before)[0], re.sub(r"^[^)]*\)", "", tail) if ")" in tail else ""]
    if not head:
        scopes = [t.scope for t in claim.targets]
        if tail.strip(" .;") in scopes or scopes[-1] == tail.strip(" .;,"):
            return [before]
        if places := [m for m in _SHORT_SCOPE.finditer(before) if not before[m.end() :].strip(" ,")]:
            before = before[: places[-1].start()]
        return [before, _without_scope(tail)]
    # "90% A tại cấp tỉnh, 80% A tại cấp huyện và 60% A tại cấp xã được B" → "A được B"
    shared = text[first.end : found[1].start]
    short = _SHORT_SCOPE.search(shared)
    what = _clean(shared[: short.start() if short else len(shared)])
    return [what, _without_scope(tail).strip().removeprefix(what)]


def _is_year_only(tail: str) -> bool:
    return not _OWN_YEAR.sub("", tail).strip(" .;,")


def _without_leading_scope(before: str) -> str:
    return re.sub(r"^\s*(?:đối với|tại|ở|trên địa bàn|khu vực)\s[^:]{2,60}:\s*", "", before, flags=re.IGNORECASE)


def _without_scope(tail: str) -> str:
    """`tail` without the scope's phrase: "đối với …" to the end or a parenthesis, or just "tại cấp xã"."""
    if match := re.match(r"^(?P<own>[^,;]*?)\s*đối với\s[^(]*", tail):
        return match["own"] + " " + tail[match.end() :]
    return re.sub(r"\s*(?:tại|ở|của)?\s*(?:UBND\s+)?cấp\s+(?:\w+,\s)*\w+", " ", tail, count=1)


def _clean(text: str) -> str:
    text = re.sub(r"\s+([,;.)])", r"\1", tidy(text))
    text = re.sub(r"\(\s*\)", "", text)
    text = re.sub(r"(?:,\s*){2,}", ", ", text)
    return text.strip(" ,;.:-–+•")
