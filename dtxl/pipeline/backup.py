"""A workspace into one file, and back: every file by its hash, the database as it is at one moment.

The file is a zip that any program opens: `manifest.json` says what is in it, `dtxl.db` is the database (SQLite, from
PostgreSQL too), the others stand under their own names. What the archive holds already, as it does every return of the
inbox, is not put in again.
"""

import hashlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from dtxl import __version__
from dtxl.core.errors import WorkspaceError, WriteError
from dtxl.pipeline.bundle import CHUNK, FORMAT, MANIFEST, Manifest, Member, hashed, verify
from dtxl.pipeline.workspace import ARCHIVE, DATABASE, PLANBOOK, TEMPLATES, Progress, Workspace, no_progress
from dtxl.store import references, snapshot

_PASSING = re.compile(r"^(?:~\$.*|\.~lock\..*|\.dtxl-.*\.tmp)$")  # lock files, what is being written
_OWN = "-sao-luu-"
_PLAIN = re.compile(r"[\w .,()+=@-][\w .,()+=@/-]*")  # names that stand in the zip as they are


@dataclass(frozen=True)
class BackedUp:
    """What `backup` did. `missing`: files of the archive, by hash, that the database refers to and that are gone or no
    longer what they were; `unread`: files of the folder that could not be read, with the reason."""

    path: Path
    size: int
    manifest: Manifest
    missing: tuple[str, ...]
    unread: tuple[tuple[str, str], ...]


def backup(
    workspace: Workspace, target: Path | None = None, *, force: bool = False, progress: Progress = no_progress
) -> BackedUp:
    """Write the whole workspace to `target` (beside the folder by default), then read it over against its hashes.

    Others may go on collecting: the database is taken first, and the files that it refers to are there by then. Raises
    WorkspaceError where the target is there already (unless `force`) or the database cannot be read.
    """
    root = workspace.root.resolve()
    target = target or root.parent / f"{root.name}{_OWN}{datetime.now():%Y%m%d-%H%M%S}.zip"
    if target.exists() and not force:
        raise WorkspaceError(f"{target} đã có. Chọn tên khác, hoặc thêm --force để ghi đè.")
    if target.is_dir():
        raise WorkspaceError(f"{target} là thư mục. Ghi tên tệp .zip.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".dtxl-sao-luu-", dir=target.parent, ignore_cleanup_errors=True) as own:
            packed = _Packer(workspace, root, Path(own)).pack(_files(root, target, Path(own)), progress)
            manifest = verify(packed.path)
            size = packed.path.stat().st_size
            packed.path.replace(target)
    except OSError as error:
        raise WriteError(f"Không ghi được bản sao lưu {target} ({error.strerror or error}).") from error
    kept = {m.sha256 for m in manifest.files if m.path.startswith(f"{ARCHIVE}/")}
    return BackedUp(target, size, manifest, tuple(sorted(packed.needed - kept)), tuple(packed.unread))


def _files(root: Path, *left_out: Path) -> list[Path]:
    """The files of the workspace: what people look for first, then the archive, then the periods, whose returns it
    holds. No database, no backups, nothing passing."""
    apart = {path.resolve() for path in left_out}

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if _PASSING.match(path.name) or path.resolve() in apart:
                continue
            if path.is_dir() and not path.is_symlink():
                yield from walk(path)
            elif path.is_file() and not (path.parent == root and _is_apart(path.name)):
                yield path

    def place(path: Path) -> int:
        top = path.relative_to(root).parts[0]
        return 0 if top in (PLANBOOK, TEMPLATES) else 1 if top == ARCHIVE else 2

    return sorted(walk(root), key=place)


def _is_apart(name: str) -> bool:
    return name in (DATABASE, *(DATABASE + end for end in ("-wal", "-shm", "-journal"))) or (
        _OWN in name and name.endswith(".zip")
    )


@dataclass
class _Packer:
    """One backup being written, in a folder of its own beside the target."""

    workspace: Workspace
    root: Path
    own: Path
    members: list[Member] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    needed: set[str] = field(default_factory=set)

    @property
    def path(self) -> Path:
        return self.own / "sao-luu.zip"

    def pack(self, files: list[Path], progress: Progress) -> "_Packer":
        base = self.own / DATABASE
        self.needed = references(self.workspace.store)
        snapshot(self.workspace.store, base)
        with self.path.open("wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
                with base.open("rb") as source:
                    self._put(archive, source, DATABASE, DATABASE, zipfile.ZIP_DEFLATED)
                base.unlink()
                stored: dict[str, str] = {}
                for done, path in enumerate(files, 1):
                    self._take(archive, path, stored)
                    progress(done, len(files))
                manifest = Manifest(
                    FORMAT, __version__, datetime.now().isoformat(timespec="seconds"), self.root.name,
                    self.workspace.store.engine.dialect.name, tuple(self.members),
                )  # fmt: skip
                archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1), zipfile.ZIP_DEFLATED)
            out.flush()
            os.fsync(out.fileno())
        return self

    def _take(self, archive: zipfile.ZipFile, path: Path, stored: dict[str, str]) -> None:
        """One file in: under its own name, or as what is in already."""
        name = path.relative_to(self.root).as_posix()
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return  # moved or taken away meanwhile, as files of an inbox are
        except OSError as error:
            if name == PLANBOOK:
                raise
            self.unread.append((self.workspace.relative(path), error.strerror or type(error).__name__))
            return
        with source:
            sha256, status = hashed(source), os.fstat(source.fileno())
            if sha256 in stored:
                self.members.append(Member(name, sha256, status.st_size, status.st_mtime_ns, stored[sha256]))
                return
            source.seek(0)
            as_member = name if _PLAIN.fullmatch(name) and name != MANIFEST else f"tep/{sha256}"
            stored[self._put(archive, source, name, as_member, zipfile.ZIP_STORED)] = as_member

    def _put(self, archive: zipfile.ZipFile, source: BinaryIO, name: str, as_member: str, how: int) -> str:
        """Copy a file in; gives the hash of what was copied, which is what counts if the file is just changing."""
        digest, size, status = hashlib.sha256(), 0, os.fstat(source.fileno())
        moment = max(datetime.fromtimestamp(status.st_mtime), datetime(1980, 1, 1))  # a zip knows no earlier
        info = zipfile.ZipInfo(as_member, moment.timetuple()[:6])
        info.compress_type, info.file_size, info.external_attr = how, status.st_size, 0o644 << 16
        with archive.open(info, "w") as out:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
        self.members.append(Member(name, digest.hexdigest(), size, status.st_mtime_ns, as_member))
        return digest.hexdigest()
