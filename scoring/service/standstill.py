"""From the results to the contract: the standstill, holding it, and the award."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import clock
from foundation.database import db, transaction
from scoring.models import BidResult, StandstillEvent
from scoring.queries.standstill import award_notice, duty_now, period_on, standing_of
from scoring.rules.standstill import (
    AWARD_NOTICE,
    LONGEST_NAME,
    Duty,
    Kind,
    StandstillRefused,
    checked_reason,
    ends_on,
    must_be_holdable,
    must_be_resumable,
    must_be_signable,
    must_be_skippable,
)
from supplier_portal.models import Bid
from supplier_portal.queries import must_see_all
from supplier_portal.rules.stages import READABLE
from tenders import service as tenders
from tenders.models import Notice, Tender
from tenders.planning import sheets
from tenders.rules.lifecycle import Stage
from tenders.rules.notices import NoticeTyped, NoticeUnclear
from tenders.rules.planning.setting import duties_of
from tenders.service.base import current_tender, record
from tenders.timetabled import setting_for
from tenders.working_calendar import BANK_HOLIDAYS

AFTER_RESULTS = (Stage.DECIDED, Stage.STANDSTILL)


def begin(tender: Tender, *, by: Viewer) -> StandstillEvent:
    """Begin the standstill from the award notice that is recorded and stands.

    Raises StandstillRefused, StepNotAllowed and KeptAway.
    """
    must_see_all(by, tender)
    with transaction():
        current = _after_results(tender, "begin the standstill")
        notice = award_notice(current)
        if notice is None:
            raise StandstillRefused(
                "You cannot begin the standstill because no contract award notice (UK6) is "
                "recorded: it begins with the day on which that is published"
            )
        if standing_of(current).notice == notice.id:
            raise StandstillRefused("You cannot begin the standstill because it runs already")
        return _begin(current, notice, by)


def follow_notice(tender: Tender, notice: Notice, by: Viewer) -> None:
    """Begin the standstill where the law demands it, as soon as the award notice is recorded.

    app.py plugs this into recording a notice.
    """
    if notice.kind != AWARD_NOTICE or tender.stage not in AFTER_RESULTS:
        return
    if duty_now(tender) is Duty.MUST:
        _begin(tender, notice, by)


def _begin(tender: Tender, notice: Notice, by: Viewer) -> StandstillEvent:
    period = period_on(notice.published_on, duty_now(tender))
    end = ends_on(notice.published_on, period.count, BANK_HOLIDAYS)
    event = _add(tender, Kind.BEGUN, "", by, notice=notice, ends=end)
    tenders.begin_standstill(
        tender, by=by, notice=notice.token, number=notice.number, ends_on=end.isoformat()
    )
    return event


def skip(tender: Tender, reason: str, *, by: Viewer) -> StandstillEvent:
    """Give no standstill where none is demanded, and say why. Raises StandstillRefused."""
    must_see_all(by, tender)
    with transaction():
        current = _after_results(tender, "skip the standstill")
        must_be_skippable(standing_of(current))
        event = _add(current, Kind.SKIPPED, checked_reason(reason, of="none is given"), by)
        record("standstill.skipped", current, by, number=event.number)
        return event


def hold(tender: Tender, reason: str, *, by: Viewer) -> StandstillEvent:
    """Hold the award, as when a challenge comes. Raises StandstillRefused."""
    must_see_all(by, tender)
    with transaction():
        current = _after_results(tender, "hold the award")
        must_be_holdable(standing_of(current))
        event = _add(current, Kind.HELD, checked_reason(reason, of="it is held"), by)
        record("standstill.held", current, by, number=event.number)
        return event


def resume(
    tender: Tender, reason: str, *, by: Viewer, until: date | None = None
) -> StandstillEvent:
    """Go on, with the reason; ``until``: a later last day of the standstill, if it is longer now.

    Raises StandstillRefused.
    """
    must_see_all(by, tender)
    with transaction():
        current = _after_results(tender, "resume")
        must_be_resumable(standing_of(current), until)
        words = checked_reason(reason, of="the award goes on")
        event = _add(current, Kind.RESUMED, words, by, ends=until)
        record("standstill.resumed", current, by, number=event.number)
        return event


def award(tender: Tender, signed_on: date, signatory: str, *, by: Viewer) -> StandstillEvent:
    """Record that the contract is signed: never before the standstill is over.

    Raises StandstillRefused, StepNotAllowed and KeptAway.
    """
    must_see_all(by, tender)
    with transaction():
        current = _after_results(tender, "record the award")
        name = " ".join(signatory.split())
        if not name:
            raise StandstillRefused(
                "Enter who signed the contract for the council", field="signatory"
            )
        if len(name) > LONGEST_NAME:
            raise StandstillRefused(
                f"Enter {LONGEST_NAME:,} characters or fewer", field="signatory"
            )
        must_be_signable(standing_of(current), signed_on, clock.london(clock.now()).date())
        event = _add(current, Kind.AWARDED, name, by, ends=signed_on)
        tenders.award_tender(current, by=by, signed_on=signed_on.isoformat())
        return event


def must_come_after_summaries(tender: Tender, typed: NoticeTyped) -> None:
    """Raise NoticeUnclear for an award notice that came before the assessment summaries.

    app.py plugs this into recording a notice (Procurement Act 2023, section 50).
    """
    if typed.kind != AWARD_NOTICE or not _wants_summaries(tender):
        return
    released_at = db.session.scalar(
        select(func.max(BidResult.released_at))
        .join(Bid, Bid.id == BidResult.bid_id)
        .where(Bid.tender_id == tender.id)
    )
    if released_at is None:
        raise NoticeUnclear(
            "You cannot record this notice yet because the assessment summaries are not released: "
            "they go to every bidder before the award notice is published",
            field="kind",
        )
    if typed.published_on < clock.london(released_at).date():
        raise NoticeUnclear(
            "Enter the day on which it was published: it cannot be before the assessment summaries "
            f"were released, on {clock.show_moment(released_at)}",
            field="published_on",
        )


def _wants_summaries(tender: Tender) -> bool:
    """Whether the law wants summaries for the bids of this tender; one that has none needs none."""
    if tender.stage is Stage.CANCELLED:
        return False
    duties = duties_of(setting_for(tender, sheets(tender)))
    if all(duty.id != "summaries" for duty in duties):
        return False
    counted = select(func.count(Bid.id)).where(Bid.tender_id == tender.id, Bid.stage.in_(READABLE))
    return bool(db.session.scalar(counted))


def _after_results(tender: Tender, doing: str) -> Tender:
    """Return the tender as it is now. Raises StandstillRefused unless results are released."""
    current = current_tender(tender)
    if current.stage not in AFTER_RESULTS:
        raise StandstillRefused(
            f"You cannot {doing} because the tender is at the {current.stage} stage"
        )
    return current


def _add(
    tender: Tender,
    kind: Kind,
    reason: str,
    by: Viewer,
    *,
    notice: Notice | None = None,
    ends: date | None = None,
) -> StandstillEvent:
    last = db.session.scalar(
        select(func.max(StandstillEvent.number)).where(StandstillEvent.tender_id == tender.id)
    )
    event = StandstillEvent(
        tender_id=tender.id,
        number=(last or 0) + 1,
        kind=kind.value,
        notice_id=None if notice is None else notice.id,
        ends_on=ends,
        reason=reason,
        recorded_at=clock.now(),
        recorded_by_id=by.person_id,
    )
    db.session.add(event)
    db.session.flush()
    return event
