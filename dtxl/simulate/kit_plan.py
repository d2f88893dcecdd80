"""The kit's own plan: the indicators and tasks of the plan at hand, a few that training needs, training agencies.

It is marked as training in its id and title, so that no file of the kit could ever be counted for the plan itself.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from dtxl.core.text import tidy
from dtxl.model.demands import Condition, Demands
from dtxl.model.period import default_period, default_periods
from dtxl.model.plan import (
    Agency,
    AgencyGroup,
    Indicator,
    IndicatorGroup,
    Kind,
    Level,
    OverAgencies,
    OverPeriods,
    PeriodDates,
    Plan,
    Target,
    Task,
)
from dtxl.simulate.kit_recipe import RECIPES, Recipe, words

ALL = AgencyGroup("TH", "Các đơn vị tập huấn")
PROVINCE = AgencyGroup("THT", "Các sở tập huấn", ("province",))
ONE = AgencyGroup("THR", "Các đơn vị tập huấn báo cáo riêng")
_ASKED = {"": ALL, "province": PROVINCE, "one": ONE}
GROUP = "C"  # of what is added: no plan has a hundred groups
ONGOING, DONE, ALWAYS, NOT_YET = (f"{GROUP}.1.0{n}" for n in range(1, 5))  # the added tasks, by their state
OF_ONE = f"{GROUP}.7"  # asked of one agency only
OLD_ONLY = f"{GROUP}.90"  # stood in the plan before it was changed
_OF_PLAN = 6  # tasks of the plan itself that are asked along
_PEERS = 9  # agencies of the usual level that only lend their figures


def agency_code(name: str, number: int = 1) -> str:
    """The code of a recipe's agency `number`."""
    return f"TH-{name}" if number == 1 else f"TH-{name}-{number}"


def peers() -> list[str]:
    """The codes of the agencies that only lend their figures."""
    return [f"TH-DC{n}" for n in range(1, _PEERS + 1)]


def three_periods(plan: Plan, code: str) -> tuple[PeriodDates, PeriodDates, PeriodDates]:
    """(the period asked for, the earlier one, the later one) of the kit. Only quarters follow one another: the quarter
    before, else the one after, else the first two."""
    asked = next((p for p in plan.periods if p.code == code), None) or default_period(
        code, plan.info.agency_due_day, plan.info.report_due_day
    )
    year = asked.code[:4]
    known = {p.code: p for p in default_periods(int(year), plan.info.agency_due_day, plan.info.report_due_day)}
    known |= {p.code: p for p in plan.periods if p.code.startswith(year)} | {asked.code: asked}
    quarter = int(code[-1]) if "-Q" in code else 0
    second = max(2, quarter)
    return asked, known[f"{year}-Q{second - 1}"], known[f"{year}-Q{second}"]


def training_plan(plan: Plan, periods: Iterable[PeriodDates], *, old: bool = False) -> Plan:
    """The kit's plan; `old`: as it stood before it was changed, with an agency and an indicator more."""
    once = {p.code: p for p in periods}
    due = plan.due_in(next(iter(once.values())).end.year)
    level = _usual_level(due)
    levels = due.levels or (Level("province", "cấp tỉnh"),)
    if all(one.code != "province" for one in levels):
        levels = (Level("province", "cấp tỉnh"), *levels)
    agencies = [a for recipe in RECIPES.values() for a in _agencies(recipe, level, old)]
    agencies += [Agency(code, f"Đơn vị đối chiếu {code[5:]}", level, "", (ALL.code,)) for code in peers()]
    info = replace(due.info, id=f"{due.info.id}-tap-huan", title=f"[TẬP HUẤN] {due.info.title}")
    return replace(
        due,
        info=info,
        groups=(*due.groups, IndicatorGroup(GROUP, "Chỉ tiêu thêm để thử")),
        indicators=(*(_asked_of_all(i, due) for i in due.indicators), *_added(old)),
        tasks=_tasks(due),
        levels=levels,
        agencies=tuple(agencies),
        agency_groups=(ALL, PROVINCE, ONE),
        periods=tuple(once.values()),
        questions=(),
        demands=Demands(signed=True, task_reason=True, absent_note=True),
        conditions=(Condition("C.4.mẫu số ≤ 100 × C.1.mẫu số", "Số giao dịch không vượt xa số hồ sơ"),),
    )


def _usual_level(plan: Plan) -> str:
    """The level of the agency that the plan asks most of."""
    most = max(plan.agencies, key=lambda a: len(plan.indicators_of(a)), default=None)
    return most.level if most else "province"


def _agencies(recipe: Recipe, level: str, old: bool) -> Iterable[Agency]:
    gone = recipe.code == "B07"
    for number in range(1, recipe.agencies + 1):
        code = agency_code(recipe.name, number)
        if old or not gone:
            groups = (ALL.code, ONE.code) if (recipe.code, number) == ("B08", 2) else (ALL.code,)
            yield Agency(code, f"Đơn vị tập huấn {code[3:]}", recipe.level or level, "", groups)


def _asked_of_all(indicator: Indicator, plan: Plan) -> Indicator:
    """An indicator of the plan, asked of every training agency with one target."""
    asked = plan.asked_of(indicator)
    target = plan.target_for(indicator, asked[0]) if asked else None
    targets = (target,) if target else indicator.targets[:1]
    own = tuple(replace(t, scope=None, year=None) for t in targets)
    return replace(indicator, targets=own, monitor="", implementers=(ALL.name,))


def _added(old: bool) -> Iterable[Indicator]:
    for number, one in enumerate(words()["indicator"], 1):
        yield _indicator(f"{GROUP}.{number}", {**one, "target": "60"} if old and number == 2 else one)
    if old:
        yield _indicator(OLD_ONLY, words()["old_indicator"])


def _indicator(code: str, one: dict[str, str]) -> Indicator:
    kind = Kind(one["kind"])
    ratio = kind is Kind.RATIO
    return Indicator(
        code, GROUP, one["text"], "", one["name"], kind, "%" if ratio else one.get("unit", ""),
        (Target(">=", Decimal(one["target"]), "%" if ratio else one.get("unit", "")),), "",
        (_ASKED[one.get("asked", "")].name,),
        one.get("numerator", ""), one.get("denominator", ""), True,
        OverAgencies.SUM if ratio else OverAgencies.NONE, OverPeriods(one["over_periods"]),
    )  # fmt: skip


def _tasks(plan: Plan) -> tuple[Task, ...]:
    own = tuple(replace(t, agency=ALL.name) for t in plan.tasks[:_OF_PLAN])
    added = zip((ONGOING, DONE, ALWAYS, NOT_YET), words()["task"], strict=True)
    return (*own, *(Task(code, ALL.name, tidy(one["text"])) for code, one in added))
