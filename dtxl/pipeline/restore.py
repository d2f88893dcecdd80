"""A backup into a folder: all of it or nothing, and nothing that stands there is lost."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dtxl.core.errors import WorkspaceError, WriteError
from dtxl.pipeline.bundle import Manifest, opened, read, verify
from dtxl.pipeline.workspace import ARCHIVE, DATABASE, PLANBOOK, Progress, no_progress
from dtxl.store import Store, is_empty, open_store, references, replace, snapshot


@dataclass(frozen=True)
class Restored:
    """What `restore` did. `aside`: where what stood there is now (the folder, a copy of the database given by URL);
    `missing`: files of the archive, by hash, that the database refers to and the backup did not have."""

    manifest: Manifest
    aside: tuple[Path, ...]
    missing: tuple[str, ...]


def restore(
    source: Path, root: Path, *, force: bool = False, database: str | None = None, progress: Progress = no_progress
) -> Restored:
    """Put a backup's workspace into `root`, its database into `database` (a URL) or the SQLite file of the folder.

    Everything is read over first, then unpacked beside `root` and checked again; only then the folder takes its place.
    With `force` a folder that stands there is moved aside, never deleted, with a copy of a database given by URL.
    Raises WorkspaceError, and leaves everything as it was.
    """
    root = root.resolve()
    full = root.is_dir() and any(root.iterdir())
    if root.exists() and not root.is_dir():
        raise WorkspaceError(f"{root} là một tệp. Ghi tên thư mục để khôi phục vào.")
    if full and not force:
        raise WorkspaceError(
            f"Thư mục {root} đang có dữ liệu. Chọn thư mục khác, hoặc thêm --force: "
            "thư mục cũ sẽ được đổi tên, không bị xóa."
        )
    manifest = verify(source)
    names = {m.path for m in manifest.files}
    if not {PLANBOOK, DATABASE} <= names:
        raise WorkspaceError(f"Bản sao lưu {source} thiếu {PLANBOOK} hoặc {DATABASE}.")
    with _beside(root) as staging:
        _unpack(source, staging, progress)
        store = open_store(staging / DATABASE)  # one of an older program is brought up here
        try:
            needed = references(store)
            aside = _put_in_place(staging, root, store, database, force)
        finally:
            store.close()
    kept = {m.sha256 for m in manifest.files if m.path.startswith(f"{ARCHIVE}/")}
    return Restored(manifest, aside, tuple(sorted(needed - kept)))


@contextmanager
def _beside(root: Path) -> Iterator[Path]:
    """A new folder on the same disk; gone in the end, unless it took the place of `root`."""
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        own = Path(tempfile.mkdtemp(prefix=".dtxl-khoi-phuc-", dir=root.parent))
    except OSError as error:
        raise WriteError(f"Không ghi được vào {root.parent} ({error.strerror or error}).") from error
    try:
        staging = own / "moi"
        staging.mkdir()
        yield staging
    except OSError as error:
        raise WriteError(f"Không khôi phục được vào {root} ({error.strerror or error}).") from error
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _unpack(source: Path, staging: Path, progress: Progress) -> None:
    failed: OSError | None = None
    with opened(source) as (archive, manifest):
        for done, member in enumerate(manifest.files, 1):
            path = staging / member.path
            pieces = read(archive, member)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as out:
                    for piece in pieces:
                        out.write(piece)
                    out.flush()
                    os.fsync(out.fileno())
                os.utime(path, ns=(member.mtime_ns, member.mtime_ns))
            except OSError as error:  # of the disk written to, not of the backup
                failed = error
                break
            progress(done, len(manifest.files))
    if failed is not None:
        raise failed


def _put_in_place(staging: Path, root: Path, store: Store, database: str | None, force: bool) -> tuple[Path, ...]:
    """The unpacked folder becomes `root`, at one moment with the database where one is given by URL."""
    swap = _Swap(staging, root)
    if database is None:
        store.close()
        swap()
        return swap.kept
    target = open_store(database)
    try:
        copies: tuple[Path, ...] = ()
        if not is_empty(target):
            if not force:
                raise WorkspaceError("Cơ sở dữ liệu đang có dữ liệu. Thêm --force nếu muốn thay bằng bản sao lưu.")
            copies = (root.with_name(f"{root.name}{_aside()}.db"),)
            snapshot(target, copies[0])
        try:
            replace(target, store, last=swap)
        except BaseException:
            swap.undo()
            raise
    finally:
        target.close()
    store.close()
    (root / DATABASE).unlink()  # the database is elsewhere; nobody must take this one for it
    return (*swap.kept, *copies)


class _Swap:
    """Puts one folder in another's place, which is moved aside where there is something in it."""

    def __init__(self, staging: Path, root: Path) -> None:
        self._staging, self._root, self._done = staging, root, False
        self.kept: tuple[Path, ...] = ()

    def __call__(self) -> None:
        if self._root.exists():
            if any(self._root.iterdir()):
                aside = self._root.with_name(self._root.name + _aside())
                self._root.rename(aside)
                self.kept = (aside,)
            else:
                self._root.rmdir()
        try:
            self._staging.rename(self._root)
        except OSError:
            self.undo()
            raise
        self._done = True

    def undo(self) -> None:
        if self._done:
            self._root.rename(self._staging)
            self._done = False
        for aside in self.kept:
            aside.rename(self._root)
        self.kept = ()


def _aside() -> str:
    return f"-truoc-khoi-phuc-{datetime.now():%Y%m%d-%H%M%S}"
