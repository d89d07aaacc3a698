"""Recording notices an officer published elsewhere, and striking out what was recorded wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from flask import current_app

from accounts.queries import Viewer
from foundation import clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from tenders import notices
from tenders.models import Notice, Tender
from tenders.notices import amendment_mark, shipped_notices
from tenders.prepared import draft_of
from tenders.rules.notices import LONGEST_REASON, Beside, NoticeTyped, must_be_recordable
from tenders.service.base import current_tender, record

# Functions of later stations (app.py): of the tender and a notice as typed, raising NoticeUnclear
# where it cannot be right yet; and of the tender, a notice recorded, and by whom.
CHECKS, FOLLOWS = "checks_of_a_notice", "what_follows_a_notice"


class NoticeStruck(DomainError):
    """A notice cannot be struck out."""


def record_notice(
    tender: Tender, typed: NoticeTyped, *, by: Viewer, for_amendment: bool = False
) -> Notice:
    """Record a notice that was published. Raises NoticeUnclear, naming the field.

    ``for_amendment``: it says what the amendment in preparation says as it is now; if that changes,
    it has to be published again. Raises NoAmendment.
    """
    with transaction():
        current = current_tender(tender)
        standing = notices.standing(current)
        must_be_recordable(
            typed,
            shipped_notices(),
            clock.london(clock.now()).date(),
            {notice.number for notice in standing},
            _beside(current, standing, for_amendment=for_amendment),
        )
        for check in current_app.extensions[CHECKS]:
            check(current, typed)
        mark = ""
        if for_amendment:
            draft = draft_of(current)
            mark = amendment_mark(draft.sha256, draft.closes_at)
        notice = Notice(
            token=new_token(),
            tender_id=current.id,
            kind=typed.kind,
            number=typed.number,
            ocid=typed.ocid,
            address=typed.address,
            published_on=typed.published_on,
            amendment=mark,
            recorded_at=clock.now(),
            recorded_by_id=by.person_id,
        )
        db.session.add(notice)
        db.session.flush()
        record(
            "tender.notice_recorded",
            current,
            by,
            notice=notice.token,
            kind=notice.kind,
            number=notice.number,
            amendment=mark or None,
        )
        for follow in current_app.extensions[FOLLOWS]:
            follow(current, notice, by)
    return notice


def _beside(tender: Tender, standing: Iterable[Notice], *, for_amendment: bool) -> Beside:
    """Return what the day of a notice has to agree with."""
    again = shipped_notices().again
    days = [one.published_on for one in standing if for_amendment and one.kind == again]
    return Beside(
        opened_on=_day(tender.opened_at),
        republishes=max(days, default=None),
        amending_since=_day(tender.amending_since) if for_amendment else None,
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else clock.london(moment).date()


def strike_notice(tender: Tender, notice: Notice, reason: str, *, by: Viewer) -> None:
    """Strike out a wrong record; it stays readable, with the reason. Raises NoticeStruck."""
    with transaction():
        current = current_tender(tender)
        found = notices.notice_of(current, notice.token)
        db.session.refresh(found)
        if found.struck_at is not None:
            raise NoticeStruck("You cannot strike this out because it is struck out already")
        if not reason.strip():
            raise NoticeStruck("Enter why it is struck out", field="reason")
        if len(reason) > LONGEST_REASON:
            raise NoticeStruck(f"Enter {LONGEST_REASON:,} characters or fewer", field="reason")
        found.struck_at = clock.now()
        found.struck_because = reason
        record("tender.notice_struck", current, by, notice=found.token, number=found.number)
