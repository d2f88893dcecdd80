"""Rules on what was written in words (D25, D26, D27, D28, D33, F05)."""

import re
from collections.abc import Iterator
from functools import cache

from dtxl.checks.rule import Case, rule
from dtxl.checks.thresholds import limit, words
from dtxl.core.text import same_words, tidy
from dtxl.model.finding import Finding
from dtxl.model.form import FormField
from dtxl.model.rollup import State
from dtxl.model.submission import Value
from dtxl.model.verdict import judge

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_DASH = re.compile(r"[-–—\s/]*")
_END = tuple(".!?…;:)]”\"'»")
_PHONE = re.compile(r"(?<!\d)\d{7,12}(?!\d)")
_INSIDE_PHONE = re.compile(r"(?<=[\d)])[\s.()-]+(?=[\d(])|(?<=\d)\)|\((?=\d)")
_MAIL = re.compile(r"[a-z0-9._%+'-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)


def placeholder(text: str) -> bool:
    """Whether `text` only keeps a place: "xxx", "test", "Nguyễn Văn A", a row of dots. A dash is not one: it is how
    people say that there is nothing."""
    bare = _EDGES.sub("", tidy(text))
    if bare:
        return same_words(bare) in _keys("placeholder")
    return not _DASH.fullmatch(text)  # nor is a blank


@cache
def _keys(name: str) -> frozenset[str]:
    return frozenset(map(same_words, words(name)))


def _written(case: Case) -> Iterator[tuple[FormField, Value]]:
    for field, value in case.fields("text"):
        if not value.blank:
            yield field, value


@rule("D25")
def too_long(case: Case) -> Iterator[Finding]:
    """A note is longer than the report's annex can print.

    Wrong: three pages pasted into a cell. Right: half a page.
    """
    for field, value in _written(case):
        if len(value.raw) > limit("text_most") and not _cut(value.raw):
            yield case.mark("D25", field.name, found=_start(value.raw))


@rule("D26")
def cut_off(case: Case) -> Iterator[Finding]:
    """A text is exactly as long as systems hold and does not end like a sentence.

    Wrong: 255 characters, the last of them in the middle of a word. Right: 255 characters with a full stop.
    """
    for field, value in _written(case):
        if _cut(value.raw):
            yield case.mark("D26", field.name, found=_start(value.raw))


def _cut(text: str) -> bool:
    return len(text) in words("cut_at") and not text.endswith(_END)


def _start(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:60].rstrip()}… ({len(text)} ký tự)"


@rule("D27")
def no_address(case: Case) -> Iterator[Finding]:
    """A telephone number or an e-mail address by which nobody can be reached.

    Wrong: "09123", "anstttt.gov.vn". Right: "0204.3856.789 (máy lẻ 12)", "an@tinh.gov.vn; b@tinh.gov.vn", blank or "-".
    """
    for field, value in _written(case):
        part = field.name.removeprefix("agency.")
        text = value.raw
        if part not in ("phone", "email") or placeholder(text) or not any(map(str.isalnum, text)):
            continue
        if same_words(text) in _keys("none"):
            continue
        if part == "phone" and not _PHONE.search(_INSIDE_PHONE.sub("", text)):
            yield case.mark("D27", field.name)
        if part == "email" and not _is_mail(text):
            yield case.mark("D27", field.name)


def _is_mail(text: str) -> bool:
    """Whether there is an address in it, and nothing with an @ that is none."""
    asked = [word.strip("<>()[]., ") for word in re.split(r"[\s;,]+", text) if "@" in word]
    return bool(asked) and all(_MAIL.fullmatch(word) for word in asked)


@rule("D28")
def keeps_a_place(case: Case) -> Iterator[Finding]:
    """Something that only keeps the place of what should be written there.

    Wrong: "xxx", "test", "…", "Nguyễn Văn A"; a dash where a name is required. Right: a name; a dash where nothing is
    required.
    """
    for field, value in _written(case):
        if placeholder(value.raw) or (field.required and not any(map(str.isalnum, value.raw))):
            yield case.mark("D28", field.name)


@rule("D33")
def copied_explanation(case: Case) -> Iterator[Finding]:
    """The explanations are all those of the last period, or a long one is another agency's to the letter.

    Wrong: three notes, the same three as in the last period. Right: two of them the same and one new; a stock phrase
    that many agencies use.
    """
    notes = [(field, value) for field, value in _written(case) if field.name.endswith(".note")]
    long = [(field, value) for field, value in notes if len(value.raw) >= limit("note_copied_letters")]
    last = case.past[0].values if case.past else {}
    same = [f for f, v in long if f.name in last and same_words(last[f.name].raw) == same_words(v.raw)]
    if len(same) == len(long) >= limit("note_copied"):
        for field in same:
            yield case.mark("D33", field.name, aside=f"như {case.past[0].name}")
        return
    for field, value in notes:
        if case.others is None or len(value.raw) < limit("note_copied_long"):
            continue
        other = case.others.same_note(case.form.agency.code, field.name, value.raw)
        if other is not None:
            yield case.mark("D33", field.name, aside=f"như {other}")


@rule("F05")
def hardly_a_word(case: Case) -> Iterator[Finding]:
    """The explanation of a missed target is a word or two.

    Wrong: "Khó". Right: "Hệ thống nâng cấp"; one word beside a target that was met.
    """
    for row in case.form.indicator_rows:
        note, result = f"{row.indicator.code}.note", case.result(row)
        if result is None or result < 0 or judge(result, row.target) is not State.MISSED or not case.said(note):
            continue
        value = case.value(note)
        assert value is not None
        if sum(map(str.isalnum, value.raw)) < limit("note_letters") and not placeholder(value.raw):
            yield case.mark("F05", note)
