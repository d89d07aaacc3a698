"""A supplier with a bid for an open tender."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.rules.roles import Role
from foundation import clock
from supplier_portal import service
from tenders.queries import questionnaire_of
from tests.answers_made import made_row
from tests.beginnings import a_step
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of


@pytest.fixture
def supplier(app):
    return make_supplier("Larkfield Sensors")


@pytest.fixture
def lead(supplier):
    return make_person(Role.BID_LEAD, supplier, name="Mara Voss")


@pytest.fixture
def tender(app):
    return make_open_tender()


@pytest.fixture
def bid(tender, lead):
    return start(tender, lead)


@a_step
def start(tender, lead):
    return service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())


@pytest.fixture
def save(bid, lead):
    """Save answers as a colleague, based on ``version`` of each."""

    def save_as(answers, *, by=None, version=0, arrived_at=None):
        return service.save_answers(
            bid,
            {part_id: (version, value) for part_id, value in answers.items()},
            by=viewer_of(by or lead),
            arrived_at=arrived_at or clock.now(),
        )

    return save_as


@pytest.fixture
def after_closing(tender, at):
    return lambda: at(tender.closes_at + timedelta(minutes=1))


@pytest.fixture
def made_dataset(tender):
    """A row of the list of datasets."""
    return made_row(questionnaire_of(tender).parts["SLP-13.b"], 1)
