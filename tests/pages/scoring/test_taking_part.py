"""Whoever takes part in another authority's tender does there what roles for that tender allow.

Every address that names a record is opened, as each kind of person who could wrongly be let in.
"""

import re
from contextvars import Context
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from accounts.access import PUBLIC
from accounts.rules.roles import GUEST_ROLES, NOT_FOR_GUESTS, PERMISSIONS, Permission, Role
from contract_clauses.queries import scheduled_bid
from contract_clauses.word import schedule_document
from foundation.database import db
from scoring.models import Mark
from scoring.service import allocate
from tenders import service
from tenders.joint import authorities_in
from tenders.libraries import frozen_libraries
from tenders.service import joint
from tests.architecture.test_access import method_of, pages, url_of
from tests.factories import make_authority, make_person, make_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS
from tests.taking_part import asked, everything_at_home, guest, part, taking_part
from tests.url_values import values_for

pytestmark = pytest.mark.slow

# Where these stand in an address, the page is about the tender or a bid for it.
RECORDS = {"tender", "bid", "procurement"}


@pytest.fixture(scope="module")
def every_page(tmp_path_factory):
    return list(pages(tmp_path_factory.mktemp("instance")))


@pytest.fixture
def officer(authority):
    return make_person(Role.OFFICER, authority, name="Ines Roy")


@pytest.fixture
def tender(officer, request):
    """A published tender of Hollowmere that Ashbrook takes part in, and Elmsworth is asked to."""
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    asked(tender, officer, "Elmsworth Council")
    request.node.partner = taking_part(tender, officer, "Ashbrook Council")
    request.node.gone = taking_part(tender, officer, "Fernhill Council")
    service.publish_tender(tender, by=viewer_of(officer), libraries=frozen_libraries(tender))
    return tender


@pytest.fixture
def partner(tender, request):
    """The officer of the authority that takes part."""
    return request.node.partner


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Larkfield", best=False)
    opened()
    return bid


@pytest.fixture
def addresses(every_page, app, tender, bid):
    """Return (permission, method, address) of every page about the tender or its bid."""
    named = {"tender": tender.token, "bid": bid.token, "question": "SLP-01"}
    values = values_for(every_page) | named
    return [
        (access, method, url_of(app, rule, values))
        for rule, access in every_page
        if access not in (None, PUBLIC) and RECORDS & rule.arguments
        for method in (method_of(rule),)
    ]


def let_in(client, addresses):
    """Return the addresses that were not refused. What they answer is for other tests."""
    db.session.commit()
    answers = [
        (address, Context().run(FlaskClient.open, client, address, method=method).status_code)
        for _access, method, address in addresses
    ]
    return [(address, status) for address, status in answers if status not in (403, 404)]


def test_the_walk_finds_pages_that_are_there(addresses, client_for, officer):
    to_read = [one for one in addresses if one[1] == "GET"]

    assert len(let_in(client_for(officer), to_read)) >= 40


@pytest.mark.parametrize("name", ["Elmsworth Council", "Fernhill Council", "Oakmere Council"])
def test_an_authority_not_asked_asked_only_or_gone_finds_nothing_whatever_its_people_are(
    name, addresses, tender, client_for, request
):
    if name == "Fernhill Council":
        joint.leave(
            part(tender, of(tender, name)), because="No money", by=viewer_of(request.node.gone)
        )
    authority = make_authority(name) if name == "Oakmere Council" else of(tender, name)
    somebody = client_for(everything_at_home(authority))

    assert let_in(somebody, addresses) == []


def test_roles_for_the_tender_end_when_the_authority_leaves(addresses, tender, client_for, request):
    person = guest(tender, request.node.gone, *GUEST_ROLES, at_home=Role.OFFICER)
    somebody = client_for(person)
    before = somebody.get(f"/evaluation/tenders/{tender.token}").status_code

    joint.leave(
        part(tender, of(tender, "Fernhill Council")),
        because="No money",
        by=viewer_of(request.node.gone),
    )

    assert before == 200
    assert let_in(somebody, addresses) == []


