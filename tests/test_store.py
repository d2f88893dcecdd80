"""The store gives back what it was given, counts each return once, and does not mind the order in which they come."""

import itertools
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from dtxl.core.codes import Severity
from dtxl.core.errors import WorkspaceError
from dtxl.model.finding import finding
from dtxl.model.submission import Identity, Submission, Value
from dtxl.store import Archive, Store, open_store, schema
from dtxl.store.engine import writing

P = "2024-Q1"
DAY = datetime(2024, 3, 10, 8, 0)


@pytest.fixture
def store(where: Path | str):  # type: ignore[no-untyped-def]
    opened = open_store(where)
    yield opened
    opened.close()


def sent(n: int, agency: str = "217", day: int = 0, **values: Value) -> Submission:
    identity = Identity("bg", "f", agency, P, "form") if agency else None
    return Submission(f"{n}.xlsx", f"{n:064d}", DAY + timedelta(days=day), identity, values)


def statuses(store: Store) -> dict[str, str]:
    return {r.path: r.status for r in store.receipts(P)}


def test_values_come_back_as_they_were(store: Store) -> None:
    given = {
        "a": Value("a", "integer", "12", "Chỉ tiêu", "H6", number=Decimal(12)),
        "b": Value("b", "number", "0,1", "Chỉ tiêu", "H7", number=Decimal("0.1")),
        "c": Value("c", "text", "=1+1\nhai", "Chỉ tiêu", "O6", text="=1+1\nhai"),
        "d": Value("d", "date", "01/03/2024", "Chỉ tiêu", "C12", day=date(2024, 3, 1)),
        "e": Value("e", "integer", "nhiều", "Chỉ tiêu", "H8"),
    }
    blank = Value("f", "text", "", "Chỉ tiêu", "O7")
    receipt = store.record(sent(1, **given, f=blank), P, "accepted", [])
    assert store.values([receipt])[receipt.id] == given


def test_findings_come_back_with_their_messages(store: Store) -> None:
    remarks = [
        finding("E01", sheet="Chỉ tiêu", cell="H6", field="I.1.numerator", found="5", args={"numerator": "5"}),
        finding("B02", Severity.WARNING, args={"places": "{x}"}),
    ]
    receipt = store.record(sent(1), P, "rejected", remarks)
    assert store.findings([receipt])[receipt.id] == [f.at("1.xlsx") for f in remarks]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_last_acceptable_return_counts_in_whatever_order_they_are_recorded(
    store: Store, order: tuple[int, ...]
) -> None:
    for n in order:
        store.record(sent(n, day=n), P, "accepted", [])
    assert statuses(store) == {"0.xlsx": "superseded", "1.xlsx": "superseded", "2.xlsx": "accepted"}


def test_a_faulty_return_does_not_replace_a_good_one(store: Store) -> None:
    store.record(sent(1), P, "accepted", [])
    store.record(sent(2, day=1), P, "rejected", [finding("D05")])
    assert statuses(store) == {"1.xlsx": "accepted", "2.xlsx": "rejected"}


def test_a_new_reading_takes_the_old_ones_place(store: Store) -> None:
    old = store.record(sent(1), P, "rejected", [finding("B05")])
    store.record(sent(2, agency="218"), P, "accepted", [])
    text = Value("c", "text", "mới", "Chỉ tiêu", "O6", text="mới")
    new = store.record(sent(1, c=text), P, "accepted", [], instead_of=old)
    assert (new.id, new.status) == (old.id, "accepted")
    assert store.findings([new])[new.id] == []
    assert store.values([new])[new.id] == {"c": text}
    assert store.record(sent(3, agency="219"), P, "accepted", []).id > new.id


def test_text_that_no_database_holds_is_stored_as_near_as_can_be(store: Store) -> None:
    odd = Value("a" * 300, "text", "a\0b\ud800c", "S\0", "XFD1048576", text="a\0b\ud800c")
    remark = finding("D05", sheet="\0", cell="A1", found="\udfff", args={"places": "\0"})
    receipt = store.record(sent(1, **{"a" * 300: odd}), P, "rejected", [remark])
    back = store.values([receipt])[receipt.id]["a" * 300]
    assert (back.raw, back.text) == ("a\ufffdb\ufffdc", "a\ufffdb\ufffdc")
    assert store.findings([receipt])[receipt.id][0].found == "\ufffd"


