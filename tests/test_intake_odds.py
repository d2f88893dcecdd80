"""Figures stay with what they were given for, and no file is lost: plans re-coded after the returns came, clocks that
run ahead, workbooks called like lock files, letterheads, numbers that a format shows as something else."""

import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dtxl.files.safe import write_whole
from dtxl.files.xlsx_edit import Editor
from dtxl.files.xlsx_hand import Hand
from dtxl.files.xlsx_layout import shown_unit
from dtxl.model.finding import Finding
from dtxl.model.form import INDICATORS, Form
from dtxl.model.plan import Plan
from dtxl.model.rollup import Rollup, Standing
from dtxl.pipeline.accept import close_period
from dtxl.pipeline.check import check_files
from dtxl.pipeline.collect import Collected, collect
from dtxl.pipeline.issue import FormBuilder, issue_forms
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.walk import find_files, moment_of
from dtxl.pipeline.workspace import INBOX, PLANBOOK, RETURNED, Workspace, init_workspace
from dtxl.planbook import write_planbook
from tests.small import PERIOD, fill_form, good_values, small_plan

Q2, COMMUNE, OTHER = "2024-Q2", "07375", "07378"
SENT = datetime(2024, 3, 12, 9, 30)


@pytest.fixture(scope="module")
def issued_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small plan's workspace with the forms of two quarters issued; copy it."""
    source = tmp_path_factory.mktemp("plan") / "kế hoạch.xlsx"
    source.write_bytes(write_planbook(small_plan()))
    made = init_workspace(source.parent / "kh 2024", source)
    for period in (PERIOD, Q2):
        issue_forms(made, period)
    made.close()
    return made.root


