"""From an empty tender to the documents, as an officer and a supplier go, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.rules.roles import Role
from foundation import clock
from tests import factories
from tests.browser import officer as officers
from tests.browser import supplier as suppliers

OFFICER, LEAD = "officer@marlwick.test", "lead@larkmead.test"


@pytest.fixture
def people(records):
    """An officer of a borough and the lead of a supplier's bid."""
    with records():
        borough = factories.make_authority("London Borough of Marlwick")
        factories.make_person(Role.OFFICER, borough, name="Ines Calloway", email=OFFICER)
        company = factories.make_supplier("Larkmead Sensing", legal_name="Larkmead Sensing Ltd")
        factories.make_person(Role.BID_LEAD, company, name="Tom Sadler", email=LEAD)


def go_the_whole_way(visitor, set_forward, *, javascript, pack):
    tender, bid = officers.example("tender"), officers.example("larkmead-sensing")
    closes_at = clock.now() + timedelta(days=9)

    officer = visitor(javascript=javascript)
    officer.sign_in(OFFICER)
    officers.create_tender(
        officer,
        title=tender["title"],
        reference=tender["reference"],
        pack=pack,
        closes_at=closes_at,
    )
    officers.enter_facts(officer, tender["facts"])
    officers.publish(officer)
    officer.sign_out()

    supplier = visitor(javascript=javascript)
    supplier.sign_in(LEAD)
    address = suppliers.start_bid(supplier, tender["title"])
    suppliers.answer_everything(supplier, address, bid["answers"])
    suppliers.submit(supplier, address)

    set_forward(closes_at + timedelta(hours=1))


def test_from_publishing_to_the_receipt(visitor, people, clock_set_forward):
    go_the_whole_way(visitor, clock_set_forward, javascript=True, pack="slp-full")


def test_without_javascript(visitor, people, clock_set_forward):
    go_the_whole_way(visitor, clock_set_forward, javascript=False, pack="slp-essential")
