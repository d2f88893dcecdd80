"""Whatever arrives ends in one named outcome, in a process that may die of it; the command lives and stays small."""

import io
import os
import pickle
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dtxl.core.errors import DtxlError
from dtxl.files import opener as opener_module
from dtxl.files.archive_read import list_members, read_member
from dtxl.files.opener import Opener
from dtxl.files.raw_book import Fault, Unreadable
from dtxl.files.safe import digest
from dtxl.files.worker import Answers
from dtxl.files.xlsx_read import read_workbook
from dtxl.forms import draw_form
from dtxl.pipeline.check import check_alone
from dtxl.pipeline.collect import collect
from dtxl.pipeline.workspace import Workspace
from dtxl.simulate import simulate
from tests.attacks import attacks, book, cell, mutants, package
from tests.conftest import PERIOD
from tests.small import KEY, fill_form, form_of, good_values
from tests.xlsb import as_xlsb

FORM = form_of("217")
GOOD = fill_form(FORM, good_values(FORM), draw_form(FORM, KEY)).content()
linux = pytest.mark.skipif(sys.platform != "linux", reason="sees processes through /proc")


def outcome(opened: Opener, content: bytes) -> str:
    try:
        opened(content)
    except Unreadable as fault:
        return str(fault.fault)
    return "read"


# A reader that does what a spoilt library would: installed in the child by its start line.
HARM = """
import sys; sys.path.append(sys.argv[1])
import os, signal, time
import dtxl.files.xlsx_read as reader
whole = reader.read_workbook
def spoilt(content):
    if content == b"hang":
        while True: pass
    if content == b"sleep":
        time.sleep(1000)
    if content == b"abort":
        os.abort()
    if content == b"exit":
        os._exit(0)
    if content == b"system exit":
        sys.exit(3)
    if content == b"swell":
        kept = [bytearray(64 * 2**20) for _ in range(100)]
    if content == b"print":
        print("x" * 100000); os.write(1, b"y" * 100000)
    if content == b"noise":
        sys.stderr.write("z" * 10_000_000)
    if content == b"swell in the library":
        os.write(2, b"memory allocation of 550000000000 bytes failed"); os.abort()
    if content == b"recursion":
        return spoilt(content)
    if content == b"interrupt":
        raise KeyboardInterrupt
    return whole(content)
reader.read_workbook = spoilt
from dtxl.files.worker import main; main()
"""


@pytest.fixture
def spoilt(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr(opener_module, "_START", HARM)
    with Opener(seconds=2.0) as opened:
        yield opened


def test_what_is_read_apart_is_what_is_read_here() -> None:
    with Opener() as opened, Opener(apart=False) as here:
        for content in (GOOD, as_xlsb(GOOD)):
            assert opened(content) == here(content) == read_workbook(content)
        assert (opened.started, here.started) == (1, 0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"hang", "A10"), (b"sleep", "A10"), (b"abort", "A01"), (b"exit", "A01"), (b"system exit", "A01"),
        (b"swell", "A10"), (b"swell in the library", "A10"), (b"recursion", "A01"), (b"interrupt", "A01"),
        (b"print", "A02"), (b"noise", "A02"),
    ],
)  # fmt: skip
def test_a_death_is_an_outcome_and_the_next_file_is_read(spoilt: Opener, content: bytes, code: str) -> None:
    if content == b"swell" and sys.platform != "linux":
        pytest.skip("the cap by looking on is too slow to be sure of here")
    assert outcome(spoilt, content) == code
    assert outcome(spoilt, GOOD) == "read"
    assert outcome(spoilt, content) == code
    assert outcome(spoilt, GOOD) == "read"


def test_a_death_tells_the_log_what_the_library_said(spoilt: Opener) -> None:
    with pytest.raises(Unreadable) as error:
        spoilt(b"swell in the library")
    assert "550000000000" in error.value.detail
    assert error.value.seen == "tệp cần quá nhiều bộ nhớ"


def test_time_is_measured_for_each_file(spoilt: Opener) -> None:
    spoilt(GOOD)
    start = time.monotonic()
    assert outcome(spoilt, b"sleep") == "A10"
    assert 1.5 < time.monotonic() - start < 30


