"""The letters around a quarter: made for all whom they concern in one run, into the period's `cong-van/`."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from dtxl.core import names
from dtxl.core.errors import DtxlError, SourceError
from dtxl.documents import read_wording, using
from dtxl.documents.letters import (
    Faulty,
    Letter,
    LetterKind,
    Round,
    draw_letters,
    notice_letters,
    overdue,
    reminder_letters,
    request_letters,
    return_letters,
    template_name,
)  # fmt: skip
from dtxl.documents.letters_words import amount
from dtxl.files.docx_look import created_on
from dtxl.files.safe import digest, sweep, write_whole
from dtxl.model.plan import Agency
from dtxl.model.rollup import Rollup
from dtxl.pipeline.mark import copy_path
from dtxl.pipeline.session import last_good, settled
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.workspace import SENT, TEMPLATES, WORDING, Progress, Workspace, file_stem, no_progress

LETTERS = "cong-van"
FOLDERS = {
    LetterKind.REQUEST: "de-nghi",
    LetterKind.RETURN: "tra-lai",
    LetterKind.REMINDER: "don-doc/lan-{part}",
    LetterKind.NOTICE: "ket-qua",
}


@dataclass(frozen=True)
class Wanted:
    """Which letters: `only` these agencies' (all where empty), `by_group` (requests), `round` (reminders: 1 or 2, None:
    by what was sent before), `until`: the day by which to answer (None: by the rules of `letters.toml`)."""

    kind: LetterKind
    only: tuple[str, ...] = ()
    by_group: bool = False
    round: int | None = None
    until: date | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """One letter and what became of it: written, same (it stood there as it is), kept (the file there was edited)."""

    letter: Letter
    path: Path
    status: str


@dataclass(frozen=True)
class LettersMade:
    """What one run did. `reminded`: agency → day of the reminder that it was sent already and need not get again;
    `withdrawn`: letters of the same day, untouched, to agencies that are no longer concerned; `restored`: the template,
    where the workspace had none; `unaddressed`: faulty files of which nobody can say whose they are."""

    kind: LetterKind
    period: str
    made: tuple[Made, ...]
    reminded: Mapping[str, date]
    withdrawn: tuple[Path, ...] = ()
    restored: Path | None = None
    unaddressed: int = 0

    def of(self, status: str) -> list[Path]:
        """The files of one status."""
        return [one.path for one in self.made if one.status == status]


def make_letters(
    workspace: Workspace, period_code: str, wanted: Wanted, today: date, *, progress: Progress = no_progress
) -> LettersMade:
    """Make the letters of one kind, as things stood at the end of `today`.

    All are drawn before the first is written. A file that staff edited stays unless `force`. A reminder made on an
    earlier day counts as sent: it is neither overwritten nor made again (unless `force`), and after some days the
    second one follows it. Raises DtxlError for an agency that the plan does not have, TemplateError for a template
    that cannot be filled.
    """
    known = workspace.plan_in(workspace.period(period_code)).agency_by_code
    if unknown := [code for code in wanted.only if code not in known]:
        raise DtxlError(
            f"Kế hoạch không có cơ quan mang mã: {', '.join(unknown)}. Xem sheet Cơ quan của ke-hoach.xlsx."
        )
    rollup = make_rollup(workspace, period_code, today)
    sweep(workspace.folder(period_code, LETTERS))
    template, restored = _template(workspace, wanted.kind)
    with using(read_wording(workspace.root / TEMPLATES / WORDING)):
        letters, reminded = _letters(workspace, rollup, wanted, today)
        paths = _paths(workspace, period_code, letters)
        drawn: list[tuple[Letter, Path, bytes]] = []
        for letter, content in draw_letters(rollup, letters, template, today):
            drawn.append((letter, paths[len(drawn)], content))
            progress(len(drawn), len(letters))
    made = _write(workspace, drawn, wanted.force)
    withdrawn = () if wanted.only else _withdraw(workspace, period_code, wanted, {path for _, path, _ in drawn}, today)
    unaddressed = len(rollup.unknown_files) if wanted.kind is LetterKind.RETURN else 0
    return LettersMade(wanted.kind, period_code, made, reminded, withdrawn, restored, unaddressed)


def _template(workspace: Workspace, kind: LetterKind) -> tuple[Path, Path | None]:
    """The workspace's own template; copied anew where a workspace of an earlier version lacks it."""
    path = workspace.root / TEMPLATES / template_name(kind)
    if path.exists():
        return path, None
    write_whole(path, resources.files("dtxl.templates").joinpath(path.name).read_bytes())
    return path, path


def _letters(workspace: Workspace, rollup: Rollup, wanted: Wanted, today: date) -> tuple[list[Letter], dict[str, date]]:
    only = set(wanted.only)
    if wanted.kind is LetterKind.REQUEST:
        forms = {a.code: f"{file_stem(a)}.xlsx" for a in rollup.plan.agencies}
        return request_letters(rollup, today, forms, only=only, by_group=wanted.by_group), {}
    if wanted.kind is LetterKind.RETURN:
        faulty = [f for f in _faulty(workspace, rollup) if not only or f.agency in only]
        return return_letters(rollup, today, faulty, wanted.until), {}
    if wanted.kind is LetterKind.NOTICE:
        return [one for one in notice_letters(rollup, today) if not only or one.key in only], {}
    rounds, reminded = _rounds(workspace, rollup, wanted, today)
    return reminder_letters(rollup, today, rounds, wanted.until), reminded


