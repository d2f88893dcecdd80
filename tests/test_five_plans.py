"""The five sample plans: each document says what its source says, and each runs from the document to the report in one
command, with figures that are those the agencies typed."""

import csv
import importlib.util
import json
import re
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import docx
import pytest
from click.testing import CliRunner

from dtxl.cli.main import cli
from dtxl.core.text import tidy
from dtxl.documents import report_figures
from dtxl.extract import extract_document
from dtxl.files.docx_paper import read_paper
from dtxl.layout import check_layout
from dtxl.model.plan import name_key
from dtxl.model.rollup import State
from dtxl.pipeline.lint import provinces
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.workspace import open_workspace
from dtxl.simulate.demo import sample_periods
from tests import scoring
from tests.test_quarter import level_of

SAMPLES = Path(__file__).parent.parent / "samples"
LISTS = {
    "bac-giang-2023": "bac-giang-2023",
    "son-la-2023": "son-la-2023",
    "ben-tre-2025": "ben-tre-2025-2030",
    "nghe-an-2025": "nghe-an-2025",
}
# Of each plan in its quarter: agencies, indicators asked, target rows.
QUARTERS = {
    "bac-giang-2023": ("2023-Q1", 239, 22, 26),
    "bac-giang-2024": ("2024-Q1", 241, 28, 30),
    "ben-tre-2025": ("2025-Q1", 186, 9, 12),
    "nghe-an-2025": ("2025-Q1", 501, 20, 23),
    "son-la-2023": ("2023-Q1", 236, 20, 21),
}
# The levels that a scope reaches, read by hand where it is no level's own name.
REACH = {
    "xã": {"cấp xã"},
    "hộ gia đình": set(),
    "các sở, ban, ngành, UBND các huyện, thành phố": {"cấp tỉnh", "cấp huyện"},
}
WARNED = {"C13", "C21", "D06", "D07", "D09", "B11"}  # returns with no graver finding count


# ------------------------------------------------------------------------------------------------------- documents


@pytest.mark.parametrize("plan", LISTS)
def test_a_sample_document_says_what_the_reader_found_in_its_source(plan: str) -> None:
    listed = tomllib.loads((scoring.DATA / "plans" / f"{LISTS[plan]}.toml").read_text("utf-8"))
    found = extract_document(SAMPLES / plan / "ke-hoach.docx")
    result = scoring.score(
        plan, listed["indicator"], [(i.text, i.targets) for i in found.indicators], listed["year"]
    )  # fmt: skip
    assert result.differences == []
    assert result.matched == len(found.indicators)
    info = found.info
    assert (info.id, info.number, info.year, info.issuer) == (plan, listed["number"], listed["year"], listed["issuer"])
    assert info.title.casefold() == listed["title"].casefold()
    assert (info.date.isoformat() if info.date else "") == listed["date"]
    assert len([q for q in found.questions if q.about == "Xếp hạng"]) == len(listed["rankings"])
    assert (info.signer_name, info.recipients) == ("", ())  # the source does not say


@pytest.mark.parametrize("plan", LISTS)
def test_a_sample_document_is_what_its_script_makes_and_repeats_no_running_text(plan: str) -> None:
    builder = load("build_plan", SAMPLES / "build_plan.py")
    assert (SAMPLES / plan / "ke-hoach.docx").read_bytes() == builder.build(SAMPLES / plan)
    source = scoring.PLANS / f"{LISTS[plan]}.txt"
    if not source.is_file():
        pytest.skip("the plan's own text is not on this machine")
    theirs = words(source.read_text("utf-8"))
    known = {tuple(theirs[at : at + 26]) for at in range(len(theirs) - 25)}
    with (SAMPLES / plan / "indicators.csv").open(encoding="utf-8", newline="") as file:
        stated = {f"- {row['text']}." for row in csv.DictReader(file)}
    for paragraph in docx.Document(str(SAMPLES / plan / "ke-hoach.docx")).paragraphs:
        ours = [] if paragraph.text in stated else words(paragraph.text)
        assert not known & {tuple(ours[at : at + 26]) for at in range(len(ours) - 25)}, paragraph.text


def load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(text: str) -> list[str]:
    return re.findall(r"\w+", tidy(text).casefold())


def test_tasks_stand_where_the_source_names_offices() -> None:
    plans = {plan: extract_document(SAMPLES / plan / "ke-hoach.docx") for plan in LISTS}
    assert {plan: len(p.tasks) for plan, p in plans.items()} == {**dict.fromkeys(LISTS, 0), "nghe-an-2025": 9}
    assert plans["nghe-an-2025"].tasks[0].agency == "Sở Thông tin và Truyền thông"


def test_there_are_five_samples_each_with_its_quarter() -> None:
    assert sample_periods() == {plan: quarter[0] for plan, quarter in QUARTERS.items()}


