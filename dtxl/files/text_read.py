"""Plain text of a plan document (.md, .txt): its lines, exactly as they stand in the file."""

from pathlib import Path

from dtxl.core.errors import SourceError

MAX_BYTES = 20_000_000  # the longest plan seen has 60 kB; more than this is some other file


def read_lines(path: Path) -> tuple[str, ...]:
    """The lines of `path` without their ends, in any of UTF-8 (with or without mark) and UTF-16 with mark.

    Raises SourceError where the file cannot be opened, is no text or is in another encoding.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourceError(f"Tệp {path.name} quá lớn, không phải văn bản kế hoạch.")
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"Không mở được tệp {path}: {error.strerror or error}") from error
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"Tệp {path.name} không phải văn bản Unicode. Hãy mở bằng Notepad và lưu lại với mã hóa UTF-8."
        ) from error
    if "\x00" in text:
        raise SourceError(f"Tệp {path.name} không phải văn bản thuần túy.")
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
