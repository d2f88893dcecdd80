"""From a file to the stream of its paragraphs and tables: one entry for all formats."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from dtxl.core.errors import SourceError
from dtxl.core.text import fold
from dtxl.extract.carriers import Block, Paragraph, Row, Table, from_flow, is_heading, paragraph, whole
from dtxl.extract.carriers_text import from_lines
from dtxl.files.docx_read import read_docx
from dtxl.files.flow import Flow, FlowRow, FlowTable
from dtxl.files.html_read import read_html
from dtxl.files.pdf_read import read_pdf
from dtxl.files.sheet_read import read_sheets
from dtxl.files.text_read import read_lines

__all__ = ["KNOWN", "Block", "Paragraph", "Row", "Table", "from_lines", "read_blocks"]

KNOWN = (".docx", ".pdf", ".xlsx", ".xlsm", ".html", ".htm", ".md", ".txt")
_PLAIN = (".md", ".txt")  # an empty one is a text without a plan
_HEAD = 1024  # bytes looked at to tell what a file is, whatever it is called
_BEHIND = ("noi nhan", "ghi chu", "nguoi lap", "thu truong", "cong hoa xa hoi")  # what stands below a sheet's table


def read_blocks(path: Path) -> tuple[Block, ...]:
    """The stream of the document at `path`, empty paragraphs left out. What a file is, is told by its content first.

    Raises SourceError for a file that cannot be read and for a format that is not known.
    """
    kind = _kind(path)
    if kind == ".docx":
        return tuple(from_flow(read_docx(path)))
    if kind == ".pdf":
        return tuple(from_flow(read_pdf(path)))
    if kind in (".xlsx", ".xlsm"):
        return tuple(_from_sheets(read_sheets(path)))
    if kind in (".html", ".htm"):
        return tuple(from_flow(read_html(path)))
    return tuple(from_lines(read_lines(path)))


def _kind(path: Path) -> str:
    """The suffix that the file should have. Raises SourceError where there is none, or nothing can be read."""
    suffix = path.suffix.lower()
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except IsADirectoryError as error:
        raise SourceError(f"{path} là thư mục; hãy chọn tệp văn bản kế hoạch ở trong.") from error
    except OSError as error:
        raise SourceError(f"Không mở được tệp {path}: {error.strerror or error}") from error
    if not head and suffix not in _PLAIN:
        raise SourceError(f"Tệp {path.name} trống (0 byte), có thể đã hỏng khi sao chép. Hãy chép lại tệp.")
    if b"%PDF-" in head:
        return ".pdf"
    if head.startswith(b"PK\x03\x04") and (inside := _zipped(path)):
        return inside
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(
            f"Tệp {path.name} có mật khẩu hoặc là định dạng cũ (.doc, .xls). Hãy mở bằng Word hoặc Excel, bỏ mật khẩu "
            "và lưu lại thành .docx hoặc .xlsx."
        )
    if head.startswith(b"{\\rtf"):
        raise SourceError(f"Tệp {path.name} là định dạng RTF. Hãy mở bằng Word và lưu lại thành .docx.")
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")):
        raise SourceError(
            f"Tệp {path.name} là ảnh chụp. Hãy nhận dạng chữ (OCR) rồi lưu thành .docx, hoặc xin tệp Word của văn bản."
        )
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return ".html"
    if suffix not in KNOWN:
        raise SourceError(
            f"Không đọc được kế hoạch từ tệp {path.name}: chỉ nhận {', '.join(KNOWN)}. "
            "Hãy mở văn bản và lưu lại thành .docx."
        )
    return suffix


def _zipped(path: Path) -> str:
    """What a zip archive is; "" where it is damaged, so that the reader of its suffix says so."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    if "word/document.xml" in names:
        return ".docx"
    if "xl/workbook.xml" in names:
        return ".xlsx"
    if "mimetype" in names or "xl/workbook.bin" in names:
        raise SourceError(
            f"Tệp {path.name} là định dạng OpenDocument hoặc .xlsb. Hãy mở và lưu lại thành .docx hoặc .xlsx."
        )
    if "[Content_Types].xml" in names:
        return ""
    raise SourceError(f"Tệp {path.name} là tệp nén. Hãy giải nén và chọn tệp văn bản kế hoạch ở trong.")


def _from_sheets(items: tuple[Flow, ...]) -> Iterator[Block]:
    """The table of each sheet from its heading on; what stands above and below it is paragraphs."""
    for item in items:
        if not isinstance(item, FlowTable):
            continue
        heads = [i for i, row in enumerate(item.rows) if is_heading(cell.text for cell in row.cells)]
        first = heads[0] if heads else next((i for i, row in enumerate(item.rows) if _filled(row) > 2), len(item.rows))
        behind = (i for i, row in enumerate(item.rows) if i > first and _closes(row))
        last = next(behind, len(item.rows))
        for row in item.rows[:first]:
            yield from _loose(row)
        if item.rows[first:last]:
            yield Table(
                tuple(
                    Row(tuple(whole(c.text) for c in row.cells), tuple(c.merged for c in row.cells), row.place)
                    for row in item.rows[first:last]
                )
            )
        for row in item.rows[last:]:
            yield from _loose(row)


def _filled(row: FlowRow) -> int:
    return sum(bool(cell.text) for cell in row.cells)


def _closes(row: FlowRow) -> bool:
    return _filled(row) <= 2 and any(fold(cell.text).startswith(_BEHIND) for cell in row.cells)


def _loose(row: FlowRow) -> Iterator[Paragraph]:
    for cell in row.cells:
        for line in cell.text.split("\n"):
            yield from paragraph(whole(line), "", row.place)