def test_a_fresh_process_takes_over_after_some_files() -> None:
    with Opener(files=3) as opened:
        for _ in range(7):
            opened(GOOD)
        assert opened.started == 3


@linux
def test_no_process_is_left_behind() -> None:
    opened = Opener()
    opened(GOOD)
    assert opened._child is not None
    process = opened._child._process.pid
    assert Path(f"/proc/{process}").exists()
    opened.close()
    assert not Path(f"/proc/{process}").exists()
    opened(GOOD)
    opened.close()


@pytest.mark.parametrize("times", [1, 2])
def test_a_process_that_something_else_ended_is_no_files_fault(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ask, ended = opener_module._Child.ask, []

    def ended_from_outside(child: opener_module._Child, verb: bytes, content: bytes) -> object:
        if len(ended) < times:
            ended.append(child._process.kill())
        return ask(child, verb, content)

    monkeypatch.setattr(opener_module._Child, "ask", ended_from_outside)
    with Opener() as opened:
        assert outcome(opened, GOOD) == ("read" if times == 1 else "A01")
        assert opened.started == 2
        assert outcome(opened, GOOD) == "read"


def test_a_reader_that_cannot_be_started_is_no_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opener_module, "_START", "raise SystemExit(1)")
    with Opener() as opened, pytest.raises(DtxlError, match="tiến trình đọc tệp"):
        opened(GOOD)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Opener() as opened, pytest.raises(DtxlError, match="tiến trình đọc tệp"):
        opened(GOOD)


def test_answers_hold_nothing_but_workbooks() -> None:
    for what in (print, Path("x"), Fault.EMPTY):
        with pytest.raises(pickle.UnpicklingError):
            Answers(io.BytesIO(pickle.dumps(what))).load()


def test_a_workbook_of_far_more_than_a_form_is_too_large_for_the_caller() -> None:
    many = "".join(
        f"<row r='{n}'>" + "".join(f"<c t='str'><v>{'dài ' * 20}{n} {c}</v></c>" for c in range(20)) + "</row>"
        for n in range(1, 8_000)
    )
    with Opener() as opened, pytest.raises(Unreadable) as error:
        opened(book(many))
    assert (error.value.fault, error.value.seen) == (Fault.TOO_LARGE, "tệp chứa quá nhiều dữ liệu")


# Attacks and mutants: 3,000 of these in all; `python -m tests.stress reader` makes 100,000

ATTACKS = list(attacks())


@pytest.fixture(scope="module")
def shared():  # type: ignore[no-untyped-def]
    with Opener() as opened:
        yield opened


def test_there_are_attacks_enough_and_no_two_alike() -> None:
    assert len({name for name, _, _ in ATTACKS}) == len(ATTACKS) >= 60


@pytest.mark.parametrize(("content", "right"), [a[1:] for a in ATTACKS], ids=[a[0] for a in ATTACKS])
def test_an_attack_has_its_outcome(shared: Opener, content: bytes, right: frozenset[str]) -> None:
    assert outcome(shared, content) in right
    assert outcome(shared, GOOD) == "read"


def test_nothing_is_fetched_and_no_file_is_read_for_an_entity(shared: Opener) -> None:
    content = next(c for name, c, _ in ATTACKS if name == "an entity that reads a file")
    try:
        found = shared(content)
    except Unreadable:
        return
    assert "root:" not in repr(found)


@pytest.mark.parametrize("seed", range(8))
def test_a_mutant_has_one_named_outcome(shared: Opener, seed: int) -> None:
    origins = [GOOD, as_xlsb(GOOD), draw_form(FORM, KEY)]
    seen = {outcome(shared, content) for _, content in mutants(seed, origins, 300)}
    assert seen <= {"read", *map(str, Fault)}
    assert {"read", "A01"} <= seen


