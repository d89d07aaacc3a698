"""What the page of a tender leads to of its bids, for who manages contracts and marks nothing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy import func, select

from accounts.access import current_viewer
from accounts.models import Organisation
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import after_award
from foundation.database import db
from scoring.queries.interests import barriers_of
from scoring.queries.own_registers import has_own_registers
from scoring.queries.ranked import EVALUATED_AT
from supplier_portal.models import Bid
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tenders.queries import works_on

MOST = 25
# What is read of a bid: words, where, and what lets somebody read it.
WAYS = (
    ("Risks", "scoring.risks", Permission.RISK_READ),
    ("Contract schedule", "contract_clauses.schedule", Permission.SCHEDULE_READ),
)


@dataclass(frozen=True)
class ToRead:
    """Names of suppliers with what may be read of their bids; ``won``: of the successful alone."""

    bids: list[tuple[str, list[tuple[str, str]]]]
    won: bool
    more: bool


def bids_to_read(tender: Tender) -> ToRead | None:
    """Return what may be read of opened bids; None for who finds it on the page of the bids, or may
    read nothing. Of bids he is kept from there is nothing, and of none before he declared."""
    viewer = current_viewer()
    if viewer is None or tender.opened_at is None or tender.content_destroyed_at is not None:
        return None
    if viewer.may(Permission.MARK_READ, tender_id=tender.id) or not works_on(viewer, tender):
        return None
    ways = [
        (words, endpoint)
        for words, endpoint, needed in WAYS
        if viewer.may(needed, tender_id=tender.id)
    ]
    won = has_own_registers(tender)
    if not ways or not (won or tender.stage in EVALUATED_AT):
        return None
    found = _successful(viewer, tender) if won else _in_evaluation(viewer, tender)
    listed = [
        (name, [(words, url_for(endpoint, bid=token)) for words, endpoint in ways])
        for token, name in found[:MOST]
    ]
    return ToRead(listed, won, len(found) > MOST) if listed else None


def _successful(viewer: Viewer, tender: Tender) -> list[tuple[str, str]]:
    return [(bid.token, supplier.name) for bid, supplier, _ in after_award(viewer, tender)]


def _in_evaluation(viewer: Viewer, tender: Tender) -> list[tuple[str, str]]:
    """Return token and name of the bids that may be read, one more than are shown."""
    barrier = barriers_of(viewer, [tender])[tender.id]
    if barrier.must_declare or barrier.from_all:
        return []
    rows = db.session.execute(
        select(Bid.token, Organisation.name)
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .where(Bid.tender_id == tender.id, Bid.stage.in_(READABLE), Bid.id.not_in(barrier.bids))
        .order_by(func.lower(Organisation.name), Bid.id)
        .limit(MOST + 1)
    )
    return [(token, name) for token, name in rows]
