"""The process that opens returned files: whatever arrives, it is this one that hangs, swells or dies, not the command.

Started by `dtxl.files.opener`. Requests and answers are blocks of bytes, each with its length before it: a request is
a verb (READ, LIST, MEMBER) and a file's bytes or a number, an answer is pickled, for MEMBER the bytes themselves.
"""

import io
import os
import pickle
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from dtxl.files.raw_book import MAX_BYTES, Fault, Unreadable

LENGTH = struct.Struct("<Q")
MAX_ANSWER = 8 * 2**20  # bytes; a large form gives some 200 KB. The caller's memory stays small whatever arrives
_DETAIL_KEPT = 2_000  # characters of what a library said
READ, LIST, MEMBER = b"read", b"list", b"member"
_FAULT, _DONE = b"f", b"d"


def main() -> None:
    """Answer until the input ends. Arguments: memory cap in bytes, seconds of computing for one file."""
    memory, seconds = int(sys.argv[2]), int(sys.argv[3])
    answers = _own_output()
    _cap_memory(memory)
    from dtxl.files.archive_read import list_members, read_member  # after the cap: it holds for the libraries too
    from dtxl.files.xlsx_read import read_workbook

    archive = b""  # the one listed last

    def listed(content: bytes) -> bytes:
        nonlocal archive
        archive = content
        return pickle.dumps(list_members(content), protocol=5)

    verbs: dict[bytes, Callable[[bytes], bytes]] = {
        READ: lambda content: pickle.dumps(read_workbook(content), protocol=5),
        LIST: listed,
        MEMBER: lambda number: read_member(archive, int(number)),
    }
    requests = sys.stdin.buffer
    send(answers, _DONE + pickle.dumps("ready"))
    while (verb := receive(requests)) is not None and (content := receive(requests)) is not None:
        with _capped(seconds):
            answer = _answer(verbs[verb], content, MAX_ANSWER if verb != MEMBER else MAX_BYTES)
        del content
        try:
            send(answers, answer)
        except BrokenPipeError:
            return


def _answer(work: Callable[[bytes], bytes], content: bytes, most: int) -> bytes:
    try:
        answer = work(content)
    except Unreadable as fault:
        return _fault(fault.fault, fault.detail, fault.seen)
    except MemoryError:
        return _fault(Fault.TOO_LARGE, "out of memory", "tệp cần quá nhiều bộ nhớ")
    except BaseException as error:  # noqa: BLE001 - told to the caller, which goes on to the next file
        return _fault(Fault.DAMAGED, f"{type(error).__name__}: {error}", "")
    if len(answer) > most:
        return _fault(Fault.TOO_LARGE, f"answer of {len(answer)} bytes", "tệp chứa quá nhiều dữ liệu")
    return _DONE + answer


def _fault(fault: Fault, detail: str, seen: str) -> bytes:
    return _FAULT + pickle.dumps((str(fault), detail[:_DETAIL_KEPT], seen), protocol=5)


def _own_output() -> BinaryIO:
    """The pipe to the caller; what a library prints goes to the error stream instead, not between the answers."""
    own = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(own, "wb")


def _cap_memory(size: int) -> None:
    if sys.platform == "linux":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        cap = size if hard == resource.RLIM_INFINITY else min(size, hard)
        resource.setrlimit(resource.RLIMIT_AS, (cap, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextmanager
def _capped(seconds: int) -> Iterator[None]:
    """End this process after some seconds of computing, also where its caller is gone and can no longer do it."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        limit = int(used.ru_utime + used.ru_stime) + seconds + 1
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))
    yield


def send(stream: BinaryIO, block: bytes) -> None:
    """Write one block with its length before it."""
    stream.write(LENGTH.pack(len(block)))
    stream.write(block)
    stream.flush()


def receive(stream: BinaryIO, most: int | None = None) -> bytes | None:
    """One block; None where the stream ends before it is whole, or says it is longer than `most`."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    if most is not None and length > most:
        return None
    block = stream.read(length)
    return block if len(block) == length else None


class Answers(pickle.Unpickler):
    """Takes answers apart; makes nothing but workbooks and days, for the process that gave them read hostile files."""

    _KNOWN = frozenset({
        ("dtxl.files.raw_book", "RawBook"), ("dtxl.files.raw_book", "Sheet"), ("dtxl.files.raw_book", "Layout"),
        ("datetime", "date"), ("builtins", "frozenset"), ("builtins", "set"),
    })  # fmt: skip

    def find_class(self, module: str, name: str) -> Any:
        """The class of that name, if answers may hold it."""
        if (module, name) in self._KNOWN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} in an answer")


def taken_apart(block: bytes, *, raw: bool = False) -> Any:
    """The object of an answer's bytes, or with `raw` the bytes. Raises Unreadable for a fault that was told, and
    pickle.UnpicklingError and others for what is no answer."""
    if block[:1] == _FAULT:
        fault, detail, seen = Answers(io.BytesIO(block[1:])).load()
        raise Unreadable(Fault(fault), detail, seen)
    return block[1:] if raw else Answers(io.BytesIO(memoryview(block)[1:])).load()
