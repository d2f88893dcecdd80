"""The head of a document: title, number, date, years, province and issuer, of whatever type it is."""

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dtxl.core.text import tidy, upper_first
from dtxl.extract.blocks import Table
from dtxl.extract.outline import Item, Mark
from dtxl.extract.words import begins, shouted, words
from dtxl.model.plan import Question

ABOUT = "Kế hoạch"
_HEAD = 40  # paragraphs in which the header stands
_SYMBOL = r"(?:/\s*[A-ZĐ]{1,6}-[A-ZĐ][\wĐ.&-]*|-\s?[A-ZĐ]{2,4}/[A-ZĐ][\wĐ.&-]*)"  # "/KH-UBND", "-NQ/TU"
_NUMBER = re.compile(rf"(?<!\w)Số\s*:?\s*(?P<serial>[\d.…_ ]*?)\s*(?P<symbol>{_SYMBOL})")
_KIND = r"(?:kế hoạch|đề án|chương trình(?: hành động)?|nghị quyết|quyết định|chiến lược|chỉ thị|phương án)"
_CITED = re.compile(rf"ban hành\s+(?:{_KIND}\s+)*số\s+(?P<serial>\d+)\s*(?P<symbol>{_SYMBOL})", re.IGNORECASE)
_PLACE = re.compile(
    r"(?P<place>[^,:;/\d]{2,40}),\s*ngày\s*(?P<d>[\d.…_]*)\s*tháng\s*(?P<m>[\d.…_]*)\s*năm\s*(?P<y>20\d\d)"
)
_ANNEX = re.compile(
    rf"kèm theo\s+\w+(?:\s+\w+)?\s+số\s*(?P<serial>[\d.…_]*)\s*(?P<symbol>{_SYMBOL})?\s*,?\s*"
    r"ngày\s+(?P<d>\d{1,2})\s*(?:/|\s*tháng\s+)(?P<m>\d{1,2})\s*(?:/|\s*năm\s+)(?P<y>20\d\d)",
    re.IGNORECASE,
)
_ISSUED_ON = re.compile(
    rf"(?:ngày\s+(?P<d1>\d{{1,2}})/(?P<m1>\d{{1,2}})/(?P<y1>20\d\d),?\s[^.;]{{0,60}}?ban hành\s+{_KIND}\s+số"
    rf"|ban hành\s+{_KIND}\s+số\s+\d+\s*{_SYMBOL}\s*,?\s+ngày\s+(?P<d2>\d{{1,2}})/(?P<m2>\d{{1,2}})/(?P<y2>20\d\d))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"năm\s+(20\d\d)(?!\s*[-–]\s*20)")
_PERIOD = re.compile(
    r"(?:giai đoạn|thời kỳ|nhiệm kỳ|5 năm|các năm)\s+(?P<first>20\d\d)\s*[-–]\s*(?P<last>20\d\d)", re.IGNORECASE
)
_SPAN = 10  # years that a plan "đến năm 2030" may begin earlier, where nothing says when it was issued
_VISION = re.compile(r",?\s*(?:tầm nhìn|định hướng)(?:\s+đến)?(?:\s+năm)?\s+20\d\d", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?P<kind>{_KIND})\s+số\s+\d*\s*{_SYMBOL}(?:\s+ngày\s+[\d/]+)?(?:\s+của\s[^.;]{{3,60}}?)?\s+về\s+(?:việc\s+)?"
    r"(?P<what>[^.;]+?\s+(?:năm\s+20\d\d|giai đoạn\s+20\d\d\s*[-–]\s*20\d\d))",
    re.IGNORECASE,
)
_NAMED_BARE = re.compile(
    r"ban hành\s+(?:[^.;]{0,40}?)(?P<title>(?:Kế hoạch|Đề án|Chương trình|Chiến lược)\s+(?!số)[^.;:]{10,160}?"
    r"(?:năm\s+20\d\d(?!\s*[-–])|giai đoạn\s+20\d\d\s*[-–]\s*20\d\d)(?:,\s*(?:tầm nhìn|"
    r"định hướng)\s+đến(?:\s+năm)?\s+20\d\d)?)"
)
_INNER = re.compile(rf"^(?:về việc\s+)?(?:ban hành|phê duyệt)\s+(?={_KIND})", re.IGNORECASE)
_STOP = re.compile(
    r"^\(|^(?:căn cứ|thực hiện|theo đề nghị|xét đề nghị|để |trên cơ sở|kính gửi|thủ tướng|chủ tịch|"
    r"bộ trưởng|giám đốc|ủy ban|hội đồng|uỷ ban|tiếp tục|quyết định)(?!\w)",
    re.IGNORECASE,
)
_ISSUED_BY = re.compile(
    r"(?:của|do)\s+(?P<who>(?:Ban|UBND|Ủy ban|Uỷ ban|Hội đồng|Sở|Bộ|Tỉnh ủy|Thành ủy)\s[^,.;]{2,70})$"
)
_CHROME = re.compile(r"\||»|›|^\W*(?:thứ\s+\w+|chủ nhật)\b|\d{1,2}/\d{1,2}/20\d\d|\[|^https?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Province:
    """ "Bắc Giang" and what it is: "tỉnh" or "thành phố"."""

    name: str = ""
    kind: str = "tỉnh"


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of the document and its appendix say. `symbol` is "KH-BCĐCĐS"; `title` "" where there is none.

    `first_year`: the first year of a plan over several years; `year` then is its last."""

    title: str
    symbol: str
    number: str
    date: datetime.date | None
    year: int | None
    place: str
    province: Province
    issuer: str
    questions: tuple[Question, ...]
    first_year: int | None = None


def read_header(outline: Sequence[Item | Table]) -> Header:
    """Title, number, date, years, province and issuer, each with its questions."""
    items = [x for x in outline if isinstance(x, Item)]
    questions: list[Question] = []
    title = _title(items)
    symbol, number = _number(items, questions)
    place, dated = _date(items, symbol, questions)
    province = _province(items, title, place)
    year, first = years_of(title, dated[1] if dated else None)
    if year is None:
        year = first = _year_of_goals(items)
    if title and year is None:
        questions.append(Question(ABOUT, title, "Không rõ kế hoạch của năm nào."))
    return Header(
        title, symbol, number, dated[0] if dated else None, year, place, province,
        _issuer(items, title, symbol, province), tuple(questions), first,
    )  # fmt: skip


def years_of(title: str, issued: int | None) -> tuple[int | None, int | None]:
    """(the plan's year, its first year): "giai đoạn 2021 - 2025" is (2025, 2021), "năm 2024" is (2024, 2024); "đến năm
    2025" begins when the plan was issued. Without a year in the title it is the year of issue."""
    period = _PERIOD.search(title)
    bare = _VISION.sub(" ", _PERIOD.sub(" ", title))
    own = _YEAR.findall(bare)
    if own:
        year = int(own[-1])
        until = re.search(rf"đến\s+(?:hết\s+)?năm\s+{year}", bare)
        return year, (min(issued or year - _SPAN, year) if until else year)
    if period:
        return int(period["last"]), int(period["first"])
    return issued, issued


def _year_of_goals(items: Sequence[Item]) -> int | None:
    """The year that a text without a title of a plan names most often where it speaks of goals."""
    found = Counter(
        int(y)
        for item in items
        for y in re.findall(r"(?:mục tiêu|phấn đấu|chỉ tiêu)[^.;]{0,60}?năm\s+(20\d\d)", item.text.lower())
    )
    return found.most_common(1)[0][0] if found else None


def _title(items: Sequence[Item]) -> str:
    """ "Kế hoạch …": what follows the word in capitals, on its line and on those after it; else the plan that a news
    item names; else its headline."""
    for index, item in enumerate(items[:_HEAD]):
        kind = begins(item.text, words()["kinds"])
        if not kind or not shouted(item.text[: len(kind)]) or item.mark is not Mark.NONE:
            continue
        rest = _rest_of_title(item.text[len(kind) :].strip(" :*"), items[index + 1 : index + 6])
        if rest:
            return _in_small_letters(_finished_title(kind, rest), items)
    text = [item.text for item in items]
    if cited := next((match for t in text if (match := _NAMED.search(t))), None):
        return tidy(f"{upper_first(cited['kind'].lower())} {cited['what']}")
    if cited := next((match for t in text if (match := _NAMED_BARE.search(t))), None):
        return tidy(cited["title"])
    named = (t for t in text[:_HEAD] if "kế hoạch" in t.lower() and 15 < len(t) < 200 and not _CHROME.search(t))
    headline = (t for t in text[:_HEAD] if 6 <= len(t.split()) <= 30 and not _CHROME.search(t) and not shouted(t))
    return next(named, next(headline, "")).rstrip(" .")


def _rest_of_title(rest: str, following: Sequence[Item]) -> str:
    for item in following:
        acting = not rest and re.match(r"(?i)(?:thực hiện|tiếp tục|triển khai)", item.text) and len(item.text) < 250
        stop = item.mark is not Mark.NONE or (_STOP.match(item.text) and not acting) or len(item.text) > 300
        if shouted(item.text) and item.text.startswith("CỦA "):
            continue
        goes_on = not rest or item.text[:1].islower() or item.text.lower().startswith("giai đoạn")
        if stop or not goes_on or rest.endswith((".", ":", ";")):
            break
        rest = f"{rest} {item.text}".strip()
    return rest


def _finished_title(kind: str, rest: str) -> str:
    inner = _INNER.match(rest)
    if kind in ("QUYẾT ĐỊNH", "NGHỊ QUYẾT") and inner:
        return upper_first(tidy(rest[inner.end() :]).rstrip(" ."))
    return tidy(f"{kind.capitalize()} {rest}").rstrip(" .")


def _in_small_letters(title: str, items: Sequence[Item]) -> str:
    """A title in capitals as the text itself writes it elsewhere, else in small letters."""
    rest = title.partition(" ")[2]
    letters = [c for c in rest if c.isalpha()]
    if not letters or sum(c.isupper() for c in letters) < 0.8 * len(letters):
        return title
    wanted = title.lower()
    for item in items:
        at = item.text.lower().find(wanted)
        if at >= 0 and not shouted(item.text[at : at + len(wanted)]):
            return upper_first(item.text[at : at + len(wanted)])
    small = upper_first(wanted)
    for name in {
        n for item in items if not shouted(item.text) for n in _names_after("(?:tỉnh|thành phố|Bộ)", item.text)
    }:
        small = re.sub(rf"(?<!\w){re.escape(name.lower())}(?!\w)", name, small)
    return small


def _number(items: Sequence[Item], questions: list[Question]) -> tuple[str, str]:
    """(symbol, number as printed)."""
    for item in items[:_HEAD]:
        match = _NUMBER.search(item.text)
        if (
            match
            and match.start() <= 60
            and (match.start() < 4 or "ngày" in item.text or shouted(item.text[: match.start()]))
        ):
            serial = re.sub(r"\D", "", match["serial"])
            if not serial:
                questions.append(Question(ABOUT, item.span, "Số của kế hoạch còn để trống; cần điền khi ban hành."))
            return _parts_of(match["symbol"], serial)
    for pattern in (_ANNEX, _CITED):
        for item in items:
            if (match := pattern.search(item.text)) and match["symbol"]:
                return _parts_of(match["symbol"], re.sub(r"\D", "", match["serial"]))
    if items:
        questions.append(Question(ABOUT, "", "Không tìm thấy số, ký hiệu của kế hoạch."))
    return "", ""


def _parts_of(symbol: str, serial: str) -> tuple[str, str]:
    symbol = re.sub(r"\s", "", symbol)
    return symbol[1:], serial + symbol


def _date(
    items: Sequence[Item], symbol: str, questions: list[Question]
) -> tuple[str, tuple[datetime.date | None, int] | None]:
    """(place, (date or None, year)); the appendix's "Kèm theo … ngày …" serves where the header's day is blank, a news
    item's "ban hành … ngày …" where there is no header."""
    place, found, printed = "", None, ""
    for item in items[:_HEAD]:
        text = _NUMBER.sub("", item.text).strip()
        if match := _PLACE.search(text):
            place, printed = match["place"].strip(), item.span
            found = (_day(match["y"], match["m"], match["d"]), int(match["y"]))
            break
    for item in items:
        match = _ANNEX.search(item.text)
        if match is None:
            continue
        other = (match["symbol"] or "")[1:].strip()
        if symbol and other and other != symbol:
            questions.append(
                Question(ABOUT, item.span, f"Ký hiệu trong phụ lục ({other}) khác ký hiệu ở đầu văn bản ({symbol}).")
            )
        day = _day(match["y"], match["m"], match["d"])
        if day is not None and (found is None or found[0] is None):
            if found is not None:
                why = f"Ngày ban hành để trống; đã lấy ngày {day:%d/%m/%Y} ghi ở phụ lục."
                questions.append(Question(ABOUT, printed or item.span, why))
            return place, (day, day.year)
        break
    if found is not None and found[0] is None:
        questions.append(Question(ABOUT, printed, "Ngày ban hành để trống; cần điền."))
    if found is None:
        found = _issued_on(items)
    return place, found


def _issued_on(items: Sequence[Item]) -> tuple[datetime.date | None, int] | None:
    for item in items:
        if match := _ISSUED_ON.search(item.text):
            n = "1" if match["y1"] else "2"
            day = _day(match[f"y{n}"], match[f"m{n}"], match[f"d{n}"])
            return (day, day.year) if day else None
    return None


def _day(year: str, month: str, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _province(items: Sequence[Item], title: str, place: str) -> Province:
    """From the title, else the province that the text names most often, else the place of the date."""
    for kind in ("tỉnh", "thành phố"):
        if name := next(iter(_names_after(kind, title)), ""):
            return Province(name, kind)
    named = Counter(name for item in items for name in _names_after("tỉnh", item.text))
    if named:
        return Province(named.most_common(1)[0][0])
    cities = Counter(name for item in items for name in _names_after("thành phố", item.text))
    if place:
        return Province(place, "thành phố" if cities.get(place) else "tỉnh")
    return Province(cities.most_common(1)[0][0], "thành phố") if cities else Province()


def _names_after(word: str, text: str) -> list[str]:
    """Names (words with a capital, also "Bà Rịa - Vũng Tàu") that follow `word` in `text`."""
    names = []
    for match in re.finditer(rf"(?<!\w){word}\s+", text, re.IGNORECASE):
        name: list[str] = []
        for token in re.findall(r"[\w]+|\s[-–]\s|[^\w\s]", text[match.end() : match.end() + 60]):
            if token.strip() in ("-", "–") and token != token.strip() and name:
                name.append("-")
            elif (
                token[0].isupper() and token[0].isalpha() and len(name) < 5 and not (len(token) > 1 and token.isupper())
            ):
                name.append(token)
            else:
                break
        while name and name[-1] == "-":
            name.pop()
        if len(name) >= 2:
            names.append(" ".join(name))
    return names


def _issuer(items: Sequence[Item], title: str, symbol: str, province: Province) -> str:
    """Who issued it: as the title says, else by the symbol (KH-UBND), else the office in capitals at the head."""
    if match := _ISSUED_BY.search(_YEAR.sub("", title).strip()):
        who = match["who"]
        if province.name and province.name in who:
            return who[: who.index(province.name) + len(province.name)]
        return who.strip(" ,")
    of = f"{province.kind} {province.name}"
    known = words()["issuers"]
    for ending, name in known.items():
        if symbol.endswith(ending) and (province.name or "{of}" not in name):
            return str(name).format(of=of)
    for item in items[:8]:
        office = item.text.split("CỘNG HÒA")[0].strip()
        if shouted(office) and begins(office, words()["offices"]) and not begins(office, ["UBND", "Ủy ban nhân dân"]):
            small = _in_small_letters(f"x {office}", items).partition(" ")[2]
            return upper_first(small) + (f" {of}" if office.startswith("SỞ") and province.name else "")
    if not symbol and province.name and any(re.search(r"(?:UBND|Ủy ban nhân dân)\s+tỉnh", item.text) for item in items):
        return f"Ủy ban nhân dân {of}"
    return ""
