"""A marked copy sent back as it is, any number of times: the third copy asks for no more than a fresh form would."""

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dtxl.checks import check
from dtxl.files.xlsx_edit import Editor
from dtxl.forms import draw_form
from dtxl.intake import Intake, read_return
from dtxl.model.finding import Finding, in_order
from dtxl.model.form import INDICATORS, TASKS, Form
from dtxl.returns import LISTING, draw_marked_copy
from dtxl.simulate.damage import DAMAGES, Patient
from tests.small import IN_TIME, KEY, fill_form, form_of, good_values, register

Client = Callable[[bytes], bytes]
REGISTER = register()


def resaved(content: bytes) -> bytes:
    """As a program leaves it that opens the file and saves it again."""
    return Editor(content).content()


def read(content: bytes) -> tuple[Intake, list[Finding]]:
    intake = read_return(content, "x.xlsx", IN_TIME, REGISTER)
    assert intake.form is not None
    return intake, in_order([*intake.findings, *check(intake.form, intake.submission)])


def marked(content: bytes) -> bytes:
    intake, findings = read(content)
    assert intake.form is not None
    return draw_marked_copy(intake.form, intake.submission, findings, KEY)


def rounds(content: bytes, client: Client = resaved, count: int = 3) -> list[bytes]:
    """The marked copies of so many rounds; the agency sends each back as it is."""
    copies = []
    for _ in range(count):
        content = client(marked(content))
        copies.append(content)
    return copies


def fresh_with(form: Form, copy: bytes) -> bytes:
    """The form as issued, with what stands in a copy's input cells typed in."""
    book = openpyxl.load_workbook(io.BytesIO(copy))
    typed = {f.name: book[f.sheet][f.cell].value for f in form.fields}
    return fill_form(form, {name: value for name, value in typed.items() if value is not None}).content()


def told(content: bytes) -> list[tuple[str, str, str, str, str, str]]:
    _, findings = read(content)
    return [(f.code, f.severity.value, f.sheet, f.cell, f.field, f.found) for f in findings]


def typed_in(content: bytes) -> dict[str, str]:
    intake, _ = read(content)
    return {name: value.canonical for name, value in intake.submission.values.items() if value.canonical}


def holds(form: Form, content: bytes, client: Client = resaved) -> None:
    first, second, third = rounds(content, client)
    assert told(third) == told(fresh_with(form, third))
    assert told(third) == told(second)
    assert typed_in(first) == typed_in(second) == typed_in(third)
    assert len(third) <= len(second) * 1.01  # nothing piles up


def damaged(name: str) -> tuple[Form, bytes]:
    """A form of an agency that this damage can be done to, and what is left of it."""
    last: LookupError | None = None
    for agency in ("STTTT", "217"):
        for state in ("Đang thực hiện", "Thực hiện thường xuyên", "Đã hoàn thành"):
            form = form_of(agency)
            typed = {**good_values(form), "agency.leader": "Trần Thị Bình", "I.1.note": "Do hệ thống nâng cấp."}
            typed |= {field.name: state for field in form.fields if field.name.endswith(".state")}
            content = fill_form(form, dict(typed)).content()
            patient = Patient(form, draw_form(form, KEY), content, typed, Random(name))  # type: ignore[arg-type]
            try:
                return form, DAMAGES[name].how(patient)
            except LookupError as error:
                last = error
    raise AssertionError(name) from last


@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_whatever_was_done_to_the_file(name: str) -> None:
    form, content = damaged(name)
    intake = read_return(content, "x.xlsx", IN_TIME, REGISTER)
    if intake.form is None:
        assert intake.findings  # refused as a whole: there is no copy to send round
    else:
        holds(form, content)


NUMBERS_AS_TYPED = (
    "85,5%", "1.234,5", "1,234.5", "1.234", "12/15", "trên 80%", "khoảng 300", "~", "300 hồ sơ", "-", "không", "KCSL",
    "xxx", "…", " 12 ", "-5", "=1+1", "12\n", "1e5", "12,3,4", "", "0", "60 60", "nhiều", "'7",
)  # fmt: skip
WORDS_AS_TYPED = (
    "Nguyễn Văn An", " Lê  Thị Bé ", "…", "test", "=SUM(A1)", "{{ x }}", "Gần xong", "đang thực hiện", "31/02/2024",
    "05/03/2024", "2024-03-05", "0912.345.678", "Đã hoàn thành", "Chưa có số liệu", "Tµi liÖu",
)  # fmt: skip


