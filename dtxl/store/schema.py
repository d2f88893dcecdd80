"""The tables. Texts, not floats, hold figures: what was read is what is given back.

What comes from outside (codes of agencies and fields, places, names of files) has no length: PostgreSQL would refuse
what SQLite takes. A change here needs a step in `migrate` and a higher VERSION.
"""

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

VERSION = 4

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String(40), primary_key=True), Column("value", Text, nullable=False))

# Which versions of the schema this database went through, when, and by which version of the program. The one that it
# has now is `meta.version`, where the first version of the program looks for it too.
version = Table(
    "version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("made_at", String(26), nullable=False),
    Column("program", Text, nullable=False),
)

issued = Table(
    "issued",
    metadata,
    Column("form", Text, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("period", String(20), nullable=False),
    Column("fingerprint", String(40), nullable=False),
    Column("sequence", Integer, nullable=False),  # of the run that wrote it last: the later form is the newer one
)

# The plan workbook that forms of a fingerprint were issued from; the file itself is in the archive.
plan_version = Table(
    "plan_version",
    metadata,
    Column("fingerprint", String(40), primary_key=True),
    Column("sha256", String(64), nullable=False),
)

# One row for each different file of a period; `status`: accepted, superseded, rejected or unreadable.
receipt = Table(
    "receipt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("period", String(20), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("path", Text, nullable=False),
    Column("received_at", String(26), nullable=False),
    Column("agency", Text, nullable=False),  # "" where the file does not say so under a valid signature
    Column("status", String(12), nullable=False),
    # Id of the form that the file is; "" where it is none, and of what was recorded before version 4.
    Column("form", Text, nullable=False, server_default=""),
    UniqueConstraint("period", "sha256"),
    Index("receipt_agency", "period", "agency"),
)
_ACCEPTED = text("status = 'accepted'")
# Never two returns of an agency that count, whoever writes.
Index(
    "receipt_accepted", receipt.c.period, receipt.c.agency, unique=True,
    sqlite_where=_ACCEPTED, postgresql_where=_ACCEPTED,
)  # fmt: skip

# Further places where the same file was seen (A08).
duplicate = Table(
    "duplicate",
    metadata,
    Column("period", String(20), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("sha256", String(64), primary_key=True),
)

value = Table(
    "value",
    metadata,
    Column("receipt", ForeignKey("receipt.id"), primary_key=True),
    Column("field", Text, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("raw", Text, nullable=False),
    Column("canonical", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", Text, nullable=False),
)

finding = Table(
    "finding",
    metadata,
    Column("receipt", ForeignKey("receipt.id"), primary_key=True),
    Column("place", Integer, primary_key=True),  # order within the receipt, from 0
    Column("code", String(4), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("found", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("args", Text, nullable=False),  # JSON list of pairs
)

# Figures of a return that was put together of several parts: which receipt each of them came with.
part = Table(
    "part",
    metadata,
    Column("receipt", ForeignKey("receipt.id"), primary_key=True),
    Column("field", Text, primary_key=True),
    Column("source", ForeignKey("receipt.id"), nullable=False),
)

# Files for which somebody of the office answered: whose they are, who said so and when.
decision = Table(
    "decision",
    metadata,
    Column("period", String(20), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("agency", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", String(26), nullable=False),
)

# Hashes of what the tool itself wrote to a path (relative to the workspace): a file with another hash was edited.
output = Table(
    "output",
    metadata,
    Column("path", Text, primary_key=True),
    Column("sha256", String(64), primary_key=True),
)

# Who did what when: a row where a command begins, one where it ends; only ever added to (see GUARDS).
journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(26), nullable=False),
    Column("run", String(16), nullable=False),  # the same in the two rows of one command
    Column("person", Text, nullable=False),
    Column("machine", Text, nullable=False),
    Column("program", Text, nullable=False),
    Column("command", String(40), nullable=False),
    Column("options", Text, nullable=False),  # JSON object
    Column("status", Integer),  # exit status; NULL in the row of the beginning
    Column("message", Text, nullable=False),
)

# What keeps the journal from being changed, by dialect; the error is one of integrity in both.
GUARDS = {
    "sqlite": tuple(
        f"CREATE TRIGGER journal_{what.lower()} BEFORE {what} ON journal "
        "BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END"
        for what in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the journal is only added to' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER journal_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_guard()",
    ),
}


def guard_journal(c: Connection) -> None:
    """Make the triggers that refuse every change of a journal row."""
    for statement in GUARDS[c.dialect.name]:
        c.exec_driver_sql(statement)
