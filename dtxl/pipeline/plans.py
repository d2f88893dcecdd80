"""Earlier states of the plan workbook, which the archive keeps, and which of their codes mean something else today."""

import logging
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from dtxl.core.errors import DtxlError
from dtxl.core.text import enumerate_vi, fold
from dtxl.intake import other_rows
from dtxl.model.finding import Finding, finding
from dtxl.model.form import INDICATORS
from dtxl.model.plan import PeriodDates, Plan
from dtxl.pipeline.workspace import Workspace
from dtxl.planbook import read_planbook
from dtxl.results import Returned

log = logging.getLogger("dtxl.collect")
_NAMED = 5  # agencies named in one remark


class EarlierPlans:
    """Fingerprint → the plan as it was when forms were issued from it; read once each."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._versions = workspace.store.plan_versions()
        self._plans: dict[tuple[str, int], Plan | None] = {}

    def plan(self, fingerprint: str, period: PeriodDates) -> Plan | None:
        """The plan as it bound in the period's year; None where it is not known, or cannot be read any more."""
        key = fingerprint, period.end.year
        if key not in self._plans:
            sha256 = self._versions.get(fingerprint)
            try:
                plan = read_planbook(self._workspace.archive.path(sha256)) if sha256 else None
                self._plans[key] = plan.due_in(period.end.year) if plan else None
            except DtxlError as error:
                log.error("%s", error)
                self._plans[key] = None
        return self._plans[key]


@dataclass(frozen=True)
class Reused:
    """Codes that meant something else when a form was issued: keys of rows ("I.1"), codes of agencies."""

    rows: Set[str] = frozenset()
    agencies: Set[str] = frozenset()


class Meanings:
    """What became of the codes of the plan since a form was issued, by the fingerprint of its plan."""

    def __init__(self, workspace: Workspace, period: PeriodDates) -> None:
        self._earlier, self._period = EarlierPlans(workspace), period
        self._now = workspace.plan_in(period)
        self._known: dict[str, Reused] = {self._now.fingerprint: Reused()}

    def since(self, fingerprint: str) -> Reused:
        """The codes that were given to other things; none where the plan of then is not known."""
        if fingerprint not in self._known:
            then = self._earlier.plan(fingerprint, self._period)
            self._known[fingerprint] = self._compare(then) if then else Reused()
        return self._known[fingerprint]

    def _compare(self, then: Plan) -> Reused:
        now = self._now
        rows = other_rows(then.indicators, then.tasks, now.indicators, now.tasks)
        was = {a.code: fold(a.name) for a in then.agencies}
        # A name that now stands at another code, and did not stand there before, went to it with its agency.
        came = {fold(a.name) for a in now.agencies if was.get(a.code) != fold(a.name)}
        moved = {a.code for a in now.agencies if a.code in was and was[a.code] != fold(a.name) and was[a.code] in came}
        return Reused(frozenset(rows), frozenset(moved))


def only_what_is_asked(returned: Returned, rows: Set[str]) -> Returned:
    """A return without the figures of `rows`, whose codes mean something else now, and with a word on each (B03)."""
    lost = sorted({key for name, value in returned.values.items() if not value.blank and (key := _row(name)) in rows})
    if not lost:
        return returned
    kept = {name: value for name, value in returned.values.items() if _row(name) not in rows}
    remarks = tuple(
        finding("B03", file=returned.path, sheet=INDICATORS if not key.startswith("task.") else "", field=key,
                label=f"{told(key)}: mã này nay là nội dung khác, số liệu đã nộp không được tổng hợp")
        for key in lost
    )  # fmt: skip
    return replace(returned, values=kept, findings=(*returned.findings, *remarks))


def left_out(named: Mapping[str, list[str]]) -> list[Finding]:
    """What is to be said of the whole period (G03): row → the agencies whose figures for it are not counted."""
    remarks = []
    for key, agencies in sorted(named.items()):
        shown = agencies[:_NAMED]
        if len(agencies) > _NAMED:
            shown.append(f"{len(agencies) - _NAMED} đơn vị khác")
        of = "nội dung đã đổi sau khi đơn vị báo cáo, số liệu cũ không được cộng; cần nộp lại"
        remarks.append(finding("G03", field=key, label=f"{told(key)}: {of}: {enumerate_vi(shown)}"))
    return remarks


def told(key: str) -> str:
    """A row as people call it."""
    return f"Nhiệm vụ {key.removeprefix('task.')}" if key.startswith("task.") else f"Chỉ tiêu {key}"


def _row(field: str) -> str:
    return field.rpartition(".")[0]
