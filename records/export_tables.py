"""What the export of an authority takes from each table, and which tables it leaves and why.

A test holds this against every table there is: a new one is either exported or left on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, select

from accounts.models import Membership, Organisation
from foundation.audit import AuditEntry
from foundation.database import Base
from question_bank.models import OwnQuestion
from scoring.models import ExclusionParty, MarkLock, RiskRow
from scoring.queries.ranked import EVALUATED_AT
from supplier_portal.models import Bid, LateSubmission
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender

Scope = Callable[[Table, int], ColumnElement[bool]]


@dataclass(frozen=True)
class Exported:
    """Which rows are the authority's; ``leaves``: columns that are keys, secrets or sealed."""

    scope: Scope
    leaves: frozenset[str] = frozenset()
    # The name under which records.exporting adds what a row alone does not tell, such as what is
    # sealed in it; empty for nothing.
    opens: str = field(default="")


def _of_authority(table: Table, authority: int) -> ColumnElement[bool]:
    return table.c.authority_id == authority


def _of_organisation(table: Table, authority: int) -> ColumnElement[bool]:
    return table.c.organisation_id == authority


def _itself(table: Table, authority: int) -> ColumnElement[bool]:
    """Return the authority, and the suppliers of bids it may read."""
    suppliers = select(Bid.supplier_id).where(Bid.id.in_(_bids(authority)))
    return or_(table.c.id == authority, table.c.id.in_(suppliers))


def _people(table: Table, authority: int) -> ColumnElement[bool]:
    members = select(Membership.person_id).where(Membership.organisation_id == authority)
    return table.c.id.in_(members)


def _tenders(authority: int) -> Any:
    return select(Tender.id).where(Tender.authority_id == authority)


def _bids(authority: int) -> Any:
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


def _of_tender(table: Table, authority: int) -> ColumnElement[bool]:
    return table.c.tender_id.in_(_tenders(authority))


def _opened(table: Table, authority: int) -> ColumnElement[bool]:
    return table.c.id.in_(_bids(authority))


def _of_bid(table: Table, authority: int) -> ColumnElement[bool]:
    return table.c.bid_id.in_(_bids(authority))


def _mark(table: Table, authority: int) -> ColumnElement[bool]:
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
    return and_(_of_bid(table, authority), or_(table.c.bid_id.not_in(evaluated), is_locked))


def _late(table: Table, authority: int) -> ColumnElement[bool]:
    """Return late bids once the others are opened: that they came, not what they say."""
    opened = select(Tender.id).where(
        Tender.authority_id == authority, Tender.opened_at.is_not(None)
    )
    return table.c.bid_id.in_(select(Bid.id).where(Bid.tender_id.in_(opened)))


def _of_late(table: Table, authority: int) -> ColumnElement[bool]:
    late = LateSubmission.__table__
    rows = select(LateSubmission.id).where(_late(late, authority))  # type: ignore[arg-type]
    return table.c.late_submission_id.in_(rows)


def _of_risk(table: Table, authority: int) -> ColumnElement[bool]:
    rows = select(RiskRow.id).where(RiskRow.bid_id.in_(_bids(authority)))
    return table.c.risk_row_id.in_(rows)


def _of_party(table: Table, authority: int) -> ColumnElement[bool]:
    rows = select(ExclusionParty.id).where(ExclusionParty.bid_id.in_(_bids(authority)))
    return table.c.party_id.in_(rows)


def _of_own_question(table: Table, authority: int) -> ColumnElement[bool]:
    rows = select(OwnQuestion.id).where(OwnQuestion.authority_id == authority)
    return table.c.own_question_id.in_(rows)


def _chains(table: Table, authority: int) -> ColumnElement[bool]:
    """Return the chains of the authority's tenders and its own; those of bids, with what is the
    company's own, are given with the record of each tender."""
    tenders = select(Tender.token).where(Tender.authority_id == authority)
    own = select(Organisation.token).where(Organisation.id == authority)
    return or_(
        and_(AuditEntry.subject_kind == "tender", AuditEntry.subject.in_(tenders)),
        AuditEntry.subject.in_(own),
    )


KEYS_OF_TENDER = frozenset({"sealing_key", "opening_key", "opening_public_key"})

