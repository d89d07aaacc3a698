"""Signing in with an authority's own provider: set up, tried, switched on, used, and left."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pyotp
import pytest
from sqlalchemy import delete, func, select

from accounts import queries, service
from accounts.again import LASTS
from accounts.models import Membership, Person, ProviderIdentity, SignInProvider, SignInSession
from accounts.rules.roles import Role
from accounts.service import code_setup
from accounts.service.providers import known_provider
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from tests.factories import PASSWORD, make_authority
from tests.pages.accounts.conftest import NOON, mail_of, there_and_back
from tests.provider import SECRET


def actions():
    return db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


def sessions_of(person):
    return db.session.execute(
        select(SignInSession.proven_by, SignInSession.provider_id).where(
            SignInSession.person_id == person.id
        )
    ).all()


def told(person):
    return db.session.scalars(
        select(Message.subject).where(Message.recipient == person.email).order_by(Message.id)
    ).all()


@pytest.mark.both_databases
def test_from_settings_to_a_sign_in(
    app, client, client_for, administrator, officer, provider, settings_of, known_as, authority
):
    boss, elsewhere = client_for(administrator), client_for(officer)
    assert "return" not in client.get("/sign-in").text
    # What is typed is looked at before it is kept, and the secret is never shown again.
    wrong = boss.post("/team/sign-in", data={**settings_of, "issuer": provider.issuer + "/"})
    assert (wrong.status_code, "calls itself by another issuer" in wrong.text) == (422, True)
    assert boss.post("/team/sign-in", data=settings_of).status_code == 302
    page = boss.get("/team/sign-in").text
    assert (html.escape(provider.issuer) in page, html.escape(SECRET) in page) == (True, False)
    row = db.session.scalars(select(SignInProvider)).one()
    assert SECRET.encode() not in row.sealed_secret
    assert known_provider(row).secret == SECRET

    # Nobody can use it before it was tried.
    assert boss.post("/team/sign-in/on").status_code == 422
    assert client.get(f"/sign-in/with/{authority.token}").status_code == 404
    known_as(officer)
    not_me = there_and_back(boss, provider, "/team/sign-in/try")
    assert (not_me.status_code, "It says that you are ada@" in not_me.text) == (422, True)
    known_as(administrator)
    assert there_and_back(boss, provider, "/team/sign-in/try").location == "/team/sign-in"
    assert "ada@" not in boss.get("/team/sign-in").text
    assert boss.post("/team/sign-in/on").status_code == 302

    # Whoever signed in with a password is out; all were told.
    assert [one.get("/account").status_code for one in (boss, elsewhere)] == [302, 302]
    assert told(officer) == ["Hollowmere Council signs in with your Hollowmere account"]
    assert f"/sign-in/with/{authority.token}?next=/account" in client.get(
        "/sign-in?next=/account"
    ).text.replace("%2F", "/")
    known_as(officer, amr=["pwd", "mfa"])
    link = f"/sign-in/with/{authority.token}?next=/account"
    assert there_and_back(client, provider, link).location == "/account"
    assert "change it there" in client.get("/account").text
    assert sessions_of(officer) == [("provider", row.id)]
    assert told(officer)[-1] == "You now sign in with your Hollowmere account"
    known_as(officer, email="renamed@elsewhere.example", email_verified=False)
    assert there_and_back(app.test_client(), provider, link).location == "/account"

    # Out is out, and what was signed in cannot be replayed.
    assert client.post("/sign-out").status_code == 302
    assert client.get("/account").status_code == 302
    assert {"provider.set_up", "provider.tried", "provider.switched_on", "person.linked"} <= set(
        actions()
    )


def test_a_password_no_longer_counts_until_whoever_runs_the_service_says_so(
    app, client, officer, administrator, switched_on
):
    data = {"email": officer.email, "password": PASSWORD}
    closed = client.post("/sign-in", data=data)
    assert (closed.status_code, "passwords no longer count there" in closed.text) == (200, True)
    wrong = client.post("/sign-in", data={**data, "password": "not this one"})
    assert "no longer count" not in wrong.text
    assert sessions_of(officer) == []

    db.session.rollback()
    done = app.test_cli_runner().invoke(args=["people", "allow-passwords", "Hollowmere Council"])
    assert (done.exit_code, "Passwords count again" in done.output) == (0, True)
    assert client.post("/sign-in", data=data).status_code == 302
    assert client.get("/account").status_code == 200
    assert told(administrator)[-1] == "How people of Hollowmere Council sign in was changed"
    db.session.rollback()
    again = app.test_cli_runner().invoke(args=["people", "allow-passwords", "Hollowmere Council"])
    assert (again.exit_code, "already" in again.output) == (1, True)


def test_a_provider_speaks_for_its_own_authority_alone(
    app, client, client_for, officer, authority, signs_in
):
    """Whoever controls one authority's provider must not become somebody at another."""
    other = make_authority("Elsewhere Council")
    service.add_membership(officer, other, Role.OFFICER, actor="test")
    assert signs_in(client, officer).status_code == 302
    refused = client.post(f"/organisations/{other.token}")
    assert refused.location == "/organisations"
    assert "sign in with your password" in client.get("/organisations").text
    session = db.session.scalars(
        select(SignInSession).where(SignInSession.person_id == officer.id)
    ).one()
    with transaction():
        session.organisation_id = other.id
    assert client.get("/account").status_code == 302

    # And a password signs in where it still counts, and nowhere else.
    by_password = app.test_client()
    by_password.post("/sign-in", data={"email": officer.email, "password": PASSWORD})
    assert "Elsewhere Council" in by_password.get("/organisations").text
    by_password.post(f"/organisations/{authority.token}")
    page = by_password.get("/organisations").text
    assert "sign in with your Hollowmere account" in page
    assert db.session.scalars(
        select(SignInSession.organisation_id).where(SignInSession.provider_id.is_(None))
    ).all() == [other.id]


