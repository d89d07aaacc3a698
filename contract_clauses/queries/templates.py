"""The Word templates of an authority, and which of them its schedules are written on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload, undefer

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.models import WordTemplate, WordTemplateChoice
from foundation.database import db
from supplier_portal.models import Bid
from tenders.models import Tender


def templates_of(viewer: Viewer) -> list[WordTemplate]:
    """Return the templates of the viewer's own authority, the last first, without their files."""
    return list(
        db.session.scalars(
            select(WordTemplate)
            .options(joinedload(WordTemplate.added_by, innerjoin=True))
            .where(WordTemplate.authority_id == viewer.organisation_id)
            .order_by(WordTemplate.number.desc())
        )
    )


def template_of(viewer: Viewer, token: str) -> WordTemplate:
    """Return a template with its file. Raises NoResultFound where it is another authority's."""
    if not viewer.may_everywhere(Permission.TEMPLATE_SET):
        raise NoResultFound
    return db.session.scalars(
        select(WordTemplate)
        .options(undefer(WordTemplate.content), joinedload(WordTemplate.added_by, innerjoin=True))
        .where(WordTemplate.authority_id == viewer.organisation_id, WordTemplate.token == token)
    ).one()


def choices_of(authority_id: int) -> list[WordTemplateChoice]:
    """Return what was chosen so far, the last first."""
    return list(
        db.session.scalars(
            select(WordTemplateChoice)
            .options(
                joinedload(WordTemplateChoice.template),
                joinedload(WordTemplateChoice.done_by, innerjoin=True),
            )
            .where(WordTemplateChoice.authority_id == authority_id)
            .order_by(WordTemplateChoice.number.desc())
        )
    )


def template_with(authority_id: int, sha256: str) -> WordTemplate | None:
    """Return the last template of an authority that is this very file, whatever its styles."""
    return db.session.scalars(
        select(WordTemplate)
        .options(undefer(WordTemplate.content))
        .where(WordTemplate.authority_id == authority_id, WordTemplate.sha256 == sha256)
        .order_by(WordTemplate.number.desc())
        .limit(1)
    ).first()


def authority_of_bid(bid_id: int) -> int:
    """Return which authority's template the schedules of a bid are on: the leading one's."""
    return db.session.scalars(
        select(Tender.authority_id).join(Bid, Bid.tender_id == Tender.id).where(Bid.id == bid_id)
    ).one()


def token_of_bid(bid_id: int) -> str:
    return db.session.scalars(select(Bid.token).where(Bid.id == bid_id)).one()


def template_at(choices: Iterable[WordTemplateChoice], at: datetime) -> WordTemplate | None:
    """Return the template that counted at a moment, of the choices of one authority, the last
    first: for many schedules at once."""
    return next((one.template for one in choices if one.done_at <= at), None)


def template_in_use(authority_id: int, at: datetime | None = None) -> WordTemplate | None:
    """Return the template of an authority's schedules, now or at a moment; None: the service's own.

    What was issued stays on the template that counted when it was approved.
    """
    wanted = select(WordTemplateChoice).where(WordTemplateChoice.authority_id == authority_id)
    if at is not None:
        wanted = wanted.where(WordTemplateChoice.done_at <= at)
    choice = db.session.scalars(
        wanted.options(joinedload(WordTemplateChoice.template))
        .order_by(WordTemplateChoice.number.desc())
        .limit(1)
    ).first()
    return choice.template if choice else None
