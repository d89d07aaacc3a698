"""Backups while others write, and putting them back: whole, into nothing, and nothing else."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import func, select

from accounts.models import Person, SignInSession
from accounts.rules.roles import Role
from foundation import clock, files
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.keys import key_ring
from foundation.mail import Message
from records.backups import contents, writing
from records.models import MadeRecord
from supplier_portal import queries
from supplier_portal import service as portal
from supplier_portal.models import AnswerVersion, Bid, Evidence, Submission
from supplier_portal.service.evidence import keep_file
from tests import factories, proving
from tests.beginnings import WORLD
from tests.conftest import execute, move
from tests.factories import make_person, make_supplier, viewer_of
from tests.pages.scoring.conftest import submit

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WRITERS = 3
# What writers have saved at least before a backup begins.
SAVED_BEFORE = 6


@pytest.fixture
def file():
    return portal.NewFile("plan.pdf", PDF, title="The plan")


@pytest.fixture
def bid(make_bid, file):
    return make_bid("Larkfield", text="Velvet-Harpsichord", files={"SLP-07.g2": file})


@pytest.fixture
def away(tmp_path_factory):
    return tmp_path_factory.mktemp("backups")


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "backup.key"
    path.write_text(secrets.token_hex(32))
    return path


@pytest.fixture
def run(app):
    def run_it(*words):
        db.session.rollback()
        return app.test_cli_runner().invoke(args=list(map(str, words)))

    return run_it


@pytest.fixture
def back_up(run, away):
    """Make a backup and return its folder."""

    def make(*words):
        done = run("backup", away, *words)
        assert done.exit_code == 0, done.output
        return max(away.glob("backup-*"))

    return make


@pytest.fixture
def elsewhere(app, tmp_path_factory, database, request):
    """Go to an empty installation: another folder and another database of the same kind."""
    made = []

    def go():
        if WORLD in app.extensions:
            app.extensions[WORLD].end()
        db.session.remove()
        folder = tmp_path_factory.mktemp("restored")
        address = f"sqlite:///{folder / 'supplier_assurance.db'}"
        if not database.startswith("sqlite"):
            server = request.getfixturevalue("postgresql_server")
            name = f"restored_{next(factories.numbers)}"
            execute(server, f"CREATE DATABASE {name}")
            made.append((server, name))
            address = server.format(name=name)
        move(app, folder, address)
        return folder

    yield go
    db.session.remove()
    db.engine.dispose()
    for server, name in made:
        execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def with_keys_of(before, folder):
    shutil.copytree(before, folder / "keys", dirs_exist_ok=True)


def path_of(name):
    return current_app.extensions["settings"].files_folder / name[:2] / name[2:]


def every_byte(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("sealed", [False, True], ids=["open", "sealed"])
def test_what_was_backed_up_comes_back_and_opens(bid, back_up, run, elsewhere, key, sealed):
    answers, words = queries.saved_answers(bid), ["--key", key] if sealed else []
    stored = db.session.scalars(select(Evidence.stored_name)).one()
    keys, commitment = key_ring().folder, db.session.scalars(select(Submission.commitment)).one()
    folder = back_up(*words)
    with_keys_of(keys, elsewhere())

    restored = run("restore", folder, *words)

    assert (restored.exit_code, "is the one its receipt names" in restored.output) == (0, True)
    again = db.session.scalars(select(Bid)).one()
    assert queries.saved_answers(again) == answers
    assert db.session.scalars(select(Submission.commitment)).one() == commitment
    assert [file.name for file in queries.evidence_of(again).values()] == ["plan.pdf"]
    assert len(path_of(stored).read_bytes()) > len(PDF)
    assert db.session.scalars(select(SignInSession)).all() == []
    last = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first()
    assert last == "service.restored"


def test_no_key_is_ever_in_a_backup_and_a_sealed_one_says_nothing(bid, back_up, key, away):
    secret = [path.read_bytes() for path in key_ring().folder.iterdir() if path.name != "current"]
    plain, stored = back_up(), db.session.scalars(select(Evidence.stored_name)).one()
    held = b"".join(every_byte(plain).values())
    shutil.rmtree(plain)
    sealed = b"".join(every_byte(back_up("--key", key)).values())

    assert [one for one in secret if one.strip() in held or one.strip() in sealed] == []
    told = [b"Larkfield", stored.encode(), b"SQLite format", b"SAfiles2"]
    assert [one for one in told if one not in held] == []
    assert [one for one in told if one in sealed] == []
    assert {path.stat().st_mode & 0o077 for path in away.rglob("*")} == {0}


def test_a_second_backup_shares_the_files_of_the_first(bid, back_up):
    first, second = back_up(), None
    first = first.rename(first.with_name("backup-2026-01-01T000000Z"))
    second = back_up()

    inodes = [
        {path.stat().st_ino for path in (folder / "files").rglob("*") if path.is_file()}
        for folder in (first, second)
    ]
    assert (inodes[0] == inodes[1], len(inodes[0])) == (True, 1)


@contextmanager
def writers_at_work(app, bids):
    """Save answers and add files without pause; yields what each has been told is saved."""
    ended, acknowledged = threading.Event(), [[] for _ in bids]

    def write(bid_id, by, done):
        with app.app_context():
            while not ended.is_set():
                text = f"Saved {len(done) + 1}"
                bid = db.session.get_one(Bid, bid_id)
                portal.save_answers(
                    bid, {"SLP-07.a": (len(done), text)}, by=by, arrived_at=clock.now()
                )
                new = portal.NewFile(f"{len(done)}.pdf", PDF, title=text)
                keep_file(bid, new, field="file", by=by, arrived_at=clock.now())
                done.append(text)
                db.session.remove()

    threads = [
        threading.Thread(target=write, args=(bid, by, done))
        for (bid, by), done in zip(bids, acknowledged, strict=True)
    ]
    for thread in threads:
        thread.start()

    def saved(least):
        """Wait until each has saved so often."""
        while min(map(len, acknowledged)) < least:
            assert all(thread.is_alive() for thread in threads)
            ended.wait(0.01)
        return [len(done) for done in acknowledged]

    try:
        yield saved
    finally:
        ended.set()
        for thread in threads:
            thread.join()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "backups", [1, pytest.param(proving.size("backups", 25), marks=pytest.mark.slow)]
)
def test_a_backup_under_write_load_restores(
    tender, app, backups, back_up, run, elsewhere, away, at
):
    """Everything acknowledged before it began is in it, and nothing half done."""
    bids = []
    for number in range(WRITERS):
        by = viewer_of(make_person(Role.BID_LEAD, make_supplier(f"Company {number}")))
        bids.append((portal.start_bid(tender, by=by, arrived_at=clock.now()).id, by))
    if WORLD in app.extensions:
        app.extensions[WORLD].end()
    db.session.commit()
    keys, made = key_ring().folder, []
    with writers_at_work(app, bids) as saved:
        for number in range(backups):
            before = saved(SAVED_BEFORE * (number + 1))
            folder = back_up().rename(away / f"made-{number}")
            made.append((before, saved(0), folder))

    for before, after, folder in made:
        with_keys_of(keys, elsewhere())
        restored = run("restore", folder)
        assert (restored.exit_code, restored.output.count("hold")) == (0, 1)
        for (bid_id, _by), least, most in zip(bids, before, after, strict=True):
            bid = db.session.get_one(Bid, bid_id)
            versions = db.session.scalars(
                select(AnswerVersion.version)
                .where(AnswerVersion.bid_id == bid_id, AnswerVersion.part_id == "SLP-07.a")
                .order_by(AnswerVersion.version)
            ).all()
            assert versions == list(range(1, len(versions) + 1))
            assert least <= len(versions) <= most + 1
            assert queries.saved_answers(bid)["SLP-07.a"].value == f"Saved {len(versions)}"
            added = db.session.scalar(
                select(func.count(Evidence.id)).where(Evidence.bid_id == bid_id)
            )
            assert len(versions) - 1 <= added <= len(versions)
    proving.tell(backups_restored=len(made))


def one_file(folder):
    return next(path for path in (folder / "files").rglob("*") if path.is_file())


@pytest.mark.parametrize("sealed", [False, True], ids=["open", "sealed"])
@pytest.mark.parametrize("which", ["database", "manifest", "file"])
def test_a_changed_byte_anywhere_is_found_and_nothing_is_put_back(
    bid, back_up, run, elsewhere, key, sealed, which
):
    words = ["--key", key] if sealed else []
    folder = back_up(*words)
    manifest = folder / ("manifest.sealed" if sealed else "manifest.json")
    path = {"database": folder / "database", "manifest": manifest, "file": one_file(folder)}[which]
    data = bytearray(path.read_bytes())
    at = data.index(b'"receipts":["') + 20 if which == "manifest" and not sealed else len(data) // 2
    data[at] = data[at] ^ 1 if data[at] ^ 1 != 0x22 else data[at] ^ 2
    path.write_bytes(data)
    there = elsewhere()

    checked, restored = run("restore", folder, "--check", *words), run("restore", folder, *words)

    assert (checked.exit_code, restored.exit_code) == (1, 1)
    assert not (there / "supplier_assurance.db").exists()
    assert not (there / "files").exists()
    assert list(there.glob(".restore-*")) == []


def test_a_missing_file_and_a_wrong_key_are_said_in_a_sentence(bid, back_up, run, key, tmp_path):
    folder, other = back_up("--key", key), tmp_path / "other.key"
    other.write_text(secrets.token_hex(32))
    path = one_file(folder)
    path.rename(tmp_path / "taken")

    missing = run("restore", folder, "--check", "--key", key)
    wrong = run("restore", folder, "--check", "--key", other)
    none = run("restore", folder, "--check")

    assert [one.exit_code for one in (missing, wrong, none)] == [1, 1, 1]
    assert f"{path} is missing" in missing.output
    assert "does not open: it was changed, or the key is that of another backup" in wrong.output
    assert "lies under a key: give the file that holds it with --key" in none.output


def test_nothing_is_written_over(bid, back_up, run, elsewhere):
    folder = back_up()

    in_use = run("restore", folder)
    there = elsewhere()
    (there / "files").mkdir()
    (there / "files" / "something").write_text("of somebody")
    not_empty = run("restore", folder)

    assert (in_use.exit_code, not_empty.exit_code) == (1, 1)
    assert "There is a database already" in in_use.output
    assert "files is not empty. Nothing is written over" in not_empty.output


def test_a_backup_is_kept_apart_from_what_it_backs_up(bid, run, app, key, away):
    inside = run("backup", Path(app.instance_path) / "backups")
    beside = run("backup", key.parent.parent, "--key", key)

    assert (inside.exit_code, beside.exit_code) == (1, 1)
    assert "is inside the instance folder" in inside.output


def test_a_file_that_is_lost_or_changed_already_is_named_and_the_rest_backed_up(
    bid, run, away, make_bid, file
):
    stored = db.session.scalars(select(Evidence.stored_name)).one()
    path = path_of(stored)
    path.write_bytes(b"x" + path.read_bytes()[1:])
    changed = run("backup", away)
    path.unlink()
    lost = run("backup", away / "other")

    assert (changed.exit_code, lost.exit_code) == (3, 3)
    assert f"{stored}: it was changed where it is stored" in changed.output
    assert f"{stored}: it is not in the store" in lost.output
    assert len(list(away.glob("backup-*"))) == 1


def test_a_file_removed_after_the_moment_of_the_database_lets_another_moment_be_chosen(
    tender, client_for, officer, back_up, run, monkeypatch, opened
):
    opened()
    row = MadeRecord(
        authority_id=tender.authority_id, tender_id=tender.id, kind="audit",
        asked_at=clock.now(), asked_by_id=officer.id, made_at=clock.now(),
    )  # fmt: skip
    stored = files.store(b"a record", key=b"k" * 32, context="record:x")
    row.stored_name = stored.name
    with transaction():
        db.session.add(row)
    row_id, moments = row.id, []
    monkeypatch.setattr(writing, "_named_now", lambda settings: set())
    named_files = contents.named_files

    def removed_just_after(connection):
        named = named_files(connection)
        moments.append(named)
        if len(moments) == 1:
            with transaction():
                db.session.get_one(MadeRecord, row_id).stored_name = None
            files.remove(stored.name)
        return named

    monkeypatch.setattr(contents, "named_files", removed_just_after)
    folder = back_up()

    assert [stored.name in named for named in moments] == [True, False]
    assert json.loads((folder / "manifest.json").read_text())["files"] == []


def test_receipts_newer_than_the_backup_are_listed(
    bid, tender, back_up, run, elsewhere, tmp_path, client_for, app
):
    lead = db.session.get_one(Person, bid.created_by_id)
    folder, keys, reference = back_up(), key_ring().folder, tender.reference
    portal.submit_bid(
        bid, by=viewer_of(lead), arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )
    given = tmp_path / "given"
    given.mkdir()
    for number in (1, 2):
        page = client_for(lead).get(f"/bids/{bid.token}/submissions/{number}/receipt.json")
        (given / f"receipt-{number}.json").write_bytes(page.data)
    letter = next(text for text in letters() if "version 2" in text)
    (given / "letter.txt").write_text(letter)
    with_keys_of(keys, elsewhere())

    restored = run("restore", folder, "--receipts", given)

    assert restored.exit_code == 3
    listed = [line for line in restored.output.splitlines() if str(given) in line]
    assert [Path(line.partition(": ")[0]).name for line in listed] == [
        "letter.txt",
        "receipt-2.json",
    ]
    assert f"{reference}, version 2, arrived" in listed[1]


def letters():
    for message in db.session.scalars(select(Message)):
        yield f"Subject: {message.subject}\n\n{message.text}"


def test_progress_says_the_same_whether_there_are_bids_or_not(tender, run, away, file):
    """Whoever reads the report learns nothing of bids."""
    without = run("backup", away / "one").output
    for number in range(4):
        submit(tender, f"Company {number}", files={"SLP-07.g2": file})
    with_bids = run("backup", away / "two").output

    told = [re.sub(r"/\S+|[0-9a-f]{64}", "…", output) for output in (without, with_bids)]
    assert told[0] == told[1]
    assert "Files: 100 %" in told[0]


def test_a_backup_is_not_restored_into_another_kind_of_database(bid, back_up, run, elsewhere):
    folder = back_up()
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["database"]["kind"] = "postgresql"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    elsewhere()

    refused = run("restore", folder)

    assert refused.exit_code == 1
    assert "A backup is restored into a database of its own kind" in refused.output


def test_a_backup_of_a_newer_version_is_refused(bid, back_up, run, elsewhere):
    folder = back_up()
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["database"]["migration"] = "9999"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    elsewhere()

    assert "was made by a newer version" in run("restore", folder).output