def test_leavers_are_out_at_the_next_request_and_stay_out(client, officer, signs_in):
    signs_in(client, officer)
    with transaction():
        officer.active = False
    assert client.get("/account").status_code == 302
    assert "You do not belong to Hollowmere Council" in signs_in(client, officer).text
    with transaction():
        officer.active = True
        db.session.execute(delete(Membership).where(Membership.person_id == officer.id))
    assert signs_in(client, officer).status_code == 422
    assert client.get("/account").status_code == 302


def test_who_has_no_account_gets_none_and_an_invitation_is_accepted_by_the_provider(
    app, client, administrator, signs_in, provider, known_as
):
    boss = app.test_client()
    newcomer = Person(name="Ben  Okoro", email=mail_of("ben"))
    before = db.session.scalar(select(func.count(Person.id)))
    assert signs_in(client, newcomer).status_code == 422
    assert db.session.scalar(select(func.count(Person.id))) == before

    signs_in(boss, administrator)
    boss.post("/team/invite", data={"emails": newcomer.email, "role": Role.OFFICER.value})
    text = db.session.scalars(select(Message.text).where(Message.recipient == newcomer.email)).one()
    link = re.search(r"(/invitations/\S+)", text)[1]
    page = client.get(link).text
    assert ("Join with your Hollowmere account" in page, 'name="password"' in page) == (True, False)
    typed = client.post(link, data={"name": "Ben", "password": "three words together"})
    assert (typed.status_code, client.get("/account").status_code) == (200, 302)
    known_as(administrator)
    mistaken = there_and_back(client, provider, f"{link}/with-provider")
    assert "The invitation was sent to ben@" in mistaken.text
    known_as(newcomer)
    assert there_and_back(client, provider, f"{link}/with-provider").status_code == 302

    ben = queries.person_by_email(newcomer.email)
    assert (ben.name, ben.password_hash) == ("Ben Okoro", "")
    assert client.get("/account").status_code == 200
    assert there_and_back_fails(client, f"{link}/with-provider")


