"""The one file of a backup: what it says of itself, and reading it over. Nothing in it is believed before its hash."""

import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from dtxl.core.errors import WorkspaceError

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
_MANIFEST_LIMIT = 256 << 20  # bytes; 12,000 agencies' files take some 20 MB
# What reading a damaged zip, or one that never was ours, ends in.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, ValueError, TypeError, NotImplementedError,
    RuntimeError, OverflowError,
)  # fmt: skip
_NO_PLACE = re.compile(r"^$|^/|\\|:|\0|(?:^|/)\.{1,2}(?:/|$)|//|/$")  # leads out of the folder, or nowhere


@dataclass(frozen=True)
class Member:
    """A file of the workspace. `path` is relative to it, with forward slashes; `member` is its name in the zip, which
    files of the same content share; `mtime_ns` its time of change, nanoseconds since the epoch."""

    path: str
    sha256: str
    size: int
    mtime_ns: int
    member: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `database`: the kind that it was taken from; the copy in it is always SQLite."""

    format: int
    program: str
    made_at: str
    workspace: str
    database: str
    files: tuple[Member, ...]


def hashed(source: BinaryIO) -> str:
    """SHA-256 of what is left to read, in hexadecimal."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """The zip and its manifest. Raises WorkspaceError, also for what goes wrong while it is being read."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _manifest(archive)
    except OSError as error:
        raise WorkspaceError(f"Không đọc được bản sao lưu {path}: {error.strerror or error}.") from error
    except _DAMAGE as error:
        raise WorkspaceError(
            f"Bản sao lưu {path} đã hỏng hoặc không phải do dtxl tạo ({error}). Dùng một bản sao lưu khác."
        ) from error


def verify(path: Path) -> Manifest:
    """Read the whole file over: every member is there and is what the manifest says. Raises WorkspaceError."""
    with opened(path) as (archive, manifest):
        for member in {m.member: m for m in manifest.files}.values():
            for _ in read(archive, member):
                pass
    return manifest


def read(archive: zipfile.ZipFile, member: Member) -> Iterator[bytes]:
    """A member's bytes, piece by piece. Raises ValueError at the end where they are not what the manifest says, and as
    soon as there are more of them."""
    digest, size = hashlib.sha256(), 0
    with archive.open(member.member) as source:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > member.size:
                break
            digest.update(chunk)
            yield chunk
    if size != member.size or digest.hexdigest() != member.sha256:
        raise ValueError(f"nội dung của {member.path} không khớp mã SHA-256")


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if MANIFEST not in archive.namelist():
        raise ValueError(f"không có {MANIFEST}")
    if archive.getinfo(MANIFEST).file_size > _MANIFEST_LIMIT:
        raise ValueError(f"{MANIFEST} quá lớn")
    told: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if int(told["format"]) > FORMAT:
        raise WorkspaceError(
            f"Bản sao lưu do dtxl {told['program']} tạo, mới hơn chương trình này. Hãy cập nhật dtxl trên máy này."
        )
    files = tuple(_member(m) for m in told.pop("files"))
    seen: set[str] = set()
    size_of = {m.member: (m.sha256, m.size) for m in files}
    for m in files:
        if _NO_PLACE.search(m.path) or m.path.casefold() in seen:
            raise ValueError(f"tên tệp không hợp lệ: {m.path!r}")
        if size_of[m.member] != (m.sha256, m.size):
            raise ValueError(f"hai nội dung khác nhau cho {m.member!r}")
        seen.add(m.path.casefold())
    return Manifest(files=files, **{name: told[name] for name in ("format", "program", "made_at", "workspace",
                                                                   "database")})  # fmt: skip


def _member(m: dict[str, Any]) -> Member:
    return Member(str(m["path"]), str(m["sha256"]), int(m["size"]), int(m["mtime_ns"]), str(m["member"]))
