"""The body: alignment, indents, gaps, line spacing, numbering (NĐ 30, Phụ lục I, Phần I, Mục II.6)."""

import re
from collections import Counter
from collections.abc import Iterator

from dtxl.core.codes import Severity
from dtxl.core.text import fold, roman, tidy
from dtxl.layout.divisions import Piece
from dtxl.layout.rule import Breach, Sheet, named, rule
from dtxl.model.paper import Paragraph

_FREE = frozenset({"part", "part_title", "division", "division_title", "decides", "authority", "caption"})
_CITED = re.compile(
    r"\bsố\s+(\d+(?:/\d{4})?/(?:NĐ-CP|NQ-CP|QĐ-TTg|QH\d+|TT-[A-ZĐ]+|NQ-[A-ZĐ]+|QĐ-[A-ZĐ]+|KH-[A-ZĐ]+|CT-TTg))"
)


_QUOTED = re.compile("“[^”]*”")  # the words of another document
_SEVERAL = re.compile(r"(?i);\s*(?:căn cứ|theo đề nghị)\b")


def flowing(sheet: Sheet) -> Iterator[Paragraph]:
    """The paragraphs that must be laid as the body is."""
    return (piece.paragraph for piece in _texts(sheet))


def _texts(sheet: Sheet) -> Iterator[Piece]:
    """The pieces that are running text or headings within it."""
    return (piece for piece in sheet.pieces if piece.kind not in _FREE)


@rule("BD-01")
def one_size(sheet: Sheet) -> Iterator[Breach]:
    """The whole body in one size, a whole number of points."""
    low, high = sheet.profile.looks["body"].size or (13.0, 14.0)
    plain = [p.paragraph for p in _texts(sheet) if p.paragraph.seen and low <= p.paragraph.size <= high]
    sizes = Counter(p.size for p in plain)
    if not sizes:
        return
    usual = sizes.most_common(1)[0][0]
    odd = next((p for p in plain if p.size != usual), None)
    if odd is not None:
        yield sheet.breach("BD-01", odd, f"cỡ {named(odd.size)}, nơi khác cỡ {named(usual)}", name="Nội dung")
    elif usual not in sheet.profile.values["body"]["even_sizes"]:
        yield sheet.breach(
            "BD-01", plain[0], f"cỡ {named(usual)}", name="Nội dung", severity=Severity.WARNING
        )  # fmt: skip


@rule("BD-02")
def justified(sheet: Sheet) -> Iterator[Breach]:
    """Both edges straight."""
    for piece in _texts(sheet):
        paragraph = piece.paragraph
        if paragraph.align != "both" and not paragraph.picture:
            found = {"left": "canh trái", "center": "canh giữa", "right": "canh phải"}.get(paragraph.align, "canh khác")
            yield sheet.breach("BD-02", paragraph, found, name="Nội dung")


@rule("BD-03", "BD-10")
def indent(sheet: Sheet) -> Iterator[Breach]:
    """The first line of each paragraph stands in by 1 or 1.27 cm, the same throughout."""
    body = sheet.profile.values["body"]
    good: dict[int, Paragraph] = {}
    for piece in _texts(sheet):
        paragraph = piece.paragraph
        if paragraph.align == "center":
            continue  # said already
        stands = paragraph.first + paragraph.left
        wanted = [w for w in body["first_line_twips"] if abs(stands - w) <= body["first_line_tolerance"]]
        if not wanted or paragraph.left > body["first_line_tolerance"] + max(0, -paragraph.first) + (wanted or [0])[0]:
            code = "BD-10" if piece.kind == "article" else "BD-03"
            what = f"lùi {stands / 567:.2f} cm".replace(".", ",")
            if paragraph.text.startswith(("\t", "    ", "\u00a0\u00a0")):
                what = "lùi bằng phím Tab hoặc dấu cách"
            yield sheet.breach(code, paragraph, what, name="Nội dung")
        else:
            good.setdefault(wanted[0], paragraph)
    if len(good) > 1:
        later = max(good.values(), key=lambda p: p.place.number)
        yield sheet.breach(
            "BD-03", later, "lùi đầu dòng không đều trong bài", name="Nội dung", severity=Severity.WARNING
        )  # fmt: skip


