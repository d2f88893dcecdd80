"""An agency's copied, forged or re-addressed form is never counted; its honest twin, changed as much, is."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName

from dtxl.checks import check
from dtxl.files.xlsx_edit import Editor, plain_copy
from dtxl.forms import draw_form
from dtxl.intake import Directory, Register, read_return
from dtxl.model.finding import refused
from dtxl.model.form import ABOUT, INDICATORS, LISTS, TASKS, Form
from dtxl.model.plan import Plan
from tests.small import IN_TIME, KEY, PERIOD, fill_form, form_of, good_values, register, small_plan

MINE, OTHER, OFFICE, DISTRICT = "07375", "07378", "STTTT", "217"
PLAN = small_plan()


def known(plan: Plan = PLAN, **changes: object) -> Register:
    return replace(register(plan), directory=Directory(plan), **changes)  # type: ignore[arg-type]


REGISTER = known()


def filled(agency: str = MINE, period: str = PERIOD, plan: Plan = PLAN) -> bytes:
    form = form_of(agency, plan, period)
    return fill_form(form, good_values(form)).content()


def read(content: bytes, of: Register = REGISTER, name: str = "tệp.xlsx") -> tuple[str, list[str]]:
    """The agency that the file is counted for ("" for none), and the codes of what was said."""
    intake = read_return(content, name, IN_TIME, of)
    findings = [*intake.findings, *(check(intake.form, intake.submission) if intake.form else [])]
    identity = intake.submission.identity
    counted = identity.agency if identity and intake.form and not refused(findings) else ""
    return counted, sorted({f.code for f in findings})


def edited(change: Callable[[Editor], None], content: bytes = b"") -> bytes:
    editor = Editor(content or filled())
    change(editor)
    return editor.content()


def listed(editor: Editor, part: str, sheet: str = LISTS) -> str:
    """The cell of the hidden sheet that holds a part of the identity."""
    page = editor._book[sheet]
    row = next(r for r in range(1, page.max_row + 1) if page.cell(r, 1).value == part)
    return f"B{row}"


def own(part: str, agency: str = MINE, period: str = PERIOD) -> str:
    """A part of the identity of an issued form, signature included."""
    book = openpyxl.load_workbook(io.BytesIO(draw_form(form_of(agency, PLAN, period), KEY)))
    return next(str(p.value) for p in book.custom_doc_props.props if p.name == f"dtxl.{part}")  # type: ignore[attr-defined]


def retold(editor: Editor, part: str, value: str) -> None:
    """One part in the hidden sheet only."""
    editor.put(LISTS, listed(editor, part), value)


def second_sheet(editor: Editor, agency: str) -> None:
    """A second hidden sheet, as Excel names a copy."""
    for row in openpyxl.load_workbook(io.BytesIO(filled(agency)))[LISTS].iter_rows(values_only=True):
        name = f"{LISTS} (2)"
        page = editor._book[name] if name in editor._book.sheetnames else editor._book.create_sheet(name)
        page.append(row)


def pasted(editor: Editor, sheet: str, agency: str) -> None:
    """The cells of a sheet of another workbook pasted over the same sheet."""
    theirs = openpyxl.load_workbook(io.BytesIO(filled(agency)))[sheet]
    for row in theirs.iter_rows():
        for cell in row:
            editor._book[sheet].cell(cell.row, cell.column).value = cell.value


def cover(editor: Editor, agency: str) -> None:
    """The first sheet's name and code made another agency's."""
    for key, text in (("agency", PLAN.agency_by_code[agency].name), ("code", agency)):
        row = editor.row_of(ABOUT, key)
        editor.put(ABOUT, f"C{row}", text if key == "code" else f"{text} (UBND huyện Lạng Giang)")


def headed(editor: Editor, old: str, new: str) -> None:
    """A text changed in the lines under the sheets' titles and on the first sheet."""
    for page in editor._book.worksheets:
        for row in page.iter_rows(max_row=12, max_col=3):
            for cell in row:
                if isinstance(cell.value, str) and old in cell.value:
                    cell.value = cell.value.replace(old, new)


def names_to(editor: Editor, value: str) -> None:
    editor._book.defined_names["dtxl_agency"].attr_text = f'"{value}"'


def property_to(editor: Editor, value: str) -> None:
    for prop in editor._book.custom_doc_props.props:  # type: ignore[attr-defined]
        if prop.name == "dtxl.agency" and isinstance(prop, StringProperty):
            prop.value = value


