"""Pages of docs/ that the code can say itself: the commands, the codes, how sentences are read. `--check` fails where
a page is out of date."""

import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent


def commands() -> str:
    """The command reference, from the commands' own help, in Vietnamese."""
    import click

    from dtxl.cli.main import COMMANDS, cli

    lines = ["# Các lệnh của dtxl", "", "Trang này do `make docs` lấy từ chương trình.", ""]
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        context = click.Context(command, info_name=f"dtxl {name}", max_content_width=100, terminal_width=100)
        lines += [f"## dtxl {name}", "", "```", command.get_help(context), "```", ""]
    return "\n".join(lines)


def codes() -> str:
    """The catalogue of codes, for staff."""
    from dtxl.core.codes import catalogue

    source = "".join(p.read_text(encoding="utf-8") for p in sorted(HERE.parent.glob("dtxl/**/*.py")))
    raised = set(re.findall(r'["\[]([A-G]\d\d)["\]]', source))
    lines = ["# Mã lỗi, cảnh báo", "", "Trang này do `make docs` lấy từ danh mục. Cột “Áp dụng”: mã đang được kiểm tra "
             "trong bản này; các mã còn lại dành cho bản sau.", ""]  # fmt: skip
    lines += ["| Mã | Áp dụng | Mức | Nội dung | Yêu cầu | Cách sửa |", "| -- | -- | -- | -- | -- | -- |"]
    for code in catalogue().values():
        levels, used = "/".join(s.vi for s in code.allowed), "có" if code.code in raised else ""
        lines.append(f"| {code.code} | {used} | {levels} | {code.title} | {code.expect} | {code.fix} |")
    return "\n".join(lines) + "\n"


def rules() -> str:
    """The page of each rule that is at work, for developers: what is wrong, what is right."""
    from dtxl.checks import registered

    rules = registered()
    lines = ["# Rules", "", "Written by `make docs` from the rules' docstrings; their cases are in tests/cases/.", ""]
    for code_name in sorted(rules):
        doc = (rules[code_name].__doc__ or "").strip()
        lines += [f"## {code_name}", "", *[line.strip() for line in doc.splitlines()], ""]
    return "\n".join(lines)


READ = re.compile(r"(?<=<!-- đọc -->\n).*(?=<!-- hết -->)", re.DOTALL)


def reading() -> str:
    """The page on reading plans: its text as written by hand, the table of sentences as the program reads them."""
    page = (HERE / "doc-ke-hoach.md").read_text(encoding="utf-8")
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for section in tomllib.loads((HERE / "sentences.toml").read_text(encoding="utf-8"))["section"]:
            why = any("why" in one for one in section["sentences"])
            head = ["Câu trong kế hoạch", "Chương trình đọc", *(["Vì sao"] if why else [])]
            lines += [f"### {section['title']}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
            for one in section["sentences"]:
                cells = [one["text"], read_sentence(one["text"], Path(folder)), *([one.get("why", "")] if why else [])]
                lines.append(f"| {' | '.join(cells)} |")
            lines.append("")
    assert READ.search(page)
    return READ.sub(lambda _: "\n".join(["", *lines]), page)


def read_sentence(text: str, folder: Path) -> str:
    """What the program makes of a sentence under the objectives of a plan for 2025."""
    from dtxl.cli.plan_view import aim, rankings
    from dtxl.extract import extract_document

    path = folder / "ke-hoach.txt"
    other = "Tỷ lệ câu đứng cạnh đạt 1%."  # so that a sentence that sets no target still stands in a plan
    path.write_text(f"KẾ HOẠCH\nNăm 2025\nI. MỤC TIÊU\n- {text}\n- {other}\n", encoding="utf-8")
    plan = extract_document(path)
    mine = [i for i in plan.indicators if not other.startswith(i.name)]
    found = [f"{i.name}: **{'; '.join(aim(target, 2025) for target in i.targets)}**" for i in mine]
    apart = [f"xếp hạng: {q.span}" for q in rankings(plan)]
    return "<br>".join(found + apart) or "–"


PAGES: dict[str, Callable[[], str]] = {"cac-lenh.md": commands, "ma-loi.md": codes, "rules.md": rules,
                                         "doc-ke-hoach.md": reading}  # fmt: skip


def main() -> int:
    """Write the pages, or with `--check` say which would change."""
    os.environ.pop("DTXL_LANG", None)
    stale = []
    for name, make in PAGES.items():
        path, text = HERE / name, make()
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.stderr.write(f"out of date, run `make docs`: {', '.join(stale)}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
