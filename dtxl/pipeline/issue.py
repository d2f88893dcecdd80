"""Forms out: one workbook for each agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dtxl.core.errors import DtxlError
from dtxl.files.safe import digest, write_whole
from dtxl.files.xlsx_read import Unreadable, read_workbook
from dtxl.forms import draw_form
from dtxl.model.form import Form, build_form
from dtxl.model.plan import Agency, PeriodDates
from dtxl.pipeline.summary import previous_values
from dtxl.pipeline.workspace import INBOX, PLANBOOK, Progress, Workspace, no_progress


@dataclass(frozen=True)
class Issued:
    """What `issue_forms` did: forms written, forms that already stood there as they are, forms kept though they differ
    (edited, or of an older plan)."""

    written: tuple[Path, ...]
    same: tuple[Path, ...]
    kept: tuple[Path, ...]


_FORMS_KEPT = 64  # a form is some 70 KB, and a country has 11,000; a return and its marked copy ask for the same one


class FormBuilder:
    """Agency code → its form for the period; those asked for last are kept."""

    def __init__(self, workspace: Workspace, period: PeriodDates) -> None:
        self._workspace, self._period = workspace, period
        self._previous = previous_values(workspace, period.code)
        self._forms: dict[str, Form] = {}

    def __call__(self, code: str) -> Form | None:
        plan = self._workspace.plan_in(self._period)
        agency = plan.agency_by_code.get(code)
        if agency is None:
            return None
        form = self._forms.pop(code, None) or build_form(plan, agency, self._period, self._previous.get(code))
        self._forms[code] = form  # the newest last
        if len(self._forms) > _FORMS_KEPT:
            del self._forms[next(iter(self._forms))]
        return form


def issue_forms(
    workspace: Workspace,
    period_code: str,
    only: Sequence[str] = (),
    *,
    force: bool = False,
    progress: Progress = no_progress,
) -> Issued:
    """Write the forms of a period. Raises DtxlError for an agency code that the plan does not have."""
    period = workspace.period(period_code)
    agencies = _chosen(workspace, only)
    build = FormBuilder(workspace, period)
    forms = [form for agency in agencies if (form := build(agency.code))]
    _distinct(workspace, period_code)
    key = workspace.store.signing_key()
    drawn = []
    for done, form in enumerate(forms, 1):
        path, content = workspace.form_path(period_code, form.agency), draw_form(form, key)
        drawn.append((form, path, content, _standing(path, content, form, force)))
        progress(done, len(forms))
    # Registered before they are written: a form on disk that the register does not know would be refused later. Not so
    # those that stay unwritten: the forms that were sent out before them must stay good.
    workspace.store.remember_plan(
        workspace.plan_in(period).fingerprint, workspace.archive.keep((workspace.root / PLANBOOK).read_bytes())
    )
    for wanted in ("written", "same"):
        workspace.store.issue(
            (
                (f.identity.form, f.identity.agency, f.identity.period, f.identity.fingerprint)
                for f, _, _, standing in drawn
                if standing == wanted
            ),
            again=wanted == "written",
        )
    workspace.folder(period_code, INBOX).mkdir(parents=True, exist_ok=True)
    paths: dict[str, list[Path]] = {"written": [], "same": [], "kept": []}
    for _, path, content, standing in drawn:
        if standing == "written":
            write_whole(path, content, durable=False)
        paths[standing].append(path)
    return Issued(tuple(paths["written"]), tuple(paths["same"]), tuple(paths["kept"]))


def _distinct(workspace: Workspace, period: str) -> None:
    """Raise DtxlError where two agencies' forms would be one file: one would be sent the other's."""
    paths: dict[Path, str] = {}
    for agency in workspace.plan.agencies:
        path = workspace.form_path(period, agency)
        if path in paths:
            raise DtxlError(
                f"Mã cơ quan {paths[path]} và {agency.code} quá giống nhau nên biểu mẫu sẽ trùng tên tệp. "
                "Sửa một mã ở sheet “Cơ quan” của ke-hoach.xlsx."
            )
        paths[path] = agency.code


def _standing(path: Path, content: bytes, form: Form, force: bool) -> str:
    """What is to become of a form: written, the same as the one that stands there, or kept from being written."""
    if force or not path.exists():
        return "written"
    return "same" if _asks_the_same(path, content, form) else "kept"


def _asks_the_same(path: Path, content: bytes, form: Form) -> bool:
    """Whether the file that stands there is this form: to the byte, or an issue of it with another due day or title."""
    there = path.read_bytes()
    if digest(there) == digest(content):
        return True
    try:
        return read_workbook(there).properties.get("dtxl.form") == form.identity.form
    except Unreadable:
        return False


def _chosen(workspace: Workspace, only: Sequence[str]) -> list[Agency]:
    if not only:
        return list(workspace.plan.agencies)
    unknown = [code for code in only if code not in workspace.plan.agency_by_code]
    if unknown:
        raise DtxlError(
            f"Kế hoạch không có cơ quan mang mã: {', '.join(unknown)}. Xem sheet Cơ quan của ke-hoach.xlsx."
        )
    return [workspace.plan.agency_by_code[code] for code in only]
