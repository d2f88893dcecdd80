"""Databases of earlier versions are brought up, of later ones refused; the journal is only added to."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, inspect, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from dtxl.cli.main import cli
from dtxl.core.errors import WorkspaceError
from dtxl.pipeline.workspace import Workspace
from dtxl.store import Store, connect, migrate, open_store, replace, schema
from dtxl.store.engine import reading, writing
from dtxl.store.journal import Entry, add, entries, entry
from tests.conftest import PERIOD
from tests.test_store import P, sent

# The schema of 0.1.0, as its own program made it.
FIRST = """
CREATE TABLE meta (key VARCHAR(40) NOT NULL, value TEXT NOT NULL, PRIMARY KEY (key));
CREATE TABLE issued (form VARCHAR(120) NOT NULL, agency VARCHAR(40) NOT NULL, period VARCHAR(20) NOT NULL,
    fingerprint VARCHAR(40) NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (form));
CREATE TABLE plan_version (fingerprint VARCHAR(40) NOT NULL, sha256 VARCHAR(64) NOT NULL, PRIMARY KEY (fingerprint));
CREATE TABLE receipt (id {serial} NOT NULL, period VARCHAR(20) NOT NULL, sha256 VARCHAR(64) NOT NULL,
    path TEXT NOT NULL, received_at VARCHAR(26) NOT NULL, agency VARCHAR(40) NOT NULL, status VARCHAR(12) NOT NULL,
    PRIMARY KEY (id), UNIQUE (period, sha256));
CREATE INDEX receipt_agency ON receipt (period, agency);
CREATE TABLE duplicate (period VARCHAR(20) NOT NULL, path TEXT NOT NULL, sha256 VARCHAR(64) NOT NULL,
    PRIMARY KEY (period, path, sha256));
CREATE TABLE value (receipt INTEGER NOT NULL, field VARCHAR(120) NOT NULL, kind VARCHAR(10) NOT NULL, raw TEXT NOT NULL,
    canonical TEXT NOT NULL, sheet TEXT NOT NULL, cell VARCHAR(12) NOT NULL, PRIMARY KEY (receipt, field),
    FOREIGN KEY(receipt) REFERENCES receipt (id));
CREATE TABLE finding (receipt INTEGER NOT NULL, place INTEGER NOT NULL, code VARCHAR(4) NOT NULL,
    severity VARCHAR(10) NOT NULL, sheet TEXT NOT NULL, cell VARCHAR(12) NOT NULL, field VARCHAR(120) NOT NULL,
    found TEXT NOT NULL, label TEXT NOT NULL, args TEXT NOT NULL, PRIMARY KEY (receipt, place),
    FOREIGN KEY(receipt) REFERENCES receipt (id));
CREATE TABLE output (path VARCHAR(400) NOT NULL, sha256 VARCHAR(64) NOT NULL, PRIMARY KEY (path, sha256));
INSERT INTO meta VALUES ('version', '1'), ('signing_key', '{key}');
INSERT INTO issued VALUES ('f1', '217', '2024-Q1', 'fp', 1);
INSERT INTO receipt (period, sha256, path, received_at, agency, status) VALUES
    ('2024-Q1', 'a', 'a.xlsx', '2024-03-10T08:00:00.000000', '217', 'accepted'),
    ('2024-Q1', 'b', 'b.xlsx', '2024-03-09T08:00:00.000000', '217', 'accepted'),
    ('2024-Q1', 'c', 'c.xlsx', '2024-03-09T08:00:00.000000', '218', 'accepted');
