"""Bids are opened by two different officers within a quarter of an hour, and by nobody else."""

import itertools
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select, update

from accounts.models import Membership, Person, SignInSession
from accounts.rules.guessing import STRETCH
from accounts.rules.roles import Role
from accounts.service import SESSION_LIMIT
from accounts.service.proving import MOST_WRONG
from foundation.arrival import UNDER_WAY
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.jobs import run_due_jobs
from foundation.mail import Message
from tenders.models import Approval
from tenders.rules.opening import TOGETHER_WITHIN, WAITED_FOR
from tenders.service import two_officers
from tests.factories import make_authority, make_open_tender, make_person, make_supplier
from tests.opening import address_of, be_ready, confirm, token_on
from tests.pages.scoring.conftest import CLOSES_AT, FACTS, NOON, OPENS_AT

MICROSECOND = timedelta(microseconds=1)
ENTITLED = ("officer", "another officer", "officer of this tender alone")
PEOPLE = (
    *ENTITLED,
    "officer of another tender alone",
    "officer of another authority",
    "deactivated officer",
    "officer whose membership ended",
    *(role for role in Role if role is not Role.OFFICER),
)


@pytest.fixture
def second(authority):
    return make_person(Role.OFFICER, authority, name="Dan Moss")


@pytest.fixture
def closed(tender, at):
    at(OPENS_AT)
    return tender


@pytest.fixture
def pair(client_for, officer, second, closed):
    return SimpleNamespace(first=client_for(officer), second=client_for(second))


def opened(tender):
    db.session.refresh(tender)
    return tender.opened_at is not None


def actions_about(token):
    found = select(AuditEntry).where(AuditEntry.subject == token).order_by(AuditEntry.id)
    return [(entry.actor, entry.action) for entry in db.session.scalars(found)]


def one_of_each(authority, tender):
    """A person for each kind in PEOPLE."""
    company, elsewhere = make_supplier(), make_authority("Elsewhere")
    found = {
        "officer": make_person(Role.OFFICER, authority),
        "another officer": make_person(Role.OFFICER, authority),
        "officer of this tender alone": make_person(Role.OFFICER, authority, tender_id=tender.id),
        "officer of another tender alone": make_person(
            Role.OFFICER, authority, tender_id=tender.id + 1000
        ),
        "officer of another authority": make_person(Role.OFFICER, elsewhere),
        "deactivated officer": make_person(Role.OFFICER, authority),
        "officer whose membership ended": make_person(Role.OFFICER, authority),
    }
    suppliers = (Role.BID_LEAD, Role.CONTRIBUTOR, Role.CERTIFIER, Role.SUPPLIER_READER)
    for role in PEOPLE[len(found) :]:
        found[role] = make_person(role, company if role in suppliers else authority)
    return found


def take_away(people):
    with transaction():
        gone, left = people["deactivated officer"], people["officer whose membership ended"]
        db.session.execute(update(Person).where(Person.id == gone.id).values(active=False))
        db.session.execute(delete(Membership).where(Membership.person_id == left.id))


@pytest.mark.parametrize("first", PEOPLE)
def test_only_two_different_entitled_officers_open_whoever_else_tries(
    first, authority, officer, client_for, at
):
    at(NOON)
    tenders = [
        make_open_tender(officer, title=f"Bins {n}", closes_at=CLOSES_AT, facts=FACTS)
        for n in range(len(ENTITLED))
    ]
    people = one_of_each(authority, tenders[0])
    for one in tenders[1:]:
        with transaction():
            db.session.add(
                Membership(
                    person_id=people["officer of this tender alone"].id,
                    organisation_id=authority.id,
                    role=Role.OFFICER,
                    tender_id=one.id,
                )
            )
    at(OPENS_AT)
    clients = {name: client_for(person) for name, person in people.items()}
    take_away(people)
    untouched = iter(tenders)
    tender = next(untouched)
    ready = be_ready(clients[first], tender)
    approvals = list(db.session.scalars(select(Approval)))
    token = approvals[0].token if approvals else ""

    assert (ready.status_code == 302, bool(token)) == (first in ENTITLED, first in ENTITLED)

    def is_enough(second):
        return {first, second} <= set(ENTITLED) and first != second

    # Those who must not open come while the first officer's request still waits.
    for second in sorted(PEOPLE, key=is_enough):
        if is_enough(second) and opened(tender):
            tender = next(untouched)
            be_ready(clients[first], tender)
            token = two_officers.ready_now(tender, OPENS_AT).token
        before = sum(map(opened, tenders))
        if token or second not in ENTITLED:
            confirm(clients[second], tender, approval=token)
        assert sum(map(opened, tenders)) - before == is_enough(second), second


