"""Buying together: authorities are asked, agree or decline, give roles for a tender, and leave."""

import json

import pytest
from sqlalchemy import func, select

from accounts.models import Membership, Person
from accounts.queries import organisations_of
from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from records.calendars import calendar_at, new_address
from tenders import queries, service
from tenders.models import ParticipatingAuthority
from tenders.prepared import draft_of
from tenders.service import guests, joint
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_tender,
    publish,
    viewer_of,
)
from tests.taking_part import asked, guest, part, taking_part

WHY = "To buy the same sensors for both boroughs."
KNOWS = {"because": "Knows the sensors"}


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER, make_authority("Hollowmere Council"))


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def tender(officer):
    return make_tender(officer)


@pytest.fixture
def other(app):
    return make_authority("Ashbrook Council")


@pytest.fixture
def colleague(other):
    """The officer of the other authority."""
    return make_person(Role.OFFICER, other, name="Noor Khan", email="noor@ashbrook.example")


@pytest.fixture
def theirs(client_for, colleague):
    return client_for(colleague)


@pytest.fixture
def in_part(tender, officer):
    """The officer of an authority that takes part."""
    return taking_part(tender, officer, "Fernhill Council")


def ask(web, tender, other, because=WHY):
    return web.post(
        f"/tenders/{tender.token}/joint", data={"authority": other.token, "because": because}
    )


def actions_about(tender):
    found = select(AuditEntry.action).where(AuditEntry.subject == tender.token)
    return list(db.session.scalars(found.order_by(AuditEntry.id)))


def row_of(tender):
    return db.session.scalars(
        select(ParticipatingAuthority)
        .where(ParticipatingAuthority.tender_id == tender.id)
        .execution_options(populate_existing=True)
    ).one()


def messages(kind):
    return db.session.scalars(select(Message).where(Message.kind == kind)).all()


def test_another_authority_is_asked_by_name_and_its_officers_are_told(
    web, tender, other, colleague
):
    make_person(Role.EVALUATOR, other)

    answer = ask(web, tender, other)

    assert (answer.status_code, answer.location) == (302, f"/tenders/{tender.token}/joint")
    [message] = messages("tender.asked_to_take_part")
    assert message.recipient == "noor@ashbrook.example"
    assert message.subject == "Hollowmere Council asks you to take part in a tender"
    assert f"/tenders/joint/{row_of(tender).token}" in message.text
    assert actions_about(tender)[-1] == "tender.authority_asked"
    page = web.get(answer.location).text
    assert "Ashbrook Council" in page
    assert "Asked" in page
    assert WHY in page


def test_an_authority_is_not_asked_twice_and_nobody_asks_himself_or_a_supplier(
    web, tender, other, officer, client_for
):
    ask(web, tender, other)
    own = viewer_of(officer).organisation_token
    supplier = make_person(Role.BID_LEAD)

    again = ask(web, tender, other)
    alone = web.post(f"/tenders/{tender.token}/joint", data={"authority": own, "because": WHY})
    with_a_company = web.post(
        f"/tenders/{tender.token}/joint",
        data={"authority": viewer_of(supplier).organisation_token, "because": WHY},
    )

    assert [one.status_code for one in (again, alone, with_a_company)] == [422, 422, 422]
    assert WHY in again.text
    assert db.session.scalar(select(func.count(ParticipatingAuthority.id))) == 1


def test_asking_needs_an_authority_and_words(web, tender):
    page = web.post(f"/tenders/{tender.token}/joint", data={"authority": "", "because": " "})

    assert page.status_code == 422
    assert "Select an authority" in page.text
    assert "Enter what you ask of it, and why" in page.text


def test_an_officer_finds_what_his_authority_is_asked_and_agrees(
    web, tender, other, theirs, colleague
):
    ask(web, tender, other)
    place = f"/tenders/joint/{row_of(tender).token}"

    index, listed, page = theirs.get("/tenders/"), theirs.get("/tenders/joint"), theirs.get(place)
    before = theirs.get(f"/tenders/{tender.token}")
    agreed = theirs.post(f"{place}/agree", data={"because": "Cabinet, 12 November"})

    assert "1 to answer" in index.text
    assert "Agree or decline" in listed.text
    assert WHY in page.text
    assert before.status_code == 404
    assert agreed.status_code == 302
    assert theirs.get(f"/tenders/{tender.token}").status_code == 200
    kept = row_of(tender)
    assert (kept.agreed_by_id, kept.agreed_because) == (colleague.id, "Cabinet, 12 November")
    assert actions_about(tender)[-1] == "tender.authority_agreed"
    [message] = messages("tender.part_answered")
    assert message.recipient == db.session.get_one(Person, tender.created_by_id).email
    assert "Cabinet, 12 November" in message.text
    assert "Takes part" in web.get(f"/tenders/{tender.token}/joint").text


