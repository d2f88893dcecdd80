"""Tasks under the office that heads them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dtxl.core.text import fold, slug, tidy
from dtxl.extract.blocks import Table
from dtxl.extract.deadlines import find_deadlines
from dtxl.extract.outline import Item, Mark, closes
from dtxl.extract.words import begins, capital, words
from dtxl.model.plan import Question, Task

_LONGEST_NAME = 20  # words of an office's name with its title
_END = re.compile(r"[\s;]+$|\./\.$")


def office_of(heading: str) -> str:
    """The office that a heading names: "Giám đốc Sở Y tế" → "Sở Y tế"; "" where it names none."""
    text = tidy(heading).strip(" :.;")
    if len(text.split(" ")) > _LONGEST_NAME:
        return ""
    data = words()
    titled = False
    while title := begins(text, data["titles"]):
        rest = text[len(title) :].strip(" ,")
        if not rest or not (rest[0].isupper() or begins(rest, data["offices"])):
            break
        text, titled = rest, True
    # "Trưởng ban Ban Dân tộc": the title's last word is the office's first.
    text = re.sub(r"^(\w+)\s+(?=\1\s)", "", text, flags=re.IGNORECASE)
    if not titled and (not begins(text, data["offices"]) or begins(text, data["not_offices"])):
        return ""
    return capital(text)


@dataclass
class _Walk:
    """Where the reading stands."""

    year: int | None
    roman: str = ""
    number: str = ""
    office: str = ""
    office_mark: Mark = Mark.NONE
    heading: str = ""  # code of the office's heading: "III.1"
    section: str = ""
    dashed: bool = False  # the heading's tasks are bullets, so prose between them belongs to the bullet before
    started: bool = False  # a task has come under the present heading or sub-heading
    tasks: list[Task] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    questions: list[Question] = field(default_factory=list)
    _more: dict[int, list[str]] = field(default_factory=dict)  # further paragraphs of a task, by its index

    def enter(self, item: Item, office: str) -> None:
        self.office, self.office_mark, self.section = office, item.mark, ""
        self.dashed = self.started = False
        self.heading = self._heading(item)

    def _heading(self, item: Item) -> str:
        label = "" if item.mark is Mark.ROMAN else self.number
        if item.mark is Mark.LETTER:
            label = item.label if "." in item.label else self.number + slug(item.label)
        return ".".join(part for part in (self.roman or "NV", label) if part)

    def add(self, text: str, span: str) -> None:
        """A task of the present office."""
        self.counts[self.heading] += 1
        code = f"{self.heading}.{self.counts[self.heading]:02d}"
        self.tasks.append(self._dated(Task(code, self.office, text, section=self.section, span=span)))
        self.started = True

    def extend(self, text: str) -> None:
        """More words of the last task."""
        self._more.setdefault(len(self.tasks) - 1, []).append(text)

    def finish(self) -> None:
        """Joins what was added to the tasks, and dates them anew."""
        for index, texts in self._more.items():
            task = self.tasks[index]
            self.tasks[index] = self._dated(replace(task, text=" ".join([task.text, *texts])))
        self._more.clear()

    def _dated(self, task: Task) -> Task:
        found = find_deadlines(task.text, self.year)
        if not found:
            return task
        return replace(task, deadline=found[0].day, deadline_text=found[0].text)


def read_tasks(outline: Sequence[Item | Table], year: int | None = None) -> tuple[list[Task], list[Question]]:
    """Every task, in order. A heading that is an office (or a group of offices) opens its list; the next heading of its
    rank closes it. Objectives and headings that name no office give no tasks. `year` is the plan's."""
    walk = _Walk(year)
    items = [x for x in outline if isinstance(x, Item)]
    for index, item in enumerate(items):
        if closes(item):
            break
        following = items[index + 1] if index + 1 < len(items) else None
        _step(walk, item, following)
    walk.finish()
    if not walk.tasks:
        _in_running_text(items, walk)
    walk.questions += _several_deadlines(walk.tasks, year)
    return [replace(task, text=_END.sub("", task.text)) for task in walk.tasks], walk.questions


