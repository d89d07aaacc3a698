"""Writing the releases of a tender: one an event, once, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from foundation import audit, clock, jobs
from foundation.audit import SYSTEM
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from records.models import OpenDataRelease
from records.queries.events import events_of
from records.queries.open_data import (
    known_of,
    ocid_of,
    plan_at,
)
from records.queries.releases import releases_in, stored_releases
from records.rules.ocds import open_json, release
from tenders.models import Tender

WRITE = "open_data.write"


def ask_for_releases(_action: str, tender: Tender) -> None:
    """Have releases written of what has happened to a published tender; app.py plugs this in."""
    if tender.published_at is not None:
        jobs.enqueue(WRITE, tender.token)


def write_due_releases(token: str, _payload: Mapping[str, Any]) -> None:
    """Write what is to be told of the tender and is not yet; a second time nothing is left."""
    with transaction():
        tender = db.session.scalars(
            select(Tender).where(Tender.token == token).with_for_update(of=Tender)
        ).one()
        write_releases(tender)


def write_releases(tender: Tender) -> int:
    """Write the releases that are due, and return how many that were."""
    with transaction():
        stored = stored_releases(tender)
        told = {one.about for one in stored}
        due = [event for event in events_of(tender) if event.about not in told]
        if not due:
            return 0
        known, ocid = known_of(tender), _ocid(tender, stored)
        for number, event in enumerate(due, len(stored) + 1):
            made = release(
                event,
                ocid=ocid,
                number=number,
                plan=plan_at(known, event),
                buyers=known.buyers,
                awarded=known.awarded,
            )
            text = open_json(made)
            db.session.add(
                OpenDataRelease(
                    tender_id=tender.id,
                    number=number,
                    tag=event.tag.value,
                    about=event.about,
                    text=text,
                    sha256=sha256_hex(text),
                    made_at=clock.now(),
                )
            )
            audit.record(
                "tender.open_data_written",
                actor=SYSTEM,
                subject=("tender", tender.token),
                number=number,
                tag=event.tag.value,
                release=sha256_hex(text),
            )
        db.session.flush()
    return len(due)


def _ocid(tender: Tender, stored: list[OpenDataRelease]) -> str:
    """Return the identifier that the first release fixed: releases of one process share it."""
    if not stored:
        return ocid_of(tender)
    return str(releases_in(stored[:1])[0]["ocid"])
