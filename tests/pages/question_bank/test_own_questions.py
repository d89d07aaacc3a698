"""An authority's own questions: written in forms, sound before they are asked, kept by version."""

from __future__ import annotations

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
