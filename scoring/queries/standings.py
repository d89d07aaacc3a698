"""Where bids stand, as kept for the ranking, and whether the quality of all of them is agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select

from foundation.database import db
from foundation.errors import DomainError
from scoring.models import BidStanding, LotsDrawn, QualityAgreed
from scoring.queries.late import undecided_in
from scoring.queries.remembered import once_a_page
from tenders.models import Tender


class QualityNotAgreed(DomainError):
    """Somebody comes to a price before the quality of every bid is agreed."""


@dataclass(frozen=True, slots=True)
class Said:
    """Whether quality is agreed now; how often that was said, how often lots were drawn, and how
    many late bids nobody has decided on."""

    is_agreed: bool
    times: int
    lots: int
    late: int


def quality_is_agreed(tender: Tender) -> bool:
    """Return whether the quality of every bid is agreed, each mark as it stands now.

    A mark taken up again, and a bid admitted late, open it again until it is said once more.
    """
    return said_of(tender).is_agreed


def said_of(tender: Tender) -> Said:
    """Return what was said of a tender as a whole. One statement, whatever the number of marks."""
    return once_a_page(("said", tender.id), lambda: _said_of(tender))


def _said_of(tender: Tender) -> Said:
    last, newest, unmarked, said, drawn, waiting = db.session.execute(
        _SAID, {"tender": tender.id}
    ).one()
    is_agreed = last is not None and newest <= last and not unmarked
    return Said(is_agreed, said or 0, drawn or 0, waiting)


def _put_together() -> Select[Any]:
    """Return the statement that asks all of it of a tender."""
    wanted: BindParameter[int] = bindparam("tender")
    covered = (
        select(QualityAgreed.last_mark_id)
        .where(QualityAgreed.tender_id == wanted)
        .order_by(QualityAgreed.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    times, lots = (
        select(func.max(model.number)).where(model.tender_id == wanted).scalar_subquery()
        for model in (QualityAgreed, LotsDrawn)
    )
    late = select(func.count()).select_from(undecided_in(wanted).subquery()).scalar_subquery()
    return select(
        covered,
        func.coalesce(func.max(BidStanding.last_agreed_id), 0),
        func.coalesce(func.max(BidStanding.unmarked), 0),
        times,
        lots,
        late,
    ).where(BidStanding.tender_id == wanted)


_SAID = _put_together()


def must_be_agreed(tender: Tender) -> None:
    """Raise QualityNotAgreed while a price must not be seen."""
    if not quality_is_agreed(tender):
        raise QualityNotAgreed(
            "You cannot see prices because the quality of every bid is not agreed yet"
        )
