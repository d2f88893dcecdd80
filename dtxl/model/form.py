"""The geometry of a form: which cell holds what, computed from plan × agency × period.

`forms` draws by it, `intake` reads by it, `checks` and `returns` point by it; nobody searches for a cell that another
placed. Rows and columns are zero-based here; `cell_name` gives "H12". Column 0 of every sheet with inputs is hidden and
carries the row's key, so that sorted, moved or inserted rows are still found.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from dtxl.core.numbers import show
from dtxl.core.settings import house
from dtxl.core.text import tidy, upper_first
from dtxl.model.demands import Condition, Demands
from dtxl.model.plan import Agency, Indicator, Kind, PeriodDates, Plan, Target, Task
from dtxl.model.submission import Identity

GUIDE, ABOUT, INDICATORS, TASKS, HIDDEN = "Hướng dẫn", "Thông tin đơn vị", "Chỉ tiêu", "Nhiệm vụ", "_dtxl"
LISTS = "_danh_muc"  # hidden too: the identity and the drop-down lists, apart from the field map's four columns
SHEETS = (GUIDE, ABOUT, INDICATORS, TASKS, HIDDEN, LISTS)
HEADER_KEY = "#key"  # stands in column 0 of each header row

IDENTITY_PARTS = ("plan", "fingerprint", "agency", "period", "form", "signature")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table sheet; `width` in characters, `part` the field's last part for input columns."""

    title: str
    width: float
    part: str = ""


INDICATOR_COLUMNS = (
    Column("Mã dòng", 0),
    Column("STT", 7),
    Column("Chỉ tiêu", 32),
    Column("Mục tiêu", 9),
    Column("ĐVT", 7),
    Column("Kỳ trước", 8.5),
    Column("Nội dung tử số", 20),
    Column("Tử số", 10, "numerator"),
    Column("Nội dung mẫu số", 20),
    Column("Mẫu số", 10, "denominator"),
    Column("Kết quả", 9),
    Column("Đánh giá", 11),
    Column("Lý do không có số liệu", 14, "absent"),
    Column("Nguồn số liệu", 14, "source"),
    Column("Ghi chú, giải trình", 21, "note"),
)
TASK_COLUMNS = (
    Column("Mã dòng", 0),
    Column("STT", 9),
    Column("Nhiệm vụ", 58),
    Column("Thời hạn", 13),
    Column("Tình trạng", 16, "state"),
    Column("Tiến độ (%)", 10, "percent"),
    Column("Ngày hoàn thành", 13, "done_on"),
    Column("Văn bản, sản phẩm chứng minh", 30, "evidence"),
    Column("Khó khăn, vướng mắc, kiến nghị", 36, "difficulty"),
)
ABOUT_COLUMNS = (Column("Mã dòng", 0), Column("Nội dung", 34), Column("Thông tin", 70))
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    ABOUT: ABOUT_COLUMNS,
    INDICATORS: INDICATOR_COLUMNS,
    TASKS: TASK_COLUMNS,
}
HEADER_ROW = {ABOUT: 3, INDICATORS: 3, TASKS: 3}
VALUE_COLUMN = 7  # of an indicator that is one value: the numerator's cell
RESULT_COLUMN, STATE_COLUMN, PREVIOUS_COLUMN = 10, 11, 5

ABOUT_INPUTS = (
    ("contact", "Người lập biểu (họ tên)", "text", True),
    ("phone", "Số điện thoại liên hệ", "text", False),
    ("email", "Thư điện tử", "text", False),
    ("leader", "Thủ trưởng đơn vị (họ tên)", "text", False),
    ("signed_on", "Ngày thủ trưởng duyệt số liệu", "date", False),
)
SIGN_OFF = ("agency.leader", "agency.signed_on")  # asked where the plan demands it
NOTED_REASONS = ("not_available", "not_applicable")  # want a word why where the plan demands it; what did not arise no

TARGET_SIGNS = {">=": "≥ ", ">": "> ", "<=": "≤ ", "<": "< ", "=": "= "}


