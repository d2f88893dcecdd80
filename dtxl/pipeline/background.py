"""What a return is held against besides its form: the agency's own earlier periods, the other agencies' returns."""

from functools import cached_property

from dtxl.checks import Others, Past
from dtxl.model.period import previous_code
from dtxl.model.plan import PeriodDates
from dtxl.model.submission import Submission
from dtxl.pipeline.workspace import Workspace
from dtxl.store import Receipt

_AT_ONCE = 200  # returns whose values are in memory together
_PERIODS = 2  # how far back the rules look


class Background:
    """The accepted returns of a period as far as they were recorded, and of the periods before it; read once, when
    they are first needed."""

    def __init__(self, workspace: Workspace, period: PeriodDates) -> None:
        self._workspace, self._period = workspace, period

    @cached_property
    def others(self) -> Others:
        """What was accepted for this period so far; `add` keeps it up to date."""
        found, store = Others(), self._workspace.store
        accepted = [r for r in store.receipts(self._period.code) if r.status == "accepted"]
        for start in range(0, len(accepted), _AT_ONCE):
            some = accepted[start : start + _AT_ONCE]
            values = store.values(some)
            for receipt in some:
                self._put(found, receipt.agency, Submission("", "", receipt.received_at, None, values[receipt.id]))
        return found

    def add(self, receipt: Receipt, submission: Submission) -> None:
        """A return was recorded."""
        if receipt.status == "accepted":
            self._put(self.others, receipt.agency, submission)

    def _put(self, others: Others, code: str, submission: Submission) -> None:
        agency = self._workspace.plan.agency_by_code.get(code)
        if agency is not None:
            others.put(code, agency.name, agency.level, submission.values)

    def past(self, agency: str) -> tuple[Past, ...]:
        """The periods before this one for which the agency had a form, the last one first."""
        out = []
        for name, asked, accepted in self._before:
            if agency not in asked:
                break
            receipt = accepted.get(agency)
            out.append(Past(name, self._workspace.store.values([receipt])[receipt.id] if receipt else {}))
        return tuple(out)

    @cached_property
    def _before(self) -> list[tuple[str, set[str], dict[str, Receipt]]]:
        """(name, agencies that had a form, agency → accepted receipt) of each period before that had returns."""
        out: list[tuple[str, set[str], dict[str, Receipt]]] = []
        workspace, periods = self._workspace, self._workspace.plan.periods
        code, forms = previous_code(self._period.code, periods), workspace.store.issued().values()
        while code is not None and len(out) < _PERIODS:
            accepted = {r.agency: r for r in workspace.store.receipts(code) if r.status == "accepted"}
            if not accepted:
                break
            asked = {agency for agency, period in forms if period == code}
            out.append((workspace.period(code).name, asked, accepted))
            code = previous_code(code, periods)
        return out
