"""Recording who of a bid is registered on the Central Digital Platform, and what was shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.uploads import shown_name
from supplier_portal import seals
from supplier_portal.models import Bid, PlatformRecord
from supplier_portal.queries.platform import Recorded, recorded
from supplier_portal.rules.platform import MOST_SUPPLIERS, OnPlatform, checked
from supplier_portal.service.bids import current, note_change
from supplier_portal.service.evidence import NewFile, keep_file

RECORD = "change this record"


class RecordChanged(DomainError):
    """A colleague changed the list meanwhile."""


def save_on_platform(
    bid: Bid,
    number: int,
    entry: OnPlatform,
    *,
    based_on: int,
    by: Viewer,
    arrived_at: datetime,
) -> None:
    """Save a supplier of the bid: the ``number``-th of the list, 0 for another one.

    Raises WrongPlatformEntry, RecordChanged, TooLate, and NoResultFound for a number not there.
    """
    entry = checked(entry, today=clock.london(arrived_at).date())
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=RECORD)
        stands = _unchanged(bid, based_on)
        listed = list(stands.suppliers)
        if number == 0:
            if len(listed) >= MOST_SUPPLIERS:
                raise DomainError(f"You cannot record more than {MOST_SUPPLIERS} suppliers here")
            listed.append(entry)
        else:
            before = _numbered(listed, number)
            listed[number - 1] = replace(
                entry, evidence=before.evidence, file_name=before.file_name
            )
        _write(bid, listed, stands, by=by, arrived_at=arrived_at)


def attach_to_platform(
    bid: Bid, number: int, pdf: NewFile, *, by: Viewer, arrived_at: datetime
) -> None:
    """Keep the platform's PDF for the ``number``-th supplier, in place of one before.

    Raises UploadRefused, TooLate, and NoResultFound for a number not there.
    """
    _numbered(list(recorded(bid).suppliers), number)
    kept = keep_file(bid, pdf, field="pdf", by=by, arrived_at=arrived_at)
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=RECORD)
        stands = recorded(bid)
        listed = list(stands.suppliers)
        listed[number - 1] = replace(
            _numbered(listed, number), evidence=kept.token, file_name=shown_name(pdf.name)
        )
        _write(bid, listed, stands, by=by, arrived_at=arrived_at)


def remove_from_platform(
    bid: Bid, number: int, *, based_on: int, by: Viewer, arrived_at: datetime
) -> None:
    """Take a supplier off the list. Raises RecordChanged and TooLate."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=RECORD)
        stands = _unchanged(bid, based_on)
        listed = list(stands.suppliers)
        _numbered(listed, number)
        del listed[number - 1]
        _write(bid, listed, stands, by=by, arrived_at=arrived_at)


def platform_handed_in(bid: Bid, _answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what is handed in of the platform: a supplier each."""
    return [entry.as_json() for entry in recorded(bid).suppliers]


def _unchanged(bid: Bid, based_on: int) -> Recorded:
    stands = recorded(bid)
    if stands.version != based_on:
        raise RecordChanged(
            "A colleague changed the list while you were writing: look at it, then save again"
        )
    return stands


def _numbered(listed: list[OnPlatform], number: int) -> OnPlatform:
    if not 0 < number <= len(listed):
        raise NoResultFound
    return listed[number - 1]


def _write(
    bid: Bid, listed: list[OnPlatform], stands: Recorded, *, by: Viewer, arrived_at: datetime
) -> None:
    row = db.session.scalars(
        select(PlatformRecord).where(PlatformRecord.bid_id == bid.id)
    ).one_or_none()
    if row is None:
        row = PlatformRecord(bid_id=bid.id)
        db.session.add(row)
    row.version = stands.version + 1
    row.sealed = seals.seal_platform(
        bid, seals.supplier_key(bid), row.version, [entry.as_json() for entry in listed]
    )
    row.saved_at = arrived_at
    row.saved_by_id = by.person_id
    note_change(bid, arrived_at=arrived_at)
    audit.record("bid.platform_recorded", actor=by.person_token, subject=("bid", bid.token))
