"""Tables of what people prove themselves with beside their password, and of guesses held back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.people import Organisation, Person
from foundation.database import Base
from foundation.tokens import new_token


class PasswordReset(Base):
    """A link by which somebody who forgot the password sets a new one; used once."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # SHA-256 of the secret in the link: who reads the database cannot use it.
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class EmailChange(Base):
    """A link sent to the address somebody wants to use from now on; used once."""

    __tablename__ = "email_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    email: Mapped[str]
    # SHA-256 of the secret in the link: who reads the database cannot use it.
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CodeGenerator(Base):
    """The app on somebody's telephone that shows one-time codes (RFC 6238); one for a person."""

    __tablename__ = "code_generator"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    # The shared secret, sealed with a data key that a master key wrapped.
    sealed_secret: Mapped[bytes]
    wrapped_key: Mapped[str]
    created_at: Mapped[datetime]
    # None until a first code proved that the app has the secret.
    confirmed_at: Mapped[datetime | None]
    # The half minute of the last code taken: no code counts twice.
    last_step: Mapped[int | None]


class RecoveryCode(Base):
    """A code written down for the day the telephone is lost; used once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # Salted and slow (argon2id): codes are short enough to be tried one by one otherwise.
    code_hash: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A browser in which somebody has signed in before: guesses from elsewhere never slow it."""

    __tablename__ = "known_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]


class Guesses(Base):
    """How often something was tried in vain within a stretch of time, counted by the database."""

    __tablename__ = "guesses"
    __table_args__ = (UniqueConstraint("kind", "about_hash", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # What is guessed: "password", "code", "reset", …
    kind: Mapped[str]
    # SHA-256, keyed, of whom or from where: the table names nobody.
    about_hash: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int]


class SignInProvider(Base):
    """The authority's own sign-in (OpenID Connect), such as Microsoft Entra."""

    __tablename__ = "sign_in_provider"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    # As the button says it.
    name: Mapped[str]
    issuer: Mapped[str]
    client_id: Mapped[str]
    sealed_secret: Mapped[bytes]
    wrapped_key: Mapped[str]
    # E-mail domains, one a line, whose people of the authority it may vouch for.
    domains: Mapped[str]
    # Words of its `amr` or `acr`, one a line, that say a second factor was used. Empty: none does.
    second_factor: Mapped[str] = mapped_column(default="")
    # Whether passwords of the authority's people no longer work.
    required: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    # When an administrator signed in with it as it is now, to try it; None after each change.
    tried_at: Mapped[datetime | None]
    # None: nobody can sign in with it yet.
    switched_on_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()


class ProviderIdentity(Base):
    """Who somebody is to a provider: its subject, which outlives a change of e-mail address."""

    __tablename__ = "provider_identity"
    __table_args__ = (UniqueConstraint("provider_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("sign_in_provider.id"))
    subject: Mapped[str]
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    provider: Mapped[SignInProvider] = relationship()


class WaitingForm(Base):
    """What somebody typed before a provider asked who he is; the key is in his browser alone."""

    __tablename__ = "waiting_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(index=True)
