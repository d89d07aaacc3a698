"""Which rows of a table an authority owns: its own, its tenders', its opened bids', its contracts'.

Each function takes the table and the authority's id and returns the condition of its rows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Table, and_, func, or_, select

from accounts.models import Membership, Organisation
from contract_clauses.models import (
    Contract,
    NegotiatedSchedule,
    Obligation,
    ObligationDue,
    OwnClause,
    Reassessment,
    ReassessmentEvent,
)
from contract_clauses.rules.reassessing import Step
from foundation.audit import AuditEntry
from question_bank.models import OwnQuestion
from scoring.models import ExclusionParty, MarkLock, Reopening, RiskRow
from scoring.queries.ranked import EVALUATED_AT
from supplier_portal.models import Bid, LateSubmission
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender


def of_authority(table: Table, authority: int) -> ColumnElement[bool]:
    return table.c.authority_id == authority


def of_organisation(table: Table, authority: int) -> ColumnElement[bool]:
    return table.c.organisation_id == authority


def itself(table: Table, authority: int) -> ColumnElement[bool]:
    """Return the authority, and the suppliers of bids it may read."""
    suppliers = select(Bid.supplier_id).where(Bid.id.in_(bids(authority)))
    return or_(table.c.id == authority, table.c.id.in_(suppliers))


def people(table: Table, authority: int) -> ColumnElement[bool]:
    members = select(Membership.person_id).where(Membership.organisation_id == authority)
    return table.c.id.in_(members)


def tenders(authority: int) -> Any:
    return select(Tender.id).where(Tender.authority_id == authority)


def bids(authority: int) -> Any:
    """Return the bids that can be read: opened ones, and those of no other tender."""
    return (
        select(Bid.id)
        .join(Tender, Tender.id == Bid.tender_id)
        .where(
            Tender.authority_id == authority,
            Tender.opened_at.is_not(None),
            Bid.stage.in_(READABLE),
        )
    )


def of_tender(table: Table, authority: int) -> ColumnElement[bool]:
    return table.c.tender_id.in_(tenders(authority))


def opened(table: Table, authority: int) -> ColumnElement[bool]:
    return table.c.id.in_(bids(authority))


def of_bid(table: Table, authority: int) -> ColumnElement[bool]:
    return table.c.bid_id.in_(bids(authority))


def mark(table: Table, authority: int) -> ColumnElement[bool]:
    """Return marks of evaluators; where bids are still being evaluated only those locked."""
    evaluated = (
        select(Bid.id)
        .join(Tender, Tender.id == Bid.tender_id)
        .where(Tender.authority_id == authority, Tender.stage.in_(EVALUATED_AT))
    )
    is_locked = (
        select(MarkLock.id)
        .join(Bid, Bid.tender_id == MarkLock.tender_id)
        .where(
            Bid.id == table.c.bid_id,
            MarkLock.person_id == table.c.evaluator_id,
            MarkLock.last_mark_id >= table.c.id,
        )
        .correlate(table)
        .exists()
    )
    return and_(of_bid(table, authority), or_(table.c.bid_id.not_in(evaluated), is_locked))


def late(table: Table, authority: int) -> ColumnElement[bool]:
    """Return late bids once the others are opened: that they came, not what they say."""
    opened = select(Tender.id).where(
        Tender.authority_id == authority, Tender.opened_at.is_not(None)
    )
    return table.c.bid_id.in_(select(Bid.id).where(Bid.tender_id.in_(opened)))


def of_late(table: Table, authority: int) -> ColumnElement[bool]:
    submissions = LateSubmission.__table__
    rows = select(LateSubmission.id).where(late(submissions, authority))  # type: ignore[arg-type]
    return table.c.late_submission_id.in_(rows)


def risk(table: Any, authority: int) -> ColumnElement[bool]:
    """Return the risks of the evaluation, and what the authority itself added to the register of a
    contract, also in a tender of another; never what another one added."""
    columns = table.c
    common = and_(columns.authority_id.is_(None), columns.bid_id.in_(bids(authority)))
    return or_(common, columns.authority_id == authority)


def of_risk(table: Table, authority: int) -> ColumnElement[bool]:
    rows = select(RiskRow.id).where(risk(RiskRow.__table__, authority))
    return table.c.risk_row_id.in_(rows)


def of_party(table: Table, authority: int) -> ColumnElement[bool]:
    rows = select(ExclusionParty.id).where(ExclusionParty.bid_id.in_(bids(authority)))
    return table.c.party_id.in_(rows)


def of_reopening(table: Table, authority: int) -> ColumnElement[bool]:
    rows = select(Reopening.id).where(Reopening.authority_id == authority)
    return table.c.reopening_id.in_(rows)


def of_negotiated(table: Table, authority: int) -> ColumnElement[bool]:
    rows = select(NegotiatedSchedule.id).where(NegotiatedSchedule.bid_id.in_(bids(authority)))
    return table.c.negotiated_id.in_(rows)


def of_own_clause(table: Table, authority: int) -> ColumnElement[bool]:
    rows = select(OwnClause.id).where(OwnClause.authority_id == authority)
    return table.c.own_clause_id.in_(rows)


def contracts(authority: int) -> Any:
    return select(Contract.id).where(Contract.authority_id == authority)


def of_contract(table: Table, authority: int) -> ColumnElement[bool]:
    return table.c.contract_id.in_(contracts(authority))


def of_obligation(table: Table, authority: int) -> ColumnElement[bool]:
    rows = select(Obligation.id).where(Obligation.contract_id.in_(contracts(authority)))
    return table.c.obligation_id.in_(rows)


def of_due(table: Table, authority: int) -> ColumnElement[bool]:
    rows = (
        select(ObligationDue.id)
        .join(Obligation, Obligation.id == ObligationDue.obligation_id)
        .where(Obligation.contract_id.in_(contracts(authority)))
    )
    return table.c.due_id.in_(rows)


def of_reassessment(table: Table, authority: int) -> ColumnElement[bool]:
    rows = select(Reassessment.id).where(Reassessment.contract_id.in_(contracts(authority)))
    return table.c.reassessment_id.in_(rows)


def handed_in_answers(table: Table, authority: int) -> ColumnElement[bool]:
    """What a supplier saved after it last handed a round in is its draft, and stays its own."""
    return and_(of_reassessment(table, authority), table.c.answered_at <= _last_handed_in(table))


def handed_in_files(table: Table, authority: int) -> ColumnElement[bool]:
    return and_(of_reassessment(table, authority), table.c.added_at <= _last_handed_in(table))


def _last_handed_in(table: Table) -> ScalarSelect[datetime]:
    return (
        select(func.max(ReassessmentEvent.done_at))
        .where(
            ReassessmentEvent.reassessment_id == table.c.reassessment_id,
            ReassessmentEvent.step == Step.HANDED_IN,
        )
        .scalar_subquery()
    )


def of_own_question(table: Table, authority: int) -> ColumnElement[bool]:
    rows = select(OwnQuestion.id).where(OwnQuestion.authority_id == authority)
    return table.c.own_question_id.in_(rows)


def chains(table: Table, authority: int) -> ColumnElement[bool]:
    """Return the chains of the authority's tenders and its own; those of bids, with what is the
    company's own, are given with the record of each tender."""
    tenders = select(Tender.token).where(Tender.authority_id == authority)
    own = select(Organisation.token).where(Organisation.id == authority)
    return or_(
        and_(AuditEntry.subject_kind == "tender", AuditEntry.subject.in_(tenders)),
        AuditEntry.subject.in_(own),
    )
