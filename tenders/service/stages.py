"""The steps after publication that the buying side takes: opening bids, beginning to mark."""

from __future__ import annotations

from accounts.queries import Viewer
from foundation import clock
from foundation.database import transaction
from foundation.errors import DomainError
from tenders.models import Tender
from tenders.rules.lifecycle import Stage, Step, stage_after, stage_at
from tenders.rules.timetable import opens_from
from tenders.service.base import current_tender, record, written


class BiddingNotClosed(DomainError):
    """Somebody wanted to open bids before the closing time."""


def open_bids(tender: Tender, *, by: Viewer) -> None:
    """Let the buying side read the bids, from now on and for good.

    Raises BiddingNotClosed before the closing time, StepNotAllowed if already opened.
    """
    with transaction():
        current = current_tender(tender)
        moment = clock.now()
        stage = stage_at(current.stage, current.closes_at, moment)
        if stage is Stage.OPEN and current.closes_at is not None:
            raise BiddingNotClosed(
                "You cannot open the bids because bidding closes on "
                f"{clock.show_moment(current.closes_at)}"
            )
        if current.closes_at is not None and moment < opens_from(current.closes_at):
            raise BiddingNotClosed(
                "You cannot open the bids in the first minute after closing, because bids that "
                "arrived in time are still being stored: try again in a minute"
            )
        current.stage = stage_after(stage, Step.OPEN_BIDS)
        current.opened_at = moment
        current.opened_by_id = by.person_id
        record("tender.bids_opened", current, by, closes_at=written(current.closes_at))


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


def start_marking(tender: Tender, *, by: Viewer) -> None:
    """Note that the first mark is given; nothing happens when marking has begun already."""
    with transaction():
        current = current_tender(tender)
        if current.stage is not Stage.EVALUATING:
            current.stage = stage_after(current.stage, Step.START_MARKING)
            record("tender.marking_started", current, by)
