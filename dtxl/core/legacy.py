"""Vietnamese in the old encodings TCVN3 (ABC) and VNI, told from Unicode by its syllables and turned into it.

A text is judged word by word. Each word is read three ways: as it stands, as TCVN3, as VNI; a reading counts where it
is a Vietnamese syllable (onset, rhyme and tone that fit, upper and lower case in order). A word that is none as it
stands and one in an old encoding says which encoding the text is in; words that are one either way follow their
neighbours. Where the words leave a doubt, the text stays as it is and the doubt is told. Letters that only Unicode has
are never touched, so proper text comes out as it went in (in NFC).
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from typing import Any

TCVN3, VNI, UTF8, LETTERS = "TCVN3 (ABC)", "VNI", "UTF-8", "ký tự lạ"

_HIGH = re.compile("[\u00a1-\u00ff\u0189]")
# Letters that stand in no old encoding: a word that holds one is Unicode.
_PROPER = re.compile("[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_CODES = "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾×÷"  # of TCVN3, no letters anywhere else
_WORD = re.compile(f"(?:[^\\W\\d_²³\u2070-\u2089]|[{_CODES}\u0300-\u036f])+")
_SIGN = re.compile(f"[A-Za-z][{_CODES}]|[{_CODES}][A-Za-z]")
_VNI_SIGN = re.compile("[ñäåøûõæ]|[aeo][âáàã]|a[êéè]|[aeuyôö]ù", re.IGNORECASE)
_MICRO = re.compile(r"\d\s?$")
_ABBREVIATION = re.compile("[A-ZÂÊÔĂĐƠƯ]{2,7}")
_VNI_CAPITALS = re.compile("[AEO][ÂÊ]")  # in no abbreviation
_LONE = frozenset("đĐàáôÔ")  # words of a single sign of TCVN3 or VNI: "đ)", "à"
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_STOPPED = ("\u0301", "\u0323")  # the tones of a syllable that ends in c, ch, p or t
_LOOKALIKE = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ"})
_MANGLED = re.compile("[\u00c3\u00c4\u00c6\u00e1][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2018-\u203a\u20ac\u2122]")
_LOST = re.compile("ơ|ờ|ớ|ở|ỡ|ợ")  # behind a ư that was taken for a soft hyphen and dropped
_FEW = 5  # as many words that could be either are more than chance in a text without one letter of Unicode's own


@dataclass(frozen=True, slots=True)
class Repair:
    """What was made of a text. `text` is in NFC; `found` names the encoding that it was in or seems to be in ("" for
    proper Unicode); `uncertain`: something in it may still be wrong, and what is in doubt was left as it was."""

    text: str
    found: str = ""
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with a letter above ASCII: whether it reads as Unicode, and how in the old encodings ("": not)."""

    plain: bool
    proper: bool  # holds a letter that only Unicode has
    old: Mapping[str, str]
    same: frozenset[str]  # encodings that write it as Unicode does
    sure: frozenset[str]  # encodings that leave no doubt even where the word stands alone
    gain: Mapping[str, int]  # how much more common (-3 to 3) what it reads as in an old encoding is than itself
    lone: bool  # nothing but signs ("§", "·"), which say nothing of the text

    def strong(self, encoding: str) -> bool:
        return not self.plain and not self.proper and bool(self.old[encoding])


def repair(text: str, font: str = "") -> Repair:
    """`text` in Unicode (NFC), whatever it was written in; `font`: the name of the font it stands in, where known.

    Applying it to its own result changes nothing.
    """
    hint = _encoding_of(font)
    capitals = hint == TCVN3 and font.strip().endswith("H")
    if text.isascii():
        return Repair(text.upper() if capitals else text)
    result = Repair(text)
    for _ in range(len(text)):  # each round leaves fewer words that are no Vietnamese: two or three rounds at most
        once = _repaired(result.text, hint)
        result = Repair(once.text, result.found or once.found, once.uncertain)
        hint = ""
        if not once.found or once.uncertain:
            break
    if capitals and (result.found == TCVN3 or not _PROPER.search(result.text)):
        result = Repair(result.text.upper(), result.found, result.uncertain)
    return result


def decode(text: str, encoding: str) -> str:
    """`text` read as TCVN3 or VNI throughout, without a question; letters that are no code stay."""
    if encoding == TCVN3:
        return unicodedata.normalize("NFC", text).translate(_tcvn3())
    return _vni(unicodedata.normalize("NFC", text))


