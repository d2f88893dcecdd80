"""A returned file is known by its signed identity and read by its keys, whatever was done to it."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dtxl.core.legacy import repair
from dtxl.core.text import tidy_lines
from dtxl.files.xlsx_edit import Editor, locked, plain_copy
from dtxl.forms import draw_form
from dtxl.intake import Intake, read_return
from dtxl.model.form import ABOUT, GUIDE, INDICATORS, TASKS, build_form
from tests.small import IN_TIME, KEY, fill_form, form_of, good_values, register, small_plan

REGISTER = register()
FORM = form_of("07375")
BLANK = draw_form(FORM, KEY)


def take(content: bytes, **changes: object) -> Intake:
    return read_return(content, "tệp.xlsx", IN_TIME, replace(REGISTER, **changes) if changes else REGISTER)  # type: ignore[arg-type]


def codes(intake: Intake) -> list[str]:
    return sorted(f.code for f in intake.findings)


def good() -> Editor:
    return fill_form(FORM, good_values(FORM), BLANK)


def edited(change: Callable[[Editor], None]) -> Intake:
    editor = good()
    change(editor)
    return take(editor.content())


def canonical(intake: Intake) -> dict[str, str]:
    return {n: v.canonical for n, v in intake.submission.values.items() if not v.blank}


def expected() -> dict[str, str]:
    return {n: str(v) for n, v in good_values(FORM).items()}


def test_a_good_return_is_read_without_a_word() -> None:
    intake = take(good().content())
    assert intake.findings == ()
    assert canonical(intake) == expected()
    assert set(intake.submission.values) == set(FORM.by_name)
    value = intake.submission.values["I.2.numerator"]
    assert (value.sheet, value.cell, value.number) == (
        INDICATORS,
        "H7",
        120,
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "A04"),
        (b"PK\x03\x04 half a file", "A01"),
        (BLANK[: len(BLANK) // 2], "A01"),
        (b"\x00\x01\x02\x03" * 50, "A01"),
        (b"%PDF-1.7 ...", "A02"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "A02"),
        (b"\x89PNG\r\n\x1a\n....", "A02"),
        ("Mã;Tử số;Mẫu số\nI.1;1;2\n".encode(), "A02"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "A02"),
    ],
)
def test_files_that_are_no_workbook(content: bytes, code: str) -> None:
    intake = take(content)
    assert codes(intake) == [code]
    assert intake.unreadable
    assert intake.form is None


def test_a_password_is_recognised() -> None:
    assert codes(take(locked(good().content(), "mật khẩu"))) == ["A03"]


def test_an_archive_of_workbooks_is_said_to_be_one() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.xlsx", good().content())
    assert codes(take(out.getvalue())) == ["A05"]


def test_a_word_file_is_refused_by_its_content() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert codes(take(out.getvalue())) == ["A02"]


def _with_part(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            target.writestr(entry, change(data.decode()).encode() if entry.filename == part else data)
    return out.getvalue()


@pytest.mark.parametrize("cell", ["XFD1048576", "ZZZ1", "A99999999999999999999"])
def test_a_cell_far_out_is_refused_before_memory_is_asked_for(cell: str) -> None:
    far = _with_part(
        good().content(),
        "xl/worksheets/sheet3.xml",
        lambda x: x.replace("</sheetData>", f'<row><c r="{cell}"><v>1</v></c></row></sheetData>'),
    )
    intake = take(far)
    assert intake.unreadable
    assert codes(intake)[0] in {"A01", "A10"}


def test_false_counts_are_refused() -> None:
    lying = _with_part(BLANK, "xl/sharedStrings.xml", lambda x: x.replace('uniqueCount="', 'uniqueCount="4294967', 1))
    assert codes(take(lying)) == ["A01"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(BLANK) - 1), st.integers(0, 255), st.integers(0, len(BLANK)))
def test_damaged_bytes_give_findings_and_never_a_traceback(place: int, byte: int, end: int) -> None:
    spoilt = bytearray(BLANK)
    spoilt[place] = byte
    for content in (bytes(spoilt), BLANK[:end]):
        intake = take(content)
        assert intake.form is not None or intake.findings


# Identity


def test_a_workbook_of_somebody_else() -> None:
    assert codes(take(plain_copy(good().content()))) == ["B01"]


def test_another_plan() -> None:
    intake = edited(lambda e: e.restate("plan", "son-la-2023"))
    assert codes(intake) == ["B05"]
    assert intake.submission.identity is None


def test_a_validly_signed_form_of_another_plan() -> None:
    assert codes(take(good().content(), plan="bac-giang-2025")) == ["B05"]


def test_an_altered_agency() -> None:
    intake = edited(lambda e: e.restate("agency", "07378"))
    assert codes(intake) == ["B06"]
    assert intake.submission.identity is None


def test_an_agency_altered_in_one_place_only() -> None:
    def change(editor: Editor) -> None:
        row = next(r for r in range(1, 9) if editor._book["_danh_muc"].cell(r, 1).value == "agency")
        editor.put("_danh_muc", f"B{row}", "07378")

    assert codes(edited(change)) == ["B06"]


def test_another_period() -> None:
    form = form_of("07375", period="2024-Q2")
    intake = take(fill_form(form, good_values(form)).content())
    assert codes(intake) == ["B09"]
    assert intake.submission.identity is not None
    assert intake.form is None


def test_a_forged_period() -> None:
    assert codes(edited(lambda e: e.restate("period", "2024-Q2"))) == ["B09"]


def test_a_signature_of_another_key() -> None:
    other = fill_form(FORM, good_values(FORM), draw_form(FORM, b"another key, 32 bytes long......")).content()
    intake = take(other)
    assert codes(intake) == ["B12"]
    assert intake.submission.identity is None


def test_an_agency_that_is_no_more() -> None:
    assert codes(take(good().content(), form_for=lambda _code: None)) == ["B07"]


def test_a_form_whose_rows_are_no_longer_asked() -> None:
    assert codes(take(good().content(), form_for=lambda _code: form_of("07378"))) == ["B03"]


def test_identity_lost_in_one_place_still_holds() -> None:
    content = _with_part(good().content(), "docProps/custom.xml", lambda x: x.replace("dtxl.", "other."))
    intake = take(content)
    assert codes(intake) == ["B02"]
    assert intake.findings[0].severity == "warning"
    assert canonical(intake) == expected()


def test_file_name_and_sheet_order_do_not_matter() -> None:
    editor = good()
    editor._book.move_sheet(INDICATORS, -2)
    assert take(editor.content()).findings == ()


# Structure


def test_a_sheet_removed() -> None:
    assert codes(edited(lambda e: e.remove_sheets([INDICATORS]))) == ["C01"]


def test_a_sheet_that_asks_nothing_may_go() -> None:
    assert codes(edited(lambda e: e.remove_sheets([TASKS, GUIDE]))) == []


def test_a_sheet_renamed() -> None:
    intake = edited(lambda e: e.rename_sheet(INDICATORS, "chi tieu quy 1"))
    assert codes(intake) == ["C02"]
    assert canonical(intake) == expected()
    assert intake.submission.values["I.1.numerator"].sheet == "chi tieu quy 1"


def test_a_row_removed() -> None:
    intake = edited(lambda e: e.delete_row(INDICATORS, e.row_of(INDICATORS, "I.2")))
    assert codes(intake) == ["C10"]
    assert "I.2" in intake.findings[0].message
    assert "I.2.numerator" not in intake.submission.values
    assert canonical(intake)["I.1.numerator"] == "120"


def test_a_row_added_with_figures() -> None:
    row = FORM.row_of[INDICATORS, "I.2"] + 1
    intake = edited(lambda e: e.insert_row(INDICATORS, row, {3: "Chỉ tiêu riêng", 8: 5, 10: 9}))
    assert codes(intake) == ["C11"]
    assert canonical(intake) == expected()


def test_a_row_with_a_made_up_code() -> None:
    row = FORM.row_of[INDICATORS, "I.2"] + 1
    assert codes(edited(lambda e: e.insert_row(INDICATORS, row, {1: "I.99"}))) == ["C11"]


def test_a_blank_row_added_changes_no_value() -> None:
    row = FORM.row_of[INDICATORS, "I.2"] + 1
    intake = edited(lambda e: e.insert_row(INDICATORS, row, {}))
    assert codes(intake) == ["C14"]
    assert canonical(intake) == expected()


def test_a_row_twice() -> None:
    row = FORM.row_of[INDICATORS, "I.2"] + 2
    assert codes(edited(lambda e: e.insert_row(INDICATORS, row, {1: "I.2", 8: 7, 10: 9}))) == ["C12"]


def test_rows_sorted() -> None:
    first, second = (r.row + 1 for r in FORM.indicator_rows)
    editor = good()
    editor.put(INDICATORS, FORM.by_name["I.1.numerator"].cell, Decimal(119))
    editor.swap_rows(INDICATORS, first, second)
    intake = take(editor.content())
    assert codes(intake) == ["C13"]
    assert canonical(intake) == {**expected(), "I.1.numerator": "119"}


def test_columns_moved() -> None:
    editor = good()
    editor._book[INDICATORS].insert_cols(7)
    intake = take(editor.content())
    assert codes(intake) == ["C07"]
    assert canonical(intake) == expected()
    assert intake.submission.values["I.1.numerator"].cell == "I6"


@pytest.mark.parametrize(
    ("sheet", "column", "key", "text"),
    [(INDICATORS, "D", "I.2", "> 10%"), (INDICATORS, "C", "I.2", "Chỉ tiêu khác"), (ABOUT, "C", "agency", "UBND xã X"),
     (INDICATORS, "H", "#key", "Số liệu")],
)  # fmt: skip
def test_fixed_text_changed(sheet: str, column: str, key: str, text: str) -> None:
    intake = edited(lambda e: e.put(sheet, f"{column}{e.row_of(sheet, key)}", text))
    assert codes(intake) == ["C23"]
    assert intake.findings[0].cell.startswith(column)
    assert canonical(intake) == expected()


def test_fixed_text_in_other_clothes_is_unchanged() -> None:
    row = FORM.row_of[INDICATORS, "I.2"] + 1
    intake = edited(lambda e: e.put(INDICATORS, f"C{row}", "  TỶ LỆ hồ  sơ trực tuye\u0302\u0301n"))
    assert codes(intake) == []


def test_text_of_an_agency_stays_text() -> None:
    note = '=HYPERLINK("http://x")\nDòng hai {{ 7*7 }} <b>&'
    name = "I.1.note"
    intake = take(fill_form(FORM, {**good_values(FORM), name: note}, BLANK).content())
    assert intake.submission.text(name) == note


_VALUES = st.fixed_dictionaries(
    {
        "I.1.numerator": st.integers(0, 10**9),
        "I.1.denominator": st.integers(1, 10**9),
        "I.2.numerator": st.integers(0, 10**9),
        "I.2.note": st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Co", "Cf")), max_size=60),
        "I.2.absent": st.sampled_from(["Chưa có số liệu", "Không phát sinh", "Không thuộc phạm vi"]),
        "agency.signed_on": st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 1, 1)),
    }
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(_VALUES)
def test_what_is_typed_is_what_is_read(typed: dict[str, object]) -> None:
    intake = take(fill_form(FORM, typed, BLANK).content())
    for name, value in typed.items():
        read = intake.submission.values[name]
        if isinstance(value, int):
            assert read.number == value
        elif isinstance(value, str):
            # Letters that only look right ("Ð" for "Đ") are read as what they look like.
            assert (read.text or "") == tidy_lines(repair(value).text)
        else:
            assert read.day == value


# What attackers and hurried clerks did


def test_a_second_column_of_the_same_title_leaves_no_figure_certain() -> None:
    def change(editor: Editor) -> None:
        page = editor._book[INDICATORS]
        page.insert_cols(8)
        page["H4"] = "Tử số"
        page["H6"] = 1

    assert "C08" in codes(edited(change))


def test_a_header_row_removed() -> None:
    assert "C04" in codes(edited(lambda e: e.delete_row(INDICATORS, e.row_of(INDICATORS, "#key"))))


def test_two_copies_of_a_sheet_are_none() -> None:
    def change(editor: Editor) -> None:
        book = editor._book
        for name in ("bản 1", "bản 2"):
            book.copy_worksheet(book[INDICATORS]).title = name
        del book[INDICATORS]

    assert codes(edited(change)) == ["C01"]


def test_a_row_of_ones_own_without_figures_is_seen() -> None:
    row = FORM.row_of[INDICATORS, "I.2"] + 1
    assert codes(edited(lambda e: e.insert_row(INDICATORS, row, {2: "I.99", 3: "Chỉ tiêu mới"}))) == ["C11"]


def test_a_signature_below_the_table_is_no_row() -> None:
    last = max(r.row for r in FORM.indicator_rows) + 3
    assert codes(edited(lambda e: e.put(INDICATORS, f"N{last}", "Thủ trưởng đơn vị"))) == []
    assert codes(edited(lambda e: e.put(INDICATORS, f"H{last}", Decimal(5)))) == ["C11"]


@pytest.mark.parametrize(("shown", "stored", "code"), [("0%", 0.85, "D05"), ("0.00%", 1, "D05"), ('0"%"', 85, "D05")])
def test_a_cell_shown_as_a_percentage_is_read_as_it_is_shown(shown: str, stored: float, code: str | None) -> None:
    def change(editor: Editor) -> None:
        cell = editor._book[INDICATORS]["H7"]
        cell.value, cell.number_format = stored, shown

    intake = edited(change)
    assert codes(intake) == ([code] if code else [])
    assert intake.submission.number("I.2.numerator") == (None if code else 85)


def test_a_task_shown_as_a_percentage_is_read_as_it_is_shown() -> None:
    form = form_of("217")
    editor = fill_form(form, good_values(form))
    cell = editor._book[TASKS]["F5"]
    cell.value, cell.number_format = 0.6, "0%"
    intake = take(editor.content())
    assert codes(intake) == ["D07"]
    assert intake.submission.number("task.IV.3.01.percent") == 60


@pytest.mark.parametrize(("part", "value", "code"), [("period", "2024-Q2", "B09"), ("plan", "khac", "B05")])
def test_one_place_that_says_otherwise_is_believed_to_be_wrong(part: str, value: str, code: str) -> None:
    def change(editor: Editor) -> None:
        row = next(r for r in range(1, 9) if editor._book["_danh_muc"].cell(r, 1).value == part)
        editor.put("_danh_muc", f"B{row}", value)

    assert codes(edited(change)) == [code]


def test_an_error_pasted_as_text_is_an_error() -> None:
    assert codes(edited(lambda e: e.put(INDICATORS, "H7", "#N/A"))) == ["D14"]


def test_what_the_office_changes_after_issue_does_not_make_forms_old() -> None:
    plan = small_plan()
    later = replace(plan, info=replace(plan.info, title="Kế hoạch (đã đính chính)", aggregator="Sở khác"))
    moved = tuple(replace(p, agency_due=p.agency_due.replace(day=20)) for p in plan.periods)
    assert codes(take(good().content(), **vars(register(replace(later, periods=moved))))) == []


def test_last_periods_results_may_move_after_issue() -> None:
    plan = small_plan()
    dates = plan.periods[0]
    before = build_form(plan, plan.agency_by_code["07375"], dates, {"I.2": (Fraction(50), "%")})
    issued = fill_form(before, good_values(before)).content()
    assert codes(take(issued)) == []


# Text in old encodings


def typed(name: str, text: str) -> Intake:
    return take(fill_form(FORM, {**good_values(FORM), name: text}, BLANK).content())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Ch­a cã kinh phÝ thùc hiÖn", "Chưa có kinh phí thực hiện"),
        ("Chöa coù kinh phí thöïc hieän", "Chưa có kinh phí thực hiện"),
        ("Sè liÖu cña UBND x·,\n®Õn 14/3/2024", "Số liệu của UBND xã,\nđến 14/3/2024"),
        ("\u00d0ã trình H\u00d0ND", "Đã trình HĐND"),
    ],
)
def test_notes_in_old_encodings_are_read_in_unicode_and_said(text: str, read: str) -> None:
    intake = typed("I.1.note", text)
    assert codes(intake) == ["A06"]
    remark = intake.findings[0]
    assert (remark.field, dict(remark.args)["value"]) == ("I.1.note", " ".join(read.split()))
    assert intake.submission.text("I.1.note") == read
    assert intake.submission.values["I.1.note"].raw != read


@pytest.mark.parametrize(
    "text",
    [
        "Chưa có kinh phí thực hiện",
        "Uỷ ban nhân dân xã Hoà Bình",
        "Bà Hélène, dự án El Niño",
        "Bé Na",
        "10 µm, § 5, 30 m³",
    ],
)
def test_proper_notes_are_left_without_a_word(text: str) -> None:
    intake = typed("I.1.note", text)
    assert codes(intake) == []
    assert intake.submission.text("I.1.note") == text


def test_a_word_in_doubt_stays_and_is_said() -> None:
    intake = typed("I.1.note", "Thaï")
    assert codes(intake) == ["A06"]
    assert intake.submission.text("I.1.note") == "Thaï"


def test_a_number_and_a_choice_in_an_old_encoding() -> None:
    assert codes(typed("I.2.numerator", "kho¶ng 110")) == ["A06", "D10"]
    form = form_of("217")
    values = {**good_values(form), "task.IV.3.01.state": "§ang thùc hiÖn"}
    intake = take(fill_form(form, values).content())
    assert codes(intake) == ["A06"]
    assert intake.submission.text("task.IV.3.01.state") == "Đang thực hiện"


def test_a_unit_that_may_be_another_is_asked_about() -> None:
    intake = typed("I.2.numerator", "110 kg")
    assert [(f.code, str(f.severity)) for f in intake.findings] == [("D06", "warning")]
