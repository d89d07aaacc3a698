"""Signing people in on the word of their authority's provider, and proving again by it.

Somebody is known by issuer and subject. Before the first time, by an address that the provider says
is confirmed: that of somebody who belongs to the authority already, or holds an invitation to it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from accounts import queries
from accounts.models import Organisation, Person, ProviderIdentity, SignInProvider, SignInSession
from accounts.queries import Viewer
from accounts.queries.codes import has_codes
from accounts.queries.providers import is_linked, provider_of_organisation
from accounts.rules.providers import (
    ALONE,
    WITH_SECOND_FACTOR,
    Told,
    may_vouch_for,
    second_factor_used,
)
from accounts.service.accepting import InvitationOver, join_by_provider
from accounts.service.browsers import NOWHERE, Here
from accounts.service.codes import CodeNeeded
from accounts.service.provider_visits import Visit
from accounts.service.providers import Known, mark_of
from accounts.service.signing_in import start_session
from accounts.service.team import locked_organisation
from foundation import audit, clock, mail
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token

LINKED = "sign_in.provider_linked"
REFUSED = "sign_in.provider_refused"
# How far the provider's clock may be from ours.
LEEWAY = timedelta(seconds=60)


class NotLetIn(DomainError):
    """The provider said who it is, and that is nobody who may sign in by it here."""


def sign_in_by_provider(known: Known, told: Told, *, here: Here = NOWHERE) -> str:
    """Return the token of a new sign-in for the authority. Raises NotLetIn and CodeNeeded."""
    with transaction():
        provider = _provider(known, is_on=True)
        person = _linked(provider, known, told)
        organisation = locked_organisation(known.organisation_id)
    return _begin(known, told, person, organisation, here)


def join_with_provider(known: Known, told: Told, secret: str, *, here: Here = NOWHERE) -> str:
    """Accept an invitation, and return the token of a new sign-in.

    Somebody without an account gets one, without a password. Raises NotLetIn, CodeNeeded and
    InvitationOver.
    """
    email = _address_vouched_for(known, told)
    offer = queries.offer_for(secret, clock.now())
    if offer is None:
        raise InvitationOver
    if offer.email != email:
        raise NotLetIn(
            f"The invitation was sent to {offer.email}, and it says that you are {email}"
        )
    try:
        with transaction():
            provider = _provider(known, is_on=True)
            organisation, person = join_by_provider(
                secret, told.name or email.partition("@")[0], organisation_id=known.organisation_id
            )
            if _identity(provider, told) is None:
                _link(provider, person, told)
            elif _linked(provider, known, told).id != person.id:
                raise NotLetIn("It signs somebody else in here already")
    except IntegrityError:
        raise NotLetIn("Somebody did the same at the same moment. Try again") from None
    return _begin(known, told, person, organisation, here)


def prove_by_provider(viewer: Viewer, known: Known, told: Told, visit: Visit) -> None:
    """Note that the viewer signed in anew just now. Raises NotLetIn."""
    fresh_from = visit.began_at - LEEWAY.total_seconds()
    latest = clock.now().timestamp() + LEEWAY.total_seconds()
    if told.signed_in_at is None or not fresh_from <= told.signed_in_at <= latest:
        raise NotLetIn(f"It did not ask you to sign in anew, so {known.name} has shown nothing")
    with transaction():
        identity = _identity(_provider(known, is_on=True), told)
        if identity is None or identity.person_id != viewer.person_id:
            raise NotLetIn("It says that you are somebody else than who is signed in here")
        db.session.execute(
            update(SignInSession)
            .where(SignInSession.id == viewer.session_id)
            .values(proven_at=clock.now())
        )
        subject = ("person", viewer.person_token)
        audit.record(
            "person.proven_again", actor=viewer.person_token, subject=subject, by="provider"
        )


def note_try(viewer: Viewer, known: Known, told: Told) -> None:
    """Note that an administrator could sign in with it as it is, and link him. Raises NotLetIn."""
    with transaction():
        locked_organisation(known.organisation_id)
        provider = _provider(known, is_on=False)
        identity = _identity(provider, told)
        if identity is None:
            email = _address_vouched_for(known, told)
            if email != viewer.email:
                raise NotLetIn(f"It says that you are {email}, and here you are {viewer.email}")
            _link(provider, db.session.get_one(Person, viewer.person_id), told)
        elif identity.person_id != viewer.person_id:
            raise NotLetIn("It says that you are somebody else than who is signed in here")
        provider.tried_at = clock.now()
        audit.record(
            "provider.tried",
            actor=viewer.person_token,
            subject=("organisation", viewer.organisation_token),
        )


def note_refusal(known: Known) -> None:
    """Record that somebody came back from a provider and was not let in."""
    audit.record_denied(REFUSED, actor="stranger", subject=("organisation", known.token))


def _begin(known: Known, told: Told, person: Person, organisation: Organisation, here: Here) -> str:
    counts = second_factor_used(told, known.second_factor)
    if not counts and has_codes(person.id):
        raise CodeNeeded(person, provider_id=known.id)
    return start_session(
        person,
        organisation,
        user_agent=here.user_agent,
        proven_by=WITH_SECOND_FACTOR if counts else ALONE,
        provider_id=known.id,
        proven_at=_shown_at(told),
    )


def _shown_at(told: Told) -> datetime | None:
    """Return when the person showed the provider who he is, never later than now."""
    if told.signed_in_at is None:
        return None
    now = clock.now()
    return datetime.fromtimestamp(min(max(told.signed_in_at, 0), now.timestamp()), UTC)


def _provider(known: Known, *, is_on: bool) -> SignInProvider:
    """Return the row, unless it has changed since the visit began. Raises NotLetIn."""
    provider = provider_of_organisation(known.organisation_id)
    same = provider is not None and provider.id == known.id and mark_of(provider) == known.mark
    if provider is None or not same or (is_on and provider.switched_on_at is None):
        raise NotLetIn("An administrator has changed this sign-in meanwhile. Begin again")
    return provider


def _identity(provider: SignInProvider, told: Told) -> ProviderIdentity | None:
    return db.session.scalars(
        select(ProviderIdentity).where(
            ProviderIdentity.provider_id == provider.id, ProviderIdentity.subject == told.subject
        )
    ).first()


def _linked(provider: SignInProvider, known: Known, told: Told) -> Person:
    """Return who it is here, linked now if not before. Raises NotLetIn."""
    locked_organisation(known.organisation_id)
    identity = _identity(provider, told)
    person = identity.person if identity else _by_address(known, told)
    nobody = NotLetIn(
        f"You do not belong to {known.authority} here. Ask whoever looks after its people to "
        "invite you"
    )
    if person is None or not person.active:
        raise nobody
    if known.organisation_id not in {one.id for one in queries.organisations_of(person)}:
        raise nobody
    if identity is None:
        _link(provider, person, told)
    return person


def _by_address(known: Known, told: Told) -> Person | None:
    return queries.person_by_email(_address_vouched_for(known, told))


def _address_vouched_for(known: Known, told: Told) -> str:
    """Return the address the provider says is confirmed and may say so of. Raises NotLetIn."""
    if not told.verified_email:
        raise NotLetIn(
            f"It did not say that your email address is confirmed, so {known.authority} cannot "
            "tell who you are. Whoever runs it can let it say so"
        )
    if not may_vouch_for(told.verified_email, known.domains):
        raise NotLetIn(
            f"It may not vouch for {told.verified_email}: {known.authority} has not named that "
            "email domain"
        )
    return told.verified_email


def _link(provider: SignInProvider, person: Person, told: Told) -> None:
    if is_linked(person.id, provider.id):
        # An address given to somebody else at the authority must not open the account of before.
        raise NotLetIn(
            "It knows you by another name than before. Ask whoever looks after the people of your "
            "authority to let you be linked anew"
        )
    db.session.add(
        ProviderIdentity(
            person_id=person.id,
            provider_id=provider.id,
            subject=told.subject,
            created_at=clock.now(),
        )
    )
    db.session.flush()
    audit.record(
        "person.linked",
        actor=person.token,
        subject=("person", person.token),
        provider=provider.token,
    )
    mail.post(
        LINKED,
        new_token(),
        [person.email],
        f"You now sign in with {provider.name}",
        f"On {clock.show_moment(clock.now())} your account was linked to {provider.name} of "
        f"{provider.organisation.name}, which signs you in from now on.\n\nIf it was not you, tell "
        "whoever runs the service at once.\n",
    )
