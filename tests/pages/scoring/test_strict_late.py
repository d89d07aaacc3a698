"""A late bid of a tender that opens strictly: shut by the parts, then unread until it is decided.

The two rules meet here: the opening key of two officers opens what came in time, and a late bid
only once somebody admits it, with the key that two officers brought.
"""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.rules.roles import Role
from app import JOB_HANDLERS
from foundation import clock, keys
from foundation.database import db, transaction
from foundation.jobs import run_due_jobs
from records.models import MadeRecord
from scoring import queries
from scoring.queries.late import late_bids
from scoring.service.late import decide_late
from supplier_portal import queries as portal_queries
from supplier_portal import seals as bid_seals
from supplier_portal import service as portal
from supplier_portal.models import LateSubmission
from supplier_portal.service.late import hand_in_late
from tenders import seals
from tests.factories import make_person, viewer_of
from tests.opening import be_ready, make_strict, open_by_two
from tests.pages.scoring.conftest import CLOSES_AT, LATE_TEXT, OPENS_AT, WHY_LATE

REASON = "The service itself did not run in the last ten minutes before closing"
IN_TIME = "Marigold-Semaphore"
IN_THE_FILE = b"Saltmarsh-Theodolite"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%" + IN_THE_FILE
FILES = {"SLP-07.g2": portal.NewFile("estate.pdf", PDF + b"\n%%EOF\n", title="The estate")}


@pytest.fixture
def officers(authority, officer):
    return [officer, *(make_person(Role.OFFICER, authority, name=f"Holder {n}") for n in (2, 3))]


@pytest.fixture
def parts(tender, officers):
    return make_strict(tender, officers)


@pytest.fixture
def opened_by(tender, parts, officers, client_for, at):
    """Open with the parts of two of the three: ``opened_by(0, 1)``."""

    def open_now(first=0, second=1):
        at(OPENS_AT)
        people, brought = (officers[first], officers[second]), (parts[first], parts[second])
        answers = open_by_two(client_for, people[0], tender, brought, second=people[1])
        assert [answer.status_code for answer in answers] == [302, 302]
        db.session.expire_all()
        return tender

    return open_now


def pages_about(tender, bid, late):
    return [
        f"/tenders/{tender.token}",
        f"/evaluation/tenders/{tender.token}",
        f"/evaluation/tenders/{tender.token}/late",
        f"/evaluation/late/{late.token}",
        f"/evaluation/tenders/{tender.token}/risk-register.xlsx",
        f"/evaluation/bids/{bid.token}",
        f"/evaluation/bids/{bid.token}/questions/SLP-07",
        f"/evaluation/bids/{bid.token}/risks",
    ]


def decide(tender, officer, *, admitted):
    (entry,) = late_bids(tender)
    decide_late(entry, admitted=admitted, reason=REASON, by=viewer_of(officer))
    db.session.expire_all()


@pytest.mark.both_databases
def test_what_the_service_holds_opens_no_late_bid_before_the_parts_are_brought(
    parts, make_late, tender, at
):
    bid, _ = make_late("Quayside")
    late = db.session.scalars(select(LateSubmission)).one()
    at(OPENS_AT)

    with pytest.raises(seals.StillSealed, match="the bids are not opened"):
        bid_seals.late_key(bid, late)
    with transaction():
        # As if somebody who controls the database said that the bids are opened.
        tender.opened_at = OPENS_AT
    with pytest.raises(seals.StillSealed, match="the opening key was not brought"):
        bid_seals.late_key(bid, late)
    own_key = keys.unwrap(tender.sealing_key, purpose=f"tender:{tender.token}")
    assert late.key_for_tender.startswith(seals.STRICT)
    sealed = base64.b64decode(late.key_for_tender.removeprefix(seals.STRICT))
    for context in (f"bid:{bid.token}", f"opening:{tender.token}:bid:{bid.token}"):
        with pytest.raises(keys.SealBroken):
            keys.open_sealed(sealed, key=own_key, context=context)


def test_one_part_alone_shows_nothing_of_a_late_bid(
    parts, make_late, tender, officers, client_for, at
):
    bid, _ = make_late("Quayside")
    late = db.session.scalars(select(LateSubmission)).one()
    at(OPENS_AT)
    client = client_for(officers[0])

    ready = be_ready(client, tender, part=parts[0])
    pages = [client.get(page) for page in pages_about(tender, bid, late)]

    assert ready.status_code == 302
    assert [page.status_code for page in pages] == [200, *[404] * 7]
    assert "Quayside" not in pages[0].text
    with pytest.raises(NoResultFound):
        late_bids(tender)


