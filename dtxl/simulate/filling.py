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
from dtxl.model.plan import Kind, Plan
from dtxl.model.rollup import State
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


def fill(form: Form, seed: int, lean: Mapping[str, float]) -> Typed:
    """Field → what is typed. Every number (or its reason), state and contact; a note where a target is missed."""
    random = Random(f"{seed}|{form.agency.code}|{form.period.code}")
    typed: Typed = {
        "agency.contact": random.choice(wording()["names"]),
        "agency.phone": f"0{random.randint(912, 989)}.{random.randint(100, 999)}.{random.randint(100, 999)}",
        "agency.signed_on": form.period.end - timedelta(days=random.randint(4, 8)),
    }
    others = [name for name in wording()["names"] if name != typed["agency.contact"]]
    typed["agency.leader"] = random.choice(others)
    for row in form.indicator_rows:
        _indicator(row, form, random, lean.get(row.indicator.code, 0.0), typed)
    for task_row in form.task_rows:
        _task(task_row.task.code, form, random, typed)
    return typed


def _indicator(row: IndicatorRow, form: Form, random: Random, lean: float, typed: Typed) -> None:
    code, indicator = row.indicator.code, row.indicator
    if random.random() < 0.04:
        typed[f"{code}.absent"] = random.choice(list(house()["absent"].values()))
        return
    low, high = _size(indicator.name, form.agency.level)
    aim = float(row.target.value) if row.target else 70.0
    if indicator.kind is Kind.RATIO:
        denominator = Decimal(random.randint(low, high))
        if not indicator.whole:
            denominator += Decimal(random.randint(0, 9)) / 10
        share = min(100.0, max(0.0, aim + lean + random.gauss(0, 2)))
        if aim >= 100 and lean > 0:
            share = 100.0  # where "all" is the target, one laggard would sink the province
        numerator = (denominator * Decimal(share) / 100).quantize(Decimal(1) if indicator.whole else Decimal("0.1"))
        numerator = min(numerator, denominator)
        typed[f"{code}.numerator"], typed[f"{code}.denominator"] = numerator, denominator
        value = ratio(numerator, denominator)
    else:
        number = Decimal(max(0, round(aim * (1 + lean / 50) * random.uniform(0.8, 1.2))))
        typed[f"{code}.value"] = number
        value = ratio(number, Decimal(100))
    typed[f"{code}.source"] = random.choice(wording()["sources"])
    if judge(value, row.target) is State.MISSED:
        typed[f"{code}.note"] = random.choice(wording()["notes"])


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
