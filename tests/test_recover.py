"""What is nobody's by its signature: known again where no doubt is left, offered, answered for; parts put together;
figures carried over; a period locked."""

import io
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from dtxl.cli.main import cli
from dtxl.core.errors import DtxlError
from dtxl.files.safe import write_whole
from dtxl.files.xlsx_edit import Editor, plain_copy
from dtxl.intake import Directory, Intake, read_return
from dtxl.model.form import ABOUT, COLUMNS, GUIDE, INDICATORS, TASKS, Form
from dtxl.model.submission import Identity, Submission, Value
from dtxl.pipeline import accept as accepting
from dtxl.pipeline import collect as collecting
from dtxl.pipeline.accept import close_period, open_period
from dtxl.pipeline.collect import Collected
from dtxl.pipeline.issue import FormBuilder, issue_forms
from dtxl.pipeline.summary import make_rollup, part_sources, trace
from dtxl.pipeline.workspace import PLANBOOK, Workspace, init_workspace
from dtxl.planbook import write_planbook
from dtxl.store import open_store, schema
from dtxl.store.decisions import decide, decisions, lock, locked, unlock
from dtxl.store.engine import writing
from tests.small import IN_TIME, PERIOD, fill_form, form_of, good_values, register, small_plan

PLAN = small_plan()
REGISTER = replace(register(), directory=Directory(PLAN))
Q2 = "2024-Q2"
# In this process: what is opened here was made here, and a process for each call takes longer than the call.
collect = partial(collecting.collect, apart=False)
accept = partial(accepting.accept, apart=False)


def copy_of(agency: str, **typed: Decimal) -> bytes:
    form = form_of(agency)
    return plain_copy(fill_form(form, {**good_values(form), **typed}).content())


def take(content: bytes, agency: str = "", name: str = "tệp.xlsx") -> Intake:
    return read_return(content, name, IN_TIME, replace(REGISTER, accepted=lambda _sha: agency))


def whose(intake: Intake) -> str:
    return intake.submission.identity.agency if intake.submission.identity else ""


def offered(intake: Intake) -> str:
    return next((dict(f.args).get("offer", "") for f in intake.findings), "")


def figures(intake: Intake) -> dict[str, str]:
    return {n: v.canonical for n, v in intake.submission.values.items() if not v.blank}


