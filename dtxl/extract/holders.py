"""Who is asked for an indicator where the plan does not say: by its targets' scopes, by its wording, else the office
that puts all together. All of it is a guess, and said so to staff.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from dtxl.core.settings import house
from dtxl.core.text import enumerate_vi, fold, tidy
from dtxl.extract.naming import Group, Lexicon, data, words_of
from dtxl.model.form import target_text
from dtxl.model.plan import Agency, Indicator, Plan, Question

_BY_SCOPE = "Văn bản không nêu ai thực hiện; theo phạm vi của mục tiêu, tạm hỏi số liệu của {who}."
_BY_WORDING = "Văn bản không nêu ai thực hiện; theo câu chữ của chỉ tiêu, tạm hỏi số liệu của {who}."
_BY_NOTHING = "Văn bản không nêu cơ quan chủ trì; tạm giao {monitor} theo dõi và báo cáo số liệu."


def with_holders(
    indicators: Sequence[Indicator], aggregator: str, lexicon: Lexicon
) -> tuple[tuple[Indicator, ...], list[Question]]:
    """The indicators, each with a monitor, and with implementers where the plan names nobody at all."""
    out: list[Indicator] = []
    touched: dict[str, list[str]] = {}
    for indicator in indicators:
        if indicator.monitor or not aggregator:
            out.append(indicator)
            continue
        guessed = ["monitor"]
        why = "Văn bản không nêu cơ quan theo dõi; tạm giao {monitor}."
        if not indicator.implementers:
            by_scope = _by_scope(indicator, lexicon)
            names = by_scope or _by_wording(indicator.name, lexicon)
            why = (_BY_SCOPE if by_scope else _BY_WORDING if names else _BY_NOTHING).replace("{who}", "; ".join(names))
            why += "" if not names else " {monitor} theo dõi."
            indicator = replace(indicator, implementers=names)
            guessed.append("implementers")
        out.append(replace(indicator, monitor=aggregator, guessed=(*indicator.guessed, *guessed)))
        touched.setdefault(why, []).append(indicator.code)
    return tuple(out), [
        Question(f"Chỉ tiêu {', '.join(codes)}", "", why.replace("{monitor}", aggregator))
        for why, codes in touched.items()
    ]


def _by_scope(indicator: Indicator, lexicon: Lexicon) -> tuple[str, ...]:
    """Names of the groups that the targets are limited to; what is no group of agencies names nobody."""
    levels = {fold(level["name"]): level["code"] for level in house()["level"]}
    names: dict[str, None] = {}
    for target in indicator.targets:
        if target.scope is None:
            continue
        level = levels.get(fold(target.scope))
        group = _of_level(level, lexicon) if level else None
        if group:
            names[group.name] = None
        elif not level and understood(target.scope, lexicon):
            names[_short(target.scope, lexicon)] = None
    return tuple(names)


def _of_level(level: str, lexicon: Lexicon) -> Group | None:
    groups = lexicon.groups
    if level == house()["level"][0]["code"]:
        return groups.get(data()["words"]["top"])
    return next((g for g in groups.values() if g.levels == (level,)), None)


def understood(scope: str, lexicon: Lexicon) -> bool:
    """Whether a target's scope names agencies and nothing else: "các sở, ngành", not "hộ gia đình" or "các xã biên
    giới", which are fewer than the communes."""
    reading = lexicon.read(scope)
    return bool(reading.atoms or reading.agencies) and not reading.left


def _short(scope: str, lexicon: Lexicon) -> str:
    """The usual name of the one group that a scope names ("xã"), else its own words."""
    reading = lexicon.read(scope)
    if len(reading.atoms) == 1 and not reading.agencies:
        return lexicon.groups[next(iter(reading.atoms))].name
    return tidy(scope)


@cache
def _wordings() -> list[tuple[list[str], tuple[str, ...]]]:
    entries = [(words_of(text), tuple(entry["groups"])) for entry in data()["wording"] for text in entry["words"]]
    return sorted(entries, key=lambda e: -len(e[0]))


