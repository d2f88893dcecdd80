"""Forms whose sheets, rows and columns were changed (codes C)."""

from dtxl.files.xlsx_hand import Hand
from dtxl.model.form import COLUMNS, INDICATORS
from dtxl.simulate.damage import DAMAGES, Patient
from dtxl.simulate.kit_recipe import bad

for _code, _name in (
    ("C01", "sheet-deleted"), ("C10", "row-deleted"), ("C11", "row-inserted"), ("C13", "rows-sorted"),
    ("C21", "formula"), ("C23", "target-changed"),
):  # fmt: skip
    bad(_code)(DAMAGES[_name].how)
bad("C22", status="rejected")(DAMAGES["formula-never-calculated"].how)

_BEHIND = len(COLUMNS[INDICATORS]) + 1  # the first column behind the table, one-based
_NUMERATOR, _SOURCE, _NOTE = 8, 14, 15  # columns of the table, one-based


def _row(p: Patient, code: str = "C.2") -> int:
    """The row of an indicator as on the screen."""
    return p.form.row_of[INDICATORS, code] + 1


def _head(p: Patient) -> int:
    return p.form.row_of[INDICATORS, "#key"] + 1


@bad("C02")
def _renamed(p: Patient) -> bytes:
    return p.hand(lambda e: e.rename_sheet(INDICATORS, "chi tieu (sua)"))


@bad("C03")
def _extra_sheet(p: Patient) -> bytes:
    rows: list[list[str | int]] = [["Xã", "Số hồ sơ"], ["Thôn 1", 12], ["Thôn 2", 30]]
    return p.hand(lambda e: e.add_sheet("Số liệu chi tiết", rows))


@bad("C04")
def _no_head(p: Patient) -> bytes:
    return p.hand(lambda e: e.delete_row(INDICATORS, _head(p)))


@bad("C05")
def _column_deleted(p: Patient) -> bytes:
    return p.hand(lambda e: e.delete_column(INDICATORS, _SOURCE))


@bad("C06")
def _extra_column(p: Patient) -> bytes:
    def change(e: Hand) -> None:
        e.put(INDICATORS, f"P{_head(p)}", "Cơ quan phối hợp")
        e.put(INDICATORS, f"P{_row(p)}", "Bưu điện")

    return p.hand(change)


@bad("C07")
def _columns_swapped(p: Patient) -> bytes:
    return p.hand(lambda e: e.swap_columns(INDICATORS, _SOURCE, _NOTE))


@bad("C08")
def _column_twice(p: Patient) -> bytes:
    head: dict[int, str | int] = {_head(p): COLUMNS[INDICATORS][_NUMERATOR - 1].title, _row(p): 1}
    return p.hand(lambda e: e.insert_column(INDICATORS, _BEHIND, head))


@bad("C09")
def _column_untitled(p: Patient) -> bytes:
    values: dict[int, str | int] = {_row(p): 12, _row(p, "C.3"): 15}
    return p.hand(lambda e: e.insert_column(INDICATORS, _BEHIND, values))


@bad("C12")
def _row_twice(p: Patient) -> bytes:
    return p.hand(lambda e: e.insert_row(INDICATORS, _row(p) + 1, {1: "C.2", 8: 7, 10: 9}))


@bad("C14")
def _blank_row(p: Patient) -> bytes:
    return p.hand(lambda e: e.insert_row(INDICATORS, _row(p), {}))


@bad("C15")
def _beside(p: Patient) -> bytes:
    return p.hand(lambda e: e.put(INDICATORS, f"Q{_row(p)}", "Số liệu chưa gồm quý trước"))


@bad("C16", status="rejected")
def _merged(p: Patient) -> bytes:
    """The second of the merged cells loses its figure (D04)."""
    return p.hand(lambda e: e.merge(INDICATORS, f"H{_row(p)}:H{_row(p) + 1}"))


@bad("C17")
def _shifted(p: Patient) -> bytes:
    rows = [r.row + 1 for r in p.form.indicator_rows]
    return p.hand(lambda e: e.shift_down(INDICATORS, _NUMERATOR, rows[0], rows[-1]))


@bad("C18")
def _hidden(p: Patient) -> bytes:
    return p.hand(lambda e: e.hide_row(INDICATORS, _row(p)))


@bad("C19")
def _names(p: Patient) -> bytes:
    return p.hand(lambda e: e.define_name("BangCu", "'[bao-cao-cu.xlsx]Sheet1'!#REF!"))


@bad("C20")
def _result_typed(p: Patient) -> bytes:
    return p.hand(lambda e: e.put(INDICATORS, f"K{_row(p)}", 99))


@bad("C24")
def _pasted_over(p: Patient) -> bytes:
    return p.hand(lambda e: e.drop_checks(INDICATORS))


@bad("C25")
def _unprotected(p: Patient) -> bytes:
    return p.hand(lambda e: e.unprotect(INDICATORS))


@bad("C26")
def _renumbered(p: Patient) -> bytes:
    return p.hand(lambda e: e.put(INDICATORS, f"B{_row(p)}", "99"))
