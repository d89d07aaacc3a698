"""What the export tells beside the columns of rows, read in the demonstration: each row its own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from accounts.models import Organisation, Person
from foundation import clock
from foundation.database import Base, db
from foundation.tokens import new_token
from records.export_tables import EXPORTED
from records.exporting import exported
from scoring import seals
from scoring.models import (
    AgreedMark,
    BidQuestion,
    BidResult,
    ExclusionEvent,
    ExclusionParty,
    InterestDeclaration,
    InterestInBid,
    Mark,
    OutcomeLetter,
    RiskAcceptance,
    RiskAction,
    RiskControl,
    RiskRow,
)
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid, Evidence, Submission
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tests.owned_rows import Owned, add

ANSWERED = "the copper heron keeps the lighthouse"
HOW = {"workbook": "their bid.xlsx"}
NEWEST = {"answers": {"SLP-07.a": "handed in again"}}
REPLACED = "replaced by a later version before the opening"


@pytest.fixture
def council(demonstration_built):
    return db.session.scalars(
        select(Organisation).join(Tender, Tender.authority_id == Organisation.id)
    ).first()


def read(model, council):
    """Return the rows of a table of opened bids, in their order, each with its bid's key."""
    rows = db.session.scalars(
        select(model)
        .join(Bid, Bid.id == model.bid_id)
        .join(Tender, Tender.id == Bid.tender_id)
        .where(
            Tender.authority_id == council.id,
            Tender.opened_at.is_not(None),
            Bid.stage.in_(READABLE),
        )
        .order_by(model.id)
    ).all()
    return [(row, bid_seals.opened_key(db.session.get_one(Bid, row.bid_id))) for row in rows]


def bid_of(row):
    return db.session.get_one(Bid, row.bid_id)


def opened(kind, row, key, sealed):
    return seals.open_text(kind, row.token, key, sealed)


def add_what_it_lacks(council):
    """Add an answered question, a bid from another portal, and what was replaced in time."""
    (risk, key), *_ = read(RiskRow, council)
    bid, common = bid_of(risk), risk.id
    submission = db.session.scalars(select(Submission).where(Submission.bid_id == bid.id)).one()
    supplier = bid.supplier_id
    person = submission.author_id
    place = Owned({"bid": bid.id, "person": person, "organisation": council.id}, [supplier])
    token = new_token()
    add(
        "bid_question", place, token=token,
        sealed_text=seals.seal_text(seals.ASKED, token, key, "Who keeps it?"),
        sealed_answer=seals.seal_text(seals.ANSWERED, token, key, ANSWERED),
    )  # fmt: skip
    add("brought_bid", place, sealed=bid_seals.seal_brought(bid, key, HOW))
    newest = bid_seals.seal_submission(bid, key, submission.number + 1, json.dumps(NEWEST))
    add("submission", place, number=submission.number + 1, sealed=newest)
    place.ids["risk_row"] = common
    add("own_risk_decision", place)
    add("risk_row", place, authority_id=council.id)
    return bid, common


