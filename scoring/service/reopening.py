"""Looking again at an answer, a risk or a clause, because something it rests on ran out.

Everything is done for many at once in as many statements as for one: after weeks without the
service a neglected contract opens hundreds of things on one day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import insert, select

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, queue_for, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from scoring.models import Reopening, ReopeningSettled
from scoring.rules.reopening import Thing
from supplier_portal.models import Bid

LONGEST_WORDS = 4000


class NotSettled(DomainError):
    """Somebody says a reopened thing was looked at without saying what follows."""


@dataclass(frozen=True)
class Opens:
    """A thing that opens again for one cause.

    ``subject``: the id of the part, the risk or the clause. ``rule``: what noticed it; ``cause``:
    what it noticed, in ids and dates only; ``due_on``: since when.
    """

    thing: Thing
    subject: str
    rule: str
    cause: str
    due_on: date


def reopen_each(
    bid_id: int, each: Iterable[Opens], *, authority_id: int | None = None
) -> list[str]:
    """Reopen things of an opened bid, each once for its rule and cause; return the tokens of those
    that were not open for it already.

    ``authority_id``: whose contract it is; the one that leads the tender if not given. What was
    settled for the same cause is not reopened.
    """
    wanted = list(dict.fromkeys(each))
    if not wanted:
        return []
    with transaction():
        bid = db.session.get_one(Bid, bid_id)
        whose = authority_id or bid.tender.authority_id
        queue_for(f"reopening:{bid_id}")
        known = {
            (row.thing, row.subject, row.rule, row.cause)
            for row in db.session.execute(
                select(Reopening.thing, Reopening.subject, Reopening.rule, Reopening.cause).where(
                    Reopening.bid_id == bid_id,
                    Reopening.authority_id == whose,
                    Reopening.rule.in_({one.rule for one in wanted}),
                )
            )
        }
        fixed = {"bid_id": bid_id, "authority_id": whose, "raised_at": clock.now()}
        rows = [
            asdict(one) | fixed | {"token": new_token()}
            for one in wanted
            if (one.thing, one.subject, one.rule, one.cause) not in known
        ]
        if rows:
            db.session.execute(insert(Reopening), rows)
            details = [
                {"reopening": row["token"], "thing": row["thing"].value, "rule": row["rule"]}
                for row in rows
            ]
            _note("reopening.raised", bid, details, audit.SYSTEM)
    return [str(row["token"]) for row in rows]


def settle(reopening: Reopening, words: str, *, by: Viewer | None) -> bool:
    """Say that a reopened thing was looked at and what follows; False if somebody did already.

    ``by`` is None where its cause is gone and the service says so itself. Raises NotSettled.
    """
    return settle_each([reopening], words, by=by) == 1


def settle_each(reopened: Sequence[Reopening], words: str, *, by: Viewer | None) -> int:
    """Settle many with the same words, as ``settle`` does one; return how many were open still."""
    said = words.strip()
    if not said:
        raise NotSettled("Enter what you found and what follows from it", field="words")
    if len(said) > LONGEST_WORDS:
        raise NotSettled(
            f"What you found must be {LONGEST_WORDS} characters or fewer", field="words"
        )
    ordered = sorted(reopened, key=attrgetter("bid_id", "id"))
    with transaction():
        return sum(
            _settle_of_bid(bid_id, list(of_bid), said, by)
            for bid_id, of_bid in groupby(ordered, key=attrgetter("bid_id"))
        )


def _settle_of_bid(bid_id: int, reopened: list[Reopening], said: str, by: Viewer | None) -> int:
    queue_for(f"reopening:{bid_id}")
    settled = set(
        db.session.scalars(
            select(ReopeningSettled.reopening_id)
            .join(Reopening, Reopening.id == ReopeningSettled.reopening_id)
            .where(Reopening.bid_id == bid_id)
        )
    )
    still = [one for one in reopened if one.id not in settled]
    if not still:
        return 0
    fixed = {
        "words": said,
        "done_by_id": by.person_id if by else None,
        "done_at": clock.now(),
    }
    db.session.execute(
        insert(ReopeningSettled), [fixed | {"reopening_id": one.id} for one in still]
    )
    bid = db.session.get_one(Bid, bid_id)
    actor = by.person_token if by else audit.SYSTEM
    details = [{"reopening": one.token, "thing": one.thing.value} for one in still]
    _note("reopening.settled", bid, details, actor)
    return len(still)


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
        return settle_each(db.session.scalars(wanted).all(), words, by=None)


def _note(action: str, bid: Bid, each: Iterable[Mapping[str, Any]], actor: str) -> None:
    audit.record_each(action, each, actor=actor, subject=("bid", bid.token))