def is_syllable(word: str) -> bool:
    """Whether `word` (NFC) can be a Vietnamese syllable: onset, rhyme and tone fit, and it is written in one case, its
    first letter aside. Tones in the old and in the new place are both right."""
    if not _one_case(word):
        return False
    low = word.lower()
    before, after = _data()["syllable"]["before"], _data()["syllable"]["after"]
    for onset in _data()["syllable"]["onsets"]:
        rhyme = _rhymes().get(low[len(onset) :]) if low.startswith(onset) else None
        if rhyme and rhyme[0] in before.get(onset, rhyme[0]) and onset in after.get(rhyme, [onset]):
            return True
    return False


def _one_case(word: str) -> bool:
    return word.islower() or word.isupper() or (word[:1].isupper() and (len(word) == 1 or word[1:].islower()))


def _repaired(text: str, hint: str) -> Repair:
    if mangled := _unmangled(text):
        return mangled
    joined = not unicodedata.is_normalized("NFC", text)
    composed = unicodedata.normalize("NFC", text)
    if not _HIGH.search(composed):
        return Repair(composed)
    source = text if joined else composed
    places = [m.span() for m in _WORD.finditer(source) if not m[0].isascii()]
    places = [(a, b) for a, b in places if not _is_unit(source, a, b)]
    words = [_word(unicodedata.normalize("NFC", source[a:b])) for a, b in places]
    if joined:
        words = list(_joined(source, places, words))
    encoding, sure = _choose(words, hint, lambda: _whole(source, places))
    chosen = _chosen(words, encoding, bool(hint)) if encoding and sure else [False] * len(words)
    out, end, changed, odd = [], 0, False, bool(encoding) and not sure
    for (start, stop), word, old in zip(places, words, chosen, strict=True):
        piece = source[start:stop]
        fixed = word.old[encoding] if old else _true_d(unicodedata.normalize("NFC", piece), word)
        changed = changed or (not old and fixed != unicodedata.normalize("NFC", piece))
        odd = odd or (any(chosen) and not old and not word.plain and not word.proper)
        out += [source[end:start], fixed]
        end = stop
    made = "".join([*out, source[end:]])
    if encoding == TCVN3 and any(chosen):
        made = _capitals(made)
    return Repair(unicodedata.normalize("NFC", made), encoding or (LETTERS if changed else ""), odd)


def _encoding_of(font: str) -> str:
    name = font.strip().casefold()
    return TCVN3 if name.startswith(".vn") else VNI if re.match(r"vni[- ]", name) else ""


def _is_unit(text: str, start: int, end: int) -> bool:
    """ "10 µm": a unit of measure."""
    return text[start] == "µ" and end - start <= 3 and bool(_MICRO.search(text[:start]))


def _joined(text: str, places: Sequence[tuple[int, int]], words: Sequence[_Word]) -> Iterator[_Word]:
    """Words that were written with marks apart are Unicode, unless old text itself was taken apart."""
    apart = [not unicodedata.is_normalized("NFC", text[a:b]) for a, b in places]
    old = any(split and (w.strong(TCVN3) or w.strong(VNI)) for split, w in zip(apart, words, strict=True))
    for split, word in zip(apart, words, strict=True):
        yield replace(word, proper=True) if split and word.plain and not old else word


def _choose(words: Sequence[_Word], hint: str, whole: Callable[[], bool]) -> tuple[str, bool]:
    """The old encoding that the words are in ("" for none), and whether that is sure enough to turn them.

    `whole`: whether all other words of the text can be Vietnamese.
    """
    free = [w for w in words if not w.proper and not w.lone]
    proper = {e: sum(w.proper or (w.plain and not w.old[e] and e not in w.same) for w in words) for e in (TCVN3, VNI)}
    if hint and not proper[hint] and free:
        read = sum(bool(w.old[hint]) or hint in w.same for w in free)
        if read:
            return hint, read * 4 >= len(free) * 3
    fits = {e: sum(bool(w.old[e]) or e in w.same for w in free) for e in (TCVN3, VNI)}
    strong = {e: [w for w in free if w.strong(e)] for e in (TCVN3, VNI)}
    certain = {e: sum(e in w.sure for w in strong[e]) for e in (TCVN3, VNI)}
    best, other = sorted((TCVN3, VNI), key=lambda e: (len(strong[e]), fits[e], certain[e]), reverse=True)
    if not strong[best]:
        best = max(fits, key=lambda e: sum(bool(w.old[e]) for w in free))
        many = sum(bool(w.old[best]) for w in free) >= max(_FEW, len(words))
        return (best if many else "", False)  # proper Vietnamese has letters of its own in so many words
    if len(strong[best]) == len(strong[other]) and fits[best] == fits[other]:
        return best, certain[best] > certain[other]
    lost = sum(not w.plain and not w.old[best] for w in free)
    different = len({w.old[best].lower() for w in strong[best]})
    enough = certain[best] or different > 2 or (not proper[best] and (different > 1 or (not lost and whole())))
    return best, bool(enough) and lost * 2 <= len(strong[best]) + (not proper[best] and fits[best] > 3)


