"""Names that anybody gave: of files, sheets, defined names, properties; none leads elsewhere or onto another."""

import io
import re
import unicodedata
import zipfile
from dataclasses import replace
from itertools import product
from pathlib import Path, PurePosixPath, PureWindowsPath

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtxl.core import names
from dtxl.core.errors import WriteError
from dtxl.files.archive_read import list_members
from dtxl.files.safe import write_whole
from dtxl.files.xlsx_write import Book
from dtxl.model.plan import Agency, Plan
from dtxl.pipeline.workspace import SENT, Workspace
from tests.injections import FAMILIES, SHORT
from tests.small import small_plan

# What Windows takes for a device, whatever stands behind the first dot (Microsoft: Naming Files, Paths, Namespaces).
DEVICES = (
    "CON",
    "PRN",
    "AUX",
    "NUL",
    "CONIN$",
    "CONOUT$",
    *(f"{d}{n}" for d in ("COM", "LPT") for n in "0123456789¹²³"),
)
STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
FORBIDDEN = re.compile('[\x00-\x1f\x7f<>:"/\\\\|?*]')
ODD = (
    "", " ", ".", "..", "...", "....", "~", "-", "--", "_", "a.", "a ", "a. .", " a", ".a", "a..b", "/", "\\",
    "//", "C:", "c:a", "C:\\Windows\\x", "\\\\may\\chung\\x", "\\\\?\\C:\\x", "\\\\.\\PhysicalDrive0",
    "//may/chung", "/etc/passwd", "/dev/null", "../x", "..\\x", "x/../../y", "x\\..\\..\\y", "./x", "a/./b",
    "a//b", "%2e%2e%2fx", "..%2fx", "..%c0%afx", "．．／x", "‥/x", "a∕b", "a⁄b", "a＼b", "a：b", "file:///x",
    "http://x/y", "a:b", "a:$DATA", "a::$INDEX_ALLOCATION", "a|b", "a*b", "a?b", 'a"b', "a<b>c", "a\x00b",
    "a\x00.xlsx", "a\nb", "a\rb", "a\tb", "a\x1bb", "a\x7fb", "a\x85b", "a\u2028b", "a\u202egpj.exe",
    "\u2066a\u2069", "a\u200bb", "\ufeffa", "a\u00adb", "a\ud800b", "\udc80", "a\ufffeb", "a\ue000b", "\U0001f600",
    "é", "e\u0301", "É", "Đông", "đông", "ĐÔNG", "ﬁ", "ß", "SS", "ſ", "K", "\u212a", "İ", "ı", "i\u0307", "Å",
    "\u212b", "A\u030a", "ａｂ", "①", "x" * 255, "x" * 256, "x" * 1000, "đ" * 127, "đ" * 128, "\U0001f600" * 64,
    "a" * 250 + ".xlsx", "a/" * 500, "a" + "\u0301" * 300, "-rf", "--help", "$HOME", "`id`", "$(id)", "a;b", "a&b",
    "%PATH%", "!x", "#x", "@x", "=1+1", "'x'", '"x"', "desktop.ini", "Thumbs.db", ".git", ".ssh/id", "~$x.xlsx",
    "x.xlsx.exe", "x.xlsx ", "x.xlsx.", ".xlsx", "xlsx", "History", "HISTORY", "'History'", "[x]y", "a]b", "x'",
    "'", "''", "''''", "*", "R1C1", "A1", "XFD1048576", "R", "c", "rc", "R1", "C9", "AAAA1", "TRUE", "false",
    "_xlnm.Print_Area", "Print_Titles", "1a", "a b", "a-b", "a.b", "a_b", "A_B", "_", "_a", "__", "9", "00123",
    "ten_", "Trang", "trang", "TRANG", "tep", "x" * 31, "x" * 32, "x" * 30 + "'", "\U0001f600" * 15 + "x",
    "\U0001f600" * 16, "x" * 30 + "\U0001f600", "a" * 29 + " (2)", "Chỉ tiêu", "Chi\u0309 tie\u0302u", "CHỈ TIÊU",
)  # fmt: skip
HOSTILE = tuple(
    dict.fromkeys((
        *ODD,
        *(device + end for device, end in product(DEVICES, ("", ".xlsx", " .txt", ".", ":"))),
        *(device.lower() for device in DEVICES),
        *FAMILIES["path"],
        *FAMILIES["link"],
    ))
)  # fmt: skip
KEYS = {
    "Linux": lambda name: name,
    "Windows": lambda name: name.casefold(),
    "macOS": lambda name: unicodedata.normalize("NFD", name).casefold(),
}


