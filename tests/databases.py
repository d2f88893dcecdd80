"""A PostgreSQL server of the test run's own, in a folder of its own; nothing of one that runs here is touched."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from dtxl.store.engine import connect


def _programs() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps them out of PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").is_file() and (f / "pg_ctl").is_file()), None)


@contextmanager
def server() -> Iterator[str]:
    """The URL of a new server's first database; skips where there is none. Stopped and removed at the end."""
    programs = _programs()
    if programs is None:
        pytest.skip("needs a PostgreSQL server's programs (Debian: postgresql)")
    if importlib.util.find_spec("pg8000") is None:
        pytest.skip('needs pg8000: python -m pip install ".[postgres]"')
    home = Path(tempfile.mkdtemp(prefix="dtxl-pg-"))  # short: a socket's path may have 107 bytes only
    as_user: dict[str, str | int] = {}
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # initdb refuses to work for root
        as_user = {"user": "nobody", "group": "nogroup"}
        shutil.chown(home, "nobody", "nogroup")

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), *arguments], check=True, cwd=home, timeout=120,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(home)}, **as_user,
        )  # type: ignore[call-overload]  # fmt: skip

    data = str(home / "data")
    try:
        call("initdb", "-D", data, "-U", "dtxl", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        settings = f"-c listen_addresses= -c fsync=off -c max_connections=60 -k {home}"
        call("pg_ctl", "-D", data, "-w", "-l", str(home / "log"), "-o", settings, "start")
        try:
            yield f"postgresql://dtxl@/postgres?host={home}"
        finally:
            call("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


class Databases:
    """New databases of a server, one for each test."""

    def __init__(self, url: str) -> None:
        self._url, self._count = url, 0

    def new(self, like: str = "") -> str:
        """A new database, or a copy of the one whose URL is `like`, which nobody may be using."""
        self._count += 1
        self._tell(f"CREATE DATABASE t{self._count}" + (f" TEMPLATE {self._name(like)}" if like else ""))
        return self._url.replace("/postgres?", f"/t{self._count}?")

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._tell(f"DROP DATABASE {self._name(url)} WITH (FORCE)")

    @staticmethod
    def _name(url: str) -> str:
        return make_url(url).database or ""

    def _tell(self, statement: str) -> None:
        engine = connect(self._url)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()