def test_every_pair_of_people_was_thought_of():
    assert len(set(itertools.product(PEOPLE, PEOPLE))) == (len(Role) - 1 + 7) ** 2


def test_the_second_officer_opens_and_the_record_names_both(
    pair, tender, make_bid, officer, second, at
):
    at(NOON)
    make_bid("Larkfield")
    at(OPENS_AT)
    be_ready(pair.first, tender)
    before = opened(tender)

    sent = confirm(pair.second, tender)

    assert (before, opened(tender)) == (False, True)
    assert (sent.status_code, sent.location) == (302, f"/evaluation/tenders/{tender.token}")
    assert "Larkfield" in pair.second.get(sent.location).text
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "tender.bids_opened")
    ).one()
    assert (entry.actor, officer.token in entry.details) == (second.token, True)
    assert actions_about(tender.token)[-3:] == [
        (officer.token, "tender.approval_asked"),
        (second.token, "tender.approval_given"),
        (second.token, "tender.bids_opened"),
    ]


def test_the_first_officer_is_told_who_can_confirm_and_how_long(pair, closed, second):
    page = pair.first.get(be_ready(pair.first, closed).location)

    assert "You are ready. Time left for the second officer: until 12:20pm" in page.text
    assert "12:20pm, 15 minutes left." in page.text
    assert "confirm on this page: Dan Moss." in page.text
    assert "Your password" not in page.text


def test_the_second_officer_is_told_who_is_ready(pair, closed, at):
    be_ready(pair.first, closed)
    at(OPENS_AT + timedelta(minutes=4))

    page = pair.second.get(address_of(closed))

    assert "Ines Roy is ready to open the bids." in page.text
    assert "You can confirm until 12:20pm, 11 minutes left." in page.text


def test_the_others_get_a_mail_when_one_is_ready_and_both_when_it_is_done(
    pair, closed, authority, officer, second
):
    auditor = make_person(Role.AUDITOR, authority)
    be_ready(pair.first, closed)
    confirm(pair.second, closed)

    found = db.session.execute(select(Message.kind, Message.recipient).order_by(Message.id))

    assert [tuple(row) for row in found if row.kind.startswith("tender.")] == [
        ("tender.ready_to_open", second.email),
        ("tender.bids_opened", officer.email),
        ("tender.bids_opened", second.email),
        ("tender.bids_opened", auditor.email),
    ]


@pytest.mark.parametrize("sign_ins", ["the same sign-in", "another sign-in"])
def test_the_same_person_cannot_be_both(sign_ins, pair, closed, client_for, officer):
    be_ready(pair.first, closed)
    token = two_officers.ready_now(closed, OPENS_AT).token
    client = pair.first if sign_ins == "the same sign-in" else client_for(officer)

    page = confirm(client, closed, approval=token)

    assert (page.status_code, opened(closed)) == (422, False)
    assert "because you asked for it: another person must" in page.text
    assert actions_about(closed.token)[-1] == (officer.token, "tender.approval_denied")


@pytest.mark.parametrize(
    ("after", "opens"),
    [
        (timedelta(0), True),
        (TOGETHER_WITHIN - MICROSECOND, True),
        (TOGETHER_WITHIN, False),
        (TOGETHER_WITHIN + MICROSECOND, False),
    ],
)
def test_the_second_has_a_quarter_of_an_hour_to_the_microsecond(after, opens, pair, closed, at):
    be_ready(pair.first, closed)
    token = two_officers.ready_now(closed, OPENS_AT).token
    at(OPENS_AT + after)

    page = confirm(pair.second, closed, approval=token)

    assert (page.status_code, opened(closed)) == (302 if opens else 422, opens)


def test_after_it_lapsed_one_can_be_ready_again(pair, closed, at):
    be_ready(pair.first, closed)
    at(OPENS_AT + TOGETHER_WITHIN)

    again = be_ready(pair.first, closed)
    sent = confirm(pair.second, closed)

    assert (again.status_code, sent.status_code, opened(closed)) == (302, 302, True)


