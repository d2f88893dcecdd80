"""Labels of numerator and denominator, drafted from the name of a ratio; staff correct them in the plan workbook.

The rules, in order: "Tỷ trọng A trong tổng B", "Mức độ hài lòng …", "Tỷ lệ A trên tổng số B", "Tỷ lệ <verb> O"
("Số O được <verb>", "Tổng số O"), "Tỷ lệ X được/sử dụng/có … Y" ("Số X … Y", "Tổng số X").
"""

import re
from dataclasses import dataclass
from typing import Any

from dtxl.core.text import lower_first, tidy
from dtxl.extract.words import any_of, begins, capital, words

_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)")
_PURPOSE = re.compile(r"\s+(?:nhằm|để)\s+(?!được\b).*$")
_SERVING = re.compile(r"\s+phục vụ\s.*?(?=\s+được\s)")
_LONG = 110  # letters; a longer label is shortened by the clauses that only explain
_RATIO = re.compile(r"^(?:tỷ|tỉ) lệ\s+(?:các\s+)?", re.IGNORECASE)
_SHARE = re.compile(r"^(?:tỷ|tỉ) trọng\s+(?P<a>.+?)\s+(?:trong|trên)\s+(?P<total>tổng\s+)?(?P<b>.+)$", re.IGNORECASE)
_CONTENT = re.compile(
    r"^(?:mức độ|tỷ lệ|tỉ lệ) hài lòng\s*(?P<what>(?:trong|về|đối với|khi)\s.+?)?(?:\s*của\s(?P<who>.+))?$",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"^(?P<a>.+)\s(?:trên|so với|trong)\s+tổng(?:\s+số)?\s+(?P<b>.+)$")


@dataclass(frozen=True, slots=True)
class Labels:
    """Drafted labels. `whole`: things are counted; `stock`: a state at the period's end; `doubt` (Vietnamese) or ""."""

    numerator: str
    denominator: str
    whole: bool = True
    stock: bool = False
    doubt: str = ""


def draft_labels(name: str) -> Labels:
    """The labels of a ratio called `name` (the wording without its target)."""
    text = _core(name)
    if share := _SHARE.match(text):
        return _share(share)
    if content := _CONTENT.match(text):
        return _content(content)
    body = _RATIO.sub("", text, count=1)
    if total := _TOTAL.match(body):
        return _of_total(total["a"], total["b"])
    return _act(body) or _said_of(body)


def _core(name: str) -> str:
    """`name` without what only explains: second sentences, purposes, parentheses that do not narrow."""
    data = words()["labels"]

    def keep(match: re.Match[str]) -> str:
        return match[0] if begins(match[1], data["narrowing"]) else ""

    text = _PARENTHESIS.sub(keep, tidy(name))
    text = _PURPOSE.sub("", text.split(";")[0])
    return _SERVING.sub("", text) if len(text) > _LONG else text


def _share(match: re.Match[str]) -> Labels:
    a, b = match["a"], match["b"]
    amount = a if a.lower().startswith("giá trị") else f"giá trị {a}"
    if match["total"]:
        return Labels(capital(amount), f"Tổng {b}", whole=False)
    return Labels(
        capital(f"{amount} trong {b}"), f"Tổng giá trị của {b}", whole=False,
        doubt="Câu chữ không nêu tỷ trọng tính trên tổng nào; cần xác định tử số, mẫu số và đơn vị tính.",
    )  # fmt: skip


def _content(match: re.Match[str]) -> Labels:
    what = f" {match['what'].strip()}" if match["what"] else ""
    who = f" của {match['who'].strip()}" if match["who"] else ""
    return Labels(
        f"Số lượt đánh giá hài lòng{who}{what}", f"Tổng số lượt đánh giá{who}{what}",
        doubt="Mức độ hài lòng được hiểu là số lượt đánh giá hài lòng trên tổng số lượt đánh giá; cần xác nhận.",
    )  # fmt: skip


def _of_total(a: str, b: str) -> Labels:
    """ "A trên tổng số B": where A is an act, what it is done to comes from A itself or from the head of B."""
    act = _split_act(a)
    if act is None:
        return Labels(_count(a), _total(b))
    verb, thing = act
    head = re.match(rf"^(?P<noun>\w+(?:\s\w+)?)\s{re.escape(verb)}(?!\w)", b)
    if head:
        # "thanh toán trực tuyến trên tổng số giao dịch thanh toán": the noun that B gives counts A too.
        return Labels(_count(f"{head['noun']} {a}"), _total(b))
    if not thing:
        return Labels(_count(f"lượt {a}"), _total(b), doubt="Cần xác định đối tượng được đếm ở tử số.")
    return Labels(_count(f"{thing} được {verb}"), _total(b))


