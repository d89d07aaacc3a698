"""What is sent to the database is the same for ten bids as for many; lists are read a page
at a time, and the export in batches."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from accounts.models import Organisation, Person
from benchmarks import marked_tender
from benchmarks.handed_in import hand_in
from benchmarks.rows_answering import within
from benchmarks.worlds import answering, open_tender, wide_plan
from foundation import clock
from foundation.database import Base, db
from records.exporting import exported
from scoring.models import Mark
from supplier_portal.models import Bid

FEW, MANY, QUESTIONS = 10, 150, 10
NEXT = re.compile(r'<a class="govuk-link" rel="next" href="([^"]+)"')
BEFORE = re.compile(r'<a class="govuk-link" rel="prev" href="([^"]+)"')
LISTED = re.compile(r'<th scope="row"[^>]*><a class="govuk-link" href="/evaluation/bids/([^"]+)"')
OF_A_TENDER = {
    "bids": "",
    "ranking": "/ranking",
    "what to agree": "/moderation?state=agreed",
    "quality": "/quality",
}


@pytest.fixture
def worlds(app):
    """Two authorities: one tender of ten bids, one of many, all marked, agreed and priced."""
    found = {}
    for bids in (FEW, MANY):
        built = marked_tender.build(bids, QUESTIONS, 1)
        hand_in(built.tender, built.officer)
        found[bids] = built
    return found


def bid_of(built):
    return db.session.scalars(select(Bid.token).where(Bid.tender_id == built.tender.id)).first()


def listed_from(client, address):
    """Return the tokens of the bids of each page, as whoever follows the links comes to them."""
    pages = []
    while address:
        page = client.get(address)
        pages.append(LISTED.findall(page.text))
        address = next(iter(NEXT.findall(page.text)), None)
        back = BEFORE.findall(page.text)
        assert len(back) == (len(pages) > 1)
    return pages


def test_many_bids_are_shown_and_taken_away_as_ten_are(worlds, client_for, statements_counted):
    statements_are_as_many(worlds, client_for, statements_counted)
    lists_are_gone_through(worlds, client_for)
    the_export_reads_in_batches(worlds, statements_counted)
    a_save_costs_the_same_beside_many_bids(client_for, statements_counted)


def statements_are_as_many(worlds, client_for, statements_counted):
    sent = {bids: {} for bids in worlds}
    for bids, built in worlds.items():
        tender, bid = f"/evaluation/tenders/{built.tender.token}", bid_of(built)
        officer, evaluator = client_for(built.officer), client_for(built.evaluator)
        asked = {name: (officer, tender + path) for name, path in OF_A_TENDER.items()}
        asked |= {
            "tenders": (officer, "/tenders/"),
            "a tender": (officer, f"/tenders/{built.tender.token}"),
            "tasks": (officer, "/tenders/tasks"),
            "portfolio": (officer, "/portfolio"),
            "contracts": (officer, "/contracts"),
            "calendar": (officer, "/calendar"),
            "a bid": (officer, f"/evaluation/bids/{bid}"),
            "an answer to mark": (evaluator, f"/evaluation/bids/{bid}/questions/SYN-001"),
            "marking": (evaluator, f"{tender}/marks"),
        }
        for name, (client, address) in asked.items():
            assert client.get(address).status_code == 200, address
            with statements_counted() as counted:
                page = client.get(address)
            sent[bids][name] = len(counted)
            # Nor is a page larger than that of the hundred it shows.
            assert len(page.data) < 200_000, name

    assert sent[MANY] == sent[FEW]


def lists_are_gone_through(worlds, client_for):
    built = worlds[MANY]
    client, tender = client_for(built.officer), f"/evaluation/tenders/{built.tender.token}"
    handed_in = set(db.session.scalars(select(Bid.token).where(Bid.tender_id == built.tender.id)))

    for address, size in ((tender, 50), (f"{tender}/ranking", 50)):
        pages = listed_from(client, address)

        assert {len(page) for page in pages} == {size}
        assert len(pages) == MANY / size
        assert {token for page in pages for token in page} == handed_in
    # Back from the third page is the second, and from the second the address without a key.
    third = f"{tender}?after={listed_from(client, tender)[1][-1]}"
    second = BEFORE.findall(client.get(third).text)[0]
    assert BEFORE.findall(client.get(second).text) == [tender]


def the_export_reads_in_batches(worlds, statements_counted):
    sent, rows = {}, {}
    for bids, built in worlds.items():
        authority = db.session.get_one(Organisation, built.tender.authority_id)
        with statements_counted() as counted:
            made = b"".join(exported(authority, clock.now()))
        sent[bids], rows[bids] = len(counted), made.count(b"\n{")

    marks = db.session.scalar(select(func.count(Mark.id)))
    assert rows[MANY] > marks > MANY * QUESTIONS
    tables = len(Base.metadata.tables)
    assert sent[FEW] < 2 * tables
    # Whole documents, as what was handed in, are opened 20 at a time; the rest is read 500 at once.
    assert sent[MANY] - sent[FEW] < 5 * MANY / 20 + 4 * rows[MANY] / 500


def a_save_costs_the_same_beside_many_bids(client_for, statements_counted):
    sent = {}
    for bids in (FEW, MANY):
        tender = open_tender(wide_plan(QUESTIONS))
        [one] = answering(tender, 1)
        bid = db.session.scalars(select(Bid).where(Bid.token == one.bid)).one()
        lead = db.session.get_one(Person, bid.created_by_id)
        marked_tender.write_bids(tender, lead, bids - 1)
        db.session.commit()
        client = client_for(lead)
        page = within(client, one)
        page.load()
        page.type()
        with statements_counted() as typed:
            page.type()
        sent[bids] = {"as it is typed": len(typed)}
        for address in ("/opportunities", f"/bids/{one.bid}"):
            assert client.get(address).status_code == 200, address
            with statements_counted() as counted:
                client.get(address)
            sent[bids][address.removesuffix(one.bid)] = len(counted)

    assert sent[MANY] == sent[FEW]
