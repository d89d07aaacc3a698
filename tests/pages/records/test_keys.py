"""Changing the keys outside the database, losing them, and putting them back."""

from __future__ import annotations

import ast
import os
import re
import shutil
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import select, update

from accounts.rules.roles import Role
from foundation import clock, keys_backup
from foundation.audit import AuditEntry
from foundation.database import Base, db, transaction
from foundation.keys import KeyMissing, KeyRing, SealBroken, key_ring
from foundation.serve import check
from records import wrapped_keys
from supplier_portal import queries, seals
from supplier_portal.models import Bid
from tenders import seals as tender_seals
from tenders.models import OpeningPart, Tender
from tenders.rules.opening import part_typed
from tests.everything_wrapped import wrap_everywhere
from tests.factories import make_person
from tests.opening import make_strict
from tests.pages.records.test_canaries import every_column

ROOT = Path(__file__).parents[3]
WRAPPED = re.compile(rb"(?<![0-9a-f])[0-9a-f]{16}:[A-Za-z0-9+/]{40,}={0,2}")
# Wrapped under a data key, which is itself in one of the places; or no key to anything.
UNDER_A_DATA_KEY = {
    "evidence.wrapped_key",
    "document_revision.wrapped_key",
    "negotiated_schedule.wrapped_key",
    "obligation_file.wrapped_key",
    "reassessment_file.wrapped_key",
}
PASSPHRASE = "correct horse battery staple"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Deriving a key from a passphrase is slow on purpose."""
    monkeypatch.setattr(keys_backup, "HOW", {"time": 1, "memory_kib": 64, "lanes": 1})


@pytest.fixture
def filled(tender, officer, make_bid, client_for, at):
    return wrap_everywhere(tender, officer, make_bid, client_for, at)


@pytest.fixture
def run(app, tmp_path):
    """Run a command of the service and return its result."""
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(f"{PASSPHRASE}\n")

    def run_it(*words):
        more = ["--passphrase-file", str(passphrase)] if words[1] in ("backup", "restore") else []
        return app.test_cli_runner().invoke(args=[*map(str, words), *more])

    return run_it


@pytest.fixture
def away(tmp_path_factory):
    """A place apart from the instance folder."""
    return tmp_path_factory.mktemp("away")


def changed(ring, *, hours):
    """Let the keys have been changed so long ago."""
    moment = clock.now().timestamp() - hours * 3600
    os.utime(ring.folder / "current", (moment, moment))


def answers_of(bid):
    db.session.expire_all()
    return queries.saved_answers(db.session.get_one(Bid, bid.id))


def test_every_place_with_a_wrapped_key_is_known(filled, database):
    """Found in the words of the whole database, so that a new place cannot be forgotten."""
    found = {where for where, data in every_column(database) if WRAPPED.search(data)}

    assert found == {place.name for place in wrapped_keys.PLACES}


def test_every_column_named_as_a_key_is_known():
    named = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.startswith("wrapped")
    }

    assert named <= {place.name for place in wrapped_keys.PLACES} | UNDER_A_DATA_KEY


def test_no_key_is_wrapped_for_a_purpose_that_rotation_does_not_know():
    """Each call of keys.wrap() stands for a place: whoever adds one adds the place."""
    calls = [
        path.relative_to(ROOT).as_posix()
        for station in (
            "accounts",
            "tenders",
            "supplier_portal",
            "scoring",
            "contract_clauses",
            "records",
        )
        for path in (ROOT / station).rglob("*.py")
        if "wrap(" in path.read_text()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "wrap"
        and ast.unparse(node.func.value) in ("keys", "foundation.keys", "key_ring()")
    ]

    assert sorted(calls) == KNOWN_CALLS


KNOWN_CALLS = [
    "accounts/service/code_setup.py",
    "accounts/service/providers.py",
    "records/evaluation_workbooks.py",
    "records/handover.py",
    "records/making.py",
    "records/schedule_batch.py",
    "records/schedule_pdfs.py",
    "records/schedules_making.py",
    "supplier_portal/seals.py",
    "supplier_portal/seals.py",
    "tenders/seals.py",
    "tenders/seals.py",
]


@pytest.mark.both_databases
def test_everything_opens_under_a_new_key_and_the_old_one_can_go(filled, run, app, database):
    ring, old, before = key_ring(), key_ring().current, answers_of(filled)

    rotated = run("keys", "rotate")
    changed(ring, hours=0.9)
    early = run("keys", "remove", old, "--yes")
    changed(ring, hours=1.1)
    removed = run("keys", "remove", old, "--yes")
    app.extensions["key_ring"] = KeyRing(ring.folder)

    assert (rotated.exit_code, early.exit_code, removed.exit_code) == (0, 1, 0)
    assert "less than an hour ago" in early.output
    assert (ring.ids, ring.current != old) == ([ring.current], True)
    assert [where for where, data in every_column(database) if f"{old}:".encode() in data] == []
    assert run("keys", "verify").exit_code == 0
    assert answers_of(filled) == before
    actions = db.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject_kind == "service")
        .order_by(AuditEntry.id)
    )
    assert list(actions) == ["keys.rotated", "keys.removed"]


def test_rotation_stopped_half_way_is_taken_up_without_another_new_key(filled, run, monkeypatch):
    ring, old = key_ring(), key_ring().current
    exchanged = []

    def stop_at_the_third(*args):
        if len(exchanged) == 2:
            raise KeyboardInterrupt
        exchanged.append(args)
        return exchange(*args)

    exchange = wrapped_keys._exchange
    monkeypatch.setattr(wrapped_keys, "_exchange", stop_at_the_third)
    stopped = run("keys", "rotate")
    between = wrapped_keys.under_each_key()
    monkeypatch.setattr(wrapped_keys, "_exchange", exchange)
    changed(ring, hours=2)
    refused = run("keys", "remove", old, "--yes")
    again = run("keys", "rotate")

    assert (stopped.exit_code != 0, len(ring.ids)) == (True, 2)
    assert (between[old] > 0, between[ring.current] > 0) == (True, True)
    assert (refused.exit_code, "still needed by" in refused.output) == (1, True)
    assert (again.exit_code, "no new key" in again.output, len(ring.ids)) == (0, True, 2)
    assert set(wrapped_keys.under_each_key()) == {ring.current}
    assert run("keys", "verify").exit_code == 0


def test_what_changes_while_a_column_is_rewrapped_is_left_and_found_again(filled, monkeypatch):
    ring = key_ring()
    fresh = tender_seals.new_sealing_key(filled.tender.token)
    ring.add()
    exchange, done = wrapped_keys._exchange, []

    def changed_meanwhile(column, row, old, new):
        if column.name == "sealing_key" and not done:
            done.append(row)
            db.session.execute(update(Tender).values(sealing_key=fresh))
        exchange(column, row, old, new)

    monkeypatch.setattr(wrapped_keys, "_exchange", changed_meanwhile)
    wrapped_keys.rewrap_all()

    wrapped = db.session.scalars(select(Tender.sealing_key)).one()
    purpose = f"tender:{filled.tender.token}"
    assert wrapped.startswith(f"{ring.current}:")
    assert ring.unwrap(wrapped, purpose=purpose) == ring.unwrap(fresh, purpose=purpose)


def test_a_key_is_not_removed_while_it_stands_in_a_column_nobody_thought_of(filled, run):
    ring, old = key_ring(), key_ring().current
    run("keys", "rotate")
    changed(ring, hours=2)
    with transaction():
        db.session.execute(update(Tender).values(title=f"{old}:AAAA"))

    refused = run("keys", "remove", old, "--yes")

    assert refused.exit_code == 1
    assert f"{old} is still needed by tender.title" in refused.output
    assert old in ring.ids


def test_the_key_for_new_work_is_never_removed(filled, run):
    refused = run("keys", "remove", key_ring().current, "--yes")

    assert (refused.exit_code, len(key_ring().ids)) == (1, 1)


def test_status_says_what_is_needed_and_tells_no_numbers(filled, run):
    old = key_ring().current
    run("keys", "rotate")

    output = run("keys", "status").output

    assert set(output.splitlines()) == {
        f"{old}: nothing is under it",
        f"{key_ring().current}: for new work, in use",
    }


def test_loss_drill(filled, run, app, away, client_for, caplog):
    """The folder is lost, the service refuses to start, the backup of the keys brings all back."""
    folder, before = key_ring().folder, answers_of(filled)
    backed_up = run("keys", "backup", away / "keys.json")
    shutil.move(folder, away / "lost")
    app.extensions["key_ring"] = KeyRing(folder)
    lead = make_person(Role.BID_LEAD, filled.supplier)

    with pytest.raises(SystemExit) as refused:
        check(app)
    page = client_for(lead).get(f"/bids/{filled.token}/questions/SLP-07")
    restored = run("keys", "restore", away / "keys.json")
    app.extensions["key_ring"] = KeyRing(folder)
    check(app)

    assert (backed_up.exit_code, restored.exit_code) == (0, 0)
    assert (away / "keys.json").stat().st_mode & 0o777 == 0o600
    assert "The service did not start. The database holds what is encrypted under" in str(
        refused.value
    )
    assert "flask keys restore FILE" in str(refused.value)
    assert (page.status_code, "<h1" in page.text) == (503, True)
    assert "the key to it is missing from the service" in page.text
    assert "answers, prices and bids as they were handed in" in page.text
    assert run("keys", "verify").exit_code == 0
    assert answers_of(filled) == before


def test_typing_is_kept_where_a_key_is_missing(filled, app, client_for, caplog):
    shutil.rmtree(key_ring().folder)
    app.extensions["key_ring"] = KeyRing(key_ring().folder)
    client = client_for(make_person(Role.BID_LEAD, filled.supplier))

    page = client.post(
        f"/bids/{filled.token}/questions/SLP-07", data={"SLP-07.a": "An hour of work"}
    )

    assert (page.status_code, "An hour of work" in page.text) == (503, True)


def test_without_any_backup_the_service_starts_once_the_loss_is_written_down(filled, run, app):
    old = key_ring().current
    shutil.rmtree(key_ring().folder)
    app.extensions["key_ring"] = ring = KeyRing(key_ring().folder)

    refused = run("keys", "rotate")
    written = run("keys", "write-off", "--yes")
    check(app)
    rotated = run("keys", "rotate")

    assert (refused.exit_code, written.exit_code, rotated.exit_code) == (1, 0, 0)
    assert ring.lost == {old}
    assert f"{old}: written off as lost, in use" in run("keys", "status").output
    with pytest.raises(KeyMissing):
        answers_of(filled)


def test_every_two_parts_of_three_open_and_no_one_part_does(tender, authority, officer):
    """All subsets of the parts, and guesses in the place of those that are missing."""
    officers = [officer, *(make_person(Role.OFFICER, authority) for _ in range(2))]
    words = make_strict(tender, officers)
    sealed = {
        part.number: part.pair_sealed for part in db.session.scalars(select(OpeningPart)).all()
    }
    guess = tender_seals.secret_of_part(tender, 1, "0" * 32)
    opened = {}
    for size in range(4):
        for held in combinations((1, 2, 3), size):
            secrets = {
                number: tender_seals.secret_of_part(tender, number, part_typed(words[number - 1]))
                if number in held
                else guess
                for number in (1, 2, 3)
            }
            opened[held] = any(
                opens(tender, {one: secrets[one] for one in pair}, sealed)
                for pair in combinations((1, 2, 3), 2)
            )

    assert opened == {held: len(held) >= 2 for held in opened}
    assert len(opened) == 8


def opens(tender, secrets, sealed):
    try:
        tender_seals.bring_together(tender, secrets, sealed)
    except SealBroken:
        return False
    return True


def test_the_key_of_a_bid_is_the_same_after_a_change_of_keys(filled):
    before = seals.supplier_key(filled)
    key_ring().add()

    wrapped_keys.rewrap_all()

    bid = db.session.get_one(Bid, filled.id, populate_existing=True)
    assert seals.supplier_key(bid) == before
