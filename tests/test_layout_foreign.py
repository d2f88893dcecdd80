"""The layout checker on 300 Word files that dtxl did not make, and on broken ones: each ends in a verdict, in "not an
administrative document", or in a sentence that says what is wrong with the file; never in a traceback."""

import io
import random
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from docx.shared import Pt
from lxml import etree

from dtxl.core.errors import SourceError
from dtxl.files.docx_mend import mend_docx
from dtxl.files.docx_paper import read_paper
from dtxl.layout import check_layout, mends
from tests.papers import DOCUMENTS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ODD = ["abc", "", "-1", "99999999999999999999", "1e308", "nan", "inf", "12.5", "0x10", "50%", "1cm", "\u0663", "\u2212"]


def outcome(content: bytes, path: Path, *, mend: bool = False) -> str:
    """The kind of document that is seen; "none" for no administrative one, "said" for a file that cannot be read."""
    path.write_bytes(content)
    try:
        paper = read_paper(path)
    except SourceError:
        return "said"
    seen = check_layout(paper)
    assert (seen.breaches == () and mends(paper) == ()) or seen.official
    if mend:
        try:
            fixed, changes = mend_docx(path, mends)
        except SourceError:
            return "left"
        path.write_bytes(fixed)
        assert mend_docx(path, mends)[1] == (), changes
    return (seen.kind or "unknown") if seen.official else "none"


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The package with each part as `change` gives it; None takes the part away."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            made = change(entry.filename, old.read(entry))
            if made is not None:
                new.writestr(entry.filename, made)
    return out.getvalue()


# --- what other programs and people write


def letters() -> Iterator[bytes]:
    """Documents as people begin them in an empty file: headings, lists, tables, merged cells, breaks, or nothing."""
    lines = ["Chào anh", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 5/BC", "BÁO CÁO",
             "Kính gửi:", "- Sở A;", "I. MỤC", "1. Khoản", "a) điểm", "Điều 1.", "Chương I", "Phụ lục", "(Kèm theo",
             "Nơi nhận:", "- Lưu: VT.", "TM. UBND", "", "\t\t", "Căn cứ Luật;", "____", "ngày tháng năm"]  # fmt: skip
    for seed in range(60):
        dice = random.Random(seed)
        document = docx.Document()
        for _ in range(dice.randrange(14)):
            text = dice.choice(lines)
            kind = dice.randrange(6)
            if kind == 0:
                document.add_heading(text, dice.randrange(10))
            elif kind == 1:
                rows, columns = dice.randrange(1, 4), dice.randrange(1, 4)
                table = document.add_table(rows, columns)
                table.cell(0, 0).text = text
                merged = table.cell(0, 0).merge(table.cell(rows - 1, columns - 1))
                merged.add_table(1, 1).cell(0, 0).text = dice.choice(lines)
            elif kind == 2:
                document.add_page_break()
            else:
                style = dice.choice([None, "List Bullet", "List Number", "Intense Quote", "Caption"])
                paragraph = document.add_paragraph(text, style)
                paragraph.add_run("\n" + dice.choice(lines)).font.size = Pt(dice.choice([1, 13, 400]))
        yield saved(document)


# --- mutants of proper documents


def mutants(content: bytes, count: int) -> Iterator[bytes]:
    """Parts of a package with elements dropped, doubled, moved, attributes swapped or given odd values."""
    for seed in range(count):
        dice = random.Random(seed)

        def spoil(name: str, data: bytes, dice: random.Random = dice) -> bytes:
            if not re.fullmatch(r"word/\w+\.xml", name):
                return data
            root = etree.fromstring(data)
            for _ in range(dice.randrange(1, 9)):
                elements = [e for e in root.iter() if e is not root]
                if elements:
                    ACTIONS[dice.randrange(len(ACTIONS))](dice.choice(elements), dice)
            return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

        yield repacked(content, spoil)


def drop(element: etree._Element, dice: random.Random) -> None:
    element.getparent().remove(element)


def double(element: etree._Element, dice: random.Random) -> None:
    element.addnext(etree.fromstring(etree.tostring(element)))


def move(element: etree._Element, dice: random.Random) -> None:
    others = [e for e in element.getroottree().iter() if element not in e.iterancestors() and e is not element]
    dice.choice(others).append(element)


def odd(element: etree._Element, dice: random.Random) -> None:
    if element.attrib:
        element.set(dice.choice(list(element.attrib)), dice.choice(ODD))


def swap(element: etree._Element, dice: random.Random) -> None:
    values = list(element.attrib.values())
    dice.shuffle(values)
    for name, value in zip(list(element.attrib), values, strict=True):
        element.set(name, value)


def bare(element: etree._Element, dice: random.Random) -> None:
    element.attrib.clear()


ACTIONS = (drop, double, move, odd, odd, swap, bare)


def test_300_foreign_files_each_end_in_a_verdict(tmp_path: Path) -> None:
    proper = {name: saved(make().document) for name, make in DOCUMENTS.items()}
    files = [*letters()]
    for content in proper.values():
        files += mutants(content, 41)
    assert len(files) >= 300
    seen = Counter(outcome(content, tmp_path / "tep.docx", mend=not n % 4) for n, content in enumerate(files))
    assert seen["left"] <= 5, seen  # what is odd may not be mended: nearly all is
    assert seen["said"] <= 10, seen  # a mutant may be no package any more: nearly none is
    assert seen["none"] >= 20
    assert len(seen) >= 8  # every kind is still recognised in most of its mutants
    assert sum(seen[kind] for kind in ("báo cáo", "công văn", "quyết định", "kế hoạch", "tờ trình", "thông báo")) > 150


