"""Publication by two people: exactly what was shown, by somebody else, or not at all."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import messages_to
from tenders import service
from tenders.approving import approvals_waiting_for
from tenders.libraries import frozen_libraries
from tenders.models import Approval, Tender
from tenders.rules.approvals import ApprovalKind, ApprovalState, NotWaiting
from tenders.rules.lifecycle import Stage
from tenders.service import approvals, publishing_by_two
from tests import two_people
from tests.factories import make_authority, make_person, make_tender, viewer_of

NOON = datetime(2026, 10, 1, 11, 0, tzinfo=UTC)


@pytest.fixture
def authority(app, at):
    at(NOON)
    return make_authority()


@pytest.fixture
def officer(authority):
    return make_person(Role.OFFICER, authority, name="Ines Roy", email="ines@hollowmere.test")


@pytest.fixture
def reviewer(authority):
    return make_person(Role.REVIEWER, authority, name="Ada Birch", email="ada@hollowmere.test")


@pytest.fixture
def tender(officer):
    return make_tender(
        officer, pack_id="slp-essential", reference="HC-9", closes_at=NOON + timedelta(days=40)
    )


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def page(tender):
    return f"/tenders/{tender.token}/publish"


def stage_of(tender):
    db.session.expire_all()
    return db.session.get_one(Tender, tender.id).stage


def last_denied():
    return db.session.scalars(
        select(AuditEntry.details)
        .where(AuditEntry.action == "tender.approval_denied")
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()


@pytest.mark.both_databases
def test_a_reviewer_sees_what_the_officer_saw_and_agrees(
    web, page, tender, officer, reviewer, client_for
):
    before = web.get(page).text
    asked = two_people.ask(web, page, note="The weights above all")
    mine = web.get(page).text
    second = client_for(reviewer)
    theirs = second.get(page).text
    agreed = two_people.decide(second, page, reason="As discussed")

    assert asked.location == page
    assert "Another officer or a reviewer of your authority has to agree: Ada Birch." in before
    fingerprints = [re.findall(r'fingerprint">(\w{64})', text) for text in (before, mine, theirs)]
    assert fingerprints[0] == fingerprints[1] == fingerprints[2]
    assert "Take your request back" in mine
    assert "Save your decision" not in mine
    assert "Ines Roy, 1 October 2026, 12:00 noon (UK time)" in theirs
    assert "The weights above all" in theirs
    assert agreed.location == f"/tenders/{tender.token}"
    assert stage_of(tender) is Stage.OPEN
    assert [fingerprints[0][0]] == [db.session.get_one(Tender, tender.id).questionnaire_sha256]
    approval = db.session.scalars(select(Approval)).one()
    assert (approval.state, approval.decided_by_id, approval.reason) == (
        ApprovalState.GIVEN,
        reviewer.id,
        "As discussed",
    )


def test_what_is_to_be_mended_is_a_link_for_who_mends_it_alone(web, page, reviewer, client_for):
    two_people.ask(web, page)
    mended = re.compile(r'href="/tenders/[^/"]+/(facts|build|edit|planning|prices)["#]')

    officers, reviewers = (
        set(mended.findall(one.get(page).text)) for one in (web, client_for(reviewer))
    )

    assert officers == {"facts", "build"}
    assert reviewers == set()


def test_those_who_can_agree_are_told_and_so_is_who_asked(
    web, page, tender, officer, reviewer, authority, client_for
):
    make_person(Role.EVALUATOR, authority, email="eve@hollowmere.test")
    two_people.ask(web, page)
    two_people.decide(client_for(reviewer), page)

    told = [(m.subject, m.text) for m in messages_to("ada@hollowmere.test")]
    assert [subject for subject, _text in told] == ["HC-9: a second person is needed to publish"]
    assert page in told[0][1]
    assert [m.subject for m in messages_to("ines@hollowmere.test")] == ["HC-9 is published"]
    assert messages_to("eve@hollowmere.test") == []


def test_whoever_asked_cannot_agree_even_by_the_form(web, page, tender, reviewer):
    two_people.ask(web, page)
    approval = db.session.scalars(select(Approval)).one()

    refused = web.post(
        f"{page}/decision",
        data={"approval": approval.token, "about": approval.about, "decision": "agree"},
    )

    assert refused.status_code == 422
    assert "You cannot agree to this because you asked for it: another person must" in refused.text
    assert stage_of(tender) is Stage.DRAFT
    assert "same-person" in last_denied()


def test_a_refusal_needs_a_reason_and_whoever_asked_reads_it(
    web, page, tender, reviewer, client_for
):
    two_people.ask(web, page)
    second = client_for(reviewer)

    bare = two_people.decide(second, page, "refuse")
    nothing = two_people.decide(second, page, "")
    refused = two_people.decide(second, page, "refuse", "Data protection weighs too little")

    assert (bare.status_code, nothing.status_code, refused.status_code) == (422, 422, 302)
    assert "Enter why you refuse" in bare.text
    assert "Select whether you agree" in nothing.text
    shown = web.get(page).text
    assert "Refused by Ada Birch" in shown
    assert "Data protection weighs too little" in shown
    assert "Ask a second person to agree" in shown
    assert messages_to("ines@hollowmere.test")[0].subject == "HC-9: publishing was refused"
    assert stage_of(tender) is Stage.DRAFT


CHANGES = {
    "facts": lambda tender, by: service.set_facts(tender, {"ai": "yes"}, by=by),
    "closing time": lambda tender, by: service.edit_tender(
        tender,
        service.Details(
            title=tender.title,
            reference=tender.reference,
            pack_id=tender.pack_id,
            quality_weight=60,
            closes_at=NOON + timedelta(days=41),
        ),
        by=by,
    ),
    "bidding": lambda tender, by: service.set_bidding(
        tender,
        service.Bidding(
            questions_until=None,
            allows_qualifications=True,
            last_saved_counts=False,
            runs_elsewhere=False,
        ),
        by=by,
        moment=NOON,
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_any_change_overtakes_what_was_asked(
    what, web, page, tender, officer, reviewer, client_for
):
    two_people.ask(web, page)
    second = client_for(reviewer)
    shown = second.get(page)
    seen = {name: two_people.hidden(shown, name) for name in ("about", "approval")}
    CHANGES[what](tender, viewer_of(officer))

    refused = second.post(f"{page}/decision", data=seen | {"decision": "agree"})
    now = second.get(page).text

    assert refused.status_code == 422
    assert "You cannot agree to this because it changed after you were asked" in refused.text
    assert "Overtaken: something on this page changed since" in now
    assert "Save your decision" not in now
    assert stage_of(tender) is Stage.DRAFT
    assert "overtaken" in last_denied()
    again = two_people.ask(web, page)
    assert again.status_code == 302
    assert two_people.decide(second, page).status_code == 302
    assert stage_of(tender) is Stage.OPEN


def test_what_changed_while_the_page_was_open_is_not_asked_for(web, page, tender, officer):
    about = two_people.hidden(web.get(page), "about")
    CHANGES["facts"](tender, viewer_of(officer))

    refused = web.post(page, data={"about": about, "note": "Kept words"})

    assert refused.status_code == 422
    assert "the tender changed after you opened the page" in refused.text
    assert "Kept words" in refused.text
    assert db.session.scalars(select(Approval)).all() == []


def test_a_draft_that_lacks_something_is_not_asked_for(client_for, officer):
    draft = make_tender(officer, closes_at=NOON + timedelta(days=9))
    with db.session.begin_nested():
        draft.closes_at = NOON - timedelta(days=1)
    db.session.commit()
    address = f"/tenders/{draft.token}/publish"

    shown = client_for(officer).get(address).text
    refused = client_for(officer).post(address, data={"about": "a" * 64})

    assert "once everything under “What you must fix” is put right" in shown
    assert refused.status_code == 422
    assert "Enter a closing time in the future" in refused.text


def test_a_closing_time_that_passes_before_anybody_agrees_publishes_nothing(
    web, page, tender, reviewer, client_for, at
):
    two_people.ask(web, page)
    second = client_for(reviewer)
    at(NOON + timedelta(days=40))
    second = client_for(reviewer)

    refused = two_people.decide(second, page)

    assert refused.status_code == 422
    assert "Enter a closing time in the future" in refused.text
    assert stage_of(tender) is Stage.DRAFT
    assert db.session.scalars(select(Approval)).one().state is ApprovalState.WAITING


def test_taking_back_ends_it(web, page, tender, reviewer, client_for):
    two_people.ask(web, page)
    approval = db.session.scalars(select(Approval)).one()

    stranger = client_for(two_people.colleague_of(reviewer)).post(
        f"{page}/take-back", data={"approval": approval.token}
    )
    taken = web.post(f"{page}/take-back", data={"approval": approval.token})
    again = web.post(f"{page}/take-back", data={"approval": approval.token})

    assert (stranger.status_code, taken.status_code, again.status_code) == (422, 302, 422)
    assert "because somebody else asked for it" in stranger.text
    assert db.session.scalars(select(Approval)).one().state is ApprovalState.WITHDRAWN


def test_a_lone_officer_is_told_what_to_do(web, page):
    shown = web.get(page).text

    assert "Nobody else at your authority can agree." in shown
    assert "Ask your administrator for a second officer" in shown


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_other_roles_do_not_reach_the_page(role, page, authority, client_for):
    assert client_for(make_person(role, authority)).get(page).status_code == 403


def test_another_authority_finds_nothing(web, page, client_for):
    two_people.ask(web, page)
    approval = db.session.scalars(select(Approval)).one()
    other = client_for(Role.OFFICER)

    assert other.get(page).status_code == 404
    sent = other.post(f"{page}/decision", data={"approval": approval.token, "decision": "agree"})
    assert sent.status_code == 404


@pytest.mark.parametrize("token", ["", "x", "é" * 4000, "a" * 22])
def test_a_request_that_is_none_is_not_found(token, web, page):
    assert web.post(f"{page}/decision", data={"approval": token}).status_code == 404


def test_what_waits_for_somebody_is_found_for_his_start_page(
    app, web, page, tender, officer, reviewer, authority
):
    two_people.ask(web, page)

    (waits,) = approvals_waiting_for(viewer_of(reviewer))

    assert (waits.tender.id, waits.asked_by, waits.words) == (
        tender.id,
        "Ines Roy",
        "publish this tender",
    )
    with app.test_request_context():
        assert waits.address == page
    assert approvals_waiting_for(viewer_of(officer)) == []
    assert approvals_waiting_for(viewer_of(make_person(Role.EVALUATOR, authority))) == []
    assert approvals_waiting_for(viewer_of(make_person(Role.OFFICER))) == []


def test_the_tender_itself_says_what_waits(web, page, tender, reviewer, client_for, authority):
    two_people.ask(web, page)

    lines = [
        re.findall(r"[^>]* asked to publish this tender: a second person has to agree", text)
        for text in (
            client.get(f"/tenders/{tender.token}").text
            for client in (
                web,
                client_for(reviewer),
                client_for(make_person(Role.AUDITOR, authority)),
            )
        )
    ]

    assert lines == [
        ["You asked to publish this tender: a second person has to agree"],
        ["Ines Roy asked to publish this tender: a second person has to agree"],
        [],
    ]


def test_the_second_to_agree_at_once_is_told_that_it_is_published(
    web, page, tender, reviewer, client_for
):
    two_people.ask(web, page)
    shown = client_for(reviewer).get(page)
    seen = {name: two_people.hidden(shown, name) for name in ("about", "approval")}
    other = client_for(two_people.colleague_of(reviewer))
    other.post(f"{page}/decision", data=seen | {"decision": "agree"})

    slow = client_for(reviewer)
    late = slow.post(f"{page}/decision", data=seen | {"decision": "agree"})

    assert late.location == f"/tenders/{tender.token}"
    assert "because somebody else has agreed to it already" in slow.get(late.location).text
    assert "not-waiting" in last_denied()


def test_the_service_publishes_once(web, page, tender, officer, reviewer):
    two_people.ask(web, page)
    approval = approvals.waiting(tender, ApprovalKind.PUBLISH)
    terms = {
        "by": viewer_of(reviewer),
        "libraries": frozen_libraries(tender),
        "arrived_at": NOON,
    }
    publishing_by_two.agree_to_publish(tender, approval, approval.about, **terms)

    with pytest.raises(NotWaiting):
        publishing_by_two.agree_to_publish(tender, approval, approval.about, **terms)


def test_the_page_takes_few_statements(
    web, page, officer, reviewer, client_for, statements_counted
):
    two_people.ask(web, page)
    second = client_for(reviewer)

    with statements_counted() as statements:
        second.get(page)

    assert len(statements) <= 15
