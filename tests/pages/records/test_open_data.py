"""Releases are written one an event, are valid, and tell of bids only once an award is told."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from itertools import zip_longest

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from app import JOB_HANDLERS
from foundation import clock
from foundation.database import db, transaction
from foundation.jobs import run_due_jobs
from records.compiled import compiled_release, release_schema
from records.models import OpenDataRelease
from records.service.open_data import write_releases
from tenders import service as tenders
from tenders.models import Amendment, Notice, TenderRisk
from tenders.queries import frozen_text
from tenders.rules.lifecycle import Stage
from tenders.service.planning import save_sheet
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_tender,
    publish,
    viewer_of,
)
from tests.ocds import mistakes, unknown_fields
from tests.open_data_made import FACTS, publish_page, record_notice
from tests.pages.scoring.conftest import CLOSES_AT, NOON


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, closes_at=CLOSES_AT, facts=FACTS)


NEW_EACH_TIME = re.compile(r'name="csrf_token" value="[^"]*"')
PACKAGE, RECORD = "/release-package.json", "/record-package.json"


def run_jobs():
    run_due_jobs(JOB_HANDLERS)


def releases(tender):
    run_jobs()
    rows = db.session.scalars(
        select(OpenDataRelease)
        .where(OpenDataRelease.tender_id == tender.id)
        .order_by(OpenDataRelease.number)
    )
    return [json.loads(row.text) for row in rows]


@pytest.mark.both_databases
def test_publishing_a_tender_writes_its_release(tender):
    (made,) = releases(tender)

    assert made["tag"] == ["tender"]
    assert made["ocid"] == f"unregistered-{tender.token}"
    assert made["tender"]["aboveThreshold"] is True
    assert made["tender"]["value"] == {"amountGross": 412000.5, "currency": "GBP"}
    assert made["tender"]["tenderPeriod"] == {
        "startDate": "2026-12-01T12:00:00Z",
        "endDate": "2026-12-02T12:00:00Z",
    }
    # In summer London is an hour ahead of what is written.
    assert made["tender"]["lots"][0]["contractPeriod"] == {
        "startDate": "2027-03-31T23:00:00Z",
        "endDate": "2030-03-31T22:59:59Z",
        "maxExtentDate": "2031-03-31T22:59:59Z",
    }


def test_award_criteria_come_to_a_hundred_percent(tender):
    (made,) = releases(tender)

    criteria = made["tender"]["lots"][0]["awardCriteria"]["criteria"]
    assert criteria[-1]["type"] == "price"
    assert criteria[-1]["numbers"] == [{"number": 40, "weight": "percentageExact"}]
    assert round(sum(one["numbers"][0]["number"] for one in criteria), 6) == 100


@pytest.mark.both_databases
def test_a_second_run_writes_nothing(tender):
    releases(tender)
    before = [(one.number, one.sha256) for one in db.session.scalars(select(OpenDataRelease))]

    assert write_releases(tender) == 0
    assert [
        (one.number, one.sha256) for one in db.session.scalars(select(OpenDataRelease))
    ] == before


def hashes():
    return [(one.number, one.sha256) for one in db.session.scalars(select(OpenDataRelease))]


def test_a_draft_has_no_release(officer):
    draft = make_tender(officer)

    assert write_releases(draft) == 0


def test_a_notice_recorded_before_publication_is_told_of_with_it(officer, at):
    at(NOON)
    draft = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    record_notice(draft, officer, "UK4", address="https://find.example/012345-2026")
    record_notice(draft, officer, "UK3")
    at(NOON + timedelta(hours=1))
    publish(draft, officer)

    planned, published = releases(draft)

    assert [planned["tag"], published["tag"]] == [["planning"], ["tender"]]
    assert [one.get("noticeType") for one in published["tender"]["documents"]] == [None, "UK4"]


@pytest.mark.parametrize("kind", ["UK2", "UK3", "UK4", "UK5"])
def test_a_notice_struck_out_before_publication_is_told_of_nowhere(officer, at, kind):
    at(NOON)
    draft = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    notice = record_notice(draft, officer, kind)
    at(NOON + timedelta(minutes=30))
    with transaction():
        notice.struck_at, notice.struck_because = clock.now(), "It was of another purchase"
    at(NOON + timedelta(hours=1))
    publish(draft, officer)

    (published,) = releases(draft)

    assert published["tag"] == ["tender"]
    assert notice.token not in json.dumps(published)


@pytest.mark.parametrize("kind", ["UK3", "UK4"])
def test_a_notice_struck_out_after_publication_is_marked_so_after_the_tender(officer, at, kind):
    at(NOON)
    draft = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    notice = record_notice(draft, officer, kind)
    at(NOON + timedelta(hours=1))
    publish(draft, officer)
    at(NOON + timedelta(hours=2))
    with transaction():
        notice.struck_at, notice.struck_because = clock.now(), "It was of another purchase"

    told = releases(draft)

    tags = [one["tag"][0] for one in told]
    assert tags == [*(["planning"] if kind == "UK3" else []), "tender", "tenderUpdate"]
    assert [one["date"] for one in told] == sorted(one["date"] for one in told)
    assert "It was of another purchase" in json.dumps(told[-1])


def test_known_risks_and_the_identifier_of_the_platform_are_told(officer, at):
    at(NOON)
    draft = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    by = viewer_of(officer)
    record_notice(draft, officer, "UK4", ocid="ocds-h6vhtk-012345")
    for known, title in ((True, "The bridge may close"), (False, "Rain")):
        db.session.add(
            TenderRisk(
                tender_id=draft.id,
                title=title,
                text="Nobody can say when",
                treatment="",
                is_known_risk=known,
                reason="No contract moves a bridge",
                saved_at=clock.now(),
                saved_by_id=officer.id,
            )
        )
    db.session.commit()
    tenders.publish_tender(draft, by=by, libraries={})

    made = releases(draft)
    assert {one["ocid"] for one in made} == {"ocds-h6vhtk-012345"}
    published = next(one for one in made if one["tag"] == ["tender"])
    assert published["tender"]["riskDetails"] == (
        "The bridge may close. Nobody can say when. No contract moves a bridge"
    )


def test_an_award_is_told_once_its_notice_is_recorded(tender, decided, officer):
    assert [one["tag"] for one in releases(tender)] == [["tender"]]

    record_notice(tender, officer, "UK6", published_on=date(2026, 11, 24))
    write_releases(tender)

    *_, made = releases(tender)
    assert made["tag"] == ["award"]
    (award,) = made["awards"]
    assert award["status"] == "pending"
    assert [one["name"] for one in award["suppliers"]] == ["Larkfield Limited"]
    # 30 November is a bank holiday in Scotland, so the eighth working day is 4 December.
    assert award["standstillPeriod"] == {
        "startDate": "2026-11-24T00:00:00Z",
        "endDate": "2026-12-04T23:59:59Z",
    }
    assert made["bids"]["statistics"] == [
        {"id": "finalStageBids-1", "measure": "finalStageBids", "relatedLot": "1", "value": 2}
    ]
    supplier = next(one for one in made["parties"] if "supplier" in one["roles"])
    assert supplier["identifier"] == {
        "scheme": "GB-COH",
        "id": "01234567",
        "legalName": "Larkfield Limited",
    }


def test_nothing_in_open_data_depends_on_bids_before_the_award_is_told(
    tender, decided, officer, client
):
    record_notice(tender, officer, "UK4")
    write_releases(tender)
    publish_page(tender, officer)

    told = json.dumps(releases(tender)) + client.get(f"/open/{tender.token}").text
    assert [name for name in ("Larkfield", "Rook", "finalStageBids") if name in told] == []


def differences(these, those):
    """Return the lines by which pages seen at the same moments differ."""
    return [
        (one, other)
        for pages, others in zip(these, those, strict=True)
        for page, beside in zip(pages, others, strict=True)
        for one, other in zip_longest(page.splitlines(), beside.splitlines())
        if one != other
    ]


def test_with_and_without_bids_everybody_sees_the_same_before_the_decision(
    tender, officer, make_bid, client, client_for, at
):
    publish_page(tender, officer, chain_elements=["air_quality"], shows=["statistics", "chain"])
    stem = f"/tenders/{tender.token}/open-data"
    public = ["/open", *(f"/open/{tender.token}{end}" for end in ("", PACKAGE, RECORD))]
    inside = [stem, *(f"{stem}/pages/{name}" for name in ("text", "details", "assessment-dpia"))]

    def seen():
        buyer = client_for(officer)
        answers = [client.get(one) for one in public] + [buyer.get(one) for one in inside]
        assert {answer.status_code for answer in answers} == {200}
        return [NEW_EACH_TIME.sub("", answer.text) for answer in answers]

    moments = (NOON + timedelta(hours=1), CLOSES_AT + timedelta(minutes=1))
    empty = [seen() for moment in moments if at(moment)]
    at(NOON + timedelta(minutes=5))
    make_bid("Larkfield")
    run_jobs()

    assert differences([seen() for moment in moments if at(moment)], empty) == []


def test_every_package_is_valid_and_uses_no_field_nobody_declared(tender, decided, officer, client):
    details = {
        "description": "Sensors",
        "category": "goods",
        "cpv": "38344000",
        "cpv_title": "Pollution-monitoring devices",
        "suits_sme": "yes",
        "suits_vcse": "no",
        "authority_ppon": "ABCD-1234-EFGH",
        "contract_value": "399000",
        "winner_scale": "sme",
        "sme_bids": "2",
        "vcse_bids": "0",
        "signed_on": "2026-12-20",
    }
    save_sheet(tender, "notices", details, version=0, by=viewer_of(officer))
    address = "https://www.find-tender.example/Notice/012345-2026"
    for kind in ("UK3", "UK4", "UK6", "UK7", "UK9", "UK10", "UK11"):
        record_notice(tender, officer, kind, address=address)
    db.session.scalars(select(Notice).where(Notice.kind == "UK4")).one().struck_at = clock.now()
    db.session.commit()
    publish_page(tender, officer)

    package = client.get(f"/open/{tender.token}/release-package.json").json
    record = client.get(f"/open/{tender.token}/record-package.json").json

    assert mistakes(package, "release-package-schema.json") == []
    assert mistakes(record, "record-package-schema.json") == []
    told = package["releases"]
    assert {tag for one in told for tag in one["tag"]} == {
        "tender",
        "planning",
        "tenderUpdate",
        "award",
        "contract",
        "implementation",
        "contractAmendment",
        "contractTermination",
    }
    assert [found for one in told for found in unknown_fields(one, release_schema())] == []
    roles = {role for one in told for party in one["parties"] for role in party["roles"]}
    assert roles == {"buyer", "tenderer", "supplier"}
    compiled = record["records"][0]["compiledRelease"]
    assert compiled["tag"] == ["compiled"]
    assert compiled["awards"][0]["status"] == "active"
    assert len(compiled["tender"]["lots"][0]["awardCriteria"]["criteria"]) == len(
        told[0]["tender"]["lots"][0]["awardCriteria"]["criteria"]
    )
    assert compiled["contracts"][0]["status"] == "terminated"
    assert compiled["contracts"][0]["dateSigned"] == "2026-12-20T00:00:00Z"


def test_the_compiled_release_is_what_the_library_makes_of_the_releases(tender, decided, officer):
    record_notice(tender, officer, "UK6")
    write_releases(tender)
    listed = releases(tender)

    made = compiled_release(listed)

    assert made["date"] == max(one["date"] for one in listed)
    assert made["tender"]["status"] == "complete"


def test_open_data_is_public_only_once_an_officer_published_the_page(tender, officer, client):
    addresses = [
        f"/open/{tender.token}{rest}"
        for rest in ("", "/release-package.json", "/record-package.json")
    ]
    run_jobs()
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]

    publish_page(tender, officer)

    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]


def test_open_data_may_be_kept_by_everybody_and_pages_by_nobody(tender, officer, client):
    publish_page(tender, officer)

    data = client.get(f"/open/{tender.token}/release-package.json")
    again = client.get(
        f"/open/{tender.token}/release-package.json",
        headers={"If-None-Match": data.headers["ETag"]},
    )

    assert data.headers["Cache-Control"] == "public, max-age=300"
    assert data.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in data.headers
    assert again.status_code == 304
    page = client.get(f"/open/{tender.token}")
    assert page.headers["Cache-Control"] == "no-store"
    missing = client.get("/open/AAAAAAAAAAAAAAAAAAAAAA/release-package.json")
    assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")


def test_an_amendment_is_an_update_with_its_reason_and_the_new_closing_time(tender, at):
    releases(tender)
    at(NOON + timedelta(hours=1))
    with transaction():
        db.session.add(
            Amendment(
                tender_id=tender.id,
                number=1,
                reason="The map came late",
                text_before=frozen_text(tender),
                sha256_before=tender.questionnaire_sha256,
                sha256_after=tender.questionnaire_sha256,
                closed_before=CLOSES_AT,
                closes_after=CLOSES_AT + timedelta(days=3),
                affected_parts=[],
                published_at=clock.now(),
                published_by_id=tender.published_by_id,
            )
        )
        tender.closes_at = CLOSES_AT + timedelta(days=3)
    write_releases(tender)

    first, second = releases(tender)

    assert first["tender"]["tenderPeriod"]["endDate"] == "2026-12-02T12:00:00Z"
    assert second["tag"] == ["tenderUpdate"]
    assert second["tender"]["tenderPeriod"]["endDate"] == "2026-12-05T12:00:00Z"
    assert second["tender"]["amendments"][0]["rationale"] == "The map came late"


def cancel(tender):
    with transaction():
        tender.stage = Stage.CANCELLED
        tender.cancelled_at = clock.now()
        tender.cancelled_because = "The money went to the bridge"


def test_a_cancelled_tender_is_told_of_with_its_reason(tender, at):
    at(NOON + timedelta(hours=1))
    cancel(tender)
    write_releases(tender)

    *_, made = releases(tender)

    assert made["tag"] == ["tenderCancellation"]
    assert (made["tender"]["status"], made["tender"]["statusDetails"]) == (
        "cancelled",
        "The money went to the bridge",
    )


def test_where_there_was_a_tender_notice_its_termination_is_published_first(tender, officer, at):
    at(NOON + timedelta(hours=1))
    record_notice(tender, officer, "UK4")
    cancel(tender)
    write_releases(tender)
    assert [one["tag"] for one in releases(tender)] == [["tender"], ["tenderUpdate"]]

    record_notice(tender, officer, "UK12")
    write_releases(tender)

    assert [one["tag"] for one in releases(tender)][-1] == ["tenderCancellation"]


def test_another_authority_finds_no_open_data_to_write(tender, client_for):
    stranger = make_person(Role.OFFICER, make_authority("Elsewhere"))

    page = client_for(stranger).get(f"/tenders/{tender.token}/open-data")

    assert page.status_code == 404
