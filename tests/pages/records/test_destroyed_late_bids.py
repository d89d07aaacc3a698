"""At destruction everything goes that opens a late bid: admitted, refused, or never decided on.

What a late bid came with stays in its row, for rows of late bids are never changed; the keys that
open it are gone from every row, from the free space of the database's file and from its log.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from accounts.rules.roles import Role
from app import JOB_HANDLERS
from foundation import clock, keys
from foundation.database import db, transaction
from foundation.jobs import run_due_jobs
from records import retaining
from records.backups import writing
from records.rules.retention import Kept
from scoring.queries.late import late_bids
from scoring.service.late import decide_late
from supplier_portal import seals as bid_seals
from supplier_portal import service as portal
from supplier_portal.models import Bid, LateSubmission
from supplier_portal.queries.late import late_text
from tenders import seals
from tenders.models import Approval, OpeningPart, Tender
from tenders.rules.lifecycle import Stage
from tests.canaries import STEM, TAIL
from tests.factories import make_person, viewer_of
from tests.opening import make_strict, open_by_two
from tests.pages.records.test_canaries import END, Canaries, every_column, found_in
from tests.pages.scoring.conftest import OPENS_AT

REASON = "The service itself did not run in the last ten minutes before closing"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%"
LATE = ("Admitted", "Refused", "Undecided", "Beside")


@pytest.fixture
def canaries():
    return Canaries()


@pytest.fixture(
    params=[
        pytest.param(False, id="ordinary", marks=pytest.mark.slow),
        pytest.param(True, id="strict"),
    ]
)
def keys_before(
    request, tender, authority, officer, make_bid, make_late, mark_all, client_for, canaries, at
):
    """Bids in time and late, decided on in every way, marked, recorded and then destroyed.

    Return every key by which the council could have read them, as it was before: in the words of
    the database and as bytes.
    """
    officers = [officer, *(make_person(Role.OFFICER, authority) for _ in range(2))]
    parts = make_strict(tender, officers) if request.param else ("", "", "")
    in_time = make_bid("Larkfield", text=canaries())
    for name in LATE:
        pdf = portal.NewFile(
            f"{canaries()}.pdf", PDF + canaries(9).encode() + END, title=canaries()
        )
        said = canaries() if name == "Beside" else None
        make_late(
            name, in_time=name == "Beside", said=said, text=canaries(), why=canaries(),
            files={"SLP-07.g2": pdf},
        )  # fmt: skip
    at(OPENS_AT)
    open_by_two(client_for, officer, tender, parts[:2], second=officers[1])
    db.session.expire_all()
    for entry in late_bids(tender):
        if entry.name != "Undecided":
            admitted = entry.name != "Refused"
            decide_late(entry, admitted=admitted, reason=REASON, by=viewer_of(officer))
    db.session.expire_all()
    mark_all(in_time)
    client_for(officer).post(f"/tenders/{tender.token}/record", data={"kind": "audit"})
    run_due_jobs(JOB_HANDLERS)
    before = keys_of(tender)
    destroy(tender, officers, at)
    return before


def keys_of(tender):
    """Return what opens the bids: wrapped for the tender, in two officers' pairs, and bare."""
    purpose = f"tender:{tender.token}"
    bare = [keys.unwrap(tender.sealing_key, purpose=purpose)]
    bids = db.session.scalars(select(Bid).where(Bid.tender_id == tender.id)).all()
    lates = db.session.scalars(select(LateSubmission)).all()
    of_bid = {bid.id: bid for bid in bids}
    bare += [bid_seals.late_key(of_bid[late.bid_id], late) for late in lates]
    pairs = db.session.scalars(select(OpeningPart.pair_sealed)).all()
    wrapped = [tender.sealing_key, tender.opening_key, *pairs]
    wrapped += [bid.key_for_tender for bid in bids if bid.key_for_tender not in kept_late(lates)]
    return [
        *(one.encode() for one in wrapped if one),
        *(base64.b64decode(one.partition(":")[2]) for one in wrapped if one and ":" in one),
        *bare,
    ]


