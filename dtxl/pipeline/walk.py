"""Files out of folders: every one that could be a return, and a word on what could not be looked into."""

import os
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from dtxl.core.errors import DtxlError
from dtxl.files.kinds import is_container
from dtxl.files.opener import Opener
from dtxl.files.raw_book import MAX_BYTES, Fault, Unreadable

# What systems and browsers leave, our own temporary files, files that are still coming in.
_PASSING = re.compile(r"^(?:\.DS_Store|Thumbs\.db|desktop\.ini|\.dtxl-.*|.*\.(?:tmp|crdownload|part))$", re.I)
_BESIDE = re.compile(r"^(?:~\$|\.~lock\.|\._)")  # of Office, LibreOffice and macOS, beside a document


def find_files(paths: Sequence[Path], *, must_exist: bool) -> tuple[list[tuple[Path, float]], list[tuple[Path, str]]]:
    """All files of the paths with their times of change, in that order; and what could not be looked into, with why.

    Folders are walked, links followed, each file taken once; lock and temporary files are passed over.
    """
    found: dict[Path, tuple[Path, float]] = {}
    lost: list[tuple[Path, str]] = []
    for top in paths:
        if must_exist and not top.exists():
            raise DtxlError(f"Không thấy tệp hoặc thư mục {top}.")
        for path in _walk(top, lost):
            try:
                real, changed = path.resolve(strict=True), path.stat().st_mtime
            except (OSError, RuntimeError) as error:
                lost.append((path, getattr(error, "strerror", None) or "đường dẫn hỏng"))
                continue
            if real.is_file():
                found.setdefault(real, (path, changed))
    return sorted(found.values(), key=lambda item: (item[1], str(item[0]))), lost


def _walk(top: Path, lost: list[tuple[Path, str]]) -> Iterator[Path]:
    if not top.is_dir():
        yield top
        return
    seen: set[Path] = set()

    def cannot(error: OSError) -> None:
        lost.append((Path(error.filename or top), error.strerror or type(error).__name__))

    for folder, folders, names in os.walk(top, onerror=cannot, followlinks=True):
        real = Path(folder).resolve()
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if not _PASSING.match(name) and not (_BESIDE.match(name) and not _is_container(path)):
                yield path


def _is_container(path: Path) -> bool:
    """Whether a file called like a lock file is a workbook or an archive all the same: somebody named it so."""
    try:
        with path.open("rb") as stream:
            return is_container(stream.read(8))
    except OSError:
        return False


def moment_of(changed: float) -> datetime:
    """A file's time of change, seconds since the epoch; one that no calendar has is told by its ends."""
    try:
        return datetime.fromtimestamp(changed)
    except (OverflowError, OSError, ValueError):
        return datetime(1970, 1, 1) if changed < 0 else datetime(9999, 1, 1)


def content_of(path: Path) -> bytes:
    """A file's bytes. Raises OSError where it cannot be read, Unreadable for more than any return has: it is not even
    loaded."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Unreadable(Fault.TOO_LARGE, f"{size} bytes", f"tệp {size // 2**20} MB")
    return path.read_bytes()


def unpacked(opened: Opener, content: bytes) -> Iterator[tuple[str, bytes | Unreadable]] | Unreadable:
    """An archive's members: name and bytes, or why a member has none; or why the archive as a whole is not opened."""
    try:
        names = opened.members(content)
    except Unreadable as fault:
        return fault
    return ((name, _member(opened, content, index)) for index, name in enumerate(names))


def _member(opened: Opener, content: bytes, index: int) -> bytes | Unreadable:
    try:
        return opened.member(content, index)
    except Unreadable as fault:
        return fault


def there(path: Path) -> bool:
    """Whether a file is still where it was seen, be it in an archive."""
    return path.exists() or any(parent.is_file() for parent in path.parents)