def _act(body: str) -> Labels | None:
    """ "số hóa hồ sơ", "công bố TTHC đúng hạn": the things that the act is done to are counted."""
    act = _split_act(body)
    if act is None:
        return None
    verb, thing = act
    data = words()["labels"]
    timely = re.search(rf"\s({any_of(data['timely'])})$", thing)
    if timely:
        thing = thing[: timely.start()]
        return Labels(_count(f"{thing} được {verb} {timely[1]}"), _total(f"{thing} phải {verb}"))
    if not thing or begins(thing, data["manners"]):
        return Labels(
            _count(f"lượt {body}"), _total(f"lượt {verb}"), doubt="Cần xác định đối tượng được đếm ở tử số và mẫu số."
        )
    if begins(thing, [*data["light"], *data["predicates"]]):
        # "thanh toán thực hiện qua ngân hàng": the act is the thing that is counted.
        return _said_of(f"lượt {body}")
    if reached := re.match(r"(?P<what>.+?)\s(?:tới|đến)\s(?P<to>.+)$", thing):
        return Labels(_count(f"{reached['to']} được {verb} {reached['what']}"), _total(reached["to"]), stock=True)
    thing, how = _cut(thing, rf"\s(?=(?:{any_of(data['manner_tails'])}))")
    thing, where = _cut(thing, r"\s(?=tại\s)")
    plain = re.sub(rf"\s(?:{any_of(data['manners'])})(?!\w)", "", thing, count=1)
    doubt = ""
    if begins(thing, data["masses"]):
        doubt = "Đối tượng được tính không đếm được từng đơn vị; cần xác định đơn vị tính của tử số và mẫu số."
    done = _words(thing, "được", verb, where, how)
    of_all = _words(plain, "được", verb, where) if plain != thing else _words(thing, where)
    return Labels(_count(done), _total(of_all), doubt=doubt)


def _said_of(body: str) -> Labels:
    """ "doanh nghiệp sử dụng nền tảng số": things and what is said of them."""
    data: dict[str, Any] = words()["labels"]
    found = re.search(r"\s(?=được\s(?!phép|giao|ủy quyền))", body)
    found = found or re.search(rf"\s(?=(?:có\s)?(?:{any_of(data['predicates'])})(?!\w))", body)
    found = found or re.search(r"\s(?=(?:có|không|chưa)\s)", body)
    found = found or re.search(rf"\s(?=(?:{any_of([*data['timely'], *data['manners']])})(?!\w))", body)
    stock = bool(begins(body, data["stocks"]))
    if not found:
        return Labels(
            _count(body),
            "Tổng số",
            stock=stock,
            doubt="Không tách được tử số và mẫu số từ câu chữ; cần ghi lại cho rõ.",
        )
    return Labels(_count(body), _total(body[: found.start()]), stock=stock)


def _split_act(text: str) -> tuple[str, str] | None:
    """("khai thác, sử dụng lại", "thông tin, dữ liệu số hóa"); None where `text` does not begin with an act.

    A light verb before the act is dropped: "thực hiện chứng thực bản sao" → ("chứng thực", "bản sao")."""
    data = words()["labels"]
    one = f"(?:{any_of(data['acts'])})(?!\\w)"
    match = re.match(
        rf"^(?:(?:{any_of(data['light'])})\s+)?(?P<verb>{one}(?:(?:,\s|\svà\s){one})*)\s*(?P<thing>.*)$",
        lower_first(text),
    )
    return (match["verb"], match["thing"]) if match else None


def _cut(text: str, pattern: str) -> tuple[str, str]:
    match = re.search(pattern, text)
    return (text[: match.start()], text[match.end() :]) if match else (text, "")


def _words(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _count(thing: str) -> str:
    return tidy(f"Số {_persons(thing)}")


def _total(thing: str) -> str:
    thing = re.sub(r"^số\s+", "", thing)
    return tidy(f"Tổng số {_persons(thing)}").rstrip(" ,")


def _persons(thing: str) -> str:
    """ "dân số từ 15 tuổi" is counted as "người từ 15 tuổi"."""
    thing = re.sub(r"^các\s+", "", lower_first(thing))
    for mass, unit in words()["labels"]["persons"].items():
        if begins(thing, [mass]):
            return str(unit) + thing[len(mass) :]
    return thing
