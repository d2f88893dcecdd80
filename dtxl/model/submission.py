"""A returned workbook, as read."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from dtxl.core.numbers import plain


@dataclass(frozen=True, slots=True)
class Identity:
    """What a form says of itself. `plan` is the plan's id, `fingerprint` that of the whole plan when it was issued,
    `form` the form's own id (agency, period and a digest of its rows), `signature` a keyed digest of the rest."""

    plan: str
    fingerprint: str
    agency: str
    period: str
    form: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One input cell. `raw` is what stood there, as seen; one of `number`, `text`, `day` is set where it could be read.

    All three are None where the cell is blank (`raw` "") or could not be read (a finding says why)."""

    field: str
    kind: str  # number, integer, percent, date, text, list
    raw: str
    sheet: str
    cell: str  # true address in the returned file
    number: Decimal | None = None
    text: str | None = None
    day: date | None = None

    @property
    def blank(self) -> bool:
        return self.raw == ""

    @property
    def canonical(self) -> str:
        """What the cell says, as one text: equal for equal contents however they were typed; "" where unreadable."""
        if self.number is not None:
            return plain(self.number)
        return self.day.isoformat() if self.day is not None else self.text or ""


@dataclass(frozen=True)
class Submission:
    """A return of one agency for one period. `values` by field; fields that the file lost are not in it."""

    path: str
    sha256: str
    received_at: datetime
    identity: Identity | None = None
    values: dict[str, Value] = field(default_factory=dict)

    def number(self, name: str) -> Decimal | None:
        value = self.values.get(name)
        return value.number if value else None

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return value.text if value else None
