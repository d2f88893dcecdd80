"""The small form of the calls: some faults of the sweep over collect and consolidate, and what it makes of an end."""

import pytest

from tests.stress.calls import ENDS, Fault, Sweep, needs_strace, sweep
from tests.stress.command import Ended
from tests.stress.page import Broken


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """Both commands, ready to be met with faults."""
    needs_strace()
    return Sweep(tmp_path_factory.mktemp("calls"))


def test_some_faults_of_the_sweep(runs: Sweep) -> None:
    found = sweep(runs, 8)
    assert sum(c.total() for c in found.values()) == 8
    assert {name for name, _ in found} == {"collect", "consolidate"}
    assert {end for c in found.values() for end in c} <= set(ENDS)


@pytest.mark.parametrize(("kind", "end"), [("KILL", "killed"), ("ENOSPC", "said, status 2")])
def test_the_old_workbook_stands_until_the_new_one_does(runs: Sweep, kind: str, end: str) -> None:
    assert runs.meet(Fault("consolidate", "rename", 1, kind)) == end


SAID = "Lỗi: Không ghi được tệp tong-hop.xlsx (No space left on device)."


@pytest.mark.parametrize(
    ("ended", "done", "right"),
    [
        (Ended(2, "", SAID, 1.0), False, ENDS[1]),
        (Ended(0, "Đã ghi", "", 1.0), True, ENDS[3]),
        (Ended(0, "Đã ghi", "", 1.0), False, None),
        (Ended(2, "", "", 1.0), False, None),
        (Ended(1, "", "Traceback (most recent call last):\nOSError", 1.0), True, None),
        (Ended(120, "Đã ghi", "Exception ignored in: <_io.TextIOWrapper>", 1.0), True, None),
        (Ended(-9, "", "", 1.0), True, None),
    ],
)
def test_an_end_without_words_is_broken(ended: Ended, done: bool, right: str | None) -> None:
    runs = object.__new__(Sweep)
    runs._whole = {"consolidate": Ended(0, "Đã ghi", "", 1.0)}
    fault = Fault("consolidate", "write", 3, "ENOSPC")
    lines = ['write(9, "PK", 2) = -1 ENOSPC (No space left on device) (INJECTED)']
    if right is None:
        with pytest.raises(Broken, match="ENOSPC at write 3"):
            runs._outcome(fault, ended, done, lines)
    else:
        assert runs._outcome(fault, ended, done, lines) == right
    assert runs._outcome(fault, ended, done, []) == ""
