"""Formats by content and not by name: what is a workbook is read with the same values, what is none says what it is."""

import io
import re
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from dtxl.files.kinds import Kind, kind_of
from dtxl.files.raw_book import Fault, Sheet, Unreadable
from dtxl.files.xlsx_edit import Editor, locked
from dtxl.files.xlsx_read import read_workbook
from dtxl.forms import draw_form
from dtxl.intake import Intake, read_alone, read_return
from dtxl.model.form import ABOUT, INDICATORS, TASKS
from tests.small import IN_TIME, KEY, fill_form, form_of, good_values, register
from tests.xlsb import as_xlsb

FORM = form_of("STTTT")
BLANK = draw_form(FORM, KEY)
TYPED = {
    **good_values(FORM),
    "agency.signed_on": date(2024, 3, 11),
    "I.1.numerator": Decimal("1234567"),
    "I.1.denominator": Decimal("2345678"),
    "II.1.numerator": Decimal("1234.5"),
    "I.1.note": "=1+1 & <b> {{ x }}, dòng một\ndòng hai “ngoặc”",
    "I.2.numerator": None,
    "I.2.denominator": None,
    "I.2.absent": "Chưa có số liệu",
    "task.III.1.01.difficulty": "Đã xong 80% – phần còn lại quý II",
}
REGISTER = register()


def good() -> Editor:
    return fill_form(FORM, TYPED, BLANK)


def take(content: bytes) -> Intake:
    return read_return(content, "tệp", IN_TIME, REGISTER)


def values(content: bytes) -> dict[str, str]:
    intake = take(content)
    assert intake.form is not None, [f.message for f in intake.findings]
    return {n: v.canonical for n, v in intake.submission.values.items()}


def codes(content: bytes) -> list[str]:
    return sorted(f.code for f in take(content).findings)


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    return values(good().content())


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("formats") / "bieu.xlsx"
    path.write_bytes(good().content())
    return path


@pytest.mark.parametrize("to", ["xlsx", "xls", "ods"])
def test_a_form_saved_by_libreoffice(
    to: str, written: Path, expected: dict[str, str], soffice: Callable[[Path, str], Path]
) -> None:
    content = soffice(written, to).read_bytes()
    assert kind_of(content) == to
    assert values(content) == expected
    # The identity stands in all three places still: no word but on the format.
    assert codes(content) == ([] if to == "xlsx" else ["A02"])
    assert not take(content).unreadable
    alone = read_alone(content, "tệp", IN_TIME)
    assert {n: v.canonical for n, v in alone.submission.values.items()} == expected


def test_a_form_saved_as_a_binary_workbook(expected: dict[str, str]) -> None:
    content = as_xlsb(good().content())
    assert kind_of(content) is Kind.XLSB
    assert values(content) == expected
    assert codes(content) == ["A02"]
    assert take(content).findings[0].severity == "warning"


def test_a_form_rewritten_by_openpyxl(expected: dict[str, str]) -> None:
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(good().content())).save(out)
    assert values(out.getvalue()) == expected


def test_a_form_in_strict_open_xml(expected: dict[str, str]) -> None:
    content = strict(good().content())
    assert values(content) == expected
    assert codes(content) == []


def test_every_sheet_renamed(expected: dict[str, str]) -> None:
    editor = good()
    for number, name in enumerate([p.title for p in editor._book.worksheets], 1):
        editor.rename_sheet(name, f"Trang {number}")
    content = editor.content()
    assert values(content) == expected
    assert set(codes(content)) <= {"B02", "C02"}


def test_sorted_by_another_column(expected: dict[str, str]) -> None:
    editor = good()
    rows = [r.row + 1 for r in FORM.indicator_rows]
    editor.swap_rows(INDICATORS, rows[0], rows[-1])
    editor.swap_rows(TASKS, FORM.task_rows[0].row + 1, FORM.task_rows[1].row + 1)
    # The swap made a formula of the note, as no sort in Excel would: typed again as text.
    editor.put(INDICATORS, f"O{editor.row_of(INDICATORS, 'I.1')}", str(TYPED["I.1.note"]))
    content = editor.content()
    assert values(content) == expected
    assert set(codes(content)) == {"C13"}


