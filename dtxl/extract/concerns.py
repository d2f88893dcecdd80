"""Whom and when each target of a claim concerns."""

import re
from dataclasses import dataclass, field

from dtxl.extract.deadlines import Deadline, find_deadlines
from dtxl.extract.mentions import Mention
from dtxl.extract.moods import BASELINE, Years
from dtxl.extract.scopes import bare_scope, explicit_level, scope_of
from dtxl.model.plan import Target

YEAR = re.compile(
    r"(?:giai đoạn\s+)?(?:(?:đến|vào|cho|trong|của|tới)\s+)?(?:hết\s+|cuối\s+|"
    r"cả\s+)?năm\s+(?P<year>20\d\d)(?!\s*[-–]\s*20|\d)"
)
_AGAINST = re.compile(r"so với(?! kịch bản)[^;%‰]*|giai đoạn[^,;%‰]*|\([^()]*\)")
AIM = re.compile(
    r"(?:\s*(?:và|phấn đấu|mục tiêu|là|có|toàn tỉnh|trong đó|cụ thể|đạt|[,:]|có thêm|lũy kế|duy trì))*\s*$"
)
VERBS = re.compile(
    r"(?<!\w)(?:được|đang|sử dụng|tham gia|có|thực hiện|triển khai|hoàn thành|áp dụng|ứng dụng|kết nối|đạt|"
    r"cài đặt|hài lòng|không|hoạt động|"
    r"đáp ứng|xây dựng|tiếp cận|đi làm việc|lắp đặt|truy cập|biết|đăng ký|cung cấp|bảo đảm|đảm bảo|"
    r"tiếp nhận|giao dịch|bị|thoát)(?!\w)"
)


@dataclass(slots=True)
class Stated:
    """One target's number with the words before and behind it that can name whom and when it concerns."""

    mention: Mention
    before: str
    after: str


@dataclass(slots=True)
class Claim:
    """One indicator of a text: `text[start:end]` with its targets."""

    start: int
    end: int
    stated: list[Stated] = field(default_factory=list)
    targets: tuple[Target, ...] = ()
    scoped: bool = False
    by_year: bool = False
    crossed: bool = False  # the first number belongs to the last words, see `claims._postponed`
    listed: bool = False  # "S: a 90%, b 80%" or "(a 90%, b 80%)": what stands before a number names a group
    in_parenthesis: bool = False  # the last number read stands in a parenthesis: "(a 90%, b 80%)"
    deadline: Deadline | None = None
    doubts: tuple[str, ...] = ()

    @property
    def closing(self) -> Deadline | None:
        """The deadline with which the claim ends."""
        return self.deadline if self.deadline and self.deadline.end >= self.end - self.start - 2 else None


def is_head(claim: Claim) -> bool:
    """Whether the claim begins with its number: "100% CSDL …"."""
    before = YEAR.sub("", claim.stated[0].before.lower()).replace("trở đi", "")
    before = re.sub(r"(?:từ|đến)[\s,]*$", "", before.strip(" ,"))
    return not AIM.sub("", before).strip(' -+•*."“')


def leading_deadline(part: str, claim: Claim, years: Years) -> Deadline | None:
    """The deadline at the head of a part, which holds for all that it states: "Trong tháng 9/2025, …"."""
    until = claim.stated[0].mention.start - claim.start
    found = [d for d in _limits(part, years) if d.end <= until and d.start <= 60]
    return found[0] if found else None


def _limits(text: str, years: Years) -> list[Deadline]:
    """Deadlines, but not "trong năm 2025", which only names the plan's year."""
    found = find_deadlines(text, years.year)
    told = [d for d in found if text[: d.start].rstrip().lower().endswith("tính")]  # "tính đến hết ngày 31/5/2020"
    return [d for d in found if d not in told and not d.text.lower().startswith("trong năm")]


def settle(text: str, claim: Claim, years: Years, year: int | None, leading: Deadline | None) -> None:
    """Gives the claim its targets: scopes, years, deadline."""
    whole = text[claim.start : claim.end]
    claim.deadline = next(iter(_limits(whole, years)), None)
    limit = claim.deadline or leading
    scopes = _scopes(claim, years)
    found = [_own_year(s, years) for s in claim.stated]
    day = limit.day if limit else None
    default = day.year if day else year or years.year
    if len(claim.stated) == 1 and found[0] is None:
        found = [_year_of(whole, years)]
    if any(scopes):
        # "90% … cấp tỉnh; 80% … cấp huyện vào năm 2025": the year closes the levels before it.
        for index in range(len(found) - 2, -1, -1):
            found[index] = found[index] or found[index + 1]
    claim.targets = tuple(
        Target(
            s.mention.op,
            s.mention.value,
            s.mention.unit,
            scope,
            own or default,
            day if own in (None, default) else None,
        )
        for s, scope, own in zip(claim.stated, scopes, found, strict=True)
    )
    claim.scoped = any(scopes)
    claim.by_year = len({t.year for t in claim.targets}) > 1
    doubts = dict.fromkeys(s.mention.doubt for s in claim.stated if s.mention.doubt)
    if len(claim.targets) > 1 and not claim.scoped and len({t.year for t in claim.targets}) < len(claim.targets):
        doubts["Một câu có nhiều mức mục tiêu mà không rõ mỗi mức áp dụng cho ai."] = None
    claim.doubts = tuple(doubts)


