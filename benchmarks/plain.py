"""The plain way: what a straightforward script with pandas and openpyxl does for the same job."""

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation

from dtxl.model.form import COLUMNS, Form

_SIDE = Side(style="thin", color="999999")
_SHEETS = ["Thông tin đơn vị", "Chỉ tiêu", "Nhiệm vụ"]


def plain_form(form: Form) -> bytes:
    """The same sheets, texts, unlocked cells and validations by openpyxl."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    font, fill = Font(name="Times New Roman", size=11), PatternFill("solid", fgColor="FFF8DC")
    wrap, border = Alignment(wrap_text=True, vertical="center"), Border(_SIDE, _SIDE, _SIDE, _SIDE)
    for name, columns in COLUMNS.items():
        page = book.create_sheet(name)
        page.protection.sheet = True
        for number, column in enumerate(columns, 1):
            page.column_dimensions[openpyxl.utils.get_column_letter(number)].width = column.width or 8
        for text in form.fixed:
            if text.sheet == name:
                cell = page.cell(text.row + 1, text.column + 1, text.text)
                cell.font, cell.alignment, cell.border = font, wrap, border
        for field in form.fields:
            if field.sheet == name:
                cell = page.cell(field.row + 1, field.column + 1)
                cell.font, cell.fill, cell.border, cell.protection = font, fill, border, Protection(locked=False)
                if field.kind == "list":
                    rule = DataValidation("list", formula1='"a,b,c"', allow_blank=True)
                else:
                    rule = DataValidation("decimal", "greaterThanOrEqual", "0", allow_blank=True)
                rule.add(cell)
                page.add_data_validation(rule)
    hidden = book.create_sheet("_dtxl")
    hidden.sheet_state = "hidden"
    for field in form.fields:
        hidden.append([field.name, field.sheet, field.cell, field.kind_text])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain_read(path: Path) -> list[pd.DataFrame]:
    """The three sheets as frames; a file that cannot be read is passed over, as such scripts do."""
    try:
        return [pd.read_excel(path, sheet_name=name, header=3) for name in _SHEETS]
    except Exception as error:  # noqa: BLE001 - whatever pandas raises for a damaged file
        return [pd.DataFrame({"error": [str(error)]})]


def plain_report_figures(paths: Sequence[Path]) -> pd.DataFrame:
    """Sums by indicator over all files."""
    frames = [frames[1] for path in paths if len(frames := plain_read(path)) == 3]
    whole = pd.concat(frames)
    whole[["Tử số", "Mẫu số"]] = whole[["Tử số", "Mẫu số"]].apply(pd.to_numeric, errors="coerce")
    return whole.groupby("STT")[["Tử số", "Mẫu số"]].sum()
