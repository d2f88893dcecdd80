"""What each kind of file gives as paragraphs and tables, and what is said of a file that cannot be read."""

import io
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from dtxl.core.errors import SourceError
from dtxl.core.text import tidy
from dtxl.extract.blocks import KNOWN, Block, Paragraph, Table, from_lines, read_blocks
from dtxl.extract.outline import outline
from dtxl.extract.pieces import read
from dtxl.files.sheet_read import show
from dtxl.files.text_read import legacy_encoding

HEAD = [
    ("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("TỈNH SƠN TÂY", "Độc lập - Tự do - Hạnh phúc"),
    ("Số: 12/KH-UBND", "Sơn Tây, ngày 05 tháng 01 năm 2024"),
]
BODY = [
    "KẾ HOẠCH",
    "Chuyển đổi số tỉnh Sơn Tây năm 2024",
    "I. MỤC TIÊU",
    "- Tỷ lệ hồ sơ thủ tục hành chính được tiếp nhận trực tuyến trên tổng số hồ sơ đạt tối thiểu 80% trong năm 2024.",
    "- 100% cơ sở dữ liệu của tỉnh được kết nối & chia sẻ, tối thiểu < 5 giây.",
    "II. NHIỆM VỤ",
    "1. Giám đốc Sở Y tế",
    "a) Xây dựng kho dữ liệu y tế xong trước ngày 01/6/2024.",
    "2. Chánh Văn phòng UBND tỉnh theo dõi việc giải quyết thủ tục hành chính của các sở, ngành trên toàn tỉnh.",
]
RECIPIENTS = ["Nơi nhận:", "- Bộ Nội vụ (b/c);", "- Các sở, ngành;", "- Lưu: VT."]
SIGNER = ["CHỦ TỊCH", "Trần Văn An"]
ANNEX = ["PHỤ LỤC", "CHỈ TIÊU CHUYỂN ĐỔI SỐ NĂM 2024"]
ROWS = [
    ["STT", "Chỉ tiêu", "Đơn vị tính", "Mục tiêu năm 2024", "Chủ trì theo dõi", "Chủ trì thực hiện"],
    ["I", "Chính quyền số", "", "", "", ""],
    ["1", "Tỷ lệ hồ sơ trực tuyến của các sở, ngành", "%", "≥ 80", "Sở Y tế", "Các sở, ngành; UBND cấp huyện"],
    ["2", "Thời gian khắc phục một sự cố mức cao", "Giờ", "8", "Sở Y tế", "Các sở"],
    ["II", "Xã hội số", "", "", "", ""],
    ["1", "Tỷ lệ hộ có đường truyền cáp quang", "%", "42,7", "Sở Nội vụ", "UBND cấp xã"],
]


def in_text(lead: str = "") -> str:
    lines = [left for left, _ in HEAD] + [right for _, right in HEAD] + BODY + RECIPIENTS + SIGNER + ANNEX
    table = ["| " + " | ".join(row) + " |" for row in ROWS]
    return "\n\n".join(lines) + "\n\n" + "\n".join([table[0], lead or "|---|---|---|---|---|---|", *table[1:]]) + "\n"


def in_html() -> str:
    def cells(row: Iterable[str], tag: str = "td") -> str:
        return "".join(f"<{tag}>{c.replace('&', '&amp;').replace('<', '&lt;')}</{tag}>" for c in row)

    def lines(texts: Iterable[str]) -> str:
        return "".join(f"<p>{t.replace('&', '&amp;').replace('<', '&lt;')}</p>\n" for t in texts)

    header = f"<table><tr><td>{lines(a for a, _ in HEAD)}</td><td>{lines(b for _, b in HEAD)}</td></tr></table>"
    signed = f"<table><tr><td>{'<br>'.join(RECIPIENTS)}</td><td>{'<br/>'.join(SIGNER)}</td></tr></table>"
    table = "".join(f"<tr>{cells(row)}</tr>" for row in ROWS)
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>x</title><style>p {color: red}</style></head><body>"
        f"<nav>Trang chủ</nav><script>var a = '<p>không</p>';</script>{header}{lines(BODY)}{signed}{lines(ANNEX)}"
        f"<table border=1>{table}</table></body></html>"
    )


