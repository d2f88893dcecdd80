"""What an agency changed from one return to the next, cell by cell."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dtxl.core.errors import DtxlError
from dtxl.model.submission import Value
from dtxl.pipeline.issue import FormBuilder
from dtxl.pipeline.workspace import Workspace
from dtxl.store import Receipt


@dataclass(frozen=True)
class Change:
    """A field whose content differs. `old` and `new` as typed, "" for a blank cell; `sheet` and `cell` of the newer
    return, of the older one where the newer has the cell blank; `old_cell` and `new_cell` the addresses in each."""

    field: str
    label: str
    sheet: str
    cell: str
    old: str
    new: str
    old_cell: str
    new_cell: str


@dataclass(frozen=True)
class Changes:
    """The last two returns of an agency that could be read, and what differs. `old` is None for a first return, `new`
    for none at all; `unread` counts returns of which nothing could be read into the form."""

    agency: str
    name: str
    period: str
    old: Receipt | None
    new: Receipt | None
    changes: tuple[Change, ...]
    unread: int


def last_changes(workspace: Workspace, period_code: str, agency: str) -> Changes:
    """Compare an agency's last two returns, accepted or not. Raises DtxlError for an agency that the plan has not and
    of which nothing was received either."""
    period = workspace.period(period_code)
    mine = [r for r in workspace.store.receipts(period_code) if r.agency == agency]
    known = workspace.plan.agency_by_code.get(agency)
    if known is None and not mine:
        raise DtxlError(f"Kế hoạch không có cơ quan mang mã {agency}. Xem sheet Cơ quan của ke-hoach.xlsx.")
    values = workspace.store.values(mine)
    read = [r for r in mine if values[r.id]]
    older, newer = ([None, None, *read])[-2:]
    changes: tuple[Change, ...] = ()
    if older is not None and newer is not None:
        form = FormBuilder(workspace, period)(agency)
        labels = {name: f.label for name, f in form.by_name.items()} if form else {}
        changes = compare(values[older.id], values[newer.id], labels)
    return Changes(
        agency, known.name if known else agency, period.code, older, newer, changes, len(mine) - len(read)
    )  # fmt: skip


def changes_facts(found: Changes) -> dict[str, Any]:
    """`diff --json`: the two returns compared, and each field that differs."""

    def told(r: Receipt | None) -> dict[str, str] | None:
        if r is None:
            return None
        return {"path": r.path, "received_at": r.received_at.isoformat(), "sha256": r.sha256, "status": r.status}

    return {
        "agency": found.agency, "name": found.name, "period": found.period, "old": told(found.old),
        "new": told(found.new), "unread": found.unread, "changes": [asdict(c) for c in found.changes],
    }  # fmt: skip


def compare(old: Mapping[str, Value], new: Mapping[str, Value], labels: Mapping[str, str]) -> tuple[Change, ...]:
    """The fields whose content differs, in the form's order; "85,5" and "85.5" read as one number are the same."""
    order = {name: place for place, name in enumerate(labels)}
    found = []
    for name in sorted({*old, *new}, key=lambda n: (order.get(n, len(order)), n)):
        before, after = old.get(name), new.get(name)
        if _content(before) == _content(after):
            continue
        at = after or before
        assert at is not None
        found.append(
            Change(
                name, labels.get(name, name), at.sheet, at.cell, before.raw if before else "",
                after.raw if after else "", before.cell if before else "", after.cell if after else "",
            )
        )  # fmt: skip
    return tuple(found)


def _content(value: Value | None) -> tuple[bool, str]:
    """What a cell says; of one that could not be read, what stood in it."""
    if value is None:
        return (True, "")
    return (True, value.canonical) if value.canonical else (False, value.raw)
