"""The contract of the demonstration: its schedule is issued, and evidence goes to and fro."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from accounts.queries import Viewer
from accounts.rules.roles import Permission, Role
from contract_clauses import queries
from contract_clauses import service as drafting
from contract_clauses.models import Contract
from contract_clauses.queries.contracts import ContractSeen, contract_seen, my_contract
from contract_clauses.queries.deviations import raised_deviations
from contract_clauses.queries.issuing import issues_of_bid, last_approved
from contract_clauses.queries.obligations import ObligationSeen
from contract_clauses.queries.recording import keepers, published_of
from contract_clauses.queries.standing import standing_of
from contract_clauses.rules.contracts import Entered
from contract_clauses.rules.editing import DeviationOutcome
from contract_clauses.rules.library import VariableKind
from contract_clauses.rules.obligations import Bound
from contract_clauses.rules.obligations_steps import Step
from contract_clauses.service.contracts import NewContract, go_live, record_contract
from contract_clauses.service.deviations import decide_deviation
from contract_clauses.service.evidence import NewEvidence, show_evidence
from contract_clauses.service.issuing import approve_issue, ask_to_issue, text_to_issue
from contract_clauses.service.obligations import decide_due
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from records.demonstration import clauses, risks
from records.demonstration.evaluated import Panel
from records.demonstration.evidence import evidence_bytes
from records.demonstration.measures import measure
from records.demonstration.past import as_of
from scoring.models import BidResult
from scoring.queries.own_registers import own_register
from scoring.rules.register import Treatment
from scoring.service.own_registers import keep_risk
from scoring.service.risks import OwnTerms
from supplier_portal.models import Bid
from tenders.models import Tender

REFERENCE = "C-2026-031"
# Before the signature, and after go-live.
ISSUED, CONFIRMED, SHOWN = timedelta(days=3), timedelta(days=2), timedelta(days=20)
A_MONTH = timedelta(days=30)
READ, WRITE = Permission.SCHEDULE_READ, Permission.SCHEDULE_EDIT
VALUES = {
    VariableKind.TEXT: "as agreed at the first meeting",
    VariableKind.LIST: ["as agreed at the first meeting"],
    VariableKind.COUNTRIES: ["GB"],
}


@dataclass(frozen=True)
class Days:
    """When the contract was signed, and when the service went live."""

    signed: datetime
    live: datetime


def issue(tender: Tender, days: Days, panel: Panel) -> None:
    """Have the schedule of the bid that won issued, unless it is."""
    bid = _won(tender)
    if last_approved(issues_of_bid(bid.id)) is None:
        with as_of(days.signed - ISSUED):
            _settle(tender, bid, panel.officer)
            clauses.approve_one(bid.token, panel.officer, panel.reader)
            found = queries.scheduled_bid(panel.officer, bid.token, to=WRITE)
            text = text_to_issue(found, issues_of_bid(bid.id))
            asked = ask_to_issue(found, sha256_hex(text), "", by=panel.officer)
        with as_of(days.signed - ISSUED + timedelta(days=1)):
            found = queries.scheduled_bid(panel.reader, bid.token, to=READ)
            approve_issue(found, asked.token, "Read against the bid.", by=panel.reader)


def run(tender: Tender, days: Days, panel: Panel, lead: Viewer) -> None:
    """Record the contract, go live, and let both sides do what most contracts have seen by then."""
    bid = _won(tender)
    if db.session.scalar(select(Contract.id).where(Contract.bid_id == bid.id)) is not None:
        return
    with as_of(days.signed + timedelta(hours=1)):
        made = _recorded(tender, bid, panel.officer)
    with as_of(days.live + timedelta(hours=1)):
        seen = contract_seen(panel.officer, made.token)
        go_live(seen, clock.london(days.live).date(), "", by=panel.officer)
        risks.done_before_start(tender, panel.officer)
    with as_of(days.live + CONFIRMED), transaction():
        _confirm(contract_seen(panel.officer, made.token), panel.officer)
    with as_of(days.live + SHOWN):
        _show(my_contract(lead, made.token), lead)
    with as_of(days.live + A_MONTH), transaction():
        _confirm_first_month(contract_seen(panel.officer, made.token), panel.officer)
    measure(made.token, days.live, panel.officer, lead)


def _won(tender: Tender) -> Bid:
    return db.session.scalars(
        select(Bid)
        .join(BidResult, BidResult.bid_id == Bid.id)
        .where(Bid.tender_id == tender.id, BidResult.successful)
    ).one()


def _settle(tender: Tender, bid: Bid, officer: Viewer) -> None:
    """Take up every risk nobody decided on, release what is held, and fill every bracket."""
    found = queries.scheduled_bid(officer, bid.token, to=WRITE)
    waiting = standing_of(found).undecided_risks
    if waiting:
        for risk in own_register(officer, tender.token, to=Permission.RISK_READ).risks:
            if risk.risk_id in waiting and risk.bid.token == bid.token:
                keep_risk(risk, _terms(), based_on=0, by=officer)
    for hold in found.holds:
        if hold.stands:
            why = "The company gave the dates in writing after the results"
            drafting.release_schedule(
                found, hold.check, released=True, reason=why, based_on=0, by=officer
            )
    _decide_deviations(found, officer)
    for bracket in found.schedule.brackets:
        variable = found.library.topics[bracket.clause].variables[bracket.variable]
        value = VALUES.get(variable.kind, "12")
        drafting.fill_variable(
            found,
            bracket.clause,
            bracket.variable,
            value,
            "Agreed at the first meeting",
            based_on=0,
            by=officer,
        )


def _decide_deviations(found: queries.ScheduledBid, officer: Viewer) -> None:
    """Let the minimum stand wherever the bid falls short of it."""
    for raised in raised_deviations(found):
        if not raised.is_decided:
            why = "The company confirmed it in writing before the award"
            minimum = DeviationOutcome.MINIMUM
            decide_deviation(found, raised, minimum, why, based_on=0, by=officer)


def _terms() -> OwnTerms:
    return OwnTerms(
        treatment=Treatment.TREAT,
        actions="See that the clause it brings in is kept",
        owner="Head of Smart Places",
        due=None,
        residual_likelihood=None,
        residual_impact=None,
        target_likelihood=None,
        target_impact=None,
        review_on=None,
        why="Taken up with the contract, whose schedule answers it",
    )


def _recorded(tender: Tender, bid: Bid, officer: Viewer) -> Contract:
    said, signed = published_of(tender), clock.london(clock.now()).date()
    starts = said.starts_on or signed
    ends = said.ends_on or date(starts.year + 3, starts.month, 1)
    entered = Entered(REFERENCE, signed, starts, ends, said.latest_end or ends, said.value)
    manager = next(
        one for one in keepers(tender.authority_id, bid) if Role.CONTRACT_MANAGER in one.roles
    )
    return record_contract(tender, bid, NewContract(entered, manager.token), by=officer)


def _by_go_live(seen: ContractSeen) -> list[ObligationSeen]:
    """Return what the supplier had to do by go-live, in the order of the schedule."""
    day = seen.contract.live_on
    return [
        one
        for one in seen.obligations
        if one.bound is Bound.SUPPLIER
        and one.current is not None
        and one.current.due_on is not None
        and (day is None or one.current.due_on <= day)
    ]


def _confirm(seen: ContractSeen, officer: Viewer) -> None:
    """Confirm what was due by go-live, but for the last two: one is shown, one is overdue."""
    for one in _by_go_live(seen)[:-2]:
        if one.current is not None:
            words = "Seen at the acceptance of the service."
            decide_due(seen, one.current.token, Step.CONFIRM, words, by=officer)


def _confirm_first_month(seen: ContractSeen, officer: Viewer) -> None:
    for one in seen.obligations:
        if one.row.every_months == 1 and one.current is not None:
            words = "Came on the day."
            decide_due(seen, one.current.token, Step.CONFIRM, words, by=officer)


def _show(mine: ContractSeen, lead: Viewer) -> None:
    """Show evidence for the first of what is left."""
    one = next(each for each in _by_go_live(mine) if each.is_overdue)
    if one.current is not None:
        title = one.wording.evidence
        new = NewEvidence(
            "evidence.pdf",
            evidence_bytes("evidence.pdf", title, mine.supplier.name),
            title,
            clock.london(clock.now()).date(),
        )
        show_evidence(
            mine,
            one.current.token,
            "Here it is, as the schedule asks for it.",
            new,
            by=lead,
            arrived_at=clock.now(),
        )
