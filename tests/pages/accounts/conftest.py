"""A company with its people, and the links that invitations carry."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.database import db
from foundation.mail import Message
from tests.factories import make_person, make_supplier


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
