"""`mend_docx` with the layout's mends: what is safe is corrected in a copy, each change named; nothing else changes."""

import io
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor

from dtxl.core.errors import SourceError
from dtxl.files.docx_mend import mend_docx
from dtxl.files.docx_paper import read_paper
from dtxl.layout import check_layout, mendable, mends
from dtxl.model.paper import Mend
from tests import spoils
from tests.papers import ALIGN, DOCUMENTS, Made, Mm, Pt
from tests.spoils import Spoil, both, colour, font, form, looks, says, section, size, swap
from tests.test_layout import FAULTS, PROVINCES


def mended(path: Path) -> tuple[Path, tuple[Mend, ...]]:
    content, changes = mend_docx(path, mends)
    out = path.with_name("fixed.docx")
    out.write_bytes(content)
    return out, changes


def codes(path: Path) -> set[str]:
    return {b.code for b in check_layout(read_paper(path), provinces=PROVINCES).breaches}


def texts(path: Path) -> list[str]:
    return [p.text for p in read_paper(path).paragraphs]


def nfd(part: str) -> Spoil:
    def change(made: Made) -> None:
        for run in made[part].runs:
            run.text = unicodedata.normalize("NFD", run.text)

    return change


def theme(part: str) -> Spoil:
    def change(made: Made) -> None:
        fonts = OxmlElement("w:rFonts")
        for letters in ("ascii", "hAnsi"):
            fonts.set(qn(f"w:{letters}"), "Times New Roman")
            fonts.set(qn(f"w:{letters}Theme"), "minorHAnsi")
        properties = made[part].runs[0]._r.get_or_add_rPr()
        properties.insert(0, fonts)

    return change


def auto_gap(part: str) -> Spoil:
    """Word's "Auto" above and below stays when a gap of 0 pt is set."""

    def change(made: Made) -> None:
        spacing = made[part]._p.get_or_add_pPr().find(qn("w:spacing"))
        spacing.set(qn("w:after"), "0")
        spacing.set(qn("w:afterAutospacing"), "0")

    return change


# the code that is found and mended, the document, what was done to it
SAFE: list[tuple[str, str, Spoil]] = [
    ("PG-01", "report", section(page_width=Mm(215.9), page_height=Mm(279.4))),
    ("PG-03", "report", section(left_margin=Mm(20), right_margin=Mm(25), top_margin=Mm(15), bottom_margin=Mm(30))),
    ("PG-03", "letter", section(gutter=Mm(8))),
    ("PG-05", "report", font("plain", "Arial")),
    ("PG-05", "letter", colour("opening")),
    ("PG-05", "report", nfd("plain")),
    ("PG-06", "report", theme("plain")),
    ("PN-01", "report", spoils.number_type(0, fmt="lowerRoman")),
    ("PN-01", "report", spoils.number_type(0, start="5")),
    ("PN-02", "report", spoils.page_number(lambda p: [setattr(r.font, "size", Pt(12)) for r in p.runs])),
    ("PN-03", "report", spoils.page_number(lambda p: setattr(p, "alignment", ALIGN.RIGHT))),
    ("PN-03", "report", spoils.number_below),
    ("PN-03", "report", section(header_distance=Mm(18))),
    ("PN-04", "report", spoils.number_on_page_one),
    ("PN-05", "report", spoils.number_type(1, start=None)),
    ("HD-01", "report", size("nation", 14)),
    ("HD-01", "letter", looks("nation", bold=False)),
    ("HD-03", "report", swap("motto", "-", "–")),
    ("HD-03", "report", form("motto", alignment=ALIGN.LEFT)),
    ("HD-05", "report", form("nation", space_after=Pt(6))),
    ("HD-06", "report", size("superior", 14)),
    ("HD-07", "report", size("issuer", 11)),
    ("HD-09", "report", size("number", 14)),
    ("HD-11", "report", looks("date", italic=False)),
    ("HD-12", "report", says("date", "Bắc Giang, ngày 5 tháng 3 năm 2024")),
    ("HD-12", "report", says("date", "Bắc Giang, ngày 15 tháng 2 năm 2024")),
    ("HD-12", "report", says("date", "Bắc Giang, ngày 15 tháng 03 năm 2024")),
    ("TL-01", "report", size("type_name", 16)),
    ("TL-02", "report", looks("subject", italic=True)),
    ("TL-04", "letter", form("letter_subject", space_before=Pt(0))),
    ("BD-01", "report", size("plain", 12)),
    ("BD-01", "report", size("plain", 13)),
    ("BD-02", "report", form("plain", alignment=ALIGN.LEFT)),
    ("BD-03", "report", form("plain", first_line_indent=Mm(0))),
    ("BD-03", "letter", form("opening", first_line_indent=Mm(20))),
    ("BD-04", "report", form("title 1.1", space_after=Pt(0))),
    ("BD-04", "report", auto_gap("title 1.1")),
    ("BD-05", "report", form("plain", line_spacing=2.0)),
    ("BD-05", "report", form("plain", line_spacing=Pt(12))),
    ("CK-01", "report", size("title 0", 12)),
    ("CK-04", "report", size("signer", 15)),
    ("NN-01", "report", size("copies", 13)),
    ("NN-02", "report", size("copy 1", 12)),
    ("KG-01", "report", size("to", 12)),
    ("PL-03", "report", size("annex I", 13)),
    ("PL-05", "report", looks("attached I", italic=False)),
]
WORDS = {"HD-03", "HD-12", "PG-05"}  # the rules that change letters: hyphens, zeros, marks in one piece with theirs


