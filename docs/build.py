"""Pages of docs/ that the code can say itself: the commands, the codes. `--check` fails where a page is out of date."""

import os
import re
import sys
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


PAGES: dict[str, Callable[[], str]] = {"cac-lenh.md": commands, "ma-loi.md": codes, "rules.md": rules}


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