@pytest.mark.parametrize("in_time", [False, True])
def test_two_parts_open_what_came_in_time_and_of_a_late_bid_only_why_it_is_late(
    in_time, parts, make_bid, make_late, opened_by, officers, client_for
):
    make_bid("Larkfield", text=IN_TIME)
    bid, _ = make_late("Quayside", in_time=in_time, said=IN_TIME)
    tender = opened_by(2, 0)
    (entry,) = late_bids(tender)
    client = client_for(officers[1])

    pages = [client.get(page) for page in pages_about(tender, bid, entry.late)]

    read = portal_queries.opened_bids(viewer_of(officers[1]), tender)
    assert [found.bid.supplier.name for found in read] == ["Larkfield", "Quayside"][: 1 + in_time]
    assert [LATE_TEXT in json.dumps(found.content) for found in read] == [False] * len(read)
    assert [page.status_code for page in pages] == [200] * 5 + ([200] if in_time else [404]) * 3
    assert [LATE_TEXT in page.text for page in pages if page.mimetype == "text/html"] == [False] * 7
    assert (WHY_LATE in pages[2].text, entry.has_in_time) == (True, in_time)


@pytest.mark.both_databases
@pytest.mark.parametrize("in_time", [False, True])
def test_admitted_every_page_reads_it_with_its_file_and_it_is_marked(
    in_time, parts, make_bid, make_late, opened_by, officers, client_for, mark_all
):
    make_bid("Larkfield")
    said = IN_TIME if in_time else None
    bid, lead = make_late("Quayside", in_time=in_time, said=said, files=FILES)
    tender = opened_by(1, 2)
    late = late_bids(tender)[0].late
    number = late.number
    receipt = client_for(lead).get(f"/bids/{bid.token}/late/{number}/receipt.json").json
    # Neither of the two who opened: the opened key stays for whoever evaluates.
    client = client_for(officers[0])

    decide(tender, officers[0], admitted=True)

    read = queries.bid_in_evaluation(viewer_of(officers[0]), bid.token, to="mark:read")
    assert read.opened.answers["SLP-07.a"] == LATE_TEXT
    pages = [client.get(page) for page in pages_about(tender, bid, late)]
    assert [page.status_code for page in pages] == [200] * 8
    assert LATE_TEXT in pages[6].text
    (file,) = read.opened.evidence
    sent = client.get(f"/evaluation/bids/{bid.token}/files/{file.token}?unscanned=1")
    assert (sent.status_code, IN_THE_FILE in sent.data) == (200, True)
    after = client_for(lead).get(f"/bids/{bid.token}/submissions/{number}/receipt.json").json
    assert after == receipt
    assert receipt["commitment"] in portal_queries.published_late(tender)
    mark_all(bid)


def test_admitted_it_stands_in_the_record_and_refused_it_does_not(
    parts, make_bid, make_late, opened_by, officers, client_for
):
    make_bid("Larkfield", text=IN_TIME)
    make_late("Quayside")
    make_late("Harbour", text="Obsidian-Rowlock")
    tender = opened_by()
    for entry in late_bids(tender):
        admitted = entry.name == "Quayside"
        decide_late(entry, admitted=admitted, reason=REASON, by=viewer_of(officers[0]))
    client = client_for(officers[0])

    client.post(f"/tenders/{tender.token}/record", data={"kind": "audit"})
    run_due_jobs(JOB_HANDLERS)
    made = db.session.scalars(select(MadeRecord)).one()
    with ZipFile(BytesIO(client.get(f"/records/files/{made.token}").data)) as pack:
        everything = b"".join(pack.read(name) for name in pack.namelist())

    words = (IN_TIME, LATE_TEXT, "Obsidian-Rowlock")
    assert [word.encode() in everything for word in words] == [True, True, False]


def test_refused_it_stays_shut_although_the_opening_key_is_there(
    parts, make_late, opened_by, officers, client_for
):
    bid, _ = make_late("Quayside", in_time=True, said=IN_TIME)
    tender = opened_by()

    decide(tender, officers[1], admitted=False)

    (read,) = portal_queries.opened_bids(viewer_of(officers[1]), tender)
    assert read.answers["SLP-07.a"] == IN_TIME
    assert LATE_TEXT not in json.dumps(read.content)
    page = client_for(officers[1]).get(f"/evaluation/bids/{bid.token}/questions/SLP-07")
    assert (page.status_code, LATE_TEXT in page.text) == (200, False)


def test_of_two_late_versions_the_last_is_read(parts, make_late, opened_by, tender, officers, at):
    bid, lead = make_late("Quayside", text=IN_TIME)
    at(CLOSES_AT + timedelta(minutes=2))
    again = {"declared_by": "Mara Voss", "knows_missing": True}
    hand_in_late(bid, by=viewer_of(lead), arrived_at=clock.now(), why="Once more", **again)
    opened_by()
    (entry,) = late_bids(tender)

    decide(tender, officers[0], admitted=True)

    read = queries.bid_in_evaluation(viewer_of(officers[0]), bid.token, to="mark:read")
    assert (entry.late.number, read.opened.number, entry.why) == (2, 2, "Once more")
    assert read.opened.arrived_at == CLOSES_AT + timedelta(minutes=2)
