"""Whoever edits a schedule that waits for approval is told before and after that it spoils that."""

# ruff: noqa: F811  (fixtures, as they are asked for)

from __future__ import annotations

import pytest

from accounts.rules.roles import Role
from contract_clauses.queries.issuing import issues_of_bid, waiting
from contract_clauses.service.issuing import ask_to_issue, text_to_issue
from foundation.canonical import sha256_hex
from tests import contracting
from tests.factories import make_person, viewer_of
from tests.pages.contract_clauses.test_deviations import words
from tests.pages.contract_clauses.test_negotiated import (  # noqa: F401  (fixtures)
    bid,
    facts,
    tender,
)

BEFORE = "The schedule waits for approval: Ines Roy asked for it on"
AFTER = "can no longer be approved, because the schedule changed"


@pytest.fixture
def asked(bid, officer):
    found = contracting.read(bid, officer)
    sha256 = sha256_hex(text_to_issue(found, issues_of_bid(bid.id)))
    ask_to_issue(found, sha256, "First issue", by=viewer_of(officer))
    assert waiting(issues_of_bid(bid.id)) is not None


def pages(bid):
    at = f"/schedules/{bid.token}/clauses"
    return (f"{at}/C20", f"{at}/C13/words", f"{at}/C13/values/notify_hours")


def test_without_a_request_nothing_is_said(client_for, bid, officer):
    for address in pages(bid):
        page = client_for(officer).get(address)
        assert (page.status_code, "waits for approval" in words(page)) == (200, False), address


@pytest.mark.usefixtures("asked")
def test_who_edits_is_warned_before_and_told_after_and_no_more_once_it_is_spoilt(
    client_for, bid, officer
):
    client = client_for(officer)
    for address in pages(bid):
        assert BEFORE in words(client.get(address)), address

    typed = {"wish": "exclude", "reason": "Published elsewhere", "based_on": "0"}
    assert client.post(pages(bid)[0], data=typed).status_code == 302

    assert AFTER in words(client.get(pages(bid)[0]))
    for address in pages(bid):
        assert BEFORE not in words(client.get(address)), address
    typed = {"value": "6", "reason": "Agreed", "based_on": "0"}
    assert client.post(pages(bid)[2], data=typed).status_code == 302
    again = words(client.get(pages(bid)[0]))
    assert ("Your value in C13 is saved" in again, AFTER in again) == (True, False)


@pytest.mark.usefixtures("asked")
def test_who_only_reads_is_not_warned(client_for, bid, authority):
    auditor = client_for(make_person(Role.AUDITOR, authority))

    assert BEFORE not in words(auditor.get(pages(bid)[0]))
