"""The plan's own record: what the head says, and the days on which agencies and the report are due."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dtxl.core.text import fold, slug, tidy
from dtxl.extract.blocks import Table
from dtxl.extract.header import ABOUT, Header
from dtxl.extract.outline import Item
from dtxl.extract.words import words
from dtxl.model.plan import PlanInfo, Question

_DUE = re.compile(
    r"(?:trước\s+)?ngày\s+(\d{1,2})(?![\d/])\s+(?:của\s+)?(?:tháng\s+cuối|hằng\s+quý|hàng\s+quý|mỗi\s+quý)"
)
_RECEIVER = (
    r"(?:đến|về|gửi|cho|qua)\s+(?P<office>(?:{offices})(?!\w)[^,;()]*?)\s*(?:\([^)]*\)\s*)?,?\s*(?:để\s+)?tổng hợp"
)


def make_info(header: Header, due: "DueDays", **signature: object) -> PlanInfo:
    """The plan's own record. `signature`: signer_title, signer_name, recipients."""
    parts = [slug(header.province.name), str(header.year or "")]
    ident = "-".join(part for part in parts if part) or slug(header.title) or "ke-hoach"
    return PlanInfo(
        id=ident, title=header.title, number=header.number, date=header.date, year=header.year, issuer=header.issuer,
        province=header.province.name, agency_due_day=due.agency, report_due_day=due.report, aggregator=due.aggregator,
        **signature,  # type: ignore[arg-type]
    )  # fmt: skip


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
    for item in (x for x in outline if isinstance(x, Item) and "ngày" in x.text):
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
