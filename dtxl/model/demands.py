"""What a plan asks of its returns beyond figures, states and a contact. None of it is asked unless the plan says so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Demands:
    """Settings of the plan workbook. They change neither a form's cells nor its id: forms sent out before stay good."""

    signed: bool = False  # the head of the agency and the day of approval must be filled in (B14)
    task_reason: bool = False  # a task that was not started wants its reason (D02)
    absent_note: bool = False  # no figure, or an indicator that is none of the agency's: wants a word why (D02)
    coverage: int | None = None  # percent of the agencies asked; below it a figure is provisional; None: the usual


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the plan. `text` as written; `why` says it in words; `warns`: a warning, not an error."""

    text: str
    why: str
    warns: bool = False
