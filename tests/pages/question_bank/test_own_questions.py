"""An authority's own questions: written in forms, sound before they are asked, kept by version."""

from __future__ import annotations

import re

import pytest

from accounts.rules.roles import Role
from question_bank.loader import shipped_bank
from question_bank.queries import own as queries
from question_bank.service import own as service
from tests.factories import make_authority, make_person, viewer_of


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def by(officer):
    viewer = viewer_of(officer)
    service.choose_prefix("HOL", by=viewer, bank=shipped_bank())
    return viewer


def a_sound_question(by):
    copied = next(q for q in shipped_bank().raw["questions"] if q["id"] == "SLP-07")
    return service.create_question(
        "Recovery", "resilience", by=by, copied=copied, edition="2026.11"
    )


def ready(by, own):
    service.mark_ready(own, by=by, bank=shipped_bank(), clauses=())


@pytest.mark.both_databases
def test_a_copy_of_a_bank_question_can_be_asked_at_once(by):
    own = a_sound_question(by)

    ready(by, own)

    (found,) = queries.ready_questions(by.organisation_id)
    assert (found.question_id, found.version, found.title) == ("HOL-01", 1, "Recovery")
    assert found.raw["parts"][0]["id"] == "HOL-01.a"


def test_the_last_ready_version_can_be_asked_while_the_next_is_written(by):
    own = a_sound_question(by)
    ready(by, own)

    service.change_question(
        own,
        lambda raw: raw | {"title": "Recovery of data"},
        by=by,
        based_on=service.fingerprint(own.raw),
        note="title",
    )

    (found,) = queries.ready_questions(by.organisation_id)
    assert (own.status, own.version, found.version, found.title) == ("draft", 2, 1, "Recovery")
    ready(by, own)
    (found,) = queries.ready_questions(by.organisation_id)
    assert (found.version, found.title) == (2, "Recovery of data")


def entered(client, address, **data):
    """Send the form of a page with the fingerprint it holds; return where it leads."""
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    found = re.search(r'name="based_on" value="([0-9a-f]{64})"', page.text)
    answer = client.post(address, data=data | ({"based_on": found[1]} if found else {}))
    assert answer.status_code == 302, answer.text
    return answer.location


ABOUT = {
    "title": "Noise at night",
    "why": "Residents near the works must be able to sleep.",
    "topic": "sensors",
    "source": "Noise policy of the council",
    "main_risk": "R10",
    "minutes": "20",
    **{f"level_{n}": f"What earns {n}" for n in range(6)},
}


def test_a_question_is_written_from_nothing_to_ready_in_forms(client_for, officer, by):
    client = client_for(officer)
    question = entered(client, "/bank/own/new", title="Noise at night", topic="sensors")
    assert "Enter why this is asked" in client.get(question).text
    entered(client, f"{question}/about", **ABOUT)

    edit = entered(client, f"{question}/parts/new", kind="choice")
    part = entered(
        client,
        edit,
        label="Noise at night",
        ask="When do the devices make noise?",
        class_="scored",
        required_="yes",
        new_options="Never\nBy day only\nAt night too",
    )
    entered(
        client,
        f"{part}/answers/at-night-too",
        label="At night too",
        ceiling="2",
        severity="red",
        says="The devices make noise at night",
        risks=["R10", "R11"],
        clauses=["C14"],
    )
    edit = entered(client, f"{question}/parts/new", kind="date")
    second = entered(
        client,
        edit,
        label="Measured on",
        ask="When was it measured?",
        class_="scored",
        required_="no",
    )
    condition = entered(client, f"{second}/outcomes/new", words="Too old")
    entered(
        client,
        f"{condition}/test?subject=HOL-01.b",
        operator="older_than",
        months="12",
        fact="tender.closes_at",
    )
    assert (
        "HOL-01.b (Measured on) is more than 12 months before the tender’s closing date"
        in client.get(condition).text
    )
    entered(client, f"{second}/answers/too-old", ceiling="3", severity="none")
    shown = "/conditions/HOL-01.b".join([question, ""])
    entered(client, f"{shown}/test?subject=HOL-01.a", operator="in", options=["by-day-only"])
    page = client.get(question)
    assert "Nothing is wrong with it" in page.text

    client.post(f"{question}/ready")

    (found,) = queries.ready_questions(by.organisation_id)
    assert found.raw["parts"] == [
        {
            "id": "HOL-01.a",
            "kind": "choice",
            "label": "Noise at night",
            "ask": "When do the devices make noise?",
            "class": "scored",
            "messages": {"missing": "Select noise at night"},
            "options": [
                {"value": "never", "label": "Never", "ceiling": 5},
                {"value": "by-day-only", "label": "By day only", "ceiling": 5},
                {
                    "value": "at-night-too",
                    "label": "At night too",
                    "ceiling": 2,
                    "flag": {
                        "severity": "red",
                        "risks": ["R10", "R11"],
                        "says": "The devices make noise at night",
                        "clauses": ["C14"],
                    },
                },
            ],
        },
        {
            "id": "HOL-01.b",
            "kind": "date",
            "label": "Measured on",
            "ask": "When was it measured?",
            "class": "scored",
            "required": False,
            "outcomes": [
                {
                    "id": "too-old",
                    "when": {
                        "part": "HOL-01.b",
                        "older_than": {"months": 12, "before": "tender.closes_at"},
                    },
                    "ceiling": 3,
                }
            ],
            "shown_when": {"part": "HOL-01.a", "is": "by-day-only"},
        },
    ]
