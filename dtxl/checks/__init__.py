"""The rules that a return is held against: one rule, one small function, registered under its code."""

from dtxl.checks.rule import Case, Earlier
from dtxl.checks.run import check, registered

__all__ = ["Case", "Earlier", "check", "registered"]
