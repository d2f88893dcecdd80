"""The journal of a workspace: what of a command enters it."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dtxl.core.errors import WorkspaceError
from dtxl.pipeline.workspace import DATABASE, PLANBOOK
from dtxl.store import open_store, shown
from dtxl.store.journal import Entry, add, entry

log = logging.getLogger("dtxl.journal")


class Keeper:
    """The journal's two rows for one command. It never stands in the command's way: what is wrong with the database the
    command itself will tell."""

    def __init__(self, command: str, folder: Path, database: str | None, options: Mapping[str, object]) -> None:
        self._where: Path | str = database or folder / DATABASE
        self._marks = (folder / PLANBOOK, *(() if database else (folder / DATABASE,)))
        self._entry = entry(command, {**_plain(options), "database": shown(self._where)})

    def begun(self) -> None:
        """The row of the beginning, where there is a workspace by now."""
        self._add(self._entry)

    def ended(self, status: int, message: str = "") -> None:
        """The row of the end, with the exit status."""
        self._add(replace(entry(self._entry.command, self._entry.options, self._entry.run),
                          status=status, message=message))  # fmt: skip

    def _add(self, row: Entry) -> None:
        if not all(mark.is_file() for mark in self._marks):
            return
        try:
            store = open_store(self._where)
            try:
                add(store, row)
            finally:
                store.close()
        except WorkspaceError as error:
            log.warning("%s", error)


def _plain(options: Mapping[str, object]) -> dict[str, object]:
    """Options as JSON holds them; those not given are left out."""
    absent = (type(None), bool)  # a flag that was not given; 0 was given
    given = {k: v for k, v in options.items() if v or (v == 0 and not isinstance(v, absent))}
    return {name: _value(value) for name, value in given.items()}


def _value(value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple | list):
        return [_value(item) for item in value]
    return str(value)
