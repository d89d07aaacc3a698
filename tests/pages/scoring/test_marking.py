"""Giving marks: beside the answer, with a reason, one at a time, none ever lost."""

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from scoring import queries, service
from scoring.models import Mark
from tenders.rules.lifecycle import Stage
from tests.factories import make_person, viewer_of

REASON = "Restored in March with the hosting company, see SLP-07.g"


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False)
    opened()
    return bid


def address(bid, question="SLP-07"):
    return f"/evaluation/bids/{bid.token}/questions/{question}"


def form(**changed):
    return {
        "mark": "3",
        "reason": REASON,
        "feedback": "Well tested",
        "internal_comment": "Ask about the second site",
        "based_on": "0",
    } | changed


def test_the_page_shows_answer_level_with_reasons_descriptors_and_flags(client_for, bid, evaluator):
    page = client_for(evaluator).get(address(bid)).text

    assert [words in page for words in (
        "How copies are kept apart",
        "Suggested level: 0",
        "Published descriptors",
        "No recovery arrangement, or no answer.",
        "Red flag",
        "SLP-07.f:none",
        "Feedback for the bidder",
        "Internal comment",
    )] == [True] * 8  # fmt: skip


def test_a_saved_mark_leads_to_the_next_unmarked_question(client_for, bid, evaluator, evaluated):
    sent = client_for(evaluator).post(address(bid), data=form())

    assert sent.status_code == 302
    assert sent.location == address(bid, "SLP-08")
    mark = evaluated(bid).marks["SLP-07"]
    assert (mark.mark, mark.reason, mark.feedback, mark.internal_comment, mark.number) == (
        3, REASON, "Well tested", "Ask about the second site", 1,
    )  # fmt: skip
    assert (mark.evaluator.name, mark.suggested) == ("Tom Hale", 0)


def test_after_the_last_question_the_evaluator_is_back_at_the_bid(
    client_for, bid, mark_all, evaluator
):
    mark_all(bid, 3)

    sent = client_for(evaluator).post(address(bid), data=form(based_on="1"))

    assert sent.location == f"/evaluation/bids/{bid.token}"


def test_the_first_mark_begins_the_marking_of_the_tender(client_for, bid, evaluator, tender):
    client_for(evaluator).post(address(bid), data=form())

    assert tender.stage is Stage.EVALUATING


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"mark": ""}, "Select a mark from 0 to 5"),
        ({"mark": "6"}, "Select one of the options"),
        ({"reason": ""}, "Enter the reason for your mark"),
        ({"reason": "Too   short      here"}, "Enter a reason of at least 20 characters"),
        ({"reason": "x" * 5000}, "Enter 4,000 characters or fewer"),
    ],
)
def test_a_mark_that_will_not_do_is_shown_back_with_everything_typed(
    changed, message, client_for, bid, evaluator, evaluated
):
    page = client_for(evaluator).post(address(bid), data=form(**changed))

    assert page.status_code == 200
    assert [message in page.text, "Ask about the second site" in page.text] == [True, True]
    assert dict(evaluated(bid).marks) == {}


def test_a_colleagues_mark_given_meanwhile_is_not_overwritten_unseen(
    client_for, bid, evaluator, officer, evaluated
):
    client_for(officer).post(address(bid), data=form(mark="1"))

    page = client_for(evaluator).post(address(bid), data=form(mark="4"))
    again = client_for(evaluator).post(address(bid), data=form(mark="4", based_on="1"))

    assert "Ines Roy gave a mark of 1 while you were writing" in page.text
    assert 'name="based_on" type="hidden" value="1"' in page.text
    assert again.status_code == 302
    assert evaluated(bid).marks["SLP-07"].mark == 4


def test_an_earlier_mark_is_kept(client_for, bid, evaluator):
    client = client_for(evaluator)
    client.post(address(bid), data=form(mark="2"))
    client.post(address(bid), data=form(mark="3", based_on="1"))

    assert db.session.scalars(select(Mark.mark).order_by(Mark.number)).all() == [2, 3]


@pytest.mark.both_databases
def test_the_database_refuses_to_change_a_mark(client_for, bid, evaluator):
    client_for(evaluator).post(address(bid), data=form())
    mark = db.session.scalars(select(Mark)).one()

    mark.mark = 5
    with pytest.raises(Exception, match="mark is never changed"):
        db.session.flush()
    db.session.rollback()


def test_a_mark_of_two_or_lower_brings_the_main_risk_and_a_better_one_takes_it_away(
    client_for, make_bid, opened, evaluator, evaluated
):
    bid = make_bid("Larkfield")
    opened()
    client = client_for(evaluator)
    before = {risk.risk_id for risk in evaluated(bid).risks}

    client.post(address(bid), data=form(mark="2"))
    low = {risk.risk_id for risk in evaluated(bid).risks}
    client.post(address(bid), data=form(mark="5", based_on="1"))
    high = {risk.risk_id for risk in evaluated(bid).risks}

    assert (low - before, high - before) == ({"R09"}, set())


def test_each_mark_is_one_entry_in_the_bids_chain_that_holds_no_words(client_for, bid, evaluator):
    client_for(evaluator).post(address(bid), data=form())

    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == bid.token, AuditEntry.action == "mark.saved")
    ).all()
    assert [(entry.actor, "Restored" in entry.details) for entry in entries] == [
        (evaluator.token, False)
    ]


def test_an_auditor_reads_marks_and_cannot_give_one(client_for, authority, bid, evaluator):
    client_for(evaluator).post(address(bid), data=form())
    auditor = client_for(make_person(Role.AUDITOR, authority))

    page = auditor.get(address(bid))
    refused = auditor.post(address(bid), data=form(mark="0"))

    assert [REASON in page.text, "Your mark" in page.text] == [True, False]
    assert refused.status_code == 403


def test_a_question_nobody_asked_is_a_404(client_for, bid, evaluator):
    client = client_for(evaluator)

    assert [client.get(address(bid, name)).status_code for name in ("SLP-99", "1" * 30)] == [
        404, 404,
    ]  # fmt: skip


def test_a_cancelled_tender_takes_no_more_marks_and_keeps_what_was_typed(
    client_for, bid, evaluator, tender
):
    tender.stage = Stage.CANCELLED

    page = client_for(evaluator).post(address(bid), data=form())

    assert page.status_code == 409
    assert "You cannot mark this bid because the tender is at the cancelled stage" in page.text
    assert REASON in page.text


def test_what_a_supplier_wrote_is_text_on_the_page(client_for, make_bid, opened, evaluator):
    written = "<script>alert(1)</script> & ‹b›\nsecond line"
    bid = make_bid("Rook", **{"SLP-07.a": written})
    opened()

    page = client_for(evaluator).get(address(bid)).text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; ‹b›\nsecond line" in page


def test_bids_are_ranked_by_quality_and_equal_ones_share_a_rank(
    make_bid, opened, mark_all, officer, evaluated
):
    first, second, third = (make_bid(name) for name in ("Ash", "Birch", "Cedar"))
    tender = opened()
    mark_all(first, 4)
    mark_all(second, 4)
    mark_all(third, 5)
    for bid in (first, second, third):
        for entry in evaluated(bid).waiting:
            given = service.GivenDecision(
                passed=True, reason="The clarification of 3 December settles it", based_on=0
            )
            service.decide_requirement(evaluated(bid), entry, given, by=viewer_of(officer))

    places = queries.ranking(queries.bids_in_evaluation(viewer_of(officer), tender))

    assert [(place.candidate.name, place.rank) for place in places] == [
        ("Cedar", "1"), ("Ash", "2="), ("Birch", "2="),
    ]  # fmt: skip
