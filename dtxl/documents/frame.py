"""The report's frame: who writes to whom about what, as texts and as lengths of the lines below them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from dtxl.core.metrics import balanced, rule_mm, width_mm
from dtxl.core.text import enumerate_vi, fold, lower_first, tidy, upper_first
from dtxl.documents.dates import long_day, month
from dtxl.documents.facts import GOOD, Facts
from dtxl.documents.letters_words import table
from dtxl.documents.phrases import Piece, Said, listed, number, percent, say, words
from dtxl.model.plan import Plan
from dtxl.model.rollup import Standing

# Widths in mm and sizes in points of the places in the template that are broken by measure; see build_bao_cao.py.
ISSUER_LIMIT, ISSUER_SIZE = 68.0, 12.0
SUBJECT_LIMIT, SUBJECT_SIZE = 135.0, 14.0
MOTTO, MOTTO_SIZE = "Độc lập - Tự do - Hạnh phúc", 13.0
SHARE = 0.42  # of the text above: NĐ 30 asks for a third to a half
ANNEX_RULE = 30.0
SERIAL_ROOM = "\u00a0" * 6
RULE_MOTTO, RULE_ISSUER, RULE_SUBJECT, RULE_ANNEX = "Kẻ Tiêu ngữ", "Kẻ cơ quan", "Kẻ trích yếu", "Kẻ phụ lục"

_ORDER = (Standing.ACCEPTED, Standing.LATE, Standing.REJECTED, Standing.MISSING)


@dataclass(frozen=True, slots=True)
class Frame:
    """Texts of the frame that sentences use too."""

    issuer: str  # in the case of running text
    plan: str  # "Kế hoạch …" by its name, without the year where the period names it
    plan_full: str  # with number, date and issuer where it has a number
    subject: str
    addressees: tuple[str, ...]


def frame_of(facts: Facts) -> Frame:
    """The frame of a rollup's report."""
    plan, period = facts.rollup.plan, facts.rollup.period
    kind, matter = _matter(plan)
    year = re.search(r"\s*năm (\d{4})$", matter)
    short = matter[: year.start()] if year and year[1] in period.name else matter
    named = say("frame.plan_named", kind=kind, matter=short).text
    addressees = tuple(clean for line in plan.report.addressees if (clean := _item(line)))
    # Behind "tầm nhìn đến năm 2030" no "6 tháng đầu năm 2025" may follow: the period goes first.
    subject = say("frame.subject_first" if named[-1:].isdecimal() else "frame.subject", plan=named, period=period.name)
    return Frame(_issuer(plan), named, _plan_full(plan, kind, matter), subject.text, addressees)


def _matter(plan: Plan) -> tuple[str, str]:
    """The word for the plan's kind ("Kế hoạch", "Đề án"; a title without one is a plan's) and its subject as it stands
    behind that word: "hoạt động của Ban chỉ đạo … năm 2024"."""
    title = tidy(plan.info.title).rstrip(". ")
    found = re.match(r"(kế hoạch|đề án|chương trình|nghị quyết|quyết định|chỉ thị)\s+", title, flags=re.I)
    kind = upper_first(found[1].lower()) if found else "Kế hoạch"
    title = re.sub(r"^(?:v/v|về việc|về)\s+", "", title[found.end() :] if found else title, flags=re.I)
    return kind, lower_first(title)


def _plan_full(plan: Plan, kind: str, matter: str) -> str:
    """The plan as a first citation has it: number, day, issuer, subject, each where it is known (NĐ 30, II.6.b)."""
    info = plan.info
    number = tidy(info.number)
    if not matter or not (info.date or re.match(r"\d", number)):
        return say("frame.plan_named", kind=kind, matter=matter).text.strip()
    if number.startswith("/"):
        number = SERIAL_ROOM + number  # the serial is not known yet: room to write it in
    return say(
        "frame.plan_cited",
        kind=kind,
        number=say("frame.plan_number", number=number) if number else "",
        # A number is cited with its day: where that is not known, there is room to write it in.
        date=say("frame.plan_date", date=long_day(info.date)) if info.date else say("frame.plan_undated").text,
        issuer=say("frame.plan_issuer", issuer=_running(info.issuer, plan)) if info.issuer else "",
        matter=matter,
    ).text


