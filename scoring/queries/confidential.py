"""What opened bids mark confidential, and what officers decided on each mark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from accounts.models import Person
from accounts.queries import Viewer
from foundation.database import db
from scoring.models import ConfidentialityDecision
from scoring.queries.bids import EvaluatedBid
from supplier_portal.models import Bid
from supplier_portal.queries import last_submissions, my_bid, submission_of, submitted_text
from supplier_portal.queries.confidential import marks_handed_in, marks_in_text
from supplier_portal.rules.confidential import Mark


@dataclass(frozen=True)
class Decided:
    """The decision on a mark that counts, with who made it."""

    record: ConfidentialityDecision
    by: str


@dataclass(frozen=True)
class MarkToDecide:
    """A mark as it was handed in, and the decision on it; None until there is one."""

    mark: Mark
    decided: Decided | None

    @property
    def number(self) -> int:
        return self.decided.record.number if self.decided else 0


def marks_to_decide(bid: EvaluatedBid) -> list[MarkToDecide]:
    """Return what the opened bid marks, read from its submission."""
    return _with_decisions(bid.opened.bid, marks_handed_in(bid.opened.content))


def my_marks(viewer: Viewer, token: str) -> tuple[Bid, list[MarkToDecide]]:
    """Return the viewer's own bid, and the marks of its last submission. Raises NoResultFound."""
    bid = my_bid(viewer, token)
    last = last_submissions([bid]).get(bid.id)
    if last is None:
        return bid, []
    text = submitted_text(bid, submission_of(bid, last.number))
    return bid, _with_decisions(bid, marks_in_text(text))


def _with_decisions(bid: Bid, marks: Iterable[Mark]) -> list[MarkToDecide]:
    rows = db.session.execute(
        select(ConfidentialityDecision, Person.name)
        .join(Person, Person.id == ConfidentialityDecision.decided_by_id)
        .where(ConfidentialityDecision.bid_id == bid.id)
        .order_by(ConfidentialityDecision.number)
    )
    decided = {row.mark: Decided(row, name) for row, name in rows}
    return [MarkToDecide(mark, decided.get(mark.token)) for mark in marks]
