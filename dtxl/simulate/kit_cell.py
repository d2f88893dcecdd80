"""Forms in which something wrong was typed (codes D and E)."""

from datetime import date, timedelta
from decimal import Decimal

from dtxl.core.settings import house
from dtxl.simulate.damage import DAMAGES, Patient
from dtxl.simulate.kit_plan import DONE, NOT_YET, ONGOING
from dtxl.simulate.kit_recipe import Change, bad, typed_over

for _code, _name in (
    ("D05", "words-for-number"), ("D06", "number-with-unit"), ("D07", "number-as-text"), ("D12", "date-as-text"),
    ("D14", "error-value"), ("D17", "negative"), ("E01", "part-above-whole"), ("E02", "no-denominator"),
):  # fmt: skip
    bad(_code)(DAMAGES[_name].how)

ABOVE, BELOW, ABSENT, NOTE, SOURCE = (
    f"C.1.{part}" for part in ("numerator", "denominator", "absent", "note", "source")
)
_MISSED: Change = {ABOVE: Decimal(30), BELOW: Decimal(300)}


def _state(key: str) -> str:
    return str(house()["task_state"][key])


@bad("D01")
def _no_contact(p: Patient) -> bytes:
    return typed_over(p, {"agency.contact": None})


@bad("D02")
def _not_started_why(p: Patient) -> bytes:
    return typed_over(p, {f"task.{NOT_YET}.difficulty": None})


@bad("D03")
def _number_and_reason(p: Patient) -> bytes:
    return typed_over(p, {ABSENT: house()["absent"]["not_arisen"]})


@bad("D04")
def _no_number(p: Patient) -> bytes:
    return typed_over(p, {ABOVE: None, BELOW: None})


@bad("D08")
def _two_meanings(p: Patient) -> bytes:
    return typed_over(p, {ABOVE: "1.234", BELOW: Decimal(1500)})


@bad("D09")
def _scale(p: Patient) -> bytes:
    return typed_over(p, {f"task.{ONGOING}.percent": Decimal("0.85")})


@bad("D10")
def _about(p: Patient) -> bytes:
    return typed_over(p, {ABOVE: f"khoảng {p.typed[ABOVE]}"})


@bad("D11")
def _turned_into_a_day(p: Patient) -> bytes:
    return typed_over(p, {ABOVE: date(p.form.period.end.year, 12, 5)})


@bad("D13")
def _later_day(p: Patient) -> bytes:
    return typed_over(p, {f"task.{DONE}.done_on": p.form.period.end + timedelta(days=60)})


@bad("D15")
def _half(p: Patient) -> bytes:
    return typed_over(p, {BELOW: Decimal("900.5")})


@bad("D16")
def _decimals(p: Patient) -> bytes:
    return typed_over(p, {f"task.{ONGOING}.percent": Decimal("41.66666667")})


@bad("D18")
def _too_many(p: Patient) -> bytes:
    return typed_over(p, {ABOVE: Decimal(5 * 10**9), BELOW: Decimal(5 * 10**9)})


@bad("D19")
def _above_hundred(p: Patient) -> bytes:
    return typed_over(p, {f"task.{ONGOING}.percent": Decimal(8550)})


@bad("D20")
def _not_in_list(p: Patient) -> bytes:
    return typed_over(p, {f"task.{ONGOING}.state": "Gần xong"})


@bad("D21")
def _without_marks(p: Patient) -> bytes:
    return typed_over(p, {f"task.{ONGOING}.state": "dang thuc hien"})


@bad("D22")
def _former_word(p: Patient) -> bytes:
    return typed_over(p, {f"task.{ONGOING}.state": "Đang triển khai"})


@bad("D25")
def _too_long(p: Patient) -> bytes:
    return typed_over(p, {NOTE: "Đơn vị đã triển khai nhiều giải pháp đồng bộ. " * 40})


@bad("D26")
def _cut(p: Patient) -> bytes:
    return typed_over(
        p, {NOTE: ("Đơn vị đã triển khai nhiều giải pháp đồng bộ, " * 6)[:255].rstrip(", ").ljust(255, "g")}
    )


@bad("D27")
def _phone(p: Patient) -> bytes:
    return typed_over(p, {"agency.phone": "09123"})


@bad("D28")
def _placeholder(p: Patient) -> bytes:
    return typed_over(p, {"agency.contact": "xxx"})


@bad("D29")
def _spaces(p: Patient) -> bytes:
    return typed_over(p, {NOTE: "   Số liệu   theo sổ  theo dõi   "})


@bad("D30")
def _in_a_comment(p: Patient) -> bytes:
    sheet, cell = p.cell(SOURCE)
    return p.hand(lambda e: e.put(sheet, cell, None), lambda e: e.comment(sheet, cell, "Theo sổ theo dõi văn bản đi"))


@bad("D31", status="accepted")
def _no_evidence(p: Patient) -> bytes:
    return typed_over(p, {f"task.{DONE}.evidence": None})


@bad("D32")
def _missed_unexplained(p: Patient) -> bytes:
    return typed_over(p, _MISSED)


@bad("E06")
def _condition(p: Patient) -> bytes:
    return typed_over(p, {"C.4.numerator": Decimal(900_000), "C.4.denominator": Decimal(900_000)})


@bad("E07")
def _done_at_half(p: Patient) -> bytes:
    return typed_over(p, {f"task.{DONE}.percent": Decimal(60)})


@bad("E12", status="rejected")
def _section_left(p: Patient) -> bytes:
    parts = (".numerator", ".denominator", ".value", ".absent", ".note")
    return typed_over(p, {n: None for n in p.typed if n.endswith(parts)})


@bad("F05")
def _one_word(p: Patient) -> bytes:
    return typed_over(p, {**_MISSED, NOTE: "Khó"})
