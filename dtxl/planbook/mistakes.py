"""Mistakes that show only when cells are held against one another. Every check runs; none stops another."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from dtxl.core.text import enumerate_vi, fold
from dtxl.model.condition import ConditionError, parse_condition
from dtxl.model.plan import AgencyGroup, Indicator, Plan
from dtxl.planbook.draft import Draft, Problems
from dtxl.planbook.fields import Table, header_key
from dtxl.planbook.layout import (
    AGENCIES,
    AGENCY_GROUPS,
    CONDITIONS,
    GROUPS,
    INDICATORS,
    LEVELS,
    PERIODS,
    TARGETS,
    TASKS,
)
from dtxl.planbook.records import GUESSES, Row

_OFFICES = (AGENCIES, AGENCY_GROUPS, LEVELS)


def look_for_mistakes(draft: Draft, problems: Problems) -> None:
    """Run every check whose sheets are whole: where a sheet or a column is missing, what hangs on it would only
    be noise."""
    for check, tables in CHECKS:
        if not any(table.sheet in draft.broken for table in tables):
            check(draft, problems)


def _duplicate_codes(table: Table) -> Callable[[Draft, Problems], None]:
    def check(draft: Draft, problems: Problems) -> None:
        """Each code that stands twice, at its second place."""
        first: dict[str, str] = {}
        for row in draft.rows[table.sheet]:
            code = row.get("code")
            if not code:
                continue
            # Case does not tell codes apart: they become names of files and fields.
            key = code.casefold()
            if key in first:
                text = f"mã “{code}” đã dùng ở ô {first[key]}; mỗi mã chỉ dùng một lần, hãy đặt mã khác."
                problems.add(table.sheet, row.places["code"], text)
            else:
                first[key] = row.places["code"]

    return check


def _targets_have_indicators(draft: Draft, problems: Problems) -> None:
    known = {row.get("code") for row in draft.rows[INDICATORS.sheet]}
    for row in draft.rows[TARGETS.sheet]:
        code = row.get("code")
        if code and code not in known:
            text = f"không có chỉ tiêu mã “{code}” ở sheet {INDICATORS.sheet}; hãy sửa mã hoặc thêm chỉ tiêu."
            problems.add(TARGETS.sheet, row.places["code"], text)


def _indicators_have_targets(draft: Draft, problems: Problems) -> None:
    aimed = {row.get("code") for row in draft.rows[TARGETS.sheet]}
    for row in draft.rows[INDICATORS.sheet]:
        code = row.get("code")
        if code and code not in aimed:
            text = f"chỉ tiêu “{code}” chưa có mục tiêu; hãy thêm ít nhất một dòng ở sheet {TARGETS.sheet}."
            problems.add(INDICATORS.sheet, row.places["code"], text)


def _indicator_groups(draft: Draft, problems: Problems) -> None:
    known = [row.get("code") for row in draft.rows[GROUPS.sheet] if row.get("code")]
    for row in draft.rows[INDICATORS.sheet]:
        group = row.get("group")
        if "group" in row.bad or group in known or (not group and not known):
            continue
        choose = f"hãy chọn một trong: {', '.join(known)}." if known else f"hãy thêm nhóm ở sheet {GROUPS.sheet}."
        text = f"không có nhóm chỉ tiêu mã “{group}”; {choose}" if group else f"thiếu mã nhóm chỉ tiêu; {choose}"
        problems.add(INDICATORS.sheet, row.places["group"], text)


def _guesses(draft: Draft, problems: Problems) -> None:
    known = {header_key(text) for names in GUESSES.items() for text in names}
    for row in draft.rows[INDICATORS.sheet]:
        strange = [text for text in row.get("guessed") or () if header_key(text) not in known]
        if strange:
            text = f"{_quoted(strange)} không phải là tên cột của sheet này; hãy sửa hoặc xóa."
            problems.add(INDICATORS.sheet, row.places["guessed"], text)


def _agency_levels(draft: Draft, problems: Problems) -> None:
    known = {level.code for level in draft.plan.levels}
    for row, agency in _paired(draft, AGENCIES):
        if row.get("level") and agency.level not in known:
            text = f"không có cấp “{row.get('level')}” ở sheet {LEVELS.sheet}; hãy chọn trong danh sách."
            problems.add(AGENCIES.sheet, row.places["level"], text)
    for row, group in _paired(draft, AGENCY_GROUPS):
        strange = [code for code in group.levels if code not in known]
        if strange:
            text = f"không có cấp {_quoted(strange)} ở sheet {LEVELS.sheet}; hãy sửa cho đúng tên cấp."
            problems.add(AGENCY_GROUPS.sheet, row.places["levels"], text)


def _agency_parents(draft: Draft, problems: Problems) -> None:
    for row, agency in _paired(draft, AGENCIES):
        if agency.parent and agency.parent == agency.code:
            text = f"cơ quan “{agency.code}” không thể là cấp trên của chính nó; hãy sửa hoặc để trống."
            problems.add(AGENCIES.sheet, row.places["parent"], text)
        elif agency.parent and agency.parent not in draft.plan.agency_by_code:
            text = f"không có cơ quan mã “{agency.parent}” trong sheet này; hãy sửa mã hoặc để trống."
            problems.add(AGENCIES.sheet, row.places["parent"], text)


def _agency_memberships(draft: Draft, problems: Problems) -> None:
    known = {group.code for group in draft.plan.agency_groups}
    for row, agency in _paired(draft, AGENCIES):
        strange = [code for code in agency.groups if code not in known]
        if strange:
            text = f"không có nhóm mã {_quoted(strange)} ở sheet {AGENCY_GROUPS.sheet}; hãy sửa mã hoặc thêm nhóm."
            problems.add(AGENCIES.sheet, row.places["groups"], text)


def _some_agencies(draft: Draft, problems: Problems) -> None:
    if not draft.rows[AGENCIES.sheet]:
        whose = f" của {draft.plan.info.province}" if draft.plan.info.province else ""
        text = f"chưa có cơ quan nào{whose}; hãy thêm các cơ quan nhận và nộp biểu mẫu, mỗi cơ quan một dòng."
        problems.add(AGENCIES.sheet, "", text)


def _asked(draft: Draft, problems: Problems) -> None:
    """Implementers must be known; where none of them returns forms, a monitor that does must be; someone is asked."""
    if not draft.plan.agencies:
        return
    for row, indicator in _paired(draft, INDICATORS):
        unknown = [phrase for phrase in indicator.implementers if draft.plan.find(phrase) is None]
        for phrase in unknown:
            problems.add(INDICATORS.sheet, row.places["implementers"], _not_found(phrase, draft.plan))
        if not unknown and not {"implementers", "monitor"} & row.bad:
            _monitor(row, indicator, draft.plan, problems)


def _monitor(row: Row, indicator: Indicator, plan: Plan, problems: Problems) -> None:
    if any(plan.members(plan.find(phrase)) for phrase in indicator.implementers):
        return
    place = row.places["monitor"]
    why = "không có cơ quan chủ trì thực hiện nào nộp biểu mẫu nên phải hỏi cơ quan chủ trì theo dõi"
    if not indicator.monitor:
        text = f"{why}, nhưng ô này trống; hãy điền cơ quan theo dõi hoặc sửa cột Chủ trì thực hiện."
        problems.add(INDICATORS.sheet, place, text)
    elif plan.find_office(indicator.monitor) is None:
        problems.add(INDICATORS.sheet, place, f"{why}; {_not_found(indicator.monitor, plan)}")
    elif not plan.asked_of(indicator):
        text = (
            f"{why}, nhưng “{indicator.monitor}” không gồm cơ quan nào nộp biểu mẫu, nên chỉ tiêu này không hỏi được "
            f"ai; hãy sửa ô này, cột Chủ trì thực hiện, hoặc sheet {AGENCY_GROUPS.sheet}."
        )
        problems.add(INDICATORS.sheet, place, text)


def _task_holders(draft: Draft, problems: Problems) -> None:
    if not draft.plan.agencies:
        return
    for row, task in _paired(draft, TASKS):
        if not task.agency:
            continue
        office = draft.plan.find_office(task.agency)
        if office is None:
            problems.add(TASKS.sheet, row.places["agency"], _not_found(task.agency, draft.plan))
        elif isinstance(office, AgencyGroup) and office.returns and not draft.plan.members(office):
            text = f"nhóm “{office.name}” chưa có cơ quan nào; hãy ghi mã nhóm cho các cơ quan hoặc sửa ô này."
            problems.add(TASKS.sheet, row.places["agency"], text)


def _not_found(phrase: str, plan: Plan) -> str:
    namesakes = [a.code for a in plan.agencies if fold(phrase) in {fold(a.name), *map(fold, a.aliases)}]
    if len(namesakes) > 1:
        return f"có {len(namesakes)} cơ quan tên “{phrase}”; hãy ghi mã: {', '.join(namesakes[:4])}."
    return (
        f"không rõ “{phrase}” là cơ quan hay nhóm nào; hãy ghi đúng tên ở sheet {AGENCIES.sheet} hoặc "
        f"{AGENCY_GROUPS.sheet}, hoặc thêm vào cột Tên gọi khác ở đó."
    )


def _target_scopes(draft: Draft, problems: Problems) -> None:
    names = {fold(level.name) for level in draft.plan.levels}
    for row in draft.rows[TARGETS.sheet]:
        scope = row.get("scope")
        if scope and fold(scope) not in names and draft.plan.find(scope) is None:
            levels = enumerate_vi([f"“{level.name}”" for level in draft.plan.levels])
            text = (
                f"“{scope}” không phải là tên cấp ({levels}) và cũng không phải là tên nhóm, cơ quan ở sheet "
                f"{AGENCY_GROUPS.sheet}, {AGENCIES.sheet}; hãy sửa, hoặc để trống nếu áp dụng cho mọi cơ quan."
            )
            problems.add(TARGETS.sheet, row.places["scope"], text)


def _conditions(draft: Draft, problems: Problems) -> None:
    """Each condition can be understood (G09 where not): an agency must never be told of a rule that is itself wrong."""
    kinds = {i.code: i.kind for i in draft.plan.indicators}
    for row in draft.rows[CONDITIONS.sheet]:
        if row.get("text"):
            try:
                parse_condition(row.get("text"), kinds)
            except ConditionError as error:
                text = f"{error}; hãy sửa điều kiện hoặc xóa dòng này (mã lỗi G09)."
                problems.add(CONDITIONS.sheet, row.places["text"], text)


# The code is the name of the period's folder as well.
_PERIOD_CODE = re.compile(r"\d{4}(?:-[A-Z0-9]{1,4})?", re.ASCII)


def _period_dates(draft: Draft, problems: Problems) -> None:
    for row in draft.rows[PERIODS.sheet]:
        code = str(row.get("code") or "")
        if code and not _PERIOD_CODE.fullmatch(code):
            text = f"mã kỳ “{code}” phải gồm năm và phần của năm; hãy ghi như 2024, 2024-Q1, 2024-9M, 2024-T03."
            problems.add(PERIODS.sheet, row.places["code"], text)
        for earlier, later in (("start", "end"), ("end", "agency_due"), ("agency_due", "report_due")):
            first, second = row.get(earlier), row.get(later)
            if first and second and second < first:
                name = {f.name: f.header for f in PERIODS.fields}
                text = (
                    f"“{name[later]}” ({second:%d/%m/%Y}) đứng trước “{name[earlier]}” ({first:%d/%m/%Y} ở ô "
                    f"{row.places[earlier]}); hãy sửa một trong hai ngày."
                )
                problems.add(PERIODS.sheet, row.places[later], text)


def _paired(draft: Draft, table: Table) -> Iterable[tuple[Row, Any]]:
    """Each row of `table` with what the plan made of it."""
    items = {
        AGENCIES.sheet: draft.plan.agencies,
        AGENCY_GROUPS.sheet: draft.plan.agency_groups,
        INDICATORS.sheet: draft.plan.indicators,
        TASKS.sheet: draft.plan.tasks,
    }
    return zip(draft.rows[table.sheet], items[table.sheet], strict=True)


def _quoted(texts: Iterable[str]) -> str:
    return enumerate_vi([f"“{text}”" for text in texts])


CHECKS: tuple[tuple[Callable[[Draft, Problems], None], tuple[Table, ...]], ...] = (
    *(
        (_duplicate_codes(table), (table,))
        for table in (GROUPS, INDICATORS, TASKS, LEVELS, AGENCIES, AGENCY_GROUPS, PERIODS)
    ),
    (_targets_have_indicators, (TARGETS, INDICATORS)),
    (_indicators_have_targets, (TARGETS, INDICATORS)),
    (_indicator_groups, (INDICATORS, GROUPS)),
    (_guesses, (INDICATORS,)),
    (_agency_levels, _OFFICES),
    (_agency_parents, (AGENCIES,)),
    (_agency_memberships, (AGENCIES, AGENCY_GROUPS)),
    (_some_agencies, (AGENCIES,)),
    (_asked, (INDICATORS, *_OFFICES)),
    (_task_holders, (TASKS, *_OFFICES)),
    (_target_scopes, (TARGETS, *_OFFICES)),
    (_conditions, (CONDITIONS, INDICATORS)),
    (_period_dates, (PERIODS,)),
)
