"""Nobody moves a closing time alone, nobody after it, and no notice is forgotten."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.database import db
from foundation.mail import messages_to
from tenders import service
from tenders.models import Amendment, Approval, Tender
from tenders.rules.approvals import ApprovalKind, ApprovalState, Overtaken
from tenders.rules.extending import NotLater
from tenders.rules.lifecycle import StepNotAllowed
from tenders.rules.notices import NoticeTyped, NoticeUnclear
from tenders.service import amending_by_two, approvals
from tenders.service.notices import record_notice, strike_notice
from tests import two_people
from tests.amendments_made import asked_anew, make_amendable_tender, prepared
from tests.factories import make_authority, make_person, viewer_of

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CLOSES_AT = NOON + timedelta(days=5)
LATER = CLOSES_AT + timedelta(days=7)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(
        Role.OFFICER, make_authority(), name="Ines Roy", email="ines@hollowmere.test"
    )


@pytest.fixture
def second(officer):
    return two_people.colleague_of(officer, Role.REVIEWER)


@pytest.fixture
def tender(officer):
    return make_amendable_tender(officer, closes_at=CLOSES_AT)


@pytest.fixture
def page(tender):
    return f"/tenders/{tender.token}/amendment"


@pytest.fixture
def asked(tender, officer):
    """The request to close a week later."""
    prepared(tender, officer, None, closes_at=LATER)
    about = amending_by_two.prepared_for(tender, NOON).about
    return amending_by_two.ask_to_amend(tender, about, by=viewer_of(officer), arrived_at=NOON)


def agree(tender, asked, person, arrived_at=NOON):
    return amending_by_two.agree_to_amend(
        tender, asked, asked.about, by=viewer_of(person), arrived_at=arrived_at
    )


def closing(tender):
    db.session.expire_all()
    return db.session.get_one(Tender, tender.id).closes_at


@pytest.mark.both_databases
def test_two_people_move_the_closing_time(tender, asked, second):
    amendment = agree(tender, asked, second)

    assert closing(tender) == LATER
    assert (amendment.closed_before, amendment.closes_after) == (CLOSES_AT, LATER)
    assert amendment.published_by_id == second.id
    assert [m.subject for m in messages_to("ines@hollowmere.test")] == [
        f"{tender.reference} is amended"
    ]


def test_one_person_does_not(tender, officer):
    prepared(tender, officer, None, closes_at=LATER)

    with pytest.raises(amending_by_two.SecondPersonNeeded, match="ask a second person to agree"):
        amending_by_two.publish_alone(
            tender, based_on=tender.plan_sha256, by=viewer_of(officer), arrived_at=NOON
        )

    assert closing(tender) == CLOSES_AT


def test_what_leaves_the_closing_time_one_person_publishes(tender, officer):
    prepared(tender, officer, asked_anew(a={"ask": "Which company tests the lamps?"}))

    amending_by_two.publish_alone(
        tender, based_on=tender.plan_sha256, by=viewer_of(officer), arrived_at=NOON
    )

    assert closing(tender) == CLOSES_AT
    assert len(db.session.scalars(select(Amendment)).all()) == 1


@pytest.mark.parametrize("late", [timedelta(0), MICROSECOND, timedelta(hours=1)])
def test_asked_before_the_closing_time_it_is_not_agreed_to_after_it(
    tender, asked, second, at, late
):
    at(CLOSES_AT + late)

    with pytest.raises(StepNotAllowed, match="it is at the closed stage"):
        agree(tender, asked, second, CLOSES_AT + late)

    assert closing(tender) == CLOSES_AT


def test_a_request_that_arrived_in_time_but_is_worked_on_after_closing_moves_nothing(
    tender, asked, second, at
):
    by = viewer_of(second)
    at(CLOSES_AT)

    with pytest.raises(StepNotAllowed):
        amending_by_two.agree_to_amend(
            tender, asked, asked.about, by=by, arrived_at=CLOSES_AT - MICROSECOND
        )

    assert closing(tender) == CLOSES_AT


def test_nobody_asks_after_the_closing_time(tender, officer, at):
    prepared(tender, officer, None, closes_at=LATER)
    about = amending_by_two.prepared_for(tender, NOON).about
    at(CLOSES_AT)

    with pytest.raises(StepNotAllowed):
        amending_by_two.ask_to_amend(tender, about, by=viewer_of(officer), arrived_at=CLOSES_AT)


def test_a_closing_time_never_becomes_earlier(tender, officer):
    with pytest.raises(NotLater, match="not earlier than the published"):
        prepared(tender, officer, None, closes_at=CLOSES_AT - timedelta(minutes=1))


def test_a_change_of_what_was_prepared_overtakes_the_request(tender, asked, officer, second):
    prepared(tender, officer, None, closes_at=LATER + timedelta(days=1))

    with pytest.raises(Overtaken):
        agree(tender, asked, second)

    assert closing(tender) == CLOSES_AT


def test_dropping_the_amendment_ends_the_request(tender, asked, officer):
    service.drop_amendment(tender, by=viewer_of(officer))

    db.session.expire_all()
    assert db.session.get_one(Approval, asked.id).state is ApprovalState.OVERTAKEN
    assert approvals.waiting(tender, ApprovalKind.AMEND) is None


def test_through_the_pages(tender, officer, second, page, client_for):
    prepared(tender, officer, None, closes_at=LATER, reason="The weather station was closed")
    desk, other = client_for(officer), client_for(second)

    shown = desk.get(page).text
    asked = two_people.ask(desk, page, "A week is what they lost", at="/ask")
    theirs = other.get(page).text
    refused = two_people.decide(other, page, "refuse", "Three days are enough")
    again = two_people.ask(desk, page, at="/ask")
    agreed = two_people.decide(other, page)

    assert "Publish the amendment</button>" not in shown
    assert "nothing can be agreed to any more" in shown
    assert asked.location == page
    assert "A week is what they lost" in theirs
    assert "Closing time, time for questions, and the reason</a>" not in theirs
    assert (refused.status_code, again.status_code) == (302, 302)
    assert agreed.location.startswith(f"/tenders/{tender.token}/amendments/")
    assert closing(tender) == LATER


def test_whoever_asked_cannot_agree_by_the_form(tender, asked, officer, page, client_for):
    sent = client_for(officer).post(
        f"{page}/decision",
        data={"approval": asked.token, "about": asked.about, "decision": "agree"},
    )

    assert sent.status_code == 422
    assert "because you asked for it: another person must" in sent.text
    assert closing(tender) == CLOSES_AT


def notice(number, kind="UK4", day=date(2026, 11, 30)):
    return NoticeTyped(kind, number, day)


@pytest.fixture
def advertised(tender, officer):
    """The tender with the notice it was opened with."""
    record_notice(tender, notice("012345-2026"), by=viewer_of(officer))
    return tender


def test_where_there_was_a_notice_an_amendment_waits_for_the_next(
    advertised, officer, page, client_for
):
    prepared(advertised, officer, asked_anew(a={"ask": "Which company tests the lamps?"}))
    desk = client_for(officer)
    publish = {"based_on": advertised.plan_sha256}

    shown = desk.get(page).text
    refused = desk.post(page, data=publish)
    desk.post(
        f"/tenders/{advertised.token}/notices",
        data={
            "kind": "UK4",
            "number": "023456-2026",
            "published_on-day": "1",
            "published_on-month": "12",
            "published_on-year": "2026",
            "for_amendment": "yes",
        },
    )
    ready = desk.get(page).text
    sent = desk.post(page, data=publish)

    assert "Record the notice UK4 Tender notice, published again" in shown
    assert "Procurement Act 2023, section 31" in shown
    assert refused.status_code == 422
    assert "UK4, 023456-2026, 1 December 2026" in ready
    assert sent.status_code == 302
    recorded = desk.get(f"/tenders/{advertised.token}/notices").text
    assert "<dd>amendment 1</dd>" in recorded


def test_a_notice_of_an_earlier_state_of_the_amendment_does_not_do(advertised, officer):
    by = viewer_of(officer)
    prepared(advertised, officer, asked_anew(a={"ask": "Which company tests the lamps?"}))
    record_notice(advertised, notice("023456-2026", day=NOON.date()), by=by, for_amendment=True)
    prepared(advertised, officer, asked_anew(a={"ask": "Who tests them?"}))

    with pytest.raises(service.NotReady, match="Record the notice UK4"):
        amending_by_two.publish_alone(
            advertised, based_on=advertised.plan_sha256, by=by, arrived_at=NOON
        )


def test_a_notice_that_is_struck_out_does_not_do(advertised, officer):
    by = viewer_of(officer)
    prepared(advertised, officer, asked_anew(a={"ask": "Which company tests the lamps?"}))
    wrong = record_notice(
        advertised, notice("023456-2026", day=NOON.date()), by=by, for_amendment=True
    )
    strike_notice(advertised, wrong, "Another tender", by=by)

    with pytest.raises(service.NotReady):
        amending_by_two.publish_alone(
            advertised, based_on=advertised.plan_sha256, by=by, arrived_at=NOON
        )


def test_nothing_but_the_reason_changed_needs_no_new_notice(advertised, officer):
    by = viewer_of(officer)
    change = asked_anew(a={"ask": "Which company tests the lamps?"})
    prepared(advertised, officer, change)
    record_notice(advertised, notice("023456-2026", day=NOON.date()), by=by, for_amendment=True)
    prepared(advertised, officer, None, reason="Better words for the same")

    amending_by_two.publish_alone(
        advertised, based_on=advertised.plan_sha256, by=by, arrived_at=NOON
    )


def test_a_notice_older_than_the_amendment_is_not_about_it(advertised, officer):
    by = viewer_of(officer)
    prepared(advertised, officer, asked_anew(a={"ask": "Which company tests the lamps?"}))

    with pytest.raises(NoticeUnclear, match="before the amendment was begun"):
        record_notice(advertised, notice("023456-2026"), by=by, for_amendment=True)
    old = notice("023456-2026", day=date(2026, 11, 29))
    with pytest.raises(NoticeUnclear, match="before the notice it replaces"):
        record_notice(advertised, old, by=by, for_amendment=True)


def again_typed(**said):
    return {
        "kind": "UK4",
        "number": "023456-2026",
        "published_on-day": "1",
        "published_on-month": "12",
        "published_on-year": "2026",
        **said,
    }


def test_whether_a_notice_is_about_the_amendment_has_to_be_said(
    advertised, officer, page, client_for
):
    prepared(advertised, officer, asked_anew(a={"ask": "Which company tests the lamps?"}))
    desk, notices = client_for(officer), f"/tenders/{advertised.token}/notices"

    unsaid = desk.post(notices, data=again_typed())
    other_kind = desk.post(notices, data=again_typed(kind="UK2", number="034567-2026"))
    said_no = desk.post(notices, data=again_typed(for_amendment="no"))
    shown = desk.get(page).text

    assert (unsaid.status_code, other_kind.status_code, said_no.status_code) == (422, 302, 302)
    assert (
        '<a href="#for_amendment-0">Select whether it says what the amendment in preparation '
        "says</a>" in unsaid.text
    )
    assert "The notice 023456-2026 of 1 December 2026 is recorded but does not count" in shown
    assert "recorded as one that does not say what this amendment says" in shown


def test_a_notice_that_the_amendment_left_behind_is_named_with_why(
    advertised, officer, page, client_for
):
    prepared(advertised, officer, asked_anew(a={"ask": "Which company tests the lamps?"}))
    desk = client_for(officer)
    desk.post(f"/tenders/{advertised.token}/notices", data=again_typed(for_amendment="yes"))
    counted = desk.get(page).text
    prepared(advertised, officer, asked_anew(a={"ask": "Who tests them?"}))

    shown = desk.get(page).text

    assert "does not count" not in counted
    assert "the amendment was changed after it was recorded" in shown


def test_only_changed_questions_are_said_to_be_answered_anew(tender, officer, page, client_for):
    prepared(tender, officer, None, closes_at=LATER, reason="The weather station was closed")
    moved = client_for(officer).get(page).text
    prepared(tender, officer, asked_anew(a={"ask": "Which company tests the lamps?"}))
    asks = client_for(officer).get(page).text

    assert "bids answer the new questions" not in moved
    assert "Everybody can see what changed at once, and bids answer the new questions" in asks
