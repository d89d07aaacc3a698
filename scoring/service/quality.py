"""That the quality of every bid is agreed: from here on prices are seen."""

from __future__ import annotations

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import QualityAgreed
from scoring.queries.moderation import agreed_rows, still_to_agree
from scoring.queries.settled import undecided_in_words
from scoring.rules.locking import hash_of
from scoring.service.evaluating import EVALUATED_AT, NotInEvaluation
from supplier_portal.models import Bid
from supplier_portal.queries import must_see_all
from tenders.models import Tender
from tenders.service.base import current_tender, record


class NotAllAgreed(DomainError):
    """A question of a bid has no agreed mark, or a requirement no decision yet."""


class AgreedAlready(DomainError):
    """It is said already, and no mark has moved since."""


def agree_quality(tender: Tender, *, by: Viewer) -> QualityAgreed:
    """Say that the quality of every bid is agreed: from here on prices are seen.

    Raises NotAllAgreed, AgreedAlready, NotInEvaluation, KeptAway.
    """
    must_see_all(by, tender)
    with transaction():
        current = current_tender(tender)
        if current.stage not in EVALUATED_AT:
            raise NotInEvaluation(
                f"You cannot say that quality is agreed because the tender is at the "
                f"{current.stage} stage"
            )
        # Whoever is agreeing a mark of one of them finishes first, and is then covered.
        db.session.execute(
            select(Bid.id)
            .where(Bid.tender_id == current.id)
            .order_by(Bid.id)
            .with_for_update(of=Bid)
        )
        _must_be_whole(current)
        rows = agreed_rows(current.id)
        sha256 = hash_of(row.covered for row in rows)
        last = last_said(current.id)
        if last is not None and last.sha256 == sha256:
            raise AgreedAlready("You cannot say it again because no mark has moved since")
        agreed = QualityAgreed(
            tender_id=current.id,
            number=1 if last is None else last.number + 1,
            sha256=sha256,
            last_mark_id=max((row.id for row in rows), default=0),
            agreed_by_id=by.person_id,
            agreed_at=clock.now(),
        )
        db.session.add(agreed)
        db.session.flush()
        record("quality.agreed", current, by, number=agreed.number, hash=agreed.sha256)
    return agreed


def last_said(tender_id: int) -> QualityAgreed | None:
    """Return when quality was last said to be agreed, in one statement."""
    newest = select(func.max(QualityAgreed.id)).where(QualityAgreed.tender_id == tender_id)
    return db.session.scalars(
        select(QualityAgreed).where(QualityAgreed.id == newest.scalar_subquery())
    ).one_or_none()


def _must_be_whole(tender: Tender) -> None:
    left = sum(still_to_agree(tender).values())
    if left:
        raise NotAllAgreed(
            f"You cannot say that quality is agreed because {left} "
            + ("answer has no agreed mark" if left == 1 else "answers have no agreed mark")
        )
    undecided = undecided_in_words(tender)
    if undecided:
        raise NotAllAgreed(f"You cannot say that quality is agreed because {undecided}")
