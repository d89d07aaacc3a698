import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Blueprint, request
from sqlalchemy import select

from accounts.access import requires
from accounts.models import SignInSession
from accounts.rules.roles import Permission, Role
from accounts.service import SESSION_LIMIT
from foundation.database import db, transaction
from tests.factories import PASSWORD, make_authority, make_person

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)


@pytest.fixture
def app(own_app, app):
    """The application with one page that takes a form, as a station's would."""
    pages = Blueprint("sample", __name__)

    @pages.post("/sample/answer")
    @requires(Permission.ACCOUNT_USE)
    def answer():
        return {"taken": request.form.to_dict(flat=False) | {"csrf_token": []}}

    app.register_blueprint(pages)
    return app


def sign_in(client, person, **more):
    return client.post("/sign-in", data={"email": person.email, "password": PASSWORD, **more})


def hidden(page, name):
    """The value of a hidden field of a page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page.text)
    return unescape(found.group(1))


def kept_values(page):
    """What the page would send again."""
    found = re.findall(r'<textarea name="([^"]*)" hidden[^>]*>\n(.*?)</textarea>', page.text, re.S)
    return [(unescape(name), unescape(value)) for name, value in found]


def test_a_person_signs_in_and_comes_to_the_start_page(client):
    person = make_person(Role.OFFICER, make_authority("Hollowmere Council"), name="Ada Ferrer")

    answer = sign_in(client, person)

    assert (answer.status_code, answer.location) == (302, "/")
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if "sign-in=" in line)
    assert cookie.endswith("; HttpOnly; Path=/; SameSite=Lax")


def test_what_the_browser_holds_is_not_in_the_database(client):
    sign_in(client, make_person(Role.OFFICER))

    token = client.get_cookie("sign-in").value
    assert db.session.scalars(select(SignInSession.token_hash)).one() != token


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.test", "not the password"),
        ("nobody@example.test", PASSWORD),
        ("ada@example.test", "x" * 5000),
    ],
    ids=["wrong password", "unknown address", "password too long to try"],
)
def test_a_refusal_does_not_say_what_was_wrong(client, email, password):
    make_person(Role.OFFICER, email="ada@example.test")

    page = client.post("/sign-in", data={"email": email, "password": password})

    assert page.status_code == 200
    assert page.text.count("Enter the email address and password of your account") == 2
    assert '<a href="#email">' in page.text


def test_somebody_who_left_cannot_sign_in_and_is_signed_out_at_once(client, client_for):
    person = make_person(Role.OFFICER)
    signed_in = client_for(person)
    with transaction():
        person.active = False

    assert signed_in.get("/").status_code == 302
    assert "Enter the email address and password" in sign_in(client, person).text


def test_an_empty_form_is_answered_at_its_fields(client):
    page = client.post("/sign-in", data={})

    assert '<a href="#email">Enter your email address</a>' in page.text
    assert '<a href="#password">Enter your password</a>' in page.text


def test_signing_out_ends_the_session_for_a_copied_cookie_too(app, client_for):
    client = client_for(Role.OFFICER)
    copied = app.test_client()
    copied.set_cookie("sign-in", client.get_cookie("sign-in").value)

    client.post("/sign-out")

    assert copied.get("/").location == "/sign-in"


@pytest.mark.parametrize(
    ("later", "signed_in"),
    [
        (timedelta(hours=3, minutes=59), True),
        (timedelta(hours=4), False),
        (SESSION_LIMIT, False),
    ],
    ids=["used within four hours", "unused for four hours", "after the longest time"],
)
def test_a_session_ends(client_for, at, later, signed_in):
    at(NOON)
    client = client_for(Role.SUPPLIER_READER)

    at(NOON + later)

    assert (client.post("/sample/answer").status_code == 200) is signed_in


def test_a_session_in_use_ends_after_its_longest_time(client_for, at):
    at(NOON)
    client = client_for(Role.SUPPLIER_READER)
    for hour in range(1, 12):
        at(NOON + timedelta(hours=hour))
        assert client.post("/sample/answer").status_code == 200

    at(NOON + SESSION_LIMIT)

    assert client.post("/sample/answer").status_code == 401


def test_being_seen_is_written_at_most_every_five_minutes(client_for, at):
    at(NOON)
    client = client_for(Role.OFFICER)
    seen = []
    for minute in (1, 4, 5, 6, 9, 10):
        at(NOON + timedelta(minutes=minute))
        client.post("/sample/answer")
        session = db.session.scalars(select(SignInSession)).one()
        seen.append(int((session.last_seen_at - NOON).total_seconds() / 60))

    assert seen == [0, 0, 5, 5, 5, 10]


def test_who_is_signed_in_costs_one_statement(client_for, at, statements_counted):
    at(NOON)
    client = client_for(Role.OFFICER)

    with statements_counted() as statements:
        client.post("/sample/answer")

    assert len(statements) == 1


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/tenders?state=open", "/tenders?state=open"),
        ("//elsewhere.test/", "/"),
        ("/\\elsewhere.test", "/"),
        ("https://elsewhere.test/", "/"),
        ("/\telsewhere", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_people_stay_on_this_service(client, wanted, goes_to):
    answer = sign_in(client, make_person(Role.OFFICER), next=wanted)

    assert answer.location == goes_to


def test_a_reader_without_a_session_is_brought_back_after_signing_in(client):
    assert client.get("/?a=1").location == "/sign-in?next=/?a%3D1"


def test_what_was_typed_survives_a_session_that_ended(client):
    typed = [("answer", 'Two lines,\r\n& an \N{EURO SIGN} "quote"'), ("tick", "a"), ("tick", "b")]
    sent = {"answer": typed[0][1], "tick": ["a", "b"], "csrf_token": "old"}

    asked = client.post("/sample/answer", data=sent)
    mistaken = client.post(
        "/sign-in", data={"email": "x", "password": "y", "kept": hidden(asked, "kept")}
    )
    offered = sign_in(client, make_person(Role.OFFICER), kept=hidden(mistaken, "kept"))
    taken = client.post("/sample/answer", data={"answer": kept_values(offered)[0][1]})

    assert asked.status_code == 401
    assert "Nothing you typed is lost" in asked.text
    assert "Continue where you left off" in offered.text
    assert 'action="/sample/answer"' in offered.text
    assert kept_values(offered) == typed
    assert taken.json["taken"]["answer"] == [typed[0][1]]


def test_a_form_we_did_not_sign_is_not_offered(client):
    answer = sign_in(client, make_person(Role.OFFICER), kept="forged.signature")

    assert answer.location == "/"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.test"}, {"Origin": "null"}],
    ids=str,
)
def test_a_form_from_another_site_is_not_carried_along(client, headers):
    page = client.post("/sample/answer", data={"answer": "planted"}, headers=headers)

    assert page.status_code == 401
    assert hidden(page, "kept") == ""
    assert "planted" not in page.text


def test_a_form_without_its_token_is_shown_back_to_be_sent_again(app, client_for):
    app.config["WTF_CSRF_ENABLED"] = True
    client = client_for(Role.OFFICER)

    page = client.post("/sample/answer", data={"answer": "a day's work"})
    again = {"answer": "a day's work", "csrf_token": hidden(page, "csrf_token")}

    assert page.status_code == 400
    assert kept_values(page) == [("answer", "a day's work")]
    assert client.post("/sample/answer", data=again).status_code == 200


def test_every_form_needs_its_token(app, client_for):
    app.config["WTF_CSRF_ENABLED"] = True

    assert client_for(Role.OFFICER).post("/sign-out").status_code == 400


def test_a_token_from_before_signing_in_is_worth_nothing_afterwards(app, client):
    app.config["WTF_CSRF_ENABLED"] = True
    planted = hidden(client.get("/sign-in"), "csrf_token")

    sign_in(client, make_person(Role.OFFICER), csrf_token=planted)

    assert client.post("/sample/answer", data={"csrf_token": planted}).status_code == 400
