"""Rules that a form holds itself (checks on typing, formulas, colours) say in LibreOffice what ours say in Python."""

import io
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formula.translate import Translator

from dtxl.checks import check
from dtxl.files.form_formulas import result_value, state_word
from dtxl.forms import draw_form
from dtxl.intake import Intake, read_return
from dtxl.model.finding import Finding
from dtxl.model.form import INDICATORS, TASKS, FormField, IndicatorRow, cell_name
from dtxl.model.verdict import judge
from tests.small import IN_TIME, KEY, fill_form, form_of, good_values, register

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="needs soffice (Debian: libreoffice-calc-nogui)")

FORM = form_of("STTTT")  # targets ≥ 100%, > 70% and, of money, ≥ 10%
BLANK = draw_form(FORM, KEY)
ASKED = "kiểm tra"  # the sheet in which LibreOffice answers
WHY = "Do nâng cấp hệ thống"
NONE, ARISEN = "Chưa có số liệu", "Không phát sinh"
DONE, GOING = "Đã hoàn thành", "Đang thực hiện"

# What is typed into every indicator (numerator, denominator, reason, note) and the first task (state, percent, date)
VARIANTS: list[tuple[Any, Any, Any, Any, Any, Any, Any]] = [
    (100, 100, None, None, DONE, 100, date(2024, 3, 1)), (99, 100, None, None, GOING, 0, None),
    (99, 100, None, WHY, GOING, 99.5, None), (101, 100, None, None, GOING, 100.5, None),
    (70, 100, None, WHY, GOING, -1, None), (7, 10, None, None, "Gần xong", 50, None),
    (71, 100, None, None, "đang thực hiện", 50, None), (701, 1000, None, "  ", GOING, "nhiều", None),
    (0, 100, None, None, "Chưa thực hiện", 0, None), (0, 0, None, None, GOING, None, None),
    (5, 0, None, None, GOING, None, None), (None, None, NONE, None, GOING, None, None),
    (None, None, ARISEN, "Không có hồ sơ", GOING, 12, None), (None, None, None, None, GOING, None, None),
    (12, 30, NONE, None, GOING, None, None), (12, None, ARISEN, None, GOING, None, None),
    (None, 30, NONE, None, GOING, None, None), (12, None, None, None, GOING, None, None),
    (None, 30, None, None, GOING, None, None), ("nhiều", 30, None, None, GOING, None, None),
    (12, "nhiều", None, None, GOING, None, None), (12, 30, "Không có", WHY, GOING, None, None),
    (12.5, 30, None, WHY, GOING, None, None), (12.5, 12.25, None, None, GOING, None, None),
    (-5, 10, None, None, GOING, None, None), (5, -10, None, None, GOING, None, None),
    (1, 3, None, None, GOING, 33.3, None), (2, 3, None, WHY, GOING, 66.67, None),
    (10, 100, None, None, DONE, 100, "hôm qua"), (1, 10, None, WHY, DONE, 100, date(2030, 1, 1)),
    (9999999, 10000000, None, None, GOING, None, None), (700000001, 1000000000, None, None, GOING, None, None),
    (0.1, 1, None, None, GOING, None, None), (0.3, 3, None, None, GOING, None, None),
    (0.7, 1, None, None, GOING, None, None), (30.1, 301, None, WHY, GOING, None, None),
]  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One variant: what the rules in Python found, and what LibreOffice made of the form's own rules."""

    typed: dict[str, Any]
    intake: Intake
    findings: list[Finding]
    shown: dict[str, Any]  # cell of the indicators' sheet → result
    refused: dict[str, bool]  # field → the check on typing does not let it pass
    coloured: dict[tuple[str, str], bool]  # (kind of colour, cell) → at work

    def codes(self, field: str) -> set[str]:
        return {f.code for f in self.findings if f.field == field}


