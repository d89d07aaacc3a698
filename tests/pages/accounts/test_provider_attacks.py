"""What an attacker may send in place of a provider's answer; nobody is signed in by any of it."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select, update

from accounts import service
from accounts.models import ProviderIdentity, SignInSession
from accounts.rules.roles import Role
from accounts.service import provider_web
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.settings_read import sign_in_hosts
from tests.factories import make_authority, make_person
from tests.pages.accounts.conftest import NOON, mail_of, there_and_back
from tests.provider import KEY
from tests.spoiled_tokens import SIGNED, SPOILED


@pytest.fixture
def tries(app, authority, officer, signs_in, provider):
    """Sign somebody in with a new browser; return the status and whether it is signed in."""

    def sign_in(person=officer, **claims):
        client = app.test_client()
        answer = signs_in(client, person, **claims)
        assert "code=" not in answer.text
        return answer.status_code, client.get("/account").status_code == 200

    return sign_in


def test_no_token_counts_but_the_providers_own_for_us_for_this_visit_and_for_now(tries, provider):
    """One of each kind through the pages; tests/rules/accounts/test_provider_tokens.py has all."""
    came_in = []
    for name in ("another nonce", "another issuer", "for another", "expired"):
        provider.spoil = SPOILED[name]
        if tries() != (422, False):
            came_in.append(name)
    provider.spoil = lambda claims: None
    for name in ("by nobody", "with the public key", "by another key of the same name"):
        provider.sign = SIGNED[name]
        if tries() != (422, False):
            came_in.append(name)
    provider.sign = provider.signed

    assert came_in == []
    assert tries() == (302, True)
    refused = select(AuditEntry).where(AuditEntry.action == "sign_in.provider_refused")
    assert len(db.session.scalars(refused).all()) == 7


def test_a_new_key_is_looked_for_once_it_is_published(tries, provider, at):
    new = RSAKey.generate_key(2048, {"kid": "2027-01", "use": "sig"})
    assert tries() == (302, True)
    provider.key, provider.published = new, [KEY, new]
    assert tries() == (422, False)
    provider.asked.clear()
    assert tries() == (422, False)
    assert "keys" not in provider.asked

    at(NOON + timedelta(seconds=31))
    assert tries() == (302, True)
    # A key that signs by another name of the same kind, or is meant for something else.
    provider.published = [RSAKey.import_key(new.as_dict(), {"kid": "2027-01", "use": "enc"})]
    at(NOON + timedelta(minutes=11))
    assert tries() == (422, False)


def test_an_answer_counts_in_the_browser_that_left_once_and_in_time(
    app, client, client_for, authority, officer, provider, switched_on, known_as, at
):
    known_as(officer)
    link = f"/sign-in/with/{authority.token}"
    stranger = app.test_client()
    back = provider.leaves_to(client.get(link).location)
    parts = urlsplit(back)
    said = {name: one[0] for name, one in parse_qs(parts.query).items()}

    def ask(browser, path=parts.path, **other):
        left = {name: value for name, value in {**said, **other}.items() if value is not None}
        return browser.get(f"{path}?{urlencode(left)}").status_code

    # From elsewhere, with another state, at the address of another authority, by another issuer.
    other = make_authority("Elsewhere Council")
    boss = make_person(Role.ADMINISTRATOR, other, email="eve@elsewhere.example")
    settings = {"name": "theirs", "issuer": provider.issuer, "client_id": "assurance"}
    settings |= {"client_secret": "theirs", "domains": "elsewhere.example", "second_factor": ""}
    assert client_for(boss).post("/team/sign-in", data=settings).status_code == 302
    assert ask(stranger) == 400
    assert ask(client, state="A" * 43) == 400
    assert ask(client, state="short") == 400
    assert ask(client, state=None) == 400
    assert ask(client, f"/sign-in/back/{other.token}") == 400
    cookies = {name: one for name, one in saved(client).items() if "visit" in name}
    assert len(cookies) == 1
    for wrong in ({"iss": provider.issuer + "x"}, {"iss": None}, {"code": None}, {"error": "x"}):
        restore(client, cookies)
        assert ask(client, **wrong) == 422
    restore(client, cookies)
    at(NOON + timedelta(minutes=30))
    assert ask(client) == 422
    at(NOON)
    restore(client, {name: one[:-3] + "AAA" for name, one in cookies.items()})
    assert ask(client) == 400
    assert signed_in_as(officer) == []

    restore(client, cookies)
    assert ask(client) == 302
    assert ask(client) == 400
    # Even with the cookie kept: the provider takes a code once.
    restore(client, cookies)
    assert ask(client) == 422
    assert len(signed_in_as(officer)) == 1


def saved(client):
    return {name: one.value for (_, _, name), one in client._cookies.items()}


def restore(client, cookies):
    for name, value in cookies.items():
        client.set_cookie(name, value)


def signed_in_as(person):
    return db.session.scalars(
        select(SignInSession.id).where(SignInSession.person_id == person.id)
    ).all()


def test_only_a_confirmed_address_of_the_authority_s_own_links_somebody(
    tries, authority, officer, known_as
):
    for claims in (
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": None},
        {"email": ["ada@hollowmere.example"]},
        {"email": "ada@hollowmere.example.evil.example"},
        {"email": "ada@evilhollowmere.example"},
        {"email": "ada@hollowmere.example@evil.example"},
        {"email": "ada@evil.example, ada@hollowmere.example"},
        {"email": "nobody@hollowmere.example"},
    ):
        assert tries(**claims) == (422, False), claims
    assert (
        db.session.scalars(
            select(ProviderIdentity.id).where(ProviderIdentity.person_id == officer.id)
        ).all()
        == []
    )
    assert tries(xms_edov=True, email_verified=None) == (302, True)

    # The address of a leaver, given to somebody else at the council, opens nothing of before.
    assert tries(sub="somebody new with the old address") == (422, False)


def test_a_colleague_with_another_account_there_is_linked_anew_by_an_administrator(
    app, client_for, administrator, officer, tries, signs_in
):
    assert tries() == (302, True)
    assert tries(sub="made anew") == (422, False)
    boss = app.test_client()
    signs_in(boss, administrator)
    assert "Link Ada Ferrer anew" in boss.get(f"/team/{officer.token}").text
    assert boss.post(f"/team/{officer.token}/sign-in-link/forget").status_code == 302

    assert tries(sub="made anew") == (302, True)
    assert tries() == (422, False)


def test_the_subject_of_one_authority_is_nobody_at_another(
    client, client_for, officer, provider, tries, settings_of, known_as, signs_in
):
    """Also where both ask the very same provider."""
    assert tries() == (302, True)
    other = make_authority("Elsewhere Council")
    boss = make_person(Role.ADMINISTRATOR, other, email=mail_of("eve"))
    browser = client_for(boss)
    browser.post("/team/sign-in", data=settings_of)
    known_as(boss)
    there_and_back(browser, provider, "/team/sign-in/try")
    assert browser.post("/team/sign-in/on").status_code == 302
    known_as(officer)
    refused = there_and_back(client, provider, f"/sign-in/with/{other.token}")

    assert "You do not belong to Elsewhere Council" in refused.text
    assert client.get("/account").status_code == 302

    # Nor does a sign-in for one act for the other, to which the same person belongs.
    service.add_membership(officer, other, Role.OFFICER, actor="test")
    signs_in(client, officer)
    assert client.post(f"/organisations/{other.token}").location == "/organisations"
    assert client.get("/account").status_code == 200
    with transaction():
        db.session.execute(
            update(SignInSession)
            .where(SignInSession.person_id == officer.id)
            .values(organisation_id=other.id)
        )
    assert client.get("/account").status_code == 302


def test_a_sign_in_leads_nowhere_else(app, officer, signs_in):
    for wanted in ("//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"):
        assert signs_in(app.test_client(), officer, wanted).location == "/", wanted


def test_a_change_meanwhile_ends_a_visit(app, client, officer, authority, provider, switched_on):
    provider.person = {"sub": "subject", "email": officer.email, "email_verified": True}
    left = client.get(f"/sign-in/with/{authority.token}")
    with transaction():
        row = db.session.scalars(select(ProviderIdentity)).one().provider
        row.client_id = "another"
    assert client.get(provider.leaves_to(left.location)).status_code == 422


def send_elsewhere(handler):
    handler.send_response(302)
    handler.send_header("Location", "/tenant/keys")
    handler.end_headers()


def send_too_much(handler):
    handler.say(b'{"issuer": "' + b"x" * (300 * 1024) + b'"}')


def send_drop_by_drop(handler):
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        for _ in range(200):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.02)


BAD_ANSWERS = {
    "another place": send_elsewhere,
    "too much": send_too_much,
    "drop by drop": send_drop_by_drop,
    "no words": lambda handler: handler.say(b"\xff\xfe{"),
    "a list": lambda handler: handler.say([]),
    "very deep": lambda handler: handler.say(b"[" * 100_000),
    "an error": lambda handler: handler.send_error(500),
    "nothing": lambda handler: None,
}


def test_an_answer_out_of_bounds_is_no_answer(
    client_for, administrator, provider, settings_of, monkeypatch, at
):
    monkeypatch.setattr(provider_web, "LONGEST_WAIT", 0.5)
    boss = client_for(administrator)
    for name, send in BAD_ANSWERS.items():
        provider.answers = {".well-known/openid-configuration": send}
        answer = boss.post("/team/sign-in", data=settings_of)
        assert (answer.status_code, "It does not answer as it should" in answer.text) == (
            422,
            True,
        ), name
        assert "your Hollowmere account" in answer.text
    provider.answers = {}
    for more in (
        {"token_endpoint": "https://evil.example/token"},
        {"jwks_uri": provider.issuer.replace("tenant", "another") + "/keys"},
        {"authorization_endpoint": provider.issuer + "/../another/authorize"},
        {"token_endpoint": provider.issuer.replace("127.0.0.1", "127.0.0.2")},
    ):
        provider.more = more
        answer = boss.post("/team/sign-in", data=settings_of)
        assert "not one of those this installation allows" in answer.text, more
    for more in (
        {"token_endpoint": 7},
        {"response_types_supported": ["token"]},
        {"code_challenge_methods_supported": ["plain"]},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
    ):
        provider.more = more
        assert boss.post("/team/sign-in", data=settings_of).status_code == 422, more
    provider.more = {}
    assert boss.post("/team/sign-in", data=settings_of).status_code == 302


def test_a_host_that_is_allowed_must_not_turn_out_to_be_our_own_machine(
    app, client_for, administrator, settings_of, monkeypatch
):
    """Unless the setting says so: an address of the web may be made to mean any machine."""
    monkeypatch.setattr(provider_web, "LONGEST_WAIT", 0.5)
    boss = client_for(administrator)
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.setblocking(False)
        place = f"localhost:{inside.getsockname()[1]}"
        typed = {**settings_of, "issuer": f"https://{place}/tenant"}

        def reached(setting):
            hosts = sign_in_hosts("ASSURANCE_SIGN_IN_HOSTS", setting)
            app.extensions["settings"] = replace(app.extensions["settings"], sign_in_hosts=hosts)
            answer = boss.post("/team/sign-in", data=typed)
            assert "It does not answer as it should" in answer.text
            try:
                inside.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        assert not reached(place)
        assert reached(f"private:{place}")


def test_a_provider_that_is_down_holds_nobody_up_and_keeps_what_was_typed(
    client, authority, provider, switched_on, at
):
    at(NOON + timedelta(minutes=11))
    provider.answers = {".well-known/openid-configuration": lambda handler: handler.send_error(500)}
    provider.asked.clear()
    for _ in range(3):
        answer = client.get(f"/sign-in/with/{authority.token}")
        assert (answer.status_code, "It does not answer" in answer.text) == (503, True)
    assert len(provider.asked) == 1