def _own_year(stated: Stated, years: Years) -> int | None:
    after = re.split(r"trong khi|\)", stated.after)[0] if "(" not in stated.after.split(")")[0] else stated.after
    match = YEAR.search(_AGAINST.sub(" ", after.lower()))
    if match and not years.is_past(int(match["year"])):
        return int(match["year"])
    # What stands before a number dates it unless other words do behind it: "đến năm 2028 hoàn thành 6.000 căn".
    before = stated.before.lower()
    if match := YEAR.search(before if len(before.split()) <= 8 else _AGAINST.sub(" ", before)):
        return int(match["year"])
    return None


def _year_of(whole: str, years: Years) -> int | None:
    match = YEAR.search(_AGAINST.sub(" ", BASELINE.sub(" ", whole.lower())))
    if match is None or years.is_past(int(match["year"])):
        return None
    return int(match["year"])


def _scopes(claim: Claim, years: Years) -> list[str | None]:
    """The scope of each target. Scopes stand behind their numbers ("80% đối với cấp tỉnh") or before them ("cấp tỉnh
    đạt 95%"): the reading that gives more of them is taken."""
    stated = claim.stated
    if claim.crossed:
        return [bare_scope(stated[0].before), scope_of(_near(stated[1].after), listed=True)]
    if len(stated) == 1:
        return [_only_scope(claim)]
    own = [_own_year(s, years) for s in stated]
    if None not in own and len(set(own)) == len(own) and not any(_FOR.search(s.after) for s in stated):
        return [None] * len(stated)  # the years tell them apart
    behind = [scope_of(_near(_undated(s.after))) for s in stated]
    before = [
        scope_of(last_words(s.before) if i == 0 else _undated(s.before), listed=i > 0 or claim.listed)
        for i, s in enumerate(stated)
    ]
    best = max(behind, before, key=lambda scopes: len({s for s in scopes if s}))
    distinct = {s for s in best if s}
    if len(distinct) < 2 and not (best is before and distinct and before[0] is None):
        units = _covered(claim)
        return units or [None] * len(stated)
    return list(best)


def _undated(words: str) -> str:
    return YEAR.sub(" ", words)


def _near(after: str) -> str:
    return re.split(r"[;()]|(?<!cấp bộ),\s(?!ngành|ban|phường|thị|xã|thành|xóm|bản|tổ|ấp|buôn|khu|đơn vị|cấp)", after)[
        0
    ]


def last_words(before: str) -> str:
    """The end of a subject that can name the first group: behind the colon, the comma, or "tại cấp tỉnh"."""
    opened = r":\s|\((?![^()]*\))"
    before = before.rstrip(" :")
    tail = re.split(opened, before)[-1] if re.search(opened, before) else before
    if tail is not before:
        return tail
    match = re.search(r"(?:tại|ở|đối với|của)\s+[^,]{2,40}$", re.sub(r"(?:\s+đạt)?[\s,]*$", "", before))
    return match[0] if match else ""


def _covered(claim: Claim) -> list[str | None]:
    """ "phủ trên 80% hộ gia đình, 100% xã": what is covered is the group."""
    nouns = [bare_scope(_noun(_undated(s.after))) for s in claim.stated]
    # "hồ sơ tại Cơ quan Bộ", "hồ sơ tại các đơn vị": what they share is counted, the rest tells them apart.
    words = [noun.split() for noun in nouns]
    shared = next((n for n, same in enumerate(zip(*words, strict=False)) if len(set(same)) > 1), 0)
    placed = {w[shared - 1] for w in words} | {w[shared] for w in words if len(w) > shared} if shared else set()
    if placed & {"tại", "ở", "của", "thuộc"} and all(len(w) > shared for w in words):
        nouns = [bare_scope(" ".join(w[shared:])) for w in words]
    if (
        all(nouns)
        and len(set(nouns)) == len(nouns)
        and all(len(n.split()) <= 14 and not VERBS.search(n) for n in nouns)
    ):
        return list(nouns)
    return []


def _noun(after: str) -> str:
    """What is counted, up to the verb or what only dates it."""
    after = re.sub(r"^\s*(?:đối với|cho|của|tại|ở)\s+", "", after)
    noun = re.split(r"[;(.]|\s(?:trong|vào|đến|so với)(?=\s|$)", after.strip(" .,;"))[0]
    verb = VERBS.search(noun)
    return noun[: verb.start() if verb else len(noun)].strip(" ,")


_FOR = re.compile(r"(?:đối với|áp dụng cho)\s")
_LEADING_SCOPE = re.compile(
    r"^\s*(?:đối với|tại địa bàn|trên địa bàn|tại khu vực|ở khu vực|khu vực|tại|ở|vùng)\s+(?P<who>[^,:;%\d]{2,60}):",
    re.IGNORECASE,
)


def _only_scope(claim: Claim) -> str | None:
    stated = claim.stated[0]
    if match := _LEADING_SCOPE.match(stated.before):
        return scope_of(match["who"], listed=True)
    limited = re.search(r"(?:đối với|áp dụng cho)\s+(?P<who>[^;()]+)", stated.after)
    return scope_of(limited["who"]) if limited and explicit_level(limited["who"]) else None
