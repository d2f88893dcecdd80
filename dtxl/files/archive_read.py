"""A .zip of returns, opened one level: each member is a file of its own. Looked at whole before any is taken out."""

import io
import re
import zipfile

from dtxl.core.names import shown_path, unused
from dtxl.files.kinds import is_container
from dtxl.files.raw_book import MAX_BYTES, MAX_ENTRIES, MAX_INFLATED, Fault, Unreadable

_MAX_RATIO = 200  # inflated to packed; matters only above _SMALL, for a blank form packs well too
_SMALL = 10 * 2**20
# What systems and Office leave in folders beside the returns.
_PASSING = re.compile(r"(?:^|/)(?:__MACOSX/|~\$|\.~lock\.|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


def list_members(content: bytes) -> list[str]:
    """The names of an archive's members, made safe to show and each its own, in the order of `read_member`.

    Raises Unreadable, for the archive as a whole, where it is locked, damaged, empty, or too large in any way.
    """
    with _opened(content) as archive:
        members = _members(archive)
        if not members:
            raise Unreadable(Fault.EMPTY, "archive without files", "tệp nén không có tệp nào bên trong")
        if any(m.flag_bits & 1 for m in members):
            raise Unreadable(Fault.PASSWORD, "encrypted archive", "tệp nén có mật khẩu")
        total = 0
        for member in members:
            total += _inflated(archive, member, MAX_INFLATED - total)
        taken: set[str] = set()
        return [unused(shown_path(_name(member)), taken) for member in members]


def read_member(content: bytes, index: int) -> bytes:
    """The bytes of one member. Raises Unreadable where they are damaged."""
    with _opened(content) as archive:
        member = _members(archive)[index]
        try:
            with archive.open(member) as stream:
                found = stream.read(MAX_BYTES + 1)
        except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
            raise Unreadable(
                Fault.DAMAGED, f"member: {type(error).__name__}: {error}", "tệp trong gói nén bị hỏng"
            ) from error
    if len(found) > MAX_BYTES:
        raise Unreadable(Fault.TOO_LARGE, f"member of {len(found)} bytes", "tệp trong gói nén quá lớn")
    return found


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # as above
        raise Unreadable(
            Fault.ARCHIVE, f"zip: {type(error).__name__}: {error}", "tệp nén bị hỏng, chép hoặc tải về chưa xong"
        ) from error


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Unreadable(Fault.TOO_LARGE, f"{len(entries)} entries", f"tệp nén có {len(entries)} tệp bên trong")
    return [e for e in entries if not e.is_dir() and not _passes(archive, e)]


def _passes(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a member is none of the returns; a workbook that is called like a lock file is one."""
    if not _PASSING.search(member.filename.replace("\\", "/")):
        return False
    try:
        with archive.open(member) as stream:
            return not is_container(stream.read(8))
    except Exception:  # noqa: BLE001 - damage shows itself in many classes; by its name it is none of the returns
        return True


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> int:
    """The member's true size. Raises Unreadable above the limits; a damaged member ends where the damage is."""
    size = 0
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(1 << 20):
                size += len(chunk)
                ratio = size / max(member.compress_size, 1)
                if size > most or size > MAX_BYTES or (size > _SMALL and ratio > _MAX_RATIO):
                    raise Unreadable(Fault.TOO_LARGE, f"member beyond {size} bytes", "tệp nén giải ra quá lớn")
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001 - told when this member is taken out, so that the others are read
        return size
    return size


def _name(member: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: without the flag for UTF-8 many programs write UTF-8 all the same."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename
