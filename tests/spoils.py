"""Single faults of the documents in tests/papers.py: each gives a function that spoils one part of one."""

from collections.abc import Callable
from typing import Any

from docx.shared import RGBColor

from tests.papers import ALIGN, Made, Mm, Pt, annex, qn

Spoil = Callable[[Made], Any]


def size(part: str, points: float) -> Spoil:
    def change(made: Made) -> None:
        for run in made[part].runs:
            run.font.size = Pt(points)

    return change


def looks(part: str, **changes: bool) -> Spoil:
    def change(made: Made) -> None:
        for run in made[part].runs:
            for name, value in changes.items():
                setattr(run, name, value)

    return change


def says(part: str, text: str) -> Spoil:
    def change(made: Made) -> None:
        first, *rest = made[part].runs
        first.text = text
        for run in rest:
            run._r.getparent().remove(run._r)

    return change


def swap(part: str, old: str, new: str) -> Spoil:
    def change(made: Made) -> None:
        texts = [run.text for run in made[part].runs]
        assert any(old in text for text in texts), texts
        for run in made[part].runs:
            run.text = run.text.replace(old, new)

    return change


def form(part: str, **changes: Any) -> Spoil:
    def change(made: Made) -> None:
        for name, value in changes.items():
            setattr(made[part].paragraph_format, name, value)

    return change


def gone(part: str) -> Spoil:
    return lambda made: made[part]._p.getparent().remove(made[part]._p)


def section(number: int = 0, **changes: Any) -> Spoil:
    def change(made: Made) -> None:
        for name, value in changes.items():
            setattr(made.document.sections[number], name, value)

    return change


def rule_line(part: str, mm: float, room: float, *, shift: float = 0.0) -> Spoil:
    side = (room - mm) / 2
    return form(part, left_indent=Mm(side + shift), right_indent=Mm(side - shift))


def page_number(action: Callable[[Any], None]) -> Spoil:
    return lambda made: action(made.document.sections[0].header.paragraphs[0])


def number_type(number: int, **attributes: str | None) -> Spoil:
    def change(made: Made) -> None:
        element = made.document.sections[number]._sectPr.find(qn("w:pgNumType"))
        for name, value in attributes.items():
            if value is None:
                element.attrib.pop(qn(f"w:{name}"))
            else:
                element.set(qn(f"w:{name}"), value)

    return change


def number_below(made: Made) -> None:
    one = made.document.sections[0]
    number, footer = one.header.paragraphs[0], one.footer.paragraphs[0]
    one.footer.is_linked_to_previous = False
    footer = one.footer.paragraphs[0]
    footer.alignment = ALIGN.CENTER
    for run in list(number.runs):
        footer._p.append(run._r)


def number_on_page_one(made: Made) -> None:
    made.document.sections[0].different_first_page_header_footer = False


def new_paragraph(part: str, text: str, points: float = 14, **looks_: bool) -> Spoil:
    """A paragraph right before a part."""

    def change(made: Made) -> None:
        paragraph = made[part].insert_paragraph_before()
        paragraph.paragraph_format.alignment = ALIGN.CENTER
        run = paragraph.add_run(text)
        run.font.size, run.bold, run.italic = Pt(points), looks_.get("bold", False), looks_.get("italic", False)

    return change


def font(part: str, name: str) -> Spoil:
    def change(made: Made) -> None:
        made[part].runs[0].font.name = name

    return change


def dates_row(made: Made) -> None:
    """Ô 4 slips into a row of its own."""
    row = made.parts["head"].add_row()
    row.cells[1]._tc.append(made["date"]._p)
    row.cells[1]._tc.remove(row.cells[1]._tc.p_lst[0])


def one_more_copy(text: str) -> Spoil:
    def change(made: Made) -> None:
        last = max(name for name in made.parts if name.startswith("copy "))
        paragraph = made.add("mark", text, 11, align=ALIGN.LEFT)
        made[last]._p.addnext(paragraph._p)

    return change


def annex_without_section(made: Made) -> None:
    annex(made, "III")


def line_behind(made: Made, part: str) -> None:
    """A line below a part, in its cell."""
    made.line("extra", 20, 70)
    made[part]._p.addnext(made["extra"]._p)


def address(points: float) -> Spoil:
    def change(made: Made) -> None:
        footer = made.document.sections[0].first_page_footer
        footer.is_linked_to_previous = False
        run = footer.paragraphs[0].add_run("Số 1, đường Quang Trung, thành phố Bắc Giang")
        run.font.size = Pt(points)

    return change


def turned(made: Made) -> None:
    one = made.document.sections[0]
    one.page_width, one.page_height = one.page_height, one.page_width


def underlined(part: str) -> Spoil:
    def change(made: Made) -> None:
        for run in made[part].runs:
            run.underline = True

    return change


def both(*spoils: Spoil) -> Spoil:
    return lambda made: [spoil(made) for spoil in spoils]


def colour(part: str) -> Spoil:
    def change(made: Made) -> None:
        made[part].runs[0].font.color.rgb = RGBColor(0, 0, 0xC0)

    return change
