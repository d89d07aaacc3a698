"""Looking again at an answer, a risk or a clause, because something it rests on ran out."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, queue_for, transaction
from foundation.errors import DomainError
from scoring.models import Reopening, ReopeningSettled
from scoring.rules.reopening import Thing
from supplier_portal.models import Bid

LONGEST_WORDS = 4000


class NotSettled(DomainError):
    """Somebody says a reopened thing was looked at without saying what follows."""


def reopen(
    bid_id: int,
    thing: Thing,
    subject: str,
    rule: str,
    cause: str,
    due_on: date,
    *,
    authority_id: int | None = None,
) -> Reopening | None:
    """Reopen a thing of an opened bid, once for its rule and cause; None if it was already.

    ``subject``: the id of the part, the risk or the clause. ``rule``: what noticed it;
    ``cause``: what it noticed, in ids and dates only. ``authority_id``: whose contract it is; the
    one that leads the tender if not given. What was settled for the same cause is not reopened.
    """
    with transaction():
        bid = db.session.get_one(Bid, bid_id)
        whose = authority_id or bid.tender.authority_id
        queue_for(f"reopening:{bid_id}")
        known = db.session.scalars(
            select(Reopening.id).where(
                Reopening.bid_id == bid_id,
                Reopening.authority_id == whose,
                Reopening.thing == thing,
                Reopening.subject == subject,
                Reopening.rule == rule,
                Reopening.cause == cause,
            )
        ).first()
        if known is not None:
            return None
        found = Reopening(
            bid_id=bid_id,
            authority_id=whose,
            thing=thing,
            subject=subject,
            rule=rule,
            cause=cause,
            due_on=due_on,
            raised_at=clock.now(),
        )
        db.session.add(found)
        db.session.flush()
        _note("reopening.raised", found, audit.SYSTEM, rule=rule)
    return found


def settle(reopening: Reopening, words: str, *, by: Viewer | None) -> bool:
    """Say that a reopened thing was looked at and what follows; False if somebody did already.

    ``by`` is None where its cause is gone and the service says so itself. Raises NotSettled.
    """
    said = words.strip()
    if not said:
        raise NotSettled("Enter what you found and what follows from it", field="words")
    if len(said) > LONGEST_WORDS:
        raise NotSettled(
            f"What you found must be {LONGEST_WORDS} characters or fewer", field="words"
        )
    with transaction():
        queue_for(f"reopening:{reopening.bid_id}")
        if _is_settled(reopening.id):
            return False
        db.session.add(
            ReopeningSettled(
                reopening_id=reopening.id,
                words=said,
                done_by_id=by.person_id if by else None,
                done_at=clock.now(),
            )
        )
        db.session.flush()
        _note("reopening.settled", reopening, by.person_token if by else audit.SYSTEM)
    return True


def settle_cause(
    bid_id: int, rule: str, cause: str, words: str, *, authority_id: int | None = None
) -> int:
    """Settle everything that is reopened for ``cause``, which is gone; return how many.

    ``authority_id``: only for that one. ``words`` hold nothing of a bid.
    """
    with transaction():
        wanted = (
            select(Reopening)
            .outerjoin(ReopeningSettled, ReopeningSettled.reopening_id == Reopening.id)
            .where(
                Reopening.bid_id == bid_id,
                Reopening.rule == rule,
                Reopening.cause == cause,
                ReopeningSettled.id.is_(None),
            )
            .order_by(Reopening.id)
        )
        if authority_id is not None:
            wanted = wanted.where(Reopening.authority_id == authority_id)
        return sum(settle(one, words, by=None) for one in db.session.scalars(wanted).all())


def _is_settled(reopening_id: int) -> bool:
    settled = select(ReopeningSettled.id).where(ReopeningSettled.reopening_id == reopening_id)
    return db.session.scalars(settled).first() is not None


def _note(action: str, reopening: Reopening, actor: str, **details: str) -> None:
    bid = db.session.get_one(Bid, reopening.bid_id)
    audit.record(
        action,
        actor=actor,
        subject=("bid", bid.token),
        reopening=reopening.token,
        thing=reopening.thing.value,
        **details,
    )