def test_an_authority_declines_with_a_reason_and_can_be_asked_again(
    web, tender, other, theirs, colleague
):
    ask(web, tender, other)
    place = f"/tenders/joint/{row_of(tender).token}"

    without = theirs.post(f"{place}/decline", data={"reason": ""})
    declined = theirs.post(f"{place}/decline", data={"reason": "We have our own contract."})

    assert without.status_code == 422
    assert "Enter the reason" in without.text
    assert declined.location == "/tenders/joint"
    assert theirs.get(place).status_code == 404
    assert theirs.get(f"/tenders/{tender.token}").status_code == 404
    page = web.get(f"/tenders/{tender.token}/joint").text
    assert "Declined" in page
    assert "We have our own contract." in page
    assert actions_about(tender)[-1] == "tender.authority_declined"

    assert ask(web, tender, other).status_code == 302
    assert len(messages("tender.asked_to_take_part")) == 2
    assert theirs.get(place).status_code == 200


def test_an_evaluator_does_not_decide_for_his_authority(web, tender, other, client_for, colleague):
    ask(web, tender, other)
    place = f"/tenders/joint/{row_of(tender).token}"

    evaluator = client_for(make_person(Role.EVALUATOR, other))

    assert [evaluator.get("/tenders/joint").status_code, evaluator.get(place).status_code] == [
        403,
        403,
    ]
    assert evaluator.post(f"{place}/agree").status_code == 403


def test_an_officer_of_one_tender_alone_does_not_decide_for_his_authority(
    web, tender, other, client_for, colleague
):
    ask(web, tender, other)
    place = f"/tenders/joint/{row_of(tender).token}"
    alone = client_for(make_person(Role.OFFICER, other, tender_id=make_tender(colleague).id))

    assert alone.get("/tenders/joint").status_code == 404
    assert alone.get(place).status_code == 404
    assert alone.post(f"{place}/agree").status_code == 404


def test_who_takes_part_is_decided_before_publication(web, tender, other, officer, theirs):
    ask(web, tender, other)
    place = f"/tenders/joint/{row_of(tender).token}"
    publish(tender, officer)

    agreed = theirs.post(f"{place}/agree")
    late = web.post(
        f"/tenders/{tender.token}/joint",
        data={"authority": make_authority("Elmsworth").token, "because": WHY},
    )

    assert agreed.status_code == 409
    assert late.status_code == 422
    assert "You cannot ask another authority because the tender is published" in late.text
    assert row_of(tender).agreed_at is None


def test_those_who_agreed_are_named_in_what_is_published(web, tender, officer, in_part, other):
    ask(web, tender, other)
    publish(tender, officer)

    terms = json.loads(queries.frozen_text(tender))["terms"]

    assert terms["joint"]["led_by"]["name"] == "Hollowmere Council"
    assert [one["name"] for one in terms["joint"]["authorities"]] == ["Fernhill Council"]


def test_one_who_buys_alone_says_nothing_of_others(tender, officer, other, web):
    ask(web, tender, other)
    publish(tender, officer)

    assert "joint" not in json.loads(queries.frozen_text(tender))["terms"]


def test_suppliers_read_who_buys_together(tender, officer, in_part, client_for):
    publish(tender, officer)

    page = client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}").text

    assert "Hollowmere Council and Fernhill Council. Hollowmere Council leads" in page


def test_an_officer_gives_a_colleague_a_role_for_the_tender_alone(tender, in_part, client_for):
    web = client_for(in_part)
    place = f"/tenders/joint/{row_of(tender).token}"
    authority = row_of(tender).organisation
    colleague = make_person(Role.EVALUATOR, authority, name="Ola Dunn")

    given = web.post(
        f"{place}/people", data={"person": colleague.token, "role": "evaluator"} | KNOWS
    )
    again = web.post(
        f"{place}/people", data={"person": colleague.token, "role": "evaluator"} | KNOWS
    )

    assert (given.status_code, again.status_code) == (302, 302)
    held = db.session.scalars(
        select(Membership).where(
            Membership.person_id == colleague.id, Membership.tender_id == tender.id
        )
    ).all()
    assert [(one.role, one.organisation_id) for one in held] == [(Role.EVALUATOR, authority.id)]
    assert "Ola Dunn" in web.get(place).text
    assert actions_about(tender)[-1] == "tender.guest_role_given"
    [message] = messages("tender.guest_role_given")
    assert message.recipient == colleague.email


