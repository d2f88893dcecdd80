"""Text in the old encodings comes back in Unicode; proper Unicode is left alone."""

import re
import tomllib
import unicodedata
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtxl.core.legacy import LETTERS, TCVN3, UTF8, VNI, decode, is_syllable, repair
from dtxl.core.text import tidy

DATA = tomllib.loads(Path(__file__).with_name("data").joinpath("legacy.toml").read_text(encoding="utf-8"))
TABLES = tomllib.loads(resources.files("dtxl.core").joinpath("legacy.toml").read_text(encoding="utf-8"))
OLD, PROPER = DATA["old"], DATA["proper"]
_TCVN3 = dict(zip(TABLES["tcvn3"]["letters"], TABLES["tcvn3"]["codes"], strict=True))
_WORD = re.compile(r"[^\W\d_]+")


def _vni_codes() -> dict[str, str]:
    codes = {letter: code for code, letter in TABLES["vni"]["single"].items()}
    for bases, marks in TABLES["vni"]["marks"].items():
        for base in bases:
            letter = TABLES["vni"]["single"].get(base, base)
            codes |= {unicodedata.normalize("NFC", letter + mark): base + code for code, mark in marks.items()}
    return codes | {letter.upper(): code.upper() for letter, code in codes.items()}


_VNI = _vni_codes()


def in_tcvn3(text: str) -> str:
    """As a typist of TCVN3 wrote it: toned capitals are not in it, their small letters stand for them."""
    return "".join(_TCVN3.get(c) or _TCVN3.get(c.lower()) or c for c in text)


def in_vni(text: str) -> str:
    return "".join(_VNI.get(c, c) for c in text)


def held_by_tcvn3(text: str) -> str:
    """What is left of the capitals of `text` in TCVN3."""
    return "".join(c if c in _TCVN3 or c.lower() not in _TCVN3 else c.lower() for c in text)


def test_the_tables_are_whole() -> None:
    assert len(_TCVN3) == 74
    letters = {
        unicodedata.normalize("NFC", v + t) for v in "aăâeêioôơuưy" for t in ("", *"\u0300\u0301\u0309\u0303\u0323")
    }
    toned = {c for c in letters if not c.isascii()} | {"đ"}
    assert toned == set(_TCVN3) - set("ĂÂÊÔƠƯĐ")
    assert toned == {c for c in _VNI if c.islower()}


def test_there_are_sentences_enough() -> None:
    assert len(set(OLD)) >= 200
    assert len(set(PROPER)) >= 200
    assert all(unicodedata.is_normalized("NFC", s) for s in OLD + PROPER)


@pytest.mark.parametrize("sentence", OLD)
def test_sentences_come_back_from_tcvn3_and_vni(sentence: str) -> None:
    made = repair(in_tcvn3(sentence))
    assert made.found == TCVN3
    assert not made.uncertain
    assert made.text in (sentence, held_by_tcvn3(sentence)) or made.text.lower() == sentence.lower()
    made = repair(in_vni(sentence))
    assert (made.text, made.found, made.uncertain) == (sentence, VNI, False)


@pytest.mark.parametrize("sentence", OLD + PROPER)
def test_marks_apart_are_joined_without_a_word(sentence: str) -> None:
    made = repair(unicodedata.normalize("NFD", sentence))
    assert (made.text, made.found) == (sentence, "")


@pytest.mark.parametrize("sentence", OLD + PROPER)
def test_proper_sentences_are_left_alone(sentence: str) -> None:
    made = repair(sentence)
    assert (made.text, made.found, made.uncertain) == (sentence, "", False)


def misread(sentence: str, pasted: Callable[[int, int], bool], encode: Callable[[str], str]) -> list[str]:
    """Words that come back wrong from an old sentence of which some words, by index of all, were Unicode already.

    Left out: a pasted word without a letter of Unicode's own, which nobody can tell from an old one; and sentences of
    which less than three words are left to tell the encoding by.
    """
    words = sentence.split(" ")
    mixed = [w if pasted(i, len(words)) else encode(w) for i, w in enumerate(words)]
    if sum(m != w for w, m in zip(words, mixed, strict=True)) < 3:
        return []
    read = repair(" ".join(mixed)).text.split(" ")
    return [
        r
        for w, m, r in zip(words, mixed, read, strict=True)
        if r.lower() != w.lower() and (m != w or re.search("[\u0102-\u01b0\u1ea0-\u1ef9]", w))
    ]