def typed(variant: tuple[Any, ...]) -> dict[str, Any]:
    values: dict[str, Any] = dict(good_values(FORM))
    for row in FORM.indicator_rows:
        for part, value in zip(("numerator", "denominator", "absent", "note"), variant, strict=False):
            values[f"{row.indicator.code}.{part}"] = value
    for part, value in zip(("state", "percent", "done_on"), variant[4:], strict=True):
        values[f"task.{FORM.task_rows[0].task.code}.{part}"] = value
    return values


COLOURS = {"above": "AND(ISNUMBER(", "reason": '<>"",OR(', "unexplained": "TRIM(", "missed": '="Chưa đạt"'}


def prefixed(formula: str, sheet: str) -> str:
    """A formula of `sheet` as another sheet would write it."""
    parts = re.split(r'("[^"]*")', formula)
    return "".join(
        part if part.startswith('"') else re.sub(r"(?<![\w!])(\$?[A-Z]{1,2}\$?\d+)", rf"'{sheet}'!\1", part)
        for part in parts
    )


def with_questions(content: bytes) -> bytes:
    """The filled form with a sheet that asks of every cell what its checks and colours say: key, cell, answer."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.create_sheet(ASKED)
    for sheet in (INDICATORS, TASKS):
        for rule in book[sheet].data_validations.dataValidation:
            if rule.type not in (None, "none"):
                for area in rule.sqref.ranges:
                    for row, column in area.cells:
                        cell = cell_name(row - 1, column - 1)
                        page.append([f"check {sheet}", cell, passes(rule, f"'{sheet}'!{cell}")])
    for ranges, rules in book[INDICATORS].conditional_formatting._cf_rules.items():
        # Only rows are relative in these formulas: the topmost cell is as good as the first.
        first = cell_name(*min((area.min_row - 1, area.min_col - 1) for area in ranges.sqref.ranges))
        for rule in rules:
            kind = next((k for k, words in COLOURS.items() if words in rule.formula[0]), None)
            for area in ranges.sqref.ranges if kind else ():
                for row, column in area.cells:
                    cell = cell_name(row - 1, column - 1)
                    formula = Translator(f"={rule.formula[0]}", origin=first).translate_formula(cell)
                    page.append([kind, cell, prefixed(formula, INDICATORS)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def passes(rule: Any, cell: str) -> str:
    """A check on typing as a formula: TRUE where it lets the cell's content pass."""
    if rule.type == "list":
        return f"=COUNTIF({rule.formula1},{cell})>0"
    if rule.operator in (None, "between"):
        bounds = f"{cell}>={rule.formula1},{cell}<={rule.formula2}"
    else:
        assert rule.operator == "greaterThanOrEqual"
        bounds = f"{cell}>={rule.formula1}"
    whole = f",INT({cell})={cell}" if rule.type == "whole" else ""
    return f"=IF(ISNUMBER({cell}),AND({bounds}{whole}),FALSE)"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[Answer]:
    folder = tmp_path_factory.mktemp("parity")
    contents = [fill_form(FORM, typed(variant), BLANK).content() for variant in VARIANTS]
    paths = [folder / f"{number:02}.xlsx" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(with_questions(content))
    command = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
    ]
    subprocess.run(
        [*command, "--outdir", str(folder / "out"), *map(str, paths)], check=True, capture_output=True, timeout=180
    )
    return [
        answer(typed(v), content, folder / "out" / path.name)
        for v, content, path in zip(VARIANTS, contents, paths, strict=True)
    ]


def answer(values: dict[str, Any], content: bytes, path: Path) -> Answer:
    intake = read_return(content, "x.xlsx", IN_TIME, register())
    assert intake.form is not None
    book = openpyxl.load_workbook(path, data_only=True)
    at = {(f.sheet, f.cell): f.name for f in FORM.fields}
    refused, coloured = {}, {}
    for kind, cell, result in book[ASKED].iter_rows(values_only=True):
        assert result in (True, False), (kind, cell, result)
        if str(kind).startswith("check "):
            refused[at[str(kind).removeprefix("check "), str(cell)]] = not result
        else:
            coloured[str(kind), str(cell)] = bool(result)
    shown = {c.coordinate: c.value for row in book[INDICATORS].iter_rows() for c in row}
    findings = [*intake.findings, *check(intake.form, intake.submission)]
    return Answer(values, intake, findings, shown, refused, coloured)


