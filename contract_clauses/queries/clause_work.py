"""What people did about the clauses of one schedule, and where each clause stands by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.queries.team import Member, everybody_in
from accounts.rules.roles import Permission
from contract_clauses import seals
from contract_clauses.models import ClauseEvent, ClauseRedraft
from contract_clauses.queries.schedules import ScheduledBid
from contract_clauses.rules.clause_basis import Basis, basis_of, basis_of_exclusion
from contract_clauses.rules.clause_basis import read_kept as read_basis
from contract_clauses.rules.clause_states import Event, Standing, standing, why_unapproved
from contract_clauses.rules.parts import ExcludedTopic, ScheduledClause
from contract_clauses.rules.selection import Ground
from foundation import clock
from foundation.database import db
from scoring.models import Reopening, ReopeningSettled
from scoring.queries.evaluators import allocation_of, locks_of
from scoring.queries.interests import standings_of
from scoring.queries.ranked import EVALUATED_AT
from scoring.rules.interests import Standing as Interest
from scoring.rules.reopening import Thing
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from tenders.rules.lifecycle import Stage

BASIS, WORDS = "basis", "words"


@dataclass(frozen=True)
class ClauseWork:
    """What people did about the clauses of a schedule. By clause: where it stands, what it rests
    on; clauses that the rule leaves out rest on nothing."""

    standings: Mapping[str, Standing]
    bases: Mapping[str, Basis]

    def of(self, clause_id: str) -> Standing | None:
        """Return where a clause stands; None for those that open every schedule."""
        return self.standings.get(clause_id)

    @property
    def waiting(self) -> list[str]:
        """Return the clauses that a reviewer has to approve before the schedule is issued."""
        return [name for name, stands in self.standings.items() if stands.must_be_approved]


def clause_work(found: ScheduledBid) -> ClauseWork:
    """Return where the clauses of a schedule stand. Three statements, however much was done."""
    bid = found.evaluated.opened.bid
    events, again = _events(bid), _to_look_at_again(bid)
    authors = authors_of(bid.id) if found.redrafted else {}
    printed = {clause.id: clause for clause in found.schedule.clauses if clause.id}
    bases = {
        name: basis_now(found, clause, tuple(again.get(name, ())))
        for name, clause in printed.items()
    }
    by_hand = left_out_by_hand(found)
    bases |= {
        name: basis_of_exclusion(topic, found.schedule.library_version)
        for name, topic in by_hand.items()
    }
    authors |= {name: {found.decisions[name].decided_by_id} for name in by_hand}
    standings = {
        name: standing(
            events.get(name, ()),
            bases.get(name),
            departs=name in printed and departs(found, printed[name]),
            authors=authors.get(name, ()),
        )
        for name in found.library.topics
    }
    return ClauseWork(standings, bases)


def left_out_by_hand(found: ScheduledBid) -> dict[str, ExcludedTopic]:
    """Return the topics that somebody left out against the rule, by id."""
    return {
        topic.id: topic
        for topic in found.schedule.excluded
        if topic.ground == Ground.OFFICER and topic.id in found.decisions
    }


def unapproved(work: ClauseWork) -> dict[str, str]:
    """Return why a reviewer has to approve a clause before the schedule is issued, by clause."""
    return {name: why_unapproved(work.standings[name]) for name in work.waiting}


def departs(found: ScheduledBid, clause: ScheduledClause) -> bool:
    """Return whether a clause prints in words or in a depth that somebody chose for it, or was
    written against another library, so that those words do not print."""
    row = found.redrafted.get(clause.id)
    chosen = row is not None and (row.sealed_words is not None or row.depth is not None)
    return clause.departs or chosen


def basis_now(found: ScheduledBid, clause: ScheduledClause, again: tuple[str, ...]) -> Basis:
    row = found.redrafted.get(clause.id)
    return basis_of(clause, found.schedule.library_version, row.number if row else 0, again)


def _events(bid: Bid) -> dict[str, list[Event]]:
    rows = db.session.scalars(
        select(ClauseEvent)
        .options(
            joinedload(ClauseEvent.done_by, innerjoin=True), joinedload(ClauseEvent.assigned_to)
        )
        .where(ClauseEvent.bid_id == bid.id)
        .order_by(ClauseEvent.clause_id, ClauseEvent.number)
    ).all()
    key = bid_seals.opened_key(bid) if rows else b""
    found: dict[str, list[Event]] = {}
    for row in rows:
        found.setdefault(row.clause_id, []).append(_opened(row, bid, key))
    return found


def _opened(row: ClauseEvent, bid: Bid, key: bytes) -> Event:
    name = seals.redraft_name(bid.token, row.clause_id, row.number)
    said = seals.opened(seals.CLAUSE_EVENT, name, key, row.sealed)
    return Event(
        row.number,
        row.step,
        said[WORDS],
        row.done_by.name,
        clock.show_moment(row.done_at),
        row.done_by_id,
        row.about,
        row.assigned_to.name if row.assigned_to else "",
        row.assigned_to_id,
        row.sha256 or "",
        read_basis(said[BASIS]) if said.get(BASIS) else None,
    )


def _to_look_at_again(bid: Bid) -> dict[str, list[str]]:
    """Return what of the clauses ran out and nobody has looked at, as the authority that leads
    the tender deals with it."""
    rows = db.session.execute(
        select(Reopening.subject, Reopening.token)
        .outerjoin(ReopeningSettled, ReopeningSettled.reopening_id == Reopening.id)
        .where(
            Reopening.bid_id == bid.id,
            Reopening.authority_id == bid.tender.authority_id,
            Reopening.thing == Thing.CLAUSE,
            ReopeningSettled.id.is_(None),
        )
    )
    found: dict[str, list[str]] = {}
    for subject, token in rows:
        found.setdefault(subject, []).append(token)
    return found


def authors_of(bid_id: int) -> dict[str, set[int]]:
    """Return by clause who wrote what stands there instead of the library's words, or chose its
    depth: everybody since it last was as the library has it. One statement."""
    found: dict[str, set[int]] = {}
    for clause, depth, is_library, person in db.session.execute(
        select(
            ClauseRedraft.clause_id,
            ClauseRedraft.depth,
            ClauseRedraft.sealed_words.is_(None),
            ClauseRedraft.done_by_id,
        )
        .where(ClauseRedraft.bid_id == bid_id)
        .order_by(ClauseRedraft.clause_id, ClauseRedraft.number)
    ):
        if is_library and depth is None:
            found.pop(clause, None)
        else:
            found.setdefault(clause, set()).add(person)
    return found


def who_can_look(found: ScheduledBid) -> list[Member]:
    """Return who of the authority may be asked to look at a clause, by name.

    Never anybody who is kept from the bid, has not declared his interests, or still marks alone.
    """
    bid = found.evaluated.opened.bid
    stands = standings_of(bid.tender_id)
    return [
        member
        for member in who_may_be_told(bid, Permission.SCHEDULE_EDIT)
        if stands.get(member.person_id, Interest()).has_looked or bid.tender.stage is Stage.AWARDED
    ]


def who_may_be_told(bid: Bid, needed: Permission) -> list[Member]:
    """Return who of the authority may be written to about the schedule of a bid, by name: never
    anybody who is kept from it or still marks alone. Who has not declared is led to that first."""
    tender = bid.tender
    stands = standings_of(tender.id)
    marking: set[int] = set()
    if tender.stage in EVALUATED_AT:
        marking = set(allocation_of(tender).people) - set(locks_of(tender.id))
    return [
        member
        for member in everybody_in(tender.authority_id)
        if member.may(needed, tender_id=tender.id)
        and member.person_id not in marking
        and not _is_kept(stands.get(member.person_id, Interest()), bid)
    ]


def _is_kept(stands: Interest, bid: Bid) -> bool:
    return stands.kept_from_all or bid.id in stands.kept_from
