"""The round of three times: the same folder of returns, good, faulty, unreadable and hostile, collected three times."""

import json
import tempfile
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

from dtxl.pipeline.issue import issue_forms
from dtxl.pipeline.workspace import Workspace, init_workspace
from dtxl.simulate import simulate
from dtxl.store import schema
from dtxl.store.engine import connect, reading
from tests.attacks import attacks
from tests.databases import Databases, server
from tests.small import PERIOD
from tests.stress.command import run_command
from tests.stress.page import Broken, paragraph, table
from tests.stress.places import blank_forms, differences, held, issued, put_file, put_returns, small_crowd

_SIZES = {"small": (False, 30), "full": (True, 1)}  # whether on the sample plan; every how many-th attack


def _sample(root: Path, database: str | None) -> Workspace:
    with resources.as_file(resources.files("dtxl.samples").joinpath("bac-giang-2024", "ke-hoach.docx")) as source:
        workspace = init_workspace(root, source, database=database)
    issue_forms(workspace, PERIOD)
    return workspace


def stored(root: Path, database: str | None) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the journal, which gets two more with every run."""
    engine = connect(database or root / "dtxl.db")
    try:
        with reading(engine) as c:
            tables = [t for t in schema.metadata.sorted_tables if t is not schema.journal]
            return {t.name: sorted((tuple(r) for r in c.execute(t.select())), key=repr) for t in tables}
    finally:
        engine.dispose()


def collect_thrice(home: Path, database: str | None, *, sample: bool, every: int) -> dict[str, int]:
    """The counts of the run, which are the same three times. Raises Broken."""
    root = home / "workspace"
    if sample:
        workspace = _sample(root, database)
        simulate(workspace, PERIOD, seed=5, share=0.8)
    else:
        workspace = issued(root, small_crowd(8), database)
        put_returns(workspace, blank_forms(workspace))
    hostile = [content for _, content, _ in attacks()][::every]
    for number, content in enumerate(hostile):
        put_file(workspace, f"lạ/{number}.xlsx", content, number)
    put_file(workspace, "lạ/nữa.xlsx", hostile[0], 600)
    workspace.close()
    command = ["collect", str(root), "--period", PERIOD, "--json", str(home / "facts.json")]
    seen: list[tuple[Any, ...]] = []
    for number in range(3):
        ended = run_command([*command, *(["--db", database] if database else [])], home)
        if ended.status != 1 or "Traceback" in ended.err:
            raise Broken(f"run {number + 1}: {ended.said}")
        facts = json.loads((home / "facts.json").read_text(encoding="utf-8"))
        seen.append((stored(root, database), held(root, database), facts))
        for what, now, before in zip(("store", "folders", "findings"), seen[-1], seen[0], strict=True):
            if now != before:
                raise Broken(f"run {number + 1}, {what}: {differences(now, before) if what != 'findings' else ''}")
    counts: dict[str, int] = seen[0][2]["counts"]
    told = Counter(f["status"] for f in seen[0][2]["files"])
    if counts["files"] != sum(told.values()) or any(counts[k] != n for k, n in told.items()):
        raise Broken(f"counts {counts}, files {dict(told)}")
    if not all(counts[k] for k in ("accepted", "rejected", "unreadable", "duplicate")):
        raise Broken(f"not every outcome is among these: {counts}")
    return {**counts, "findings": len(seen[0][0]["finding"]), "values": len(seen[0][0]["value"])}


def run(size: str) -> tuple[str, tuple[str, ...]]:
    """The section's text and the packages whose versions matter."""
    sample, every = _SIZES[size]
    rows = []
    with server() as url:
        for kind, database in (("SQLite", None), ("PostgreSQL", Databases(url).new())):
            with tempfile.TemporaryDirectory(prefix="dtxl-thrice-") as home:
                counts = collect_thrice(Path(home), database, sample=sample, every=every)
            rows.append((kind, *counts.values()))
    text = [
        paragraph(
            "The same folder collected three times: after the second and the third time every row of every",
            "table (but the journal), every file of the archive, every marked copy and every word of the JSON",
            "is what it was after the first.",
        ),
        "",
        table(("database", *counts), rows),
    ]
    return "\n".join(text), ("SQLAlchemy", "pg8000")
