"""What everybody may read of tenders: those whose officers published a page about them.

There is no viewer here, so everything begins with a published page: a tender without one does not
exist for the public, whatever its stage.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.models import Organisation
from foundation.database import db
from records.open_guide import shipped_sheets
from records.rules.public import Registered, counts_for_the_public, published_assessments
from records.rules.sheets import PUBLIC
from tenders import planning
from tenders.models import PlanningSheet, Tender


@dataclass(frozen=True)
class PublicTender:
    """A tender with what its officers published about it, and since when that stands."""

    tender: Tender
    values: Mapping[str, Any]
    since: datetime

    @property
    def shows(self) -> frozenset[str]:
        return frozenset(self.values.get("shows") or ())

    @property
    def assessments(self) -> list[Registered]:
        if "assessments" not in self.shows:
            return []
        return published_assessments(shipped_sheets().assessments, self.values)


def public_tender(token: str) -> PublicTender:
    """Return a tender the public may read about. Raises NoResultFound (a 404)."""
    tender = db.session.scalars(
        select(Tender)
        .options(joinedload(Tender.authority, innerjoin=True), joinedload(Tender.procurement))
        .where(Tender.token == token, Tender.published_at.is_not(None))
    ).one()
    shown = published_version(tender)
    if shown is None:
        raise NoResultFound
    return shown


def published_version(tender: Tender) -> PublicTender | None:
    """Return what is public of a tender; None while nothing is."""
    if tender.published_at is None:
        return None
    versions = planning.history(tender, PUBLIC)
    counting = counts_for_the_public((one.value, one.saved_at) for one in versions)
    return None if counting is None else PublicTender(tender, *counting)


def public_tenders(authority: Organisation) -> list[PublicTender]:
    """Return the tenders of an authority that have a public page, the newest first."""
    return _public(Tender.authority_id == authority.id)


def _public(*which: Any) -> list[PublicTender]:
    rows = db.session.execute(
        select(Tender, PlanningSheet.text, PlanningSheet.saved_at)
        .join(PlanningSheet, PlanningSheet.tender_id == Tender.id)
        .options(joinedload(Tender.authority, innerjoin=True), joinedload(Tender.procurement))
        .where(PlanningSheet.topic == PUBLIC, Tender.published_at.is_not(None), *which)
        .order_by(Tender.published_at.desc(), Tender.id.desc(), PlanningSheet.version.desc())
    )
    by_tender: dict[Tender, list[tuple[Mapping[str, Any], datetime]]] = {}
    for tender, text, saved_at in rows:
        by_tender.setdefault(tender, []).append((json.loads(text), saved_at))
    found = ((tender, counts_for_the_public(given)) for tender, given in by_tender.items())
    return [PublicTender(tender, *counting) for tender, counting in found if counting]


def public_authority(token: str) -> Organisation:
    """Return an authority with at least one public page. Raises NoResultFound."""
    authority = db.session.scalars(select(Organisation).where(Organisation.token == token)).one()
    if not public_tenders(authority):
        raise NoResultFound
    return authority


def public_authorities() -> list[tuple[Organisation, int]]:
    """Return the authorities that published anything, with how many pages, by name."""
    counted: dict[Organisation, int] = {}
    for one in _public():
        counted[one.tender.authority] = counted.get(one.tender.authority, 0) + 1
    return sorted(counted.items(), key=lambda entry: entry[0].name.casefold())


def register_of(tenders: Iterable[PublicTender]) -> list[tuple[PublicTender, Registered]]:
    """Return the published assessments of several tenders."""
    return [(one, entry) for one in tenders for entry in one.assessments]
