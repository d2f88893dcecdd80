"""Accepted returns → the rollup: every figure of the consolidated workbook and of the report."""

from dtxl.results.rollup import Returned, roll_up

__all__ = ["Returned", "roll_up"]
