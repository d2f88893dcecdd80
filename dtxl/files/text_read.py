"""Plain text of a plan document (.md, .txt): its lines, exactly as they stand in the file."""

import unicodedata
from itertools import pairwise
from pathlib import Path

from dtxl.core.errors import SourceError

MAX_BYTES = 20_000_000  # the longest plan seen has 60 kB; more than this is some other file


_TCVN3 = frozenset("µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉËÐÌÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åæèé¬êíëìîïóñòô­õøö÷ùúýûüþ®§")
_VNI_MARKS = frozenset("ÙØÛÕÏÁÀÅÃÄÉÈÚÜËùøûõïáàåãäéèúüë")  # each stands after the vowel that it belongs to
_VOWELS = frozenset("aeiouyAEIOUYâêôöÂÊÔÖ")
_SAMPLE = 200_000  # letters looked at


def legacy_encoding(text: str) -> str:
    """What Vietnamese that is no Unicode but was read as such is written in: "TCVN3 (ABC)", "VNI"; "" for all else."""
    text = unicodedata.normalize("NFC", text[:_SAMPLE])
    strange = sum("\u00a1" <= c <= "\u00ff" and c not in " ­·°±²³" for c in text)
    proper = sum("\u1ea0" <= c <= "\u1ef9" or c in "đĐơƠưƯăĂ" for c in text)
    letters = sum(c.isalpha() for c in text)
    if strange < 10 or proper > 0.2 * strange or strange < 0.06 * letters:
        return ""
    vni = sum(b in _VNI_MARKS and a in _VOWELS for a, b in pairwise(text))
    tcvn = sum(c in _TCVN3 for c in text)
    return "VNI" if vni > 0.5 * strange else "TCVN3 (ABC)" if tcvn > 0.5 * strange else ""


def read_lines(path: Path) -> tuple[str, ...]:
    """The lines of `path` without their ends, in any of UTF-8 (with or without mark) and UTF-16 with mark.

    Raises SourceError where the file cannot be opened, is no text or is in another encoding.
    """
    return split_lines(decode(path, read_bytes(path)))


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of `text`, whatever ends them."""
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def read_bytes(path: Path) -> bytes:
    """What is in the file at `path`. Raises SourceError where it cannot be opened or is too large for a text."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourceError(f"Tệp {path.name} quá lớn, không phải văn bản kế hoạch.")
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"Không mở được tệp {path}: {error.strerror or error}") from error


def decode(path: Path, content: bytes, encoding: str = "") -> str:
    """The text of a file's bytes in UTF-8, UTF-16 with mark, or `encoding` where the file itself names one.

    Raises SourceError that says what it seems to be instead.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    try:
        text = content.decode(encoding or "utf-8-sig")
    except (UnicodeDecodeError, LookupError) as error:
        raise SourceError(
            f"Tệp {path.name} không phải văn bản Unicode{_seems(content)}. Hãy chuyển sang Unicode bằng "
            "công cụ chuyển mã của Unikey (hoặc mở bằng Notepad) và lưu lại với mã hóa UTF-8."
        ) from error
    if "\x00" in text:
        raise SourceError(f"Tệp {path.name} không phải văn bản thuần túy.")
    if legacy := legacy_encoding(text):
        raise SourceError(
            f"Tệp {path.name} viết bằng bảng mã {legacy}, không phải Unicode. Hãy chuyển sang Unicode "
            "bằng công cụ chuyển mã của Unikey và lưu lại với mã hóa UTF-8."
        )
    return text


def _seems(content: bytes) -> str:
    """What bytes that are not UTF-8 seem to be written in, for a message."""
    windows = unicodedata.normalize("NFC", content[:_SAMPLE].decode("cp1258", errors="ignore"))
    latin = content[:_SAMPLE].decode("cp1252", errors="ignore")
    composed = sum("\u1ea0" <= c <= "\u1ef9" for c in windows)
    if composed > 0.03 * len(windows):
        return " (có lẽ là Windows-1258)"
    legacy = legacy_encoding(latin)
    return f" (có lẽ là {legacy})" if legacy else ""
