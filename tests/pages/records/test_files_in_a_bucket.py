# ruff: noqa: F811 (fixtures of other files, which tests ask for by name)
"""The service with its files in a bucket: whatever goes wrong there, no row names what is not
there, people read a sentence, and what was acknowledged is kept."""

from __future__ import annotations

import io
import itertools
import os
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Person
from app import JOB_HANDLERS
from foundation import clock, files, stores
from foundation.database import db
from foundation.jobs import run_due_jobs
from records import left_over_files
from records.backups import contents
from records.left_over_files import NotCollected, collect
from records.models import MadeRecord
from supplier_portal import service as portal
from supplier_portal.models import Evidence, Submission
from tests.beginnings import REAL_TIME
from tests.factories import viewer_of
from tests.pages.records.test_backups import away, elsewhere, run, with_keys_of  # noqa: F401
from tests.pages.records.test_retention import ask, decide, done, put, second  # noqa: F401
from tests.pages.scoring.conftest import OPENS_AT
from tests.s3_server import NAME, use

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PART = "SLP-07.g2"
SENT, FETCHED = (f"Files cannot be {how} at the moment" for how in ("sent", "fetched"))
# What stays wrong from some call on: a few every day, all of it with the slow ones.
LASTING = ("cut after", "403")
EVERY = ("cut before", "cut after", "500", "503", "503 after", "403", "other bytes in")
KEY = b"k" * 32


@pytest.fixture
def store(app, s3):
    return stores.of(app.extensions["settings"])


@pytest.fixture
def client(bid, client_for):
    return client_for(db.session.get_one(Person, bid.created_by_id))


@pytest.fixture
def bid(make_bid):
    return make_bid("Larkfield")


def lying(store):
    return {one.name for one in store.lying()}


def named():
    db.session.rollback()
    return contents.named_files(db.session.connection())


def page_of(bid):
    return f"/bids/{bid.token}/questions/SLP-07/{PART}/files"


def upload(client, bid, name="plan.pdf"):
    return client.post(page_of(bid), data={"file": (io.BytesIO(PDF), name), "title": "The drill"})


def nothing_is_amiss(store):
    """Every file that a row names is there, and opens."""
    assert named() <= lying(store)


def uploads_survive(s3, store, client, bid, hows):
    """Send a file at every fault, then again without; return how many were taken at once."""
    taken = 0
    with s3.counted() as calls:
        assert upload(client, bid).status_code == 302
        asked = len(calls)
    for at, how in itertools.product(range(1, asked + 1), hows):
        name = f"{how}-{at}.pdf".replace(" ", "-")
        with s3.faulty(how, lambda number, _call, at=at: number >= at):
            answer = upload(client, bid, name)
        taken += answer.status_code == 302
        if answer.status_code != 302:
            assert (answer.status_code, SENT in answer.text) == (503, True), name
            assert "The drill" in answer.text
            assert name in answer.text
        assert (name in client.get(page_of(bid)).text) == (answer.status_code == 302)
        nothing_is_amiss(store)
    assert upload(client, bid, "again.pdf").status_code == 302
    rows = db.session.scalars(select(Evidence)).all()
    assert len(rows) == 2 + taken
    for row in rows:
        answer = client.get(f"/bids/{bid.token}/evidence/{row.token}")
        assert answer.data == PDF
    return taken


def test_an_upload_is_taken_whole_or_not_and_can_be_sent_again(s3, store, client, bid):
    # A server that took all and whose every answer was lost is asked in vain, too.
    assert uploads_survive(s3, store, client, bid, LASTING) == 0


@pytest.mark.slow
def test_an_upload_at_every_fault(s3, store, client, bid):
    # "Other bytes" spoil nothing at the second call, which sends none.
    assert uploads_survive(s3, store, client, bid, EVERY) == 1


def test_a_download_that_cannot_be_or_is_not_the_file_says_so_and_hands_nothing_out(
    s3, store, client, bid
):
    upload(client, bid)
    row = db.session.scalars(select(Evidence)).one()
    address = f"/bids/{bid.token}/evidence/{row.token}"

    for how, says in (
        ("cut before", FETCHED),
        ("403", FETCHED),
        ("half", FETCHED),
        ("other bytes out", "it is no longer what was stored there"),
    ):
        with s3.faulty(how):
            answer = client.get(address)
        assert (answer.status_code, says in answer.text, PDF in answer.data) == (503, True, False)
    assert client.get(address).data == PDF
    store.remove(row.stored_name)
    assert "It is gone from where it was kept" in client.get(address).text


