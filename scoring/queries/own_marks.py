"""What one evaluator marks alone, in his order, and how far he is. Nothing of anybody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import joinedload

from accounts.queries import Viewer
from foundation.database import db
from scoring.models import AgreedMark, Mark, MarkLock
from scoring.queries.evaluators import allocation_to
from scoring.rules.locking import Covered
from scoring.rules.own_order import Cell, in_reading_order, own_order
from supplier_portal.models import Bid, TypedDraft
from supplier_portal.queries.opened import (
    barrier_before,
)
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tenders.queries import questionnaire_of

# The page a mark is typed on, as its draft is kept: "mark/SLP-07".
TYPED = "mark/"


@dataclass(frozen=True)
class OwnMarks:
    """The cells (bid, question) of one evaluator. Bids he is kept away from are not among them."""

    person_id: int
    # By id, the tokens of the bids he may read.
    tokens: Mapping[int, str]
    # What is marked at all, in the order of the questionnaire.
    questions: Sequence[str]
    allocated: frozenset[Cell]
    # The id of his mark that counts.
    given: Mapping[Cell, int]
    locked_to: int

    @cached_property
    def cells(self) -> list[Cell]:
        """Return what he marks, bid by bid."""
        return self._ordered(across=False)

    @cached_property
    def cells_by_question(self) -> list[Cell]:
        """Return what he marks, one question in all bids and then the next."""
        return self._ordered(across=True)

    def in_order(self, *, across: bool) -> list[Cell]:
        return self.cells_by_question if across else self.cells

    def _ordered(self, *, across: bool) -> list[Cell]:
        return in_reading_order(
            self.allocated, self.person_id, self.tokens, self.questions, across=across
        )

    @cached_property
    def unmarked(self) -> list[Cell]:
        return [cell for cell in self.cells if cell not in self.given]

    @cached_property
    def unlocked(self) -> list[Cell]:
        """Return what he marks and has not locked, marked or not."""
        locked = {cell for cell, last in self.given.items() if last <= self.locked_to}
        return [cell for cell in self.cells if cell not in locked]

    @property
    def marked(self) -> int:
        return len(self.cells) - len(self.unmarked)

    @property
    def may_lock(self) -> bool:
        return bool(self.cells) and not self.unmarked and bool(self.unlocked)

    @property
    def sees_marks(self) -> bool:
        """Return whether he may see the marks of others: not before his own are locked."""
        return not self.unlocked

    def is_his(self, cell: Cell) -> bool:
        return cell in self.allocated

    def is_locked(self, cell: Cell) -> bool:
        return cell in self.given and self.given[cell] <= self.locked_to

    def bids_for(self, question_id: str) -> list[int]:
        """Return the bids in which he marks a question, in his order for it."""
        return [
            bid_id
            for bid_id in own_order(self.person_id, self.tokens, question_id)
            if (bid_id, question_id) in self.allocated
        ]

    def next_unmarked(self, after: Cell, *, across: bool) -> Cell | None:
        """Return what to mark after a cell, then from the start; never the cell itself."""
        order = self.in_order(across=across)
        start = order.index(after) + 1 if after in order else 0
        later = (*order[start:], *order[:start])
        return next((cell for cell in later if cell not in self.given and cell != after), None)

    def around(self, cell: Cell, *, across: bool) -> tuple[Cell | None, Cell | None]:
        """Return what comes before and after a cell, marked or not."""
        order = self.in_order(across=across)
        if cell not in order:
            return None, None
        place = order.index(cell)
        return (
            order[place - 1] if place else None,
            order[place + 1] if place + 1 < len(order) else None,
        )


def own_marks(viewer: Viewer, tender: Tender) -> OwnMarks:
    """Return what the viewer marks in an opened tender. Raises MustDeclareFirst.

    Ids and tokens alone, whatever the number of bids: the text of marks is read one at a time.
    """
    barrier = barrier_before(viewer, tender)
    tokens = {
        bid_id: token
        for bid_id, token in db.session.execute(
            select(Bid.id, Bid.token).where(Bid.tender_id == tender.id, Bid.stage.in_(READABLE))
        )
        if not barrier.keeps_from(bid_id)
    }
    asked = tuple(one.id for one in questionnaire_of(tender).questions if one.is_marked)
    is_asked = frozenset(asked)
    given, locked_to = _given(viewer.person_id, tender.id)
    return OwnMarks(
        person_id=viewer.person_id,
        tokens=tokens,
        questions=asked,
        allocated=frozenset(
            cell
            for cell in allocation_to(viewer.person_id, tender).cells_of(viewer.person_id, tokens)
            if cell[1] in is_asked
        ),
        given=given,
        locked_to=locked_to,
    )


# By the tables: there may be tens of thousands, and none becomes a record.
_MARK = cast("Table", Mark.__table__)
_BID = cast("Table", Bid.__table__)
_LOCK = cast("Table", MarkLock.__table__)
# (bid, question, id of the mark that counts) of somebody in a tender.
_LATEST = (
    select(_MARK.c.bid_id, _MARK.c.question_id, func.max(_MARK.c.id).label("last"))
    .join(_BID, _BID.c.id == _MARK.c.bid_id)
    .where(_MARK.c.evaluator_id == bindparam("person"), _BID.c.tender_id == bindparam("tender"))
    .group_by(_MARK.c.bid_id, _MARK.c.question_id)
)
_GIVEN = _LATEST.add_columns(
    select(func.max(_LOCK.c.last_mark_id))
    .where(_LOCK.c.tender_id == bindparam("tender"), _LOCK.c.person_id == bindparam("person"))
    .scalar_subquery()
)


def _given(person_id: int, tender_id: int) -> tuple[dict[Cell, int], int]:
    """Return by cell the mark that counts of somebody, and the last mark he locked."""
    rows = db.session.execute(_GIVEN, {"person": person_id, "tender": tender_id}).all()
    given = {(bid_id, question_id): last for bid_id, question_id, last, _ in rows}
    # Without a mark there is no lock.
    return given, rows[0][3] or 0 if rows else 0


def covered_by_a_lock(person_id: int, tender_id: int) -> list[Covered]:
    """Return every mark of somebody that counts: what a lock now covers.

    Also those of what was taken from him since: the hash follows from the marks alone.
    """
    last = _LATEST.subquery()
    rows = db.session.execute(
        select(Bid.token, Mark.question_id, Mark.number, Mark.mark)
        .join(Bid, Bid.id == Mark.bid_id)
        .join(last, last.c.last == Mark.id),
        {"person": person_id, "tender": tender_id},
    )
    return [Covered(*row) for row in rows]


_OWN_MARK = (
    select(Mark)
    .where(
        Mark.bid_id == bindparam("bid"),
        Mark.question_id == bindparam("question"),
        Mark.evaluator_id == bindparam("person"),
    )
    .order_by(Mark.number.desc())
    .limit(1)
)


def own_mark(person_id: int, bid_id: int, question_id: str) -> Mark | None:
    """Return somebody's mark that counts for a question of a bid."""
    asked = {"person": person_id, "bid": bid_id, "question": question_id}
    return db.session.scalars(_OWN_MARK, asked).one_or_none()


