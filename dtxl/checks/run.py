"""All rules over one return. One bad rule never stops the batch: it becomes a finding G10, and the trace is logged."""

import hashlib
import logging
from collections.abc import Mapping

from dtxl.checks import cells, history, within  # noqa: F401 - importing them registers their rules
from dtxl.checks.rule import RULES, Case, Earlier, Rule
from dtxl.model.finding import Finding, finding, in_order
from dtxl.model.form import Form
from dtxl.model.submission import Submission

log = logging.getLogger("dtxl.checks")


def check(form: Form, submission: Submission, earlier: Earlier | None = None) -> list[Finding]:
    """Every finding of every rule, identity first, each with the file's path."""
    case = Case(form, submission, earlier)
    findings: list[Finding] = []
    for code, function in RULES.items():
        findings += guarded(code, function, case)
    return [f.at(submission.path) for f in in_order(findings)]


def guarded(code: str, function: Rule, case: Case) -> list[Finding]:
    """The findings of one rule; a fault of the rule itself is G10 with an id that the log repeats."""
    try:
        return list(function(case))
    except Exception:
        fault = hashlib.sha256(f"{code}|{case.submission.sha256}".encode()).hexdigest()[:8]
        log.exception("rule %s failed on %s (support id %s)", code, case.submission.path, fault)
        return [finding("G10", args={"rule": code, "id": fault})]


def registered() -> Mapping[str, Rule]:
    """Code → rule."""
    return RULES
