"""The letters around a quarter: who gets one, what it says, its layout, and that nothing of staff's is lost."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import docx
import dtxl.templates
import pytest
from click.testing import CliRunner, Result
from dtxl.templates.build_cong_van import TEMPLATES, build

from dtxl.cli.main import cli
from dtxl.core.codes import texts
from dtxl.core.errors import DtxlError, TemplateError
from dtxl.documents.letters import (
    Faulty,
    Letter,
    LetterKind,
    Round,
    draw_letters,
    notice_letters,
    overdue,
    reminder_letters,
    request_letters,
    return_letters,
    template_name,
)  # fmt: skip
from dtxl.documents.letters_frame import letter_symbol, working_day
from dtxl.documents.letters_words import text
from dtxl.files import docx_fill
from dtxl.files.docx_paper import read_paper
from dtxl.files.docx_series import Series
from dtxl.layout import check_layout
from dtxl.model.finding import finding
from dtxl.model.plan import Agency, AgencyGroup, Plan, ReportSettings
from dtxl.model.rollup import Rollup, Standing
from dtxl.pipeline.issue import FormBuilder
from dtxl.pipeline.letters import LettersMade, Wanted, make_letters
from dtxl.pipeline.lint import provinces
from dtxl.pipeline.summary import make_rollup
from dtxl.pipeline.workspace import PLANBOOK, Workspace, extract_plan
from dtxl.planbook import write_planbook
from dtxl.results import roll_up
from dtxl.store.journal import entries
from tests.conftest import PERIOD
from tests.small import small_plan
from tests.test_checks_round import send, take
from tests.wordfile import make_template, paragraphs, tags

MAU = Path(dtxl.templates.__file__).parent
DUE, TODAY = date(2024, 3, 15), date(2024, 3, 20)  # a Wednesday
HOSTILE = '{{ 7*7 }} & <b>đậm</b> {% for x in y %} {_{ "trích" }_}'


@pytest.fixture(scope="module")
def quarter_folder(few_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of FEW, two have returned well (07375, 217), one with a fault (07378), the others not."""
    root = tmp_path_factory.mktemp("letters") / "bac-giang-2024"
    shutil.copytree(few_folder, root)
    workspace = Workspace(root)
    assert take(workspace, PERIOD, send(workspace, PERIOD, "07375", {}))[0] == "accepted"
    assert take(workspace, PERIOD, send(workspace, PERIOD, "217", {}))[0] == "accepted"
    assert (
        take(workspace, PERIOD, send(workspace, PERIOD, "07378", {numerator(workspace): Decimal(-5)}))[0] == "rejected"
    )
    workspace.close()
    return root


def numerator(workspace: Workspace) -> str:
    form = FormBuilder(workspace, workspace.period(PERIOD))("07378")
    assert form is not None
    return f"{form.indicator_rows[0].indicator.code}.numerator"


@pytest.fixture(scope="module")
def plan_of_quarter(quarter_folder: Path) -> Plan:
    return Workspace(quarter_folder).plan


@pytest.fixture
def quarter(quarter_folder: Path, plan_of_quarter: Plan, tmp_path: Path):  # type: ignore[no-untyped-def]
    """A workspace of one's own; its plan workbook, which is the same in all, was read before."""
    root = tmp_path / "bac-giang-2024"
    shutil.copytree(quarter_folder, root)
    workspace = Workspace(root)
    workspace.__dict__["plan"] = plan_of_quarter
    yield workspace
    workspace.close()


def small_rollup(plan: Plan | None = None, day: date = TODAY) -> Rollup:
    """The small plan's first quarter, in which nobody has returned."""
    plan = plan or small_plan()
    return roll_up(plan, next(p for p in plan.periods if p.code == PERIOD), day, [], {}, [])


def forms_of(rollup: Rollup) -> dict[str, str]:
    return {a.code: f"{a.code}.xlsx" for a in rollup.plan.agencies}


def drawn(rollup: Rollup, letters: list[Letter], day: date = TODAY) -> list[bytes]:
    if not letters:
        return []
    return [made for _, made in draw_letters(rollup, letters, MAU / template_name(LetterKind(letters[0].kind)), day)]


