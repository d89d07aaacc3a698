"""The start page of the buying side: what needs whom, in which order, nothing of sealed bids."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db, transaction
from foundation.tokens import new_token
from scoring.models import StandstillEvent
from scoring.rules.standstill import Kind
from scoring.service import allocate
from supplier_portal import service as portal
from tenders import service as tenders
from tenders.models import Approval, Notice, Tender
from tenders.rules.approvals import ApprovalKind, ApprovalState
from tenders.rules.lifecycle import Stage
from tenders.service import approvals, cancelling
from tenders.service.planning import save_sheet
from tenders.service.tasks import give_task
from tenders.tasks import KINDS, TaskKind
from tests.evaluating import declare_for
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_supplier,
    make_tender,
    viewer_of,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SIGNED = {"signed_on": "2027-02-01"}
REASON = "The council will share sensors with its neighbours instead."


@pytest.fixture
def authority(app, at):
    at(NOON)
    return make_authority()


@pytest.fixture
def officer(authority):
    return make_person(Role.OFFICER, authority, name="Ines Roy")


@pytest.fixture
def second(authority):
    return make_person(Role.OFFICER, authority, name="Dan Okoro")


def tasks(client, **asked):
    """The list of what needs somebody: words, tender and date of each."""
    page = client.get("/tenders/", query_string=asked).text
    if 'id="today"' not in page:
        return []
    listed = page.split('id="today"')[1].split("</ul>")[0]
    return [
        " | ".join(" ".join(re.sub("<[^>]+>", " ", line).split()).split(" | "))
        for line in listed.split("<li")[1:]
    ]


def first_words(client):
    return [task.split('">')[-1].split(" HC-")[0] for task in tasks(client)]


def submit(tender, name):
    by = viewer_of(make_person(Role.BID_LEAD, make_supplier(name)))
    bid = portal.start_bid(tender, by=by, arrived_at=clock.now())
    portal.submit_bid(
        bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )
    return bid


def test_what_needs_an_officer_stands_in_order_of_its_date(client_for, officer, at):
    make_tender(officer, reference="HC-D", closes_at=NOON + timedelta(days=40))
    make_open_tender(officer, reference="HC-S", closes_at=NOON + timedelta(days=2))
    make_open_tender(officer, reference="HC-L", closes_at=NOON + timedelta(days=9))
    make_open_tender(officer, reference="HC-C", closes_at=NOON + timedelta(minutes=1))
    at(NOON + timedelta(minutes=5))

    found = tasks(client_for(officer))

    assert [re.search("HC-[A-Z]", task).group() for task in found] == ["HC-C", "HC-S", "HC-D"]
    assert "Open the bids" in found[0]
    assert "Bids close soon" in found[1]
    assert "Finish and publish the tender" in found[2]


def test_a_second_person_is_told_and_whoever_asked_is_not(client_for, officer, second):
    tender = make_open_tender(officer, closes_at=NOON + timedelta(days=20))
    cancelling.ask_to_cancel(tender, REASON, by=viewer_of(officer))

    assert tasks(client_for(officer)) == []
    (found,) = tasks(client_for(second))
    assert "Agree or refuse, as the second person, to cancel this tender" in found


def test_a_question_nobody_answered_is_counted_until_it_is(client_for, officer):
    tender = make_open_tender(officer, closes_at=NOON + timedelta(days=20))
    asker = viewer_of(make_person(Role.BID_LEAD, make_supplier()))
    tenders.ask_clarification(tender, "", "May they be solar?", by=asker, arrived_at=NOON)

    (found,) = tasks(client_for(officer))

    assert "Answer 1 question from suppliers" in found


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (Stage.DECIDED, ["Enter until when the record is kept"]),
        (Stage.EVALUATING, []),
    ],
)
def test_a_decided_tender_needs_its_retention(client_for, officer, stage, words):
    tender = make_open_tender(officer, closes_at=NOON + timedelta(minutes=1))
    with transaction():
        row = db.session.get_one(Tender, tender.id)
        row.stage, row.opened_at = stage, NOON
        declare_for(row)

    found = tasks(client_for(officer))

    assert [any(word in task for task in found) for word in words] == [True] * len(words)
    assert len(found) == len(words)


def test_after_the_opening_bids_without_checks_and_marks_are_counted(client_for, officer, at):
    tender = make_open_tender(officer, closes_at=NOON + timedelta(minutes=1))
    submit(tender, "Larkfield")
    submit(tender, "Brook")
    at(NOON + timedelta(minutes=9))
    with transaction():
        tenders.open_bids(tender, by=viewer_of(officer))

    before = " ".join(tasks(client_for(officer)))
    allocate(tender, ["SLP-07"], [officer.id], by=viewer_of(officer))
    found = " ".join(tasks(client_for(officer)))

    assert "2 bids without a check" in found
    assert ["Mark 2 bids: 0 marks given so far" in page for page in (before, found)] == [
        False,
        True,
    ]


def test_people_see_only_what_their_role_may_do(client_for, officer, authority, at):
    make_open_tender(officer, closes_at=NOON + timedelta(minutes=1))
    at(NOON + timedelta(minutes=5))

    assert tasks(client_for(make_person(Role.EVALUATOR, authority))) == []
    assert tasks(client_for(make_person(Role.AUDITOR, authority))) == []
    assert tasks(client_for(make_person(Role.OFFICER, make_authority("Elsewhere")))) == []


def test_the_start_page_is_the_same_with_sealed_bids_and_without(client_for, officer, at):
    tender = make_open_tender(officer, closes_at=NOON + timedelta(days=2))
    client = client_for(officer)

    def page():
        return client.get("/tenders/").text.split("<main")[1].split("</main>")[0]

    before = page()
    submit(tender, "Larkfield")
    submit(tender, "Brook")
    open_still = page()
    at(tender.closes_at + timedelta(minutes=1))
    closed = client_for(officer).get("/tenders/").text

    assert before == open_still
    assert ("Larkfield" in closed, "2 bids" in closed) == (False, False)


def test_two_hundred_tenders_ask_no_more_statements_than_two(
    client_for, officer, statements_counted
):
    for number in range(2):
        make_open_tender(officer, reference=f"HC-A{number}", closes_at=NOON + timedelta(days=20))
    client = client_for(officer)
    client.get("/tenders/")
    with statements_counted() as few:
        client.get("/tenders/")
    with transaction():
        for number in range(200):
            db.session.add(copy_of(number))

    with statements_counted() as many:
        page = client.get("/tenders/")

    assert page.text.count('class="app-card"') == 202
    assert len(few) == len(many) <= 15


def copy_of(number):
    first = db.session.scalars(select(Tender).order_by(Tender.id)).first()
    columns = {
        column.name: getattr(first, column.name)
        for column in Tender.__table__.columns
        if column.name not in ("id", "token", "reference")
    }
    return Tender(token=f"copy{number:018}", reference=f"HC-B{number}", **columns)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, ["HC-ONE", "HC-TWO"]),
        ({"q": "river"}, ["HC-TWO"]),
        ({"q": "hc-one"}, ["HC-ONE"]),
        ({"q": "nothing like it"}, []),
        ({"stage": "draft"}, ["HC-TWO"]),
        ({"stage": "no such stage"}, ["HC-ONE", "HC-TWO"]),
        ({"needed": "yes"}, ["HC-TWO"]),
        ({"needed": "yes", "stage": "open"}, []),
        ({"q": "x" * 5000}, []),
    ],
    ids=["all", "words", "reference", "none", "stage", "odd stage", "needed", "both", "huge"],
)
def test_filters_stand_in_the_address(client_for, officer, asked, shown):
    make_open_tender(officer, reference="HC-ONE", closes_at=NOON + timedelta(days=20))
    make_tender(officer, reference="HC-TWO", title="River levels")

    page = client_for(officer).get("/tenders/", query_string=asked).text

    cards = page.split('class="app-cards"')[1:]
    assert [name for name in ("HC-ONE", "HC-TWO") if any(name in card for card in cards)] == shown


def test_more_than_twenty_things_are_led_to_by_a_link(client_for, officer):
    for number in range(22):
        make_tender(officer, reference=f"HC-{number:02}X")
    client = client_for(officer)

    assert (len(tasks(client)), len(tasks(client, tasks="all"))) == (20, 22)
    assert "All 22 things that need you" in client.get("/tenders/").text


def test_the_timetable_is_a_picture_with_words_and_the_same_list(client_for, officer):
    make_open_tender(
        officer,
        closes_at=NOON + timedelta(days=20),
        facts={"award_date": "2027-02-01", "contract_start": "2027-03-01"},
    )

    page = client_for(officer).get("/tenders/").text

    picture = page.split("<svg")[1].split("</svg>")[0]
    said = picture.split("<desc")[1].split("</desc>")[0].split(">")[1]
    listed = page.split("govuk-details__text")[1].split("</ul>")[0]
    dates = [
        "Published 1 December 2026, 12:00 noon (UK time)",
        "Bids close 21 December 2026, 12:00 noon (UK time)",
        "Decision planned 1 February 2027",
        "Contract starts 1 March 2027",
    ]
    assert said.split("; ") == dates
    assert [words.replace(": ", " ") for words in re.findall("<li>(.*?)</li>", listed)] == dates
    assert "style=" not in picture


def test_the_request_of_a_second_person_that_lapsed_is_not_told(client_for, officer, second, at):

    tender = make_open_tender(officer, closes_at=NOON + timedelta(days=20))
    approvals.ask(
        tender, ApprovalKind.AMEND, "0" * 64, by=viewer_of(officer),
        lapses_at=NOON + timedelta(minutes=15),
    )  # fmt: skip
    before = len(tasks(client_for(second)))
    at(NOON + timedelta(minutes=15))

    assert (before, len(tasks(client_for(second)))) == (1, 0)


@pytest.mark.parametrize(
    ("facts", "day"),
    [
        ({"above_threshold": "yes", "procedure": "open"}, "16 December 2026"),
        ({"above_threshold": "no", "procedure": "below-threshold"}, "10 January 2027"),
    ],
    ids=["section 54", "no shortest time"],
)
def test_a_draft_is_due_on_the_last_lawful_day_to_publish(client_for, officer, facts, day):
    make_tender(officer, closes_at=NOON + timedelta(days=40), facts=facts)

    (found,) = tasks(client_for(officer))

    assert "Finish and publish the tender" in found
    assert day in found


def test_whoever_asked_a_second_person_to_publish_waits(client_for, officer, second):
    tender = make_tender(officer, closes_at=NOON + timedelta(days=40))
    approvals.ask(tender, ApprovalKind.PUBLISH, "0" * 64, by=viewer_of(officer))

    (mine,) = tasks(client_for(officer))
    card = client_for(officer).get("/tenders/").text
    theirs = " ".join(tasks(client_for(second)))

    assert "Waits for a second person" in mine
    assert 'app-card__needed">Waits for a second person<' in card
    assert "Waits for a second person" not in theirs


@pytest.mark.parametrize(
    ("kind", "value", "entered", "words", "day"),
    [
        pytest.param("goods-services", "400000", SIGNED, "30 days", "2 March 2027", id="30 days"),
        pytest.param("light-touch", "900000", SIGNED, "120 days", "31 May 2027", id="light touch"),
        pytest.param(
            "goods-services",
            "400000",
            {"signed_on": "2027-01-10"},
            "30 days",
            "8 February 2027",
            id="signed on another day",
        ),
        pytest.param(
            "light-touch", "6000000", SIGNED, "180 days", "31 May 2027", id="light touch, copy"
        ),
        pytest.param(
            "goods-services", "6000000", SIGNED, "90 days", "2 March 2027", id="with a copy"
        ),
    ],
)  # fmt: skip
def test_contract_details_are_due_as_the_kind_of_contract_says(
    client_for, officer, kind, value, entered, words, day
):
    facts = {"value": value, "above_threshold": "yes", "contract_start": "2027-02-01"}
    tender = make_open_tender(officer, facts=facts, closes_at=NOON + timedelta(days=40))
    by = viewer_of(officer)
    save_sheet(tender, "duties", {"kind": kind}, version=0, by=by)
    if entered:
        save_sheet(tender, "notices", entered, version=0, by=by)
    move_on(tender, Stage.DECIDED, officer, "UK4", "UK6")

    [task] = [one for one in tasks(client_for(officer)) if "(UK7)" in one]

    assert f"By {day}" in task
    assert "midnight" not in task
    assert f"within {words}" in task
    assert ("publish a copy of the contract" in task) is (value == "6000000")


@pytest.mark.both_databases
def test_a_draft_saved_after_a_second_person_was_asked_is_not_listed_as_merely_waiting(
    client_for, officer, second, at
):
    tender = make_tender(officer, closes_at=NOON + timedelta(days=40))
    approvals.ask(tender, ApprovalKind.PUBLISH, "0" * 64, by=viewer_of(officer))
    desk = client_for(officer)
    before = tasks(desk), tasks(client_for(second)), desk.get(f"/tenders/{tender.token}").text
    at(NOON + timedelta(minutes=5))
    # A sheet that is not published changes nothing of what was asked for.
    save_sheet(tender, "failure", {"services": "Wardens"}, version=0, by=viewer_of(officer))
    unchanged = tasks(desk)
    tenders.set_facts(tender, {"ai": "yes"}, by=viewer_of(second))

    (mine,), theirs = tasks(desk), tasks(client_for(second))
    page = desk.get(f"/tenders/{tender.token}").text

    assert unchanged == before[0]
    assert "Waits for a second person" in before[0][0]
    assert "Saved after you asked for a second person: look whether to ask again" in mine
    assert [("something was saved since" in " ".join(one)) for one in (before[1], theirs)] == [
        False,
        True,
    ]
    assert ["Something was saved since: look" in one for one in (before[2], page)] == [False, True]
    assert "Saved since it was asked for" in page


def move_on(tender, stage, officer, *notices):
    """Put a tender at a stage after its opening, with notices that were recorded."""
    with transaction():
        row = db.session.get_one(Tender, tender.id)
        row.stage, row.opened_at = stage, NOON
        declare_for(row)
        for kind in notices:
            db.session.add(
                Notice(
                    token=new_token(),
                    tender_id=tender.id,
                    kind=kind,
                    number=f"2026/S 000-00000{kind[-1]}",
                    published_on=NOON.date(),
                    ocid="",
                    address="",
                    recorded_at=NOON,
                    recorded_by_id=officer.id,
                )
            )


def sign(tender, day, officer):
    with transaction():
        event = StandstillEvent(
            tender_id=tender.id, number=1, kind=Kind.AWARDED, ends_on=day, reason="Ada Poole",
            recorded_at=NOON, recorded_by_id=officer.id,
        )  # fmt: skip
        db.session.add(event)


def planned_contract(officer):
    facts = {"value": "400000", "above_threshold": "yes", "contract_start": "2027-02-01"}
    tender = make_open_tender(officer, facts=facts, closes_at=NOON + timedelta(days=40))
    by = viewer_of(officer)
    save_sheet(tender, "duties", {"kind": "goods-services"}, version=0, by=by)
    save_sheet(tender, "timetable", {"signature": "2027-01-20"}, version=0, by=by)
    return tender


def test_contract_details_are_asked_for_only_once_the_contract_is_signed(client_for, officer):
    tender = planned_contract(officer)
    move_on(tender, Stage.STANDSTILL, officer, "UK4", "UK6")

    before = " ".join(tasks(client_for(officer)))
    with transaction():
        db.session.get_one(Tender, tender.id).stage = Stage.AWARDED
    sign(tender, date(2026, 12, 22), officer)
    (task,) = (one for one in tasks(client_for(officer)) if "(UK7)" in one)

    assert "(UK7)" not in before
    assert "By 20 January 2027" in task


def test_the_signature_recorded_with_the_award_counts_before_what_was_entered(client_for, officer):
    tender = planned_contract(officer)
    save_sheet(tender, "notices", SIGNED, version=0, by=viewer_of(officer))
    move_on(tender, Stage.AWARDED, officer, "UK4", "UK6")
    sign(tender, date(2026, 12, 22), officer)

    (task,) = (one for one in tasks(client_for(officer)) if "(UK7)" in one)

    assert "By 20 January 2027" in task


def test_a_step_without_a_date_stands_before_what_is_due_in_weeks(client_for, officer):
    for number in range(22):
        make_tender(officer, reference=f"HC-{number:02}X", closes_at=NOON + timedelta(days=90))
    late = make_tender(officer, reference="HC-LATE", closes_at=NOON + timedelta(days=3))
    decided = make_open_tender(officer, reference="HC-D", closes_at=NOON + timedelta(minutes=1))
    move_on(decided, Stage.DECIDED, officer, "UK4")

    found = tasks(client_for(officer))

    assert late.reference in found[0]
    assert "Publish the contract award notice (UK6), and record its number" in found[1]
    assert "HC-00X" in found[2]
    # Nothing waits for how long the record is kept.
    assert "Enter until when the record is kept" in tasks(client_for(officer), tasks="all")[-1]


@pytest.mark.parametrize(
    ("count", "shown"), [(1, "runs out HC-A"), (3, "runs out (3 of these) HC-A")]
)
def test_tasks_that_say_the_same_of_one_tender_are_one_line(app, client_for, officer, count, shown):
    app.extensions[KINDS] = {"runs-out": TaskKind("Something runs out", "", lambda _task: None)}
    tender = make_open_tender(officer, reference="HC-A", closes_at=NOON + timedelta(days=60))
    for number in range(count):
        day = date(2027, 1, 20 + number)
        give_task(tender.authority_id, tender.id, "runs-out", f"thing:{number}", day, {})

    (found,) = tasks(client_for(officer))
    page = client_for(officer).get("/tenders/").text

    assert shown in found
    assert "By 20 January 2027" in found
    assert ('href="/tenders/tasks" aria-describedby="task-1"' in page) is (count > 1)


def needed(client):
    found = re.search('app-card__needed">([^<]*)<', client.get("/tenders/").text)
    return found[1] if found else ""


@pytest.mark.parametrize("state", [ApprovalState.WAITING, ApprovalState.GIVEN])
def test_no_marks_are_asked_for_once_an_outcome_is_recommended(client_for, officer, state):
    tender = make_open_tender(officer, closes_at=NOON + timedelta(minutes=1))
    move_on(tender, Stage.EVALUATING, officer)
    before = needed(client_for(officer))
    approvals.ask(tender, ApprovalKind.AWARD, "outcome", by=viewer_of(officer))
    with transaction():
        db.session.scalars(select(Approval)).one().state = state

    assert before == "Mark the bids, decide on requirements and risks"
    assert needed(client_for(officer)) == ""


def test_after_the_release_the_tender_says_what_is_next(client_for, officer):
    tender = make_open_tender(officer, closes_at=NOON + timedelta(minutes=1))
    move_on(tender, Stage.DECIDED, officer, "UK4")

    said = "Publish the contract award notice (UK6), and record its number"
    assert needed(client_for(officer)) == said