def _faulty(workspace: Workspace, rollup: Rollup) -> list[Faulty]:
    """The last faulty return of each agency after which no acceptable one came, by the rollup's day."""
    period = rollup.period.code
    receipts = [r for r in workspace.store.receipts(period) if r.received_at.date() <= rollup.as_of]
    good, known = last_good(receipts), rollup.plan.agency_by_code
    last = {
        r.agency: r
        for r in receipts
        if r.agency in known and r.status in ("rejected", "unreadable") and not settled(r, good)
    }
    findings = workspace.store.findings(list(last.values()))
    return [
        Faulty(
            code, Path(r.path).name, r.received_at, tuple(findings[r.id]),
            copy.name if (copy := copy_path(workspace, period, r)).exists() else "",
        )
        for code in known
        if (r := last.get(code)) is not None
    ]  # fmt: skip


def _rounds(
    workspace: Workspace, rollup: Rollup, wanted: Wanted, today: date
) -> tuple[dict[str, Round], dict[str, date]]:
    """(agency → which reminder it gets, agency → day of the reminder that it was sent already)."""
    rounds: dict[str, Round] = {}
    reminded: dict[str, date] = {}
    known, period = rollup.plan.agency_by_code, rollup.period.code
    for agency in overdue(rollup):
        if wanted.only and agency.code not in wanted.only:
            continue
        first, second = (_sent(_reminder(workspace, period, known[agency.code], n), today) for n in (1, 2))
        number = wanted.round or (2 if second or (first and (today - first).days >= amount("days", "apart")) else 1)
        sent = second if number == 2 else first
        if sent and not wanted.force:
            reminded[agency.code] = sent
        else:
            rounds[agency.code] = Round(number, first)
    return rounds, reminded


def _reminder(workspace: Workspace, period: str, agency: Agency, number: int) -> Path:
    folder = workspace.folder(period, LETTERS) / FOLDERS[LetterKind.REMINDER].format(part=number)
    return folder / _place(workspace, period, agency)


def _sent(path: Path, today: date) -> date | None:
    """The day on which a letter was made, where it was an earlier one than `today`."""
    if not path.exists():
        return None
    try:
        day = created_on(path)
    except SourceError:
        return None
    return day if day and day < today else None


def _place(workspace: Workspace, period: str, agency: Agency) -> Path:
    """As the agency's form lies: in a folder for each district, one for the offices."""
    form = workspace.form_path(period, agency)
    return form.relative_to(workspace.folder(period, SENT)).with_suffix(".docx")


def _paths(workspace: Workspace, period: str, letters: Sequence[Letter]) -> list[Path]:
    """Where each letter goes. Raises DtxlError where two would be one file: one agency would get the other's."""
    known = workspace.plan.agency_by_code
    paths: dict[Path, str] = {}
    for letter in letters:
        folder = workspace.folder(period, LETTERS) / FOLDERS[LetterKind(letter.kind)].format(part=letter.part)
        if len(letter.agencies) == 1:
            path = folder / _place(workspace, period, known[letter.agencies[0]])
        else:
            path = folder / f"{names.file_stem(f'nhom-{letter.key}', letter.name)}.docx"
        if path in paths:
            raise DtxlError(
                f"Mã {paths[path]} và {letter.key} quá giống nhau nên công văn sẽ trùng tên tệp. "
                "Sửa một mã ở ke-hoach.xlsx."
            )
        paths[path] = letter.key
    return list(paths)


def _write(workspace: Workspace, drawn: Sequence[tuple[Letter, Path, bytes]], force: bool) -> tuple[Made, ...]:
    made = [Made(letter, path, _status(workspace, path, content, force)) for letter, path, content in drawn]
    new = [(path, content) for (_, path, content), one in zip(drawn, made, strict=True) if one.status == "written"]
    # Remembered first: were the command stopped in between, the next run still knows the files as its own.
    workspace.store.remember_outputs([(workspace.relative(path), digest(content)) for path, content in new])
    for path, content in new:
        write_whole(path, content, durable=False)
    return tuple(made)


def _status(workspace: Workspace, path: Path, content: bytes, force: bool) -> str:
    if not path.exists():
        return "written"
    there = digest(path.read_bytes())
    if there == digest(content):
        return "same"
    return "written" if force or workspace.store.is_output(workspace.relative(path), there) else "kept"


def _withdraw(workspace: Workspace, period: str, wanted: Wanted, now: set[Path], today: date) -> tuple[Path, ...]:
    """Take back letters of this kind that were made on this very day, that nobody touched, and that are not needed any
    more: an agency has returned since. Those of earlier days are what was sent: they stay."""
    folder = workspace.folder(period, LETTERS) / FOLDERS[wanted.kind].partition("/")[0]
    gone = []
    for path in sorted(folder.rglob("*.docx")):
        if path in now or not workspace.store.is_output(workspace.relative(path), digest(path.read_bytes())):
            continue
        if created_on(path) == today:
            path.unlink()
            gone.append(path)
            with suppress(OSError):  # others' letters lie there
                path.parent.rmdir()
    return tuple(gone)


def letters_facts(made: LettersMade) -> dict[str, Any]:
    """`letters --json`: each letter with its file and what became of it, and the counts."""
    statuses = ("written", "same", "kept")
    return {
        "kind": made.kind.value,
        "period": made.period,
        "letters": [
            {
                "key": one.letter.key,
                "name": one.letter.name,
                "agencies": list(one.letter.agencies),
                "file": one.path.as_posix(),
                "status": one.status,
                "round": int(one.letter.part) if one.letter.part else None,
                "days_late": one.letter.days_late if made.kind is LetterKind.REMINDER else None,
            }
            for one in made.made
        ],
        "reminded": [{"agency": code, "on": day.isoformat()} for code, day in made.reminded.items()],
        "withdrawn": [path.as_posix() for path in made.withdrawn],
        "counts": {"letters": len(made.made), **{status: len(made.of(status)) for status in statuses}},
    }
