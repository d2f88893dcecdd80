"""Workspaces for the rounds: any number of agencies, forms filled at once, and what a workspace holds afterwards."""

import hashlib
import io
import os
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import Connection

from dtxl.model.form import Form
from dtxl.model.plan import Agency, Plan
from dtxl.pipeline.issue import FormBuilder, issue_forms
from dtxl.pipeline.workspace import ARCHIVE, INBOX, RETURNED, Workspace, init_workspace
from dtxl.planbook import write_planbook
from dtxl.store.engine import connect, reading
from tests.small import IN_TIME, PERIOD, good_values, small_plan

Typed = Mapping[str, str | Decimal | date]


def small_crowd(communes: int) -> Plan:
    """The small plan with so many communes more."""
    plan = small_plan()
    more = (Agency(f"1{n:04d}", f"UBND xã Số {n}", "commune", "217") for n in range(communes))
    return replace(plan, agencies=(*plan.agencies, *more))


def issued(root: Path, plan: Plan, database: str | None = None) -> Workspace:
    """A new workspace on a plan, its forms issued."""
    source = root.with_suffix(".xlsx")
    source.write_bytes(write_planbook(plan))
    workspace = init_workspace(root, source, database=database)
    issue_forms(workspace, PERIOD)
    return workspace


def blank_forms(workspace: Workspace) -> Callable[[str], tuple[Form, bytes]]:
    """Agency code → its form and the file that was issued."""
    build = FormBuilder(workspace, workspace.period(PERIOD))

    def form(code: str) -> tuple[Form, bytes]:
        found = build(code)
        assert found is not None
        return found, workspace.form_path(PERIOD, found.agency).read_bytes()

    return form


