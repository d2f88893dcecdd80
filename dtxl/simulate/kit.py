"""The attack kit: for a plan and a period one bad return for each code, and the files made to kill their reader.

The kit is a training workspace of its own, in a folder of its own; the workspace whose plan it takes is only read.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import dtxl
from dtxl.core.errors import WorkspaceError
from dtxl.files.safe import digest, write_whole
from dtxl.forms import draw_form
from dtxl.model.form import build_form
from dtxl.model.plan import PeriodDates, Plan
from dtxl.pipeline.issue import issue_forms
from dtxl.pipeline.workspace import DATABASE, PLANBOOK, Progress, Workspace, no_progress
from dtxl.planbook import read_planbook, write_planbook
from dtxl.simulate import kit_cell, kit_file, kit_rounds, kit_sheet  # noqa: F401 - importing them registers their recipes
from dtxl.simulate.attacks import attacks
from dtxl.simulate.damage import Patient
from dtxl.simulate.filling import leanings
from dtxl.simulate.kit_list import LIST, write_list
from dtxl.simulate.kit_plan import agency_code, peers, three_periods, training_plan
from dtxl.simulate.kit_recipe import ATTACKS, RECIPES, words
from dtxl.simulate.kit_stage import Entry, Scene, Stage, fill_in

FACTS, MARK, PRISTINE = "bo-thu.json", ".dtxl-kit", "bo-thu.db"
_OLD_ISSUED = ("B03", "B07", "F12")  # their agencies got a form before the plan was changed
_OLD_DRAWN = ("B04",)  # its form was signed and never entered the register


@dataclass(frozen=True)
class Kit:
    """A kit as it lies in `folder`. `made_by`: the version of the program that made it."""

    folder: Path
    plan: str
    period: str
    made_by: str
    entries: tuple[Entry, ...]

    @property
    def tests(self) -> tuple[Entry, ...]:
        """The files that are tried; the others only come before them."""
        return tuple(e for e in self.entries if e.codes)

    @property
    def by_code(self) -> tuple[Entry, ...]:
        """The files that are made for a code each."""
        return tuple(e for e in self.tests if e.round != ATTACKS)

    @property
    def attacks(self) -> tuple[Entry, ...]:
        """The files made to kill their reader."""
        return tuple(e for e in self.tests if e.round == ATTACKS)

    def facts(self) -> dict[str, Any]:
        """As it is written and printed for machines."""
        files = [{**asdict(e), **_moments(e), "counted": e.counted} for e in self.entries]
        return {"plan": self.plan, "period": self.period, "made_by": self.made_by, "files": files}


def make_kit(root: Path, period_code: str, folder: Path, progress: Progress = no_progress) -> Kit:
    """Make the kit of the workspace `root` in `folder`, anew. Of `root` only the plan workbook is read.

    Raises WorkspaceError where `folder` lies in the workspace or holds anything but an earlier kit, DtxlError for a
    period that is none.
    """
    if not (root / PLANBOOK).is_file():
        raise WorkspaceError(f"Thư mục {root} không có tệp {PLANBOOK}.")
    here, there = folder.resolve(), root.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise WorkspaceError(f"Bộ thử phải nằm ngoài thư mục làm việc {root}. Chọn thư mục khác: --kit THƯ-MỤC")
    plan = read_planbook(root / PLANBOOK)
    periods = three_periods(plan, period_code)
    _clear(folder)
    stage = _stage(plan, periods, folder)
    recipes = [RECIPES[name] for name in sorted(RECIPES)]
    for done, recipe in enumerate(recipes, 1):
        recipe.play(Scene(stage, recipe))
        progress(done, len(recipes) + 1)
    _lay_attacks(stage)
    progress(len(recipes) + 1, len(recipes) + 1)
    stage.workspace.close()
    kit = Kit(folder, plan.info.title, period_code, dtxl.__version__, tuple(stage.entries))
    write_whole(folder / PRISTINE, (folder / DATABASE).read_bytes())
    write_whole(folder / LIST, write_list(kit.plan, kit.period, kit.entries))
    write_whole(folder / FACTS, (json.dumps(kit.facts(), ensure_ascii=False, indent=1) + "\n").encode())
    return kit


def read_kit(folder: Path) -> Kit:
    """The kit that lies in `folder`. Raises WorkspaceError where there is none."""
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        entries = tuple(_entry(one) for one in facts["files"])
        return Kit(folder, facts["plan"], facts["period"], facts["made_by"], entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(
            f"Thư mục {folder} không có bộ thử hoàn chỉnh. Tạo bằng: dtxl simulate DIR --period KỲ --kit {folder}"
        ) from error


def _entry(one: Mapping[str, Any]) -> Entry:
    parts = {name: value for name, value in one.items() if name != "counted"}
    parts |= {name: tuple(parts[name]) for name in ("codes", "statuses")}
    moments = ("received", "twin_received")
    return Entry(**parts | {name: datetime.fromisoformat(one[name]) for name in moments if one[name]})


def _moments(entry: Entry) -> dict[str, str | None]:
    twin = entry.twin_received
    return {"received": entry.received.isoformat(), "twin_received": twin.isoformat() if twin else None}


def _clear(folder: Path) -> None:
    """An empty folder with the kit's mark, which says that what is in it may be thrown away."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise WorkspaceError(
                f"Thư mục {folder} đang có dữ liệu không phải của một bộ thử. Chọn thư mục khác: --kit THƯ-MỤC"
            )
        shutil.rmtree(folder)
    write_whole(folder / MARK, "Bộ thử của dtxl: lần tạo sau sẽ xóa và tạo lại.\n".encode())