def test_an_officer_of_a_participating_authority_reads_and_does_nothing_else(
    addresses, client_for, partner
):
    web = client_for(partner)
    more = [one for one in addresses if one[0] is not Permission.TENDER_READ]
    reading = [one for one in addresses if one[0] is Permission.TENDER_READ and one[1] == "GET"]

    assert let_in(web, more) == []
    assert len(let_in(web, reading)) >= 8


def test_no_role_at_home_but_officer_lets_anybody_read(addresses, client_for, partner, tender):
    colleague = everything_at_home(of(tender, "Ashbrook Council"), but=Role.OFFICER)

    assert let_in(client_for(colleague), addresses) == []


@pytest.mark.parametrize("role", GUEST_ROLES)
def test_a_guest_does_what_the_role_allows_and_nothing_that_his_roles_at_home_would(
    role, addresses, client_for, partner, tender
):
    web = client_for(guest(tender, partner, role, at_home=Role.OFFICER))
    allowed = PERMISSIONS[role] - NOT_FOR_GUESTS
    more = [one for one in addresses if one[0] not in allowed]

    assert let_in(web, more) == []
    assert web.get(f"/tenders/{tender.token}").status_code == 200


def test_an_evaluator_of_a_participating_authority_marks_and_a_colleague_cannot(
    bid, tender, partner, officer, client_for
):
    evaluator = guest(tender, partner, Role.EVALUATOR)
    allocate(tender, ["SLP-01"], [evaluator.id], by=viewer_of(officer))
    colleague = make_person(Role.EVALUATOR, of(tender, "Ashbrook Council"))
    reason = "SLP-01.a is answered with evidence"
    sent = {"mark": "3", "reason": reason, "based_on": "0"}
    place = f"/evaluation/bids/{bid.token}/questions/SLP-01"

    web = client_for(evaluator)
    odd = re.search(r'name="seen" value="([^"]+)"', web.post(place, data=sent).text)
    saved = web.post(place, data=sent | {"seen": odd[1]})
    refused = client_for(colleague).post(place, data=sent)

    assert (saved.status_code, refused.status_code) == (302, 404)
    [mark] = db.session.scalars(select(Mark))
    assert (mark.evaluator_id, mark.mark) == (evaluator.id, 3)


def test_nobody_of_a_participating_authority_reads_a_bid_before_the_opening(
    make_bid, tender, partner, every_page, app, client_for
):
    bid = make_bid("Larkfield")
    evaluator = client_for(guest(tender, partner, Role.EVALUATOR))
    auditor = client_for(guest(tender, partner, Role.AUDITOR))
    values = values_for(every_page) | {"bid": bid.token, "question": "SLP-01"}
    of_bids = [
        (access, method_of(rule), url_of(app, rule, values))
        for rule, access in every_page
        if access not in (None, PUBLIC) and "bid" in rule.arguments
    ]

    assert [let_in(one, of_bids) for one in (evaluator, auditor, client_for(partner))] == [[]] * 3


def of(tender, name):
    return next(one.row.organisation for one in authorities_in(tender) if one.name == name)


def test_each_authority_takes_away_the_register_as_its_own(
    bid, tender, partner, officer, client_for
):
    place = f"/evaluation/tenders/{tender.token}/risk-register.xlsx"
    theirs = client_for(guest(tender, partner, Role.CONTRACT_MANAGER)).get(place)
    ours = client_for(officer).get(place)

    summaries = [load_workbook(BytesIO(one.data))["Summary"] for one in (ours, theirs)]

    assert [cells_of(one)["Kept by"] for one in summaries] == [
        "Hollowmere Council",
        "Ashbrook Council",
    ]
    assert summaries[1]["A1"].value == f"Risk register of Ashbrook Council: {tender.title}"


def cells_of(sheet):
    return {row[0].value: row[1].value for row in sheet.iter_rows(max_col=2)}


def test_the_schedule_names_every_authority_that_buys(bid, officer):
    found = scheduled_bid(viewer_of(officer), bid.token, to=Permission.DOCUMENT_DOWNLOAD)

    with ZipFile(BytesIO(schedule_document(found.schedule))) as parts:
        text = parts.read("word/document.xml").decode()

    assert found.schedule.parties.bought_with == ("Ashbrook Council", "Fernhill Council")
    assert "Bought together with" in text
    assert "Elmsworth Council" not in text
