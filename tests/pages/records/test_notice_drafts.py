"""Drafts of notices: filled from the tender, with what is missing, sealed before the decision."""

from __future__ import annotations

import csv
import io
import re

import pytest

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from records.notice_values import values_for
from records.open_guide import shipped_notice_forms
from tenders import service as tenders
from tenders.service.planning import save_sheet
from tests.factories import make_authority, make_person, make_tender, viewer_of
from tests.open_data_made import FACTS, record_notice
from tests.pages.scoring.conftest import CLOSES_AT

DETAILS = {
    "description": "Forty sensors on lamp columns",
    "category": "goods",
    "cpv": "38344000",
    "cpv_title": "Pollution-monitoring devices",
    "authority_ppon": "ABCD-1234-EFGH",
    "contact": "buying@hollowmere.example",
}
CONFLICTS = {"prepared_on": "2026-11-20", "review_on": "2027-01-10", "confirmed": "yes"}


@pytest.fixture
def tender(officer, at):
    draft = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    by = viewer_of(officer)
    save_sheet(draft, "notices", DETAILS, version=0, by=by)
    save_sheet(draft, "conflicts", CONFLICTS, version=0, by=by)
    tenders.publish_tender(draft, by=by, libraries={})
    return draft


def draft(client, tender, kind):
    return client.get(f"/tenders/{tender.token}/open-data/notices/{kind}")


def in_csv(client, tender, kind):
    text = client.get(f"/tenders/{tender.token}/open-data/notices/{kind}/draft.csv").text
    return {row["box"]: row for row in csv.DictReader(io.StringIO(text))}


def test_every_form_can_be_read_and_every_box_that_is_filled_has_a_source(tender, decided, officer):
    known = set(values_for(tender, clock.now().date())) | EMPTY_HERE
    used = {box.value for form in shipped_notice_forms() for box in form.boxes if box.value}

    assert used - known == set()


# Values that this tender, without these details, has no words for.
EMPTY_HERE = {
    "authority_address",
    "cancelled_because",
    "cancelled_on",
    "change_words",
    "conditions",
    "contract_value",
    "copy_due",
    "details_due",
    "ended_because",
    "ended_on",
    "engagement",
    "engagement_before",
    "extensions_words",
    "kpis",
    "known_risks",
    "lots",
    "ocid",
    "options_words",
    "outcome",
    "partners",
    "payment_words",
    "performance_period",
    "performance_words",
    "place",
    "planned_tender_notice",
    "procedure_words",
    "reserved",
    "signed_on",
    "sme_bids",
    "suits_sme",
    "suits_vcse",
    "trade",
    "undivided_because",
    "value_net",
    "vcse_bids",
    "winner_address",
    "winner_associated",
    "winner_ppon",
    "winner_scale",
}


def test_a_tender_notice_is_filled_from_the_tender(tender, officer, client_for):
    found = in_csv(client_for(officer), tender, "UK4")

    assert found["cpv"]["value"] == "38344000 Pollution-monitoring devices"
    assert found["value-gross"]["value"] == "£412,000.50"
    assert found["above"]["value"] == "Above"
    assert found["deadline"]["value"] == "2 December 2026, 12:00 noon (UK time)"
    assert found["conflicts"]["value"].startswith("A conflicts assessment was prepared")
    assert found["category"]["value"] == "Goods"
    assert re.search(r"^Price: 40% \(Price\)$", found["criteria"]["value"], re.M)


def test_a_tender_notice_says_how_the_criteria_are_assessed(officer, client_for):
    planned = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    award = {
        "formula": "F6", "ceiling": "90000", "floor": "40000", "ranking": "rounded",
        "ties": ["quality", "lots"],
    }  # fmt: skip
    save_sheet(planned, "award", award, version=0, by=viewer_of(officer))

    said = in_csv(client_for(officer), planned, "UK4")["criteria"]["value"]

    assert "Quality: each marked question is given a mark from 0 to 5" in said
    assert "How price is scored: Points for price = (ceiling − price)" in said
    assert "The ceiling is £90,000 and the floor £40,000." in said
    assert (
        "Ties: Bids with equal totals share a rank. A tie for the first place is broken by " in said
    )
    assert "the higher score for quality, then lots, drawn before a witness" in said


def test_what_is_missing_leads_to_where_it_is_entered(tender, officer, client_for):
    page = draft(client_for(officer), tender, "UK4")

    assert f'Address of the authority: <a class="govuk-link" href="/tenders/{tender.token}' in (
        page.text
    )
    assert in_csv(client_for(officer), tender, "UK4")["address"]["missing"] == "yes"


