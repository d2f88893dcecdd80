"""Plan text of any length, the same each time, and how long its reading takes."""

import csv
import re
import tempfile
import time
import tomllib
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from dtxl.extract import extract_document

_PERCENT = re.compile(r"(?P<value>\d+(?:[.,]\d+)?)\s*(?:%|phần trăm)")
_TWO_DIGITS = re.compile(r"(?<![\d.,/-])[1-9]\d(?=\s?%)")
_THINGS = ("hồ sơ", "doanh nghiệp nhỏ và vừa", "trường tiểu học", "hộ gia đình", "trạm y tế", "cán bộ", "sản phẩm OCOP")
_SAID = ("được số hóa", "sử dụng nền tảng số", "áp dụng hóa đơn điện tử", "được tập huấn", "có hồ sơ điện tử")
_BOUNDS = ("đạt", "đạt trên", "đạt tối thiểu", "đạt ít nhất", "không dưới")
_HEAD = ("KẾ HOẠCH", "Chuyển đổi số tỉnh Bắc Giang năm 2025", "I. MỤC TIÊU")


def plan_lines(count: int) -> list[str]:
    """`count` lines of a plan: of ten lines five state objectives, two are of the past or name numbers that are no
    targets, three are tasks; every hundred lines stand under a heading of their own."""
    sample = resources.files("dtxl.samples")
    stated = [row["text"] for row in _rows(sample.joinpath("bac-giang-2024", "indicators.csv").read_text("utf-8"))]
    page = tomllib.loads((Path(__file__).parents[1] / "docs" / "sentences.toml").read_text("utf-8"))
    stated += [one["text"] for section in page["section"] for one in section["sentences"] if "why" not in one]
    decoys = [one["text"] for section in page["section"] for one in section["sentences"] if "why" in one]
    tasks = re.findall(r'^  "(.+)",$', sample.joinpath("bac-giang-2024", "tasks.toml").read_text("utf-8"), re.MULTILINE)
    places = [row["name"] for row in _rows(sample.joinpath("units", "units-2024.csv").read_text("utf-8"))]
    lines = list(_HEAD)
    for n in range(count - len(_HEAD)):
        if n % 100 == 0:
            lines.append(f"{n // 100 + 1}. Phát triển {_THINGS[n // 100 % 7]} trên địa bàn {places[n % len(places)]}")
        elif n % 10 in (0, 4):
            lines.append("- " + _varied(stated[n // 5 % len(stated)], n))
        elif n % 10 in (1, 3, 7):
            thing, said, bound = _THINGS[n % 7], _SAID[n // 7 % 5], _BOUNDS[n // 35 % 5]
            lines.append(f"- Tỷ lệ {thing} tại {places[n * 7 % len(places)]} {said} {bound} {10 + n * 13 % 90}%.")
        elif n % 10 in (2, 6):
            lines.append("- " + _varied(decoys[n // 4 % len(decoys)], n))
        else:
            lines.append("- " + tasks[n % len(tasks)])
    return lines


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def _varied(sentence: str, n: int) -> str:
    """`sentence` with other percentages."""
    return _TWO_DIGITS.sub(lambda match: str(10 + (int(match[0]) + n * 17) % 90), sentence)


def plain_percentages(path: Path) -> list[tuple[str, float]]:
    """The plain way: every percentage of every line."""
    return [
        (line, float(match["value"].replace(",", ".")))
        for line in path.read_text("utf-8").splitlines()
        for match in _PERCENT.finditer(line)
    ]


def reading(
    pair: Callable[[Callable[[], object], Callable[[], object]], tuple[float, float]],
) -> tuple[str, float, float]:
    """5,000 lines: a plain pass for percentages, and the whole plan with scopes, years, tasks and questions."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ke-hoach.txt")
        path.write_text("\n".join(plan_lines(5000)), "utf-8")
        return "5,000 lines of a plan read", *pair(lambda: plain_percentages(path), lambda: extract_document(path))


def growth(counts: tuple[int, ...] = (5000, 10_000, 20_000, 50_000)) -> list[tuple[int, int, float]]:
    """(lines, indicators found, seconds) for texts of growing length, once each."""
    out = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ke-hoach.txt")
        for count in counts:
            path.write_text("\n".join(plan_lines(count)), "utf-8")
            begun = time.perf_counter()
            plan = extract_document(path)
            out.append((count, len(plan.indicators), time.perf_counter() - begun))
    return out
