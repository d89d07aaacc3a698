"""Looking again at what rests on something that ran out: banners, a list, and words that settle."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry, verify_chain
from foundation.database import db, transaction
from scoring.models import InterestDecision, Reopening, ReopeningSettled, RiskRow
from scoring.rules.reopening import Rule, Thing
from scoring.service.reopening import (
    NotSettled,
    Opens,
    reopen_each,
    settle,
    settle_cause,
    settle_each,
)
from tests.evaluating import give
from tests.factories import make_person, viewer_of

DAY = date(2027, 1, 19)
CAUSE = "SLP-05.a:1:2027-01-19"


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Larkfield")
    opened()
    return bid


def raise_again(bid, thing, subject, cause=CAUSE):
    found = reopen_each(bid.id, [Opens(thing, subject, Rule.CERTIFICATE, cause, DAY)])
    row = select(Reopening).where(Reopening.token.in_(found))
    return db.session.scalars(row).one_or_none()


@pytest.fixture
def answer(bid):
    return raise_again(bid, Thing.ANSWER, "SLP-05.a")


def page_of(one):
    return f"/evaluation/reopened/{one.token}"


@pytest.mark.both_databases
def test_the_same_cause_opens_a_thing_once_and_never_again_once_settled(bid, officer):
    first = raise_again(bid, Thing.ANSWER, "SLP-05.a")
    assert raise_again(bid, Thing.ANSWER, "SLP-05.a") is None
    assert settle(first, "A new one was shown", by=viewer_of(officer)) is True
    assert settle(first, "Twice", by=viewer_of(officer)) is False
    assert raise_again(bid, Thing.ANSWER, "SLP-05.a") is None
    other = raise_again(bid, Thing.ANSWER, "SLP-05.a", "SLP-05.a:1:2028-01-19")

    assert other is not None
    actions = db.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.action.startswith("reopening."))
        .order_by(AuditEntry.id)
    ).all()
    assert actions == ["reopening.raised", "reopening.settled", "reopening.raised"]


@pytest.mark.both_databases
def test_many_open_and_are_settled_in_as_many_statements_as_one(bid, officer, statements_counted):
    def opens(number):
        return [
            Opens(thing, "R05", Rule.OBLIGATION, f"{one}:2027-01-19", DAY)
            for one in range(number)
            for thing in (Thing.RISK, Thing.CLAUSE)
        ]

    sent, made = [], []
    for number in (2, 150):
        with statements_counted() as statements:
            made.append(reopen_each(bid.id, [*opens(number), *opens(1)]))
        sent.append(len(statements))
    again = reopen_each(bid.id, opens(150))
    rows = db.session.scalars(select(Reopening).order_by(Reopening.id)).all()
    for some in (rows[:1], rows):
        with statements_counted() as statements:
            assert settle_each(some, "We looked", by=None) in (1, 299)
        sent.append(len(statements))

    assert ([len(one) for one in made], again) == ([4, 296], [])
    assert max(sent) <= 10
    chain = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_kind == "bid", AuditEntry.subject == bid.token)
        .order_by(AuditEntry.number)
    ).all()
    assert verify_chain(chain) == []
    actions = [one.action for one in chain if one.action.startswith("reopening.")]
    assert actions == ["reopening.raised"] * 300 + ["reopening.settled"] * 300


def test_settling_takes_words_and_the_service_settles_a_cause_that_is_gone(bid, answer):
    raise_again(bid, Thing.CLAUSE, "C07")
    raise_again(bid, Thing.CLAUSE, "C15", "another")
    with pytest.raises(NotSettled, match="Enter what you found"):
        settle(answer, " ", by=None)

    assert settle_cause(bid.id, Rule.CERTIFICATE, CAUSE, "A newer one is there") == 2
    assert settle_cause(bid.id, Rule.CERTIFICATE, CAUSE, "A newer one is there") == 0


def test_rows_of_what_reopened_and_how_it_was_settled_are_never_changed(answer, officer):
    settle(answer, "We looked", by=viewer_of(officer))
    with pytest.raises(Exception, match="never changed"), transaction():
        db.session.get_one(Reopening, answer.id).cause = "another"


def test_the_pages_of_answer_risk_and_bid_say_what_is_to_be_looked_at_again(
    bid, answer, officer, client_for
):
    row = db.session.scalars(select(RiskRow).where(RiskRow.bid_id == bid.id)).first()
    risk = raise_again(bid, Thing.RISK, row.risk_id)
    client = client_for(officer)

    mark = client.get(f"/evaluation/bids/{bid.token}/questions/SLP-05").text
    assert "To be looked at again: SLP-05.a" in mark
    assert page_of(answer) in mark
    assert "A certificate that the answer names ran out: 19 January 2027" in mark
    elsewhere = client.get(f"/evaluation/bids/{bid.token}/questions/SLP-06").text
    assert "To be looked at again" not in elsewhere
    assert page_of(risk) in client.get(f"/evaluation/risks/{row.token}").text
    assert "To be looked at again: SLP-05.a" in client.get(f"/evaluation/bids/{bid.token}").text


def test_the_list_shows_what_is_open_first_and_settling_it_takes_it_off_the_pages(
    bid, answer, tender, officer, client_for
):
    raise_again(bid, Thing.CLAUSE, "C07")
    client, address = client_for(officer), f"/evaluation/tenders/{tender.token}/reopened"
    listed = client.get(address).text
    assert (listed.index("Answer SLP-05.a"), "Settled" in listed)[1] is False
    refused = client.post(page_of(answer), data={"words": ""})
    assert (refused.status_code, "Enter what you found" in refused.text) == (422, True)
    sent = client.post(page_of(answer), data={"words": "The bidder sent <i>a new one</i>"})
    assert sent.status_code == 302
    shown = client.get(page_of(answer)).text

    assert "&lt;i&gt;a new one" in shown
    assert "Save what follows" not in shown
    assert f"by {officer.name}" in shown
    listed = client.get(address).text
    assert listed.index("Clause C07") < listed.index("Answer SLP-05.a")
    mark = client.get(f"/evaluation/bids/{bid.token}/questions/SLP-05").text
    assert "To be looked at again" not in mark


def test_auditors_and_moderators_read_it_and_do_not_settle_it(answer, authority, client_for):
    for role in (Role.AUDITOR, Role.MODERATOR):
        client = client_for(make_person(role, authority))
        page = client.get(page_of(answer))
        sent = client.post(page_of(answer), data={"words": "Done"})
        assert (page.status_code, "Save what follows" in page.text) == (200, False)
        assert sent.status_code == 403


def test_others_find_nothing(answer, tender, authority, client_for):
    officer = client_for(Role.OFFICER)
    evaluator = client_for(make_person(Role.EVALUATOR, authority))
    address = f"/evaluation/tenders/{tender.token}/reopened"

    assert [officer.get(page).status_code for page in (page_of(answer), address)] == [404, 404]
    assert [evaluator.get(page).status_code for page in (page_of(answer), address)] == [403, 403]
    assert client_for(Role.BID_LEAD).get(page_of(answer)).status_code == 403


def test_whoever_is_kept_from_the_bid_finds_nothing_of_it(
    bid, answer, tender, authority, officer, client_for
):
    away = make_person(Role.REVIEWER, authority)
    with transaction():
        db.session.add(
            InterestDecision(
                tender_id=tender.id,
                person_id=away.id,
                number=1,
                bid_id=bid.id,
                barred=True,
                reason="A sister works there, and has for years",
                decided_at=datetime(2026, 12, 3, tzinfo=UTC),
                decided_by_id=officer.id,
            )
        )
    client = client_for(away)

    assert client.get(page_of(answer)).status_code == 404
    listed = client.get(f"/evaluation/tenders/{tender.token}/reopened")
    assert "SLP-05.a" not in listed.text


def test_whoever_still_marks_alone_sees_answers_and_neither_risks_nor_clauses(
    bid, answer, tender, officer, client_for, evaluated
):

    row = db.session.scalars(select(RiskRow).where(RiskRow.bid_id == bid.id)).first()
    risk, clause = raise_again(bid, Thing.RISK, row.risk_id), raise_again(bid, Thing.CLAUSE, "C07")
    give(evaluated(bid), "SLP-06", 3, by=viewer_of(officer))
    client = client_for(officer)
    listed = client.get(f"/evaluation/tenders/{tender.token}/reopened").text

    assert ("Answer SLP-05.a" in listed, "Risk R" in listed, "C07" in listed) == (
        True,
        False,
        False,
    )
    assert [client.get(page_of(one)).status_code for one in (answer, risk, clause)] == [
        200,
        404,
        404,
    ]


@pytest.mark.parametrize("where", ["tenders/{tender}/reopened", "bids/{bid}", "bids/{bid}/risks"])
def test_pages_ask_no_more_for_twelve_than_for_two(
    bid, tender, officer, client_for, statements_counted, where
):
    client, counts = client_for(officer), []
    address = "/evaluation/" + where.format(tender=tender.token, bid=bid.token)
    for number in range(12):
        raise_again(bid, Thing.ANSWER, "SLP-05.a", f"cause {number}")
        if number in (1, 11):
            client.get(address)
            with statements_counted() as statements:
                assert client.get(address).status_code == 200
            counts.append(len(statements))

    assert counts[0] == counts[1] <= 15


def test_a_settled_thing_is_not_settled_twice_by_two_people(bid, answer, officer, client_for):
    client = client_for(officer)
    client.post(page_of(answer), data={"words": "First"})
    client.post(page_of(answer), data={"words": "Second"})
    page = client.get(page_of(answer)).text

    assert ("First" in page, "Second" in page) == (True, False)


def test_words_settle_every_cause_the_page_showed_or_the_one_alone(
    bid, answer, officer, client_for
):
    others = [raise_again(bid, Thing.ANSWER, "SLP-05.a", f"cause {number}") for number in range(3)]
    elsewhere = raise_again(bid, Thing.CLAUSE, "C07")
    client = client_for(officer)

    def settled():
        rows = db.session.scalars(select(ReopeningSettled))
        return {row.reopening_id: row.words for row in rows}

    shown = client.get(page_of(answer)).text
    through = re.search(r'name="through"[^>]*value="(\d+)"', shown)[1]
    unsaid = client.post(page_of(answer), data={"words": "We <b>looked", "through": through})
    kept = (unsaid.status_code, "Select whether your words" in unsaid.text, settled())
    alone = {"words": "This one", "through": through, "meaning": "this"}
    client.post(page_of(others[0]), data=alone)
    one = settled()
    late = raise_again(bid, Thing.ANSWER, "SLP-05.a", "came while the page was open")
    everything = {"words": "All of it", "through": through, "meaning": "all"}
    sent = client.post(page_of(answer), data=everything)
    done = settled()
    left = client.get(page_of(late)).text

    assert (through, "All 4 causes for which it is open" in shown) == (str(others[2].id), True)
    assert kept == (422, True, {})
    assert "We &lt;b&gt;looked" in unsaid.text
    assert one == {others[0].id: "This one"}
    all_shown = {each.id: "All of it" for each in (answer, *others[1:])}
    assert (sent.status_code, done) == (302, one | all_shown)
    assert {late.id, elsewhere.id}.isdisjoint(done)
    # One cause is left, so there is nothing to choose.
    assert ("Save what follows" in left, 'name="meaning"' in left) == (True, False)
    spoiled = {"words": "The last", "through": "9" * 40, "meaning": "all"}
    assert client.post(page_of(late), data=spoiled).status_code == 302
    assert settled() == done | {late.id: "The last"}


def test_without_knowing_what_a_page_showed_later_causes_are_not_settled(bid, officer, client_for):
    client, meant = client_for(officer), set()
    for through in ("", "x", "-1", "9" * 40, "\u0661", "1"):
        first, _later = [raise_again(bid, Thing.CLAUSE, f"C{through}", n) for n in ("1", "2")]
        data = {"words": "We looked", "through": through, "meaning": "all"}
        assert client.post(page_of(first), data=data).status_code == 302
        meant.add(first.id)

    assert set(db.session.scalars(select(ReopeningSettled.reopening_id))) == meant
