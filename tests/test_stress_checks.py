"""What the rounds hold true can fail: each fault put into a state is seen, and a sound state is let be."""

import copy
import io
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dtxl.pipeline.collect import collect
from tests.small import PERIOD
from tests.stress.page import FIGURES, Broken, joined, put, sections, table
from tests.stress.places import (
    ARCHIVE,
    INBOX,
    RETURNED,
    blank_forms,
    differences,
    good_return,
    half_way,
    held,
    issued,
    lost,
    put_returns,
    small_crowd,
)
from tests.stress.reader import batch, sound, through
from tests.stress.run import ROUNDS, main

State = dict[str, Any]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, State, dict[str, int]]:
    """A workspace whose returns were collected, and what it holds."""
    root = tmp_path_factory.mktemp("held") / "workspace"
    workspace = issued(root, small_crowd(8))
    count = put_returns(workspace, blank_forms(workspace))
    counts = collect(workspace, PERIOD).counts
    workspace.close()
    assert counts["files"] == count
    return root, held(root), counts


def test_the_returns_of_the_rounds_have_every_outcome(collected: tuple[Path, State, dict[str, int]]) -> None:
    assert collected[2] == {
        "files": 16, "accepted": 8, "superseded": 1, "rejected": 4, "unreadable": 2, "duplicate": 1,
    }  # fmt: skip


def first(folder: str, state: State) -> str:
    return min(state[f"{PERIOD}/{folder}"] if folder != ARCHIVE else state[ARCHIVE])


def without_file(state: State) -> None:
    recorded = {row[1] for row in state["receipt"]}
    del state[ARCHIVE][next(name for name in state[ARCHIVE] if Path(name).name in recorded)]


def half_archived(state: State) -> None:
    state[ARCHIVE][first(ARCHIVE, state)] = "0" * 64


def strange_receipt(state: State) -> None:
    row = state["receipt"][0]
    state["receipt"][0] = (*row[:4], "99999", *row[5:])


def receipt_twice(state: State) -> None:
    state["receipt"].append(state["receipt"][0])


def value_lost(state: State) -> None:
    del state["value"][3]


def value_twice(state: State) -> None:
    state["value"].insert(3, state["value"][3])


def finding_lost(state: State) -> None:
    del state["finding"][0]


def half_marked(state: State) -> None:
    state[f"{PERIOD}/{RETURNED}"][first(RETURNED, state)] = "0" * 64


def inbox_touched(state: State) -> None:
    del state[f"{PERIOD}/{INBOX}"][first(INBOX, state)]


def unsound(state: State) -> None:
    state["sound"] = "row 7 missing from index receipt_agency"


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (without_file, "not archived"), (half_archived, "archive"), (strange_receipt, "receipts"),
        (receipt_twice, "receipts"), (value_lost, "value"), (value_twice, "value"), (finding_lost, "finding"),
        (half_marked, "marked"), (inbox_touched, "inbox"), (unsound, "database"),
    ],
)  # fmt: skip
def test_what_is_half_is_seen(
    collected: tuple[Path, State, dict[str, int]], harm: Callable[[State], None], said: str
) -> None:
    end = collected[1]
    now = copy.deepcopy(end)
    assert half_way(now, end) == ""
    harm(now)
    assert said in half_way(now, end)
    assert differences(now, end) != "" or now["receipt"] != end["receipt"]


def part_of(end: State) -> State:
    """The state of a run that came half as far."""
    now = copy.deepcopy(end)
    recorded = {row[1] for row in now["receipt"][::2]}
    now["receipt"] = now["receipt"][::2]
    for name in ("value", "finding"):
        now[name] = [row for row in now[name] if row[0] in recorded]
    now[f"{PERIOD}/{RETURNED}"] = {}
    return now


def test_half_as_far_is_not_half(collected: tuple[Path, State, dict[str, int]]) -> None:
    end = collected[1]
    assert half_way(part_of(end), end) == ""
    assert lost(part_of(end), end) == ""
    assert lost(end, end) == ""