def _whole(text: str, places: Sequence[tuple[int, int]]) -> bool:
    """Whether `text` is of several words, and those that are not at `places` can be Vietnamese too."""
    taken = {start for start, _ in places}
    others = [m[0] for m in _WORD.finditer(text) if m.start() not in taken]
    return len(others) + len(places) > 1 and all(is_syllable(w) or _ABBREVIATION.fullmatch(w) for w in others)


def _chosen(words: Sequence[_Word], encoding: str, hinted: bool) -> list[bool]:
    """Which words are turned: those that are no Vietnamese as they stand, and of those that are Vietnamese either way
    the ones that stand among such (the nearer a word the more it says) or are the more common for it."""
    decided: list[bool | None] = []
    for word in words:
        if word.proper or not word.old[encoding]:
            # What reads in neither way (a foreign name) or in both alike says nothing of its neighbours.
            decided.append(False if word.proper or (word.plain and encoding not in word.same) else None)
        else:
            decided.append(True if word.strong(encoding) or hinted else None)
    known = [(i, 1 if d else -1) for i, d in enumerate(decided) if d is not None]
    trust = 4 if all(side > 0 for _, side in known) else 2  # 4: nothing else in the text is Unicode
    out = []
    for i, (word, answer) in enumerate(zip(words, decided, strict=True)):
        if answer is None:
            weights = [(side, 1 / (2 + abs(at - i))) for at, side in known]
            near = sum(side * weight for side, weight in weights) / (sum(weight for _, weight in weights) or 1)
            answer = bool(word.old[encoding]) and trust * near + word.gain[encoding] > 0
        out.append(answer)
    return out


@lru_cache(maxsize=20_000)
def _word(word: str) -> _Word:
    true = word.translate(_LOOKALIKE)
    lone = len(word) == 1 and word in _CODES + "ñÑ"
    short = bool(_ABBREVIATION.fullmatch(true)) and not _VNI_CAPITALS.search(word)
    plain = lone or is_syllable(true) or short
    proper = bool(_PROPER.search(word))
    old, same, sure = {TCVN3: "", VNI: ""}, set(), set()
    if not proper:
        made = {TCVN3: word.translate(_tcvn3()), VNI: _vni(word)}
        same = {e for e in made if made[e] == word}
        plain = plain or (TCVN3 in same and is_syllable(word.upper()))  # "QUý"
        for encoding, letters in made.items():
            read = _reads(letters, word, lost=encoding == TCVN3)
            old[encoding] = read if not lone or read in _LONE else ""
        if old[TCVN3] and (_SIGN.search(word) or not _one_case(word)):
            sure.add(TCVN3)
        if old[VNI] and (len(_HIGH.findall(word)) > 1 or _VNI_SIGN.search(word)):
            sure.add(VNI)
    gain = {e: _rank(old[e]) - _rank(word) for e in old}
    return _Word(plain, proper, old, frozenset(same), frozenset(sure), gain, lone)


def _rank(word: str) -> int:
    return _ranks().get(word.lower(), 0)


@cache
def _ranks() -> Mapping[str, int]:
    lists = _data()["syllable"]["common"]
    return {word: len(lists) - i for i, words in enumerate(lists) for word in words.split()}


