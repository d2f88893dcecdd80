"""What anybody typed is text in everything we write: each hostile text is read back by another reader as it went in.

Beside each hostile workbook stands one drawn of harmless texts: formulas, links, names, parts must be the same in both.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import openpyxl
import pytest
import python_calamine

from dtxl.core.errors import WriteError
from dtxl.core.text import tidy
from dtxl.files.form_page import page
from dtxl.files.xlsx_edit import Editor, plain_copy
from dtxl.files.xlsx_write import Book
from dtxl.forms import draw_form
from dtxl.model.finding import Finding, finding
from dtxl.model.plan import Agency, Plan, Task
from dtxl.model.rollup import AgencyIndicator, AgencyResult, Rollup, Standing, State, TaskReport
from dtxl.model.submission import Submission, Value
from dtxl.planbook import write_planbook
from dtxl.returns import draw_marked_copy, draw_notice
from dtxl.workbook import draw_consolidated
from tests.injections import FAMILIES, MOST_IN_A_CELL, TEXTS, as_stored, width
from tests.small import KEY, PERIOD, form_of, small_plan

HARMLESS = tuple(f"Nội dung bình thường số {number}" for number in range(len(TEXTS)))
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


class Seen(NamedTuple):
    """A workbook by the standard (ECMA-376, 18.3.1.4, 18.4.8, 22.9.2.19) and by no library. Places are (part, cell)."""

    parts: frozenset[str]
    texts: dict[tuple[str, str], str]
    formulas: dict[tuple[str, str], str]
    links: dict[tuple[str, str], tuple[str, str]]  # (file, place in it)
    names: dict[str, str]


def see(content: bytes) -> Seen:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    trees = {name: ElementTree.fromstring(data) for name, data in files.items() if name.endswith((".xml", ".rels"))}
    shared = list(map(_joined, trees.get("xl/sharedStrings.xml", ())))
    seen = Seen(frozenset(files), {}, {}, {}, {})
    for item in trees["xl/workbook.xml"].iter(f"{_MAIN}definedName"):
        seen.names[f"{item.attrib['name']}/{item.get('localSheetId')}"] = item.text or ""
    for part, tree in trees.items():
        if not part.startswith("xl/worksheets/sheet"):
            continue
        for cell in tree.iter(f"{_MAIN}c"):
            place, kind = (part, cell.attrib["r"]), cell.get("t", "n")
            if (formula := cell.find(f"{_MAIN}f")) is not None:
                seen.formulas[place] = formula.text or ""
            elif kind in ("s", "inlineStr"):
                seen.texts[place] = shared[int(cell.findtext(f"{_MAIN}v") or -1)] if kind == "s" else _joined(cell)
            else:
                assert kind in ("n", "b"), place
        known = trees.get(f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels", ())
        targets = {rel.attrib["Id"]: rel.attrib["Target"] for rel in known}
        for link in tree.iter(f"{_MAIN}hyperlink"):
            target = targets[link.attrib[_ID]] if _ID in link.attrib else ""
            seen.links[part, link.attrib["ref"]] = (target, link.get("location", ""))
    return seen


def _joined(item: ElementTree.Element) -> str:
    return "".join(_unescaped(t.text or "") for t in item.iter(f"{_MAIN}t"))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def missing(texts: Iterable[str], cells: Iterable[str], limit: int = MOST_IN_A_CELL) -> list[str]:
    """Those of `texts` that stand nowhere: neither whole nor, beyond `limit`, cut with a mark that says so."""
    found = set(cells)
    cut = [cell for cell in found if width(cell) > limit // 2 and "…" in cell[-40:]]
    out = []
    for text in map(as_stored, texts):
        whole = not text or text in found
        if not whole and width(text) > limit:
            whole = any(text.startswith(cell[: cell.rindex("…")].rstrip(" (")) for cell in cut)
        if not whole:
            out.append(text[:80])
    return out


def at_most(texts: Sequence[str], units: int = MOST_IN_A_CELL) -> list[str]:
    return [text for text in texts if width(as_stored(text)) <= units]


def unescaped(texts: Sequence[str]) -> list[str]:
    """Those of `texts` that openpyxl can write: it hides no escape."""
    return [text for text in at_most(texts) if not _ESCAPE.search(text)]


# The list itself


def test_the_list_has_a_thousand_texts_of_every_family() -> None:
    assert len(TEXTS) >= 1000
    assert len(set(TEXTS)) == len(TEXTS)
    for family in (
        "formula",
        "link",
        "escape",
        "xml",
        "csv",
        "tag",
        "markup",
        "terminal",
        "path",
        "number",
        "date",
        "mark",
    ):
        assert len(FAMILIES[family]) >= 20, family


# The one adapter


@cache
def column_of_all() -> bytes:
    book = Book("=1+1")
    sheet, style = book.sheet("S"), book.style(text_wrap=True)
    for row, text in enumerate(at_most(TEXTS)):
        sheet.text(row, 0, text)
        sheet.text(row, 1, text, style)
        sheet.link(row, 2, "S", "A1", text, style)
        sheet.merge((row, 3), (row, 4), text, style)
    return book.content()


@pytest.mark.parametrize("column", ["A", "B", "C", "D"])
def test_a_cell_holds_what_was_given(column: str) -> None:
    cells = {place: text for (_, place), text in see(column_of_all()).texts.items() if place[0] == column}
    given = {f"{column}{row}": as_stored(text) for row, text in enumerate(at_most(TEXTS), 1)}
    assert cells == {place: text for place, text in given.items() if text}


def test_two_other_readers_see_the_same() -> None:
    given = [as_stored(text) for text in at_most(TEXTS)]
    raw = python_calamine.load_workbook(io.BytesIO(column_of_all())).get_sheet_by_name("S")
    typed = openpyxl.load_workbook(io.BytesIO(column_of_all()))["S"]
    for row, (text, cells) in enumerate(zip(given, raw.to_python(skip_empty_area=False), strict=True), 1):
        if "x005F_" not in text:  # openpyxl takes this away from any text
            assert (typed.cell(row, 1).value or "") == text
            assert typed.cell(row, 1).data_type in ("s", "n")
        if not _ESCAPE.search(text):  # calamine undoes an escape twice
            assert (cells[0] or "") == text


def test_links_of_ours_are_the_only_ones() -> None:
    seen = see(column_of_all())
    assert seen.formulas == {}
    assert set(seen.links.values()) == {("", "'S'!A1")}
    assert len(seen.links) == len(at_most(TEXTS))


def test_libreoffice_sees_texts_only(soffice: Callable[[Path, str], Path], tmp_path: Path) -> None:
    path = tmp_path / "tat-ca.xlsx"
    path.write_bytes(column_of_all())
    seen = openpyxl.load_workbook(soffice(path, "xlsx"))["S"]
    for row, text in enumerate(at_most(TEXTS), 1):
        value = seen.cell(row, 1).value
        assert seen.cell(row, 1).data_type in ("s", "n"), text[:80]
        if not _ESCAPE.search(text):
            assert (value or "") == as_stored(text)


def test_a_result_of_ours_may_be_what_somebody_typed() -> None:
    book = Book()
    sheet = book.sheet("S")
    for row, text in enumerate(TEXTS):
        sheet.formula(row, 0, "=B1", text)
    seen = openpyxl.load_workbook(io.BytesIO(book.content()))["S"]
    assert {(c.data_type, c.value) for c in seen["A"]} == {("f", "=B1")}


@pytest.mark.parametrize("text", [text for text in TEXTS if width(as_stored(text)) > MOST_IN_A_CELL], ids=len)
def test_what_no_cell_holds_is_refused_not_lost(text: str) -> None:
    with pytest.raises(WriteError, match="quá dài"):
        Book().sheet("S").text(0, 0, text)


@pytest.mark.parametrize("text", FAMILIES["path"] + FAMILIES["link"])
def test_a_link_to_a_file_stays_below_its_folder(text: str) -> None:
    book = Book()
    sheet, style = book.sheet("S"), book.style()
    sheet.file_link(0, 0, text, ("S", "A1"), "tên", style)
    content = book.content()
    assert see(content).texts["xl/worksheets/sheet1.xml", "A1"] == "tên"
    for target, _ in see(content).links.values():
        assert not re.match(r"[\\/]|[A-Za-z][A-Za-z0-9+.-]*:|.*(^|[\\/])\.\.([\\/]|$)", target), target


def test_a_link_to_a_file_of_ours_is_one() -> None:
    book = Book()
    sheet, style = book.sheet("S"), book.style()
    sheet.file_link(0, 0, "2024-Q1/gui-ve/Biểu số 1 (lần 2).xlsx", ("Chỉ tiêu", "H6"), "tên", style)
    ((target, location),) = see(book.content()).links.values()
    assert target.endswith(".xlsx")
    assert location == "'Chỉ tiêu'!H6"


# Every workbook that we write


def plan_of(texts: Sequence[str]) -> Plan:
    """A plan in which each of `texts` is a task of one office; some are names too."""
    plan = small_plan()
    tasks = tuple(Task(f"V.{n}", "Sở Thông tin và Truyền thông", text) for n, text in enumerate(texts, 1))
    return replace(plan, tasks=tasks)


def blank_form(texts: Sequence[str]) -> bytes:
    return draw_form(form_of("STTTT", plan_of(at_most(texts))), KEY)


def marked_copy(texts: Sequence[str]) -> bytes:
    form = form_of("STTTT", plan_of(["Nhiệm vụ"] * len(texts)))
    names = [f"task.V.{n}.difficulty" for n in range(1, len(texts) + 1)]
    values = {
        name: Value(name, "text", text, form.by_name[name].sheet, "Z9", text=text)
        for name, text in zip(names, texts, strict=True)
    }
    remarks = [
        finding("D20", sheet="S", field=name, found=text, label=text, args={"choices": text, "n": str(n)})
        for n, (name, text) in enumerate(zip(names, texts, strict=True))
    ]
    return draw_marked_copy(
        form, Submission("x.xlsx", "0" * 64, datetime(2024, 3, 1), form.identity, values), remarks, KEY
    )


def listing_of_strangers(texts: Sequence[str]) -> bytes:
    remarks = [
        finding("C11", sheet=f"Bảng {n}", cell="B9", found=text, label=text, args={"n": str(n)})
        for n, text in enumerate(texts)
    ]
    form = form_of("STTTT")
    return draw_marked_copy(form, Submission("x.xlsx", "0" * 64, datetime(2024, 3, 1), form.identity, {}), remarks, KEY)


def notice(texts: Sequence[str]) -> bytes:
    remarks: list[Finding] = [
        finding("C11", sheet=f"Bảng {n}", found=text, args={"n": str(n)}) for n, text in enumerate(texts)
    ]
    return draw_notice("x.xlsx", remarks)


def rollup_of(texts: Sequence[str]) -> Rollup:
    """A quarter in which agencies wrote `texts` wherever they may write."""
    agencies = tuple(Agency(f"A{n}", "Sở Y tế" if n else texts[0], "province") for n in range(len(texts)))
    plan = replace(small_plan(), agencies=agencies)
    period = next(p for p in plan.periods if p.code == PERIOD)
    numbered = list(enumerate(texts))
    return Rollup(
        plan, period, date(2024, 3, 20), (), (),
        tuple(
            AgencyResult(f"A{n}", f"Sở Y tế {n}", "province", Standing.ACCEPTED, datetime(2024, 3, 1), 0, 1, 0, 0, 0, 0,
                         0, None, 0, text, "0" * 64, text)
            for n, text in numbered
        ),
        tuple(
            AgencyIndicator(f"A{n}", "I.1", None, None, None, None, State.NO_DATA, text, text, text,
                            (("Chỉ tiêu", "H6"),))
            for n, text in numbered
        ),
        (),
        tuple(TaskReport(f"A{n}", "III.1.01", "done", Decimal(5), None, text, text) for n, text in numbered),
        (),
        tuple((f"A{n}", "D05", "error", "Chỉ tiêu", "H6", text, text) for n, text in numbered),
        tuple(texts),
    )  # fmt: skip


def consolidated(texts: Sequence[str]) -> bytes:
    return draw_consolidated(rollup_of(texts))


def plan_workbook(texts: Sequence[str]) -> bytes:
    return write_planbook(plan_of(at_most(texts)))


def typed_by_hand(texts: Sequence[str]) -> bytes:
    book = Book()
    book.sheet("S").text(0, 0, "x")
    editor = Editor(book.content())
    texts = unescaped(texts)
    editor.insert_row("S", 1, dict(enumerate(texts[:9], 1)))
    for row, text in enumerate(texts[9:], 3):
        editor.put("S", f"A{row}", text)
    for row in range(3, len(texts) - 9, 2):
        editor.swap_rows("S", row, row + 1)
    return plain_copy(editor.content())


WRITERS = {
    f.__name__: f
    for f in (blank_form, marked_copy, listing_of_strangers, notice, consolidated, plan_workbook, typed_by_hand)
}
# What the plan's and the form's texts are by the time they are written; the others take anything.
PREPARED: dict[str, Callable[[Sequence[str]], list[str]]] = {
    "blank_form": lambda texts: [tidy(text) for text in at_most(texts)],
    "plan_workbook": at_most,
    "typed_by_hand": unescaped,
}
# What a list of remarks shows of a cell's content; it says that it cut.
SHOWN = {"listing_of_strangers": 299, "notice": 299}


def identity(seen: Seen) -> set[tuple[str, str]]:
    """What a form says of itself by digests of its texts."""
    return {pair for pair in seen.names.items() if re.fullmatch(r"dtxl_(form|signature|fingerprint)/None", pair[0])}


@cache
def drawn(writer: str) -> Seen:
    return see(WRITERS[writer](TEXTS))


@pytest.mark.parametrize("writer", WRITERS)
def test_every_text_stands_in_the_workbook_as_typed(writer: str) -> None:
    texts = PREPARED.get(writer, list)(TEXTS)
    assert missing(texts, drawn(writer).texts.values(), SHOWN.get(writer, MOST_IN_A_CELL)) == []


@pytest.mark.parametrize("writer", WRITERS)
def test_nothing_of_a_workbook_but_its_texts_is_changed(writer: str) -> None:
    hostile, harmless = drawn(writer), see(WRITERS[writer](HARMLESS[: len(PREPARED.get(writer, list)(TEXTS))]))
    assert hostile.parts == harmless.parts
    assert hostile.formulas == harmless.formulas
    assert hostile.names.items() ^ harmless.names.items() <= identity(hostile) | identity(harmless)
    external = {target for target, _ in hostile.links.values()} - {""}
    assert all(re.match(r"[^:\\/]", target) and ".." not in target for target in external)
    assert {place for place, link in hostile.links.items() if not link[0]} == {
        place for place, link in harmless.links.items() if not link[0]
    }


# Printed edges of a sheet


def test_names_bring_no_code_into_a_footer() -> None:
    """A footer of more than 255 characters is dropped with a warning, which fails the test."""
    sheet, form = Book().sheet("S"), form_of("STTTT")
    footers = []
    for text in ("Sở Y tế", *TEXTS):
        named = replace(form, agency=replace(form.agency, name=text), period=replace(form.period, name=text))
        page(sheet, named, (1, 1))
        footers.append(sheet.raw.footer)
    codes = [re.findall(r"&(?:\"[^\"]*\"|.\d*)", footer) for footer in footers]
    assert all(mine == codes[0] for mine in codes)
    assert all(width(footer) <= 255 for footer in footers)
