"""The tables of the consolidated workbook: which columns, and what of the rollup stands in each row."""

from collections.abc import Iterable

from dtxl.core.codes import Severity
from dtxl.core.settings import house
from dtxl.core.text import enumerate_vi
from dtxl.model.form import target_text
from dtxl.model.rollup import AgencyIndicator, AgencyResult, IndicatorResult, Rollup, Standing
from dtxl.workbook.naming import Names
from dtxl.workbook.table import FIRST_ROW, Cell, Column, Row, Table, change, figure, link_to, share

OVERVIEW, BY_INDICATOR, BY_LEVEL, BY_AGENCY = "Tổng quan", "Theo chỉ tiêu", "Theo cấp", "Theo đơn vị"
ORIGIN, TASKS, TASK_REPORTS = "Số liệu gốc", "Nhiệm vụ", "Chi tiết nhiệm vụ"
_MOST_LINKS = 60_000
UNKNOWN = (
    "Tệp không đọc được hoặc không phải biểu mẫu đã gửi; đề nghị tìm đơn vị gửi trước khi kết luận đơn vị chưa nộp."
)
FINDINGS, LATE = "Lỗi, cảnh báo", "Chậm, thiếu"

RANKING = (
    "Xếp hạng trong từng cấp theo tỷ lệ chỉ tiêu đạt hoặc vượt trên số chỉ tiêu có số liệu; bằng nhau thì cùng hạng; "
    f"đơn vị có số liệu dưới một nửa số chỉ tiêu được giao hoặc dưới {house()['ranking']['least_figures']} chỉ tiêu "
    "không xếp hạng."
)
UNRANKED = "Không xếp hạng"
WHOLE_BATCH = "Cả đợt tổng hợp"
PROVISIONAL = " (tạm tính)"
NO_DEADLINE = "Không quy định"  # as in the forms and the report
_NAMES_IN_A_LINE = 10
_SEVERITIES = {str(severity): severity.vi for severity in Severity}
_UNIT = Column("ĐVT", 6, centre=True)

_COVERAGE = (
    Column("Được giao", 9),
    Column("Đã báo cáo", 9),
    Column(house()["absent"]["not_available"], 9),
    Column(house()["absent"]["not_arisen"], 9),
    Column(house()["absent"]["not_applicable"], 10),
    Column("Chưa gửi", 9),
)


def _indicator_columns(scope: str) -> tuple[Column, ...]:
    return (
        Column("Mã", 7, centre=True),
        Column("Chỉ tiêu", 42),
        Column(scope, 12),
        Column("Mục tiêu", 10, centre=True),
        _UNIT,
        Column("Tử số", 12),
        Column("Mẫu số", 12),
        Column("Kết quả", 10),
        Column("Đánh giá", 12, centre=True),
        Column("Kỳ trước", 9),
        Column("Thay đổi", 9),
        *_COVERAGE,
    )


def tables(rollup: Rollup) -> list[Table]:
    """Every table sheet, in the workbook's order."""
    names = Names(rollup)
    return [
        _by_indicator(rollup, names),
        _by_level(rollup, names),
        _by_agency(rollup, names),
        _origin(rollup, names),
        _tasks(rollup),
        _task_reports(rollup, names),
        _findings(rollup, names),
        _late(rollup, names),
    ]


def figures_in_order(rollup: Rollup) -> list[AgencyIndicator]:
    """The agencies' figures, agency by agency as the rollup lists these; an agency's rows stand together."""
    position = {agency.code: number for number, agency in enumerate(rollup.agencies)}
    return sorted(rollup.figures, key=lambda f: (position.get(f.agency, len(position)), f.agency))


def _indicator_row(result: IndicatorResult, scope: str, names: Names) -> Row:
    coverage = result.coverage
    return (
        result.code,
        result.text,
        scope,
        target_text(result.target),
        result.unit,
        result.numerator,
        result.denominator,
        figure(result.value, result.unit),
        Cell(_verdict(result, names), tone=result.state if result.target else ""),
        figure(result.previous, result.unit),
        change(result.value, result.previous, result.unit),
        coverage.expected,
        coverage.reported,
        coverage.not_available,
        coverage.not_arisen,
        coverage.not_applicable,
        coverage.silent,
    )


