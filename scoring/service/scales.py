"""Setting the scale by which an authority rates risks."""

from __future__ import annotations

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import RiskScale
from scoring.queries.scales import scale_at
from scoring.rules.matrix import HIGHEST_SCORE, MAY_BE_NAMED, Scale
from scoring.rules.scales import scale_as_data


class ScaleOvertaken(DomainError):
    """A colleague set another scale while the form was open."""


def set_scale(scale: Scale, why: str, *, based_on: int, by: Viewer) -> RiskScale:
    """Let another scale count for the tenders of the authority whose bids are opened from now on.

    Raises ScaleOvertaken, and DomainError for a scale that does not hold together or says nothing
    new.
    """
    must_hold_together(scale)
    if not why:
        raise DomainError("Enter why the scale changes", field="why")
    with transaction():
        last = db.session.scalar(
            select(func.count(RiskScale.id)).where(RiskScale.authority_id == by.organisation_id)
        )
        if last != based_on:
            raise ScaleOvertaken(
                "A colleague set another scale while you were writing. Look at what changes, and "
                "set yours again if it is to count instead"
            )
        if scale_at(by.organisation_id) == scale:
            raise DomainError("You cannot set this scale because it is the one that counts")
        text = canonical_json(scale_as_data(scale))
        row = RiskScale(
            authority_id=by.organisation_id,
            number=based_on + 1,
            text=text,
            why=why,
            set_by_id=by.person_id,
            set_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        audit.record(
            "risk_scale.set",
            actor=by.person_token,
            subject=("organisation", by.organisation_token),
            number=row.number,
            text=sha256_hex(text),
            why=sha256_hex(why),
        )
    return row


def must_hold_together(scale: Scale) -> None:
    """Raise DomainError unless the bands follow each other and somebody may accept each."""
    low, medium, high = scale.ends
    if not 1 <= low < medium < high < HIGHEST_SCORE:
        raise DomainError(
            f"Enter ends of bands that rise: low below medium below high, and high below "
            f"{HIGHEST_SCORE}",
            field="low_end",
        )
    lines = [*(line for _, line in scale.appetite), scale.otherwise]
    if not all(1 <= line <= HIGHEST_SCORE for line in lines):
        raise DomainError(f"Enter an appetite from 1 to {HIGHEST_SCORE}", field="otherwise")
    if not all(roles and roles <= frozenset(MAY_BE_NAMED) for roles in scale.acceptors):
        raise DomainError("Select who may accept each band", field="accept_low")