def in_word() -> docx.document.Document:
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(13)
    made = document.add_table(1, 2)
    for cell, lines in zip(made.rows[0].cells, zip(*HEAD, strict=True), strict=True):
        cell.text = "\n".join(lines)
        for run in cell.paragraphs[0].runs:
            run.font.size = Pt(9)
    for line in BODY:
        document.add_paragraph(line)
    made = document.add_table(1, 2)
    made.rows[0].cells[0].text, made.rows[0].cells[1].text = "\n".join(RECIPIENTS), "\n".join(SIGNER)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for line in ANNEX:
        document.add_paragraph(line)
    made = document.add_table(len(ROWS), len(ROWS[0]), style="Table Grid")
    for row, texts in zip(made.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return document


def in_sheet() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([ANNEX[1]])
    for row in ROWS:
        sheet.append([int(text) if text.isdigit() else float("42.7") if text == "42,7" else text for text in row])
    return book


def shape(blocks: Iterable[Block]) -> list[tuple[str, object]]:
    """Kind and texts of what the outline makes of the blocks; tables that follow one another are one."""
    out: list[tuple[str, object]] = []
    for item in outline(blocks):
        if not isinstance(item, Table):
            out.append(("text", f"{item.label} {item.text}".strip()))
            continue
        rows = [row.cells for row in item.rows]
        if out and out[-1][0] == "table":
            out[-1][1].extend(rows)  # type: ignore[attr-defined]
        else:
            out.append(("table", rows))
    return out


def texts(blocks: Iterable[Block]) -> list[object]:
    return [b.text if isinstance(b, Paragraph) else [row.cells for row in b.rows] for b in blocks]


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def save(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


Save = Callable[[str, str | bytes], Path]


@pytest.fixture(scope="module")
def small_pdf(soffice: Callable[[Path, str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("pdf") / "nho.docx"
    in_word().save(str(source))
    return soffice(source, "pdf")


@pytest.mark.parametrize("suffix", [".md", ".txt", ".html", ".docx", ".pdf", ".xlsx"])
def test_one_plan_in_every_format_gives_one_stream(suffix: str, saved: Save, request: pytest.FixtureRequest) -> None:
    expected = shape(from_lines(in_text().split("\n")))
    assert expected[-1] == ("table", [tuple(row) for row in ROWS])
    assert len(expected) == 2 * len(HEAD) + len(BODY) + len(RECIPIENTS) + len(SIGNER) + len(ANNEX) + 1
    path = saved("ke-hoach" + suffix, in_html() if suffix == ".html" else in_text())
    if suffix == ".docx":
        in_word().save(str(path))
    elif suffix == ".pdf":
        path = request.getfixturevalue("small_pdf")
    elif suffix == ".xlsx":
        in_sheet().save(str(path))
        expected = expected[-2:]
    assert shape(read_blocks(path)) == expected


def test_every_suffix_is_named_where_none_fits(saved: Save) -> None:
    with pytest.raises(SourceError) as told:
        read_blocks(saved("ke-hoach.odp", b"abc"))
    assert all(suffix in str(told.value) for suffix in KNOWN)


def test_a_file_is_read_as_what_it_is(saved: Save, tmp_path: Path) -> None:
    word = io.BytesIO()
    in_word().save(word)
    assert shape(read_blocks(saved("ke-hoach.pdf", word.getvalue())))[-1][0] == "table"
    assert shape(read_blocks(saved("ke-hoach.doc", in_html())))[-1][0] == "table"
    book = tmp_path / "chi-tieu.docx"
    in_sheet().save(str(book))
    assert shape(read_blocks(book))[-1][0] == "table"


def _archive(name: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "x")
    return made.getvalue()


VIETNAMESE = "Tỷ lệ hồ sơ trực tuyến của tỉnh đạt tối thiểu 80%, các sở, ngành chủ trì thực hiện. " * 3
TCVN3 = "KÕ ho¹ch chuyÓn ®æi sè tØnh B¾c Giang n¨m 2024, tû lÖ hå s¬ ®¹t tèi thiÓu 80%. " * 3
VNI = "KEÁ HOAÏCH chuyeån ñoåi soá tænh Baéc Giang naêm 2024, tyû leä hoà sô ñaït toái thieåu 80%. " * 3


def _cp1258(text: str) -> bytes:
    """The text as Windows-1258 has it: tones stand behind their vowel, the other marks are part of it."""
    kept = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    out = ""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in kept))
        out += base + "".join(c for c in parts if c in kept)
    return out.encode("cp1258")


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.docx", b"", "trống"),
        ("a.pdf", b"", "trống"),
        ("a.docx", b"PK\x03\x04" + bytes(60), "hỏng"),
        ("a.xlsx", b"PK\x03\x04" + bytes(60), "hỏng"),
        ("a.pdf", b"%PDF-1.7\n" + b"x" * 300, "hỏng"),
        ("a.pdf", b"khong phai pdf", "hỏng"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(600), "mật khẩu"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + bytes(600), "mật khẩu"),
        ("a.doc", b"{\\rtf1 abc}", "RTF"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(60), "OCR"),
        ("a.docx", _archive("ke-hoach.docx"), "giải nén"),
        ("a.docx", _archive("mimetype"), "OpenDocument"),
        ("a.txt", TCVN3.encode("cp1252"), "TCVN3"),
        ("a.txt", TCVN3, "TCVN3"),
        ("a.txt", VNI.encode("cp1252"), "VNI"),
        ("a.txt", VNI, "VNI"),
        ("a.txt", _cp1258(VIETNAMESE), "Windows-1258"),
        ("a.txt", b"\x00\x01\x02" * 50, "thuần túy"),
        ("a.html", b"<html><meta charset=khong-co>" + VIETNAMESE.encode(), "Unicode"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_do(saved: Save, name: str, content: bytes, word: str) -> None:
    with pytest.raises(SourceError, match=word) as told:
        read_blocks(saved(name, content))
    assert name in str(told.value)
    assert str(told.value).rstrip().endswith(".")


def test_what_is_no_file_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="thư mục"):
        read_blocks(tmp_path)
    with pytest.raises(SourceError, match="Không mở được"):
        read_blocks(tmp_path / "khong-co.pdf")


def test_unicode_is_never_taken_for_an_old_encoding() -> None:
    for form in ("NFC", "NFD"):
        assert legacy_encoding(unicodedata.normalize(form, VIETNAMESE)) == ""
    assert legacy_encoding("Chỉ tiêu năm 2024 tăng 20 - 25°C, 5 m² § ¶ “…” ") == ""
    assert legacy_encoding("Café à la crème, garçon, déjà vu, où êtes-vous né ? " * 9 + VIETNAMESE) == ""


# ---------------------------------------------------------------- text and markdown

ONE = [("TT", "Chỉ tiêu", "ĐVT"), ("1", "Tỷ lệ A", "%"), ("2", "Tỷ lệ B dài hai dòng", "%")]
LONG = "dài hai\ndòng"
SHAPES = {
    "pipes": "| TT | Chỉ tiêu | ĐVT |\n|---|---|---|\n| 1 | Tỷ lệ A | % |\n| 2 | Tỷ lệ B dài hai dòng | % |",
    "rows wrapped": f"| TT | Chỉ tiêu | ĐVT |\n|---|---|---|\n| 1 | Tỷ lệ A |\n% |\n| 2 | Tỷ lệ B\n{LONG} | % |",
    "no outer bars": f"TT | Chỉ tiêu | ĐVT\n---|---|---\n1 | Tỷ lệ A | %\n2 | Tỷ lệ B\n{LONG} | %",
    "no rule": "TT | Chỉ tiêu | ĐVT\n1 | Tỷ lệ A | %\n2 | Tỷ lệ B dài hai dòng | %",
    "bars alone": f"|\nTT\n|\nChỉ tiêu\n|\nĐVT\n|\n|\n1\n|\nTỷ lệ A\n|\n%\n|\n|\n2\n|\nTỷ lệ B\n{LONG}\n|\n%\n|",
    "bars before": f"|\nTT\n|\nChỉ tiêu\n|\nĐVT\n|\n1\n|\nTỷ lệ A\n|\n%\n|\n2\n|\nTỷ lệ B\n{LONG}\n|\n%",
    "a cell a line": "| TT |\n| Chỉ tiêu |\n| ĐVT |\n| 1 |\n| Tỷ lệ A |\n| % |\n| 2 |\n| Tỷ lệ B dài hai dòng |\n| % |",
    "a bar a line": f"| TT\n| Chỉ tiêu\n| ĐVT\n| 1\n| Tỷ lệ A\n| %\n| 2\n| Tỷ lệ B\n{LONG}\n| %",
    "converted": "TT\n\n|\n\nChỉ tiêu\n\n|\n\nĐVT  \n---|---|---  \n1\n\n|\n\nTỷ lệ A\n\n|\n\n%  \n2\n\n|\n\n"
    f"Tỷ lệ B\n{LONG}\n\n|\n\n%  ",
    "tabs": "TT\tChỉ tiêu\tĐVT\n1\tTỷ lệ A\t%\n2\tTỷ lệ B dài hai dòng\t%",
    "grid": "+----+----------+-----+\n| TT | Chỉ tiêu | ĐVT |\n+====+==========+=====+\n| 1  | Tỷ lệ A  | %   |\n"
    "+----+----------+-----+\n| 2  | Tỷ lệ B  | %   |\n|    | dài hai  |     |\n|    | dòng     |\n+----+------+-----+",
    "drawn": "┌────┬────┬───┐\n│ TT │ Chỉ tiêu │ ĐVT │\n├────┼────┼───┤\n│ 1 │ Tỷ lệ A │ % │\n"
    "│ 2 │ Tỷ lệ B dài hai dòng │ % │\n└────┴────┴───┘",
    "html": "<table><tr><th>TT</th><th>Chỉ tiêu</th><th><b>ĐV</b>T</th></tr>\n<tr><td>1</td><td>Tỷ lệ A</td><td>%</td>"
    "</tr><tr><td>2</td>\n<td><p>Tỷ lệ B</p><p>dài hai<br>dòng</p></td><td>%</td></tr></table>",
    "html, tags left open": "<TABLE>\n<TR><TD>TT<TD>Chỉ tiêu<TD>ĐVT\n<TR><TD>1<TD>Tỷ lệ A<TD>%\n<TR><TD>2<TD>Tỷ lệ B"
    f"\n{LONG}<TD>%\n</TABLE>",
    "blanks": "TT   Chỉ tiêu                ĐVT\n1    Tỷ lệ A                 %\n2    Tỷ lệ B                 %\n"
    "     dài hai dòng",
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_table_in_text_has_the_same_rows_whatever_its_shape(name: str) -> None:
    text = f"Đoạn trước.\n\n{SHAPES[name]}\n\nĐoạn sau, khá dài, nằm sau bảng."
    assert texts(from_lines(text.split("\n"))) == ["Đoạn trước.", ONE, "Đoạn sau, khá dài, nằm sau bảng."]


@pytest.mark.parametrize("name", SHAPES)
def test_a_changed_cell_shows_whatever_the_shape(name: str) -> None:
    found = texts(from_lines(SHAPES[name].replace("Tỷ lệ A", "Số xã").split("\n")))
    assert found == [[ONE[0], ("1", "Số xã", "%"), ONE[2]]]


def test_groups_and_empty_cells_between_lone_bars() -> None:
    rows = [["STT", "Chỉ tiêu", "ĐVT", "2024"], ["I", "Nhóm", "", ""], ["1", "A", "%", "100"], ["", "B", "", "9"]]
    text = (
        "|\n"
        + "|\n|\n".join("".join(f"{c}\n|\n" if c else "|\n" for c in row).removesuffix("|\n") for row in rows)
        + "|"
    )
    assert texts(from_lines(text.split("\n"))) == [[tuple(row) for row in rows]]


def test_bars_that_only_place_text_are_no_table() -> None:
    text = "|\nNơi nhận:\n- Như Điều 3;\n|\nCHỦ TỊCH\n|\nTrang chủ | Tin tức\nTỷ lệ đạt 50%."
    assert texts(from_lines(text.split("\n"))) == [
        "Nơi nhận:", "- Như Điều 3;", "CHỦ TỊCH", "Trang chủ | Tin tức", "Tỷ lệ đạt 50%.",
    ]  # fmt: skip


def test_two_columns_kept_apart_by_blanks() -> None:
    text = """ỦY BAN NHÂN DÂN              CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
 TỈNH SƠN TÂY                    Độc lập - Tự do - Hạnh phúc

Số: 12/KH-UBND               Sơn Tây, ngày 05 tháng 01 năm 2024

KẾ HOẠCH
Tỷ lệ        đạt 80%
Nơi nhận:                     KT. CHỦ TỊCH
- Như Điều 3;                 PHÓ CHỦ TỊCH
- Lưu: VT.

                              Trần Văn An
PHỤ LỤC"""
    assert texts(from_lines(text.split("\n"))) == [
        "ỦY BAN NHÂN DÂN", "TỈNH SƠN TÂY", "Số: 12/KH-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "Sơn Tây, ngày 05 tháng 01 năm 2024", "KẾ HOẠCH", "Tỷ lệ đạt 80%",
        "Nơi nhận:", "- Như Điều 3;", "- Lưu: VT.", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Trần Văn An", "PHỤ LỤC",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "| **UBND TỈNH**<br>SƠN TÂY | **CỘNG HÒA** XÃ HỘI CHỦ NGHĨA<br/>Độc lập |\n|---|---|\n"
        "| Số: 12/KH-UBND | Sơn Tây |",
        "<table><tr><td><p>UBND <b>TỈNH</b></p><p>SƠN TÂY</p></td><td>CỘNG HÒA <i>XÃ HỘI</i> CHỦ NGHĨA<br>Độc lập</td>"
        "</tr><tr><td>Số: 12/KH-UBND</td><td>Sơn Tây</td></tr></table>",
    ],
)
def test_a_table_of_text_that_only_places_the_header_is_paragraphs(text: str) -> None:
    assert texts(from_lines(text.split("\n"))) == [
        "UBND TỈNH", "SƠN TÂY", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA", "Độc lập", "Số: 12/KH-UBND", "Sơn Tây",
    ]  # fmt: skip


def test_rowspan_colspan_and_tables_within_cells() -> None:
    text = """Trước <table><tr><th rowspan=2>TT</th><th colspan="2">Mục <b>ti</b>êu &amp; x</th></tr>
<tr><td><p>a</p><p>b</p></td><td>c<sup>1</sup> km<sup>2</sup></td></tr>
<tr><td>1<td><table><tr><td>trong</td><td>ô</td></tr></table></td><td>z</td></tr></table> sau"""
    before, table, after = from_lines(text.split("\n"))
    assert (texts([before]), texts([after])) == (["Trước"], ["sau"])
    assert isinstance(table, Table)
    assert [row.cells for row in table.rows] == [
        ("TT", "Mục tiêu & x", ""), ("", "a b", "c km2"), ("1", "trong ô", "z"),
    ]  # fmt: skip
    assert [row.merged for row in table.rows] == [(False,) * 3, (True, False, False), (False,) * 3]
    assert table.rows[0].spans[1] == "Mục <b>ti</b>êu &amp; x"
    assert all(span in text for row in table.rows for span in row.spans)


def test_spans_are_pieces_of_the_file(saved: Save) -> None:
    text = (
        unicodedata.normalize("NFD", in_text()) + "\n- **Tỷ lệ** hộ\u00ad nghèo¹ dưới `3`%[^2].\n\ttab\u00a0\u200bđôi\n"
    )
    for block in read_blocks(saved("a.md", text)):
        pieces = [block.piece] if isinstance(block, Paragraph) else [p for row in block.rows for p in row.pieces]
        for piece in pieces:
            assert piece.span in text
            assert tidy(read(piece.span)) == piece.text or "**" in piece.span


@pytest.mark.parametrize(
    ("raw", "tidied"),
    [
        ("năm¹ 2025", "năm 2025"), ("5 km² và 3 m²", "5 km² và 3 m²"), ("a <!-- image --> b", "a b"),
        ("**A** và *b*", "A và b"), ("***A***", "A"), ("2*3*4", "234"),
        ("a * b * c", "a * b * c"),
        ("`x` ~~y~~ __z__", "x y z"), ("**Tỷ lệ **A** đạt**", "Tỷ lệ A đạt"), ("[a](b) ![x](y)c", "a c"),
    ],
)  # fmt: skip
def test_marks_are_no_text(raw: str, tidied: str) -> None:
    assert read(raw) == tidied


# ---------------------------------------------------------------- Word


def test_headings_footnotes_symbols_and_hidden_text_in_word(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("I. MỤC TIÊU", style="Heading 1")
    levelled = document.add_paragraph("1. Chính quyền số")
    levelled._p.get_or_add_pPr().append(parse_xml(f"<w:outlineLvl {nsdecls('w')} w:val='1'/>"))
    first = document.add_paragraph("Tỷ lệ hồ sơ")
    mark = first.add_run("1")
    mark.font.superscript = True
    first.add_run(" đạt ")
    first._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:sym w:font='Symbol' w:char='F0B3'/></w:r>"))
    first.add_run(" 80%")
    hidden = first.add_run(" (ẩn)")
    hidden.font.hidden = True
    first._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>, trực</w:t><w:softHyphen/><w:t> tuyến \uf0a3 9</w:t></w:r>"))
    second = document.add_paragraph("Diện tích 5 km")
    second.add_run("2").font.superscript = True
    math = "xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"
    above, below = ("<m:r><m:t>12</m:t></m:r>", "<m:r><m:t>15</m:t></m:r>")
    fraction = f"<m:f><m:num>{above}</m:num><m:den>{below}</m:den></m:f>"
    second._p.append(parse_xml(f"<m:oMath {math}>{fraction}</m:oMath>"))
    broken = document.add_paragraph("dòng một")
    broken.add_run().add_break()
    broken.add_run("dòng hai")
    document.save(str(tmp_path / "a.docx"))
    blocks = read_blocks(tmp_path / "a.docx")
    assert [(b.text, b.heading) for b in blocks if isinstance(b, Paragraph)] == [
        ("I. MỤC TIÊU", True),
        ("1. Chính quyền số", True),
        ("Tỷ lệ hồ sơ đạt ≥ 80%, trực tuyến ≤ 9", False),
        ("Diện tích 5 km212/15", False),
        ("dòng một", False),
        ("dòng hai", False),
    ]


def test_a_table_within_a_table_that_only_places_it_is_a_table(tmp_path: Path) -> None:
    document = docx.Document()
    outer = document.add_table(1, 1)
    cell = outer.rows[0].cells[0]
    cell.text = "Trước bảng"
    inner = cell.add_table(2, 3)
    for row, words in zip(inner.rows, (("TT", "Chỉ tiêu", "ĐVT"), ("1", "A", "%")), strict=True):
        for target, text in zip(row.cells, words, strict=True):
            target.text = text
    document.save(str(tmp_path / "a.docx"))
    found = texts(read_blocks(tmp_path / "a.docx"))
    assert found == ["Trước bảng", [("TT", "Chỉ tiêu", "ĐVT"), ("1", "A", "%")]]


# ---------------------------------------------------------------- Excel


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.8, "0%", "80%"), (0.805, "0.0%", "80,5%"), (80, "General", "80"), (12.5, "General", "12,5"), (8, "00", "08"),
        (3000, "#,##0", "3.000"), (1234567.5, "#,##0.00", "1.234.567,50"), (80, '0"%"', "80%"), (90, '"≥ "0', "≥ 90"),
        (-5, "0;(0)", "(5)"), (0.1 + 0.2, "General", "0,3"), (date(2025, 6, 30), "d-mmm", "30/06/2025"),
        (True, "0", "TRUE"),
        (None, "0", ""), ("<9", "@", "<9"), (100, '[Red]0.0\\ "hộ"', "100,0 hộ"), (1e10, "General", "10000000000"),
        (2.5, "# ?/?", "2,5"), (0, '0;-0;"không"', "0"), (float("nan"), "0", ""), (1.005, "0.00", "1,01"),
    ],
)  # fmt: skip
def test_numbers_of_a_sheet_are_read_as_they_look(value: object, form: str, text: str) -> None:
    assert show(value, form) == text


def test_sheets_titles_merged_cells_and_what_is_hidden(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["UBND TỈNH SƠN TÂY"], ["BIỂU CHỈ TIÊU NĂM 2025"], [], ["TT", "Chỉ tiêu", "nháp", "ĐVT", "Đơn vị theo dõi"],
        [1, "A", "x", "%", "Sở Y tế"], [2, "B", "x", "%", None], [3, "C", "x", None, "Sở Nội vụ"],
        [], ["Nơi nhận: Lưu VT"],
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("E5:E6")
    sheet.merge_cells("A9:E9")
    sheet.column_dimensions["C"].hidden = True
    book.create_sheet("ẩn").append(["TT", "Chỉ tiêu"])
    book["ẩn"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    blocks = read_blocks(tmp_path / "a.xlsx")
    rows = [
        ("TT", "Chỉ tiêu", "ĐVT", "Đơn vị theo dõi"), ("1", "A", "%", "Sở Y tế"), ("2", "B", "%", ""),
        ("3", "C", "", "Sở Nội vụ"),
    ]  # fmt: skip
    assert texts(blocks) == ["UBND TỈNH SƠN TÂY", "BIỂU CHỈ TIÊU NĂM 2025", rows, "Nơi nhận: Lưu VT"]
    table = blocks[2]
    assert isinstance(table, Table)
    assert table.rows[2].merged == (False, False, False, True)
    assert "dòng 6" in table.rows[2].place


def test_formulas_without_results_are_not_read_as_blanks(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["TT", "Chỉ tiêu", "Mục tiêu"])
    sheet.append([1, "A", "=40+40"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(SourceError, match="công thức"):
        read_blocks(tmp_path / "a.xlsx")


# ---------------------------------------------------------------- HTML


def test_a_page_is_read_without_what_is_no_text(saved: Save) -> None:
    page = """<html><head><title>Báo</title></head><body><nav>Trang chủ</nav><h2>I. MỤC TIÊU</h2>
<div>Tỷ lệ <b>hồ</b> sơ<sup>[1]</sup> đạt 80%<br>và 5 km<sup>2</sup><ul><li>một</li><li>- hai</li></ul>
<ol><li>ba</li></ol></div><p style="display:none">ẩn</p><!-- ghi chú --><p>100%&nbsp;xã</p></body></html>"""
    blocks = read_blocks(saved("a.html", page))
    assert [(b.text, b.heading) for b in blocks if isinstance(b, Paragraph)] == [
        ("I. MỤC TIÊU", True), ("Tỷ lệ hồ sơ đạt 80%", False), ("và 5 km2", False), ("- một", False), ("- hai", False),
        ("1. ba", False), ("100% xã", False),
    ]  # fmt: skip


def test_a_page_in_windows_1258_says_so_itself(saved: Save) -> None:
    page = b"<html><head><meta charset=windows-1258></head><p>" + _cp1258("Tỷ lệ hộ nghèo dưới 3%.") + b"</p></html>"
    assert texts(read_blocks(saved("a.htm", page))) == ["Tỷ lệ hộ nghèo dưới 3%."]


# ---------------------------------------------------------------- PDF


def write(x: float, y: float, text: str, size: float = 12) -> str:
    """Words of a page at `x`, `y` points from the lower left corner, each letter half as wide as it is high."""
    return f"BT /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def rule(x: float, y: float, to_x: float, to_y: float) -> str:
    return f"{x} {y} m {to_x} {to_y} l S"


def ruled(left: float, top: float, widths: list[float], height: float, rows: list[list[str]]) -> list[str]:
    """A table with a ruling around each cell; "^" stands for a cell that the one above covers."""
    right, lines = left + sum(widths), [rule(left, top, left + sum(widths), top)]
    for number, row in enumerate(rows):
        y, x = top - (number + 1) * height, left
        lines.append(rule(left, y + height, left, y))
        below = rows[number + 1] if number + 1 < len(rows) else [""] * len(row)
        for width, text, under in zip(widths, row, below, strict=True):
            lines += [] if text in ("", "^") else [
                write(x + 3, y + height - 12 - 11 * k, part, 10) for k, part in enumerate(text.split("\n"))
            ]  # fmt: skip
            lines += [] if under == "^" else [rule(x, y, x + width, y)]
            x += width
            lines.append(rule(x, y + height, x, y))
    assert abs(x - right) < 1
    return lines


def make_pdf(pages: list[list[str]], extra: str = "", image: bool = False) -> bytes:
    """A PDF of pages of 600 by 800 points with what `write` and `rule` give. `extra` goes into the trailer."""
    font = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
    )
    descendant = (
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /DW 500 /FontDescriptor 6 0 R "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange "
        "1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end"
    )
    descriptor = (
        "<< /Type /FontDescriptor /FontName /A /Ascent 800 /Descent -200 /FontBBox [0 -200 1000 800] /Flags 4 >>"
    )
    picture = (
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    )
    kids = " ".join(f"{8 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        font, descendant, _stream(cmap), descriptor, f"{picture}\nstream\nx\nendstream",
    ]  # fmt: skip
    for number, ops in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {9 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> /XObject << /I1 7 0 R >> >> >>"
        )
        objects.append(_stream("\n".join([*ops, *(["600 0 0 800 0 0 cm /I1 Do"] if image else [])])))
    out, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{item}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R {extra} >>\n"
    return out + f"{tail}startxref\n{len(out)}\n%%EOF\n".encode("latin-1")


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


PROSE = "Tỷ lệ hồ sơ trực tuyến đạt 80%, thực hiện trong năm 2024"


def test_lines_tables_and_what_only_belongs_to_the_page(saved: Save) -> None:
    head = ["TT", "Chỉ tiêu", "ĐVT"]
    pages = []
    for number in (1, 2, 3):
        ops = [
            write(40, 780, "KẾ HOẠCH CHUYỂN ĐỔI SỐ TỈNH SƠN TÂY", 9),
            write(300, 20, str(number)),
            write(50, 740, f"{PROSE}, đợt {number}"),
        ]
        ops += [write(50, 720, f"Dòng {number} kế tiếp"), write(50 + 6 * 14, 726, str(number), 6)]
        rows = [head, ["I", f"Nhóm {number}", ""], [str(number), "Tỷ lệ hộ\ncó điện", "%"]]
        ops += ruled(50, 700, [40, 200, 80], 30, rows)
        ops += [write(50, 580, "Sau bảng, còn một dòng dài nữa của trang này")]
        ops += [write(50, 60, str(number), 5), write(56, 56, "Ghi chú cuối trang, không thuộc kế hoạch", 9)]
        pages.append(ops)
    blocks = read_blocks(saved("a.pdf", make_pdf(pages)))
    expected: list[object] = []
    for number in (1, 2, 3):
        expected += [f"{PROSE}, đợt {number}", f"Dòng {number} kế tiếp"]
        expected += [[("TT", "Chỉ tiêu", "ĐVT"), ("I", f"Nhóm {number}", ""), (str(number), "Tỷ lệ hộ có điện", "%")]]
        expected += ["Sau bảng, còn một dòng dài nữa của trang này"]
    assert texts(blocks) == expected
    assert [b.place for b in blocks if isinstance(b, Paragraph)][:2] == ["trang 1, dòng 1", "trang 1, dòng 2"]


def test_cells_over_several_rows_and_columns_of_a_pdf(saved: Save) -> None:
    rows = [["TT", "Chỉ tiêu", "ĐVT", "Đơn vị"], ["1", "A", "%", "Sở Y tế"], ["2", "B", "%", "^"]]
    ops = [write(50, 740, PROSE), *ruled(50, 700, [40, 200, 80, 100], 30, rows)]
    table = read_blocks(saved("a.pdf", make_pdf([ops])))[1]
    assert isinstance(table, Table)
    assert [row.cells for row in table.rows][1:] == [("1", "A", "%", "Sở Y tế"), ("2", "B", "%", "")]
    assert table.rows[2].merged == (False, False, False, True)


def test_two_columns_are_read_one_after_the_other(saved: Save) -> None:
    ops = [
        write(60, 760, "UBND TỈNH SƠN TÂY"), write(300, 760, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        write(70, 744, "SỞ Y TẾ"), write(330, 744, "Độc lập - Tự do - Hạnh phúc"),
        write(270, 700, "KẾ HOẠCH"), write(50, 680, PROSE), write(50, 660, "Số tiền" + " " * 30 + "1.000"),
        write(320, 604, "GIÁM ĐỐC"), write(50, 600, "Nơi nhận:"), write(50, 586, "- Như trên;"),
        write(330, 586, "Trần Văn A"), write(50, 572, "- Lưu: VT."),
    ]  # fmt: skip
    assert texts(read_blocks(saved("a.pdf", make_pdf([ops])))) == [
        "UBND TỈNH SƠN TÂY", "SỞ Y TẾ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "KẾ HOẠCH",
        PROSE, "Số tiền 1.000", "Nơi nhận:", "- Như trên;", "- Lưu: VT.", "GIÁM ĐỐC", "Trần Văn A",
    ]  # fmt: skip


def test_lines_that_the_page_cut_are_one_paragraph(saved: Save) -> None:
    full = "x" * 78  # 468 points: from 72 to the right margin at 540
    first = [
        write(72, 760, full), write(50, 744, "y" * 79 + "21"), write(50, 728, "- 2025 thì hết."),
        write(72, 712, "1. Đoạn ngắn"), write(72, 696, "Đoạn không nối vì đoạn trên còn chỗ."),
        write(50, 680, "-"), write(62, 680, "z" * 79 + ";"), write(62, 664, "phần sau của gạch đầu dòng;"),
        write(72, 600, full),
    ]  # fmt: skip
    second = [write(50, 760, "sang trang."), write(50, 744, "ww " * 26 + "www."), write(50, 728, "Đoạn mới.")]
    assert texts(read_blocks(saved("a.pdf", make_pdf([first, second])))) == [
        f"{full} {'y' * 79}21 - 2025 thì hết.", "1. Đoạn ngắn", "Đoạn không nối vì đoạn trên còn chỗ.",
        f"- {'z' * 79}; phần sau của gạch đầu dòng;", f"{full} sang trang.", "ww " * 26 + "www.", "Đoạn mới.",
    ]  # fmt: skip


LOCKED = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'61' * 32}> /U <{'62' * 32}> /P -4 >> /ID [<61> <61>]"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (make_pdf([[]]), "bản quét"),
        (make_pdf([[]], image=True), "bản quét"),
        (make_pdf([[write(50, 700, PROSE)]], LOCKED), "mật khẩu"),
        (make_pdf([[write(50, 700, TCVN3)]]), "TCVN3"),
        (make_pdf([[write(50, 700, PROSE), write(50, 600, "\ue001\ue002\ue003\ue004" * 9)]]), "phông chữ"),
        (make_pdf([[write(50, 700, PROSE)]] * 501), "501|500"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_said_with_what_to_do(saved: Save, content: bytes, word: str) -> None:
    with pytest.raises(SourceError, match=word) as told:
        read_blocks(saved("a.pdf", content))
    assert "Hãy" in str(told.value)


def test_a_scanned_page_among_others_is_named(saved: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = make_pdf([[write(50, 700, PROSE)], ["600 0 0 800 0 0 cm /I1 Do"]])
    with pytest.raises(SourceError, match=r"trang 2\. Hãy nhận dạng chữ"):
        read_blocks(saved("a.pdf", whole))
