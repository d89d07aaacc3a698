"""A questionnaire of 150 questions with 600 parts is built, previewed and frozen without strain."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from accounts.rules.roles import Role
from foundation.canonical import canonical_json, sha256_hex
from tenders import planned, queries, service
from tenders.rules import plan as plans
from tenders.rules.freezing import freeze
from tests.factories import make_person, viewer_of
from tests.synthetic import large_plan

ROOT = Path(__file__).resolve().parents[3]
MOST_STATEMENTS = 15
PAGES = [
    "/build",
    "/build/weights",
    "/build/questions/SYN-001",
    "/build/questions/SYN-001/remove",
    "/build/sections/section-0",
    "/build/sections/section-0/questions",
    "/build/start-again",
    "/preview",
    "/preview/SYN-001",
    "/publish",
    "/questions",
]
FROZEN_ELSEWHERE = """
from foundation.canonical import canonical_json, sha256_hex
from tenders import planned
from tenders.rules.freezing import freeze
from tests.synthetic import large_plan
asked = planned.read(large_plan())
frozen = freeze(asked.questionnaire.bank, asked.pack, asked.plan["pack"], terms={}, libraries={})
print(sha256_hex(canonical_json(frozen)))
"""


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    details = service.Details(
        title="Large", reference="L-1", pack_id="", quality_weight=60, closes_at=None
    )
    return service.create_tender(details, by=viewer_of(officer), plan=large_plan())


@pytest.mark.parametrize("place", PAGES)
def test_no_page_of_a_large_questionnaire_asks_the_database_often(
    place, tender, officer, client_for, statements_counted
):
    desk = client_for(officer)
    planned._stored.cache_clear()

    with statements_counted() as statements:
        answer = desk.get(f"/tenders/{tender.token}{place}")

    assert answer.status_code == 200
    assert len(statements) <= MOST_STATEMENTS


def test_saving_a_change_of_a_large_questionnaire_takes_few_statements(
    tender, officer, client_for, statements_counted
):
    desk = client_for(officer)

    with statements_counted() as statements:
        desk.post(
            f"/tenders/{tender.token}/build/move",
            data={"move": "down:question:SYN-001", "based_on": tender.plan_sha256},
        )

    first = next(iter(plans.entries_of(planned.plan_of_draft(tender))))["id"]
    assert first == "SYN-011"
    assert len(statements) <= MOST_STATEMENTS


def frozen():
    asked = planned.read(large_plan())
    return freeze(asked.questionnaire.bank, asked.pack, asked.plan["pack"], terms={}, libraries={})


def test_a_large_questionnaire_round_trips_byte_for_byte():
    text = canonical_json(frozen())

    assert canonical_json(json.loads(text)) == text


@pytest.mark.parametrize("seed", ["0", "1", "4321"])
def test_its_fingerprint_is_the_same_in_every_process(seed):
    elsewhere = subprocess.run(
        [sys.executable, "-c", FROZEN_ELSEWHERE],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )

    assert elsewhere.stdout.strip() == sha256_hex(canonical_json(frozen()))


def test_a_plan_rewritten_in_the_database_is_noticed(tender):
    tender.plan_text = tender.plan_text.replace("Section 1", "Section X")
    planned._stored.cache_clear()

    with pytest.raises(planned.QuestionnaireChanged):
        queries.questionnaire_of(tender)
