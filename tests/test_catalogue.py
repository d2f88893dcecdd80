"""The catalogue of finding codes: complete, well-formed, in Vietnamese, and safe to render."""

import importlib.util
import re
import tomllib
import unicodedata
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest

from dtxl.core.codes import Code, Severity, catalogue, message
from dtxl.model.form import COLUMNS, SHEETS

COUNTS = {"A": 11, "B": 17, "C": 26, "D": 33, "E": 12, "F": 14, "G": 10}
CODES = [f"{group}{number:02}" for group, count in COUNTS.items() for number in range(1, count + 1)]
SEVERAL = {
    "A02": (Severity.WARNING, Severity.CRITICAL),
    "B02": (Severity.WARNING, Severity.ERROR),
    "D06": (Severity.NOTE, Severity.WARNING),
    "D31": (Severity.ERROR, Severity.WARNING),
    "E06": (Severity.ERROR, Severity.WARNING),
    "F01": (Severity.ERROR, Severity.WARNING),
}
# What a finding of the code carries; a text must not ask for more.
ARGUMENTS = {
    "A06": {"value"}, "A08": {"before"}, "B02": {"places"}, "B05": {"plan"}, "B06": {"agency", "expected"},
    "B09": {"period", "expected"}, "B11": {"due", "days"}, "B15": {"before"}, "C01": {"sheet"}, "C02": {"sheet"},
    "C10": {"indicator"}, "C13": {"row"}, "C23": {"expected"}, "D06": {"value"}, "D07": {"value"}, "D08": {"value"},
    "D09": {"value"}, "D10": {"value"}, "D19": {"value"}, "D20": {"choices"}, "D22": {"value"},
    "D32": {"value", "target"}, "E01": {"numerator", "denominator"}, "E06": {"rule", "values", "why"},
    "E07": {"why"}, "G01": {"agency", "due"},
    "G08": {"expected"}, "G10": {"rule", "id"},
}  # fmt: skip
LETTERS = re.compile("[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
ROOT = Path(__file__).parents[1]
SOURCE = ROOT.parent / "shared" / "checks.md"

each = pytest.mark.parametrize("entry", catalogue().values(), ids=lambda entry: entry.code)


@pytest.fixture(scope="module")
def printed() -> dict[str, tuple[str, str]]:
    """The printed catalogue: code → (meaning, severities)."""
    if not SOURCE.is_file():
        pytest.skip("the printed catalogue (shared/checks.md) is not here")
    rows = re.findall(r"^\| ([A-G]\d\d) \| (.*) \| (.*) \|$", SOURCE.read_text(encoding="utf-8"), re.MULTILINE)
    return {code: (meaning, severity) for code, meaning, severity in rows}


def texts(entry: Code) -> tuple[str, str, str]:
    return entry.title, entry.expect, entry.fix


def test_the_codes_are_all_there_in_order() -> None:
    assert list(catalogue()) == CODES
    assert len(CODES) == 123


def test_codes_and_meanings_are_the_printed_ones(printed: dict[str, tuple[str, str]]) -> None:
    assert [(code, entry.meaning) for code, entry in catalogue().items()] == [
        (code, meaning) for code, (meaning, _) in printed.items()
    ]


def test_severities_are_the_printed_ones_in_their_order(printed: dict[str, tuple[str, str]]) -> None:
    letters = {"C": Severity.CRITICAL, "E": Severity.ERROR, "W": Severity.WARNING, "N": Severity.NOTE}
    for code, (_, words) in printed.items():
        expected = tuple(letters[letter] for letter in re.findall(r"\b[CEWN]\b", words))
        assert catalogue()[code].allowed == expected, code


@each
def test_severities_are_legal_and_differ(entry: Code) -> None:
    assert entry.allowed
    assert len(set(entry.allowed)) == len(entry.allowed)
    assert entry.severity is entry.allowed[0]
    assert entry.allowed == SEVERAL.get(entry.code, (entry.severity,))


@each
def test_texts_are_tidy_vietnamese(entry: Code) -> None:
    assert entry.meaning.strip()
    for text in texts(entry):
        assert text
        assert unicodedata.is_normalized("NFC", text)
        assert text == " ".join(text.split())
        assert LETTERS.search(text), text
        assert not text.endswith((".", ";", ",", ":"))
        assert text[0].isupper() or text.startswith("{"), text
        assert '"' not in text, "printed quotation marks are “ ”"


@each
def test_texts_ask_only_for_the_arguments_that_a_finding_carries(entry: Code) -> None:
    asked = set()
    for text in texts(entry):
        for literal, name, spec, conversion in Formatter().parse(text):
            assert not re.search("[{}]", literal), "stray brace"
            assert not spec
            assert not conversion
            if name is not None:
                assert re.fullmatch("[a-z]+", name)
                asked.add(name)
    assert asked == ARGUMENTS.get(entry.code, set())


@each
def test_a_message_has_five_parts_in_order_even_without_arguments(entry: Code) -> None:
    text = message(entry.code, "Sheet “Chỉ tiêu”, ô H12 (Chỉ tiêu I.4, tử số)", "mười {x}", {})
    marks = ["Sheet “Chỉ tiêu”, ô H12", "Đang ghi: “mười {x}”", "Yêu cầu: ", "Cách sửa: ", f"[{entry.code}]"]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert text.endswith(f". [{entry.code}]")
    assert ".." not in text


@each
def test_braces_in_what_an_agency_typed_stay_text(entry: Code) -> None:
    hostile = dict.fromkeys(ARGUMENTS.get(entry.code, ()), "{0.__class__} {{x}} %s")
    text = message(entry.code, "", "", hostile)
    assert ("{0.__class__} {{x}} %s" in text) == bool(hostile)


@pytest.mark.parametrize("code", ["D01", "D04", "D05", "D10", "D14", "D28", "C10", "E02", "E12"])
def test_a_missing_number_is_a_reason_from_the_list_as_the_form_says(code: str) -> None:
    assert "chọn lý do ở cột “Lý do không có số liệu”" in catalogue()[code].fix


def test_a_missed_target_wants_an_explanation_in_the_notes_column() -> None:
    assert "cột “Ghi chú, giải trình”" in catalogue()["D32"].fix


def test_zero_is_never_advised_for_a_missing_number() -> None:
    for entry in catalogue().values():
        for text in (entry.expect, entry.fix):
            if re.search(r"ghi 0\b", text):
                assert "ghi 0 khi kết quả thực sự bằng 0" in text, entry.code


def test_every_quoted_column_or_sheet_is_one_of_the_form() -> None:
    columns = {column.title for table in COLUMNS.values() for column in table}
    for entry in catalogue().values():
        for text in texts(entry):
            for kind, name in re.findall(r"(cột|sheet) “([^{}”]+)”", text, re.IGNORECASE):
                assert name in (columns if kind.casefold() == "cột" else SHEETS), (entry.code, name)


def test_every_code_is_raised_or_named_impossible_with_its_reason() -> None:
    raised = docs_build().raised_at()
    unused = tomllib.loads((ROOT / "docs" / "codes.toml").read_text(encoding="utf-8"))
    assert set(raised) | set(unused["cannot"]) == set(catalogue())
    assert not set(raised) & set(unused["cannot"])
    assert not unused.get("later")
    assert len(unused["cannot"]) <= 12
    assert all(len(reason.split()) >= 6 for reason in unused["cannot"].values())


def test_every_raised_code_is_expected_by_a_test() -> None:
    here = Path(__file__)
    files = [p for p in here.parent.rglob("*") if p.suffix in (".py", ".toml") and p != here]
    expected = "\n".join(path.read_text(encoding="utf-8") for path in files)
    silent = [code for code in docs_build().raised_at() if not re.search(rf"\b{code}\b", expected)]
    assert silent == []


def docs_build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