def test_a_request_left_alone_lapses_by_the_clock(pair, closed, app, at):
    be_ready(pair.first, closed)
    handlers = {two_officers.LAPSE: two_officers.lapse}
    at(OPENS_AT + TOGETHER_WITHIN - MICROSECOND)
    run_due_jobs(handlers)
    early = db.session.scalars(select(Approval.state)).one()
    at(OPENS_AT + TOGETHER_WITHIN)
    run_due_jobs(handlers)

    assert (early, db.session.scalars(select(Approval.state)).one()) == ("waiting", "lapsed")
    assert actions_about(closed.token)[-1] == ("system", "tender.approval_lapsed")


def deactivated(person):
    db.session.execute(update(Person).where(Person.id == person.id).values(active=False))


def taken_out(person):
    db.session.execute(delete(Membership).where(Membership.person_id == person.id))


def made_evaluator(person):
    its = Membership.person_id == person.id
    db.session.execute(update(Membership).where(its).values(role=Role.EVALUATOR))


def left_with_another_tender(person):
    its = Membership.person_id == person.id
    db.session.execute(update(Membership).where(its).values(tender_id=4711))


@pytest.mark.parametrize("whose", ["first", "second"])
@pytest.mark.parametrize(
    "change", [deactivated, taken_out, made_evaluator, left_with_another_tender]
)
def test_who_lost_the_right_in_between_does_not_count(change, whose, pair, closed, officer, second):
    be_ready(pair.first, closed)
    token = two_officers.ready_now(closed, OPENS_AT).token
    with transaction():
        change(officer if whose == "first" else second)

    page = confirm(pair.second, closed, approval=token)

    assert opened(closed) is False
    assert page.status_code in {401, 403, 404, 422}


@pytest.mark.parametrize("how", ["expired", "signed out elsewhere", "idle"])
def test_a_sign_in_that_is_over_opens_nothing_and_loses_no_typing(how, pair, closed, second, at):
    be_ready(pair.first, closed)
    token = two_officers.ready_now(closed, OPENS_AT).token
    its = SignInSession.person_id == second.id
    with transaction():
        if how == "expired":
            db.session.execute(update(SignInSession).where(its).values(expires_at=OPENS_AT))
        elif how == "idle":
            long_ago = OPENS_AT - SESSION_LIMIT
            db.session.execute(update(SignInSession).where(its).values(last_seen_at=long_ago))
        else:
            db.session.execute(delete(SignInSession).where(its))

    page = confirm(pair.second, closed, approval=token, part="4711 TYPED")

    assert (page.status_code, opened(closed)) == (401, False)
    assert ("Nothing you typed is lost" in page.text, "TYPED" in page.text) == (True, False)


def test_the_form_sent_again_opens_nothing_twice(pair, closed, second):
    be_ready(pair.first, closed)
    token = two_officers.ready_now(closed, OPENS_AT).token
    confirm(pair.second, closed, approval=token)
    entries = actions_about(closed.token)

    again = confirm(pair.second, closed, approval=token)

    assert again.status_code == 409
    assert actions_about(closed.token) == entries


def test_a_form_of_an_earlier_request_opens_nothing(pair, closed):
    be_ready(pair.first, closed)
    token = two_officers.ready_now(closed, OPENS_AT).token
    pair.first.post(f"{address_of(closed)}/step-back", data={"approval": token})
    be_ready(pair.first, closed)

    page = confirm(pair.second, closed, approval=token)

    assert (page.status_code, opened(closed)) == (422, False)
    assert "because it was taken back" in page.text


def test_a_form_with_the_request_of_another_tender_is_a_404(pair, closed, officer, client_for, at):
    at(NOON)
    other = make_open_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    at(OPENS_AT)
    be_ready(pair.first, other)
    token = two_officers.ready_now(other, OPENS_AT).token

    page = confirm(pair.second, closed, approval=token)

    assert (page.status_code, opened(closed), opened(other)) == (404, False, False)


def test_two_who_press_ready_are_not_two_who_open(pair, closed):
    first, other = be_ready(pair.first, closed), be_ready(pair.second, closed)

    assert (first.status_code, other.status_code, opened(closed)) == (302, 422, False)
    assert "this waits for a second person already" in other.text
    assert token_on(other) == two_officers.ready_now(closed, OPENS_AT).token