def test_ten_rows_inserted_and_three_hidden(expected: dict[str, str]) -> None:
    editor = good()
    page = editor._book[INDICATORS]
    first = FORM.indicator_rows[0].row + 1
    page.insert_rows(first, 4)
    page.insert_rows(first + 5, 6)
    for row in (first, first + 4, first + 5):
        page.row_dimensions[row].hidden = True
    content = editor.content()
    assert values(content) == expected
    assert codes(content) == ["C14", "C18"]


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm", ".xltx", ".pdf", ""])
def test_a_name_says_nothing(suffix: str, expected: dict[str, str]) -> None:
    intake = read_return(good().content(), f"tệp{suffix}", IN_TIME, REGISTER)
    assert {n: v.canonical for n, v in intake.submission.values.items()} == expected


# What the cells hold beside values


def odd_cells() -> bytes:
    """Errors, truth values, a date and a percentage in cells of a form's sheet."""
    editor = good()
    page = editor._book[INDICATORS]
    for row, error in enumerate(("#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"), 20):
        editor.error(INDICATORS, f"R{row}", error)
    page["S20"], page["S21"], page["S22"] = True, False, 0.85
    page["S22"].number_format = "0.0%"
    page["S23"] = date(2024, 2, 29)
    page["S23"].number_format = "dd/mm/yyyy"
    page["T20"] = "=1/0"
    page["T21"] = '="a"&"b"'
    return editor.content()


def seen(sheet: Sheet) -> tuple[set[str], set[tuple[int, int]], list[object]]:
    errors = {text for (_, column), text in sheet.errors.items() if column == 17}
    return errors, sheet.percents, [sheet.value(row, 18) for row in range(19, 23)]


