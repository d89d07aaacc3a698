"""Reading the sign-ins of authorities: which there are, for whom, and who is linked to them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from accounts.models import Membership, Organisation, Person, ProviderIdentity, SignInProvider
from foundation.database import db


@dataclass(frozen=True, slots=True)
class ShownProvider:
    """A sign-in that people can use; ``token`` is that of the authority, as addresses have it."""

    token: str
    authority: str
    name: str


def provider_of_organisation(organisation_id: int) -> SignInProvider | None:
    """Return the sign-in an authority has set up, switched on or not; None for none."""
    return db.session.scalars(
        select(SignInProvider)
        .where(
            SignInProvider.organisation_id == organisation_id, SignInProvider.removed_at.is_(None)
        )
        .execution_options(populate_existing=True)
    ).first()


def provider_at(organisation_token: str) -> SignInProvider | None:
    """Return the sign-in of the authority with this token, switched on or not."""
    return db.session.scalars(
        select(SignInProvider)
        .join(Organisation, Organisation.id == SignInProvider.organisation_id)
        .where(Organisation.token == organisation_token, SignInProvider.removed_at.is_(None))
        .execution_options(populate_existing=True)
    ).first()


def providers_shown() -> list[ShownProvider]:
    """Return the sign-ins that are switched on, by the names of their authorities."""
    rows = db.session.execute(
        select(Organisation.token, Organisation.name, SignInProvider.name)
        .join(SignInProvider, SignInProvider.organisation_id == Organisation.id)
        .where(SignInProvider.switched_on_at.is_not(None), SignInProvider.removed_at.is_(None))
        .order_by(Organisation.name, Organisation.id)
    )
    return [ShownProvider(*row) for row in rows]


def closed_to_passwords(person_id: int) -> dict[int, ShownProvider]:
    """Return, by id, the organisations of a person for which no password counts."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.token, Organisation.name, SignInProvider.name)
        .join(SignInProvider, SignInProvider.organisation_id == Organisation.id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.person_id == person_id,
            SignInProvider.required,
            SignInProvider.removed_at.is_(None),
        )
        .order_by(Membership.id)
    )
    return {organisation_id: ShownProvider(*shown) for organisation_id, *shown in rows}


def is_linked(person_id: int, provider_id: int) -> bool:
    """Return whether the provider has signed this person in, or tried to, before."""
    found = select(ProviderIdentity.id).where(
        ProviderIdentity.person_id == person_id, ProviderIdentity.provider_id == provider_id
    )
    return db.session.scalars(found.limit(1)).first() is not None


def people_outside(organisation_id: int, domains: frozenset[str]) -> list[str]:
    """Return the addresses of an authority's people that are in none of ``domains``.

    Who is linked already, or cannot sign in at all, is left out.
    """
    linked = select(ProviderIdentity.person_id).join(
        SignInProvider, SignInProvider.id == ProviderIdentity.provider_id
    )
    found = db.session.scalars(
        select(Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == organisation_id,
            Person.active,
            Person.id.not_in(linked.where(SignInProvider.organisation_id == organisation_id)),
        )
        .distinct()
        .order_by(Person.email)
    )
    return [email for email in found if email.rpartition("@")[2] not in domains]
