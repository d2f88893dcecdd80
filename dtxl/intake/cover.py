"""What a form says to the eye of whose it is: the facts of its first sheet, the line under each sheet's title.

None of it is signed. It can refuse a file, never make one count.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dtxl.core.text import fold, same_words
from dtxl.files.xlsx_read import RawBook, Sheet
from dtxl.intake.directory import Directory
from dtxl.model.form import ABOUT, HEADER_ROW, HIDDEN, LISTS

# The facts that say whose form it is, as the form labels them: their row keys may be lost.
LABELS = {"plan": "Kế hoạch", "agency": "Đơn vị báo cáo", "code": "Mã đơn vị", "period": "Kỳ báo cáo"}
_BY_LABEL = {same_words(label): key for key, label in LABELS.items()}
_FAR = 40  # rows and
_ENOUGH = 2  # facts that make a first sheet
_WIDE = 8  # columns in which a first sheet has its facts: below and beside it people write what they like


@dataclass(frozen=True, slots=True)
class Heading:
    """The line "UBND xã Nghĩa Hòa – quý I năm 2024" under a sheet's title."""

    sheet: str
    cell: str
    agency: str
    period: str


@dataclass(frozen=True)
class Cover:
    """`facts`: key of LABELS → what stands there, for those that are there."""

    facts: Mapping[str, str]
    headings: tuple[Heading, ...]

    def agencies(self, directory: Directory) -> list[frozenset[str]]:
        """What each place that names an agency of the plan can mean, as codes."""
        code = self.facts.get("code", "")
        meant = [frozenset({code}) if directory.known(code) else frozenset()]
        texts = [self.facts.get("agency", ""), *(h.agency for h in self.headings)]
        return [codes for codes in [*meant, *map(directory.named, texts)] if codes]

    def periods(self) -> list[str]:
        """Every period that is named, as it is written."""
        return [text for text in [self.facts.get("period", ""), *(h.period for h in self.headings)] if text]


def read_cover(book: RawBook) -> Cover:
    """The facts and headings of a workbook, whatever became of its sheets' names."""
    shown = [sheet for name, sheet in book.sheets.items() if name not in (HIDDEN, LISTS)]
    first = book.sheets.get(ABOUT)
    facts = _facts(first) if first else {}
    if len(facts) < _ENOUGH:
        facts = max(map(_facts, shown), key=len, default={})
    return Cover(facts if len(facts) >= _ENOUGH else {}, tuple(h for sheet in shown for h in _headings(sheet)))


def _facts(sheet: Sheet) -> dict[str, str]:
    """Label or key → what stands beside it: the key is believed first, the text two columns on, as the form has it."""
    found: dict[str, str] = {}
    for row in range(min(len(sheet.rows), _FAR)):
        key = sheet.text(row, 0)
        if key in LABELS and key not in found and _BY_LABEL.get(same_words(sheet.text(row, 1)), key) == key:
            found[key] = sheet.text(row, 2)
            continue
        for column in range(_WIDE):
            named = _BY_LABEL.get(same_words(sheet.text(row, column)), "")
            if named and named not in found:
                texts = (sheet.text(row, beside) for beside in range(column + 1, column + _WIDE))
                found[named] = next((text for text in texts if text), "")
                break
    return found


def _headings(sheet: Sheet) -> list[Heading]:
    found = []
    for row in range(HEADER_ROW[ABOUT] + 1):
        for column in range(3):
            agency, dash, period = sheet.text(row, column).rpartition(" – ")
            if dash and agency and fold(period):
                found.append(Heading(sheet.name, f"{'ABC'[column]}{row + 1}", agency, period))
    return found
