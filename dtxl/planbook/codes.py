"""Codes that a spreadsheet program turned into numbers (07207 → 7207): zeros are put back where that is certain."""

from collections import Counter
from collections.abc import Iterable

from dtxl.core.text import fold
from dtxl.planbook.draft import Draft, Problems
from dtxl.planbook.layout import AGENCIES, INDICATORS, LEVELS, TASKS
from dtxl.planbook.records import Row

# Digits of a unit's code in the national list (QĐ 124/2004/QĐ-TTg), for a sheet in which no code was left as text.
# Agencies of the province level are offices, whose codes the list does not give.
OFFICIAL_DIGITS = {"district": 3, "commune": 5}


def restore_codes(draft: Draft, problems: Problems) -> None:
    """Mend, in place, agency codes that are numbers, then what refers to them; report those that stay doubtful.

    A code's width is the one that all codes of digits of its level have; where none is left, the official one.
    """
    agencies = draft.rows[AGENCIES.sheet]
    for row in agencies:
        if "code" in row.numeric and row.get("code"):
            _restore(row, agencies, draft, problems)
    codes: dict[int, list[str]] = {}
    for row in agencies:
        code = row.get("code")
        if code and code.isdigit():
            codes.setdefault(int(code), []).append(code)
    for sheet, names in (
        (AGENCIES.sheet, ("parent",)),
        (INDICATORS.sheet, ("monitor", "implementers")),
        (TASKS.sheet, ("agency",)),
    ):
        for row in draft.rows[sheet]:
            for name in row.numeric.intersection(names):
                _refer(row, name, codes)


def _restore(row: Row, agencies: Iterable[Row], draft: Draft, problems: Problems) -> None:
    digits: str = row.get("code")
    level = _level_code(row, draft)
    widths = Counter(
        len(other.get("code"))
        for other in agencies
        if "code" not in other.numeric
        and other.get("code")
        and other.get("code").isdigit()
        and _level_code(other, draft) == level
    )
    official = OFFICIAL_DIGITS.get(level)
    width = next(iter(widths)) if len(widths) == 1 else official if not widths else None
    if width is not None and len(digits) <= width:
        row.values["code"] = digits.zfill(width)
        return
    row.bad.add("code")
    del row.values["code"]
    problems.add(
        AGENCIES.sheet,
        row.places["code"],
        f"Excel đã đổi mã thành số {digits}, có thể mất số 0 ở đầu; hãy định dạng ô là Text (Văn bản) rồi gõ lại mã.",
    )


def _level_code(row: Row, draft: Draft) -> str:
    key = fold(row.get("level") or "")
    for level in draft.rows[LEVELS.sheet]:
        if key and key in {fold(level.get("name") or ""), fold(level.get("code") or "")}:
            return level.get("code") or ""
    return key


def _refer(row: Row, name: str, codes: dict[int, list[str]]) -> None:
    value = row.get(name)
    text = value[0] if isinstance(value, tuple) and value else value
    found = codes.get(int(text), []) if isinstance(text, str) and text.isdigit() else []
    if len(found) == 1:
        row.values[name] = (found[0],) if isinstance(value, tuple) else found[0]
