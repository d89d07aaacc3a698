"""The risks of a tender that were seen before publication, and those suppliers were told of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from foundation.database import db
from tenders.models import Tender, TenderRisk
from tenders.queries import questionnaire_of

# Under which name the published terms hold the known risks.
KNOWN = "risks_known"


def of_tender(tender: Tender) -> list[TenderRisk]:
    """Return the risks that were not taken out, in the order in which they were named."""
    found = db.session.scalars(
        select(TenderRisk)
        .where(TenderRisk.tender_id == tender.id, TenderRisk.removed_at.is_(None))
        .order_by(TenderRisk.id)
    )
    return list(found)


def one(tender: Tender, token: str) -> TenderRisk:
    """Return one risk of the tender. Raises NoResultFound (a 404)."""
    return db.session.scalars(
        select(TenderRisk)
        .where(
            TenderRisk.tender_id == tender.id,
            TenderRisk.token == token,
            TenderRisk.removed_at.is_(None),
        )
        .execution_options(populate_existing=True)
    ).one()


def known_risks(tender: Tender) -> list[Mapping[str, Any]]:
    """Return the known risks as published with the tender: title, text, reason."""
    if tender.published_at is None:
        return []
    return list(questionnaire_of(tender).terms.get(KNOWN) or ())