def all_text(content: bytes) -> str:
    return "\n".join(paragraphs(content))


def make(workspace: Workspace, kind: str, day: date = TODAY, **wanted: object) -> LettersMade:
    return make_letters(workspace, PERIOD, Wanted(LetterKind(kind), **wanted), day)  # type: ignore[arg-type]


def keys(made: LettersMade) -> set[str]:
    return {one.letter.key for one in made.made}


def breaches(content: bytes, folder: Path) -> list[str]:
    path = folder / "x.docx"
    path.write_bytes(content)
    verdict = check_layout(read_paper(path), provinces=provinces())
    assert verdict.kind == "công văn"
    return [f"{b.code} {b.place} {b.found}" for b in verdict.breaches]


# The templates, and one template filled many times


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_what_its_script_makes(name: str) -> None:
    out = io.BytesIO()
    build(name).save(out)
    with zipfile.ZipFile(out) as made, zipfile.ZipFile(MAU / name) as kept:
        assert {n: made.read(n) for n in made.namelist()} == {n: kept.read(n) for n in kept.namelist()}


def every_kind() -> list[tuple[Rollup, list[Letter]]]:
    rollup = small_rollup()
    back = replace(
        rollup,
        agencies=tuple(
            replace(a, standing=Standing.ACCEPTED, received_at=datetime(2024, 3, 14, 9)) for a in rollup.agencies
        ),
    )
    faulty = [
        Faulty(a.code, f"{HOSTILE}.xlsx", datetime(2024, 3, 12, 9, 30), (finding("D17", found=HOSTILE),), "a.xlsx")
        for a in rollup.agencies
    ]
    return [
        (rollup, request_letters(rollup, TODAY, forms_of(rollup))),
        (rollup, request_letters(rollup, TODAY, forms_of(rollup), by_group=True)),
        (rollup, return_letters(rollup, TODAY, faulty)),
        (rollup, reminder_letters(rollup, TODAY, {a.code: Round(2, DUE) for a in overdue(rollup)})),
        (back, notice_letters(back, TODAY)),
    ]


def test_a_series_gives_what_fill_gives_and_calls_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fill = docx_fill.fill
    lines = {"Kẻ cơ quan": 28.5, "Kẻ Tiêu ngữ": 55.9}
    for _, letters in every_kind():
        template = MAU / template_name(LetterKind(letters[0].kind))
        hostile = [
            replace(one, context={**one.context, "co_quan": f"Sở {HOSTILE}\nhai dòng"}, title=f"{n} & <b>")
            for n, one in enumerate(letters[:2])
        ]
        whole = [
            parts(fill(template, one.context, title=one.title, author="X", created=TODAY, rules=lines))
            for one in hostile
        ]
        calls: list[str] = []
        monkeypatch.setattr(docx_fill, "fill", lambda *a, calls=calls, **k: calls.append("") or fill(*a, **k))
        series = Series(template, author="X", created=TODAY, rules=lines)
        assert [parts(series.fill(one.context, title=one.title)) for one in hostile] == whole
        assert len(calls) == 1


