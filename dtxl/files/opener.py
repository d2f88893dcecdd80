"""Opening returned files in a process of its own, with caps on memory and time; see `worker` for the other side.

A file that hangs, swells or ends its reader costs one process, and gives a fault with a code like any other.
"""

import contextlib
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO

import dtxl
from dtxl.core.errors import DtxlError
from dtxl.files.archive_read import list_members, read_member
from dtxl.files.memory import resident
from dtxl.files.raw_book import MAX_BYTES, Fault, RawBook, Unreadable
from dtxl.files.worker import LIST, MAX_ANSWER, MEMBER, READ, receive, send, taken_apart
from dtxl.files.xlsx_read import read_workbook

log = logging.getLogger("dtxl.opener")
MEMORY = 2**30  # bytes that the reader may ask for
SECONDS = 10.0  # for one file in a batch
FILES = 300  # read by one process before a fresh one takes over
_START_SECONDS = 60.0  # a cold disk or a virus scanner delays the first start, and no file is to blame
_POLL_SECONDS = 0.05
_NO_READER = "Không khởi động được tiến trình đọc tệp"
# Own paths last: the child must find dtxl where this process found it, and nothing in the current folder.
_START = "import sys; sys.path.append(sys.argv[1]); from dtxl.files.worker import main; main()"


class Opener:
    """Call it with a file's bytes: a RawBook, or Unreadable. Its process starts with the first file; close it at the
    end. `apart=False` reads in this process instead, for debugging: then nothing caps memory and time."""

    def __init__(
        self, *, apart: bool = True, memory: int = MEMORY, seconds: float = SECONDS, files: int = FILES
    ) -> None:
        self._apart, self._memory, self._seconds, self._files = apart, memory, seconds, files
        self._child: _Child | None = None
        self._listed: _Child | None = None  # the process that holds the archive listed last
        self.started = 0  # processes so far

    def __call__(self, content: bytes) -> RawBook:
        """Open one workbook. Raises Unreadable, and DtxlError where no process can be started."""
        if not self._apart:
            return read_workbook(content)
        book = self._ask(READ, content)
        if not isinstance(book, RawBook):
            raise Unreadable(Fault.DAMAGED, f"answer of {type(book).__name__}")
        return book

    def members(self, content: bytes) -> list[str]:
        """The safe names of an archive's members. Raises as a call does."""
        if not self._apart:
            return list_members(content)
        names = self._ask(LIST, content)
        self._listed = self._child
        return [str(name) for name in names]

    def member(self, content: bytes, index: int) -> bytes:
        """The bytes of one member of the archive `content`, which was listed before. Raises as a call does."""
        if not self._apart:
            return read_member(content, index)
        if self._listed is None or self._listed is not self._child:
            self.members(content)  # its process has gone since
        return bytes(self._ask(MEMBER, str(index).encode()))

    def _ask(self, verb: bytes, content: bytes) -> Any:
        if len(content) > MAX_BYTES:
            raise Unreadable(Fault.TOO_LARGE, f"{len(content)} bytes", f"tệp {len(content) // 2**20} MB")
        try:
            return self._try(verb, content)
        except _Died as death:
            if death.fault is Fault.DAMAGED and verb != MEMBER:
                # An earlier file may have left the process ill, or something outside have ended it: only a second
                # death, of a fresh one, is this file's doing. A verdict on a file is kept for good.
                try:
                    return self._try(verb, content)
                except _Died as again:
                    death = again
            raise Unreadable(death.fault, str(death), death.seen) from death

    def _try(self, verb: bytes, content: bytes) -> Any:
        if self._child is None:
            self._child = _Child(self._memory, self._seconds)
            self.started += 1
        child = self._child
        try:
            return child.ask(verb, content)
        except Unreadable:
            raise
        except BaseException:
            self.close()  # dead, or interrupted in the middle of an answer
            raise
        finally:
            if child.asked >= self._files:
                self.close()

    def close(self) -> None:
        """End the process, if there is one; the next file starts another."""
        child, self._child, self._listed = self._child, None, None
        if child is not None:
            child.close()

    def __enter__(self) -> "Opener":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.close()


