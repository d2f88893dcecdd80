"""The plan workbook `ke-hoach.xlsx`: the one place that staff edit. Plan → workbook → Plan loses nothing."""

from dtxl.planbook.read import read_planbook
from dtxl.planbook.write import write_planbook

__all__ = ["read_planbook", "write_planbook"]