@pytest.mark.parametrize(("code", "name", "spoil"), SAFE, ids=[f"{n} {code}" for n, (code, *_) in enumerate(SAFE)])
def test_what_is_safe_is_mended_and_only_that(code: str, name: str, spoil: Spoil, tmp_path: Path) -> None:
    made = DOCUMENTS[name]()
    spoil(made)
    path = made.save(tmp_path / "a.docx")
    before = path.read_bytes()
    assert code in codes(path)
    out, changes = mended(path)
    assert {change.code for change in changes} == {code}
    assert codes(out) == set()
    assert path.read_bytes() == before
    if code not in WORDS:
        assert texts(out) == texts(path)
    assert mend_docx(out, mends) == (out.read_bytes(), ())


def test_the_rules_that_are_said_to_be_mended_are() -> None:
    assert {code for code, *_ in SAFE} <= mendable()
    assert {"HD-09", "KG-01", "PL-05"} <= mendable()  # sizes
    assert not mendable() & {"HD-13", "CK-02", "CK-03", "BD-06", "BD-11", "BD-12", "PL-02", "NN-04", "HD-08"}


def test_everything_at_once_is_mended_in_one_run(tmp_path: Path) -> None:
    made = DOCUMENTS["report"]()
    for _, name, spoil in SAFE:
        if name == "report":
            spoil(made)
    path = made.save(tmp_path / "a.docx")
    out, changes = mended(path)
    assert codes(out) == set()
    assert len(changes) >= 30
    assert mend_docx(out, mends)[1] == ()
    plain = [unicodedata.normalize("NFC", text) for text in texts(path)]
    differ = [(a, b) for a, b in zip(plain, texts(out), strict=True) if a != b]
    assert differ == [
        ("Độc lập – Tự do – Hạnh phúc", "Độc lập - Tự do - Hạnh phúc"),
        ("Bắc Giang, ngày 15 tháng 03 năm 2024", "Bắc Giang, ngày 15 tháng 3 năm 2024"),
    ]


@pytest.mark.parametrize(("code", "name", "what", "spoil"), FAULTS[::4], ids=[f"{c} {w}" for c, _, w, _ in FAULTS[::4]])
def test_mending_never_changes_a_word_nor_adds_a_breach(
    code: str, name: str, what: str, spoil: Spoil, tmp_path: Path
) -> None:
    made = DOCUMENTS[name]()
    spoil(made)
    path = made.save(tmp_path / "a.docx")
    out, changes = mended(path)
    assert {c.code for c in changes} <= codes(path), what
    assert codes(out) <= {code}, what
    if not {c.code for c in changes} & WORDS:
        assert texts(out) == texts(path), what
    assert mend_docx(out, mends)[1] == (), what


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_sound_document_is_given_back_byte_for_byte(name: str, tmp_path: Path) -> None:
    path = DOCUMENTS[name]().save(tmp_path / "a.docx")
    assert mend_docx(path, mends) == (path.read_bytes(), ())


