"""From a plan document to a Plan: one reading for every carrier."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dtxl.extract.blocks import Table, read_blocks
from dtxl.extract.frame import guess_report, read_signature
from dtxl.extract.header import read_header
from dtxl.extract.indicators import build_indicator, compare
from dtxl.extract.info import make_info, read_due_days
from dtxl.extract.moods import Years
from dtxl.extract.outline import Item, outline
from dtxl.extract.prose import as_rows, find_statements
from dtxl.extract.sections import place
from dtxl.extract.tables import read_tables
from dtxl.extract.tasks import read_tasks
from dtxl.extract.topics import topic_of
from dtxl.model.plan import Indicator, IndicatorGroup, Plan, PlanInfo, Question

RANKING = "Xếp hạng"  # what questions on goals to be among the first are about


def extract_document(path: Path) -> Plan:
    """The plan in the document at `path` (.docx, .md, .txt), with a question for each thing that is unsure.

    Agencies, their groups and levels are not filled: holders stay names. A document in which no plan is found gives an
    empty plan with a question. Raises SourceError (Vietnamese) for a file that cannot be read or is of another kind.
    """
    stream = outline(read_blocks(Path(path)))
    header = read_header(stream)
    years = Years(header.year, header.first_year)
    groups, indicators, about_indicators = read_indicators(stream, years)
    tasks, about_tasks = read_tasks(stream, header.year)
    if not indicators and not tasks:
        nothing = Question(
            "Kế hoạch", Path(path).name, "Không tìm thấy chỉ tiêu hay nhiệm vụ nào trong văn bản; hãy kiểm tra lại tệp."
        )
        ranks = tuple(q for q in about_indicators if q.about == RANKING)
        return Plan(PlanInfo(make_info(header, read_due_days(())).id, header.title), questions=(nothing, *ranks))
    due = read_due_days(stream)
    signature = read_signature(stream)
    report, about_report = guess_report(header, signature)
    info = make_info(
        header, due, signer_title=signature.titles, signer_name=signature.name, recipients=signature.recipients
    )
    questions = [
        *header.questions, *due.questions, *signature.questions, *about_report, *about_indicators, *about_tasks,
    ]  # fmt: skip
    return Plan(
        info, groups=tuple(groups), indicators=tuple(indicators), tasks=tuple(tasks), report=report,
        questions=tuple(questions),
    )  # fmt: skip


def read_indicators(
    stream: Sequence[Item | Table], years: Years
) -> tuple[list[IndicatorGroup], list[Indicator], list[Question]]:
    """The table's indicators and those that only the text states; a text that differs from the table is asked about."""
    placed = place(stream)
    table = read_tables(placed, years)
    found = find_statements(placed, years)
    questions = list(table.questions)
    groups, rows = list(table.groups), list(table.rows)
    indicators: list[Indicator] = []
    for row in rows:
        indicator, doubts = build_indicator(row, years.year)
        indicators.append(indicator)
        questions += doubts
    missing = compare(found.statements, indicators, questions) if rows else found.statements
    groups, more = as_rows(missing, groups, rows)
    for row in more:
        indicator, doubts = build_indicator(row, years.year)
        indicators.append(indicator)
        questions += doubts
    if not rows and indicators:
        questions.append(
            Question("Chỉ tiêu", "", "Văn bản không có bảng chỉ tiêu; cần điền cơ quan chủ trì theo dõi và thực hiện.")
        )
    questions += [
        Question(
            RANKING,
            rank,
            "Mục tiêu về thứ hạng, không phải chỉ tiêu có số liệu do các cơ quan báo cáo; đã để riêng.",
        )
        for rank in found.rankings
    ]
    used = {indicator.group for indicator in indicators}
    named = [replace(group, topic=topic_of(group.name)) for group in groups if group.code in used]
    return named, indicators, questions
