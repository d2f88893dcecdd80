"""The PDF of a report: pages, fonts, page numbers; and what is said where there is no LibreOffice."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dtxl.core.errors import DtxlError, WriteError
from dtxl.files import pdf as pdf_module
from dtxl.files.pdf import to_pdf
from tests.papers import DOCUMENTS
from tests.test_documents_layout import content

office = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext") and shutil.which("pdffonts")),
    reason="needs Debian's libreoffice-writer-nogui and poppler-utils",
)


def told(program: str, *arguments: object) -> str:
    return subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pdf")
    (folder / "bao-cao.docx").write_bytes(content())
    to_pdf(folder / "bao-cao.docx", folder / "bao-cao.pdf")
    return folder / "bao-cao.pdf"


@office
def test_page_one_has_no_number_and_the_second_has(made: Path) -> None:
    pages = told("pdftotext", "-layout", made, "-").split("\f")
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0].splitlines()[0]
    assert pages[1].split()[0] == "2"
    assert len(pages) - 1 == int(
        next(x for x in told("pdfinfo", made).splitlines() if x.startswith("Pages")).split()[1]
    )


@office
def test_every_page_is_a4_upright_or_turned(made: Path) -> None:
    sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+) pts", told("pdfinfo", "-l", 99, made))
    assert {tuple(round(float(side)) for side in size) for size in sizes} == {(595, 842), (842, 595)}


@office
def test_all_fonts_are_embedded(made: Path) -> None:
    fonts = [line.split() for line in told("pdffonts", made).splitlines()[2:]]
    assert fonts
    assert [font[0] for font in fonts if font[-5] != "yes"] == []


def test_without_libreoffice_it_is_said_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_module.shutil, "which", lambda _: None)
    path = DOCUMENTS["letter"]().save(tmp_path / "a.docx")
    with pytest.raises(DtxlError, match="chưa cài LibreOffice"):
        to_pdf(path, tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


@office
def test_a_file_that_libreoffice_cannot_open_leaves_no_pdf(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04")
    with pytest.raises(WriteError, match="không xuất được PDF"):
        to_pdf(tmp_path / "a.docx", tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()
