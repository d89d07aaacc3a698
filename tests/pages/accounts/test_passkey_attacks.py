"""What no passkey may be used for: each attempt is refused with one sentence, and recorded."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import Passkey, SignInSession
from accounts.rules.roles import Role
from accounts.service.passkey_answers import WRONG
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from tests.authenticator import Spoilt, added, pressed
from tests.factories import PASSWORD, make_person
from tests.pages.accounts.conftest import NOON, there_and_back

# Drawn anew for every page.
DRAWN = re.compile(r'(?<=name="csrf_token" value=")[^"]*|(?<=type="hidden" value=")[^"]*')
ELSEWHERE = "https://assurance.example.gov.uk.evil.example"
# What is wrong with an answer, whoever sent it.
SPOILT = {
    "wrong origin": Spoilt(origin=ELSEWHERE),
    "same host without encryption": Spoilt(origin="http://assurance.example.gov.uk"),
    "another port": Spoilt(origin="https://assurance.example.gov.uk:8443"),
    "made for another host": Spoilt(host="evil.example"),
    "asked for by nobody": Spoilt(challenge="A" * 43),
    "no user verification": Spoilt(verified=False),
    "nobody there": Spoilt(present=False),
    "within another site": Spoilt(within_another_site=True),
    "another act": Spoilt(kind="webauthn.other"),
}
OF_A_SIGNATURE = {
    "altered signature": Spoilt(signature=True),
    "unknown credential": Spoilt(credential_id=b"unknown" * 5),
    "another person's name": Spoilt(user_handle=b"x" * 64),
    "making in place of signing": Spoilt(kind="webauthn.create"),
}
OF_A_NEW_ONE = {
    "a statement with an altered signature": Spoilt(statement="packed, altered"),
    "a statement of another form": Spoilt(statement="fido-u2f"),
    "signing in place of making": Spoilt(kind="webauthn.get"),
}
NOT_EVEN_AN_ANSWER = (
    "",
    "{",
    "[]",
    "null",
    '{"id": 1}',
    "[" * 9_000,
    "x" * 20_001,
    json.dumps({"id": "a", "rawId": "a", "type": "public-key", "response": {}}),
    json.dumps(
        {
            "id": "AAAA",
            "rawId": "AAAA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "authenticatorData": "AAAA",
                "signature": "ÿ",
                "attestationObject": "o2Nm",
            },
        }
    ),
)


@pytest.fixture(autouse=True)
def noon(app, at, monkeypatch):
    at(NOON)
    # So that all that can be wrong is sent by one browser; that it is held back is a test below.
    for name in ("MOST_FROM_ONE_PLACE", "MOST_FROM_A_NETWORK"):
        monkeypatch.setattr(f"accounts.service.passkey_challenges.{name}", 1000)


@pytest.fixture
def theirs(app, client_for, lead, device):
    """A browser of the lead, whose passkey the device has, and who is asked again each time."""
    client = client_for(lead)
    assert added(client, device).status_code == 302
    return client


def told(answer):
    """Return the status of an answer, and whether it says that one sentence."""
    return answer.status_code, WRONG in html.unescape(answer.text)


REFUSED = (422, True)


def refusals():
    wanted = select(func.count(AuditEntry.id)).where(AuditEntry.action == "passkey.refused")
    return db.session.scalar(wanted)


def sign_ins():
    return db.session.scalar(select(func.count(SignInSession.id)))


def test_a_spoilt_answer_signs_nobody_in_and_all_are_told_the_same(app, theirs, device):
    stranger, before, page = app.test_client(), sign_ins(), "/sign-in/passkey"
    spoilt = SPOILT | OF_A_SIGNATURE | {"without a name": Spoilt(without_user_handle=True)}

    answers = {name: pressed(stranger, page, device, one) for name, one in spoilt.items()}
    for sent in NOT_EVEN_AN_ANSWER:
        stranger.post(f"{page}/question")
        answers[sent[:20]] = stranger.post(page, data={"credential": sent})

    assert {name: told(one) for name, one in answers.items()} == dict.fromkeys(answers, REFUSED)
    assert len({DRAWN.sub("", one.text) for one in answers.values()}) == 1
    assert (refusals(), sign_ins()) == (len(answers), before)
    assert pressed(stranger, page, device).status_code == 302


def test_what_a_password_begins_only_an_unspoilt_answer_of_the_same_person_ends(
    app, theirs, client_for, company, lead, device, devices
):
    other = devices()
    colleague = make_person(Role.BID_LEAD, company, email="tom@example.test")
    assert added(client_for(colleague), other).status_code == 302
    app.extensions["settings"] = replace(app.extensions["settings"], codes="required")
    client = app.test_client()
    asked = client.post("/sign-in", data={"email": lead.email, "password": PASSWORD})
    assert "Use your passkey" in asked.text
    before = sign_ins()

    for page, browser in (("/sign-in/code/passkey", client), ("/prove-again/passkey", theirs)):
        spoilt = SPOILT | OF_A_SIGNATURE
        found = {name: told(pressed(browser, page, device, one)) for name, one in spoilt.items()}
        found["of a colleague"] = told(pressed(browser, page, other))
        # As if the colleague's passkey were one of the person's.
        other_name = Spoilt(credential_id=device.credential_id, user_handle=device.user_handle)
        found["signed by a colleague's"] = told(pressed(browser, page, other, other_name))
        found["nothing"] = told(browser.post(page, data={"credential": ""}))
        assert found == dict.fromkeys(found, REFUSED), page

    assert sign_ins() == before
    assert db.session.scalar(select(func.count(SignInSession.proven_at))) == 0
    # Somebody asked for by name need not be named in the answer.
    unnamed = Spoilt(without_user_handle=True)
    assert pressed(client, "/sign-in/code/passkey", device, unnamed).status_code == 302
    assert pressed(theirs, "/prove-again/passkey", device, unnamed).status_code == 302


def test_a_spoilt_passkey_is_not_added_and_one_with_a_statement_of_its_own_is(
    theirs, device, devices
):
    spoilt = (
        SPOILT | OF_A_NEW_ONE | {"one that is there": Spoilt(credential_id=device.credential_id)}
    )
    spoilt |= {"a name too long": Spoilt(credential_id=b"x" * 1024)}

    found = {name: told(added(theirs, devices(), "Spoilt", one)) for name, one in spoilt.items()}
    for answer in NOT_EVEN_AN_ANSWER[1:]:
        theirs.post("/account/passkeys/new/question", data={"name": "Spoilt"})
        data = {"name": "Spoilt", "credential": answer}
        found[answer[:20]] = told(theirs.post("/account/passkeys/new", data=data))

    assert found == dict.fromkeys(found, REFUSED)
    assert db.session.scalars(select(Passkey.name)).all() == ["My phone"]
    own = devices()
    assert added(theirs, own, "Key", Spoilt(statement="packed")).status_code == 302
    assert pressed(theirs, "/sign-in/passkey", own).status_code == 302


def test_a_question_counts_once_for_its_purpose_in_its_browser(app, theirs, device):
    # A device that does not count, so that nothing but the question tells one answer from another.
    device.counts = False
    here, there, other = "/prove-again/passkey", "/sign-in/passkey", app.test_client()

    def ask(client, page, **data):
        return client.post(f"{page}/question", data=data).json["question"]

    def send(client, page, answer):
        return client.post(page, data={"credential": answer}).status_code

    answer = device.sign(ask(theirs, here))
    assert [send(theirs, here, answer) for _ in "12"] == [302, 422]
    # A wrong answer uses it up too.
    question = ask(theirs, here)
    assert send(theirs, here, device.sign(question, Spoilt(signature=True))) == 422
    assert send(theirs, here, device.sign(question)) == 422
    # Asked of the same sign-in, to make a passkey.
    challenge = ask(theirs, "/account/passkeys/new", name="Another")["challenge"]
    assert send(theirs, here, device.sign({**question, "challenge": challenge})) == 422
    # Asked of another browser: one that was asked too, and one that was not.
    ask(theirs, there)
    assert send(theirs, there, device.sign(ask(other, there))) == 422
    assert send(app.test_client(), there, device.sign(ask(other, there))) == 422
    assert send(other, there, device.sign(ask(other, there))) == 302


def test_a_question_is_good_until_five_minutes_are_over(app, theirs, device, at):
    in_time, late = app.test_client(), app.test_client()
    asked = [
        client.post("/sign-in/passkey/question").json["question"] for client in (in_time, late)
    ]
    sent = [{"credential": device.sign(one)} for one in asked]

    at(NOON + timedelta(minutes=5) - timedelta(microseconds=1))
    assert in_time.post("/sign-in/passkey", data=sent[0]).status_code == 302
    at(NOON + timedelta(minutes=5))
    assert late.post("/sign-in/passkey", data=sent[1]).status_code == 422


def test_the_address_in_the_request_decides_nothing(app, theirs, device):
    client = app.test_client()
    elsewhere = {"base_url": ELSEWHERE}

    question = client.post("/sign-in/passkey/question", **elsewhere).json["question"]
    assert question["rpId"] == "assurance.example.gov.uk"
    spoilt = device.sign(question, Spoilt(origin=ELSEWHERE))
    refused = client.post("/sign-in/passkey", data={"credential": spoilt}, **elsewhere)

    assert told(refused) == REFUSED


def test_a_device_that_counts_back_is_refused_told_of_and_recorded(app, theirs, lead, device):
    client = app.test_client()
    for _ in range(2):
        assert pressed(client, "/sign-in/passkey", device).status_code == 302

    copied = [told(pressed(client, "/sign-in/passkey", device, Spoilt(count=n))) for n in (2, 1, 0)]

    assert copied == [REFUSED] * 3
    letters = db.session.scalars(select(Message.text).where(Message.kind == "passkey.counted_back"))
    assert ["“My phone”" in one for one in letters] == [True] * 3
    entries = select(AuditEntry.action).where(AuditEntry.subject == lead.token)
    assert db.session.scalars(entries).all().count("passkey.counted_back") == 3
    assert db.session.scalar(select(Passkey.sign_count)) == 2
    device.count = 2
    assert pressed(client, "/sign-in/passkey", device).status_code == 302


def test_a_device_that_does_not_count_is_taken_each_time(app, client_for, lead, devices):
    device = devices()
    device.counts = False
    assert added(client_for(lead), device).status_code == 302

    assert [pressed(app.test_client(), "/sign-in/passkey", device).status_code for _ in "12"] == [
        302,
        302,
    ]


def test_whoever_may_not_sign_in_with_a_password_may_not_with_a_passkey(
    app,
    client_for,
    authority,
    administrator,
    officer,
    device,
    devices,
    at,
    settings_of,
    provider,
    known_as,
):
    """An authority that has a sign-in of its own, and somebody who was deactivated or left."""
    client = client_for(officer)
    assert added(client, device).status_code == 302
    gone = make_person(Role.OFFICER, email="gone@hollowmere.example")
    of_gone = devices()
    assert added(client_for(gone), of_gone).status_code == 302
    with transaction():
        gone.active = False
    stranger = app.test_client()
    assert told(pressed(stranger, "/sign-in/passkey", of_gone)) == REFUSED
    assert pressed(stranger, "/sign-in/passkey", device).status_code == 302

    boss = client_for(administrator)
    assert boss.post("/team/sign-in", data=settings_of).status_code == 302
    known_as(administrator)
    there_and_back(boss, provider, "/team/sign-in/try")
    assert boss.post("/team/sign-in/on").status_code == 302
    before = sign_ins()

    assert told(pressed(app.test_client(), "/sign-in/passkey", device)) == REFUSED
    assert sign_ins() == before
    # Signed in by the provider he is offered none, and cannot prove himself by the one he has.
    known_as(officer)
    there_and_back(client, provider, f"/sign-in/with/{authority.token}")
    assert "passkeys do not count there" in client.get("/account/passkeys").text
    assert client.get("/account/passkeys/new").location == "/account/passkeys"
    assert client.post("/account/passkeys/new/question", data={"name": "x"}).json["problem"]
    assert "/prove-again/passkey" not in client.get("/prove-again").text
    assert told(pressed(client, "/prove-again/passkey", device)) == REFUSED


def test_whoever_tries_on_and_on_waits_but_not_in_a_browser_used_before(
    app, theirs, device, monkeypatch
):
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: NOON)
    place = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.7"}}
    used = app.test_client()
    assert pressed(used, "/sign-in/passkey", device).status_code == 302
    used.post("/sign-out")
    for _ in range(100):
        answer = app.test_client().post("/sign-in/passkey", data={"credential": "{}"}, **place)
        assert told(answer) == REFUSED

    held = app.test_client().post("/sign-in/passkey", data={"credential": "{}"}, **place)
    question = used.post("/sign-in/passkey/question", **place).json["question"]
    signed = used.post("/sign-in/passkey", data={"credential": device.sign(question)}, **place)

    assert "You cannot use a passkey here until 12:15pm" in held.text
    assert signed.status_code == 302
