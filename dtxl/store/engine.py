"""The way to the database: a SQLite file in the workspace, or PostgreSQL for a team. One writer at a time in both."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError

from dtxl.core.errors import WorkspaceError

PATIENCE = 30  # seconds that a writer waits for another's transaction, each of which takes some milliseconds
_WRITERS = 0x6474786C  # "dtxl": the advisory lock that writers of a PostgreSQL database take
_READS = "dtxl_reads"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # NUL, which PostgreSQL refuses, and half characters
# Reasons as SQLite gives them, in plain words; any other is shown as it is.
_REASONS = {
    "database is locked": "một lệnh khác đang giữ cơ sở dữ liệu quá lâu; chờ lệnh ấy xong rồi chạy lại",
    "database or disk is full": "ổ đĩa hết chỗ; giải phóng chỗ rồi chạy lại",
    "attempt to write a readonly database": "tệp chỉ cho đọc, không cho ghi",
    "unable to open database file": "không mở được tệp, hoặc không có quyền ghi vào thư mục",
    "disk I/O error": "ổ đĩa đọc, ghi bị lỗi hoặc hết chỗ",
    "file is not a database": "tệp không phải cơ sở dữ liệu của dtxl, hoặc đã hỏng",
    "Can't create a connection": "không kết nối được máy chủ; kiểm tra tên máy, cổng và mạng",
    "communication error": "không kết nối được máy chủ; kiểm tra tên máy, cổng và mạng",
    "authentication failed": "sai tên người dùng hoặc mật khẩu",
    "does not exist": "máy chủ không có cơ sở dữ liệu hoặc người dùng này",
    "database disk image is malformed": "tệp đã hỏng; khôi phục từ bản sao lưu bằng lệnh dtxl restore",
}


def connect(where: Path | str) -> Engine:
    """The engine for a path (SQLite) or a database URL; nothing is opened yet. Raises WorkspaceError."""
    try:
        url, arguments = _guarded(_url(where))
        engine = create_engine(url, connect_args=arguments)
    except ImportError as error:
        raise WorkspaceError(
            f"Thiếu thư viện {error.name} để dùng cơ sở dữ liệu này. Với PostgreSQL, cài thêm: "
            'python -m pip install ".[postgres]"'
        ) from error
    except (ArgumentError, ValueError) as error:
        raise WorkspaceError(f"Không dùng được địa chỉ cơ sở dữ liệu: {error}") from error
    if engine.dialect.name == "sqlite":
        _serious_sqlite(engine)
    elif engine.dialect.name != "postgresql":
        raise WorkspaceError(f"Chỉ dùng được SQLite hoặc PostgreSQL, không dùng được {engine.dialect.name}.")
    return engine


def shown(where: Path | str) -> str:
    """A database as it may be shown and logged: without the password."""
    if isinstance(where, Path):
        return str(where)
    try:
        return _bare(make_url(where))
    except (ArgumentError, ValueError):
        return "(?)"


def _bare(url: URL) -> str:
    # Without the query, which may hold a password too, and without the driver's name.
    return url.set(drivername=url.get_backend_name(), query={}).render_as_string(hide_password=True)


def _url(where: Path | str) -> URL:
    if isinstance(where, Path):
        return URL.create("sqlite", database=str(where))
    if where.startswith("postgres://"):  # as hosting services write it
        where = "postgresql" + where.removeprefix("postgres")
    url = make_url(where)
    if url.drivername not in ("postgresql", "postgresql+pg8000"):
        return url
    # Addresses are written as PostgreSQL's own programs take them; the driver has other names for two of the options.
    options = dict(url.query)
    folder, port = str(options.get("host", "")), url.port or options.pop("port", 5432)
    if folder.startswith("/"):
        del options["host"]
        options["unix_sock"] = f"{folder}/.s.PGSQL.{port}"
    return url.set(drivername="postgresql+pg8000", query=options)


def _guarded(url: URL) -> tuple[URL, dict[str, Any]]:
    """The URL without `sslmode`, and what the driver is given for it: "require" encrypts, "verify-full" checks too."""
    mode = str(url.query.get("sslmode", ""))
    if url.drivername != "postgresql+pg8000" or not mode:
        return url, {}
    url = url.difference_update_query(["sslmode"])
    if mode in ("disable", "allow", "prefer"):
        return url, {}
    if mode not in ("require", "verify-ca", "verify-full"):
        raise ValueError(f"sslmode={mode}")
    context = ssl.create_default_context()
    if mode != "verify-full":
        context.check_hostname = False
    if mode == "require":
        context.verify_mode = ssl.CERT_NONE
    return url, {"ssl_context": context}


def _serious_sqlite(engine: Engine) -> None:
    """WAL, a patient lock and BEGIN IMMEDIATE: plain BEGIN lost three of four submissions of eight importers.

    Readers begin plainly: in WAL they neither wait for the writer nor hold it up.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        # Patience first: going over to WAL needs the lock too.
        for pragma in (f"busy_timeout={PATIENCE * 1000}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_READS)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database from its first query to its last."""
    options: dict[str, Any] = {_READS: True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with told(engine), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction, committed at the end. Whoever else writes waits: what is read in it holds until it ends."""
    with told(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")
        yield connection


@contextmanager
def told(engine: Engine) -> Iterator[None]:
    """Troubles of the database itself become a WorkspaceError with a reason; those of the data stay what they are, so
    that one odd file does not stop the others."""
    try:
        yield
    except DBAPIError as error:
        if _of_data(error):
            raise
        text = _words(error)
        place = engine.url.database if engine.dialect.name == "sqlite" else _bare(engine.url)
        reason = next((vi for en, vi in _REASONS.items() if en in text), text)
        raise WorkspaceError(f"Không dùng được cơ sở dữ liệu {place}: {reason}.") from error


def _of_data(error: DBAPIError) -> bool:
    """Whether the trouble lies in what was to be written or in the statement, and not in the database."""
    said = error.orig.args[0] if error.orig is not None and error.orig.args else ""
    if isinstance(said, dict):
        # The driver has one class for nearly all; the first two letters of the server's code tell them apart: data,
        # integrity, statement (PostgreSQL documentation, appendix A).
        return str(said.get("C", ""))[:2] in ("22", "23", "42")
    return isinstance(error, IntegrityError | DataError | ProgrammingError)


def _words(error: DBAPIError) -> str:
    """The first line of what the database says."""
    said = error.orig.args[0] if error.orig is not None and error.orig.args else ""
    # The driver of PostgreSQL hands over all fields of the server's message; M is the one for people.
    text = str(said.get("M", said)) if isinstance(said, dict) else str(error.orig)
    return text.strip().partition("\n")[0]


def storable(text: str) -> str:
    """Text as both databases hold it: what no text may have in it is shown as the replacement character."""
    return _UNSTORABLE.sub("\ufffd", text)
