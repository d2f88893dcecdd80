"""What an agency would type into its form: seeded, plausible, acceptable as it is."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from dtxl.core.settings import house
from dtxl.model.form import Form, IndicatorRow
from dtxl.model.plan import Indicator, Kind, OverPeriods, Plan
from dtxl.model.rollup import State
from dtxl.model.submission import Value
from dtxl.model.verdict import judge, ratio

Typed = dict[str, str | Decimal | date]

_USUAL = (50, 2000)


@cache
def wording() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("dtxl.simulate").joinpath("wording.toml").read_text(encoding="utf-8"))


def leanings(plan: Plan, seed: int) -> dict[str, float]:
    """Indicator → how far the province leans above or below its target, in percent points."""
    random = Random(f"{seed}|leanings")
    return {i.code: random.choice((-7.0, -2.0, 2.0, 3.0, 5.0, 8.0)) for i in plan.indicators}


def fill(form: Form, seed: int, lean: Mapping[str, float], before: Mapping[str, Value] | None = None) -> Typed:
    """Field → what is typed. Every number (or its reason), state and contact; a note where a target is missed.

    `before`: what the agency gave in the last period, where it gave anything; figures and tasks go on from there.
    """
    last = before or {}
    random = Random(f"{seed}|{form.agency.code}|{form.period.code}")
    typed: Typed = {
        "agency.contact": random.choice(wording()["names"]),
        "agency.phone": f"0{random.randint(912, 989)}.{random.randint(100, 999)}.{random.randint(100, 999)}",
        "agency.signed_on": form.period.end - timedelta(days=random.randint(4, 8)),
    }
    others = [name for name in wording()["names"] if name != typed["agency.contact"]]
    typed["agency.leader"] = random.choice(others)
    for row in form.indicator_rows:
        _indicator(row, form, random, lean.get(row.indicator.code, 0.0), typed, last)
    for task_row in form.task_rows:
        _task(task_row.task.code, form, random, typed)
        _go_on(f"task.{task_row.task.code}", random, typed, last)
    return typed


def _indicator(
    row: IndicatorRow, form: Form, random: Random, lean: float, typed: Typed, last: Mapping[str, Value]
) -> None:
    code, indicator = row.indicator.code, row.indicator
    if random.random() < 0.04:
        typed[f"{code}.absent"] = random.choice(list(house()["absent"].values()))
        return
    low, high = _size(indicator.name, form.agency.level)
    aim = float(row.target.value) if row.target else 70.0
    if indicator.kind is Kind.RATIO:
        denominator = _since(last, f"{code}.denominator", indicator, random)
        denominator = denominator or Decimal(random.randint(low, high))
        if not indicator.whole:
            denominator += Decimal(random.randint(0, 9)) / 10
        share = min(100.0, max(0.0, aim + lean + random.gauss(0, 2)))
        if aim >= 100 and lean > 0:
            share = 100.0  # where "all" is the target, one laggard would sink the province
        numerator = (denominator * Decimal(share) / 100).quantize(Decimal(1) if indicator.whole else Decimal("0.1"))
        if indicator.over_periods is OverPeriods.CUMULATIVE:
            numerator = max(numerator, _number(last, f"{code}.numerator") or numerator)
        numerator = min(numerator, denominator)
        typed[f"{code}.numerator"], typed[f"{code}.denominator"] = numerator, denominator
        value = ratio(numerator, denominator)
    else:
        number = Decimal(max(0, round(aim * (1 + lean / 50) * random.uniform(0.8, 1.2))))
        typed[f"{code}.value"] = number
        value = ratio(number, Decimal(100))
    typed[f"{code}.source"] = random.choice(wording()["sources"])
    if judge(value, row.target) is State.MISSED:
        said = last.get(f"{code}.note")
        typed[f"{code}.note"] = random.choice([n for n in wording()["notes"] if said is None or n != said.text])


# How a denominator of each kind goes on from the last period, as a factor: least and most.
_GROWTH = {OverPeriods.CUMULATIVE: (1.2, 1.9), OverPeriods.SUM: (0.85, 1.2), OverPeriods.LATEST: (0.97, 1.05)}


def _since(last: Mapping[str, Value], name: str, indicator: Indicator, random: Random) -> Decimal | None:
    """A denominator that goes on from the last period's, a whole number; None where there was none."""
    number = _number(last, name)
    if not number:
        return None
    return max(Decimal(1), (number * Decimal(random.uniform(*_GROWTH[indicator.over_periods]))).quantize(Decimal(1)))


def _number(last: Mapping[str, Value], name: str) -> Decimal | None:
    value = last.get(name)
    return value.number if value else None


def _go_on(base: str, random: Random, typed: Typed, last: Mapping[str, Value]) -> None:
    """A task never goes back: what was done stays so, what is under way comes further."""
    states = house()["task_state"]
    said = last.get(f"{base}.state")
    if said is None or said.text == states["not_started"]:
        return
    keep = {part: last[f"{base}.{part}"] for part in ("percent", "done_on", "evidence") if f"{base}.{part}" in last}
    done = said.text == states["done"]
    if not done and typed[f"{base}.state"] == states["done"]:
        return  # done in this period
    for part in ("percent", "done_on", "evidence", "difficulty"):
        typed.pop(f"{base}.{part}", None)
    typed[f"{base}.state"] = said.text or ""
    for part, value in keep.items():
        typed[f"{base}.{part}"] = value.number or value.day or value.text or ""
    percent = keep["percent"].number if "percent" in keep else None
    if percent is not None and not done:
        typed[f"{base}.percent"] = min(Decimal(95), percent + random.randrange(0, 25, 5))


def _size(name: str, level: str) -> tuple[int, int]:
    """The least and most of what an agency of `level` counts for an indicator of this name."""
    for entry in wording()["size"]:
        if level in entry and any(word in name for word in entry["words"]):
            return entry[level][0], entry[level][1]
    return _USUAL


def _task(code: str, form: Form, random: Random, typed: Typed) -> None:
    base, states = f"task.{code}", house()["task_state"]
    key = random.choices(("not_started", "ongoing", "continuous", "done"), (10, 45, 30, 15))[0]
    typed[f"{base}.state"] = states[key]
    if key == "ongoing":
        typed[f"{base}.percent"] = Decimal(random.randrange(10, 95, 5))
    if key == "done":
        days = (form.period.end - form.period.start).days
        typed[f"{base}.percent"] = Decimal(100)
        typed[f"{base}.done_on"] = form.period.start + timedelta(days=random.randint(10, days))
        text = random.choice(wording()["evidence"])
        typed[f"{base}.evidence"] = text.format(n=random.randint(5, 420), c=form.agency.code)
    if key == "not_started" or random.random() < 0.08:
        typed[f"{base}.difficulty"] = random.choice(wording()["difficulties"])
