"""Results to standard output, progress and findings to standard error, facts to `--json`."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dtxl.cli.language import t

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
            click.echo(text, err=self.json_to == "-")

    def note(self, text: str) -> None:
        """A remark on the work."""
        if self.verbose >= 0:
            click.echo(text, err=True)

    def table(self, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table on a terminal, tab-separated lines in a pipe. Cells are text, never markup."""
        if self.verbose < 0:
            return
        to_error = self.json_to == "-"
        stream = sys.stderr if to_error else sys.stdout
        if not stream.isatty():
            for row in (titles, *rows):
                click.echo("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row), err=to_error)
            return
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(show_lines=False, header_style="bold")
        for title in titles:
            table.add_column(title)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        Console(file=stream).print(table)

    def findings(self, path: str, findings: "Sequence[Finding]") -> None:
        """A file's findings, equal ones on one line."""
        from dtxl.model.finding import grouped

        if not findings or self.verbose < 0:
            return
        click.echo(path, err=True)
        for first, same in grouped(findings):
            more = f" (+ {', '.join(f.cell for f in same[1:])})" if len(same) > 1 else ""
            click.echo(f"  {first.severity.vi}: {first.message}{more}", err=True)

    def facts(self, make: Callable[[], Any]) -> None:
        """Write the facts where `--json` says; whole or not at all."""
        if self.json_to is None:
            return
        text = json.dumps(make(), ensure_ascii=False, indent=2) + "\n"
        if self.json_to == "-":
            click.echo(text, nl=False)
        else:
            from dtxl.files.safe import write_whole

            write_whole(Path(self.json_to), text.encode())

    def progress(self, title: str) -> "AbstractContextManager[Progress]":
        """A bar on a terminal, nothing in a pipe."""
        return _bar(title) if self.verbose >= 0 and sys.stderr.isatty() else _silent()


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
