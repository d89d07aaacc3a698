"""Nobody learns who has an account: not from words, status, headers, nor from the work it takes."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from accounts.service import people
from foundation.database import db, transaction
from foundation.mail import Message
from tests.factories import PASSWORD, make_person

# Each stands for a kind of account, or for none.
WHO = ("known", "unknown", "inactive", "without-password", "nowhere")
# What is drawn anew for every answer.
DRAWN = re.compile(r'(name="csrf_token"[^>]*value=")[^"]*')


@pytest.fixture
def addresses(app):
    """An address of each kind, all as long as each other."""
    found = {who: f"{who:_<16}@example.test" for who in WHO}
    for who in ("known", "inactive", "without-password", "nowhere"):
        person = make_person(Role.BID_LEAD, email=found[who])
        with transaction():
            if who == "inactive":
                person.active = False
            if who == "without-password":
                person.password_hash = ""
            if who == "nowhere":
                for membership in db.session.scalars(
                    select(people.Membership).where(people.Membership.person_id == person.id)
                ):
                    db.session.delete(membership)
    return found


@pytest.fixture
def hashes(monkeypatch):
    """Count the comparisons of passwords, and the hashes made."""
    counted = {"verify": 0, "hash": 0}
    real = people.HASHER

    class Counting:
        def verify(self, *given):
            counted["verify"] += 1
            return real.verify(*given)

        def hash(self, *given):
            counted["hash"] += 1
            return real.hash(*given)

        check_needs_rehash = real.check_needs_rehash

    monkeypatch.setattr(people, "HASHER", Counting())
    return counted


def seen(answer, address):
    """Return everything of an answer that a stranger sees, but for what is drawn anew."""
    headers = {
        name: DRAWN.sub("", value)
        for name, value in answer.headers
        if name not in ("X-Request-Id", "Set-Cookie", "Date")
    }
    cookies = sorted(one.split("=")[0] for one in answer.headers.getlist("Set-Cookie"))
    return (
        answer.status_code,
        headers,
        cookies,
        DRAWN.sub("", answer.text).replace(address, "ADDRESS"),
    )


def answers(app, statements_counted, hashes, addresses, page, **data):
    """Return, by kind of account, what a new browser sees and what the answer cost."""
    found = {}
    for who, address in addresses.items():
        before = dict(hashes)
        with statements_counted() as statements:
            answer = app.test_client().post(
                page,
                data={"email": address, **data},
                environ_overrides={"REMOTE_ADDR": "198.51.100.7"},
            )
        cost = {name: count - before[name] for name, count in hashes.items()}
        kinds = [re.sub(r"\s+", " ", one) for one in statements]
        found[who] = (seen(answer, address), cost, kinds)
    return found


def test_a_wrong_password_is_answered_alike(app, statements_counted, hashes, addresses):
    found = answers(app, statements_counted, hashes, addresses, "/sign-in", password="not this one")

    for who in WHO:
        assert found[who] == found["unknown"], who
    assert found["known"][1] == {"verify": 1, "hash": 0}


def test_the_right_password_of_no_account_that_counts_is_answered_as_a_wrong_one(
    app, statements_counted, hashes, addresses
):
    addresses = {who: addresses[who] for who in ("unknown", "inactive", "without-password")}
    found = answers(app, statements_counted, hashes, addresses, "/sign-in", password=PASSWORD)

    assert found["inactive"] == found["unknown"] == found["without-password"]


def test_being_held_back_is_answered_alike(app, statements_counted, hashes, addresses):
    for address in addresses.values():
        for _ in range(9):
            app.test_client().post(
                "/sign-in",
                data={"email": address, "password": "wrong"},
                environ_overrides={"REMOTE_ADDR": "198.51.100.7"},
            )
    # With the tenth somebody is told, if there is somebody: whoever asks cannot see it.
    last = answers(app, statements_counted, hashes, addresses, "/sign-in", password="wrong")
    found = answers(app, statements_counted, hashes, addresses, "/sign-in", password=PASSWORD)

    for who in WHO:
        assert (last[who], found[who]) == (last["unknown"], found["unknown"]), who
    assert "too many wrong passwords" in found["unknown"][0][3]
    assert found["known"][1] == {"verify": 0, "hash": 0}


def test_a_forgotten_password_is_answered_alike(app, statements_counted, hashes, addresses):
    found = answers(app, statements_counted, hashes, addresses, "/forgotten-password")

    for who in WHO:
        assert found[who] == found["unknown"], who


def test_registering_is_answered_alike(app, statements_counted, hashes, addresses):
    found = answers(app, statements_counted, hashes, addresses, "/register")

    for who in WHO:
        assert found[who] == found["unknown"], who


def test_inviting_is_answered_alike(app, client_for, addresses):
    lead = client_for(Role.BID_LEAD)
    found = {}
    for who, address in addresses.items():
        answer = lead.post("/team/invite", data={"emails": address, "role": "contributor"})
        found[who] = seen(answer, address)
        page = lead.get("/team").text
        assert page.count(address) > 0

    for who in WHO:
        assert found[who] == found["unknown"], who


def test_changing_to_an_address_is_answered_alike_and_its_letter_box_alone_is_told(
    app, client_for, addresses
):
    found = {}
    for who, address in addresses.items():
        client = client_for(make_person(Role.BID_LEAD))
        answer = client.post("/account/email", data={"email": address, "password": PASSWORD})
        found[who] = seen(answer, address)
    letters = dict(
        tuple(row) for row in db.session.execute(select(Message.recipient, Message.subject))
    )

    for who in WHO:
        assert found[who] == found["unknown"], who
    assert letters[addresses["unknown"]] == "Confirm your address"
    assert letters[addresses["known"]] == "You have an account"
