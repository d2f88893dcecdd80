"""Results to standard output, progress and findings to standard error, facts to `--json`."""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dtxl.cli.language import t
from dtxl.core.names import UNSHOWN, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dtxl.model.finding import Finding

Progress = Callable[[int, int], None]


class Out:
    """How one command speaks. `verbose`: -1 quiet, 0 usual, 1 and more talkative."""

    def __init__(self, json_to: str | None, verbose: int) -> None:
        self.json_to, self.verbose = json_to, verbose

    def say(self, text: str) -> None:
        """A line of the result; silent with -q, and to standard error where standard output carries the JSON."""
        if self.verbose >= 0:
            echo(text, err=self.json_to == "-")

    def note(self, text: str) -> None:
        """A remark on the work."""
        if self.verbose >= 0:
            echo(text, err=True)

    def table(self, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table on a terminal, tab-separated lines in a pipe. Cells are text, never markup."""
        if self.verbose < 0:
            return
        to_error = self.json_to == "-"
        stream = sys.stderr if to_error else sys.stdout
        if not stream.isatty():
            for row in (titles, *rows):
                echo("\t".join(re.sub(r"[\t\r\n]", " ", cell) for cell in row), err=to_error)
            return
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(show_lines=False, header_style="bold")
        for title in titles:
            table.add_column(title)
        for row in rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        Console(file=stream).print(table)

    def findings(self, path: str, findings: "Sequence[Finding]") -> None:
        """A file's findings, equal ones on one line."""
        from dtxl.model.finding import grouped

        if not findings or self.verbose < 0:
            return
        echo(path, err=True)
        for first, same in grouped(findings):
            more = f" (+ {', '.join(f.cell for f in same[1:])})" if len(same) > 1 else ""
            echo(f"  {first.severity.vi}: {first.message}{more}", err=True)

    def remarks(self, findings: "Sequence[Finding]", most: int = 5) -> None:
        """What is to be said of a whole batch, to standard error: one line a code, with the first `most` places."""
        from dtxl.core.codes import texts

        by_code: dict[str, list[Finding]] = {}
        for finding in findings:
            by_code.setdefault(finding.code, []).append(finding)
        for code, same in by_code.items():
            title, _, fix = texts(code, dict(same[0].args))
            places = "; ".join(f.label for f in same[:most])
            more = f"; và {len(same) - most} chỗ khác" if len(same) > most else ""
            self.note(f"{same[0].severity.vi}: {title}: {places}{more}. {fix}. [{code}]")

    def facts(self, make: Callable[[], Any]) -> None:
        """Write the facts where `--json` says; whole or not at all."""
        if self.json_to is None:
            return
        text = json.dumps(make(), ensure_ascii=False, indent=2) + "\n"
        # Read back they are what they were; a terminal or an encoder never meets them.
        text = UNSHOWN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
        if self.json_to == "-":
            click.echo(text, nl=False)
        else:
            from dtxl.files.safe import write_whole

            write_whole(Path(self.json_to), text.encode())

    def progress(self, title: str) -> "AbstractContextManager[Progress]":
        """A bar on a terminal, nothing in a pipe."""
        return _bar(title) if self.verbose >= 0 and sys.stderr.isatty() else _silent()


def echo(text: str, *, err: bool = False) -> None:
    """A line to a stream, with nothing in it that steers a terminal or that no encoder takes."""
    click.echo(printable(text), err=err)


class PlainLines(logging.Formatter):
    """Lines of the log as `echo` would print them: they name files that others named."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        return printable(super().format(record))


@contextmanager
def _silent() -> "Iterator[Progress]":
    def tell(_done: int, _of: int) -> None:
        return

    yield tell


@contextmanager
def _bar(title: str) -> "Iterator[Progress]":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def tell(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        yield tell


def names(paths: Iterable[Path], limit: int = 5) -> str:
    """The first few paths, and how many more."""
    listed = list(paths)
    text = "\n".join(f"  {path}" for path in listed[:limit])
    if len(listed) > limit:
        text += "\n" + t(f"  … và {len(listed) - limit} tệp khác", f"  … and {len(listed) - limit} more")
    return text