def copied(content: bytes, change: Callable[[Editor], None] = lambda _e: None) -> bytes:
    """What is left of a form that was copied into a new workbook, after a change."""
    return plain_copy(edited(change, content))


def lowered() -> Form:
    """The form with a lower target, as a forger without the key would make it."""
    easy = tuple(replace(i, targets=tuple(replace(t, value=Decimal(1)) for t in i.targets)) for i in PLAN.indicators)
    return form_of(MINE, replace(PLAN, indicators=easy))


def unkeyed(editor: Editor) -> None:
    """The target lowered, the form's id and a hash without the key computed anew for it."""
    form = lowered()
    editor.put(INDICATORS, f"D{editor.row_of(INDICATORS, 'I.2')}", "> 1%")
    editor.restate("form", form.identity.form)
    parts = (PLAN.info.id, PLAN.fingerprint, MINE, PERIOD, form.identity.form)
    editor.restate("signature", hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32])


def another_row(editor: Editor, values: dict[int, str | float]) -> None:
    editor.insert_row(INDICATORS, editor.row_of(INDICATORS, "I.2") + 1, values)


def swapped(editor: Editor, *, keys: bool) -> None:
    """The figures of two rows exchanged, with their names or without their keys."""
    first, second = editor.row_of(INDICATORS, "I.1"), editor.row_of(INDICATORS, "I.2")
    page = editor._book[INDICATORS]
    for column in range(1 if keys else 2, page.max_column + 1):
        a, b = page.cell(first, column), page.cell(second, column)
        a.value, b.value = b.value, a.value


def second_part(editor: Editor, part: str, value: str) -> None:
    """A second row of the same part below the others of the hidden sheet."""
    page = editor._book[LISTS]
    row = page.max_row + 1
    page.cell(row, 1).value, page.cell(row, 2).value = part, value


def blanked(editor: Editor, *parts: str) -> None:
    for part in parts:
        editor.restate(part, "")


def no_hidden(editor: Editor) -> None:
    editor.remove_sheets([LISTS])


@dataclass(frozen=True)
class Attempt:
    """What somebody did (`story`), the codes that must be among those said, and what an honest person did likewise."""

    story: str
    codes: set[str]
    forged: Callable[[], bytes]
    honest: Callable[[], bytes]
    counted: str = MINE  # whom the honest twin counts for


def attempt(
    story: str, codes: str, forged: Callable[[Editor], None], honest: Callable[[Editor], None] = lambda _e: None,
    *, of: str = MINE, period: str = PERIOD,
) -> Attempt:  # fmt: skip
    return Attempt(
        story, set(codes.split()), lambda: edited(forged, filled(of, period)), lambda: edited(honest, filled(MINE))
    )


