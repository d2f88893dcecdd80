"""The stage of the attack kit: its workspace, the forms of its agencies, the files as they are laid in."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from random import Random

from dtxl.core.settings import house
from dtxl.files.safe import digest, write_whole
from dtxl.forms import draw_form
from dtxl.model.form import Form
from dtxl.model.plan import Kind, OverAgencies, OverPeriods, PeriodDates, Target
from dtxl.model.rollup import State
from dtxl.model.submission import Value
from dtxl.model.verdict import judge
from dtxl.pipeline.issue import FormBuilder
from dtxl.pipeline.workspace import INBOX, Workspace, file_stem
from dtxl.simulate.damage import Patient
from dtxl.simulate.filling import Typed, fill, leanings
from dtxl.simulate.kit_plan import ALWAYS, DONE, GROUP, NOT_YET, ONGOING, agency_code, peers
from dtxl.simulate.kit_recipe import ATTACKS, FIRST, LOCKED, TEST, Change, Recipe
from dtxl.simulate.run import filled

TWINS = "doi-chung"  # folder of the sound twins, which are only checked
ROUNDS = {FIRST: "1-nop-truoc", TEST: "2-thu", ATTACKS: "3-tan-cong", LOCKED: "4-sau-khi-khoa"}
_HOURS = {FIRST: 8, TEST: 10, ATTACKS: 14, LOCKED: 18}
_SEED = 2024
_GROWTH = {OverPeriods.CUMULATIVE: Decimal("1.4"), OverPeriods.SUM: Decimal(1), OverPeriods.LATEST: Decimal("1.02")}


@dataclass(frozen=True)
class Entry:
    """A file of the kit. `file` and `twin` are paths within the kit ("" where there is no twin); `codes`: any of these
    must be raised ((): what only comes before a test, and raises nothing); `statuses`: what may come of it."""

    file: str
    sha256: str
    of: str  # name of the recipe, or of the attack
    codes: tuple[str, ...]
    did: str
    statuses: tuple[str, ...]
    period: str
    round: int
    received: datetime
    twin: str = ""
    twin_received: datetime | None = None

    @property
    def counted(self) -> bool:
        """Whether its figures count."""
        return self.statuses == ("accepted",)


class Stage:
    """All that the scenes share. `periods`: the one asked for, the earlier and the later one."""

    def __init__(self, workspace: Workspace, periods: Sequence[PeriodDates], old: Mapping[str, Patient]) -> None:
        self.workspace = workspace
        self.alone, self.earlier, self.later = periods
        self.old = old
        self.entries: list[Entry] = []
        self._build = {p.code: FormBuilder(workspace, p) for p in periods}
        self._lean = leanings(workspace.plan, _SEED)

    @cached_property
    def peers(self) -> list[Patient]:
        """The agencies that only lend their figures, for the period asked for."""
        return [self.patient(code, self.alone, None, None) for code in peers()]

    def patient(self, agency: str, period: PeriodDates, last: Patient | None, change: Change | None) -> Patient:
        """The issued form of an agency, filled."""
        form = self._build[period.code](agency)
        assert form is not None, agency
        blank = self.workspace.form_path(period.code, form.agency).read_bytes()
        return fill_in(form, blank, self._lean, last, change)

    def unissued(self, agency: str, period: PeriodDates) -> Patient:
        """The form of an agency, signed and never entered into the register, filled."""
        form = self._build[period.code](agency)
        assert form is not None, agency
        return fill_in(form, draw_form(form, self.workspace.store.signing_key()), self._lean)

    def write(
        self, period: PeriodDates, lap: int, name: str, content: bytes, *, of: str, codes: tuple[str, ...] = (),
        did: str, statuses: tuple[str, ...] = ("accepted",), late: bool = False, twin: bytes | None = None,
        twin_name: str = "",
    ) -> None:  # fmt: skip
        """Put a file into its round's folder, and its twin beside; `name`: its path there."""
        path = self.workspace.folder(period.code, INBOX) / ROUNDS[lap] / name
        due = datetime.combine(period.agency_due, datetime.min.time()) + timedelta(days=3 if late else -2)
        received = due + timedelta(hours=_HOURS[lap], seconds=len(self.entries))  # in the order they are laid in
        _put(path, content, received)
        beside, beside_at = "", None
        if twin is not None:
            beside_at = datetime.combine(period.agency_due, time(_HOURS[TEST])) - timedelta(days=2)
            place = self.workspace.root / TWINS / period.code / twin_name
            _put(place, twin, beside_at)
            beside = self.workspace.relative(place)
        file = self.workspace.relative(path)
        self.entries.append(
            Entry(file, digest(content), of, codes, did, statuses, period.code, lap, received, beside, beside_at)
        )


def _put(path: Path, content: bytes, received: datetime) -> None:
    write_whole(path, content, durable=False)
    os.utime(path, (received.timestamp(), received.timestamp()))


