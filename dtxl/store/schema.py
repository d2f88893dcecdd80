"""The tables. Texts, not floats, hold figures: what was read is what is given back."""

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

VERSION = "1"

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String(40), primary_key=True), Column("value", Text, nullable=False))

issued = Table(
    "issued",
    metadata,
    Column("form", String(120), primary_key=True),
    Column("agency", String(40), nullable=False),
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
    Column("agency", String(40), nullable=False),  # "" where the file does not say so under a valid signature
    Column("status", String(12), nullable=False),
    UniqueConstraint("period", "sha256"),
    Index("receipt_agency", "period", "agency"),
)

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
    Column("field", String(120), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("raw", Text, nullable=False),
    Column("canonical", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", String(12), nullable=False),
)

finding = Table(
    "finding",
    metadata,
    Column("receipt", ForeignKey("receipt.id"), primary_key=True),
    Column("place", Integer, primary_key=True),  # order within the receipt, from 0
    Column("code", String(4), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", String(12), nullable=False),
    Column("field", String(120), nullable=False),
    Column("found", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("args", Text, nullable=False),  # JSON list of pairs
)

# Hashes of what the tool itself wrote to a path (relative to the workspace): a file with another hash was edited.
output = Table(
    "output",
    metadata,
    Column("path", String(400), primary_key=True),
    Column("sha256", String(64), primary_key=True),
)
