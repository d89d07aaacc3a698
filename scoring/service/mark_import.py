"""Marks that came back in a workbook: all of those applied are saved, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from accounts.queries import Viewer
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.queries.bids import EvaluatedBid
from scoring.service.evaluating import NotInEvaluation
from scoring.service.marks import GivenMark, save_mark
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.service.base import current_tender, record


class NotApplied(DomainError):
    """One of the marks cannot be saved, so none was."""


@dataclass(frozen=True)
class ToSave:
    """One mark of a workbook, as it is about to be saved."""

    bid: EvaluatedBid
    question_id: str
    given: GivenMark


def import_marks(tender: Tender, wanted: Sequence[ToSave], *, by: Viewer) -> int:
    """Save marks from a workbook, each by the rules of every other, and return how many.

    Raises NotApplied, which says which of them cannot be saved and why, and NotInEvaluation.
    """
    with transaction():
        _hold(wanted)
        for one in wanted:
            try:
                save_mark(one.bid, one.question_id, one.given, by=by)
            except NotInEvaluation:
                raise
            except DomainError as error:
                raise NotApplied(
                    f"Nothing was saved. {one.question_id} of {one.bid.name}: {error}"
                ) from error
        record("marks.imported", current_tender(tender), by, marks=len(wanted))
    return len(wanted)


def _hold(wanted: Sequence[ToSave]) -> None:
    """Keep all their bids from changing before anything is saved, in the same order for everybody:
    two who import at once wait for each other, and never each for the other."""
    bids = {one.bid.opened.bid.id for one in wanted}
    db.session.execute(
        select(Bid.id).where(Bid.id.in_(bids)).order_by(Bid.id).with_for_update(of=Bid)
    )