@dataclass(frozen=True, slots=True)
class FormField:
    """One input cell. `kind`: number, integer, percent, date, text or list; `choices` for a list."""

    name: str
    sheet: str
    row: int
    column: int
    kind: str
    label: str  # as people say it: "Chỉ tiêu I.4, tử số"
    choices: tuple[str, ...] = ()
    required: bool = False

    @property
    def cell(self) -> str:
        return cell_name(self.row, self.column)

    @property
    def kind_text(self) -> str:
        """As it stands in the hidden sheet: "number", "list:a|b|c"."""
        return f"list:{'|'.join(self.choices)}" if self.kind == "list" else self.kind


@dataclass(frozen=True, slots=True)
class FixedText:
    """A cell that the office wrote and an agency must not change. `role` tells `forms` how to draw it."""

    sheet: str
    row: int
    column: int
    text: str
    role: str  # title, subtitle, hint, header, key, group, code, text, target, unit, previous, label
    key: str = ""  # the row's key, "" for rows without one


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator's row: where it is, and its own level's target."""

    indicator: Indicator
    target: Target | None
    row: int


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task's row: where it is."""

    task: Task
    row: int


@dataclass(frozen=True)
class Form:
    """A form of one agency for one period. `identity` is unsigned until `signed` gives it a signature."""

    identity: Identity
    agency: Agency
    period: PeriodDates
    plan_title: str
    receiver: str  # who it goes back to
    indicator_rows: tuple[IndicatorRow, ...]
    task_rows: tuple[TaskRow, ...]
    fields: tuple[FormField, ...]
    fixed: tuple[FixedText, ...]
    demands: Demands = field(default_factory=Demands)
    conditions: tuple[Condition, ...] = ()  # the plan's; one that names what is not asked here does not concern it

    @cached_property
    def by_name(self) -> Mapping[str, FormField]:
        return {f.name: f for f in self.fields}

    @cached_property
    def row_of(self) -> Mapping[tuple[str, str], int]:
        """(sheet, key) → row, of every row that has a key."""
        return {(t.sheet, t.key): t.row for t in self.fixed if t.role == "key"}

    def last_row(self, sheet: str) -> int:
        rows = [t.row for t in self.fixed if t.sheet == sheet] + [f.row for f in self.fields if f.sheet == sheet]
        return max(rows, default=0)


# What is asked, as against what is only said: a due day put off must not make the forms that were sent out old ones.
_ASKED = frozenset({"key", "text", "target", "unit", "label"})
# Facts of the first sheet that say whose form it is; the others (due day, title, name of the period) may change.
FACTS = ("plan", "agency", "code", "period", "range", "due", "receiver")
OWN_FACTS = frozenset({"agency", "code"})


def build_form(
    plan: Plan,
    agency: Agency,
    period: PeriodDates,
    previous: Mapping[str, tuple[Fraction, str]] | None = None,
) -> Form:
    """The form of `agency` for `period`. `previous`: indicator code → (last period's result, unit), where known."""
    fields: list[FormField] = []
    fixed: list[FixedText] = []
    _about(plan, agency, period, fields, fixed)
    indicator_rows = _indicators(plan, agency, period, previous or {}, fields, fixed)
    task_rows = _tasks(plan, agency, period, fields, fixed)
    digest = hashlib.sha256(
        json.dumps(
            [[f.name, f.sheet, f.row, f.column, f.kind_text] for f in fields]
            + [[t.sheet, t.row, t.column, t.text] for t in fixed if t.sheet != ABOUT and t.role in _ASKED],
            ensure_ascii=False,
        ).encode()
    ).hexdigest()[:12]
    identity = Identity(
        plan.info.id, plan.fingerprint, agency.code, period.code, f"{agency.code}.{period.code}.{digest}"
    )
    return Form(
        identity, agency, period, plan.info.title, plan.info.aggregator, indicator_rows, task_rows,
        tuple(fields), tuple(fixed), plan.demands, plan.conditions,
    )  # fmt: skip


def sign(identity: Identity, key: bytes) -> str:
    """The keyed signature of an identity (its own `signature` field does not enter)."""
    parts = [identity.plan, identity.fingerprint, identity.agency, identity.period, identity.form]
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()[:32]


