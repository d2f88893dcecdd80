"""Marks of figures: they do not show, survive editing, and tell what was changed, what is gone and what was typed."""

import io
import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import docx
import dtxl.templates
import pytest
from docx.oxml.ns import qn

from dtxl.core.errors import SourceError
from dtxl.documents import Behind, Part, draw_report, hold, report_figures, report_passages, trace_annex, using
from dtxl.documents.phrases import capital, join, listed, number, packaged, say, shortened
from dtxl.documents.typed import figures_in, numbers, worth
from dtxl.files import docx_marks
from dtxl.files.docx_fill import fill
from dtxl.files.docx_marked import MarkedTable, MarkedText, has_marks, read_marked
from dtxl.files.docx_marks import Marked, source_of
from dtxl.files.docx_paper import read_paper
from dtxl.layout import check_layout
from tests.test_documents_sample import make_rollup

TEMPLATE = Path(dtxl.templates.__file__).with_name("bao-cao.docx")
TODAY = date(2024, 3, 21)


@cache
def content() -> bytes:
    return draw_report(make_rollup(), TEMPLATE, TODAY)


def texts(path: Path) -> list[MarkedText]:
    out: list[MarkedText] = []
    for block in read_marked(path):
        out += [block] if isinstance(block, MarkedText) else [cell for row in block.rows for cell in row]
    return out


class Report:
    """The report as staff edit it, in the file as Word leaves it."""

    def __init__(self, folder: Path) -> None:
        self.path, self.ours = folder / "sua.docx", folder / "goc.docx"
        self.ours.write_bytes(content())
        self.document = docx.Document(io.BytesIO(content()))
        self.body = self.document.element.body

    def paragraph(self, start: str) -> Any:
        (found,) = [p for p in self.body.iterchildren(qn("w:p")) if _text(p).startswith(start)]
        return found

    def row(self, start: str, table: int = 0) -> Any:
        (found,) = [r for r in self.tables()[table].iter(qn("w:tr")) if _text(r).startswith(start)]
        return found

    def tables(self) -> list[Any]:
        """The annexes' tables."""
        return [
            t
            for t in self.body.iterchildren(qn("w:tbl"))
            if t.find(f"{qn('w:tblPr')}/{qn('w:tblBorders')}") is not None
        ]

    def told(self) -> list[tuple[str, str, str]]:
        """(kind, found, expected) of each remark."""
        self.document.save(str(self.path))
        findings = self.verified(self.path).findings
        assert all(f.code == "G08" for f in findings)
        return [(dict(f.args)["kind"], f.found, dict(f.args)["expected"]) for f in findings]

    def verified(self, path: Path):  # type: ignore[no-untyped-def]
        return hold(report_passages(make_rollup()), read_marked(self.ours), read_marked(path))


def _text(element: Any) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def figure(holder: Any, text: str) -> Any:
    """The run that holds a figure."""
    (found,) = [r for r in holder.iter(qn("w:r")) if _text(r) == text and r.getprevious().tag == qn("w:bookmarkStart")]
    return found


def type_into(run: Any, text: str) -> None:
    run.find(qn("w:t")).text = text


def type_over(run: Any, text: str) -> None:
    """Select a whole figure and type: the bookmark goes with what it stood around."""
    for mark in (run.getprevious(), run.getnext()):
        mark.getparent().remove(mark)
    type_into(run, text)


def write_anew(paragraph: Any, text: str) -> None:
    """Delete all of a paragraph and type another."""
    run = deepcopy(next(paragraph.iter(qn("w:r"))))
    for child in list(paragraph):
        if child.tag != qn("w:pPr"):
            paragraph.remove(child)
    paragraph.append(run)
    type_into(run, text)


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return Report(tmp_path)


# What a mark is


def test_every_figure_of_the_report_has_its_mark(report: Report) -> None:
    marked = [text.text[m.start : m.end] for text in texts(report.ours) for m in text.marks]
    shown = [f.text for f in report_figures(make_rollup()) if f.text]
    assert len(marked) > 800
    assert marked == shown


