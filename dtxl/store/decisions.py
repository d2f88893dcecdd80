"""What people of the office decided: whose a file is that does not say so itself, and which periods are locked."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from dtxl.store import schema
from dtxl.store.database import Store
from dtxl.store.engine import reading, storable, writing
from dtxl.store.journal import whoever

_LOCKED = "locked:"  # in the table of keys and values, with the period's code behind it


@dataclass(frozen=True)
class Decision:
    """Somebody's word: `agency` of a file, "" for the lock of a period; who gave it and when."""

    person: str
    at: datetime
    agency: str = ""


def decide(store: Store, period: str, sha256: str, agency: str, person: str = "") -> Decision:
    """Remember that a file is the agency's, by the word of whoever is logged in; a later word takes its place."""
    table, word = schema.decision, Decision(person or whoever(), datetime.now(), agency)
    with writing(store.engine) as c:
        c.execute(delete(table).where(table.c.period == period, table.c.sha256 == sha256))
        row = {"period": period, "sha256": sha256, "agency": agency, "person": storable(word.person)}
        c.execute(insert(table), {**row, "at": word.at.isoformat(timespec="microseconds")})
    return word


def decisions(store: Store, period: str) -> dict[str, Decision]:
    """Hash → the word given for that file."""
    table = schema.decision
    with reading(store.engine) as c:
        rows = c.execute(select(table).where(table.c.period == period)).all()
    return {r.sha256: Decision(r.person, datetime.fromisoformat(r.at), r.agency) for r in rows}


def lock(store: Store, period: str, person: str = "") -> Decision:
    """Lock a period's figures; one that is locked stays as it was. Gives the word that holds."""
    held = locked(store, period)
    if held is not None:
        return held
    word = Decision(person or whoever(), datetime.now())
    value = json.dumps({"at": word.at.isoformat(timespec="microseconds"), "person": storable(word.person)})
    with writing(store.engine) as c:
        c.execute(delete(schema.meta).where(schema.meta.c.key == _LOCKED + period))
        c.execute(insert(schema.meta), {"key": _LOCKED + period, "value": value})
    return word


def unlock(store: Store, period: str) -> bool:
    """Open a period again; whether it was locked."""
    with writing(store.engine) as c:
        return c.execute(delete(schema.meta).where(schema.meta.c.key == _LOCKED + period)).rowcount == 1


def locked(store: Store, period: str) -> Decision | None:
    """Who locked a period and when; None for an open one."""
    with reading(store.engine) as c:
        text = c.execute(select(schema.meta.c.value).where(schema.meta.c.key == _LOCKED + period)).scalar()
    if text is None:
        return None
    word = json.loads(text)
    return Decision(word["person"], datetime.fromisoformat(word["at"]))
