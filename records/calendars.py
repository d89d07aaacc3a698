"""The dates of tenders as a calendar file: for one tender, or for all of a person at a secret
address that his calendar program fetches."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import delete, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock, mail
from foundation.audit import record
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from records.models import CalendarAddress
from records.pack.reader import reader
from tenders.dated import Known, all_dates_of, known_of, sequence_of
from tenders.models import Tender
from tenders.queries import tenders_of
from tenders.rules.dates import Dated, Point
from tenders.rules.lifecycle import Stage

if TYPE_CHECKING:
    from icalendar import Event

# What is entered into calendars; what has happened by a click is not.
ENTERED = {
    Point.QUESTIONS: "questions from suppliers end",
    Point.CLOSES: "bids close",
    Point.DECISION: "decision on the award planned",
    Point.STANDSTILL: "standstill ends at the end of the day",
    Point.SIGNATURE: "contract to be signed",
    Point.CONTRACT_START: "contract starts",
    Point.CONTRACT_END: "contract ends",
}
# The same once it is recorded: a calendar puts it in the place of what was planned.
SIGNED = "contract signed"
# How long what is over stays in the calendar somebody fetches.
KEPT = timedelta(days=400)
PAGE = "tenders.show"


def calendar_of(tenders: Sequence[Tender], moment: datetime) -> bytes:
    """Return the dates of ``tenders`` as a calendar file; three statements, however many."""
    from icalendar import Calendar  # only calendars need it

    calendar = Calendar()
    calendar.add("prodid", "-//Supplier Assurance//Dates of tenders//EN")
    calendar.add("version", "2.0")
    calendar.add("name", "Tenders")
    calendar.add("x-wr-calname", "Tenders")
    known = known_of(tenders)
    for tender in tenders:
        for event in _events(tender, known, moment):
            calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def calendar_at(secret: str, moment: datetime) -> bytes | None:
    """Return the calendar at a secret address; None where it was revoked, or never was."""
    row = db.session.scalars(
        select(CalendarAddress).where(CalendarAddress.secret_hash == sha256_hex(secret))
    ).one_or_none()
    viewer = None if row is None else reader(row.person_id, row.organisation_id)
    if viewer is None or not viewer.may(Permission.TENDER_READ):
        return None
    return calendar_of(tenders_of(viewer), moment)


def address_of(viewer: Viewer) -> CalendarAddress | None:
    """Return since when a person has an address; the address itself is kept nowhere."""
    return db.session.scalars(
        select(CalendarAddress).where(
            CalendarAddress.person_id == viewer.person_id,
            CalendarAddress.organisation_id == viewer.organisation_id,
        )
    ).one_or_none()


def new_address(*, by: Viewer) -> str:
    """Return a new secret for the person, shown once; an earlier one ends."""
    secret = secrets.token_urlsafe(32)
    with transaction():
        _forget(by)
        db.session.add(
            CalendarAddress(
                secret_hash=sha256_hex(secret),
                person_id=by.person_id,
                organisation_id=by.organisation_id,
                made_at=clock.now(),
            )
        )
        _note("calendar.address_made", by)
    return secret


def revoke_address(*, by: Viewer) -> None:
    """End the person's address, if there is one."""
    with transaction():
        _forget(by)
        _note("calendar.address_revoked", by)


def _forget(by: Viewer) -> None:
    db.session.execute(
        delete(CalendarAddress).where(
            CalendarAddress.person_id == by.person_id,
            CalendarAddress.organisation_id == by.organisation_id,
        )
    )


def _note(action: str, by: Viewer) -> None:
    record(action, actor=by.person_token, subject=("person", by.person_token))


def _events(tender: Tender, known: Known, moment: datetime) -> Iterable[Event]:
    # Of a cancelled tender all that was ever entered: calendars take out what is sent as cancelled
    # and keep what is no longer sent.
    for dated in all_dates_of(tender, known):
        if dated.point in ENTERED and dated.moment > moment - KEPT:
            yield _event(tender, dated, sequence_of(tender, known), moment)


def _event(tender: Tender, dated: Dated, sequence: int, moment: datetime) -> Event:
    from icalendar import Event

    link = mail.link(PAGE, tender=tender.token)
    event = Event()
    # The same name for the same date of the same tender, for ever: a change is an update.
    event.add("uid", f"{tender.token}-{dated.point}@{urlsplit(link).hostname}")
    event.add("sequence", sequence)
    event.add("dtstamp", moment.replace(microsecond=0))
    event.add("dtstart", dated.at if dated.is_day else dated.moment.replace(microsecond=0))
    words = SIGNED if dated.is_done else ENTERED[dated.point]
    event.add("summary", f"{tender.reference}: {words}")
    event.add("description", f"{tender.title}\n{link}")
    event.add("url", link)
    event.add("transp", "TRANSPARENT")
    event.add("status", _status(tender))
    return event


def _status(tender: Tender) -> str:
    if tender.stage is Stage.CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if tender.published_at is None else "CONFIRMED"