def _step(walk: _Walk, item: Item, following: Item | None) -> None:
    if item.mark is Mark.ROMAN:
        walk.roman, walk.number = item.label, ""
        objectives = fold(item.text).startswith(tuple(words()["roles"]["objectives"]))
        walk.enter(item, "" if objectives else office_of(item.text))
        if not walk.office:
            walk.office_mark = Mark.NONE
    elif item.mark in (Mark.NUMBER, Mark.LETTER):
        if item.mark is Mark.NUMBER and walk.office_mark is not Mark.ROMAN:
            walk.number = item.label
        _heading(walk, item, following)
    elif walk.office:
        _entry(walk, item)


def _heading(walk: _Walk, item: Item, following: Item | None) -> None:
    """A numbered or lettered paragraph: an office, a sub-heading, a task, or nothing of ours."""
    name, _, inline = item.text.partition(":")
    within = bool(walk.office) and walk.office_mark < item.mark
    office = "" if within else office_of(name)
    if office:
        walk.enter(item, office)
        if inline.strip():
            walk.add(capital(inline.strip()), item.span)
    elif within:
        if _is_heading(item, following):
            walk.section, walk.dashed, walk.started = item.text.rstrip(" :"), False, False
        else:
            walk.dashed = True
            walk.add(item.text, item.span)
    elif walk.office_mark is Mark.NONE or item.mark <= walk.office_mark:
        if walk.office and following is not None and not _is_regime(item.text):
            walk.questions.append(
                Question(
                    f"Mục {walk.roman}.{item.label}",
                    item.span,
                    "Không nhận ra tên cơ quan nên không lấy nhiệm vụ ở mục này.",
                )
            )
        walk.office = ""


def _is_heading(item: Item, following: Item | None) -> bool:
    if item.text.endswith(":"):
        return True
    return not item.ended and following is not None and following.mark > Mark.LETTER


def _is_regime(text: str) -> bool:
    """Headings that are known to be no offices: reporting, money."""
    return any(word in fold(text) for word in ("bao cao", "kinh phi", "nguon luc", "hieu luc"))


def _entry(walk: _Walk, item: Item) -> None:
    """A bullet or a plain paragraph under an office."""
    if item.mark is Mark.BULLET:
        walk.dashed = True
        walk.add(item.text, item.span)
    elif walk.started and (item.mark is Mark.PLUS or (item.mark is Mark.NONE and walk.dashed)):
        walk.extend(item.text)
    elif not (item.mark is Mark.NONE and item.text.endswith(":")):
        # A line that ends with a colon only announces the list that follows it.
        walk.add(item.text, item.span)


def _in_running_text(items: Sequence[Item], walk: _Walk) -> None:
    """Tasks that a text without headings names office by office: "Sở Nội vụ triển khai …; Sở Tài chính bố trí …".

    One office alone in a sentence is the news item's own story, so at least two must stand in one."""
    data = words()
    offices = "|".join(map(re.escape, sorted(data["offices"], key=len, reverse=True)))
    verbs = "|".join(map(re.escape, sorted(data["task_verbs"], key=len, reverse=True)))
    task = re.compile(rf"^(?P<office>(?:{offices})(?!\w)[^,;:]{{0,80}}?)\s+(?P<what>(?:{verbs})(?!\w)\s.+)$")
    for item in items:
        found = []
        start = 0
        for cut in [*re.finditer(r";\s+|(?<=như):\s+|…\s", item.text), None]:
            end = cut.start() if cut else len(item.text)
            piece = item.piece.cut(start, end)
            start = cut.end() if cut else end
            match = task.match(piece.text.rstrip(" .;…"))
            if match and office_of(match["office"]):
                found.append((match, piece))
        if len(found) >= 2:
            for match, piece in found:
                walk.office, walk.heading = office_of(match["office"]), "NV"
                walk.add(capital(match["what"]), piece.span)
    if walk.tasks:
        why = "Nhiệm vụ lấy từ câu chữ, không từ mục riêng của từng cơ quan; cần xác nhận."
        walk.questions.append(Question("Nhiệm vụ", "", why))


def _several_deadlines(tasks: Sequence[Task], year: int | None) -> list[Question]:
    return [
        Question(f"Nhiệm vụ {task.code}", task.span, "Nêu nhiều thời hạn khác nhau; đã lấy thời hạn đầu tiên.")
        for task in tasks
        if len({d.day for d in find_deadlines(task.text, year)}) > 1
    ]
