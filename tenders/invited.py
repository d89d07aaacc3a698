"""Whom a tender invites, as its officers read it. Whether anybody came of it, nobody knows here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import ColumnElement, exists, func, or_, select

from accounts.models import Membership, Person
from foundation.database import db
from tenders.models import SupplierInvited, Tender
from tenders.rules.lifecycle import Stage

# What later stations know of companies that have begun to bid: conditions on Tender.
COMPANIES_AT_WORK = "companies_at_work"

# A page shows as many; the file has all.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited: how many, how many messages are written, and one page of them."""

    count: int
    written: int
    shown: tuple[SupplierInvited, ...]
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // SHOWN))


def invited_to(tender: Tender, page: int = 1) -> Invited:
    """Return one page of those invited, in the order of their addresses, in two statements."""
    count, written = db.session.execute(
        select(func.count(SupplierInvited.id), func.count(SupplierInvited.written_at)).where(
            SupplierInvited.tender_id == tender.id
        )
    ).one()
    page = min(max(1, page), max(1, -(-count // SHOWN)))
    shown = db.session.scalars(
        select(SupplierInvited)
        .where(SupplierInvited.tender_id == tender.id)
        .order_by(SupplierInvited.email)
        .limit(SHOWN)
        .offset((page - 1) * SHOWN)
    )
    return Invited(count, written, tuple(shown), page)


def everybody_invited(tender: Tender) -> list[SupplierInvited]:
    """Return all of them, for the file."""
    return list(
        db.session.scalars(
            select(SupplierInvited)
            .where(SupplierInvited.tender_id == tender.id)
            .order_by(SupplierInvited.email)
        )
    )


def addresses_invited(tender: Tender) -> set[str]:
    return set(
        db.session.scalars(
            select(SupplierInvited.email).where(SupplierInvited.tender_id == tender.id)
        )
    )


def title_to_register_for(token: str, email: str = "") -> str:
    """Return the title of a tender somebody may register for by its link; empty for any other.

    One that only invited companies bid for is named to the addresses invited alone.
    """
    found = db.session.execute(
        select(Tender.title, Tender.registration_open, _is_invited(email)).where(
            Tender.token == token,
            Tender.published_at.is_not(None),
            Tender.stage != Stage.CANCELLED,
        )
    ).one_or_none()
    if found is None:
        return ""
    title, is_open, invited = found
    return str(title) if is_open or invited else ""


def shown_to(organisation_id: int) -> ColumnElement[bool]:
    """Return whether people of a company are shown a published tender.

    Of one that only invited companies bid for: those with a person whose address was invited, and
    those with work of their own in it, whoever has left since (``COMPANIES_AT_WORK``).
    """
    at_work: list[Callable[[int], ColumnElement[bool]]]
    at_work = current_app.extensions.get(COMPANIES_AT_WORK, [])
    invited = exists().where(
        SupplierInvited.tender_id == Tender.id,
        SupplierInvited.email == Person.email,
        Membership.person_id == Person.id,
        Membership.organisation_id == organisation_id,
        Person.active,
    )
    return or_(
        Tender.registration_open, invited, *(condition(organisation_id) for condition in at_work)
    )


def _is_invited(email: str) -> ColumnElement[bool]:
    return exists().where(SupplierInvited.tender_id == Tender.id, SupplierInvited.email == email)
