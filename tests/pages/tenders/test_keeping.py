"""The questionnaire of a draft is kept as a pack, and used for another tender."""

from __future__ import annotations

import pytest

from accounts.rules.roles import Role
from question_bank.loader import newest_edition
from question_bank.queries import own as queries
from question_bank.service import own as own_service
from tenders import planned
from tests.factories import make_authority, make_person, make_tender, viewer_of

WORDS = {"title": "Small purchases", "suits": "Purchases below £30,000."}


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER, make_authority())


def test_a_questionnaire_is_kept_as_a_pack_that_makes_the_same_questionnaire(client_for, officer):
    by = viewer_of(officer)
    own_service.choose_prefix("HOL", by=by, bank=newest_edition().bank)
    tender = make_tender(officer, pack_id="slp-essential")
    browser = client_for(officer)
    assert "Keep the questions as a pack" in browser.get(f"/tenders/{tender.token}/build").text

    answer = browser.post(f"/tenders/{tender.token}/build/keep", data=WORDS)

    assert (answer.status_code, answer.location) == (302, "/bank/own/packs")
    (pack,) = queries.own_packs(by.organisation_id)
    assert (pack.pack_id, pack.raw["title"]) == ("hol-small-purchases", "Small purchases")
    kept = planned.plan_of_pack(by.organisation_id, pack.pack_id)["pack"]
    assert kept["sections"] == planned.plan_of_draft(tender)["pack"]["sections"]


def test_the_letters_of_ones_own_ids_come_first(client_for, officer):
    tender = make_tender(officer)

    answer = client_for(officer).post(f"/tenders/{tender.token}/build/keep", data=WORDS)

    assert answer.status_code == 200
    assert "Choose first, under your own questions in the bank" in answer.text
