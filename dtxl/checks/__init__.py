"""The rules that a return is held against: one rule, one small function, registered under its code."""

from dtxl.checks.others import Others
from dtxl.checks.rule import Case, Earlier, Past
from dtxl.checks.run import check, registered
from dtxl.checks.thresholds import thresholds

__all__ = ["Case", "Earlier", "Others", "Past", "check", "registered", "thresholds"]
