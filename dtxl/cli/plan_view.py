"""What was read from a plan, for people: tables on a terminal, whole lines of plain text in a pipe."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from dtxl.cli.language import t
from dtxl.cli.output import Out
from dtxl.core.names import printable
from dtxl.model.form import target_text
from dtxl.model.plan import Indicator, Plan, Question, Target

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

RANKING = "Xếp hạng"  # what a question is about that only sets a goal to be among the first apart
_TITLES = ("Mã", "Chỉ tiêu", "Mục tiêu", "Theo dõi", "Thực hiện")
_OF_ONE = re.compile(r"^(Chỉ tiêu|Nhiệm vụ|Mục)\s+(?=\S)")
_QUOTED = 160  # letters of the plan's words that a terminal shows beside a doubt
_LISTED = 12  # codes named one by one


def doubts(plan: Plan) -> tuple[Question, ...]:
    """What staff are asked to look at."""
    return tuple(q for q in plan.questions if q.about != RANKING)


def rankings(plan: Plan) -> tuple[Question, ...]:
    """Goals to be among the first: listed apart, no figures are asked for them."""
    return tuple(q for q in plan.questions if q.about == RANKING)


def aim(target: Target, year: int | None) -> str:
    """ "≥ 80% (cấp tỉnh)", "tăng ≥ 8% (năm 2030)", "≥ 100% (hạn 01/06/2023)": the plan's own year is not repeated."""
    limits = [target.scope or ""]
    if target.deadline is not None:
        limits.append(f"hạn {target.deadline:%d/%m/%Y}")
    elif target.year not in (None, year):
        limits.append(f"năm {target.year}")
    said = "; ".join(limit for limit in limits if limit)
    return f"{target_text(target)} ({said})" if said else target_text(target)


def show_plan(out: Out, plan: Plan) -> None:
    """Head, counts and indicators by group, to standard output; silent with -q."""
    if out.verbose < 0:
        return
    stream = sys.stderr if out.json_to == "-" else sys.stdout
    if stream.isatty():
        draw_plan(_console(stream), plan)
    else:
        for line in plan_lines(plan):
            out.say(line)


def show_doubts(out: Out, plan: Plan) -> None:
    """What is doubtful, by what it concerns, then the goals that are rankings, to standard error; silent with -q."""
    if out.verbose < 0 or not plan.questions:
        return
    if sys.stderr.isatty():
        draw_doubts(_console(sys.stderr), plan)
    else:
        for line in doubt_lines(plan):
            out.note(line)


def head_lines(plan: Plan) -> list[str]:
    """Title; number, year, day, issuer; how much was found."""
    info = plan.info
    number = t("Số: ", "Number: ") + (info.number or t("chưa rõ", "unknown"))
    year = t("Năm: ", "Year: ") + str(info.year or t("chưa rõ", "unknown"))
    day = f"{info.date:%d/%m/%Y}" if info.date else ""
    aims = sum(len(i.targets) for i in plan.indicators)
    counts = (
        f"{len(plan.indicators)} chỉ tiêu, {aims} mục tiêu, {len(plan.tasks)} nhiệm vụ, {len(plan.agencies)} cơ quan."
    )
    return [
        info.title or "Kế hoạch (chưa rõ tên)",
        " – ".join(p for p in (number, day, year, info.issuer) if p),
        counts,
    ]


def plan_lines(plan: Plan) -> Iterator[str]:
    """The plan as lines of text, cells of a row between tabs, nothing cut off."""
    yield from head_lines(plan)
    for heading, indicators in _grouped(plan):
        yield ""
        yield heading
        yield "\t".join(_TITLES)
        for one in indicators:
            yield "\t".join(re.sub(r"\s+", " ", cell) for cell in _row(one, plan, "; "))


def doubt_lines(plan: Plan) -> Iterator[str]:
    """Doubts and rankings as lines of text, nothing cut off."""
    if doubts(plan):
        yield f"Cần xác nhận {len(doubts(plan))} điều:"
    for about, said in _by_subject(doubts(plan)):
        yield f"  {about}:"
        for which, question in said:
            quoted = f" – “{question.span}”" if question.span else ""
            yield "    " + re.sub(r"\s+", " ", f"• {which}{question.why}{quoted}")
    if rankings(plan):
        yield "Mục tiêu xếp hạng, không hỏi số liệu:"
        yield from (f"    • {question.span}" for question in rankings(plan))


