"""What we draw, fact by fact, against what was reviewed. `make golden` writes the files anew; review their diff.

Compared: every cell's text, formula, number format and lock; widths, validations, conditional formats, names, printing;
every paragraph's text, size, weight, alignment and indents. Not compared: the order of parts and attributes in the
XML, which belong to the libraries' versions.
"""

import io
from collections.abc import Callable, Iterator
from datetime import date
from importlib import resources
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.document import Document
from docx.text.paragraph import Paragraph

from dtxl.documents import draw_report
from dtxl.forms import draw_form
from dtxl.intake import read_return
from dtxl.model.rollup import Rollup
from dtxl.planbook import write_planbook
from dtxl.results import Returned, roll_up
from dtxl.returns import draw_marked_copy
from dtxl.workbook import draw_consolidated
from tests.small import IN_TIME, KEY, fill_form, form_of, good_values, register, small_plan

HERE = Path(__file__).with_name("golden")


def workbook_facts(content: bytes) -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for name, defined in sorted(book.defined_names.items()):
        if name != "dtxl_signature":
            yield f"name {name} = {defined.attr_text}"
    for page in book.worksheets:
        yield f"sheet {page.title} {page.sheet_state} protected={page.protection.sheet}"
        yield f"  print {page.page_setup.orientation} paper={page.page_setup.paperSize} titles={page.print_title_rows}"
        yield f"  panes {page.freeze_panes} filter={page.auto_filter.ref}"
        for letter, column in sorted(page.column_dimensions.items()):
            yield f"  column {letter} width={column.width:.1f} hidden={column.hidden}"
        for rule in sorted(page.data_validations.dataValidation, key=lambda v: str(v.sqref)):
            bounds = f"{rule.operator} {rule.formula1} {rule.formula2}"
            yield f"  validation {rule.sqref} {rule.type} {bounds}: {rule.prompt!r}"
        for area in sorted(page.conditional_formatting, key=lambda a: str(a.sqref)):
            yield from (f"  condition {area.sqref} {rule.type} {rule.formula}" for rule in area.rules)
        for row in page.iter_rows():
            for cell in row:
                if cell.value is not None and not _signature(page, cell.row, cell.column):
                    locked = "" if cell.protection.locked else " open"
                    yield f"  {cell.coordinate} {cell.value!r} [{cell.number_format}]{locked}"
                if cell.comment:
                    yield f"  {cell.coordinate} comment {cell.comment.text!r}"


def _signature(page, row: int, column: int) -> bool:  # type: ignore[no-untyped-def]
    return column == 2 and page.title == "_danh_muc" and page.cell(row, 1).value == "signature"


def document_facts(content: bytes) -> Iterator[str]:
    document = docx.Document(io.BytesIO(content))
    for section in document.sections:
        sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        edges = "/".join(f"{side.mm:.0f}" for side in sides if side is not None)
        yield f"section {section.orientation} {edges} mm first page apart={section.different_first_page_header_footer}"
    yield from _blocks(document)


def _blocks(document: Document) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield _paragraph(block)
        else:
            for row in block.rows:
                yield "  | " + " | ".join(" / ".join(_paragraph(p) for p in cell.paragraphs) for cell in row.cells)


def _paragraph(paragraph: Paragraph) -> str:
    runs = [r for r in paragraph.runs if r.text.strip()]
    looks = sorted(
        {f"{r.font.size.pt if r.font.size else '-'}{'b' if r.bold else ''}{'i' if r.italic else ''}" for r in runs}
    )
    style = paragraph.style.name if paragraph.style else ""
    return f"{paragraph.text!r} [{style} {paragraph.alignment} {','.join(looks)}]"


def small_rollup() -> Rollup:
    plan = small_plan()
    returned = []
    for agency in ("STTTT", "217", "07375"):
        form = form_of(agency)
        typed = {**good_values(form), "I.2.numerator": 60, "I.2.note": "Hệ thống nâng cấp & <sửa>"}
        intake = read_return(fill_form(form, typed).content(), f"{agency}.xlsx", IN_TIME, register())
        returned.append(Returned(agency, True, IN_TIME, f"{agency}.xlsx", "ab" * 32, intake.submission.values))
    return roll_up(plan, plan.periods[0], date(2024, 3, 25), returned)


def form_of_a_commune() -> bytes:
    return draw_form(form_of("07375"), KEY)


def marked_copy_of_a_district() -> bytes:
    from dtxl.checks import check

    form = form_of("217")
    typed = {**good_values(form), "I.2.numerator": "nhiều", "I.1.numerator": 121, "task.IV.3.01.state": "Gần xong"}
    intake = read_return(fill_form(form, typed).content(), "x.xlsx", IN_TIME, register())
    return draw_marked_copy(form, intake.submission, [*intake.findings, *check(form, intake.submission)], KEY)


def report() -> bytes:
    with resources.as_file(resources.files("dtxl.templates").joinpath("bao-cao.docx")) as template:
        return draw_report(small_rollup(), template, date(2024, 3, 25))


CASES: dict[str, tuple[Callable[[], bytes], Callable[[bytes], Iterator[str]]]] = {
    "bieu-xa": (form_of_a_commune, workbook_facts),
    "tra-lai-huyen": (marked_copy_of_a_district, workbook_facts),
    "ke-hoach": (lambda: write_planbook(small_plan()), workbook_facts),
    "tong-hop": (lambda: draw_consolidated(small_rollup()), workbook_facts),
    "bao-cao": (report, document_facts),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_it_is_drawn_as_it_was_reviewed(name: str, request: pytest.FixtureRequest) -> None:
    make, facts = CASES[name]
    seen = list(facts(make()))
    path = HERE / f"{name}.txt"
    if request.config.getoption("--write-golden"):
        HERE.mkdir(exist_ok=True)
        path.write_text("\n".join(seen) + "\n", encoding="utf-8")
    assert seen == path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_same_content_gives_the_same_bytes(name: str) -> None:
    make = CASES[name][0]
    assert make() == make()