def typed_into(blank: bytes, form: Form, typed: Typed) -> bytes:
    """The issued form with these values in its blank cells, markup for markup: some milliseconds where a library takes
    tens. Raises LookupError for a cell that is not blank."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    for name, value in typed.items():
        field = form.by_name[name]
        if isinstance(value, date):
            value = Decimal((value - date(1899, 12, 30)).days)  # as Excel counts days
        text = str(value) if isinstance(value, Decimal) else f"<is><t>{escape(value)}</t></is>"
        inner = f"><v>{text}</v></c>" if isinstance(value, Decimal) else f' t="inlineStr">{text}</c>'
        wanted.setdefault(field.sheet, []).append((field.cell, inner))
    with zipfile.ZipFile(io.BytesIO(blank)) as source:
        names = re.findall(r'<sheet name="([^"]+)"', source.read("xl/workbook.xml").decode())
    cells = {f"xl/worksheets/sheet{n}.xml": wanted.get(name, []) for n, name in enumerate(names, 1)}
    return repacked(blank, lambda part, body: _with_cells(body, cells[part]) if cells.get(part) else body)


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with each part as `change` (name, content) makes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            part = zipfile.ZipInfo(entry.filename)  # of a fixed day: the same content, the same file
            target.writestr(part, change(entry.filename, source.read(entry)), zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def _with_cells(body: bytes, cells: Sequence[tuple[str, str]]) -> bytes:
    inner = dict(cells)

    def typed(match: re.Match[str]) -> str:
        return match[1] + inner.pop(match[2]) if match[2] in inner else match[0]

    markup = re.sub(r'(<c r="([A-Z]+[0-9]+)"(?: s="[0-9]+")?)/>', typed, body.decode())
    if inner:
        raise LookupError(", ".join(inner))
    return markup.encode()


def good_return(form: Form, blank: bytes, contact: str = "Nguyễn Văn An") -> bytes:
    """A return that is accepted; `contact` tells returns of one agency apart."""
    return typed_into(blank, form, {**good_values(form), "agency.contact": contact})


def faulty_return(form: Form, blank: bytes) -> bytes:
    """A return that is rejected: words in place of a number (D05)."""
    name = next(f"{row.indicator.code}.denominator" for row in form.indicator_rows)
    return typed_into(blank, form, {**good_values(form), name: "chưa thống kê được"})


def put_returns(workspace: Workspace, forms: Callable[[str], tuple[Form, bytes]]) -> int:
    """Fourteen files of twelve agencies into the inbox: with each kind of outcome, one that is there twice, one that a
    later one settles, one that a later one supersedes, three in an archive. How many returns there are, all told."""
    codes = [a.code for a in workspace.plan.agencies]
    good, faulty = (lambda n: good_return(*forms(codes[n]))), (lambda n: faulty_return(*forms(codes[n])))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        for name, content in (("a", good(8)), ("b", faulty(9)), ("c", good(10))):
            bundle.writestr(zipfile.ZipInfo(f"{name}.xlsx"), content)
    files = {
        "01.xlsx": good(0), "02.xlsx": faulty(1), "03.xlsx": good(2), "04.xlsx": faulty(3), "05.xlsx": good(4),
        "06.xlsx": good_return(*forms(codes[0]), "Trần Thị Bình"), "07.html": b"<html><p>404</p></html>",
        "08.xlsx": good(3), "tệp/09.xlsx": good(2), "10.zip": archive.getvalue(), "11.xlsx": good(5),
        "12.xlsx": good(6)[:900], "13.xlsx": faulty(7), "14.xlsx": good(11),
    }  # fmt: skip
    for minute, (name, content) in enumerate(files.items()):
        put_file(workspace, name, content, minute)
    return len(files) + 2


def put_file(workspace: Workspace, name: str, content: bytes, minute: int = 0) -> None:
    """One file into the inbox, which came there at this minute of a morning in time."""
    path = workspace.folder(PERIOD, INBOX) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    came = IN_TIME.timestamp() + 60 * minute
    os.utime(path, (came, came))


# ---------------------------------------------------------------------------------------------- what a workspace holds

_TABLES = {
    "receipt": "SELECT period, sha256, path, received_at, agency, status FROM receipt t",
    "value": "SELECT r.sha256, t.field, t.kind, t.raw, t.canonical, t.sheet, t.cell"
    " FROM value t JOIN receipt r ON r.id = t.receipt",
    "finding": "SELECT r.sha256, t.place, t.code, t.severity, t.sheet, t.cell, t.field, t.found, t.label, t.args"
    " FROM finding t JOIN receipt r ON r.id = t.receipt",
    "duplicate": "SELECT period, path, sha256 FROM duplicate t",
    "output": f"SELECT path, sha256 FROM output t WHERE path LIKE '{PERIOD}/{RETURNED}/%%'",
}
_LOOSE = "SELECT count(*) FROM {0} t LEFT JOIN receipt r ON r.id = t.receipt WHERE r.id IS NULL"


def held(root: Path, database: str | None = None) -> dict[str, Any]:
    """All that collecting leaves: rows without their ids, the archive, the marked copies, temporary files, and what the
    database itself says of its soundness ("ok")."""
    engine = connect(database or root / "dtxl.db")
    try:
        with reading(engine) as c:
            out: dict[str, Any] = {
                name: sorted(map(tuple, c.exec_driver_sql(query).all()), key=repr) for name, query in _TABLES.items()
            }
            out["sound"] = _sound(c)
    finally:
        engine.dispose()
    for folder in (ARCHIVE, f"{PERIOD}/{RETURNED}", f"{PERIOD}/{INBOX}"):
        out[folder] = {
            p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in (root / folder).rglob("*")
            if p.is_file() and not p.name.startswith(".dtxl-")
        }
    out["passing"] = sorted(p.name for p in root.rglob(".dtxl-*"))
    return out


def _sound(c: Connection) -> str:
    loose = [c.exec_driver_sql(_LOOSE.format(table)).scalar_one() for table in ("value", "finding")]
    said = c.exec_driver_sql("PRAGMA integrity_check").scalar_one() if c.dialect.name == "sqlite" else "ok"
    return str(said) if not any(loose) else f"{loose} rows without a receipt"


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """The first few things in which two states differ; "" where they are the same."""
    told = []
    for name, there in other.items():
        a, b = (set(x.items()) if isinstance(x, dict) else set(x) for x in (one[name], there))
        if one[name] != there:
            told.append(f"{name}: {sorted(map(repr, a - b))[:2]} instead of {sorted(map(repr, b - a))[:2]}")
    return "; ".join(told)


def half_way(now: Mapping[str, Any], end: Mapping[str, Any]) -> str:
    """What is wrong with the state that an interrupted run left, held against the state of one that was not; "" where
    it is a part of that: each return recorded whole or not at all, each file whole, the inbox untouched."""
    if now["sound"] != "ok":
        return f"database: {now['sound']}"
    archived = {Path(name).name for name in now[ARCHIVE]}
    wrong = [name for name, sha256 in now[ARCHIVE].items() if Path(name).name != sha256]
    if wrong:
        return f"archive: {wrong[0]} is not what its name says"
    recorded = {row[1] for row in now["receipt"]}
    if not recorded <= archived:
        return f"recorded, not archived: {sorted(recorded - archived)[0]}"
    if {r[1:5] for r in now["receipt"]} - {r[1:5] for r in end["receipt"]} or len(recorded) != len(now["receipt"]):
        return "receipts that an undisturbed run has not"
    for table in ("value", "finding"):
        whole, there = ([row for row in state[table] if row[0] in recorded] for state in (end, now))
        if whole != there:
            return f"{table}: rows of a return are missing or more than they should be"
    folder = f"{PERIOD}/{RETURNED}"
    if not now[folder].items() <= end[folder].items():
        return f"marked copies: {sorted(set(now[folder].items()) - set(end[folder].items()))[0]}"
    return "" if now[f"{PERIOD}/{INBOX}"] == end[f"{PERIOD}/{INBOX}"] else "the inbox was changed"


def lost(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What was held before and no longer is; "" for nothing."""
    gone = {r[1] for r in before["receipt"]} - {r[1] for r in now["receipt"]}
    files = [name for part in (ARCHIVE, f"{PERIOD}/{RETURNED}") for name in before[part] if name not in now[part]]
    return f"lost: {sorted(gone)[:1]} {files[:1]}" if gone or files else ""
