"""A file handed in with a bid: reached from its answer, sent to be saved, by nobody else."""

import re

import pytest

from accounts.rules.roles import Role
from foundation.headers import FILE_POLICY
from supplier_portal.service import NewFile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PART = "SLP-13.f"


@pytest.fixture
def bid(make_bid, opened):
    new = NewFile("data flow <1>.pdf", PDF, "Data flow & stores")
    bid = make_bid("Larkfield", files={PART: new})
    opened()
    return bid


@pytest.fixture
def link(client_for, bid, evaluator):
    page = client_for(evaluator).get(f"/evaluation/bids/{bid.token}/questions/SLP-13").text
    (found,) = re.findall(r'href="(/evaluation/bids/[^"]+/files/[^"]+)"[^>]*>([^<]+)<', page)
    assert found[1] == "Data flow &amp; stores"
    return found[0]


def test_the_evaluator_saves_the_file_as_it_was_sent(client_for, link, evaluator):
    sent = client_for(evaluator).get(f"{link}?unscanned=yes")

    assert (sent.status_code, sent.data, sent.mimetype) == (200, PDF, "application/octet-stream")
    assert sent.headers["Content-Disposition"].startswith("attachment; filename=")
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Content-Security-Policy"] == FILE_POLICY
    assert sent.headers["Content-Length"] == str(len(PDF))


def test_nobody_else_finds_it(client_for, link):
    assert client_for(Role.EVALUATOR).get(link).status_code == 404
    assert client_for(Role.BID_LEAD).get(link).status_code == 403


def test_a_file_of_another_bid_is_not_found_under_this_one(client_for, link, evaluator, bid):
    other = link.replace(bid.token, "A" * 22)

    assert client_for(evaluator).get(other).status_code == 404
