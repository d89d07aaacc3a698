"""The parties of a tender, as open data names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from accounts.models import Organisation
from foundation.database import db
from records.rules.ocds import Party
from tenders.models import ParticipatingAuthority, Tender


def buyers_of(tender: Tender, details: Mapping[str, Any]) -> tuple[Party, ...]:
    """Return the authority that runs the tender, then those that buy with it."""
    lead = tender.authority
    others = db.session.scalars(
        select(Organisation)
        .join(ParticipatingAuthority, ParticipatingAuthority.organisation_id == Organisation.id)
        .where(
            ParticipatingAuthority.tender_id == tender.id,
            ParticipatingAuthority.agreed_at.is_not(None),
            ParticipatingAuthority.left_at.is_(None),
        )
        .order_by(Organisation.name, Organisation.id)
    )
    first = _buyer(lead, str(details.get("authority_ppon", "")))
    return (first, *(_buyer(other) for other in others))


def _buyer(authority: Organisation, ppon: str = "") -> Party:
    return Party(authority.token, authority.name, ("buyer",), authority.legal_name, ppon)


def supplier_of(supplier: Organisation, ppon: str, details: Mapping[str, Any]) -> Party:
    return Party(
        supplier.token,
        supplier.legal_name,
        ("tenderer", "supplier"),
        supplier.legal_name,
        ppon,
        supplier.company_number or "",
        str(details.get("winner_scale", "")),
    )
