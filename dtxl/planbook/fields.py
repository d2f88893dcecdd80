"""What a cell of the plan workbook may hold: the declaration that writing and reading share."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dtxl.core.text import fold
from dtxl.model.plan import Kind, OverAgencies, OverPeriods


class Type(StrEnum):
    """How a cell is written and understood."""

    LINE = "line"  # text on one line
    TEXT = "text"  # text that may have several lines
    SOURCE = "source"  # text kept exactly as it stands: pieces of the source document
    CODE = "code"  # letters, digits, dot, hyphen
    REF = "ref"  # a code or a name that stands in another sheet
    LINES = "lines"  # items, one to a line
    REFS = "refs"  # codes or names from another sheet, one to a line
    NUMBER = "number"
    WHOLE = "whole"
    DAY = "day"
    CHOICE = "choice"


MANY = (Type.LINES, Type.REFS)

YES_NO: Mapping[str, object] = {"có": True, "không": False}
KINDS: Mapping[str, object] = {
    "tỷ lệ": Kind.RATIO,
    "số lượng": Kind.COUNT,
    "có/không": Kind.YES_NO,
    "điểm": Kind.SCORE,
    "tăng trưởng": Kind.GROWTH,
}
OVER_AGENCIES: Mapping[str, object] = {"cộng": OverAgencies.SUM, "không cộng": OverAgencies.NONE}
OVER_PERIODS: Mapping[str, object] = {
    "lũy kế": OverPeriods.CUMULATIVE,
    "cộng dồn": OverPeriods.SUM,
    "thời điểm": OverPeriods.LATEST,
}
COMPARATORS: Mapping[str, object] = {
    "≥": ">=",
    ">": ">",
    "≤": "<=",
    "<": "<",
    "=": "=",
    "tăng ≥": "increase>=",
    "tăng >": "increase>",
    "giảm ≥": "reduce>=",
    "giảm >": "reduce>",
}
OF_PLAN, OF_REPORT = "kế hoạch", "báo cáo"
DOCUMENTS: Mapping[str, object] = {OF_PLAN: OF_PLAN, OF_REPORT: OF_REPORT}
WARNS: Mapping[str, object] = {"lỗi": False, "cảnh báo": True}

# Defined names of the drop-down lists. Those with fixed words stand in the hidden sheet of lists.
FIXED_LISTS: Mapping[str, Mapping[str, object]] = {
    "dm_co_khong": YES_NO,
    "dm_loai": KINDS,
    "dm_giua_co_quan": OVER_AGENCIES,
    "dm_giua_ky": OVER_PERIODS,
    "dm_so_sanh": COMPARATORS,
    "dm_van_ban": DOCUMENTS,
    "dm_muc": WARNS,
}
LIST_LEVELS, LIST_INDICATORS, LIST_GROUPS = "dm_cap", "dm_chi_tieu", "dm_nhom_chi_tieu"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table sheet, or a row of the sheet “Kế hoạch”.

    `name` is the model's field. `width` in characters. `menu` is the defined name of its drop-down list; `strict` says
    that nothing outside the list is accepted. `digits`: a number in the cell is a code of so many digits whose leading
    zeros the spreadsheet program dropped. `low`, `high`: bounds of a WHOLE. `later`: came in a later version, so that a
    workbook may well lack it.
    """

    header: str
    name: str
    type: Type = Type.TEXT
    width: float = 14
    help: str = ""
    required: bool = False
    menu: str = ""
    strict: bool = True
    digits: int = 0
    low: int = 0
    high: int = 0
    later: bool = False

    @property
    def choices(self) -> Mapping[str, object]:
        """Word shown → value, of a CHOICE."""
        return FIXED_LISTS[self.menu]

    @property
    def title(self) -> str:
        """The header as it is shown."""
        return f"{self.header} (*)" if self.required else self.header


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet that is a table. `editing` tells staff, in the guide, what may be changed; `later` as of a Field."""

    sheet: str
    title: str
    hint: str
    purpose: str
    editing: str
    fields: tuple[Field, ...]
    frozen: int = 1  # columns that stay in view
    unprinted: int = 0  # columns at the right end that are there for comparing with the source only
    tab: str = "#1F4E78"
    later: bool = False

    def field(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)

    def column(self, name: str) -> int:
        """Zero-based column in which `name` is written."""
        return [f.name for f in self.fields].index(name)


def header_key(text: str) -> str:
    """What two headers must share to be the same one: case, marks, spaces and the mark of duty do not count."""
    return fold(text.replace("(*)", " ").replace("\n", " "))


def choice_key(text: str) -> str:
    """As `header_key`, for words of a list; spaces do not count at all, and signs may be typed in two characters."""
    key = fold(text).replace(" ", "")
    return key.replace(">=", "≥").replace("=>", "≥").replace("<=", "≤").replace("=<", "≤")
