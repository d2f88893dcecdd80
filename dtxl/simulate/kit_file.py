"""Bad files and files of somebody else (codes A and B)."""

import io
import zipfile
from collections.abc import Mapping
from decimal import Decimal

from dtxl.files.xlsx_edit import locked, plain_copy
from dtxl.forms import draw_form
from dtxl.model.form import INDICATORS
from dtxl.simulate.attacks import package
from dtxl.simulate.damage import DAMAGES, Patient
from dtxl.simulate.kit_plan import OF_ONE
from dtxl.simulate.kit_recipe import Scene, bad, situation, typed_over
from dtxl.simulate.run import filled

_NOTE = "C.1.note"

bad("A01", status="unreadable")(DAMAGES["truncated"].how)
bad("A04")(DAMAGES["as-issued"].how)
bad("B05")(DAMAGES["other-plan"].how)


def with_parts(content: bytes, added: Mapping[str, bytes], dropped: str = "") -> bytes:
    """The package with parts added, and without the one named `dropped`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename != dropped:
                target.writestr(entry, source.read(entry))
        for name, body in added.items():
            target.writestr(name, body)
    return out.getvalue()


def stored(content: bytes) -> bytes:
    """The same workbook as another program would pack it: other bytes, the same contents."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return package({name: source.read(name) for name in source.namelist()}, zipfile.ZIP_STORED)


@bad("A02", status="unreadable", ending=".pdf")
def _pdf(_p: Patient) -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@bad("A02", "csv", status="unreadable", ending=".csv")
def _csv(p: Patient) -> bytes:
    rows = [f"{name};{value}" for name, value in p.typed.items()]
    return "\r\n".join(["Mã;Giá trị", *rows]).encode("utf-8-sig")


@bad("A02", "html", status="unreadable", ending=".xls")
def _html(p: Patient) -> bytes:
    rows = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in p.typed.items())
    return f"<html><meta charset='utf-8'><table>{rows}</table></html>".encode()


@bad("A03", status="unreadable")
def _password(p: Patient) -> bytes:
    return locked(p.content, "mat-khau")


@bad("A05", status="unreadable", ending=".zip")
def _nested(p: Patient) -> bytes:
    inner = package({"bieu.xlsx": p.content, "bieu (2).xlsx": p.blank})
    return package({"bieu-mau.zip": inner})


@bad("A06")
def _tcvn3(p: Patient) -> bytes:
    return typed_over(p, {_NOTE: "§¬n vÞ ®ang rµ so¸t, sè liÖu sÏ ®­îc cËp nhËt trong quý sau."})


@bad("A06", "font")
def _tcvn3_font(p: Patient) -> bytes:
    sheet, cell = p.cell(_NOTE)
    return p.hand(lambda e: e.put(sheet, cell, "§¬n vÞ ®· rµ so¸t"), lambda e: e.font(sheet, cell, ".VnTime"))


@bad("A09")
def _link(p: Patient) -> bytes:
    link = (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook>'
        '<sheetNames><sheetName val="Sheet1"/></sheetNames></externalBook></externalLink>'
    )
    return with_parts(p.content, {"xl/externalLinks/externalLink1.xml": link.encode()})


@bad("A10", status="unreadable")
def _far(p: Patient) -> bytes:
    return p.edited(lambda e: e.put(INDICATORS, "XFD1048576", "x"))


@bad("A11")
def _thread(p: Patient) -> bytes:
    name = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    thread = f'<ThreadedComments xmlns="{name}"><threadedComment ref="H6" id="1"><text>?</text></threadedComment>'
    return with_parts(p.content, {"xl/threadedComments/threadedComment1.xml": f"{thread}</ThreadedComments>".encode()})


@bad("B01")
def _copied(p: Patient) -> bytes:
    return plain_copy(p.content)


@bad("B02")
def _one_place_less(p: Patient) -> bytes:
    return with_parts(p.content, {}, "docProps/custom.xml")


