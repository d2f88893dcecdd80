"""Vietnamese by default, English with DTXL_LANG=en; click's own words come from gettext."""

import gettext
import os
from importlib import resources


def english() -> bool:
    """Whether the help is asked for in English."""
    return os.environ.get("DTXL_LANG", "vi").lower().startswith("en")


def t(vi: str, en: str) -> str:
    """The text in the language asked for."""
    return en if english() else vi


def set_up() -> None:
    """Make click speak the language: it takes its words from gettext's default domain when it prints them."""
    os.environ["LANGUAGE"] = "en" if english() else "vi"
    gettext.bindtextdomain("messages", str(resources.files("dtxl").joinpath("locale")))