@pytest.mark.parametrize("to", ["xlsx", "xlsb", "again.xlsx", "again.xls", "again.ods"])
def test_errors_truth_values_dates_and_percentages_are_seen(
    to: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    content = odd_cells()
    if to.startswith("again"):
        path = tmp_path / "odd.xlsx"
        path.write_bytes(content)
        content = request.getfixturevalue("soffice")(path, to.removeprefix("again.")).read_bytes()
    sheet = read_workbook(as_xlsb(content) if to == "xlsb" else content).sheets[INDICATORS]
    errors, percents, cells = seen(sheet)
    assert errors == {"#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"} - (
        # LibreOffice has no #NULL! of its own: it keeps an error of another number.
        {"#NULL!"} if "#NULL!" not in errors and to.startswith("again") else set()
    )
    assert len([place for place in sheet.errors if place[1] == 17]) == 7
    assert percents == {(21, 18)}
    assert cells == [True, False, 0.85, date(2024, 2, 29)]
    assert all(sheet.value(row, 17) is None for row in range(19, 26))
    if to.startswith("again"):
        assert sheet.errors[19, 19] == "#DIV/0!"
        assert (sheet.value(20, 19), sheet.formulas[20, 19]) == ("ab", True)


def test_an_error_in_a_figure_of_an_old_workbook_is_told(tmp_path: Path, soffice: Callable[[Path, str], Path]) -> None:
    editor = good()
    editor.error(INDICATORS, FORM.by_name["I.1.numerator"].cell, "#DIV/0!")
    path = tmp_path / "loi.xlsx"
    path.write_bytes(editor.content())
    for to in ("xls", "ods"):
        assert codes(soffice(path, to).read_bytes()) == ["A02", "D14"]


def with_parts(content: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """The package with parts changed (None: left out) and added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            body = change(entry.filename, source.read(entry))
            if body is not None:
                target.writestr(entry.filename, body)
        for name, body in more.items():
            target.writestr(name, body)
    return out.getvalue()


_TRANSITIONAL = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
}


def strict(content: bytes) -> bytes:
    def change(_: str, body: bytes) -> bytes:
        for old, new in _TRANSITIONAL.items():
            body = body.replace(old, new)
        return body

    return with_parts(content, change)


def test_cells_outside_the_declared_size_are_read(expected: dict[str, str]) -> None:
    small = with_parts(
        good().content(), lambda _, body: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', body)
    )
    assert values(small) == expected


def test_cells_without_addresses_are_read(expected: dict[str, str]) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    for row in range(3):
        for column in range(3):
            page.write_number(row, column, 10 * row + column)
    book.close()
    bare = with_parts(
        out.getvalue(),
        lambda name, body: re.sub(rb'(<(?:c|row)) r="[^"]*"', rb"\1", body) if "sheet1" in name else body,
    )
    sheet = next(iter(read_workbook(bare).sheets.values()))
    assert sheet.rows == [[10.0 * row + column for column in range(3)] for row in range(3)]


def test_what_the_first_reader_refuses_the_second_reads(
    monkeypatch: pytest.MonkeyPatch, expected: dict[str, str]
) -> None:
    def fail(_: bytes) -> dict[str, list[list[object]]]:
        raise ValueError("no")

    monkeypatch.setattr("dtxl.files.xlsx_read._by_calamine", fail)
    assert values(good().content()) == expected
    assert read_workbook(odd_cells()).sheets[INDICATORS].errors[19, 17] == "#DIV/0!"


def test_where_the_first_reader_loses_cells_the_second_gives_them(
    monkeypatch: pytest.MonkeyPatch, expected: dict[str, str]
) -> None:
    from dtxl.files import xlsx_read

    whole = xlsx_read._by_calamine

    def lossy(content: bytes) -> dict[str, list[list[object]]]:
        return {name: rows[: len(rows) // 2] for name, rows in whole(content).items()}  # type: ignore[misc]

    monkeypatch.setattr("dtxl.files.xlsx_read._by_calamine", lossy)
    assert values(good().content()) == expected


def test_a_chart_sheet_among_the_sheets() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("số").write_number(0, 0, 5)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=số!$A$1:$A$1"})
    book.add_chartsheet("hình").set_chart(chart)
    book.close()
    assert {n: s.rows for n, s in read_workbook(out.getvalue()).sheets.items()} == {"số": [[5.0]]}


def test_macros_links_and_threads_are_told(expected: dict[str, str]) -> None:
    content = with_parts(
        good().content(),
        lambda _, body: body,
        **{
            "xl/vbaProject.bin": b"x",
            "xl/externalLinks/externalLink1.xml": b"<x/>",
            "xl/threadedComments/a.xml": b"<x/>",
        },
    )
    assert values(content) == expected
    assert codes(content) == ["A09", "A11"]
    found = next(f.found for f in take(content).findings if f.code == "A09")
    assert found == "macro, liên kết tới tệp khác"


# What is no workbook


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def lock_file(length: int = 165) -> bytes:
    user = "Nguyen Van A"
    narrow, wide = user.encode().ljust(54), user.encode("utf-16-le")
    return (bytes([len(user)]) + narrow + struct.pack("<H", len(user)) + wide).ljust(length, b" ")


BOOK = b"PK" + b"\x00" * 10
XML = b'<?xml version="1.0"?>'
WORD = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<w/>", "word/embeddings/a.xlsx": b"x"}
LOCKED_ODS = {
    "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
    "META-INF/manifest.xml": b"<manifest:encryption-data/>",
}
OTHERS: list[tuple[str, bytes, Fault, str]] = [
    ("empty", b"", Fault.EMPTY, "0 byte"),
    ("zeros", b"\x00" * 4096, Fault.DAMAGED, "chưa xong"),
    ("half", BLANK[: len(BLANK) // 2], Fault.DAMAGED, "cắt cụt"),
    ("first kilobyte", BLANK[:1024], Fault.DAMAGED, "cắt cụt"),
    ("tail cut off", BLANK[:-30], Fault.DAMAGED, "cắt cụt"),
    ("head cut off", BLANK[500:], Fault.DAMAGED, ""),
    ("noise", bytes(range(128, 256)) * 9, Fault.DAMAGED, ""),
    ("pdf", b"%PDF-1.7\n%\xe2\xe3", Fault.FORMAT, "PDF"),
    ("png", b"\x89PNG\r\n\x1a\n...", Fault.FORMAT, "PNG"),
    ("jpeg", b"\xff\xd8\xff\xe0..JFIF", Fault.FORMAT, "JPEG"),
    ("gif", b"GIF89a....", Fault.FORMAT, "GIF"),
    ("bmp", b"BM\x00\x00\x00\x00", Fault.FORMAT, "BMP"),
    ("tiff", b"II*\x00....", Fault.FORMAT, "TIFF"),
    ("heic", b"\x00\x00\x00\x18ftypheic", Fault.FORMAT, "HEIC"),
    ("rtf", b"{\\rtf1\\ansi", Fault.FORMAT, "RTF"),
    ("html", b"<html><table><tr><td>1</td></tr></table></html>", Fault.FORMAT, "HTML"),
    ("html in utf-16", "<html><body>số</body></html>".encode("utf-16"), Fault.FORMAT, "HTML"),
    ("table alone", b"\xef\xbb\xbf\r\n <TABLE><TR><TD>1", Fault.FORMAT, "HTML"),
    ("mhtml", b"MIME-Version: 1.0\r\n", Fault.FORMAT, "MHTML"),
    ("xml 2003", XML + b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', Fault.FORMAT, "XML 2003"),
    ("fods", XML + b'<o:document xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0">', Fault.FORMAT, ".fods"),
    ("xml", XML + b"<a/>", Fault.FORMAT, "XML"),
    ("csv", "Mã;Tử số;Mẫu số\nI.1;1;2\n".encode(), Fault.FORMAT, "CSV"),
    ("csv in utf-16", "Mã\tTử số\nI.1\t1\n".encode("utf-16"), Fault.FORMAT, "CSV"),
    ("csv in cp1258", b"M\xe3;T\xfa s\xf4\nI.1;1;2\n", Fault.FORMAT, "CSV"),
    ("text", "Kính gửi Sở".encode(), Fault.FORMAT, "văn bản"),
    ("sylk", b"ID;PWXL;N;E\nP;PGeneral\n", Fault.FORMAT, "SYLK"),
    ("excel 4", b"\x09\x04\x06\x00\x00\x00\x10\x00", Fault.FORMAT, "Excel 4"),
    ("word", zipped(**WORD), Fault.FORMAT, "Word"),
    ("powerpoint", zipped(**{"ppt/presentation.xml": b"<p/>"}), Fault.FORMAT, "PowerPoint"),
    ("odt", zipped(mimetype=b"application/vnd.oasis.opendocument.text"), Fault.FORMAT, "LibreOffice"),
    ("locked ods", zipped(**LOCKED_ODS), Fault.PASSWORD, ""),
    ("numbers", zipped(**{"Index/Document.iwa": b"x"}), Fault.FORMAT, "Numbers"),
    ("office without a book", zipped(**{"[Content_Types].xml": b"<x/>"}), Fault.DAMAGED, "thiếu"),
    ("zip of a folder", zipped(**{"ghi chu.txt": b"x"}), Fault.DAMAGED, "không có bảng tính"),
    ("zip of returns", zipped(**{"a.xlsx": BOOK, "b.xls": BOOK}), Fault.ARCHIVE, ".zip"),
    ("zip of zips", zipped(**{"a.zip": BOOK}), Fault.ARCHIVE, "tệp nén khác"),
    ("rar", b"Rar!\x1a\x07\x01\x00", Fault.ARCHIVE, ".rar"),
    ("7z", b"7z\xbc\xaf\x27\x1c\x00\x04", Fault.ARCHIVE, ".7z"),
    ("gz", b"\x1f\x8b\x08\x00", Fault.ARCHIVE, ".gz"),
    ("tar", b"a.xlsx".ljust(257, b"\x00") + b"ustar\x0000", Fault.ARCHIVE, ".tar"),
    ("lock file of Excel", lock_file(), Fault.DAMAGED, "~$"),
    ("lock file of Word", lock_file(162), Fault.DAMAGED, "~$"),
    ("ole without anything", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, Fault.FORMAT, "Office cũ"),
    ("password", locked(BLANK, "mật khẩu"), Fault.PASSWORD, ""),
]  # fmt: skip


@pytest.mark.parametrize(("content", "fault", "words"), [o[1:] for o in OTHERS], ids=[o[0] for o in OTHERS])
def test_what_is_no_workbook_says_what_it_is(content: bytes, fault: Fault, words: str) -> None:
    with pytest.raises(Unreadable) as error:
        read_workbook(content)
    assert (error.value.fault, words in error.value.seen) == (fault, True), (error.value.seen, error.value.detail)
    intake = take(content)
    assert [f.code for f in intake.findings] == [str(fault)]
    assert intake.unreadable
    assert words in intake.findings[0].message


def test_old_office_documents_by_their_streams(tmp_path: Path, soffice: Callable[[Path, str], Path]) -> None:
    path = tmp_path / "thu.txt"
    path.write_text("Kính gửi", encoding="utf-8")
    with pytest.raises(Unreadable) as error:
        read_workbook(soffice(path, "doc").read_bytes())
    assert (error.value.fault, error.value.seen) == (Fault.FORMAT, "tài liệu Word (.doc)")


def test_a_sheet_of_the_form_that_stands_twice_is_no_sheet() -> None:
    twice = with_parts(
        good().content(),
        lambda name, body: body.replace(TASKS.encode(), INDICATORS.encode()) if name == "xl/workbook.xml" else body,
    )
    assert codes(twice) == ["A01"]


def test_an_about_sheet_only() -> None:
    editor = good()
    editor.remove_sheets([p.title for p in editor._book.worksheets if p.title not in (ABOUT, "_danh_muc")])
    assert set(codes(editor.content())) == {"C01"}
