"""Size, weight, slant, case and alignment of every part: one comparison for all of them, under each part's own rule."""

import re
from collections.abc import Iterator, Sequence

from dtxl.core.text import tidy
from dtxl.layout.profile import Look
from dtxl.layout.rule import Breach, Sheet, named, rule, span
from dtxl.model.paper import Paragraph, Run

ALIGNED = {"left": "sát trái", "right": "sát phải", "center": "canh giữa", "both": "canh đều hai lề"}
# Parts of Parts that have a look of their own, in the order of the document.
PARTS = (
    "nation", "motto", "superior", "issuer", "number", "date", "type_name", "subject", "letter_subject", "to",
    "to_items", "titles", "signer", "copies",
)  # fmt: skip
_OF_BODY = {
    "grounds": "grounds", "part": "part", "part_title": "part_title", "division": "division",
    "division_title": "division_title", "article": "article", "roman": "roman", "clause_title": "clause_title",
    "clause": "body", "point": "body", "text": "body",
}  # fmt: skip


def in_look(look: Look, run: Run) -> bool:
    """Whether a run is of a size that the part may have."""
    return look.size is None or look.size[0] <= run.size <= look.size[1]


def differences(look: Look, paragraph: Paragraph) -> Iterator[str]:
    """What is not as it must be, in words: "cỡ 12", "không đậm"."""
    runs = paragraph.seen
    if look.size is not None:
        wrong = sorted({run.size for run in runs if not run.superscript and not in_look(look, run)})
        if wrong:
            yield f"cỡ chữ {', '.join(map(named, wrong))} (cần {span(look.size)})"
    some = all if look.partly else any
    if look.bold is not None and runs and some(run.bold is not look.bold for run in runs):
        yield "chữ đậm" if not look.bold else "chữ không đậm"
    if look.italic is not None and runs and some(run.italic is not look.italic for run in runs):
        yield "chữ nghiêng" if not look.italic else "chữ không nghiêng"
    text = paragraph.text.strip()
    if look.case == "upper" and text != text.upper():
        yield "không phải chữ in hoa"
    if look.case == "mixed" and text == text.upper() and any(c.isalpha() for c in text):
        yield "chữ in hoa"
    if look.align and not _aligned(paragraph, look.align):
        yield ALIGNED.get(paragraph.align, paragraph.align)


def _aligned(paragraph: Paragraph, wanted: str) -> bool:
    return paragraph.align == wanted or (wanted == "left" and paragraph.align == "both")


def compare(sheet: Sheet, key: str, paragraphs: Sequence[Paragraph]) -> Iterator[Breach]:
    """A breach of the part's rule for each paragraph that looks otherwise."""
    look = sheet.profile.looks[key]
    for paragraph in paragraphs:
        found = "; ".join(differences(look, paragraph))
        if found:
            yield sheet.breach(look.rule, paragraph, found, name=look.name)


@rule("HD-01", "HD-03", "HD-06", "HD-07", "HD-09", "HD-11", "TL-01", "TL-02", "TL-04", "KG-01", "KG-02", "CK-01",
      "CK-04", "NN-01", "NN-02")  # fmt: skip
def parts_look(sheet: Sheet) -> Iterator[Breach]:
    """The parts around the body (Phụ lục I, Phần I, Mục V)."""
    for key, paragraph in _around(sheet):
        yield from compare(sheet, key, [paragraph])


def _around(sheet: Sheet) -> Iterator[tuple[str, Paragraph]]:
    for key in PARTS:
        for paragraph in getattr(sheet.parts, key):
            yield key, paragraph
    for paragraph in sheet.parts.copy_items:
        yield "drafter" if is_drafter(paragraph) else "copy_items", paragraph


_DRAFTER = re.compile(r"[^\W\d]{1,6}\.? ?\(\d+\)")


def is_drafter(paragraph: Paragraph) -> bool:
    """Whether a line below Nơi nhận is the drafter's mark: "PL.(300)"."""
    return _DRAFTER.fullmatch(tidy(paragraph.text)) is not None


@rule("BD-01", "BD-06", "BD-08", "BD-09", "BD-10", "BD-11")
def body_look(sheet: Sheet) -> Iterator[Breach]:
    """The parts of the body; its plain text is upright, and its bold words are the writer's affair."""
    for key, paragraph in _within(sheet):
        yield from compare(sheet, key, [paragraph])


def _within(sheet: Sheet) -> Iterator[tuple[str, Paragraph]]:
    for piece in sheet.pieces:
        if piece.kind in _OF_BODY:
            yield _OF_BODY[piece.kind], piece.paragraph


@rule("PL-03", "PL-04", "PL-05")
def annexes_look(sheet: Sheet) -> Iterator[Breach]:
    """The head of each annex."""
    for key, paragraph in _of_annexes(sheet):
        yield from compare(sheet, key, [paragraph])


def _of_annexes(sheet: Sheet) -> Iterator[tuple[str, Paragraph]]:
    for annex in sheet.parts.annexes:
        yield "annex_label", annex.label
        yield from (("annex_title", paragraph) for paragraph in annex.title)
        yield from (("annex_attached", paragraph) for paragraph in annex.attached)


def dressed(sheet: Sheet) -> Iterator[tuple[str, Paragraph]]:
    """Every paragraph that must look as the profile says, with the key of its look."""
    yield from _around(sheet)
    yield from _within(sheet)
    yield from _of_annexes(sheet)