def _issuer(plan: Plan) -> str:
    return _running(plan.report.issuer or plan.info.aggregator or plan.info.issuer, plan)


def _running(name: str, plan: Plan) -> str:
    """A name that may stand in capitals, as running text writes it: as the plan does elsewhere, where it does."""
    name = tidy(name)
    if name != name.upper():
        return name
    known = [plan.info.aggregator, plan.info.issuer, *(a.name for a in plan.agencies), *plan.report.addressees]
    for other in known:
        if fold(other) == fold(name) and other != other.upper():
            return tidy(other)
    text = name[:1] + name[1:].lower()
    for proper in (plan.info.province, plan.report.place):
        if proper:
            text = re.sub(re.escape(proper.lower()), proper, text, flags=re.I)
    # An abbreviation of the office names stays in capitals: UBND, HĐND.
    return re.sub(r"\b(ubnd|hđnd|tw|btc)\b", lambda m: m[0].upper(), text, flags=re.I)


def _item(line: str) -> str:
    return tidy(line).lstrip("-–+ ").rstrip(";., /")


def recipients(plan: Plan, addressed: bool) -> tuple[list[str], str]:
    """(lines of Nơi nhận, the filing line), without dashes and end marks (NĐ 30, Phụ lục I, II.9).

    A report with Kính gửi begins with "Như trên"; one without has no such line.
    """
    lines = [item for line in plan.report.recipients or plan.info.recipients if (item := _item(line))]
    above, filing = say("frame.recipient_above").text, say("frame.filing").text
    filed = [line for line in lines if fold(line).startswith("luu")]
    lines = [line for line in lines if line not in filed and fold(line) != fold(above)]
    return ([above, *lines] if addressed else lines), (filed[-1] if filed else filing)


def signer(lines: Sequence[str]) -> tuple[list[str], str]:
    """(title above the signature, other post below it or ""), in capitals (NĐ 30, Phụ lục I, II.7: ô 7a and 7b).

    Only the head or deputy of a board who signs with a post held elsewhere has the second: "TRƯỞNG BAN", "CHỦ TỊCH UBND
    TỈNH". All other titles of several lines ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH") belong together above the signature.
    """
    titles = [title for line in lines if (title := tidy(line).upper())]
    if len(titles) > 1:
        *above, last = titles
        if _begins(above[-1], words("frame", "boards")) and _begins(last, words("frame", "posts")):
            return above, last
    return titles, ""


def titles_of(issuer: str) -> tuple[str, ...]:
    """Who signs for an issuer where the plan workbook names nobody: ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")."""
    known = table("signer").items()
    return next((tuple(lines) for start, lines in known if fold(issuer).startswith(fold(start))), ())


def heads(issuer: str) -> bool:
    """Whether an issuer is the head of the province, with nobody above it within."""
    return fold(issuer).startswith(tuple(fold(start) for start in words("propose", "heads")))


def _begins(line: str, starts: Iterable[str]) -> bool:
    return any(f"{line} ".startswith(f"{start} ") for start in starts)


def opening(facts: Facts, frame: Frame) -> Said:
    """The first sentence: by which plan, which period, which days, how many returned."""
    rollup = facts.rollup
    return say(
        "frame.opening", plan=frame.plan_full, issuer=frame.issuer, period=rollup.period.name,
        start=long_day(rollup.period.start), end=long_day(rollup.period.end), returns=_returns(facts),
    )  # fmt: skip


