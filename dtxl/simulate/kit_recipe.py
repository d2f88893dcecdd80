"""What the attack kit is made of: a recipe for each code, and the scene in which it is carried out.

A recipe is one small function registered under its code. `bad` takes one that turns a filled form into the bytes of a
bad return; `situation` one that lays several files in, where a code needs an earlier period, a first return or peers.
What was done is told in kit.toml, under the recipe's name.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Protocol

from dtxl.core.codes import Severity, catalogue
from dtxl.files.xlsx_edit import Editor
from dtxl.simulate.damage import Patient

Change = Mapping[str, str | Decimal | date | None]  # field → what is typed over it; None clears it
FIRST, TEST, ATTACKS, LOCKED = 1, 2, 3, 4  # the rounds in which a period's files are laid in


class Scene(Protocol):
    """Where a recipe works: agencies of its own, each with a form; what it lays in is written and listed."""

    def patient(self, number: int = 1, last: Patient | None = None, change: Change | None = None) -> Patient:
        """The filled form of the recipe's agency `number` for the period of the test; `change` is typed over what is
        sound. `last`: what it returned for the period before."""

    def before(self, number: int = 1, change: Change | None = None) -> Patient:
        """A sound return for the period before, laid in."""

    def peers(self) -> list[Patient]:
        """The filled forms of agencies of the usual level that only lend their figures."""

    def old(self) -> Patient:
        """The filled form that the agency got before the plan was changed."""

    def other_period(self) -> Patient:
        """The filled form of the agency for the other period of the kit."""

    def first(self, patient: Patient, content: bytes | None = None, *, ending: str = "") -> None:
        """Lay in what comes before the test; it raises nothing and counts."""

    def lay(
        self, patient: Patient, content: bytes, *, twin: bytes | None, ending: str = ".xlsx", name: str = ""
    ) -> None:
        """Lay in the bad return. `twin`: the sound one of the same agency, None where there can be none; `name`:
        that of the file, where it matters."""


How = Callable[[Patient], bytes]
Play = Callable[[Scene], None]


@dataclass(frozen=True)
class Recipe:
    """How a file that raises `code` is made. `name`: the code, with a variant where there are several. `status` is what
    must come of the file; `agencies` how many the scene has; `earlier`: it has a period before; `level`: a level's
    code, "" for the kit's usual one; `late`: received after the due day; `locked`: after the period was."""

    name: str
    code: str
    status: str
    play: Play
    agencies: int = 1
    earlier: bool = False
    level: str = ""
    late: bool = False
    locked: bool = False

    @property
    def did(self) -> str:
        """What was done to the file, in Vietnamese."""
        return str(words()["did"][self.name])


RECIPES: dict[str, Recipe] = {}


@cache
def words() -> Mapping[str, Any]:
    """kit.toml: what is told of each recipe and attack, what the kit's plan adds to the plan."""
    return tomllib.loads(resources.files("dtxl.simulate").joinpath("kit.toml").read_text(encoding="utf-8"))


def situation(
    code: str, variant: str = "", *, status: str = "", agencies: int = 1, earlier: bool = False, level: str = "",
    late: bool = False, locked: bool = False,
) -> Callable[[Play], Play]:  # fmt: skip
    """Register a recipe that lays in its files itself. `status`: by the code's severity unless said."""

    def register(play: Play) -> Play:
        name = f"{code}-{variant}" if variant else code
        if name in RECIPES:
            raise ValueError(f"two recipes named {name}")
        severity = catalogue()[code].severity
        usual = "rejected" if severity in (Severity.CRITICAL, Severity.ERROR) else "accepted"
        RECIPES[name] = Recipe(name, code, status or usual, play, agencies, earlier, level, late, locked)
        return play

    return register


def bad(
    code: str, variant: str = "", *, status: str = "", ending: str = ".xlsx", late: bool = False, level: str = ""
) -> Callable[[How], How]:
    """Register a recipe that is one bad file."""

    def register(how: How) -> How:
        def play(scene: Scene) -> None:
            patient = scene.patient()
            scene.lay(patient, how(patient), twin=patient.content, ending=ending)

        situation(code, variant, status=status, late=late, level=level)(play)
        return how

    return register


def typed_over(patient: Patient, change: Change) -> bytes:
    """The patient's return with something else typed into some fields; None clears one."""

    def type_all(editor: Editor) -> None:
        for name, value in change.items():
            editor.put(*patient.cell(name), value)

    return patient.edited(type_all)
