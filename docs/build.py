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


# Where a code is raised, by the folder (or module) of the program that raises it, in the order of the work.
PLACES = (
    ("dtxl/files/", "mở tệp"), ("dtxl/intake/", "đọc biểu mẫu"), ("dtxl/pipeline/", "tiếp nhận"),
    ("dtxl/checks/periods.py", "đối chiếu kỳ trước"), ("dtxl/checks/history.py", "đối chiếu lần nộp trước"),
    ("dtxl/checks/peers.py", "đối chiếu đơn vị khác"), ("dtxl/checks/batch.py", "tổng hợp"),
    ("dtxl/checks/", "kiểm tra trong biểu"), ("dtxl/results/", "tổng hợp"),
    ("dtxl/documents/", "lập, đối chiếu báo cáo"), ("dtxl/core/errors.py", "lập, đối chiếu báo cáo"),
)  # fmt: skip
# These only name codes that others raise.
NAMES_ONLY = ("dtxl/simulate/", "dtxl/returns/", "dtxl/pipeline/mark.py", "dtxl/pipeline/facts.py")


def raised_at() -> dict[str, list[str]]:
    """Code → where the program raises it, as staff know the places."""
    at: dict[str, list[str]] = {}
    root = HERE.parent
    for path in sorted(root.glob("dtxl/**/*.py")):
        name = path.relative_to(root).as_posix()
        place = next((words for start, words in PLACES if name.startswith(start)), None)
        if place is None or name.startswith(NAMES_ONLY):
            continue
        text = re.sub(r"frozenset\(.*?\)", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for code in re.findall(r'"([A-G]\d\d)"', text):
            if place not in at.setdefault(code, []):
                at[code].append(place)
    order = [words for _, words in PLACES]
    return {code: sorted(places, key=order.index) for code, places in at.items()}


def codes() -> str:
    """The catalogue of codes, for staff."""
    from dtxl.core.codes import catalogue

    raised = raised_at()
    unused = tomllib.loads((HERE / "codes.toml").read_text(encoding="utf-8"))
    cannot, later = unused["cannot"], unused["later"]
    lines = ["# Mã lỗi, cảnh báo", "", "Trang này do `make docs` lấy từ danh mục và từ chương trình. Cột “Phát hiện "
             "khi”: bước công việc tìm ra lỗi; để trống là mã chưa dùng trong bản này. Đang dùng "
             f"{len(raised)} trong {len(catalogue())} mã.", ""]  # fmt: skip
    lines += ["| Mã | Phát hiện khi | Mức | Nội dung | Yêu cầu | Cách sửa |", "| -- | -- | -- | -- | -- | -- |"]
    for code in catalogue().values():
        levels, used = "/".join(s.vi for s in code.allowed), "; ".join(raised.get(code.code, []))
        lines.append(f"| {code.code} | {used} | {levels} | {code.title} | {code.expect} | {code.fix} |")
    for title, reasons in (("Mã không phát sinh", cannot), ("Mã chưa dùng", later)):
        lines += ["", f"## {title}", "", "| Mã | Nội dung | Vì sao |", "| -- | -- | -- |"]
        for name, reason in reasons.items():
            if name not in raised:
                lines.append(f"| {name} | {catalogue()[name].title} | {reason} |")
    unsaid = set(catalogue()) - set(raised) - set(cannot) - set(later)
    if unsaid or set(cannot) & set(raised):
        raise SystemExit(f"codes.toml: say why not used: {sorted(unsaid)}; used: {sorted(set(cannot) & set(raised))}")
    return "\n".join(lines) + "\n"


def rules() -> str:
    """The page of each rule that is at work, for developers: what is wrong, what is right."""
    from dtxl.checks import BATCH_RULES, registered, thresholds

    rules = {**registered(), **BATCH_RULES}
    lines = ["# Rules", "", "Written by `make docs` from the rules' docstrings; their cases are in tests/cases/.", ""]
    for code_name in sorted(rules):
        doc = (rules[code_name].__doc__ or "").strip()
        lines += [f"## {code_name}", "", *[line.strip() for line in doc.splitlines()], ""]
    lines += ["## Thresholds", "", "From dtxl/checks/thresholds.toml.", ""]
    lines += ["| Name | Value | Why |", "| -- | -- | -- |"]
    lines += [f"| {name} | {line.value} | {line.reason} |" for name, line in thresholds().items()]
    lines.append("")
    return "\n".join(lines)


LEVELS = {"error": "Lỗi", "warning": "Nên xem", "note": "Chỉ dẫn"}
CHAPTERS = (
    ("PG", "Trang giấy, phông chữ"), ("PN", "Số trang"), ("HD", "Quốc hiệu đến địa danh, thời gian"),
    ("TL", "Tên loại, trích yếu"), ("BD", "Nội dung"), ("CK", "Chữ ký"), ("NN", "Nơi nhận"), ("KG", "Kính gửi"),
    ("PL", "Phụ lục"), ("KH", "Dấu chỉ, ký hiệu, địa chỉ"), ("DT", "Bản điện tử"), ("VH", "Viết hoa"),
)  # fmt: skip
LAYOUT = """# Thể thức văn bản

Trang này do `make docs` lấy từ tệp quy tắc ({name}). `dtxl lint TỆP.docx` kiểm tra những quy tắc có chữ “có” ở cột Kiểm
tra. `dtxl lint --fix` tự sửa, trong một bản sao, những chỗ sửa được mà không đụng đến câu chữ thuộc các quy tắc có chữ
“có” ở cột Tự sửa, và để lại những chỗ phải do người quyết định. Mức “Lỗi” là điều Nghị định quy định: còn một lỗi thì
lệnh kết thúc với mã 1. Mức “Nên xem” là theo mẫu hoặc thông lệ.
"""
MEASURED = """
## Cách đo

- Đường kẻ dưới Tiêu ngữ dài {motto} dòng chữ; dưới tên cơ quan, trích yếu dài {share} của dòng dài nhất hoặc dòng
  cuối (Nghị định không nói dòng nào khi tên gồm nhiều dòng). Độ dài dòng chữ tính theo bề rộng từng chữ của Times New
  Roman.
- Lề giấy được lệch {margin} mm, khổ giấy {paper} mm (sai số làm tròn của Word).
- Bảng, hình, dòng chú thích của chúng (“Bảng 1. …”, “Nguồn: …”) và chữ trong khung không bị kiểm tra như nội dung: Nghị
  định để cơ quan tự chọn.
"""


def layout() -> str:
    """The page of the layout rules, from the decree's profile: what each asks, what the program checks and mends."""
    from dtxl.layout import codes as checked
    from dtxl.layout import mendable, profile

    rules, seen, mended = profile(), set(checked()), mendable()
    lines = [LAYOUT.format(name=rules.name)]
    for start, title in CHAPTERS:
        lines += [f"## {title}", "", "| Mã | Mức | Quy định | Căn cứ | Kiểm tra | Tự sửa |", f"|{' -- |' * 6}"]
        for rule in (r for r in rules.rules.values() if r.code.startswith(f"{start}-")):
            told = " | ".join("có" if rule.code in kind else "" for kind in (seen, mended))
            lines.append(f"| {rule.code} | {LEVELS[rule.severity.value]} | {rule.text} | {rule.article} | {told} |")
        lines.append("")
    lines += [
        "## Cỡ chữ, kiểu chữ của từng thành phần",
        "",
        "| Thành phần | Mã | Cỡ chữ | Kiểu chữ |",
        f"|{' -- |' * 4}",
    ]
    for look in rules.looks.values():
        size = " - ".join(f"{point:g}" for point in dict.fromkeys(look.size or ()))
        style = [{"upper": "in hoa", "mixed": "in thường", "": ""}[look.case]]
        style += [
            {True: "đậm", False: "không đậm", None: ""}[look.bold],
            {True: "nghiêng", False: "đứng", None: ""}[look.italic],
        ]
        lines.append(f"| {look.name} | {look.rule} | {size} | {', '.join(filter(None, style))} |")
    values = rules.values
    motto, share = (" đến ".join(f"{part:.0%}" for part in values["lines"][key]) for key in ("motto", "share"))
    margin, paper = (f"{values['page'][f'{key}_tolerance_mm']:g}".replace(".", ",") for key in ("margin", "size"))
    return "\n".join(lines) + "\n" + MEASURED.format(motto=motto, share=share, margin=margin, paper=paper)


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
                                         "doc-ke-hoach.md": reading, "the-thuc.md": layout}  # fmt: skip


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
