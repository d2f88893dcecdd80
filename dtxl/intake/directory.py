"""Who returns forms and for which periods, by whatever a file may call them: a cover, a heading, a file's name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from dtxl.core.text import fold, slug
from dtxl.model.plan import Agency, Plan, PlanInfo

_YEAR_OR_LESS = re.compile(r"^\d{1,4}$")  # a number so short stands in file names for much else
_NO_PLAN = Plan(PlanInfo("", ""))
_SHORT = 3  # letters: a code of fewer may be a word
_WORDS = 12  # of a file's name that a name of an agency may have


@dataclass(frozen=True)
class Directory:
    """The plan's agencies, periods and rows by name. Without a plan nothing is known and nobody is named."""

    plan: Plan = _NO_PLAN

    def known(self, code: str) -> bool:
        """Whether the plan has an agency of this code."""
        return code in self.plan.agency_by_code

    def name(self, code: str) -> str:
        """ "UBND thị trấn Vôi (mã 07375)"; the bare code of nobody."""
        agency = self.plan.agency_by_code.get(code)
        return f"{agency.name} (mã {code})" if agency else code

    @cached_property
    def _by_name(self) -> Mapping[str, frozenset[str]]:
        return _sets((name, a.code) for a in self.plan.agencies for name in (fold(a.name), fold(self._printed(a))))

    def _printed(self, agency: Agency) -> str:
        """As a form's first sheet names it."""
        parent = self.plan.agency_by_code.get(agency.parent)
        return f"{agency.name} ({parent.name})" if parent else agency.name

    def named(self, text: str) -> frozenset[str]:
        """The codes of the agencies that a cover or a heading can mean by `text`: units share names."""
        return self._by_name.get(fold(text), frozenset()) if text else frozenset()

    def successor(self, code: str, name: str) -> Agency | None:
        """The one agency whose other names (the plan workbook's “Tên gọi khác”) hold a former agency's code or name."""
        former = {fold(text) for text in (code, name) if text}
        found = [a for a in self.plan.agencies if former & {fold(alias) for alias in a.aliases}]
        return found[0] if len(found) == 1 else None

    def has_level(self, level: str) -> bool:
        """Whether any agency of the plan is of this level: districts are no more since July 2025."""
        return any(a.level == level for a in self.plan.agencies)

    @cached_property
    def _periods(self) -> Mapping[str, str]:
        return {fold(p.name): p.code for p in self.plan.periods}

    def period(self, text: str) -> str:
        """The code of the period that a cover or a heading names; "" for none of the plan's."""
        return self._periods.get(fold(text), "") if text else ""

    @cached_property
    def _by_file_words(self) -> Mapping[str, frozenset[str]]:
        pairs: list[tuple[str, str]] = []
        for agency in self.plan.agencies:
            code, name = slug(agency.code, 40), slug(agency.name, 255)
            pairs += [(words, agency.code) for words in {name, name.removeprefix("ubnd-")} if "-" in words]
            if len(code) >= _SHORT and not _YEAR_OR_LESS.match(code):
                pairs.append((code, agency.code))
        return _sets(pairs)

    def of_file(self, path: str) -> list[frozenset[str]]:
        """The agencies that a file's name names, by their whole names or by codes that can be nothing else: for each
        name in it the codes that it can mean."""
        words = slug(PurePosixPath(path).stem, 255).split("-")
        found, start = [], 0
        while start < len(words):
            for end in range(min(start + _WORDS, len(words)), start, -1):
                codes = self._by_file_words.get("-".join(words[start:end]))
                if codes:
                    found.append(codes)
                    start = end - 1
                    break
            start += 1
        return found

    def misnames(self, path: str, agency: str) -> bool:
        """Whether a file's name names agencies of the plan, and not this one. The office that the forms go back to is
        not meant ("gửi Sở TTTT" says where to), nor is the agency's own district."""
        mine = self.plan.agency_by_code.get(agency)
        aside = self.named(self.plan.info.aggregator) | ({mine.parent} if mine else set())
        named = self.of_file(path)
        return all(agency not in codes for codes in named) and any(not codes <= aside for codes in named)

    @cached_property
    def _rows_of(self) -> Mapping[str, frozenset[str]]:
        return {a.code: self._asked(a) for a in self.plan.agencies}

    def _asked(self, agency: Agency) -> frozenset[str]:
        tasks = {f"task.{t.code}" for t in self.plan.tasks_of(agency)}
        return frozenset(tasks | {i.code for i in self.plan.indicators_of(agency)})

    def asked_just(self, rows: frozenset[str]) -> frozenset[str]:
        """The codes of the agencies that are asked for just these rows (indicators' codes, "task." and tasks')."""
        return frozenset(code for code, asked in self._rows_of.items() if rows and asked == rows)

    def asked_all(self, rows: frozenset[str]) -> frozenset[str]:
        """The codes of the agencies that are asked for these rows and perhaps for more."""
        return frozenset(code for code, asked in self._rows_of.items() if rows and asked >= rows)

    def knows_row(self, row: str) -> bool:
        """Whether the plan has an indicator or a task ("task." and its code) of this key."""
        if row.startswith("task."):
            return row.removeprefix("task.") in self.plan.task_by_code
        return row in self.plan.indicator_by_code

    def asked_of_others(self, code: str, row: str) -> bool:
        """Whether an indicator or task of the plan is not asked of the agency `code`."""
        agency = self.plan.agency_by_code.get(code)
        return agency is not None and self.knows_row(row) and row not in self._asked(agency)


def _sets(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: frozenset(values) for key, values in found.items()}
