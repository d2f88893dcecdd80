"""Codes of a whole period and of its report: each is raised by its case and by no near miss."""

import inspect
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from dtxl.checks import BATCH_RULES, check_batch
from dtxl.core.codes import catalogue
from dtxl.core.errors import TemplateError
from dtxl.documents import Verified, check_template, draw_report, report_passages, verify
from dtxl.files.docx_read import read_docx
from dtxl.model.demands import Demands
from dtxl.model.plan import Agency, Plan
from dtxl.model.rollup import Rollup
from dtxl.model.submission import Value
from dtxl.pipeline.facts import rollup_facts
from dtxl.pipeline.publish import template_fault
from dtxl.results import Returned, roll_up
from dtxl.workbook import draw_consolidated
from tests.small import IN_TIME, PERIOD, form_of, small_plan

AFTER, BEFORE = date(2024, 3, 25), date(2024, 3, 10)
ALL = ("I.1", "I.2", "I.3", "I.4", "I.5", "I.6", "I.7")
Figures = dict[str, int | str]


def wide() -> Plan:
    """The small plan with seven indicators for all and eight communes."""
    plan = small_plan()
    communes = tuple(Agency(f"0740{n}", f"UBND xã số {n}", "commune", "217") for n in range(6))
    more = tuple(replace(plan.indicators[1], code=code) for code in ALL[2:])
    return replace(plan, agencies=(*plan.agencies, *communes), indicators=(*plan.indicators, *more))


def gave(plan: Plan, agency: str, figures: Figures) -> Returned:
    """An accepted return. `figures`: code → numerator (of 100), or the reason why there is none."""
    form, values = form_of(agency, plan), {}
    for code, figure in figures.items():
        parts = {"absent": figure} if isinstance(figure, str) else {"numerator": figure, "denominator": 100}
        for part, content in parts.items():
            field = form.by_name[f"{code}.{part}"]
            number = None if isinstance(content, str) else Decimal(content)
            text = content if isinstance(content, str) else None
            values[field.name] = Value(field.name, field.kind, str(content), field.sheet, field.cell, number, text)
    return Returned(agency, True, IN_TIME, f"{agency}.xlsx", "ab" * 32, values)


def rollup_of(plan: Plan, returns: dict[str, Figures], as_of: date = AFTER) -> Rollup:
    """Agency → its figures, rolled up and checked."""
    period = next(p for p in plan.periods if p.code == PERIOD)
    return check_batch(roll_up(plan, period, as_of, [gave(plan, code, what) for code, what in returns.items()]))


def communes(count: int, codes: tuple[str, ...] = ALL) -> dict[str, Figures]:
    some = [a.code for a in wide().agencies if a.level == "commune"][:count]
    return {code: dict.fromkeys(codes, 90) for code in some}


def told(rollup: Rollup, code: str) -> list[str]:
    """The places of a code's remarks."""
    return [f.label for f in rollup.remarks if f.code == code]


def template() -> Path:
    with resources.as_file(resources.files("dtxl.templates").joinpath("bao-cao.docx")) as path:
        return path


G03_CASES = (
    ({"217": True, "07375": False, "STTTT": True}, ["1/3 bản nộp theo bản biểu mẫu cũ: UBND thị trấn Vôi"]),
    ({"217": True, "07375": True}, []),
    ({"217": False, "07375": False}, []),  # the plan was changed since: all are of one version
    ({}, []),
)


@pytest.mark.parametrize(("versions", "places"), G03_CASES)
def test_g03_and_its_near_misses(versions: dict[str, bool], places: list[str]) -> None:
    rollup = check_batch(rollup_of(small_plan(), THREE), versions)
    assert told(rollup, "G03") == places


def test_every_batch_rule_says_what_is_wrong_and_right() -> None:
    assert sorted(BATCH_RULES) == ["F13", "G02", "G03", "G05"]
    for code, rule in BATCH_RULES.items():
        doc = inspect.getdoc(rule) or ""
        assert "Wrong:" in doc, code
        assert "Right:" in doc, code
        assert code in catalogue()


def test_a_batch_rule_that_fails_is_a_finding_and_not_a_stop(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_batch: object):  # type: ignore[no-untyped-def]
        raise ZeroDivisionError("by accident")
        yield

    monkeypatch.setitem(BATCH_RULES, "G05", broken)
    rollup = rollup_of(wide(), communes(1, ("I.1",)))
    assert [f.code for f in rollup.remarks if f.code.startswith("G1")] == ["G10"]
    assert told(rollup, "F13")
    assert "by accident" in caplog.text


