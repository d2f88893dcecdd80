"""The round of the importers: eight at once on the same files, and one killed again and again; see tests/importers."""

import tempfile
import time
from pathlib import Path

from tests.databases import Databases, server
from tests.importers import check_whole, import_together, kill_some
from tests.stress.page import Broken, paragraph, table

_SIZES = {"small": (4, 40, 6), "full": (8, 250, 200)}
WAIT = 5.0  # seconds that one file may take, the others' transactions included


def together(where: Path | str, folder: Path, importers: int, files: int) -> float:
    """The longest time that a file took, in seconds. Raises Broken where an importer failed or a file is not stored."""
    answers = import_together(where, folder, importers, files)
    wrong = [a for a in answers if not isinstance(a, float)]
    if wrong or len(answers) != importers:
        raise Broken(f"{len(wrong)} of {importers} importers failed: {wrong[:1]}")
    stored = check_whole(where, folder, range(files))
    if stored != files:
        raise Broken(f"{stored} of {files} stored")
    return max(a for a in answers if isinstance(a, float))


def run(size: str) -> tuple[str, tuple[str, ...]]:
    """The section's text and the packages whose versions matter."""
    importers, files, kills = _SIZES[size]
    rows: list[tuple[object, ...]] = []
    with server() as url, tempfile.TemporaryDirectory(prefix="dtxl-importers-") as name:
        bases, home = Databases(url), Path(name)
        for kind in ("SQLite", "PostgreSQL"):
            places = [home / f"{n}.db" if kind == "SQLite" else bases.new() for n in range(2)]
            begun = time.perf_counter()
            longest = together(places[0], home / kind, importers, files)
            took = time.perf_counter() - begun
            if longest > WAIT:
                raise Broken(f"{kind}: a file took {longest:.1f} s")
            killed, starts = kill_some(places[1], home / f"{kind}-kills", kills, 40, seed=1)
            rows.append((kind, importers, files, files, f"{longest:.2f}", f"{took:.1f}", killed, starts))
    head = ("database", "importers", "files of each", "stored", "longest wait, s", "in all, s", "kills", "starts")
    text = [
        paragraph(
            "Processes that store the same returns in one store: each must be there once and whole, with no",
            f"error and no wait of more than {WAIT:.0f} s. Then one importer, killed again and again: nothing",
            "lost, halved or doubled.",
        ),
        "",
        table(head, rows),
    ]
    return "\n".join(text), ("SQLAlchemy", "pg8000")
