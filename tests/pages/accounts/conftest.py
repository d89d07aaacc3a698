"""A company with its people, and the links that invitations carry."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from foundation.mail import Message
from foundation.settings_read import sign_in_hosts
from tests.authenticator import Device
from tests.factories import make_authority, make_person, make_supplier
from tests.provider import CLIENT, SECRET, serving

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)


@pytest.fixture
def company(app):
    return make_supplier("Larkfield Sensors")


@pytest.fixture
def lead(company):
    return make_person(Role.BID_LEAD, company, name="Mara Voss", email="mara@example.test")


@pytest.fixture
def as_lead(client_for, lead):
    return client_for(lead)


@pytest.fixture
def invite(as_lead):
    """Invite addresses, and return the page."""

    def send(*addresses, role=Role.CONTRIBUTOR):
        return as_lead.post("/team/invite", data={"emails": "\n".join(addresses), "role": role})

    return send


@pytest.fixture
def links(app):
    """Return the paths of the links sent to an address, the first first."""

    def sent_to(address):
        texts = db.session.scalars(
            select(Message.text).where(Message.recipient == address).order_by(Message.id)
        )
        return [re.search(r"/invitations/\S+", text).group() for text in texts]

    return sent_to


@pytest.fixture
def devices(app):
    """Return a new device that looks at this service, whose address has a name."""
    host = "assurance.example.gov.uk"
    app.extensions["settings"] = replace(app.extensions["settings"], address=f"https://{host}")
    return lambda: Device(f"https://{host}", host)


@pytest.fixture
def device(devices):
    return devices()


@pytest.fixture
def authority(app):
    return make_authority("Hollowmere Council")


@pytest.fixture
def provider(app, at):
    """A provider of the tests' own, which the installation allows, by the clock of the test."""
    at(NOON)
    with serving(lambda: clock.now().timestamp()) as running:
        hosts = sign_in_hosts("ASSURANCE_SIGN_IN_HOSTS", running.issuer)
        app.extensions["settings"] = replace(app.extensions["settings"], sign_in_hosts=hosts)
        yield running


@pytest.fixture
def settings_of(provider):
    """What an administrator types about it."""
    return {
        "name": "your Hollowmere account",
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "domains": "hollowmere.example\nschools.hollowmere.example",
        "second_factor": "mfa",
    }


@pytest.fixture
def known_as(provider):
    """Let the provider say of whoever signs in next that it is this person, with these claims."""

    def say(person, **more):
        provider.person = {
            "sub": f"subject of {person.email}",
            "email": person.email.upper(),
            "email_verified": True,
            "name": person.name,
            **more,
        }

    return say


@pytest.fixture
def administrator(authority):
    return make_person(Role.ADMINISTRATOR, authority, name="Una Fell", email=mail_of("una"))


@pytest.fixture
def officer(authority):
    return make_person(Role.OFFICER, authority, name="Ada Ferrer", email=mail_of("ada"))


@pytest.fixture
def switched_on(client_for, administrator, known_as, settings_of, provider):
    """The authority's own sign-in, set up, tried and switched on by its administrator."""
    client = client_for(administrator)
    assert client.post("/team/sign-in", data=settings_of).status_code == 302
    known_as(administrator)
    assert there_and_back(client, provider, "/team/sign-in/try").status_code == 302
    assert client.post("/team/sign-in/on").status_code == 302
    return client


@pytest.fixture
def signs_in(switched_on, provider, authority, known_as):
    """Sign somebody in with a new browser, or the one given, and return the answer."""

    def sign_in(client, person, wanted="", **claims):
        known_as(person, **claims)
        page = f"/sign-in/with/{authority.token}"
        return there_and_back(client, provider, f"{page}?{urlencode({'next': wanted})}")

    return sign_in


def mail_of(name):
    return f"{name}@hollowmere.example"


def there_and_back(client, provider, page):
    """Follow a link to the provider, sign in there, and come back."""
    left = client.get(page)
    assert left.status_code == 302, left.text
    return client.get(provider.leaves_to(left.location))
