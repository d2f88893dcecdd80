"""The report for signature, from a rollup and a Word template."""

from dtxl.documents.phrases import Figure, Passage, using
from dtxl.documents.report import check_template, draw_report, report_figures, report_passages
from dtxl.documents.trace_annex import Behind, Part
from dtxl.documents.trace_annex import title as trace_title
from dtxl.documents.verify import Verified, hold, verify
from dtxl.documents.wording import read_wording, wording_sheet

__all__ = [
    "Behind", "Figure", "Part", "Passage", "Verified", "check_template", "draw_report", "hold", "read_wording",
    "report_figures", "report_passages", "trace_title", "using", "verify", "wording_sheet",
]  # fmt: skip
