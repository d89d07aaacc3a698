"""The page “Your account”: where one is signed in, what can be ended, and another address."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from accounts import service
from accounts.models import Guesses, KnownDevice, Membership, Person, SignInSession
from accounts.queries import viewer_for
from accounts.queries.sign_ins import browser_in_words
from accounts.rules.guessing import Counter
from accounts.rules.roles import Role
from accounts.service import guessing, sign_ins
from accounts.views import cookie_name
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from tests.factories import PASSWORD, make_authority, make_person

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
)


@pytest.fixture(autouse=True)
def noon(app, at):
    at(NOON)


@pytest.fixture
def authority(app):
    return make_authority("Hollowmere Council")


@pytest.fixture
def person(authority):
    return make_person(Role.OFFICER, authority, name="Ada Ferrer", email="ada@example.test")


@pytest.fixture
def administrator(authority):
    return make_person(Role.ADMINISTRATOR, authority, name="Una Fell")


def browser(app, person, user_agent=FIREFOX):
    """A browser in which the person has signed in."""
    client = app.test_client()
    client.post(
        "/sign-in",
        data={"email": person.email, "password": PASSWORD},
        headers={"User-Agent": user_agent},
    )
    return client


def buttons(page):
    """Return where the buttons of the list lead that sign a browser out."""
    return re.findall(r'action="([^"]*/sign-ins/[\w-]{22}/end)"', page.text)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on an iPhone"),
        (EDGE, "Edge on Windows"),
        ("curl/8.5", "A browser that does not say which"),
        ("", "A browser that does not say which"),
        ("<script>alert(1)</script> Linux", "A browser on Linux"),
    ],
)
def test_a_browser_is_named_in_words(user_agent, words):
    assert browser_in_words(user_agent) == words


def test_the_page_lists_where_one_is_signed_in_and_marks_this_one(app, person, at):
    browser(app, person, SAFARI)
    at(NOON + timedelta(hours=1))
    here = browser(app, person)

    page = here.get("/account")

    assert "ada@example.test" in page.text
    assert "<strong>Firefox on Windows</strong> (this one)" in page.text
    assert "<strong>Safari on an iPhone</strong></p>" in page.text
    assert "Signed in on 4 December 2026, 12:00 noon (UK time)" in page.text
    assert len(buttons(page)) == 1


def test_the_list_names_no_cookie(app, person):
    here = browser(app, person)
    browser(app, person, SAFARI)
    hashes = db.session.scalars(select(SignInSession.token_hash)).all()

    page = here.get("/account").text

    assert here.get_cookie("sign-in").value not in page
    assert [one for one in hashes if one in page] == []


def test_one_browser_is_signed_out_and_the_others_are_not(app, person):
    here, lost, other = (browser(app, person, name) for name in (FIREFOX, SAFARI, EDGE))
    page = here.get("/account").text
    row = page.split("Safari on an iPhone</strong>")[1]

    answer = here.post(re.search(r'action="([^"]*/end)"', row).group(1))

    assert answer.location == "/account"
    assert [one.get("/account").status_code for one in (here, lost, other)] == [200, 302, 200]
    assert "Safari" not in here.get("/account").text


def test_all_others_are_signed_out_at_once(app, person):
    here, lost, other = (browser(app, person, name) for name in (FIREFOX, SAFARI, EDGE))

    here.post("/account/sign-ins/end-others")

    assert [one.get("/account").status_code for one in (here, lost, other)] == [200, 302, 302]
    entries = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == person.token)
    ).all()
    assert entries[-1] == "person.signed_out_elsewhere"


def test_nobody_signs_somebody_else_out(app, person, administrator):
    theirs = browser(app, person)
    mine = browser(app, administrator)
    token = db.session.scalars(
        select(SignInSession.token).where(SignInSession.person_id == person.id)
    ).one()

    assert mine.post(f"/account/sign-ins/{token}/end").status_code == 404
    assert theirs.get("/account").status_code == 200


def test_an_administrator_sees_and_ends_the_sign_ins_of_the_authoritys_people(
    app, person, administrator
):
    theirs = [browser(app, person), browser(app, person, SAFARI)]
    admin = browser(app, administrator)

    page = admin.get(f"/team/{person.token}")
    assert "Where Ada Ferrer is signed in" in page.text
    admin.post(buttons(page)[0])
    assert sorted(one.get("/account").status_code for one in theirs) == [200, 302]
    admin.post(f"/team/{person.token}/sign-ins/end")

    assert [one.get("/account").status_code for one in theirs] == [302, 302]
    assert "Nowhere, for Hollowmere Council." in admin.get(f"/team/{person.token}").text


def test_an_administrator_sees_and_ends_no_sign_in_for_another_organisation(
    app, person, administrator
):
    elsewhere = make_authority("Oakmere Council")
    with transaction():
        db.session.add(
            Membership(person_id=person.id, organisation_id=elsewhere.id, role=Role.OFFICER)
        )
    client = app.test_client()
    client.set_cookie(cookie_name(), service.start_session(person, elsewhere))
    token = db.session.scalars(select(SignInSession.token)).one()
    admin = browser(app, administrator)

    assert "Nowhere, for Hollowmere" in admin.get(f"/team/{person.token}").text
    assert admin.post(f"/team/{person.token}/sign-ins/{token}/end").status_code == 404
    admin.post(f"/team/{person.token}/sign-ins/end")
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("role", [Role.OFFICER, Role.BID_LEAD])
def test_who_does_not_look_after_the_people_ends_nobodys_sign_ins(client_for, person, role):
    token = service.start_session(person, db.session.get(Membership, 1).organisation)
    viewer = viewer_for(token, at=NOON)
    client = client_for(role)

    answer = client.post(f"/team/{person.token}/sign-ins/end")

    assert answer.status_code in (403, 404)
    assert viewer_for(token, at=NOON) == viewer


def test_an_administrator_invites_and_gives_roles_but_not_to_himself(app, person, administrator):
    admin = browser(app, administrator)

    assert "You look after people, and see no bid." in admin.get("/team").text
    sent = admin.post("/team/invite", data={"emails": "new@example.test", "role": "evaluator"})
    given = admin.post(f"/team/{person.token}", data={"roles": ["officer", "reviewer"]})
    own = admin.post(f"/team/{administrator.token}", data={"roles": ["administrator", "officer"]})
    steward = admin.post("/team/invite", data={"emails": "n@example.test", "role": "steward"})

    assert (sent.status_code, given.status_code) == (302, 302)
    assert (own.status_code, steward.status_code) == (422, 422)
    assert "ask another administrator" in own.text
    assert "steward" not in admin.get("/team/invite").text.lower()


def test_a_steward_stays_one_when_an_administrator_changes_other_roles(
    app, authority, administrator
):
    steward = make_person(Role.STEWARD, authority)
    admin = browser(app, administrator)

    admin.post(f"/team/{steward.token}", data={"roles": ["auditor"]})

    held = db.session.scalars(select(Membership.role).where(Membership.person_id == steward.id))
    assert sorted(held) == ["auditor", "steward"]


def test_the_last_administrator_cannot_be_taken_out(app, administrator):
    page = browser(app, administrator).post(f"/team/{administrator.token}/take-out")

    assert page.status_code == 422
    assert "Una Fell is the last administrator" in page.text


@pytest.mark.parametrize("how", ["inactive", "taken out"])
def test_a_leaver_loses_access_at_the_next_request_and_an_open_form_is_not_taken(
    app, person, administrator, how
):
    leaver = browser(app, person)
    assert leaver.get("/account/password").status_code == 200
    if how == "inactive":
        with transaction():
            person.active = False
    else:
        browser(app, administrator).post(f"/team/{person.token}/take-out")

    sent = leaver.post(
        "/account/password", data={"password": PASSWORD, "new_password": "zebra lantern october"}
    )

    assert sent.status_code == 401
    assert leaver.get("/account").status_code == 302
    again = app.test_client().post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert again.status_code == 200


def test_what_is_over_is_removed_once_a_day_and_what_is_not_stays(app, person, administrator, at):
    browser(app, person)
    browser(app, administrator)
    guessing.begin("code", [Counter(("person", "one"), 10)], "")
    at(NOON + timedelta(hours=5))
    browser(app, person)
    today = date(2026, 12, 4)

    sign_ins.clear_what_is_over(today, today)
    # The last of each person tells for which organisation he worked.
    assert len(db.session.scalars(select(SignInSession)).all()) == 2
    at(NOON + timedelta(days=31))
    sign_ins.clear_what_is_over(today, today)
    assert db.session.scalars(select(Guesses)).all() == []
    assert len(db.session.scalars(select(KnownDevice)).all()) == 3
    at(NOON + timedelta(days=400))
    sign_ins.clear_what_is_over(today, today)
    assert db.session.scalars(select(KnownDevice)).all() == []


def ask_for(client, address, password=PASSWORD):
    return client.post("/account/email", data={"email": address, "password": password})


def link_to(address):
    text = db.session.scalars(
        select(Message.text).where(Message.recipient == address).order_by(Message.id.desc())
    ).first()
    return urlsplit(re.search(r"\S+/account/email/\S+", text).group()).path


def test_another_address_is_used_once_its_letter_box_confirms_it(app, person):
    client = browser(app, person)
    ask_for(client, "Ada.New@Example.test")
    assert db.session.scalars(select(Person.email)).all() == ["ada@example.test"]
    link = link_to("ada.new@example.test")
    assert "ada.new@example.test" in client.get(link).text

    client.post(link)

    assert db.session.scalars(select(Person.email)).all() == ["ada.new@example.test"]
    told = db.session.scalars(
        select(Message.recipient).where(Message.subject == "Your address was changed")
    ).all()
    assert told == ["ada@example.test", "ada.new@example.test"]
    assert client.get(link).status_code == 404
    assert client.get("/account").status_code == 200


def test_the_link_is_worth_nothing_to_others_nor_after_an_hour(app, person, administrator, at):
    client = browser(app, person)
    ask_for(client, "new@example.test")
    link = link_to("new@example.test")

    assert browser(app, administrator).post(link).status_code == 404
    assert app.test_client().get(link).location.startswith("/sign-in")
    at(NOON + timedelta(hours=1))
    assert client.post(link).status_code == 404


@pytest.mark.parametrize(
    ("address", "password", "message"),
    [
        ("", PASSWORD, "Enter your new email address"),
        ("nonsense", PASSWORD, "Enter an email address like"),
        ("ada@example.test", PASSWORD, "this is the one you use now"),
        ("new@example.test", "wrong", "Enter the password of your account"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_nothing_is_sent(
    app, person, address, password, message
):
    page = ask_for(browser(app, person), address, password)

    assert page.status_code == 422
    assert message in page.text
    assert f'value="{address}"' in page.text
    assert db.session.scalars(select(Message)).all() == []


def test_an_address_taken_in_the_meantime_cannot_be_confirmed(app, person):
    client = browser(app, person)
    ask_for(client, "new@example.test")
    link = link_to("new@example.test")
    make_person(Role.OFFICER, email="new@example.test")

    assert client.post(link).status_code == 404


def test_the_page_takes_few_statements(app, person, statements_counted):
    client = browser(app, person)
    for _ in range(5):
        browser(app, person)

    with statements_counted() as statements:
        client.get("/account")

    assert len(statements) <= 3


def test_taking_somebody_out_says_what_becomes_of_his_work_at_an_authority(
    app, person, administrator
):
    page = browser(app, administrator).get(f"/team/{person.token}/take-out").text

    assert "What Ada Ferrer marked, decided and agreed to stays, with the name." in page
    assert "the bids say so" not in page


def test_roles_for_one_tender_are_named_without_the_tender_to_an_administrator(
    app, authority, administrator
):
    guest = make_person(Role.EVALUATOR, authority, name="Eve Dunn", tender_id=77)
    admin = browser(app, administrator)

    assert "Evaluator on one tender only" in admin.get("/team").text
    assert "where each tender says who works on it" in admin.get(f"/team/{guest.token}").text
