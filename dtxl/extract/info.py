"""The document itself: title, number, date, province, who issued it, due days."""

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dtxl.core.text import fold, slug, tidy
from dtxl.extract.blocks import Table
from dtxl.extract.outline import Item, Mark
from dtxl.extract.words import begins, shouted, words
from dtxl.model.plan import PlanInfo, Question

ABOUT = "Kế hoạch"
_HEAD = 40  # paragraphs in which the header stands
_SYMBOL = r"([A-ZĐ]{1,6}-[A-ZĐ][\wĐ.&-]*)"
_NUMBER = re.compile(rf"(?<!\w)Số\s*:\s*([\d.…_ ]*?)\s*/\s*{_SYMBOL}")
_CITED = re.compile(rf"ban hành\s+(?:kế hoạch\s+)?(?:kế hoạch\s+)?số\s+(\d+)\s*/\s*{_SYMBOL}", re.IGNORECASE)
_PLACE = re.compile(
    r"(?P<place>[^,:;/\d]{2,40}),\s*ngày\s*(?P<d>[\d.…_]*)\s*tháng\s*(?P<m>[\d.…_]*)\s*năm\s*(?P<y>20\d\d)"
)
_ANNEX = re.compile(
    rf"kèm theo\s+\w+(?:\s+\w+)?\s+số\s*(?P<n>[\d.…_]*)\s*/?\s*(?P<s>{_SYMBOL[1:-1]})?\s*,?\s*"
    r"ngày\s+(?P<d>\d{1,2})\s*(?:/|\s*tháng\s+)(?P<m>\d{1,2})\s*(?:/|\s*năm\s+)(?P<y>20\d\d)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"năm\s+(20\d\d)")
_NAMED = re.compile(rf"kế hoạch\s+số\s+\d*\s*/\s*{_SYMBOL}\s+về\s+(?P<what>[^.;]+?\s+năm\s+20\d\d)", re.IGNORECASE)
_DUE = re.compile(
    r"(?:trước\s+)?ngày\s+(\d{1,2})(?![\d/])\s+(?:của\s+)?(?:tháng\s+cuối|hằng\s+quý|hàng\s+quý|mỗi\s+quý)"
)
_RECEIVER = (
    r"(?:đến|về|gửi|cho|qua)\s+(?P<office>(?:{offices})(?!\w)[^,;()]*?)\s*(?:\([^)]*\)\s*)?,?\s*(?:để\s+)?tổng hợp"
)
_ISSUED_BY = re.compile(r"(?:của|do)\s+(?P<who>(?:Ban|UBND|Ủy ban|Uỷ ban|Hội đồng|Sở)\s.+)$")


@dataclass(frozen=True, slots=True)
class Province:
    """ "Bắc Giang" and what it is: "tỉnh" or "thành phố"."""

    name: str = ""
    kind: str = "tỉnh"


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of the document and its appendix say. `symbol` is "KH-BCĐCĐS"; `title` "" where there is none."""

    title: str
    symbol: str
    number: str
    date: datetime.date | None
    year: int | None
    place: str
    province: Province
    issuer: str
    questions: tuple[Question, ...]


def read_header(outline: Sequence[Item | Table]) -> Header:
    """Title, number, date, year, province and issuer, each with its questions."""
    items = [x for x in outline if isinstance(x, Item)]
    questions: list[Question] = []
    title = _title(items)
    symbol, number = _number(items, questions)
    place, dated = _date(items, symbol, questions)
    province = _province(items, title, place)
    year_in_title = _YEAR.search(title)
    year = int(year_in_title[1]) if year_in_title else (dated[1] if dated else None)
    if title and year is None:
        questions.append(Question(ABOUT, title, "Không rõ kế hoạch của năm nào."))
    return Header(
        title, symbol, number, dated[0] if dated else None, year, place, province,
        _issuer(title, symbol, province), tuple(questions),
    )  # fmt: skip


def make_info(header: Header, due: "DueDays", **signature: object) -> PlanInfo:
    """The plan's own record. `signature`: signer_title, signer_name, recipients."""
    parts = [slug(header.province.name), str(header.year or "")]
    ident = "-".join(part for part in parts if part) or slug(header.title) or "ke-hoach"
    return PlanInfo(
        id=ident, title=header.title, number=header.number, date=header.date, year=header.year, issuer=header.issuer,
        province=header.province.name, agency_due_day=due.agency, report_due_day=due.report, aggregator=due.aggregator,
        **signature,  # type: ignore[arg-type]
    )  # fmt: skip


def _title(items: Sequence[Item]) -> str:
    """ "Kế hoạch …": what follows the word in capitals, on its line and on those after it; else the first line that
    names a plan (a news item)."""
    for index, item in enumerate(items[:_HEAD]):
        kind = begins(item.text, words()["kinds"])
        if not kind or not shouted(item.text[: len(kind)]):
            continue
        rest = item.text[len(kind) :].strip(" :")
        for following in items[index + 1 :]:
            is_more = not rest or (following.text[:1].islower() and len(following.text) < 150)
            if not is_more or following.mark is not Mark.NONE:
                break
            rest = f"{rest} {following.text}".strip()
        return tidy(f"{kind.capitalize()} {rest}").rstrip(" .")
    cited = next((match for item in items if (match := _NAMED.search(item.text))), None)
    if cited:
        return tidy(f"Kế hoạch {cited['what']}")
    named = (i.text for i in items if "kế hoạch" in i.text.lower() and len(i.text) < 200)
    return next(named, "").rstrip(" .")


def _number(items: Sequence[Item], questions: list[Question]) -> tuple[str, str]:
    """(symbol, number as printed)."""
    for item in items[:_HEAD]:
        if match := _NUMBER.search(item.text):
            serial = re.sub(r"\D", "", match[1])
            if not serial:
                questions.append(Question(ABOUT, item.span, "Số của kế hoạch còn để trống; cần điền khi ban hành."))
            return match[2], f"{serial}/{match[2]}"
    for item in items:
        if match := _CITED.search(item.text):
            return match[2], f"{match[1]}/{match[2]}"
    if items:
        questions.append(Question(ABOUT, "", "Không tìm thấy số, ký hiệu của kế hoạch."))
    return "", ""


def _date(
    items: Sequence[Item], symbol: str, questions: list[Question]
) -> tuple[str, tuple[datetime.date | None, int] | None]:
    """(place, (date or None, year)); the appendix's "Kèm theo … ngày …" serves where the header's day is blank."""
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
        other = match["s"] or ""
        if symbol and other and other != symbol:
            questions.append(
                Question(ABOUT, item.span, f"Ký hiệu trong phụ lục ({other}) khác ký hiệu ở đầu văn bản ({symbol}).")
            )
        day = _day(match["y"], match["m"], match["d"])
        if day is not None and (found is None or found[0] is None):
            questions.append(
                Question(
                    ABOUT, printed or item.span, f"Ngày ban hành để trống; đã lấy ngày {day:%d/%m/%Y} ghi ở phụ lục."
                )
            )
            return place, (day, day.year)
        break
    if found is not None and found[0] is None:
        questions.append(Question(ABOUT, printed, "Ngày ban hành để trống; cần điền."))
    return place, found


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
            elif token[0].isupper() and token[0].isalpha() and len(name) < 5:
                name.append(token)
            else:
                break
        while name and name[-1] == "-":
            name.pop()
        if len(name) >= 2:
            names.append(" ".join(name))
    return names


def _issuer(title: str, symbol: str, province: Province) -> str:
    """Who issued it: as the title says, else by the symbol (KH-UBND)."""
    if match := _ISSUED_BY.search(_YEAR.sub("", title).strip()):
        who = match["who"]
        if province.name and province.name in who:
            return who[: who.index(province.name) + len(province.name)]
        return who.strip(" ,")
    if symbol.endswith("-UBND") and province.name:
        return f"Ủy ban nhân dân {province.kind} {province.name}"
    return ""


@dataclass(frozen=True, slots=True)
class DueDays:
    """Days of a quarter's last month: when agencies return, when the report goes up; and who collects."""

    agency: int = 15
    report: int = 25
    aggregator: str = ""
    questions: tuple[Question, ...] = ()


def read_due_days(outline: Sequence[Item | Table]) -> DueDays:
    """From sentences like "trước ngày 15 của tháng cuối quý": the one that sends returns to an office gives the
    agencies' day and the office; the other, in which that office reports, gives the report's."""
    agency = report = None
    aggregator = ""
    questions: list[Question] = []
    # Small letters would take "báo cáo" for a newspaper.
    pattern = re.compile(_RECEIVER.format(offices="|".join(map(re.escape, words()["offices"]))))
    for item in (x for x in outline if isinstance(x, Item)):
        match = _DUE.search(item.text)
        if match is None or not 1 <= int(match[1]) <= 31:
            continue
        receiver = pattern.search(item.text)
        if receiver and agency is None:
            agency, aggregator = int(match[1]), tidy(receiver["office"])
            if "truoc" in fold(item.text[: match.end()]):
                why = f"Kế hoạch ghi “trước ngày {agency}”; hạn gửi được hiểu là đến hết ngày {agency}; cần xác nhận."
                questions.append(Question(ABOUT, match[0], why))
        elif not receiver and report is None and "bao cao" in fold(item.text):
            report = int(match[1])
    defaults = DueDays()
    if agency is None:
        questions.append(
            Question(
                ABOUT,
                "",
                f"Không thấy ngày các cơ quan gửi báo cáo; tạm lấy ngày {defaults.agency} của tháng cuối quý.",
            )
        )
    if report is None:
        questions.append(
            Question(
                ABOUT, "", f"Không thấy ngày trình báo cáo tổng hợp; tạm lấy ngày {defaults.report} của tháng cuối quý."
            )
        )
    if not aggregator:
        questions.append(Question(ABOUT, "", "Không rõ cơ quan nào tổng hợp báo cáo của các cơ quan, đơn vị."))
    return DueDays(agency or defaults.agency, report or defaults.report, aggregator, tuple(questions))