@pytest.fixture
def workspace(issued_small: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(issued_small, tmp_path / "kh")
    made = Workspace(tmp_path / "kh")
    yield made
    made.close()


def hand(workspace: Workspace, agency: str = COMMUNE, period: str = PERIOD, **typed: Decimal) -> Hand:
    """The agency's form as it was sent, filled well but for what `typed` says ("I.1.numerator")."""
    form = FormBuilder(workspace, workspace.period(period))(agency)
    assert form is not None
    return Hand(filled(form, workspace.form_path(period, form.agency).read_bytes(), typed))


def filled(form: Form, blank: bytes, typed: dict[str, Decimal]) -> bytes:
    return fill_form(form, {**good_values(form), **typed}, blank).content()


def drop(
    workspace: Workspace, name: str, content: bytes, moment: float = SENT.timestamp(), period: str = PERIOD
) -> Path:
    path = workspace.folder(period, INBOX) / name
    path.write_bytes(content)
    os.utime(path, (moment, moment))
    return path


def run(workspace: Workspace, period: str = PERIOD) -> Collected:
    return collect(workspace, period, apart=False)


def told(collected: Collected) -> dict[str, tuple[str, list[str]]]:
    return {Path(f.path).name: (f.status, [x.code for x in f.findings]) for f in collected.files}


def changed(workspace: Workspace, plan: Plan) -> Workspace:
    """The workspace after staff changed its plan workbook."""
    workspace.close()
    write_whole(workspace.root / PLANBOOK, write_planbook(plan))
    return Workspace(workspace.root)


def rolled(workspace: Workspace) -> Rollup:
    return make_rollup(workspace, PERIOD, date(2024, 3, 25))


def counted(workspace: Workspace, indicator: str, agency: str = COMMUNE) -> Decimal | None:
    return next(
        (f.numerator for f in rolled(workspace).figures if (f.agency, f.indicator) == (agency, indicator)), None
    )  # fmt: skip


def left_out(workspace: Workspace) -> list[Finding]:
    return [f for f in rolled(workspace).remarks if f.code == "G03" and f.field]


def test_codes_exchanged_after_the_returns_came_are_not_counted_across(workspace: Workspace) -> None:
    drop(workspace, "a.xlsx", hand(workspace, **{"I.1.numerator": Decimal(119)}).content())
    assert told(run(workspace))["a.xlsx"][0] == "accepted"
    first, second, third = workspace.plan.indicators
    workspace = changed(
        workspace, replace(workspace.plan, indicators=(replace(second, code="I.1"), replace(first, code="I.2"), third))
    )
    assert [counted(workspace, code) for code in ("I.1", "I.2")] == [None, None]
    assert [f.field for f in left_out(workspace)] == ["I.1", "I.2"]
    assert all("UBND thị trấn Vôi" in f.label for f in left_out(workspace))
    mine = [row[1:3] for row in rolled(workspace).findings if row[0] == COMMUNE]
    assert mine == [("B03", "error")] * 2
    workspace.close()


def test_a_wording_mended_after_the_returns_came_changes_nothing(workspace: Workspace) -> None:
    drop(workspace, "a.xlsx", hand(workspace, **{"I.1.numerator": Decimal(119)}).content())
    run(workspace)
    mended = tuple(replace(i, name=f"{i.name} (sửa)") for i in workspace.plan.indicators)
    workspace = changed(workspace, replace(workspace.plan, indicators=mended))
    assert (counted(workspace, "I.1"), left_out(workspace)) == (Decimal(119), [])
    workspace.close()


def test_a_task_of_another_wording_altogether_is_not_counted_as_the_old_one(workspace: Workspace) -> None:
    drop(workspace, "a.xlsx", hand(workspace, "STTTT").content())
    run(workspace)
    tasks = tuple(
        replace(t, text="Tổ chức hội nghị sơ kết sáu tháng") if t.code == "III.1.01" else t
        for t in workspace.plan.tasks
    )
    workspace = changed(workspace, replace(workspace.plan, tasks=tasks))
    assert [f.field for f in left_out(workspace)] == ["task.III.1.01"]
    states = {r.task: r.state for r in rolled(workspace).task_reports}
    assert (states["III.1.01"], states["III.1.02"]) == ("", "ongoing")
    workspace.close()


def test_agency_codes_exchanged_after_a_return_came_give_it_to_nobody(workspace: Workspace) -> None:
    drop(workspace, "a.xlsx", hand(workspace).content())
    run(workspace)
    swap = {COMMUNE: OTHER, OTHER: COMMUNE}
    agencies = tuple(replace(a, code=swap.get(a.code, a.code)) for a in workspace.plan.agencies)
    workspace = changed(workspace, replace(workspace.plan, agencies=agencies))
    rollup = rolled(workspace)
    assert {a.standing for a in rollup.agencies} == {Standing.MISSING}
    assert [Path(p).name for p in rollup.unknown_files] == ["a.xlsx"]
    workspace.close()


def test_an_agency_renamed_after_its_return_came_keeps_it(workspace: Workspace) -> None:
    drop(workspace, "a.xlsx", hand(workspace).content())
    run(workspace)
    agencies = tuple(
        replace(a, name="UBND phường Lạng Giang") if a.code == COMMUNE else a for a in workspace.plan.agencies
    )
    workspace = changed(workspace, replace(workspace.plan, agencies=agencies))
    assert counted(workspace, "I.1") == 120
    workspace.close()


@pytest.mark.parametrize(
    ("numerator", "status"),
    [("Số văn bản đi được ký số", "rejected"), ("Tổng số hồ sơ công việc", "rejected"),
     ("Số hồ sơ được xử lý trên mạng", "accepted")],
)  # fmt: skip
def test_what_a_form_asks_to_be_counted_belongs_to_the_question(
    workspace: Workspace, numerator: str, status: str
) -> None:
    drop(workspace, "a.xlsx", hand(workspace).content())
    first, *others = workspace.plan.indicators
    workspace = changed(workspace, replace(workspace.plan, indicators=(replace(first, numerator=numerator), *others)))
    assert told(run(workspace))["a.xlsx"] == (status, ["B03"] if status == "rejected" else [])
    workspace.close()


def test_a_clock_that_runs_ahead_hides_no_correction_and_no_return(workspace: Workspace) -> None:
    drop(workspace, "đồng hồ sai.xlsx", hand(workspace).content(), datetime(2096, 1, 1).timestamp())
    run(workspace)
    now = datetime.now()
    assert all(r.received_at <= now for r in workspace.store.receipts(PERIOD))
    today = make_rollup(workspace, PERIOD, now.date())
    assert next(a.standing for a in today.agencies if a.code == COMMUNE) is Standing.LATE
    # Another file of the same clock, taken later, came later.
    right = hand(workspace, **{"I.1.numerator": Decimal(119), "I.1.denominator": Decimal(119)}).content()
    drop(workspace, "sửa.xlsx", right, datetime(2095, 1, 1).timestamp())
    assert told(run(workspace))["sửa.xlsx"] == ("accepted", ["B11", "B15", "B15"])


@pytest.mark.parametrize(("changed_at", "year"), [(1e15, 9999), (-1e15, 1970), (SENT.timestamp(), 2024)])
def test_a_time_that_no_calendar_has_stops_nothing(changed_at: float, year: int) -> None:
    assert moment_of(changed_at).year == year


def test_a_workbook_called_like_a_lock_file_is_taken(workspace: Workspace) -> None:
    drop(workspace, "~$a.xlsx", hand(workspace).content())
    drop(workspace, "._b.xlsx", hand(workspace, OTHER).content())
    drop(workspace, "~$c.xlsx", b"\x05Trung" + b"\x00" * 159)
    drop(workspace, ".~lock.d.xlsx#", b",an,may-tinh,12.03.2024 09:30,file:///home/an;")
    assert told(run(workspace)) == {"~$a.xlsx": ("accepted", []), "._b.xlsx": ("accepted", [])}


def test_so_is_one_in_an_archive(workspace: Workspace) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("~$a.xlsx", hand(workspace).content())
        archive.writestr("~$b.xlsx", b"\x05Trung" + b"\x00" * 159)
        archive.writestr("__MACOSX/._c.xlsx", b"\x00\x05\x16\x07" + b"\x00" * 100)
        archive.writestr("d.xlsx", hand(workspace, OTHER).content())
    drop(workspace, "gói.zip", out.getvalue())
    assert told(run(workspace)) == {"~$a.xlsx": ("accepted", []), "d.xlsx": ("accepted", [])}


def test_files_still_coming_in_are_left_for_later(tmp_path: Path) -> None:
    for name in ("a.xlsx.part", "b.crdownload", ".dtxl-1.xlsx", "c.tmp"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 half of it")
    (tmp_path / "d.xlsx").write_bytes(b"PK\x03\x04 half of it")
    found, lost = find_files([tmp_path], must_exist=True)
    assert ([p.name for p, _ in found], lost) == (["d.xlsx"], [])


def test_a_period_locked_while_a_batch_is_read_takes_no_more(workspace: Workspace) -> None:
    for agency in (COMMUNE, OTHER, "217"):
        drop(workspace, f"{agency}.xlsx", hand(workspace, agency).content())

    def progress(done: int, _of: int) -> None:
        if done == 1:
            close_period(workspace, PERIOD)

    collected = collect(workspace, PERIOD, progress=progress, apart=False)
    assert [(f.status, [x.code for x in f.findings]) for f in collected.files] == [
        ("accepted", []), ("rejected", ["B10"]), ("rejected", ["B10"]),
    ]  # fmt: skip


def carried_over(workspace: Workspace) -> tuple[Workspace, Path]:
    """A return on an old form was refused; its figures stand in a new form, which the agency has not seen."""
    drop(workspace, "a.xlsx", hand(workspace).content())
    renamed = tuple(replace(i, name=f"{i.name} (sửa)") for i in workspace.plan.indicators)
    workspace = changed(workspace, replace(workspace.plan, indicators=renamed))
    issue_forms(workspace, PERIOD, force=True)
    assert told(run(workspace)) == {"a.xlsx": ("rejected", ["B03"])}
    return workspace, next(workspace.folder(PERIOD, RETURNED).glob("*.xlsx"))


def test_what_the_program_wrote_is_no_return(workspace: Workspace) -> None:
    workspace, copy = carried_over(workspace)
    for folder in (workspace.folder(PERIOD), workspace.root):
        assert told(collect(workspace, PERIOD, [folder], apart=False)) == {"a.xlsx": ("rejected", ["B03"])}
    assert told(collect(workspace, PERIOD, [copy], apart=False)) == {copy.name: ("unreadable", ["A01"])}
    assert (counted(workspace, "I.1"), len(workspace.store.receipts(PERIOD))) == (None, 1)
    workspace.close()


def test_but_it_is_once_the_agency_sends_it_or_somebody_corrects_it(workspace: Workspace) -> None:
    workspace, copy = carried_over(workspace)
    drop(workspace, "gửi lại.xlsx", copy.read_bytes(), datetime(2024, 3, 13).timestamp())
    assert told(run(workspace))["gửi lại.xlsx"] == ("accepted", [])
    editor = Editor(copy.read_bytes())
    editor.put(INDICATORS, "H6", Decimal(119))
    editor.put(INDICATORS, "O6", "Rà soát lại số hồ sơ")
    copy.write_bytes(editor.content())
    os.utime(copy, (datetime(2024, 3, 14).timestamp(),) * 2)
    assert told(collect(workspace, PERIOD, [workspace.root], apart=False))[copy.name] == ("accepted", [])
    assert counted(workspace, "I.1") == 119
    workspace.close()


@pytest.mark.parametrize("name", ["a.xlsx", "gửi lại.xlsx"])
def test_a_replaced_return_that_comes_again_is_told(workspace: Workspace, name: str) -> None:
    first = hand(workspace).content()
    drop(workspace, "a.xlsx", first)
    run(workspace)
    second = hand(workspace, **{"I.1.numerator": Decimal(119)}).content()
    drop(workspace, "b.xlsx", second, datetime(2024, 3, 13).timestamp())
    assert told(run(workspace))["a.xlsx"] == ("superseded", [])
    drop(workspace, name, first, datetime(2024, 3, 14).timestamp())
    (remark,) = (x for f in run(workspace).files if Path(f.path).name == name for x in f.findings)
    assert (remark.code, "bản nộp sau thay thế" in remark.message) == ("A08", True)
    assert counted(workspace, "I.1") == 119


def test_of_a_return_that_counts_a_copy_is_only_a_copy(workspace: Workspace) -> None:
    content = hand(workspace).content()
    drop(workspace, "a.xlsx", content)
    run(workspace)
    drop(workspace, "b.xlsx", content, datetime(2024, 3, 14).timestamp())
    (remark,) = (x for f in run(workspace).files if f.status == "duplicate" for x in f.findings)
    assert (remark.code, "bản nộp sau thay thế" in remark.message) == ("A08", False)


def no_properties(editor: Editor) -> None:
    editor._book.custom_doc_props.props[:] = []  # type: ignore[attr-defined]


def no_identity(editor: Editor) -> None:
    no_properties(editor)
    editor.remove_sheets(["_danh_muc"])
    for name in [n for n in editor._book.defined_names if n.startswith("dtxl_")]:
        del editor._book.defined_names[name]


@pytest.mark.parametrize("change", [no_properties, no_identity])
def test_check_without_a_period_says_what_collect_says(workspace: Workspace, change: Callable[[Editor], None]) -> None:
    editor = hand(workspace, period=Q2)
    change(editor)
    path = drop(workspace, "a.xlsx", editor.content(), datetime(2024, 6, 12).timestamp(), Q2)
    checked = check_files(workspace, [path], None, apart=False)
    assert told(checked) == told(run(workspace, Q2))
    assert "B09" not in told(checked)["a.xlsx"][1]


def letterhead(editor: Hand) -> None:
    for _ in range(5):
        editor.insert_row(INDICATORS, 1, {})
    editor.put(INDICATORS, "B1", "UBND HUYỆN LẠNG GIANG")
    editor.put(INDICATORS, "I1", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    editor.put(INDICATORS, "B2", "Số: 12/BC-UBND")


def above_the_table(editor: Hand) -> None:
    editor.put(INDICATORS, "H2", Decimal(99))


def row_above_the_table(editor: Hand) -> None:
    editor.insert_row(INDICATORS, 4, {2: "I.9", 3: "Chỉ tiêu khác", 8: 5})


@pytest.mark.parametrize(
    ("change", "expected"), [(letterhead, []), (above_the_table, ["C15"]), (row_above_the_table, ["C11", "C15"])]
)
def test_what_stands_above_the_table(workspace: Workspace, change: Callable[[Hand], None], expected: list[str]) -> None:
    editor = hand(workspace)
    change(editor)
    drop(workspace, "a.xlsx", editor.content())
    assert told(run(workspace))["a.xlsx"] == ("rejected" if "C11" in expected else "accepted", expected)


@pytest.mark.parametrize(("part", "codes"), [("xl/embeddings/oleObject1.bin", ["A09"]), ("số liệu.xlsx", ["A09"]),
                                             ("xl/media/con-dau.png", [])])  # fmt: skip
def test_a_file_inside_the_workbook_is_told(workspace: Workspace, part: str, codes: list[str]) -> None:
    out = io.BytesIO(hand(workspace).content())
    with zipfile.ZipFile(out, "a") as package:
        package.writestr(part, b"what is in it is not read")
    drop(workspace, "a.xlsx", out.getvalue())
    assert told(run(workspace))["a.xlsx"] == ("accepted", codes)


@pytest.mark.parametrize(
    ("number_format", "unit"),
    [('#,##0" nghìn"', "nghìn"), ('0"%"', "%"), ("0\\%", "%"), ('General" hồ sơ"', "hồ sơ"), ('#,##0\\ [$₫-42A]', "₫"),
     ('_-* #,##0.00\\ "đ"_-;\\-* #,##0.00\\ "e"_-', "đ"), ('"a;b "0" c;d"', "c;d"), ("#,##0", ""), ("0.0%", ""),
     ("[Red]#,##0_);(#,##0)", ""), ("dd/mm/yyyy", ""), ("@", ""), ("", "")],
)  # fmt: skip
def test_the_words_that_a_format_shows(number_format: str, unit: str) -> None:
    assert shown_unit(number_format) == unit


@pytest.mark.parametrize(
    ("number_format", "code", "number"),
    [('#,##0" nghìn"', "D05", None), ('0"%"', "D05", None), ('#,##0" hồ sơ"', "D06", 119), ("#,##0", "", 119)],
)  # fmt: skip
def test_a_number_is_read_as_its_format_shows_it(
    workspace: Workspace, number_format: str, code: str, number: int | None
) -> None:
    editor = hand(workspace)
    editor.show_as(INDICATORS, "H6", number_format, Decimal(119))
    drop(workspace, "a.xlsx", editor.content())
    assert told(run(workspace))["a.xlsx"] == ("accepted" if number else "rejected", [code] if code else [])
    assert counted(workspace, "I.1") == number
