"""Every return, value and finding, in SQLite or PostgreSQL; the files themselves by hash beside it."""

from dtxl.store.archive import Archive
from dtxl.store.database import Receipt, Store, open_store
from dtxl.store.engine import connect, shown
from dtxl.store.transfer import is_empty, references, replace, snapshot

__all__ = [
    "Archive",
    "Receipt",
    "Store",
    "connect",
    "is_empty",
    "open_store",
    "references",
    "replace",
    "shown",
    "snapshot",
]
