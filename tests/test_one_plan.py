"""One plan in every format that can be read gives one Plan."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from dtxl.extract import extract_document
from dtxl.model.plan import Plan
from tests.carriers import evened
from tests.test_carriers import ANNEX, BODY, HEAD, RECIPIENTS, ROWS, SIGNER, in_html, in_text, in_word, small_pdf

__all__ = ["small_pdf"]  # the fixture


def in_workbook() -> openpyxl.Workbook:
    """The whole document in a sheet, as people paste it: a line in a row, then the table."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in [*(left for left, _ in HEAD), *(right for _, right in HEAD), *BODY, *RECIPIENTS, *SIGNER, *ANNEX]:
        sheet.append([line])
    for row in ROWS:
        sheet.append(list(row))
    return book


def saved(suffix: str, folder: Path, request: pytest.FixtureRequest) -> Path:
    path = folder / f"ke-hoach{suffix}"
    if suffix == ".pdf":
        return request.getfixturevalue("small_pdf")  # type: ignore[no-any-return]
    if suffix == ".docx":
        in_word().save(str(path))
    elif suffix == ".xlsx":
        in_workbook().save(str(path))
    else:
        path.write_text(in_html() if suffix == ".html" else in_text(), "utf-8")
    return path


@pytest.fixture(scope="module")
def from_text(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = tmp_path_factory.mktemp("text") / "ke-hoach.txt"
    path.write_text(in_text(), "utf-8")
    return extract_document(path)


def test_the_plan_is_read(from_text: Plan) -> None:
    info = from_text.info
    assert (info.title, info.number, info.date, info.year) == (
        "Kế hoạch Chuyển đổi số tỉnh Sơn Tây năm 2024", "12/KH-UBND", date(2024, 1, 5), 2024,
    )  # fmt: skip
    assert info.recipients == ("Bộ Nội vụ (b/c)", "Các sở, ngành", "Lưu: VT")
    assert (info.signer_title, info.signer_name) == (("CHỦ TỊCH",), "Trần Văn An")
    found = [(i.code, t.op, t.value, t.unit) for i in from_text.indicators for t in i.targets]
    assert found == [
        ("I.1", ">=", Decimal(80), "%"),
        ("I.2", "<=", Decimal(8), "giờ"),
        ("II.1", ">=", Decimal("42.7"), "%"),
        ("III.1", ">=", Decimal(80), "%"),  # these the text alone states
        ("III.2", ">=", Decimal(100), "%"),
    ]
    assert [t.agency for t in from_text.tasks] == ["Sở Y tế"]


@pytest.mark.parametrize("suffix", [".md", ".html", ".docx", ".pdf", ".xlsx"])
def test_every_format_gives_the_same_plan(
    suffix: str, from_text: Plan, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    assert evened(extract_document(saved(suffix, tmp_path, request))) == evened(from_text)
