"""Who marks what: the page on which questions are given to evaluators."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.database import db
from scoring import service
from scoring.models import AllocationEvent
from scoring.queries.evaluators import allocation_of
from tests.factories import make_person, viewer_of


@pytest.fixture
def chair(authority):
    return make_person(Role.MODERATOR, authority, name="Nadia Cole")


@pytest.fixture
def page(tender):
    return f"/evaluation/tenders/{tender.token}/allocation"


def cell(question, person):
    return f"{question}:{person.token}"


def sent(tender, *cells, **more):
    last = db.session.scalars(select(AllocationEvent.id).order_by(AllocationEvent.id.desc())).first()
    return {"based_on": str(last or 0), "cell": list(cells), **more}


def marks(tender, person):
    return sorted(
        question
        for question, people in allocation_of(tender).everywhere.items()
        if person.id in people
    )


def test_questions_are_given_before_the_opening_and_no_bid_is_named(
    client_for, chair, evaluator, tender, make_bid, page
):
    make_bid("Larkfield")

    answer = client_for(chair).post(page, data=sent(tender, cell("SLP-07", evaluator)))

    assert answer.status_code == 302
    assert marks(tender, evaluator) == ["SLP-07"]
    assert "Larkfield" not in client_for(chair).get(page).text


def test_everything_is_given_to_everybody_with_one_press(
    client_for, chair, evaluator, officer, tender, page
):
    client_for(chair).post(page, data=sent(tender, do="everything"))

    assert len(marks(tender, evaluator)) == 14
    assert marks(tender, officer) == marks(tender, evaluator)
    assert marks(tender, chair) == []
