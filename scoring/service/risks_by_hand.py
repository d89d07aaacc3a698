"""Adding a risk that no library holds, in an officer's own words.

In the evaluation it is common to all who buy together; from the results on whoever adds one adds it
to the register of its own authority, where nobody else finds it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import RiskRow
from scoring.queries.bids import EvaluatedBid
from scoring.rules.matrix import CATEGORIES
from scoring.rules.register import RiskState, Treatment
from scoring.service.evaluating import bid_to_change, note
from scoring.service.own_registers import must_be_contracted, note_own
from scoring.service.risks import ReasonMissing, RiskTerms, fingerprint, new_decision
from tenders.service.base import current_tender

# What a risk that an officer wrote by hand is called: OWN-1, OWN-2 … in each bid.
OWN = "OWN-"
# And one added to the register of a contract: numbered for the authority, so that gaps tell nothing
# of another's. A word of its own, for the bids may be evaluated again.
ADDED = "ADDED-"


@dataclass(frozen=True, kw_only=True)
class OwnRiskWords:
    """A risk of an officer's own, which no library holds."""

    title: str
    category: str
    cause: str
    event: str
    consequence: str
    likelihood: int
    impact: int
    treatment: Treatment
    actions: str
    owner: str
    why: str


def add_own_risk(bid: EvaluatedBid, words: OwnRiskWords, *, by: Viewer) -> RiskRow:
    """Add a risk by hand, accepted as its officer wrote it. Raises ReasonMissing and DomainError.

    It has no rule: who added it and why is its cause.
    """
    _must_be_a_risk(words)
    with transaction():
        current = bid_to_change(bid.opened.bid, doing="add a risk")
        row, terms = _added(bid, words, by, OWN, None)
        note("risk.added", current, by, risk=row.risk_id, text=fingerprint(terms))
    return row


def add_to_register(bid: EvaluatedBid, words: OwnRiskWords, *, by: Viewer) -> RiskRow:
    """Add a risk to the register of the contract that the authority of ``by`` keeps for itself.

    Raises ReasonMissing, NotInOwnRegister and DomainError. Recorded with that authority, whose
    record the others do not read.
    """
    _must_be_a_risk(words)
    with transaction():
        must_be_contracted(current_tender(bid.tender), bid.opened.bid.id)
        row, terms = _added(bid, words, by, ADDED, by.organisation_id)
        note_own(
            "own_register.added",
            bid.opened.bid,
            by,
            risk=row.risk_id,
            text=fingerprint(terms),
        )
    return row


def _added(
    bid: EvaluatedBid, words: OwnRiskWords, by: Viewer, called: str, authority_id: int | None
) -> tuple[RiskRow, RiskTerms]:
    """Add the row with its words as the first decision; the caller has opened the transaction.

    ``authority_id``: whose it is alone; None for what is common.
    """
    bid_id = bid.opened.bid.id
    row = RiskRow(
        bid_id=bid_id,
        risk_id=f"{called}{_so_far(bid_id, called, authority_id) + 1}",
        causes=[],
        likelihood=words.likelihood,
        impact=words.impact,
        bank_version=bid.questionnaire.bank.version,
        raised_at=clock.now(),
        raised_by_id=by.person_id,
        raised_because=words.why,
        own_title=words.title,
        own_category=words.category,
        authority_id=authority_id,
    )
    db.session.add(row)
    db.session.flush()
    terms = _terms_of(words)
    new_decision(row, 1, terms, by)
    return row, terms


def _must_be_a_risk(words: OwnRiskWords) -> None:
    if not words.title:
        raise DomainError("Enter the risk in a few words", field="title")
    if words.category not in CATEGORIES:
        raise DomainError("Select a category", field="category")
    if not words.why:
        raise ReasonMissing("Enter why this risk is added", field="why")


def _so_far(bid_id: int, called: str, authority_id: int | None) -> int:
    """Return the highest number of a risk written by hand: none is ever given again."""
    found = db.session.scalars(
        select(RiskRow.risk_id).where(
            RiskRow.bid_id == bid_id,
            RiskRow.risk_id.startswith(called),
            RiskRow.authority_id == authority_id,
        )
    )
    return max((int(risk_id.removeprefix(called)) for risk_id in found), default=0)


def _terms_of(words: OwnRiskWords) -> RiskTerms:
    return RiskTerms(
        state=RiskState.ACCEPTED,
        cause=words.cause,
        event=words.event,
        consequence=words.consequence,
        likelihood=words.likelihood,
        impact=words.impact,
        treatment=words.treatment,
        actions=words.actions,
        owner=words.owner,
        why=words.why,
        due=None,
        residual_likelihood=None,
        residual_impact=None,
        target_likelihood=None,
        target_impact=None,
        review_on=None,
    )
