"""Recommending an award, or none, on the record as it stands; a second person agrees to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import Recommendation
from scoring.queries.deciding import Deciding, about_of, deciding
from scoring.rules.recommending import (
    checked_outcomes,
    checked_reason,
    checked_several,
    wrong_outcomes,
)
from scoring.service.evaluating import EVALUATED_AT
from tenders.models import Approval, Tender
from tenders.rules.approvals import ApprovalKind, NotWaiting, Overtaken
from tenders.service import approvals
from tenders.service.base import current_tender, record

# The mail to those who can be the second person, and the page where they decide.
ASKED, PAGE = "tender.award_asked", "scoring.recommendation"


class NotReady(DomainError):
    """Something is missing before an award is recommended or results are released."""


class DecidedBefore(DomainError):
    """The tender is decided, or is not at a stage at which anything is."""


class ChangedSinceRead(DomainError):
    """The record is not the one somebody read."""


def recommend(
    tender: Tender,
    chosen: Mapping[str, str],
    reason: str,
    *,
    read: str,
    by: Viewer,
    nothing: bool = False,
    several: bool = False,
    several_because: str = "",
) -> Recommendation:
    """Recommend which bids are successful and ask a second person; or to award ``nothing``.

    ``several``: the contract goes to more than one supplier, ``several_because`` says why.
    ``read``: the hash of the record as whoever recommends read it. The newest recommendation
    counts: a request about an earlier one comes to nothing. Raises CannotRecommend, NotReady,
    DecidedBefore, ChangedSinceRead, KeptAway and NotApproved.
    """
    with approvals.denials_recorded(tender, ApprovalKind.AWARD, by), transaction():
        current = current_tender(tender)
        must_be_undecided(current)
        now = deciding(by, current)
        outcomes: dict[str, str] = {}
        if not nothing:
            must_be_complete(now)
            outcomes = checked_outcomes(now.places, chosen, in_order=now.follows_ranking)
        why_several = checked_several(outcomes, several=several, because=several_because)
        words = checked_reason(reason)
        if now.sha256 != read:
            raise ChangedSinceRead(
                "You cannot recommend this because the record changed since you read it: read it "
                "again below"
            )
        made = Recommendation(
            tender_id=current.id,
            number=_next_number(current),
            outcomes=outcomes,
            reason=words,
            several_because=why_several,
            sha256=now.sha256,
            made_by_id=by.person_id,
            made_at=clock.now(),
        )
        db.session.add(made)
        db.session.flush()
        record(
            "award.recommended",
            current,
            by,
            recommendation=made.token,
            number=made.number,
            outcomes=outcomes,
            rests_on=made.sha256,
            reason=sha256_hex(words),
            **({"several_because": sha256_hex(why_several)} if why_several else {}),
        )
        _ask(current, made, by)
    return made


def all_wrong(
    now: Deciding,
    chosen: Mapping[str, str],
    reason: str,
    *,
    nothing: bool,
    several: bool,
    several_because: str,
) -> list[DomainError]:
    """Return everything for which recommend() would refuse what was entered, so that a form can say
    all of it at once; it looks again."""
    found: list[DomainError] = []
    if not nothing:
        found += _refusals(lambda: must_be_complete(now))
        found += wrong_outcomes(now.places, chosen, in_order=now.follows_ranking)
    outcomes = {} if nothing else chosen
    found += _refusals(lambda: checked_several(outcomes, several=several, because=several_because))
    return found + _refusals(lambda: checked_reason(reason))


def _refusals(check: Callable[[], object]) -> list[DomainError]:
    try:
        check()
    except DomainError as error:
        return [error]
    return []


def approve(tender: Tender, token: str, *, by: Viewer, arrived_at: datetime) -> None:
    """Agree, as the second person, to the recommendation that the request ``token`` is about.

    Raises NotApproved, also where anything it rests on changed meanwhile; DecidedBefore, KeptAway.
    """
    asked = asked_for(tender, token)
    with approvals.denials_recorded(tender, ApprovalKind.AWARD, by, asked), transaction():
        current = current_tender(tender)
        must_be_undecided(current)
        now = deciding(by, current)
        if now.recommendation is None or not now.is_current:
            raise Overtaken(
                "You cannot agree to this because something it rests on changed after it was "
                "recommended: have it recommended again"
            )
        approvals.agree(asked, about_of(now.recommendation), by=by, arrived_at=arrived_at)
        record("award.approved", current, by, recommendation=now.recommendation.token)


def asked_for(tender: Tender, token: str) -> Approval:
    """Return the request a form was made for. Raises NotWaiting if there is none of that name."""
    found = db.session.scalars(
        select(Approval).where(
            Approval.tender_id == tender.id,
            Approval.kind == ApprovalKind.AWARD,
            Approval.token == token,
        )
    ).one_or_none()
    if found is None:
        raise NotWaiting("You cannot decide on this because nobody asks for it")
    return found


def must_be_complete(now: Deciding) -> None:
    """Raise NotReady while anything is missing that an assessment summary has to say."""
    if not now.bids:
        raise NotReady("You cannot recommend an award because no bid was opened")
    if not now.is_complete:
        raise NotReady("You cannot recommend an award because something is missing: see the list")


def must_be_undecided(tender: Tender) -> None:
    if tender.stage not in EVALUATED_AT:
        raise DecidedBefore(f"You cannot do this because the tender is at the {tender.stage} stage")


def _next_number(tender: Tender) -> int:
    last = db.session.scalar(
        select(func.max(Recommendation.number)).where(Recommendation.tender_id == tender.id)
    )
    return (last or 0) + 1


def _ask(tender: Tender, made: Recommendation, by: Viewer) -> None:
    asked = approvals.ask(tender, ApprovalKind.AWARD, about_of(made), by=by)
    second = approvals.who_can_agree(tender, ApprovalKind.AWARD, except_person=by.person_id)
    mail.post(
        ASKED,
        asked.token,
        [member.email for member in second],
        f"{tender.reference}: a second person is needed for the award",
        f"A colleague has recommended how “{tender.title}” is decided. Somebody else has to agree "
        f"to it or refuse.\n\nRead it: {mail.link(PAGE, tender=tender.token)}\n",
    )
