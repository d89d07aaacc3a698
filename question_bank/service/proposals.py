"""Proposals are made by those who work with the questions, and decided once, with a reason."""

from __future__ import annotations

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from question_bank.models import Proposal, ProposalState
from question_bank.queries import proposals as queries
from question_bank.rules.proposals import LONGEST_REASON, MOST_OPEN, NotProposable, Suggested


class AlreadyDecided(DomainError):
    """Somebody else decided the proposal meanwhile."""


def propose(wanted: Suggested, *, edition: str, by: Viewer) -> Proposal:
    """Store a proposal. Raises NotProposable where too many of the organisation's wait."""
    with transaction():
        if queries.number_open(by.organisation_id) >= MOST_OPEN:
            raise NotProposable(
                f"You cannot propose more because {MOST_OPEN} proposals of your organisation are "
                "waiting for a decision"
            )
        proposal = Proposal(
            token=new_token(),
            organisation_id=by.organisation_id,
            made_by_id=by.person_id,
            made_at=clock.now(),
            edition=edition,
            question_id=wanted.question,
            place=wanted.place,
            present=wanted.present,
            suggestion=wanted.suggestion,
            reason=wanted.reason,
            state=ProposalState.OPEN,
            decided_at=None,
            decided_by_id=None,
            decision_reason=None,
        )
        db.session.add(proposal)
        db.session.flush()
        audit.record(
            "proposal.made",
            actor=by.person_token,
            subject=("proposal", proposal.token),
            organisation=by.organisation_token,
            question=wanted.question,
            place=wanted.place,
            suggestion=sha256_hex(wanted.suggestion),
        )
    return proposal


def decide(proposal: Proposal, *, accept: bool, reason: str, by: Viewer) -> None:
    """Accept or decline, for good. Raises AlreadyDecided."""
    if not reason.strip():
        raise DomainError("Enter the reason for the decision", field="reason")
    if len(reason) > LONGEST_REASON:
        raise DomainError(f"Enter {LONGEST_REASON:,} characters or fewer", field="reason")
    with transaction():
        current = db.session.scalars(
            select(Proposal)
            .where(Proposal.id == proposal.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        if current.state is not ProposalState.OPEN:
            raise AlreadyDecided(
                f"You cannot decide this proposal because it is {current.state} already"
            )
        current.state = ProposalState.ACCEPTED if accept else ProposalState.DECLINED
        current.decided_at, current.decided_by_id = clock.now(), by.person_id
        current.decision_reason = reason.strip()
        audit.record(
            "proposal.decided",
            actor=by.person_token,
            subject=("proposal", current.token),
            decision=current.state,
            reason=sha256_hex(current.decision_reason),
        )
