"""The report for signature, from a rollup and a Word template."""

from dtxl.documents.phrases import Figure, Passage
from dtxl.documents.report import check_template, draw_report, report_figures, report_passages
from dtxl.documents.verify import Verified, verify

__all__ = [
    "Figure", "Passage", "Verified", "check_template", "draw_report", "report_figures", "report_passages", "verify",
]  # fmt: skip
