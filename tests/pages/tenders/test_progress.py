"""The steps of a tender on its page: what is done, what is now, what cannot start yet."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.database import db, transaction
from tenders import service
from tenders.models import Approval, Tender
from tenders.progress import State
from tenders.rules.approvals import ApprovalKind, ApprovalState
from tenders.rules.lifecycle import Stage
from tenders.service import approvals
from tenders.service.planning import save_sheet
from tests.evaluating import declare_for
from tests.factories import make_open_tender, make_person, make_tender, viewer_of

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CLOSES_AT = NOON + timedelta(days=9)
OPENS_FROM = CLOSES_AT + timedelta(minutes=1)
DONE, NOW, LATER = State.DONE, State.NOW, State.LATER
STATE = re.compile(r'id="step-\d-state">(?:<strong[^>]*>)?([^<]+)<')


def states(page):
    return STATE.findall(page)


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, closes_at=CLOSES_AT)


def test_while_a_tender_is_open_suppliers_answer_and_nothing_else_can_start(client_for, officer):
    tender = make_open_tender(officer, closes_at=CLOSES_AT)

    page = client_for(officer).get(f"/tenders/{tender.token}").text

    assert states(page) == [DONE, NOW, *[LATER] * 7]
    assert "Until 10 December 2026, 12:00 noon (UK time), in 9 days. Bids are sealed." in page
    assert "From 10 December 2026, 12:01pm (UK time). Nobody can read a bid before." in page


def test_once_closed_the_bids_are_to_be_opened_and_none_is_linked_to(
    client_for, officer, tender, at
):
    at(CLOSES_AT)

    page = client_for(officer).get(f"/tenders/{tender.token}").text

    assert states(page) == [DONE, DONE, NOW, *[LATER] * 6]
    links = re.findall(rf'href="(/evaluation/tenders/{tender.token}[^"]*)"', page)
    # Who marks what and who has an interest can be said before; neither names a bid.
    before = ("open", "allocation", "interests", "my-questions")
    assert set(links) == {f"/evaluation/tenders/{tender.token}/{page}" for page in before}


def test_opened_bids_are_marked_and_their_schedules_checked(client_for, officer, tender, at):
    at(OPENS_FROM)
    service.open_bids(tender, by=viewer_of(officer))

    page = client_for(officer).get(f"/tenders/{tender.token}").text

    assert states(page) == [DONE, DONE, DONE, NOW, *[LATER] * 4, NOW]
    links = re.findall(rf'href="/evaluation/tenders/{tender.token}([^"]*)"', page)
    # What follows from agreed marks, the list of bids leads to, as far as each may go.
    assert set(links) == {"", "#take-away", "/allocation", "/interests", "/my-questions"}
    assert "Opened on 10 December 2026, 12:01pm (UK time)" in page


@pytest.mark.parametrize(
    ("stage", "asked", "found"),
    [
        (Stage.EVALUATING, None, [NOW, NOW, LATER, LATER, LATER]),
        (Stage.EVALUATING, ApprovalState.WAITING, [DONE, NOW, LATER, LATER, LATER]),
        (Stage.EVALUATING, ApprovalState.REFUSED, [NOW, NOW, LATER, LATER, LATER]),
        (Stage.EVALUATING, ApprovalState.GIVEN, [DONE, DONE, NOW, LATER, LATER]),
        (Stage.DECIDED, ApprovalState.GIVEN, [DONE, DONE, DONE, NOW, LATER]),
        (Stage.STANDSTILL, ApprovalState.GIVEN, [DONE, DONE, DONE, NOW, LATER]),
        (Stage.AWARDED, ApprovalState.GIVEN, [DONE] * 5),
    ],
)
def test_marking_decision_letters_standstill_and_award_follow_each_other(
    client_for, officer, tender, at, stage, asked, found
):
    at(OPENS_FROM)
    service.open_bids(tender, by=viewer_of(officer))
    if asked is not None:
        approvals.ask(tender, ApprovalKind.AWARD, "outcome", by=viewer_of(officer))
    with transaction():
        db.session.get_one(Tender, tender.id).stage = stage
        for one in db.session.scalars(select(Approval)):
            one.state = asked

    page = client_for(officer).get(f"/tenders/{tender.token}").text

    assert states(page)[3:8] == found


def test_a_draft_has_a_checklist_in_place_of_steps(client_for, officer):
    draft = make_tender(officer)

    page = client_for(officer).get(f"/tenders/{draft.token}").text

    assert states(page) == []
    assert page.count("What to do before you publish") == 1
    assert page.count("Where this tender is") == 0


def test_a_draft_nobody_thought_about_is_not_called_ready(client_for, officer):
    draft = make_tender(officer)

    page = client_for(officer).get(f"/tenders/{draft.token}").text

    assert page.count(">Nothing forbids it yet</div>") == 1
    assert page.count(">Ready<") == 0


@pytest.mark.parametrize(
    ("role", "needed"),
    [
        (Role.OFFICER, "Mark the bids, decide on requirements and risks"),
        (Role.EVALUATOR, "Mark the bids"),
        (Role.REVIEWER, "Decide on risks, check the contract schedules"),
    ],
)
def test_each_role_is_told_what_an_opened_tender_needs_it_for(
    client_for, officer, tender, at, role, needed
):
    at(OPENS_FROM)
    service.open_bids(tender, by=viewer_of(officer))
    person = make_person(role, tender.authority)
    with transaction():
        declare_for(tender)

    page = client_for(person).get("/tenders/").text

    assert f'app-card__needed">{needed}</p>' in page


def test_an_auditor_is_needed_for_nothing(client_for, tender):
    page = client_for(make_person(Role.AUDITOR, tender.authority)).get("/tenders/").text

    assert "What needs you" not in page


def test_the_checklist_leads_to_open_data_and_says_how_far_it_is(client_for, officer):
    draft = make_tender(officer)
    desk = client_for(officer)
    line = re.compile(
        rf'/tenders/{draft.token}/open-data"[^>]*>([^<]+)</a>.*?status">(.*?)</div>', re.S
    )

    before = line.search(desk.get(f"/tenders/{draft.token}").text)
    save_sheet(draft, "notices", {"description": "Sensors"}, version=0, by=viewer_of(officer))
    after = line.search(desk.get(f"/tenders/{draft.token}").text)

    assert before[1] == "Open data and details for notices"
    assert "Not begun" in before[2]
    assert after[2] == "1 page begun"


def test_the_page_of_notices_leads_to_their_drafts(client_for, officer, tender):
    reader = make_person(Role.AUDITOR, tender.authority)
    address = f"/tenders/{tender.token}/notices"
    drafts = f'href="/tenders/{tender.token}/open-data/notices"'

    pages = [client_for(one).get(address).text for one in (officer, reader)]

    assert [drafts in page for page in pages] == [True, False]