def test_a_bid_with_a_file_is_handed_in_while_the_bucket_is_away(s3, store, client, bid):
    upload(client, bid)
    by = viewer_of(db.session.get_one(Person, bid.created_by_id))
    with s3.faulty("cut before"):
        portal.submit_bid(
            bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
        )

    assert [one.number for one in db.session.scalars(select(Submission))] == [1, 2]
    nothing_is_amiss(store)


def asked_for_record(client_for, officer, tender):
    client_for(officer).post(f"/tenders/{tender.token}/record", data={"kind": "audit"})


def test_a_document_is_made_once_the_bucket_is_back(
    s3, store, client_for, officer, tender, bid, opened, at
):
    opened()
    asked_for_record(client_for, officer, tender)
    with s3.faulty("cut after"):
        run_due_jobs(JOB_HANDLERS)
    row = db.session.scalars(select(MadeRecord).execution_options(populate_existing=True)).one()
    before = row.made_at, row.stored_name, row.failed_because
    at(OPENS_AT + timedelta(hours=1))
    run_due_jobs(JOB_HANDLERS)

    db.session.rollback()
    made = db.session.scalars(select(MadeRecord).execution_options(populate_existing=True)).one()
    assert before == (None, None, "")
    assert made.stored_name in lying(store)
    answer = client_for(officer).get(f"/records/files/{made.token}")
    assert answer.data[:2] == b"PK"


def test_what_is_destroyed_while_the_bucket_is_away_is_taken_away_the_next_day(
    s3,
    store,
    client_for,
    officer,
    second,
    tender,
    bid,
    opened,
    mark_all,
    at,
):
    opened()
    mark_all(bid)
    asked_for_record(client_for, officer, tender)
    run_due_jobs(JOB_HANDLERS)
    done(tender)
    put(client_for(officer), tender)
    at(OPENS_AT + timedelta(days=900))
    ask(client_for(officer), tender)
    before = lying(store)
    with s3.faulty("503"):
        answer = decide(client_for(second), tender, "agree")

    assert answer.status_code == 302
    assert (len(before), named()) == (1, set())
    left_over_files.collect_daily(clock.now().date(), clock.now().date())
    assert lying(store) == set()


@pytest.fixture(params=["folder", "bucket"])
def either(request, app):
    """The store of the application, once a folder and once a bucket."""
    if request.param == "bucket":
        request.getfixturevalue("s3")
    return stores.of(app.extensions["settings"])


def keep(number=0):
    return files.store(b"%d" % number, key=KEY, context="x").name


def test_what_no_row_names_is_taken_away_a_day_later_and_nothing_else(either, app, client, bid, at):
    settings = app.extensions["settings"]
    upload(client, bid)
    loose = keep()
    at(REAL_TIME() + timedelta(hours=23))
    early = collect(settings)
    with either.draft() as draft:
        draft.write(b"half")
        if isinstance(either, stores.BucketStore):
            key = either.key("0" * 64)
            # The server says of every unfinished upload that it began years ago.
            either.client.create_multipart_upload(Bucket=NAME, Key=key)
            either.client.create_multipart_upload(Bucket=NAME, Key=either.bucket.prefix + "other")
        at(REAL_TIME() + timedelta(hours=25))
        late = collect(settings)

    assert (early, late, collect(settings)) == (0, 2, 0)
    assert loose not in lying(either)
    assert len(named()) == 1
    assert lying(either) == named()


def test_so_much_that_nothing_names_is_somebody_s_and_is_left(either, app, authority, at, run):
    kept = {keep(number) for number in range(left_over_files.MOST_LEFT_OVER + 1)}
    at(REAL_TIME() + timedelta(hours=25))

    with pytest.raises(NotCollected, match="another database"):
        collect(app.extensions["settings"])
    assert lying(either) == kept
    assert run("files", "collect").exit_code == 1
    done_by_hand = run("files", "collect", "--however-many")
    assert (done_by_hand.output, lying(either)) == (f"{len(kept)} taken away\n", set())