def test_what_is_lost_is_seen(collected: tuple[Path, State, dict[str, int]]) -> None:
    end = collected[1]
    assert "lost" in lost(end, part_of(end))
    now = copy.deepcopy(end)
    half_archived(now)
    without_file(now)
    assert "lost" in lost(end, now)


def test_rows_without_a_receipt_are_seen(collected: tuple[Path, State, dict[str, int]], tmp_path: Path) -> None:
    root = tmp_path / "harmed"
    shutil.copytree(collected[0], root)
    assert held(root)["sound"] == "ok"
    base = sqlite3.connect(root / "dtxl.db")
    base.execute("DELETE FROM receipt WHERE id = (SELECT min(receipt) FROM value)")
    base.commit()
    base.close()
    assert "without a receipt" in held(root)["sound"]


def test_series_with_a_file_that_is_not_read_are_broken() -> None:
    from dtxl.files.raw_book import MAX_BYTES
    from tests.stress.reader import origins

    good = origins(with_libreoffice=False)["xlsx"]
    assert batch(120, good).outcomes["read"] == 119
    with pytest.raises(Broken, match="0 of"):
        batch(2, b"no workbook")
    assert sound({"a": good}, 3).outcomes["read"] == 3
    with pytest.raises(Broken, match="sound"):
        sound({"a": good, "b": good[:500]}, 4)
    assert through("too large", [b"PK" * (MAX_BYTES // 2 + 1)]).outcomes["A10"] == 1
    with pytest.raises(Broken, match="file 1"):
        through("no bytes", [good, None])  # type: ignore[list-item]


def test_a_return_is_filled_only_where_its_form_is_blank(tmp_path: Path) -> None:
    workspace = issued(tmp_path / "workspace", small_crowd(0))
    form, blank = blank_forms(workspace)("217")
    workspace.close()
    once = good_return(form, blank)
    with zipfile.ZipFile(io.BytesIO(once)) as archive:
        assert archive.testzip() is None
    assert good_return(form, blank) == once != good_return(form, blank, "Trần Thị Bình")
    with pytest.raises(LookupError):
        good_return(form, once)


# The page


def test_a_section_is_written_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "stress.md"
    put("B", "two\n\n### part\n\ntext", ["A", "B"], page)
    put("A", table(("x", "n"), [("a", 1234), ("b", "5.0")]), ["A", "B"], page)
    put("B", "three", ["A", "B"], page)
    text = page.read_text(encoding="utf-8")
    assert sections(text) == {"A": "| x | n |\n| --- | ---: |\n| a | 1,234 |\n| b | 5.0 |", "B": "three"}
    assert joined(sections(text), ["A", "B"]) == text


def test_the_page_names_tests_and_rounds_that_there_are() -> None:
    for _, tests, name in FIGURES:
        assert tests
        assert all((Path(__file__).parent / f"{test}.py").is_file() for test in tests)
        assert name == "" or name in ROUNDS
    assert {name for _, _, name in FIGURES if name} == set(ROUNDS)


def test_a_broken_round_leaves_its_section_and_ends_with_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.stress import run, thrice

    written: list[str] = []
    monkeypatch.setattr(run, "put", lambda title, *_: written.append(title))

    def broken(_: str) -> None:
        raise Broken("a row too many")

    monkeypatch.setattr(thrice, "run", broken)
    with pytest.raises(SystemExit, match="1"):
        main(["thrice"])
    assert written == []
    assert "a row too many" in capsys.readouterr().err
    monkeypatch.setattr(thrice, "run", lambda _: ("text", ("SQLAlchemy",)))
    with pytest.raises(SystemExit, match="0"):
        main(["thrice"])
    assert written == ["Three times the same folder"]


def test_a_round_that_is_none_is_refused() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["everything"])


def test_every_round_stands_on_the_page_with_its_last_run() -> None:
    page = (Path(__file__).parents[1] / "docs" / "stress.md").read_text(encoding="utf-8")
    for title in ROUNDS.values():
        assert page.count(f"\n## {title}\n") == 1
    assert page.count("Size: full.") == len(ROUNDS)
