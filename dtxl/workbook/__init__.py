"""The consolidated workbook: a period's rollup as sheets that people filter, print and follow back to the cells."""

from dtxl.workbook.consolidated import draw_consolidated

__all__ = ["draw_consolidated"]
