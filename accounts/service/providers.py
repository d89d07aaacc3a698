"""Setting up the sign-in of an authority (OpenID Connect), switching it on, and taking it away.

Whoever controls a provider can sign in as any of the authority's people. So it counts for that
authority alone, only where the installation allows, and each change is told by mail.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import NoResultFound

from accounts.models import Organisation, ProviderIdentity, SignInProvider, SignInSession
from accounts.queries import Viewer
from accounts.queries.providers import is_linked, provider_of_organisation
from accounts.queries.team import Member, everybody_in
from accounts.rules.providers import (
    WrongSetting,
    domains_typed,
    name_typed,
    word_typed,
    words_typed,
)
from accounts.rules.roles import OrganisationKind, Permission, allows
from accounts.service.provider_documents import document_of, forget
from accounts.service.provider_web import NotAllowed, NotReached
from accounts.service.team import locked_organisation, must_still_manage
from foundation import audit, clock, keys, mail
from foundation.audit import SYSTEM
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token

CHANGED = "sign_in.provider_changed"


class NotTried(DomainError):
    """Nobody has signed in with it as it is now, so nobody knows whether it works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What an administrator typed about the authority's sign-in."""

    name: str
    issuer: str
    client_id: str
    # Empty: the one there is stays.
    client_secret: str = field(repr=False)
    domains: str
    second_factor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A provider as a visit to it needs it: plain values, for no statement runs meanwhile."""

    id: int
    organisation_id: int
    # Of the authority, as addresses have it.
    token: str
    authority: str
    name: str
    issuer: str
    client_id: str
    secret: str = field(repr=False)
    domains: frozenset[str]
    second_factor: frozenset[str]
    is_on: bool
    # Stands for what decides who is asked: another after each such change.
    mark: str


def known_provider(provider: SignInProvider | None) -> Known:
    """Return the plain values. Raises NoResultFound, SealBroken and KeyMissing."""
    if provider is None:
        raise NoResultFound
    purpose = f"sign-in-provider:{provider.token}"
    key = keys.unwrap(provider.wrapped_key, purpose=purpose)
    secret = keys.open_sealed(provider.sealed_secret, key=key, context=purpose).decode()
    return Known(
        id=provider.id,
        organisation_id=provider.organisation_id,
        token=provider.organisation.token,
        authority=provider.organisation.name,
        name=provider.name,
        issuer=provider.issuer,
        client_id=provider.client_id,
        secret=secret,
        domains=domains_typed(provider.domains),
        second_factor=words_typed(provider.second_factor),
        is_on=provider.switched_on_at is not None,
        mark=mark_of(provider),
    )


def mark_of(provider: SignInProvider) -> str:
    made_of = (provider.issuer, provider.client_id, provider.sealed_secret.hex())
    return sha256_hex("\0".join(made_of))[:32]


def set_up_provider(typed: Typed, *, by: Viewer) -> None:
    """Save what was typed, once the provider has answered. Raises WrongSetting and others.

    A change of whom is asked, or of the secret, has to be tried again; until then passwords count.
    Another issuer or client knows people by other names: everybody is linked anew.
    """
    name, domains = name_typed(typed.name), domains_typed(typed.domains)
    second_factor = words_typed(typed.second_factor)
    issuer = word_typed(typed.issuer, "issuer", "the issuer, as the provider shows it")
    client_id = word_typed(typed.client_id, "client_id", "the client ID")
    secret = typed.client_secret.strip()
    _must_answer(issuer)
    with transaction():
        _managed(by)
        provider = _row(by.organisation_id)
        is_other = (
            provider is None
            or provider.removed_at is not None
            or (provider.issuer, provider.client_id) != (issuer, client_id)
        )
        if is_other and not secret:
            raise WrongSetting("Enter the client secret", field="client_secret")
        if provider is None:
            provider = SignInProvider(
                token=new_token(), organisation_id=by.organisation_id, created_at=clock.now()
            )
            db.session.add(provider)
        provider.name, provider.issuer, provider.client_id = name, issuer, client_id
        provider.domains = "\n".join(sorted(domains))
        provider.second_factor = "\n".join(sorted(second_factor))
        if secret:
            _seal(provider, secret)
            provider.tried_at, provider.required = None, False
        if is_other:
            provider.switched_on_at, provider.removed_at = None, None
            db.session.flush()
            _forget_people(provider)
        db.session.flush()
        _tell_managers(by, "changed how your people sign in")
        _record("provider.set_up", by, other=is_other, secret=bool(secret))


def switch_on(*, by: Viewer) -> None:
    """Let people sign in with it, and no longer with passwords: those signed in so are signed out.

    Raises NotTried and NoResultFound.
    """
    with transaction():
        organisation = _managed(by)
        provider = _provided(by)
        if provider.tried_at is None or not is_linked(by.person_id, provider.id):
            raise NotTried("Try it first: sign in with it yourself")
        provider.switched_on_at = provider.switched_on_at or clock.now()
        provider.required = True
        ended = or_(SignInSession.provider_id.is_(None), SignInSession.provider_id != provider.id)
        db.session.execute(
            delete(SignInSession).where(SignInSession.organisation_id == organisation.id, ended)
        )
        mail.post(
            CHANGED,
            new_token(),
            [one.email for one in everybody_in(organisation.id)],
            f"{organisation.name} signs in with {provider.name}",
            f"From now on you sign in for {organisation.name} with {provider.name}. Your password "
            "no longer counts there.\n\nIf this surprises you, tell whoever looks after the team "
            "of your organisation, by telephone.\n",
        )
        _record("provider.switched_on", by)


def remove_provider(*, by: Viewer) -> None:
    """Let nobody sign in with it any more; passwords count again. Raises NoResultFound."""
    with transaction():
        _managed(by)
        provider = _provided(by)
        provider.removed_at = clock.now()
        provider.tried_at, provider.switched_on_at, provider.required = None, None, False
        _seal(provider, "")
        _forget_people(provider)
        _tell_managers(by, "took the sign-in of your authority away, so that passwords count again")
        _record("provider.removed", by)


def forget_link(person: Member, *, by: Viewer) -> None:
    """Let a colleague be linked anew, for whom the provider has made another account."""
    with transaction():
        _managed(by)
        provider = _provided(by)
        db.session.execute(
            delete(ProviderIdentity).where(
                ProviderIdentity.provider_id == provider.id,
                ProviderIdentity.person_id == person.person_id,
            )
        )
        db.session.execute(
            delete(SignInSession).where(
                SignInSession.provider_id == provider.id,
                SignInSession.person_id == person.person_id,
            )
        )
        _record("provider.link_forgotten", by, person=person.token)


def allow_passwords(organisation: Organisation) -> None:
    """Let passwords count again although a provider is switched on. Raises DomainError."""
    with transaction():
        organisation = locked_organisation(organisation.id)
        provider = provider_of_organisation(organisation.id)
        if provider is None or not provider.required:
            raise DomainError(f"Passwords count for {organisation.name} already")
        provider.required = False
        _post(organisation, "Whoever runs the service let passwords count again for your authority")
        audit.record(
            "provider.passwords_allowed",
            actor=SYSTEM,
            subject=("organisation", organisation.token),
        )


def _must_answer(issuer: str) -> None:
    forget()
    try:
        document_of(issuer)
    except (NotAllowed, NotReached) as error:
        raise WrongSetting(str(error), field="issuer") from None


def _managed(by: Viewer) -> Organisation:
    organisation = locked_organisation(by.organisation_id)
    if organisation.kind is not OrganisationKind.AUTHORITY:
        raise NoResultFound
    must_still_manage(by, None)
    return organisation


def _row(organisation_id: int) -> SignInProvider | None:
    """Return the row of an authority, also where its sign-in was taken away: there is only one."""
    return db.session.scalars(
        select(SignInProvider)
        .where(SignInProvider.organisation_id == organisation_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _provided(by: Viewer) -> SignInProvider:
    provider = provider_of_organisation(by.organisation_id)
    if provider is None:
        raise NoResultFound
    return provider


def _seal(provider: SignInProvider, secret: str) -> None:
    purpose, key = f"sign-in-provider:{provider.token}", keys.new_data_key()
    provider.wrapped_key = keys.wrap(key, purpose=purpose)
    provider.sealed_secret = keys.seal(secret.encode(), key=key, context=purpose)


def _forget_people(provider: SignInProvider) -> None:
    db.session.execute(delete(ProviderIdentity).where(ProviderIdentity.provider_id == provider.id))
    db.session.execute(delete(SignInSession).where(SignInSession.provider_id == provider.id))


def _tell_managers(by: Viewer, did: str) -> None:
    _post(db.session.get_one(Organisation, by.organisation_id), f"{by.name} {did}")


def _post(organisation: Organisation, what: str) -> None:
    managers = [
        one.email
        for one in everybody_in(organisation.id)
        if allows(one.roles, Permission.TEAM_MANAGE)
    ]
    mail.post(
        CHANGED,
        new_token(),
        managers,
        f"How people of {organisation.name} sign in was changed",
        f"{what}, on {clock.show_moment(clock.now())}.\n\n"
        f"Look at it: {mail.link('accounts.provider_settings')}\n\n"
        "If it should not be so, tell whoever runs the service at once.\n",
    )


def _record(action: str, by: Viewer, **more: object) -> None:
    audit.record(
        action,
        actor=by.person_token,
        subject=("organisation", by.organisation_token),
        **more,
    )
