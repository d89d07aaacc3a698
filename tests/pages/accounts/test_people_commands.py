"""`flask people …`: an installation begins without a shell, and a leaver is kept out."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from accounts.models import Invitation, Membership, Organisation, Person
from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from tests.factories import PASSWORD, make_authority, make_person

ACCOUNT = {"name": "Nora Quill", "password": "zebra lantern october"}


@pytest.fixture
def people(app):
    """Run a command and return what it said, and how it ended."""

    def run(*words):
        ended = app.test_cli_runner().invoke(args=["people", *words])
        db.session.expire_all()
        return ended.output, ended.exit_code

    return run


def path_in(said):
    return urlsplit(re.search(r"\S+/invitations/\S+", said).group()).path


def test_from_nothing_to_an_authority_whose_administrator_is_signed_in(people, client):
    said, ended = people("add-authority", "Hollowmere Council", "--administrator", "N@x.example")

    assert ended == 0
    assert client.post(path_in(said), data=ACCOUNT).location == "/"
    person, organisation, role = db.session.execute(
        select(Person, Organisation, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
    ).one()
    assert (person.email, organisation.name, role) == (
        "n@x.example",
        "Hollowmere Council",
        Role.ADMINISTRATOR,
    )
    assert db.session.scalars(select(Message.recipient)).all() == ["n@x.example"]
    assert "Nora Quill" in client.get("/team").text


def test_a_company_and_its_bid_lead(people, client):
    said, _ = people(
        "add-supplier", "Larkfield", "--number", "sc 1234", "--bid-lead", "lead@x.example"
    )
    client.post(path_in(said), data=ACCOUNT)

    company = db.session.scalars(select(Organisation)).one()
    assert (company.company_number, company.kind) == ("SC001234", "supplier")
    assert client.get("/opportunities").status_code == 200


def test_somebody_is_invited_to_an_organisation_by_its_name_or_token(people):
    authority = make_authority("Hollowmere Council")

    for name in ("Hollowmere Council", authority.token):
        said, ended = people("add-person", name, "new@x.example", "officer")
        assert ended == 0
        assert "/invitations/" in said

    open_ones = db.session.scalars(select(Invitation).where(Invitation.withdrawn_at.is_(None)))
    assert len(open_ones.all()) == 1


def test_the_team_page_says_who_invited(people, client_for):
    authority = make_authority("Hollowmere Council")
    admin = client_for(make_person(Role.ADMINISTRATOR, authority))
    people("add-person", "Hollowmere Council", "new@x.example", "officer")

    assert "Invited by whoever runs this service." in admin.get("/team").text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add-authority", "Hollowmere Council"), "There is an authority called"),
        (("add-authority", "  "), "Enter the name"),
        (("add-person", "Nowhere", "a@x.example", "officer"), "no organisation is called"),
        (("add-person", "Hollowmere Council", "nonsense", "officer"), "enter an email address"),
        (("add-person", "Hollowmere Council", "a@x.example", "bid-lead"), "is no role in"),
        (("add-supplier", "X", "--number", "12345678901"), "Enter a company number"),
        (("deactivate", "nobody@x.example"), "Nobody has an account with"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(people, words, sentence):
    make_authority("Hollowmere Council")

    said, ended = people(*words)

    assert ended == 1
    assert sentence in said
    assert "Traceback" not in said


def test_whoever_is_deactivated_is_out_at_once_and_back_with_the_roles_held_before(
    people, client_for, client
):
    person = make_person(Role.OFFICER, email="leaver@x.example")
    theirs = client_for(person)

    people("deactivate", "Leaver@x.example")
    assert theirs.get("/account").status_code == 302
    tried = {"email": person.email, "password": PASSWORD}
    assert client.post("/sign-in", data=tried).status_code == 200
    people("activate", "leaver@x.example")

    assert client.post("/sign-in", data=tried).status_code == 302
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == person.token)
    ).all()
    assert [one for one in actions if "activated" in one] == [
        "person.deactivated",
        "person.activated",
    ]


def test_somebody_is_signed_out_of_every_browser(people, client_for):
    person = make_person(Role.OFFICER, email="ada@x.example")
    browsers = [client_for(person), client_for(person)]

    said, _ = people("sign-out", "ada@x.example")

    assert said == "Signed out of 2 browsers\n"
    assert [one.get("/account").status_code for one in browsers] == [302, 302]


def test_organisations_are_listed_with_their_tokens(people):
    authority = make_authority("Hollowmere Council")
    make_person(Role.OFFICER, authority)

    said, _ = people("list")

    assert said == f"{authority.token}  authority      1  Hollowmere Council\n"
