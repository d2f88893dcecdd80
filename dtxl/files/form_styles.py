"""How a form looks: its colours, and one cell format for each role of the geometry."""

from typing import Any

from xlsxwriter.format import Format

from dtxl.core.codes import Severity
from dtxl.files.xlsx_write import Book

Style = Format  # so that who draws need not know the library

NAVY, GREY, LINE = "#1F3864", "#595959", "#BFBFBF"
INPUT_FILL, HEADER_FILL, GROUP_FILL, FIXED_FILL, UNUSED_FILL = "#FFF7CC", "#DCE6F2", "#EDF2F9", "#F7F7F7", "#EFEFEF"
RED_FILL, GREEN_FILL, ORANGE_FILL, BLUE_FILL = "#F8CBCB", "#DDF0DA", "#FFD9A8", "#D6E6F7"
RED_TEXT, GREEN_TEXT = "#9C0006", "#1E6B2E"

SEVERITY_FILL = {
    Severity.CRITICAL: RED_FILL,
    Severity.ERROR: RED_FILL,
    Severity.WARNING: ORANGE_FILL,
    Severity.NOTE: BLUE_FILL,
}

# A number is the index of a format that every spreadsheet program has built in.
NUMBER_FORMATS: dict[str, str | int] = {
    "integer": 3,  # #,##0
    "number": "#,##0.##",
    "percent": "0.##",
    "date": "dd/mm/yyyy",
    "text": 49,  # @
    "list": 49,
}

_BOX: dict[str, Any] = {"border": 1, "border_color": LINE, "valign": "vcenter", "text_wrap": True}
_BAR: dict[str, Any] = {"top": 1, "bottom": 1, "top_color": LINE, "bottom_color": LINE, "valign": "vcenter"}
_LEFT: dict[str, Any] = {"align": "left", "indent": 1}
_ROLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "font_color": NAVY, "valign": "vcenter"},
    "subtitle": {"bold": True, "font_size": 12, "valign": "vcenter"},
    "hint": {"italic": True, "font_color": GREY, "valign": "vcenter"},
    "header": {**_BOX, "bold": True, "align": "center", "bg_color": HEADER_FILL, "font_color": NAVY},
    "key": {"font_color": "#808080"},
    "group": {**_BAR, "bold": True, "bg_color": GROUP_FILL},
    "heading": {**_BAR, "bold": True, "bg_color": HEADER_FILL, "font_color": NAVY, **_LEFT},
    "code": {**_BOX, "align": "center"},
    "text": {**_BOX, **_LEFT},
    "target": {**_BOX, "align": "center", "bold": True},
    "unit": {**_BOX, "align": "center"},
    "previous": {**_BOX, "align": "center"},
    "label": {**_BOX, "font_color": "#404040", **_LEFT},
    "unused": {**_BOX, "bg_color": UNUSED_FILL},
    "result": {**_BOX, "align": "right", "bold": True, "bg_color": FIXED_FILL},
    "state": {**_BOX, "align": "center", "bg_color": FIXED_FILL},
}
PLACES = 2  # built-in format 0.00
_RIGHT, _CENTRE = ("integer", "number"), ("percent", "date", "list")


def look(role: str) -> dict[str, Any]:
    """The properties of a role (see model.form.FixedText; and "unused", "result", "state", "heading")."""
    return _ROLES[role]


def fixed_style(book: Book, role: str, **more: Any) -> Format:
    return book.style(**{**_ROLES[role], **more})


def input_style(book: Book, kind: str, severity: Severity | None = None, *, words: bool = False) -> Format:
    """An unlocked cell: yellow, or in the colour of the gravest remark on it. A long number shrinks to its cell, where
    it would show as ####; `words`: text stands in it, whatever its kind, and wraps."""
    props = {**_BOX, "locked": False, "num_format": NUMBER_FORMATS[kind]}
    props["bg_color"] = SEVERITY_FILL[severity] if severity else INPUT_FILL
    if kind in _RIGHT or kind in _CENTRE:
        props["align"] = "right" if kind in _RIGHT else "center"
    else:
        props |= _LEFT
    if kind not in ("text", "list") and not words:
        props |= {"text_wrap": False, "shrink": True}
    return book.style(**props)
