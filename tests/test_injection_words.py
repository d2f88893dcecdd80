"""What anybody typed is text in the report, on the terminal, in the log and in `--json`."""

import io
import json
import logging
import re
import sys
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from dtxl.cli.output import Out, PlainLines
from dtxl.cli.plan_view import draw_doubts, draw_plan, show_doubts, show_plan
from dtxl.core.text import tidy_lines
from dtxl.documents import draw_report
from dtxl.files.docx_fill import fill
from dtxl.model.finding import finding
from dtxl.model.plan import Question
from dtxl.model.rollup import TaskReport
from tests.injections import SHORT, TEXTS, as_stored
from tests.small import small_plan
from tests.test_documents import TEMPLATE, TODAY
from tests.test_documents_sample import make_rollup
from tests.wordfile import make_template, paragraphs, tags

HARMLESS = tuple(f"Nội dung bình thường số {number}" for number in range(len(TEXTS)))
# What a terminal obeys or that turns what follows round, by the standards (ECMA-48; Unicode, UAX #9), and no character.
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printed(text: str) -> str:
    """As Word shall show it: the private letter that keeps tags apart while a template is filled is no letter."""
    return as_stored(text).replace("\ue000", "")


# Word


def test_every_text_stands_in_the_body_and_in_a_table_as_typed(tmp_path: Path) -> None:
    lines = ("{%p for x in b %}", "{{ x }}", "{%p endfor %}")
    path = make_template(tmp_path, *lines, table="{{ a }}")
    content = fill(path, {"b": list(TEXTS), "a": "\n".join(TEXTS)}, title="", author="", created=TODAY)
    seen = paragraphs(content)
    assert seen[: len(TEXTS)] == [printed(text) for text in TEXTS]
    assert seen[len(TEXTS)] == printed("\n".join(TEXTS))


@pytest.mark.parametrize("place", ["header", "footer", "footnote"])
def test_every_text_stands_in_other_parts_as_typed(tmp_path: Path, place: str) -> None:
    content = fill(
        make_template(tmp_path, "x", **{place: "{{ a }}"}), {"a": "\n".join(TEXTS)}, title="", author="", created=TODAY
    )
    assert paragraphs(content, place) == [printed("\n".join(TEXTS))]


def test_texts_bring_no_element_into_a_document(tmp_path: Path) -> None:
    path = make_template(tmp_path, "{%p for x in b %}", "{{ x }}", "{%p endfor %}")
    hostile, harmless = (
        fill(path, {"b": list(texts)}, title="", author="", created=TODAY)
        for texts in (TEXTS, [*HARMLESS, "một\thai\nba"])
    )
    assert tags(hostile) == tags(harmless)


@cache
def report(texts: tuple[str, ...]) -> bytes:
    rollup = make_rollup()
    wrote = tuple(TaskReport("T03", "III.2.01", "ongoing", Decimal(10), None, "", text) for text in texts)
    return draw_report(replace(rollup, task_reports=rollup.task_reports + wrote), TEMPLATE, TODAY)


def test_every_text_stands_in_the_report_as_typed() -> None:
    seen = set(paragraphs(report(TEXTS)))
    assert [text for text in TEXTS if (clean := tidy_lines(printed(text))) and clean not in seen] == []


def test_the_report_is_the_same_but_for_the_texts() -> None:
    assert tags(report(TEXTS)) == tags(report((*HARMLESS, "một\nhai")))


# Terminal


def test_what_is_said_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    out = Out(None, 0)
    for text in TEXTS:
        out.say(text)
        out.note(text)
    said = capsys.readouterr()
    for stream in (said.out, said.err):
        assert not STEERS.search(stream)
        for text in TEXTS:
            assert STEERS.search(text) or text in stream


def test_tables_and_findings_of_hostile_texts_steer_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    out = Out(None, 1)
    out.table(("Tên", "Tệp"), [(text, f"{text}.xlsx") for text in SHORT])
    for text in SHORT:
        out.findings(text, [finding("D05", sheet=text, cell="H6", found=text, label=text)])
    said = capsys.readouterr()
    assert not STEERS.search(said.out + said.err)
    assert len(said.out.split("\n")) == len(SHORT) + 2  # a row is one line


class _Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_a_table_on_a_terminal_takes_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "3000")
    Out(None, 0).table(("Tên",), [(text,) for text in SHORT])
    shown = re.sub("\x1b\\[1m|\x1b\\[0m", "", screen.getvalue())  # the head of our own table is bold
    assert not STEERS.search(shown)
    for text in ("[red]đỏ[/red]", "[link=http://x.example]bấm[/link]", ":smile:", "[/]", "=1+1"):
        assert text in shown


def test_a_plan_on_a_terminal_takes_no_markup() -> None:
    from rich.console import Console

    plan = small_plan()
    asked = tuple(Question(text, text, text) for text in SHORT)
    plan = replace(
        plan,
        info=replace(plan.info, title="\x1b[2J[red]x[/red]"),
        indicators=tuple(
            replace(one, name=text, monitor=text) for one, text in zip(plan.indicators, SHORT[-3:], strict=True)
        ),
        questions=asked,
    )
    screen = _Terminal()
    console = Console(file=screen, width=3000, highlight=False, markup=False, emoji=False, color_system=None)
    draw_plan(console, plan)
    draw_doubts(console, plan)
    assert not STEERS.search(screen.getvalue())
    for text in ("[red]x[/red]", ":smile:", "[bold"):
        assert text in screen.getvalue()


def test_a_plan_in_a_pipe_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    plan = replace(small_plan(), questions=tuple(Question(text, text, text) for text in SHORT))
    out = Out(None, 0)
    show_plan(out, plan)
    show_doubts(out, plan)
    said = capsys.readouterr()
    assert "HYPERLINK" in said.out + said.err
    assert not STEERS.search(said.out + said.err)


def test_lines_of_the_log_steer_no_terminal() -> None:
    lines = PlainLines("%(message)s")
    records = [logging.LogRecord("x", logging.INFO, "", 1, "tệp %s", (text,), None) for text in TEXTS]
    shown = [lines.format(record) for record in records]
    assert not any(map(STEERS.search, shown))
    assert f"tệp {TEXTS[0]}" in shown


# JSON


def test_facts_are_read_back_as_they_were(tmp_path: Path) -> None:
    facts = {"texts": list(TEXTS), "by": {text: n for n, text in enumerate(SHORT)}}
    Out(str(tmp_path / "x.json"), 0).facts(lambda: facts)
    written = (tmp_path / "x.json").read_text(encoding="utf-8")
    assert json.loads(written) == facts
    assert not STEERS.search(written)


def test_facts_on_standard_output_steer_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Out("-", 0).facts(lambda: list(TEXTS))
    said = capsys.readouterr().out
    assert json.loads(said) == list(TEXTS)
    assert not STEERS.search(said)