def test_lots_are_missing_until_somebody_decides_on_them(tender, officer, client_for):
    client = client_for(officer)
    found = in_csv(client, tender, "UK4")["lots"]
    assert (found["value"], found["missing"]) == ("", "yes")
    link = f'Lots: <a class="govuk-link" href="/tenders/{tender.token}/lots'
    assert draft(client, tender, "UK4").text.count(link) == 1

    tender.undivided_because = "One network"
    db.session.commit()

    assert in_csv(client, tender, "UK4")["lots"]["value"] == "Not divided into lots"


def test_below_the_threshold_the_form_is_another(officer, client_for):
    small = make_tender(officer, facts={**FACTS, "above_threshold": "no"})

    page = draft(client_for(officer), small, "UK4")

    assert '<h1 class="govuk-heading-l">UK4 Below-threshold tender notice</h1>' in page.text
    assert "conditions" not in in_csv(client_for(officer), small, "UK4")


def all_drafts(client, tender):
    """Return the drafts of notices about an award, without the words that are new each time."""
    pages = [draft(client, tender, kind).text for kind in ("UK6", "UK7", "UK9", "UK10", "UK11")]
    new_each_time = r'name="csrf_token" value="[^"]*"'
    return [re.sub(new_each_time, "", page) for page in pages]


def test_before_the_decision_award_notices_are_the_same_with_and_without_bids(
    tender, officer, make_bid, opened, client_for
):
    client = client_for(officer)
    empty = all_drafts(client, tender)
    make_bid("Larkfield")

    assert all_drafts(client, tender) == empty
    opened()
    assert [text for text in all_drafts(client, tender) if "Larkfield" in text] == []


def test_after_the_decision_the_award_notice_is_filled(tender, decided, officer, client_for):
    found = in_csv(client_for(officer), tender, "UK6")

    assert found["winner"]["value"] == "Larkfield Limited"
    assert found["winner-number"]["value"] == "01234567"
    assert found["bids"]["value"] == "2"
    assert found["unsuccessful"]["value"] == "Rook Limited"
    assert found["summaries"]["value"] == "2 December 2026"
    # Published on 2 December 2026, the eighth working day is the 11th.
    assert found["standstill"]["value"] == "11 December 2026"
    assert found["signature"]["value"] == "12 December 2026"


@pytest.mark.parametrize(
    ("kind", "details_due", "copy_due"),
    [
        ("goods-services", "25 March 2027", "24 May 2027"),
        ("light-touch", "23 June 2027", "22 August 2027"),
    ],
)
def test_the_day_of_signature_is_the_first_of_the_days_for_notices(
    tender, decided, officer, client_for, kind, details_due, copy_due
):
    by = viewer_of(officer)
    save_sheet(tender, "duties", {"kind": kind}, version=0, by=by)
    save_sheet(tender, "notices", {**DETAILS, "signed_on": "2027-02-24"}, version=1, by=by)

    found = in_csv(client_for(officer), tender, "UK7")

    assert found["due"]["value"] == details_due
    assert found["copy"]["value"] == copy_due


def test_a_draft_can_be_taken_away_as_text(tender, officer, client_for):
    text = client_for(officer).get(f"/tenders/{tender.token}/open-data/notices/UK4/draft.txt")

    assert text.text.splitlines()[0] == "UK4 Tender notice"
    assert text.headers["Content-Disposition"] == f'attachment; filename="UK4-{tender.token}.txt"'


def test_words_that_begin_like_a_formula_stay_words_in_a_spreadsheet(tender, officer, client_for):
    details = {**DETAILS, "contact": "=HYPERLINK(1)"}
    save_sheet(tender, "notices", details, version=1, by=viewer_of(officer))

    assert in_csv(client_for(officer), tender, "UK4")["contact"]["value"] == "'=HYPERLINK(1)"


def test_a_kind_nobody_offers_is_not_found(tender, officer, client_for):
    client = client_for(officer)

    answers = [draft(client, tender, kind).status_code for kind in ("UK12", "UK5", "UK99", "uk4")]
    assert answers == [404, 404, 404, 404]


def test_another_authority_finds_no_draft(tender, client_for):
    stranger = make_person(Role.OFFICER, make_authority("Elsewhere"))
    client = client_for(stranger)

    assert [draft(client, tender, kind).status_code for kind in ("UK4", "UK6")] == [404, 404]
    assert client.get(f"/tenders/{tender.token}/open-data/notices").status_code == 404


def test_the_list_says_which_notices_are_recorded(tender, officer, client_for):
    record_notice(tender, officer, "UK4")

    page = client_for(officer).get(f"/tenders/{tender.token}/open-data/notices")

    assert 'id="state-UK4">Recorded<' in page.text
    assert 'id="state-UK6">Not recorded<' in page.text