def test_a_bucket_where_another_installation_keeps_its_files_is_left_alone(
    s3, store, app, authority, at
):
    store.belongs_to("another")
    keep()
    at(REAL_TIME() + timedelta(hours=25))

    with pytest.raises(NotCollected, match="another installation"):
        collect(app.extensions["settings"])
    assert len(lying(store)) == 1
    with pytest.raises(left_over_files.FilesElsewhere, match="another installation"):
        left_over_files.files_lie_where_the_settings_say()


def test_a_backup_holds_the_files_of_a_bucket_and_puts_them_into_an_empty_one(
    s3,
    store,
    app,
    client,
    bid,
    run,
    away,
    elsewhere,
    at,
):
    upload(client, bid)
    name = db.session.scalars(select(Evidence.stored_name)).one()
    keys = app.extensions["key_ring"].folder
    with s3.faulty("503"):
        lost = run("backup", away)
    made = run("backup", away)
    at(clock.now() + timedelta(hours=1))
    again = run("backup", away)
    folder = max(away.glob("backup-*"))
    assert (lost.exit_code, made.exit_code, again.exit_code) == (1, 0, 0)
    assert "The files cannot be read" in lost.output

    with_keys_of(keys, elsewhere())
    use(app, store.bucket)
    refused = run("restore", folder)
    empty = s3.bucket()
    use(app, empty)
    there = stores.of(app.extensions["settings"])
    with s3.faulty("503", lambda _number, call: call.startswith("PUT")):
        broken = run("restore", folder)
    nothing = lying(there)
    restored = run("restore", folder)

    assert (refused.exit_code, broken.exit_code, restored.exit_code) == (1, 1, 0), restored.output
    assert "is not empty. Nothing is written over" in refused.output
    assert (nothing, lying(there), lying(store)) == (set(), {name}, {name})
    assert len(there.open(name).read()) > len(PDF)


def test_files_are_moved_to_a_bucket_and_back_and_only_cleared_when_asked(
    app,
    client,
    bid,
    s3_server,
    run,
):
    for number in range(3):
        upload(client, bid, f"plan{number}.pdf")
    folder = stores.of(app.extensions["settings"])
    names = lying(folder)
    unset = run("files", "move", "bucket")
    use(app, s3_server.bucket())
    bucket = stores.of(app.extensions["settings"])
    with pytest.raises(left_over_files.FilesElsewhere, match="no files where the settings say"):
        left_over_files.files_lie_where_the_settings_say()

    # It breaks off at the second file, and is taken up again.
    with s3_server.faulty("503", lambda _number, call: call.startswith("PUT") and later(s3_server)):
        broken = run("files", "move", "bucket")
    some = lying(bucket)
    moved = run("files", "move", "bucket")
    left_over_files.files_lie_where_the_settings_say()

    assert (unset.exit_code, broken.exit_code, moved.exit_code) == (1, 1, 0)
    assert 0 < len(some) < 3
    assert f"{3 - len(some)} copied, {len(some)} there before, 0 cleared away" in moved.output
    assert lying(bucket) == lying(folder) == names
    row = db.session.scalars(select(Evidence)).first()
    assert client.get(f"/bids/{bid.token}/evidence/{row.token}").data == PDF

    # One is not the same at the other end: it stays where it came from.
    other = sorted(names)[0]
    there = bucket.open(other).read()
    bucket.client.put_object(Bucket=NAME, Key=bucket.key(other), Body=os.urandom(len(there)))
    cleared = run("files", "move", "bucket", "--clear")
    assert (cleared.exit_code, lying(folder)) == (3, {other})
    assert "2 cleared away" in cleared.output
    back = run("files", "move", "folder")
    assert (back.exit_code, lying(folder)) == (0, names)
    use(app, None)
    assert client.get(f"/bids/{bid.token}/evidence/{row.token}").data == PDF


def later(s3_server):
    """Return whether a file was put already."""
    return sum(call.startswith("PUT") and ".belongs" not in call for call in s3_server.calls) > 1