def test_the_letters_of_a_run_are_one_series(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that every letter holds keeps the compiled template from being used."""
    fill, calls = docx_fill.fill, []
    monkeypatch.setattr(docx_fill, "fill", lambda *a, **k: calls.append("") or fill(*a, **k))
    for rollup, letters in every_kind():
        calls.clear()
        assert len(drawn(rollup, letters)) == len(letters) > 1
        assert len(calls) == 1


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def test_a_series_fills_headers_and_notes_too(tmp_path: Path) -> None:
    template = make_template(tmp_path, "{{ ten }}", header="{{ ten }}", footnote="{{ ten }}")
    series = Series(template, author="X", created=TODAY)
    for name in ("Sở A", "Sở {{ B }}", "Sở <C> & D"):
        content = series.fill({"ten": name}, title=name)
        assert {p: paragraphs(content, p) for p in ("body", "header", "footnote")} == {
            "body": [name], "header": [name], "footnote": [name],
        }  # fmt: skip


def test_a_fault_of_one_document_is_told_and_the_next_is_right(tmp_path: Path) -> None:
    series = Series(make_template(tmp_path, "{{ ten.so }}"), author="X", created=TODAY)
    good = series.fill({"ten": {"so": "1"}}, title="a")
    with pytest.raises(TemplateError, match="so"):
        series.fill({"ten": {}}, title="a")
    with pytest.raises(TemplateError, match="ten"):
        series.fill({}, title="a")
    assert series.fill({"ten": {"so": "1"}}, title="a") == series.fill({"ten": {"so": "1"}}, title="a")
    assert paragraphs(good) == ["1"]


@pytest.mark.parametrize("body", ["{{ thieu }}", "{{ ten", "{% set x = 1 %}", "{{ ten.__class__ }}"])
def test_a_template_that_cannot_be_filled_gives_no_document(tmp_path: Path, body: str) -> None:
    with pytest.raises(TemplateError):
        Series(make_template(tmp_path, body), author="X", created=TODAY).fill({"ten": "x"}, title="a")


# Layout: no error and no warning


def test_every_letter_of_the_sample_plan_is_in_the_decrees_layout(quarter: Workspace, tmp_path: Path) -> None:
    rollup = make_rollup(quarter, PERIOD, TODAY)
    reminders = reminder_letters(rollup, TODAY, {a.code: Round(1) for a in overdue(rollup)})
    second = reminder_letters(rollup, TODAY, {a.code: Round(2, DUE) for a in overdue(rollup)[::12]})
    requests = request_letters(rollup, TODAY, forms_of(rollup))
    groups = request_letters(rollup, TODAY, forms_of(rollup), by_group=True)
    returns = [one.path.read_bytes() for one in make(quarter, "return").made]
    assert (len(requests), len(reminders), len(groups), len(returns)) == (241, 239, 4, 1)
    # Those of the communes differ in their names only: a tenth of them stands for all.
    letters = [
        *(kind[:32:2] + kind[32::10] for kind in (requests, reminders)), second, groups, notice_letters(rollup, TODAY),
    ]  # fmt: skip
    for content in [*(made for kind in letters for made in drawn(rollup, kind)), *returns]:
        assert breaches(content, tmp_path) == []


@pytest.mark.parametrize("plan_id", ["bac-giang-2023", "son-la-2023", "ben-tre-2025", "nghe-an-2025"])
def test_letters_of_the_other_plans_too(plan_id: str, tmp_path: Path) -> None:
    plan = extract_plan(Path(dtxl.templates.__file__).parents[1] / "samples" / plan_id / "ke-hoach.docx")
    rollup = small_rollup(replace(plan.due_in(plan.info.year or 0), periods=small_plan().periods))
    requests = request_letters(rollup, TODAY, forms_of(rollup))
    reminders = reminder_letters(rollup, TODAY, {a.code: Round(2, DUE) for a in overdue(rollup)})
    groups = request_letters(rollup, TODAY, forms_of(rollup), by_group=True)
    assert sum(len(one.agencies) for one in groups) == len(requests) == len(reminders) > 100
    for kind in (requests[:2] + requests[-2:], reminders[:2] + reminders[-2:], groups):
        for content in drawn(rollup, kind):
            assert breaches(content, tmp_path) == []


# What a letter says


def test_the_request_says_what_of_which_days_until_when() -> None:
    rollup = small_rollup()
    letters = {one.key: one for one in request_letters(rollup, TODAY, forms_of(rollup))}
    said = all_text(drawn(rollup, [letters["217"]])[0])
    assert "Kính gửi: UBND huyện Lạng Giang" in said
    assert "1. Nội dung báo cáo: 2 chỉ tiêu, 1 nhiệm vụ (danh mục tại Phụ lục kèm theo)." in said
    assert "tính từ ngày 15 tháng 12 năm 2023 đến hết ngày 14 tháng 3 năm 2024" in said
    assert "chậm nhất ngày 15 tháng 3 năm 2024" in said
    assert "tệp 217.xlsx" in said
    assert [row["ma"] for row in letters["217"].context["bang"] if not row["tieu_de"]] == ["I.1", "I.2", "IV.3.01"]
    assert [row["muc_tieu"] for row in letters["217"].context["bang"][1:3]] == ["≥ 95%", "> 70%"]
    assert "Chỉ đạo Tổ công nghệ số cộng đồng" in said
    assert "- Như trên;" in said


def test_who_is_asked_for_nothing_gets_no_letter() -> None:
    plan = small_plan()
    plan = replace(plan, agencies=(*plan.agencies, Agency("MOI", "Ban Quản lý mới", "province")))
    rollup = small_rollup(plan)
    assert "MOI" not in {one.key for one in request_letters(rollup, TODAY, forms_of(rollup))}
    assert {one.key for one in request_letters(rollup, TODAY, forms_of(rollup))} == {"STTTT", "217", "07375", "07378"}
    assert "MOI" not in {a.code for a in overdue(rollup)}


def test_by_group_each_agency_is_in_exactly_one_letter() -> None:
    plan = small_plan()
    plan = replace(
        plan,
        agencies=(*plan.agencies, Agency("A1", "Sở A", "province", "", ("SN",)), Agency("B1", "Hội B", "province"),
                  Agency("B2", "Hội C", "province")),
        agency_groups=(*plan.agency_groups, AgencyGroup("M", "Mọi đơn vị", ("province", "district", "commune"))),
        indicators=tuple(replace(i, implementers=("Mọi đơn vị",)) for i in plan.indicators),
    )  # fmt: skip
    rollup = small_rollup(plan)
    letters = request_letters(rollup, TODAY, forms_of(rollup), by_group=True)
    assert sorted(code for one in letters for code in one.agencies) == sorted(a.code for a in plan.agencies)
    to = [one.context["kinh_gui"] for one in letters]
    assert to == [["Các sở, ngành"], ["Hội B", "Hội C"], ["UBND huyện Lạng Giang"], ["UBND xã, phường, thị trấn"]]
    rows = [row["ten"] for row in letters[0].context["bang"] if not row["tieu_de"]]
    assert "Vận hành Trung tâm giám sát (giao Sở Thông tin và Truyền thông)" in rows
    said = all_text(drawn(rollup, [letters[1]])[0])
    assert "Kính gửi:\n- Hội B;\n- Hội C." in said


def test_the_return_letter_says_each_fault_in_the_catalogues_words() -> None:
    rollup = small_rollup()
    same = [finding("D17", sheet="Chỉ tiêu", cell=f"H{n}", found="-5", label=f"Chỉ tiêu I.{n}") for n in range(1, 13)]
    others = [finding("D01", sheet="Chỉ tiêu", cell="H20"), finding("D33", sheet="Chỉ tiêu", cell="K8", found=HOSTILE)]
    repaired = finding("D29", sheet="Chỉ tiêu", cell="H9", found=" x ")
    faulty = Faulty("217", f"{HOSTILE}.xlsx", datetime(2024, 3, 12, 9, 5), (*same, *others, repaired), "b.xlsx")
    (letter,) = return_letters(rollup, TODAY, [faulty])
    rows = [row for row in letter.context["bang"] if not row["tieu_de"]]
    assert (letter.context["so_loi"], letter.context["so_can_xem"], len(rows)) == ("2", "1", 3)
    title, expect, fix = texts("D17", {}, marked=True)
    negative = next(row for row in rows if row["van_de"].startswith(title))
    assert expect.rstrip(". ") in negative["cach_sua"]
    assert fix.rstrip(". ")[1:] in negative["cach_sua"]
    assert negative["vi_tri"].startswith("Sheet “Chỉ tiêu”, ô H1 (Chỉ tiêu I.1); H2 (Chỉ tiêu I.2)")
    assert negative["vi_tri"].endswith("và 4 ô khác")
    content = drawn(rollup, [letter])[0]
    said = all_text(content)
    assert f"Đang ghi: “{HOSTILE}”" in said
    assert f"Tệp đã nhận: {HOSTILE}.xlsx" in said
    assert tags(content) == tags(drawn(rollup, return_letters(rollup, TODAY, [replace(faulty, file="a.xlsx")]))[0])
    assert "nhận lúc 09 giờ 05 ngày 12 tháng 3 năm 2024" in said
    assert "chậm nhất ngày 25 tháng 3 năm 2024" in said  # three working days from a Wednesday
    assert "(tệp b.xlsx)" in said


@pytest.mark.parametrize(
    ("today", "until", "due"),
    [
        (date(2024, 3, 11), None, "15 tháng 3 năm 2024"),  # its own due day is later
        (date(2024, 3, 14), None, "19 tháng 3 năm 2024"),
        (TODAY, date(2024, 3, 22), "22 tháng 3 năm 2024"),
    ],
)
def test_until_when_a_return_is_due_again(today: date, until: date | None, due: str) -> None:
    rollup = small_rollup(day=today)
    faulty = Faulty("217", "a.xlsx", datetime(2024, 3, 8), (finding("D01"),))
    (letter,) = return_letters(rollup, today, [faulty], until)
    assert letter.context["han_gui_lai"] == due
    assert "Thời hạn gửi lại: chậm nhất ngày " + due in all_text(drawn(rollup, [letter], today)[0])


@pytest.mark.parametrize(
    ("day", "number", "said", "unsaid"),
    [
        (TODAY, 1, ["quá hạn 5 ngày so với hạn gửi là ngày 15 tháng 3 năm 2024"], ["lần thứ nhất", "danh sách đơn vị"]),
        (DUE, 1, ["hạn gửi là ngày 15 tháng 3 năm 2024. Đến hết ngày 15"], ["quá hạn"]),
        (TODAY, 2, ["lần thứ nhất trong tháng 3 năm 2024", "danh sách đơn vị chưa thực hiện"], ["còn"]),
    ],
)  # fmt: skip
def test_a_reminder_says_how_late(day: date, number: int, said: list[str], unsaid: list[str]) -> None:
    rollup = small_rollup(day=day)
    (letter,) = reminder_letters(rollup, day, {"07375": Round(number, DUE)})
    found = all_text(drawn(rollup, [letter], day)[0])
    assert all(piece in found for piece in said)
    assert not any(piece in found for piece in unsaid)
    assert letter.days_late == (day - DUE).days


def test_a_second_reminder_tells_the_leaders_and_the_agency_above() -> None:
    plan = replace(small_plan(), report=ReportSettings(recipients=("Như trên", "CT và các PCT UBND tỉnh", "Sở Y tế",
                                                                   "Lưu: VT, KGVX")))  # fmt: skip
    rollup = small_rollup(plan)
    told = {
        n: {one.key: one.context["noi_nhan"] for one in reminder_letters(rollup, TODAY, {c: Round(n) for c in known})}
        for n in (1, 2)
        if (known := [a.code for a in plan.agencies])
    }
    assert told[1]["07375"] == ["Như trên"]
    assert told[2]["07375"] == ["Như trên", "UBND huyện Lạng Giang (để chỉ đạo)", "CT và các PCT UBND tỉnh"]
    assert told[2]["STTTT"] == ["Như trên", "CT và các PCT UBND tỉnh"]


def test_a_reminder_to_mend_says_so(quarter: Workspace) -> None:
    made = {one.letter.key: one for one in make(quarter, "reminder").made}
    mend, send_ = made["07378"], made["07381"]
    assert mend.letter.context["phai_sua"]
    assert "chưa nhận được bản đã sửa" in all_text(mend.path.read_bytes())
    assert "ngày 14 tháng 3 năm 2024, nhưng báo cáo còn 1 lỗi phải sửa" in all_text(mend.path.read_bytes())
    assert "phải sửa" not in all_text(send_.path.read_bytes())


def test_the_notice_has_the_agencys_figures_and_the_common_ones(quarter: Workspace) -> None:
    rollup = make_rollup(quarter, PERIOD, TODAY)
    made = {one.letter.key: one for one in make(quarter, "notice").made}
    assert set(made) == {"07375", "217"}
    rows = {row["ma"]: row for row in made["07375"].letter.context["bang"] if not row["tieu_de"]}
    mine = {f.indicator: f for f in rollup.figures if f.agency == "07375"}
    assert len(rows) >= len(mine) > 5
    shown = 0
    for code, figure in mine.items():
        if figure.value is None:
            assert rows[code]["ket_qua"] in ("Chưa có số liệu", "Không phát sinh", "Không thuộc phạm vi")
            continue
        said = rows[code]["ket_qua"].rstrip("%").split(" ")[0].replace(".", "").replace(",", ".")
        assert abs(Fraction(said) - figure.value) <= Fraction(1, 200)
        shown += 1
    assert shown > 3
    common = next(r for r in rollup.indicators if r.value is not None and r.scope is None and r.code in rows)
    said = rows[common.code]["chung"].rstrip("%").split(" ")[0].replace(".", "").replace(",", ".")
    assert common.value is not None
    assert abs(Fraction(said) - common.value) <= Fraction(1, 200)
    assert "đã gửi báo cáo đúng hạn (ngày 14 tháng 3 năm 2024)" in all_text(made["217"].path.read_bytes())


@pytest.mark.parametrize(
    ("symbol", "issuer", "filing", "expected"),
    [
        ("BC-BCĐCĐS", "Ban chỉ đạo chuyển đổi số", "Lưu: VT, KGVX", "BCĐCĐS-KGVX"),
        ("BC-UBND", "Ủy ban nhân dân tỉnh Sơn La", "Lưu: VT", "UBND-CĐS"),
        ("", "Ủy ban nhân dân tỉnh Bến Tre", "Lưu: VT", "UBND-CĐS"),
        ("", "Sở Thông tin và Truyền thông", "Lưu: VT, CNTT (5)", "STTTT-CNTT"),
        ("/BC-STTTT", "Sở Thông tin và Truyền thông", "Lưu: VT", "STTTT-CĐS"),
        ("STTTT-VP", "Sở Thông tin và Truyền thông", "Lưu: VT, KGVX", "STTTT-VP"),
    ],
)
def test_the_symbol_of_a_letter(symbol: str, issuer: str, filing: str, expected: str) -> None:
    assert letter_symbol(symbol, issuer, filing, ("Sơn La", "Bến Tre")) == expected


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [(TODAY, 1, date(2024, 3, 21)), (TODAY, 3, date(2024, 3, 25)), (date(2024, 3, 23), 1, date(2024, 3, 25)),
     (TODAY, 0, TODAY), (date(2024, 3, 22), 5, date(2024, 3, 29))],
)  # fmt: skip
def test_working_days_leave_out_the_ends_of_weeks(start: date, count: int, end: date) -> None:
    assert working_day(start, count) == end


def test_words_that_are_not_there_are_a_clear_error() -> None:
    assert text("notice", "no_tasks") == "không được giao nhiệm vụ"
    with pytest.raises(TemplateError, match=r"letters.toml, \[notice\] khong-co"):
        text("notice", "khong-co")
    with pytest.raises(TemplateError, match=r"\[notice\] rank"):
        text("notice", "rank", rank=1)


# The command's run: who is concerned, files of staff's, rounds


def test_only_who_is_concerned_gets_a_letter(quarter: Workspace) -> None:
    good, faulty = {"07375", "217"}, {"07378"}
    everyone = {a.code for a in quarter.plan.agencies}
    assert keys(make(quarter, "reminder")) == everyone - good
    assert keys(make(quarter, "return")) == faulty
    assert keys(make(quarter, "notice")) == good
    assert keys(make(quarter, "request")) == everyone
    assert keys(make(quarter, "reminder", only=("07375", "07381"))) == {"07381"}
    with pytest.raises(DtxlError, match="KHONG-CO"):
        make(quarter, "reminder", only=("KHONG-CO",))


def test_a_correction_that_came_ends_the_return_letter(quarter: Workspace) -> None:
    (first,) = make(quarter, "return").made
    copy = next(quarter.folder(PERIOD, "tra-lai").glob("07378-*.xlsx"))
    assert copy.name in all_text(first.path.read_bytes())
    assert take(quarter, PERIOD, send(quarter, PERIOD, "07378", {}, minute=5), 5)[0] == "accepted"
    again = make(quarter, "return")
    assert (again.made, again.withdrawn) == ((), (first.path,))
    assert not first.path.exists()
    assert "07378" not in keys(make(quarter, "reminder"))


def test_run_again_on_the_same_day_everything_is_the_same(quarter: Workspace) -> None:
    only = ("07378", "07381", "STTTT")
    made = make(quarter, "reminder", only=only)
    before = {one.path: (one.path.read_bytes(), one.path.stat().st_mtime_ns) for one in made.made}
    again = make(quarter, "reminder", only=only)
    assert {one.status for one in again.made} == {"same"}
    assert {one.path: (one.path.read_bytes(), one.path.stat().st_mtime_ns) for one in again.made} == before


def test_the_second_reminder_follows_the_first_some_days_later(quarter: Workspace) -> None:
    only = ("07378", "07381")
    first = make(quarter, "reminder", only=only)
    assert {one.letter.part for one in first.made} == {"1"}
    sent = {one.path: one.path.read_bytes() for one in first.made}
    soon = make(quarter, "reminder", TODAY + timedelta(days=2), only=only)
    assert (soon.made, soon.reminded) == ((), dict.fromkeys(only, TODAY))
    second = make(quarter, "reminder", TODAY + timedelta(days=3), only=only)
    assert {one.letter.part for one in second.made} == {"2"}
    assert all("lan-2" in one.path.as_posix() for one in second.made)
    assert {path: path.read_bytes() for path in sent} == sent  # what was sent stays as it was
    later = make(quarter, "reminder", TODAY + timedelta(days=9), only=only)
    assert (later.made, later.reminded) == ((), dict.fromkeys(only, TODAY + timedelta(days=3)))


def test_a_round_that_is_asked_for_is_made(quarter: Workspace) -> None:
    (made,) = make(quarter, "reminder", only=("07381",), round=2).made
    assert (made.letter.part, made.letter.context["thang_don_doc"]) == (
        "2",
        "",
    )  # no first one is known: none is claimed
    assert "(lần 2)" in made.letter.context["trich_yeu"].replace("\n", " ")
    assert "lần thứ nhất" not in all_text(made.path.read_bytes())


def test_a_letter_that_staff_edited_stays(quarter: Workspace) -> None:
    made = make(quarter, "reminder", only=("07381", "07384"))
    edited = made.made[0].path
    document = docx.Document(str(edited))
    document.paragraphs[0].add_run(" (đã sửa)")
    document.save(str(edited))
    mine = edited.read_bytes()
    made.made[1].path.write_bytes(b"x")
    again = make(quarter, "reminder", only=("07381", "07384"))
    assert [one.status for one in again.made] == ["kept", "kept"]
    assert edited.read_bytes() == mine
    forced = make(quarter, "reminder", only=("07381", "07384"), force=True)
    assert [one.status for one in forced.made] == ["written", "written"]
    assert edited.read_bytes() != mine


def test_letters_no_longer_needed_go_unless_sent_or_edited(quarter: Workspace) -> None:
    old = make(quarter, "request", TODAY - timedelta(days=1), only=("07381",)).made[0].path
    new = {one.letter.key: one.path for one in make(quarter, "request", only=("07384", "07387")).made}
    new["07387"].write_bytes(new["07387"].read_bytes() + b"x")
    groups = make(quarter, "request", by_group=True)
    assert groups.withdrawn == (new["07384"],)
    assert old.exists()
    assert new["07387"].exists()


def test_a_workspace_without_the_template_gets_it(quarter: Workspace) -> None:
    template = quarter.root / "mau" / "cong-van-don-doc.docx"
    template.unlink()
    made = make(quarter, "reminder", only=("07381",))
    assert made.restored == template
    assert template.read_bytes() == (MAU / template.name).read_bytes()
    assert make(quarter, "reminder", only=("07381",)).restored is None


def test_staffs_own_template_is_used(quarter: Workspace) -> None:
    template = quarter.root / "mau" / "cong-van-don-doc.docx"
    document = docx.Document(str(template))
    document.add_paragraph("Liên hệ: {{ don_vi }}, điện thoại 0204")
    document.save(str(template))
    (one,) = make(quarter, "reminder", only=("07381",)).made
    assert f"Liên hệ: {one.letter.name}, điện thoại 0204" in all_text(one.path.read_bytes())


@pytest.mark.parametrize("tag", ["{{ don_vii }}", "{{ don_vi", "{% for x in don_vi %}"])
def test_a_broken_template_writes_no_letter(quarter: Workspace, tag: str) -> None:
    template = quarter.root / "mau" / "cong-van-don-doc.docx"
    document = docx.Document(str(template))
    document.add_paragraph(tag)
    document.save(str(template))
    with pytest.raises(TemplateError, match=r"cong-van-don-doc\.docx"):
        make(quarter, "reminder")
    assert list(quarter.root.glob(f"{PERIOD}/cong-van/**/*.docx")) == []


def rewrite(workspace: Workspace, change: Callable[[Plan], Plan]) -> Workspace:
    (workspace.root / PLANBOOK).write_bytes(write_planbook(change(workspace.plan)))
    workspace.close()
    return Workspace(workspace.root)


def test_names_from_the_plan_lead_nowhere(quarter: Workspace) -> None:
    names = ("../../ra-ngoai", "CON", "a/b\\c:d", "\u202eđảo", "x" * 300, HOSTILE)
    added = tuple(Agency(f"Z{n}", name, "province", "", ("so-nganh",)) for n, name in enumerate(names))
    changed = rewrite(quarter, lambda plan: replace(plan, agencies=(*plan.agencies, *added)))
    made = make(changed, "request", only=tuple(a.code for a in added))
    folder = (changed.root / PERIOD / "cong-van").resolve()
    assert len({one.path for one in made.made}) == len(names)
    for one in made.made:
        assert one.path.resolve().is_relative_to(folder)
        assert one.path.name.isascii()
    hostile = next(one for one in made.made if one.letter.key == f"Z{len(names) - 1}")
    assert HOSTILE in all_text(hostile.path.read_bytes())
    changed.close()


# The command


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, ["letters", *map(str, args)], prog_name="dtxl")


def test_the_command_says_what_it_made_and_the_journal_keeps_it(quarter: Workspace) -> None:
    where = (quarter.root, "--period", PERIOD, "--as-of", TODAY)
    done = run(*where, "--kind", "reminder", "--agency", "07378", "--agency", "07381", "--json", "-")
    assert done.exit_code == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["counts"] == {"letters": 2, "written": 2, "same": 0, "kept": 0}
    assert [(one["agencies"], one["round"], one["days_late"]) for one in facts["letters"]] == [
        (["07378"], 1, 5), (["07381"], 1, 5),
    ]  # fmt: skip
    assert all(Path(one["file"]).is_file() for one in facts["letters"])
    last = entries(quarter.store)[-1]
    assert (last.command, last.status) == ("letters", 0)


def test_the_command_ends_with_one_where_an_edited_letter_stays(quarter: Workspace) -> None:
    where = (quarter.root, "--period", PERIOD, "--as-of", TODAY, "--kind", "reminder", "--agency", "07381")
    assert run(*where).exit_code == 0
    (path,) = quarter.root.glob(f"{PERIOD}/cong-van/don-doc/lan-1/*/*.docx")
    path.write_bytes(path.read_bytes() + b"x")
    kept = run(*where)
    assert (kept.exit_code, path.name in kept.stderr) == (1, True)
    assert run(*where, "--force").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--kind", "return", "--by", "group"),
        ("--kind", "request", "--round", "2"),
        ("--kind", "notice", "--until", "2024-03-22"),
        ("--kind", "reminder", "--agency", "KHONG-CO"),
        ("--kind", "khac"),
        (),
    ],
)
def test_options_that_do_not_go_together_are_refused(quarter: Workspace, arguments: tuple[str, ...]) -> None:
    done = run(quarter.root, "--period", PERIOD, "--as-of", TODAY, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert not (quarter.root / PERIOD / "cong-van").exists()


def test_nobody_concerned_is_said(quarter: Workspace) -> None:
    done = run(quarter.root, "--period", PERIOD, "--as-of", TODAY, "--kind", "reminder", "--agency", "07375")
    assert done.exit_code == 0
    assert "Không có cơ quan, đơn vị nào" in done.stdout
