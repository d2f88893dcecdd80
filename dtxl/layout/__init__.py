"""The layout checker: a Word document held against the decree's rules, whoever made it."""

from dtxl.layout.mends import mendable, mends
from dtxl.layout.profile import profile
from dtxl.layout.rule import Breach
from dtxl.layout.run import Verdict, check_layout, codes

__all__ = ["Breach", "Verdict", "check_layout", "codes", "mendable", "mends", "profile"]
