"""The library of a company: its pages, who may see them, and what stays sealed."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from supplier_portal.models import Document
from supplier_portal.queries import library
from supplier_portal.rules.library import DocumentFacts, DocumentKind
from supplier_portal.service import NewFile
from supplier_portal.service import library as service
from tests.factories import make_person, make_supplier, viewer_of
from tests.pages.supplier_portal.test_sealed import spellings

CANARY = "Quincunx-Zephyr-4712"
PDF = b"%PDF-1.7\n" + CANARY.encode() + b"\n%%EOF\n"
CERTIFICATE = {
    "title": "ISO 27001 of the whole company",
    "certificate.scheme": "iso-27001",
    "certificate.edition": "2022",
    "certificate.number": "IS 4711",
    "certificate.body": "Northgate Certification",
    "certificate.accreditation": "ukas",
    "certificate.holder": "bidder",
    "certificate.holder_name": "Larkfield Sensors Limited",
    "certificate.scope": "Hosting and support of all services",
    "certificate.issued-day": "1",
    "certificate.issued-month": "2",
    "certificate.issued-year": "2026",
    "certificate.expires-day": "31",
    "certificate.expires-month": "1",
    "certificate.expires-year": "2029",
}


@pytest.fixture
def keep(lead):
    """Keep a document with a file, as the service does for the pages."""

    def add(title="Information security policy", data=PDF, **facts):
        by = viewer_of(lead)
        kind = facts.pop("kind", DocumentKind.POLICY)
        document = service.add_document(DocumentFacts(title, kind, **facts), by=by)
        kept = library.document_of(by, document.token)
        service.add_revision(kept, NewFile(f"{title}.pdf", data), by=by)
        return library.document_of(by, document.token)

    return add


def test_a_certificate_is_typed_first_and_its_file_added_after(client_for, lead):
    client = client_for(lead)
    typed = client.post("/library/new?kind=certificate", data=CERTIFICATE)
    refused = client.post(typed.location, data={"file": (io.BytesIO(b"no pdf"), "certificate.pdf")})
    taken = client.post(typed.location, data={"file": (io.BytesIO(PDF), "certificate.pdf")})
    (kept,) = library.library_of(viewer_of(lead))

    assert (typed.status_code, refused.status_code, taken.status_code) == (302, 422, 302)
    assert (kept.facts.valid_to, kept.facts.details["number"]) == ("2029-01-31", "IS 4711")
    assert (kept.current.number, kept.current.name) == (1, "certificate.pdf")
    assert client.get(f"{taken.location}/files/1").data == PDF


@pytest.mark.parametrize("kind", ["policy", "report", "insurance", "other"])
def test_a_document_of_another_kind_has_a_title_and_dates(client_for, lead, kind):
    typed = client_for(lead).post(
        f"/library/new?kind={kind}",
        data={
            "title": "Cover of the company",
            "kind": kind,
            "valid_to-day": "3",
            "valid_to-month": "3",
            "valid_to-year": "2027",
        },
    )
    (kept,) = library.library_of(viewer_of(lead))

    assert typed.status_code == 302
    assert (kept.facts.kind, kept.facts.valid_to, kept.current) == (kind, "2027-03-03", None)


def test_what_was_typed_stands_again_beside_what_is_wrong(client_for, lead):
    wrong = CERTIFICATE | {"certificate.number": "", "certificate.expires-year": "2025"}
    page = client_for(lead).post("/library/new?kind=certificate", data=wrong)

    assert page.status_code == 422
    assert page.text.count("Enter the certificate number") == 2
    assert "Hosting and support of all services" in page.text
    assert library.library_of(viewer_of(lead)) == []


def test_a_certificate_does_not_expire_before_its_issue(client_for, lead):
    wrong = CERTIFICATE | {"certificate.expires-year": "2025"}
    page = client_for(lead).post("/library/new?kind=certificate", data=wrong)

    assert page.status_code == 422
    assert page.text.count("Enter a date of expiry that is not before the date of issue") == 2


def test_a_newer_version_is_typed_first_and_counts_once_its_file_is_there(client_for, lead, keep):
    kept, client = keep(valid_to="2027-01-31"), client_for(lead)
    url = f"/library/{kept.token}"
    newer = {
        "kind": "policy",
        "title": "Information security policy",
        "valid_to-day": "31",
        "valid_to-month": "1",
        "valid_to-year": "2028",
    }
    typed = client.post(f"{url}/newer", data=newer)
    before = library.document_of(viewer_of(lead), kept.token)
    client.post(typed.location, data={"file": (io.BytesIO(PDF + b"2"), "second.pdf")})
    after = library.document_of(viewer_of(lead), kept.token)

    assert (before.facts.valid_to, before.current.number) == ("2027-01-31", 1)
    assert (after.facts.valid_to, after.current.number) == ("2028-01-31", 2)
    assert (after.facts_of(1).valid_to, after.next_facts) == ("2027-01-31", None)
    assert client.get(f"{url}/files/1").data == PDF
    assert client.get(f"{url}/files/2").data == PDF + b"2"
    assert client.get(f"{url}/files/3").status_code == 404


def test_a_retired_document_is_listed_only_when_asked_for(client_for, lead, keep):
    kept, client = keep(title="Old policy of 2019"), client_for(lead)
    client.post(f"/library/{kept.token}/retire")

    assert "Old policy of 2019" not in client.get("/library").text
    assert client.get("/library?state=retired").text.count("Old policy of 2019") == 1
    assert client.post(f"/library/{kept.token}/file", data={}).status_code == 422
    refused = client.post(
        f"/library/{kept.token}/file", data={"file": (io.BytesIO(PDF), "new.pdf")}
    )
    assert "You cannot change this document because it is retired" in refused.text
    client.post(f"/library/{kept.token}/restore")
    assert client.get("/library").text.count("Old policy of 2019") == 1


def test_what_expires_first_stands_first_and_the_address_filters(client_for, lead, keep, at):
    at(clock.now().replace(year=2026, month=11, day=22))
    keep("Insurance of the fleet", kind=DocumentKind.INSURANCE, valid_to="2026-12-24")
    keep("Report without an end", kind=DocumentKind.REPORT)
    keep("Policy that ran out", valid_to="2026-11-21")
    keep("Policy for years", valid_to="2030-01-01")
    client = client_for(lead)

    def listed(address):
        text = client.get(address).text
        titles = [kept.facts.title for kept in library.library_of(viewer_of(lead))]
        return sorted((title for title in titles if title in text), key=text.index)

    assert listed("/library") == [
        "Policy that ran out",
        "Insurance of the fleet",
        "Policy for years",
        "Report without an end",
    ]
    assert listed("/library?kind=insurance") == ["Insurance of the fleet"]
    assert listed("/library?state=expired") == ["Policy that ran out"]
    assert listed("/library?state=expires-soon") == ["Insurance of the fleet"]
    assert listed("/library?words=years+policy") == ["Policy for years"]
    assert listed("/library?state=unheard-of&kind=none") == listed("/library")


def test_two_hundred_documents_cost_as_many_statements_as_two(
    client_for, lead, keep, statements_counted
):
    client = client_for(lead)
    for number in range(2):
        keep(f"Policy {number}")
    client.get("/library")
    with statements_counted() as few:
        client.get("/library")
    by = viewer_of(lead)
    for number in range(198):
        service.add_document(DocumentFacts(f"More {number}", DocumentKind.OTHER), by=by)
    with statements_counted() as many:
        page = client.get("/library")

    assert page.text.count('<th scope="row"') == 200
    assert len(many) == len(few)
    assert len(many) <= 15


def test_another_company_and_the_buying_side_find_nothing(client_for, keep):
    kept = keep()
    other = client_for(make_person(Role.BID_LEAD, make_supplier("Brackenbury Data")))
    pages = ["", "/facts", "/newer", "/file", "/files/1"]

    assert [other.get(f"/library/{kept.token}{page}").status_code for page in pages] == [404] * 5
    assert other.post(f"/library/{kept.token}/retire").status_code == 404
    assert "Your library is empty" in other.get("/library").text
    for role in (Role.OFFICER, Role.EVALUATOR, Role.ADMINISTRATOR, Role.AUDITOR):
        assert client_for(role).get("/library").status_code == 403


def test_somebody_brought_in_for_one_tender_does_not_see_the_library(
    client_for, supplier, tender, keep
):
    kept = keep()
    helper = client_for(make_person(Role.CONTRIBUTOR, supplier, tender_id=tender.id))

    assert helper.get("/library").status_code == 404
    assert helper.get(f"/library/{kept.token}/files/1").status_code == 404
    assert helper.get("/library/new").status_code == 404


def test_a_reader_of_the_company_reads_and_changes_nothing(client_for, supplier, keep):
    kept = keep()
    reader = client_for(make_person(Role.SUPPLIER_READER, supplier))

    assert reader.get(f"/library/{kept.token}/files/1").data == PDF
    assert reader.post(f"/library/{kept.token}/retire").status_code == 403
    assert reader.get(f"/library/{kept.token}").text.count("Retire the document") == 0


@pytest.mark.sqlite
def test_nothing_of_a_document_stands_in_the_database_or_the_folder_of_files(app, keep, lead):
    kept = keep(CANARY, kind=DocumentKind.OTHER)
    service.edit_document(
        kept,
        DocumentFacts.of_certificate(CANARY, {"scope": CANARY, "expires": "2027-01-01"}),
        by=viewer_of(lead),
    )
    db.session.commit()

    files = [path for path in Path(app.instance_path).rglob("*") if path.is_file()]
    found = [
        (path.name, spelling)
        for path in files
        for spelling in spellings(CANARY)
        if spelling in path.read_bytes()
    ]

    assert any(path.suffix == ".db" for path in files)
    assert found == []
    assert not any(CANARY in entry for entry in db.session.scalars(select(AuditEntry.details)))


@pytest.mark.both_databases
def test_four_newer_files_at_once_get_four_numbers(app, keep, lead):
    kept, by, started = keep(), viewer_of(lead), threading.Barrier(4)
    db.session.commit()

    def add(number):
        with app.app_context():
            started.wait()
            service.add_revision(kept, NewFile(f"{number}.pdf", PDF), by=by)
            db.session.remove()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = [file.number for file in library.document_of(by, kept.token).files]

    assert numbers == [5, 4, 3, 2, 1]
    assert db.session.scalars(select(Document)).one().retired_at is None


def test_a_document_that_ends_today_is_still_valid_and_tomorrow_expired(keep, at):
    today = clock.london(clock.now()).date()
    kept = keep(valid_to=today.isoformat())

    assert kept.validity(today) == "expires-soon"
    assert kept.validity(today + timedelta(days=1)) == "expired"


def test_a_certificate_of_which_nothing_is_said_is_not_kept(client_for, lead):
    page = client_for(lead).post("/library/new?kind=certificate", data={"title": "ISO 27001"})

    assert (page.status_code, page.text.count("Enter the details of the certificate")) == (422, 2)
    assert db.session.scalars(select(Document)).all() == []