def test_mutants_of_what_libreoffice_saves(
    shared: Opener, tmp_path: Path, soffice: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(GOOD)
    origins = [soffice(path, to).read_bytes() for to in ("xls", "ods", "xlsx")]
    seen = {outcome(shared, content) for _, content in mutants(8, origins, 600)}
    assert seen <= {"read", *map(str, Fault)}
    assert {"read", "A01"} <= seen


def test_a_mutant_can_be_made_again() -> None:
    assert list(mutants(1, [GOOD], 5)) == list(mutants(1, [GOOD], 5)) != list(mutants(2, [GOOD], 5))


# Archives


def zipped(members: dict[str, bytes]) -> bytes:
    return package(members)  # type: ignore[arg-type]


def test_members_are_listed_and_taken_out_one_by_one() -> None:
    content = zipped({"a.xlsx": GOOD, "thư mục/b.pdf": b"%PDF-1", "__MACOSX/._a.xlsx": b"x", "~$a.xlsx": b"x"})
    with Opener() as opened:
        names = opened.members(content)
        assert names == ["a.xlsx", "thư mục/b.pdf"]
        assert opened.member(content, 1) == b"%PDF-1"
        opened(opened.member(content, 0))
        opened.close()  # as after a member that ended it
        assert opened.member(content, 0) == GOOD


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"), ("/etc/passwd", "etc/passwd"), ("C:\\Windows\\x.xlsx", "C_/Windows/x.xlsx"),
        ("a/../b.xlsx", "a/b.xlsx"), ("....//x", "x"), ("\u202exslx.exe", "xslx.exe"), ("a\nb\tc.xlsx", "abc.xlsx"),
        ("x" * 500 + ".xlsx", "x" * 145 + ".xlsx"), ("a. ", "a"), (" ", "tep"), ("bie\u0302\u0309u.xlsx", "biểu.xlsx"),
        ("a|b?.xlsx", "a_b_.xlsx"),
    ],
)  # fmt: skip
def test_a_members_name_leads_nowhere(name: str, shown: str) -> None:
    assert list_members(zipped({name: b"x", "z.xlsx": b"y"}))[0] == shown


def test_members_of_one_name_are_told_apart() -> None:
    assert list_members(zipped({"a.xlsx": b"1", "/a.xlsx": b"2", "./a.xlsx": b"3"})) == [
        "a.xlsx", "a (2).xlsx", "a (3).xlsx",
    ]  # fmt: skip


def test_a_name_in_utf8_that_does_not_say_so() -> None:
    content = zipped({"biểu.xlsx": b"x"})
    unsaid = bytearray(content)
    for mark, flag in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        unsaid[content.index(mark) + flag] &= 0xF7
    assert list_members(bytes(unsaid)) == ["biểu.xlsx"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (zipped({"a.xlsx": b"\x00" * 60_000_000}), Fault.TOO_LARGE),
        (zipped({f"{n}.xlsx": b"\x00" * 12_000_000 for n in range(3)}), Fault.TOO_LARGE),
        (zipped({f"{n}.xlsx": b"" for n in range(2500)}), Fault.TOO_LARGE),
        (zipped({"~$a.xlsx": b"x"}), Fault.EMPTY),
        (zipped({"a.xlsx": GOOD})[:-40], Fault.ARCHIVE),
    ],
    ids=["large", "ratio", "many", "nothing", "cut off"],
)  # fmt: skip
def test_an_archive_beyond_the_limits_is_refused_whole(content: bytes, fault: Fault) -> None:
    with Opener() as opened, pytest.raises(Unreadable) as error:
        opened.members(content)
    assert error.value.fault is fault


def test_a_damaged_member_leaves_the_others() -> None:
    content = bytearray(zipped({"a.xlsx": GOOD, "b.xlsx": b"sound"}))
    content[200] ^= 0xFF
    assert list_members(bytes(content)) == ["a.xlsx", "b.xlsx"]
    with pytest.raises(Unreadable):
        read_member(bytes(content), 0)
    assert read_member(bytes(content), 1) == b"sound"


# In a batch


