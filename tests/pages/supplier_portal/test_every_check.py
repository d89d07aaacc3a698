"""Each check between answers, seen through the portal: saved by a supplier, shown on its page."""

from __future__ import annotations

import re
from html import unescape

import pytest

from foundation import clock
from question_bank.loader import shipped_bank
from supplier_portal import service
from tests.content.question_bank import good_bid as good
from tests.content.question_bank.test_checks_between_answers import CHECKS, ROWS
from tests.content.question_bank.test_red_flags import stored
from tests.factories import make_open_tender, viewer_of

BEFORE_SUBMITTING = [row for row in ROWS if not row.rule.startswith("X13")]
PROMISES = "Promises without a date"


@pytest.fixture
def tender(app):
    facts = {name: value for name, value in good.FACTS.items() if name != "closes_at"}
    return make_open_tender(facts=facts)


@pytest.fixture
def check(client_for, lead, bid):
    """Save answers and return the check page: its HTML in blocks, by heading."""

    def read(answers):
        bank, asked = shipped_bank(), {key for key in stored(answers) if key.startswith("SLP-")}
        changes = {
            key: (0, value)
            for key, value in stored(answers).items()
            if key in asked and bank.parts[key].kind != "file"
        }
        service.save_answers(bid, changes, by=viewer_of(lead), arrived_at=clock.now())
        page = client_for(lead).get(f"/bids/{bid.token}/check").text
        headings = re.split(r'<h2 class="govuk-heading-m"[^>]*>(.*?)</h2>', page)
        return dict(zip(headings[1::2], headings[2::2], strict=True))

    return read


def given(changes):
    merged = {**good.ANSWERS, **changes}
    return {key: value for key, value in merged.items() if value is not None}


def links_in(block):
    return set(re.findall(r"#part-([A-Z0-9]+-\d+-[a-z]\d*)", block))


def about(block, says):
    """The part of a block that is about one check."""
    found = re.findall(
        r'<section class="app-consequence" aria-label="(.*?)">(.*?)</section>', block, re.S
    )
    return {unescape(label): text for label, text in found}.get(says, "")


@pytest.mark.parametrize("row", BEFORE_SUBMITTING, ids=lambda row: row.rule)
def test_every_check_is_shown_with_links_to_the_answers_it_compared(row, check):
    blocks = check(given(row.fires))

    heading = PROMISES if row.rule.startswith("X14") else "Answers that disagree"
    shown = about(blocks[heading], CHECKS[row.rule].flag.says)
    parts = {name.replace(".", "-") for name in row.names if not name.startswith("tender.")}
    assert shown != ""
    assert parts <= links_in(shown)


def test_a_good_bid_is_shown_no_disagreement(check):
    blocks = check(good.ANSWERS)

    assert "We found none." in blocks["Answers that disagree"]
    assert "We found none." in blocks[PROMISES]


def test_what_is_compared_with_marks_is_nothing_a_supplier_sees(check):
    blocks = check(good.ANSWERS)

    assert [CHECKS[rule].flag.says in str(blocks) for rule in CHECKS if rule.startswith("X13")] == [
        False,
        False,
    ]
