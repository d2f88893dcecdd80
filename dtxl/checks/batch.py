"""Rules on a whole period put together (F13, G02, G03, G05): the same kind of rule, over a rollup instead of a return.

G01 (an agency has not returned) is the rollup's own: it stands among the findings on the agencies.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from dtxl.checks.thresholds import RuleFault, limit
from dtxl.core.text import enumerate_vi
from dtxl.model.finding import Finding, finding
from dtxl.model.rollup import Coverage, IndicatorResult, Rollup

log = logging.getLogger("dtxl.checks")
_NAMED = 5  # agencies named in one remark


@dataclass(frozen=True)
class Batch:
    """What a rule may look at. `versions`: agency → whether its counting return came on the form as it is now (False:
    on an older one); agencies of whose return that is not known are not in it."""

    rollup: Rollup
    versions: Mapping[str, bool]


BatchRule = Callable[[Batch], Iterator[Finding]]
BATCH_RULES: dict[str, BatchRule] = {}


def batch_rule(code: str) -> Callable[[BatchRule], BatchRule]:
    """Register a rule under the code that it raises."""

    def register(function: BatchRule) -> BatchRule:
        if code in BATCH_RULES:
            raise ValueError(f"two rules for {code}")
        BATCH_RULES[code] = function
        return function

    return register


def check_batch(rollup: Rollup, versions: Mapping[str, bool] | None = None) -> Rollup:
    """The rollup with what is to be said of it as a whole: `remarks` by code, figures of too few agencies marked as
    provisional. For `versions` see `Batch`."""
    line = coverage_line(rollup)
    marked = replace(
        rollup,
        indicators=tuple(replace(r, provisional=thin(r, line)) for r in rollup.indicators),
        levels=tuple(replace(r, provisional=thin(r, line)) for r in rollup.levels),
    )
    batch = Batch(marked, versions or {})
    remarks = [f for code in sorted(BATCH_RULES) for f in _guarded(code, batch)]
    return replace(marked, remarks=tuple(remarks))


def _guarded(code: str, batch: Batch) -> list[Finding]:
    try:
        return list(BATCH_RULES[code](batch))
    except RuleFault as fault_of_data:
        log.error("rule %s: %s", code, fault_of_data)
        return [finding("G09", label=f"Quy tắc {code}")]
    except Exception:
        fault = hashlib.sha256(f"{code}|{batch.rollup.period.code}".encode()).hexdigest()[:8]
        log.exception("rule %s failed on %s (support id %s)", code, batch.rollup.period.code, fault)
        return [finding("G10", args={"rule": code, "id": fault})]


def coverage_line(rollup: Rollup) -> float:
    """Percent of the agencies asked that must have answered: the plan's own line, else the usual one."""
    own = rollup.plan.demands.coverage
    return limit("coverage") if own is None else own


def thin(result: IndicatorResult, line: float) -> bool:
    """Whether a figure stands on the answers of too few of those who were asked."""
    c = result.coverage
    return result.value is not None and c.answered * 100 < line * c.expected


@batch_rule("F13")
def ranking_unsafe(batch: Batch) -> Iterator[Finding]:
    """An agency has too few figures for its rank to mean anything, or too few agencies of a level have one.

    Wrong: the first place with two figures of nine; a rank among three. Right: nine of nine, among two hundred.
    """
    rollup = batch.rollup
    for agency in rollup.agencies:
        if agency.code in rollup.unranked or (agency.rank is not None and agency.reported < limit("rank_figures")):
            of = f"{agency.reported}/{agency.asked} chỉ tiêu có số liệu"
            how = "không xếp hạng" if agency.rank is None else f"xếp hạng {agency.rank}"
            yield finding("F13", label=f"{agency.name} ({agency.code}): {of}, {how}")
    names = {level.code: level.name for level in rollup.plan.levels}
    for level in dict.fromkeys(a.level for a in rollup.agencies):
        ranked = sum(a.rank is not None for a in rollup.agencies if a.level == level)
        if 0 < ranked < limit("rank_peers"):
            yield finding("F13", label=f"Xếp hạng {names.get(level, level)}: chỉ có {ranked} đơn vị đủ số liệu")


@batch_rule("G02")
def nobody_answers(batch: Batch) -> Iterator[Finding]:
    """Nobody is responsible for an indicator, or, once the due day is over, nobody gave a figure or an answer.

    Wrong: an indicator of enterprises without a monitor; all asked are silent or have no figure yet. Right: one
    agency's figure; "Không phát sinh" of all.
    """
    rollup = batch.rollup
    over = rollup.as_of > rollup.period.agency_due
    for indicator in rollup.plan.indicators:
        asked = [r.coverage for r in rollup.levels if r.code == indicator.code and r.level is not None]
        place = f"Chỉ tiêu {indicator.code} ({indicator.name})"
        if not asked:
            yield finding("G02", label=f"{place}: không có đơn vị chịu trách nhiệm")
        elif over and not any(c.answered for c in asked):
            yield finding("G02", label=f"{place}: {_sum(asked)} đơn vị được giao, chưa đơn vị nào có số liệu")


def _sum(parts: list[Coverage]) -> int:
    return sum(c.expected for c in parts)


@batch_rule("G03")
def mixed_versions(batch: Batch) -> Iterator[Finding]:
    """Some of the returns that count came on the form as it is now, some on an older one.

    Wrong: forms issued anew for one district after others had returned. Right: all on the same; all on the older.
    """
    older = [code for code, current in batch.versions.items() if not current]
    if not older or len(older) == len(batch.versions):
        return
    names = {a.code: a.name for a in batch.rollup.agencies}
    named = [names.get(code, code) for code in older[:_NAMED]]
    if len(older) > _NAMED:
        named.append(f"{len(older) - _NAMED} đơn vị khác")
    of = f"{len(older)}/{len(batch.versions)} bản nộp theo bản biểu mẫu cũ"
    yield finding("G03", label=f"{of}: {enumerate_vi(named)}")


@batch_rule("G05")
def provisional(batch: Batch) -> Iterator[Finding]:
    """A provincial figure stands on the answers of fewer agencies than the line asks for.

    "Chưa có số liệu" is no answer, "Không phát sinh" is one. Wrong: 7 of 10 where 80% are asked for. Right: 8 of 10.
    """
    line = coverage_line(batch.rollup)
    for row in batch.rollup.indicators:
        if row.provisional:
            scope = f", {row.scope}" if row.scope else ""
            of = (
                f"{row.coverage.answered}/{row.coverage.expected} đơn vị được giao đã trả lời (mức tối thiểu {line:g}%)"
            )
            yield finding("G05", label=f"Chỉ tiêu {row.code}{scope}: {of}")
