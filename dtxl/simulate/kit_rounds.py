"""Returns that are bad beside others: of an earlier period, of other agencies, on an earlier form (codes D33, F)."""

from collections.abc import Mapping
from decimal import Decimal

from dtxl.core.settings import house
from dtxl.model.plan import Kind, OverPeriods
from dtxl.simulate.damage import Patient
from dtxl.simulate.kit_plan import DONE
from dtxl.simulate.kit_recipe import Change, Scene, situation, typed_over

_ENOUGH = 20  # of fewer things half is no half
_NOTES: Change = {
    "C.1.note": "Số liệu tổng hợp từ sổ theo dõi hồ sơ của bộ phận một cửa.",
    "C.2.note": "Hệ thống nâng cấp trong tháng nên một số hồ sơ nộp trực tiếp.",
}


def _number(patient: Patient, name: str) -> Decimal:
    value = patient.typed[name]
    assert isinstance(value, Decimal)
    return value


def _times(patient: Patient, code: str, factor: Decimal) -> dict[str, Decimal]:
    """Both numbers of a ratio, so many times as large, whole."""
    names = (f"{code}.numerator", f"{code}.denominator")
    return {name: (_number(patient, name) * factor).quantize(Decimal(1)) for name in names}


def _after(scene: Scene, change: Mapping[str, Decimal | str | None], last: Patient) -> None:
    """Lay in the period's return with a change, and its sound twin."""
    sound = scene.patient(last=last)
    scene.lay(sound, typed_over(sound, change), twin=sound.content)


@situation("F01", earlier=True, status="accepted")
def _lower(scene: Scene) -> None:
    last = scene.before()
    _after(scene, _times(last, "C.1", Decimal("0.6")), last)


@situation("F02", earlier=True)
def _other_counting(scene: Scene) -> None:
    last = scene.before()
    change: dict[str, Decimal | str | None] = {}
    for row in last.form.indicator_rows:
        code, indicator = row.indicator.code, row.indicator
        counted = indicator.kind is Kind.RATIO and indicator.over_periods is OverPeriods.CUMULATIVE
        if counted and f"{code}.denominator" in last.typed and _number(last, f"{code}.denominator") >= _ENOUGH:
            change |= _times(last, code, Decimal("0.5"))
            change[f"{code}.note"] = "Số liệu riêng trong kỳ." if f"{code}.note" in last.typed else None
            change[f"{code}.absent"] = None
    _after(scene, change, last)


@situation("F03", earlier=True)
def _jump(scene: Scene) -> None:
    last = scene.before()
    _after(scene, _times(last, "C.2", Decimal(10)), last)


@situation("F06", earlier=True)
def _same_again(scene: Scene) -> None:
    last = scene.before()
    sound = scene.patient(last=last)
    parts = ("numerator", "denominator", "value", "absent", "note")
    figures: Change = {
        name: last.typed.get(name)
        for name in sound.form.by_name
        if not name.startswith(("task.", "agency.")) and name.rpartition(".")[2] in parts
    }
    scene.lay(sound, typed_over(sound, figures), twin=sound.content)


@situation("F08", earlier=True)
def _taken_back(scene: Scene) -> None:
    last = scene.before()
    base = f"task.{DONE}"
    ongoing = house()["task_state"]["ongoing"]
    _after(scene, {f"{base}.state": ongoing, f"{base}.percent": Decimal(50), f"{base}.done_on": None}, last)


@situation("F09", earlier=True)
def _other_scope(scene: Scene) -> None:
    last = scene.before()
    _after(scene, _times(last, "C.5", Decimal(3)), last)


@situation("F14", earlier=True)
def _gap(scene: Scene) -> None:
    """Its form for the period before never came back."""
    patient = scene.patient()
    scene.lay(patient, patient.content, twin=None)


@situation("D33", earlier=True)
def _same_words(scene: Scene) -> None:
    last = scene.before(change=_NOTES)
    sound = scene.patient(last=last, change={n: f"Cập nhật: {text}" for n, text in _NOTES.items()})
    # Where there is nothing to copy the note is too short to count.
    notes = {n: last.typed.get(n, "Đang khắc phục.") for n in sound.typed if n.endswith(".note")}
    scene.lay(sound, typed_over(sound, notes), twin=sound.content)


@situation("F04")
def _outlier(scene: Scene) -> None:
    for peer in scene.peers():
        scene.first(peer)
    patient = scene.patient()
    change: Change = {"C.3.numerator": Decimal(4_500_000), "C.3.denominator": Decimal(5_000_000)}
    scene.lay(patient, typed_over(patient, change), twin=patient.content)


@situation("F07", agencies=2)
def _anothers(scene: Scene) -> None:
    other, patient = scene.patient(2), scene.patient()
    scene.first(other)
    figures: Change = {
        name: other.typed.get(name)
        for name in patient.form.by_name
        if not name.startswith(("task.", "agency.")) and name in other.form.by_name
    }
    scene.lay(patient, typed_over(patient, figures), twin=patient.content)


@situation("F11", agencies=2, level="province")
def _told_otherwise(scene: Scene) -> None:
    other, patient = scene.patient(2), scene.patient()
    scene.first(other)
    scene.lay(patient, typed_over(patient, {"C.6.value": Decimal(71)}), twin=patient.content)


@situation("F12")
def _other_target(scene: Scene) -> None:
    """The form of the plan before its targets were changed."""
    scene.lay(scene.old(), scene.old().content, twin=scene.patient().content)
