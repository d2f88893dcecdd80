"""What a file is, by its content and never by its name: a workbook of one of four formats, or one of many other things,
each with its own words for the person who sent it."""

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePosixPath

import msoffcrypto
import olefile

from dtxl.files.raw_book import MAX_BYTES, Fault, Unreadable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MEMBER_TYPES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xltx", ".xltm"})
_NESTED = frozenset({".zip", ".rar", ".7z", ".gz", ".tar", ".bz2", ".xz"})
_LOCK_LENGTHS = (162, 165)  # of the owner files that Word and Excel leave beside an open document


class Kind(StrEnum):
    """The formats that are read."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    ZIP = "zip"  # an archive of files


# How a file begins → what it is. Formats that could stand for a workbook in a clerk's eyes come with their names.
_HEADS: tuple[tuple[bytes, Fault, str], ...] = (
    (b"%PDF", Fault.FORMAT, "tệp PDF"),
    (b"\x89PNG", Fault.FORMAT, "ảnh PNG"),
    (b"\xff\xd8\xff", Fault.FORMAT, "ảnh JPEG"),
    (b"GIF8", Fault.FORMAT, "ảnh GIF"),
    (b"BM", Fault.FORMAT, "ảnh BMP"),
    (b"II*\x00", Fault.FORMAT, "ảnh TIFF"),
    (b"MM\x00*", Fault.FORMAT, "ảnh TIFF"),
    (b"RIFF", Fault.FORMAT, "ảnh hoặc phim"),
    (b"{\\rtf", Fault.FORMAT, "văn bản RTF"),
    (b"MIME-Version:", Fault.FORMAT, "trang web lưu một tệp (MHTML)"),
    (b"MZ", Fault.FORMAT, "chương trình chạy được, không phải số liệu"),
    (b"SQLite format 3", Fault.FORMAT, "cơ sở dữ liệu"),
    (b"Rar!", Fault.ARCHIVE, "tệp nén .rar"),
    (b"7z\xbc\xaf\x27\x1c", Fault.ARCHIVE, "tệp nén .7z"),
    (b"\x1f\x8b", Fault.ARCHIVE, "tệp nén .gz"),
    (b"BZh", Fault.ARCHIVE, "tệp nén .bz2"),
    (b"\xfd7zXZ", Fault.ARCHIVE, "tệp nén .xz"),
    (b"MSCF", Fault.ARCHIVE, "tệp nén .cab"),
    (b"\x09\x00\x04\x00", Fault.FORMAT, "bảng tính Excel 2"),
    (b"\x09\x02\x06\x00", Fault.FORMAT, "bảng tính Excel 3"),
    (b"\x09\x04\x06\x00", Fault.FORMAT, "bảng tính Excel 4"),
)
_OLE_STREAMS = (
    ("WordDocument", "tài liệu Word (.doc)"),
    ("PowerPoint Document", "bản trình chiếu PowerPoint (.ppt)"),
    ("__properties_version1.0", "thư điện tử Outlook (.msg)"),
    ("VisioDocument", "bản vẽ Visio"),
)


def is_container(head: bytes) -> bool:
    """Whether a file that begins with these eight bytes is a zip or an Office file, whatever its name says."""
    return head.startswith((b"PK\x03\x04", OLE))


def kind_of(content: bytes) -> Kind:
    """The format of a file's bytes. Raises Unreadable for what is read by none of our readers."""
    if not content:
        raise Unreadable(Fault.EMPTY, "0 bytes", "tệp 0 byte")
    if len(content) > MAX_BYTES:
        raise Unreadable(Fault.TOO_LARGE, f"{len(content)} bytes", f"tệp {len(content) // 2**20} MB")
    if not content.strip(b"\x00"):
        raise Unreadable(Fault.DAMAGED, "nothing but zeros", "tệp toàn byte 0, chép hoặc tải về chưa xong")
    if content.startswith(OLE):
        return _in_ole(content)
    if content.startswith(b"PK"):
        return _in_zip(content)
    for head, fault, seen in _HEADS:
        if content.startswith(head):
            raise Unreadable(fault, f"begins with {head!r}", seen)
    if content[4:8] == b"ftyp":
        raise Unreadable(Fault.FORMAT, "ftyp box", "ảnh HEIC hoặc phim")
    if content[257:262] == b"ustar":
        raise Unreadable(Fault.ARCHIVE, "tar", "tệp nén .tar")
    if _lock_file(content):
        raise Unreadable(Fault.DAMAGED, "owner file", "tệp khóa tạm (~$) do Excel hoặc Word tự tạo khi đang mở tệp")
    raise _text(content)


def _lock_file(content: bytes) -> bool:
    return len(content) in _LOCK_LENGTHS and 0 < content[0] <= 54 and not content[1 + content[0] : 54].strip(b" \x00")