LEFT: dict[str, tuple[str, Spoil]] = {
    "a font of another encoding": ("PG-05", font("plain", ".VnTime")),
    "signs of a symbol font": ("PG-05", font("plain", "Wingdings")),
    "a number not padded": ("HD-09", says("number", "Số: 5/BC-STTTT")),
    "a name with a degree": ("CK-04", says("signer", "TS. Nguyễn Văn An")),
    "an italic word of the text": ("BD-01", looks("plain", italic=True)),
    "an indent made with tabs": ("BD-03", both(form("plain", first_line_indent=Mm(0)), says("plain", "\tĐạt 98%."))),
    "a motto without its spaces": ("HD-03", says("motto", "Độc lập-Tự do-Hạnh phúc")),
    "an annex in capitals": ("PL-03", says("annex I", "PHỤ LỤC I")),
}  # fmt: skip


@pytest.mark.parametrize("what", LEFT)
def test_what_is_not_safe_is_left_as_it_is(what: str, tmp_path: Path) -> None:
    code, spoil = LEFT[what]
    made = DOCUMENTS["report"]()
    spoil(made)
    path = made.save(tmp_path / "a.docx")
    assert mend_docx(path, mends) == (path.read_bytes(), ())
    assert codes(path) == {code}


def test_a_header_that_holds_more_than_a_number_is_left(tmp_path: Path) -> None:
    made = DOCUMENTS["report"]()
    spoils.number_on_page_one(made)
    made.document.sections[0].header.add_paragraph("Bản thảo lần 2")
    path = made.save(tmp_path / "a.docx")
    assert mend_docx(path, mends)[1] == ()
    assert "PN-04" in codes(path)


def joined(made: Made, first: str, second: str, **looks: Any) -> None:
    """Two parts as two lines of one paragraph, the second with other looks."""
    made[first].add_run().add_break()
    old = made[second].runs[0]
    run = made[first].add_run(old.text)
    run.bold, run.italic, run.font.size = old.bold, old.italic, old.font.size
    for name, value in looks.items():
        setattr(run.font, name, value)
    made[second]._p.getparent().remove(made[second]._p)


def test_each_line_of_a_paragraph_is_mended_by_itself(tmp_path: Path) -> None:
    made = DOCUMENTS["report"]()
    joined(made, "superior", "issuer", size=Pt(15))
    joined(made, "nation", "motto", size=Pt(12.5))
    run = made["nation"].runs[-1]
    run.text = run.text.replace("-", "–")
    path = made.save(tmp_path / "a.docx")
    assert codes(path) == {"HD-07", "HD-03"}
    out, changes = mended(path)
    assert [(c.code, c.made) for c in changes] == [
        ("HD-03", "cỡ 13"), ("HD-07", "cỡ 13"), ("HD-03", "gạch nối ngắn (-)")
    ]  # fmt: skip
    assert codes(out) == set()
    left, right = docx.Document(str(out)).tables[0].rows[0].cells
    assert [r.font.size for cell in (left, right) for r in cell.paragraphs[0].runs if r.text.strip()] == [
        Pt(12), Pt(13), Pt(12), Pt(13)
    ]  # fmt: skip


def test_a_run_that_goes_over_two_lines_is_parted(tmp_path: Path) -> None:
    made = DOCUMENTS["report"]()
    for later in ("copy 1", "copy 2"):
        made["copy 0"].runs[0].text += f"\n{made[later].text}"
        made[later]._p.getparent().remove(made[later]._p)
    made["copies"].runs[0].text = f"Nơi nhận:\n{made['copy 0'].runs[0].text}"
    made["copy 0"]._p.getparent().remove(made["copy 0"]._p)
    path = made.save(tmp_path / "a.docx")
    assert codes(path) == {"NN-02"}  # the lines look as their label does
    out, changes = mended(path)
    assert {c.code for c in changes} == {"NN-02"}
    assert (codes(out), texts(out)) == (set(), texts(path))
    cell = docx.Document(str(out)).tables[1].rows[0].cells[0]
    assert [(r.font.size, r.bold) for r in cell.paragraphs[0].runs] == [(Pt(12), True), *[(Pt(11), False)] * 3]


