"""The store: one transaction a file, the receipt last; stopped at any moment, it can be gone on with."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dtxl.core.codes import Severity
from dtxl.model.finding import Finding
from dtxl.model.submission import Submission, Value
from dtxl.store import schema
from dtxl.store.engine import connect, reading, storable, writing
from dtxl.store.migrate import prepare

_NO_ID = 2**31 - 1  # behind every receipt that is recorded


@dataclass(frozen=True)
class Receipt:
    """One file of a period as it was recorded."""

    id: int
    period: str
    sha256: str
    path: str
    received_at: datetime
    agency: str
    status: str
    form: str = ""  # id of the form that it is; "" where it is none, or of before that was written down


def open_store(where: Path | str) -> "Store":
    """The store at a path (SQLite) or a database URL; made where it is not there, brought up where it is of an older
    program. Raises WorkspaceError."""
    engine = connect(where)
    try:
        prepare(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


class Store:
    """Returns, values and findings of a workspace."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def close(self) -> None:
        self.engine.dispose()

    def signing_key(self) -> bytes:
        """The workspace's key for signing forms, made with the store."""
        with reading(self.engine) as c:
            text = c.execute(select(schema.meta.c.value).where(schema.meta.c.key == "signing_key")).scalar_one()
        return bytes.fromhex(text)

    def issue(self, forms: Iterable[tuple[str, str, str, str]], *, again: bool = True) -> None:
        """Remember forms as (form id, agency, period, fingerprint).

        A known one is from now on its agency's newest, unless `again` is False (it stood there already).
        """
        table = schema.issued
        rows = [dict(zip(("form", "agency", "period", "fingerprint"), f, strict=True)) for f in forms]
        with writing(self.engine) as c:
            sequence = (c.execute(select(func.max(table.c.sequence))).scalar() or 0) + 1
            for row in rows:
                if not _add(c, table, {**row, "sequence": sequence}) and again:
                    c.execute(update(table).where(table.c.form == row["form"]).values(sequence=sequence))

    def superseded_forms(self) -> set[str]:
        """Ids of the forms after which a newer one was issued to the same agency for the same period."""
        table = schema.issued
        with reading(self.engine) as c:
            rows = c.execute(select(table)).all()
        newest: dict[tuple[str, str], int] = {}
        for r in rows:
            key = (r.agency, r.period)
            newest[key] = max(newest.get(key, 0), r.sequence)
        return {r.form for r in rows if r.sequence < newest[r.agency, r.period]}

    def rename(self, receipt: Receipt, path: str) -> None:
        """The file of a receipt was moved to `path`."""
        with writing(self.engine) as c:
            c.execute(update(schema.receipt).where(schema.receipt.c.id == receipt.id).values(path=path))

    def issued(self) -> dict[str, tuple[str, str]]:
        """Form id → (agency, period) of every form issued."""
        with reading(self.engine) as c:
            rows = c.execute(select(schema.issued)).mappings().all()
        return {r["form"]: (r["agency"], r["period"]) for r in rows}

    def fingerprints(self) -> dict[str, str]:
        """Form id → fingerprint of the plan that it was issued from."""
        table = schema.issued
        with reading(self.engine) as c:
            return {r.form: r.fingerprint for r in c.execute(select(table.c.form, table.c.fingerprint))}

    def remember_plan(self, fingerprint: str, sha256: str) -> None:
        """Remember which plan workbook (by its hash in the archive) forms of this fingerprint were issued from."""
        with writing(self.engine) as c:
            _add(c, schema.plan_version, {"fingerprint": fingerprint, "sha256": sha256})

    def plan_versions(self) -> dict[str, str]:
        """Fingerprint → hash of the plan workbook that forms were issued from."""
        table = schema.plan_version
        with reading(self.engine) as c:
            return {r.fingerprint: r.sha256 for r in c.execute(select(table))}

    def find(self, sha256: str, period: str) -> Receipt | None:
        """The receipt of a file, where it was recorded for this period."""
        with reading(self.engine) as c:
            return _find(c, sha256, period)

    def receipts(self, period: str) -> list[Receipt]:
        """All receipts of a period, by time received, then by id."""
        table = schema.receipt
        with reading(self.engine) as c:
            rows = c.execute(
                select(table).where(table.c.period == period).order_by(table.c.received_at, table.c.id)
            ).all()
        return [_receipt(row) for row in rows]

    def before(self, agency: str, period: str, moment: datetime, own: str = "") -> Receipt | None:
        """The agency's last acceptable return before one received at `moment`, other than the file of hash `own`; of
        returns of one moment the one recorded first came first."""
        known = self.find(own, period) if own else None
        table = schema.receipt
        query = (
            select(table)
            .where(
                table.c.agency == agency,
                table.c.period == period,
                table.c.status.in_(("accepted", "superseded")),
                table.c.sha256 != own,
                or_(
                    table.c.received_at < _stamp(moment),
                    (table.c.received_at == _stamp(moment)) & (table.c.id < (known.id if known else _NO_ID)),
                ),
            )
            .order_by(table.c.received_at.desc(), table.c.id.desc())
            .limit(1)
        )
        with reading(self.engine) as c:
            row = c.execute(query).first()
        return _receipt(row) if row else None

    def record(
        self, submission: Submission, period: str, status: str, findings: Sequence[Finding],
        *, instead_of: Receipt | None = None, sources: Mapping[str, Receipt] | None = None,
    ) -> Receipt:  # fmt: skip
        """Record a file with its values and findings in one transaction, `instead_of` an earlier reading of it.

        `status`: accepted, rejected or unreadable. Of an agency's acceptable returns the one received last counts, in
        whatever order they are recorded; the others become superseded. A file recorded meanwhile by somebody else
        keeps that record. `sources`: field → the receipt of another file that it came with, for a return put together
        of parts; those receipts stay what they were on their day.
        """
        agency = submission.identity.agency if submission.identity else ""
        form = submission.identity.form if submission.identity else ""
        with writing(self.engine) as c:
            if instead_of is not None:
                _remove(c, instead_of)
            known = _find(c, submission.sha256, period)
            if known is not None:
                return known
            if status == "accepted":
                place = (submission.received_at, instead_of.id if instead_of else _NO_ID)
                status = self._supersede(c, agency, period, place)
            row: dict[str, Any] = {
                "period": period, "sha256": submission.sha256, "path": submission.path, "agency": agency,
                "received_at": _stamp(submission.received_at), "status": status, "form": form,
            }  # fmt: skip
            if instead_of is not None:
                row["id"] = instead_of.id  # its place among the others stays
            key = c.execute(insert(schema.receipt).returning(schema.receipt.c.id), row).scalar_one()
            _write_details(c, key, submission, findings)
            _write_sources(c, key, sources or {})
        return Receipt(
            key, period, submission.sha256, submission.path, submission.received_at, agency, status, form
        )  # fmt: skip

    def _supersede(self, c: Connection, agency: str, period: str, place: tuple[datetime, int]) -> str:
        table = schema.receipt
        current = c.execute(
            select(table).where(
                table.c.period == period, table.c.agency == agency, table.c.status == "accepted"
            )
        ).first()  # fmt: skip
        if current is None:
            return "accepted"
        if (_receipt(current).received_at, current.id) > place:
            return "superseded"
        c.execute(update(table).where(table.c.id == current.id).values(status="superseded"))
        return "accepted"

    def record_duplicate(self, sha256: str, path: str, period: str) -> None:
        """Remember a further place where a recorded file was seen."""
        with writing(self.engine) as c:
            _add(c, schema.duplicate, {"period": period, "path": path, "sha256": sha256})

    def remember_output(self, path: str, sha256: str) -> None:
        """Remember, before it is written, that `path` is about to hold our own content of this hash."""
        self.remember_outputs([(path, sha256)])

    def remember_outputs(self, outputs: Iterable[tuple[str, str]]) -> None:
        """The same of many files, as (path, hash), in one transaction."""
        with writing(self.engine) as c:
            for path, sha256 in outputs:
                _add(c, schema.output, {"path": path, "sha256": sha256})

    def is_output(self, path: str, sha256: str) -> bool:
        """Whether a file of this hash at `path` is one that we wrote, untouched since."""
        table = schema.output
        with reading(self.engine) as c:
            return c.execute(select(table).where(table.c.path == path, table.c.sha256 == sha256)).first() is not None

    def values(self, receipts: Sequence[Receipt]) -> dict[int, dict[str, Value]]:
        """Receipt id → its values by field."""
        table = schema.value
        out: dict[int, dict[str, Value]] = {r.id: {} for r in receipts}
        with reading(self.engine) as c:
            for chunk in _chunks([r.id for r in receipts]):
                for row in c.execute(select(table).where(table.c.receipt.in_(chunk))):
                    out[row.receipt][row.field] = _value(row)
        return out

    def sources(self, receipts: Sequence[Receipt]) -> dict[int, dict[str, Receipt]]:
        """Receipt id → field → the receipt of the file that the figure came with, where that was another one."""
        table = schema.part
        query = select(table.c.receipt.label("whole"), table.c.field, schema.receipt).join(
            schema.receipt, schema.receipt.c.id == table.c.source
        )
        out: dict[int, dict[str, Receipt]] = {r.id: {} for r in receipts}
        with reading(self.engine) as c:
            for chunk in _chunks(list(out)):
                for row in c.execute(query.where(table.c.receipt.in_(chunk))):
                    out[row.whole][row.field] = _receipt(row)
        return out

    def parts_put(self, period: str) -> set[int]:
        """Ids of the receipts of a period whose figures count as part of another one."""
        source, receipt = schema.part.c.source, schema.receipt
        with reading(self.engine) as c:
            query = select(source).join(receipt, receipt.c.id == source).where(receipt.c.period == period).distinct()
            return set(c.execute(query).scalars())

    def findings(self, receipts: Sequence[Receipt]) -> dict[int, list[Finding]]:
        """Receipt id → its findings in order."""
        table = schema.finding
        out: dict[int, list[Finding]] = {r.id: [] for r in receipts}
        paths = {r.id: r.path for r in receipts}
        with reading(self.engine) as c:
            for chunk in _chunks(list(out)):
                rows = c.execute(
                    select(table).where(table.c.receipt.in_(chunk)).order_by(table.c.receipt, table.c.place)
                )
                for row in rows:
                    args = tuple((k, v) for k, v in json.loads(row.args))
                    out[row.receipt].append(
                        Finding(row.code, Severity(row.severity), paths[row.receipt], row.sheet, row.cell, row.field,
                                row.found, row.label, args)
                    )  # fmt: skip
        return out


