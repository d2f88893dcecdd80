"""The words by which the sheets call levels, agencies, scopes and states."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dtxl.core.settings import house
from dtxl.model.rollup import AgencyResult, Rollup

WHOLE = "Toàn tỉnh"


@dataclass(frozen=True)
class Names:
    """Names of a rollup's parts; a code that the plan does not know stands for itself."""

    rollup: Rollup

    @cached_property
    def results(self) -> Mapping[str, AgencyResult]:
        return {a.code: a for a in self.rollup.agencies}

    @cached_property
    def levels(self) -> Mapping[str, str]:
        """Level's code → "Cấp xã"."""
        return {level.code: level.name[:1].upper() + level.name[1:] for level in self.rollup.plan.levels}

    def level(self, code: str | None) -> str:
        return WHOLE if code is None else self.levels.get(code, code)

    def level_of(self, agency: str) -> str:
        if agency in self.results:
            return self.level(self.results[agency].level)
        known = self.rollup.plan.agency_by_code.get(agency)
        return self.level(known.level) if known else ""

    def agency(self, code: str) -> str:
        if code in self.results:
            return self.results[code].name
        known = self.rollup.plan.agency_by_code.get(code)
        return known.name if known else code

    def parent(self, code: str) -> str:
        """The name of the agency above, "" for none: two districts may each have a "Xã An Lạc"."""
        agencies = self.rollup.plan.agency_by_code
        known = agencies.get(code)
        return self.agency(known.parent) if known and known.parent else ""

    def full(self, code: str) -> str:
        """ "Xã An Lạc (Huyện Sơn Động)"."""
        parent = self.parent(code)
        return f"{self.agency(code)} ({parent})" if parent else self.agency(code)

    def scope(self, scope: str | None) -> str:
        return WHOLE if scope is None else scope[:1].upper() + scope[1:]

    def indicator(self, code: str) -> tuple[str, str]:
        """(name, unit) of an indicator."""
        known = self.rollup.plan.indicator_by_code.get(code)
        return (known.name, known.unit) if known else ("", "")

    def task(self, code: str) -> str:
        known = self.rollup.plan.task_by_code.get(code)
        return known.text if known else next((t.text for t in self.rollup.tasks if t.code == code), "")

    def state(self, state: str) -> str:
        return str(house()["result_state"][state])

    def verdict(self, state: str, target: object, absent: str = "") -> str:
        """The state against a target; where there is no target nothing is judged, where there is a reason it stands."""
        if target is None:
            return "Không đánh giá"
        return absent if state == "no_data" and absent else self.state(state)

    def standing(self, standing: str) -> str:
        return str(house()["return_state"][standing])

    def task_state(self, state: str) -> str:
        return str(house()["task_state"].get(state, state))