@situation("B03")
def _old_form(scene: Scene) -> None:
    scene.lay(scene.old(), scene.old().content, twin=scene.patient().content)


@situation("B04")
def _never_issued(scene: Scene) -> None:
    """Signed with the office's key, and unknown to its register."""
    scene.lay(scene.old(), scene.old().content, twin=scene.patient().content)


@situation("B06")
def _other_agency(scene: Scene) -> None:
    patient, other = scene.patient(), scene.peers()[0].form.agency.code
    scene.lay(patient, patient.edited(lambda e: e.restate("agency", other)), twin=patient.content)


@situation("B07")
def _agency_gone(scene: Scene) -> None:
    scene.lay(scene.old(), scene.old().content, twin=None)


@situation("B08", agencies=2)
def _others_indicator(scene: Scene) -> None:
    patient, other = scene.patient(), scene.patient(2)
    indicator = next(r.indicator for r in other.form.indicator_rows if r.indicator.code == OF_ONE)
    at = patient.form.row_of[INDICATORS, "C.2"] + 1
    values: dict[int, str | float] = {2: indicator.code, 3: indicator.name, 8: 5, 10: 10}
    scene.lay(patient, patient.edited(lambda e: e.insert_row(INDICATORS, at, values)), twin=patient.content)


@situation("B09")
def _other_period(scene: Scene) -> None:
    patient, other = scene.patient(), scene.other_period()
    scene.lay(patient, other.content, twin=patient.content)


@situation("B10", locked=True)
def _after_the_lock(scene: Scene) -> None:
    patient = scene.patient()
    scene.lay(patient, patient.content, twin=patient.content)


@bad("B11", late=True)
def _late(p: Patient) -> bytes:
    return p.content


@bad("B12")
def _forged(p: Patient) -> bytes:
    return filled(p.form, draw_form(p.form, b"a key of somebody else's making."), p.typed)


@situation("B13")
def _misnamed(scene: Scene) -> None:
    patient, other = scene.patient(), scene.peers()[0].form.agency
    scene.lay(patient, patient.content, twin=patient.content, name=f"Báo cáo {other.name}.xlsx")


@bad("B14")
def _unsigned(p: Patient) -> bytes:
    return typed_over(p, {"agency.leader": None, "agency.signed_on": None})


@situation("A08", status="duplicate")
def _twice(scene: Scene) -> None:
    patient = scene.patient()
    scene.first(patient)
    scene.lay(patient, patient.content, twin=None, ending=" (gửi lại).xlsx")


@situation("B15")
def _changed(scene: Scene) -> None:
    patient = scene.patient()
    scene.first(patient)
    figure = patient.typed["C.1.numerator"]
    assert isinstance(figure, Decimal)
    changed = typed_over(patient, {"C.1.numerator": figure - 3})
    scene.lay(patient, changed, twin=stored(patient.content), ending=" (bản 2).xlsx")


@situation("B16")
def _unchanged(scene: Scene) -> None:
    patient = scene.patient()
    scene.first(patient)
    figure = patient.typed["C.1.numerator"]
    assert isinstance(figure, Decimal)
    sound = typed_over(patient, {"C.1.numerator": figure + 1})
    scene.lay(patient, stored(patient.content), twin=sound, ending=" (bản 2).xlsx")


@situation("B17")
def _parts(scene: Scene) -> None:
    """Each of two divisions fills its own rows, and both one more, in which they differ."""
    patient = scene.patient()
    codes = [r.indicator.code for r in patient.form.indicator_rows if r.indicator.code != "C.1"]
    for number, blank in enumerate((codes[::2], codes[1::2]), 1):
        change: dict[str, Decimal | None] = {n: None for n in patient.typed if n.rpartition(".")[0] in blank}
        for name in ("C.1.numerator", "C.1.denominator"):
            value = patient.typed[name]
            assert isinstance(value, Decimal)
            change[name] = value + number
        scene.lay(patient, typed_over(patient, change), twin=patient.content, ending=f" (phòng {number}).xlsx")