def kept_late(lates):
    return {late.key_for_tender for late in lates}


def destroy(tender, officers, at):
    with transaction():
        db.session.get_one(Tender, tender.id, populate_existing=True).stage = Stage.DECIDED
    today = clock.london(OPENS_AT).date()
    kept = Kept(counted_from=today, own_until=None, reason="The contract")
    retaining.set_retention(tender, kept, by=viewer_of(officers[0]), today=today)
    at(OPENS_AT + timedelta(days=1200))
    later = clock.london(clock.now()).date()
    asked = retaining.ask_to_destroy(tender, by=viewer_of(officers[0]), today=later)
    retaining.destroy(
        tender, based_on=asked.token, by=viewer_of(officers[1]), arrived_at=clock.now(), today=later
    )
    run_due_jobs(JOB_HANDLERS)
    db.session.commit()
    db.session.expire_all()


@pytest.mark.both_databases
def test_nothing_that_is_left_opens_a_bid_and_its_company_still_reads_it(
    keys_before, database, tender, app
):
    rows = list(every_column(database))

    assert len(keys_before) >= 8
    assert [(where, key) for where, data in rows for key in keys_before if key in data] == []
    assert [where for where, data in rows if found_in(data)] == []
    if database.startswith("sqlite"):
        assert list(left_in_files(app, keys_before)) == []
    assert db.session.scalars(select(Approval.held)).all() == [None] * 2
    lates = {
        late: db.session.get_one(Bid, late.bid_id)
        for late in db.session.scalars(select(LateSubmission))
    }
    texts = [late_text(bid, late) for late, bid in lates.items()]
    assert [f"{STEM}0" in text and TAIL in text for text in texts] == [True] * len(LATE)
    must_open_nothing_although_the_note_is_undone(lates)


def test_a_backup_made_afterwards_opens_no_bid_either(keys_before, app, tmp_path_factory):
    later = tmp_path_factory.mktemp("later")
    made = writing.back_up(app.extensions["settings"], later, None, str)
    held = {path.name: path.read_bytes() for path in made.folder.rglob("*") if path.is_file()}

    assert held["database"].startswith(b"SQLite format 3")
    assert [(name, key) for name, data in held.items() for key in keys_before if key in data] == []


def left_in_files(app, keys_before):
    """Yield what is found of the keys in the file of the database and its log."""
    found = {
        path.name: path.read_bytes()
        for path in Path(app.instance_path).glob("supplier_assurance.db*")
    }
    assert found["supplier_assurance.db"].startswith(b"SQLite format 3")
    for name, data in found.items():
        yield from ((name, key) for key in keys_before if key in data)


def must_open_nothing_although_the_note_is_undone(lates):
    """As if somebody who controls the database took back that the content was destroyed."""
    with transaction():
        db.session.execute(update(Tender).values(content_destroyed_at=None))
    db.session.expire_all()
    broken = (keys.SealBroken, keys.KeyMissing, seals.StillSealed)
    for late, bid in lates.items():
        with pytest.raises(broken):
            bid_seals.late_key(bid, late)
        with pytest.raises(broken):
            bid_seals.opened_key(bid)


def test_no_page_of_the_council_says_a_word_of_a_late_bid_or_fails(
    keys_before, tender, officer, app, client_for
):
    bids = db.session.scalars(select(Bid.token)).all()
    lates = db.session.scalars(select(LateSubmission.token)).all()
    client = client_for(officer)
    addresses = []
    with app.test_request_context():
        build = app.url_map.bind("localhost").build
        for rule in app.url_map.iter_rules():
            for name, tokens in (("tender", [tender.token]), ("bid", bids), ("late", lates)):
                if "GET" in rule.methods and set(rule.arguments) == {name}:
                    addresses += [build(rule.endpoint, {name: token}) for token in tokens]

    answers = {address: client.get(address) for address in addresses}

    assert {where: one.status_code for where, one in answers.items() if one.status_code > 499} == {}
    assert [where for where, one in answers.items() if found_in(one.data)] == []
    assert len(answers) > 60
