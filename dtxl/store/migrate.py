"""An older database is brought up to this program's schema in one transaction; a newer one is refused."""

from collections.abc import Callable
from datetime import datetime
from secrets import token_hex

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    update,
)

from dtxl import __version__
from dtxl.core.errors import WorkspaceError
from dtxl.store import schema
from dtxl.store.engine import reading, writing

Step = Callable[[Connection], None]


def prepare(engine: Engine) -> None:
    """Make the tables, or bring them up. Raises WorkspaceError for a database of a newer program."""
    with reading(engine) as c:
        number = version_of(c)
    if number == schema.VERSION:
        return
    with writing(engine) as c:
        number = version_of(c)  # somebody else may have been quicker
        if number is None:
            _make(c)
        elif number > schema.VERSION:
            raise WorkspaceError(
                f"Cơ sở dữ liệu thuộc phiên bản {number}, mới hơn phiên bản {schema.VERSION} mà chương trình này "
                f"(dtxl {__version__}) đọc được. Hãy cập nhật dtxl trên máy này."
            )
        else:
            for reached in range(number + 1, schema.VERSION + 1):
                STEPS[reached](c)
                _reached(c, reached)


def version_of(c: Connection) -> int | None:
    """The schema's version of the database; None for an empty one."""
    if not inspect(c).has_table("meta"):
        return None
    text = c.execute(select(schema.meta.c.value).where(schema.meta.c.key == "version")).scalar()
    return int(text) if text is not None else None


def _make(c: Connection) -> None:
    schema.metadata.create_all(c)
    schema.guard_journal(c)
    c.execute(insert(schema.meta), [
        {"key": "version", "value": str(schema.VERSION)},
        {"key": "signing_key", "value": token_hex(32)},
    ])  # fmt: skip
    c.execute(insert(schema.version), _stamped(schema.VERSION))


def _reached(c: Connection, number: int) -> None:
    c.execute(update(schema.meta).where(schema.meta.c.key == "version").values(value=str(number)))
    c.execute(insert(schema.version), _stamped(number))


def _stamped(number: int) -> dict[str, object]:
    moment = datetime.now().isoformat(timespec="microseconds")
    return {"number": number, "made_at": moment, "program": __version__}


def _to_2(c: Connection) -> None:
    """The journal, the list of versions, never two counting returns of an agency; no lengths where PostgreSQL would
    refuse what SQLite takes. The tables are written out here as they were then: `schema` goes on."""
    then = MetaData()
    Table(
        "version", then, Column("number", Integer, primary_key=True, autoincrement=False),
        Column("made_at", String(26), nullable=False), Column("program", Text, nullable=False),
    )  # fmt: skip
    texts = (Column(n, Text, nullable=False) for n in ("person", "machine", "program"))
    Table(
        "journal", then, Column("id", Integer, primary_key=True), Column("at", String(26), nullable=False),
        Column("run", String(16), nullable=False), *texts, Column("command", String(40), nullable=False),
        Column("options", Text, nullable=False), Column("status", Integer), Column("message", Text, nullable=False),
    )  # fmt: skip
    then.create_all(c)
    schema.guard_journal(c)
    c.exec_driver_sql(_ONE_COUNTS)
    c.exec_driver_sql("CREATE UNIQUE INDEX receipt_accepted ON receipt (period, agency) WHERE status = 'accepted'")
    if c.dialect.name == "postgresql":  # SQLite does not mind the lengths
        for column in ("issued.form", "issued.agency", "receipt.agency", "value.field", "value.cell", "finding.cell",
                       "finding.field", "output.path"):  # fmt: skip
            table, name = column.split(".")
            c.exec_driver_sql(f"ALTER TABLE {table} ALTER COLUMN {name} TYPE text")


# Of an agency's counting returns the one received last; two could only come of two programs writing at one moment.
_ONE_COUNTS = """UPDATE receipt SET status = 'superseded' WHERE status = 'accepted' AND EXISTS (
    SELECT 1 FROM receipt AS o WHERE o.period = receipt.period AND o.agency = receipt.agency AND o.status = 'accepted'
    AND (o.received_at > receipt.received_at OR (o.received_at = receipt.received_at AND o.id > receipt.id)))"""


def _to_3(c: Connection) -> None:
    """Returns put together of parts, and files that somebody answered for."""
    then = MetaData()
    Table("receipt", then, Column("id", Integer, primary_key=True))  # only to point at
    Table(
        "part", then, Column("receipt", ForeignKey("receipt.id"), primary_key=True),
        Column("field", Text, primary_key=True), Column("source", ForeignKey("receipt.id"), nullable=False),
    )  # fmt: skip
    Table(
        "decision", then, Column("period", String(20), primary_key=True),
        Column("sha256", String(64), primary_key=True), Column("agency", Text, nullable=False),
        Column("person", Text, nullable=False), Column("at", String(26), nullable=False),
    )  # fmt: skip
    then.create_all(c)


def _to_4(c: Connection) -> None:
    """Which form a return is."""
    c.exec_driver_sql("ALTER TABLE receipt ADD COLUMN form TEXT DEFAULT '' NOT NULL")


STEPS: dict[int, Step] = {2: _to_2, 3: _to_3, 4: _to_4}  # version → the step that leads to it
