"""A finding: a coded remark with its place, rendered late."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dtxl.core.codes import ORDER, Severity, catalogue, message


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark for an agency or an editor.

    `sheet` and `cell` ("H12") name the place in the workbook as it was returned; both "" where the remark is about the
    whole file. `field` is the form's field ("I.13.numerator") or "". `found` is what stood there, as seen. `label` is
    how people call the place ("Chỉ tiêu I.13, tử số"). `args` fill the catalogue's texts.
    """

    code: str
    severity: Severity
    file: str = ""
    sheet: str = ""
    cell: str = ""
    field: str = ""
    found: str = ""
    label: str = ""
    args: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        """ "Sheet “Chỉ tiêu”, ô H12 (Chỉ tiêu I.13, tử số)", as much of it as is known."""
        parts = [f"Sheet “{self.sheet}”"] if self.sheet else []
        if self.cell:
            parts.append(f"ô {self.cell}")
        place = ", ".join(parts)
        if self.label:
            place = f"{place} ({self.label})" if place else self.label
        return place

    @property
    def message(self) -> str:
        """The full Vietnamese message in five parts."""
        return message(self.code, self.place, self.found, dict(self.args))

    def at(self, file: str) -> "Finding":
        """The same finding, of `file`."""
        return replace(self, file=file)


def finding(
    code: str,
    severity: Severity | None = None,
    *,
    file: str = "",
    sheet: str = "",
    cell: str = "",
    field: str = "",
    found: str = "",
    label: str = "",
    args: Mapping[str, object] | None = None,
) -> Finding:
    """A finding of `code` with the catalogue's usual severity.

    Raises KeyError for an unknown code and ValueError for a severity that the catalogue does not allow for it.
    """
    entry = catalogue()[code]
    if severity is not None and severity not in entry.allowed:
        raise ValueError(f"{code} has no severity {severity}")
    pairs = tuple((key, str(value)) for key, value in (args or {}).items())
    return Finding(code, severity or entry.severity, file, sheet, cell, field, found, label, pairs)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Identity and file first (codes A, B), then by gravity, then by place."""
    return sorted(
        findings,
        key=lambda f: (f.code[0] not in "AB", ORDER[f.severity], f.sheet, _cell_key(f.cell), f.code, f.field),
    )


def _cell_key(cell: str) -> tuple[int, int, str]:
    letters = cell.rstrip("0123456789")
    row = cell[len(letters) :]
    return (int(row) if row else 0, len(letters), letters)


def grouped(findings: Iterable[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Equal remarks on many cells as one: (the first, all of them), in order."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for f in in_order(findings):
        groups.setdefault((f.code, f.severity, f.sheet, f.found, f.args), []).append(f)
    return [(same[0], same) for same in groups.values()]


def refused(findings: Iterable[Finding]) -> bool:
    """Whether a return with these findings is rejected."""
    return any(f.severity.blocks for f in findings)
