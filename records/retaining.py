"""How long the content of a tender is kept, and destroying it when that is over.

Destroyed is what opens the bids: the tender's key, its opening key, the copies of the bids' keys
made for it, and every file made of the record. What companies hold of their own bids is theirs and
stays. What people decided, every hash, receipt, commitment and audit entry stays and can be
verified (decision 37).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from accounts.models import Person
from accounts.queries import Viewer
from foundation import clock, files, jobs, mail
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, forget_overwritten, transaction
from records.models import MadeRecord, Retention
from records.rules.retention import Kept, checked, keep_until, must_be_destroyable
from records.schedules_made import forget_parts
from supplier_portal.models import Bid
from tenders.models import Approval, Notice, OpeningPart, Tender
from tenders.rules.approvals import ApprovalKind, NotWaiting
from tenders.service import approvals
from tenders.service.base import current_tender, record

GONE = "destroyed"
ASKED = "record.destruction_asked"
PAGE = "records.retention"
# The job that empties the database's log of what was destroyed.
FORGET = "record.forget_destroyed"


class StillInTheLog(RuntimeError):
    """Somebody reads while the log should be emptied: it is tried again."""


@dataclass(frozen=True)
class Entry:
    """An entry about how long a tender is kept, with who made it."""

    row: Retention
    by: str


def entries_of(tender: Tender) -> list[Entry]:
    """Return every entry, the one that counts first."""
    rows = db.session.execute(
        select(Retention, Person.name)
        .join(Person, Person.id == Retention.recorded_by_id)
        .where(Retention.tender_id == tender.id)
        .order_by(Retention.id.desc())
    )
    return [Entry(row, name) for row, name in rows]


def kept_until(tender_ids: Iterable[int]) -> Mapping[int, date]:
    """Return until when each tender is kept, in one statement; nothing where it was not entered."""
    wanted = [*tender_ids]
    if not wanted:
        return {}
    newest = (
        select(func.max(Retention.id))
        .where(Retention.tender_id.in_(wanted))
        .group_by(Retention.tender_id)
    )
    rows = db.session.execute(
        select(Retention.tender_id, Retention.keep_until).where(
            Retention.id.in_(newest), Retention.destroyed_at.is_(None)
        )
    )
    return {int(tender_id): until for tender_id, until in rows}


def days_to_count_from(tender: Tender) -> list[tuple[str, date]]:
    """Return the notices recorded whose day the three years may count from, the newest first."""
    rows = db.session.execute(
        select(Notice.kind, Notice.published_on)
        .where(
            Notice.tender_id == tender.id,
            Notice.struck_at.is_(None),
            Notice.kind.in_(("UK6", "UK7", "UK12")),
        )
        .order_by(Notice.published_on.desc(), Notice.id.desc())
    )
    return [(kind, day) for kind, day in rows]


def set_retention(tender: Tender, kept: Kept, *, by: Viewer, today: date) -> date:
    """Enter how long a tender is kept and return until when. Raises RetentionUnclear and NotYet."""
    with transaction():
        current = current_tender(tender)
        entered = checked(kept, today)
        if current.content_destroyed_at is not None:
            must_be_destroyable(current.stage, today, today, is_destroyed=True)
        until = keep_until(entered)
        db.session.add(
            Retention(
                tender_id=current.id,
                keep_until=until,
                counted_from=entered.counted_from,
                reason=entered.reason,
                recorded_at=clock.now(),
                recorded_by_id=by.person_id,
            )
        )
        db.session.flush()
        approvals.overtake(current, ApprovalKind.DESTROY, by=by)
        record("record.retention_set", current, by, keep_until=until.isoformat())
    return until


def ask_to_destroy(tender: Tender, *, by: Viewer, today: date) -> Approval:
    """Ask a second person to agree to destroying the content. Raises NotYet and NotApproved."""
    with approvals.denials_recorded(tender, ApprovalKind.DESTROY, by), transaction():
        current = _destroyable(tender, today)
        asked = approvals.ask(
            current, ApprovalKind.DESTROY, about_destroying(current), by=by, note=_reason(current)
        )
        second = approvals.who_can_agree(current, ApprovalKind.DESTROY, except_person=by.person_id)
        mail.post(
            ASKED,
            asked.token,
            [member.email for member in second],
            f"{current.reference}: a second person is needed to destroy what the bids say",
            f"The time for which “{current.title}” is kept is over. A colleague asks to destroy "
            "what the bids say. Somebody else has to agree to it or refuse.\n\n"
            f"{mail.link(PAGE, tender=current.token)}\n",
        )
    return asked


def destroy(
    tender: Tender, *, based_on: str, by: Viewer, arrived_at: datetime, today: date
) -> None:
    """Agree, as the second person, and destroy. Raises NotYet and NotApproved."""
    asked = asked_to_destroy(tender, based_on)
    with approvals.denials_recorded(tender, ApprovalKind.DESTROY, by, asked), transaction():
        current = _destroyable(tender, today)
        approvals.agree(asked, about_destroying(current), by=by, arrived_at=arrived_at)
        names = _destroy(current, by)
        jobs.enqueue(FORGET, current.token)
    # After the rows are gone: a file nobody names is no harm, a row naming nothing would be.
    for name in names:
        files.remove(name)


def forget_destroyed(subject: str, _payload: Mapping[str, Any]) -> None:
    """Do the job "record.forget_destroyed", once the destruction is in the database for good."""
    if not forget_overwritten():
        raise StillInTheLog(f"The log of the database still holds the keys of tender {subject}")


def asked_to_destroy(tender: Tender, token: str) -> Approval:
    """Return the request a form was made for. Raises NotWaiting if there is none of that name."""
    found = db.session.scalars(
        select(Approval).where(
            Approval.tender_id == tender.id,
            Approval.kind == ApprovalKind.DESTROY,
            Approval.token == token,
        )
    ).one_or_none()
    if found is None:
        raise NotWaiting("You cannot decide on this because nobody asks for it")
    return found


def about_destroying(tender: Tender) -> str:
    """Return the hash of what two people agree on: of which tender, under which entry."""
    entry = _counting(tender)
    about = {"tender": tender.token, "entry": entry.id if entry else 0}
    return sha256_hex(canonical_json(about))


def _destroyable(tender: Tender, today: date) -> Tender:
    current = current_tender(tender)
    entry = _counting(current)
    must_be_destroyable(
        current.stage,
        entry.keep_until if entry else None,
        today,
        is_destroyed=current.content_destroyed_at is not None,
    )
    return current


def _counting(tender: Tender) -> Retention | None:
    return db.session.scalars(
        select(Retention)
        .where(Retention.tender_id == tender.id)
        .order_by(Retention.id.desc())
        .limit(1)
    ).first()


def _reason(tender: Tender) -> str:
    entry = _counting(tender)
    return entry.reason if entry else ""


def _destroy(tender: Tender, by: Viewer) -> list[str]:
    """Take away everything that opens a bid; return the names of files to be removed."""
    moment, entry = clock.now(), _counting(tender)
    if entry is None:
        raise RuntimeError("Only what has a date is destroyed")
    tender.sealing_key = GONE
    tender.opening_key = None
    tender.content_destroyed_at = moment
    db.session.execute(
        update(OpeningPart).where(OpeningPart.tender_id == tender.id).values(pair_sealed=None)
    )
    of_tender = Bid.tender_id == tender.id
    db.session.execute(update(Bid).where(of_tender).values(key_for_tender=None))
    # Nobody but the council ever held a bid that it brought in from another portal.
    db.session.execute(
        update(Bid).where(of_tender, Bid.brought_by_id.is_not(None)).values(key_for_supplier=GONE)
    )
    made = db.session.scalars(select(MadeRecord).where(MadeRecord.tender_id == tender.id)).all()
    names = [row.stored_name for row in made if row.stored_name]
    for row in made:
        names += forget_parts(row)
        row.stored_name = row.wrapped_key = None
    db.session.add(
        Retention(
            tender_id=tender.id,
            keep_until=entry.keep_until,
            counted_from=entry.counted_from,
            reason=entry.reason,
            recorded_at=moment,
            recorded_by_id=by.person_id,
            destroyed_at=moment,
        )
    )
    db.session.flush()
    record(
        "record.destroyed", tender, by, files=len(names), keep_until=entry.keep_until.isoformat()
    )
    return names
