"""Answer once: a company's earlier answers are offered, taken over, and confirmed by a person."""

from __future__ import annotations

import pytest

from accounts.rules.roles import Role
from foundation import clock
from question_bank.loader import shipped_bank
from supplier_portal import queries, service
from supplier_portal.rules.carrying import may_be_carried, offer
from tenders.queries import questionnaire_of
from tests.answers_made import made_answer, made_row
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of

DECLARED = {"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"}
PARTS = shipped_bank().parts


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def here(bid):
    return f"/bids/{bid.token}/earlier-answers"


@pytest.fixture
def earlier_bid(lead):
    tender = make_open_tender(title="Parking sensors in Hollowmere", pack_id="slp-full")
    return service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())


def answer(bid, lead, answers):
    service.save_answers(
        bid,
        {part_id: (0, value) for part_id, value in answers.items()},
        by=viewer_of(lead),
        arrived_at=clock.now(),
    )


@pytest.fixture
def answered_before(earlier_bid, lead):
    answers = {
        "SLP-07.a": "We <b>fail over</b> within the hour.",
        "SLP-07.f": "offline",
        "SLP-07.b": {"answer": "yes"},
        "SLP-07.i": [made_row(PARTS["SLP-07.i"], 1)],
    }
    answer(earlier_bid, lead, answers)
    return answers


@pytest.mark.both_databases
def test_earlier_answers_are_offered_with_their_tender_and_taken_over_to_be_confirmed(
    client, bid, here, answered_before
):
    page = client.get(here).text
    assert "We &lt;b&gt;fail over&lt;/b&gt; within the hour." in page
    assert "Parking sensors in Hollowmere" in page
    assert "The question is the same today." in page

    taken = client.post(here, data={"part": ["SLP-07.a", "SLP-07.f", "SLP-07.i"]})

    assert taken.location == here
    expected = {name: answered_before[name] for name in ("SLP-07.a", "SLP-07.f", "SLP-07.i")}
    assert queries.answers_of(bid) == expected
    assert set(queries.unconfirmed(bid)) == set(expected)
    assert "3 answers to be confirmed" in client.get(f"/bids/{bid.token}").text
    assert "not confirmed yet" in client.get(f"/bids/{bid.token}/questions/SLP-07").text


def test_promises_are_never_carried_over(client, bid, here, answered_before):
    assert 'value="SLP-07.b"' not in client.get(here).text

    client.post(here, data={"part": ["SLP-07.b", "unknown", ""]})

    assert queries.answers_of(bid) == {}


@pytest.mark.both_databases
def test_a_bid_is_submitted_only_once_what_was_taken_over_is_confirmed(
    client, bid, here, answered_before
):
    client.post(here, data={"part": ["SLP-07.a", "SLP-07.f"]})
    assert "Confirm 2 answers taken over" in client.get(f"/bids/{bid.token}/check").text
    refused = client.post(f"/bids/{bid.token}/check", data=DECLARED)
    assert refused.status_code == 422
    assert "Confirm the 2 answers taken over" in refused.text

    client.post(f"{here}/confirm", data={"part": ["SLP-07.a", "SLP-07.f", "SLP-07.i"]})

    assert queries.unconfirmed(bid) == {}
    submitted = client.post(f"/bids/{bid.token}/check", data=DECLARED)
    assert submitted.location == f"/bids/{bid.token}/submissions/1"


def test_other_words_need_no_confirming(client, bid, here, answered_before, save):
    client.post(here, data={"part": ["SLP-07.a"]})

    save({"SLP-07.a": "Written for this tender."}, version=1)

    assert queries.unconfirmed(bid) == {}


def test_what_a_colleague_answered_meanwhile_is_left_alone(
    client, bid, here, answered_before, save
):
    save({"SLP-07.a": "Already here."})

    client.post(here, data={"part": ["SLP-07.a"]})

    assert queries.answers_of(bid) == {"SLP-07.a": "Already here."}


def test_the_latest_of_several_answers_is_offered(client, lead, here, answered_before):
    tender = make_open_tender(title="Bins that call")
    newer = service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    answer(newer, lead, {"SLP-07.a": "The newest words."})

    page = client.get(here).text

    assert "The newest words." in page
    assert "within the hour" not in page


def test_nobody_is_offered_the_answers_of_another_company(
    client_for, tender, bid, here, answered_before
):
    rival = make_person(Role.BID_LEAD, make_supplier("Oakmere Data"))
    theirs = service.start_bid(tender, by=viewer_of(rival), arrived_at=clock.now())
    client = client_for(rival)

    page = client.get(f"/bids/{theirs.token}/earlier-answers")
    client.post(f"/bids/{theirs.token}/earlier-answers", data={"part": ["SLP-07.a"]})

    assert "fail over" not in page.text
    assert queries.answers_of(theirs) == {}
    assert client.get(here).status_code == 404


def test_a_company_without_earlier_bids_is_told_so(client, here):
    assert "There are none" in client.get(here).text


def test_nothing_is_taken_over_after_closing(
    client_for, lead, bid, here, answered_before, at, tender
):
    at(tender.closes_at)

    refused = client_for(lead).post(here, data={"part": ["SLP-07.a"]})

    assert refused.status_code == 409
    assert queries.answers_of(bid) == {}


@pytest.mark.parametrize("part", PARTS.values(), ids=lambda part: part.id)
def test_an_answer_to_the_same_part_is_offered_unless_it_is_about_the_present(part):
    offered = offer(part, part, made_answer(part))

    assert (offered is not None) == may_be_carried(part)
    assert offered is None or offered.reasons == ()


def test_statements_do_not_grow_with_the_number_of_earlier_bids(
    client, lead, here, answered_before, statements_counted
):
    with statements_counted() as few:
        client.get(here)
    for _ in range(5):
        other = service.start_bid(make_open_tender(), by=viewer_of(lead), arrived_at=clock.now())
        answer(other, lead, {"SLP-07.a": "Words."})
        questionnaire_of(other.tender)

    with statements_counted() as many:
        client.get(here)

    assert len(many) <= len(few) <= 15
