"""Returned workbooks in: opened, identified, read by key, repaired where that is safe."""

from dtxl.intake.alone import read_alone
from dtxl.intake.directory import Directory
from dtxl.intake.identify import Register, stated_periods
from dtxl.intake.meaning import other_rows, other_things, same_things
from dtxl.intake.reading import Intake, read_return, read_values, unreadable

__all__ = [
    "Directory",
    "Intake",
    "Register",
    "other_rows",
    "other_things",
    "read_alone",
    "read_return",
    "read_values",
    "same_things",
    "stated_periods",
    "unreadable",
]