@pytest.mark.parametrize("role", ["officer", "administrator", "steward", "bid-lead", "", "?"])
def test_nobody_is_given_a_role_that_runs_the_tender(role, tender, in_part, client_for):
    place = f"/tenders/joint/{row_of(tender).token}"
    colleague = make_person(Role.OFFICER, row_of(tender).organisation)

    refused = client_for(in_part).post(
        f"{place}/people", data={"person": colleague.token, "role": role} | KNOWS
    )

    assert refused.status_code == 422
    assert (
        db.session.scalars(select(Membership).where(Membership.tender_id.is_not(None))).all() == []
    )


def test_somebody_of_another_authority_is_given_no_role(tender, in_part, officer, client_for):
    place = f"/tenders/joint/{row_of(tender).token}"

    refused = client_for(in_part).post(
        f"{place}/people", data={"person": officer.token, "role": "evaluator"} | KNOWS
    )

    assert refused.status_code == 422
    assert "Select one of the options" in refused.text


def test_the_leading_authority_sees_roles_and_takes_one_away(tender, in_part, web, client_for):
    evaluator = guest(tender, in_part, Role.EVALUATOR)
    kept = row_of(tender).token
    reader = client_for(evaluator)
    before = reader.get(f"/tenders/{tender.token}").status_code

    listed = web.get(f"/tenders/{tender.token}/joint").text
    ended = web.post(f"/tenders/{tender.token}/joint/{kept}/people/{evaluator.token}/evaluator/end")

    assert before == 200
    assert evaluator.name in listed
    assert ended.status_code == 302
    assert reader.get(f"/tenders/{tender.token}").status_code == 404
    assert evaluator.name not in web.get(f"/tenders/{tender.token}/joint").text
    assert actions_about(tender)[-1] == "tender.guest_role_ended"


def test_an_authority_leaves_and_sees_nothing_of_the_tender_any_more(
    tender, in_part, web, client_for
):
    evaluator = guest(tender, in_part, Role.EVALUATOR)
    theirs, reader = client_for(in_part), client_for(evaluator)
    place = f"/tenders/joint/{row_of(tender).token}"

    without = theirs.post(f"{place}/leave", data={"reason": "  "})
    left = theirs.post(f"{place}/leave", data={"reason": "Our budget is cut."})

    assert without.status_code == 422
    assert left.location == "/tenders/joint"
    assert theirs.get(f"/tenders/{tender.token}").status_code == 404
    assert reader.get(f"/tenders/{tender.token}").status_code == 404
    assert theirs.get(place).status_code == 404
    assert "Our budget is cut." in web.get(f"/tenders/{tender.token}/joint").text
    held = db.session.scalars(select(Membership).where(Membership.tender_id == tender.id)).all()
    assert held == []
    assert actions_about(tender)[-2:] == ["tender.guest_role_ended", "tender.authority_left"]


def test_asking_an_authority_again_gives_nobody_a_role_back(tender, officer, in_part, client_for):
    evaluator = guest(tender, in_part, Role.EVALUATOR)
    authority = row_of(tender).organisation
    by, theirs = viewer_of(officer), viewer_of(in_part)
    joint.leave(part(tender, authority), because="For now.", by=theirs)
    joint.ask_to_take_part(tender, authority.token, because="Again", by=by)

    joint.agree_to_take_part(part(tender, authority), because="", by=theirs)

    assert client_for(evaluator).get(f"/tenders/{tender.token}").status_code == 404


def test_the_leading_authority_ends_a_part_with_a_reason(tender, in_part, web, client_for):
    kept = row_of(tender).token
    place = f"/tenders/{tender.token}/joint/{kept}/end"

    without = web.post(place, data={"reason": ""})
    ended = web.post(place, data={"reason": "The lot was dropped."})

    assert without.status_code == 422
    assert ended.status_code == 302
    assert client_for(in_part).get(f"/tenders/{tender.token}").status_code == 404
    [message] = [one for one in messages("tender.part_ended") if one.recipient == in_part.email]
    assert "The lot was dropped." in message.text
    assert "Let go" in web.get(f"/tenders/{tender.token}/joint").text
    assert actions_about(tender)[-1] == "tender.authority_let_go"
    assert web.get(place).status_code == 302


def test_one_participating_authority_reads_nothing_of_another_s_answers(
    tender, in_part, web, other, theirs, client_for
):
    ask(web, tender, other, because="A secret of ours.")
    theirs.post(
        f"/tenders/joint/{part(tender, other).row.token}/decline",
        data={"reason": "A secret of theirs."},
    )

    page = client_for(in_part).get(f"/tenders/{tender.token}/joint")

    assert page.status_code == 200
    assert "Fernhill Council" in page.text
    assert "secret" not in page.text
    assert "Ashbrook" not in page.text