def _by_wording(name: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Names of the groups that an indicator's name speaks of, in the data's order; of phrases that share words the
    longest counts."""
    words = _without_purpose(words_of(name))
    free = [True] * len(words)
    found: set[str] = set()
    for phrase, groups in _wordings():
        for at in range(len(words) - len(phrase) + 1):
            end = at + len(phrase)
            if words[at:end] == phrase and all(free[at:end]):
                free[at:end] = [False] * len(phrase)
                found.update(groups)
    return tuple(g.name for code, g in lexicon.groups.items() if code in found)


def _without_purpose(words: list[str]) -> list[str]:
    """The words without clauses on what a thing is good for: "phục vụ sự chỉ đạo của chính quyền các cấp" speaks of
    nobody who does it. In place of a clause a mark that no phrase has."""
    starts = [words_of(text) for text in data()["words"]["purpose"]]
    ends = data()["words"]["purpose_ends"]
    kept: list[str] = []
    inside = False
    for at, word in enumerate(words):
        if any(words[at : at + len(start)] == start for start in starts):
            inside = True
            kept.append("…")
        inside = inside and word not in ends
        if not inside:
            kept.append(word)
    return kept


# ----------------------------------------------------------------------------------------------------------- doubts


def with_somebody(plan: Plan, fallback: str) -> tuple[Plan, list[Question]]:
    """`plan` with the aggregating office among the implementers of what nobody would be asked for, and the questions
    that this and tasks without holders raise. `fallback`: the aggregating office where the plan's own is unknown."""
    office = plan.find_office(plan.info.aggregator)
    name = office.name if isinstance(office, Agency) else fallback
    nobody = [i.code for i in plan.indicators if not plan.asked_of(i)]
    out = []
    if nobody and name:
        indicators = tuple(
            replace(
                i,
                implementers=(*i.implementers, name),
                guessed=tuple(dict.fromkeys((*i.guessed, "implementers"))),
            )
            if i.code in nobody
            else i
            for i in plan.indicators
        )
        plan = replace(plan, indicators=indicators)
    if nobody:
        why = "Những ai mà kế hoạch giao theo dõi, thực hiện không phải là cơ quan nộp biểu mẫu"
        why += f"; tạm hỏi số liệu của {name}." if name else "; chưa có cơ quan nào phải báo cáo chỉ tiêu này."
        out.append(Question(f"Chỉ tiêu {', '.join(nobody)}", "", why))
    tasks = [t.code for t in plan.tasks if not plan.holders(t)]
    if tasks:
        out.append(Question(f"Nhiệm vụ {', '.join(tasks)}", "", "Chưa có cơ quan nào phải thực hiện nhiệm vụ này."))
    return plan, out


def misfits(plan: Plan) -> Iterator[Question]:
    """Targets that no figure of the form can answer, each with how to split its indicator: those limited to what is no
    group of agencies, and those that speak of another measure than the indicator's figure."""
    for indicator in plan.indicators:
        about, targets = f"Chỉ tiêu {indicator.code}", indicator.targets
        aside = [t for t in targets if t.scope and indicator.measures(t) and not _reached(plan, t.scope)]
        if aside:
            scopes = list(dict.fromkeys(f"“{t.scope}”" for t in aside))
            levels = list(dict.fromkeys(target_text(t) for t in aside))
            yield Question(
                about,
                indicator.span,
                f"{enumerate_vi(scopes)} không phải là một nhóm cơ quan nộp biểu mẫu, nên mục tiêu "
                f"{enumerate_vi(levels)} chưa đánh giá được. Cần tách: ở sheet Chỉ tiêu thêm cho mỗi phạm vi này một "
                "chỉ tiêu riêng (mã mới; tên nêu rõ phạm vi), ở sheet Mục tiêu chuyển dòng sang mã mới và để trống cột "
                "Phạm vi.",
            )
        other = [t for t in targets if not indicator.measures(t)]
        if other:
            levels = list(dict.fromkeys(target_text(t) for t in other))
            yield Question(
                about,
                indicator.span,
                f"Mục tiêu {enumerate_vi(levels)} là số liệu khác với số liệu mà chỉ tiêu này hỏi (“{indicator.name}”)"
                ", nên chưa đánh giá được. Cần tách: ở sheet Chỉ tiêu thêm một chỉ tiêu riêng (mã mới; đúng loại và "
                "đơn vị tính), ở sheet Mục tiêu chuyển dòng này sang mã mới.",
            )


def _reached(plan: Plan, scope: str) -> bool:
    return any(plan.in_scope(scope, agency) for agency in plan.agencies)