# F13


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        (("I.1",), "UBND thị trấn Vôi (07375): 1/7 chỉ tiêu có số liệu, không xếp hạng"),
        (("I.1", "I.2", "I.3", "I.4"), "UBND thị trấn Vôi (07375): 4/7 chỉ tiêu có số liệu, xếp hạng 1"),
    ],
)
def test_f13_an_agency_with_too_few_figures(codes: tuple[str, ...], says: str) -> None:
    returns = communes(8) | communes(1, codes)
    assert told(rollup_of(wide(), returns), "F13") == [says]


def test_f13_near_miss_five_figures_among_eight() -> None:
    assert told(rollup_of(wide(), communes(8) | communes(1, ALL[:5])), "F13") == []


def test_f13_a_rank_among_few_and_its_near_miss() -> None:
    assert told(rollup_of(wide(), communes(4)), "F13") == ["Xếp hạng cấp xã: chỉ có 4 đơn vị đủ số liệu"]
    assert told(rollup_of(wide(), communes(5)), "F13") == []


# G02


def test_g02_nobody_is_responsible() -> None:
    plan = small_plan()
    lost = replace(plan.indicators[2], monitor="")
    plan = replace(plan, indicators=(*plan.indicators[:2], lost))
    for day in (BEFORE, AFTER):
        assert told(rollup_of(plan, {"07375": {"I.1": 90, "I.2": 90}}, day), "G02") == [
            "Chỉ tiêu II.1 (Tỷ trọng thương mại điện tử): không có đơn vị chịu trách nhiệm"
        ]


@pytest.mark.parametrize("answer", [None, "Chưa có số liệu"])
def test_g02_nobody_reports(answer: str | None) -> None:
    figures: Figures = {"I.1": 90} | ({"I.2": answer} if answer else {})
    plan = replace(small_plan(), indicators=small_plan().indicators[:2])
    assert told(rollup_of(plan, {"07375": figures}), "G02") == [
        "Chỉ tiêu I.2 (Tỷ lệ hồ sơ trực tuyến): 4 đơn vị được giao, chưa đơn vị nào có số liệu"
    ]


@pytest.mark.parametrize(("answer", "day"), [(90, AFTER), ("Không phát sinh", AFTER), ("Chưa có số liệu", BEFORE)])
def test_g02_near_misses(answer: int | str, day: date) -> None:
    plan = replace(small_plan(), indicators=small_plan().indicators[:2])
    assert told(rollup_of(plan, {"07375": {"I.1": 90, "I.2": answer}}, day), "G02") == []


# G05


THREE: dict[str, Figures] = {code: {"I.2": 90} for code in ("217", "07375", "07378")}


