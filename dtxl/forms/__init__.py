"""Forms: one workbook for one agency and one period, ready to be sent out."""

from dtxl.forms.draw import draw_form

__all__ = ["draw_form"]