def figures(one: Answer, row: IndicatorRow) -> tuple[Decimal | None, Decimal | None]:
    code = row.indicator.code
    return one.intake.submission.number(f"{code}.numerator"), one.intake.submission.number(f"{code}.denominator")


def field_of(row: IndicatorRow, part: str) -> FormField:
    return FORM.by_name[f"{row.indicator.code}.{part}"]


def test_the_shown_result_is_the_result(answers: list[Answer]) -> None:
    results = []
    for one in answers:
        for row in FORM.indicator_rows:
            value: Fraction | None = result_value(row, figures(one, row))
            shown = one.shown[cell_name(row.row, 10)]
            results.append(value)
            expected = None if value is None else pytest.approx(float(value), rel=1e-12)
            assert (shown or None if value is None else shown) == expected, (one.typed, row.indicator.code)
    assert len(answers) >= 30
    assert len({value for value in results if value is not None}) > 15
    assert results.count(None) > 20


def test_the_shown_verdict_is_the_verdict(answers: list[Answer]) -> None:
    seen = set()
    for one in answers:
        for row in FORM.indicator_rows:
            reason = one.typed[f"{row.indicator.code}.absent"]
            value = result_value(row, figures(one, row))
            expected = reason or ("" if value is None else state_word(judge(value, row.target)))
            assert (one.shown[cell_name(row.row, 11)] or "") == expected, (one.typed, row.indicator.code)
            seen.add(expected)
    assert {"", "Chưa đạt", "Đạt mục tiêu", "Vượt mục tiêu", NONE, ARISEN} <= seen


def test_what_the_checks_on_typing_refuse_the_rules_refuse(answers: list[Answer]) -> None:
    wrong = {"D05", "D12", "D13", "D15", "D17", "D19", "D20"}
    counts = {True: 0, False: 0}
    for one in answers:
        for field in FORM.fields:
            if field.name not in one.refused or one.typed.get(field.name) is None:
                continue
            found = bool(one.codes(field.name) & wrong)
            assert one.refused[field.name] == found, (field.name, one.typed[field.name], one.codes(field.name))
            counts[found] += 1
    assert min(counts.values()) > 15


def test_the_colours_say_what_the_rules_say(answers: list[Answer]) -> None:
    seen: dict[str, set[bool]] = {kind: set() for kind in COLOURS}
    for one in answers:
        for row in FORM.indicator_rows:
            above, below = field_of(row, "numerator"), field_of(row, "denominator")
            numerator, denominator = figures(one, row)
            # Of nothing there is no part: the form colours it as it colours too large a part.
            of_nothing = denominator is not None and denominator <= 0 < (numerator or 0)
            expected = {
                ("above", above): "E01" in one.codes(above.name) or of_nothing,
                ("reason", above): "D03" in one.codes(above.name) | one.codes(below.name),
                ("missed", None): one.shown[cell_name(row.row, 11)] == "Chưa đạt",
                # What is below zero is refused itself before it is to be explained.
                ("unexplained", field_of(row, "note")): "D32" in one.codes(field_of(row, "note").name)
                or (_below_zero(row, numerator, denominator) and not one.typed[f"{row.indicator.code}.absent"]),
            }
            for (kind, field), say in expected.items():
                cell = field.cell if field else cell_name(row.row, 11)
                assert one.coloured[kind, cell] == say, (kind, cell, one.typed)
                seen[kind].add(say)
    assert all(both == {True, False} for both in seen.values())


def _below_zero(row: IndicatorRow, numerator: Decimal | None, denominator: Decimal | None) -> bool:
    value = result_value(row, (numerator, denominator))
    return value is not None and value < 0