def test_a_mark_names_its_source_within_words_rules_for_bookmarks(report: Report) -> None:
    names = [m.name for text in texts(report.ours) for m in text.marks]
    assert len(set(map(str.lower, names))) == len(names)
    assert all(re.fullmatch(r"_[A-Za-z0-9_]{1,39}", name) for name in names)
    by_source: dict[str | None, set[Fraction]] = {}
    for text in texts(report.ours):
        for m in text.marks:
            (shown,) = numbers(text.text[m.start : m.end])
            by_source.setdefault(source_of(m.name), set()).add(shown.worth)
    assert max(map(len, by_source.values())) == 1  # one source, one figure
    assert set(by_source) == {docx_marks.named(f.name) for f in report_figures(make_rollup())}


def test_a_mark_neither_shows_nor_changes_the_text(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_marks, "_MOST", 0)
    bare = docx.Document(io.BytesIO(draw_report(make_rollup(), TEMPLATE, TODAY))).element.body
    monkeypatch.undo()
    assert next(bare.iter(qn("w:bookmarkStart")), None) is None
    assert [_text(p) for p in report.body.iter(qn("w:p"))] == [_text(p) for p in bare.iter(qn("w:p"))]
    xml = zipfile.ZipFile(report.ours).read("word/document.xml").decode("utf-8")
    assert not re.search("[\ue000-\uf8ff\U000f0000-\U0010ffff]", xml)
    assert draw_report(make_rollup(), TEMPLATE, TODAY) == content()  # equal bytes for equal input
    assert check_layout(read_paper(report.ours), draft=True).breaches == ()


def test_a_table_of_many_rows_has_a_mark_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_marks, "MOST_IN_TABLES", 20)
    path = tmp_path / "a.docx"
    path.write_bytes(draw_report(make_rollup(), TEMPLATE, TODAY))
    tables = [b for b in read_marked(path) if isinstance(b, MarkedTable)]
    marks = [sum(len(cell.marks) for cell in row) for table in tables for row in table.rows]
    assert max(marks) == 1
    assert sum(marks) > 60
    assert any(text.marks for text in read_marked(path) if isinstance(text, MarkedText))


def test_sentences_know_where_their_figures_stand() -> None:
    one, two = number("a", 1), number("b", 1)
    said = capital(listed([join(["mục I.1:", one]), say("weak.others", n=two), join([one, two], "/")]))
    assert [said.text[s : s + len(f.text)] for s, f in zip(said.starts, said.figures, strict=True)] == ["1"] * 4
    assert said.starts[0] == len("mục I.1: ")
    many = shortened([f"Xã {n}" for n in range(30)], 5, "weak.others", figure="x")
    assert many.text[many.starts[0] :].startswith("25 ")


def test_text_of_a_figures_marks_is_not_taken_from_data(tmp_path: Path) -> None:
    template = docx.Document()
    template.add_paragraph("{{ a }} và {{ b }}")
    template.save(str(tmp_path / "mau.docx"))
    made = {"a": Marked("có 12 xã", ((3, 5, "x.y"),)), "b": "\U000f0000gõ 9\U0010fffd"}
    for name in ("1", "2"):
        filled = fill(tmp_path / "mau.docx", made, title="", author="", created=TODAY)
        (tmp_path / f"{name}.docx").write_bytes(filled)
    (text,) = texts(tmp_path / "1.docx")
    assert text.text == "có 12 xã và gõ 9"
    assert [(text.text[m.start : m.end], source_of(m.name)) for m in text.marks] == [("12", docx_marks.named("x.y"))]
    assert (tmp_path / "1.docx").read_bytes() == (tmp_path / "2.docx").read_bytes()


# Held to the end


def test_a_report_as_it_was_made_is_clean(report: Report) -> None:
    assert report.told() == []
    verified = report.verified(report.path)
    assert verified.paragraphs > 60
    assert verified.cells > 300


def test_a_report_saved_by_libreoffice_is_clean(report: Report, soffice: Callable[[Path, str], Path]) -> None:
    saved = soffice(report.ours, "docx")
    assert saved.read_bytes() != report.ours.read_bytes()
    names = [[m.name for text in texts(path) for m in text.marks] for path in (report.ours, saved)]
    assert names[0] == names[1]
    assert report.verified(saved).findings == ()


