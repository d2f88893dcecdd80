"""The kit's list for people: which file, what was done to it, which code it must raise, what must come of it."""

import re
from collections.abc import Sequence

from dtxl.core.codes import catalogue
from dtxl.files.xlsx_write import Book
from dtxl.simulate.kit_recipe import ATTACKS, FIRST, words
from dtxl.simulate.kit_stage import Entry
from dtxl.workbook.table import Cell, Column, Table, draw_table

_ARGUMENT = re.compile(r"\{\w+\}")  # of a title, filled in where the code is raised
LIST = "danh-sach.xlsx"
OUTCOMES = {
    "accepted": "Được chấp nhận, có tính",
    "rejected": "Trả lại để sửa, không tính",
    "unreadable": "Không đọc được, không tính",
    "duplicate": "Bản trùng, không tính lại",
}
_COLUMNS = (
    Column("Mã", 9, centre=True),
    Column("Ý nghĩa của mã", 36),
    Column("Đã làm gì với tệp", 38),
    Column("Phải ra kết quả", 20),
    Column("Kỳ", 10, centre=True),
    Column("Tệp", 44),
)
_FIRST = (Column("Dùng cho mã", 12, centre=True), Column("Kỳ", 10, centre=True), Column("Tệp", 70))


def write_list(plan: str, period: str, entries: Sequence[Entry]) -> bytes:
    """The list as a workbook: the codes, the attack files, what is laid in before them."""
    book = Book(f"Bộ thử: {plan}")
    tests = [e for e in entries if e.codes]
    parts = (
        ("Theo mã", "BỘ THỬ: MỖI MÃ MỘT TỆP", [e for e in tests if e.round != ATTACKS]),
        ("Tệp tấn công", "BỘ THỬ: TỆP LÀM RA ĐỂ GÂY LỖI PHẦN MỀM ĐỌC", [e for e in tests if e.round == ATTACKS]),
    )
    subtitle = f"{plan} – kỳ {period}"
    after = [f"Không có tệp cho mã {code}: {why}." for code, why in words()["without"].items()]
    for name, title, some in parts:
        table = Table(name, title, _COLUMNS, [_row(e) for e in some], note=_HOW, after=after, frozen=1)
        draw_table(book, table, subtitle)
        after = []
    before = [(e.of, e.period, e.file) for e in entries if e.round == FIRST]
    draw_table(book, Table("Nộp trước", "CÁC BẢN NỘP TRƯỚC LÀM NỀN", _FIRST, before, note=_BEFORE), subtitle)
    return book.content()


_HOW = (
    "Thử bằng lệnh: dtxl simulate --kit THƯ-MỤC --verify. Thử tay: tiếp nhận lần lượt từng thư mục con của “nhan-ve”, "
    "theo số thứ tự, kỳ trước làm trước; khóa kỳ (dtxl lock) rồi mới tiếp nhận thư mục 4."
)
_BEFORE = (
    "Các bản này đúng, phải được chấp nhận; "
    "chúng tạo tình huống cho các mã cần so với kỳ trước, bản trước, đơn vị khác."
)


def _row(entry: Entry) -> tuple[str | Cell, ...]:
    titles = [_ARGUMENT.sub("…", catalogue()[code].title) for code in entry.codes]
    outcome = OUTCOMES[entry.statuses[0]] if len(entry.statuses) == 1 else "Trả lại hoặc không đọc được, không tính"
    tone = entry.statuses[0] if entry.statuses[0] in ("accepted", "rejected") else "missing"
    return (
        ", ".join(entry.codes), titles[0] if len(titles) == 1 else "Một trong các mã nêu bên", entry.did,
        Cell(outcome, tone=tone), entry.period, entry.file,
    )  # fmt: skip