def is_safe(name: str) -> bool:
    """One part of a path that every system takes as it is and as a plain file."""
    stem = name.split(".")[0].rstrip(" ").upper()
    return (
        0 < len(name.encode()) <= 255
        and not FORBIDDEN.search(name)
        and name not in (".", "..")
        and name[-1] not in ". "
        and stem not in DEVICES
        and len(PurePosixPath(name).parts) == 1
        and len(PureWindowsPath(name).parts) == 1
        and not PureWindowsPath(name).drive
        and unicodedata.is_normalized("NFC", name)
    )


def test_there_are_enough_names() -> None:
    assert len(HOSTILE) >= 200
    assert sum(not name or not is_safe(name) for name in map(_encodable, HOSTILE)) >= 100


def _encodable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


# Files that are written


@pytest.mark.parametrize("make", [names.file_stem, names.folder_name])
def test_a_written_name_is_plain_for_any_code_and_name(make) -> None:
    for odd in HOSTILE:
        for code, name in ((odd, "UBND xã Đông Sơn"), ("07213", odd), (odd, odd)):
            made = make(code, name) + ".xlsx"
            assert is_safe(made), (code, name, made)
            assert re.fullmatch(r"[0-9A-Za-z-]{1,81}\.xlsx", made, re.ASCII)


@pytest.mark.parametrize("system", KEYS)
@pytest.mark.parametrize("make", [names.file_stem, names.folder_name])
def test_two_codes_never_give_one_file(make, system: str) -> None:
    """Codes that differ in case only are no two codes: the plan workbook refuses them."""
    codes = {code.lower(): code for code in [*HOSTILE, *SHORT]}
    made: dict[str, str] = {}
    for code in codes.values():
        key = KEYS[system](make(code, "UBND xã"))
        assert made.setdefault(key, code) == code
    assert len(made) == len(codes) > 1000


def test_a_good_code_and_name_are_read_in_the_name() -> None:
    assert names.file_stem("07213", "UBND xã Đông Sơn") == "07213-ubnd-xa-dong-son"
    assert names.file_stem("STTTT", "Sở Thông tin và Truyền thông") == "stttt-so-thong-tin-va-truyen-thong"
    assert names.folder_name("so-y-te", "Sở Y tế") == "so-y-te-so-y-te"


def test_forms_of_hostile_agencies_stay_in_their_folder_each_its_own(tmp_path: Path) -> None:
    plan = _plan_of_hostile_agencies()
    root = tmp_path / "ngoai" / "trong"
    workspace = Workspace(root)
    workspace.__dict__["plan"] = plan
    for agency in plan.agencies:
        write_whole(workspace.form_path("2024-Q1", agency), agency.code.encode("utf-8", "surrogatepass"), durable=False)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == len(plan.agencies)
    assert all(path.is_relative_to(root / "2024-Q1" / SENT) for path in written)
    assert len({str(path).casefold() for path in written}) == len(written)
    assert all(is_safe(part) for path in written for part in path.relative_to(root).parts)


def _plan_of_hostile_agencies() -> Plan:
    codes = list({code.lower(): code for code in HOSTILE}.values())
    agencies = tuple(
        Agency(code, name, ("province", "district", "commune")[n % 3], codes[n - 1] if n % 3 == 2 else "")
        for n, (code, name) in enumerate(zip(codes, reversed(codes), strict=True))
    )
    return replace(small_plan(), agencies=agencies)


# Files that are shown as they were named


def test_a_shown_path_leads_nowhere() -> None:
    for name in HOSTILE:
        shown = names.shown_path(name)
        assert 0 < len(shown) <= 150
        parts = shown.split("/")
        assert all(map(is_safe, parts)), (name, shown)
        assert not STEERS.search(shown)


def test_a_good_path_is_shown_as_it_is() -> None:
    for name in ("a.xlsx", "Biểu mẫu/xã Đông Sơn (lần 2).xlsx", "quý I/07213-ubnd-xa.xlsx", "console.xlsx", "a.b.c"):
        assert names.shown_path(name) == name
    assert names.shown_path("Hie\u0302\u0301u.xlsx") == "Hi\u1ebfu.xlsx"


@pytest.mark.parametrize("system", KEYS)
def test_members_of_an_archive_each_have_their_own_name(system: str) -> None:
    taken: set[str] = set()
    made = [names.unused(names.shown_path(name), taken) for name in [*HOSTILE, *HOSTILE]]
    assert len({KEYS[system](name) for name in made}) == len(made) == 2 * len(HOSTILE)
    assert all(is_safe(part) for name in made for part in name.split("/"))