def there_and_back_fails(client, link):
    return client.get(link).status_code == 404


def test_its_second_factor_counts_only_where_the_setting_says_so(
    app, client_for, officer, authority, signs_in, at
):
    viewer = viewer_of_another(officer)
    code_setup.begin_codes(viewer)
    phone = pyotp.TOTP(code_setup.to_scan(viewer).secret.replace(" ", ""))
    code_setup.confirm_codes(viewer, phone.at(NOON))
    at(NOON + timedelta(minutes=1))
    client = app.test_client()
    asked = signs_in(client, officer, "/account", amr=["pwd"])
    assert (asked.status_code, "Enter a one-time code" in asked.text) == (200, True)
    assert client.get("/account").status_code == 302
    code = phone.at(NOON + timedelta(minutes=1))
    done = client.post("/sign-in/code", data={"one_time_code": code, "next": "/account"})
    assert (done.location, client.get("/account").status_code) == ("/account", 200)
    assert signs_in(app.test_client(), officer, "/account", acr="mfa").location == "/account"
    assert [how for how, _ in sessions_of(officer)] == ["provider and code", "provider"]


def viewer_of_another(officer):
    """The person as he works for another authority, where passwords count."""
    other = make_authority("Elsewhere Council")
    service.add_membership(officer, other, Role.OFFICER, actor="test")
    token = service.start_session(officer, other)
    viewer = queries.viewer_for(token, at=NOON)
    with transaction():
        db.session.execute(delete(SignInSession))
        db.session.execute(
            delete(Membership).where(
                Membership.person_id == officer.id, Membership.organisation_id == other.id
            )
        )
    return viewer


def test_where_codes_are_required_a_provider_alone_is_not_enough(app, officer, signs_in):
    app.extensions["settings"] = app.extensions["settings"].__class__(
        **{**vars(app.extensions["settings"]), "codes": "required"}
    )
    alone, strong = app.test_client(), app.test_client()
    signs_in(alone, officer, amr=["pwd"])
    assert alone.get("/account").location == "/account/codes?next=/account"
    signs_in(strong, officer, amr=["mfa"])
    assert strong.get("/account").status_code == 200


@pytest.fixture
def asked_again(app):
    """A proof lasts as long as outside of the tests."""
    app.extensions.pop(LASTS)


def kept_on(page):
    return html.unescape(re.search(r'name="kept" type="hidden" value="([^"]+)"', page.text)[1])


def left_for(page):
    return html.unescape(re.search(r'href="(http://127[^"]+/authorize[^"]+)"', page.text)[1])


def test_whoever_signed_in_by_it_proves_himself_by_signing_in_anew(
    client, officer, administrator, signs_in, provider, known_as, at, asked_again
):
    signs_in(client, officer)
    later = at(NOON + timedelta(minutes=20))
    asked = client.post("/account/email", data={"email": "new@hollowmere.example"})
    assert (asked.status_code, 'name="password"' in asked.text) == (401, False)
    assert client.post("/prove-again", data={"password": PASSWORD}).status_code == 422
    leaving = client.post("/prove-again/with-provider", data={"kept": kept_on(asked)})

    # Still signed in there for hours, or as somebody else, is no proof.
    for claims in ({"auth_time": int(NOON.timestamp())}, {"auth_time": None}):
        known_as(officer, **claims)
        back = client.get(provider.leaves_to(left_for(leaving)))
        assert (back.status_code, "did not ask you to sign in anew" in back.text) == (422, True)
        assert "new@hollowmere.example" in back.text
        leaving = client.post("/prove-again/with-provider", data={"kept": kept_on(back)})
    known_as(administrator)
    back = client.get(provider.leaves_to(left_for(leaving)))
    assert "somebody else than who is signed in here" in back.text
    assert client.get("/account/email").status_code == 302

    leaving = client.post("/prove-again/with-provider", data={"kept": kept_on(back)})
    known_as(officer)
    proven = client.get(provider.leaves_to(left_for(leaving)))
    assert ('action="/account/email"' in proven.text, later) == (True, later)
    assert client.post("/account/email", data={"email": "new@hollowmere.example"}).location == (
        "/account"
    )