def changed(content: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Certain, offered, unknown


@pytest.mark.parametrize("agency", ["STTTT", "217"])
def test_a_whole_copy_of_a_form_that_one_agency_alone_has_is_read(agency: str) -> None:
    intake = take(copy_of(agency))
    assert whose(intake) == agency
    assert {f.code for f in intake.findings if f.severity.blocks} == set()
    assert "B02" in {f.code for f in intake.findings}
    assert figures(intake) == {n: str(v) for n, v in good_values(form_of(agency)).items()}


def test_a_copy_of_a_form_whose_rows_many_have_is_offered() -> None:
    intake = take(copy_of("07378"))
    assert (whose(intake), offered(intake)) == ("", "07378")
    assert [f.code for f in intake.findings] == ["B01"]
    assert "UBND xã Nghĩa Hòa (mã 07378)" in intake.findings[0].message


def test_an_identity_of_which_little_is_left_counts_for_nothing_by_itself() -> None:
    """Names that a program dropped are lost; a signature that does not hold is forged."""

    def strip(editor: Editor, *parts: str) -> bytes:
        for name in parts:
            editor.restate(name, "")
        return editor.content()

    parts = ("fingerprint", "form", "signature", "period")
    for agency, counted in (("STTTT", "STTTT"), ("07378", "")):
        form = form_of(agency)
        left = take(strip(fill_form(form, dict(good_values(form))), *parts))
        assert (whose(left), offered(left)) == (counted, "" if counted else agency)
        forged = take(strip(fill_form(form, dict(good_values(form))), *parts[:2]))
        assert (whose(forged), offered(forged)) == ("", "")


def test_a_workbook_of_ones_own_is_nobodys() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Đơn vị báo cáo", "UBND xã Nghĩa Hòa"])
    book.worksheets[0].append(["Kỳ báo cáo", "Quý I năm 2024"])
    out = io.BytesIO()
    book.save(out)
    intake = take(out.getvalue())
    assert ([f.code for f in intake.findings], offered(intake)) == (["B01"], "")


def _no_keys(book: openpyxl.Workbook) -> None:
    for page in book.worksheets:
        page.delete_cols(1)


def _renamed(book: openpyxl.Workbook) -> None:
    for number, page in enumerate(book.worksheets):
        page.title = f"Trang tính{number}"


def _lower(book: openpyxl.Workbook) -> None:
    for page in book.worksheets:
        page.insert_rows(1, 3)


def _both(book: openpyxl.Workbook) -> None:
    _no_keys(book)
    _renamed(book)


@pytest.mark.parametrize("change", [_no_keys, _renamed, _lower, _both])
@pytest.mark.parametrize("agency", ["STTTT", "07378"])
def test_what_somebody_answered_for_is_read_by_labels(agency: str, change: Callable[[openpyxl.Workbook], None]) -> None:
    content = changed(copy_of(agency), change)
    intake = take(content, agency)
    assert whose(intake) == agency
    assert figures(intake) == {n: str(v) for n, v in good_values(form_of(agency)).items()}
    book = openpyxl.load_workbook(io.BytesIO(content))
    for value in intake.submission.values.values():
        if value.number is not None:  # the address is that of the file, not of the form
            assert book[value.sheet][value.cell].value == value.number


def test_an_answer_against_what_the_file_says_changes_nothing() -> None:
    for content, agency, code in (
        (copy_of("07378"), "07375", "B06"),
        (fill_form(form_of("07378"), {}).content(), "07375", ""),
        (plain_copy(fill_form(form_of("07375", period=Q2), {}).content()), "07375", "B09"),
        (copy_of("07375"), "99999", "B06"),
    ):
        intake = take(content, agency)
        assert whose(intake) != agency
        assert not code or code in {f.code for f in intake.findings}


# The parts of a copy that say whose it is: (sheet, row, column), zero-based
def _labels(form: Form) -> list[tuple[str, int, int]]:
    return [(t.sheet, t.row, t.column) for t in form.fixed if t.role != "hint"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_destroyed_it_is_never_another_agencys(data: st.DataObject) -> None:
    agency = data.draw(st.sampled_from([a.code for a in PLAN.agencies]))
    labels = _labels(form_of(agency))
    share = data.draw(st.sampled_from([1, 3, len(labels)]))
    gone = data.draw(st.sets(st.sampled_from(labels), max_size=share))
    lost = data.draw(st.sets(st.sampled_from([ABOUT, TASKS, GUIDE]), max_size=2))
    spoilt = data.draw(st.sampled_from([None, "…", "#REF!"]))

    def destroy(book: openpyxl.Workbook) -> None:
        for sheet, row, column in gone:
            book[sheet].cell(row + 1, column + 1).value = spoilt
        for name in lost:
            del book[name]

    intake = take(changed(COPIES[agency], destroy))
    assert whose(intake) in ("", agency)
    assert offered(intake) in ("", agency)
    assert whose(intake) == agency or "B01" in {f.code for f in intake.findings}
    if whose(intake):
        assert not lost & {*COLUMNS}


COPIES = {a.code: copy_of(a.code) for a in PLAN.agencies}


# A whole workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """The small plan's, with the forms of two quarters issued."""
    source = tmp_path / "kế hoạch.xlsx"
    source.write_bytes(write_planbook(PLAN))
    made = init_workspace(tmp_path / "kh 2024", source)
    for period in (PERIOD, Q2):
        issue_forms(made, period)
    yield made
    made.close()


def form_in(workspace: Workspace, agency: str, period: str = PERIOD) -> Form:
    form = FormBuilder(workspace, workspace.period(period))(agency)
    assert form is not None
    return form


def sent(workspace: Workspace, agency: str, period: str = PERIOD) -> Editor:
    """The form as it was sent out, with good values typed in."""
    form = form_in(workspace, agency, period)
    path = workspace.form_path(period, form.agency)
    return fill_form(form, dict(good_values(form)), path.read_bytes())


def drop(workspace: Workspace, name: str, content: bytes, day: int = 10, period: str = PERIOD) -> Path:
    """A file in the inbox, received on this day of the period's last month."""
    path = workspace.folder(period, "nhan-ve") / name
    path.write_bytes(content)
    moment = datetime(2024, 3 if period == PERIOD else 6, day, 9).timestamp()
    os.utime(path, (moment, moment))
    return path


def told(collected: Collected) -> dict[str, tuple[str, list[str]]]:
    return {Path(f.path).name: (f.status, sorted({x.code for x in f.findings})) for f in collected.files}


def values(workspace: Workspace, agency: str, period: str = PERIOD) -> dict[str, str]:
    """What counts of an agency."""
    accepted = [r for r in workspace.store.receipts(period) if (r.agency, r.status) == (agency, "accepted")]
    return {n: v.canonical for r in accepted for n, v in workspace.store.values([r])[r.id].items()}


def test_a_copy_is_offered_accepted_and_in_the_journal(workspace: Workspace) -> None:
    path = drop(workspace, "bản chép.xlsx", plain_copy(sent(workspace, "07378").content()))
    root = str(workspace.root)
    runner = CliRunner()
    first = runner.invoke(cli, ["collect", root, "--period", PERIOD])
    command = f'dtxl collect "{root}" --period {PERIOD} --accept "{path}" --agency 07378'
    assert first.exit_code == 1
    assert command in " ".join(first.output.split())
    assert len(list(workspace.folder(PERIOD, "tra-lai").glob("khong-ro-*.xlsx"))) == 1
    done = runner.invoke(cli, ["collect", root, "--period", PERIOD, "--accept", str(path), "--agency", "07378"])
    assert (done.exit_code, values(workspace, "07378")["I.1.numerator"]) == (0, "120")
    assert list(workspace.folder(PERIOD, "tra-lai").glob("*.xlsx")) == []
    (word,) = decisions(workspace.store, PERIOD).values()
    assert (word.agency, bool(word.person)) == ("07378", True)
    from dtxl.store.journal import entries

    last = entries(workspace.store)[-2]
    assert (last.command, last.options["accepted"], last.options["agency"]) == ("collect", str(path), "07378")
    assert told(collect(workspace, PERIOD))["bản chép.xlsx"][0] == "accepted"


def test_a_copy_in_an_archive_is_accepted_by_the_name_that_was_told(workspace: Workspace) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xã/bản chép.xlsx", plain_copy(sent(workspace, "07378").content()))
    path = drop(workspace, "các xã.zip", out.getvalue())
    with pytest.raises(DtxlError, match="Chưa tiếp nhận"):
        accept(workspace, PERIOD, path / "xã/bản chép.xlsx", "07378")
    collect(workspace, PERIOD)
    done = accept(workspace, PERIOD, path / "xã/bản chép.xlsx", "07378")
    assert [f.status for f in done.files] == ["accepted"]


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be made on Windows")
@pytest.mark.parametrize("name", ['a"; rm -rf x; ".xlsx', "$(touch x).xlsx", "a`id`.xlsx", "%PATH%.xlsx", "a\nb.xlsx"])
def test_a_name_that_means_something_to_a_shell_is_not_in_the_command(workspace: Workspace, name: str) -> None:
    drop(workspace, name, plain_copy(sent(workspace, "07378").content()))
    (file,) = collect(workspace, PERIOD).files
    command = dict(file.findings[0].args)["command"]
    copy = workspace.archive.path(file.sha256)
    assert name not in command
    assert f'--accept "{copy.as_posix()}" --agency 07378' in command
    assert [(f.path, f.status) for f in accept(workspace, PERIOD, copy, "07378").files] == [(file.path, "accepted")]


def test_an_accepted_copy_is_checked_all_the_same(workspace: Workspace) -> None:
    editor = sent(workspace, "07378")
    editor.put(INDICATORS, form_in(workspace, "07378").by_name["I.1.numerator"].cell, Decimal(500))
    path = drop(workspace, "bản chép.xlsx", plain_copy(editor.content()))
    status, codes = told(accept(workspace, PERIOD, path, "07378"))["bản chép.xlsx"]
    assert status == "rejected"
    assert "E01" in codes


def test_a_file_that_is_anothers_by_its_signature_cannot_be_accepted(workspace: Workspace) -> None:
    path = drop(workspace, "của xã khác.xlsx", sent(workspace, "07375").content())
    with pytest.raises(DtxlError, match=r"chữ ký hợp lệ.*07375"):
        accept(workspace, PERIOD, path, "07378")
    with pytest.raises(DtxlError, match="không có cơ quan mang mã 99999"):
        accept(workspace, PERIOD, path, "99999")
    assert decisions(workspace.store, PERIOD) == {}
    assert told(accept(workspace, PERIOD, path, "07375"))["của xã khác.xlsx"] == ("accepted", [])


def test_a_form_younger_than_the_database_is_the_offices_matter(workspace: Workspace) -> None:
    """A backup of the days before was restored: B04, a notice and no blank form; read once somebody answered for it."""
    content = sent(workspace, "07375").content()
    with writing(workspace.store.engine) as c:
        c.execute(delete(schema.issued))
    changed_plan = replace(PLAN, indicators=(replace(PLAN.indicators[0], unit="phần trăm"), *PLAN.indicators[1:]))
    planbook = workspace.root / PLANBOOK
    workspace.close()
    write_whole(planbook, write_planbook(changed_plan))
    again = Workspace(workspace.root)
    path = drop(again, "mới.xlsx", content)
    collected = collect(again, PERIOD)
    assert told(collected) == {"mới.xlsx": ("rejected", ["B04"])}
    assert "--accept" in dict(collected.files[0].findings[0].args)["command"]
    (notice,) = again.folder(PERIOD, "tra-lai").glob("*.xlsx")
    assert openpyxl.load_workbook(notice).sheetnames == ["Lỗi cần sửa"]
    status, codes = told(accept(again, PERIOD, path, "07375"))["mới.xlsx"]
    assert (status, "B04" in codes, "C23" in codes) == ("rejected", False, True)  # its unit is another now
    again.close()
    write_whole(planbook, write_planbook(PLAN))
    last = Workspace(workspace.root)
    form = form_in(last, "07375")
    newer = sent(last, "07375")
    newer.put(form.by_name["agency.contact"].sheet, form.by_name["agency.contact"].cell, "Trần Thị Bình")
    path = drop(last, "mới hơn.xlsx", newer.content(), 11)
    assert told(collect(last, PERIOD, [path]))["mới hơn.xlsx"][0] == "accepted"
    last.close()


# Parts of two divisions (B17)


def part(workspace: Workspace, *rows: str, agency: str = "07375", **other: Decimal) -> bytes:
    """A return with some rows only; `other`: figures typed otherwise, "I_1_numerator" for I.1.numerator."""
    editor, form = sent(workspace, agency), form_in(workspace, agency)
    for field in form.fields:
        if field.sheet != ABOUT and not field.name.startswith(tuple(f"{row}." for row in rows)):
            editor.put(field.sheet, field.cell, None)
    for name, figure in other.items():
        code, _, which = name.rpartition("_")
        field = form.by_name[f"{code.replace('_', '.')}.{which}"]
        editor.put(field.sheet, field.cell, figure)
    return editor.content()


@pytest.mark.parametrize("apart", [False, True])
def test_parts_that_do_not_conflict_are_one_return(workspace: Workspace, apart: bool) -> None:
    drop(workspace, "phòng A.xlsx", part(workspace, "I.1", I_1_numerator=Decimal(110)), 10)
    if apart:
        assert told(collect(workspace, PERIOD))["phòng A.xlsx"][0] == "rejected"
    drop(workspace, "phòng B.xlsx", part(workspace, "I.2"), 11)
    collected = collect(workspace, PERIOD)
    files = told(collected)
    assert (files["phòng A.xlsx"][0], files["phòng B.xlsx"]) == ("superseded", ("accepted", []))
    assert [sorted(Path(p).name for p in m) for m in collected.merged] == [["phòng A.xlsx", "phòng B.xlsx"]]
    assert values(workspace, "07375")["I.1.numerator"] == "110"
    assert values(workspace, "07375")["I.2.numerator"] == "120"
    assert list(workspace.folder(PERIOD, "tra-lai").glob("*.xlsx")) == []
    day = workspace.period(PERIOD).report_due
    rollup, sources = make_rollup(workspace, PERIOD, day), part_sources(workspace, PERIOD, day)
    for indicator, name in (("I.1", "phòng A.xlsx"), ("I.2", "phòng B.xlsx")):
        row = next(r for r in trace(rollup, indicator, sources) if r["agency"] == "07375")
        assert Path(str(row["file"])).name == name
    again = collect(workspace, PERIOD)
    assert (told(again), again.merged) == (files, ())


def test_a_second_return_that_says_all_that_the_first_did_is_no_part(workspace: Workspace) -> None:
    drop(workspace, "lần 1.xlsx", part(workspace, "I.1"), 10)
    drop(workspace, "lần 2.xlsx", part(workspace, "I.1", "I.2", I_1_numerator=Decimal(110)), 11)
    files = told(collect(workspace, PERIOD))
    assert files["lần 2.xlsx"] == ("accepted", [])
    assert (files["lần 1.xlsx"][0], "B17" in files["lần 1.xlsx"][1]) == ("rejected", False)
    assert values(workspace, "07375")["I.1.numerator"] == "110"


def test_two_parts_of_a_district_that_differ_in_a_cell(workspace: Workspace) -> None:
    first = part(workspace, "I.1", "I.2", agency="217")
    second = part(workspace, "I.1", "task.IV.3.01", agency="217", I_1_numerator=Decimal(119))
    drop(workspace, "phòng A.xlsx", first, 10)
    later = drop(workspace, "phòng B.xlsx", second, 11)
    collected = collect(workspace, PERIOD)
    for name, (status, codes) in told(collected).items():
        assert (name, status, "B17" in codes) == (name, "rejected", True)
    remark = next(x for f in collected.files for x in f.findings if x.code == "B17")
    assert (remark.field, "119" in remark.found, "120" in remark.found) == ("I.1.numerator", True, True)
    assert "phòng A.xlsx" in remark.found
    assert "phòng B.xlsx" in remark.found
    assert values(workspace, "217") == {}
    assert told(collect(workspace, PERIOD)) == told(collected)
    # The later one accepted explicitly: its figure counts, the rest is put together.
    done = accept(workspace, PERIOD, later, "217")
    assert told(done)["phòng B.xlsx"][0] == "accepted"
    assert values(workspace, "217")["I.1.numerator"] == "119"
    assert values(workspace, "217")["I.2.numerator"] == "120"
    assert values(workspace, "217")["task.IV.3.01.state"] == "Đang thực hiện"


def test_a_part_whose_file_is_gone_from_the_archive_stops_nobody(workspace: Workspace) -> None:
    drop(workspace, "phòng A.xlsx", part(workspace, "I.1"), 10)
    first = collect(workspace, PERIOD)
    workspace.archive.path(first.files[0].sha256).unlink()
    drop(workspace, "phòng B.xlsx", part(workspace, "I.2"), 11)
    drop(workspace, "đạt.xlsx", sent(workspace, "07378").content(), 11)
    files = told(collect(workspace, PERIOD))
    assert [files[n][0] for n in ("phòng A.xlsx", "phòng B.xlsx", "đạt.xlsx")] == ["rejected", "rejected", "accepted"]


def test_before_its_other_part_came_a_part_did_not_count(workspace: Workspace) -> None:
    drop(workspace, "phòng A.xlsx", part(workspace, "I.1"), 10)
    drop(workspace, "phòng B.xlsx", part(workspace, "I.2"), 12)
    collect(workspace, PERIOD)
    for day, status in ((11, "rejected"), (12, "accepted")):
        rollup = make_rollup(workspace, PERIOD, date(2024, 3, day))
        assert next(a.standing.value for a in rollup.agencies if a.code == "07375") == status


def test_parts_that_agree_where_both_speak_are_put_together(workspace: Workspace) -> None:
    drop(workspace, "phòng A.xlsx", part(workspace, "I.1", "I.2", agency="217"), 10)
    drop(workspace, "phòng B.xlsx", part(workspace, "I.1", "task.IV.3.01", agency="217"), 11)
    assert [status for status, _ in told(collect(workspace, PERIOD)).values()] == ["superseded", "accepted"]


def test_a_part_that_is_put_right_ends_the_conflict(workspace: Workspace) -> None:
    drop(workspace, "phòng A.xlsx", part(workspace, "I.1", "I.2", agency="217"), 10)
    drop(
        workspace, "phòng B.xlsx", part(workspace, "I.1", "task.IV.3.01", agency="217", I_1_numerator=Decimal(119)), 11
    )
    assert all("B17" in codes for _, codes in told(collect(workspace, PERIOD)).values())
    drop(workspace, "phòng B sửa.xlsx", part(workspace, "I.1", "task.IV.3.01", agency="217"), 12)
    collected = collect(workspace, PERIOD)
    files = told(collected)
    assert (files["phòng A.xlsx"][0], files["phòng B sửa.xlsx"]) == ("superseded", ("accepted", []))
    assert [f.settled for f in collected.files if f.status == "rejected"] == [True]


def test_a_part_with_a_fault_of_its_own_is_no_part(workspace: Workspace) -> None:
    drop(workspace, "phòng A.xlsx", part(workspace, "I.1", I_1_numerator=Decimal(900)), 10)
    drop(workspace, "phòng B.xlsx", part(workspace, "I.2"), 11)
    files = told(collect(workspace, PERIOD))
    assert [status for status, _ in files.values()] == ["rejected", "rejected"]
    assert all("B17" not in codes for _, codes in files.values())


# Carried over


def marked(workspace: Workspace, period: str) -> openpyxl.Workbook:
    (path,) = workspace.folder(period, "tra-lai").glob("*.xlsx")
    return openpyxl.load_workbook(path)


def test_a_form_of_last_quarter_is_refused_and_its_new_figures_carried(workspace: Workspace) -> None:
    """What the quarter before was accepted with is not carried: it must be typed anew, and its remark says so."""
    drop(workspace, "q1.xlsx", sent(workspace, "07375").content())
    collect(workspace, PERIOD)
    editor, form = sent(workspace, "07375"), form_in(workspace, "07375")
    editor.put(INDICATORS, form.by_name["I.2.numerator"].cell, Decimal(118))
    drop(workspace, "q2 trên biểu q1.xlsx", editor.content(), 10, Q2)
    assert told(collect(workspace, Q2)) == {"q2 trên biểu q1.xlsx": ("rejected", ["B09"])}
    book, now = marked(workspace, Q2), form_in(workspace, "07375", Q2)
    seen = {n: book[INDICATORS][now.by_name[f"I.{n}"].cell] for n in ("1.numerator", "2.numerator", "2.denominator")}
    assert {n: c.value for n, c in seen.items()} == {"1.numerator": None, "2.numerator": 118, "2.denominator": None}
    assert all(c.comment and "Kỳ báo cáo" in c.comment.text for c in seen.values())
    assert book[ABOUT][now.by_name["agency.contact"].cell].value == "Nguyễn Văn An"
    out = io.BytesIO()
    book.save(out)
    drop(workspace, "gửi lại nguyên.xlsx", out.getvalue(), 11, Q2)
    assert told(collect(workspace, Q2))["gửi lại nguyên.xlsx"][0] == "rejected"
    assert values(workspace, "07375", Q2) == {}


def test_an_older_form_of_this_quarter_is_carried_whole_with_a_word_at_each_cell(workspace: Workspace) -> None:
    old = sent(workspace, "07375").content()
    mended = (replace(PLAN.indicators[0], name=f"{PLAN.indicators[0].name} (sửa)"), *PLAN.indicators[1:])
    target = replace(PLAN.indicators[1].targets[0], value=Decimal(75))
    mended = (mended[0], replace(mended[1], targets=(target,)), mended[2])
    workspace.close()
    write_whole(workspace.root / PLANBOOK, write_planbook(replace(PLAN, indicators=mended)))
    again = Workspace(workspace.root)
    issue_forms(again, PERIOD, force=True)
    drop(again, "bản cũ.xlsx", old)
    assert told(collect(again, PERIOD)) == {"bản cũ.xlsx": ("rejected", ["B03", "F12"])}
    book, now = marked(again, PERIOD), form_in(again, "07375")
    for name in ("I.1.numerator", "I.2.denominator"):
        cell = book[INDICATORS][now.by_name[name].cell]
        assert (cell.value, cell.comment is not None) == (120, True)
    out = io.BytesIO()
    book.save(out)
    drop(again, "bản mới.xlsx", out.getvalue(), 11)
    assert told(collect(again, PERIOD))["bản mới.xlsx"][0] == "accepted"
    again.close()


# A locked period (B10)


def test_nothing_changes_a_locked_period_until_it_is_opened(workspace: Workspace) -> None:
    drop(workspace, "đạt.xlsx", sent(workspace, "07375").content())
    collect(workspace, PERIOD)
    before = close_period(workspace, PERIOD)
    assert (close_period(workspace, PERIOD), locked(workspace.store, PERIOD)) == (before, before)
    editor, form = sent(workspace, "07375"), form_in(workspace, "07375")
    editor.put(INDICATORS, form.by_name["I.2.numerator"].cell, Decimal(119))
    editor.put(INDICATORS, form.by_name["I.2.note"].cell, "Rà soát lại số hồ sơ")
    late = drop(workspace, "sửa sau.xlsx", editor.content(), 12)
    files = told(collect(workspace, PERIOD))
    assert files["đạt.xlsx"] == ("accepted", [])
    assert (files["sửa sau.xlsx"][0], "B10" in files["sửa sau.xlsx"][1]) == ("rejected", True)
    assert values(workspace, "07375")["I.2.numerator"] == "120"
    with pytest.raises(DtxlError, match="đã khóa số liệu"):
        accept(workspace, PERIOD, late, "07375")
    assert [open_period(workspace, PERIOD), open_period(workspace, PERIOD)] == [True, False]
    status, codes = told(collect(workspace, PERIOD))["sửa sau.xlsx"]
    assert (status, "B10" in codes) == ("accepted", False)
    assert values(workspace, "07375")["I.2.numerator"] == "119"


def test_the_lock_is_of_one_period_and_in_the_journal(workspace: Workspace) -> None:
    root, runner = str(workspace.root), CliRunner()
    done = runner.invoke(cli, ["lock", root, "--period", PERIOD])
    assert (done.exit_code, "đã khóa số liệu" in done.output) == (0, True)
    drop(workspace, "q2.xlsx", sent(workspace, "07375", Q2).content(), 10, Q2)
    assert told(collect(workspace, Q2)) == {"q2.xlsx": ("accepted", [])}
    assert runner.invoke(cli, ["lock", root, "--period", PERIOD, "--open"]).exit_code == 0
    assert locked(workspace.store, PERIOD) is None
    from dtxl.store.journal import entries

    assert [(e.command, e.status) for e in entries(workspace.store)] == [("lock", None), ("lock", 0)] * 2


def test_what_people_decided_and_parts_are_kept_by_each_kind_of_store(where: Path | str) -> None:
    store = open_store(where)
    value = Value("I.1.value", "number", "5", "Chỉ tiêu", "H6", number=Decimal(5))
    one = store.record(received(1, value), PERIOD, "rejected", [])
    two = store.record(received(2), PERIOD, "rejected", [])
    whole = store.record(received(2, value), PERIOD, "accepted", [], instead_of=two, sources={"I.1.value": one})
    assert (store.sources([whole]), store.parts_put(PERIOD)) == ({whole.id: {"I.1.value": one}}, {one.id})
    assert (store.sources([one]), store.parts_put(Q2)) == ({one.id: {}}, set())
    decide(store, PERIOD, one.sha256, "217", "An")
    decide(store, PERIOD, one.sha256, "218", "Bình")
    assert {(s, d.agency, d.person) for s, d in decisions(store, PERIOD).items()} == {(one.sha256, "218", "Bình")}
    assert decisions(store, Q2) == {}
    assert locked(store, PERIOD) is None
    assert lock(store, PERIOD, "An") == lock(store, PERIOD, "Bình") == locked(store, PERIOD)
    assert (locked(store, Q2), unlock(store, PERIOD), unlock(store, PERIOD)) == (None, True, False)
    store.close()


def received(number: int, *values: Value) -> Submission:
    identity = Identity("bg", "f", "217", PERIOD, "form")
    return Submission(f"{number}.xlsx", f"{number:064d}", IN_TIME, identity, {v.field: v for v in values})


def test_a_whole_copy_that_another_program_saved(soffice: Callable[[Path, str], Path], tmp_path: Path) -> None:
    path = tmp_path / "bản chép.xlsx"
    path.write_bytes(copy_of("STTTT"))
    intake = take(soffice(path, "ods").read_bytes())
    assert (whose(intake), figures(intake)) == ("STTTT", {n: str(v) for n, v in good_values(form_of("STTTT")).items()})