def test_a_page_takes_few_statements_however_many_take_part(
    tender, officer, web, statements_counted
):
    for number in range(6):
        colleague = taking_part(tender, officer, f"Authority {number}")
        guest(tender, colleague, Role.EVALUATOR)
        guest(tender, colleague, Role.AUDITOR)
    asked(tender, officer, "One more")
    web.get(f"/tenders/{tender.token}/joint")

    with statements_counted() as statements:
        page = web.get(f"/tenders/{tender.token}/joint")

    assert page.text.count("Evaluator") == 6
    assert len(statements) <= 10


@pytest.mark.both_databases
def test_what_an_authority_takes_part_in_is_known_with_every_request(officer):
    first, second = make_tender(officer), make_tender(officer)
    in_both = taking_part(first, officer)
    authority = organisations_of(in_both)[0]
    joint.ask_to_take_part(second, authority.token, because="Both", by=viewer_of(officer))
    asked_only = viewer_of(in_both)
    joint.agree_to_take_part(part(second, authority), because="", by=asked_only)

    assert asked_only.guest_tenders == {first.id}
    assert viewer_of(in_both).guest_tenders == {first.id, second.id}


def test_the_pages_of_one_who_buys_alone_speak_of_nobody_else(officer, client_for):
    tender = make_open_tender(officer)

    page = client_for(officer).get(f"/tenders/{tender.token}").text

    assert "takes part in it" not in page
    assert "Bought together by" not in page


def test_an_amendment_says_that_an_authority_has_left(tender, officer, in_part, web, client_for):
    by = viewer_of(officer)
    service.publish_tender(tender, by=by, libraries={})
    authority = organisations_of(in_part)[0]
    joint.leave(part(tender, authority), because="No money", by=viewer_of(in_part))
    service.prepare_amendment(tender, by=by, arrived_at=clock.now())
    draft = draft_of(tender)

    assert [(one.label, one.after) for one in draft.changes.facts] == [
        ("Bought together by", "One authority alone")
    ]
    assert "joint" not in draft.frozen["terms"]


def test_an_amendment_leaves_those_who_buy_together_as_they_are(tender, officer, in_part):
    by = viewer_of(officer)
    service.publish_tender(tender, by=by, libraries={})
    service.prepare_amendment(tender, by=by, arrived_at=clock.now())

    draft = draft_of(tender)

    assert not draft.changes
    assert draft.text == queries.frozen_text(tender)


def test_the_list_of_tenders_names_whose_a_tender_is(tender, in_part, client_for):
    page = client_for(in_part).get("/tenders/").text

    assert f"Hollowmere Council, {tender.reference}" in page


def test_a_calendar_of_somebody_who_takes_part_holds_the_tender(tender, in_part):
    secret = new_address(by=viewer_of(in_part))

    assert tender.reference.encode() in calendar_at(secret, clock.now())


@pytest.mark.parametrize("typed", ["\0", "x" * 200_000, "½\u202e", ["a", "b"], "../..", "-1"])
def test_whatever_is_sent_is_answered_with_an_error_and_nothing_changes(
    typed, web, tender, in_part, client_for
):
    kept = row_of(tender)
    theirs, before = client_for(in_part), actions_about(tender)
    names = ("authority", "person", "role", "like", "procurement", "tender", "most_bid", "most_won")
    sent = dict.fromkeys(names, typed)

    answers = [
        theirs.post(f"/tenders/joint/{kept.token}/people", data=sent),
        web.post(f"/tenders/{tender.token}/joint", data=sent),
        web.post(f"/tenders/{tender.token}/lots", data=sent),
        web.post(f"/tenders/{tender.token}/lots/into", data=sent),
        web.post(f"/tenders/{tender.token}/lots/out", data=sent),
        web.post("/tenders/procurements/new", data=sent),
        web.get("/tenders/procurements/new", query_string={"lot": typed}),
        web.post(f"/tenders/{tender.token}/joint/{kept.token}/people/{kept.token}/officer/end"),
    ]

    assert {answer.status_code for answer in answers} <= {400, 404, 413, 422}
    assert actions_about(tender) == before


def test_a_guest_role_wants_a_reason_which_the_colleague_reads(tender, in_part, client_for):
    place = f"/tenders/joint/{row_of(tender).token}"
    colleague = make_person(Role.EVALUATOR, row_of(tender).organisation, name="Ola Dunn")
    web, sent = client_for(in_part), {"person": colleague.token, "role": "evaluator"}

    refused = web.post(f"{place}/people", data=sent)
    web.post(f"{place}/people", data=sent | KNOWS)

    assert refused.status_code == 422
    assert "Enter why this person" in refused.text
    letters = db.session.scalars(select(Message).where(Message.kind == guests.GIVEN)).all()
    assert ["Why: Knows the sensors" in letter.text for letter in letters] == [True]
