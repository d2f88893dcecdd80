"""Benchmarks: the plain way (pandas and openpyxl, straightforwardly) beside ours, in the same run, as a ratio."""
