"""What an agency changed since its last return, cell by cell."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dtxl.cli.main import cli
from dtxl.core.errors import DtxlError
from dtxl.files.xlsx_edit import Editor
from dtxl.model.form import Form
from dtxl.model.submission import Value
from dtxl.pipeline.changes import compare, last_changes
from dtxl.pipeline.collect import collect
from dtxl.pipeline.issue import FormBuilder
from dtxl.pipeline.workspace import Workspace
from dtxl.simulate import simulate
from tests.conftest import PERIOD

AGENCY = "217"


@pytest.fixture
def first(few: Workspace) -> tuple[Workspace, Path]:
    """One sound return of each agency, collected; and where AGENCY's lies."""
    path = next(few.root / s.path for s in simulate(few, PERIOD, seed=12, share=0) if s.agency == AGENCY)
    collect(few, PERIOD)
    return few, path


def form(workspace: Workspace) -> Form:
    built = FormBuilder(workspace, workspace.period(PERIOD))(AGENCY)
    assert built is not None
    return built


def send_again(workspace: Workspace, path: Path, name: str, **typed: object) -> None:
    """A second return, an hour after the first, with some cells typed anew."""
    editor = Editor(path.read_bytes())
    for field, value in typed.items():
        at = form(workspace).by_name[field]
        editor.put(at.sheet, at.cell, value)  # type: ignore[arg-type]
    again = path.with_name(name)
    again.write_bytes(editor.content())
    later = path.stat().st_mtime + 3600
    os.utime(again, (later, later))
    collect(workspace, PERIOD)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments])


def value(raw: str, number: str | None = None, cell: str = "H6") -> Value:
    return Value("f", "number", raw, "Chỉ tiêu", cell, number=Decimal(number) if number else None)


def test_each_cell_that_differs_is_told(first: tuple[Workspace, Path]) -> None:
    workspace, path = first
    row = form(workspace).indicator_rows[0]
    code = row.indicator.code
    before = workspace.store.receipts(PERIOD)
    old = workspace.store.values([r for r in before if r.agency == AGENCY]).popitem()[1]
    name = f"{code}.denominator"
    bigger = int(old[name].number or 0) + 7
    typed = {name: Decimal(bigger), f"{code}.note": "Bổ sung số liệu tháng 3", "agency.phone": None}
    send_again(workspace, path, "lan-2.xlsx", **typed)
    found = last_changes(workspace, PERIOD, AGENCY)
    told = {c.field: (c.old, c.new) for c in found.changes}
    assert told[name] == (old[name].raw, str(bigger))
    assert told[f"{code}.note"][1] == "Bổ sung số liệu tháng 3"
    assert set(told) == {name, f"{code}.note"} | ({"agency.phone"} if "agency.phone" in old else set())
    change = next(c for c in found.changes if c.field == name)
    at = form(workspace).by_name[name]
    assert (change.label, change.sheet, change.cell) == (at.label, at.sheet, at.cell)
    assert found.old is not None
    assert found.new is not None
    assert (Path(found.old.path).name, Path(found.new.path).name) == (path.name, "lan-2.xlsx")


def test_of_three_returns_the_last_two_are_compared_faulty_ones_too(first: tuple[Workspace, Path]) -> None:
    workspace, path = first
    code = form(workspace).indicator_rows[0].indicator.code
    send_again(workspace, path, "lan-2.xlsx", **{f"{code}.note": "hai"})
    send_again(workspace, path.with_name("lan-2.xlsx"), "lan-3.xlsx", **{f"{code}.numerator": "nhiều"})
    found = last_changes(workspace, PERIOD, AGENCY)
    assert found.new is not None
    assert found.new.status == "rejected"
    assert [(c.field, c.new) for c in found.changes] == [(f"{code}.numerator", "nhiều")]


def test_the_command(first: tuple[Workspace, Path]) -> None:
    workspace, path = first
    code = form(workspace).indicator_rows[0].indicator.code
    asked = ("diff", workspace.root, "--period", PERIOD, "--agency", AGENCY)
    single = run(*asked, "--json", "-")
    assert single.exit_code == 0
    assert json.loads(single.stdout)["old"] is None
    assert "một bản nộp" in single.stderr
    send_again(workspace, path, "lan-2.xlsx", **{f"{code}.note": "=hai [b]"})
    result = run(*asked)
    assert result.exit_code == 1
    assert "1 ô khác nhau" in result.stdout
    assert "=hai [b]" in result.stdout
    told = json.loads(run(*asked, "--json", "-").stdout)
    assert [c["new"] for c in told["changes"]] == ["=hai [b]"]
    assert told["new"]["path"].endswith("lan-2.xlsx")
    assert told["new"]["received_at"] > told["old"]["received_at"]
    unknown = run("diff", workspace.root, "--period", PERIOD, "--agency", "XYZ")
    assert (unknown.exit_code, "XYZ" in unknown.stderr) == (2, True)


def test_an_agency_that_sent_nothing(few: Workspace) -> None:
    found = last_changes(few, PERIOD, AGENCY)
    assert (found.old, found.new, found.changes) == (None, None, ())
    with pytest.raises(DtxlError):
        last_changes(few, PERIOD, "XYZ")


def test_the_same_content_typed_otherwise_or_elsewhere_is_no_change() -> None:
    labels = {"f": "Chỉ tiêu I.1, tử số"}
    assert compare({"f": value("85,5", "85.5")}, {"f": value("85.5", "85.5", "H9")}, labels) == ()
    assert compare({"f": value("nhiều")}, {"f": value("nhiều")}, labels) == ()
    assert compare({}, {}, labels) == ()


def test_blank_zero_and_unreadable_are_three_things() -> None:
    for old, new in (({}, {"f": value("0", "0")}), ({"f": value("0", "0")}, {"f": value("không")})):
        assert len(compare(old, new, {})) == 1
    gone = compare({"f": value("5", "5")}, {}, {})[0]
    assert (gone.old, gone.new, gone.cell, gone.new_cell) == ("5", "", "H6", "")
    assert gone.label == "f"
