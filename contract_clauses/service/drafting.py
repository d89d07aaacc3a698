"""Changing a schedule: a clause in or out against the rule, a value entered, each with a reason."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from accounts.queries import Viewer
from contract_clauses.models import ClauseDecision, VariableValue
from contract_clauses.queries import ScheduledBid
from contract_clauses.rules.selection import Wish
from foundation import audit, clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from supplier_portal.models import Bid
from tenders.rules.lifecycle import Stage

# After the award too: the draft may still be completed before the contract is recorded, and a
# change of the contract is a later issue. What counts is what was issued, which never changes.
DRAFTED_AT = frozenset(
    {Stage.OPENED, Stage.EVALUATING, Stage.DECIDED, Stage.STANDSTILL, Stage.AWARDED}
)


class NotDrafted(DomainError):
    """The tender is at a stage at which its schedules are no longer changed."""


class Overtaken(DomainError):
    """Somebody else changed the same thing while the form was open."""


class ScheduleHeld(DomainError):
    """A check stops the schedule until an officer decides."""


class ReasonMissing(DomainError):
    """Something was changed without saying why."""


def decide_clause(
    bid: ScheduledBid, clause_id: str, wish: Wish, reason: str, *, based_on: int, by: Viewer
) -> ClauseDecision:
    """Include or exclude a topic against the rule, or leave it to the rule again.

    Raises ReasonMissing, NotDrafted, Overtaken, and DomainError for a topic not in the library.
    """
    if clause_id not in bid.library.topics:
        raise DomainError(f"{clause_id} is not a clause of this tender")
    return _decide(bid, clause_id, wish, reason, based_on, by, f"clause.{wish}")


def release_schedule(
    bid: ScheduledBid, check: str, *, released: bool, reason: str, based_on: int, by: Viewer
) -> ClauseDecision:
    """Let the schedule go out although a check stops it; or hold it back again.

    Raises ReasonMissing, NotDrafted, Overtaken, and DomainError for a check that stops nothing.
    """
    if check not in {hold.check for hold in bid.holds}:
        raise DomainError(f"{check} does not stop this schedule")
    wish, action = Wish.RULE, "schedule.held"
    if released:
        wish, action = Wish.INCLUDE, "schedule.released"
    return _decide(bid, check, wish, reason, based_on, by, action)


def refuse_held(bid: ScheduledBid) -> None:
    """Raise ScheduleHeld while a check stops the schedule and nobody decided otherwise."""
    says = [says for hold in bid.holds if hold.stands for says, _ in hold.findings]
    if says:
        raise ScheduleHeld(
            "You cannot download the schedule because something promised has no date: "
            f"{'; '.join(says)}. Ask the bidder for the dates, or decide on the page of the "
            "schedule, with a reason, that it may go out without them"
        )


def _decide(
    bid: ScheduledBid, name: str, wish: Wish, reason: str, based_on: int, by: Viewer, action: str
) -> ClauseDecision:
    why = _reason(reason)
    with transaction():
        current = bid_to_change(bid)
        mine = (ClauseDecision.bid_id == current.id, ClauseDecision.clause_id == name)
        _refuse_overtaken(ClauseDecision.number, mine, based_on)
        decision = ClauseDecision(
            bid_id=current.id,
            clause_id=name,
            number=based_on + 1,
            wish=wish,
            reason=why,
            decided_by_id=by.person_id,
            decided_at=clock.now(),
        )
        db.session.add(decision)
        db.session.flush()
        note(action, current, by, clause=name, reason=sha256_hex(why))
    return decision


def fill_variable(
    bid: ScheduledBid,
    clause_id: str,
    name: str,
    value: Any,
    reason: str,
    *,
    based_on: int,
    by: Viewer,
) -> VariableValue:
    """Enter a value into a clause; None takes back what was entered before.

    Raises ReasonMissing, NotDrafted, Overtaken, and DomainError for an unknown variable.
    """
    topic = bid.library.topics.get(clause_id)
    if topic is None or name not in topic.variables:
        raise DomainError(f"{clause_id} has nothing called ‘{name}’ to fill")
    why = _reason(reason)
    with transaction():
        current = bid_to_change(bid)
        mine = (
            VariableValue.bid_id == current.id,
            VariableValue.clause_id == clause_id,
            VariableValue.name == name,
        )
        _refuse_overtaken(VariableValue.number, mine, based_on)
        entered = VariableValue(
            bid_id=current.id,
            clause_id=clause_id,
            name=name,
            number=based_on + 1,
            value=value,
            reason=why,
            entered_by_id=by.person_id,
            entered_at=clock.now(),
        )
        db.session.add(entered)
        db.session.flush()
        note(
            "clause.filled",
            current,
            by,
            clause=clause_id,
            variable=name,
            value=sha256_hex(canonical_json(value)),
            reason=sha256_hex(why),
        )
    return entered


def _reason(text: str) -> str:
    if not text.strip():
        raise ReasonMissing("Enter the reason for your decision", field="reason")
    return text.strip()


def bid_to_change(bid: ScheduledBid) -> Bid:
    """Return the bid as it is now, kept from changing until the transaction ends."""
    current = db.session.scalars(
        select(Bid)
        .options(joinedload(Bid.tender, innerjoin=True))
        .where(Bid.id == bid.evaluated.opened.bid.id)
        .with_for_update(of=Bid)
        .execution_options(populate_existing=True)
    ).one()
    stage = current.tender.stage
    if stage not in DRAFTED_AT:
        raise NotDrafted(f"You cannot change the schedule because the tender is {stage}")
    return current


def _refuse_overtaken(number: Any, mine: tuple[ColumnElement[bool], ...], based_on: int) -> None:
    last = db.session.scalar(select(func.max(number)).where(*mine)) or 0
    if last != based_on:
        raise Overtaken(
            "Somebody changed this while you were writing. Look at what they entered, then save "
            "again if yours should count instead"
        )


def note(action: str, bid: Bid, by: Viewer, **details: Any) -> None:
    audit.record(action, actor=by.person_token, subject=("bid", bid.token), **details)