def _edit_as_staff(report: Report) -> None:
    whole = report.paragraph("Trong 30 mục tiêu của 28 chỉ tiêu")
    last = whole.findall(qn("w:r"))[-1]
    type_into(last, " tổng số mục tiêu, nêu chi tiết tại Phụ lục I.")  # a sentence rewritten
    lost = report.row("I.1Tỷ lệ")
    lost.getparent().remove(lost)
    type_into(figure(report.paragraph("- Cấp xã: "), "209"), "210")
    more = deepcopy(last)
    type_into(more, " Ngày 20/3/2024, theo Công văn số 12/STTTT-CĐS, đã kiểm tra 17 xã.")
    whole.append(more)


STAFF = [
    ("changed", "210", "209"),
    ("typed", "17", "không có số này"),
]


def test_a_report_edited_as_staff_would_yields_just_these_remarks(report: Report) -> None:
    _edit_as_staff(report)
    told = report.told()
    assert [t for t in told if t[0] != "deleted"] == STAFF
    (deleted,) = [t for t in told if t[0] == "deleted"]
    assert deleted[1] == "không còn trong báo cáo"
    places = [f.label for f in report.verified(report.path).findings]
    assert any("dòng “I.1 – Tỷ lệ" in place for place in places)
    assert any(place.startswith("Mục I, “- Cấp xã: ") for place in places)


def test_and_so_it_does_when_libreoffice_saved_it_then(report: Report, soffice: Callable[[Path, str], Path]) -> None:
    _edit_as_staff(report)
    told = report.told()
    findings = report.verified(soffice(report.path, "docx")).findings
    assert [(dict(f.args)["kind"], f.found, dict(f.args)["expected"]) for f in findings] == told


def _retyped(report: Report, change: Callable[[str], str], start: str = "- Cấp xã: ") -> None:
    paragraph = report.paragraph(start)
    text = _text(paragraph)
    assert change(text) != text or change(text) == text.strip()
    write_anew(paragraph, change(text))


CASES: dict[str, tuple[Callable[[Report], None], list[tuple[str, str, str]]]] = {
    "a figure typed over": (
        lambda r: type_over(figure(r.paragraph("- Cấp xã: "), "209"), "210"), [("changed", "210", "209")]
    ),
    "one digit of it": (
        lambda r: type_into(figure(r.paragraph("- Cấp xã: "), "209"), "208"), [("changed", "208", "209")]
    ),
    "a sentence typed anew with a figure changed": (
        lambda r: _retyped(r, lambda t: t.replace("/209 ", "/219 ")), [("changed", "219", "209")]
    ),
    "a paragraph deleted": (
        lambda r: r.body.remove(r.paragraph("- Cấp huyện: ")), [("deleted", "không còn trong báo cáo", "*")]
    ),
    "a cell emptied": (lambda r: _empty(r), [("deleted", "không còn trong báo cáo", "*")]),
    "a cell changed": (lambda r: _cell(r, "77,77%"), [("changed", "77,77%", "*")]),
    "a cell typed anew, its mark gone": (lambda r: _cell(r, "77,77%", over=True), [("changed", "77,77%", "*")]),
    "a row typed": (lambda r: _new_row(r, "Xã Mới", "41"), [("typed", "41", "không có số này")]),
    "a paragraph typed": (
        lambda r: _new(r, "Trong quý II năm 2024 sẽ kiểm tra 37 xã, phấn đấu đạt 88,8%."),
        [("typed", "37, 88,8", "không có số này")],
    ),
    "a table removed": (
        lambda r: r.body.remove(r.tables()[1]), [("deleted", "không còn trong báo cáo", "*")]
    ),
}  # fmt: skip


def _results(report: Report) -> Any:
    """The cell "Kết quả" of I.2."""
    return report.row("I.2Tỷ lệ").findall(qn("w:tc"))[4]


def _empty(report: Report) -> None:
    for run in list(_results(report).iter(qn("w:r"))):
        run.getparent().remove(run)


def _cell(report: Report, text: str, *, over: bool = False) -> None:
    (run,) = _results(report).iter(qn("w:r"))
    (type_over if over else type_into)(run, text)