EXPORTED: Mapping[str, Exported] = {
    "organisation": Exported(_itself),
    "person": Exported(_people, frozenset({"password_hash"})),
    "membership": Exported(_of_organisation),
    "invitation": Exported(_of_organisation, frozenset({"secret_hash"})),
    "authority_bank": Exported(_of_authority),
    "own_pack": Exported(_of_authority),
    "own_question": Exported(_of_authority),
    "own_question_version": Exported(_of_own_question),
    "proposal": Exported(_of_organisation),
    "procurement": Exported(_of_authority),
    "tender": Exported(_of_authority, KEYS_OF_TENDER),
    "participating_authority": Exported(_of_tender),
    "outcome_statement": Exported(_of_tender),
    "planning_sheet": Exported(_of_tender),
    "tender_risk": Exported(_of_tender),
    "notice": Exported(_of_tender),
    "amendment": Exported(_of_tender),
    # Nobody on the buying side learns who asked.
    "clarification": Exported(_of_tender, frozenset({"asked_for_id", "asked_by_id"})),
    "approval": Exported(_of_tender, frozenset({"held"})),
    "opening_part": Exported(_of_tender, frozenset({"public_key", "pair_sealed"})),
    "supplier_invited": Exported(_of_tender),
    "open_data_release": Exported(_of_tender),
    "withheld": Exported(_of_tender),
    "retention": Exported(_of_tender),
    "made_record": Exported(_of_authority, frozenset({"wrapped_key", "stored_name"})),
    "bid": Exported(
        _opened,
        frozenset(
            {
                "key_for_supplier",
                "key_for_tender",
                "revision",
                "changed_at",
                "needs_sign_off",
                "counts_at_closing_by_id",
                "declared_for_closing",
                "created_at",
                "created_by_id",
            }
        ),
    ),  # fmt: skip
    "submission": Exported(
        _of_bid, frozenset({"sealed", "sealed_salt", "form_key", "revision"}), "submission"
    ),
    "evidence": Exported(
        _of_bid,
        frozenset({"sealed_about", "stored_name", "wrapped_key", "revision_id"}),
        "evidence",
    ),  # fmt: skip
    "brought_bid": Exported(_of_bid, frozenset({"sealed"}), "brought"),
    "late_submission": Exported(
        _late,
        frozenset(
            {"sealed", "sealed_salt", "form_key", "revision", "sealed_why", "key_for_tender"}
        ),
    ),
    "late_decision": Exported(_of_late),
    "outage_met": Exported(_of_bid),
    "interest_declaration": Exported(_of_tender),
    "interest_in_bid": Exported(_of_bid, frozenset({"declaration_id"}), "interest"),
    "interest_decision": Exported(_of_tender),
    "allocation_event": Exported(_of_tender),
    "mark": Exported(_mark),
    "mark_lock": Exported(_of_tender, frozenset({"last_mark_id"})),
    "agreed_mark": Exported(_of_bid, frozenset({"considered"}), "agreed"),
    "quality_agreed": Exported(_of_tender),
    "requirement_decision": Exported(_of_bid),
    "risk_row": Exported(_of_bid),
    "risk_decision": Exported(_of_risk),
    # Of a joint tender each authority takes its own alone, whoever leads it.
    "own_risk_decision": Exported(_of_authority, opens="own register"),
    "bid_question": Exported(_of_bid, frozenset({"sealed_text", "sealed_answer"}), "question"),
    # That there is one, and when; what it says once it is opened, which is after the quality.
    "price_offer": Exported(_of_bid, frozenset({"sealed"}), "prices"),
    "price_opening": Exported(_of_tender),
    "low_price_event": Exported(_of_bid, frozenset({"sealed_text"}), "low price"),
    "lots_drawn": Exported(_of_tender),
    "model_test": Exported(_of_tender),
    "recommendation": Exported(_of_tender),
    "outcome_letter": Exported(_of_bid, frozenset({"sealed_text"}), "letter"),
    "standstill_event": Exported(_of_tender),
    "question_lesson": Exported(_of_tender),
    "bid_result": Exported(_of_bid, frozenset({"sealed_summary"}), "result"),
    "confidentiality_decision": Exported(_of_bid),
    "exclusion_party": Exported(_of_bid, frozenset({"sealed_name"}), "party"),
    "exclusion_event": Exported(_of_party, frozenset({"sealed_text"}), "event"),
    "clause_decision": Exported(_of_bid),
    "variable_value": Exported(_of_bid),
    "audit_entry": Exported(_chains),
}

# Tables that are not the authority's to take away, and why.
LEFT: Mapping[str, str] = {
    "answer": "a company's draft; what was handed in is with the submissions",
    "answer_version": "a company's drafts",
    "bid_comment": "a company's own remarks",
    "bid_standing": "worked out from other tables, and made again from them at any time",
    "bid_terms": "a company's draft; what was handed in is with the submissions",
    "calendar_address": "secret addresses of single people",
    "carried_answer": "how a company wrote its bid",
    "company_key": "a key of a company",
    "confidential_mark": "a company's draft; what was handed in is with the submissions",
    "document": "a company's own library",
    "document_revision": "a company's own library",
    "file_scan": "about stored bytes, not about anybody",
    "job": "work the service does; nothing anybody decided",
    "mail_message": "each tender's record holds the mails about it",
    "outage": "about the service; each tender's record holds those that met it",
    "platform_record": "a company's draft; what was handed in is with the submissions",
    "presence": "who of a company had a page open",
    "question_work": "how a company shares its work",
    "reconfirmation": "how a company wrote its bid",
    "registration": "links sent to people who are not here yet",
    "service_run": "about the service",
    "sign_in_session": "signed-in browsers of single people",
    "sign_off": "a company's own word on its bid",
    "standing_answer": "a company's own profile",
    "typed_draft": "what somebody typed and did not save",
}


def tables() -> list[tuple[Table, Exported]]:
    """Return what is exported, each table after those it names."""
    return [
        (table, EXPORTED[table.name])
        for table in Base.metadata.sorted_tables
        if table.name in EXPORTED
    ]
