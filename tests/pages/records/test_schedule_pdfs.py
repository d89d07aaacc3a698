"""A contract schedule as PDF: made by a job in two passes, taken away by who may see the bid."""

# ruff: noqa: F811  (a fixture is asked for by its name)
from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from contract_clauses.queries.known_issues import issues_known
from contract_clauses.service.templates import add_template, choose
from contract_clauses.word.pages import pages_of_headings
from foundation import jobs, soffice
from records import schedule_pdfs
from records.demonstration.word_template import house_style
from tests import contracting
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import (  # noqa: F401  (fixtures)
    CLOSES_AT,
    authority,
    evaluator,
    make_bid,
    officer,
    opened,
)


@pytest.fixture
def tender(officer):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Larkfield")
    opened()
    return bid


def address(bid, rest=""):
    return f"/schedules/{bid.token}/files{rest}"


def pdf_link(page, bid):
    return re.search(rf'href="({address(bid)}/[^"/]+)"', page)[1]


@pytest.mark.libreoffice
@pytest.mark.slow
def test_an_issued_schedule_is_made_into_a_pdf_with_pages_and_word_beside_it(
    app, client_for, bid, officer, authority
):
    contracting.award_to(bid)
    contracting.settle(bid, officer)
    contracting.issue(bid, officer, make_person(Role.REVIEWER, authority, name="Ruth Okafor"))
    client = client_for(officer)
    version = re.search(r'name="version"[^>]*value="([^"]+)"', client.get(address(bid)).text)[1]

    asked = client.post(address(bid), data={"version": version})
    waiting = client.get(address(bid)).text
    jobs.run_due_jobs(app.extensions["job_handlers"])
    page = client.get(address(bid)).text
    pdf = client.get(pdf_link(page, bid))
    word = client.get(f"{pdf_link(page, bid)}/schedule.docx")

    assert (asked.status_code, pdf.status_code, word.status_code) == (302, 200, 200)
    assert "Being made" in waiting
    assert pdf.data.startswith(b"%PDF-")
    viewer = viewer_of(officer)
    found = schedule_pdfs.bid_to_print(viewer, bid.token)
    (one,) = schedule_pdfs.pdfs_of(found, viewer)
    (issue,) = issues_known(viewer, found)
    printed = schedule_pdfs.to_print(viewer, found, issue.request.token, CLOSES_AT.date())
    assert dict(one.pages) == pages_of_headings(pdf.data, printed.schedule)
    with ZipFile(BytesIO(word.data)) as package:
        document = package.read("word/document.xml").decode()
    assert document.count("PAGEREF") == len(one.pages)


@pytest.mark.libreoffice
@pytest.mark.slow
def test_a_pdf_is_on_the_template_in_use_with_pages_in_its_contents(
    app, client_for, bid, officer, authority
):
    reviewer = viewer_of(make_person(Role.REVIEWER, authority, name="Ruth Okafor"))
    template = add_template("House style", "house.docx", house_style(), by=reviewer)
    choose(template, "Our own look", based_on=0, by=reviewer)
    client = client_for(officer)
    client.post(address(bid), data={"version": "draft"})
    jobs.run_due_jobs(app.extensions["job_handlers"])
    pdf = client.get(pdf_link(client.get(address(bid)).text, bid)).data

    viewer = viewer_of(officer)
    found = schedule_pdfs.bid_to_print(viewer, bid.token)
    (one,) = schedule_pdfs.pdfs_of(found, viewer)
    assert dict(one.pages) == pages_of_headings(pdf, found.schedule)
    assert one.pages
    printed = schedule_pdfs.to_print(viewer, found, "", CLOSES_AT.date(), one.row.asked_at)
    assert printed.template.sha256 == template.sha256


@pytest.mark.libreoffice
@pytest.mark.slow
def test_a_pdf_is_for_those_alone_who_may_see_the_bid(app, client_for, bid, officer):
    client = client_for(officer)
    client.post(address(bid), data={"version": "draft"})
    jobs.run_due_jobs(app.extensions["job_handlers"])
    link = pdf_link(client.get(address(bid)).text, bid)
    stranger = client_for(make_person(Role.OFFICER, make_authority("Elsewhere")))

    assert client.get(link).status_code == 200
    assert [stranger.get(one).status_code for one in (address(bid), link)] == [404, 404]
    assert client.get(f"{link}/schedule.docx").status_code == 404


def test_where_libreoffice_is_missing_the_page_says_so_and_offers_word(
    client_for, bid, officer, monkeypatch
):
    monkeypatch.setenv("PATH", "")
    client = client_for(officer)

    page = client.get(address(bid))
    asked = client.post(address(bid), data={"version": "draft"})

    assert page.status_code == 200
    assert "LibreOffice is not installed" in page.text
    assert "Make a PDF" not in page.text
    assert f"/schedules/{bid.token}/schedule.docx" in page.text
    assert asked.status_code == 422


def test_before_the_opening_there_is_nothing_to_print(client_for, make_bid, officer):
    bid = make_bid("Early")

    assert client_for(officer).get(address(bid)).status_code == 404


@pytest.mark.parametrize("version", ["", "other", "x" * 5000])
def test_a_version_there_is_not_is_refused(client_for, bid, officer, version):
    answer = client_for(officer).post(address(bid), data={"version": version})

    assert answer.status_code == 422


def test_the_page_takes_few_statements(client_for, bid, officer, statements_counted):
    client = client_for(officer)
    client.get(address(bid))

    with statements_counted() as counted:
        assert client.get(address(bid)).status_code == 200
    assert len(counted) <= 15


def test_libreoffice_ends_when_its_time_is_over():
    if not soffice.is_present():
        pytest.skip("LibreOffice is not installed (debian-packages.txt)")

    with pytest.raises(soffice.NotConverted):
        soffice.to_pdf(b"no document at all", seconds=0.05)


@pytest.mark.libreoffice
def test_what_is_no_document_gives_no_pdf_and_leaves_nothing_behind():
    if not soffice.is_present():
        pytest.skip("LibreOffice is not installed (debian-packages.txt)")
    before = set(soffice._above().glob(f"{soffice.PREFIX}*"))

    with pytest.raises(soffice.NotConverted):
        soffice.to_pdf(b"PK\x03\x04 broken")

    assert set(soffice._above().glob(f"{soffice.PREFIX}*")) - before == set()