def _verdict(result: IndicatorResult, names: Names) -> str:
    return names.verdict(result.state, result.target) + (PROVISIONAL if result.provisional else "")


def _by_indicator(rollup: Rollup, names: Names) -> Table:
    return Table(
        BY_INDICATOR,
        "KẾT QUẢ THEO CHỈ TIÊU",
        _indicator_columns("Phạm vi"),
        [_indicator_row(r, names.scope(r.scope), names) for r in rollup.indicators],
        note="Mỗi mục tiêu một dòng. Tỷ lệ bằng tổng tử số chia tổng mẫu số của các đơn vị đã báo cáo, nhân 100; "
        "không lấy trung bình các tỷ lệ. Các cột bên phải là số đơn vị.",
        frozen=2,
    )


def _by_level(rollup: Rollup, names: Names) -> Table:
    return Table(
        BY_LEVEL,
        "KẾT QUẢ THEO CẤP",
        _indicator_columns("Cấp"),
        [_indicator_row(r, names.level(r.level), names) for r in rollup.levels],
        note="Mỗi chỉ tiêu và cấp được giao một dòng; dòng “Toàn tỉnh” là số chung của các cấp.",
        frozen=2,
    )


def _by_agency(rollup: Rollup, names: Names) -> Table:
    columns = (
        Column("Mã đơn vị", 10, centre=True),
        Column("Đơn vị", 27),
        Column("Trực thuộc", 18),
        Column("Cấp", 9, centre=True),
        Column("Tình trạng nộp", 11, centre=True),
        Column("Thời điểm nhận", 11),
        Column("Số ngày muộn", 8),
        Column("Chỉ tiêu được giao", 8),
        Column("Có số liệu", 8),
        Column("Đạt hoặc vượt", 8),
        Column("Tỷ lệ đạt (%)", 8),
        Column("Xếp hạng trong cấp", 10, centre=True),
        Column("Nhiệm vụ được giao", 8),
        Column("Đã hoàn thành", 8),
        Column("Quá hạn", 8),
        Column("Số lỗi", 7),
        Column("Số liệu gốc", 10),
        Column("Tệp đã nhận", 22),
        Column("SHA-256 (16 ký tự đầu)", 17, centre=True),
        Column("Người lập biểu", 16),
    )
    first: dict[str, int] = {}
    for row, item in enumerate(figures_in_order(rollup), FIRST_ROW):
        first.setdefault(item.agency, row)
    unranked = set(rollup.unranked)
    return Table(
        BY_AGENCY,
        "KẾT QUẢ THEO ĐƠN VỊ",
        columns,
        [_agency_row(a, names, first.get(a.code), a.code in unranked) for a in rollup.agencies],
        note=RANKING + (f" Có {len(rollup.unranked)} đơn vị không xếp hạng, nêu tên ở cuối bảng." if unranked else ""),
        after=_unranked_lines(rollup, names),
        frozen=2,
    )


def _agency_row(agency: AgencyResult, names: Names, first: int | None, unranked: bool) -> Row:
    return (
        agency.code,
        agency.name,
        names.parent(agency.code),
        names.level(agency.level),
        Cell(names.standing(agency.standing), tone=agency.standing),
        agency.received_at,
        agency.days_late,
        agency.asked,
        agency.reported,
        agency.met,
        share(agency.met, agency.reported),
        UNRANKED if unranked and agency.rank is None else agency.rank,
        agency.tasks,
        agency.tasks_done,
        agency.tasks_late,
        agency.faults,
        None if first is None else Cell(f"Dòng {first + 1}", link=link_to(ORIGIN, first)),
        agency.file,
        agency.sha256[:16],
        agency.contact,
    )


def _unranked_lines(rollup: Rollup, names: Names) -> list[str]:
    """The agencies without a rank by name, a few to a line, so that no line is higher than a screen."""
    every = [names.full(code) for code in rollup.unranked]
    if not every:
        return []
    lines = [f"Không xếp hạng ({len(every)} đơn vị):"]
    for start in range(0, len(every), _NAMES_IN_A_LINE):
        lines.append("; ".join(every[start : start + _NAMES_IN_A_LINE]))
    return lines


