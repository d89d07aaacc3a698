"""Working on the clauses of a schedule: comments, who looks at one, approving and sending back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.queries.team import Member
from accounts.rules.roles import Permission
from contract_clauses import seals
from contract_clauses.models import ClauseEvent
from contract_clauses.queries.clause_work import (
    BASIS,
    WORDS,
    ClauseWork,
    clause_work,
    who_can_look,
)
from contract_clauses.queries.schedules import ScheduledBid, scheduled_bid
from contract_clauses.rules.clause_basis import Basis, as_kept
from contract_clauses.rules.clause_states import ClauseState, Standing
from contract_clauses.rules.editing import ClauseStep
from contract_clauses.rules.rewriting import UNPRINTABLE
from contract_clauses.service.drafting import Overtaken, bid_to_change, note
from foundation import clock, mail
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.queries.evaluators import may_see_marks
from scoring.queries.ranked import EVALUATED_AT
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid

LONGEST_WORDS = 4000
ASSIGNED = "clause.assigned"
PAGE = "contract_clauses.clause"


class CannotWork(DomainError):
    """Something cannot be done about a clause as it stands."""


def comment_on(found: ScheduledBid, clause_id: str, words: str, *, by: Viewer) -> ClauseEvent:
    """Say something about a clause to colleagues. Raises CannotWork and NotDrafted."""
    said = _words(words, "Enter your comment")
    with transaction():
        bid = _bid(found, clause_id)
        return _add(bid, clause_id, ClauseStep.COMMENT, said, by)


def settle_comment(
    found: ScheduledBid, clause_id: str, number: int, words: str, *, by: Viewer
) -> None:
    """Say that a comment needs nothing more; one settled meanwhile stays as it was settled."""
    said = _words(words, "")
    with transaction():
        bid = _bid(found, clause_id)
        stands = _standing(clause_work(found), clause_id)
        comment = next((one for one in stands.comments if one.event.number == number), None)
        if comment is None:
            raise CannotWork("You cannot settle this because there is no such comment")
        if comment.settled is None:
            _add(bid, clause_id, ClauseStep.SETTLED, said, by, about=number)


def assign_clause(
    found: ScheduledBid, clause_id: str, person: str, words: str, *, by: Viewer
) -> None:
    """Ask somebody, known by token, to look at a clause; nobody any more where it is empty.

    Raises CannotWork, also for whoever may not read the bid.
    """
    said = _words(words, "")
    with transaction():
        bid = _bid(found, clause_id)
        members = {member.token: member for member in who_can_look(found)}
        if person and person not in members:
            raise CannotWork("Select somebody who may read this bid", field="person")
        member = members.get(person)
        if member is not None and not _may_see(member, bid):
            raise CannotWork("Select somebody who may read this bid", field="person")
        event = _add(
            bid,
            clause_id,
            ClauseStep.ASSIGNED,
            said,
            by,
            assigned_to_id=member.person_id if member else None,
        )
        if member is not None and member.person_id != by.person_id:
            # Nothing of the clause, nor of the bid: mails leave the service.
            mail.post(
                ASSIGNED,
                f"{bid.token}:{clause_id}:{event.number}",
                [member.email],
                f"{bid.tender.reference}: a clause of a contract schedule is yours to look at",
                f"A colleague asks you to look at a clause of a contract schedule of "
                f"“{bid.tender.title}”.\n\n"
                f"Read it: {mail.link(PAGE, bid=bid.token, clause=clause_id)}\n",
            )


def _may_see(member: Member, bid: Bid) -> bool:
    # More may have been given to somebody who locked his marks before.
    return bid.tender.stage not in EVALUATED_AT or may_see_marks(member, bid.tender)


def approve_clause(
    found: ScheduledBid, clause_id: str, sha256: str, words: str, *, by: Viewer
) -> None:
    """Approve a clause as it was shown. Raises CannotWork for its author, Overtaken where it
    changed since it was shown."""
    said = _words(words, "")
    with transaction():
        bid, stands, now = _to_decide(found, clause_id, by)
        if by.person_id in stands.authors:
            what = "left it out" if now.is_exclusion else "wrote it, or some of it"
            raise CannotWork(
                f"You cannot approve this clause because you {what}: another reviewer has to"
            )
        _must_be_shown(now, sha256)
        _decide(bid, clause_id, ClauseStep.APPROVED, said, now, by)


def send_back(found: ScheduledBid, clause_id: str, sha256: str, words: str, *, by: Viewer) -> None:
    """Send a clause back to whoever drafts, saying why. Raises CannotWork and Overtaken."""
    said = _words(words, "Enter what has to change")
    with transaction():
        bid, _stands, now = _to_decide(found, clause_id, by)
        _must_be_shown(now, sha256)
        _decide(bid, clause_id, ClauseStep.SENT_BACK, said, now, by)


def approve_as_library(found: ScheduledBid, *, by: Viewer) -> int:
    """Approve every clause that stands as in the library and on which nothing is open; return how
    many."""
    with transaction():
        bid = bid_to_change(found)
        now = scheduled_bid(by, found.token, to=Permission.CLAUSE_APPROVE)
        work = clause_work(now)
        listed = standing_as_library(work)
        for clause_id in listed:
            stands, basis = work.standings[clause_id], work.bases[clause_id]
            _row(bid, clause_id, stands.number + 1, ClauseStep.APPROVED, "", by, basis)
        if listed:
            db.session.flush()
            note("clauses.approved", bid, by, clauses={c: work.bases[c].sha256 for c in listed})
    return len(listed)


def standing_as_library(work: ClauseWork) -> list[str]:
    """Return the clauses that nobody changed, sent back or asked about, and that nobody approved
    yet."""
    return [
        clause_id
        for clause_id, stands in work.standings.items()
        if stands.state is ClauseState.PROPOSED and not stands.open_comments
    ]


def _to_decide(found: ScheduledBid, clause_id: str, by: Viewer) -> tuple[Bid, Standing, Basis]:
    bid = _bid(found, clause_id)
    work = clause_work(scheduled_bid(by, found.token, to=Permission.CLAUSE_APPROVE))
    if clause_id not in work.bases:
        raise CannotWork("You cannot decide on this clause because it is not in the schedule")
    return bid, _standing(work, clause_id), work.bases[clause_id]


def _must_be_shown(now: Basis, sha256: str) -> None:
    if now.sha256 != sha256:
        raise Overtaken(
            "This clause changed since you opened the page: look at it again, then decide"
        )


def _decide(
    bid: Bid, clause_id: str, step: ClauseStep, words: str, basis: Basis, by: Viewer
) -> None:
    _add(bid, clause_id, step, words, by, basis=basis)


def _bid(found: ScheduledBid, clause_id: str) -> Bid:
    if clause_id not in found.library.topics:
        raise CannotWork(f"{clause_id} is not a clause of this tender")
    return bid_to_change(found)


def _standing(work: ClauseWork, clause_id: str) -> Standing:
    found = work.of(clause_id)
    if found is None:
        raise CannotWork(f"{clause_id} is not a clause of this tender")
    return found


def _add(
    bid: Bid,
    clause_id: str,
    step: ClauseStep,
    words: str,
    by: Viewer,
    *,
    basis: Basis | None = None,
    **more: Any,
) -> ClauseEvent:
    last = db.session.scalar(
        select(func.max(ClauseEvent.number)).where(
            ClauseEvent.bid_id == bid.id, ClauseEvent.clause_id == clause_id
        )
    )
    event = _row(bid, clause_id, (last or 0) + 1, step, words, by, basis, **more)
    db.session.flush()
    details: dict[str, Any] = {"sha256": event.sha256} if event.sha256 else {}
    note(f"clause.{step.name.lower()}", bid, by, clause=clause_id, number=event.number, **details)
    return event


def _row(
    bid: Bid,
    clause_id: str,
    number: int,
    step: ClauseStep,
    words: str,
    by: Viewer,
    basis: Basis | None = None,
    **more: Any,
) -> ClauseEvent:
    name = seals.redraft_name(bid.token, clause_id, number)
    said = {WORDS: words, BASIS: as_kept(basis) if basis else None}
    event = ClauseEvent(
        bid_id=bid.id,
        clause_id=clause_id,
        number=number,
        step=step,
        sha256=basis.sha256 if basis else None,
        sealed=seals.seal(seals.CLAUSE_EVENT, name, bid_seals.opened_key(bid), said),
        done_by_id=by.person_id,
        done_at=clock.now(),
        **more,
    )
    db.session.add(event)
    return event


def _words(text: str, asked: str) -> str:
    words = text.strip()
    if asked and not words:
        raise CannotWork(asked, field="words")
    if len(words) > LONGEST_WORDS:
        raise CannotWork(f"Enter {LONGEST_WORDS:,} characters or fewer", field="words")
    if UNPRINTABLE.search(words):
        raise CannotWork("Take out the character that cannot be printed", field="words")
    return words
