"""The small form of the country: a hundred returns with a killer among them, counts that add up, and the second run."""

from pathlib import Path

import pytest

from tests.stress import country
from tests.stress.country import Inbox, collect_country, killers
from tests.stress.page import Broken


def test_a_hundred_returns_with_a_killer(tmp_path: Path) -> None:
    inbox, first, second = collect_country(tmp_path, 100)
    assert inbox == Inbox(accepted=96, rejected=2, unreadable=1, duplicate=1)
    assert first.counts == second.counts
    assert first.peak > 0


def test_counts_that_are_not_those_put_there_are_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = country.fill_inbox
    monkeypatch.setattr(country, "fill_inbox", lambda *args: Inbox(whole(*args).accepted + 1, 0, 0, 0))
    with pytest.raises(Broken, match="'accepted': 10"):
        collect_country(tmp_path, 10)


def test_no_two_killers_are_alike() -> None:
    some = [next(found) for found in [killers()] for _ in range(300)]
    assert len(set(some)) == len(some) == 300
