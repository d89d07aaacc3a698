"""A lot that begins from another one can take over what was planned for it."""

import pytest

from accounts.rules.roles import Role
from foundation.database import db
from tenders import planning
from tenders.models import Tender
from tenders.service.lots import Division, create_procurement
from tenders.service.planning import save_sheet
from tests.factories import make_person, make_tender, viewer_of

SHEETS = {
    "timetable": {"electronic": "yes", "decision": "2027-02-01"},
    "duties": {"kind": "goods-services", "npps": "yes"},
    "conflicts": {"name_1": "Ada", "found_1": "none", "confirmed": "yes"},
    "failure": {"services": "Flood wardens"},
    "award": {"ranked": "all"},
    "notices": {"description": "Sensors of lot 1"},
}


@pytest.fixture
def officer(two_evaluators, app):
    return make_person(Role.OFFICER)


@pytest.fixture
def first(officer):
    tender, by = make_tender(officer), viewer_of(officer)
    for topic, value in SHEETS.items():
        save_sheet(tender, topic, value, version=0, by=by)
    create_procurement(Division(title="Air", reference="P-1", reason="Two"), by=by, first=tender)
    return tender


def add(web, first, **more):
    """Add a lot on the page; return it."""
    place = f"/tenders/procurements/{first.procurement.token}/add"
    sent = {"title": "Noise", "reference": "P-1/2", "like": first.token}
    assert web.post(place, data=sent | more).status_code == 302
    return db.session.query(Tender).filter_by(reference="P-1/2").one()


def test_a_lot_takes_over_the_plan_but_no_word_that_somebody_gave_for_the_other(
    client_for, officer, first
):
    lot = add(client_for(officer), first, plan="yes")

    copied = {topic: kept.value for topic, kept in planning.sheets(lot).items()}
    assert copied == {
        **{topic: SHEETS[topic] for topic in ("timetable", "duties", "failure", "award")},
        "conflicts": {"name_1": "Ada", "found_1": "none"},
    }
    assert planning.sheets(first)["conflicts"].value["confirmed"] == "yes"


def test_a_lot_whose_plan_nobody_wants_copied_begins_without_one(client_for, officer, first):
    web = client_for(officer)
    page = web.get(f"/tenders/procurements/{first.procurement.token}/add").text

    assert 'name="plan" type="checkbox" value="yes" checked' in page
    assert planning.sheets(add(web, first)) == {}