def _add(c: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert a row unless its key is there; whether it was not."""
    make = postgresql.insert if c.dialect.name == "postgresql" else sqlite.insert
    added: bool = c.execute(make(table).values(row).on_conflict_do_nothing()).rowcount == 1
    return added


def _find(c: Connection, sha256: str, period: str) -> Receipt | None:
    table = schema.receipt
    row = c.execute(select(table).where(table.c.sha256 == sha256, table.c.period == period)).first()
    return _receipt(row) if row else None


def _remove(c: Connection, receipt: Receipt) -> None:
    """Remove a receipt with its values and findings, for another reading of it that is recorded at once."""
    for column in (schema.part.c.receipt, schema.value.c.receipt, schema.finding.c.receipt, schema.receipt.c.id):
        c.execute(delete(column.table).where(column == receipt.id))


def _write_details(c: Connection, key: int, submission: Submission, findings: Sequence[Finding]) -> None:
    values = [
        {"receipt": key, "field": v.field, "kind": v.kind, "raw": storable(v.raw),
         "canonical": storable(v.canonical), "sheet": storable(v.sheet), "cell": v.cell}
        for v in submission.values.values()
        if not v.blank
    ]  # fmt: skip
    if values:
        c.execute(insert(schema.value), values)
    rows = [
        {"receipt": key, "place": place, "code": f.code, "severity": str(f.severity), "sheet": storable(f.sheet),
         "cell": f.cell, "field": f.field, "found": storable(f.found), "label": storable(f.label),
         "args": json.dumps([[k, storable(v)] for k, v in f.args], ensure_ascii=False)}
        for place, f in enumerate(findings)
    ]  # fmt: skip
    if rows:
        c.execute(insert(schema.finding), rows)


def _write_sources(c: Connection, key: int, sources: Mapping[str, Receipt]) -> None:
    if sources:
        c.execute(insert(schema.part), [{"receipt": key, "field": f, "source": r.id} for f, r in sources.items()])


def _stamp(moment: datetime) -> str:
    """A time as it is stored: always to the microsecond, so that texts sort as times do."""
    return moment.isoformat(timespec="microseconds")


def _receipt(row: Any) -> Receipt:
    received = datetime.fromisoformat(row.received_at)
    return Receipt(row.id, row.period, row.sha256, row.path, received, row.agency, row.status, row.form)


def _value(row: Any) -> Value:
    number = text = day = None
    if row.canonical:
        if row.kind in ("number", "integer", "percent"):
            number = Decimal(row.canonical)
        elif row.kind == "date":
            day = date.fromisoformat(row.canonical)
        else:
            text = row.canonical
    return Value(row.field, row.kind, row.raw, row.sheet, row.cell, number, text, day)


def _chunks(ids: list[int], size: int = 500) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