@rule("BD-04")
def gaps(sheet: Sheet) -> Iterator[Breach]:
    """At least 6 pt between two paragraphs that follow each other."""
    body = sheet.profile.values["body"]
    least = body["gap_pt"] - body["gap_tolerance_pt"]
    order = {p.place.number: n for n, p in enumerate(sheet.parts.paper.paragraphs)}
    everything = sheet.parts.paper.paragraphs
    for first, second in zip(sheet.pieces, sheet.pieces[1:], strict=False):
        above, below = first.paragraph, second.paragraph
        if above.place.number == below.place.number or above.place.section != below.place.section:
            continue
        if "caption" in (first.kind, second.kind):
            continue
        between = everything[order[above.place.number] + 1 : order[below.place.number]]
        if any(not p.blank for p in between):
            continue  # a table stands between them
        if between:
            yield sheet.breach(
                "BD-04", below, "dùng đoạn trống để giãn cách", name="Nội dung", severity=Severity.WARNING
            )  # fmt: skip
            continue
        close = above.contextual and below.contextual and above.style == below.style
        gap = 0.0 if close else max(above.after, below.before)
        if gap < least:
            yield sheet.breach("BD-04", below, f"cách đoạn trên {named(gap)} pt", name="Nội dung")


@rule("BD-05")
def line_spacing(sheet: Sheet) -> Iterator[Breach]:
    """From single to one and a half lines."""
    body = sheet.profile.values["body"]
    low, high = body["line_spacing"]
    room = body["line_tolerance"]
    for piece in sheet.pieces:
        if piece.kind == "caption":
            continue
        paragraph = piece.paragraph
        lines = lines_apart(sheet, paragraph)
        if not low * (1 - room) <= lines <= high * (1 + room):
            found = f"{lines:.2f} dòng".replace(".", ",")
            yield sheet.breach("BD-05", paragraph, found, name="Nội dung")


def lines_apart(sheet: Sheet, paragraph: Paragraph) -> float:
    """The line spacing in lines of the paragraph's size."""
    body = sheet.profile.values["body"]
    if paragraph.rule == "auto":
        return paragraph.spacing / 240
    lines = paragraph.spacing / 20 / (body["single_line"] * (paragraph.size or 14.0))
    return max(lines, float(body["line_spacing"][0])) if paragraph.rule == "atLeast" else lines


@rule("BD-06")
def grounds(sheet: Sheet) -> Iterator[Breach]:
    """Căn cứ end with a semicolon, the last one with a full stop."""
    lines = [piece.paragraph for piece in sheet.pieces if piece.kind == "grounds"]
    for paragraph in lines:
        if _SEVERAL.search(tidy(paragraph.text)):
            yield sheet.breach("BD-06", paragraph, "nhiều căn cứ trên một dòng", name="Căn cứ")
    for paragraph in lines[:-1]:
        if not tidy(paragraph.text).endswith(";"):
            yield sheet.breach("BD-06", paragraph, "không kết thúc bằng dấu chấm phẩy", name="Căn cứ")
    if lines and not tidy(lines[-1].text).endswith((".", ",")):
        yield sheet.breach("BD-06", lines[-1], "căn cứ cuối không kết thúc bằng dấu chấm", name="Căn cứ")
    elif lines and tidy(lines[-1].text).endswith(","):
        yield sheet.breach("BD-06", lines[-1], "căn cứ cuối kết thúc bằng dấu phẩy", name="Căn cứ")


@rule("BD-07")
def citations(sheet: Sheet) -> Iterator[Breach]:
    """The first citation of a document names its day and issuer."""
    seen: set[str] = set()
    for piece in sheet.pieces:
        text = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), tidy(piece.paragraph.text))
        for match in _CITED.finditer(text):
            if match[1] in seen:
                continue
            seen.add(match[1])
            behind = text[match.end() : match.end() + 80]
            day = r"(?:\d{1,2}(?:/\d{1,2}/| tháng )" + (r"|tháng năm\b)" if sheet.draft else ")")
            if not re.match(rf"\s*(?:,\s*)?ngày {day}", behind) or " của " not in behind:
                what = f"viện dẫn {match[1]} lần đầu chưa đủ ngày và cơ quan ban hành"
                yield sheet.breach("BD-07", piece.paragraph, what)


