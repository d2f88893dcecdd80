"""The rules that a return is held against: one rule, one small function, registered under its code."""

from dtxl.checks.batch import BATCH_RULES, Batch, check_batch
from dtxl.checks.others import Others
from dtxl.checks.rule import Case, Earlier, Past
from dtxl.checks.run import check, registered
from dtxl.checks.thresholds import thresholds

__all__ = [
    "BATCH_RULES",
    "Batch",
    "Case",
    "Earlier",
    "Others",
    "Past",
    "check",
    "check_batch",
    "registered",
    "thresholds",
]