def test_each_row_tells_its_own_and_of_replaced_versions_nothing_but_that(council):
    bid, common = add_what_it_lacks(council)
    made = told(council)

    def contents(name):
        return [row["content"] for row in made[name]]

    def tokens(name):
        return [row["token"] for row in made[name]]

    submissions = read(Submission, council)
    for model in (Evidence, BidResult, OutcomeLetter, ExclusionParty, BidQuestion):
        name = model.__tablename__
        assert tokens(name) == [row.token for row, _ in read(model, council)] != [], name
    assert contents("submission") == [
        REPLACED
        if (row.bid_id, row.number) == (bid.id, 1)
        else json.loads(bid_seals.open_submission(bid_of(row), key, row))
        for row, key in submissions
    ]
    assert (contents("submission").count(REPLACED), contents("submission")[-1]) == (1, NEWEST)
    assert contents("evidence") == [
        bid_seals.open_about(row, key) for row, key in read(Evidence, council)
    ]
    assert contents("brought_bid") == [HOW]
    assert contents("bid_question")[-1] == {"text": "Who keeps it?", "answer": ANSWERED}
    (asked, key), _ = read(BidQuestion, council)
    text = opened(seals.ASKED, asked, key, asked.sealed_text)
    assert contents("bid_question")[0] == {"text": text, "answer": None}
    assert contents("bid_result") == [
        json.loads(opened(seals.SUMMARY, row, key, row.sealed_summary))
        for row, key in read(BidResult, council)
    ]
    assert contents("outcome_letter") == [
        json.loads(opened(seals.LETTER, row, key, row.sealed_text))
        for row, key in read(OutcomeLetter, council)
    ]
    parties = {row.token: (row.id, key) for row, key in read(ExclusionParty, council)}
    assert contents("exclusion_party") == [
        opened(seals.PARTY, row, key, row.sealed_name) for row, key in read(ExclusionParty, council)
    ]
    events = {(row.party_id, row.number): row for row in db.session.scalars(select(ExclusionEvent))}
    for row in made["exclusion_event"]:
        party, key = parties[row["party"]]
        words = events[party, row["number"]].sealed_text
        place = f"{row['party']}:{row['number']}"
        assert row["content"] == json.loads(seals.open_text(seals.EXCLUSION, place, key, words))
    the_people(made, council)
    the_risks(made, bid, common)


def told(council):
    return json.loads(b"".join(exported(council, clock.now())))["tables"]


def the_people(made, council):
    """Whose declaration names a bid, and whose marks lay on the table."""
    people = {one.id: one.token for one in db.session.scalars(select(Person))}
    declared = {one.id: one for one in db.session.scalars(select(InterestDeclaration))}
    assert (
        [(row["person"], row["declaration"]) for row in made["interest_in_bid"]]
        == [
            (people[declared[row.declaration_id].person_id], declared[row.declaration_id].number)
            for row, _ in read(InterestInBid, council)
        ]
        != []
    )
    marks = {one.id: one for one in db.session.scalars(select(Mark))}
    assert [row["considered"] for row in made["agreed_mark"]] == [
        [
            {"evaluator": people[marks[one].evaluator_id], "number": marks[one].number}
            for one in sorted(row.considered)
        ]
        for row, _ in read(AgreedMark, council)
    ]
    assert any(row["considered"] for row in made["agreed_mark"])


def the_risks(made, bid, common):
    """The tender of a risk one authority added, and of all it did about risks."""
    risks = {one.id: one for one in db.session.scalars(select(RiskRow))}
    for row in made["risk_row"]:
        own = row["authority"] is not None
        assert row.get("tender") == (bid.tender.token if own else None)
    assert [row["authority"] is not None for row in made["risk_row"]].count(True) >= 1
    [decision] = made["own_risk_decision"]
    assert (decision["tender"], decision["risk"]) == (bid.tender.token, risks[common].risk_id)
    for model in (RiskAction, RiskControl, RiskAcceptance):
        about = [
            risks[one.risk_row_id] for one in db.session.scalars(select(model).order_by(model.id))
        ]
        assert (
            [(row["tender"], row["risk"]) for row in made[model.__tablename__]]
            == [(bid_of(risk).tender.token, risk.risk_id) for risk in about]
            != []
        )


def test_the_document_is_the_same_however_many_rows_are_read_at_once(council, monkeypatch):
    now = clock.now()
    whole = b"".join(exported(council, now))

    for name, how in EXPORTED.items():
        monkeypatch.setitem(EXPORTED, name, replace(how, at_once=7))

    assert b"".join(exported(council, now)) == whole
    made = json.loads(whole)["tables"]
    assert [*made] == [t.name for t in Base.metadata.sorted_tables if t.name in EXPORTED]
    assert len({len(rows) % 7 == 0 for rows in made.values() if rows}) == 2