class Scene:
    """One recipe at work (see `kit_recipe.Scene`)."""

    def __init__(self, stage: Stage, recipe: Recipe) -> None:
        self._stage, self._recipe = stage, recipe
        self._period = stage.later if recipe.earlier else stage.alone
        self._laid = 0

    def patient(self, number: int = 1, last: Patient | None = None, change: Change | None = None) -> Patient:
        """See the protocol."""
        return self._stage.patient(agency_code(self._recipe.name, number), self._period, last, change)

    def before(self, number: int = 1, change: Change | None = None) -> Patient:
        """See the protocol."""
        stage = self._stage
        patient = stage.patient(agency_code(self._recipe.name, number), stage.earlier, None, change)
        self._first(patient, patient.content, stage.earlier, "")
        return patient

    def peers(self) -> list[Patient]:
        """See the protocol."""
        return self._stage.peers

    def old(self) -> Patient:
        """See the protocol."""
        return self._stage.old[agency_code(self._recipe.name)]

    def other_period(self) -> Patient:
        """See the protocol."""
        stage = self._stage
        other = stage.later if self._period.code == stage.earlier.code else stage.earlier
        return stage.unissued(agency_code(self._recipe.name), other)

    def first(self, patient: Patient, content: bytes | None = None, *, ending: str = "") -> None:
        """See the protocol."""
        self._first(patient, patient.content if content is None else content, self._period, ending)

    def _first(self, patient: Patient, content: bytes, period: PeriodDates, ending: str) -> None:
        name = f"{self._recipe.name}/{file_stem(patient.form.agency)}{ending}.xlsx"
        self._stage.write(period, FIRST, name, content, of=self._recipe.name, did="")

    def lay(
        self, patient: Patient, content: bytes, *, twin: bytes | None, ending: str = ".xlsx", name: str = ""
    ) -> None:
        """See the protocol."""
        recipe = self._recipe
        path = f"{recipe.name}/{name or file_stem(patient.form.agency) + ending}"
        lap = LOCKED if recipe.locked else TEST
        self._stage.write(
            self._period, lap, path, content, of=recipe.name, codes=(recipe.code,), did=recipe.did,
            statuses=(recipe.status,), late=recipe.late, twin=twin,
            twin_name=f"{recipe.name}/{file_stem(patient.form.agency)}.xlsx",
        )  # fmt: skip


def fill_in(
    form: Form, blank: bytes, lean: Mapping[str, float], last: Patient | None = None, change: Change | None = None
) -> Patient:
    """A form filled soundly, `change` typed over it (None clears a cell)."""
    typed = fill(form, _SEED, lean, _values(last) if last else None)
    _settle(form, typed, Random(f"{_SEED}|{form.agency.code}"), last.typed if last else {})
    for name, value in (change or {}).items():
        if value is None:
            typed.pop(name, None)
        else:
            typed[name] = value
    return Patient(form, blank, filled(form, blank, typed), typed, Random(f"{form.agency.code}|kit"))


def _values(patient: Patient) -> dict[str, Value]:
    """What was typed, as it will be read."""
    out = {}
    for name, value in patient.typed.items():
        field = patient.form.by_name[name]
        number = value if isinstance(value, Decimal) else None
        text = value if isinstance(value, str) else None
        day = None if isinstance(value, Decimal | str) else value
        out[name] = Value(name, field.kind, str(value), field.sheet, field.cell, number, text, day)
    return out


def _on_target(target: Target | None) -> Decimal:
    """A value that meets the target."""
    aim = target.value if target else Decimal(60)
    return next((n for n in (aim, aim + 1, aim - 1) if judge(Fraction(n), target) is not State.MISSED), aim)


def _settle(form: Form, typed: Typed, random: Random, last: Mapping[str, object]) -> None:
    """What the kit added to the plan is answered in full, so that each recipe finds what it needs."""
    for row in form.indicator_rows:
        code, indicator = row.indicator.code, row.indicator
        if indicator.over_agencies is OverAgencies.NONE and f"{code}.value" in typed:
            typed[f"{code}.value"] = _on_target(row.target)  # one figure of the province, whoever tells it
            typed.pop(f"{code}.note", None)
        if indicator.group != GROUP:
            continue
        typed.pop(f"{code}.absent", None)
        typed.pop(f"{code}.note", None)
        if indicator.kind is Kind.RATIO:
            before = last.get(f"{code}.denominator")
            whole = Decimal(random.randint(300, 900))
            if isinstance(before, Decimal):
                whole = (before * _GROWTH[indicator.over_periods]).quantize(Decimal(1))
            typed[f"{code}.denominator"] = whole
            typed[f"{code}.numerator"] = (whole * Decimal("0.9")).quantize(Decimal(1))
        else:
            typed[f"{code}.value"] = _on_target(row.target)
        typed[f"{code}.source"] = "Sổ theo dõi của đơn vị"
    states = house()["task_state"]
    for name in [n for n in typed if n.endswith(".absent")]:
        typed.setdefault(name.replace(".absent", ".note"), "Đang thống kê, sẽ bổ sung ở kỳ sau.")
    sure: dict[str, Typed] = {
        ONGOING: {"state": states["ongoing"], "percent": Decimal(60 if last else 40)},
        DONE: {
            "state": states["done"], "percent": Decimal(100), "done_on": form.period.start,
            "evidence": "Báo cáo số 12/BC-TH",
        },
        ALWAYS: {"state": states["continuous"]},
        NOT_YET: {"state": states["not_started"], "difficulty": "Đang chờ bố trí kinh phí."},
    }  # fmt: skip
    for code, parts in sure.items():
        for part in ("state", "percent", "done_on", "evidence", "difficulty"):
            typed.pop(f"task.{code}.{part}", None)
        typed |= {f"task.{code}.{part}": value for part, value in parts.items()}
    if isinstance(done := last.get(f"task.{DONE}.done_on"), type(form.period.start)):
        typed[f"task.{DONE}.done_on"] = done
