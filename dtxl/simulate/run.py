"""A period's returns for a workspace: most in time and sound, a share late, silent or damaged."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from dtxl.core.errors import DtxlError, WorkspaceError
from dtxl.core.numbers import plain
from dtxl.files.safe import digest, write_whole
from dtxl.files.xlsx_edit import Editor
from dtxl.model.form import Form
from dtxl.model.plan import Agency
from dtxl.pipeline.background import Background
from dtxl.pipeline.issue import FormBuilder
from dtxl.pipeline.workspace import INBOX, Progress, Workspace, file_stem, no_progress
from dtxl.simulate.damage import DAMAGES, Patient
from dtxl.simulate.filling import Typed, fill, leanings

LABELS = "mo-phong.json"
# Agencies name their files as they like.
_NAMES = ("{s}", "{s} (1)", "BC CDS quy - {s}", "Bieu mau {s}", "{s}_final")


@dataclass(frozen=True)
class Simulated:
    """One simulated agency: its file ("" where it is silent), what was done to it, what that must raise, what was typed
    (as canonical texts)."""

    agency: str
    path: str
    damage: str  # "", "late", "silent" or a name of DAMAGES
    codes: tuple[str, ...]
    typed: dict[str, str]


def simulate(
    workspace: Workspace,
    period_code: str,
    *,
    seed: int = 2024,
    share: float = 15 / 241,
    damages: Sequence[str] = (),
    progress: Progress = no_progress,
) -> list[Simulated]:
    """Fill the issued forms of a period and put them into its inbox; `share` of the agencies late, silent or damaged.

    `damages` names what is used (all by default). The labels are written beside the inbox; files of an earlier
    simulation go. Raises DtxlError where no forms were issued or where real returns lie in the inbox.
    """
    period = workspace.period(period_code)
    build = FormBuilder(workspace, period)
    random = Random(f"{seed}|{period_code}")
    agencies = [a for a in workspace.plan.agencies if workspace.form_path(period_code, a).is_file()]
    if not agencies:
        raise DtxlError(f"Chưa có biểu mẫu nào cho kỳ {period_code}. Chạy trước: dtxl forms … --period {period_code}")
    earlier = _earlier_simulated(workspace, period_code)
    chosen = _troubled(agencies, share, random)
    kinds = list(damages or DAMAGES)
    random.shuffle(kinds)
    lean, background = leanings(workspace.plan, seed), Background(workspace, period)
    made: list[Simulated] = []
    for done, agency in enumerate(agencies, 1):
        form = build(agency.code)
        assert form is not None
        blank = workspace.form_path(period_code, agency).read_bytes()
        past = background.past(agency.code)
        typed = fill(form, seed, lean, past[0].values if past else None)
        made.append(_return(workspace, form, blank, typed, chosen.get(agency.code, ""), kinds, seed))
        progress(done, len(agencies))
    for path in earlier - {workspace.root / s.path for s in made}:
        path.unlink()
    labels = json.dumps([asdict(s) for s in made], ensure_ascii=False, indent=1)
    write_whole(workspace.folder(period_code) / LABELS, labels.encode())
    return made


def _earlier_simulated(workspace: Workspace, period: str) -> set[Path]:
    """The files of an earlier simulation in the inbox. Raises WorkspaceError where any other file lies there: real and
    simulated returns must never mix."""
    files = {p for p in workspace.folder(period, INBOX).rglob("*") if p.is_file() and not p.name.startswith(".dtxl-")}
    store = workspace.store
    real = [p for p in sorted(files) if not store.is_output(workspace.relative(p), digest(p.read_bytes()))]
    if real:
        raise WorkspaceError(
            f"Thư mục {workspace.relative(workspace.folder(period, INBOX))} đã có bản nộp không phải do mô phỏng "
            f"(ví dụ {real[0].name}). Chỉ mô phỏng trong thư mục làm việc dùng để tập huấn."
        )
    return files


def _troubled(agencies: Sequence[Agency], share: float, random: Random) -> dict[str, str]:
    """Agency → "late", "silent" or "damaged", a third each."""
    count = round(share * len(agencies))
    picked = random.sample([a.code for a in agencies], count)
    return {code: ("late", "silent", "damaged")[n % 3] for n, code in enumerate(picked)}


def _return(
    workspace: Workspace, form: Form, blank: bytes, typed: Typed, trouble: str, kinds: list[str], seed: int
) -> Simulated:
    agency, period = form.agency, form.period
    truth = {name: _canonical(value) for name, value in typed.items()}
    if trouble == "silent":
        return Simulated(agency.code, "", "silent", ("G01",), truth)
    random = Random(f"{seed}|{agency.code}|return")
    content = filled(form, blank, typed)
    damage = trouble
    codes: tuple[str, ...] = ("B11",) if trouble == "late" else ()
    if trouble == "damaged":
        damage, codes, content = _damaged(Patient(form, blank, content, typed, random), kinds)
    # Agencies name their files as they like.
    name = random.choice(("{s}", "{s} (1)", "BC CDS quy - {s}", "Bieu mau {s}", "{s}_final")).format(
        s=file_stem(agency)
    )
    path = workspace.folder(period.code, INBOX) / f"{name}.xlsx"
    # Remembered first, so that a run that was stopped finds its own files again and nobody else's.
    workspace.store.remember_output(workspace.relative(path), digest(content))
    write_whole(path, content, durable=False)
    days = random.randint(1, 5) if trouble == "late" else -random.randint(0, 4)
    moment = datetime.combine(period.agency_due, datetime.min.time()) + timedelta(
        days=days, hours=random.randint(8, 16), minutes=random.randint(0, 59)
    )
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    return Simulated(agency.code, workspace.relative(path), damage, codes, truth)


def _damaged(patient: Patient, kinds: list[str]) -> tuple[str, tuple[str, ...], bytes]:
    """The next damage that this form can suffer; used ones go to the end of `kinds`, so that all get their turn.

    A form with tasks takes those first that only such forms can take: they are few.
    """
    with_tasks = [name for name in kinds if DAMAGES[name].of_tasks] if patient.form.task_rows else []
    for name in [*with_tasks[: len(with_tasks) // 2 + 1], *kinds]:
        damage = DAMAGES[name]
        try:
            content = damage.how(patient)
        except LookupError:
            continue
        kinds.remove(name)
        kinds.append(name)
        return name, damage.codes, content
    raise DtxlError(f"Không có kiểu lỗi nào áp dụng được cho biểu mẫu của {patient.form.agency.name}.")


def filled(form: Form, blank: bytes, typed: Typed) -> bytes:
    """The form with everything typed into its cells."""
    editor = Editor(blank)
    for name, value in typed.items():
        field = form.by_name[name]
        editor.put(field.sheet, field.cell, value)
    return editor.content()


def _canonical(value: str | Decimal | date) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value
