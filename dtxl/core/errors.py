"""Exceptions for "cannot go on". What an agency or an editor can mend is a Finding, never an exception."""


class DtxlError(Exception):
    """Something stops the command; the text is Vietnamese and is shown to staff as it is (exit status 2)."""


class WorkspaceError(DtxlError):
    """The folder is not a workspace, or a file of it is missing or in the way."""


class SourceError(DtxlError):
    """A document or workbook that staff named cannot be read at all."""


class PlanbookError(DtxlError):
    """The plan workbook has mistakes; `problems` lists each as (sheet, cell, text)."""

    def __init__(self, problems: list[tuple[str, str, str]]) -> None:
        self.problems = problems
        lines = [f"  • {sheet}!{cell}: {text}" if cell else f"  • {sheet}: {text}" for sheet, cell, text in problems]
        super().__init__("Tệp kế hoạch có chỗ cần sửa:\n" + "\n".join(lines))


class TemplateError(DtxlError):
    """A Word template cannot be filled; the text names the tag and the place and ends in its code: "[G07]" for a broken
    tag, "[G06]" for one that there is no data for."""

    @property
    def code(self) -> str:
        return "G06" if str(self).endswith("[G06]") else "G07"


class WriteError(DtxlError):
    """A file could not be written whole; nothing was left behind."""