def test_whom_the_provider_refuses_when_asked_anew_is_signed_out(
    client, officer, signs_in, provider, at, asked_again
):
    signs_in(client, officer)
    at(NOON + timedelta(minutes=20))
    asked = client.post("/account/email", data={"email": "new@hollowmere.example"})
    leaving = client.post("/prove-again/with-provider", data={"kept": kept_on(asked)})
    there = urlsplit(left_for(leaving))
    state = parse_qs(there.query)["state"][0]
    back_at = urlsplit(parse_qs(there.query)["redirect_uri"][0]).path
    # A state that nobody left with ends nothing.
    client.get(f"{back_at}?error=access_denied&state={'A' * len(state)}")
    assert client.get("/account").status_code == 200

    answer = {"error": "access_denied", "state": state, "iss": provider.issuer}
    back = client.get(f"{back_at}?{urlencode(answer)}")

    assert (back.status_code, "You are not signed in" in back.text) == (422, True)
    assert "new@hollowmere.example" in back.text
    assert (client.get("/account").status_code, sessions_of(officer)) == (302, [])


def test_signing_in_again_without_being_asked_there_is_no_proof(
    app, officer, signs_in, at, asked_again
):
    """A provider lets whoever sits at the screen in again for hours, as if it were he."""
    first, second = app.test_client(), app.test_client()
    signs_in(first, officer)
    assert first.get("/account/email").status_code == 200
    at(NOON + timedelta(minutes=20))
    signs_in(second, officer)
    assert second.get("/account").status_code == 200
    assert second.get("/account/email").location == "/prove-again?next=/account/email"


def test_a_form_typed_before_waits_until_the_person_is_back(
    app, client, officer, authority, signs_in, provider, known_as
):
    signs_in(client, officer)
    with transaction():
        db.session.execute(delete(SignInSession))
    asked = client.post("/account/email", data={"email": "kept@hollowmere.example"})
    assert (asked.status_code, "your Hollowmere account" in asked.text) == (401, True)
    data = {"kept": kept_on(asked), "next": ""}
    leaving = client.post(f"/sign-in/with/{authority.token}", data=data)
    assert leaving.status_code == 200
    stored = db.session.connection().exec_driver_sql("SELECT * FROM waiting_form").all()
    assert b"kept@" not in repr(stored).encode()
    back = client.get(provider.leaves_to(left_for(leaving)))

    assert 'action="/account/email"' in back.text
    assert "kept@hollowmere.example" in back.text


def test_another_issuer_or_client_knows_nobody_and_needs_the_secret(
    app, officer, administrator, settings_of, provider, signs_in, known_as
):
    client, boss = app.test_client(), app.test_client()
    signs_in(client, officer)
    signs_in(boss, administrator)
    other = {**settings_of, "client_id": "another"}
    refused = boss.post("/team/sign-in", data={**other, "client_secret": ""})
    assert (refused.status_code, "Enter the client secret" in refused.text) == (422, True)
    assert boss.post("/team/sign-in", data=settings_of).status_code == 302
    assert [one.get("/account").status_code for one in (client, boss)] == [200, 200]
    assert db.session.scalars(select(SignInProvider.required)).one() is False

    boss.post("/team/sign-in", data=other)
    assert [one.get("/account").status_code for one in (client, boss)] == [302, 302]
    assert db.session.scalar(select(func.count(ProviderIdentity.id))) == 0


def test_only_an_authoritys_administrator_sees_and_changes_it(client_for, lead, officer):
    assert client_for(officer).get("/team/sign-in").status_code == 403
    for method, page in (("get", ""), ("get", "/try"), ("post", "/on"), ("post", "/remove")):
        answer = getattr(client_for(lead), method)(f"/team/sign-in{page}")
        assert answer.status_code == 404
