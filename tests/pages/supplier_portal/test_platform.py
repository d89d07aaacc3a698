"""Identifiers and share codes of the Central Digital Platform, recorded instead of repeated."""

from __future__ import annotations

import io
import json

import pytest

from accounts.rules.roles import Role
from foundation import clock
from supplier_portal import queries, service
from supplier_portal.queries.platform import recorded
from supplier_portal.rules.platform import OnPlatform, PlatformRole
from supplier_portal.rules.submission import TooLate
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
COMPANY = {
    "version": "0",
    "role": "bidder",
    "name": "Larkfield Sensors Limited",
    "ppon": "pwvm-7396-gplm",
    "share_code": "HDJ2123F",
    "shared_on-day": "1",
    "shared_on-month": "3",
    "shared_on-year": "2026",
    "confirmed": "confirmed",
}


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def here(bid):
    return f"/bids/{bid.token}/platform"


@pytest.mark.both_databases
def test_a_supplier_is_recorded_and_handed_in_with_the_bid(client, bid, here, lead):
    sent = client.post(f"{here}/0", data=COMPANY)

    assert sent.location == here
    client.post(f"{here}/0", data={**COMPANY, "version": "1", "role": "consortium-member"})
    submission = service.submit_bid(
        bid,
        by=viewer_of(lead),
        arrived_at=clock.now(),
        declared_by="Mara Voss",
        knows_missing=True,
    )
    handed_in = json.loads(queries.submitted_text(bid, submission))["platform"]
    assert [(one["role"], one["ppon"], one["share_code"]) for one in handed_in] == [
        ("bidder", "PWVM-7396-GPLM", "HDJ2123F"),
        ("consortium-member", "PWVM-7396-GPLM", "HDJ2123F"),
    ]


def test_a_wrong_identifier_is_told_at_its_field_and_nothing_typed_is_lost(client, bid, here):
    sent = client.post(f"{here}/0", data={**COMPANY, "ppon": "12345"})

    assert sent.status_code == 422
    assert 'value="12345"' in sent.text
    assert 'value="Larkfield Sensors Limited"' in sent.text
    assert '<a href="#ppon">Enter the identifier as the platform shows it' in sent.text
    assert recorded(bid).suppliers == ()


def test_a_list_changed_meanwhile_is_not_written_over(client, bid, here):
    client.post(f"{here}/0", data=COMPANY)

    sent = client.post(f"{here}/1", data={**COMPANY, "name": "Another Ltd"})

    assert sent.status_code == 422
    assert 'value="Another Ltd"' in sent.text
    assert [one.name for one in recorded(bid).suppliers] == ["Larkfield Sensors Limited"]


def test_a_supplier_is_changed_and_taken_off_the_list(client, bid, here):
    client.post(f"{here}/0", data=COMPANY)

    client.post(f"{here}/1", data={**COMPANY, "version": "1", "name": "Larkfield Group Ltd"})
    assert [one.name for one in recorded(bid).suppliers] == ["Larkfield Group Ltd"]

    client.post(f"{here}/1/remove", data={"version": "2"})
    assert recorded(bid).suppliers == ()
    assert client.get(f"{here}/1").status_code == 404


def test_the_platforms_pdf_is_kept_and_handed_in(client, bid, here, lead):
    client.post(f"{here}/0", data=COMPANY)

    sent = client.post(
        f"{here}/1/file",
        data={"pdf": (io.BytesIO(PDF), "shared.pdf")},
        content_type="multipart/form-data",
    )

    assert sent.location == here
    submission = service.submit_bid(
        bid,
        by=viewer_of(lead),
        arrived_at=clock.now(),
        declared_by="Mara Voss",
        knows_missing=True,
    )
    content = json.loads(queries.submitted_text(bid, submission))
    assert [file["name"] for file in content["evidence"]] == ["shared.pdf"]
    assert content["platform"][0]["evidence"] == content["evidence"][0]["token"]


@pytest.mark.parametrize(("above", "expected"), [("yes", True), ("no", False)])
def test_above_the_threshold_the_page_says_what_is_missing(client_for, lead, above, expected):
    tender = make_open_tender(facts={"above_threshold": above})
    bid = service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())

    page = client_for(lead).get(f"/bids/{bid.token}/platform")

    assert ("Your company itself is not recorded" in page.text) is expected


def test_nothing_is_recorded_after_the_closing_time(bid, lead, tender):
    company = OnPlatform(PlatformRole.BIDDER, "Larkfield Sensors Limited")

    with pytest.raises(TooLate):
        service.save_on_platform(
            bid, 0, company, based_on=0, by=viewer_of(lead), arrived_at=tender.closes_at
        )

    assert recorded(bid).suppliers == ()


def test_another_company_finds_nothing(client_for, bid, here):
    other = client_for(make_person(Role.BID_LEAD, make_supplier("Brindle")))

    assert [other.get(path).status_code for path in (here, f"{here}/0")] == [404, 404]
