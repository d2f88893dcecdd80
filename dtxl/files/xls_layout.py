"""How the sheets of an .xls are set up. Record layouts: [MS-XLS] 2.4; all of it from the sheet's own records."""

import struct

from dtxl.files.raw_book import Layout, old_font
from dtxl.files.xlsx_layout import hide

_ROW, _COLINFO, _MERGED, _PROTECT, _DV, _NOTE, _OBJ, _TXO, _CONTINUE, _FILTER = (
    0x208, 0x7D, 0xE5, 0x12, 0x1BE, 0x1C, 0x5D, 0x1B6, 0x3C, 0x9B,
)  # fmt: skip
# What a check lets pass, in .xls and .xlsb alike; 0 lets everything.
CHECKS = {1: "whole", 2: "decimal", 3: "list", 4: "date", 5: "time", 6: "textLength", 7: "custom"}
_NOTE_OBJECT = 0x19


class LayoutRecords:
    """Takes a sheet's records one by one. A note's text comes before its place, by the number of its box."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._object, self._waiting = -1, 0  # the note's box that is open; letters of its text still to come
        self._texts: dict[int, str] = {}

    def take(self, kind: int, body: bytes) -> None:
        """One record; a cut-off one is passed over."""
        try:
            self._take(kind, body)
        except (struct.error, IndexError):
            return  # the cells are what counts; a damaged record of the set-up says nothing

    def _take(self, kind: int, body: bytes) -> None:
        layout = self.layout
        if kind == _ROW:
            if body[12] & 0x20:
                row = struct.unpack_from("<H", body)[0]
                hide(layout.hidden_rows, row, row)
        elif kind == _COLINFO:
            first, last, width, _, flags = struct.unpack_from("<5H", body)
            if flags & 1 or not width:
                hide(layout.hidden_columns, first, last)
        elif kind == _MERGED:
            for number in range(struct.unpack_from("<H", body)[0]):
                first, last, left, right = struct.unpack_from("<4H", body, 2 + 8 * number)
                layout.merge((first, left, last, right))
        elif kind == _PROTECT:
            layout.protected = body[:1] == b"\x01"
        elif kind == _FILTER:
            layout.filtered = True
        elif kind == _DV:
            self._check(body)
        else:
            self._note(kind, body)

    def _check(self, body: bytes) -> None:
        kind = CHECKS.get(body[0] & 0xF)
        place = 4
        for _ in range(4):  # titles and messages
            length = struct.unpack_from("<H", body, place)[0]
            place += 3 + length * (2 if body[place + 2] & 1 else 1)
        for _ in range(2):  # formulas
            place += 4 + struct.unpack_from("<H", body, place)[0]
        if kind is None:
            return
        for number in range(struct.unpack_from("<H", body, place)[0]):
            first, last, left, right = struct.unpack_from("<4H", body, place + 2 + 8 * number)
            self.layout.check(kind, (first, left, last, right))

    def _note(self, kind: int, body: bytes) -> None:
        if kind == _OBJ:
            what, number = struct.unpack_from("<HH", body, 4)
            self._object = number if what == _NOTE_OBJECT else -1
        elif kind == _TXO and self._object >= 0:
            self._waiting = struct.unpack_from("<H", body, 10)[0]
        elif kind == _CONTINUE and self._waiting and self._object >= 0:
            if body[0] & 1:
                text = body[1 : 1 + 2 * self._waiting].decode("utf-16-le", "replace")
            else:
                text = body[1 : 1 + self._waiting].decode("latin-1")
            self._texts[self._object] = self._texts.get(self._object, "") + text
            self._waiting -= min(self._waiting, len(text))
        elif kind == _NOTE:
            row, column, _, number = struct.unpack_from("<4H", body)
            self.layout.comment((row, column), self._texts.get(number, ""))


def font_name(body: bytes, wide: bool) -> str:
    """The name in a FONT record where it is a font of an old encoding, else ""."""
    if len(body) < 16:
        return ""
    length = body[14]
    if not wide:
        return old_font(body[15 : 15 + length].decode("cp1252", "replace"))
    if body[15] & 1:
        return old_font(body[16 : 16 + 2 * length].decode("utf-16-le", "replace"))
    return old_font(body[16 : 16 + length].decode("latin-1"))
