"""Form + Submission + Findings → the marked copy: the pristine form drawn anew, filled with what the agency typed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dtxl.core.codes import message
from dtxl.files.form_drawing import Filling, Mark, draw_form_sheets
from dtxl.files.form_hidden import form_book
from dtxl.model.finding import Finding, in_order
from dtxl.model.form import Form
from dtxl.model.submission import Submission, Value
from dtxl.returns.listing import draw_listing


def draw_marked_copy(form: Form, submission: Submission, findings: Sequence[Finding], key: bytes) -> bytes:
    """The marked copy as the bytes of an .xlsx file; equal input gives equal bytes.

    Lost drop-downs, locks and formulas are whole again, and its identity is the form's, signed with `key`: the agency
    corrects this very file and returns it. Findings point at cells of the returned file; one that names a field of
    the form is shown at the form's own cell of that field, the others only in the first sheet's list.
    """
    book = form_book(form, key, f"Bản trả lại để sửa {form.period.name} – {form.agency.name}")
    shown = _shown(form, submission, findings)
    draw_listing(book, form, findings, kept=any(not value.blank for value in shown.values()))
    draw_form_sheets(book, form, key, Filling(shown, marks_of(form, findings)))
    return book.content()


# Read with a doubt that the agency must settle: shown as it was typed, so that the doubt comes back with it.
_DOUBTFUL = frozenset({"D06", "D08", "D10"})
# The row may hold another row's figures.
_UNSURE_ROWS = frozenset({"C12", "C23"})


def _shown(form: Form, submission: Submission, findings: Sequence[Finding]) -> Mapping[str, Value]:
    """The values that the copy shows: doubtful numbers as typed, and nothing in rows whose own name was not theirs any
    more (sorted without their keys, copied over): those must be typed again."""
    doubtful = {f.field for f in findings if f.code in _DOUBTFUL}
    unsure = {f.field for f in findings if f.code in _UNSURE_ROWS and f.field}
    shown = {}
    for name, value in submission.values.items():
        if name in form.by_name and name.rpartition(".")[0] not in unsure:
            shown[name] = replace(value, number=None) if name in doubtful else value
    return shown


def marks_of(form: Form, findings: Sequence[Finding]) -> Mapping[str, Mark]:
    """Field → what is said at its cell."""
    at: dict[str, list[Finding]] = {}
    for remark in in_order(findings):
        if remark.field in form.by_name:
            at.setdefault(remark.field, []).append(remark)
    return {field: Mark(tuple((f.severity, _said(f)) for f in here)) for field, here in at.items()}


def _said(remark: Finding) -> str:
    """The message without its place: it stands at the place."""
    return message(remark.code, "", remark.found, dict(remark.args))
