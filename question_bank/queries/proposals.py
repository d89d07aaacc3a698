"""Proposals: an organisation finds its own, stewards find all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, func, select, true
from sqlalchemy.orm import aliased

from accounts.models import Organisation, Person
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.database import db
from question_bank import loader
from question_bank.models import Proposal, ProposalState
from question_bank.rules.places import place_in_words, places_of
from question_bank.rules.proposals import WHOLE, Accepted, present_text
from question_bank.rules.reading.plain import Raw

MOST_LISTED = 200


@dataclass(frozen=True)
class Listed:
    """A proposal with the names a page shows."""

    proposal: Proposal
    organisation: str
    made_by: str
    decided_by: str | None

    @property
    def place(self) -> str:
        """Return what people call the place."""
        if self.proposal.place == WHOLE:
            return "The question as a whole"
        places = places_of(raw_question(self.proposal.question_id, self.proposal.edition) or {})
        place = places.get(self.proposal.place)
        return place_in_words(place) if place else self.proposal.place


_DECIDER = aliased(Person)


def _listed() -> Select[Proposal, str, str, str]:
    return (
        select(Proposal, Organisation.name, Person.name, _DECIDER.name)
        .join(Organisation, Organisation.id == Proposal.organisation_id)
        .join(Person, Person.id == Proposal.made_by_id)
        .outerjoin(_DECIDER, _DECIDER.id == Proposal.decided_by_id)
    )


def proposals_for(viewer: Viewer) -> list[Listed]:
    """Return those the viewer may see: open ones first, the newest first."""
    undecided = case((Proposal.state == ProposalState.OPEN, 0), else_=1)
    rows = db.session.execute(
        _listed()
        .where(_visible_to(viewer))
        .order_by(undecided, Proposal.id.desc())
        .limit(MOST_LISTED)
    )
    return [Listed(*row) for row in rows]


def proposal_for(viewer: Viewer, token: str) -> Listed:
    """Return one the viewer may see. Raises NoResultFound."""
    row = db.session.execute(_listed().where(Proposal.token == token, _visible_to(viewer))).one()
    return Listed(*row)


def number_open(organisation_id: int) -> int:
    """Return how many proposals of the organisation wait for a decision."""
    return _number(
        Proposal.organisation_id == organisation_id, Proposal.state == ProposalState.OPEN
    )


def number_made(organisation_id: int) -> int:
    return _number(Proposal.organisation_id == organisation_id)


def _number(*conditions: ColumnElement[bool]) -> int:
    found = select(func.count()).select_from(Proposal).where(*conditions)
    return db.session.scalar(found) or 0


def accepted() -> list[Accepted]:
    """Return the accepted proposals that the newest edition does not say yet, as decided."""
    rows = db.session.execute(
        _listed()
        .where(Proposal.state == ProposalState.ACCEPTED)
        .order_by(Proposal.decided_at, Proposal.id)
    )
    return [_ready(Listed(*row)) for row in rows if not is_merged(row[0])]


def is_merged(proposal: Proposal) -> bool:
    """Return whether the newest edition says what was proposed."""
    return proposal.place != WHOLE and present_now(proposal) == proposal.suggestion


def present_now(proposal: Proposal) -> str | None:
    """Return what stands at the place in the newest edition; None if it is gone."""
    return present_text(raw_question(proposal.question_id), proposal.place)


def raw_question(question_id: str, version: str | None = None) -> Raw | None:
    """Return a question of the bank in its plain form, of the newest edition unless named."""
    edition = loader.edition(version) if version else loader.newest_edition()
    entries = edition.bank.raw["questions"]
    return next((entry for entry in entries if entry["id"] == question_id), None)


def _ready(listed: Listed) -> Accepted:
    proposal = listed.proposal
    decided_at = proposal.decided_at
    return Accepted(
        file=loader.file_of(proposal.question_id),
        question=proposal.question_id,
        place=proposal.place,
        edition=proposal.edition,
        present=proposal.present,
        suggestion=proposal.suggestion,
        why=proposal.reason,
        proposed_by=f"{listed.made_by}, {listed.organisation}",
        decided_by=listed.decided_by or "",
        decided_on=clock.london(decided_at).date().isoformat() if decided_at else "",
        decision=proposal.decision_reason or "",
    )


def _visible_to(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.may(Permission.BANK_DECIDE):
        return true()
    return Proposal.organisation_id == viewer.organisation_id
