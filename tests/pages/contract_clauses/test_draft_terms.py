"""Everybody reads the draft terms, the rules that bring them in and the minimum positions."""

import html
import json
from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.roles import Role
from tenders import queries, service
from tenders.libraries import frozen_libraries
from tests.factories import make_authority, make_open_tender, make_person, make_tender, viewer_of

NOON = datetime(2026, 10, 1, 11, tzinfo=UTC)


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def tender(officer):
    draft = make_tender(officer, facts={"target_rto": "4h"}, closes_at=NOON + timedelta(days=40))
    service.publish_tender(draft, by=viewer_of(officer), libraries=frozen_libraries(draft))
    return draft


def words(page):
    return " ".join(html.unescape(page.text).split())


def test_the_frozen_text_holds_rules_minimums_and_words_of_every_clause(tender):
    library = json.loads(queries.frozen_text(tender))["libraries"]["clauses"]

    assert library["version"]
    assert [clause["id"] for clause in library["clauses"] if not clause["included_when"]] == []
    assert [clause["id"] for clause in library["clauses"] if not clause["depths"]] == []
    minimums = [
        variable["minimum"]
        for clause in library["clauses"]
        for variable in clause.get("variables", {}).values()
        if "minimum" in variable
    ]
    assert len(minimums) > 5


def test_officers_and_suppliers_read_the_same(tender, officer, client_for):
    ours = words(client_for(officer).get(f"/tenders/{tender.token}/terms"))
    theirs = words(client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}/terms"))

    library = json.loads(queries.frozen_text(tender))["libraries"]["clauses"]
    for page in (ours, theirs):
        missing = [c["id"] for c in library["clauses"] if f'id="{c["id"]}"' not in page]
        assert missing == []
        assert tender.questionnaire_sha256 in page
        # The rule that brings a clause in, its minimum position and its words.
        assert "The tender’s availability matters is “Yes”." in page
        assert (
            "<strong>Accepted:</strong> the tender’s target recovery time (4 hours) at most."
            in page
        )
        assert "the Supplier must keep to the figures that annex “Recovery” states" in page
        must_work = "within which that part must work again: [Recovery Times tendered], and never"
        assert must_work in page
        assert "{" not in page.split("<h1")[1].split("</main>")[0]


def test_a_fact_that_is_not_stated_is_said_to_be_so(officer, client_for):
    draft = make_tender(officer, closes_at=NOON + timedelta(days=40))
    service.publish_tender(draft, by=viewer_of(officer), libraries=frozen_libraries(draft))

    shown = words(client_for(officer).get(f"/tenders/{draft.token}/terms"))

    assert "the tender’s target recovery time (not stated) at most" in shown


def test_the_page_of_a_tender_leads_a_supplier_there(tender, client_for):
    page = client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}").text

    assert page.count(f'href="/opportunities/{tender.token}/terms"') == 1


def test_what_is_fixed_leads_there(tender, officer, client_for):
    desk = client_for(officer).get(f"/tenders/{tender.token}/fixed").text
    portal = client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}/fixed").text

    assert f'href="/tenders/{tender.token}/terms"' in desk
    assert f'href="/opportunities/{tender.token}/terms"' in portal


def test_a_tender_without_terms_says_so(officer, client_for):
    tender = make_open_tender(officer)

    page = client_for(officer).get(f"/tenders/{tender.token}/terms")

    assert page.status_code == 409
    assert "because this tender froze none" in page.text


def test_people_of_the_authority_read_the_terms_of_a_draft(officer, client_for):
    draft = make_tender(officer, facts={"contract_depth": "short"})

    page = words(client_for(officer).get(f"/tenders/{draft.token}/terms"))

    assert "as they would be frozen if the tender was published now" in page
    assert "They are written in the short depth, as the facts of the tender say" in page
    assert page.count('<section aria-labelledby="C') == 30
    assert client_for(Role.BID_LEAD).get(f"/tenders/{draft.token}/terms").status_code == 403
    assert client_for(Role.BID_LEAD).get(f"/opportunities/{draft.token}/terms").status_code == 404


def test_drafts_and_other_authorities_tenders_are_not_found(tender, officer, client_for):
    draft = make_tender(officer)

    assert client_for(Role.OFFICER).get(f"/tenders/{tender.token}/terms").status_code == 404
    assert client_for(Role.BID_LEAD).get(f"/opportunities/{draft.token}/terms").status_code == 404


@pytest.mark.parametrize("depth", ["short", "standard", "enhanced"])
def test_before_bidding_everybody_reads_the_depth_in_which_the_schedule_is_written(
    depth, officer, client_for
):
    closes = NOON + timedelta(days=40)
    draft = make_tender(officer, facts={"contract_depth": depth}, closes_at=closes)
    service.publish_tender(draft, by=viewer_of(officer), libraries=frozen_libraries(draft))

    page = words(client_for(Role.BID_LEAD).get(f"/opportunities/{draft.token}/terms"))

    assert f"They are written in the {depth} depth" in page
    # Of the clause on security testing, what the enhanced depth alone asks for.
    assert ("CREST" in page) is (depth == "enhanced")
