"""Inviting by e-mail: one link, one use, one answer for every link that is over."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts import queries, service
from accounts.models import Invitation, Membership, Person
from accounts.rules.invitations import VALID_FOR
from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.errors import DomainError
from foundation.mail import Message
from tests.factories import PASSWORD, make_person, make_supplier, viewer_of

NEW = "new@example.test"
ACCOUNT = {"name": "Nora Quill", "password": "a long enough password"}


@pytest.fixture
def client(as_lead):
    return as_lead


@pytest.fixture
def stranger(app):
    """A browser in which nobody is signed in."""
    return app.test_client()


def members(company):
    rows = db.session.execute(
        select(Person.email, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == company.id)
    )
    return sorted(tuple(row) for row in rows)


@pytest.mark.both_databases
def test_somebody_new_makes_an_account_from_the_link_and_belongs_to_the_company(
    client, invite, links, stranger, company
):
    assert invite(NEW).location == "/team"
    assert NEW in client.get("/team").text
    (link,) = links(NEW)

    page = stranger.get(link).text
    joined = stranger.post(link, data=ACCOUNT)

    assert "Join Larkfield Sensors" in page
    assert "You are invited as contributor" in page
    assert 'autocomplete="new-password"' in page
    assert joined.location == "/"
    assert "Nora Quill" in stranger.get("/team").text
    assert members(company) == [("mara@example.test", Role.BID_LEAD), (NEW, Role.CONTRIBUTOR)]
    assert NEW not in client.get("/team").text.split("Invited and not here yet")[1]


def test_the_mail_says_who_invites_for_what_and_until_when(invite):
    invite(NEW)

    message = db.session.scalars(select(Message)).one()
    expires = db.session.scalars(select(Invitation.expires_at)).one()
    assert message.recipient == NEW
    assert message.subject == "Mara Voss invites you to work for Larkfield Sensors"
    assert "as contributor.\n\nContributor: answers questions" in message.text
    assert clock.show_moment(expires) in message.text


def test_the_secret_of_the_link_stands_in_no_row_but_the_mail(invite, links):
    invite(NEW)
    secret = links(NEW)[0].removeprefix("/invitations/")

    kept = db.session.scalars(select(Invitation)).one()
    entries = db.session.scalars(select(AuditEntry.details)).all()
    assert len(secret) == 43
    assert secret not in (kept.secret_hash, kept.token)
    assert not any(secret in entry for entry in entries)


def test_several_are_invited_at_once_each_with_a_link_of_his_own(client, invite, links):
    sent = invite("one@example.test", "", "Two@example.test")

    assert "2 invitations sent" in client.get(sent.location).text
    assert links("one@example.test") != links("two@example.test")


def test_a_wrong_line_is_named_and_nobody_is_invited(client, invite, lead):
    refused = invite("one@example.test", "nonsense", lead.email, role=Role.BID_LEAD)

    assert refused.status_code == 422
    assert "Line 2: enter an email address like name@company.co.uk" in refused.text
    assert "Line 3: mara@example.test belongs to the team with this role already" in refused.text
    assert "Nobody is invited yet" in refused.text
    assert "one@example.test\nnonsense" in refused.text
    assert db.session.scalars(select(Invitation)).all() == []
    assert db.session.scalars(select(Message)).all() == []


def test_an_address_is_invited_once_for_the_same_work(invite):
    invite(NEW)

    refused = invite(NEW.upper())

    assert refused.status_code == 422
    assert f"Line 1: {NEW} is invited already" in refused.text


@pytest.mark.parametrize("role", ["", "officer", "king", ["", "king"], ["", "bid_lead"]])
def test_only_a_role_of_the_company_s_kind_can_be_offered(invite, role):
    assert invite(NEW, role=role).status_code == 422


def test_a_service_refuses_a_role_of_another_kind_too(lead):
    with pytest.raises(DomainError, match="Select a role that people of your organisation"):
        service.invite(NEW, Role.OFFICER, by=viewer_of(lead))


def test_inviting_an_address_with_an_account_looks_the_same(client, invite):
    make_person(Role.BID_LEAD, make_supplier("Oakmere Data"), email="known@example.test")

    pages = []
    for address in ("known@example.test", "nobody@example.test"):
        page = client.get(invite(address).location).text
        pages.append(page.replace(address, "…"))
    texts = [message.text.split("\n\n")[:2] for message in db.session.scalars(select(Message))]

    assert pages[0].count("…") > 0
    assert texts[0] == texts[1]
    assert "1 invitation sent" in pages[0]
    assert "1 invitation sent" in pages[1]


def words(page):
    return page.status_code, page.text.split("<h1")[1].split("</main>")[0]


def test_every_link_that_is_over_gets_one_and_the_same_answer(
    client, invite, links, stranger, app, at
):
    used, withdrawn, replaced, late = (f"{name}@example.test" for name in "abcd")
    invite(used, withdrawn, replaced, late)
    tokens = dict(db.session.execute(select(Invitation.email, Invitation.token)).all())
    app.test_client().post(links(used)[0], data=ACCOUNT)
    client.post(f"/team/invitations/{tokens[withdrawn]}/withdraw")
    at(clock.now() + timedelta(minutes=2))
    client.post(f"/team/invitations/{tokens[replaced]}/send-again")
    assert stranger.get(links(replaced)[1]).status_code == 200

    answers = [words(stranger.get(links(address)[0])) for address in (used, withdrawn, replaced)]
    answers.append(words(stranger.post(links(withdrawn)[0], data=ACCOUNT)))
    at(clock.now() + VALID_FOR)
    answers.append(words(stranger.get(links(late)[0])))
    answers.append(words(stranger.get("/invitations/never-was")))

    assert set(answers) == {answers[0]}
    assert answers[0][0] == 404
    assert "Ask the person who invited you to send it again" in answers[0][1]


def test_a_button_pressed_twice_does_not_kill_the_link_just_sent(
    client, invite, links, stranger, at
):
    invite(NEW)
    token = db.session.scalars(select(Invitation.token)).one()

    refused = client.post(f"/team/invitations/{token}/send-again")

    assert refused.status_code == 409
    assert "it was sent less than a minute ago" in refused.text
    (link,) = links(NEW)
    assert stranger.get(link).status_code == 200


def test_a_link_works_until_fourteen_days_are_over(invite, links, stranger, at):
    invite(NEW)
    expires = db.session.scalars(select(Invitation.expires_at)).one()

    at(expires - timedelta(seconds=1))
    assert stranger.get(links(NEW)[0]).status_code == 200
    at(expires)
    assert stranger.post(links(NEW)[0], data=ACCOUNT).status_code == 404


def test_an_invitation_past_its_time_is_shown_as_such_and_can_be_sent_again(
    client_for, lead, invite, links, stranger, at
):
    invite(NEW)
    token = db.session.scalars(select(Invitation.token)).one()
    at(clock.now() + VALID_FOR)
    client = client_for(lead)
    assert "The link ended on" in client.get("/team").text

    client.post(f"/team/invitations/{token}/send-again")

    assert "The link works until" in client.get("/team").text
    assert stranger.get(links(NEW)[1]).status_code == 200


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"name": " "}, "Enter your full name"),
        ({"name": "x" * 101}, "Enter 100 characters or fewer"),
        ({"password": "eleven char"}, "Enter a password of 12 to 1,024 characters"),
        ({"password": "x" * 1025}, "Enter a password of 12 to 1,024 characters"),
        ({"password": ""}, "Enter a password"),
    ],
    ids=["no name", "endless name", "short", "long", "none"],
)
def test_what_will_not_do_is_refused_and_the_link_still_works(
    invite, links, stranger, company, sent, message
):
    invite(NEW)
    (link,) = links(NEW)

    refused = stranger.post(link, data=ACCOUNT | sent)

    assert refused.status_code == 422
    assert message in refused.text
    assert len(members(company)) == 1
    assert stranger.post(link, data=ACCOUNT).location == "/"


@pytest.mark.parametrize("length", [12, 1024])
def test_passwords_are_taken_whole(invite, links, stranger, app, length):
    password = "".join(f"pä {number} " for number in range(300))
    invite(NEW)
    stranger.post(links(NEW)[0], data=ACCOUNT | {"password": password[:length]})

    def sign_in(password):
        client = app.test_client()
        return client.post("/sign-in", data={"email": NEW, "password": password}).status_code

    assert sign_in(password[:length]) == 302
    assert sign_in(password[: length - 1]) == 200


def test_who_has_an_account_joins_by_its_password_and_works_for_both(
    invite, links, stranger, company
):
    other = make_supplier("Oakmere Data")
    make_person(Role.BID_LEAD, other, email=NEW, name="Una Fell")
    invite(NEW)
    (link,) = links(NEW)
    page = stranger.get(link).text
    assert "You have an account already" in page
    assert 'autocomplete="current-password"' in page

    refused = stranger.post(link, data={"password": "not the password"})
    assert refused.status_code == 422
    assert "Enter the password of your account" in refused.text
    assert len(members(company)) == 1

    assert stranger.post(link, data={"password": PASSWORD}).location == "/"
    assert "People of Larkfield Sensors" in stranger.get("/team").text
    assert "Work for Oakmere Data" in stranger.get("/organisations").text


def test_who_was_taken_out_of_the_only_company_can_be_invited_back(
    client, invite, links, stranger, company
):
    person = make_person(Role.CONTRIBUTOR, company, email=NEW)
    client.post(f"/team/{person.token}/take-out")
    sign_in = {"email": NEW, "password": PASSWORD}
    assert stranger.post("/sign-in", data=sign_in).status_code == 200

    invite(NEW)
    stranger.post(links(NEW)[0], data={"password": PASSWORD})

    assert stranger.get("/team").status_code == 200


def test_a_link_to_somebody_taken_out_no_longer_works(client, invite, links, stranger, company):
    person = make_person(Role.CONTRIBUTOR, company, email=NEW)
    sent_by_him = "friend@example.test"
    service.set_roles(
        person.token, {Role.BID_LEAD}, by=viewer_of(db.session.get(Person, lead_of(company)))
    )
    service.invite(sent_by_him, Role.CONTRIBUTOR, by=viewer_of(person))
    invite(NEW, role=Role.CERTIFIER)

    client.post(f"/team/{person.token}/take-out")

    assert stranger.get(links(NEW)[0]).status_code == 404
    assert stranger.get(links(sent_by_him)[0]).status_code == 404


def lead_of(company):
    return db.session.scalars(
        select(Membership.person_id).where(
            Membership.organisation_id == company.id, Membership.role == Role.BID_LEAD
        )
    ).first()


def test_who_is_signed_in_joins_with_one_button(client_for, invite, links, company):
    person = make_person(Role.BID_LEAD, make_supplier("Oakmere Data"), email=NEW)
    invite(NEW)
    (link,) = links(NEW)
    theirs = client_for(person)
    assert 'name="password"' not in theirs.get(link).text

    assert theirs.post(link).location == "/"

    assert "People of Larkfield Sensors" in theirs.get("/team").text
    assert (NEW, Role.CONTRIBUTOR) in members(company)


def test_nobody_joins_with_the_account_of_another_address(client_for, invite, links, company):
    invite(NEW)
    other = make_person(Role.BID_LEAD, make_supplier("Oakmere Data"), email="other@example.test")
    theirs = client_for(other)

    page = theirs.get(links(NEW)[0]).text
    theirs.post(links(NEW)[0])

    assert "Sign out and open the link again" in page
    assert len(members(company)) == 1


def test_invitations_of_another_company_are_not_found(client_for, invite):
    invite(NEW)
    token = db.session.scalars(select(Invitation.token)).one()
    theirs = client_for(make_person(Role.BID_LEAD, make_supplier("Oakmere Data")))

    for what in ("send-again", "withdraw"):
        assert theirs.post(f"/team/invitations/{token}/{what}").status_code == 404
    assert db.session.scalars(select(Invitation.withdrawn_at)).all() == [None]


def test_only_so_many_invitations_can_be_open(monkeypatch, invite):
    monkeypatch.setattr("accounts.service.invitations.MOST_PENDING", 2)
    invite("one@example.test", "two@example.test")

    refused = invite("three@example.test")

    assert refused.status_code == 422
    assert "You cannot have more than 2 invitations open" in refused.text


@pytest.mark.both_databases
def test_a_link_used_twice_in_the_same_moment_makes_one_account_and_one_membership(
    app, company, invite, links
):
    invite(NEW)
    secret = links(NEW)[0].removeprefix("/invitations/")
    begin = threading.Barrier(4)
    outcomes = []

    def accept(number):
        with app.app_context():
            begin.wait()
            try:
                service.accept_as_new(secret, f"Nora {number}", ACCOUNT["password"])
            except service.InvitationOver:
                outcomes.append("over")
            else:
                outcomes.append("joined")
            db.session.remove()

    db.session.commit()
    threads = [threading.Thread(target=accept, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["joined", "over", "over", "over"]
    assert len(members(company)) == 2
    assert db.session.scalar(select(func.count()).where(Person.email == NEW)) == 1


@pytest.mark.both_databases
def test_a_role_held_meanwhile_is_not_held_twice(app, lead, company, invite, links):
    invite(NEW)
    person = make_person(Role.CONTRIBUTOR, company, email=NEW)

    service.accept_with_password(links(NEW)[0].removeprefix("/invitations/"), PASSWORD)

    held = queries.member_of(viewer_of(lead), person.token)
    assert held.roles == {Role.CONTRIBUTOR}
    assert len(members(company)) == 2