class _Died(Exception):
    def __init__(self, fault: Fault, detail: str, seen: str) -> None:
        self.fault, self.seen = fault, seen
        super().__init__(detail)


class _Child:
    """One reading process."""

    def __init__(self, memory: int, seconds: float) -> None:
        self._memory, self._seconds, self.asked = memory, seconds, 0
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        # One thread and one arena: the memory cap counts what is reserved, not what is used.
        quiet = {
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "2",
            "PYTHONWARNINGS": "ignore",
        }
        command = [sys.executable, "-P", "-c", _START, str(Path(dtxl.__file__).parents[1]), str(memory)]
        try:
            self._process = subprocess.Popen(
                [*command, str(int(seconds) + 1)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, env={**os.environ, **quiet},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )  # fmt: skip
        except OSError as error:
            self._errors.close()
            raise DtxlError(f"{_NO_READER} ({error.strerror or error}).") from error
        try:
            self._exchange((), _START_SECONDS, MAX_ANSWER)
        except BaseException as error:
            self.close()
            if isinstance(error, _Died):
                log.error("%s", error)
                raise DtxlError(f"{_NO_READER}. Chi tiết có trong nhật ký.") from error
            raise

    def ask(self, verb: bytes, content: bytes) -> Any:
        """The answer to one request. Raises Unreadable for a fault that was told, _Died where no answer came."""
        self.asked += 1
        most = MAX_BYTES + 1 if verb == MEMBER else MAX_ANSWER + 1
        return self._exchange((verb, content), self._seconds, most, raw=verb == MEMBER)

    def _exchange(self, blocks: tuple[bytes, ...], seconds: float, most: int, *, raw: bool = False) -> Any:
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None
        assert answers is not None
        with _Watch(self._process, seconds, self._memory) as watch:
            answer = None
            with contextlib.suppress(OSError):
                for block in blocks:
                    send(_binary(requests), block)
                answer = receive(_binary(answers), most)
        if answer is None or watch.reason:
            raise self._death(watch.reason, "no answer")
        try:
            return taken_apart(answer, raw=raw)
        except Unreadable:
            raise
        except Exception as error:  # whatever a spoilt answer raises, there is none
            raise self._death("", f"answer: {type(error).__name__}: {error}") from error

    def _death(self, reason: str, detail: str) -> _Died:
        self._process.kill()
        status = self._process.wait()
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 2_000))
        words = self._errors.read().decode("utf-8", "replace")
        detail = f"reader ended ({reason or detail}, status {status}): {words}".strip()
        if reason == "time":
            return _Died(Fault.TOO_LARGE, detail, f"tệp không đọc xong trong {self._seconds:.0f} giây")
        if reason == "memory" or "memory allocation" in words or "MemoryError" in words:
            return _Died(Fault.TOO_LARGE, detail, "tệp cần quá nhiều bộ nhớ")
        return _Died(Fault.DAMAGED, detail, "")

    def close(self) -> None:
        """End the process and give back its pipes."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.kill()
        self._process.wait()
        self._errors.close()


def _binary(stream: IO[bytes]) -> BinaryIO:
    return stream  # type: ignore[return-value]  # pipes are binary; the stubs say IO[bytes]


class _Watch:
    """Kills a process that takes too long or too much memory; `reason` is "", "time" or "memory" afterwards.

    The kernel caps the memory on Linux; elsewhere it is looked at here, twenty times a second.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", seconds: float, memory: int) -> None:
        self._process, self._seconds, self._memory = process, seconds, memory
        self.reason = ""
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        end = time.monotonic() + self._seconds
        polls = sys.platform != "linux"
        while True:
            left = end - time.monotonic()
            if self._done.wait(max(0.0, min(left, _POLL_SECONDS) if polls else left)):
                return
            if time.monotonic() >= end:
                self.reason = "time"
            elif polls and resident(self._process.pid) > self._memory:
                self.reason = "memory"
            if self.reason:
                self._process.kill()
                return
