"""Opened bids for who reads answers and decides nothing by them: fewer statements than all that
people decided would take."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.models import Organisation
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.database import db
from scoring.queries.bids import EvaluatedBid
from supplier_portal.models import Bid
from supplier_portal.queries.opened import OpenedBid, barrier_before, opened_bid, opened_bids
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tenders.queries import facts_of, questionnaire_of, works_on


def bid_to_read(viewer: Viewer, token: str, *, to: Permission) -> EvaluatedBid:
    """Return one opened bid with what the rules say of its answers, and nothing people decided.

    Raises NoResultFound and MustDeclareFirst.
    """
    opened = opened_bid(viewer, token)
    if not viewer.may(to, tender_id=opened.bid.tender_id):
        raise NoResultFound
    return _undecided(opened, opened.bid.tender)


def bids_to_read(viewer: Viewer, tender: Tender, only: Collection[int]) -> list[EvaluatedBid]:
    """Return opened bids as ``bid_to_read`` does one, those with these ids."""
    return [_undecided(opened, tender) for opened in opened_bids(viewer, tender, only=only)]


def _undecided(opened: OpenedBid, tender: Tender) -> EvaluatedBid:
    return EvaluatedBid(
        opened=opened,
        questionnaire=questionnaire_of(tender),
        facts=facts_of(tender),
        marks={},
        decisions={},
        read_risks=tuple,
    )


def readable_bid(viewer: Viewer, token: str, *, to: Permission) -> Bid:
    """Return an opened bid the viewer may read, its content unread.

    Raises MustDeclareFirst, and NoResultFound, also where no role for this tender allows ``to``.
    """
    bid = db.session.scalars(
        select(Bid)
        .options(
            joinedload(Bid.tender, innerjoin=True).joinedload(Tender.authority, innerjoin=True)
        )
        .where(Bid.token == token, Bid.stage.in_(READABLE))
    ).one()
    tender = bid.tender
    if tender.opened_at is None or not works_on(viewer, tender):
        raise NoResultFound
    if not viewer.may(to, tender_id=tender.id):
        raise NoResultFound
    if barrier_before(viewer, tender).keeps_from(bid.id):
        raise NoResultFound
    return bid


def names_of_bids(ids: Iterable[int]) -> dict[int, str]:
    """Return the bidders by bid, for bids somebody may read."""
    rows = db.session.execute(
        select(Bid.id, Organisation.name)
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .where(Bid.id.in_([*ids]))
    )
    return {row.id: row.name for row in rows}
