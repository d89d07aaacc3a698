"""The demonstration is built through the services, twice without harm, and stays in its mode."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from accounts import queries as account_queries
from accounts.models import Organisation, Person
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.serve import check
from question_bank.models import Proposal, ProposalState
from records.demonstration import calendar
from records.demonstration.build import build
from records.demonstration.evidence import one_page_pdf
from records.demonstration.past import as_of
from records.demonstration.people import (
    BRIGHTWATER,
    LARKMEAD,
    OFFICER,
    PASSWORD,
    PEOPLE,
    REVIEWER,
)
from scoring.models import BidQuestion, BidResult
from scoring.queries.deciding import deciding
from scoring.queries.interests import barrier_of
from scoring.queries.standstill import standing_of, steps_of
from supplier_portal.models import Bid, Evidence, Submission
from tenders import clarified, planning, service
from tenders.models import Tender
from tenders.outcome_guide import shipped_guide
from tenders.risks import known_risks
from tenders.rules.clarifications import ClarificationState
from tenders.rules.lifecycle import Stage
from tenders.rules.outcome import advice_on
from tenders.rules.readiness import must_fix
from tenders.stated import shown_sections, statement_of
from tests.conftest import build_app, migrate
from tests.demonstrating import NOW, demonstrate
from tests.factories import make_supplier, viewer_of

pytestmark = pytest.mark.slow


def counts():
    tables = (Person, Tender, Bid, Submission, Evidence, AuditEntry)
    return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_outside_the_demonstration_its_page_does_not_exist(client):
    assert client.get("/demonstration").status_code == 404


def test_outside_the_demonstration_nothing_is_built(app):
    result = app.test_cli_runner().invoke(args=["demo", "--once"])

    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == (
        "You cannot build the demonstration because demonstration mode is off"
    )
    assert counts() == [0] * 6


def test_the_page_lists_who_can_sign_in(demonstration):
    page = demonstration.test_client().get("/demonstration")

    assert [person.email for person in PEOPLE if person.email not in page.text] == []
    assert page.text.count(PASSWORD) == 1


def test_the_demonstration_is_not_built_beside_real_bids(demonstration):
    make_supplier("Real Supplier")

    result = demonstration.test_cli_runner().invoke(args=["demo", "--once"])

    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == (
        "You cannot build the demonstration because this database holds other organisations: set "
        "DATABASE_URL or ASSURANCE_INSTANCE_FOLDER to another place"
    )


@pytest.mark.sqlite  # the server of the tests does not sync, and that is refused first
def test_a_database_with_the_demonstration_is_served_only_as_one(demonstration, at):
    at(NOW)
    check(demonstration)
    build(demonstration.extensions["frozen_libraries"])

    with pytest.raises(SystemExit) as stopped:
        check(demonstration)

    assert str(stopped.value) == (
        "The service did not start. The database holds the demonstration, whose password "
        "everybody knows: set ASSURANCE_DEMONSTRATION=1, or DATABASE_URL or "
        "ASSURANCE_INSTANCE_FOLDER to another place"
    )


@pytest.mark.both_databases
def test_the_demonstration_is_built_once_however_often_it_is_asked_for(demonstration, at):
    at(NOW)

    first = demonstration.test_cli_runner().invoke(args=["demo", "--once"])
    once = counts()
    second = demonstration.test_cli_runner().invoke(args=["demo", "--once"])

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == second.stdout
    assert counts() == once
    verified = demonstration.test_cli_runner().invoke(args=["audit", "verify"])
    assert verified.exit_code == 0


def test_there_is_a_tender_at_each_stage(demonstration_built):
    tenders = db.session.scalars(select(Tender).order_by(Tender.reference)).all()
    assert [(tender.reference, tender.stage) for tender in tenders] == [
        ("MW-2026-003", Stage.AWARDED),
        ("MW-2026-009", Stage.CANCELLED),
        ("MW-2026-011", Stage.STANDSTILL),
        ("MW-2026-012", Stage.EVALUATING),
        ("MW-2026-014", Stage.EVALUATING),
        ("MW-2026-018", Stage.OPEN),  # closed by the clock
        ("MW-2026-021", Stage.OPEN),
        ("MW-2026-024", Stage.DRAFT),
        ("MW-2026-027", Stage.DRAFT),
        ("MW-2026-028", Stage.DRAFT),
    ]
    assert [tender.closes_at > NOW for tender in tenders] == [*[False] * 6, *[True] * 4]


def test_a_building_that_stopped_half_way_is_finished_the_next_time(demonstration, at, monkeypatch):
    at(NOW)
    with monkeypatch.context() as broken:
        broken.setattr("records.demonstration.build._open_tender", _stop)
        with pytest.raises(KeyboardInterrupt):
            build(demonstration.extensions["frozen_libraries"])

    build(demonstration.extensions["frozen_libraries"])

    assert db.session.scalar(select(func.count()).select_from(Tender)) == 10


def _stop(*_arguments):
    raise KeyboardInterrupt


def test_somebody_of_the_demonstration_can_sign_in(demonstration_built):
    page = demonstration_built.test_client().post(
        "/sign-in", data={"email": OFFICER.email, "password": PASSWORD}
    )

    assert page.status_code == 302
    person = account_queries.person_by_email(OFFICER.email)
    assert viewer_of(person).organisation_name == OFFICER.organisation


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime(2025, 3, 1, tzinfo=UTC), id="before the fixed past"),
        pytest.param(datetime(2026, 9, 18, 12, tzinfo=UTC), id="on its last day"),
        pytest.param(datetime(2026, 11, 23, tzinfo=UTC), id="soon after it"),
        pytest.param(datetime(2031, 2, 28, tzinfo=UTC), id="years later"),
    ],
)
def test_the_past_is_past_and_the_future_future_whatever_the_day(now):
    planned = calendar.calendar_for(now)

    assert planned.published < planned.saved < planned.submitted < planned.closed
    assert planned.opened + timedelta(hours=20) < now < planned.closes_soon
    facts = calendar.facts_after(planned.closes_soon, {})
    assert list(facts.values()) == sorted(facts.values())


def test_the_clock_goes_on_after_a_look_into_the_past():
    with as_of(NOW):
        assert clock.now() == NOW

    assert clock.now() != NOW


def test_a_made_up_document_says_that_it_is_made_up():
    data = one_page_pdf(["A (bracket) and a \\", "£5 – “quoted”"])

    assert data.startswith(b"%PDF-1.4")
    assert data.endswith(b"%%EOF\n")
    assert b"(A \\(bracket\\) and a \\\\) Tj" in data


def test_a_fresh_installation_builds_it_with_two_commands(tmp_path):
    """What ``make run`` does first."""
    app = build_app(tmp_path, f"sqlite:///{tmp_path / 'fresh.db'}")
    migrate(demonstrate(app))

    result = app.test_cli_runner().invoke(args=["demo", "--once"])

    assert (result.exit_code, result.stdout.splitlines()[0]) == (
        0,
        f"Everybody in the demonstration signs in with the password: {PASSWORD}",
    )


def test_there_is_a_proposal_that_waits_and_one_that_is_accepted(demonstration_built):
    proposals = db.session.scalars(select(Proposal).order_by(Proposal.id)).all()

    assert [proposal.state for proposal in proposals] == [
        ProposalState.OPEN,
        ProposalState.ACCEPTED,
    ]


def test_one_question_is_answered_to_all_one_waits_and_a_bidder_is_asked(demonstration_built):
    open_tender = db.session.scalars(select(Tender).where(Tender.reference == "MW-2026-021")).one()

    waiting = clarified.inbox_of(open_tender, ClarificationState.ASKED)

    assert [entry.number for entry in clarified.published_in(open_tender)] == [1]
    assert len(waiting) == 1
    assert len(db.session.scalars(select(BidQuestion)).all()) == 1


def test_the_open_tender_says_what_it_is_for_and_the_draft_has_something_to_think_about(
    demonstration_built,
):
    by_reference = {tender.reference: tender for tender in db.session.scalars(select(Tender))}
    shown, draft = by_reference["MW-2026-021"], by_reference["MW-2026-024"]

    assert len(shown_sections(shown)) == 9
    assert advice_on(shipped_guide(), statement_of(shown).values) == []
    assert [advice.page for advice in advice_on(shipped_guide(), statement_of(draft).values)] == [
        "outcome",
        "outcome",
        "action",
        "insight",
        "data",
    ]


def test_tenders_above_the_threshold_and_the_draft_are_planned(demonstration_built):
    topics = {tender.reference: set(planning.sheets(tender)) for tender in every_tender()}
    planned = {"timetable", "duties", "conflicts", "failure"}
    assert {reference for reference, found in topics.items() if planned <= found} == {
        "MW-2026-003",
        "MW-2026-011",
        "MW-2026-012",
        "MW-2026-014",
        "MW-2026-021",
        "MW-2026-024",
    }
    draft = next(tender for tender in every_tender() if tender.reference == "MW-2026-024")
    assert must_fix(service.plan_of(draft), NOW) == []
    open_one = next(tender for tender in every_tender() if tender.reference == "MW-2026-021")
    assert [risk["title"] for risk in known_risks(open_one)] == [
        "The radio band the devices use is given to others"
    ]


def every_tender():
    return list(db.session.scalars(select(Tender).order_by(Tender.id)))


def test_a_neighbour_takes_part_in_one_of_two_lots(demonstration_built, client_for):
    first, second = (t for t in every_tender() if t.procurement_id is not None)
    guest = client_for(account_queries.person_by_email("evaluator@thornbridge.example"))

    assert [(lot.lot_number, lot.reference) for lot in (first, second)] == [
        (1, "MW-2026-027"),
        (2, "MW-2026-028"),
    ]
    assert guest.get(f"/tenders/{first.token}").status_code == 200
    assert guest.get(f"/tenders/{second.token}").status_code == 404


def tender_of(reference):
    return next(tender for tender in every_tender() if tender.reference == reference)


def somebody(person):
    return viewer_of(account_queries.person_by_email(person.email))


def test_one_contract_was_signed_four_months_ago_and_began_two_months_ago(demonstration_built):
    tender = tender_of("MW-2026-003")

    steps = [(step.event.kind, step.event.ends_on) for step in steps_of(tender)]

    assert steps == [("begun", date(2026, 7, 10)), ("awarded", date(2026, 7, 20))]
    assert tender.facts["contract_start"] == "2026-09-20"
    results = db.session.execute(
        select(Organisation.name, BidResult.successful)
        .join(Bid, Bid.id == BidResult.bid_id)
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .where(Bid.tender_id == tender.id)
        .order_by(Organisation.name)
    ).all()
    assert [tuple(row) for row in results] == [(BRIGHTWATER, False), (LARKMEAD, True)]


def test_one_tender_is_ready_to_be_decided_and_one_waits_for_its_standstill(demonstration_built):
    now = deciding(somebody(OFFICER), tender_of("MW-2026-012"))
    standing = standing_of(tender_of("MW-2026-011"))

    assert (now.is_complete, now.recommendation) == (True, None)
    assert [one.rank for one in now.ranked.placed] == ["1", "2"]
    assert (standing.ends_on, standing.awarded) == (date(2026, 12, 2), False)


def test_the_bidder_that_did_not_win_reads_why_and_what_is_left_out(
    demonstration_built, client_for
):
    lead = account_queries.person_by_email("lead@brightwater.example")
    bid = db.session.scalars(
        select(Bid).where(
            Bid.tender_id == tender_of("MW-2026-003").id,
            Bid.supplier_id == account_queries.organisations_of(lead)[0].id,
        )
    ).one()

    page = client_for(lead).get(f"/evaluation/my-bids/{bid.token}/result").text

    assert page.count("[left out]") == 1
    assert "boroughs are kept apart by storage and keys" not in page
    assert "bids@larkmead.example" in page


def test_the_reviewer_has_declared_where_bids_are_opened(demonstration_built):
    ruth = somebody(REVIEWER)

    opened = [tender for tender in every_tender() if tender.opened_at is not None]

    assert [tender.reference for tender in opened if barrier_of(ruth, tender).must_declare] == []
    assert len(opened) == 4


def test_a_second_reckoning_finds_the_same_rankings(demonstration_built):
    runner = demonstration_built.test_cli_runner()

    for reference in ("MW-2026-003", "MW-2026-011", "MW-2026-012", "MW-2026-014"):
        assert "0 differences" in runner.invoke(args=["evaluation", "verify", reference]).output


@pytest.mark.parametrize("step", ["evaluated._agree", "awarding._read", "deciding.sign"])
def test_a_decision_that_stopped_half_way_is_finished_the_next_time(
    demonstration, at, monkeypatch, step
):
    at(NOW)
    with monkeypatch.context() as broken:
        broken.setattr(f"records.demonstration.{step}", _stop)
        with pytest.raises(KeyboardInterrupt):
            build(demonstration.extensions["frozen_libraries"])

    at(NOW + timedelta(days=1))
    build(demonstration.extensions["frozen_libraries"])

    assert tender_of("MW-2026-003").stage is Stage.AWARDED