def own_marks_by_id(ids: Sequence[int]) -> dict[int, Mark]:
    """Return marks by bid; ``ids`` come from OwnMarks.given and are of one question."""
    return {mark.bid_id: mark for mark in db.session.scalars(select(Mark).where(Mark.id.in_(ids)))}


# The reasons of one evaluator for one question in the other bids, put together once: they are
# looked at before every mark is saved.
_ELSEWHERE = select(Mark.reason).where(
    Mark.id.in_(
        select(func.max(Mark.id))
        .join(Bid, Bid.id == Mark.bid_id)
        .where(
            Mark.evaluator_id == bindparam("person"),
            Mark.question_id == bindparam("question"),
            Bid.tender_id == bindparam("tender"),
            Bid.id != bindparam("bid"),
        )
        .group_by(Mark.bid_id)
    )
)


def own_reasons_elsewhere(person_id: int, bid: Bid, question_id: str) -> list[str]:
    """Return the reasons somebody gave for a question in the other bids of the tender."""
    asked = {"person": person_id, "question": question_id, "tender": bid.tender_id, "bid": bid.id}
    return list(db.session.scalars(_ELSEWHERE, asked))


def own_locks(person_id: int, tender_id: int) -> list[MarkLock]:
    """Return what somebody locked in a tender, the first first."""
    return list(
        db.session.scalars(
            select(MarkLock)
            .where(MarkLock.tender_id == tender_id, MarkLock.person_id == person_id)
            .order_by(MarkLock.number)
        )
    )


_AGREED_MARK = (
    select(AgreedMark)
    .options(joinedload(AgreedMark.signed_by, innerjoin=True))
    .where(AgreedMark.bid_id == bindparam("bid"), AgreedMark.question_id == bindparam("question"))
    .order_by(AgreedMark.number.desc())
    .limit(1)
)


def agreed_mark(bid_id: int, question_id: str) -> AgreedMark | None:
    """Return what the panel agreed on a question of a bid, for who may see it."""
    asked = {"bid": bid_id, "question": question_id}
    return db.session.scalars(_AGREED_MARK, asked).one_or_none()


def typed_and_not_saved(person_id: int, tender_id: int) -> list[Cell]:
    """Return where somebody typed a mark and did not save it."""
    rows = db.session.execute(
        select(TypedDraft.bid_id, TypedDraft.page)
        .join(Bid, Bid.id == TypedDraft.bid_id)
        .where(
            Bid.tender_id == tender_id,
            TypedDraft.person_id == person_id,
            TypedDraft.page.startswith(TYPED, autoescape=True),
        )
        .order_by(TypedDraft.page, TypedDraft.bid_id)
    )
    return [(bid_id, page.removeprefix(TYPED)) for bid_id, page in rows if bid_id is not None]
