"""What is fixed is shown to officers and suppliers alike, under the hash anybody can compute."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.roles import Role
from foundation.canonical import sha256_hex
from tests import two_people
from tests.amendments_made import amend
from tests.factories import make_authority, make_open_tender, make_person, make_tender

NOON = datetime(2026, 10, 1, 11, tzinfo=UTC)
# Noon in London in December.
CLOSES_AT = datetime(2026, 12, 4, 12, tzinfo=UTC)


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(Role.OFFICER, make_authority(), name="Ines Roy")


@pytest.fixture
def tender(officer, client_for):
    """Published through the pages, with everything the application freezes."""
    draft = make_tender(officer, pack_id="slp-essential", closes_at=CLOSES_AT)
    two_people.publish(client_for, client_for(officer), f"/tenders/{draft.token}", officer)
    return draft


def words(page):
    return " ".join(html.unescape(page.text).split())


def rows(page):
    return re.findall(r"<dt[^>]*>([^<]*)</dt>", page.text)


def test_officers_and_suppliers_read_the_same_items(tender, officer, client_for):
    ours = client_for(officer).get(f"/tenders/{tender.token}/fixed")
    theirs = client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}/fixed")

    for label in (
        "Hash (SHA-256)",
        "Questions",
        "Weights",
        "Marks",
        "Price",
        "Rounding and ranking",
        "Ties",
        "Abnormally low bids",
        "In time",
        "Late bids",
        "Clause library",
    ):
        assert (label, rows(ours).count(label), rows(theirs).count(label)) == (label, 1, 1)
    for page in (ours, theirs):
        assert "11:59:59 is in time, 12:00:00 is late" in words(page)
        assert tender.questionnaire_sha256 in page.text


def test_the_text_gives_the_hash_that_is_shown(tender, officer, client_for):
    supplier, desk = client_for(Role.BID_LEAD), client_for(officer)
    pages = (
        (desk, f"/tenders/{tender.token}"),
        (supplier, f"/opportunities/{tender.token}"),
    )
    for client, path in pages:
        page = client.get(f"{path}/fixed").text
        (shown,) = re.findall(r'app-fingerprint">(\w{64})', page)
        assert f'href="{path}/questionnaire.json"' in page
        assert sha256_hex(client.get(f"{path}/questionnaire.json").data) == shown


def test_who_agreed_is_named_to_colleagues_only(tender, officer, client_for):
    ours = words(client_for(officer).get(f"/tenders/{tender.token}/fixed"))
    theirs = words(client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}/fixed"))

    assert "Ines Roy, 1 October 2026, 12:00 noon (UK time)" in ours
    assert "Ines Roy" not in theirs
    assert "Two people of the council agreed to this text before it was published" in theirs


def test_a_tender_without_a_second_person_says_so(officer, client_for):
    tender = make_open_tender(officer)

    shown = client_for(officer).get(f"/tenders/{tender.token}/fixed").text

    assert "No second person is recorded for this tender." in shown


def test_a_draft_has_nothing_fixed(officer, client_for):
    draft = make_tender(officer)

    sent = client_for(officer).get(f"/tenders/{draft.token}/fixed")

    assert sent.location == f"/tenders/{draft.token}"
    assert client_for(Role.BID_LEAD).get(f"/opportunities/{draft.token}/fixed").status_code == 404


def test_a_closing_time_that_moved_is_read_to_the_second(tender, officer, client_for):
    later = CLOSES_AT + timedelta(days=7, hours=5)
    amend(tender, officer, closes_at=later)

    shown = words(client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}/fixed"))

    assert "16:59:59 is in time, 17:00:00 is late" in shown


@pytest.mark.parametrize(
    ("role", "path"),
    [(Role.OFFICER, "/tenders/{}/fixed"), (Role.BID_LEAD, "/opportunities/{}/fixed")],
)
def test_the_page_takes_few_statements(role, path, tender, officer, client_for, statements_counted):
    web = client_for(officer if role is Role.OFFICER else role)

    with statements_counted() as statements:
        web.get(path.format(tender.token))

    assert len(statements) <= 10


def test_another_authority_finds_nothing(tender, client_for):
    assert client_for(Role.OFFICER).get(f"/tenders/{tender.token}/fixed").status_code == 404


def test_it_is_said_that_moving_the_closing_time_alone_keeps_the_hash(tender, client_for):
    page = client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}/fixed")

    assert "moving the closing time alone leaves the hash as it is." in words(page)
