"""Registering a company by a link: one answer for every address, a link that works once."""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from accounts.models import Membership, Organisation, Person, Registration
from accounts.rules.roles import Role
from accounts.views import cookie_name
from foundation.database import db
from foundation.mail import Message
from tenders import service as tenders
from tenders.rules.inviting import read_rows
from tests.factories import (
    make_open_tender,
    make_person,
    make_supplier,
    make_tender,
    publish,
    viewer_of,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ADDRESS = "ann@newcomer.example"
DETAILS = {
    "name": "Newcomer Networks",
    "legal_name": "Newcomer Networks Limited",
    "registered": "companies-house",
    "number": "sc 765432",
    "person": "Ann Old",
    "password": "a long way to the sea",
}


@pytest.fixture(autouse=True)
def noon(app, at):
    at(NOON)


def ask(client, email=ADDRESS, tender=""):
    return client.post("/register", data={"email": email, "tender": tender})


def letters_to(address):
    return db.session.scalars(
        select(Message).where(Message.recipient == address).order_by(Message.id)
    ).all()


def link_to(address=ADDRESS):
    return re.search(r"/register/\S+", letters_to(address)[-1].text).group()


def everything():
    """Return how many companies, people and roles there are."""
    return [
        len(db.session.scalars(select(kind)).all()) for kind in (Organisation, Person, Membership)
    ]


def test_whoever_follows_the_link_has_a_company_and_is_its_bid_lead(client):
    ask(client)

    answer = client.post(link_to(), data=DETAILS)

    assert answer.location == "/"
    assert client.get("/opportunities").status_code == 200
    person, company, role = db.session.execute(
        select(Person, Organisation, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
    ).one()
    assert (person.name, person.email) == ("Ann Old", ADDRESS)
    assert (company.name, company.legal_name) == (
        "Newcomer Networks",
        "Newcomer Networks Limited",
    )
    assert company.company_number == "SC765432"
    assert company.kind == "supplier"
    assert role is Role.BID_LEAD


def test_who_came_by_the_link_of_a_tender_lands_on_it(client):
    tender = make_open_tender(title="Sensors by the river")
    page = client.get(f"/register?for={tender.token}")
    ask(client, tender=tender.token)

    answer = client.post(link_to(), data=DETAILS)

    assert "Sensors by the river" in page.text
    assert answer.location == f"/opportunities/{tender.token}"
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize("named", ["draft", "for invited companies", "nothing", "no token"])
def test_a_tender_that_is_not_for_everybody_is_not_named(client, named):
    officer = make_person(Role.OFFICER)
    tender = make_tender(officer, title="Sensors by the river")
    if named == "for invited companies":
        tenders.set_registration(tender, False, by=viewer_of(officer))
        publish(tender, officer)
    token = {"nothing": "x" * 22, "no token": "../../evil"}.get(named, tender.token)

    page = client.get(f"/register?for={token}")
    ask(client, tender=token)
    letter = letters_to(ADDRESS)[0]
    answer = client.post(link_to(), data=DETAILS)

    assert page.status_code == 200
    assert "Sensors by the river" not in page.text + letter.text
    assert answer.location == "/"


def test_an_invited_address_is_told_of_the_tender_and_lands_on_it(client):
    officer = make_person(Role.OFFICER)
    tender = make_tender(officer, title="Sensors by the river")
    by = viewer_of(officer)
    tenders.set_registration(tender, False, by=by)
    read = read_rows(ADDRESS, invited=set())
    tenders.invite_suppliers(tender, ADDRESS, looked_at=tenders.fingerprint(read), by=by)
    tenders.publish_tender(tender, by=by, libraries={})
    ask(client, tender=tender.token)

    answer = client.post(link_to(), data=DETAILS)

    assert "Sensors by the river" in letters_to(ADDRESS)[-1].text
    assert client.get(answer.location).status_code == 200


def test_every_address_gets_the_same_answer_and_its_letter_box_alone_is_told(
    app, statements_counted
):
    make_person(Role.BID_LEAD, email="known@newcomer.example")
    answers, statements = [], []
    for email in ("known@newcomer.example", ADDRESS):
        client = app.test_client()
        with statements_counted() as counted:
            answer = ask(client, email)
        answers.append((answer.status_code, answer.location, answer.text))
        statements.append(len(counted))

    assert answers[0] == answers[1]
    assert statements[0] == statements[1]
    assert [letter.subject for letter in letters_to("known@newcomer.example")] == [
        "You have an account"
    ]
    assert "/register/" not in letters_to("known@newcomer.example")[0].text
    assert [letter.subject for letter in letters_to(ADDRESS)] == ["Register your company"]


def test_an_address_that_asks_at_once_again_gets_the_same_answer_and_no_second_message(client):
    first = ask(client)
    second = ask(client)

    assert (second.status_code, second.location) == (first.status_code, first.location)
    assert len(letters_to(ADDRESS)) == 1


def test_five_messages_a_day_reach_an_address_at_the_most(client, at):
    for hour in range(8):
        at(NOON + timedelta(hours=hour))
        ask(client)

    assert len(letters_to(ADDRESS)) == 5


@pytest.mark.parametrize("email", ["", "ann", "ann@x", "ann@x.example\r\nBcc: eve@y.example"])
def test_what_is_no_address_is_refused_and_shown_back(client, email):
    page = ask(client, email)

    assert page.status_code == 422
    assert db.session.scalars(select(Registration)).all() == []


def test_only_the_hash_of_the_secret_is_kept(client):
    ask(client)

    kept = db.session.scalars(select(Registration)).one()
    assert link_to().rpartition("/")[2] not in str(vars(kept))


def test_a_link_works_once(app, client):
    ask(client)
    link = link_to()
    client.post(link, data=DETAILS)
    before = everything()
    stranger = app.test_client()

    assert stranger.get(link).status_code == 404
    assert stranger.post(link, data=DETAILS | {"number": "1234567"}).status_code == 404
    assert everything() == before


def test_a_link_is_over_after_a_day(client, at):
    ask(client)
    at(NOON + timedelta(hours=24))

    page = client.post(link_to(), data=DETAILS)

    assert page.status_code == 404
    assert everything() == [0, 0, 0]


def test_of_two_links_one_makes_the_account(app, client, at):
    ask(client)
    first = link_to()
    at(NOON + timedelta(minutes=2))
    ask(client)
    client.post(link_to(), data=DETAILS)

    assert app.test_client().post(first, data=DETAILS).status_code == 404
    assert everything() == [1, 1, 1]


def test_every_link_that_stands_for_nothing_gets_one_answer(client):
    assert client.get("/register/unknown").text.count("This link cannot be used") == 2
    assert client.post(f"/register/{'x' * 5000}", data=DETAILS).status_code == 404


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": ""}, "Enter the name of your company"),
        ({"registered": ""}, "Select where the company is registered"),
        ({"registered": "the moon"}, ""),
        ({"number": "12"}, None),
        ({"number": "nonsense"}, "Enter a company number like 01234567"),
        ({"number": ""}, "Enter the company number, like 01234567"),
        ({"registered": "abroad"}, "Leave the company number empty"),
        ({"person": " "}, "Enter your full name"),
        ({"person": "x" * 101}, "Enter 100 characters or fewer"),
        ({"password": "too short"}, "Enter a password of 12 to 1,024 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(client, changed, says):
    ask(client)

    page = client.post(link_to(), data=DETAILS | changed)

    if says is None:
        assert db.session.scalars(select(Organisation.company_number)).one() == "00000012"
        return
    assert page.status_code == 422
    assert says in page.text
    assert everything() == [0, 0, 0]
    assert 'value="Newcomer Networks Limited"' in page.text
    assert "a long way to the sea" not in page.text


def test_a_company_that_has_an_account_is_told_of_in_the_mail_and_its_leads_who_asked(client):
    company = make_supplier("Newcomer Networks")
    company.company_number = "SC765432"
    db.session.commit()
    lead = make_person(Role.BID_LEAD, company, email="lead@newcomer.example")
    make_person(Role.CONTRIBUTOR, company, email="other@newcomer.example")
    before = everything()
    sent = ask(client)

    answer = client.post(link_to(), data=DETAILS)

    assert (answer.status_code, answer.location) == (sent.status_code, sent.location)
    assert client.get_cookie(cookie_name()) is None
    assert everything() == before
    assert letters_to(ADDRESS)[-1].subject == "Your company has an account"
    assert lead.email not in letters_to(ADDRESS)[-1].text
    assert ADDRESS in letters_to("lead@newcomer.example")[0].text
    assert letters_to("other@newcomer.example") == []


@pytest.mark.both_databases
def test_of_two_who_register_one_number_at_once_one_has_the_company(app):
    addresses = [f"{name}@newcomer.example" for name in ("ann", "ben")]
    links = []
    for address in addresses:
        ask(app.test_client(), address)
        links.append(link_to(address))
    db.session.commit()
    answers, both_have_looked = [], threading.Barrier(2)

    def wait_for_the_other(_connection, _cursor, statement, *_rest):
        """Hold back who is about to make the company, so that the other could look before it."""
        if statement.startswith("INSERT INTO organisation"):
            with suppress(threading.BrokenBarrierError):
                both_have_looked.wait(1)

    def follow(link):
        answer = FlaskClient(app, app.response_class).post(link, data=DETAILS)
        answers.append((answer.status_code, answer.location))

    event.listen(db.engine, "before_cursor_execute", wait_for_the_other)
    threads = [threading.Thread(target=follow, args=[link]) for link in links]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    event.remove(db.engine, "before_cursor_execute", wait_for_the_other)

    assert sorted(answers) == [(302, "/"), (302, "/register/sent")]
    assert everything() == [1, 1, 1]
    last = sorted(letters_to(address)[-1].subject for address in addresses)
    # The first, whose company it is, is told who asked; the second to ask a colleague.
    assert last == ["Somebody wanted to register your company", "Your company has an account"]


def test_a_company_number_can_be_tried_once_a_link(client):
    company = make_supplier("Newcomer Networks")
    company.company_number = "SC765432"
    db.session.commit()
    ask(client)
    link = link_to()
    client.post(link, data=DETAILS)

    assert client.post(link, data=DETAILS | {"number": "1234567"}).status_code == 404


def test_the_number_of_an_authority_is_no_company_s(client):
    authority = db.session.scalars(select(Organisation)).all()
    assert authority == []
    make_person(Role.OFFICER)
    db.session.scalars(select(Organisation)).one().company_number = "SC765432"
    db.session.commit()
    ask(client)

    assert client.post(link_to(), data=DETAILS).location == "/"


def test_who_is_signed_in_is_led_to_the_tender(client_for):
    tender = make_open_tender()
    browser = client_for(Role.BID_LEAD)

    page = browser.get(f"/register?for={tender.token}")

    assert f'href="/opportunities/{tender.token}"' in page.text
    assert 'name="email"' not in page.text


def test_who_has_an_account_signs_in_and_goes_on_to_the_tender(client):
    tender = make_open_tender()

    page = client.get(f"/register?for={tender.token}")
    odd = client.get("/register?for=../../evil")

    assert f'href="/sign-in?next=/opportunities/{tender.token}"' in page.text
    assert 'href="/sign-in"' in odd.text


def test_who_is_signed_in_is_not_led_to_a_tender_they_cannot_find(client_for):
    officer = make_person(Role.OFFICER)
    tender = make_tender(officer, title="Sensors by the river")
    tenders.set_registration(tender, False, by=viewer_of(officer))
    publish(tender, officer)

    page = client_for(Role.BID_LEAD).get(f"/register?for={tender.token}")

    assert (page.status_code, page.text.count(tender.token)) == (200, 0)