def test_killers_among_returns_stop_nothing(few: Workspace) -> None:
    inbox = few.folder(PERIOD, "nhan-ve")
    files = simulate(few, PERIOD, seed=12, share=0)
    killers = [a for a in ATTACKS if len(a[1]) < 100_000 and "read" not in a[2]][:20]
    for number, (_, content, _) in enumerate(killers):
        (inbox / f"k{number}.xlsx").write_bytes(content)
    (inbox / "lớn.xlsx").write_bytes(b"PK" + b"\x00" * (51 * 2**20))
    first = collect(few, PERIOD)
    assert first.counts == {
        "files": len(files) + len(killers) + 1, "accepted": len(files), "superseded": 0, "rejected": 0,
        "unreadable": len(killers) + 1, "duplicate": 0,
    }  # fmt: skip
    told = {Path(f.path).name: [x.code for x in f.findings] for f in first.files}
    assert all(len(told[f"k{n}.xlsx"]) == 1 for n in range(len(killers)))
    assert told["lớn.xlsx"] == ["A10"]
    assert collect(few, PERIOD).counts == first.counts
    assert collect(few, PERIOD, apart=False).counts == first.counts


def test_an_archive_of_returns_counts_as_its_members(few: Workspace) -> None:
    files = [few.root / s.path for s in simulate(few, PERIOD, seed=12, share=0)]
    members = {f"Đơn vị {n}/{p.name}": p.read_bytes() for n, p in enumerate(files[1:])}
    for path in files[1:]:
        path.unlink()
    inner = zipped({"x.xlsx": GOOD})
    bundle = files[0].with_name("gói.zip")
    bundle.write_bytes(
        zipped({**members, files[0].name: files[0].read_bytes(), "công văn.pdf": b"%PDF-", "t.zip": inner})
    )
    first = collect(few, PERIOD)
    assert first.counts["accepted"] == len(files)
    assert (first.counts["duplicate"], first.counts["unreadable"], first.counts["files"]) == (1, 2, len(files) + 3)
    told = {f.path.rpartition("/")[2]: f.findings[0] for f in first.files if f.status == "unreadable"}
    assert {name: f.code for name, f in told.items()} == {"công văn.pdf": "A02", "t.zip": "A05"}
    kept = {p.name for p in (few.root / "kho").rglob("*") if p.is_file()}
    assert digest(bundle.read_bytes()) in kept
    receipts, again = few.store.receipts(PERIOD), [collect(few, PERIOD) for _ in range(2)]
    assert few.store.receipts(PERIOD) == receipts
    assert [a.counts for a in again] == [first.counts] * 2
    checked = check_alone([bundle])
    assert checked.counts["accepted"] == len(files)


def test_an_archive_that_is_refused_is_one_file(few: Workspace) -> None:
    simulate(few, PERIOD, seed=12, share=0)
    inbox = few.folder(PERIOD, "nhan-ve")
    for path in inbox.iterdir():
        path.unlink()
    (inbox / "bom.zip").write_bytes(zipped({"a.xlsx": b"\x00" * 60_000_000}))
    (inbox / "nén.rar").write_bytes(b"Rar!\x1a\x07\x01\x00....")
    first = collect(few, PERIOD)
    assert sorted(x.code for f in first.files for x in f.findings) == ["A05", "A10"]
    assert first.counts["unreadable"] == 2
    assert len(first.marked) == 2
    assert collect(few, PERIOD).counts == first.counts


@linux
def test_the_callers_memory_stays_small() -> None:
    from dtxl.files.memory import resident

    before = resident(os.getpid())
    texts = "".join(f"<c t='str'><v>{n}</v></c>" for n in range(1000))
    largest = book("".join(f"<row r='{n}'>{texts}</row>" for n in range(1, 800)))
    with Opener() as opened:
        try:
            kept = opened(largest)
        except Unreadable:
            kept = None
        assert resident(os.getpid()) - before < 100 * 2**20
        assert kept is None or kept.sheets


def test_a_zip_entry_name_of_a_form_is_no_archive() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        assert "xl/workbook.xml" in archive.namelist()
    with Opener() as opened:
        assert outcome(opened, zipped({"a.xlsx": GOOD})) == "A05"
        assert outcome(opened, book(cell("A1"))) == "read"