@rule("BD-08", "BD-09")
def headings_have_titles(sheet: Sheet) -> Iterator[Breach]:
    """Phần, chương, mục: a title on the next line."""
    pieces = sheet.pieces
    for number, piece in enumerate(pieces):
        if piece.kind in ("part", "division"):
            following = pieces[number + 1].kind if number + 1 < len(pieces) else ""
            if following != f"{piece.kind}_title":
                code = "BD-08" if piece.kind == "part" else "BD-09"
                yield sheet.breach(code, piece.paragraph, "không có tiêu đề ở dòng dưới")
            if not re.search(r" (?:[IVXLC]+)$" if piece.kind == "part" else r" \d+$", tidy(piece.paragraph.text)):
                code, kind = ("BD-08", "La Mã") if piece.kind == "part" else ("BD-09", "Ả Rập")
                yield sheet.breach(code, piece.paragraph, f"số thứ tự không phải chữ số {kind}, không kèm dấu")


@rule("BD-10")
def articles(sheet: Sheet) -> Iterator[Breach]:
    """ "Điều 1." is bold, with its title, in the size of the body."""
    for piece in sheet.pieces:
        if piece.kind == "article" and piece.paragraph.seen and not piece.paragraph.seen[0].bold:
            yield sheet.breach("BD-10", piece.paragraph, "“Điều” và tiêu đề không đậm", name="Điều")
        text = f"{piece.paragraph.label} {tidy(piece.paragraph.text)}".strip()
        if piece.kind == "article" and not re.match(r"Điều \d+\.(?: |$)", text):
            yield sheet.breach("BD-10", piece.paragraph, "không có dạng “Điều 1. …”", name="Điều")


# Each series of numbers and those that begin anew with it. Điều count through the whole document; chương may count on
# through the phần.
_SERIES: dict[str, tuple[str, ...]] = {
    "phần": ("roman", "clause", "point"), "chương": ("mục", "tiểu mục", "clause", "point"),
    "mục": ("tiểu mục", "clause", "point"), "tiểu mục": ("clause", "point"), "roman": ("clause", "point"),
    "article": ("clause", "point"), "clause": ("point",), "point": (),
}  # fmt: skip


def _series(piece: Piece) -> str:
    if piece.kind in ("part", "division"):
        text = tidy(piece.paragraph.text).lower()
        return next(name for name in ("phần", "chương", "tiểu mục", "mục") if fold(text).startswith(fold(name)))
    return "clause" if piece.kind == "clause_title" else piece.kind


@rule("BD-11")
def numbering(sheet: Sheet) -> Iterator[Breach]:
    """Numbers follow one another: I, II, III; 1, 2, 3; a, b, c, d, đ, e, g."""
    letters: str = sheet.profile.values["body"]["letters"]
    last: dict[str, int] = {}
    for piece in sheet.pieces:
        if not piece.number or (value := _count(piece, letters)) is None:
            continue
        series = _series(piece)
        for deeper in _SERIES[series]:
            last.pop(deeper, None)
        expected = last.get(series, 0) + 1
        # A list may begin anew within running text; a gap or a letter outside the alphabet may not.
        if value == 0 or value not in (expected, 1):
            shown = _numeral(piece.kind, expected, letters)
            yield sheet.breach("BD-11", piece.paragraph, f"đánh số {piece.number}, cần {shown}", name="Đánh số")
        last[series] = value or expected


def _count(piece: Piece, letters: str) -> int | None:
    """A number's place in its row, 1 for the first; 0 for none of that row; None where another rule speaks of it."""
    if piece.kind in ("part", "roman"):
        found = next((n for n in range(1, 40) if roman(n) == piece.number), 0)
        return found or (None if piece.kind == "part" else 0)
    if piece.kind == "point":
        return letters.find(piece.number.lower()) + 1
    return int(piece.number) if piece.number.isdigit() else None


def _numeral(kind: str, value: int, letters: str) -> str:
    if kind in ("part", "roman"):
        return roman(min(value, 39))
    return letters[min(value, len(letters)) - 1] if kind == "point" else str(value)


@rule("BD-12")
def closing_mark(sheet: Sheet) -> Iterator[Breach]:
    """The text ends with "./."."""
    if not sheet.pieces or not sheet.parts.copies:
        return
    last = sheet.pieces[-1].paragraph
    if not tidy(last.text).endswith("./."):
        yield sheet.breach("BD-12", last, "không có “./.”")
