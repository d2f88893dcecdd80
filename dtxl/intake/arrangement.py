"""How a returned sheet is set up: merged and hidden cells, formulas, checks on typing, protection (C16 to C25)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dtxl.files import form_formulas
from dtxl.files.raw_book import Box, Cell, Span
from dtxl.intake.structure import Page, listed
from dtxl.model.finding import Finding
from dtxl.model.form import COLUMNS, INDICATORS, RESULT_COLUMN, STATE_COLUMN, IndicatorRow, cell_name

_REFERENCE = re.compile(r'"[^"]*"|\$?\b([A-Z]{1,3})\$?([1-9]\d{0,6})\b')
_CHECKED = ("number", "integer", "percent", "date", "list")
_NO_FIGURES = (None, None)


def set_up(page: Page) -> Iterator[Finding]:
    """What is wrong with the set-up of one sheet, whatever stands in its cells."""
    yield from _merged(page)
    yield from _hidden(page)
    if page.sheet.layout.complete:
        yield from _formulas(page)
        yield from _unchecked(page)


def _merged(page: Page) -> Iterator[Finding]:
    """Input cells merged with others: what does not stand in the first cell of them is lost."""
    for box in page.sheet.layout.merged:
        covered = [f for place, f in page.inputs.items() if _inside(place, box)]
        if covered and page.filled(*box[:2]):
            area = f"{cell_name(*box[:2])}:{cell_name(*box[2:])}"
            yield page.mark("C16", box[:2], found=f"ô gộp {area}", label=covered[0].label)


def _inside(place: Cell, box: Box) -> bool:
    return box[0] <= place[0] <= box[2] and box[1] <= place[1] <= box[3]


def _hidden(page: Page) -> Iterator[Finding]:
    """Input cells that cannot be seen; one word for the sheet."""
    layout = page.sheet.layout
    rows = {row for row, _ in page.inputs if _within(row, layout.hidden_rows)}
    columns = {column for _, column in page.inputs if _within(column, layout.hidden_columns)}
    if not page.inputs or not (rows or columns or layout.hidden):
        return
    parts = ["cả sheet"] if layout.hidden else []
    parts += [f"dòng {listed(rows)}" + (" (đang lọc)" if layout.filtered else "")] if rows else []
    parts += [f"cột {', '.join(cell_name(0, c)[:-1] for c in sorted(columns))}"] if columns else []
    first = min(p for p in page.inputs if layout.hidden or p[0] in rows or p[1] in columns)
    yield page.mark("C18", first, found="; ".join(parts))


def _within(number: int, spans: Sequence[Span]) -> bool:
    return any(first <= number <= last for first, last in spans)


def _formulas(page: Page) -> Iterator[Finding]:
    """Cells of the form that compute, with something else in them; all of them on a sheet are one word.

    Not in rows that bear another's name: what is wrong there is said already.
    """
    if page.name != INDICATORS:
        return
    found: list[tuple[Cell, str, IndicatorRow]] = []
    total = 0
    # What `read_alone` makes of a form knows the targets only as they are printed, not as they are computed with.
    exact = any(t.role == "target" for t in page.form.fixed)
    for line in page.form.indicator_rows:
        for column in (RESULT_COLUMN, STATE_COLUMN):
            if line.indicator.code in page.rows and column in page.columns and line.indicator.code not in page.renamed:
                total += 1
                place = page.rows[line.indicator.code], page.columns[column]
                seen = _altered(page, line, column, place, exact)
                if seen is not None:
                    found.append((place, seen, line))
    lost = [place for place, _, _ in found if place not in page.sheet.formulas]
    if len(lost) == total > 1:
        yield page.mark("C20", found="cả bảng không còn công thức")
        return
    for place, seen, line in found:
        if place not in page.sheet.formulas and len(lost) > 1:
            seen = "một giá trị thay cho công thức"  # equal remarks are one line
        yield page.mark("C20", place, found=seen, label=f"Chỉ tiêu {line.indicator.code}, ô tự tính")


def _altered(page: Page, line: IndicatorRow, column: int, place: Cell, exact: bool) -> str | None:
    """What stands in place of a formula of ours; None where the formula is whole, or cannot be read."""
    if place not in page.sheet.formulas:
        return page.said(*place) or "ô trống"
    text = page.sheet.layout.texts.get(place)
    if text is None or (column == STATE_COLUMN and not exact):
        return None
    figure = next(
        (f for p in ("numerator", "value") if (f := page.form.by_name.get(f"{line.indicator.code}.{p}"))), None
    )
    line = replace(line, indicator=replace(line.indicator, whole=figure is not None and figure.kind == "integer"))
    if column == RESULT_COLUMN:
        issued = form_formulas.result(line, _NO_FIGURES).formula
    else:
        issued = form_formulas.state(line, _NO_FIGURES, "").formula
    # A program that moves rows without minding their formulas leaves them as they were issued: results are computed
    # anew whatever they show.
    seen = _plain(text)
    same = seen == _plain(issued) or seen == _plain(_moved(issued, page, place[0]))
    return None if same else f"={text}"


def _moved(formula: str, page: Page, row: int) -> str:
    """The formula as it reads in `row`, in the columns where the sheet has them now."""

    def fit(match: re.Match[str]) -> str:
        if not match[1]:
            return match[0]
        column = next(c for c in range(len(COLUMNS[page.name])) if cell_name(0, c)[:-1] == match[1])
        return cell_name(row, page.columns.get(column, column))

    return _REFERENCE.sub(fit, formula)


def _plain(formula: str) -> str:
    """A formula as it compares: no "=", no spaces, no "$", commas between arguments; what a text says does not count,
    for the words of a verdict may change after forms were issued."""
    parts = re.split(r'("[^"]*")', formula.removeprefix("="))
    return "".join(
        '"' * min(len(part), 3) if part.startswith('"') else re.sub(r"[\s$]", "", part).replace(";", ",").upper()
        for part in parts
    )


def _unchecked(page: Page) -> Iterator[Finding]:
    """Input cells whose drop-down or check on typing is gone; all of them on a sheet are one word."""
    checked = {place: f for place, f in page.inputs.items() if f.kind in _CHECKED}
    kept: set[str] = set()
    for kind, box in page.sheet.layout.checks:
        for place, field in checked.items():
            # As for formulas: a program may move the cells and leave the checks where they were issued.
            if _serves(kind, field.kind) and (_inside(place, box) or _inside((field.row, field.column), box)):
                kept.add(field.name)
    lost = {place: f for place, f in checked.items() if f.name not in kept}
    filled = [place for place in sorted(lost) if page.filled(*place)]
    if len(lost) == len(checked) > 1 and filled:
        yield page.mark("C24", found="cả sheet không còn phần kiểm tra")
        return
    for place in filled:
        yield page.mark("C24", place, field=lost[place].name, label=lost[place].label)


def _serves(check: str, kind: str) -> bool:
    """Whether a check is of the sort that the field had; programs turn one number's check into another's."""
    return check in ("list", "custom") if kind == "list" else check != "list"


def unprotected(pages: Sequence[Page]) -> Iterator[Finding]:
    """One word on all sheets of the form that lost their protection."""
    open_ = [page for page in pages if page.sheet.layout.complete and not page.sheet.layout.protected]
    if len(open_) == 1:
        yield open_[0].mark("C25")
    elif open_:
        yield replace(open_[0].mark("C25", found=", ".join(p.sheet.name for p in open_)), sheet="")
