"""Damages as they come in real life, each labelled with the codes that it must raise."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from dtxl.files.xlsx_edit import Editor, locked, plain_copy, with_result
from dtxl.files.xlsx_hand import Hand
from dtxl.model.form import ABOUT, INDICATORS, TASKS, Form
from dtxl.model.plan import Kind
from dtxl.simulate.filling import Typed


@dataclass
class Patient:
    """A filled form that is about to be damaged."""

    form: Form
    blank: bytes  # as issued
    content: bytes  # as filled
    typed: Typed
    random: Random

    def ratio_row(self) -> str:
        """An indicator code with both numbers typed; raises LookupError where the form has none."""
        codes = [
            r.indicator.code
            for r in self.form.indicator_rows
            if r.indicator.kind is Kind.RATIO and f"{r.indicator.code}.numerator" in self.typed
        ]
        if not codes:
            raise LookupError("no ratio with numbers")
        return self.random.choice(codes)

    def task(self, state: str = "") -> str:
        """A task code (in that state, where named); raises LookupError where there is none."""
        codes = [
            r.task.code
            for r in self.form.task_rows
            if not state or self.typed.get(f"task.{r.task.code}.state") == state
        ]
        if not codes:
            raise LookupError("no such task")
        return self.random.choice(codes)

    def cell(self, name: str) -> tuple[str, str]:
        field = self.form.by_name[name]
        return field.sheet, field.cell

    def edited(self, *changes: Callable[[Editor], None]) -> bytes:
        editor = Editor(self.content)
        for change in changes:
            change(editor)
        return editor.content()

    def hand(self, *changes: Callable[[Hand], None]) -> bytes:
        """As `edited`, by what can be done beside typing."""
        hand = Hand(self.content)
        for change in changes:
            change(hand)
        return hand.content()

    def with_value(self, name: str, value: str | Decimal | float | None) -> bytes:
        return self.edited(lambda e: e.put(*self.cell(name), value))


How = Callable[[Patient], bytes]


@dataclass(frozen=True)
class Damage:
    """What is done to a form, and the codes that it must raise; LookupError for a form that cannot take it."""

    codes: tuple[str, ...]
    how: How
    of_tasks: bool  # needs a form with tasks


DAMAGES: dict[str, Damage] = {}


def _damage(name: str, *codes: str, of_tasks: bool = False) -> Callable[[How], How]:
    def register(function: How) -> How:
        DAMAGES[name] = Damage(codes, function, of_tasks)
        return function

    return register


@_damage("truncated", "A01")
def _truncated(p: Patient) -> bytes:
    return p.content[: len(p.content) // 2]


@_damage("password", "A03")
def _password(p: Patient) -> bytes:
    return locked(p.content, "mat-khau")


@_damage("as-issued", "A04")
def _as_issued(p: Patient) -> bytes:
    return p.blank


@_damage("copied-to-new-file", "B01")
def _copied(p: Patient) -> bytes:
    # Without the sheet that says whose it is: a whole copy of a form that one agency alone has is known again.
    return plain_copy(p.edited(lambda e: e.remove_sheets([ABOUT])))


@_damage("other-plan", "B05")
def _other_plan(p: Patient) -> bytes:
    return p.edited(lambda e: e.restate("plan", "ke-hoach-khac-2023"))


@_damage("other-agency", "B06")
def _other_agency(p: Patient) -> bytes:
    return p.edited(lambda e: e.restate("agency", "99999"))


@_damage("sheet-deleted", "C01")
def _sheet_deleted(p: Patient) -> bytes:
    return p.edited(lambda e: e.remove_sheets([INDICATORS if p.form.indicator_rows else TASKS]))


@_damage("row-deleted", "C10")
def _row_deleted(p: Patient) -> bytes:
    code = p.ratio_row()
    return p.edited(lambda e: e.delete_row(INDICATORS, e.row_of(INDICATORS, code)))


@_damage("row-inserted", "C11")
def _row_inserted(p: Patient) -> bytes:
    row = p.form.row_of[INDICATORS, p.ratio_row()] + 1
    return p.edited(lambda e: e.insert_row(INDICATORS, row, {1: "I.99", 3: "Chỉ tiêu tự thêm", 8: 5, 10: 10}))


@_damage("rows-sorted", "C13")
def _rows_sorted(p: Patient) -> bytes:
    rows = [r.row + 1 for r in p.form.indicator_rows]
    if len(rows) < 2:
        raise LookupError("one row only")
    return p.edited(lambda e: e.swap_rows(INDICATORS, rows[0], rows[-1]))


@_damage("formula", "C21")
def _formula(p: Patient) -> bytes:
    name = f"{p.ratio_row()}.numerator"
    value = p.typed[name]
    content = p.edited(lambda e: e.formula(*p.cell(name), f"=0+{value}"))
    return with_result(content, f"0+{value}", str(value))


@_damage("formula-never-calculated", "C22", "D04")
def _uncalculated(p: Patient) -> bytes:
    name = f"{p.ratio_row()}.numerator"
    return p.edited(lambda e: e.formula(*p.cell(name), f"=0+{p.typed[name]}"))


@_damage("target-changed", "C23")
def _target_changed(p: Patient) -> bytes:
    row = p.form.row_of[INDICATORS, p.ratio_row()] + 1
    return p.edited(lambda e: e.put(INDICATORS, f"D{row}", "≥ 1%"))


@_damage("no-contact", "D01")
def _no_contact(p: Patient) -> bytes:
    return p.with_value("agency.contact", None)


@_damage("words-for-number", "D05")
def _words(p: Patient) -> bytes:
    return p.with_value(f"{p.ratio_row()}.numerator", "nhiều")


@_damage("number-with-unit", "D06")
def _unit(p: Patient) -> bytes:
    name = f"{p.ratio_row()}.denominator"
    return p.with_value(name, f"{p.typed[name]} hồ sơ".replace(".", ","))


@_damage("number-as-text", "D07")
def _as_text(p: Patient) -> bytes:
    name = f"{p.ratio_row()}.denominator"
    return p.with_value(name, str(p.typed[name]).replace(".", ","))


@_damage("percent-as-fraction", "D09", of_tasks=True)
def _fraction(p: Patient) -> bytes:
    return p.with_value(f"task.{p.task('Đang thực hiện')}.percent", Decimal("0.85"))


@_damage("date-as-text", "D12")
def _date_text(p: Patient) -> bytes:
    return p.with_value("agency.signed_on", "mười hai tháng ba")


@_damage("error-value", "D14")
def _error(p: Patient) -> bytes:
    name = f"{p.ratio_row()}.numerator"
    return p.edited(lambda e: e.error(*p.cell(name), "#DIV/0!"))


@_damage("negative", "D17")
def _negative(p: Patient) -> bytes:
    code = p.ratio_row()
    return p.edited(
        lambda e: e.put(*p.cell(f"{code}.numerator"), Decimal(-5)),
        lambda e: e.put(*p.cell(f"{code}.note"), "Số liệu điều chỉnh giảm."),
    )


@_damage("percent-too-large", "D19", of_tasks=True)
def _too_large(p: Patient) -> bytes:
    return p.with_value(f"task.{p.task('Thực hiện thường xuyên')}.percent", Decimal(8550))


@_damage("not-in-list", "D20", of_tasks=True)
def _not_in_list(p: Patient) -> bytes:
    return p.with_value(f"task.{p.task('Thực hiện thường xuyên')}.state", "Gần xong")


@_damage("missed-without-word", "D32")
def _unexplained(p: Patient) -> bytes:
    noted = [name for name in p.typed if name.endswith(".note")]
    if not noted:
        raise LookupError("nothing missed")
    return p.with_value(p.random.choice(noted), None)


@_damage("part-above-whole", "E01")
def _above(p: Patient) -> bytes:
    code = p.ratio_row()
    whole = p.typed[f"{code}.denominator"]
    assert isinstance(whole, Decimal)
    return p.with_value(f"{code}.numerator", whole + 7)


@_damage("no-denominator", "E02")
def _no_denominator(p: Patient) -> bytes:
    return p.with_value(f"{p.ratio_row()}.denominator", Decimal(0))


@_damage("done-at-half", "E07", of_tasks=True)
def _done_at_half(p: Patient) -> bytes:
    return p.with_value(f"task.{p.task('Đã hoàn thành')}.percent", Decimal(60))