def _returns(facts: Facts) -> Said:
    asked, good = len(facts.rollup.agencies), len(facts.of(*GOOD))
    if not asked:
        return say("frame.returns_nobody")
    key = "frame.returns_all" if good == asked else "frame.returns_part" if good else "frame.returns_none"
    fields: dict[str, Piece] = {
        "n": number("agencies.good", good),
        "of": number("agencies", asked),
        "percent": percent("agencies.good.percent", _share(good, asked)),
        "left": number("agencies.unfit", asked - good),
        "as_of": long_day(facts.rollup.as_of),
    }
    return say(key, **fields)


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part * 100, whole)


def mark_of(names: Iterable[str]) -> str:
    """What stands between names: "; " where one of them has a comma or "và" of its own, so that nobody takes "Sở Khoa
    học và Công nghệ và Thanh tra tỉnh" for three offices."""
    return "; " if any(", " in name or " và " in name for name in names) else ", "


def enumerated(names: Sequence[str]) -> str:
    """ "A, B và C", or "A và B; C"."""
    mark = mark_of(names)
    return enumerate_vi(list(names)) if mark == ", " else mark.join(names)


def standings(facts: Facts, level: str | None = None) -> Said:
    """ "216 gửi đúng hạn, 10 gửi sau hạn và 15 chưa gửi": the standings that occur, in all or in one level."""
    parts = []
    for standing in _ORDER:
        count = len(facts.of(standing, level=level))
        if count:
            name = f"agencies.{level}.{standing}" if level else f"agencies.{standing}"
            parts.append(say(f"returns.{standing}", n=number(name, count)))
    return listed(parts)


def context_of(facts: Facts, frame: Frame, today: date) -> tuple[dict[str, Any], dict[str, float]]:
    """(the template's tags for the frame, style name → length in mm of the lines)."""
    settings = facts.rollup.plan.report
    issuer = tidy(settings.issuer or frame.issuer).upper()
    whole = (*words("frame", "together"), facts.rollup.plan.info.province or settings.place)
    issuer_lines = balanced(issuer, ISSUER_SIZE, ISSUER_LIMIT, bold=True, together=whole)
    superior_lines = balanced(tidy(settings.superior).upper(), ISSUER_SIZE, ISSUER_LIMIT, together=whole)
    subject_lines = balanced(
        frame.subject, SUBJECT_SIZE, SUBJECT_LIMIT, bold=True, together=(*whole, facts.rollup.period.name)
    )
    lines, filing = recipients(facts.rollup.plan, bool(frame.addressees))
    title, other = signer(settings.signer_title or titles_of(frame.issuer))
    addressee = " " + enumerated(frame.addressees) if frame.addressees else ""
    context = {
        "co_quan_chu_quan": "\n".join(superior_lines),
        "co_quan_ban_hanh": "\n".join(issuer_lines),
        "co_quan": frame.issuer,
        "ky_hieu": settings.symbol.strip().lstrip("/") or (say("frame.symbol").text if heads(frame.issuer) else ""),
        "dia_danh": settings.place or facts.rollup.plan.info.province,
        "thang": month(today),
        "nam": str(today.year),
        "trich_yeu": "\n".join(subject_lines),
        "kinh_gui": list(frame.addressees),
        "ket_thuc": say(
            "frame.closing", subject=lower_first(frame.subject), issuer=frame.issuer, addressee=addressee
        ).text,
        "noi_nhan": lines,
        "noi_luu": filing,
        "chuc_vu_nguoi_ky": title,
        "chuc_vu_khac": other,
        "ten_nguoi_ky": tidy(settings.signer_name),
    }
    rules = {
        RULE_MOTTO: width_mm(MOTTO, MOTTO_SIZE, bold=True),
        RULE_ISSUER: rule_mm(issuer_lines, ISSUER_SIZE, SHARE, bold=True),
        RULE_SUBJECT: rule_mm(subject_lines, SUBJECT_SIZE, SHARE, bold=True),
        RULE_ANNEX: ANNEX_RULE,
    }
    return context, rules