def test_an_archive_of_hostile_names_is_listed_safely() -> None:
    packed = io.BytesIO()
    given = [
        name
        for name in dict.fromkeys(map(_encodable, HOSTILE))
        if name and "\x00" not in name and name[-1] not in "/\\"
    ]
    with zipfile.ZipFile(packed, "w") as archive:
        for name in given:
            archive.writestr(zipfile.ZipInfo(name), b"x")
    shown = list_members(packed.getvalue())
    assert len(shown) == len({name.casefold() for name in shown}) > 200
    assert all(is_safe(part) for name in shown for part in name.split("/"))


# Sheets, defined names, properties


def _widths(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_sheets_name_is_one_that_excel_takes() -> None:
    for name in [*HOSTILE, *SHORT]:
        made = names.sheet_name(name)
        assert 0 < _widths(made) <= 31
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f]", made)
        assert made[0] != "'"
        assert made[-1] != "'"
        assert made.casefold() != "history"
        assert names.sheet_name(made) == made


def test_sheets_names_never_meet() -> None:
    taken: list[str] = []
    for name in HOSTILE:
        taken.append(names.sheet_name(name, taken))
    assert len({KEYS["macOS"](name) for name in taken}) == len(taken)
    assert all(0 < _widths(name) <= 31 for name in taken)


def test_a_good_sheets_name_stays() -> None:
    for name in ("Chỉ tiêu", "Lỗi, cảnh báo", "_dtxl", "x" * 31, "A1", "Đông's"):
        assert names.sheet_name(name) == name
    assert names.sheet_name("Chỉ tiêu", ["CHỈ TIÊU"]) == "Chỉ tiêu (2)"


def test_a_workbook_of_hostile_sheets_opens() -> None:
    book, made = Book(), []
    for name in HOSTILE:
        made.append(names.sheet_name(name, made))
        book.sheet(made[-1]).text(0, 0, "x")
    assert openpyxl.load_workbook(io.BytesIO(book.content())).sheetnames == made


def test_a_defined_name_is_no_cell_and_no_formula() -> None:
    for name in [*HOSTILE, *SHORT]:
        made = names.defined_name(name)
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]{0,254}", made, re.ASCII)
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+|[Rr]\d*([Cc]\d*)?|[Cc]\d*|(?i:true|false|_xlnm.*|print_area)", made)
        assert names.defined_name(made) == made
    assert names.defined_name("dtxl_list_1") == "dtxl_list_1"


def test_a_workbook_of_hostile_defined_names_opens() -> None:
    book = Book()
    book.sheet("S").text(0, 0, "x")
    made = sorted({names.defined_name(name).casefold() for name in HOSTILE})
    for name in made:
        book.define(name, "=S!$A$1")
    assert sorted(openpyxl.load_workbook(io.BytesIO(book.content())).defined_names) == made


def test_a_propertys_name_is_one_line() -> None:
    for name in [*HOSTILE, *SHORT]:
        made = names.property_name(name)
        assert 0 < _widths(made) <= 255
        assert not re.search(r"[\x00-\x1f]", made)
        assert made[0] != "_"
        assert names.property_name(made) == made
    assert names.property_name("dtxl.plan") == "dtxl.plan"


@pytest.mark.parametrize("name", ["", "a" * 32, "a/b", "a[b]", "'a", "History", "a\x00"])
def test_the_writer_refuses_a_sheets_name_that_is_not_safe(name: str) -> None:
    with pytest.raises(WriteError, match="Tên không dùng được"):
        Book().sheet(name)


def test_the_writer_refuses_a_sheet_twice() -> None:
    book = Book()
    book.sheet("Chỉ tiêu")
    with pytest.raises(WriteError, match="Tên không dùng được"):
        book.sheet("CHỈ TIÊU")


@pytest.mark.parametrize("name", ["", "A1", "r1c1", "a b", "1a", "Đông", "_xlnm.x", "a" * 256])
def test_the_writer_refuses_a_defined_name_that_is_not_safe(name: str) -> None:
    book = Book()
    book.sheet("S")
    with pytest.raises(WriteError, match="Tên không dùng được"):
        book.define(name, "=S!$A$1")


@pytest.mark.parametrize(("name", "value"), [("", "x"), ("_x", "x"), ("a\nb", "x"), ("dtxl.plan", "x" * 256)])
def test_the_writer_refuses_a_property_that_would_be_lost(name: str, value: str) -> None:
    with pytest.raises(WriteError):
        Book(custom={name: value})


# Anything at all


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gives_safe_names(one: str, other: str) -> None:
    assert is_safe(names.file_stem(one, other) + ".xlsx")
    assert all(map(is_safe, names.shown_path(one).split("/")))
    first = names.sheet_name(one)
    second = names.sheet_name(other, [first])
    assert first.casefold() != second.casefold()
    assert _widths(second) <= 31
    assert not STEERS.search(names.printable(one).replace("\n", "").replace("\t", ""))
    assert names.defined_name(names.defined_name(one)) == names.defined_name(one)
