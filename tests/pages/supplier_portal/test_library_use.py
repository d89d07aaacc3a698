"""A document kept once serves every part and every tender: the same bytes, under each bid's key."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from accounts.rules.roles import Role
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from supplier_portal import queries, seals
from supplier_portal import service as portal
from supplier_portal.models import CompanyKey, Evidence
from supplier_portal.queries import library
from supplier_portal.rules.library import DocumentFacts, DocumentKind
from supplier_portal.service import NewFile
from supplier_portal.service import library as service
from tenders import service as tenders
from tests.factories import make_authority, make_open_tender, make_person, make_supplier, viewer_of
from tests.pages.supplier_portal.test_library import CERTIFICATE

PDF = b"%PDF-1.7\nWhat the auditor found\n%%EOF\n"
FILES = "SLP-07.g2"
FACTS = {"award_date": "2027-06-01", "contract_end": "2030-03-31"}


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, facts=FACTS, closes_at=clock.now() + timedelta(hours=2))


@pytest.fixture
def keep(lead):
    def add(title="Recovery test report", data=PDF, kind=DocumentKind.REPORT, **facts):
        by = viewer_of(lead)
        document = service.add_document(DocumentFacts(title, kind, **facts), by=by)
        service.add_revision(
            library.document_of(by, document.token), NewFile("report.pdf", data), by=by
        )
        return library.document_of(by, document.token)

    return add


@pytest.fixture
def newer(lead):
    def add(kept, data=PDF + b"newer", **facts):
        by = viewer_of(lead)
        if facts:
            said = DocumentFacts(kept.facts.title, kept.facts.kind, **facts)
            service.announce_revision(kept, said, by=by)
        service.add_revision(kept, NewFile("report-2.pdf", data), by=by)
        return library.document_of(by, kept.token)

    return add


def files_of(bid):
    return f"/bids/{bid.token}/questions/SLP-07/{FILES}/files"


def use(client, bid, *kept):
    tokens = [document.token for document in kept]
    return client.post(f"{files_of(bid)}/library", data={"document": tokens})


def stored_files(app):
    folder = app.extensions["settings"].files_folder
    return sorted(path.name for path in Path(folder).rglob("*") if path.is_file())


@pytest.mark.both_databases
def test_one_stored_file_serves_two_bids_and_both_read_it(app, client_for, lead, bid, keep):
    kept, client = keep(), client_for(lead)
    second = portal.start_bid(make_open_tender(), by=viewer_of(lead), arrived_at=clock.now())
    before = stored_files(app)
    answers = [use(client, each, kept).status_code for each in (bid, second)]
    named = [queries.answers_of(each)[FILES][0] for each in (bid, second)]

    assert answers == [302, 302]
    assert stored_files(app) == before
    for each, entry in zip((bid, second), named, strict=True):
        assert client.get(f"/bids/{each.token}/evidence/{entry['evidence']}").data == PDF
        assert entry["sha256"] == sha256_hex(PDF)
    assert named[0]["evidence"] != named[1]["evidence"]


def test_several_documents_are_used_in_one_version_of_the_answer(client_for, lead, bid, keep):
    chosen = [keep(f"Report {number}") for number in range(3)]
    use(client_for(lead), bid, *chosen)
    saved = queries.saved_answers(bid)[FILES]

    assert [entry["title"] for entry in saved.value] == ["Report 0", "Report 1", "Report 2"]
    assert saved.version == 1


def test_a_document_used_twice_is_named_once_and_not_offered_again(client_for, lead, bid, keep):
    kept, client = keep(), client_for(lead)
    use(client, bid, kept)
    use(client, bid, kept)
    page = client.get(files_of(bid)).text

    assert len(queries.answers_of(bid)[FILES]) == 1
    assert db.session.scalar(select(func.count()).select_from(Evidence)) == 1
    assert page.count("Use a document from your library") == 0


def test_nothing_ticked_is_said_beside_the_documents(client_for, lead, bid, keep):
    keep()
    page = use(client_for(lead), bid)

    assert page.status_code == 422
    assert page.text.count("Select at least one document") == 2


def test_a_document_without_a_file_or_retired_is_not_offered(client_for, lead, bid, keep):
    by = viewer_of(lead)
    service.add_document(DocumentFacts("Without a file", DocumentKind.OTHER), by=by)
    service.retire_document(keep("Retired report"), by=by)
    page = client_for(lead).get(files_of(bid)).text

    assert page.count("Without a file") == 0
    assert page.count("Retired report") == 0


def test_documents_of_another_company_cannot_be_used(client_for, bid, keep, tender):
    kept = keep()
    other = make_person(Role.BID_LEAD, make_supplier("Brackenbury Data"))
    theirs = portal.start_bid(tender, by=viewer_of(other), arrived_at=clock.now())
    refused = use(client_for(other), theirs, kept)
    foreign = use(client_for(other), bid, kept)

    assert (refused.status_code, foreign.status_code) == (404, 404)
    assert queries.answers_of(theirs) == {}


def test_a_newer_version_is_offered_to_a_draft_and_taken_with_one_button(
    client_for, lead, bid, keep, newer
):
    kept, client = keep(valid_to="2027-01-31"), client_for(lead)
    use(client, bid, kept)
    newer(kept, valid_to="2031-01-31")
    offered = client.get(files_of(bid)).text
    check = client.get(f"/bids/{bid.token}/check").text
    client.post(f"{files_of(bid)}/library/{kept.token}/newest")
    after = client.get(files_of(bid)).text
    (entry,) = queries.answers_of(bid)[FILES]

    assert offered.count("Use version 2 in this bid") == 1
    assert check.count("the bid names version 1, the newest is 2") == 1
    assert (
        offered.count("It expires 31 January 2027, before the award expected on 1 June 2027") == 1
    )
    assert after.count("Use version 2 in this bid") == 0
    assert after.count("It expires") == 0
    assert client.get(f"/bids/{bid.token}/evidence/{entry['evidence']}").data == PDF + b"newer"


def test_a_submitted_version_keeps_the_file_it_named(client_for, lead, bid, keep, newer):
    kept, client, by = keep(), client_for(lead), viewer_of(lead)
    use(client, bid, kept)
    first = portal.submit_bid(
        bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )
    newer(kept)
    client.post(f"{files_of(bid)}/library/{kept.token}/newest")
    said = json.loads(queries.submitted_text(bid, queries.submission_of(bid, first.number)))
    (named,) = said["evidence"]

    assert named["sha256"] == sha256_hex(PDF)
    assert client.get(f"/bids/{bid.token}/evidence/{named['token']}").data == PDF


@pytest.mark.both_databases
def test_after_the_opening_the_authority_reads_the_file_of_the_library(
    client_for, lead, bid, keep, tender, officer, at
):
    kept, by = keep(), viewer_of(lead)
    use(client_for(lead), bid, kept)
    portal.submit_bid(
        bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )
    at(tender.closes_at + timedelta(minutes=2))
    opener = viewer_of(officer)
    with transaction():
        tenders.open_bids(tender, by=opener)
        portal.note_opened(tender, by=opener)
    (read,) = queries.opened_bids(opener, tender)
    (file,) = read.evidence
    with queries.opened_file(read, file.token)[1] as handed_out:
        sent = handed_out.read()

    assert (sent, sha256_hex(sent)) == (PDF, file.sha256)


def test_without_the_company_key_the_bid_still_reads_the_file(client_for, lead, bid, keep):
    kept, client = keep(), client_for(lead)
    use(client, bid, kept)
    (entry,) = queries.answers_of(bid)[FILES]
    with transaction():
        db.session.query(CompanyKey).delete()
    key = seals.supplier_key(bid)

    assert seals.company_key(bid.supplier_id) is None
    assert key
    assert client.get(f"/bids/{bid.token}/evidence/{entry['evidence']}").data == PDF


def test_a_file_added_to_a_part_is_kept_with_one_tick(app, client_for, lead, bid):
    client = client_for(lead)
    client.post(
        files_of(bid),
        data={
            "file": (io.BytesIO(PDF), "drill.pdf"),
            "title": "Recovery drill",
            "issued-day": "5",
            "issued-month": "10",
            "issued-year": "2026",
            "keep": "yes",
        },
    )
    (kept,) = library.library_of(viewer_of(lead))
    page = client.get(files_of(bid)).text

    assert (kept.facts.title, kept.facts.issued) == ("Recovery drill", "2026-10-05")
    assert client.get(f"/library/{kept.token}/files/1").data == PDF
    assert len(stored_files(app)) == 1
    assert page.count("From your library") == 1
    assert [use.parts for use in kept.uses] == [(FILES,)]


def test_a_file_added_before_is_kept_later_and_once(client_for, lead, bid):
    client = client_for(lead)
    client.post(files_of(bid), data={"file": (io.BytesIO(PDF), "drill.pdf")})
    (entry,) = queries.answers_of(bid)[FILES]
    kept = [client.post(f"{files_of(bid)}/{entry['evidence']}/keep").status_code for _ in range(2)]

    assert kept == [302, 302]
    assert len(library.library_of(viewer_of(lead))) == 1


def test_where_a_document_is_used_is_said_with_the_part(client_for, lead, bid, keep):
    kept, client = keep(), client_for(lead)
    use(client, bid, kept)
    page = client.get(f"/library/{kept.token}").text
    client.post(f"{files_of(bid)}/{queries.answers_of(bid)[FILES][0]['evidence']}/remove")

    assert page.count(files_of(bid)) == 1
    assert client.get(f"/library/{kept.token}").text.count("No answer names it") == 1


def test_a_certificate_fills_an_answer_that_is_then_saved(client_for, lead, bid):
    client, by = client_for(lead), viewer_of(lead)
    client.post("/library/new?kind=certificate", data=CERTIFICATE)
    (kept,) = library.library_of(by)
    url = f"/bids/{bid.token}/questions/SLP-05"
    asked = client.post(url, data={"v-SLP-05.d": "0", "then": "fill:SLP-05.c"})
    offered = client.get(asked.location).text
    filled = client.get(f"{url}/SLP-05.c/from-library/{kept.token}").text

    assert asked.location == f"{url}/SLP-05.c/from-library"
    assert offered.count("ISO 27001 of the whole company") == 1
    assert filled.count('value="IS 4711"') == 1
    assert filled.count("not saved yet") == 1
    assert queries.answers_of(bid) == {}

    cells = {
        name.replace("certificate.", "SLP-05.c."): value
        for name, value in CERTIFICATE.items()
        if name != "title"
    }
    saved = client.post(url, data={"v-SLP-05.c": "0", **cells, "SLP-05.c.covers_solution": "yes"})
    page = client.get(url).text

    assert saved.status_code == 302
    assert queries.answers_of(bid)["SLP-05.c"]["number"] == "IS 4711"
    assert page.count("expires 31 January 2029, before the contract ends on 31 March 2030") == 1


def test_a_certificate_fills_a_row_of_the_register(client_for, lead, bid):
    client = client_for(lead)
    client.post("/library/new?kind=certificate", data=CERTIFICATE)
    (kept,) = library.library_of(viewer_of(lead))
    url = f"/bids/{bid.token}/questions/SLP-05/SLP-05.a/from-library"
    offered = client.get(f"{url}?row=0").text
    filled = client.get(f"{url}/{kept.token}?row=0").text

    assert offered.count(f"{kept.token}?row=0") == 1
    assert filled.count('value="IS 4711"') == 1
    assert client.get(f"{url}/{kept.token}?row=3").status_code == 404


def test_a_part_that_asks_for_no_certificate_is_not_filled_from_the_library(client_for, lead, bid):
    url = f"/bids/{bid.token}/questions/SLP-07/SLP-07.a/from-library"

    assert client_for(lead).get(url).status_code == 404


def test_the_check_page_names_what_ends_too_soon(client_for, lead, bid, keep, save):
    client = client_for(lead)
    use(client, bid, keep("Recovery test", valid_to="2027-02-01"))
    page = client.get(f"/bids/{bid.token}/check").text

    assert page.count("“Recovery test” expires 1 February 2027, before the award expected on") == 1


def test_the_library_names_the_tender_for_which_a_document_ends_too_soon(
    client_for, lead, bid, keep
):
    client = client_for(lead)
    use(client, bid, keep("Recovery test", valid_to="2029-02-01"))
    words = "it expires 1 February 2029, before the contract ends on 31 March 2030"

    assert client.get("/library").text.count(words) == 1


def test_pages_of_files_cost_as_many_statements_with_ten_documents_as_with_one(
    client_for, lead, bid, keep, statements_counted
):
    client = client_for(lead)
    first = keep("Document 0")
    use(client, bid, first)
    keep("Another")
    client.get(files_of(bid))
    with statements_counted() as few:
        client.get(files_of(bid))
    more = [keep(f"Document {number}") for number in range(1, 10)]
    use(client, bid, *more)
    keep("One more")
    with statements_counted() as many:
        page = client.get(files_of(bid))

    assert page.text.count("From your library") == 10
    assert len(many) == len(few)
    assert len(many) <= 15


def test_somebody_brought_in_for_one_tender_works_without_the_library(
    client_for, lead, bid, keep, supplier, tender
):
    use(client_for(lead), bid, keep("Used here"))
    kept = keep("Kept elsewhere")
    helper = client_for(make_person(Role.CONTRIBUTOR, supplier, tender_id=tender.id))
    page = helper.get(files_of(bid)).text

    assert page.count("Used here") >= 1
    assert page.count("Kept elsewhere") == 0
    assert page.count("Keep in our library") == 0
    assert use(helper, bid, kept).status_code == 404