def _origin(rollup: Rollup, names: Names) -> Table:
    columns = (
        Column("Mã đơn vị", 10, centre=True),
        Column("Đơn vị", 24),
        Column("Cấp", 9, centre=True),
        Column("Mã chỉ tiêu", 8, centre=True),
        Column("Chỉ tiêu", 32),
        Column("Mục tiêu", 9, centre=True),
        _UNIT,
        Column("Tử số", 10),
        Column("Mẫu số", 10),
        Column("Kết quả", 9),
        Column("Đánh giá", 11, centre=True),
        Column("Lý do không có số liệu", 12, centre=True),
        Column("Nguồn số liệu", 16),
        Column("Ghi chú, giải trình", 32),
        Column("Tệp đã nhận", 20),
        Column("Sheet và ô", 14),
    )
    return Table(
        ORIGIN,
        "SỐ LIỆU GỐC CỦA CÁC ĐƠN VỊ",
        columns,
        [_origin_row(item, names) for item in figures_in_order(rollup)],
        note="Số liệu như đơn vị đã điền; cột cuối chỉ sheet và ô trong tệp đã nhận.",
        frozen=2,
    )


def _origin_row(item: AgencyIndicator, names: Names) -> Row:
    name, unit = names.indicator(item.indicator)
    result = names.results.get(item.agency)
    return (
        item.agency,
        names.full(item.agency),
        names.level_of(item.agency),
        item.indicator,
        name,
        target_text(item.target),
        unit,
        item.numerator,
        item.denominator,
        figure(item.value, unit),
        Cell(names.verdict(item.state, item.target, item.absent), tone=item.state),
        item.absent,
        item.source,
        item.note,
        result.file if result else "",
        _source(item, result.file if result else "", names),
    )


def _source(item: AgencyIndicator, file: str, names: Names) -> str | Cell:
    """The cells that a figure came from, as a link into the received file where one can be made."""
    text = "; ".join(f"{sheet}!{cell}" for sheet, cell in item.cells)
    folder = f"{names.rollup.period.code}/"
    # Excel holds 65,530 links a sheet and drops the rest.
    if not item.cells or not file.startswith(folder) or len(names.rollup.figures) > _MOST_LINKS:
        return text
    return Cell(text, link=item.cells[0], file=file.removeprefix(folder))


def _tasks(rollup: Rollup) -> Table:
    columns = (
        Column("Mã", 10, centre=True),
        Column("Nhiệm vụ", 70),
        Column("Đơn vị, nhóm được giao", 34),
        Column("Thời hạn", 12, centre=True),
        Column("Số đơn vị được giao", 10),
        Column("Đã hoàn thành", 10),
        Column("Đang hoặc thường xuyên thực hiện", 13),
        Column("Chưa thực hiện", 10),
        Column("Chưa gửi", 9),
        Column("Quá hạn", 9),
        Column("Tỷ lệ hoàn thành (%)", 11),
    )
    rows: list[Row] = [
        (
            task.code, task.text, task.agency, task.deadline or NO_DEADLINE, task.expected, task.done,
            task.ongoing, task.not_started, task.silent, Cell(task.late, tone="missed" if task.late else ""),
            share(task.done, task.expected),
        )
        for task in rollup.tasks
    ]  # fmt: skip
    note = "Số đơn vị theo tình trạng thực hiện; “Quá hạn” là số đơn vị đã hết thời hạn mà chưa hoàn thành."
    return Table(TASKS, "TIẾN ĐỘ NHIỆM VỤ", columns, rows, note=note, frozen=2)


