"""Whatever a document holds, it becomes a Plan or is said to be unreadable: never another exception. 2,000 cases."""

import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dtxl.core.errors import SourceError
from dtxl.extract import extract_document
from dtxl.model.plan import OPS, Plan
from tests.test_carriers_fuzz import damage, inside, small_pdf, word, workbook

SAMPLE = Path(__file__).parents[1] / "samples" / "bac-giang-2024" / "ke-hoach.docx"
ANY = settings(max_examples=600, suppress_health_check=list(HealthCheck))

WORDS = (
    *(
        "Tỷ lệ",
        "tỷ trọng",
        "số",
        "hồ sơ",
        "hộ gia đình",
        "doanh nghiệp",
        "cấp tỉnh",
        "cấp huyện",
        "cấp xã",
        "người dân",
    ),
    *("đạt", "đạt trên", "tối thiểu", "ít nhất", "không quá", "dưới", "từ", "trở lên", "trở xuống", "phấn đấu", "tăng"),
    *("giảm", "xuống còn", "lên", "và", "hoặc", "trong đó", "đối với", "tại", "được", "có", "không còn", "so với"),
    *(
        "năm 2025",
        "đến năm 2030",
        "trước ngày 31/12/2025",
        "trước ngày 32/13/2025",
        "giai đoạn 2021-2025",
        "quý I/2025",
    ),
    *("nhóm 10 tỉnh dẫn đầu", "xếp hạng", "cùng kỳ", "hiện nay", "ước đạt", "kinh phí", "tỷ đồng", "lượt", "mô hình"),
)
NUMBERS = (
    *("80%", "100 %", "42,7%", "3.000", "01", "12/15", "10 - 11%", "≥ 80", "≤ 2‰", "<5%", "9" * 40, "1.2.3.4", "0,0,0"),
    *(
        "1e9",
        "٣%",
        "²%",
        "½",
        "%",
        "‰",
        "-5%",
        "0%",
        "1/0",
        "15.000.000",
        "8,5 - 9,0%/năm",
        "ca sinh/1.000",
        "∞%",
        "NaN",
    ),
)
MARKS = (
    *(" ", " ", " ", " ", ". ", "; ", ", ", ": ", "\n", "\n\n", "\n- ", "\n+ ", "\n1. ", "\na) ", "\n1.1. ", "\nI. "),
    *(
        "\nXL. ",
        "\n# ",
        "(",
        ")",
        "((",
        "))",
        "“",
        "”",
        "*",
        "**",
        "__",
        "|",
        "\n|",
        "|\n",
        "\n|---|---|\n",
        "\t",
        "<b>",
    ),
    *("</td>", "<table><tr><td rowspan=3>", "</table>", "&nbsp;", "[1]", "¹", "\u00ad", "\u200b", "\u0301", "\u0323"),
    *("\x00", "\x0b", "\x1f", "\u2028", "\r", "\ufeff", "\u202e", "'", "=", "@", "{{", "}}", "{%"),
)
HEADS = (
    *("KẾ HOẠCH\nChuyển đổi số năm 2025\n", "ỦY BAN NHÂN DÂN\nTỈNH BẮC GIANG\n", "Số: 12/KH-UBND\n", "I. MỤC TIÊU\n"),
    *(
        "II. NHIỆM VỤ\n1. Sở Y tế\n",
        "Phụ lục\n",
        "PHỤ LỤC I\n",
        "Nơi nhận:\n- Lưu: VT.\n",
        "TT | Chỉ tiêu | Mục tiêu\n",
    ),
    *("1. Mục tiêu đến năm 2030\n", "III. KẾT QUẢ NĂM 2024\n", "| STT | Chỉ tiêu | Đơn vị | Năm 2025 | Cơ quan |\n"),
)
PIECES = st.sampled_from(WORDS) | st.sampled_from(NUMBERS) | st.sampled_from(MARKS) | st.sampled_from(HEADS)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=80).map(lambda parts: " ".join(parts))
CELLS = st.lists(st.sampled_from((*WORDS, *NUMBERS, "I", "1", "1.1", "-", "", "Phát triển")), max_size=5).map(" ".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def hold(plan: Plan) -> None:
    """What is true of every plan: comparators that are known, finite values, codes that differ, tidy names."""
    codes = [i.code for i in plan.indicators]
    assert len(codes) == len(set(codes))
    assert {i.group for i in plan.indicators} <= {g.code for g in plan.groups}
    for indicator in plan.indicators:
        assert indicator.name == unicodedata.normalize("NFC", indicator.name).strip()
        for target in indicator.targets:
            assert target.op in OPS
            assert target.value.is_finite()
            assert target.year is None or 1900 <= target.year <= 2100


def read_file(path: Path) -> tuple[Plan | None, str]:
    """The plan in a file, or why it is refused."""
    try:
        plan = extract_document(path)
    except SourceError as error:
        return None, str(error)
    hold(plan)
    return plan, ""


def read_text(folder: Path, text: str, suffix: str = ".txt") -> Plan | None:
    """The plan in `text`; None where the file is refused."""
    path = folder / f"ke-hoach{suffix}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    plan, refusal = read_file(path)
    assert plan is not None or path.name in refusal
    return plan


def even(text: str) -> str:
    """As a reader of lines sees it: line ends of any kind are one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@ANY
@given(TEXTS, st.sampled_from((".txt", ".md")), st.booleans())
def test_any_text_is_a_plan_whose_spans_are_pieces_of_it(
    folder: Path, text: str, suffix: str, decomposed: bool
) -> None:
    if decomposed:
        text = unicodedata.normalize("NFD", text)
    plan = read_text(folder, text, suffix)
    for indicator in plan.indicators if plan else ():
        assert indicator.span
        assert indicator.span in even(text)


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(CELLS, min_size=2, max_size=6), min_size=1, max_size=12), st.sampled_from((" | ", "|", "\t")))
def test_any_table_is_a_plan(folder: Path, rows: list[list[str]], between: str) -> None:
    lines = [between.join(("TT", "Chỉ tiêu", "Đơn vị tính", "Mục tiêu năm 2025")), *map(between.join, rows)]
    plan = read_text(folder, "KẾ HOẠCH năm 2025\nI. MỤC TIÊU\n" + "\n".join(f"| {line} |" for line in lines))
    assert plan is not None


MADE = {
    "sample.docx": (SAMPLE.read_bytes, 120),
    "small.docx": (word, 300),
    "small.xlsx": (workbook, 300),
    "small.pdf": (small_pdf, 300),
}


@pytest.mark.parametrize("name", MADE)
def test_a_damaged_file_is_a_plan_or_is_refused(name: str, folder: Path) -> None:
    make, cases = MADE[name]
    content, chance = make(), random.Random(name)
    path = folder / name
    refusals = []
    for number in range(cases):
        archive = content.startswith(b"PK") and number % 2
        path.write_bytes((inside if archive else damage)(content, number % 5, chance))
        plan, refusal = read_file(path)
        refusals += [refusal] if plan is None else []
    assert 0 < len(refusals) < cases
    assert all(name in refusal for refusal in refusals)
