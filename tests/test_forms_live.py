"""Forms in LibreOffice: the formulas say what the model says, and a form saved by it is the same form."""

import io
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from dtxl.forms import draw_form
from dtxl.model.form import IDENTITY_PARTS, INDICATORS, LISTS, Form, IndicatorRow
from dtxl.model.plan import Kind
from dtxl.model.rollup import State
from dtxl.model.verdict import judge, ratio
from tests.test_forms import KEY, indicator, sample_form

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="needs soffice (Debian: libreoffice-calc-nogui)")

WORDS = {State.EXCEEDED: "Vượt mục tiêu", State.MET: "Đạt mục tiêu", State.MISSED: "Chưa đạt"}
# (comparator, target, numerator, denominator): at, just above and just below; shares that binary fractions miss
PAIRS = [
    *[(">=", "70", a, b) for a, b in ((70, 100), (7, 10), (699, 1000), (701, 1000), (0, 5), (5, 0), (0, 0), (12, 10))],
    *[(">", "50", a, b) for a, b in ((1, 2), (500001, 1000000), (499999, 1000000))],
    *[(op, "99.9", a, b) for op in (">=", ">", "<=", "<", "=") for a, b in ((999, 1000), (9990, 10000), (998, 1000))],
    *[(op, "33.3", a, b) for op in (">=", "=", "<") for a, b in ((333, 1000), (332, 1000), (1, 3))],
    *[("<=", "5", a, b) for a, b in ((5, 100), (6, 100), (1, 20))],
    *[(op, "14.7", a, b) for op in (">=", "=") for a, b in ((147, 1000), (1470000147, 10000001000))],
    ("increase>=", "20", 20, 100), ("increase>", "20", 20, 100), ("reduce>=", "20", 21, 100),
    *[(">=", "66.7", a, b) for a, b in (("66.7", "100"), ("0.667", "1"), ("6.67", "10.0"), ("0.6669", "1"))],
]  # fmt: skip
VALUES = [(">=", "90", "90"), (">=", "90", "90.01"), (">", "90", "90"), ("<", "0.3", "0.3"), ("=", "1.1", "1.1"),
          ("", "", "12"), (">=", "90", "0")]  # fmt: skip


def many_targets() -> Form:
    ratios = [
        indicator(f"I.{n}", op, target, whole=not isinstance(a, str)) for n, (op, target, a, _) in enumerate(PAIRS, 1)
    ]
    values = [indicator(f"II.{n}", op, t, Kind.SCORE, whole=False) for n, (op, t, _) in enumerate(VALUES, 1)]
    blanks = [indicator(f"III.{n}", ">=", "70") for n in range(1, 5)]
    return sample_form((*ratios, *values, *blanks))


def typed(form: Form) -> dict[str, float | str]:
    cells: dict[str, float | str] = {}
    for n, (_, _, a, b) in enumerate(PAIRS, 1):
        cells[f"I.{n}.numerator"], cells[f"I.{n}.denominator"] = float(a), float(b)
    for n, (_, _, value) in enumerate(VALUES, 1):
        cells[f"II.{n}.value"] = float(value)
    cells["III.1.absent"] = "Không phát sinh"
    cells["III.2.numerator"] = 5.0
    cells["III.3.numerator"], cells["III.3.denominator"] = "ba trăm", 7.0
    assert set(cells) <= set(form.by_name)
    return cells


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Form, Workbook, Workbook]:
    """The form, and the file that LibreOffice made of it: with formulas, and with their results."""
    form = many_targets()
    book = openpyxl.load_workbook(io.BytesIO(draw_form(form, KEY)))
    for name, value in typed(form).items():
        book[form.by_name[name].sheet][form.by_name[name].cell] = value
    folder = tmp_path_factory.mktemp("soffice")
    source = folder / "form.xlsx"
    book.save(source)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    content = Path(folder / "out" / "form.xlsx").read_bytes()
    formulas, results = (openpyxl.load_workbook(io.BytesIO(content), data_only=only) for only in (False, True))
    return form, formulas, results


def shown(book: Workbook, row: IndicatorRow) -> tuple[object, object]:
    sheet = book[INDICATORS]
    return sheet.cell(row.row + 1, 11).value, sheet.cell(row.row + 1, 12).value or ""


def test_formulas_agree_with_the_model(saved: tuple[Form, Workbook, Workbook]) -> None:
    form, _, results = saved
    rows = {row.indicator.code: row for row in form.indicator_rows}
    expected = {f"I.{n}": ratio(Decimal(str(a)), Decimal(str(b))) for n, (_, _, a, b) in enumerate(PAIRS, 1)}
    expected |= {f"II.{n}": ratio(Decimal(v), Decimal(100)) for n, (_, _, v) in enumerate(VALUES, 1)}
    for code, value in expected.items():
        result, verdict = shown(results, rows[code])
        state = judge(value, rows[code].target)
        assert verdict == WORDS.get(state, ""), (code, value, rows[code].target)
        assert result == (pytest.approx(float(value), rel=1e-12) if value is not None else None), code


def test_reasons_and_unfinished_rows(saved: tuple[Form, Workbook, Workbook]) -> None:
    form, _, results = saved
    rows = {row.indicator.code: row for row in form.indicator_rows}
    assert shown(results, rows["III.1"]) == (None, "Không phát sinh")
    assert [shown(results, rows[f"III.{n}"]) for n in (2, 3, 4)] == [(None, "")] * 3


def test_saving_keeps_identity_values_locks_and_lists(saved: tuple[Form, Workbook, Workbook]) -> None:
    form, book, _ = saved
    original = openpyxl.load_workbook(io.BytesIO(draw_form(form, KEY)))
    assert book[LISTS].sheet_state == "hidden"
    assert [c.value for c in book[LISTS]["B"][:7]] == [c.value for c in original[LISTS]["B"][:7]]
    for part in IDENTITY_PARTS:
        text = original.custom_doc_props[f"dtxl.{part}"].value
        assert book.custom_doc_props[f"dtxl.{part}"].value == text
        assert book.defined_names[f"dtxl_{part}"].attr_text == f'"{text}"'
    for name, value in typed(form).items():
        field = form.by_name[name]
        assert book[field.sheet][field.cell].value == value
    for field in form.fields:
        assert book[field.sheet][field.cell].protection.locked is False
    assert book.defined_names["dtxl_list_1"].attr_text.replace("'", "") == "_danh_muc!$D$2:$D$4"
    assert book[INDICATORS].protection.sheet
    assert book[INDICATORS].column_dimensions["A"].hidden
