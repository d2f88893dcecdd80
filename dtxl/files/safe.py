"""Writing whole or not at all; what a killed run left behind; hashes."""

import hashlib
import os
import platform
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from dtxl.core.errors import WriteError
from dtxl.core.text import slug

_HOST = slug(platform.node(), 30).replace("-", "") or "may"


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


def digest(content: bytes) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
