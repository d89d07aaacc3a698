"""Passwords as people set them: taken whole, changed, forgotten, and hashed anew."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import argon2
import pytest
from sqlalchemy import select

from accounts import queries, service
from accounts.models import KnownDevice, PasswordReset, Person, SignInSession
from accounts.rules import guessing
from accounts.rules.roles import Role
from accounts.service import people
from accounts.service.passwords import FORGOTTEN, send_link
from foundation.audit import AuditEntry
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.jobs import Job, run_due_jobs
from foundation.mail import Message
from tests.factories import PASSWORD, make_person, make_supplier

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)
NEW = "zebra lantern october"


@pytest.fixture(autouse=True)
def noon(app, at):
    at(NOON)


@pytest.fixture
def person(app):
    return make_person(
        Role.BID_LEAD, make_supplier("Larkfield Sensors"), name="Mara Voss", email="mara@a.example"
    )


@pytest.fixture
def signed_in(client, person):
    sign_in(client, person)
    return client


def sign_in(client, person, password=PASSWORD):
    return client.post("/sign-in", data={"email": person.email, "password": password})


def change(client, known=PASSWORD, new=NEW):
    return client.post("/account/password", data={"password": known, "new_password": new})


def forget(client, email="mara@a.example"):
    """Ask for a link, let the worker do its work, and return the paths of the links sent."""
    answer = client.post("/forgotten-password", data={"email": email})
    assert answer.location == "/forgotten-password/sent"
    run_due_jobs({FORGOTTEN: send_link})
    texts = db.session.scalars(
        select(Message.text).where(Message.kind == "password.link").order_by(Message.id)
    )
    return [urlsplit(re.search(r"\S+/forgotten-password/\S+", text).group()).path for text in texts]


def letters():
    return [
        tuple(row)
        for row in db.session.execute(
            select(Message.recipient, Message.subject).order_by(Message.id)
        )
    ]


@pytest.mark.parametrize(
    "password",
    ["".join(f"w{number} " for number in range(400))[:length] for length in (12, 64, 128, 1000)]
    + ["🦜🪁🎺🧭🪵🫖🧲🪀🛶🎷🪴🧵"],
    ids=["12", "64", "128", "1000", "emoji"],
)
def test_the_last_character_counts(signed_in, person, app, password):
    assert change(signed_in, new=password).location == "/account"

    answers = [
        sign_in(app.test_client(), person, tried).status_code
        for tried in (password[:-1] + "🧷", password[:-1], password + " ", password)
    ]

    assert answers == [200, 200, 200, 302]


def test_small_letters_and_spaces_count(signed_in, person, app):
    change(signed_in, new=" Zebra  lantern October")

    for tried in ("Zebra  lantern October", " zebra  lantern October", " Zebra lantern October"):
        assert sign_in(app.test_client(), person, tried).status_code == 200
    assert sign_in(app.test_client(), person, " Zebra  lantern October").status_code == 302


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("", "Enter a new password"),
        ("short", "Enter a password of 12 to 1,024 characters"),
        ("x" * 1025, "Enter a password of 12 to 1,024 characters"),
        ("123qweasdzxc", "on the list of those most often used"),
        ("larkfield-2026", "is left without “larkfield”"),
        ("mara voss 2026", "is left without “mara”"),
    ],
)
def test_a_password_others_would_try_is_refused_at_its_field(signed_in, person, new, message):
    page = change(signed_in, new=new)

    assert page.status_code == 422
    error = re.search(r'<p id="new_password-error".*?</p>', page.text).group()
    assert message in error
    assert sign_in(signed_in, person).status_code == 302


def test_the_form_lets_a_password_manager_do_its_work(signed_in):
    page = signed_in.get("/account/password").text

    assert re.findall(r'type="password"[^>]*autocomplete="([^"]*)"', page) == [
        "current-password",
        "new-password",
    ]
    assert "onpaste" not in page
    assert "maxlength" not in page


def test_changing_needs_the_password_one_has(signed_in, person):
    page = change(signed_in, known="not my password")

    assert page.status_code == 422
    assert '<a href="#password">Enter the password of your account</a>' in page.text
    assert sign_in(signed_in, person).status_code == 302


def test_changing_signs_every_other_browser_out_and_this_ones_old_cookie_too(
    signed_in, person, app, client_for
):
    others = [client_for(person), client_for(person)]
    copied = app.test_client()
    copied.set_cookie("sign-in", signed_in.get_cookie("sign-in").value)

    changed = change(signed_in)

    assert changed.location == "/account"
    assert "Every other browser was signed out" in signed_in.get("/account").text
    assert [one.get("/account").status_code for one in (*others, copied)] == [302, 302, 302]
    assert len(db.session.scalars(select(SignInSession)).all()) == 1
    assert letters() == [("mara@a.example", "Your password was changed")]
    entries = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("pass%")))
    assert entries.all() == ["password.set"]


def test_after_changing_only_this_browser_is_known(signed_in, person, app):
    sign_in(app.test_client(), person)
    assert len(db.session.scalars(select(KnownDevice)).all()) == 2

    change(signed_in)

    known = db.session.scalars(select(KnownDevice.token_hash)).all()
    mark = signed_in.get_cookie("known-browser").value.split(".")[0]
    assert known == [sha256_hex(mark)]


def test_a_password_does_not_run_out(client, person, at):
    at(NOON + timedelta(days=800))

    assert sign_in(client, person).status_code == 302


def test_a_hash_of_before_is_made_anew_at_the_next_sign_in(client, person):
    with transaction():
        person.password_hash = argon2.PasswordHasher(
            time_cost=1, memory_cost=8 * 1024, parallelism=1
        ).hash(PASSWORD)

    assert sign_in(client, person).status_code == 302

    stored = db.session.scalars(select(Person.password_hash)).one()
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not people.HASHER.check_needs_rehash(stored)
    assert sign_in(client, person).status_code == 302


def test_a_link_by_mail_sets_a_password_once_and_signs_nobody_in(client, person, client_for):
    elsewhere = client_for(person)
    link = forget(client)[0]
    assert "mara@a.example" in client.get(link).text

    answer = client.post(link, data={"new_password": NEW})

    assert answer.location == "/sign-in"
    assert client.get("/account").status_code == 302
    assert elsewhere.get("/account").status_code == 302
    assert client.get(link).status_code == 404
    assert client.post(link, data={"new_password": NEW + "!"}).status_code == 404
    assert sign_in(client, person, PASSWORD).status_code == 200
    assert sign_in(client, person, NEW).status_code == 302
    assert letters()[-1] == ("mara@a.example", "Your password was changed")


def test_the_secret_of_a_link_is_not_in_the_database(client, person):
    link = forget(client)[0]

    stored = db.session.scalars(select(PasswordReset.secret_hash)).one()
    assert stored == sha256_hex(link.rsplit("/", 1)[1])
    assert db.session.scalars(select(Job.payload).where(Job.kind == FORGOTTEN)).all() == [{}]


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (60, 404)])
def test_a_link_works_for_an_hour(client, person, at, minutes, status):
    link = forget(client)[0]
    at(NOON + timedelta(minutes=minutes))

    assert client.get(link).status_code == status


def test_a_later_link_ends_the_one_before(client, person):
    forget(client)
    first, second = forget(client)

    assert [client.get(link).status_code for link in (first, second)] == [404, 200]


def test_a_weak_password_leaves_the_link_usable(client, person):
    link = forget(client)[0]

    refused = client.post(link, data={"new_password": "larkfield-2026"})

    assert refused.status_code == 422
    assert "is left without “larkfield”" in refused.text
    assert client.get(link).status_code == 200


def test_a_link_is_worth_nothing_for_somebody_who_left(client, person):
    link = forget(client)[0]
    with transaction():
        person.active = False

    assert client.get(link).status_code == 404


def test_an_address_gets_three_links_in_a_quarter_of_an_hour(client, person):
    for _ in range(5):
        links = forget(client)

    assert len(links) == 3


def test_a_new_password_by_link_opens_a_browser_that_guesses_held_up(client, person, monkeypatch):
    monkeypatch.setattr(guessing, "MOST_OF_AN_ACCOUNT", 10)
    for _ in range(10):
        sign_in(client, person, "wrong")
    assert "until" in sign_in(client, person).text
    link = forget(client)[0]

    client.post(link, data={"new_password": NEW})

    assert sign_in(client, person, NEW).status_code == 302


def test_a_link_sent_twice_by_a_worker_that_died_is_one_link(app, client, person):
    forget(client)
    job = db.session.scalars(select(Job).where(Job.kind == FORGOTTEN)).one()

    send_link(job.subject, {})

    assert len(db.session.scalars(select(PasswordReset)).all()) == 1


def test_passwords_are_never_carried_through_a_sign_in_that_was_over(app, client, person):
    page = client.post("/account/password", data={"password": PASSWORD, "new_password": NEW})

    assert page.status_code == 401
    assert NEW not in page.text
    kept = re.search(r'name="kept"[^>]*value="([^"]*)"', page.text).group(1)
    answer = client.post(
        "/sign-in", data={"email": person.email, "password": PASSWORD, "kept": kept}
    )
    assert NEW not in answer.text


def test_a_secret_that_is_none_finds_nothing(client):
    for secret in ("x", "%00", "a" * 5000, "../../account"):
        assert client.get(f"/forgotten-password/{secret}").status_code in (400, 404)


def test_setting_a_password_twice_at_once_sets_one(client, person):
    link = forget(client)[0].rsplit("/", 1)[1]
    service.set_password_by_link(link, NEW)

    with pytest.raises(service.LinkOver):
        service.set_password_by_link(link, "another lantern october")
    assert queries.person_by_email(person.email).password_set_at == NOON