def _reads(made: str, word: str, *, lost: bool = False) -> str:
    """`made` where it is a Vietnamese word or an abbreviation other than `word`, its case put right; "" where not."""
    if made == word or any(c in _CODES for c in made):
        return ""
    plain = [c for c in word if c.isascii()]
    if plain and all(c.isupper() for c in plain) and (len(plain) > 1 or not _one_case(made)):
        made = made.upper()
    if made in _LONE or is_syllable(made) or (_ABBREVIATION.fullmatch(made) and "Đ" in made):
        return made
    if lost and is_syllable(whole := _LOST.sub(lambda m: "ư" + m[0], made, count=1)):
        return whole
    return ""


def _true_d(word: str, facts: _Word) -> str:
    """A letter that looks like Đ (of Icelandic or of Ewe) made Đ in a word that is Vietnamese with it."""
    return word.translate(_LOOKALIKE) if facts.plain or facts.proper else word


def _capitals(text: str) -> str:
    """ "CỘNG HÒA Xã HỘI": what TCVN3 cannot write in capitals made so beside words in capitals."""

    def doubtful(word: str) -> bool:
        return len(word) == 2 and not word.isascii() and word[0].isupper() and word[1].islower()

    told = [
        (m.start(), m[0].isupper())
        for m in _WORD.finditer(text)
        if (len(m[0]) > 2 or not m[0].isascii()) and not doubtful(m[0]) and is_syllable(m[0])
    ]

    def fit(match: re.Match[str]) -> str:
        word = match[0]
        if not doubtful(word):
            return word
        near = [up for at, up in told if at < match.start()][-1:] + [up for at, up in told if at > match.start()][:1]
        return word.upper() if near and all(near) else word

    return _WORD.sub(fit, text)


def _unmangled(text: str) -> Repair | None:
    """UTF-8 that was read as Western text ("Äá»“ng"); None where the text is no such thing."""
    if not _MANGLED.search(text):
        return None
    try:
        made = b"".join(_western(c) for c in text).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return None
    return Repair(unicodedata.normalize("NFC", made), UTF8) if _PROPER.search(made) else None


def _western(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")  # the five bytes that Windows leaves undefined


def _vni(text: str) -> str:
    """VNI to Unicode, longest match first."""
    pattern, pairs = _vni_table()
    return pattern.sub(lambda m: pairs[m[0]], text)


@cache
def _vni_table() -> tuple[re.Pattern[str], Mapping[str, str]]:
    table = _data()["vni"]
    pairs: dict[str, str] = dict(table["single"])
    for bases, marks in table["marks"].items():
        for base in bases:
            for mark, combining in marks.items():
                letter = pairs.get(base, base)
                pairs[base + mark] = unicodedata.normalize("NFC", letter + combining)
    for code, letter in list(pairs.items()):
        # People write "Aù" as well as "AÙ" for Á; the case of the base letter counts.
        pairs |= {code[0] + code[1:].upper(): letter, code[0].upper() + code[1:]: letter.upper()}
        pairs[code.upper()] = letter.upper()
    return re.compile("|".join(sorted(pairs, key=len, reverse=True))), pairs


@cache
def _tcvn3() -> dict[int, str]:
    table = _data()["tcvn3"]
    return {ord(code): letter for code, letter in zip(table["codes"], table["letters"], strict=True)}


@cache
def _rhymes() -> Mapping[str, str]:
    """Each rhyme with each tone in each place that it may stand in → it without the tone."""
    made = {}
    for rhyme in _data()["syllable"]["rhymes"].split():
        for tone in _STOPPED if re.search("(?:c|ch|k|p|t)$", rhyme) else _TONES:
            for place in _places(rhyme):
                made[unicodedata.normalize("NFC", rhyme[: place + 1] + tone + rhyme[place + 1 :])] = rhyme
    return made


def _places(rhyme: str) -> list[int]:
    """Indexes of the letters of `rhyme` that may carry its tone."""
    vowels = [i for i, c in enumerate(rhyme) if c not in "bcghkmnpt"]
    if rhyme.startswith("ươ"):
        return [1]
    modified = [i for i in vowels if rhyme[i] in "ăâêôơư"]
    if modified:
        return modified[:1]
    if re.match("oa|oe|uy", rhyme):
        return [0, 1] if not re.match("oa[iyo]|oeo|uy[ua]", rhyme) else [1]
    return vowels[1:2] if rhyme.startswith("oo") else vowels[:1]


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files("dtxl.core").joinpath("legacy.toml").read_text(encoding="utf-8"))
