"""What every change of a tender shares: the tender as it is now, its record, its refusals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db
from foundation.errors import DomainError
from tenders.models import Tender
from tenders.rules.lifecycle import Stage, stage_at


class TenderPublished(DomainError):
    """Somebody wanted to change what a published tender asks."""


def current_tender(tender: Tender) -> Tender:
    """Return the tender as it is now, kept from changing until the transaction ends."""
    return db.session.scalars(
        select(Tender)
        .where(Tender.id == tender.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def current_draft(tender: Tender) -> Tender:
    current = current_tender(tender)
    if current.stage is not Stage.DRAFT:
        raise TenderPublished(
            "You cannot change this tender because it is published: what was asked is frozen"
        )
    return current


def current_plannable(tender: Tender) -> Tender:
    """Return a tender whose questions may be changed now: a draft, or one that is being amended.

    Raises TenderPublished, also for an amendment that was not published before the tender closed.
    """
    current = current_tender(tender)
    is_open = stage_at(current.stage, current.closes_at, clock.now()) is Stage.OPEN
    if current.stage is Stage.DRAFT or (is_open and current.amending_since is not None):
        return current
    raise TenderPublished(
        "You cannot change this tender because it is published: what was asked is frozen"
    )


def record(action: str, tender: Tender, by: Viewer, **details: Any) -> None:
    """Write down what was done, and let later stations (app.py) do what follows from it."""
    audit.record(action, actor=by.person_token, subject=("tender", tender.token), **details)
    for follow in current_app.extensions["after_an_action"]:
        follow(action, tender)


def written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
