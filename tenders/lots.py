"""Reading procurements and their lots, for those who buy and for those who bid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind, Permission
from foundation.database import db
from tenders.joint import joint_terms
from tenders.models import Procurement, Tender
from tenders.queries import questionnaire_of, visible_to
from tenders.rules.joint import joint_rows
from tenders.rules.lifecycle import Stage
from tenders.rules.lots import limits_in_words, lot_in_words, rows_of


def procurement_for(
    viewer: Viewer, token: str, *, to: Permission | None = None
) -> tuple[Procurement, list[Tender]]:
    """Return a procurement with the lots of it that the viewer may see. Raises NoResultFound.

    With ``to``, only if the viewer may do it with every lot of his own authority.
    """
    found = db.session.scalars(select(Procurement).where(Procurement.token == token)).one()
    own = found.authority_id == viewer.organisation_id
    lots = _seen(viewer, found)
    if viewer.kind is not OrganisationKind.AUTHORITY or not (lots or (own and viewer.roles)):
        raise NoResultFound
    if to is not None and not (own and viewer.may_everywhere(to)):
        raise NoResultFound
    return found, lots


def procurements_of(viewer: Viewer) -> list[tuple[Procurement, int]]:
    """Return the procurements the viewer may see, newest first, with the number of lots he may."""
    lots = (
        select(Tender.procurement_id, func.count().label("lots"))
        .where(Tender.procurement_id.is_not(None), visible_to(viewer))
        .group_by(Tender.procurement_id)
        .subquery()
    )
    seen: ColumnElement[bool] = lots.c.lots.is_not(None)
    if viewer.roles:
        seen = or_(seen, Procurement.authority_id == viewer.organisation_id)
    rows = db.session.execute(
        select(Procurement, func.coalesce(lots.c.lots, 0))
        .outerjoin(lots, lots.c.procurement_id == Procurement.id)
        .where(seen)
        .order_by(Procurement.id.desc())
    )
    return [(procurement, count) for procurement, count in rows]


def procurements_to_join(viewer: Viewer) -> list[Procurement]:
    """Return the viewer's authority's procurements of which no lot is published, newest first."""
    published = (
        select(Tender.procurement_id)
        .where(Tender.procurement_id == Procurement.id, Tender.published_at.is_not(None))
        .exists()
    )
    found = db.session.scalars(
        select(Procurement)
        .where(Procurement.authority_id == viewer.organisation_id, ~published)
        .order_by(Procurement.id.desc())
    )
    return list(found)


def drafts_to_move_in(viewer: Viewer) -> list[Tender]:
    """Return the drafts of the viewer's authority that are no lot of anything, newest first."""
    found = db.session.scalars(
        select(Tender)
        .where(
            Tender.authority_id == viewer.organisation_id,
            Tender.stage == Stage.DRAFT,
            Tender.procurement_id.is_(None),
        )
        .order_by(Tender.id.desc())
    )
    return list(found)


def lots_of(procurement: Procurement) -> list[Tender]:
    """Return every lot by number, each as it is now. Says nothing about who may see it."""
    found = db.session.scalars(
        select(Tender)
        .where(Tender.procurement_id == procurement.id)
        .order_by(Tender.lot_number)
        .execution_options(populate_existing=True)
    )
    return list(found)


def lot_terms(tender: Tender) -> dict[str, Any]:
    """Return what the published terms say about lots; nothing where nobody has said anything."""
    procurement = tender.procurement
    if procurement is None:
        because = tender.undivided_because
        return {"undivided_because": because} if because else {}
    counted = select(func.count()).where(Tender.procurement_id == procurement.id)
    return {
        "lot": {
            "number": tender.lot_number,
            "of": db.session.scalar(counted),
            "procurement": {
                "token": procurement.token,
                "reference": procurement.reference,
                "title": procurement.title,
            },
            "divided_because": procurement.reason,
            "limits": limits_of(procurement),
        }
    }


def limits_of(procurement: Procurement) -> list[str]:
    return limits_in_words(procurement.most_bid, procurement.most_won, procurement.how_won)


def other_lots(viewer: Viewer, tender: Tender) -> list[Tender]:
    """Return the other lots of the same procurement that are published, by number.

    Those the viewer may not find, as where only invited companies bid, are left out.
    """
    if tender.procurement_id is None:
        return []
    found = db.session.scalars(
        select(Tender)
        .where(
            Tender.procurement_id == tender.procurement_id,
            Tender.id != tender.id,
            Tender.published_at.is_not(None),
            visible_to(viewer),
        )
        .order_by(Tender.lot_number)
    )
    return list(found)


def lots_in_words(tenders: Iterable[Tender]) -> dict[int, str]:
    """Return "Lot 2 of 3 of …" by id of tender for those that are lots, in one statement.

    From the moment a lot is published its number and how many there are stay as they are.
    """
    wanted = {tender.procurement_id for tender in tenders if tender.procurement_id is not None}
    if not wanted:
        return {}
    counts = (
        select(Tender.procurement_id, func.count().label("lots"))
        .where(Tender.procurement_id.in_(wanted))
        .group_by(Tender.procurement_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Tender.id, Tender.lot_number, counts.c.lots, Procurement.title)
        .join(Procurement, Procurement.id == Tender.procurement_id)
        .join(counts, counts.c.procurement_id == Procurement.id)
    )
    return {id_: lot_in_words(number or 0, lots, title) for id_, number, lots, title in rows}


def _seen(viewer: Viewer, procurement: Procurement) -> list[Tender]:
    found = db.session.scalars(
        select(Tender)
        .options(joinedload(Tender.authority, innerjoin=True))
        .where(Tender.procurement_id == procurement.id, visible_to(viewer))
        .order_by(Tender.lot_number)
    )
    return list(found)


def bought_in_words(tender: Tender) -> list[tuple[str, str]]:
    """Return label and words of what is divided how, and who buys together.

    Of a published tender as it was published; of a draft as it would be.
    """
    terms: Mapping[str, Any] = (
        {**lot_terms(tender), **joint_terms(tender)}
        if tender.published_at is None
        else questionnaire_of(tender).terms
    )
    return [*rows_of(terms), *joint_rows(terms)]