def test_only_who_is_ready_can_step_back(pair, closed):
    be_ready(pair.first, closed)
    token = two_officers.ready_now(closed, OPENS_AT).token
    sent = {"approval": token}

    refused = pair.second.post(f"{address_of(closed)}/step-back", data=sent)
    stands = two_officers.ready_now(closed, OPENS_AT) is not None
    pair.first.post(f"{address_of(closed)}/step-back", data=sent)

    assert (refused.status_code, stands) == (409, True)
    assert two_officers.ready_now(closed, OPENS_AT) is None


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_wrong_password_is_an_error_at_its_field_and_recorded(
    which, pair, closed, officer, second
):
    if which == "second":
        be_ready(pair.first, closed)
    send = be_ready if which == "first" else confirm
    person = officer if which == "first" else second

    page = send(getattr(pair, which), closed, password="not my password")

    assert (page.status_code, opened(closed)) == (422, False)
    assert '<a href="#password">Enter the password of your account</a>' in page.text
    assert actions_about(person.token)[-1] == (person.token, "person.password_wrong")
    assert (two_officers.ready_now(closed, OPENS_AT) is None) is (which == "first")


def test_an_empty_password_is_asked_for(pair, closed):
    page = be_ready(pair.first, closed, password="")

    assert page.status_code == 422
    assert '<a href="#password">Enter the password of your account</a>' in page.text


def test_guessing_the_password_is_slowed_down_for_a_quarter_of_an_hour(pair, closed, at):
    for _ in range(MOST_WRONG):
        be_ready(pair.first, closed, password="not my password")

    right = be_ready(pair.first, closed)
    at(OPENS_AT + STRETCH)
    later = be_ready(pair.first, closed)

    assert "a wrong password was entered too often" in right.text
    assert (right.status_code, later.status_code) == (422, 302)


def test_nothing_is_opened_over_the_head_of_a_request_that_came_in_time(pair, closed):
    with UNDER_WAY.since(CLOSES_AT - MICROSECOND):
        too_soon = be_ready(pair.first, closed)
    be_ready(pair.first, closed)
    token = two_officers.ready_now(closed, OPENS_AT).token
    with UNDER_WAY.since(CLOSES_AT - MICROSECOND):
        refused = confirm(pair.second, closed, approval=token)
        while_storing = opened(closed)
    with UNDER_WAY.since(CLOSES_AT):
        sent = confirm(pair.second, closed, approval=token)

    assert (too_soon.status_code, refused.status_code, while_storing) == (422, 422, False)
    assert "still storing what came in before the closing time" in refused.text
    assert (sent.status_code, opened(closed)) == (302, True)


def test_a_request_that_never_ends_does_not_keep_the_bids_shut_for_ever(pair, closed, at):
    at(CLOSES_AT + WAITED_FOR)
    with UNDER_WAY.since(CLOSES_AT - MICROSECOND):
        be_ready(pair.first, closed)
        confirm(pair.second, closed)

    assert opened(closed) is True


def test_officers_of_other_authorities_are_refused_without_a_word_and_recorded(client_for, closed):
    stranger = make_person(Role.OFFICER, make_authority("Elsewhere"))

    page = be_ready(client_for(stranger), closed)

    assert page.status_code == 404
    # The page itself then records that somebody signed in asked for what he may not see.
    assert actions_about(stranger.token)[-2:] == [
        (stranger.token, "tender.opening_denied"),
        (stranger.token, "page.not_found"),
    ]


def test_before_the_minute_after_closing_is_over_there_is_no_form(pair, tender, at):
    at(CLOSES_AT)

    page = pair.first.get(address_of(tender))
    sent = be_ready(pair.first, tender)

    assert "The bids can be opened from 2 December 2026, 12:01pm (UK time) on" in page.text
    assert ("Your password" in page.text, sent.status_code) == (False, 409)


def test_the_page_of_opened_bids_leads_to_them(pair, closed):
    be_ready(pair.first, closed)
    confirm(pair.second, closed)

    assert pair.first.get(address_of(closed)).location == f"/evaluation/tenders/{closed.token}"


def test_the_opening_page_takes_few_statements(pair, closed, statements_counted):
    be_ready(pair.first, closed)
    with statements_counted() as statements:
        pair.second.get(address_of(closed))

    assert len(statements) <= 15
