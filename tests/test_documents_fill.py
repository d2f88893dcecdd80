"""Filling a Word template: texts stay as typed, every fault of a template is named with its place."""

import warnings
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm

from dtxl.core.errors import TemplateError
from dtxl.files.docx_fill import fill

CREATED = date(2024, 3, 21)


def template(folder: Path, *lines: str, cells: tuple[tuple[str, ...], ...] = (), header: str = "") -> Path:
    """A template with these paragraphs and a table of these rows."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if cells:
        table = document.add_table(len(cells), len(cells[0]))
        for row, texts in zip(table.rows, cells, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    path = folder / "mau.docx"
    document.save(str(path))
    return path


def filled(path: Path, **context: object) -> bytes:
    return fill(path, context, title="Tên", author="Sở Y tế", created=CREATED)


def texts(content: bytes) -> list[str]:
    return [p.text for p in Document(BytesIO(content)).paragraphs if p.text]


@pytest.mark.parametrize(
    "typed",
    [
        "{{ 7*7 }}",
        "{% for x in y %}",
        "a & b < c > d",
        "<w:p/>",
        "&lt;b&gt; &amp;",
        '"trích" ’dẫn’',
        "{_{ x }_} {_% y %_}",
        "{# chú thích #}",
        "=SUM(A1)",
        "{{",
        "}}",
    ],
)
def test_a_text_stays_as_typed(tmp_path: Path, typed: str) -> None:
    content = filled(
        template(tmp_path, "Ghi: {{ a }}", "{%p for x in b %}", "{{ x }}", "{%p endfor %}"), a=typed, b=[typed]
    )
    assert texts(content) == [f"Ghi: {typed}", typed]


def test_line_ends_become_breaks_and_control_characters_go(tmp_path: Path) -> None:
    content = filled(template(tmp_path, "{{ a }}"), a="một\r\nhai\x07\x0c\x00ba")
    assert texts(content) == ["một\nhaiba"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    path = template(tmp_path, "{{ a }}")
    assert filled(path, a="x") == filled(path, a="x")
    with zipfile.ZipFile(BytesIO(filled(path, a="x"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2024, 1, 1, 0, 0, 0)}


def test_properties_name_title_author_and_day(tmp_path: Path) -> None:
    properties = Document(BytesIO(filled(template(tmp_path, "{{ a }}"), a="x"))).core_properties
    assert (properties.title, properties.author) == ("Tên", "Sở Y tế")
    assert properties.created is not None
    assert properties.created.replace(tzinfo=None) == datetime(2024, 3, 21)


def test_a_tag_that_word_split_over_runs_is_read(tmp_path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("Số ")
    for piece in ("{", "{ so", "_luong", " }", "}"):
        paragraph.add_run(piece).bold = piece == "_luong"
    path = tmp_path / "mau.docx"
    document.save(str(path))
    assert texts(filled(path, so_luong="12")) == ["Số 12"]


def test_rows_and_headers_are_filled(tmp_path: Path) -> None:
    rows = (("{%tr for x in b %}", ""), ("{{ x.ten }}", "{{ x.so }}"), ("{%tr endfor %}", ""))
    content = filled(template(tmp_path, cells=rows, header="{{ a }}"), a="đầu", b=[{"ten": "A", "so": 1}])
    document = Document(BytesIO(content))
    assert [c.text for c in document.tables[0].rows[0].cells] == ["A", "1"]
    assert document.sections[0].header.paragraphs[0].text == "đầu"


@pytest.mark.parametrize(
    ("lines", "named", "place"),
    [
        (("Một", "Kính gửi {{ noi_nhan_x }}"), "noi_nhan_x", "đoạn 2"),
        (("{%p for x in danh_sach %}", "{{ x }}", "{%p endfor %}"), "danh_sach", "đoạn 1"),
        (("{%p for x in b %}", "{{ x.ten_sai }}", "{%p endfor %}"), "ten_sai", "đoạn 2"),
        (("{%p for x in b %}", "{{ x }}"), "{%p for x in b %}", "đoạn 1"),
        (("{{ a }}", "{%p endfor %}"), "{%p endfor %}", "đoạn 2"),
        (("{%p for x in b %}", "{%p if a %}", "{%p endfor %}", "{%p endif %}"), "{%p endfor %}", "đoạn 3"),
        (("{{ a", "b }}"), "{{ a", "đoạn 1"),
        (("{{ a b }}",), "{{ a b }}", "đoạn 1"),
        (("{%p for x b %}", "{%p endfor %}"), "{%p for x b %}", "đoạn 1"),
        (("{%p else %}",), "{%p else %}", "đoạn 1"),
        (("Mất chữ này {%p if a %}", "{%p endif %}"), "{%p if a %}", "đoạn 1"),
        (("{%tr for x in b %}",), "{%tr for x in b %}", "đoạn 1"),
        (("{{ a | khong_co }}",), "khong_co", "đoạn 1"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, lines: tuple[str, ...], named: str, place: str) -> None:
    with pytest.raises(TemplateError) as caught:
        filled(template(tmp_path, *lines), a="x", b=[{"ten": "A"}])
    assert named in str(caught.value)
    assert place in str(caught.value)
    assert "mau.docx" in str(caught.value)


def test_a_fault_in_a_table_names_its_row(tmp_path: Path) -> None:
    rows = (("{%tr for x in b %}", ""), ("{{ x }}", "{{ khong }}"), ("{%tr endfor %}", ""))
    with pytest.raises(TemplateError, match=r"khong.*bảng 1, hàng 2"):
        filled(template(tmp_path, cells=rows), b=["A"])


def test_a_row_tag_beside_other_text_is_refused(tmp_path: Path) -> None:
    rows = (("{%tr for x in b %}", "mất"), ("{{ x }}", ""), ("{%tr endfor %}", ""))
    with pytest.raises(TemplateError, match="đứng một mình trong hàng"):
        filled(template(tmp_path, cells=rows), b=["A"])


def test_a_template_cannot_reach_into_python(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        filled(template(tmp_path, "{{ a.__class__.__mro__ }}"), a="x")


@pytest.mark.parametrize("content", [b"", b"khong phai word", b"PK\x03\x04" + b"\0" * 40])
def test_a_file_that_is_not_word_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mau.docx"
    path.write_bytes(content)
    with pytest.raises(TemplateError, match=r"mau\.docx"):
        filled(path)


def test_another_office_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mau.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(TemplateError, match="không phải tài liệu Word"):
        filled(path)


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"khong-co\.docx"):
        filled(tmp_path / "khong-co.docx")


def test_lines_are_cut_to_length(tmp_path: Path) -> None:
    document = Document()
    section = document.sections[0]
    section.page_width, section.left_margin, section.right_margin = Mm(210), Mm(30), Mm(15)
    document.styles.add_style("Kẻ thử", 1)
    document.add_paragraph(style="Kẻ thử")
    path = tmp_path / "mau.docx"
    document.save(str(path))
    content = fill(path, {}, title="", author="", created=CREATED, rules={"Kẻ thử": 65.0})
    form = Document(BytesIO(content)).paragraphs[0].paragraph_format
    assert form.left_indent == form.right_indent
    assert form.left_indent is not None
    assert form.left_indent.mm == pytest.approx(50, abs=0.05)


def test_filling_warns_of_nothing(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        filled(template(tmp_path, "{{ a }}"), a="x")
    assert heard == []
