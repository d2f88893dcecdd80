"""`ke-hoach.xlsx` → Plan, or every mistake in it at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dtxl.core.errors import PlanbookError
from dtxl.core.text import tidy
from dtxl.files.xlsx_cells import Cell, read_cells
from dtxl.model.form import cell_name
from dtxl.model.plan import Plan
from dtxl.planbook.codes import restore_codes
from dtxl.planbook.draft import Draft, Problems
from dtxl.planbook.fields import Field, Table, header_key
from dtxl.planbook.layout import LABEL, PLAN, SECTIONS, TABLES, VALUE
from dtxl.planbook.mistakes import look_for_mistakes
from dtxl.planbook.parse import Mistake, is_number, parse
from dtxl.planbook.records import Row, to_plan

_HEADER_WITHIN = 40  # the header row is looked for in so many rows that hold something


def read_planbook(path: Path) -> Plan:
    """The plan in the workbook at `path`.

    Sheets, columns and the rows of “Kế hoạch” are known by their names, not their places; empty rows and whatever staff
    added elsewhere do not count. Raises PlanbookError with all mistakes, in the order of the sheets, and SourceError
    where the file is no workbook.
    """
    problems = Problems()
    draft = _draft(read_cells(path), problems)
    restore_codes(draft, problems)
    draft.plan = to_plan(draft.info, draft.report, draft.demands, draft.rows)
    look_for_mistakes(draft, problems)
    if problems:
        raise PlanbookError(problems.in_order())
    return draft.plan


@dataclass
class _Header:
    """Where a table's columns are: the zero-based header row; header key → columns."""

    row: int
    columns: dict[str, list[int]] = field(default_factory=dict)


def _draft(cells: dict[str, list[list[Cell]]], problems: Problems) -> Draft:
    sheets = {tidy(name): rows for name, rows in cells.items()}
    draft = Draft()
    if PLAN in sheets:
        _read_plan_sheet(sheets[PLAN], draft, problems)
    else:
        _missing_sheet(PLAN, draft, problems)
    for table in TABLES:
        if table.sheet in sheets:
            draft.rows[table.sheet] = _read_table(table, sheets[table.sheet], draft, problems)
        elif not table.later:
            _missing_sheet(table.sheet, draft, problems)
    return draft


def _missing_sheet(sheet: str, draft: Draft, problems: Problems) -> None:
    problems.add(sheet, "", f"không có sheet “{sheet}”; hãy khôi phục sheet này (đặt đúng tên) từ bản trước.")
    draft.broken.add(sheet)


def _find_header(headers: Sequence[str], rows: list[list[Cell]]) -> _Header | None:
    """The row that has the most of `headers`, at least half of them; the first of equals."""
    wanted = {header_key(h) for h in headers}
    best: _Header | None = None
    for row in rows[:_HEADER_WITHIN]:
        header = _Header(row[0].row)
        for cell in row:
            if isinstance(cell.value, str) and header_key(cell.value) in wanted:
                header.columns.setdefault(header_key(cell.value), []).append(cell.column)
        if 2 * len(header.columns) >= len(wanted) and (best is None or len(header.columns) > len(best.columns)):
            best = header
    return best


def _columns(
    sheet: str, headers: Sequence[str], rows: list[list[Cell]], draft: Draft, problems: Problems
) -> tuple[int, dict[str, int]] | None:
    """Zero-based header row, and header → zero-based column; None where there is no header row."""
    header = _find_header(headers, rows)
    if header is None:
        problems.add(
            sheet, "", "không thấy dòng tiêu đề cột; cần có các cột: " + ", ".join(f"“{h}”" for h in headers) + "."
        )
        draft.broken.add(sheet)
        return None
    found = {}
    for text in headers:
        columns = header.columns.get(header_key(text), [])
        if not columns:
            problems.add(sheet, cell_name(header.row, 0), f"dòng tiêu đề thiếu cột “{text}”; hãy thêm lại cột này.")
            draft.broken.add(sheet)
        else:
            found[text] = columns[0]
        for column in columns[1:]:
            first = cell_name(header.row, columns[0])
            problems.add(
                sheet, cell_name(header.row, column),
                f"cột “{text}” có hai lần (đã có ở ô {first}); hãy xóa hoặc đổi tên cột thừa.",
            )  # fmt: skip
    return header.row, found


def _read_table(table: Table, rows: list[list[Cell]], draft: Draft, problems: Problems) -> list[Row]:
    located = _columns(table.sheet, [f.header for f in table.fields], rows, draft, problems)
    if located is None:
        return []
    header_row, columns = located
    out = []
    for cells in rows:
        if cells[0].row <= header_row:
            continue
        by_column = {cell.column: cell for cell in cells}
        mine = {f.name: by_column.get(columns[f.header]) for f in table.fields if f.header in columns}
        if all(cell is None or _blank(cell) for cell in mine.values()):
            continue
        row = Row(cells[0].row)
        for spec in table.fields:
            if spec.header in columns:
                place = cell_name(row.line, columns[spec.header])
                _take(spec, mine[spec.name], row, table.sheet, place, problems)
        out.append(row)
    return out


def _blank(cell: Cell) -> bool:
    return isinstance(cell.value, str) and not tidy(cell.value)


def _take(spec: Field, cell: Cell | None, row: Row, sheet: str, place: str, problems: Problems) -> None:
    row.places[spec.name] = place
    try:
        row.values[spec.name] = parse(spec, cell)
    except Mistake as mistake:
        row.bad.add(spec.name)
        problems.add(sheet, place, str(mistake))
    if is_number(cell):
        row.numeric.add(spec.name)


def _read_plan_sheet(rows: list[list[Cell]], draft: Draft, problems: Problems) -> None:
    located = _columns(PLAN, (LABEL, VALUE), rows, draft, problems)
    if located is None or PLAN in draft.broken:
        return
    header_row, columns = located
    specs = {header_key(f.header): (part, f) for _, part, fields in SECTIONS for f in fields}
    seen: dict[str, str] = {}
    for cells in rows:
        by_column = {cell.column: cell for cell in cells}
        label = by_column.get(columns[LABEL])
        if cells[0].row <= header_row or label is None or not isinstance(label.value, str):
            continue
        key = header_key(label.value)
        if key not in specs:
            continue  # a heading, or a remark of the staff
        part, spec = specs[key]
        if key in seen:
            text = f"dòng “{spec.header}” có hai lần (đã có ở ô {seen[key]}); hãy xóa dòng thừa."
            problems.add(PLAN, label.address, text)
            continue
        seen[key] = label.address
        place = cell_name(label.row, columns[VALUE])
        _take(spec, by_column.get(columns[VALUE]), draft.part(part), PLAN, place, problems)
    for key, (_, spec) in specs.items():
        if key not in seen and not spec.later:
            place = cell_name(header_row, columns[LABEL])
            problems.add(PLAN, place, f"thiếu dòng “{spec.header}” dưới ô này; hãy thêm lại dòng đó.")
