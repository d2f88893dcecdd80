"""Every return, value and finding, in SQLite or PostgreSQL; the files themselves by hash beside it."""

from dtxl.store.archive import Archive
from dtxl.store.database import Receipt, Store, open_store

__all__ = ["Archive", "Receipt", "Store", "open_store"]