# --- single traps


def styles(change: Callable[[etree._Element], None]) -> Callable[[str, bytes], bytes]:
    def act(name: str, data: bytes) -> bytes:
        if name != "word/styles.xml":
            return data
        root = etree.fromstring(data)
        change(root)
        return etree.tostring(root)

    return act


def ring(root: etree._Element) -> None:
    """Every style is based on the next, the last on the first."""
    found = list(root.iter(f"{W}style"))
    for style, other in zip(found, [*found[1:], found[0]], strict=True):
        for based in style.findall(f"{W}basedOn"):
            style.remove(based)
        etree.SubElement(style, f"{W}basedOn").set(f"{W}val", other.get(f"{W}styleId"))


def without(*names: str) -> Callable[[str, bytes], bytes | None]:
    """The package without parts, and without what leads to them."""

    def act(name: str, data: bytes) -> bytes | None:
        if name in names:
            return None
        for gone in names:
            data = re.sub(rb'<Relationship [^>]*Target="[^"]*%s"[^>]*/>' % gone.rpartition("/")[2].encode(), b"", data)
            data = re.sub(rb'<Override [^>]*PartName="/%s"[^>]*/>' % gone.encode(), b"", data)
        return data

    return act


def sizes(value: str) -> Callable[[str, bytes], bytes]:
    return lambda _, data: re.sub(rb'<w:sz w:val="\d+"', b'<w:sz w:val="%s"' % value.encode(), data)


EMPTY = b"<w:document xmlns:w='%s'/>" % W[1:-1].encode()
TRAPS: dict[str, tuple[Callable[[str, bytes], bytes | None], set[str]]] = {
    "styles based on one another in a ring": (styles(ring), {"báo cáo"}),
    "no styles": (without("word/styles.xml"), {"báo cáo"}),
    "no settings": (without("word/settings.xml"), {"báo cáo"}),
    "no properties": (without("docProps/core.xml", "docProps/app.xml"), {"báo cáo"}),
    "sizes in words": (sizes("abc"), {"báo cáo"}),
    "sizes beyond reason": (sizes("99999999999999999999"), {"báo cáo"}),
    "sizes below nothing": (sizes("-4"), {"báo cáo"}),
    "no body": (lambda n, d: EMPTY if n == "word/document.xml" else d, {"said"}),
    "no document": (without("word/document.xml"), {"said"}),
    "half a document": (lambda n, d: d[: len(d) // 2] if n == "word/document.xml" else d, {"said"}),
    "text of another kind": (lambda n, d: b"hello" if n == "word/document.xml" else d, {"said"}),
    "an entity": (lambda n, d: d.replace(b"<w:document", b'<!DOCTYPE a [<!ENTITY b "c">]><w:document', 1)
                  if n == "word/document.xml" else d, {"báo cáo", "said"}),
    "a column as wide as the world": (lambda _, d: re.sub(rb'<w:gridCol w:w="\d+"', b'<w:gridCol w:w="9999999999"', d),
                                      {"báo cáo"}),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_read_or_said(trap: str, tmp_path: Path) -> None:
    change, expected = TRAPS[trap]
    content = saved(DOCUMENTS["report"]().document)
    assert outcome(repacked(content, change), tmp_path / "tep.docx") in expected


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.4", b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"<html>05/BC</html>"])
def test_what_is_no_word_file_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    assert outcome(content, tmp_path / "tep.docx") == "said"


TEXTS = {
    "thu.html": "<html><meta charset='utf-8'><body><table><tr><td>UBND TỈNH A<td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>"
                "Độc lập - Tự do - Hạnh phúc<tr><td>Số: 05/UBND-VP<td>Bắc Giang, ngày 05 tháng 3 năm 2024</table>"
                "<p>Kính gửi: Sở Nội vụ<p>Đề nghị gửi báo cáo./.<p>Nơi nhận:<br>- Như trên;<br>- Lưu: VT.</html>",
    "ghi-nho.html": "<html><meta charset='utf-8'><body><h1>Ghi nhớ</h1><ul><li>Một<li>Hai</ul></body></html>",
    "don.rtf": r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0\fs24 C\u7896?NG HO\'c0 X\'c3 H\u7896?I CH\u7910? NGH\u296?A "
               r"VI\u7878?T NAM\par S\u7889?: 01/BC-A\par}",
    "tho.txt": "Trăm năm trong cõi người ta\nChữ tài chữ mệnh khéo là ghét nhau\n",
}  # fmt: skip


def test_files_that_libreoffice_made_of_other_kinds_end_in_a_verdict(tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("needs soffice (Debian package libreoffice-writer-nogui)")
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to"]
    for kind, pattern in (
        ("odt", "*.html"),
        ("docx:MS Word 2007 XML", "*.odt"),
        ("docx:MS Word 2007 XML", "*.[rt][tx][ft]"),
    ):
        out = tmp_path if kind == "odt" else tmp_path / "out"
        files = sorted(map(str, tmp_path.glob(pattern)))
        subprocess.run([*command, kind, "--outdir", str(out), *files], capture_output=True, check=True, timeout=120)
    made = {path.stem: path.read_bytes() for path in sorted((tmp_path / "out").glob("*.docx"))}
    if len(made) < len(TEXTS):
        pytest.skip("needs LibreOffice's Writer (Debian package libreoffice-writer-nogui)")
    kinds = {name: outcome(content, tmp_path / "tep.docx") for name, content in made.items()}
    assert {name: kind for name, kind in kinds.items() if kind == "none"}.keys() == {"ghi-nho", "tho"}
    assert kinds["thu"] == "công văn"
