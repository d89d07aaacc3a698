"""Whoever is kept away from a bid finds nothing of it on any page, in any file and in no letter."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from foundation import clock, jobs
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from records import making
from records.models import MadeRecord
from records.rules.kinds import RecordKind
from scoring import service
from scoring.models import BidQuestion, ExclusionParty, RiskRow
from scoring.queries.bidders import bidders_of
from scoring.rules.exclusions import PartyRole
from scoring.rules.interests import Nature
from scoring.service import exclusions
from supplier_portal.models import Evidence, LateSubmission
from supplier_portal.service import NewFile
from tests.beginnings import step
from tests.evaluating import agree_all, declare_for
from tests.every_page import addresses, opened_by, tokens, values_of
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS, OPENS_AT
from tests.two_worlds import PDF

pytestmark = pytest.mark.usefixtures("interests_asked")

WORDS = "Velvet-Harpsichord"
# What somebody wrote about the bid, and whom an officer listed with it.
MARKED, ASKED, LISTED = "Marmalade-Reason", "Obsidian-Question", "Tamsin Quillfeather"
AWAY, LATE, NEAR = "Zephyrine Telemetry", "Quiverstone Cameras", "Larkfield"
# What officers and the chair may open, and nobody else; and what only contracts are managed with.
ROLES = (
    Role.OFFICER,
    pytest.param(Role.EVALUATOR, marks=pytest.mark.slow),
    pytest.param(Role.MODERATOR, marks=pytest.mark.slow),
    pytest.param(Role.REVIEWER, marks=pytest.mark.slow),
    pytest.param(Role.CONTRACT_MANAGER, marks=pytest.mark.slow),
)


@pytest.fixture
def tender(officer):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def evaluation(app, tender, make_bid, make_late, opened, officer, evaluated, at):
    """An evaluation under way, with a bid that somebody will be kept away from, and a late one."""

    def make():
        away, near, late = bids_opened(make_bid, make_late, opened)
        evaluate(away, near, officer, evaluated)
        making.ask_for_record(tender, RecordKind.AUDIT, by=viewer_of(officer))
        making.ask_for_export(by=viewer_of(officer))
        jobs.run_due_jobs(app.extensions["job_handlers"])
        return away, near, late

    away, near, late = step("evaluation under way", tender, officer, make=make)
    at(OPENS_AT)
    return SimpleNamespace(tender=tender, away=away, near=near, late=late, chair=officer)


def bids_opened(make_bid, make_late, opened):
    away = make_bid(AWAY, text=WORDS, files={"SLP-07.g2": NewFile("report.pdf", PDF, title=WORDS)})
    near = make_bid(NEAR)
    late, _lead = make_late(LATE, text=WORDS)
    opened()
    return away, near, late


def evaluate(away, near, officer, evaluated):
    declare_for(away.tender, [officer])
    db.session.commit()
    by = viewer_of(officer)
    exclusions.add_party(away, LISTED, PartyRole.ASSOCIATED, "An officer", by=by)
    said = {"reason": f"{MARKED}: SLP-07.f says how it is kept apart"}
    agree_all(evaluated(away), 4, by=by, words=lambda _question: said)
    agree_all(evaluated(near), 4, by=by)
    for question in (ASKED, "Which copy do you mean?"):
        asked = service.ask_bidder(
            evaluated(away if question == ASKED else near),
            "SLP-07",
            question,
            OPENS_AT + timedelta(days=3),
            by=by,
            arrived_at=clock.now(),
        )
    assert asked is not None


def declare_away(world, person):
    """Let somebody name two of the bidders, with everybody in view."""
    by = viewer_of(person)
    shown = {one.name: one.bid_id for one in bidders_of(world.tender)}
    named = {
        shown[name]: service.Connection(Nature.FAMILY, "My brother works there")
        for name in (AWAY, LATE)
    }
    service.declare(world.tender, service.Declared(True, "", named), by=by)


def listed_for(app, world, role):
    """Return every address the role may open, of the bid that is kept away and the one beside."""
    values = values_of(world.tender, [world.away, world.late, world.near], [world.chair])
    return list(addresses(app, values, [role]))


def of_the_bid(world):
    """Return what gives the bid away: names, words, and tokens of it and of what belongs to it."""
    own = [world.away.token, world.late.token, *tokens(LateSubmission.token)]
    of_away = (
        select(ExclusionParty.token).where(ExclusionParty.bid_id == world.away.id),
        select(RiskRow.token).where(RiskRow.bid_id == world.away.id),
        select(BidQuestion.token).where(BidQuestion.bid_id == world.away.id),
        select(Evidence.token).where(Evidence.bid_id == world.away.id),
    )
    for wanted in of_away:
        own += db.session.scalars(wanted).all()
    names = [AWAY.split()[0], LATE.split()[0], WORDS, MARKED, ASKED, LISTED.split()[1]]
    return [one.encode() for one in (*names, *own)]


def found_in(address, body, where, canaries):
    """Return the canaries in a page that its reader did not bring along in the address."""
    brought = address.encode()
    text = body + (b"" if "/interests?" in where else where.encode())
    return [one.decode() for one in canaries if one not in brought and one in text]


@pytest.mark.parametrize("role", ROLES)
def test_no_page_and_no_file_holds_anything_of_the_bid(role, app, evaluation, authority):
    person = make_person(role, authority)
    declare_away(evaluation, person)
    canaries = of_the_bid(evaluation)

    opened = list(opened_by(app, person, listed_for(app, evaluation, role)))

    assert [
        (address, found)
        for address, _status, body, where in opened
        if (found := found_in(address, body, where, canaries))
    ] == []
    read = {address for address, status, _body, _where in opened if status == 200}
    assert len(read) > 20
    # The bids next to it are there as ever.
    if role is not Role.CONTRACT_MANAGER:
        assert f"/evaluation/bids/{evaluation.near.token}" in read
    assert [address for address in read if evaluation.away.token in address] == []


def test_everything_looked_for_is_there_for_who_may_read_it(app, evaluation):
    left = of_the_bid(evaluation)
    listed = listed_for(app, evaluation, Role.OFFICER)
    for _address, _status, body, _where in opened_by(app, evaluation.chair, listed):
        left = [one for one in left if one not in body]
        if not left:
            break

    assert [one.decode() for one in left] == []


def test_whoever_has_not_declared_finds_names_of_bidders_on_the_declaration_alone(
    app, evaluation, authority
):
    person = make_person(Role.OFFICER, authority)
    canaries = [*of_the_bid(evaluation), NEAR.encode()]
    own_page = f"/evaluation/tenders/{evaluation.tender.token}/interests"

    opened = list(opened_by(app, person, listed_for(app, evaluation, Role.OFFICER)))

    shown = {
        address: found
        for address, _status, body, where in opened
        if (found := found_in(address, body, where, canaries))
    }
    assert list(shown) == [own_page]
    names = {AWAY.split()[0], LATE.split()[0], NEAR, LISTED.split()[1]}
    assert {one for one in shown[own_page] if len(one) != 22} == names


def test_no_letter_to_whoever_is_kept_away_tells_of_the_bid(evaluation, authority, at):
    person = make_person(Role.OFFICER, authority)
    declare_away(evaluation, person)
    canaries = of_the_bid(evaluation)

    letters = db.session.scalars(select(Message).where(Message.recipient == person.email)).all()

    assert [
        one.kind
        for one in letters
        if any(canary.decode() in f"{one.subject} {one.text}" for canary in canaries)
    ] == []


def test_somebody_else_carries_on_with_the_bid_alone(evaluation, authority):
    person, other = (make_person(Role.EVALUATOR, authority) for _ in range(2))
    declare_away(evaluation, person)
    declare_for(evaluation.tender, [other])
    db.session.commit()
    chair = viewer_of(evaluation.chair)

    given = service.allocate(
        evaluation.tender, ["SLP-07"], [other.id], by=chair, bid=evaluation.away
    )

    assert given == 1


def test_a_record_asked_for_before_is_not_handed_to_who_is_kept_away_since(evaluation, client_for):
    web, chair = client_for(evaluation.chair), evaluation.chair
    record = db.session.scalars(select(MadeRecord.token).order_by(MadeRecord.id)).first()
    address = f"/records/files/{record}"
    before = web.get(address).status_code
    declare_away(evaluation, chair)

    after = web.get(address)

    assert (before, after.status_code) == (200, 403)
    assert AWAY.split()[0] not in after.text
    # Tried once more within the minute, there is one entry.
    web.get(address)
    tried = select(AuditEntry.actor).where(AuditEntry.action == "page.kept_away")
    assert db.session.scalars(tried).all() == [chair.token]


def test_an_authority_elsewhere_has_nothing_to_do_with_it(evaluation, client_for):
    other = make_person(Role.OFFICER, make_authority("Elsewhere"))

    answer = client_for(other).get(f"/evaluation/tenders/{evaluation.tender.token}/interests")

    assert answer.status_code == 404
