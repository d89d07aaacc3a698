"""Where one evaluator stands with one question of one bid: what saving his mark decides on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select

from foundation.database import db
from scoring.models import AllocationEvent, Mark, MarkLock
from scoring.queries.evaluators import EVENT, allocated_by
from scoring.queries.late import is_undecided
from supplier_portal.models import Bid


@dataclass(frozen=True)
class OwnCell:
    """One evaluator's question of one bid. ``number``: of his mark that counts, 0 before one."""

    is_his: bool
    is_locked: bool
    number: int
    mark: int | None
    # Whether the company also handed in a late bid that nobody has decided on.
    late_bid_waits: bool


_QUESTION: BindParameter[str] = bindparam("question")
_PERSON: BindParameter[int] = bindparam("person")
_LAST_MARK = (
    select(func.max(Mark.id))
    .where(Mark.bid_id == Bid.id, Mark.question_id == _QUESTION, Mark.evaluator_id == _PERSON)
    .correlate(Bid)
    .scalar_subquery()
)
_LOCKED_TO = (
    select(func.max(MarkLock.last_mark_id))
    .where(MarkLock.tender_id == Bid.tender_id, MarkLock.person_id == _PERSON)
    .correlate(Bid)
    .scalar_subquery()
)
# Put together once, because it is sent with every mark: a row for each event that gave him the
# question or took it from him, and one without an event where there was none.
_CELL = (
    select(
        *EVENT,
        Mark.number.label("number"),
        Mark.mark.label("mark"),
        func.coalesce(Mark.id <= _LOCKED_TO, False).label("is_locked"),
        is_undecided(Bid.id).label("late_bid_waits"),
    )
    .select_from(Bid)
    .outerjoin(Mark, Mark.id == _LAST_MARK)
    .outerjoin(
        AllocationEvent,
        and_(
            AllocationEvent.tender_id == Bid.tender_id,
            AllocationEvent.question_id == _QUESTION,
            AllocationEvent.person_id == _PERSON,
            or_(AllocationEvent.bid_id.is_(None), AllocationEvent.bid_id == Bid.id),
        ),
    )
    .where(Bid.id == bindparam("bid"))
    .order_by(AllocationEvent.id)
)


def own_cell(person_id: int, bid_id: int, question_id: str) -> OwnCell:
    """Return where somebody stands with a question of a bid, in one statement."""
    rows = db.session.execute(
        _CELL, {"person": person_id, "bid": bid_id, "question": question_id}
    ).all()
    given = allocated_by(row[: len(EVENT)] for row in rows if row.question_id is not None)
    one = rows[0]
    return OwnCell(
        is_his=given.marks(person_id, question_id, bid_id),
        is_locked=one.is_locked,
        number=one.number or 0,
        mark=one.mark,
        late_bid_waits=one.late_bid_waits,
    )