def test_g05_three_of_four_and_what_is_said_of_it() -> None:
    rollup = rollup_of(small_plan(), THREE)
    assert told(rollup, "G05") == ["Chỉ tiêu I.2: 3/4 đơn vị được giao đã trả lời (mức tối thiểu 80%)"]
    facts = rollup_facts(rollup)
    assert [r["code"] for r in facts["indicators"] if r["provisional"]] == ["I.2"]
    assert "G05" in {f["code"] for f in facts["findings"]}
    texts = [p.text for p in report_passages(rollup)]
    assert "Có 1 kết quả là số tạm tính vì còn thiếu báo cáo của nhiều đơn vị được giao." in texts
    assert sum("số tạm tính vì mới có 3/4 đơn vị được giao có số liệu (75,00%), còn 1" in text for text in texts) == 1
    assert texts.count("Đạt mục tiêu (tạm tính)") == 1
    book = openpyxl.load_workbook(io.BytesIO(draw_consolidated(rollup)))
    said = [str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert "Đạt mục tiêu (tạm tính)" in said
    assert "Cả đợt tổng hợp" in said
    assert any("[G05]" in text for text in said)
    assert any(text.startswith("1 kết quả là số tạm tính") for text in said)


@pytest.mark.parametrize(
    ("returns", "line"),
    [
        (THREE, 75),
        (THREE | {"STTTT": {"I.2": "Không phát sinh"}}, None),
        ({"217": {"I.2": "Chưa có số liệu"}}, None),  # no figure, so none that is provisional
    ],
)
def test_g05_near_misses(returns: dict[str, Figures], line: int | None) -> None:
    rollup = rollup_of(replace(small_plan(), demands=Demands(coverage=line)), returns)
    assert told(rollup, "G05") == []
    assert not any("tạm tính" in p.text for p in report_passages(rollup))


def test_g05_no_figure_yet_is_no_answer() -> None:
    returns = THREE | {"STTTT": {"I.2": "Chưa có số liệu"}}
    assert len(told(rollup_of(small_plan(), returns), "G05")) == 1


# G06, G07


def changed_template(folder: Path, old: str, new: str) -> Path:
    """The shipped template with a piece of its text replaced."""
    document, path = docx.Document(str(template())), folder / "bao-cao.docx"
    for paragraph in document.element.body.iter(qn("w:p")):
        nodes = list(paragraph.iter(qn("w:t")))
        text = "".join(n.text or "" for n in nodes)
        if old in text:
            nodes[0].text = text.replace(old, new)
            for node in nodes[1:]:
                node.text = ""
    document.save(str(path))
    return path


def test_g06_data_without_a_place_and_a_template_that_has_all(tmp_path: Path) -> None:
    rollup = rollup_of(small_plan(), THREE)
    assert check_template(rollup, template(), AFTER) == ()
    path = changed_template(tmp_path, "{{ ghi_chu_ii }}", "")
    draw_report(rollup, path, AFTER)  # the report is made all the same
    (finding,) = check_template(rollup, path, AFTER)
    assert (finding.code, finding.label) == ("G06", "Mẫu bao-cao.docx: không có chỗ ghi {{ ghi_chu_ii }}")


def test_g06_a_tag_without_data(tmp_path: Path) -> None:
    path = changed_template(tmp_path, "{{ ghi_chu_ii }}", "Kính gửi {{ giam_doc }}")
    with pytest.raises(TemplateError) as caught:
        draw_report(rollup_of(small_plan(), THREE), path, AFTER)
    assert caught.value.code == "G06"
    assert "thẻ “giam_doc” không có trong danh mục (đoạn " in str(caught.value)
    assert "Kính gửi {{ giam_doc }}" in str(caught.value)


@pytest.mark.parametrize("broken", ["{{ ghi_chu_ii", "{% for x in nhom %}", "{{ ghi_chu_ii | safe.x }}"])
def test_g07_a_broken_tag(tmp_path: Path, broken: str) -> None:
    path = changed_template(tmp_path, "{{ ghi_chu_ii }}", broken)
    with pytest.raises(TemplateError) as caught:
        draw_report(rollup_of(small_plan(), THREE), path, AFTER)
    fault = template_fault(caught.value)
    assert (caught.value.code, fault.code) == ("G07", "G07")
    assert fault.message.count("[G07]") == 1
    assert "bao-cao.docx" in fault.label


def test_g07_near_miss_braces_that_are_text(tmp_path: Path) -> None:
    path = changed_template(tmp_path, "{{ ghi_chu_ii }}", "{{ ghi_chu_ii }} {một chú thích}")
    content = draw_report(rollup_of(small_plan(), THREE), path, AFTER)
    assert any("{một chú thích}" in p.text for p in docx.Document(io.BytesIO(content)).paragraphs)


# G08


class Edited:
    """A report that somebody edits in Word."""

    def __init__(self, folder: Path, rollup: Rollup) -> None:
        self.rollup, self.folder = rollup, folder
        content = draw_report(rollup, template(), AFTER)
        (folder / "ours.docx").write_bytes(content)
        self.document = docx.Document(io.BytesIO(content))

    def say(self, start: str, change: Callable[[str], str]) -> None:
        """Type the paragraph that begins so anew."""
        (paragraph,) = [p for p in self.document.paragraphs if p.text.startswith(start)]
        text, runs = change(paragraph.text), paragraph.runs
        assert text != paragraph.text
        runs[0].text = text
        for run in runs[1:]:
            run.text = ""

    def cell(self, first: str, column: str, text: str | None = None) -> str:
        """Type into the cell of the row that begins so."""
        for table in self.document.tables:
            heads = [cell.text for cell in table.rows[0].cells]
            for row in table.rows[1:]:
                if row.cells[0].text == first and column in heads:
                    cell = row.cells[heads.index(column)]
                    before = cell.text
                    if text is not None:
                        cell.paragraphs[0].runs[0].text = text
                        for run in cell.paragraphs[0].runs[1:]:
                            run.text = ""
                    return before
        raise LookupError(first, column)

    def verified(self) -> Verified:
        self.document.save(str(self.folder / "edited.docx"))
        return verify(
            report_passages(self.rollup), read_docx(self.folder / "ours.docx"), read_docx(self.folder / "edited.docx")
        )

    def found(self) -> list[tuple[str, str]]:
        assert all(f.code == "G08" for f in self.verified().findings)
        return [(f.found, dict(f.args)["expected"]) for f in self.verified().findings]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    figures: Figures = {"I.1": 85, "I.2": 60}
    return Edited(tmp_path, rollup_of(small_plan(), dict.fromkeys(("STTTT", "217", "07375", "07378"), figures)))


ONE = "- Tỷ lệ hồ sơ trực tuyến: kết quả"


def test_g08_near_miss_a_report_as_it_was_made(edited: Edited) -> None:
    verified = edited.verified()
    spoken = [p for p in report_passages(edited.rollup) if p.figures and ", dòng " not in p.place]
    assert verified.findings == ()
    assert verified.paragraphs == len(spoken)
    assert verified.cells > 20


def test_g08_a_figure_in_a_sentence(edited: Edited) -> None:
    edited.say(ONE, lambda text: text.replace("60,00%", "68,00%"))
    (finding,) = edited.verified().findings
    assert (finding.found, dict(finding.args)["expected"]) == ("68,00", "60,00")
    assert finding.label.startswith("Mục II, Phát triển chính quyền số, “- Tỷ lệ hồ sơ trực tuyến")
    assert "Số đã tổng hợp: 60,00" in finding.message


def test_g08_a_figure_in_a_sentence_that_was_reworded(edited: Edited) -> None:
    edited.say(ONE, lambda text: text.replace("60,00%", "68,00%").replace("kết quả", "đến nay kết quả mới là"))
    assert edited.found() == [("68,00", "60,00")]


def test_g08_a_cell_of_a_table(edited: Edited) -> None:
    assert edited.cell("I.2", "Kết quả", "68,00%") == "60,00%"
    (finding,) = edited.verified().findings
    assert (finding.found, dict(finding.args)["expected"]) == ("68,00%", "60,00%")
    assert "dòng “I.2 – Tỷ lệ hồ sơ trực tuyến" in finding.label
    assert "cột “Kết quả”" in finding.label


NOT_TOLD: dict[str, Callable[[Edited], None]] = {
    "reworded": lambda e: e.say(ONE, lambda text: text.replace("kết quả", "đến nay kết quả mới là")),
    "the same number typed otherwise": lambda e: e.say(ONE, lambda text: text.replace("60,00%", "60%")),
    "a sentence of one's own": lambda e: e.say(
        ONE, lambda text: f"{text} Trong tháng 4, {3} đơn vị sẽ được kiểm tra, dự kiến đạt 75%."
    ),
    "written wholly anew": lambda e: e.say(ONE, lambda _: "Năm 2023 mới có 12 xã làm việc này, năm nay hơn 200 xã."),
    "left out": lambda e: e.say(ONE, lambda _: "."),
    "a cell emptied": lambda e: (e.cell("I.2", "Kết quả", ""), None)[1],
    "the state said otherwise": lambda e: (e.cell("I.2", "Đánh giá", "Cần đôn đốc"), None)[1],
    "a day of another month": lambda e: e.say("Thực hiện Kế hoạch", lambda text: text.replace("2023", "2022")),
}


@pytest.mark.parametrize("how", NOT_TOLD)
def test_g08_near_misses(edited: Edited, how: str) -> None:
    NOT_TOLD[how](edited)
    assert edited.found() == []


def test_g08_paragraphs_and_rows_moved_or_removed(edited: Edited) -> None:
    body = edited.document.element.body
    (one,) = [p for p in edited.document.paragraphs if p.text.startswith(ONE)]
    body.insert(3, one._p)
    (table,) = [t for t in edited.document.tables if t.rows[0].cells[0].text == "Mã" and "Tử số" in _heads(t)]
    rows = [row for row in table.rows if row.cells[0].text.startswith(("I.", "II."))]
    rows[0]._tr.addprevious(rows[-1]._tr)
    table._tbl.remove(rows[1]._tr)
    assert edited.found() == []


def _heads(table) -> list[str]:  # type: ignore[no-untyped-def]
    return [cell.text for cell in table.rows[0].cells]
