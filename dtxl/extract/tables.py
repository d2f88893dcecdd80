"""The indicator tables of a plan: rows that a page break cut joined again, parents over their sub-rows, sections."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from dtxl.core.numbers import read_number
from dtxl.core.text import fold
from dtxl.extract.blocks import Row, Table
from dtxl.extract.claims import read_claims
from dtxl.extract.columns import Columns, find_columns, is_heading
from dtxl.extract.grammar import names_measure
from dtxl.extract.indicators import RawIndicator, group_code
from dtxl.extract.moods import Years
from dtxl.extract.numbering import SUB_NUMBER, TableReading, ask_about_columns, current_group, number_later, number_of
from dtxl.extract.scopes import bare_scope, explicit_level, scope_of
from dtxl.extract.sections import Placed, Role, horizon
from dtxl.extract.targets import TargetReading, name_of, read_targets
from dtxl.extract.values import NO_VALUE, counted_unit, limit_of, read_value
from dtxl.extract.words import capital, shouted
from dtxl.model.plan import IndicatorGroup, Question, Target

_GROUP = re.compile(r"^([IVX]{1,5}|[A-ZĐ])[.)]?$")
_GROUP_TEXT = re.compile(r"^([IVX]{1,5}|[A-ZĐ])[.):]\s+(\S.*)$")
_BULLET = re.compile(r"^(?:[-–+•*]|[a-zđ]\)|trong đó:?)\s*", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(?:[-–+•*]|\d{1,2}(?:\.\d{1,2})+\.?)\s+")  # "- Cấp THCS", "2.2.1. Tỷ lệ …"


@dataclass(slots=True)
class _Open:
    """A row that is being read: the rows behind it may go on with it."""

    group: str
    number: str
    row: Row
    text: str
    span: str
    values: list[str]
    holders: dict[str, str]
    year: int | None
    parts: list[tuple[str, list[str], str]] = field(default_factory=list)  # sub-rows "- Cấp THCS": values, unit


def read_tables(placed: Sequence[Placed], years: Years) -> TableReading:
    """All indicator tables of the document as one.

    A table without a heading that follows an indicator table of the same width is its continuation.
    """
    reading = TableReading()
    columns: Columns | None = None
    reader: _Reader | None = None
    for block in placed:
        if not isinstance(block.item, Table):
            if (
                reader is not None
                and block.item.text
                and not fold(block.item.text[:24]).startswith(("trang ", "tiep theo"))
            ):
                columns = None
            continue
        rows = block.item.rows
        found = None if block.role is Role.PAST else find_columns(rows, years)
        if found is not None:
            if reader is None or not _goes_on(columns, found[0]):
                reader = _finished(reader, _Reader(found[0], years, reading))
            columns, start = found
            reading.columns |= {*columns.roles, *(["target"] if columns.targets else [])}
        elif columns is not None and all(len(row.cells) == columns.width for row in rows):
            start = 0
        else:
            columns = None
            continue
        assert reader is not None
        for row in rows[start:]:
            reader.take(row)
    _finished(reader, None)
    number_later(reading)
    ask_about_columns(reading)
    return reading


def _finished(reader: "_Reader | None", following: "_Reader | None") -> "_Reader | None":
    if reader is not None:
        reader.close()
    return following


def _goes_on(columns: Columns | None, found: Columns) -> bool:
    """Whether a table with the same heading as the one before it goes on with it (a page's end)."""
    return columns is not None and columns.labels == found.labels


class _Reader:
    """Reads the rows of one table, and of its continuations."""

    def __init__(self, columns: Columns, years: Years, reading: TableReading) -> None:
        self.columns, self.years, self.reading = columns, years, reading
        self.open: _Open | None = None
        self.year: int | None = None
        self.parent = ""  # wording of a row without value over sub-rows
        self.parent_number = ""
        self.childless: RawIndicator | None = None  # a row without target that may turn out to be a parent

    def take(self, row: Row) -> None:
        """One row."""
        if not any(row.cells) or is_heading(row, self.columns):
            return
        cell = self._cells(row)
        number, text = cell("number").strip(), cell("text").strip()
        if self._section(row, number, text):
            return
        if self.open is not None and self._continues(row, number, text):
            return
        self.close()
        if not text:
            if any(not NO_VALUE.match(v) for v in self._values(row)):
                self._ask(row, "dòng không có tên chỉ tiêu nên không lấy.")
            return
        if re.match(r"(?:tổng cộng|cộng|tổng)\s*:?$", text.lower()):
            return
        column = self.columns.roles["text"]
        self.open = _Open(
            current_group(self.reading),
            number,
            row,
            text,
            row.spans[column],
            self._values(row),
            self._holders(row, cell),
            self.year,
        )

    def close(self) -> None:
        """Ends the row that is being read: an indicator, a parent of sub-rows, or nothing."""
        one, self.open = self.open, None
        if one is None:
            return
        sub = SUB_NUMBER.match(one.number)
        if not sub or sub[1] != self.parent_number:
            self.parent, self.parent_number = "", ""
        elif self.childless is not None:
            # The row above was the heading of sub-rows.
            self.reading.rows.remove(self.childless)
        self.childless = None
        readings = [r for r in self._readings(one) if r.targets]
        if not readings:
            self._without_target(one)
            return
        first, *others = readings
        self._add(one, first, number_of(one.number, one.row, self.reading))
        for other in others:
            self.reading.later.append(self._raw(one, other, 0))

    def _without_target(self, one: _Open) -> None:
        """A row without a value: the parent of sub-rows; an indicator whose target is not stated, where the wording is
        that of a measure and the table has no column of values; else nothing that is measured."""
        plain = re.match(r"^(\d{1,3})[.)]?$", one.number)
        if plain:
            self.parent, self.parent_number = one.text.rstrip(" :"), plain[1]
        measure = names_measure(one.text)
        if measure and not self.columns.targets:
            self._add(one, TargetReading((), self._name(one)), number_of(one.number, one.row, self.reading))
            self.childless = self.reading.rows[-1]
        elif measure or any(not NO_VALUE.match(v) for v in one.values) or not self.columns.targets:
            self._ask(
                one.row,
                "dòng không có mức mục tiêu nên không lấy làm chỉ tiêu; nếu là chỉ tiêu, thêm vào trang “Chỉ tiêu”.",
            )

    def _add(self, one: _Open, reading: TargetReading, number: int) -> None:
        self.reading.rows.append(self._raw(one, reading, number))

    def _raw(self, one: _Open, reading: TargetReading, number: int) -> RawIndicator:
        holders = {role: one.holders.get(role, "") for role in ("monitor", "implementers")}
        return RawIndicator(
            one.group, number, _LIST_MARK.sub("", one.text), one.span, one.row.place, **holders,
            target=" ".join(one.values), unit=one.holders.get("unit", ""), reading=reading,
        )  # fmt: skip

    # ------------------------------------------------------------ rows

    def _cells(self, row: Row) -> Callable[[str], str]:
        def cell(role: str) -> str:
            column = self.columns.roles.get(role, -1)
            return row.cells[column] if 0 <= column < len(row.cells) else ""

        return cell

    def _values(self, row: Row) -> list[str]:
        cells = row.cells
        return [cells[t.column] if t.column < len(cells) else "" for t in self.columns.targets]

    def _above(self, row: Row, role: str) -> bool:
        column = self.columns.roles.get(role, -1)
        return 0 <= column < len(row.merged) and row.merged[column]

    def _holders(self, row: Row, cell: Callable[[str], str]) -> dict[str, str]:
        last = self.reading.rows[-1] if self.reading.rows else None
        out = {}
        for role in ("monitor", "implementers", "unit", "deadline"):
            value = cell(role)
            if not value and self._above(row, role) and last is not None and hasattr(last, role):
                value = getattr(last, role)
            out[role] = value
        return out

    def _section(self, row: Row, number: str, text: str) -> bool:
        """Whether the row heads a group or a horizon: a numeral or capitals and a name, and nothing more."""
        filled = [c for i, c in enumerate(row.cells) if c and not row.merged[i]]
        distinct = list(dict.fromkeys(filled))
        valued = any(not NO_VALUE.match(v) for v in self._values(row))
        if valued or not distinct or len(distinct) > 2:
            return False
        code, name = "", ""
        if _GROUP.match(number) and text:
            code, name = number.rstrip(".)"), text
        elif len(distinct) == 1 and (match := _GROUP_TEXT.match(distinct[0])):
            code, name = match[1], match[2]
        elif len(distinct) == 1 and not number and self._heads(row, distinct[0]):
            name = distinct[0]
        else:
            return False
        self.close()
        self.parent = self.parent_number = ""
        year = horizon(name)
        if year is not None:
            self.year = year
        self.reading.groups.append(self._group(code, name))
        return True

    def _heads(self, row: Row, text: str) -> bool:
        """Whether a lone text is a heading: in capitals, or across the table from its first cell."""
        if self._above(row, "number") or _BULLET.match(text) or text[:1].islower():
            return False
        column = next(i for i, c in enumerate(row.cells) if c and not row.merged[i])
        return shouted(text) or (column == 0 and column != self.columns.roles["text"])

    def _group(self, code: str, name: str) -> IndicatorGroup:
        used = {g.code for g in self.reading.groups}
        if not code or code in used:
            code = next(c for n in range(1, len(used) + 2) if (c := group_code(n)) not in used)
        return IndicatorGroup(code, name)

    def _continues(self, row: Row, number: str, text: str) -> bool:
        """Takes the row as the rest of the one before it, or as one of its parts ("- Cấp THCS"), where it is that."""
        one = self.open
        assert one is not None
        if number and not _BULLET.match(number + " "):
            return False
        values = self._values(row)
        valued = any(not NO_VALUE.match(v) for v in values)
        mine = any(not NO_VALUE.match(v) for v in one.values)
        bullet = _BULLET.match(text) or _BULLET.match(number + " ")
        if bullet and text and valued and mine and not _BULLET.match(one.text) and self.columns.targets:
            if names_measure(_BULLET.sub("", text)):
                return False
            bare = _BULLET.sub("", text)
            if fold(text).startswith("trong do") and scope_of(bare) is None:
                self.parent, self.parent_number = one.text, ""
                return False  # "Trong đó: có bằng cấp, chứng chỉ" is a measure of its own
            one.parts.append((explicit_level(bare) or bare_scope(bare), values, self._cells(row)("unit")))
            return True
        if self._above(row, "number") or not text or text[:1].islower() or not (valued and mine):
            if (
                text
                and not text[:1].islower()
                and not self._above(row, "number")
                and (valued or not self._joins(one, text))
            ):
                return False
            self._extend(one, row, values)
            return True
        return False

    def _joins(self, one: _Open, text: str) -> bool:
        """Whether a text without a number, in a table whose rows have numbers, goes on with the row before it."""
        if "number" not in self.columns or not one.number:
            return False
        return not (read_targets(text).targets and read_targets(one.text).targets)

    def _extend(self, one: _Open, row: Row, values: Sequence[str]) -> None:
        cell = self._cells(row)
        one.text = f"{one.text} {cell('text')}".strip()
        one.values = [f"{a} {b}".strip() for a, b in zip(one.values, values, strict=True)]
        for role in ("monitor", "implementers", "unit", "deadline"):
            if cell(role):
                one.holders[role] = f"{one.holders.get(role, '')} {cell(role)}".strip()

    # ------------------------------------------------------------ values

    def _readings(self, one: _Open) -> Iterator[TargetReading]:
        """The indicators of a row: by its target columns, else by its wording."""
        years = Years(one.year or self.years.year, self.years.first)
        day = limit_of(one.holders["deadline"], years) if one.holders.get("deadline") else None
        targets: list[Target] = []
        doubts: dict[str, None] = {}
        mine = one.holders.get("unit", "")
        for index, column in enumerate(self.columns.targets):
            cells = [(column.scope, one.values[index], mine)]
            cells += [(who, values[index], own or mine) for who, values, own in one.parts]
            for who, cell, printed in cells:
                scope = who or _level_at_end(one.text)
                unit = printed or column.unit or counted_unit(one.text)
                read, why = read_value(cell, unit, one.text, column.year or years.year)
                targets += [replace(t, scope=t.scope or scope, deadline=t.deadline or day) for t in read]
                doubts.update(dict.fromkeys(why))
        if targets:
            if falling := self._falling(one, targets):
                targets = [replace(t, op="<=") for t in targets]
                doubts[falling] = None
            yield TargetReading(tuple(targets), self._name(one), tuple(doubts))
            return
        if self.columns.targets and any(not NO_VALUE.match(v) for v in one.values):
            return
        claims = read_claims(one.text, years)
        for claim in claims:
            dated = tuple(replace(t, deadline=t.deadline or day) for t in claim.targets)
            name = name_of(one.text, claim) if len(claims) > 1 else self._name(one)
            yield TargetReading(dated, name, claim.doubts)

    def _falling(self, one: _Open, targets: Sequence[Target]) -> str:
        """Why bare values are upper bounds: they fall from the baseline on ("0,9 → 0,5 → 0,1"); "" where they do
        not."""
        if (
            any(not re.fullmatch(r"\d[\d.,]*\s*[%‰]?", v.strip()) for v in one.values if not NO_VALUE.match(v))
            or one.parts
        ):
            return ""
        start = self.columns.roles.get("baseline", -1)
        base = read_number(one.row.cells[start]).value if 0 <= start < len(one.row.cells) else None
        numbers = [n for n in (base, *(t.value for t in targets)) if n is not None]
        if any(t.scope for t in targets):
            return ""  # lower for lower levels, not later years
        if len(targets) < 2:
            return ""  # a single goal below today's figure may be a low goal for a good thing
        if len(numbers) < 2 or any(b >= a for a, b in pairwise(numbers)) or any(t.op != ">=" for t in targets):
            return ""
        return "Bảng chỉ ghi con số và số giảm dần; hiểu là mức tối đa."

    def _name(self, one: _Open) -> str:
        name = (
            read_targets(one.text).name
            if not self.columns.targets
            else capital(_BULLET.sub("", one.text).strip(" :;."))
        )
        name = re.sub(r"\s+(?:không vượt quá|không quá|tối thiểu|ít nhất|đạt|trên|dưới)$", "", name)
        if self.parent and not names_measure(name):
            return f"{self.parent}: {name}"
        return name

    def _ask(self, row: Row, why: str) -> None:
        self.reading.questions.append(Question("Bảng chỉ tiêu", " | ".join(row.spans), f"{row.place}: {why}"))


def _level_at_end(wording: str) -> str | None:
    """The level that a row's wording is, or ends with: "Cấp xã", "Tỷ lệ số hóa hồ sơ (cấp xã)"."""
    wording = wording.strip(" .:;-+")
    if re.fullmatch(r"(?:UBND\s+)?cấp\s+\w+", wording, re.IGNORECASE):
        return explicit_level(wording)
    match = re.search(r"\((?:tại\s+|của\s+)?(?:\w+\s+){0,2}cấp\s+\w+\)$", wording)
    return explicit_level(match[0]) if match else None