def test_never_two_returns_of_an_agency_that_count(store: Store) -> None:
    store.record(sent(1), P, "accepted", [])
    row = {"period": P, "sha256": "x", "path": "x", "agency": "217", "received_at": "x", "status": "accepted"}
    with pytest.raises(IntegrityError), writing(store.engine) as c:
        c.execute(insert(schema.receipt), row)


def test_agencies_and_periods_do_not_touch_each_other(store: Store) -> None:
    store.record(sent(1), P, "accepted", [])
    store.record(sent(2, agency="218"), P, "accepted", [])
    store.record(sent(1), "2024-Q2", "accepted", [])
    assert set(statuses(store).values()) == {"accepted"}
    assert len(store.receipts("2024-Q2")) == 1


def test_the_same_file_is_recorded_once(store: Store) -> None:
    first = store.record(sent(1), P, "accepted", [])
    again = store.record(replace(sent(1), path="other.xlsx"), P, "accepted", [])
    assert again == first
    assert statuses(store) == {"1.xlsx": "accepted"}


def test_a_return_without_identity_is_kept_too(store: Store) -> None:
    store.record(sent(1, agency=""), P, "unreadable", [finding("A01")])
    assert store.receipts(P)[0].agency == ""


def test_before_looks_only_at_earlier_acceptable_returns(store: Store) -> None:
    store.record(sent(1), P, "accepted", [])
    store.record(sent(2, day=1), P, "rejected", [])
    store.record(sent(3, day=2), P, "accepted", [])
    found = store.before("217", P, DAY + timedelta(days=2), f"{3:064d}")
    assert found is not None
    assert found.path == "1.xlsx"
    assert store.before("217", P, DAY - timedelta(microseconds=1)) is None
    assert store.before("217", P, DAY, f"{1:064d}") is None
    assert store.before("218", P, DAY + timedelta(days=9)) is None


def test_the_key_is_made_once_and_kept(where: Path | str) -> None:
    first = open_store(where)
    key = first.signing_key()
    first.close()
    again = open_store(where)
    assert again.signing_key() == key
    assert len(key) == 32
    again.close()


def test_forms_issued_twice_are_known_once(store: Store) -> None:
    store.issue([("f1", "217", P, "fp")])
    store.issue([("f1", "217", P, "fp"), ("f2", "218", P, "fp")])
    assert store.issued() == {"f1": ("217", P), "f2": ("218", P)}


def test_the_form_issued_last_is_the_newest(store: Store) -> None:
    store.issue([("f1", "217", P, "fp")])
    store.issue([("f2", "217", P, "fp")])
    assert store.superseded_forms() == {"f1"}
    store.issue([("f1", "217", P, "fp")], again=False)
    assert store.superseded_forms() == {"f1"}
    store.issue([("f1", "217", P, "fp")])
    assert store.superseded_forms() == {"f2"}


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database, but long enough to look at" * 30)
    with pytest.raises(WorkspaceError, match="cơ sở dữ liệu"):
        open_store(tmp_path / "x.db")


def test_outputs_are_known_by_what_was_written(store: Store) -> None:
    store.remember_output("a.docx", "1" * 64)
    store.remember_output("a.docx", "1" * 64)
    assert store.is_output("a.docx", "1" * 64)
    assert not store.is_output("a.docx", "2" * 64)


def test_the_archive_keeps_files_by_hash_and_notices_change(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha = archive.keep(b"content")
    assert archive.keep(b"content") == sha
    assert archive.read(sha) == b"content"
    archive.path(sha).write_bytes(b"other")
    with pytest.raises(WorkspaceError, match="thay đổi"):
        archive.read(sha)
    with pytest.raises(WorkspaceError):
        archive.read("0" * 64)
