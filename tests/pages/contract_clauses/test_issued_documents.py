"""The register and the side letter of a version that was issued, beside those of the draft."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest

from contract_clauses.loader import raw_library
from contract_clauses.queries.issuing import issues_of_bid, last_approved
from contract_clauses.rules.parts import Bracket
from tests import contracting
from tests.factories import make_tender, publish
from tests.pages.scoring.conftest import CLOSES_AT

FILES = ("commitments", "side-letter")


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


def address(bid, name="documents"):
    return f"/schedules/{bid.token}/{name}"


def words_of(answer):
    document = docx.Document(BytesIO(answer.data))
    cells = [cell.text for table in document.tables for cell in table._cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_the_register_and_the_letter_of_an_issue_say_what_the_issue_says(client_for, officer, bid):
    contracting.award_to(bid)
    contracting.settle(bid, officer)
    contracting.issue(bid, officer)
    version = last_approved(issues_of_bid(bid.id)).request.token
    contracting.fill(bid, officer, Bracket("C13", 13, "", "notify_hours", ""), "7")
    client = client_for(officer)

    page = client.get(address(bid)).text
    drafts = [client.get(address(bid, f"{name}.docx")) for name in FILES]
    issued = [client.get(address(bid, f"{name}.docx?issue={version}")) for name in FILES]

    assert page.count(f"?issue={version}") == page.count("Download version 1") == 2
    assert [one.headers["Content-Disposition"] for one in (*drafts, *issued)] == [
        "attachment; filename=larkfield-commitments.docx",
        "attachment; filename=larkfield-side-letter.docx",
        "attachment; filename=larkfield-commitments-v1.docx",
        "attachment; filename=larkfield-side-letter-v1.docx",
    ]
    labelled = [
        any(text.startswith("Version 1\n") for text in words_of(one)) for one in (*drafts, *issued)
    ]
    assert labelled == [False, False, True, True]
    due = ["Within 7 hours" in words_of(one) for one in (drafts[0], issued[0])]
    assert due == [True, False]


@pytest.mark.parametrize("version", ["other", "x" * 5000])
def test_a_version_there_is_not_has_no_register_and_no_letter(version, client_for, officer, bid):
    client = client_for(officer)

    sent = [client.get(address(bid, f"{name}.docx?issue={version}")) for name in FILES]

    assert "Download version" not in client.get(address(bid)).text
    assert [one.status_code for one in sent] == [404, 404]