ATTEMPTS = {
    "cover changed": attempt(
        "Xã A lấy biểu mẫu đã điền của xã B, sửa tên và mã đơn vị trên trang đầu thành của mình rồi gửi",
        "C23 B13", lambda e: cover(e, MINE), lambda e: e.put(ABOUT, "C13", "0204 123 456"), of=OTHER,
    ),
    "re-addressed everywhere": attempt(
        "Sửa mã đơn vị ở cả ba chỗ nhận dạng", "B06", lambda e: e.restate("agency", OTHER),
        lambda e: e.restate("agency", MINE),
    ),
    "hidden sheet of another form": attempt(
        "Chép sheet ẩn của tệp xã B đè lên sheet ẩn của tệp xã A", "B06", lambda e: pasted(e, LISTS, OTHER),
        lambda e: pasted(e, LISTS, MINE),
    ),
    "signature of another form": attempt(
        "Ghép chữ ký của biểu mẫu khác vào", "B12", lambda e: e.restate("signature", own("signature", OTHER)),
        lambda e: e.restate("signature", own("signature")),
    ),
    "period in the hidden sheet": attempt(
        "Sửa kỳ báo cáo trong sheet ẩn để nộp số của kỳ trước", "B09", lambda e: retold(e, "period", "2024-Q2"),
        lambda e: retold(e, "period", PERIOD),
    ),
    "period in all places": attempt(
        "Sửa kỳ báo cáo ở cả ba chỗ nhận dạng của biểu mẫu quý II", "B09", lambda e: e.restate("period", PERIOD),
        of=MINE, period="2024-Q2",
    ),
    "target lowered": attempt(
        "Hạ mục tiêu ghi trên sheet để thành đạt", "C23",
        lambda e: e.put(INDICATORS, f"D{e.row_of(INDICATORS, 'I.2')}", "> 1%"),
        lambda e: e.put(INDICATORS, f"D{e.row_of(INDICATORS, 'I.2')}", " >  70% "),
    ),
    "hash without the key": attempt(
        "Hạ mục tiêu rồi tính lại mã băm của biểu mẫu, nhưng không có khóa ký", "B12", unkeyed,
        lambda e: e.restate("form", own("form")),
    ),
    "form id swapped": attempt(
        "Thay mã biểu mẫu bằng mã của xã B", "B06", lambda e: e.restate("form", own("form", OTHER)),
        lambda e: e.restate("form", own("form")),
    ),
    "rows of another agency": attempt(
        "Dán dòng chỉ tiêu của Sở, có số liệu, vào biểu của xã", "B08",
        lambda e: another_row(e, {1: "II.1", 2: "II.1", 3: "Tỷ trọng thương mại điện tử", 8: 5, 10: 9}),
        lambda e: another_row(e, {}),
    ),
    "two hidden sheets": attempt(
        "Trong tệp có hai sheet ẩn, một của mình, một của xã B", "B06", lambda e: second_sheet(e, OTHER),
        lambda e: second_sheet(e, MINE),
    ),
    "second row in the hidden sheet": attempt(
        "Thêm dòng mã đơn vị thứ hai vào sheet ẩn", "B06", lambda e: second_part(e, "agency", OTHER),
        lambda e: second_part(e, "agency", MINE),
    ),
    "defined names point elsewhere": attempt(
        "Tên vùng nhận dạng trỏ sang mã của xã B", "B06", lambda e: names_to(e, OTHER),
        lambda e: e._book.defined_names.add(DefinedName("vung_cua_toi", attr_text="'Chỉ tiêu'!$H$6")),
    ),
    "custom property changed": attempt(
        "Sửa thuộc tính tệp thành mã của xã B", "B06", lambda e: property_to(e, OTHER),
        lambda e: e._book.custom_doc_props.append(StringProperty(name="Người soạn", value="An")),  # type: ignore[attr-defined]
    ),
    "hidden sheet gone and property changed": attempt(
        "Xóa sheet ẩn rồi sửa thuộc tính tệp", "B06", lambda e: (no_hidden(e), property_to(e, OTHER)), no_hidden,  # type: ignore[arg-type, return-value, func-returns-value]
    ),
    "last quarter's form": attempt("Gửi lại nguyên biểu mẫu đã ký của quý khác", "B09", lambda _e: None,
                                   period="2024-Q2"),
    "last quarter's form with new headings": attempt(
        "Biểu mẫu đã ký của quý II, mọi dòng tiêu đề sửa thành quý I", "B09",
        lambda e: headed(e, "uý II năm 2024", "uý I năm 2024"), period="2024-Q2",
    ),
    "heading of another period": attempt(
        "Dán số liệu kèm tiêu đề của quý II vào biểu mẫu quý I", "B09",
        lambda e: headed(e, "uý I năm 2024", "uý II năm 2024"),
    ),
    "sheet of another agency": attempt(
        "Dán cả sheet chỉ tiêu của xã B, gồm tiêu đề, vào tệp của mình", "B06", lambda e: pasted(e, INDICATORS, OTHER),
        lambda e: pasted(e, INDICATORS, MINE),
    ),
    "another plan": attempt(
        "Sửa mã kế hoạch", "B05", lambda e: e.restate("plan", "bac-giang-2023"),
        lambda e: e.restate("plan", PLAN.info.id),
    ),
    "fingerprint changed": attempt(
        "Sửa dấu của kế hoạch để giả bản mới hơn", "B12", lambda e: e.restate("fingerprint", "0" * 12),
        lambda e: e.restate("fingerprint", PLAN.fingerprint),
    ),
    "only the signature left": attempt(
        "Xóa mọi thông tin nhận dạng, chỉ để lại chữ ký", "B05",
        lambda e: blanked(e, "plan", "fingerprint", "agency", "period", "form"),
    ),
    "figures moved to another row": attempt(
        "Đổi chỗ số liệu hai chỉ tiêu mà để nguyên mã dòng ẩn", "C23", lambda e: swapped(e, keys=False),
        lambda e: swapped(e, keys=True),
    ),
    "another key": Attempt(
        "Biểu mẫu ký bằng khóa của một bộ cài dtxl khác", {"B12"},
        lambda: fill_form(form_of(MINE), good_values(form_of(MINE)), draw_form(form_of(MINE), b"k" * 32)).content(),
        filled,
    ),
    "copy with another commune's cover": Attempt(
        "Chép biểu của xã B sang tệp mới, đổi tên trên trang đầu và tiêu đề thành xã A", {"B01"},
        lambda: copied(filled(OTHER), lambda e: (cover(e, MINE), headed(e, "xã Nghĩa Hòa", "thị trấn Vôi"))),  # type: ignore[arg-type, return-value, func-returns-value]
        lambda: copied(filled(OFFICE)), OFFICE,
    ),
    "copy of an office's rows under another office's cover": Attempt(
        "Chép biểu của Sở sang tệp mới rồi ghi tên UBND huyện", {"B01"},
        lambda: copied(filled(OFFICE), lambda e: (
            headed(e, "Sở Thông tin và Truyền thông", "UBND huyện Lạng Giang"), headed(e, "STTTT", "217"))),  # type: ignore[arg-type, return-value, func-returns-value]
        lambda: copied(filled(DISTRICT)), DISTRICT,
    ),
    "copy of last quarter's form, period rewritten": Attempt(
        "Chép biểu quý II của Sở sang tệp mới, sửa mọi chữ “quý II” thành “quý I”", {"B01"},
        lambda: copied(filled(OFFICE, "2024-Q2"), lambda e: headed(e, "uý II năm 2024", "uý I năm 2024")),
        lambda: copied(filled(OFFICE)), OFFICE,
    ),
    "copy of last quarter's form, cover rewritten": Attempt(
        "Chép biểu quý II của Sở sang tệp mới, chỉ sửa kỳ trên trang đầu", {"B09"},
        lambda: copied(filled(OFFICE, "2024-Q2"), lambda e: e.put(ABOUT, "C8", "Quý I năm 2024")),
        lambda: copied(filled(OFFICE)), OFFICE,
    ),
    "copy with a target lowered": Attempt(
        "Chép biểu của Sở sang tệp mới và hạ một mục tiêu", {"B01"},
        lambda: copied(filled(OFFICE), lambda e: e.put(INDICATORS, f"D{e.row_of(INDICATORS, 'I.2')}", "> 1%")),
        lambda: copied(filled(OFFICE)), OFFICE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_forged_form_is_never_counted(name: str) -> None:
    tried = ATTEMPTS[name]
    counted, codes = read(tried.forged())
    assert counted == "", tried.story
    assert tried.codes <= set(codes), tried.story


@pytest.mark.parametrize("name", ATTEMPTS)
def test_its_honest_twin_is_counted_for_whom_it_is(name: str) -> None:
    counted, codes = read(ATTEMPTS[name].honest())
    assert counted == ATTEMPTS[name].counted, codes


def test_a_spreadsheet_of_another_make_with_the_name_changed(
    soffice: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    """Biểu của xã B mở bằng LibreOffice, sửa tên đơn vị, lưu thành .ods rồi gửi."""
    for name, change, counted in (("giả", lambda e: cover(e, MINE), ""), ("thật", lambda _e: None, OTHER)):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(edited(change, filled(OTHER)))
        assert read(soffice(path, "ods").read_bytes())[0] == counted


# Register and list of agencies


def test_an_old_signed_form_resent() -> None:
    """B03: một bản mới đã gửi sau nó; bản cũ mà chưa có bản mới thì vẫn được tính."""
    later = replace(PLAN, indicators=tuple(replace(i, name=f"{i.name} (sửa)") for i in PLAN.indicators))
    old = form_of(MINE)
    issued = dict.fromkeys([old.identity.form, form_of(MINE, later).identity.form], (MINE, PERIOD))
    kept: dict[str, object] = {"issued": issued.get, "as_issued": lambda _i: old}
    assert read(filled(), known(later, **kept, replaced=lambda form: form == old.identity.form)) == ("", ["B03"])
    assert read(filled(), known(later, **kept))[0] == MINE


def test_a_target_of_an_old_form_that_is_no_more() -> None:
    """F12: beside B03, for each target that the plan has changed since; none where only words were mended."""
    changed = replace(PLAN.indicators[1], targets=(replace(PLAN.indicators[1].targets[0], value=Decimal(75)),))
    mended = replace(PLAN.indicators[1], name=f"{PLAN.indicators[1].name} (sửa)")
    for now, codes in ((changed, ["B03", "F12"]), (mended, ["B03"])):
        later = replace(PLAN, indicators=(PLAN.indicators[0], now, PLAN.indicators[2]))
        of = known(
            later, issued=lambda _f: (MINE, PERIOD), as_issued=lambda _i: form_of(MINE), replaced=lambda _f: True
        )
        assert read(filled(), of) == ("", codes)
        remark = next((f for f in read_return(filled(), "x", IN_TIME, of).findings if f.code == "F12"), None)
        if remark:
            assert (remark.sheet, remark.cell, remark.found) == (INDICATORS, "D7", "> 70%")
            assert "> 75%" in remark.message


def test_a_form_that_the_register_does_not_know() -> None:
    """B04: signed with our key and younger than the database (a backup was restored); known again once it is there."""
    later = replace(PLAN, indicators=tuple(replace(i, unit="phần trăm") for i in PLAN.indicators))
    content = filled(plan=later)
    assert read(content) == ("", ["B04"])
    assert read(content, known(later)) == (MINE, [])
    assert read(content, known(accepted=lambda _sha: MINE))[1] != ["B04"]
    assert read(content, known(accepted=lambda _sha: OTHER)) == ("", ["B04"])


@pytest.mark.parametrize(
    ("aliases", "levels", "says"),
    [((), False, "07375"), (("UBND thị trấn Vôi",), False, "UBND xã Lạng Giang"), ((), True, "cấp này không còn")],
)
def test_an_agency_that_was_merged_or_dissolved(aliases: tuple[str, ...], levels: bool, says: str) -> None:
    """B07, with the unit that took its place where the plan workbook has the old name; the level that is no more."""
    heir = replace(PLAN.agency_by_code[OTHER], code="90001", name="UBND xã Lạng Giang", aliases=aliases)
    agencies = (PLAN.agencies[0],) if levels else (PLAN.agencies[0], heir)
    of = known(replace(PLAN, agencies=agencies), as_issued=lambda _i: form_of(MINE))
    intake = read_return(filled(), "x.xlsx", IN_TIME, of)
    assert [f.code for f in intake.findings] == ["B07"]
    assert says in intake.findings[0].message


def test_an_agency_renamed_since_is_the_same_agency() -> None:
    renamed = tuple(replace(a, name="UBND phường Vôi") if a.code == MINE else a for a in PLAN.agencies)
    assert read(filled(), known(replace(PLAN, agencies=renamed), as_issued=lambda _i: form_of(MINE)))[0] == MINE


def test_a_row_of_nobody_is_no_row_of_another_agency() -> None:
    """B08 only with figures, and only for an indicator that the plan has."""
    made_up = edited(lambda e: another_row(e, {1: "I.99", 2: "I.99", 3: "Chỉ tiêu riêng", 8: 5, 10: 9}))
    without = edited(lambda e: another_row(e, {1: "II.1", 2: "II.1", 3: "Tỷ trọng thương mại điện tử"}))
    for content in (made_up, without):
        assert read(content) == ("", ["C11"])


# Names of files (B13)


@pytest.mark.parametrize(
    "name",
    ["07378-ubnd-xa-nghia-hoa.xlsx", "BC CĐS UBND xã Nghĩa Hòa quý 1.xlsx", "xa nghia hoa (1).xlsx",
     "UBND_XÃ_NGHĨA_HÒA.xlsx", "a/b/Báo cáo 07378.xlsx"],
)  # fmt: skip
def test_a_file_name_that_names_another_agency(name: str) -> None:
    assert read(filled(), name=name) == (MINE, ["B13"])


@pytest.mark.parametrize(
    "name",
    ["bao cao cuoi cung (2) final.xlsx", "gửi Sở Thông tin và Truyền thông.xlsx", "217 hồ sơ quý 1 2024.xlsx",
     "huyện Lạng Giang - TT Vôi.xlsx", "07375-ubnd-thi-tran-voi.xlsx", "UBND xã Nghĩa Hòa gửi nhầm 07375.xlsx",
     "Book1.xlsx", "UBND xã Nghĩa Hòa/tệp của thị trấn Vôi.xlsx"],
)  # fmt: skip
def test_a_file_name_is_free(name: str) -> None:
    assert read(filled(), name=name) == (MINE, [])


def test_a_cover_that_says_otherwise_is_said_beside_what_was_changed() -> None:
    assert read(edited(lambda e: cover(e, OTHER))) == ("", ["B13", "C23"])
    unknown = edited(lambda e: e.put(ABOUT, f"C{e.row_of(ABOUT, 'agency')}", "UBND thị trấn Vôi mới"))
    assert read(unknown) == ("", ["C23"])


def test_a_task_sheet_of_another_agency_is_seen_by_its_heading() -> None:
    content = edited(lambda e: pasted(e, TASKS, DISTRICT), filled(OFFICE))
    assert read(content)[0] == ""
    assert "B06" in read(content)[1]
