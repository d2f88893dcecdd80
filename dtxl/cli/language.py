"""Vietnamese by default, English with DTXL_LANG=en; click's own words come from gettext."""

import gettext
import io
import os
import sys
from importlib import resources


def english() -> bool:
    """Whether the help is asked for in English."""
    return os.environ.get("DTXL_LANG", "vi").lower().startswith("en")


def t(vi: str, en: str) -> str:
    """The text in the language asked for."""
    return en if english() else vi


def set_up() -> None:
    """Make click speak the language: it takes its words from gettext's default domain when it prints them.

    Output into a pipe or a file is UTF-8 whatever the system's code page: cp1258 cannot hold what we print.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    os.environ["LANGUAGE"] = "en" if english() else "vi"
    gettext.bindtextdomain("messages", str(resources.files("dtxl").joinpath("locale")))
