"""The steps after publication that the buying side takes: opening bids, beginning to mark."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app

from accounts.queries import Viewer
from foundation import clock, outages
from foundation.arrival import UNDER_WAY
from foundation.database import transaction
from foundation.errors import DomainError
from tenders.models import Tender
from tenders.rules.lifecycle import Stage, Step, stage_after, stage_at
from tenders.rules.opening import must_be_stored
from tenders.rules.timetable import opens_from
from tenders.service.base import current_tender, record, written


class BiddingNotClosed(DomainError):
    """Somebody wanted to open bids before the closing time."""


class KeyNotBrought(DomainError):
    """The bids of a strict tender were to be opened without two officers' parts."""


def open_bids(tender: Tender, *, by: Viewer, approval: str = "", first: str = "") -> None:
    """Let the buying side read the bids, from now on and for good.

    Pages come here by way of two officers: ``approval`` names what they agreed on, ``first`` the
    first of them. Raises as must_be_openable does, and KeyNotBrought.
    """
    with transaction():
        current = current_tender(tender)
        moment = clock.now()
        must_be_openable(current, moment)
        if current.opens_strictly and current.opening_key is None:
            raise KeyNotBrought(
                "You cannot open these bids because two officers have to bring their parts"
            )
        current.stage = stage_after(stage_now(current, moment), Step.OPEN_BIDS)
        current.opened_at = moment
        current.opened_by_id = by.person_id
        two = {"approval": approval, "first": first} if approval else {}
        record("tender.bids_opened", current, by, closes_at=written(current.closes_at), **two)


def must_be_openable(tender: Tender, moment: datetime) -> None:
    """Raise why the bids cannot be opened at ``moment``, whoever wants to: as must_be_closed does,
    and StillStoring while what came in before the closing time is being stored."""
    must_be_closed(tender, moment)
    if tender.closes_at is not None:
        own = current_app.extensions.get(outages.RUN)
        under_way = UNDER_WAY.from_before(tender.closes_at)
        under_way = under_way or outages.elsewhere_from_before(tender.closes_at, own, at=moment)
        must_be_stored(under_way, tender.closes_at, moment)


def must_be_closed(tender: Tender, moment: datetime) -> None:
    """Raise BiddingNotClosed until a minute after the closing time, StepNotAllowed for a tender
    whose bids are open already, or that has none."""
    stage = stage_now(tender, moment)
    if stage is Stage.OPEN and tender.closes_at is not None:
        raise BiddingNotClosed(
            "You cannot open the bids because bidding closes on "
            f"{clock.show_moment(tender.closes_at)}"
        )
    stage_after(stage, Step.OPEN_BIDS)
    if tender.closes_at is not None and clock.no_later_than(moment) < tender.closes_at:
        raise BiddingNotClosed(
            "You cannot open the bids because the clock of the machine was set back, and by it "
            "bidding has not closed: ask whoever runs the service"
        )
    if tender.closes_at is not None and moment < opens_from(tender.closes_at):
        raise BiddingNotClosed(
            "You cannot open the bids in the first minute after closing, because bids that "
            "arrived in time are still being stored: try again in a minute"
        )


def stage_now(tender: Tender, moment: datetime) -> Stage:
    return stage_at(tender.stage, tender.closes_at, moment)


def decide_tender(tender: Tender, *, by: Viewer) -> None:
    """Note that the decision on an evaluated tender is made; nothing about it changes after that.

    Where nothing had to be marked, marking begins and ends here. Raises StepNotAllowed.
    """
    with transaction():
        current = current_tender(tender)
        if current.stage is Stage.OPENED:
            start_marking(tender, by=by)
        current.stage = stage_after(current.stage, Step.DECIDE)
        record("tender.decided", current, by)


def begin_standstill(tender: Tender, *, by: Viewer, **details: Any) -> None:
    """Note that the standstill runs; once more for a notice that takes another's place.

    Raises StepNotAllowed.
    """
    with transaction():
        current = current_tender(tender)
        if current.stage is not Stage.STANDSTILL:
            current.stage = stage_after(current.stage, Step.BEGIN_STANDSTILL)
        record("tender.standstill_begun", current, by, **details)


def award_tender(tender: Tender, *, by: Viewer, **details: Any) -> None:
    """Note that the contract is signed. Raises StepNotAllowed."""
    with transaction():
        current = current_tender(tender)
        current.stage = stage_after(current.stage, Step.AWARD)
        record("tender.awarded", current, by, **details)


def start_marking(tender: Tender, *, by: Viewer) -> None:
    """Note that the first mark is given; nothing happens when marking has begun already."""
    with transaction():
        current = current_tender(tender)
        if current.stage is not Stage.EVALUATING:
            current.stage = stage_after(current.stage, Step.START_MARKING)
            record("tender.marking_started", current, by)