@pytest.mark.parametrize("encode", [in_tcvn3, in_vni])
@pytest.mark.parametrize(
    ("pasted", "most"),
    [
        (lambda i, n: i == n // 2, 2),
        (lambda i, n: i < n // 3, 4),
        (lambda i, n: i >= n - n // 3, 4),
        (lambda i, _: i % 3 == 1, 6),
    ],
    ids=["one word", "beginning", "end", "each third word"],
)
def test_unicode_words_among_old_ones(
    encode: Callable[[str], str], pasted: Callable[[int, int], bool], most: int
) -> None:
    """Where both stand side by side a few words are Vietnamese in either: of 201 sentences at most so many have one."""
    assert sum(bool(misread(s, pasted, encode)) for s in OLD) <= most


@pytest.mark.parametrize("sentence", OLD)
def test_marks_apart_in_part_of_a_sentence(sentence: str) -> None:
    middle = len(sentence) // 2
    mixed = unicodedata.normalize("NFD", sentence[:middle]) + sentence[middle:]
    assert repair(mixed).text == sentence


@pytest.mark.parametrize(
    ("text", "font", "read"),
    [
        ("Bé Y tÕ", ".VnTime", "Bộ Y tế"),
        ("bé y tÕ", ".VnTimeH", "BỘ Y TẾ"),
        ("thanh tra", ".VnArialH", "THANH TRA"),
        ("Sè 5", ".VnArial", "Số 5"),
        ("Soá 5", "VNI-Times", "Số 5"),
        ("Bộ Y tế", ".VnTime", "Bộ Y tế"),  # Unicode left in an old font
        ("Cà Mau", ".VnTime", "Cà Mau"),
        ("Bé", "Times New Roman", "Bé"),
        ("Bé", "", "Bé"),
    ],
)
def test_the_font_says_what_letters_leave_open(text: str, font: str, read: str) -> None:
    assert repair(text, font).text == read


@pytest.mark.parametrize("text", ["Thaï", "Tèt", "häc", "hoïc"])
def test_a_single_word_in_doubt_is_told_and_not_changed(text: str) -> None:
    made = repair(text)
    assert made.text == text
    assert made.found
    assert made.uncertain


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("\u00d0ông Hà, \u00d0à Nẵng", "Đông Hà, Đà Nẵng"),
        ("H\u00d0ND, UBND", "HĐND, UBND"),
        ("Q\u0189-UBND", "QĐ-UBND"),
        ("\u00f0ã xong, \u00f0ạt", "đã xong, đạt"),
    ],
)
def test_letters_that_look_like_d_are_made_so(text: str, read: str) -> None:
    made = repair(text)
    assert (made.text, made.found, made.uncertain) == (read, LETTERS, False)


def test_an_icelandic_name_keeps_its_letter() -> None:
    assert repair("Gu\u00f0mundur").text == "Gu\u00f0mundur"


def test_a_soft_hyphen_that_was_dropped_is_no_loss_where_only_one_word_fits() -> None:
    assert repair("®îc hëng chÝnh s¸ch").text == "được hưởng chính sách"


@pytest.mark.parametrize("sentence", [s for s in OLD if re.search("[ạ-ỹ]", s)][:40])
def test_utf8_read_as_western_text_comes_back(sentence: str) -> None:
    mangled = "".join(_western(b) for b in sentence.encode())
    assert repair(mangled) == type(repair(""))(sentence, UTF8)


def _western(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


@pytest.mark.parametrize(
    ("word", "valid"),
    [
        ("nghiêng", True), ("quốc", True), ("giếng", True), ("gìn", True), ("khuỷu", True), ("hoà", True),
        ("hòa", True),
        ("HỘI", True), ("Hội", True), ("hỘi", False), ("các", True), ("càc", False), ("kà", False), ("nghà", False),
        ("thàn", True), ("toàn", True), ("vieät", False), ("cafe", False), ("", False),
    ],
)  # fmt: skip
def test_syllables(word: str, valid: bool) -> None:
    assert is_syllable(word) is valid


_LETTERS = [*_TCVN3.values(), *_VNI, *_TCVN3, *"abchgilmnotuyABCHNT  .-5", "\u0301", "\u0323", "\u00d0", "oä"]
_ALPHABET = st.sampled_from(_LETTERS)


@given(st.lists(_ALPHABET, max_size=30).map("".join))
def test_repair_is_stable(text: str) -> None:
    once = repair(text)
    again = repair(once.text)
    assert again.text == once.text
    assert unicodedata.is_normalized("NFC", once.text)


@given(st.text(max_size=60))
def test_any_text_goes_through(text: str) -> None:
    once = repair(text)
    assert repair(once.text).text == once.text


@given(st.lists(st.sampled_from(OLD + PROPER), min_size=1, max_size=3), st.sampled_from([in_tcvn3, in_vni, str]))
def test_what_was_repaired_stays(sentences: list[str], encode: Callable[[str], str]) -> None:
    once = repair(". ".join([encode(sentences[0]), *sentences[1:]]))
    assert repair(once.text).text == once.text


@given(st.sampled_from(OLD))
def test_decoding_undoes_encoding(sentence: str) -> None:
    assert decode(in_vni(sentence), VNI) == sentence
    assert decode(in_tcvn3(sentence), TCVN3) == held_by_tcvn3(sentence)


def test_tidy_after_repair_keeps_the_letters() -> None:
    """ư of TCVN3 is a soft hyphen, which tidy() drops: repair comes first."""
    assert tidy(repair("®­îc h­ëng").text) == "được hưởng"
