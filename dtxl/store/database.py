"""The store: one transaction a file, the receipt last; stopped at any moment, it can be gone on with."""

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, delete, event, func, insert, or_, select, update
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError

from dtxl.core.codes import Severity
from dtxl.core.errors import WorkspaceError
from dtxl.model.finding import Finding
from dtxl.model.submission import Submission, Value
from dtxl.store import schema

_NO_ID = 2**62  # behind every receipt that is recorded


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


def open_store(where: Path | str) -> "Store":
    """The store at a path (SQLite) or a database URL; made where it is not there. Raises WorkspaceError."""
    url = f"sqlite:///{where}" if isinstance(where, Path) else where
    try:
        engine = create_engine(url)
    except (ArgumentError, ImportError) as error:
        raise WorkspaceError(f"Không dùng được cơ sở dữ liệu {where}: {error}") from error
    if engine.dialect.name == "sqlite":
        _serious_sqlite(engine)
    try:
        schema.metadata.create_all(engine)
        return Store(engine)
    except DatabaseError as error:
        raise WorkspaceError(f"Không mở được cơ sở dữ liệu {where}: {error.orig}") from error


def _serious_sqlite(engine: Engine) -> None:
    """WAL, a patient lock and BEGIN IMMEDIATE: plain BEGIN lost three of four submissions of eight importers."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class Store:
    """Returns, values and findings of a workspace."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with self._begin() as c:
            version = c.execute(select(schema.meta.c.value).where(schema.meta.c.key == "version")).scalar()
            if version is None:
                c.execute(insert(schema.meta), [
                    {"key": "version", "value": schema.VERSION},
                    {"key": "signing_key", "value": secrets.token_hex(32)},
                ])  # fmt: skip
            elif version != schema.VERSION:
                raise WorkspaceError(
                    f"Cơ sở dữ liệu thuộc phiên bản {version}, chương trình này cần phiên bản {schema.VERSION}."
                )

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    def signing_key(self) -> bytes:
        """The workspace's key for signing forms, made with the store."""
        with self._begin() as c:
            text = c.execute(select(schema.meta.c.value).where(schema.meta.c.key == "signing_key")).scalar_one()
        return bytes.fromhex(text)

    def issue(self, forms: Iterable[tuple[str, str, str, str]], *, again: bool = True) -> None:
        """Remember forms as (form id, agency, period, fingerprint).

        A known one is from now on its agency's newest, unless `again` is False (it stood there already).
        """
        table = schema.issued
        rows = [dict(zip(("form", "agency", "period", "fingerprint"), f, strict=True)) for f in forms]
        with self._begin() as c:
            known = set(c.execute(select(table.c.form)).scalars())
            sequence = (c.execute(select(func.max(table.c.sequence))).scalar() or 0) + 1
            new = [{**row, "sequence": sequence} for row in rows if row["form"] not in known]
            if new:
                c.execute(insert(table), new)
            for row in rows if again else ():
                if row["form"] in known:
                    c.execute(update(table).where(table.c.form == row["form"]).values(sequence=sequence))

    def superseded_forms(self) -> set[str]:
        """Ids of the forms after which a newer one was issued to the same agency for the same period."""
        table = schema.issued
        with self._begin() as c:
            rows = c.execute(select(table)).all()
        newest: dict[tuple[str, str], int] = {}
        for r in rows:
            key = (r.agency, r.period)
            newest[key] = max(newest.get(key, 0), r.sequence)
        return {r.form for r in rows if r.sequence < newest[r.agency, r.period]}

    def rename(self, receipt: Receipt, path: str) -> None:
        """The file of a receipt was moved to `path`."""
        with self._begin() as c:
            c.execute(update(schema.receipt).where(schema.receipt.c.id == receipt.id).values(path=path))

    def issued(self) -> dict[str, tuple[str, str]]:
        """Form id → (agency, period) of every form issued."""
        with self._begin() as c:
            rows = c.execute(select(schema.issued)).mappings().all()
        return {r["form"]: (r["agency"], r["period"]) for r in rows}

    def remember_plan(self, fingerprint: str, sha256: str) -> None:
        """Remember which plan workbook (by its hash in the archive) forms of this fingerprint were issued from."""
        table = schema.plan_version
        with self._begin() as c:
            if c.execute(select(table).where(table.c.fingerprint == fingerprint)).first() is None:
                c.execute(insert(table), {"fingerprint": fingerprint, "sha256": sha256})

    def plan_versions(self) -> dict[str, str]:
        """Fingerprint → hash of the plan workbook that forms were issued from."""
        table = schema.plan_version
        with self._begin() as c:
            return {r.fingerprint: r.sha256 for r in c.execute(select(table))}

    def find(self, sha256: str, period: str) -> Receipt | None:
        """The receipt of a file, where it was recorded for this period."""
        table = schema.receipt
        with self._begin() as c:
            row = c.execute(select(table).where(table.c.sha256 == sha256, table.c.period == period)).first()
        return _receipt(row) if row else None

    def receipts(self, period: str) -> list[Receipt]:
        """All receipts of a period, by time received, then by id."""
        table = schema.receipt
        with self._begin() as c:
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
        with self._begin() as c:
            row = c.execute(query).first()
        return _receipt(row) if row else None

    def record(
        self, submission: Submission, period: str, status: str, findings: Sequence[Finding],
        *, instead_of: Receipt | None = None,
    ) -> Receipt:  # fmt: skip
        """Record a file with its values and findings in one transaction, `instead_of` an earlier reading of it.

        `status`: accepted, rejected or unreadable. Of an agency's acceptable returns the one received last counts, in
        whatever order they are recorded; the others become superseded. A file recorded meanwhile by somebody else
        keeps that record.
        """
        agency = submission.identity.agency if submission.identity else ""
        try:
            with self._begin() as c:
                if instead_of is not None:
                    for table, column in (
                        (schema.value, schema.value.c.receipt), (schema.finding, schema.finding.c.receipt),
                        (schema.receipt, schema.receipt.c.id),
                    ):  # fmt: skip
                        c.execute(delete(table).where(column == instead_of.id))
                if status == "accepted":
                    place = (submission.received_at, instead_of.id if instead_of else _NO_ID)
                    status = self._supersede(c, agency, period, place)
                row: dict[str, Any] = {
                    "period": period, "sha256": submission.sha256, "path": submission.path, "agency": agency,
                    "received_at": _stamp(submission.received_at), "status": status,
                }  # fmt: skip
                if instead_of is not None:
                    row["id"] = instead_of.id  # its place among the others stays
                key = c.execute(insert(schema.receipt).returning(schema.receipt.c.id), row).scalar_one()
                _write_details(c, key, submission, findings)
        except IntegrityError:
            known = self.find(submission.sha256, period)
            if known is None:
                raise
            return known
        return Receipt(
            key, period, submission.sha256, submission.path, submission.received_at, agency, status
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
        table = schema.duplicate
        row = {"period": period, "path": path, "sha256": sha256}
        with self._begin() as c:
            c.execute(delete(table).where(*(table.c[k] == v for k, v in row.items())))
            c.execute(insert(table), row)

    def remember_output(self, path: str, sha256: str) -> None:
        """Remember, before it is written, that `path` is about to hold our own content of this hash."""
        table = schema.output
        with self._begin() as c:
            known = c.execute(select(table).where(table.c.path == path, table.c.sha256 == sha256)).first()
            if known is None:
                c.execute(insert(table), {"path": path, "sha256": sha256})

    def is_output(self, path: str, sha256: str) -> bool:
        """Whether a file of this hash at `path` is one that we wrote, untouched since."""
        table = schema.output
        with self._begin() as c:
            return c.execute(select(table).where(table.c.path == path, table.c.sha256 == sha256)).first() is not None

    def values(self, receipts: Sequence[Receipt]) -> dict[int, dict[str, Value]]:
        """Receipt id → its values by field."""
        table = schema.value
        out: dict[int, dict[str, Value]] = {r.id: {} for r in receipts}
        with self._begin() as c:
            for chunk in _chunks([r.id for r in receipts]):
                for row in c.execute(select(table).where(table.c.receipt.in_(chunk))):
                    out[row.receipt][row.field] = _value(row)
        return out

    def findings(self, receipts: Sequence[Receipt]) -> dict[int, list[Finding]]:
        """Receipt id → its findings in order."""
        table = schema.finding
        out: dict[int, list[Finding]] = {r.id: [] for r in receipts}
        paths = {r.id: r.path for r in receipts}
        with self._begin() as c:
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


def _write_details(c: Connection, key: int, submission: Submission, findings: Sequence[Finding]) -> None:
    values = [
        {"receipt": key, "field": v.field, "kind": v.kind, "raw": v.raw, "canonical": v.canonical, "sheet": v.sheet,
         "cell": v.cell}
        for v in submission.values.values()
        if not v.blank
    ]  # fmt: skip
    if values:
        c.execute(insert(schema.value), values)
    rows = [
        {"receipt": key, "place": place, "code": f.code, "severity": str(f.severity), "sheet": f.sheet, "cell": f.cell,
         "field": f.field, "found": f.found, "label": f.label, "args": json.dumps(f.args, ensure_ascii=False)}
        for place, f in enumerate(findings)
    ]  # fmt: skip
    if rows:
        c.execute(insert(schema.finding), rows)


def _stamp(moment: datetime) -> str:
    """A time as it is stored: always to the microsecond, so that texts sort as times do."""
    return moment.isoformat(timespec="microseconds")


def _receipt(row: Any) -> Receipt:
    return Receipt(
        row.id, row.period, row.sha256, row.path, datetime.fromisoformat(row.received_at), row.agency, row.status
    )


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
