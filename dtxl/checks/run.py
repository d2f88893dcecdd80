"""All rules over one return. One bad rule never stops the batch: it becomes a finding G10, and the trace is logged."""

import hashlib
import logging
from collections.abc import Mapping

from dtxl.checks import (  # noqa: F401 - importing them registers their rules
    cells,
    declared,
    history,
    peers,
    periods,
    tasks,
    texts,
    within,
)
from dtxl.checks.others import Others
from dtxl.checks.rule import RULES, Case, Earlier, Past, Rule
from dtxl.checks.thresholds import RuleFault
from dtxl.model.finding import Finding, finding, in_order
from dtxl.model.form import Form
from dtxl.model.submission import Submission

log = logging.getLogger("dtxl.checks")


def check(
    form: Form,
    submission: Submission,
    earlier: Earlier | None = None,
    *,
    past: tuple[Past, ...] = (),
    others: Others | None = None,
) -> list[Finding]:
    """Every finding of every rule, identity first, each with the file's path. For the arguments see `Case`."""
    case = Case(form, submission, earlier, past, others)
    findings: list[Finding] = []
    for code, function in RULES.items():
        findings += guarded(code, function, case)
    return [f.at(submission.path) for f in in_order(findings)]


def guarded(code: str, function: Rule, case: Case) -> list[Finding]:
    """The findings of one rule; one whose data are wrong is G09, a fault of the rule itself G10 with an id that the log
    repeats."""
    try:
        return list(function(case))
    except RuleFault as fault_of_data:
        log.error("rule %s: %s", code, fault_of_data)
        return [finding("G09", label=f"Quy tắc {code}")]
    except Exception:
        fault = hashlib.sha256(f"{code}|{case.submission.sha256}".encode()).hexdigest()[:8]
        log.exception("rule %s failed on %s (support id %s)", code, case.submission.path, fault)
        return [finding("G10", args={"rule": code, "id": fault})]


def registered() -> Mapping[str, Rule]:
    """Code → rule."""
    return RULES