def _stage(plan: Plan, periods: tuple[PeriodDates, PeriodDates, PeriodDates], folder: Path) -> Stage:
    """The kit's workspace with every form issued; some agencies got theirs before the plan was changed."""
    alone, earlier, later = periods
    ordered = sorted({p.code: p for p in periods}.values(), key=lambda p: (p.end, p.start))
    first = training_plan(plan, ordered, old=True)
    old = _old_forms(first, alone, folder)
    write_whole(folder / PLANBOOK, write_planbook(training_plan(plan, ordered)))
    workspace = Workspace(folder)
    has = workspace.plan.agency_by_code
    codes = [(r, agency_code(r.name, n)) for r in RECIPES.values() for n in range(1, r.agencies + 1)]
    both = [code for r, code in codes if r.earlier]
    single = [code for r, code in codes if not r.earlier and code in has]
    wanted: dict[str, list[str]] = {p.code: [] for p in ordered}
    for period, some in ((earlier, both), (later, both), (alone, [*single, *peers()])):
        wanted[period.code] += some
    for period_code, some in wanted.items():
        issue_forms(workspace, period_code, some, force=True)
    return Stage(workspace, periods, old)


def _old_forms(plan: Plan, period: PeriodDates, folder: Path) -> dict[str, Patient]:
    """Agency → the filled form that it got before the plan was changed."""
    write_whole(folder / PLANBOOK, write_planbook(plan))
    workspace = Workspace(folder)
    issued = [agency_code(r.name) for r in RECIPES.values() if r.code in _OLD_ISSUED]
    drawn = [agency_code(r.name) for r in RECIPES.values() if r.code in _OLD_DRAWN]
    issue_forms(workspace, period.code, issued)
    key, lean, old = workspace.store.signing_key(), leanings(workspace.plan, 1), {}
    for code in (*issued, *drawn):
        form = build_form(workspace.plan_in(period), workspace.plan.agency_by_code[code], period)
        old[code] = fill_in(form, draw_form(form, key), lean)
    workspace.close()
    return old


def _lay_attacks(stage: Stage) -> None:
    told = words()["attack"]
    for number, (name, content, right) in enumerate(attacks(), 1):
        # What can be read is no form of ours.
        codes = tuple(sorted("B01" if one == "read" else one for one in right))
        statuses = tuple(sorted({"rejected" if one == "B01" else "unreadable" for one in codes}))
        ending = name.partition(":")[0] if ":" in name else "xlsx"
        ending = ending if ending in ("ods", "xlsb") else "xlsx"
        file = f"{number:02}.{ending}"
        stage.write(
            stage.alone, ATTACKS, file, content, of=name, codes=codes, did=told[name], statuses=statuses,
        )  # fmt: skip


def checksum(path: Path) -> str:
    """The digest of a file of the kit, "" where it is gone."""
    return digest(path.read_bytes()) if path.is_file() else ""
