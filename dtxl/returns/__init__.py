"""Marked copies: what goes back to an agency whose return has faults."""

from dtxl.files.form_page import LISTING
from dtxl.returns.marked import draw_marked_copy
from dtxl.returns.notice import draw_notice

__all__ = ["LISTING", "draw_marked_copy", "draw_notice"]
