"""Likely slips in a wording are proposed for correction, never changed."""

from pathlib import Path

import pytest

from dtxl.extract import extract_document
from dtxl.extract.spelling import find_slips


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("kết nối liên thông cơ sở dừ liệu của các sở", [("cơ sở dừ liệu", "cơ sở dữ liệu")]),
        ("so với tống mức bán lẻ", [("tống mức", "tổng mức")]),
        ("hộ sản xuất dược lập danh sách", [("dược lập", "được lập")]),
        ("Chuyên đổi số ngành y tế", [("Chuyên đổi số", "chuyển đổi số")]),
        ("quản trị tập trung của tinh", [("của tinh", "của tỉnh")]),
        # No slips: other right words, old places of the tone mark, capitals, words that only meet.
        ("Mức tiêu thụ điện", []),
        ("TỶ LỆ SỐ HOÁ HỒ SƠ", []),
        ("thành phố thông minh", []),
        ("lưu trữ hồ sơ, số lượt khách lưu trú", []),
        ("Khoẻ mạnh, hoà bình, uỷ ban", []),
        ("trẻ vị thành niên và thanh niên", []),
        ("", []),
    ],
)
def test_slips(text: str, slips: list[tuple[str, str]]) -> None:
    assert list(find_slips(text)) == slips


def test_a_slip_is_asked_about_and_the_wording_stays(tmp_path: Path) -> None:
    path = tmp_path / "ke-hoach.txt"
    path.write_text("I. MỤC TIÊU\n- Tỷ lệ cơ sở dừ liệu được kết nối đạt 80%.\n", "utf-8")
    plan = extract_document(path)
    assert plan.indicators[0].name == "Tỷ lệ cơ sở dừ liệu được kết nối"
    asked = [q for q in plan.questions if "“cơ sở dữ liệu”" in q.why]
    assert [(q.about, q.span) for q in asked] == [("Chỉ tiêu I.1", "Tỷ lệ cơ sở dừ liệu được kết nối đạt 80%")]