def test_hyphens_and_zeros_are_mended_over_runs_each_in_its_own_look(tmp_path: Path) -> None:
    made = DOCUMENTS["report"]()
    split(made, "motto", ["Độc lập ", "– Tự", " do – Hạnh", " phúc"])
    split(made, "date", ["Bắc Giang, ngày ", "5", " tháng 0", "3 năm 2024"])
    made["date"].runs[1].font.color.rgb = RGBColor(0, 0, 0)
    out, changes = mended(made.save(tmp_path / "a.docx"))
    assert {c.code for c in changes} == {"HD-03", "HD-12"}
    assert codes(out) == set()
    document = docx.Document(str(out))
    motto, date = document.tables[0].rows[0].cells[1].paragraphs[1], document.tables[0].rows[1].cells[1].paragraphs[0]
    assert [run.text for run in motto.runs] == ["Độc lập ", "- Tự", " do - Hạnh", " phúc"]
    assert "".join(run.text for run in date.runs) == "Bắc Giang, ngày 05 tháng 3 năm 2024"
    assert len(date.runs) == 4


def split(made: Made, part: str, pieces: Sequence[str]) -> None:
    """The text of a part in several runs of one look."""
    first = made[part].runs[0]
    look: Any = (first.font.size, first.bold, first.italic)
    first.text = pieces[0]
    for piece in pieces[1:]:
        run = made[part].add_run(piece)
        run.font.size, run.bold, run.italic = look


def test_all_other_parts_of_the_package_stay(tmp_path: Path) -> None:
    made = DOCUMENTS["report"]()
    size("nation", 14)(made)
    path = made.save(tmp_path / "a.docx")
    out, _ = mended(path)
    old, new = (zipfile.ZipFile(io.BytesIO(p.read_bytes())) for p in (path, out))
    assert sorted(old.namelist()) == sorted(new.namelist())
    changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert changed == {"word/document.xml"}


def test_a_section_that_ends_in_a_content_control_is_the_one_that_is_mended(tmp_path: Path) -> None:
    made = DOCUMENTS["report"]()
    ends = next(
        p for p in made.document.element.body.iter(qn("w:p")) if p.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
    )
    control, inside = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    ends.addprevious(control)
    control.append(inside)
    inside.append(ends)
    ends.find(f"{qn('w:pPr')}/{qn('w:sectPr')}/{qn('w:pgMar')}").set(qn("w:bottom"), "2000")
    path = made.save(tmp_path / "a.docx")
    assert codes(path) == {"PG-03"}
    out, changes = mended(path)
    assert [(c.code, c.section) for c in changes] == [("PG-03", 0)]
    assert codes(out) == set()


def test_a_signed_file_is_not_touched(tmp_path: Path) -> None:
    made = DOCUMENTS["report"]()
    size("nation", 14)(made)
    path = made.save(tmp_path / "a.docx")
    with zipfile.ZipFile(path, "a") as package:
        types = package.read("_rels/.rels")
        package.writestr("_xmlsignatures/origin.sigs", b"")
    rels = types.replace(
        b"</Relationships>",
        b'<Relationship Id="rIdSig" Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/'
        b'origin" Target="_xmlsignatures/origin.sigs"/></Relationships>',
    )
    rewrite(path, {"_rels/.rels": rels})
    with pytest.raises(SourceError, match="ký số"):
        mend_docx(path, mends)


def rewrite(path: Path, parts: dict[str, bytes]) -> None:
    """A package with some parts replaced and a content type for signatures."""
    with zipfile.ZipFile(path) as package:
        content = {name: package.read(name) for name in package.namelist()} | parts
    kinds = content["[Content_Types].xml"]
    extra = b'<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.digital-signature-origin"/>'
    content["[Content_Types].xml"] = kinds.replace(b"</Types>", extra + b"</Types>")
    with zipfile.ZipFile(path, "w") as package:
        for name, data in content.items():
            package.writestr(name, data)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 old"])
def test_what_cannot_be_read_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(content)
    with pytest.raises(SourceError):
        mend_docx(path, mends)


def test_what_is_no_administrative_document_is_left(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Chào anh.")
    document.save(str(tmp_path / "a.docx"))
    assert mend_docx(tmp_path / "a.docx", mends)[1] == ()
