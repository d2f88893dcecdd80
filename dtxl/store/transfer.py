"""A whole database from one place to another: SQLite or PostgreSQL to a SQLite file, and back."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Integer, func, insert, select, text

from dtxl.core.errors import WorkspaceError
from dtxl.store import schema
from dtxl.store.database import Store, open_store
from dtxl.store.engine import reading, writing

_CHUNK = 1000


def snapshot(store: Store, path: Path) -> None:
    """Write the database as it is at one moment to a new SQLite file, and look it over; others may go on working.

    From PostgreSQL too: so there is one kind of backup, with the same tables, that an older program's can be brought
    up from. Raises WorkspaceError.
    """
    if store.engine.dialect.name == "sqlite":
        _copy_file(store, path)
    else:
        copy = open_store(path)
        try:
            replace(copy, store)
        finally:
            copy.close()
    try:
        base = sqlite3.connect(path)
        try:
            base.execute("PRAGMA journal_mode=DELETE").fetchall()  # one file, without a -wal beside it
            answer = (
                base.execute("PRAGMA integrity_check").fetchall() + base.execute("PRAGMA foreign_key_check").fetchall()
            )
        finally:
            base.close()
    except sqlite3.Error as error:
        raise WorkspaceError(f"Không sao được cơ sở dữ liệu: {error}.") from error
    if answer != [("ok",)]:
        raise WorkspaceError(f"Cơ sở dữ liệu bị hỏng, không sao được: {answer[0]}. Khôi phục từ bản sao lưu trước.")


def _copy_file(store: Store, path: Path) -> None:
    try:
        held = store.engine.raw_connection()
        try:
            copy = sqlite3.connect(path)
            try:
                source = held.driver_connection
                assert isinstance(source, sqlite3.Connection)
                source.backup(copy)  # all pages in one step: of one moment, however many write meanwhile
            finally:
                copy.close()
        finally:
            held.close()
    except sqlite3.Error as error:
        raise WorkspaceError(f"Không sao được cơ sở dữ liệu: {error}.") from error


def replace(target: Store, source: Store, last: Callable[[], None] | None = None) -> None:
    """Make `target` hold what `source` holds and nothing else, in one transaction, which ends when `last` has been
    called: where that fails, nothing has changed. Raises WorkspaceError."""
    with reading(source.engine) as old, writing(target.engine) as new:
        # Dropped and made anew: the journal, rightly, lets nobody delete its rows.
        schema.metadata.drop_all(new)
        schema.metadata.create_all(new)
        schema.guard_journal(new)
        for table in schema.metadata.sorted_tables:
            rows = old.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            for chunk in rows.partitions(_CHUNK):
                new.execute(insert(table), [dict(row) for row in chunk])
        _continue_numbers(new)
        if last is not None:
            last()


def _continue_numbers(c: Connection) -> None:
    """PostgreSQL counts by sequences, which know nothing of rows that came with their numbers."""
    if c.dialect.name != "postgresql":
        return
    for table in schema.metadata.sorted_tables:
        if "id" in table.c and isinstance(table.c.id.type, Integer):
            last = c.execute(select(func.max(table.c.id))).scalar()
            if last is not None:
                c.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), :last)"), {"last": last})


def references(store: Store) -> set[str]:
    """Hashes of all files that the archive must hold for this database."""
    with reading(store.engine) as c:
        found = set(c.execute(select(schema.receipt.c.sha256)).scalars())
        return found | set(c.execute(select(schema.plan_version.c.sha256)).scalars())


def is_empty(store: Store) -> bool:
    """Whether nothing was issued or received yet."""
    with reading(store.engine) as c:
        return all(c.execute(select(table).limit(1)).first() is None for table in (schema.receipt, schema.issued))
