"""The work a tender asks for: every page that says it says the same."""

from __future__ import annotations

import re

import pytest

from accounts.rules.roles import Role
from supplier_portal.overview import Workspace
from tenders import building, planned
from tenders.effort import minutes_of
from tenders.queries import questionnaire_of
from tests.factories import make_open_tender, make_person, make_supplier


@pytest.fixture
def tender(app):
    return make_open_tender(pack_id="slp-essential")


def test_suppliers_read_the_minutes_the_officer_read_when_choosing_the_parts(tender):
    draft = planned.of_pack(questionnaire_of(tender).bank.version, "slp-essential")
    shown = building.overview(draft)

    minutes = minutes_of(questionnaire_of(tender))

    assert minutes == {
        line.asked.id: line.minutes for block in shown.blocks for line in block.lines
    }
    assert sum(minutes.values()) == shown.effort.minutes
    whole = {question.id: question.minutes for question in questionnaire_of(tender).bare_questions}
    assert minutes["SLP-01"] < whole["SLP-01"]


def test_the_page_of_a_tender_lists_minutes_for_the_parts_asked(tender, client_for):
    stranger = client_for(make_person(Role.BID_LEAD, make_supplier("Aldermoor Lights")))

    page = stranger.get(f"/opportunities/{tender.token}").text

    cells = re.findall(r'numeric">(\d+)</td></tr>', page)
    assert [int(cell) for cell in cells] == list(minutes_of(questionnaire_of(tender)).values())
    assert "of work in all, optional answers included" in page


def test_a_bid_begun_has_no_more_minutes_left_than_its_tender_says(bid):
    workspace = Workspace(bid)

    left = {name: line.minutes for name, line in workspace.progress.items()}

    assert {name: left[name] <= workspace.minutes[name] for name in left} == dict.fromkeys(
        left, True
    )
    assert workspace.minutes_left <= sum(minutes_of(workspace.questionnaire).values())
