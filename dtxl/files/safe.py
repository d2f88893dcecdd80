"""Writing whole or not at all, and names that stay inside their folder."""

import hashlib
import os
import platform
import re
import tempfile
import time
import unicodedata
from contextlib import suppress
from pathlib import Path

from dtxl.core.errors import WriteError
from dtxl.core.text import slug, tidy

_HOST = slug(platform.node(), 30).replace("-", "") or "may"
_BAD = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))}


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write `content` to `path` by way of a temporary file beside it: readers see the old file or the new one.

    `durable` waits for the disk; forms, which can be made again, need not. Raises WriteError with a Vietnamese reason.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".dtxl-{_HOST}-{os.getpid()}-", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                if durable:
                    os.fsync(out.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        reason = error.strerror or error
        raise WriteError(
            f"Không ghi được tệp {path} ({reason}). "
            "Nếu tệp đang mở trong Word hoặc Excel, hãy đóng lại rồi chạy lại lệnh."
        ) from error


def sweep(folder: Path, older_than: float = 3600) -> None:
    """Remove what killed runs left behind: temporary files whose process is gone, or untouched for `older_than` seconds
    (the process may have run on another machine, on a shared folder)."""
    for path in folder.rglob(".dtxl-*.tmp"):
        with suppress(OSError):
            if _gone(*path.name.split("-")[1:3]) or time.time() - path.stat().st_mtime > older_than:
                path.unlink()


def _gone(host: str, process: str) -> bool:
    """Whether a process of this machine is no more. Not asked on Windows, where asking would end it."""
    if os.name == "nt" or host != _HOST or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def safe_name(text: str, limit: int = 120) -> str:
    """A file name (no folder, no extension) that is safe on Windows too; "" becomes "khong-ten".

    NFC; separators, reserved names, trailing dots and marks of direction go; at most `limit` bytes of UTF-8.
    """
    name = _BAD.sub(" ", unicodedata.normalize("NFC", tidy(text)))
    name = re.sub(r"\s+", " ", name).strip(" .")
    while len(name.encode()) > limit:
        name = name[:-1].rstrip(" .")
    if name.split(".")[0].casefold() in _RESERVED:
        name = f"_{name}"
    return name or "khong-ten"


def digest(content: bytes) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
