"""Drafts from the winner's answers: after the decision alone, and never what is confidential."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from accounts.models import Person
from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db, transaction
from records.queries.results import winning_bids
from scoring.models import ConfidentialityDecision
from supplier_portal import service as portal
from supplier_portal.queries.confidential import marks_handed_in
from supplier_portal.rules.confidential import Ground, Mark
from supplier_portal.service import confidential
from tests.factories import make_authority, make_open_tender, make_person, viewer_of
from tests.open_data_made import FACTS, publish_page, record_notice
from tests.pages.scoring.conftest import CLOSES_AT

CANARY = "Lamp-Canary-4711"
DATASET = {
    "name": "Counts",
    "purpose": f"For {CANARY} alone",
    "source": ["device"],
    "fields": "Time and count",
    "personal": "none",
    "country": "GB",
    "provider": "Cloud Example Ltd",
    "encrypted": "yes",
    "retention": "fixed",
    "retention_months": "36",
    "third_party_use": "no",
    "by_api": "yes",
    "publishable": "yes",
}


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, closes_at=CLOSES_AT, facts={**FACTS, "ai": "yes"})


def drafts(tender):
    return f"/tenders/{tender.token}/open-data/drafts"


def test_datasets_are_drafted_from_the_winner(tender, decided, officer, client_for):
    client = client_for(officer)

    rows = list(csv.DictReader(io.StringIO(client.get(f"{drafts(tender)}/datasets.csv").text)))
    catalogue = client.get(f"{drafts(tender)}/datasets.json").json

    assert [(row["title"], row["publisher"], row["access"]) for row in rows] == [
        ("Counts", "Hollowmere Council", "open")
    ]
    assert [one["dct:title"] for one in catalogue["dcat:dataset"]] == ["Counts"]


def test_the_record_is_prefilled_and_what_is_saved_counts(tender, decided, officer, client_for):
    client = client_for(officer)
    page = f"/tenders/{tender.token}/open-data/pages/atrs-2-1"

    before = fields(client, tender)
    client.post(page, data={"a2_1_1": "Hollowmere", "based_on": "0"})
    after = fields(client, tender)

    assert before["2.1.4.1"]["value"] == "Larkfield Limited"
    assert before["2.1.4.2"]["value"] == "01234567"
    assert before["2.1.4.4"] == {
        "number": "2.1.4.4",
        "label": "Procurement procedure",
        "value": "Open procedure",
        "state": "proposed, not confirmed",
        "source": "From this tender (procedure).",
    }
    assert (after["2.1.1"]["value"], after["2.1.1"]["state"]) == (
        "Hollowmere",
        "confirmed by an officer",
    )
    # The officer left this box of the page empty, and meant it.
    assert after["2.1.4.1"]["state"] == "not known yet"
    assert client.get(f"{drafts(tender)}/atrs.md").text.startswith(f"# {tender.title}: draft")
    assert client.get(f"{drafts(tender)}/atrs.csv").text.count("\r\n") == len(before) + 1


def fields(client, tender):
    made = client.get(f"{drafts(tender)}/atrs.json").json
    return {one["number"]: one for one in made["fields"]}


def test_the_chain_is_public_only_as_the_officer_decided(
    tender, decided, officer, client, client_for
):
    record_notice(tender, officer, "UK6")
    publish_page(tender, officer, shows=["chain"], chain_elements=["air_quality"])

    page = client.get(f"/open/{tender.token}").text

    assert ("Air quality sensor" in page, "Another company’s cloud" in page) == (True, False)


@pytest.fixture
def make_bid(make_bid):
    """Larkfield has a word in three answers, and asks for it to be kept back in each."""

    def make(name):
        if name != "Larkfield":
            return make_bid(name)
        endpoint = {"dataset": "Counts", "endpoint": f"/{CANARY}", "charge": "0"}
        changed = {
            "SLP-13.b": [DATASET],
            "SLP-11.a": [endpoint],
            "SLP-07.a": f"We restore at {CANARY}",
        }
        bid = make_bid(name, **changed)
        by = viewer_of(db.session.get_one(Person, bid.created_by_id))
        for number, part_id in enumerate(("SLP-13.b", "SLP-11.a", "SLP-07.a")):
            mark = Mark(
                token=f"{number}" * 22,
                part_id=part_id,
                ground=Ground.TRADE_SECRET,
                reason="A rival could copy it",
                until=date(2099, 3, 31),
                passage=CANARY if part_id == "SLP-13.b" else "",
            )
            confidential.mark_confidential(bid, mark, by=by, arrived_at=clock.now())
        portal.submit_bid(
            bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
        )
        return bid

    return make


def everything_of(client, tender):
    """Return all that drafts of the tender say, and the forms that are filled from them."""
    files = ["", "/datasets.json", "/datasets.csv", "/chain.json", "/atrs.json", "/atrs.md"]
    forms = ("text", "chain", "atrs-2-1", "atrs-2-2", "atrs-2-3", "atrs-2-4", "atrs-2-5")
    addresses = [drafts(tender) + name for name in files]
    addresses += [f"/tenders/{tender.token}/open-data/pages/{name}" for name in forms]
    answers = [client.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200] * len(addresses)
    return "".join(answer.text for answer in answers)


def test_what_a_bid_marks_confidential_is_in_no_draft_until_an_officer_disagrees(
    tender, decided, officer, client_for
):
    client = client_for(officer)
    assert CANARY not in everything_of(client, tender)

    decide(tender, officer, agreed=True)
    assert CANARY not in everything_of(client, tender)

    decide(tender, officer, agreed=False, number=2)
    assert CANARY in everything_of(client, tender)


def decide(tender, officer, *, agreed, number=1):
    (won,) = winning_bids(tender)
    with transaction():
        for mark in marks_handed_in(won.content):
            db.session.add(
                ConfidentialityDecision(
                    bid_id=won.bid.id,
                    mark=mark.token,
                    number=number,
                    agreed=agreed,
                    reason="As the guidance says",
                    decided_by_id=officer.id,
                    decided_at=clock.now(),
                )
            )


def test_another_authority_finds_no_drafts(tender, decided, client_for):
    stranger = client_for(make_person(Role.OFFICER, make_authority("Elsewhere")))
    names = ("", "/datasets.json", "/datasets.csv", "/chain.json", "/atrs.json", "/atrs.md")

    assert [stranger.get(drafts(tender) + name).status_code for name in names] == [404] * 6