def _new_row(report: Report, name: str, days: str) -> None:
    row = report.tables()[2].findall(qn("w:tr"))[-1]
    again = deepcopy(row)
    for mark in [*again.iter(qn("w:bookmarkStart")), *again.iter(qn("w:bookmarkEnd"))]:
        mark.getparent().remove(mark)
    cells = again.findall(qn("w:tc"))
    for cell, text in zip(cells, ("16", name, "Cấp xã", "Chưa gửi", "", days), strict=True):
        if cell.find(f".//{qn('w:r')}") is not None:
            write_anew(cell.find(qn("w:p")), text)
    row.addnext(again)


def _new(report: Report, text: str) -> None:
    paragraph = report.paragraph("- Cấp xã: ")
    again = deepcopy(paragraph)
    paragraph.addnext(again)
    write_anew(again, text)


@pytest.mark.parametrize("how", CASES)
def test_each_change_is_told_once(how: str, report: Report) -> None:
    change, wanted = CASES[how]
    change(report)
    told = report.told()
    assert [(kind, found) for kind, found, _ in told] == [(kind, found) for kind, found, _ in wanted]
    assert [e for (_, _, e), (_, _, w) in zip(told, wanted, strict=True) if w not in ("*", e)] == []


def _moved(report: Report) -> None:
    first, second = report.paragraph("- Cấp tỉnh: "), report.paragraph("- Cấp xã: ")
    first.addprevious(second)


def _rows_sorted(report: Report) -> None:
    rows = report.tables()[1].findall(qn("w:tr"))
    rows[1].addprevious(rows[-1])


def _split(report: Report) -> None:
    """Enter pressed in the middle of a paragraph."""
    paragraph = report.paragraph("Trong 30 mục tiêu của 28 chỉ tiêu")
    again = deepcopy(paragraph)
    paragraph.addnext(again)
    half = len(paragraph) // 2
    while paragraph[half].tag != qn("w:r"):
        half += 1
    for child in list(paragraph)[half:]:
        paragraph.remove(child)
    for child in list(again)[1:half]:
        again.remove(child)


def _issued(report: Report) -> None:
    """Number and day written in by the records office."""
    for node in report.body.iter(qn("w:t")):
        node.text = (node.text or "").replace("Số:" + "\u00a0" * 6, "Số: 45").replace("số" + "\u00a0" * 6, "số 45")
        node.text = node.text.replace("ngày" + "\u00a0" * 6, "ngày 25 ")


NOTHING: dict[str, Callable[[Report], None]] = {
    "a sentence typed anew, figures and all": lambda r: _retyped(r, lambda t: t.replace("gửi", "đã gửi")),
    "written wholly anew with the same figures": lambda r: _anew_same(r),
    "the same number typed otherwise": lambda r: _cell(r, _text(_results(r)).replace("%", " %")),
    "paragraphs moved": _moved,
    "rows moved": _rows_sorted,
    "a paragraph split in two": _split,
    "number and day given": _issued,
    "days, years, references, labels": lambda r: _new(
        r,
        "2. Thực hiện Điều 5 Nghị định số 30/2020/NĐ-CP ngày 05/3/2020, trước 15/4, giai đoạn 2021 - 2025 (I.13).",
    ),
    "a figure of the report said again": lambda r: _new(r, f"Kết quả này là {_text(_results(r))}."),
}


def _anew_same(report: Report) -> None:
    paragraph = report.paragraph("- Cấp xã: ")
    numbers = " rồi ".join(m[0] for m in re.finditer(r"\d+(?:,\d+)?%?", _text(paragraph)))
    write_anew(paragraph, f"Tại các xã, lần lượt có {numbers}, đều là số đã nhận được từ dưới gửi lên.")


@pytest.mark.parametrize("how", NOTHING)
def test_what_is_theirs_is_not_told(how: str, report: Report) -> None:
    NOTHING[how](report)
    assert report.told() == []


def test_rows_of_a_large_table_are_held_by_one_mark(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_marks, "MOST_IN_TABLES", 20)
    made = draw_report(make_rollup(), TEMPLATE, TODAY)
    report.ours.write_bytes(made)
    report.document = docx.Document(io.BytesIO(made))
    report.body = report.document.element.body
    assert report.told() == []
    (run,) = _results(report).iter(qn("w:r"))
    type_into(run, "77,77%")
    lost = report.row("I.1Tỷ lệ")
    lost.getparent().remove(lost)
    assert [t[0] for t in report.told()] == ["deleted", "changed"]


