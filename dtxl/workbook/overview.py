"""The first sheet: what the quarter came to, on one page, with two native charts of its own cells."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

from dtxl.core.codes import Severity
from dtxl.core.numbers import show, show_percent
from dtxl.files.xlsx_write import Book, Series, Sheet
from dtxl.model.rollup import AgencyResult, IndicatorResult, Rollup, Standing, State
from dtxl.workbook.naming import Names
from dtxl.workbook.table import (
    BORDER,
    HEAD_FILL,
    LINE,
    LINK_COLOUR,
    NOTE_ROW,
    Cell,
    Row,
    draw_heading,
    merged_line,
    put,
    set_up_print,
    share,
)
from dtxl.workbook.tables import (
    BY_AGENCY,
    BY_INDICATOR,
    BY_LEVEL,
    FINDINGS,
    LATE,
    ORIGIN,
    OVERVIEW,
    TASK_REPORTS,
    TASKS,
)

_WIDTHS = (36, 10, 10, 10, 10, 10, 11)
_CHART_COLUMN = len(_WIDTHS) + 1
_CHART_SIZE = (650, 420)  # pixels
_CHART_COLUMNS, _CHART_WIDTH = 8, 11  # the cells under the charts belong to the page as well
_PAGE_LAST = _CHART_COLUMN + _CHART_COLUMNS - 1
_CHART_FROM = 2  # first column of a block that its chart shows

_STATES = (State.EXCEEDED, State.MET, State.MISSED, State.NO_DATA)
_STANDINGS = (Standing.ACCEPTED, Standing.LATE, Standing.REJECTED, Standing.MISSING)
_RECEIVED = (Standing.ACCEPTED, Standing.LATE)
_STATE_COLOURS = ("#66BB6A", "#C5E1A5", "#EF9A9A", "#BDBDBD")  # light enough for black numbers on them
_STANDING_COLOURS = ("#66BB6A", "#FFD54F", "#EF9A9A", "#BDBDBD")

_CONTENTS = (
    (BY_INDICATOR, "kết quả từng mục tiêu của toàn tỉnh"),
    (BY_LEVEL, "kết quả từng chỉ tiêu theo cấp"),
    (BY_AGENCY, "kết quả, xếp hạng từng đơn vị"),
    (ORIGIN, "số đơn vị đã điền, tệp và ô"),
    (TASKS, "tiến độ từng nhiệm vụ"),
    (TASK_REPORTS, "nội dung từng đơn vị báo cáo"),
    (FINDINGS, "lỗi, cảnh báo của các bản nộp"),
    (LATE, "đơn vị chậm, bị trả lại, chưa nộp"),
)


@dataclass(frozen=True, slots=True)
class _Block:
    """A small table; `total` is its last row, below the rows that a chart shows."""

    header: Sequence[str]
    rows: Sequence[Row]
    total: Row | None = None


def draw_overview(book: Book, rollup: Rollup, subtitle: str) -> None:
    """Draw the sheet "Tổng quan"."""
    names = Names(rollup)
    page = _Page(book.sheet(OVERVIEW))
    page.set_widths()
    draw_heading(page.sheet, "TỔNG HỢP KẾT QUẢ THỰC HIỆN KẾ HOẠCH", subtitle)
    period = rollup.period
    page.line(
        f"Số liệu từ ngày {period.start:%d/%m/%Y} đến hết ngày {period.end:%d/%m/%Y}; hạn nộp của đơn vị: ngày "
        f"{period.agency_due:%d/%m/%Y}; tổng hợp đến ngày {rollup.as_of:%d/%m/%Y}."
    )
    page.line(_headline(rollup))
    thin = sum(r.provisional for r in rollup.indicators)
    if thin:
        page.line(
            f"{show(thin)} kết quả là số tạm tính vì chưa đủ đơn vị được giao trả lời; "
            f"nêu ở sheet “{FINDINGS}” (mã G05)."
        )
    page.skip()
    start = page.row
    states, standings = _states(rollup, names), _standings(rollup, names)
    states_at = page.draw(states)
    standings_at = page.draw(standings)
    page.draw(_task_counts(rollup))
    page.draw(_finding_counts(rollup))
    page.contents()
    _chart(
        page, start, 0, "stacked", "Kết quả thực hiện mục tiêu theo nhóm chỉ tiêu", states, states_at, _STATE_COLOURS
    )
    _chart(
        page, start, _CHART_SIZE[1] + 15, "clustered", "Tình hình nộp báo cáo theo cấp (số đơn vị)",
        standings, standings_at, _STANDING_COLOURS,
    )  # fmt: skip
    page.finish(start)


@dataclass
class _Page:
    """The sheet while it is drawn: `row` is the next free row. Every height is set, for charts lie over the rows."""

    sheet: Sheet
    row: int = NOTE_ROW
    heights: dict[int, float] = field(default_factory=dict)  # points, where not LINE

    def set_widths(self) -> None:
        widths = (*_WIDTHS, 2, *(_CHART_WIDTH,) * _CHART_COLUMNS)
        for column, width in enumerate(widths):
            self.sheet.raw.set_column(column, column, width)

    def skip(self) -> None:
        self.row += 1

    def line(self, text: str) -> None:
        merged_line(self.sheet, self.row, _PAGE_LAST, text, sum(_WIDTHS) + _CHART_COLUMNS * _CHART_WIDTH)
        self.row += 1

    def height(self, points: float) -> None:
        self.heights[self.row] = points
        self.sheet.raw.set_row(self.row, points)

    def draw(self, block: _Block) -> int:
        """Draw a block; the row of its header. Behind it one row stays free."""
        start = self.row
        style = self.sheet.book.style(
            bold=True, font_size=10, font_color="#FFFFFF", bg_color=HEAD_FILL, border=1, border_color=BORDER,
            align="center", valign="vcenter", text_wrap=True,
        )  # fmt: skip
        for column, title in enumerate(block.header):
            self.sheet.text(self.row, column, title, style)
        self.height(2 * LINE + 3)
        self.row += 1
        for row in (*block.rows, *([block.total] if block.total else [])):
            for column, cell in enumerate(row):
                put(self.sheet, self.row, column, cell)
            first = row[0]
            label = str(first.value if isinstance(first, Cell) else first)
            self.height((LINE + 2) * ceil(len(label) / _WIDTHS[0]))
            self.row += 1
        self.row += 1
        return start

    def contents(self) -> None:
        """The other sheets by name, each with a link."""
        self.sheet.text(self.row, 0, "Các sheet của tệp này", self.sheet.book.style(bold=True))
        link = self.sheet.book.style(font_size=10, underline=1, font_color=LINK_COLOUR)
        for name, what in _CONTENTS:
            self.row += 1
            self.sheet.link(self.row, 0, name, "A1", name, link)
            self.sheet.text(self.row, 1, what, self.sheet.book.style(font_size=10))

    def finish(self, charts_at: int) -> None:
        """Set up printing: one page, tables and charts whole."""
        below = (2 * _CHART_SIZE[1] + 25) * 0.75  # points
        bottom = charts_at
        while below > 0:
            below -= self.heights.get(bottom, LINE)
            bottom += 1
        set_up_print(self.sheet, tall=False)
        self.sheet.raw.print_area(0, 0, max(bottom, self.row), _PAGE_LAST)
        self.sheet.raw.activate()


def _chart(
    page: _Page, row: int, down: int, kind: str, title: str, block: _Block, at: int, colours: Sequence[str]
) -> None:
    """A chart of the block drawn at row `at`: its columns 2 to 5 over its rows; without rows a sentence instead."""
    if not block.rows:
        text = f"{title}: chưa có dữ liệu để vẽ biểu đồ."
        page.sheet.text(row + (down > 0), _CHART_COLUMN, text, page.sheet.book.style(italic=True))
        return
    first, last = at + 1, at + len(block.rows)
    series = [
        Series((at, column), 0, column, first, last, colour) for column, colour in enumerate(colours, _CHART_FROM)
    ]
    page.sheet.chart((row, _CHART_COLUMN), kind, title, series, _CHART_SIZE, down=down)


def _headline(rollup: Rollup) -> str:
    """The quarter in one sentence."""
    count = rollup.count
    received = sum(a.standing in _RECEIVED for a in rollup.agencies)
    whole = len(rollup.agencies)
    percent = f" ({show_percent(Fraction(100 * received, whole))})" if whole else ""
    return (
        f"Đã nhận báo cáo hợp lệ của {show(received)}/{show(whole)} đơn vị{percent}. "
        f"Trong {show(len(rollup.indicators))} mục tiêu: {show(count(State.EXCEEDED))} vượt, {show(count(State.MET))} "
        f"đạt, {show(count(State.MISSED))} chưa đạt, {show(count(State.NO_DATA))} chưa có số liệu."
    )


def _states(rollup: Rollup, names: Names) -> _Block:
    """How many targets of each indicator group are in which state."""
    plan = rollup.plan
    titles = {group.code: f"{group.code}. {group.name}" for group in plan.groups}
    found: dict[str, list[IndicatorResult]] = {code: [] for code in titles}
    for result in rollup.indicators:
        known = plan.indicator_by_code.get(result.code)
        found.setdefault(known.group if known else "", []).append(result)

    def row(label: str, results: Sequence[IndicatorResult], tone: str = "") -> Row:
        counts = [sum(r.state is state for r in results) for state in _STATES]
        reached, judged = counts[0] + counts[1], len(results) - counts[3]
        cells = [Cell(label), Cell(len(results)), *map(Cell, counts), share(reached, judged)]
        return [replace(cell, tone=tone) for cell in cells]

    header = (
        "Nhóm chỉ tiêu", "Số mục tiêu", *map(names.state, _STATES), "Tỷ lệ đạt trên số có số liệu (%)",
    )  # fmt: skip
    rows = [row(titles.get(code, code) or "Khác", results) for code, results in found.items() if results]
    return _Block(header, rows, row("Tổng cộng", rollup.indicators, "total"))


def _standings(rollup: Rollup, names: Names) -> _Block:
    """How many agencies of each level returned how."""
    found: dict[str, list[AgencyResult]] = {level.code: [] for level in rollup.plan.levels}
    for agency in rollup.agencies:
        found.setdefault(agency.level, []).append(agency)

    def row(label: str, agencies: Sequence[AgencyResult], tone: str = "") -> Row:
        counts = [sum(a.standing is standing for a in agencies) for standing in _STANDINGS]
        received = sum(a.standing in _RECEIVED for a in agencies)
        cells = [Cell(label), Cell(len(agencies)), *map(Cell, counts), share(received, len(agencies))]
        return [replace(cell, tone=tone) for cell in cells]

    words = [names.standing(standing) for standing in _STANDINGS]
    words[0] += " đúng hạn"
    header = ("Cấp", "Số đơn vị", *words, "Tỷ lệ đã nộp hợp lệ (%)")
    rows = [row(names.level(code), agencies) for code, agencies in found.items() if agencies]
    return _Block(header, rows, row("Tổng cộng", rollup.agencies, "total"))


def _task_counts(rollup: Rollup) -> _Block:
    """Tasks over all that must do them: a task of ten agencies counts ten times."""
    tasks = rollup.tasks
    counts = [
        sum(values)
        for values in (
            [t.expected for t in tasks], [t.done for t in tasks], [t.ongoing for t in tasks],
            [t.not_started for t in tasks], [t.silent for t in tasks], [t.late for t in tasks],
        )
    ]  # fmt: skip
    header = (
        "Nhiệm vụ (tính theo lượt giao cho đơn vị)", "Số lượt giao", "Đã hoàn thành", "Đang, thường xuyên",
        "Chưa thực hiện", "Chưa gửi", "Quá hạn",
    )  # fmt: skip
    return _Block(header, [[f"{show(len(tasks))} nhiệm vụ", *counts]])


def _finding_counts(rollup: Rollup) -> _Block:
    """Findings on the latest returns, by gravity."""
    counts = [sum(found[2] == severity for found in rollup.findings) for severity in Severity]
    header = ("Lỗi, cảnh báo của bản nộp gần nhất", "Tổng số", *(severity.vi for severity in Severity))
    agencies = len({found[0] for found in rollup.findings})
    return _Block(header, [[f"{show(agencies)} đơn vị", len(rollup.findings), *counts]])
