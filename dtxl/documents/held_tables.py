"""The tables of an edited report, held by their marks against ours; rows and columns without a mark by their names."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dtxl.core.text import tidy
from dtxl.documents.held import CHANGED, DELETED, TYPED, Given, remark
from dtxl.documents.sections import brief
from dtxl.documents.typed import Number, figures_in, masked, numbers, tokens
from dtxl.files.docx_marked import MarkedTable, MarkedText
from dtxl.model.finding import Finding

_KEY_CELLS = 3  # cells at the left of a row that name it: code, name, scope
Row = tuple[MarkedText, ...]


class Tables:
    """The tables of both reports."""

    def __init__(self, given: Given, ours: Sequence[MarkedTable], edited: Sequence[MarkedTable]) -> None:
        self._given, self._ours, self._edited = given, ours, edited
        self.compared = 0

    def findings(self) -> Iterator[Finding]:
        """What differs, table by table; then the numbers of tables that are theirs alone."""
        became = self._became()
        for number, table in enumerate(self._ours):
            if number in became:
                yield from self._table(f"Bảng {number + 1}", table, self._edited[became[number]])
            elif gone := [figure for row in table.rows for _, figure in self._figures(row)]:
                yield remark(DELETED, f"Bảng {number + 1}, cả bảng", (), gone[:1] + ["…"] * (len(gone) > 1))
        for number, table in enumerate(self._edited):
            if number not in became.values():
                found = [n.typed for row in table.rows for n in self._typed(row)]
                if found:
                    yield remark(TYPED, f"Bảng “{brief(_name(table.rows[0]))}”", found)

    def _became(self) -> dict[int, int]:
        """Table of ours → the edited one: that which shares most marks, else the next with the same head."""
        at = {mark: n for n, table in enumerate(self._edited) for mark in _marks_of(table)}
        out: dict[int, int] = {}
        for number, table in enumerate(self._ours):
            shared = Counter(at[mark] for mark in _marks_of(table) if mark in at)
            found = next((n for n, _ in shared.most_common() if n not in out.values()), None)
            if found is None:
                head, free = _texts(table.rows[:1]), (n for n in range(len(self._edited)) if n not in out.values())
                found = next((n for n in free if _texts(self._edited[n].rows[:1]) == head), None)
            if found is not None:
                out[number] = found
        return out

    def _table(self, label: str, ours: MarkedTable, edited: MarkedTable) -> Iterator[Finding]:
        became = _rows_became(ours.rows, edited.rows)
        columns = _columns(ours.rows, edited.rows)
        titles = [tidy(cell.text) for cell in ours.rows[0]] if ours.rows else []
        for i, row in enumerate(ours.rows):
            name = f"{label}, dòng “{brief(_name(row))}”"
            if i not in became:
                if gone := [figure for _, figure in self._figures(row)]:
                    yield remark(DELETED, name, (), gone)
                continue
            other = edited.rows[became[i]]
            for column, cell in enumerate(row):
                there = columns.get(column)
                if there is not None and there < len(other):
                    title = titles[column] if column < len(titles) else ""
                    yield from self._cell(f"{name}, cột “{title}”", cell, other[there])
        for column in range(len(titles)):
            held = (dict(self._figures(row)).get(column) for i, row in enumerate(ours.rows) if i in became)
            if column not in columns and (gone := [figure for figure in held if figure]):
                yield remark(DELETED, f"{label}, cột “{titles[column]}”", (), gone)
        taken = set(became.values())
        for j, row in enumerate(edited.rows):
            if j not in taken and (typed := self._typed(row)):
                yield remark(TYPED, f"{label}, dòng “{brief(_name(row))}”", [n.typed for n in typed])

    def _figures(self, row: Row) -> Iterator[tuple[int, str]]:
        """(column, text) of the cells that show figures: the marked ones and, in a row with one mark for all, those
        whose text is one."""
        for column, cell in enumerate(row):
            text = tidy(cell.text)
            if cell.marks or (text in self._given.texts and numbers(text) and any(c.marks for c in row)):
                yield column, text

    def _cell(self, label: str, ours: MarkedText, edited: MarkedText) -> Iterator[Finding]:
        mine, theirs = tidy(ours.text), tidy(edited.text)
        shown = bool(ours.marks) or mine in self._given.texts
        self.compared += bool(shown and theirs)
        if mine == theirs:
            return
        wanted, there = numbers(mine), numbers(theirs)
        rest = Counter(n.worth for n in wanted)
        rest.subtract(n.worth for n in there)
        if shown and wanted and any(count > 0 for count in rest.values()):
            yield remark(CHANGED, label, [theirs], [mine]) if there else remark(DELETED, label, (), [mine])
            return
        typed = [n for n in figures_in(theirs) if rest[n.worth] < 0 and not self._given.gives(n)]
        if typed:
            yield remark(TYPED, label, [n.typed for n in typed])

    def _typed(self, row: Row) -> list[Number]:
        """The numbers of a row that is theirs alone; its own number at the left is none."""
        cells = row[1:] if row and tidy(row[0].text).rstrip(".").replace(".", "").isdecimal() else row
        seen = (figures_in(tidy(cell.text)) for cell in cells)
        return [n for found in seen for n in found if not self._given.gives(n)]


def _marks_of(table: MarkedTable) -> Iterator[str]:
    return (mark.name for row in table.rows for cell in row for mark in cell.marks)


def _texts(rows: Iterable[Row]) -> list[list[str]]:
    return [[tidy(cell.text) for cell in row] for row in rows]


def _name(row: Row) -> str:
    return " – ".join(dict.fromkeys(filter(None, (tidy(cell.text) for cell in row[:_KEY_CELLS]))))


def _rows_became(ours: Sequence[Row], edited: Sequence[Row]) -> dict[int, int]:
    """Row of ours → the edited one: by its marks, else the same but for its numbers, else of the same name."""
    at = {mark.name: j for j, row in enumerate(edited) for cell in row for mark in cell.marks}
    out: dict[int, int] = {}
    taken: set[int] = set()
    for i, row in enumerate(ours):
        shared = Counter(at[mark.name] for cell in row for mark in cell.marks if mark.name in at)
        found = next((j for j, _ in shared.most_common() if j not in taken), None)
        if found is not None:
            out[i] = found
            taken.add(found)
    for key in (_exact, _likeness, _names):
        free: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for j in range(len(edited) - 1, -1, -1):
            if j not in taken:
                free[key(edited[j])].append(j)
        for i, row in enumerate(ours):
            if i not in out and free[key(row)]:
                out[i] = free[key(row)].pop()
                taken.add(out[i])
    return out


def _exact(row: Row) -> tuple[str, ...]:
    return tuple(tidy(cell.text) for cell in row)


def _likeness(row: Row) -> tuple[str, ...]:
    texts = [tidy(cell.text) for cell in row]
    return (*texts[:1], *(" ".join(masked(tokens(text))) for text in texts[1:]))


def _names(row: Row) -> tuple[str, ...]:
    """The cells that name a row; one that nothing names is like no other."""
    texts = tuple(tidy(cell.text) for cell in row[:_KEY_CELLS])
    return texts if any(texts) else (*texts, str(id(row)))


def _columns(ours: Sequence[Row], edited: Sequence[Row]) -> Mapping[int, int]:
    """Column of ours → of theirs: by the titles where the heads differ and each title stands once, else the same."""
    if not ours or not edited:
        return {}
    mine, theirs = (_texts(rows[:1])[0] for rows in (ours, edited))
    if mine == theirs or len(mine) == len(theirs):
        return {n: n for n in range(len(mine))}
    where = {title: n for n, title in enumerate(theirs) if title and theirs.count(title) == 1}
    return {n: where[title] for n, title in enumerate(mine) if title in where}