def figures() -> st.SearchStrategy[object]:
    numbers = st.one_of(st.integers(-10, 10**7), st.decimals(0, 10**5, places=3))
    days = st.sampled_from((date(2024, 3, 5), datetime(2024, 12, 15)))
    return st.one_of(numbers, st.sampled_from(NUMBERS_AS_TYPED), days, st.text(max_size=12).map(xml_text))


def texts() -> st.SearchStrategy[object]:
    typed = st.sampled_from((*WORDS_AS_TYPED, "a" * 3000))
    return st.one_of(typed, st.integers(0, 200), st.dates(), st.text(max_size=20).map(xml_text))


def xml_text(text: str) -> str:
    """What a workbook can hold: no surrogates, no controls but tabs and line ends."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_was_typed(data: st.DataObject) -> None:
    form = form_of(data.draw(st.sampled_from(("STTTT", "217", "07375"))))
    typed: dict[str, object] = {**good_values(form)}
    number = ("number", "integer", "percent")
    for field in data.draw(st.lists(st.sampled_from(form.fields), max_size=8, unique_by=lambda f: f.name)):
        typed[field.name] = data.draw(figures() if field.kind in number else texts(), label=field.name)
    holds(form, fill_form(form, typed).content())


def test_a_file_in_a_sorry_state() -> None:
    form = form_of("STTTT")
    typed = {
        **good_values(form),
        "I.1.numerator": "85,5%",
        "I.2.numerator": "khoảng 300",
        "task.III.1.01.state": "Gần xong",
    }
    editor = fill_form(form, typed)
    editor.swap_rows(INDICATORS, *(r.row + 1 for r in form.indicator_rows[:2]))
    editor.insert_row(TASKS, form.task_rows[-1].row + 1, {1: "IX.1", 2: "9", 3: "Việc khác", 5: "Đang thực hiện"})
    editor.rename_sheet(TASKS, "Nhiem vu (2)")
    holds(form, editor.content())


def test_through_another_program_each_time(tmp_path: Path, soffice: Callable[[Path, str], Path]) -> None:
    form = form_of("217")
    typed = {**good_values(form), "I.2.numerator": "nhiều", "I.1.numerator": 121, "task.IV.3.01.state": "Gần xong",
             "agency.contact": " Nguyễn  Văn An", "I.1.note": "Tµi liÖu"}  # fmt: skip
    number = iter(range(9))

    def client(content: bytes) -> bytes:
        path = tmp_path / f"{next(number)}.xlsx"
        path.write_bytes(content)
        return soffice(path, "xlsx").read_bytes()

    content = fill_form(form, typed).content()
    copies = rounds(content, client)
    assert told(copies[2]) == told(copies[1])
    assert typed_in(copies[0]) == typed_in(copies[2])
    by_hand = rounds(content)[2]
    assert told(by_hand) == told(fresh_with(form, by_hand))
    known = {line for line in told(by_hand) if line[0] not in ("C20", "C24", "C25")}
    assert {line for line in told(copies[2]) if line[0] not in ("C20", "C24", "C25")} == known


def test_one_fault_mended_in_each_round_leaves_the_others() -> None:
    form = form_of("217")
    typed = {**good_values(form), "I.2.numerator": "nhiều", "I.1.numerator": 121, "task.IV.3.01.state": "Gần xong"}
    content = fill_form(form, typed).content()
    seen = [{line[0] for line in told(content)}]
    for name, right in (
        ("I.2.numerator", Decimal(99)),
        ("I.1.numerator", Decimal(115)),
        ("task.IV.3.01.state", "Đang thực hiện"),
    ):
        editor = Editor(marked(content))
        field = form.by_name[name]
        editor.put(field.sheet, field.cell, right)
        content = editor.content()
        seen.append({line[0] for line in told(content)})
    assert seen[0] >= {"D05", "E01", "D20"}
    assert seen[1] == seen[0] - {"D05"}
    assert seen[2] == seen[1] - {"E01"}
    assert seen[3] == seen[2] - {"D20"}


def test_the_list_of_faults_is_one_sheet_in_every_round() -> None:
    form = form_of("07375")
    content = fill_form(form, {**good_values(form), "I.1.numerator": "nhiều"}).content()
    names = [tuple(openpyxl.load_workbook(io.BytesIO(copy)).sheetnames) for copy in rounds(content)]
    assert names[0] == names[1] == names[2]
    assert names[0].count(LISTING) == 1
