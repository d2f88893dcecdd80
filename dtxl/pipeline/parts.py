"""Parts of one return sent by several divisions of an agency: put together where they do not conflict (B17).

A part leaves whole rows blank that another fills, and has no other fault. A return that fills all rows of an earlier
one is no part but a second return: of those the last acceptable one counts, as always.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from dtxl.core.errors import WorkspaceError
from dtxl.intake import Intake, read_return
from dtxl.model.finding import Finding, finding, in_order, refused
from dtxl.model.form import Form
from dtxl.model.submission import Value
from dtxl.pipeline.mark import withdraw
from dtxl.pipeline.session import Session, last_good, settled
from dtxl.store import Receipt

log = logging.getLogger("dtxl.collect")
_OF_BLANKS = frozenset({"D01", "D02", "D04", "B14", "B17"})  # what a part lacks, another may have
_SENDER = "agency."  # who filled in a part: not a figure, the last part's counts


@dataclass(frozen=True)
class Put:
    """What became of an agency's parts, the last one first: put together, or found to conflict."""

    receipts: tuple[Receipt, ...]
    conflict: bool


@dataclass(frozen=True)
class _Part:
    receipt: Receipt
    values: dict[str, Value]

    @property
    def rows(self) -> set[str]:
        """The keys of the rows in which anything stands."""
        return {n.rpartition(".")[0] for n, v in self.values.items() if not v.blank and not n.startswith(_SENDER)}


def put_together(session: Session) -> list[Put]:
    """Merge the parts of every agency that has some, or mark what conflicts; what is settled is left alone, and so is a
    locked period. A part that somebody of the office answered for wins over the others."""
    done = []
    for parts in [] if session.locked else _parts(session):
        chosen = [p for p in parts if session.register.accepted(p.receipt.sha256)]
        clashes = {name: those for name, those in _clashes(parts).items() if not any(p in chosen for p in those)}
        try:
            if clashes:
                new = _mark_clashes(session, parts, clashes)
            else:
                new = _merge(session, [*chosen, *(p for p in parts if p not in chosen)], parts[0])
        except WorkspaceError as error:
            log.error("%s", error)  # a file in the archive is gone: the parts stay as they are
            continue
        if new:
            done.append(Put(tuple(p.receipt for p in parts), conflict=bool(clashes)))
    return done


def _parts(session: Session) -> Iterator[list[_Part]]:
    """For each agency that sent parts since its last acceptable return: those that count, the last one first."""
    store = session.workspace.store
    receipts = store.receipts(session.period.code)
    good = last_good(receipts)
    waiting: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        if receipt.agency and receipt.status == "rejected" and not settled(receipt, good):
            waiting.setdefault(receipt.agency, []).append(receipt)
    for mine in waiting.values():
        if len(mine) < 2:
            continue
        findings, values = store.findings(mine), store.values(mine)
        kept: list[_Part] = []
        for receipt in reversed(mine):
            if any(f.severity.blocks and f.code not in _OF_BLANKS for f in findings[receipt.id]):
                continue
            part = _Part(receipt, values[receipt.id])
            rows = {row for p in kept for row in p.rows}
            # Of two files with the same rows the later one counts.
            if part.rows - rows and all(p.rows - part.rows for p in kept):
                kept.append(part)
        if len(kept) > 1:
            yield kept


def _clashes(parts: Sequence[_Part]) -> dict[str, list[_Part]]:
    """Field → the parts that fill it, where they differ."""
    filled: dict[str, list[_Part]] = {}
    for part in parts:
        for name, value in part.values.items():
            if not value.blank and not name.startswith(_SENDER):
                filled.setdefault(name, []).append(part)
    return {
        name: those
        for name, those in filled.items()
        if len({p.values[name].canonical or p.values[name].raw for p in those}) > 1
    }


def _mark_clashes(session: Session, parts: Sequence[_Part], clashes: dict[str, list[_Part]]) -> bool:
    """Say at each part what another says otherwise; whether that was new."""
    new = False
    store = session.workspace.store
    form = session.forms(parts[0].receipt.agency)
    for part in parts:
        before = store.findings([part.receipt])[part.receipt.id]
        remarks = [
            _clash(part, name, those, form).at(part.receipt.path) for name, those in clashes.items() if part in those
        ]
        if not remarks or {f for f in before if f.code == "B17"} == set(remarks):
            continue
        intake = _read(session, part.receipt)
        findings = in_order([*(f for f in before if f.code != "B17"), *remarks])
        session.record(intake, findings, part.receipt.path, part.receipt)
        withdraw(session, part.receipt)
        new = True
    return new


def _clash(part: _Part, name: str, those: Sequence[_Part], form: Form | None) -> Finding:
    value, paths = part.values[name], [PurePosixPath(p.receipt.path) for p in those]
    # Agencies know their files by name; where they sent two of one name, by the folder too.
    shown = [path.name if len({q.name for q in paths}) == len(paths) else str(path) for path in paths]
    seen = "; ".join(f"{p.values[name].raw} ({file})" for p, file in zip(those, shown, strict=True))
    label = form.by_name[name].label if form and name in form.by_name else name
    return finding("B17", sheet=value.sheet, cell=value.cell, field=name, found=seen, label=label)


def _merge(session: Session, order: Sequence[_Part], last: _Part) -> bool:
    """Record the parts as one return in the place of the last one, where together they are acceptable. `order`: whose
    figures win where two parts fill a cell."""
    intakes = {p.receipt.id: _read(session, p.receipt) for p in order}
    whole = intakes[last.receipt.id]
    forms = {i.form.identity.form if i.form else "" for i in intakes.values()}
    if whole.form is None or len(forms) != 1:
        return False
    values: dict[str, Value] = {}
    sources: dict[str, Receipt] = {}
    for part in (last, *(p for p in order if p is not last)):
        mine = intakes[part.receipt.id]
        for name, value in mine.submission.values.items():
            held = values.get(name)
            wins = order.index(part) < order.index(last) and not value.blank and not name.startswith(_SENDER)
            if held is None or (held.blank and not value.blank) or wins:
                values[name] = value
                sources[name] = part.receipt
    remarks = [f for p in order for f in intakes[p.receipt.id].findings if sources.get(f.field, p.receipt) == p.receipt]
    others = {n: r for n, r in sources.items() if r.id != last.receipt.id and not values[n].blank}
    submission = replace(whole.submission, values=values)
    findings = in_order([*dict.fromkeys(remarks), *_of_files(session.checked(whole.form, submission), others)])
    if refused(findings):
        return False
    session.record(replace(whole, submission=submission), findings, last.receipt.path, last.receipt, others)
    for part in order:
        withdraw(session, part.receipt)
    return True


def _of_files(findings: Iterable[Finding], sources: dict[str, Receipt]) -> Iterator[Finding]:
    """Each finding with the file that its cell is in."""
    return (f.at(sources[f.field].path) if f.field in sources else f for f in findings)


def _read(session: Session, receipt: Receipt) -> Intake:
    content = session.workspace.archive.read(receipt.sha256)
    return read_return(content, receipt.path, receipt.received_at, session.register, session.opened)
