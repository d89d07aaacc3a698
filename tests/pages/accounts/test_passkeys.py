"""Passkeys of one's own: added, signed in with, proven by, renamed, removed; who may, and when."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from accounts.again import LASTS
from accounts.models import Passkey, SignInSession
from accounts.rules.roles import Role
from accounts.service import code_setup, passkey_setup, passkeys
from accounts.service.passkey_answers import WRONG, PasskeyRefused
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from tests.authenticator import IS_COPIED, MAY_BE_COPIED, added, pressed, to_text
from tests.factories import PASSWORD, make_person, make_supplier, viewer_of
from tests.pages.accounts.conftest import NOON

LATER = NOON + timedelta(minutes=15)


@pytest.fixture(autouse=True)
def noon(app, at):
    at(NOON)


@pytest.fixture
def person(lead):
    return lead


@pytest.fixture
def has_codes(person):
    """The person has an app for one-time codes."""
    viewer = viewer_of(person)
    code_setup.begin_codes(viewer)
    shown = pyotp.TOTP(code_setup.to_scan(viewer).secret.replace(" ", "")).at(NOON)
    code_setup.confirm_codes(viewer, shown)


def actions(person):
    return db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == person.token).order_by(AuditEntry.id)
    ).all()


def subjects(person):
    return db.session.scalars(
        select(Message.subject).where(Message.recipient == person.email).order_by(Message.id)
    ).all()


def is_in(client):
    return client.get("/account").status_code == 200


def proven_by():
    newest = select(SignInSession.proven_by).order_by(SignInSession.id.desc()).limit(1)
    return db.session.scalar(newest)


def test_a_passkey_is_added_signs_in_by_itself_and_is_removed(app, client_for, person, device):
    client, other = client_for(person), client_for(person)
    device.flags |= MAY_BE_COPIED
    assert "You have none yet." in client.get("/account/passkeys").text

    answer = added(client, device, "  My\tphone ")
    assert (answer.status_code, answer.location) == (302, "/account/passkeys")
    kept = db.session.scalars(select(Passkey)).one()
    assert (kept.name, kept.transports, kept.sign_count) == ("My phone", "hybrid internal", 0)
    assert (kept.may_be_copied, kept.is_copied, kept.last_used_at) == (True, False, None)
    assert (is_in(client), is_in(other)) == (True, False)
    assert subjects(person) == ["A passkey was added to your account"]

    # Copied by whoever keeps the passkeys of the device, in between.
    device.flags |= IS_COPIED
    stranger = app.test_client()
    signed_in = pressed(stranger, "/sign-in/passkey", device, next="/account/passkeys")
    assert (signed_in.status_code, signed_in.location) == (302, "/account/passkeys")
    page = stranger.get("/account/passkeys").text
    assert "On several devices" in page
    assert "Not yet" not in page
    assert proven_by() == "passkey"
    assert kept.sign_count == 1

    renamed = stranger.post(f"/account/passkeys/{kept.token}/name", data={"name": "Old phone"})
    assert renamed.status_code == 302
    assert (
        "Remove the passkey “Old phone”"
        in stranger.get(f"/account/passkeys/{kept.token}/remove").text
    )
    removed = stranger.post(f"/account/passkeys/{kept.token}/remove", data={})
    assert (removed.status_code, is_in(stranger), is_in(client)) == (302, True, False)
    assert subjects(person)[1:] == ["A passkey was removed from your account"]
    refused = pressed(app.test_client(), "/sign-in/passkey", device)
    assert (refused.status_code, WRONG in html.unescape(refused.text)) == (422, True)
    mine = [one for one in actions(person) if one.startswith("passkey.")]
    assert mine == ["passkey.added", "passkey.used", "passkey.renamed", "passkey.removed"]


def test_what_is_asked_names_nobody_and_leaks_nothing(app, client_for, person, device):
    assert added(client_for(person), device).status_code == 302

    asked = app.test_client().post("/sign-in/passkey/question").json["question"]

    assert asked.pop("challenge")
    assert asked == {
        "rpId": device.host,
        "timeout": 300_000,
        "allowCredentials": [],
        "userVerification": "required",
    }
    assert len(device.user_handle) == 64
    for known in (person.token, person.email):
        assert known.encode() not in device.user_handle
    # A second one knows the person by the same name, and a device that has one makes no other.
    client = client_for(person)
    second = client.post("/account/passkeys/new/question", data={"name": "Key"}).json["question"]
    assert second["user"]["id"] == to_text(device.user_handle)
    assert [one["id"] for one in second["excludeCredentials"]] == [to_text(device.credential_id)]
    assert second["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert second["attestation"] == "none"


def test_the_answer_goes_back_to_the_browser_that_was_asked_with_the_form_that_waited(
    app, client_for, person, device
):
    assert added(client_for(person), device).status_code == 302
    client = app.test_client()
    asked = client.post("/team/invite", data={"emails": "velvet@harpsichord.example"})
    kept = html.unescape(re.search(r'name="kept" value="([^"]+)"', asked.text)[1])

    answer = pressed(client, "/sign-in/passkey", device, kept=kept)

    assert "velvet@harpsichord.example" in answer.text
    assert "Continue where you left off" in answer.text
    assert is_in(client)


def test_after_the_password_a_passkey_stands_for_the_code_and_for_proving_again(
    app, client_for, person, device, has_codes, at
):
    app.extensions.pop(LASTS)
    client = client_for(person)
    assert added(client, device).status_code == 302
    client = app.test_client()
    first = {"email": person.email, "password": PASSWORD, "next": "/account/passkeys"}
    asked = client.post("/sign-in", data=first)
    assert "Enter a one-time code" in asked.text
    assert 'action="/sign-in/code/passkey"' in asked.text

    question = client.post("/sign-in/code/passkey/question").json["question"]
    assert [one["id"] for one in question["allowCredentials"]] == [to_text(device.credential_id)]
    answer = {"credential": device.sign(question), "next": "/account/passkeys"}
    signed_in = client.post("/sign-in/code/passkey", data=answer)
    assert (signed_in.status_code, signed_in.location) == (302, "/account/passkeys")
    assert proven_by() == "password and passkey"
    assert client.post("/sign-in/code/passkey", data=answer).status_code == 422

    at(LATER)
    led = client.get("/account/passkeys/new")
    assert led.location == "/prove-again?next=/account/passkeys/new"
    assert 'action="/prove-again/passkey"' in client.get(led.location).text
    proven = pressed(client, "/prove-again/passkey", device, next="/account/passkeys/new")
    assert proven.location == "/account/passkeys/new"
    assert client.get("/account/passkeys/new").status_code == 200
    assert actions(person)[-2:] == ["passkey.used", "person.proven_again"]


def test_signing_in_with_a_passkey_is_a_proof_itself(app, client_for, person, device, at):
    app.extensions.pop(LASTS)
    assert added(client_for(person), device).status_code == 302
    client = app.test_client()

    assert pressed(client, "/sign-in/passkey", device).status_code == 302
    assert client.get("/account/password").status_code == 200
    at(LATER)
    assert client.get("/account/password").status_code == 302
    token = db.session.scalar(select(Passkey.token))
    assert client.get(f"/account/passkeys/{token}/remove").status_code == 200
    asked = client.post(f"/account/passkeys/{token}/remove", data={})
    assert (asked.status_code, "Show that it is you" in asked.text) == (401, True)
    assert db.session.scalar(select(func.count(Passkey.id))) == 1


def test_a_lost_passkey_locks_nobody_out_where_codes_are_offered(app, client_for, person, device):
    assert added(client_for(person), device).status_code == 302
    client = app.test_client()

    answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})

    assert (answer.status_code, is_in(client)) == (302, True)


def test_where_codes_are_required_a_learned_password_sets_up_none_beside_a_passkey(
    app, client_for, person, device
):
    assert added(client_for(person), device).status_code == 302
    app.extensions["settings"] = replace(app.extensions["settings"], codes="required")
    client = app.test_client()

    asked = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert "Use your passkey" in asked.text
    assert "one_time_code" not in asked.text
    assert client.post("/account/codes/begin", data={}).status_code == 401
    done = pressed(client, "/sign-in/code/passkey", device)

    assert done.status_code == 302
    # Who lost the device must have another way: codes come first, with their recovery codes.
    assert client.get("/account").location == "/account/codes?next=/account"
    assert client.post("/account/codes/begin", data={}).status_code == 200


def test_whoever_looks_after_the_team_takes_passkeys_away_with_the_codes(
    app, client_for, company, lead, device
):
    colleague = make_person(Role.CONTRIBUTOR, company, name="Tom Reed")
    theirs = client_for(colleague)
    assert added(theirs, device).status_code == 302
    client = client_for(lead)
    page = client.get(f"/team/{colleague.token}").text
    assert "Tom Reed signs in with passkeys." in page

    done = client.post(f"/team/{colleague.token}/codes", data={})

    assert (done.status_code, is_in(theirs)) == (302, False)
    assert db.session.scalar(select(func.count(Passkey.id))) == 0
    assert subjects(colleague)[-1] == "Passkeys of your account were taken away"
    assert pressed(app.test_client(), "/sign-in/passkey", device).status_code == 422
    assert client.post(f"/team/{colleague.token}/codes", data={}).status_code == 404


def test_a_wrong_name_and_an_eleventh_are_refused_before_a_device_is_asked(
    client_for, person, devices
):
    client = client_for(person)
    for number in range(10):
        assert added(client, devices(), f"Key {number}").status_code == 302
    assert "Add a passkey</a>" not in client.get("/account/passkeys").text
    page = "/account/passkeys/new/question"

    full = client.post(page, data={"name": "Another"}).json
    token = db.session.scalar(select(Passkey.token).order_by(Passkey.id).limit(1))
    taken = client.post(f"/account/passkeys/{token}/name", data={"name": "key 1"})
    client.post(f"/account/passkeys/{token}/remove", data={})
    named = client.post(page, data={"name": "key 1"}).json
    sent = client.post("/account/passkeys/new", data={"name": "key 1"})
    unsent = client.post("/account/passkeys/new", data={"name": "Velvet"})

    assert full["problem"] == "You cannot add a passkey because you have 10: remove one first"
    assert (taken.status_code, 'value="key 1"' in taken.text) == (422, True)
    assert named == {
        "problem": "Enter another name: you have a passkey with this one",
        "field": "name",
    }
    assert (sent.status_code, 'id="name-error"' in sent.text) == (422, True)
    assert (unsent.status_code, 'value="Velvet"' in unsent.text) == (422, True)
    assert "your browser did not send one" in unsent.text


def test_another_persons_passkey_is_not_there(client_for, person, device):
    assert added(client_for(person), device).status_code == 302
    token = db.session.scalar(select(Passkey.token))
    other = client_for(make_person(Role.BID_LEAD, make_supplier()))

    assert other.get(f"/account/passkeys/{token}/name").status_code == 404
    assert other.post(f"/account/passkeys/{token}/remove", data={}).status_code == 404
    assert "My phone" not in other.get("/account/passkeys").text


def test_at_an_address_that_is_a_number_the_pages_say_so(app, client, client_for, person):
    address = {"address": "http://127.0.0.1:8000"}
    app.extensions["settings"] = replace(app.extensions["settings"], **address)

    assert "with a passkey" not in client.get("/sign-in").text
    assert client.post("/sign-in/passkey/question").json == {
        "problem": "Passkeys cannot be used at the address of this service",
        "field": None,
    }
    mine = client_for(person)
    assert "this one is reached by a number" in mine.get("/account/passkeys").text
    assert mine.get("/account/passkeys/new").location == "/account/passkeys"


@pytest.mark.both_databases
def test_one_answer_sent_twelve_times_at_once_signs_in_once(app, person, device):
    # It does not count: nothing but the question tells the answers apart.
    device.counts = False
    viewer = viewer_of(person)
    made = device.make(passkey_setup.ask_for_new(viewer, "Mine"))
    assert passkey_setup.add_passkey(viewer, "Mine", made) == "Mine"
    answer = device.sign(passkeys.ask_to_sign_in("one visit"))
    db.session.remove()

    def send(_number):
        with app.app_context():
            try:
                return bool(passkeys.sign_in_with_passkey("one visit", answer))
            except PasskeyRefused:
                return False

    with ThreadPoolExecutor(12) as several:
        let_in = list(several.map(send, range(12)))

    assert let_in.count(True) == 1
    assert actions(person).count("passkey.used") == 1