# ---------------------------------------------------------------------------------------------------- the whole run


def by_hand(made: list[dict[str, Any]], code: str, scope: str | None) -> tuple[Decimal, Decimal, int]:
    """Σ numerators (or values), Σ denominators and number of the returns that count, from what was typed."""
    levels = REACH.get(scope or "", {scope or ""})
    above = below = Decimal(0)
    reported = 0
    for one in made:
        if one["damage"] not in ("", "late") and not set(one["codes"]) <= WARNED:
            continue
        if scope is not None and level_of(one["agency"]) not in levels:
            continue
        typed = one["typed"]
        if f"{code}.numerator" in typed:
            above, below = above + Decimal(typed[f"{code}.numerator"]), below + Decimal(typed[f"{code}.denominator"])
            reported += 1
        elif f"{code}.value" in typed:
            above += Decimal(typed[f"{code}.value"])
            reported += 1
    return above, below, reported


def text_of(path: Path) -> str:
    paper = docx.Document(str(path))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in paper.paragraphs), *cells]).replace("\u00a0", " ")


@pytest.mark.parametrize("plan", QUARTERS)
def test_a_plan_runs_from_its_document_to_its_report_in_one_command(tmp_path: Path, plan: str) -> None:
    period, agencies, indicators, targets = QUARTERS[plan]
    root, told = tmp_path / plan, tmp_path / "facts.json"
    result = CliRunner().invoke(cli, ["demo", str(root), "--plan", plan, "--json", str(told)], prog_name="dtxl")
    assert result.exit_code == 0, result.output
    facts = json.loads(told.read_text("utf-8"))
    rows = facts["rollup"]["indicators"]
    assert len(facts["rollup"]["agencies"]) == agencies == len(list((root / period / "gui-di").rglob("*.xlsx")))
    assert len({r["code"] for r in rows}) == indicators
    assert len(rows) == targets
    made = json.loads((root / period / "mo-phong.json").read_text("utf-8"))
    silent = [r for r in rows if r["expected"] == 0]
    assert all(r["state"] == "no_data" and r["value"] is None for r in silent)
    assert len(silent) == {"ben-tre-2025": 1, "nghe-an-2025": 1}.get(plan, 0)
    for row in rows:
        if row not in silent:
            same_as_typed(row, made)
    workspace = open_workspace(root)
    rollup = make_rollup(workspace, period, workspace.period(period).report_due)
    workspace.close()
    layout = check_layout(read_paper(root / period / "bao-cao.docx"), provinces=provinces())
    assert [(b.code, b.place, b.found) for b in layout.breaches] == []
    text = text_of(root / period / "bao-cao.docx")
    values: dict[str, list[Fraction | None]] = {}
    for r in rollup.indicators:
        values.setdefault(f"indicator.{r.code}" + (f"[{r.scope}]" if r.scope else "") + ".value", []).append(r.value)
    figures = report_figures(rollup, rollup.unknown_files)
    assert [f for f in figures if f.name in values and f.value not in values[f.name]] == []
    assert [f for f in figures if f.text.replace("\u00a0", " ") not in text] == []
    assert sum(f.name in values for f in figures) >= targets - rollup.count(State.NO_DATA)
    for agency in rollup.plan.agencies:  # each thing is asked once
        names = [(i.kind, name_key(i.name)) for i in rollup.plan.indicators_of(agency)]
        assert len(names) == len(set(names))


def same_as_typed(row: dict[str, Any], made: list[dict[str, Any]]) -> None:
    above, below, reported = by_hand(made, row["code"], row["scope"])
    place = (row["code"], row["scope"])
    assert row["reported"] == reported, place
    value = Fraction(above) * 100 / Fraction(below) if below else Fraction(above) if reported else None
    assert row["value"] == (float(value) if value is not None else None), place
    assert Decimal(str(row["numerator"] or 0)) == above, place
    assert Decimal(str(row["denominator"] or 0)) == below, place
    op, bound = row["op"].removeprefix("increase").removeprefix("reduce"), Fraction(str(row["target"]))
    if value is None:
        assert row["state"] == "no_data", place
    else:
        holds = value > bound or (op == ">=" and value == bound)
        assert row["state"] in (("met", "exceeded") if holds else ("missed",)), place


def test_a_plan_that_is_no_sample_is_answered_with_the_list(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["demo", str(tmp_path / "x"), "--plan", "ha-noi-2030"], prog_name="dtxl")
    assert result.exit_code == 2
    assert "“ha-noi-2030”" in result.output
    assert all(plan in result.output for plan in QUARTERS)
    assert not (tmp_path / "x").exists()


def test_the_help_names_the_samples() -> None:
    shown = " ".join(CliRunner().invoke(cli, ["demo", "--help"], prog_name="dtxl").output.split())
    assert all(plan in shown for plan in QUARTERS)
    assert "Kế hoạch mẫu" in shown
