"""A colleague saves a draft's details or facts meanwhile: nothing is overwritten unseen."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from accounts.rules.roles import Role
from tests.factories import make_authority, make_person, make_tender

STORED = {"personal_data": "yes", "value": "1000"}


@pytest.fixture
def authority(app, at):
    at(datetime(2026, 5, 1, tzinfo=UTC))
    return make_authority()


@pytest.fixture
def officer(authority):
    return make_person(Role.OFFICER, authority)


@pytest.fixture
def tender(officer):
    closes_at = datetime(2026, 12, 1, 12, tzinfo=UTC)
    return make_tender(officer, title="Sensors", closes_at=closes_at, facts=STORED)


@pytest.fixture
def mine(client_for, officer):
    return client_for(officer)


@pytest.fixture
def theirs(client_for, authority):
    return client_for(make_person(Role.OFFICER, authority))


def version_in(page):
    return re.search(r'name="based_on" value="([0-9a-f]{64})"', page.text)[1]


def details(tender, **typed):
    return {
        "title": tender.title,
        "reference": tender.reference,
        "pack_id": tender.pack_id,
        "quality_weight": "60",
        "closes_at-day": "1",
        "closes_at-month": "12",
        "closes_at-year": "2026",
        "closes_at-time": "12:00",
    } | typed


def test_facts_a_colleague_saved_meanwhile_are_shown_and_not_overwritten(mine, theirs, tender):
    address = f"/tenders/{tender.token}/facts"
    seen = version_in(mine.get(address))
    theirs.post(address, data={"personal_data": "no", "value": "1000", "ai": "yes"})
    sent = {"personal_data": "yes", "value": "2500", "based_on": seen}

    page = mine.post(address, data=sent)

    assert page.status_code == 422
    assert "A colleague saved this page after you opened it" in page.text
    assert tender.facts == {"personal_data": "no", "value": "1000", "ai": "yes"}
    said = set(re.findall(r'id="colleague-([a-z_]+)"', page.text))
    assert said == {"personal_data", "value", "ai"}
    assert 'name="personal_data" type="radio" value="yes" checked' in page.text
    assert 'name="ai" type="radio" value="yes" checked' in page.text
    assert 'value="2500"' in page.text
    assert "£1,000" in page.text

    again = mine.post(address, data=sent | {"based_on": version_in(page), "ai": "yes"})

    assert again.status_code == 302
    assert tender.facts == {"personal_data": "yes", "value": "2500", "ai": "yes"}


def test_details_a_colleague_saved_meanwhile_are_shown_and_not_overwritten(mine, theirs, tender):
    address = f"/tenders/{tender.token}/edit"
    seen = version_in(mine.get(address))
    theirs.post(address, data=details(tender, title="Air sensors"))
    sent = details(tender, title="Sensors in streets", based_on=seen)
    sent |= dict.fromkeys((name for name in sent if name.startswith("closes_at")), "")

    page = mine.post(address, data=sent)

    assert page.status_code == 422
    assert tender.title == "Air sensors"
    assert re.findall(r'id="colleague-([a-z_]+)"', page.text) == ["title", "closes_at"]
    assert 'value="Sensors in streets"' in page.text
    assert ">Air sensors</p>" in page.text
    assert 'name="closes_at-time" type="text" value="12:00"' in page.text

    again = mine.post(
        address,
        data=details(tender, title="Sensors in streets", based_on=version_in(page)),
    )

    assert again.status_code == 302
    assert tender.title == "Sensors in streets"


def test_saving_what_a_colleague_saved_as_well_is_no_clash(mine, theirs, tender):
    facts, edit = (f"/tenders/{tender.token}/{page}" for page in ("facts", "edit"))
    seen = {address: version_in(mine.get(address)) for address in (facts, edit)}
    theirs.post(facts, data={"ai": "no"})
    theirs.post(edit, data=details(tender, title="Air sensors"))

    saved = [
        mine.post(facts, data={"ai": "no", "based_on": seen[facts]}),
        mine.post(edit, data=details(tender, title="Air sensors", based_on=seen[edit])),
    ]

    assert [page.status_code for page in saved] == [302, 302]


def test_details_and_facts_are_saved_side_by_side(mine, theirs, tender):
    seen = version_in(mine.get(f"/tenders/{tender.token}/facts"))
    theirs.post(f"/tenders/{tender.token}/edit", data=details(tender, title="Air sensors"))

    answer = mine.post(f"/tenders/{tender.token}/facts", data={"ai": "no", "based_on": seen})

    assert answer.status_code == 302
    assert (tender.title, tender.facts) == ("Air sensors", {"ai": "no"})
