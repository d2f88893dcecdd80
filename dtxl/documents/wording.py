"""The style sheet: a file in which staff change the report's phrases without code, read over those of the package.

It is TOML, as `phrases.toml` is: a section in brackets, then `name = "sentence"`. What it does not name stays as it is.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Any

from dtxl.core.errors import TemplateError
from dtxl.core.text import fold
from dtxl.documents.phrases import packaged

_MOST_BYTES = 1 << 20
_HEADS = "columns"  # the key of a list that heads a table's columns
_UNFIT = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
_LINE = re.compile(r"line (\d+)")

Fault = tuple[str, str]  # (code, text)


def read_wording(path: Path) -> Mapping[str, Any]:
    """The phrases in force with the style sheet `path`; the packaged ones where there is no such file.

    Raises TemplateError that lists every fault at once, each with its key: G06 for what names nothing (a section or
    key that does not exist, with the nearest known one), G07 for a file that is no style sheet and for a phrase that
    lost a place to fill in or has one that is not known.
    """
    if not path.is_file():
        return packaged()
    own = _read(path)
    faults = list(_faults(own))
    if faults:
        code = "G07" if any(code == "G07" for code, _ in faults) else "G06"
        lines = "\n".join(f"  • {text}" for _, text in faults)
        raise TemplateError(
            f"Tệp {path.name} có chỗ cần sửa:\n{lines}\nSửa từng chỗ, hoặc xóa dòng đó để dùng câu có sẵn. [{code}]"
        )
    merged = {section: dict(entries) for section, entries in packaged().items()}
    for section, entries in own.items():
        merged[section] |= {key: _composed(value) for key, value in entries.items()}
    return merged


def _read(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    if len(content) > _MOST_BYTES:
        raise TemplateError(f"Tệp {path.name} lớn quá 1 MB, không phải tệp câu chữ của báo cáo. [G07]")
    try:
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise TemplateError(
            f"Tệp {path.name} không ghi bằng mã UTF-8. Mở bằng Notepad, chọn Save as, Encoding: UTF-8. [G07]"
        ) from error
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        where = f"dòng {found[1]}" if found else "cuối tệp"
        raise TemplateError(
            f'Tệp {path.name}, {where}: viết sai quy cách. Mỗi dòng có dạng: tên = "câu", câu nằm giữa hai dấu nháy '
            'thẳng ("), mỗi tên chỉ ghi một lần trong một mục. [G07]'
        ) from error


def _faults(own: Mapping[str, Any]) -> Iterator[Fault]:
    for section, entries in own.items():
        if section not in packaged():
            yield "G06", f"mục [{section}]: không có mục này{_nearest(section, packaged())}"
        elif not isinstance(entries, dict):
            yield "G06", f"“{section}”: phải là một mục, viết [{section}] trên một dòng riêng"
        else:
            for key, value in entries.items():
                yield from _entry_faults(section, key, value)


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    """The nearest known name, as the end of a message; "" where none is near."""
    plain = {fold(other): other for other in known}
    near = get_close_matches(fold(name), plain, 1, 0.6)
    return f"; có phải “{plain[near[0]]}”?" if near else ""


def _entry_faults(section: str, key: str, value: object) -> Iterator[Fault]:
    known = packaged()[section]
    place = f"[{section}] {key}"
    if key not in known:
        elsewhere = [other for other, entries in packaged().items() if key in entries]
        hint = _nearest(key, known) or (f"; câu này thuộc mục [{elsewhere[0]}]" if elsewhere else "")
        yield "G06", f"{place}: không có câu này{hint}"
        return
    usual = known[key]
    if isinstance(usual, str):
        yield from (("G07", f"{place}: {text}") for text in _sentence_faults(usual, value))
    elif isinstance(usual, list):
        if not isinstance(value, list) or not value or not all(isinstance(w, str) and w.strip() for w in value):
            yield "G07", f'{place}: phải là danh sách cụm từ, viết ["…", "…"]'
        elif key == _HEADS and len(value) != len(usual):
            yield "G07", f"{place}: phải có đúng {len(usual)} cụm từ, mỗi cột của bảng một cụm"
        elif any(_UNFIT.search(item) for item in value):
            yield "G07", f"{place}: mỗi cụm từ nằm trên một dòng, không có ký tự điều khiển"
    elif not _number_like(usual, value):
        least = "số lớn hơn 0" if isinstance(usual, float) else "số nguyên từ 1 trở lên"
        yield "G07", f"{place}: phải là {least}, không có dấu nháy"


def _number_like(usual: object, value: object) -> bool:
    """Whether `value` may stand for the number `usual`: positive, whole where that is whole."""
    kinds = (int, float) if isinstance(usual, float) else (int,)
    return isinstance(value, kinds) and not isinstance(value, bool) and 0 < value < 1_000_000


def _sentence_faults(usual: str, value: object) -> Iterator[str]:
    if not isinstance(value, str):
        yield 'phải là một câu nằm giữa hai dấu nháy thẳng (")'
        return
    if _UNFIT.search(value):
        yield "câu phải nằm trên một dòng, không có dấu xuống dòng hay ký tự điều khiển"
    if usual.strip() and not value.strip():
        yield "câu bị để trống"
    if "  " in value:
        yield "có hai dấu cách liền nhau"
    try:
        mine, needed = arguments(value), arguments(usual)
    except ValueError:
        yield "dấu { và } không thành cặp; chỗ điền viết như {n}"
        return
    yield from (f"thiếu chỗ điền {{{name}}}" for name in dict.fromkeys(needed) if name not in mine)
    for name in dict.fromkeys(mine):
        if name not in needed:
            near = _nearest(name, dict.fromkeys(needed))
            yield f"chỗ điền {{{name}}} không có trong câu này" + (near or _list(needed))


def _list(names: list[str]) -> str:
    return f"; câu này có: {', '.join(f'{{{name}}}' for name in dict.fromkeys(names))}" if names else ""


def arguments(text: str) -> list[str]:
    """The names in braces of a sentence, in order. Raises ValueError where braces do not match or a place has more than
    a name ("{n!r}", "{n:>3}")."""
    out = []
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if form or conversion or not name:
            raise ValueError(text)
        out.append(name)
    return out


def _composed(value: Any) -> Any:
    """The value with its letters composed (NFC), as all text of the report is."""
    if isinstance(value, list):
        return [unicodedata.normalize("NFC", item) for item in value]
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


@cache
def wording_sheet() -> bytes:
    """The style sheet as a new workspace has it: every phrase as a comment, under a heading that says what it is."""
    about = tomllib.loads(resources.files("dtxl.documents").joinpath("wording.toml").read_text(encoding="utf-8"))
    lines = [f"# {line}".rstrip() for line in about["head"].strip().split("\n")]
    for section, entries in packaged().items():
        lines += ["", f"# {about['section'].get(section, section)}", f"[{section}]"]
        lines += [f"# {key} = {_written(value)}" for key, value in entries.items()]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")  # as Notepad has it


def _written(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
