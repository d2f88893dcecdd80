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
HEAD = """# Stress

Written by `make stress` (`python -m tests.stress ROUND --size full` for one section): what was seen in the last run of
each round. A round ends with an error, and leaves its section as it was, where what it holds true is broken.
"""


class Broken(Exception):
    """What a round holds true is not: names the case, so that it can be made again."""


def sections(text: str) -> dict[str, str]:
    """Title → body of every section of the page, in its order."""
    parts = re.split(r"^## (.+)\n", text, flags=re.M)
    return {title: body.strip("\n") for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def joined(bodies: Mapping[str, str], order: Sequence[str]) -> str:
    """The page of these sections: first those of `order`, then what else there is."""
    titles = [t for t in order if t in bodies] + [t for t in bodies if t not in order]
    return HEAD + "".join(f"\n## {title}\n\n{bodies[title]}\n" for title in titles)


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
