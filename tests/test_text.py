"""Vietnamese text compared and stored the same way whatever it came as."""

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtxl.core.errors import WriteError
from dtxl.core.text import enumerate_vi, fold, lower_first, roman, same_words, slug, tidy, tidy_lines
from dtxl.files.safe import sweep, write_whole
from dtxl.model.plan import Agency
from dtxl.pipeline.workspace import file_stem


@pytest.mark.parametrize("text", ["Hòa", "Hoà", "Ho\u0300a", "HÒA"])
def test_tones_in_either_place_compare_equal(text: str) -> None:
    assert same_words(text) == same_words("hòa")


def test_different_letters_stay_different() -> None:
    assert same_words("Công thông tin") != same_words("Cổng thông tin")
    assert fold("Cổng thông tin") == fold("Công thông tin") == "cong thong tin"
    assert fold("Đề án 06") == "de an 06"
    assert fold("\u00d0ề án") == fold("Đề án")


@given(st.text())
def test_tidy_is_stable_and_clean(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\n" not in once


@given(st.text("aAo \t\n\r\x0b\x1f\x85\u00a0\u00ad\u0301\u0323\u0344\u1100\u1161\u200b\u2028\ufeff\ud800", max_size=9))
def test_marks_join_their_letter_whatever_stood_between(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert fold(once) == fold(text)


def test_a_mark_behind_an_invisible_character_is_its_letters() -> None:
    assert tidy("A\x1f\u0301") == tidy("A\u00ad\u0301") == "Á"


def test_lines_stay_where_they_are_wanted() -> None:
    assert tidy_lines(" a\u00a0 b \r\n\u00ad c ") == "a b\nc"


def test_names_and_lists() -> None:
    assert slug("UBND xã Đông Sơn") == "ubnd-xa-dong-son"
    assert [roman(n) for n in (1, 4, 9, 14, 39)] == ["I", "IV", "IX", "XIV", "XXXIX"]
    assert enumerate_vi(["A"]) == "A"
    assert enumerate_vi(["A", "B", "C"]) == "A, B và C"
    assert lower_first("Tỷ lệ hồ sơ") == "tỷ lệ hồ sơ"
    assert lower_first("TTHC đúng hạn") == "TTHC đúng hạn"


HOSTILE = ["..", "../x", "C:\\a", "CON", "con.txt", "a\x00b", "x.", " ", "\u202egnp.exe", "/", "nul", "ô" * 400]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_inside_their_folder(name: str) -> None:
    made = file_stem(Agency("07375", name, "commune"))
    assert made.startswith("07375-")
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(made) <= 81


@given(st.text(max_size=400), st.from_regex(r"[A-Za-z0-9.-]{1,40}", fullmatch=True))
def test_names_fit_file_systems(name: str, code: str) -> None:
    made = file_stem(Agency(code, name, "commune"))
    assert 0 < len(made.encode()) <= 81
    assert not set(made) & set('/\\:.<>|?*"')


def test_files_are_written_whole_and_leavings_swept(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.txt"
    write_whole(target, "một".encode())
    write_whole(target, b"hai")
    assert target.read_text(encoding="utf-8") == "hai"
    assert [p.name for p in target.parent.iterdir()] == ["b.txt"]
    old, new = target.parent / ".dtxl-other-1-x.tmp", target.parent / f".dtxl-other-{os.getpid()}-x.tmp"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    sweep(tmp_path)
    assert (old.exists(), new.exists(), target.exists()) == (False, True, True)


def test_a_file_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").write_bytes(b"a file where a folder should be")
    with pytest.raises(WriteError, match="Không ghi được"):
        write_whole(tmp_path / "folder" / "b.txt", b"x")
    (tmp_path / "taken").mkdir()
    with pytest.raises(WriteError):
        write_whole(tmp_path / "taken", b"x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "taken"]
