"""What intake must know of what was issued: the current forms, those of earlier plans, the register."""

from dtxl.core.errors import DtxlError
from dtxl.intake import Directory, Register
from dtxl.model.form import Form, build_form
from dtxl.model.plan import PeriodDates
from dtxl.model.submission import Identity
from dtxl.pipeline.issue import FormBuilder
from dtxl.pipeline.plans import EarlierPlans
from dtxl.pipeline.workspace import Workspace
from dtxl.store.decisions import decisions


def make_register(workspace: Workspace, period: PeriodDates, forms: FormBuilder) -> Register:
    """The register of a period, as it stands now."""
    plan = workspace.plan
    decided = decisions(workspace.store, period.code)
    issued, superseded = workspace.store.issued(), workspace.store.superseded_forms()

    def agency_name(code: str) -> str:
        agency = plan.agency_by_code.get(code)
        return agency.name if agency else ""

    def accepted(sha256: str) -> str:
        word = decided.get(sha256)
        return word.agency if word else ""

    return Register(
        plan.info.id, plan.info.title, period.code, period.name, workspace.store.signing_key(), forms, issued.get,
        agency_name, _EarlierForms(workspace), superseded.__contains__, Directory(workspace.plan_in(period)), accepted,
    )  # fmt: skip


class _EarlierForms:
    """Identity → the form as it was issued from an earlier state of the plan workbook."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._earlier = workspace, EarlierPlans(workspace)

    def __call__(self, identity: Identity) -> Form | None:
        """The form, of this period or of an earlier one."""
        try:
            period = self._workspace.period(identity.period)
        except DtxlError:
            return None  # a period that the plan does not know any more
        plan = self._earlier.plan(identity.fingerprint, period)
        agency = plan.agency_by_code.get(identity.agency) if plan else None
        if plan is None or agency is None:
            return None
        form = build_form(plan, agency, period)
        return form if form.identity.form == identity.form else None