def cell_name(row: int, column: int) -> str:
    """(0, 0) → "A1"; zero-based in, as people write it out."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def target_text(target: Target | None) -> str:
    """ "≥ 80%", "> 50%", "tăng ≥ 20%"; "" for none."""
    if target is None:
        return ""
    sign_ = target.op
    prefix = ""
    for word, vi in (("increase", "tăng "), ("reduce", "giảm ")):
        if sign_.startswith(word):
            prefix, sign_ = vi, sign_.removeprefix(word)
    unit = target.unit if target.unit in ("", "%") else f" {target.unit}"
    return f"{prefix}{TARGET_SIGNS[sign_]}{show(target.value, 4)}{unit}"


def _head(sheet: str, title: str, agency: Agency, period: PeriodDates, fixed: list[FixedText], hint: str) -> None:
    fixed.append(FixedText(sheet, 0, 1, title, "title"))
    fixed.append(FixedText(sheet, 1, 1, f"{agency.name} – {period.name}", "subtitle"))
    fixed.append(FixedText(sheet, 2, 1, hint, "hint"))
    row = HEADER_ROW[sheet]
    fixed.append(FixedText(sheet, row, 0, HEADER_KEY, "key", HEADER_KEY))
    for column, spec in enumerate(COLUMNS[sheet][1:], 1):
        fixed.append(FixedText(sheet, row, column, spec.title, "header", HEADER_KEY))


def _about(plan: Plan, agency: Agency, period: PeriodDates, fields: list[FormField], fixed: list[FixedText]) -> None:
    hint = "Điền các ô màu vàng."
    if plan.demands.signed:
        hint += " Ngoài ô có dấu (*), bắt buộc ghi họ tên thủ trưởng và ngày duyệt số liệu."
    _head(ABOUT, "THÔNG TIN ĐƠN VỊ BÁO CÁO", agency, period, fixed, hint)
    parent = plan.agency_by_code.get(agency.parent)
    facts = [
        ("plan", "Kế hoạch", plan.info.title),
        ("agency", "Đơn vị báo cáo", agency.name + (f" ({parent.name})" if parent else "")),
        ("code", "Mã đơn vị", agency.code),
        ("period", "Kỳ báo cáo", upper_first(period.name)),
        ("range", "Số liệu tính", f"Từ ngày {period.start:%d/%m/%Y} đến hết ngày {period.end:%d/%m/%Y}"),
        ("due", "Hạn gửi", f"Chậm nhất ngày {period.agency_due:%d/%m/%Y}"),
        ("receiver", "Nơi nhận", plan.info.aggregator),
    ]
    row = HEADER_ROW[ABOUT] + 1
    for key, label, text in facts:
        fixed.append(FixedText(ABOUT, row, 0, key, "key", key))
        fixed.append(FixedText(ABOUT, row, 1, label, "label", key))
        fixed.append(FixedText(ABOUT, row, 2, text, "text", key))
        row += 1
    for part, label, kind, required in ABOUT_INPUTS:
        key = f"agency.{part}"
        fixed.append(FixedText(ABOUT, row, 0, key, "key", key))
        fixed.append(FixedText(ABOUT, row, 1, label + (" (*)" if required else ""), "label", key))
        fields.append(FormField(key, ABOUT, row, 2, kind, label, required=required))
        row += 1


def _indicators(
    plan: Plan, agency: Agency, period: PeriodDates, previous: Mapping[str, tuple[Fraction, str]],
    fields: list[FormField], fixed: list[FixedText],
) -> tuple[IndicatorRow, ...]:  # fmt: skip
    asked = plan.indicators_of(agency)
    hint = (
        "Điền tử số và mẫu số vào các ô màu vàng; kết quả và đánh giá tự tính. "
        "Không có số liệu thì để trống và chọn lý do."
        if asked
        else "Kế hoạch không giao chỉ tiêu nào cho đơn vị trong kỳ này."
    )
    if asked and plan.demands.absent_note:
        reasons = " hoặc ".join(f"“{house()['absent'][key]}”" for key in NOTED_REASONS)
        hint += f" Lý do là {reasons} thì nêu rõ ở cột “Ghi chú, giải trình”."
    _head(INDICATORS, "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", agency, period, fixed, hint)
    row, rows, group = HEADER_ROW[INDICATORS] + 1, [], ""
    names = {g.code: g.name for g in plan.groups}
    for indicator in asked:
        if indicator.group != group:
            group = indicator.group
            fixed.append(FixedText(INDICATORS, row, 1, group, "group"))
            fixed.append(FixedText(INDICATORS, row, 2, names.get(group, ""), "group"))
            row += 1
        target = plan.target_for(indicator, agency)
        goal = target_text(target)
        if target and target.year and target.year > period.end.year:
            goal += f" (năm {target.year})"
        _indicator_row(indicator, goal, row, previous.get(indicator.code), fields, fixed)
        rows.append(IndicatorRow(indicator, target, row))
        row += 1
    return tuple(rows)


def _indicator_row(
    indicator: Indicator, goal: str, row: int, previous: tuple[Fraction, str] | None,
    fields: list[FormField], fixed: list[FixedText],
) -> None:  # fmt: skip
    code = indicator.code

    def write(column: int, text: str, role: str) -> None:
        fixed.append(FixedText(INDICATORS, row, column, text, role, code))

    def ask(part: str, column: int, kind: str, choices: tuple[str, ...] = ()) -> None:
        label = f"Chỉ tiêu {code}, {house()['field_part'][part]}"
        fields.append(FormField(f"{code}.{part}", INDICATORS, row, column, kind, label, choices))

    write(0, code, "key")
    write(1, code, "code")
    write(2, indicator.name, "text")
    write(3, goal, "target")
    write(4, indicator.unit, "unit")
    write(PREVIOUS_COLUMN, show(previous[0]) if previous else "", "previous")
    kind = "integer" if indicator.whole else "number"
    if indicator.kind is Kind.RATIO:
        write(6, indicator.numerator, "label")
        write(8, indicator.denominator, "label")
        ask("numerator", 7, kind)
        ask("denominator", 9, kind)
    else:
        write(6, indicator.numerator or "Giá trị thực hiện", "label")
        ask("value", VALUE_COLUMN, kind)
    ask("absent", 12, "list", tuple(house()["absent"].values()))
    ask("source", 13, "text")
    ask("note", 14, "text")


def _tasks(
    plan: Plan, agency: Agency, period: PeriodDates, fields: list[FormField], fixed: list[FixedText]
) -> tuple[TaskRow, ...]:
    mine = plan.tasks_of(agency)
    hint = (
        "Chọn tình trạng của từng nhiệm vụ; ghi rõ văn bản, sản phẩm và khó khăn, vướng mắc nếu có."
        if mine
        else "Kế hoạch không giao nhiệm vụ riêng cho đơn vị."
    )
    if mine and plan.demands.task_reason:
        state = house()["task_state"]["not_started"]
        hint += f" Nhiệm vụ “{state}” phải nêu lý do ở cột “Khó khăn, vướng mắc, kiến nghị”."
    _head(TASKS, "TIẾN ĐỘ THỰC HIỆN NHIỆM VỤ", agency, period, fixed, hint)
    row, rows = HEADER_ROW[TASKS] + 1, []
    for task in mine:
        _task_row(task, row, fields, fixed)
        rows.append(TaskRow(task, row))
        row += 1
    return tuple(rows)


def _task_row(task: Task, row: int, fields: list[FormField], fixed: list[FixedText]) -> None:
    key = f"task.{task.code}"
    deadline = task.deadline_text or (f"{task.deadline:%d/%m/%Y}" if task.deadline else "Không quy định")
    for column, text, role in (
        (0, key, "key"), (1, task.code, "code"), (2, tidy(task.text), "text"), (3, deadline, "target"),
    ):  # fmt: skip
        fixed.append(FixedText(TASKS, row, column, text, role, key))
    states = tuple(house()["task_state"].values())
    for part, column, kind, choices, required in (
        ("state", 4, "list", states, True),
        ("percent", 5, "percent", (), False),
        ("done_on", 6, "date", (), False),
        ("evidence", 7, "text", (), False),
        ("difficulty", 8, "text", (), False),
    ):
        name = house()["field_part"][part]
        fields.append(
            FormField(f"{key}.{part}", TASKS, row, column, kind, f"Nhiệm vụ {task.code}, {name}", choices, required)
        )
