"""Names made safe, in one place: of files that are written, of files shown as they were named, of text on a terminal.

What comes from a plan or an agency is never a path. A written name is made anew of plain letters, digits and hyphens; a
name that is only shown keeps its letters and loses what would lead elsewhere or look like something else.
"""

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

from dtxl.core.text import slug

CODE_LIMIT, NAME_LIMIT = 20, 60  # characters of a written name's two parts; all of them are single bytes
_DIGEST = 6
_PLAIN_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,19}", re.ASCII)
_SHOWN_LIMIT = 150
_NO_PART_OF_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
# Windows takes these for devices, whatever ending stands behind them.
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)", re.IGNORECASE
)
# Controls of a terminal, marks that turn the direction of what follows, lone surrogates; line ends and tabs may stay.
_UNSHOWN = re.compile(
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
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8")).replace("\\", "/")
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    parts = [_NO_PART_OF_A_NAME.sub("_", part).strip().rstrip(". ") for part in text.split("/")]
    kept = [f"_{part}" if _DEVICE.match(part) else part for part in parts if part and part.strip(".")]
    whole = "/".join(kept) or "tep"
    if len(whole) > _SHOWN_LIMIT:
        suffix = PurePosixPath(whole).suffix[:10]
        whole = whole[: _SHOWN_LIMIT - len(suffix)].rstrip("/. ") + suffix
    return whole


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


def printable(text: str) -> str:
    """`text` for a terminal: what would steer it, turn the text round or cannot be encoded stands as its escape
    ("\\x1b", "\\u202e"). Line ends and tabs stay."""
    return _UNSHOWN.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)
