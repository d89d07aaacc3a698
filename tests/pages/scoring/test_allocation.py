"""Who marks what: the page on which questions are given to evaluators."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from accounts.rules.roles import Role
from foundation.database import db
from foundation.mail import messages_to
from scoring import service
from scoring.models import AllocationEvent
from scoring.queries.evaluators import allocation_of
from scoring.rules.interests import Nature
from tenders.queries import questionnaire_of
from tests.factories import make_person, make_tender, viewer_of


@pytest.fixture
def chair(authority):
    return make_person(Role.MODERATOR, authority, name="Nadia Cole")


@pytest.fixture
def page(tender):
    return f"/evaluation/tenders/{tender.token}/allocation"


def cell(question, person):
    return f"{question}:{person.token}"


def sent(tender, *cells, **more):
    last = db.session.scalar(select(func.max(AllocationEvent.id)))
    return {"based_on": str(last or 0), "cell": list(cells), **more}


def marks(tender, person):
    return sorted(
        question
        for question, people in allocation_of(tender).everywhere.items()
        if person.id in people
    )


def test_questions_are_given_before_the_opening_and_no_bid_is_named(
    client_for, chair, evaluator, tender, make_bid, page
):
    make_bid("Larkfield")

    answer = client_for(chair).post(page, data=sent(tender, cell("SLP-07", evaluator)))

    assert answer.status_code == 302
    assert marks(tender, evaluator) == ["SLP-07"]
    assert "Larkfield" not in client_for(chair).get(page).text


def test_everything_is_given_to_everybody_with_one_press(
    client_for, chair, evaluator, officer, tender, page
):
    client_for(chair).post(page, data=sent(tender, do="everything"))

    assert len(marks(tender, evaluator)) == 14
    assert marks(tender, officer) == marks(tender, evaluator)
    assert marks(tender, chair) == []


def test_whole_sections_and_columns_are_given_at_once(
    client_for, chair, evaluator, officer, tender, page
):
    client_for(chair).post(
        page,
        data=sent(tender, f"section-resilience-and-encryption:{evaluator.token}", officer.token),
    )

    asked = next(
        one for one in questionnaire_of(tender).sections if one.id == "resilience-and-encryption"
    ).questions
    assert marks(tender, evaluator) == sorted(one.id for one in asked)
    assert len(marks(tender, officer)) == 14


def test_taking_a_question_away_needs_a_reason_and_keeps_the_ticks(
    client_for, chair, evaluator, tender, page
):
    client = client_for(chair)
    client.post(page, data=sent(tender, cell("SLP-07", evaluator), cell("SLP-08", evaluator)))

    without = client.post(page, data=sent(tender, cell("SLP-08", evaluator)))
    client.post(page, data=sent(tender, cell("SLP-08", evaluator), reason="On leave until May"))

    assert without.status_code == 422
    assert "Enter why questions are taken away" in without.text
    assert marks(tender, evaluator) == ["SLP-08"]
    kinds = db.session.scalars(select(AllocationEvent.kind).order_by(AllocationEvent.id)).all()
    assert kinds == ["given", "given", "taken"]


def test_what_a_colleague_changed_meanwhile_is_not_overwritten_unseen(
    client_for, chair, evaluator, officer, tender, page
):
    stale = sent(tender, cell("SLP-07", evaluator))
    service.allocate(tender, ["SLP-08"], [officer.id], by=viewer_of(chair))

    answer = client_for(chair).post(page, data=stale)

    assert answer.status_code == 422
    assert "Somebody changed who marks what while this page was open" in answer.text
    assert marks(tender, evaluator) == []


def test_the_page_lists_what_lacks_evaluators_by_the_published_number(
    two_evaluators, client_for, chair, evaluator, officer, tender, page
):
    client = client_for(chair)
    client.post(page, data=sent(tender, evaluator.token))
    one_each = client.get(page).text
    client.post(page, data=sent(tender, do="everything"))

    assert "SLP-07: 1 of 2" in one_each
    assert "SLP-02: 1 of" not in one_each
    assert "Every question has the evaluators it needs." in client.get(page).text


def test_work_is_counted_by_person_and_bids_only_once_opened(
    client_for, chair, evaluator, tender, make_bid, opened, page
):
    make_bid("Larkfield")
    make_bid("Quay")
    service.allocate(tender, ["SLP-07", "SLP-08"], [evaluator.id], by=viewer_of(chair))
    before = client_for(chair).get(page).text
    opened()

    after = client_for(chair).get(page).text

    assert "Known once the bids are opened" in before
    assert 'data-label="Answers to mark">4<' in after


def test_whoever_is_given_questions_gets_a_message_that_names_no_bid(
    client_for, chair, evaluator, tender, make_bid, page
):
    make_bid("Larkfield")

    client_for(chair).post(page, data=sent(tender, cell("SLP-07", evaluator)))

    [message] = messages_to(evaluator.email)
    assert message.subject == f"Questions to mark, {tender.reference}"
    assert "gave you 1 question to mark" in message.text
    assert "Larkfield" not in message.text


@pytest.fixture
def declined(tender, chair, evaluator, client_for):
    """Let the evaluator decline SLP-07 on his own page."""
    service.allocate(tender, ["SLP-07", "SLP-08"], [evaluator.id], by=viewer_of(chair))
    return client_for(evaluator).post(
        f"/evaluation/tenders/{tender.token}/my-questions",
        data={
            "questions": ["SLP-07"],
            "ground": "expertise",
            "reason": "I never worked on the recovery of systems",
        },
    )


def test_an_evaluator_declines_and_it_stays_his_until_the_chair_decides(
    declined, client_for, chair, evaluator, tender, page
):
    client = client_for(chair)
    listed = client.get(page).text
    decision = f"{page}/declined/SLP-07/{evaluator.token}"

    before = marks(tender, evaluator)
    answer = client.post(
        decision, data={"decision": "taken", "reason": "Somebody else knows the subject"}
    )

    assert declined.status_code == 302
    assert "I never worked on the recovery of systems" in listed
    assert before == ["SLP-07", "SLP-08"]
    assert answer.status_code == 302
    assert marks(tender, evaluator) == ["SLP-08"]
    assert [message.kind for message in messages_to(chair.email)] == ["marking.declined"]
    assert messages_to(evaluator.email)[0].kind == "marking.decided"


def test_the_chair_leaves_what_was_declined_with_a_reason(
    declined, client_for, chair, evaluator, tender, page
):
    client, decision = client_for(chair), f"{page}/declined/SLP-07/{evaluator.token}"

    thin = client.post(decision, data={"decision": "kept", "reason": "No"})
    client.post(decision, data={"decision": "kept", "reason": "Nobody else has the time for it"})
    again = client.get(decision)

    assert thin.status_code == 422
    assert marks(tender, evaluator) == ["SLP-07", "SLP-08"]
    assert again.status_code == 404


def test_nobody_declines_what_was_not_given_to_him(client_for, chair, evaluator, tender):
    service.allocate(tender, ["SLP-07"], [evaluator.id], by=viewer_of(chair))

    page = client_for(evaluator).post(
        f"/evaluation/tenders/{tender.token}/my-questions",
        data={"questions": ["SLP-11"], "ground": "workload", "reason": "There is no time for it"},
    )

    assert page.status_code == 422
    assert "Select from the options" in page.text


def test_somebody_carries_on_for_another_in_every_bid(
    client_for, chair, evaluator, officer, tender, page
):
    service.allocate(tender, ["SLP-07", "SLP-08"], [evaluator.id], by=viewer_of(chair))

    answer = client_for(chair).post(
        page + "/replace",
        data={
            "leaving": evaluator.token,
            "coming": officer.token,
            "bid": "",
            "reason": "He leaves the council in March",
        },
    )

    assert answer.status_code == 302
    assert (marks(tender, evaluator), marks(tender, officer)) == ([], ["SLP-07", "SLP-08"])


def test_somebody_carries_on_in_the_one_bid_another_is_kept_from(
    client_for, chair, evaluator, officer, tender, make_bid, opened, page
):
    lark, quay = make_bid("Larkfield"), make_bid("Quay")
    opened()
    service.allocate(tender, ["SLP-07"], [evaluator.id], by=viewer_of(chair))

    client_for(chair).post(
        page + "/replace",
        data={
            "leaving": evaluator.token,
            "coming": officer.token,
            "bid": lark.token,
            "reason": "An interest keeps him from this bid",
        },
    )

    stands = allocation_of(tender)
    assert stands.people_for("SLP-07", lark.id) == (officer.id,)
    assert stands.people_for("SLP-07", quay.id) == (evaluator.id,)


def test_nobody_carries_on_with_a_bid_an_interest_keeps_him_from(
    client_for, chair, evaluator, officer, tender, make_bid, opened, page
):
    lark = make_bid("Larkfield")
    opened()
    service.allocate(tender, ["SLP-07"], [evaluator.id], by=viewer_of(chair))
    family = service.Connection(Nature.FAMILY, "A cousin works there")
    service.declare(tender, service.Declared(connections={lark.id: family}), by=viewer_of(officer))

    answer = client_for(chair).post(
        page + "/replace",
        data={
            "leaving": evaluator.token,
            "coming": officer.token,
            "bid": lark.token,
            "reason": "An interest keeps him from this bid",
        },
    )

    assert answer.status_code == 422
    assert "because an interest keeps this person away from it" in answer.text


def test_a_draft_has_nobody_marking_yet(client_for, officer):
    draft = make_tender(officer)

    answer = client_for(officer).get(f"/evaluation/tenders/{draft.token}/allocation")

    assert answer.status_code == 404


def test_the_pages_take_as_many_statements_for_many_people(
    client_for, authority, chair, evaluator, tender, make_bid, opened, page, statements_counted
):
    for _ in range(4):
        make_person(Role.EVALUATOR, authority)
    make_bid("Larkfield")
    opened()
    client = client_for(chair)
    client.post(page, data=sent(tender, do="everything"))
    client.get(page)

    with statements_counted() as counted:
        client.get(page)

    assert len(counted) <= 15, counted