def _task_reports(rollup: Rollup, names: Names) -> Table:
    columns = (
        Column("Mã đơn vị", 11, centre=True),
        Column("Đơn vị", 30),
        Column("Mã nhiệm vụ", 11, centre=True),
        Column("Nhiệm vụ", 52),
        Column("Thời hạn", 12, centre=True),
        Column("Tình trạng", 15, centre=True),
        Column("Tiến độ (%)", 9),
        Column("Ngày hoàn thành", 12),
        Column("Quá hạn", 10, centre=True),
        Column("Văn bản, sản phẩm chứng minh", 36),
        Column("Khó khăn, vướng mắc, kiến nghị", 40),
    )
    deadlines = {task.code: task.deadline or NO_DEADLINE for task in rollup.tasks}
    rows: list[Row] = [
        (
            report.agency, names.full(report.agency), report.task, names.task(report.task),
            deadlines.get(report.task, ""), names.task_state(report.state), report.percent, report.done_on,
            Cell("Quá hạn", tone="missed") if report.late else "", report.evidence, report.difficulty,
        )
        for report in rollup.task_reports
    ]  # fmt: skip
    return Table(TASK_REPORTS, "CHI TIẾT NHIỆM VỤ CỦA CÁC ĐƠN VỊ", columns, rows, frozen=3)


def _findings(rollup: Rollup, names: Names) -> Table:
    columns = (
        Column("Mã đơn vị", 11, centre=True),
        Column("Đơn vị", 30),
        Column("Mức", 13, centre=True),
        Column("Mã lỗi", 8, centre=True),
        Column("Sheet", 17),
        Column("Ô", 8, centre=True),
        Column("Đang ghi", 28),
        Column("Nội dung và cách sửa", 95),
    )
    rows: list[Row] = [
        ("", WHOLE_BATCH, Cell(f.severity.vi, tone=f.severity), f.code, "", "", f.found, f.message)
        for f in rollup.remarks
    ]
    rows += [
        (
            agency, names.full(agency), Cell(_SEVERITIES.get(severity, severity), tone=severity), code, sheet, cell,
            found, message,
        )
        for agency, code, severity, sheet, cell, found, message in rollup.findings
    ]  # fmt: skip
    rows += [("", "Chưa rõ đơn vị", "", "", "", "", file, UNKNOWN) for file in rollup.unknown_files]
    whole = "cả đợt tổng hợp, rồi của " if rollup.remarks else ""
    note = f"Lỗi, cảnh báo của {whole}bản nộp gần nhất của từng đơn vị."
    return Table(FINDINGS, "LỖI, CẢNH BÁO", columns, rows, note=note, frozen=2)


def _late(rollup: Rollup, names: Names) -> Table:
    columns = (
        Column("STT", 6, centre=True),
        Column("Mã đơn vị", 11, centre=True),
        Column("Đơn vị", 36),
        Column("Trực thuộc", 28),
        Column("Cấp", 11, centre=True),
        Column("Tình trạng nộp", 15, centre=True),
        Column("Thời điểm nhận", 16),
        Column("Số ngày muộn", 9),
        Column("Số lỗi phải sửa", 9),
        Column("Người lập biểu", 28),
    )
    rows: list[Row] = [
        (
            number, agency.code, agency.name, names.parent(agency.code), names.level(agency.level),
            Cell(names.standing(agency.standing), tone=agency.standing), agency.received_at, agency.days_late,
            agency.faults, agency.contact,
        )
        for number, agency in enumerate(_gravest_first(rollup.agencies), 1)
    ]  # fmt: skip
    note = (
        f"Hạn nộp: ngày {rollup.period.agency_due:%d/%m/%Y}. Đơn vị chưa nộp tính số ngày muộn đến ngày "
        f"{rollup.as_of:%d/%m/%Y}. Đơn vị chậm, thiếu: {_counts(rollup, names)}."
    )
    if rollup.unknown_files:
        note += f" Ngoài ra có {len(rollup.unknown_files)} tệp chưa rõ của đơn vị nào (xem sheet “{FINDINGS}”)."
    return Table(LATE, "ĐƠN VỊ NỘP CHẬM, BỊ TRẢ LẠI, CHƯA NỘP", columns, rows, note=note, frozen=3)


def _gravest_first(agencies: Iterable[AgencyResult]) -> list[AgencyResult]:
    order = [Standing.MISSING, Standing.REJECTED, Standing.LATE]
    return sorted((a for a in agencies if a.standing in order), key=lambda a: order.index(a.standing))


def _counts(rollup: Rollup, names: Names) -> str:
    counted = [
        f"{sum(a.standing is standing for a in rollup.agencies)} {names.standing(standing).lower()}"
        for standing in (Standing.MISSING, Standing.REJECTED, Standing.LATE)
    ]
    return enumerate_vi(counted)
