"""docs/stress.md: one section for each round, each with the machine, the versions and the day of its own last run."""

import os
import platform
import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from importlib import metadata
from pathlib import Path

from dtxl.files.memory import resident
from dtxl.files.safe import write_whole

PAGE = Path(__file__).parents[2] / "docs" / "stress.md"
# What the program must bear → tests of the ordinary run, round ("" for none: the ordinary run holds all of it).
FIGURES = (
    ("mutants of forms in every format that can be made here: 3,000 / 100,000", ("test_worker",), "reader"),
    ("60 and more attack files, each with its outcome; memory and time of the reading process", ("test_worker",),
     "reader"),
    ("nothing lost in silence: error cells, Strict sheets, hidden, merged, beyond the declared size",
     ("test_formats", "test_structure"), ""),
    ("eight importers of the same 250 files", ("test_store_many",), "importers"),
    ("collect killed at 1,000 random moments, on each database", ("test_kill", "test_stress_kills"), "kills"),
    ("KILL, ENOSPC, EIO at each system call of collect and consolidate that changes something",
     ("test_stress_calls",), "calls"),
    ("the same folder collected three times", ("test_stress_thrice",), "thrice"),
    ("11,000 returns with 1 % killers in 20 minutes", ("test_stress_country",), "country"),
    ("texts that would be formulas, links or code, in every writer", ("test_injection", "test_injection_words"), ""),
    ("attacks by templates", ("test_template_attacks",), ""),
    ("hostile names of agencies, sheets and files", ("test_names",), ""),
)  # fmt: skip
_HEAD = """# Stress

Written by `make stress` (`make stress ROUNDS=kills` for one section): what was seen in the last run of each round. A
round ends with an error, and leaves its section as it was, where what it holds true is broken; that its checks can
fail is tested in `tests/test_stress_checks.py`.
"""


class Broken(Exception):
    """What a round holds true is not: names the case, so that it can be made again."""


def head() -> str:
    """What stands above the sections: which tests and which round hold which figure."""
    rows = [(what, ", ".join(f"`{t}`" for t in tests), name or "–") for what, tests, name in FIGURES]
    lines = [("what must hold", "in `make test`", "round"), ("---", "---", "---"), *rows]
    return _HEAD + "\n" + "".join("| " + " | ".join(line) + " |\n" for line in lines)


def sections(text: str) -> dict[str, str]:
    """Title → body of every section of the page, in its order."""
    parts = re.split(r"^## (.+)\n", text, flags=re.M)
    return {title: body.strip("\n") for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def joined(bodies: Mapping[str, str], order: Sequence[str]) -> str:
    """The page of these sections: first those of `order`, then what else there is."""
    titles = [t for t in order if t in bodies] + [t for t in bodies if t not in order]
    return head() + "".join(f"\n## {title}\n\n{bodies[title]}\n" for title in titles)


def put(title: str, body: str, order: Sequence[str], page: Path = PAGE) -> None:
    """Write one section; the others stay as they are."""
    bodies = sections(page.read_text(encoding="utf-8")) if page.exists() else {}
    write_whole(page, joined({**bodies, title: body.strip("\n")}, order).encode())


def seen_on(seconds: float, *packages: str) -> str:
    """One line: machine, versions, day, duration."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{machine}; {versions}; {date.today().isoformat()}; {seconds:.0f} s in all."


def paragraph(*pieces: str) -> str:
    """Sentences in lines of the page's width."""
    return textwrap.fill(" ".join(pieces), 118, break_on_hyphens=False)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table; all columns but the first hold numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(
        "| " + " | ".join(f"{c:,}" if isinstance(c, int) else str(c) for c in line) + " |" for line in lines
    )


def most_held(process: int) -> int:
    """The most memory that a process held so far, in bytes; what it holds now where the system does not say."""
    try:
        said = Path(f"/proc/{process}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in said.splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resident(process)
