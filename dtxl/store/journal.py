"""Who did what when: a row where a command begins, one where it ends; never changed, never removed."""

import getpass
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import insert, select

from dtxl import __version__
from dtxl.store import schema
from dtxl.store.database import Store
from dtxl.store.engine import reading, storable, writing


@dataclass(frozen=True)
class Entry:
    """A row of the journal. `run` is the same in the two rows of a command; `status` its exit status (0 done, 1 done
    with something to look at, 2 not done), None in the row of its beginning."""

    at: datetime
    run: str
    person: str
    machine: str
    command: str
    options: Mapping[str, object]
    status: int | None = None
    message: str = ""


def entry(command: str, options: Mapping[str, object], run: str = "") -> Entry:
    """The beginning of a command, now, by whoever is logged in to this machine."""
    return Entry(datetime.now(), run or token_hex(8), whoever(), platform.node(), command, options)


def add(store: Store, e: Entry) -> None:
    """Add a row. Raises WorkspaceError where the database cannot be written."""
    row = {
        "at": e.at.isoformat(timespec="microseconds"), "run": e.run, "person": e.person, "machine": e.machine,
        "program": __version__, "command": e.command, "options": json.dumps(e.options), "status": e.status,
        "message": storable(e.message),
    }  # fmt: skip
    with writing(store.engine) as c:
        c.execute(insert(schema.journal), row)


def entries(store: Store) -> list[Entry]:
    """All rows in the order in which they were added."""
    with reading(store.engine) as c:
        rows = c.execute(select(schema.journal).order_by(schema.journal.c.id)).all()
    return [
        Entry(datetime.fromisoformat(r.at), r.run, r.person, r.machine, r.command, json.loads(r.options), r.status,
              r.message)
        for r in rows
    ]  # fmt: skip


def whoever() -> str:
    """Who is logged in to this machine; "?" where the system has no name for them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user that the system has no name for
        return "?"