def _in_ole(content: bytes) -> Kind:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            streams = {"/".join(path) for path in container.listdir()}
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        raise Unreadable(
            Fault.FORMAT,
            f"OLE container: {type(error).__name__}: {error}",
            "tệp Office cũ (.xls, .doc) bị hỏng",
        ) from error
    if "EncryptedPackage" in streams or _encrypted(content):
        raise Unreadable(Fault.PASSWORD, "encrypted OLE container")
    if streams & {"Workbook", "Book"}:
        return Kind.XLS
    for stream, seen in _OLE_STREAMS:
        if stream in streams:
            raise Unreadable(Fault.FORMAT, f"OLE container with {stream}", seen)
    raise Unreadable(Fault.FORMAT, f"OLE container with {sorted(streams)[:5]}", "tệp Office cũ không phải bảng tính")


def _encrypted(content: bytes) -> bool:
    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(content)).is_encrypted())
    except Exception:  # noqa: BLE001 - the library raises many classes for what is no Office file: no password then
        return False


def _in_zip(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.replace("\\", "/") for name in archive.namelist()}
            mimetype = archive.read("mimetype")[:100].decode("ascii", "replace") if "mimetype" in names else ""
            manifest = archive.read("META-INF/manifest.xml")[:200_000] if "META-INF/manifest.xml" in names else b""
    except Exception as error:  # damage shows itself in many classes: told by stage, never by listing them
        raise Unreadable(
            Fault.DAMAGED, f"zip: {type(error).__name__}: {error}", "tệp bị cắt cụt hoặc hỏng khi chép, tải về"
        ) from error
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if mimetype.startswith("application/vnd.oasis.opendocument.spreadsheet") or (
        not mimetype and "content.xml" in names and b"opendocument.spreadsheet" in manifest
    ):
        if b"encryption-data" in manifest:
            raise Unreadable(Fault.PASSWORD, "encrypted OpenDocument")
        return Kind.ODS
    _refuse_other(names, mimetype)
    return Kind.ZIP


def _refuse_other(names: set[str], mimetype: str) -> None:
    """Raise Unreadable for a zip that is a document of another kind; return for an archive of files."""
    others = (
        ("word/document.xml", "tài liệu Word"),
        ("ppt/presentation.xml", "bản trình chiếu PowerPoint"),
        ("visio/document.xml", "bản vẽ Visio"),
    )
    for part, seen in others:
        if part in names:
            raise Unreadable(Fault.FORMAT, f"zip with {part}", seen)
    if mimetype.startswith("application/vnd.oasis.opendocument"):
        raise Unreadable(Fault.FORMAT, mimetype, "tài liệu LibreOffice không phải bảng tính")
    if any(n.startswith("Index/") and n.endswith(".iwa") for n in names):
        raise Unreadable(Fault.FORMAT, "iWork", "tệp Apple Numbers")
    if _members(names):
        return
    if any(PurePosixPath(n).suffix.lower() in _NESTED for n in names):
        raise Unreadable(Fault.ARCHIVE, "archive of archives", "tệp nén chứa tệp nén khác")
    if "[Content_Types].xml" in names:
        raise Unreadable(Fault.DAMAGED, "Office package without a workbook", "tệp Office thiếu phần bảng tính")
    raise Unreadable(Fault.DAMAGED, "zip without a workbook", "tệp nén không có bảng tính nào")


def _members(names: set[str]) -> bool:
    return any(PurePosixPath(n).suffix.lower() in MEMBER_TYPES for n in names)


_XML_KINDS = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "bảng tính XML 2003 (.xml)"),
    (b"opendocument:xmlns:office", "bảng tính OpenDocument dạng XML (.fods)"),
    (b"<html", "trang web (HTML) mang đuôi bảng tính"),
    (b"<svg", "ảnh SVG"),
    (b"schemas.microsoft.com/office/word", "tài liệu Word dạng XML"),
)
_HTML = re.compile(rb"<(?:!doctype|html|head|body|table|meta|div|style|script)\b", re.IGNORECASE)


def _text(content: bytes) -> Unreadable:
    """What is neither container nor picture: markup, a table as text, or nothing known."""
    head = content[:8192]
    text = head.decode("utf-16", "replace") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    plain = text.encode() if text else head.lstrip(b"\xef\xbb\xbf \r\n\t")
    lower = plain.lower()
    if lower.startswith(b"<?xml"):
        seen = next((words for mark, words in _XML_KINDS if mark in lower), "tệp XML")
        return Unreadable(Fault.FORMAT, "XML", seen)
    if _HTML.match(plain) or (lower.startswith(b"<") and _HTML.search(plain)):
        return Unreadable(Fault.FORMAT, "HTML", "trang web (HTML) mang đuôi bảng tính")
    if lower.startswith(b"id;"):
        return Unreadable(Fault.FORMAT, "SYLK", "bảng dạng văn bản (SYLK)")
    wild = sum(byte < 9 or 13 < byte < 32 for byte in plain) or 2 * sum(byte > 127 for byte in plain) > len(plain)
    if not wild and b"\n" in plain and any(mark in plain for mark in (b",", b";", b"\t")):
        return Unreadable(Fault.FORMAT, "text with separators", "bảng dạng văn bản (CSV)")
    if not wild and len(plain) > 2:
        return Unreadable(Fault.FORMAT, "text", "tệp văn bản")
    return Unreadable(Fault.DAMAGED, f"begins with {content[:8]!r}")
