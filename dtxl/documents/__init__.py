"""The report for signature, from a rollup and a Word template."""

from dtxl.documents.phrases import Figure, Passage
from dtxl.documents.report import draw_report, report_figures, report_passages

__all__ = ["Figure", "Passage", "draw_report", "report_figures", "report_passages"]