def test_a_report_without_marks_says_so(report: Report) -> None:
    assert has_marks(read_marked(report.ours))
    for mark in [*report.body.iter(qn("w:bookmarkStart")), *report.body.iter(qn("w:bookmarkEnd"))]:
        mark.getparent().remove(mark)
    assert report.told() == []  # even so the words are enough for a report as it was made
    assert not has_marks(read_marked(report.path))


@pytest.mark.parametrize("bad", [b"", b"PK\x03\x04 half", b"\xd0\xcf\x11\xe0 old"])
def test_a_file_that_is_none_is_refused(bad: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(bad)
    with pytest.raises(SourceError):
        read_marked(path)


# Numbers that are no figures

FIGURES = {
    "Số: 15/BC-STTTT": [],
    "Bắc Giang, ngày 25 tháng 3 năm 2024": [],
    "(Kèm theo Báo cáo số 15/BC-STTTT ngày 25 tháng 3 năm 2024 của Sở)": [],
    "theo Điều 5, Khoản 2 Nghị định số 30/2020/NĐ-CP ngày 05/3/2020": [],
    "quý 2, quý II/2024, 6 tháng đầu năm 2024": [],
    "chỉ tiêu I.13, mạng 5G, Công văn số 120 ngày 3/4, lúc 8 giờ 30": [],
    "1. Về chỉ tiêu": [],
    "(2) Về chế độ báo cáo": [],
    "giai đoạn 2021-2025": [],
    "có 12 đơn vị, đạt 98,76%": ["12", "98,76"],
    "- 15/20 đơn vị trước 15/4 và 5/10 xã": ["15", "20", "5", "10"],
    "có 2025 đơn vị, năm 2023 có 2.024 hồ sơ": ["2025", "2.024"],
    "tổng số 15 hồ sơ": ["15"],
    "tăng từ 55% đến 60%, trong năm 85%": ["55", "60", "85"],
}  # fmt: skip


@pytest.mark.parametrize("text", FIGURES)
def test_days_years_and_references_are_no_figures(text: str) -> None:
    assert [n.typed for n in figures_in(text)] == FIGURES[text]


def test_what_numbers_are_worth() -> None:
    assert [worth(text) for text in ("1.234,5", "85.5", "85,50", "1.234")] == [
        Decimal("1234.5"), Decimal("85.5"), Decimal("85.5"), 1234,
    ]  # fmt: skip


# The annex of sources


def _behind(count: int) -> tuple[Behind, ...]:
    parts = tuple(Part(f"{n}", f"Xã {{{{ {n} }}}} & <b>", Decimal(n), None, "", f"a/b{n}.xlsx") for n in range(count))
    return Behind("indicator", "I.1", "Tên", parts), Behind("task", "III.1.01", "Việc", ())


def test_the_annex_of_sources_prints_names_as_typed_and_its_figures_are_held(report: Report) -> None:
    report.ours.write_bytes(draw_report(make_rollup(), TEMPLATE, TODAY, (), _behind(5)))
    table = [block for block in read_marked(report.ours) if isinstance(block, MarkedTable)][-1]
    assert [tuple(cell.text for cell in row[:2]) for row in table.rows[1:]] == [
        ("Chỉ tiêu I.1: Tên", ""),
        *[(f"Xã {{{{ {n} }}}} & <b>", f"{n}") for n in range(5)],
        ("Nhiệm vụ III.1.01: Việc (chưa có cơ quan, đơn vị nào báo cáo)", ""),
    ]
    assert sum(len(cell.marks) for row in table.rows for cell in row) == 5
    assert check_layout(read_paper(report.ours), draft=True).breaches == ()


def test_rows_that_do_not_fit_are_counted_not_dropped_silently() -> None:
    few = {section: dict(entries) for section, entries in packaged().items()}
    few["limits"]["trace_rows"] = 4
    with using(few):
        shown = trace_annex.rows(_behind(5))
        assert len(shown) == 4
        assert "Còn 3 dòng không in tại đây" in trace_annex.note(_behind(5), shown).text
        fits = _behind(2)[:1]
        assert "Còn" not in trace_annex.note(fits, trace_annex.rows(fits)).text