INSERT INTO value VALUES (1, 'I.1.value', 'number', '5', '5', 'Chỉ tiêu', 'H6')
"""
KEY = "ab" * 32


@pytest.fixture
def first(where: Path | str) -> Path | str:
    """A database of the first version, with something in it."""
    engine = connect(where)
    serial = "SERIAL" if engine.dialect.name == "postgresql" else "INTEGER"
    with writing(engine) as c:
        for statement in FIRST.format(serial=serial, key=KEY).split(";\n"):
            c.exec_driver_sql(statement)
    engine.dispose()
    return where


def shape(store: Store) -> dict[str, object]:
    """Tables, columns, indexes and triggers, as far as a migration can differ from a new database."""
    with reading(store.engine) as c:
        look = inspect(c)
        tables = {
            t: (
                sorted((col["name"], col["nullable"]) for col in look.get_columns(t)),
                look.get_pk_constraint(t)["constrained_columns"],
                sorted((i["name"] or "", i["unique"]) for i in look.get_indexes(t)),
            )
            for t in look.get_table_names()
        }
        listed = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if c.dialect.name == "postgresql":
            listed = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        return {**tables, "triggers": sorted(c.execute(text(listed)).scalars())}


def test_the_first_version_is_brought_up_with_all_that_it_holds(first: Path | str, tmp_path: Path) -> None:
    store = open_store(first)
    assert store.signing_key().hex() == KEY
    assert store.issued() == {"f1": ("217", P)}
    assert {r.path: r.status for r in store.receipts(P)} == {
        "a.xlsx": "accepted", "b.xlsx": "superseded", "c.xlsx": "accepted",
    }  # fmt: skip
    assert store.values(store.receipts(P))[1]["I.1.value"].raw == "5"
    store.record(sent(1, agency="x" * 100), P, "accepted", [])
    store.close()
    again = open_store(first)
    assert len(again.receipts(P)) == 4
    again.close()


def test_a_database_brought_up_is_as_one_made_new(first: Path | str, tmp_path: Path) -> None:
    old = open_store(first)
    before = shape(old)
    replace(old, old_copy := open_store(tmp_path / "new.db"))  # makes every table anew
    assert shape(old) == before
    old_copy.close()
    old.close()


def test_a_step_that_fails_changes_nothing(first: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(c):  # type: ignore[no-untyped-def]
        migrate._to_2(c)
        raise RuntimeError("stopped")

    with monkeypatch.context() as patch:
        patch.setitem(migrate.STEPS, 2, broken)
        with pytest.raises(RuntimeError):
            open_store(first)
    engine = connect(first)
    with reading(engine) as c:
        assert migrate.version_of(c) == 1
        assert not inspect(c).has_table("journal")
    engine.dispose()
    open_store(first).close()


def test_a_database_of_a_newer_program_is_refused(where: Path | str) -> None:
    store = open_store(where)
    with writing(store.engine) as c:
        c.execute(update(schema.meta).where(schema.meta.c.key == "version").values(value="99"))
    store.close()
    with pytest.raises(WorkspaceError, match=r"99.*mới hơn"):
        open_store(where)


def test_the_journal_can_only_be_added_to(where: Path | str) -> None:
    store = open_store(where)
    begun = entry("collect", {"period_code": P})
    add(store, begun)
    add(store, Entry(begun.at, begun.run, "Nguyễn Văn An", "máy 1", "collect", {}, 1, "a\0b"))
    for change in (update(schema.journal).values(person="x"), delete(schema.journal)):
        # PostgreSQL's driver gives one class for all that the server refuses.
        with pytest.raises((IntegrityError, ProgrammingError), match="only added"), writing(store.engine) as c:
            c.execute(change)
    rows = entries(store)
    assert [(r.run, r.status, r.message) for r in rows] == [(begun.run, None, ""), (begun.run, 1, "a\ufffdb")]
    assert (rows[0], rows[1].person) == (begun, "Nguyễn Văn An")
    store.close()


def test_troubles_of_the_database_are_told_in_words(tmp_path: Path) -> None:
    store = open_store(tmp_path / "x.db")
    with reading(store.engine) as c:
        c.exec_driver_sql("PRAGMA max_page_count = 1")  # no page more than it has
    with pytest.raises(WorkspaceError, match="hết chỗ"):
        store.remember_output("x" * 100_000, "y")
    store.close()
    holder = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    busy = connect(tmp_path / "x.db")
    with reading(busy) as c:
        c.exec_driver_sql("SELECT 1 FROM meta")  # a reader does not mind the writer
    with pytest.raises(WorkspaceError, match="một lệnh khác"):
        _impatient(busy)
    holder.close()
    busy.dispose()


def _impatient(engine) -> None:  # type: ignore[no-untyped-def]
    with reading(engine) as c:
        c.exec_driver_sql("PRAGMA busy_timeout = 0")
    with writing(engine):
        pass


def test_addresses_are_shown_without_secrets(tmp_path: Path) -> None:
    from dtxl.store import shown

    for url in ("postgresql://u:hunter2@h/d", "postgres://h/d?user=u&password=hunter2"):
        assert "hunter2" not in shown(url)
    assert shown("nonsense") == "(?)"
    with pytest.raises(WorkspaceError, match=r"SQLite hoặc PostgreSQL|Thiếu thư viện"):
        connect("mysql://h/d")


def test_commands_enter_the_journal(few: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "can-bo-a")
    few.close()

    def run(*arguments: str) -> int:
        return CliRunner().invoke(cli, list(arguments)).exit_code

    root = str(few.root)
    assert run("collect", root, "--period", PERIOD) == 0
    assert run("status", root, "--period", PERIOD, "--as-of", "2024-03-25") == 1
    assert run("forms", root, "--period", PERIOD, "--agency", "không có") == 2
    store = Workspace(few.root).store
    rows = [(e.person, e.command, e.status) for e in entries(store)]
    assert rows == [
        ("can-bo-a", "collect", None), ("can-bo-a", "collect", 0),
        ("can-bo-a", "forms", None), ("can-bo-a", "forms", 2),
    ]  # fmt: skip
    last = entries(store)[-1]
    assert last.options["agencies"] == ["không có"]
    assert "không có" in last.message
    store.close()


def test_addresses_of_postgresql_are_taken_as_its_own_programs_write_them() -> None:
    socket = connect("postgresql://dtxl@/so_lieu?host=/var/run/postgresql").url
    assert (socket.drivername, dict(socket.query)) == (
        "postgresql+pg8000", {"unix_sock": "/var/run/postgresql/.s.PGSQL.5432"},
    )  # fmt: skip
    assert connect("postgres://an:mat%20khau@may-chu:5433/so_lieu?sslmode=require").url.port == 5433
    assert not connect("postgresql://may-chu/so_lieu?sslmode=disable").url.query
    with pytest.raises(WorkspaceError, match="sslmode=perhaps"):
        connect("postgresql://may-chu/so_lieu?sslmode=perhaps")


@pytest.mark.parametrize("address", ["postgresql://a:bi-mat@localhost:1/x", "postgresql://a:bi-mat@/x?host=/khong-co"])
def test_a_server_that_is_not_there_is_told_in_words(address: str) -> None:
    with pytest.raises(WorkspaceError, match="không kết nối được máy chủ") as told:
        open_store(address)
    assert "bi-mat" not in str(told.value)
    assert "pg8000" not in str(told.value)
