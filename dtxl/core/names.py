"""Names made safe, in one place: of files that are written, of files shown as they were named, of sheets, defined names
and properties of a workbook; and text for a terminal.

What comes from a plan or an agency is never a path. A written name is made anew of plain letters, digits and hyphens; a
name that is only shown keeps its letters and loses what would lead elsewhere or look like something else.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection
from pathlib import PurePosixPath

from dtxl.core.text import slug, tidy

CODE_LIMIT, NAME_LIMIT = 20, 60  # characters of a written name's two parts; all of them are single bytes
_DIGEST = 8
_PLAIN_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,19}", re.ASCII)
_SHOWN_LIMIT = 150
_PART_LIMIT = 240  # bytes; file systems take 255, a number may come behind
SHEET_LIMIT, DEFINED_LIMIT, PROPERTY_LIMIT = 31, 255, 255  # UTF-16 units, the way Excel counts
_NO_PART_OF_A_SHEET = re.compile(r"[\[\]:*?/\\]")
_DEFINED = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,254}", re.ASCII)
_RESERVED_SHEET = "history"  # Excel's own, for shared workbooks
# What a formula reads as a cell (A1, R1C1) or a truth value, and what programs keep for themselves, is no name.
_NO_DEFINED = re.compile(
    r"[a-z]{1,4}\d+|r\d*|c\d*|r\d*c\d*|true|false|_xl.*|print_(?:area|titles)|consolidate_area|criteria|database|extract"
    r"|sheet_title|auto_(?:open|close|activate|deactivate)",
    re.IGNORECASE | re.ASCII,
)
_NO_PART_OF_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
# Windows takes these for devices, whatever ending stands behind them.
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)", re.IGNORECASE
)
# Controls of a terminal, marks that turn the direction of what follows, lone surrogates; line ends and tabs may stay.
UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def file_stem(code: str, name: str) -> str:
    """ "07213-ubnd-xa-dong-son": plain letters, so that no mail program or zip spoils it; at most 81 bytes.

    Codes that differ in more than case give different names: one that plain letters cannot hold whole ("A.1", beside
    "A-1") carries some digits of its digest.
    """
    return f"{_code_part(code)}-{slug(name, NAME_LIMIT)}"


def folder_name(code: str, name: str) -> str:
    """ "213-ubnd-huyen-luc-ngan": as `file_stem`, with a plain code's own case."""
    return f"{code if _PLAIN_CODE.fullmatch(code) else _code_part(code)}-{slug(name, NAME_LIMIT)}"


def _code_part(code: str) -> str:
    plain = slug(code, CODE_LIMIT)
    if plain and plain == code.lower():
        return plain
    digest = hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    kept = slug(code, CODE_LIMIT - _DIGEST - 1)
    return f"{kept}-{digest}" if kept else digest


def shown_path(name: str) -> str:
    """A foreign relative path that leads nowhere and shows as what it is: no drive, no "..", no device, no control or
    direction marks; NFC, forward slashes, at most 150 characters; "tep" where nothing is left."""
    text = name.encode("utf-8", "replace").decode("utf-8").replace("\\", "/")
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    text = unicodedata.normalize("NFC", text)  # last: what was between a letter and its mark is gone
    whole = "/".join(part for piece in text.split("/") if (part := _shown_part(piece))) or "tep"
    if len(whole) > _SHOWN_LIMIT:
        folders, slash, last = _cut(whole, lambda start: len(start) <= _SHOWN_LIMIT).rpartition("/")
        whole = folders + slash + _no_device(last)
    return whole


def _shown_part(piece: str) -> str:
    part = _NO_PART_OF_A_NAME.sub("_", piece).strip().rstrip(". ")
    return _no_device(_cut(part, lambda start: len(start.encode()) <= _PART_LIMIT)) if part.strip(".") else ""


def _cut(name: str, fits: Callable[[str], bool]) -> str:
    """As much of `name`'s beginning as fits, with its ending, if that is short."""
    if fits(name):
        return name
    suffix, length = PurePosixPath(name).suffix[:10].rstrip(". "), min(len(name), _PART_LIMIT)
    while not fits(name[:length] + suffix):
        length -= 1
    return name[:length].rstrip("/. ") + suffix


def _no_device(part: str) -> str:
    return f"_{part}" if _DEVICE.match(part) else part


def unused(name: str, taken: set[str]) -> str:
    """`name`, numbered where it is taken; `taken` holds `same_name` keys and gets this one's."""
    path, number, out = PurePosixPath(name), 2, name
    while same_name(out) in taken:
        out = path.with_name(f"{path.stem} ({number}){path.suffix}").as_posix()
        number += 1
    taken.add(same_name(out))
    return out


def same_name(name: str) -> str:
    """A key that is equal for names which some file system takes for one: another case, other code points."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def units(text: str) -> int:
    """Length in UTF-16 units, the way Excel counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def first_units(text: str, limit: int) -> str:
    """As much of `text`, from its beginning, as `limit` UTF-16 units hold; no half of a character."""
    if units(text) <= limit:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")


def sheet_name(text: str, taken: Collection[str] = ()) -> str:
    """A sheet's name that every spreadsheet program takes, in the letters of `text`; numbered where one of `taken` is
    the same to a program. At most 31 UTF-16 units; a name that is safe and free stays as it is."""
    plain = " ".join(_NO_PART_OF_A_SHEET.sub("-", tidy(text)).split())
    plain = _edge(first_units(plain, SHEET_LIMIT)) or "Trang"
    if plain.casefold() == _RESERVED_SHEET:
        plain += "_"
    used, out, number = {same_name(one) for one in taken}, plain, 2
    while same_name(out) in used:
        mark = f" ({number})"
        out, number = _edge(first_units(plain, SHEET_LIMIT - len(mark))) + mark, number + 1
    return out


def _edge(text: str) -> str:
    return text.strip("' ")


def defined_name(text: str) -> str:
    """A workbook's defined name made of `text`: ASCII letters, digits and underscores, no cell, no number, at most 255;
    one that is safe stays as it is."""
    if _DEFINED.fullmatch(text) and not _NO_DEFINED.fullmatch(text):
        return text
    plain = slug(text, DEFINED_LIMIT).replace("-", "_")
    return plain if _DEFINED.fullmatch(plain) and not _NO_DEFINED.fullmatch(plain) else f"ten_{plain}"[:DEFINED_LIMIT]


def property_name(text: str) -> str:
    """A document property's name: one line, at most 255 UTF-16 units, not one of the programs' own ("_…")."""
    return first_units(tidy(text).lstrip("_ "), PROPERTY_LIMIT).rstrip() or "thuoc-tinh"


def printable(text: str) -> str:
    """`text` for a terminal: what would steer it, turn the text round or cannot be encoded stands as its escape
    ("\\x1b", "\\u202e"). Line ends and tabs stay."""
    return UNSHOWN.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)