def draw_plan(console: "Console", plan: Plan) -> None:
    """As `plan_lines`, as tables of the terminal's width; all tables have the same columns."""
    title, *more = head_lines(plan)
    console.print(_text(title, "bold"))
    for line in more:
        console.print(_text(line))
    used = [i for i in range(len(_TITLES)) if i < 3 or any(_row(one, plan, ";\n")[i] for one in plan.indicators)]
    for heading, indicators in _grouped(plan):
        console.print()
        console.print(_text(heading, "bold cyan"))
        table = _frame(console.width, used, plan.indicators)
        for one in indicators:
            cells = _row(one, plan, ";\n")
            table.add_row(*(_text(cells[i]) for i in used))
        console.print(table)


def draw_doubts(console: "Console", plan: Plan) -> None:
    """As `doubt_lines`, wrapped under its bullet; long quotations are shortened."""
    from rich.text import Text

    if doubts(plan):
        console.print()
        console.print(Text(f"Cần xác nhận {len(doubts(plan))} điều:", style="bold yellow"))
    for about, said in _by_subject(doubts(plan)):
        console.print(_text(f"  {about}", "bold"))
        bullets = _bullets()
        for which, question in said:
            quoted = f"\n“{_shortened(question.span)}”" if question.span else ""
            bullets.add_row("•", Text.assemble(_text(_codes(which), "bold"), _text(question.why), _text(quoted, "dim")))
        console.print(bullets)
    if rankings(plan):
        console.print()
        console.print(Text("Mục tiêu xếp hạng, không hỏi số liệu:", style="bold"))
        bullets = _bullets()
        for question in rankings(plan):
            bullets.add_row("•", _text(question.span))
        console.print(bullets)


def _text(text: str, style: str = "") -> "Text":
    """Text that is no markup and does not steer the terminal."""
    from rich.text import Text

    return Text(printable(text), style=style)


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, emoji=False)


def _frame(width: int, used: Sequence[int], indicators: Iterable[Indicator]) -> "Table":
    """An empty table: the codes as wide as they are, the rest shared out."""
    from rich.box import SQUARE
    from rich.table import Table

    code = max(len(_TITLES[0]), *(len(one.code) for one in indicators))
    shares = {1: 5, 2: 3, 3: 2, 4: 3}
    room = max(width - (3 * len(used) + 1) - code, 8 * len(used))
    whole = sum(shares[i] for i in used[1:])
    table = Table(box=SQUARE, show_lines=True, header_style="bold")
    for i in used:
        table.add_column(_TITLES[i], overflow="fold", width=room * shares[i] // whole if i else code)
    return table


def _bullets() -> "Table":
    from rich.table import Table

    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=5, justify="right")
    grid.add_column(overflow="fold")
    return grid


def _grouped(plan: Plan) -> Iterator[tuple[str, list[Indicator]]]:
    """("I. Phát triển chính quyền số", its indicators), in the plan's order."""
    names = {g.code: g.name for g in plan.groups}
    for code in dict.fromkeys(i.group for i in plan.indicators):
        name = names.get(code, "")
        yield f"{code}. {name}" if name else code, [i for i in plan.indicators if i.group == code]


def _row(one: Indicator, plan: Plan, between: str) -> tuple[str, ...]:
    aims = between.join(aim(target, plan.info.year) for target in one.targets)
    return one.code, one.name, aims or "chưa rõ", one.monitor, between.join(one.implementers)


def _by_subject(questions: Iterable[Question]) -> Iterator[tuple[str, list[tuple[str, Question]]]]:
    """("Chỉ tiêu", [("I.8: ", question), …]), … in the order in which the subjects come up."""
    said: dict[str, list[tuple[str, Question]]] = {}
    for question in questions:
        match = _OF_ONE.match(question.about)
        about = match[1] if match else question.about
        which = question.about[match.end() :] + ": " if match else ""
        said.setdefault(about, []).append((which, question))
    yield from said.items()


def _codes(listed: str) -> str:
    """ "I.1, I.2, I.3 … III.7 (22): ": a long list of codes by its first ones."""
    codes = listed.split(", ")
    if len(codes) <= _LISTED:
        return listed
    return f"{', '.join(codes[:3])} … {codes[-1].rstrip(': ')} ({len(codes)}): "


def _shortened(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= _QUOTED else text[:_QUOTED].rsplit(" ", 1)[0] + " …"
