"""An awarded tender, its issued schedule and its contract, through the services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accounts.rules.roles import Role
from contract_clauses import queries, service
from contract_clauses.queries.contracts import contract_seen
from contract_clauses.queries.deviations import raised_deviations
from contract_clauses.queries.issuing import issues_of_bid, waiting
from contract_clauses.rules.contracts import Entered
from contract_clauses.rules.editing import DeviationOutcome
from contract_clauses.rules.library import VariableKind
from contract_clauses.service.contracts import NewContract, go_live, record_contract
from contract_clauses.service.deviations import decide_deviation
from contract_clauses.service.issuing import approve_issue, ask_to_issue, text_to_issue
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.tokens import new_token
from scoring import seals
from scoring.models import BidResult, OwnRiskDecision
from scoring.rules.register import RiskState, Treatment
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tests.beginnings import a_step
from tests.factories import make_person, viewer_of

FACTS = {
    "award_date": "2027-02-01",
    "permitted_countries": ["GB"],
    "notification_hours": "24",
    "contract_start": "2027-03-01",
    "contract_end": "2030-02-28",
    "extension_end": "2032-02-29",
    "value": "240000",
}
SIGNED, STARTS, ENDS, LATEST = (
    date(2026, 12, 3),
    date(2027, 3, 1),
    date(2030, 2, 28),
    date(2032, 2, 29),
)


@a_step
def award_to(bid, *, stage=Stage.AWARDED):
    """Let a bid be told that it is successful, and the tender be awarded."""
    with transaction():
        own, token = db.session.get_one(Bid, bid.id), new_token()
        tender = db.session.get_one(Tender, own.tender_id)
        sealed = seals.seal_text(seals.SUMMARY, token, bid_seals.opened_key(own), "{}")
        db.session.add(
            BidResult(
                token=token,
                bid_id=own.id,
                successful=True,
                sealed_summary=sealed,
                released_at=clock.now(),
                released_by_id=tender.created_by_id,
            )
        )
        tender.stage = stage


def read(bid, person, to="schedule:read"):
    return queries.scheduled_bid(viewer_of(person), bid.token, to=to)


@a_step
def settle(bid, officer):
    """Decide every proposed risk and deviation, fill every bracket, release every check."""
    by = viewer_of(officer)
    with transaction():
        for risk in read(bid, officer).evaluated.risks:
            if risk.state is RiskState.PROPOSED:
                db.session.add(
                    OwnRiskDecision(
                        risk_row_id=risk.row.id, authority_id=officer_authority(bid), number=1,
                        treatment=Treatment.TREAT, actions="", owner="Panel",
                        why="Agreed by the panel", decided_by_id=officer.id,
                        decided_at=clock.now(),
                    )
                )  # fmt: skip
    for hold in read(bid, officer).holds:
        service.release_schedule(
            read(bid, officer), hold.check, released=True, reason="Dates came", based_on=0, by=by
        )
    found = read(bid, officer)
    for raised in raised_deviations(found):
        if not raised.is_decided:
            minimum = DeviationOutcome.MINIMUM
            decide_deviation(found, raised, minimum, "It stands", based_on=0, by=by)
    for bracket in read(bid, officer).schedule.brackets:
        fill(bid, officer, bracket)


def officer_authority(bid):
    return db.session.get_one(Tender, db.session.get_one(Bid, bid.id).tender_id).authority_id


def fill(bid, officer, bracket, value=None):
    found = read(bid, officer)
    variable = found.library.topics[bracket.clause].variables[bracket.variable]
    kinds = {
        VariableKind.DATE: "2030-01-01",
        VariableKind.TEXT: "As agreed",
        VariableKind.LIST: ["As agreed"],
        VariableKind.COUNTRIES: ["GB"],
    }
    given = value or kinds.get(variable.kind, "12")
    service.fill_variable(
        found, bracket.clause, bracket.variable, given, "As agreed", based_on=0,
        by=viewer_of(officer),
    )  # fmt: skip


@a_step
def ask(bid, officer, words=""):
    found = read(bid, officer)
    text = text_to_issue(found, issues_of_bid(bid.id))
    return ask_to_issue(found, sha256_hex(text), words, by=viewer_of(officer))


@a_step
def approve(bid, reviewer, words=""):
    asked = waiting(issues_of_bid(bid.id))
    found = read(bid, reviewer)
    return approve_issue(found, asked.request.token, words, by=viewer_of(reviewer))


def reviewer_for(bid):
    tender = db.session.get_one(Tender, db.session.get_one(Bid, bid.id).tender_id)
    return make_person(Role.REVIEWER, tender.authority, name="Ruth Okafor")


@a_step
def issue(bid, officer, reviewer=None):
    ask(bid, officer)
    return approve(bid, reviewer or reviewer_for(bid))


def entered(**changed):
    values = {
        "reference": "C-2026-114",
        "signed_on": SIGNED,
        "starts_on": STARTS,
        "ends_on": ENDS,
        "latest_end": LATEST,
        "value": Decimal(220000),
        "words": "",
    }
    return Entered(**(values | changed))


@a_step
def record(bid, officer, manager=None, **changed):
    own = db.session.get_one(Bid, bid.id)
    tender = db.session.get_one(Tender, own.tender_id)
    new = NewContract(entered(**changed), (manager or officer).token)
    return record_contract(tender, own, new, by=viewer_of(officer))


@a_step
def live(found, day, officer):
    """Let what was bought go live under a contract that was read."""
    go_live(found, day, "", by=viewer_of(officer))


def contract_with(bid, officer, **changed):
    """Return the contract with a bid that wins, from the award on."""
    award_to(bid)
    settle(bid, officer)
    issue(bid, officer)
    return contract_seen(viewer_of(officer), record(bid, officer, **changed).token)
